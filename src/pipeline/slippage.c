/*
 * slippage.c
 *		The summary slippage(…): what became of the deals that were expected to close in a period.
 *
 * Expected is what had a close date in the period when the period began: that date, as it stood then, is the
 * argument expected_close (close_date_at of a close_path, or a snapshot).  Outcome and closed_on, the day on which a deal was
 * closed, are those at the end of the period.  Then a deal
 *
 *		kept		was won in the period
 *		lost		was lost in the period
 *		slipped		is open behind the period, or was closed only behind it
 *		not expected	had its close date elsewhere or none, or was closed before the period began
 *
 * and the slip rate is slipped / (kept + lost + slipped): a lost deal has not slipped, and it was expected, so it
 * stays in the denominator.  Where a period is not over, deals that are still open would count as slipped: call it with the
 * states at period_end, or a period_end that has passed.
 *
 * A deal that was expected and whose outcome is NULL, or which is closed and nobody knows when, is counted apart
 * (unknown_outcomes), as is one whose period is not known.  A deal without amount counts as a deal and not in amounts
 * (missing_amounts).  A row that has none of the deal's four values is no deal, such as an outer join makes.
 *
 * Source: the definition of the house (docs/reference/pipeline.md).  Reports of CRMs count a deal as slipped when its close
 * date was moved out of the period, which also counts those that were won in it all the same, and misses those that nobody
 * has touched.
 *
 * Worked example: of ten deals expected in the quarter four were won, two lost, three are open and one was won in the
 * next: four of ten slipped, 0.4.
 */
#include "core/compat.h"

#include "core/guard.h"
#include "core/summary.h"
#include "core/wilson.h"
#include "process/outcome.h"
#include "utils/builtins.h"

typedef enum SlipStatus
{
	SLIP_UNKNOWN = -2,
	SLIP_NOT_EXPECTED = -1,
	SLIP_KEPT,
	SLIP_LOST,
	SLIP_SLIPPED
} SlipStatus;

#define SLIP_STATUSES (SLIP_SLIPPED + 1)

static const char *const status_names[SLIP_STATUSES] = {"kept", "lost", "slipped"};

typedef struct Slippage
{
	Summary		head;
	int64		deals[SLIP_STATUSES];
	ExactSum	amount[SLIP_STATUSES];
	int64		missing_amounts;
	int64		not_expected;
	int64		unknown_outcomes;
} Slippage;

static const SummaryField fields[] = {
	SUMMARY_FIELD(Slippage, "kept_deals", deals[SLIP_KEPT], SUMMARY_COUNT),
	SUMMARY_FIELD(Slippage, "lost_deals", deals[SLIP_LOST], SUMMARY_COUNT),
	SUMMARY_FIELD(Slippage, "slipped_deals", deals[SLIP_SLIPPED], SUMMARY_COUNT),
	SUMMARY_FIELD(Slippage, "kept_amount", amount[SLIP_KEPT], SUMMARY_SUM),
	SUMMARY_FIELD(Slippage, "lost_amount", amount[SLIP_LOST], SUMMARY_SUM),
	SUMMARY_FIELD(Slippage, "slipped_amount", amount[SLIP_SLIPPED], SUMMARY_SUM),
	SUMMARY_FIELD(Slippage, "missing_amounts", missing_amounts, SUMMARY_COUNT),
	SUMMARY_FIELD(Slippage, "not_expected_deals", not_expected, SUMMARY_COUNT),
	SUMMARY_FIELD(Slippage, "unknown_outcomes", unknown_outcomes, SUMMARY_COUNT),
};

