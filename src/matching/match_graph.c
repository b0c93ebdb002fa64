/*
 * match_graph.c
 *		The type match_graph and its aggregate: scored pairs of records, of which clusters are made.
 *
 * Pairs of duplicates say which two records are one; what a merge needs is which set of records is one.  In SQL that is a
 * recursive query, which goes over the pairs once for every step of the longest chain.  Here the pairs come in one pass, in any
 * order, and are kept as two numbers and the score; readers find components (connected_components.c) and clusters
 * (match_clusters.c) in memory.
 *
 * Worked example: A-B 8, B-C 6, D-E 9, B-A 7 -> records A B C D E, pairs A-B 8, B-C 6, D-E 9; components A (A B C) and D (D E).
 *
 * Records get numbers in the order in which they come, by a hash table of their ids with open addressing.  The hash has a seed
 * that differs from state to state, so that no ids can be made to share their place; no result depends on it.  The stored form,
 * and every reader, has ids in their order and pairs in that of their records: the state is put so once, by a merge sort of the
 * ids and two passes of counting sort over the pairs.  Equal values are equal bytes then, whatever the order of rows and
 * merges.
 *
 * A pair has no direction.  Of a pair that comes several times the highest score counts, which is the same in any order; a pair
 * of a record with itself says nothing and is ignored.  Rows that lack a record or the score are counted and no more; a row
 * that lacks all is none.
 *
 * Memory: 16 bytes a pair, and for each record its id (8 bytes for bigint, 16 for uuid, for text the longest, rounded up to 8)
 * and 16 to 32 bytes of the table; half as much again while growing, and up to three times for the pairs while they are put in
 * order.  A value has at most 1 GB: some 60 million pairs.
 */
#include "matching/match_graph.h"

#include <math.h>

#include "common/hashfn.h"
#include "common/pg_prng.h"
#include "core/aggregate.h"
#include "core/guard.h"
#include "core/summary.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

/* A value is smaller than what the server allocates at once (1 GB), with room for other columns of its row. */
#define MAX_BYTES 1000000000

#define FIRST_ROOM 16
#define FIRST_SLOT_BITS 6

static Size state_flat_size(ExpandedObjectHeader *header);
static void state_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size);
static Size value_flat_size(ExpandedObjectHeader *header);
static void value_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size);

static const ExpandedObjectMethods state_methods = {state_flat_size, state_flatten_into};
static const ExpandedObjectMethods value_methods = {value_flat_size, value_flatten_into};

static void graph_add_all(GraphState *state, const GraphView *view);
static void graph_view_state(GraphView *view, const GraphState *state);
static void graph_view_flat(GraphView *view, const MatchGraph *flat);
static void graph_open(FunctionCallInfo fcinfo, int argument, GraphView *view);

#define COLLECTED_NAME MATCH_GRAPH_NAME
#define COLLECTED_STATE GraphState
#define COLLECTED_VIEW GraphView
#define COLLECTED_FLAT MatchGraph
#define COLLECTED(name) graph_##name
#include "core/collected.h"

/* ---- building ---- */

GraphState *
graph_state_new(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, MATCH_GRAPH_NAME, ALLOCSET_SMALL_SIZES);
	GraphState *state = MemoryContextAllocZero(context, sizeof(GraphState));

	EOH_init_header(&state->state, &state_methods, context);
	EOH_init_header(&state->value, &value_methods, context);
	state->context = context;
	state->key_words = 1;
	state->seed = pg_prng_uint64(&pg_global_prng_state);
	return state;
}

void
graph_guard_score(double score, const char *argument)
{
	guard_finite(score, argument);
	if (unlikely(fabs(score) > GRAPH_MAX_SCORE))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s is out of range: %s", argument, float8out_internal(score)),
				 errdetail("It is a match weight, from -%d to %d.", GRAPH_MAX_SCORE, GRAPH_MAX_SCORE),
				 errhint("Pass the logarithm of the odds: log2(m / u), summed over the columns.")));
}

static void
too_large(const GraphState *state)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a match_graph has too many pairs"),
			 errdetail("A value has at most 1 GB, and this has %u pairs of %u records.", state->npairs, state->nrecords),
			 errhint("Leave out pairs that are certainly no duplicates; ids of type bigint take the least room.")));
}

