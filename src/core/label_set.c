/*
 * label_set.c
 *		Labels by number: each text once, so that rows that carry one need two bytes for it.
 *
 * A hash table of numbers over one buffer of bytes, both doubling.  What the numbers are depends on the order in which labels
 * came; a stored form renumbers them by their bytes (label_set_sorted).
 *
 * Labels made to collide make finding one as slow as comparing all; there are at most 65,000, and a query that reads a
 * million rows of them can still be cancelled between any two.
 */
#include "core/label_set.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#define FIRST_LABELS 8
#define FIRST_SLOTS 16
#define FIRST_BYTES 128

void
label_set_init(LabelSet *set, MemoryContext context)
{
	memset(set, 0, sizeof(*set));
	set->context = context;
}

static inline uint64
label_hash(const char *bytes, uint32 length)
{
	uint64		hash = length;
	uint64		word;

	for (; length >= sizeof(word); bytes += sizeof(word), length -= sizeof(word))
	{
		memcpy(&word, bytes, sizeof(word));
		hash = (hash ^ word) * UINT64CONST(0x9E3779B97F4A7C15);
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, bytes, length);
	hash = (hash ^ word) * UINT64CONST(0x9E3779B97F4A7C15);
	return hash ^ (hash >> 32);
}

/* The slot of a label, or the free one where it belongs. */
static inline uint32
label_slot(const LabelSet *set, const char *bytes, uint32 length, uint64 hash)
{
	uint32		slot = (uint32) hash & (set->nslots - 1);

	for (; set->slots[slot] != 0; slot = (slot + 1) & (set->nslots - 1))
	{
		const Label *label = &set->labels[set->slots[slot] - 1];

		if (label->hash == hash && label->length == length && memcmp(set->bytes + label->at, bytes, length) == 0)
			break;
	}
	return slot;
}

uint32
label_set_find(const LabelSet *set, const char *bytes, uint32 length)
{
	return set->n == 0 ? 0 : set->slots[label_slot(set, bytes, length, label_hash(bytes, length))];
}

static void *
enlarged(const LabelSet *set, void *chunk, Size size)
{
	return chunk == NULL ? MemoryContextAlloc(set->context, size) : repalloc(chunk, size);
}

static void
label_set_rehash(LabelSet *set)
{
	set->nslots = set->nslots == 0 ? FIRST_SLOTS : set->nslots * 2;
	if (set->slots != NULL)
		pfree(set->slots);
	set->slots = MemoryContextAllocZero(set->context, set->nslots * sizeof(uint16));
	for (uint32 i = 0; i < set->n; i++)
	{
		uint32		slot = (uint32) set->labels[i].hash & (set->nslots - 1);

		while (set->slots[slot] != 0)
			slot = (slot + 1) & (set->nslots - 1);
		set->slots[slot] = (uint16) (i + 1);
	}
}

static pg_noinline uint32
label_set_append(LabelSet *set, const char *bytes, uint32 length, uint64 hash, const char *what)
{
	if (length > LABEL_SET_MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s is too long: \"%.*s...\"", what, pg_mbcliplen(bytes, (int) length, 60), bytes),
				 errdetail("It may have %d bytes, and this has %u.", LABEL_SET_MAX_BYTES, length),
				 errhint("Pass a name or a key, not a description.")));
	if (set->n == LABEL_SET_MAX_LABELS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many different values of %s", what),
				 errdetail("At most %d are possible.", LABEL_SET_MAX_LABELS),
				 errhint("Pass a coarser group, such as the team or the region.")));
	if (set->n == set->labels_room)
	{
		set->labels_room = set->labels_room == 0 ? FIRST_LABELS : set->labels_room * 2;
		set->labels = enlarged(set, set->labels, set->labels_room * sizeof(Label));
	}
	if (set->used + length > set->room || set->bytes == NULL)
	{
		set->room = Max(set->room * 2, Max(set->used + length, FIRST_BYTES));
		set->bytes = enlarged(set, set->bytes, set->room);
	}
	memcpy(set->bytes + set->used, bytes, length);
	set->labels[set->n++] = (Label) {(uint32) set->used, length, hash};
	set->used += length;
	/* half of the slots stay free */
	if (set->n * 2 > set->nslots)
		label_set_rehash(set);
	else
		set->slots[label_slot(set, bytes, length, hash)] = (uint16) set->n;
	return set->n;
}

uint32
label_set_add(LabelSet *set, const char *bytes, uint32 length, const char *what)
{
	uint64		hash = label_hash(bytes, length);

	if (likely(set->n > 0))
	{
		uint32		number = set->slots[label_slot(set, bytes, length, hash)];

		if (likely(number != 0))
			return number;
	}
	return label_set_append(set, bytes, length, hash, what);
}

static inline int
number_compare(const uint16 *left, const uint16 *right, const LabelSet *set)
{
	const Label *a = &set->labels[*left - 1];
	const Label *b = &set->labels[*right - 1];
	int			result = memcmp(set->bytes + a->at, set->bytes + b->at, Min(a->length, b->length));

	return result != 0 ? result : (int) a->length - (int) b->length;
}

#define MERGE_SORT_NAME sort_numbers
#define MERGE_SORT_TYPE uint16
#define MERGE_SORT_PARAMETER const LabelSet *set
#define MERGE_SORT_COMPARE(left, right) number_compare(left, right, set)
#include "core/merge_sort.h"

uint16 *
label_set_sorted(const LabelSet *set)
{
	uint16	   *numbers = palloc(Max(set->n, 1) * sizeof(uint16));

	for (uint32 i = 0; i < set->n; i++)
		numbers[i] = (uint16) (i + 1);
	sort_numbers(numbers, set->n, set);
	return numbers;
}
