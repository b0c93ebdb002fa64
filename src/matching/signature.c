/*
 * signature.c
 *		The types match_signature and match_query: what of a text is compared with many others, computed once.
 *
 * A signature is of the words of a text, folded (core/fold.h), with one space between two: that is its key, and its text form.  Its
 * grams are the groups of three neighbouring characters of each word with two spaces before and one behind it, as in pg_trgm: each
 * once, as a number of 32 bits, of ASCII the three bytes, of others a hash.  Two signatures are as similar as their sets of grams
 * are by Jaccard (1912): those that both have, by those that one of them has.
 *
 * Texts of other databases than UTF8 have the same grams as there.  Where two grams of other characters than ASCII have one hash,
 * they are one gram, everywhere alike.
 *
 * A match_query is a signature with the least similarity that is asked for, so that what an index scan finds depends on no setting
 * of the session.  Of what is being typed the last word has no end yet: the gram of its end is left out, and the measure is the part
 * of the grams that a name has.  An index of the grams: signature_gist.c.
 *
 * Cost: with room for bits that say at once that too few grams can be common, most of many are refused in a few steps, and the
 * others are one walk along both lists.
 *
 * Worked example, acme and acne: grams "  a" " ac" "acm" "cme" "me " and "  a" " ac" "acn" "cne" "ne ": 2 of 8: .25.
 */
#include "matching/signature.h"

#include <math.h>

#include "core/guard.h"
#include "core/literal.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"

#define SIGNATURE_VERSION 1
#define SIGNATURE_TYPE "match_signature"
#define QUERY_TYPE "match_query"
/* Of a longer text this much counts: an index must not refuse a row for what is no name. */
#define MAX_GRAMS 10000
#define MAX_BYTES 160000

static inline int
gram_compare(const uint32 *a, const uint32 *b)
{
	return *a < *b ? -1 : *a > *b;
}

#define MERGE_SORT_NAME sort_grams
#define MERGE_SORT_TYPE uint32
#define MERGE_SORT_COMPARE gram_compare
#include "core/merge_sort.h"

/* ---- making one ---- */

/* A number for three characters.  Versioned: stored signatures have them. */
static inline uint32
gram_of(pg_wchar a, pg_wchar b, pg_wchar c)
{
	uint64		hash;

	if (likely((a | b | c) < 128))
		return a << 16 | b << 8 | c;
	hash = ((uint64) a << 42 | (uint64) b << 21 | c) * UINT64CONST(0x9E3779B97F4A7C15);
	hash ^= hash >> 32;
	hash *= UINT64CONST(0xD6E8FEB86659FD93);
	return (uint32) (hash >> 32) | 0x80000000;
}

static inline void
set_bit(uint64 *bits, uint32 gram)
{
	uint32		bit = (gram * 0x9E3779B1U) >> 25;

	bits[bit / 64] |= UINT64CONST(1) << bit % 64;
}

static inline bool
is_word(pg_wchar c)
{
	if (c < 128)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
	return fold_is_word(c);
}

