/*
 * match_column.c
 *		The columns of a match rule: by its role, what is kept of a value, how alike two values are, and by what they are found.
 *
 * Of a value its key is kept (company_key(), phone_key(), …; of a role that has no such function the folded words), so that it
 * is read once and not with each comparison.  A value without a key is missing: it says nothing, neither for nor against.  So is
 * what people write where they know nothing ("n/a", "unknown", a phone number of one digit).
 *
 * Two keys are the same, or as similar as the role says, and the similarity is one of a few levels: a model learns what a level is
 * worth, and so nothing depends on the scale of a similarity.  The bounds between levels stand in the table below; a rule may
 * give others.
 *
 *		role			key							similarity of keys that differ
 *		company			company_key					company_similarity
 *		person			person_key					person_similarity
 *		given_name		words of the name			nickname .95, initial .9; jaro_winkler; of several names one .85
 *		family_name		words of the name			jaro_winkler; of several names one .85; the same sound .85
 *		text			folded words				the greater of token_sort_ratio and jaro_winkler less .1
 *		email			email_key					email_similarity
 *		website			website_domain				one edit .9, the same name elsewhere (acme.com, acme.de) .8
 *		phone			phone_key, or the digits	the last seven digits .95, one edit .9, two edits .6
 *		address			address_key					address_similarity
 *		city, region	folded words				jaro_winkler; the one begins with the other .9
 *		country			its name in English, by whatever name or code (core/country.h): two countries are different.  Of what is no country
 *						the folded words, compared as a city's
 *		postal_code		postal_key					one edit .9, the first three characters .6
 *		date			year, month, day			month and day exchanged or one edit .9, two edits .75, the same year or day of the year .5
 *		number			the number					less what they differ by, of the greater one
 *		identifier		letters and digits			one edit .9
 *
 * An atom is a hash of something that records of one entity are likely to share: a word, a sound, the last digits.  Which
 * records are compared with each other depends on nothing else (match_block.c).
 */
#include "matching/match_column.h"

#include <math.h>

#include "core/country.h"
#include "core/placeholder.h"
#include "matching/edit_distance.h"
#include "matching/match_reading.h"
#include "matching/matching.h"
#include "matching/person.h"
#include "matching/phonetic.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"

/* Of a longer value so many bytes count: a comparison takes time by the product of their lengths. */
#define VALUE_BYTES 1000
#define COMPARED_CHARS 128

/* ---- hashes ---- */

/* The same on every machine: it is stored.  (The multipliers are those of core/row_set.h.) */
uint64
match_hash(const char *bytes, Size n, uint64 seed)
{
	uint64		hash = (seed + 1) * UINT64CONST(0x9E3779B97F4A7C15) ^ n;

	for (Size i = 0; i < n; i += sizeof(uint64))
	{
		uint64		word = 0;

		memcpy(&word, bytes + i, Min(n - i, sizeof(uint64)));
#ifdef WORDS_BIGENDIAN
		word = pg_bswap64(word);
#endif
		hash = (hash ^ word) * UINT64CONST(0x9E3779B97F4A7C15);
		hash ^= hash >> 32;
	}
	hash *= UINT64CONST(0xFF51AFD7ED558CCD);
	hash ^= hash >> 33;
	hash *= UINT64CONST(0xC4CEB9FE1A85EC53);
	return hash ^ (hash >> 33);
}

static inline int
hash_compare(const uint64 *a, const uint64 *b)
{
	return *a < *b ? -1 : *a > *b;
}

#define MERGE_SORT_NAME sort_hashes
#define MERGE_SORT_TYPE uint64
#define MERGE_SORT_COMPARE hash_compare
#include "core/merge_sort.h"

/* Hashes of values and of atoms, from the least. */
void
match_sort_hashes(uint64 *hashes, uint32 n)
{
	sort_hashes(hashes, n);
}

/* ---- keys ---- */

