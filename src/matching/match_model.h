/*
 * match_model.h
 *		A match rule with what was learned about its columns: what agreement on each of them is worth.  See match_model.c.
 */
#ifndef SALESOPS_MATCH_MODEL_H
#define SALESOPS_MATCH_MODEL_H

#include <math.h>

#include "matching/match_reading.h"

#define MATCH_MODEL_TYPE "match_model"
#define MATCH_MODEL_VERSION 1

/* Beyond the levels of match_column.h: the same key is worth more where fewer records have it. */
#define MATCH_RARITIES 3
#define MATCH_GRADES (MATCH_LEVELS + MATCH_RARITIES - 1)

/* Values that more than a few records have are listed, at most so many of a column. */
#define MATCH_MAX_COMMON 8192

/* The part of the pairs that are one is at least this. */
#define MATCH_LEAST_PART 1e-6

/* No grade is worth more, in bits, for or against: that of m and u as far apart as they may be. */
#define MATCH_MAX_WEIGHT 997.0

/* A value that is not rare. */
typedef struct MatchCommon
{
	uint64		hash;
	uint64		count;
} MatchCommon;

typedef struct MatchModelColumn
{
	uint32		ngrades;		/* with MATCH_LEVEL_MISSING, whose m and u are 1 */
	uint32		ncommon;
	uint32		common;			/* the first, in the model's list; in order of the hash */
	uint32		common_least;	/* values in more records than this are listed */
	double		m[MATCH_GRADES];	/* the probability of a grade among pairs that are one */
	double		u[MATCH_GRADES];	/* and among others */
	double		weight[MATCH_GRADES];	/* what it is worth beside the other columns; alone log2(m / u) */
} MatchModelColumn;

/* Behind the columns: the values that are not rare, the stop atoms (match_block.c) in order, then the rule. */
typedef struct MatchModel
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint16		version;
	uint16		ncolumns;
	uint32		most;			/* of match_block.h */
	uint32		rule;			/* offset from the start of the value */
	uint32		ncommon;
	uint32		frequent_least;	/* in more records than this: common, and not only less than rare */
	int64		nrecords;
	int64		npairs;
	double		prior;			/* the part of the pairs that are one, among those that are compared */
	uint32		nstop;
	uint32		reserved;
	MatchModelColumn columns[FLEXIBLE_ARRAY_MEMBER];
} MatchModel;

static inline const MatchCommon *
match_model_common(const MatchModel *model)
{
	return (const MatchCommon *) &model->columns[model->ncolumns];
}

static inline const uint64 *
match_model_stop(const MatchModel *model)
{
	return (const uint64 *) (match_model_common(model) + model->ncommon);
}

/* Is it one of the atoms by which no record is found? */
static inline bool
match_model_stops(const MatchModel *model, uint64 atom)
{
	const uint64 *stop = match_model_stop(model);
	uint32		low = 0;
	uint32		high = model->nstop;

	atom = match_atom_of(atom);
	while (low < high)
	{
		uint32		middle = (low + high) / 2;

		if (stop[middle] < atom)
			low = middle + 1;
		else
			high = middle;
	}
	return low < model->nstop && stop[low] == atom;
}

static inline const MatchRule *
match_model_rule(const MatchModel *model)
{
	return (const MatchRule *) ((const char *) model + model->rule);
}

/* The grade of a level: that of the same key is by how many records have it. */
static inline int
match_model_grade(const MatchModel *model, int column, int level, uint64 hash)
{
	const MatchModelColumn *c = &model->columns[column];
	const MatchCommon *common = match_model_common(model) + c->common;
	uint32		low = 0;
	uint32		high = c->ncommon;

	if (level < (int) c->ngrades - MATCH_RARITIES)
		return level;
	while (low < high)
	{
		uint32		mid = (low + high) / 2;

		if (common[mid].hash < hash)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == c->ncommon || common[low].hash != hash)
		return level + 2;
	return common[low].count > model->frequent_least ? level : level + 1;
}

/* The grades of a pair of records, one for each column; readings may be NULL, where few are compared. */
static inline void
match_model_grades(const MatchModel *model, const MatchRule *rule, MatchReadings *readings, const MatchRecord *a, const MatchRecord *b, uint8 *grades)
{
	MatchReading *const *read_a;
	MatchReading *const *read_b;

	if (readings != NULL)
		match_readings_find(readings, a, b, &read_a, &read_b);
	for (int i = 0; i < rule->ncolumns; i++)
	{
		MatchField	of_a = match_record_field(a, i);
		MatchField	of_b = match_record_field(b, i);
		int			level;

		if (readings != NULL)
		{
			of_a.reading = read_a[i];
			of_b.reading = read_b[i];
		}
		level = match_column_level(match_rule_column(rule, i), &of_a, &of_b);
		grades[i] = (uint8) match_model_grade(model, i, level, of_a.hash);
	}
}

static inline double
match_model_prior_weight(const MatchModel *model)
{
	return log2(model->prior / (1 - model->prior));
}

/* log2 of the odds that the pair is one. */
static inline double
match_model_weight(const MatchModel *model, const uint8 *grades)
{
	double		weight = match_model_prior_weight(model);

	for (int i = 0; i < model->ncolumns; i++)
		weight += model->columns[i].weight[grades[i]];
	return weight;
}

/* match_model.c */
extern MatchModel *match_model_new(const MatchRule *rule, uint32 ncommon, uint32 nstop);
extern const MatchModel *match_model_of(Datum datum);
extern const MatchModel *match_model_arg(FunctionCallInfo fcinfo, int argument);
extern double match_probability_of(double weight);

/* Pairs with the same grades that were found by the same columns, and how many there are. */
typedef struct MatchPattern
{
	uint32		found_by;		/* a bit for each column by which they were found (match_block.h) */
	uint8		grades[MATCH_MAX_COLUMNS];
	double		count;
} MatchPattern;

/* match_worth.c */
extern void match_weigh(MatchModelColumn *column);
extern void match_fit_worth(MatchModel *model, const MatchPattern *patterns, const double *one, uint32 npatterns);

/* match_fit.c */
/* The part of the records whose value is in many records, in some, in few. */
typedef double MatchRarity[MATCH_RARITIES];

extern void match_fit(MatchModel *model, const MatchPattern *patterns, uint32 npatterns, const MatchRarity *rarity);

#endif							/* SALESOPS_MATCH_MODEL_H */
