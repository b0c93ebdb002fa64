/*
 * word_table.h
 *		Look-up of words in a list that was compiled in.  See word_table.c.
 */
#ifndef SALESOPS_WORD_TABLE_H
#define SALESOPS_WORD_TABLE_H

#include "core/compat.h"

typedef struct WordEntry
{
	const char *word;
	int			kind;
	const char *value;
} WordEntry;

typedef struct WordTable
{
	const WordEntry *entry;
	int			n;
	int16	   *slot;			/* an entry's number + 1, or 0 */
	int			nslots;			/* a power of 2, more than twice n */
	bool		ready;
} WordTable;

/* Declares a table over a list of words. */
#define WORD_TABLE(name, list, slots) \
	static int16 name##_slot[slots]; \
	StaticAssertDecl(lengthof(list) * 2 < (slots) && ((slots) & ((slots) - 1)) == 0, "the hash table of words is too small"); \
	static WordTable name = {(list), lengthof(list), name##_slot, (slots), false}

/* The next entry of a word after one, or the first after NULL; NULL if there are no more. */
extern const WordEntry *word_table_find(WordTable *table, const char *word, int len, const WordEntry *after);

#endif							/* SALESOPS_WORD_TABLE_H */
