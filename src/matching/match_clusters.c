/*
 * match_clusters.c
 *		Clusters of records by average linkage over the pairs that were scored.
 *
 * Connected components make one cluster of a chain A-B, B-C, C-D in which A and D have nothing in common.  Average linkage
 * merges the two clusters whose records are, on the average over all pairs between them, the likeliest to be one, and stops
 * where no two reach the cut (Sokal and Michener 1958, UPGMA; Lance and Williams 1967).  Scores are weights, log2 of odds:
 * their average is evidence, and what speaks against a merge counts as what speaks for it.  A pair that was not scored counts
 * as `missing`.
 *
 * Worked example: A-B 10, B-C 8, A-C not scored, missing -4, cut 0.  A and B become one (10); {A B} with C is (8 - 4) / 2 = 2,
 * so all three become one.  With missing -10 it is -1, and C stays alone.
 *
 * Of the pairs that were not scored, nearly all, none is stored.  The average is missing + (sum of (score - missing) over the
 * scored pairs) / (na * nb), so two clusters are as near as their excess e / (na * nb), and only those of which a pair was
 * scored have one.  As missing is less than the cut, no others ever merge.  A merge adds up the excesses of two clusters to
 * each of their neighbours.
 *
 * Exact: scores are taken in steps of 2^-20, so that excesses are integers whose sums no order changes (of at most 2^37 each,
 * of at most 6.25 * 10^7 pairs, 2^63 is not reached), and averages are compared as fractions, in 128 bits.  Where two are
 * equal, the clusters with the least first record come first, of these the least other one.  So the clusters depend on the
 * pairs alone.
 *
 * Two clusters that merge have an average of the cut or more, and then a pair between them has: clusters are found within the
 * components of such pairs, one component after the other, nearly all of them of a few records that fit the processor's cache.
 * Within one:
 *
 *	- the excess between two clusters is found in a hash table by their numbers; a cluster's neighbours are those of its
 *	  records;
 *	- a merge moves the links of the cluster that has fewer pairs to the other, so that a pair is moved log2(m) times at
 *	  most;
 *	- every link that reaches the cut is in the heap of one of its two clusters, that which has more pairs, ordered by e /
 *	  nb: this is not changed when that cluster grows, so that a record with a million neighbours does not look at all of
 *	  them after each merge;
 *	- a heap of the clusters has for each the first of its links, by e / (na * nb).
 *
 * A merge changes the averages of links that are not moved too, but only downwards, and also of those that are added up (an
 * average of two is no more than the greater one: Lance and Williams' reducibility).  So what a heap says is never too low:
 * where the neighbour has grown meanwhile, the link that comes first goes back with what it is now, and the next one is looked
 * at.  (The nearest-neighbour chain, which needs no heaps, would go through ties in another order.)  The heaps of links are
 * pairing heaps (Fredman, Sedgewick, Sleator and Tarjan 1986), from which a link can be taken out wherever it is.
 *
 * O(m log^2 m) steps as a rule; the worst is that neighbours of many clusters grow by a record at a time.
 *
 * Memory: 4 bytes a pair and 20 a record; and of the largest component up to 100 bytes a pair and 70 a record.
 */
#include "matching/match_graph.h"

#include <math.h>

#include "core/guard.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/float.h"

/* Steps of a score. */
#define UNITS (1 << 20)

#define NONE PG_UINT32_MAX

/* Where the link between two clusters is found by their numbers. */
typedef struct LinkSlot
{
	uint64		key;			/* the lesser number in the upper half, and the greater one; 0 is free */
	uint32		link;
} LinkSlot;

/* A link between two clusters of which pairs were scored; in the heap of one of them, its owner, where it may merge them. */
typedef struct Link
{
	int64		excess;
	uint32		owner;			/* NONE where it is in no heap */
	uint32		other;
	uint32		other_size;		/* as it was when it was put there */
	uint32		other_first;
	uint32		child;
	uint32		next;			/* sibling */
	uint32		before;			/* sibling, or parent of the first */
} Link;

