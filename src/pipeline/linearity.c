/*
 * linearity.c
 *		The summary linearity(booked_on, amount, part, period, calendar): how a period's bookings spread over its parts.
 *
 * The exact sum of the amounts in each part (quarter, month, week or day) of a period (year, quarter, month or week), by the
 * number of the part in its period: 60 % of a quarter's bookings in its third month is a hockey stick.  Bookings of several
 * periods come together by that number, which gives the usual course of a quarter; GROUP BY the period for each.
 *
 * A week of a calendar of months that lies in two quarters is the last part of the one and the first of the other.
 *
 * A booking without amount is counted (missing_amounts) and in no part; an amount without date is counted apart
 * (undated_deals, undated_amount) and in no share; a row that has neither is no booking.  Part, period and calendar are
 * policy: one for all rows, and an error where they are NULL or differ, also in merging.
 *
 * Memory: 72 bytes and 24 for each part, up to the last one that has a booking: some 150 for the months of a quarter, 1,400 for
 * the weeks of a year.
 *
 * Text form: {"linearity": 1, "part": "period", "period": "quarter", "calendar": "starts January", "bookings": 3,
 * "amounts": [1500000, 2000000, 5500000]}; a month is a period of its calendar.
 *
 * Worked example: 1.5, 2.0 and 5.5 million in the months of a quarter: shares 0.1667, 0.2222 and 0.6111.
 */
#include "core/compat.h"

#include "calendar/fiscal_calendar.h"
#include "core/aggregate.h"
#include "core/guard.h"
#include "core/literal.h"
#include "core/summary.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/* Where the values of a state or a stored one end is told by nparts: behind them a state has room. */
typedef struct Linearity
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		part;			/* FiscalUnit */
	uint8		period;			/* FiscalUnit, a coarser one */
	uint8		unused;
	FiscalCalendar calendar;
	uint32		nparts;			/* up to the last that has a booking with an amount */
	uint32		unused2;
	int64		bookings;		/* that have a date */
	int64		missing_amounts;	/* of these */
	int64		undated;
	ExactSum	undated_amount;
	ExactSum	amounts[FLEXIBLE_ARRAY_MEMBER];
} Linearity;

#define LINEARITY_VERSION 1
#define TYPE_NAME "linearity"
#define KEEP_TEXT "Summaries are made by their aggregate and written out by the database: keep the text as it was."

#define MAX_PARTS 371
#define MAX_LITERAL (64 * 1024)
#define MAX_LITERAL_VALUES 1000

/* Parts for which a new state has room. */
#define FIRST_PARTS 4

/* ---- the policy ---- */

typedef struct LinearityPolicy
{
	FiscalUnit	part;
	FiscalUnit	period;
	const FiscalCalendar *calendar;
} LinearityPolicy;

/* The most parts that a period has; 0 where it has no such parts. */
static int
most_parts(const LinearityPolicy *policy)
{
	static const int most[FISCAL_UNITS][FISCAL_UNITS] = {
		/* of a year */ {0, 4, 13, 53, MAX_PARTS},
		/* of a quarter, of which the long one of 13 periods has 16 weeks, and one more */ {0, 0, 4, 17, 119},
		/* of a period of five weeks and one more */ {0, 0, 0, 6, 42},
		/* of a week */ {0, 0, 0, 0, 7},
	};

	if (policy->part == FISCAL_PERIOD && policy->period == FISCAL_YEAR)
		return fiscal_periods_of(policy->calendar);
	if (policy->part == FISCAL_PERIOD && policy->period == FISCAL_QUARTER)
		return policy->calendar->pattern == FISCAL_13_PERIODS ? 4 : 3;
	return most[policy->period][policy->part];
}

static LinearityPolicy
policy_of(const Linearity *l)
{
	return (LinearityPolicy) {(FiscalUnit) l->part, (FiscalUnit) l->period, &l->calendar};
}

