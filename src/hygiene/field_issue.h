/*
 * field_issue.h
 *		What is wrong with what stands in one field, for those who look at many.  A code, or NULL: nothing.
 */
#ifndef SALESOPS_FIELD_ISSUE_H
#define SALESOPS_FIELD_ISSUE_H

#include "core/compat.h"

#include "utils/builtins.h"

extern const char *email_issue(text *value);
extern const char *website_issue(text *value);
extern const char *person_name_issue(text *value);
extern const char *phone_issue(text *value, text *region);

/* Of a country by its two letters, or NULL: not known. */
extern const char *postal_code_issue(text *value, const char *country);

/* False where it is no address, too. */
extern bool mailbox_is_role(text *address);
extern bool mailbox_is_disposable(text *address);

/* The SQL function of one that looks at the field alone. */
#define FIELD_ISSUE_FUNCTION(name) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) { return field_issue_result(fcinfo, name(PG_GETARG_TEXT_PP(0))); } \
	extern int	no_such_variable

static inline Datum
field_issue_result(FunctionCallInfo fcinfo, const char *issue)
{
	if (issue == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(issue));
}

#endif							/* SALESOPS_FIELD_ISSUE_H */
