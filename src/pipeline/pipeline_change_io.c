/*
 * pipeline_change_io.c
 *		Text and binary form of pipeline_change.
 *
 * Text form: {"pipeline_change": 1, "before": [["D1", "open", 100.00, "2026-09-30", "West", "commit"], ...], "after": [...]},
 * in order of the ids; what is not known is null.  Ids are numbers where they are of type bigint, strings where they are text, and
 * strings behind "id_type": "uuid" where they are uuid.
 *
 * It is JSON, but not read by the server's parser (core/scan.c): the keys come in the order in which they are written.
 * A value whose text or binary form would be longer than the server's 1 GB is refused when it is written.
 */
#include "pipeline/pipeline_change.h"

#include "core/guard.h"
#include "core/literal.h"
#include "core/scan.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

/* The longest row: id and owner of control characters, six bytes each, and an amount of the most decimals. */
#define LONGEST_ROW (6 * (DEAL_ID_MAX_BYTES + LABEL_SET_MAX_BYTES) + 17000)

/* A value in its stored form, whichever it has. */
static void
open_flat(FunctionCallInfo fcinfo, ChangeView *view)
{
	change_open(fcinfo, 0, view);
	if (view->state != NULL)
		change_view_flat(view, (const PipelineChange *) change_flatten(unconstify(ChangeState *, view->state)));
	(void) change_owner(view, 1, &(uint32) {0});
}

/* ---- writing text ---- */

typedef struct TextRow
{
	const char *row;
} TextRow;

#define MERGE_SORT_NAME sort_by_id
#define MERGE_SORT_TYPE TextRow
#define MERGE_SORT_PARAMETER const ChangeView *view
#define MERGE_SORT_COMPARE(left, right) \
	deal_id_compare(view->id_type, (const uint64 *) (left)->row, (const uint64 *) (right)->row, view->key_words)
#include "core/merge_sort.h"

static void
put_date(StringInfo out, DateADT date)
{
	char		text[MAXDATELEN + 1];
	struct pg_tm tm;

	if (DATE_NOT_FINITE(date))
		EncodeSpecialDate(date, text);
	else
	{
		j2date(date + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
		EncodeDateOnly(&tm, USE_ISO_DATES, text);
	}
	appendStringInfo(out, "\"%s\"", text);
}

static void
put_row(StringInfo out, ChangeView *view, const char *row)
{
	const ChangeRow *deal = CHANGE_ROW(view, row);
	const char *owner;
	uint32		owner_length = 0;
	ExactSum	room;
	const ExactSum *amount = change_amount(view, deal, &room);

	appendStringInfoChar(out, '[');
	deal_id_put(out, view->id_type, (const uint64 *) row, view->key_words);
	appendStringInfo(out, change_outcome(deal) == OUTCOME_UNKNOWN ? ", null, " : ", \"%s\", ",
					 change_outcome(deal) == OUTCOME_UNKNOWN ? "" : outcome_names[change_outcome(deal)]);
	if (amount == NULL)
		appendStringInfoString(out, "null, ");
	else
	{
		Numeric		number = exact_sum_numeric(amount);
		char	   *digits = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));

		appendStringInfo(out, "%s, ", digits);
		pfree(digits);
		pfree(number);
	}
	if (deal->flags & CHANGE_HAS_DATE)
		put_date(out, deal->close_date);
	else
		appendStringInfoString(out, "null");
	appendStringInfoString(out, ", ");
	owner = change_owner(view, deal->owner, &owner_length);
	if (owner == NULL)
		appendStringInfoString(out, "null");
	else
		literal_put_string(out, owner, (int) owner_length);
	if (change_category(deal) == CATEGORY_UNKNOWN)
		appendStringInfoString(out, ", null]");
	else
		appendStringInfo(out, ", \"%s\"]", forecast_category_names[change_category(deal)]);
}

/* Before a row is written: the server's own error, when a string is full, is about memory. */
static inline void
need_room(const StringInfo out, const ChangeView *view, const char *form)
{
	if (unlikely(out->len > (int) MaxAllocSize - LONGEST_ROW))
		guard_form_too_large(form, psprintf(PIPELINE_CHANGE_NAME " of %u rows", view->nrows[0] + view->nrows[1]),
							 "Read it with movement(), or store parts of it, for example GROUP BY hashtext(id::text) & 7.");
}

