/*
 * deal_outlook.c
 *		The type deal_outlook: open deals, each an amount and the probability that it is won.
 *
 * The distribution of what a set of deals will bring needs every one of them: no sums are enough for it.  So an
 * outlook keeps the multiset, 16 bytes a deal, and its readers (outlook.c) compute from it.  The aggregate
 * deal_outlook(amount, probability) builds it from rows in any order, and merging puts two together; the stored form is sorted,
 * so that the same deals are the same bytes.
 *
 * An amount is kept as float8, in which a probability is too: what is computed of them is.  A deal without amount or without
 * probability cannot be placed and is counted; a row that lacks both is no deal.  A negative amount is refused: it is no
 * outcome of an open deal, and would turn the order of outcomes around.
 *
 * Memory: while being built a state has room to grow, and is replaced by one of twice the size where that is used up
 * (summary.c tells why it is a flat value).  The final function sorts into the stored form.
 *
 * Text form: {"deal_outlook": 1, "deals": [[100000, 0.4], ...], "missing_amounts": 1, "missing_probabilities": 2}.
 *
 * Worked example: 100 with probability 0.5 and 300 with 0.2: total 400, mean 110, standard deviation 130.
 */
#include "forecast/deal_outlook.h"

#include "core/aggregate.h"
#include "core/guard.h"
#include "core/literal.h"
#include "core/number.h"
#include "core/summary.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/float.h"

#define TYPE_NAME "deal_outlook"
#define OUTLOOK_VERSION 1

/* Beyond these squares and sums of amounts leave the range of float8; no currency has such amounts. */
#define LEAST_AMOUNT 1e-100
#define GREATEST_AMOUNT 1e100

#define MAX_LITERAL (8 * 1024 * 1024)
#define MAX_LITERAL_VALUES (3 * OUTLOOK_MAX_DEALS)

/* With its header a new state fills a chunk of 256 bytes. */
#define FIRST_ROOM 14

static inline Size
outlook_size(uint32 ndeals)
{
	return offsetof(DealOutlook, deals) + ndeals * sizeof(LatticeDeal);
}

static inline uint32
outlook_room(const DealOutlook *outlook)
{
	return (uint32) ((VARSIZE(outlook) - offsetof(DealOutlook, deals)) / sizeof(LatticeDeal));
}

static DealOutlook *
outlook_new(uint32 room)
{
	DealOutlook *outlook = palloc0(outlook_size(room));

	SET_VARSIZE(outlook, outlook_size(room));
	outlook->version = OUTLOOK_VERSION;
	outlook->building = 1;
	return outlook;
}

static DealOutlook *
outlook_copy(const DealOutlook *from, uint32 more)
{
	DealOutlook *outlook = outlook_new(from->ndeals + more);

	memcpy(&outlook->version, &from->version, outlook_size(from->ndeals) - offsetof(DealOutlook, version));
	return outlook;
}

/* ---- deals ---- */

/* What float8 writes in two ways, or not as a number, is no amount and no probability. */
static LatticeDeal
checked_deal(double amount, double probability)
{
	guard_finite(amount, "amount");
	if (unlikely(amount < 0))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("amount is negative: %s", float8out_internal(amount)),
				 errdetail("What an open deal can bring is zero or more."),
				 errhint("Credits and returns are not outcomes of open deals: leave them out, and subtract what is expected of them from the result.")));
	if (unlikely(amount > GREATEST_AMOUNT || (amount > 0 && amount < LEAST_AMOUNT)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("amount is out of range: %s", float8out_internal(amount)),
				 errdetail("An amount is zero or between 1e-100 and 1e+100."),
				 errhint("Correct the amount, or pass NULL where it is not known.")));
	guard_fraction(probability, "probability");
	/* minus zero is zero */
	return (LatticeDeal) {amount + 0.0, probability + 0.0};
}

static void
too_many_deals(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a deal_outlook has too many deals"),
			 errdetail("At most %d are possible.", OUTLOOK_MAX_DEALS),
			 errhint("Leave out deals of probability 0, or take the deals of one period or one team.")));
}

static DealOutlook *
outlook_make_room(DealOutlook *outlook, uint32 more)
{
	if (unlikely(more > OUTLOOK_MAX_DEALS - outlook->ndeals))
		too_many_deals();
	if (likely(outlook_room(outlook) - outlook->ndeals >= more))
		return outlook;
	return outlook_copy(outlook, outlook->ndeals + more);
}

