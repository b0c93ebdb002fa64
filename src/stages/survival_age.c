/*
 * survival_age.c
 *		Whether a deal has been in its stage for too long: by the limit of its process, or by how long others stay there.
 *
 *		fresh		up to the median, or two thirds of the limit
 *		aging		up to 1.5 times the median (or another factor, or a quantile), or up to the limit
 *		stalled		beyond
 *
 * The two agree where the limit is 1.5 times the median.  The median and the quantiles are those of Kaplan and Meier
 * (survival_read.c), for which deals that are still in the stage count: a median over those that left is too short, and calls
 * too many stalled.
 *
 * Where fewer than half have ever left, the median is not known, but it is not below the longest stay seen: up to there a deal
 * is fresh, and beyond nothing is known of it.  Likewise of a quantile: a deal beyond the median and within the
 * longest stay is aging; beyond the longest stay, nobody knows.
 *
 * Worked example: a limit of 30 days: fresh up to 20, aging up to 30, stalled at 30.5.
 */
#include "core/compat.h"

#include "core/call_memo.h"
#include "core/guard.h"
#include "mb/pg_wchar.h"
#include "process/sales_process.h"
#include "stages/survival.h"
#include "utils/builtins.h"

/* Of the limit of a process, or of the norm beyond which a deal is stalled, the median is this part. */
#define MEDIAN_FACTOR 1.5

SALESOPS_FUNCTION(salesops_stage_age_status_process);
SALESOPS_FUNCTION(salesops_stage_age_status_norm);
SALESOPS_FUNCTION(salesops_stage_age_status_quantile);
SALESOPS_FUNCTION(salesops_explain_stage_age_process);
SALESOPS_FUNCTION(salesops_explain_stage_age_norm);

static Datum
status(double days, double aging_from, double stalled_from)
{
	PG_RETURN_TEXT_P(cstring_to_text(days > stalled_from ? "stalled" : days > aging_from ? "aging" : "fresh"));
}

/* ---- by the limit of the process ---- */

static const ProcessStage *
stage_args(FunctionCallInfo fcinfo, text *name)
{
	return process_find(process_arg(fcinfo, 1), VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
}

/* (days float8, process sales_process, stage text) */
Datum
salesops_stage_age_status_process(PG_FUNCTION_ARGS)
{
	double		days = PG_GETARG_FLOAT8(0);
	const ProcessStage *stage;

	survival_guard_days(days);
	stage = stage_args(fcinfo, PG_GETARG_TEXT_PP(2));
	if (stage == NULL || stage->outcome != OUTCOME_OPEN || stage->max_days == PROCESS_NO_LIMIT)
		PG_RETURN_NULL();
	return status(days, stage->max_days / MEDIAN_FACTOR, stage->max_days);
}

/* (days float8, process sales_process, stage text) */
Datum
salesops_explain_stage_age_process(PG_FUNCTION_ARGS)
{
	double		days = PG_GETARG_FLOAT8(0);
	text	   *name = PG_GETARG_TEXT_PP(2);
	const ProcessStage *stage;
	char	   *why;

	survival_guard_days(days);
	stage = stage_args(fcinfo, name);
	if (stage == NULL)
		why = psprintf("%.1f days; the process has no stage \"%s\"", days, text_to_cstring(name));
	else if (stage->outcome != OUTCOME_OPEN)
		why = psprintf("closed in %s, where no deal ages", text_to_cstring(name));
	else if (stage->max_days == PROCESS_NO_LIMIT)
		why = psprintf("%.1f days in %s, which has no limit", days, text_to_cstring(name));
	else if (days > stage->max_days)
		why = psprintf("%.1f days in %s, %.1f more than its limit of %g", days, text_to_cstring(name), days - stage->max_days, stage->max_days);
	else
		why = psprintf("%.1f days in %s, whose limit is %g", days, text_to_cstring(name), stage->max_days);
	PG_RETURN_TEXT_P(cstring_to_text(why));
}

/* ---- by how long others stay ---- */

/* What is read of a norm for one deal after another. */
typedef struct Norm
{
	int64		observations;
	bool		has_median;
	double		median;
	double		longest;		/* the longest stay seen, ended or not */
	SurvivalMarks marks;
} Norm;

static void
make_norm(const void *value, void *result)
{
	const Survival *survival = value;
	Norm	   *norm = result;

	norm->observations = survival->observations;
	survival_make_marks(value, &norm->marks);
	norm->has_median = survival_quantile(survival, &norm->marks, 0.5, &norm->median);
	norm->longest = survival->nsteps == 0 ? 0 : survival_steps(survival)[survival->nsteps - 1].days;
}

/* The norm of the second argument, for days of the first; false where it says nothing of them. */
static bool
norm_args(FunctionCallInfo fcinfo, const Survival **survival, const Norm **norm)
{
	double		days = PG_GETARG_FLOAT8(0);
	const void *value;

	survival_guard_days(days);
	*norm = call_memo_arg(fcinfo, 1, survival_fetch, &value, sizeof(Norm), make_norm);
	*survival = value;
	return (*norm)->has_median || ((*norm)->observations > 0 && days <= (*norm)->longest);
}

/* (days float8, norm survival, factor float8) */
Datum
salesops_stage_age_status_norm(PG_FUNCTION_ARGS)
{
	double		days = PG_GETARG_FLOAT8(0);
	double		factor = PG_GETARG_FLOAT8(2);
	const Survival *survival;
	const Norm *norm;

	guard_finite(factor, "factor");
	if (factor < 1)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("factor is less than 1: %g", factor),
				 errdetail("A deal is aging from the median on, and stalled from the factor times the median on."),
				 errhint("Pass 1.5, which is the default, or a greater factor to call fewer deals stalled.")));
	if (!norm_args(fcinfo, &survival, &norm))
		PG_RETURN_NULL();
	/* without a median, days are within the longest stay, which it is not below */
	if (!norm->has_median)
		return status(days, norm->longest, norm->longest);
	return status(days, norm->median, factor * norm->median);
}

