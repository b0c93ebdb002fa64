/*
 * stage_win_rates.c
 *		The type stage_win_rates: won and lost deals by stage, and the win rate of each with what all have in common.
 *
 * One row for each deal and stage that it reached, in any order: stage_win_rates(stage, won).  The summary keeps for
 * each stage how many of these deals were won, lost and not decided yet.  A stage is any text: it may as well be a
 * segment, a source or an owner.  Rows without a stage are counted (unlabelled) and no more; one without stage and
 * outcome is none.
 *
 * The rates are those of beta_binomial.c, computed from the counts when they are read, so that they are the same to the
 * last bit whatever the order of rows and merges.  What the stages have in common is estimated once for each call site of
 * a query and each value, and kept (call_memo.c).
 *
 * Memory: 40 bytes a stage and its name.  While being built, the value is
 *
 *		header, labels (room for `capacity`), hash slots (two for each label of room), names (`room` bytes)
 *
 * and one twice the size takes its place when it is full, which the executor copies and frees (summary.c tells why).  The
 * stored form has the labels in the order of their names' bytes, no slots and no room.
 *
 * Text form: {"stage_win_rates": 1, "stages": [["Negotiation", 30, 20, 5], ...]}: name, won, lost, undecided.
 *
 * Worked example: 30 of 50 decided deals won in one stage and none in another: raw rate 0.6 of the one, and of the
 * other the prior mean.
 */
#include "core/compat.h"

#include "common/hashfn.h"
#include "core/aggregate.h"
#include "core/call_memo.h"
#include "core/guard.h"
#include "core/literal.h"
#include "core/summary.h"
#include "forecast/beta_binomial.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

typedef struct StageLabel
{
	int64		won;
	int64		lost;
	int64		undecided;
	uint32		name;			/* where it begins among the names */
	uint32		length;
	uint32		hash;			/* while building, else zero */
	uint32		unused;
} StageLabel;

typedef struct StageWinRates
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		building;		/* a state of the aggregate: unsorted, with slots and free room */
	uint8		unused[2];
	uint32		nlabels;
	uint32		capacity;
	uint32		names_size;
	uint32		names_room;
	int64		unlabelled;
	StageLabel	labels[FLEXIBLE_ARRAY_MEMBER];
} StageWinRates;

#define RATES_VERSION 1
#define MAX_LABELS 10000
#define TYPE_NAME "stage_win_rates"

/* The longest text form: each name of 400 control characters, written as six characters each, and three counts. */
#define MAX_LITERAL (32 * 1024 * 1024)
#define MAX_LITERAL_VALUES (4 * MAX_LABELS + 4)

/* A new state has room for the stages of a usual process. */
#define FIRST_LABELS 8
#define FIRST_ROOM 128

#define LITERAL_FORM "Write it as {\"stage_win_rates\": 1, \"stages\": [[\"Proposal\", 30, 20, 5], ...]}: won, lost, undecided."

/* ---- layout ---- */

static inline Size
slots_offset(uint32 capacity)
{
	return offsetof(StageWinRates, labels) + capacity * sizeof(StageLabel);
}

static inline Size
names_offset(const StageWinRates *rates)
{
	return slots_offset(rates->capacity) + (rates->building ? 2 * rates->capacity * sizeof(uint32) : 0);
}

static inline uint32 *
rates_slots(StageWinRates *rates)
{
	return (uint32 *) ((char *) rates + slots_offset(rates->capacity));
}

static inline const char *
label_name(const StageWinRates *rates, const StageLabel *label)
{
	return (const char *) rates + names_offset(rates) + label->name;
}

static inline bool
label_is(const StageWinRates *rates, const StageLabel *label, const char *bytes, int length)
{
	return label->length == (uint32) length && memcmp(label_name(rates, label), bytes, length) == 0;
}

static StageWinRates *
rates_new(uint32 capacity, uint32 names_room, bool building)
{
	Size		size = slots_offset(capacity) + (building ? 2 * capacity * sizeof(uint32) : 0) + names_room;
	StageWinRates *rates = palloc0(size);

	SET_VARSIZE(rates, size);
	rates->version = RATES_VERSION;
	rates->building = building;
	rates->capacity = capacity;
	rates->names_room = names_room;
	return rates;
}

/* Enters a label into the slots; there are twice as many of these as labels, so that one is free. */
static inline void
enter_slot(StageWinRates *rates, uint32 label)
{
	uint32	   *slots = rates_slots(rates);
	uint32		nslots = 2 * rates->capacity;
	uint32		slot = rates->labels[label].hash % nslots;

	while (slots[slot] != 0)
		slot = slot + 1 == nslots ? 0 : slot + 1;
	slots[slot] = label + 1;
}

