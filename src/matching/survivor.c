/*
 * survivor.c
 *		The type survivor: the values of one column in the records of one customer, and which of them a golden record takes.
 *
 * When duplicates become one record, each of its columns takes the value of one of them ("survivorship" in master data
 * management).  A survivor is a summary of one column over the records: each value, from each source, with the number of records
 * that have it and the latest moment at which one was changed.  So one pass answers every rule, and partial results merge:
 *
 *		most_recent			the value that was changed last
 *		most_frequent		the value that most records have
 *		longest				the value of most characters
 *		source_priority		the value from the source that comes first in a list
 *
 * What is missing never survives over a value: NULL, and texts of nothing but blanks, are no values.  Ties are broken by what is
 * left of: the number of records, the latest moment, the number of characters, each the more the better; and at last by the bytes,
 * the least first.  So the result is the same in any order of rows and merges.  Values are compared as they are written: "Acme"
 * and "ACME" are two.
 *
 * Memory: 32 bytes and the texts for each different value and source; a state holds at most 32 MB.
 *
 * Text form: {"survivor": 1, "values": [["Acme", 2, "2026-01-05T09:00:00+00:00", "CRM"], ...]}: value, records, moment, source.
 *
 * Worked example: the records (Acme, 5 January, CRM), (ACME Inc., 1 March, web) and (Acme, 2 February, ERP) give ACME Inc. as the
 * most recent and the longest, Acme as the most frequent, and Acme by the priority ERP, CRM.
 */
#include "matching/survivor.h"

#include "catalog/pg_type.h"
#include "core/aggregate.h"
#include "core/event.h"
#include "core/guard.h"
#include "core/literal.h"
#include "core/summary.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#define SURVIVOR_VERSION 1
#define TYPE_NAME "survivor"
#define MAX_SIZE (32 * 1024 * 1024)

/* The longest text form: texts of control characters, written as six characters each, and what stands around a value. */
#define MAX_LITERAL (256 * 1024 * 1024)
#define MAX_LITERAL_VALUES (5 * (MAX_SIZE / (int) sizeof(SurvivorValue)))

/* With its header a new state fills a chunk of 256 bytes: the records of most customers. */
#define FIRST_ROOM (256 - offsetof(Survivor, values))

/* Up to so many values a new row looks for its own; more are sorted when room runs out. */
#define FEW_VALUES 16

/* ---- values and their bytes ---- */

static inline const char *
value_bytes(const Survivor *survivor, const SurvivorValue *value)
{
	return (const char *) survivor + VARSIZE(survivor) - value->bytes;
}

static inline const char *
source_bytes(const Survivor *survivor, const SurvivorValue *value)
{
	return value->source_length == SURVIVOR_NO_SOURCE ? NULL : (const char *) survivor + VARSIZE(survivor) - value->source;
}

static inline int
compare_bytes(const char *a, uint32 a_length, const char *b, uint32 b_length)
{
	int			result = memcmp(a, b, Min(a_length, b_length));

	return result != 0 ? result : (a_length > b_length) - (a_length < b_length);
}

/* By value, then by source, none first. */
static int
compare_values(const Survivor *survivor, const SurvivorValue *a, const SurvivorValue *b)
{
	int			result = compare_bytes(value_bytes(survivor, a), a->length, value_bytes(survivor, b), b->length);
	const char *a_source = source_bytes(survivor, a);
	const char *b_source = source_bytes(survivor, b);

	if (result != 0)
		return result;
	if (a_source == NULL || b_source == NULL)
		return (a_source != NULL) - (b_source != NULL);
	return compare_bytes(a_source, a->source_length, b_source, b->source_length);
}

#define MERGE_SORT_NAME sort_values
#define MERGE_SORT_TYPE SurvivorValue
#define MERGE_SORT_PARAMETER const Survivor *survivor
#define MERGE_SORT_COMPARE(left, right) compare_values(survivor, left, right)
#include "core/merge_sort.h"

static bool
is_blank(const char *bytes, uint32 length)
{
	for (uint32 i = 0; i < length; i++)
	{
		if (bytes[i] != ' ' && (bytes[i] < '\t' || bytes[i] > '\r'))
			return false;
	}
	return true;
}

/* ---- building ---- */

