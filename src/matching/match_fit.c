/*
 * match_fit.c
 *		Fitting a match model: what agreement on each column is worth, learned from the data without labels.
 *
 * The model is that of Fellegi and Sunter, "A Theory for Record Linkage" (1969): a pair of records that are one has grade g in a
 * column with probability m(g), another pair with u(g), and log2(m/u), added up over the columns, is the evidence that it is one.
 * Missing values say nothing.  m, u and the part of the pairs that are one are estimated by expectation and maximization (Dempster, Laird
 * and Rubin 1977; Winkler 1988): from the weights as they are, how likely each pair is one; from that, the weights.
 *
 * What is ours, and why:
 *
 *	- m, u and the part of pairs that are one are all of the pairs that are compared (match_block.c), not of all pairs there could be.  Pairs of
 *	  records that share something rare are no random pairs, and u from random ones makes each of them look like a match: this is
 *	  where unsupervised matchers fail, and where thresholds have to be chosen by hand.  Among the pairs that are compared, even odds are
 *	  even odds.
 *	- Pairs are compared because they were found by something, and what they were found by is no evidence.  Of two that have "Hans Meier" in
 *	  common, and were found by that, the name says little, and the date of birth all; of two that were found by the date, the name.  So m and u
 *	  of a column are other ones where pairs were found by it, and u and the part that is one are also those of each set of columns by which pairs
 *	  were found, as far as there are enough pairs to say (LEND_PAIRS, LEND_PART).  Without it, namesakes are the structure that EM finds in a
 *	  table of names and dates: they all agree on two columns.
 *	- The same value is worth more where few records have it.  Where term frequencies are put in by a formula, it assumes
 *	  random pairs again; here the same value is three grades, by how many records have it, and each is learned like any other.
 *	- m begins, and is held, near what is known of data in general: the same in three of four cases, or similar.  That counts as
 *	  much as PRIOR_PAIRS pairs and PRIOR_PART of those that are compared: it decides where there are hardly any pairs to learn from, or none that
 *	  are one; there the part of pairs that are one falls as far as their number can tell.  Without it, EM divides any pairs in two kinds.
 *	- So are u (different in seven of ten cases) and the part of the pairs that are one (one in five), by PRIOR_OTHERS pairs.
 *	  That is nothing in a million pairs, and much in ten: without it five of seven pairs that are one make agreement look like chance,
 *	  and the part of the pairs that are one falls to a millionth, which seven pairs cannot tell.
 *	- u begins as that of the pairs as they are, but for those that would be one by what is known of data in general: where most pairs that
 *	  something found are of duplicates, agreement must not look like chance.  Where more than MOSTLY_COPIES of all pairs are the same in
 *	  everything, there is only one kind of pairs to see, and which kind it is, no likelihood says: then copies are what is one at first, whatever
 *	  they were found by.
 *	- Of pairs that are one no more than MOST_DIFFERENT differ in a column.  Branches of a chain have the name and the website in common, and
 *	  everything else is different; colleagues have everything in common but their names: where there are more of them than of duplicates, it is
 *	  they who are the other kind of pairs that EM finds.  The limit is on m; and for names and addresses of e-mail, which tell those who belong
 *	  together apart, also on the pairs: what differs is less and less likely to be one, until no more than so many do (posterior
 *	  regularization: Ganchev and others 2010).  Names of two that belong together are often a little alike (Brenner Holding and Brenner
 *	  Logistik, Markus and Maria), so that of theirs the least similar ones count as different (MOST_UNLIKE).  Other columns may differ in all
 *	  pairs that are one: an id of the record.
 *	- Of the pairs that are one and have the same value, no more than MOST_COMMON times as many have a common one as records have one:
 *	  the telephone number of a head office is what branches have in common.
 *
 * What comes out is how probable it is of each pair that it is one.  match_worth.c makes weights of that.  m and u of the model are what was seen
 * in the end among pairs that are one, and others, without the limits above.
 *
 * Where one column alone has values there is nothing to learn, and the same value, or a very similar one, is one.
 *
 * Deterministic: patterns come in one order, sums are taken in that order.
 *
 * Worked example: of 9,000 records with four columns, of which pairs that are one agree with a known probability and others by chance,
 * test/pgtap/matching_score.sql finds m of each column again, to .025.
 */
#include "matching/match_model.h"

