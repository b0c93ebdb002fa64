/*
 * float_sum.c
 *		Exact sums of float8: order-independent, mergeable, of fixed size.
 *
 * Sums of measures that are no money (squared errors, relative errors, logarithms of probabilities) have to be the same
 * whatever the order of rows and the number of workers, as all sums here are, and float8 addition is not associative.  So
 * a sum is an integer of 320 bits in units of 2^-128: every float8 from 2^-76 on is added without any rounding, a smaller
 * one loses the bits below the unit (less than 3e-39), always the same ones.  The sum is rounded once, to the nearest
 * float8 (ties to even), when it is read.  A total of 2^190 (1.5e57) or more is an error.
 *
 * Adding touches two or three words of five: it costs a few nanoseconds.  The same idea over the whole range of float8 is
 * known as a long or Kulisch accumulator (U. Kulisch and W. Miranker, Computer Arithmetic in Theory and Practice, 1981);
 * ours leaves out the exponents that no measure of sales has, and is an eighth of the size.
 *
 * Text form: the decimal number that the sum is, all its digits: 0.1 is
 * 0.1000000000000000055511151231257827021181583404541015625, as the float8 is.
 *
 * Worked example: 1e16 + 1 - 1e16 is 1, in any order; in float8 it is 0 or 1, as it comes.
 */
#include "core/float_sum.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"

#define FRACTION_BITS 128
#define FRACTION_WORDS (FRACTION_BITS / 64)
#define TOP (FLOAT_SUM_WORDS - 1)

/* Totals stay below 2^190, so that adding two never overflows and the check needs the top word alone. */
#define TOP_LIMIT ((int64) 1 << 62)
#define VALUE_LIMIT 0x1p190

#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1075		/* of the mantissa as a whole number */

static void
out_of_range(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s is out of range", what),
			 errdetail("A sum of float8 values holds finite ones, up to 1.5e57 in all."),
			 errhint("Exclude the impossible values, or use a larger unit.")));
}

static inline bool
in_range(const FloatSum *sum)
{
	return (int64) sum->words[TOP] < TOP_LIMIT && (int64) sum->words[TOP] >= -TOP_LIMIT;
}

/* Adds 64 bits at a word, or takes them off, and carries on. */
static inline void
add_word(FloatSum *sum, int word, uint64 bits)
{
	for (bool carry = bits != 0; carry && word < FLOAT_SUM_WORDS; word++, bits = 1)
	{
		sum->words[word] += bits;
		carry = sum->words[word] < bits;
	}
}

static inline void
subtract_word(FloatSum *sum, int word, uint64 bits)
{
	for (bool borrow = bits != 0; borrow && word < FLOAT_SUM_WORDS; word++, bits = 1)
	{
		borrow = sum->words[word] < bits;
		sum->words[word] -= bits;
	}
}

static FloatSum
negated(const FloatSum *sum)
{
	FloatSum	result;
	uint64		carry = 1;

	for (int i = 0; i < FLOAT_SUM_WORDS; i++)
	{
		result.words[i] = ~sum->words[i] + carry;
		carry = carry != 0 && result.words[i] == 0;
	}
	return result;
}

void
float_sum_add(FloatSum *sum, double value)
{
	uint64		bits;
	uint64		mantissa;
	int			shift;
	int			word;
	uint64		low;
	uint64		high;

	/* also NaN */
	if (unlikely(!(fabs(value) < VALUE_LIMIT)))
		out_of_range(psprintf("value %s", float8out_internal(value)));
	if (value == 0)
		return;

	memcpy(&bits, &value, sizeof(bits));
	mantissa = (bits & ((UINT64CONST(1) << MANTISSA_BITS) - 1)) | (UINT64CONST(1) << MANTISSA_BITS);
	shift = (int) ((bits >> MANTISSA_BITS) & 0x7FF) - EXPONENT_BIAS + FRACTION_BITS;
	if (unlikely(shift < 0))
	{
		/* subnormal numbers, whose mantissa is another, are far below the unit */
		if (shift < -MANTISSA_BITS)
			return;
		mantissa >>= -shift;
		shift = 0;
	}
	word = shift / 64;
	shift %= 64;
	low = mantissa << shift;
	high = shift == 0 ? 0 : mantissa >> (64 - shift);
	if (value > 0)
	{
		add_word(sum, word, low);
		add_word(sum, word + 1, high);
	}
	else
	{
		subtract_word(sum, word, low);
		subtract_word(sum, word + 1, high);
	}
	if (unlikely(!in_range(sum)))
		out_of_range("sum of float8 values");
}

void
float_sum_merge(FloatSum *sum, const FloatSum *other)
{
	uint64		carry = 0;

	for (int i = 0; i < FLOAT_SUM_WORDS; i++)
	{
		uint128		total = (uint128) sum->words[i] + other->words[i] + carry;

		sum->words[i] = (uint64) total;
		carry = (uint64) (total >> 64);
	}
	if (unlikely(!in_range(sum)))
		out_of_range("sum of float8 values");
}