extern Datum salesops_company_key(PG_FUNCTION_ARGS);
extern Datum salesops_person_key(PG_FUNCTION_ARGS);
extern Datum salesops_address_key(PG_FUNCTION_ARGS);
extern Datum salesops_email_key(PG_FUNCTION_ARGS);
extern Datum salesops_website_domain(PG_FUNCTION_ARGS);
extern Datum salesops_phone_key(PG_FUNCTION_ARGS);
extern Datum salesops_postal_key(PG_FUNCTION_ARGS);
extern Datum salesops_company_similarity(PG_FUNCTION_ARGS);
extern Datum salesops_person_similarity(PG_FUNCTION_ARGS);
extern Datum salesops_address_similarity(PG_FUNCTION_ARGS);
extern Datum salesops_email_similarity(PG_FUNCTION_ARGS);
extern Datum salesops_jaro_winkler(PG_FUNCTION_ARGS);
extern Datum salesops_token_sort_ratio(PG_FUNCTION_ARGS);

/* A function of texts, which may return NULL. */
static text *
call_key(PGFunction function, text *value, text *second)
{
	LOCAL_FCINFO(fcinfo, 2);
	Datum		result;

	InitFunctionCallInfoData(*fcinfo, NULL, second == NULL ? 1 : 2, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = PointerGetDatum(value);
	fcinfo->args[0].isnull = false;
	fcinfo->args[1].value = PointerGetDatum(second);
	fcinfo->args[1].isnull = second == NULL;
	result = function(fcinfo);
	return fcinfo->isnull ? NULL : DatumGetTextPP(result);
}

static double
call_similarity(PGFunction function, text *a, text *b)
{
	LOCAL_FCINFO(fcinfo, 2);
	Datum		result;

	InitFunctionCallInfoData(*fcinfo, NULL, 2, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = PointerGetDatum(a);
	fcinfo->args[0].isnull = false;
	fcinfo->args[1].value = PointerGetDatum(b);
	fcinfo->args[1].isnull = false;
	result = function(fcinfo);
	return fcinfo->isnull ? 0 : DatumGetFloat8(result);
}

/* The words of a text, folded, with a space between each two, or with nothing; NULL if there is none. */
static text *
words_key(text *value, const char *between)
{
	Size		len;
	const char *utf8 = fold_server_to_utf8(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &len);
	char	   *folded = palloc(FOLD_UTF8_BOUND(len) + 1);
	char	   *key = palloc(FOLD_UTF8_BOUND(len) + 1);
	const unsigned char *p = (const unsigned char *) folded;
	const unsigned char *end = p + fold_utf8(utf8, len, folded);
	Size		n = 0;
	bool		inside = false;
	text	   *result;

	while (p < end)
	{
		pg_wchar	c;
		int			width = fold_read(p, end, &c);

		if (c < 128 ? (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') : fold_is_word(c))
		{
			if (!inside && n > 0)
			{
				memcpy(key + n, between, strlen(between));
				n += strlen(between);
			}
			memcpy(key + n, p, width);
			n += width;
			inside = true;
		}
		else if (c != '\'')
			inside = false;
		p += width;
	}
	result = n == 0 ? NULL : fold_utf8_to_text(key, n);
	pfree(key);
	pfree(folded);
	return result;
}

/* The words of a given or family name. */
static text *
name_key(text *value)
{
	PersonName	name;
	text	   *result = NULL;

	if (person_split(&name, value))
		result = person_tokens_to_text(name.token, name.n);
	person_free(&name);
	return result;
}

/* A phone number that is none in the plan of its region is its digits. */
static text *
phone_key_or_digits(const MatchColumn *column, text *value)
{
	char		region[3] = {column->region[0], column->region[1], '\0'};
	text	   *key = call_key(salesops_phone_key, value, cstring_to_text(region));
	char		digits[24];
	int			n = 0;
	bool		same = true;

	if (key == NULL)
	{
		const char *p = VARDATA_ANY(value);

		for (Size i = 0; i < VARSIZE_ANY_EXHDR(value) && n < (int) sizeof(digits); i++)
			if (p[i] >= '0' && p[i] <= '9')
				digits[n++] = p[i];
		if (n < 5)
			return NULL;
		key = cstring_to_text_with_len(digits, n);
	}
	for (Size i = 2; i < VARSIZE_ANY_EXHDR(key); i++)
		same = same && VARDATA_ANY(key)[i] == VARDATA_ANY(key)[i - 1];
	return same ? NULL : key;
}

/* Year, month and day, as eight digits; or a year alone; of anything else the words. */
static text *
date_key(text *value)
{
	const char *p = VARDATA_ANY(value);
	const char *end = p + VARSIZE_ANY_EXHDR(value);
	int			number[3] = {0, 0, 0};
	int			digits[3] = {0, 0, 0};
	int			n = 0;
	char		key[16];

	while (p < end && n < 3)
	{
		if (*p >= '0' && *p <= '9')
		{
			while (p < end && *p >= '0' && *p <= '9' && digits[n] < 8)
			{
				number[n] = number[n] * 10 + (*p++ - '0');
				digits[n]++;
			}
			n++;
			/* of a time of day nothing counts */
			if (n == 1 && digits[0] == 8)
				break;
		}
		else if (IS_HIGHBIT_SET(*p) || (n == 0 && *p != ' ' && *p != '\'') || (*p >= 'A' && *p <= 'z'))
			return words_key(value, " ");
		else
			p++;
	}
	if (n == 1 && digits[0] == 8)
	{
		number[2] = number[0] % 100;
		number[1] = number[0] / 100 % 100;
		number[0] /= 10000;
	}
	else if (n == 1 && digits[0] == 4)
	{
		snprintf(key, sizeof(key), "%04d", number[0]);
		return cstring_to_text(key);
	}
	else if (n == 3 && digits[0] <= 2 && digits[2] == 4)
	{
		/* 24/6/1971 or 6/24/1971: the one that is a date; where both are, as in the United States */
		int			year = number[2];
		bool		day_first = number[0] > 12;

		number[2] = day_first ? number[0] : number[1];
		number[1] = day_first ? number[1] : number[0];
		number[0] = year;
	}
	else if (n != 3 || digits[0] != 4 || digits[1] > 2 || digits[2] > 2)
		return words_key(value, " ");
	if (number[1] > 99 || number[2] > 99 || number[0] > 9999)
		return words_key(value, " ");
	snprintf(key, sizeof(key), "%04d%02d%02d", number[0], number[1], number[2]);
	return cstring_to_text(key);
}

/* A number as text: the same for 1.50 and 1.5; of anything else the words. */
static text *
number_key(text *value)
{
	char	   *string = text_to_cstring(value);
	char	   *end;
	double		number;
	char		key[40];

	errno = 0;
	number = strtod(string, &end);
	while (*end == ' ')
		end++;
	if (end == string || *end != '\0' || errno != 0 || !isfinite(number))
		return words_key(value, "");
	snprintf(key, sizeof(key), "%.15g", number == 0 ? 0 : number);
	return cstring_to_text(key);
}

/*
 * A country by its name in English, whichever way it is written: so what is misspelt, and no country, is still nearly one.  "NA",
 * which is Namibia for country_code(), says nothing here, as in every other column.
 */
static text *
country_key(text *value)
{
	const char *country = placeholder_is_blank(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)) ? NULL : country_lookup(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));

	return country == NULL ? words_key(value, " ") : cstring_to_text(country_english(country));
}

/* Is it what people write where they know nothing?  A number of nothing but 0 is, too. */
static bool
says_nothing(text *key)
{
	return placeholder_is_blank(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)) || (VARSIZE_ANY_EXHDR(key) == 1 && *VARDATA_ANY(key) == '0');
}

/* The key of a value, allocated, or NULL: missing. */
text *
match_column_key(const MatchColumn *column, text *value)
{
	text	   *key = NULL;

	if (VARSIZE_ANY_EXHDR(value) > VALUE_BYTES)
		value = cstring_to_text_with_len(VARDATA_ANY(value), pg_mbcliplen(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), VALUE_BYTES));
	switch ((MatchAs) column->as)
	{
		case MATCH_AS_COMPANY:
			key = call_key(salesops_company_key, value, NULL);
			break;
		case MATCH_AS_PERSON:
			key = call_key(salesops_person_key, value, NULL);
			break;
		case MATCH_AS_GIVEN_NAME:
		case MATCH_AS_FAMILY_NAME:
			key = name_key(value);
			break;
		case MATCH_AS_EMAIL:
			key = call_key(salesops_email_key, value, NULL);
			break;
		case MATCH_AS_WEBSITE:
			key = call_key(salesops_website_domain, value, NULL);
			break;
		case MATCH_AS_PHONE:
			key = phone_key_or_digits(column, value);
			break;
		case MATCH_AS_ADDRESS:
			key = call_key(salesops_address_key, value, NULL);
			break;
		case MATCH_AS_POSTAL_CODE:
			key = call_key(salesops_postal_key, value, NULL);
			break;
		case MATCH_AS_DATE:
			key = date_key(value);
			break;
		case MATCH_AS_NUMBER:
			key = number_key(value);
			break;
		case MATCH_AS_IDENTIFIER:
			key = words_key(value, "");
			break;
		case MATCH_AS_TEXT:
		case MATCH_AS_CITY:
		case MATCH_AS_REGION:
			key = words_key(value, " ");
			break;
		case MATCH_AS_COUNTRY:
			key = country_key(value);
			break;
	}
	/* 0 is a number */
	if (key != NULL && says_nothing(key) && !(column->as == MATCH_AS_NUMBER && *VARDATA_ANY(key) == '0'))
		return NULL;
	if (key != NULL && VARSIZE_ANY_EXHDR(key) > MATCH_KEY_BYTES)
		key = cstring_to_text_with_len(VARDATA_ANY(key), pg_mbcliplen(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key), MATCH_KEY_BYTES));
	return key;
}

