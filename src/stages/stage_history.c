/*
 * stage_history.c
 *		The type stage_history and its aggregate: a whole log of stage changes, of all deals together.
 *
 * How long deals stay in a stage is usually asked with lead() over each deal, which sorts the log in general-purpose tuples, or of
 * a path for each deal, which keeps a hash table of millions of groups.  Here the events of all deals come in one pass, in any
 * order, and are kept in 16 bytes each: the deal, and in one word the moment and the number of the stage.  A reader puts them in
 * order once, a partition in the cache at a time (core/row_set.c, stage_history_deals.c), and walks from deal to deal.
 *
 * A log that comes in order of deal and time already, as from an index or a sorted file, is noticed: its rows stay where they
 * came, in one part, and are neither partitioned nor sorted.  The first row out of order ends that.
 *
 * The word has microseconds since 1900, for 285 years, and numbers of up to 2048 stages.  A log with a moment outside, or more
 * stages, has a word of each: 8 bytes more an event.
 *
 * The state is an expanded object of two faces, for the reasons that pipeline/pipeline_change.c gives: one becomes flat as it
 * is, for a worker that sends it, one in the stored form, in which equal values are equal bytes.
 *
 * Rows that lack the deal, the stage or the moment cannot be placed.  They are counted and no more; a row that lacks all is none.
 * The same stage of the same deal at the same moment is one event, however often it is given: who counts, sorts first.
 *
 * Memory: 16 bytes an event for ids of type bigint, 24 for uuid, and for text 8 and the longest id, rounded up to 8; up to half as
 * much again while growing, and for a moment both when a log that came in order stops to, or needs wider rows.  A value has at
 * most 1 GB.
 */
#include "stages/stage_history.h"

#include "core/aggregate.h"
#include "core/guard.h"
#include "core/summary.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/*
 * A value is smaller than what the server allocates at once (1 GB), with room for other columns of its row.  All names that
 * there can be are reckoned in.
 */
#define MAX_BYTES 1000000000
#define ROW_BYTES (MAX_BYTES - LABEL_SET_MAX_LABELS * (LABEL_SET_MAX_BYTES + sizeof(uint16)) - 1024)

/* More rows than this, in no order, are kept in partitions. */
#define SPLIT_ROWS 16384

#define PAYLOAD(wide) ((wide) ? 2 * sizeof(uint64) : sizeof(uint64))

static Size state_flat_size(ExpandedObjectHeader *header);
static void state_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size);
static Size value_flat_size(ExpandedObjectHeader *header);
static void value_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size);

static const ExpandedObjectMethods state_methods = {state_flat_size, state_flatten_into};
static const ExpandedObjectMethods value_methods = {value_flat_size, value_flatten_into};

static void history_add_all(HistoryState *state, const HistoryView *view);

#define COLLECTED_NAME STAGE_HISTORY_NAME
#define COLLECTED_STATE HistoryState
#define COLLECTED_VIEW HistoryView
#define COLLECTED_FLAT StageHistory
#define COLLECTED(name) history_##name
#include "core/collected.h"

/* ---- building ---- */

static inline uint32
row_limit(const HistoryState *state)
{
	return (uint32) (ROW_BYTES / state->events.width);
}

static void
update_attention(HistoryState *state)
{
	state->attention = row_limit(state);
	if (!state->ordered && state->events.nparts == 1)
		state->attention = Min(state->attention, SPLIT_ROWS);
}

HistoryState *
history_state_new(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "stage_history", ALLOCSET_SMALL_SIZES);
	HistoryState *state = MemoryContextAllocZero(context, sizeof(HistoryState));

	EOH_init_header(&state->state, &state_methods, context);
	EOH_init_header(&state->value, &value_methods, context);
	state->context = context;
	state->ordered = true;
	row_set_init(&state->events, context, 1, PAYLOAD(false));
	label_set_init(&state->stages, context);
	update_attention(state);
	return state;
}

static void
too_large(Size width)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a stage_history has too many events"),
			 errdetail("A value has at most 1 GB, which are %zu events of %zu bytes.", ROW_BYTES / width, width),
			 errhint("Aggregate the deals in parts, for example GROUP BY hashtext(id::text) & 7; ids of type bigint take the least room.")));
}

