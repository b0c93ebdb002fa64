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
#include "process/sales_process.h"

#include "core/compliance.h"
#include "utils/builtins.h"

/* The reason why a category is wrong, or NULL where it is right.  process and stage may be NULL. */
static const char *
category_issue(const SalesProcess *process, text *stage_name, text *label)
{
	const ProcessStage *stage = NULL;
	ForecastCategory category;
	int			strongest = FORECAST_CATEGORIES - 1;

	if (label == NULL || forecast_category_is_blank(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label)))
		return "missing_category";
	category = forecast_category_lookup(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	if (category == CATEGORY_UNKNOWN)
		return "unknown_category";
	if (process != NULL && stage_name != NULL)
		stage = process_find(process, VARDATA_ANY(stage_name), VARSIZE_ANY_EXHDR(stage_name));
	if (stage == NULL)
		return "unknown_stage";

	if ((stage->allowed & (1 << category)) != 0)
		return NULL;
	if (stage->outcome == OUTCOME_WON && (stage->allowed & (1 << CATEGORY_CLOSED)) != 0)
		return "won_not_closed";
	if (stage->outcome == OUTCOME_LOST && (stage->allowed & (1 << CATEGORY_OMITTED)) != 0)
		return "lost_not_omitted";
	if (stage->outcome == OUTCOME_OPEN && category == CATEGORY_CLOSED)
		return "open_marked_closed";

	while ((stage->allowed & (1 << strongest)) == 0)
		strongest--;
	if ((int) category > strongest)
		return "category_too_strong";
	/* below the weakest allowed is below the default too */
	return (int) category > stage->category ? "category_too_strong" : "category_too_weak";
}

/* The same for the arguments (process, stage, category) from `first` on. */
static const char *
category_issue_args(FunctionCallInfo fcinfo, int first)
{
	return category_issue(PG_ARGISNULL(first) ? NULL : process_arg(fcinfo, first),
						  PG_ARGISNULL(first + 1) ? NULL : PG_GETARG_TEXT_PP(first + 1),
						  PG_ARGISNULL(first + 2) ? NULL : PG_GETARG_TEXT_PP(first + 2));
}

SALESOPS_FUNCTION(salesops_forecast_category_issue);
SALESOPS_FUNCTION(salesops_forecast_category_ok);
SALESOPS_FUNCTION(salesops_forecast_category_integrity_transfn);

Datum
salesops_forecast_category_issue(PG_FUNCTION_ARGS)
{
	const char *issue = category_issue_args(fcinfo, 0);

	if (issue == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(issue));
}

Datum
salesops_forecast_category_ok(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(category_issue_args(fcinfo, 0) == NULL);
}

/* (state compliance, process, stage, category) */
Datum
salesops_forecast_category_integrity_transfn(PG_FUNCTION_ARGS)
{
	return compliance_add(fcinfo, category_issue_args(fcinfo, 1) == NULL ? COMPLIANCE_MET : COMPLIANCE_MISSED);
}
