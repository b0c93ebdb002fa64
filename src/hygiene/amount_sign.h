/*
 * amount_sign.h
 *		What an amount is without adding it up, for each SQL type that it may have.
 */
#ifndef SALESOPS_AMOUNT_SIGN_H
#define SALESOPS_AMOUNT_SIGN_H

#include "core/compat.h"

#include <math.h>

#include "core/numeric_form.h"

typedef enum AmountSign
{
	AMOUNT_INVALID,				/* NaN or infinite */
	AMOUNT_NEGATIVE,
	AMOUNT_ZERO,
	AMOUNT_POSITIVE
} AmountSign;

typedef AmountSign (*AmountSignOf) (Datum amount);

static inline AmountSign
amount_sign_numeric(Datum amount)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(amount);
	NumericForm form = numeric_form(value);

	if (form.special)
		return AMOUNT_INVALID;
	return form.ndigits == 0 ? AMOUNT_ZERO : form.negative ? AMOUNT_NEGATIVE : AMOUNT_POSITIVE;
}

static inline AmountSign
amount_sign_float8(Datum amount)
{
	double		value = DatumGetFloat8(amount);

	if (isnan(value) || isinf(value))
		return AMOUNT_INVALID;
	return value == 0 ? AMOUNT_ZERO : value < 0 ? AMOUNT_NEGATIVE : AMOUNT_POSITIVE;
}

static inline AmountSign
amount_sign_int8(Datum amount)
{
	int64		value = DatumGetInt64(amount);

	return value == 0 ? AMOUNT_ZERO : value < 0 ? AMOUNT_NEGATIVE : AMOUNT_POSITIVE;
}

#endif							/* SALESOPS_AMOUNT_SIGN_H */
