/*
 * match_rule_io.c
 *		The text and binary forms of match_rule.
 *
 * The text form is that of match_rule.c: it is read as the name of a ready-made rule, a list of columns or an object, and
 * written as an object.  The binary form is the version, the key, the threshold and the number of columns, then of each column
 * its fields and its name; then the number of clauses, of each the number of its terms, and these.
 *
 * Worked example: '[{"name": "company"}]' is written {"key": "id", "columns": [{"name": "company"}], "threshold": 0.5,
 * "version": 1}.
 */
#include "matching/match_rule_spec.h"

#include "core/guard.h"
#include "core/literal.h"
#include "libpq/pqformat.h"
#include "matching/contact.h"
#include "matching/match_rule_ready.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "parser/scansup.h"

#define DEFAULT_KEY "id"
#define DEFAULT_THRESHOLD 0.5

/* Twice the longest text form: as many clauses as may be, of columns whose names are 63 control characters. */
#define MAX_LITERAL (2 * 1024 * 1024)
#define MAX_LITERAL_VALUES (16 * 1024)

#define ACCEPT_HINT \
	"Ask for \"exact\", \"close\", a similarity between 0 and 1, \"missing\" or \"both missing\", or for a list of them."

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_match_rule_in);
SALESOPS_FUNCTION(salesops_match_rule_out);

static MatchAs
read_role(const JsonbValue *value, LiteralPlace at)
{
	char	   *name = literal_string(value, "as", at);

	for (int as = 0; as < MATCH_ROLES; as++)
	{
		if (strcmp(name, match_as[as].name) == 0)
			return as;
	}
	literal_error(at, psprintf("Unknown role \"%.*s\".", pg_mbcliplen(name, (int) strlen(name), 60), name),
				  psprintf("The roles are: %s.", match_role_names(false)));
}

static void
read_levels(MatchColumnSpec *column, const JsonbValue *value, LiteralPlace at)
{
	JsonbContainer *list = literal_container(value, true, "levels", at);

	if (JsonContainerSize(list) > MATCH_MAX_LEVELS)
		literal_error(at, psprintf("It has %u levels.", JsonContainerSize(list)),
					  psprintf("Give at most %d, the highest first.", MATCH_MAX_LEVELS));
	column->nlevels = (int) JsonContainerSize(list);
	for (int i = 0; i < column->nlevels; i++)
		column->levels[i] = (float) literal_float8(getIthJsonbValueFromContainer(list, i), "levels", at);
}

static void
read_region(MatchColumnSpec *column, const JsonbValue *value, LiteralPlace at)
{
	char	   *code = literal_string(value, "region", at);
	const char *region = phone_region_code(code, (int) strlen(code));

	if (region == NULL)
		literal_error(at, psprintf("Unknown region \"%.*s\".", pg_mbcliplen(code, (int) strlen(code), 20), code),
					  "A region is one of the two-letter codes of ISO 3166-1, such as US, GB or DE.");
	strlcpy(column->region, region, sizeof(column->region));
}

/* {"phone": "phone"} or {"phone": {"as": "phone", "region": "US"}} */
static void
read_column(MatchColumnSpec *column, const JsonbValue *element, int number)
{
	static const char *const keys[] = {"as", "region", "block", "levels"};
	LiteralPlace at = {MATCH_RULE_TYPE, psprintf("column %d", number)};
	JsonbContainer *object;
	JsonbContainer *options;
	JsonbIterator *it;
	JsonbValue	name;
	JsonbValue	value;
	JsonbValue *option;

	if (element->type != jbvBinary || !JsonContainerIsObject(element->val.binary.data) ||
		JsonContainerSize(element->val.binary.data) != 1)
		literal_error(at, "It is not an object of one name.", "Write each column by itself, as {\"name\": \"company\"}.");
	object = element->val.binary.data;
	it = JsonbIteratorInit(object);
	JsonbIteratorNext(&it, &value, true);	/* the beginning of the object */
	JsonbIteratorNext(&it, &name, true);
	JsonbIteratorNext(&it, &value, true);
	column->name = name.val.string.val;
	column->name_length = name.val.string.len;
	column->block = true;
	at.place = match_column_label(column->name, column->name_length);
	if (value.type == jbvString)
	{
		column->as = read_role(&value, at);
		return;
	}
	if (value.type != jbvBinary || !JsonContainerIsObject(value.val.binary.data))
		literal_error(at, "It has no role.", "Write it as {\"name\": \"company\"}, or {\"name\": {\"as\": \"company\"}}.");
	options = value.val.binary.data;
	literal_check_keys(options, keys, lengthof(keys), at);
	option = literal_get(options, "as");
	if (option == NULL)
		literal_error(at, "It has no role, \"as\".", psprintf("The roles are: %s.", match_role_names(false)));
	column->as = read_role(option, at);
	option = literal_get(options, "region");
	if (option != NULL)
		read_region(column, option, at);
	option = literal_get(options, "block");
	if (option != NULL)
		column->block = literal_bool(option, "block", at);
	option = literal_get(options, "levels");
	if (option != NULL)
		read_levels(column, option, at);
}

