/*
 * summary.c
 *		The framework of all summaries: mergeable aggregate states that are SQL types.
 *
 * A summary is a flat varlena of a fixed struct, described by a table of its fields, and optionally a tally
 * behind it.  From that table come its text and binary forms, their validation, and merging; a new metric is its
 * struct, its transition function and its readers.
 *
 * The life of a state in an aggregate.  The first transition returns a new one from the per-tuple context and the
 * executor copies it into the aggregate's context; from then on it is changed in place and the same pointer is
 * returned, which costs the executor nothing.  A tally that is full grows by returning a larger state, which the
 * executor copies and frees in the same way: doubling makes that rare.  (A state allocated in the aggregate's own
 * context would be copied all the same, and leak.)  Outside an aggregate nothing is changed in place: the functions
 * work on a copy.
 *
 * Stored form.  While being built, sums may have digits to spare and the tally is a hash table.  The final function
 * brings both to their one canonical form, so that equal summaries are equal bytes; it writes a copy and never
 * touches the state, since it runs again in window frames.  States that travel between workers, or that an engine
 * which splits aggregates stores in between, are not canonical and need not be: merging takes either.
 *
 * Text form: {"deal_stats": 1, "won_deals": 3, "won_amount": 120.50}: the type's name with the version of the
 * form, then the fields that are not zero.
 */
#include "core/summary.h"

#include <math.h>

#include "core/aggregate.h"
#include "core/guard.h"
#include "core/literal.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#define FIELD(summary, field, ctype) ((ctype *) ((char *) (summary) + (field)->offset))
#define TALLY(type, summary) ((Tally *) ((char *) (summary) + (type)->tally_offset))

/* Several times the longest text form, that of a full tally. */
#define MAX_LITERAL (4 * 1024 * 1024)
#define MAX_LITERAL_VALUES (3 * TALLY_MAX_VALUES)

#define KEEP_TEXT "Summaries are made by their aggregate and written out by the database: keep the text as it was."

/* Key under which a rounded tally is written, so that a reader sees that it is one. */
#define ROUNDED_SUFFIX "_rounded"

/* ---- memory ---- */

/* The size of a summary with room for so many slots. */
static Size
summary_size(const SummaryType *type, uint32 nslots)
{
	return type->tally_offset == 0 ? type->size : type->tally_offset + tally_size(nslots);
}

/* An empty summary; `nslots` of its tally, where it has one, are free for hashing. */
static Summary *
summary_new(const SummaryType *type, uint32 nslots)
{
	Size		size = summary_size(type, nslots);
	Summary    *summary = palloc0(size);

	SET_VARSIZE(summary, size);
	summary->version = SUMMARY_VERSION;
	if (type->tally_offset != 0)
	{
		TALLY(type, summary)->nslots = nslots;
		TALLY(type, summary)->hashed = 1;
	}
	return summary;
}

static void
summary_copy_fixed(const SummaryType *type, Summary *to, const Summary *from)
{
	memcpy((char *) to + sizeof(Summary), (const char *) from + sizeof(Summary), type->size - sizeof(Summary));
}

/* A copy whose tally is hashed and has room for `used` values. */
static Summary *
summary_hashed_copy(const SummaryType *type, const Summary *from, uint32 used, bool rounded)
{
	Summary    *copy;

	if (type->tally_offset == 0)
	{
		copy = palloc(type->size);
		memcpy(copy, from, type->size);
		return copy;
	}
	copy = summary_new(type, tally_slots_for(used));
	summary_copy_fixed(type, copy, from);
	TALLY(type, copy)->rounded = rounded;
	tally_rehash(TALLY(type, copy), TALLY(type, from));
	return copy;
}

/* The fixed part of a summary with room for so many values in the stored form, which the caller fills in. */
static Summary *
summary_with_values(const SummaryType *type, const Summary *fixed, uint32 n, bool rounded)
{
	Summary    *summary = summary_new(type, n);
	Tally	   *tally = TALLY(type, summary);

	summary_copy_fixed(type, summary, fixed);
	tally->used = n;
	tally->hashed = 0;
	tally->rounded = rounded && n > 0;
	return summary;
}

/* A copy in the stored form. */
static Summary *
summary_canonical_copy(const SummaryType *type, const Summary *from)
{
	uint32		used = type->tally_offset == 0 ? 0 : TALLY(type, from)->used;
	Summary    *copy = summary_new(type, used);

	summary_copy_fixed(type, copy, from);
	if (type->tally_offset != 0)
		tally_sort(TALLY(type, copy), TALLY(type, from));
	for (int i = 0; i < type->nfields; i++)
	{
		if (type->fields[i].kind == SUMMARY_SUM || type->fields[i].kind == SUMMARY_DURATION)
			exact_sum_canonicalize(FIELD(copy, &type->fields[i], ExactSum));
	}
	return copy;
}