static inline Size
survivor_used(const Survivor *survivor)
{
	return offsetof(Survivor, values) + (Size) survivor->nvalues * sizeof(SurvivorValue) + survivor->bytes_size;
}

static Survivor *
survivor_new(Size room)
{
	Size		size = offsetof(Survivor, values) + room;
	Survivor   *survivor;

	if (size > MAX_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a survivor has too many values"),
				 errdetail("It holds at most %d MB of different values.", MAX_SIZE / (1024 * 1024)),
				 errhint("It is of the records of one customer: GROUP BY the cluster.")));
	survivor = palloc0(size);
	SET_VARSIZE(survivor, size);
	survivor->version = SURVIVOR_VERSION;
	survivor->building = 1;
	return survivor;
}

/* A copy with so much free room. */
static Survivor *
survivor_copy(const Survivor *from, Size room)
{
	Survivor   *survivor = survivor_new(survivor_used(from) - offsetof(Survivor, values) + room);

	survivor->building = from->building;
	survivor->nvalues = from->nvalues;
	survivor->bytes_size = from->bytes_size;
	memcpy(survivor->values, from->values, from->nvalues * sizeof(SurvivorValue));
	memcpy((char *) survivor + VARSIZE(survivor) - from->bytes_size,
		   (const char *) from + VARSIZE(from) - from->bytes_size, from->bytes_size);
	return survivor;
}

static void
value_join(SurvivorValue *value, int64 records, TimestampTz at)
{
	value->records = summary_add_counts(value->records, records, "records", TYPE_NAME);
	value->at = Max(value->at, at);
}

/* Puts bytes before those that are there, and returns where: how far from the end they begin.  There is room. */
static inline uint32
put_bytes(Survivor *survivor, const char *bytes, uint32 length)
{
	survivor->bytes_size += length;
	if (length > 0)
		memcpy((char *) survivor + VARSIZE(survivor) - survivor->bytes_size, bytes, length);
	return survivor->bytes_size;
}

/* A value with its own bytes, behind those that are there.  There is room. */
static void
put_value(Survivor *survivor, const char *bytes, uint32 length, const char *source, uint32 source_length, int64 records, TimestampTz at)
{
	SurvivorValue *value = &survivor->values[survivor->nvalues++];

	value->length = length;
	value->source = 0;
	value->source_length = SURVIVOR_NO_SOURCE;
	value->records = records;
	value->at = at;
	if (source != NULL)
	{
		value->source_length = source_length;
		value->source = put_bytes(survivor, source, source_length);
	}
	value->bytes = put_bytes(survivor, bytes, length);
}

/* The stored form, or a state of it with free room: in order, each value of a source once. */
static Survivor *
survivor_sorted(const Survivor *from)
{
	SurvivorValue *sorted = palloc(Max(from->nvalues, 1) * sizeof(SurvivorValue));
	Survivor   *survivor = survivor_new(survivor_used(from) - offsetof(Survivor, values));
	uint32		unique = 0;
	Size		size;

	memcpy(sorted, from->values, from->nvalues * sizeof(SurvivorValue));
	sort_values(sorted, from->nvalues, from);
	for (uint32 i = 0; i < from->nvalues; i++)
	{
		if (i > 0 && compare_values(from, &sorted[unique - 1], &sorted[i]) == 0)
			value_join(&sorted[unique - 1], sorted[i].records, sorted[i].at);
		else
			sorted[unique++] = sorted[i];
	}
	for (uint32 i = 0; i < unique; i++)
	{
		const char *source = source_bytes(from, &sorted[i]);

		put_value(survivor, value_bytes(from, &sorted[i]), sorted[i].length, source, source == NULL ? 0 : sorted[i].source_length,
				  sorted[i].records, sorted[i].at);
	}
	pfree(sorted);
	/* what repetitions took is given back: the bytes move up behind the values */
	size = survivor_used(survivor);
	memmove((char *) survivor + size - survivor->bytes_size,
			(char *) survivor + VARSIZE(survivor) - survivor->bytes_size, survivor->bytes_size);
	SET_VARSIZE(survivor, size);
	return survivor;
}

static Survivor *
survivor_canonical(const Survivor *from)
{
	Survivor   *survivor;

	if (!from->building)
		return survivor_copy(from, 0);
	survivor = survivor_sorted(from);
	survivor->building = 0;
	return survivor;
}

