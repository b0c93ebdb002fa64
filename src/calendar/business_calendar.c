/*
 * business_calendar.c
 *		The type business_calendar: when a team works, in the hours of its week, its time zone, and the dates that
 *		differ.
 *
 *	Mon-Thu 09:00-12:00 13:00-17:30, Fri 09:00-15:00 Europe/Berlin; holidays 2026-12-25; open 2026-12-24 09:00-12:00
 *
 * The hours of a week, 24x7 or closed, and the name of a zone; then, each behind a semicolon, the holidays, on
 * which the team does not work at all, and the dates that have hours of their own in place of their weekday's (half
 * days, a Saturday before the end of the quarter).  Large calendars come from a table, by the aggregate
 * business_calendar(calendar, day, hours), which adds a table's dates to the calendar written as a literal.
 *
 * A span is half-open: 09:00-17:00 has 09:00 and not 17:00.  One over midnight says so, 22:00-06:00+1, so that a span
 * typed the wrong way round is an error and not a night shift; it belongs to the day on which it starts: a holiday on
 * Friday ends the night shift of Friday, and leaves the end of Thursday's.  Spans of one day that touch are one.  Spans
 * that overlap are an error, also over midnight and over the borders of a date with hours of its own.
 *
 * One canonical form: spans in order and joined, dates in order and once, the zone as the database of zones spells it.
 * What the calendar means for moments in time is in business_clock.c.
 */
#include "calendar/business_calendar.h"

#include "calendar/days.h"
#include "calendar/words.h"
#include "calendar/zone.h"
#include "common/hashfn.h"
#include "core/aggregate.h"
#include "core/guard.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#define CALENDAR_VERSION 1

/*
 * Holidays and spans of dates, in all: a date for each of 50 years and 400 countries.  Before those given twice are
 * dropped there may be twice as many.
 */
#define MAX_EXCEPTIONS 20000
#define MAX_ROWS (2 * MAX_EXCEPTIONS)
#define MAX_DAY_SPANS 48
#define MAX_LITERAL (2 * 1024 * 1024)

#define LITERAL_FORM \
	"Write it as \"Mon-Fri 09:00-17:00 America/New_York; holidays 2026-12-25, 2027-01-01; open 2026-12-24 09:00-13:00\". " \
	"Hours are also 24x7 or closed, and a span over midnight is 22:00-06:00+1."
#define HOURS_FORM "Write hours as \"09:00-13:00\" or \"09:00-12:00 13:00-15:00\", and closed or NULL for a day without any."

/* A calendar while it is read. */
typedef struct CalendarSpec
{
	BusinessSpan week[7][MAX_DAY_SPANS];
	int			nweek[7];
	BusinessException *exceptions;
	int			nexceptions;
	int			room;
	const char *zone;
	int			zone_length;
	bool		draft;
	uint64		base;
} CalendarSpec;

/* ---- text of parts ---- */

static void
put_clock(StringInfo out, int seconds)
{
	appendStringInfo(out, "%02d:%02d", seconds / SECS_PER_HOUR, seconds / SECS_PER_MINUTE % MINS_PER_HOUR);
	if (seconds % SECS_PER_MINUTE != 0)
		appendStringInfo(out, ":%02d", seconds % SECS_PER_MINUTE);
}

static void
put_span(StringInfo out, BusinessSpan span)
{
	bool		next_day = span.end > BUSINESS_DAY;

	put_clock(out, span.start);
	appendStringInfoChar(out, '-');
	put_clock(out, span.end - (next_day ? BUSINESS_DAY : 0));
	if (next_day)
		appendStringInfoString(out, "+1");
}

static void
put_date(StringInfo out, DateADT date)
{
	int			year;
	int			month;
	int			day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	appendStringInfo(out, "%04d-%02d-%02d", year, month, day);
}

static char *
span_text(BusinessSpan span)
{
	StringInfoData out;

	initStringInfo(&out);
	put_span(&out, span);
	return out.data;
}

static char *
date_text(DateADT date)
{
	StringInfoData out;

	initStringInfo(&out);
	put_date(&out, date);
	return out.data;
}

SALESOPS_NORETURN static void calendar_error(const char *what, const char *detail, const char *hint);

static void
calendar_error(const char *what, const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid %s: %s", BUSINESS_CALENDAR, what),
			 errdetail_internal("%s", detail),
			 errhint("%s", hint)));
	pg_unreachable();
}

