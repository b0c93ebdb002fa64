/*
 * row_set.c
 *		Many rows of fixed width, each under a key, collected in any order and read in order of the key.
 *
 * For aggregates whose work is per deal, over millions of deals: instead of a group for each, they collect compact rows
 * and bring those of one key together at the end.  The order is that of a hash of the key, then of the key, which is an
 * order like any other, and lets the rows be partitioned as they come: by the uppermost bits of the hash.  A partition of a
 * few million rows fits the processor's cache, where sorting it is cheap; partition after partition is the whole in order.
 * (Boncz, Manegold and Kersten 1999, "Database Architecture Optimized for the New Bottleneck", of joins; what differs is that
 * there is no pass of its own for partitioning, since the rows come one at a time anyway.)
 *
 * A few thousand rows lie in one partition, and are dealt out when they become more: 256 partitions of a handful each
 * would be mostly room.  A partition is one array that doubles, and later grows by half.
 *
 * Keys are words of 8 bytes, as many as the longest key so far needs, zeros behind shorter ones; when a longer one comes, all
 * rows are widened, which happens 15 times at most.
 *
 * A partition is sorted by one distribution over as many buckets as it has rows, by the bits of the hash below those
 * that chose it, and in the buckets, of a row or two, by insertion.  Keys made to share their hash fall into one
 * bucket: that is sorted in n log n steps, as core/merge_sort.h does, and the reader takes no longer than for a sort.
 *
 * Reading changes nothing, so that the same set can be read while it is still collected, as in window frames.
 */
#include "core/row_set.h"

#include "miscadmin.h"

#define FIRST_ROOM 16
#define DOUBLING_ROOM 4096

void
row_set_init(RowSet *set, MemoryContext context, uint32 key_words, uint32 row_bytes)
{
	set->context = context;
	set->key_words = key_words;
	set->width = key_words * sizeof(uint64) + row_bytes;
	set->nparts = 1;
	set->nrows = 0;
	set->parts = MemoryContextAllocZero(context, sizeof(RowPart));
}

/* Rows may be more than 1 GB in one partition, where keys were made for it; whoever collects has a limit of its own. */
static void
part_resize(RowSet *set, RowPart *part, uint32 room)
{
	Size		size = (Size) room * set->width;

	part->rows = part->rows == NULL ? MemoryContextAllocHuge(set->context, size) : repalloc_huge(part->rows, size);
	part->room = room;
}

/* Room for more rows in a partition that is full. */
void
row_set_grow(RowSet *set, RowPart *part)
{
	CHECK_FOR_INTERRUPTS();
	part_resize(set, part, part->room == 0 ? FIRST_ROOM : part->room < DOUBLING_ROOM ? part->room * 2 : part->room + part->room / 2);
}

