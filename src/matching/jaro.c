/*
 * jaro.c
 *		jaro(a, b), jaro_winkler(a, b): similarity of short strings such as names, 0 to 1.
 *
 * Source: M. A. Jaro, "Advances in Record-Linkage Methodology as Applied to Matching the 1985 Census of Tampa,
 * Florida" (1989); W. E. Winkler, "String Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter
 * Model of Record Linkage" (1990).
 *
 *	jaro			= (m/|a| + m/|b| + (m - t)/m) / 3, and 0 if m = 0
 *	jaro_winkler	= jaro + p · 0.1 · (1 - jaro) where jaro > 0.7, else jaro
 *
 * m counts the common characters: equal, each used once, and at most max(|a|, |b|)/2 - 1 (rounded down) positions
 * apart.  t is half the number (rounded down) of common characters that stand in another order.  p is the number of
 * equal leading characters, 4 at most.
 *
 * Worked example, MARTHA and MARHTA: m = 6; T and H stand in another order, so t = 1; jaro = (1 + 1 + 5/6) / 3 =
 * .944444; p = 3 (MAR), and .944444 + .3 · .055556 = .961111.
 *
 * Where definitions differ:
 *	- Two empty texts are the same: 1.  An empty and another one: 0.
 *	- Winkler's threshold is taken strictly (jaro > 0.7), as in his own program and in RapidFuzz.  His program's
 *	  further adjustments (similar characters, long strings, digits in the prefix) are left out, as everywhere.
 *	- Characters are compared as they are: no case, accent or width is folded.  Fold first where that is wanted.
 *
 * Algorithm: the classical one looks through the window for each character, O(|a| · |b|); bit-parallel ones take
 * |a|/64 steps for each.  We keep for each character the list of its positions in a.  As j runs through b the
 * window only moves to the right, and of the positions of b[j] always the first one left in the window is taken,
 * so each list is consumed from the front and the whole is O(|a| + |b|), whatever the length.  That is also why the
 * measure is symmetric: for each character it walks two sorted lists and pairs off what is near enough.
 */
#include "matching/matching.h"

#include "miscadmin.h"

#define WINKLER_THRESHOLD	0.7
#define WINKLER_SCALE		0.1
#define WINKLER_PREFIX		4

#define NOWHERE	(-1)

/* Where each character's list of positions begins. */
#define SMALL_SLOTS	(2 * MATCHING_LOCAL_CHARS)
#define PAGE_SIZE	256
#define N_PAGES		(0x110000 / PAGE_SIZE)

typedef struct Occurrences
{
	int32		ascii[128];

	/* other characters of a short text: a hash table, never more than half full; 0 is an empty slot */
	bool		has_small;
	pg_wchar	small_char[SMALL_SLOTS];
	int32		small_first[SMALL_SLOTS];

	/* other characters of a long text: pages, made as they are needed; hostile input cannot make these collide */
	int32	  **page;
} Occurrences;

/* The start of c's list; NULL if c has none and create is false. */
static inline int32 *
occurrences_of(Occurrences *o, pg_wchar c, bool is_small, bool create)
{
	if (c < 128)
		return &o->ascii[c];

	if (is_small)
	{
		uint32		slot = (c * 0x9E3779B1U) >> 24;

		StaticAssertStmt(SMALL_SLOTS == 256, "the hash has 8 bits");
		if (!o->has_small)
		{
			if (!create)
				return NULL;
			memset(o->small_char, 0, sizeof(o->small_char));
			o->has_small = true;
		}
		while (o->small_char[slot] != c)
		{
			if (o->small_char[slot] == 0)
			{
				if (!create)
					return NULL;
				o->small_char[slot] = c;
				o->small_first[slot] = NOWHERE;
				break;
			}
			slot = (slot + 1) % SMALL_SLOTS;
		}
		return &o->small_first[slot];
	}

	if (o->page == NULL)
	{
		if (!create)
			return NULL;
		o->page = (int32 **) palloc0(N_PAGES * sizeof(int32 *));
	}
	if (o->page[c / PAGE_SIZE] == NULL)
	{
		if (!create)
			return NULL;
		o->page[c / PAGE_SIZE] = (int32 *) palloc(PAGE_SIZE * sizeof(int32));
		memset(o->page[c / PAGE_SIZE], 0xFF, PAGE_SIZE * sizeof(int32));
	}
	return &o->page[c / PAGE_SIZE][c % PAGE_SIZE];
}

