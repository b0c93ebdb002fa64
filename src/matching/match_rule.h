/*
 * match_rule.h
 *		The type match_rule: which columns say that two records are of the same thing.  See match_rule.c.
 */
#ifndef SALESOPS_MATCH_RULE_H
#define SALESOPS_MATCH_RULE_H

#include "core/compat.h"

/* What a column is compared as.  The numbers are stored; match_as (match_rule.c) has a line for each. */
typedef enum MatchAs
{
	MATCH_AS_COMPANY,
	MATCH_AS_PERSON,
	MATCH_AS_GIVEN_NAME,
	MATCH_AS_FAMILY_NAME,
	MATCH_AS_TEXT,
	MATCH_AS_EMAIL,
	MATCH_AS_WEBSITE,
	MATCH_AS_PHONE,
	MATCH_AS_ADDRESS,
	MATCH_AS_CITY,
	MATCH_AS_POSTAL_CODE,
	MATCH_AS_REGION,
	MATCH_AS_COUNTRY,
	MATCH_AS_DATE,
	MATCH_AS_NUMBER,
	MATCH_AS_IDENTIFIER
} MatchAs;

#define MATCH_ROLES 16

typedef struct MatchRole
{
	const char *name;
	float		close;			/* the least similarity that counts as close; 0: nothing but equality is known */
} MatchRole;

#define MATCH_MAX_COLUMNS 32
#define MATCH_MAX_LEVELS 8
#define MATCH_MAX_CLAUSES 64

typedef struct MatchColumn
{
	float		levels[MATCH_MAX_LEVELS];	/* least similarities, falling */
	uint32		name;			/* offset from the start of the value */
	uint16		name_length;
	uint8		as;				/* MatchAs */
	uint8		nlevels;		/* 0: those of the role */
	uint8		block;			/* are pairs looked for among equal values of it? */
	char		region[3];		/* of telephone numbers, "US"; "" for none */
} MatchColumn;

/* What a term of a clause is content with: any of these. */
#define MATCH_EXACT			0x01	/* the same in its normal form */
#define MATCH_CLOSE			0x02	/* as similar as match_as[].close says */
#define MATCH_SIMILAR		0x04	/* as similar as the term says */
#define MATCH_MISSING		0x08	/* missing in one of the two records, or in both */
#define MATCH_BOTH_MISSING	0x10	/* missing in both */
#define MATCH_ACCEPTS_ALL	0x1F

typedef struct MatchTerm
{
	float		least;			/* where it accepts MATCH_SIMILAR, else 0 */
	uint8		column;			/* from 0; the terms of a clause are in order of it */
	uint8		accepts;
	uint8		unused[2];
} MatchTerm;

/*
 * Behind the columns: MatchTerm terms[], those of the first clause first; uint16 ends[nclauses], where in terms each clause ends;
 * then the names: of the key, and of each column in order.
 */
typedef struct MatchRule
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		ncolumns;		/* from 1 */
	uint8		nclauses;		/* 0: pairs are judged by a model */
	uint8		unused;
	double		threshold;		/* the probability from which a pair is one; 0 where there are clauses */
	uint32		key;			/* offset of the name of the column that identifies a record */
	uint16		key_length;
	uint16		nterms;
	MatchColumn columns[FLEXIBLE_ARRAY_MEMBER];
} MatchRule;

static inline const MatchColumn *
match_rule_column(const MatchRule *rule, int i)
{
	return &rule->columns[i];
}

/* The name of a column, in the server's encoding and without an end. */
static inline const char *
match_rule_column_name(const MatchRule *rule, int i, int *length)
{
	*length = rule->columns[i].name_length;
	return (const char *) rule + rule->columns[i].name;
}

static inline const char *
match_rule_key_name(const MatchRule *rule, int *length)
{
	*length = rule->key_length;
	return (const char *) rule + rule->key;
}

/* The terms of a clause, all of which must hold. */
static inline const MatchTerm *
match_rule_clause(const MatchRule *rule, int clause, int *nterms)
{
	const MatchTerm *terms = (const MatchTerm *) &rule->columns[rule->ncolumns];
	const uint16 *ends = (const uint16 *) &terms[rule->nterms];
	int			start = clause > 0 ? ends[clause - 1] : 0;

	*nterms = ends[clause] - start;
	return &terms[start];
}

extern const MatchRole match_as[MATCH_ROLES];

/* The least similarity that a term is content with, or 2 where no similarity will do. */
static inline float
match_term_least(const MatchRule *rule, const MatchTerm *term)
{
	if ((term->accepts & MATCH_SIMILAR) != 0)
		return term->least;
	return (term->accepts & MATCH_CLOSE) != 0 ? match_as[rule->columns[term->column].as].close : 2;
}

/* The rule of an argument, detoasted; one of a Datum. */
extern const MatchRule *match_rule_arg(FunctionCallInfo fcinfo, int argument);
extern const MatchRule *match_rule_of(Datum datum);
/* The number of the column of that name, from 0, or -1. */
extern int	match_rule_find(const MatchRule *rule, const char *name, int length);

#endif							/* SALESOPS_MATCH_RULE_H */