static void
read_columns(MatchRuleSpec *spec, JsonbContainer *list)
{
	LiteralPlace at = {MATCH_RULE_TYPE, NULL};

	if (JsonContainerSize(list) > MATCH_MAX_COLUMNS)
		literal_error(at, psprintf("It has %u columns.", JsonContainerSize(list)),
					  psprintf("Name at most %d, those that tell one thing from another best.", MATCH_MAX_COLUMNS));
	spec->ncolumns = (int) JsonContainerSize(list);
	for (int i = 0; i < spec->ncolumns; i++)
		read_column(&spec->columns[i], getIthJsonbValueFromContainer(list, i), i + 1);
}

/* One of the things that a term accepts. */
static void
read_accept(MatchTerm *term, const JsonbValue *value, LiteralPlace at)
{
	if (value->type == jbvNumeric)
	{
		if ((term->accepts & MATCH_SIMILAR) != 0)
			literal_error(at, "It is asked for two similarities.", "Ask for the lower one alone.");
		term->accepts |= MATCH_SIMILAR;
		term->least = (float) literal_float8(value, "match", at);
		return;
	}
	if (value->type != jbvString)
		literal_error(at, "What is asked of it is neither a word nor a number.", ACCEPT_HINT);
	for (int i = 0; i < MATCH_ACCEPT_NAMES; i++)
	{
		if (strlen(match_accept_names[i].name) == (size_t) value->val.string.len &&
			memcmp(match_accept_names[i].name, value->val.string.val, value->val.string.len) == 0)
		{
			term->accepts |= match_accept_names[i].bit;
			return;
		}
	}
	literal_error(at, psprintf("What is asked of it is unknown: \"%.*s\".",
							   pg_mbcliplen(value->val.string.val, value->val.string.len, 60), value->val.string.val),
				  ACCEPT_HINT);
}

/* {"name": "close", "city": ["exact", "missing"]} */
static void
read_clause(MatchRuleSpec *spec, const JsonbValue *element, int n)
{
	LiteralPlace at = {MATCH_RULE_TYPE, psprintf("clause %d", n + 1)};
	JsonbContainer *object;
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	value;
	MatchTerm  *term = NULL;

	if (element->type != jbvBinary || !JsonContainerIsObject(element->val.binary.data))
		literal_error(at, "It is not an object.", "Write it as {\"name\": \"close\", \"city\": \"exact\"}.");
	object = element->val.binary.data;
	it = JsonbIteratorInit(object);
	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (token == WJB_KEY)
		{
			int			i = match_rule_spec_find(spec, value.val.string.val, value.val.string.len);
			char	   *label = match_column_label(value.val.string.val, value.val.string.len);

			if (i < 0)
				literal_error(at, psprintf("It names the %s, which the rule does not have.", label),
							  "Add it to \"columns\" with its role, or take it out.");
			at.place = psprintf("clause %d, %s", n + 1, label);
			term = &spec->clauses[n].terms[i];
		}
		else if (token != WJB_VALUE || term == NULL)
			;					/* where the object begins and ends */
		else if (value.type == jbvBinary && JsonContainerIsArray(value.val.binary.data) &&
				 !JsonContainerIsScalar(value.val.binary.data))
		{
			JsonbContainer *list = value.val.binary.data;

			if (JsonContainerSize(list) == 0)
				literal_error(at, "Nothing is asked of it.", ACCEPT_HINT);
			for (uint32 i = 0; i < JsonContainerSize(list); i++)
			{
				CHECK_FOR_INTERRUPTS();
				read_accept(term, getIthJsonbValueFromContainer(list, i), at);
			}
		}
		else
			read_accept(term, &value, at);
	}
}

