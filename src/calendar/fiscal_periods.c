/*
 * fiscal_periods.c
 *		Years, quarters, periods, weeks and days of a fiscal_calendar.
 *
 * Dates are days from 2000-01-01, as the server counts them.  For a date, the fiscal year in which it lies is the one
 * of the calendar year, or the one before or behind it: the starts of two years decide.  Everything else follows from
 * the number of the day in the year: in a year of weeks the week is that number / 7, and a table of 13 weeks has the
 * period; in a year of months the period is the month.  Where a year of 53 weeks puts the 53rd into another period
 * than the last, the weeks behind it are counted as if it were not there.
 *
 * A label ("FY2026-Q3") names one period of all time, so that grouping by labels never puts two years together, and
 * labels sort as their periods do, up to the year 9999.
 *
 * Weeks of a year of months are blocks of seven days from its first day: week 53 has one day, or two.
 *
 * Moving by n units keeps the place in the unit: in a year of months the day of the month, as date + interval does;
 * in a year of weeks the number of the week in the unit, and the weekday.  Where the unit that is come to is shorter,
 * its last day or its last week is taken.  The first day of a unit always moves to the first day of a unit.
 *
 * Example: in "4-5-4 starts Sunday nearest February 1", 2026-05-20 is day 109 of the year that starts on 2026-02-01;
 * it is in week 16 (15 weeks before it), which is the third of the second quarter: FY2026-Q2, FY2026-P04 of weeks 14
 * to 17.
 */
#include "calendar/fiscal_calendar.h"

#include "calendar/days.h"
#include "calendar/zone.h"
#include "core/call_memo.h"
#include "core/guard.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"

/* ---- days ---- */

/* The first of a month, as date2j, but also where an int is too small.  Before the year -399, a few days off. */
static inline int64
first_of_month(int64 year, int month)
{
	/* years that begin in March, so that the leap day is the last one; from the year -400 on, so that none is negative */
	int64		from_march = year + 400 - (month < 3);
	int			months = (month + 9) % 12;

	return from_march * 365 + from_march / 4 - from_march / 100 + from_march / 400 + (153 * months + 2) / 5 - 876522;
}

/* The same, counting months on from January of a year. */
static inline int64
first_of_nth_month(int64 year, int64 months)
{
	int64		years = months / MONTHS_PER_YEAR;
	int			rest = (int) (months % MONTHS_PER_YEAR);

	if (rest < 0)
	{
		rest += MONTHS_PER_YEAR;
		years--;
	}
	return first_of_month(year + years, rest + 1);
}

/* How many days from the weekday of a day to the next one that is the weekday asked for. */
static inline int
days_to_weekday(int64 day, int weekday)
{
	int			distance = (int) ((weekday - 5 - day) % DAYS_PER_WEEK);	/* day 0 is a Saturday, 5 */

	return distance < 0 ? distance + DAYS_PER_WEEK : distance;
}

/* 0002-01-01, where every calendar has a fiscal year. */
#define YEAR_2 (-729754)
#define LAST_DATE (DATE_END_JULIAN - 1 - POSTGRES_EPOCH_JDATE)

/* ---- units ---- */

const char *const fiscal_unit_names[FISCAL_UNITS] = {"year", "quarter", "period", "week", "day"};

static bool
is_unit(const char *name, int length, const char *unit, int unit_length)
{
	/* also in the plural */
	if (length == unit_length + 1 && (name[length - 1] | 0x20) == 's')
		length--;
	return length == unit_length && (memcmp(name, unit, length) == 0 || pg_strncasecmp(name, unit, length) == 0);
}

#define IS_UNIT(unit) is_unit(name, length, unit, (int) strlen(unit))

/* A unit by its name, which is an error where there is none. */
FiscalUnit
fiscal_unit_require(const char *name, int length)
{
	/* parameters of dashboards come with blanks at times */
	for (; length > 0 && *name == ' '; length--)
		name++;
	while (length > 0 && name[length - 1] == ' ')
		length--;
	if (IS_UNIT("quarter"))
		return FISCAL_QUARTER;
	if (IS_UNIT("period") || IS_UNIT("month"))
		return FISCAL_PERIOD;
	if (IS_UNIT("week"))
		return FISCAL_WEEK;
	if (IS_UNIT("year"))
		return FISCAL_YEAR;
	if (IS_UNIT("day"))
		return FISCAL_DAY;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown fiscal unit: \"%.*s\"%s", pg_mbcliplen(name, length, 60), name, length > 60 ? "..." : ""),
			 errdetail("The units are year, quarter, period (or month), week and day."),
			 errhint("Name one of them, in any case, in the singular or the plural.")));
	pg_unreachable();
}

