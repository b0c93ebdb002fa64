/*
 * forecast_error.c
 *		The summary forecast_error(actual, forecast [, weight]): how far forecasts were from what came.
 *
 * One pass keeps, over the pairs of an actual A, its forecast F and a weight w (1 where there is none), the sums from
 * which all the usual measures come:
 *
 *		mape				Σ w|A-F|/|A| / Σ w				over the pairs whose actual is not 0
 *		wape				Σ w|A-F| / Σ w|A|
 *		forecast_bias		Σ w(F-A) / |Σ wA|				more than 0: over-forecast
 *		forecast_accuracy	1 - wape						less than 0 where the errors exceed the actuals
 *		mae, rmse			Σ w|A-F| / Σ w,  √(Σ w(A-F)² / Σ w)
 *		smape				Σ w 2|A-F|/(|A|+|F|) / Σ w		0 to 2; a pair of zeros has the error 0
 *
 * Sources: Hyndman and Koehler (2006), "Another look at measures of forecast accuracy", International Journal of
 * Forecasting 22, for the definitions and what is wrong with each; the M4 competition for smape, which it prints in
 * percent.  Ours are fractions.  Where it differs: forecast_bias divides by the size of the total, so that its sign means
 * the same where the actuals add up to less than zero (credits, churn); elsewhere it is Σ(F-A)/ΣA.
 *
 * Each term is computed in float8 from the nearest float8 of A and F, and summed exactly (float_sum.c): the result is
 * the same to the last bit whatever the order of rows and however parts were merged.
 *
 * What counts as what: a row of which both are NULL is no pair; one that lacks the actual, the forecast or the weight is
 * counted (unpaired_forecasts) and is in no measure.  A pair whose actual is 0 has no relative error: mape leaves it out, and
 * mape_skipped says how many there are.
 *
 * Worked example: (100, 300), (200, 200), (0, 50): mape (2 + 0) / 2 = 1 with one pair skipped, wape 250 / 300,
 * forecast_bias 250 / 300, mae 250 / 3, smape (1 + 0 + 2) / 3 = 1.
 */
#include "core/compat.h"

#include <math.h>

#include "core/guard.h"
#include "core/number.h"
#include "core/summary.h"
#include "utils/float.h"

typedef struct ForecastError
{
	Summary		head;
	int64		pairs;
	int64		unpaired;
	int64		mape_skipped;
	FloatSum	weight;
	FloatSum	absolute_error;
	FloatSum	absolute_actual;
	FloatSum	error;			/* forecast - actual */
	FloatSum	actual;
	FloatSum	squared_error;
	FloatSum	relative_error;
	FloatSum	relative_weight;	/* of the pairs that have a relative error */
	FloatSum	symmetric_error;	/* half of what smape takes the mean of, so that each is at most its weight */
} ForecastError;

static const SummaryField fields[] = {
	SUMMARY_FIELD(ForecastError, "pairs", pairs, SUMMARY_COUNT),
	SUMMARY_FIELD(ForecastError, "unpaired", unpaired, SUMMARY_COUNT),
	SUMMARY_FIELD(ForecastError, "mape_skipped", mape_skipped, SUMMARY_COUNT),
	SUMMARY_FIELD(ForecastError, "weight", weight, SUMMARY_FLOAT_SUM),
	SUMMARY_FIELD(ForecastError, "absolute_error", absolute_error, SUMMARY_FLOAT_SUM),
	SUMMARY_FIELD(ForecastError, "absolute_actual", absolute_actual, SUMMARY_FLOAT_SUM),
	SUMMARY_FIELD(ForecastError, "error", error, SUMMARY_FLOAT_SUM),
	SUMMARY_FIELD(ForecastError, "actual", actual, SUMMARY_FLOAT_SUM),
	SUMMARY_FIELD(ForecastError, "squared_error", squared_error, SUMMARY_FLOAT_SUM),
	SUMMARY_FIELD(ForecastError, "relative_error", relative_error, SUMMARY_FLOAT_SUM),
	SUMMARY_FIELD(ForecastError, "relative_weight", relative_weight, SUMMARY_FLOAT_SUM),
	SUMMARY_FIELD(ForecastError, "symmetric_error", symmetric_error, SUMMARY_FLOAT_SUM),
};

