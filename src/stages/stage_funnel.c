/*
 * stage_funnel.c
 *		The summary stage_funnel(path, process[, amount]): how far deals got in the stages of their process.
 *
 * One row is one deal.  What its path says of a stage is decided by the walk that the readers of a path share
 * (stage_walk.c); here it is counted.  Reaching is monotone: who reached a stage reached all open ones before.  So of a deal that is
 * counted once under the furthest stage that it reached, and under whether it is open or lost, everything between any two stages
 * follows by adding up, and the summary needs a few counts a stage and no table of pairs:
 *
 *		reached		got as far as this or further
 *		advanced	reached a later open stage, or was won in the end
 *		lost		lost in the end, and had got as far as this and no further, wherever it had gone back to
 *		still open	open, and has got as far as this and no further
 *
 * These three are all that reached an open stage.  They reached it in one of three ways: entered it, skipped it over (began before and
 * passed it), or began later (their first records are of later stages).
 *
 * The value holds the names and the outcomes of the stages, in order: rows and summaries of a process that has others are
 * an error, never mixed.  Probabilities, categories and limits are no part of it: a process may change them and its funnels
 * still merge.  Amounts are exact sums, so all is the same in any order of rows and merges.
 *
 * Memory: 104 bytes, and 120 bytes a stage and its name, whatever the number of deals; the size never changes, so states change in place.
 *
 * Text form: {"stage_funnel": 1, "stages": [{"stage": "New", "entered": 3, "now": 1, "rest": 1}, ...]}, see the fields.
 *
 * What a funnel says is read in stage_funnel_read.c.
 */
#include "stages/stage_funnel.h"

#include "core/aggregate.h"
#include "core/guard.h"
#include "core/literal.h"
#include "core/summary.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "stages/stage_history.h"
#include "stages/stage_path.h"
#include "stages/stage_walk.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#define FUNNEL_VERSION 1
#define TYPE_NAME "stage_funnel"
#define MAX_STAGES 500			/* as many as a sales_process has at most */

/* Above the longest text form: each stage with a name of 400 control characters, and two sums of 16,383 decimals. */
#define MAX_LITERAL (24 * 1024 * 1024)
#define MAX_LITERAL_VALUES (32 * MAX_STAGES)

/* The counts and sums, in the order of the forms: of the whole, of a stage with the outcome open, won or lost. */
static const SummaryField head_fields[] = {
	SUMMARY_FIELD(StageFunnel, "deals", deals, SUMMARY_COUNT),
	SUMMARY_FIELD(StageFunnel, "regressed", regressed, SUMMARY_COUNT),
	SUMMARY_FIELD(StageFunnel, "skipping", skipping, SUMMARY_COUNT),
	SUMMARY_FIELD(StageFunnel, "reopened", reopened, SUMMARY_COUNT),
	SUMMARY_FIELD(StageFunnel, "unknown_deals", unknown_deals, SUMMARY_COUNT),
	SUMMARY_FIELD(StageFunnel, "unknown_events", unknown_events, SUMMARY_COUNT),
	SUMMARY_FIELD(StageFunnel, "unplaced", unplaced.deals, SUMMARY_COUNT),
	SUMMARY_FIELD(StageFunnel, "unplaced_priced", unplaced.priced, SUMMARY_COUNT),
	SUMMARY_FIELD(StageFunnel, "unplaced_amount", unplaced.amount, SUMMARY_SUM),
};

static const SummaryField stage_fields[] = {
	SUMMARY_FIELD(FunnelStage, "entered", entered, SUMMARY_COUNT),
	SUMMARY_FIELD(FunnelStage, "skipped", skipped, SUMMARY_COUNT),
	SUMMARY_FIELD(FunnelStage, "left_back", left_back, SUMMARY_COUNT),
	SUMMARY_FIELD(FunnelStage, "now", now, SUMMARY_COUNT),
	SUMMARY_FIELD(FunnelStage, "rest", rest.deals, SUMMARY_COUNT),
	SUMMARY_FIELD(FunnelStage, "rest_priced", rest.priced, SUMMARY_COUNT),
	SUMMARY_FIELD(FunnelStage, "rest_amount", rest.amount, SUMMARY_SUM),
	SUMMARY_FIELD(FunnelStage, "lost", lost.deals, SUMMARY_COUNT),
	SUMMARY_FIELD(FunnelStage, "lost_priced", lost.priced, SUMMARY_COUNT),
	SUMMARY_FIELD(FunnelStage, "lost_amount", lost.amount, SUMMARY_SUM),
};

