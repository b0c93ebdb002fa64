/*
 * match_model_io.c
 *		The text and binary forms of match_model.
 *
 * Text form (one column of one value shown):
 *
 *		{"match_model": 1, "rule": {...}, "records": 42, "pairs": 99, "prior": 0.1, "most": 30, "many": 30, "stop": ["00000000000000aa"],
 *		 "columns": [{"m": [0.1, 0.2, 0.2, 0.5], "u": [0.7, 0.1, 0.1, 0.1], "weight": [-2.8, 1, 1, 2.3], "some": 5, "common": {"00000000000000ff": 6}}]}
 *
 * m, u and weight are lists of the grades from "different" on, the last three of the same value in many records, some and few.  "weight" may be left
 * out by who writes a model: then it is log2(m / u), where need be pooled so that being more alike is never worth less.  "common" has the values that more than `some` records have, by the hash of their key in hexadecimal: with their number.
 * "stop" lists the atoms that too many records have for one to be found by them, in hexadecimal, and is left out where there are none.
 * A model written by hand may have any probabilities; they need not add up to 1.
 */
#include "matching/match_model.h"

#include "core/guard.h"
#include "core/literal.h"
#include "libpq/pqformat.h"
#include "matching/match_rule_ready.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#define MAX_LITERAL (16 * 1024 * 1024)
#define MAX_LITERAL_VALUES (2 * MATCH_MAX_COLUMNS * (MATCH_MAX_COMMON + 3 * MATCH_GRADES) + MATCH_MAX_STOP)
#define MAX_MOST 1000

extern Datum salesops_match_rule_in(PG_FUNCTION_ARGS);
extern Datum salesops_match_rule_out(PG_FUNCTION_ARGS);
extern Datum salesops_match_rule_recv(PG_FUNCTION_ARGS);

SALESOPS_FUNCTION(salesops_match_model_in);
SALESOPS_FUNCTION(salesops_match_model_out);
SALESOPS_FUNCTION(salesops_match_model_recv);
SALESOPS_FUNCTION(salesops_match_model_send);

/* A model while it is read: the columns and values of the rule that came first. */
typedef struct ModelSpec
{
	const MatchRule *rule;
	uint32		most;
	uint32		frequent_least;
	int64		nrecords;
	int64		npairs;
	double		prior;
	uint32		ncommon[MATCH_MAX_COLUMNS];
	uint32		common_least[MATCH_MAX_COLUMNS];
	MatchCommon *common[MATCH_MAX_COLUMNS];
	uint32		nstop;
	uint64		stop[MATCH_MAX_STOP];
	double		m[MATCH_MAX_COLUMNS][MATCH_GRADES];
	double		u[MATCH_MAX_COLUMNS][MATCH_GRADES];
	bool		has_weights[MATCH_MAX_COLUMNS];
	double		weight[MATCH_MAX_COLUMNS][MATCH_GRADES];
} ModelSpec;

