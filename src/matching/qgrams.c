/*
 * qgrams.c
 *		qgram_cosine(a, b, q): similarity of two texts by the groups of q neighbouring characters that they have, 0 to 1.
 *
 * Source: E. Ukkonen, "Approximate string-matching with q-grams and maximal matches" (1992); the cosine of the two counts of q-grams
 * as in R's stringdist.
 *
 *		sum of n(a, g) * n(b, g) / sqrt(sum of n(a, g)^2 * sum of n(b, g)^2)
 *
 * for n(x, g) the number of times that the q-gram g is in x.  The order of the words hardly matters to it, and it takes n log n steps.
 * Texts of up to 128 characters are counted in a small hash table on the stack, which is n steps; longer ones are sorted, since
 * anyone could choose characters that meet in one place of a larger table.
 *
 * Where definitions differ: a text of fewer than q characters is one q-gram itself, where others have no answer.  Two empty texts are
 * the same, 1; an empty and another 0.  Nothing is folded.
 *
 * Worked example, night and nacht with q = 2: ni ig gh ht and na ac ch ht: 1 / sqrt(4 * 4) = .25.
 */
#include "matching/matching.h"

#include <math.h>

#include "miscadmin.h"

#define MAX_Q 3
#define CHARACTER_BITS 21		/* a code point, so that three are one word */
#define LOCAL_GRAMS MATCHING_LOCAL_CHARS

static inline int
gram_compare(const uint64 *a, const uint64 *b)
{
	return *a < *b ? -1 : *a > *b;
}

#define MERGE_SORT_NAME sort_grams
#define MERGE_SORT_TYPE uint64
#define MERGE_SORT_COMPARE gram_compare
#include "core/merge_sort.h"

typedef struct Grams
{
	int			n;
	uint64	   *grams;			/* in order */
	uint64		local[LOCAL_GRAMS];
} Grams;

static void
grams_init(Grams *grams, const MatchingChars *chars, int q)
{
	const uint64 mask = (UINT64CONST(1) << (CHARACTER_BITS * q)) - 1;
	uint64		gram = 0;

	grams->n = 0;
	grams->grams = chars->n <= LOCAL_GRAMS ? grams->local : palloc(chars->n * sizeof(uint64));
	for (int i = 0; i < chars->n; i++)
	{
		gram = (gram << CHARACTER_BITS | chars->c[i]) & mask;
		if (i >= q - 1)
			grams->grams[grams->n++] = gram;
	}
	if (grams->n == 0 && chars->n > 0)
		grams->grams[grams->n++] = gram;
	sort_grams(grams->grams, grams->n);
}

static void
grams_free(Grams *grams)
{
	if (grams->grams != grams->local)
		pfree(grams->grams);
}

/* How often the q-gram at `*at` is there; goes on to the next. */
static inline uint64
next_count(const Grams *grams, int *at)
{
	int			from = *at;

	do
		(*at)++;
	while (*at < grams->n && grams->grams[*at] == grams->grams[from]);
	return (uint64) (*at - from);
}

static inline double
cosine_of_sums(uint64 both, uint64 in_a, uint64 in_b)
{
	/* equal counts are 1, however the root is rounded */
	return both == in_a && both == in_b ? 1 : Min((double) both / sqrt((double) in_a * (double) in_b), 1);
}

static double
cosine(const Grams *a, const Grams *b)
{
	uint64		both = 0;
	uint64		in_a = 0;
	uint64		in_b = 0;
	int			i = 0;
	int			j = 0;

	if (a->n == 0 || b->n == 0)
		return a->n == b->n ? 1 : 0;
	while (i < a->n || j < b->n)
	{
		int			order = i == a->n ? 1 : j == b->n ? -1 : gram_compare(&a->grams[i], &b->grams[j]);
		uint64		n_a = order <= 0 ? next_count(a, &i) : 0;
		uint64		n_b = order >= 0 ? next_count(b, &j) : 0;

		both += n_a * n_b;
		in_a += n_a * n_a;
		in_b += n_b * n_b;
	}
	return cosine_of_sums(both, in_a, in_b);
}

