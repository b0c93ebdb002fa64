/*
 * movement_rules.c
 *		Where a deal is, seen from a report, and what it did between two moments: the rules of pipeline movement.
 *
 * A report looks at a part of all deals: those that close in a period, of some forecast categories, owned by a group.  Its
 * pipeline is the open deals among them.  pipeline_scope says of one state of a deal whether it is there ("in"), or the first reason
 * why not, and movement_path derives from the two states what happened:
 *
 *		before		after				what
 *		in			open, in			resized by the difference of the amounts
 *		in			open, elsewhere		resized, then pulled_out (to an earlier period), pushed_out (to a later one),
 *										recategorized_out, transferred_out, or omitted
 *		in			won					resized, then won; won in another period or group: pulled_out, pushed_out or
 *										transferred_out, since it is that place's booking
 *		in			lost				resized, then lost, wherever it was moved at last
 *		in			absent				deleted
 *		in			outcome not known	resized, then unknown_out
 *		not in		open, in			new (it was absent), reopened (won, lost or omitted), pulled_in (from a later
 *										period), pushed_in (from an earlier one), recategorized_in, transferred_in,
 *										unknown_in
 *		not in		won, in				the same, then won; but nothing where it was won before, since a booking that is
 *										restated is no movement of the pipeline
 *		absent		lost, in			new, then lost
 *		won			lost, in			reopened, then lost
 *		otherwise						nothing
 *
 * An entry adds the amount after, an exit takes away the amount after (deleted: the amount before), so that the bar of won
 * deals is bookings, and for every deal: amount in the pipeline before + its steps = amount in the pipeline after.
 *
 * Why scopes are asked in a fixed order: period, then category, then group.  A deal that goes to another group and another
 * period at once leaves its cell for both reasons, and can be counted for one.  The first reason that differs is taken, so
 * summing over the parts of a later dimension gives the report without it, kind by kind: all groups of one period and
 * category; or all categories of one period (of all groups); or all periods (of all categories and groups).  The kinds of
 * the dimension that is summed over cancel.  Of won and lost deals the forecast category says nothing any more, and where it
 * is looked at it is closed; it is asked last, so that a deal that was handed over and won is the other group's, as it is
 * without a choice of categories.  Hence the one special case: a deal that was another group's and is won here, whose
 * category "closed" was not chosen, was in the pipeline there and is transferred.
 *
 * Source: the kinds are those of Salesforce's pipeline inspection (new, increased, decreased, moved in and out, closed won, closed
 * lost) and of the waterfalls of Clari and Gong; those split what Salesforce calls moved.  The field does not say in which
 * order a deal that is resized and won counts; here it is resized first.
 *
 * Worked example: a deal of 100 that is due in this quarter is raised to 120 and won: increased +20, won -120.  One that
 * was due in the next quarter and was won in this one at 80: pulled_in +80, won -80.
 */
#include "pipeline/movement.h"

#include "core/call_memo.h"
#include "core/guard.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "process/forecast_category.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

const char *const pipeline_scope_names[PIPELINE_SCOPES] = {
	"in", "earlier", "later", "omitted", "other_category", "other_group"
};

const char *const movement_kind_names[MOVEMENT_KINDS] = {
	"new", "reopened", "transferred_in", "pulled_in", "pushed_in", "recategorized_in", "unknown_in", "increased", "decreased",
	"won", "lost", "pushed_out", "pulled_out", "transferred_out", "recategorized_out", "omitted", "deleted", "unknown_out"
};

/* ---- names ---- */

/* Which of the names a label is, in any case, or -1. */
static int
lookup_name(const char *const *names, int n, const char *label, int length)
{
	for (int i = 0; i < n && length > 0; i++)
	{
		/* the first letter tells most apart */
		if ((label[0] | 0x20) == names[i][0] && (size_t) length == strlen(names[i]) &&
			(memcmp(label, names[i], length) == 0 || pg_strncasecmp(label, names[i], length) == 0))
			return i;
	}
	return -1;
}

PipelineScope
pipeline_scope_require(const char *label, int length)
{
	int			scope;

	/* what most deals are in */
	if (likely(length == 2 && memcmp(label, "in", 2) == 0))
		return SCOPE_IN;
	scope = lookup_name(pipeline_scope_names, PIPELINE_SCOPES, label, length);
	if (unlikely(scope < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown scope: \"%.*s\"%s", pg_mbcliplen(label, length, 60), label, length > 60 ? "..." : ""),
				 errdetail("A scope is in, earlier, later, omitted, other_category or other_group."),
				 errhint("Derive it with pipeline_scope(outcome, close_date, category, period_start, period_end, in_group, categories), "
						 "or pass NULL where nothing is filtered.")));
	return (PipelineScope) scope;
}