/* A cluster by the first of its links. */
typedef struct Candidate
{
	int64		excess;
	uint32		cluster;
	uint32		size;
	uint32		other_size;
	uint32		first;			/* first records of both, the lesser one first */
	uint32		second;
} Candidate;

/* One component, whose records have numbers from 0 in order; arrays are for the largest one. */
typedef struct Linkage
{
	int64		least;			/* excess that a pair needs: cut - missing */
	/* by record, or by the record that a cluster has its number from */
	uint32	   *parent;
	uint32	   *size;
	uint32	   *first;			/* least record */
	uint32	   *next;			/* of the same cluster; itself where there is none */
	uint32	   *last;
	uint32	   *degree;			/* pairs of all records of the cluster */
	uint32	   *starts;			/* of each record's neighbours */
	uint32	   *root;			/* first of the heap of links */
	uint32	   *place;			/* in the heap of clusters */
	uint32	   *neighbours;
	Link	   *links;
	LinkSlot   *slots;
	int			slot_bits;
	Candidate  *heap;
	uint32		nheap;
	uint32		work;			/* steps since interrupts were looked for */
} Linkage;

static inline void
worked(Linkage *linkage)
{
	if (unlikely((++linkage->work & 0xFFF) == 0))
		CHECK_FOR_INTERRUPTS();
}

static inline int64
units(double score)
{
	return (int64) rint(score * UNITS);
}

/* ---- finding links ---- */

static inline uint64
link_key(uint32 a, uint32 b)
{
	return a < b ? (uint64) a << 32 | b : (uint64) b << 32 | a;
}

static inline Size
slot_home(const Linkage *linkage, uint64 key)
{
	return (key * UINT64CONST(0x9E3779B97F4A7C15)) >> (64 - linkage->slot_bits);
}

/* Where a link is, or would be. */
static inline LinkSlot *
find_slot(const Linkage *linkage, uint64 key)
{
	Size		mask = ((Size) 1 << linkage->slot_bits) - 1;
	Size		at = slot_home(linkage, key);

	while (linkage->slots[at].key != key && linkage->slots[at].key != 0)
		at = (at + 1) & mask;
	return &linkage->slots[at];
}

/* Frees a slot, into which those behind it move up that were kept from it. */
static void
free_slot(Linkage *linkage, LinkSlot *slot)
{
	Size		mask = ((Size) 1 << linkage->slot_bits) - 1;
	Size		hole = slot - linkage->slots;
	Size		at = hole;

	for (;;)
	{
		at = (at + 1) & mask;
		if (linkage->slots[at].key == 0)
			break;
		if (((at - slot_home(linkage, linkage->slots[at].key)) & mask) >= ((at - hole) & mask))
		{
			linkage->slots[hole] = linkage->slots[at];
			hole = at;
		}
	}
	linkage->slots[hole].key = 0;
}

/* ---- the heap of a cluster's links ---- */

/* Whether clusters of these sizes are at the cut, or above it. */
static inline bool
is_enough(const Linkage *linkage, int64 excess, uint32 size, uint32 other_size)
{
	return excess > 0 && (int128) excess >= (int128) linkage->least * ((int64) size * other_size);
}

/* By e / nb; of equal ones the neighbour with the least first record, which is the order of both clusters' as well. */
static inline bool
link_before(const Link *x, const Link *y)
{
	int128		left = (int128) x->excess * y->other_size;
	int128		right = (int128) y->excess * x->other_size;

	if (left != right)
		return left > right;
	return x->other_first < y->other_first;
}

/* Two heaps as one, each by its first link; none may be NONE. */
static inline uint32
heaps_join(Linkage *linkage, uint32 a, uint32 b)
{
	Link	   *links = linkage->links;

	if (link_before(&links[b], &links[a]))
	{
		uint32		swap = a;

		a = b;
		b = swap;
	}
	links[b].before = a;
	links[b].next = links[a].child;
	if (links[a].child != NONE)
		links[links[a].child].before = b;
	links[a].child = b;
	return a;
}

