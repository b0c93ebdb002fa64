/*
 * lattice.c
 *		The distribution of a sum of amounts each of which comes or does not: exact where the amounts allow it, otherwise
 *		within bounds that hold for certain.
 *
 * Each amount is a whole number of steps, so a sum is a point of a lattice, and its distribution grows by one amount at a
 * time: g[j] = (1 - p) f[j] + p f[j - k].  Smallest amounts first, so that the lattice grows slowly, and with
 * ends that no longer weigh anything (1e-20) cut off.  Nothing is random and nothing is assumed to be normal.  For equal
 * amounts this is the Poisson-binomial distribution (Y. Hong, "On computing the distribution function for the Poisson
 * binomial distribution", Computational Statistics & Data Analysis 59 (2013), section 2.3, there by recursion).
 *
 * The step is the greatest common divisor of the amounts, as decimals with up to six places, where the lattice is then no
 * larger than memory and time allow: this is exact.  So are up to twelve amounts that share no such step, whose sums are kept each
 * for itself.  Otherwise the step is chosen from the tolerance, each amount is rounded to the
 * nearest point, and the sum is L + D: L on the lattice, and D = sum of r[i] B[i] with known r[i], B[i] telling whether an
 * amount comes.  D is never beyond the sum of the negative and that of the positive r[i], and by Hoeffding's inequality
 * rarely far from its mean, so that a quantile is known to lie between two values.  docs/design/outlook.md has the proof.
 *
 * A correlation is that of a one-factor Gaussian copula (O. Vasicek, "Loan portfolio value", Risk, December 2002): an amount comes
 * where sqrt(rho) Z + sqrt(1 - rho) E[i] is among the least p[i] of all, with a common Z and E[i] of their own, all standard
 * normal.  Given Z = z they are independent and come with p[i](z) = Phi((Phi^-1(p[i]) - sqrt(rho) z) / sqrt(1 - rho)), so the
 * distribution is a mixture, by the trapezoidal rule over z.
 *
 * Worked example: 100 with 0.5 and 300 with 0.2: step 100, f = (0.4, 0.4, 0, 0.1, 0.1) at 0, 100, .., 400.
 */
#include "forecast/lattice.h"

#include <float.h>
#include <math.h>

#include "core/elementary.h"
#include "core/normal.h"
#include "miscadmin.h"

/* The most points of a lattice: for many amounts, and for few, for which a value is small and so shall be its reading. */
#define MAX_POINTS (1 << 20)
#define FEW_POINTS (1 << 16)
#define POINTS_PER_DEAL 512
#define LEAST_POINTS 1024

/* So few amounts have no more than 4,096 sums, which are kept each for itself where they share no step. */
#define FEW_PARTS 12

/* Multiplications and additions that a distribution may take, in pairs: a second or so. */
#define MAX_WORK 2e9

#define LEAST_MASS 1e-20

/* Amounts that differ by less, as a share of all, are one: a sum of float8 is not the decimal that it was meant to be. */
#define SAME_AMOUNT 1e-12
#define MAX_DECIMALS 6
#define LAST_INTEGER 9007199254740992.0	/* 2^53: up to here float8 has all of them */
#define EPSILON (DBL_EPSILON / 2)

/* The trapezoidal rule over the common factor. */
#define FACTOR_RANGE 8.0
#define FACTOR_SPACING 0.25
#define MAX_NODES 4001
#define LEAST_WEIGHT 1e-16

/* Probabilities with which Hoeffding's bound may fail; each gives a bound, of which the narrowest is taken. */
static const double hoeffding_risks[] = {1e-12, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3};

/* An amount that is neither certain nor impossible. */
typedef struct Part
{
	double		amount;
	double		probability;
	double		rest;			/* amount less its width */
	uint32		width;			/* in steps */
	uint32		which;			/* number of its probability among the different ones */
} Part;

/* The parts, and the values of the common factor that are gone through. */
typedef struct Parts
{
	Part	   *parts;
	uint32		n;
	double	   *thresholds;		/* Phi^-1 of the different probabilities */
	double	   *conditional;	/* and what they are for one value of the factor */
	uint32		nprobabilities;
	double		correlation;
	uint32		nnodes;
	double		spacing;
	double		weights;		/* their sum, before they are made to add up to 1 */
} Parts;

