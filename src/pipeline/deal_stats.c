/*
 * deal_stats.c
 *		The summary deal_stats(outcome, amount, cycle_days): win rates, deal size and sales cycle of a set of deals.
 *
 * One pass keeps, for each outcome (open, won, lost), the number of deals, how many of them have an amount and the
 * exact sum of the amounts; and for won deals the tally of their cycles, from which mean and median come.
 *
 * What counts as what:
 *		- A row without outcome is no deal, such as an outer join makes where there is none; when it has an amount or a
 *		  cycle it is a deal whose outcome is not known: unknown_outcomes counts it, and nothing else does.
 *		- A deal without amount counts as a deal and not in sums or averages; missing_amounts says how many there are.
 *		- Cycles count for won deals alone.  Negative ones (closed before created) are data errors: they stay in mean
 *		  and median, which therefore agree with SQL over the same column, and negative_cycles says how many there are.
 *
 * Three win rates, since they answer different questions and can rank teams in opposite order:
 *		win_rate			won / (won + lost), deals
 *		win_rate_amount		amount won / (amount won + amount lost)
 *		win_rate_created	won / (open + won + lost): it grows as a cohort of deals is worked off
 *
 * Worked example (CRM Sales Opportunities data: 8,800 deals, 4,238 won, 2,473 lost): win_rate 0.631501,
 * win_rate_created 0.481591, avg_deal_size 2,360.909, median_cycle_days 57.
 */
#include "core/compat.h"

#include "core/summary.h"
#include "core/wilson.h"
#include "pipeline/velocity.h"
#include "process/outcome.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

typedef struct DealStats
{
	Summary		head;
	int64		deals[OUTCOMES];
	int64		with_amount[OUTCOMES];
	ExactSum	amount[OUTCOMES];
	int64		unknown_outcomes;
	int64		won_with_cycle;
	int64		negative_cycles;
	ExactSum	won_cycle_seconds;
	Tally		won_cycles;
} DealStats;

static const SummaryField fields[] = {
	SUMMARY_FIELD(DealStats, "open_deals", deals[OUTCOME_OPEN], SUMMARY_COUNT),
	SUMMARY_FIELD(DealStats, "won_deals", deals[OUTCOME_WON], SUMMARY_COUNT),
	SUMMARY_FIELD(DealStats, "lost_deals", deals[OUTCOME_LOST], SUMMARY_COUNT),
	SUMMARY_FIELD(DealStats, "open_with_amount", with_amount[OUTCOME_OPEN], SUMMARY_COUNT),
	SUMMARY_FIELD(DealStats, "won_with_amount", with_amount[OUTCOME_WON], SUMMARY_COUNT),
	SUMMARY_FIELD(DealStats, "lost_with_amount", with_amount[OUTCOME_LOST], SUMMARY_COUNT),
	SUMMARY_FIELD(DealStats, "open_amount", amount[OUTCOME_OPEN], SUMMARY_SUM),
	SUMMARY_FIELD(DealStats, "won_amount", amount[OUTCOME_WON], SUMMARY_SUM),
	SUMMARY_FIELD(DealStats, "lost_amount", amount[OUTCOME_LOST], SUMMARY_SUM),
	SUMMARY_FIELD(DealStats, "unknown_outcomes", unknown_outcomes, SUMMARY_COUNT),
	SUMMARY_FIELD(DealStats, "won_with_cycle", won_with_cycle, SUMMARY_COUNT),
	SUMMARY_FIELD(DealStats, "negative_cycles", negative_cycles, SUMMARY_COUNT),
	SUMMARY_FIELD(DealStats, "won_cycle_seconds", won_cycle_seconds, SUMMARY_DURATION),
	SUMMARY_FIELD(DealStats, "won_cycles", won_cycles, SUMMARY_TALLY),
};

