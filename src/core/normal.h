/*
 * normal.h
 *		The standard normal distribution.  See normal.c.
 */
#ifndef SALESOPS_NORMAL_H
#define SALESOPS_NORMAL_H

#include "core/compat.h"

extern double normal_below(double x);
extern void normal_below_ascending(double *values, uint32 n);
extern double normal_quantile(double p);

#endif							/* SALESOPS_NORMAL_H */
