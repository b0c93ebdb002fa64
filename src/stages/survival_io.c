/*
 * survival_io.c
 *		Text and binary form of the type survival.
 *
 * Text form: {"survival": 1, "outcomes": ["advanced", "lost"], "steps": [[3, 0, 2], [3, 1, 1], [5.5, 2, 1]],
 * "incomplete": 1}. A step is days, the number of the outcome in the list from 1 on, or 0 for those not over, and how
 * many there are; the days have as many digits as it takes to read the same float8 again.
 *
 * It is JSON, but its list of steps is not read by the server's parser, which cannot be interrupted and stops at 256
 * MB: a value of millions of steps must come back from a dump.  core/scan.c reads it, the keys in the order in which they
 * are written.
 */
#include "core/guard.h"
#include "core/literal.h"
#include "core/scan.h"
#include "core/summary.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "stages/survival_form.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#define VALUE_FORM "Write it as {\"survival\": 1, \"outcomes\": [\"won\"], \"steps\": [[3.5, 1, 2], [4, 0, 1]], \"incomplete\": 1}, the keys in this order."
#define STEP_FORM "Write each as [days, outcome, count]: the outcome's number in the list, or 0 where it is not over."

/* ---- writing text ---- */

SALESOPS_FUNCTION(salesops_survival_out);

Datum
salesops_survival_out(PG_FUNCTION_ARGS)
{
	const Survival *survival = survival_arg(fcinfo, 0);
	const SurvivalStep *steps = survival_steps(survival);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", SURVIVAL_TYPE, SURVIVAL_VERSION);
	for (uint32 i = 1; i <= survival->nlabels; i++)
	{
		uint32		length;
		const char *label = survival_label(survival, i, &length);

		appendStringInfoString(&out, i == 1 ? ", \"outcomes\": [" : ", ");
		literal_put_string(&out, label, (int) length);
	}
	if (survival->nlabels > 0)
		appendStringInfoChar(&out, ']');
	for (uint32 i = 0; i < survival->nsteps; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&out, i == 0 ? ", \"steps\": [[" : ", [");
		literal_put_float8(&out, steps[i].days);
		appendStringInfo(&out, ", %u, " INT64_FORMAT "]", survival_step_outcome(&steps[i]), survival_step_count(&steps[i]));
	}
	if (survival->nsteps > 0)
		appendStringInfoChar(&out, ']');
	literal_put_count(&out, "incomplete", survival->incomplete);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* ---- reading text ---- */

static double
scan_days(Scan *scan)
{
	if (!scan_number(scan))
		scan_malformed(scan, "days", STEP_FORM);
	return DatumGetFloat8(DirectFunctionCall1(float8in, CStringGetDatum(scan->text.data)));
}

static int64
scan_count(Scan *scan, const char *expected, const char *hint)
{
	const char *start;

	scan_skip_space(scan);
	start = scan->p;
	if (!scan_number(scan) || scan->text.len > 18 || strspn(scan->text.data, "0123456789") != (size_t) scan->text.len)
	{
		scan->p = start;
		scan_malformed(scan, expected, hint);
	}
	return strtoll(scan->text.data, NULL, 10);
}

/* A step of a form that came from outside; says what is wrong with it, or NULL. */
static const char *
add_step(Survival **survival, bool *used, double days, int64 outcome, int64 count)
{
	if (outcome < 0 || outcome > (*survival)->nlabels)
		return "A step has an outcome that is not listed.";
	if (count < 1 || count > SURVIVAL_MAX_COUNT)
		return "The count of a step is out of range.";
	survival_guard_days(days);
	used[outcome] = true;
	*survival = survival_append(*survival, days, (uint32) outcome, count);
	return NULL;
}

static const char *
unused_outcome(const Survival *survival, const bool *used)
{
	for (uint32 i = 1; i <= survival->nlabels; i++)
	{
		if (!used[i])
			return "An outcome is listed that no step has.";
	}
	return NULL;
}

SALESOPS_FUNCTION(salesops_survival_in);

