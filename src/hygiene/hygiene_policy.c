/*
 * hygiene_policy.c
 *		The type hygiene_policy: what is asked of the records of a CRM, and how grave it is where they do not have it.
 *
 * Which fields deals must have depends on how far they are, so the policy names them for open, won and lost deals, and for single stages
 * in place of these.  Limits that it does not name are not checked.  A policy is a value, passed to every function that needs one, as
 * a sales_process is; what the process says (probabilities, categories, days in a stage) stands in the process alone.
 *
 * Text form; each key may be absent:
 *
 *		{"require": {"open": ["stage", "owner", "close_date", ...], "won": [...], "lost": [...]},
 *		 "stages": {"Proposal": {"require": [...], "stale_days": 7}, ...},
 *		 "stale_days": 30, "max_pushes": 3, "max_close_days": 365, "probability_tolerance": 0.2,
 *		 "ignore": ["before_created", ...], "severity": {"stale": "high", ...}, "owner": {"stale": "manager", ...},
 *		 "due_days": {"high": 1, "medium": 5, "low": 20}}
 *
 * "require" may be one list for all three.  A list may name fields that hygiene_issues does not take: required_issues looks at those.
 * It is written with every list in order, each name once, so that policies that mean the same are the same bytes.  The binary form
 * is the version and the text form.
 *
 * Worked example: '{"stale_days": 30}' asks for stage, owner, close date, amount, category and next step of open deals, for all but
 * the next step of won ones, for stage, owner, close date and category of lost ones, and for an activity in 30 days.
 */
#include "hygiene/hygiene_policy.h"

#include <math.h>

#include "calendar/business_time.h"
#include "core/guard.h"
#include "core/literal.h"
#include "core/placeholder.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#define POLICY_VERSION 1
#define TYPE_NAME "hygiene_policy"
#define MAX_STAGES 500
#define MAX_FIELDS 100

/* Codes that have a severity or an owner, or are ignored: more than there are without those of fields of the policy's own. */
#define MAX_GRADES 1000

/* More than the longest text form: stages of 400 control characters that each require as many fields as may be, of 63. */
#define MAX_LITERAL (24 * 1024 * 1024)
#define MAX_LITERAL_VALUES ((MAX_STAGES + OUTCOMES) * (MAX_FIELDS + 8) + 4 * MAX_GRADES + 100)

#define FIELD_BIT(name) (1 << HYGIENE_MISSING_##name)

static const uint32 default_fields[OUTCOMES] = {
	[OUTCOME_OPEN] = FIELD_BIT(AMOUNT) | FIELD_BIT(CATEGORY) | FIELD_BIT(CLOSE_DATE) | FIELD_BIT(NEXT_STEP) | FIELD_BIT(OWNER) | FIELD_BIT(STAGE),
	[OUTCOME_WON] = FIELD_BIT(AMOUNT) | FIELD_BIT(CATEGORY) | FIELD_BIT(CLOSE_DATE) | FIELD_BIT(OWNER) | FIELD_BIT(STAGE),
	[OUTCOME_LOST] = FIELD_BIT(CATEGORY) | FIELD_BIT(CLOSE_DATE) | FIELD_BIT(OWNER) | FIELD_BIT(STAGE),
};

/* ---- a policy while it is being read ---- */

typedef struct SpecText
{
	const char *bytes;
	int			length;
} SpecText;

typedef struct SpecSet
{
	SpecText	stage;
	double		stale_days;
	uint32		fields;
	bool		inherits;
	SpecText   *own;
	int			nown;
} SpecSet;

typedef struct SpecGrade
{
	SpecText	code;
	SpecText	owner;
	HygieneSeverity severity;
	bool		ignored;
} SpecGrade;

typedef struct PolicySpec
{
	double		max_pushes;
	double		stale_days;
	double		max_close_days;
	double		probability_tolerance;
	double		due_days[SEVERITIES];
	uint64		ignored;
	SpecSet    *sets;
	int			nsets;
	SpecGrade	grades[MAX_GRADES];
	int			ngrades;
} PolicySpec;

static int
compare_texts(const char *a, int a_length, const char *b, int b_length)
{
	int			result = memcmp(a, b, Min(a_length, b_length));

	return result != 0 ? result : a_length - b_length;
}

