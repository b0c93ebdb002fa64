/*
 * tally.c
 *		A multiset of 64-bit values inside a flat summary, for exact medians.
 *
 * While a summary is being built its tally is a hash table with linear probing (value -> how often); a stored
 * summary holds the same sorted by value, without free slots.  Up to 4,096 distinct values, which is every cycle
 * length in whole days that deals ever have, all are kept and a median is exact.  With the 4,097th the values are
 * rounded to ranges of 1/128 of their size (as an HDR histogram does) and represented by the middle, so that
 * memory stays bounded and each value is at most 1/256 = 0.4 % off.  Since the switch depends on the set of values
 * alone, the result is the same whatever the order of rows and however parts were merged.
 *
 * Rounding: |v| below 256 stays.  Otherwise let s be such that 128 <= |v| >> s < 256; v's range is
 * [i << s, (i + 1) << s) with i = |v| >> s, and its representative (i << s) + (1 << s) / 2, which rounds to
 * itself.  Example: 1000 = 250 << 2 is represented by 1002.
 */
#include "core/tally.h"

#include "port/pg_bitutils.h"

/*
 * Fibonacci hashing: the product's upper bits are well mixed even where values are multiples of a day.  16 of them
 * are enough for the largest table, of 32,768 slots.
 */
static inline uint32
slot_of(const Tally *tally, int64 value)
{
	return (uint32) (((uint64) value * UINT64CONST(0x9E3779B97F4A7C15)) >> 48) & (tally->nslots - 1);
}

int64
tally_round(int64 value)
{
	uint64		size = value < 0 ? -(uint64) value : (uint64) value;
	int			shift;

	if (size < 256)
		return value;
	shift = pg_leftmost_one_pos64(size) - 7;
	size = ((size >> shift) << shift) + ((UINT64CONST(1) << shift) >> 1);
	return value < 0 ? -(int64) size : (int64) size;
}

/* A hash table for `used` values at most three quarters full; none at all for none. */
uint32
tally_slots_for(uint32 used)
{
	uint32		nslots = TALLY_FIRST_SLOTS;

	if (used == 0)
		return 0;
	while (nslots - nslots / 4 < used)
		nslots *= 2;
	return nslots;
}

/*
 * Adds a value to a hashed tally.  Returns false, having changed nothing, when a new value finds it full or too
 * varied to stay exact: the caller then makes a larger one with tally_rehash and tries again.
 */
bool
tally_add(Tally *tally, int64 value, int64 count)
{
	uint32		slot;

	if (unlikely(tally->nslots == 0))
		return false;
	if (unlikely(tally->rounded))
		value = tally_round(value);
	for (slot = slot_of(tally, value); tally->slots[slot].count != 0; slot = (slot + 1) & (tally->nslots - 1))
	{
		if (tally->slots[slot].value == value)
		{
			tally->slots[slot].count += count;
			return true;
		}
	}
	if (tally->used >= tally->nslots - tally->nslots / 4 || (tally->used >= TALLY_EXACT_VALUES && !tally->rounded))
		return false;
	tally->slots[slot].value = value;
	tally->slots[slot].count = count;
	tally->used++;
	return true;
}

/* Fills an empty hashed tally, zeroed, with nslots and rounded set by the caller, from another in either form. */
void
tally_rehash(Tally *into, const Tally *from)
{
	into->hashed = 1;
	for (uint32 i = 0; i < from->nslots; i++)
	{
		if (from->slots[i].count != 0 && !tally_add(into, from->slots[i].value, from->slots[i].count))
			elog(ERROR, "a new tally is too small");
	}
}

static int
compare_slots(const void *a, const void *b)
{
	int64		left = ((const TallySlot *) a)->value;
	int64		right = ((const TallySlot *) b)->value;

	return left < right ? -1 : left > right;
}

/* The stored form: `into` has room for from->used slots. */
void
tally_sort(Tally *into, const Tally *from)
{
	uint32		n = 0;

	for (uint32 i = 0; i < from->nslots; i++)
	{
		if (from->slots[i].count != 0)
			into->slots[n++] = from->slots[i];
	}
	Assert(n == from->used);
	into->nslots = into->used = n;
	into->hashed = 0;
	into->rounded = from->rounded;
	qsort(into->slots, n, sizeof(TallySlot), compare_slots);
}

/* The median of a sorted tally: the middle value, or the mean of the two in the middle.  False where empty. */
bool
tally_median(const Tally *tally, double *median)
{
	int64		total = 0;
	int64		seen = 0;
	double		lower = 0;
	bool		have_lower = false;

	Assert(!tally->hashed);
	for (uint32 i = 0; i < tally->used; i++)
		total += tally->slots[i].count;
	for (uint32 i = 0; i < tally->used; i++)
	{
		seen += tally->slots[i].count;
		if (!have_lower && seen >= (total + 1) / 2)
		{
			lower = (double) tally->slots[i].value;
			have_lower = true;
		}
		if (seen >= total / 2 + 1)
		{
			*median = (lower + (double) tally->slots[i].value) / 2;
			return true;
		}
	}
	return false;
}