/* What a text or binary form that was edited by hand gets wrong. */
static const char *
check(const Summary *summary)
{
	const ForecastError *e = (const ForecastError *) summary;
	const struct
	{
		const char *name;
		const FloatSum *sum;
		bool		of_actuals;	/* of pairs whose actual is not 0 */
	}			sizes[] = {
		{"weight", &e->weight, false}, {"absolute_error", &e->absolute_error, false},
		{"absolute_actual", &e->absolute_actual, true}, {"squared_error", &e->squared_error, false},
		{"relative_error", &e->relative_error, true}, {"relative_weight", &e->relative_weight, true},
		{"symmetric_error", &e->symmetric_error, false}
	};

	if (e->mape_skipped > e->pairs)
		return "\"mape_skipped\" is greater than \"pairs\".";
	for (int i = 0; i < (int) lengthof(sizes); i++)
	{
		if (float_sum_sign(sizes[i].sum) < 0)
			return psprintf("\"%s\" is negative.", sizes[i].name);
		if (e->pairs == (sizes[i].of_actuals ? e->mape_skipped : 0) && float_sum_sign(sizes[i].sum) != 0)
			return psprintf("There is \"%s\", and no pair that it comes from.", sizes[i].name);
	}
	/* each term of the one is at most its term of the other, and both lose the same bits */
	if (!float_sum_is_within(&e->error, &e->absolute_error))
		return "\"error\" is greater than \"absolute_error\".";
	if (!float_sum_is_within(&e->actual, &e->absolute_actual))
		return "\"actual\" is greater than \"absolute_actual\".";
	if (!float_sum_is_within(&e->relative_weight, &e->weight))
		return "\"relative_weight\" is greater than \"weight\".";
	if (!float_sum_is_within(&e->symmetric_error, &e->weight))
		return "\"symmetric_error\" is greater than \"weight\".";
	return NULL;
}

static const SummaryType forecast_error_type = {
	"forecast_error", sizeof(ForecastError), 0, fields, lengthof(fields), check
};

SUMMARY_FUNCTIONS(forecast_error, &forecast_error_type);

#define ERROR_ARG() ((const ForecastError *) summary_arg(fcinfo, 0, &forecast_error_type))

/* ---- building ---- */

/* The square of an error of twice this is still a number that a FloatSum holds. */
#define MAX_VALUE 1e28

static inline void
check_value(double value, const char *argument)
{
	if (likely(fabs(value) <= MAX_VALUE))
		return;
	guard_finite(value, argument);
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s is out of range: %s", argument, float8out_internal(value)),
			 errdetail("Errors are squared and summed: the %s is at most 1e28 in size.", argument),
			 errhint("Exclude the impossible values, or use a larger unit, such as thousands.")));
}

/* Actuals so small are none that anybody means. */
#define MAX_RELATIVE_ERROR 1e57

SALESOPS_NORETURN static void relative_error_out_of_range(double actual, double forecast);

static void
relative_error_out_of_range(double actual, double forecast)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("relative error is out of range: actual %s, forecast %s", float8out_internal(actual), float8out_internal(forecast)),
			 errdetail("An error is at most 1e57 times its actual."),
			 errhint("Round the actuals, for example round(actual, 4): 0 is left out of mape.")));
	pg_unreachable();
}