/* What a text or binary form that was edited by hand gets wrong. */
static const char *
check(const Summary *summary)
{
	const Slippage *s = (const Slippage *) summary;
	int128		deals = 0;
	int			with_amount = 0;

	for (int status = 0; status < SLIP_STATUSES; status++)
	{
		deals += s->deals[status];
		if (exact_sum_sign(&s->amount[status]) == 0)
			continue;
		with_amount++;
		if (s->deals[status] == 0)
			return psprintf("There is an amount of %s deals, and no such deal.", status_names[status]);
	}
	if (s->missing_amounts > deals)
		return "More deals lack an amount than there are.";
	if (with_amount > deals - s->missing_amounts)
		return "There are more amounts than deals that have one.";
	return NULL;
}

static const SummaryType slippage_type = {
	"slippage", sizeof(Slippage), 0, fields, lengthof(fields), check
};

SUMMARY_FUNCTIONS(slippage, &slippage_type);

#define SLIPPAGE_ARG() ((const Slippage *) summary_arg(fcinfo, 0, &slippage_type))

/* ---- one deal ---- */

/* What became of a deal: (expected_close, outcome, closed_on) from `deal` on, (period_start, period_end) from `period` on. */
static SlipStatus
slip_status(FunctionCallInfo fcinfo, int deal, int period)
{
	DateADT		expected;
	DateADT		closed_on;
	DateADT		period_start;
	DateADT		period_end;
	Outcome		outcome = outcome_arg(fcinfo, deal + 1);

	if (PG_ARGISNULL(deal))
		return SLIP_NOT_EXPECTED;
	if (PG_ARGISNULL(period) || PG_ARGISNULL(period + 1))
		return SLIP_UNKNOWN;
	expected = PG_GETARG_DATEADT(deal);
	period_start = PG_GETARG_DATEADT(period);
	period_end = PG_GETARG_DATEADT(period + 1);
	if (unlikely(period_end < period_start))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("period_end is before period_start: %s, %s",
						DATE_NOT_FINITE(period_end) ? "-infinity" : guard_date_text(period_end),
						DATE_NOT_FINITE(period_start) ? "infinity" : guard_date_text(period_start)),
				 errdetail("The period is from its first day to its last, both included."),
				 errhint("Pass fiscal_period_start and fiscal_period_end of the same day, in this order.")));
	if (expected < period_start || expected > period_end)
		return SLIP_NOT_EXPECTED;
	if (outcome == OUTCOME_OPEN)
		return SLIP_SLIPPED;
	/* a deal that may be open may carry any day here: it means nothing without the outcome */
	if (outcome == OUTCOME_UNKNOWN || PG_ARGISNULL(deal + 2))
		return SLIP_UNKNOWN;
	closed_on = PG_GETARG_DATEADT(deal + 2);
	/* it was no longer open when the period began */
	if (closed_on < period_start)
		return SLIP_NOT_EXPECTED;
	if (closed_on > period_end)
		return SLIP_SLIPPED;
	return outcome == OUTCOME_WON ? SLIP_KEPT : SLIP_LOST;
}

SALESOPS_FUNCTION(salesops_slip_status);

/* (expected_close date, outcome text, closed_on date, period_start date, period_end date), any of which may be NULL */
Datum
salesops_slip_status(PG_FUNCTION_ARGS)
{
	SlipStatus	status = slip_status(fcinfo, 0, 3);

	if (status == SLIP_UNKNOWN)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(status == SLIP_NOT_EXPECTED ? "not_expected" : status_names[status]));
}

/* ---- building ---- */

/* (state, expected_close, outcome, closed_on, amount, period_start, period_end), for each type of amount */
static inline Datum
slippage_transfn(FunctionCallInfo fcinfo, ExactSumAdd add_amount)
{
	Slippage   *s;
	SlipStatus	status;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2) && PG_ARGISNULL(3) && PG_ARGISNULL(4))
		return summary_unchanged(fcinfo);

	status = slip_status(fcinfo, 1, 5);
	s = (Slippage *) summary_state(fcinfo, &slippage_type);
	if (status == SLIP_NOT_EXPECTED)
		summary_count(&s->not_expected, &slippage_type);
	else if (status == SLIP_UNKNOWN)
		summary_count(&s->unknown_outcomes, &slippage_type);
	else
	{
		summary_count(&s->deals[status], &slippage_type);
		if (PG_ARGISNULL(4))
			summary_count(&s->missing_amounts, &slippage_type);
		else
			add_amount(&s->amount[status], PG_GETARG_DATUM(4));
	}
	return summary_result(fcinfo, &slippage_type, &s->head);
}