static int
compare_spec_texts(const void *a, const void *b)
{
	const SpecText *left = a;
	const SpecText *right = b;

	return compare_texts(left->bytes, left->length, right->bytes, right->length);
}

static int
compare_grades(const void *a, const void *b)
{
	return compare_spec_texts(&((const SpecGrade *) a)->code, &((const SpecGrade *) b)->code);
}

/* ---- layout ---- */

static PolicyText
put_text(HygienePolicy *policy, Size *at, SpecText from)
{
	PolicyText	text = {(uint32) *at, (uint32) from.length};

	if (from.length == 0)
		return (PolicyText) {0, 0};
	memcpy((char *) policy + *at, from.bytes, from.length);
	*at += from.length;
	return text;
}

static HygienePolicy *
policy_build(const PolicySpec *spec)
{
	Size		texts = 0;
	uint32		nown = 0;
	Size		at;
	HygienePolicy *policy;
	PolicyGrade *grades;
	PolicyText *own;

	for (int i = 0; i < spec->nsets; i++)
	{
		texts += spec->sets[i].stage.length;
		nown += spec->sets[i].nown;
		for (int j = 0; j < spec->sets[i].nown; j++)
			texts += spec->sets[i].own[j].length;
	}
	for (int i = 0; i < spec->ngrades; i++)
		texts += spec->grades[i].code.length + spec->grades[i].owner.length;
	at = offsetof(HygienePolicy, sets) + spec->nsets * sizeof(PolicySet) + spec->ngrades * sizeof(PolicyGrade) + nown * sizeof(PolicyText);
	policy = palloc0(at + texts);
	SET_VARSIZE(policy, at + texts);
	policy->version = POLICY_VERSION;
	policy->nstages = (uint16) (spec->nsets - OUTCOMES);
	policy->ngrades = (uint16) spec->ngrades;
	policy->nown = nown;
	policy->max_pushes = spec->max_pushes;
	policy->stale_days = spec->stale_days;
	policy->max_close_days = spec->max_close_days;
	policy->probability_tolerance = spec->probability_tolerance;
	memcpy(policy->due_days, spec->due_days, sizeof(policy->due_days));
	policy->ignored = spec->ignored;
	grades = unconstify(PolicyGrade *, policy_grades(policy));
	own = unconstify(PolicyText *, policy_own(policy));
	nown = 0;
	for (int i = 0; i < spec->nsets; i++)
	{
		const SpecSet *from = &spec->sets[i];
		PolicySet  *set = &policy->sets[i];

		set->stage = put_text(policy, &at, from->stage);
		set->stale_days = from->stale_days;
		set->fields = from->fields;
		set->inherits = from->inherits;
		set->first_own = nown;
		set->nown = from->nown;
		for (int j = 0; j < from->nown; j++)
			own[nown++] = put_text(policy, &at, from->own[j]);
	}
	for (int i = 0; i < spec->ngrades; i++)
	{
		grades[i].code = put_text(policy, &at, spec->grades[i].code);
		grades[i].owner = put_text(policy, &at, spec->grades[i].owner);
		grades[i].severity = spec->grades[i].severity;
		grades[i].ignored = spec->grades[i].ignored;
	}
	return policy;
}

/* ---- arguments ---- */

static const HygienePolicy *
policy_checked(const HygienePolicy *policy)
{
	if (VARSIZE(policy) < offsetof(HygienePolicy, sets) || policy->version != POLICY_VERSION || policy->nstages > MAX_STAGES ||
		policy->ngrades > MAX_GRADES || policy->nown > (MAX_STAGES + OUTCOMES) * MAX_FIELDS ||
		VARSIZE(policy) < offsetof(HygienePolicy, sets) + (OUTCOMES + policy->nstages) * sizeof(PolicySet) +
		policy->ngrades * sizeof(PolicyGrade) + policy->nown * sizeof(PolicyText))
		guard_damaged(TYPE_NAME);
	return policy;
}

/* Without a policy nothing can be judged, and nothing wrong is not the same. */
const HygienePolicy *
policy_arg(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("policy is NULL"),
				 errdetail("Without a hygiene_policy a record cannot be judged."),
				 errhint("Pass '{}'::salesops.hygiene_policy for one that asks for the usual fields and has no limits.")));
	return policy_checked((const HygienePolicy *) PG_GETARG_VARLENA_P(argument));
}