/* ---- putting a calendar together ---- */

static int
compare_spans(const BusinessSpan *x, const BusinessSpan *y)
{
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->end == y->end ? 0 : x->end < y->end ? -1 : 1;
}

static int
compare_exceptions(const BusinessException *x, const BusinessException *y)
{
	if (x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return compare_spans(&x->span, &y->span);
}

#define MERGE_SORT_NAME sort_spans
#define MERGE_SORT_TYPE BusinessSpan
#define MERGE_SORT_COMPARE compare_spans
#include "core/merge_sort.h"

#define MERGE_SORT_NAME sort_rows
#define MERGE_SORT_TYPE BusinessException
#define MERGE_SORT_COMPARE compare_exceptions
#include "core/merge_sort.h"

/* Sorts exceptions and drops those given twice; there may not be more than a calendar has. */
static void
sort_exceptions(CalendarSpec *spec)
{
	BusinessException *exceptions = spec->exceptions;
	int			kept = 0;

	sort_rows(exceptions, (uint32) spec->nexceptions);
	for (int i = 0; i < spec->nexceptions; i++)
	{
		if (kept == 0 || compare_exceptions(&exceptions[kept - 1], &exceptions[i]) != 0)
			exceptions[kept++] = exceptions[i];
	}
	spec->nexceptions = kept;
	if (kept > MAX_EXCEPTIONS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many holidays and hours of dates for a %s", BUSINESS_CALENDAR),
				 errdetail("It has at most %d in all.", MAX_EXCEPTIONS),
				 errhint("Make one calendar for each region, of the years that are needed.")));
}

static void
add_exception(CalendarSpec *spec, DateADT date, BusinessSpan span)
{
	CHECK_FOR_INTERRUPTS();
	if (spec->nexceptions == MAX_ROWS)
		sort_exceptions(spec);
	if (spec->nexceptions == spec->room)
	{
		spec->room = Max(2 * spec->room, 16);
		if (spec->exceptions == NULL)
			spec->exceptions = palloc(spec->room * sizeof(BusinessException));
		else
			spec->exceptions = repalloc(spec->exceptions, spec->room * sizeof(BusinessException));
	}
	spec->exceptions[spec->nexceptions++] = (BusinessException) {date, span};
}

/* Checks that the sorted spans of one day do not overlap, and joins those that touch; returns how many are left. */
static int
join_spans(BusinessSpan *spans, int n, const char *day)
{
	int			kept = 0;

	for (int i = 0; i < n; i++)
	{
		if (kept > 0 && spans[i].start < spans[kept - 1].end)
			calendar_error(psprintf("\"%s\"", span_text(spans[i])),
						   psprintf("On %s it overlaps with %s.", day, span_text(spans[kept - 1])),
						   "Write each hour once.");
		if (kept > 0 && spans[i].start == spans[kept - 1].end)
			spans[kept - 1].end = spans[i].end;
		else
			spans[kept++] = spans[i];
	}
	if (kept > MAX_DAY_SPANS)
		calendar_error(psprintf("%s has %d spans", day, kept), psprintf("A day has at most %d.", MAX_DAY_SPANS), "Join spans that belong together.");
	return kept;
}

/* Sorts and joins the spans of each date that has its own, in place. */
static void
join_exceptions(CalendarSpec *spec)
{
	BusinessException *exceptions = spec->exceptions;
	BusinessSpan *spans = palloc(Max(spec->nexceptions, 1) * sizeof(BusinessSpan));
	int			kept = 0;

	for (int i = 0, next; i < spec->nexceptions; i = next)
	{
		DateADT		date = exceptions[i].date;
		int			n = 0;

		for (next = i; next < spec->nexceptions && exceptions[next].date == date; next++)
			spans[n++] = exceptions[next].span;
		if (n > 1 && spans[0].end == 0)
			calendar_error(psprintf("\"%s\"", date_text(date)), "The date is a holiday and has hours, too.",
						   "Keep one of the two.");
		if (n > 1)
		{
			char	   *day = date_text(date);

			n = join_spans(spans, n, day);
			pfree(day);
		}
		for (int j = 0; j < n; j++)
			exceptions[kept++] = (BusinessException) {date, spans[j]};
	}
	spec->nexceptions = kept;
	pfree(spans);
}

