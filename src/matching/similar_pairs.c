/*
 * similar_pairs.c
 *		similar_pairs(ids, names, threshold): all pairs of names whose trigrams are similar enough, and of two lists alike.
 *
 * A join with pg_trgm's operator % finds the same pairs (trigrams.c): for each name it reads the lists of all its trigrams from a GIN
 * index, compares what has enough of them, and makes the trigrams of both anew.  Here the names come all at once, as arrays, so that each
 * is read once, and few of its trigrams are looked up (set_join.c).
 *
 * Names may also be signatures (signature.c), whose measure is our own: folded, and of companies without legal forms.
 *
 * Ids are of any type, and come back as they are: a pair is of two ids, and those who ask have nothing to look up.  Where the id or the
 * name is NULL, or there is no letter and no digit in the name, there is no pair.  Of one list, the id that stands first in the array is the
 * first of the pair.
 *
 * pg_trgm divides in single precision and compares with a threshold in double precision, so that 7 of 10 trigrams (.69999999) are less than
 * .7, and so it is here for names.  The similarity that is returned is the quotient in double precision.
 *
 * Worked example, at .5: Acme Inc, ACME Incorporated and Apex.  The first has 9 trigrams, the second 18; they share 8 ("inc" and " in", but
 * not "nc "): 8 / 19 = .42: no pair.  At .4 they are one.
 */
#include "matching/set_join.h"
#include "matching/signature.h"
#include "matching/trigrams.h"

#include "core/guard.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

/* One list: ids and what they are of. */
typedef struct NameList
{
	int			n;
	Datum	   *ids;
	bool	   *id_nulls;
	Datum	   *names;
	bool	   *name_nulls;
} NameList;

typedef struct PairWriter
{
	ReturnSetInfo *result;
	const NameList *a;
	const NameList *b;
} PairWriter;

static void
read_array(ArrayType *array, Datum **values, bool **nulls, int *n)
{
	Oid			type = ARR_ELEMTYPE(array);
	int16		length;
	bool		by_value;
	char		alignment;

	get_typlenbyvalalign(type, &length, &by_value, &alignment);
	deconstruct_array(array, type, length, by_value, alignment, values, nulls, n);
}

/* The arrays of ids and names at an argument and the next one. */
static void
read_list(FunctionCallInfo fcinfo, int argument, NameList *list)
{
	int			nnames;

	read_array(PG_GETARG_ARRAYTYPE_P(argument), &list->ids, &list->id_nulls, &list->n);
	read_array(PG_GETARG_ARRAYTYPE_P(argument + 1), &list->names, &list->name_nulls, &nnames);
	if (list->n != nnames)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("there are %d ids and %d names", list->n, nnames),
				 errdetail("Each name has its id at the same place."),
				 errhint("Aggregate both in one query: array_agg(id), array_agg(name).")));
}

static double
threshold_arg(FunctionCallInfo fcinfo, int argument)
{
	double		threshold = PG_GETARG_FLOAT8(argument);

	guard_fraction(threshold, "threshold");
	if (threshold == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("threshold is 0"),
				 errdetail("All pairs are as similar as that."),
				 errhint("Pass a similarity above 0, such as 0.6.")));
	return threshold;
}

/* Names, each as the set of its trigrams. */
static void
add_names(SetJoin *join, uint32 side, const NameList *list)
{
	Trigrams	trigrams;

	trigrams_init(&trigrams);
	for (int i = 0; i < list->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (list->id_nulls[i] || list->name_nulls[i])
			continue;
		trigrams_read(&trigrams, DatumGetTextPP(list->names[i]));
		set_join_add(join, side, i, trigrams.trigrams, trigrams.n);
	}
	pfree(trigrams.trigrams);
}

static void
add_signatures(SetJoin *join, uint32 side, const NameList *list)
{
	for (int i = 0; i < list->n; i++)
	{
		const MatchSignature *signature;

		CHECK_FOR_INTERRUPTS();
		if (list->id_nulls[i] || list->name_nulls[i])
			continue;
		signature = signature_of(list->names[i]);
		set_join_add(join, side, i, signature->grams, signature->ngrams);
		if ((Pointer) signature != DatumGetPointer(list->names[i]))
			pfree(unconstify(MatchSignature *, signature));
	}
}

static void
write_pair(void *owner, uint32 a, uint32 b, double similarity)
{
	const PairWriter *writer = owner;
	Datum		values[3] = {writer->a->ids[a], writer->b->ids[b], Float8GetDatum(similarity)};
	bool		nulls[3] = {false, false, false};

	tuplestore_putvalues(writer->result->setResult, writer->result->setDesc, values, nulls);
}

typedef void (*AddList) (SetJoin *join, uint32 side, const NameList *list);

static Datum
pairs_of_one(FunctionCallInfo fcinfo, AddList add, SetJoinRounding rounding)
{
	double		threshold = threshold_arg(fcinfo, 2);
	NameList	list;
	SetJoin		join;
	PairWriter	writer = {(ReturnSetInfo *) fcinfo->resultinfo, &list, &list};

	InitMaterializedSRF(fcinfo, 0);
	read_list(fcinfo, 0, &list);
	set_join_init(&join, threshold, rounding, false);
	add(&join, 0, &list);
	set_join_run(&join, write_pair, &writer);
	return (Datum) 0;
}

static Datum
pairs_of_two(FunctionCallInfo fcinfo, AddList add, SetJoinRounding rounding)
{
	double		threshold = threshold_arg(fcinfo, 4);
	NameList	left;
	NameList	right;
	SetJoin		join;
	PairWriter	writer = {(ReturnSetInfo *) fcinfo->resultinfo, &left, &right};

	InitMaterializedSRF(fcinfo, 0);
	read_list(fcinfo, 0, &left);
	read_list(fcinfo, 2, &right);
	set_join_init(&join, threshold, rounding, true);
	add(&join, 0, &left);
	add(&join, 1, &right);
	set_join_run(&join, write_pair, &writer);
	return (Datum) 0;
}

SALESOPS_FUNCTION(salesops_similar_pairs);
SALESOPS_FUNCTION(salesops_similar_pairs_signatures);
SALESOPS_FUNCTION(salesops_similar_pairs_between);
SALESOPS_FUNCTION(salesops_similar_pairs_between_signatures);

/* (ids anyarray, names text[], threshold float8) */
Datum
salesops_similar_pairs(PG_FUNCTION_ARGS)
{
	return pairs_of_one(fcinfo, add_names, SET_JOIN_REAL);
}

/* (ids anyarray, signatures match_signature[], threshold float8) */
Datum
salesops_similar_pairs_signatures(PG_FUNCTION_ARGS)
{
	return pairs_of_one(fcinfo, add_signatures, SET_JOIN_DOUBLE);
}

/* (left_ids anyarray, left_names text[], right_ids anycompatiblearray, right_names text[], threshold float8) */
Datum
salesops_similar_pairs_between(PG_FUNCTION_ARGS)
{
	return pairs_of_two(fcinfo, add_names, SET_JOIN_REAL);
}

/* (left_ids anyarray, left_signatures match_signature[], right_ids anycompatiblearray, right_signatures match_signature[], threshold float8) */
Datum
salesops_similar_pairs_between_signatures(PG_FUNCTION_ARGS)
{
	return pairs_of_two(fcinfo, add_signatures, SET_JOIN_DOUBLE);
}
