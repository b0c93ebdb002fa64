/*
 * placeholder.h
 *		Values that are none: blanks, and what is written where nothing is known.  See placeholder.c.
 */
#ifndef SALESOPS_PLACEHOLDER_H
#define SALESOPS_PLACEHOLDER_H

#include "core/compat.h"

/* The longest key that there may be, in bytes of UTF-8. */
#define PLACEHOLDER_BYTES 64

/* A value as placeholders are written: its letters and digits, folded, with one space where there is anything else between them. */
typedef struct PlaceholderKey
{
	int			length;			/* -1: longer than what is looked for */
	char		bytes[PLACEHOLDER_BYTES];
} PlaceholderKey;

extern void placeholder_key(PlaceholderKey *key, const char *bytes, Size length, int longest);

/* Is there nothing in the text, or a placeholder of placeholders.tsv? */
extern bool placeholder_is_blank(const char *bytes, Size length);

/* The same of a text as it is stored, which is fetched only so far as it must be. */
extern bool placeholder_datum_is_blank(Datum value);

#endif							/* SALESOPS_PLACEHOLDER_H */
