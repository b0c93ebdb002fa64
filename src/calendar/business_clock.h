/*
 * business_clock.h
 *		A business_calendar made ready for calculating.  See business_clock.c.
 */
#ifndef SALESOPS_BUSINESS_CLOCK_H
#define SALESOPS_BUSINESS_CLOCK_H

#include "core/compat.h"

#include "calendar/business_calendar.h"
#include "datatype/timestamp.h"

typedef struct BusinessClock BusinessClock;

extern BusinessClock *business_clock(FunctionCallInfo fcinfo, int argument);

/* Open microseconds before a finite moment, counted from some fixed one; only differences mean something. */
extern int64 business_clock_reading(BusinessClock *clock, TimestampTz at);

/* The last moment at which the clock has this reading: where the open time behind it begins. */
extern TimestampTz business_clock_leaving(BusinessClock *clock, int64 reading);

/* The first moment at which the clock has this reading: where the open time before it ends. */
extern TimestampTz business_clock_reaching(BusinessClock *clock, int64 reading);

/* The readings of the beginning and the end of time; false where there is no such, since the week has hours. */
extern bool business_clock_ends(BusinessClock *clock, int64 *first, int64 *last);

/* The date that the wall of the zone shows at a finite moment. */
extern DateADT business_clock_date(BusinessClock *clock, TimestampTz at);

extern bool business_clock_open(BusinessClock *clock, TimestampTz at);

/* Days with hours before a finite date, counted from some fixed one. */
extern int64 business_clock_days(BusinessClock *clock, DateADT date);

#endif							/* SALESOPS_BUSINESS_CLOCK_H */
