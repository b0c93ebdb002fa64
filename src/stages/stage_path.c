/*
 * stage_path.c
 *		The type stage_path: one deal's stage changes in order.
 *
 * A path is a list of events (moment, stage), built by stage_path(stage, entered_at) from rows in any order and
 * merged in any order.  It keeps every event it was given, also one that enters the stage the deal is in already
 * (a history of full states has many): dropping those would lose what a later merge needs.  The readers join
 * neighbouring events of the same stage to one stay.
 *
 * Order: by time; events of the same moment by the bytes of the stage's name, since a path knows no process, so
 * that the result does not depend on the order of rows.  The same stage at the same moment is one event.
 *
 * Rows that lack the stage or the moment cannot be placed.  They are counted (incomplete_events) and no more; a row
 * that lacks both is no event.  A path without events has no current stage, and days in it are NULL: the age of a
 * deal without recorded changes is not known, and is not the age of its record.
 *
 * Memory: 12 bytes an event and each stage name once.  While being built, events grow from the front and names
 * from the back of one flat value with room in between; when they meet, a value of twice the size takes its place,
 * which the executor copies and frees (summary.c tells why).  The final function sorts into the stored form.
 *
 * Text form: {"stage_path": 1, "events": [["2026-01-05T09:00:00+00:00", "New"], ...]}, in UTC.
 *
 * What a path says is read in path_read.c.
 *
 * Worked example: New at day 0, Proposal at day 10, New at day 15, Proposal at day 20, seen at day 26: current stage
 * Proposal since day 20, 6 days in it; 11 days in Proposal in all, first entered at day 10; stage at day 12 Proposal.
 */
#include "core/compat.h"

#include "core/aggregate.h"
#include "core/event.h"
#include "core/guard.h"
#include "core/literal.h"
#include "core/summary.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "stages/stage_path.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#define STAGE_PATH_VERSION 1
#define MAX_EVENTS 100000
#define MAX_ROWS (2 * MAX_EVENTS)	/* events that a state holds before it drops those given twice */
#define MAX_STAGES STAGE_PATH_MAX_STAGES
#define TYPE_NAME "stage_path"

/* The longest text form: each event with a name of 400 control characters, written as six characters each. */
#define MAX_LITERAL (256 * 1024 * 1024)
#define MAX_LITERAL_VALUES (3 * MAX_EVENTS)

/* With its header a new path fills a chunk of 256 bytes: eight or so changes, which most deals never exceed. */
#define FIRST_ROOM (256 - offsetof(StagePath, events))

/* ---- events and names ---- */

static StageName *
path_names(const StagePath *path)
{
	StageName  *names = palloc(Max(path->nstages, 1) * sizeof(StageName));
	const char *end = (const char *) path + VARSIZE(path);

	for (int i = 0; i < path->nstages; i++)
	{
		names[i] = stage_path_name_below(end);
		end = names[i].bytes;
	}
	return names;
}

/* The number of a stage in the path, or -1. */
int
stage_path_find(const StagePath *path, const char *bytes, int length)
{
	const char *end = (const char *) path + VARSIZE(path);

	for (int i = 0; i < path->nstages; i++)
	{
		StageName	name = stage_path_name_below(end);

		if (name.length == length && memcmp(name.bytes, bytes, length) == 0)
			return i;
		end = name.bytes;
	}
	return -1;
}

text *
stage_path_stage(const StagePath *path, uint32 stage)
{
	const char *end = (const char *) path + VARSIZE(path);
	StageName	name = stage_path_name_below(end);

	for (uint32 i = 0; i < stage; i++)
		name = stage_path_name_below(name.bytes);
	return cstring_to_text_with_len(name.bytes, name.length);
}

/* ---- building ---- */

static inline Size
path_used(const StagePath *path)
{
	return offsetof(StagePath, events) + path->nevents * sizeof(Event) + path->names_size;
}

/* An empty path with room for so many bytes of events and names. */
static StagePath *
path_new(Size room)
{
	Size		size = offsetof(StagePath, events) + room;
	StagePath  *path = palloc0(size);

	SET_VARSIZE(path, size);
	path->version = STAGE_PATH_VERSION;
	path->building = 1;
	return path;
}

/* A copy with so much free room. */
static StagePath *
path_copy(const StagePath *from, Size room)
{
	StagePath  *path = path_new(path_used(from) - offsetof(StagePath, events) + room);

	path->building = from->building;
	path->nstages = from->nstages;
	path->nevents = from->nevents;
	path->names_size = from->names_size;
	path->incomplete = from->incomplete;
	memcpy(path->events, from->events, from->nevents * sizeof(Event));
	memcpy((char *) path + VARSIZE(path) - path->names_size,
		   (const char *) from + VARSIZE(from) - from->names_size, from->names_size);
	return path;
}