/* Whether so much more has room in a value. */
static inline void
need_room(const GraphState *state, Size more)
{
	if (unlikely(sizeof(MatchGraph) + (Size) state->npairs * sizeof(GraphPair) +
				 (Size) state->nrecords * state->key_words * sizeof(uint64) + more > MAX_BYTES))
		too_large(state);
}

/* A larger array in the state's context, which may be of more than 1 GB where it has room for more than it is used. */
static void *
array_grow(const GraphState *state, void *array, uint32 *room, Size element)
{
	uint32		more = *room == 0 ? FIRST_ROOM : *room < 4096 ? *room * 2 : *room + *room / 2;

	CHECK_FOR_INTERRUPTS();
	array = array == NULL ? MemoryContextAllocHuge(state->context, more * element) : repalloc_huge(array, more * element);
	*room = more;
	return array;
}

/* One word is mixed one to one: bigint keys never share a hash.  (The multipliers are those of MurmurHash3's finalizer.) */
static inline uint64
id_hash(const GraphState *state, const uint64 *key)
{
	uint32		words = state->key_words;
	uint64		hash;

	/* zeros at the end do not count, so that it is the same however wide keys are */
	while (words > 1 && key[words - 1] == 0)
		words--;
	if (words > 1)
		return hash_bytes_extended((const unsigned char *) key, (int) (words * sizeof(uint64)), state->seed);
	hash = key[0] ^ state->seed;
	hash ^= hash >> 33;
	hash *= UINT64CONST(0xFF51AFD7ED558CCD);
	hash ^= hash >> 33;
	hash *= UINT64CONST(0xC4CEB9FE1A85EC53);
	return hash ^ (hash >> 33);
}

static inline bool
same_id(const uint64 *a, const uint64 *b, uint32 words)
{
	for (uint32 i = 0; i < words; i++)
	{
		if (a[i] != b[i])
			return false;
	}
	return true;
}

