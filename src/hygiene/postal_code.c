/*
 * postal_code.c
 *		What is wrong with a postal code: postal_code_issue.
 *
 * A code is read as postal_key reads it (matching/postal.c): its capitals and digits, without the blanks, hyphens and points that are written
 * or not.  Then it is compared, place by place, with the formats of its country in postal_formats.tsv; before it may stand the country's two letters,
 * or its other sign (D-10115).  Whether a code of the right form is in use is not asked: no list of all of them is free, small and of this month.
 *
 * Two kinds of wrong codes have a name of their own.  Zeros that a spreadsheet took from the front of a number, one or two: with them the code is one of
 * the country's.  And a code that was typed to get past a form: nothing but zeros; nothing but nines, three or more; another digit throughout, of five places
 * and more, or of four where the country's codes are not so short (of the four-digit ones 2222 is as good as 2213, and 4444 is in
 * Switzerland).  Longer ones that are in use, as 44444 in Ohio, are in postal_formats.tsv.
 *
 * The first that holds: blank, unknown_country, not_used, filler, then right, and at last lost_zero and wrong_format.
 *
 * Worked example: ("sw1a1aa", GB) -> SW1A1AA, right.  ("D-10115", "Deutschland") -> D10115, no format; without D 10115, right.  ("1067", DE) -> no format;
 * 01067 is one: lost_zero.  ("00000", US) -> filler.  ("1234", DE) -> 01234 would be one: lost_zero.  ("123", DE) -> 0123 and 00123 would be none: wrong_format.
 */
#include "hygiene/field_issue.h"

#include "core/country.h"
#include "core/placeholder.h"
#include "matching/contact.h"

typedef struct PostalFormat
{
	uint8		n;
	uint8		set[POSTAL_CHARS];	/* of each place, in postal_set */
} PostalFormat;

typedef struct PostalCountry
{
	const char	code[3];
	const char *prefixes;		/* with blanks between them, as the next */
	const char *in_use;			/* codes of one digit throughout */
	uint16		format;			/* the first in postal_format */
	uint16		nformats;
} PostalCountry;

#include "hygiene/postal_formats.inc"

StaticAssertDecl(POSTAL_PLACES <= POSTAL_CHARS, "a code of each format can be read");

typedef enum PostalVerdict
{
	POSTAL_RIGHT,
	POSTAL_FILLER,
	POSTAL_LOST_ZERO,
	POSTAL_WRONG_FORMAT
} PostalVerdict;

static const char *const postal_verdict[] = {NULL, "filler", "lost_zero", "wrong_format"};

/* Zeros that a number may have lost.  More are of no country's codes. */
#define LOST_ZEROS 2

static bool
has_format(const PostalCountry *country, const char *code, int n)
{
	const PostalFormat *format = &postal_format[country->format];

	for (int i = 0; i < country->nformats; i++, format++)
	{
		int			k = 0;

		if (format->n != n)
			continue;
		while (k < n && (postal_set[format->set[k]] >> (code[k] <= '9' ? code[k] - '0' : code[k] - 'A' + 10) & 1) != 0)
			k++;
		if (k == n)
			return true;
	}
	return false;
}

/* Is it one of the words of a list? */
static bool
is_listed(const char *list, const char *code, int n)
{
	for (const char *word = list; *word != '\0';)
	{
		int			length = (int) strcspn(word, " ");

		if (length == n && memcmp(word, code, n) == 0)
			return true;
		word += length;
		word += *word == ' ';
	}
	return false;
}

static PostalVerdict
judge(const PostalCountry *country, const char *code, int n)
{
	bool		right = has_format(country, code, n);
	bool		one_digit = code[0] <= '9';
	bool		digits = true;
	char		padded[POSTAL_CHARS];

	Assert(n > 0 && n <= POSTAL_CHARS);
	for (int i = 0; i < n; i++)
	{
		digits &= code[i] <= '9';
		one_digit &= code[i] == code[0];
	}
	if (one_digit && !is_listed(country->in_use, code, n) &&
		(code[0] == '0' || (code[0] == '9' && n >= 3) || n >= 5 || (n == 4 && !right)))
		return POSTAL_FILLER;
	if (right)
		return POSTAL_RIGHT;
	for (int zeros = 1; digits && zeros <= LOST_ZEROS && n + zeros <= POSTAL_CHARS; zeros++)
	{
		memset(padded, '0', zeros);
		memcpy(padded + zeros, code, n);
		if (has_format(country, padded, n + zeros))
			return POSTAL_LOST_ZERO;
	}
	return POSTAL_WRONG_FORMAT;
}

/* The code behind a prefix, if it has that. */
static PostalVerdict
judge_behind(const PostalCountry *country, const char *prefix, int length, const char *code, int n)
{
	return n <= length || memcmp(code, prefix, length) != 0 ? POSTAL_WRONG_FORMAT : judge(country, code + length, n - length);
}

/* As a whole, and behind each prefix: the best that can be said, and a code of some other form is what is said last. */
static PostalVerdict
judge_all(const PostalCountry *country, const char *code, int n)
{
	PostalVerdict verdict = judge(country, code, n);

	/* a prefix is letters */
	if (verdict != POSTAL_WRONG_FORMAT || code[0] <= '9')
		return verdict;
	verdict = judge_behind(country, country->code, 2, code, n);
	for (const char *word = country->prefixes; verdict == POSTAL_WRONG_FORMAT && *word != '\0';)
	{
		int			length = (int) strcspn(word, " ");

		verdict = judge_behind(country, word, length, code, n);
		word += length;
		word += *word == ' ';
	}
	return verdict;
}

const char *
postal_code_issue(text *value, const char *country)
{
	char		code[POSTAL_CHARS];
	int			n = postal_read(value, code);
	const PostalCountry *formats;

	if (placeholder_is_blank(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)))
		return "blank";
	if (country == NULL)
		return "unknown_country";
	formats = &postal_country[postal_country_of[(country[0] - 'A') * 26 + country[1] - 'A'] - 1];
	if (formats->nformats == 0)
		return "not_used";
	return postal_verdict[n <= 0 ? POSTAL_WRONG_FORMAT : judge_all(formats, code, n)];
}

SALESOPS_FUNCTION(salesops_postal_code_issue);

/* (code text, country text) */
Datum
salesops_postal_code_issue(PG_FUNCTION_ARGS)
{
	text	   *country = PG_GETARG_TEXT_PP(1);

	return field_issue_result(fcinfo, postal_code_issue(PG_GETARG_TEXT_PP(0), country_lookup(VARDATA_ANY(country), VARSIZE_ANY_EXHDR(country))));
}