static void
limit_error(const char *what, int limit)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a stage_path has too many %s", what),
			 errdetail("At most %d are possible.", limit),
			 errhint("A path is one deal's: GROUP BY the deal.")));
}

static inline StagePath *
path_make_room(StagePath *path, Size needed)
{
	if (likely(VARSIZE(path) - path_used(path) >= needed))
		return path;
	return path_copy(path, path_used(path) + needed);
}

/* The number of a stage, which is added where it is new; the path may be another one afterwards. */
static uint32
path_stage(StagePath **path_ref, const char *bytes, int length)
{
	StagePath  *path = *path_ref;
	int			stage = stage_path_find(path, bytes, length);
	uint16		stored = (uint16) length;
	char	   *end;

	if (stage >= 0)
		return (uint32) stage;
	guard_stage_name(bytes, length);
	if (path->nstages >= MAX_STAGES)
		limit_error("different stages", MAX_STAGES);
	path = path_make_room(path, length + sizeof(stored));
	end = (char *) path + VARSIZE(path) - path->names_size;
	memcpy(end - sizeof(stored), &stored, sizeof(stored));
	memcpy(end - sizeof(stored) - length, bytes, length);
	path->names_size += length + sizeof(stored);
	*path_ref = path;
	return path->nstages++;
}

static StagePath *
path_append(StagePath *path, TimestampTz at, uint32 stage)
{
	path = path_make_room(path, sizeof(Event));
	event_set(&path->events[path->nevents++], at, stage);
	return path;
}

static int
compare_names(const void *a, const void *b)
{
	const StageName *left = *(const StageName *const *) a;
	const StageName *right = *(const StageName *const *) b;
	int			result = memcmp(left->bytes, right->bytes, Min(left->length, right->length));

	return result != 0 ? result : left->length - right->length;
}

/* Leaves the first so many events of a path without free room: the names move up behind them. */
static void
path_shorten(StagePath *path, uint32 nevents)
{
	memmove(&path->events[nevents], &path->events[path->nevents], path->names_size);
	path->nevents = nevents;
	SET_VARSIZE(path, path_used(path));
}

/* The stored form: names in order, events in order, each once, no free room. */
static StagePath *
path_canonical(const StagePath *from)
{
	StagePath  *path;
	StageName  *names;
	const StageName **sorted;
	uint32	   *number;
	uint32		nevents;
	char	   *end;

	if (!from->building)
		return path_copy(from, 0);

	names = path_names(from);
	sorted = palloc(Max(from->nstages, 1) * sizeof(StageName *));
	number = palloc(Max(from->nstages, 1) * sizeof(uint32));
	for (int i = 0; i < from->nstages; i++)
		sorted[i] = &names[i];
	qsort(sorted, from->nstages, sizeof(StageName *), compare_names);

	path = path_copy(from, 0);
	end = (char *) path + VARSIZE(path);
	for (int i = 0; i < from->nstages; i++)
	{
		uint16		length = (uint16) sorted[i]->length;

		number[sorted[i] - names] = i;
		memcpy(end - sizeof(length), &length, sizeof(length));
		end -= sizeof(length) + length;
		memcpy(end, sorted[i]->bytes, length);
	}
	for (uint32 i = 0; i < path->nevents; i++)
		path->events[i].value = number[path->events[i].value];
	nevents = events_sort(path->events, path->nevents);
	if (nevents > MAX_EVENTS)
		limit_error("events", MAX_EVENTS);
	if (nevents < path->nevents)
		path_shorten(path, nevents);
	path->building = 0;
	return path;
}

/*
 * A state with room, by number, for so many events more.  The same event given often is one, so whether there are too
 * many shows only when repetitions are dropped; that renumbers the stages.
 */
static StagePath *
path_make_way(StagePath *path, uint32 more)
{
	if (likely(path->nevents + more <= MAX_ROWS))
		return path;
	path = path_copy(path_canonical(path), MAX_EVENTS * sizeof(Event));
	path->building = 1;
	return path;
}

/*
 * Whether an event says no more than that the deal is still in its stage.  One that shares its moment with another, or follows such
 * ones, is kept: what it says depends on the order of the process, which is not known here.
 */
static inline bool
event_repeats(const Event *events, uint32 n, uint32 i)
{
	return i > 0 && events[i].value == events[i - 1].value &&
		(i + 1 == n || event_at(&events[i + 1]) != event_at(&events[i])) &&
		(i == 1 || event_at(&events[i - 2]) != event_at(&events[i - 1]));
}

/* ---- arguments and the aggregate ---- */

static const StagePath *
path_checked(const StagePath *path)
{
	if (VARSIZE(path) < offsetof(StagePath, events) || path->version != STAGE_PATH_VERSION ||
		VARSIZE(path) < path_used(path))
		guard_damaged(TYPE_NAME);
	return path;
}

