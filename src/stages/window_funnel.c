/*
 * window_funnel.c
 *		Ordered funnels over any events: how many steps one deal did one after the other within a time, and how many deals of a log did.
 *
 * A deal reaches step k where it has events of the steps 1, 2 ... k in this order, at times that do not decrease, of which the last is
 * at most the window after the first; other events in between do not matter, and the deal counts with the longest chain of any that
 * begins with an event of step 1.  These are the rules of ClickHouse's windowFunnel(window) in its default mode.
 *
 * One walk over the events of a deal: for each step, the latest moment of step 1 from which a chain has come so far.  Of two chains
 * that reached the same step, the one that began later can do everything that the other can, so one moment a step is enough.
 *
 * Events of one moment may follow each other in any order that the steps have; one event is one step.  A stage may be in several
 * steps: then it takes as many events.
 */
#include "stages/stage_history.h"

#include "catalog/pg_type.h"
#include "core/guard.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "stages/durations.h"
#include "stages/stage_path.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/timestamp.h"

#define MAX_STEPS 100

typedef struct Funnel
{
	int			nsteps;
	text	   *names[MAX_STEPS + 1];	/* from 1 */
	uint8	   *step_of;		/* of a number of a stage, its highest step; 0 where it is in none */
	uint8		lower[MAX_STEPS + 1];	/* the next lower step of the same stage, or 0 */
	uint8		higher[MAX_STEPS + 1];	/* the next higher one, or 0 */
	uint64		within;			/* microseconds */
	/* of the deal that is walked through */
	int			depth;			/* the steps that it did, up to this one */
	TimestampTz start[MAX_STEPS + 1];	/* of the chain that came so far */
	uint64		took[MAX_STEPS + 1];	/* the first chain that came so far, in microseconds */
	bool		now[MAX_STEPS + 1]; /* there is an event of the step at the moment */
} Funnel;

SALESOPS_FUNCTION(salesops_window_funnel_history);
SALESOPS_FUNCTION(salesops_window_funnel_path);

/* ---- steps ---- */

/* The arguments (…, steps text[], within_days float8), of which the second may be NULL; room for so many stages. */
static void
funnel_args(FunctionCallInfo fcinfo, Funnel *funnel, uint32 nstages)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	if (n == 0 || n > MAX_STEPS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a funnel has %d steps", n),
				 errdetail("It has from 1 to %d steps.", MAX_STEPS),
				 errhint("Pass the stages in the order in which deals go through them: ARRAY['New', 'Proposal', 'Won'].")));
	memset(funnel, 0, sizeof(Funnel));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("step %d of the funnel is NULL", i + 1),
					 errdetail("A step is the name of a stage."),
					 errhint("Leave it out.")));
		funnel->names[i + 1] = DatumGetTextPP(elements[i]);
	}
	funnel->nsteps = n;
	funnel->step_of = palloc0(Max(nstages, 1));
	funnel->within = PG_UINT64_MAX;
	if (!PG_ARGISNULL(2))
	{
		double		within = PG_GETARG_FLOAT8(2);

		guard_finite(within, "within_days");
		if (within < 0)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("within_days is negative: %s", float8out_internal(within)),
					 errdetail("The last step is zero or more days after the first."),
					 errhint("Pass NULL for a funnel without a limit of time.")));
		/* no two moments are farther apart; whole microseconds that the product is just below of are meant */
		if (within < 200000000)
			funnel->within = (uint64) (within * (double) USECS_PER_DAY + 0.001);
	}
}

/* The stage is the step; steps are told in their order. */
static inline void
set_step(Funnel *funnel, int step, uint32 stage)
{
	funnel->lower[step] = funnel->step_of[stage];
	if (funnel->lower[step] != 0)
		funnel->higher[funnel->lower[step]] = step;
	funnel->step_of[stage] = step;
}

/* ---- the walk through the events of a deal ---- */

/* A chain that began at `start` has come to a step, of a deal that had come to `depth` before this moment. */
static inline void
reach(Funnel *funnel, int step, int depth, TimestampTz start, TimestampTz at)
{
	funnel->start[step] = start;
	if (step > depth)
	{
		funnel->took[step] = (uint64) at - (uint64) start;
		funnel->depth = Max(funnel->depth, step);
	}
}

/* An event of a stage whose highest step is this: from that down, so that it is one step of each chain. */
static inline void
take_event(Funnel *funnel, TimestampTz at, int step)
{
	int			depth = funnel->depth;

	for (; step > 1; step = funnel->lower[step])
	{
		if (depth >= step - 1 && (uint64) at - (uint64) funnel->start[step - 1] <= funnel->within)
			reach(funnel, step, depth, funnel->start[step - 1], at);
	}
	if (step == 1)
		reach(funnel, 1, depth, at, at);
}

/*
 * Events of one moment, which may follow each other in the order of the steps, each once.  A chain that has come to a step now
 * took the last so many steps in this moment, and those before it earlier.  Returns behind the last of them.
 */