/* What a text or binary form that was edited by hand gets wrong. */
static const char *
check(const Summary *summary)
{
	const DealStats *d = (const DealStats *) summary;
	int64		cycles = 0;
	int64		negative = 0;
	int128		seconds = 0;

	for (int outcome = 0; outcome < OUTCOMES; outcome++)
	{
		if (d->with_amount[outcome] > d->deals[outcome])
			return psprintf("More %s deals have an amount than there are.", outcome_names[outcome]);
		if (d->with_amount[outcome] == 0 && exact_sum_sign(&d->amount[outcome]) != 0)
			return psprintf("There is an amount of %s deals, and no deal that has one.", outcome_names[outcome]);
	}
	if (d->won_with_cycle > d->deals[OUTCOME_WON])
		return "More won deals have a cycle than there are.";
	for (uint32 i = 0; i < d->won_cycles.used; i++)
	{
		const TallySlot *slot = &d->won_cycles.slots[i];

		if (slot->count > d->won_with_cycle - cycles)
			return "\"won_cycles\" counts more cycles than \"won_with_cycle\" says.";
		cycles += slot->count;
		if (slot->value < 0)
			negative += slot->count;
		seconds += (int128) slot->value * slot->count;
	}
	if (cycles != d->won_with_cycle)
		return "\"won_cycles\" counts fewer cycles than \"won_with_cycle\" says.";
	if (negative != d->negative_cycles)
		return "\"won_cycles\" has another number of negative cycles than \"negative_cycles\" says.";
	if (!d->won_cycles.rounded && seconds != exact_sum_mantissa(&d->won_cycle_seconds))
		return "\"won_cycles\" does not add up to \"won_cycle_seconds\".";
	return NULL;
}

static const SummaryType deal_stats_type = {
	"deal_stats", offsetof(DealStats, won_cycles), offsetof(DealStats, won_cycles), fields, lengthof(fields), check
};

SUMMARY_FUNCTIONS(deal_stats, &deal_stats_type);

#define DEAL_STATS_ARG() ((const DealStats *) summary_arg(fcinfo, 0, &deal_stats_type))

/* ---- building ---- */

/* (state, outcome text, amount, cycle_days float8), for each type of amount */
static inline Datum
deal_stats_transfn(FunctionCallInfo fcinfo, ExactSumAdd add_amount)
{
	DealStats  *d;
	Outcome		outcome;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2) && PG_ARGISNULL(3))
		return summary_unchanged(fcinfo);

	d = (DealStats *) summary_state(fcinfo, &deal_stats_type);
	outcome = outcome_arg(fcinfo, 1);
	if (unlikely(outcome == OUTCOME_UNKNOWN))
	{
		summary_count(&d->unknown_outcomes, &deal_stats_type);
		return summary_result(fcinfo, &deal_stats_type, &d->head);
	}
	summary_count(&d->deals[outcome], &deal_stats_type);
	if (!PG_ARGISNULL(2))
	{
		summary_count(&d->with_amount[outcome], &deal_stats_type);
		add_amount(&d->amount[outcome], PG_GETARG_DATUM(2));
	}
	if (outcome == OUTCOME_WON && !PG_ARGISNULL(3))
	{
		int64		cycle = summary_microseconds(PG_GETARG_FLOAT8(3), "cycle_days");

		summary_count(&d->won_with_cycle, &deal_stats_type);
		if (cycle < 0)
			summary_count(&d->negative_cycles, &deal_stats_type);
		exact_sum_add_int8(&d->won_cycle_seconds, Int64GetDatum(cycle));
		d = (DealStats *) summary_tally_add(&deal_stats_type, &d->head, cycle, 1);
	}
	return summary_result(fcinfo, &deal_stats_type, &d->head);
}

/*
 * (state, won boolean, closed boolean [, amount]): the one-step win rates.  Open deals may have won NULL; a closed
 * one whose won is NULL, and a deal whose closed is NULL, has an outcome that is not known.
 */
