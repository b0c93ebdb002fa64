/*
 * match_model.c
 *		The type match_model: a match rule, and what agreement on each of its columns is worth in one's data.
 *
 * A model is fitted once (match_fit.c), and is a value like any other: it can be printed, stored beside the data, and used on
 * records that came later.  It holds the rule; for each column the probability m of each grade of agreement among pairs that are
 * one, and u among others, and what it is worth; the part of pairs that are one; the values that more than a few records have, by their hashes, since
 * agreement on those is worth less; and the stop atoms, by which no record is found (match_block.c).  Nothing else is needed to score a pair:
 *
 *		weight = log2(prior / (1 - prior)) + sum over columns of what the grade is worth		probability = 1 / (1 + 2^-weight)
 *
 * Alone a grade would be worth log2(m / u); beside the other columns it is what match_worth.c finds.
 *
 * match_weight(), match_probability() and explain_match() do so for two records given as lists of values; match_weights() shows
 * what the model knows.
 *
 * Worked example: with a prior of .1, a name with m = .9 and u = .1 for the same and nothing else: log2(.1 / .9) + log2(.9 / .1) = 0,
 * a probability of .5.
 */
#include "matching/match_model.h"

#include "catalog/pg_type.h"
#include "core/guard.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* A model in which nothing is known yet but the number of grades. */
MatchModel *
match_model_new(const MatchRule *rule, uint32 ncommon, uint32 nstop)
{
	Size		size = offsetof(MatchModel, columns) + rule->ncolumns * sizeof(MatchModelColumn) + ncommon * sizeof(MatchCommon) +
		nstop * sizeof(uint64);
	Size		rule_at = MAXALIGN(size);
	MatchModel *model;

	size = rule_at + VARSIZE(rule);
	model = palloc0(size);
	SET_VARSIZE(model, size);
	model->version = MATCH_MODEL_VERSION;
	model->ncolumns = rule->ncolumns;
	model->rule = (uint32) rule_at;
	model->ncommon = ncommon;
	model->nstop = nstop;
	memcpy((char *) model + rule_at, rule, VARSIZE(rule));
	for (int i = 0; i < rule->ncolumns; i++)
		model->columns[i].ngrades = match_column_levels(match_rule_column(rule, i)) + MATCH_RARITIES;
	return model;
}

const MatchModel *
match_model_of(Datum datum)
{
	const MatchModel *model = (const MatchModel *) PG_DETOAST_DATUM(datum);
	Size		size = VARSIZE(model);
	Size		rule_at;

	if (size < offsetof(MatchModel, columns) || model->version != MATCH_MODEL_VERSION || model->ncolumns > MATCH_MAX_COLUMNS)
		guard_damaged(MATCH_MODEL_TYPE);
	rule_at = MAXALIGN(offsetof(MatchModel, columns) + model->ncolumns * sizeof(MatchModelColumn) +
					   (Size) model->ncommon * sizeof(MatchCommon) + (Size) model->nstop * sizeof(uint64));
	if (model->ncommon > MATCH_MAX_COLUMNS * MATCH_MAX_COMMON || model->nstop > MATCH_MAX_STOP || model->rule != rule_at ||
		size < rule_at + offsetof(MatchRule, columns) || size != rule_at + VARSIZE(match_model_rule(model)) ||
		match_rule_of(PointerGetDatum(match_model_rule(model)))->ncolumns != model->ncolumns)
		guard_damaged(MATCH_MODEL_TYPE);
	for (int i = 0; i < model->ncolumns; i++)
	{
		const MatchModelColumn *c = &model->columns[i];

		if ((int) c->ngrades != match_column_levels(match_rule_column(match_model_rule(model), i)) + MATCH_RARITIES ||
			c->common > model->ncommon || c->ncommon > model->ncommon - c->common)
			guard_damaged(MATCH_MODEL_TYPE);
	}
	return model;
}

const MatchModel *
match_model_arg(FunctionCallInfo fcinfo, int argument)
{
	return match_model_of(PG_GETARG_DATUM(argument));
}

double
match_probability_of(double weight)
{
	return 1 / (1 + exp2(-weight));
}

/* ---- two records, as lists of values ---- */

static MatchRecord *
record_arg(FunctionCallInfo fcinfo, int argument, const MatchRule *rule)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argument);
	Datum	   *values;
	bool	   *nulls;
	int			n;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &n);
	if (n != rule->ncolumns)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a record of %d values does not fit the rule", n),
				 errdetail("The rule has %d columns.", rule->ncolumns),
				 errhint("Give a value for each column of match_rule_columns(), in its order, NULL where there is none.")));
	return match_record_make(rule, values, nulls);
}

SALESOPS_FUNCTION(salesops_match_record);
SALESOPS_FUNCTION(salesops_match_weight);
SALESOPS_FUNCTION(salesops_match_probability);
SALESOPS_FUNCTION(salesops_explain_match);
SALESOPS_FUNCTION(salesops_match_weights);
SALESOPS_FUNCTION(salesops_match_model_rule);
SALESOPS_FUNCTION(salesops_match_model_prior);
SALESOPS_FUNCTION(salesops_match_model_records);
SALESOPS_FUNCTION(salesops_match_model_pairs);

