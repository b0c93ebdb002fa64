/*
 * stage_history_io.c
 *		Text and binary form of stage_history.
 *
 * Text form: {"stage_history": 1, "deals": [["D1", ["2026-01-05T09:00:00+00:00", "New"], ...], ...], "incomplete": 2}, in order of the
 * ids, the events of a deal in order of time, in UTC.  Ids are numbers where they are of type bigint, strings where they are text,
 * and strings behind "id_type": "uuid" where they are uuid.  It is read by core/scan.c, so that a log of millions of events comes
 * back from a dump.  A value whose text or binary form would be longer than the server's 1 GB is refused when it is written.
 */
#include "stages/stage_history.h"

#include "core/event.h"
#include "core/guard.h"
#include "core/literal.h"
#include "core/scan.h"
#include "core/summary.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* The longest event, and the longest id before it: of control characters, six bytes each. */
#define LONGEST_EVENT (6 * (DEAL_ID_MAX_BYTES + LABEL_SET_MAX_BYTES) + 200)

/* A value in its stored form, whichever it has. */
static void
open_flat(FunctionCallInfo fcinfo, HistoryView *view)
{
	history_open(fcinfo, 0, view);
	if (view->state != NULL)
		history_view_flat(view, (const StageHistory *) history_flatten(unconstify(HistoryState *, view->state)));
}

/* A deal: its rows. */
typedef struct TextDeal
{
	const char *rows;
	uint32		n;
} TextDeal;

#define MERGE_SORT_NAME sort_by_id
#define MERGE_SORT_TYPE TextDeal
#define MERGE_SORT_PARAMETER const HistoryView *view
#define MERGE_SORT_COMPARE(left, right) \
	deal_id_compare(view->id_type, (const uint64 *) (left)->rows, (const uint64 *) (right)->rows, view->key_words)
#include "core/merge_sort.h"

/* The deals of a stored value, as they lie; how many. */
static uint32
find_deals(const HistoryView *view, TextDeal *deals)
{
	const char *row = history_rows(view->flat);
	const char *end = row + (Size) view->nevents * view->width;
	uint32		n = 0;

	for (; row < end; row += view->width)
	{
		if (n > 0 && row_key_compare((const uint64 *) row, (const uint64 *) deals[n - 1].rows, view->key_words) == 0)
			deals[n - 1].n++;
		else if (n == view->flat->ndeals)
			guard_damaged(STAGE_HISTORY_NAME);
		else
			deals[n++] = (TextDeal) {row, 1};
	}
	return n;
}

/* Before an event is written: the server's own error, when a string is full, is about memory. */
static inline void
need_room(const StringInfo out, const HistoryView *view, const char *form)
{
	if (unlikely(out->len > (int) MaxAllocSize - LONGEST_EVENT))
		guard_form_too_large(form, psprintf(STAGE_HISTORY_NAME " of %u events", view->nevents),
							 "Read it with stage_times(), or store parts of it, for example GROUP BY hashtext(id::text) & 7.");
}

static uint32
row_event(const HistoryView *view, const char *row, TimestampTz *at)
{
	uint32		stage;

	history_event(row + view->key_words * sizeof(uint64), view->wide, at, &stage);
	if (stage >= view->nstages)
		guard_damaged(STAGE_HISTORY_NAME);
	return stage;
}

SALESOPS_FUNCTION(salesops_stage_history_in);
SALESOPS_FUNCTION(salesops_stage_history_out);
SALESOPS_FUNCTION(salesops_stage_history_recv);
SALESOPS_FUNCTION(salesops_stage_history_send);

