/*
 * survivor.h
 *		The type survivor: the values of one column in the records of one customer.  See survivor.c.
 */
#ifndef SALESOPS_SURVIVOR_H
#define SALESOPS_SURVIVOR_H

#include "core/compat.h"

#include "datatype/timestamp.h"

#define SURVIVOR_NO_SOURCE PG_UINT32_MAX

/* A value from one source.  Its bytes and those of the source lie at distances from the end, which stay when a value grows. */
typedef struct SurvivorValue
{
	uint32		bytes;
	uint32		length;
	uint32		source;
	uint32		source_length;	/* SURVIVOR_NO_SOURCE where none is known */
	int64		records;
	TimestampTz at;				/* the latest; DT_NOBEGIN where none is known */
} SurvivorValue;

/* Values grow from the front, bytes from the back.  Stored: in order of value and source, each once, without free room. */
typedef struct Survivor
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		building;		/* a state of the aggregate: unsorted, with free room */
	uint16		unused;
	uint32		nvalues;
	uint32		bytes_size;
	SurvivorValue values[FLEXIBLE_ARRAY_MEMBER];
} Survivor;

#endif							/* SALESOPS_SURVIVOR_H */
