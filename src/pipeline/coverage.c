/*
 * coverage.c
 *		Pipeline coverage: is there enough open pipeline for what is left of the quota?
 *
 *		pipeline_coverage = open / (quota - booked)			required_coverage = 1 / win rate
 *		expected_from_pipeline = open * win rate
 *
 * with the amount-weighted win rate.  Coverage is a ratio of two totals, so it is computed after aggregation, from
 * the open amount of a period and the quota at the quota's own grain; joining quotas to deals would count each
 * quota once for every deal.  Where nothing is left of the quota a ratio means nothing: it is NULL and the status
 * says met.
 *
 * Worked example: 4.8M open against a quota of 1.6M is a coverage of 3.0; a win rate of 0.22 requires 4.545, and
 * lets expect 1.056M, 66 % of what is left.
 */
#include "core/compat.h"

#include "core/guard.h"
#include "utils/builtins.h"
#include "utils/float.h"

SALESOPS_FUNCTION(salesops_pipeline_coverage);
SALESOPS_FUNCTION(salesops_coverage_status);
SALESOPS_FUNCTION(salesops_required_coverage);
SALESOPS_FUNCTION(salesops_expected_from_pipeline);

/* What is left of the quota; arguments 1 (quota) and 2 (booked) are not NULL. */
static double
remaining_quota(FunctionCallInfo fcinfo)
{
	double		quota = PG_GETARG_FLOAT8(1);
	double		booked = PG_GETARG_FLOAT8(2);

	guard_not_negative(quota, "quota");
	guard_finite(booked, "booked amount");
	return guard_result(quota - booked, "remaining quota");
}

/* (open_amount float8, quota float8, booked float8), strict */
Datum
salesops_pipeline_coverage(PG_FUNCTION_ARGS)
{
	double		open_amount = PG_GETARG_FLOAT8(0);
	double		remaining = remaining_quota(fcinfo);

	guard_finite(open_amount, "open amount");
	if (remaining <= 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(guard_result(open_amount / remaining, "pipeline coverage"));
}

/* (open_amount float8, quota float8, booked float8, required float8), any of which may be NULL */
Datum
salesops_coverage_status(PG_FUNCTION_ARGS)
{
	double		remaining;
	double		open_amount;
	double		required;

	if (PG_ARGISNULL(1))
		PG_RETURN_TEXT_P(cstring_to_text("no_quota"));
	if (PG_ARGISNULL(2))
		PG_RETURN_NULL();
	remaining = remaining_quota(fcinfo);
	if (remaining <= 0)
		PG_RETURN_TEXT_P(cstring_to_text("met"));

	if (PG_ARGISNULL(0) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	open_amount = PG_GETARG_FLOAT8(0);
	required = PG_GETARG_FLOAT8(3);
	guard_finite(open_amount, "open amount");
	guard_finite(required, "required coverage");
	if (required < 1)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("required coverage is less than 1: %s", float8out_internal(required)),
				 errdetail("To make the rest of a quota takes at least as much pipeline."),
				 errhint("Pass a multiple such as 3, or required_coverage(win_rate), not the win rate itself.")));
	PG_RETURN_TEXT_P(cstring_to_text(open_amount / remaining >= required ? "covered" : "short"));
}

/* (win_rate float8), strict */
Datum
salesops_required_coverage(PG_FUNCTION_ARGS)
{
	double		win_rate = PG_GETARG_FLOAT8(0);

	guard_fraction(win_rate, "win rate");
	if (win_rate == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(guard_result(1 / win_rate, "required coverage"));
}

/* (open_amount float8, win_rate float8), strict */
Datum
salesops_expected_from_pipeline(PG_FUNCTION_ARGS)
{
	double		open_amount = PG_GETARG_FLOAT8(0);
	double		win_rate = PG_GETARG_FLOAT8(1);

	guard_finite(open_amount, "open amount");
	guard_fraction(win_rate, "win rate");
	PG_RETURN_FLOAT8(open_amount * win_rate);
}