/* A word of time and stage each, where one for both does not do. */
static pg_noinline void
state_widen(HistoryState *state)
{
	RowSet		narrow = state->events;
	Size		key = narrow.key_words * sizeof(uint64);

	if (narrow.nrows * (Size) (narrow.width + sizeof(uint64)) > ROW_BYTES)
		too_large(narrow.width + sizeof(uint64));
	row_set_init(&state->events, state->context, narrow.key_words, PAYLOAD(true));
	if (narrow.nparts > 1)
		row_set_split(&state->events);
	for (uint32 part = 0; part < narrow.nparts; part++)
	{
		const char *row = narrow.parts[part].rows;

		CHECK_FOR_INTERRUPTS();
		for (uint32 i = 0; i < narrow.parts[part].n; i++, row += narrow.width)
		{
			char	   *to = row_set_add(&state->events, (uint64) part << (64 - ROW_SET_BITS));
			TimestampTz at;
			uint32		stage;
			uint64		word;

			if (unlikely((i & 0xFFFFF) == 0xFFFFF))
				CHECK_FOR_INTERRUPTS();
			history_event(row + key, false, &at, &stage);
			word = stage;
			memcpy(to, row, key);
			memcpy(to + key, &at, sizeof(at));
			memcpy(to + key + sizeof(at), &word, sizeof(word));
		}
		if (narrow.parts[part].rows != NULL)
			pfree(narrow.parts[part].rows);
	}
	pfree(narrow.parts);
	state->wide = true;
	update_attention(state);
}

/* What happens for a few rows of many: ids become longer, partitions are made, the limit is reached. */
static pg_noinline void
state_make_ready(HistoryState *state, uint32 words)
{
	if (words > state->events.key_words)
	{
		Size		width = state->events.width + (words - state->events.key_words) * sizeof(uint64);

		/* the limit that the wider rows have must hold before they are made */
		if (state->events.nrows * width > ROW_BYTES)
			too_large(width);
		row_set_widen(&state->events, words);
		update_attention(state);
	}
	if (state->events.nrows >= row_limit(state))
		too_large(state->events.width);
	if (state->events.nrows >= state->attention)
	{
		row_set_split(&state->events);
		update_attention(state);
	}
}

/* Whether a row may follow another in a log that is in order of deal and time. */
static inline bool
in_order(const HistoryState *state, const char *before, const char *row)
{
	uint32		words = state->events.key_words;
	TimestampTz from;
	TimestampTz to;
	uint32		stage;
	int			order;

	if (state->id_type == DEAL_ID_BIGINT)
	{
		int64		a = *(const int64 *) before;
		int64		b = *(const int64 *) row;

		order = a < b ? -1 : a > b;
	}
	else
		order = memcmp(before, row, words * sizeof(uint64));
	if (order != 0)
		return order < 0;
	history_event(before + words * sizeof(uint64), state->wide, &from, &stage);
	history_event(row + words * sizeof(uint64), state->wide, &to, &stage);
	return from <= to;
}

static pg_attribute_always_inline void
state_add(HistoryState *state, const uint64 *key, uint32 words, TimestampTz at, uint32 stage)
{
	RowSet	   *set = &state->events;
	uint64		word;
	char	   *row;
	char	   *to;

	if (unlikely(words > set->key_words || set->nrows >= state->attention))
		state_make_ready(state, words);
	if (unlikely(!state->wide && (stage >= HISTORY_NARROW_STAGES || (uint64) at - (uint64) HISTORY_NARROW_BASE >= HISTORY_NARROW_SPAN)))
		state_widen(state);
	row = to = row_set_add(set, set->nparts == 1 ? 0 : row_key_hash(key, words));
	for (uint32 i = 0; i < set->key_words; i++, to += sizeof(uint64))
	{
		word = i < words ? key[i] : 0;
		memcpy(to, &word, sizeof(word));
	}
	if (likely(!state->wide))
	{
		word = ((uint64) at - (uint64) HISTORY_NARROW_BASE) << HISTORY_STAGE_BITS | stage;
		memcpy(to, &word, sizeof(word));
	}
	else
	{
		word = stage;
		memcpy(to, &at, sizeof(at));
		memcpy(to + sizeof(at), &word, sizeof(word));
	}
	if (state->ordered && set->nrows > 1 && !in_order(state, row - set->width, row))
	{
		state->ordered = false;
		update_attention(state);
	}
}

void
history_state_add(HistoryState *state, DealIdType type, const uint64 *key, uint32 words, TimestampTz at, uint32 stage)
{
	deal_id_keep_type(&state->id_type, type, STAGE_HISTORY_NAME);
	state_add(state, key, words, at, stage);
}