Datum
salesops_stage_history_out(PG_FUNCTION_ARGS)
{
	HistoryView view;
	StringInfoData out;
	TextDeal   *deals;
	uint32		ndeals;

	open_flat(fcinfo, &view);
	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", STAGE_HISTORY_NAME, STAGE_HISTORY_VERSION);
	if (view.id_type == DEAL_ID_UUID)
		appendStringInfo(&out, ", \"id_type\": \"%s\"", deal_id_type_names[view.id_type]);
	deals = MemoryContextAllocHuge(CurrentMemoryContext, Max(view.flat->ndeals, 1) * sizeof(TextDeal));
	ndeals = find_deals(&view, deals);
	if (ndeals > 0)
	{
		sort_by_id(deals, ndeals, &view);
		literal_put_key(&out, "deals");
	}
	for (uint32 i = 0; i < ndeals; i++)
	{
		const char *row = deals[i].rows;

		appendStringInfoString(&out, i == 0 ? "[[" : ", [");
		deal_id_put(&out, view.id_type, (const uint64 *) row, view.key_words);
		for (uint32 event = 0; event < deals[i].n; event++, row += view.width)
		{
			TimestampTz at;
			uint32		stage = row_event(&view, row, &at);

			CHECK_FOR_INTERRUPTS();
			need_room(&out, &view, "text");
			appendStringInfoString(&out, ", [");
			event_put_moment(&out, at);
			appendStringInfoString(&out, ", ");
			literal_put_string(&out, view.names[stage], view.lengths[stage]);
			appendStringInfoChar(&out, ']');
		}
		appendStringInfoString(&out, i + 1 < ndeals ? "]" : "]]");
	}
	literal_put_count(&out, "incomplete", view.incomplete);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

#define DEAL_FORM "Write each as [\"D1\", [\"2026-01-05T09:00:00Z\", \"New\"], [\"2026-01-09T09:00:00Z\", \"Proposal\"]]."
#define VALUE_FORM "Write it as {\"stage_history\": 1, \"deals\": [...], \"incomplete\": 2}, the keys in this order."

static void
scan_deal(Scan *scan, HistoryState *state, DealIdType *type)
{
	uint64		key[DEAL_ID_MAX_WORDS];
	uint32		words;

	scan_need(scan, '[', DEAL_FORM);
	scan_deal_id(scan, type, key, &words, DEAL_FORM, HISTORY_NEEDS_ID);
	scan_need(scan, ',', DEAL_FORM);
	do
	{
		TimestampTz at;

		CHECK_FOR_INTERRUPTS();
		scan_need(scan, '[', DEAL_FORM);
		if (!scan_string(scan, 60))
			scan_malformed(scan, "a moment", DEAL_FORM);
		at = event_read_moment(scan->text.data, scan->at);
		scan_need(scan, ',', DEAL_FORM);
		if (!scan_string(scan, LABEL_SET_MAX_BYTES))
			scan_malformed(scan, "a stage", DEAL_FORM);
		history_state_add(state, *type, key, words, at, history_state_stage(state, scan->text.data, scan->text.len));
		scan_need(scan, ']', DEAL_FORM);
	} while (scan_char(scan, ','));
	scan_need(scan, ']', DEAL_FORM);
}

Datum
salesops_stage_history_in(PG_FUNCTION_ARGS)
{
	Scan		scan = {PG_GETARG_CSTRING(0), {STAGE_HISTORY_NAME, NULL}, {0}};
	HistoryState *state = history_state_new(CurrentMemoryContext);
	DealIdType	type = DEAL_ID_NONE;
	bool		more;

	initStringInfo(&scan.text);
	scan_version(&scan, STAGE_HISTORY_VERSION, VALUE_FORM);
	more = scan_char(&scan, ',');
	if (more)
		more = scan_id_type(&scan, &type);
	if (more && scan_key(&scan, "deals"))
	{
		scan_need(&scan, '[', VALUE_FORM);
		if (!scan_char(&scan, ']'))
		{
			char		place[60];
			uint32		n = 0;

			do
			{
				snprintf(place, sizeof(place), "deal %u", ++n);
				scan.at.place = place;
				scan_deal(&scan, state, &type);
			} while (scan_char(&scan, ','));
			scan_need(&scan, ']', DEAL_FORM);
		}
		scan.at.place = NULL;
		more = scan_char(&scan, ',');
	}
	if (more && scan_key(&scan, "incomplete"))
	{
		char	   *end;

		if (!scan_number(&scan))
			scan_malformed(&scan, "a number", VALUE_FORM);
		errno = 0;
		state->incomplete = strtoi64(scan.text.data, &end, 10);
		if (errno != 0 || *end != '\0' || state->incomplete < 0 || state->incomplete > SUMMARY_MAX_COUNT)
			literal_error(scan.at, psprintf("\"incomplete\" is not a count: %.60s", scan.text.data), "Write a whole number, zero or more.");
		more = scan_char(&scan, ',');
	}
	if (more)
		scan_malformed(&scan, "another key", VALUE_FORM);
	scan_end(&scan, VALUE_FORM);
	PG_RETURN_POINTER(history_flatten(state));
}

/* ---- binary form: version, type of ids, incomplete, the stages, then each deal: id, number of events, the events ---- */

Datum
salesops_stage_history_send(PG_FUNCTION_ARGS)
{
	HistoryView view;
	StringInfoData out;
	TextDeal   *deals;
	uint32		ndeals;

	open_flat(fcinfo, &view);
	deals = MemoryContextAllocHuge(CurrentMemoryContext, Max(view.flat->ndeals, 1) * sizeof(TextDeal));
	ndeals = find_deals(&view, deals);
	pq_begintypsend(&out);
	pq_sendbyte(&out, STAGE_HISTORY_VERSION);
	pq_sendbyte(&out, view.id_type);
	pq_sendint64(&out, view.incomplete);
	pq_sendint32(&out, view.nstages);
	for (uint32 i = 0; i < view.nstages; i++)
		salesops_sendcountedtext(&out, view.names[i], view.lengths[i]);
	pq_sendint32(&out, ndeals);
	for (uint32 i = 0; i < ndeals; i++)
	{
		const char *row = deals[i].rows;

		need_room(&out, &view, "binary");
		deal_id_send(&out, view.id_type, (const uint64 *) row, view.key_words);
		pq_sendint32(&out, deals[i].n);
		for (uint32 event = 0; event < deals[i].n; event++, row += view.width)
		{
			TimestampTz at;
			uint32		stage = row_event(&view, row, &at);

			CHECK_FOR_INTERRUPTS();
			need_room(&out, &view, "binary");
			pq_sendint64(&out, at);
			pq_sendint16(&out, (uint16) stage);
		}
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_stage_history_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	HistoryState *state = history_state_new(CurrentMemoryContext);
	int			type;
	uint32		nstages;
	uint32		ndeals;
	uint32		number = 0;
	bool	   *used;

	guard_version(in, STAGE_HISTORY_VERSION, STAGE_HISTORY_NAME);
	type = pq_getmsgbyte(in);
	if (type >= DEAL_ID_TYPES)
		guard_binary(STAGE_HISTORY_NAME, "Its ids are of a type that there is not.");
	state->incomplete = pq_getmsgint64(in);
	if (state->incomplete < 0 || state->incomplete > SUMMARY_MAX_COUNT)
		guard_binary(STAGE_HISTORY_NAME, "A count is out of range.");
	nstages = pq_getmsgint(in, 4);
	if (nstages > LABEL_SET_MAX_LABELS)
		guard_binary(STAGE_HISTORY_NAME, "It has too many stages.");
	for (uint32 i = 0; i < nstages; i++)
	{
		int			length;
		char	   *name = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &length);

		if (history_state_stage(state, name, length) != i)
			guard_binary(STAGE_HISTORY_NAME, "A stage is listed twice.");
		pfree(name);
	}
	used = palloc0(nstages + 1);
	ndeals = pq_getmsgint(in, 4);
	if (ndeals > 0 && type == DEAL_ID_NONE)
		guard_binary(STAGE_HISTORY_NAME, "Its deals have no ids.");
	for (uint32 i = 0; i < ndeals; i++)
	{
		uint64		key[DEAL_ID_MAX_WORDS];
		uint32		words;
		uint32		n;

		words = deal_id_recv(in, (DealIdType) type, key, HISTORY_NEEDS_ID);
		n = pq_getmsgint(in, 4);
		if (n == 0)
			guard_binary(STAGE_HISTORY_NAME, "A deal has no events.");
		for (uint32 event = 0; event < n; event++)
		{
			TimestampTz at;
			uint32		stage;

			CHECK_FOR_INTERRUPTS();
			at = event_checked_moment(pq_getmsgint64(in), "entered_at", ++number, STAGE_HISTORY_NAME);
			stage = pq_getmsgint(in, 2);
			if (stage >= nstages)
				guard_binary(STAGE_HISTORY_NAME, "An event is of a stage that is not listed.");
			used[stage] = true;
			history_state_add(state, (DealIdType) type, key, words, at, stage);
		}
	}
	for (uint32 i = 0; i < nstages; i++)
	{
		if (!used[i])
			guard_binary(STAGE_HISTORY_NAME, "A stage is listed that no event is of.");
	}
	PG_RETURN_POINTER(history_flatten(state));
}