/* NULL for a text without letters and digits.  What is typed keeps one space behind its last word, where that has ended. */
static MatchSignature *
make_signature(text *value, double min_similarity, SignatureMeasure measure)
{
	int			read = pg_mbcliplen(VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value), MAX_BYTES);
	size_t		len;
	size_t		folded_len;
	const char *utf8;
	char	   *folded;
	char	   *key;
	size_t		key_len = 0;
	const unsigned char *p;
	const unsigned char *end;
	pg_wchar	before[2] = {' ', ' '};
	bool		inside = false;
	uint32	   *grams;
	uint32		ngrams = 0;
	uint32		n = 0;
	text	   *key_text;
	MatchSignature *signature;
	Size		size;

	utf8 = fold_server_to_utf8(VARDATA_ANY(value), read, &len);
	folded = palloc(FOLD_UTF8_BOUND(len) + 1);
	folded_len = fold_utf8(utf8, len, folded);
	key = palloc(folded_len + 2);
	/* each character ends one gram at most, and each word one more */
	grams = palloc((2 * folded_len + 2) * sizeof(uint32));
	p = (const unsigned char *) folded;
	end = p + folded_len;
	while (p <= end)
	{
		pg_wchar	c = ' ';
		int			width = p < end ? fold_read(p, end, &c) : 1;

		/* with the end of its last word it is full */
		if (ngrams >= MAX_GRAMS - 1 && p < end)
		{
			p = end;
			continue;
		}
		if (p < end && is_word(c))
		{
			if (!inside && key_len > 0)
				key[key_len++] = ' ';
			memcpy(key + key_len, p, width);
			key_len += width;
			grams[ngrams++] = gram_of(before[0], before[1], c);
			before[0] = before[1];
			before[1] = c;
			inside = true;
		}
		else if (inside && !(p == end && measure == SIGNATURE_TYPED))
		{
			grams[ngrams++] = gram_of(before[0], before[1], ' ');
			before[0] = before[1] = ' ';
			inside = false;
		}
		p += width;
	}
	pfree(folded);
	if (ngrams == 0)
	{
		pfree(key);
		pfree(grams);
		return NULL;
	}
	if (measure == SIGNATURE_TYPED && !inside)
		key[key_len++] = ' ';
	sort_grams(grams, ngrams);
	for (uint32 i = 0; i < ngrams; i++)
	{
		if (n == 0 || grams[n - 1] != grams[i])
			grams[n++] = grams[i];
	}
	key_text = fold_utf8_to_text(key, key_len);
	size = offsetof(MatchSignature, grams) + n * sizeof(uint32) + VARSIZE_ANY_EXHDR(key_text);
	signature = palloc0(size);
	SET_VARSIZE(signature, size);
	signature->version = SIGNATURE_VERSION;
	signature->fold_version = SALESOPS_FOLD_VERSION;
	signature->ngrams = n;
	signature->key_length = VARSIZE_ANY_EXHDR(key_text);
	signature->measure = measure;
	signature->min_similarity = min_similarity;
	memcpy(signature->grams, grams, n * sizeof(uint32));
	memcpy(&signature->grams[n], VARDATA_ANY(key_text), signature->key_length);
	for (uint32 i = 0; i < n; i++)
		set_bit(signature->bits, grams[i]);
	pfree(key);
	pfree(key_text);
	pfree(grams);
	return signature;
}

const MatchSignature *
signature_of(Datum datum)
{
	const MatchSignature *signature = (const MatchSignature *) PG_DETOAST_DATUM(datum);

	if (VARSIZE(signature) < offsetof(MatchSignature, grams) || signature->version != SIGNATURE_VERSION ||
		signature->ngrams == 0 || signature->measure > SIGNATURE_TYPED || !(signature->min_similarity >= 0 && signature->min_similarity <= 1) ||
		VARSIZE(signature) != offsetof(MatchSignature, grams) + (Size) signature->ngrams * sizeof(uint32) + signature->key_length)
		guard_damaged(SIGNATURE_TYPE);
	return signature;
}

const MatchSignature *
signature_arg(FunctionCallInfo fcinfo, int argument)
{
	return signature_of(PG_GETARG_DATUM(argument));
}

static inline const char *
signature_key(const MatchSignature *signature)
{
	return (const char *) &signature->grams[signature->ngrams];
}

/* ---- comparing ---- */

static inline double
query_score(const MatchSignature *signature, const MatchSignature *query)
{
	uint32		common = signature_common(signature->grams, signature->ngrams, query->grams, query->ngrams);

	return signature_score(common, query->ngrams, signature->ngrams, query->measure);
}

