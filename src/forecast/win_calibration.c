/*
 * win_calibration.c
 *		The summary win_calibration(probability, won): do deals win as often as was predicted?
 *
 * Probabilities are right when of the deals at 0.7 seven in ten are won.  The summary keeps, for each of 20 equal bins
 * of the predicted probability, the decided deals, how many were won and the exact sum of their probabilities; and for
 * all of them the sums of the two proper scores, of (p - y)^2 and of -log(p) or -log(1 - p), y being 1 for won and 0
 * for lost.  Sums are exact (core/float_sum.c), logarithms the same on every machine (core/elementary.c).
 *
 *		bin				least(floor(p * 20) + 1, 20), as width_bucket() has it; the last includes 1
 *		Brier score		mean of (p - y)^2 (Brier 1950, in the form for two outcomes)
 *		Brier skill		1 - score / (r (1 - r)), r the share won: against predicting r for every deal
 *		log loss		mean of -log(p) of the won and -log(1 - p) of the lost (Good 1952)
 *		calibration error	mean over deals of |mean probability - share won| of their bin (ECE; Naeini et al. 2015)
 *		reliability, resolution, uncertainty	Murphy's (1973) parts of the Brier score, by bins
 *
 * An outcome that was predicted to be impossible (p = 0 and won, p = 1 and lost) has an infinite log loss.  It is counted
 * (impossible_outcomes) and left out of the log loss; cutting p off a little way from 0 and 1, as others do, would make
 * the score depend on where.  The Brier score takes it as it is, 1.
 *
 * Calibrated probability.  Each bin with deals is a point: at its mean probability its share won, to which
 * CALIBRATION_PRIOR_DEALS are added that won as often as the bin's mean probability, brought to the level of all
 * deals, says (an m-estimate, Cestnik 1990; Zadrozny and Elkan 2001 use it to calibrate).  To that level: p r / q where
 * the share won r is below the mean prediction q, 1 - (1 - p) (1 - r) / (1 - q) where it is above, so that the mean is
 * then r.  The points are made monotone by pooling adjacent violators (isotonic regression: Ayer et al. 1955; as a
 * calibration: Zadrozny and Elkan 2002), weights being deals and added deals.  Between two points the line, beyond the
 * first and the last their values.
 *
 * Worked example: 10 deals at 0.8, 5 of them won: Brier score 0.34, base rate 0.5, skill -0.36, reliability 0.09,
 * calibrated probability 0.5 for any prediction.
 */
#include "core/compat.h"

#include <math.h>

#include "core/call_memo.h"
#include "core/elementary.h"
#include "core/guard.h"
#include "core/summary.h"
#include "core/wilson.h"
#include "funcapi.h"

#define BINS 20
#define CALIBRATION_PRIOR_DEALS 10

typedef struct CalibrationBin
{
	int64		deals;
	int64		won;
	FloatSum	probability;
} CalibrationBin;

typedef struct WinCalibration
{
	Summary		head;
	int64		undecided;
	int64		unpredicted;
	int64		impossible;
	FloatSum	squares;
	FloatSum	log_loss;
	CalibrationBin bins[BINS];
} WinCalibration;