/* Do the spans of a day, at most its last, run into those of the day behind it? */
static inline bool
runs_over(const BusinessSpan *spans, int n, const BusinessSpan *next, int nnext)
{
	return n > 0 && nnext > 0 && spans[n - 1].end - BUSINESS_DAY > next[0].start;
}

SALESOPS_NORETURN static void night_error(BusinessSpan span, const char *day, BusinessSpan next, const char *next_day);

static void
night_error(BusinessSpan span, const char *day, BusinessSpan next, const char *next_day)
{
	calendar_error(psprintf("\"%s\"", span_text(span)),
				   psprintf("On %s it overlaps with %s on %s.", day, span_text(next), next_day),
				   "Write each hour once: shorten the span over midnight, or the hours of the day behind it.");
}

/* The exceptions are sorted and joined; are the hours over midnight of every day, with its neighbours, free? */
static void
check_nights(CalendarSpec *spec)
{
	BusinessException *exceptions = spec->exceptions;
	BusinessSpan *own = palloc(Max(spec->nexceptions, 1) * sizeof(BusinessSpan));

	for (int i = 0; i < 7; i++)
	{
		int			next = (i + 1) % 7;

		if (runs_over(spec->week[i], spec->nweek[i], spec->week[next], spec->nweek[next]))
			night_error(spec->week[i][spec->nweek[i] - 1], words_weekdays[i], spec->week[next][0], words_weekdays[next]);
	}
	for (int i = 0, next; i < spec->nexceptions; i = next)
	{
		DateADT		date = exceptions[i].date;
		const BusinessSpan *before = spec->week[date_weekday(date - 1)];
		const BusinessSpan *after = spec->week[date_weekday(date + 1)];
		int			nbefore = spec->nweek[date_weekday(date - 1)];
		int			nafter = spec->nweek[date_weekday(date + 1)];
		int			n = 0;

		CHECK_FOR_INTERRUPTS();
		for (next = i; next < spec->nexceptions && exceptions[next].date == date; next++)
			own[n++] = exceptions[next].span;
		if (own[0].end == 0)
			n = 0;
		/* the day before has its weekday's hours, or was looked at as the one that this day follows */
		if ((i == 0 || exceptions[i - 1].date != date - 1) && runs_over(before, nbefore, own, n))
			night_error(before[nbefore - 1], date_text(date - 1), own[0], date_text(date));
		if (next < spec->nexceptions && exceptions[next].date == date + 1)
		{
			after = &exceptions[next].span;
			nafter = after->end != 0;
		}
		if (runs_over(own, n, after, nafter))
			night_error(own[n - 1], date_text(date), after[0], date_text(date + 1));
	}
	pfree(own);
}

static Size
calendar_size(int nweek, int nexceptions, int zone_length)
{
	return offsetof(BusinessCalendar, week) + nweek * sizeof(BusinessSpan) + nexceptions * sizeof(BusinessException) + zone_length;
}

/* The value of a spec, whose parts are put into canonical form and checked; of a draft only the order is made so. */
static BusinessCalendar *
calendar_build(CalendarSpec *spec)
{
	BusinessCalendar *calendar;
	BusinessException *exceptions;
	int			nweek = 0;
	Size		size;

	for (int i = 0; i < 7; i++)
	{
		sort_spans(spec->week[i], (uint32) spec->nweek[i]);
		spec->nweek[i] = join_spans(spec->week[i], spec->nweek[i], words_weekdays[i]);
		nweek += spec->nweek[i];
	}
	sort_exceptions(spec);
	if (!spec->draft)
	{
		join_exceptions(spec);
		check_nights(spec);
	}

	size = calendar_size(nweek, spec->nexceptions, spec->zone_length);
	calendar = palloc0(size);
	SET_VARSIZE(calendar, size);
	calendar->version = CALENDAR_VERSION;
	calendar->draft = spec->draft;
	calendar->zone_length = (uint8) spec->zone_length;
	calendar->nexceptions = (uint32) spec->nexceptions;
	if (spec->draft)
	{
		calendar->base_low = (uint32) spec->base;
		calendar->base_high = (uint32) (spec->base >> 32);
	}
	nweek = 0;
	for (int i = 0; i < 7; i++)
	{
		memcpy(&calendar->week[nweek], spec->week[i], spec->nweek[i] * sizeof(BusinessSpan));
		nweek += spec->nweek[i];
		calendar->week_end[i] = (uint16) nweek;
	}
	exceptions = unconstify(BusinessException *, business_exceptions(calendar));
	if (spec->nexceptions > 0)
		memcpy(exceptions, spec->exceptions, spec->nexceptions * sizeof(BusinessException));
	memcpy(exceptions + spec->nexceptions, spec->zone, spec->zone_length);
	return calendar;
}

