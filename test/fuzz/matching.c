/*
 * matching.c
 *		What must hold of normal forms, of similarities, and of the texts that explain them.
 */
#include "fuzz.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

/* ---- similarities by their definitions ---- */

typedef struct Chars
{
	pg_wchar   *c;
	int			n;
} Chars;

static Chars
chars_of(Datum value)
{
	text	   *from = DatumGetTextPP(value);
	Chars		chars = {palloc((VARSIZE_ANY_EXHDR(from) + 1) * sizeof(pg_wchar)), 0};

	chars.n = pg_mb2wchar_with_len(VARDATA_ANY(from), chars.c, (int) VARSIZE_ANY_EXHDR(from));
	return chars;
}

/* Jaro's similarity, looking through the window for each character. */
static double
jaro_by_definition(Chars a, Chars b)
{
	bool	   *a_used = palloc0(a.n + 1);
	bool	   *b_used = palloc0(b.n + 1);
	int			window = Max(Max(a.n, b.n) / 2 - 1, 0);
	int			common = 0;
	int			out_of_order = 0;

	if (a.n == 0 || b.n == 0)
		return a.n == b.n ? 1 : 0;
	for (int i = 0; i < a.n; i++)
	{
		for (int j = Max(i - window, 0); j < b.n && j <= i + window; j++)
		{
			if (!b_used[j] && a.c[i] == b.c[j])
			{
				a_used[i] = b_used[j] = true;
				common++;
				break;
			}
		}
	}
	if (common == 0)
		return 0;
	for (int i = 0, j = 0; i < a.n; i++)
	{
		if (!a_used[i])
			continue;
		while (!b_used[j])
			j++;
		out_of_order += a.c[i] != b.c[j++];
	}
	return ((double) common / a.n + (double) common / b.n + (double) (common - out_of_order / 2) / common) / 3;
}

typedef enum Swaps
{
	NO_SWAPS,
	SWAPS_OF_NEIGHBOURS,		/* no character is edited twice */
	ANY_SWAPS					/* others may come or go between the two */
} Swaps;

/* A distance by the table of all pairs of beginnings, or -1 where that would be too large. */
static int
distance_by_definition(Chars a, Chars b, Swaps swaps)
{
	int			width = b.n + 1;
	int		   *d;
	int		   *last_row;		/* for each character of b, the last row with it above */

	if ((int64) (a.n + 1) * width > 100000)
		return -1;
	d = palloc((a.n + 1) * width * sizeof(int));
	last_row = palloc0(width * sizeof(int));
	for (int i = 0; i <= a.n; i++)
	{
		int			last_column = 0;	/* before this one, with the character of this row */

		for (int j = 0; j <= b.n; j++)
		{
			bool		same = i > 0 && j > 0 && a.c[i - 1] == b.c[j - 1];
			int			least;

			if (i == 0 || j == 0)
			{
				d[i * width + j] = i + j;
				continue;
			}
			least = Min(d[(i - 1) * width + j] + 1, d[i * width + j - 1] + 1);
			least = Min(least, d[(i - 1) * width + j - 1] + !same);
			if (swaps == SWAPS_OF_NEIGHBOURS && i > 1 && j > 1 && a.c[i - 1] == b.c[j - 2] && a.c[i - 2] == b.c[j - 1])
				least = Min(least, d[(i - 2) * width + j - 2] + 1);
			if (swaps == ANY_SWAPS && last_row[j] > 0 && last_column > 0)
				least = Min(least, d[(last_row[j] - 1) * width + last_column - 1] + (i - last_row[j] - 1) + 1 + (j - last_column - 1));
			d[i * width + j] = least;
			if (same)
				last_column = j;
		}
		for (int j = 1; i > 0 && j <= b.n; j++)
		{
			if (a.c[i - 1] == b.c[j - 1])
				last_row[j] = i;
		}
	}
	return d[a.n * width + b.n];
}

static void
check_definition(FuzzFunction *function, const NullableDatum *args, double result)
{
	static const char *const edits[] = {"levenshtein_ratio", "osa_ratio", "damerau_ratio"};	/* by their Swaps */
	Chars		a = chars_of(args[0].value);
	Chars		b = chars_of(args[1].value);
	double		expected = result;

	if (strcmp(function->name, "jaro") == 0)
		expected = jaro_by_definition(a, b);
	for (int i = 0; i < (int) lengthof(edits); i++)
	{
		if (strcmp(function->name, edits[i]) == 0 && a.n + b.n > 0)
		{
			int			distance = distance_by_definition(a, b, (Swaps) i);

			if (distance >= 0)
				expected = 1.0 - (double) distance / Max(a.n, b.n);
		}
	}
	if (result != expected)
		fuzz_finding("%s: %.17g, by definition %.17g", function->signature, result, expected);
}

/* ---- what every similarity promises ---- */

