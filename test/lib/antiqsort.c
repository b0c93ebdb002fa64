/*
 * antiqsort.c
 *		An order of 0 .. n - 1, a line each, for which this server's qsort takes quadratic time.
 *
 * After M. D. McIlroy, "A Killer Adversary for Quicksort" (1999): the values are decided while the sort runs.  At first
 * all are "gas", larger than any that is decided; where two of gas are compared one of them gets the next value, so that
 * whatever the sort chooses as its pivot turns out to be nearly the smallest.  PostgreSQL's qsort first looks whether
 * its input is in order already; neighbours are therefore decided so that they are not.
 *
 * The order is then sorted anew, as the server will, and the comparisons are counted: a qsort that it does not make slow
 * is an error, lest a test of slowness test nothing.
 *
 *		cc -I $(pg_config --includedir-server) -o antiqsort antiqsort.c && ./antiqsort 100000
 */
#include "c.h"

#undef printf					/* the server's own are not linked */
#undef fprintf

#define ST_SORT sort
#define ST_ELEMENT_TYPE_VOID
#define ST_COMPARE_RUNTIME_POINTER
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

static int *value;
static int gas;
static int decided = 0;
static int candidate = -1;		/* of gas, and probably the pivot */

static int
compare(const void *a, const void *b)
{
	int			x = *(const int *) a;
	int			y = *(const int *) b;

	if (value[x] == gas && value[y] == gas)
	{
		bool		neighbours = (const char *) b - (const char *) a == sizeof(int);

		value[x == candidate && !neighbours ? x : y] = decided++;
	}
	if (value[x] == gas)
		candidate = x;
	else if (value[y] == gas)
		candidate = y;
	return value[x] - value[y];
}

static int64 comparisons = 0;

static int
compare_decided(const void *a, const void *b)
{
	comparisons++;
	return value[*(const int *) a] - value[*(const int *) b];
}

int
main(int argc, char **argv)
{
	int			n = atoi(argv[1]);
	int		   *order = malloc(n * sizeof(int));

	value = malloc(n * sizeof(int));
	gas = n - 1;
	for (int i = 0; i < n; i++)
	{
		order[i] = i;
		value[i] = gas;
	}
	sort(order, n, sizeof(int), compare);

	for (int i = 0; i < n; i++)
		order[i] = i;
	sort(order, n, sizeof(int), compare_decided);
	if (comparisons < (int64) n * n / 100)
	{
		fprintf(stderr, "sorting %d values took only %lld comparisons\n", n, (long long) comparisons);
		return 1;
	}
	for (int i = 0; i < n; i++)
		printf("%d\n", value[i]);
	return 0;
}