/* ---- similarities ---- */

/* A key as characters. */
typedef struct Chars
{
	int			n;
	pg_wchar	c[COMPARED_CHARS];
} Chars;

static void
chars_init(Chars *chars, text *key)
{
	Size		len;
	const char *utf8 = fold_server_to_utf8(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key), &len);
	const unsigned char *p = (const unsigned char *) utf8;
	const unsigned char *end = p + len;

	chars->n = 0;
	while (p < end && chars->n < COMPARED_CHARS)
		p += fold_read(p, end, &chars->c[chars->n++]);
	if (utf8 != VARDATA_ANY(key))
		pfree(unconstify(char *, utf8));
}

/* The edits, of which more than `most` do not matter. */
static int
edits(text *a, text *b, int most)
{
	Chars		ca;
	Chars		cb;

	chars_init(&ca, a);
	chars_init(&cb, b);
	if (abs(ca.n - cb.n) > most)
		return most + 1;
	return edit_distance(EDIT_OSA, ca.c, ca.n, cb.c, cb.n, most);
}

typedef struct Word
{
	const char *p;
	int			n;
} Word;

#define NAME_WORDS 8

static int
split_words(text *key, Word *words)
{
	const char *p = VARDATA_ANY(key);
	const char *end = p + VARSIZE_ANY_EXHDR(key);
	int			n = 0;

	while (p < end && n < NAME_WORDS)
	{
		const char *start = p;

		while (p < end && *p != ' ')
			p++;
		words[n++] = (Word) {start, (int) (p - start)};
		p++;
	}
	return n;
}

