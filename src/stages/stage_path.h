/*
 * stage_path.h
 *		The type stage_path: one deal's stage changes in order.  See stage_path.c.
 */
#ifndef SALESOPS_STAGE_PATH_H
#define SALESOPS_STAGE_PATH_H

#include "core/compat.h"

#include "core/event.h"
#include "process/sales_process.h"

/*
 * The value of an event is the number of its stage's name.  Behind the events, up to the end of the value: free room while
 * building, then the names, the first one last: each its bytes and then its length (uint16), so that they can be walked
 * from the end.
 */
typedef struct StagePath
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		building;		/* a state of the aggregate: unsorted, with free room */
	uint16		nstages;
	uint32		nevents;
	uint32		names_size;
	int64		incomplete;
	Event		events[FLEXIBLE_ARRAY_MEMBER];
} StagePath;

#define STAGE_PATH_MAX_STAGES 1000

typedef struct StageName
{
	const char *bytes;
	int			length;
} StageName;

/* A path as an argument, in its stored form. */
extern const StagePath *stage_path_arg(FunctionCallInfo fcinfo, int argument);
/* The number of a stage in the path, or -1; and its name. */
extern int	stage_path_find(const StagePath *path, const char *bytes, int length);
extern text *stage_path_stage(const StagePath *path, uint32 stage);

/* The name below `end`, which for the first is the end of the path, and for the next the beginning of the one before. */
static inline StageName
stage_path_name_below(const char *end)
{
	uint16		length;

	memcpy(&length, end - sizeof(length), sizeof(length));
	return (StageName) {end - sizeof(length) - length, length};
}

/* Sets for each of the path's stages its position in the process, from 1, or 0 where the process does not have it. */
extern void stage_path_positions(const StagePath *path, const SalesProcess *process, uint16 *positions);

#endif							/* SALESOPS_STAGE_PATH_H */