#include "miscadmin.h"

#define PRIOR_PAIRS 20.0
#define PRIOR_PART 0.003		/* of the pairs that are compared, besides */
#define PRIOR_SAME 0.75
#define PRIOR_DIFFERENT 0.05	/* at least */
#define PRIOR_OTHERS 20.0
#define PRIOR_OTHERS_DIFFERENT 0.7
#define PRIOR_OTHERS_SAME 0.1
#define PRIOR_OTHERS_ONE 0.2
#define LEND_PAIRS 600.0		/* for u of a set of columns, from those of all that were found by the column, or not */
#define LEND_PART 100.0			/* for the part that is one, from all */
#define MOST_DIFFERENT 0.25
#define MOST_UNLIKE 0.35
#define MOST_COMMON 2.0
#define MOSTLY_COPIES 0.5
#define SOME_SAME 0.01			/* as many addresses are the same, as a part of the pairs that are one */
#define LIMITS_FROM 10			/* iterations before pairs are held to the limits */
#define LIMITS_STEP 0.2
#define LIMITS_MET 1e-3
#define ITERATIONS 200
#define CONVERGED 1e-8

/* Whether pairs were found by the column. */
enum
{
	NOT_BY, BY, WAYS
};

/* Of a column, while a model is fitted. */
typedef struct FitColumn
{
	int			ngrades;
	bool		is_name;		/* of a person or a company */
	bool		is_email;
	double		same;			/* pairs that have the same value */
	int			nunlike;		/* grades of it that are different */
	double		most_unlike;	/* part of the pairs that are one */
	double		rarity[MATCH_RARITIES];
	double		prior_m[MATCH_GRADES];
	double		prior_u[MATCH_GRADES];
	double		fine;			/* how much less likely to be one unlike pairs are than m says, as a logarithm */
	double		m[WAYS][MATCH_GRADES];
	double		seen[WAYS][MATCH_GRADES];	/* pairs that are one */
} FitColumn;

/* Pairs that were found by the same columns. */
typedef struct FitGroup
{
	uint32		found_by;
	uint32		first;			/* patterns */
	uint32		end;
	double		pairs;
	double		ones;
	double		part;			/* that is one */
	double		(*u)[MATCH_GRADES];	/* of each column */
	double		(*seen)[MATCH_GRADES];	/* pairs that are not one */
} FitGroup;

typedef struct Fit
{
	int			ncolumns;
	uint32		ngroups;
	uint32		npatterns;
	const MatchPattern *patterns;
	FitColumn  *columns;
	FitGroup   *groups;
	double	   *one;			/* of each pattern */
	double		pairs;
	double		part;
} Fit;

static inline int
way_of(const FitGroup *group, int column)
{
	return (group->found_by >> column & 1) != 0 ? BY : NOT_BY;
}

/* What m is before anything is known: of levels that are alike each twice that of the one below. */
static void
prior_m(double *m, int ngrades, const double *rarity)
{
	int			same = ngrades - MATCH_RARITIES;
	double		total = 0;

	for (int g = MATCH_LEVEL_DIFFERENT; g < same; g++)
		total += ldexp(1, g);
	for (int g = MATCH_LEVEL_DIFFERENT; g < ngrades; g++)
		m[g] = g < same ? (1 - PRIOR_SAME) * ldexp(1, g) / total : PRIOR_SAME * rarity[g - same];
	m[MATCH_LEVEL_DIFFERENT] = Max(m[MATCH_LEVEL_DIFFERENT], PRIOR_DIFFERENT);
	total = 0;
	for (int g = MATCH_LEVEL_DIFFERENT; g < ngrades; g++)
		total += m[g];
	for (int g = MATCH_LEVEL_DIFFERENT; g < ngrades; g++)
		m[g] /= total;
}

/* And u. */
static void
prior_u(double *u, int ngrades, const double *rarity)
{
	int			same = ngrades - MATCH_RARITIES;
	int			nsimilar = same - MATCH_LEVEL_DIFFERENT - 1;

	for (int g = MATCH_LEVEL_DIFFERENT; g < ngrades; g++)
	{
		if (g == MATCH_LEVEL_DIFFERENT)
			u[g] = PRIOR_OTHERS_DIFFERENT;
		else if (g < same)
			u[g] = (1 - PRIOR_OTHERS_DIFFERENT - PRIOR_OTHERS_SAME) / nsimilar;
		else
			u[g] = PRIOR_OTHERS_SAME * rarity[g - same];
	}
}

