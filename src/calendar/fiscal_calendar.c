/*
 * fiscal_calendar.c
 *		The type fiscal_calendar: how a company's year is cut into periods; its text and binary forms.
 *
 * Two kinds of years are in use.  In one, the periods are the calendar's months, and the year starts with any of
 * them: "starts February".  In the other, a year has whole weeks, 52 or at times 53, and starts on the same weekday
 * always, so that periods of two years can be compared day by day: "4-5-4 starts Sunday nearest February 1" is the
 * calendar of the National Retail Federation, whose quarters have periods of 4, 5 and 4 weeks.  A 53rd week lengthens
 * one of the periods, the last one unless the calendar says another.
 *
 * All the ways to say when a year of weeks starts come down to one: it starts on a given weekday, on the one of the
 * seven days that begin so many days before or behind the first of a month:
 *
 *		starts first W of M			0 days behind the first of M
 *		starts last W of M			7 days before the first of the month behind M
 *		starts W nearest M D		the seven days from three days before M D
 *		ends ...					the year starts on the day behind, so all is one day later, the weekday too
 *
 * "nearest" counts from the nearer of the two firsts where the length of the month in between does not vary; in
 * February it counts from February 1 up to the 28th.  So two calendars whose years are the same are the same bytes,
 * however they were written, and have one text form.  (Calendars with the same years and other names of the years, or
 * another place for week 53, are others.)
 *
 * A year is named after the calendar year in which that first of a month lies ("named by start year", which is the
 * default), or the one behind it ("named by end year").  One that starts on the first of January or near it has the
 * number of that January either way.
 *
 * Example: "4-5-4 starts Sunday nearest February 1".  February 1, 2023 is a Wednesday; of the seven days from January
 * 29 the first is a Sunday: there the year 2023 starts.  Counted so, 2024 starts on 2024-02-04, so 2023 has 53 weeks.
 * Source: the NRF's published calendars; Apple's and Cisco's annual reports for "ends last Saturday".
 */
#include "calendar/fiscal_calendar.h"

#include "calendar/days.h"
#include "calendar/words.h"
#include "core/guard.h"
#include "utils/builtins.h"

#define TYPE_NAME "fiscal_calendar"
#define CALENDAR_VERSION 1
#define MAX_LITERAL 1000

#define FORM \
	"Write it as \"starts February\", \"starts July, named by end year\", \"4-5-4 starts Sunday nearest February 1\" " \
	"or \"4-4-5 ends last Saturday of September, week 53 in period 3\"; 5-4-4 and \"13 periods\" are patterns, too."

static const char *const pattern_names[FISCAL_PATTERNS] = {NULL, "4-4-5", "4-5-4", "5-4-4", "13"};

/* By the quarter that has four periods, from 1. */
static const char *const quarters_names[5] = {NULL, "4-3-3-3", "3-4-3-3", "3-3-4-3", "3-3-3-4"};

static const uint8 month_days[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

#define FEBRUARY 2

/* What is nearest to a day is at most so many days off. */
#define NEAREST 3

/* "nearest" from here on counts from the next month, which is then not farther. */
#define FAR_OFFSET (15 - NEAREST)

/* The end of February, nearest to which a year ends, has no other name: the day behind it is not in every year. */
#define AFTER_FEBRUARY_28 (28 - NEAREST)

/* An argument. */
const FiscalCalendar *
fiscal_calendar_arg(FunctionCallInfo fcinfo, int argument)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(argument);
	const FiscalCalendar *calendar = (const FiscalCalendar *) VARDATA_ANY(value);

	if (unlikely(VARSIZE_ANY_EXHDR(value) != sizeof(FiscalCalendar) || calendar->version != CALENDAR_VERSION ||
				 calendar->pattern >= FISCAL_PATTERNS || calendar->month < 1 || calendar->month > 12))
		guard_damaged(TYPE_NAME);
	return calendar;
}

/* ---- reading ---- */

static int
read_month(WordReader *reader)
{
	int			month = words_month(reader->word, reader->length);

	if (month < 0)
		words_error(reader, "A month is expected here: its name, or the first three letters of it or more.");
	words_advance(reader);
	return month;
}

static int
read_weekday(WordReader *reader, const char *expected)
{
	int			weekday = words_weekday(reader->word, reader->length);

	if (weekday < 0)
		words_error(reader, expected);
	words_advance(reader);
	return weekday;
}

/* Passes over one of two words: is it the second? */
static bool
read_either(WordReader *reader, const char *one, const char *other)
{
	if (words_accept(reader, one))
		return false;
	if (!words_accept(reader, other))
		words_error(reader, psprintf("\"%s\" or \"%s\" is expected here.", one, other));
	return true;
}

