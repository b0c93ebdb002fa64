/*
 * match_graph.h
 *		Scored pairs of records: the stored form of match_graph, its aggregate's state, and a view of either for readers.
 *		See match_graph.c.
 */
#ifndef SALESOPS_MATCH_GRAPH_H
#define SALESOPS_MATCH_GRAPH_H

#include "core/compat.h"

#include "core/deal_id.h"
#include "utils/expandeddatum.h"

#define MATCH_GRAPH_NAME "match_graph"
#define MATCH_GRAPH_VERSION 1

/* What ids are for, in errors. */
#define GRAPH_NEEDS_ID "Without its id a record cannot be found in another pair."

/* The largest score, and the smallest below zero: sums of so many as a value has do not overflow (match_clusters.c). */
#define GRAPH_MAX_SCORE 65536

/* A pair: its records by number.  In the stored form the lower number comes first. */
typedef struct GraphPair
{
	uint32		a;
	uint32		b;
	double		score;
} GraphPair;

/*
 * The flat form.  Behind it: the ids of the records, `key_words` words each, and the pairs.  In the stored form ids are in order,
 * and so are pairs, each once; a state on its way between workers has both as they came.
 */
typedef struct MatchGraph
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		building;		/* a state on its way: in no order */
	uint8		id_type;
	uint8		key_words;
	uint32		nrecords;
	uint32		npairs;
	int64		incomplete;		/* rows that lacked a record or the score */
} MatchGraph;

/* Where the number of a record is found by its id. */
typedef struct GraphSlot
{
	uint32		number;			/* and 1; 0 is free */
	uint32		hash;			/* its lower half */
} GraphSlot;

/* The state of the aggregate: an expanded object of two faces (core/collected.h). */
typedef struct GraphState
{
	ExpandedObjectHeader state; /* for the executor: it becomes flat as it is, quickly */
	ExpandedObjectHeader value; /* for readers: it becomes flat in the stored form */
	MemoryContext context;
	DealIdType	id_type;
	uint32		key_words;
	uint64	   *ids;			/* by number */
	uint32		nrecords;
	uint32		records_room;
	GraphSlot  *slots;			/* NULL where they are to be made again */
	int			slot_bits;
	uint64		seed;
	GraphPair  *pairs;
	uint32		npairs;
	uint32		pairs_room;
	uint32		ordered;		/* so many pairs, and their records, are as in the stored form: all or none */
	uint32		last;			/* record that was looked up last */
	int64		incomplete;
} GraphState;

/* A value to be read, whichever form it has. */
typedef struct GraphView
{
	const GraphState *state;	/* one of the two is NULL */
	const MatchGraph *flat;
	DealIdType	id_type;
	uint32		key_words;
	const uint64 *ids;
	uint32		nrecords;
	const GraphPair *pairs;
	uint32		npairs;
	int64		incomplete;
} GraphView;

extern GraphState *graph_state_new(MemoryContext parent);
extern void graph_state_add(GraphState *state, DealIdType type, uint64 *a, uint32 a_words, uint64 *b, uint32 b_words,
							double score);
extern uint32 graph_state_record(GraphState *state, uint64 *key, uint32 words);
extern void graph_state_pair(GraphState *state, uint32 a, uint32 b, double score);
extern struct varlena *graph_flatten(GraphState *state);
extern void graph_guard_score(double score, const char *argument);

extern void graph_open_ordered(FunctionCallInfo fcinfo, int argument, GraphView *view);
extern void graph_put_clusters(FunctionCallInfo fcinfo, const GraphView *view, const uint32 *cluster);

/* The id of a record, by number. */
static inline const uint64 *
graph_id(const GraphView *view, uint32 number)
{
	return view->ids + (Size) number * view->key_words;
}

/* Sets of records that are one, by number: the number of a set is that of its first record. */
static inline uint32
graph_find(uint32 *parent, uint32 record)
{
	while (parent[record] != record)
	{
		parent[record] = parent[parent[record]];
		record = parent[record];
	}
	return record;
}

static inline void
graph_join(uint32 *parent, uint32 a, uint32 b)
{
	a = graph_find(parent, a);
	b = graph_find(parent, b);
	if (a < b)
		parent[b] = a;
	else
		parent[a] = b;
}

#endif							/* SALESOPS_MATCH_GRAPH_H */
