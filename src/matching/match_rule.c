/*
 * match_rule.c
 *		The type match_rule: which columns say that two records are of the same thing.
 *
 * A rule names the columns of a table that are compared, each with its role: what it holds, and so how it is compared.  Roles
 * are all that has to be told.  What agreement on a column is worth is learnt from the data (match_model), and a pair is a
 * match from a probability on, the threshold; or the rule has clauses, as the matching rules of CRMs do, and a pair is a match
 * where every column of one of them agrees.
 *
 * Text form: the name of a ready-made rule (match_rule_ready.c), a list of columns, or an object, which is what is written:
 *
 *		{"key": "account_id", "columns": [{"name": "company"}, {"phone": {"as": "phone", "region": "US"}}], "threshold": 0.9,
 *		 "version": 1}
 *
 * "key" is the column that identifies a record, id where it is absent.  Of a column "as" is the role, "region" the country
 * that telephone numbers without a country code are of, "block" whether pairs may be looked for among equal values (true), and
 * "levels" the least similarities, falling, of the levels of agreement below equality.  "match" in place of "threshold" lists
 * clauses: what is asked of each column, one of "exact", "close", a least similarity, "missing" and "both missing", or a list
 * of them, any of which will do:
 *
 *		"match": [{"name": "close", "city": "exact"}, {"email": "exact", "name": [0.8, "missing"]}]
 *
 * What is checked: that all columns have different names and known roles and are not the key; that levels and similarities
 * are asked of roles that have one, and lie between 0 and 1; that a clause names columns of the rule, and asks of one that it
 * be there: else nearly every pair were a match.  Whether a table has the columns is checked where the rule meets it.
 *
 * Equal rules are equal bytes: numbers are kept in the four bytes that comparisons use, the terms of a clause in the order of
 * the columns, and what "close" or a similarity includes, "exact", and "missing", "both missing", is not kept beside it.
 */
#include "matching/match_rule_spec.h"

#include "core/guard.h"
#include "core/literal.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/tuplestore.h"

/*
 * The roles, in the order of MatchAs.  "close" is what the matching rules of CRMs call fuzzy: where Salesforce's similarity is
 * ours, of telephone numbers, with its threshold, elsewhere where our similarities leave typing errors above and other
 * names below.
 */
const MatchRole match_as[MATCH_ROLES] = {
	[MATCH_AS_COMPANY] = {"company", 0.85f},
	[MATCH_AS_PERSON] = {"person", 0.85f},
	[MATCH_AS_GIVEN_NAME] = {"given_name", 0.85f},
	[MATCH_AS_FAMILY_NAME] = {"family_name", 0.9f},
	[MATCH_AS_TEXT] = {"text", 0.85f},
	[MATCH_AS_EMAIL] = {"email", 0.85f},
	[MATCH_AS_WEBSITE] = {"website", 0},
	[MATCH_AS_PHONE] = {"phone", 0.8f},
	[MATCH_AS_ADDRESS] = {"address", 0.8f},
	[MATCH_AS_CITY] = {"city", 0.85f},
	[MATCH_AS_POSTAL_CODE] = {"postal_code", 0},
	[MATCH_AS_REGION] = {"region", 0},
	[MATCH_AS_COUNTRY] = {"country", 0},
	[MATCH_AS_DATE] = {"date", 0.85f},
	[MATCH_AS_NUMBER] = {"number", 0},
	[MATCH_AS_IDENTIFIER] = {"identifier", 0.85f},
};

/* What a term accepts, by name. */
const MatchAcceptName match_accept_names[MATCH_ACCEPT_NAMES] = {
	{"exact", MATCH_EXACT}, {"close", MATCH_CLOSE}, {"missing", MATCH_MISSING}, {"both missing", MATCH_BOTH_MISSING},
};

/* ---- checking and building ---- */

SALESOPS_NORETURN static void rule_error(const char *what, const char *detail, const char *hint);