/* A state with room for so many bytes more: what is there is sorted first, and grows where that does not make room enough. */
static Survivor *
survivor_make_room(Survivor *survivor, Size needed)
{
	Size		used;

	if (likely(VARSIZE(survivor) - survivor_used(survivor) >= needed))
		return survivor;
	if (survivor->nvalues > FEW_VALUES)
		survivor = survivor_sorted(survivor);
	used = survivor_used(survivor);
	return survivor_copy(survivor, Max(needed, Min(used + needed, MAX_SIZE - used)));
}

/* One value more; the survivor may be another one afterwards. */
static Survivor *
survivor_add(Survivor *survivor, const char *bytes, uint32 length, const char *source, uint32 source_length, int64 records, TimestampTz at)
{
	if (survivor->nvalues <= FEW_VALUES)
	{
		for (uint32 i = 0; i < survivor->nvalues; i++)
		{
			SurvivorValue *value = &survivor->values[i];
			const char *its_source = source_bytes(survivor, value);

			if (value->length == length && memcmp(value_bytes(survivor, value), bytes, length) == 0 &&
				(source == NULL ? its_source == NULL :
				 its_source != NULL && value->source_length == source_length && memcmp(its_source, source, source_length) == 0))
			{
				value_join(value, records, at);
				return survivor;
			}
		}
	}
	survivor = survivor_make_room(survivor, sizeof(SurvivorValue) + (Size) length + (source == NULL ? 0 : source_length));
	put_value(survivor, bytes, length, source, source_length, records, at);
	return survivor;
}

/* ---- arguments and the aggregate ---- */

static const Survivor *
survivor_checked(const Survivor *survivor)
{
	if (VARSIZE(survivor) < offsetof(Survivor, values) || survivor->version != SURVIVOR_VERSION ||
		VARSIZE(survivor) < survivor_used(survivor))
		guard_damaged(TYPE_NAME);
	return survivor;
}

static Survivor *
survivor_first(void)
{
	return survivor_new(FIRST_ROOM);
}

static Survivor *
survivor_grown(const Survivor *from)
{
	Survivor   *survivor = survivor_copy(from, FIRST_ROOM);

	survivor->building = 1;
	return survivor;
}

#define GROWING_TYPE Survivor
#define GROWING(name) survivor_##name
#include "core/growing.h"

SALESOPS_FUNCTION(salesops_survivor_transfn);
SALESOPS_FUNCTION(salesops_survivor_combinefn);
SALESOPS_FUNCTION(salesops_survivor_finalfn);

/* (state, value text [, at timestamptz [, source text]]) */
Datum
salesops_survivor_transfn(PG_FUNCTION_ARGS)
{
	TimestampTz at = DT_NOBEGIN;
	const text *source = NULL;
	const text *value;
	Survivor   *survivor;

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	value = PG_GETARG_TEXT_PP(1);
	if (is_blank(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)))
		return summary_unchanged(fcinfo);
	if (PG_NARGS() > 2 && !PG_ARGISNULL(2))
	{
		at = PG_GETARG_TIMESTAMPTZ(2);
		guard_moment(at, "at");
	}
	if (PG_NARGS() > 3 && !PG_ARGISNULL(3))
		source = PG_GETARG_TEXT_PP(3);
	survivor = survivor_state(fcinfo);
	survivor = survivor_add(survivor, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), source == NULL ? NULL : VARDATA_ANY(source),
							source == NULL ? 0 : VARSIZE_ANY_EXHDR(source), 1, at);
	return survivor_result(fcinfo, survivor);
}

/* Combine function, and transition function of merge(): either side may be NULL. */
Datum
salesops_survivor_combinefn(PG_FUNCTION_ARGS)
{
	const Survivor *other;
	Survivor   *survivor;

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	other = survivor_any(fcinfo, 1);
	survivor = survivor_state(fcinfo);
	for (uint32 i = 0; i < other->nvalues; i++)
	{
		const SurvivorValue *value = &other->values[i];

		CHECK_FOR_INTERRUPTS();
		survivor = survivor_add(survivor, value_bytes(other, value), value->length, source_bytes(other, value), value->source_length,
								value->records, value->at);
	}
	return survivor_result(fcinfo, survivor);
}