/* Deals the rows out to partitions, where they are enough. */
void
row_set_split(RowSet *set)
{
	RowPart		all = set->parts[0];
	uint32		count[ROW_SET_PARTS] = {0};

	if (set->nparts > 1)
		return;
	for (uint32 i = 0; i < all.n; i++)
	{
		/* whoever takes rows in order may have all of them in one part */
		if (unlikely((i & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		count[row_key_hash((const uint64 *) (all.rows + (Size) i * set->width), set->key_words) >> (64 - ROW_SET_BITS)]++;
	}
	pfree(set->parts);
	set->parts = MemoryContextAllocZero(set->context, ROW_SET_PARTS * sizeof(RowPart));
	set->nparts = ROW_SET_PARTS;
	for (int part = 0; part < ROW_SET_PARTS; part++)
	{
		if (count[part] > 0)
			part_resize(set, &set->parts[part], count[part] + count[part] / 2 + 1);
	}
	set->nrows = 0;
	for (uint32 i = 0; i < all.n; i++)
	{
		const char *row = all.rows + (Size) i * set->width;

		if (unlikely((i & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		memcpy(row_set_add(set, row_key_hash((const uint64 *) row, set->key_words)), row, set->width);
	}
	if (all.rows != NULL)
		pfree(all.rows);
}

/* Makes keys wider. */
void
row_set_widen(RowSet *set, uint32 key_words)
{
	Size		old_key = set->key_words * sizeof(uint64);
	Size		old_width = set->width;
	Size		key = key_words * sizeof(uint64);

	set->key_words = key_words;
	set->width = old_width - old_key + key;
	for (uint32 i = 0; i < set->nparts; i++)
	{
		RowPart    *part = &set->parts[i];

		CHECK_FOR_INTERRUPTS();
		if (part->room == 0)
			continue;
		part_resize(set, part, part->room);
		/* from the last one on, each to where it overlaps none but itself and those behind it */
		for (uint32 row = part->n; row-- > 0;)
		{
			char	   *from = part->rows + row * old_width;
			char	   *to = part->rows + row * (Size) set->width;

			if (unlikely((row & 0xFFFFF) == 0xFFFFF))
				CHECK_FOR_INTERRUPTS();
			memmove(to + key, from + old_key, old_width - old_key);
			memmove(to, from, old_key);
			memset(to + old_key, 0, key - old_key);
		}
	}
}

/* ---- sorting ---- */

static inline int
ref_compare(const RowRef *left, const RowRef *right, uint32 words)
{
	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	return row_key_compare((const uint64 *) left->row, (const uint64 *) right->row, words);
}

#define MERGE_SORT_NAME sort_refs
#define MERGE_SORT_TYPE RowRef
#define MERGE_SORT_PARAMETER uint32 words
#define MERGE_SORT_COMPARE(left, right) ref_compare(left, right, words)
#include "core/merge_sort.h"

/* Rows to be sorted in n log n steps, and no more with insertions. */
#define FEW_ROWS 8

/*
 * Sorts `n` rows from `from`, whose hashes have their uppermost `shared` bits in common, into `to`.
 */
static void
distribute(const RowRef *from, RowRef *to, uint32 n, int shared, uint32 words)
{
	int			bits = 1;
	int			shift;
	uint32		nbuckets;
	uint32		mask;
	uint32	   *ends;
	uint32		start = 0;

	while (bits < 24 && ((uint32) 1 << bits) < n)
		bits++;
	nbuckets = (uint32) 1 << bits;
	mask = nbuckets - 1;
	shift = 64 - shared - bits;
	ends = palloc0((nbuckets + 1) * sizeof(uint32));

	for (uint32 i = 0; i < n; i++)
		ends[((from[i].hash >> shift) & mask) + 1]++;
	for (uint32 bucket = 0; bucket < nbuckets; bucket++)
		ends[bucket + 1] += ends[bucket];
	/* ends[bucket] is where its next row goes, and at last where it ends */
	for (uint32 i = 0; i < n; i++)
		to[ends[(from[i].hash >> shift) & mask]++] = from[i];
	for (uint32 bucket = 0; bucket < nbuckets; bucket++)
	{
		uint32		end = ends[bucket];

		if (end - start > FEW_ROWS)
			sort_refs(&to[start], end - start, words);
		else
		{
			for (uint32 i = start + 1; i < end; i++)
			{
				RowRef		ref = to[i];
				uint32		hole = i;

				for (; hole > start && ref_compare(&to[hole - 1], &ref, words) > 0; hole--)
					to[hole] = to[hole - 1];
				to[hole] = ref;
			}
		}
		start = end;
	}
	pfree(ends);
}

/* ---- reading ---- */

void
row_reader_of_set(RowReader *reader, const RowSet *set)
{
	memset(reader, 0, sizeof(*reader));
	reader->set = set;
	reader->key_words = set->key_words;
	reader->width = set->width;
}

/* Rows that lie in order, one after the other. */
void
row_reader_of_rows(RowReader *reader, const char *rows, uint32 n, uint32 key_words, uint32 width)
{
	memset(reader, 0, sizeof(*reader));
	reader->next = rows;
	reader->end = rows + (Size) n * width;
	reader->key_words = key_words;
	reader->width = width;
}

static void
reader_room(RowReader *reader, uint32 n)
{
	if (likely(n <= reader->room))
		return;
	n = Max(n, reader->room + reader->room / 2);
	if (reader->set != NULL)
	{
		if (reader->scratch != NULL)
			pfree(reader->scratch);
		reader->scratch = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(RowRef));
	}
	if (reader->refs == NULL)
		reader->refs = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(RowRef));
	else
		reader->refs = repalloc_huge(reader->refs, n * sizeof(RowRef));
	reader->room = n;
}

/* Reads a partition, to be asked for in turn; false behind the last one. */
bool
row_reader_part(RowReader *reader, uint32 part)
{
	CHECK_FOR_INTERRUPTS();
	reader->n = 0;
	reader->at = 0;
	reader->repeated = NULL;
	if (part >= ROW_SET_PARTS)
		return false;
	if (reader->set == NULL)
	{
		/* the rows of this partition are the next ones */
		while (reader->next < reader->end)
		{
			uint64		hash = row_key_hash((const uint64 *) reader->next, reader->key_words);

			if (hash >> (64 - ROW_SET_BITS) != part)
				break;
			reader_room(reader, Max(reader->n + 1, FIRST_ROOM));
			reader->refs[reader->n++] = (RowRef) {hash, reader->next};
			reader->next += reader->width;
		}
		return true;
	}
	if (part < reader->set->nparts)
	{
		const RowPart *rows = &reader->set->parts[part];
		const char *row = rows->rows;

		reader_room(reader, Max(rows->n, 1));
		for (uint32 i = 0; i < rows->n; i++, row += reader->width)
			reader->scratch[i] = (RowRef) {row_key_hash((const uint64 *) row, reader->key_words), row};
		distribute(reader->scratch, reader->refs, rows->n, reader->set->nparts == 1 ? 0 : ROW_SET_BITS, reader->key_words);
		reader->n = rows->n;
		for (uint32 i = 1; i < reader->n; i++)
		{
			if (unlikely(reader->refs[i].hash == reader->refs[i - 1].hash) &&
				row_key_compare((const uint64 *) reader->refs[i].row, (const uint64 *) reader->refs[i - 1].row,
								reader->key_words) == 0)
				reader->repeated = reader->refs[i].row;
		}
		return true;
	}
	return false;
}

void
row_reader_end(RowReader *reader)
{
	if (reader->refs != NULL)
		pfree(reader->refs);
	if (reader->scratch != NULL)
		pfree(reader->scratch);
	reader->refs = reader->scratch = NULL;
	reader->room = reader->n = reader->at = 0;
}

/* The next partition of both sides, of which at least one has rows; false where there is none. */
bool
row_pairs_part(RowPairs *pairs)
{
	do
	{
		bool		more = false;

		for (int side = 0; side < 2; side++)
		{
			if (row_reader_part(&pairs->side[side], pairs->part))
				more = true;
			if (unlikely(pairs->side[side].repeated != NULL))
				pairs->repeated(pairs->owner, side, pairs->side[side].repeated);
		}
		if (!more)
		{
			row_reader_end(&pairs->side[0]);
			row_reader_end(&pairs->side[1]);
			return false;
		}
		pairs->part++;
	} while (pairs->side[0].n == 0 && pairs->side[1].n == 0);
	return true;
}
