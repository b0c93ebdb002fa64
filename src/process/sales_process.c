/*
 * sales_process.c
 *		The type sales_process: the policy of one pipeline.
 *
 * The ordered stages of a pipeline, each with its win probability (a fraction), the forecast categories that a
 * deal in it may have (the first is the default), its outcome (open, won, lost) and the days after which a deal
 * in it counts as aged.  There is no universal mapping from stage or probability to category, so the policy is
 * the user's, and a value: passed to every function that needs it, never looked up behind the caller's back.
 *
 * Text form (one stage shown; "outcome" is open where absent, "max_days" unlimited, and "category" may be absent
 * for a won stage, where it is closed, and for a lost one, where it is omitted):
 *
 *		{"stages": [{"stage": "Proposal", "probability": 0.75, "category": ["best_case", "commit"], "max_days": 21},
 *					...]}
 *
 * What is checked: at least one open stage; no stage twice; probabilities 0..1; known outcomes and categories; and
 * that no open stage allows the category closed, which the integrity rule "open is never closed" excludes.
 *
 * A stage is looked up by binary search in an index of names that is part of the value, so that a row costs a few
 * comparisons of short strings and no preparation.  Names are compared byte for byte, as CRMs compare them.
 *
 * The aggregate's state is the same type with `draft` set: it can be written, stored and merged like any value, which
 * engines that split aggregates over machines rely on, but holds the stages as the rows came, each with the position
 * that it gave, and reading it is an error until the final function has ordered and checked it.
 */
#include "process/sales_process.h"

#include <math.h>

#include "core/guard.h"
#include "core/literal.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"

#define PROCESS_VERSION 1
#define MAX_STAGES 500
#define TYPE_NAME "sales_process"

/*
 * Some times the longest text form: stages whose names are 400 control characters, written as six characters each, and
 * which allow every category.
 */
#define MAX_LITERAL (4 * 1024 * 1024)
#define MAX_LITERAL_VALUES (20 * MAX_STAGES)

/* A stage before it is part of a value. */
typedef struct StageSpec
{
	const char *name;
	int			name_length;
	int64		position;
	double		probability;
	double		max_days;
	Outcome		outcome;
	ForecastCategory category;
	uint8		allowed;
} StageSpec;

/* ---- building and checking ---- */

static void
process_error(const char *what, const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid sales_process: %s", what),
			 errdetail_internal("%s", detail),
			 errhint("%s", hint)));
}

static char *
stage_label(const StageSpec *spec)
{
	return psprintf("stage \"%.*s\"", pg_mbcliplen(spec->name, spec->name_length, 60), spec->name);
}

/* What must hold of a stage alone. */
static void
check_stage(const StageSpec *spec)
{
	guard_stage_name(spec->name, spec->name_length);
	if (forecast_category_is_blank(spec->name, spec->name_length))
		process_error("a stage has no name", "The name of a stage is the text by which deals refer to it.",
					  "Leave out rows without a stage name.");
	if (isnan(spec->probability) || spec->probability < 0 || spec->probability > 1)
		process_error(psprintf("%s has the probability %s", stage_label(spec), float8out_internal(spec->probability)),
					  "A probability is a fraction between 0 and 1.",
					  "If it is a percentage, as in Salesforce, divide it by 100.");
	if (spec->max_days != PROCESS_NO_LIMIT && (isnan(spec->max_days) || isinf(spec->max_days) || spec->max_days < 0))
		process_error(psprintf("%s has max_days %s", stage_label(spec), float8out_internal(spec->max_days)),
					  "The days after which a deal counts as aged are a number, zero or more.",
					  "Leave max_days out (NULL) for a stage without a limit.");
	if (spec->allowed == 0)
		process_error(psprintf("%s allows no forecast category", stage_label(spec)),
					  "An open stage names the categories that its deals may have, the default first.",
					  "Give a category, for example \"pipeline\".");
	if (spec->outcome == OUTCOME_OPEN && (spec->allowed & (1 << CATEGORY_CLOSED)) != 0)
		process_error(psprintf("%s is open and allows the category closed", stage_label(spec)),
					  "Closed stands for won business; a deal that is open is never closed.",
					  "Take closed out of its categories, or set its outcome to won.");
}