static void
occurrences_free(Occurrences *o)
{
	if (o->page == NULL)
		return;
	for (int i = 0; i < N_PAGES; i++)
		if (o->page[i] != NULL)
			pfree(o->page[i]);
	pfree(o->page);
}

static double
jaro(const pg_wchar *a, int na, const pg_wchar *b, int nb)
{
	Occurrences o;
	int32		next_local[MATCHING_LOCAL_CHARS];
	pg_wchar	common_local[MATCHING_LOCAL_CHARS];
	bool		used_local[MATCHING_LOCAL_CHARS];
	int32	   *next = next_local;
	pg_wchar   *common = common_local;	/* b's common characters, in order */
	bool	   *used = used_local;	/* is a[i] a common character? */
	bool		is_small = na <= MATCHING_LOCAL_CHARS;
	int			window = Max(na, nb) / 2 - 1;
	int			m = 0;
	int			out_of_order = 0;
	int			k = 0;

	if (na == 0 || nb == 0)
		return na == nb ? 1.0 : 0.0;
	Assert(na > 0 && nb > 0);	/* no length is negative, which analyzers cannot know */
	if (window < 0)
		window = 0;

	if (!is_small)
	{
		next = (int32 *) palloc(na * sizeof(int32));
		common = (pg_wchar *) palloc(na * sizeof(pg_wchar));
		used = (bool *) palloc(na * sizeof(bool));
	}
	memset(used, 0, na * sizeof(bool));
	memset(o.ascii, 0xFF, sizeof(o.ascii));
	o.has_small = false;
	o.page = NULL;

	for (int i = na - 1; i >= 0; i--)
	{
		int32	   *first = occurrences_of(&o, a[i], is_small, true);

		next[i] = *first;
		*first = i;
		if ((i & 0xFFFF) == 0xFFFF)
			CHECK_FOR_INTERRUPTS();
	}

	for (int j = 0; j < nb; j++)
	{
		int32	   *first = occurrences_of(&o, b[j], is_small, false);
		int			i;

		if (first == NULL || *first == NOWHERE)
			continue;
		i = *first;
		while (i != NOWHERE && i < j - window)
			i = next[i];
		if (i != NOWHERE && i <= j + window)
		{
			used[i] = true;
			common[m++] = b[j];
			i = next[i];
		}
		*first = i;
		if ((j & 0xFFFF) == 0xFFFF)
			CHECK_FOR_INTERRUPTS();
	}

	for (int i = 0; k < m; i++)
		if (used[i])
			out_of_order += (a[i] != common[k++]);

	if (!is_small)
	{
		occurrences_free(&o);
		pfree(next);
		pfree(common);
		pfree(used);
	}

	if (m == 0)
		return 0.0;
	return ((double) m / na + (double) m / nb + (double) (m - out_of_order / 2) / m) / 3.0;
}

static double
jaro_winkler(const pg_wchar *a, int na, const pg_wchar *b, int nb)
{
	double		score = jaro(a, na, b, nb);
	int			prefix = 0;

	if (score > WINKLER_THRESHOLD)
	{
		int			limit = Min(Min(na, nb), WINKLER_PREFIX);

		while (prefix < limit && a[prefix] == b[prefix])
			prefix++;
		score += prefix * WINKLER_SCALE * (1.0 - score);
	}
	return score;
}

typedef double (*Similarity) (const pg_wchar *a, int na, const pg_wchar *b, int nb);

static Datum
similarity_of_texts(FunctionCallInfo fcinfo, Similarity similarity)
{
	MatchingChars a;
	MatchingChars b;
	double		result;

	matching_chars_init(&a, PG_GETARG_TEXT_PP(0));
	matching_chars_init(&b, PG_GETARG_TEXT_PP(1));
	result = similarity(a.c, a.n, b.c, b.n);
	matching_chars_free(&a);
	matching_chars_free(&b);
	PG_RETURN_FLOAT8(result);
}

SALESOPS_FUNCTION(salesops_jaro);
SALESOPS_FUNCTION(salesops_jaro_winkler);

Datum
salesops_jaro(PG_FUNCTION_ARGS)
{
	return similarity_of_texts(fcinfo, jaro);
}

Datum
salesops_jaro_winkler(PG_FUNCTION_ARGS)
{
	return similarity_of_texts(fcinfo, jaro_winkler);
}
