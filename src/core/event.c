/*
 * event.c
 *		What histories are made of: a moment and what became so then.
 *
 * The histories of one deal (stage_path, close_path) are lists of events in one order: by time, and events of the same
 * moment by their value, so that the order does not depend on that of the rows.  Each event is there once.
 *
 * They are sorted by core/merge_sort.h, whatever order they come in: 200,000 of them in an order made to defeat qsort
 * would keep a backend busy for a quarter of a minute.
 *
 * In text, moments are in UTC: 2026-01-05T09:00:00+00:00.  What is read may be in any zone that it names, and in
 * no form that depends on a setting.
 */
#include "core/event.h"

#include <ctype.h>

#include "core/guard.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

static inline int
compare_events(const Event *left, const Event *right)
{
	TimestampTz left_at = event_at(left);
	TimestampTz right_at = event_at(right);

	if (left_at != right_at)
		return left_at < right_at ? -1 : 1;
	return left->value < right->value ? -1 : left->value > right->value;
}

#define MERGE_SORT_NAME sort_events
#define MERGE_SORT_TYPE Event
#define MERGE_SORT_COMPARE compare_events
#include "core/merge_sort.h"

/* Puts events in order, each once; returns how many are left. */
uint32
events_sort(Event *events, uint32 n)
{
	uint32		left = 0;

	sort_events(events, n);
	for (uint32 i = 0; i < n; i++)
	{
		if (left == 0 || compare_events(&events[i], &events[left - 1]) != 0)
			events[left++] = events[i];
	}
	return left;
}

/* How many sorted events are not after the moment. */
uint32
events_until(const Event *events, uint32 n, TimestampTz moment)
{
	uint32		low = 0;
	uint32		high = n;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (event_at(&events[middle]) <= moment)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- moments in text and in binary ---- */

/*
 * Whether a text is a moment in the one form that means the same under every setting: 2026-01-05T09:00:00.5+01:00,
 * the zone also as Z or +01, and " BC" behind it.
 */
static bool
is_plain_moment(const char *text)
{
	static const char *const form = "-99-99T99:99:99";
	const char *p = text;

	while (isdigit((unsigned char) *p))
		p++;
	if (p - text < 4 || p - text > 6)
		return false;
	for (const char *f = form; *f != '\0'; f++, p++)
	{
		if (*f == '9' ? !isdigit((unsigned char) *p) : *p != *f)
			return false;
	}
	if (*p == '.')
	{
		const char *fraction = ++p;

		while (isdigit((unsigned char) *p))
			p++;
		if (p == fraction || p - fraction > 6)
			return false;
	}
	if (*p == 'Z')
		p++;
	else
	{
		if (*p != '+' && *p != '-')
			return false;
		if (!isdigit((unsigned char) p[1]) || !isdigit((unsigned char) p[2]))
			return false;
		p += 3;
		if (*p == ':' && isdigit((unsigned char) p[1]) && isdigit((unsigned char) p[2]))
			p += 3;
	}
	return *p == '\0' || strcmp(p, " BC") == 0;
}

TimestampTz
event_read_moment(const char *text, LiteralPlace at)
{
	if (!is_plain_moment(text))
		literal_error(at, psprintf("\"%.*s\" is not a moment with its time zone.", pg_mbcliplen(text, (int) strlen(text), 60), text),
					  "Write it as 2026-01-05T09:00:00Z or 2026-01-05T10:00:00+01:00.");
	return DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/* Writes a moment, in quotes. */
void
event_put_moment(StringInfo out, TimestampTz moment)
{
	char		text[MAXDATELEN + 1];
	struct pg_tm tm;
	fsec_t		fsec;

	if (timestamp2tm(moment, NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	tm.tm_isdst = 0;			/* says that the zone, UTC, is known */
	EncodeDateTime(&tm, fsec, true, 0, NULL, USE_XSD_DATES, text);
	appendStringInfo(out, "\"%s\"", text);
}

/* The moment of an event of a binary form. */
TimestampTz
event_checked_moment(int64 moment, const char *argument, uint32 number, const char *type)
{
	guard_moment(moment, argument);
	if (!IS_VALID_TIMESTAMP(moment))
		guard_binary(type, psprintf("Event %u has a time out of range.", number));
	return moment;
}
