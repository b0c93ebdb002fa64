/*
 * exact_sum.c
 *		Exact sums of money: order-independent, mergeable, of fixed size.
 *
 * A sum is a 128-bit integer in units of 10000^-scale, where `scale` is the finest that came in so far.  Integer
 * addition is associative and commutative, so the sum is the same whatever the row order, the number of workers
 * or the way parts were merged.  37 decimal digits fit, decimals counted in fours (the warehouses' own decimal types
 * hold 38); a sum beyond that is an error, never a rounded or wrapped value.  (Whether a sum that comes near the limit
 * on its way is refused can depend on the order of rows; what it is when it is not refused cannot.)
 *
 * Why not PostgreSQL's numeric accumulator: its state is internal to numeric.c, grows, and costs some three times
 * as much per row.  The price is that amounts are read straight from numeric's stored form (numeric_form.h).  The
 * regression tests compare with sum() over all shapes of that form.
 *
 * A float8 amount counts as the decimal number that its cast to numeric gives (15 significant digits), so that
 * 0.1 + 0.2 is 0.3 here as in a sum of the casts.  Amounts with at most four decimals, which is all money, take a
 * short cut that yields the same number.
 *
 * Worked example: 50 + 0.255 (scale 0, then 1): 50 = 50 * 10000^0 becomes 500000 * 10000^-1, and 0.255 is
 * 2550 * 10000^-1; the sum is 502550 * 10000^-1 = 50.255, shown with three decimals.
 */
#include "core/exact_sum.h"

#include <math.h>

#include "core/guard.h"
#include "core/numeric_form.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/* The mantissa stays below 2^126, so that adding two never overflows and the check needs the upper half alone. */
#define HI_LIMIT ((int64) 1 << 62)
#define MANTISSA_LIMIT ((int128) 1 << 126)

#define MAX_SCALE 4096			/* numeric itself has at most 16,383 decimals */

static void
out_of_range(int scale)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("sum of amounts is out of range"),
			 errdetail("An exact sum holds %d decimal digits, of which the amounts given need %d behind the point.",
					   EXACT_SUM_DIGITS, scale * 4),
			 errhint("Round the amounts, for example round(amount, 4), or exclude the impossible ones.")));
}

static void
not_finite(const char *value)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("amount is not a finite number: \"%s\"", value),
			 errdetail("Amounts are summed exactly, which NaN and infinities rule out."),
			 errhint("Exclude such rows with a WHERE or FILTER clause, or turn them into NULL.")));
}

/* Multiplies a mantissa by 10000^steps, or reports that the digits do not fit. */
static int128
shift_up(int128 mantissa, int steps, int scale)
{
	for (; steps > 0 && mantissa != 0; steps--)
	{
		if (mantissa > MANTISSA_LIMIT / NUMERIC_BASE || mantissa < -MANTISSA_LIMIT / NUMERIC_BASE)
			out_of_range(scale);
		mantissa *= NUMERIC_BASE;
	}
	return mantissa;
}

/* The one place where something joins a sum. */
static inline void
add_scaled(ExactSum *sum, int128 mantissa, int scale, int dscale)
{
	int128		total = exact_sum_mantissa(sum);

	if (unlikely(scale != sum->scale))
	{
		if (scale < sum->scale)
			mantissa = shift_up(mantissa, sum->scale - scale, sum->scale);
		else
		{
			total = shift_up(total, scale - sum->scale, scale);
			sum->scale = (int16) scale;
		}
	}
	total += mantissa;
	exact_sum_set_mantissa(sum, total);
	if (unlikely(sum->hi >= HI_LIMIT || sum->hi < -HI_LIMIT))
		out_of_range(sum->scale);
	if (dscale > sum->dscale)
		sum->dscale = (int16) dscale;
}

void
exact_sum_add_numeric(ExactSum *sum, Datum amount)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(amount);
	NumericForm form = numeric_form(value);
	int			scale;
	int128		mantissa;

	if (unlikely(form.special))
	{
		not_finite(form.nan ? "NaN" : form.negative ? "-Infinity" : "Infinity");
		return;
	}
	if (likely(form.ndigits <= NUMERIC_FORM_WORD_DIGITS))
		mantissa = (int128) numeric_form_word(&form);
	else
	{
		mantissa = 0;
		for (int i = 0; i < form.ndigits; i++)
			mantissa = shift_up(mantissa, 1, Max(form.ndigits - 1 - form.weight, 0)) + numeric_form_digit(&form, i);
	}

	scale = form.ndigits == 0 ? 0 : form.ndigits - 1 - form.weight;
	if (unlikely(scale < 0))
	{
		mantissa = shift_up(mantissa, -scale, 0);
		scale = 0;
	}
	else if (unlikely(scale > MAX_SCALE))
		out_of_range(scale);
	add_scaled(sum, form.negative ? -mantissa : mantissa, scale, form.dscale);

	if ((Pointer) value != DatumGetPointer(amount))
		pfree(value);
}