#define COUNT_AT(base, field) ((int64 *) ((char *) (base) + (field)->offset))
#define SUM_AT(base, field) ((ExactSum *) ((char *) (base) + (field)->offset))

/* ---- making one ---- */

static inline Size
funnel_names_offset(uint32 nstages)
{
	return offsetof(StageFunnel, stages) + nstages * sizeof(FunnelStage);
}

static StageFunnel *
funnel_new(uint32 nstages, uint32 names_size, bool building)
{
	Size		size = funnel_names_offset(nstages) + names_size;
	StageFunnel *funnel = palloc0(size);

	SET_VARSIZE(funnel, size);
	funnel->version = FUNNEL_VERSION;
	funnel->building = building;
	funnel->nstages = (uint16) nstages;
	funnel->names_size = names_size;
	return funnel;
}

/* Fills in the stages one after the other; `names` is where the next name goes, from funnel_names_offset. */
static void
funnel_set_stage(StageFunnel *funnel, uint32 stage, const char *name, int length, int outcome, uint32 *names)
{
	funnel->stages[stage].name = *names;
	funnel->stages[stage].name_length = (uint16) length;
	funnel->stages[stage].outcome = (uint8) outcome;
	memcpy((char *) funnel + *names, name, length);
	*names += length;
}

static StageFunnel *
funnel_of_process(const SalesProcess *process)
{
	uint32		names_size = 0;
	uint32		names = funnel_names_offset(process->nstages);
	StageFunnel *funnel;

	for (uint32 i = 0; i < process->nstages; i++)
		names_size += process->stages[i].name_length;
	funnel = funnel_new(process->nstages, names_size, true);
	for (uint32 i = 0; i < process->nstages; i++)
	{
		const ProcessStage *stage = &process->stages[i];

		funnel_set_stage(funnel, i, (const char *) process + stage->name, stage->name_length, stage->outcome, &names);
	}
	return funnel;
}

static StageFunnel *
funnel_copy(const StageFunnel *from)
{
	StageFunnel *funnel = palloc(VARSIZE(from));

	memcpy(funnel, from, VARSIZE(from));
	return funnel;
}

/* The stored form: sums with the fewest digits that hold them. */
static StageFunnel *
funnel_canonical(const StageFunnel *from)
{
	StageFunnel *funnel = funnel_copy(from);

	if (!funnel->building)
		return funnel;
	funnel->building = 0;
	exact_sum_canonicalize(&funnel->unplaced.amount);
	for (uint32 i = 0; i < funnel->nstages; i++)
	{
		exact_sum_canonicalize(&funnel->stages[i].rest.amount);
		exact_sum_canonicalize(&funnel->stages[i].lost.amount);
	}
	return funnel;
}

static const StageFunnel *
funnel_checked(const StageFunnel *funnel)
{
	if (VARSIZE(funnel) < offsetof(StageFunnel, stages) || funnel->version != FUNNEL_VERSION || funnel->nstages > MAX_STAGES ||
		VARSIZE(funnel) != funnel_names_offset(funnel->nstages) + funnel->names_size)
		guard_damaged(TYPE_NAME);
	return funnel;
}

/* The first state is made of what its row has: a process, or another funnel. */
static StageFunnel *
funnel_first(void)
{
	return NULL;
}

static StageFunnel *
funnel_grown(const StageFunnel *from)
{
	StageFunnel *funnel = funnel_copy(from);

	funnel->building = 1;
	return funnel;
}

#define GROWING_TYPE StageFunnel
#define GROWING(name) funnel_##name
#include "core/growing.h"

