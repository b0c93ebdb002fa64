/*
 * beta_binomial.c
 *		Win rates of many groups, each drawn towards what they have in common: empirical Bayes for shares.
 *
 * A group of two deals, both won, does not win all.  The rates of the groups are taken as drawn from one beta
 * distribution, with mean m and strength M (alpha = m M, beta = (1 - m) M), and the deals of a group as drawn with its
 * rate; that is the beta-binomial model (Skellam 1948; Griffiths 1973).  A group's rate given its deals is then
 *
 *		(won + m M) / (won + lost + M),
 *
 * its own rate where it has many deals and the mean where it has few: M is the number of deals at which it is half of
 * each.  Interval: the quantiles 0.025 and 0.975 of the beta distribution with won + alpha and lost + beta.  It takes
 * m and M as known, as empirical Bayes does, and is somewhat short where the groups are few (Morris 1983).
 *
 * m and M are estimated from the groups by maximum marginal likelihood,
 *
 *		sum over groups of  sum_{j<won} log(mM + j) + sum_{j<lost} log((1-m)M + j) - sum_{j<won+lost} log(M + j).
 *
 * For a given M it is concave in m, whose best value is found by Newton's method between bounds that close in.  Along
 * these best values it can have several maxima in M: a few groups of two or three deals that contradict a large one make
 * it so.  Its derivative in 1/M is therefore taken at M = 1, 2, 4, ...; each change of its sign is closed in on (regula
 * falsi with the Illinois rule), and the highest maximum is taken.  No starting point has to be near, as the method of
 * moments (Kleinman 1973) would give it, and nothing depends on the order of the groups.
 *
 * Where the definition is ours:
 * - Where no finite M has a likelihood greater than that of the pooled rate (by 1e-6 in the logarithm), or there is one
 *   group, or all are won, or all lost: no spread, M is infinite, and every group has the pooled rate.  So it is where M
 *   would be over 1,000 times the deals of the largest group, which is the same to three digits.
 * - M is at least 1: a group of one deal is never believed by more than half.
 * - The pooled rate is (won + 1) / (deals + 2) (Laplace's rule of succession), and its interval that of the beta
 *   distribution with won + 1 and lost + 1.  So no rate is 0 or 1.
 *
 * Worked example: the tumours of 70 groups of rats (Tarone 1982; Gelman et al., Bayesian Data Analysis, table 5.1), of 14 in
 * a group up to 52: alpha 2.305, beta 14.080, as the R package BayesGOF gives them.
 */
#include "forecast/beta_binomial.h"

#include <math.h>

#include "core/elementary.h"
#include "miscadmin.h"

#define LEAST_STRENGTH 1.0
#define MOST_STRENGTH 1000.0	/* times the deals of the largest group */
#define LEAST_GAIN 1e-6
#define MAX_STEPS 200

/* ---- sums of 1/(x+j) ---- */

/* What the digamma function lacks of the logarithm: log x - psi(x), from x = 16 on to 1e-17. */
static inline double
digamma_rest(double x)
{
	double		y = 1 / (x * x);

	return 1 / (2 * x) + y * (1.0 / 12 - y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y / 132))));
}

/* What the trigamma function is beyond 1/x. */
static inline double
trigamma_rest(double x)
{
	double		y = 1 / (x * x);

	return y / 2 + y / x * (1.0 / 6 - y * (1.0 / 30 - y * (1.0 / 42 - y * (1.0 / 30 - y * 5 / 66))));
}

/* What log Gamma is beyond (x - 1/2) log x - x + log(2 pi) / 2. */
static inline double
stirling_rest(double x)
{
	double		y = 1 / (x * x);

	return (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680 - y * (1.0 / 1188 - y * 691 / 360360))))) / x;
}