/* "starts first Monday of April", "ends Saturday nearest January 31", ... : when a year of weeks starts. */
static void
read_anchor(WordReader *reader, FiscalCalendar *calendar)
{
	bool		ends = read_either(reader, "starts", "ends");
	int			weekday;
	int			month;
	int			offset = 0;

	if (words_at(reader, "first") || words_at(reader, "last"))
	{
		bool		last = read_either(reader, "first", "last");

		weekday = read_weekday(reader, "A weekday is expected here: its name, or the first three letters of it or more.");
		words_expect(reader, "of");
		month = read_month(reader);
		if (last)
		{
			month++;
			offset = -DAYS_PER_WEEK;
		}
	}
	else
	{
		/* "nearest Sunday to February 1" as well */
		bool		nearest = words_accept(reader, "nearest");

		weekday = read_weekday(reader, nearest ? "A weekday is expected here: its name, or the first three letters of it or more."
							   : "\"first\", \"last\" or a weekday is expected here.");
		if (!nearest)
			words_expect(reader, "nearest");
		(void) words_accept(reader, "to");
		if (words_accept(reader, "the") || words_at(reader, "end"))
		{
			words_expect(reader, "end");
			words_expect(reader, "of");
			month = read_month(reader) + 1;
			offset = -1 - NEAREST;
		}
		else
		{
			int			day;

			month = read_month(reader);
			if (!words_number(reader, 1, month_days[month], &day))
				words_error(reader, psprintf("A day of %s is expected here, 1 to %d.", words_months[month], month_days[month]));
			words_advance(reader);
			offset = day - 1 - NEAREST;
		}
	}

	if (ends)
	{
		offset++;
		weekday = (weekday + 1) % DAYS_PER_WEEK;
	}
	if (offset >= FAR_OFFSET && month != FEBRUARY)
	{
		offset -= month_days[month];
		month++;
	}
	calendar->month = (uint8) (month > 12 ? month - 12 : month);
	calendar->offset = (int8) offset;
	calendar->weekday = (uint8) weekday;
}

/* The clauses behind the start of the year, in any order, each once at most. */
static void
read_clauses(WordReader *reader, FiscalCalendar *calendar)
{
	bool		named = false;
	bool		in_quarter = false;
	int			place = 0;		/* of week 53 */

	while (words_accept(reader, ","))
	{
		if (words_at(reader, "named"))
		{
			if (named)
				words_error(reader, "How years are named is said twice.");
			named = true;
			words_advance(reader);
			words_expect(reader, "by");
			calendar->named_by_end = read_either(reader, "start", "end");
			words_expect(reader, "year");
		}
		else if (calendar->pattern == FISCAL_MONTHS && (words_at(reader, "week") || words_at(reader, "quarters")))
			words_error(reader, "A year of months has no such clause.");
		else if (words_at(reader, "week"))
		{
			if (place != 0)
				words_error(reader, "Where week 53 belongs is said twice.");
			words_advance(reader);
			words_expect(reader, "53");
			words_expect(reader, "in");
			in_quarter = read_either(reader, "period", "quarter");
			if (!words_number(reader, 1, in_quarter ? 4 : fiscal_periods_of(calendar), &place))
				words_error(reader, psprintf("The number of a %s is expected here, 1 to %d.", in_quarter ? "quarter" : "period",
											 in_quarter ? 4 : fiscal_periods_of(calendar)));
			words_advance(reader);
		}
		else if (words_at(reader, "quarters"))
		{
			if (calendar->pattern != FISCAL_13_PERIODS)
				words_error(reader, "Only 13 periods can be cut into quarters in several ways.");
			if (calendar->long_quarter != 0)
				words_error(reader, "How many periods the quarters have is said twice.");
			words_advance(reader);
			for (int i = 1; i < (int) lengthof(quarters_names); i++)
			{
				if (words_at(reader, quarters_names[i]))
					calendar->long_quarter = (uint8) i;
			}
			if (calendar->long_quarter == 0)
				words_error(reader, "3-3-3-4, 3-3-4-3, 3-4-3-3 or 4-3-3-3 is expected here.");
			words_advance(reader);
		}
		else
			words_error(reader, calendar->pattern == FISCAL_MONTHS ? "\"named by start year\" or \"named by end year\" is expected here."
						: calendar->pattern == FISCAL_13_PERIODS ? "\"named by ...\", \"week 53 in ...\" or \"quarters ...\" is expected here."
						: "\"named by ...\" or \"week 53 in ...\" is expected here.");
	}
	if (reader->length > 0)
		words_error(reader, "A comma, or nothing, is expected here.");

	/* a year that starts near January 1 has one number */
	if (calendar->month == 1)
		calendar->named_by_end = 0;
	if (calendar->pattern == FISCAL_MONTHS)
		return;
	if (calendar->pattern == FISCAL_13_PERIODS && calendar->long_quarter == 0)
		calendar->long_quarter = 4;
	if (place == 0)
		calendar->week53 = (uint8) fiscal_periods_of(calendar);
	else if (in_quarter)
		calendar->week53 = (uint8) (3 * place + (calendar->long_quarter != 0 && place >= calendar->long_quarter));
	else
		calendar->week53 = (uint8) place;
}