static const Summary *
summary_checked(const SummaryType *type, const Summary *summary)
{
	if (VARSIZE(summary) < summary_size(type, 0) || summary->version != SUMMARY_VERSION ||
		(type->tally_offset != 0 && VARSIZE(summary) < summary_size(type, TALLY(type, summary)->nslots)))
		guard_damaged(type->name);
	return summary;
}

/* A summary as an argument, whatever way it is stored. */
const Summary *
summary_arg(FunctionCallInfo fcinfo, int argument, const SummaryType *type)
{
	return summary_checked(type, (const Summary *) PG_GETARG_VARLENA_P(argument));
}

/* The state that a transition function may change: argument 0, or a new one where that is NULL. */
Summary *
summary_state(FunctionCallInfo fcinfo, const SummaryType *type)
{
	Summary    *state;

	if (PG_ARGISNULL(0))
		return summary_new(type, 0);

	/* what every row but the first finds: a plain value, the aggregate's own */
	state = (Summary *) DatumGetPointer(PG_GETARG_DATUM(0));
	if (likely(in_aggregate(fcinfo) && !VARATT_IS_EXTENDED(state)))
	{
		(void) summary_checked(type, state);
		if (type->tally_offset == 0 || TALLY(type, state)->hashed)
			return state;
	}
	state = unconstify(Summary *, summary_arg(fcinfo, 0, type));
	return summary_hashed_copy(type, state, type->tally_offset == 0 ? 0 : TALLY(type, state)->used,
							   type->tally_offset != 0 && TALLY(type, state)->rounded);
}

/* What a transition function returns: inside an aggregate the state, elsewhere a value in its stored form. */
Datum
summary_result(FunctionCallInfo fcinfo, const SummaryType *type, Summary *state)
{
	if (likely(in_aggregate(fcinfo)))
		PG_RETURN_POINTER(state);
	PG_RETURN_POINTER(summary_canonical_copy(type, state));
}

/* What a transition function returns for a row that does not count. */
Datum
summary_unchanged(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* Adds to the tally; returns the summary, which is another one where it had to grow. */
Summary *
summary_tally_add(const SummaryType *type, Summary *summary, int64 value, int64 count)
{
	while (!tally_add(TALLY(type, summary), value, count))
	{
		const Tally *full = TALLY(type, summary);

		summary = summary_hashed_copy(type, summary, full->used + 1,
									  full->rounded || full->used >= TALLY_EXACT_VALUES);
	}
	return summary;
}

bool
summary_tally_median(const SummaryType *type, const Summary *summary, double *median)
{
	if (TALLY(type, summary)->hashed)
		summary = summary_canonical_copy(type, summary);
	return tally_median(TALLY(type, summary), median);
}

/* ---- merging ---- */

void
summary_count_error(const char *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a count of %s is out of range", type),
			 errdetail("No count is larger than " INT64_FORMAT ".", SUMMARY_MAX_COUNT),
			 errhint("Merge summaries of the same rows once.")));
}

/* Far more than the greatest count of the longest durations; a sum beyond could not be written and read again. */
#define MAX_SECONDS 1e30
#define MAX_MICROSECONDS ((int128) INT64CONST(1000000000000000000) * INT64CONST(1000000000000000000))

static bool
duration_is_valid(const ExactSum *microseconds)
{
	int128		mantissa = exact_sum_mantissa(microseconds);

	return microseconds->scale == 0 && microseconds->dscale == 0 && mantissa >= -MAX_MICROSECONDS && mantissa <= MAX_MICROSECONDS;
}

SALESOPS_NORETURN static void merged_out_of_range(const char *name, const char *type, const char *detail);

static void
merged_out_of_range(const char *name, const char *type, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("\"%s\" of merged %s is out of range", name, type),
			 errdetail_internal("%s", detail),
			 errhint("Merge summaries of the same rows once.")));
	pg_unreachable();
}

int64
summary_add_counts(int64 count, int64 other, const char *name, const char *type)
{
	/* neither is above the limit, so that this does not overflow */
	if (count + other > SUMMARY_MAX_COUNT)
		merged_out_of_range(name, type, psprintf("No count is larger than " INT64_FORMAT ".", SUMMARY_MAX_COUNT));
	return count + other;
}

