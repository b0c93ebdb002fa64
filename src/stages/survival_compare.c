/*
 * survival_compare.c
 *		The log-rank test: whether several groups stay equally long.
 *
 * At each time at which d of the n at risk ended, the group with n[g] at risk is expected to have d n[g] / n of them,
 * with hypergeometric variances; observed less expected, summed over the times, is a vector whose quadratic form in
 * the inverse of its variance is chi-square with one degree of freedom less than there are groups (N. Mantel, 1966;
 * R. Peto and J. Peto, "Asymptotically efficient rank invariant test procedures", Journal of the Royal Statistical
 * Society A 135 (1972), 185-207). As R's survdiff.  All outcomes count as ended.  A group of which none was at risk
 * when anything ended is left out.
 *
 * The chance of a larger chi-square is a finite sum for every whole number of degrees of freedom (M. Abramowitz and
 * I. A. Stegun, Handbook of Mathematical Functions (1964), 26.4.4 and 26.4.5): all its terms are positive.
 *
 * Worked example: Freireich and others (1963), 6-MP against placebo: chi-square 16.793.
 */
#include "core/compat.h"

#include <math.h>

#include "catalog/pg_type_d.h"
#include "core/elementary.h"
#include "core/normal.h"
#include "miscadmin.h"
#include "stages/survival.h"
#include "utils/array.h"

#define MAX_GROUPS 100

/* A part of a variance less than this is none. */
#define SINGULAR 1e-10

typedef struct LogRank
{
	int			degrees;		/* of freedom; 0 where there is no answer */
	double		chi_square;
} LogRank;

/* The quadratic form of n numbers in the inverse of a matrix, by Cholesky; false where it has none. */
static bool
quadratic_form(double *matrix, double *vector, int stride, int n, double *result)
{
	*result = 0;
	for (int i = 0; i < n; i++)
	{
		double	   *row = matrix + (Size) i * stride;
		double		whole = row[i];

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j <= i; j++)
		{
			const double *other = matrix + (Size) j * stride;
			double		sum = row[j];

			for (int k = 0; k < j; k++)
				sum -= row[k] * other[k];
			if (j < i)
				row[j] = sum / other[j];
			else if (sum <= SINGULAR * whole)
				return false;
			else
				row[i] = sqrt(sum);
		}
		for (int k = 0; k < i; k++)
			vector[i] -= row[k] * vector[k];
		vector[i] /= row[i];
		*result += vector[i] * vector[i];
	}
	return true;
}

static LogRank
logrank(const Survival *const *groups, int n)
{
	LogRank		result = {0};
	SurvivalCurve *curves = palloc(n * sizeof(SurvivalCurve));
	bool	   *more = palloc(n * sizeof(bool));
	double	   *at_risk = palloc(n * sizeof(double));
	double	   *expected = palloc0(n * sizeof(double));
	double	   *excess = palloc0(n * sizeof(double));
	double	   *variance = palloc0((Size) n * n * sizeof(double));
	int			kept = 0;

	for (int g = 0; g < n; g++)
	{
		survival_curve_begin(&curves[g], groups[g]);
		more[g] = survival_curve_next(&curves[g]);
	}
	for (;;)
	{
		double		days = -1;
		double		total = 0;
		double		ended = 0;
		double		factor;

		CHECK_FOR_INTERRUPTS();
		for (int g = 0; g < n; g++)
		{
			if (more[g] && (days < 0 || curves[g].days < days))
				days = curves[g].days;
		}
		if (days < 0)
			break;
		for (int g = 0; g < n; g++)
		{
			at_risk[g] = more[g] ? (double) curves[g].at_risk : 0;
			total += at_risk[g];
			if (more[g] && curves[g].days == days)
			{
				ended += (double) curves[g].ended;
				excess[g] += (double) curves[g].ended;
			}
		}
		for (int g = 0; g < n && ended > 0; g++)
		{
			expected[g] += ended * at_risk[g] / total;
			excess[g] -= ended * at_risk[g] / total;
		}
		factor = total > 1 ? ended * (total - ended) / (total - 1) : 0;
		for (int g = 0; g < n && factor > 0; g++)
		{
			double		part = factor * (at_risk[g] / total);

			if (part == 0)
				continue;
			variance[(Size) g * n + g] += part;
			for (int h = 0; h <= g; h++)
				variance[(Size) g * n + h] -= part * (at_risk[h] / total);
		}
		for (int g = 0; g < n; g++)
		{
			if (more[g] && curves[g].days == days)
				more[g] = survival_curve_next(&curves[g]);
		}
	}

	/* the groups that count move to the front; the last of them follows from the others */
	for (int g = 0; g < n; g++)
	{
		if (expected[g] == 0)
			continue;
		for (int h = 0, to = 0; h <= g; h++)
		{
			if (expected[h] > 0)
				variance[(Size) kept * n + to++] = variance[(Size) g * n + h];
		}
		excess[kept++] = excess[g];
	}
	if (kept >= 2 && quadratic_form(variance, excess, n, kept - 1, &result.chi_square))
		result.degrees = kept - 1;
	return result;
}

