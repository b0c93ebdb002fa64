/*
 * lattice.h
 *		The distribution of a sum of amounts each of which comes or does not.  See lattice.c.
 */
#ifndef SALESOPS_LATTICE_H
#define SALESOPS_LATTICE_H

#include "core/compat.h"

/* One amount that comes with a probability, or not. */
typedef struct LatticeDeal
{
	double		amount;
	double		probability;
} LatticeDeal;

/*
 * A sum X = base + L + D: L is on a lattice and its distribution is known, D is what rounding onto the lattice left, within
 * known bounds.  An exact lattice has no D.
 */
typedef struct Lattice
{
	bool		exact;
	int64		first;			/* points of the lattice: number of the first that is kept, and how many are */
	uint32		npoints;
	double		step;			/* between two points */
	double		units;			/* exact: a point is worth (base_units + number * step) / units */
	double		base_units;
	double		base;			/* what is certain */
	double		least;			/* the sum is never less, and never more */
	double		most;
	double		tie;			/* how far from an amount another is the same */
	double		rest_least;		/* D is never less, and never more */
	double		rest_most;
	double		rest_mean;		/* its mean */
	double		rest_mean_low;	/* and the least and the greatest that it is under any state of the common factor */
	double		rest_mean_high;
	double		rest_squares;	/* sum of the squares of what it is made of */
	double		slack;			/* what float8 may have lost of an amount on the way */
	double		mass_error;		/* and of a probability */
	double	   *sums;			/* of few amounts: what each point is, in place of number * step; NULL otherwise */
	double	   *below;			/* probability of a point or a lower one */
	double	   *above;			/* of a point or a higher one */
} Lattice;

extern Lattice *lattice_make(const LatticeDeal *deals, uint32 n, double correlation, double tolerance);
extern double lattice_stddev(const LatticeDeal *deals, uint32 n, double correlation);

extern double lattice_quantile(const Lattice *lattice, double p);
extern double lattice_quantile_low(const Lattice *lattice, double p);
extern double lattice_quantile_high(const Lattice *lattice, double p);
extern double lattice_at_least(const Lattice *lattice, double target);
extern double lattice_at_least_low(const Lattice *lattice, double target);
extern double lattice_at_least_high(const Lattice *lattice, double target);
extern double lattice_rank(const Lattice *lattice, double amount);
extern bool lattice_between(const Lattice *lattice, double amount, double from, double to);

#endif							/* SALESOPS_LATTICE_H */
