/*
 * opportunity_issues.c
 *		What is wrong with a deal: hygiene_issues, and required_issues for the fields that it does not take.
 *
 * One call looks at all of a deal that the CRM has of itself, and returns every reason, not the first one.  Each rule holds of one field, or
 * of two that contradict each other:
 *
 *		missing_...			a field that the policy requires of deals with this outcome, or in this stage, is blank
 *		unknown_stage		a stage that the process does not have (or there is no process)
 *		invalid_amount		NaN or infinite; negative_amount, zero_amount: of open and won deals, and of those whose outcome is not known
 *		open_past_due		open, and to be closed before as_of; closed_in_future: won or lost on a day behind as_of
 *		before_created		to be closed before it was created
 *		close_date_too_far	open, and to be closed more than max_close_days behind as_of
 *		stale				open, and more than stale_days without an activity; without any, since it was created
 *		aged_in_stage		open, and in its stage for more days than the process allows
 *		pushed_too_often	open, and its close date put off more than max_pushes times
 *		unknown_category, won_not_closed, ...	as forecast_category_issue has it
 *		probability_out_of_range	no fraction from 0 to 1
 *		probability_against_stage	further from the stage's than the tolerance; of a closed deal, not that of the stage
 *
 * What is not known (NULL, an infinite date) is missing where it is required, and otherwise not judged.  Of a deal whose stage is blank or
 * unknown, the fields are required that are required of open, won and lost deals, and what is asked of open or closed deals is not.
 *
 * Worked example: an open deal of 0 with "tbd" as its next step, to be closed on 2026-06-30, seen on 2026-07-15 with the policy '{}':
 * missing_next_step, open_past_due, zero_amount.
 */
#include "hygiene/hygiene_policy.h"

#include <math.h>

#include "core/placeholder.h"
#include "hygiene/amount_sign.h"
#include "hygiene/completeness.h"
#include "hygiene/issue_list.h"
#include "lib/stringinfo.h"
#include "process/integrity.h"
#include "utils/builtins.h"
#include "utils/date.h"

#define BIT(code) ((uint64) 1 << HYGIENE_##code)

/* ---- one deal ---- */

static bool
blank_arg(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) || placeholder_datum_is_blank(PG_GETARG_DATUM(argument));
}

static bool
date_arg(FunctionCallInfo fcinfo, int argument, DateADT *date)
{
	if (PG_ARGISNULL(argument))
		return false;
	*date = PG_GETARG_DATEADT(argument);
	return !DATE_NOT_FINITE(*date);
}

/* The fields that are required of a deal, as a set of bits, and the sets that name them. */
static uint32
required_fields(const HygienePolicy *policy, const ProcessStage *stage, const PolicySet *of_stage)
{
	const PolicySet *sets = policy->sets;

	if (of_stage != NULL && !of_stage->inherits)
		return of_stage->fields;
	if (stage != NULL)
		return sets[stage->outcome].fields;
	return sets[OUTCOME_OPEN].fields & sets[OUTCOME_WON].fields & sets[OUTCOME_LOST].fields;
}

static const uint64 code_of_category_issue[] = {
	[CATEGORY_RIGHT] = 0,
	/* whether it must be there is the policy's to say, and that the stage is not known has been said */
	[CATEGORY_MISSING] = 0,
	[CATEGORY_STAGE_NOT_KNOWN] = 0,
	[CATEGORY_NOT_KNOWN] = BIT(UNKNOWN_CATEGORY),
	[CATEGORY_WON_NOT_CLOSED] = BIT(WON_NOT_CLOSED),
	[CATEGORY_LOST_NOT_OMITTED] = BIT(LOST_NOT_OMITTED),
	[CATEGORY_OPEN_MARKED_CLOSED] = BIT(OPEN_MARKED_CLOSED),
	[CATEGORY_TOO_STRONG] = BIT(CATEGORY_TOO_STRONG),
	[CATEGORY_TOO_WEAK] = BIT(CATEGORY_TOO_WEAK),
};

enum
{
	ARG_POLICY,
	ARG_PROCESS,
	ARG_STAGE,
	ARG_AMOUNT,
	ARG_CLOSE_DATE,
	ARG_OWNER,
	ARG_NEXT_STEP,
	ARG_CATEGORY,
	ARG_PROBABILITY,
	ARG_CREATED,
	ARG_LAST_ACTIVITY,
	ARG_DAYS_IN_STAGE,
	ARG_PUSHES,
	ARG_AS_OF
};