/* What a value was put together from, with room for more exceptions. */
static CalendarSpec *
calendar_spec(const BusinessCalendar *calendar, int more)
{
	CalendarSpec *spec = palloc0(sizeof(CalendarSpec));

	for (int i = 0; i < 7; i++)
	{
		spec->nweek[i] = business_day_spans(calendar, i);
		memcpy(spec->week[i], &calendar->week[business_day_start(calendar, i)], spec->nweek[i] * sizeof(BusinessSpan));
	}
	spec->nexceptions = (int) calendar->nexceptions;
	spec->room = spec->nexceptions + more;
	spec->exceptions = palloc(Max(spec->room, 1) * sizeof(BusinessException));
	memcpy(spec->exceptions, business_exceptions(calendar), spec->nexceptions * sizeof(BusinessException));
	spec->zone = business_zone(calendar);
	spec->zone_length = calendar->zone_length;
	spec->draft = calendar->draft;
	spec->base = (uint64) calendar->base_high << 32 | calendar->base_low;
	return spec;
}

/*
 * A stored value, whose sizes are checked against damage.  The value must be detoasted, and not have a short header.
 * Where drafts are not asked for they are refused.
 */
const BusinessCalendar *
business_calendar_checked(struct varlena *value, bool draft)
{
	const BusinessCalendar *calendar = (const BusinessCalendar *) value;
	Size		size = VARSIZE(value);

	if (size < offsetof(BusinessCalendar, week) || calendar->version != CALENDAR_VERSION || calendar->draft > 1 ||
		calendar->nexceptions > MAX_ROWS || calendar->week_end[6] > 7 * MAX_DAY_SPANS ||
		calendar_size(calendar->week_end[6], (int) calendar->nexceptions, calendar->zone_length) > size)
		guard_damaged(BUSINESS_CALENDAR);
	for (int i = 0; i < 7; i++)
	{
		if (business_day_spans(calendar, i) < 0 || business_day_spans(calendar, i) > MAX_DAY_SPANS)
			guard_damaged(BUSINESS_CALENDAR);
	}
	if (calendar->draft && !draft)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the %s is not finished", BUSINESS_CALENDAR),
				 errdetail("It is a state of the aggregate, whose dates are not yet checked."),
				 errhint("Pass it through salesops.business_calendar_finalfn.")));
	return calendar;
}

static const BusinessCalendar *
calendar_any(FunctionCallInfo fcinfo, int argument)
{
	return business_calendar_checked(PG_DETOAST_DATUM(PG_GETARG_DATUM(argument)), true);
}

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_business_calendar_in);
SALESOPS_FUNCTION(salesops_business_calendar_out);

/* Reads "09:00" or "09:00:30" of a word's rest, up to 24:00; returns the seconds, or -1. */
static int
read_clock(const char **at, const char *end)
{
	int			part[3] = {0, 0, 0};
	int			n = 0;

	for (;;)
	{
		const char *first = *at;

		while (*at < end && **at >= '0' && **at <= '9' && *at - first < 2)
			part[n] = part[n] * 10 + (*(*at)++ - '0');
		if (*at == first || (n > 0 && *at - first != 2))
			return -1;
		n++;
		if (n == 3 || *at == end || **at != ':')
			break;
		(*at)++;
	}
	if (n < 2 || part[1] > 59 || part[2] > 59 || part[0] > 24 || (part[0] == 24 && part[1] + part[2] > 0))
		return -1;
	return part[0] * SECS_PER_HOUR + part[1] * SECS_PER_MINUTE + part[2];
}