FiscalUnit
fiscal_unit_arg(FunctionCallInfo fcinfo, int argument)
{
	text	   *value = PG_GETARG_TEXT_PP(argument);

	return fiscal_unit_require(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

/* ---- years ---- */

typedef struct FiscalYear
{
	const FiscalCalendar *calendar;
	int64		number;			/* the calendar year of the first of a month near which it starts; its name may be one more */
	int64		first;			/* its first day */
	int64		next;			/* the first day of the year behind */
} FiscalYear;

/* A date in its year. */
typedef struct FiscalPlace
{
	FiscalYear	year;
	int64		day;
	int			month;			/* of the calendar year */
	int			day_of_month;
} FiscalPlace;

static inline int64
year_start(const FiscalCalendar *calendar, int64 number)
{
	int64		first = first_of_month(number, calendar->month);

	if (calendar->pattern == FISCAL_MONTHS)
		return first;
	first += calendar->offset;
	return first + days_to_weekday(first, calendar->weekday);
}

static inline FiscalYear
year_numbered(const FiscalCalendar *calendar, int64 number)
{
	return (FiscalYear) {calendar, number, year_start(calendar, number), year_start(calendar, number + 1)};
}

static inline int
year_weeks(const FiscalYear *year)
{
	return (int) ((year->next - year->first) / DAYS_PER_WEEK);
}

/* The day before which there is no fiscal year: they are counted from 1. */
static int64
first_day_of_all(const FiscalCalendar *calendar)
{
	return year_start(calendar, 1 - calendar->named_by_end);
}

/* Refuses a date that is in no fiscal year. */
static pg_noinline void
refuse_date(const FiscalCalendar *calendar, int64 day)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
			 errmsg("date out of range for fiscal years: \"%s\"", guard_date_text((DateADT) day)),
			 errdetail("Fiscal years are counted from 1, which begins on %s.", guard_date_text((DateADT) first_day_of_all(calendar))),
			 errhint("Correct the date, leave such rows out with a WHERE or FILTER clause, or turn it into NULL.")));
}

/* A result, which must be in a fiscal year and a date. */
static DateADT
result_date(const FiscalCalendar *calendar, int64 day, int64 from)
{
	int64		first;

	if (likely(day >= YEAR_2 && day <= LAST_DATE))
		return (DateADT) day;
	first = first_day_of_all(calendar);
	if (day < first || day > LAST_DATE)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("fiscal date out of range, counted from \"%s\"", guard_date_text((DateADT) from)),
				 errdetail("Fiscal dates lie between %s, where year 1 begins, and %s.", guard_date_text((DateADT) first), guard_date_text(LAST_DATE)),
				 errhint("Correct the date or the number of units.")));
	return (DateADT) day;
}

/* Finds the year in which a finite date lies. */
static inline FiscalPlace
place_of(const FiscalCalendar *calendar, DateADT date)
{
	FiscalPlace place;
	FiscalYear *year = &place.year;
	int			calendar_year;

	j2date(date + POSTGRES_EPOCH_JDATE, &calendar_year, &place.month, &place.day_of_month);
	place.day = date;
	year->calendar = calendar;
	year->number = calendar_year;
	year->first = year_start(calendar, calendar_year);
	if (date < year->first)
	{
		year->number--;
		year->next = year->first;
		year->first = year_start(calendar, year->number);
	}
	else
	{
		year->next = year_start(calendar, year->number + 1);
		if (unlikely(date >= year->next))
		{
			year->number++;
			year->first = year->next;
			year->next = year_start(calendar, year->number + 1);
		}
	}
	if (unlikely(year->number + calendar->named_by_end < 1))
		refuse_date(calendar, date);
	return place;
}

/* ---- periods within a year, all numbered from 0 ---- */

/* The weeks of a quarter of 13 that lie before its first, second and third period. */
static const uint8 weeks_before_period[FISCAL_PATTERNS][3] = {{0, 0, 0}, {0, 4, 8}, {0, 4, 9}, {0, 5, 9}, {0, 0, 0}};