Datum
salesops_survival_in(PG_FUNCTION_ARGS)
{
	Scan		scan = {PG_GETARG_CSTRING(0), {SURVIVAL_TYPE, NULL}, {0}};
	Survival   *survival = survival_new(0, 16);
	bool		used[SURVIVAL_MAX_OUTCOMES + 1] = {false};
	const char *fault;
	bool		more;

	initStringInfo(&scan.text);
	scan_version(&scan, SURVIVAL_VERSION, VALUE_FORM);
	more = scan_char(&scan, ',');
	if (more && scan_key(&scan, "outcomes"))
	{
		scan_need(&scan, '[', VALUE_FORM);
		do
		{
			uint32		before = survival->nlabels;

			if (!scan_string(&scan, SURVIVAL_MAX_LABEL))
				scan_malformed(&scan, "a string", VALUE_FORM);
			(void) survival_add_label(&survival, scan.text.data, (uint32) scan.text.len);
			if (survival->nlabels == before)
				literal_error(scan.at, "An outcome is listed twice.", VALUE_FORM);
		} while (scan_char(&scan, ','));
		scan_need(&scan, ']', VALUE_FORM);
		more = scan_char(&scan, ',');
	}
	if (more && scan_key(&scan, "steps"))
	{
		char		place[60];
		uint32		n = 0;

		scan_need(&scan, '[', VALUE_FORM);
		do
		{
			double		days;
			int64		outcome;
			int64		count;

			CHECK_FOR_INTERRUPTS();
			snprintf(place, sizeof(place), "step %u", ++n);
			scan.at.place = place;
			scan_need(&scan, '[', STEP_FORM);
			days = scan_days(&scan);
			scan_need(&scan, ',', STEP_FORM);
			outcome = scan_count(&scan, "the number of an outcome", STEP_FORM);
			scan_need(&scan, ',', STEP_FORM);
			count = scan_count(&scan, "a count", STEP_FORM);
			scan_need(&scan, ']', STEP_FORM);
			fault = add_step(&survival, used, days, outcome, count);
			if (fault != NULL)
				literal_error(scan.at, fault, STEP_FORM);
		} while (scan_char(&scan, ','));
		scan.at.place = NULL;
		scan_need(&scan, ']', STEP_FORM);
		more = scan_char(&scan, ',');
	}
	fault = unused_outcome(survival, used);
	if (fault != NULL)
		literal_error(scan.at, fault, VALUE_FORM);
	if (more && scan_key(&scan, "incomplete"))
	{
		survival->incomplete = scan_count(&scan, "a count", VALUE_FORM);
		more = false;
	}
	if (more)
		scan_malformed(&scan, "another key", VALUE_FORM);
	scan_end(&scan, VALUE_FORM);
	PG_RETURN_POINTER(survival_canonical(survival));
}

/* ---- binary form: version, incomplete, the outcomes, the number of steps, and each with days, outcome and count ---- */

#define STEP_BYTES 17

SALESOPS_FUNCTION(salesops_survival_recv);
SALESOPS_FUNCTION(salesops_survival_send);

Datum
salesops_survival_send(PG_FUNCTION_ARGS)
{
	const Survival *survival = survival_arg(fcinfo, 0);
	const SurvivalStep *steps = survival_steps(survival);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, SURVIVAL_VERSION);
	pq_sendint64(&out, survival->incomplete);
	pq_sendbyte(&out, survival->nlabels);
	for (uint32 i = 1; i <= survival->nlabels; i++)
	{
		uint32		length;
		const char *label = survival_label(survival, i, &length);

		salesops_sendcountedtext(&out, label, (int) length);
	}
	pq_sendint32(&out, survival->nsteps);
	for (uint32 i = 0; i < survival->nsteps; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendfloat8(&out, steps[i].days);
		pq_sendbyte(&out, (uint8) survival_step_outcome(&steps[i]));
		pq_sendint64(&out, survival_step_count(&steps[i]));
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_survival_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	Survival   *survival = survival_new(0, 16);
	bool		used[SURVIVAL_MAX_OUTCOMES + 1] = {false};
	const char *fault;
	uint32		n;

	guard_version(in, SURVIVAL_VERSION, SURVIVAL_TYPE);
	survival->incomplete = pq_getmsgint64(in);
	if (survival->incomplete < 0 || survival->incomplete > SUMMARY_MAX_COUNT)
		guard_binary(SURVIVAL_TYPE, "Its number of incomplete observations is out of range.");
	n = pq_getmsgbyte(in);
	for (uint32 i = 0; i < n; i++)
	{
		int			length;
		char	   *label = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &length);

		if (survival_add_label(&survival, label, (uint32) length) != i + 1)
			guard_binary(SURVIVAL_TYPE, "An outcome appears twice.");
	}
	n = pq_getmsgint(in, 4);
	/* before anything is allocated: as many steps as there are bytes for */
	if (n > (uint32) (in->len - in->cursor) / STEP_BYTES)
		guard_binary(SURVIVAL_TYPE, psprintf("It announces %u steps, more than there are.", n));
	for (uint32 i = 0; i < n; i++)
	{
		double		days = pq_getmsgfloat8(in);
		int			outcome = pq_getmsgbyte(in);
		int64		count = pq_getmsgint64(in);

		CHECK_FOR_INTERRUPTS();
		fault = add_step(&survival, used, days, outcome, count);
		if (fault != NULL)
			guard_binary(SURVIVAL_TYPE, fault);
	}
	fault = unused_outcome(survival, used);
	if (fault != NULL)
		guard_binary(SURVIVAL_TYPE, fault);
	PG_RETURN_POINTER(survival_canonical(survival));
}