const StageFunnel *
stage_funnel_arg(FunctionCallInfo fcinfo, int argument)
{
	return funnel_arg(fcinfo, argument);
}

/* ---- one process ---- */

typedef struct StageLabel
{
	const char *name;			/* NULL where there is no such stage */
	int			length;
	int			outcome;
} StageLabel;

static inline StageLabel
label_in_funnel(const StageFunnel *funnel, uint32 stage)
{
	const FunnelStage *s = &funnel->stages[stage];

	if (stage >= funnel->nstages)
		return (StageLabel) {NULL, 0, OUTCOME_UNKNOWN};
	return (StageLabel) {funnel_stage_name(funnel, s), s->name_length, s->outcome};
}

static inline StageLabel
label_in_process(const SalesProcess *process, uint32 stage)
{
	const ProcessStage *s = &process->stages[stage];

	if (stage >= process->nstages)
		return (StageLabel) {NULL, 0, OUTCOME_UNKNOWN};
	return (StageLabel) {(const char *) process + s->name, s->name_length, s->outcome};
}

static const char *
label_text(StageLabel label)
{
	if (label.name == NULL)
		return "missing";
	return psprintf("\"%.*s\" (%s)", pg_mbcliplen(label.name, label.length, 60), label.name, outcome_names[label.outcome]);
}

/* Raises an error unless both have the same stage there.  The two are named in an order that does not depend on theirs. */
static inline void
require_same_stage(uint32 stage, StageLabel a, StageLabel b)
{
	const char *one;
	const char *other;

	if (likely(a.name != NULL && b.name != NULL && a.length == b.length && a.outcome == b.outcome &&
			   memcmp(a.name, b.name, a.length) == 0))
		return;
	one = label_text(a);
	other = label_text(b);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the stages of one stage_funnel are of different processes"),
			 errdetail("Stage %u is %s in one and %s in the other.", stage + 1, strcmp(one, other) <= 0 ? one : other,
					   strcmp(one, other) <= 0 ? other : one),
			 errhint("Make a funnel for each process, as with GROUP BY; its stages, their order and their outcomes must be the same.")));
}

static inline void
require_process(const StageFunnel *funnel, const SalesProcess *process)
{
	uint32		n = Max(funnel->nstages, process->nstages);

	for (uint32 i = 0; i < n; i++)
		require_same_stage(i, label_in_funnel(funnel, i), label_in_process(process, i));
}

/* ---- the aggregate ---- */

SALESOPS_FUNCTION(salesops_stage_funnel_combinefn);
SALESOPS_FUNCTION(salesops_stage_funnel_finalfn);
SALESOPS_FUNCTION(salesops_stage_funnel_transfn);

typedef struct DealAmount
{
	ExactSumAdd add;			/* NULL where the deal has none */
	Datum		amount;
} DealAmount;

static inline void
bucket_add(FunnelBucket *bucket, DealAmount amount)
{
	bucket->deals++;
	if (amount.add != NULL)
	{
		bucket->priced++;
		amount.add(&bucket->amount, amount.amount);
	}
}

/* Whether there can be one more deal: no count of a stage is greater than this one. */
static inline void
check_deals(int64 deals)
{
	if (unlikely(deals >= SUMMARY_MAX_COUNT))
		summary_count_error(TYPE_NAME);
}