/* Reads a word as a span. */
static BusinessSpan
read_span(WordReader *reader)
{
	const char *at = reader->word;
	const char *end = at + reader->length;
	BusinessSpan span;

	span.start = read_clock(&at, end);
	if (span.start < 0 || at == end || *at++ != '-' || (span.end = read_clock(&at, end)) < 0)
		words_error(reader, "This is no span of the form 09:00-17:00, of hours up to 24:00.");
	if (end - at == 2 && at[0] == '+' && at[1] == '1')
		span.end += BUSINESS_DAY;
	else if (at != end)
		words_error(reader, "This is no span of the form 09:00-17:00, of hours up to 24:00.");
	if (span.start == BUSINESS_DAY)
		words_error(reader, "It starts at the end of its day.");
	if (span.end <= span.start)
		words_error(reader, "It ends before it starts, or as it does. A span over midnight ends with +1.");
	words_advance(reader);
	return span;
}

/* Reads a word as a day of the week or a row of them: Mon-Fri, Sun-Thu. Returns false where it is neither. */
static bool
read_weekdays(WordReader *reader, bool days[7])
{
	const char *dash = memchr(reader->word, '-', reader->length);
	int			first = words_weekday(reader->word, (int) (dash != NULL ? dash - reader->word : reader->length));
	int			last = dash != NULL ? words_weekday(dash + 1, (int) (reader->word + reader->length - dash - 1)) : first;

	if (first < 0 || last < 0)
		return false;
	for (int day = first;; day = (day + 1) % 7)
	{
		days[day] = true;
		if (day == last)
			break;
	}
	return true;
}

static bool
at_span(const WordReader *reader)
{
	return reader->length > 0 && reader->word[0] >= '0' && reader->word[0] <= '9';
}

/* The spans of the week: days, then their spans, and again; commas between are not needed. */
static void
read_week(WordReader *reader, CalendarSpec *spec)
{
	bool		days[7] = {false};
	bool		given[7] = {false};
	bool		had_hours = true;	/* the days read last have their hours */
	bool		any_hours = false;

	if (words_accept(reader, "closed"))
		return;
	if (words_accept(reader, "24x7"))
	{
		for (int i = 0; i < 7; i++)
		{
			spec->week[i][0] = (BusinessSpan) {0, BUSINESS_DAY};
			spec->nweek[i] = 1;
		}
		return;
	}
	for (;;)
	{
		bool		more[7] = {false};

		if (words_accept(reader, ","))
			continue;
		if (at_span(reader))
		{
			WordReader	at = *reader;
			BusinessSpan span = read_span(reader);
			bool		any = false;

			for (int i = 0; i < 7; i++)
			{
				if (!days[i])
					continue;
				any = true;
				if (spec->nweek[i] == MAX_DAY_SPANS)
					words_error(&at, psprintf("A day has at most %d spans.", MAX_DAY_SPANS));
				spec->week[i][spec->nweek[i]++] = span;
			}
			if (!any)
				words_error(&at, "It has no day of the week before it.");
			had_hours = any_hours = true;
		}
		else if (reader->length > 0 && read_weekdays(reader, more))
		{
			if (had_hours)
				memset(days, 0, sizeof(days));
			for (int i = 0; i < 7; i++)
			{
				if (more[i] && given[i])
					words_error(reader, psprintf("The hours of %s are given twice.", words_weekdays[i]));
				days[i] |= more[i];
				given[i] |= more[i];
			}
			had_hours = false;
			words_advance(reader);
		}
		else if (!had_hours && words_accept(reader, "closed"))
			had_hours = any_hours = true;
		else
			break;
	}
	if (!had_hours)
		words_error(reader, "The days before it have no hours. A row of days is written without blanks, Mon-Fri.");
	if (!any_hours)
		words_error(reader, "Hours are expected here: days with theirs, 24x7 or closed.");
}

static void
read_zone(WordReader *reader, CalendarSpec *spec)
{
	pg_tz	   *zone;

	if (reader->length == 0 || reader->word[0] == ';')
		words_error(reader, "A time zone is expected behind the hours.");
	zone = zone_find(reader->word, reader->length);
	if (zone == NULL)
		words_error(reader, "This is neither a day of the week, nor hours, nor a time zone, which is named after a place: America/New_York, not EST.");
	spec->zone = pg_get_timezone_name(zone);
	spec->zone_length = (int) strlen(spec->zone);
	words_advance(reader);
}

