/*
 * person.h
 *		The name of a person, read: given names, and the family name, without titles and suffixes.
 */
#ifndef SALESOPS_PERSON_H
#define SALESOPS_PERSON_H

#include "matching/matching.h"
#include "matching/word_table.h"

/* Names up to here need no allocation. */
#define PERSON_LOCAL_BYTES	256
#define PERSON_LOCAL_TOKENS	16

#define PERSON_AFTER_COMMA	0x01	/* the first word after a comma */
#define PERSON_POINT		0x02	/* a point follows */
#define PERSON_GLUED_POINT	0x04	/* nothing but a point parts it from the word before */
#define PERSON_GLUED_HYPHEN	0x08	/* nothing but a hyphen does */
#define PERSON_BRACKET		0x10	/* stands in brackets */
#define PERSON_LETTER		0x20	/* has a letter */

typedef struct PersonToken
{
	const char *text;			/* folded UTF-8, not terminated */
	int			len;
	int			nchars;
	int			flags;
} PersonToken;

typedef struct PersonName
{
	int			n;
	int			family;			/* token[0 .. family - 1] are given names, the rest is the family name */
	PersonToken *token;
	int			allocated;
	char	   *bytes;
	PersonToken local_token[PERSON_LOCAL_TOKENS];
	char		local_bytes[PERSON_LOCAL_BYTES];
} PersonName;

/* Only its words, in the order of the text, with nothing dropped but brackets.  Returns false if it has no letter. */
extern bool person_split(PersonName *name, text *value);

/* Reads a name.  Returns false if it has no letter; free it in either case. */
extern bool person_read(PersonName *name, text *value);
extern void person_free(PersonName *name);

/* person_similarity() of two that were read, neither without a letter. */
extern double person_names_similarity(const PersonName *a, const PersonName *b);

/* Does the word belong to the family name after it ("van")? */
extern bool person_is_particle(const PersonToken *t);

/* The class of a given name: the next one after a class, or the first after NULL. */
extern const WordEntry *nickname_find(const char *name, int len, const WordEntry *after);

/* Words with a space between each two, as a text. */
extern text *person_tokens_to_text(const PersonToken *token, int n);

#endif							/* SALESOPS_PERSON_H */
