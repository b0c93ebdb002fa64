/*
 * business_clock.c
 *		A business_calendar made ready for calculating: a clock that runs only while the team works.
 *
 * All business time comes from one function, the reading R of this clock: business_seconds is R(to) - R(from), adding
 * business time is finding the moment of a reading.  R is a sum of parts that are known beforehand, so that no
 * interval is ever walked through, however long it is.
 *
 * On the wall.  Let F(l) be the open time before the local moment l of a calendar whose clock on the wall is never put
 * forward or back.  F = (weeks before l) x (open time of a week) + (open time of the weekdays before) + (differences
 * of the exceptions before l from their weekdays) + (what is over of l's own day), where differences are summed up
 * beforehand and found by binary search.
 *
 * In time.  Between two changes of the zone's offset, local time is time + offset, and the reading is F(time + offset)
 * + c, with a c for each such segment that makes R continuous.  So a day on which the clock on the wall goes forward
 * within open hours is an hour shorter, one on which it goes back an hour longer, and an hour that comes twice is open
 * twice: R is the elapsed time during which the clock on the wall shows open hours.  Segments are found as they are
 * needed, from the first change that the zone knows to the end of the year 9999, and kept.
 *
 * Samoa had no 2011-12-30: such a date, found by a change of a day or more, is as a holiday, and is not counted.
 *
 * A clock is made once for each call site of a query and each calendar, and kept in fn_extra.
 *
 * Worked example: Mon-Fri 09:00-17:00 UTC.  A week is 144,000 s.  R(Wed 16:00) = 2 x 28,800 + 25,200 = 82,800 s after
 * Monday's; plus 3 h is 93,600 = 3 x 28,800 + 7,200: Thursday 11:00.
 */
#include "calendar/business_clock.h"

#include "calendar/days.h"
#include "calendar/zone.h"
#include "catalog/pg_aggregate.h"
#include "common/hashfn.h"
#include "core/aggregate.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* Where segments end: 10000-01-01. */
#define CLOCK_END (INT64CONST(2921940) * USECS_PER_DAY)

/* Changes of the zone are looked through so far, 2040-01-01, when a clock is made; later ones when they are needed. */
#define FIRST_SEGMENTS_END (INT64CONST(14610) * USECS_PER_DAY)

/* A stretch is 51 days: mostly there is no change in it, so that the segment of a moment is found without a search. */
#define STRETCH_BITS 42

/* A day of the week, or a date with hours of its own. */
typedef struct ClockDay
{
	int64		open_before;	/* of all days of its week, or the differences of all dates, before it */
	int64		open;
	int32		days_before;	/* the same as days with hours */
	int32		nspans;
	const BusinessSpan *spans;
} ClockDay;

/* Time in which the zone has one offset from UTC. */
typedef struct ClockSegment
{
	TimestampTz start;			/* the first is -infinity */
	int64		offset;			/* microseconds east of Greenwich */
	int64		constant;		/* reading = F(time + offset) + constant */
	int64		reading;		/* at the start; of the first PG_INT64_MIN */
} ClockSegment;

struct BusinessClock
{
	/* what it was made from, and its place among the clocks of a call site */
	const char *bytes;
	Size		size;
	uint32		hash;
	MemoryContext context;

	ClockDay	week[8];		/* the last stands for the whole week */
	bool		nights;			/* may a span end on the day after it started? */
	int			ndates;
	DateADT    *dates;			/* those with hours of their own, or none, in order */
	ClockDay   *own;			/* what they have; one more behind them has the sums of all */

	pg_tz	   *zone;
	ClockSegment *segments;
	int			nsegments;
	int			room;
	bool		complete;		/* the last segment ends with time */
	TimestampTz known;			/* changes are known up to here */

	/* the segment in which each stretch of some weeks begins, from the first change to the end of the first segments */
	TimestampTz index_start;
	int			nindex;
	uint16	   *index;
};

/* ---- days ---- */

/*
 * The number of exceptions before a date.  The search takes no branch that depends on the date: of a random one, the
 * processor would guess half of them wrong, which costs more than all the rest.
 */
static inline int
dates_before(const BusinessClock *clock, DateADT date)
{
	const DateADT *first = clock->dates;
	int			n = clock->ndates;

	if (n == 0)
		return 0;
	while (n > 1)
	{
		int			half = n / 2;

		first += -(first[half - 1] < date) & half;
		n -= half;
	}
	return (int) (first - clock->dates) + (*first < date);
}