static uint64
amount_issues(AmountSign sign, const ProcessStage *stage)
{
	if (sign == AMOUNT_INVALID)
		return BIT(INVALID_AMOUNT);
	/* what a lost deal was worth is in no total */
	if (stage != NULL && stage->outcome == OUTCOME_LOST)
		return 0;
	return sign == AMOUNT_NEGATIVE ? BIT(NEGATIVE_AMOUNT) : sign == AMOUNT_ZERO ? BIT(ZERO_AMOUNT) : 0;
}

static uint64
probability_issues(FunctionCallInfo fcinfo, const HygienePolicy *policy, const ProcessStage *stage)
{
	double		probability;

	if (PG_ARGISNULL(ARG_PROBABILITY))
		return 0;
	probability = PG_GETARG_FLOAT8(ARG_PROBABILITY);
	if (!(probability >= 0 && probability <= 1))
		return BIT(PROBABILITY_OUT_OF_RANGE);
	if (stage == NULL || policy->probability_tolerance == POLICY_NO_LIMIT)
		return 0;
	/* 0.1 + 0.2 is further from 0.1 than 0.2 by what a float8 cannot hold */
	if (fabs(probability - stage->probability) > (stage->outcome == OUTCOME_OPEN ? policy->probability_tolerance : 0) + 1e-9)
		return BIT(PROBABILITY_AGAINST_STAGE);
	return 0;
}

/* What is asked of the dates of a deal. */
static uint64
date_issues(FunctionCallInfo fcinfo, const HygienePolicy *policy, const ProcessStage *stage, const PolicySet *of_stage)
{
	DateADT		close_date = 0;
	DateADT		created = 0;
	DateADT		active;
	DateADT		as_of;
	bool		has_close_date = date_arg(fcinfo, ARG_CLOSE_DATE, &close_date);
	bool		has_created = date_arg(fcinfo, ARG_CREATED, &created);
	double		stale_days = policy->stale_days;
	uint64		issues = 0;

	if (has_close_date && has_created && close_date < created)
		issues |= BIT(BEFORE_CREATED);
	if (stage == NULL || !date_arg(fcinfo, ARG_AS_OF, &as_of))
		return issues;
	if (stage->outcome != OUTCOME_OPEN)
		return has_close_date && close_date > as_of ? issues | BIT(CLOSED_IN_FUTURE) : issues;

	if (has_close_date && close_date < as_of)
		issues |= BIT(OPEN_PAST_DUE);
	if (has_close_date && policy->max_close_days != POLICY_NO_LIMIT && (double) close_date - as_of > policy->max_close_days)
		issues |= BIT(CLOSE_DATE_TOO_FAR);
	if (of_stage != NULL && of_stage->stale_days != POLICY_NO_LIMIT)
		stale_days = of_stage->stale_days;
	if (!date_arg(fcinfo, ARG_LAST_ACTIVITY, &active))
	{
		if (!has_created)
			return issues;
		active = created;
	}
	if (stale_days != POLICY_NO_LIMIT && (double) as_of - active > stale_days)
		issues |= BIT(STALE);
	return issues;
}

