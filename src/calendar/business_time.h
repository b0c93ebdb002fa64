/*
 * business_time.h
 *		Adding business time and business days, for what is due.  See business_time.c.
 */
#ifndef SALESOPS_BUSINESS_TIME_H
#define SALESOPS_BUSINESS_TIME_H

#include "core/compat.h"

#include "calendar/business_clock.h"

extern TimestampTz business_time_add(BusinessClock *clock, TimestampTz at, double seconds);
extern DateADT business_days_add(BusinessClock *clock, DateADT day, int32 n);

#endif							/* SALESOPS_BUSINESS_TIME_H */