/*
 * Combine function, and at the same time the transition function of merge(): either side may be NULL.
 */
Datum
summary_combine(FunctionCallInfo fcinfo, const SummaryType *type)
{
	const Summary *other;
	Summary    *state;

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	other = summary_arg(fcinfo, 1, type);
	state = summary_state(fcinfo, type);

	for (int i = 0; i < type->nfields; i++)
	{
		const SummaryField *field = &type->fields[i];

		switch (field->kind)
		{
			case SUMMARY_COUNT:
				*FIELD(state, field, int64) = summary_add_counts(*FIELD(state, field, int64), *FIELD(other, field, int64),
																 field->name, type->name);
				break;
			case SUMMARY_SUM:
				exact_sum_merge(FIELD(state, field, ExactSum), FIELD(other, field, ExactSum));
				break;
			case SUMMARY_FLOAT_SUM:
				float_sum_merge(FIELD(state, field, FloatSum), FIELD(other, field, FloatSum));
				break;
			case SUMMARY_DURATION:
				exact_sum_merge(FIELD(state, field, ExactSum), FIELD(other, field, ExactSum));
				if (!duration_is_valid(FIELD(state, field, ExactSum)))
					merged_out_of_range(field->name, type->name, "No duration is longer than 1e30 seconds.");
				break;
			case SUMMARY_TALLY:
				{
					const Tally *tally = FIELD(other, field, Tally);

					if (tally->rounded && !TALLY(type, state)->rounded)
						state = summary_hashed_copy(type, state, Max(tally->used, TALLY(type, state)->used), true);
					for (uint32 slot = 0; slot < tally->nslots; slot++)
					{
						if (tally->slots[slot].count != 0)
							state = summary_tally_add(type, state, tally->slots[slot].value, tally->slots[slot].count);
					}
					break;
				}
		}
	}
	return summary_result(fcinfo, type, state);
}

Datum
summary_final(FunctionCallInfo fcinfo, const SummaryType *type)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(summary_canonical_copy(type, summary_arg(fcinfo, 0, type)));
}

/* ---- durations ---- */

int64
summary_microseconds(double days, const char *argument)
{
	guard_finite(days, argument);
	if (unlikely(fabs(days) > SUMMARY_MAX_DAYS))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s is out of range: %s", argument,
						DatumGetCString(DirectFunctionCall1(float8out, Float8GetDatum(days)))),
				 errdetail("Durations are counted up to %d days.", SUMMARY_MAX_DAYS),
				 errhint("The argument is in days, not seconds; pass NULL where it is not known.")));
	return (int64) rint(days * (double) SUMMARY_DAY_MICROSECONDS);
}

/* Seconds, with as many decimals as they need. */
static void
put_seconds(StringInfo out, int128 microseconds)
{
	uint128		size = microseconds < 0 ? -(uint128) microseconds : (uint128) microseconds;
	ExactSum	seconds = {0};
	int			fraction = (int) (size % 1000000);

	exact_sum_set_mantissa(&seconds, (int128) (size / 1000000));
	if (microseconds < 0)
		appendStringInfoChar(out, '-');
	appendStringInfoString(out, DatumGetCString(DirectFunctionCall1(numeric_out,
																	NumericGetDatum(exact_sum_numeric(&seconds)))));
	if (fraction != 0)
	{
		char		digits[8];
		int			length = snprintf(digits, sizeof(digits), "%06d", fraction);

		while (digits[length - 1] == '0')
			length--;
		appendStringInfo(out, ".%.*s", length, digits);
	}
}

/* Whole microseconds from a JSON number of seconds. */
static int128
get_seconds(const JsonbValue *value, const char *key, LiteralPlace at)
{
	Datum		seconds = NumericGetDatum(literal_numeric(value, key, at));
	Datum		product;
	ExactSum	microseconds = {0};

	if (fabs(DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, seconds))) > MAX_SECONDS)
		literal_error(at, psprintf("\"%s\" is out of range.", key), KEEP_TEXT);
	if (DatumGetInt32(DirectFunctionCall1(numeric_min_scale, seconds)) > 6)
		literal_error(at, psprintf("\"%s\" has more than six decimals of a second.", key), NULL);
	product = DirectFunctionCall2(numeric_mul, seconds, DirectFunctionCall1(int4_numeric, Int32GetDatum(1000000)));
	exact_sum_add_numeric(&microseconds, product);
	exact_sum_canonicalize(&microseconds);
	return exact_sum_mantissa(&microseconds);
}