/* Whether a signature is as similar as a query wants. */
static bool
query_matches(const MatchSignature *signature, const MatchSignature *query)
{
	uint32		fewer = Min(signature->ngrams, query->ngrams);
	uint32		missing = 0;

	if (signature_score(fewer, query->ngrams, signature->ngrams, query->measure) < query->min_similarity)
		return false;
	/* a bit that only the query has is of a gram, at least, that only the query has */
	for (int i = 0; i < SIGNATURE_BITS; i++)
		missing += pg_popcount64(query->bits[i] & ~signature->bits[i]);
	if (signature_score(Min(fewer, query->ngrams - missing), query->ngrams, signature->ngrams, query->measure) < query->min_similarity)
		return false;
	return query_score(signature, query) >= query->min_similarity;
}

SALESOPS_FUNCTION(salesops_text_signature);
SALESOPS_FUNCTION(salesops_company_signature);
SALESOPS_FUNCTION(salesops_match_query);
SALESOPS_FUNCTION(salesops_match_typed);
SALESOPS_FUNCTION(salesops_company_typed);
SALESOPS_FUNCTION(salesops_signature_similarity);
SALESOPS_FUNCTION(salesops_signature_distance);
SALESOPS_FUNCTION(salesops_query_distance_commuted);
SALESOPS_FUNCTION(salesops_query_matches);
SALESOPS_FUNCTION(salesops_query_matches_commuted);

extern Datum salesops_company_key(PG_FUNCTION_ARGS);