/* m or u from how often each grade was seen, and how often it was before. */
static void
share(double *p, const double *seen, const double *before, double pairs, int ngrades)
{
	double		total = 0;

	p[MATCH_LEVEL_MISSING] = 1;
	for (int g = MATCH_LEVEL_DIFFERENT; g < ngrades; g++)
		total += p[g] = seen[g] + pairs * before[g];
	for (int g = MATCH_LEVEL_DIFFERENT; g < ngrades; g++)
		p[g] /= total;
}

/* No more than MOST_DIFFERENT of the pairs that are one differ. */
static void
limit_different(double *m, int ngrades)
{
	double		factor;

	if (m[MATCH_LEVEL_DIFFERENT] <= MOST_DIFFERENT)
		return;
	factor = (1 - MOST_DIFFERENT) / (1 - m[MATCH_LEVEL_DIFFERENT]);
	m[MATCH_LEVEL_DIFFERENT] = MOST_DIFFERENT;
	for (int g = MATCH_LEVEL_DIFFERENT + 1; g < ngrades; g++)
		m[g] *= factor;
}

/* Pairs that are one have common values about as often as records have them: no more than MOST_COMMON times. */
static void
limit_common(double *m, int ngrades, const double *rarity)
{
	int			same = ngrades - MATCH_RARITIES;
	double		total = m[same] + m[same + 1] + m[same + 2];

	for (int i = 0; i < MATCH_RARITIES - 1; i++)
	{
		double		most = total * rarity[i] * MOST_COMMON;

		if (m[same + i] > most)
		{
			m[same + MATCH_RARITIES - 1] += m[same + i] - most;
			m[same + i] = most;
		}
	}
}

/* Does a value of such a column say by itself which record it is? */
static bool
is_telling(const MatchColumn *column)
{
	switch ((MatchAs) column->as)
	{
		case MATCH_AS_COMPANY:
		case MATCH_AS_PERSON:
		case MATCH_AS_TEXT:
		case MATCH_AS_EMAIL:
		case MATCH_AS_WEBSITE:
		case MATCH_AS_PHONE:
		case MATCH_AS_ADDRESS:
		case MATCH_AS_IDENTIFIER:
			return true;
		default:
			return false;
	}
}

/* Is there a value that more than half of the records have? */
static bool
is_constant(const MatchModel *model, int k)
{
	const MatchCommon *common = match_model_common(model) + model->columns[k].common;

	for (uint32 i = 0; i < model->columns[k].ncommon; i++)
		if (common[i].count > (uint64) model->nrecords / 2)
			return true;
	return false;
}

/*
 * Where one column alone has values, nothing says which of its grades are those of pairs that are one: any division fits.  Then
 * the same value is one, and a value as similar as the column's closest level.
 */
static void
fit_alone(MatchModel *model, int k, const FitColumn *column, const double *all)
{
	MatchModelColumn *c = &model->columns[k];
	int			least = c->ngrades - MATCH_RARITIES - 1;
	double		seen[2][MATCH_GRADES] = {{0}};
	double		ones = 0;
	double		total = 0;

	for (int g = MATCH_LEVEL_DIFFERENT; g < (int) c->ngrades; g++)
	{
		seen[g < least][g] = all[g];
		ones += seen[0][g];
		total += all[g];
	}
	share(c->m, seen[0], column->prior_m, 1, c->ngrades);
	share(c->u, seen[1], column->prior_u, 1, c->ngrades);
	match_weigh(c);
	model->prior = Min(Max(ones / total, MATCH_LEAST_PART), 0.5);
}