static void
rule_error(const char *what, const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid match_rule: %s", what),
			 errdetail_internal("%s", detail),
			 errhint("%s", hint)));
	pg_unreachable();
}

char *
match_column_label(const char *name, int length)
{
	return psprintf("column \"%.*s\"", pg_mbcliplen(name, length, NAMEDATALEN), name);
}

char *
match_role_names(bool similar)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int as = 0; as < MATCH_ROLES; as++)
	{
		if (!similar || match_as[as].close > 0)
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", match_as[as].name);
	}
	return names.data;
}

static char *
float4_text(float value)
{
	StringInfoData text;

	initStringInfo(&text);
	literal_put_float4(&text, value);
	return text.data;
}

static void
check_name(const char *name, int length, const char *what)
{
	if (length == 0)
		rule_error(psprintf("%s has no name", what), "The name of a column is its name in the table, as the catalog has it.",
				   "Write it without quotes of SQL.");
	if (length >= NAMEDATALEN)
		rule_error(psprintf("%s is too long", match_column_label(name, length)),
				   psprintf("The name of a column has at most %d bytes, and this has %d.", NAMEDATALEN - 1, length),
				   "Write the name as the catalog has it.");
}

static void
check_column(const MatchColumnSpec *column)
{
	char	   *label;

	check_name(column->name, column->name_length, "a column");
	label = match_column_label(column->name, column->name_length);
	if (column->region[0] != '\0' && column->as != MATCH_AS_PHONE)
		rule_error(psprintf("%s has a region and is compared as %s", label, match_as[column->as].name),
				   "A region is the country that telephone numbers without a country code are of.",
				   "Leave the region out, or compare the column as phone.");
	if (column->nlevels > 0 && match_as[column->as].close == 0)
		rule_error(psprintf("%s has levels and is compared as %s", label, match_as[column->as].name),
				   psprintf("Levels are of similarity, which these roles have: %s.", match_role_names(true)),
				   "Leave the levels out, or give the column another role.");
	for (int i = 0; i < column->nlevels; i++)
	{
		if (!(column->levels[i] > 0 && column->levels[i] < 1))
			rule_error(psprintf("%s has the level %s", label, float4_text(column->levels[i])),
					   "A level is a least similarity, between 0 and 1.",
					   "Leave 1 out: equality is a level of its own, and so is everything below the last one.");
		if (i > 0 && !(column->levels[i] < column->levels[i - 1]))
			rule_error(psprintf("%s has the level %s behind %s", label, float4_text(column->levels[i]),
								float4_text(column->levels[i - 1])),
					   "Levels fall, from the most similar to the least.", "Write each once, the highest first.");
	}
}

