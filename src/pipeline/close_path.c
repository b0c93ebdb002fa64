/*
 * close_path.c
 *		The type close_path: one deal's close dates over its history, from which pushes are counted.
 *
 * A path is a list of events (moment, close date), built by close_path(close_date, changed_at) from rows in any order
 * and merged in any order.  The rows may be those of a log of changes or of a history of full states, in which a date
 * repeats; a NULL date says that from then on the deal had none.
 *
 * At one moment a deal has one close date: the latest of those given for it.  So the result does not depend on the order of
 * rows, the same row given twice is one, and two rows of one save make no push.
 *
 * Pushes are counted as by Salesforce's PushCount: each change into a later period is one, however many periods it
 * goes, and a later pull never takes one back.  A change from or to no date is neither a push nor a pull.
 *
 * A row without changed_at cannot be placed.  It is counted (incomplete_events) and no more; one of NULLs is none.
 *
 * Memory: 12 bytes an event.  The list grows in place as that of stage_path does; both are made of core/event.h, and share
 * no more since stages need a list of names, which is what most of stage_path.c is about.
 *
 * Text form: {"close_path": 1, "changes": [["2026-01-05T09:00:00+00:00", "2026-03-31"], …]}, in UTC; null for no date.
 *
 * Worked example: March 31, then in February May 15, then in April April 30, then in May July 1: pushed twice by the month,
 * twice by the quarter, pulled once by the month, and 92 days in all.
 */
#include "core/compat.h"

#include "calendar/fiscal_calendar.h"
#include "core/aggregate.h"
#include "core/event.h"
#include "core/guard.h"
#include "core/literal.h"
#include "core/summary.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

typedef struct ClosePath
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		building;		/* a state of the aggregate: unsorted, with free room behind the events */
	uint16		unused;
	int64		incomplete;
	uint32		nevents;
	Event		events[FLEXIBLE_ARRAY_MEMBER];
} ClosePath;

#define CLOSE_PATH_VERSION 1
#define MAX_EVENTS 100000
#define MAX_ROWS (2 * MAX_EVENTS)	/* events that a state holds before it drops those of the same moment */
#define TYPE_NAME "close_path"

/* Twice the longest text form. */
#define MAX_LITERAL (16 * 1024 * 1024)
#define MAX_LITERAL_VALUES (3 * MAX_EVENTS)

/* A new path fills a chunk of 128 bytes: nine changes, which most deals never exceed. */
#define FIRST_EVENTS ((128 - offsetof(ClosePath, events)) / sizeof(Event))

/* ---- events ---- */

/* No date comes before all dates in the order of values, as an unsigned number. */
#define NO_DATE DATEVAL_NOBEGIN

static inline uint32
date_value(DateADT date)
{
	return (uint32) date ^ 0x80000000;
}

static inline DateADT
event_date(const Event *event)
{
	return (DateADT) (event->value ^ 0x80000000);
}

/*
 * Refuses dates before 0002-01-01, from which on every fiscal calendar has a year, so that every reader has an answer for
 * every path.
 */
#define FIRST_DATE (-729754)

static void
check_date(DateADT date)
{
	guard_date(date, "close_date");
	if (unlikely(date < FIRST_DATE))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("close_date out of range: \"%s\"", guard_date_text(date)),
				 errdetail("Close dates lie from %s on.", guard_date_text(FIRST_DATE)),
				 errhint("Correct the date, or pass NULL where there is none.")));
}

static inline Size
path_size(uint32 nevents)
{
	return offsetof(ClosePath, events) + nevents * sizeof(Event);
}

/* An empty path with room for so many events. */
static ClosePath *
path_new(uint32 room)
{
	ClosePath  *path = palloc0(path_size(room));

	SET_VARSIZE(path, path_size(room));
	path->version = CLOSE_PATH_VERSION;
	path->building = 1;
	return path;
}

/* A copy with so much free room. */
static ClosePath *
path_copy(const ClosePath *from, uint32 room)
{
	ClosePath  *path = path_new(from->nevents + room);

	path->building = from->building;
	path->incomplete = from->incomplete;
	path->nevents = from->nevents;
	memcpy(path->events, from->events, from->nevents * sizeof(Event));
	return path;
}

static void
too_many_error(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a " TYPE_NAME " has too many changes"),
			 errdetail("At most %d are possible.", MAX_EVENTS),
			 errhint("A path is one deal's: GROUP BY the deal.")));
}

