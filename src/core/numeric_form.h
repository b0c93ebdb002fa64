/*
 * numeric_form.h
 *		Reading a numeric's digits from its stored form, without the calls that go through text.
 *
 * The form is fixed by binary compatibility across major versions (pg_upgrade) and described in numeric.c
 * (NumericShort, NumericLong): base-10000 digits behind a short header (sign, decimals and weight in 16 bits) or a
 * long one (weight in 16 bits of its own).  The value is the digits as a whole number, times 10000^(weight - ndigits
 * + 1).  There are no zero digits at either end.  The regression tests compare what is read with the server's own
 * functions over all shapes of that form.
 */
#ifndef SALESOPS_NUMERIC_FORM_H
#define SALESOPS_NUMERIC_FORM_H

#include "core/compat.h"

#define NUMERIC_FORM_MASK 0xC000
#define NUMERIC_FORM_NEGATIVE 0x4000
#define NUMERIC_FORM_SHORT 0x8000
#define NUMERIC_FORM_SPECIAL 0xC000
#define NUMERIC_FORM_NAN 0xC000
#define NUMERIC_LONG_DSCALE 0x3FFF
#define NUMERIC_SHORT_SIGN 0x2000
#define NUMERIC_SHORT_DSCALE 0x1F80
#define NUMERIC_SHORT_DSCALE_SHIFT 7
#define NUMERIC_SHORT_WEIGHT_SIGN 0x0040
#define NUMERIC_SHORT_WEIGHT 0x003F
#define NUMERIC_BASE 10000

typedef struct NumericForm
{
	const char *digits;			/* int16 each, unaligned */
	int			ndigits;
	int			weight;			/* of the first digit */
	int			dscale;			/* decimals shown */
	bool		negative;
	bool		special;		/* NaN, or infinite; no digits */
	bool		nan;
} NumericForm;

/* `value` is packed: as PG_DETOAST_DATUM_PACKED gives it, which is not aligned, hence the copies. */
static inline NumericForm
numeric_form(const struct varlena *value)
{
	NumericForm form = {0};
	const char *data = VARDATA_ANY(value);
	int			size = VARSIZE_ANY_EXHDR(value);
	uint16		header;

	memcpy(&header, data, sizeof(header));
	if (likely((header & NUMERIC_FORM_MASK) == NUMERIC_FORM_SHORT))
	{
		form.negative = (header & NUMERIC_SHORT_SIGN) != 0;
		form.dscale = (header & NUMERIC_SHORT_DSCALE) >> NUMERIC_SHORT_DSCALE_SHIFT;
		form.weight = header & NUMERIC_SHORT_WEIGHT;
		if (header & NUMERIC_SHORT_WEIGHT_SIGN)
			form.weight |= ~NUMERIC_SHORT_WEIGHT;
		form.digits = data + sizeof(header);
		form.ndigits = (size - (int) sizeof(header)) / (int) sizeof(int16);
	}
	else if ((header & NUMERIC_FORM_MASK) == NUMERIC_FORM_SPECIAL)
	{
		form.special = true;
		form.nan = header == NUMERIC_FORM_NAN;
		form.negative = !form.nan && (header & NUMERIC_SHORT_SIGN) != 0;
	}
	else
	{
		int16		weight;

		form.negative = (header & NUMERIC_FORM_MASK) == NUMERIC_FORM_NEGATIVE;
		form.dscale = header & NUMERIC_LONG_DSCALE;
		memcpy(&weight, data + sizeof(header), sizeof(weight));
		form.weight = weight;
		form.digits = data + sizeof(header) + sizeof(weight);
		form.ndigits = (size - (int) (sizeof(header) + sizeof(weight))) / (int) sizeof(int16);
	}
	return form;
}

static inline int
numeric_form_digit(const NumericForm *form, int i)
{
	int16		digit;

	memcpy(&digit, form->digits + i * sizeof(int16), sizeof(digit));
	return digit;
}

/* Up to 4 digits, 16 decimal ones, as a whole number: the usual case, in one machine word. */
#define NUMERIC_FORM_WORD_DIGITS 4

static inline uint64
numeric_form_word(const NumericForm *form)
{
	uint64		word = 0;

	for (int i = 0; i < form->ndigits; i++)
		word = word * NUMERIC_BASE + (uint64) numeric_form_digit(form, i);
	return word;
}

#endif							/* SALESOPS_NUMERIC_FORM_H */