MovementKind
movement_kind_require(const char *label, int length)
{
	int			kind = lookup_name(movement_kind_names, MOVEMENT_KINDS, label, length);

	if (unlikely(kind < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown kind of movement: \"%.*s\"%s", pg_mbcliplen(label, length, 60), label, length > 60 ? "..." : ""),
				 errdetail("The kinds are new, reopened, transferred_in, pulled_in, pushed_in, recategorized_in, unknown_in, "
						   "increased, decreased, won, lost, pushed_out, pulled_out, transferred_out, recategorized_out, omitted, deleted and unknown_out."),
				 errhint("All of them are rows of waterfall(movement); what is there before and after is start_amount and end_amount.")));
	return (MovementKind) kind;
}

/* ---- where a deal is ---- */

int
pipeline_categories(const char *list, int length)
{
	int			categories = 0;
	const char *end = list + length;

	for (const char *start = list; start <= end;)
	{
		const char *comma = memchr(start, ',', end - start);
		const char *stop = comma == NULL ? end : comma;

		CHECK_FOR_INTERRUPTS();
		if (forecast_category_is_blank(start, (int) (stop - start)))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a blank in a list of forecast categories: \"%.*s\"%s", pg_mbcliplen(list, length, 60), list,
							length > 60 ? "..." : ""),
					 errdetail("The categories are omitted, pipeline, best_case, most_likely, commit and closed."),
					 errhint("Separate them by commas, as in 'best_case, commit', or pass NULL to choose none.")));
		categories |= 1 << forecast_category_require(start, (int) (stop - start));
		start = stop + 1;
	}
	return categories;
}

PipelineScope
pipeline_scope(Outcome outcome, DateADT close_date, bool has_close_date, DateADT period_start, DateADT period_end,
			   bool in_group, int category, int categories)
{
	bool		closed = outcome == OUTCOME_WON || outcome == OUTCOME_LOST;
	bool		chosen = categories != PIPELINE_ANY_CATEGORY;

	if (closed)
		category = CATEGORY_CLOSED;
	else if (category == CATEGORY_OMITTED && !(chosen && (categories & (1 << CATEGORY_OMITTED)) != 0))
		return SCOPE_OMITTED;

	/* what has no date is due at the end of all time, which only a period without end reaches */
	if (!has_close_date)
		close_date = DATEVAL_NOEND;
	if (close_date < period_start)
		return SCOPE_EARLIER;
	if (close_date > period_end)
		return SCOPE_LATER;

	if (closed && !in_group)
		return SCOPE_OTHER_GROUP;
	if (chosen && (category == CATEGORY_UNKNOWN || (categories & (1 << category)) == 0))
		return SCOPE_OTHER_CATEGORY;
	return in_group ? SCOPE_IN : SCOPE_OTHER_GROUP;
}

/* Refuses a period that ends before it starts. */
void
pipeline_check_period(DateADT period_start, DateADT period_end)
{
	if (period_start > period_end)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the period ends before it starts: \"%s\" to \"%s\"",
						DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(period_start))),
						DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(period_end)))),
				 errdetail("Both days belong to the period."),
				 errhint("The arguments are (..., period_start, period_end), in this order.")));
}