/* ---- short texts ---- */

#define MIN_SLOT_BITS 6
#define MAX_SLOT_BITS 9			/* never more than half full */

typedef struct Counted
{
	uint64		gram;
	uint32		in_a;
	uint32		in_b;
} Counted;

typedef struct Counts
{
	int			n;
	int			slot_bits;		/* as many slots as this many bits number */
	uint16		slot[1 << MAX_SLOT_BITS];	/* 1 and which of the counted; 0 is free */
	Counted		counted[2 * LOCAL_GRAMS];
} Counts;

static inline Counted *
count_of(Counts *counts, uint64 gram)
{
	uint32		slot = (uint32) ((gram * UINT64CONST(0x9E3779B97F4A7C15)) >> (64 - counts->slot_bits));

	while (counts->slot[slot] != 0)
	{
		Counted    *counted = &counts->counted[counts->slot[slot] - 1];

		if (counted->gram == gram)
			return counted;
		slot = (slot + 1) & ((1U << counts->slot_bits) - 1);
	}
	counts->counted[counts->n] = (Counted) {gram, 0, 0};
	counts->slot[slot] = (uint16) ++counts->n;
	return &counts->counted[counts->n - 1];
}

static double
cosine_of_short(const MatchingChars *a, const MatchingChars *b, int q)
{
	const uint64 mask = (UINT64CONST(1) << (CHARACTER_BITS * q)) - 1;
	uint64		both = 0;
	uint64		in_a = 0;
	uint64		in_b = 0;
	uint64		gram = 0;
	Counts		counts;

	if (a->n == 0 || b->n == 0)
		return a->n == b->n ? 1 : 0;
	StaticAssertStmt(2 * 2 * LOCAL_GRAMS <= 1 << MAX_SLOT_BITS, "the hash table of q-grams is too small");
	counts.n = 0;
	counts.slot_bits = MIN_SLOT_BITS;
	while (1 << counts.slot_bits < 2 * (a->n + b->n))
		counts.slot_bits++;
	memset(counts.slot, 0, sizeof(uint16) << counts.slot_bits);
	/* a square grows by twice the number and one; a text of fewer than q characters is one q-gram, at its end */
	for (int i = 0; i < a->n; i++)
	{
		gram = (gram << CHARACTER_BITS | a->c[i]) & mask;
		if (i >= q - 1 || i == a->n - 1)
			in_a += 2 * count_of(&counts, gram)->in_a++ + 1;
	}
	gram = 0;
	for (int i = 0; i < b->n; i++)
	{
		gram = (gram << CHARACTER_BITS | b->c[i]) & mask;
		if (i >= q - 1 || i == b->n - 1)
		{
			Counted    *counted = count_of(&counts, gram);

			in_b += 2 * counted->in_b++ + 1;
			both += counted->in_a;
		}
	}
	return cosine_of_sums(both, in_a, in_b);
}

SALESOPS_FUNCTION(salesops_qgram_cosine);

/* (a, b, q int) */
Datum
salesops_qgram_cosine(PG_FUNCTION_ARGS)
{
	int			q = PG_GETARG_INT32(2);
	MatchingChars a;
	MatchingChars b;
	Grams		grams_a;
	Grams		grams_b;
	double		result;

	if (q < 1 || q > MAX_Q)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("q is out of range: %d", q),
				 errdetail("Groups of 1 to %d characters can be compared.", MAX_Q),
				 errhint("Pass 2, which is the default, or 3 for long texts.")));
	matching_chars_init(&a, PG_GETARG_TEXT_PP(0));
	matching_chars_init(&b, PG_GETARG_TEXT_PP(1));
	if (a.n <= LOCAL_GRAMS && b.n <= LOCAL_GRAMS)
		result = cosine_of_short(&a, &b, q);
	else
	{
		grams_init(&grams_a, &a, q);
		grams_init(&grams_b, &b, q);
		result = cosine(&grams_a, &grams_b);
		grams_free(&grams_a);
		grams_free(&grams_b);
	}
	matching_chars_free(&a);
	matching_chars_free(&b);
	PG_RETURN_FLOAT8(result);
}