static StagePath *
path_first(void)
{
	return path_new(FIRST_ROOM);
}

static StagePath *
path_grown(const StagePath *from)
{
	StagePath  *path = path_copy(from, FIRST_ROOM);

	path->building = 1;
	return path;
}

#define GROWING_TYPE StagePath
#define GROWING(name) path_##name
#include "core/growing.h"

const StagePath *
stage_path_arg(FunctionCallInfo fcinfo, int argument)
{
	return path_arg(fcinfo, argument);
}

void
stage_path_positions(const StagePath *path, const SalesProcess *process, uint16 *positions)
{
	const char *end = (const char *) path + VARSIZE(path);

	for (int i = 0; i < path->nstages; i++)
	{
		StageName	name = stage_path_name_below(end);
		const ProcessStage *stage = process_find(process, name.bytes, name.length);

		positions[i] = stage == NULL ? 0 : (uint16) stage->position;
		end = name.bytes;
	}
}

SALESOPS_FUNCTION(salesops_stage_path_transfn);
SALESOPS_FUNCTION(salesops_stage_path_combinefn);
SALESOPS_FUNCTION(salesops_stage_path_finalfn);

/* (state, stage text, entered_at timestamptz) */
Datum
salesops_stage_path_transfn(PG_FUNCTION_ARGS)
{
	StagePath  *path;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);
	path = path_state(fcinfo);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		path->incomplete = summary_add_counts(path->incomplete, 1, "incomplete", TYPE_NAME);
	else
	{
		text	   *stage = PG_GETARG_TEXT_PP(1);
		TimestampTz at = PG_GETARG_TIMESTAMPTZ(2);
		uint32		number;

		guard_moment(at, "entered_at");
		path = path_make_way(path, 1);
		number = path_stage(&path, VARDATA_ANY(stage), VARSIZE_ANY_EXHDR(stage));
		path = path_append(path, at, number);
	}
	return path_result(fcinfo, path);
}

/* Combine function, and transition function of merge(): either side may be NULL. */
Datum
salesops_stage_path_combinefn(PG_FUNCTION_ARGS)
{
	const StagePath *other;
	StagePath  *path;
	StageName  *names;
	uint32	   *number;

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	other = path_any(fcinfo, 1);
	path = path_state(fcinfo);
	if (path->nevents + other->nevents > MAX_ROWS)
		other = path_canonical(other);
	path = path_make_way(path, other->nevents);
	names = path_names(other);
	number = palloc(Max(other->nstages, 1) * sizeof(uint32));
	for (int i = 0; i < other->nstages; i++)
		number[i] = path_stage(&path, names[i].bytes, names[i].length);
	path = path_make_room(path, other->nevents * sizeof(Event));
	for (uint32 i = 0; i < other->nevents; i++)
		path = path_append(path, event_at(&other->events[i]), number[other->events[i].value]);
	path->incomplete = summary_add_counts(path->incomplete, other->incomplete, "incomplete", TYPE_NAME);
	pfree(names);
	pfree(number);
	return path_result(fcinfo, path);
}

Datum
salesops_stage_path_finalfn(PG_FUNCTION_ARGS)
{
	return path_final(fcinfo);
}

/* ---- the path of the stays ---- */

SALESOPS_FUNCTION(salesops_stage_entries);

/* (path) */
Datum
salesops_stage_entries(PG_FUNCTION_ARGS)
{
	const StagePath *path = stage_path_arg(fcinfo, 0);
	StagePath  *entries = path_copy(path, 0);
	uint32		n = 0;

	for (uint32 i = 0; i < path->nevents; i++)
	{
		if (!event_repeats(path->events, path->nevents, i))
			entries->events[n++] = path->events[i];
	}
	path_shorten(entries, n);
	PG_RETURN_POINTER(entries);
}

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_stage_path_in);
SALESOPS_FUNCTION(salesops_stage_path_out);

