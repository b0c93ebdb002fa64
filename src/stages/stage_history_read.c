/*
 * stage_history_read.c
 *		What a log of stage changes says: time in each stage, moves from stage to stage, stays one by one, cases.
 *
 * A stay lasts from the event that enters the stage to the next event of another one.  Events after as_of are not seen; the last stay
 * of each deal before it has not ended, and lasts until as_of at least: it counts as open, and not among those whose mean and
 * median are taken.  These say how long the stays were that ended, which is too short for how long stays are, since the long
 * ones have not ended yet; Kaplan and Meier's estimate takes the open ones for what they are (stages/survival.c).
 *
 * With a process, deals that are in a stage which closes them are at their end: their stay there is none.
 */
#include "stages/stage_history.h"

#include "core/guard.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "stages/durations.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

SALESOPS_FUNCTION(salesops_stage_times);
SALESOPS_FUNCTION(salesops_stage_times_process);
SALESOPS_FUNCTION(salesops_stage_transitions);
SALESOPS_FUNCTION(salesops_stage_transitions_process);
SALESOPS_FUNCTION(salesops_stage_spells_history);
SALESOPS_FUNCTION(salesops_stage_spells_history_process);
SALESOPS_FUNCTION(salesops_case_durations);
SALESOPS_FUNCTION(salesops_history_events);
SALESOPS_FUNCTION(salesops_history_deals);
SALESOPS_FUNCTION(salesops_incomplete_events_history);

/* An answer to be read deal by deal: the history and as_of are the first two arguments, a process is the third. */
typedef struct Question
{
	HistoryView view;
	HistoryReader reader;
	TimestampTz as_of;
} Question;

static void
question_args(FunctionCallInfo fcinfo, Question *question, const SalesProcess *process)
{
	question->as_of = PG_GETARG_TIMESTAMPTZ(1);
	guard_moment(question->as_of, "as_of");
	history_open(fcinfo, 0, &question->view);
	history_begin(&question->reader, &question->view, process);
}

static Datum
name_datum(const HistoryStage *stage)
{
	return PointerGetDatum(cstring_to_text_with_len(stage->name, (int) stage->length));
}

/* A column that may be NULL. */
static void
put_days(Datum *value, bool *isnull, bool known, double days)
{
	*isnull = !known;
	*value = known ? Float8GetDatum(days) : (Datum) 0;
}

/* ---- time in each stage ---- */

typedef struct StageTimes
{
	int64		deals;
	uint32		last_deal;
	Durations	ended;
	Durations	open;
} StageTimes;

static void
put_stage_times(ReturnSetInfo *result, const HistoryStage *stage, StageTimes *times, Durations *scratch)
{
	Datum		values[10] = {0};
	bool		nulls[10] = {0};
	static const double shares[2] = {0.5, 0.9};
	double		quantiles[2] = {0};
	bool		quantiles_known[2];
	double		days = 0;
	bool		known;

	durations_settle(&times->ended, scratch);
	values[0] = name_datum(stage);
	values[1] = Int64GetDatum(times->deals);
	values[2] = Int64GetDatum((int64) times->ended.n + times->open.n);
	values[3] = Int64GetDatum(times->ended.n);
	values[4] = Int64GetDatum(times->open.n);
	values[5] = Float8GetDatum(durations_days(times->ended.sum + times->open.sum));
	known = durations_mean(&times->ended, &days);
	put_days(&values[6], &nulls[6], known, days);
	known = durations_quantile(&times->ended, 0.5, &days, scratch);
	put_days(&values[7], &nulls[7], known, days);
	durations_km_quantiles(&times->ended, &times->open, 2, shares, quantiles, quantiles_known, scratch);
	put_days(&values[8], &nulls[8], quantiles_known[0], quantiles[0]);
	put_days(&values[9], &nulls[9], quantiles_known[1], quantiles[1]);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	durations_free(&times->ended);
	durations_free(&times->open);
}

