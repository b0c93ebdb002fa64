/*
 * fiscal_calendar.h
 *		The type fiscal_calendar: how a company's year is cut into periods.  See fiscal_calendar.c.
 */
#ifndef SALESOPS_FISCAL_CALENDAR_H
#define SALESOPS_FISCAL_CALENDAR_H

#include "core/compat.h"

#include "utils/date.h"

/* The weeks of the three periods of each quarter, if the calendar is one of weeks. */
typedef enum FiscalPattern
{
	FISCAL_MONTHS,				/* no weeks: the periods are the months */
	FISCAL_4_4_5,
	FISCAL_4_5_4,
	FISCAL_5_4_4,
	FISCAL_13_PERIODS			/* 13 periods of four weeks each */
} FiscalPattern;

#define FISCAL_PATTERNS 5

/* The value behind the varlena header; bytes alone, so that it needs no alignment and a short header is as good. */
typedef struct FiscalCalendar
{
	uint8		version;
	uint8		pattern;		/* FiscalPattern */
	uint8		month;			/* 1 to 12: the year starts on its first day, or near it */
	int8		offset;			/* in weeks: it starts on one of the 7 days from so many days behind that first day, */
	uint8		weekday;		/* the one that is this weekday, Monday 0 to Sunday 6; both 0 in months */
	uint8		named_by_end;	/* its name is the number of the calendar year behind the one in which that month lies */
	uint8		week53;			/* the period, from 1, that a 53rd week lengthens; 0 in months */
	uint8		long_quarter;	/* of 13 periods: the quarter, from 1, that has four of them; else 0 */
} FiscalCalendar;

/* What years are cut into; each unit is finer than those before it. */
typedef enum FiscalUnit
{
	FISCAL_YEAR,
	FISCAL_QUARTER,
	FISCAL_PERIOD,
	FISCAL_WEEK,
	FISCAL_DAY
} FiscalUnit;

#define FISCAL_UNITS (FISCAL_DAY + 1)

extern const char *const fiscal_unit_names[FISCAL_UNITS];

extern const FiscalCalendar *fiscal_calendar_arg(FunctionCallInfo fcinfo, int argument);
extern const char *fiscal_calendar_text(const FiscalCalendar *calendar);
extern FiscalCalendar fiscal_calendar_from_text(const char *text);

extern FiscalUnit fiscal_unit_arg(FunctionCallInfo fcinfo, int argument);
extern FiscalUnit fiscal_unit_require(const char *name, int length);

/* Of finite dates; those that are in no fiscal year are an error. */
extern int64 fiscal_unit_number(const FiscalCalendar *calendar, DateADT date, FiscalUnit unit);
extern bool fiscal_is_last_day(const FiscalCalendar *calendar, DateADT date, FiscalUnit unit);
extern int	fiscal_part_number(const FiscalCalendar *calendar, DateADT date, FiscalUnit part, FiscalUnit whole);

static inline int
fiscal_periods_of(const FiscalCalendar *calendar)
{
	return calendar->pattern == FISCAL_13_PERIODS ? 13 : 12;
}

#endif							/* SALESOPS_FISCAL_CALENDAR_H */
