/*
 * business_time.c
 *		business_seconds and what belongs to it: time as a business_calendar counts it.
 *
 * A moment is business time if the clock on the wall of the calendar's zone shows open hours; business_seconds is the
 * elapsed time of such moments, which makes it additive (a to b and b to c are a to c) and negative backwards.  All of
 * it is the arithmetic of business_clock.c.
 *
 * Adding goes to the first moment at which that much business time has passed: 8 h after Monday 09:00 is Monday
 * 17:00 and not Tuesday 09:00.  Taking away goes to the last moment from which that much passes: 8 h before Tuesday
 * 17:00 is Tuesday 09:00.  Either way business_seconds between the two is what was added.
 *
 * Infinity is a moment that never comes, as in timestamptz: business_seconds up to it is infinite, unless the calendar
 * has no hours in its week; and time that no calendar has, after its last opening, is added up at infinity.
 *
 * Worked examples (Mon-Fri 09:00-17:00): Wed 16:00 + 3 h = Thu 11:00; Mon 16:00 + 2 h = Tue 10:00; Mon 10:00 to 12:00
 * = 7,200 s.
 */
#include "calendar/business_time.h"

#include <math.h>

#include "core/guard.h"
#include "utils/float.h"
#include "utils/timestamp.h"

/* Some 31,700 years, longer than business time is known for; its microseconds are far from the limits of int64. */
#define MAX_SECONDS 1e12

static double
seconds_between(BusinessClock *clock, TimestampTz from, TimestampTz to)
{
	int64		first;
	int64		last;
	int64		reading_from;
	int64		reading_to;

	if (from == to)
		return 0;
	if (likely(!TIMESTAMP_NOT_FINITE(from) && !TIMESTAMP_NOT_FINITE(to)))
		return (double) (business_clock_reading(clock, to) - business_clock_reading(clock, from)) / USECS_PER_SEC;
	if (!business_clock_ends(clock, &first, &last))
		return from < to ? get_float8_infinity() : -get_float8_infinity();
	reading_from = TIMESTAMP_IS_NOBEGIN(from) ? first : TIMESTAMP_IS_NOEND(from) ? last : business_clock_reading(clock, from);
	reading_to = TIMESTAMP_IS_NOBEGIN(to) ? first : TIMESTAMP_IS_NOEND(to) ? last : business_clock_reading(clock, to);
	return (double) (reading_to - reading_from) / USECS_PER_SEC;
}

TimestampTz
business_time_add(BusinessClock *clock, TimestampTz at, double seconds)
{
	int64		usecs;

	guard_finite(seconds, "number of seconds");
	if (unlikely(fabs(seconds) > MAX_SECONDS))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of seconds is out of range: %s", float8out_internal(seconds)),
				 errdetail("At most 1000000000000 can be added."),
				 errhint("Give the time in seconds, not in microseconds.")));
	usecs = (int64) rint(seconds * USECS_PER_SEC);
	if (usecs == 0 || TIMESTAMP_NOT_FINITE(at))
		return at;
	if (usecs > 0)
		return business_clock_reaching(clock, business_clock_reading(clock, at) + usecs);
	return business_clock_leaving(clock, business_clock_reading(clock, at) + usecs);
}

/* Has the day so many business days behind `day`, itself the last of them; or before it, for a negative number, itself the first? */
static bool
is_so_far(BusinessClock *clock, DateADT day, DateADT at, int64 n)
{
	if (n > 0)
		return business_clock_days(clock, at + 1) - business_clock_days(clock, day + 1) >= n;
	return business_clock_days(clock, at) - business_clock_days(clock, day) <= n;
}