static Datum
stage_times(FunctionCallInfo fcinfo, const SalesProcess *process)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Question	question;
	HistoryDeal deal;
	StageTimes *times;
	Durations	scratch = {0};
	uint32		serial = 0;

	InitMaterializedSRF(fcinfo, 0);
	question_args(fcinfo, &question, process);
	times = palloc0(Max(question.reader.nstages, 1) * sizeof(StageTimes));
	while (history_next(&question.reader, &deal))
	{
		HistorySpell spell;
		uint32		at = 0;

		serial++;
		while (history_spell(&deal, &at, question.as_of, &spell))
		{
			StageTimes *stage = &times[spell.stage];

			if (process != NULL && history_is_final(&question.reader.stages[spell.stage]))
				continue;
			if (stage->last_deal != serial)
			{
				stage->last_deal = serial;
				stage->deals++;
			}
			durations_add(spell.ended ? &stage->ended : &stage->open, history_spell_length(&spell));
		}
	}
	for (uint32 i = 0; i < question.reader.nstages; i++)
	{
		if (times[i].deals > 0)
			put_stage_times(result, &question.reader.stages[i], &times[i], &scratch);
	}
	return (Datum) 0;
}

/* (history, as_of timestamptz) */
Datum
salesops_stage_times(PG_FUNCTION_ARGS)
{
	return stage_times(fcinfo, NULL);
}

/* (history, as_of timestamptz, process sales_process) */
Datum
salesops_stage_times_process(PG_FUNCTION_ARGS)
{
	return stage_times(fcinfo, process_arg(fcinfo, 2));
}

/* ---- moves from stage to stage ---- */

/* Different moves that are counted: some 250 MB, where 65,000 stages could make 4 billion of them. */
#define MAX_MOVES 1000000

/* Moves from one stage to another; from none where a deal first entered. */
typedef struct Move
{
	uint32		from;			/* 0, or the number of a stage and 1 */
	uint32		to;
	uint32		last_deal;
	int64		moves;
	int64		deals;
	Durations	days;
} Move;

/* Moves by from and to: slots hold their number and 1, and half of them stay free. */
typedef struct MoveTable
{
	Move	   *moves;
	uint32		n;
	uint32		room;
	uint32	   *slots;
	uint32		nslots;
} MoveTable;

static inline uint32
move_slot(const MoveTable *table, uint32 from, uint32 to)
{
	uint64		pair = (uint64) from << 32 | to;
	uint32		slot = (uint32) row_key_hash(&pair, 1) & (table->nslots - 1);

	for (; table->slots[slot] != 0; slot = (slot + 1) & (table->nslots - 1))
	{
		const Move *move = &table->moves[table->slots[slot] - 1];

		if (move->from == from && move->to == to)
			break;
	}
	return slot;
}

static void
too_many_moves(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a stage_history has too many different moves from stage to stage"),
			 errdetail("At most %d pairs of stages can be counted.", MAX_MOVES),
			 errhint("Give stages that differ only from deal to deal one name, or aggregate fewer of them.")));
}

