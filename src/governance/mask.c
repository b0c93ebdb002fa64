/*
 * mask.c
 *		Personal data made unreadable for logs and exports: mask_email, mask_phone, mask_name.
 *
 * What is left is what a reader needs to tell one record from another at a glance: the first character of a name or of a mailbox, the
 * domain, the last two digits of a number.  Stars stand for the rest, always three for the rest of a word, so that its length is not told.
 * A text that is not what it should be is masked as a whole: nothing of it is shown that is not known to be harmless.
 *
 *		mask_email		ann.smith@acme.com -> a***@acme.com; Ann <ann@acme.com> -> a***@acme.com; no address -> ***
 *		mask_phone		+49 (30) 1234-567 -> +** (**) ****-*67; fewer than seven digits, and letters: all stars
 *		mask_name		Ann-Marie O'Brien -> A*** O***
 *
 * Masking is no anonymization: who knows the customers may still guess, and equal texts stay equal.  It keeps what is in a log from being
 * used as a list of addresses.
 */
#include "core/compat.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#define STARS "***"

/* Digits of a number that are shown, and how many it must have that any is. */
#define SHOWN_DIGITS 2
#define LEAST_DIGITS 7

static inline int
char_bytes(const char *p, const char *end)
{
	if (!IS_HIGHBIT_SET(*p))
		return 1;
	return Min(pg_encoding_mblen(GetDatabaseEncoding(), p), (int) (end - p));
}

/* The first character of a word; nothing where characters are not known, and one byte might be a part of one. */
static void
append_first(StringInfo out, const char *p, const char *end)
{
	if (!IS_HIGHBIT_SET(*p) || GetDatabaseEncoding() != PG_SQL_ASCII)
		appendBinaryStringInfo(out, p, char_bytes(p, end));
	appendStringInfoString(out, STARS);
}

static inline bool
is_blank_char(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool
is_domain_char(char c)
{
	return IS_HIGHBIT_SET(c) || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
}

/* Labels with a point between, of which the last begins with a letter: no number, and no word alone. */
static bool
is_domain(const char *p, const char *end)
{
	const char *last = end;

	while (last > p && last[-1] != '.')
		last--;
	return last > p + 1 && last < end && *last != '-' && !(*last >= '0' && *last <= '9');
}

/* May it stand in a mailbox's name?  What parts addresses from what stands around them may not. */
static inline bool
is_mailbox_char(char c)
{
	return !is_blank_char(c) && (unsigned char) c >= ' ' && strchr("<>()[],;:\"@", c) == NULL;
}

SALESOPS_FUNCTION(salesops_mask_email);
SALESOPS_FUNCTION(salesops_mask_phone);
SALESOPS_FUNCTION(salesops_mask_name);

Datum
salesops_mask_email(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	const char *begin = VARDATA_ANY(value);
	const char *end = begin + VARSIZE_ANY_EXHDR(value);
	const char *at;
	const char *local;
	const char *domain;
	const char *rest;
	StringInfoData out;

	at = memchr(begin, '@', end - begin);
	/* two may be two addresses, or a password with an @ */
	if (at == NULL || memchr(at + 1, '@', end - at - 1) != NULL)
		PG_RETURN_TEXT_P(cstring_to_text(STARS));
	domain = at + 1;
	rest = domain;
	while (rest < end && is_domain_char(*rest))
		rest++;
	local = at;
	while (local > begin && is_mailbox_char(local[-1]))
		local--;
	if (local == at || !is_domain(domain, rest))
		PG_RETURN_TEXT_P(cstring_to_text(STARS));
	initStringInfo(&out);
	append_first(&out, local, domain);
	appendStringInfoChar(&out, '@');
	appendBinaryStringInfo(&out, domain, (int) (rest - domain));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

Datum
salesops_mask_phone(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	const char *p = VARDATA_ANY(value);
	const char *end = p + VARSIZE_ANY_EXHDR(value);
	int			digits = 0;
	int			hidden;
	StringInfoData out;

	for (const char *c = p; c < end; c++)
		digits += *c >= '0' && *c <= '9';
	hidden = digits >= LEAST_DIGITS ? digits - SHOWN_DIGITS : digits;
	initStringInfo(&out);
	while (p < end)
	{
		int			width = char_bytes(p, end);

		CHECK_FOR_INTERRUPTS();
		if (*p >= '0' && *p <= '9')
			appendStringInfoChar(&out, hidden-- > 0 ? '*' : *p);
		else
			appendStringInfoChar(&out, width == 1 && strchr(" +-./()", *p) != NULL && *p != '\0' ? *p : '*');
		p += width;
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

Datum
salesops_mask_name(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	const char *p = VARDATA_ANY(value);
	const char *end = p + VARSIZE_ANY_EXHDR(value);
	StringInfoData out;

	initStringInfo(&out);
	while (p < end)
	{
		CHECK_FOR_INTERRUPTS();
		if (is_blank_char(*p))
		{
			p++;
			continue;
		}
		if (out.len > 0)
			appendStringInfoChar(&out, ' ');
		append_first(&out, p, end);
		while (p < end && !is_blank_char(*p))
			p += char_bytes(p, end);
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