/* What the policy says of a stage, or NULL: nothing. */
const PolicySet *
policy_stage(const HygienePolicy *policy, const char *name, int length)
{
	int			low = OUTCOMES;
	int			high = OUTCOMES + policy->nstages;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		const PolicySet *set = &policy->sets[middle];
		int			order = compare_texts(name, length, policy_bytes(policy, set->stage), (int) set->stage.length);

		if (order == 0)
			return set;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_hygiene_policy_in);
SALESOPS_FUNCTION(salesops_hygiene_policy_out);
SALESOPS_FUNCTION(salesops_hygiene_policy_recv);
SALESOPS_FUNCTION(salesops_hygiene_policy_send);

static char *
quoted(const char *bytes, int length)
{
	return psprintf("\"%.*s\"%s", pg_mbcliplen(bytes, length, 60), bytes, length > 60 ? "..." : "");
}

/* The names of the codes, or of the fields, with commas. */
static char *
known_names(int n, Size skip)
{
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < n; i++)
		appendStringInfo(&out, "%s%s", i > 0 ? ", " : "", hygiene_codes[i].name + skip);
	return out.data;
}

/* A name that stands in a code or beside one, and so between commas. */
static SpecText
read_name(const JsonbValue *value, const char *key, LiteralPlace at)
{
	char	   *name = literal_string(value, key, at);
	int			length = (int) strlen(name);
	PlaceholderKey letters;

	/* "name" is a placeholder, and a field */
	placeholder_key(&letters, name, length, PLACEHOLDER_BYTES);
	if (length > POLICY_MAX_NAME || letters.length == 0 || name[0] == ' ' || name[length - 1] == ' ')
		literal_error(at, psprintf("%s in \"%s\" is no name.", quoted(name, length), key),
					  psprintf("A name has a letter or a digit, at most %d bytes, and no space at its ends.", POLICY_MAX_NAME));
	for (int i = 0; i < length; i++)
		if (name[i] == ',' || (unsigned char) name[i] < ' ' || name[i] == 0x7f)
			literal_error(at, psprintf("%s in \"%s\" has a comma or a control character.", quoted(name, length), key),
						  "Codes stand in lists with commas between them.");
	return (SpecText) {name, length};
}

/* ["amount", "budget", ...] */
static void
read_fields(SpecSet *set, const JsonbValue *value, LiteralPlace at)
{
	JsonbContainer *list = literal_container(value, true, "require", at);
	int			n = (int) JsonContainerSize(list);
	int			distinct = 0;

	if (n > MAX_FIELDS)
		literal_error(at, psprintf("It requires %d fields.", n), psprintf("At most %d are possible.", MAX_FIELDS));
	set->inherits = false;
	set->fields = 0;
	set->own = palloc(Max(n, 1) * sizeof(SpecText));
	set->nown = 0;
	for (int i = 0; i < n; i++)
	{
		SpecText	name = read_name(getIthJsonbValueFromContainer(list, i), "require", at);
		int			field = hygiene_field_find(name.bytes, name.length);

		if (field >= 0)
			set->fields |= (uint32) 1 << field;
		else
			set->own[set->nown++] = name;
	}
	qsort(set->own, set->nown, sizeof(SpecText), compare_spec_texts);
	for (int i = 0; i < set->nown; i++)
		if (i == 0 || compare_spec_texts(&set->own[i], &set->own[i - 1]) != 0)
			set->own[distinct++] = set->own[i];
	set->nown = distinct;
}

static double
read_limit(JsonbContainer *object, const char *key, LiteralPlace at)
{
	const JsonbValue *value = literal_get(object, key);
	double		limit;

	if (value == NULL)
		return POLICY_NO_LIMIT;
	limit = literal_float8(value, key, at);
	if (limit < 0 || limit > 1000000)
		literal_error(at, psprintf("\"%s\" is %s.", key, psprintf("%g", limit)),
					  "A limit is a number from 0 to 1,000,000. Leave it out where there is none.");
	/* -0 is 0 */
	return limit + 0.0;
}