static inline int
compare_deals(const LatticeDeal *a, const LatticeDeal *b)
{
	if (a->amount != b->amount)
		return a->amount < b->amount ? -1 : 1;
	return a->probability < b->probability ? -1 : a->probability > b->probability;
}

#define MERGE_SORT_NAME sort_deals
#define MERGE_SORT_TYPE LatticeDeal
#define MERGE_SORT_COMPARE compare_deals
#include "core/merge_sort.h"

/* The stored form: in order of the amounts and then of the probabilities, without free room. */
static DealOutlook *
outlook_canonical(const DealOutlook *from)
{
	DealOutlook *outlook = outlook_copy(from, 0);

	if (outlook->building)
		sort_deals(outlook->deals, outlook->ndeals);
	outlook->building = 0;
	return outlook;
}

/* ---- arguments and the aggregate ---- */

static const DealOutlook *
outlook_checked(const DealOutlook *outlook)
{
	if (VARSIZE(outlook) < offsetof(DealOutlook, deals) || outlook->version != OUTLOOK_VERSION ||
		outlook->ndeals > OUTLOOK_MAX_DEALS || VARSIZE(outlook) < outlook_size(outlook->ndeals))
		guard_damaged(TYPE_NAME);
	return outlook;
}

static DealOutlook *
outlook_first(void)
{
	return outlook_new(FIRST_ROOM);
}

static DealOutlook *
outlook_grown(const DealOutlook *from)
{
	DealOutlook *outlook = outlook_copy(from, FIRST_ROOM);

	outlook->building = 1;
	return outlook;
}

#define GROWING_TYPE DealOutlook
#define GROWING(name) outlook_##name
#include "core/growing.h"

/* For the readers, which are in outlook.c. */
const DealOutlook *
deal_outlook_arg(FunctionCallInfo fcinfo, int argument)
{
	return outlook_arg(fcinfo, argument);
}

/* (state, amount, probability float8), once the amount is a float8 */
static inline Datum
outlook_add(FunctionCallInfo fcinfo, double amount)
{
	DealOutlook *outlook;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		return summary_unchanged(fcinfo);
	outlook = outlook_state(fcinfo);
	if (PG_ARGISNULL(1))
	{
		(void) checked_deal(0, PG_GETARG_FLOAT8(2));
		outlook->missing_amounts = summary_add_counts(outlook->missing_amounts, 1, "missing_amounts", TYPE_NAME);
	}
	else if (PG_ARGISNULL(2))
	{
		(void) checked_deal(amount, 0);
		outlook->missing_probabilities = summary_add_counts(outlook->missing_probabilities, 1, "missing_probabilities", TYPE_NAME);
	}
	else
	{
		LatticeDeal deal = checked_deal(amount, PG_GETARG_FLOAT8(2));

		outlook = outlook_make_room(outlook, 1);
		outlook->deals[outlook->ndeals++] = deal;
	}
	return outlook_result(fcinfo, outlook);
}

SALESOPS_FUNCTION(salesops_deal_outlook_transfn_numeric);
SALESOPS_FUNCTION(salesops_deal_outlook_transfn_float8);
SALESOPS_FUNCTION(salesops_deal_outlook_transfn_int8);
SALESOPS_FUNCTION(salesops_deal_outlook_combinefn);
SALESOPS_FUNCTION(salesops_deal_outlook_finalfn);

Datum
salesops_deal_outlook_transfn_numeric(PG_FUNCTION_ARGS)
{
	return outlook_add(fcinfo, PG_ARGISNULL(1) ? 0 : number_from_numeric(PG_GETARG_DATUM(1)));
}

Datum
salesops_deal_outlook_transfn_float8(PG_FUNCTION_ARGS)
{
	return outlook_add(fcinfo, PG_ARGISNULL(1) ? 0 : PG_GETARG_FLOAT8(1));
}

Datum
salesops_deal_outlook_transfn_int8(PG_FUNCTION_ARGS)
{
	return outlook_add(fcinfo, PG_ARGISNULL(1) ? 0 : (double) PG_GETARG_INT64(1));
}