EXACT_SUM_TRANSFNS(slippage_transfn, slippage_transfn);

/* ---- readers ---- */

SUMMARY_COUNT_READER(kept_deals, Slippage, deals[SLIP_KEPT], &slippage_type);
SUMMARY_COUNT_READER(lost_deals_slippage, Slippage, deals[SLIP_LOST], &slippage_type);
SUMMARY_COUNT_READER(slipped_deals, Slippage, deals[SLIP_SLIPPED], &slippage_type);
SUMMARY_COUNT_READER(not_expected_deals, Slippage, not_expected, &slippage_type);
SUMMARY_COUNT_READER(unknown_outcomes_slippage, Slippage, unknown_outcomes, &slippage_type);
SUMMARY_COUNT_READER(missing_amounts_slippage, Slippage, missing_amounts, &slippage_type);
SUMMARY_SUM_READER(kept_amount, Slippage, amount[SLIP_KEPT], &slippage_type);
SUMMARY_SUM_READER(lost_amount_slippage, Slippage, amount[SLIP_LOST], &slippage_type);
SUMMARY_SUM_READER(slipped_amount, Slippage, amount[SLIP_SLIPPED], &slippage_type);

SALESOPS_FUNCTION(salesops_expected_deals);
SALESOPS_FUNCTION(salesops_expected_amount);
SALESOPS_FUNCTION(salesops_slip_rate);
SALESOPS_FUNCTION(salesops_slip_rate_low);
SALESOPS_FUNCTION(salesops_slip_rate_high);
SALESOPS_FUNCTION(salesops_slip_rate_amount);

static inline int64
expected_deals(const Slippage *s)
{
	return s->deals[SLIP_KEPT] + s->deals[SLIP_LOST] + s->deals[SLIP_SLIPPED];
}

static ExactSum
expected_amount(const Slippage *s)
{
	ExactSum	total = s->amount[SLIP_KEPT];

	exact_sum_merge(&total, &s->amount[SLIP_LOST]);
	exact_sum_merge(&total, &s->amount[SLIP_SLIPPED]);
	return total;
}

Datum
salesops_expected_deals(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(expected_deals(SLIPPAGE_ARG()));
}

Datum
salesops_expected_amount(PG_FUNCTION_ARGS)
{
	ExactSum	total = expected_amount(SLIPPAGE_ARG());

	PG_RETURN_NUMERIC(exact_sum_numeric(&total));
}

Datum
salesops_slip_rate(PG_FUNCTION_ARGS)
{
	const Slippage *s = SLIPPAGE_ARG();

	if (expected_deals(s) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) s->deals[SLIP_SLIPPED] / (double) expected_deals(s));
}

Datum
salesops_slip_rate_low(PG_FUNCTION_ARGS)
{
	const Slippage *s = SLIPPAGE_ARG();

	if (expected_deals(s) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(wilson_low(s->deals[SLIP_SLIPPED], expected_deals(s)));
}

Datum
salesops_slip_rate_high(PG_FUNCTION_ARGS)
{
	const Slippage *s = SLIPPAGE_ARG();

	if (expected_deals(s) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(wilson_high(s->deals[SLIP_SLIPPED], expected_deals(s)));
}

Datum
salesops_slip_rate_amount(PG_FUNCTION_ARGS)
{
	const Slippage *s = SLIPPAGE_ARG();
	ExactSum	total = expected_amount(s);

	if (exact_sum_sign(&total) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(exact_sum_ratio(&s->amount[SLIP_SLIPPED], &total));
}