/* Calls `read` with each name and value of an object. */
typedef void (*ReadPair) (PolicySpec *spec, SpecText name, const JsonbValue *value, LiteralPlace at);

static void
read_pairs(PolicySpec *spec, const JsonbValue *value, const char *key, ReadPair read, LiteralPlace at)
{
	JsonbContainer *object = literal_container(value, false, key, at);
	JsonbIterator *it = JsonbIteratorInit(object);
	JsonbValue	name;
	JsonbValue	element;

	JsonbIteratorNext(&it, &element, true); /* the beginning of the object */
	while (JsonbIteratorNext(&it, &name, true) == WJB_KEY)
	{
		JsonbIteratorNext(&it, &element, true);
		CHECK_FOR_INTERRUPTS();
		read(spec, (SpecText) {pnstrdup(name.val.string.val, name.val.string.len), name.val.string.len}, &element, at);
	}
}

/* "Proposal": {"require": [...], "stale_days": 7} */
static void
read_stage(PolicySpec *spec, SpecText name, const JsonbValue *value, LiteralPlace at)
{
	static const char *const keys[] = {"require", "stale_days"};
	SpecSet    *set = &spec->sets[spec->nsets];
	JsonbContainer *object;

	guard_stage_name(name.bytes, name.length);
	at.place = psprintf("stage %s", quoted(name.bytes, name.length));
	if (name.length == 0)
		literal_error(at, "It has no name.", "Give the name by which deals refer to the stage.");
	if (spec->nsets == MAX_STAGES + OUTCOMES)
		literal_error(at, psprintf("There are more than %d stages.", MAX_STAGES), "Name those of which something else is asked than of their outcome.");
	object = literal_container(value, false, quoted(name.bytes, name.length), at);
	literal_check_keys(object, keys, lengthof(keys), at);
	set->stage = name;
	set->inherits = true;
	if (literal_get(object, "require") != NULL)
		read_fields(set, literal_get(object, "require"), at);
	set->stale_days = read_limit(object, "stale_days", at);
	spec->nsets++;
}

/* Is it the code of a field of the policy's own that is missing? */
static bool
is_own_code(const PolicySpec *spec, SpecText code)
{
	int			prefix = (int) strlen(HYGIENE_FIELD_PREFIX);

	if (code.length <= prefix || memcmp(code.bytes, HYGIENE_FIELD_PREFIX, prefix) != 0)
		return false;
	for (int i = 0; i < spec->nsets; i++)
		for (int j = 0; j < spec->sets[i].nown; j++)
			if (compare_texts(spec->sets[i].own[j].bytes, spec->sets[i].own[j].length, code.bytes + prefix, code.length - prefix) == 0)
				return true;
	return false;
}

SALESOPS_NORETURN static void unknown_code(SpecText code, const char *key, LiteralPlace at);

static void
unknown_code(SpecText code, const char *key, LiteralPlace at)
{
	literal_error(at, psprintf("Unknown code %s in \"%s\".", quoted(code.bytes, code.length), key),
				  psprintf("The codes are: %s, missing_ with the name of a field that the policy requires, and those of account_issues, contact_issues and lead_issues.",
						   known_names(HYGIENE_CODES, 0)));
}

static SpecGrade *
grade_of(PolicySpec *spec, SpecText code, const char *key, LiteralPlace at)
{
	if (hygiene_code_find(code.bytes, code.length) < 0 && !hygiene_is_record_code(code.bytes, code.length) && !is_own_code(spec, code))
		unknown_code(code, key, at);
	for (int i = 0; i < spec->ngrades; i++)
		if (compare_spec_texts(&spec->grades[i].code, &code) == 0)
			return &spec->grades[i];
	if (spec->ngrades == MAX_GRADES)
		literal_error(at, psprintf("More than %d codes are ignored, or have a severity or an owner.", MAX_GRADES), "Leave out what is as it is without being said.");
	spec->grades[spec->ngrades] = (SpecGrade) {code, {NULL, 0}, SEVERITY_DEFAULT, false};
	return &spec->grades[spec->ngrades++];
}

