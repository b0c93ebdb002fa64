/*
 * forecast_outcome.c
 *		The summary forecast_outcome(category, amount, outcome, won_amount): what became of each forecast category.
 *
 * A row is a deal: its forecast category and amount as they stood when the forecast was locked, its outcome since, and the
 * amount at which it was won.  For each category the summary keeps the number of deals by outcome, and exact sums: of the
 * amounts as locked, of those among them that were lost and that are still open, and of the amounts won.
 *
 *		category_accuracy	won amount / amount as locked				commit_accuracy: that of commit
 *		category_win_rate	won / (won + lost), deals; with the Wilson 95 % interval (wilson.c)
 *
 * Commit accuracy as sales leaders speak of it: of what was committed, how much came.  Deals that were won by the lock are
 * in category closed, and neither in commit's numerator nor its denominator; a deal may come in larger than it was
 * committed, so that an accuracy may be more than 1.  What is still open is in the denominator: it did not come in time.
 *
 * What counts as what, as in forecast_rollup:
 *		- No category, NULL or blank: a deal that was not called, or not there, at the lock.  It is counted as uncategorized.
 *		- No amount: the deal counts, and adds none (missing_amounts).
 *		- No outcome: the deal is in its category, and in no win rate (unknown_outcomes).
 *		- won_amount counts for won deals alone, so that it may be the amount that the deal has now whatever its outcome.  A
 *		  won deal without one adds none (missing_won_amounts); the amount at the lock is not put in its place.
 *		- A row of NULLs alone is no deal, such as an outer join makes.
 *
 * Worked example: committed 100, 300 and 200; the first is won at 120, the second lost, the third open: commit_accuracy 120 / 600
 * = 0.2, category_win_rate 0.5.
 */
#include "core/compat.h"

#include "core/summary.h"
#include "core/wilson.h"
#include "process/forecast_category.h"
#include "process/outcome.h"

/* What has no category, and what has no outcome, comes last. */
#define UNCATEGORIZED FORECAST_CATEGORIES
#define CATEGORIES (FORECAST_CATEGORIES + 1)
#define NO_OUTCOME OUTCOMES

typedef struct Called
{
	int64		deals[OUTCOMES + 1];
	ExactSum	amount;			/* as locked, of all */
	ExactSum	lost_amount;	/* as locked, of those lost */
	ExactSum	open_amount;	/* as locked, of those open */
	ExactSum	won_amount;		/* as won */
} Called;

typedef struct ForecastOutcome
{
	Summary		head;
	Called		called[CATEGORIES];
	int64		missing_amounts;
	int64		missing_won_amounts;
} ForecastOutcome;

#define CALLED_FIELDS(name, category) \
	SUMMARY_FIELD(ForecastOutcome, name "_open", called[category].deals[OUTCOME_OPEN], SUMMARY_COUNT), \
	SUMMARY_FIELD(ForecastOutcome, name "_won", called[category].deals[OUTCOME_WON], SUMMARY_COUNT), \
	SUMMARY_FIELD(ForecastOutcome, name "_lost", called[category].deals[OUTCOME_LOST], SUMMARY_COUNT), \
	SUMMARY_FIELD(ForecastOutcome, name "_unknown", called[category].deals[NO_OUTCOME], SUMMARY_COUNT), \
	SUMMARY_FIELD(ForecastOutcome, name, called[category].amount, SUMMARY_SUM), \
	SUMMARY_FIELD(ForecastOutcome, name "_open_amount", called[category].open_amount, SUMMARY_SUM), \
	SUMMARY_FIELD(ForecastOutcome, name "_lost_amount", called[category].lost_amount, SUMMARY_SUM), \
	SUMMARY_FIELD(ForecastOutcome, name "_won_amount", called[category].won_amount, SUMMARY_SUM)

static const SummaryField fields[] = {
	CALLED_FIELDS("omitted", CATEGORY_OMITTED),
	CALLED_FIELDS("pipeline", CATEGORY_PIPELINE),
	CALLED_FIELDS("best_case", CATEGORY_BEST_CASE),
	CALLED_FIELDS("most_likely", CATEGORY_MOST_LIKELY),
	CALLED_FIELDS("commit", CATEGORY_COMMIT),
	CALLED_FIELDS("closed", CATEGORY_CLOSED),
	CALLED_FIELDS("uncategorized", UNCATEGORIZED),
	SUMMARY_FIELD(ForecastOutcome, "missing_amounts", missing_amounts, SUMMARY_COUNT),
	SUMMARY_FIELD(ForecastOutcome, "missing_won_amounts", missing_won_amounts, SUMMARY_COUNT),
};