static inline bool
word_equal(Word a, Word b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

static bool
words_share(const Word *a, int na, const Word *b, int nb)
{
	for (int i = 0; i < na; i++)
		for (int j = 0; j < nb; j++)
			if (a[i].n > 1 && word_equal(a[i], b[j]))
				return true;
	return false;
}

static bool
words_share_nickname(Word a, Word b)
{
	for (const WordEntry *x = NULL; (x = nickname_find(a.p, a.n, x)) != NULL;)
		for (const WordEntry *y = NULL; (y = nickname_find(b.p, b.n, y)) != NULL;)
			if (strcmp(x->value, y->value) == 0)
				return true;
	return false;
}

/* The sound of a word of ASCII letters; its length, 0 if it has none. */
static int
word_sound(Word word, char *sound)
{
	PhoneticCode code;

	for (int i = 0; i < word.n; i++)
		if (!(word.p[i] >= 'a' && word.p[i] <= 'z'))
			return 0;
	if (word.n == 0)
		return 0;
	phonetic_word(word.p, word.n, NULL, 0, &code);
	memcpy(sound, code.primary, code.nprimary);
	return code.nprimary;
}

static bool
same_sound(Word a, Word b)
{
	char		sound_a[PHONETIC_SOUNDS];
	char		sound_b[PHONETIC_SOUNDS];
	int			n = word_sound(a, sound_a);

	return n >= 3 && n == word_sound(b, sound_b) && memcmp(sound_a, sound_b, n) == 0;
}

static double
name_similarity(text *a, text *b, bool given)
{
	Word		words_a[NAME_WORDS];
	Word		words_b[NAME_WORDS];
	int			na = split_words(a, words_a);
	int			nb = split_words(b, words_b);
	double		best = call_similarity(salesops_jaro_winkler, a, b);

	if (best < 0.95 && given && words_share_nickname(words_a[0], words_b[0]))
		best = 0.95;
	if (best < 0.9 && given && (words_a[0].n == 1 || words_b[0].n == 1) && *words_a[0].p == *words_b[0].p)
		best = 0.9;
	if (best < 0.85 && (na > 1 || nb > 1) && words_share(words_a, na, words_b, nb))
		best = 0.85;
	if (best < 0.85 && !given && na == 1 && nb == 1 && same_sound(words_a[0], words_b[0]))
		best = 0.85;
	return best;
}

static double
place_similarity(text *a, text *b)
{
	Size		na = VARSIZE_ANY_EXHDR(a);
	Size		nb = VARSIZE_ANY_EXHDR(b);
	Size		shorter = Min(na, nb);
	double		best = call_similarity(salesops_jaro_winkler, a, b);

	/* Frankfurt, Frankfurt am Main */
	if (best < 0.9 && shorter >= 3 && memcmp(VARDATA_ANY(a), VARDATA_ANY(b), shorter) == 0)
		best = 0.9;
	return best;
}

/* Keys that differ, of which Austria and Australia are two countries, and Austrai is none. */
static double
country_similarity(text *a, text *b)
{
	if (country_lookup(VARDATA_ANY(a), VARSIZE_ANY_EXHDR(a)) != NULL && country_lookup(VARDATA_ANY(b), VARSIZE_ANY_EXHDR(b)) != NULL)
		return 0;
	return place_similarity(a, b);
}

static double
text_similarity(text *a, text *b)
{
	double		sorted = call_similarity(salesops_token_sort_ratio, a, b);
	double		as_is = call_similarity(salesops_jaro_winkler, a, b) - 0.1;

	return Max(sorted, as_is);
}

static double
website_similarity(text *a, text *b)
{
	const char *point_a = memchr(VARDATA_ANY(a), '.', VARSIZE_ANY_EXHDR(a));
	const char *point_b = memchr(VARDATA_ANY(b), '.', VARSIZE_ANY_EXHDR(b));

	if (VARSIZE_ANY_EXHDR(a) >= 8 && edits(a, b, 1) <= 1)
		return 0.9;
	if (point_a != NULL && point_b != NULL && point_a - VARDATA_ANY(a) == point_b - VARDATA_ANY(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), point_a - VARDATA_ANY(a)) == 0)
		return 0.8;
	return 0;
}