static void
read_severity(PolicySpec *spec, SpecText code, const JsonbValue *value, LiteralPlace at)
{
	SpecGrade  *grade = grade_of(spec, code, "severity", at);
	char	   *name = literal_string(value, code.bytes, at);

	for (int severity = SEVERITY_LOW; severity <= SEVERITY_HIGH; severity++)
		if (strcmp(hygiene_severities[severity], name) == 0)
			grade->severity = severity;
	if (grade->severity == SEVERITY_DEFAULT)
		literal_error(at, psprintf("The severity of %s is %s.", code.bytes, quoted(name, (int) strlen(name))), "A severity is low, medium or high.");
}

static void
read_owner(PolicySpec *spec, SpecText code, const JsonbValue *value, LiteralPlace at)
{
	SpecText	owner = read_name(value, code.bytes, at);

	grade_of(spec, code, "owner", at)->owner = owner;
}

static void
read_ignored(PolicySpec *spec, const JsonbValue *value, LiteralPlace at)
{
	JsonbContainer *list = literal_container(value, true, "ignore", at);

	for (uint32 i = 0; i < JsonContainerSize(list); i++)
	{
		char	   *name = literal_string(getIthJsonbValueFromContainer(list, i), "ignore", at);
		int			code = hygiene_code_find(name, (int) strlen(name));

		if (code >= 0)
			spec->ignored |= (uint64) 1 << code;
		else
			grade_of(spec, (SpecText) {name, (int) strlen(name)}, "ignore", at)->ignored = true;
	}
}

/* "due_days": {"high": 1, "medium": 5} */
static void
read_due_days(PolicySpec *spec, const JsonbValue *value, LiteralPlace at)
{
	JsonbContainer *object = literal_container(value, false, "due_days", at);

	literal_check_keys(object, hygiene_severities + SEVERITY_LOW, SEVERITIES - SEVERITY_LOW, at);
	for (int severity = SEVERITY_LOW; severity <= SEVERITY_HIGH; severity++)
	{
		spec->due_days[severity] = read_limit(object, hygiene_severities[severity], at);
		if (spec->due_days[severity] != floor(spec->due_days[severity]))
			literal_error(at, psprintf("\"due_days\" of %s is %g.", hygiene_severities[severity], spec->due_days[severity]), "Business days are whole ones.");
	}
}

/* "require": a list for every outcome, or an object with one for each. */
static void
read_required(PolicySpec *spec, const JsonbValue *value, LiteralPlace at)
{
	JsonbContainer *object;

	if (value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data) && !JsonContainerIsScalar(value->val.binary.data))
	{
		for (int outcome = 0; outcome < OUTCOMES; outcome++)
			read_fields(&spec->sets[outcome], value, at);
		return;
	}
	object = literal_container(value, false, "require", at);
	literal_check_keys(object, outcome_names, OUTCOMES, at);
	for (int outcome = 0; outcome < OUTCOMES; outcome++)
		if (literal_get(object, outcome_names[outcome]) != NULL)
			read_fields(&spec->sets[outcome], literal_get(object, outcome_names[outcome]), at);
}

static HygienePolicy *
policy_from_text(const char *text)
{
	static const char *const keys[] = {"require", "stages", "stale_days", "max_pushes", "max_close_days", "probability_tolerance", "ignore", "severity", "owner", "due_days"};
	LiteralPlace at = {TYPE_NAME, NULL};
	JsonbContainer *json = literal_parse(text, MAX_LITERAL, MAX_LITERAL_VALUES, TYPE_NAME);
	PolicySpec *spec = palloc0(sizeof(PolicySpec));

	literal_check_keys(json, keys, lengthof(keys), at);
	spec->sets = palloc0((MAX_STAGES + OUTCOMES) * sizeof(SpecSet));
	spec->nsets = OUTCOMES;
	for (int outcome = 0; outcome < OUTCOMES; outcome++)
	{
		spec->sets[outcome].fields = default_fields[outcome];
		spec->sets[outcome].stale_days = POLICY_NO_LIMIT;
	}
	if (literal_get(json, "require") != NULL)
		read_required(spec, literal_get(json, "require"), at);
	if (literal_get(json, "stages") != NULL)
		read_pairs(spec, literal_get(json, "stages"), "stages", read_stage, at);
	qsort(spec->sets + OUTCOMES, spec->nsets - OUTCOMES, sizeof(SpecSet), compare_spec_texts);
	spec->stale_days = read_limit(json, "stale_days", at);
	spec->max_pushes = read_limit(json, "max_pushes", at);
	spec->max_close_days = read_limit(json, "max_close_days", at);
	spec->probability_tolerance = read_limit(json, "probability_tolerance", at);
	if (spec->probability_tolerance > 1)
		literal_error(at, psprintf("\"probability_tolerance\" is %g.", spec->probability_tolerance), "It is a fraction from 0 to 1: divide a percentage by 100.");
	if (literal_get(json, "ignore") != NULL)
		read_ignored(spec, literal_get(json, "ignore"), at);
	if (literal_get(json, "severity") != NULL)
		read_pairs(spec, literal_get(json, "severity"), "severity", read_severity, at);
	if (literal_get(json, "owner") != NULL)
		read_pairs(spec, literal_get(json, "owner"), "owner", read_owner, at);
	for (int severity = 0; severity < SEVERITIES; severity++)
		spec->due_days[severity] = POLICY_NO_LIMIT;
	if (literal_get(json, "due_days") != NULL)
		read_due_days(spec, literal_get(json, "due_days"), at);
	qsort(spec->grades, spec->ngrades, sizeof(SpecGrade), compare_grades);
	return policy_build(spec);
}