Datum
salesops_stage_path_in(PG_FUNCTION_ARGS)
{
	static const char *const keys[] = {TYPE_NAME, "events", "incomplete"};
	LiteralPlace at = {TYPE_NAME, NULL};
	JsonbContainer *json = literal_parse(PG_GETARG_CSTRING(0), MAX_LITERAL, MAX_LITERAL_VALUES, TYPE_NAME);
	StagePath  *path = path_new(FIRST_ROOM);
	JsonbValue *value;

	literal_check_version(json, STAGE_PATH_VERSION,
						  "Write it as {\"stage_path\": 1, \"events\": [[\"2026-01-05T09:00:00Z\", \"New\"], ...]}.", at);
	literal_check_keys(json, keys, lengthof(keys), at);
	value = literal_get(json, "incomplete");
	if (value != NULL)
		path->incomplete = literal_count(value, "incomplete", at);
	value = literal_get(json, "events");
	if (value != NULL)
	{
		JsonbContainer *list = literal_container(value, true, "events", at);
		uint32		n = JsonContainerSize(list);
		JsonbIterator *it = JsonbIteratorInit(list);
		JsonbValue	item;

		if (n > MAX_EVENTS)
			limit_error("events", MAX_EVENTS);
		(void) JsonbIteratorNext(&it, &item, true);	/* WJB_BEGIN_ARRAY */
		for (uint32 i = 0; i < n; i++)
		{
			JsonbContainer *pair;
			char	   *moment;
			char	   *stage;
			TimestampTz entered_at;
			uint32		number;

			CHECK_FOR_INTERRUPTS();
			(void) JsonbIteratorNext(&it, &item, true);
			at.place = psprintf("event %u", i + 1);
			pair = literal_container(&item, true, "events", at);
			if (JsonContainerSize(pair) != 2)
				literal_error(at, "It is not a pair.", "Write each as [\"2026-01-05T09:00:00Z\", \"New\"].");
			moment = literal_string(getIthJsonbValueFromContainer(pair, 0), "events", at);
			stage = literal_string(getIthJsonbValueFromContainer(pair, 1), "events", at);
			entered_at = event_read_moment(moment, at);
			number = path_stage(&path, stage, (int) strlen(stage));
			path = path_append(path, entered_at, number);
		}
	}
	PG_RETURN_POINTER(path_canonical(path));
}

Datum
salesops_stage_path_out(PG_FUNCTION_ARGS)
{
	const StagePath *path = path_arg(fcinfo, 0);
	StageName  *names = path_names(path);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", TYPE_NAME, STAGE_PATH_VERSION);
	if (path->nevents > 0)
		literal_put_key(&out, "events");
	for (uint32 i = 0; i < path->nevents; i++)
	{
		const StageName *name = &names[path->events[i].value];

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&out, i == 0 ? "[[" : ", [");
		event_put_moment(&out, event_at(&path->events[i]));
		appendStringInfoString(&out, ", ");
		literal_put_string(&out, name->bytes, name->length);
		appendStringInfoString(&out, i + 1 < path->nevents ? "]" : "]]");
	}
	literal_put_count(&out, "incomplete", path->incomplete);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* ---- binary form: version, incomplete, the names, the events ---- */

SALESOPS_FUNCTION(salesops_stage_path_recv);
SALESOPS_FUNCTION(salesops_stage_path_send);

Datum
salesops_stage_path_send(PG_FUNCTION_ARGS)
{
	const StagePath *path = path_arg(fcinfo, 0);
	StageName  *names = path_names(path);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, STAGE_PATH_VERSION);
	pq_sendint64(&out, path->incomplete);
	pq_sendint16(&out, path->nstages);
	for (int i = 0; i < path->nstages; i++)
		salesops_sendcountedtext(&out, names[i].bytes, names[i].length);
	pq_sendint32(&out, path->nevents);
	for (uint32 i = 0; i < path->nevents; i++)
	{
		pq_sendint64(&out, event_at(&path->events[i]));
		pq_sendint16(&out, (uint16) path->events[i].value);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_stage_path_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	StagePath  *path = path_new(FIRST_ROOM);
	uint32		nstages;
	uint32		nevents;
	bool	   *used;

	guard_version(in, STAGE_PATH_VERSION, TYPE_NAME);
	path->incomplete = pq_getmsgint64(in);
	if (path->incomplete < 0 || path->incomplete > SUMMARY_MAX_COUNT)
		guard_binary(TYPE_NAME, "Its number of incomplete events is out of range.");
	nstages = pq_getmsgint(in, 2);
	if (nstages > MAX_STAGES)
		limit_error("different stages", MAX_STAGES);
	for (uint32 i = 0; i < nstages; i++)
	{
		int			length;
		char	   *name = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &length);

		if (path_stage(&path, name, length) != i)
			guard_binary(TYPE_NAME, "A stage appears twice.");
	}
	nevents = pq_getmsgint(in, 4);
	if (nevents > MAX_EVENTS)
		limit_error("events", MAX_EVENTS);
	used = palloc0(nstages + 1);
	for (uint32 i = 0; i < nevents; i++)
	{
		int64		at = pq_getmsgint64(in);
		uint32		stage = pq_getmsgint(in, 2);

		if (stage >= nstages)
			guard_binary(TYPE_NAME, psprintf("Event %u is of a stage that is not listed.", i + 1));
		used[stage] = true;
		path = path_append(path, event_checked_moment(at, "entered_at", i + 1, TYPE_NAME), stage);
	}
	for (uint32 i = 0; i < nstages; i++)
	{
		if (!used[i])
			guard_binary(TYPE_NAME, "A stage is listed that no event is of.");
	}
	PG_RETURN_POINTER(path_canonical(path));
}