static inline int
common_compare(const MatchCommon *a, const MatchCommon *b)
{
	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

#define MERGE_SORT_NAME sort_common
#define MERGE_SORT_TYPE MatchCommon
#define MERGE_SORT_COMPARE common_compare
#include "core/merge_sort.h"

/* What is wrong with the numbers of a model, or NULL. */
static const char *
spec_fault(const ModelSpec *spec)
{
	if (!(spec->prior > 0 && spec->prior < 1))
		return "\"prior\" is the part of the pairs that are one: more than 0 and less than 1.";
	if (spec->most < 2 || spec->most > MAX_MOST)
		return psprintf("\"most\" is a number of records from 2 to %d.", MAX_MOST);
	for (uint32 k = 0; k < spec->nstop; k++)
		if (spec->stop[k] == 0 || (k > 0 && spec->stop[k] == spec->stop[k - 1]))
			return "An atom of \"stop\" is there twice, or is 0.";
	for (int i = 0; i < spec->rule->ncolumns; i++)
	{
		int			ngrades = match_column_levels(match_rule_column(spec->rule, i)) + MATCH_RARITIES;

		for (int g = MATCH_LEVEL_DIFFERENT; g < ngrades; g++)
			if (!(spec->m[i][g] >= 1e-300 && spec->m[i][g] <= 1 && spec->u[i][g] >= 1e-300 && spec->u[i][g] <= 1))
				return psprintf("Column %d: a probability is more than 0 and at most 1.", i + 1);
		for (int g = MATCH_LEVEL_DIFFERENT; g < ngrades && spec->has_weights[i]; g++)
			if (!(fabs(spec->weight[i][g]) <= MATCH_MAX_WEIGHT))
				return psprintf("Column %d: a weight is from %g to %g bits.", i + 1, -MATCH_MAX_WEIGHT, MATCH_MAX_WEIGHT);
		for (int g = MATCH_LEVEL_DIFFERENT + 1; g < ngrades && spec->has_weights[i]; g++)
			if (spec->weight[i][g] < spec->weight[i][g - 1])
				return psprintf("Column %d: weights do not fall, as being more alike is never worth less.", i + 1);
		for (uint32 k = 1; k < spec->ncommon[i]; k++)
			if (spec->common[i][k].hash == spec->common[i][k - 1].hash)
				return psprintf("Column %d: a common value is there twice.", i + 1);
	}
	return NULL;
}

static MatchModel *
spec_build(const ModelSpec *spec)
{
	uint32		total = 0;
	MatchModel *model;

	for (int i = 0; i < spec->rule->ncolumns; i++)
		total += spec->ncommon[i];
	model = match_model_new(spec->rule, total, spec->nstop);
	memcpy(unconstify(uint64 *, match_model_stop(model)), spec->stop, spec->nstop * sizeof(uint64));
	model->most = spec->most;
	model->frequent_least = spec->frequent_least;
	model->nrecords = spec->nrecords;
	model->npairs = spec->npairs;
	model->prior = spec->prior;
	total = 0;
	for (int i = 0; i < spec->rule->ncolumns; i++)
	{
		MatchModelColumn *c = &model->columns[i];

		c->ncommon = spec->ncommon[i];
		c->common = total;
		c->common_least = spec->common_least[i];
		if (c->ncommon > 0)
			memcpy((MatchCommon *) match_model_common(model) + total, spec->common[i], c->ncommon * sizeof(MatchCommon));
		total += c->ncommon;
		c->m[MATCH_LEVEL_MISSING] = c->u[MATCH_LEVEL_MISSING] = 1;
		for (int g = MATCH_LEVEL_DIFFERENT; g < (int) c->ngrades; g++)
		{
			c->m[g] = spec->m[i][g];
			c->u[g] = spec->u[i][g];
		}
		if (spec->has_weights[i])
			memcpy(c->weight, spec->weight[i], sizeof(c->weight));
		else
			match_weigh(c);
	}
	return model;
}

static uint32
count_of(JsonbContainer *json, const char *key, LiteralPlace at)
{
	JsonbValue *value = literal_get(json, key);
	int64		count;

	if (value == NULL)
		literal_error(at, psprintf("\"%s\" is missing.", key), "A model is made by fit_match_model(), and written as it was printed.");
	count = literal_count(value, key, at);
	if (count > PG_INT32_MAX)
		literal_error(at, psprintf("\"%s\" is " INT64_FORMAT "; the limit is %d.", key, count, PG_INT32_MAX), NULL);
	return (uint32) count;
}

static void
read_grades(double *p, JsonbContainer *json, const char *key, int ngrades, LiteralPlace at)
{
	JsonbContainer *list = literal_container(literal_get(json, key), true, key, at);
	int			n = JsonContainerSize(list);

	if (n != ngrades - MATCH_LEVEL_DIFFERENT)
		literal_error(at, psprintf("\"%s\" has %d numbers.", key, n),
					  psprintf("The column has %d grades of agreement.", ngrades - MATCH_LEVEL_DIFFERENT));
	for (int i = 0; i < n; i++)
		p[MATCH_LEVEL_DIFFERENT + i] = literal_float8(getIthJsonbValueFromContainer(list, i), key, at);
}

static uint64
read_hash(const JsonbValue *key, LiteralPlace at)
{
	char		digits[17];
	char	   *end;
	uint64		hash;

	if (key->type != jbvString || key->val.string.len != 16)
		literal_error(at, "A common value is written by the sixteen hexadecimal digits of its hash.", NULL);
	memcpy(digits, key->val.string.val, 16);
	digits[16] = '\0';
	hash = strtou64(digits, &end, 16);
	if (strspn(digits, "0123456789abcdef") != 16)
		literal_error(at, "A common value is written by the sixteen hexadecimal digits of its hash.", NULL);
	return hash;
}

static void
read_column(ModelSpec *spec, int i, JsonbContainer *json, LiteralPlace at)
{
	static const char *const keys[] = {"m", "u", "weight", "some", "common"};
	int			ngrades = match_column_levels(match_rule_column(spec->rule, i)) + MATCH_RARITIES;
	JsonbValue *common = literal_get(json, "common");
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	v;

	literal_check_keys(json, keys, lengthof(keys), at);
	read_grades(spec->m[i], json, "m", ngrades, at);
	read_grades(spec->u[i], json, "u", ngrades, at);
	spec->has_weights[i] = literal_get(json, "weight") != NULL;
	if (spec->has_weights[i])
		read_grades(spec->weight[i], json, "weight", ngrades, at);
	spec->common_least[i] = count_of(json, "some", at);
	if (common == NULL)
		return;
	json = literal_container(common, false, "common", at);
	if (JsonContainerSize(json) > MATCH_MAX_COMMON)
		literal_error(at, psprintf("\"common\" has %d values; the limit is %d.", JsonContainerSize(json), MATCH_MAX_COMMON), NULL);
	spec->common[i] = palloc(Max(JsonContainerSize(json), 1) * sizeof(MatchCommon));
	it = JsonbIteratorInit(json);
	while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			spec->common[i][spec->ncommon[i]].hash = read_hash(&v, at);
		else if (token == WJB_VALUE)
			spec->common[i][spec->ncommon[i]++].count = literal_count(&v, "common", at);
	}
	sort_common(spec->common[i], spec->ncommon[i]);
}

