/*
 * business_calendar.h
 *		The type business_calendar: when a team works.  See business_calendar.c.
 */
#ifndef SALESOPS_BUSINESS_CALENDAR_H
#define SALESOPS_BUSINESS_CALENDAR_H

#include "core/compat.h"

#include "utils/date.h"

/* Half-open, in seconds on the clock since the midnight at which its day begins; the end is at most 48:00. */
typedef struct BusinessSpan
{
	int32		start;
	int32		end;
} BusinessSpan;

/* A span of a date whose hours are not those of its weekday; one of no length says that the date has none. */
typedef struct BusinessException
{
	DateADT		date;
	BusinessSpan span;
} BusinessException;

/* Behind the fixed part: the spans of the week, from Monday on; the exceptions, by date; the name of the zone. */
typedef struct BusinessCalendar
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		draft;			/* a state of the aggregate: exceptions in any order, with free room behind the zone */
	uint8		zone_length;
	uint8		unused;
	uint32		nexceptions;
	uint32		base_low;		/* of a draft: the hash of the calendar it began with */
	uint32		base_high;
	uint16		week_end[7];	/* how many spans the days up to and with this one have */
	uint16		unused2;
	BusinessSpan week[FLEXIBLE_ARRAY_MEMBER];
} BusinessCalendar;

#define BUSINESS_CALENDAR "business_calendar"
#define BUSINESS_DAY 86400

/* The first of a weekday's spans, and how many it has. */
static inline int
business_day_start(const BusinessCalendar *calendar, int weekday)
{
	return weekday == 0 ? 0 : calendar->week_end[weekday - 1];
}

static inline int
business_day_spans(const BusinessCalendar *calendar, int weekday)
{
	return calendar->week_end[weekday] - business_day_start(calendar, weekday);
}

static inline const BusinessException *
business_exceptions(const BusinessCalendar *calendar)
{
	return (const BusinessException *) &calendar->week[calendar->week_end[6]];
}

static inline const char *
business_zone(const BusinessCalendar *calendar)
{
	return (const char *) (business_exceptions(calendar) + calendar->nexceptions);
}

extern const BusinessCalendar *business_calendar_checked(struct varlena *value, bool draft);

#endif							/* SALESOPS_BUSINESS_CALENDAR_H */