static void
read_clauses(MatchRuleSpec *spec, const JsonbValue *value)
{
	LiteralPlace at = {MATCH_RULE_TYPE, NULL};
	JsonbContainer *list = literal_container(value, true, "match", at);

	if (JsonContainerSize(list) == 0)
		literal_error(at, "\"match\" has no clause.", "Leave it out to have pairs judged by a model.");
	if (JsonContainerSize(list) > MATCH_MAX_CLAUSES)
		literal_error(at, psprintf("It has %u clauses.", JsonContainerSize(list)),
					  psprintf("Give at most %d: a column may accept a list, as [\"exact\", \"missing\"].", MATCH_MAX_CLAUSES));
	spec->nclauses = (int) JsonContainerSize(list);
	for (int i = 0; i < spec->nclauses; i++)
		read_clause(spec, getIthJsonbValueFromContainer(list, i), i);
}

static void
read_rule(MatchRuleSpec *spec, JsonbContainer *object)
{
	static const char *const keys[] = {"key", "columns", "threshold", "match", "version"};
	LiteralPlace at = {MATCH_RULE_TYPE, NULL};
	JsonbValue *value = literal_get(object, "version");
	JsonbValue *threshold;

	if (value != NULL && literal_count(value, "version", at) != MATCH_RULE_VERSION)
		literal_error(at, psprintf("Its form has version " INT64_FORMAT "; this salesops reads version %d.",
								   literal_count(value, "version", at), MATCH_RULE_VERSION),
					  "Where a later salesops wrote it, install that version here too.");
	literal_check_keys(object, keys, lengthof(keys), at);
	value = literal_get(object, "key");
	if (value != NULL)
	{
		spec->key = literal_string(value, "key", at);
		spec->key_length = (int) strlen(spec->key);
	}
	value = literal_get(object, "columns");
	if (value == NULL)
		literal_error(at, "It has no \"columns\".", "Write it as {\"columns\": [{\"name\": \"company\"}, {\"city\": \"city\"}]}.");
	read_columns(spec, literal_container(value, true, "columns", at));
	threshold = literal_get(object, "threshold");
	if (threshold != NULL)
		spec->threshold = literal_float8(threshold, "threshold", at);
	value = literal_get(object, "match");
	if (value == NULL)
		return;
	if (threshold != NULL)
		literal_error(at, "It has both \"threshold\" and \"match\".",
					  "A threshold is of the probability that a model gives, and with clauses there is none: leave one of them out.");
	read_clauses(spec, value);
}

Datum
salesops_match_rule_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	size_t		length = strlen(text);
	MatchRuleSpec   *spec = palloc0(sizeof(MatchRuleSpec));
	JsonbContainer *json;

	spec->key = DEFAULT_KEY;
	spec->key_length = (int) strlen(DEFAULT_KEY);
	spec->threshold = DEFAULT_THRESHOLD;
	literal_check_extent(length, "bytes", MAX_LITERAL, MATCH_RULE_TYPE, "Pass a rule, or the name of a ready-made one.");
	while (length > 0 && scanner_isspace(text[length - 1]))
		length--;
	while (length > 0 && scanner_isspace(*text))
	{
		text++;
		length--;
	}
	if (length == 0 || (*text != '{' && *text != '['))
	{
		const char *ready = match_rule_ready(text, (int) Min(length, 100));

		if (ready == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("unknown match_rule \"%.*s\"", pg_mbcliplen(text, (int) Min(length, 100), 60), text),
					 errdetail("The ready-made rules are: %s.", match_rule_ready_names()),
					 errhint("A rule of your own is a list of columns with their roles, as [{\"name\": \"company\"}, {\"city\": \"city\"}].")));
		text = ready;
	}
	json = literal_parse_any(text, MAX_LITERAL, MAX_LITERAL_VALUES, MATCH_RULE_TYPE);
	if (JsonContainerIsObject(json))
		read_rule(spec, json);
	else
		read_columns(spec, json);
	PG_RETURN_POINTER(match_rule_build(spec));
}