/* The sums of 1/(x+j) and of 1/(x+j)^2 for j from 0 to count - 1. */
static inline void
reciprocal_sums(double x, double count, double *sum, double *squares)
{
	double		first = 0;
	double		second = 0;

	while (count > 0 && (count < 32 || x < 16))
	{
		double		term = 1 / x;

		first += term;
		second += term * term;
		x++;
		count--;
	}
	if (count > 0)
	{
		first += elementary_log1p(count / x) + (digamma_rest(x) - digamma_rest(x + count));
		second += count / x / (x + count) + (trigamma_rest(x) - trigamma_rest(x + count));
	}
	*sum = first;
	*squares = second;
}

/* ---- the likelihood's derivatives ---- */

typedef struct Groups
{
	const BetaGroup *groups;
	int			n;
} Groups;

static inline void
check_interrupts(int i)
{
	if (unlikely((i & 1023) == 0))
		CHECK_FOR_INTERRUPTS();
}

/* The best mean for a strength; `mean` is where to begin. */
static double
best_mean(const Groups *g, double strength, double mean)
{
	double		low = 0;
	double		high = 1;

	for (int step = 0; step < MAX_STEPS; step++)
	{
		double		score = 0;
		double		slope = 0;
		double		next;

		for (int i = 0; i < g->n; i++)
		{
			const BetaGroup *group = &g->groups[i];
			double		won;
			double		won_squares;
			double		lost;
			double		lost_squares;

			check_interrupts(i);
			reciprocal_sums(mean * strength, (double) group->won, &won, &won_squares);
			reciprocal_sums((1 - mean) * strength, (double) group->lost, &lost, &lost_squares);
			score += (double) group->times * strength * (won - lost);
			slope += (double) group->times * strength * strength * (won_squares + lost_squares);
		}
		if (score > 0)
			low = mean;
		else
			high = mean;
		next = mean + score / slope;
		if (!(next > low && next < high))
			next = low + (high - low) / 2;
		/* the step after this one would be the square of it */
		if (fabs(next - mean) <= 1e-9 * mean)
			return next;
		mean = next;
	}
	return mean;
}

/* The derivative of the logarithm of the likelihood in 1 / strength, at the mean that is best for it, which is stored. */
static double
strength_score(const Groups *g, double strength, double *mean)
{
	double		score = 0;

	*mean = best_mean(g, strength, *mean);
	for (int i = 0; i < g->n; i++)
	{
		const BetaGroup *group = &g->groups[i];
		double		won;
		double		lost;
		double		all;
		double		unused;

		check_interrupts(i);
		reciprocal_sums(*mean * strength, (double) group->won, &won, &unused);
		reciprocal_sums((1 - *mean) * strength, (double) group->lost, &lost, &unused);
		reciprocal_sums(strength, (double) group->won + (double) group->lost, &all, &unused);
		score -= (double) group->times * (*mean * won + (1 - *mean) * lost - all);
	}
	return score * strength * strength;
}

/* The sum of log(x+j) for j from 0 to count - 1. */
static double
log_rising(double x, double count)
{
	double		sum = 0;

	while (count > 0 && (count < 32 || x < 16))
	{
		sum += elementary_log(x);
		x++;
		count--;
	}
	if (count > 0)
		sum += (x - 0.5) * elementary_log1p(count / x) + count * (elementary_log(x + count) - 1) +
			(stirling_rest(x + count) - stirling_rest(x));
	return sum;
}

static double
log_likelihood(const Groups *g, double mean, double strength)
{
	double		sum = 0;

	for (int i = 0; i < g->n; i++)
	{
		const BetaGroup *group = &g->groups[i];
		double		won = (double) group->won;
		double		lost = (double) group->lost;

		check_interrupts(i);
		sum += (double) group->times * (log_rising(mean * strength, won) + log_rising((1 - mean) * strength, lost) -
										log_rising(strength, won + lost));
	}
	return sum;
}

/* ---- the estimate ---- */

static int
compare_groups(const void *a, const void *b)
{
	const BetaGroup *left = a;
	const BetaGroup *right = b;

	if (left->won != right->won)
		return left->won < right->won ? -1 : 1;
	return left->lost < right->lost ? -1 : left->lost > right->lost;
}

/*
 * The logarithm of 1 / strength at which the derivative is zero, between two where it is above and below; `mean` is the
 * best one there.
 */
