/*
 * survival.c
 *		The type survival: how long things stayed, of those that left in some way and of those still there.
 *
 * One observation is a number of days and an outcome: how it ended, or nothing where it is not over (censored).  The
 * value keeps how many there are of each different pair, in order of days, which is all that the Kaplan-Meier curve
 * (survival_read.c), the log-rank test (survival_compare.c) and the Aalen-Johansen estimate (survival_incidence.c)
 * need; so it is exact, and merging is exact in any order.
 *
 * Memory: 16 bytes for each different pair of days and outcome, and each label once.  Days in whole numbers are a few
 * hundred pairs, however many rows there are; days with fractions of a second are as many pairs as rows.
 *
 * While building, pairs are appended unsorted behind those that are sorted.  When the room is full, the new ones are
 * sorted (dealt out to buckets by their days, until a bucket has a few), equal pairs become one, and the two runs are merged.  Only where that leaves it more than half full does a state of twice
 * the size take its place, which the executor copies and frees (core/summary.c tells why): so it has at most four
 * times the room that its pairs need, and each row is sorted once, and merged a constant number of times on average.
 *
 * Labels are numbered as they come; the stored form numbers them by their bytes.
 *
 * Worked example (Kaplan-Meier): ended after 1, 2 and 4 days, one still there after 3: still there after 2 days 1/2,
 * after 4 days none; median 3, in the middle of where the curve is 1/2.
 */
#include "stages/survival.h"

#include "core/aggregate.h"
#include "core/guard.h"
#include "core/summary.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "stages/survival_form.h"

/* A new state fills a chunk of 256 bytes: labels, and the steps of a small group. */
#define FIRST_LABELS 32
#define FIRST_STEPS ((256 - offsetof(Survival, data) - FIRST_LABELS) / sizeof(SurvivalStep))

/* Fewer steps than this are sorted by merging. */
#define MANY_STEPS 64

/* ---- labels ---- */

const char *
survival_label(const Survival *survival, uint32 outcome, uint32 *length)
{
	const char *at = (const char *) survival->data;
	uint16		size;

	for (;;)
	{
		memcpy(&size, at, sizeof(size));
		at += sizeof(size);
		if (--outcome == 0)
			break;
		at += size;
	}
	*length = size;
	return at;
}

uint32
survival_find(const Survival *survival, const char *bytes, uint32 length)
{
	const char *at = (const char *) survival->data;

	for (uint32 outcome = 1; outcome <= survival->nlabels; outcome++)
	{
		uint16		size;

		memcpy(&size, at, sizeof(size));
		at += sizeof(size);
		if (size == length && memcmp(at, bytes, length) == 0)
			return outcome;
		at += size;
	}
	return 0;
}

/* ---- building ---- */

static inline Size
survival_size(Size labels_room, Size steps)
{
	return offsetof(Survival, data) + labels_room + steps * sizeof(SurvivalStep);
}

static inline uint32
survival_room(const Survival *survival)
{
	return (uint32) ((VARSIZE(survival) - survival_size(survival->labels_room, 0)) / sizeof(SurvivalStep));
}

Survival *
survival_new(uint32 labels_room, uint32 steps)
{
	Size		size = survival_size(labels_room, steps);
	Survival   *survival = palloc0(size);

	SET_VARSIZE(survival, size);
	survival->version = SURVIVAL_VERSION;
	survival->building = 1;
	survival->labels_room = labels_room;
	return survival;
}

/* A copy with other room; both must suffice for what there is. */
static Survival *
survival_copy(const Survival *from, uint32 labels_room, uint32 steps)
{
	Survival   *survival = survival_new(labels_room, steps);

	survival->building = from->building;
	survival->nlabels = from->nlabels;
	survival->last = from->last;
	survival->nsteps = from->nsteps;
	survival->nsorted = from->nsorted;
	survival->labels_size = from->labels_size;
	survival->observations = from->observations;
	survival->incomplete = from->incomplete;
	memcpy(survival->data, from->data, from->labels_size);
	memcpy(survival_steps(survival), survival_steps(from), from->nsteps * sizeof(SurvivalStep));
	return survival;
}

static inline uint64
days_bits(const SurvivalStep *step)
{
	uint64		bits;

	memcpy(&bits, &step->days, sizeof(bits));
	return bits;
}

