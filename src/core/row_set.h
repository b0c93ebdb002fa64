/*
 * row_set.h
 *		Many rows of fixed width, each under a key, collected in any order and read in order of the key.  See row_set.c.
 */
#ifndef SALESOPS_ROW_SET_H
#define SALESOPS_ROW_SET_H

#include "core/compat.h"

/* A set of many rows lies in so many partitions, by the uppermost bits of the key's hash. */
#define ROW_SET_BITS 8
#define ROW_SET_PARTS (1 << ROW_SET_BITS)

typedef struct RowPart
{
	char	   *rows;
	uint32		n;
	uint32		room;
} RowPart;

typedef struct RowSet
{
	MemoryContext context;
	uint32		key_words;		/* 8-byte words of a key, which begins its row */
	uint32		width;			/* bytes of a row, a multiple of 8 */
	uint32		nparts;			/* 1, or ROW_SET_PARTS */
	uint32		nrows;
	RowPart    *parts;
} RowSet;

/* A row, when it is sorted. */
typedef struct RowRef
{
	uint64		hash;
	const char *row;
} RowRef;

/* Rows of one set being read in order of hash and key, a partition at a time. */
typedef struct RowReader
{
	const RowSet *set;			/* NULL where the rows lie in order already */
	const char *next;			/* there: the first row that was not read, and behind the last */
	const char *end;
	uint32		key_words;
	uint32		width;
	RowRef	   *refs;			/* of this partition, in order */
	RowRef	   *scratch;
	uint32		n;
	uint32		room;
	uint32		at;
	const char *repeated;		/* a row whose key the one before it has too, or NULL */
} RowReader;

/* Two sets being read side by side, by key. */
typedef struct RowPairs
{
	RowReader	side[2];
	uint32		part;			/* the next one */
	/* raises the error for a key that one side has twice */
	void		(*repeated) (const void *owner, int side, const char *row);
	const void *owner;
} RowPairs;

extern void row_set_init(RowSet *set, MemoryContext context, uint32 key_words, uint32 row_bytes);
extern void row_set_grow(RowSet *set, RowPart *part);
extern void row_set_widen(RowSet *set, uint32 key_words);
extern void row_set_split(RowSet *set);

extern void row_reader_of_set(RowReader *reader, const RowSet *set);
extern void row_reader_of_rows(RowReader *reader, const char *rows, uint32 n, uint32 key_words, uint32 width);
extern bool row_reader_part(RowReader *reader, uint32 part);
extern void row_reader_end(RowReader *reader);
extern bool row_pairs_part(RowPairs *pairs);
extern int	row_key_compare(const uint64 *left, const uint64 *right, uint32 words);

/*
 * The hash of a key, by which rows are ordered, also in stored values: it never changes.  Words of zero at the end do not
 * count, so that it is the same however wide keys are.  One word is mixed one to one: bigint keys never share a hash.
 * (The multipliers are those of MurmurHash3's 64-bit finalizer and of the golden ratio.)
 */
static inline uint64
row_key_hash(const uint64 *key, uint32 words)
{
	uint64		hash = 0;

	while (words > 1 && key[words - 1] == 0)
		words--;
	for (uint32 i = 0; i < words; i++)
	{
		hash = (hash ^ key[i]) * UINT64CONST(0x9E3779B97F4A7C15);
		hash ^= hash >> 32;
	}
	hash *= UINT64CONST(0xFF51AFD7ED558CCD);
	hash ^= hash >> 33;
	hash *= UINT64CONST(0xC4CEB9FE1A85EC53);
	return hash ^ (hash >> 33);
}

/* Room for a new row, which the caller fills in, its key first. */
static inline char *
row_set_add(RowSet *set, uint64 hash)
{
	RowPart    *part = &set->parts[set->nparts == 1 ? 0 : hash >> (64 - ROW_SET_BITS)];

	if (unlikely(part->n == part->room))
		row_set_grow(set, part);
	set->nrows++;
	return part->rows + (Size) part->n++ * set->width;
}

/*
 * The rows of the next key: of each set its row, or NULL where it has none.
 */
static inline bool
row_pairs_next(RowPairs *pairs, const char **left, const char **right)
{
	RowReader  *a = &pairs->side[0];
	RowReader  *b = &pairs->side[1];
	int			order;

	while (unlikely(a->at == a->n && b->at == b->n))
	{
		if (!row_pairs_part(pairs))
			return false;
	}
	if (a->at == a->n)
		order = 1;
	else if (b->at == b->n)
		order = -1;
	else if (likely(a->refs[a->at].hash != b->refs[b->at].hash))
		order = a->refs[a->at].hash < b->refs[b->at].hash ? -1 : 1;
	else
		order = row_key_compare((const uint64 *) a->refs[a->at].row, (const uint64 *) b->refs[b->at].row, a->key_words);
	*left = order <= 0 ? a->refs[a->at++].row : NULL;
	*right = order >= 0 ? b->refs[b->at++].row : NULL;
	return true;
}

#endif							/* SALESOPS_ROW_SET_H */
