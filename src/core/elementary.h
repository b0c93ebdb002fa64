/*
 * elementary.h
 *		Logarithm and exponential that are the same bits on every machine.  See elementary.c.
 */
#ifndef SALESOPS_ELEMENTARY_H
#define SALESOPS_ELEMENTARY_H

extern double elementary_log(double x);
extern double elementary_log1p(double x);
extern double elementary_exp(double x);

#endif							/* SALESOPS_ELEMENTARY_H */
