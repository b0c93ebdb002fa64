/*
 * guard.h
 *		Checks of arguments, one for each rule, so that every function refuses the same thing in the same words.
 */
#ifndef SALESOPS_GUARD_H
#define SALESOPS_GUARD_H

#include "core/compat.h"

#include "datatype/timestamp.h"

extern void guard_finite(double value, const char *argument);
extern void guard_not_negative(double value, const char *argument);
extern void guard_fraction(double value, const char *argument);
extern double guard_result(double value, const char *metric);
extern void guard_moment(TimestampTz value, const char *argument);

#endif							/* SALESOPS_GUARD_H */