static int
quarter_of_period(const FiscalCalendar *calendar, int period)
{
	/* of 13, the fourth period of the long quarter and those behind it are one off */
	return (period - (calendar->long_quarter != 0 && period >= 3 * calendar->long_quarter)) / 3;
}

/* Of a quarter its first period, of the one behind the last quarter the number of periods. */
static int
first_period_of(const FiscalCalendar *calendar, int quarter)
{
	return 3 * quarter + (calendar->long_quarter != 0 && quarter >= calendar->long_quarter);
}

/* How many weeks of a year lie before a period; before the one behind the last, all. */
static int
weeks_before(const FiscalYear *year, int period)
{
	const FiscalCalendar *calendar = year->calendar;
	int			weeks;

	if (calendar->pattern == FISCAL_13_PERIODS)
		weeks = 4 * period;
	else
		weeks = 13 * (period / 3) + weeks_before_period[calendar->pattern][period % 3];
	return weeks + (period >= calendar->week53 && year_weeks(year) > 52);
}

static int
period_of_week(const FiscalYear *year, int week)
{
	const FiscalCalendar *calendar = year->calendar;
	const uint8 *before = weeks_before_period[calendar->pattern];
	int			rest;

	if (year_weeks(year) > 52 && week >= weeks_before(year, calendar->week53) - 1)
		week--;
	if (calendar->pattern == FISCAL_13_PERIODS)
		return week / 4;
	rest = week % 13;
	return week / 13 * 3 + (rest >= before[1]) + (rest >= before[2]);
}

/* The number of the unit, in its year, in which a date lies. */
static inline int
unit_of_place(const FiscalPlace *place, FiscalUnit unit)
{
	const FiscalCalendar *calendar = place->year.calendar;
	int			day = (int) (place->day - place->year.first);
	int			period;

	switch (unit)
	{
		case FISCAL_YEAR:
			return 0;
		case FISCAL_WEEK:
			return day / DAYS_PER_WEEK;
		case FISCAL_DAY:
			return day;
		default:
			if (calendar->pattern != FISCAL_MONTHS)
				period = period_of_week(&place->year, day / DAYS_PER_WEEK);
			else
				period = (place->month + MONTHS_PER_YEAR - calendar->month) % MONTHS_PER_YEAR;
			return unit == FISCAL_PERIOD ? period : quarter_of_period(calendar, period);
	}
}

/* The first day of a unit; of the one behind the last, that of the year behind. */
static inline int64
first_day(const FiscalYear *year, FiscalUnit unit, int number)
{
	const FiscalCalendar *calendar = year->calendar;

	switch (unit)
	{
		case FISCAL_YEAR:
			return number == 0 ? year->first : year->next;
		case FISCAL_WEEK:
			return Min(year->first + number * DAYS_PER_WEEK, year->next);
		case FISCAL_DAY:
			return year->first + number;
		default:
			if (unit == FISCAL_QUARTER)
				number = first_period_of(calendar, number);
			if (calendar->pattern == FISCAL_MONTHS)
				return first_of_nth_month(year->number, calendar->month - 1 + number);
			return year->first + weeks_before(year, number) * DAYS_PER_WEEK;
	}
}

/* How many units a year has, where every year has the same number. */
static inline int
units_per_year(const FiscalCalendar *calendar, FiscalUnit unit)
{
	switch (unit)
	{
		case FISCAL_YEAR:
			return 1;
		case FISCAL_QUARTER:
			return 4;
		case FISCAL_PERIOD:
			return fiscal_periods_of(calendar);
		default:
			return 53;			/* weeks of a year of months */
	}
}

/* Do units have a fixed number of days and go on through all years? */
static inline int
unit_days(const FiscalCalendar *calendar, FiscalUnit unit)
{
	return unit == FISCAL_DAY ? 1 : unit == FISCAL_WEEK && calendar->pattern != FISCAL_MONTHS ? DAYS_PER_WEEK : 0;
}

/* The number of a date's unit among those of all years. */
static int64
unit_of_all(const FiscalPlace *place, FiscalUnit unit)
{
	int			days = unit_days(place->year.calendar, unit);

	/* all years start on the same weekday */
	if (days > 0)
		return floor_div(place->year.first, days) + unit_of_place(place, unit);
	return place->year.number * units_per_year(place->year.calendar, unit) + unit_of_place(place, unit);
}

