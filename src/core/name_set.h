/*
 * name_set.h
 *		Sets of names that are known when the library is built, looked up by hashing.
 *
 * name_set.awk writes the tables: each name, behind the others in one string, has the first place that was free from where its hash points to
 * on, among twice as many places as names or more; with it goes a number from 1 to 255, what is known of the name.  So a name is found, or is known
 * not to be there, with a hash and, nearly always, one comparison; and nothing in the tables is an address that would have to be relocated.
 */
#ifndef SALESOPS_NAME_SET_H
#define SALESOPS_NAME_SET_H

#include "core/compat.h"

typedef struct NameSet
{
	const char *names;
	const uint16 *place;		/* where its name begins in names */
	const uint8 *value;			/* 0: nothing is here */
	uint32		mask;			/* the number of places, a power of two, less 1 */
	uint32		lengths[32];	/* by the last five bits of the first byte, which is its letter: bit n, a name has n bytes; bit 31, 31 or more */
} NameSet;

/* What is known of a name, or 0 where it is not in the set. */
static inline uint8
name_set_find(const NameSet *set, const char *name, int n)
{
	uint32		hash = 5381;

	if (n <= 0 || !(set->lengths[name[0] & 31] >> Min(n, 31) & 1))
		return 0;
	for (int i = 0; i < n; i++)
		hash = hash * 33 + (unsigned char) name[i];
	/* name_set.awk counts the last 16 bits, in numbers that any awk has; no set has more places */
	for (uint32 at = hash & set->mask; set->value[at] != 0; at = (at + 1) & set->mask)
	{
		const char *known = set->names + set->place[at];

		if (strncmp(known, name, n) == 0 && known[n] == '\0')
			return set->value[at];
	}
	return 0;
}

#endif							/* SALESOPS_NAME_SET_H */