void
exact_sum_add_float8(ExactSum *sum, Datum amount)
{
	double		value = DatumGetFloat8(amount);

	/* below 10^11, four decimals are at most 15 digits, for which decimal and double match one to one */
	if (likely(fabs(value) < 1e11))
	{
		double		units = rint(value * NUMERIC_BASE);

		if (likely(units / NUMERIC_BASE == value))
		{
			int64		mantissa = (int64) units;
			int			dscale = 0;

			if (mantissa % NUMERIC_BASE != 0)
				dscale = mantissa % 100 == 0 ? (mantissa % 1000 == 0 ? 1 : 2) : (mantissa % 10 == 0 ? 3 : 4);
			add_scaled(sum, mantissa, 1, dscale);
			return;
		}
	}
	if (isnan(value) || isinf(value))
		not_finite(isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity");
	exact_sum_add_numeric(sum, DirectFunctionCall1(float8_numeric, amount));
}

void
exact_sum_add_int8(ExactSum *sum, Datum amount)
{
	add_scaled(sum, DatumGetInt64(amount), 0, 0);
}

void
exact_sum_merge(ExactSum *sum, const ExactSum *other)
{
	add_scaled(sum, exact_sum_mantissa(other), other->scale, other->dscale);
}

/*
 * Brings a sum to the one form that its value and number of decimals have, so that equal sums are equal bytes.
 */
void
exact_sum_canonicalize(ExactSum *sum)
{
	int128		mantissa = exact_sum_mantissa(sum);

	while (sum->scale > 0 && mantissa % NUMERIC_BASE == 0)
	{
		mantissa /= NUMERIC_BASE;
		sum->scale--;
	}
	exact_sum_set_mantissa(sum, mantissa);
}

/* Whether bytes that came from outside are a sum in its canonical form. */
bool
exact_sum_is_valid(const ExactSum *sum)
{
	int128		mantissa = exact_sum_mantissa(sum);
	int			excess;

	if (sum->hi >= HI_LIMIT || sum->hi < -HI_LIMIT || sum->unused != 0)
		return false;
	if (sum->scale < 0 || sum->scale > MAX_SCALE || sum->dscale < 0 || sum->dscale > 16383)
		return false;
	if (sum->scale > 0 && mantissa % NUMERIC_BASE == 0)
		return false;
	/* no digit may hide behind the decimals that are shown */
	excess = sum->scale * 4 - sum->dscale;
	for (; excess > 0; excess--)
	{
		if (mantissa % 10 != 0)
			return false;
		mantissa /= 10;
	}
	return true;
}

Numeric
exact_sum_numeric(const ExactSum *sum)
{
	int128		mantissa = exact_sum_mantissa(sum);
	bool		negative = mantissa < 0;
	uint128		rest = negative ? -(uint128) mantissa : (uint128) mantissa;
	int			stored = sum->scale * 4;	/* decimals in the mantissa */
	int			decimals = sum->dscale;
	int			ndigits = Max(stored, decimals) + 48;
	char	   *digits = palloc(ndigits);
	char	   *p = digits + ndigits;
	Datum		result;

	*--p = '\0';
	for (int i = stored; i < decimals; i++)
		*--p = '0';
	for (int i = 0; i < stored; i++)
	{
		/* a sum of zeros may have a scale beyond what is shown: those digits are zeros */
		if (i >= stored - decimals)
			*--p = (char) ('0' + (int) (rest % 10));
		rest /= 10;
	}
	if (decimals > 0)
		*--p = '.';
	do
	{
		*--p = (char) ('0' + (int) (rest % 10));
		rest /= 10;
	} while (rest != 0);
	if (negative)
		*--p = '-';

	result = DirectFunctionCall3(numeric_in, CStringGetDatum(p), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	pfree(digits);
	return DatumGetNumeric(result);
}

/* A mantissa with as many of these steps as it has digits to spare; those that are left. */
static int
shift_up_within(int128 *mantissa, int steps)
{
	while (steps > 0 && *mantissa <= MANTISSA_LIMIT / NUMERIC_BASE && *mantissa >= -MANTISSA_LIMIT / NUMERIC_BASE)
	{
		*mantissa *= NUMERIC_BASE;
		steps--;
	}
	return steps;
}

/*
 * part / whole, where whole is not zero.  Both mantissas are brought to the smallest scale that they share, so that the
 * quotient depends on the numbers alone and not on how they are held, and neither underflows.  Where there is no room
 * for that, as of a large number and one of many decimals, what is left over scales the quotient.
 */
double
exact_sum_ratio(const ExactSum *part, const ExactSum *whole)
{
	ExactSum	above = *part;
	ExactSum	below = *whole;
	int128		numerator;
	int128		denominator;
	int			up;
	int			down;
	double		quotient;

	exact_sum_canonicalize(&above);
	exact_sum_canonicalize(&below);
	numerator = exact_sum_mantissa(&above);
	denominator = exact_sum_mantissa(&below);
	if (numerator == 0)
		return 0;
	up = shift_up_within(&numerator, below.scale - above.scale);
	down = shift_up_within(&denominator, above.scale - below.scale);
	while (numerator % NUMERIC_BASE == 0 && denominator % NUMERIC_BASE == 0)
	{
		numerator /= NUMERIC_BASE;
		denominator /= NUMERIC_BASE;
	}
	quotient = (double) numerator / (double) denominator;
	for (; up > 0; up--)
		quotient *= NUMERIC_BASE;
	for (; down > 0; down--)
		quotient /= NUMERIC_BASE;
	return guard_result(quotient, "quotient of amounts");
}

int
exact_sum_sign(const ExactSum *sum)
{
	if (sum->hi < 0)
		return -1;
	return sum->hi > 0 || sum->lo > 0;
}
