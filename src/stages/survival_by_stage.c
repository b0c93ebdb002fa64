/*
 * survival_by_stage.c
 *		How long deals stay in each stage of a log, as survival: stays that have not ended are part of it.
 *
 * A stay that ended has an outcome: without a process the stage that it was left for, so that the ways out of a stage compete
 * (cumulative_incidence); with one, whether the deal was won, lost, advanced to a later stage or regressed to an earlier one, or left for
 * a stage that the process does not have.  A stay that goes on at as_of is censored.
 */
#include "stages/stage_history.h"

#include "core/guard.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "stages/durations.h"
#include "stages/survival.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

SALESOPS_FUNCTION(salesops_survival_by_stage);
SALESOPS_FUNCTION(salesops_survival_by_stage_process);
SALESOPS_FUNCTION(salesops_stage_survival);
SALESOPS_FUNCTION(salesops_stage_survival_process);

/* How a stay ended that a process knows. */
enum
{
	MOVED_ADVANCED,
	MOVED_REGRESSED,
	MOVED_WON,
	MOVED_LOST,
	MOVED_UNKNOWN,
	MOVED_KINDS
};

static const char *const moved_names[MOVED_KINDS] = {"advanced", "regressed", "won", "lost", "unknown stage"};

/* The stays of one stage; NULL where the stage was not asked for, or deals end there. */
typedef struct StageStays
{
	bool		wanted;
	bool		begun;
	SurvivalBuilder builder;
	/* the number of each outcome that was seen, by next stage or kind of move; 0 where it was not yet */
	uint16	   *outcomes;
} StageStays;

static uint32
outcome_kind(const HistoryStage *from, const HistoryStage *to)
{
	if (to->process == NULL)
		return MOVED_UNKNOWN;
	if (to->process->outcome == OUTCOME_WON)
		return MOVED_WON;
	if (to->process->outcome == OUTCOME_LOST)
		return MOVED_LOST;
	if (from->process == NULL)
		return MOVED_UNKNOWN;
	return to->process->position > from->process->position ? MOVED_ADVANCED : MOVED_REGRESSED;
}

/* The outcome of a stay behind which the stage is an empty text. */
#define NO_NAME "(no name)"

static void
add_spell(StageStays *stays, const HistoryReader *reader, const HistorySpell *spell, bool by_process)
{
	double		days = durations_days(history_spell_length(spell));
	uint32		outcome = 0;

	if (!stays->begun)
	{
		survival_begin(&stays->builder);
		stays->outcomes = palloc0(Max(by_process ? MOVED_KINDS : reader->nstages, 1) * sizeof(uint16));
		stays->begun = true;
	}
	if (spell->ended)
	{
		uint32		way = by_process ? outcome_kind(&reader->stages[spell->stage], &reader->stages[spell->next_stage]) : spell->next_stage;

		if (unlikely(stays->outcomes[way] == 0))
		{
			const char *name = by_process ? moved_names[way] : reader->stages[way].name;
			uint32		length = by_process ? (uint32) strlen(name) : reader->stages[way].length;

			/* an outcome has a name, also where a stage has none */
			if (length == 0)
			{
				name = NO_NAME;
				length = strlen(NO_NAME);
			}
			stays->outcomes[way] = (uint16) survival_outcome(&stays->builder, name, length);
		}
		outcome = stays->outcomes[way];
	}
	survival_add(&stays->builder, days, outcome);
}

/* Reads the stays of the stages that are wanted. */
static StageStays *
read_stays(FunctionCallInfo fcinfo, HistoryReader *reader, HistoryView *view, const SalesProcess *process, int as_of_argument,
		   const text *stage)
{
	TimestampTz as_of = PG_GETARG_TIMESTAMPTZ(as_of_argument);
	StageStays *stays;
	HistoryDeal deal;

	guard_moment(as_of, "as_of");
	history_open(fcinfo, 0, view);
	history_begin(reader, view, process);
	stays = palloc0(Max(reader->nstages, 1) * sizeof(StageStays));
	for (uint32 i = 0; i < reader->nstages; i++)
	{
		stays[i].wanted = !history_is_final(&reader->stages[i]) &&
			(stage == NULL || (reader->stages[i].length == VARSIZE_ANY_EXHDR(stage) &&
							   memcmp(reader->stages[i].name, VARDATA_ANY(stage), reader->stages[i].length) == 0));
	}
	while (history_next(reader, &deal))
	{
		HistorySpell spell;
		uint32		at = 0;

		while (history_spell(&deal, &at, as_of, &spell))
		{
			if (stays[spell.stage].wanted)
				add_spell(&stays[spell.stage], reader, &spell, process != NULL);
		}
	}
	return stays;
}

static Datum
by_stage(FunctionCallInfo fcinfo, const SalesProcess *process)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	HistoryView view;
	HistoryReader reader;
	StageStays *stays;

	InitMaterializedSRF(fcinfo, 0);
	stays = read_stays(fcinfo, &reader, &view, process, 1, NULL);
	for (uint32 i = 0; i < reader.nstages; i++)
	{
		Datum		values[2];
		bool		nulls[2] = {false, false};

		if (!stays[i].begun)
			continue;
		values[0] = PointerGetDatum(cstring_to_text_with_len(reader.stages[i].name, (int) reader.stages[i].length));
		values[1] = PointerGetDatum(survival_finish(&stays[i].builder));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(DatumGetPointer(values[1]));
	}
	return (Datum) 0;
}

/* (history, as_of timestamptz) -> (stage text, survival survival) */
Datum
salesops_survival_by_stage(PG_FUNCTION_ARGS)
{
	return by_stage(fcinfo, NULL);
}

/* (history, as_of timestamptz, process sales_process) -> the same */
Datum
salesops_survival_by_stage_process(PG_FUNCTION_ARGS)
{
	return by_stage(fcinfo, process_arg(fcinfo, 2));
}

static Datum
of_stage(FunctionCallInfo fcinfo, const SalesProcess *process)
{
	HistoryView view;
	HistoryReader reader;
	StageStays *stays = read_stays(fcinfo, &reader, &view, process, 2, PG_GETARG_TEXT_PP(1));

	for (uint32 i = 0; i < reader.nstages; i++)
	{
		if (stays[i].begun)
			PG_RETURN_POINTER(survival_finish(&stays[i].builder));
	}
	PG_RETURN_NULL();
}

/* (history, stage text, as_of timestamptz) */
Datum
salesops_stage_survival(PG_FUNCTION_ARGS)
{
	return of_stage(fcinfo, NULL);
}

/* (history, stage text, as_of timestamptz, process sales_process) */
Datum
salesops_stage_survival_process(PG_FUNCTION_ARGS)
{
	return of_stage(fcinfo, process_arg(fcinfo, 3));
}