/* (…, part text, period text, calendar) from an argument on */
static LinearityPolicy
policy_arg(FunctionCallInfo fcinfo, int argument)
{
	LinearityPolicy policy;

	for (int i = argument; i < argument + 3; i++)
	{
		static const char *const names[] = {"part", "period", "calendar"};

		if (unlikely(PG_ARGISNULL(i)))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("the %s of a linearity is NULL", names[i - argument]),
					 errdetail("Part, period and calendar are the same for all rows."),
					 errhint("Write them as constants: linearity(booked_on, amount, 'month', 'quarter', 'starts January').")));
	}
	policy.part = fiscal_unit_arg(fcinfo, argument);
	policy.period = fiscal_unit_arg(fcinfo, argument + 1);
	policy.calendar = fiscal_calendar_arg(fcinfo, argument + 2);
	if (unlikely(policy.part <= policy.period))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a %s has no parts that are %ss", fiscal_unit_names[policy.period], fiscal_unit_names[policy.part]),
				 errdetail("The part must be finer than the period."),
				 errhint("The arguments are (booked_on, amount, part, period, calendar), in this order.")));
	return policy;
}

static void
require_policy(const Linearity *l, const LinearityPolicy *policy)
{
	if (likely(l->part == policy->part && l->period == policy->period && memcmp(&l->calendar, policy->calendar, sizeof(FiscalCalendar)) == 0))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("linearity by %s of %s in \"%s\" does not go together with that by %s of %s in \"%s\"",
					fiscal_unit_names[l->part], fiscal_unit_names[l->period], fiscal_calendar_text(&l->calendar),
					fiscal_unit_names[policy->part], fiscal_unit_names[policy->period], fiscal_calendar_text(policy->calendar)),
			 errdetail("Part, period and calendar are the same for all rows, and for all that is merged."),
			 errhint("GROUP BY what they depend on.")));
}

/* ---- values ---- */

static inline Size
linearity_size(uint32 nparts)
{
	return offsetof(Linearity, amounts) + nparts * sizeof(ExactSum);
}

static inline uint32
linearity_room(const Linearity *l)
{
	return (uint32) ((VARSIZE(l) - offsetof(Linearity, amounts)) / sizeof(ExactSum));
}

static Linearity *
linearity_new(const LinearityPolicy *policy, uint32 room)
{
	Linearity  *l = palloc0(linearity_size(room));

	SET_VARSIZE(l, linearity_size(room));
	l->version = LINEARITY_VERSION;
	l->part = (uint8) policy->part;
	l->period = (uint8) policy->period;
	l->calendar = *policy->calendar;
	return l;
}

/* A copy with room for so many parts, which are as many as it has or more. */
static Linearity *
linearity_copy(const Linearity *from, uint32 room)
{
	LinearityPolicy policy = policy_of(from);
	Linearity  *l = linearity_new(&policy, room);

	memcpy((char *) l + sizeof(int32), (const char *) from + sizeof(int32), linearity_size(from->nparts) - sizeof(int32));
	return l;
}

/* The stored form. */
static Linearity *
linearity_canonical(const Linearity *from)
{
	Linearity  *l = linearity_copy(from, from->nparts);

	exact_sum_canonicalize(&l->undated_amount);
	for (uint32 i = 0; i < l->nparts; i++)
		exact_sum_canonicalize(&l->amounts[i]);
	return l;
}

static Linearity *
linearity_make_room(Linearity *l, uint32 nparts)
{
	LinearityPolicy policy = policy_of(l);

	if (likely(nparts <= linearity_room(l)))
		return l;
	return linearity_copy(l, Max(nparts, Min(2 * linearity_room(l), (uint32) most_parts(&policy))));
}

static const Linearity *
linearity_arg(FunctionCallInfo fcinfo, int argument)
{
	const Linearity *l = (const Linearity *) PG_GETARG_VARLENA_P(argument);

	if (VARSIZE(l) < linearity_size(0) || l->version != LINEARITY_VERSION || l->part >= FISCAL_UNITS || l->period >= l->part ||
		l->nparts > MAX_PARTS || VARSIZE(l) < linearity_size(l->nparts))
		guard_damaged(TYPE_NAME);
	return l;
}

/* The state that a transition function may change, which there is. */
static Linearity *
linearity_state(FunctionCallInfo fcinfo)
{
	Linearity  *l = unconstify(Linearity *, linearity_arg(fcinfo, 0));

	if (likely(in_aggregate(fcinfo) && (Pointer) l == DatumGetPointer(PG_GETARG_DATUM(0))))
		return l;
	return linearity_copy(l, l->nparts);
}