/* The signature or query of a text as a function's result: NULL for no text, and where there is nothing to sign. */
static Datum
result_of(FunctionCallInfo fcinfo, text *value, double min_similarity, SignatureMeasure measure)
{
	MatchSignature *signature = value == NULL ? NULL : make_signature(value, min_similarity, measure);

	if (signature == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(signature);
}

/* (text) */
Datum
salesops_text_signature(PG_FUNCTION_ARGS)
{
	return result_of(fcinfo, PG_GETARG_TEXT_PP(0), 0, SIGNATURE_WHOLE);
}

/* The company_key of a name, or NULL. */
static text *
company_key_of(FunctionCallInfo fcinfo, text *name)
{
	LOCAL_FCINFO(inner, 1);
	Datum		key;

	InitFunctionCallInfoData(*inner, fcinfo->flinfo, 1, InvalidOid, NULL, NULL);
	inner->args[0].value = PointerGetDatum(name);
	inner->args[0].isnull = false;
	key = salesops_company_key(inner);
	return inner->isnull ? NULL : DatumGetTextPP(key);
}

/* (name text): the signature of its company_key */
Datum
salesops_company_signature(PG_FUNCTION_ARGS)
{
	return result_of(fcinfo, company_key_of(fcinfo, PG_GETARG_TEXT_PP(0)), 0, SIGNATURE_WHOLE);
}

/* A least similarity from outside; minus zero is zero, so that equal values have equal bytes. */
static double
min_similarity_of(double value)
{
	guard_fraction(value, "min_similarity");
	return value + 0.0;
}

/* (signature, min_similarity float8) */
Datum
salesops_match_query(PG_FUNCTION_ARGS)
{
	const MatchSignature *signature = signature_arg(fcinfo, 0);
	MatchSignature *query = palloc(VARSIZE(signature));

	memcpy(query, signature, VARSIZE(signature));
	query->min_similarity = min_similarity_of(PG_GETARG_FLOAT8(1));
	PG_RETURN_POINTER(query);
}

/* (typed text, min_similarity float8) */
Datum
salesops_match_typed(PG_FUNCTION_ARGS)
{
	return result_of(fcinfo, PG_GETARG_TEXT_PP(0), min_similarity_of(PG_GETARG_FLOAT8(1)), SIGNATURE_TYPED);
}

/* Does a text end with one or two letters of ASCII behind a space or nothing: the beginning of a word? */
static bool
ends_with_short_word(const char *p, int len)
{
	int			n = 0;

	while (n < len && n < 3 && ((p[len - n - 1] | 0x20) >= 'a' && (p[len - n - 1] | 0x20) <= 'z'))
		n++;
	return n > 0 && n < 3 && (n == len || p[len - n - 1] == ' ');
}

/*
 * (typed text, min_similarity float8): what is typed as company_key reads it.  One or two letters may become any word, and are no
 * legal form yet: "se" of services.  A word has ended where a space or a mark of the kind is behind it.
 */
Datum
salesops_company_typed(PG_FUNCTION_ARGS)
{
	static const char going_on[] = "qq";
	const int	n_going_on = sizeof(going_on) - 1;
	text	   *typed = PG_GETARG_TEXT_PP(0);
	int			len = (int) VARSIZE_ANY_EXHDR(typed);
	double		min_similarity = min_similarity_of(PG_GETARG_FLOAT8(1));
	bool		is_short = ends_with_short_word(VARDATA_ANY(typed), len);
	text	   *key;
	StringInfoData words;

	initStringInfo(&words);
	appendBinaryStringInfo(&words, VARDATA_ANY(typed), len);
	if (is_short)
		appendBinaryStringInfo(&words, going_on, n_going_on);
	key = company_key_of(fcinfo, cstring_to_text_with_len(words.data, words.len));
	if (key == NULL)
		PG_RETURN_NULL();
	resetStringInfo(&words);
	appendBinaryStringInfo(&words, VARDATA_ANY(key), (int) VARSIZE_ANY_EXHDR(key));
	if (is_short && words.len > n_going_on && memcmp(words.data + words.len - n_going_on, going_on, n_going_on) == 0)
		words.len -= n_going_on;
	else if (strchr(" .,;:)/-", VARDATA_ANY(typed)[len - 1]) != NULL)
		appendStringInfoChar(&words, ' ');
	key = cstring_to_text_with_len(words.data, words.len);
	pfree(words.data);
	return result_of(fcinfo, key, min_similarity, SIGNATURE_TYPED);
}

/* (signature, signature) or (signature, query): a signature is a query for what is like it */
Datum
salesops_signature_similarity(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(query_score(signature_arg(fcinfo, 0), signature_arg(fcinfo, 1)));
}

Datum
salesops_signature_distance(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(1 - query_score(signature_arg(fcinfo, 0), signature_arg(fcinfo, 1)));
}

/* (signature, query) */
Datum
salesops_query_matches(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(query_matches(signature_arg(fcinfo, 0), signature_arg(fcinfo, 1)));
}

/* (query, signature) */
Datum
salesops_query_distance_commuted(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(1 - query_score(signature_arg(fcinfo, 1), signature_arg(fcinfo, 0)));
}

Datum
salesops_query_matches_commuted(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(query_matches(signature_arg(fcinfo, 1), signature_arg(fcinfo, 0)));
}

/* ---- text and binary forms ---- */

SALESOPS_FUNCTION(salesops_match_signature_in);
SALESOPS_FUNCTION(salesops_match_signature_out);
SALESOPS_FUNCTION(salesops_match_signature_recv);
SALESOPS_FUNCTION(salesops_match_signature_send);
SALESOPS_FUNCTION(salesops_match_query_in);
SALESOPS_FUNCTION(salesops_match_query_out);
SALESOPS_FUNCTION(salesops_match_query_recv);
SALESOPS_FUNCTION(salesops_match_query_send);

/* A key, from outside: any text, whose signature it is. */
static MatchSignature *
read_key(const char *key, int length, double min_similarity, SignatureMeasure measure, const char *type)
{
	MatchSignature *signature = make_signature(cstring_to_text_with_len(key, length), min_similarity, measure);

	if (signature == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid %s: \"%.*s\"", type, pg_mbcliplen(key, length, 60), key),
				 errdetail("It has neither letters nor digits, of which a signature is made."),
				 errhint("Write NULL for the signature of nothing.")));
	return signature;
}

Datum
salesops_match_signature_in(PG_FUNCTION_ARGS)
{
	char	   *key = PG_GETARG_CSTRING(0);

	PG_RETURN_POINTER(read_key(key, (int) strlen(key), 0, SIGNATURE_WHOLE, SIGNATURE_TYPE));
}