static void
funnel_add_deal(StageFunnel *funnel, const StageWalk *walk, DealAmount amount)
{
	Outcome		outcome = stage_walk_outcome(walk);
	bool		skipping = false;

	if (walk->unknown > 0)
	{
		funnel->unknown_deals = summary_add_counts(funnel->unknown_deals, 1, "unknown_deals", TYPE_NAME);
		funnel->unknown_events = summary_add_counts(funnel->unknown_events, walk->unknown, "unknown_events", TYPE_NAME);
	}
	if (outcome == OUTCOME_UNKNOWN)
	{
		check_deals(funnel->unplaced.deals);
		bucket_add(&funnel->unplaced, amount);
		return;
	}
	check_deals(funnel->deals);
	funnel->deals++;
	if (outcome == OUTCOME_OPEN)
	{
		funnel->stages[walk->current - 1].now++;
		bucket_add(&funnel->stages[walk->furthest - 1].rest, amount);
	}
	else
	{
		bucket_add(&funnel->stages[walk->current - 1].rest, amount);
		if (outcome == OUTCOME_LOST && walk->furthest > 0)
			bucket_add(&funnel->stages[walk->furthest - 1].lost, amount);
	}
	for (uint32 position = 1; position <= funnel->nstages; position++)
	{
		FunnelStage *stage = &funnel->stages[position - 1];

		if (walk->marks[position] != 0)
		{
			stage->entered += (walk->marks[position] & STAGE_ENTERED) != 0;
			stage->left_back += (walk->marks[position] & STAGE_LEFT_BACK) != 0;
		}
		else if (walk->earliest > 0 && position > walk->earliest && stage_walk_skipped(walk, position))
		{
			stage->skipped++;
			skipping = true;
		}
	}
	funnel->skipping += skipping;
	funnel->regressed += walk->regressions > 0;
	funnel->reopened += walk->reopenings > 0;
}

/* (state, path, process[, amount]) */
static inline Datum
stage_funnel_transfn(FunctionCallInfo fcinfo, ExactSumAdd add_amount)
{
	DealAmount	amount = {NULL, (Datum) 0};
	const SalesProcess *process;
	StageFunnel *funnel;
	StageWalk  *walk;

	if (add_amount != NULL && !PG_ARGISNULL(3))
		amount = (DealAmount) {add_amount, PG_GETARG_DATUM(3)};
	/* without a process there is no stage under which to count */
	if ((PG_ARGISNULL(1) && amount.add == NULL) || PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);
	process = process_arg(fcinfo, 2);
	funnel = funnel_state(fcinfo);
	if (funnel == NULL)
		funnel = funnel_of_process(process);
	else
		require_process(funnel, process);

	walk = stage_walk_new(process);
	if (!PG_ARGISNULL(1))
	{
		const StagePath *path = stage_path_arg(fcinfo, 1);
		uint16	   *positions = palloc(Max(path->nstages, 1) * sizeof(uint16));

		stage_path_positions(path, process, positions);
		stage_walk_deal(walk, path->events, path->nevents, positions);
		pfree(positions);
	}
	funnel_add_deal(funnel, walk, amount);
	pfree(walk);
	return funnel_result(fcinfo, funnel);
}

Datum
salesops_stage_funnel_transfn(PG_FUNCTION_ARGS)
{
	return stage_funnel_transfn(fcinfo, NULL);
}

EXACT_SUM_TRANSFNS(stage_funnel_transfn, stage_funnel_transfn);

static void
merge_fields(void *to, const void *from, const SummaryField *fields, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (fields[i].kind == SUMMARY_COUNT)
			*COUNT_AT(to, &fields[i]) = summary_add_counts(*COUNT_AT(to, &fields[i]), *COUNT_AT(from, &fields[i]),
														   fields[i].name, TYPE_NAME);
		else
			exact_sum_merge(SUM_AT(to, &fields[i]), SUM_AT(from, &fields[i]));
	}
}

/* Combine function, and transition function of merge(): either side may be NULL. */
Datum
salesops_stage_funnel_combinefn(PG_FUNCTION_ARGS)
{
	const StageFunnel *other;
	StageFunnel *funnel;

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	other = funnel_any(fcinfo, 1);
	funnel = funnel_state(fcinfo);
	if (funnel == NULL)
		return funnel_result(fcinfo, funnel_grown(other));
	for (uint32 i = 0; i < Max(funnel->nstages, other->nstages); i++)
		require_same_stage(i, label_in_funnel(funnel, i), label_in_funnel(other, i));
	merge_fields(funnel, other, head_fields, lengthof(head_fields));
	for (uint32 i = 0; i < funnel->nstages; i++)
		merge_fields(&funnel->stages[i], &other->stages[i], stage_fields, lengthof(stage_fields));
	return funnel_result(fcinfo, funnel);
}

