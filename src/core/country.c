/*
 * country.c
 *		Which country is meant: country_code(), and the role country of match rules.
 *
 * A country stands in a field as a code of two or three letters or three digits (ISO 3166-1), or as one of its names: short or
 * official, in English or another language, with or without accents, points, "the" and commas.  Of the text its letters and digits are
 * kept, folded (core/fold.h), and looked up in what countries.tsv has; that file says what is decided where a name could be of two.
 *
 * What is not found as a whole may name the country twice, "Germany (DE)", "DE - Germany", "Schweiz/Suisse/Svizzera": the text is taken apart
 * at brackets, commas, strokes, colons and hyphens, and if all parts are of one country it is that.  "Paris, France" is none: a country is asked
 * for, and a list of places would have to be asked whether there is a Paris elsewhere.
 *
 * "NA" is Namibia and "NC" New Caledonia, since a country is asked for; with a sign between their letters, "n/a", placeholders (core/placeholder.c) are none.
 *
 * No name is guessed from one that is nearly it: Niger is Nigeria but for two letters.  Some dozen frequent misspellings are names in the file.
 *
 * Worked example: "The Netherlands" -> "thenetherlands", not found, "netherlands": NL.  "Korea, Republic of" -> "korearepublicof": KR.
 * "Côte d’Ivoire" -> "cotedivoire": CI.  "Germany (DE)" -> "germanyde", not found; "germany" DE, "de" DE: DE.  "Georgia, US" -> GE and US: none.
 */
#include "core/country.h"

#include "core/fold.h"
#include "core/placeholder.h"
#include "utils/builtins.h"

typedef struct CountryName
{
	uint32		at;				/* in country_text */
	uint8		length;
	uint8		country;
} CountryName;

#include "core/countries.inc"

SALESOPS_FUNCTION(salesops_country_code);

/* A text is taken apart, or read where it is not ASCII, up to so many bytes of UTF-8: names of a country twice have room. */
#define READ_BYTES 400

/* A name with "the" before or behind it. */
#define KEY_BYTES (COUNTRY_LONGEST + 3)

/* Letters and digits of ASCII, folded, and 0 for what is neither. */
static const char folded_byte[128] = {
	['0'] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
	['A'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
	['a'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
};

/* The same as hash() in countries.awk. */
static inline uint32
country_hash(const char *key, int n)
{
	uint32		h = 0;

	for (int i = 0; i < n; i++)
		h = h * 31 + (unsigned char) key[i];
	return h % COUNTRY_SLOTS;
}

static const char *
find_name(const char *key, int n)
{
	for (uint32 slot = country_hash(key, n); country_slot[slot] != 0; slot = (slot + 1) % COUNTRY_SLOTS)
	{
		const CountryName *name = &country_name[country_slot[slot] - 1];

		if (name->length == n && memcmp(country_text + name->at, key, n) == 0)
			return country_letters[name->country];
	}
	return NULL;
}

static const char *
find_number(const char *key)
{
	int			number = 0;

	for (int i = 0; i < 3; i++)
	{
		if (key[i] < '0' || key[i] > '9')
			return NULL;
		number = number * 10 + key[i] - '0';
	}
	return country_of_number[number] == 0 ? NULL : country_letters[country_of_number[number] - 1];
}

/* A text that is ASCII or folded, as one name or code. */
static const char *
find_whole(const char *bytes, int length)
{
	const unsigned char *p = (const unsigned char *) bytes;
	const unsigned char *end = p + length;
	char		key[KEY_BYTES];
	int			n = 0;
	bool		parted = false;	/* is there anything behind the first letter but the second? */
	const char *found;

	while (p < end)
	{
		int			width = 1;

		if (*p < 128)
		{
			if (n == KEY_BYTES)
			{
				if (folded_byte[*p] != 0)
					return NULL;
			}
			else
			{
				key[n] = folded_byte[*p];
				parted |= n == 1 && key[n] == 0;
				n += key[n] != 0;
			}
		}
		else
		{
			pg_wchar	c;

			width = fold_read(p, end, &c);
			if (fold_is_word(c))
			{
				if (n + width > KEY_BYTES)
					return NULL;
				memcpy(key + n, p, width);
				n += width;
			}
		}
		p += width;
	}
	if (n < 2)
		return NULL;
	/* letters with something between them are a code, U.K., or say that there is none, n/a */
	if (n == 2 && parted && placeholder_is_blank((const char[]) {key[0], ' ', key[1]}, 3))
		return NULL;
	found = find_name(key, n);
	if (found == NULL && n == 3)
		found = find_number(key);
	/* but for short names, of which other words could be made: "the uk" is a name in the file */
	if (found == NULL && n > 6)
	{
		if (memcmp(key, "the", 3) == 0)
			found = find_name(key + 3, n - 3);
		else if (memcmp(key + n - 3, "the", 3) == 0)
			found = find_name(key, n - 3);
	}
	return found;
}

static inline bool
parts_names(char c)
{
	switch (c)
	{
		case '(':
		case ')':
		case '[':
		case ']':
		case '/':
		case '|':
		case ':':
		case ';':
		case ',':
		case '-':
			return true;
		default:
			return false;
	}
}

static bool
has_word(const char *p, int n)
{
	for (int i = 0; i < n; i++)
		if (IS_HIGHBIT_SET(p[i]) || folded_byte[(unsigned char) p[i]] != 0)
			return true;
	return false;
}

/* A text that is ASCII or folded, as several names and codes of one country. */
static const char *
find_parts(const char *p, int n)
{
	const char *found = NULL;
	int			parts = 0;

	for (int start = 0, i = 0; i <= n; i++)
		if (i == n || parts_names(p[i]))
		{
			if (has_word(p + start, i - start))
			{
				const char *part;

				/* nothing was taken apart */
				if (start == 0 && i == n)
					return NULL;
				part = find_whole(p + start, i - start);
				/* equal letters are one and the same string */
				if (part == NULL || (parts > 0 && part != found))
					return NULL;
				found = part;
				parts++;
			}
			start = i + 1;
		}
	return parts > 1 ? found : NULL;
}

static const char *
find(const char *p, int n)
{
	const char *found = find_whole(p, n);

	return found != NULL || n > (int) FOLD_UTF8_BOUND(READ_BYTES) ? found : find_parts(p, n);
}

const char *
country_lookup(const char *bytes, Size length)
{
	char		folded[FOLD_UTF8_BOUND(READ_BYTES)];
	const char *utf8;
	size_t		len;
	const char *found;

	/* what most fields have */
	if (length == 2 && bytes[0] >= 'A' && bytes[0] <= 'Z' && bytes[1] >= 'A' && bytes[1] <= 'Z')
	{
		uint8		country = country_of_letters[(bytes[0] - 'A') * 26 + bytes[1] - 'A'];

		if (country != 0)
			return country_letters[country - 1];
	}
	if (fold_ascii_prefix(bytes, length) == length)
		return find(bytes, (int) length);
	if (length > READ_BYTES)
		return NULL;
	utf8 = fold_server_to_utf8(bytes, length, &len);
	found = len > READ_BYTES ? NULL : find(folded, (int) fold_utf8(utf8, len, folded));
	if (utf8 != bytes)
		pfree(unconstify(char *, utf8));
	return found;
}

const char *
country_english(const char *letters)
{
	return country_name_in_english[(letters - country_letters[0]) / sizeof(country_letters[0])];
}

Datum
salesops_country_code(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);
	const char *code = country_lookup(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

	if (code == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(code, 2));
}