/* A list of categories is the same for all rows of a query: what was read of it is kept. */
static void
make_categories(const void *value, void *result)
{
	*(int *) result = pipeline_categories(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

/* Longer lists are not kept, but read anew for each row. */
#define MAX_KEPT_LIST 1024

static int
categories_arg(FunctionCallInfo fcinfo, int argument)
{
	text	   *list;

	if (PG_ARGISNULL(argument))
		return PIPELINE_ANY_CATEGORY;
	list = PG_GETARG_TEXT_PP(argument);
	if (VARSIZE_ANY_EXHDR(list) > MAX_KEPT_LIST)
		return pipeline_categories(VARDATA_ANY(list), VARSIZE_ANY_EXHDR(list));
	return *(const int *) call_memo(fcinfo, list, sizeof(int), make_categories);
}

SALESOPS_FUNCTION(salesops_pipeline_scope);

Datum
salesops_pipeline_scope(PG_FUNCTION_ARGS)
{
	Outcome		outcome;
	ForecastCategory category;
	DateADT		period_start = PG_ARGISNULL(3) ? DATEVAL_NOBEGIN : PG_GETARG_DATEADT(3);
	DateADT		period_end = PG_ARGISNULL(4) ? DATEVAL_NOEND : PG_GETARG_DATEADT(4);
	PipelineScope scope;

	pipeline_check_period(period_start, period_end);

	/* no such deal, on this side of an outer join */
	if (PG_ARGISNULL(0) && PG_ARGISNULL(1) && PG_ARGISNULL(2))
		PG_RETURN_NULL();

	outcome = outcome_arg(fcinfo, 0);
	category = forecast_category_arg(fcinfo, 2);
	scope = pipeline_scope(outcome, PG_ARGISNULL(1) ? 0 : PG_GETARG_DATEADT(1), !PG_ARGISNULL(1), period_start, period_end,
						   !PG_ARGISNULL(5) && PG_GETARG_BOOL(5), category, categories_arg(fcinfo, 6));
	PG_RETURN_TEXT_P(cstring_to_text(pipeline_scope_names[scope]));
}

/* ---- what it did ---- */

/* How a deal that was not in the pipeline came into it. */
static MovementKind
entry_kind(const DealState *before)
{
	if (!before->exists)
		return MOVEMENT_NEW;
	if (before->outcome == OUTCOME_UNKNOWN)
		return MOVEMENT_UNKNOWN_IN;
	if (before->outcome != OUTCOME_OPEN)
		return MOVEMENT_REOPENED;
	switch (before->scope)
	{
		case SCOPE_EARLIER:
			return MOVEMENT_PUSHED_IN;
		case SCOPE_LATER:
			return MOVEMENT_PULLED_IN;
		case SCOPE_OTHER_CATEGORY:
			return MOVEMENT_RECATEGORIZED_IN;
		case SCOPE_OTHER_GROUP:
			return MOVEMENT_TRANSFERRED_IN;
		default:
			return MOVEMENT_REOPENED;	/* omitted */
	}
}

/* How one that was in the pipeline went out of it, or MOVEMENT_NONE. */
static MovementKind
exit_kind(const DealState *after)
{
	if (!after->exists)
		return MOVEMENT_DELETED;
	if (after->outcome == OUTCOME_UNKNOWN)
		return MOVEMENT_UNKNOWN_OUT;
	if (after->outcome == OUTCOME_LOST)
		return MOVEMENT_LOST;
	switch (after->scope)
	{
		case SCOPE_EARLIER:
			return MOVEMENT_PULLED_OUT;
		case SCOPE_LATER:
			return MOVEMENT_PUSHED_OUT;
		case SCOPE_OTHER_GROUP:
			return MOVEMENT_TRANSFERRED_OUT;
		case SCOPE_OTHER_CATEGORY:
			/* a won deal's category is none to leave for */
			return after->outcome == OUTCOME_WON ? MOVEMENT_WON : MOVEMENT_RECATEGORIZED_OUT;
		case SCOPE_OMITTED:
			return after->outcome == OUTCOME_WON ? MOVEMENT_WON : MOVEMENT_OMITTED;
		default:
			return after->outcome == OUTCOME_WON ? MOVEMENT_WON : MOVEMENT_NONE;
	}
}

/* The rules; see the table on top. */
MovementPath
movement_path(const DealState *before, const DealState *after)
{
	MovementPath path = {.entry = MOVEMENT_NONE, .exit = MOVEMENT_NONE};

	path.starts = before->exists && before->outcome == OUTCOME_OPEN && before->scope == SCOPE_IN;
	path.ends = after->exists && after->outcome == OUTCOME_OPEN && after->scope == SCOPE_IN;
	if (path.starts)
	{
		path.resized = after->exists;
		path.exit = exit_kind(after);
	}
	else if (path.ends)
		path.entry = entry_kind(before);
	else if (after->exists && after->outcome == OUTCOME_WON)
	{
		bool		was_won = before->exists && before->outcome == OUTCOME_WON;
		bool		handed_over = before->exists && before->outcome == OUTCOME_OPEN && before->scope == SCOPE_OTHER_GROUP;

		if (after->scope == SCOPE_IN ? !was_won : after->scope == SCOPE_OTHER_CATEGORY && handed_over)
		{
			path.entry = entry_kind(before);
			path.exit = MOVEMENT_WON;
		}
	}
	else if (after->exists && after->outcome == OUTCOME_LOST && after->scope == SCOPE_IN &&
			 (!before->exists || before->outcome == OUTCOME_WON))
	{
		path.entry = entry_kind(before);
		path.exit = MOVEMENT_LOST;
	}
	return path;
}

static const ExactSum no_amount = {0};

/* amount - other */
static ExactSum
difference(const ExactSum *amount, const ExactSum *other)
{
	ExactSum	result = {0};
	ExactSum	negative = *other;

	exact_sum_set_mantissa(&negative, -exact_sum_mantissa(other));
	exact_sum_merge(&result, amount);
	exact_sum_merge(&result, &negative);
	return result;
}

int
movement_steps(const MovementPath *path, const ExactSum *before, const ExactSum *after, MovementStep steps[MOVEMENT_MAX_STEPS])
{
	int			n = 0;

	if (before == NULL)
		before = &no_amount;
	if (after == NULL)
		after = &no_amount;
	if (path->entry != MOVEMENT_NONE)
		steps[n++] = (MovementStep) {path->entry, *after};
	else if (path->resized)
	{
		ExactSum	change = difference(after, before);
		int			sign = exact_sum_sign(&change);

		if (sign != 0)
			steps[n++] = (MovementStep) {sign > 0 ? MOVEMENT_INCREASED : MOVEMENT_DECREASED, change};
	}
	if (path->exit != MOVEMENT_NONE)
		steps[n++] = (MovementStep) {path->exit, difference(&no_amount, path->exit == MOVEMENT_DELETED ? before : after)};
	return n;
}

/* ---- of one deal: (from_outcome, from_amount, from_scope, to_outcome, to_amount, to_scope) ---- */

DealState
movement_state_arg(FunctionCallInfo fcinfo, int argument)
{
	DealState	state = {.outcome = outcome_arg(fcinfo, argument), .scope = SCOPE_IN};

	state.exists = !PG_ARGISNULL(argument) || !PG_ARGISNULL(argument + 1) || !PG_ARGISNULL(argument + 2);
	if (!PG_ARGISNULL(argument + 2))
	{
		text	   *label = PG_GETARG_TEXT_PP(argument + 2);

		state.scope = pipeline_scope_require(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	}
	return state;
}

typedef struct DealMovement
{
	MovementPath path;
	ExactSum	before;
	ExactSum	after;
	int			n;
	MovementStep steps[MOVEMENT_MAX_STEPS];
} DealMovement;

static DealMovement
deal_movement(FunctionCallInfo fcinfo)
{
	DealMovement deal = {0};
	DealState	before = movement_state_arg(fcinfo, 0);
	DealState	after = movement_state_arg(fcinfo, 3);

	deal.path = movement_path(&before, &after);
	if (!PG_ARGISNULL(1))
		exact_sum_add_numeric(&deal.before, PG_GETARG_DATUM(1));
	if (!PG_ARGISNULL(4))
		exact_sum_add_numeric(&deal.after, PG_GETARG_DATUM(4));
	deal.n = movement_steps(&deal.path, &deal.before, &deal.after, deal.steps);
	return deal;
}

SALESOPS_FUNCTION(salesops_movement_type);
SALESOPS_FUNCTION(salesops_movement_amount);
SALESOPS_FUNCTION(salesops_movements);

Datum
salesops_movement_type(PG_FUNCTION_ARGS)
{
	DealMovement deal = deal_movement(fcinfo);

	if (deal.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(movement_kind_names[deal.steps[deal.n - 1].kind]));
}

Datum
salesops_movement_amount(PG_FUNCTION_ARGS)
{
	DealMovement deal = deal_movement(fcinfo);
	ExactSum	net;

	if (!movement_takes_part(&deal.path))
		PG_RETURN_NULL();
	net = difference(deal.path.ends ? &deal.after : &no_amount, deal.path.starts ? &deal.before : &no_amount);
	PG_RETURN_NUMERIC(exact_sum_numeric(&net));
}

Datum
salesops_movements(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	DealMovement *deal;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;
		TupleDesc	columns;

		call = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "movements returns rows");
		call->tuple_desc = BlessTupleDesc(columns);
		deal = palloc(sizeof(DealMovement));
		*deal = deal_movement(fcinfo);
		call->user_fctx = deal;
		MemoryContextSwitchTo(old);
	}
	call = SRF_PERCALL_SETUP();
	deal = call->user_fctx;
	if (call->call_cntr < (uint64) deal->n)
	{
		const MovementStep *step = &deal->steps[call->call_cntr];
		Datum		values[2] = {CStringGetTextDatum(movement_kind_names[step->kind]), NumericGetDatum(exact_sum_numeric(&step->amount))};
		bool		nulls[2] = {false, false};

		SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, values, nulls)));
	}
	SRF_RETURN_DONE(call);
}