/* A sum that loses nothing (A. Neumaier 1974). */
typedef struct Total
{
	double		sum;
	double		lost;
} Total;

static inline void
total_add(Total *total, double value)
{
	double		sum = total->sum + value;

	if (fabs(total->sum) >= fabs(value))
		total->lost += (total->sum - sum) + value;
	else
		total->lost += (value - sum) + total->sum;
	total->sum = sum;
}

static inline double
total_value(const Total *total)
{
	return total->sum + total->lost;
}

/* ---- the common factor ---- */

static int
compare_doubles(const double *a, const double *b)
{
	return *a < *b ? -1 : *a > *b;
}

#define MERGE_SORT_NAME sort_doubles
#define MERGE_SORT_TYPE double
#define MERGE_SORT_COMPARE compare_doubles
#include "core/merge_sort.h"

static inline double
factor_at(const Parts *parts, uint32 node)
{
	return ((double) node - (parts->nnodes - 1) / 2.0) * parts->spacing;
}

static inline double
factor_weight(const Parts *parts, uint32 node)
{
	double		z = factor_at(parts, node);

	return parts->nnodes == 1 ? 1 : elementary_exp(-0.5 * z * z) / parts->weights;
}

/*
 * Probabilities under one value of the factor.  They are few in most pipelines, where they come from the stage, so each
 * different one is computed once.
 */
static void
set_conditional(Parts *parts, uint32 node)
{
	double		shift = sqrt(parts->correlation) * factor_at(parts, node);
	double		scale = 1 / sqrt(1 - parts->correlation);

	for (uint32 i = 0; i < parts->nprobabilities; i++)
		parts->conditional[i] = (parts->thresholds[i] - shift) * scale;
	normal_below_ascending(parts->conditional, parts->nprobabilities);
}

static inline double
conditional_of(const Parts *parts, const Part *part)
{
	return parts->nnodes == 1 ? part->probability : parts->conditional[part->which];
}

/*
 * The amounts that are open, in ascending order as they come, and the nodes of the rule.  The sums under neighbouring nodes
 * must overlap, or the mixture is one of lumps: m'(z), by which the mean moves, is at most 0.8 sqrt(rho / (1 - rho)) sqrt(n)
 * times the standard deviation under z (phi <= 0.8 sqrt(p q), and Cauchy-Schwarz), and at a spacing of 1.25 standard
 * deviations the rule is right to some 1e-6 at the very worst.
 */
static void
parts_make(Parts *parts, const LatticeDeal *deals, uint32 n, double correlation)
{
	double	   *probabilities;

	memset(parts, 0, sizeof(*parts));
	parts->parts = palloc(Max(n, 1) * sizeof(Part));
	for (uint32 i = 0; i < n; i++)
	{
		if (deals[i].amount > 0 && deals[i].probability > 0 && deals[i].probability < 1)
			parts->parts[parts->n++] = (Part) {deals[i].amount, deals[i].probability, 0, 0, 0};
	}
	parts->nnodes = 1;
	if (correlation == 0 || parts->n == 0)
		return;

	parts->correlation = correlation;
	probabilities = palloc(parts->n * sizeof(double));
	for (uint32 i = 0; i < parts->n; i++)
		probabilities[i] = parts->parts[i].probability;
	sort_doubles(probabilities, parts->n);
	for (uint32 i = 0; i < parts->n; i++)
	{
		if (i == 0 || probabilities[i] != probabilities[parts->nprobabilities - 1])
			probabilities[parts->nprobabilities++] = probabilities[i];
	}
	for (uint32 i = 0; i < parts->n; i++)
	{
		uint32		low = 0;
		uint32		high = parts->nprobabilities - 1;

		while (low < high)
		{
			uint32		middle = low + (high - low) / 2;

			if (probabilities[middle] < parts->parts[i].probability)
				low = middle + 1;
			else
				high = middle;
		}
		parts->parts[i].which = low;
	}
	for (uint32 i = 0; i < parts->nprobabilities; i++)
		probabilities[i] = normal_quantile(probabilities[i]);
	parts->thresholds = probabilities;
	parts->conditional = palloc(parts->nprobabilities * sizeof(double));

	{
		double		slope = sqrt(correlation / (1 - correlation));
		double		spacing = Min(FACTOR_SPACING, Min(0.5 / slope, 1.25 / (0.8 * slope * sqrt(parts->n))));

		parts->nnodes = (uint32) Min(2 * ceil(FACTOR_RANGE / spacing) + 1, MAX_NODES);
		parts->spacing = 2 * FACTOR_RANGE / (parts->nnodes - 1);
		for (uint32 node = 0; node < parts->nnodes; node++)
		{
			double		z = factor_at(parts, node);

			parts->weights += elementary_exp(-0.5 * z * z);
		}
	}
}