static inline void
add_pair(ForecastError *e, double actual, double forecast, double weight)
{
	double		error = forecast - actual;
	double		size = fabs(error);
	double		actual_size = fabs(actual);

	summary_count(&e->pairs, &forecast_error_type);
	float_sum_add(&e->weight, weight);
	float_sum_add(&e->absolute_error, weight * size);
	float_sum_add(&e->absolute_actual, weight * actual_size);
	float_sum_add(&e->error, weight * error);
	float_sum_add(&e->actual, weight * actual);
	float_sum_add(&e->squared_error, weight * (error * error));
	if (actual_size > 0)
	{
		double		relative_error = size / actual_size;

		if (unlikely(relative_error > MAX_RELATIVE_ERROR))
			relative_error_out_of_range(actual, forecast);
		float_sum_add(&e->relative_error, weight * relative_error);
		float_sum_add(&e->relative_weight, weight);
	}
	else
		summary_count(&e->mape_skipped, &forecast_error_type);
	if (size > 0)
		float_sum_add(&e->symmetric_error, weight * (size / (actual_size + fabs(forecast))));
}

/* (state, actual, forecast [, weight float8]), for each type of number */
static inline Datum
forecast_error_transfn(FunctionCallInfo fcinfo, NumberRead number, bool weighted)
{
	ForecastError *e;
	double		actual;
	double		forecast;
	double		weight = 1;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2) || (weighted && PG_ARGISNULL(3))))
	{
		if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
			return summary_unchanged(fcinfo);
		e = (ForecastError *) summary_state(fcinfo, &forecast_error_type);
		summary_count(&e->unpaired, &forecast_error_type);
		return summary_result(fcinfo, &forecast_error_type, &e->head);
	}
	actual = number(PG_GETARG_DATUM(1));
	check_value(actual, "actual");
	forecast = number(PG_GETARG_DATUM(2));
	check_value(forecast, "forecast");
	if (weighted)
	{
		weight = PG_GETARG_FLOAT8(3);
		guard_not_negative(weight, "weight");
	}
	e = (ForecastError *) summary_state(fcinfo, &forecast_error_type);
	add_pair(e, actual, forecast, weight);
	return summary_result(fcinfo, &forecast_error_type, &e->head);
}

#define FORECAST_ERROR_TRANSFN(name, number, weighted) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) { return forecast_error_transfn(fcinfo, number, weighted); } \
	extern int	no_such_variable

FORECAST_ERROR_TRANSFN(forecast_error_transfn_numeric, number_from_numeric, false);
FORECAST_ERROR_TRANSFN(forecast_error_transfn_float8, number_from_float8, false);
FORECAST_ERROR_TRANSFN(forecast_error_transfn_numeric_weighted, number_from_numeric, true);
FORECAST_ERROR_TRANSFN(forecast_error_transfn_float8_weighted, number_from_float8, true);

/* ---- reading ---- */

SUMMARY_COUNT_READER(forecast_pairs, ForecastError, pairs, &forecast_error_type);
SUMMARY_COUNT_READER(unpaired_forecasts, ForecastError, unpaired, &forecast_error_type);
SUMMARY_COUNT_READER(mape_skipped, ForecastError, mape_skipped, &forecast_error_type);

/* part / whole; false where the whole is zero */
static bool
quotient(const FloatSum *part, const FloatSum *whole, double *result)
{
	if (float_sum_sign(whole) == 0)
		return false;
	*result = float_sum_value(part) / float_sum_value(whole);
	return true;
}

/* A reader of the quotient of two sums, as `result`, of which it returns the expression. */
#define QUOTIENT_READER(name, part, whole, expression) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) \
	{ \
		const ForecastError *e = ERROR_ARG(); \
		double		result; \
		if (!quotient(&e->part, &e->whole, &result)) \
			PG_RETURN_NULL(); \
		PG_RETURN_FLOAT8(expression); \
	} \
	extern int	no_such_variable

QUOTIENT_READER(mape, relative_error, relative_weight, result);
QUOTIENT_READER(wape, absolute_error, absolute_actual, result);
QUOTIENT_READER(forecast_accuracy, absolute_error, absolute_actual, 1 - result);
QUOTIENT_READER(forecast_bias, error, actual, float_sum_sign(&e->actual) < 0 ? 0 - result : result);
QUOTIENT_READER(mae, absolute_error, weight, result);
QUOTIENT_READER(rmse, squared_error, weight, sqrt(result));
QUOTIENT_READER(smape, symmetric_error, weight, 2 * result);