/* ---- for other areas ---- */

/*
 * The number of a date's month, counted from the first of the year 0 of its calendar of months: of all that lies between
 * months, no start of a year need be computed.
 */
static inline int64
month_number(const FiscalCalendar *calendar, DateADT date)
{
	int			year;
	int			month;
	int			day;
	int64		months;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	months = (int64) year * MONTHS_PER_YEAR + month - calendar->month;
	if (unlikely(months < (1 - calendar->named_by_end) * MONTHS_PER_YEAR))
		refuse_date(calendar, date);
	return months;
}

/* The number of a date's unit among those of all years: later units have greater ones. */
int64
fiscal_unit_number(const FiscalCalendar *calendar, DateADT date, FiscalUnit unit)
{
	FiscalPlace place;

	if (calendar->pattern == FISCAL_MONTHS && unit <= FISCAL_PERIOD)
		return month_number(calendar, date) / (MONTHS_PER_YEAR / units_per_year(calendar, unit));
	place = place_of(calendar, date);
	return unit_of_all(&place, unit);
}

bool
fiscal_is_last_day(const FiscalCalendar *calendar, DateADT date, FiscalUnit unit)
{
	FiscalPlace place = place_of(calendar, date);

	return first_day(&place.year, unit, unit_of_place(&place, unit) + 1) - 1 == date;
}

/*
 * The number, from 1, of a date's part in its whole, a coarser unit: month 2 of the quarter.  A week of a year of months
 * that lies in two quarters or months is the last part of the one and the first of the other.
 */
int
fiscal_part_number(const FiscalCalendar *calendar, DateADT date, FiscalUnit part, FiscalUnit whole)
{
	FiscalPlace place;
	FiscalPlace start;

	if (calendar->pattern == FISCAL_MONTHS && part == FISCAL_PERIOD)
		return (int) (month_number(calendar, date) % (whole == FISCAL_QUARTER ? MONTHS_PER_YEAR / 4 : MONTHS_PER_YEAR)) + 1;
	start = place = place_of(calendar, date);
	start.day = first_day(&place.year, whole, unit_of_place(&place, whole));
	if (part == FISCAL_PERIOD && whole == FISCAL_QUARTER)
		return unit_of_place(&place, part) - first_period_of(calendar, unit_of_place(&place, whole)) + 1;
	if (part < FISCAL_WEEK)		/* of the year: nothing coarser than a quarter but the year has quarters or periods */
		return unit_of_place(&place, part) + 1;
	return unit_of_place(&place, part) - unit_of_place(&start, part) + 1;
}

/* ---- labels ---- */

/* "FY2026", "FY2026-Q3", "FY2026-P07", "FY2026-W31", "FY2026-D123" */
static text *
make_label(const FiscalPlace *place, FiscalUnit unit)
{
	static const char letters[] = {'Y', 'Q', 'P', 'W', 'D'};
	static const int widths[] = {0, 1, 2, 2, 3};
	text	   *result = palloc(VARHDRSZ + 24);
	char	   *start = VARDATA(result);
	char	   *at = start;

	*at++ = 'F';
	*at++ = 'Y';
	at = pg_ultostr_zeropad(at, (uint32) (place->year.number + place->year.calendar->named_by_end), 4);
	if (unit != FISCAL_YEAR)
	{
		*at++ = '-';
		*at++ = letters[unit];
		at = pg_ultostr_zeropad(at, (uint32) (unit_of_place(place, unit) + 1), widths[unit]);
	}
	SET_VARSIZE(result, VARHDRSZ + (at - start));
	return result;
}

/* ---- moments ---- */