Datum
salesops_survivor_finalfn(PG_FUNCTION_ARGS)
{
	return survivor_final(fcinfo);
}

/* ---- which value survives ---- */

typedef struct Candidate
{
	const char *bytes;			/* NULL: none yet */
	uint32		length;
	int64		characters;
	int64		records;
	int64		at;
	int64		rank;			/* of the source: the greater the better */
} Candidate;

typedef enum SurvivorRule
{
	SURVIVOR_MOST_RECENT,
	SURVIVOR_MOST_FREQUENT,
	SURVIVOR_LONGEST,
	SURVIVOR_SOURCE_PRIORITY
} SurvivorRule;

/* Whether a candidate comes before the best one so far, whose bytes come first: what is the same stays behind it. */
static bool
candidate_beats(const Candidate *a, const Candidate *b, SurvivorRule rule)
{
	if (b->bytes == NULL)
		return true;
	if (rule == SURVIVOR_SOURCE_PRIORITY && a->rank != b->rank)
		return a->rank > b->rank;
	if (rule == SURVIVOR_LONGEST && a->characters != b->characters)
		return a->characters > b->characters;
	if (rule == SURVIVOR_MOST_RECENT || rule == SURVIVOR_SOURCE_PRIORITY)
	{
		if (a->at != b->at)
			return a->at > b->at;
	}
	if (a->records != b->records)
		return a->records > b->records;
	if (a->at != b->at)
		return a->at > b->at;
	return a->characters > b->characters;
}

/* The place of a source in the priority, from the end; 0 where it is not in it. */
static int64
source_rank(const Survivor *survivor, const SurvivorValue *value, const Datum *priority, const bool *nulls, int n)
{
	const char *source = source_bytes(survivor, value);

	for (int i = 0; source != NULL && i < n; i++)
	{
		const text *name;

		if (nulls[i])
			continue;
		name = (const text *) DatumGetPointer(priority[i]);
		if (VARSIZE_ANY_EXHDR(name) == value->source_length && memcmp(VARDATA_ANY(name), source, value->source_length) == 0)
			return n - i;
	}
	return 0;
}

static Datum
survivor_choose(FunctionCallInfo fcinfo, SurvivorRule rule)
{
	const Survivor *survivor = survivor_arg(fcinfo, 0);
	Candidate	best = {0};
	Datum	   *priority = NULL;
	bool	   *nulls = NULL;
	int			npriority = 0;

	if (rule == SURVIVOR_SOURCE_PRIORITY)
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &priority, &nulls, &npriority);
	for (uint32 i = 0; i < survivor->nvalues;)
	{
		const SurvivorValue *value = &survivor->values[i];
		Candidate	candidate = {0};

		CHECK_FOR_INTERRUPTS();
		candidate.bytes = value_bytes(survivor, value);
		candidate.length = value->length;
		candidate.characters = pg_mbstrlen_with_len(candidate.bytes, (int) candidate.length);
		candidate.at = DT_NOBEGIN;
		/* of all sources that have the value; by priority, of the best of them alone */
		for (; i < survivor->nvalues; i++)
		{
			const SurvivorValue *same = &survivor->values[i];
			int64		rank;

			if (same != value && compare_bytes(candidate.bytes, candidate.length, value_bytes(survivor, same), same->length) != 0)
				break;
			rank = source_rank(survivor, same, priority, nulls, npriority);
			if (rank < candidate.rank)
				continue;
			if (rank > candidate.rank)
			{
				candidate.rank = rank;
				candidate.records = 0;
				candidate.at = DT_NOBEGIN;
			}
			candidate.records = summary_add_counts(candidate.records, same->records, "records", TYPE_NAME);
			candidate.at = Max(candidate.at, same->at);
		}
		if (candidate_beats(&candidate, &best, rule))
			best = candidate;
	}
	if (best.bytes == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(best.bytes, (int) best.length));
}

SALESOPS_FUNCTION(salesops_most_recent);
SALESOPS_FUNCTION(salesops_most_frequent);
SALESOPS_FUNCTION(salesops_longest);
SALESOPS_FUNCTION(salesops_source_priority);
SALESOPS_FUNCTION(salesops_survivor_values);