static void
parts_free(Parts *parts)
{
	pfree(parts->parts);
	if (parts->thresholds != NULL)
	{
		pfree(parts->thresholds);
		pfree(parts->conditional);
	}
}

/* ---- the lattice ---- */

static uint32
most_points(uint32 n)
{
	return (uint32) Min(Max((uint64) n * POINTS_PER_DEAL, FEW_POINTS), MAX_POINTS);
}

/*
 * What the convolution will take: the points that matter lie within some nine standard deviations of the mean, and are as
 * many as there are where these are fewer.
 */
static double
estimated_work(const Parts *parts)
{
	double		points = 1;
	double		variance = 0;
	double		work = 0;

	for (uint32 i = 0; i < parts->n; i++)
	{
		const Part *part = &parts->parts[i];

		if (part->width == 0)
			continue;
		points += part->width;
		variance += (double) part->width * part->width * part->probability * (1 - part->probability);
		work += Min(points, 20 * sqrt(variance) + 64);
	}
	return work * parts->nnodes;
}

/*
 * How many units of 10^-decimals an amount is, and whether it is a whole number of them: the amount is the float8 next to
 * that decimal number.
 */
static inline bool
whole_units(double amount, double scale, double *units)
{
	*units = rint(amount * scale);
	return *units <= LAST_INTEGER && *units / scale == amount;
}

/*
 * The step of which all amounts are multiples, where there is one that is large enough.  In units of a power of ten; where
 * the amounts are no such decimals or have too many digits, as the binary numbers that they are.  Leaves the amounts in these
 * units as what rounding leaves, where there is no step.
 */
static bool
exact_step(Lattice *lattice, Parts *parts, const LatticeDeal *deals, uint32 n)
{
	double		scale = 1;
	double		units;
	double		step = 0;
	double		total = 0;
	double		certain = 0;
	uint64		points = 0;
	bool		decimal = true;
	int			decimals = 0;

	for (uint32 i = 0; i < n && decimal; i++)
	{
		if (deals[i].probability == 0)
			continue;
		while (!whole_units(deals[i].amount, scale, &units) && decimal)
		{
			decimal = ++decimals <= MAX_DECIMALS;
			scale *= 10;
		}
		if (decimal && deals[i].probability == 1)
			certain += units;
	}
	/* one that had few decimals may have too many digits in finer units */
	for (uint32 i = 0; i < n && decimal; i++)
	{
		if (deals[i].probability == 0)
			continue;
		decimal = whole_units(deals[i].amount, scale, &units);
		total += units;
		decimal = decimal && total <= LAST_INTEGER;
	}
	if (!decimal)
		scale = 1;
	certain = 0;
	for (uint32 i = 0; i < n; i++)
	{
		if (deals[i].probability == 1)
			certain += decimal ? rint(deals[i].amount * scale) : deals[i].amount;
	}
	lattice->units = scale;
	lattice->base_units = decimal ? certain : lattice->base;
	/* sums of whole units are exact, however large: the next one is another amount */
	if (decimal)
		lattice->tie = Min(lattice->tie, 0.25 / scale);
	for (uint32 i = 0; i < parts->n; i++)
		parts->parts[i].rest = decimal ? rint(parts->parts[i].amount * scale) : parts->parts[i].amount;

	total = 0;
	for (uint32 i = 0; i < parts->n; i++)
	{
		double		a = parts->parts[i].rest;

		total += a;
		/* Euclid; the remainder of two float8 is one, exactly */
		while (a != 0)
		{
			double		remainder = fmod(step, a);

			step = a;
			a = remainder;
		}
		if (total > step * MAX_POINTS)
			return false;
	}
	for (uint32 i = 0; i < parts->n; i++)
	{
		parts->parts[i].width = (uint32) (parts->parts[i].rest / step);
		points += parts->parts[i].width;
	}
	if (points > most_points(parts->n) || estimated_work(parts) > MAX_WORK)
		return false;
	for (uint32 i = 0; i < parts->n; i++)
		parts->parts[i].rest = 0;
	lattice->exact = true;
	lattice->step = step;
	lattice->least = lattice->base_units / scale;
	lattice->most = (lattice->base_units + points * step) / scale;
	return true;
}

