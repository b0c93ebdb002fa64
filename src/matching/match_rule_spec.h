/*
 * match_rule_spec.h
 *		A match_rule on its way in: what match_rule_io.c reads and match_rule.c checks and builds a value of.
 */
#ifndef SALESOPS_MATCH_RULE_SPEC_H
#define SALESOPS_MATCH_RULE_SPEC_H

#include "matching/match_rule.h"

#define MATCH_RULE_VERSION 1
#define MATCH_RULE_TYPE "match_rule"

/* What a term accepts, by name. */
typedef struct MatchAcceptName
{
	const char *name;
	uint8		bit;
} MatchAcceptName;

#define MATCH_ACCEPT_NAMES 4

typedef struct MatchColumnSpec
{
	const char *name;
	int			name_length;
	MatchAs		as;
	bool		block;
	char		region[3];
	int			nlevels;
	float		levels[MATCH_MAX_LEVELS];
} MatchColumnSpec;

/* A clause with a term for every column; of those that it does not name `accepts` is 0. */
typedef struct MatchClauseSpec
{
	MatchTerm	terms[MATCH_MAX_COLUMNS];
} MatchClauseSpec;

/* A rule before it is a value. */
typedef struct MatchRuleSpec
{
	const char *key;
	int			key_length;
	double		threshold;
	int			ncolumns;
	int			nclauses;
	MatchColumnSpec columns[MATCH_MAX_COLUMNS];
	MatchClauseSpec clauses[MATCH_MAX_CLAUSES];
} MatchRuleSpec;

extern const MatchAcceptName match_accept_names[MATCH_ACCEPT_NAMES];

/* "column \"name\"", for messages. */
extern char *match_column_label(const char *name, int length);
/* The roles that have a similarity, or all, with commas between them. */
extern char *match_role_names(bool similar);
/* The number of the column of that name, from 0, or -1. */
extern int	match_rule_spec_find(const MatchRuleSpec *spec, const char *name, int length);
/* The value of a rule, which is checked and brought into its one form. */
extern MatchRule *match_rule_build(MatchRuleSpec *spec);

#endif							/* SALESOPS_MATCH_RULE_SPEC_H */
