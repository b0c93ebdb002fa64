/*
 * survival_read.c
 *		The Kaplan-Meier estimate: what share is still there after so many days.
 *
 * With n[i] at risk (of t[i] days or more) and d[i] ended at t[i], S(t) is the product of 1 - d[i] / n[i] over all
 * t[i] <= t (E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", Journal of the
 * American Statistical Association 53 (1958), 457-481).  Who is not over at t[i] counts as at risk there.  The
 * variance of log S is the sum of d[i] / (n[i] (n[i] - d[i])) (M. Greenwood, 1926), and the standard error of S is S
 * times its root.
 *
 * Limits are those of log S, exp(log S +- z se), cut at 1, as is the default of R's survival package;
 * km_survival_log_log_* those of log(-log S), km_survival_plain_* S +- z se, cut at 0 and 1.  Where S is 0 they are
 * not known.
 *
 * A quantile is the least t with S(t) <= 1 - q; where S is 1 - q on a whole interval, the middle of it (of the last
 * interval, which ends with the last observation, too).  As in R, S is 1 - q where it differs by less than 2^-26: the
 * product is not exact.  The limits of a quantile are where the limits of S first cross 1 - q.
 *
 * Beyond the last observation S is not known, unless it has come to 0.
 *
 * Everything is computed from the counts when it is read, by the four operations, square roots and core/elementary.c:
 * the same to the last bit on every machine.
 *
 * Worked example: Freireich and others (1963), 21 patients under 6-MP: S(6) = 0.857, S(10) = 0.753, S(23) = 0.448;
 * median 23.
 */
#include "stages/survival.h"

#include <math.h>

#include "core/call_memo.h"
#include "core/elementary.h"
#include "core/guard.h"
#include "core/normal.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"

/* The square root of the least difference from 1, as R has it. */
#define TOLERANCE 1.4901161193847656e-08

/* ---- the curve ---- */

void
survival_curve_begin(SurvivalCurve *curve, const Survival *survival)
{
	memset(curve, 0, sizeof(*curve));
	curve->next = survival_steps(survival);
	curve->end = curve->next + survival->nsteps;
	curve->after = survival->observations;
	curve->survival = 1;
}

/* On to the next different time. */
bool
survival_curve_next(SurvivalCurve *curve)
{
	const SurvivalStep *step = curve->next;

	CHECK_FOR_INTERRUPTS();
	if (step == curve->end)
		return false;
	curve->first = step;
	curve->days = step->days;
	curve->at_risk = curve->after;
	curve->ended = curve->censored = 0;
	for (; step != curve->end && step->days == curve->days; step++)
	{
		int64		count = survival_step_count(step);

		if (survival_step_outcome(step) == 0)
			curve->censored += count;
		else
			curve->ended += count;
	}
	curve->next = step;
	curve->after -= curve->ended + curve->censored;
	curve->before = curve->survival;
	if (curve->ended > 0)
	{
		double		n = (double) curve->at_risk;
		double		d = (double) curve->ended;

		curve->survival *= (n - d) / n;
		if (curve->ended < curve->at_risk)
			curve->variance += d / (n * (n - d));
	}
	return true;
}

/* ---- marks along the curve ---- */

/*
 * A query asks one value of each deal's days.  Walking 10,000 steps for each would be most of what it costs, so a call site keeps
 * (core/call_memo.c) where the curve is at some of its steps, and a reader walks from the last of these before its answer.  What it
 * finds is the same to the last bit, as a mark is what a walk from the beginning has come to there.
 */
void
survival_make_marks(const void *value, void *result)
{
	const Survival *survival = value;
	SurvivalMarks *marks = result;
	uint32		apart = survival->nsteps / SURVIVAL_MARKS + 1;
	uint32		due = apart;
	SurvivalCurve curve;

	marks->n = 0;
	survival_curve_begin(&curve, survival);
	while (survival_curve_next(&curve))
	{
		uint32		next = (uint32) (curve.next - survival_steps(survival));

		if (next < due)
			continue;
		marks->marks[marks->n++] = (SurvivalMark) {curve.days, curve.survival, curve.variance, curve.after, next};
		due = next + apart;
	}
}