/* All sums of few amounts, which then need no lattice: sorted lists are merged, that without the next amount and that with it. */
static void
fill_sums(Lattice *lattice, Parts *parts)
{
	uint32		most = 1u << parts->n;
	double	   *sums = palloc(most * sizeof(double));
	double	   *masses = palloc(most * sizeof(double));
	double	   *old_sums = palloc(most * sizeof(double));
	double	   *old_masses = palloc(most * sizeof(double));
	double	   *mixture = palloc0(most * sizeof(double));
	uint32		n = 1;
	Total		sum;

	for (uint32 node = 0; node < parts->nnodes; node++)
	{
		double		weight = factor_weight(parts, node);

		CHECK_FOR_INTERRUPTS();
		if (parts->nnodes > 1)
			set_conditional(parts, node);
		n = 1;
		sums[0] = 0;
		masses[0] = 1;
		for (uint32 i = 0; i < parts->n; i++)
		{
			double		units = parts->parts[i].rest;
			double		p = conditional_of(parts, &parts->parts[i]);
			uint32		without = 0;
			uint32		old_n = n;

			memcpy(old_sums, sums, n * sizeof(double));
			memcpy(old_masses, masses, n * sizeof(double));
			n = 0;
			for (uint32 with = 0; with < old_n; n++)
			{
				double		next = old_sums[with] + units;

				sums[n] = without < old_n && old_sums[without] <= next ? old_sums[without] : next;
				masses[n] = 0;
				if (without < old_n && old_sums[without] == sums[n])
					masses[n] += (1 - p) * old_masses[without++];
				if (next == sums[n])
					masses[n] += p * old_masses[with++];
			}
		}
		for (uint32 j = 0; j < n; j++)
			mixture[j] += weight * masses[j];
	}

	lattice->exact = true;
	lattice->mass_error = (4.0 * parts->n + parts->nnodes + 64) * EPSILON;
	lattice->npoints = n;
	lattice->sums = sums;
	lattice->below = old_sums;
	lattice->above = old_masses;
	lattice->least = lattice->base_units / lattice->units;
	lattice->most = (lattice->base_units + sums[n - 1]) / lattice->units;
	sum = (Total) {0, 0};
	for (uint32 j = 0; j < n; j++)
	{
		total_add(&sum, mixture[j]);
		lattice->below[j] = Min(total_value(&sum), 1);
	}
	sum = (Total) {0, 0};
	for (uint32 j = n; j-- > 0;)
	{
		total_add(&sum, mixture[j]);
		lattice->above[j] = Min(total_value(&sum), 1);
	}
	pfree(masses);
	pfree(mixture);
}

/*
 * A step so that a quantile will lie within `tolerance` of the total: the bounds are some 1.5 sqrt(n) steps apart by Hoeffding's
 * inequality, where it may fail once in a million, and n / 4 by what the parts that rounding leaves add up to on average.
 */
static void
rounded_step(Lattice *lattice, Parts *parts, double open, double tolerance)
{
	double		most = most_points(parts->n);
	double		points = Min(1.5 * sqrt(parts->n), parts->n / 4.0) * open / Max(tolerance * lattice->most, open / most);

	points = Max(Min(points, most), LEAST_POINTS);
	for (;;)
	{
		double		work;

		lattice->step = open / points;
		for (uint32 i = 0; i < parts->n; i++)
		{
			Part	   *part = &parts->parts[i];

			part->width = (uint32) rint(part->amount / lattice->step);
			part->rest = part->amount - part->width * lattice->step;
		}
		CHECK_FOR_INTERRUPTS();
		work = estimated_work(parts);
		if (points <= LEAST_POINTS || work <= MAX_WORK)
			break;
		points = Max(points * Max(0.5, 0.98 * MAX_WORK / work), LEAST_POINTS);
	}
}