#define PHONE_TAIL 7

static double
phone_similarity(text *a, text *b)
{
	Size		na = VARSIZE_ANY_EXHDR(a);
	Size		nb = VARSIZE_ANY_EXHDR(b);
	int			distance;

	if (na >= PHONE_TAIL && nb >= PHONE_TAIL && memcmp(VARDATA_ANY(a) + na - PHONE_TAIL, VARDATA_ANY(b) + nb - PHONE_TAIL, PHONE_TAIL) == 0)
		return 0.95;
	distance = edits(a, b, 2);
	return distance <= 1 ? 0.9 : distance == 2 ? 0.6 : 0;
}

static double
postal_similarity(text *a, text *b)
{
	if (edits(a, b, 1) <= 1)
		return 0.9;
	return VARSIZE_ANY_EXHDR(a) >= 4 && VARSIZE_ANY_EXHDR(b) >= 4 && memcmp(VARDATA_ANY(a), VARDATA_ANY(b), 3) == 0 ? 0.6 : 0;
}

static double
date_similarity(text *a, text *b)
{
	const char *p = VARDATA_ANY(a);
	const char *q = VARDATA_ANY(b);
	int			distance;

	if (VARSIZE_ANY_EXHDR(a) == 8 && VARSIZE_ANY_EXHDR(b) == 8)
	{
		if (memcmp(p, q, 4) == 0 && memcmp(p + 4, q + 6, 2) == 0 && memcmp(p + 6, q + 4, 2) == 0)
			return 0.9;
		distance = edits(a, b, 2);
		if (distance <= 2)
			return distance == 1 ? 0.9 : 0.75;
		return memcmp(p, q, 4) == 0 || memcmp(p + 4, q + 4, 4) == 0 ? 0.5 : 0;
	}
	/* a year alone */
	if (VARSIZE_ANY_EXHDR(a) >= 4 && VARSIZE_ANY_EXHDR(b) >= 4 && memcmp(p, q, 4) == 0)
		return 0.5;
	return edits(a, b, 1) <= 1 ? 0.75 : 0;
}