static int
compare_names(const char *a, int a_length, const char *b, int b_length)
{
	int			result = memcmp(a, b, Min(a_length, b_length));

	return result != 0 ? result : a_length - b_length;
}

static int
compare_by_name(const void *a, const void *b)
{
	const StageSpec *left = *(const StageSpec *const *) a;
	const StageSpec *right = *(const StageSpec *const *) b;

	return compare_names(left->name, left->name_length, right->name, right->name_length);
}

static int
compare_by_position(const void *a, const void *b)
{
	const StageSpec *left = a;
	const StageSpec *right = b;

	if (left->position != right->position)
		return left->position < right->position ? -1 : 1;
	return compare_names(left->name, left->name_length, right->name, right->name_length);
}

/* The value of so many stages: a draft as they are, otherwise in their order, numbered, and checked as a whole. */
static SalesProcess *
process_build(StageSpec *specs, int n, bool draft)
{
	const StageSpec **by_name = palloc(Max(n, 1) * sizeof(StageSpec *));
	Size		size = offsetof(SalesProcess, stages) + n * (sizeof(ProcessStage) + sizeof(uint16));
	SalesProcess *process;
	uint16	   *index;
	Size		at;
	bool		any_open = false;

	if (n > MAX_STAGES)
		process_error(psprintf("it has more than %d stages", MAX_STAGES), "A process is the stages of one pipeline.",
					  "Build one process for each pipeline, with GROUP BY.");

	if (!draft)
		qsort(specs, n, sizeof(StageSpec), compare_by_position);
	for (int i = 0; i < n; i++)
	{
		check_stage(&specs[i]);
		size += specs[i].name_length;
		any_open |= specs[i].outcome == OUTCOME_OPEN;
		by_name[i] = &specs[i];
	}
	qsort(by_name, n, sizeof(StageSpec *), compare_by_name);
	if (!draft)
	{
		for (int i = 1; i < n; i++)
		{
			if (compare_by_name(&by_name[i - 1], &by_name[i]) == 0)
				process_error(psprintf("%s appears twice", stage_label(by_name[i])),
							  "A process has each stage once.",
							  "If the stages are those of several pipelines, build one process for each, with GROUP BY.");
		}
		if (!any_open)
			process_error("it has no open stage", "A process needs at least one stage in which deals are worked on.",
						  "Set the outcome of those stages to open.");
	}

	process = palloc0(size);
	SET_VARSIZE(process, size);
	process->version = PROCESS_VERSION;
	process->draft = draft;
	process->nstages = (uint16) n;
	index = (uint16 *) &process->stages[n];
	at = (char *) &index[n] - (char *) process;
	for (int i = 0; i < n; i++)
	{
		ProcessStage *stage = &process->stages[i];

		stage->probability = specs[i].probability == 0 ? 0 : specs[i].probability;	/* no -0 */
		stage->max_days = specs[i].max_days == 0 ? 0 : specs[i].max_days;
		stage->position = draft ? specs[i].position : i + 1;
		stage->name = (uint32) at;
		stage->name_length = (uint16) specs[i].name_length;
		stage->outcome = (uint8) specs[i].outcome;
		stage->category = (uint8) specs[i].category;
		stage->allowed = specs[i].allowed;
		memcpy((char *) process + at, specs[i].name, specs[i].name_length);
		at += specs[i].name_length;
		index[i] = (uint16) (by_name[i] - specs);
	}
	return process;
}

/* The stages of a value, with room for `more`. */
static StageSpec *
process_specs(const SalesProcess *process, int more)
{
	StageSpec  *specs = palloc0((process->nstages + more) * sizeof(StageSpec));

	for (int i = 0; i < process->nstages; i++)
	{
		const ProcessStage *stage = &process->stages[i];

		specs[i].name = (const char *) process + stage->name;
		specs[i].name_length = stage->name_length;
		specs[i].position = stage->position;
		specs[i].probability = stage->probability;
		specs[i].max_days = stage->max_days;
		specs[i].outcome = stage->outcome;
		specs[i].category = stage->category;
		specs[i].allowed = stage->allowed;
	}
	return specs;
}