/* ---- validation ---- */

/*
 * What must hold of a summary that came from outside, beyond each field's own form: its type's check, and that a
 * tally is sorted and within its bounds.
 */
static const char *
summary_fault(const SummaryType *type, const Summary *summary)
{
	for (int i = 0; i < type->nfields; i++)
	{
		const SummaryField *field = &type->fields[i];

		switch (field->kind)
		{
			case SUMMARY_COUNT:
				if (*FIELD(summary, field, int64) < 0 || *FIELD(summary, field, int64) > SUMMARY_MAX_COUNT)
					return psprintf("\"%s\" is not a count from 0 to " INT64_FORMAT ".", field->name, SUMMARY_MAX_COUNT);
				break;
			case SUMMARY_SUM:
				if (!exact_sum_is_valid(FIELD(summary, field, ExactSum)))
					return psprintf("\"%s\" is not an exact sum in its stored form.", field->name);
				break;
			case SUMMARY_FLOAT_SUM:
				if (!float_sum_is_valid(FIELD(summary, field, FloatSum)))
					return psprintf("\"%s\" is out of range.", field->name);
				break;
			case SUMMARY_DURATION:
				if (!exact_sum_is_valid(FIELD(summary, field, ExactSum)) || !duration_is_valid(FIELD(summary, field, ExactSum)))
					return psprintf("\"%s\" is not a whole number of microseconds.", field->name);
				break;
			case SUMMARY_TALLY:
				{
					const Tally *tally = FIELD(summary, field, Tally);
					int64		limit = SUMMARY_MAX_DAYS * SUMMARY_DAY_MICROSECONDS;

					/* a rounded value stands for a range, whose middle may lie just beyond */
					if (tally->rounded)
						limit = tally_round(limit);
					if (tally->used > TALLY_EXACT_VALUES && !tally->rounded)
						return psprintf("\"%s\" has more than %d distinct values and is not rounded.", field->name,
										TALLY_EXACT_VALUES);
					for (uint32 slot = 0; slot < tally->used; slot++)
					{
						const TallySlot *this = &tally->slots[slot];

						if (this->count <= 0)
							return psprintf("\"%s\" counts a value less than once.", field->name);
						if (slot > 0 && this->value <= this[-1].value)
							return psprintf("\"%s\" is not in ascending order.", field->name);
						if (this->value > limit || this->value < -limit)
							return psprintf("\"%s\" has a value beyond %d days.", field->name, SUMMARY_MAX_DAYS);
						if (tally->rounded && tally_round(this->value) != this->value)
							return psprintf("\"%s\" is rounded and has a value that is not.", field->name);
					}
					break;
				}
		}
	}
	return type->check(summary);
}

/* ---- text form ---- */