/* How probable it is that pairs are one, from m, u and the parts. */
static void
expect(Fit *fit)
{
	for (uint32 j = 0; j < fit->ngroups; j++)
	{
		const FitGroup *group = &fit->groups[j];
		double		before = log(group->part / (1 - group->part));
		double		weight[MATCH_MAX_COLUMNS][MATCH_GRADES];

		for (int k = 0; k < fit->ncolumns; k++)
		{
			const FitColumn *c = &fit->columns[k];

			weight[k][MATCH_LEVEL_MISSING] = 0;
			for (int g = MATCH_LEVEL_DIFFERENT; g < c->ngrades; g++)
				weight[k][g] = log(c->m[way_of(group, k)][g] / group->u[k][g]) - (g < MATCH_LEVEL_DIFFERENT + c->nunlike ? c->fine : 0);
		}
		for (uint32 i = group->first; i < group->end; i++)
		{
			double		x = before;

			if (i % 1024 == 0)
				CHECK_FOR_INTERRUPTS();
			for (int k = 0; k < fit->ncolumns; k++)
				x += weight[k][fit->patterns[i].grades[k]];
			fit->one[i] = 1 / (1 + exp(-x));
		}
	}
}

/* How often each grade is seen in pairs that are one, and in others. */
static void
see(Fit *fit)
{
	for (int k = 0; k < fit->ncolumns; k++)
		memset(fit->columns[k].seen, 0, sizeof(fit->columns[k].seen));
	for (uint32 j = 0; j < fit->ngroups; j++)
	{
		FitGroup   *group = &fit->groups[j];

		memset(group->seen, 0, fit->ncolumns * sizeof(*group->seen));
		group->ones = 0;
		for (uint32 i = group->first; i < group->end; i++)
		{
			const MatchPattern *pattern = &fit->patterns[i];
			double		ones = pattern->count * fit->one[i];

			if (i % 1024 == 0)
				CHECK_FOR_INTERRUPTS();
			group->ones += ones;
			for (int k = 0; k < fit->ncolumns; k++)
			{
				fit->columns[k].seen[way_of(group, k)][pattern->grades[k]] += ones;
				group->seen[k][pattern->grades[k]] += pattern->count - ones;
			}
		}
	}
}

/* u of each group, from what was seen in it, and in all that were found by the column, or not. */
static void
maximize_u(Fit *fit)
{
	for (int k = 0; k < fit->ncolumns; k++)
	{
		const FitColumn *c = &fit->columns[k];
		double		seen[WAYS][MATCH_GRADES] = {{0}};
		double		u[WAYS][MATCH_GRADES];

		for (uint32 j = 0; j < fit->ngroups; j++)
			for (int g = MATCH_LEVEL_DIFFERENT; g < c->ngrades; g++)
				seen[way_of(&fit->groups[j], k)][g] += fit->groups[j].seen[k][g];
		for (int way = 0; way < WAYS; way++)
			share(u[way], seen[way], c->prior_u, PRIOR_OTHERS, c->ngrades);
		for (uint32 j = 0; j < fit->ngroups; j++)
			share(fit->groups[j].u[k], fit->groups[j].seen[k], u[way_of(&fit->groups[j], k)], LEND_PAIRS, c->ngrades);
	}
}

/* m of each column. */
static void
maximize_m(Fit *fit)
{
	for (int k = 0; k < fit->ncolumns; k++)
	{
		FitColumn  *c = &fit->columns[k];

		for (int way = 0; way < WAYS; way++)
		{
			share(c->m[way], c->seen[way], c->prior_m, PRIOR_PAIRS + PRIOR_PART * fit->pairs, c->ngrades);
			limit_different(c->m[way], c->ngrades);
			limit_common(c->m[way], c->ngrades, c->rarity);
		}
	}
}

/* What part of the pairs is one, of all, and of each group. */
static void
maximize_parts(Fit *fit)
{
	double		ones = 0;

	for (uint32 j = 0; j < fit->ngroups; j++)
		ones += fit->groups[j].ones;
	fit->part = Min(Max((ones + PRIOR_OTHERS_ONE * PRIOR_OTHERS) / (fit->pairs + PRIOR_OTHERS), MATCH_LEAST_PART), 1 - MATCH_LEAST_PART);
	for (uint32 j = 0; j < fit->ngroups; j++)
	{
		FitGroup   *group = &fit->groups[j];

		group->part = Min(Max((group->ones + LEND_PART * fit->part) / (group->pairs + LEND_PART), MATCH_LEAST_PART), 1 - MATCH_LEAST_PART);
	}
}

/*
 * Fines for names and addresses of e-mail that differ, where too much of what is one does.  They are never taken back: pairs would be again what they were before, and be
 * fined again, and so on.  Returns whether there was nothing to fine.
 */