/* The hours of a date, of which `before` exceptions come before it. */
static inline const ClockDay *
day_hours(const BusinessClock *clock, DateADT date, int before)
{
	return before < clock->ndates && clock->dates[before] == date ? &clock->own[before] : &clock->week[date_weekday(date)];
}

/* The weekday of a date, and how many weeks lie before its own. */
static inline const ClockDay *
weekday_of(const BusinessClock *clock, DateADT date, int64 *weeks)
{
	int64		since_monday = (int64) date + 5;

	*weeks = floor_div(since_monday, DAYS_PER_WEEK);
	return &clock->week[since_monday - *weeks * DAYS_PER_WEEK];
}

/* Open time of all spans that start before a date. */
static inline int64
day_open(const BusinessClock *clock, DateADT date, int before)
{
	int64		weeks;
	const ClockDay *weekday = weekday_of(clock, date, &weeks);

	return weeks * clock->week[7].open_before + weekday->open_before + clock->own[before].open_before;
}

/* ---- F, and its inverse ---- */

static int64
wall_reading(const BusinessClock *clock, int64 local)
{
	int64		day = floor_div(local, USECS_PER_DAY);
	DateADT		date = (DateADT) day;
	int64		clock_time = local - day * USECS_PER_DAY;
	int			before = dates_before(clock, date);
	const ClockDay *hours = day_hours(clock, date, before);
	int64		reading = day_open(clock, date, before);

	for (int i = 0; i < hours->nspans; i++)
	{
		int64		start = hours->spans[i].start * USECS_PER_SEC;

		if (clock_time <= start)
			break;
		reading += Min(clock_time, hours->spans[i].end * USECS_PER_SEC) - start;
	}
	if (clock->nights)
	{
		/* the night shift of the day before was counted whole */
		hours = day_hours(clock, date - 1, before - (before > 0 && clock->dates[before - 1] == date - 1));
		if (hours->nspans > 0)
		{
			int64		end = hours->spans[hours->nspans - 1].end * USECS_PER_SEC - USECS_PER_DAY;

			if (end > clock_time)
				reading -= end - clock_time;
		}
	}
	return reading;
}

/* The last date before which spans have at most this open time.  There is one after it that has more. */
static int64
day_of_reading(const BusinessClock *clock, int64 reading, int *before)
{
	int64		whole = clock->week[7].open_before;
	int			low = 0;
	int			high = clock->ndates;
	int64		week;
	int			weekday = 6;
	int64		rest;

	/* the number of exceptions before which there is at most this */
	while (low < high)
	{
		int			mid = (low + high) / 2;

		if (day_open(clock, clock->dates[mid], mid) <= reading)
			low = mid + 1;
		else
			high = mid;
	}
	*before = low - 1;
	if (low > 0 && day_open(clock, clock->dates[low - 1], low - 1) + clock->own[low - 1].open > reading)
		return clock->dates[low - 1];

	/* an ordinary day between exceptions */
	*before = low;
	Assert(whole > 0);
	rest = reading - clock->own[low].open_before;
	week = floor_div(rest, whole);
	rest -= week * whole;
	while (clock->week[weekday].open_before > rest)
		weekday--;
	return week * 7 + weekday - 5;
}

SALESOPS_NORETURN static void refuse_result(void);

static void
refuse_result(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
			 errmsg("business time out of range"),
			 errdetail("The result lies beyond the year 9999, or before all that a timestamp can be."),
			 errhint("Check the moment and the number of seconds, and the hours of the calendar.")));
	pg_unreachable();
}

/* The last local moment with this reading of the wall: the start of the open time behind it, or within open time. */
static int64
wall_leaving(const BusinessClock *clock, int64 reading)
{
	int			before;
	int64		date = day_of_reading(clock, reading, &before);
	const ClockDay *hours;
	int64		rest;

	/* local dates may be a day off those of the moments, which the caller checks */
	if (date < MIN_TIMESTAMP / USECS_PER_DAY - 2 || date > CLOCK_END / USECS_PER_DAY + 2)
		refuse_result();
	hours = day_hours(clock, (DateADT) date, before);
	rest = reading - day_open(clock, (DateADT) date, before);
	for (int i = 0; i < hours->nspans; i++)
	{
		int64		length = (hours->spans[i].end - hours->spans[i].start) * USECS_PER_SEC;

		if (rest < length)
			return date * USECS_PER_DAY + hours->spans[i].start * USECS_PER_SEC + rest;
		rest -= length;
	}
	elog(ERROR, "reading " INT64_FORMAT " is not on its day", reading);
}