/* The nearest float8, ties to even. */
double
float_sum_value(const FloatSum *sum)
{
	bool		negative = (int64) sum->words[TOP] < 0;
	FloatSum	size = negative ? negated(sum) : *sum;
	int			word = TOP;
	int			top_bit;
	uint64		mantissa;
	uint64		rest;
	bool		sticky = false;
	double		value;

	while (word >= 0 && size.words[word] == 0)
		word--;
	if (word < 0)
		return 0;

	/* the 64 bits from the highest one down, and whether there is anything below */
	top_bit = 63 - __builtin_clzll(size.words[word]);
	mantissa = size.words[word] << (63 - top_bit);
	if (word > 0)
	{
		if (top_bit < 63)
			mantissa |= size.words[word - 1] >> (top_bit + 1);
		sticky = top_bit < 63 ? (size.words[word - 1] << (63 - top_bit)) != 0 : size.words[word - 1] != 0;
		for (int i = word - 2; i >= 0; i--)
			sticky |= size.words[i] != 0;
	}
	rest = mantissa & 0x7FF;
	mantissa >>= 11;
	if (rest > 0x400 || (rest == 0x400 && (sticky || (mantissa & 1))))
		mantissa++;
	value = ldexp((double) mantissa, word * 64 + top_bit - MANTISSA_BITS - FRACTION_BITS);
	return negative ? -value : value;
}

bool
float_sum_is_valid(const FloatSum *sum)
{
	return in_range(sum);
}

/* Whether a sum, or its opposite, is at most the bound, which is zero or more. */
bool
float_sum_is_within(const FloatSum *sum, const FloatSum *bound)
{
	FloatSum	size = float_sum_sign(sum) < 0 ? negated(sum) : *sum;

	for (int i = TOP; i >= 0; i--)
	{
		if (size.words[i] != bound->words[i])
			return size.words[i] < bound->words[i];
	}
	return true;
}

/* ---- decimal form ---- */

/* Divides words[from..TOP] by a number below 2^32; returns the remainder. */
static uint32
divide(FloatSum *sum, int from, uint32 divisor)
{
	uint64		remainder = 0;

	for (int i = TOP; i >= from; i--)
	{
		uint128		part = ((uint128) remainder << 64) | sum->words[i];

		sum->words[i] = (uint64) (part / divisor);
		remainder = (uint64) (part % divisor);
	}
	return (uint32) remainder;
}

char *
float_sum_decimal(const FloatSum *sum)
{
	bool		negative = (int64) sum->words[TOP] < 0;
	FloatSum	size = negative ? negated(sum) : *sum;
	char		digits[2 + 58 + 1 + FRACTION_BITS + 1];	/* sign, 2^192 has 58 digits, point, a decimal for each bit */
	char	   *point = digits + 60;
	char	   *start = point;
	char	   *end = point;

	do
		*--start = (char) ('0' + divide(&size, FRACTION_WORDS, 10));
	while (size.words[FRACTION_WORDS] != 0 || size.words[FRACTION_WORDS + 1] != 0 || size.words[TOP] != 0);
	if (negative)
		*--start = '-';
	if (size.words[0] != 0 || size.words[1] != 0)
		*end++ = '.';
	while (size.words[0] != 0 || size.words[1] != 0)
	{
		uint128		low = (uint128) size.words[0] * 10;
		uint128		high = (uint128) size.words[1] * 10 + (uint64) (low >> 64);

		size.words[0] = (uint64) low;
		size.words[1] = (uint64) high;
		*end++ = (char) ('0' + (int) (high >> 64));
	}
	*end = '\0';
	return pstrdup(start);
}

static Datum
power_of_two(int exponent)
{
	return DirectFunctionCall2(numeric_power, DirectFunctionCall1(int4_numeric, Int32GetDatum(2)),
							   DirectFunctionCall1(int4_numeric, Int32GetDatum(exponent)));
}

/* Whether the number is one that a sum can be, and which: a whole multiple of the unit, within the range. */
bool
float_sum_from_numeric(FloatSum *sum, Numeric value)
{
	Datum		size = DirectFunctionCall1(numeric_abs, NumericGetDatum(value));
	Datum		base = DirectFunctionCall1(int8_numeric, Int64GetDatum(INT64CONST(1) << 32));
	double		rough;
	bool		negative;
	FloatSum	result = {{0}};

	if (numeric_is_nan(value) || numeric_is_inf(value))
		return false;
	rough = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, size));
	if (!(rough <= VALUE_LIMIT) || DatumGetInt32(DirectFunctionCall1(numeric_min_scale, size)) > FRACTION_BITS)
		return false;
	size = DirectFunctionCall2(numeric_mul, size, power_of_two(FRACTION_BITS));
	if (DatumGetInt32(DirectFunctionCall1(numeric_min_scale, size)) > 0)
		return false;
	for (int i = 0; i < 2 * FLOAT_SUM_WORDS; i++)
	{
		Datum		digit = DirectFunctionCall2(numeric_mod, size, base);

		result.words[i / 2] |= (uint64) DatumGetInt64(DirectFunctionCall1(numeric_int8, digit)) << (i % 2 * 32);
		size = DirectFunctionCall2(numeric_div_trunc, size, base);
	}
	negative = DatumGetBool(DirectFunctionCall2(numeric_lt, NumericGetDatum(value),
												DirectFunctionCall1(int4_numeric, Int32GetDatum(0))));
	*sum = negative ? negated(&result) : result;
	return in_range(sum);
}
