/*
 * word_table.c
 *		Look-up of words in a list that was compiled in: a hash table, filled once a backend in static memory.
 *
 * A word may have several entries.  With open addressing and nothing ever removed they are found in the order of the list.
 */
#include "matching/word_table.h"

/* FNV-1a: the words are ours, so a hash that resists collisions is not needed. */
static inline uint32
word_hash(const WordTable *table, const char *word, int len)
{
	uint32		hash = 2166136261U;

	for (int i = 0; i < len; i++)
		hash = (hash ^ (unsigned char) word[i]) * 16777619U;
	return (hash ^ hash >> 15) & (uint32) (table->nslots - 1);
}

static void
word_table_fill(WordTable *table)
{
	for (int i = 0; i < table->n; i++)
	{
		const char *word = table->entry[i].word;
		uint32		slot = word_hash(table, word, (int) strlen(word));

		while (table->slot[slot] != 0)
			slot = (slot + 1) & (uint32) (table->nslots - 1);
		table->slot[slot] = (int16) (i + 1);
	}
	table->ready = true;
}

const WordEntry *
word_table_find(WordTable *table, const char *word, int len, const WordEntry *after)
{
	uint32		slot;

	if (unlikely(!table->ready))
		word_table_fill(table);
	for (slot = word_hash(table, word, len); table->slot[slot] != 0; slot = (slot + 1) & (uint32) (table->nslots - 1))
	{
		const WordEntry *entry = &table->entry[table->slot[slot] - 1];

		if ((after == NULL || entry > after) && strncmp(entry->word, word, len) == 0 && entry->word[len] == '\0')
			return entry;
	}
	return NULL;
}
