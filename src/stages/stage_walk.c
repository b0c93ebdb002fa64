/*
 * stage_walk.c
 *		A deal's way through the stages of its process: the definitions that the readers of a path and the funnel share.
 *
 * Events are walked in the order (time, position of the stage in the process): those of the same moment go forwards.
 * Events of stages that the process does not have are counted, and looked through: the moves are those between the
 * stages around them.
 *
 *		entered		the deal has an event of the stage
 *		reached		open stage: it entered it or a later open one, or was won, be it for a time; so whoever reached a stage
 *					reached all the open ones before, and the numbers of a funnel never rise from stage to stage.
 *					closed stage: the deal is in it at the end; one that was reopened has not reached it
 *		skipped		open stage behind the earliest one that it entered: reached and never entered.  A deal that is made in the third
 *					stage began there, and skipped nothing; one that came back to a stage later did not skip it; being lost
 *					skips nothing
 *		regression	it entered an earlier open stage than the open one that it was in last
 *		reopening	it left a closed stage, won or lost, for an open one.  That alone is no regression: it is one as well where
 *					the deal comes back to an earlier stage than the one that it was in before
 *
 * Funnels of product analytics count a user for a step by his having done it and those before in order (window_funnel does).
 * Records of deals begin late and skip: counted so, a deal that was won without an event of the first stage would be in none.
 *
 * Worked example, with the stages 1, 2, 3, 4 open, 5 won, 6 lost: 1, 4, 2, 6: entered 1, 4, 2, 6; reached 1 to 4 and 6; skipped
 * 3; one regression, from 4.  Then reopened in 2: a reopening, and no regression; reached 1 to 4.
 */
#include "stages/stage_walk.h"

#include "miscadmin.h"

StageWalk *
stage_walk_new(const SalesProcess *process)
{
	StageWalk  *walk = palloc0(offsetof(StageWalk, marks) + process->nstages + 1);

	walk->process = process;
	for (uint16 i = 0; i < process->nstages; i++)
	{
		if (process->stages[i].outcome == OUTCOME_OPEN)
			walk->last_open = i + 1;
	}
	return walk;
}

static inline void
walk_to(StageWalk *walk, uint16 position)
{
	if (position == 0)
	{
		walk->unknown++;
		return;
	}
	walk->known++;
	walk->marks[position] |= STAGE_ENTERED;
	switch (stage_walk_outcome_of(walk, position))
	{
		case OUTCOME_WON:
			walk->furthest = walk->last_open;
			break;
		case OUTCOME_LOST:
			break;
		default:
			if (walk->current != 0 && stage_walk_outcome_of(walk, walk->current) != OUTCOME_OPEN)
			{
				walk->marks[walk->current] |= STAGE_LEFT_BACK;
				walk->reopenings++;
			}
			if (position < walk->current_open)
			{
				walk->marks[walk->current_open] |= STAGE_LEFT_BACK;
				walk->regressions++;
			}
			walk->current_open = position;
			if (position > walk->furthest)
				walk->furthest = position;
			if (walk->earliest == 0 || position < walk->earliest)
				walk->earliest = position;
			break;
	}
	walk->current = position;
}

static int
compare_positions(const void *a, const void *b)
{
	return (int) *(const uint16 *) a - (int) *(const uint16 *) b;
}

/* Events of one moment, in the order of the process. */
static void
walk_tie(StageWalk *walk, const Event *events, uint32 n, const uint16 *positions)
{
	uint16		some[32];
	uint16	   *order = n <= lengthof(some) ? some : palloc(n * sizeof(uint16));

	for (uint32 i = 0; i < n; i++)
		order[i] = positions[events[i].value];
	qsort(order, n, sizeof(uint16), compare_positions);
	for (uint32 i = 0; i < n; i++)
		walk_to(walk, order[i]);
	if (order != some)
		pfree(order);
}

/* Walks a deal's events, which are in the order of time; positions: the stage in the process of each event's value. */
void
stage_walk_deal(StageWalk *walk, const Event *events, uint32 n, const uint16 *positions)
{
	walk->earliest = walk->furthest = walk->current = walk->current_open = 0;
	walk->regressions = walk->reopenings = walk->unknown = walk->known = 0;
	memset(walk->marks, 0, walk->process->nstages + 1);

	for (uint32 i = 0; i < n;)
	{
		uint32		next = i + 1;

		while (next < n && event_at(&events[next]) == event_at(&events[i]))
			next++;
		if (likely(next == i + 1))
			walk_to(walk, positions[events[i].value]);
		else
			walk_tie(walk, &events[i], next - i, positions);
		i = next;
	}
}

/* How many stages the deal skipped. */
uint32
stage_walk_skips(const StageWalk *walk)
{
	uint32		skips = 0;

	if (walk->earliest == 0)
		return 0;
	for (uint32 position = walk->earliest + 1; position <= walk->furthest; position++)
		skips += stage_walk_skipped(walk, position);
	return skips;
}
