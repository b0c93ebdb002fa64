/*
 * trigrams.h
 *		The trigrams of a text, as pg_trgm has them.  See trigrams.c.
 */
#ifndef SALESOPS_TRIGRAMS_H
#define SALESOPS_TRIGRAMS_H

#include "matching/matching.h"

/* What is kept from text to text. */
typedef struct Trigrams
{
	uint32		n;
	uint32		room;
	uint32	   *trigrams;		/* of the last text: in order, each once */
	bool		plain_lower;	/* in this database A is a, and so on to Z */
} Trigrams;

extern void trigrams_init(Trigrams *trigrams);
extern void trigrams_read(Trigrams *trigrams, text *value);

#endif							/* SALESOPS_TRIGRAMS_H */