Datum
salesops_hygiene_policy_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(policy_from_text(PG_GETARG_CSTRING(0)));
}

static void
put_text_of(StringInfo out, const HygienePolicy *policy, PolicyText text)
{
	literal_put_string(out, policy_bytes(policy, text), (int) text.length);
}

static void
put_fields(StringInfo out, const HygienePolicy *policy, const PolicySet *set)
{
	const char *separator = "";

	appendStringInfoChar(out, '[');
	for (int field = 0; field < HYGIENE_FIELDS; field++)
		if (set->fields >> field & 1)
		{
			appendStringInfo(out, "%s\"%s\"", separator, hygiene_codes[field].name + strlen(HYGIENE_FIELD_PREFIX));
			separator = ", ";
		}
	for (uint32 i = 0; i < set->nown; i++)
	{
		appendStringInfoString(out, separator);
		put_text_of(out, policy, policy_own(policy)[set->first_own + i]);
		separator = ", ";
	}
	appendStringInfoChar(out, ']');
}

static void
put_limit(StringInfo out, const char *key, double limit)
{
	if (limit == POLICY_NO_LIMIT)
		return;
	literal_put_key(out, key);
	literal_put_float8(out, limit);
}

static void
put_ignored(StringInfo out, const HygienePolicy *policy)
{
	const char *separator = "[";
	int			before = out->len;

	literal_put_key(out, "ignore");
	for (int code = 0; code < HYGIENE_CODES; code++)
		if (policy->ignored >> code & 1)
		{
			appendStringInfo(out, "%s\"%s\"", separator, hygiene_codes[code].name);
			separator = ", ";
		}
	for (int i = 0; i < policy->ngrades; i++)
		if (policy_grades(policy)[i].ignored)
		{
			appendStringInfoString(out, separator);
			put_text_of(out, policy, policy_grades(policy)[i].code);
			separator = ", ";
		}
	if (separator[0] != '[')
		appendStringInfoChar(out, ']');
	else
	{
		/* there was none */
		out->len = before;
		out->data[before] = '\0';
	}
}

static void
put_grades(StringInfo out, const HygienePolicy *policy, bool owners)
{
	const char *separator = "";

	for (int i = 0; i < policy->ngrades; i++)
	{
		const PolicyGrade *grade = &policy_grades(policy)[i];

		if (owners ? grade->owner.length == 0 : grade->severity == SEVERITY_DEFAULT)
			continue;
		if (separator[0] == '\0')
		{
			literal_put_key(out, owners ? "owner" : "severity");
			appendStringInfoChar(out, '{');
		}
		appendStringInfoString(out, separator);
		put_text_of(out, policy, grade->code);
		appendStringInfoString(out, ": ");
		if (owners)
			put_text_of(out, policy, grade->owner);
		else
			appendStringInfo(out, "\"%s\"", hygiene_severities[grade->severity]);
		separator = ", ";
	}
	if (separator[0] != '\0')
		appendStringInfoChar(out, '}');
}