static Datum
linearity_result(FunctionCallInfo fcinfo, Linearity *l)
{
	PG_RETURN_POINTER(in_aggregate(fcinfo) ? l : linearity_canonical(l));
}

/* ---- the aggregate ---- */

SALESOPS_FUNCTION(salesops_linearity_combinefn);
SALESOPS_FUNCTION(salesops_linearity_finalfn);

static void
count_up(int64 *count, int64 more, const char *name)
{
	*count = summary_add_counts(*count, more, name, TYPE_NAME);
}

/* (state, booked_on date, amount, part text, period text, calendar), for each type of amount */
static inline Datum
linearity_transfn(FunctionCallInfo fcinfo, ExactSumAdd add_amount)
{
	LinearityPolicy policy;
	Linearity  *l;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);

	policy = policy_arg(fcinfo, 3);
	if (PG_ARGISNULL(0))
		l = linearity_new(&policy, FIRST_PARTS);
	else
	{
		l = linearity_state(fcinfo);
		require_policy(l, &policy);
	}
	if (PG_ARGISNULL(1))
	{
		count_up(&l->undated, 1, "undated");
		add_amount(&l->undated_amount, PG_GETARG_DATUM(2));
	}
	else
	{
		DateADT		booked_on = PG_GETARG_DATEADT(1);
		int			number;

		guard_date(booked_on, "booked_on");
		number = fiscal_part_number(policy.calendar, booked_on, policy.part, policy.period);
		count_up(&l->bookings, 1, "bookings");
		if (PG_ARGISNULL(2))
			count_up(&l->missing_amounts, 1, "missing_amounts");
		else
		{
			l = linearity_make_room(l, number);
			l->nparts = Max(l->nparts, (uint32) number);
			add_amount(&l->amounts[number - 1], PG_GETARG_DATUM(2));
		}
	}
	return linearity_result(fcinfo, l);
}

EXACT_SUM_TRANSFNS(linearity_transfn, linearity_transfn);

/* Combine function, and transition function of merge(): either side may be NULL. */
Datum
salesops_linearity_combinefn(PG_FUNCTION_ARGS)
{
	const Linearity *other;
	LinearityPolicy policy;
	Linearity  *l;

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	other = linearity_arg(fcinfo, 1);
	policy = policy_of(other);
	if (PG_ARGISNULL(0))
		return linearity_result(fcinfo, linearity_copy(other, other->nparts));
	l = linearity_state(fcinfo);
	require_policy(l, &policy);
	l = linearity_make_room(l, other->nparts);
	l->nparts = Max(l->nparts, other->nparts);
	for (uint32 i = 0; i < other->nparts; i++)
		exact_sum_merge(&l->amounts[i], &other->amounts[i]);
	count_up(&l->bookings, other->bookings, "bookings");
	count_up(&l->missing_amounts, other->missing_amounts, "missing_amounts");
	count_up(&l->undated, other->undated, "undated");
	exact_sum_merge(&l->undated_amount, &other->undated_amount);
	return linearity_result(fcinfo, l);
}

Datum
salesops_linearity_finalfn(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(linearity_canonical(linearity_arg(fcinfo, 0)));
}

/* ---- readers ---- */

SALESOPS_FUNCTION(salesops_linearity_amount);
SALESOPS_FUNCTION(salesops_linearity_share);
SALESOPS_FUNCTION(salesops_linearity_total);
SALESOPS_FUNCTION(salesops_linearity_parts);
SALESOPS_FUNCTION(salesops_missing_amounts_linearity);
SALESOPS_FUNCTION(salesops_undated_deals);
SALESOPS_FUNCTION(salesops_undated_amount);

static ExactSum
total_of(const Linearity *l)
{
	ExactSum	total = {0};

	for (uint32 i = 0; i < l->nparts; i++)
		exact_sum_merge(&total, &l->amounts[i]);
	return total;
}

