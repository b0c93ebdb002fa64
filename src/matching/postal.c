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

#define POSTAL_CHARS 12

SALESOPS_FUNCTION(salesops_postal_key);

Datum
salesops_postal_key(PG_FUNCTION_ARGS)
{
	ContactText contact;
	char		key[POSTAL_CHARS];
	int			n = 0;
	int			digits = 0;

	if (!contact_read(&contact, PG_GETARG_TEXT_PP(0), false))
		PG_RETURN_NULL();
	for (int i = 0; i < contact.text.n; i++)
	{
		char		c = contact.text.p[i];

		/* the sign of the Japanese post */
		if (contact.text.n - i >= 3 && memcmp(contact.text.p + i, "\xE3\x80\x92", 3) == 0)
		{
			i += 2;
			continue;
		}
		if (c == ' ' || c == '-' || c == '.')
			continue;
		if (n == POSTAL_CHARS || !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			PG_RETURN_NULL();
		digits += c >= '0' && c <= '9';
		key[n++] = (char) pg_ascii_toupper((unsigned char) c);
	}
	if (n < 2 || digits == 0)
		PG_RETURN_NULL();
	if (n == 9 && digits == 9)
		n = 5;
	PG_RETURN_TEXT_P(fold_utf8_to_text(key, n));
}