static void
read_stop(ModelSpec *spec, JsonbValue *value, LiteralPlace at)
{
	JsonbContainer *list = literal_container(value, true, "stop", at);
	int			n = JsonContainerSize(list);

	if (n > MATCH_MAX_STOP)
		literal_error(at, psprintf("\"stop\" has %d atoms; the limit is %d.", n, MATCH_MAX_STOP), NULL);
	for (int i = 0; i < n; i++)
		spec->stop[i] = read_hash(getIthJsonbValueFromContainer(list, i), at);
	spec->nstop = n;
	match_sort_hashes(spec->stop, n);
}

Datum
salesops_match_model_in(PG_FUNCTION_ARGS)
{
	static const char *const keys[] = {"match_model", "rule", "records", "pairs", "prior", "most", "many", "stop", "columns"};
	LiteralPlace at = {MATCH_MODEL_TYPE, NULL};
	const char *text = PG_GETARG_CSTRING(0);
	JsonbContainer *json;
	ModelSpec  *spec = palloc0(sizeof(ModelSpec));
	JsonbContainer *rule;
	JsonbContainer *columns;
	JsonbValue *prior;
	const char *fault;

	/* a rule by its name, where a model is wanted */
	if (match_rule_ready(text, (int) Min(strlen(text), 100)) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("a match_model is wanted, and \"%s\" is a match_rule", text),
				 errdetail("A rule says what the columns are; a model has learned from a table what agreement on each is worth."),
				 errhint("Pass fit_match_model(table, '%s'), or the column in which it is kept.", text)));
	json = literal_parse(text, MAX_LITERAL, MAX_LITERAL_VALUES, MATCH_MODEL_TYPE);
	literal_check_version(json, MATCH_MODEL_VERSION, "A model is made by fit_match_model(), and written as it was printed.", at);
	literal_check_keys(json, keys, lengthof(keys), at);
	rule = literal_container(literal_get(json, "rule"), false, "rule", at);
	spec->rule = match_rule_of(DirectFunctionCall1(salesops_match_rule_in, CStringGetDatum(JsonbToCString(NULL, rule, -1))));
	spec->nrecords = count_of(json, "records", at);
	prior = literal_get(json, "pairs");
	spec->npairs = prior == NULL ? 0 : literal_count(prior, "pairs", at);
	spec->most = count_of(json, "most", at);
	spec->frequent_least = count_of(json, "many", at);
	if (literal_get(json, "stop") != NULL)
		read_stop(spec, literal_get(json, "stop"), at);
	prior = literal_get(json, "prior");
	if (prior == NULL)
		literal_error(at, "\"prior\" is missing.", "It is the part of the pairs that are one.");
	spec->prior = literal_float8(prior, "prior", at);
	columns = literal_container(literal_get(json, "columns"), true, "columns", at);
	if (JsonContainerSize(columns) != spec->rule->ncolumns)
		literal_error(at, psprintf("It has probabilities of %d columns.", (int) JsonContainerSize(columns)),
					  psprintf("Its rule has %d columns.", spec->rule->ncolumns));
	for (int i = 0; i < spec->rule->ncolumns; i++)
	{
		LiteralPlace at_column = {MATCH_MODEL_TYPE, psprintf("column %d", i + 1)};

		read_column(spec, i, literal_container(getIthJsonbValueFromContainer(columns, i), false, "columns", at_column), at_column);
	}
	fault = spec_fault(spec);
	if (fault != NULL)
		literal_error(at, fault, NULL);
	PG_RETURN_POINTER(spec_build(spec));
}