static void
put_due_days(StringInfo out, const HygienePolicy *policy)
{
	bool		any = false;

	for (int severity = SEVERITY_HIGH; severity >= SEVERITY_LOW; severity--)
	{
		if (policy->due_days[severity] == POLICY_NO_LIMIT)
			continue;
		if (!any)
		{
			literal_put_key(out, "due_days");
			appendStringInfoChar(out, '{');
		}
		put_limit(out, hygiene_severities[severity], policy->due_days[severity]);
		any = true;
	}
	if (any)
		appendStringInfoChar(out, '}');
}

static void
policy_to_text(StringInfo out, const HygienePolicy *policy)
{
	appendStringInfoChar(out, '{');
	literal_put_key(out, "require");
	appendStringInfoChar(out, '{');
	for (int outcome = 0; outcome < OUTCOMES; outcome++)
	{
		literal_put_key(out, outcome_names[outcome]);
		put_fields(out, policy, &policy->sets[outcome]);
	}
	appendStringInfoChar(out, '}');
	if (policy->nstages > 0)
	{
		literal_put_key(out, "stages");
		appendStringInfoChar(out, '{');
		for (int i = 0; i < policy->nstages; i++)
		{
			const PolicySet *set = &policy->sets[OUTCOMES + i];

			CHECK_FOR_INTERRUPTS();
			if (i > 0)
				appendStringInfoString(out, ", ");
			put_text_of(out, policy, set->stage);
			appendStringInfoString(out, ": {");
			if (!set->inherits)
			{
				literal_put_key(out, "require");
				put_fields(out, policy, set);
			}
			put_limit(out, "stale_days", set->stale_days);
			appendStringInfoChar(out, '}');
		}
		appendStringInfoChar(out, '}');
	}
	put_limit(out, "stale_days", policy->stale_days);
	put_limit(out, "max_pushes", policy->max_pushes);
	put_limit(out, "max_close_days", policy->max_close_days);
	put_limit(out, "probability_tolerance", policy->probability_tolerance);
	put_ignored(out, policy);
	put_grades(out, policy, false);
	put_grades(out, policy, true);
	put_due_days(out, policy);
	appendStringInfoChar(out, '}');
}

Datum
salesops_hygiene_policy_out(PG_FUNCTION_ARGS)
{
	StringInfoData out;

	initStringInfo(&out);
	policy_to_text(&out, policy_arg(fcinfo, 0));
	PG_RETURN_CSTRING(out.data);
}

Datum
salesops_hygiene_policy_send(PG_FUNCTION_ARGS)
{
	const HygienePolicy *policy = policy_arg(fcinfo, 0);
	StringInfoData literal;
	StringInfoData out;

	initStringInfo(&literal);
	policy_to_text(&literal, policy);
	pq_begintypsend(&out);
	pq_sendbyte(&out, POLICY_VERSION);
	salesops_sendcountedtext(&out, literal.data, literal.len);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_hygiene_policy_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	char	   *literal;
	int			length;

	guard_version(in, POLICY_VERSION, TYPE_NAME);
	literal = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &length);
	PG_RETURN_POINTER(policy_from_text(literal));
}

/* ---- what it says of a code ---- */