/* "holidays 2026-12-25, 2027-01-01": commas between dates are not needed. */
static void
read_holidays(WordReader *reader, CalendarSpec *spec)
{
	do
	{
		if (words_at(reader, "open"))
			words_error(reader, "A semicolon is expected before it.");
		add_exception(spec, words_date(reader, reader->word, reader->length), (BusinessSpan) {0, 0});
		words_advance(reader);
		words_accept(reader, ",");
	} while (reader->length > 0 && reader->word[0] != ';');
}

/* "open 2026-12-24 09:00-12:00 13:00-15:00, 2026-12-31 09:00-12:00" */
static void
read_openings(WordReader *reader, CalendarSpec *spec)
{
	do
	{
		DateADT		date = words_date(reader, reader->word, reader->length);

		words_advance(reader);
		do
		{
			if (!at_span(reader))
				words_error(reader, "Hours are expected behind a date.");
			add_exception(spec, date, read_span(reader));
		} while (at_span(reader) && memchr(reader->word, ':', reader->length) != NULL);
		words_accept(reader, ",");
	} while (reader->length > 0 && reader->word[0] != ';');
}

/* "draft 0123456789abcdef;": a state of the aggregate */
static void
read_draft(WordReader *reader, CalendarSpec *spec)
{
	static const char digits[] = "0123456789abcdef";

	spec->draft = true;
	if (reader->length != 16)
		words_error(reader, "The hash of a draft has 16 digits.");
	for (int i = 0; i < 16; i++)
	{
		const char *digit = strchr(digits, reader->word[i]);

		if (digit == NULL)
			words_error(reader, "The hash of a draft has 16 digits.");
		spec->base = spec->base << 4 | (uint64) (digit - digits);
	}
	words_advance(reader);
	words_expect(reader, ";");
}

static BusinessCalendar *
calendar_read(const char *text)
{
	WordReader	reader = {.type = BUSINESS_CALENDAR, .form = LITERAL_FORM};
	CalendarSpec *spec = palloc0(sizeof(CalendarSpec));

	words_start(&reader, text, MAX_LITERAL);
	if (words_accept(&reader, "draft"))
		read_draft(&reader, spec);
	read_week(&reader, spec);
	read_zone(&reader, spec);
	while (words_accept(&reader, ";"))
	{
		if (reader.length == 0)
			break;
		if (words_accept(&reader, "holidays") || words_accept(&reader, "holiday"))
			read_holidays(&reader, spec);
		else if (words_accept(&reader, "open"))
			read_openings(&reader, spec);
		else
			words_error(&reader, "\"holidays\" or \"open\" is expected here.");
	}
	if (reader.length > 0)
		words_error(&reader, "A semicolon, or the end, is expected here.");
	return calendar_build(spec);
}

static bool
same_hours(const BusinessCalendar *calendar, int a, int b)
{
	int			n = business_day_spans(calendar, a);

	return n == business_day_spans(calendar, b) &&
		memcmp(&calendar->week[business_day_start(calendar, a)], &calendar->week[business_day_start(calendar, b)], n * sizeof(BusinessSpan)) == 0;
}

static void
put_week(StringInfo out, const BusinessCalendar *calendar)
{
	bool		any = false;
	bool		always = true;

	for (int i = 0; i < 7; i++)
		always &= same_hours(calendar, 0, i);
	if (always && calendar->week_end[0] == 1 && calendar->week[0].start == 0 && calendar->week[0].end == BUSINESS_DAY)
	{
		appendStringInfoString(out, "24x7");
		return;
	}
	for (int first = 0, last; first < 7; first = last + 1)
	{
		for (last = first; last < 6 && same_hours(calendar, first, last + 1);)
			last++;
		if (business_day_spans(calendar, first) == 0)
			continue;
		appendStringInfo(out, any ? ", %.3s" : "%.3s", words_weekdays[first]);
		if (last > first)
			appendStringInfo(out, "-%.3s", words_weekdays[last]);
		for (int i = business_day_start(calendar, first); i < calendar->week_end[first]; i++)
		{
			appendStringInfoChar(out, ' ');
			put_span(out, calendar->week[i]);
		}
		any = true;
	}
	if (!any)
		appendStringInfoString(out, "closed");
}

