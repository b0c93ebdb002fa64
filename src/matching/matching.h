/*
 * matching.h
 *		What the files of the matching area offer each other: texts as characters.
 */
#ifndef SALESOPS_MATCHING_H
#define SALESOPS_MATCHING_H

#include "core/fold.h"
#include "fmgr.h"

/*
 * Longer texts are refused.  All that is compared here takes time in proportion to the length, so that this is a
 * bound on memory (some 60 MB a text), not on patience.
 */
#define MATCHING_MAX_CHARS	(1 << 20)

/* Texts up to here need no allocation. */
#define MATCHING_LOCAL_CHARS 128

/* A text as characters. */
typedef struct MatchingChars
{
	int			n;
	pg_wchar   *c;
	pg_wchar	local[MATCHING_LOCAL_CHARS];
} MatchingChars;

/* Texts up to here, if they are ASCII, are compared as bytes, of which a word has a bit for each. */
#define MATCHING_WORD_CHARS 64

/* Is it such a text?  Its bytes are where it is. */
static inline bool
matching_is_short_ascii(text *value, const unsigned char **bytes, int *n)
{
	Size		len = VARSIZE_ANY_EXHDR(value);

	*bytes = (const unsigned char *) VARDATA_ANY(value);
	*n = (int) len;
	return len <= MATCHING_WORD_CHARS && fold_ascii_prefix(VARDATA_ANY(value), len) == len;
}

extern void matching_chars_init(MatchingChars *chars, text *value);
extern void matching_chars_free(MatchingChars *chars);
extern void matching_check_length(text *value);

/* An order of words: the shorter one first, then by their bytes. */
static inline int
matching_word_compare(const char *a, int na, const char *b, int nb)
{
	return na != nb ? (na < nb ? -1 : 1) : memcmp(a, b, na);
}

/* text_similarity.c: the third argument of a similarity, the least score that matters; 0 where there is none. */
extern double matching_min_score(FunctionCallInfo fcinfo);

/* jaro.c */
extern double matching_jaro_winkler(const pg_wchar *a, int na, const pg_wchar *b, int nb);

#endif							/* SALESOPS_MATCHING_H */