/* Few steps are walked faster than a mark is found. */
#define FEW_STEPS 64

/* The first argument, and its marks. */
static const Survival *
marked_arg(FunctionCallInfo fcinfo, const SurvivalMarks **marks)
{
	const void *value;

	if (VARATT_IS_EXTERNAL(DatumGetPointer(PG_GETARG_DATUM(0))))
	{
		*marks = call_memo_arg(fcinfo, 0, survival_fetch, &value, sizeof(SurvivalMarks), survival_make_marks);
		return value;
	}
	value = survival_arg(fcinfo, 0);
	*marks = ((const Survival *) value)->nsteps <= FEW_STEPS ? NULL : call_memo(fcinfo, value, sizeof(SurvivalMarks), survival_make_marks);
	return value;
}

/*
 * Begins behind the last mark that is not after so many days, or at which less than a share `bound` has ended.
 */
static void
curve_begin_behind(SurvivalCurve *curve, const Survival *survival, const SurvivalMarks *marks, bool by_days, double bound)
{
	uint32		low = 0;
	uint32		high = marks == NULL ? 0 : marks->n;

	survival_curve_begin(curve, survival);
	while (low < high)
	{
		uint32		middle = (low + high) / 2;
		const SurvivalMark *mark = &marks->marks[middle];

		if (by_days ? mark->days <= bound : 1 - mark->survival + TOLERANCE < bound)
			low = middle + 1;
		else
			high = middle;
	}
	if (low > 0)
	{
		const SurvivalMark *mark = &marks->marks[low - 1];

		curve->next += mark->next;
		curve->days = mark->days;
		curve->survival = mark->survival;
		curve->variance = mark->variance;
		curve->after = mark->after;
	}
}

/*
 * What is known of the curve after the last step not after so many days; false where the value is empty, or the curve is not known
 * so far out.  `marks` may be NULL.
 */
static bool
curve_at(const Survival *survival, const SurvivalMarks *marks, double days, SurvivalCurve *curve)
{
	SurvivalCurve next;

	curve_begin_behind(&next, survival, marks, true, days);
	*curve = next;
	while (survival_curve_next(&next))
	{
		if (next.days > days)
			return true;
		*curve = next;
	}
	return survival->observations > 0 && (days <= curve->days || curve->survival == 0);
}

bool
survival_at_most(const Survival *survival, const SurvivalMarks *marks, double days, double *share)
{
	SurvivalCurve curve;

	(void) curve_at(survival, marks, days, &curve);
	*share = curve.survival;
	return survival->observations > 0;
}

static int64
survival_ended(const Survival *survival)
{
	const SurvivalStep *steps = survival_steps(survival);
	int64		ended = 0;

	for (uint32 i = 0; i < survival->nsteps; i++)
		ended += survival_step_outcome(&steps[i]) > 0 ? survival_step_count(&steps[i]) : 0;
	return ended;
}

/* ---- limits ---- */

typedef enum LimitKind
{
	LIMIT_LOG,
	LIMIT_LOG_LOG,
	LIMIT_PLAIN
} LimitKind;

/* How many standard errors the limits are away. */
static double
level_width(double level)
{
	guard_fraction(level, "level");
	if (level == 1)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("level is out of range: 1"),
				 errdetail("The level is the share of cases in which such limits hold, below 1."),
				 errhint("Pass 0.95 for limits that hold in 95 %% of cases.")));
	return level == 0 ? 0 : normal_quantile(0.5 + level / 2);
}

static bool
curve_limits(const SurvivalCurve *curve, LimitKind kind, double width, double *low, double *high)
{
	double		s = curve->survival;
	double		error = sqrt(curve->variance);
	double		log_s;

	if (s <= 0)
		return false;
	if (s >= 1)
	{
		*low = *high = 1;
		return true;
	}
	if (kind == LIMIT_PLAIN)
	{
		*low = Max(s - width * error * s, 0);
		*high = Min(s + width * error * s, 1);
		return true;
	}
	log_s = elementary_log(s);
	if (kind == LIMIT_LOG)
	{
		*low = elementary_exp(log_s - width * error);
		*high = Min(elementary_exp(Min(log_s + width * error, 0)), 1);
		return true;
	}
	/* far out the one is 0 and the other 1 */
	*low = elementary_exp(Max(log_s * elementary_exp(Min(width * error / -log_s, 600)), -1000));
	*high = elementary_exp(log_s * elementary_exp(Max(-width * error / -log_s, -1000)));
	return true;
}