/*
 * One amount more: of a distribution of n points, the one of n + k.  The loops are what all time goes into; without
 * aliasing the compiler makes vector instructions of them.
 */
static void
add_part(const double *restrict from, double *restrict to, uint32 n, uint32 k, double p)
{
	double		q = 1 - p;

	if (k < n)
	{
		for (uint32 j = 0; j < k; j++)
			to[j] = q * from[j];
		for (uint32 j = k; j < n; j++)
			to[j] = q * from[j] + p * from[j - k];
		for (uint32 j = n; j < n + k; j++)
			to[j] = p * from[j - k];
	}
	else
	{
		for (uint32 j = 0; j < n; j++)
			to[j] = q * from[j];
		memset(to + n, 0, (k - n) * sizeof(double));
		for (uint32 j = 0; j < n; j++)
			to[j + k] = p * from[j];
	}
}

/* The distribution under one node, added to the mixture with its weight; returns the mass that was cut off. */
static double
add_node(const Parts *parts, double weight, double *from, double *to, double *mixture)
{
	double	   *buffers[2] = {from, to};
	double	   *window = from;
	uint32		n = 1;
	uint32		first = 0;
	int			used = 0;
	double		dropped = 0;

	from[0] = 1;
	for (uint32 i = 0; i < parts->n; i++)
	{
		const Part *part = &parts->parts[i];

		if (part->width == 0)
			continue;
		CHECK_FOR_INTERRUPTS();
		add_part(window, buffers[1 - used], n, part->width, conditional_of(parts, part));
		used = 1 - used;
		window = buffers[used];
		n += part->width;
		while (n > 1 && window[0] < LEAST_MASS)
		{
			dropped += *window++;
			first++;
			n--;
		}
		while (n > 1 && window[n - 1] < LEAST_MASS)
			dropped += window[--n];
	}
	for (uint32 j = 0; j < n; j++)
		mixture[first + j] += weight * window[j];
	return dropped * weight;
}

/*
 * Under each value of the factor D has a mean of its own, which moves with it where many amounts are small against the step.
 * So the nearest whole number of steps goes over to L, under this node, and what is left of the mean is half a step at most.
 */
static double
rest_mean(const Parts *parts)
{
	Total		mean = {0, 0};

	for (uint32 i = 0; i < parts->n; i++)
		total_add(&mean, parts->parts[i].rest * conditional_of(parts, &parts->parts[i]));
	return total_value(&mean);
}