static void
put_exceptions(StringInfo out, const BusinessCalendar *calendar)
{
	const BusinessException *exceptions = business_exceptions(calendar);
	int			n = (int) calendar->nexceptions;
	const char *before = "; holidays ";

	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (exceptions[i].span.end != 0)
			continue;
		appendStringInfoString(out, before);
		put_date(out, exceptions[i].date);
		before = ", ";
	}
	before = "; open ";
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (exceptions[i].span.end == 0)
			continue;
		if (i == 0 || exceptions[i - 1].date != exceptions[i].date || exceptions[i - 1].span.end == 0)
		{
			appendStringInfoString(out, before);
			put_date(out, exceptions[i].date);
		}
		appendStringInfoChar(out, ' ');
		put_span(out, exceptions[i].span);
		before = ", ";
	}
}

static char *
calendar_text(const BusinessCalendar *calendar)
{
	StringInfoData out;

	initStringInfo(&out);
	if (calendar->draft)
		appendStringInfo(&out, "draft %08x%08x; ", calendar->base_high, calendar->base_low);
	put_week(&out, calendar);
	appendStringInfo(&out, " %.*s", calendar->zone_length, business_zone(calendar));
	put_exceptions(&out, calendar);
	return out.data;
}

Datum
salesops_business_calendar_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(calendar_read(PG_GETARG_CSTRING(0)));
}

Datum
salesops_business_calendar_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(calendar_text(calendar_any(fcinfo, 0)));
}

/* ---- binary form ---- */

SALESOPS_FUNCTION(salesops_business_calendar_recv);
SALESOPS_FUNCTION(salesops_business_calendar_send);

Datum
salesops_business_calendar_recv(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(calendar_read(words_receive((StringInfo) PG_GETARG_POINTER(0), BUSINESS_CALENDAR)));
}

Datum
salesops_business_calendar_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(words_send(calendar_text(calendar_any(fcinfo, 0))));
}

/* ---- the aggregate ---- */

SALESOPS_FUNCTION(salesops_business_calendar_transfn);
SALESOPS_FUNCTION(salesops_business_calendar_combinefn);
SALESOPS_FUNCTION(salesops_business_calendar_finalfn);

SALESOPS_NORETURN static void other_base_error(void);

static void
other_base_error(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the rows of one %s begin with different calendars", BUSINESS_CALENDAR),
			 errdetail("Hours and zone are those of the first argument, which must be the same in all rows of a group."),
			 errhint("Group by it.")));
	pg_unreachable();
}

/* A draft that has the dates of a finished calendar. */
static CalendarSpec *
draft_from(const BusinessCalendar *base, uint64 hash)
{
	CalendarSpec *spec = calendar_spec(base, 0);

	spec->draft = true;
	spec->base = hash;
	return spec;
}

/* How many exceptions more fit into a draft. */
static int
draft_room(const BusinessCalendar *draft)
{
	return (int) ((VARSIZE(draft) - calendar_size(draft->week_end[6], (int) draft->nexceptions, draft->zone_length)) / sizeof(BusinessException));
}

/* Puts exceptions into a draft that has room for them. */
static void
draft_put(BusinessCalendar *draft, const BusinessException *added, int n)
{
	BusinessException *end = unconstify(BusinessException *, business_exceptions(draft)) + draft->nexceptions;

	memmove(end + n, end, draft->zone_length);
	memcpy(end, added, n * sizeof(BusinessException));
	draft->nexceptions += n;
}

/*
 * A draft with more exceptions, all in order, in the current memory context.  What was given twice is dropped first:
 * only what is left counts against the limit, so that partial states with the same dates go together.
 */
static BusinessCalendar *
draft_with(const BusinessCalendar *draft, const BusinessException *added, int n)
{
	CalendarSpec *spec = calendar_spec(draft, n);

	memcpy(spec->exceptions + spec->nexceptions, added, n * sizeof(BusinessException));
	spec->nexceptions += n;
	return calendar_build(spec);
}

/* The same draft with room behind it, for as many exceptions as it has. */
static BusinessCalendar *
draft_grow(BusinessCalendar *draft)
{
	uint32		room = Max(draft->nexceptions, 16);
	Size		size = VARSIZE(draft);

	draft = repalloc(draft, size + room * sizeof(BusinessException));
	memset((char *) draft + size, 0, room * sizeof(BusinessException));
	SET_VARSIZE(draft, size + room * sizeof(BusinessException));
	return draft;
}