static void
put_grades(StringInfo out, const char *key, const double *p, int ngrades)
{
	literal_put_key(out, key);
	for (int g = MATCH_LEVEL_DIFFERENT; g < ngrades; g++)
	{
		appendStringInfoString(out, g == MATCH_LEVEL_DIFFERENT ? "[" : ", ");
		literal_put_float8(out, p[g]);
	}
	appendStringInfoChar(out, ']');
}

Datum
salesops_match_model_out(PG_FUNCTION_ARGS)
{
	const MatchModel *model = match_model_arg(fcinfo, 0);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"match_model\": %d, \"rule\": %s, \"records\": " INT64_FORMAT ", \"pairs\": " INT64_FORMAT ", \"prior\": ",
					 MATCH_MODEL_VERSION,
					 DatumGetCString(DirectFunctionCall1(salesops_match_rule_out, PointerGetDatum(match_model_rule(model)))),
					 model->nrecords, model->npairs);
	literal_put_float8(&out, model->prior);
	appendStringInfo(&out, ", \"most\": %u, \"many\": %u, ", model->most, model->frequent_least);
	for (uint32 i = 0; i < model->nstop; i++)
		appendStringInfo(&out, "%s\"%016llx\"%s", i == 0 ? "\"stop\": [" : ", ", (unsigned long long) match_model_stop(model)[i],
						 i + 1 == model->nstop ? "], " : "");
	appendStringInfoString(&out, "\"columns\": [");
	for (int i = 0; i < model->ncolumns; i++)
	{
		const MatchModelColumn *c = &model->columns[i];
		const MatchCommon *common = match_model_common(model) + c->common;

		appendStringInfoString(&out, i == 0 ? "{" : ", {");
		put_grades(&out, "m", c->m, c->ngrades);
		put_grades(&out, "u", c->u, c->ngrades);
		put_grades(&out, "weight", c->weight, c->ngrades);
		literal_put_key(&out, "some");
		appendStringInfo(&out, "%u", c->common_least);
		for (uint32 k = 0; k < c->ncommon; k++)
			appendStringInfo(&out, "%s\"%016llx\": " UINT64_FORMAT, k == 0 ? ", \"common\": {" : ", ", (unsigned long long) common[k].hash,
							 common[k].count);
		appendStringInfoString(&out, c->ncommon > 0 ? "}}" : "}");
	}
	appendStringInfoString(&out, "]}");
	PG_RETURN_CSTRING(out.data);
}

