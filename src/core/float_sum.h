/*
 * float_sum.h
 *		Exact sums of float8: order-independent, mergeable, of fixed size.  See float_sum.c.
 */
#ifndef SALESOPS_FLOAT_SUM_H
#define SALESOPS_FLOAT_SUM_H

#include "core/compat.h"

#include "utils/numeric.h"

#define FLOAT_SUM_WORDS 5

/* An integer of 320 bits in units of 2^-128, in two's complement, the lowest word first.  Zero is all bytes zero. */
typedef struct FloatSum
{
	uint64		words[FLOAT_SUM_WORDS];
} FloatSum;

extern void float_sum_add(FloatSum *sum, double value);
extern void float_sum_merge(FloatSum *sum, const FloatSum *other);
extern double float_sum_value(const FloatSum *sum);
extern bool float_sum_is_valid(const FloatSum *sum);
extern bool float_sum_is_within(const FloatSum *sum, const FloatSum *bound);
extern char *float_sum_decimal(const FloatSum *sum);
extern bool float_sum_from_numeric(FloatSum *sum, Numeric value);

/* -1, 0 or 1 */
static inline int
float_sum_sign(const FloatSum *sum)
{
	if ((int64) sum->words[FLOAT_SUM_WORDS - 1] < 0)
		return -1;
	for (int i = 0; i < FLOAT_SUM_WORDS; i++)
	{
		if (sum->words[i] != 0)
			return 1;
	}
	return 0;
}

#endif							/* SALESOPS_FLOAT_SUM_H */
