/*
 * sla.c
 *		Service levels: when an answer is due in business time, and whether it came in time.
 *
 * A case starts, and must be answered within so many business seconds.  It is judged as of a moment, so that a report
 * on last month says today what it said then:
 *
 *	answered by then, no later than due		met
 *	answered by then, later					missed
 *	not answered by then, and past due		missed
 *	not answered by then, and not past due	pending
 *	not yet started by then					NULL: there is no case yet
 *
 * The due time itself is in time, for the answer as for the moment of judgement.  An answer after closing time to what
 * was due at closing time is late, although no business time has passed in between: due is a point in time, the one
 * that sla_due shows.
 *
 * Source: definitions of the house (docs/reference/calendar.md); the same reading of "due" as the milestones and
 * targets of the help desks, which show a due time and compare times with it.
 *
 * Worked example: 7,200 s of Mon-Fri 09:00-17:00, started Mon 16:00 -> due Tue 10:00; answered Tue 10:00 met, 10:01
 * missed; unanswered at Tue 09:59 pending.
 */
#include "core/compat.h"

#include "calendar/business_time.h"
#include "core/compliance.h"
#include "core/guard.h"
#include "core/summary.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static const char *const status_names[] = {
	[COMPLIANCE_MET] = "met",
	[COMPLIANCE_MISSED] = "missed",
	[COMPLIANCE_PENDING] = "pending",
};

/* When a case is due whose arguments (start, ..., seconds, calendar) are at these places. */
static TimestampTz
due_at(FunctionCallInfo fcinfo, int start, int seconds, int calendar)
{
	guard_not_negative(PG_GETARG_FLOAT8(seconds), "number of seconds");
	return business_time_add(business_clock(fcinfo, calendar), PG_GETARG_TIMESTAMPTZ(start), PG_GETARG_FLOAT8(seconds));
}

/*
 * The status of a case whose arguments (start, responded, seconds, calendar, as_of) begin at `first`.  Returns false
 * where there is none.
 */
static bool
case_status(FunctionCallInfo fcinfo, int first, ComplianceCase *status)
{
	bool		answered = !PG_ARGISNULL(first + 1);
	TimestampTz as_of;
	TimestampTz due;

	if (PG_ARGISNULL(first) || PG_ARGISNULL(first + 2) || PG_ARGISNULL(first + 3) || PG_ARGISNULL(first + 4))
		return false;
	as_of = PG_GETARG_TIMESTAMPTZ(first + 4);
	if (PG_GETARG_TIMESTAMPTZ(first) > as_of)
		return false;
	due = due_at(fcinfo, first, first + 2, first + 3);
	if (answered && PG_GETARG_TIMESTAMPTZ(first + 1) <= as_of)
		*status = PG_GETARG_TIMESTAMPTZ(first + 1) <= due ? COMPLIANCE_MET : COMPLIANCE_MISSED;
	else
		*status = as_of > due ? COMPLIANCE_MISSED : COMPLIANCE_PENDING;
	return true;
}

SALESOPS_FUNCTION(salesops_sla_due);
SALESOPS_FUNCTION(salesops_sla_status);
SALESOPS_FUNCTION(salesops_sla_compliance_transfn);
SALESOPS_FUNCTION(salesops_speed_to_lead_seconds);

/* (start timestamptz, seconds float8, calendar business_calendar) */
Datum
salesops_sla_due(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(due_at(fcinfo, 0, 1, 2));
}

/* (start timestamptz, responded timestamptz, seconds float8, calendar business_calendar, as_of timestamptz) */
Datum
salesops_sla_status(PG_FUNCTION_ARGS)
{
	ComplianceCase status;

	if (!case_status(fcinfo, 0, &status))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(status_names[status]));
}

/* (state compliance, and the arguments of sla_status) */
Datum
salesops_sla_compliance_transfn(PG_FUNCTION_ARGS)
{
	ComplianceCase status;

	if (!case_status(fcinfo, 1, &status))
		return summary_unchanged(fcinfo);
	return compliance_add(fcinfo, status);
}

/* (created timestamptz, first_touch timestamptz) */
Datum
salesops_speed_to_lead_seconds(PG_FUNCTION_ARGS)
{
	TimestampTz created = PG_GETARG_TIMESTAMPTZ(0);
	TimestampTz touched = PG_GETARG_TIMESTAMPTZ(1);

	guard_moment(created, "created");
	guard_moment(touched, "first_touch");
	/* the two ends of time are further apart than an int64 can say */
	PG_RETURN_FLOAT8((double) ((int128) touched - created) / USECS_PER_SEC);
}