Datum
summary_out(FunctionCallInfo fcinfo, const SummaryType *type)
{
	const Summary *summary = summary_canonical_copy(type, summary_arg(fcinfo, 0, type));
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", type->name, SUMMARY_VERSION);
	for (int i = 0; i < type->nfields; i++)
	{
		const SummaryField *field = &type->fields[i];

		switch (field->kind)
		{
			case SUMMARY_COUNT:
				literal_put_count(&out, field->name, *FIELD(summary, field, int64));
				break;
			case SUMMARY_SUM:
				{
					const ExactSum *sum = FIELD(summary, field, ExactSum);

					/* a zero of several decimals is written: the decimals would be lost */
					if (exact_sum_sign(sum) != 0 || sum->dscale != 0)
					{
						literal_put_key(&out, field->name);
						appendStringInfoString(&out, 
										   DatumGetCString(DirectFunctionCall1(numeric_out,
																			   NumericGetDatum(exact_sum_numeric(sum)))));
					}
					break;
				}
			case SUMMARY_FLOAT_SUM:
				if (float_sum_sign(FIELD(summary, field, FloatSum)) != 0)
				{
					literal_put_key(&out, field->name);
					appendStringInfoString(&out, float_sum_decimal(FIELD(summary, field, FloatSum)));
				}
				break;
			case SUMMARY_DURATION:
				if (exact_sum_sign(FIELD(summary, field, ExactSum)) != 0)
				{
					literal_put_key(&out, field->name);
					put_seconds(&out, exact_sum_mantissa(FIELD(summary, field, ExactSum)));
				}
				break;
			case SUMMARY_TALLY:
				{
					const Tally *tally = FIELD(summary, field, Tally);

					if (tally->used == 0)
						break;
					literal_put_key(&out, tally->rounded ? psprintf("%s" ROUNDED_SUFFIX, field->name) : field->name);
					for (uint32 slot = 0; slot < tally->used; slot++)
					{
						appendStringInfoString(&out, slot == 0 ? "[[" : ", [");
						put_seconds(&out, tally->slots[slot].value);
						appendStringInfo(&out, ", " INT64_FORMAT "]", tally->slots[slot].count);
					}
					appendStringInfoChar(&out, ']');
					break;
				}
		}
	}
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* Reads [[seconds, count], ...] into the tally of a summary, which is returned larger. */
static Summary *
read_tally(const SummaryType *type, const SummaryField *field, Summary *summary, const JsonbValue *value, bool rounded,
		   const char *key, LiteralPlace at)
{
	JsonbContainer *list = literal_container(value, true, key, at);
	uint32		n = JsonContainerSize(list);
	Tally	   *tally;

	if (n > TALLY_MAX_VALUES)
		literal_error(at, psprintf("\"%s\" has %u values; at most %d are possible.", key, n, TALLY_MAX_VALUES), NULL);
	summary = summary_with_values(type, summary, n, rounded);
	tally = FIELD(summary, field, Tally);
	for (uint32 i = 0; i < n; i++)
	{
		JsonbContainer *pair = literal_container(getIthJsonbValueFromContainer(list, i), true, key, at);
		int128		microseconds;

		if (JsonContainerSize(pair) != 2)
			literal_error(at, psprintf("\"%s\" must be a list of pairs.", key), "Write each as [seconds, count].");
		microseconds = get_seconds(getIthJsonbValueFromContainer(pair, 0), key, at);
		if (microseconds > PG_INT64_MAX || microseconds < PG_INT64_MIN)
			literal_error(at, psprintf("\"%s\" has a value beyond %d days.", key, SUMMARY_MAX_DAYS), NULL);
		tally->slots[i].value = (int64) microseconds;
		tally->slots[i].count = literal_count(getIthJsonbValueFromContainer(pair, 1), key, at);
	}
	return summary;
}

Datum
summary_in(FunctionCallInfo fcinfo, const SummaryType *type)
{
	JsonbContainer *json = literal_parse(PG_GETARG_CSTRING(0), MAX_LITERAL, MAX_LITERAL_VALUES, type->name);
	LiteralPlace at = {type->name, NULL};
	const char **keys = palloc((type->nfields + 2) * sizeof(char *));
	int			nkeys = 0;
	Summary    *summary = summary_new(type, 0);
	JsonbValue *value;
	const char *fault;

	keys[nkeys++] = type->name;
	for (int i = 0; i < type->nfields; i++)
	{
		keys[nkeys++] = type->fields[i].name;
		if (type->fields[i].kind == SUMMARY_TALLY)
			keys[nkeys++] = psprintf("%s" ROUNDED_SUFFIX, type->fields[i].name);
	}
	literal_check_version(json, SUMMARY_VERSION, KEEP_TEXT, at);
	literal_check_keys(json, keys, nkeys, at);

	if (type->tally_offset != 0)
		TALLY(type, summary)->hashed = 0;
	for (int i = 0; i < type->nfields; i++)
	{
		const SummaryField *field = &type->fields[i];
		const char *key = field->name;
		bool		rounded = false;

		value = literal_get(json, key);
		if (field->kind == SUMMARY_TALLY)
		{
			const char *rounded_key = psprintf("%s" ROUNDED_SUFFIX, key);
			JsonbValue *rounded_value = literal_get(json, rounded_key);

			if (value != NULL && rounded_value != NULL)
				literal_error(at, psprintf("\"%s\" and \"%s\" exclude each other.", key, rounded_key), NULL);
			if (rounded_value != NULL)
			{
				rounded = true;
				key = rounded_key;
				value = rounded_value;
			}
		}
		if (value == NULL)
			continue;

		switch (field->kind)
		{
			case SUMMARY_COUNT:
				*FIELD(summary, field, int64) = literal_count(value, key, at);
				break;
			case SUMMARY_SUM:
				exact_sum_add_numeric(FIELD(summary, field, ExactSum),
									  NumericGetDatum(literal_numeric(value, key, at)));
				exact_sum_canonicalize(FIELD(summary, field, ExactSum));
				break;
			case SUMMARY_FLOAT_SUM:
				if (!float_sum_from_numeric(FIELD(summary, field, FloatSum), literal_numeric(value, key, at)))
					literal_error(at, psprintf("\"%s\" is no sum of float8 values.", key), KEEP_TEXT);
				break;
			case SUMMARY_DURATION:
				exact_sum_set_mantissa(FIELD(summary, field, ExactSum), get_seconds(value, key, at));
				break;
			case SUMMARY_TALLY:
				summary = read_tally(type, field, summary, value, rounded, key, at);
				break;
		}
	}

	fault = summary_fault(type, summary);
	if (fault != NULL)
		literal_error(at, fault, KEEP_TEXT);
	PG_RETURN_POINTER(summary);
}

/* ---- binary form: version, then the fields in order, all in network byte order ---- */

void
summary_send_sum(StringInfo out, const ExactSum *sum)
{
	pq_sendint64(out, sum->hi);
	pq_sendint64(out, sum->lo);
	pq_sendint16(out, sum->scale);
	pq_sendint16(out, sum->dscale);
}

void
summary_recv_sum(StringInfo in, ExactSum *sum)
{
	sum->hi = pq_getmsgint64(in);
	sum->lo = (uint64) pq_getmsgint64(in);
	sum->scale = (int16) pq_getmsgint(in, 2);
	sum->dscale = (int16) pq_getmsgint(in, 2);
}

Datum
summary_send(FunctionCallInfo fcinfo, const SummaryType *type)
{
	const Summary *summary = summary_canonical_copy(type, summary_arg(fcinfo, 0, type));
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, SUMMARY_VERSION);
	for (int i = 0; i < type->nfields; i++)
	{
		const SummaryField *field = &type->fields[i];

		switch (field->kind)
		{
			case SUMMARY_COUNT:
				pq_sendint64(&out, *FIELD(summary, field, int64));
				break;
			case SUMMARY_SUM:
			case SUMMARY_DURATION:
				summary_send_sum(&out, FIELD(summary, field, ExactSum));
				break;
			case SUMMARY_FLOAT_SUM:
				for (int word = FLOAT_SUM_WORDS - 1; word >= 0; word--)
					pq_sendint64(&out, FIELD(summary, field, FloatSum)->words[word]);
				break;
			case SUMMARY_TALLY:
				{
					const Tally *tally = FIELD(summary, field, Tally);

					pq_sendbyte(&out, tally->rounded);
					pq_sendint32(&out, tally->used);
					for (uint32 slot = 0; slot < tally->used; slot++)
					{
						pq_sendint64(&out, tally->slots[slot].value);
						pq_sendint64(&out, tally->slots[slot].count);
					}
					break;
				}
		}
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
summary_recv(FunctionCallInfo fcinfo, const SummaryType *type)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	Summary    *summary = summary_new(type, 0);
	const char *fault;

	guard_version(in, SUMMARY_VERSION, type->name);
	if (type->tally_offset != 0)
		TALLY(type, summary)->hashed = 0;
	for (int i = 0; i < type->nfields; i++)
	{
		const SummaryField *field = &type->fields[i];

		switch (field->kind)
		{
			case SUMMARY_COUNT:
				*FIELD(summary, field, int64) = pq_getmsgint64(in);
				break;
			case SUMMARY_SUM:
			case SUMMARY_DURATION:
				summary_recv_sum(in, FIELD(summary, field, ExactSum));
				break;
			case SUMMARY_FLOAT_SUM:
				for (int word = FLOAT_SUM_WORDS - 1; word >= 0; word--)
					FIELD(summary, field, FloatSum)->words[word] = (uint64) pq_getmsgint64(in);
				break;
			case SUMMARY_TALLY:
				{
					int			rounded = pq_getmsgbyte(in);
					uint32		n = pq_getmsgint(in, 4);
					Tally	   *tally;

					/* before anything is allocated: as many pairs as there are bytes for */
					if (rounded > 1 || n > TALLY_MAX_VALUES || n > (uint32) (in->len - in->cursor) / sizeof(TallySlot))
						guard_binary(type->name, psprintf("\"%s\" announces %u values, more than there are.", field->name, n));
					summary = summary_with_values(type, summary, n, rounded != 0);
					tally = FIELD(summary, field, Tally);
					for (uint32 slot = 0; slot < n; slot++)
					{
						tally->slots[slot].value = pq_getmsgint64(in);
						tally->slots[slot].count = pq_getmsgint64(in);
					}
					break;
				}
		}
	}
	fault = summary_fault(type, summary);
	if (fault != NULL)
		guard_binary(type->name, fault);
	PG_RETURN_POINTER(summary);
}
