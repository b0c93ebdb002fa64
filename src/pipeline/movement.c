/*
 * movement.c
 *		The summary movement(from_outcome, from_amount, from_scope, to_outcome, to_amount, to_scope): how a pipeline went from
 *		what it was to what it is.
 *
 * Keeps how many deals were in the pipeline before and after and their exact amounts; for each kind of movement how many deals
 * made it and what that added to the pipeline, which is less than zero for what goes out; the deals that stayed as they
 * were; and the deals that lack an amount.  What a deal does is movement_path's to say (movement_rules.c); a deal that
 * comes and goes, or is resized and goes, is in two kinds.  Always, and to the last digit:
 *
 *		amount before + amounts of all kinds = amount after
 *		deals before + deals that came in - deals that went out = deals after
 *
 * A text or binary form that does not balance is refused.  The two sides could be computed from one of them and the kinds;
 * both are kept, since a reader then needs no sum and a damaged value is seen.
 *
 * Worked example: 1,257,559 + 1,501,878 new + 180,171 increased + 149,382 pulled in - 0 pushed out - 271,125 lost
 * - 556,292 decreased - 287,487 won = 1,974,086.
 */
#include "pipeline/movement.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

struct Movement
{
	Summary		head;
	int64		start_deals;
	int64		end_deals;
	ExactSum	start_amount;
	ExactSum	end_amount;
	/* by MovementKind */
	int64		deals[MOVEMENT_KINDS];
	ExactSum	amount[MOVEMENT_KINDS];
	int64		unchanged_deals;
	int64		missing_amounts;
};

#define KIND_FIELDS(kind, KIND) \
	SUMMARY_FIELD(Movement, #kind "_deals", deals[MOVEMENT_##KIND], SUMMARY_COUNT), \
	SUMMARY_FIELD(Movement, #kind, amount[MOVEMENT_##KIND], SUMMARY_SUM)

static const SummaryField fields[] = {
	SUMMARY_FIELD(Movement, "start_deals", start_deals, SUMMARY_COUNT),
	SUMMARY_FIELD(Movement, "start", start_amount, SUMMARY_SUM),
	KIND_FIELDS(new, NEW),
	KIND_FIELDS(reopened, REOPENED),
	KIND_FIELDS(transferred_in, TRANSFERRED_IN),
	KIND_FIELDS(pulled_in, PULLED_IN),
	KIND_FIELDS(pushed_in, PUSHED_IN),
	KIND_FIELDS(recategorized_in, RECATEGORIZED_IN),
	KIND_FIELDS(unknown_in, UNKNOWN_IN),
	KIND_FIELDS(increased, INCREASED),
	KIND_FIELDS(decreased, DECREASED),
	KIND_FIELDS(won, WON),
	KIND_FIELDS(lost, LOST),
	KIND_FIELDS(pushed_out, PUSHED_OUT),
	KIND_FIELDS(pulled_out, PULLED_OUT),
	KIND_FIELDS(transferred_out, TRANSFERRED_OUT),
	KIND_FIELDS(recategorized_out, RECATEGORIZED_OUT),
	KIND_FIELDS(omitted, OMITTED),
	KIND_FIELDS(deleted, DELETED),
	KIND_FIELDS(unknown_out, UNKNOWN_OUT),
	SUMMARY_FIELD(Movement, "end_deals", end_deals, SUMMARY_COUNT),
	SUMMARY_FIELD(Movement, "end", end_amount, SUMMARY_SUM),
	SUMMARY_FIELD(Movement, "unchanged_deals", unchanged_deals, SUMMARY_COUNT),
	SUMMARY_FIELD(Movement, "missing_amounts", missing_amounts, SUMMARY_COUNT),
};

/* Sums of sums may be beyond what an ExactSum holds; numeric holds them. */
static Numeric
plus(Numeric a, const ExactSum *b)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_add, NumericGetDatum(a), NumericGetDatum(exact_sum_numeric(b))));
}

