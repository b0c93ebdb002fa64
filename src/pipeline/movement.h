/*
 * movement.h
 *		How a deal moved between two states of the pipeline: the kinds of movement (movement_rules.c), and the summary
 *		movement (movement.c).
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
	SCOPE_UNKNOWN = -1,			/* of a text that names none */
	SCOPE_IN,
	SCOPE_EARLIER,				/* its close date is before the period */
	SCOPE_LATER,				/* its close date is behind the period, or it has none and the period has an end */
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

/* A deal comes in by these, and goes out by those. */
#define MOVEMENT_IS_ENTRY(kind) ((kind) < MOVEMENT_INCREASED)
#define MOVEMENT_IS_EXIT(kind) ((kind) > MOVEMENT_DECREASED)

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

/* One step of the way, with what it adds to the pipeline. */
typedef struct MovementStep
{
	MovementKind kind;
	ExactSum	amount;
} MovementStep;

#define MOVEMENT_MAX_STEPS 2	/* entry or resize, then exit */

typedef struct Movement Movement;

/* ---- movement_rules.c ---- */

/* In place of a set of categories, bits by ForecastCategory: nothing is chosen, and all but omitted count. */
#define PIPELINE_ANY_CATEGORY (-1)

/* The categories that a list names ("commit, best_case"), as bits; an error where it names none, or one that nobody knows. */
extern int	pipeline_categories(const char *list, int length);

/*
 * Where a deal is, seen from a report.  Bounds: DATEVAL_NOBEGIN and DATEVAL_NOEND where the period has none.  `category` is a
 * ForecastCategory, or CATEGORY_UNKNOWN where the deal has none.
 */
extern PipelineScope pipeline_scope(Outcome outcome, DateADT close_date, bool has_close_date, DateADT period_start, DateADT period_end,
									bool in_group, int category, int categories);
extern void pipeline_check_period(DateADT period_start, DateADT period_end);
extern PipelineScope pipeline_scope_require(const char *label, int length);
extern MovementKind movement_kind_require(const char *label, int length);

extern MovementPath movement_path(const DealState *before, const DealState *after);
/* The steps of a way, in order; the amount of a side is NULL where there is none.  Returns how many. */
extern int	movement_steps(const MovementPath *path, const ExactSum *before, const ExactSum *after, MovementStep steps[MOVEMENT_MAX_STEPS]);
/* Does the deal take part in the movement at all? */
static inline bool
movement_takes_part(const MovementPath *path)
{
	return path->starts || path->entry != MOVEMENT_NONE;
}

/* The state whose outcome, amount and scope are three arguments in a row, from `argument` on; all NULL where the deal is absent. */
extern DealState movement_state_arg(FunctionCallInfo fcinfo, int argument);

/* ---- movement.c ---- */

extern Movement *movement_new(void);
/* Adds a deal; the amount of a side is NULL where there is none. */
extern void movement_add(Movement *movement, const MovementPath *path, const ExactSum *before, const ExactSum *after);
/* The summary, in its stored form, as the value that an SQL function returns. */
extern Datum movement_datum(const Movement *movement);

#endif							/* SALESOPS_MOVEMENT_H */
