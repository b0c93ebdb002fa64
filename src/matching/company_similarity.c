/*
 * company_similarity.c
 *		company_similarity(a, b): how likely two names mean one company, judged by the names alone, 0 to 1.
 *
 * Both names are read as company_key() reads them (legal forms, articles and punctuation gone), and the words of one
 * are aligned with the words of the other:
 *
 *	1. equal words;
 *	2. one word and several in a row that make it when written together: facebook, face book (similarity .97);
 *	3. similar words, the most similar first:
 *		- a plural: service, services; technology, technologies (.97);
 *		- a typing error: edit distance d with neighbouring letters swapped counting once (optimal string alignment),
 *		  1 in words of 4 to 7 letters and up to 2 in longer ones: 1 - d/length, less .1 if the first letters
 *		  differ, and nothing below .7;
 *		- a shortened word, where the full one is known: tech, technologies; mkt, market (.85); if both are known,
 *		  the shorter must be the beginning of the longer and have 4 letters (transport, transportation);
 *		- an initial: j, john (.7);
 *	4. one word and several in a row that begin with its letters: ibm, international business machines (.85; .7 for
 *	   two letters only; .75 if one c is left over for the "company" or "corporation" that is no longer there).
 *
 * Words with a digit must be equal, and so must words that are both known: "health" and "wealth" are two words, not
 * a typing error.  A word's weight is what it says about the company:
 *
 *		a name of its own 1, a word of a trade .6, a place .35, a word that any company may have .25,
 *		a single letter .5, function words, articles and "and" .05
 *
 * A pair of similar words weighs as much as the lighter of the two, any other pair the mean of its sides.  With M =
 * the sum of weight · similarity and W = the sum of weight over the pairs, and A and B the weights left over:
 *
 *		score = M / (W + (A + B)/2 + min(A, B))
 *
 * So a word that only one name has costs half its weight, and words that contradict each other cost twice their
 * weight.  Where the pairs stand in another order the score is multiplied by .98.  Equal keys score 1.
 *
 * Worked examples:
 *	Summit Health Partners, Summit Wealth Partners: M = W = 1 + .25, A = B = .6: 1.25 / (1.25 + .6 + .6) = .5102
 *	Acme, Acme Group: M = W = 1, A = 0, B = .25: 1 / 1.125 = .8889
 *	Microsoft, Mircosoft: d = 1 in 9 letters: 1 - 1/9 = .8889
 *	IBM, International Business Machines: .85
 *
 * Sources: the weighing of tokens by how common they are follows W. Cohen, P. Ravikumar, S. Fienberg, "A Comparison of
 * String Distance Metrics for Name-Matching Tasks" (2003), the alignment with inner similarity Monge and Elkan (1996).
 * The weights and levels are ours: there is no published standard.  Deliberately different from SoftTFIDF: weights
 * come from a fixed list, so that the score of a pair does not change when other rows do.
 *
 * Symmetric by construction: the names are put in an order that does not depend on which came first.
 */
#include "matching/company.h"
#include "matching/matching.h"

#include "miscadmin.h"

#define SIMILARITY_JOINED			0.97
#define SIMILARITY_PLURAL			0.97
#define SIMILARITY_SHORTENED		0.85
#define SIMILARITY_INITIAL			0.70
#define SIMILARITY_ACRONYM			0.85
#define SIMILARITY_ACRONYM_LEFT_C	0.75
#define SIMILARITY_ACRONYM_TWO		0.70
#define SIMILARITY_LEAST			0.70
#define SIMILARITY_OTHER_INITIAL	0.10	/* taken off */
#define FACTOR_REORDERED			0.98

#define WEIGHT_SINGLE_LETTER		0.50

/* Words that are joined or abbreviated by one, at most; longer words are only ever equal. */
#define MAX_RUN 8
#define MAX_LETTERS 64

static const double class_weight[] = {
	[LEXICON_NAME] = 1.0,
	[LEXICON_INDUSTRY] = 0.6,
	[LEXICON_PLACE] = 0.35,
	[LEXICON_GENERIC] = 0.25,
	[LEXICON_SMALL] = 0.05,
	[LEXICON_AND] = 0.05
};