static bool
fine_unlike(Fit *fit)
{
	bool		met = true;

	for (int k = 0; k < fit->ncolumns; k++)
	{
		FitColumn  *c = &fit->columns[k];
		double		unlike = 0;
		double		all = 0;
		double		over;

		if (!c->is_name && !c->is_email)
			continue;
		for (int g = MATCH_LEVEL_DIFFERENT; g < c->ngrades; g++)
		{
			double		ones = c->seen[NOT_BY][g] + c->seen[BY][g];

			all += ones;
			if (g < MATCH_LEVEL_DIFFERENT + c->nunlike)
				unlike += ones + PRIOR_PAIRS * c->prior_m[g];
		}
		/* where each record has an address of its own, as some make sure, duplicates do too */
		if (c->is_email && c->same < Max(PRIOR_PAIRS, SOME_SAME * all))
			continue;
		over = log(unlike / (all + PRIOR_PAIRS) / c->most_unlike);
		/* faster, where much speaks against a fine */
		if (over > LIMITS_MET)
			c->fine += LIMITS_STEP * (1 + c->fine / 4) * over;
		met &= over <= LIMITS_MET;
	}
	return met;
}

static void
prepare_column(FitColumn *c, const MatchModelColumn *of, const MatchColumn *column, const double *rarity)
{
	bool		is_graded = column->nlevels == 0 &&
		(column->as == MATCH_AS_COMPANY || column->as == MATCH_AS_PERSON || column->as == MATCH_AS_GIVEN_NAME);

	c->ngrades = of->ngrades;
	c->is_name = column->as == MATCH_AS_COMPANY || column->as == MATCH_AS_PERSON ||
		column->as == MATCH_AS_GIVEN_NAME || column->as == MATCH_AS_FAMILY_NAME;
	c->is_email = column->as == MATCH_AS_EMAIL;
	c->nunlike = is_graded ? 2 : 1;
	c->most_unlike = is_graded ? MOST_UNLIKE : MOST_DIFFERENT;
	memcpy(c->rarity, rarity, sizeof(c->rarity));
	prior_m(c->prior_m, c->ngrades, rarity);
	prior_u(c->prior_u, c->ngrades, rarity);
	for (int way = 0; way < WAYS; way++)
		share(c->m[way], c->prior_m, c->prior_m, 0, c->ngrades);
}

/* Have both of a pair two columns, one of which tells which record it is?  And are they the same in all of them, a copy? */
static bool
look_at(const MatchRule *rule, const FitColumn *columns, const uint8 *grades, bool *is_copy)
{
	int			nfilled = 0;
	int			nsame = 0;
	bool		telling = false;

	for (int k = 0; k < rule->ncolumns; k++)
	{
		if (grades[k] == MATCH_LEVEL_MISSING)
			continue;
		nfilled++;
		nsame += grades[k] >= columns[k].ngrades - MATCH_RARITIES;
		telling |= is_telling(match_rule_column(rule, k));
	}
	*is_copy = telling && nfilled > 1 && nsame == nfilled;
	return telling && nfilled > 1;
}

/*
 * Patterns that were found by the same columns stand together.  Where most pairs are copies, they are all one group, and what they were found by
 * does not matter: copies are found by anything.
 */
