/*
 * exact_sum.h
 *		Exact sums of money: order-independent, mergeable, of fixed size.  See exact_sum.c.
 */
#ifndef SALESOPS_EXACT_SUM_H
#define SALESOPS_EXACT_SUM_H

#include "core/compat.h"

#include "utils/numeric.h"

/*
 * A decimal number: mantissa / 10000^scale, to be shown with `dscale` decimals.  The mantissa stands in two
 * halves so that the struct needs no more than 8-byte alignment inside a stored value.
 */
typedef struct ExactSum
{
	uint64		lo;
	int64		hi;
	int16		scale;			/* base-10000 digits behind the point */
	int16		dscale;			/* decimal digits to show: the largest of those that came in */
	int32		unused;			/* keeps the stored bytes defined: always 0 */
} ExactSum;

/* Decimal digits that a sum can hold with certainty, decimals counted in fours. */
#define EXACT_SUM_DIGITS 37

/* How an amount of one SQL type joins a sum; one for each type that an aggregate takes. */
typedef void (*ExactSumAdd) (ExactSum *sum, Datum amount);

extern void exact_sum_add_numeric(ExactSum *sum, Datum amount);
extern void exact_sum_add_float8(ExactSum *sum, Datum amount);
extern void exact_sum_add_int8(ExactSum *sum, Datum amount);
extern void exact_sum_merge(ExactSum *sum, const ExactSum *other);
extern void exact_sum_canonicalize(ExactSum *sum);
extern bool exact_sum_is_valid(const ExactSum *sum);
extern Numeric exact_sum_numeric(const ExactSum *sum);
extern double exact_sum_ratio(const ExactSum *part, const ExactSum *whole);
extern int	exact_sum_sign(const ExactSum *sum);

/*
 * The transition functions of an aggregate for each type of amount, from one body that takes the fcinfo and an
 * ExactSumAdd: salesops_<name>_numeric, _float8 and _int8.
 */
#define EXACT_SUM_TRANSFNS(name, body) \
	EXACT_SUM_TRANSFN(name, body, numeric); \
	EXACT_SUM_TRANSFN(name, body, float8); \
	EXACT_SUM_TRANSFN(name, body, int8)
#define EXACT_SUM_TRANSFN(name, body, type) \
	SALESOPS_FUNCTION(salesops_##name##_##type); \
	Datum salesops_##name##_##type(PG_FUNCTION_ARGS) { return body(fcinfo, exact_sum_add_##type); } \
	extern int	no_such_variable

static inline int128
exact_sum_mantissa(const ExactSum *sum)
{
	return (int128) (((uint128) (uint64) sum->hi << 64) | sum->lo);
}

static inline void
exact_sum_set_mantissa(ExactSum *sum, int128 mantissa)
{
	sum->lo = (uint64) mantissa;
	sum->hi = (int64) (mantissa >> 64);
}

#endif							/* SALESOPS_EXACT_SUM_H */