/* The chance of chi-square beyond x. */
static double
chi_square_above(double x, int degrees)
{
	double		half = x / 2;
	double		sum;
	double		a;
	double		log_term;

	if (x <= 0)
		return 1;
	/* Q(a + 1, half) = Q(a, half) + half^a e^-half / Gamma(a + 1), from a = 1/2 or 1 on */
	if (degrees % 2 == 1)
	{
		a = 0.5;
		sum = 2 * normal_below(-sqrt(x));
		/* Gamma(3/2) = sqrt(pi) / 2 */
		log_term = 0.5 * elementary_log(half) - half - elementary_log(0.88622692545275801365);
	}
	else
	{
		a = 1;
		sum = elementary_exp(-half);
		log_term = elementary_log(half) - half;
	}
	for (; a < degrees / 2.0; a += 1)
	{
		sum += elementary_exp(log_term);
		log_term += elementary_log(half / (a + 1));
	}
	return Min(sum, 1);
}

static Datum
logrank_result(FunctionCallInfo fcinfo, const Survival *const *groups, int n, bool chance)
{
	LogRank		result = logrank(groups, n);

	if (result.degrees == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(chance ? chi_square_above(result.chi_square, result.degrees) : result.chi_square);
}

/* (a survival, b survival) */
static Datum
logrank_of_two(FunctionCallInfo fcinfo, bool chance)
{
	const Survival *groups[2] = {survival_arg(fcinfo, 0), survival_arg(fcinfo, 1)};

	return logrank_result(fcinfo, groups, 2, chance);
}

/* (groups survival[]); NULLs among them are passed over */
static Datum
logrank_of_array(FunctionCallInfo fcinfo, bool chance)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	const Survival *groups[MAX_GROUPS];
	Datum	   *values;
	bool	   *nulls;
	int			n;
	int			kept = 0;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			continue;
		if (kept == MAX_GROUPS)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many groups to compare"),
					 errdetail("At most %d are possible.", MAX_GROUPS),
					 errhint("Merge them to fewer, such as by segment or region.")));
		groups[kept++] = survival_datum(values[i]);
	}
	return logrank_result(fcinfo, groups, kept, chance);
}

SALESOPS_FUNCTION(salesops_logrank_chi_square);
SALESOPS_FUNCTION(salesops_logrank_chi_square_array);
SALESOPS_FUNCTION(salesops_logrank_p);
SALESOPS_FUNCTION(salesops_logrank_p_array);

Datum
salesops_logrank_chi_square(PG_FUNCTION_ARGS)
{
	return logrank_of_two(fcinfo, false);
}

Datum
salesops_logrank_chi_square_array(PG_FUNCTION_ARGS)
{
	return logrank_of_array(fcinfo, false);
}

Datum
salesops_logrank_p(PG_FUNCTION_ARGS)
{
	return logrank_of_two(fcinfo, true);
}

Datum
salesops_logrank_p_array(PG_FUNCTION_ARGS)
{
	return logrank_of_array(fcinfo, true);
}