static int64
deals_of(const Called *called)
{
	int64		deals = 0;

	for (int outcome = 0; outcome <= NO_OUTCOME; outcome++)
		deals += called->deals[outcome];
	return deals;
}

/* What a text or binary form that was edited by hand gets wrong. */
static const char *
check(const Summary *summary)
{
	const ForecastOutcome *o = (const ForecastOutcome *) summary;
	int128		deals = 0;
	int128		won = 0;
	int			with_amount = 0;
	int			with_won_amount = 0;

	for (int category = 0; category < CATEGORIES; category++)
	{
		const Called *called = &o->called[category];
		const char *name = category == UNCATEGORIZED ? "uncategorized" : forecast_category_names[category];
		bool		has_lost = exact_sum_sign(&called->lost_amount) != 0;
		bool		has_open = exact_sum_sign(&called->open_amount) != 0;
		bool		has_won = exact_sum_sign(&called->won_amount) != 0;

		if (exact_sum_sign(&called->amount) != 0 && deals_of(called) == 0)
			return psprintf("There is an amount of %s, and no deal.", name);
		if (has_lost && called->deals[OUTCOME_LOST] == 0)
			return psprintf("There is a lost amount of %s, and no lost deal.", name);
		if (has_open && called->deals[OUTCOME_OPEN] == 0)
			return psprintf("There is an open amount of %s, and no open deal.", name);
		if (has_won && called->deals[OUTCOME_WON] == 0)
			return psprintf("There is a won amount of %s, and no won deal.", name);
		deals += deals_of(called);
		won += called->deals[OUTCOME_WON];
		with_amount += Max(has_lost + has_open, exact_sum_sign(&called->amount) != 0);
		with_won_amount += has_won;
	}
	if (o->missing_amounts > deals)
		return "More deals lack an amount than there are.";
	if (with_amount > deals - o->missing_amounts)
		return "There are more amounts than deals that have one.";
	if (o->missing_won_amounts > won)
		return "More won deals lack a won amount than there are.";
	if (with_won_amount > won - o->missing_won_amounts)
		return "There are more won amounts than deals that have one.";
	return NULL;
}

static const SummaryType forecast_outcome_type = {
	"forecast_outcome", sizeof(ForecastOutcome), 0, fields, lengthof(fields), check
};

SUMMARY_FUNCTIONS(forecast_outcome, &forecast_outcome_type);

#define OUTCOME_ARG() ((const ForecastOutcome *) summary_arg(fcinfo, 0, &forecast_outcome_type))

/* ---- building ---- */

/* The place of the category that is argument 1: UNCATEGORIZED for a blank one; an unknown one is an error. */
static inline int
category_place(FunctionCallInfo fcinfo)
{
	ForecastCategory category = forecast_category_arg(fcinfo, 1);

	return category == CATEGORY_UNKNOWN ? UNCATEGORIZED : (int) category;
}

/* (state, category text, amount, outcome text, won_amount), for each type of amount */
static inline Datum
forecast_outcome_transfn(FunctionCallInfo fcinfo, ExactSumAdd add_amount)
{
	ForecastOutcome *o;
	Called	   *called;
	int			outcome;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2) && PG_ARGISNULL(3) && PG_ARGISNULL(4))
		return summary_unchanged(fcinfo);

	o = (ForecastOutcome *) summary_state(fcinfo, &forecast_outcome_type);
	called = &o->called[category_place(fcinfo)];
	outcome = outcome_arg(fcinfo, 3);
	if (outcome == OUTCOME_UNKNOWN)
		outcome = NO_OUTCOME;
	summary_count(&called->deals[outcome], &forecast_outcome_type);
	if (PG_ARGISNULL(2))
		summary_count(&o->missing_amounts, &forecast_outcome_type);
	else
	{
		add_amount(&called->amount, PG_GETARG_DATUM(2));
		if (outcome == OUTCOME_LOST)
			add_amount(&called->lost_amount, PG_GETARG_DATUM(2));
		else if (outcome == OUTCOME_OPEN)
			add_amount(&called->open_amount, PG_GETARG_DATUM(2));
	}
	if (outcome == OUTCOME_WON)
	{
		if (PG_ARGISNULL(4))
			summary_count(&o->missing_won_amounts, &forecast_outcome_type);
		else
			add_amount(&called->won_amount, PG_GETARG_DATUM(4));
	}
	return summary_result(fcinfo, &forecast_outcome_type, &o->head);
}