static double
number_of(text *key)
{
	char		digits[MATCH_KEY_BYTES + 1];
	Size		n = Min(VARSIZE_ANY_EXHDR(key), MATCH_KEY_BYTES);

	memcpy(digits, VARDATA_ANY(key), n);
	digits[n] = '\0';
	return strtod(digits, NULL);
}

static double
number_similarity(text *a, text *b)
{
	double		x = number_of(a);
	double		y = number_of(b);
	double		greater = Max(fabs(x), fabs(y));

	return greater == 0 ? 0 : Max(0, 1 - fabs(x - y) / greater);
}

static double
similarity_of_keys(const MatchColumn *column, const MatchField *of_a, const MatchField *of_b)
{
	text	   *a = of_a->key;
	text	   *b = of_b->key;

	if (of_a->reading != NULL && of_b->reading != NULL)
		return match_reading_similarity((MatchAs) column->as, of_a->reading, of_b->reading, a, b);
	switch ((MatchAs) column->as)
	{
		case MATCH_AS_COMPANY:
			return call_similarity(salesops_company_similarity, a, b);
		case MATCH_AS_PERSON:
			return call_similarity(salesops_person_similarity, a, b);
		case MATCH_AS_GIVEN_NAME:
			return name_similarity(a, b, true);
		case MATCH_AS_FAMILY_NAME:
			return name_similarity(a, b, false);
		case MATCH_AS_TEXT:
			return text_similarity(a, b);
		case MATCH_AS_EMAIL:
			return call_similarity(salesops_email_similarity, a, b);
		case MATCH_AS_WEBSITE:
			return website_similarity(a, b);
		case MATCH_AS_PHONE:
			return phone_similarity(a, b);
		case MATCH_AS_ADDRESS:
			return call_similarity(salesops_address_similarity, a, b);
		case MATCH_AS_CITY:
		case MATCH_AS_REGION:
			return place_similarity(a, b);
		case MATCH_AS_COUNTRY:
			return country_similarity(a, b);
		case MATCH_AS_POSTAL_CODE:
			return postal_similarity(a, b);
		case MATCH_AS_DATE:
			return date_similarity(a, b);
		case MATCH_AS_NUMBER:
			return number_similarity(a, b);
		case MATCH_AS_IDENTIFIER:
			return edits(a, b, 1) <= 1 ? 0.9 : 0;
	}
	return 0;
}

/* ---- outlines ---- */

/*
 * Most records that are compared have one thing in common and differ in all else, and to find out how alike two addresses are, takes
 * longer than all the rest.  So what has hardly a pair of neighbouring characters in common is different, and not looked at any further.
 */
#define OUTLINE_PART 4			/* the one with fewer pairs shares one of so many */
#define OUTLINE_LEAST 8			/* pairs in a key; shorter ones may be acronyms */

void
match_outline(text *key, uint64 *outline)
{
	const unsigned char *p = (const unsigned char *) VARDATA_ANY(key);
	Size		n = VARSIZE_ANY_EXHDR(key);
	unsigned char last = ' ';

	memset(outline, 0, MATCH_OUTLINE_WORDS * sizeof(uint64));
	for (Size i = 0; i < n; i++)
	{
		uint32		bit = ((uint32) last << 8 | p[i]) * 0x9E3779B1U >> 25;

		if (p[i] != ' ')
			outline[bit / 64] |= UINT64CONST(1) << bit % 64;
		last = p[i];
	}
}

static inline bool
outlines_differ(const uint64 *a, const uint64 *b)
{
	int			na = pg_popcount64(a[0]) + pg_popcount64(a[1]);
	int			nb = pg_popcount64(b[0]) + pg_popcount64(b[1]);
	int			both = pg_popcount64(a[0] & b[0]) + pg_popcount64(a[1] & b[1]);

	return Min(na, nb) >= OUTLINE_LEAST && both * OUTLINE_PART < Min(na, nb);
}

