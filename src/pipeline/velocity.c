/*
 * velocity.c
 *		Pipeline velocity, what a pipeline brings a day; and the attainment of a quota.
 *
 *		pipeline_velocity = open deals * win rate * average size of a won deal / days of a sales cycle
 *		attainment = booked / quota
 *
 * The four levers of the sales velocity equation; where the four come from deal_stats, they are open_deals, win_rate,
 * avg_deal_size and avg_cycle_days.  The cycle is a mean, as the equation is Little's law (what is in progress =
 * rate * time in progress), which holds for means and no other average.  A cycle of 0 or less, which dates without a
 * time or wrong ones make, has no velocity: NULL.
 *
 * Attainment where nothing was asked for means nothing: NULL for a quota of NULL or 0.
 *
 * Worked example: 100 open deals, a win rate of 0.25, 50,000 a deal and 60 days -> 20,833.33 a day.
 */
#include "pipeline/velocity.h"

#include "core/guard.h"

SALESOPS_FUNCTION(salesops_pipeline_velocity);
SALESOPS_FUNCTION(salesops_attainment);

/* Returns false where there is none. */
bool
pipeline_velocity(double open_deals, double win_rate, double avg_deal, double cycle_days, double *velocity)
{
	guard_not_negative(open_deals, "number of open deals");
	guard_fraction(win_rate, "win rate");
	guard_finite(avg_deal, "average deal");
	guard_finite(cycle_days, "cycle");
	if (cycle_days <= 0)
		return false;
	*velocity = guard_result(open_deals * win_rate * avg_deal / cycle_days, "pipeline velocity");
	return true;
}

/* (open_deals float8, win_rate float8, avg_deal float8, cycle_days float8), strict */
Datum
salesops_pipeline_velocity(PG_FUNCTION_ARGS)
{
	double		velocity;

	if (!pipeline_velocity(PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3), &velocity))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(velocity);
}

/* (booked float8, quota float8), strict */
Datum
salesops_attainment(PG_FUNCTION_ARGS)
{
	double		booked = PG_GETARG_FLOAT8(0);
	double		quota = PG_GETARG_FLOAT8(1);

	guard_finite(booked, "booked amount");
	guard_not_negative(quota, "quota");
	if (quota == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(guard_result(booked / quota, "attainment"));
}
