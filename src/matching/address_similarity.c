/*
 * address_similarity.c
 *		address_similarity(a, b): how likely two texts mean one street address, 0 to 1; and
 *		explain_address_similarity(a, b), which says why.
 *
 * Both are read as address_key() reads them; equal keys score 1.  Otherwise the words of one are aligned with the words of
 * the other, as company_similarity() does it:
 *
 *	1. equal words, in whatever order;
 *	2. one word and two in a row that make it when written together: Millbrook, Mill Brook (.97);
 *	3. words in a row that are left over on both sides, more than one on one of them, written together, by their edits with
 *	   swaps (optimal string alignment), if 1 - edits/length is .85 or more: a space in the wrong place is a typing error
 *	   like others (lea garden, lm agarden);
 *	4. similar words of 4 letters or more, one of which at least is in no list, the most similar first: their jaro_winkler, if it
 *	   is .88 or more; or by their edits, of which words of 5 letters may have one and words of 7 two: 1 - edits/length, less .1
 *	   if the first letters differ, if it is .7 or more (rtreet, street); of 4 letters with one edit .5 (lake, lane);
 *	   and then once more 3, if that is .75 or more;
 *	5. numbers that are left over on both sides, the first with the first.  They contradict each other; but a number with two
 *	   digits swapped (.6), or one digit more or less (.5), may be a typing error, and one with a letter behind a part of the
 *	   house (.7: 221, 221b).  Any other pair of numbers is 0.
 *
 * Two known types of streets are two, and never misspelt.  A pair of words that are not equal weighs as much as the lighter side, any other
 * pair the mean of its sides.  A word weighs
 *
 *		a name or a number 1, a type of street .3, a direction .3, the number of a unit .5, the word unit .1
 *
 * and with M the sum of weight · similarity over the pairs, W the sum of their weights, C what is left over on both sides and
 * contradicts (the lesser of the weights left over), E what only one has besides:
 *
 *		score = M / (W + 2 · C + E / (2 + E))
 *
 * So what only one has costs up to half its weight, and less the more it is: a unit, a town, a building with a long name are details
 * that one of two writers leaves out.  Addresses with two different numbers are neighbours, whatever else they have in common:
 * their score is .79 at most, so that .8 is a bound that keeps them apart.  Numbers alone are .5 at most.
 *
 * Worked examples:
 *	123 Main St, 123 Main St Apt 4: 2.3 / (2.3 + .6 / 2.6) = .9088
 *	123 Main St, 123 Main St, Springfield: 2.3 / (2.3 + 1 / 3) = .8734
 *	123 Main St, 125 Main St: 1.3 / (1.3 + 1) = .5652
 *	123 Main St, 132 Main St: (1.3 + .6) / (1.3 + 1) = .8261, and with two numbers .79
 *	123 Main St, 123 Main Ave: 2 / (2 + 2 · .3) = .7692
 *
 * The weights are ours; there is no published standard.  Salesforce's matching of streets weighs the sections of an address
 * by fixed shares, too; it needs an address in sections, which a text is not.
 *
 * Symmetric by construction: the addresses are put in an order that does not depend on which came first.  Of either the
 * first 64 words are aligned, any further ones are left over; words of more than 64 characters are only ever equal.
 */
#include "matching/address.h"
#include "matching/edit_distance.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#define WEIGHT_NAME			1.00
#define WEIGHT_NUMBER		1.00
#define WEIGHT_TYPE			0.30
#define WEIGHT_DIRECTION	0.30
#define WEIGHT_UNIT			0.10
#define WEIGHT_UNIT_NUMBER	0.50
#define SIMILARITY_JOINED	0.97
#define SIMILARITY_LEAST	0.88	/* by jaro_winkler */
#define EDITED_LEAST		0.70
#define OTHER_INITIAL		0.10	/* taken off */
#define ONE_OF_FOUR			0.50	/* an edit of a word of 4 letters */
#define RUN_FIRST			0.85	/* before words are compared one by one */
#define RUN_LEAST			0.75	/* afterwards */
#define NUMBERS_MOST		0.50	/* which share nothing else */
#define NUMBER_LETTER		0.70
#define NUMBER_SWAPPED		0.60
#define NUMBER_ONE_MORE		0.50
#define NEIGHBOURS_MOST		0.79	/* with two different numbers */
#define SHORTEST_SIMILAR	4
#define SHORTEST_TWO_EDITS	7

#define MAX_ALIGNED 64
#define MAX_LETTERS 64
#define LOCAL_SCORES 256