Datum
salesops_stage_funnel_finalfn(PG_FUNCTION_ARGS)
{
	return funnel_final(fcinfo);
}

/* ---- from a whole log ---- */

SALESOPS_FUNCTION(salesops_stage_funnel_history);

/* (history stage_history, process): the funnel of all its deals, whose events the reader puts in order */
Datum
salesops_stage_funnel_history(PG_FUNCTION_ARGS)
{
	const SalesProcess *process = process_arg(fcinfo, 1);
	StageFunnel *funnel = funnel_of_process(process);
	StageWalk  *walk = stage_walk_new(process);
	uint32		room = 64;
	Event	   *events = palloc(room * sizeof(Event));
	uint16	   *positions;
	HistoryView view;
	HistoryReader reader;
	HistoryDeal deal;

	history_open(fcinfo, 0, &view);
	history_begin(&reader, &view, process);
	positions = palloc0(Max(reader.nstages, 1) * sizeof(uint16));
	for (uint32 i = 0; i < reader.nstages; i++)
		positions[i] = reader.stages[i].process == NULL ? 0 : (uint16) reader.stages[i].process->position;
	while (history_next(&reader, &deal))
	{
		if (unlikely(deal.nevents > room))
		{
			room = deal.nevents;
			pfree(events);
			events = palloc_extended((Size) room * sizeof(Event), MCXT_ALLOC_HUGE);
		}
		for (uint32 i = 0; i < deal.nevents; i++)
			event_set(&events[i], deal.events[i].at, deal.events[i].stage);
		stage_walk_deal(walk, events, deal.nevents, positions);
		funnel_add_deal(funnel, walk, (DealAmount) {NULL, (Datum) 0});
	}
	PG_RETURN_POINTER(funnel_canonical(funnel));
}

/* ---- validation ---- */

static const char *
fields_fault(const void *base, const SummaryField *fields, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (fields[i].kind == SUMMARY_COUNT)
		{
			if (*COUNT_AT(base, &fields[i]) < 0 || *COUNT_AT(base, &fields[i]) > SUMMARY_MAX_COUNT)
				return psprintf("\"%s\" is not a count from 0 to " INT64_FORMAT ".", fields[i].name, SUMMARY_MAX_COUNT);
		}
		else if (!exact_sum_is_valid(SUM_AT(base, &fields[i])))
			return psprintf("\"%s\" is not an exact sum in its stored form.", fields[i].name);
	}
	return NULL;
}

static bool
bucket_is_sound(const FunnelBucket *bucket)
{
	return bucket->priced <= bucket->deals &&
		(bucket->priced > 0 || (exact_sum_sign(&bucket->amount) == 0 && bucket->amount.dscale == 0));
}

static int
compare_labels(const void *a, const void *b)
{
	const StageLabel *left = a;
	const StageLabel *right = b;
	int			result = memcmp(left->name, right->name, Min(left->length, right->length));

	return result != 0 ? result : left->length - right->length;
}

static bool
names_repeat(const StageFunnel *funnel)
{
	StageLabel *labels = palloc(Max(funnel->nstages, 1) * sizeof(StageLabel));

	for (uint32 i = 0; i < funnel->nstages; i++)
		labels[i] = label_in_funnel(funnel, i);
	qsort(labels, funnel->nstages, sizeof(StageLabel), compare_labels);
	for (uint32 i = 1; i < funnel->nstages; i++)
	{
		if (compare_labels(&labels[i - 1], &labels[i]) == 0)
			return true;
	}
	return false;
}

