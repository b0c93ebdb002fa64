/*
 * spark.c
 *		Numbers as pictures of text, for tables that people read in a terminal: spark, bar.
 *
 * spark shows a series, one block a value, of eight heights: from U+2581 (lower one eighth) to U+2588 (full).  The least value has
 * the lowest and the greatest the highest; between them floor(7 (value - least) / (greatest - least)), and where all are the same
 * the fifth, as the program "spark" has it (github.com/holman/spark, whose published cases the tests have).  It differs in what
 * spark has not: fractions count, a NULL or NaN is a space, so that a gap is seen, and an infinity has the block of its side
 * without stretching the others.
 *
 * bar shows one value as a bar from the left, in eighths of a character: whole ones of U+2588 (full block), and at its end one of
 * U+2589 (seven eighths) to U+258F (one eighth).  It is floor(8 width value / max) eighths long; but what is above zero is seen,
 * with at least one eighth, and only what reaches max fills the bar, which is one eighth short before: a rounded 99.9 % does not
 * look like all.
 *
 * Encodings other than UTF-8 have no such blocks, or have them in places of their own: there a line of spark is of the digits 1 to
 * 8, and a bar of whole signs #, rounded to the nearest.
 *
 * Worked examples: spark of 1, 5, 22, 13, 5 -> blocks 1, 2, 8, 5, 2: of 5 floor(7 * 4 / 21) = 1, the second.  bar of 3 of 8 in 4
 * characters -> floor(8 * 4 * 3 / 8) = 12 eighths: one whole block and a half.
 */
#include "core/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"

#define BLOCKS 8
/* where all values are the same: neither high nor low */
#define MIDDLE 4
/* what 3/7 of the way may lack in floating point */
#define ROUNDING 1e-9
/* from here on seven times a difference might not be a number any more: such values are made smaller first */
#define LARGE 1e306
#define SMALLER 0x1p-8
/* characters of a bar */
#define MAX_WIDTH 1000

SALESOPS_FUNCTION(salesops_spark);
SALESOPS_FUNCTION(salesops_bar);

/* One of U+2580 to U+25BF. */
static inline char *
put_block(char *at, unsigned char last)
{
	*at++ = (char) 0xE2;
	*at++ = (char) 0x96;
	*at++ = (char) last;
	return at;
}

static inline int
block_of(double value, double least, double greatest)
{
	if (isinf(value))
		return value > 0 ? BLOCKS - 1 : 0;
	if (greatest <= least)
		return MIDDLE;
	/* seven times a difference by itself may be a little less than seven */
	if (value >= greatest)
		return BLOCKS - 1;
	if (fabs(least) > LARGE || fabs(greatest) > LARGE)
	{
		value *= SMALLER;
		least *= SMALLER;
		greatest *= SMALLER;
	}
	return (int) floor((value - least) * (BLOCKS - 1) / (greatest - least) + ROUNDING);
}

/* ("values" double precision[]) */
Datum
salesops_spark(PG_FUNCTION_ARGS)
{
	Datum	   *values;
	bool	   *nulls;
	int			n;
	bool		blocks = GetDatabaseEncoding() == PG_UTF8;
	double		least = INFINITY;
	double		greatest = -INFINITY;
	text	   *line;
	char	   *at;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i] && isfinite(DatumGetFloat8(values[i])))
		{
			least = Min(least, DatumGetFloat8(values[i]));
			greatest = Max(greatest, DatumGetFloat8(values[i]));
		}
	line = palloc(VARHDRSZ + (Size) n * 3);
	at = VARDATA(line);
	for (int i = 0; i < n; i++)
	{
		int			block;

		CHECK_FOR_INTERRUPTS();
		if (nulls[i] || isnan(DatumGetFloat8(values[i])))
		{
			*at++ = ' ';
			continue;
		}
		block = block_of(DatumGetFloat8(values[i]), least, greatest);
		if (blocks)
			at = put_block(at, 0x81 + block);
		else
			*at++ = (char) ('1' + block);
	}
	SET_VARSIZE(line, at - (char *) line);
	PG_RETURN_TEXT_P(line);
}

/* How many of `steps` steps a bar is long: 0 for nothing, 1 for little, one less than all for nearly all. */
static inline int
bar_steps(double value, double max, int steps, double rounding)
{
	int			n;

	if (value <= 0 || max <= 0)
		return 0;
	if (value >= max)
		return steps;
	/* where max is infinite and value is not: little */
	n = (int) floor(value / max * steps + rounding);
	return Max(Min(n, steps - 1), 1);
}

/* (value double precision, max double precision, width integer) */
Datum
salesops_bar(PG_FUNCTION_ARGS)
{
	double		value = PG_GETARG_FLOAT8(0);
	double		max = PG_GETARG_FLOAT8(1);
	int			width = PG_GETARG_INT32(2);
	text	   *line;
	char	   *at;
	int			n;

	if (width < 1 || width > MAX_WIDTH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a bar cannot be %d characters wide", width),
				 errdetail("Bars are 1 to %d characters wide.", MAX_WIDTH),
				 errhint("Leave the width out for 20.")));
	if (isnan(value) || isnan(max))
		PG_RETURN_NULL();
	line = palloc(VARHDRSZ + (Size) width * 3);
	at = VARDATA(line);
	if (GetDatabaseEncoding() == PG_UTF8)
	{
		n = bar_steps(value, max, width * 8, ROUNDING);
		for (int i = 0; i < n / 8; i++)
			at = put_block(at, 0x88);
		if (n % 8 > 0)
			at = put_block(at, 0x90 - n % 8);
	}
	else
	{
		n = bar_steps(value, max, width, 0.5);
		memset(at, '#', n);
		at += n;
	}
	SET_VARSIZE(line, at - (char *) line);
	PG_RETURN_TEXT_P(line);
}
