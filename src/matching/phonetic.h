/*
 * phonetic.h
 *		Double Metaphone codes of words.  See phonetic.c.
 */
#ifndef SALESOPS_PHONETIC_H
#define SALESOPS_PHONETIC_H

#include "matching/matching.h"

#define PHONETIC_SOUNDS 4

typedef struct PhoneticCode
{
	int			nprimary;
	int			nalternate;
	char		primary[PHONETIC_SOUNDS];
	char		alternate[PHONETIC_SOUNDS];
} PhoneticCode;

/* The codes of a word of letters a to z; before is the word that stands before it, or NULL. */
extern void phonetic_word(const char *word, int n, const char *before, int nbefore, PhoneticCode *code);

#endif							/* SALESOPS_PHONETIC_H */