Datum
salesops_most_recent(PG_FUNCTION_ARGS)
{
	return survivor_choose(fcinfo, SURVIVOR_MOST_RECENT);
}

Datum
salesops_most_frequent(PG_FUNCTION_ARGS)
{
	return survivor_choose(fcinfo, SURVIVOR_MOST_FREQUENT);
}

Datum
salesops_longest(PG_FUNCTION_ARGS)
{
	return survivor_choose(fcinfo, SURVIVOR_LONGEST);
}

/* (survivor, priority text[]) */
Datum
salesops_source_priority(PG_FUNCTION_ARGS)
{
	return survivor_choose(fcinfo, SURVIVOR_SOURCE_PRIORITY);
}

/* (survivor): every value of every source */
Datum
salesops_survivor_values(PG_FUNCTION_ARGS)
{
	const Survivor *survivor = survivor_arg(fcinfo, 0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < survivor->nvalues; i++)
	{
		const SurvivorValue *value = &survivor->values[i];
		const char *source = source_bytes(survivor, value);
		Datum		values[4] = {0};
		bool		nulls[4] = {false, source == NULL, false, value->at == DT_NOBEGIN};

		CHECK_FOR_INTERRUPTS();
		values[0] = PointerGetDatum(cstring_to_text_with_len(value_bytes(survivor, value), (int) value->length));
		if (source != NULL)
			values[1] = PointerGetDatum(cstring_to_text_with_len(source, (int) value->source_length));
		values[2] = Int64GetDatum(value->records);
		values[3] = TimestampTzGetDatum(value->at);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(DatumGetPointer(values[0]));
		if (source != NULL)
			pfree(DatumGetPointer(values[1]));
	}
	return (Datum) 0;
}

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_survivor_in);
SALESOPS_FUNCTION(salesops_survivor_out);

#define LITERAL_FORM "Write it as {\"survivor\": 1, \"values\": [[\"Acme\", 2, \"2026-01-05T09:00:00Z\", \"CRM\"], ...]}."

static inline bool
is_given(const JsonbValue *value)
{
	return value != NULL && value->type != jbvNull;
}

Datum
salesops_survivor_in(PG_FUNCTION_ARGS)
{
	static const char *const keys[] = {TYPE_NAME, "values"};
	LiteralPlace at = {TYPE_NAME, NULL};
	JsonbContainer *json = literal_parse(PG_GETARG_CSTRING(0), MAX_LITERAL, MAX_LITERAL_VALUES, TYPE_NAME);
	Survivor   *survivor = survivor_first();
	JsonbValue *value;

	literal_check_version(json, SURVIVOR_VERSION, LITERAL_FORM, at);
	literal_check_keys(json, keys, lengthof(keys), at);
	value = literal_get(json, "values");
	if (value != NULL)
	{
		JsonbContainer *list = literal_container(value, true, "values", at);
		uint32		n = JsonContainerSize(list);
		JsonbIterator *it = JsonbIteratorInit(list);
		JsonbValue	item;

		(void) JsonbIteratorNext(&it, &item, true);	/* WJB_BEGIN_ARRAY */
		for (uint32 i = 0; i < n; i++)
		{
			JsonbContainer *parts;
			JsonbValue *part;
			char	   *bytes;
			char	   *source = NULL;
			TimestampTz moment = DT_NOBEGIN;
			int64		records;

			CHECK_FOR_INTERRUPTS();
			(void) JsonbIteratorNext(&it, &item, true);
			at.place = psprintf("value %u", i + 1);
			parts = literal_container(&item, true, "values", at);
			if (JsonContainerSize(parts) < 2 || JsonContainerSize(parts) > 4)
				literal_error(at, "It has no two to four parts.", LITERAL_FORM);
			bytes = literal_string(getIthJsonbValueFromContainer(parts, 0), "values", at);
			if (is_blank(bytes, (uint32) strlen(bytes)))
				literal_error(at, "The value is blank, which is none.", NULL);
			records = literal_count(getIthJsonbValueFromContainer(parts, 1), "values", at);
			if (records == 0)
				literal_error(at, "No record has it.", NULL);
			part = getIthJsonbValueFromContainer(parts, 2);
			if (is_given(part))
				moment = event_read_moment(literal_string(part, "values", at), at);
			if (TIMESTAMP_NOT_FINITE(moment) && is_given(part))
				literal_error(at, "The moment is not finite.", NULL);
			part = getIthJsonbValueFromContainer(parts, 3);
			if (is_given(part))
				source = literal_string(part, "values", at);
			survivor = survivor_add(survivor, bytes, (uint32) strlen(bytes), source, source == NULL ? 0 : (uint32) strlen(source), records, moment);
		}
	}
	PG_RETURN_POINTER(survivor_canonical(survivor));
}

