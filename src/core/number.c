/*
 * number.c
 *		Numbers of any SQL type as float8, for measures that are no money.
 *
 * The server's cast from numeric to float8 writes the digits as text and reads them again, some 150 ns.  Nearly all
 * numbers that people have are a whole number below 2^53 times or divided by a power of ten up to 10^22: both are exact
 * in float8, so that one multiplication or division, correctly rounded, gives the nearest float8, which is what the cast
 * gives (W. D. Clinger, How to read floating point numbers accurately, PLDI 1990, the fast path).  Others take the
 * server's way.
 *
 * NaN and infinities are passed on, for the caller to refuse by the argument's name; a numeric beyond float8 is an error
 * here, and one too small for it is zero.
 *
 * Worked example: 1234.56 is stored as the digits 1234 and 5600 with weight 0: 12345600 / 10^4, divided by their common
 * factor only where it must be: 12345600 / 10000 = 1234.56.
 */
#include "core/number.h"

#include <math.h>

#include "core/numeric_form.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#define EXACT_LIMIT (UINT64CONST(1) << 53)
#define EXACT_POWERS 22

static const double powers[EXACT_POWERS + 1] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};

static double
by_the_server(Datum number)
{
	double		value = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, number));

	if (unlikely(isinf(value)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number is out of range: %s", numeric_out_sci(DatumGetNumeric(number), 6)),
				 errdetail("Measures are computed in double precision, which ends at 1.8e308."),
				 errhint("Exclude the impossible values, or use a larger unit.")));
	return value;
}

double
number_from_numeric(Datum number)
{
	struct varlena *stored = PG_DETOAST_DATUM_PACKED(number);
	NumericForm form = numeric_form(stored);
	double		value;

	if (unlikely(form.special))
		value = form.nan ? NAN : form.negative ? -INFINITY : INFINITY;
	else if (form.ndigits == 0)
		value = 0;
	else if (likely(form.ndigits <= NUMERIC_FORM_WORD_DIGITS))
	{
		uint64		mantissa = numeric_form_word(&form);
		int			exponent = (form.weight - form.ndigits + 1) * 4;

		/* decimals are stored in fours, so that the last ones may be zeros */
		while (mantissa >= EXACT_LIMIT && mantissa % 10 == 0)
		{
			mantissa /= 10;
			exponent++;
		}
		if (likely(mantissa < EXACT_LIMIT && exponent >= -EXACT_POWERS && exponent <= EXACT_POWERS))
		{
			value = exponent < 0 ? (double) mantissa / powers[-exponent] : (double) mantissa * powers[exponent];
			if (form.negative)
				value = -value;
		}
		else
			value = by_the_server(number);
	}
	else
		value = by_the_server(number);
	if ((Pointer) stored != DatumGetPointer(number))
		pfree(stored);
	return value;
}