/* ---- segments ---- */

static int64
zone_offset(pg_tz *zone, TimestampTz at)
{
	pg_time_t	time = unix_seconds(at);
	struct pg_tm *tm = pg_localtime(&time, zone);

	if (tm == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	return tm->tm_gmtoff * USECS_PER_SEC;
}

/* Appends a segment of this offset; its constant is found when F is known. */
static void
add_segment(BusinessClock *clock, TimestampTz start, int64 offset)
{
	if (clock->nsegments == clock->room)
	{
		clock->room = Max(2 * clock->room, 256);
		if (clock->segments == NULL)
			clock->segments = MemoryContextAlloc(clock->context, clock->room * sizeof(ClockSegment));
		else
			clock->segments = repalloc(clock->segments, clock->room * sizeof(ClockSegment));
	}
	clock->segments[clock->nsegments++] = (ClockSegment) {start, offset, 0, PG_INT64_MIN};
}

/*
 * Finds when the zone's clock is changed next after a moment, in seconds since 1970; false if never again.  The server
 * knows the changes of some centuries and goes round in them from there on, but does not find the one behind the last it
 * knows when asked from that very second.
 */
static bool
next_change(pg_tz *zone, pg_time_t after, pg_time_t *change)
{
	for (pg_time_t from = after; from <= after + 1; from++)
	{
		long		offset_before;
		long		offset_after;
		int			dst_before;
		int			dst_after;

		if (pg_next_dst_boundary(&from, &offset_before, &dst_before, change, &offset_after, &dst_after, zone) > 0)
			return true;
	}
	return false;
}

/* Finds the next change of the offset and appends the segment that it begins, or returns false at the end. */
static bool
next_segment(BusinessClock *clock)
{
	while (!clock->complete)
	{
		pg_time_t	boundary;
		int64		offset;

		if (!next_change(clock->zone, unix_seconds(clock->known), &boundary) ||
			boundary - UNIX_EPOCH_SECONDS >= CLOCK_END / USECS_PER_SEC)
		{
			clock->complete = true;
			break;
		}
		clock->known = (boundary - UNIX_EPOCH_SECONDS) * USECS_PER_SEC;
		offset = zone_offset(clock->zone, clock->known);
		/* a change of the zone's name or rule alone is none */
		if (offset == clock->segments[clock->nsegments - 1].offset)
			continue;
		add_segment(clock, clock->known, offset);
		return true;
	}
	return false;
}

/* Makes the readings of a segment go on from those of the one before. */
static void
join_segment(BusinessClock *clock, int i)
{
	ClockSegment *segment = &clock->segments[i];
	const ClockSegment *before = segment - 1;

	segment->reading = wall_reading(clock, segment->start + before->offset) + before->constant;
	segment->constant = segment->reading - wall_reading(clock, segment->start + segment->offset);
}

static bool
extend(BusinessClock *clock)
{
	if (!next_segment(clock))
		return false;
	join_segment(clock, clock->nsegments - 1);
	return true;
}

/* The segment of a finite moment. */
static const ClockSegment *
segment_at(BusinessClock *clock, TimestampTz at)
{
	uint64		stretch;
	int			low = 0;
	int			high;

	if (unlikely(at >= CLOCK_END))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("moment out of range for business time: %s", timestamptz_to_str(at)),
				 errdetail("Business time is known up to the year 9999."),
				 errhint("Correct the moment, or pass infinity for one that never comes.")));
	while (unlikely(!clock->complete && at >= clock->known))
		extend(clock);

	high = clock->nsegments;
	stretch = (uint64) (at - clock->index_start) >> STRETCH_BITS;
	if (likely(stretch < (uint64) clock->nindex))
	{
		for (low = clock->index[stretch]; low + 1 < high && clock->segments[low + 1].start <= at; low++)
			;
		return &clock->segments[low];
	}
	/* low is the first that can be it, high the first that cannot */
	while (high - low > 1)
	{
		int			mid = (low + high) / 2;

		if (clock->segments[mid].start <= at)
			low = mid;
		else
			high = mid;
	}
	return &clock->segments[low];
}

/* ---- what the clock says ---- */

static inline int64
segment_reading(const BusinessClock *clock, const ClockSegment *segment, TimestampTz at)
{
	return wall_reading(clock, at + segment->offset) + segment->constant;
}

