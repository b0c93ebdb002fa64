/*
 * hygiene_code.c
 *		The reason codes of hygiene_issues: their names, how grave each is, and who sees to it.
 *
 * Codes that another function has, too, are called as there: those of close_date_issue and forecast_category_issue.  Severity and owner
 * are what a policy says, and what stands here where it says nothing: high is what makes a total wrong or a deal ownerless, low what
 * is a doubt.  What the person who works on the deal can mend is the rep's, what takes a decision the manager's, what the set-up of the
 * CRM should have prevented that of operations.
 *
 * A set of codes is a word of 64 bits, so that judging a deal is a matter of bits, and writing it, in the order of the names, one pass.
 */
#include "hygiene/hygiene_code.h"

const char *const hygiene_severities[SEVERITIES] = {NULL, "low", "medium", "high"};

const HygieneCodeInfo hygiene_codes[HYGIENE_CODES] = {
	[HYGIENE_MISSING_AMOUNT] = {"missing_amount", SEVERITY_HIGH, "rep"},
	[HYGIENE_MISSING_CATEGORY] = {"missing_category", SEVERITY_MEDIUM, "rep"},
	[HYGIENE_MISSING_CLOSE_DATE] = {"missing_close_date", SEVERITY_HIGH, "rep"},
	[HYGIENE_MISSING_NEXT_STEP] = {"missing_next_step", SEVERITY_MEDIUM, "rep"},
	[HYGIENE_MISSING_OWNER] = {"missing_owner", SEVERITY_HIGH, "manager"},
	[HYGIENE_MISSING_STAGE] = {"missing_stage", SEVERITY_HIGH, "rep"},
	[HYGIENE_UNKNOWN_STAGE] = {"unknown_stage", SEVERITY_HIGH, "operations"},
	[HYGIENE_INVALID_AMOUNT] = {"invalid_amount", SEVERITY_HIGH, "operations"},
	[HYGIENE_NEGATIVE_AMOUNT] = {"negative_amount", SEVERITY_HIGH, "rep"},
	[HYGIENE_ZERO_AMOUNT] = {"zero_amount", SEVERITY_MEDIUM, "rep"},
	[HYGIENE_OPEN_PAST_DUE] = {"open_past_due", SEVERITY_HIGH, "rep"},
	[HYGIENE_CLOSED_IN_FUTURE] = {"closed_in_future", SEVERITY_HIGH, "rep"},
	[HYGIENE_BEFORE_CREATED] = {"before_created", SEVERITY_MEDIUM, "operations"},
	[HYGIENE_CLOSE_DATE_TOO_FAR] = {"close_date_too_far", SEVERITY_LOW, "rep"},
	[HYGIENE_STALE] = {"stale", SEVERITY_MEDIUM, "rep"},
	[HYGIENE_AGED_IN_STAGE] = {"aged_in_stage", SEVERITY_MEDIUM, "manager"},
	[HYGIENE_PUSHED_TOO_OFTEN] = {"pushed_too_often", SEVERITY_MEDIUM, "manager"},
	[HYGIENE_UNKNOWN_CATEGORY] = {"unknown_category", SEVERITY_HIGH, "operations"},
	[HYGIENE_WON_NOT_CLOSED] = {"won_not_closed", SEVERITY_HIGH, "operations"},
	[HYGIENE_LOST_NOT_OMITTED] = {"lost_not_omitted", SEVERITY_HIGH, "operations"},
	[HYGIENE_OPEN_MARKED_CLOSED] = {"open_marked_closed", SEVERITY_HIGH, "rep"},
	[HYGIENE_CATEGORY_TOO_STRONG] = {"category_too_strong", SEVERITY_HIGH, "manager"},
	[HYGIENE_CATEGORY_TOO_WEAK] = {"category_too_weak", SEVERITY_MEDIUM, "rep"},
	[HYGIENE_PROBABILITY_OUT_OF_RANGE] = {"probability_out_of_range", SEVERITY_HIGH, "operations"},
	[HYGIENE_PROBABILITY_AGAINST_STAGE] = {"probability_against_stage", SEVERITY_MEDIUM, "rep"},
};

