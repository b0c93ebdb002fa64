/*
 * wilson.c
 *		The Wilson 95 % interval of a share.
 *
 * The score interval of Wilson (1927), "Probable inference, the law of succession, and statistical inference",
 * JASA 22: with p = k/n and z the normal quantile of 0.975,
 *
 *		(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
 *
 * without continuity correction.  It is right where the textbook p ± z√(p(1-p)/n) is not: few deals, and shares
 * near 0 and 1.  Worked examples: 3 of 10 -> 0.107791, 0.603222; 0 of 10 -> 0, 0.277533.
 */
#include "core/wilson.h"

#include <math.h>

#define Z 1.959963984540054

static double
wilson_bound(int64 successes, int64 trials, double side)
{
	double		n = (double) trials;
	double		p = (double) successes / n;
	double		centre = p + Z * Z / (2 * n);
	double		spread = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));

	return (centre + side * spread) / (1 + Z * Z / n);
}

/*
 * The ends are exact at 0 of n and n of n, where rounding would leave a stray 1e-17; and rounding never puts the share
 * itself, which the interval contains, outside it, or an end beyond 0 or 1.  (Where one of 12,947,848,928,690,180 cases
 * misses, the upper end would come out as 1.0000000000000002.)
 */
double
wilson_low(int64 successes, int64 trials)
{
	double		low = wilson_bound(successes, trials, -1);

	return successes == 0 ? 0 : Max(Min(low, (double) successes / (double) trials), 0);
}

double
wilson_high(int64 successes, int64 trials)
{
	double		high = wilson_bound(successes, trials, 1);

	return successes == trials ? 1 : Min(Max(high, (double) successes / (double) trials), 1);
}