/* What a text or binary form that was edited by hand gets wrong; NULL where it is sound. */
static const char *
funnel_fault(const StageFunnel *funnel)
{
	const char *fault = fields_fault(funnel, head_fields, lengthof(head_fields));
	int128		now = 0;		/* open deals by where they are, and by how far they got */
	int128		open = 0;
	int128		won = 0;
	int128		ended_lost = 0;	/* lost deals by the stage that they are in, and by how far they got */
	int128		lost = 0;
	int128		reached;

	if (fault != NULL)
		return fault;
	if (funnel->nstages == 0)
		return "It has no stages.";
	if (names_repeat(funnel))
		return "A stage appears twice.";
	if (!bucket_is_sound(&funnel->unplaced))
		return "It has amounts of more unplaced deals than there are.";
	for (uint32 i = 0; i < funnel->nstages; i++)
	{
		const FunnelStage *stage = &funnel->stages[i];

		fault = fields_fault(stage, stage_fields, lengthof(stage_fields));
		if (fault != NULL)
			return psprintf("Stage %u: %s", i + 1, fault);
		if (!bucket_is_sound(&stage->rest) || !bucket_is_sound(&stage->lost))
			return psprintf("Stage %u has amounts of more deals than there are.", i + 1);
		if (stage->left_back > stage->entered || stage->now > stage->entered || stage->entered > funnel->deals)
			return psprintf("Stage %u has deals that did not enter it.", i + 1);
		if (stage->outcome == OUTCOME_OPEN)
		{
			now += stage->now;
			open += stage->rest.deals;
			lost += stage->lost.deals;
			continue;
		}
		if (stage->skipped > 0 || stage->now > 0 || stage->lost.deals > 0 || stage->rest.deals > stage->entered)
			return psprintf("Stage %u is closed, and has counts of an open one.", i + 1);
		if (stage->outcome == OUTCOME_WON)
			won += stage->rest.deals;
		else
			ended_lost += stage->rest.deals;
	}
	if (now != open || lost > ended_lost || open + won + ended_lost != funnel->deals)
		return "The deals of its stages do not add up.";
	reached = open + won + lost;
	for (uint32 i = 0; i < funnel->nstages; i++)
	{
		const FunnelStage *stage = &funnel->stages[i];

		if (stage->outcome != OUTCOME_OPEN)
			continue;
		if ((int128) stage->entered + stage->skipped > reached)
			return psprintf("More deals entered or skipped stage %u than reached it.", i + 1);
		reached -= (int128) stage->rest.deals + stage->lost.deals;
	}
	if (Max(Max(funnel->regressed, funnel->skipping), funnel->reopened) > funnel->deals)
		return "More deals went back, skipped or were reopened than there are.";
	if (funnel->unknown_deals > funnel->unknown_events ||
		funnel->unknown_deals > (int128) funnel->deals + funnel->unplaced.deals)
		return "More deals have unknown stages than there are.";
	return NULL;
}

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_stage_funnel_in);
SALESOPS_FUNCTION(salesops_stage_funnel_out);

#define LITERAL_FORM "Write it as {\"stage_funnel\": 1, \"stages\": [{\"stage\": \"New\", \"entered\": 3, ...}, ...]}."
#define KEEP_TEXT "Funnels are made by their aggregate and written out by the database: keep the text as it was."

static void
read_fields(void *base, const SummaryField *fields, int n, JsonbContainer *object, LiteralPlace at)
{
	for (int i = 0; i < n; i++)
	{
		const JsonbValue *value = literal_get(object, fields[i].name);

		if (value == NULL)
			continue;
		if (fields[i].kind == SUMMARY_COUNT)
			*COUNT_AT(base, &fields[i]) = literal_count(value, fields[i].name, at);
		else
		{
			exact_sum_add_numeric(SUM_AT(base, &fields[i]), NumericGetDatum(literal_numeric(value, fields[i].name, at)));
			exact_sum_canonicalize(SUM_AT(base, &fields[i]));
		}
	}
}

static void
check_keys(JsonbContainer *object, const char *first, const char *second, const SummaryField *fields, int n, LiteralPlace at)
{
	const char *keys[2 + lengthof(stage_fields) + lengthof(head_fields)] = {first, second};

	for (int i = 0; i < n; i++)
		keys[2 + i] = fields[i].name;
	literal_check_keys(object, keys, 2 + n, at);
}

