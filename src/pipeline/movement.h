/*
 * movement.h
 *		How a deal moved between two states of the pipeline: the kinds of movement, and the summary movement.
 *		See movement.c.
 */
#ifndef SALESOPS_MOVEMENT_H
#define SALESOPS_MOVEMENT_H

#include "core/compat.h"

#include "core/summary.h"
#include "process/outcome.h"
#include "utils/date.h"

/* Why a deal is in the scope of a report or not, whatever its outcome. */
typedef enum PipelineScope
{
	SCOPE_IN,
	SCOPE_EARLIER,				/* its close date is before the period */
	SCOPE_LATER,				/* its close date is behind the period, or it has none */
	SCOPE_OMITTED,				/* open, in the forecast category omitted */
	SCOPE_OTHER_CATEGORY,		/* of another forecast category */
	SCOPE_OTHER_GROUP			/* owned by another group */
} PipelineScope;

#define PIPELINE_SCOPES (SCOPE_OTHER_GROUP + 1)

extern const char *const pipeline_scope_names[PIPELINE_SCOPES];

/* The kinds, in the order of a waterfall. */
typedef enum MovementKind
{
	MOVEMENT_NONE = -1,
	MOVEMENT_NEW,
	MOVEMENT_REOPENED,
	MOVEMENT_TRANSFERRED_IN,
	MOVEMENT_PULLED_IN,
	MOVEMENT_PUSHED_IN,
	MOVEMENT_RECATEGORIZED_IN,
	MOVEMENT_UNKNOWN_IN,
	MOVEMENT_INCREASED,
	MOVEMENT_DECREASED,
	MOVEMENT_WON,
	MOVEMENT_LOST,
	MOVEMENT_PUSHED_OUT,
	MOVEMENT_PULLED_OUT,
	MOVEMENT_TRANSFERRED_OUT,
	MOVEMENT_RECATEGORIZED_OUT,
	MOVEMENT_OMITTED,
	MOVEMENT_DELETED,
	MOVEMENT_UNKNOWN_OUT
} MovementKind;

#define MOVEMENT_KINDS (MOVEMENT_UNKNOWN_OUT + 1)

extern const char *const movement_kind_names[MOVEMENT_KINDS];

/* One state of a deal.  One that does not exist on this side has no outcome and no scope. */
typedef struct DealState
{
	bool		exists;
	Outcome		outcome;		/* OUTCOME_UNKNOWN where its stage says nothing */
	PipelineScope scope;
} DealState;

/* What a deal does between two states: comes in, changes its amount while it is there, and leaves. */
typedef struct MovementPath
{
	bool		starts;			/* it is in the pipeline before */
	bool		ends;			/* it is in the pipeline after */
	bool		resized;		/* the difference of the amounts counts: in the pipeline before, and known after */
	MovementKind entry;			/* or MOVEMENT_NONE */
	MovementKind exit;			/* or MOVEMENT_NONE */
} MovementPath;

typedef struct Movement Movement;

extern MovementPath movement_path(const DealState *before, const DealState *after);
extern PipelineScope pipeline_scope(Outcome outcome, DateADT close_date, bool has_close_date, DateADT period_start, DateADT period_end,
									bool in_group, int category, int categories);

extern Movement *movement_new(void);
/* Adds a deal; the amount of a side is NULL where there is none. */
extern void movement_add(Movement *movement, const MovementPath *path, const ExactSum *before, const ExactSum *after);
/* The summary as the value that an SQL function returns. */
extern Datum movement_datum(const Movement *movement);

#endif							/* SALESOPS_MOVEMENT_H */