static inline Datum
win_rate_transfn(FunctionCallInfo fcinfo, ExactSumAdd add_amount)
{
	DealStats  *d;
	Outcome		outcome = OUTCOME_UNKNOWN;
	bool		won = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);

	if (!PG_ARGISNULL(2) && !PG_GETARG_BOOL(2))
	{
		if (won)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a deal is won and not closed"),
					 errdetail("A won deal is a closed one."),
					 errhint("The arguments are (won, closed), in this order.")));
		outcome = OUTCOME_OPEN;
	}
	else if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
		outcome = won ? OUTCOME_WON : OUTCOME_LOST;

	d = (DealStats *) summary_state(fcinfo, &deal_stats_type);
	if (outcome == OUTCOME_UNKNOWN)
		summary_count(&d->unknown_outcomes, &deal_stats_type);
	else
	{
		summary_count(&d->deals[outcome], &deal_stats_type);
		if (add_amount != NULL && !PG_ARGISNULL(3))
		{
			summary_count(&d->with_amount[outcome], &deal_stats_type);
			add_amount(&d->amount[outcome], PG_GETARG_DATUM(3));
		}
	}
	return summary_result(fcinfo, &deal_stats_type, &d->head);
}

EXACT_SUM_TRANSFNS(deal_stats_transfn, deal_stats_transfn);
EXACT_SUM_TRANSFNS(win_rate_transfn, win_rate_transfn);
SALESOPS_FUNCTION(salesops_win_rate_transfn);

Datum
salesops_win_rate_transfn(PG_FUNCTION_ARGS)
{
	return win_rate_transfn(fcinfo, NULL);
}

/* ---- counts and sums ---- */

SUMMARY_COUNT_READER(open_deals, DealStats, deals[OUTCOME_OPEN], &deal_stats_type);
SUMMARY_COUNT_READER(won_deals, DealStats, deals[OUTCOME_WON], &deal_stats_type);
SUMMARY_COUNT_READER(lost_deals, DealStats, deals[OUTCOME_LOST], &deal_stats_type);
SUMMARY_COUNT_READER(unknown_outcomes, DealStats, unknown_outcomes, &deal_stats_type);
SUMMARY_COUNT_READER(negative_cycles, DealStats, negative_cycles, &deal_stats_type);
SUMMARY_SUM_READER(open_amount, DealStats, amount[OUTCOME_OPEN], &deal_stats_type);
SUMMARY_SUM_READER(won_amount, DealStats, amount[OUTCOME_WON], &deal_stats_type);
SUMMARY_SUM_READER(lost_amount, DealStats, amount[OUTCOME_LOST], &deal_stats_type);

SALESOPS_FUNCTION(salesops_deal_count);
SALESOPS_FUNCTION(salesops_missing_amounts_deal_stats);

static inline int64
all_deals(const DealStats *d)
{
	return d->deals[OUTCOME_OPEN] + d->deals[OUTCOME_WON] + d->deals[OUTCOME_LOST];
}

Datum
salesops_deal_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(all_deals(DEAL_STATS_ARG()));
}

Datum
salesops_missing_amounts_deal_stats(PG_FUNCTION_ARGS)
{
	const DealStats *d = DEAL_STATS_ARG();

	PG_RETURN_INT64(all_deals(d) - d->with_amount[OUTCOME_OPEN] - d->with_amount[OUTCOME_WON] - d->with_amount[OUTCOME_LOST]);
}

/* ---- win rates ---- */

typedef double (*ShareOf) (int64 part, int64 whole);

static double
share(int64 part, int64 whole)
{
	return (double) part / (double) whole;
}

