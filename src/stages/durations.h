/*
 * durations.h
 *		Many durations, and their means and quantiles.  See durations.c.
 */
#ifndef SALESOPS_DURATIONS_H
#define SALESOPS_DURATIONS_H

#include "core/compat.h"

/* Microseconds. */
typedef struct Durations
{
	uint64	   *values;
	uint32		n;
	uint32		room;
	int128		sum;
	uint32	   *ends;			/* of each bucket, once they are settled */
} Durations;

extern void durations_grow(Durations *durations);
extern void durations_settle(Durations *durations, Durations *scratch);
extern void durations_free(Durations *durations);
extern bool durations_mean(const Durations *durations, double *days);
extern bool durations_quantile(Durations *durations, double q, double *days, Durations *scratch);
extern bool durations_at(Durations *durations, double q, double *days, Durations *scratch);
extern void durations_km_quantiles(Durations *ended, Durations *open, int n, const double *q, double *days, bool *known,
								   Durations *scratch);
extern double durations_days(int128 microseconds);

static inline void
durations_add(Durations *durations, uint64 microseconds)
{
	if (unlikely(durations->n == durations->room))
		durations_grow(durations);
	durations->values[durations->n++] = microseconds;
	durations->sum += microseconds;
}

#endif							/* SALESOPS_DURATIONS_H */
