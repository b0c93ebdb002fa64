/*
 * forecast_rollup.c
 *		The summary forecast_rollup(category, amount): pipeline by forecast category, single and cumulative.
 *
 * Keeps the number of deals and the exact sum of their amounts for each category.  The cumulative readings are
 * Salesforce's ("cumulative forecast rollups"): each total takes in the stronger categories, and omitted is in none.
 *
 *		open_pipeline			pipeline + best case + most likely + commit		(open business only)
 *		best_case_forecast		           best case + most likely + commit + closed
 *		most_likely_forecast	                       most likely + commit + closed
 *		commit_forecast			                                     commit + closed
 *
 * A deal whose category is NULL or blank is in no total and is counted apart (uncategorized_count, uncategorized_amount), so
 * that it is seen; a category that nobody knows is an error.  A deal without amount counts as a deal and adds no
 * amount (missing_amounts).  A row with neither category nor amount is no deal, such as an outer join makes.
 *
 * Worked example (Trailhead): closed 50, commit 150, best case 100, pipeline 200 -> commit forecast 200, best-case
 * forecast 300, open pipeline 450.
 */
#include "core/compat.h"

#include "core/summary.h"
#include "process/forecast_category.h"

typedef struct ForecastRollup
{
	Summary		head;
	/* by ForecastCategory; the last stands for deals without category */
	int64		deals[FORECAST_CATEGORIES + 1];
	ExactSum	amount[FORECAST_CATEGORIES + 1];
	int64		missing_amounts;
} ForecastRollup;

#define UNCATEGORIZED FORECAST_CATEGORIES

static const SummaryField fields[] = {
	SUMMARY_FIELD(ForecastRollup, "omitted_deals", deals[CATEGORY_OMITTED], SUMMARY_COUNT),
	SUMMARY_FIELD(ForecastRollup, "omitted", amount[CATEGORY_OMITTED], SUMMARY_SUM),
	SUMMARY_FIELD(ForecastRollup, "pipeline_deals", deals[CATEGORY_PIPELINE], SUMMARY_COUNT),
	SUMMARY_FIELD(ForecastRollup, "pipeline", amount[CATEGORY_PIPELINE], SUMMARY_SUM),
	SUMMARY_FIELD(ForecastRollup, "best_case_deals", deals[CATEGORY_BEST_CASE], SUMMARY_COUNT),
	SUMMARY_FIELD(ForecastRollup, "best_case", amount[CATEGORY_BEST_CASE], SUMMARY_SUM),
	SUMMARY_FIELD(ForecastRollup, "most_likely_deals", deals[CATEGORY_MOST_LIKELY], SUMMARY_COUNT),
	SUMMARY_FIELD(ForecastRollup, "most_likely", amount[CATEGORY_MOST_LIKELY], SUMMARY_SUM),
	SUMMARY_FIELD(ForecastRollup, "commit_deals", deals[CATEGORY_COMMIT], SUMMARY_COUNT),
	SUMMARY_FIELD(ForecastRollup, "commit", amount[CATEGORY_COMMIT], SUMMARY_SUM),
	SUMMARY_FIELD(ForecastRollup, "closed_deals", deals[CATEGORY_CLOSED], SUMMARY_COUNT),
	SUMMARY_FIELD(ForecastRollup, "closed", amount[CATEGORY_CLOSED], SUMMARY_SUM),
	SUMMARY_FIELD(ForecastRollup, "uncategorized_deals", deals[UNCATEGORIZED], SUMMARY_COUNT),
	SUMMARY_FIELD(ForecastRollup, "uncategorized", amount[UNCATEGORIZED], SUMMARY_SUM),
	SUMMARY_FIELD(ForecastRollup, "missing_amounts", missing_amounts, SUMMARY_COUNT),
};

/* What a text or binary form that was edited by hand gets wrong. */
static const char *
check(const Summary *summary)
{
	const ForecastRollup *r = (const ForecastRollup *) summary;
	int128		deals = 0;
	int			with_amount = 0;

	for (int category = 0; category <= UNCATEGORIZED; category++)
	{
		deals += r->deals[category];
		if (r->deals[category] == 0 && exact_sum_sign(&r->amount[category]) != 0)
			return psprintf("There is an amount of %s, and no deal.",
							category == UNCATEGORIZED ? "uncategorized" : forecast_category_names[category]);
		if (exact_sum_sign(&r->amount[category]) != 0)
			with_amount++;
	}
	if (r->missing_amounts > deals)
		return "More deals lack an amount than there are.";
	if (with_amount > deals - r->missing_amounts)
		return "There are more amounts than deals that have one.";
	return NULL;
}

static const SummaryType forecast_rollup_type = {
	"forecast_rollup", sizeof(ForecastRollup), 0, fields, lengthof(fields), check
};

