/*
 * days.h
 *		Arithmetic of days and moments that all calendars need.
 */
#ifndef SALESOPS_DAYS_H
#define SALESOPS_DAYS_H

#include "core/compat.h"

#include "datatype/timestamp.h"
#include "pgtime.h"
#include "utils/date.h"

#define DAYS_PER_WEEK 7

/* Division by a positive number that rounds down, also below zero. */
static inline int64
floor_div(int64 a, int64 b)
{
	return a / b - (a % b < 0);
}

/* Monday 0 ... Sunday 6; day 0 of a DateADT, 2000-01-01, is a Saturday. */
static inline int
date_weekday(DateADT date)
{
	int			weekday = (int) (((int64) date + 5) % DAYS_PER_WEEK);

	return weekday < 0 ? weekday + DAYS_PER_WEEK : weekday;
}

#define UNIX_EPOCH_SECONDS ((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY)

/* A finite moment as the functions of time zones take it, in seconds since 1970. */
static inline pg_time_t
unix_seconds(TimestampTz at)
{
	return floor_div(at, USECS_PER_SEC) + UNIX_EPOCH_SECONDS;
}

#endif							/* SALESOPS_DAYS_H */