/* Is the result that of two texts without words, of which a similarity of words says 0? */
static bool
has_no_words(Datum value)
{
	FuzzOutcome with_nothing = fuzz_call2(fuzz_function_named("token_sort_ratio", 2), value, PointerGetDatum(cstring_to_text("")));

	return DatumGetFloat8(with_nothing.value) == 1;
}

/* The same similarity with its first two arguments in another way. */
static FuzzOutcome
call_with(FuzzFunction *function, const NullableDatum *args, Datum a, Datum b)
{
	NullableDatum other[FUZZ_MAX_ARGS];

	memcpy(other, args, function->nargs * sizeof(NullableDatum));
	other[0].value = a;
	other[1].value = b;
	return fuzz_call(function, other, NULL);
}

/* With a least score: the whole score, or 0. */
static void
check_min_score(FuzzFunction *function, const NullableDatum *args, double result)
{
	FuzzOutcome whole = fuzz_call2(fuzz_function_named(function->name, 2), args[0].value, args[1].value);
	double		min_score = DatumGetFloat8(args[2].value);
	double		score = DatumGetFloat8(whole.value);

	if (result != (score >= min_score ? score : 0))
		fuzz_finding("%s: %.17g, without a least score %.17g", function->signature, result, score);
}

static void
check_similarity(FuzzFunction *function, const NullableDatum *args, FuzzOutcome outcome)
{
	FuzzOutcome again = call_with(function, args, args[1].value, args[0].value);

	if (again.sqlstate != outcome.sqlstate || again.isnull != outcome.isnull ||
		(!again.isnull && DatumGetFloat8(again.value) != DatumGetFloat8(outcome.value)))
		fuzz_finding("%s: not symmetric", function->signature);
	again = call_with(function, args, args[0].value, args[0].value);
	if (!again.isnull && DatumGetFloat8(again.value) != 1 && !(strcmp(function->name, "token_set_ratio") == 0 && has_no_words(args[0].value)))
		fuzz_finding("%s: %.17g of a text and itself", function->signature, DatumGetFloat8(again.value));
	if (outcome.isnull)
		return;
	if (function->nargs == 2 && GetDatabaseEncoding() == PG_UTF8)
		check_definition(function, args, DatumGetFloat8(outcome.value));
	if (function->nargs == 3 && function->args[2] == FLOAT8OID)
		check_min_score(function, args, DatumGetFloat8(outcome.value));
}

/* ---- similarities of what has a key ---- */

typedef struct Keyed
{
	const char *similarity;
	const char *key;
	const char *explanation;
	bool		only_equal;		/* 1 for equal keys and only for them? */
	bool		score_first;	/* does the explanation begin with the score? */
} Keyed;

static const Keyed keyed[] = {
	{"company_similarity", "company_key", "explain_company_similarity", false, true},
	{"person_similarity", "person_key", "explain_person_similarity", false, true},
	{"address_similarity", "address_key", "explain_address_similarity", false, true},
	{"email_similarity", "email_key", "explain_email_similarity", true, false},
	{"phone_similarity", "phone_key", "explain_phone_similarity", true, false},
};

/* The score that an explanation tells: behind its last "together", or at its beginning. */
static double
explained_score(const Keyed *kind, const char *explanation)
{
	const char *at = explanation;
	double		score;

	if (!kind->score_first)
	{
		for (const char *next; (next = strstr(at, "together ")) != NULL;)
			at = next + strlen("together ");
	}
	score = strtod(at, NULL);
	return strstr(at, " of 100") == at + strcspn(at, " ") ? score / 100 : score;
}

static void
check_keyed(const Keyed *kind, FuzzFunction *function, const NullableDatum *args, FuzzOutcome outcome)
{
	FuzzFunction *key = fuzz_function_named(kind->key, function->nargs - 1);
	FuzzFunction *explanation = fuzz_function_named(kind->explanation, function->nargs);
	FuzzOutcome keys[2];
	FuzzOutcome explained = fuzz_call(explanation, args, NULL);
	double		score = DatumGetFloat8(outcome.value);

	for (int i = 0; i < 2; i++)
	{
		NullableDatum key_args[FUZZ_MAX_ARGS] = {args[i], args[function->nargs - 1]};

		keys[i] = fuzz_call(key, key_args, NULL);
	}
	if (outcome.isnull != (keys[0].isnull || keys[1].isnull))
		fuzz_finding("%s: NULL and both have keys, or the other way round", function->signature);
	if (explained.sqlstate != 0 || explained.isnull != outcome.isnull)
		fuzz_finding("%s: an error or NULL, and %s is none, or the other way round", explanation->signature, function->name);
	if (outcome.isnull)
		return;
	if (fuzz_same(keys[0].value, keys[1].value) ? score != 1 : kind->only_equal && score == 1)
		fuzz_finding("%s: keys \"%s\" and \"%s\", and %.17g", function->signature, TextDatumGetCString(keys[0].value),
					 TextDatumGetCString(keys[1].value), score);
	if (fabs(explained_score(kind, TextDatumGetCString(explained.value)) - score) > 0.0000501)
		fuzz_finding("%s: %.17g, explained as \"%s\"", function->signature, score, TextDatumGetCString(explained.value));
}

