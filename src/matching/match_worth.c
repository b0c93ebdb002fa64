/*
 * match_worth.c
 *		Fitting a match model, the second part: from how probable it is that pairs are one, to what each grade of a column is worth.
 *
 * A model is a sum over columns, since only a sum can be explained column by column, be stored, and be applied to records that came later.  What
 * match_fit.c finds of each pair depends on more: by which columns the pair was found, and which columns it is compared with.  Of a pair that is
 * given by hand nobody knows.
 *
 * So the weights are those of the sum that comes closest to the probabilities: a logistic regression on the grades, with the probabilities in
 * place of labels.  It begins at log2(m / u), and is held there by RIDGE: a grade that a handful of pairs have, keeps what m and u
 * say.  The loss is convex; Newton's steps, halved while they lead uphill, find its minimum.
 *
 * In the end, being more alike is never worth less: neighbouring grades of which that is not so get their average, by m and by how many pairs
 * have the grade, as in isotonic regression (Ayer and others 1955).
 *
 * Worked example: 100 pairs agree on first and last name and were found by both, of which 2 are one, as their dates say; 10 agree on the last name
 * and the date, and are one.  Over all pairs the first name would be worth log2(m / u), as if those 100 were evidence; in the regression it is worth
 * what makes 2 of 100.
 */
#include "matching/match_model.h"

#include "miscadmin.h"

#define RIDGE 1.0
#define FEW 20.0				/* pairs of a grade, or it counts for less than its m */
#define TINY 0.001				/* so that one that no pair has counts for something */
#define STEPS 100
#define LEAST_STEP 1e-12		/* a part of Newton's */
#define CONVERGED 1e-12

/* Weights that never fall from one grade to the next: where they do, neighbours get their average, in which each counts as `pairs` says. */
static void
never_fall(MatchModelColumn *c, const double *pairs)
{
	struct
	{
		double		sum;
		double		pairs;
		double		weight;
		int			end;
	}			pool[MATCH_GRADES];
	int			n = 0;

	c->weight[MATCH_LEVEL_MISSING] = 0;
	for (int g = MATCH_LEVEL_DIFFERENT; g < (int) c->ngrades; g++)
	{
		pool[n].sum = c->weight[g] * pairs[g];
		pool[n].pairs = pairs[g];
		pool[n].weight = c->weight[g];
		pool[n++].end = g + 1;
		while (n > 1 && pool[n - 1].weight < pool[n - 2].weight)
		{
			pool[n - 2].sum += pool[n - 1].sum;
			pool[n - 2].pairs += pool[n - 1].pairs;
			pool[n - 2].weight = pool[n - 2].sum / pool[n - 2].pairs;
			pool[n - 2].end = pool[n - 1].end;
			n--;
		}
	}
	for (int i = 0, g = MATCH_LEVEL_DIFFERENT; i < n; i++)
		while (g < pool[i].end)
			c->weight[g++] = pool[i].weight;
}

/* What a column's grades are worth by themselves. */
void
match_weigh(MatchModelColumn *c)
{
	for (int g = MATCH_LEVEL_DIFFERENT; g < (int) c->ngrades; g++)
		c->weight[g] = log2(c->m[g] / c->u[g]);
	never_fall(c, c->m);
}

/*
 * Solves h x = r for a positive definite h of n rows, of which the lower half is given, by Cholesky; h is lost, x is left in r.
 */
static void
solve(double *h, double *r, int n)
{
	for (int i = 0; i < n; i++)
	{
		double	   *row = h + (Size) i * n;

		for (int j = 0; j <= i; j++)
		{
			const double *other = h + (Size) j * n;
			double		sum = row[j];

			for (int k = 0; k < j; k++)
				sum -= row[k] * other[k];
			row[j] = i == j ? sqrt(Max(sum, RIDGE / 2)) : sum / other[j];
		}
	}
	for (int i = 0; i < n; i++)
	{
		for (int k = 0; k < i; k++)
			r[i] -= h[(Size) i * n + k] * r[k];
		r[i] /= h[(Size) i * n + i];
	}
	for (int i = n - 1; i >= 0; i--)
	{
		for (int k = i + 1; k < n; k++)
			r[i] -= h[(Size) k * n + i] * r[k];
		r[i] /= h[(Size) i * n + i];
	}
}

