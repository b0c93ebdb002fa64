/*
 * outlook.c
 *		Reading a deal_outlook: what its deals will bring together, and how likely.
 *
 * Each deal brings its amount with its probability, or nothing; they do so independently, or with a correlation
 * (lattice.c has both, and what is exact).  A quantile is the smallest amount x with P(X <= x) >= p.
 *
 * Several readings of one outlook share one computation: the last few distributions are kept, by the bytes of the outlook and
 * the two arguments that they depend on.  They are pure functions of these, so that what is kept is never out of date.
 *
 * Worked example: 100 with probability 0.5 and 300 with 0.2: P(0) = 0.4, P(100) = 0.4, P(300) = 0.1, P(400) = 0.1; the
 * median is 100, and 300 or more come with 0.2.
 */
#include "forecast/deal_outlook.h"

#include <math.h>

#include "core/compliance.h"
#include "core/guard.h"
#include "core/summary.h"
#include "utils/memutils.h"

/* ---- distributions that are kept ---- */

#define KEPT_DISTRIBUTIONS 8
#define MAX_KEPT_SIZE (2 * 1024 * 1024)

typedef struct Kept
{
	MemoryContext context;		/* NULL: there is none */
	DealOutlook *outlook;
	double		correlation;
	double		tolerance;
	Lattice    *lattice;
} Kept;

/* The one used last comes first. */
static Kept kept[KEPT_DISTRIBUTIONS];

static const Lattice *
kept_lattice(const DealOutlook *outlook, double correlation, double tolerance)
{
	for (int i = 0; i < KEPT_DISTRIBUTIONS && kept[i].context != NULL; i++)
	{
		Kept		found = kept[i];

		if (found.correlation == correlation && found.tolerance == tolerance && VARSIZE(found.outlook) == VARSIZE(outlook) &&
			memcmp(found.outlook, outlook, VARSIZE(outlook)) == 0)
		{
			memmove(&kept[1], &kept[0], i * sizeof(Kept));
			kept[0] = found;
			return found.lattice;
		}
	}
	return NULL;
}

/* Keeps a distribution, as a copy, in place of the one that was used longest ago. */
static void
keep_lattice(const DealOutlook *outlook, double correlation, double tolerance, const Lattice *lattice)
{
	Size		sums = lattice->npoints * sizeof(double);
	MemoryContext context;
	MemoryContext caller;
	Kept		made = {NULL, NULL, correlation, tolerance, NULL};

	if (VARSIZE(outlook) + (lattice->sums != NULL ? 3 : 2) * sums > MAX_KEPT_SIZE)
		return;
	/* below the caller's until it is whole, so that an error takes it along */
	context = AllocSetContextCreate(CurrentMemoryContext, "salesops outlook", ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(context);
	made.context = context;
	made.outlook = palloc(VARSIZE(outlook));
	memcpy(made.outlook, outlook, VARSIZE(outlook));
	made.lattice = palloc(sizeof(Lattice));
	*made.lattice = *lattice;
	if (lattice->sums != NULL)
	{
		made.lattice->sums = palloc(sums);
		memcpy(made.lattice->sums, lattice->sums, sums);
	}
	made.lattice->below = palloc(sums);
	memcpy(made.lattice->below, lattice->below, sums);
	made.lattice->above = palloc(sums);
	memcpy(made.lattice->above, lattice->above, sums);
	MemoryContextSwitchTo(caller);

	if (kept[KEPT_DISTRIBUTIONS - 1].context != NULL)
		MemoryContextDelete(kept[KEPT_DISTRIBUTIONS - 1].context);
	memmove(&kept[1], &kept[0], (KEPT_DISTRIBUTIONS - 1) * sizeof(Kept));
	MemoryContextSetParent(context, TopMemoryContext);
	kept[0] = made;
}

/* ---- arguments ---- */

static double
correlation_arg(double correlation)
{
	guard_fraction(correlation, "correlation");
	if (unlikely(correlation == 1))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("correlation is out of range: 1"),
				 errdetail("The correlation is at least 0 and less than 1."),
				 errhint("Pass 0 for independent deals. Deals of which all or none are won are one deal.")));
	return correlation + 0.0;
}