int64
business_clock_reading(BusinessClock *clock, TimestampTz at)
{
	return segment_reading(clock, segment_at(clock, at), at);
}

bool
business_clock_ends(BusinessClock *clock, int64 *first, int64 *last)
{
	/* far enough from midnight and from any offset */
	const int64 margin = 3 * USECS_PER_DAY;
	TimestampTz before_all;
	TimestampTz after_all;

	if (clock->week[7].open_before != 0)
		return false;
	before_all = (clock->ndates > 0 ? clock->dates[0] : 0) * USECS_PER_DAY - margin;
	after_all = (clock->ndates > 0 ? clock->dates[clock->ndates - 1] : 0) * USECS_PER_DAY + margin;
	*first = business_clock_reading(clock, before_all);
	/* the last night may go on behind the last moment that there is */
	*last = segment_reading(clock, segment_at(clock, Min(after_all, CLOCK_END - 1)), after_all);
	return true;
}

TimestampTz
business_clock_leaving(BusinessClock *clock, int64 reading)
{
	int64		first;
	int64		last;
	int			low = 0;
	int			high;
	TimestampTz at;

	if (business_clock_ends(clock, &first, &last))
	{
		if (reading < first)
			return DT_NOBEGIN;
		if (reading >= last)
			return DT_NOEND;
	}
	while (clock->segments[clock->nsegments - 1].reading <= reading && extend(clock))
		CHECK_FOR_INTERRUPTS();

	/* the last segment that starts at or before it */
	high = clock->nsegments;
	while (high - low > 1)
	{
		int			mid = (low + high) / 2;

		if (clock->segments[mid].reading <= reading)
			low = mid;
		else
			high = mid;
	}
	at = wall_leaving(clock, reading - clock->segments[low].constant) - clock->segments[low].offset;
	if (!IS_VALID_TIMESTAMP(at) || at >= CLOCK_END)
		refuse_result();
	return at;
}

TimestampTz
business_clock_reaching(BusinessClock *clock, int64 reading)
{
	TimestampTz at = business_clock_leaving(clock, reading - 1);

	if (TIMESTAMP_NOT_FINITE(at))
		return at;
	if (at + 1 >= CLOCK_END)
		refuse_result();
	return at + 1;
}

DateADT
business_clock_date(BusinessClock *clock, TimestampTz at)
{
	DateADT		date = (DateADT) floor_div(at + segment_at(clock, at)->offset, USECS_PER_DAY);

	/* west of Greenwich the first moment that there is has a day before the first day */
	if (unlikely(!IS_VALID_DATE(date)))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("moment out of range for business time: %s", timestamptz_to_str(at)),
				 errdetail("Its day in the calendar's time zone is before the first day that PostgreSQL has."),
				 errhint("Correct the moment, or pass -infinity for one that was always.")));
	return date;
}

bool
business_clock_open(BusinessClock *clock, TimestampTz at)
{
	int64		local = at + segment_at(clock, at)->offset;
	DateADT		date = (DateADT) floor_div(local, USECS_PER_DAY);
	int64		clock_time = local - date * USECS_PER_DAY;

	for (int night = 0; night <= clock->nights; night++)
	{
		const ClockDay *hours = day_hours(clock, date, dates_before(clock, date));

		for (int i = 0; i < hours->nspans; i++)
		{
			if (clock_time >= hours->spans[i].start * USECS_PER_SEC && clock_time < hours->spans[i].end * USECS_PER_SEC)
				return true;
		}
		date--;
		clock_time += USECS_PER_DAY;
	}
	return false;
}

int64
business_clock_days(BusinessClock *clock, DateADT date)
{
	int64		weeks;
	const ClockDay *weekday = weekday_of(clock, date, &weeks);

	return weeks * clock->week[7].days_before + weekday->days_before + clock->own[dates_before(clock, date)].days_before;
}

/* ---- making a clock ---- */

static void
set_hours(BusinessClock *clock, ClockDay *day, const BusinessSpan *spans, int n)
{
	day->spans = spans;
	day->nspans = n;
	day->open = 0;
	for (int i = 0; i < n; i++)
		day->open += (spans[i].end - spans[i].start) * USECS_PER_SEC;
	if (n > 0 && spans[n - 1].end > BUSINESS_DAY)
		clock->nights = true;
}