Datum
salesops_survivor_out(PG_FUNCTION_ARGS)
{
	const Survivor *survivor = survivor_arg(fcinfo, 0);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", TYPE_NAME, SURVIVOR_VERSION);
	if (survivor->nvalues > 0)
		literal_put_key(&out, "values");
	for (uint32 i = 0; i < survivor->nvalues; i++)
	{
		const SurvivorValue *value = &survivor->values[i];
		const char *source = source_bytes(survivor, value);

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&out, i == 0 ? "[[" : ", [");
		literal_put_string(&out, value_bytes(survivor, value), (int) value->length);
		appendStringInfo(&out, ", " INT64_FORMAT, value->records);
		if (value->at != DT_NOBEGIN)
		{
			appendStringInfoString(&out, ", ");
			event_put_moment(&out, value->at);
		}
		else if (source != NULL)
			appendStringInfoString(&out, ", null");
		if (source != NULL)
		{
			appendStringInfoString(&out, ", ");
			literal_put_string(&out, source, (int) value->source_length);
		}
		appendStringInfoString(&out, i + 1 < survivor->nvalues ? "]" : "]]");
	}
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* ---- binary form: version, the number of values, each with its text, records, moment and source, where it has one ---- */

SALESOPS_FUNCTION(salesops_survivor_recv);
SALESOPS_FUNCTION(salesops_survivor_send);

Datum
salesops_survivor_send(PG_FUNCTION_ARGS)
{
	const Survivor *survivor = survivor_arg(fcinfo, 0);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, SURVIVOR_VERSION);
	pq_sendint32(&out, survivor->nvalues);
	for (uint32 i = 0; i < survivor->nvalues; i++)
	{
		const SurvivorValue *value = &survivor->values[i];
		const char *source = source_bytes(survivor, value);

		CHECK_FOR_INTERRUPTS();
		salesops_sendcountedtext(&out, value_bytes(survivor, value), (int) value->length);
		pq_sendint64(&out, value->records);
		pq_sendint64(&out, value->at);
		pq_sendbyte(&out, source != NULL);
		if (source != NULL)
			salesops_sendcountedtext(&out, source, (int) value->source_length);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_survivor_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	Survivor   *survivor = survivor_first();
	uint32		n;

	guard_version(in, SURVIVOR_VERSION, TYPE_NAME);
	n = pq_getmsgint(in, 4);
	for (uint32 i = 0; i < n; i++)
	{
		int			length;
		int			source_length = 0;
		char	   *bytes = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &length);
		char	   *source = NULL;
		int64		records = pq_getmsgint64(in);
		TimestampTz at = pq_getmsgint64(in);
		int			sourced = pq_getmsgbyte(in);

		CHECK_FOR_INTERRUPTS();
		if (sourced > 1)
			guard_binary(TYPE_NAME, psprintf("Value %u neither has a source nor none.", i + 1));
		if (sourced)
			source = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &source_length);
		if (is_blank(bytes, (uint32) length))
			guard_binary(TYPE_NAME, psprintf("Value %u is blank.", i + 1));
		if (records < 1 || records > SUMMARY_MAX_COUNT)
			guard_binary(TYPE_NAME, psprintf("Value %u is of " INT64_FORMAT " records.", i + 1, records));
		if (at != DT_NOBEGIN && !IS_VALID_TIMESTAMP(at))
			guard_binary(TYPE_NAME, psprintf("Value %u has a moment that is out of range.", i + 1));
		survivor = survivor_add(survivor, bytes, (uint32) length, source, (uint32) source_length, records, at);
		pfree(bytes);
		if (source != NULL)
			pfree(source);
	}
	PG_RETURN_POINTER(survivor_canonical(survivor));
}
