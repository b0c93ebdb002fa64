/*
 * match_block.c
 *		Which of many records are compared with each other: those that share something rare.
 *
 * Comparing n records with each other takes n^2/2 comparisons, which nobody can wait for.  The usual remedy is blocking: records are
 * compared where they have some key in common, and the analyst has to find keys that are neither so rare that duplicates
 * differ in them nor so common that their blocks are huge.  Here the data say so.  Each record has atoms (match_column.c): words,
 * sounds, the last digits of a phone number.  Two records are compared if the atoms that they share are, together, in no more than
 * `most` records.  So a rare word is enough by itself, a common one is not, and of common ones it takes several: Smith and Berlin
 * and the year 1971.
 *
 * An atom that very many records have ("street" in an address) tells nothing even together with others, and lists of them are the longest.  Such
 * stop atoms are not counted among what two records share.  A model has a list of them (match_model.h), so that what is compared with
 * a record does not depend on whether it is one of a whole table or is looked up in an index (match_probe.c).
 *
 * Algorithm.  Atoms are numbered from the rarest on, and each record has its list of numbers, in order.  The first atom that two
 * records share is their rarest; if it is infrequent, the pair is found in its block and nowhere else.  If it is not, the pair is
 * found in the smallest beginning of their list of shared atoms that is infrequent: a depth-first walk over sets of frequent
 * atoms divides the records of a set by their next atom, and at each infrequent set takes those pairs of which the set is
 * the beginning of what they share.  So each pair comes once, and nothing has to be sorted or remembered.  Where an atom is in all
 * records of a set, sets without it are of no pair's beginning, and are not walked.
 *
 * Records with the same atoms, stop atoms included, are twins, however many there are of them: all are compared with each other, and of a crowd (more than
 * `most` of them, a thousand times the same name and nothing else) each with some next to it in the order of their keys, in which those that are
 * the same in all stand together.  Sets of MATCH_BLOCK_DEPTH atoms that are still too frequent are divided in the same way.
 * How many such crowds there were, and of how many records, is reported.
 *
 * Where only the pairs of some records are asked for, sets without one of them are left out: the pairs are those of the whole, no others.
 *
 * Memory: 4 bytes an atom of a record twice, and 16 an atom of its own while atoms are counted.
 *
 * Worked example, most = 2: {acme, berlin, 555}, {acme, berlin}, {acme, bonn}, {berlin}, {bonn}.  555 is no one else's.  bonn is in two records, which
 * are compared; acme and berlin are in three each, too many, but together in two: the first and the second are compared.  With berlin as a stop
 * atom these two share acme alone, and are not.
 */
#include "matching/match_block.h"

#include "miscadmin.h"

/* In more records than both of these: a stop atom. */
#define STOP_PART 0.05
#define STOP_LEAST 1000

#define MATCH_BLOCK_DEPTH 6
#define CROWD_NEIGHBOURS 8

/* Twins were found by at most so many of their atoms. */
#define TWIN_ATOMS 3

/* And records of more than so many columns by the first of them. */
#define WIDE 12
#define WIDE_ATOMS 2

/* ---- atoms by how rare they are ---- */

typedef struct AtomSlot
{
	uint64		atom;			/* 0 is free */
	uint32		count:31;
	uint32		stop:1;
	uint32		rank;
} AtomSlot;

typedef struct AtomTable
{
	AtomSlot   *slots;
	uint64		mask;
	uint64		used;
} AtomTable;

static inline AtomSlot *
atom_slot(AtomTable *table, uint64 atom)
{
	uint64		i = atom & table->mask;

	while (table->slots[i].atom != 0 && table->slots[i].atom != atom)
		i = (i + 1) & table->mask;
	return &table->slots[i];
}