Datum
salesops_stage_funnel_in(PG_FUNCTION_ARGS)
{
	LiteralPlace at = {TYPE_NAME, NULL};
	JsonbContainer *json = literal_parse(PG_GETARG_CSTRING(0), MAX_LITERAL, MAX_LITERAL_VALUES, TYPE_NAME);
	JsonbContainer *list;
	JsonbContainer **objects;
	StageLabel *labels;
	JsonbValue *value;
	StageFunnel *funnel;
	uint32		n;
	uint32		names_size = 0;
	uint32		names;
	const char *fault;

	literal_check_version(json, FUNNEL_VERSION, LITERAL_FORM, at);
	check_keys(json, TYPE_NAME, "stages", head_fields, lengthof(head_fields), at);
	value = literal_get(json, "stages");
	if (value == NULL)
		literal_error(at, "It has no \"stages\".", LITERAL_FORM);
	list = literal_container(value, true, "stages", at);
	n = JsonContainerSize(list);
	if (n > MAX_STAGES)
		literal_error(at, psprintf("It has more than %d stages.", MAX_STAGES), NULL);
	objects = palloc(Max(n, 1) * sizeof(JsonbContainer *));
	labels = palloc0(Max(n, 1) * sizeof(StageLabel));
	for (uint32 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		at.place = psprintf("stage %u", i + 1);
		objects[i] = literal_container(getIthJsonbValueFromContainer(list, i), false, "stages", at);
		check_keys(objects[i], "stage", "outcome", stage_fields, lengthof(stage_fields), at);
		value = literal_get(objects[i], "stage");
		if (value == NULL)
			literal_error(at, "It has no \"stage\".", LITERAL_FORM);
		labels[i].name = literal_string(value, "stage", at);
		labels[i].length = (int) strlen(labels[i].name);
		guard_stage_name(labels[i].name, labels[i].length);
		names_size += labels[i].length;
		value = literal_get(objects[i], "outcome");
		if (value != NULL)
		{
			const char *word = literal_string(value, "outcome", at);

			labels[i].outcome = outcome_lookup(word, (int) strlen(word));
			if (labels[i].outcome == OUTCOME_UNKNOWN)
				literal_error(at, psprintf("Unknown outcome \"%.*s\".", pg_mbcliplen(word, (int) strlen(word), 60), word),
							  "An outcome is open, won or lost.");
		}
	}
	funnel = funnel_new(n, names_size, false);
	names = funnel_names_offset(n);
	for (uint32 i = 0; i < n; i++)
	{
		at.place = psprintf("stage %u", i + 1);
		funnel_set_stage(funnel, i, labels[i].name, labels[i].length, labels[i].outcome, &names);
		read_fields(&funnel->stages[i], stage_fields, lengthof(stage_fields), objects[i], at);
	}
	at.place = NULL;
	read_fields(funnel, head_fields, lengthof(head_fields), json, at);
	fault = funnel_fault(funnel);
	if (fault != NULL)
		literal_error(at, fault, KEEP_TEXT);
	PG_RETURN_POINTER(funnel);
}

static void
put_fields(StringInfo out, const void *base, const SummaryField *fields, int n)
{
	for (int i = 0; i < n; i++)
	{
		const ExactSum *sum;

		if (fields[i].kind == SUMMARY_COUNT)
		{
			literal_put_count(out, fields[i].name, *COUNT_AT(base, &fields[i]));
			continue;
		}
		sum = SUM_AT(base, &fields[i]);
		/* a zero of several decimals is written: the decimals would be lost */
		if (exact_sum_sign(sum) != 0 || sum->dscale != 0)
		{
			literal_put_key(out, fields[i].name);
			appendStringInfoString(out, DatumGetCString(DirectFunctionCall1(numeric_out,
																			NumericGetDatum(exact_sum_numeric(sum)))));
		}
	}
}

