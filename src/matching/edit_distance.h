/*
 * edit_distance.h
 *		Edit distances and the longest common subsequence of two texts.  See edit_distance.c.
 */
#ifndef SALESOPS_EDIT_DISTANCE_H
#define SALESOPS_EDIT_DISTANCE_H

#include "matching/matching.h"

typedef enum EditKind
{
	EDIT_LEVENSHTEIN,			/* insert, delete, replace a character */
	EDIT_OSA,					/* and swap two neighbours, none of which is edited again: optimal string alignment */
	EDIT_DAMERAU				/* and swap two neighbours, between which others may come or go */
} EditKind;

/* The distance; where it is greater than `most`, any number greater than that. */
extern int	edit_distance(EditKind kind, const pg_wchar *a, int na, const pg_wchar *b, int nb, int most);

/* The same, of Levenshtein or OSA, where both are ASCII of up to MATCHING_WORD_CHARS characters. */
extern int	edit_distance_of_bytes(EditKind kind, const unsigned char *a, int na, const unsigned char *b, int nb, int most);

/* The length of the longest common subsequence. */
extern int	longest_common_subsequence(const pg_wchar *a, int na, const pg_wchar *b, int nb);

#endif							/* SALESOPS_EDIT_DISTANCE_H */