static void
atom_table_init(AtomTable *table, uint64 room)
{
	table->mask = room - 1;
	table->used = 0;
	table->slots = MemoryContextAllocExtended(CurrentMemoryContext, room * sizeof(AtomSlot), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

static void
atom_table_add(AtomTable *table, uint64 atom)
{
	AtomSlot   *slot;

	if (table->used * 4 >= table->mask * 3)
	{
		AtomTable	old = *table;

		atom_table_init(table, (old.mask + 1) * 2);
		for (uint64 i = 0; i <= old.mask; i++)
			if (old.slots[i].atom != 0)
				*atom_slot(table, old.slots[i].atom) = old.slots[i];
		table->used = old.used;
		pfree(old.slots);
	}
	slot = atom_slot(table, atom);
	if (slot->atom == 0)
	{
		slot->atom = atom;
		table->used++;
	}
	slot->count++;
}

static int
slot_compare(AtomSlot *const *a, AtomSlot *const *b)
{
	if ((*a)->stop != (*b)->stop)
		return (*a)->stop ? 1 : -1;
	if ((*a)->count != (*b)->count)
		return (*a)->count < (*b)->count ? -1 : 1;
	return (*a)->atom < (*b)->atom ? -1 : (*a)->atom > (*b)->atom;
}

#define MERGE_SORT_NAME sort_slots
#define MERGE_SORT_TYPE AtomSlot *
#define MERGE_SORT_COMPARE slot_compare
#include "core/merge_sort.h"

static inline int
rank_compare(const uint32 *a, const uint32 *b)
{
	return *a < *b ? -1 : *a > *b;
}

#define MERGE_SORT_NAME sort_ranks
#define MERGE_SORT_TYPE uint32
#define MERGE_SORT_COMPARE rank_compare
#include "core/merge_sort.h"

/* Counts atoms. */
void
match_blocks_init(MatchBlocks *blocks, MatchRecord *const *records, uint32 nrecords, uint32 nleft, uint32 most)
{
	AtomTable  *table = palloc(sizeof(AtomTable));
	uint64		total = 0;

	memset(blocks, 0, sizeof(MatchBlocks));
	blocks->nrecords = nrecords;
	blocks->records = records;
	blocks->nleft = nleft;
	blocks->most = most;
	blocks->table = table;
	atom_table_init(table, 1024);
	for (uint32 i = 0; i < nrecords; i++)
	{
		const uint64 *atoms = match_record_atoms(records[i]);

		CHECK_FOR_INTERRUPTS();
		for (uint32 k = 0; k < records[i]->natoms; k++)
			atom_table_add(table, match_atom_of(atoms[k]));
		total += records[i]->natoms;
	}
	if (total > PG_UINT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many records to match: they have " UINT64_FORMAT " words and other things to be found by", total),
				 errdetail("The limit is %u.", PG_UINT32_MAX),
				 errhint("Match a part of the records at a time, or leave columns out of what records are found by: {\"block\": false}.")));
	blocks->total = total;
}

/* The atoms that are stop atoms by how many records have them, in order; at most MATCH_MAX_STOP, the most frequent. */
uint64 *
match_blocks_frequent(const MatchBlocks *blocks, uint32 *n)
{
	const AtomTable *table = blocks->table;
	uint32		least = (uint32) Max(STOP_LEAST, STOP_PART * blocks->nrecords);
	AtomSlot  **frequent = palloc((blocks->total / least + 1) * sizeof(AtomSlot *));
	uint64	   *atoms;
	uint64		nfrequent = 0;

	for (uint64 i = 0; i <= table->mask; i++)
		if (table->slots[i].count > least)
			frequent[nfrequent++] = &table->slots[i];
	sort_slots(frequent, nfrequent);
	*n = (uint32) Min(nfrequent, MATCH_MAX_STOP);
	atoms = palloc(Max(*n, 1) * sizeof(uint64));
	for (uint32 i = 0; i < *n; i++)
		atoms[i] = frequent[nfrequent - *n + i]->atom;
	match_sort_hashes(atoms, *n);
	pfree(frequent);
	return atoms;
}

/* Numbers atoms from the rarest on, stop atoms last, and gives each record the list of its numbers. */
void
match_blocks_number(MatchBlocks *blocks, const uint64 *stop, uint32 nstop)
{
	AtomTable  *table = blocks->table;
	MatchRecord *const *records = blocks->records;
	uint32		nrecords = blocks->nrecords;
	AtomSlot  **shared = MemoryContextAllocExtended(CurrentMemoryContext, Max(table->used, 1) * sizeof(AtomSlot *), MCXT_ALLOC_HUGE);
	uint64		n = 0;

	for (uint32 i = 0; i < nstop; i++)
	{
		AtomSlot   *slot = atom_slot(table, stop[i]);

		slot->stop = slot->atom != 0;
	}
	for (uint64 i = 0; i <= table->mask; i++)
		if (table->slots[i].count > 1)
			shared[n++] = &table->slots[i];
	sort_slots(shared, n);
	blocks->nranks = (uint32) n;
	blocks->counts = MemoryContextAllocExtended(CurrentMemoryContext, (n + 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	blocks->columns = MemoryContextAllocExtended(CurrentMemoryContext, n + 1, MCXT_ALLOC_HUGE);
	for (uint64 i = 0; i < n; i++)
	{
		shared[i]->rank = (uint32) i;
		blocks->nwalked += !shared[i]->stop;
		blocks->counts[i] = shared[i]->count;
		blocks->columns[i] = (uint8) match_atom_column(shared[i]->atom);
	}
	pfree(shared);

	blocks->offsets = MemoryContextAllocExtended(CurrentMemoryContext, ((Size) nrecords + 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	blocks->ranks = MemoryContextAllocExtended(CurrentMemoryContext, (blocks->total + 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	n = 0;
	for (uint32 i = 0; i < nrecords; i++)
	{
		const uint64 *atoms = match_record_atoms(records[i]);
		uint64		first = n;

		CHECK_FOR_INTERRUPTS();
		blocks->offsets[i] = (uint32) n;
		for (uint32 k = 0; k < records[i]->natoms; k++)
		{
			AtomSlot   *slot = atom_slot(table, match_atom_of(atoms[k]));

			if (slot->count > 1)
				blocks->ranks[n++] = slot->rank;
		}
		sort_ranks(blocks->ranks + first, n - first);
	}
	blocks->offsets[nrecords] = (uint32) n;
	pfree(table->slots);
	pfree(table);
	blocks->table = NULL;
}

/* ---- pairs ---- */

typedef struct Walk
{
	MatchBlocks *blocks;
	uint32		first;			/* the first frequent atom */
	uint32	   *counts;			/* of each frequent atom, at a depth: how many records of the set have it; else 0 */
	uint32	   *places;
	const uint32 *ends;			/* of each record, where its stop atoms begin */
	uint32		set[MATCH_BLOCK_DEPTH];
} Walk;

/* Is the set the beginning of what the two records share? */
static inline bool
begins_with(const MatchBlocks *blocks, uint32 a, uint32 b, const uint32 *set, int depth)
{
	const uint32 *p = blocks->ranks + blocks->offsets[a];
	const uint32 *p_end = blocks->ranks + blocks->offsets[a + 1];
	const uint32 *q = blocks->ranks + blocks->offsets[b];
	const uint32 *q_end = blocks->ranks + blocks->offsets[b + 1];
	int			k = 0;

	while (p < p_end && q < q_end)
	{
		if (*p == *q)
		{
			if (*p != set[k])
				return false;
			if (++k == depth)
				return true;
			p++;
			q++;
		}
		else if (*p < *q)
			p++;
		else
			q++;
	}
	return false;
}

/* Is there one among the records whose pairs are looked for? */
static inline bool
any_wanted(const MatchBlocks *blocks, const uint32 *records, uint32 n)
{
	if (blocks->wanted == NULL)
		return true;
	for (uint32 i = 0; i < n; i++)
		if (blocks->wanted[records[i]])
			return true;
	return false;
}

/*
 * The columns of a set of atoms; of twins, which have none, those of their rarest ones, up to the first that is rare by itself.  Of wide records the
 * first few, since there would be too many sets.
 */
static uint32
columns_of(const MatchBlocks *blocks, uint32 record, const uint32 *set, int depth)
{
	const uint32 *atoms = depth > 0 ? set : blocks->ranks + blocks->offsets[record];
	int			n = depth > 0 ? depth : (int) Min(blocks->offsets[record + 1] - blocks->offsets[record], TWIN_ATOMS);
	uint32		columns = 0;

	if (blocks->records[record]->ncolumns > WIDE)
		n = Min(n, WIDE_ATOMS);
	for (int i = 0; i < n; i++)
	{
		columns |= UINT32_C(1) << blocks->columns[atoms[i]];
		if (blocks->counts[atoms[i]] <= blocks->most)
			break;
	}
	return columns;
}

static inline void
take_pair(MatchBlocks *blocks, uint32 a, uint32 b, const uint32 *set, int depth, uint32 found_by)
{
	if (blocks->nleft > 0 && (a < blocks->nleft) == (b < blocks->nleft))
		return;
	if (blocks->wanted != NULL && !blocks->wanted[a] && !blocks->wanted[b])
		return;
	if (depth > 0 && (blocks->twins[a] == blocks->twins[b] || !begins_with(blocks, a, b, set, depth)))
		return;
	blocks->npairs++;
	blocks->function(blocks->context, Min(a, b), Max(a, b), found_by);
}

static void
take_all_pairs(MatchBlocks *blocks, const uint32 *records, uint32 n, const uint32 *set, int depth)
{
	uint32		found_by;

	if (!any_wanted(blocks, records, n))
		return;
	blocks->nblocks++;
	found_by = columns_of(blocks, records[0], set, depth);
	for (uint32 i = 0; i < n; i++)
		for (uint32 j = i + 1; j < n; j++)
			take_pair(blocks, records[i], records[j], set, depth, found_by);
}

/* An order in which records stand together that are the same in all, or in most. */
#define MERGE_SORT_NAME sort_records
#define MERGE_SORT_TYPE uint32
#define MERGE_SORT_PARAMETER MatchRecord *const *records
#define MERGE_SORT_COMPARE(a, b) match_record_compare(records, *(a), *(b))
#include "core/merge_sort.h"

/* Too many that cannot be told apart by their atoms: each is compared with some next to it.  Twins have no set. */
static void
take_crowd(MatchBlocks *blocks, uint32 *records, uint32 n, const uint32 *set, int depth)
{
	uint32		found_by;

	if (!any_wanted(blocks, records, n))
		return;
	found_by = columns_of(blocks, records[0], set, depth);
	blocks->ncrowds++;
	if (blocks->is_crowded == NULL)
		blocks->is_crowded = palloc_extended(blocks->nrecords * sizeof(bool), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint32 i = 0; i < n; i++)
	{
		blocks->crowded_records += !blocks->is_crowded[records[i]];
		blocks->is_crowded[records[i]] = true;
	}
	blocks->crowd_most = Max(blocks->crowd_most, n);
	sort_records(records, n, blocks->records);
	for (uint32 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint32 j = i + 1; j < n && j - i <= CROWD_NEIGHBOURS; j++)
			take_pair(blocks, records[i], records[j], set, depth, found_by);
	}
}

/*
 * The records of a set that is too frequent, divided by the next atom that they have.  records is in order of numbers, and may be
 * changed.
 */
static void
walk(Walk *w, uint32 *records, uint32 n, int depth)
{
	MatchBlocks *blocks = w->blocks;
	uint32		last = w->set[depth - 1];
	uint32		ntouched = 0;
	uint32		room = 64;
	uint32	   *touched;
	uint32	   *counts = w->counts + (Size) depth * (blocks->nwalked - w->first) - w->first;
	uint32	   *children;
	uint32		total = 0;
	uint32		nall = PG_UINT32_MAX;	/* the first atom that all have */

	CHECK_FOR_INTERRUPTS();
	if (!any_wanted(blocks, records, n))
		return;
	if (depth == MATCH_BLOCK_DEPTH)
	{
		take_crowd(blocks, records, n, w->set, depth);
		return;
	}
	touched = palloc(room * sizeof(uint32));
	for (uint32 i = 0; i < n; i++)
	{
		const uint32 *p = blocks->ranks + w->ends[records[i]];
		const uint32 *start = blocks->ranks + blocks->offsets[records[i]];

		while (p > start && *--p > last)
		{
			if (counts[*p]++ == 0)
			{
				if (ntouched == room)
				{
					room *= 2;
					touched = repalloc_huge(touched, (Size) room * sizeof(uint32));
				}
				touched[ntouched++] = *p;
			}
		}
	}
	/* what one record alone has makes no pair; what all have ends the children */
	for (uint32 i = 0; i < ntouched; i++)
		if (counts[touched[i]] == n)
			nall = Min(nall, touched[i]);
	{
		uint32		kept = 0;

		for (uint32 i = 0; i < ntouched; i++)
		{
			if (counts[touched[i]] < 2 || touched[i] > nall)
				counts[touched[i]] = 0;
			else
				touched[kept++] = touched[i];
		}
		ntouched = kept;
	}
	sort_ranks(touched, ntouched);
	for (uint32 i = 0; i < ntouched; i++)
		total += counts[touched[i]];
	children = palloc_extended(Max(total, 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	{
		uint32	   *places = w->places;
		uint32		at = 0;

		for (uint32 i = 0; i < ntouched; i++)
		{
			places[touched[i]] = at;
			at += counts[touched[i]];
		}
		for (uint32 i = 0; i < n; i++)
		{
			const uint32 *p = blocks->ranks + w->ends[records[i]];
			const uint32 *start = blocks->ranks + blocks->offsets[records[i]];

			while (p > start && *--p > last)
				if (counts[*p] != 0)
					children[places[*p]++] = records[i];
		}
	}
	total = 0;
	for (uint32 i = 0; i < ntouched; i++)
	{
		uint32		size = counts[touched[i]];

		counts[touched[i]] = 0;
		w->set[depth] = touched[i];
		if (size <= blocks->most)
			take_all_pairs(blocks, children + total, size, w->set, depth + 1);
		else
			walk(w, children + total, size, depth + 1);
		total += size;
	}
	pfree(children);
	pfree(touched);
}

/* By atoms: twins have the same. */
static int
twin_compare(const MatchBlocks *blocks, uint32 x, uint32 y)
{
	uint32		nx = blocks->offsets[x + 1] - blocks->offsets[x];
	uint32		ny = blocks->offsets[y + 1] - blocks->offsets[y];
	const uint32 *p = blocks->ranks + blocks->offsets[x];
	const uint32 *q = blocks->ranks + blocks->offsets[y];

	if (nx != ny)
		return nx < ny ? -1 : 1;
	for (uint32 i = 0; i < nx; i++)
		if (p[i] != q[i])
			return p[i] < q[i] ? -1 : 1;
	return 0;
}

#define MERGE_SORT_NAME sort_twins
#define MERGE_SORT_TYPE uint32
#define MERGE_SORT_PARAMETER const MatchBlocks *blocks
#define MERGE_SORT_COMPARE(a, b) twin_compare(blocks, *(a), *(b))
#include "core/merge_sort.h"

/* Gives twins the same number, and takes their pairs. */
static void
take_twins(MatchBlocks *blocks)
{
	Size		bytes = Max(blocks->nrecords, 1) * sizeof(uint32);
	uint32	   *order = palloc_extended(bytes, MCXT_ALLOC_HUGE);
	uint32		first;

	blocks->twins = palloc_extended(bytes, MCXT_ALLOC_HUGE);
	for (uint32 i = 0; i < blocks->nrecords; i++)
		order[i] = i;
	sort_twins(order, blocks->nrecords, blocks);
	for (first = 0; first < blocks->nrecords;)
	{
		uint32		end = first;

		CHECK_FOR_INTERRUPTS();
		while (end < blocks->nrecords && twin_compare(blocks, order[first], order[end]) == 0)
			blocks->twins[order[end++]] = first;
		if (blocks->offsets[order[first]] == blocks->offsets[order[first] + 1])
			;					/* without an atom that anyone else has */
		else if (end - first > blocks->most)
			take_crowd(blocks, order + first, end - first, NULL, 0);
		else if (end - first > 1)
			take_all_pairs(blocks, order + first, end - first, NULL, 0);
		first = end;
	}
	pfree(order);
}

/* Calls the function with each pair of records that are to be compared, once. */
void
match_blocks_pairs(MatchBlocks *blocks, MatchPairFunction function, void *context)
{
	uint32		nranks = blocks->nwalked;
	uint32	   *places = palloc_extended(((Size) nranks + 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	uint32	   *ends = palloc_extended(((Size) blocks->nrecords + 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	uint32	   *lists;
	uint32		at = 0;
	Walk		w;

	blocks->function = function;
	blocks->context = context;
	take_twins(blocks);
	for (uint32 rank = 0; rank < nranks; rank++)
	{
		places[rank] = at;
		at += blocks->counts[rank];
	}
	blocks->total = at;
	lists = palloc_extended(((Size) at + 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	for (uint32 i = 0; i < blocks->nrecords; i++)
	{
		uint32		k;

		for (k = blocks->offsets[i]; k < blocks->offsets[i + 1] && blocks->ranks[k] < nranks; k++)
			lists[places[blocks->ranks[k]]++] = i;
		ends[i] = k;
	}

	w.blocks = blocks;
	w.ends = ends;
	for (w.first = 0; w.first < nranks && blocks->counts[w.first] <= blocks->most; w.first++)
		;
	w.counts = palloc_extended((Size) MATCH_BLOCK_DEPTH * (nranks - w.first) * sizeof(uint32) + 1, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	w.places = palloc_extended(((Size) nranks + 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	at = 0;
	for (uint32 rank = 0; rank < nranks; rank++)
	{
		CHECK_FOR_INTERRUPTS();
		w.set[0] = rank;
		blocks->walked = at;
		if (blocks->counts[rank] <= blocks->most)
			take_all_pairs(blocks, lists + at, blocks->counts[rank], w.set, 1);
		else
			walk(&w, lists + at, blocks->counts[rank], 1);
		at += blocks->counts[rank];
	}
	pfree(w.counts);
	pfree(w.places);
	pfree(places);
	pfree(ends);
	pfree(lists);
	pfree(blocks->twins);
}