static double
zero_between(const Groups *g, double left, double left_score, double right, double right_score, double *mean)
{
	double		at = left;
	int			side = 0;

	for (int step = 0; step < MAX_STEPS && right - left > 1e-13; step++)
	{
		double		next = (left * right_score - right * left_score) / (right_score - left_score);
		double		score;

		/* where the secant does not get on, the middle does */
		if (!(next > left && next < right) || step % 4 == 3)
			next = left + (right - left) / 2;
		if (fabs(next - at) <= 1e-13)
			break;
		at = next;
		score = strength_score(g, elementary_exp(-at), mean);
		if (score == 0)
			break;
		if (score > 0)
		{
			left = at;
			left_score = score;
			if (side > 0)
				right_score /= 2;
			side = 1;
		}
		else
		{
			right = at;
			right_score = score;
			if (side < 0)
				left_score /= 2;
			side = -1;
		}
	}
	return at;
}

/* What the groups have in common.  Sorts them, and joins those that are alike. */
BetaPrior
beta_prior_estimate(BetaGroup *groups, int n)
{
	BetaPrior	prior = {false, false, 0, 0};
	Groups		g = {groups, 0};
	double		won = 0;
	double		lost = 0;
	double		largest = 0;
	int64		decided_groups = 0;
	double		mean;
	double		best;
	double		last_score = 0;

	qsort(groups, n, sizeof(BetaGroup), compare_groups);
	for (int i = 0; i < n; i++)
	{
		if (groups[i].won + groups[i].lost == 0)
			continue;
		won += (double) groups[i].won * (double) groups[i].times;
		lost += (double) groups[i].lost * (double) groups[i].times;
		largest = Max(largest, (double) groups[i].won + (double) groups[i].lost);
		decided_groups += groups[i].times;
		if (g.n > 0 && compare_groups(&groups[g.n - 1], &groups[i]) == 0)
			groups[g.n - 1].times += groups[i].times;
		else
			groups[g.n++] = groups[i];
	}
	if (g.n == 0)
		return prior;

	/* until there is spread: the pooled rate */
	prior.known = true;
	prior.strength = won + lost + 2;
	prior.mean = (won + 1) / prior.strength;
	if (decided_groups == 1 || won == 0 || lost == 0 || largest < 2)
		return prior;

	mean = won / (won + lost);
	best = won * elementary_log(mean) + lost * elementary_log(lost / (won + lost)) + LEAST_GAIN;
	for (double strength = LEAST_STRENGTH; strength <= MOST_STRENGTH * largest; strength *= 2)
	{
		double		score = strength_score(&g, strength, &mean);
		double		maximum = 0;
		double		there = mean;

		if (strength == LEAST_STRENGTH)
			maximum = score >= 0 ? strength : 0;
		else if (last_score < 0 && score >= 0)
			maximum = elementary_exp(-zero_between(&g, -elementary_log(strength), score, -elementary_log(strength / 2),
												   last_score, &there));
		last_score = score;
		if (maximum > 0)
		{
			double		likelihood = log_likelihood(&g, there, maximum);

			if (likelihood > best)
			{
				best = likelihood;
				prior.spread = true;
				prior.mean = there;
				prior.strength = maximum;
			}
		}
	}
	return prior;
}

/* The rate of a group given its deals. */
double
beta_rate(const BetaPrior *prior, int64 won, int64 lost)
{
	double		deals = (double) won + (double) lost;

	if (!prior->spread)
		return prior->mean;
	return ((double) won + prior->mean * prior->strength) / (deals + prior->strength);
}

/* ---- quantiles of the beta distribution ---- */

/* log Gamma(x) for x > 0, by Stirling's series from 16 on. */
static double
log_gamma(double x)
{
	double		product = 1;

	while (x < 16)
		product *= x++;
	return (x - 0.5) * elementary_log(x) - x + 0.91893853320467274178 - elementary_log(product) + stirling_rest(x);
}