/* The heaps below a link as one: in pairs from the left, and these together from the right. */
static uint32
children_join(Linkage *linkage, uint32 above)
{
	Link	   *links = linkage->links;
	uint32		rest = links[above].child;
	uint32		paired = NONE;
	uint32		all = NONE;

	links[above].child = NONE;
	while (rest != NONE)
	{
		uint32		a = rest;
		uint32		b = links[a].next;

		worked(linkage);
		rest = b == NONE ? NONE : links[b].next;
		if (b != NONE)
			a = heaps_join(linkage, a, b);
		links[a].next = paired;
		paired = a;
	}
	while (paired != NONE)
	{
		uint32		before = links[paired].next;

		worked(linkage);
		all = all == NONE ? paired : heaps_join(linkage, all, paired);
		paired = before;
	}
	if (all != NONE)
		links[all].next = links[all].before = NONE;
	return all;
}

/* Takes a link out of its heap, if it is in one. */
static void
link_take_out(Linkage *linkage, uint32 number)
{
	Link	   *links = linkage->links;
	Link	   *link = &links[number];
	uint32	   *root;
	uint32		below;

	if (link->owner == NONE)
		return;
	root = &linkage->root[link->owner];
	link->owner = NONE;
	below = children_join(linkage, number);
	if (*root == number)
	{
		*root = below;
		return;
	}
	if (links[link->before].child == number)
		links[link->before].child = link->next;
	else
		links[link->before].next = link->next;
	if (link->next != NONE)
		links[link->next].before = link->before;
	if (below != NONE)
		*root = heaps_join(linkage, *root, below);
}

/* Puts a link, which is in no heap, into that of a cluster, if it reaches the cut. */
static void
link_put(Linkage *linkage, uint32 number, uint32 owner, uint32 other)
{
	Link	   *link = &linkage->links[number];

	link->owner = NONE;
	if (!is_enough(linkage, link->excess, linkage->size[owner], linkage->size[other]))
		return;
	link->owner = owner;
	link->other = other;
	link->other_size = linkage->size[other];
	link->other_first = linkage->first[other];
	link->child = link->next = link->before = NONE;
	linkage->root[owner] = linkage->root[owner] == NONE ? number : heaps_join(linkage, linkage->root[owner], number);
}

/* ---- the heap of clusters ---- */

static inline bool
comes_before(const Candidate *x, const Candidate *y)
{
	int128		left = (int128) x->excess * ((int64) y->size * y->other_size);
	int128		right = (int128) y->excess * ((int64) x->size * x->other_size);

	if (left != right)
		return left > right;
	if (x->first != y->first)
		return x->first < y->first;
	return x->second < y->second;
}

static inline void
heap_set(Linkage *linkage, uint32 at, const Candidate *candidate)
{
	linkage->heap[at] = *candidate;
	linkage->place[candidate->cluster] = at;
}

