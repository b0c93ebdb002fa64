/*
 * compliance.c
 *		The summary behind every share-type KPI: how many met a rule, how many missed it, how many are pending.
 *
 * A share without its numerator and denominator explains nothing, so it is kept with them: compliance(ok) counts
 * true, false and NULL (not yet decided, or not applicable), and the rate is met / (met + missed) with a Wilson
 * 95 % interval.  Pending cases are in neither, and are never counted as good.
 *
 * Worked example: three met, one missed, one pending -> rate 0.75 of 4 decided, interval 0.3006 .. 0.9544.
 */
#include "core/compliance.h"

#include "core/summary.h"
#include "core/wilson.h"

typedef struct Compliance
{
	Summary		head;
	int64		met;
	int64		missed;
	int64		pending;
} Compliance;

static const SummaryField fields[] = {
	SUMMARY_FIELD(Compliance, "met", met, SUMMARY_COUNT),
	SUMMARY_FIELD(Compliance, "missed", missed, SUMMARY_COUNT),
	SUMMARY_FIELD(Compliance, "pending", pending, SUMMARY_COUNT),
};

static const char *
check(const Summary *summary)
{
	return NULL;				/* any three counts are possible */
}

static const SummaryType compliance_type = {
	"compliance", sizeof(Compliance), 0, fields, lengthof(fields), check
};

SUMMARY_FUNCTIONS(compliance, &compliance_type);

SUMMARY_COUNT_READER(met, Compliance, met, &compliance_type);
SUMMARY_COUNT_READER(missed, Compliance, missed, &compliance_type);
SUMMARY_COUNT_READER(pending, Compliance, pending, &compliance_type);
SALESOPS_FUNCTION(salesops_compliance_transfn);
SALESOPS_FUNCTION(salesops_compliance_rate);
SALESOPS_FUNCTION(salesops_compliance_low);
SALESOPS_FUNCTION(salesops_compliance_high);

#define COMPLIANCE_ARG() ((const Compliance *) summary_arg(fcinfo, 0, &compliance_type))

/* What the transition function of a share-type KPI returns after one more case. */
Datum
compliance_add(FunctionCallInfo fcinfo, ComplianceCase result)
{
	Compliance *state = (Compliance *) summary_state(fcinfo, &compliance_type);

	switch (result)
	{
		case COMPLIANCE_MET:
			summary_count(&state->met, &compliance_type);
			break;
		case COMPLIANCE_MISSED:
			summary_count(&state->missed, &compliance_type);
			break;
		case COMPLIANCE_PENDING:
			summary_count(&state->pending, &compliance_type);
			break;
	}
	return summary_result(fcinfo, &compliance_type, &state->head);
}

/* The same after many more cases. */
Datum
compliance_add_counts(FunctionCallInfo fcinfo, int64 met, int64 missed)
{
	Compliance *state = (Compliance *) summary_state(fcinfo, &compliance_type);

	state->met = summary_add_counts(state->met, met, "met", compliance_type.name);
	state->missed = summary_add_counts(state->missed, missed, "missed", compliance_type.name);
	return summary_result(fcinfo, &compliance_type, &state->head);
}

/* (state, ok boolean) */
Datum
salesops_compliance_transfn(PG_FUNCTION_ARGS)
{
	return compliance_add(fcinfo, PG_ARGISNULL(1) ? COMPLIANCE_PENDING :
						  PG_GETARG_BOOL(1) ? COMPLIANCE_MET : COMPLIANCE_MISSED);
}

Datum
salesops_compliance_rate(PG_FUNCTION_ARGS)
{
	const Compliance *c = COMPLIANCE_ARG();

	if (c->met + c->missed == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) c->met / (double) (c->met + c->missed));
}

Datum
salesops_compliance_low(PG_FUNCTION_ARGS)
{
	const Compliance *c = COMPLIANCE_ARG();

	if (c->met + c->missed == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(wilson_low(c->met, c->met + c->missed));
}

Datum
salesops_compliance_high(PG_FUNCTION_ARGS)
{
	const Compliance *c = COMPLIANCE_ARG();

	if (c->met + c->missed == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(wilson_high(c->met, c->met + c->missed));
}
