/*
 * company_explain.c
 *		company_acronym(text): the letters that a company's name is shortened to; explain_company_similarity(a, b): why
 *		two names are as similar as they are.
 *
 * The acronym is made of the first letters of the words of company_key(), without "and", articles and prepositions:
 * International Business Machines Corp. → ibm, Bank of Nova Scotia → bns.  Letters that are written as initials all
 * count (U.S. Steel → uss).  It is in small letters, so that it can be compared with the key of the short name:
 * company_acronym(a) = company_key(b).  One word has no acronym, nor has a name in a script without letters: NULL.
 *
 * The explanation lists the pairs of the alignment that company_similarity() scores (company_similarity.c), each with its
 * weight and similarity, and what is left over.
 */
#include "matching/company.h"
#include "matching/matching.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

static bool
counts_in_acronym(const CompanyToken *t)
{
	if (t->flags & COMPANY_TOKEN_AND)
		return false;
	return t->word == LEXICON_UNKNOWN || matching_lexicon()->item[t->word].class != LEXICON_SMALL;
}

SALESOPS_FUNCTION(salesops_company_acronym);

Datum
salesops_company_acronym(PG_FUNCTION_ARGS)
{
	CompanyName name;
	text	   *result = NULL;
	char	   *out;
	Size		len = 0;
	int			words = 0;
	bool		has_letters = true;

	if (!matching_company_read(&name, PG_GETARG_TEXT_PP(0)))
	{
		matching_company_free(&name);
		PG_RETURN_NULL();
	}
	for (int i = name.first; i < name.last; i++)
		len += name.token[i].len;
	out = (char *) palloc(len + 1);
	len = 0;
	for (int i = name.first; i < name.last && has_letters; i++)
	{
		const CompanyToken *t = &name.token[i];
		int			n = 1;

		if ((i & 0xFFFF) == 0xFFFF)
			CHECK_FOR_INTERRUPTS();
		if (!counts_in_acronym(t))
			continue;
		has_letters = !(t->flags & COMPANY_TOKEN_IDEOGRAPH);
		while (n < t->len && (t->text[n] & 0xC0) == 0x80)
			n++;
		if (t->flags & COMPANY_TOKEN_INITIALS)
			n = t->len;
		memcpy(out + len, t->text, n);
		len += n;
		words++;
	}
	if (words > 1 && has_letters)
	{
		/* what is brought together may compose; folded once more it is what company_key makes of it */
		char	   *again = palloc(FOLD_UTF8_BOUND(len));

		len = fold_utf8(out, len, again);
		result = fold_utf8_to_text(again, len);
		pfree(again);
	}
	pfree(out);
	matching_company_free(&name);
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}

/* Words for people to read, in the server's encoding; at most so many bytes of them. */
#define EXPLAIN_BYTES 200

static void
append_words(StringInfo out, const CompanyName *name, int first, int n)
{
	StringInfoData words;
	text	   *value;

	initStringInfo(&words);
	for (int i = first; i < first + n; i++)
	{
		const CompanyToken *t = &name->token[name->first + i];

		if (i > first)
			appendStringInfoChar(&words, ' ');
		if (words.len + t->len > EXPLAIN_BYTES)
		{
			appendStringInfoString(&words, "...");
			break;
		}
		appendBinaryStringInfo(&words, t->text, t->len);
	}
	value = fold_utf8_to_text(words.data, words.len);
	appendBinaryStringInfo(out, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	pfree(value);
	pfree(words.data);
}

/* The words of one name that found no partner. */
static void
append_left(StringInfo out, const CompanyName *name, const CompanyAlignment *alignment, bool of_a, double weight)
{
	bool		used[COMPANY_MAX_ALIGNED] = {false};
	int			n = Min(name->last - name->first, COMPANY_MAX_ALIGNED);
	bool		any = false;

	if (weight == 0)
		return;
	for (int i = 0; i < alignment->npairs; i++)
	{
		const CompanyPair *p = &alignment->pair[i];
		int			first = of_a ? p->a_first : p->b_first;
		int			k = of_a ? p->a_n : p->b_n;

		for (int j = first; j < first + k; j++)
			used[j] = true;
	}
	appendStringInfo(out, "; only in the %s:", of_a ? "first" : "second");
	for (int i = 0; i < n; i++)
		if (!used[i])
		{
			appendStringInfoChar(out, ' ');
			append_words(out, name, i, 1);
			any = true;
		}
	if (!any || name->last - name->first > n)
		appendStringInfoString(out, " ...");
	appendStringInfo(out, " (weight %.2f)", weight);
}

static const char *const pair_why[] = {
	[COMPANY_PAIR_EQUAL] = "the same",
	[COMPANY_PAIR_JOINED] = "written together",
	[COMPANY_PAIR_SIMILAR] = "similar",
	[COMPANY_PAIR_ACRONYM] = "an acronym"
};

SALESOPS_FUNCTION(salesops_explain_company_similarity);

Datum
salesops_explain_company_similarity(PG_FUNCTION_ARGS)
{
	CompanyName a;
	CompanyName b;
	CompanyAlignment alignment;
	StringInfoData out;
	bool		has_a = matching_company_read(&a, PG_GETARG_TEXT_PP(0));
	bool		has_b = matching_company_read(&b, PG_GETARG_TEXT_PP(1));

	if (!has_a || !has_b)
	{
		matching_company_free(&a);
		matching_company_free(&b);
		PG_RETURN_NULL();
	}
	matching_company_align(&a, &b, &alignment);
	initStringInfo(&out);
	appendStringInfo(&out, "%.4f: ", alignment.score);
	if (alignment.equal)
		appendStringInfoString(&out, "the keys are the same");
	else
	{
		if (alignment.npairs == 0)
			appendStringInfoString(&out, "no words in common");
		for (int i = 0; i < alignment.npairs; i++)
		{
			const CompanyPair *p = &alignment.pair[i];

			if (i > 0)
				appendStringInfoString(&out, "; ");
			append_words(&out, &a, p->a_first, p->a_n);
			if (p->kind != COMPANY_PAIR_EQUAL)
			{
				appendStringInfoString(&out, " ~ ");
				append_words(&out, &b, p->b_first, p->b_n);
			}
			appendStringInfo(&out, ": %s, %.4f (weight %.2f)", pair_why[p->kind], p->similarity, p->weight);
		}
		append_left(&out, &a, &alignment, true, alignment.a_left);
		append_left(&out, &b, &alignment, false, alignment.b_left);
		if (alignment.reordered && alignment.npairs > 1)
			appendStringInfoString(&out, "; in another order");
	}
	matching_company_free(&a);
	matching_company_free(&b);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
