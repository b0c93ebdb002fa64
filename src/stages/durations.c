/*
 * durations.c
 *		Many durations, and their means and quantiles.
 *
 * Quantiles need no more order than there is around them.  So durations are settled into buckets, whose bounds are 64 for each
 * doubling, in one pass, and a bucket is sorted when one looks into it.  Kaplan and Meier's product over the times at which
 * something ended, 1 - d/n, is that of what is left in a bucket by what was there before, where nothing is censored in it:
 * (n - d1)/n * (n - d1 - d2)/(n - d1) = (n - d1 - d2)/n.  Only buckets with a censored duration, or with a quantile in it, are walked
 * time by time.
 *
 * Sorting is by radix, from the lowest byte to the highest: a pass for each byte, and none for bytes that are the same in all, as
 * the upper ones mostly are.  A few are sorted by insertion.
 *
 * Sums are exact, so that means do not depend on the order.
 */
#include "stages/durations.h"

#include <math.h>

#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#define FIRST_ROOM 16
#define FEW 48

/* Buckets of one value each up to 64, then 64 for each doubling. */
#define BUCKET_BITS 6
#define BUCKETS ((64 - BUCKET_BITS + 1) << BUCKET_BITS)

/* Room for more, in the context that is current. */
void
durations_grow(Durations *durations)
{
	uint32		room = durations->room == 0 ? FIRST_ROOM : durations->room + durations->room / 2;
	Size		size = (Size) room * sizeof(uint64);

	CHECK_FOR_INTERRUPTS();
	durations->values = durations->values == NULL ? palloc(size) : repalloc_huge(durations->values, size);
	durations->room = room;
}

static inline uint32
bucket_of(uint64 value)
{
	int			exponent;

	if (value < 1 << BUCKET_BITS)
		return (uint32) value;
	exponent = pg_leftmost_one_pos64(value);
	return (uint32) (((exponent - BUCKET_BITS) << BUCKET_BITS) + (value >> (exponent - BUCKET_BITS)));
}

static void
scratch_room(Durations *scratch, uint32 n)
{
	if (scratch->room >= n)
		return;
	if (scratch->values != NULL)
		pfree(scratch->values);
	scratch->values = MemoryContextAllocHuge(CurrentMemoryContext, (Size) n * sizeof(uint64));
	scratch->room = n;
}