static inline int
compare_steps(const SurvivalStep *left, const SurvivalStep *right)
{
	uint64		a = days_bits(left);
	uint64		b = days_bits(right);

	if (a == b)
	{
		a = survival_step_outcome(left);
		b = survival_step_outcome(right);
	}
	return a < b ? -1 : a > b;
}

#define MERGE_SORT_NAME sort_few_steps
#define MERGE_SORT_TYPE SurvivalStep
#define MERGE_SORT_COMPARE compare_steps
#include "core/merge_sort.h"

#define DIGIT_BITS 8
#define DIGITS (64 / DIGIT_BITS)
#define DIGIT_VALUES (1 << DIGIT_BITS)
#define OUTCOMES 256

/*
 * Sorts by the outcome, then by the digits of the days from the lowest up: the bits of a float8 from 0 on are in the order of the
 * numbers.  What is sorted lies in the one or the other, which is returned.
 */
static SurvivalStep *
sort_by_digits(SurvivalStep *steps, SurvivalStep *scratch, uint32 n)
{
	uint32	   *counts = palloc0((OUTCOMES + DIGITS * DIGIT_VALUES) * sizeof(uint32));

	for (uint32 i = 0; i < n; i++)
	{
		uint64		days = days_bits(&steps[i]);
		uint32	   *digits = counts + OUTCOMES;

		counts[survival_step_outcome(&steps[i])]++;
		for (int digit = 0; digit < DIGITS; digit++, days >>= DIGIT_BITS, digits += DIGIT_VALUES)
			digits[days & (DIGIT_VALUES - 1)]++;
	}
	for (int digit = -1; digit < DIGITS; digit++)
	{
		uint32	   *count = digit < 0 ? counts : counts + OUTCOMES + digit * DIGIT_VALUES;
		uint32		values = digit < 0 ? OUTCOMES : DIGIT_VALUES;
		int			shift = DIGIT_BITS * digit;
		uint32		start = 0;
		SurvivalStep *other;

		/* all have the same */
		if (count[digit < 0 ? survival_step_outcome(&steps[0]) : (days_bits(&steps[0]) >> shift) & (DIGIT_VALUES - 1)] == n)
			continue;
		CHECK_FOR_INTERRUPTS();
		for (uint32 i = 0; i < values; i++)
		{
			uint32		next = start + count[i];

			count[i] = start;
			start = next;
		}
		if (digit < 0)
		{
			for (uint32 i = 0; i < n; i++)
				scratch[count[survival_step_outcome(&steps[i])]++] = steps[i];
		}
		else
		{
			for (uint32 i = 0; i < n; i++)
				scratch[count[(days_bits(&steps[i]) >> shift) & (DIGIT_VALUES - 1)]++] = steps[i];
		}
		other = steps;
		steps = scratch;
		scratch = other;
	}
	pfree(counts);
	return steps;
}

static SurvivalStep *sort_steps(SurvivalStep *steps, SurvivalStep *scratch, uint32 n);

/* As many as a pass can write to at a time without losing its place in the processor's caches. */
#define MAX_BUCKETS 4096

/*
 * Sorts by dealing out: equal parts of the time from the least days to the greatest are a bucket each, and each bucket is sorted.
 * Where many fall into one it is sorted by digits, so that no days take more than a few rounds of this.
 */