Datum
salesops_match_signature_out(PG_FUNCTION_ARGS)
{
	const MatchSignature *signature = signature_arg(fcinfo, 0);

	PG_RETURN_CSTRING(pnstrdup(signature_key(signature), signature->key_length));
}

/* What the key of a query is called in JSON, by its measure. */
static const char *const key_names[] = {"key", "typed"};

Datum
salesops_match_query_in(PG_FUNCTION_ARGS)
{
	static const char *const keys[] = {QUERY_TYPE, "key", "typed", "min_similarity"};
	LiteralPlace at = {QUERY_TYPE, NULL};
	JsonbContainer *json = literal_parse(PG_GETARG_CSTRING(0), 10 * MAX_GRAMS, lengthof(keys) + 1, QUERY_TYPE);
	const char *how = "Write it as {\"match_query\": 1, \"key\": \"acme\", \"min_similarity\": 0.6}.";
	SignatureMeasure measure;
	JsonbValue *key;
	JsonbValue *min_similarity;
	char	   *text;

	literal_check_version(json, SIGNATURE_VERSION, how, at);
	literal_check_keys(json, keys, lengthof(keys), at);
	measure = literal_get(json, "typed") == NULL ? SIGNATURE_WHOLE : SIGNATURE_TYPED;
	if (measure == SIGNATURE_TYPED && literal_get(json, "key") != NULL)
		literal_error(at, "It has both \"key\" and \"typed\".", "Whole texts have a key, what is being typed is typed.");
	key = literal_get(json, key_names[measure]);
	min_similarity = literal_get(json, "min_similarity");
	if (key == NULL || min_similarity == NULL)
		literal_error(at, key == NULL ? "It lacks the key \"key\"." : "It lacks the key \"min_similarity\".", how);
	text = literal_string(key, key_names[measure], at);
	PG_RETURN_POINTER(read_key(text, (int) strlen(text), min_similarity_of(literal_float8(min_similarity, "min_similarity", at)),
							   measure, QUERY_TYPE));
}

Datum
salesops_match_query_out(PG_FUNCTION_ARGS)
{
	const MatchSignature *query = signature_arg(fcinfo, 0);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", QUERY_TYPE, SIGNATURE_VERSION);
	literal_put_key(&out, key_names[query->measure]);
	literal_put_string(&out, signature_key(query), (int) query->key_length);
	literal_put_key(&out, "min_similarity");
	literal_put_float8(&out, query->min_similarity);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* The binary form: version, the key, and of a query the measure and the least similarity. */
static bytea *
send_signature(const MatchSignature *signature, bool query)
{
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, SIGNATURE_VERSION);
	salesops_sendcountedtext(&out, signature_key(signature), (int) signature->key_length);
	if (query)
	{
		pq_sendbyte(&out, signature->measure);
		pq_sendfloat8(&out, signature->min_similarity);
	}
	return pq_endtypsend(&out);
}

static MatchSignature *
recv_signature(StringInfo in, bool query, const char *type)
{
	char	   *key;
	int			length;
	int			measure = SIGNATURE_WHOLE;
	double		min_similarity = 0;

	guard_version(in, SIGNATURE_VERSION, type);
	key = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &length);
	if (query)
	{
		measure = pq_getmsgbyte(in);
		if (measure != SIGNATURE_WHOLE && measure != SIGNATURE_TYPED)
			guard_binary(type, "It has a measure that there is not.");
		min_similarity = min_similarity_of(pq_getmsgfloat8(in));
	}
	return read_key(key, length, min_similarity, measure, type);
}

Datum
salesops_match_signature_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(send_signature(signature_arg(fcinfo, 0), false));
}

Datum
salesops_match_signature_recv(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(recv_signature((StringInfo) PG_GETARG_POINTER(0), false, SIGNATURE_TYPE));
}

Datum
salesops_match_query_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(send_signature(signature_arg(fcinfo, 0), true));
}

Datum
salesops_match_query_recv(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(recv_signature((StringInfo) PG_GETARG_POINTER(0), true, QUERY_TYPE));
}