static void
sort_values(uint64 *values, uint32 n, Durations *scratch)
{
	uint64	   *from = values;
	uint64	   *to;
	uint32		count[8][256];

	if (n <= FEW)
	{
		for (uint32 i = 1; i < n; i++)
		{
			uint64		value = from[i];
			uint32		hole = i;

			for (; hole > 0 && from[hole - 1] > value; hole--)
				from[hole] = from[hole - 1];
			from[hole] = value;
		}
		return;
	}
	scratch_room(scratch, n);
	to = scratch->values;
	memset(count, 0, sizeof(count));
	for (uint32 i = 0; i < n; i++)
	{
		for (int byte = 0; byte < 8; byte++)
			count[byte][(from[i] >> (8 * byte)) & 0xFF]++;
	}
	for (int byte = 0; byte < 8; byte++)
	{
		uint32		start = 0;
		uint64	   *swap;

		CHECK_FOR_INTERRUPTS();
		if (count[byte][(from[0] >> (8 * byte)) & 0xFF] == n)
			continue;
		for (int value = 0; value < 256; value++)
		{
			uint32		these = count[byte][value];

			count[byte][value] = start;
			start += these;
		}
		for (uint32 i = 0; i < n; i++)
			to[count[byte][(from[i] >> (8 * byte)) & 0xFF]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	if (from != values)
		memcpy(values, from, (Size) n * sizeof(uint64));
}

/* `scratch` is room that many of these use one after the other; zeros at first. */
static void
durations_sort(Durations *durations, Durations *scratch)
{
	if (durations->n > 1)
		sort_values(durations->values, durations->n, scratch);
}

/* Into buckets; nothing may be added any more. */
void
durations_settle(Durations *durations, Durations *scratch)
{
	uint64	   *from = durations->values;
	uint32		n = durations->n;
	uint32		room = durations->room;
	uint32	   *ends;
	uint32		start = 0;

	if (n <= FEW || durations->ends != NULL)
	{
		durations_sort(durations, scratch);
		return;
	}
	ends = palloc0(BUCKETS * sizeof(uint32));
	for (uint32 i = 0; i < n; i++)
		ends[bucket_of(from[i])]++;
	CHECK_FOR_INTERRUPTS();
	for (uint32 bucket = 0; bucket < BUCKETS; bucket++)
	{
		uint32		these = ends[bucket];

		ends[bucket] = start;
		start += these;
	}
	scratch_room(scratch, n);
	for (uint32 i = 0; i < n; i++)
		scratch->values[ends[bucket_of(from[i])]++] = from[i];
	CHECK_FOR_INTERRUPTS();
	durations->values = scratch->values;
	durations->room = scratch->room;
	durations->ends = ends;
	scratch->values = from;
	scratch->room = room;
}

/* Buckets are 15 kB, and there can be a million pairs of stages: whoever has said what there is to say of one, frees it. */
void
durations_free(Durations *durations)
{
	if (durations->values != NULL)
		pfree(durations->values);
	if (durations->ends != NULL)
		pfree(durations->ends);
	memset(durations, 0, sizeof(*durations));
}

double
durations_days(int128 microseconds)
{
	return (double) microseconds / (double) USECS_PER_DAY;
}

bool
durations_mean(const Durations *durations, double *days)
{
	if (durations->n == 0)
		return false;
	*days = durations_days(durations->sum) / durations->n;
	return true;
}

/* The value that so many others are not above, of settled durations. */
static uint64
value_at(Durations *durations, uint32 place, Durations *scratch)
{
	uint32		low = 0;
	uint32		high = BUCKETS - 1;
	uint32		start;

	if (durations->ends == NULL)
		return durations->values[place];
	while (low < high)
	{
		uint32		middle = (low + high) / 2;

		if (durations->ends[middle] > place)
			high = middle;
		else
			low = middle + 1;
	}
	start = low == 0 ? 0 : durations->ends[low - 1];
	sort_values(&durations->values[start], durations->ends[low] - start, scratch);
	return durations->values[place];
}

/*
 * Of settled durations: the value at a share q of the way through them, between two of them linearly, as percentile_cont does.
 */
bool
durations_quantile(Durations *durations, double q, double *days, Durations *scratch)
{
	double		place;
	uint32		low;
	double		a;
	double		b;

	if (durations->n == 0)
		return false;
	place = q * (durations->n - 1);
	low = (uint32) place;
	a = durations_days(value_at(durations, low, scratch));
	b = durations_days(value_at(durations, Min(low + 1, durations->n - 1), scratch));
	*days = a + (place - low) * (b - a);
	return true;
}

/* Of settled durations: the least one that a share q of them does not exceed, as percentile_disc has it. */
bool
durations_at(Durations *durations, double q, double *days, Durations *scratch)
{
	double		place;

	if (durations->n == 0)
		return false;
	place = ceil(q * durations->n);
	*days = durations_days(value_at(durations, place < 1 ? 0 : Min((uint32) place, durations->n) - 1, scratch));
	return true;
}

/* Shares that differ by less are the same: a product of many factors is not exact. */
#define TOLERANCE (1.0 / (1 << 26))

/* How far one has come along the curve. */
typedef struct Walk
{
	double		survival;
	int			next;			/* the first share that is not known */
	bool		reached;		/* it was, exactly, on an interval that began `from` */
	double		from;
} Walk;

/* At a time at which so many of those at risk ended. */
static inline void
walk_step(Walk *walk, uint64 time, double at_risk, double ended, int n, const double *q, double *days, bool *known)
{
	double		here = durations_days(time);

	walk->survival *= (at_risk - ended) / at_risk;
	while (walk->next < n)
	{
		if (!walk->reached && 1 - walk->survival + TOLERANCE >= q[walk->next])
		{
			walk->reached = true;
			walk->from = here;
		}
		if (!walk->reached || 1 - walk->survival - TOLERANCE < q[walk->next])
			break;
		days[walk->next] = (walk->from + here) / 2;
		known[walk->next++] = true;
		walk->reached = false;
	}
}

/*
 * Of settled durations that ended, and of such that did not: after how many days shares q, in ascending order and above 0, have
 * ended, by Kaplan and Meier.  What survival_quantile (stages/survival_read.c, where the definition is) says of the same, without
 * a value of theirs.  Sorts those that did not end.
 */
void
durations_km_quantiles(Durations *ended, Durations *open, int n, const double *q, double *days, bool *known, Durations *scratch)
{
	Walk		walk = {.survival = 1};
	uint32		gone = 0;		/* of the open ones, before this time */
	uint32		nbuckets = ended->ends == NULL ? 1 : BUCKETS;
	uint32		start = 0;

	durations_sort(open, scratch);
	for (int i = 0; i < n; i++)
		known[i] = false;
	for (uint32 bucket = 0; bucket < nbuckets && walk.next < n; bucket++)
	{
		uint32		end = ended->ends == NULL ? ended->n : ended->ends[bucket];
		uint32		at = start;

		CHECK_FOR_INTERRUPTS();
		start = end;
		if (at == end)
			continue;
		if (ended->ends != NULL)
		{
			double		at_risk;

			while (gone < open->n && bucket_of(open->values[gone]) < bucket)
				gone++;
			at_risk = (double) (ended->n - at) + (double) (open->n - gone);
			if ((gone == open->n || bucket_of(open->values[gone]) > bucket) && !walk.reached)
			{
				double		survival = walk.survival * ((at_risk - (end - at)) / at_risk);

				/* twice as far as one that is reached is from it */
				if (1 - survival + 2 * TOLERANCE < q[walk.next])
				{
					walk.survival = survival;
					continue;
				}
			}
			sort_values(&ended->values[at], end - at, scratch);
		}
		while (at < end && walk.next < n)
		{
			uint64		time = ended->values[at];
			uint32		first = at;

			while (gone < open->n && open->values[gone] < time)
				gone++;
			while (at < end && ended->values[at] == time)
				at++;
			walk_step(&walk, time, (double) (ended->n - first) + (double) (open->n - gone), at - first, n, q, days, known);
		}
	}
	if (walk.next < n && walk.reached)
	{
		double		last = durations_days(value_at(ended, ended->n - 1, scratch));

		if (open->n > 0)
			last = Max(last, durations_days(open->values[open->n - 1]));
		days[walk.next] = (walk.from + last) / 2;
		known[walk.next] = true;
	}
}
