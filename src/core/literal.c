/*
 * literal.c
 *		Reading and writing the JSON text form of our types.
 *
 * A literal is a JSON object that PostgreSQL's own parser reads (as jsonb, whose numbers are numeric and so keep
 * every digit).  What these helpers add is strictness and good errors: unknown keys, wrong kinds and numbers out
 * of range are refused with the type, the place and the remedy.  Of a key given twice the last one counts, as
 * everywhere in jsonb.
 */
#include "core/literal.h"

#include <ctype.h>
#include <math.h>

#include "common/shortest_dec.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"

void
literal_error(LiteralPlace at, const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 at.place != NULL
			 ? errmsg("invalid %s: %s", at.type, at.place)
			 : errmsg("invalid %s", at.type),
			 errdetail_internal("%s", detail),
			 hint != NULL ? errhint("%s", hint) : 0));
	pg_unreachable();
}

static void
parse_context(void *type)
{
	errcontext("JSON literal of type %s", (const char *) type);
}

#define AS_WRITTEN "Pass the text of one value, as the database wrote it."

/* Refuses a literal that is longer than any of its type. */
void
literal_check_extent(size_t extent, const char *unit, size_t most, const char *type, const char *hint)
{
	if (extent > most)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a literal of %zu %s is too long for a %s", extent, unit, type),
				 errdetail("No %s has more than %zu.", type, most),
				 errhint("%s", hint)));
}

/* How many values a JSON text has.  Every encoding of a server leaves the bytes of ASCII alone. */
static size_t
count_values(const char *text, size_t length)
{
	size_t		values = 1;
	bool		in_string = false;
	bool		escaped = false;

	for (size_t i = 0; i < length; i++)
	{
		if (unlikely((i & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		if (escaped)
			escaped = false;
		else if (text[i] == '"')
			in_string = !in_string;
		else if (in_string)
			escaped = text[i] == '\\';
		else
			values += text[i] == ',';
	}
	return values;
}

/*
 * Parses a text that must be a JSON object or a JSON list.  One that is longer, or has more values, than any of its type is
 * refused unread: the server's parser cannot be interrupted, and takes many times the size of a text that is all commas.
 */
JsonbContainer *
literal_parse_any(const char *text, size_t max_length, size_t max_values, const char *type)
{
	ErrorContextCallback context = {error_context_stack, parse_context, unconstify(char *, type)};
	LiteralPlace at = {type, NULL};
	size_t		length = strlen(text);
	Jsonb	   *json;

	literal_check_extent(length, "bytes", max_length, type, AS_WRITTEN);
	literal_check_extent(count_values(text, length), "values", max_values, type, AS_WRITTEN);
	error_context_stack = &context;
	json = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
	error_context_stack = context.previous;

	if (JB_ROOT_IS_SCALAR(json))
		literal_error(at, "The literal is not a JSON object.", "Write it as { ... }.");
	return &json->root;
}

/* Parses a text that must be a JSON object. */
JsonbContainer *
literal_parse(const char *text, size_t max_length, size_t max_values, const char *type)
{
	LiteralPlace at = {type, NULL};
	JsonbContainer *json = literal_parse_any(text, max_length, max_values, type);

	if (!JsonContainerIsObject(json))
		literal_error(at, "The literal is not a JSON object.", "Write it as { ... }.");
	return json;
}

/* Refuses keys that the type does not know, so that a misspelt one is not silently without effect. */
void
literal_check_keys(JsonbContainer *object, const char *const *keys, int nkeys, LiteralPlace at)
{
	JsonbIterator *it = JsonbIteratorInit(object);
	JsonbValue	value;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		int			i;

		if (token != WJB_KEY)
			continue;
		for (i = 0; i < nkeys; i++)
		{
			if (strlen(keys[i]) == (size_t) value.val.string.len &&
				memcmp(keys[i], value.val.string.val, value.val.string.len) == 0)
				break;
		}
		if (i == nkeys)
		{
			StringInfoData known;

			initStringInfo(&known);
			for (i = 0; i < nkeys; i++)
				appendStringInfo(&known, "%s%s", i > 0 ? ", " : "", keys[i]);
			literal_error(at,
						  psprintf("Unknown key \"%.*s\".",
								   pg_mbcliplen(value.val.string.val, value.val.string.len, 60), value.val.string.val),
						  psprintf("The keys are: %s.", known.data));
		}
	}
}

/* The value of a key, or NULL where it is absent or null. */
JsonbValue *
literal_get(JsonbContainer *object, const char *key)
{
	JsonbValue *value = getKeyJsonValueFromContainer(object, key, (int) strlen(key), NULL);

	return value == NULL || value->type == jbvNull ? NULL : value;
}

/*
 * The key that carries the version of a literal's form, the type's name.  To be checked before the other keys: a later
 * version may have ones of its own.
 */
void
literal_check_version(JsonbContainer *object, int version, const char *how, LiteralPlace at)
{
	JsonbValue *value = literal_get(object, at.type);
	int64		found;

	if (value == NULL)
		literal_error(at, psprintf("The literal lacks its version, \"%s\": %d.", at.type, version), how);
	found = literal_count(value, at.type, at);
	if (found != version)
		literal_error(at, psprintf("Its form has version " INT64_FORMAT "; this salesops reads version %d.", found, version),
					  "Where a later salesops wrote it, install that version here too.");
}

JsonbContainer *
literal_container(const JsonbValue *value, bool array, const char *key, LiteralPlace at)
{
	if (value == NULL || value->type != jbvBinary ||
		(array ? !JsonContainerIsArray(value->val.binary.data) || JsonContainerIsScalar(value->val.binary.data)
		 : !JsonContainerIsObject(value->val.binary.data)))
		literal_error(at, psprintf(array ? "\"%s\" must be a list." : "\"%s\" must be an object.", key),
					  psprintf(array ? "Write it as \"%s\": [ ... ]." : "Write it as \"%s\": { ... }.", key));
	return value->val.binary.data;
}

char *
literal_string(const JsonbValue *value, const char *key, LiteralPlace at)
{
	if (value->type != jbvString)
		literal_error(at, psprintf("\"%s\" must be a string.", key), psprintf("Write it as \"%s\": \"...\".", key));
	return pnstrdup(value->val.string.val, value->val.string.len);
}

/* A date in the one form that means the same under every setting: 2026-09-30, with " BC" behind it for the years before. */
DateADT
literal_date(const char *text, const char *hint, LiteralPlace at)
{
	static const char form[] = "-99-99";
	const char *p = text;
	bool		plain;

	while (isdigit((unsigned char) *p))
		p++;
	plain = p - text >= 4 && p - text <= 7;
	for (const char *f = form; plain && *f != '\0'; f++, p++)
		plain = *f == '9' ? isdigit((unsigned char) *p) : *p == *f;
	if (!plain || (*p != '\0' && strcmp(p, " BC") != 0))
		literal_error(at, psprintf("\"%.*s\" is not a date.", pg_mbcliplen(text, (int) strlen(text), 60), text), hint);
	return DatumGetDateADT(DirectFunctionCall1(date_in, CStringGetDatum(text)));
}

Numeric
literal_numeric(const JsonbValue *value, const char *key, LiteralPlace at)
{
	if (value->type != jbvNumeric)
		literal_error(at, psprintf("\"%s\" must be a number.", key), psprintf("Write it as \"%s\": 1, without quotes.", key));
	return value->val.numeric;
}

double
literal_float8(const JsonbValue *value, const char *key, LiteralPlace at)
{
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8,
											  NumericGetDatum(literal_numeric(value, key, at))));
}