static Move *
move_find(MoveTable *table, uint32 from, uint32 to)
{
	uint32		slot;

	if (table->n * 2 >= table->nslots)
	{
		CHECK_FOR_INTERRUPTS();
		if (table->slots != NULL)
			pfree(table->slots);
		table->nslots = table->nslots == 0 ? 64 : table->nslots * 2;
		table->slots = MemoryContextAllocExtended(CurrentMemoryContext, table->nslots * sizeof(uint32), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		for (uint32 i = 0; i < table->n; i++)
			table->slots[move_slot(table, table->moves[i].from, table->moves[i].to)] = i + 1;
	}
	slot = move_slot(table, from, to);
	if (table->slots[slot] == 0)
	{
		if (unlikely(table->n == MAX_MOVES))
			too_many_moves();
		if (table->n == table->room)
		{
			table->room = table->room == 0 ? 32 : table->room * 2;
			if (table->moves == NULL)
				table->moves = palloc(table->room * sizeof(Move));
			else
				table->moves = repalloc_huge(table->moves, table->room * sizeof(Move));
		}
		memset(&table->moves[table->n], 0, sizeof(Move));
		table->moves[table->n].from = from;
		table->moves[table->n].to = to;
		table->slots[slot] = ++table->n;
	}
	return &table->moves[table->slots[slot] - 1];
}

static inline int
move_compare(const Move *left, const Move *right)
{
	if (left->from != right->from)
		return left->from < right->from ? -1 : 1;
	return left->to < right->to ? -1 : left->to > right->to;
}

#define MERGE_SORT_NAME sort_moves
#define MERGE_SORT_TYPE Move
#define MERGE_SORT_COMPARE move_compare
#include "core/merge_sort.h"

static void
move_count(MoveTable *table, uint32 from, uint32 to, uint32 deal, const HistorySpell *left)
{
	Move	   *move = move_find(table, from, to);

	move->moves++;
	if (move->last_deal != deal)
	{
		move->last_deal = deal;
		move->deals++;
	}
	if (left != NULL)
		durations_add(&move->days, history_spell_length(left));
}

static Datum
stage_transitions(FunctionCallInfo fcinfo, const SalesProcess *process)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Question	question;
	HistoryDeal deal;
	MoveTable	table = {0};
	Durations	scratch = {0};
	uint32		serial = 0;

	InitMaterializedSRF(fcinfo, 0);
	question_args(fcinfo, &question, process);
	while (history_next(&question.reader, &deal))
	{
		HistorySpell spell;
		uint32		at = 0;

		serial++;
		if (deal.events[0].at <= question.as_of)
			move_count(&table, 0, deal.events[0].stage, serial, NULL);
		while (history_spell(&deal, &at, question.as_of, &spell))
		{
			if (spell.ended)
				move_count(&table, spell.stage + 1, spell.next_stage, serial, &spell);
		}
	}
	if (table.n > 0)
		sort_moves(table.moves, table.n);
	for (uint32 i = 0; i < table.n; i++)
	{
		Move	   *move = &table.moves[i];
		Datum		values[6] = {0};
		bool		nulls[6] = {move->from == 0};
		double		days = 0;
		bool		known;

		CHECK_FOR_INTERRUPTS();
		durations_settle(&move->days, &scratch);
		if (move->from > 0)
			values[0] = name_datum(&question.reader.stages[move->from - 1]);
		values[1] = name_datum(&question.reader.stages[move->to]);
		values[2] = Int64GetDatum(move->moves);
		values[3] = Int64GetDatum(move->deals);
		known = durations_mean(&move->days, &days);
		put_days(&values[4], &nulls[4], known, days);
		known = durations_quantile(&move->days, 0.5, &days, &scratch);
		put_days(&values[5], &nulls[5], known, days);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		durations_free(&move->days);
	}
	return (Datum) 0;
}

/* (history, as_of timestamptz) -> (from_stage, to_stage text, transitions, deals bigint, mean_days, median_days float8) */
Datum
salesops_stage_transitions(PG_FUNCTION_ARGS)
{
	return stage_transitions(fcinfo, NULL);
}

/* (history, as_of timestamptz, process) -> the same */
Datum
salesops_stage_transitions_process(PG_FUNCTION_ARGS)
{
	return stage_transitions(fcinfo, process_arg(fcinfo, 2));
}

/* ---- the log of the stays ---- */

SALESOPS_FUNCTION(salesops_stage_entries_history);

/*
 * Whether an event says no more than that the deal is still in its stage.  One that shares its moment with another, or follows such
 * ones, is kept: what it says depends on the order of the process, which is not known here.
 */
static inline bool
event_repeats(const HistoryDeal *deal, uint32 i)
{
	const HistoryEvent *events = deal->events;

	return i > 0 && events[i].stage == events[i - 1].stage &&
		(i + 1 == deal->nevents || events[i + 1].at != events[i].at) && (i == 1 || events[i - 2].at != events[i - 1].at);
}

/* (history) */
Datum
salesops_stage_entries_history(PG_FUNCTION_ARGS)
{
	HistoryState *state = history_state_new(CurrentMemoryContext);
	HistoryView view;
	HistoryReader reader;
	HistoryDeal deal;

	history_open(fcinfo, 0, &view);
	history_begin(&reader, &view, NULL);
	/* stages of the new log have the numbers that they have in the reader */
	for (uint32 stage = 0; stage < reader.nstages; stage++)
		history_state_stage(state, reader.stages[stage].name, reader.stages[stage].length);
	while (history_next(&reader, &deal))
	{
		for (uint32 i = 0; i < deal.nevents; i++)
		{
			if (!event_repeats(&deal, i))
				history_state_add(state, view.id_type, deal.key, view.key_words, deal.events[i].at, deal.events[i].stage);
		}
	}
	state->incomplete = view.incomplete;
	return EOHPGetRODatum(&state->value);
}

/* ---- stays one by one ---- */