/* A state with the same labels, and room for so many and so many bytes of names in all. */
static StageWinRates *
rates_building_copy(const StageWinRates *from, uint32 capacity, uint32 names_room)
{
	StageWinRates *rates = rates_new(capacity, names_room, true);

	rates->nlabels = from->nlabels;
	rates->names_size = from->names_size;
	rates->unlabelled = from->unlabelled;
	memcpy(rates->labels, from->labels, from->nlabels * sizeof(StageLabel));
	memcpy((char *) rates + names_offset(rates), (const char *) from + names_offset(from), from->names_size);
	for (uint32 i = 0; i < rates->nlabels; i++)
	{
		StageLabel *label = &rates->labels[i];

		label->hash = hash_bytes((const unsigned char *) label_name(rates, label), (int) label->length);
		enter_slot(rates, i);
	}
	return rates;
}

static void
too_many_stages(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a stage_win_rates has too many different stages"),
			 errdetail("At most %d are possible.", MAX_LABELS),
			 errhint("Count by stage, or by a segment of several deals; and make several summaries with GROUP BY.")));
}

/* The label of a name, made where there is none; the state may be another one afterwards. */
static StageLabel *
rates_label(StageWinRates **rates_ref, const char *bytes, int length)
{
	StageWinRates *rates = *rates_ref;
	uint32		hash = hash_bytes((const unsigned char *) bytes, length);
	uint32		nslots = 2 * rates->capacity;
	const uint32 *slots = rates_slots(rates);
	StageLabel *label;

	for (uint32 slot = hash % nslots; slots[slot] != 0; slot = slot + 1 == nslots ? 0 : slot + 1)
	{
		label = &rates->labels[slots[slot] - 1];
		if (label->hash == hash && label_is(rates, label, bytes, length))
			return label;
	}

	guard_stage_name(bytes, length);
	if (rates->nlabels >= MAX_LABELS)
		too_many_stages();
	if (rates->nlabels == rates->capacity || rates->names_size + length > rates->names_room)
		*rates_ref = rates = rates_building_copy(rates, Max(2 * rates->nlabels, rates->capacity),
												 Max(2 * (rates->names_size + length), rates->names_room));
	label = &rates->labels[rates->nlabels];
	label->hash = hash;
	label->name = rates->names_size;
	label->length = length;
	memcpy((char *) rates + names_offset(rates) + rates->names_size, bytes, length);
	rates->names_size += length;
	enter_slot(rates, rates->nlabels++);
	return label;
}

/* The stored form. */
typedef struct NamedLabel
{
	const StageLabel *label;
	const char *name;
} NamedLabel;

static int
compare_labels(const void *a, const void *b)
{
	const NamedLabel *left = a;
	const NamedLabel *right = b;
	int			result = memcmp(left->name, right->name, Min(left->label->length, right->label->length));

	return result != 0 ? result : (int) left->label->length - (int) right->label->length;
}

static StageWinRates *
rates_canonical(const StageWinRates *from)
{
	StageWinRates *rates = rates_new(from->nlabels, from->names_size, false);
	NamedLabel *sorted = palloc(Max(from->nlabels, 1) * sizeof(NamedLabel));

	for (uint32 i = 0; i < from->nlabels; i++)
		sorted[i] = (NamedLabel) {&from->labels[i], label_name(from, &from->labels[i])};
	if (from->building)
		qsort(sorted, from->nlabels, sizeof(NamedLabel), compare_labels);
	rates->unlabelled = from->unlabelled;
	rates->nlabels = from->nlabels;
	for (uint32 i = 0; i < from->nlabels; i++)
	{
		StageLabel *label = &rates->labels[i];

		*label = *sorted[i].label;
		label->hash = 0;
		label->name = rates->names_size;
		memcpy((char *) rates + names_offset(rates) + label->name, sorted[i].name, label->length);
		rates->names_size += label->length;
	}
	pfree(sorted);
	return rates;
}

/* ---- arguments and the aggregate ---- */

static const StageWinRates *
rates_checked(const StageWinRates *rates)
{
	if (VARSIZE(rates) < offsetof(StageWinRates, labels) || rates->version != RATES_VERSION ||
		rates->nlabels > rates->capacity || rates->capacity > 2 * MAX_LABELS || rates->names_size > rates->names_room ||
		VARSIZE(rates) != names_offset(rates) + rates->names_room)
		guard_damaged(TYPE_NAME);
	return rates;
}

