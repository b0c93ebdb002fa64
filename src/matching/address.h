/*
 * address.h
 *		A street address, read: its words in their normal form, and what they are.
 */
#ifndef SALESOPS_ADDRESS_H
#define SALESOPS_ADDRESS_H

#include "matching/matching.h"

/* Addresses up to here need no allocation. */
#define ADDRESS_LOCAL_BYTES		512
#define ADDRESS_LOCAL_TOKENS	32

typedef enum AddressClass
{
	ADDRESS_IS_NAME,			/* in no list */
	ADDRESS_IS_NUMBER,			/* has a digit */
	ADDRESS_IS_TYPE,
	ADDRESS_IS_DIRECTION,
	ADDRESS_IS_UNIT,			/* the word: unit, floor, po box */
	ADDRESS_IS_UNIT_NUMBER		/* what stands after "unit" */
} AddressClass;

typedef struct AddressToken
{
	const char *text;			/* folded UTF-8, not terminated */
	int			len;
	int			nchars;
	bool		glued;			/* nothing but a point parts it from the word before */
	int			kinds;			/* of the list of words, a bit each; -1: not looked up yet */
	AddressClass class;
} AddressToken;

typedef struct Address
{
	int			n;
	bool		has_word;
	AddressToken *token;
	int			allocated;
	char	   *bytes;
	AddressToken local_token[ADDRESS_LOCAL_TOKENS];
	char		local_bytes[ADDRESS_LOCAL_BYTES];
} Address;

/* Reads an address.  Returns false if there is nothing in it; free it in either case. */
extern bool address_read(Address *address, text *value);
extern void address_free(Address *address);

/* address_similarity() of two that were read, neither empty. */
extern double address_texts_similarity(const Address *a, const Address *b);

#endif							/* SALESOPS_ADDRESS_H */
