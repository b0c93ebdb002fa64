/*
 * path_read.c
 *		What one deal's stage changes say: where it is and since when, how long it was where, and how it went.
 *
 * A stay lasts from the event that enters a stage to the next event of another one: neighbouring events of the same stage are one
 * stay.  Of a reader with as_of, events after it are not seen, and the last stay before it has not ended.
 *
 * Events of the same moment are in the order of the process where a reader has one, stages that it does not have
 * behind the others; without a process, in the order of the bytes of the names.  What a deal's way through its process is,
 * reached, skipped and gone back, is defined in stage_walk.c.
 *
 * Worked example: New at day 0, Proposal at day 10, New at day 15, Proposal at day 20, seen at day 26: four stays of 10, 5, 5
 * and 6 days, of which the last has not ended; two visits of each; with New before Proposal one regression, and no skip.
 */
#include "stages/stage_path.h"

#include "core/guard.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "stages/stage_walk.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static inline double
days_of(int128 microseconds)
{
	return (double) microseconds / (double) USECS_PER_DAY;
}

/* ---- stays ---- */

/* The first event of the last stay among the first n, of which there is one at least. */
static uint32
last_stay(const Event *events, uint32 n)
{
	uint32		first = n - 1;

	while (first > 0 && events[first - 1].value == events[first].value)
		first--;
	return first;
}

SALESOPS_FUNCTION(salesops_current_stage);
SALESOPS_FUNCTION(salesops_current_stage_process);
SALESOPS_FUNCTION(salesops_first_stage);
SALESOPS_FUNCTION(salesops_first_stage_process);
SALESOPS_FUNCTION(salesops_first_entered_at);
SALESOPS_FUNCTION(salesops_stage_at);
SALESOPS_FUNCTION(salesops_stage_at_process);
SALESOPS_FUNCTION(salesops_entered_stage_at);
SALESOPS_FUNCTION(salesops_entered_current_stage_at);
SALESOPS_FUNCTION(salesops_entered_current_stage_at_as_of);
SALESOPS_FUNCTION(salesops_entered_current_stage_at_process);
SALESOPS_FUNCTION(salesops_days_in_stage);
SALESOPS_FUNCTION(salesops_days_in_stage_process);
SALESOPS_FUNCTION(salesops_days_in_current_stage);
SALESOPS_FUNCTION(salesops_days_in_current_stage_process);
SALESOPS_FUNCTION(salesops_stage_visits);
SALESOPS_FUNCTION(salesops_stage_spells);
SALESOPS_FUNCTION(salesops_stage_spells_process);
SALESOPS_FUNCTION(salesops_incomplete_events);

/*
 * Events in the order of the process: a copy where there are events of the same moment.  Stages that the process does not have
 * come behind, in the order of their names, which is that of the path.
 */
static const Event *
process_order(const StagePath *path, const SalesProcess *process, uint32 n)
{
	Event	   *events = NULL;
	uint16	   *positions = NULL;

	for (uint32 i = 1; i < n; i++)
	{
		Event		event = path->events[i];
		uint32		rank;
		uint32		hole = i;

		if (likely(event_at(&event) != event_at(&path->events[i - 1])))
			continue;
		if (events == NULL)
		{
			positions = palloc(path->nstages * sizeof(uint16));
			stage_path_positions(path, process, positions);
			events = palloc(n * sizeof(Event));
			memcpy(events, path->events, n * sizeof(Event));
		}
		rank = (uint32) (positions[event.value] - 1) & 0xFFFF;
		/* of one moment there are no more than the path has stages */
		for (; hole > 0 && event_at(&events[hole - 1]) == event_at(&event) &&
			 (((uint32) (positions[events[hole - 1].value] - 1) & 0xFFFF) > rank); hole--)
			events[hole] = events[hole - 1];
		events[hole] = event;
	}
	return events == NULL ? path->events : events;
}

/* The events of a path that are seen: all, or those until a moment; in the order of a process, where there is one. */
typedef struct Seen
{
	const StagePath *path;
	const Event *events;
	uint32		n;
} Seen;

static Seen
seen_of(const StagePath *path, uint32 n, const SalesProcess *process)
{
	return (Seen) {path, process == NULL ? path->events : process_order(path, process, n), n};
}

/* Of the path of the first argument. */
static Seen
seen_all(FunctionCallInfo fcinfo, const SalesProcess *process)
{
	const StagePath *path = stage_path_arg(fcinfo, 0);

	return seen_of(path, path->nevents, process);
}

/* Of the path of the first argument, until the moment of another one. */
static Seen
seen_until(FunctionCallInfo fcinfo, int moment_argument, const char *name, const SalesProcess *process)
{
	const StagePath *path = stage_path_arg(fcinfo, 0);
	TimestampTz moment = PG_GETARG_TIMESTAMPTZ(moment_argument);

	guard_moment(moment, name);
	return seen_of(path, events_until(path->events, path->nevents, moment), process);
}