static void
make_week(BusinessClock *clock, const BusinessCalendar *calendar)
{
	for (int i = 0; i < 7; i++)
	{
		ClockDay   *day = &clock->week[i];

		set_hours(clock, day, &calendar->week[business_day_start(calendar, i)], business_day_spans(calendar, i));
		day[1].open_before = day->open_before + day->open;
		day[1].days_before = day->days_before + (day->nspans > 0);
	}
}

/* Puts a date that the zone left out among those of the calendar, without hours. */
static void
leave_out(BusinessClock *clock, DateADT date)
{
	int			at = dates_before(clock, date);

	if (at == clock->ndates || clock->dates[at] != date)
	{
		memmove(&clock->dates[at + 1], &clock->dates[at], (clock->ndates - at) * sizeof(DateADT));
		memmove(&clock->own[at + 1], &clock->own[at], (clock->ndates - at) * sizeof(ClockDay));
		clock->dates[at] = date;
		clock->ndates++;
	}
	memset(&clock->own[at], 0, sizeof(ClockDay));
}

/* The changes of the zone put forward by a day or more, and with them the dates that it never had. */
static int
omitted_dates(const BusinessClock *clock, DateADT *dates, int room)
{
	int			n = 0;

	for (int i = 1; i < clock->nsegments; i++)
	{
		const ClockSegment *segment = &clock->segments[i];
		int64		from = segment->start + segment[-1].offset;
		int64		to = segment->start + segment->offset;

		for (DateADT date = (DateADT) floor_div(from + USECS_PER_DAY - 1, USECS_PER_DAY); (date + INT64CONST(1)) * USECS_PER_DAY <= to && n < room; date++)
			dates[n++] = date;
	}
	return n;
}

static void
make_dates(BusinessClock *clock, const BusinessCalendar *calendar)
{
	const BusinessException *exceptions = business_exceptions(calendar);
	int			n = (int) calendar->nexceptions;
	DateADT		omitted[8];
	int			nomitted = omitted_dates(clock, omitted, lengthof(omitted));
	BusinessSpan *spans = palloc(Max(n, 1) * sizeof(BusinessSpan));

	clock->dates = palloc((n + nomitted) * sizeof(DateADT) + 1);
	clock->own = palloc0((n + nomitted + 1) * sizeof(ClockDay));
	for (int i = 0, next; i < n; i = next)
	{
		for (next = i; next < n && exceptions[next].date == exceptions[i].date; next++)
			spans[next] = exceptions[next].span;
		clock->dates[clock->ndates] = exceptions[i].date;
		set_hours(clock, &clock->own[clock->ndates++], &spans[i], spans[i].end == 0 ? 0 : next - i);
	}
	for (int i = 0; i < nomitted; i++)
		leave_out(clock, omitted[i]);
	for (int i = 0; i < clock->ndates; i++)
	{
		ClockDay   *own = &clock->own[i];
		const ClockDay *usual = &clock->week[date_weekday(clock->dates[i])];

		own[1].open_before = own->open_before + own->open - usual->open;
		own[1].days_before = own->days_before + (own->nspans > 0) - (usual->nspans > 0);
	}
}

static void
make_index(BusinessClock *clock)
{
	int			segment = 1;

	/* a zone without a change has one segment and needs none */
	if (clock->nsegments == 1)
		return;
	clock->index_start = clock->segments[1].start;
	clock->nindex = (int) ((clock->segments[clock->nsegments - 1].start - clock->index_start) >> STRETCH_BITS) + 1;
	clock->index = palloc(clock->nindex * sizeof(uint16));
	for (int i = 0; i < clock->nindex; i++)
	{
		TimestampTz start = clock->index_start + ((TimestampTz) i << STRETCH_BITS);

		while (segment + 1 < clock->nsegments && clock->segments[segment + 1].start <= start)
			segment++;
		clock->index[i] = (uint16) segment;
	}
}