/* Adds exceptions, in place where that is asked for; a new value is the same as if it had been read from its text. */
static BusinessCalendar *
draft_add(BusinessCalendar *draft, const BusinessException *added, int n, bool in_place)
{
	if (!in_place)
		return draft_with(draft, added, n);
	if (draft_room(draft) < n)
		return draft_grow(draft_with(draft, added, n));
	draft_put(draft, added, n);
	return draft;
}

/* The hours of a row of the holiday table, as exceptions of its date. */
static int
read_hours(text *hours, DateADT date, BusinessException added[MAX_DAY_SPANS])
{
	int			n = 0;

	if (hours != NULL)
	{
		WordReader	reader = {.type = psprintf("hours of %s", date_text(date)), .form = HOURS_FORM};

		words_start(&reader, text_to_cstring(hours), MAX_LITERAL);
		if (!words_accept(&reader, "closed"))
		{
			while (reader.length > 0)
			{
				if (n == MAX_DAY_SPANS)
					words_error(&reader, psprintf("A day has at most %d spans.", MAX_DAY_SPANS));
				added[n++] = (BusinessException) {date, read_span(&reader)};
				words_accept(&reader, ",");
			}
		}
		if (reader.length > 0)
			words_error(&reader, "A day that is closed has no hours.");
	}
	if (n == 0)
		added[n++] = (BusinessException) {date, {0, 0}};
	return n;
}

/* (state, calendar business_calendar, day date [, hours text]) */
Datum
salesops_business_calendar_transfn(PG_FUNCTION_ARGS)
{
	BusinessCalendar *state = PG_ARGISNULL(0) ? NULL : unconstify(BusinessCalendar *, calendar_any(fcinfo, 0));
	BusinessException added[MAX_DAY_SPANS];
	const BusinessCalendar *base;
	uint64		hash;
	int			n = 0;

	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the calendar to which dates are added is NULL"),
				 errdetail("Hours and zone are those of the first argument."),
				 errhint("Pass hours and zone, as 'Mon-Fri 09:00-17:00 Europe/Berlin'.")));
	base = business_calendar_checked(PG_DETOAST_DATUM(PG_GETARG_DATUM(1)), false);
	hash = DatumGetUInt64(hash_any_extended((const unsigned char *) VARDATA(base), (int) (VARSIZE(base) - VARHDRSZ), 0));

	if (!PG_ARGISNULL(2))
	{
		DateADT		date = PG_GETARG_DATEADT(2);

		if (DATE_NOT_FINITE(date) || date < date2j(1, 1, 1) - POSTGRES_EPOCH_JDATE || date > date2j(9999, 12, 31) - POSTGRES_EPOCH_JDATE)
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
					 errmsg("date out of range for a %s: %s", BUSINESS_CALENDAR, DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(date)))),
					 errdetail("Its dates are from 0001-01-01 to 9999-12-31."),
					 errhint("Leave the row out with a WHERE or FILTER clause.")));
		n = read_hours(PG_NARGS() < 4 || PG_ARGISNULL(3) ? NULL : PG_GETARG_TEXT_PP(3), date, added);
	}

	if (state == NULL)
		state = calendar_build(draft_from(base, hash));
	else if (!state->draft || state->base_low != (uint32) hash || state->base_high != (uint32) (hash >> 32))
		other_base_error();
	if (n > 0)
		state = draft_add(state, added, n, in_aggregate(fcinfo));
	PG_RETURN_POINTER(state);
}

Datum
salesops_business_calendar_combinefn(PG_FUNCTION_ARGS)
{
	BusinessCalendar *state;
	const BusinessCalendar *other;

	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(PG_GETARG_DATUM(1));
	state = unconstify(BusinessCalendar *, calendar_any(fcinfo, 0));
	other = calendar_any(fcinfo, 1);
	if (!state->draft || !other->draft || state->base_low != other->base_low || state->base_high != other->base_high)
		other_base_error();
	PG_RETURN_POINTER(draft_add(state, business_exceptions(other), (int) other->nexceptions, in_aggregate(fcinfo)));
}

Datum
salesops_business_calendar_finalfn(PG_FUNCTION_ARGS)
{
	const BusinessCalendar *state;
	CalendarSpec *spec;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = calendar_any(fcinfo, 0);
	spec = calendar_spec(state, 0);
	spec->draft = false;
	PG_RETURN_POINTER(calendar_build(spec));
}