static void
sift(Linkage *linkage, uint32 at, const Candidate *candidate)
{
	while (at > 0 && comes_before(candidate, &linkage->heap[(at - 1) / 2]))
	{
		heap_set(linkage, at, &linkage->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	for (;;)
	{
		uint32		below = 2 * at + 1;

		if (below >= linkage->nheap)
			break;
		if (below + 1 < linkage->nheap && comes_before(&linkage->heap[below + 1], &linkage->heap[below]))
			below++;
		if (!comes_before(&linkage->heap[below], candidate))
			break;
		heap_set(linkage, at, &linkage->heap[below]);
		at = below;
	}
	heap_set(linkage, at, candidate);
}

static void
heap_remove(Linkage *linkage, uint32 cluster)
{
	uint32		at = linkage->place[cluster];
	Candidate	last;

	if (at == NONE)
		return;
	linkage->place[cluster] = NONE;
	last = linkage->heap[--linkage->nheap];
	if (at < linkage->nheap)
		sift(linkage, at, &last);
}

/* A cluster's links, or its size, are not what they were. */
static void
heap_update(Linkage *linkage, uint32 cluster)
{
	uint32		root = linkage->root[cluster];
	const Link *link = &linkage->links[root];
	uint32		first = linkage->first[cluster];
	Candidate	candidate;

	/* where the first link does not reach the cut, none does, until one is put in */
	if (root == NONE || !is_enough(linkage, link->excess, linkage->size[cluster], link->other_size))
	{
		heap_remove(linkage, cluster);
		return;
	}
	candidate.excess = link->excess;
	candidate.cluster = cluster;
	candidate.size = linkage->size[cluster];
	candidate.other_size = link->other_size;
	candidate.first = Min(first, link->other_first);
	candidate.second = Max(first, link->other_first);
	sift(linkage, linkage->place[cluster] == NONE ? linkage->nheap++ : linkage->place[cluster], &candidate);
}

/* ---- merging ---- */

/* Of two clusters, that which has more pairs comes to own their link. */
static inline void
link_put_again(Linkage *linkage, uint32 link, uint32 cluster, uint32 other)
{
	if (linkage->degree[cluster] >= linkage->degree[other])
		link_put(linkage, link, cluster, other);
	else
	{
		link_put(linkage, link, other, cluster);
		heap_update(linkage, other);
	}
}

static inline void
link_remove(Linkage *linkage, uint32 link, uint32 cluster)
{
	uint32		owner = linkage->links[link].owner;

	link_take_out(linkage, link);
	/* that of the cluster itself is seen to at the end */
	if (owner != NONE && owner != cluster)
		heap_update(linkage, owner);
}

static void
merge_clusters(Linkage *linkage, uint32 a, uint32 b)
{
	uint32		kept = linkage->degree[a] >= linkage->degree[b] ? a : b;
	uint32		gone = kept == a ? b : a;
	uint32		record = gone;	/* the list of a cluster's records begins with that which it has its number from */
	LinkSlot   *slot = find_slot(linkage, link_key(a, b));

	link_take_out(linkage, slot->link);
	free_slot(linkage, slot);
	heap_remove(linkage, gone);
	linkage->parent[gone] = kept;
	linkage->size[kept] += linkage->size[gone];
	linkage->degree[kept] += linkage->degree[gone];
	linkage->first[kept] = Min(linkage->first[kept], linkage->first[gone]);
	for (;;)
	{
		for (uint32 i = linkage->starts[record]; i < linkage->starts[record + 1]; i++)
		{
			uint32		other = graph_find(linkage->parent, linkage->neighbours[i]);
			uint64		key;
			uint32		moved;
			int64		excess;

			worked(linkage);
			if (other == kept)
				continue;
			slot = find_slot(linkage, link_key(gone, other));
			if (slot->key == 0)
				continue;		/* moved already, with another record's pair */
			moved = slot->link;
			free_slot(linkage, slot);
			excess = linkage->links[moved].excess;
			/* nobody looks at the heap of what is gone */
			if (linkage->links[moved].owner != gone)
				link_remove(linkage, moved, gone);
			key = link_key(kept, other);
			slot = find_slot(linkage, key);
			if (slot->key == 0)
			{
				*slot = (LinkSlot) {key, moved};
				link_put_again(linkage, moved, kept, other);
			}
			else if (excess != 0)
			{
				uint32		link = slot->link;

				link_remove(linkage, link, kept);
				linkage->links[link].excess += excess;
				link_put_again(linkage, link, kept, other);
			}
		}
		if (linkage->next[record] == record)
			break;
		record = linkage->next[record];
	}
	linkage->next[linkage->last[kept]] = gone;
	linkage->last[kept] = linkage->last[gone];
	heap_update(linkage, kept);
}

/*
 * Clusters of one component of `n` records and `npairs` pairs, which are those of `pairs` with these numbers; `local` has the
 * number in the component of a record.  Afterwards first[graph_find(parent, i)] is the first record of the cluster of record i.
 */
static void
link_component(Linkage *linkage, uint32 n, const GraphPair *pairs, const uint32 *numbers, uint32 npairs,
			   const uint32 *local, int64 missing)
{
	for (uint32 i = 0; i < n; i++)
	{
		linkage->parent[i] = linkage->first[i] = linkage->next[i] = linkage->last[i] = i;
		linkage->size[i] = 1;
		linkage->degree[i] = 0;
		linkage->root[i] = linkage->place[i] = NONE;
	}
	for (uint32 i = 0; i < npairs; i++)
	{
		linkage->degree[local[pairs[numbers[i]].a]]++;
		linkage->degree[local[pairs[numbers[i]].b]]++;
	}
	linkage->starts[0] = 0;
	for (uint32 i = 0; i < n; i++)
		linkage->starts[i + 1] = linkage->starts[i] + linkage->degree[i];
	linkage->slot_bits = 2;
	while (((Size) 1 << linkage->slot_bits) < (Size) npairs + npairs / 2)
		linkage->slot_bits++;
	memset(linkage->slots, 0, ((Size) 1 << linkage->slot_bits) * sizeof(LinkSlot));
	linkage->nheap = 0;
	CHECK_FOR_INTERRUPTS();
	for (uint32 i = 0; i < npairs; i++)
	{
		uint32		a = local[pairs[numbers[i]].a];
		uint32		b = local[pairs[numbers[i]].b];
		uint64		key = link_key(a, b);

		worked(linkage);
		linkage->neighbours[linkage->starts[a]++] = b;
		linkage->neighbours[linkage->starts[b]++] = a;
		*find_slot(linkage, key) = (LinkSlot) {key, i};
		linkage->links[i].excess = units(pairs[numbers[i]].score) - missing;
		if (linkage->degree[a] >= linkage->degree[b])
			link_put(linkage, i, a, b);
		else
			link_put(linkage, i, b, a);
	}
	for (uint32 i = n; i > 0; i--)
		linkage->starts[i] = linkage->starts[i - 1];
	linkage->starts[0] = 0;
	for (uint32 i = 0; i < n; i++)
		heap_update(linkage, i);

	while (linkage->nheap > 0)
	{
		uint32		cluster = linkage->heap[0].cluster;
		uint32		number = linkage->root[cluster];
		const Link *link = &linkage->links[number];

		worked(linkage);
		if (link->other_size == linkage->size[link->other])
			merge_clusters(linkage, cluster, link->other);
		else
		{
			/* the neighbour has grown since: it is less than it was, and comes later */
			link_take_out(linkage, number);
			link_put(linkage, number, cluster, link->other);
			heap_update(linkage, cluster);
		}
	}
}

/* ---- the reader ---- */

static void
guard_weights(double cut, double missing)
{
	graph_guard_score(cut, "cut");
	graph_guard_score(missing, "missing");
	if (units(missing) >= units(cut))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("missing is not less than the cut: %s and %s", float8out_internal(missing), float8out_internal(cut)),
				 errdetail("Records of which no pair was scored would become one."),
				 errhint("Pass a weight for pairs that were not scored that speaks against them, such as %s.", float8out_internal(cut - 4))));
}

