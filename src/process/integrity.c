/*
 * integrity.c
 *		Forecast-category integrity: is a deal's category one that its process allows for its stage?
 *
 * What is right is the process's to say: a category that it allows for the stage is right, whatever it is.  For any
 * other, the reason is the first of these that applies:
 *
 *		missing_category	NULL or blank
 *		unknown_category	not a category of any CRM that we know
 *		unknown_stage		NULL, or not a stage of the process, or there is no process
 *		won_not_closed		the stage is won, closed is allowed, and the category is another
 *		lost_not_omitted	the stage is lost, omitted is allowed, and the category is another
 *		open_marked_closed	the stage is open and the category is closed
 *		category_too_strong	stronger than the strongest allowed, or between two allowed and above the default
 *		category_too_weak	the rest
 *
 * Worked example, with a stage Proposal that allows best_case (default) and commit: commit -> right; pipeline ->
 * category_too_weak; most_likely, between the two and above the default -> category_too_strong; closed ->
 * open_marked_closed.
 */
#include "process/integrity.h"

#include "core/compliance.h"
#include "utils/builtins.h"

const char *const category_issue_names[] = {
	[CATEGORY_RIGHT] = NULL,
	[CATEGORY_MISSING] = "missing_category",
	[CATEGORY_NOT_KNOWN] = "unknown_category",
	[CATEGORY_STAGE_NOT_KNOWN] = "unknown_stage",
	[CATEGORY_WON_NOT_CLOSED] = "won_not_closed",
	[CATEGORY_LOST_NOT_OMITTED] = "lost_not_omitted",
	[CATEGORY_OPEN_MARKED_CLOSED] = "open_marked_closed",
	[CATEGORY_TOO_STRONG] = "category_too_strong",
	[CATEGORY_TOO_WEAK] = "category_too_weak",
};

/* What is wrong with the category `label` of a deal in a stage; either may be NULL. */
CategoryIssue
category_issue(const ProcessStage *stage, text *label)
{
	ForecastCategory category;
	int			strongest = FORECAST_CATEGORIES - 1;

	if (label == NULL || forecast_category_is_blank(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label)))
		return CATEGORY_MISSING;
	category = forecast_category_lookup(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	if (category == CATEGORY_UNKNOWN)
		return CATEGORY_NOT_KNOWN;
	if (stage == NULL)
		return CATEGORY_STAGE_NOT_KNOWN;

	if ((stage->allowed & (1 << category)) != 0)
		return CATEGORY_RIGHT;
	if (stage->outcome == OUTCOME_WON && (stage->allowed & (1 << CATEGORY_CLOSED)) != 0)
		return CATEGORY_WON_NOT_CLOSED;
	if (stage->outcome == OUTCOME_LOST && (stage->allowed & (1 << CATEGORY_OMITTED)) != 0)
		return CATEGORY_LOST_NOT_OMITTED;
	if (stage->outcome == OUTCOME_OPEN && category == CATEGORY_CLOSED)
		return CATEGORY_OPEN_MARKED_CLOSED;

	while ((stage->allowed & (1 << strongest)) == 0)
		strongest--;
	if ((int) category > strongest)
		return CATEGORY_TOO_STRONG;
	/* below the weakest allowed is below the default too */
	return (int) category > stage->category ? CATEGORY_TOO_STRONG : CATEGORY_TOO_WEAK;
}

/* The same for the arguments (process, stage, category) from `first` on. */
static CategoryIssue
category_issue_args(FunctionCallInfo fcinfo, int first)
{
	const ProcessStage *stage = NULL;

	if (!PG_ARGISNULL(first) && !PG_ARGISNULL(first + 1))
	{
		text	   *name = PG_GETARG_TEXT_PP(first + 1);

		stage = process_find(process_arg(fcinfo, first), VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	}
	return category_issue(stage, PG_ARGISNULL(first + 2) ? NULL : PG_GETARG_TEXT_PP(first + 2));
}

SALESOPS_FUNCTION(salesops_forecast_category_issue);
SALESOPS_FUNCTION(salesops_forecast_category_ok);
SALESOPS_FUNCTION(salesops_forecast_category_integrity_transfn);

Datum
salesops_forecast_category_issue(PG_FUNCTION_ARGS)
{
	CategoryIssue issue = category_issue_args(fcinfo, 0);

	if (issue == CATEGORY_RIGHT)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(category_issue_names[issue]));
}

Datum
salesops_forecast_category_ok(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(category_issue_args(fcinfo, 0) == CATEGORY_RIGHT);
}

/* (state compliance, process, stage, category) */
Datum
salesops_forecast_category_integrity_transfn(PG_FUNCTION_ARGS)
{
	return compliance_add(fcinfo, category_issue_args(fcinfo, 1) == CATEGORY_RIGHT ? COMPLIANCE_MET : COMPLIANCE_MISSED);
}
