/*
 * normal.c
 *		The standard normal distribution: the share below a value, and the value below which a share lies.
 *
 * The share is that of W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of Computation 23
 * (1969), 631-637, as in his "Algorithm 715", ACM Transactions on Mathematical Software 19 (1993), 22-32: a ratio of polynomials for the
 * middle and one for the tails, with exp(-x^2 / 2) in two factors so that it keeps its digits; beyond 5.6 it is Laplace's continued
 * fraction, which is right there after a few terms.  The
 * quantile is PPND16 of M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied
 * Statistics 37 (1988), 477-484: three ratios of polynomials of degree 7, for the middle, the tails and the far tails, right
 * to about one part in 10^16.
 *
 * Worked example: below 1.96 lie 0.975002; 0.975 lie below 1.959964.
 */
#include "core/normal.h"

#include <math.h>

#include "core/elementary.h"

#define DEGREE 7
#define FRACTION_TERMS 20

/* The polynomials as the paper names them: numerators a, c, e and denominators b, d, f, from the constant upwards. */
static const double a[DEGREE + 1] = {
	3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
	4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3
};
static const double b[DEGREE + 1] = {
	1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
	2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3
};
static const double c[DEGREE + 1] = {
	1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
	1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4
};
static const double d[DEGREE + 1] = {
	1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
	1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9
};
static const double e[DEGREE + 1] = {
	6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
	2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7
};
static const double f[DEGREE + 1] = {
	1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
	7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15
};

static double
ratio(const double *numerator, const double *denominator, double x)
{
	double		above = numerator[DEGREE];
	double		below = denominator[DEGREE];

	for (int i = DEGREE - 1; i >= 0; i--)
	{
		above = above * x + numerator[i];
		below = below * x + denominator[i];
	}
	return above / below;
}

/* Cody's, from the highest power down, denominators without their leading 1. */
static const double middle_above[] = {
	0.065682337918207449113, 2.2352520354606839287, 161.02823106855587881, 1067.6894854603709582, 18154.981253343561249
};
static const double middle_below[] = {
	1, 47.20258190468824187, 976.09855173777669322, 10260.932208618978205, 45507.789335026729956
};
static const double tail_above[] = {
	1.0765576773720192317e-8, 0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979, 597.27027639480026226,
	2494.5375852903726711, 6848.1904505362823326, 11602.651437647350124, 9842.7148383839780218
};
static const double tail_below[] = {
	1, 22.266688044328115691, 235.38790178262499861, 1519.377599407554805, 6485.558298266760755, 18615.571640885098091,
	34900.952721145977266, 38912.003286093271411, 19685.429676859990727
};
static double
polynomial(const double *coefficients, int n, double x)
{
	double		sum = coefficients[0];

	for (int i = 1; i < n; i++)
		sum = sum * x + coefficients[i];
	return sum;
}

#define RATIO(above, below, x) (polynomial(above, lengthof(above), x) / polynomial(below, lengthof(below), x))

/* The share of the standard normal distribution below x. */
double
normal_below(double x)
{
	double		y = fabs(x);
	double		tail;
	double		near;

	if (y <= 0.67448975)
		return 0.5 + x * RATIO(middle_above, middle_below, x * x);
	if (y > 38)
		return x < 0 ? 0 : 1;
	if (y <= 5.656854249492380195)
		tail = RATIO(tail_above, tail_below, y);
	else
	{
		double		below = y;

		for (int i = FRACTION_TERMS; i > 0; i--)
			below = y + i / below;
		tail = 0.39894228040143267794 / below;
	}
	near = floor(y * 16) / 16;
	tail *= elementary_exp(-near * near * 0.5) * elementary_exp(-(y - near) * (y + near) * 0.5);
	return x < 0 ? tail : 1 - tail;
}

/*
 * How far a Taylor polynomial of this degree is right to 1e-17: the ninth derivative is nowhere more than 100, and
 * 100 h^9 / 9! less than that.
 */
#define TAYLOR_DEGREE 8
#define TAYLOR_REACH (1.0 / 32)

/*
 * The shares below many values in ascending order, in their place.  Where they stand close together, each is by Taylor's
 * polynomial about one that is computed in full, at a tenth of the time.  The derivatives of the density are it times
 * (-1)^k He[k], with He[k + 1] = x He[k] - k He[k - 1].
 */
void
normal_below_ascending(double *values, uint32 n)
{
	double		coefficients[TAYLOR_DEGREE + 1];
	double		centre = 0;

	for (uint32 i = 0; i < n; i++)
	{
		double		x = values[i];
		double		h = x - centre;
		double		sum;

		if (i == 0 || h > TAYLOR_REACH)
		{
			double		hermite = 1;
			double		before = 0;
			double		factor = 0.39894228040143267794 * elementary_exp(-x * x * 0.5);

			centre = x;
			h = 0;
			coefficients[0] = normal_below(x);
			for (int k = 0; k < TAYLOR_DEGREE; k++)
			{
				double		next = x * hermite - k * before;

				factor /= k + 1;
				coefficients[k + 1] = factor * hermite;
				factor = -factor;
				before = hermite;
				hermite = next;
			}
		}
		sum = coefficients[TAYLOR_DEGREE];
		for (int k = TAYLOR_DEGREE - 1; k >= 0; k--)
			sum = sum * h + coefficients[k];
		values[i] = Min(Max(sum, 0), 1);
	}
}

/* The value below which a share lies, for 0 < p < 1. */
double
normal_quantile(double p)
{
	double		from_middle = p - 0.5;
	double		r;
	double		result;

	if (fabs(from_middle) <= 0.425)
		return from_middle * ratio(a, b, 0.180625 - from_middle * from_middle);
	r = sqrt(-elementary_log(from_middle < 0 ? p : 1 - p));
	result = r <= 5 ? ratio(c, d, r - 1.6) : ratio(e, f, r - 5);
	return from_middle < 0 ? -result : result;
}
