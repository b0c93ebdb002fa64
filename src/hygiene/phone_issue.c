/*
 * phone_issue.c
 *		What is wrong with a telephone number as it stands in a field: phone_issue.
 *
 * The number is read by phone_key's reader (matching/phone.c), which says what it stopped at; here that has a name.  So a number has an issue
 * exactly where it has no key.  A text that is a placeholder is blank, whatever stopped the reader.
 *
 * Worked example: "(115) 555-1234" of the US: ten digits, as numbers there have, of an area that begins with 1: invalid_area.
 */
#include "hygiene/field_issue.h"

#include "core/placeholder.h"
#include "matching/contact.h"

static const char *const code_of[] = {
	[PHONE_IS_FINE] = NULL,
	[PHONE_HAS_NO_DIGITS] = "no_digits",
	[PHONE_IS_FILLER] = "filler",
	[PHONE_IS_SEVERAL] = "several",
	[PHONE_HAS_LETTERS] = "has_letters",
	[PHONE_HAS_OTHER] = "wrong_format",
	[PHONE_HAS_NO_REGION] = "no_region",
	[PHONE_HAS_UNKNOWN_CODE] = "unknown_calling_code",
	[PHONE_IS_SHORT] = "too_short",
	[PHONE_IS_LONG] = "too_long",
	[PHONE_HAS_OTHER_LENGTH] = "wrong_length",
	[PHONE_HAS_NO_AREA] = "invalid_area",
	[PHONE_HAS_NO_EXCHANGE] = "invalid_exchange"
};

const char *
phone_issue(text *value, text *region)
{
	PhoneFault	fault = phone_fault(value, region);

	if (fault != PHONE_IS_FINE && placeholder_is_blank(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)))
		return "blank";
	return code_of[fault];
}

SALESOPS_FUNCTION(salesops_phone_issue);

/* (phone text, region text) */
Datum
salesops_phone_issue(PG_FUNCTION_ARGS)
{
	return field_issue_result(fcinfo, phone_issue(PG_GETARG_TEXT_PP(0), PG_GETARG_TEXT_PP(1)));
}