/* The distribution of an outlook; NULL where there are no deals.  Arguments that are wrong are so also then. */
static const Lattice *
outlook_lattice(const DealOutlook *outlook, double correlation, double tolerance)
{
	const Lattice *lattice;
	Lattice    *made;

	correlation = correlation_arg(correlation);
	guard_fraction(tolerance, "tolerance");
	if (outlook->ndeals == 0)
		return NULL;
	lattice = kept_lattice(outlook, correlation, tolerance);
	if (lattice != NULL)
		return lattice;
	made = lattice_make(outlook->deals, outlook->ndeals, correlation, tolerance);
	keep_lattice(outlook, correlation, tolerance, made);
	return made;
}

/* ---- counts and moments ---- */

SALESOPS_FUNCTION(salesops_outlook_deals);
SALESOPS_FUNCTION(salesops_outlook_total);
SALESOPS_FUNCTION(salesops_outlook_mean);
SALESOPS_FUNCTION(salesops_outlook_stddev);
SALESOPS_FUNCTION(salesops_missing_amounts_deal_outlook);
SALESOPS_FUNCTION(salesops_missing_probabilities);

Datum
salesops_outlook_deals(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(deal_outlook_arg(fcinfo, 0)->ndeals);
}

Datum
salesops_missing_amounts_deal_outlook(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(deal_outlook_arg(fcinfo, 0)->missing_amounts);
}

Datum
salesops_missing_probabilities(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(deal_outlook_arg(fcinfo, 0)->missing_probabilities);
}

/* All amounts, or each times its probability: the sums are of float8 in the order of the stored form, which all orders of rows share. */
static Datum
outlook_sum(FunctionCallInfo fcinfo, bool expected)
{
	const DealOutlook *outlook = deal_outlook_arg(fcinfo, 0);
	double		sum = 0;
	double		lost = 0;

	if (outlook->ndeals == 0)
		PG_RETURN_NULL();
	for (uint32 i = 0; i < outlook->ndeals; i++)
	{
		const LatticeDeal *deal = &outlook->deals[i];
		double		value = expected ? deal->amount * deal->probability : deal->amount;
		double		larger = sum + value;

		lost += fabs(sum) >= value ? (sum - larger) + value : (value - larger) + sum;
		sum = larger;
	}
	PG_RETURN_FLOAT8(sum + lost);
}

Datum
salesops_outlook_total(PG_FUNCTION_ARGS)
{
	return outlook_sum(fcinfo, false);
}

Datum
salesops_outlook_mean(PG_FUNCTION_ARGS)
{
	return outlook_sum(fcinfo, true);
}

/* (outlook, correlation float8) */
Datum
salesops_outlook_stddev(PG_FUNCTION_ARGS)
{
	const DealOutlook *outlook = deal_outlook_arg(fcinfo, 0);
	double		correlation = correlation_arg(PG_GETARG_FLOAT8(1));

	if (outlook->ndeals == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(lattice_stddev(outlook->deals, outlook->ndeals, correlation));
}

/* ---- quantiles and chances: (outlook, p or target float8, correlation float8, tolerance float8) ---- */

typedef double (*LatticeReader) (const Lattice *lattice, double argument);

static Datum
read_lattice(FunctionCallInfo fcinfo, LatticeReader reader)
{
	const DealOutlook *outlook = deal_outlook_arg(fcinfo, 0);

	const Lattice *lattice = outlook_lattice(outlook, PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3));

	if (lattice == NULL)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(reader(lattice, PG_GETARG_FLOAT8(1)));
}

#define OUTLOOK_READER(name, guard, argument, reader) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) \
	{ guard(PG_GETARG_FLOAT8(1), argument); return read_lattice(fcinfo, reader); } \
	extern int	no_such_variable