/* The amount of part n of argument 1; false where a period has no such part. */
static bool
part_arg(FunctionCallInfo fcinfo, const Linearity *l, ExactSum *amount)
{
	LinearityPolicy policy = policy_of(l);
	int32		n = PG_GETARG_INT32(1);

	if (n < 1 || n > most_parts(&policy))
		return false;
	*amount = (uint32) n <= l->nparts ? l->amounts[n - 1] : (ExactSum) {0};
	return true;
}

/* (linearity, n integer) */
Datum
salesops_linearity_amount(PG_FUNCTION_ARGS)
{
	ExactSum	amount;

	if (!part_arg(fcinfo, linearity_arg(fcinfo, 0), &amount))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(exact_sum_numeric(&amount));
}

/* (linearity, n integer) */
Datum
salesops_linearity_share(PG_FUNCTION_ARGS)
{
	const Linearity *l = linearity_arg(fcinfo, 0);
	ExactSum	total = total_of(l);
	ExactSum	amount;

	if (exact_sum_sign(&total) == 0 || !part_arg(fcinfo, l, &amount))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(exact_sum_ratio(&amount, &total));
}

Datum
salesops_linearity_total(PG_FUNCTION_ARGS)
{
	ExactSum	total = total_of(linearity_arg(fcinfo, 0));

	PG_RETURN_NUMERIC(exact_sum_numeric(&total));
}

Datum
salesops_missing_amounts_linearity(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(linearity_arg(fcinfo, 0)->missing_amounts);
}

Datum
salesops_undated_deals(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(linearity_arg(fcinfo, 0)->undated);
}

Datum
salesops_undated_amount(PG_FUNCTION_ARGS)
{
	PG_RETURN_NUMERIC(exact_sum_numeric(&linearity_arg(fcinfo, 0)->undated_amount));
}

typedef struct PartsWalk
{
	const Linearity *l;
	ExactSum	total;
	ExactSum	cumulative;
	TupleDesc	columns;
} PartsWalk;

/* (linearity) → a row (part, amount, share, cumulative_share) for each part up to the last that has a booking */
Datum
salesops_linearity_parts(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	PartsWalk  *walk;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext before;

		context = SRF_FIRSTCALL_INIT();
		before = MemoryContextSwitchTo(context->multi_call_memory_ctx);
		walk = palloc0(sizeof(PartsWalk));
		walk->l = linearity_canonical(linearity_arg(fcinfo, 0));
		walk->total = total_of(walk->l);
		if (get_call_result_type(fcinfo, NULL, &walk->columns) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "linearity_parts must return rows");
		walk->columns = BlessTupleDesc(walk->columns);
		context->max_calls = walk->l->nparts;
		context->user_fctx = walk;
		MemoryContextSwitchTo(before);
	}
	context = SRF_PERCALL_SETUP();
	walk = context->user_fctx;
	if (context->call_cntr < context->max_calls)
	{
		const ExactSum *amount = &walk->l->amounts[context->call_cntr];
		bool		no_share = exact_sum_sign(&walk->total) == 0;
		bool		nulls[] = {false, false, no_share, no_share};
		Datum		values[4] = {0};

		exact_sum_merge(&walk->cumulative, amount);
		values[0] = Int32GetDatum((int32) context->call_cntr + 1);
		values[1] = NumericGetDatum(exact_sum_numeric(amount));
		if (!no_share)
		{
			values[2] = Float8GetDatum(exact_sum_ratio(amount, &walk->total));
			values[3] = Float8GetDatum(exact_sum_ratio(&walk->cumulative, &walk->total));
		}
		SRF_RETURN_NEXT(context, HeapTupleGetDatum(heap_form_tuple(walk->columns, values, nulls)));
	}
	SRF_RETURN_DONE(context);
}

/* ---- validation ---- */