/* The stage of the last event that is seen. */
static Datum
last_stage(FunctionCallInfo fcinfo, Seen seen)
{
	if (seen.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(stage_path_stage(seen.path, seen.events[seen.n - 1].value));
}

/* (path) */
Datum
salesops_current_stage(PG_FUNCTION_ARGS)
{
	return last_stage(fcinfo, seen_all(fcinfo, NULL));
}

/* (path, process) */
Datum
salesops_current_stage_process(PG_FUNCTION_ARGS)
{
	return last_stage(fcinfo, seen_all(fcinfo, process_arg(fcinfo, 1)));
}

/* (path, moment timestamptz) */
Datum
salesops_stage_at(PG_FUNCTION_ARGS)
{
	return last_stage(fcinfo, seen_until(fcinfo, 1, "moment", NULL));
}

/* (path, moment timestamptz, process) */
Datum
salesops_stage_at_process(PG_FUNCTION_ARGS)
{
	return last_stage(fcinfo, seen_until(fcinfo, 1, "moment", process_arg(fcinfo, 2)));
}

static Datum
first_stage(FunctionCallInfo fcinfo, Seen seen)
{
	if (seen.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(stage_path_stage(seen.path, seen.events[0].value));
}

/* (path) */
Datum
salesops_first_stage(PG_FUNCTION_ARGS)
{
	return first_stage(fcinfo, seen_all(fcinfo, NULL));
}

/* (path, process) */
Datum
salesops_first_stage_process(PG_FUNCTION_ARGS)
{
	return first_stage(fcinfo, seen_all(fcinfo, process_arg(fcinfo, 1)));
}

/* (path) */
Datum
salesops_first_entered_at(PG_FUNCTION_ARGS)
{
	const StagePath *path = stage_path_arg(fcinfo, 0);

	if (path->nevents == 0)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(event_at(&path->events[0]));
}

/* (path, stage text) */
Datum
salesops_entered_stage_at(PG_FUNCTION_ARGS)
{
	const StagePath *path = stage_path_arg(fcinfo, 0);
	text	   *name = PG_GETARG_TEXT_PP(1);
	int			stage = stage_path_find(path, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

	for (uint32 i = 0; i < path->nevents; i++)
	{
		if ((int) path->events[i].value == stage)
			PG_RETURN_TIMESTAMPTZ(event_at(&path->events[i]));
	}
	PG_RETURN_NULL();
}

static Datum
days_in_stage(FunctionCallInfo fcinfo, const SalesProcess *process)
{
	Seen		seen = seen_until(fcinfo, 2, "as_of", process);
	text	   *name = PG_GETARG_TEXT_PP(1);
	TimestampTz as_of = PG_GETARG_TIMESTAMPTZ(2);
	int			stage = stage_path_find(seen.path, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	int128		total = 0;
	bool		entered = false;

	for (uint32 i = 0; i < seen.n; i++)
	{
		if ((int) seen.events[i].value == stage)
		{
			entered = true;
			total += (int128) (i + 1 < seen.n ? event_at(&seen.events[i + 1]) : as_of) - event_at(&seen.events[i]);
		}
	}
	if (!entered)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(days_of(total));
}

/* (path, stage text, as_of timestamptz) */
Datum
salesops_days_in_stage(PG_FUNCTION_ARGS)
{
	return days_in_stage(fcinfo, NULL);
}

/* (path, stage text, as_of timestamptz, process) */
Datum
salesops_days_in_stage_process(PG_FUNCTION_ARGS)
{
	return days_in_stage(fcinfo, process_arg(fcinfo, 3));
}

/* When the last stay began that is seen. */
static inline TimestampTz
last_entered_at(Seen seen)
{
	return event_at(&seen.events[last_stay(seen.events, seen.n)]);
}

static Datum
entered_current_stage_at(FunctionCallInfo fcinfo, Seen seen)
{
	if (seen.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(last_entered_at(seen));
}

/* (path) */
Datum
salesops_entered_current_stage_at(PG_FUNCTION_ARGS)
{
	return entered_current_stage_at(fcinfo, seen_all(fcinfo, NULL));
}

/* (path, as_of timestamptz) */
Datum
salesops_entered_current_stage_at_as_of(PG_FUNCTION_ARGS)
{
	return entered_current_stage_at(fcinfo, seen_until(fcinfo, 1, "as_of", NULL));
}

/* (path, as_of timestamptz, process) */
Datum
salesops_entered_current_stage_at_process(PG_FUNCTION_ARGS)
{
	return entered_current_stage_at(fcinfo, seen_until(fcinfo, 1, "as_of", process_arg(fcinfo, 2)));
}

static Datum
days_in_current_stage(FunctionCallInfo fcinfo, Seen seen)
{
	if (seen.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(days_of((int128) PG_GETARG_TIMESTAMPTZ(1) - last_entered_at(seen)));
}

/* (path, as_of timestamptz) */
Datum
salesops_days_in_current_stage(PG_FUNCTION_ARGS)
{
	return days_in_current_stage(fcinfo, seen_until(fcinfo, 1, "as_of", NULL));
}

/* (path, as_of timestamptz, process) */
Datum
salesops_days_in_current_stage_process(PG_FUNCTION_ARGS)
{
	return days_in_current_stage(fcinfo, seen_until(fcinfo, 1, "as_of", process_arg(fcinfo, 2)));
}

/* (path, stage text) */
Datum
salesops_stage_visits(PG_FUNCTION_ARGS)
{
	const StagePath *path = stage_path_arg(fcinfo, 0);
	text	   *name = PG_GETARG_TEXT_PP(1);
	int			stage = stage_path_find(path, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	int64		visits = 0;

	for (uint32 i = 0; i < path->nevents; i++)
		visits += (int) path->events[i].value == stage && (i == 0 || path->events[i - 1].value != path->events[i].value);
	PG_RETURN_INT64(visits);
}

static Datum
stage_spells(FunctionCallInfo fcinfo, const SalesProcess *process)
{
	Seen		seen = seen_until(fcinfo, 1, "as_of", process);
	const StagePath *path = seen.path;
	const Event *events = seen.events;
	uint32		n = seen.n;
	TimestampTz as_of = PG_GETARG_TIMESTAMPTZ(1);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	uint16	   *positions = NULL;
	Datum	   *names = palloc(Max(path->nstages, 1) * sizeof(Datum));

	InitMaterializedSRF(fcinfo, 0);
	if (process != NULL)
	{
		positions = palloc(Max(path->nstages, 1) * sizeof(uint16));
		stage_path_positions(path, process, positions);
	}
	for (uint32 stage = 0; stage < path->nstages; stage++)
		names[stage] = PointerGetDatum(stage_path_stage(path, stage));
	for (uint32 i = 0; i < n;)
	{
		uint32		stage = events[i].value;
		TimestampTz entered_at = event_at(&events[i]);
		bool		ended;
		Datum		values[5];
		bool		nulls[5] = {0};

		CHECK_FOR_INTERRUPTS();
		while (i < n && events[i].value == stage)
			i++;
		ended = i < n;
		values[0] = names[stage];
		values[1] = TimestampTzGetDatum(entered_at);
		values[2] = ended ? TimestampTzGetDatum(event_at(&events[i])) : (Datum) 0;
		nulls[2] = !ended;
		values[3] = Float8GetDatum(days_of((int128) (ended ? event_at(&events[i]) : as_of) - entered_at));
		/* a deal that is closed is at its end: its stay there is none */
		nulls[3] = positions != NULL && positions[stage] > 0 && process->stages[positions[stage] - 1].outcome != OUTCOME_OPEN;
		values[4] = BoolGetDatum(ended);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* (path, as_of timestamptz) -> (stage text, entered_at, left_at timestamptz, days float8, ended boolean) */
Datum
salesops_stage_spells(PG_FUNCTION_ARGS)
{
	return stage_spells(fcinfo, NULL);
}

/* (path, as_of timestamptz, process sales_process) -> the same */
Datum
salesops_stage_spells_process(PG_FUNCTION_ARGS)
{
	return stage_spells(fcinfo, process_arg(fcinfo, 2));
}

Datum
salesops_incomplete_events(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(stage_path_arg(fcinfo, 0)->incomplete);
}

/* ---- the way through a process ---- */

SALESOPS_FUNCTION(salesops_reached);
SALESOPS_FUNCTION(salesops_unknown_stage_events);

/* The walk of the path of the first argument through the process of the second. */
static const StageWalk *
walk_args(FunctionCallInfo fcinfo)
{
	const StagePath *path = stage_path_arg(fcinfo, 0);
	StageWalk  *walk = stage_walk_new(process_arg(fcinfo, 1));
	uint16	   *positions = palloc(Max(path->nstages, 1) * sizeof(uint16));

	stage_path_positions(path, walk->process, positions);
	stage_walk_deal(walk, path->events, path->nevents, positions);
	return walk;
}

/* (path, process, stage text) */
Datum
salesops_reached(PG_FUNCTION_ARGS)
{
	const StageWalk *walk = walk_args(fcinfo);
	text	   *name = PG_GETARG_TEXT_PP(2);
	const ProcessStage *stage = process_find(walk->process, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

	if (stage == NULL || walk->known == 0)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(stage_walk_reached(walk, (uint32) stage->position));
}

/* (path, process): a count; NULL without an event of a stage of the process. */
#define WALK_READER(name, count) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) \
	{ \
		const StageWalk *walk = walk_args(fcinfo); \
		if (walk->known == 0) \
			PG_RETURN_NULL(); \
		PG_RETURN_INT64(count); \
	} \
	extern int	no_such_variable

WALK_READER(regressions, walk->regressions);
WALK_READER(reopenings, walk->reopenings);
WALK_READER(skips, stage_walk_skips(walk));

/* (path, process) */
Datum
salesops_unknown_stage_events(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(walk_args(fcinfo)->unknown);
}