static void
put_name(StringInfo out, const char *name, int length)
{
	if (out->data[out->len - 1] != '{')
		appendStringInfoString(out, ", ");
	literal_put_string(out, name, length);
	appendStringInfoString(out, ": ");
}

static void
put_column(StringInfo out, const MatchRule *rule, int i)
{
	const MatchColumn *column = match_rule_column(rule, i);
	int			length;
	const char *name = match_rule_column_name(rule, i, &length);

	appendStringInfoString(out, i == 0 ? "{" : ", {");
	put_name(out, name, length);
	if (column->region[0] == '\0' && column->block && column->nlevels == 0)
	{
		appendStringInfo(out, "\"%s\"}", match_as[column->as].name);
		return;
	}
	appendStringInfo(out, "{\"as\": \"%s\"", match_as[column->as].name);
	if (column->region[0] != '\0')
		appendStringInfo(out, ", \"region\": \"%.2s\"", column->region);
	if (!column->block)
		appendStringInfoString(out, ", \"block\": false");
	for (int level = 0; level < column->nlevels; level++)
	{
		appendStringInfoString(out, level == 0 ? ", \"levels\": [" : ", ");
		literal_put_float4(out, column->levels[level]);
	}
	appendStringInfoString(out, column->nlevels > 0 ? "]}}" : "}}");
}

static void
put_term(StringInfo out, const MatchTerm *term)
{
	bool		several = (term->accepts & (term->accepts - 1)) != 0;
	bool		first = true;

	if (several)
		appendStringInfoChar(out, '[');
	if ((term->accepts & MATCH_SIMILAR) != 0)
	{
		literal_put_float4(out, term->least);
		first = false;
	}
	for (int i = 0; i < MATCH_ACCEPT_NAMES; i++)
	{
		if ((term->accepts & match_accept_names[i].bit) == 0)
			continue;
		appendStringInfo(out, "%s\"%s\"", first ? "" : ", ", match_accept_names[i].name);
		first = false;
	}
	if (several)
		appendStringInfoChar(out, ']');
}

Datum
salesops_match_rule_out(PG_FUNCTION_ARGS)
{
	const MatchRule *rule = match_rule_arg(fcinfo, 0);
	StringInfoData out;
	int			length;
	const char *name = match_rule_key_name(rule, &length);

	initStringInfo(&out);
	appendStringInfoString(&out, "{\"key\": ");
	literal_put_string(&out, name, length);
	appendStringInfoString(&out, ", \"columns\": [");
	for (int i = 0; i < rule->ncolumns; i++)
		put_column(&out, rule, i);
	appendStringInfoChar(&out, ']');
	if (rule->nclauses == 0)
	{
		literal_put_key(&out, "threshold");
		literal_put_float8(&out, rule->threshold);
	}
	else
		literal_put_key(&out, "match");
	for (int clause = 0; clause < rule->nclauses; clause++)
	{
		int			nterms;
		const MatchTerm *terms = match_rule_clause(rule, clause, &nterms);

		appendStringInfoString(&out, clause == 0 ? "[{" : ", {");
		for (int i = 0; i < nterms; i++)
		{
			name = match_rule_column_name(rule, terms[i].column, &length);
			put_name(&out, name, length);
			put_term(&out, &terms[i]);
		}
		appendStringInfoString(&out, clause == rule->nclauses - 1 ? "}]" : "}");
	}
	literal_put_key(&out, "version");
	appendStringInfo(&out, "%d}", MATCH_RULE_VERSION);
	PG_RETURN_CSTRING(out.data);
}

/* ---- binary form ---- */

SALESOPS_FUNCTION(salesops_match_rule_recv);
SALESOPS_FUNCTION(salesops_match_rule_send);