/* Checks a clause and brings it into its one form. */
static void
check_clause(MatchRuleSpec *spec, int n)
{
	MatchClauseSpec *clause = &spec->clauses[n];
	bool		any = false;
	bool		compares = false;

	for (int i = 0; i < spec->ncolumns; i++)
	{
		MatchTerm  *term = &clause->terms[i];
		const MatchColumnSpec *column = &spec->columns[i];
		char	   *label;

		if (term->accepts == 0)
			continue;
		label = psprintf("clause %d asks of %s", n + 1, match_column_label(column->name, column->name_length));
		any = true;
		if ((term->accepts & (MATCH_CLOSE | MATCH_SIMILAR)) != 0 && match_as[column->as].close == 0)
			rule_error(psprintf("%s to be similar", label),
					   psprintf("It is compared as %s, which has no similarity; these roles have one: %s.",
								match_as[column->as].name, match_role_names(true)),
					   "Ask for \"exact\", or give the column another role.");
		if ((term->accepts & MATCH_SIMILAR) != 0 && !(term->least > 0 && term->least < 1))
			rule_error(psprintf("%s the similarity %s", label, float4_text(term->least)),
					   "A least similarity lies between 0 and 1.",
					   "Ask for \"exact\" where nothing but equality will do, and leave the column out where it does not matter.");
		if ((term->accepts & MATCH_CLOSE) != 0 && (term->accepts & MATCH_SIMILAR) != 0)
			rule_error(psprintf("%s both \"close\" and the similarity %s", label, float4_text(term->least)),
					   psprintf("As %s, \"close\" is a similarity of %s.", match_as[column->as].name,
								float4_text(match_as[column->as].close)),
					   "Ask for the lower one alone.");
		if ((term->accepts & MATCH_SIMILAR) == 0)
			term->least = 0;
		if ((term->accepts & (MATCH_CLOSE | MATCH_SIMILAR)) != 0)
			term->accepts &= ~MATCH_EXACT;
		if ((term->accepts & MATCH_MISSING) != 0)
			term->accepts &= ~MATCH_BOTH_MISSING;
		compares |= (term->accepts & (MATCH_MISSING | MATCH_BOTH_MISSING)) == 0;
		term->column = (uint8) i;
	}
	if (!any)
		rule_error(psprintf("clause %d names no column", n + 1), "Every pair of records would be a match.",
				   "Write it as {\"name\": \"close\", \"city\": \"exact\"}.");
	if (!compares)
		rule_error(psprintf("clause %d is content with missing values in each of its columns", n + 1),
				   "Every record without them would match all others.", "Ask of one column that it agree.");
}

int
match_rule_spec_find(const MatchRuleSpec *spec, const char *name, int length)
{
	for (int i = 0; i < spec->ncolumns; i++)
	{
		if (spec->columns[i].name_length == length && memcmp(spec->columns[i].name, name, length) == 0)
			return i;
	}
	return -1;
}

/* Checks what must hold of a rule, however it came in. */
static void
check_rule(MatchRuleSpec *spec)
{
	if (spec->ncolumns < 1)
		rule_error("it has no column", "A rule names the columns that are compared, with their roles.",
				   "Write it as [{\"name\": \"company\"}, {\"city\": \"city\"}].");
	check_name(spec->key, spec->key_length, "the key");
	for (int i = 0; i < spec->ncolumns; i++)
	{
		const MatchColumnSpec *column = &spec->columns[i];

		check_column(column);
		if (match_rule_spec_find(spec, column->name, column->name_length) != i)
			rule_error(psprintf("%s appears twice", match_column_label(column->name, column->name_length)),
					   "A column is compared once: what it says would count twice.", "Take one of them out.");
	}
	if (match_rule_spec_find(spec, spec->key, spec->key_length) >= 0)
		rule_error(psprintf("%s is the key and is compared", match_column_label(spec->key, spec->key_length)),
				   "The key identifies a record: it is different in any two of them.",
				   "Take it out of the columns, or name as \"key\" the column that identifies a record.");
	if (spec->nclauses == 0 && !(spec->threshold > 0 && spec->threshold < 1))
		rule_error(psprintf("it has the threshold %s", float8out_internal(spec->threshold)),
				   "A threshold is the probability from which a pair is a match, between 0 and 1.",
				   "If it is a percentage, divide it by 100; without one it is 0.5.");
	for (int i = 0; i < spec->ncolumns && spec->nclauses > 0; i++)
	{
		const MatchColumnSpec *column = &spec->columns[i];

		if (column->nlevels > 0)
			rule_error(psprintf("%s has levels, and the rule has clauses", match_column_label(column->name, column->name_length)),
					   "Levels are those of a model, and with clauses there is none.",
					   "Leave the levels out, and ask for the similarity in a clause.");
	}
	for (int i = 0; i < spec->nclauses; i++)
		check_clause(spec, i);
}

