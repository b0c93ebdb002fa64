/*
 * postal.c
 *		Postal codes: postal_key.
 *
 * Capitals and digits alone: spaces, dashes and points go, since they are written or not.  ZIP+4 is cut to the ZIP code:
 * the four digits are of a side of a street, and most records have none.  Letters and digits that look alike are left as
 * they are: O is one in M5O, and 0 one in 10115.
 *
 * A code has 2 to 12 characters, and a digit: so "n/a" and "unknown" are none, NULL.  (All codes in use have one, after
 * the Universal Postal Union's descriptions of addresses.)
 *
 * Worked example: "sw1a 1aa" → SW1A1AA; "12345-6789" → nine digits, 12345.
 *
 * The key of a key is that key: no key has nine digits and nothing else.
 */
#include "matching/contact.h"

SALESOPS_FUNCTION(salesops_postal_key);

/* Adds a character of a code; false where it may not stand in one, or where there are too many. */
static inline bool
append(char *key, int *n, char c)
{
	if (c == ' ' || c == '-' || c == '.')
		return true;
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	if (*n == POSTAL_CHARS || !((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
		return false;
	key[(*n)++] = c;
	return true;
}

/* Of text that is not ASCII, or long. */
static int
read_folded(text *code, char *key)
{
	ContactText contact;
	int			n = 0;

	if (!contact_read(&contact, code, false))
		return -1;
	for (int i = 0; i < contact.text.n; i++)
	{
		/* the sign of the Japanese post */
		if (contact.text.n - i >= 3 && memcmp(contact.text.p + i, "\xE3\x80\x92", 3) == 0)
			i += 2;
		else if (!append(key, &n, contact.text.p[i]))
			return -1;
	}
	return n;
}

int
postal_read(text *code, char *key)
{
	const char *p = VARDATA_ANY(code);
	int			length = (int) VARSIZE_ANY_EXHDR(code);
	int			n = 0;

	if (length > CONTACT_BYTES || fold_ascii_prefix(p, length) != (size_t) length)
		return read_folded(code, key);
	for (int i = 0; i < length; i++)
	{
		/* what folding makes a blank of, or drops */
		bool		is_control = p[i] < ' ' || p[i] == 127;

		if (!is_control && !append(key, &n, p[i]))
			return -1;
	}
	return n;
}

Datum
salesops_postal_key(PG_FUNCTION_ARGS)
{
	char		key[POSTAL_CHARS];
	int			n = postal_read(PG_GETARG_TEXT_PP(0), key);
	int			digits = 0;

	for (int i = 0; i < n; i++)
		digits += key[i] <= '9';
	if (n < 2 || digits == 0)
		PG_RETURN_NULL();
	if (n == 9 && digits == 9)
		n = 5;
	PG_RETURN_TEXT_P(fold_utf8_to_text(key, n));
}
