/*
 * number.h
 *		Numbers of any SQL type as float8, for measures that are no money.  See number.c.
 */
#ifndef SALESOPS_NUMBER_H
#define SALESOPS_NUMBER_H

#include "core/compat.h"

/* How a number of one SQL type is read; one for each type that an aggregate takes. */
typedef double (*NumberRead) (Datum number);

extern double number_from_numeric(Datum number);

static inline double
number_from_float8(Datum number)
{
	return DatumGetFloat8(number);
}

#endif							/* SALESOPS_NUMBER_H */
