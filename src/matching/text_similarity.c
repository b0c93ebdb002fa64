/*
 * text_similarity.c
 *		Similarities of two texts by their edits and their words, 0 to 1.
 *
 *	levenshtein_ratio	1 - distance / length of the longer
 *	osa_ratio			the same, where two neighbours that are swapped are one edit
 *	damerau_ratio		the same, where others may come or go between the two
 *	token_sort_ratio	2 * longest common subsequence / both lengths, of the words in order
 *	token_set_ratio		the greatest of three such ratios: of the words that only one of the texts has, in both texts behind those that both
 *						have; and of those that both have with either whole text
 *
 * Source: the edit distances of edit_distance.c; the ratios of words as in RapidFuzz (after SeatGeek's FuzzyWuzzy, 2011), in
 * fractions and not in percent.
 *
 * Where definitions differ: two empty texts are the same, 1; but token_set_ratio, which speaks of words, is 0 where one text has none.
 * Nothing is folded.
 *
 * With a third argument, a score below it is 0, and the comparison ends as soon as that is sure.
 */
#include "matching/edit_distance.h"
#include "matching/tokens.h"

#include "core/guard.h"

/* Texts that are compared in time in proportion to the product of their lengths. */
#define MAX_EDITED_CHARS 100000

static void
edited_text(text *value, MatchingChars *chars)
{
	matching_chars_init(chars, value);
	if (chars->n > MAX_EDITED_CHARS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a text of %d characters is too long to compare by its edits", chars->n),
				 errdetail("At most %d characters can be compared so.", MAX_EDITED_CHARS),
				 errhint("Compare the part that identifies the record, for example left(value, 1000).")));
}

double
matching_min_score(FunctionCallInfo fcinfo)
{
	double		min_score;

	if (PG_NARGS() < 3)
		return 0;
	min_score = PG_GETARG_FLOAT8(2);
	guard_fraction(min_score, "min_score");
	return min_score;
}

/* ---- edits ---- */

/* More than this distance is too much for a least score: one more than rounding may take away. */
static inline int
most_edits(double min_score, int longer)
{
	return Min((int) ((1 - min_score) * longer) + 1, longer);
}

static inline double
ratio_of(int distance, int longer, double min_score)
{
	double		ratio = longer == 0 ? 1 : 1.0 - (double) Min(distance, longer) / longer;

	return ratio >= min_score ? ratio : 0;
}

static pg_attribute_always_inline Datum
edit_ratio(FunctionCallInfo fcinfo, const EditKind kind)
{
	double		min_score = matching_min_score(fcinfo);
	text	   *text_a = PG_GETARG_TEXT_PP(0);
	text	   *text_b = PG_GETARG_TEXT_PP(1);
	const unsigned char *bytes_a;
	const unsigned char *bytes_b;
	int			na;
	int			nb;
	int			longer;
	MatchingChars a;
	MatchingChars b;
	double		ratio;

	/* most names: nothing has to be decoded */
	if (kind != EDIT_DAMERAU && matching_is_short_ascii(text_a, &bytes_a, &na) && matching_is_short_ascii(text_b, &bytes_b, &nb))
	{
		longer = Max(na, nb);
		PG_RETURN_FLOAT8(ratio_of(edit_distance_of_bytes(kind, bytes_a, na, bytes_b, nb, most_edits(min_score, longer)), longer, min_score));
	}
	edited_text(text_a, &a);
	edited_text(text_b, &b);
	longer = Max(a.n, b.n);
	ratio = ratio_of(edit_distance(kind, a.c, a.n, b.c, b.n, most_edits(min_score, longer)), longer, min_score);
	matching_chars_free(&a);
	matching_chars_free(&b);
	PG_RETURN_FLOAT8(ratio);
}

#define EDIT_RATIO(name, kind) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) { return edit_ratio(fcinfo, kind); } \
	extern int	no_such_variable

EDIT_RATIO(levenshtein_ratio, EDIT_LEVENSHTEIN);
EDIT_RATIO(osa_ratio, EDIT_OSA);
EDIT_RATIO(damerau_ratio, EDIT_DAMERAU);

/* ---- words ---- */