/* The number of a stage, from 0. */
uint32
history_state_stage(HistoryState *state, const char *bytes, uint32 length)
{
	if (unlikely(length > LABEL_SET_MAX_BYTES))
		guard_stage_name(bytes, (int) length);
	if (unlikely(state->stages.n == LABEL_SET_MAX_LABELS && label_set_find(&state->stages, bytes, length) == 0))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a stage_history has too many different stages"),
				 errdetail("At most %d are possible.", LABEL_SET_MAX_LABELS),
				 errhint("Pass the name of the stage: what differs from deal to deal, such as a comment, is none.")));
	return label_set_add(&state->stages, bytes, length, "stage") - 1;
}

static inline bool
memo_is(const StageMemo *memo, const uint64 *words, uint32 length)
{
	return memo->length == length && memo->words[0] == words[0] && memo->words[1] == words[1] &&
		memo->words[2] == words[2] && memo->words[3] == words[3] && memo->number != 0;
}

/* The same for the names of row after row, of which there are few. */
static inline uint32
memo_stage(HistoryState *state, const char *bytes, uint32 length)
{
	uint64		words[4] = {0};
	StageMemo  *memo;

	if (length >= 2 * sizeof(uint64))
	{
		memcpy(words, bytes, 2 * sizeof(uint64));
		memcpy(&words[2], bytes + length - 2 * sizeof(uint64), 2 * sizeof(uint64));
		if (unlikely(length > sizeof(words)))
			return history_state_stage(state, bytes, length);
	}
	else if (length >= sizeof(uint64))
	{
		memcpy(words, bytes, sizeof(uint64));
		memcpy(&words[3], bytes + length - sizeof(uint64), sizeof(uint64));
	}
	else
		memcpy(words, bytes, length);
	memo = &state->memos[((words[0] ^ (words[3] + length) * UINT64CONST(0x9E3779B97F4A7C15)) *
						  UINT64CONST(0xFF51AFD7ED558CCD)) >> (64 - STAGE_MEMO_BITS)];
	/* two names that share their place have two of them */
	if (unlikely(!memo_is(memo, words, length)))
	{
		StageMemo  *first = memo;

		memo = &state->memos[(memo - state->memos) ^ 1];
		if (!memo_is(memo, words, length))
		{
			uint32		number = history_state_stage(state, bytes, length) + 1;

			*memo = *first;
			memo = first;
			memcpy(memo->words, words, sizeof(words));
			memo->length = length;
			memo->number = number;
		}
	}
	return memo->number - 1;
}

/* ---- flat forms ---- */

static inline Size
flat_size(const HistoryState *state, uint32 nevents)
{
	return sizeof(StageHistory) + (Size) nevents * state->events.width + state->stages.n * sizeof(uint16) + state->stages.used;
}

static char *
flat_header(const HistoryState *state, void *result, Size size, uint32 nevents)
{
	StageHistory *flat = result;

	memset(flat, 0, sizeof(*flat));
	SET_VARSIZE(flat, size);
	flat->version = STAGE_HISTORY_VERSION;
	flat->id_type = (uint8) state->id_type;
	flat->key_words = (uint8) state->events.key_words;
	flat->nstages = state->stages.n;
	flat->nevents = nevents;
	flat->wide = state->wide;
	flat->incomplete = state->incomplete;
	return (char *) (flat + 1);
}

static char *
flat_name(const char *bytes, uint32 length, char *to)
{
	uint16		stored = (uint16) length;

	memcpy(to, &stored, sizeof(stored));
	memcpy(to + sizeof(stored), bytes, length);
	return to + sizeof(stored) + length;
}

static Size
state_flat_size(ExpandedObjectHeader *header)
{
	const HistoryState *state = history_of_header(header);

	return flat_size(state, state->events.nrows);
}

static void
state_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size)
{
	const HistoryState *state = history_of_header(header);
	const RowSet *set = &state->events;
	char	   *to = flat_header(state, result, allocated_size, set->nrows);

	((StageHistory *) result)->building = 1;
	for (uint32 part = 0; part < set->nparts; part++)
	{
		Size		bytes = (Size) set->parts[part].n * set->width;

		CHECK_FOR_INTERRUPTS();
		if (bytes > 0)
			memcpy(to, set->parts[part].rows, bytes);
		to += bytes;
	}
	for (uint32 number = 1; number <= state->stages.n; number++)
	{
		uint32		length;
		const char *name = label_set_bytes(&state->stages, number, &length);

		to = flat_name(name, length, to);
	}
	Assert(to == (char *) result + allocated_size);
}

/* Whoever copies a value may be in a context whose chunks cannot be freed, such as that of a sort from PostgreSQL 17 on. */
static MemoryContext
scratch_context(HistoryState *state)
{
	return AllocSetContextCreate(state->context, "stage_history in order", ALLOCSET_DEFAULT_SIZES);
}