MatchRule *
match_rule_build(MatchRuleSpec *spec)
{
	MatchRule  *rule;
	MatchTerm  *terms;
	uint16	   *ends;
	int			nterms = 0;
	Size		size;
	Size		at;

	check_rule(spec);
	Assert(spec->ncolumns > 0 && spec->nclauses >= 0);
	for (int clause = 0; clause < spec->nclauses; clause++)
	{
		for (int i = 0; i < spec->ncolumns; i++)
			nterms += spec->clauses[clause].terms[i].accepts != 0;
	}
	at = offsetof(MatchRule, columns) + spec->ncolumns * sizeof(MatchColumn) + nterms * sizeof(MatchTerm) +
		spec->nclauses * sizeof(uint16);
	size = at + spec->key_length;
	for (int i = 0; i < spec->ncolumns; i++)
		size += spec->columns[i].name_length;

	rule = palloc0(size);
	SET_VARSIZE(rule, size);
	rule->version = MATCH_RULE_VERSION;
	rule->ncolumns = (uint8) spec->ncolumns;
	rule->nclauses = (uint8) spec->nclauses;
	rule->nterms = (uint16) nterms;
	rule->threshold = spec->nclauses == 0 ? spec->threshold : 0;
	rule->key = (uint32) at;
	rule->key_length = (uint16) spec->key_length;
	memcpy((char *) rule + at, spec->key, spec->key_length);
	at += spec->key_length;
	for (int i = 0; i < spec->ncolumns; i++)
	{
		const MatchColumnSpec *column = &spec->columns[i];
		MatchColumn *to = &rule->columns[i];

		to->as = (uint8) column->as;
		to->block = column->block;
		memcpy(to->region, column->region, sizeof(to->region));
		to->nlevels = (uint8) column->nlevels;
		memcpy(to->levels, column->levels, column->nlevels * sizeof(float));
		to->name = (uint32) at;
		to->name_length = (uint16) column->name_length;
		memcpy((char *) rule + at, column->name, column->name_length);
		at += column->name_length;
	}
	terms = (MatchTerm *) &rule->columns[spec->ncolumns];
	ends = (uint16 *) &terms[nterms];
	nterms = 0;
	for (int clause = 0; clause < spec->nclauses; clause++)
	{
		for (int i = 0; i < spec->ncolumns; i++)
		{
			if (spec->clauses[clause].terms[i].accepts != 0)
				terms[nterms++] = spec->clauses[clause].terms[i];
		}
		ends[clause] = (uint16) nterms;
	}
	return rule;
}

/* ---- reading ---- */

const MatchRule *
match_rule_of(Datum datum)
{
	const MatchRule *rule = (const MatchRule *) PG_DETOAST_DATUM(datum);
	Size		size = VARSIZE(rule);
	const MatchTerm *terms;
	const uint16 *ends;

	if (size < offsetof(MatchRule, columns) || rule->version != MATCH_RULE_VERSION || rule->ncolumns == 0 ||
		rule->ncolumns > MATCH_MAX_COLUMNS || rule->nclauses > MATCH_MAX_CLAUSES ||
		size < offsetof(MatchRule, columns) + rule->ncolumns * sizeof(MatchColumn) + rule->nterms * sizeof(MatchTerm) +
		rule->nclauses * sizeof(uint16) || size < (Size) rule->key + rule->key_length)
		guard_damaged(MATCH_RULE_TYPE);
	for (int i = 0; i < rule->ncolumns; i++)
	{
		const MatchColumn *column = &rule->columns[i];

		if (size < (Size) column->name + column->name_length || column->as >= MATCH_ROLES || column->nlevels > MATCH_MAX_LEVELS)
			guard_damaged(MATCH_RULE_TYPE);
	}
	terms = (const MatchTerm *) &rule->columns[rule->ncolumns];
	ends = (const uint16 *) &terms[rule->nterms];
	for (int i = 0; i < rule->nterms; i++)
		if (terms[i].column >= rule->ncolumns)
			guard_damaged(MATCH_RULE_TYPE);
	for (int i = 0; i < rule->nclauses; i++)
		if (ends[i] > rule->nterms || (i > 0 && ends[i] < ends[i - 1]))
			guard_damaged(MATCH_RULE_TYPE);
	return rule;
}