/* What a text or binary form that was edited by hand gets wrong, or NULL. */
static const char *
linearity_fault(const Linearity *l)
{
	int64		with_amount;
	int64		not_zero = 0;

	if (Min(l->bookings, Min(l->missing_amounts, l->undated)) < 0 || Max(l->bookings, Max(l->missing_amounts, l->undated)) > SUMMARY_MAX_COUNT)
		return "A count is out of range.";
	with_amount = l->bookings - l->missing_amounts;
	if (with_amount < 0)
		return "More bookings lack an amount than there are.";
	if (!exact_sum_is_valid(&l->undated_amount))
		return "\"undated_amount\" is not an exact sum in its stored form.";
	if (l->undated == 0 && exact_sum_sign(&l->undated_amount) != 0)
		return "There is an amount without date, and no such booking.";
	for (uint32 i = 0; i < l->nparts; i++)
	{
		if (!exact_sum_is_valid(&l->amounts[i]))
			return "An amount is not an exact sum in its stored form.";
		not_zero += exact_sum_sign(&l->amounts[i]) != 0;
	}
	if (not_zero > with_amount || (with_amount == 0) != (l->nparts == 0))
		return "There are amounts without bookings, or bookings without their amounts.";
	return NULL;
}

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_linearity_in);
SALESOPS_FUNCTION(salesops_linearity_out);

static FiscalUnit
read_unit(JsonbContainer *json, const char *key, LiteralPlace at)
{
	JsonbValue *value = literal_get(json, key);
	char	   *name;

	if (value == NULL)
		literal_error(at, psprintf("\"%s\" is missing.", key), KEEP_TEXT);
	name = literal_string(value, key, at);
	return fiscal_unit_require(name, (int) strlen(name));
}

static void
read_sum(ExactSum *sum, const JsonbValue *value, const char *key, LiteralPlace at)
{
	exact_sum_add_numeric(sum, NumericGetDatum(literal_numeric(value, key, at)));
	exact_sum_canonicalize(sum);
}

Datum
salesops_linearity_in(PG_FUNCTION_ARGS)
{
	static const char *const keys[] = {TYPE_NAME, "part", "period", "calendar", "bookings", "amounts", "missing_amounts", "undated", "undated_amount"};
	LiteralPlace at = {TYPE_NAME, NULL};
	JsonbContainer *json = literal_parse(PG_GETARG_CSTRING(0), MAX_LITERAL, MAX_LITERAL_VALUES, TYPE_NAME);
	JsonbContainer *list = NULL;
	FiscalCalendar calendar;
	LinearityPolicy policy = {.calendar = &calendar};
	Linearity  *l;
	JsonbValue *value;
	uint32		n = 0;
	const char *fault;

	literal_check_version(json, LINEARITY_VERSION, KEEP_TEXT, at);
	literal_check_keys(json, keys, lengthof(keys), at);
	policy.part = read_unit(json, "part", at);
	policy.period = read_unit(json, "period", at);
	value = literal_get(json, "calendar");
	if (value == NULL)
		literal_error(at, "\"calendar\" is missing.", KEEP_TEXT);
	calendar = fiscal_calendar_from_text(literal_string(value, "calendar", at));
	if (policy.part <= policy.period)
		literal_error(at, "The part must be finer than the period.", KEEP_TEXT);
	value = literal_get(json, "amounts");
	if (value != NULL)
	{
		list = literal_container(value, true, "amounts", at);
		n = JsonContainerSize(list);
	}
	if (n > (uint32) most_parts(&policy))
		literal_error(at, psprintf("It has %u parts; at most %d are possible.", n, most_parts(&policy)), KEEP_TEXT);

	l = linearity_new(&policy, n);
	l->nparts = n;
	for (uint32 i = 0; i < n; i++)
		read_sum(&l->amounts[i], getIthJsonbValueFromContainer(list, i), "amounts", at);
	if ((value = literal_get(json, "bookings")) != NULL)
		l->bookings = literal_count(value, "bookings", at);
	if ((value = literal_get(json, "missing_amounts")) != NULL)
		l->missing_amounts = literal_count(value, "missing_amounts", at);
	if ((value = literal_get(json, "undated")) != NULL)
		l->undated = literal_count(value, "undated", at);
	if ((value = literal_get(json, "undated_amount")) != NULL)
		read_sum(&l->undated_amount, value, "undated_amount", at);
	fault = linearity_fault(l);
	if (fault != NULL)
		literal_error(at, fault, KEEP_TEXT);
	PG_RETURN_POINTER(l);
}

