/*
 * signature.h
 *		What of a text is compared with many others, computed once.  See signature.c.
 */
#ifndef SALESOPS_SIGNATURE_H
#define SALESOPS_SIGNATURE_H

#include "matching/matching.h"

#define SIGNATURE_BITS 2		/* words */

/* How alike a signature and another one are. */
typedef enum SignatureMeasure
{
	SIGNATURE_WHOLE,			/* of whole texts: by Jaccard */
	SIGNATURE_TYPED				/* of the beginning of what is being typed: how much of it the other one has */
} SignatureMeasure;

/*
 * Behind the header: the grams, in order, each once; then the key, in the server's encoding.  A match_query has a measure and a least
 * similarity; a match_signature has zero for both.
 */
typedef struct MatchSignature
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint16		version;
	uint16		fold_version;
	uint16		ngrams;
	uint16		measure;
	uint32		key_length;
	double		min_similarity;
	uint64		bits[SIGNATURE_BITS];	/* one for each gram, some for several */
	uint32		grams[FLEXIBLE_ARRAY_MEMBER];
} MatchSignature;

/*
 * The similarity of a query with n grams and a signature with others, of which both have common.  It rises with common and falls with
 * others, in floating point too: what an index takes for the bound of a page is one.
 */
static inline double
signature_score(uint32 common, uint32 n, uint32 others, SignatureMeasure measure)
{
	double		jaccard = (double) common / (n + others - common);

	/* what is typed is in many names: of these the shorter ones come first */
	return measure == SIGNATURE_WHOLE ? jaccard : (999.0 * ((double) common / n) + jaccard) / 1000.0;
}

/* How many grams of two lists are the same.  The first may lie anywhere, as in a page of an index. */
static inline uint32
signature_common(const void *a, uint32 na, const uint32 *b, uint32 nb)
{
	uint32		i = 0;
	uint32		j = 0;
	uint32		common = 0;

	while (i < na && j < nb)
	{
		uint32		x;
		uint32		y = b[j];

		memcpy(&x, (const char *) a + i * sizeof(uint32), sizeof(uint32));
		common += x == y;
		i += x <= y;
		j += y <= x;
	}
	return common;
}

extern const MatchSignature *signature_of(Datum datum);
extern const MatchSignature *signature_arg(FunctionCallInfo fcinfo, int argument);

#endif							/* SALESOPS_SIGNATURE_H */
