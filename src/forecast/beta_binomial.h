/*
 * beta_binomial.h
 *		Win rates of many groups, each drawn towards what they have in common.  See beta_binomial.c.
 */
#ifndef SALESOPS_BETA_BINOMIAL_H
#define SALESOPS_BETA_BINOMIAL_H

#include "core/compat.h"

/* Groups of so many won and lost deals. */
typedef struct BetaGroup
{
	int64		won;
	int64		lost;
	int64		times;
} BetaGroup;

/* What the groups have in common. */
typedef struct BetaPrior
{
	bool		known;			/* there are decided deals */
	bool		spread;			/* the groups differ by more than chance: else all have the mean */
	double		mean;
	double		strength;		/* in deals; where there is no spread, of the pooled deals */
} BetaPrior;

extern BetaPrior beta_prior_estimate(BetaGroup *groups, int n);
extern double beta_rate(const BetaPrior *prior, int64 won, int64 lost);
extern double beta_rate_low(const BetaPrior *prior, int64 won, int64 lost);
extern double beta_rate_high(const BetaPrior *prior, int64 won, int64 lost);

#endif							/* SALESOPS_BETA_BINOMIAL_H */
