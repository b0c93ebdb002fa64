/*
 * pipeline_change_read.c
 *		What moved between the two states of a pipeline_change: for a period, an owner and categories.
 *
 * A reader pairs the deals of both states (core/row_set.c), says of each side where it is (pipeline_scope) and of both
 * what happened (movement_path), and adds it up, or gives it out deal by deal.  The rules are those of the summary
 * movement, to which a full join of the two states leads as well; the tests hold both against each other.
 *
 * By owner, a deal counts for the owner that it had and the one that it has; for all others it is nowhere.  So one pass over
 * the deals serves all owners, and a transfer is seen at both ends.
 */
#include "pipeline/pipeline_change.h"

#include "core/guard.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "pipeline/movement.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/* What is asked for. */
typedef struct Question
{
	DateADT		period_start;
	DateADT		period_end;
	bool		of_owner;
	uint32		owner;			/* number of his label; 0 where he has no deal */
	int			categories;
} Question;

/* (change, period_start date, period_end date, [owner text,] categories text): reads the arguments from 1 on */
static Question
question_args(FunctionCallInfo fcinfo, ChangeView *view, int owner, int categories)
{
	Question	question = {DATEVAL_NOBEGIN, DATEVAL_NOEND, false, 0, PIPELINE_ANY_CATEGORY};

	if (!PG_ARGISNULL(1))
		question.period_start = PG_GETARG_DATEADT(1);
	if (!PG_ARGISNULL(2))
		question.period_end = PG_GETARG_DATEADT(2);
	pipeline_check_period(question.period_start, question.period_end);
	if (owner > 0 && !PG_ARGISNULL(owner))
	{
		text	   *label = PG_GETARG_TEXT_PP(owner);

		question.of_owner = true;
		question.owner = change_find_owner(view, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	}
	if (!PG_ARGISNULL(categories))
	{
		text	   *list = PG_GETARG_TEXT_PP(categories);

		question.categories = pipeline_categories(VARDATA_ANY(list), VARSIZE_ANY_EXHDR(list));
	}
	return question;
}

static inline DealState
deal_state(const ChangeView *view, const char *row, const Question *question, bool in_group)
{
	const ChangeRow *deal;
	DealState	state = {.exists = row != NULL, .outcome = OUTCOME_UNKNOWN, .scope = SCOPE_IN};

	if (row == NULL)
		return state;
	deal = CHANGE_ROW(view, row);
	state.outcome = change_outcome(deal);
	state.scope = pipeline_scope(state.outcome, deal->close_date, (deal->flags & CHANGE_HAS_DATE) != 0, question->period_start,
								 question->period_end, in_group, change_category(deal), question->categories);
	return state;
}

/* Is the deal, on this side, in the group that is asked for? */
static inline bool
in_group(const ChangeView *view, const char *row, const Question *question)
{
	return !question->of_owner || (row != NULL && question->owner != 0 && CHANGE_ROW(view, row)->owner == question->owner);
}

static inline const ExactSum *
side_amount(const ChangeView *view, const char *row, ExactSum *room)
{
	return row == NULL ? NULL : change_amount(view, CHANGE_ROW(view, row), room);
}

static void
add_deal(Movement *movement, const ChangeView *view, const MovementPath *path, const char *before, const char *after)
{
	ExactSum	from;
	ExactSum	to;

	movement_add(movement, path, side_amount(view, before, &from), side_amount(view, after, &to));
}

SALESOPS_FUNCTION(salesops_movement_pipeline_change);
SALESOPS_FUNCTION(salesops_movement_by_owner);
SALESOPS_FUNCTION(salesops_moved_deals);
SALESOPS_FUNCTION(salesops_deals_before);
SALESOPS_FUNCTION(salesops_deals_after);

/* (change, period_start date, period_end date, owner text, categories text) */
Datum
salesops_movement_pipeline_change(PG_FUNCTION_ARGS)
{
	ChangeView	view;
	Question	question;
	RowPairs	pairs;
	Movement   *movement;
	const char *before;
	const char *after;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	change_open(fcinfo, 0, &view);
	question = question_args(fcinfo, &view, 3, 4);
	movement = movement_new();
	change_pairs(&view, &pairs);
	while (row_pairs_next(&pairs, &before, &after))
	{
		DealState	from = deal_state(&view, before, &question, in_group(&view, before, &question));
		DealState	to = deal_state(&view, after, &question, in_group(&view, after, &question));
		MovementPath path = movement_path(&from, &to);

		if (movement_takes_part(&path))
			add_deal(movement, &view, &path, before, after);
	}
	return movement_datum(movement);
}

/* (change, period_start date, period_end date, categories text) -> (owner text, movement movement) */
Datum
salesops_movement_by_owner(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ChangeView	view;
	Question	question;
	RowPairs	pairs;
	Movement  **movements;
	const char *before;
	const char *after;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	change_open(fcinfo, 0, &view);
	question = question_args(fcinfo, &view, 0, 3);
	/* by number; 0 is for the deals without an owner, a group as any other */
	movements = palloc0((view.nlabels + 1) * sizeof(Movement *));
	change_pairs(&view, &pairs);
	while (row_pairs_next(&pairs, &before, &after))
	{
		uint32		owner_before = before == NULL ? 0 : CHANGE_ROW(&view, before)->owner;
		uint32		owner_after = after == NULL ? 0 : CHANGE_ROW(&view, after)->owner;

		if (before == NULL)
			owner_before = owner_after;
		else if (after == NULL)
			owner_after = owner_before;
		if (unlikely(owner_before > view.nlabels || owner_after > view.nlabels))
			guard_damaged(PIPELINE_CHANGE_NAME);
		for (uint32 owner = owner_before;; owner = owner_after)
		{
			DealState	from = deal_state(&view, before, &question, owner == owner_before);
			DealState	to = deal_state(&view, after, &question, owner == owner_after);
			MovementPath path = movement_path(&from, &to);

			if (movement_takes_part(&path))
			{
				if (unlikely(movements[owner] == NULL))
					movements[owner] = movement_new();
				add_deal(movements[owner], &view, &path, before, after);
			}
			if (owner == owner_after)
				break;
		}
	}
	/* in the order of the labels where they are sorted; those without an owner last */
	for (uint32 i = 1; i <= view.nlabels + 1; i++)
	{
		uint32		owner = i % (view.nlabels + 1);
		uint32		length = 0;
		const char *label = change_owner(&view, owner, &length);
		Datum		values[2] = {0, 0};
		bool		nulls[2] = {label == NULL, false};

		CHECK_FOR_INTERRUPTS();
		if (movements[owner] == NULL)
			continue;
		if (label != NULL)
			values[0] = PointerGetDatum(cstring_to_text_with_len(label, (int) length));
		values[1] = movement_datum(movements[owner]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(DatumGetPointer(values[1]));
	}
	return (Datum) 0;
}

/* The columns of one side in a row of moved_deals: amount, outcome, close date, owner, category; two apart. */
static void
put_side(ChangeView *view, const char *row, Datum *values, bool *nulls)
{
	const ChangeRow *deal;
	const char *label;
	uint32		length = 0;
	ExactSum	room;
	const ExactSum *amount;

	for (int i = 0; i < 10; i += 2)
		nulls[i] = true;
	if (row == NULL)
		return;
	deal = CHANGE_ROW(view, row);
	amount = change_amount(view, deal, &room);
	if (amount != NULL)
	{
		values[0] = NumericGetDatum(exact_sum_numeric(amount));
		nulls[0] = false;
	}
	if (change_outcome(deal) != OUTCOME_UNKNOWN)
	{
		values[2] = CStringGetTextDatum(outcome_names[change_outcome(deal)]);
		nulls[2] = false;
	}
	if (deal->flags & CHANGE_HAS_DATE)
	{
		values[4] = DateADTGetDatum(deal->close_date);
		nulls[4] = false;
	}
	label = change_owner(view, deal->owner, &length);
	if (label != NULL)
	{
		values[6] = PointerGetDatum(cstring_to_text_with_len(label, (int) length));
		nulls[6] = false;
	}
	if (change_category(deal) != CATEGORY_UNKNOWN)
	{
		values[8] = CStringGetTextDatum(forecast_category_names[change_category(deal)]);
		nulls[8] = false;
	}
}

/*
 * (change, period_start date, period_end date, owner text, categories text) -> (deal text, movement text, amount numeric,
 * amount_before, amount_after numeric, outcome_before, outcome_after text, close_before, close_after date, owner_before,
 * owner_after text, category_before, category_after text)
 */
Datum
salesops_moved_deals(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ChangeView	view;
	Question	question;
	RowPairs	pairs;
	MemoryContext row_context;
	MemoryContext old_context;
	const char *before;
	const char *after;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	change_open(fcinfo, 0, &view);
	question = question_args(fcinfo, &view, 3, 4);
	(void) change_owner(&view, 1, &(uint32) {0});	/* finds the labels once, in this context */
	change_pairs(&view, &pairs);
	row_context = AllocSetContextCreate(CurrentMemoryContext, "moved_deals", ALLOCSET_DEFAULT_SIZES);
	while (row_pairs_next(&pairs, &before, &after))
	{
		DealState	from = deal_state(&view, before, &question, in_group(&view, before, &question));
		DealState	to = deal_state(&view, after, &question, in_group(&view, after, &question));
		MovementPath path = movement_path(&from, &to);
		MovementStep steps[MOVEMENT_MAX_STEPS];
		ExactSum	from_amount;
		ExactSum	to_amount;
		Datum		values[13] = {0};
		bool		nulls[13] = {0};
		char	   *id;
		int			length;
		int			n;

		if (!movement_takes_part(&path))
			continue;
		n = movement_steps(&path, side_amount(&view, before, &from_amount), side_amount(&view, after, &to_amount), steps);
		if (n == 0)
			continue;
		CHECK_FOR_INTERRUPTS();
		old_context = MemoryContextSwitchTo(row_context);
		id = deal_id_out(view.id_type, (const uint64 *) (before != NULL ? before : after), view.key_words, &length);
		values[0] = PointerGetDatum(cstring_to_text_with_len(id, length));
		put_side(&view, before, &values[3], &nulls[3]);
		put_side(&view, after, &values[4], &nulls[4]);
		for (int i = 0; i < n; i++)
		{
			values[1] = CStringGetTextDatum(movement_kind_names[steps[i].kind]);
			values[2] = NumericGetDatum(exact_sum_numeric(&steps[i].amount));
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
		MemoryContextSwitchTo(old_context);
		MemoryContextReset(row_context);
	}
	MemoryContextDelete(row_context);
	return (Datum) 0;
}

/* How many deals a side has.  One that it has twice is an error here as everywhere. */
static Datum
count_deals(FunctionCallInfo fcinfo, ChangeSide side)
{
	ChangeView	view;
	RowPairs	pairs;

	change_open(fcinfo, 0, &view);
	if (view.state != NULL)
	{
		change_pairs(&view, &pairs);
		while (row_pairs_part(&pairs))
			;
	}
	PG_RETURN_INT64(view.nrows[side]);
}

Datum
salesops_deals_before(PG_FUNCTION_ARGS)
{
	return count_deals(fcinfo, CHANGE_BEFORE);
}

Datum
salesops_deals_after(PG_FUNCTION_ARGS)
{
	return count_deals(fcinfo, CHANGE_AFTER);
}