static const HistoryEvent *
take_moment(Funnel *funnel, const HistoryEvent *event, const HistoryEvent *end)
{
	TimestampTz at = event->at;
	int			depth = funnel->depth;

	memset(funnel->now, 0, sizeof(funnel->now));
	for (; event < end && event->at == at; event++)
	{
		for (int step = funnel->step_of[event->stage]; step > 0; step = funnel->lower[step])
			funnel->now[step] = true;
	}
	/* from the last step down, so that what is before is as it was before this moment */
	for (int step = funnel->nsteps; step > 0; step--)
	{
		bool		found = false;
		TimestampTz start = 0;

		for (int first = step; first > 0 && funnel->now[first]; first--)
		{
			/* the event of this step is that of a later one */
			if (first < step && funnel->higher[first] != 0 && funnel->higher[first] <= step)
				break;
			if (first == 1)
			{
				start = at;
				found = true;
			}
			else if (depth >= first - 1 && (uint64) at - (uint64) funnel->start[first - 1] <= funnel->within &&
					 (!found || funnel->start[first - 1] > start))
			{
				start = funnel->start[first - 1];
				found = true;
			}
		}
		if (found)
			reach(funnel, step, depth, start, at);
	}
	return event;
}

/* Sets what one deal did; its events in order of time. */
static void
take_deal(Funnel *funnel, const HistoryEvent *event, uint32 nevents)
{
	const HistoryEvent *end = event + nevents;

	funnel->depth = 0;
	while (event < end)
	{
		/* a deal may have millions of events, and a moment take thousands of steps */
		CHECK_FOR_INTERRUPTS();
		if (unlikely(event + 1 < end && event[1].at == event->at))
			event = take_moment(funnel, event, end);
		else
		{
			int			step = funnel->step_of[event->stage];

			if (step > 0)
				take_event(funnel, event->at, step);
			event++;
		}
	}
}

/* ---- functions ---- */

/* (path, steps text[], within_days float8) */
Datum
salesops_window_funnel_path(PG_FUNCTION_ARGS)
{
	const StagePath *path;
	Funnel		funnel;
	HistoryEvent *events;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	path = stage_path_arg(fcinfo, 0);
	funnel_args(fcinfo, &funnel, path->nstages);
	for (int step = 1; step <= funnel.nsteps; step++)
	{
		const text *name = funnel.names[step];
		int			stage = stage_path_find(path, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

		if (stage >= 0)
			set_step(&funnel, step, stage);
	}
	events = palloc_extended(Max(path->nevents, 1) * sizeof(HistoryEvent), MCXT_ALLOC_HUGE);
	for (uint32 i = 0; i < path->nevents; i++)
		events[i] = (HistoryEvent) {.at = event_at(&path->events[i]), .stage = path->events[i].value};
	take_deal(&funnel, events, path->nevents);
	PG_RETURN_INT32(funnel.depth);
}

/* Which stages of a log are which steps. */
static void
find_steps(Funnel *funnel, const HistoryReader *reader)
{
	for (int step = 1; step <= funnel->nsteps; step++)
	{
		const text *name = funnel->names[step];

		for (uint32 stage = 0; stage < reader->nstages; stage++)
		{
			if (reader->stages[stage].length != VARSIZE_ANY_EXHDR(name) ||
				memcmp(reader->stages[stage].name, VARDATA_ANY(name), reader->stages[stage].length) != 0)
				continue;
			set_step(funnel, step, stage);
			break;
		}
	}
}

static void
put_share(Datum *value, bool *isnull, uint32 part, uint32 whole)
{
	*isnull = whole == 0;
	*value = whole == 0 ? (Datum) 0 : Float8GetDatum((double) part / whole);
}

/*
 * (history, steps text[], within_days float8) -> (step int, stage text, deals bigint, conversion, step_conversion, median_days
 * float8)
 */
Datum
salesops_window_funnel_history(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	HistoryView view;
	HistoryReader reader;
	HistoryDeal deal;
	Funnel		funnel;
	Durations  *took;			/* by step, from 1 */
	Durations	scratch = {0};

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	history_open(fcinfo, 0, &view);
	history_begin(&reader, &view, NULL);
	funnel_args(fcinfo, &funnel, reader.nstages);
	find_steps(&funnel, &reader);
	took = palloc0((funnel.nsteps + 1) * sizeof(Durations));
	while (history_next(&reader, &deal))
	{
		take_deal(&funnel, deal.events, deal.nevents);
		for (int step = 1; step <= funnel.depth; step++)
			durations_add(&took[step], funnel.took[step]);
	}
	for (int step = 1; step <= funnel.nsteps; step++)
	{
		Durations  *days = &took[step];
		Datum		values[6] = {Int32GetDatum(step), PointerGetDatum(funnel.names[step]), Int64GetDatum(days->n)};
		bool		nulls[6] = {0};
		double		median = 0;

		put_share(&values[3], &nulls[3], days->n, took[1].n);
		put_share(&values[4], &nulls[4], days->n, took[Max(step - 1, 1)].n);
		durations_settle(days, &scratch);
		nulls[5] = !durations_quantile(days, 0.5, &median, &scratch);
		values[5] = Float8GetDatum(median);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