static void
put_sum(StringInfo out, const ExactSum *sum)
{
	appendStringInfoString(out, DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(exact_sum_numeric(sum)))));
}

Datum
salesops_linearity_out(PG_FUNCTION_ARGS)
{
	const Linearity *l = linearity_arg(fcinfo, 0);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d, \"part\": \"%s\", \"period\": \"%s\", \"calendar\": \"%s\"", TYPE_NAME, LINEARITY_VERSION,
					 fiscal_unit_names[l->part], fiscal_unit_names[l->period], fiscal_calendar_text(&l->calendar));
	literal_put_count(&out, "bookings", l->bookings);
	if (l->nparts > 0)
		literal_put_key(&out, "amounts");
	for (uint32 i = 0; i < l->nparts; i++)
	{
		appendStringInfoString(&out, i == 0 ? "[" : ", ");
		put_sum(&out, &l->amounts[i]);
	}
	if (l->nparts > 0)
		appendStringInfoChar(&out, ']');
	literal_put_count(&out, "missing_amounts", l->missing_amounts);
	literal_put_count(&out, "undated", l->undated);
	/* a zero of several decimals is written: the decimals would be lost */
	if (exact_sum_sign(&l->undated_amount) != 0 || l->undated_amount.dscale != 0)
	{
		literal_put_key(&out, "undated_amount");
		put_sum(&out, &l->undated_amount);
	}
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* ---- binary form: version, part, period, calendar as text, the counts and the undated amount, the amounts ---- */

SALESOPS_FUNCTION(salesops_linearity_recv);
SALESOPS_FUNCTION(salesops_linearity_send);

Datum
salesops_linearity_send(PG_FUNCTION_ARGS)
{
	const Linearity *l = linearity_canonical(linearity_arg(fcinfo, 0));
	const char *calendar = fiscal_calendar_text(&l->calendar);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, LINEARITY_VERSION);
	pq_sendbyte(&out, l->part);
	pq_sendbyte(&out, l->period);
	salesops_sendcountedtext(&out, calendar, strlen(calendar));
	pq_sendint64(&out, l->bookings);
	pq_sendint64(&out, l->missing_amounts);
	pq_sendint64(&out, l->undated);
	summary_send_sum(&out, &l->undated_amount);
	pq_sendint32(&out, l->nparts);
	for (uint32 i = 0; i < l->nparts; i++)
		summary_send_sum(&out, &l->amounts[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_linearity_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	FiscalCalendar calendar;
	LinearityPolicy policy = {.calendar = &calendar};
	Linearity	head = {0};
	Linearity  *l;
	int			part;
	int			period;
	int			length;
	const char *fault;

	guard_version(in, LINEARITY_VERSION, TYPE_NAME);
	part = pq_getmsgbyte(in);
	period = pq_getmsgbyte(in);
	if (part >= FISCAL_UNITS || period >= part)
		guard_binary(TYPE_NAME, "It has no part that is finer than its period.");
	policy.part = (FiscalUnit) part;
	policy.period = (FiscalUnit) period;
	length = (int) pq_getmsgint(in, 4);
	calendar = fiscal_calendar_from_text(pq_getmsgtext(in, length, &length));
	head.bookings = pq_getmsgint64(in);
	head.missing_amounts = pq_getmsgint64(in);
	head.undated = pq_getmsgint64(in);
	summary_recv_sum(in, &head.undated_amount);
	head.nparts = pq_getmsgint(in, 4);
	if (head.nparts > (uint32) most_parts(&policy))
		guard_binary(TYPE_NAME, psprintf("It announces %u parts; at most %d are possible.", head.nparts, most_parts(&policy)));

	l = linearity_new(&policy, head.nparts);
	l->nparts = head.nparts;
	l->bookings = head.bookings;
	l->missing_amounts = head.missing_amounts;
	l->undated = head.undated;
	l->undated_amount = head.undated_amount;
	for (uint32 i = 0; i < l->nparts; i++)
		summary_recv_sum(in, &l->amounts[i]);
	fault = linearity_fault(l);
	if (fault != NULL)
		guard_binary(TYPE_NAME, fault);
	PG_RETURN_POINTER(l);
}