/* The stored form: events in order, one for each moment, no free room. */
static ClosePath *
path_canonical(const ClosePath *from)
{
	ClosePath  *path = path_copy(from, 0);
	uint32		n;
	uint32		left = 0;

	if (!from->building)
		return path;
	n = events_sort(path->events, path->nevents);
	for (uint32 i = 0; i < n; i++)
	{
		/* of the same moment the latest date is the last */
		if (left > 0 && event_at(&path->events[i]) == event_at(&path->events[left - 1]))
			left--;
		path->events[left++] = path->events[i];
	}
	if (left > MAX_EVENTS)
		too_many_error();
	path->nevents = left;
	SET_VARSIZE(path, path_size(left));
	path->building = 0;
	return path;
}

/* A state with room for so many events more. */
static ClosePath *
path_make_room(ClosePath *path, uint32 more)
{
	if (unlikely(path->nevents + more > MAX_ROWS))
	{
		path = path_copy(path_canonical(path), MAX_EVENTS);
		path->building = 1;
	}
	if (likely(VARSIZE(path) >= path_size(path->nevents + more)))
		return path;
	return path_copy(path, path->nevents + more);
}

/* There must be room. */
static inline void
path_append(ClosePath *path, TimestampTz at, DateADT date)
{
	event_set(&path->events[path->nevents++], at, date_value(date));
}

/* ---- arguments and the aggregate ---- */

static const ClosePath *
path_checked(const ClosePath *path)
{
	if (VARSIZE(path) < path_size(0) || path->version != CLOSE_PATH_VERSION || path->nevents > MAX_ROWS ||
		VARSIZE(path) < path_size(path->nevents))
		guard_damaged(TYPE_NAME);
	return path;
}

static ClosePath *
path_first(void)
{
	return path_new(FIRST_EVENTS);
}

static ClosePath *
path_grown(const ClosePath *from)
{
	ClosePath  *path = path_copy(from, FIRST_EVENTS);

	path->building = 1;
	return path;
}

#define GROWING_TYPE ClosePath
#define GROWING(name) path_##name
#include "core/growing.h"

SALESOPS_FUNCTION(salesops_close_path_transfn);
SALESOPS_FUNCTION(salesops_close_path_combinefn);
SALESOPS_FUNCTION(salesops_close_path_finalfn);

/* (state, close_date date, changed_at timestamptz) */
Datum
salesops_close_path_transfn(PG_FUNCTION_ARGS)
{
	ClosePath  *path;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);
	path = path_state(fcinfo);
	if (PG_ARGISNULL(2))
		path->incomplete = summary_add_counts(path->incomplete, 1, "incomplete", TYPE_NAME);
	else
	{
		TimestampTz at = PG_GETARG_TIMESTAMPTZ(2);
		DateADT		date = NO_DATE;

		guard_moment(at, "changed_at");
		if (!PG_ARGISNULL(1))
		{
			date = PG_GETARG_DATEADT(1);
			check_date(date);
		}
		path = path_make_room(path, 1);
		path_append(path, at, date);
	}
	return path_result(fcinfo, path);
}

/* Combine function, and transition function of merge(): either side may be NULL. */
Datum
salesops_close_path_combinefn(PG_FUNCTION_ARGS)
{
	const ClosePath *other;
	ClosePath  *path;

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	other = path_any(fcinfo, 1);
	path = path_state(fcinfo);
	if (path->nevents + other->nevents > MAX_ROWS)
		other = path_canonical(other);
	path = path_make_room(path, other->nevents);
	memcpy(&path->events[path->nevents], other->events, other->nevents * sizeof(Event));
	path->nevents += other->nevents;
	path->incomplete = summary_add_counts(path->incomplete, other->incomplete, "incomplete", TYPE_NAME);
	return path_result(fcinfo, path);
}

Datum
salesops_close_path_finalfn(PG_FUNCTION_ARGS)
{
	return path_final(fcinfo);
}

/* ---- readers ---- */

SALESOPS_FUNCTION(salesops_push_count);
SALESOPS_FUNCTION(salesops_pull_count);
SALESOPS_FUNCTION(salesops_last_pushed_at);
SALESOPS_FUNCTION(salesops_pushed_days);
SALESOPS_FUNCTION(salesops_first_close_date);
SALESOPS_FUNCTION(salesops_current_close_date);
SALESOPS_FUNCTION(salesops_close_date_at);
SALESOPS_FUNCTION(salesops_incomplete_events_close_path);

typedef struct PathChanges
{
	bool		dated;			/* is there a close date at all? */
	int			pushes;
	int			pulls;
	TimestampTz pushed_at;		/* the last time, if ever */
} PathChanges;