/* ---- quantiles ---- */

typedef enum QuantileCurve
{
	QUANTILE_OF_CURVE,
	QUANTILE_OF_LOW,
	QUANTILE_OF_HIGH
} QuantileCurve;

/* Marks are of the curve itself: NULL for its limits. */
static bool
quantile_of(const Survival *survival, const SurvivalMarks *marks, QuantileCurve which, double width, double q, double *days)
{
	SurvivalCurve curve;
	bool		reached = false;
	bool		known = false;
	double		from = 0;

	if (survival->observations == 0)
		return false;
	if (q < TOLERANCE)
	{
		*days = 0;
		return true;
	}
	curve_begin_behind(&curve, survival, marks, false, q);
	while (survival_curve_next(&curve))
	{
		double		low = curve.survival;
		double		high = curve.survival;
		double		gone;

		known = which == QUANTILE_OF_CURVE || curve_limits(&curve, LIMIT_LOG, width, &low, &high);
		if (!known)
			continue;
		gone = 1 - (which == QUANTILE_OF_HIGH ? high : low);
		if (!reached && gone + TOLERANCE >= q)
		{
			reached = true;
			from = curve.days;
		}
		if (reached && gone - TOLERANCE >= q)
		{
			*days = from + (curve.days - from) / 2;
			return true;
		}
	}
	*days = from + (curve.days - from) / 2;
	return reached && known;
}

bool
survival_quantile(const Survival *survival, const SurvivalMarks *marks, double q, double *days)
{
	return quantile_of(survival, marks, QUANTILE_OF_CURVE, 0, q, days);
}

/* The days of the observation with this number, from 1, among those that ended. */
static double
ended_at(const Survival *survival, int64 number)
{
	const SurvivalStep *step = survival_steps(survival);

	for (;; step++)
	{
		if (survival_step_outcome(step) > 0)
			number -= survival_step_count(step);
		if (number <= 0)
			return step->days;
	}
}

static bool
survival_naive_median(const Survival *survival, double *days)
{
	int64		ended = survival_ended(survival);
	double		lower;

	if (ended == 0)
		return false;
	lower = ended_at(survival, (ended + 1) / 2);
	*days = ended % 2 == 1 ? lower : lower + (ended_at(survival, ended / 2 + 1) - lower) / 2;
	return true;
}

/* ---- readers: counts ---- */

SALESOPS_FUNCTION(salesops_survival_count);
SALESOPS_FUNCTION(salesops_ended_count);
SALESOPS_FUNCTION(salesops_ended_count_outcome);
SALESOPS_FUNCTION(salesops_open_count);
SALESOPS_FUNCTION(salesops_incomplete_observations);

Datum
salesops_survival_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(survival_arg(fcinfo, 0)->observations);
}

Datum
salesops_ended_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(survival_ended(survival_arg(fcinfo, 0)));
}