Datum
salesops_match_record(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(record_arg(fcinfo, 1, match_rule_arg(fcinfo, 0)));
}

static double
weight_of_args(FunctionCallInfo fcinfo)
{
	const MatchModel *model = match_model_arg(fcinfo, 0);
	const MatchRule *rule = match_model_rule(model);
	uint8		grades[MATCH_MAX_COLUMNS] = {0};

	match_model_grades(model, rule, NULL, record_arg(fcinfo, 1, rule), record_arg(fcinfo, 2, rule), grades);
	return match_model_weight(model, grades);
}

Datum
salesops_match_weight(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(weight_of_args(fcinfo));
}

Datum
salesops_match_probability(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(match_probability_of(weight_of_args(fcinfo)));
}

/* What the same value is worth, whatever it is. */
static double
weight_of_same(const MatchModelColumn *c)
{
	int			same = c->ngrades - MATCH_RARITIES;
	double		least = c->weight[same];
	double		m = 0;
	double		u = 0;

	for (int g = same; g < (int) c->ngrades; g++)
		least = Min(least, c->weight[g]);
	for (int g = same; g < (int) c->ngrades; g++)
	{
		m += c->m[g];
		u += c->m[g] * exp2(least - c->weight[g]);
	}
	return least + log2(m / u);
}

static text *
column_name(const MatchRule *rule, int i)
{
	int			length;
	const char *name = match_rule_column_name(rule, i, &length);

	return cstring_to_text_with_len(name, length);
}

/* The name of a grade, and how many have the value. */
static const char *
grade_name(const MatchRule *rule, const MatchModelColumn *c, int column, int grade)
{
	static const char *const rarity[MATCH_RARITIES] = {"same, of many", "same, of some", "same, of few"};

	if (grade >= (int) c->ngrades - MATCH_RARITIES)
		return rarity[grade - (c->ngrades - MATCH_RARITIES)];
	return match_column_level_name(match_rule_column(rule, column), grade);
}

Datum
salesops_explain_match(PG_FUNCTION_ARGS)
{
	const MatchModel *model = match_model_arg(fcinfo, 0);
	const MatchRule *rule = match_model_rule(model);
	const MatchRecord *a = record_arg(fcinfo, 1, rule);
	const MatchRecord *b = record_arg(fcinfo, 2, rule);
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	uint8		grades[MATCH_MAX_COLUMNS] = {0};
	Datum		values[6];
	bool		nulls[6] = {false, true, true, false, false, true};

	InitMaterializedSRF(fcinfo, 0);
	match_model_grades(model, rule, NULL, a, b, grades);
	values[0] = CStringGetTextDatum("(before)");
	values[3] = CStringGetTextDatum("any pair that is compared");
	values[4] = Float8GetDatum(match_model_prior_weight(model));
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	for (int i = 0; i < rule->ncolumns; i++)
	{
		const MatchModelColumn *c = &model->columns[i];
		MatchField	of_a = match_record_field(a, i);
		MatchField	of_b = match_record_field(b, i);
		bool		same = grades[i] >= c->ngrades - MATCH_RARITIES;
		double		weight = c->weight[grades[i]];

		values[0] = PointerGetDatum(column_name(rule, i));
		nulls[1] = of_a.hash == 0;
		values[1] = PointerGetDatum(of_a.key);
		nulls[2] = of_b.hash == 0;
		values[2] = PointerGetDatum(of_b.key);
		values[3] = CStringGetTextDatum(grade_name(rule, c, i, grades[i]));
		values[4] = Float8GetDatum(same ? weight_of_same(c) : weight);
		values[5] = Float8GetDatum(same ? weight - weight_of_same(c) : 0);
		nulls[5] = !same;
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

Datum
salesops_match_weights(PG_FUNCTION_ARGS)
{
	const MatchModel *model = match_model_arg(fcinfo, 0);
	const MatchRule *rule = match_model_rule(model);
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum		values[5];
	bool		nulls[5] = {false};

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < rule->ncolumns; i++)
	{
		const MatchModelColumn *c = &model->columns[i];

		values[0] = PointerGetDatum(column_name(rule, i));
		for (int g = MATCH_LEVEL_DIFFERENT; g < (int) c->ngrades; g++)
		{
			values[1] = CStringGetTextDatum(grade_name(rule, c, i, g));
			values[2] = Float8GetDatum(c->m[g]);
			values[3] = Float8GetDatum(c->u[g]);
			values[4] = Float8GetDatum(c->weight[g]);
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		}
	}
	return (Datum) 0;
}

Datum
salesops_match_model_rule(PG_FUNCTION_ARGS)
{
	const MatchRule *rule = match_model_rule(match_model_arg(fcinfo, 0));
	void	   *copy = palloc(VARSIZE(rule));

	PG_RETURN_POINTER(memcpy(copy, rule, VARSIZE(rule)));
}

Datum
salesops_match_model_prior(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(match_model_arg(fcinfo, 0)->prior);
}

Datum
salesops_match_model_records(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(match_model_arg(fcinfo, 0)->nrecords);
}

Datum
salesops_match_model_pairs(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(match_model_arg(fcinfo, 0)->npairs);
}