/* (path, unit text, calendar fiscal_calendar) */
static PathChanges
path_changes(FunctionCallInfo fcinfo)
{
	const ClosePath *path = path_arg(fcinfo, 0);
	FiscalUnit	unit = fiscal_unit_arg(fcinfo, 1);
	const FiscalCalendar *calendar = fiscal_calendar_arg(fcinfo, 2);
	PathChanges changes = {0};
	DateADT		before = NO_DATE;
	int64		period = 0;

	for (uint32 i = 0; i < path->nevents; i++)
	{
		DateADT		date = event_date(&path->events[i]);

		/* most rows of a history of full states leave the date as it is */
		if (date == before)
			continue;
		if (date != NO_DATE)
		{
			int64		period_before = period;

			period = fiscal_unit_number(calendar, date, unit);
			changes.dated = true;
			if (before != NO_DATE && period > period_before)
			{
				changes.pushes++;
				changes.pushed_at = event_at(&path->events[i]);
			}
			else if (before != NO_DATE && period < period_before)
				changes.pulls++;
		}
		before = date;
	}
	return changes;
}

Datum
salesops_push_count(PG_FUNCTION_ARGS)
{
	PathChanges changes = path_changes(fcinfo);

	if (!changes.dated)
		PG_RETURN_NULL();
	PG_RETURN_INT32(changes.pushes);
}

Datum
salesops_pull_count(PG_FUNCTION_ARGS)
{
	PathChanges changes = path_changes(fcinfo);

	if (!changes.dated)
		PG_RETURN_NULL();
	PG_RETURN_INT32(changes.pulls);
}

Datum
salesops_last_pushed_at(PG_FUNCTION_ARGS)
{
	PathChanges changes = path_changes(fcinfo);

	if (changes.pushes == 0)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(changes.pushed_at);
}

static DateADT
first_date(const ClosePath *path)
{
	for (uint32 i = 0; i < path->nevents; i++)
	{
		if (event_date(&path->events[i]) != NO_DATE)
			return event_date(&path->events[i]);
	}
	return NO_DATE;
}

static DateADT
current_date(const ClosePath *path)
{
	return path->nevents > 0 ? event_date(&path->events[path->nevents - 1]) : NO_DATE;
}

static Datum
date_or_null(FunctionCallInfo fcinfo, DateADT date)
{
	if (date == NO_DATE)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(date);
}

Datum
salesops_first_close_date(PG_FUNCTION_ARGS)
{
	return date_or_null(fcinfo, first_date(path_arg(fcinfo, 0)));
}

Datum
salesops_current_close_date(PG_FUNCTION_ARGS)
{
	return date_or_null(fcinfo, current_date(path_arg(fcinfo, 0)));
}

Datum
salesops_pushed_days(PG_FUNCTION_ARGS)
{
	const ClosePath *path = path_arg(fcinfo, 0);

	if (current_date(path) == NO_DATE)
		PG_RETURN_NULL();
	PG_RETURN_INT32(current_date(path) - first_date(path));
}

/* (path, moment timestamptz) */
Datum
salesops_close_date_at(PG_FUNCTION_ARGS)
{
	const ClosePath *path = path_arg(fcinfo, 0);
	uint32		n;

	guard_moment(PG_GETARG_TIMESTAMPTZ(1), "moment");
	n = events_until(path->events, path->nevents, PG_GETARG_TIMESTAMPTZ(1));
	return date_or_null(fcinfo, n > 0 ? event_date(&path->events[n - 1]) : NO_DATE);
}

Datum
salesops_incomplete_events_close_path(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(path_any(fcinfo, 0)->incomplete);
}

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_close_path_in);
SALESOPS_FUNCTION(salesops_close_path_out);

static DateADT
read_date(const char *text, LiteralPlace at)
{
	DateADT		date = literal_date(text, "Write it as 2026-03-31, or null where there is none.", at);

	check_date(date);
	return date;
}

