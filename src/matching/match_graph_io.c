/*
 * match_graph_io.c
 *		Text and binary form of match_graph.
 *
 * Text form: {"match_graph": 1, "pairs": [["A", "B", 8], ["B", "C", 6.5], ...], "incomplete": 2}, in order of the ids.  Ids are
 * numbers where they are of type bigint, strings where they are text, and strings behind "id_type": "uuid" where they are uuid.
 * It is read by core/scan.c, so that millions of pairs come back from a dump.  A value whose text or binary form would be
 * longer than the server's 1 GB is refused when it is written.
 */
#include "matching/match_graph.h"

#include <math.h>

#include "core/guard.h"
#include "core/literal.h"
#include "core/scan.h"
#include "core/summary.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

/* The longest pair: of control characters, six bytes each. */
#define LONGEST_PAIR (2 * 6 * DEAL_ID_MAX_BYTES + 200)

#define PAIR_FORM "Write each as [\"A\", \"B\", 8.5]: the ids of two records, and the score."
#define VALUE_FORM "Write it as {\"match_graph\": 1, \"pairs\": [...], \"incomplete\": 2}, the keys in this order."

/* Before a pair is written: the server's own error, when a string is full, is about memory. */
static inline void
need_room(const StringInfo out, const GraphView *view, const char *form)
{
	if (unlikely(out->len > (int) MaxAllocSize - LONGEST_PAIR))
		guard_form_too_large(form, psprintf(MATCH_GRAPH_NAME " of %u pairs", view->npairs),
							 "Store the clusters that connected_components() or match_clusters() finds, or the pairs in a table.");
}

SALESOPS_FUNCTION(salesops_match_graph_in);
SALESOPS_FUNCTION(salesops_match_graph_out);
SALESOPS_FUNCTION(salesops_match_graph_recv);
SALESOPS_FUNCTION(salesops_match_graph_send);