/* Fills in the distribution, once the widths are known. */
static void
lattice_fill(Lattice *lattice, Parts *parts)
{
	uint64		points = 1;
	int32		least_shift = 0;
	int32		most_shift = 0;
	int32	   *shifts = palloc0(parts->nnodes * sizeof(int32));
	uint32		start = 0;
	uint32		last;
	double	   *mixture;
	double	   *from;
	double	   *to;
	double		dropped = 0;
	Total		rest_least = {0, 0};
	Total		rest_most = {0, 0};
	Total		mean = {0, 0};
	Total		sum;

	for (uint32 i = 0; i < parts->n; i++)
	{
		const Part *part = &parts->parts[i];

		points += part->width;
		total_add(part->rest < 0 ? &rest_least : &rest_most, part->rest);
		lattice->rest_squares += part->rest * part->rest;
	}
	for (uint32 node = 0; node < parts->nnodes && !lattice->exact; node++)
	{
		double		node_mean;

		CHECK_FOR_INTERRUPTS();
		if (parts->nnodes > 1)
			set_conditional(parts, node);
		node_mean = rest_mean(parts);
		shifts[node] = (int32) rint(node_mean / lattice->step);
		node_mean -= shifts[node] * lattice->step;
		total_add(&mean, factor_weight(parts, node) * node_mean);
		least_shift = node == 0 ? shifts[node] : Min(least_shift, shifts[node]);
		most_shift = node == 0 ? shifts[node] : Max(most_shift, shifts[node]);
		lattice->rest_mean_low = node == 0 ? node_mean : Min(lattice->rest_mean_low, node_mean);
		lattice->rest_mean_high = node == 0 ? node_mean : Max(lattice->rest_mean_high, node_mean);
	}
	lattice->rest_mean = total_value(&mean);
	lattice->rest_least = total_value(&rest_least) - most_shift * lattice->step;
	lattice->rest_most = total_value(&rest_most) - least_shift * lattice->step;

	from = palloc(points * sizeof(double));
	to = palloc(points * sizeof(double));
	points += most_shift - least_shift;
	mixture = palloc0(points * sizeof(double));
	for (uint32 node = 0; node < parts->nnodes; node++)
	{
		double		weight = factor_weight(parts, node);

		if (weight < LEAST_WEIGHT)
		{
			dropped += weight;
			continue;
		}
		CHECK_FOR_INTERRUPTS();
		if (parts->nnodes > 1)
			set_conditional(parts, node);
		dropped += add_node(parts, weight, from, to, mixture + (shifts[node] - least_shift));
	}
	pfree(from);
	pfree(to);
	pfree(shifts);

	last = (uint32) (points - 1);
	while (start < last && mixture[start] < LEAST_MASS)
		dropped += mixture[start++];
	while (last > start && mixture[last] < LEAST_MASS)
		dropped += mixture[last--];

	/* every product rounds, and so may each node and the sums of them; what was cut off may belong anywhere */
	lattice->mass_error = (4.0 * parts->n + parts->nnodes + 64) * EPSILON + dropped;
	lattice->slack = lattice->exact ? 0 : (SAME_AMOUNT + (parts->n + 16) * EPSILON) * lattice->most;
	lattice->first = (int64) start + least_shift;
	lattice->npoints = last - start + 1;
	lattice->below = palloc(lattice->npoints * sizeof(double));
	lattice->above = palloc(lattice->npoints * sizeof(double));
	sum = (Total) {0, 0};
	for (uint32 j = 0; j < lattice->npoints; j++)
	{
		total_add(&sum, mixture[start + j]);
		lattice->below[j] = Min(total_value(&sum), 1);
	}
	sum = (Total) {0, 0};
	for (uint32 j = lattice->npoints; j-- > 0;)
	{
		total_add(&sum, mixture[start + j]);
		lattice->above[j] = Min(total_value(&sum), 1);
	}
	pfree(mixture);
}

/*
 * The distribution of the sum of the amounts, which come in ascending order.  tolerance: how far apart, as a share of the
 * whole, the bounds of a quantile may be where the lattice cannot be exact.
 */
Lattice *
lattice_make(const LatticeDeal *deals, uint32 n, double correlation, double tolerance)
{
	Lattice    *lattice = palloc0(sizeof(Lattice));
	Parts		parts;
	Total		certain = {0, 0};
	Total		possible = {0, 0};
	Total		open = {0, 0};

	parts_make(&parts, deals, n, correlation);
	for (uint32 i = 0; i < n; i++)
	{
		if (deals[i].probability == 1)
			total_add(&certain, deals[i].amount);
		if (deals[i].probability > 0)
			total_add(&possible, deals[i].amount);
	}
	for (uint32 i = 0; i < parts.n; i++)
		total_add(&open, parts.parts[i].amount);
	lattice->base = lattice->least = total_value(&certain);
	lattice->most = total_value(&possible);
	lattice->tie = SAME_AMOUNT * lattice->most;
	if (exact_step(lattice, &parts, deals, n))
		lattice_fill(lattice, &parts);
	else if (parts.n <= FEW_PARTS)
		fill_sums(lattice, &parts);
	else
	{
		lattice->tie = SAME_AMOUNT * lattice->most;
		rounded_step(lattice, &parts, total_value(&open), tolerance);
		lattice_fill(lattice, &parts);
	}
	parts_free(&parts);
	return lattice;
}