/* The n-th business day behind a day, or before it; infinite where the calendar has not so many. */
DateADT
business_days_add(BusinessClock *clock, DateADT day, int32 n)
{
	const int64 limit = n > 0 ? DATE_END_JULIAN - POSTGRES_EPOCH_JDATE - 1 : DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE;
	const int	direction = n > 0 ? 1 : -1;
	int64		near = 0;		/* too near */
	int64		far;

	if (n == 0 || DATE_NOT_FINITE(day))
		return day;
	far = Min(Max(n, -(int64) n), direction * (limit - day));
	/* twice as far each time, then halfway */
	while (!is_so_far(clock, day, (DateADT) (day + direction * far), n))
	{
		if (day + direction * far == limit)
		{
			if (n > 0)
				DATE_NOEND(day);
			else
				DATE_NOBEGIN(day);
			return day;
		}
		near = far;
		far = Min(2 * far, direction * (limit - day));
	}
	while (far - near > 1)
	{
		int64		middle = near + (far - near) / 2;

		if (is_so_far(clock, day, (DateADT) (day + direction * middle), n))
			far = middle;
		else
			near = middle;
	}
	return (DateADT) (day + direction * far);
}

SALESOPS_FUNCTION(salesops_business_seconds);
SALESOPS_FUNCTION(salesops_business_hours);
SALESOPS_FUNCTION(salesops_business_days);
SALESOPS_FUNCTION(salesops_add_business_days);
SALESOPS_FUNCTION(salesops_add_business_seconds);
SALESOPS_FUNCTION(salesops_is_business_time);
SALESOPS_FUNCTION(salesops_next_business_time);
SALESOPS_FUNCTION(salesops_calendar_date);

/* (from_time timestamptz, to_time timestamptz, calendar business_calendar) */
Datum
salesops_business_seconds(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(seconds_between(business_clock(fcinfo, 2), PG_GETARG_TIMESTAMPTZ(0), PG_GETARG_TIMESTAMPTZ(1)));
}

Datum
salesops_business_hours(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(seconds_between(business_clock(fcinfo, 2), PG_GETARG_TIMESTAMPTZ(0), PG_GETARG_TIMESTAMPTZ(1)) / SECS_PER_HOUR);
}

/* (from_date date, to_date date, calendar business_calendar) */
Datum
salesops_business_days(PG_FUNCTION_ARGS)
{
	BusinessClock *clock = business_clock(fcinfo, 2);
	DateADT		from = PG_GETARG_DATEADT(0);
	DateADT		to = PG_GETARG_DATEADT(1);

	if (DATE_NOT_FINITE(from) || DATE_NOT_FINITE(to))
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) (business_clock_days(clock, to) - business_clock_days(clock, from)));
}

/* (day date, n integer, calendar business_calendar) */
Datum
salesops_add_business_days(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATEADT(business_days_add(business_clock(fcinfo, 2), PG_GETARG_DATEADT(0), PG_GETARG_INT32(1)));
}

/* (at timestamptz, seconds float8, calendar business_calendar) */
Datum
salesops_add_business_seconds(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(business_time_add(business_clock(fcinfo, 2), PG_GETARG_TIMESTAMPTZ(0), PG_GETARG_FLOAT8(1)));
}

/* (at timestamptz, calendar business_calendar) */
Datum
salesops_is_business_time(PG_FUNCTION_ARGS)
{
	BusinessClock *clock = business_clock(fcinfo, 1);
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(0);

	if (TIMESTAMP_NOT_FINITE(at))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(business_clock_open(clock, at));
}

Datum
salesops_next_business_time(PG_FUNCTION_ARGS)
{
	BusinessClock *clock = business_clock(fcinfo, 1);
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(0);

	if (TIMESTAMP_NOT_FINITE(at) || business_clock_open(clock, at))
		PG_RETURN_TIMESTAMPTZ(at);
	PG_RETURN_TIMESTAMPTZ(business_clock_leaving(clock, business_clock_reading(clock, at)));
}

/* (at timestamptz, calendar business_calendar) */
Datum
salesops_calendar_date(PG_FUNCTION_ARGS)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(0);
	DateADT		date;

	if (TIMESTAMP_IS_NOBEGIN(at))
		DATE_NOBEGIN(date);
	else if (TIMESTAMP_IS_NOEND(at))
		DATE_NOEND(date);
	else
		date = business_clock_date(business_clock(fcinfo, 1), at);
	PG_RETURN_DATEADT(date);
}