Datum
salesops_match_rule_send(PG_FUNCTION_ARGS)
{
	const MatchRule *rule = match_rule_arg(fcinfo, 0);
	StringInfoData out;
	int			length;
	const char *name = match_rule_key_name(rule, &length);

	pq_begintypsend(&out);
	pq_sendbyte(&out, MATCH_RULE_VERSION);
	salesops_sendcountedtext(&out, name, length);
	pq_sendfloat8(&out, rule->threshold);
	pq_sendbyte(&out, rule->ncolumns);
	for (int i = 0; i < rule->ncolumns; i++)
	{
		const MatchColumn *column = match_rule_column(rule, i);

		pq_sendbyte(&out, column->as);
		pq_sendbyte(&out, column->block);
		pq_sendbytes(&out, column->region, 2);
		pq_sendbyte(&out, column->nlevels);
		for (int level = 0; level < column->nlevels; level++)
			pq_sendfloat4(&out, column->levels[level]);
		name = match_rule_column_name(rule, i, &length);
		salesops_sendcountedtext(&out, name, length);
	}
	pq_sendbyte(&out, rule->nclauses);
	for (int clause = 0; clause < rule->nclauses; clause++)
	{
		int			nterms;
		const MatchTerm *terms = match_rule_clause(rule, clause, &nterms);

		pq_sendbyte(&out, (uint8) nterms);
		for (int i = 0; i < nterms; i++)
		{
			pq_sendbyte(&out, terms[i].column);
			pq_sendbyte(&out, terms[i].accepts);
			pq_sendfloat4(&out, terms[i].least);
		}
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static void
receive_column(MatchColumnSpec *column, StringInfo in, int number)
{
	int			as = pq_getmsgbyte(in);
	int			block = pq_getmsgbyte(in);
	const char *region = pq_getmsgbytes(in, 2);
	int			nlevels = pq_getmsgbyte(in);

	if (as >= MATCH_ROLES || block > 1 || nlevels > MATCH_MAX_LEVELS)
		guard_binary(MATCH_RULE_TYPE, psprintf("Column %d has a role, an option or a number of levels that does not exist.", number));
	column->as = as;
	column->block = block != 0;
	if (region[0] != '\0' || region[1] != '\0')
	{
		const char *code = phone_region_code(region, 2);

		if (code == NULL || memcmp(code, region, 2) != 0)
			guard_binary(MATCH_RULE_TYPE, psprintf("Column %d has a region that does not exist.", number));
		strlcpy(column->region, code, sizeof(column->region));
	}
	column->nlevels = nlevels;
	for (int i = 0; i < nlevels; i++)
		column->levels[i] = pq_getmsgfloat4(in);
	column->name = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &column->name_length);
}

static void
receive_clause(MatchRuleSpec *spec, StringInfo in, int n)
{
	int			nterms = pq_getmsgbyte(in);
	int			last = -1;

	for (int i = 0; i < nterms; i++)
	{
		int			column = pq_getmsgbyte(in);
		int			accepts = pq_getmsgbyte(in);

		if (column <= last || column >= spec->ncolumns || accepts == 0 || (accepts & ~MATCH_ACCEPTS_ALL) != 0)
			guard_binary(MATCH_RULE_TYPE, psprintf("Clause %d names a column that does not exist, or asks for nothing that does.", n + 1));
		last = column;
		spec->clauses[n].terms[column].accepts = (uint8) accepts;
		spec->clauses[n].terms[column].least = pq_getmsgfloat4(in);
	}
}

Datum
salesops_match_rule_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	MatchRuleSpec   *spec = palloc0(sizeof(MatchRuleSpec));

	guard_version(in, MATCH_RULE_VERSION, MATCH_RULE_TYPE);
	spec->key = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &spec->key_length);
	spec->threshold = pq_getmsgfloat8(in);
	spec->ncolumns = pq_getmsgbyte(in);
	if (spec->ncolumns > MATCH_MAX_COLUMNS)
		guard_binary(MATCH_RULE_TYPE, psprintf("It has %d columns; at most %d are possible.", spec->ncolumns, MATCH_MAX_COLUMNS));
	for (int i = 0; i < spec->ncolumns; i++)
		receive_column(&spec->columns[i], in, i + 1);
	spec->nclauses = pq_getmsgbyte(in);
	if (spec->nclauses > MATCH_MAX_CLAUSES)
		guard_binary(MATCH_RULE_TYPE, psprintf("It has %d clauses; at most %d are possible.", spec->nclauses, MATCH_MAX_CLAUSES));
	for (int i = 0; i < spec->nclauses; i++)
		receive_clause(spec, in, i);
	PG_RETURN_POINTER(match_rule_build(spec));
}
