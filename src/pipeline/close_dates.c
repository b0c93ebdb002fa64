/*
 * close_dates.c
 *		Close dates: whether a change pushes or pulls a deal, what is wrong with one, and whether it is a placeholder.
 *
 * A push is a change of the close date into a later period of the calendar, a pull one into an earlier: from April 1 to
 * April 30 is neither, from April 30 to May 1 is a push of the month and none of the quarter, and a change over
 * several months is one push.  That is the rule of Salesforce's PushCount, which counts calendar months; here the unit
 * and the calendar, which may be fiscal, are arguments.  By how many periods says periods_between, by how many days
 * push_days.  As there, of an infinite date nothing can be said: NULL.
 *
 * What is wrong with a close date, the first that holds:
 *
 *		missing				there is none, or it is infinite
 *		open_past_due		the deal is open and should have closed before as_of
 *		closed_in_future	it is won or lost, on a day behind as_of
 *		before_created		it closes before it was created
 *
 * A deal of which the outcome, the day of creation or as_of is not known (infinite days are not) is judged by the rest.
 *
 * Close dates that nobody has thought about stand on the last day of a month, quarter or year: that share of
 * the close dates says how many are placeholders (period_end_share).
 *
 * Worked example: of closing on March 31, June 30 and May 12, 2026, two of three are the end of a quarter.
 */
#include "core/compat.h"

#include "calendar/fiscal_calendar.h"
#include "core/compliance.h"
#include "core/summary.h"
#include "process/outcome.h"
#include "utils/builtins.h"

/* ---- changes ---- */

SALESOPS_FUNCTION(salesops_is_push);
SALESOPS_FUNCTION(salesops_is_pull);
SALESOPS_FUNCTION(salesops_push_days);

/* Is the period of `later` behind that of `earlier`?  Strict: (…, unit text, calendar) are arguments 2 and 3. */
static Datum
is_behind(FunctionCallInfo fcinfo, DateADT earlier, DateADT later)
{
	FiscalUnit	unit = fiscal_unit_arg(fcinfo, 2);
	const FiscalCalendar *calendar = fiscal_calendar_arg(fcinfo, 3);

	if (DATE_NOT_FINITE(earlier) || DATE_NOT_FINITE(later))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(fiscal_unit_number(calendar, later, unit) > fiscal_unit_number(calendar, earlier, unit));
}

/* (old_close date, new_close date, unit text, calendar fiscal_calendar) */
Datum
salesops_is_push(PG_FUNCTION_ARGS)
{
	return is_behind(fcinfo, PG_GETARG_DATEADT(0), PG_GETARG_DATEADT(1));
}

Datum
salesops_is_pull(PG_FUNCTION_ARGS)
{
	return is_behind(fcinfo, PG_GETARG_DATEADT(1), PG_GETARG_DATEADT(0));
}

/* (old_close date, new_close date) */
Datum
salesops_push_days(PG_FUNCTION_ARGS)
{
	DateADT		old_close = PG_GETARG_DATEADT(0);
	DateADT		new_close = PG_GETARG_DATEADT(1);

	if (DATE_NOT_FINITE(old_close) || DATE_NOT_FINITE(new_close))
		PG_RETURN_NULL();
	/* of all dates that there are, the first and the last are fewer days apart than an int holds */
	PG_RETURN_INT32(new_close - old_close);
}

/* ---- integrity ---- */

SALESOPS_FUNCTION(salesops_close_date_issue);

/* A date argument, where it is one. */
static bool
known_date(FunctionCallInfo fcinfo, int argument, DateADT *date)
{
	if (PG_ARGISNULL(argument))
		return false;
	*date = PG_GETARG_DATEADT(argument);
	return !DATE_NOT_FINITE(*date);
}

/* (close_date date, created date, outcome text, as_of date), any of which may be NULL */
Datum
salesops_close_date_issue(PG_FUNCTION_ARGS)
{
	Outcome		outcome = outcome_arg(fcinfo, 2);
	DateADT		close_date;
	DateADT		created;
	DateADT		as_of;

	if (!known_date(fcinfo, 0, &close_date))
		PG_RETURN_TEXT_P(cstring_to_text("missing"));
	if (outcome != OUTCOME_UNKNOWN && known_date(fcinfo, 3, &as_of))
	{
		if (outcome == OUTCOME_OPEN && close_date < as_of)
			PG_RETURN_TEXT_P(cstring_to_text("open_past_due"));
		if (outcome != OUTCOME_OPEN && close_date > as_of)
			PG_RETURN_TEXT_P(cstring_to_text("closed_in_future"));
	}
	if (known_date(fcinfo, 1, &created) && close_date < created)
		PG_RETURN_TEXT_P(cstring_to_text("before_created"));
	PG_RETURN_NULL();
}

/* ---- placeholders ---- */

SALESOPS_FUNCTION(salesops_is_period_end);
SALESOPS_FUNCTION(salesops_period_end_share_transfn);

/* (day date, unit text, calendar fiscal_calendar) */
Datum
salesops_is_period_end(PG_FUNCTION_ARGS)
{
	DateADT		day = PG_GETARG_DATEADT(0);
	FiscalUnit	unit = fiscal_unit_arg(fcinfo, 1);
	const FiscalCalendar *calendar = fiscal_calendar_arg(fcinfo, 2);

	if (DATE_NOT_FINITE(day))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(fiscal_is_last_day(calendar, day, unit));
}

/* (state compliance, close_date date, unit text, calendar fiscal_calendar): what is not known is pending */
Datum
salesops_period_end_share_transfn(PG_FUNCTION_ARGS)
{
	ComplianceCase result = COMPLIANCE_PENDING;
	DateADT		close_date;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2) && PG_ARGISNULL(3))
		return summary_unchanged(fcinfo);
	if (!PG_ARGISNULL(2) && !PG_ARGISNULL(3))
	{
		FiscalUnit	unit = fiscal_unit_arg(fcinfo, 2);

		if (known_date(fcinfo, 1, &close_date))
			result = fiscal_is_last_day(fiscal_calendar_arg(fcinfo, 3), close_date, unit) ? COMPLIANCE_MET : COMPLIANCE_MISSED;
	}
	return compliance_add(fcinfo, result);
}