SALESOPS_FUNCTION(salesops_pipeline_change_out);

Datum
salesops_pipeline_change_out(PG_FUNCTION_ARGS)
{
	ChangeView	view;
	StringInfoData out;

	open_flat(fcinfo, &view);
	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", PIPELINE_CHANGE_NAME, PIPELINE_CHANGE_VERSION);
	if (view.id_type == DEAL_ID_UUID)
		appendStringInfo(&out, ", \"id_type\": \"%s\"", deal_id_type_names[view.id_type]);
	for (int side = 0; side < 2; side++)
	{
		uint32		n = view.nrows[side];
		const char *row = change_rows(&view, side);
		TextRow    *rows;

		if (n == 0)
			continue;
		rows = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(TextRow));
		for (uint32 i = 0; i < n; i++, row += view.width)
			rows[i].row = row;
		sort_by_id(rows, n, &view);
		literal_put_key(&out, change_side_names[side]);
		for (uint32 i = 0; i < n; i++)
		{
			CHECK_FOR_INTERRUPTS();
			need_room(&out, &view, "text");
			appendStringInfoString(&out, i == 0 ? "[" : ", ");
			put_row(&out, &view, rows[i].row);
		}
		appendStringInfoChar(&out, ']');
		pfree(rows);
	}
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* ---- reading text ---- */

#define ROW_FORM "Write each as [\"D1\", \"open\", 100.00, \"2026-09-30\", \"West\", \"commit\"]; what is not known is null."
#define VALUE_FORM "Write it as {\"pipeline_change\": 1, \"before\": [...], \"after\": [...]}, the keys in this order."

/* A date, or infinity. */
static DateADT
date_of_text(Scan *scan)
{
	if (strcmp(scan->text.data, "infinity") == 0)
		return DATEVAL_NOEND;
	if (strcmp(scan->text.data, "-infinity") == 0)
		return DATEVAL_NOBEGIN;
	return literal_date(scan->text.data, "Write it as 2026-09-30.", scan->at);
}

