/*
 * stage_funnel_read.c
 *		What a stage_funnel says: of one stage, from stage to stage, and as a table.
 *
 * With open(f) and lost(f) the deals that got as far as f and no further, and won those that were won in the end (who reached all
 * open stages):
 *
 *		reached(p)				sum over f >= p of open(f) + lost(f), and won
 *		conversion(i, j)		reached(j) / reached(i)
 *		resolved(i, j)			the same without the deals of which it is not known yet: those open that got as far as i and not
 *								as far as j
 *		win rate(p)				won / (won + sum over f >= p of lost(f))
 *		expected value(p)		amounts of the won / number of those won, and of those lost that reached p; deals without amount
 *								are in neither
 *
 * Conversion by cohort is that of the deals in the summary: put the deals that entered in one month into one summary.  Among these,
 * conversion of a young cohort is low because its deals are not through; the resolved one is not, but what is resolved early is
 * more often lost, so that neither is the last word before a cohort is done (Kaplan-Meier by stage_survival is).
 *
 * Worked example: New, Proposal, Won, Lost.  Ten deals reached New, of which 2 are open there and 2 were lost there; six reached
 * Proposal, 1 is open, 2 were lost, 3 won.  New to Proposal 6 / 10, resolved 6 / 8; win rate from New 3 / 7, from Proposal 3 / 5.
 */
#include "stages/stage_funnel.h"

#include "core/wilson.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

/* The stage whose name is an argument; NULL where the process does not have it. */
static const FunnelStage *
stage_arg(FunctionCallInfo fcinfo, const StageFunnel *funnel, int argument)
{
	text	   *name = PG_GETARG_TEXT_PP(argument);

	for (uint32 i = 0; i < funnel->nstages; i++)
	{
		const FunnelStage *stage = &funnel->stages[i];

		if (stage->name_length == VARSIZE_ANY_EXHDR(name) &&
			memcmp(funnel_stage_name(funnel, stage), VARDATA_ANY(name), stage->name_length) == 0)
			return stage;
	}
	return NULL;
}

static inline bool
is_open(const FunnelStage *stage)
{
	return stage->outcome == OUTCOME_OPEN;
}

/* What became of the deals that got as far as an open stage, or further. */
typedef struct Onward
{
	FunnelBucket open;
	FunnelBucket lost;
	FunnelBucket won;
} Onward;

static void
bucket_merge(FunnelBucket *to, const FunnelBucket *from)
{
	to->deals += from->deals;
	to->priced += from->priced;
	exact_sum_merge(&to->amount, &from->amount);
}

static Onward
onward(const StageFunnel *funnel, const FunnelStage *from)
{
	Onward		result;

	memset(&result, 0, sizeof(result));
	for (uint32 i = 0; i < funnel->nstages; i++)
	{
		const FunnelStage *stage = &funnel->stages[i];

		if (stage->outcome == OUTCOME_WON)
			bucket_merge(&result.won, &stage->rest);
		else if (is_open(stage) && stage >= from)
		{
			bucket_merge(&result.open, &stage->rest);
			bucket_merge(&result.lost, &stage->lost);
		}
	}
	return result;
}

static inline int64
onward_reached(const Onward *o)
{
	return o->open.deals + o->lost.deals + o->won.deals;
}

/* ---- of one stage ---- */

static int64
reached(const StageFunnel *funnel, const FunnelStage *stage)
{
	Onward		o;

	if (!is_open(stage))
		return stage->rest.deals;
	o = onward(funnel, stage);
	return onward_reached(&o);
}

static int64
entered(const StageFunnel *funnel, const FunnelStage *stage)
{
	return stage->entered;
}

static int64
skipped_over(const StageFunnel *funnel, const FunnelStage *stage)
{
	return stage->skipped;
}

static int64
began_later(const StageFunnel *funnel, const FunnelStage *stage)
{
	return is_open(stage) ? reached(funnel, stage) - stage->entered - stage->skipped : 0;
}