Datum
salesops_stage_funnel_out(PG_FUNCTION_ARGS)
{
	const StageFunnel *funnel = funnel_arg(fcinfo, 0);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d, \"stages\": [", TYPE_NAME, FUNNEL_VERSION);
	for (uint32 i = 0; i < funnel->nstages; i++)
	{
		const FunnelStage *stage = &funnel->stages[i];

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&out, i == 0 ? "{" : ", {");
		literal_put_key(&out, "stage");
		literal_put_string(&out, funnel_stage_name(funnel, stage), stage->name_length);
		if (stage->outcome != OUTCOME_OPEN)
		{
			literal_put_key(&out, "outcome");
			appendStringInfo(&out, "\"%s\"", outcome_names[stage->outcome]);
		}
		put_fields(&out, stage, stage_fields, lengthof(stage_fields));
		appendStringInfoChar(&out, '}');
	}
	appendStringInfoChar(&out, ']');
	put_fields(&out, funnel, head_fields, lengthof(head_fields));
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* ---- binary form: version, the number of stages, each with its outcome, name and fields; then the fields of the whole ---- */

SALESOPS_FUNCTION(salesops_stage_funnel_recv);
SALESOPS_FUNCTION(salesops_stage_funnel_send);

static void
send_fields(StringInfo out, const void *base, const SummaryField *fields, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (fields[i].kind == SUMMARY_COUNT)
			pq_sendint64(out, *COUNT_AT(base, &fields[i]));
		else
			summary_send_sum(out, SUM_AT(base, &fields[i]));
	}
}

static void
recv_fields(StringInfo in, void *base, const SummaryField *fields, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (fields[i].kind == SUMMARY_COUNT)
			*COUNT_AT(base, &fields[i]) = pq_getmsgint64(in);
		else
			summary_recv_sum(in, SUM_AT(base, &fields[i]));
	}
}

Datum
salesops_stage_funnel_send(PG_FUNCTION_ARGS)
{
	const StageFunnel *funnel = funnel_arg(fcinfo, 0);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, FUNNEL_VERSION);
	pq_sendint16(&out, funnel->nstages);
	for (uint32 i = 0; i < funnel->nstages; i++)
	{
		const FunnelStage *stage = &funnel->stages[i];

		pq_sendbyte(&out, stage->outcome);
		salesops_sendcountedtext(&out, funnel_stage_name(funnel, stage), stage->name_length);
		send_fields(&out, stage, stage_fields, lengthof(stage_fields));
	}
	send_fields(&out, funnel, head_fields, lengthof(head_fields));
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_stage_funnel_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	StageFunnel *counts;
	StageFunnel *funnel;
	StageLabel *labels;
	uint32		n;
	uint32		names_size = 0;
	uint32		names;
	const char *fault;

	guard_version(in, FUNNEL_VERSION, TYPE_NAME);
	n = pq_getmsgint(in, 2);
	if (n > MAX_STAGES)
		guard_binary(TYPE_NAME, psprintf("It has %u stages; at most %d are possible.", n, MAX_STAGES));
	counts = funnel_new(n, 0, false);
	labels = palloc(Max(n, 1) * sizeof(StageLabel));
	for (uint32 i = 0; i < n; i++)
	{
		labels[i].outcome = pq_getmsgbyte(in);
		if (labels[i].outcome > OUTCOME_LOST)
			guard_binary(TYPE_NAME, psprintf("Stage %u has an outcome that does not exist.", i + 1));
		labels[i].name = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &labels[i].length);
		guard_stage_name(labels[i].name, labels[i].length);
		names_size += labels[i].length;
		recv_fields(in, &counts->stages[i], stage_fields, lengthof(stage_fields));
	}
	recv_fields(in, counts, head_fields, lengthof(head_fields));

	funnel = funnel_new(n, names_size, false);
	names = funnel_names_offset(n);
	memcpy((char *) funnel + offsetof(StageFunnel, deals), (char *) counts + offsetof(StageFunnel, deals),
		   funnel_names_offset(n) - offsetof(StageFunnel, deals));
	for (uint32 i = 0; i < n; i++)
		funnel_set_stage(funnel, i, labels[i].name, labels[i].length, labels[i].outcome, &names);
	fault = funnel_fault(funnel);
	if (fault != NULL)
		guard_binary(TYPE_NAME, fault);
	PG_RETURN_POINTER(funnel);
}