static const PolicyGrade *
grade_find(const HygienePolicy *policy, const char *code, int length)
{
	const PolicyGrade *grades = policy_grades(policy);
	int			low = 0;
	int			high = policy->ngrades;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		int			order = compare_texts(code, length, policy_bytes(policy, grades[middle].code), (int) grades[middle].code.length);

		if (order == 0)
			return &grades[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

bool
policy_ignores(const HygienePolicy *policy, const char *code, int length)
{
	const PolicyGrade *grade = grade_find(policy, code, length);

	return grade != NULL && grade->ignored;
}

/* ---- what is required ---- */

static bool
names_field(const HygienePolicy *policy, const PolicySet *set, int field, const char *name, int length)
{
	if (field >= 0)
		return set->fields >> field & 1;
	for (uint32 i = 0; i < set->nown; i++)
	{
		PolicyText	own = policy_own(policy)[set->first_own + i];

		if (own.length == (uint32) length && memcmp(policy_bytes(policy, own), name, length) == 0)
			return true;
	}
	return false;
}

/* Is it left out that a field is missing? */
static bool
ignores_missing(const HygienePolicy *policy, int known, const char *field, int length)
{
	int			prefix = (int) strlen(HYGIENE_FIELD_PREFIX);
	char		code[sizeof(HYGIENE_FIELD_PREFIX) + POLICY_MAX_NAME];

	if (known >= 0)
		return policy->ignored >> known & 1;
	if (length > POLICY_MAX_NAME)
		return false;
	memcpy(code, HYGIENE_FIELD_PREFIX, prefix);
	memcpy(code + prefix, field, length);
	return policy_ignores(policy, code, prefix + length);
}

bool
policy_requires(const HygienePolicy *policy, const ProcessStage *stage, const PolicySet *of_stage, const char *field, int length)
{
	int			known = hygiene_field_find(field, length);

	if (ignores_missing(policy, known, field, length))
		return false;
	if (of_stage != NULL && !of_stage->inherits)
		return names_field(policy, of_stage, known, field, length);
	if (stage != NULL)
		return names_field(policy, &policy->sets[stage->outcome], known, field, length);
	for (int outcome = 0; outcome < OUTCOMES; outcome++)
		if (!names_field(policy, &policy->sets[outcome], known, field, length))
			return false;
	return true;
}

/* ---- how grave issues are, and who sees to them ---- */

SALESOPS_FUNCTION(salesops_issue_severity);
SALESOPS_FUNCTION(salesops_issue_owner);
SALESOPS_FUNCTION(salesops_issue_due);

/*
 * The gravest of the issues, the first in the list of several, with its owner; false where there is none.  What is in no table (a field of
 * one's own, a code of another function) is of medium severity, and the rep's.
 */
static bool
gravest(FunctionCallInfo fcinfo, HygieneSeverity *severity, SpecText *owner)
{
	const HygienePolicy *policy = policy_arg(fcinfo, 0);
	text	   *issues;
	const char *p;
	const char *end;

	*severity = SEVERITY_DEFAULT;
	if (PG_ARGISNULL(1))
		return false;
	issues = PG_GETARG_TEXT_PP(1);
	p = VARDATA_ANY(issues);
	end = p + VARSIZE_ANY_EXHDR(issues);
	while (p < end)
	{
		const char *comma = memchr(p, ',', end - p);
		int			length = (int) ((comma != NULL ? comma : end) - p);
		int			code = hygiene_code_find(p, length);
		const PolicyGrade *grade = grade_find(policy, p, length);
		HygieneSeverity of_code = code >= 0 ? hygiene_codes[code].severity : SEVERITY_MEDIUM;

		CHECK_FOR_INTERRUPTS();
		if (grade != NULL && grade->severity != SEVERITY_DEFAULT)
			of_code = grade->severity;
		if (length > 0 && of_code > *severity)
		{
			*severity = of_code;
			owner->bytes = code >= 0 ? hygiene_codes[code].owner : "rep";
			owner->length = (int) strlen(owner->bytes);
			if (grade != NULL && grade->owner.length > 0)
				*owner = (SpecText) {policy_bytes(policy, grade->owner), (int) grade->owner.length};
		}
		p += length + 1;
	}
	return *severity != SEVERITY_DEFAULT;
}

/* (policy, issues text) */
Datum
salesops_issue_severity(PG_FUNCTION_ARGS)
{
	HygieneSeverity severity;
	SpecText	owner;

	if (!gravest(fcinfo, &severity, &owner))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(hygiene_severities[severity]));
}

/* (policy, issues text) */
Datum
salesops_issue_owner(PG_FUNCTION_ARGS)
{
	HygieneSeverity severity;
	SpecText	owner;

	if (!gravest(fcinfo, &severity, &owner))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(owner.bytes, owner.length));
}

/* (policy, issues text, opened date, calendar) */
Datum
salesops_issue_due(PG_FUNCTION_ARGS)
{
	HygieneSeverity severity;
	SpecText	owner;
	double		days;

	if (!gravest(fcinfo, &severity, &owner) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	days = policy_arg(fcinfo, 0)->due_days[severity];
	if (days == POLICY_NO_LIMIT)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(business_days_add(business_clock(fcinfo, 3), PG_GETARG_DATEADT(2), (int32) days));
}