static BusinessClock *
make_clock(MemoryContext parent, const char *bytes, Size size, uint32 hash)
{
	MemoryContext context = AllocSetContextCreate(parent, "salesops business clock", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	BusinessClock *clock = palloc0(sizeof(BusinessClock));
	BusinessCalendar *copy = palloc(VARHDRSZ + size);
	const BusinessCalendar *calendar;

	SET_VARSIZE(copy, VARHDRSZ + size);
	memcpy(VARDATA(copy), bytes, size);
	calendar = business_calendar_checked((struct varlena *) copy, false);
	clock->bytes = VARDATA(copy);
	clock->size = size;
	clock->hash = hash;
	clock->context = context;
	clock->zone = zone_require(business_zone(calendar), calendar->zone_length);

	clock->known = MIN_TIMESTAMP;
	add_segment(clock, PG_INT64_MIN, zone_offset(clock->zone, MIN_TIMESTAMP));
	while (clock->known < FIRST_SEGMENTS_END && next_segment(clock))
		;
	make_week(clock, calendar);
	make_dates(clock, calendar);
	for (int i = 1; i < clock->nsegments; i++)
		join_segment(clock, i);
	make_index(clock);
	MemoryContextSwitchTo(caller);
	return clock;
}

/* ---- the clocks of a call site ---- */

/* Regions have calendars of their own, and a report goes through them in no order. */
#define MAX_CLOCKS 64

typedef struct ClockCache
{
	bool		constant;		/* the argument is a literal: one clock for good */
	int			nclocks;
	int			next;			/* to be replaced when all are taken */
	BusinessClock *last;
	BusinessClock *clocks[MAX_CLOCKS];
} ClockCache;

/* Calendars of regions differ in the zone, which is at the end, in the last dates, or in the hours at the beginning. */
static uint32
hash_ends(const char *bytes, Size size)
{
	int			n = (int) Min(size, 64);

	return hash_combine(hash_bytes((const unsigned char *) bytes, n), hash_bytes((const unsigned char *) bytes + size - n, n));
}

static BusinessClock *
find_clock(ClockCache *cache, MemoryContext context, const char *bytes, Size size)
{
	uint32		hash = hash_ends(bytes, size);
	BusinessClock *clock;

	for (int i = 0; i < cache->nclocks; i++)
	{
		clock = cache->clocks[i];
		if (clock->hash == hash && clock->size == size && memcmp(clock->bytes, bytes, size) == 0)
			return clock;
	}
	clock = make_clock(context, bytes, size, hash);
	if (cache->nclocks < MAX_CLOCKS)
		cache->clocks[cache->nclocks++] = clock;
	else
	{
		if (cache->last == cache->clocks[cache->next])
			cache->last = NULL;
		MemoryContextDelete(cache->clocks[cache->next]->context);
		cache->clocks[cache->next] = clock;
		cache->next = (cache->next + 1) % MAX_CLOCKS;
	}
	return clock;
}

/*
 * Is an argument written in the query?  A parameter is not enough: PL/pgSQL evaluates one expression many times, with
 * other values of its variables.
 */
static bool
is_constant(FunctionCallInfo fcinfo, int argument)
{
	Node	   *call = fcinfo->flinfo->fn_expr;

	if (in_aggregate(fcinfo))
	{
		/*
		 * A transition function is not told its arguments; those of the aggregate are its own but for the state.  That
		 * the value is that of the literal makes sure: an aggregate that calls on transition functions of others, as
		 * those of distributed databases do, has other arguments.
		 */
		const Aggref *aggregate = AggGetAggref(fcinfo);
		const Const *literal;

		if (aggregate == NULL || aggregate->aggkind != AGGKIND_NORMAL || argument > list_length(aggregate->args))
			return false;
		literal = (const Const *) list_nth_node(TargetEntry, aggregate->args, argument - 1)->expr;
		return IsA(literal, Const) && literal->constvalue == PG_GETARG_DATUM(argument);
	}
	return call != NULL && IsA(call, FuncExpr) && IsA(list_nth(castNode(FuncExpr, call)->args, argument), Const);
}

/* The clock of a calendar argument, that is not NULL. */
BusinessClock *
business_clock(FunctionCallInfo fcinfo, int argument)
{
	ClockCache *cache = fcinfo->flinfo->fn_extra;
	struct varlena *value;
	const char *bytes;
	Size		size;

	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(ClockCache));
		cache->constant = is_constant(fcinfo, argument);
		fcinfo->flinfo->fn_extra = cache;
	}
	if (cache->constant && cache->last != NULL)
		return cache->last;

	value = PG_GETARG_VARLENA_PP(argument);
	bytes = VARDATA_ANY(value);
	size = VARSIZE_ANY_EXHDR(value);
	if (cache->last == NULL || cache->last->size != size || memcmp(cache->last->bytes, bytes, size) != 0)
		cache->last = find_clock(cache, fcinfo->flinfo->fn_mcxt, bytes, size);
	PG_FREE_IF_COPY(value, argument);
	return cache->last;
}