/* The stored form has each event once: how many these are is known when they are in order. */
static Size
value_flat_size(ExpandedObjectHeader *header)
{
	HistoryState *state = history_of_header(header);

	if (state->counted != state->events.nrows)
	{
		MemoryContext scratch = scratch_context(state);
		MemoryContext old = MemoryContextSwitchTo(scratch);
		HistoryView view;
		HistoryReader reader;
		HistoryDeal deal;

		history_view_state(&view, state);
		history_begin(&reader, &view, NULL);
		state->nevents = state->ndeals = 0;
		while (history_next(&reader, &deal))
		{
			state->nevents += deal.nevents;
			state->ndeals++;
		}
		MemoryContextSwitchTo(old);
		MemoryContextDelete(scratch);
		state->counted = state->events.nrows;
	}
	return flat_size(state, state->nevents);
}

static void
value_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size)
{
	HistoryState *state = history_of_header(header);
	MemoryContext scratch = scratch_context(state);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	Size		key = state->events.key_words * sizeof(uint64);
	char	   *to = flat_header(state, result, allocated_size, state->nevents);
	HistoryView view;
	HistoryReader reader;
	HistoryDeal deal;

	((StageHistory *) result)->ndeals = state->ndeals;
	history_view_state(&view, state);
	history_begin_by_hash(&reader, &view);
	while (history_next(&reader, &deal))
	{
		for (uint32 i = 0; i < deal.nevents; i++)
		{
			const HistoryEvent *event = &deal.events[i];
			uint64		word = event->stage;

			memcpy(to, deal.key, key);
			to += key;
			if (!state->wide)
				word |= ((uint64) event->at - (uint64) HISTORY_NARROW_BASE) << HISTORY_STAGE_BITS;
			else
			{
				memcpy(to, &event->at, sizeof(event->at));
				to += sizeof(event->at);
			}
			memcpy(to, &word, sizeof(word));
			to += sizeof(word);
		}
	}
	for (uint32 i = 0; i < reader.nstages; i++)
		to = flat_name(reader.stages[i].name, reader.stages[i].length, to);
	if (to != (char *) result + allocated_size)
		elog(ERROR, "stage_history became flat in another size");
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
}

/* The stored form of a state. */
struct varlena *
history_flatten(HistoryState *state)
{
	Size		size = value_flat_size(&state->value);
	void	   *flat = palloc(size);

	value_flatten_into(&state->value, flat, size);
	return flat;
}

/* ---- opening ---- */

void
history_view_state(HistoryView *view, const HistoryState *state)
{
	memset(view, 0, sizeof(*view));
	view->state = state;
	view->id_type = state->id_type;
	view->key_words = state->events.key_words;
	view->width = state->events.width;
	view->wide = state->wide;
	view->nevents = state->events.nrows;
	view->nstages = state->stages.n;
	view->incomplete = state->incomplete;
	view->names = palloc(Max(view->nstages, 1) * sizeof(char *));
	view->lengths = palloc(Max(view->nstages, 1) * sizeof(uint16));
	for (uint32 i = 0; i < view->nstages; i++)
	{
		uint32		length;

		view->names[i] = label_set_bytes(&state->stages, i + 1, &length);
		view->lengths[i] = (uint16) length;
	}
}

/* A flat value, in any form. */
void
history_view_flat(HistoryView *view, const StageHistory *flat)
{
	Size		size = VARSIZE(flat);
	const char *end = (const char *) flat + size;
	const char *p;

	memset(view, 0, sizeof(*view));
	if (size < sizeof(StageHistory) || flat->version != STAGE_HISTORY_VERSION || flat->id_type >= DEAL_ID_TYPES ||
		flat->key_words < 1 || flat->key_words > DEAL_ID_MAX_WORDS || flat->nstages > LABEL_SET_MAX_LABELS)
		guard_damaged(STAGE_HISTORY_NAME);
	view->flat = flat;
	view->id_type = (DealIdType) flat->id_type;
	view->key_words = flat->key_words;
	view->wide = flat->wide != 0;
	view->width = flat->key_words * sizeof(uint64) + PAYLOAD(view->wide);
	view->nevents = flat->nevents;
	view->nstages = flat->nstages;
	view->incomplete = flat->incomplete;
	if (size - sizeof(StageHistory) < (Size) flat->nevents * view->width)
		guard_damaged(STAGE_HISTORY_NAME);
	p = history_rows(flat) + (Size) flat->nevents * view->width;
	view->names = palloc(Max(view->nstages, 1) * sizeof(char *));
	view->lengths = palloc(Max(view->nstages, 1) * sizeof(uint16));
	for (uint32 i = 0; i < view->nstages; i++)
	{
		if (end - p < (ptrdiff_t) sizeof(uint16))
			guard_damaged(STAGE_HISTORY_NAME);
		memcpy(&view->lengths[i], p, sizeof(uint16));
		view->names[i] = p + sizeof(uint16);
		if (end - view->names[i] < (ptrdiff_t) view->lengths[i])
			guard_damaged(STAGE_HISTORY_NAME);
		p = view->names[i] + view->lengths[i];
	}
}