/* The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method; for x <= a / (a + b). */
static double
beta_fraction(double a, double b, double x)
{
	const double tiny = 1e-300;
	double		c = 1;
	double		d = 1 - (a + b) * x / (a + 1);
	double		h;

	d = 1 / (fabs(d) < tiny ? tiny : d);
	h = d;
	for (int m = 1; m <= 1000000; m++)
	{
		double		term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double		factor;

		check_interrupts(m);
		for (int half = 0; half < 2; half++)
		{
			d = 1 + term * d;
			d = 1 / (fabs(d) < tiny ? tiny : d);
			c = 1 + term / c;
			c = fabs(c) < tiny ? tiny : c;
			factor = c * d;
			h *= factor;
			term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		}
		if (fabs(factor - 1) < 1e-16)
			break;
	}
	return h;
}

/* The regularised incomplete beta function I_x(a, b), and x (1-x) times its derivative. */
static double
beta_share(double a, double b, double log_beta, double x, double *density)
{
	double		front = elementary_exp(Min(a * elementary_log(x) + b * elementary_log1p(-x) - log_beta, 700));

	*density = front;
	if (x <= (a + 1) / (a + b + 2))
		return front / a * beta_fraction(a, b, x);
	return 1 - front / b * beta_fraction(b, a, 1 - x);
}

/* More deals than this: the quantile is that of an expansion, which then is within 1e-10. */
#define MANY 1e8
#define Z 1.959963984540054

/* The quantile of the beta distribution by the expansion of Cornish and Fisher (1938), from its first four moments. */
static double
expanded_quantile(double a, double b, double z)
{
	double		n = a + b;
	double		mean = a / n;
	double		deviation = sqrt(mean * (b / n) / (n + 1));
	double		skewness;
	double		kurtosis;

	if (deviation == 0)
		return mean;
	skewness = 2 * (b - a) / (n + 2) / n / deviation;
	kurtosis = 6 * ((a - b) * (a - b) * (n + 1) / (a * b) - (n + 2)) / (n + 2) / (n + 3);
	return Min(Max(mean + deviation * (z + skewness * (z * z - 1) / 6 + kurtosis * (z * z - 3) * z / 24 -
									   skewness * skewness * (2 * z * z - 5) * z / 36), 0), 1);
}

/* The quantile of the beta distribution: of 0.025 where side is -1, of 0.975 where it is 1. */
static double
beta_quantile(double a, double b, int side)
{
	double		p = side < 0 ? 0.025 : 0.975;
	double		low = 0;
	double		high = 1;
	double		x = a / (a + b);
	double		log_beta;

	if (a + b > MANY)
		return expanded_quantile(a, b, side * Z);
	log_beta = log_gamma(a) + log_gamma(b) - log_gamma(a + b);
	for (int step = 0; step < MAX_STEPS && high > 1e-15; step++)
	{
		double		density;
		double		excess = beta_share(a, b, log_beta, x, &density) - p;
		double		next;

		if (excess > 0)
			high = x;
		else
			low = x;
		next = x - excess * x * (1 - x) / density;
		if (!(next > low && next < high))
			next = low + (high - low) / 2;
		if (fabs(next - x) <= 1e-15 * x)
			break;
		x = next;
	}
	return x;
}

static double
beta_rate_bound(const BetaPrior *prior, int64 won, int64 lost, int side)
{
	double		alpha = prior->mean * prior->strength;
	double		beta = (1 - prior->mean) * prior->strength;

	if (!prior->spread)
		return beta_quantile(alpha, beta, side);
	return beta_quantile((double) won + alpha, (double) lost + beta, side);
}

/* Rounding, and a distribution that is all at one end, never put the rate itself outside its interval. */
double
beta_rate_low(const BetaPrior *prior, int64 won, int64 lost)
{
	double		low = beta_rate_bound(prior, won, lost, -1);

	return Min(low, beta_rate(prior, won, lost));
}

double
beta_rate_high(const BetaPrior *prior, int64 won, int64 lost)
{
	double		high = beta_rate_bound(prior, won, lost, 1);

	return Max(high, beta_rate(prior, won, lost));
}