const MatchRule *
match_rule_arg(FunctionCallInfo fcinfo, int argument)
{
	return match_rule_of(PG_GETARG_DATUM(argument));
}

int
match_rule_find(const MatchRule *rule, const char *name, int length)
{
	for (int i = 0; i < rule->ncolumns; i++)
	{
		if (rule->columns[i].name_length == length && memcmp((const char *) rule + rule->columns[i].name, name, length) == 0)
			return i;
	}
	return -1;
}

SALESOPS_FUNCTION(salesops_match_rule_key);
SALESOPS_FUNCTION(salesops_match_rule_threshold);
SALESOPS_FUNCTION(salesops_match_rule_columns);
SALESOPS_FUNCTION(salesops_match_rule_clauses);

Datum
salesops_match_rule_key(PG_FUNCTION_ARGS)
{
	int			length;
	const char *name = match_rule_key_name(match_rule_arg(fcinfo, 0), &length);

	PG_RETURN_TEXT_P(cstring_to_text_with_len(name, length));
}

Datum
salesops_match_rule_threshold(PG_FUNCTION_ARGS)
{
	const MatchRule *rule = match_rule_arg(fcinfo, 0);

	if (rule->nclauses > 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(rule->threshold);
}

static Datum
column_name_datum(const MatchRule *rule, int i)
{
	int			length;
	const char *name = match_rule_column_name(rule, i, &length);

	return PointerGetDatum(cstring_to_text_with_len(name, length));
}

/* (rule) -> (position int, column_name, role, region text, block boolean, levels text) */
Datum
salesops_match_rule_columns(PG_FUNCTION_ARGS)
{
	const MatchRule *rule = match_rule_arg(fcinfo, 0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < rule->ncolumns; i++)
	{
		const MatchColumn *column = match_rule_column(rule, i);
		StringInfoData levels;
		Datum		values[6];
		bool		nulls[6] = {0};

		initStringInfo(&levels);
		for (int level = 0; level < column->nlevels; level++)
		{
			appendStringInfoString(&levels, level > 0 ? ", " : "");
			literal_put_float4(&levels, column->levels[level]);
		}
		values[0] = Int32GetDatum(i + 1);
		values[1] = column_name_datum(rule, i);
		values[2] = CStringGetTextDatum(match_as[column->as].name);
		nulls[3] = column->region[0] == '\0';
		values[3] = nulls[3] ? (Datum) 0 : CStringGetTextDatum(column->region);
		values[4] = BoolGetDatum(column->block != 0);
		nulls[5] = column->nlevels == 0;
		values[5] = nulls[5] ? (Datum) 0 : CStringGetTextDatum(levels.data);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* (rule) -> (clause int, column_name text, accepts text) */
Datum
salesops_match_rule_clauses(PG_FUNCTION_ARGS)
{
	const MatchRule *rule = match_rule_arg(fcinfo, 0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int clause = 0; clause < rule->nclauses; clause++)
	{
		int			nterms;
		const MatchTerm *terms = match_rule_clause(rule, clause, &nterms);

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < nterms; i++)
		{
			StringInfoData accepts;
			Datum		values[3];
			bool		nulls[3] = {0};

			initStringInfo(&accepts);
			if ((terms[i].accepts & MATCH_SIMILAR) != 0)
				literal_put_float4(&accepts, terms[i].least);
			for (int name = 0; name < MATCH_ACCEPT_NAMES; name++)
			{
				if ((terms[i].accepts & match_accept_names[name].bit) != 0)
					appendStringInfo(&accepts, "%s%s", accepts.len > 0 ? " or " : "", match_accept_names[name].name);
			}
			values[0] = Int32GetDatum(clause + 1);
			values[1] = column_name_datum(rule, terms[i].column);
			values[2] = CStringGetTextDatum(accepts.data);
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	}
	return (Datum) 0;
}