/* The standard deviation, which needs no lattice: given the factor, the variances of the amounts add up. */
double
lattice_stddev(const LatticeDeal *deals, uint32 n, double correlation)
{
	Parts		parts;
	Total		mean = {0, 0};
	Total		variance = {0, 0};

	parts_make(&parts, deals, n, correlation);
	for (uint32 i = 0; i < parts.n; i++)
		total_add(&mean, parts.parts[i].amount * parts.parts[i].probability);
	for (uint32 node = 0; node < parts.nnodes; node++)
	{
		double		weight = factor_weight(&parts, node);
		Total		node_mean = {0, 0};
		Total		node_variance = {0, 0};
		double		off;

		CHECK_FOR_INTERRUPTS();
		if (parts.nnodes > 1)
			set_conditional(&parts, node);
		for (uint32 i = 0; i < parts.n; i++)
		{
			double		p = conditional_of(&parts, &parts.parts[i]);
			double		expected = parts.parts[i].amount * p;

			total_add(&node_mean, expected);
			total_add(&node_variance, expected * (parts.parts[i].amount * (1 - p)));
		}
		off = parts.nnodes == 1 ? 0 : total_value(&node_mean) - total_value(&mean);
		total_add(&variance, weight * (total_value(&node_variance) + off * off));
	}
	parts_free(&parts);
	return sqrt(total_value(&variance));
}

/* ---- reading ---- */

/* The amount of a point that is kept, where it is exact that of the sum. */
static inline double
point_at(const Lattice *lattice, uint32 j)
{
	double		number = (double) lattice->first + j;

	if (lattice->sums != NULL)
		return (lattice->base_units + lattice->sums[j]) / lattice->units;
	if (lattice->exact)
		return (lattice->base_units + number * lattice->step) / lattice->units;
	return lattice->base + number * lattice->step;
}