/* ---- levels ---- */

typedef struct Role
{
	int			n;
	double		bound[4];		/* from the greatest */
} Role;

static const Role role[] = {
	[MATCH_AS_COMPANY] = {4, {0.93, 0.85, 0.7, 0.5}},
	[MATCH_AS_PERSON] = {4, {0.95, 0.85, 0.7, 0.5}},
	[MATCH_AS_GIVEN_NAME] = {3, {0.93, 0.85, 0.75}},
	[MATCH_AS_FAMILY_NAME] = {3, {0.93, 0.85, 0.75}},
	[MATCH_AS_TEXT] = {4, {0.93, 0.8, 0.65, 0.5}},
	[MATCH_AS_EMAIL] = {3, {0.9, 0.6, 0.45}},
	[MATCH_AS_WEBSITE] = {1, {0.8}},
	[MATCH_AS_PHONE] = {2, {0.9, 0.5}},
	[MATCH_AS_ADDRESS] = {4, {0.9, 0.8, 0.6, 0.4}},
	[MATCH_AS_CITY] = {2, {0.9, 0.75}},
	[MATCH_AS_POSTAL_CODE] = {2, {0.9, 0.5}},
	[MATCH_AS_REGION] = {1, {0.9}},
	[MATCH_AS_COUNTRY] = {1, {0.9}},
	[MATCH_AS_DATE] = {3, {0.9, 0.7, 0.5}},
	[MATCH_AS_NUMBER] = {2, {0.99, 0.9}},
	[MATCH_AS_IDENTIFIER] = {1, {0.9}}
};

static inline int
nbounds(const MatchColumn *column)
{
	return column->nlevels > 0 ? column->nlevels : role[column->as].n;
}

static inline double
bound(const MatchColumn *column, int i)
{
	return column->nlevels > 0 ? (double) column->levels[i] : role[column->as].bound[i];
}

/* The highest level: the same key. */
int
match_column_levels(const MatchColumn *column)
{
	return MATCH_LEVEL_DIFFERENT + 1 + nbounds(column);
}

/* Of two keys that are not the same. */
double
match_column_similarity(const MatchColumn *column, const MatchField *a, const MatchField *b)
{
	return similarity_of_keys(column, a, b);
}

int
match_column_level(const MatchColumn *column, const MatchField *a, const MatchField *b)
{
	int			n = nbounds(column);
	double		similarity;

	if (a->hash == 0 || b->hash == 0)
		return MATCH_LEVEL_MISSING;
	if (a->hash == b->hash)
		return MATCH_LEVEL_DIFFERENT + 1 + n;
	if ((column->as == MATCH_AS_COMPANY || column->as == MATCH_AS_ADDRESS || column->as == MATCH_AS_TEXT) &&
		outlines_differ(a->outline, b->outline))
		return MATCH_LEVEL_DIFFERENT;
	similarity = similarity_of_keys(column, a, b);
	for (int i = 0; i < n; i++)
		if (similarity >= bound(column, i))
			return MATCH_LEVEL_DIFFERENT + n - i;
	return MATCH_LEVEL_DIFFERENT;
}

/* What a level is, for people. */
const char *
match_column_level_name(const MatchColumn *column, int level)
{
	int			n = nbounds(column);

	if (level == MATCH_LEVEL_MISSING)
		return "missing";
	if (level == MATCH_LEVEL_DIFFERENT)
		return "different";
	if (level > n + MATCH_LEVEL_DIFFERENT)
		return "same";
	return psprintf("similar, %g or more", bound(column, n + MATCH_LEVEL_DIFFERENT - level));
}

/* ---- atoms ---- */

/* What an atom is of: two of different kinds are never the same. */
typedef enum AtomKind
{
	ATOM_KEY,
	ATOM_WORD,
	ATOM_SOUND,
	ATOM_NICKNAME,
	ATOM_HEAD,
	ATOM_TAIL,
	ATOM_MIDDLE
} AtomKind;

typedef struct Atoms
{
	int			column;
	int			n;
	uint64	   *atoms;
} Atoms;