static int64
advanced(const StageFunnel *funnel, const FunnelStage *stage)
{
	return is_open(stage) ? reached(funnel, stage) - stage->rest.deals - stage->lost.deals : 0;
}

static int64
lost(const StageFunnel *funnel, const FunnelStage *stage)
{
	return is_open(stage) ? stage->lost.deals : stage->outcome == OUTCOME_LOST ? stage->rest.deals : 0;
}

static int64
still_open(const StageFunnel *funnel, const FunnelStage *stage)
{
	return is_open(stage) ? stage->rest.deals : 0;
}

static int64
in_stage(const StageFunnel *funnel, const FunnelStage *stage)
{
	return is_open(stage) ? stage->now : stage->rest.deals;
}

static int64
regressed(const StageFunnel *funnel, const FunnelStage *stage)
{
	return stage->left_back;
}

static int64
won(const StageFunnel *funnel, const FunnelStage *stage)
{
	return is_open(stage) ? onward(funnel, stage).won.deals : stage->outcome == OUTCOME_WON ? stage->rest.deals : 0;
}

#define STAGE_COUNT_READER(name) \
	SALESOPS_FUNCTION(salesops_funnel_##name); \
	Datum salesops_funnel_##name(PG_FUNCTION_ARGS) \
	{ \
		const StageFunnel *funnel = stage_funnel_arg(fcinfo, 0); \
		const FunnelStage *stage = stage_arg(fcinfo, funnel, 1); \
		if (stage == NULL) \
			PG_RETURN_NULL(); \
		PG_RETURN_INT64(name(funnel, stage)); \
	} \
	extern int	no_such_variable

STAGE_COUNT_READER(reached);
STAGE_COUNT_READER(entered);
STAGE_COUNT_READER(skipped_over);
STAGE_COUNT_READER(began_later);
STAGE_COUNT_READER(advanced);
STAGE_COUNT_READER(lost);
STAGE_COUNT_READER(still_open);
STAGE_COUNT_READER(in_stage);
STAGE_COUNT_READER(regressed);
STAGE_COUNT_READER(won);

static ExactSum
reached_amount(const StageFunnel *funnel, const FunnelStage *stage)
{
	Onward		o;

	if (!is_open(stage))
		return stage->rest.amount;
	o = onward(funnel, stage);
	exact_sum_merge(&o.open.amount, &o.lost.amount);
	exact_sum_merge(&o.open.amount, &o.won.amount);
	return o.open.amount;
}

static ExactSum
won_amount(const StageFunnel *funnel, const FunnelStage *stage)
{
	if (stage->outcome == OUTCOME_LOST)
		return (ExactSum) {0};
	return is_open(stage) ? onward(funnel, stage).won.amount : stage->rest.amount;
}

static ExactSum
lost_amount(const StageFunnel *funnel, const FunnelStage *stage)
{
	if (stage->outcome == OUTCOME_WON)
		return (ExactSum) {0};
	return is_open(stage) ? stage->lost.amount : stage->rest.amount;
}

static ExactSum
still_open_amount(const StageFunnel *funnel, const FunnelStage *stage)
{
	return is_open(stage) ? stage->rest.amount : (ExactSum) {0};
}

#define STAGE_AMOUNT_READER(name) \
	SALESOPS_FUNCTION(salesops_funnel_##name); \
	Datum salesops_funnel_##name(PG_FUNCTION_ARGS) \
	{ \
		const StageFunnel *funnel = stage_funnel_arg(fcinfo, 0); \
		const FunnelStage *stage = stage_arg(fcinfo, funnel, 1); \
		ExactSum	sum; \
		if (stage == NULL) \
			PG_RETURN_NULL(); \
		sum = name(funnel, stage); \
		PG_RETURN_NUMERIC(exact_sum_numeric(&sum)); \
	} \
	extern int	no_such_variable

STAGE_AMOUNT_READER(reached_amount);
STAGE_AMOUNT_READER(won_amount);
STAGE_AMOUNT_READER(lost_amount);
STAGE_AMOUNT_READER(still_open_amount);

/* ---- of the whole ---- */

#define HEAD_COUNT_READER(name, member) \
	SALESOPS_FUNCTION(salesops_funnel_##name); \
	Datum salesops_funnel_##name(PG_FUNCTION_ARGS) \
	{ PG_RETURN_INT64(stage_funnel_arg(fcinfo, 0)->member); } \
	extern int	no_such_variable

HEAD_COUNT_READER(deals, deals);
HEAD_COUNT_READER(regressed_deals, regressed);
HEAD_COUNT_READER(skipping_deals, skipping);
HEAD_COUNT_READER(reopened_deals, reopened);
HEAD_COUNT_READER(unplaced_deals, unplaced.deals);
HEAD_COUNT_READER(unknown_stage_deals, unknown_deals);
HEAD_COUNT_READER(unknown_stage_events, unknown_events);

SALESOPS_FUNCTION(salesops_funnel_missing_amounts);

/* (funnel): deals without amount */
Datum
salesops_funnel_missing_amounts(PG_FUNCTION_ARGS)
{
	const StageFunnel *funnel = stage_funnel_arg(fcinfo, 0);
	int64		missing = funnel->unplaced.deals - funnel->unplaced.priced;

	for (uint32 i = 0; i < funnel->nstages; i++)
		missing += funnel->stages[i].rest.deals - funnel->stages[i].rest.priced;
	/* lost deals are counted twice, by the stage that they are in and by how far they got: once is enough */
	PG_RETURN_INT64(missing);
}

/* ---- shares ---- */

typedef struct Share
{
	int64		part;
	int64		whole;			/* 0 where the share is not known */
} Share;

/*
 * Of the deals that reached the open stage `from`, those that reached `to`, an open or a won stage; with `resolved` without
 * those of which it is not known yet.
 */
static Share
conversion(const StageFunnel *funnel, const FunnelStage *from, const FunnelStage *to, bool resolved)
{
	Share		share = {0};

	if (from == NULL || to == NULL || !is_open(from) || to->outcome == OUTCOME_LOST)
		return share;
	share.whole = reached(funnel, from);
	/* who reached a stage reached those before */
	share.part = is_open(to) && to <= from ? share.whole : reached(funnel, to);
	if (resolved)
	{
		for (const FunnelStage *stage = from; stage < &funnel->stages[funnel->nstages]; stage++)
		{
			if (is_open(stage) && (to->outcome == OUTCOME_WON || stage < to))
				share.whole -= stage->rest.deals;
		}
	}
	return share;
}

static Share
win_share(const StageFunnel *funnel, const FunnelStage *stage)
{
	Onward		o;

	if (stage == NULL || !is_open(stage))
		return (Share) {0};
	o = onward(funnel, stage);
	return (Share) {o.won.deals, o.won.deals + o.lost.deals};
}

static inline double
share_value(int64 part, int64 whole)
{
	return (double) part / (double) whole;
}

/* Readers of the share, and of the ends of its interval. */
#define SHARE_READERS(name, expression) \
	SHARE_READER(name, expression, share_value); \
	SHARE_READER(name##_low, expression, wilson_low); \
	SHARE_READER(name##_high, expression, wilson_high)
#define SHARE_READER(name, expression, result) \
	SALESOPS_FUNCTION(salesops_funnel_##name); \
	Datum salesops_funnel_##name(PG_FUNCTION_ARGS) \
	{ \
		const StageFunnel *funnel = stage_funnel_arg(fcinfo, 0); \
		Share		share = expression; \
		if (share.whole == 0) \
			PG_RETURN_NULL(); \
		PG_RETURN_FLOAT8(result(share.part, share.whole)); \
	} \
	extern int	no_such_variable

SHARE_READERS(conversion, conversion(funnel, stage_arg(fcinfo, funnel, 1), stage_arg(fcinfo, funnel, 2), false));
SHARE_READERS(conversion_resolved, conversion(funnel, stage_arg(fcinfo, funnel, 1), stage_arg(fcinfo, funnel, 2), true));
SHARE_READERS(win_rate, win_share(funnel, stage_arg(fcinfo, funnel, 1)));

/* What a deal that reaches the stage brings, as avg() would give it: false where no closed deal that did has an amount. */
static bool
expected_value(const StageFunnel *funnel, const FunnelStage *stage, Datum *value)
{
	Onward		o;

	if (stage == NULL || !is_open(stage))
		return false;
	o = onward(funnel, stage);
	if (o.won.priced + o.lost.priced == 0)
		return false;
	*value = DirectFunctionCall2(numeric_div, NumericGetDatum(exact_sum_numeric(&o.won.amount)),
								 NumericGetDatum(int64_to_numeric(o.won.priced + o.lost.priced)));
	return true;
}

SALESOPS_FUNCTION(salesops_funnel_expected_value);
SALESOPS_FUNCTION(salesops_funnel_stages);

/* (funnel, stage text) */
Datum
salesops_funnel_expected_value(PG_FUNCTION_ARGS)
{
	const StageFunnel *funnel = stage_funnel_arg(fcinfo, 0);
	Datum		value;

	if (!expected_value(funnel, stage_arg(fcinfo, funnel, 1), &value))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(value);
}

/* ---- as a table ---- */

/*
 * (funnel) -> a row for each stage, in the order of the process.
 */
Datum
salesops_funnel_stages(PG_FUNCTION_ARGS)
{
	static int64 (*const counts[]) (const StageFunnel *, const FunnelStage *) = {
		reached, entered, skipped_over, began_later, advanced, lost, still_open, in_stage, regressed, won
	};
	enum
	{
		FIRST_SHARE = 3 + lengthof(counts),
		COLUMNS = FIRST_SHARE + 6
	};
	const StageFunnel *funnel = stage_funnel_arg(fcinfo, 0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const FunnelStage *end = &funnel->stages[funnel->nstages];
	const FunnelStage *first = funnel->stages;

	InitMaterializedSRF(fcinfo, 0);
	while (first < end && !is_open(first))
		first++;
	for (const FunnelStage *stage = funnel->stages; stage < end; stage++)
	{
		const FunnelStage *next = stage + 1;
		Share		shares[4] = {{0}};
		ExactSum	amount = reached_amount(funnel, stage);
		Datum		values[COLUMNS] = {0};
		bool		nulls[COLUMNS] = {0};

		CHECK_FOR_INTERRUPTS();
		values[0] = Int32GetDatum((int32) (stage - funnel->stages) + 1);
		values[1] = PointerGetDatum(cstring_to_text_with_len(funnel_stage_name(funnel, stage), stage->name_length));
		values[2] = PointerGetDatum(cstring_to_text(outcome_names[stage->outcome]));
		for (int i = 0; i < (int) lengthof(counts); i++)
			values[3 + i] = Int64GetDatum(counts[i] (funnel, stage));
		if (first < end)
			shares[0] = conversion(funnel, first, stage, false);
		if (is_open(stage))
		{
			while (next < end && !is_open(next))
				next++;
			/* to the next open stage; from the last one, to being won, in whatever stage that is */
			if (next < end)
			{
				shares[1] = conversion(funnel, stage, next, false);
				shares[2] = conversion(funnel, stage, next, true);
			}
			else
			{
				shares[1] = (Share) {won(funnel, stage), reached(funnel, stage)};
				shares[2] = win_share(funnel, stage);
			}
			shares[3] = win_share(funnel, stage);
		}
		for (int i = 0; i < (int) lengthof(shares); i++)
		{
			nulls[FIRST_SHARE + i] = shares[i].whole == 0;
			values[FIRST_SHARE + i] = shares[i].whole == 0 ? (Datum) 0 :
				Float8GetDatum(share_value(shares[i].part, shares[i].whole));
		}
		values[COLUMNS - 2] = PointerGetDatum(exact_sum_numeric(&amount));
		nulls[COLUMNS - 1] = !expected_value(funnel, stage, &values[COLUMNS - 1]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