int64
literal_int8(const JsonbValue *value, const char *key, LiteralPlace at)
{
	Datum		number = NumericGetDatum(literal_numeric(value, key, at));
	char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, number));

	if (strchr(text, '.') != NULL)
		literal_error(at, psprintf("\"%s\" must be a whole number, and is %.60s.", key, text), NULL);
	return DatumGetInt64(DirectFunctionCall1(numeric_int8, number));
}

bool
literal_bool(const JsonbValue *value, const char *key, LiteralPlace at)
{
	if (value->type != jbvBool)
		literal_error(at, psprintf("\"%s\" must be true or false.", key), psprintf("Write it as \"%s\": true, without quotes.", key));
	return value->val.boolean;
}

/* A count: a whole number from 0, of at most 18 digits, so that adding a few cannot overflow. */
int64
literal_count(const JsonbValue *value, const char *key, LiteralPlace at)
{
	Datum		number = NumericGetDatum(literal_numeric(value, key, at));
	char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, number));

	if (strspn(text, "0123456789") != strlen(text) || strlen(text) > 18)
		literal_error(at, psprintf("\"%s\" must be a whole number from 0 up to 18 digits, and is %.60s.", key, text), NULL);
	return DatumGetInt64(DirectFunctionCall1(numeric_int8, number));
}

void
literal_put_string(StringInfo out, const char *bytes, int length)
{
	char	   *string = pnstrdup(bytes, length);

	escape_json(out, string);
	pfree(string);
}

/* The shortest form that is read back as the same number, whatever extra_float_digits says. */
void
literal_put_float8(StringInfo out, double value)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	double_to_shortest_decimal_buf(value, digits);
	appendStringInfoString(out, digits);
}

/* The same of a number that is kept in four bytes. */
void
literal_put_float4(StringInfo out, float value)
{
	char		digits[FLOAT_SHORTEST_DECIMAL_LEN];

	float_to_shortest_decimal_buf(value, digits);
	appendStringInfoString(out, digits);
}

/* Writes `"key": `, behind a comma unless it is the first of its object. */
void
literal_put_key(StringInfo out, const char *key)
{
	if (out->len > 0 && out->data[out->len - 1] != '{')
		appendStringInfoString(out, ", ");
	appendStringInfo(out, "\"%s\": ", key);
}

/* Writes a count with its key, unless it is zero. */
void
literal_put_count(StringInfo out, const char *key, int64 count)
{
	if (count == 0)
		return;
	literal_put_key(out, key);
	appendStringInfo(out, INT64_FORMAT, count);
}