/* Adds the rows of another value. */
static void
history_add_all(HistoryState *state, const HistoryView *view)
{
	uint16	   *number = palloc(Max(view->nstages, 1) * sizeof(uint16));
	uint32		nparts = view->state != NULL ? view->state->events.nparts : 1;
	uint32		words = view->key_words;

	if (view->id_type != DEAL_ID_NONE)
		deal_id_keep_type(&state->id_type, view->id_type, STAGE_HISTORY_NAME);
	state->incomplete = summary_add_counts(state->incomplete, view->incomplete, "incomplete", STAGE_HISTORY_NAME);
	for (uint32 i = 0; i < view->nstages; i++)
		number[i] = (uint16) history_state_stage(state, view->names[i], view->lengths[i]);
	for (uint32 part = 0; part < nparts; part++)
	{
		const char *row = view->state != NULL ? view->state->events.parts[part].rows : history_rows(view->flat);
		uint32		n = view->state != NULL ? view->state->events.parts[part].n : view->nevents;

		for (uint32 i = 0; i < n; i++, row += view->width)
		{
			TimestampTz at;
			uint32		stage;

			if (unlikely((i & 0xFFFF) == 0xFFFF))
				CHECK_FOR_INTERRUPTS();
			history_event(row + words * sizeof(uint64), view->wide, &at, &stage);
			if (unlikely(stage >= view->nstages))
				guard_damaged(STAGE_HISTORY_NAME);
			state_add(state, (const uint64 *) row, words, at, number[stage]);
		}
	}
	pfree(number);
}

/* ---- the aggregate ---- */

/* (state, deal, stage text, entered_at timestamptz) */
static pg_attribute_always_inline Datum
transition(FunctionCallInfo fcinfo, DealIdType type)
{
	HistoryState *state;
	text	   *stage;
	TimestampTz at;
	uint64		key[DEAL_ID_MAX_WORDS];
	uint32		words;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)))
	{
		if (PG_ARGISNULL(1) && PG_ARGISNULL(2) && PG_ARGISNULL(3))
			return summary_unchanged(fcinfo);
		state = history_state_arg(fcinfo);
		state->incomplete = summary_add_counts(state->incomplete, 1, "incomplete", STAGE_HISTORY_NAME);
		return history_state_result(fcinfo, state);
	}
	state = history_state_arg(fcinfo);
	deal_id_keep_type(&state->id_type, type, STAGE_HISTORY_NAME);
	words = deal_id_arg(fcinfo, 1, type, key, HISTORY_NEEDS_ID);
	stage = PG_GETARG_TEXT_PP(2);
	at = PG_GETARG_TIMESTAMPTZ(3);
	if (unlikely(TIMESTAMP_NOT_FINITE(at)))
		guard_moment(at, "entered_at");
	state_add(state, key, words, at, memo_stage(state, VARDATA_ANY(stage), VARSIZE_ANY_EXHDR(stage)));
	return history_state_result(fcinfo, state);
}

#define TRANSFN(id, type) \
	SALESOPS_FUNCTION(salesops_stage_history_transfn_##id); \
	Datum salesops_stage_history_transfn_##id(PG_FUNCTION_ARGS) { return transition(fcinfo, type); } \
	extern int	no_such_variable

TRANSFN(bigint, DEAL_ID_BIGINT);
TRANSFN(uuid, DEAL_ID_UUID);
TRANSFN(text, DEAL_ID_TEXT);

SALESOPS_FUNCTION(salesops_stage_history_combinefn);
SALESOPS_FUNCTION(salesops_stage_history_finalfn);

Datum
salesops_stage_history_combinefn(PG_FUNCTION_ARGS)
{
	return history_combine(fcinfo);
}

Datum
salesops_stage_history_finalfn(PG_FUNCTION_ARGS)
{
	return history_final(fcinfo);
}