Datum
salesops_match_graph_out(PG_FUNCTION_ARGS)
{
	GraphView	view;
	StringInfoData out;

	graph_open_ordered(fcinfo, 0, &view);
	initStringInfo(&out);
	appendStringInfo(&out, "{\"%s\": %d", MATCH_GRAPH_NAME, MATCH_GRAPH_VERSION);
	if (view.id_type == DEAL_ID_UUID)
		appendStringInfo(&out, ", \"id_type\": \"%s\"", deal_id_type_names[view.id_type]);
	if (view.npairs > 0)
		literal_put_key(&out, "pairs");
	for (uint32 i = 0; i < view.npairs; i++)
	{
		const GraphPair *pair = &view.pairs[i];

		CHECK_FOR_INTERRUPTS();
		need_room(&out, &view, "text");
		appendStringInfoString(&out, i == 0 ? "[[" : ", [");
		deal_id_put(&out, view.id_type, graph_id(&view, pair->a), view.key_words);
		appendStringInfoString(&out, ", ");
		deal_id_put(&out, view.id_type, graph_id(&view, pair->b), view.key_words);
		appendStringInfoString(&out, ", ");
		literal_put_float8(&out, pair->score);
		appendStringInfoString(&out, i + 1 < view.npairs ? "]" : "]]");
	}
	literal_put_count(&out, "incomplete", view.incomplete);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

static void
scan_pair(Scan *scan, GraphState *state, DealIdType *type)
{
	uint64		a[DEAL_ID_MAX_WORDS] = {0};
	uint64		b[DEAL_ID_MAX_WORDS] = {0};
	uint32		a_words;
	uint32		b_words;
	double		score;

	scan_need(scan, '[', PAIR_FORM);
	scan_deal_id(scan, type, a, &a_words, PAIR_FORM, GRAPH_NEEDS_ID);
	scan_need(scan, ',', PAIR_FORM);
	scan_deal_id(scan, type, b, &b_words, PAIR_FORM, GRAPH_NEEDS_ID);
	if (memcmp(a, b, sizeof(a)) == 0)
		literal_error(scan->at, "It is a pair of a record with itself.", PAIR_FORM);
	scan_need(scan, ',', PAIR_FORM);
	if (!scan_number(scan))
		scan_malformed(scan, "a score", PAIR_FORM);
	score = DatumGetFloat8(DirectFunctionCall1(float8in, CStringGetDatum(scan->text.data)));
	graph_guard_score(score, "score");
	scan_need(scan, ']', PAIR_FORM);
	graph_state_add(state, *type, a, a_words, b, b_words, score);
}

Datum
salesops_match_graph_in(PG_FUNCTION_ARGS)
{
	Scan		scan = {PG_GETARG_CSTRING(0), {MATCH_GRAPH_NAME, NULL}, {0}};
	GraphState *state = graph_state_new(CurrentMemoryContext);
	DealIdType	type = DEAL_ID_NONE;
	bool		more;

	initStringInfo(&scan.text);
	scan_version(&scan, MATCH_GRAPH_VERSION, VALUE_FORM);
	more = scan_char(&scan, ',');
	if (more)
		more = scan_id_type(&scan, &type);
	if (more && scan_key(&scan, "pairs"))
	{
		scan_need(&scan, '[', VALUE_FORM);
		if (!scan_char(&scan, ']'))
		{
			char		place[60];
			uint32		n = 0;

			do
			{
				CHECK_FOR_INTERRUPTS();
				snprintf(place, sizeof(place), "pair %u", ++n);
				scan.at.place = place;
				scan_pair(&scan, state, &type);
			} while (scan_char(&scan, ','));
			scan_need(&scan, ']', PAIR_FORM);
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
			literal_error(scan.at, psprintf("\"incomplete\" is not a count: %.60s", scan.text.data),
						  "Write a whole number, zero or more.");
		more = scan_char(&scan, ',');
	}
	if (more)
		scan_malformed(&scan, "another key", VALUE_FORM);
	scan_end(&scan, VALUE_FORM);
	PG_RETURN_POINTER(graph_flatten(state));
}

/* ---- binary form: version, type of ids, incomplete, the ids of the records, then each pair: two numbers and the score ---- */

Datum
salesops_match_graph_send(PG_FUNCTION_ARGS)
{
	GraphView	view;
	StringInfoData out;

	graph_open_ordered(fcinfo, 0, &view);
	pq_begintypsend(&out);
	pq_sendbyte(&out, MATCH_GRAPH_VERSION);
	pq_sendbyte(&out, view.id_type);
	pq_sendint64(&out, view.incomplete);
	pq_sendint32(&out, view.nrecords);
	for (uint32 i = 0; i < view.nrecords; i++)
	{
		CHECK_FOR_INTERRUPTS();
		need_room(&out, &view, "binary");
		deal_id_send(&out, view.id_type, graph_id(&view, i), view.key_words);
	}
	pq_sendint32(&out, view.npairs);
	for (uint32 i = 0; i < view.npairs; i++)
	{
		CHECK_FOR_INTERRUPTS();
		need_room(&out, &view, "binary");
		pq_sendint32(&out, view.pairs[i].a);
		pq_sendint32(&out, view.pairs[i].b);
		pq_sendfloat8(&out, view.pairs[i].score);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum
salesops_match_graph_recv(PG_FUNCTION_ARGS)
{
	StringInfo	in = (StringInfo) PG_GETARG_POINTER(0);
	GraphState *state = graph_state_new(CurrentMemoryContext);
	int			type;
	uint32		nrecords;
	uint32		npairs;
	uint32		used = 0;
	bool	   *is_used;

	guard_version(in, MATCH_GRAPH_VERSION, MATCH_GRAPH_NAME);
	type = pq_getmsgbyte(in);
	if (type >= DEAL_ID_TYPES)
		guard_binary(MATCH_GRAPH_NAME, "Its ids are of a type that there is not.");
	state->incomplete = pq_getmsgint64(in);
	if (state->incomplete < 0 || state->incomplete > SUMMARY_MAX_COUNT)
		guard_binary(MATCH_GRAPH_NAME, "A count is out of range.");
	nrecords = pq_getmsgint(in, 4);
	if (nrecords > 0 && type == DEAL_ID_NONE)
		guard_binary(MATCH_GRAPH_NAME, "Its records have no ids.");
	for (uint32 i = 0; i < nrecords; i++)
	{
		uint64		key[DEAL_ID_MAX_WORDS];
		uint32		words = deal_id_recv(in, (DealIdType) type, key, GRAPH_NEEDS_ID);

		CHECK_FOR_INTERRUPTS();
		if (graph_state_record(state, key, words) != i)
			guard_binary(MATCH_GRAPH_NAME, "A record is listed twice.");
	}
	/* so many have been read: the message has them */
	is_used = MemoryContextAllocExtended(CurrentMemoryContext, (Size) nrecords + 1, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	npairs = pq_getmsgint(in, 4);
	for (uint32 i = 0; i < npairs; i++)
	{
		uint32		a = pq_getmsgint(in, 4);
		uint32		b = pq_getmsgint(in, 4);
		double		score = pq_getmsgfloat8(in);

		CHECK_FOR_INTERRUPTS();
		if (a >= nrecords || b >= nrecords || a == b)
			guard_binary(MATCH_GRAPH_NAME, "A pair is of a record that is not listed, or of one with itself.");
		graph_guard_score(score, "score");
		used += !is_used[a];
		is_used[a] = true;
		used += !is_used[b];
		is_used[b] = true;
		graph_state_pair(state, a, b, score);
	}
	if (used != nrecords)
		guard_binary(MATCH_GRAPH_NAME, "A record is listed that no pair is of.");
	if (npairs > 0)
		state->id_type = (DealIdType) type;
	PG_RETURN_POINTER(graph_flatten(state));
}