/* Pairs with the same grades, whatever they were found by. */
typedef struct WorthRow
{
	const uint8 *grades;
	double		count;
	double		ones;
} WorthRow;

typedef struct Worth
{
	const MatchModel *model;
	int			first[MATCH_MAX_COLUMNS];	/* the number of a column's first grade, less MATCH_LEVEL_DIFFERENT */
	int			n;				/* weights of grades, and behind them the constant */
	WorthRow   *rows;
	uint32		nrows;
	double	   *start;			/* of weights, in natural logarithms */
} Worth;

#define MERGE_SORT_NAME sort_rows
#define MERGE_SORT_TYPE WorthRow
#define MERGE_SORT_COMPARE(a, b) memcmp((a)->grades, (b)->grades, MATCH_MAX_COLUMNS)
#include "core/merge_sort.h"

static void
make_rows(Worth *w, const MatchPattern *patterns, const double *one, uint32 npatterns)
{
	w->rows = palloc_extended(Max(npatterns, 1) * sizeof(WorthRow), MCXT_ALLOC_HUGE);
	for (uint32 i = 0; i < npatterns; i++)
		w->rows[i] = (WorthRow) {patterns[i].grades, patterns[i].count, patterns[i].count * one[i]};
	sort_rows(w->rows, npatterns);
	for (uint32 i = 0; i < npatterns; i++)
	{
		WorthRow   *last = &w->rows[Max(w->nrows, 1) - 1];

		if (w->nrows > 0 && memcmp(last->grades, w->rows[i].grades, MATCH_MAX_COLUMNS) == 0)
		{
			last->count += w->rows[i].count;
			last->ones += w->rows[i].ones;
		}
		else
			w->rows[w->nrows++] = w->rows[i];
	}
}

/* The weights that a row has, ascending, and the constant; their number. */
static inline int
weights_of(const Worth *w, const WorthRow *row, int *at)
{
	int			n = 0;

	for (int k = 0; k < w->model->ncolumns; k++)
		if (row->grades[k] != MATCH_LEVEL_MISSING)
			at[n++] = w->first[k] + row->grades[k];
	at[n++] = w->n - 1;
	return n;
}