EXACT_SUM_TRANSFNS(forecast_outcome_transfn, forecast_outcome_transfn);

/* ---- what a category has ---- */

/* won amount / amount as locked; false where nothing was called */
static bool
accuracy_of(const Called *called, double *accuracy)
{
	if (exact_sum_sign(&called->amount) == 0)
		return false;
	*accuracy = exact_sum_ratio(&called->won_amount, &called->amount);
	return true;
}

/* Of won / (won + lost) the share itself or an end of its interval; false where nothing is decided. */
static bool
win_rate_of(const Called *called, double (*share_of) (int64 part, int64 whole), double *rate)
{
	int64		decided = called->deals[OUTCOME_WON] + called->deals[OUTCOME_LOST];

	if (decided == 0)
		return false;
	*rate = share_of(called->deals[OUTCOME_WON], decided);
	return true;
}

static double
share(int64 part, int64 whole)
{
	return (double) part / (double) whole;
}

/* ---- readers of a category ---- */

static const Called *
called_arg(FunctionCallInfo fcinfo)
{
	return &OUTCOME_ARG()->called[category_place(fcinfo)];
}

#define CALLED_READER(name, result) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) \
	{ \
		const Called *called = called_arg(fcinfo); \
		result \
	} \
	extern int	no_such_variable
#define RETURN_SUM(sum) PG_RETURN_NUMERIC(exact_sum_numeric(&(sum)));
#define RETURN_KNOWN(known) { double value; if (!(known)) PG_RETURN_NULL(); PG_RETURN_FLOAT8(value); }

CALLED_READER(called_deals, PG_RETURN_INT64(deals_of(called)););
CALLED_READER(called_amount, RETURN_SUM(called->amount));
CALLED_READER(category_won_deals, PG_RETURN_INT64(called->deals[OUTCOME_WON]););
CALLED_READER(category_lost_deals, PG_RETURN_INT64(called->deals[OUTCOME_LOST]););
CALLED_READER(category_open_deals, PG_RETURN_INT64(called->deals[OUTCOME_OPEN]););
CALLED_READER(category_won_amount, RETURN_SUM(called->won_amount));
CALLED_READER(category_lost_amount, RETURN_SUM(called->lost_amount));
CALLED_READER(category_open_amount, RETURN_SUM(called->open_amount));
CALLED_READER(category_accuracy, RETURN_KNOWN(accuracy_of(called, &value)));
CALLED_READER(category_win_rate, RETURN_KNOWN(win_rate_of(called, share, &value)));
CALLED_READER(category_win_rate_low, RETURN_KNOWN(win_rate_of(called, wilson_low, &value)));
CALLED_READER(category_win_rate_high, RETURN_KNOWN(win_rate_of(called, wilson_high, &value)));

/* ---- readers of the whole ---- */

SUMMARY_COUNT_READER(missing_amounts_forecast_outcome, ForecastOutcome, missing_amounts, &forecast_outcome_type);
SUMMARY_COUNT_READER(missing_won_amounts, ForecastOutcome, missing_won_amounts, &forecast_outcome_type);

SALESOPS_FUNCTION(salesops_commit_accuracy);
SALESOPS_FUNCTION(salesops_unknown_outcomes_forecast_outcome);

Datum
salesops_commit_accuracy(PG_FUNCTION_ARGS)
{
	const Called *called = &OUTCOME_ARG()->called[CATEGORY_COMMIT];

	RETURN_KNOWN(accuracy_of(called, &value));
}

Datum
salesops_unknown_outcomes_forecast_outcome(PG_FUNCTION_ARGS)
{
	const ForecastOutcome *o = OUTCOME_ARG();
	int64		deals = 0;

	for (int category = 0; category < CATEGORIES; category++)
		deals += o->called[category].deals[NO_OUTCOME];
	PG_RETURN_INT64(deals);
}