SUMMARY_FUNCTIONS(forecast_rollup, &forecast_rollup_type);

#define ROLLUP_ARG() ((const ForecastRollup *) summary_arg(fcinfo, 0, &forecast_rollup_type))

/* ---- building ---- */

/* (state, category text, amount), for each type of amount */
static inline Datum
forecast_rollup_transfn(FunctionCallInfo fcinfo, ExactSumAdd add_amount)
{
	ForecastRollup *r;
	int			category;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);

	r = (ForecastRollup *) summary_state(fcinfo, &forecast_rollup_type);
	category = forecast_category_arg(fcinfo, 1);
	if (unlikely(category == CATEGORY_UNKNOWN))
		category = UNCATEGORIZED;
	summary_count(&r->deals[category], &forecast_rollup_type);
	if (PG_ARGISNULL(2))
		summary_count(&r->missing_amounts, &forecast_rollup_type);
	else
		add_amount(&r->amount[category], PG_GETARG_DATUM(2));
	return summary_result(fcinfo, &forecast_rollup_type, &r->head);
}

EXACT_SUM_TRANSFNS(forecast_rollup_transfn, forecast_rollup_transfn);

/* ---- one category ---- */

SUMMARY_SUM_READER(omitted_only, ForecastRollup, amount[CATEGORY_OMITTED], &forecast_rollup_type);
SUMMARY_SUM_READER(pipeline_only, ForecastRollup, amount[CATEGORY_PIPELINE], &forecast_rollup_type);
SUMMARY_SUM_READER(best_case_only, ForecastRollup, amount[CATEGORY_BEST_CASE], &forecast_rollup_type);
SUMMARY_SUM_READER(most_likely_only, ForecastRollup, amount[CATEGORY_MOST_LIKELY], &forecast_rollup_type);
SUMMARY_SUM_READER(commit_only, ForecastRollup, amount[CATEGORY_COMMIT], &forecast_rollup_type);
SUMMARY_SUM_READER(closed_only, ForecastRollup, amount[CATEGORY_CLOSED], &forecast_rollup_type);
SUMMARY_SUM_READER(uncategorized_amount, ForecastRollup, amount[UNCATEGORIZED], &forecast_rollup_type);
SUMMARY_COUNT_READER(uncategorized_count, ForecastRollup, deals[UNCATEGORIZED], &forecast_rollup_type);
SUMMARY_COUNT_READER(missing_amounts_forecast_rollup, ForecastRollup, missing_amounts, &forecast_rollup_type);

SALESOPS_FUNCTION(salesops_category_count);
SALESOPS_FUNCTION(salesops_category_amount);

static ForecastCategory
category_arg(FunctionCallInfo fcinfo)
{
	text	   *label = PG_GETARG_TEXT_PP(1);

	return forecast_category_require(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
}

Datum
salesops_category_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(ROLLUP_ARG()->deals[category_arg(fcinfo)]);
}

Datum
salesops_category_amount(PG_FUNCTION_ARGS)
{
	PG_RETURN_NUMERIC(exact_sum_numeric(&ROLLUP_ARG()->amount[category_arg(fcinfo)]));
}

/* ---- cumulative ---- */

static Datum
cumulative(FunctionCallInfo fcinfo, ForecastCategory weakest, ForecastCategory strongest)
{
	const ForecastRollup *r = ROLLUP_ARG();
	ExactSum	total = r->amount[weakest];

	for (int category = weakest + 1; category <= (int) strongest; category++)
		exact_sum_merge(&total, &r->amount[category]);
	PG_RETURN_NUMERIC(exact_sum_numeric(&total));
}

SALESOPS_FUNCTION(salesops_open_pipeline);
SALESOPS_FUNCTION(salesops_best_case_forecast);
SALESOPS_FUNCTION(salesops_most_likely_forecast);
SALESOPS_FUNCTION(salesops_commit_forecast);

Datum
salesops_open_pipeline(PG_FUNCTION_ARGS)
{
	return cumulative(fcinfo, CATEGORY_PIPELINE, CATEGORY_COMMIT);
}

Datum
salesops_best_case_forecast(PG_FUNCTION_ARGS)
{
	return cumulative(fcinfo, CATEGORY_BEST_CASE, CATEGORY_CLOSED);
}

Datum
salesops_most_likely_forecast(PG_FUNCTION_ARGS)
{
	return cumulative(fcinfo, CATEGORY_MOST_LIKELY, CATEGORY_CLOSED);
}

Datum
salesops_commit_forecast(PG_FUNCTION_ARGS)
{
	return cumulative(fcinfo, CATEGORY_COMMIT, CATEGORY_CLOSED);
}