static Datum
read_calendar(const char *literal)
{
	WordReader	reader = {.type = TYPE_NAME, .form = FORM};
	struct varlena *value = palloc0(VARHDRSZ + sizeof(FiscalCalendar));
	FiscalCalendar *calendar = (FiscalCalendar *) VARDATA(value);

	SET_VARSIZE(value, VARHDRSZ + sizeof(FiscalCalendar));
	calendar->version = CALENDAR_VERSION;
	words_start(&reader, literal, MAX_LITERAL);
	for (int i = FISCAL_MONTHS + 1; i < FISCAL_PATTERNS; i++)
	{
		if (words_at(&reader, pattern_names[i]))
			calendar->pattern = (uint8) i;
	}
	if (calendar->pattern == FISCAL_MONTHS)
	{
		if (!words_accept(&reader, "starts"))
			words_error(&reader, "\"starts\", 4-4-5, 4-5-4, 5-4-4 or \"13 periods\" is expected here.");
		calendar->month = (uint8) read_month(&reader);
	}
	else
	{
		words_advance(&reader);
		if (calendar->pattern == FISCAL_13_PERIODS)
			words_expect(&reader, "periods");
		read_anchor(&reader, calendar);
	}
	read_clauses(&reader, calendar);
	return PointerGetDatum(value);
}

/* ---- writing ---- */

/* When a year of weeks starts. */
static void
put_anchor(StringInfo out, const FiscalCalendar *calendar)
{
	const char *weekday = words_weekdays[calendar->weekday % DAYS_PER_WEEK];
	const char *eve = words_weekdays[(calendar->weekday + DAYS_PER_WEEK - 1) % DAYS_PER_WEEK];
	int			before = calendar->month == 1 ? 12 : calendar->month - 1;
	const char *month = words_months[calendar->month];
	const char *month_before = words_months[before];

	switch (calendar->offset)
	{
		case 0:
			appendStringInfo(out, "starts first %s of %s", weekday, month);
			break;
		case 1:
			appendStringInfo(out, "ends first %s of %s", eve, month);
			break;
		case -DAYS_PER_WEEK:
			appendStringInfo(out, "starts last %s of %s", weekday, month_before);
			break;
		case -DAYS_PER_WEEK + 1:
			appendStringInfo(out, "ends last %s of %s", eve, month_before);
			break;
		case -1 - NEAREST:
			appendStringInfo(out, "starts %s nearest end of %s", weekday, month_before);
			break;
		default:
			if (calendar->month == FEBRUARY && calendar->offset == AFTER_FEBRUARY_28)
				appendStringInfo(out, "ends %s nearest %s 28", eve, month);
			else if (calendar->offset >= -NEAREST)
				appendStringInfo(out, "starts %s nearest %s %d", weekday, month, calendar->offset + NEAREST + 1);
			else
				appendStringInfo(out, "starts %s nearest %s %d", weekday, month_before, calendar->offset + NEAREST + 1 + month_days[before]);
	}
}

static char *
write_calendar(const FiscalCalendar *calendar)
{
	StringInfoData out;

	initStringInfo(&out);
	if (calendar->pattern == FISCAL_MONTHS)
		appendStringInfo(&out, "starts %s", words_months[calendar->month]);
	else
	{
		appendStringInfo(&out, "%s%s ", pattern_names[calendar->pattern], calendar->pattern == FISCAL_13_PERIODS ? " periods" : "");
		put_anchor(&out, calendar);
	}
	if (calendar->named_by_end)
		appendStringInfoString(&out, ", named by end year");
	if (calendar->pattern != FISCAL_MONTHS && calendar->week53 != fiscal_periods_of(calendar))
		appendStringInfo(&out, ", week 53 in period %d", calendar->week53);
	if (calendar->pattern == FISCAL_13_PERIODS && calendar->long_quarter >= 1 && calendar->long_quarter <= 3)
		appendStringInfo(&out, ", quarters %s", quarters_names[calendar->long_quarter]);
	return out.data;
}

/* ---- for other areas: calendars as a part of their values ---- */

const char *
fiscal_calendar_text(const FiscalCalendar *calendar)
{
	return write_calendar(calendar);
}

FiscalCalendar
fiscal_calendar_from_text(const char *text)
{
	return *(FiscalCalendar *) VARDATA(DatumGetPointer(read_calendar(text)));
}

/* ---- the type ---- */

SALESOPS_FUNCTION(salesops_fiscal_calendar_in);
SALESOPS_FUNCTION(salesops_fiscal_calendar_out);
SALESOPS_FUNCTION(salesops_fiscal_calendar_recv);
SALESOPS_FUNCTION(salesops_fiscal_calendar_send);

Datum
salesops_fiscal_calendar_in(PG_FUNCTION_ARGS)
{
	return read_calendar(PG_GETARG_CSTRING(0));
}

Datum
salesops_fiscal_calendar_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(write_calendar(fiscal_calendar_arg(fcinfo, 0)));
}

Datum
salesops_fiscal_calendar_recv(PG_FUNCTION_ARGS)
{
	return read_calendar(words_receive((StringInfo) PG_GETARG_POINTER(0), TYPE_NAME));
}

Datum
salesops_fiscal_calendar_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(words_send(write_calendar(fiscal_calendar_arg(fcinfo, 0))));
}