static StageWinRates *
rates_first(void)
{
	return rates_new(FIRST_LABELS, FIRST_ROOM, true);
}

static StageWinRates *
rates_grown(const StageWinRates *from)
{
	return rates_building_copy(from, Max(from->nlabels, FIRST_LABELS), Max(from->names_size, FIRST_ROOM));
}

#define GROWING_TYPE StageWinRates
#define GROWING(name) rates_##name
#include "core/growing.h"

SALESOPS_FUNCTION(salesops_stage_win_rates_transfn);
SALESOPS_FUNCTION(salesops_stage_win_rates_combinefn);
SALESOPS_FUNCTION(salesops_stage_win_rates_finalfn);

/* (state, stage text, won boolean) */
Datum
salesops_stage_win_rates_transfn(PG_FUNCTION_ARGS)
{
	StageWinRates *rates;
	int64	   *count;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);
	rates = rates_state(fcinfo);
	if (PG_ARGISNULL(1))
		count = &rates->unlabelled;
	else
	{
		text	   *stage = PG_GETARG_TEXT_PP(1);
		StageLabel *label = rates_label(&rates, VARDATA_ANY(stage), VARSIZE_ANY_EXHDR(stage));

		count = PG_ARGISNULL(2) ? &label->undecided : PG_GETARG_BOOL(2) ? &label->won : &label->lost;
	}
	if (unlikely(++*count > SUMMARY_MAX_COUNT))
		summary_count_error(TYPE_NAME);
	return rates_result(fcinfo, rates);
}

/* Combine function, and transition function of merge(): either side may be NULL. */
Datum
salesops_stage_win_rates_combinefn(PG_FUNCTION_ARGS)
{
	const StageWinRates *other;
	StageWinRates *rates;

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	other = rates_any(fcinfo, 1);
	rates = rates_state(fcinfo);
	for (uint32 i = 0; i < other->nlabels; i++)
	{
		const StageLabel *from = &other->labels[i];
		StageLabel *label = rates_label(&rates, label_name(other, from), (int) from->length);

		label->won = summary_add_counts(label->won, from->won, "won", TYPE_NAME);
		label->lost = summary_add_counts(label->lost, from->lost, "lost", TYPE_NAME);
		label->undecided = summary_add_counts(label->undecided, from->undecided, "undecided", TYPE_NAME);
	}
	rates->unlabelled = summary_add_counts(rates->unlabelled, other->unlabelled, "unlabelled", TYPE_NAME);
	return rates_result(fcinfo, rates);
}

Datum
salesops_stage_win_rates_finalfn(PG_FUNCTION_ARGS)
{
	return rates_final(fcinfo);
}

/* ---- readers ---- */

/* What the stages have in common. */
static void
make_prior(const void *value, void *result)
{
	const StageWinRates *rates = value;
	BetaGroup  *groups = palloc(Max(rates->nlabels, 1) * sizeof(BetaGroup));

	for (uint32 i = 0; i < rates->nlabels; i++)
		groups[i] = (BetaGroup) {rates->labels[i].won, rates->labels[i].lost, 1};
	*(BetaPrior *) result = beta_prior_estimate(groups, (int) rates->nlabels);
	pfree(groups);
}

static const BetaPrior *
prior_of(FunctionCallInfo fcinfo, const StageWinRates *rates)
{
	return call_memo(fcinfo, rates, sizeof(BetaPrior), make_prior);
}