static const double class_weight[] = {
	[ADDRESS_IS_NAME] = WEIGHT_NAME,
	[ADDRESS_IS_NUMBER] = WEIGHT_NUMBER,
	[ADDRESS_IS_TYPE] = WEIGHT_TYPE,
	[ADDRESS_IS_DIRECTION] = WEIGHT_DIRECTION,
	[ADDRESS_IS_UNIT] = WEIGHT_UNIT,
	[ADDRESS_IS_UNIT_NUMBER] = WEIGHT_UNIT_NUMBER
};

typedef struct Pair
{
	int			a_first;
	int			a_n;
	int			b_first;
	int			b_n;
	double		similarity;
	double		weight;
} Pair;

/* One address while it is being aligned. */
typedef struct Side
{
	const Address *address;
	int			n;				/* words that take part */
	bool		used[MAX_ALIGNED];
	double		left;
	pg_wchar	c[MAX_ALIGNED][MAX_LETTERS];
	int			nc[MAX_ALIGNED];	/* 0: not to be compared by letters */
} Side;

typedef struct Alignment
{
	Side		a;
	Side		b;
	int			npairs;
	Pair		pair[MAX_ALIGNED];
	bool		equal;
	bool		neighbours;		/* have they different numbers? */
	bool		only_numbers;	/* have they nothing else in common? */
	bool		swapped;		/* is a the second argument? */
	double		score;
} Alignment;