/* One name while it is being aligned. */
typedef struct Side
{
	const CompanyToken *token;
	int			n;				/* words that take part */
	double		weight[COMPANY_MAX_ALIGNED];
	bool		used[COMPANY_MAX_ALIGNED];
} Side;

static inline LexiconClass
token_class(const CompanyToken *t)
{
	if (t->flags & COMPANY_TOKEN_AND)
		return LEXICON_SMALL;
	return t->word == LEXICON_UNKNOWN ? LEXICON_NAME : matching_lexicon()->item[t->word].class;
}

static inline double
token_weight(const CompanyToken *t)
{
	LexiconClass class = token_class(t);

	if (class == LEXICON_NAME && t->nchars == 1)
		return WEIGHT_SINGLE_LETTER;
	return class_weight[class];
}

static inline bool
token_equal(const CompanyToken *a, const CompanyToken *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* Which of two names comes first; by the number of words, then by the words. */
static int
name_compare(const CompanyName *a, const CompanyName *b)
{
	int			na = a->last - a->first;
	int			nb = b->last - b->first;

	if (na != nb)
		return na < nb ? -1 : 1;
	for (int i = 0; i < na; i++)
	{
		const CompanyToken *x = &a->token[a->first + i];
		const CompanyToken *y = &b->token[b->first + i];
		int			c = matching_word_compare(x->text, x->len, y->text, y->len);

		if (c != 0)
			return c;
	}
	return 0;
}

/*
 * Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, no part edited twice; limit
 * + 1 where it is more than limit.  Only the cells within limit of the diagonal are looked at.
 */
static int
edit_distance(const pg_wchar *a, int na, const pg_wchar *b, int nb, int limit)
{
	int			row[3][MAX_LETTERS + 2];
	int			far = limit + 1;

	for (int j = 0; j <= nb; j++)
		row[0][j] = Min(j, far);
	for (int i = 1; i <= na; i++)
	{
		int		   *now = row[i % 3];
		int		   *before = row[(i + 2) % 3];
		int		   *before2 = row[(i + 1) % 3];
		int			low = Max(1, i - limit);
		int			high = Min(nb, i + limit);
		int			best = far;

		now[low - 1] = low == 1 ? Min(i, far) : far;
		if (high < nb)
			before[high] = high == i + limit ? far : before[high];
		for (int j = low; j <= high; j++)
		{
			int			d = before[j - 1] + (a[i - 1] != b[j - 1]);

			d = Min(d, before[j] + 1);
			d = Min(d, now[j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d = Min(d, before2[j - 2] + 1);
			now[j] = Min(d, far);
			best = Min(best, now[j]);
		}
		if (high < nb)
			now[high + 1] = far;
		if (best >= far)
			return far;
	}
	return row[na % 3][nb];
}

static bool
is_plural(const CompanyToken *a, const CompanyToken *b)
{
	if (a->len < 3 || a->len >= b->len || memcmp(a->text, b->text, a->len - 1) != 0)
		return false;
	if (b->len == a->len + 1)
		return a->text[a->len - 1] == b->text[a->len - 1] && b->text[b->len - 1] == 's';
	return b->len == a->len + 2 && a->text[a->len - 1] == 'y' && memcmp(b->text + a->len - 1, "ies", 3) == 0;
}

static inline bool
is_beginning(const CompanyToken *a, const CompanyToken *b, int least)
{
	return a->nchars >= least && a->len < b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* Are the letters of the short word found in the long one, in order, with the same first and last? */
static bool
is_shortened(const pg_wchar *shorter, int ns, const pg_wchar *longer, int nl)
{
	int			k = 0;

	if (ns < 3 || ns >= nl || shorter[0] != longer[0] || shorter[ns - 1] != longer[nl - 1])
		return false;
	for (int i = 0; i < nl && k < ns; i++)
		k += (longer[i] == shorter[k]);
	return k == ns;
}

/* Similarity of two different words; 0 if they have nothing to do with each other. */
static double
token_similarity(const CompanyToken *a, const CompanyToken *b)
{
	pg_wchar	local_a[MAX_LETTERS];
	pg_wchar	local_b[MAX_LETTERS];
	const CompanyToken *t;
	LexiconClass class_a;
	LexiconClass class_b;
	double		result = 0;
	int			limit;
	int			na;
	int			nb;
	int			d;

	if ((a->flags | b->flags) & (COMPANY_TOKEN_DIGIT | COMPANY_TOKEN_AND))
		return 0;
	if (a->nchars > b->nchars)
	{
		t = a;
		a = b;
		b = t;
	}
	na = a->nchars;
	nb = b->nchars;
	if (b->len > MAX_LETTERS || a->len > MAX_LETTERS)
		return 0;

	if (is_plural(a, b))
		return SIMILARITY_PLURAL;

	class_a = token_class(a);
	class_b = token_class(b);
	if (class_a == LEXICON_SMALL || class_b == LEXICON_SMALL)
		return 0;
	if (class_b != LEXICON_NAME && is_beginning(a, b, class_a == LEXICON_NAME ? 3 : 4))
		return SIMILARITY_SHORTENED;
	if (class_a != LEXICON_NAME && class_b != LEXICON_NAME)
		return 0;

	if (na == 1)
		return nb > 1 && (a->flags & COMPANY_TOKEN_LETTER) && a->len <= b->len &&
			memcmp(a->text, b->text, a->len) == 0 ? SIMILARITY_INITIAL : 0;

	limit = nb < 4 ? 0 : nb < 8 ? 1 : 2;
	if (nb - na > limit && class_b == LEXICON_NAME)
		return 0;

	na = (int) fold_decode(a->text, a->len, local_a);
	nb = (int) fold_decode(b->text, b->len, local_b);

	if (abs(nb - na) <= limit)
	{
		d = edit_distance(local_a, na, local_b, nb, limit);
		if (d <= limit)
			result = 1.0 - (double) d / Max(na, nb) - (local_a[0] != local_b[0] ? SIMILARITY_OTHER_INITIAL : 0.0);
	}
	if (class_b != LEXICON_NAME && is_shortened(local_a, na, local_b, nb))
		result = Max(result, SIMILARITY_SHORTENED);
	return result >= SIMILARITY_LEAST ? result : 0;
}

static void
add_pair(CompanyAlignment *alignment, CompanyPairKind kind, double similarity,
		 Side *a, int a_first, int a_n, Side *b, int b_first, int b_n)
{
	CompanyPair *pair = &alignment->pair[alignment->npairs++];
	double		weight_a = 0;
	double		weight_b = 0;

	for (int i = a_first; i < a_first + a_n; i++)
	{
		a->used[i] = true;
		weight_a += a->weight[i];
	}
	for (int i = b_first; i < b_first + b_n; i++)
	{
		b->used[i] = true;
		weight_b += b->weight[i];
	}
	pair->kind = kind;
	pair->a_first = a_first;
	pair->a_n = a_n;
	pair->b_first = b_first;
	pair->b_n = b_n;
	pair->similarity = similarity;
	/* a misspelt word is in no list, and would otherwise count as a name of its own */
	pair->weight = kind == COMPANY_PAIR_SIMILAR ? Min(weight_a, weight_b) : (weight_a + weight_b) / 2;
}

/* Step 2: the number of words of many from first on that make one when written together, or 0. */
static int
words_joined(const CompanyToken *one, const Side *many, int first)
{
	int			len = 0;

	for (int i = first; i < many->n && i < first + MAX_RUN && !many->used[i]; i++)
	{
		const CompanyToken *t = &many->token[i];

		if ((t->flags & COMPANY_TOKEN_AND) && i > first)
			continue;
		if (len + t->len > one->len || memcmp(one->text + len, t->text, t->len) != 0)
			return 0;
		len += t->len;
		if (len == one->len)
			return i > first ? i - first + 1 : 0;
	}
	return 0;
}

/*
 * Step 4: the number of words of many from first on whose initials make one, or 0.  Function words may be left out
 * ("boa" and "ba" are both Bank of America).  *left_c says that the word has a c more, at the end of the name.
 */
static int
words_abbreviated(const CompanyToken *one, const Side *many, int first, bool skip_small, bool *left_c)
{
	int			k = 0;
	int			words = 0;
	int			i;

	*left_c = false;
	for (i = first; i < many->n && k < one->len && !many->used[i]; i++)
	{
		const CompanyToken *t = &many->token[i];

		if (skip_small && i > first && token_class(t) == LEXICON_SMALL)
			continue;
		if (t->text[0] != one->text[k])
			break;
		k++;
		words++;
	}
	if (words < 2)
		return 0;
	if (k == one->len)
		return i - first;
	if (k == one->len - 1 && one->text[k] == 'c' && i == many->n)
	{
		*left_c = true;
		return i - first;
	}
	return 0;
}

static void
pair_joined(CompanyAlignment *alignment, Side *one, Side *many, Side *a, Side *b)
{
	for (int i = 0; i < one->n; i++)
		for (int j = 0; j + 1 < many->n && !one->used[i]; j++)
		{
			int			n = many->used[j] ? 0 : words_joined(&one->token[i], many, j);

			if (n == 0)
				continue;
			if (one == a)
				add_pair(alignment, COMPANY_PAIR_JOINED, SIMILARITY_JOINED, a, i, 1, b, j, n);
			else
				add_pair(alignment, COMPANY_PAIR_JOINED, SIMILARITY_JOINED, a, j, n, b, i, 1);
		}
}

static void
pair_acronyms(CompanyAlignment *alignment, Side *one, Side *many, Side *a, Side *b)
{
	for (int i = 0; i < one->n; i++)
	{
		const CompanyToken *t = &one->token[i];

		/* ASCII letters only: initials of other scripts are rarely formed so */
		if (t->len < 2 || t->len > MAX_RUN || t->len != t->nchars || (t->flags & COMPANY_TOKEN_DIGIT))
			continue;
		for (int j = 0; j + 1 < many->n && !one->used[i]; j++)
		{
			bool		left_c;
			int			n;
			double		similarity;

			if (many->used[j] || many->token[j].text[0] != t->text[0])
				continue;
			n = words_abbreviated(t, many, j, true, &left_c);
			if (n == 0 || left_c)
			{
				bool		left_c_too;
				int			n_too = words_abbreviated(t, many, j, false, &left_c_too);

				if (n_too > 0 && (n == 0 || !left_c_too))
				{
					n = n_too;
					left_c = left_c_too;
				}
			}
			if (n == 0)
				continue;
			similarity = t->len == 2 ? SIMILARITY_ACRONYM_TWO :
				left_c ? SIMILARITY_ACRONYM_LEFT_C : SIMILARITY_ACRONYM;
			if (one == a)
				add_pair(alignment, COMPANY_PAIR_ACRONYM, similarity, a, i, 1, b, j, n);
			else
				add_pair(alignment, COMPANY_PAIR_ACRONYM, similarity, a, j, n, b, i, 1);
		}
	}
}

/* Step 3. */
static void
pair_similar(CompanyAlignment *alignment, Side *a, Side *b)
{
	typedef struct Candidate
	{
		double		similarity;
		int			i;
		int			j;
	} Candidate;
	Candidate	local[32];
	Candidate  *candidate = local;
	int			allocated = lengthof(local);
	int			n = 0;

	for (int i = 0; i < a->n; i++)
	{
		if (a->used[i])
			continue;
		for (int j = 0; j < b->n; j++)
		{
			double		similarity;

			if (b->used[j])
				continue;
			similarity = token_similarity(&a->token[i], &b->token[j]);
			if (similarity == 0)
				continue;
			if (n == allocated)
			{
				/* never more than the square of COMPANY_MAX_ALIGNED */
				Size		size = COMPANY_MAX_ALIGNED * COMPANY_MAX_ALIGNED * sizeof(Candidate);

				candidate = (Candidate *) palloc(size);
				memcpy(candidate, local, sizeof(local));
				allocated = COMPANY_MAX_ALIGNED * COMPANY_MAX_ALIGNED;
			}
			candidate[n].similarity = similarity;
			candidate[n].i = i;
			candidate[n].j = j;
			n++;
		}
	}

	/* the most similar first; of equal ones the first, which does not depend on the order of the arguments */
	for (;;)
	{
		const Candidate *best = NULL;

		for (int k = 0; k < n; k++)
			if (!a->used[candidate[k].i] && !b->used[candidate[k].j] &&
				(best == NULL || candidate[k].similarity > best->similarity))
				best = &candidate[k];
		if (best == NULL)
			break;
		add_pair(alignment, COMPANY_PAIR_SIMILAR, best->similarity, a, best->i, 1, b, best->j, 1);
	}
	if (candidate != local)
		pfree(candidate);
}

/* Takes the words that are aligned; returns the weight of the others. */
static double
side_init(Side *side, const CompanyName *name)
{
	int			n = name->last - name->first;
	double		others = 0;

	side->token = name->token + name->first;
	side->n = Min(n, COMPANY_MAX_ALIGNED);
	for (int i = 0; i < side->n; i++)
	{
		side->weight[i] = token_weight(&side->token[i]);
		side->used[i] = false;
	}
	for (int i = side->n; i < n; i++)
		others += token_weight(&side->token[i]);
	return others;
}

static double
side_left(const Side *side)
{
	double		left = 0;

	for (int i = 0; i < side->n; i++)
		if (!side->used[i])
			left += side->weight[i];
	return left;
}

/* What is a's is b's, so that the result does not depend on the order of the arguments. */
static void
align_swapped(const CompanyName *a, const CompanyName *b, CompanyAlignment *alignment)
{
	double		left;

	matching_company_align(b, a, alignment);
	for (int i = 0; i < alignment->npairs; i++)
	{
		CompanyPair *p = &alignment->pair[i];
		int			first = p->a_first;
		int			n = p->a_n;

		p->a_first = p->b_first;
		p->a_n = p->b_n;
		p->b_first = first;
		p->b_n = n;
	}
	left = alignment->a_left;
	alignment->a_left = alignment->b_left;
	alignment->b_left = left;
}

void
matching_company_align(const CompanyName *a, const CompanyName *b, CompanyAlignment *alignment)
{
	int			order = name_compare(a, b);
	Side		side_a;
	Side		side_b;
	double		matched = 0;
	double		weight = 0;
	double		total;

	if (order > 0)
	{
		align_swapped(a, b, alignment);
		return;
	}

	alignment->npairs = 0;
	alignment->reordered = false;
	alignment->equal = (order == 0);
	alignment->a_left = side_init(&side_a, a);
	alignment->b_left = side_init(&side_b, b);

	for (int i = 0; i < side_a.n; i++)
		for (int j = 0; j < side_b.n; j++)
			if (!side_b.used[j] && token_equal(&side_a.token[i], &side_b.token[j]))
			{
				add_pair(alignment, COMPANY_PAIR_EQUAL, 1.0, &side_a, i, 1, &side_b, j, 1);
				break;
			}

	if (alignment->npairs < side_a.n || alignment->npairs < side_b.n)
	{
		pair_joined(alignment, &side_a, &side_b, &side_a, &side_b);
		pair_joined(alignment, &side_b, &side_a, &side_a, &side_b);
		pair_similar(alignment, &side_a, &side_b);
		pair_acronyms(alignment, &side_a, &side_b, &side_a, &side_b);
		pair_acronyms(alignment, &side_b, &side_a, &side_a, &side_b);
	}

	for (int i = 0; i < alignment->npairs; i++)
	{
		const CompanyPair *p = &alignment->pair[i];

		matched += p->weight * p->similarity;
		weight += p->weight;
		for (int k = 0; k < i && !alignment->reordered; k++)
			alignment->reordered = (p->a_first < alignment->pair[k].a_first) !=
				(p->b_first < alignment->pair[k].b_first);
	}
	alignment->a_left += side_left(&side_a);
	alignment->b_left += side_left(&side_b);

	if (alignment->equal)
	{
		alignment->score = 1.0;
		return;
	}
	total = weight + (alignment->a_left + alignment->b_left) / 2 + Min(alignment->a_left, alignment->b_left);
	alignment->score = matched / total;
	if (alignment->reordered)
		alignment->score *= FACTOR_REORDERED;
}

SALESOPS_FUNCTION(salesops_company_similarity);

Datum
salesops_company_similarity(PG_FUNCTION_ARGS)
{
	CompanyName a;
	CompanyName b;
	CompanyAlignment alignment;
	bool		has_a = matching_company_read(&a, PG_GETARG_TEXT_PP(0));
	bool		has_b = matching_company_read(&b, PG_GETARG_TEXT_PP(1));

	if (has_a && has_b)
		matching_company_align(&a, &b, &alignment);
	matching_company_free(&a);
	matching_company_free(&b);

	if (!has_a || !has_b)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(alignment.score);
}