/* Makes the table of numbers, with room for as many records again. */
static pg_noinline void
make_slots(GraphState *state)
{
	uint32		mask;
	Size		size;

	if (state->slots != NULL)
		pfree(state->slots);
	state->slots = NULL;
	state->slot_bits = FIRST_SLOT_BITS;
	while (((Size) 1 << state->slot_bits) < 4 * (Size) state->nrecords)
		state->slot_bits++;
	size = ((Size) 1 << state->slot_bits) * sizeof(GraphSlot);
	state->slots = MemoryContextAllocExtended(state->context, size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	mask = (uint32) (((uint64) 1 << state->slot_bits) - 1);
	for (uint32 i = 0; i < state->nrecords; i++)
	{
		uint64		hash = id_hash(state, state->ids + (Size) i * state->key_words);
		uint32		slot = (uint32) (hash >> (64 - state->slot_bits));

		if (unlikely((i & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		while (state->slots[slot].number != 0)
			slot = (slot + 1) & mask;
		state->slots[slot] = (GraphSlot) {i + 1, (uint32) hash};
	}
}

/* Makes ids wider. */
static pg_noinline void
widen(GraphState *state, uint32 words)
{
	uint32		old = state->key_words;

	need_room(state, (Size) state->nrecords * (words - old) * sizeof(uint64));
	if (state->nrecords > 0)
	{
		uint64	   *ids = MemoryContextAllocHuge(state->context, (Size) state->records_room * words * sizeof(uint64));

		for (uint32 i = 0; i < state->nrecords; i++)
		{
			uint64	   *to = ids + (Size) i * words;

			memcpy(to, state->ids + (Size) i * old, old * sizeof(uint64));
			memset(to + old, 0, (words - old) * sizeof(uint64));
		}
		pfree(state->ids);
		state->ids = ids;
	}
	else if (state->ids != NULL)
	{
		pfree(state->ids);
		state->ids = NULL;
		state->records_room = 0;
	}
	state->key_words = words;
}

/* The number of a record by its id, which has room for zeros behind it, as many as the longest. */
static inline uint32
find_record(GraphState *state, uint64 *key, uint32 words)
{
	uint64		hash;
	uint32		mask;
	uint32		slot;

	if (unlikely(words > state->key_words))
		widen(state, words);
	for (uint32 i = words; i < state->key_words; i++)
		key[i] = 0;
	/* pairs often come in order of one record */
	if (state->last < state->nrecords && same_id(state->ids + (Size) state->last * state->key_words, key, state->key_words))
		return state->last;
	if (unlikely(state->slots == NULL || (Size) state->nrecords * 2 >= (Size) 1 << state->slot_bits))
		make_slots(state);
	hash = id_hash(state, key);
	mask = (uint32) (((uint64) 1 << state->slot_bits) - 1);
	for (slot = (uint32) (hash >> (64 - state->slot_bits)); state->slots[slot].number != 0; slot = (slot + 1) & mask)
	{
		uint32		number = state->slots[slot].number - 1;

		if (state->slots[slot].hash == (uint32) hash && same_id(state->ids + (Size) number * state->key_words, key, state->key_words))
			return number;
	}
	need_room(state, state->key_words * sizeof(uint64));
	if (state->nrecords == state->records_room)
		state->ids = array_grow(state, state->ids, &state->records_room, state->key_words * sizeof(uint64));
	memcpy(state->ids + (Size) state->nrecords * state->key_words, key, state->key_words * sizeof(uint64));
	state->slots[slot] = (GraphSlot) {state->nrecords + 1, (uint32) hash};
	return state->nrecords++;
}

uint32
graph_state_record(GraphState *state, uint64 *key, uint32 words)
{
	return find_record(state, key, words);
}

static inline void
add_pair(GraphState *state, uint32 a, uint32 b, double score)
{
	need_room(state, sizeof(GraphPair));
	if (unlikely(state->npairs == state->pairs_room))
		state->pairs = array_grow(state, state->pairs, &state->pairs_room, sizeof(GraphPair));
	/* there is one zero */
	state->pairs[state->npairs++] = (GraphPair) {Min(a, b), Max(a, b), score + 0.0};
	state->ordered = 0;
}

void
graph_state_pair(GraphState *state, uint32 a, uint32 b, double score)
{
	add_pair(state, a, b, score);
}

/* Adds a pair of two different records. */
void
graph_state_add(GraphState *state, DealIdType type, uint64 *a, uint32 a_words, uint64 *b, uint32 b_words, double score)
{
	uint32		first;

	deal_id_keep_type(&state->id_type, type, MATCH_GRAPH_NAME);
	first = find_record(state, a, a_words);
	state->last = first;
	add_pair(state, first, find_record(state, b, b_words), score);
}

/* ---- the stored order ---- */

/* A record when it is sorted: what its order mostly is decided by, as a number. */
typedef struct SortedId
{
	uint64		prefix;
	uint32		number;
} SortedId;

static inline int
id_compare(const SortedId *left, const SortedId *right, const GraphState *state)
{
	if (left->prefix != right->prefix)
		return left->prefix < right->prefix ? -1 : 1;
	if (state->key_words == 1)
		return 0;
	return memcmp(state->ids + (Size) left->number * state->key_words, state->ids + (Size) right->number * state->key_words,
				  state->key_words * sizeof(uint64));
}

#define MERGE_SORT_NAME sort_ids
#define MERGE_SORT_TYPE SortedId
#define MERGE_SORT_PARAMETER const GraphState *state
#define MERGE_SORT_COMPARE(left, right) id_compare(left, right, state)
#include "core/merge_sort.h"

/* The prefix has the order of the id: numbers as such, others by their bytes. */
static inline uint64
id_prefix(const GraphState *state, const uint64 *id)
{
	return state->id_type == DEAL_ID_BIGINT ? id[0] ^ UINT64CONST(0x8000000000000000) : pg_ntoh64(id[0]);
}

static inline int
pair_compare(const GraphPair *left, const GraphPair *right)
{
	if (left->a != right->a)
		return left->a < right->a ? -1 : 1;
	return left->b < right->b ? -1 : left->b > right->b;
}

static bool
is_in_order(const GraphState *state)
{
	for (uint32 i = 1; i < state->nrecords; i++)
	{
		if (deal_id_compare(state->id_type, state->ids + (Size) (i - 1) * state->key_words,
							state->ids + (Size) i * state->key_words, state->key_words) >= 0)
			return false;
	}
	for (uint32 i = 1; i < state->npairs; i++)
	{
		if (pair_compare(&state->pairs[i - 1], &state->pairs[i]) >= 0)
			return false;
	}
	return true;
}

/* One pass of counting sort, by the record that `member` of a pair is: starts where each begins, from `from` into `to`. */
#define COUNTING_PASS(member, from, to) \
	do { \
		memset(starts, 0, ((Size) state->nrecords + 1) * sizeof(uint32)); \
		for (uint32 i = 0; i < state->npairs; i++) \
			starts[(from)[i].member + 1]++; \
		CHECK_FOR_INTERRUPTS(); \
		for (uint32 i = 0; i < state->nrecords; i++) \
			starts[i + 1] += starts[i]; \
		for (uint32 i = 0; i < state->npairs; i++) \
		{ \
			if (unlikely((i & 0xFFFFF) == 0xFFFFF)) \
				CHECK_FOR_INTERRUPTS(); \
			(to)[starts[(from)[i].member]++] = (from)[i]; \
		} \
	} while (0)

/*
 * Puts the records and pairs of a state in the stored order, each pair once.  What a reader that has it open sees is the same
 * graph; a cancellation in between leaves it as it was.
 */
static void
put_in_order(GraphState *state)
{
	MemoryContext scratch;
	MemoryContext old;
	SortedId   *sorted;
	uint32	   *rank;
	uint32	   *starts;
	GraphPair  *first;
	GraphPair  *second;
	uint64	   *ids;
	uint32		n = 0;

	if (state->ordered == state->npairs)
		return;
	if (is_in_order(state))
	{
		state->ordered = state->npairs;
		return;
	}
	/* whoever copies a value may be in a context whose chunks cannot be freed, such as that of a sort from PostgreSQL 17 on */
	scratch = AllocSetContextCreate(state->context, "match_graph in order", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(scratch);
	sorted = MemoryContextAllocHuge(scratch, (Size) state->nrecords * sizeof(SortedId));
	for (uint32 i = 0; i < state->nrecords; i++)
		sorted[i] = (SortedId) {id_prefix(state, state->ids + (Size) i * state->key_words), i};
	sort_ids(sorted, state->nrecords, state);
	rank = MemoryContextAllocHuge(scratch, (Size) state->nrecords * sizeof(uint32));
	ids = MemoryContextAllocHuge(scratch, (Size) state->nrecords * state->key_words * sizeof(uint64));
	for (uint32 i = 0; i < state->nrecords; i++)
	{
		rank[sorted[i].number] = i;
		memcpy(ids + (Size) i * state->key_words, state->ids + (Size) sorted[i].number * state->key_words,
			   state->key_words * sizeof(uint64));
	}
	pfree(sorted);

	first = MemoryContextAllocHuge(scratch, (Size) state->npairs * sizeof(GraphPair));
	second = MemoryContextAllocHuge(scratch, (Size) state->npairs * sizeof(GraphPair));
	starts = MemoryContextAllocHuge(scratch, ((Size) state->nrecords + 1) * sizeof(uint32));
	for (uint32 i = 0; i < state->npairs; i++)
	{
		uint32		a = rank[state->pairs[i].a];
		uint32		b = rank[state->pairs[i].b];

		first[i] = (GraphPair) {Min(a, b), Max(a, b), state->pairs[i].score};
	}
	COUNTING_PASS(b, first, second);
	COUNTING_PASS(a, second, first);

	/* from here on nothing is cancelled */
	memcpy(state->ids, ids, (Size) state->nrecords * state->key_words * sizeof(uint64));
	for (uint32 i = 0; i < state->npairs; i++)
	{
		if (n > 0 && pair_compare(&state->pairs[n - 1], &first[i]) == 0)
			state->pairs[n - 1].score = Max(state->pairs[n - 1].score, first[i].score);
		else
			state->pairs[n++] = first[i];
	}
	state->npairs = n;
	state->ordered = n;
	/* the numbers in it are not these */
	if (state->slots != NULL)
		pfree(state->slots);
	state->slots = NULL;
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
}

/* ---- flat forms ---- */

static Size
state_flat_size(ExpandedObjectHeader *header)
{
	const GraphState *state = graph_of_header(header);

	return sizeof(MatchGraph) + (Size) state->nrecords * state->key_words * sizeof(uint64) +
		(Size) state->npairs * sizeof(GraphPair);
}

static void
flatten(const GraphState *state, void *result, Size size, bool building)
{
	MatchGraph *flat = result;
	Size		ids = (Size) state->nrecords * state->key_words * sizeof(uint64);

	memset(flat, 0, sizeof(*flat));
	SET_VARSIZE(flat, size);
	flat->version = MATCH_GRAPH_VERSION;
	flat->building = building;
	flat->id_type = (uint8) state->id_type;
	flat->key_words = (uint8) state->key_words;
	flat->nrecords = state->nrecords;
	flat->npairs = state->npairs;
	flat->incomplete = state->incomplete;
	if (state->npairs > 0)
	{
		memcpy(flat + 1, state->ids, ids);
		memcpy((char *) (flat + 1) + ids, state->pairs, (Size) state->npairs * sizeof(GraphPair));
	}
}

static void
state_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size)
{
	flatten(graph_of_header(header), result, allocated_size, true);
}

static Size
value_flat_size(ExpandedObjectHeader *header)
{
	put_in_order(graph_of_header(header));
	return state_flat_size(header);
}

static void
value_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size)
{
	flatten(graph_of_header(header), result, allocated_size, false);
}

/* The stored form of a state. */
struct varlena *
graph_flatten(GraphState *state)
{
	Size		size = value_flat_size(&state->value);
	void	   *flat = palloc(size);

	value_flatten_into(&state->value, flat, size);
	return flat;
}

/* ---- opening ---- */

static void
graph_view_state(GraphView *view, const GraphState *state)
{
	memset(view, 0, sizeof(*view));
	view->state = state;
	view->id_type = state->id_type;
	view->key_words = state->key_words;
	view->ids = state->ids;
	view->nrecords = state->nrecords;
	view->pairs = state->pairs;
	view->npairs = state->npairs;
	view->incomplete = state->incomplete;
}

/* A flat value, in any form. */
static void
graph_view_flat(GraphView *view, const MatchGraph *flat)
{
	Size		size = VARSIZE(flat);

	if (size < sizeof(MatchGraph) || flat->version != MATCH_GRAPH_VERSION || flat->id_type >= DEAL_ID_TYPES ||
		flat->key_words < 1 || flat->key_words > DEAL_ID_MAX_WORDS || (flat->npairs > 0 && flat->id_type == DEAL_ID_NONE) ||
		size != sizeof(MatchGraph) + (Size) flat->nrecords * flat->key_words * sizeof(uint64) + (Size) flat->npairs * sizeof(GraphPair))
		guard_damaged(MATCH_GRAPH_NAME);
	memset(view, 0, sizeof(*view));
	view->flat = flat;
	view->id_type = (DealIdType) flat->id_type;
	view->key_words = flat->key_words;
	view->ids = (const uint64 *) (flat + 1);
	view->nrecords = flat->nrecords;
	view->npairs = flat->npairs;
	view->incomplete = flat->incomplete;
	view->pairs = (const GraphPair *) (view->ids + (Size) flat->nrecords * flat->key_words);
	for (uint32 i = 0; i < view->npairs; i++)
	{
		const GraphPair *pair = &view->pairs[i];

		if (unlikely((i & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		if (unlikely(pair->a >= pair->b || pair->b >= view->nrecords || !(fabs(pair->score) <= GRAPH_MAX_SCORE)))
			guard_damaged(MATCH_GRAPH_NAME);
	}
}

/* Opens a value whose records and pairs are in order. */
void
graph_open_ordered(FunctionCallInfo fcinfo, int argument, GraphView *view)
{
	graph_open(fcinfo, argument, view);
	if (view->state != NULL)
	{
		put_in_order(unconstify(GraphState *, view->state));
		graph_view_state(view, view->state);
	}
}

/* Adds the pairs of another value. */
static void
graph_add_all(GraphState *state, const GraphView *view)
{
	uint64		key[DEAL_ID_MAX_WORDS];
	uint32	   *number;

	state->incomplete = summary_add_counts(state->incomplete, view->incomplete, "incomplete", MATCH_GRAPH_NAME);
	if (view->npairs == 0)
		return;
	deal_id_keep_type(&state->id_type, view->id_type, MATCH_GRAPH_NAME);
	number = MemoryContextAllocHuge(CurrentMemoryContext, (Size) view->nrecords * sizeof(uint32));
	for (uint32 i = 0; i < view->nrecords; i++)
	{
		if (unlikely((i & 0xFFFF) == 0xFFFF))
			CHECK_FOR_INTERRUPTS();
		memcpy(key, graph_id(view, i), view->key_words * sizeof(uint64));
		number[i] = find_record(state, key, view->key_words);
	}
	for (uint32 i = 0; i < view->npairs; i++)
	{
		if (unlikely((i & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		add_pair(state, number[view->pairs[i].a], number[view->pairs[i].b], view->pairs[i].score);
	}
	pfree(number);
}

/* ---- the aggregate ---- */

/* (state, record_a, record_b, score float8) */
static pg_attribute_always_inline Datum
transition(FunctionCallInfo fcinfo, DealIdType type)
{
	GraphState *state;
	double		score;
	uint64		a[DEAL_ID_MAX_WORDS];
	uint64		b[DEAL_ID_MAX_WORDS];
	uint32		a_words;
	uint32		b_words;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)))
	{
		if (PG_ARGISNULL(1) && PG_ARGISNULL(2) && PG_ARGISNULL(3))
			return summary_unchanged(fcinfo);
		state = graph_state_arg(fcinfo);
		state->incomplete = summary_add_counts(state->incomplete, 1, "incomplete", MATCH_GRAPH_NAME);
		return graph_state_result(fcinfo, state);
	}
	score = PG_GETARG_FLOAT8(3);
	/* NaN is not within either */
	if (unlikely(!(fabs(score) <= GRAPH_MAX_SCORE)))
		graph_guard_score(score, "score");
	a_words = deal_id_arg(fcinfo, 1, type, a, GRAPH_NEEDS_ID);
	b_words = deal_id_arg(fcinfo, 2, type, b, GRAPH_NEEDS_ID);
	if (unlikely(a_words == b_words && same_id(a, b, a_words)))
		return summary_unchanged(fcinfo);
	state = graph_state_arg(fcinfo);
	graph_state_add(state, type, a, a_words, b, b_words, score);
	return graph_state_result(fcinfo, state);
}

#define TRANSFN(id, type) \
	SALESOPS_FUNCTION(salesops_match_graph_transfn_##id); \
	Datum salesops_match_graph_transfn_##id(PG_FUNCTION_ARGS) { return transition(fcinfo, type); } \
	extern int	no_such_variable

TRANSFN(bigint, DEAL_ID_BIGINT);
TRANSFN(uuid, DEAL_ID_UUID);
TRANSFN(text, DEAL_ID_TEXT);

SALESOPS_FUNCTION(salesops_match_graph_combinefn);
SALESOPS_FUNCTION(salesops_match_graph_finalfn);
SALESOPS_FUNCTION(salesops_graph_pairs);
SALESOPS_FUNCTION(salesops_graph_records);
SALESOPS_FUNCTION(salesops_incomplete_pairs);

Datum
salesops_match_graph_combinefn(PG_FUNCTION_ARGS)
{
	return graph_combine(fcinfo);
}

Datum
salesops_match_graph_finalfn(PG_FUNCTION_ARGS)
{
	return graph_final(fcinfo);
}

/* ---- readers of counts ---- */

Datum
salesops_graph_pairs(PG_FUNCTION_ARGS)
{
	GraphView	view;

	graph_open_ordered(fcinfo, 0, &view);
	PG_RETURN_INT64(view.npairs);
}

Datum
salesops_graph_records(PG_FUNCTION_ARGS)
{
	GraphView	view;

	graph_open(fcinfo, 0, &view);
	PG_RETURN_INT64(view.nrecords);
}

Datum
salesops_incomplete_pairs(PG_FUNCTION_ARGS)
{
	GraphView	view;

	graph_open(fcinfo, 0, &view);
	PG_RETURN_INT64(view.incomplete);
}

/* Rows (record text, cluster text), in order of the records; `cluster` has the number of each one's cluster, its first record. */
void
graph_put_clusters(FunctionCallInfo fcinfo, const GraphView *view, const uint32 *cluster)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "clusters", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(row_context);

	for (uint32 record = 0; record < view->nrecords; record++)
	{
		bool		nulls[2] = {false, false};
		Datum		values[2];
		int			length;
		char	   *id = deal_id_out(view->id_type, graph_id(view, record), view->key_words, &length);

		CHECK_FOR_INTERRUPTS();
		values[0] = values[1] = PointerGetDatum(cstring_to_text_with_len(id, length));
		if (cluster[record] != record)
		{
			id = deal_id_out(view->id_type, graph_id(view, cluster[record]), view->key_words, &length);
			values[1] = PointerGetDatum(cstring_to_text_with_len(id, length));
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		MemoryContextReset(row_context);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(row_context);
}
