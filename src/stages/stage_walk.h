/*
 * stage_walk.h
 *		A deal's way through the stages of its process.  See stage_walk.c.
 */
#ifndef SALESOPS_STAGE_WALK_H
#define SALESOPS_STAGE_WALK_H

#include "core/compat.h"

#include "core/event.h"
#include "process/sales_process.h"

/* What a deal did with a stage, a bit each. */
#define STAGE_ENTERED 1			/* has an event of it */
#define STAGE_LEFT_BACK 2		/* left an open stage for an earlier open one, or a closed stage for an open one */

/* Stages are their positions in the process, from 1; 0 is none. */
typedef struct StageWalk
{
	const SalesProcess *process;
	uint16		last_open;		/* the last open stage of the process */

	/* of the deal that was walked last: */
	uint16		earliest;		/* the earliest open stage that it entered; 0 where it entered none */
	uint16		furthest;		/* the furthest open stage that it reached; last_open where it ever was won */
	uint16		current;		/* the stage of its last event that the process knows */
	uint16		current_open;	/* the open stage that it is in, or was in last */
	uint32		regressions;	/* times it entered an earlier open stage than the open one before */
	uint32		reopenings;		/* times it left a closed stage for an open one */
	uint32		unknown;		/* events of stages that the process does not have */
	uint32		known;			/* the other events */
	uint8		marks[FLEXIBLE_ARRAY_MEMBER];	/* by position */
} StageWalk;

extern StageWalk *stage_walk_new(const SalesProcess *process);
extern void stage_walk_deal(StageWalk *walk, const Event *events, uint32 n, const uint16 *positions);
extern uint32 stage_walk_skips(const StageWalk *walk);

static inline Outcome
stage_walk_outcome_of(const StageWalk *walk, uint32 position)
{
	return (Outcome) walk->process->stages[position - 1].outcome;
}

/* Open, won or lost: what the last known stage is; OUTCOME_UNKNOWN for a deal without any. */
static inline Outcome
stage_walk_outcome(const StageWalk *walk)
{
	return walk->current == 0 ? OUTCOME_UNKNOWN : stage_walk_outcome_of(walk, walk->current);
}

static inline bool
stage_walk_entered(const StageWalk *walk, uint32 position)
{
	return (walk->marks[position] & STAGE_ENTERED) != 0;
}

/* An open stage is reached by entering it or a later open one, or by being won; a closed one by being in it at the end. */
static inline bool
stage_walk_reached(const StageWalk *walk, uint32 position)
{
	return stage_walk_outcome_of(walk, position) == OUTCOME_OPEN ? position <= walk->furthest : position == walk->current;
}

/*
 * An open stage that was reached without being entered, also one before the stage in which the deal began: reached is
 * entered or this.  stage_walk_skips counts those behind the earliest stage alone.
 */
static inline bool
stage_walk_skipped(const StageWalk *walk, uint32 position)
{
	return stage_walk_outcome_of(walk, position) == OUTCOME_OPEN && position <= walk->furthest &&
		!stage_walk_entered(walk, position);
}

#endif							/* SALESOPS_STAGE_WALK_H */