static Datum
hygiene_issues(FunctionCallInfo fcinfo, AmountSignOf sign_of)
{
	const HygienePolicy *policy = policy_arg(fcinfo, ARG_POLICY);
	const ProcessStage *stage = NULL;
	const PolicySet *of_stage = NULL;
	DateADT		close_date;
	uint32		required;
	uint64		issues = 0;
	text	   *codes;

	if (blank_arg(fcinfo, ARG_STAGE))
		issues |= BIT(MISSING_STAGE);
	else
	{
		text	   *name = PG_GETARG_TEXT_PP(ARG_STAGE);

		if (!PG_ARGISNULL(ARG_PROCESS))
			stage = process_find(process_arg(fcinfo, ARG_PROCESS), VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
		if (policy->nstages > 0)
			of_stage = policy_stage(policy, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
		if (stage == NULL)
			issues |= BIT(UNKNOWN_STAGE);
	}
	required = required_fields(policy, stage, of_stage);

	if (PG_ARGISNULL(ARG_AMOUNT))
		issues |= BIT(MISSING_AMOUNT);
	else
		issues |= amount_issues(sign_of(PG_GETARG_DATUM(ARG_AMOUNT)), stage);
	if (!date_arg(fcinfo, ARG_CLOSE_DATE, &close_date))
		issues |= BIT(MISSING_CLOSE_DATE);
	if ((required >> HYGIENE_MISSING_OWNER & 1) && blank_arg(fcinfo, ARG_OWNER))
		issues |= BIT(MISSING_OWNER);
	if ((required >> HYGIENE_MISSING_NEXT_STEP & 1) && blank_arg(fcinfo, ARG_NEXT_STEP))
		issues |= BIT(MISSING_NEXT_STEP);
	if (PG_ARGISNULL(ARG_CATEGORY))
		issues |= BIT(MISSING_CATEGORY);
	else
	{
		CategoryIssue issue = category_issue(stage, PG_GETARG_TEXT_PP(ARG_CATEGORY));

		/* "tbd" is no category, as forecast_category_issue has it, and not one that is missing */
		if (issue == CATEGORY_MISSING)
			issues |= BIT(MISSING_CATEGORY);
		else
			issues |= code_of_category_issue[issue];
	}
	/* of what is missing, what must be there */
	issues &= required | ~(((uint64) 1 << HYGIENE_FIELDS) - 1);

	issues |= probability_issues(fcinfo, policy, stage) | date_issues(fcinfo, policy, stage, of_stage);
	if (stage != NULL && stage->outcome == OUTCOME_OPEN)
	{
		if (!PG_ARGISNULL(ARG_DAYS_IN_STAGE) && stage->max_days != PROCESS_NO_LIMIT && PG_GETARG_FLOAT8(ARG_DAYS_IN_STAGE) > stage->max_days)
			issues |= BIT(AGED_IN_STAGE);
		if (!PG_ARGISNULL(ARG_PUSHES) && policy->max_pushes != POLICY_NO_LIMIT && (double) PG_GETARG_INT64(ARG_PUSHES) > policy->max_pushes)
			issues |= BIT(PUSHED_TOO_OFTEN);
	}

	codes = hygiene_codes_text(issues & ~policy->ignored);
	if (codes == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(codes);
}

#define HYGIENE_ISSUES(type) \
	SALESOPS_FUNCTION(salesops_hygiene_issues_##type); \
	Datum salesops_hygiene_issues_##type(PG_FUNCTION_ARGS) { return hygiene_issues(fcinfo, amount_sign_##type); } \
	extern int	no_such_variable

HYGIENE_ISSUES(numeric);
HYGIENE_ISSUES(float8);
HYGIENE_ISSUES(int8);

/* ---- fields of one's own ---- */

SALESOPS_FUNCTION(salesops_required_issues);

/* (policy, process, stage text, names text[], values text[]) */
Datum
salesops_required_issues(PG_FUNCTION_ARGS)
{
	const HygienePolicy *policy = policy_arg(fcinfo, 0);
	const ProcessStage *stage = NULL;
	const PolicySet *of_stage = NULL;
	NamedFields fields;
	StringInfoData codes;
	text	   *result;

	if (PG_ARGISNULL(3) || PG_ARGISNULL(4))
		PG_RETURN_NULL();
	if (!blank_arg(fcinfo, 2))
	{
		text	   *name = PG_GETARG_TEXT_PP(2);

		if (!PG_ARGISNULL(1))
			stage = process_find(process_arg(fcinfo, 1), VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
		of_stage = policy_stage(policy, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	}
	named_fields(&fields, PG_GETARG_ARRAYTYPE_P(3), PG_GETARG_ARRAYTYPE_P(4));
	initStringInfo(&codes);
	for (int i = 0; i < fields.n; i++)
	{
		const char *name = VARDATA_ANY(fields.names[i]);
		int			length = (int) VARSIZE_ANY_EXHDR(fields.names[i]);

		if (policy_requires(policy, stage, of_stage, name, length) && named_field_is_blank(&fields, i))
		{
			appendStringInfoString(&codes, codes.len > 0 ? "," HYGIENE_FIELD_PREFIX : HYGIENE_FIELD_PREFIX);
			appendBinaryStringInfo(&codes, name, length);
		}
	}
	result = issue_list_merged(codes.data, codes.len);
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}
