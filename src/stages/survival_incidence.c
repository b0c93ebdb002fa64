/*
 * survival_incidence.c
 *		Competing risks: what share has ended in one way after so many days.
 *
 * A deal leaves a stage in different ways: it advances, or it is lost.  With S the Kaplan-Meier share of all outcomes
 * together, n[i] at risk and d[k, i] ended with outcome k at t[i], the cumulative incidence of k is the sum of
 * S(t[i]-) d[k, i] / n[i] over all t[i] <= t (O. O. Aalen and S. Johansen, "An empirical transition matrix for
 * non-homogeneous Markov chains based on censored observations", Scandinavian Journal of Statistics 5 (1978),
 * 141-150).  The incidences of all outcomes and S add up to 1.  Kaplan-Meier with the others taken as censored
 * answers another question, what would be if nothing else happened, and adds up to more than 1.
 *
 * The standard error is by the delta method (J. J. Gaynor and others, "On the use of cause-specific failure and
 * conditional failure probabilities", Journal of the American Statistical Association 88 (1993), 400-409; E. Marubini
 * and M. G. Valsecchi, Analysing Survival Data (1995), section 10.3).  With F the incidence, d all that ended:
 *
 *		sum of (F(t) - F(t[i]))^2 d[i] / (n[i] (n[i] - d[i]))
 *		 + sum of S(t[i]-)^2 d[k, i] (n[i] - d[k, i]) / n[i]^3
 *		 - 2 sum of (F(t) - F(t[i])) S(t[i]-) d[k, i] / n[i]^2
 *
 * With one outcome it is Greenwood's.  R's survfit has it as the infinitesimal jackknife, which gives the same
 * numbers. The squares are multiplied out, so that one pass is enough: all sums are of the size of the variance.
 *
 * Worked example: lost after 1 day, won after 2, one there after 3, won after 4: after 4 days lost 1/4, won 3/4.
 */
#include "core/compat.h"

#include <math.h>

#include "core/guard.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "stages/survival.h"
#include "utils/builtins.h"

/* What has become of one outcome; its sums up to the time that the curve is at. */
typedef struct Incidence
{
	int64		ended;			/* so far */
	double		share;			/* F */
	double		g1;				/* sum of g F, with g = d / (n (n - d)) */
	double		g2;				/* sum of g F^2 */
	double		own;			/* sum of S^2 dk (n - dk) / n^3 */
	double		h0;				/* sum of h = S dk / n^2 */
	double		h1;				/* sum of h F */
} Incidence;

/* Rounding may leave the sum a bit above 1. */
static inline double
incidence_share(const Incidence *incidence)
{
	return Min(incidence->share, 1);
}

/* One more time, at which so many ended with this outcome. */
static void
incidence_add(Incidence *incidence, const SurvivalCurve *curve, int64 count)
{
	double		n = (double) curve->at_risk;
	double		d = (double) curve->ended;
	double		k = (double) count;
	double		s = curve->before;
	double		h = s * k / (n * n);

	incidence->ended += count;
	incidence->share += s * (k / n);
	incidence->own += s * s * (k / n) * ((n - k) / n) / n;
	incidence->h0 += h;
	incidence->h1 += h * incidence->share;
	/* once nothing is left, nothing changes any more */
	if (curve->ended > 0 && curve->after + curve->censored > 0)
	{
		double		g = d / (n * (n - d));

		incidence->g1 += g * incidence->share;
		incidence->g2 += g * incidence->share * incidence->share;
	}
}

static double
incidence_error(const Incidence *incidence, const SurvivalCurve *curve)
{
	double		f = incidence->share;
	double		variance = f * f * curve->variance - 2 * f * incidence->g1 + incidence->g2 + incidence->own
		- 2 * (f * incidence->h0 - incidence->h1);

	return sqrt(Max(variance, 0));
}

static int64
ended_now(const SurvivalCurve *curve, uint32 outcome)
{
	for (const SurvivalStep *step = curve->first; step != curve->next; step++)
	{
		if (survival_step_outcome(step) == outcome)
			return survival_step_count(step);
	}
	return 0;
}

/* (survival, outcome text, days float8): up to which days there is an answer is as for the Kaplan-Meier curve. */
static bool
incidence_at(FunctionCallInfo fcinfo, Incidence *incidence, SurvivalCurve *curve)
{
	const Survival *survival = survival_arg(fcinfo, 0);
	text	   *label = PG_GETARG_TEXT_PP(1);
	double		days = PG_GETARG_FLOAT8(2);
	uint32		outcome = survival_find(survival, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	SurvivalCurve next;

	survival_guard_days(days);
	memset(incidence, 0, sizeof(*incidence));
	survival_curve_begin(&next, survival);
	*curve = next;
	while (survival_curve_next(&next))
	{
		if (next.days > days)
			return true;
		*curve = next;
		incidence_add(incidence, curve, outcome == 0 ? 0 : ended_now(curve, outcome));
	}
	return survival->observations > 0 && (days <= curve->days || curve->survival == 0);
}

SALESOPS_FUNCTION(salesops_cumulative_incidence);
SALESOPS_FUNCTION(salesops_cumulative_incidence_se);
SALESOPS_FUNCTION(salesops_incidence_curve);

Datum
salesops_cumulative_incidence(PG_FUNCTION_ARGS)
{
	Incidence	incidence;
	SurvivalCurve curve;

	if (!incidence_at(fcinfo, &incidence, &curve))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(incidence_share(&incidence));
}

Datum
salesops_cumulative_incidence_se(PG_FUNCTION_ARGS)
{
	Incidence	incidence;
	SurvivalCurve curve;

	if (!incidence_at(fcinfo, &incidence, &curve))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(incidence_error(&incidence, &curve));
}

/* (survival): days, outcome, at_risk, ended, incidence, std_error */
Datum
salesops_incidence_curve(PG_FUNCTION_ARGS)
{
	const Survival *survival = survival_arg(fcinfo, 0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Incidence	incidences[SURVIVAL_MAX_OUTCOMES + 1] = {{0}};
	text	   *labels[SURVIVAL_MAX_OUTCOMES + 1];
	SurvivalCurve curve;

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 outcome = 1; outcome <= survival->nlabels; outcome++)
	{
		uint32		length;
		const char *label = survival_label(survival, outcome, &length);

		labels[outcome] = cstring_to_text_with_len(label, (int) length);
	}
	survival_curve_begin(&curve, survival);
	while (survival_curve_next(&curve))
	{
		if (curve.ended == 0)
			continue;
		for (uint32 outcome = 1; outcome <= survival->nlabels; outcome++)
		{
			int64		count = ended_now(&curve, outcome);
			Datum		values[6];
			bool		nulls[6] = {false};

			incidence_add(&incidences[outcome], &curve, count);
			if (count == 0)
				continue;
			values[0] = Float8GetDatum(curve.days);
			values[1] = PointerGetDatum(labels[outcome]);
			values[2] = Int64GetDatum(curve.at_risk);
			values[3] = Int64GetDatum(count);
			values[4] = Float8GetDatum(incidence_share(&incidences[outcome]));
			values[5] = Float8GetDatum(incidence_error(&incidences[outcome], &curve));
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	}
	PG_RETURN_NULL();
}