Datum
salesops_match_model_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	ModelSpec  *spec = palloc0(sizeof(ModelSpec));
	const char *fault;
	StringInfoData rule;

	guard_version(in, MATCH_MODEL_VERSION, MATCH_MODEL_TYPE);
	initStringInfo(&rule);
	{
		int			length = (int) pq_getmsgint(in, 4);

		if (length < 0 || length > in->len - in->cursor)
			guard_binary(MATCH_MODEL_TYPE, "Its rule is longer than the value.");
		appendBinaryStringInfo(&rule, pq_getmsgbytes(in, length), length);
	}
	spec->rule = match_rule_of(DirectFunctionCall1(salesops_match_rule_recv, PointerGetDatum(&rule)));
	if (rule.cursor != rule.len)
		guard_binary(MATCH_MODEL_TYPE, "Something follows its rule.");
	spec->nrecords = pq_getmsgint64(in);
	spec->npairs = pq_getmsgint64(in);
	spec->prior = pq_getmsgfloat8(in);
	spec->most = pq_getmsgint(in, 4);
	spec->frequent_least = pq_getmsgint(in, 4);
	if (spec->nrecords < 0 || spec->nrecords > PG_INT32_MAX || spec->npairs < 0 || spec->npairs > INT64CONST(999999999999999999) ||
		spec->frequent_least > PG_INT32_MAX)
		guard_binary(MATCH_MODEL_TYPE, "A count is out of range.");
	spec->nstop = pq_getmsgint(in, 4);
	if (spec->nstop > MATCH_MAX_STOP)
		guard_binary(MATCH_MODEL_TYPE, psprintf("It has %u stop atoms; at most %d are possible.", spec->nstop, MATCH_MAX_STOP));
	for (uint32 k = 0; k < spec->nstop; k++)
		spec->stop[k] = (uint64) pq_getmsgint64(in);
	match_sort_hashes(spec->stop, spec->nstop);
	for (int i = 0; i < spec->rule->ncolumns; i++)
	{
		int			ngrades = match_column_levels(match_rule_column(spec->rule, i)) + MATCH_RARITIES;

		for (int g = MATCH_LEVEL_DIFFERENT; g < ngrades; g++)
		{
			spec->m[i][g] = pq_getmsgfloat8(in);
			spec->u[i][g] = pq_getmsgfloat8(in);
			/* the text form has no -0 */
			spec->weight[i][g] = pq_getmsgfloat8(in) + 0.0;
		}
		spec->has_weights[i] = true;
		spec->common_least[i] = pq_getmsgint(in, 4);
		if (spec->common_least[i] > PG_INT32_MAX)
			guard_binary(MATCH_MODEL_TYPE, "A count is out of range.");
		spec->ncommon[i] = pq_getmsgint(in, 4);
		if (spec->ncommon[i] > MATCH_MAX_COMMON)
			guard_binary(MATCH_MODEL_TYPE, psprintf("A column has %u common values; at most %d are possible.", spec->ncommon[i], MATCH_MAX_COMMON));
		spec->common[i] = palloc(Max(spec->ncommon[i], 1) * sizeof(MatchCommon));
		for (uint32 k = 0; k < spec->ncommon[i]; k++)
		{
			spec->common[i][k].hash = (uint64) pq_getmsgint64(in);
			spec->common[i][k].count = (uint64) pq_getmsgint64(in);
			if (spec->common[i][k].count > UINT64CONST(999999999999999999))
				guard_binary(MATCH_MODEL_TYPE, "A count is out of range.");
		}
		sort_common(spec->common[i], spec->ncommon[i]);
	}
	fault = spec_fault(spec);
	if (fault != NULL)
		guard_binary(MATCH_MODEL_TYPE, fault);
	PG_RETURN_POINTER(spec_build(spec));
}

extern Datum salesops_match_rule_send(PG_FUNCTION_ARGS);

Datum
salesops_match_model_send(PG_FUNCTION_ARGS)
{
	const MatchModel *model = match_model_arg(fcinfo, 0);
	bytea	   *rule = DatumGetByteaPP(DirectFunctionCall1(salesops_match_rule_send, PointerGetDatum(match_model_rule(model))));
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, MATCH_MODEL_VERSION);
	pq_sendint32(&out, (uint32) VARSIZE_ANY_EXHDR(rule));
	pq_sendbytes(&out, VARDATA_ANY(rule), (int) VARSIZE_ANY_EXHDR(rule));
	pq_sendint64(&out, model->nrecords);
	pq_sendint64(&out, model->npairs);
	pq_sendfloat8(&out, model->prior);
	pq_sendint32(&out, model->most);
	pq_sendint32(&out, model->frequent_least);
	pq_sendint32(&out, model->nstop);
	for (uint32 k = 0; k < model->nstop; k++)
		pq_sendint64(&out, match_model_stop(model)[k]);
	for (int i = 0; i < model->ncolumns; i++)
	{
		const MatchModelColumn *c = &model->columns[i];
		const MatchCommon *common = match_model_common(model) + c->common;

		for (int g = MATCH_LEVEL_DIFFERENT; g < (int) c->ngrades; g++)
		{
			pq_sendfloat8(&out, c->m[g]);
			pq_sendfloat8(&out, c->u[g]);
			pq_sendfloat8(&out, c->weight[g]);
		}
		pq_sendint32(&out, c->common_least);
		pq_sendint32(&out, c->ncommon);
		for (uint32 k = 0; k < c->ncommon; k++)
		{
			pq_sendint64(&out, common[k].hash);
			pq_sendint64(&out, common[k].count);
		}
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}