/* In the order of the names. */
static const uint8 by_name[HYGIENE_CODES] = {
	HYGIENE_AGED_IN_STAGE, HYGIENE_BEFORE_CREATED, HYGIENE_CATEGORY_TOO_STRONG, HYGIENE_CATEGORY_TOO_WEAK, HYGIENE_CLOSE_DATE_TOO_FAR,
	HYGIENE_CLOSED_IN_FUTURE, HYGIENE_INVALID_AMOUNT, HYGIENE_LOST_NOT_OMITTED, HYGIENE_MISSING_AMOUNT, HYGIENE_MISSING_CATEGORY,
	HYGIENE_MISSING_CLOSE_DATE, HYGIENE_MISSING_NEXT_STEP, HYGIENE_MISSING_OWNER, HYGIENE_MISSING_STAGE, HYGIENE_NEGATIVE_AMOUNT,
	HYGIENE_OPEN_MARKED_CLOSED, HYGIENE_OPEN_PAST_DUE, HYGIENE_PROBABILITY_AGAINST_STAGE, HYGIENE_PROBABILITY_OUT_OF_RANGE,
	HYGIENE_PUSHED_TOO_OFTEN, HYGIENE_STALE, HYGIENE_UNKNOWN_CATEGORY, HYGIENE_UNKNOWN_STAGE, HYGIENE_WON_NOT_CLOSED, HYGIENE_ZERO_AMOUNT,
};

/* The code of that name, or -1. */
int
hygiene_code_find(const char *name, int length)
{
	for (int code = 0; code < HYGIENE_CODES; code++)
		if (strlen(hygiene_codes[code].name) == (size_t) length && memcmp(hygiene_codes[code].name, name, length) == 0)
			return code;
	return -1;
}

/* The field of that name, which is also the number of the code for where it is missing; or -1. */
int
hygiene_field_find(const char *name, int length)
{
	for (int field = 0; field < HYGIENE_FIELDS; field++)
	{
		const char *known = hygiene_codes[field].name + strlen(HYGIENE_FIELD_PREFIX);

		if (strlen(known) == (size_t) length && memcmp(known, name, length) == 0)
			return field;
	}
	return -1;
}

/* What the functions of the fields (field_issue.h) say, but for "blank", which is missing_ and the field's name. */
static const char *const field_issues[] = {
	"address_literal", "comment", "consecutive_dots", "credentials", "domain_too_long", "domain_typo", "filler", "free_mail", "has_digit", "has_letters",
	"initial_only", "invalid_area", "invalid_character", "invalid_domain", "invalid_exchange", "ip_address", "is_company", "is_email", "is_role", "is_website",
	"label_too_long", "leading_dot", "local_too_long", "lost_zero", "no_at", "no_digits", "no_domain", "no_local", "no_region", "no_tld", "not_bare", "not_trimmed",
	"not_used", "numeric_tld", "public_suffix", "quoted_local", "reserved_domain", "several", "short_tld", "social_profile", "too_long", "too_short", "trailing_dot",
	"unknown_calling_code", "white_space", "wrong_format", "wrong_length", "wrong_scheme",
};

static bool
is_one_of(const char *const *known, int n, const char *name, int length)
{
	for (int i = 0; i < n; i++)
		if (strlen(known[i]) == (size_t) length && memcmp(known[i], name, length) == 0)
			return true;
	return false;
}

/* A field's name and an issue of some field: that a website has no missing area code is not asked. */
bool
hygiene_is_record_code(const char *name, int length)
{
	static const char *const whole[] = {"unknown_country", "role_address", "disposable_address", "missing_first_name", "missing_last_name", "missing_company",
		"missing_email", "missing_phone", "missing_country", "missing_name", "missing_website", "missing_street", "missing_city", "missing_postal_code"};
	static const char *const begin[] = {"first_name_", "last_name_", "company_", "email_", "phone_", "name_", "website_", "postal_code_"};

	if (is_one_of(whole, lengthof(whole), name, length))
		return true;
	for (int i = 0; i < (int) lengthof(begin); i++)
	{
		int			n = (int) strlen(begin[i]);

		if (length > n && memcmp(begin[i], name, n) == 0 && is_one_of(field_issues, lengthof(field_issues), name + n, length - n))
			return true;
	}
	return false;
}

text *
hygiene_codes_text(uint64 codes)
{
	Size		size = 0;
	text	   *result;
	char	   *out;

	if (codes == 0)
		return NULL;
	for (int i = 0; i < HYGIENE_CODES; i++)
		if (codes >> by_name[i] & 1)
			size += strlen(hygiene_codes[by_name[i]].name) + 1;
	result = palloc(VARHDRSZ + size);
	/* no comma behind the last one */
	SET_VARSIZE(result, VARHDRSZ + size - 1);
	out = VARDATA(result);
	for (int i = 0; i < HYGIENE_CODES; i++)
		if (codes >> by_name[i] & 1)
		{
			const char *name = hygiene_codes[by_name[i]].name;
			Size		n = strlen(name);

			memcpy(out, name, n);
			out[n] = ',';
			out += n + 1;
		}
	return result;
}