static SurvivalStep *
deal_out(SurvivalStep *steps, SurvivalStep *scratch, uint32 n)
{
	uint32		ends[MAX_BUCKETS];
	uint32		nbuckets = 64;
	uint32		start = 0;
	double		low = steps[0].days;
	double		high = low;
	double		scale;

	while (nbuckets < MAX_BUCKETS && 2 * nbuckets < n)
		nbuckets *= 2;
	for (uint32 i = 1; i < n; i++)
	{
		low = Min(low, steps[i].days);
		high = Max(high, steps[i].days);
	}
	scale = (nbuckets - 1) / (high - low);
	/* all are the same days, or next to each other */
	if (!(scale < 1e300))
		return sort_by_digits(steps, scratch, n);
	memset(ends, 0, nbuckets * sizeof(uint32));
	for (uint32 i = 0; i < n; i++)
		ends[(uint32) ((steps[i].days - low) * scale)]++;
	for (uint32 i = 0; i < nbuckets; i++)
	{
		uint32		count = ends[i];

		ends[i] = start;
		start += count;
	}
	for (uint32 i = 0; i < n; i++)
		scratch[ends[(uint32) ((steps[i].days - low) * scale)]++] = steps[i];
	start = 0;
	for (uint32 i = 0; i < nbuckets; i++)
	{
		SurvivalStep *bucket = scratch + start;
		uint32		count = ends[i] - start;
		SurvivalStep *sorted = count > n / 8 ? sort_by_digits(bucket, steps + start, count) : sort_steps(bucket, steps + start, count);

		if (sorted != bucket)
			memcpy(bucket, sorted, count * sizeof(SurvivalStep));
		start = ends[i];
	}
	return scratch;
}

/* What is sorted lies in the one or the other, which is returned; steps that are in order already stay where they are. */
static SurvivalStep *
sort_steps(SurvivalStep *steps, SurvivalStep *scratch, uint32 n)
{
	uint32		i;

	for (i = 1; i < n && compare_steps(&steps[i - 1], &steps[i]) <= 0; i++)
		;
	if (i >= n)
		return steps;
	if (n >= MANY_STEPS)
	{
		CHECK_FOR_INTERRUPTS();
		return deal_out(steps, scratch, n);
	}
	sort_few_steps(steps, n);
	return steps;
}

/* Brings all steps into order, each pair once. */
static void
survival_compact(Survival *survival)
{
	SurvivalStep *steps = survival_steps(survival);
	uint32		ntail = survival->nsteps - survival->nsorted;
	SurvivalStep *tail;
	SurvivalStep *sorted;
	uint32		n = 0;
	int64		from = (int64) survival->nsorted - 1;
	int64		to;

	if (ntail == 0)
		return;
	tail = palloc(ntail * sizeof(SurvivalStep));
	sorted = sort_steps(steps + survival->nsorted, tail, ntail);
	for (uint32 i = 0; i < ntail; i++)
	{
		/* the counts of equal pairs are added: they stand in the lower bits of words with the same upper ones */
		if (n > 0 && compare_steps(&tail[n - 1], &sorted[i]) == 0)
			tail[n - 1].word += survival_step_count(&sorted[i]);
		else
			tail[n++] = sorted[i];
	}
	/* from the end backwards: the sorted ones are in the place where they are merged to */
	to = from + n;
	for (int64 next = (int64) n - 1; next >= 0; to--)
	{
		int			order = from < 0 ? -1 : compare_steps(&steps[from], &tail[next]);

		if (order > 0)
			steps[to] = steps[from--];
		else
		{
			steps[to] = tail[next--];
			if (order == 0)
				steps[to].word += survival_step_count(&steps[from--]);
		}
	}
	/* the pairs that became one leave a gap behind those that were not moved */
	n += survival->nsorted;
	if (to > from)
		memmove(&steps[from + 1], &steps[to + 1], (n - 1 - to) * sizeof(SurvivalStep));
	survival->nsteps = survival->nsorted = n - (uint32) (to - from);
	pfree(tail);
}

static void
too_many_steps(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a " SURVIVAL_TYPE " has too many different durations"),
			 errdetail("At most %d different pairs of days and outcome are possible.", SURVIVAL_MAX_STEPS),
			 errhint("Round the days, as in round(days::numeric, 2), or make several with GROUP BY.")));
}

/* A state with room for so many steps more; it may be another one. */
static Survival *
make_room(Survival *survival, uint32 more)
{
	uint32		room = survival_room(survival);

	if (likely(survival->nsteps + more <= room))
		return survival;
	survival_compact(survival);
	if (survival->nsteps > SURVIVAL_MAX_STEPS)
		too_many_steps();
	if (survival->nsteps <= room / 2 && survival->nsteps + more <= room)
		return survival;
	room = Min(2 * room, 2 * SURVIVAL_MAX_STEPS);
	return survival_copy(survival, survival->labels_room, Max(room, survival->nsteps + more));
}