static Datum
win_rate_of(FunctionCallInfo fcinfo, ShareOf share_of)
{
	const DealStats *d = DEAL_STATS_ARG();

	if (d->deals[OUTCOME_WON] + d->deals[OUTCOME_LOST] == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(share_of(d->deals[OUTCOME_WON], d->deals[OUTCOME_WON] + d->deals[OUTCOME_LOST]));
}

static Datum
win_rate_created_of(FunctionCallInfo fcinfo, ShareOf share_of)
{
	const DealStats *d = DEAL_STATS_ARG();

	if (all_deals(d) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(share_of(d->deals[OUTCOME_WON], all_deals(d)));
}

SALESOPS_FUNCTION(salesops_win_rate);
SALESOPS_FUNCTION(salesops_win_rate_low);
SALESOPS_FUNCTION(salesops_win_rate_high);
SALESOPS_FUNCTION(salesops_win_rate_created);
SALESOPS_FUNCTION(salesops_win_rate_created_low);
SALESOPS_FUNCTION(salesops_win_rate_created_high);
SALESOPS_FUNCTION(salesops_win_rate_amount);

Datum
salesops_win_rate(PG_FUNCTION_ARGS)
{
	return win_rate_of(fcinfo, share);
}

Datum
salesops_win_rate_low(PG_FUNCTION_ARGS)
{
	return win_rate_of(fcinfo, wilson_low);
}

Datum
salesops_win_rate_high(PG_FUNCTION_ARGS)
{
	return win_rate_of(fcinfo, wilson_high);
}

Datum
salesops_win_rate_created(PG_FUNCTION_ARGS)
{
	return win_rate_created_of(fcinfo, share);
}

Datum
salesops_win_rate_created_low(PG_FUNCTION_ARGS)
{
	return win_rate_created_of(fcinfo, wilson_low);
}

Datum
salesops_win_rate_created_high(PG_FUNCTION_ARGS)
{
	return win_rate_created_of(fcinfo, wilson_high);
}

Datum
salesops_win_rate_amount(PG_FUNCTION_ARGS)
{
	const DealStats *d = DEAL_STATS_ARG();
	ExactSum	decided = d->amount[OUTCOME_WON];

	exact_sum_merge(&decided, &d->amount[OUTCOME_LOST]);
	if (exact_sum_sign(&decided) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(exact_sum_ratio(&d->amount[OUTCOME_WON], &decided));
}

/* ---- deal size and cycle ---- */

SALESOPS_FUNCTION(salesops_avg_deal_size);
SALESOPS_FUNCTION(salesops_avg_cycle_days);
SALESOPS_FUNCTION(salesops_median_cycle_days);
SALESOPS_FUNCTION(salesops_median_cycle_exact);
SALESOPS_FUNCTION(salesops_pipeline_velocity_deal_stats);

/* As avg() over numeric would give it. */
static Datum
avg_won_amount(const DealStats *d)
{
	return DirectFunctionCall2(numeric_div, NumericGetDatum(exact_sum_numeric(&d->amount[OUTCOME_WON])),
							   NumericGetDatum(int64_to_numeric(d->with_amount[OUTCOME_WON])));
}

static double
avg_won_cycle(const DealStats *d)
{
	return (double) exact_sum_mantissa(&d->won_cycle_seconds) / (double) d->won_with_cycle / (double) SUMMARY_DAY_MICROSECONDS;
}

Datum
salesops_avg_deal_size(PG_FUNCTION_ARGS)
{
	const DealStats *d = DEAL_STATS_ARG();

	if (d->with_amount[OUTCOME_WON] == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(avg_won_amount(d));
}

Datum
salesops_avg_cycle_days(PG_FUNCTION_ARGS)
{
	const DealStats *d = DEAL_STATS_ARG();

	if (d->won_with_cycle == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(avg_won_cycle(d));
}

Datum
salesops_median_cycle_days(PG_FUNCTION_ARGS)
{
	double		median;

	if (!summary_tally_median(&deal_stats_type, &DEAL_STATS_ARG()->head, &median))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(median / (double) SUMMARY_DAY_MICROSECONDS);
}

Datum
salesops_median_cycle_exact(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!DEAL_STATS_ARG()->won_cycles.rounded);
}

/* The velocity of the open deals, at the win rate, size and cycle of the closed ones. */
Datum
salesops_pipeline_velocity_deal_stats(PG_FUNCTION_ARGS)
{
	const DealStats *d = DEAL_STATS_ARG();
	double		velocity;

	/* a won deal is a decided one, so that there is a win rate */
	if (d->with_amount[OUTCOME_WON] == 0 || d->won_with_cycle == 0 ||
		!pipeline_velocity((double) d->deals[OUTCOME_OPEN], share(d->deals[OUTCOME_WON], d->deals[OUTCOME_WON] + d->deals[OUTCOME_LOST]),
						   DatumGetFloat8(DirectFunctionCall1(numeric_float8, avg_won_amount(d))), avg_won_cycle(d), &velocity))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(velocity);
}