/* ---- reading ---- */

static const SalesProcess *
process_any(FunctionCallInfo fcinfo, int argument)
{
	const SalesProcess *process = (const SalesProcess *) PG_GETARG_VARLENA_P(argument);

	if (VARSIZE(process) < offsetof(SalesProcess, stages) || process->version != PROCESS_VERSION ||
		VARSIZE(process) < offsetof(SalesProcess, stages) + process->nstages * (sizeof(ProcessStage) + sizeof(uint16)))
		guard_damaged(TYPE_NAME);
	return process;
}

const SalesProcess *
process_arg(FunctionCallInfo fcinfo, int argument)
{
	const SalesProcess *process = process_any(fcinfo, argument);

	if (process->draft)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("this sales_process is the unfinished state of an aggregate"),
				 errhint("Finish it with sales_process_finalfn.")));
	return process;
}

/* The stage of that name, or NULL. */
const ProcessStage *
process_find(const SalesProcess *process, const char *name, int length)
{
	const uint16 *by_name = (const uint16 *) &process->stages[process->nstages];
	int			low = 0;
	int			high = process->nstages - 1;

	while (low <= high)
	{
		int			middle = (low + high) / 2;
		const ProcessStage *stage = &process->stages[by_name[middle]];
		int			order = compare_names(name, length, (const char *) process + stage->name, stage->name_length);

		if (order == 0)
			return stage;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return NULL;
}

static const ProcessStage *
stage_args(FunctionCallInfo fcinfo)
{
	text	   *stage = PG_GETARG_TEXT_PP(1);

	return process_find(process_arg(fcinfo, 0), VARDATA_ANY(stage), VARSIZE_ANY_EXHDR(stage));
}

SALESOPS_FUNCTION(salesops_stage_position);
SALESOPS_FUNCTION(salesops_stage_probability);
SALESOPS_FUNCTION(salesops_stage_category);
SALESOPS_FUNCTION(salesops_stage_outcome);
SALESOPS_FUNCTION(salesops_stage_max_days);

Datum
salesops_stage_position(PG_FUNCTION_ARGS)
{
	const ProcessStage *stage = stage_args(fcinfo);

	if (stage == NULL)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) stage->position);
}

Datum
salesops_stage_probability(PG_FUNCTION_ARGS)
{
	const ProcessStage *stage = stage_args(fcinfo);

	if (stage == NULL)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(stage->probability);
}

Datum
salesops_stage_category(PG_FUNCTION_ARGS)
{
	const ProcessStage *stage = stage_args(fcinfo);

	if (stage == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(forecast_category_names[stage->category]));
}

Datum
salesops_stage_outcome(PG_FUNCTION_ARGS)
{
	const ProcessStage *stage = stage_args(fcinfo);

	if (stage == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(outcome_names[stage->outcome]));
}

Datum
salesops_stage_max_days(PG_FUNCTION_ARGS)
{
	const ProcessStage *stage = stage_args(fcinfo);

	if (stage == NULL || stage->max_days == PROCESS_NO_LIMIT)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(stage->max_days);
}

/* ---- the aggregate ---- */

/*
 * Reads "best_case, commit": the first category is the default.  Without one, a won stage is closed and a lost one
 * omitted; an open stage has no obvious one.
 */
static void
read_categories(StageSpec *spec, const char *list, int length)
{
	const char *end;

	if (list == NULL)
	{
		if (spec->outcome == OUTCOME_OPEN)
			return;				/* check_stage refuses it */
		spec->category = spec->outcome == OUTCOME_WON ? CATEGORY_CLOSED : CATEGORY_OMITTED;
		spec->allowed = (uint8) (1 << spec->category);
		return;
	}
	end = list + length;
	for (const char *start = list; start <= end;)
	{
		const char *comma = memchr(start, ',', end - start);
		const char *stop = comma != NULL ? comma : end;
		ForecastCategory category = forecast_category_require(start, (int) (stop - start));

		CHECK_FOR_INTERRUPTS();
		if (spec->allowed == 0)
			spec->category = category;
		spec->allowed |= (uint8) (1 << category);
		start = stop + 1;
	}
}