OUTLOOK_READER(outlook_quantile, guard_fraction, "p", lattice_quantile);
OUTLOOK_READER(outlook_quantile_low, guard_fraction, "p", lattice_quantile_low);
OUTLOOK_READER(outlook_quantile_high, guard_fraction, "p", lattice_quantile_high);
OUTLOOK_READER(chance_of_at_least, guard_finite, "target", lattice_at_least);
OUTLOOK_READER(chance_of_at_least_low, guard_finite, "target", lattice_at_least_low);
OUTLOOK_READER(chance_of_at_least_high, guard_finite, "target", lattice_at_least_high);
OUTLOOK_READER(outlook_rank, guard_finite, "actual", lattice_rank);

/* ---- a histogram's edges ---- */

#define MAX_BINS 10000
#define HISTOGRAM_TAIL 0.0005

SALESOPS_FUNCTION(salesops_outlook_bin_edge);

/* (outlook, edge integer, bins integer, correlation float8, tolerance float8) */
Datum
salesops_outlook_bin_edge(PG_FUNCTION_ARGS)
{
	const DealOutlook *outlook = deal_outlook_arg(fcinfo, 0);
	int32		edge = PG_GETARG_INT32(1);
	int32		bins = PG_GETARG_INT32(2);
	const Lattice *lattice;
	double		low;
	double		high;

	if (bins < 1 || bins > MAX_BINS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bins is out of range: %d", bins),
				 errdetail("A histogram has from 1 to %d bins.", MAX_BINS),
				 errhint("20 to 50 are enough for a chart.")));
	if (edge < 0 || edge > bins)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("edge is out of range: %d", edge),
				 errdetail("The edges of %d bins are numbered from 0 to %d.", bins, bins),
				 errhint("Bin number n lies between the edges n - 1 and n.")));
	lattice = outlook_lattice(outlook, PG_GETARG_FLOAT8(3), PG_GETARG_FLOAT8(4));
	if (lattice == NULL)
		PG_RETURN_NULL();
	low = lattice_quantile(lattice, HISTOGRAM_TAIL);
	high = lattice_quantile(lattice, 1 - HISTOGRAM_TAIL);
	PG_RETURN_FLOAT8(edge == bins ? high : low + (high - low) * ((double) edge / bins));
}

/* ---- backtest ---- */

SALESOPS_FUNCTION(salesops_outlook_contains);
SALESOPS_FUNCTION(salesops_outlook_backtest_transfn);

/* Whether an amount lies in the central band of an outlook: COMPLIANCE_PENDING where it has no deals. */
static ComplianceCase
judged(const DealOutlook *outlook, double actual, double level, double correlation, double tolerance)
{
	const Lattice *lattice;

	guard_finite(actual, "actual");
	guard_fraction(level, "level");
	lattice = outlook_lattice(outlook, correlation, tolerance);
	if (lattice == NULL)
		return COMPLIANCE_PENDING;
	return lattice_between(lattice, actual, (1 - level) / 2, (1 + level) / 2) ? COMPLIANCE_MET : COMPLIANCE_MISSED;
}

/* (outlook, actual float8, level float8, correlation float8, tolerance float8) */
Datum
salesops_outlook_contains(PG_FUNCTION_ARGS)
{
	ComplianceCase result = judged(deal_outlook_arg(fcinfo, 0), PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3),
									 PG_GETARG_FLOAT8(4));

	if (result == COMPLIANCE_PENDING)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(result == COMPLIANCE_MET);
}

/* What outlook_contains has as the default of its tolerance. */
#define BACKTEST_TOLERANCE 0.001

/* (state, outlook, actual float8, level float8, correlation float8) */
Datum
salesops_outlook_backtest_transfn(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		return compliance_add(fcinfo, COMPLIANCE_PENDING);
	return compliance_add(fcinfo, judged(deal_outlook_arg(fcinfo, 1), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3), PG_GETARG_FLOAT8(4),
										 BACKTEST_TOLERANCE));
}
