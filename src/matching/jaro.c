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
 *
 * Names of ASCII, up to 64 characters, are not even decoded: the positions of a character are the bits of a word, and the first one
 * left in the window is its lowest bit (as in RapidFuzz), so that nothing depends on a branch that cannot be foreseen.
 */
#include "matching/matching.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"

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

static inline double
jaro_score(int m, int out_of_order, int na, int nb)
{
	if (m == 0)
		return 0.0;
	return ((double) m / na + (double) m / nb + (double) (m - out_of_order / 2) / m) / 3.0;
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

	return jaro_score(m, out_of_order, na, nb);
}

/* Of each ASCII character where it is in a, all zeros between two uses: emptying it takes less time than clearing it all. */
static uint64 ascii_positions[128];

/* Of ASCII, up to MATCHING_WORD_CHARS characters each. */
static double
jaro_of_bytes(const unsigned char *a, int na, const unsigned char *b, int nb)
{
	int			window = Max(na, nb) / 2 - 1;
	uint64		near;			/* the positions in a that are near enough to j */
	uint64		used = 0;
	unsigned char common[MATCHING_WORD_CHARS + 1];
	int			m = 0;
	int			out_of_order = 0;

	if (na == 0 || nb == 0)
		return na == nb ? 1.0 : 0.0;
	if (window < 0)
		window = 0;
	for (int i = 0; i < na; i++)
		ascii_positions[a[i]] |= UINT64CONST(1) << i;
	near = (UINT64CONST(1) << window) - 1;
	for (int j = 0; j < nb; j++)
	{
		uint64		found;

		near = near << 1 | 1;
		if (j > window)
			near &= ~UINT64CONST(0) << (j - window);
		found = ascii_positions[b[j]] & near & ~used;
		found &= -found;
		used |= found;
		common[m] = b[j];
		m += found != 0;
	}
	for (int i = 0; i < na; i++)
		ascii_positions[a[i]] = 0;
	for (int k = 0; k < m; k++, used &= used - 1)
		out_of_order += a[pg_rightmost_one_pos64(used)] != common[k];
	return jaro_score(m, out_of_order, na, nb);
}

static inline double
winkler(double score, int prefix)
{
	return score + prefix * WINKLER_SCALE * (1.0 - score);
}

/* The same for bytes and for characters. */
#define JARO_WINKLER(name, type, jaro_of) \
static double \
name(const type *a, int na, const type *b, int nb) \
{ \
	double		score = jaro_of(a, na, b, nb); \
	int			limit = Min(Min(na, nb), WINKLER_PREFIX); \
	int			prefix = 0; \
\
	if (!(score > WINKLER_THRESHOLD)) \
		return score; \
	while (prefix < limit && a[prefix] == b[prefix]) \
		prefix++; \
	return winkler(score, prefix); \
}

JARO_WINKLER(jaro_winkler_of_bytes, unsigned char, jaro_of_bytes)
JARO_WINKLER(jaro_winkler, pg_wchar, jaro)

/* The bytes of characters that are ASCII.  False if one is not. */
static inline bool
narrow(const pg_wchar *chars, int n, unsigned char *bytes)
{
	pg_wchar	all = 0;

	for (int i = 0; i < n; i++)
	{
		all |= chars[i];
		bytes[i] = (unsigned char) chars[i];
	}
	return all < 128;
}

double
matching_jaro_winkler(const pg_wchar *a, int na, const pg_wchar *b, int nb)
{
	unsigned char bytes_a[MATCHING_WORD_CHARS];
	unsigned char bytes_b[MATCHING_WORD_CHARS];

	if (na <= MATCHING_WORD_CHARS && nb <= MATCHING_WORD_CHARS && narrow(a, na, bytes_a) && narrow(b, nb, bytes_b))
		return jaro_winkler_of_bytes(bytes_a, na, bytes_b, nb);
	return jaro_winkler(a, na, b, nb);
}

typedef double (*Similarity) (const pg_wchar *a, int na, const pg_wchar *b, int nb);
typedef double (*ByteSimilarity) (const unsigned char *a, int na, const unsigned char *b, int nb);

/* More than the score of two texts of these lengths can be: all of the shorter one is common, in order, and a prefix at best. */
static inline double
most_by_length(int na, int nb, bool with_prefix)
{
	double		score = na == nb ? 1.0 : (2.0 + (double) Min(na, nb) / Max(na, nb)) / 3.0;

	return (with_prefix ? winkler(score, WINKLER_PREFIX) : score) + 1e-12;
}

static pg_attribute_always_inline Datum
similarity_of_texts(FunctionCallInfo fcinfo, Similarity similarity, ByteSimilarity of_bytes, bool with_prefix)
{
	double		min_score = matching_min_score(fcinfo);
	text	   *text_a = PG_GETARG_TEXT_PP(0);
	text	   *text_b = PG_GETARG_TEXT_PP(1);
	const unsigned char *bytes_a;
	const unsigned char *bytes_b;
	int			na;
	int			nb;
	MatchingChars a;
	MatchingChars b;
	double		result = 0;

	if (matching_is_short_ascii(text_a, &bytes_a, &na) && matching_is_short_ascii(text_b, &bytes_b, &nb))
	{
		if (min_score <= most_by_length(na, nb, with_prefix))
			result = of_bytes(bytes_a, na, bytes_b, nb);
		PG_RETURN_FLOAT8(result >= min_score ? result : 0);
	}
	matching_chars_init(&a, text_a);
	matching_chars_init(&b, text_b);
	if (min_score <= most_by_length(a.n, b.n, with_prefix))
		result = similarity(a.c, a.n, b.c, b.n);
	matching_chars_free(&a);
	matching_chars_free(&b);
	PG_RETURN_FLOAT8(result >= min_score ? result : 0);
}

SALESOPS_FUNCTION(salesops_jaro);
SALESOPS_FUNCTION(salesops_jaro_winkler);

Datum
salesops_jaro(PG_FUNCTION_ARGS)
{
	return similarity_of_texts(fcinfo, jaro, jaro_of_bytes, false);
}

Datum
salesops_jaro_winkler(PG_FUNCTION_ARGS)
{
	return similarity_of_texts(fcinfo, jaro_winkler, jaro_winkler_of_bytes, true);
}