#define BIN_FIELDS(number) \
	SUMMARY_FIELD(WinCalibration, "bin_" #number "_deals", bins[number - 1].deals, SUMMARY_COUNT), \
	SUMMARY_FIELD(WinCalibration, "bin_" #number "_won", bins[number - 1].won, SUMMARY_COUNT), \
	SUMMARY_FIELD(WinCalibration, "bin_" #number "_probability", bins[number - 1].probability, SUMMARY_FLOAT_SUM)

static const SummaryField fields[] = {
	BIN_FIELDS(1), BIN_FIELDS(2), BIN_FIELDS(3), BIN_FIELDS(4), BIN_FIELDS(5),
	BIN_FIELDS(6), BIN_FIELDS(7), BIN_FIELDS(8), BIN_FIELDS(9), BIN_FIELDS(10),
	BIN_FIELDS(11), BIN_FIELDS(12), BIN_FIELDS(13), BIN_FIELDS(14), BIN_FIELDS(15),
	BIN_FIELDS(16), BIN_FIELDS(17), BIN_FIELDS(18), BIN_FIELDS(19), BIN_FIELDS(20),
	SUMMARY_FIELD(WinCalibration, "squares", squares, SUMMARY_FLOAT_SUM),
	SUMMARY_FIELD(WinCalibration, "log_loss", log_loss, SUMMARY_FLOAT_SUM),
	SUMMARY_FIELD(WinCalibration, "impossible", impossible, SUMMARY_COUNT),
	SUMMARY_FIELD(WinCalibration, "undecided", undecided, SUMMARY_COUNT),
	SUMMARY_FIELD(WinCalibration, "unpredicted", unpredicted, SUMMARY_COUNT),
};

/* The most that one deal adds to the log loss: -log(p) of the least float8, with room for rounding. */
#define MOST_LOG_LOSS 746

/*
 * What a text or binary form that was edited by hand gets wrong.  Numbers of deals are up to 1e18, of which a float8
 * holds 16 digits: limits leave room for that.
 */
static const char *
check(const Summary *summary)
{
	const WinCalibration *c = (const WinCalibration *) summary;
	double		squares = float_sum_value(&c->squares);
	double		log_loss = float_sum_value(&c->log_loss);
	double		decided = 0;
	int128		counted = 0;

	for (int i = 0; i < BINS; i++)
	{
		const CalibrationBin *bin = &c->bins[i];
		double		deals = (double) bin->deals;
		double		sum = float_sum_value(&bin->probability);

		decided += deals;
		counted += bin->deals;
		if (bin->won > bin->deals)
			return psprintf("Bin %d has more won deals than deals.", i + 1);
		if (sum < deals * i / BINS * (1 - 1e-12) || sum > deals * (i + 1) / BINS * (1 + 1e-12))
			return psprintf("The probabilities of bin %d are not those of so many deals from %g to %g.", i + 1,
							(double) i / BINS, (double) (i + 1) / BINS);
	}
	if (counted > SUMMARY_MAX_COUNT)
		return psprintf("There are more deals than " INT64_FORMAT ".", SUMMARY_MAX_COUNT);
	if ((double) c->impossible > decided)
		return "More outcomes were impossible than there are.";
	if (float_sum_sign(&c->squares) < 0 || squares > decided * (1 + 1e-12))
		return "The squared errors are not those of so many deals.";
	if (float_sum_sign(&c->log_loss) < 0 || log_loss > (decided - (double) c->impossible) * MOST_LOG_LOSS)
		return "The log loss is not that of so many deals.";
	return NULL;
}

static const SummaryType win_calibration_type = {
	"win_calibration", sizeof(WinCalibration), 0, fields, lengthof(fields), check
};

SUMMARY_FUNCTIONS_BUT_COMBINE(win_calibration, &win_calibration_type);
SALESOPS_FUNCTION(salesops_win_calibration_combinefn);

/* The deals of all bins, which are one more count. */
static int64
decided_deals(const WinCalibration *c)
{
	int64		deals = 0;

	for (int i = 0; i < BINS; i++)
		deals = summary_add_counts(deals, c->bins[i].deals, "deals", "win_calibration");
	return deals;
}

Datum
salesops_win_calibration_combinefn(PG_FUNCTION_ARGS)
{
	Datum		merged = summary_combine(fcinfo, &win_calibration_type);

	if (!PG_ARGISNULL(1))
		(void) decided_deals((const WinCalibration *) DatumGetPointer(merged));
	return merged;
}

#define CALIBRATION_ARG() ((const WinCalibration *) summary_arg(fcinfo, 0, &win_calibration_type))

/* ---- building ---- */

SALESOPS_FUNCTION(salesops_win_calibration_transfn);

/* (state, probability float8, won boolean) */
Datum
salesops_win_calibration_transfn(PG_FUNCTION_ARGS)
{
	WinCalibration *c;
	CalibrationBin *bin;
	double		p;
	double		error;
	double		likelihood;
	bool		won;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);
	c = (WinCalibration *) summary_state(fcinfo, &win_calibration_type);
	if (PG_ARGISNULL(1))
	{
		summary_count(&c->unpredicted, &win_calibration_type);
		return summary_result(fcinfo, &win_calibration_type, &c->head);
	}
	p = PG_GETARG_FLOAT8(1);
	guard_fraction(p, "probability");
	if (PG_ARGISNULL(2))
	{
		summary_count(&c->undecided, &win_calibration_type);
		return summary_result(fcinfo, &win_calibration_type, &c->head);
	}

	won = PG_GETARG_BOOL(2);
	bin = &c->bins[Min((int) (p * BINS), BINS - 1)];
	summary_count(&bin->deals, &win_calibration_type);
	bin->won += won;
	float_sum_add(&bin->probability, p);
	error = won ? 1 - p : p;
	float_sum_add(&c->squares, error * error);
	likelihood = won ? p : 1 - p;
	if (unlikely(likelihood == 0))
		summary_count(&c->impossible, &win_calibration_type);
	else
		float_sum_add(&c->log_loss, won ? -elementary_log(p) : -elementary_log1p(-p));
	return summary_result(fcinfo, &win_calibration_type, &c->head);
}

/* ---- what the summary says ---- */

typedef struct Totals
{
	double		deals;
	double		won;
	double		probability;
} Totals;

static Totals
totals_of(const WinCalibration *c)
{
	FloatSum	probability = {{0}};
	Totals		totals = {0, 0, 0};
	int128		deals = 0;
	int128		won = 0;

	for (int i = 0; i < BINS; i++)
	{
		deals += c->bins[i].deals;
		won += c->bins[i].won;
		float_sum_merge(&probability, &c->bins[i].probability);
	}
	totals.deals = (double) deals;
	totals.won = (double) won;
	totals.probability = float_sum_value(&probability);
	return totals;
}

static inline double
mean_of(double sum, double deals)
{
	/* a sum of probabilities may round to a little more than 1 for each */
	return Min(sum / deals, 1);
}

/* Readers of the decided deals: NULL where there is none. */
#define CALIBRATION_READER(name, body) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) \
	{ \
		const WinCalibration *c = CALIBRATION_ARG(); \
		Totals		all = totals_of(c); \
		double		rate = all.won / all.deals; \
		if (all.deals == 0) \
			PG_RETURN_NULL(); \
		body \
	} \
	extern int	no_such_variable

SUMMARY_COUNT_READER(impossible_outcomes, WinCalibration, impossible, &win_calibration_type);
SUMMARY_COUNT_READER(undecided_deals_win_calibration, WinCalibration, undecided, &win_calibration_type);
SUMMARY_COUNT_READER(unpredicted_deals, WinCalibration, unpredicted, &win_calibration_type);
SALESOPS_FUNCTION(salesops_decided_deals_win_calibration);

Datum
salesops_decided_deals_win_calibration(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(decided_deals(CALIBRATION_ARG()));
}

static double
brier_score(const WinCalibration *c, const Totals *all)
{
	return mean_of(float_sum_value(&c->squares), all->deals);
}

CALIBRATION_READER(brier_score,
{
	(void) rate;
	PG_RETURN_FLOAT8(brier_score(c, &all));
});

CALIBRATION_READER(brier_skill,
{
	if (all.won == 0 || all.won == all.deals)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(1 - brier_score(c, &all) / (rate * (1 - rate)));
});

CALIBRATION_READER(log_loss,
{
	(void) rate;
	if (all.deals - (double) c->impossible <= 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(float_sum_value(&c->log_loss) / (all.deals - (double) c->impossible));
});

CALIBRATION_READER(base_rate,
{
	PG_RETURN_FLOAT8(rate);
});

CALIBRATION_READER(mean_probability,
{
	(void) rate;
	PG_RETURN_FLOAT8(mean_of(all.probability, all.deals));
});

CALIBRATION_READER(calibration_error,
{
	double		error = 0;

	(void) rate;
	for (int i = 0; i < BINS; i++)
		error += fabs(float_sum_value(&c->bins[i].probability) - (double) c->bins[i].won);
	PG_RETURN_FLOAT8(mean_of(error, all.deals));
});

CALIBRATION_READER(brier_reliability,
{
	double		sum = 0;

	(void) rate;
	for (int i = 0; i < BINS; i++)
	{
		double		deals = (double) c->bins[i].deals;
		double		difference = float_sum_value(&c->bins[i].probability) - (double) c->bins[i].won;

		if (deals > 0)
			sum += difference * difference / deals;
	}
	PG_RETURN_FLOAT8(mean_of(sum, all.deals));
});

CALIBRATION_READER(brier_resolution,
{
	double		sum = 0;

	for (int i = 0; i < BINS; i++)
	{
		double		deals = (double) c->bins[i].deals;
		double		difference = deals > 0 ? (double) c->bins[i].won / deals - rate : 0;

		sum += deals * difference * difference;
	}
	PG_RETURN_FLOAT8(mean_of(sum, all.deals));
});

CALIBRATION_READER(brier_uncertainty,
{
	PG_RETURN_FLOAT8(rate * (1 - rate));
});

/* ---- calibrated probabilities ---- */

/* The calibration curve: its points, of which there are as many as bins with deals. */
typedef struct Curve
{
	int			n;
	int			bin[BINS];		/* number of the bin, from 0 */
	double		predicted[BINS];
	double		calibrated[BINS];
} Curve;

/* Pools adjacent violators: the weighted least-squares fit that does not fall. */
static void
make_monotone(double *values, const double *weights, int n)
{
	double		value[BINS];
	double		weight[BINS];
	int			size[BINS];
	int			blocks = 0;

	for (int i = 0; i < n; i++)
	{
		value[blocks] = values[i];
		weight[blocks] = weights[i];
		size[blocks++] = 1;
		while (blocks > 1 && value[blocks - 2] >= value[blocks - 1])
		{
			double		both = weight[blocks - 2] + weight[blocks - 1];

			blocks--;
			value[blocks - 1] = (value[blocks - 1] * weight[blocks - 1] + value[blocks] * weight[blocks]) / both;
			weight[blocks - 1] = both;
			size[blocks - 1] += size[blocks];
		}
	}
	for (int block = 0; block < blocks; block++)
	{
		for (int i = 0; i < size[block]; i++)
			*values++ = value[block];
	}
}

static void
make_curve(const void *value, void *result)
{
	const WinCalibration *c = value;
	Curve	   *curve = result;
	Totals		all = totals_of(c);
	double		weights[BINS];

	curve->n = 0;
	for (int i = 0; i < BINS; i++)
	{
		const CalibrationBin *bin = &c->bins[i];
		double		deals = (double) bin->deals;
		double		predicted;
		double		level;

		if (bin->deals == 0)
			continue;
		predicted = mean_of(float_sum_value(&bin->probability), deals);
		if (all.won <= all.probability)
			level = all.probability > 0 ? predicted * (all.won / all.probability) : 0;
		else
			level = 1 - (1 - predicted) * ((all.deals - all.won) / (all.deals - all.probability));
		weights[curve->n] = deals + CALIBRATION_PRIOR_DEALS;
		curve->bin[curve->n] = i;
		curve->predicted[curve->n] = predicted;
		curve->calibrated[curve->n] = Min(Max(((double) bin->won + CALIBRATION_PRIOR_DEALS * level) / weights[curve->n], 0), 1);
		curve->n++;
	}
	make_monotone(curve->calibrated, weights, curve->n);
}

/* The curve at a probability; monotone also in its last bit. */
static double
curve_at(const Curve *curve, double p)
{
	int			next = 0;
	double		from;
	double		to;
	double		width;

	while (next < curve->n && curve->predicted[next] <= p)
		next++;
	if (next == 0)
		return curve->calibrated[0];
	from = curve->calibrated[next - 1];
	if (next == curve->n)
		return from;
	to = curve->calibrated[next];
	width = curve->predicted[next] - curve->predicted[next - 1];
	return Min(from + (to - from) * ((p - curve->predicted[next - 1]) / width), to);
}

SALESOPS_FUNCTION(salesops_calibrated_probability);
SALESOPS_FUNCTION(salesops_reliability_table);

/* (calibration, probability float8) */
Datum
salesops_calibrated_probability(PG_FUNCTION_ARGS)
{
	const WinCalibration *c = CALIBRATION_ARG();
	const Curve *curve = call_memo(fcinfo, c, sizeof(Curve), make_curve);
	double		p = PG_GETARG_FLOAT8(1);

	PG_FREE_IF_COPY(unconstify(WinCalibration *, c), 0);
	guard_fraction(p, "probability");
	if (curve->n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(curve_at(curve, p));
}

/*
 * A row for each bin: number, from, to, deals, mean probability, won deals, win rate, its Wilson interval, calibrated
 * probability.
 */
Datum
salesops_reliability_table(PG_FUNCTION_ARGS)
{
	const WinCalibration *c = CALIBRATION_ARG();
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Curve		curve;
	int			point = 0;

	InitMaterializedSRF(fcinfo, 0);
	make_curve(c, &curve);
	for (int i = 0; i < BINS; i++)
	{
		const CalibrationBin *bin = &c->bins[i];
		bool		empty = bin->deals == 0;
		Datum		values[10] = {Int32GetDatum(i + 1), Float8GetDatum((double) i / BINS), Float8GetDatum((double) (i + 1) / BINS),
			Int64GetDatum(bin->deals)};
		bool		nulls[10] = {false, false, false, false, empty, false, empty, empty, empty, empty};

		values[5] = Int64GetDatum(bin->won);
		if (!empty)
		{
			values[4] = Float8GetDatum(curve.predicted[point]);
			values[6] = Float8GetDatum((double) bin->won / (double) bin->deals);
			values[7] = Float8GetDatum(wilson_low(bin->won, bin->deals));
			values[8] = Float8GetDatum(wilson_high(bin->won, bin->deals));
			values[9] = Float8GetDatum(curve.calibrated[point++]);
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	PG_RETURN_NULL();
}
