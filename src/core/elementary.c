/*
 * elementary.c
 *		Logarithm and exponential that are the same bits on every machine.
 *
 * The C library rounds neither correctly: what it gives for the last bit depends on its version and on the processor
 * (glibc has variants with and without fused multiply-add).  A sum of logarithms in a summary would then differ
 * between the nodes of a cluster, and a stored one from that of the same rows after an upgrade.  So these are made of
 * what IEEE 754 defines to the last bit, the four operations, and of the compiler's promise to leave them alone
 * (-ffp-contract=off).  Errors are below one unit in the last place for log and log1p, and below two for exp.
 *
 * Logarithm: x = 2^k (1 + f) with 1 + f between 1/sqrt(2) and sqrt(2); with s = f / (2 + f), log(1 + f) is
 * 2 (s + s^3/3 + s^5/5 + ...), put together as in FDLIBM's e_log.c (Sun Microsystems, 1993), whose polynomial is here
 * the plain series: s^2 is at most 0.0295, so that twelve terms are enough.  Exponential: x = k log 2 + r, and the
 * series of e^r.
 *
 * Worked example: log 2 = 0.6931471805599453, exp 1 = 2.718281828459045.
 */
#include "core/compat.h"

#include "core/elementary.h"

#include <math.h>

/* log 2 in two parts: the first has zeros at its end, so that k times it is exact. */
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10
#define INVERSE_LN2 1.44269504088896338700
#define SQRT_HALF 0.70710678118654752440

/* Natural logarithm of a finite number above 0. */
double
elementary_log(double x)
{
	int			k;
	double		f = frexp(x, &k);
	double		s;
	double		z;
	double		rest = 0;
	double		half_square;

	if (f < SQRT_HALF)
	{
		f *= 2;
		k--;
	}
	f -= 1;
	s = f / (2 + f);
	z = s * s;
	for (int n = 25; n >= 3; n -= 2)
		rest = z * (2.0 / n + rest);
	half_square = 0.5 * f * f;
	return k * LN2_HIGH - ((half_square - (s * (half_square + rest) + k * LN2_LOW)) - f);
}

/* log(1 + x) for x above -1, also where x is small: what the sum lost in rounding is given back. */
double
elementary_log1p(double x)
{
	double		sum = 1 + x;

	if (sum == 1)
		return x;
	return elementary_log(sum) + (x - (sum - 1)) / sum;
}

/* e^x: 0 where that is less than the least normal number; x is at most 700. */
double
elementary_exp(double x)
{
	double		k;
	double		r;
	double		sum = 1;

	if (x < -708)
		return 0;
	k = rint(x * INVERSE_LN2);
	r = (x - k * LN2_HIGH) - k * LN2_LOW;
	for (int n = 15; n >= 1; n--)
		sum = 1 + r * sum / n;
	return ldexp(sum, (int) k);
}