static bool
make_groups(Fit *fit, const MatchRule *rule)
{
	double		copies = 0;
	bool		mostly_copies;

	for (uint32 i = 0; i < fit->npatterns; i++)
	{
		bool		is_copy;

		(void) look_at(rule, fit->columns, fit->patterns[i].grades, &is_copy);
		fit->pairs += fit->patterns[i].count;
		for (int k = 0; k < fit->ncolumns; k++)
			if (fit->patterns[i].grades[k] >= fit->columns[k].ngrades - MATCH_RARITIES)
				fit->columns[k].same += fit->patterns[i].count;
		copies += is_copy ? fit->patterns[i].count : 0;
		fit->ngroups += i == 0 || fit->patterns[i].found_by != fit->patterns[i - 1].found_by;
	}
	mostly_copies = copies > MOSTLY_COPIES * fit->pairs;
	fit->groups = palloc_extended(Max(fit->ngroups, 1) * sizeof(FitGroup), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	fit->ngroups = 0;
	for (uint32 i = 0; i < fit->npatterns; i++)
	{
		FitGroup   *group = &fit->groups[Max(fit->ngroups, 1) - 1];

		if (i == 0 || (!mostly_copies && fit->patterns[i].found_by != group->found_by))
		{
			group = &fit->groups[fit->ngroups++];
			group->found_by = mostly_copies ? 0 : fit->patterns[i].found_by;
			group->first = i;
			group->u = palloc0(2 * fit->ncolumns * sizeof(*group->u));
			group->seen = group->u + fit->ncolumns;
		}
		group->end = i + 1;
		group->pairs += fit->patterns[i].count;
	}
	return mostly_copies;
}

/*
 * Where it begins.  m is what is known of data in general.  u is that of the pairs as they are, but for those that would be one by what is known of
 * data in general: where duplicates are most of the pairs that something found, agreement must not look like chance.  By columns that tell no record
 * nothing is one at first.
 */
static void
begin(Fit *fit, const MatchRule *rule, bool mostly_copies)
{
	for (uint32 j = 0; j < fit->ngroups; j++)
	{
		fit->groups[j].part = PRIOR_OTHERS_ONE;
		for (int k = 0; k < fit->ncolumns; k++)
			memcpy(fit->groups[j].u[k], fit->columns[k].prior_u, sizeof(*fit->groups[j].u));
	}
	expect(fit);
	for (uint32 i = 0; i < fit->npatterns; i++)
	{
		bool		is_copy;
		bool		tells = look_at(rule, fit->columns, fit->patterns[i].grades, &is_copy);

		if (mostly_copies)
			fit->one[i] = is_copy;
		else if (!tells)
			fit->one[i] = 0;
	}
	see(fit);
	maximize_parts(fit);
	maximize_u(fit);
}

void
match_fit(MatchModel *model, const MatchPattern *patterns, uint32 npatterns, const MatchRarity *rarity)
{
	const MatchRule *rule = match_model_rule(model);
	int			n = model->ncolumns;
	Fit			fit = {.ncolumns = n, .npatterns = npatterns, .patterns = patterns};
	double		all[MATCH_GRADES] = {0};
	int			nfilled = 0;
	int			filled = 0;

	fit.columns = palloc0(n * sizeof(FitColumn));
	fit.one = palloc_extended(Max(npatterns, 1) * sizeof(double), MCXT_ALLOC_HUGE);
	for (int k = 0; k < n; k++)
		prepare_column(&fit.columns[k], &model->columns[k], match_rule_column(rule, k), rarity[k]);
	begin(&fit, rule, make_groups(&fit, rule));
	for (int iteration = 0; iteration < ITERATIONS; iteration++)
	{
		double		last = fit.part;

		expect(&fit);
		see(&fit);
		maximize_parts(&fit);
		maximize_u(&fit);
		maximize_m(&fit);
		if (iteration >= LIMITS_FROM && fine_unlike(&fit) && fabs(fit.part - last) < CONVERGED * last)
			break;
	}

	model->prior = fit.part;
	for (int k = 0; k < n; k++)
	{
		const FitColumn *c = &fit.columns[k];
		double		ones[MATCH_GRADES] = {0};
		double		others[MATCH_GRADES] = {0};
		double		pairs = 0;	/* of which both have a value */

		for (int g = MATCH_LEVEL_DIFFERENT; g < c->ngrades; g++)
		{
			ones[g] = c->seen[NOT_BY][g] + c->seen[BY][g];
			for (uint32 j = 0; j < fit.ngroups; j++)
				others[g] += fit.groups[j].seen[k][g];
			pairs += ones[g] + others[g];
		}
		share(model->columns[k].m, ones, c->prior_m, PRIOR_PAIRS, c->ngrades);
		share(model->columns[k].u, others, c->prior_u, PRIOR_OTHERS, c->ngrades);
		if (pairs > 0)
		{
			nfilled++;
			filled = k;
			for (int g = MATCH_LEVEL_DIFFERENT; g < c->ngrades; g++)
				all[g] = ones[g] + others[g];
		}
	}
	match_fit_worth(model, patterns, fit.one, npatterns);
	if (nfilled == 1 && is_telling(match_rule_column(rule, filled)) && !is_constant(model, filled))
		fit_alone(model, filled, &fit.columns[filled], all);
	for (uint32 j = 0; j < fit.ngroups; j++)
		pfree(fit.groups[j].u);
	pfree(fit.groups);
	pfree(fit.columns);
	pfree(fit.one);
}
