/*
 * matching.h
 *		What the files of the matching area offer each other: texts as characters.
 */
#ifndef SALESOPS_MATCHING_H
#define SALESOPS_MATCHING_H

#include "core/fold.h"

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

extern void matching_chars_init(MatchingChars *chars, text *value);
extern void matching_chars_free(MatchingChars *chars);
extern void matching_check_length(text *value);

#endif							/* SALESOPS_MATCHING_H */