static void
make_zone(const void *value, void *result)
{
	*(pg_tz **) result = zone_require(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

/* The date of the moment, the first argument, in the zone that the second names; it is looked up once in a query. */
static DateADT
local_date(FunctionCallInfo fcinfo)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(0);
	pg_tz	   *zone = *(pg_tz *const *) call_memo(fcinfo, PG_GETARG_TEXT_PP(1), sizeof(pg_tz *), make_zone);
	pg_time_t	seconds;
	struct pg_tm *local;

	if (TIMESTAMP_IS_NOBEGIN(at))
		return DATEVAL_NOBEGIN;
	if (TIMESTAMP_IS_NOEND(at))
		return DATEVAL_NOEND;
	seconds = unix_seconds(at);
	local = pg_localtime(&seconds, zone);
	if (local == NULL)
		elog(ERROR, "cannot convert to the time zone %s", pg_get_timezone_name(zone));
	return (DateADT) floor_div(seconds - UNIX_EPOCH_SECONDS + local->tm_gmtoff, SECS_PER_DAY);
}

/* ---- functions of a date, or of a moment and a zone ---- */

/* Each has two forms, name(day, ...) and name(at, time_zone, ...); `next` is the first argument behind these. */
#define FISCAL_FUNCTION(name, body) \
	SALESOPS_FUNCTION(salesops_##name); \
	SALESOPS_FUNCTION(salesops_##name##_at); \
	Datum salesops_##name(PG_FUNCTION_ARGS) { DateADT date = PG_GETARG_DATEADT(0); const int next = 1; body } \
	Datum salesops_##name##_at(PG_FUNCTION_ARGS) { DateADT date = local_date(fcinfo); const int next = 2; body } \
	extern int	no_such_variable

static inline Datum
year_of(FunctionCallInfo fcinfo, DateADT date, const FiscalCalendar *calendar)
{
	if (DATE_NOT_FINITE(date))
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) (place_of(calendar, date).year.number + calendar->named_by_end));
}

static inline Datum
day_of(FunctionCallInfo fcinfo, DateADT date, const FiscalCalendar *calendar)
{
	FiscalPlace place;

	if (DATE_NOT_FINITE(date))
		PG_RETURN_NULL();
	place = place_of(calendar, date);
	PG_RETURN_INT32(unit_of_place(&place, FISCAL_DAY) + 1);
}

static inline Datum
label_of(FunctionCallInfo fcinfo, DateADT date, FiscalUnit unit, const FiscalCalendar *calendar)
{
	FiscalPlace place;

	if (DATE_NOT_FINITE(date))
		PG_RETURN_NULL();
	place = place_of(calendar, date);
	PG_RETURN_TEXT_P(make_label(&place, unit));
}

/* The first day of the unit; or, the last. */
static inline Datum
bound_of(DateADT date, FiscalUnit unit, const FiscalCalendar *calendar, bool last)
{
	FiscalPlace place;
	int			number;

	if (DATE_NOT_FINITE(date))
		PG_RETURN_DATEADT(date);
	place = place_of(calendar, date);
	number = unit_of_place(&place, unit);
	PG_RETURN_DATEADT(result_date(calendar, last ? first_day(&place.year, unit, number + 1) - 1 : first_day(&place.year, unit, number), date));
}

FISCAL_FUNCTION(fiscal_year, return year_of(fcinfo, date, fiscal_calendar_arg(fcinfo, next)););
FISCAL_FUNCTION(fiscal_day, return day_of(fcinfo, date, fiscal_calendar_arg(fcinfo, next)););
FISCAL_FUNCTION(fiscal_quarter, return label_of(fcinfo, date, FISCAL_QUARTER, fiscal_calendar_arg(fcinfo, next)););
FISCAL_FUNCTION(fiscal_period, return label_of(fcinfo, date, FISCAL_PERIOD, fiscal_calendar_arg(fcinfo, next)););
FISCAL_FUNCTION(fiscal_week, return label_of(fcinfo, date, FISCAL_WEEK, fiscal_calendar_arg(fcinfo, next)););
FISCAL_FUNCTION(fiscal_period_label, return label_of(fcinfo, date, fiscal_unit_arg(fcinfo, next), fiscal_calendar_arg(fcinfo, next + 1)););
FISCAL_FUNCTION(fiscal_period_start, return bound_of(date, fiscal_unit_arg(fcinfo, next), fiscal_calendar_arg(fcinfo, next + 1), false););
FISCAL_FUNCTION(fiscal_period_end, return bound_of(date, fiscal_unit_arg(fcinfo, next), fiscal_calendar_arg(fcinfo, next + 1), true););

/* ---- moving ---- */

SALESOPS_FUNCTION(salesops_fiscal_add);
SALESOPS_FUNCTION(salesops_same_period_last_year);
SALESOPS_FUNCTION(salesops_periods_between);

/* So many months on, the same day of the month or the last. */
static int64
add_months(const FiscalPlace *place, int64 months)
{
	int64		year = place->year.number + (place->month < place->year.calendar->month);
	int64		month = place->month - 1 + months;

	return Min(first_of_nth_month(year, month) + place->day_of_month, first_of_nth_month(year, month + 1)) - 1;
}

/* (day date, n integer, unit text, calendar) */
Datum
salesops_fiscal_add(PG_FUNCTION_ARGS)
{
	DateADT		date = PG_GETARG_DATEADT(0);
	int64		n = PG_GETARG_INT32(1);
	FiscalUnit	unit = fiscal_unit_arg(fcinfo, 2);
	const FiscalCalendar *calendar = fiscal_calendar_arg(fcinfo, 3);
	FiscalPlace place;
	FiscalYear	year;
	int			number;
	int			per_year;
	int64		target;
	int64		offset;
	int64		length;

	if (DATE_NOT_FINITE(date))
		PG_RETURN_DATEADT(date);
	place = place_of(calendar, date);
	if (unit_days(calendar, unit) > 0)
		PG_RETURN_DATEADT(result_date(calendar, date + n * unit_days(calendar, unit), date));

	number = unit_of_place(&place, unit);
	per_year = units_per_year(calendar, unit);
	target = place.year.number * per_year + number + n;
	/* years of which there are none have no days that could be computed */
	if (target < 0)
		PG_RETURN_DATEADT(result_date(calendar, PG_INT64_MIN, date));
	if (calendar->pattern == FISCAL_MONTHS && unit != FISCAL_WEEK)
		PG_RETURN_DATEADT(result_date(calendar, add_months(&place, n * (MONTHS_PER_YEAR / per_year)), date));

	offset = date - first_day(&place.year, unit, number);
	year = year_numbered(calendar, target / per_year);
	number = (int) (target % per_year);
	target = first_day(&year, unit, number);
	length = first_day(&year, unit, number + 1) - target;
	if (offset >= length)
		offset = calendar->pattern == FISCAL_MONTHS ? length - 1 : length - DAYS_PER_WEEK + offset % DAYS_PER_WEEK;
	PG_RETURN_DATEADT(result_date(calendar, target + offset, date));
}

/* (day date, unit text, calendar) */
Datum
salesops_same_period_last_year(PG_FUNCTION_ARGS)
{
	DateADT		date = PG_GETARG_DATEADT(0);
	FiscalUnit	unit = fiscal_unit_arg(fcinfo, 1);
	const FiscalCalendar *calendar = fiscal_calendar_arg(fcinfo, 2);
	FiscalPlace place;
	FiscalYear	before;
	int64		result;

	if (DATE_NOT_FINITE(date))
		PG_RETURN_DATEADT(date);
	place = place_of(calendar, date);
	before = year_numbered(calendar, place.year.number - 1);
	if (unit == FISCAL_DAY && calendar->pattern == FISCAL_MONTHS)
		result = add_months(&place, -MONTHS_PER_YEAR);
	else
	{
		result = first_day(&before, unit, unit_of_place(&place, unit));
		/* a week 53, or a day of it, where the year before has none */
		if (result >= before.next)
			PG_RETURN_NULL();
	}
	PG_RETURN_DATEADT(result_date(calendar, result, date));
}

/* (from_date date, to_date date, unit text, calendar) */
Datum
salesops_periods_between(PG_FUNCTION_ARGS)
{
	DateADT		from = PG_GETARG_DATEADT(0);
	DateADT		to = PG_GETARG_DATEADT(1);
	FiscalUnit	unit = fiscal_unit_arg(fcinfo, 2);
	const FiscalCalendar *calendar = fiscal_calendar_arg(fcinfo, 3);
	FiscalPlace from_place;
	FiscalPlace to_place;

	if (DATE_NOT_FINITE(from) || DATE_NOT_FINITE(to))
		PG_RETURN_NULL();
	from_place = place_of(calendar, from);
	to_place = place_of(calendar, to);
	/* the days from year 1 to the last date fit as well */
	PG_RETURN_INT32((int32) (unit_of_all(&to_place, unit) - unit_of_all(&from_place, unit)));
}