static void
scan_row(Scan *scan, ChangeState *state, ChangeSide side, DealIdType *type)
{
	uint64		key[DEAL_ID_MAX_WORDS];
	uint32		words;
	ChangeRow	row = {0, 0, 0, CHANGE_OUTCOME | CHANGE_CATEGORY << CHANGE_CATEGORY_SHIFT};

	scan_need(scan, '[', ROW_FORM);
	scan_deal_id(scan, type, key, &words, ROW_FORM, CHANGE_NEEDS_ID);
	scan_need(scan, ',', ROW_FORM);
	if (!scan_null(scan))
	{
		if (!scan_string(scan, 400))
			scan_malformed(scan, "an outcome", ROW_FORM);
		row.flags &= ~CHANGE_OUTCOME;
		row.flags |= outcome_require(scan->text.data, scan->text.len);
	}
	scan_need(scan, ',', ROW_FORM);
	if (!scan_null(scan))
	{
		ExactSum	amount = {0};
		Datum		number;

		if (!scan_number(scan))
			scan_malformed(scan, "an amount", ROW_FORM);
		number = DirectFunctionCall3(numeric_in, CStringGetDatum(scan->text.data), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
		exact_sum_add_numeric(&amount, number);
		pfree(DatumGetPointer(number));
		change_state_put_amount(state, &row, &amount);
	}
	scan_need(scan, ',', ROW_FORM);
	if (!scan_null(scan))
	{
		if (!scan_string(scan, 40))
			scan_malformed(scan, "a close date", ROW_FORM);
		row.close_date = date_of_text(scan);
		row.flags |= CHANGE_HAS_DATE;
	}
	scan_need(scan, ',', ROW_FORM);
	if (!scan_null(scan))
	{
		if (!scan_string(scan, LABEL_SET_MAX_BYTES))
			scan_malformed(scan, "an owner", ROW_FORM);
		row.owner = (uint16) change_state_put_owner(state, scan->text.data, scan->text.len);
	}
	scan_need(scan, ',', ROW_FORM);
	if (!scan_null(scan))
	{
		if (!scan_string(scan, 400))
			scan_malformed(scan, "a forecast category", ROW_FORM);
		row.flags &= ~(CHANGE_CATEGORY << CHANGE_CATEGORY_SHIFT);
		row.flags |= forecast_category_require(scan->text.data, scan->text.len) << CHANGE_CATEGORY_SHIFT;
	}
	scan_need(scan, ']', ROW_FORM);
	change_state_add(state, side, *type, key, words, &row);
}

SALESOPS_FUNCTION(salesops_pipeline_change_in);

Datum
salesops_pipeline_change_in(PG_FUNCTION_ARGS)
{
	Scan		scan = {PG_GETARG_CSTRING(0), {PIPELINE_CHANGE_NAME, NULL}, {0}};
	ChangeState *state = change_state_new(CurrentMemoryContext);
	DealIdType	type = DEAL_ID_NONE;
	bool		more;

	initStringInfo(&scan.text);
	scan_version(&scan, PIPELINE_CHANGE_VERSION, VALUE_FORM);
	more = scan_char(&scan, ',');
	if (more)
		more = scan_id_type(&scan, &type);
	for (int side = 0; side < 2; side++)
	{
		char		place[60];

		if (!more || !scan_key(&scan, change_side_names[side]))
			continue;
		scan_need(&scan, '[', VALUE_FORM);
		if (!scan_char(&scan, ']'))
		{
			uint32		n = 0;

			do
			{
				CHECK_FOR_INTERRUPTS();
				snprintf(place, sizeof(place), "deal %u of \"%s\"", ++n, change_side_names[side]);
				scan.at.place = place;
				scan_row(&scan, state, side, &type);
			} while (scan_char(&scan, ','));
			scan_need(&scan, ']', ROW_FORM);
		}
		scan.at.place = NULL;
		more = scan_char(&scan, ',');
	}
	if (more)
		scan_malformed(&scan, "another key", VALUE_FORM);
	scan_end(&scan, VALUE_FORM);
	PG_RETURN_POINTER(change_flatten(state));
}

/*
 * ---- binary form: version, type of ids, the owners, then of each state its rows: id, flags, owner; amount, date where there
 * are ----
 */

SALESOPS_FUNCTION(salesops_pipeline_change_recv);
SALESOPS_FUNCTION(salesops_pipeline_change_send);

Datum
salesops_pipeline_change_send(PG_FUNCTION_ARGS)
{
	ChangeView	view;
	StringInfoData out;

	open_flat(fcinfo, &view);
	pq_begintypsend(&out);
	pq_sendbyte(&out, PIPELINE_CHANGE_VERSION);
	pq_sendbyte(&out, view.id_type);
	pq_sendint32(&out, view.nlabels);
	for (uint32 number = 1; number <= view.nlabels; number++)
	{
		uint32		length;
		const char *label = change_owner(&view, number, &length);

		salesops_sendcountedtext(&out, label, (int) length);
	}
	for (int side = 0; side < 2; side++)
	{
		const char *row = change_rows(&view, side);

		pq_sendint32(&out, view.nrows[side]);
		for (uint32 i = 0; i < view.nrows[side]; i++, row += view.width)
		{
			const ChangeRow *deal = CHANGE_ROW(&view, row);

			CHECK_FOR_INTERRUPTS();
			need_room(&out, &view, "binary");
			deal_id_send(&out, view.id_type, (const uint64 *) row, view.key_words);
			pq_sendint16(&out, deal->flags);
			pq_sendint16(&out, deal->owner);
			if ((deal->flags & CHANGE_AMOUNT) == CHANGE_AMOUNT_SMALL)
				pq_sendint64(&out, deal->amount);
			else if ((deal->flags & CHANGE_AMOUNT) == CHANGE_AMOUNT_LARGE)
			{
				const ExactSum *amount = change_amount(&view, deal, NULL);

				if (amount == NULL)
					guard_damaged(PIPELINE_CHANGE_NAME);
				pq_sendint16(&out, amount->scale);
				pq_sendint16(&out, amount->dscale);
				pq_sendint64(&out, amount->hi);
				pq_sendint64(&out, amount->lo);
			}
			if (deal->flags & CHANGE_HAS_DATE)
				pq_sendint32(&out, deal->close_date);
		}
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static void
recv_row(StringInfo in, ChangeState *state, ChangeSide side, DealIdType type, uint32 nlabels, bool *used)
{
	uint64		key[DEAL_ID_MAX_WORDS];
	uint32		words;
	ChangeRow	row = {0};
	int			flags;
	int			category;

	words = deal_id_recv(in, type, key, CHANGE_NEEDS_ID);
	flags = (int) pq_getmsgint(in, 2);
	category = (flags >> CHANGE_CATEGORY_SHIFT) & CHANGE_CATEGORY;
	if ((flags & ~CHANGE_FLAGS) != 0 || (category >= FORECAST_CATEGORIES && category != CHANGE_CATEGORY) ||
		(flags & CHANGE_AMOUNT) == CHANGE_AMOUNT ||
		((flags & CHANGE_AMOUNT) != CHANGE_AMOUNT_SMALL && (flags >> CHANGE_SCALE_SHIFT) != 0))
		guard_binary(PIPELINE_CHANGE_NAME, "A deal has an outcome, a category or an amount that there is not.");
	row.flags = (uint16) (flags & ~(CHANGE_AMOUNT | CHANGE_SCALE << CHANGE_SCALE_SHIFT | CHANGE_DSCALE << CHANGE_DSCALE_SHIFT));
	row.owner = (uint16) pq_getmsgint(in, 2);
	if (row.owner > nlabels)
		guard_binary(PIPELINE_CHANGE_NAME, "A deal has an owner that is not listed.");
	if (row.owner > 0)
		used[row.owner - 1] = true;
	if (flags & CHANGE_AMOUNT)
	{
		ExactSum	amount = {0};

		if ((flags & CHANGE_AMOUNT) == CHANGE_AMOUNT_SMALL)
		{
			exact_sum_set_mantissa(&amount, pq_getmsgint64(in));
			amount.scale = (flags >> CHANGE_SCALE_SHIFT) & CHANGE_SCALE;
			amount.dscale = (flags >> CHANGE_DSCALE_SHIFT) & CHANGE_DSCALE;
		}
		else
		{
			amount.scale = (int16) pq_getmsgint(in, 2);
			amount.dscale = (int16) pq_getmsgint(in, 2);
			amount.hi = pq_getmsgint64(in);
			amount.lo = (uint64) pq_getmsgint64(in);
		}
		if (!exact_sum_is_valid(&amount))
			guard_binary(PIPELINE_CHANGE_NAME, "An amount is not an exact sum in its stored form.");
		change_state_put_amount(state, &row, &amount);
	}
	if (flags & CHANGE_HAS_DATE)
	{
		row.close_date = (DateADT) pq_getmsgint(in, 4);
		if (!DATE_NOT_FINITE(row.close_date) && !IS_VALID_DATE(row.close_date))
			guard_binary(PIPELINE_CHANGE_NAME, "A close date is out of range.");
	}
	change_state_add(state, side, type, key, words, &row);
}

Datum
salesops_pipeline_change_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	ChangeState *state = change_state_new(CurrentMemoryContext);
	int			type;
	uint32		nlabels;
	bool	   *used;

	guard_version(in, PIPELINE_CHANGE_VERSION, PIPELINE_CHANGE_NAME);
	type = pq_getmsgbyte(in);
	if (type >= DEAL_ID_TYPES)
		guard_binary(PIPELINE_CHANGE_NAME, "Its ids are of a type that there is not.");
	nlabels = pq_getmsgint(in, 4);
	if (nlabels > LABEL_SET_MAX_LABELS)
		guard_binary(PIPELINE_CHANGE_NAME, "It has too many owners.");
	for (uint32 i = 0; i < nlabels; i++)
	{
		int			length;
		char	   *label = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &length);

		if (change_state_put_owner(state, label, length) != i + 1)
			guard_binary(PIPELINE_CHANGE_NAME, "An owner is listed twice.");
		pfree(label);
	}
	used = palloc0(nlabels + 1);
	for (int side = 0; side < 2; side++)
	{
		uint32		n = pq_getmsgint(in, 4);

		if (n > 0 && type == DEAL_ID_NONE)
			guard_binary(PIPELINE_CHANGE_NAME, "Its deals have no ids.");
		for (uint32 i = 0; i < n; i++)
		{
			CHECK_FOR_INTERRUPTS();
			recv_row(in, state, side, (DealIdType) type, nlabels, used);
		}
	}
	for (uint32 i = 0; i < nlabels; i++)
	{
		if (!used[i])
			guard_binary(PIPELINE_CHANGE_NAME, "An owner is listed of whom there is no deal.");
	}
	PG_RETURN_POINTER(change_flatten(state));
}