/* Combine function, and transition function of merge(): either side may be NULL. */
Datum
salesops_deal_outlook_combinefn(PG_FUNCTION_ARGS)
{
	const DealOutlook *other;
	DealOutlook *outlook;

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	other = outlook_any(fcinfo, 1);
	outlook = outlook_make_room(outlook_state(fcinfo), other->ndeals);
	memcpy(&outlook->deals[outlook->ndeals], other->deals, other->ndeals * sizeof(LatticeDeal));
	outlook->ndeals += other->ndeals;
	outlook->missing_amounts = summary_add_counts(outlook->missing_amounts, other->missing_amounts, "missing_amounts", TYPE_NAME);
	outlook->missing_probabilities = summary_add_counts(outlook->missing_probabilities, other->missing_probabilities,
														"missing_probabilities", TYPE_NAME);
	return outlook_result(fcinfo, outlook);
}

Datum
salesops_deal_outlook_finalfn(PG_FUNCTION_ARGS)
{
	return outlook_final(fcinfo);
}

/* ---- what if ---- */

SALESOPS_FUNCTION(salesops_outlook_with);
SALESOPS_FUNCTION(salesops_outlook_without);

/* Where a deal is, or would be, in the stored form. */
static uint32
place_of(const DealOutlook *outlook, const LatticeDeal *deal)
{
	uint32		low = 0;
	uint32		high = outlook->ndeals;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (compare_deals(&outlook->deals[middle], deal) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* (outlook, amount float8, probability float8) */
Datum
salesops_outlook_with(PG_FUNCTION_ARGS)
{
	const DealOutlook *outlook = outlook_arg(fcinfo, 0);
	LatticeDeal deal = checked_deal(PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2));
	uint32		place = place_of(outlook, &deal);
	DealOutlook *result;

	if (outlook->ndeals >= OUTLOOK_MAX_DEALS)
		too_many_deals();
	result = outlook_copy(outlook, 1);
	memmove(&result->deals[place + 1], &result->deals[place], (result->ndeals - place) * sizeof(LatticeDeal));
	result->deals[place] = deal;
	result->ndeals++;
	PG_RETURN_POINTER(result);
}

/* (outlook, amount float8, probability float8) */
Datum
salesops_outlook_without(PG_FUNCTION_ARGS)
{
	const DealOutlook *outlook = outlook_arg(fcinfo, 0);
	LatticeDeal deal = checked_deal(PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2));
	uint32		place = place_of(outlook, &deal);
	DealOutlook *result;

	if (place == outlook->ndeals || compare_deals(&outlook->deals[place], &deal) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the outlook has no deal of amount %s and probability %s", float8out_internal(deal.amount),
						float8out_internal(deal.probability)),
				 errdetail("It has %u deals, none of which is the same in both.", outlook->ndeals),
				 errhint("Pass the amount and the probability with which the deal was counted by deal_outlook().")));
	result = outlook_copy(outlook, 0);
	memmove(&result->deals[place], &result->deals[place + 1], (result->ndeals - place - 1) * sizeof(LatticeDeal));
	result->ndeals--;
	SET_VARSIZE(result, outlook_size(result->ndeals));
	PG_RETURN_POINTER(result);
}

/* ---- text form ---- */

SALESOPS_FUNCTION(salesops_deal_outlook_in);
SALESOPS_FUNCTION(salesops_deal_outlook_out);