static void
add_atom(Atoms *atoms, AtomKind kind, const char *bytes, int n)
{
	uint64		hash;

	if (atoms->n == MATCH_VALUE_ATOMS || n <= 0)
		return;
	hash = match_hash(bytes, n, kind) >> MATCH_ATOM_COLUMN_BITS | (uint64) atoms->column << (64 - MATCH_ATOM_COLUMN_BITS);
	for (int i = 0; i < atoms->n; i++)
		if (atoms->atoms[i] == hash)
			return;
	atoms->atoms[atoms->n++] = hash;
}

static void
add_words(Atoms *atoms, text *key, bool sounds, bool nicknames)
{
	Word		words[NAME_WORDS];
	int			n = split_words(key, words);
	char		sound[PHONETIC_SOUNDS];

	for (int i = 0; i < n; i++)
		if (words[i].n > 1)
			add_atom(atoms, ATOM_WORD, words[i].p, words[i].n);
	for (int i = 0; sounds && i < n && i < 3; i++)
		add_atom(atoms, ATOM_SOUND, sound, word_sound(words[i], sound));
	if (nicknames && n > 0)
	{
		const WordEntry *entry = nickname_find(words[0].p, words[0].n, NULL);

		if (entry != NULL)
			add_atom(atoms, ATOM_NICKNAME, entry->value, (int) strlen(entry->value));
	}
}

/* The atoms of a key; at most MATCH_VALUE_ATOMS.  The column's number is in them, so that they are others than those of other columns. */
int
match_column_atoms(const MatchColumn *column, int number, text *key, uint64 *out)
{
	Atoms		atoms = {number, 0, out};
	const char *p = VARDATA_ANY(key);
	int			n = (int) VARSIZE_ANY_EXHDR(key);
	const char *at;

	switch ((MatchAs) column->as)
	{
		case MATCH_AS_COMPANY:
		case MATCH_AS_TEXT:
			add_words(&atoms, key, false, false);
			break;
		case MATCH_AS_PERSON:
			add_words(&atoms, key, true, true);
			break;
		case MATCH_AS_GIVEN_NAME:
			add_words(&atoms, key, true, true);
			add_atom(&atoms, ATOM_HEAD, p, Min(n, 3));
			break;
		case MATCH_AS_FAMILY_NAME:
			add_words(&atoms, key, true, false);
			add_atom(&atoms, ATOM_HEAD, p, Min(n, 3));
			break;
		case MATCH_AS_EMAIL:
			add_atom(&atoms, ATOM_KEY, p, n);
			at = memchr(p, '@', n);
			if (at != NULL)
			{
				add_atom(&atoms, ATOM_HEAD, p, (int) (at - p));
				add_atom(&atoms, ATOM_TAIL, at, n - (int) (at - p));
			}
			break;
		case MATCH_AS_PHONE:
			add_atom(&atoms, ATOM_TAIL, p + Max(0, n - PHONE_TAIL), Min(n, PHONE_TAIL));
			add_atom(&atoms, ATOM_HEAD, p, Max(0, n - 3));
			break;
		case MATCH_AS_ADDRESS:
			add_words(&atoms, key, false, false);
			break;
		case MATCH_AS_POSTAL_CODE:
			add_atom(&atoms, ATOM_KEY, p, n);
			add_atom(&atoms, ATOM_HEAD, p, Min(n, 3));
			break;
		case MATCH_AS_DATE:
			add_atom(&atoms, ATOM_KEY, p, n);
			if (n == 8)
			{
				add_atom(&atoms, ATOM_HEAD, p, 4);
				add_atom(&atoms, ATOM_TAIL, p + 4, 4);
				add_atom(&atoms, ATOM_MIDDLE, p + 2, 4);
			}
			break;
		case MATCH_AS_IDENTIFIER:
			add_atom(&atoms, ATOM_KEY, p, n);
			add_atom(&atoms, ATOM_HEAD, p, Min(n, Max(3, n / 2)));
			add_atom(&atoms, ATOM_TAIL, p + n - Min(n, Max(3, n / 2)), Min(n, Max(3, n / 2)));
			break;
		case MATCH_AS_CITY:
		case MATCH_AS_REGION:
		case MATCH_AS_COUNTRY:
		case MATCH_AS_WEBSITE:
		case MATCH_AS_NUMBER:
			add_atom(&atoms, ATOM_KEY, p, n);
			break;
	}
	return atoms.n;
}