/* What a text or binary form that was edited by hand gets wrong. */
static const char *
check(const Summary *summary)
{
	const Movement *m = (const Movement *) summary;
	int128		balance = m->start_deals;
	int128		entered = 0;
	int128		left = 0;		/* and could not have come in before that */
	int128		resized;
	Numeric		total = exact_sum_numeric(&m->start_amount);

	if (m->start_deals == 0 && exact_sum_sign(&m->start_amount) != 0)
		return "There is an amount at the start, and no deal.";
	if (m->end_deals == 0 && exact_sum_sign(&m->end_amount) != 0)
		return "There is an amount at the end, and no deal.";
	for (int kind = 0; kind < MOVEMENT_KINDS; kind++)
	{
		int			sign = exact_sum_sign(&m->amount[kind]);

		if (m->deals[kind] == 0 && sign != 0)
			return psprintf("There is an amount of \"%s\", and no deal.", movement_kind_names[kind]);
		if (kind == MOVEMENT_INCREASED && sign != (m->deals[kind] > 0))
			return "\"increased\" is not greater than zero.";
		if (kind == MOVEMENT_DECREASED && sign != -(m->deals[kind] > 0))
			return "\"decreased\" is not less than zero.";
		if (MOVEMENT_IS_ENTRY(kind))
		{
			balance += m->deals[kind];
			entered += m->deals[kind];
		}
		else if (MOVEMENT_IS_EXIT(kind))
		{
			balance -= m->deals[kind];
			if (kind != MOVEMENT_WON && kind != MOVEMENT_LOST)
				left += m->deals[kind];
		}
		total = plus(total, &m->amount[kind]);
	}
	if (balance != m->end_deals)
		return "The deals do not balance: those at the start, those that came in and those that went out are not those at the end.";
	if (DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(total), NumericGetDatum(exact_sum_numeric(&m->end_amount)))) != 0)
		return "The amounts do not balance: the amount at the start and all movements are not the amount at the end.";
	resized = (int128) m->deals[MOVEMENT_INCREASED] + m->deals[MOVEMENT_DECREASED];
	if (left + m->unchanged_deals > m->start_deals || m->unchanged_deals > m->end_deals ||
		resized + m->unchanged_deals + m->deals[MOVEMENT_DELETED] > m->start_deals)
		return "More deals stayed, were resized or left than there were at the start.";
	if (m->missing_amounts > m->start_deals + entered)
		return "More deals lack an amount than there are.";
	return NULL;
}

static const SummaryType movement_type = {
	"movement", sizeof(Movement), 0, fields, lengthof(fields), check
};

SUMMARY_FUNCTIONS(movement, &movement_type);

#define MOVEMENT_ARG() ((const Movement *) summary_arg(fcinfo, 0, &movement_type))

/* ---- building ---- */

Movement *
movement_new(void)
{
	Movement   *m = palloc0(sizeof(Movement));

	SET_VARSIZE(m, sizeof(Movement));
	m->head.version = SUMMARY_VERSION;
	return m;
}

void
movement_add(Movement *m, const MovementPath *path, const ExactSum *before, const ExactSum *after)
{
	MovementStep steps[MOVEMENT_MAX_STEPS];
	int			n;

	if (!movement_takes_part(path))
		return;
	if (path->starts)
	{
		summary_count(&m->start_deals, &movement_type);
		if (before != NULL)
			exact_sum_merge(&m->start_amount, before);
	}
	if (path->ends)
	{
		summary_count(&m->end_deals, &movement_type);
		if (after != NULL)
			exact_sum_merge(&m->end_amount, after);
	}
	n = movement_steps(path, before, after, steps);
	for (int i = 0; i < n; i++)
	{
		summary_count(&m->deals[steps[i].kind], &movement_type);
		exact_sum_merge(&m->amount[steps[i].kind], &steps[i].amount);
	}
	if (n == 0)
		summary_count(&m->unchanged_deals, &movement_type);
	if ((path->starts && before == NULL) || (after == NULL && path->exit != MOVEMENT_DELETED))
		summary_count(&m->missing_amounts, &movement_type);
}

Datum
movement_datum(const Movement *m)
{
	Movement   *stored = palloc(sizeof(Movement));

	memcpy(stored, m, sizeof(Movement));
	exact_sum_canonicalize(&stored->start_amount);
	exact_sum_canonicalize(&stored->end_amount);
	for (int kind = 0; kind < MOVEMENT_KINDS; kind++)
		exact_sum_canonicalize(&stored->amount[kind]);
	PG_RETURN_POINTER(stored);
}

/* (state, from_outcome text, from_amount, from_scope text, to_outcome text, to_amount, to_scope text), for each type of amount */
static inline Datum
movement_transfn(FunctionCallInfo fcinfo, ExactSumAdd add_amount)
{
	DealState	before = movement_state_arg(fcinfo, 1);
	DealState	after = movement_state_arg(fcinfo, 4);
	MovementPath path;
	ExactSum	from = {0};
	ExactSum	to = {0};
	Movement   *m;

	if (!before.exists && !after.exists)
		return summary_unchanged(fcinfo);

	path = movement_path(&before, &after);
	if (!PG_ARGISNULL(2))
		add_amount(&from, PG_GETARG_DATUM(2));
	if (!PG_ARGISNULL(5))
		add_amount(&to, PG_GETARG_DATUM(5));
	m = (Movement *) summary_state(fcinfo, &movement_type);
	movement_add(m, &path, PG_ARGISNULL(2) ? NULL : &from, PG_ARGISNULL(5) ? NULL : &to);
	return summary_result(fcinfo, &movement_type, &m->head);
}

EXACT_SUM_TRANSFNS(movement_transfn, movement_transfn);

/* ---- readers ---- */