/* The number of a label, which is added where it is new; the state may be another one afterwards. */
uint32
survival_add_label(Survival **survival_ref, const char *bytes, uint32 length)
{
	Survival   *survival = *survival_ref;
	uint32		outcome = survival_find(survival, bytes, length);
	uint16		size = (uint16) length;

	if (outcome != 0)
		return outcome;
	if (length == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("outcome is empty"),
				 errdetail("An outcome says in which way a stay ended."),
				 errhint("Pass NULL for a stay that is not over.")));
	if (length > SURVIVAL_MAX_LABEL)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("outcome is too long: \"%.*s...\"", pg_mbcliplen(bytes, (int) length, 60), bytes),
				 errdetail("An outcome has at most %d bytes, and this has %u.", SURVIVAL_MAX_LABEL, length),
				 errhint("Pass the name of the outcome, not its description.")));
	if (survival->nlabels >= SURVIVAL_MAX_OUTCOMES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a " SURVIVAL_TYPE " has too many different outcomes"),
				 errdetail("At most %d are possible; the next is \"%.*s\".", SURVIVAL_MAX_OUTCOMES,
						   pg_mbcliplen(bytes, (int) length, 60), bytes),
				 errhint("Pass the way in which a stay ended, such as won or lost, not the reason or the deal.")));
	if (survival->labels_size + sizeof(size) + length > survival->labels_room)
		*survival_ref = survival = survival_copy(survival, MAXALIGN(2 * (survival->labels_size + sizeof(size) + length)),
												 survival_room(survival));
	memcpy((char *) survival->data + survival->labels_size, &size, sizeof(size));
	memcpy((char *) survival->data + survival->labels_size + sizeof(size), bytes, length);
	survival->labels_size += sizeof(size) + length;
	return ++survival->nlabels;
}

static void
too_many_observations(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a " SURVIVAL_TYPE " has too many observations"),
			 errdetail("At most " INT64_FORMAT " are possible.", SURVIVAL_MAX_COUNT),
			 errhint("Merge fewer of them.")));
}

/* So many observations more; days are checked. */
Survival *
survival_append(Survival *survival, double days, uint32 outcome, int64 count)
{
	survival = make_room(survival, 1);
	if (unlikely(count > SURVIVAL_MAX_COUNT - survival->observations))
		too_many_observations();
	survival->observations += count;
	/* minus zero is zero */
	survival_steps(survival)[survival->nsteps++] =
		(SurvivalStep) {days + 0.0, (uint64) outcome << SURVIVAL_COUNT_BITS | (uint64) count};
	return survival;
}

/* ---- the stored form ---- */

typedef struct SurvivalLabel
{
	const char *bytes;
	uint32		length;
	uint32		outcome;
} SurvivalLabel;

static int
compare_labels(const void *a, const void *b)
{
	const SurvivalLabel *left = a;
	const SurvivalLabel *right = b;
	int			result = memcmp(left->bytes, right->bytes, Min(left->length, right->length));

	return result != 0 ? result : (int) left->length - (int) right->length;
}