Datum
salesops_close_path_in(PG_FUNCTION_ARGS)
{
	static const char *const keys[] = {TYPE_NAME, "changes", "incomplete"};
	LiteralPlace at = {TYPE_NAME, NULL};
	JsonbContainer *json = literal_parse(PG_GETARG_CSTRING(0), MAX_LITERAL, MAX_LITERAL_VALUES, TYPE_NAME);
	JsonbContainer *list = NULL;
	ClosePath  *path;
	JsonbValue *value;
	uint32		n = 0;

	literal_check_version(json, CLOSE_PATH_VERSION,
						  "Write it as {\"close_path\": 1, \"changes\": [[\"2026-01-05T09:00:00Z\", \"2026-03-31\"], ...]}.", at);
	literal_check_keys(json, keys, lengthof(keys), at);
	value = literal_get(json, "changes");
	if (value != NULL)
	{
		list = literal_container(value, true, "changes", at);
		n = JsonContainerSize(list);
		if (n > MAX_EVENTS)
			too_many_error();
	}
	path = path_new(n);
	value = literal_get(json, "incomplete");
	if (value != NULL)
		path->incomplete = literal_count(value, "incomplete", at);
	if (n > 0)
	{
		JsonbIterator *it = JsonbIteratorInit(list);
		JsonbValue	item;

		(void) JsonbIteratorNext(&it, &item, true);	/* WJB_BEGIN_ARRAY */
		for (uint32 i = 0; i < n; i++)
		{
			JsonbContainer *pair;
			JsonbValue *date;
			TimestampTz moment;

			CHECK_FOR_INTERRUPTS();
			(void) JsonbIteratorNext(&it, &item, true);
			at.place = psprintf("change %u", i + 1);
			pair = literal_container(&item, true, "changes", at);
			if (JsonContainerSize(pair) != 2)
				literal_error(at, "It is not a pair.", "Write each as [\"2026-01-05T09:00:00Z\", \"2026-03-31\"].");
			moment = event_read_moment(literal_string(getIthJsonbValueFromContainer(pair, 0), "changes", at), at);
			date = getIthJsonbValueFromContainer(pair, 1);
			path_append(path, moment, date->type == jbvNull ? NO_DATE : read_date(literal_string(date, "changes", at), at));
		}
	}
	PG_RETURN_POINTER(path_canonical(path));
}

Datum
salesops_close_path_out(PG_FUNCTION_ARGS)
{
	const ClosePath *path = path_arg(fcinfo, 0);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", TYPE_NAME, CLOSE_PATH_VERSION);
	if (path->nevents > 0)
		literal_put_key(&out, "changes");
	for (uint32 i = 0; i < path->nevents; i++)
	{
		DateADT		date = event_date(&path->events[i]);

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&out, i == 0 ? "[[" : ", [");
		event_put_moment(&out, event_at(&path->events[i]));
		if (date == NO_DATE)
			appendStringInfoString(&out, ", null");
		else
			appendStringInfo(&out, ", \"%s\"", guard_date_text(date));
		appendStringInfoString(&out, i + 1 < path->nevents ? "]" : "]]");
	}
	literal_put_count(&out, "incomplete", path->incomplete);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* ---- binary form: version, incomplete, the number of events, the events; the date of none is the least int4 ---- */

SALESOPS_FUNCTION(salesops_close_path_recv);
SALESOPS_FUNCTION(salesops_close_path_send);

Datum
salesops_close_path_send(PG_FUNCTION_ARGS)
{
	const ClosePath *path = path_arg(fcinfo, 0);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, CLOSE_PATH_VERSION);
	pq_sendint64(&out, path->incomplete);
	pq_sendint32(&out, path->nevents);
	for (uint32 i = 0; i < path->nevents; i++)
	{
		pq_sendint64(&out, event_at(&path->events[i]));
		pq_sendint32(&out, (uint32) event_date(&path->events[i]));
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_close_path_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	int64		incomplete;
	uint32		n;
	ClosePath  *path;

	guard_version(in, CLOSE_PATH_VERSION, TYPE_NAME);
	incomplete = pq_getmsgint64(in);
	if (incomplete < 0 || incomplete > SUMMARY_MAX_COUNT)
		guard_binary(TYPE_NAME, "Its number of incomplete events is out of range.");
	n = pq_getmsgint(in, 4);
	if (n > MAX_EVENTS)
		too_many_error();
	/* before anything is allocated: as many events as there are bytes for */
	if (n > (uint32) (in->len - in->cursor) / sizeof(Event))
		guard_binary(TYPE_NAME, psprintf("It announces %u changes, more than there are.", n));
	path = path_new(n);
	path->incomplete = incomplete;
	for (uint32 i = 0; i < n; i++)
	{
		TimestampTz at = event_checked_moment(pq_getmsgint64(in), "changed_at", i + 1, TYPE_NAME);
		DateADT		date = (DateADT) pq_getmsgint(in, 4);

		if (date != NO_DATE)
		{
			if (!DATE_NOT_FINITE(date) && !IS_VALID_DATE(date))
				guard_binary(TYPE_NAME, psprintf("Change %u has a date out of range.", i + 1));
			check_date(date);
		}
		path_append(path, at, date);
	}
	PG_RETURN_POINTER(path_canonical(path));
}
