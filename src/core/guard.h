/*
 * guard.h
 *		Checks of arguments, one for each rule, so that every function refuses the same thing in the same words.
 */
#ifndef SALESOPS_GUARD_H
#define SALESOPS_GUARD_H

#include "core/compat.h"

#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "utils/date.h"

extern void guard_finite(double value, const char *argument);
extern void guard_not_negative(double value, const char *argument);
extern void guard_fraction(double value, const char *argument);
extern double guard_result(double value, const char *metric);
extern void guard_moment(TimestampTz value, const char *argument);
extern const char *guard_date_text(DateADT value);
extern void guard_date(DateADT value, const char *argument);
extern void guard_stage_name(const char *name, int length);
extern void guard_version(StringInfo in, int version, const char *type);

SALESOPS_NORETURN extern void guard_damaged(const char *type);
SALESOPS_NORETURN extern void guard_binary(const char *type, const char *detail);
SALESOPS_NORETURN extern void guard_form_too_large(const char *form, const char *value, const char *hint);

#endif							/* SALESOPS_GUARD_H */