Datum
salesops_deal_outlook_in(PG_FUNCTION_ARGS)
{
	static const char *const keys[] = {TYPE_NAME, "deals", "missing_amounts", "missing_probabilities"};
	LiteralPlace at = {TYPE_NAME, NULL};
	JsonbContainer *json = literal_parse(PG_GETARG_CSTRING(0), MAX_LITERAL, MAX_LITERAL_VALUES, TYPE_NAME);
	DealOutlook *outlook;
	JsonbValue *value;
	JsonbContainer *list = NULL;
	uint32		n = 0;

	literal_check_version(json, OUTLOOK_VERSION, "Write it as {\"deal_outlook\": 1, \"deals\": [[100000, 0.4], ...]}.", at);
	literal_check_keys(json, keys, lengthof(keys), at);
	value = literal_get(json, "deals");
	if (value != NULL)
	{
		list = literal_container(value, true, "deals", at);
		n = JsonContainerSize(list);
		if (n > OUTLOOK_MAX_DEALS)
			too_many_deals();
	}
	outlook = outlook_new(n);
	value = literal_get(json, "missing_amounts");
	if (value != NULL)
		outlook->missing_amounts = literal_count(value, "missing_amounts", at);
	value = literal_get(json, "missing_probabilities");
	if (value != NULL)
		outlook->missing_probabilities = literal_count(value, "missing_probabilities", at);
	if (list != NULL)
	{
		JsonbIterator *it = JsonbIteratorInit(list);
		JsonbValue	item;

		(void) JsonbIteratorNext(&it, &item, true); /* WJB_BEGIN_ARRAY */
		for (uint32 i = 0; i < n; i++)
		{
			JsonbContainer *pair;
			double		amount;
			char		place[32];

			CHECK_FOR_INTERRUPTS();
			(void) JsonbIteratorNext(&it, &item, true);
			snprintf(place, sizeof(place), "deal %u", i + 1);
			at.place = place;
			pair = literal_container(&item, true, "deals", at);
			if (JsonContainerSize(pair) != 2)
				literal_error(at, "It is not a pair.", "Write each as [amount, probability], such as [100000, 0.4].");
			amount = literal_float8(getIthJsonbValueFromContainer(pair, 0), "amount", at);
			outlook->deals[outlook->ndeals++] =
				checked_deal(amount, literal_float8(getIthJsonbValueFromContainer(pair, 1), "probability", at));
		}
	}
	PG_RETURN_POINTER(outlook_canonical(outlook));
}

Datum
salesops_deal_outlook_out(PG_FUNCTION_ARGS)
{
	const DealOutlook *outlook = outlook_arg(fcinfo, 0);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", TYPE_NAME, OUTLOOK_VERSION);
	if (outlook->ndeals > 0)
		literal_put_key(&out, "deals");
	for (uint32 i = 0; i < outlook->ndeals; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&out, i == 0 ? "[[" : ", [");
		literal_put_float8(&out, outlook->deals[i].amount);
		appendStringInfoString(&out, ", ");
		literal_put_float8(&out, outlook->deals[i].probability);
		appendStringInfoString(&out, i + 1 < outlook->ndeals ? "]" : "]]");
	}
	literal_put_count(&out, "missing_amounts", outlook->missing_amounts);
	literal_put_count(&out, "missing_probabilities", outlook->missing_probabilities);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* ---- binary form: version, what is missing, the deals ---- */

SALESOPS_FUNCTION(salesops_deal_outlook_recv);
SALESOPS_FUNCTION(salesops_deal_outlook_send);

Datum
salesops_deal_outlook_send(PG_FUNCTION_ARGS)
{
	const DealOutlook *outlook = outlook_arg(fcinfo, 0);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, OUTLOOK_VERSION);
	pq_sendint64(&out, outlook->missing_amounts);
	pq_sendint64(&out, outlook->missing_probabilities);
	pq_sendint32(&out, outlook->ndeals);
	for (uint32 i = 0; i < outlook->ndeals; i++)
	{
		pq_sendfloat8(&out, outlook->deals[i].amount);
		pq_sendfloat8(&out, outlook->deals[i].probability);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_deal_outlook_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	int64		missing_amounts;
	int64		missing_probabilities;
	uint32		n;
	DealOutlook *outlook;

	guard_version(in, OUTLOOK_VERSION, TYPE_NAME);
	missing_amounts = pq_getmsgint64(in);
	missing_probabilities = pq_getmsgint64(in);
	if (missing_amounts < 0 || missing_amounts > SUMMARY_MAX_COUNT || missing_probabilities < 0 || missing_probabilities > SUMMARY_MAX_COUNT)
		guard_binary(TYPE_NAME, "A number of deals of which something is missing is out of range.");
	n = pq_getmsgint(in, 4);
	if (n > OUTLOOK_MAX_DEALS)
		too_many_deals();
	/* before anything is allocated: as many deals as there are bytes for */
	if (n > (uint32) (in->len - in->cursor) / sizeof(LatticeDeal))
		guard_binary(TYPE_NAME, psprintf("It announces %u deals, more than there are.", n));
	outlook = outlook_new(n);
	outlook->missing_amounts = missing_amounts;
	outlook->missing_probabilities = missing_probabilities;
	for (uint32 i = 0; i < n; i++)
	{
		double		amount = pq_getmsgfloat8(in);

		outlook->deals[outlook->ndeals++] = checked_deal(amount, pq_getmsgfloat8(in));
	}
	PG_RETURN_POINTER(outlook_canonical(outlook));
}
