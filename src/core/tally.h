/*
 * tally.h
 *		A multiset of 64-bit values inside a flat summary, for exact medians.  See tally.c.
 */
#ifndef SALESOPS_TALLY_H
#define SALESOPS_TALLY_H

#include "core/compat.h"

typedef struct TallySlot
{
	int64		value;
	int64		count;			/* 0 marks a free slot of a hashed tally */
} TallySlot;

typedef struct Tally
{
	uint32		nslots;			/* slots that follow: 0 or a power of two where hashed, `used` where not */
	uint32		used;			/* distinct values */
	uint8		hashed;			/* hash table while it is being built; sorted by value when stored */
	uint8		rounded;		/* too many distinct values: they stand for ranges of 1/128 of their size */
	uint16		unused16;
	uint32		unused32;
	TallySlot	slots[FLEXIBLE_ARRAY_MEMBER];
} Tally;

/* Up to so many distinct values a tally is exact. */
#define TALLY_EXACT_VALUES 4096
/* No tally has more distinct values than this: rounding leaves 128 in each doubling of size, on either side. */
#define TALLY_MAX_VALUES 16384

#define TALLY_FIRST_SLOTS 8

extern bool tally_add(Tally *tally, int64 value, int64 count);
extern uint32 tally_slots_for(uint32 used);
extern void tally_rehash(Tally *into, const Tally *from);
extern void tally_sort(Tally *into, const Tally *from);
extern int64 tally_round(int64 value);
extern bool tally_median(const Tally *tally, double *median);

static inline Size
tally_size(uint32 nslots)
{
	return offsetof(Tally, slots) + nslots * sizeof(TallySlot);
}

#endif							/* SALESOPS_TALLY_H */