/* ---- keys ---- */

static void
check_key(FuzzFunction *function, const NullableDatum *args, FuzzOutcome outcome)
{
	NullableDatum key_args[FUZZ_MAX_ARGS];
	FuzzOutcome again;

	/* in SQL_ASCII, stray bytes can make a character where a key drops what stands between them */
	if (GetDatabaseEncoding() == PG_SQL_ASCII || outcome.isnull)
		return;
	memcpy(key_args, args, function->nargs * sizeof(NullableDatum));
	key_args[0].value = outcome.value;
	again = fuzz_call(function, key_args, NULL);
	if (again.isnull || !fuzz_same(again.value, outcome.value))
		fuzz_finding("%s: the key of the key \"%s\" is \"%s\"", function->signature, TextDatumGetCString(outcome.value),
					 again.isnull ? "(none)" : TextDatumGetCString(again.value));
}

/* + and at most 15 digits, the same in every region. */
static void
check_phone_key(FuzzFunction *function, const NullableDatum *args, FuzzOutcome outcome)
{
	static const char *const regions[] = {"US", "DE", "IT", "RU", "JP", "GB", "BR"};
	const char *key = outcome.isnull ? NULL : TextDatumGetCString(outcome.value);

	if (key == NULL)
		return;
	if (key[0] != '+' || strspn(key + 1, "0123456789") != strlen(key + 1) || strlen(key) < 6 || strlen(key) > 16)
		fuzz_finding("%s: \"%s\" is no number of E.164", function->signature, key);
	for (int i = 0; i < (int) lengthof(regions); i++)
	{
		FuzzOutcome again = fuzz_call2(function, outcome.value, PointerGetDatum(cstring_to_text(regions[i])));

		if (again.isnull || !fuzz_same(again.value, outcome.value))
			fuzz_finding("%s: in region %s the key of the key \"%s\" is another one", function->signature, regions[i], key);
	}
}

static void
check_phone_extension(FuzzFunction *function, FuzzOutcome outcome)
{
	const char *extension = outcome.isnull ? "0" : TextDatumGetCString(outcome.value);

	if (strspn(extension, "0123456789") != strlen(extension) || strlen(extension) < 1 || strlen(extension) > 9)
		fuzz_finding("%s: \"%s\"", function->signature, extension);
}

/* An address has a key where it has a domain, and its domain says all about the provider. */
static void
check_email_domain(FuzzFunction *function, const NullableDatum *args, FuzzOutcome outcome)
{
	FuzzFunction *is_free_mail = fuzz_function_named("is_free_mail", 1);

	if (fuzz_call1(fuzz_function_named("email_key", 1), args[0].value).isnull != outcome.isnull)
		fuzz_finding("%s: a domain without a key, or the other way round", function->signature);
	if (!outcome.isnull)
	{
		FuzzOutcome of_domain = fuzz_call1(is_free_mail, outcome.value);
		FuzzOutcome of_address = fuzz_call1(is_free_mail, args[0].value);

		if (of_domain.isnull != of_address.isnull || of_domain.value != of_address.value)
			fuzz_finding("%s: is_free_mail differs between the address and its domain \"%s\"", function->signature, TextDatumGetCString(outcome.value));
	}
}

void
fuzz_check_matching(FuzzFunction *function, const NullableDatum *args, FuzzOutcome outcome)
{
	static const char *const keys[] = {"company_key", "person_key", "nickname_class", "address_key", "email_key", "website_domain", "postal_key", "phone_key"};
	const char *name = function->name;

	for (int i = 0; i < function->nargs; i++)
	{
		if (args[i].isnull)
			return;
	}
	if (function->nargs >= 2 && function->args[0] == TEXTOID && function->args[1] == TEXTOID && function->result == FLOAT8OID)
		check_similarity(function, args, outcome);
	for (int i = 0; i < (int) lengthof(keyed); i++)
	{
		if (strcmp(name, keyed[i].similarity) == 0)
			check_keyed(&keyed[i], function, args, outcome);
	}
	for (int i = 0; i < (int) lengthof(keys); i++)
	{
		if (strcmp(name, keys[i]) == 0)
			check_key(function, args, outcome);
	}
	if (strcmp(name, "phone_key") == 0)
		check_phone_key(function, args, outcome);
	if (strcmp(name, "phone_extension") == 0)
		check_phone_extension(function, outcome);
	if (strcmp(name, "email_domain") == 0)
		check_email_domain(function, args, outcome);
}