/* The label of the stage that is argument 1, or NULL where there is none. */
static const StageLabel *
label_arg(FunctionCallInfo fcinfo, const StageWinRates *rates)
{
	text	   *stage = PG_GETARG_TEXT_PP(1);
	const char *bytes = VARDATA_ANY(stage);
	int			length = VARSIZE_ANY_EXHDR(stage);
	uint32		low = 0;
	uint32		high = rates->nlabels;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		const StageLabel *label = &rates->labels[middle];
		int			order = memcmp(label_name(rates, label), bytes, Min((int) label->length, length));

		if (order == 0)
			order = (int) label->length - length;
		if (order == 0)
			return label;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Readers of one stage: NULL for a stage that is not in the summary, and where no deal of any stage is decided. */
#define STAGE_READER(name, result) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) \
	{ \
		const StageWinRates *rates = rates_arg(fcinfo, 0); \
		const BetaPrior *prior = prior_of(fcinfo, rates); \
		const StageLabel *label = label_arg(fcinfo, rates); \
		if (label == NULL || !prior->known) \
			PG_RETURN_NULL(); \
		PG_RETURN_FLOAT8(result(prior, label->won, label->lost)); \
	} \
	extern int	no_such_variable

STAGE_READER(stage_win_rate, beta_rate);
STAGE_READER(stage_win_rate_low, beta_rate_low);
STAGE_READER(stage_win_rate_high, beta_rate_high);

SALESOPS_FUNCTION(salesops_stage_win_rate_raw);
SALESOPS_FUNCTION(salesops_stage_win_rate_prior_mean);
SALESOPS_FUNCTION(salesops_stage_win_rate_prior_strength);
SALESOPS_FUNCTION(salesops_unlabelled_deals);
SALESOPS_FUNCTION(salesops_stage_win_rate_table);

static inline double
raw_rate(const StageLabel *label)
{
	return (double) label->won / ((double) label->won + (double) label->lost);
}

/* (rates, stage text) */
Datum
salesops_stage_win_rate_raw(PG_FUNCTION_ARGS)
{
	const StageWinRates *rates = rates_arg(fcinfo, 0);
	const StageLabel *label = label_arg(fcinfo, rates);

	if (label == NULL || label->won + label->lost == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(raw_rate(label));
}

Datum
salesops_stage_win_rate_prior_mean(PG_FUNCTION_ARGS)
{
	const BetaPrior *prior = prior_of(fcinfo, rates_arg(fcinfo, 0));

	if (!prior->known)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(prior->mean);
}

Datum
salesops_stage_win_rate_prior_strength(PG_FUNCTION_ARGS)
{
	const BetaPrior *prior = prior_of(fcinfo, rates_arg(fcinfo, 0));

	if (!prior->spread)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(prior->strength);
}

Datum
salesops_unlabelled_deals(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(rates_any(fcinfo, 0)->unlabelled);
}

/* A row for each stage: name, decided, won and undecided deals, raw rate, rate, its interval. */
Datum
salesops_stage_win_rate_table(PG_FUNCTION_ARGS)
{
	const StageWinRates *rates = rates_arg(fcinfo, 0);
	BetaPrior	prior;
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	make_prior(rates, &prior);
	for (uint32 i = 0; i < rates->nlabels; i++)
	{
		const StageLabel *label = &rates->labels[i];
		bool		empty = label->won + label->lost == 0;
		text	   *name = cstring_to_text_with_len(label_name(rates, label), (int) label->length);
		Datum		values[8] = {PointerGetDatum(name), Int64GetDatum(label->won + label->lost), Int64GetDatum(label->won),
			Int64GetDatum(label->undecided)};
		bool		nulls[8] = {false, false, false, false, empty, !prior.known, !prior.known, !prior.known};

		CHECK_FOR_INTERRUPTS();
		if (!empty)
			values[4] = Float8GetDatum(raw_rate(label));
		if (prior.known)
		{
			values[5] = Float8GetDatum(beta_rate(&prior, label->won, label->lost));
			values[6] = Float8GetDatum(beta_rate_low(&prior, label->won, label->lost));
			values[7] = Float8GetDatum(beta_rate_high(&prior, label->won, label->lost));
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(name);
	}
	PG_RETURN_NULL();
}

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_stage_win_rates_in);
SALESOPS_FUNCTION(salesops_stage_win_rates_out);

/* Adds a stage that came from outside; says what is wrong with it, or NULL. */
static const char *
add_label(StageWinRates **rates, const char *name, int length, int64 won, int64 lost, int64 undecided)
{
	uint32		before = (*rates)->nlabels;
	StageLabel *label = rates_label(rates, name, length);

	if ((*rates)->nlabels == before)
		return "A stage appears twice.";
	if (won < 0 || won > SUMMARY_MAX_COUNT || lost < 0 || lost > SUMMARY_MAX_COUNT || undecided < 0 || undecided > SUMMARY_MAX_COUNT)
		return "A count is out of range.";
	if (won + lost + undecided == 0)
		return "A stage has no deals.";
	label->won = won;
	label->lost = lost;
	label->undecided = undecided;
	return NULL;
}

Datum
salesops_stage_win_rates_in(PG_FUNCTION_ARGS)
{
	static const char *const keys[] = {TYPE_NAME, "stages", "unlabelled"};
	LiteralPlace at = {TYPE_NAME, NULL};
	JsonbContainer *json = literal_parse(PG_GETARG_CSTRING(0), MAX_LITERAL, MAX_LITERAL_VALUES, TYPE_NAME);
	StageWinRates *rates = rates_new(FIRST_LABELS, FIRST_ROOM, true);
	JsonbValue *value;

	literal_check_version(json, RATES_VERSION, LITERAL_FORM, at);
	literal_check_keys(json, keys, lengthof(keys), at);
	value = literal_get(json, "unlabelled");
	if (value != NULL)
		rates->unlabelled = literal_count(value, "unlabelled", at);
	value = literal_get(json, "stages");
	if (value != NULL)
	{
		JsonbContainer *list = literal_container(value, true, "stages", at);
		uint32		n = JsonContainerSize(list);
		JsonbIterator *it = JsonbIteratorInit(list);
		JsonbValue	item;

		if (n > MAX_LABELS)
			too_many_stages();
		(void) JsonbIteratorNext(&it, &item, true);	/* WJB_BEGIN_ARRAY */
		for (uint32 i = 0; i < n; i++)
		{
			JsonbContainer *row;
			char	   *name;
			int64		counts[3];
			const char *fault;

			CHECK_FOR_INTERRUPTS();
			(void) JsonbIteratorNext(&it, &item, true);
			at.place = psprintf("stage %u", i + 1);
			row = literal_container(&item, true, "stages", at);
			if (JsonContainerSize(row) != 4)
				literal_error(at, "It is not a name with three counts.", LITERAL_FORM);
			name = literal_string(getIthJsonbValueFromContainer(row, 0), "stages", at);
			for (int k = 0; k < 3; k++)
				counts[k] = literal_count(getIthJsonbValueFromContainer(row, k + 1), "stages", at);
			fault = add_label(&rates, name, (int) strlen(name), counts[0], counts[1], counts[2]);
			if (fault != NULL)
				literal_error(at, fault, LITERAL_FORM);
		}
	}
	PG_RETURN_POINTER(rates_canonical(rates));
}

Datum
salesops_stage_win_rates_out(PG_FUNCTION_ARGS)
{
	const StageWinRates *rates = rates_arg(fcinfo, 0);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", TYPE_NAME, RATES_VERSION);
	if (rates->nlabels > 0)
		literal_put_key(&out, "stages");
	for (uint32 i = 0; i < rates->nlabels; i++)
	{
		const StageLabel *label = &rates->labels[i];

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&out, i == 0 ? "[[" : ", [");
		literal_put_string(&out, label_name(rates, label), (int) label->length);
		appendStringInfo(&out, ", " INT64_FORMAT ", " INT64_FORMAT ", " INT64_FORMAT "]", label->won, label->lost, label->undecided);
	}
	if (rates->nlabels > 0)
		appendStringInfoChar(&out, ']');
	literal_put_count(&out, "unlabelled", rates->unlabelled);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* ---- binary form: version, unlabelled, the number of stages, and each with its name, won, lost, undecided ---- */

SALESOPS_FUNCTION(salesops_stage_win_rates_recv);
SALESOPS_FUNCTION(salesops_stage_win_rates_send);

Datum
salesops_stage_win_rates_send(PG_FUNCTION_ARGS)
{
	const StageWinRates *rates = rates_arg(fcinfo, 0);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, RATES_VERSION);
	pq_sendint64(&out, rates->unlabelled);
	pq_sendint32(&out, rates->nlabels);
	for (uint32 i = 0; i < rates->nlabels; i++)
	{
		const StageLabel *label = &rates->labels[i];

		CHECK_FOR_INTERRUPTS();
		salesops_sendcountedtext(&out, label_name(rates, label), (int) label->length);
		pq_sendint64(&out, label->won);
		pq_sendint64(&out, label->lost);
		pq_sendint64(&out, label->undecided);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_stage_win_rates_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	StageWinRates *rates = rates_new(FIRST_LABELS, FIRST_ROOM, true);
	uint32		n;

	guard_version(in, RATES_VERSION, TYPE_NAME);
	rates->unlabelled = pq_getmsgint64(in);
	if (rates->unlabelled < 0 || rates->unlabelled > SUMMARY_MAX_COUNT)
		guard_binary(TYPE_NAME, "Its number of deals without stage is out of range.");
	n = pq_getmsgint(in, 4);
	if (n > MAX_LABELS)
		too_many_stages();
	for (uint32 i = 0; i < n; i++)
	{
		int			length;
		char	   *name = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &length);
		int64		won = pq_getmsgint64(in);
		int64		lost = pq_getmsgint64(in);
		int64		undecided = pq_getmsgint64(in);
		const char *fault;

		CHECK_FOR_INTERRUPTS();
		fault = add_label(&rates, name, length, won, lost, undecided);
		if (fault != NULL)
			guard_binary(TYPE_NAME, fault);
		pfree(name);
	}
	PG_RETURN_POINTER(rates_canonical(rates));
}