#define KIND_READERS(kind, KIND) \
	SUMMARY_SUM_READER(kind##_amount_movement, Movement, amount[MOVEMENT_##KIND], &movement_type); \
	SUMMARY_COUNT_READER(kind##_deals_movement, Movement, deals[MOVEMENT_##KIND], &movement_type)

KIND_READERS(new, NEW);
KIND_READERS(reopened, REOPENED);
KIND_READERS(transferred_in, TRANSFERRED_IN);
KIND_READERS(pulled_in, PULLED_IN);
KIND_READERS(pushed_in, PUSHED_IN);
KIND_READERS(recategorized_in, RECATEGORIZED_IN);
KIND_READERS(unknown_in, UNKNOWN_IN);
KIND_READERS(increased, INCREASED);
KIND_READERS(decreased, DECREASED);
KIND_READERS(won, WON);
KIND_READERS(lost, LOST);
KIND_READERS(pushed_out, PUSHED_OUT);
KIND_READERS(pulled_out, PULLED_OUT);
KIND_READERS(transferred_out, TRANSFERRED_OUT);
KIND_READERS(recategorized_out, RECATEGORIZED_OUT);
KIND_READERS(omitted, OMITTED);
KIND_READERS(deleted, DELETED);
KIND_READERS(unknown_out, UNKNOWN_OUT);

SUMMARY_SUM_READER(start_amount, Movement, start_amount, &movement_type);
SUMMARY_SUM_READER(end_amount, Movement, end_amount, &movement_type);
SUMMARY_COUNT_READER(start_deals, Movement, start_deals, &movement_type);
SUMMARY_COUNT_READER(end_deals, Movement, end_deals, &movement_type);
SUMMARY_COUNT_READER(unchanged_deals, Movement, unchanged_deals, &movement_type);
SUMMARY_COUNT_READER(missing_amounts_movement, Movement, missing_amounts, &movement_type);

SALESOPS_FUNCTION(salesops_net_change);
SALESOPS_FUNCTION(salesops_movement_amount_of_kind);
SALESOPS_FUNCTION(salesops_movement_count);
SALESOPS_FUNCTION(salesops_waterfall);

Datum
salesops_net_change(PG_FUNCTION_ARGS)
{
	const Movement *m = MOVEMENT_ARG();

	return DirectFunctionCall2(numeric_sub, NumericGetDatum(exact_sum_numeric(&m->end_amount)),
							   NumericGetDatum(exact_sum_numeric(&m->start_amount)));
}

static MovementKind
kind_arg(FunctionCallInfo fcinfo)
{
	text	   *label = PG_GETARG_TEXT_PP(1);

	return movement_kind_require(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
}

Datum
salesops_movement_amount_of_kind(PG_FUNCTION_ARGS)
{
	PG_RETURN_NUMERIC(exact_sum_numeric(&MOVEMENT_ARG()->amount[kind_arg(fcinfo)]));
}

Datum
salesops_movement_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(MOVEMENT_ARG()->deals[kind_arg(fcinfo)]);
}

/* ---- the waterfall ---- */

#define WATERFALL_BARS (MOVEMENT_KINDS + 2)

typedef struct Waterfall
{
	const Movement *movement;
	Numeric		level;			/* of the pipeline, behind the last bar */
} Waterfall;

Datum
salesops_waterfall(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	Waterfall  *w;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;
		TupleDesc	columns;
		Movement   *copy;

		call = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "waterfall returns rows");
		call->tuple_desc = BlessTupleDesc(columns);
		copy = palloc(sizeof(Movement));
		memcpy(copy, MOVEMENT_ARG(), sizeof(Movement));
		w = palloc(sizeof(Waterfall));
		w->movement = copy;
		w->level = exact_sum_numeric(&copy->start_amount);
		call->user_fctx = w;
		MemoryContextSwitchTo(old);
	}
	call = SRF_PERCALL_SETUP();
	w = call->user_fctx;
	if (call->call_cntr < WATERFALL_BARS)
	{
		const Movement *m = w->movement;
		int			bar = (int) call->call_cntr;
		bool		nulls[6] = {false};
		Datum		values[6];
		const char *name;
		int64		deals;
		Numeric		amount;
		Numeric		from;
		Numeric		to;

		if (bar == 0 || bar == WATERFALL_BARS - 1)
		{
			const ExactSum zero = {0};

			name = bar == 0 ? "start" : "end";
			deals = bar == 0 ? m->start_deals : m->end_deals;
			amount = exact_sum_numeric(bar == 0 ? &m->start_amount : &m->end_amount);
			from = exact_sum_numeric(&zero);
			to = amount;
		}
		else
		{
			MemoryContext old;

			name = movement_kind_names[bar - 1];
			deals = m->deals[bar - 1];
			amount = exact_sum_numeric(&m->amount[bar - 1]);
			from = w->level;
			old = MemoryContextSwitchTo(call->multi_call_memory_ctx);
			to = w->level = plus(from, &m->amount[bar - 1]);
			MemoryContextSwitchTo(old);
		}
		values[0] = Int32GetDatum(bar + 1);
		values[1] = CStringGetTextDatum(name);
		values[2] = Int64GetDatum(deals);
		values[3] = NumericGetDatum(amount);
		values[4] = NumericGetDatum(from);
		values[5] = NumericGetDatum(to);
		SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, values, nulls)));
	}
	SRF_RETURN_DONE(call);
}
