/*
 * match_column.h
 *		The columns of a match rule: what is kept of a value, and how alike two of them are.  See match_column.c.
 */
#ifndef SALESOPS_MATCH_COLUMN_H
#define SALESOPS_MATCH_COLUMN_H

#include "matching/match_rule.h"

/*
 * Levels of agreement: missing on either side, different, then ever more alike; the highest one is the same key.  What a role has
 * beyond MATCH_LEVEL_DIFFERENT is in match_column_levels().
 */
#define MATCH_LEVEL_MISSING		0
#define MATCH_LEVEL_DIFFERENT	1
#define MATCH_LEVEL_MOST		(MATCH_LEVEL_DIFFERENT + MATCH_MAX_LEVELS + 1)
#define MATCH_LEVELS			(MATCH_LEVEL_MOST + 1)

/* Of a value at most so many atoms. */
#define MATCH_VALUE_ATOMS 12

/* No key is longer, in bytes. */
#define MATCH_KEY_BYTES 250

/* A bit for each pair of neighbouring characters of a key, some for several. */
#define MATCH_OUTLINE_WORDS 2

struct MatchReading;

/* What is kept of a value: its key, a packed text; NULL where the value is missing. */
typedef struct MatchField
{
	text	   *key;
	uint64		hash;			/* of the key; 0 where the value is missing */
	const uint64 *outline;
	struct MatchReading *reading;	/* of match_reading.h; NULL: none is kept */
} MatchField;

extern int	match_column_levels(const MatchColumn *column);
extern const char *match_column_level_name(const MatchColumn *column, int level);
extern text *match_column_key(const MatchColumn *column, text *value);
extern double match_column_similarity(const MatchColumn *column, const MatchField *a, const MatchField *b);
extern int	match_column_level(const MatchColumn *column, const MatchField *a, const MatchField *b);
extern int	match_column_atoms(const MatchColumn *column, int number, text *key, uint64 *atoms);

extern void match_outline(text *key, uint64 *outline);

extern uint64 match_hash(const char *bytes, Size n, uint64 seed);
extern void match_sort_hashes(uint64 *hashes, uint32 n);

#endif							/* SALESOPS_MATCH_COLUMN_H */
