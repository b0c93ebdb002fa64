/*
 * company.h
 *		A company name, read: its words without punctuation, legal forms and articles.
 */
#ifndef SALESOPS_COMPANY_H
#define SALESOPS_COMPANY_H

#include "core/fold.h"
#include "matching/lexicon.h"

/* Names up to here need no allocation. */
#define COMPANY_LOCAL_BYTES		512
#define COMPANY_LOCAL_TOKENS	32

#define COMPANY_TOKEN_AND		0x01	/* joins two words; its text is "and" */
#define COMPANY_TOKEN_INITIALS	0x02	/* was written as initials: "I.B.M.", "I B M" */
#define COMPANY_TOKEN_DIGIT		0x04	/* has a digit in it */
#define COMPANY_TOKEN_LETTER	0x08	/* begins with a letter of an alphabet */
#define COMPANY_TOKEN_IDEOGRAPH	0x10	/* has characters of a script without alphabet or spaces */

typedef struct CompanyToken
{
	const char *text;			/* folded UTF-8, not terminated */
	int			len;
	int			nchars;
	LexiconId	word;
	int			flags;
} CompanyToken;

typedef struct CompanyName
{
	int			first;			/* the words that count are token[first .. last - 1] */
	int			last;
	bool		has_word;		/* was there anything but punctuation? */
	bool		has_ideograph;	/* any COMPANY_TOKEN_IDEOGRAPH? */
	const char *raw;			/* the text as it was given, for its capitals */
	size_t		raw_len;
	CompanyToken *token;
	int			allocated;
	char	   *bytes;
	CompanyToken local_token[COMPANY_LOCAL_TOKENS];
	char		local_bytes[COMPANY_LOCAL_BYTES];
} CompanyName;

/* Reads a name.  Returns false if there is nothing in it; free it in either case. */
extern bool matching_company_read(CompanyName *name, text *value);
extern void matching_company_free(CompanyName *name);

/*
 * The alignment of two names: which words of one answer to which of the other, and what is left over.  The score
 * is made of this and nothing else, so that it can be explained.
 */
#define COMPANY_MAX_ALIGNED 64	/* words of a name that are aligned; any further ones are left over */

typedef enum CompanyPairKind
{
	COMPANY_PAIR_EQUAL,			/* the same word */
	COMPANY_PAIR_JOINED,		/* face book = facebook */
	COMPANY_PAIR_SIMILAR,		/* a typing error, a plural, a shortened word, an initial */
	COMPANY_PAIR_ACRONYM		/* ibm = international business machines */
} CompanyPairKind;

typedef struct CompanyPair
{
	CompanyPairKind kind;
	int			a_first;		/* words, counted from the first that counts */
	int			a_n;
	int			b_first;
	int			b_n;
	double		similarity;
	double		weight;
} CompanyPair;

typedef struct CompanyAlignment
{
	int			npairs;
	CompanyPair pair[COMPANY_MAX_ALIGNED];
	double		a_left;			/* weight of what found no partner */
	double		b_left;
	bool		reordered;		/* do the pairs stand in another order? */
	bool		equal;			/* are the keys equal? */
	double		score;
} CompanyAlignment;

extern void matching_company_align(const CompanyName *a, const CompanyName *b, CompanyAlignment *alignment);

#endif							/* SALESOPS_COMPANY_H */
