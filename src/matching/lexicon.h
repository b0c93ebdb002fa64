/*
 * lexicon.h
 *		The words and legal forms that company names are read with: legal_forms.tsv in memory.
 */
#ifndef SALESOPS_LEXICON_H
#define SALESOPS_LEXICON_H

#include "core/compat.h"

/* What a form is for, and its condition. */
#define LEXICON_END				0x01
#define LEXICON_FRONT			0x02
#define LEXICON_AFFIX			0x04
#define LEXICON_ALIAS_AFTER		0x08
#define LEXICON_ALIAS_BEFORE	0x10
#define LEXICON_NOTE			0x20
#define LEXICON_INITIALS		0x40
#define LEXICON_CAPITALS		0x80	/* with LEXICON_INITIALS: or in capitals */

#define LEXICON_FORM_WORDS 10

/* How much a word says about a name; company_similarity.c gives these their weights. */
typedef enum LexiconClass
{
	LEXICON_NAME = 0,			/* in no list: a name of its own */
	LEXICON_INDUSTRY,
	LEXICON_PLACE,
	LEXICON_GENERIC,
	LEXICON_SMALL,
	LEXICON_AND					/* in the data file only: see is_and */
} LexiconClass;

typedef int16 LexiconId;		/* of a word; LEXICON_UNKNOWN if it is in no list */

#define LEXICON_UNKNOWN (-1)

typedef struct LexiconEntry
{
	int			nwords;
	LexiconId	word[LEXICON_FORM_WORDS];
	int			flags;
	const char *not_beside;		/* " word word ", or NULL */
	const char *spelling;
	struct LexiconEntry *next_by_last;	/* the next form with the same last word, not longer; LEXICON_END */
	struct LexiconEntry *next_by_first; /* the same by first word; all other uses */
} LexiconEntry;

typedef struct LexiconItem
{
	const char *text;
	int			len;
	LexiconClass class;
	bool		is_and;
	const char *and_before;		/* " word word ": only before one of these; NULL: before any */
	bool		front_only;		/* is the abbreviation one at the start of a name only? */
	LexiconId	stands_for;		/* the word that it abbreviates, or LEXICON_UNKNOWN */
	LexiconEntry *by_last;
	LexiconEntry *by_first;
} LexiconItem;

typedef struct Lexicon
{
	const LexiconItem *item;	/* by LexiconId */
	LexiconId	word_and;
	LexiconId	word_the;
	const LexiconEntry *const *affix;	/* longest first */
	int			naffixes;
} Lexicon;

extern const Lexicon *matching_lexicon(void);
extern LexiconId matching_lexicon_find(const char *word, int len);

#endif							/* SALESOPS_LEXICON_H */