/* The share of two texts together that is not `apart`. */
static inline double
share(int64 apart, int64 together)
{
	return together == 0 ? 1 : 1 - (double) apart / together;
}

typedef struct Joined
{
	pg_wchar   *c;
	int			n;
} Joined;

static Joined
join(const Token *tokens, int n)
{
	Joined		joined = {NULL, tokens_join(tokens, n, NULL)};

	joined.c = palloc(Max(joined.n, 1) * sizeof(pg_wchar));
	tokens_join(tokens, n, joined.c);
	return joined;
}

/* Characters that are not in a longest common subsequence. */
static int64
characters_apart(Joined a, Joined b)
{
	return (int64) a.n + b.n - 2 * (int64) longest_common_subsequence(a.c, a.n, b.c, b.n);
}

static double
token_sort_ratio(const Tokens *a, const Tokens *b, double min_score)
{
	Joined		in_a = join(a->tokens, a->n);
	Joined		in_b = join(b->tokens, b->n);
	int64		together = (int64) in_a.n + in_b.n;
	double		ratio = 0;

	/* as many as the lengths differ by are apart in any case */
	if (share(abs(in_a.n - in_b.n), together) >= min_score)
		ratio = share(characters_apart(in_a, in_b), together);

	pfree(in_a.c);
	pfree(in_b.c);
	return ratio;
}

static double
token_set_ratio(Tokens *a, Tokens *b)
{
	int			i = 0;
	int			j = 0;
	int			only_a = 0;
	int			only_b = 0;
	int64		both = 0;		/* the length of the words that both have, joined */
	int			nboth = 0;
	Joined		in_a;
	Joined		in_b;
	int64		with_a;
	int64		with_b;
	double		ratio;

	if (a->n == 0 || b->n == 0)
		return 0;
	tokens_make_unique(a);
	tokens_make_unique(b);
	/* the words of one alone move to the front */
	while (i < a->n || j < b->n)
	{
		int			order = i == a->n ? 1 : j == b->n ? -1 : token_compare(&a->tokens[i], &b->tokens[j]);

		if (order < 0)
			a->tokens[only_a++] = a->tokens[i++];
		else if (order > 0)
			b->tokens[only_b++] = b->tokens[j++];
		else
		{
			both += a->tokens[i++].n + (nboth++ > 0);
			j++;
		}
	}
	if (nboth > 0 && (only_a == 0 || only_b == 0))
		return 1;
	in_a = join(a->tokens, only_a);
	in_b = join(b->tokens, only_b);
	with_a = both + (nboth > 0) + in_a.n;
	with_b = both + (nboth > 0) + in_b.n;
	ratio = share(characters_apart(in_a, in_b), with_a + with_b);
	if (nboth > 0)
	{
		ratio = Max(ratio, share(with_a - both, both + with_a));
		ratio = Max(ratio, share(with_b - both, both + with_b));
	}
	pfree(in_a.c);
	pfree(in_b.c);
	return ratio;
}

static Datum
token_ratio(FunctionCallInfo fcinfo, bool as_set)
{
	double		min_score = matching_min_score(fcinfo);
	MatchingChars a;
	MatchingChars b;
	Tokens		words_a;
	Tokens		words_b;
	double		ratio;

	edited_text(PG_GETARG_TEXT_PP(0), &a);
	edited_text(PG_GETARG_TEXT_PP(1), &b);
	tokens_init(&words_a, &a);
	tokens_init(&words_b, &b);
	if (as_set)
		ratio = token_set_ratio(&words_a, &words_b);
	else
		ratio = token_sort_ratio(&words_a, &words_b, min_score);
	tokens_free(&words_a);
	tokens_free(&words_b);
	matching_chars_free(&a);
	matching_chars_free(&b);
	PG_RETURN_FLOAT8(ratio >= min_score ? ratio : 0);
}

SALESOPS_FUNCTION(salesops_token_sort_ratio);
SALESOPS_FUNCTION(salesops_token_set_ratio);

Datum
salesops_token_sort_ratio(PG_FUNCTION_ARGS)
{
	return token_ratio(fcinfo, false);
}

Datum
salesops_token_set_ratio(PG_FUNCTION_ARGS)
{
	return token_ratio(fcinfo, true);
}