static inline double
token_weight(const Side *side, int i)
{
	return class_weight[side->address->token[i].class];
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
token_equal(const AddressToken *a, const AddressToken *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static int
address_compare(const Address *a, const Address *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (int i = 0; i < a->n; i++)
	{
		const AddressToken *x = &a->token[i];
		const AddressToken *y = &b->token[i];
		int			c = matching_word_compare(x->text, x->len, y->text, y->len);

		if (c != 0)
			return c;
	}
	return 0;
}

static void
side_init(Side *side, const Address *address)
{
	side->address = address;
	side->n = Min(address->n, MAX_ALIGNED);
	side->left = 0;
	for (int i = 0; i < side->n; i++)
	{
		const AddressToken *t = &address->token[i];

		side->used[i] = false;
		side->nc[i] = 0;
		if ((t->class == ADDRESS_IS_NAME || t->class == ADDRESS_IS_TYPE) && t->nchars <= MAX_LETTERS && t->len <= 4 * MAX_LETTERS)
			side->nc[i] = (int) fold_decode(t->text, t->len, side->c[i]);
	}
}

static void
add_pair(Alignment *alignment, int a_first, int a_n, int b_first, int b_n, double similarity)
{
	Pair	   *pair = &alignment->pair[alignment->npairs++];
	double		weight_a = 0;
	double		weight_b = 0;

	for (int i = a_first; i < a_first + a_n; i++)
	{
		alignment->a.used[i] = true;
		weight_a += token_weight(&alignment->a, i);
	}
	for (int i = b_first; i < b_first + b_n; i++)
	{
		alignment->b.used[i] = true;
		weight_b += token_weight(&alignment->b, i);
	}
	/* a misspelt word is in no list, and would otherwise count as a name */
	*pair = (Pair) {a_first, a_n, b_first, b_n, similarity,
		similarity < 1.0 ? Min(weight_a, weight_b) : (weight_a + weight_b) / 2};
}

/* Do the words j and j + 1 of many make the word i of one? */
static bool
is_joined(const Side *one, int i, const Side *many, int j)
{
	const AddressToken *t = &one->address->token[i];
	const AddressToken *x = &many->address->token[j];
	const AddressToken *y = x + 1;

	return t->class == ADDRESS_IS_NAME && x->class == ADDRESS_IS_NAME &&
		(y->class == ADDRESS_IS_NAME || y->class == ADDRESS_IS_TYPE) &&
		t->len == x->len + y->len && memcmp(t->text, x->text, x->len) == 0 &&
		memcmp(t->text + x->len, y->text, y->len) == 0;
}

static void
pair_joined(Alignment *alignment, Side *one, Side *many)
{
	for (int i = 0; i < one->n; i++)
		for (int j = 0; j + 1 < many->n && !one->used[i]; j++)
			if (!many->used[j] && !many->used[j + 1] && is_joined(one, i, many, j))
			{
				if (one == &alignment->a)
					add_pair(alignment, i, 1, j, 2, SIMILARITY_JOINED);
				else
					add_pair(alignment, j, 2, i, 1, SIMILARITY_JOINED);
			}
}

/* By edits, of which a short word has one. */
static double
edited_similarity(const pg_wchar *a, int na, const pg_wchar *b, int nb)
{
	int			longer = Max(na, nb);
	int			most = longer < SHORTEST_TWO_EDITS ? 1 : 2;
	int			edits;
	double		similarity;

	if (abs(na - nb) > most)
		return 0;
	edits = edit_distance(EDIT_OSA, a, na, b, nb, most);
	if (edits > most)
		return 0;
	if (longer == SHORTEST_SIMILAR)
		return ONE_OF_FOUR;
	similarity = 1.0 - (double) edits / longer - (a[0] != b[0] ? OTHER_INITIAL : 0);
	return similarity >= EDITED_LEAST ? similarity : 0;
}

static double
word_similarity(const pg_wchar *a, int na, const pg_wchar *b, int nb)
{
	double		by_letters;

	if (na < SHORTEST_SIMILAR || nb < SHORTEST_SIMILAR)
		return 0;
	by_letters = matching_jaro_winkler(a, na, b, nb);
	return by_letters >= SIMILARITY_LEAST ? by_letters : edited_similarity(a, na, b, nb);
}

/* The most similar words first; of equally similar ones the first. */
static void
pair_similar(Alignment *alignment)
{
	Side	   *a = &alignment->a;
	Side	   *b = &alignment->b;
	float8		local[LOCAL_SCORES] = {0};
	float8	   *score = a->n * b->n <= LOCAL_SCORES ? local : palloc(a->n * b->n * sizeof(float8));
	bool		any = false;

	for (int i = 0; i < a->n; i++)
		for (int j = 0; j < b->n; j++)
		{
			float8	   *s = &score[i * b->n + j];

			*s = 0;
			if (a->used[i] || b->used[j] || a->nc[i] == 0 || b->nc[j] == 0)
				continue;
			/* two types are two; but one may be misspelt, and is a name then */
			if (a->address->token[i].class == ADDRESS_IS_TYPE && b->address->token[j].class == ADDRESS_IS_TYPE)
				continue;
			*s = word_similarity(a->c[i], a->nc[i], b->c[j], b->nc[j]);
			any |= *s > 0;
		}
	while (any)
	{
		int			best_i = -1;
		int			best_j = -1;
		double		best = 0;

		for (int i = 0; i < a->n; i++)
			for (int j = 0; j < b->n && !a->used[i]; j++)
				if (!b->used[j] && score[i * b->n + j] > best)
				{
					best = score[i * b->n + j];
					best_i = i;
					best_j = j;
				}
		if (best_i < 0)
			break;
		add_pair(alignment, best_i, 1, best_j, 1, best);
	}
	if (score != local)
		pfree(score);
}

/* The number of words in a row from i on that are left over, with their letters; 0 if they are too many. */
static int
run_at(const Side *side, int i, pg_wchar *c, int *nc)
{
	int			n = 0;

	*nc = 0;
	for (; i + n < side->n && !side->used[i + n] && side->nc[i + n] > 0; n++)
	{
		if (*nc + side->nc[i + n] > MAX_LETTERS)
			return 0;
		memcpy(c + *nc, side->c[i + n], side->nc[i + n] * sizeof(pg_wchar));
		*nc += side->nc[i + n];
	}
	return n;
}

static bool
run_begins(const Side *side, int i)
{
	return !side->used[i] && side->nc[i] > 0 && (i == 0 || side->used[i - 1] || side->nc[i - 1] == 0);
}

/* Step 3. */
static void
pair_runs(Alignment *alignment, double least)
{
	Side	   *a = &alignment->a;
	Side	   *b = &alignment->b;
	pg_wchar	ca[MAX_LETTERS];
	pg_wchar	cb[MAX_LETTERS];
	int			na;
	int			nb;

	for (int i = 0; i < a->n; i++)
	{
		int			run_a = run_begins(a, i) ? run_at(a, i, ca, &na) : 0;
		int			best_j = -1;
		int			best_n = 0;
		double		best = 0;

		for (int j = 0; j < b->n && run_a > 0; j++)
		{
			int			run_b = run_begins(b, j) ? run_at(b, j, cb, &nb) : 0;
			int			longer;
			int			most;
			int			edits;

			/* words that answer one to one are compared as words */
			if (run_b == 0 || run_a + run_b == 2)
				continue;
			longer = Max(na, nb);
			most = (int) ((1 - least) * longer);
			if (most == 0 || abs(na - nb) > most)
				continue;
			edits = edit_distance(EDIT_OSA, ca, na, cb, nb, most);
			if (edits <= most && 1.0 - (double) edits / longer > best)
			{
				best = 1.0 - (double) edits / longer;
				best_j = j;
				best_n = run_b;
			}
		}
		if (best_j >= 0)
			add_pair(alignment, i, run_a, best_j, best_n, Min(best, SIMILARITY_JOINED));
	}
}

/* Of two different numbers. */
static double
number_similarity(const AddressToken *a, const AddressToken *b)
{
	const AddressToken *longer = a->len >= b->len ? a : b;
	const AddressToken *shorter = a->len >= b->len ? b : a;
	int			same = 0;

	/* 221 and 221b: a part of it */
	while (same < shorter->len && is_digit(shorter->text[same]) && longer->text[same] == shorter->text[same])
		same++;
	if (same == shorter->len && longer->len > same)
	{
		int			letters = same;

		while (letters < longer->len && !is_digit(longer->text[letters]))
			letters++;
		if (letters == longer->len)
			return NUMBER_LETTER;
	}
	same = 0;
	for (int i = 0; i < longer->len; i++)
		if (!is_digit(longer->text[i]) || (i < shorter->len && !is_digit(shorter->text[i])))
			return 0;
	while (same < shorter->len && longer->text[same] == shorter->text[same])
		same++;
	if (longer->len == shorter->len)
		return same + 1 < longer->len && longer->text[same] == shorter->text[same + 1] && longer->text[same + 1] == shorter->text[same] &&
			memcmp(longer->text + same + 2, shorter->text + same + 2, (size_t) (longer->len - same - 2)) == 0 ? NUMBER_SWAPPED : 0;
	return longer->len == shorter->len + 1 && memcmp(longer->text + same + 1, shorter->text + same, (size_t) (shorter->len - same)) == 0 ?
		NUMBER_ONE_MORE : 0;
}

/* Step 5. */
static void
pair_numbers(Alignment *alignment)
{
	Side	   *a = &alignment->a;
	Side	   *b = &alignment->b;
	int			j = 0;

	for (int i = 0; i < a->n; i++)
	{
		if (a->used[i] || a->address->token[i].class != ADDRESS_IS_NUMBER)
			continue;
		while (j < b->n && (b->used[j] || b->address->token[j].class != ADDRESS_IS_NUMBER))
			j++;
		if (j == b->n)
			break;
		alignment->neighbours = true;
		add_pair(alignment, i, 1, j, 1, number_similarity(&a->address->token[i], &b->address->token[j]));
	}
}

/* Is what they have in common nothing but numbers? */
static bool
has_only_numbers(const Alignment *alignment)
{
	bool		any = false;

	for (int i = 0; i < alignment->npairs; i++)
	{
		AddressClass class = alignment->a.address->token[alignment->pair[i].a_first].class;

		if (class != ADDRESS_IS_NUMBER && class != ADDRESS_IS_UNIT_NUMBER)
			return false;
		any |= alignment->pair[i].similarity > 0;
	}
	return any;
}

static void
side_finish(Side *side)
{
	for (int i = 0; i < side->address->n; i++)
		if (i >= side->n || !side->used[i])
			side->left += token_weight(side, i);
}

static void
address_align(const Address *x, const Address *y, Alignment *alignment)
{
	int			order = address_compare(x, y);
	double		matched = 0;
	double		weight = 0;
	double		both_left;
	double		one_left;

	alignment->npairs = 0;
	alignment->neighbours = alignment->only_numbers = false;
	alignment->swapped = order > 0;
	alignment->equal = order == 0;
	side_init(&alignment->a, order > 0 ? y : x);
	side_init(&alignment->b, order > 0 ? x : y);
	if (alignment->equal)
	{
		alignment->score = 1.0;
		return;
	}

	for (int i = 0; i < alignment->a.n; i++)
		for (int j = 0; j < alignment->b.n; j++)
			if (!alignment->b.used[j] && token_equal(&alignment->a.address->token[i], &alignment->b.address->token[j]))
			{
				add_pair(alignment, i, 1, j, 1, 1.0);
				break;
			}
	pair_joined(alignment, &alignment->a, &alignment->b);
	pair_joined(alignment, &alignment->b, &alignment->a);
	pair_runs(alignment, RUN_FIRST);
	pair_similar(alignment);
	pair_runs(alignment, RUN_LEAST);
	pair_numbers(alignment);
	alignment->only_numbers = has_only_numbers(alignment);

	for (int i = 0; i < alignment->npairs; i++)
	{
		matched += alignment->pair[i].weight * alignment->pair[i].similarity;
		weight += alignment->pair[i].weight;
	}
	side_finish(&alignment->a);
	side_finish(&alignment->b);
	both_left = Min(alignment->a.left, alignment->b.left);
	one_left = Max(alignment->a.left, alignment->b.left) - both_left;
	alignment->score = matched / (weight + 2 * both_left + one_left / (2 + one_left));
	if (alignment->neighbours)
		alignment->score = Min(alignment->score, NEIGHBOURS_MOST);
	if (alignment->only_numbers)
		alignment->score = Min(alignment->score, NUMBERS_MOST);
	/* the same words in another order */
	alignment->score = Min(alignment->score, 0.999);
}

double
address_texts_similarity(const Address *a, const Address *b)
{
	Alignment	alignment;		/* some 36 kB: it is not worth an allocation in each call */

	address_align(a, b, &alignment);
	return alignment.score;
}

SALESOPS_FUNCTION(salesops_address_similarity);

Datum
salesops_address_similarity(PG_FUNCTION_ARGS)
{
	Address		a;
	Address		b;
	bool		has_a = address_read(&a, PG_GETARG_TEXT_PP(0));
	bool		has_b = address_read(&b, PG_GETARG_TEXT_PP(1));
	double		score = 0;

	if (has_a && has_b)
		score = address_texts_similarity(&a, &b);
	address_free(&a);
	address_free(&b);
	if (!has_a || !has_b)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(score);
}

/* Words for people to read, in the server's encoding; long ones are cut off. */
#define EXPLAIN_BYTES 200

static void
append_words(StringInfo out, const Address *address, int first, int n)
{
	for (int i = first; i < first + n; i++)
	{
		const AddressToken *t = &address->token[i];
		text	   *value;

		if (i > first)
			appendStringInfoChar(out, ' ');
		if (t->len > EXPLAIN_BYTES)
		{
			appendStringInfoString(out, "...");
			continue;
		}
		value = fold_utf8_to_text(t->text, t->len);
		appendBinaryStringInfo(out, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
		pfree(value);
	}
}

static void
append_left(StringInfo out, const Side *side, const char *which)
{
	if (side->left == 0)
		return;
	appendStringInfo(out, "; only in the %s:", which);
	for (int i = 0; i < side->n; i++)
		if (!side->used[i])
		{
			appendStringInfoChar(out, ' ');
			append_words(out, side->address, i, 1);
		}
	if (side->address->n > side->n)
		appendStringInfoString(out, " ...");
	appendStringInfo(out, " (weight %.2f)", side->left);
}

SALESOPS_FUNCTION(salesops_explain_address_similarity);

Datum
salesops_explain_address_similarity(PG_FUNCTION_ARGS)
{
	Address		a;
	Address		b;
	bool		has_a = address_read(&a, PG_GETARG_TEXT_PP(0));
	bool		has_b = address_read(&b, PG_GETARG_TEXT_PP(1));
	Alignment  *alignment;
	StringInfoData out;

	if (!has_a || !has_b)
	{
		address_free(&a);
		address_free(&b);
		PG_RETURN_NULL();
	}
	alignment = palloc(sizeof(Alignment));
	address_align(&a, &b, alignment);
	initStringInfo(&out);
	appendStringInfo(&out, "%.4f: ", alignment->score);
	if (alignment->equal)
		appendStringInfoString(&out, "the keys are the same");
	else
	{
		if (alignment->npairs == 0)
			appendStringInfoString(&out, "no words in common");
		for (int i = 0; i < alignment->npairs; i++)
		{
			const Pair *p = &alignment->pair[i];

			if (i > 0)
				appendStringInfoString(&out, "; ");
			append_words(&out, &a, alignment->swapped ? p->b_first : p->a_first, alignment->swapped ? p->b_n : p->a_n);
			if (p->similarity == 1.0)
				appendStringInfo(&out, ": the same (weight %.2f)", p->weight);
			else
			{
				appendStringInfoString(&out, " ~ ");
				append_words(&out, &b, alignment->swapped ? p->a_first : p->b_first, alignment->swapped ? p->a_n : p->b_n);
				if (p->similarity == 0)
					appendStringInfo(&out, ": different (weight %.2f)", p->weight);
				else
					appendStringInfo(&out, ": similar, %.4f (weight %.2f)", p->similarity, p->weight);
			}
		}
		if (alignment->neighbours)
			appendStringInfo(&out, "; two numbers are two addresses, %.2f at most", NEIGHBOURS_MOST);
		if (alignment->only_numbers)
			appendStringInfo(&out, "; only numbers, %.2f at most", NUMBERS_MOST);
		append_left(&out, alignment->swapped ? &alignment->b : &alignment->a, "first");
		append_left(&out, alignment->swapped ? &alignment->a : &alignment->b, "second");
	}
	pfree(alignment);
	address_free(&a);
	address_free(&b);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