/* The first point that with all lower ones has this probability; npoints where there is none. */
static uint32
point_with(const Lattice *lattice, double probability)
{
	uint32		low = 0;
	uint32		high = lattice->npoints;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (lattice->below[middle] < probability)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first point that is at least an amount, once so much is added to it. */
static uint32
point_from(const Lattice *lattice, double amount, double added)
{
	uint32		low = 0;
	uint32		high = lattice->npoints;

	amount -= lattice->tie;
	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (point_at(lattice, middle) + added < amount)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static inline double
within(double value, double least, double most)
{
	return Max(Min(value, most), least);
}

/* How far D may be from its mean, but for a risk. */
static inline double
hoeffding(const Lattice *lattice, double risk)
{
	return sqrt(lattice->rest_squares * -elementary_log(risk) / 2);
}

/*
 * The least amount that is not exceeded with probability p.  A probability that float8 cannot tell from p is p: levels are
 * written as decimals, and so are the probabilities of which they are to be sums.
 */
double
lattice_quantile(const Lattice *lattice, double p)
{
	uint32		j;

	if (p <= 0)
		return lattice->least;
	if (p >= 1)
		return lattice->most;
	j = point_with(lattice, p - lattice->mass_error);
	if (j == lattice->npoints)
		return lattice->exact ? point_at(lattice, j - 1) : lattice_quantile_high(lattice, p);
	if (lattice->exact)
		return point_at(lattice, j);
	return within(point_at(lattice, j) + lattice->rest_mean, lattice_quantile_low(lattice, p), lattice_quantile_high(lattice, p));
}

/* What a quantile is at least. */
double
lattice_quantile_low(const Lattice *lattice, double p)
{
	double		bound = lattice->least;
	uint32		j;

	if (lattice->exact || p <= 0 || p >= 1)
		return lattice_quantile(lattice, p);
	/* beyond the points that are kept there is nothing to rely on but the last */
	j = Min(point_with(lattice, p - lattice->mass_error), lattice->npoints - 1);
	if (p > lattice->mass_error)
		bound = Max(bound, point_at(lattice, j) + lattice->rest_least - lattice->slack);
	for (int i = 0; i < (int) lengthof(hoeffding_risks); i++)
	{
		double		level = p - hoeffding_risks[i] - lattice->mass_error;

		if (level <= 0)
			continue;
		j = Min(point_with(lattice, level), lattice->npoints - 1);
		bound = Max(bound, point_at(lattice, j) + lattice->rest_mean_low - hoeffding(lattice, hoeffding_risks[i]) - lattice->slack);
	}
	return Min(bound, lattice->most);
}

/* And at most. */
double
lattice_quantile_high(const Lattice *lattice, double p)
{
	double		bound = lattice->most;
	uint32		j;

	if (lattice->exact || p <= 0 || p >= 1)
		return lattice_quantile(lattice, p);
	j = point_with(lattice, p + lattice->mass_error);
	if (j < lattice->npoints)
		bound = Min(bound, point_at(lattice, j) + lattice->rest_most + lattice->slack);
	for (int i = 0; i < (int) lengthof(hoeffding_risks); i++)
	{
		j = point_with(lattice, p + hoeffding_risks[i] + lattice->mass_error);
		if (j < lattice->npoints)
			bound = Min(bound, point_at(lattice, j) + lattice->rest_mean_high + hoeffding(lattice, hoeffding_risks[i]) + lattice->slack);
	}
	return Max(bound, lattice->least);
}

/* The probability of an amount or more, with so much added to the points. */
static double
mass_from(const Lattice *lattice, double target, double added)
{
	uint32		j = point_from(lattice, target, added);

	return j == lattice->npoints ? 0 : lattice->above[j];
}

static inline bool
is_certain(const Lattice *lattice, double target)
{
	return target <= lattice->least + lattice->tie;
}

static inline bool
is_impossible(const Lattice *lattice, double target)
{
	return target > lattice->most + lattice->tie;
}

double
lattice_at_least(const Lattice *lattice, double target)
{
	if (is_certain(lattice, target))
		return 1;
	if (is_impossible(lattice, target))
		return 0;
	if (lattice->exact)
		return mass_from(lattice, target, 0);
	return within(mass_from(lattice, target, lattice->rest_mean), lattice_at_least_low(lattice, target),
				  lattice_at_least_high(lattice, target));
}

double
lattice_at_least_low(const Lattice *lattice, double target)
{
	double		bound;

	if (lattice->exact || is_certain(lattice, target) || is_impossible(lattice, target))
		return lattice_at_least(lattice, target);
	bound = mass_from(lattice, target, lattice->rest_least - lattice->slack) - lattice->mass_error;
	for (int i = 0; i < (int) lengthof(hoeffding_risks); i++)
	{
		double		added = lattice->rest_mean_low - hoeffding(lattice, hoeffding_risks[i]) - lattice->slack;

		bound = Max(bound, mass_from(lattice, target, added) - hoeffding_risks[i] - lattice->mass_error);
	}
	return within(bound, 0, 1);
}

double
lattice_at_least_high(const Lattice *lattice, double target)
{
	double		bound;

	if (lattice->exact || is_certain(lattice, target) || is_impossible(lattice, target))
		return lattice_at_least(lattice, target);
	bound = mass_from(lattice, target, lattice->rest_most + lattice->slack) + lattice->mass_error;
	for (int i = 0; i < (int) lengthof(hoeffding_risks); i++)
	{
		double		added = lattice->rest_mean_high + hoeffding(lattice, hoeffding_risks[i]) + lattice->slack;

		bound = Min(bound, mass_from(lattice, target, added) + hoeffding_risks[i] + lattice->mass_error);
	}
	return within(bound, 0, 1);
}

/*
 * The probability of less than an amount, and half of that of the amount itself.  Where amounts were rounded, a point stands
 * for what is within half a step of it.
 */
double
lattice_rank(const Lattice *lattice, double amount)
{
	double		from_point;
	uint32		j;
	double		share = 0;
	double		before;
	double		mass;

	if (amount < lattice->least - lattice->tie)
		return 0;
	if (is_impossible(lattice, amount))
		return 1;
	if (lattice->exact)
	{
		j = point_from(lattice, amount, 0);
		if (j < lattice->npoints && point_at(lattice, j) <= amount + lattice->tie)
			share = 0.5;
	}
	else
	{
		j = point_from(lattice, amount, lattice->rest_mean + lattice->step / 2);
		if (j < lattice->npoints)
		{
			from_point = amount - (point_at(lattice, j) + lattice->rest_mean - lattice->step / 2);
			share = within(from_point / lattice->step, 0, 1);
		}
	}
	if (j == lattice->npoints)
		return 1;
	before = j == 0 ? 0 : lattice->below[j - 1];
	mass = lattice->below[j] - before;
	return within(before + share * mass, 0, 1);
}

/* Whether an amount lies between two quantiles, these included. */
bool
lattice_between(const Lattice *lattice, double amount, double from, double to)
{
	return amount >= lattice_quantile(lattice, from) - lattice->tie && amount <= lattice_quantile(lattice, to) + lattice->tie;
}