#define ALLOC(type, n) ((type *) MemoryContextAllocHuge(CurrentMemoryContext, Max((Size) (n), 1) * sizeof(type)))

/* Makes counts of records, by their root, into the numbers at which each begins, behind each other. */
static void
starts_of_counts(uint32 *counts, uint32 n)
{
	uint32		sum = 0;

	for (uint32 i = 0; i <= n; i++)
	{
		uint32		count = counts[i];

		counts[i] = sum;
		sum += count;
	}
}

SALESOPS_FUNCTION(salesops_match_clusters);

/* (graph, cut float8, missing float8) -> (record text, cluster text) */
Datum
salesops_match_clusters(PG_FUNCTION_ARGS)
{
	double		cut = PG_GETARG_FLOAT8(1);
	double		missing = PG_GETARG_FLOAT8(2);
	int64		enough;
	GraphView	view;
	Linkage		linkage = {0};
	uint32	   *root;			/* of each record's component; at last its cluster */
	uint32	   *local;			/* its number there */
	uint32	   *sizes;			/* of each component, by its root */
	uint32	   *starts;			/* of each component's pairs, by its root */
	uint32	   *numbers;		/* of the pairs, by component */
	uint32	   *records;		/* of a component */
	uint32		n;
	uint32		largest = 0;
	uint32		most = 0;

	InitMaterializedSRF(fcinfo, 0);
	guard_weights(cut, missing);
	graph_open_ordered(fcinfo, 0, &view);
	n = view.nrecords;
	enough = units(cut);
	linkage.least = enough - units(missing);

	/* the components of pairs that reach the cut */
	root = ALLOC(uint32, n);
	local = ALLOC(uint32, n);
	sizes = MemoryContextAllocExtended(CurrentMemoryContext, ((Size) n + 1) * sizeof(uint32), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	starts = MemoryContextAllocExtended(CurrentMemoryContext, ((Size) n + 1) * sizeof(uint32), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint32 i = 0; i < n; i++)
		root[i] = i;
	for (uint32 i = 0; i < view.npairs; i++)
	{
		worked(&linkage);
		if (units(view.pairs[i].score) >= enough)
			graph_join(root, view.pairs[i].a, view.pairs[i].b);
	}
	for (uint32 i = 0; i < n; i++)
	{
		root[i] = root[root[i]];	/* of a lesser one it is known already */
		local[i] = sizes[root[i]]++;
		largest = Max(largest, sizes[root[i]]);
	}

	/* their pairs; those between two do not count */
	for (uint32 i = 0; i < view.npairs; i++)
	{
		const GraphPair *pair = &view.pairs[i];

		worked(&linkage);
		if (root[pair->a] == root[pair->b])
		{
			uint32		count = ++starts[root[pair->a]];

			most = Max(most, count);
		}
	}
	starts_of_counts(starts, n);
	numbers = ALLOC(uint32, starts[n]);
	for (uint32 i = 0; i < view.npairs; i++)
	{
		const GraphPair *pair = &view.pairs[i];

		worked(&linkage);
		if (root[pair->a] == root[pair->b])
			numbers[starts[root[pair->a]]++] = i;
	}
	for (uint32 i = n; i > 0; i--)
		starts[i] = starts[i - 1];
	starts[0] = 0;

	records = ALLOC(uint32, largest);
	linkage.parent = ALLOC(uint32, largest);
	linkage.size = ALLOC(uint32, largest);
	linkage.first = ALLOC(uint32, largest);
	linkage.next = ALLOC(uint32, largest);
	linkage.last = ALLOC(uint32, largest);
	linkage.degree = ALLOC(uint32, largest);
	linkage.starts = ALLOC(uint32, (Size) largest + 1);
	linkage.root = ALLOC(uint32, largest);
	linkage.place = ALLOC(uint32, largest);
	linkage.heap = ALLOC(Candidate, largest);
	linkage.neighbours = ALLOC(uint32, 2 * (Size) most);
	linkage.links = ALLOC(Link, most);
	linkage.slot_bits = 2;
	while (((Size) 1 << linkage.slot_bits) < (Size) most + most / 2)
		linkage.slot_bits++;
	linkage.slots = ALLOC(LinkSlot, (Size) 1 << linkage.slot_bits);

	/* a component of one record, or of two and their pair, is a cluster; sizes[] is zero but at a root */
	for (uint32 i = 0; i < n; i++)
	{
		uint32		npairs = starts[i + 1] - starts[i];

		worked(&linkage);
		if (sizes[i] <= 2)
			continue;
		link_component(&linkage, sizes[i], view.pairs, &numbers[starts[i]], npairs, local, units(missing));
		for (uint32 j = 0; j < npairs; j++)
		{
			const GraphPair *pair = &view.pairs[numbers[starts[i] + j]];

			records[local[pair->a]] = pair->a;
			records[local[pair->b]] = pair->b;
		}
		for (uint32 j = 0; j < sizes[i]; j++)
			root[records[j]] = records[linkage.first[graph_find(linkage.parent, j)]];
	}
	graph_put_clusters(fcinfo, &view, root);
	return (Datum) 0;
}