/* How far the weights are from the probabilities: cross entropy, and what the ridge adds. */
static double
loss(const Worth *w, const double *weight)
{
	double		sum = 0;

	for (int a = 0; a < w->n; a++)
		sum += RIDGE / 2 * (weight[a] - w->start[a]) * (weight[a] - w->start[a]);
	for (uint32 i = 0; i < w->nrows; i++)
	{
		const WorthRow *row = &w->rows[i];
		int			at[MATCH_MAX_COLUMNS + 1];
		int			n = weights_of(w, row, at);
		double		x = 0;

		if (i % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		for (int a = 0; a < n; a++)
			x += weight[at[a]];
		sum += row->count * (Max(x, 0) + log1p(exp(-fabs(x)))) - row->ones * x;
	}
	return sum;
}

/* Newton's step, in r. */
static void
newton(const Worth *w, const double *weight, double *h, double *r)
{
	Assert(w->n > 0);
	memset(h, 0, (Size) w->n * w->n * sizeof(double));
	for (int a = 0; a < w->n; a++)
	{
		h[(Size) a * w->n + a] = RIDGE;
		r[a] = -RIDGE * (weight[a] - w->start[a]);
	}
	for (uint32 i = 0; i < w->nrows; i++)
	{
		const WorthRow *row = &w->rows[i];
		int			at[MATCH_MAX_COLUMNS + 1];
		int			n = weights_of(w, row, at);
		double		x = 0;
		double		p;

		if (i % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		for (int a = 0; a < n; a++)
			x += weight[at[a]];
		p = 1 / (1 + exp(-x));
		for (int a = 0; a < n; a++)
		{
			double	   *h_row = h + (Size) at[a] * w->n;

			r[at[a]] += row->ones - row->count * p;
			for (int b = 0; b <= a; b++)
				h_row[at[b]] += row->count * p * (1 - p);
		}
	}
	solve(h, r, w->n);
}

/*
 * The weights of the model's columns and its prior, from m, u and the prior as they are, and, of each pattern, how probable it is that its pairs are
 * one.
 */
void
match_fit_worth(MatchModel *model, const MatchPattern *patterns, const double *one, uint32 npatterns)
{
	Worth		w = {.model = model};
	double	   *h;
	double	   *step;
	double	   *weight;
	double	   *trial;
	double		(*pairs)[MATCH_GRADES] = palloc0(model->ncolumns * sizeof(*pairs));
	double		now;

	for (int k = 0; k < model->ncolumns; k++)
	{
		w.first[k] = w.n - MATCH_LEVEL_DIFFERENT;
		w.n += model->columns[k].ngrades - MATCH_LEVEL_DIFFERENT;
	}
	w.n++;
	h = palloc((Size) w.n * w.n * sizeof(double));
	step = palloc(w.n * sizeof(double));
	weight = palloc(w.n * sizeof(double));
	trial = palloc(w.n * sizeof(double));
	w.start = palloc(w.n * sizeof(double));
	for (int k = 0; k < model->ncolumns; k++)
		for (int g = MATCH_LEVEL_DIFFERENT; g < (int) model->columns[k].ngrades; g++)
			w.start[w.first[k] + g] = log(model->columns[k].m[g] / model->columns[k].u[g]);
	w.start[w.n - 1] = log(model->prior / (1 - model->prior));
	make_rows(&w, patterns, one, npatterns);

	memcpy(weight, w.start, (Size) w.n * sizeof(double));
	now = loss(&w, weight);
	for (int i = 0; i < STEPS; i++)
	{
		double		part = 1;
		double		then;

		newton(&w, weight, h, step);
		/* where many columns agree together, a whole step may lead too far */
		for (;;)
		{
			for (int a = 0; a < w.n; a++)
				trial[a] = weight[a] + part * step[a];
			then = loss(&w, trial);
			if (then <= now || part < LEAST_STEP)
				break;
			part /= 2;
		}
		if (!(then < now))
			break;
		memcpy(weight, trial, (Size) w.n * sizeof(double));
		if (now - then <= CONVERGED * now)
			break;
		now = then;
	}

	for (uint32 i = 0; i < w.nrows; i++)
	{
		if (i % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < model->ncolumns; k++)
			pairs[k][w.rows[i].grades[k]] += w.rows[i].count;
	}
	for (int k = 0; k < model->ncolumns; k++)
	{
		MatchModelColumn *c = &model->columns[k];

		/* a grade that hardly any pairs have, has nothing to say of its neighbours */
		for (int g = MATCH_LEVEL_DIFFERENT; g < (int) c->ngrades; g++)
			pairs[k][g] = c->m[g] * (pairs[k][g] + TINY) / (pairs[k][g] + FEW);
		for (int g = MATCH_LEVEL_DIFFERENT; g < (int) c->ngrades; g++)
			c->weight[g] = Min(Max(weight[w.first[k] + g] / M_LN2, -MATCH_MAX_WEIGHT), MATCH_MAX_WEIGHT) + 0.0;
		never_fall(c, pairs[k]);
	}
	model->prior = Min(Max(1 / (1 + exp(-weight[w.n - 1])), MATCH_LEAST_PART), 1 - MATCH_LEAST_PART);
	pfree(h);
	pfree(step);
	pfree(weight);
	pfree(trial);
	pfree(pairs);
	pfree(w.start);
	pfree(w.rows);
}