/* Steps and labels in order, each once, no free room. */
Survival *
survival_canonical(const Survival *from)
{
	Survival   *survival;
	SurvivalStep *steps;
	SurvivalLabel labels[SURVIVAL_MAX_OUTCOMES + 1];
	uint64		number[SURVIVAL_MAX_OUTCOMES + 1] = {0};
	bool		used[SURVIVAL_MAX_OUTCOMES + 1] = {false};
	uint32		nlabels = 0;
	bool		renumbered = false;

	survival = survival_copy(from, MAXALIGN(from->labels_size), from->nsteps);
	if (!from->building)
		return survival;
	survival->building = 0;
	survival->last = 0;
	survival_compact(survival);
	if (survival->nsteps > SURVIVAL_MAX_STEPS)
		too_many_steps();
	/* a label that no step has, as one from C may be, is none of the value's */
	steps = survival_steps(survival);
	for (uint32 i = 0; i < survival->nsteps; i++)
		used[survival_step_outcome(&steps[i])] = true;
	for (uint32 outcome = 1; outcome <= from->nlabels; outcome++)
	{
		if (!used[outcome])
			continue;
		labels[nlabels].bytes = survival_label(from, outcome, &labels[nlabels].length);
		labels[nlabels++].outcome = outcome;
	}
	qsort(labels, nlabels, sizeof(SurvivalLabel), compare_labels);
	memset(survival->data, 0, survival->labels_room);
	survival->labels_size = 0;
	survival->nlabels = (uint8) nlabels;
	for (uint32 i = 0; i < nlabels; i++)
	{
		uint16		size = (uint16) labels[i].length;
		char	   *to = (char *) survival->data + survival->labels_size;

		memcpy(to, &size, sizeof(size));
		memcpy(to + sizeof(size), labels[i].bytes, size);
		survival->labels_size += sizeof(size) + size;
		number[labels[i].outcome] = i + 1;
		renumbered |= labels[i].outcome != i + 1;
	}
	if (survival->labels_room > MAXALIGN(survival->labels_size))
	{
		memmove((char *) survival->data + MAXALIGN(survival->labels_size), steps, survival->nsteps * sizeof(SurvivalStep));
		survival->labels_room = MAXALIGN(survival->labels_size);
		steps = survival_steps(survival);
	}
	SET_VARSIZE(survival, survival_size(survival->labels_room, survival->nsteps));
	if (!renumbered)
		return survival;

	/* of the same days there are no more steps than outcomes: they are put in order by insertion */
	for (uint32 i = 0; i < survival->nsteps; i++)
	{
		SurvivalStep step = steps[i];
		uint32		hole = i;

		if (unlikely((i & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		step.word = number[survival_step_outcome(&step)] << SURVIVAL_COUNT_BITS | (uint64) survival_step_count(&step);
		for (; hole > 0 && compare_steps(&steps[hole - 1], &step) > 0; hole--)
			steps[hole] = steps[hole - 1];
		steps[hole] = step;
	}
	return survival;
}

/* ---- arguments and the aggregate ---- */

static const Survival *
stay_checked(const Survival *survival)
{
	if (VARSIZE(survival) < offsetof(Survival, data) || survival->version != SURVIVAL_VERSION ||
		survival->nlabels > SURVIVAL_MAX_OUTCOMES || survival->labels_size > survival->labels_room ||
		survival->labels_room > VARSIZE(survival) - offsetof(Survival, data) ||
		survival->nsorted > survival->nsteps || survival->nsteps > survival_room(survival))
		guard_damaged(SURVIVAL_TYPE);
	return survival;
}

static Survival *
stay_first(void)
{
	return survival_new(FIRST_LABELS, FIRST_STEPS);
}

static Survival *
stay_grown(const Survival *from)
{
	Survival   *survival = survival_copy(from, Max(from->labels_room, FIRST_LABELS), from->nsteps + FIRST_STEPS);

	survival->building = 1;
	return survival;
}

static Survival *
stay_canonical(const Survival *from)
{
	return survival_canonical(from);
}

#define GROWING_TYPE Survival
#define GROWING(name) stay_##name
#include "core/growing.h"

const Survival *
survival_arg(FunctionCallInfo fcinfo, int argument)
{
	return stay_arg(fcinfo, argument);
}

const void *
survival_fetch(FunctionCallInfo fcinfo, int argument)
{
	return survival_arg(fcinfo, argument);
}

const Survival *
survival_datum(Datum value)
{
	const Survival *survival = stay_checked((const Survival *) PG_DETOAST_DATUM(value));

	return survival->building ? survival_canonical(survival) : survival;
}

void
survival_guard_days(double days)
{
	guard_not_negative(days, "days");
}

SALESOPS_FUNCTION(salesops_survival_transfn);
SALESOPS_FUNCTION(salesops_survival_transfn_outcome);
SALESOPS_FUNCTION(salesops_survival_combinefn);
SALESOPS_FUNCTION(salesops_survival_finalfn);

static Survival *
survival_count_incomplete(Survival *survival, int64 count)
{
	survival->incomplete = summary_add_counts(survival->incomplete, count, "incomplete", SURVIVAL_TYPE);
	return survival;
}

/* The number of an outcome; rows mostly have that of the row before or of a few. */
static inline uint32
state_outcome(Survival **state, const char *bytes, uint32 length)
{
	uint32		outcome;

	if (likely((*state)->last != 0))
	{
		uint32		size;
		const char *label = survival_label(*state, (*state)->last, &size);

		if (size == length && memcmp(label, bytes, length) == 0)
			return (*state)->last;
	}
	outcome = survival_add_label(state, bytes, length);
	(*state)->last = (uint8) outcome;
	return outcome;
}

/* (state, days float8, ended boolean) */
Datum
salesops_survival_transfn(PG_FUNCTION_ARGS)
{
	Survival   *state;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);
	state = stay_state(fcinfo);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		state = survival_count_incomplete(state, 1);
	else
	{
		double		days = PG_GETARG_FLOAT8(1);
		uint32		outcome = 0;

		guard_not_negative(days, "days");
		if (PG_GETARG_BOOL(2))
			outcome = state_outcome(&state, SURVIVAL_ENDED, strlen(SURVIVAL_ENDED));
		state = survival_append(state, days, outcome, 1);
	}
	return stay_result(fcinfo, state);
}

/* (state, days float8, outcome text) */
Datum
salesops_survival_transfn_outcome(PG_FUNCTION_ARGS)
{
	Survival   *state;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);
	state = stay_state(fcinfo);
	if (PG_ARGISNULL(1))
		state = survival_count_incomplete(state, 1);
	else
	{
		double		days = PG_GETARG_FLOAT8(1);
		uint32		outcome = 0;

		guard_not_negative(days, "days");
		if (!PG_ARGISNULL(2))
		{
			text	   *label = PG_GETARG_TEXT_PP(2);

			outcome = state_outcome(&state, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
		}
		state = survival_append(state, days, outcome, 1);
	}
	return stay_result(fcinfo, state);
}

/* Combine function, and transition function of merge(): either side may be NULL. */
Datum
salesops_survival_combinefn(PG_FUNCTION_ARGS)
{
	const Survival *other;
	Survival   *state;
	const SurvivalStep *from;
	SurvivalStep *to;
	uint64		number[SURVIVAL_MAX_OUTCOMES + 1] = {0};

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	other = stay_any(fcinfo, 1);
	if (other->nsteps > SURVIVAL_MAX_STEPS)
		other = survival_canonical(other);
	state = stay_state(fcinfo);
	if (other->observations > SURVIVAL_MAX_COUNT - state->observations)
		too_many_observations();
	for (uint32 i = 1; i <= other->nlabels; i++)
	{
		uint32		length;
		const char *label = survival_label(other, i, &length);

		number[i] = survival_add_label(&state, label, length);
	}
	state = make_room(state, other->nsteps);
	from = survival_steps(other);
	to = survival_steps(state) + state->nsteps;
	for (uint32 i = 0; i < other->nsteps; i++)
	{
		uint64		outcome = number[survival_step_outcome(&from[i])];

		to[i] = (SurvivalStep) {from[i].days, outcome << SURVIVAL_COUNT_BITS | (uint64) survival_step_count(&from[i])};
	}
	state->nsteps += other->nsteps;
	state->observations += other->observations;
	state = survival_count_incomplete(state, other->incomplete);
	return stay_result(fcinfo, state);
}

Datum
salesops_survival_finalfn(PG_FUNCTION_ARGS)
{
	return stay_final(fcinfo);
}

/* ---- making a value from C ---- */

void
survival_begin(SurvivalBuilder *builder)
{
	builder->value = stay_first();
}

/* What a step more made of the value, in its place. */
static inline void
builder_replace(SurvivalBuilder *builder, Survival *value)
{
	if (unlikely(value != builder->value))
	{
		pfree(builder->value);
		builder->value = value;
	}
}

uint32
survival_outcome(SurvivalBuilder *builder, const char *bytes, uint32 length)
{
	Survival   *value = builder->value;
	uint32		outcome = survival_add_label(&value, bytes, length);

	builder_replace(builder, value);
	return outcome;
}

void
survival_add(SurvivalBuilder *builder, double days, uint32 outcome)
{
	builder_replace(builder, survival_append(builder->value, days, outcome, 1));
}

/* Labels that no observation has are dropped, as a value has none such. */
Survival *
survival_finish(SurvivalBuilder *builder)
{
	Survival   *result = survival_canonical(builder->value);

	pfree(builder->value);
	builder->value = NULL;
	return result;
}