/* (survival, outcome text) */
Datum
salesops_ended_count_outcome(PG_FUNCTION_ARGS)
{
	const Survival *survival = survival_arg(fcinfo, 0);
	text	   *label = PG_GETARG_TEXT_PP(1);
	uint32		outcome = survival_find(survival, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	const SurvivalStep *steps = survival_steps(survival);
	int64		count = 0;

	for (uint32 i = 0; i < survival->nsteps && outcome != 0; i++)
		count += survival_step_outcome(&steps[i]) == outcome ? survival_step_count(&steps[i]) : 0;
	PG_RETURN_INT64(count);
}

Datum
salesops_open_count(PG_FUNCTION_ARGS)
{
	const Survival *survival = survival_arg(fcinfo, 0);

	PG_RETURN_INT64(survival->observations - survival_ended(survival));
}

Datum
salesops_incomplete_observations(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(survival_arg(fcinfo, 0)->incomplete);
}

/* ---- readers: the share still there ---- */

SALESOPS_FUNCTION(salesops_km_survival);
SALESOPS_FUNCTION(salesops_km_survival_se);
SALESOPS_FUNCTION(salesops_survival_percentile);

/* Of the first argument, after so many days: false where it is not known. */
static bool
curve_args(FunctionCallInfo fcinfo, double days, SurvivalCurve *curve)
{
	const Survival *survival;
	const SurvivalMarks *marks;

	survival_guard_days(days);
	survival = marked_arg(fcinfo, &marks);
	return curve_at(survival, marks, days, curve);
}

/* (survival, days float8) */
Datum
salesops_km_survival(PG_FUNCTION_ARGS)
{
	double		days = PG_GETARG_FLOAT8(1);
	SurvivalCurve curve;

	if (!curve_args(fcinfo, days, &curve))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(curve.survival);
}

Datum
salesops_survival_percentile(PG_FUNCTION_ARGS)
{
	double		days = PG_GETARG_FLOAT8(1);
	const Survival *survival;
	const SurvivalMarks *marks;
	double		share;

	survival_guard_days(days);
	survival = marked_arg(fcinfo, &marks);
	if (!survival_at_most(survival, marks, days, &share))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(1 - share);
}

Datum
salesops_km_survival_se(PG_FUNCTION_ARGS)
{
	double		days = PG_GETARG_FLOAT8(1);
	SurvivalCurve curve;

	if (!curve_args(fcinfo, days, &curve) || curve.survival == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(curve.survival * sqrt(curve.variance));
}

/* (survival, days float8, level float8) */
static Datum
limit_reader(FunctionCallInfo fcinfo, LimitKind kind, bool high_one)
{
	double		days = PG_GETARG_FLOAT8(1);
	double		width = level_width(PG_GETARG_FLOAT8(2));
	SurvivalCurve curve;
	double		low;
	double		high;

	if (!curve_args(fcinfo, days, &curve) || !curve_limits(&curve, kind, width, &low, &high))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(high_one ? high : low);
}

#define LIMIT_READER(name, kind, high_one) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) { return limit_reader(fcinfo, kind, high_one); } \
	extern int	no_such_variable

LIMIT_READER(km_survival_low, LIMIT_LOG, false);
LIMIT_READER(km_survival_high, LIMIT_LOG, true);
LIMIT_READER(km_survival_log_log_low, LIMIT_LOG_LOG, false);
LIMIT_READER(km_survival_log_log_high, LIMIT_LOG_LOG, true);
LIMIT_READER(km_survival_plain_low, LIMIT_PLAIN, false);
LIMIT_READER(km_survival_plain_high, LIMIT_PLAIN, true);

/* ---- readers: days ---- */

SALESOPS_FUNCTION(salesops_km_median);
SALESOPS_FUNCTION(salesops_km_quantile);
SALESOPS_FUNCTION(salesops_km_quantile_low);
SALESOPS_FUNCTION(salesops_km_quantile_high);
SALESOPS_FUNCTION(salesops_naive_median);
SALESOPS_FUNCTION(salesops_km_restricted_mean);
SALESOPS_FUNCTION(salesops_km_restricted_mean_se);

Datum
salesops_km_median(PG_FUNCTION_ARGS)
{
	double		days;

	if (!survival_quantile(survival_arg(fcinfo, 0), NULL, 0.5, &days))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(days);
}

/* (survival, q float8) */
Datum
salesops_km_quantile(PG_FUNCTION_ARGS)
{
	double		q = PG_GETARG_FLOAT8(1);
	double		days;

	guard_fraction(q, "q");
	if (!survival_quantile(survival_arg(fcinfo, 0), NULL, q, &days))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(days);
}

/* (survival, q float8, level float8) */
static Datum
quantile_limit(FunctionCallInfo fcinfo, QuantileCurve which)
{
	double		q = PG_GETARG_FLOAT8(1);
	double		width = level_width(PG_GETARG_FLOAT8(2));
	double		days;

	guard_fraction(q, "q");
	if (!quantile_of(survival_arg(fcinfo, 0), NULL, which, width, q, &days))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(days);
}

/* The lower limit of the curve comes down earlier. */
Datum
salesops_km_quantile_low(PG_FUNCTION_ARGS)
{
	return quantile_limit(fcinfo, QUANTILE_OF_LOW);
}

Datum
salesops_km_quantile_high(PG_FUNCTION_ARGS)
{
	return quantile_limit(fcinfo, QUANTILE_OF_HIGH);
}

Datum
salesops_naive_median(PG_FUNCTION_ARGS)
{
	double		days;

	if (!survival_naive_median(survival_arg(fcinfo, 0), &days))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(days);
}

/*
 * The area under the curve from 0 to tau, and the variance of it: each step has the square of the area behind it, up to tau, times
 * its part of Greenwood's sum (Kaplan and Meier 1958, section 6.1).  That is a second pass: by the sums of a first, digits
 * would be lost.
 */
static bool
restricted_mean(const Survival *survival, double tau, double *mean, double *error)
{
	SurvivalCurve curve;
	double		area = 0;
	double		days = 0;
	double		share = 1;
	double		total;
	double		variance = 0;

	if (!curve_at(survival, NULL, tau, &curve))
		return false;
	survival_curve_begin(&curve, survival);
	while (survival_curve_next(&curve) && curve.days <= tau)
	{
		area += share * (curve.days - days);
		days = curve.days;
		share = curve.survival;
	}
	total = area + share * (tau - days);
	*mean = guard_result(total, "km_restricted_mean");

	area = days = 0;
	share = 1;
	survival_curve_begin(&curve, survival);
	while (survival_curve_next(&curve) && curve.days <= tau)
	{
		area += share * (curve.days - days);
		days = curve.days;
		share = curve.survival;
		if (curve.ended > 0 && curve.ended < curve.at_risk)
			variance += (total - area) * (total - area) * curve.ended / ((double) curve.at_risk * (double) (curve.at_risk - curve.ended));
	}
	*error = sqrt(variance);
	return true;
}

/* (survival, tau float8) */
Datum
salesops_km_restricted_mean(PG_FUNCTION_ARGS)
{
	double		tau = PG_GETARG_FLOAT8(1);
	double		mean;
	double		error;

	guard_not_negative(tau, "tau");
	if (!restricted_mean(survival_arg(fcinfo, 0), tau, &mean, &error))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mean);
}

Datum
salesops_km_restricted_mean_se(PG_FUNCTION_ARGS)
{
	double		tau = PG_GETARG_FLOAT8(1);
	double		mean;
	double		error;

	guard_not_negative(tau, "tau");
	if (!restricted_mean(survival_arg(fcinfo, 0), tau, &mean, &error))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(guard_result(error, "km_restricted_mean_se"));
}

/* ---- the curve as rows ---- */

SALESOPS_FUNCTION(salesops_survival_curve);

/* (survival, level float8): days, at_risk, ended, censored, survival, std_error, low, high */
Datum
salesops_survival_curve(PG_FUNCTION_ARGS)
{
	const Survival *survival = survival_arg(fcinfo, 0);
	double		width = level_width(PG_GETARG_FLOAT8(1));
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	SurvivalCurve curve;

	InitMaterializedSRF(fcinfo, 0);
	survival_curve_begin(&curve, survival);
	while (survival_curve_next(&curve))
	{
		double		low = 0;
		double		high = 0;
		bool		unknown = !curve_limits(&curve, LIMIT_LOG, width, &low, &high);
		Datum		values[8] = {Float8GetDatum(curve.days), Int64GetDatum(curve.at_risk), Int64GetDatum(curve.ended),
			Int64GetDatum(curve.censored), Float8GetDatum(curve.survival), Float8GetDatum(curve.survival * sqrt(curve.variance)),
			Float8GetDatum(low), Float8GetDatum(high)};
		bool		nulls[8] = {false, false, false, false, false, unknown, unknown, unknown};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	PG_RETURN_NULL();
}
