/*
 * record_issues.c
 *		What is wrong with an account, a contact or a lead: account_issues, contact_issues, lead_issues.
 *
 * Each field is looked at by the function for what it holds (field_issue.h).  A field that is blank is missing_<field> where the policy requires
 * it, and otherwise in order; one that is wrong is <field>_<issue>: email_no_tld.  A country that is none is unknown_country; it also says how
 * telephone numbers and postal codes are read, and where it is not known, only numbers with + are judged by their country, and postal codes not at all.
 * An address of e-mail may be right and nobody's: role_address, disposable_address.
 *
 * Codes are made in the order of the fields and put in order at the end.
 *
 * Worked example: a contact "asdf", "ann@acme", "(115) 555-1234", "USA": email_no_tld, first_name_filler, phone_invalid_area.
 */
#include "hygiene/hygiene_policy.h"

#include "core/country.h"
#include "core/placeholder.h"
#include "hygiene/field_issue.h"
#include "hygiene/issue_list.h"
#include "hygiene/keyboard_mash.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

typedef enum FieldKind
{
	FIELD_ANY,
	FIELD_PERSON,
	FIELD_COMPANY,
	FIELD_EMAIL,
	FIELD_WEBSITE,
	FIELD_PHONE,
	FIELD_POSTAL_CODE,
	FIELD_COUNTRY
} FieldKind;

typedef struct RecordField
{
	const char *name;
	FieldKind	kind;
} RecordField;

/* The arguments behind the policy, in their order; the first country is that of the record. */
static const RecordField account_fields[] = {
	{"name", FIELD_COMPANY}, {"website", FIELD_WEBSITE}, {"phone", FIELD_PHONE}, {"street", FIELD_ANY}, {"city", FIELD_ANY},
	{"postal_code", FIELD_POSTAL_CODE}, {"country", FIELD_COUNTRY}, {"owner", FIELD_ANY},
};

static const RecordField contact_fields[] = {
	{"first_name", FIELD_PERSON}, {"last_name", FIELD_PERSON}, {"email", FIELD_EMAIL}, {"phone", FIELD_PHONE}, {"country", FIELD_COUNTRY}, {"owner", FIELD_ANY},
};

static const RecordField lead_fields[] = {
	{"first_name", FIELD_PERSON}, {"last_name", FIELD_PERSON}, {"company", FIELD_COMPANY}, {"email", FIELD_EMAIL}, {"phone", FIELD_PHONE}, {"country", FIELD_COUNTRY},
	{"owner", FIELD_ANY},
};

static void
add_code(StringInfo codes, const HygienePolicy *policy, const char *first, const char *second)
{
	char		code[2 * POLICY_MAX_NAME];
	int			n = snprintf(code, sizeof(code), "%s%s%s", first, second[0] != '\0' ? "_" : "", second);

	if (policy_ignores(policy, code, n))
		return;
	if (codes->len > 0)
		appendStringInfoChar(codes, ',');
	appendBinaryStringInfo(codes, code, n);
}

/* What is wrong with a field that is not blank, or NULL. */
static const char *
issue_of(FieldKind kind, text *value, const char *country)
{
	const char *issue;

	switch (kind)
	{
		case FIELD_PERSON:
			issue = person_name_issue(value);
			/* the field of a first name may have initials */
			return issue != NULL && strcmp(issue, "initial_only") == 0 ? NULL : issue;
		case FIELD_COMPANY:
			return keyboard_mash(value) ? "filler" : NULL;
		case FIELD_EMAIL:
			return email_issue(value);
		case FIELD_WEBSITE:
			return website_issue(value);
		case FIELD_PHONE:
			issue = phone_issue(value, cstring_to_text(country != NULL ? country : ""));
			/* without a country, a number as it is dialled at home cannot be judged */
			return issue != NULL && country == NULL && strcmp(issue, "no_region") == 0 ? NULL : issue;
		case FIELD_POSTAL_CODE:
			return country == NULL ? NULL : postal_code_issue(value, country);
		case FIELD_ANY:
		case FIELD_COUNTRY:
			break;
	}
	return NULL;
}

static Datum
record_issues(FunctionCallInfo fcinfo, const RecordField *fields, int nfields)
{
	const HygienePolicy *policy = policy_arg(fcinfo, 0);
	const char *country = NULL;
	StringInfoData codes;
	text	   *result;

	initStringInfo(&codes);
	for (int i = 0; i < nfields; i++)
		if (fields[i].kind == FIELD_COUNTRY && !PG_ARGISNULL(i + 1))
		{
			text	   *name = PG_GETARG_TEXT_PP(i + 1);

			country = country_lookup(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
			if (country == NULL && !placeholder_is_blank(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name)))
				add_code(&codes, policy, "unknown", "country");
		}
	for (int i = 0; i < nfields; i++)
	{
		const RecordField *field = &fields[i];
		const char *issue;

		if (PG_ARGISNULL(i + 1) || (placeholder_datum_is_blank(PG_GETARG_DATUM(i + 1)) && !(field->kind == FIELD_COUNTRY && country != NULL)))
		{
			if (policy_requires(policy, NULL, NULL, field->name, (int) strlen(field->name)))
				add_code(&codes, policy, "missing", field->name);
			continue;
		}
		issue = issue_of(field->kind, PG_GETARG_TEXT_PP(i + 1), country);
		/* what its function takes for nothing, such as http:// alone, is missing */
		if (issue != NULL && strcmp(issue, "blank") == 0)
		{
			if (policy_requires(policy, NULL, NULL, field->name, (int) strlen(field->name)))
				add_code(&codes, policy, "missing", field->name);
		}
		else if (issue != NULL)
			add_code(&codes, policy, field->name, issue);
		else if (field->kind == FIELD_EMAIL)
		{
			if (mailbox_is_role(PG_GETARG_TEXT_PP(i + 1)))
				add_code(&codes, policy, "role_address", "");
			if (mailbox_is_disposable(PG_GETARG_TEXT_PP(i + 1)))
				add_code(&codes, policy, "disposable_address", "");
		}
	}
	if (codes.len == 0)
		PG_RETURN_NULL();
	result = issue_list_merged(codes.data, codes.len);
	PG_RETURN_TEXT_P(result);
}

SALESOPS_FUNCTION(salesops_account_issues);
SALESOPS_FUNCTION(salesops_contact_issues);
SALESOPS_FUNCTION(salesops_lead_issues);

Datum
salesops_account_issues(PG_FUNCTION_ARGS)
{
	return record_issues(fcinfo, account_fields, lengthof(account_fields));
}

Datum
salesops_contact_issues(PG_FUNCTION_ARGS)
{
	return record_issues(fcinfo, contact_fields, lengthof(contact_fields));
}

Datum
salesops_lead_issues(PG_FUNCTION_ARGS)
{
	return record_issues(fcinfo, lead_fields, lengthof(lead_fields));
}