SALESOPS_FUNCTION(salesops_sales_process_transfn);
SALESOPS_FUNCTION(salesops_sales_process_combinefn);
SALESOPS_FUNCTION(salesops_sales_process_finalfn);

/* (state, stage text, position bigint, probability float8, category text, outcome text, max_days float8) */
Datum
salesops_sales_process_transfn(PG_FUNCTION_ARGS)
{
	static const char *const required[] = {NULL, "name", "position", "probability", NULL, "outcome"};
	const SalesProcess *state = PG_ARGISNULL(0) ? NULL : process_any(fcinfo, 0);
	int			n = state != NULL ? state->nstages : 0;
	StageSpec  *specs;
	StageSpec  *spec;
	text	   *value;

	for (int i = 1; i < (int) lengthof(required); i++)
	{
		if (required[i] != NULL && PG_ARGISNULL(i))
			process_error(psprintf("a stage has no %s", required[i]),
						  "Every stage needs a name, a position, a probability and an outcome.",
						  "Complete the stage table, or leave the row out with a WHERE or FILTER clause.");
	}

	specs = state != NULL ? process_specs(state, 1) : palloc0(sizeof(StageSpec));
	spec = &specs[n];
	value = PG_GETARG_TEXT_PP(1);
	spec->name = VARDATA_ANY(value);
	spec->name_length = VARSIZE_ANY_EXHDR(value);
	spec->position = PG_GETARG_INT64(2);
	spec->probability = PG_GETARG_FLOAT8(3);
	value = PG_GETARG_TEXT_PP(5);
	spec->outcome = outcome_require(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	spec->max_days = PG_ARGISNULL(6) ? PROCESS_NO_LIMIT : PG_GETARG_FLOAT8(6);
	if (!PG_ARGISNULL(6) && spec->max_days < 0)
		guard_not_negative(spec->max_days, "max_days");
	if (PG_ARGISNULL(4))
		read_categories(spec, NULL, 0);
	else
	{
		value = PG_GETARG_TEXT_PP(4);
		read_categories(spec, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	}
	PG_RETURN_POINTER(process_build(specs, n + 1, true));
}

Datum
salesops_sales_process_combinefn(PG_FUNCTION_ARGS)
{
	const SalesProcess *other;
	const SalesProcess *state;
	StageSpec  *specs;

	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	other = process_any(fcinfo, 1);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(process_build(process_specs(other, 0), other->nstages, true));
	state = process_any(fcinfo, 0);
	specs = process_specs(state, other->nstages);
	memcpy(&specs[state->nstages], process_specs(other, 0), other->nstages * sizeof(StageSpec));
	PG_RETURN_POINTER(process_build(specs, state->nstages + other->nstages, true));
}

Datum
salesops_sales_process_finalfn(PG_FUNCTION_ARGS)
{
	const SalesProcess *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = process_any(fcinfo, 0);
	PG_RETURN_POINTER(process_build(process_specs(state, 0), state->nstages, false));
}

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_sales_process_in);
SALESOPS_FUNCTION(salesops_sales_process_out);

/* "category": "pipeline" or ["best_case", "commit"] */
static void
read_category_value(StageSpec *spec, const JsonbValue *value, LiteralPlace at)
{
	if (value == NULL)
		read_categories(spec, NULL, 0);
	else if (value->type == jbvString)
		read_categories(spec, value->val.string.val, value->val.string.len);
	else
	{
		JsonbContainer *list = literal_container(value, true, "category", at);

		for (uint32 i = 0; i < JsonContainerSize(list); i++)
		{
			char	   *label = literal_string(getIthJsonbValueFromContainer(list, i), "category", at);

			read_categories(spec, label, (int) strlen(label));
		}
	}
}

static void
read_stage(StageSpec *spec, JsonbContainer *object, bool draft, LiteralPlace at)
{
	static const char *const keys[] = {"stage", "probability", "category", "outcome", "max_days", "position"};
	JsonbValue *value;

	literal_check_keys(object, keys, draft ? lengthof(keys) : lengthof(keys) - 1, at);
	value = literal_get(object, "stage");
	if (value == NULL)
		literal_error(at, "It has no \"stage\".", "Give the name by which deals refer to the stage.");
	spec->name = literal_string(value, "stage", at);
	spec->name_length = (int) strlen(spec->name);
	at.place = stage_label(spec);

	value = literal_get(object, "probability");
	if (value == NULL)
		literal_error(at, "It has no \"probability\".", "Give the win probability as a fraction between 0 and 1.");
	spec->probability = literal_float8(value, "probability", at);

	value = literal_get(object, "outcome");
	spec->outcome = OUTCOME_OPEN;
	if (value != NULL)
	{
		char	   *label = literal_string(value, "outcome", at);

		spec->outcome = outcome_lookup(label, (int) strlen(label));
		if (spec->outcome == OUTCOME_UNKNOWN)
			literal_error(at, psprintf("Unknown outcome \"%.*s\".", pg_mbcliplen(label, (int) strlen(label), 60), label),
						  "An outcome is open, won or lost.");
	}

	value = literal_get(object, "max_days");
	spec->max_days = PROCESS_NO_LIMIT;
	if (value != NULL)
	{
		spec->max_days = literal_float8(value, "max_days", at);
		if (spec->max_days < 0)
			literal_error(at, "\"max_days\" is negative.", "Leave it out for a stage without a limit.");
	}
	read_category_value(spec, literal_get(object, "category"), at);

	if (draft)
	{
		value = literal_get(object, "position");
		if (value == NULL)
			literal_error(at, "It has no \"position\", which a stage of a draft needs.", NULL);
		spec->position = literal_int8(value, "position", at);
	}
}

Datum
salesops_sales_process_in(PG_FUNCTION_ARGS)
{
	static const char *const keys[] = {"stages", "draft"};
	LiteralPlace at = {TYPE_NAME, NULL};
	JsonbContainer *json = literal_parse(PG_GETARG_CSTRING(0), MAX_LITERAL, MAX_LITERAL_VALUES, TYPE_NAME);
	JsonbContainer *list;
	JsonbValue *stages;
	StageSpec  *specs;
	JsonbValue *value;
	bool		draft = false;
	int			n;

	literal_check_keys(json, keys, lengthof(keys), at);
	value = literal_get(json, "draft");
	if (value != NULL)
	{
		if (value->type != jbvBool)
			literal_error(at, "\"draft\" must be true or false.", NULL);
		draft = value->val.boolean;
	}
	stages = literal_get(json, "stages");
	if (stages == NULL)
		literal_error(at, "It has no \"stages\".",
					  "Write it as {\"stages\": [{\"stage\": \"...\", \"probability\": 0.1, \"category\": \"pipeline\"}, ...]}.");
	list = literal_container(stages, true, "stages", at);
	if (JsonContainerSize(list) > MAX_STAGES)
		literal_error(at, psprintf("It has more than %d stages.", MAX_STAGES), NULL);
	n = (int) JsonContainerSize(list);
	specs = palloc0(Max(n, 1) * sizeof(StageSpec));
	for (int i = 0; i < n; i++)
	{
		at.place = psprintf("stage %d", i + 1);
		specs[i].position = i + 1;
		read_stage(&specs[i], literal_container(getIthJsonbValueFromContainer(list, i), false, "stages", at), draft, at);
	}
	PG_RETURN_POINTER(process_build(specs, n, draft));
}

Datum
salesops_sales_process_out(PG_FUNCTION_ARGS)
{
	const SalesProcess *process = process_any(fcinfo, 0);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoString(&out, process->draft ? "{\"draft\": true, \"stages\": [" : "{\"stages\": [");
	for (int i = 0; i < process->nstages; i++)
	{
		const ProcessStage *stage = &process->stages[i];
		bool		several = (stage->allowed & (stage->allowed - 1)) != 0;

		appendStringInfoString(&out, i == 0 ? "{" : ", {");
		literal_put_key(&out, "stage");
		literal_put_string(&out, (const char *) process + stage->name, stage->name_length);
		literal_put_key(&out, "probability");
		literal_put_float8(&out, stage->probability);
		literal_put_key(&out, "category");
		appendStringInfo(&out, several ? "[\"%s\"" : "\"%s\"", forecast_category_names[stage->category]);
		for (int category = 0; category < FORECAST_CATEGORIES; category++)
		{
			if ((stage->allowed & (1 << category)) != 0 && category != stage->category)
				appendStringInfo(&out, ", \"%s\"", forecast_category_names[category]);
		}
		if (several)
			appendStringInfoChar(&out, ']');
		literal_put_key(&out, "outcome");
		appendStringInfo(&out, "\"%s\"", outcome_names[stage->outcome]);
		if (stage->max_days != PROCESS_NO_LIMIT)
		{
			literal_put_key(&out, "max_days");
			literal_put_float8(&out, stage->max_days);
		}
		if (process->draft)
		{
			literal_put_key(&out, "position");
			appendStringInfo(&out, INT64_FORMAT, stage->position);
		}
		appendStringInfoChar(&out, '}');
	}
	appendStringInfoString(&out, "]}");
	PG_RETURN_CSTRING(out.data);
}

/* ---- binary form: version, whether a draft, number of stages, then for each its fields and its name ---- */

SALESOPS_FUNCTION(salesops_sales_process_recv);
SALESOPS_FUNCTION(salesops_sales_process_send);

Datum
salesops_sales_process_send(PG_FUNCTION_ARGS)
{
	const SalesProcess *process = process_any(fcinfo, 0);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, PROCESS_VERSION);
	pq_sendbyte(&out, process->draft);
	pq_sendint16(&out, process->nstages);
	for (int i = 0; i < process->nstages; i++)
	{
		const ProcessStage *stage = &process->stages[i];

		pq_sendint64(&out, stage->position);
		pq_sendfloat8(&out, stage->probability);
		pq_sendfloat8(&out, stage->max_days);
		pq_sendbyte(&out, stage->outcome);
		pq_sendbyte(&out, stage->category);
		pq_sendbyte(&out, stage->allowed);
		salesops_sendcountedtext(&out, (const char *) process + stage->name, stage->name_length);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_sales_process_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	int			draft;
	int			n;
	StageSpec  *specs;

	guard_version(in, PROCESS_VERSION, TYPE_NAME);
	draft = pq_getmsgbyte(in);
	if (draft > 1)
		guard_binary(TYPE_NAME, "It is neither a draft nor none.");
	n = (int) pq_getmsgint(in, 2);
	if (n > MAX_STAGES)
		guard_binary(TYPE_NAME, psprintf("It has %d stages; at most %d are possible.", n, MAX_STAGES));
	specs = palloc0(Max(n, 1) * sizeof(StageSpec));
	for (int i = 0; i < n; i++)
	{
		StageSpec  *spec = &specs[i];
		int			outcome;
		int			category;
		int			allowed;

		spec->position = pq_getmsgint64(in);
		spec->probability = pq_getmsgfloat8(in);
		spec->max_days = pq_getmsgfloat8(in);
		outcome = pq_getmsgbyte(in);
		category = pq_getmsgbyte(in);
		allowed = pq_getmsgbyte(in);
		if (outcome > OUTCOME_LOST || category >= FORECAST_CATEGORIES || allowed >= 1 << FORECAST_CATEGORIES ||
			(allowed & (1 << category)) == 0)
			guard_binary(TYPE_NAME, psprintf("Stage %d has an outcome or a category that does not exist.", i + 1));
		spec->outcome = outcome;
		spec->category = category;
		spec->allowed = (uint8) allowed;
		spec->name = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &spec->name_length);
	}
	PG_RETURN_POINTER(process_build(specs, n, draft != 0));
}