static Datum
stage_spells(FunctionCallInfo fcinfo, const SalesProcess *process)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Question	question;
	HistoryDeal deal;
	Datum	   *names;
	MemoryContext row_context;

	InitMaterializedSRF(fcinfo, 0);
	question_args(fcinfo, &question, process);
	names = palloc(Max(question.reader.nstages, 1) * sizeof(Datum));
	for (uint32 i = 0; i < question.reader.nstages; i++)
		names[i] = name_datum(&question.reader.stages[i]);
	row_context = AllocSetContextCreate(CurrentMemoryContext, "stage_spells", ALLOCSET_DEFAULT_SIZES);
	while (history_next(&question.reader, &deal))
	{
		MemoryContext old = MemoryContextSwitchTo(row_context);
		int			length;
		char	   *id = deal_id_out(question.view.id_type, deal.key, question.view.key_words, &length);
		Datum		values[6] = {PointerGetDatum(cstring_to_text_with_len(id, length))};
		HistorySpell spell;
		uint32		at = 0;

		while (history_spell(&deal, &at, question.as_of, &spell))
		{
			bool		nulls[6] = {0};
			bool		final = history_is_final(&question.reader.stages[spell.stage]);

			CHECK_FOR_INTERRUPTS();
			values[1] = names[spell.stage];
			values[2] = TimestampTzGetDatum(spell.entered_at);
			values[3] = TimestampTzGetDatum(spell.left_at);
			nulls[3] = !spell.ended;
			values[4] = Float8GetDatum(durations_days(history_spell_length(&spell)));
			nulls[4] = final;
			values[5] = BoolGetDatum(spell.ended);
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
		MemoryContextSwitchTo(old);
		MemoryContextReset(row_context);
	}
	return (Datum) 0;
}

/* (history, as_of timestamptz) -> (deal, stage text, entered_at, left_at timestamptz, days float8, ended boolean) */
Datum
salesops_stage_spells_history(PG_FUNCTION_ARGS)
{
	return stage_spells(fcinfo, NULL);
}

/* (history, as_of timestamptz, process sales_process) -> the same */
Datum
salesops_stage_spells_history_process(PG_FUNCTION_ARGS)
{
	return stage_spells(fcinfo, process_arg(fcinfo, 2));
}

/* ---- cases and counts ---- */

/* (history, as_of timestamptz) -> (deals, events bigint, mean_days, median_days, p90_days float8) */
Datum
salesops_case_durations(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Question	question;
	HistoryDeal deal;
	Durations	cases = {0};
	Durations	scratch = {0};
	int64		nevents = 0;
	Datum		values[5] = {0};
	bool		nulls[5] = {0};
	double		days = 0;
	bool		known;

	InitMaterializedSRF(fcinfo, 0);
	question_args(fcinfo, &question, NULL);
	while (history_next(&question.reader, &deal))
	{
		uint32		n = deal.nevents;

		while (n > 0 && deal.events[n - 1].at > question.as_of)
			n--;
		if (n == 0)
			continue;
		nevents += n;
		durations_add(&cases, (uint64) deal.events[n - 1].at - (uint64) deal.events[0].at);
	}
	durations_settle(&cases, &scratch);
	values[0] = Int64GetDatum(cases.n);
	values[1] = Int64GetDatum(nevents);
	known = durations_mean(&cases, &days);
	put_days(&values[2], &nulls[2], known, days);
	known = durations_quantile(&cases, 0.5, &days, &scratch);
	put_days(&values[3], &nulls[3], known, days);
	known = durations_at(&cases, 0.9, &days, &scratch);
	put_days(&values[4], &nulls[4], known, days);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	return (Datum) 0;
}

static void
count_all(FunctionCallInfo fcinfo, int64 *events, int64 *deals)
{
	HistoryView view;
	HistoryReader reader;
	HistoryDeal deal;

	history_open(fcinfo, 0, &view);
	*events = *deals = 0;
	if (view.flat != NULL)
	{
		*events = view.flat->nevents;
		*deals = view.flat->ndeals;
		return;
	}
	history_begin(&reader, &view, NULL);
	while (history_next(&reader, &deal))
	{
		*events += deal.nevents;
		++*deals;
	}
}

Datum
salesops_history_events(PG_FUNCTION_ARGS)
{
	int64		events;
	int64		deals;

	count_all(fcinfo, &events, &deals);
	PG_RETURN_INT64(events);
}

Datum
salesops_history_deals(PG_FUNCTION_ARGS)
{
	int64		events;
	int64		deals;

	count_all(fcinfo, &events, &deals);
	PG_RETURN_INT64(deals);
}

Datum
salesops_incomplete_events_history(PG_FUNCTION_ARGS)
{
	HistoryView view;

	history_open(fcinfo, 0, &view);
	PG_RETURN_INT64(view.incomplete);
}