/* (days float8, norm survival, quantile float8) */
Datum
salesops_stage_age_status_quantile(PG_FUNCTION_ARGS)
{
	double		days = PG_GETARG_FLOAT8(0);
	double		quantile = PG_GETARG_FLOAT8(2);
	const Survival *survival;
	const Norm *norm;
	double		stalled_from;

	guard_fraction(quantile, "quantile");
	if (quantile < 0.5)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("quantile is less than 0.5: %g", quantile),
				 errdetail("A deal is aging from the median on, and stalled from the quantile on."),
				 errhint("Pass 0.9, which is the default: stalled are deals that are there for longer than 90 %% ever were.")));
	if (!norm_args(fcinfo, &survival, &norm))
		PG_RETURN_NULL();
	if (!norm->has_median)
		return status(days, norm->longest, norm->longest);
	/* most deals are fresh, and need no walk to the quantile */
	if (days <= norm->median)
		return status(days, norm->median, norm->median);
	if (!survival_quantile(survival, &norm->marks, quantile, &stalled_from))
	{
		if (days > norm->longest)
			PG_RETURN_NULL();
		stalled_from = norm->longest;
	}
	return status(days, norm->median, stalled_from);
}

/* (days float8, norm survival) */
Datum
salesops_explain_stage_age_norm(PG_FUNCTION_ARGS)
{
	double		days = PG_GETARG_FLOAT8(0);
	const Survival *survival;
	const Norm *norm;
	double		share;
	double		percent;
	const char *half;

	(void) norm_args(fcinfo, &survival, &norm);
	if (norm->observations == 0)
		PG_RETURN_NULL();
	half = norm->has_median ? psprintf("half leave within %.1f", norm->median) : "fewer than half ever left";
	if (!survival_at_most(survival, &norm->marks, days, &share))
		PG_RETURN_NULL();
	if (days > norm->longest)
		PG_RETURN_TEXT_P(cstring_to_text(psprintf("%.1f days, longer than any of " INT64_FORMAT " stays; %s", days, norm->observations, half)));
	/* as long as somebody is expected to stay for longer, it is not all of them */
	percent = rint(100 * (1 - share));
	if (share > 0)
		percent = Min(percent, 99);
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%.1f days, older than %.0f %% of " INT64_FORMAT " stays; %s", days, percent, norm->observations, half)));
}
