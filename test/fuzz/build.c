/*
 * build.c
 *		Aggregates: rows are made of bytes, and however they are grouped, ordered and merged, and in whatever form
 *		the parts travel, the result is the same bytes.
 *
 * States live here as nodeAgg.c keeps them: a state that a function returns under a new pointer is copied, and the
 * old one freed, so that a function that keeps or changes what is not its own is seen.
 */
#include "fuzz.h"

#include "catalog/pg_type.h"
#include "nodes/execnodes.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/expandeddatum.h"
#include "utils/timestamp.h"

#define MAX_ROWS 5000			/* a tally is exact up to 4,096 values */
#define MAX_PARTS 5

typedef struct Row
{
	FuzzFunction *builder;
	NullableDatum args[FUZZ_MAX_ARGS];	/* the first is the state's */
} Row;

/* A state: NULL before the first row that counts, and of no use after an error. */
typedef struct State
{
	NullableDatum value;
	int			sqlstate;
} State;

static Node *
aggregate_node(void)
{
	static AggState *node = NULL;

	/* all that a function asks is whether there is one, and where its state may live */
	if (node == NULL)
	{
		node = calloc(1, sizeof(AggState));
		NodeSetTag(node, T_AggState);
		node->curaggcontext = calloc(1, sizeof(ExprContext));
	}
	node->curaggcontext->ecxt_per_tuple_memory = CurrentMemoryContext;
	return (Node *) node;
}

/* Takes what a transition or combine function returned, as the executor does. */
static void
state_take(State *state, FuzzOutcome outcome)
{
	state->sqlstate = outcome.sqlstate;
	if (outcome.sqlstate != 0 || outcome.isnull)
	{
		state->value.isnull = true;
		return;
	}
	if (!state->value.isnull && DatumGetPointer(state->value.value) == DatumGetPointer(outcome.value))
		return;
	if (!state->value.isnull)
	{
		if (DatumIsReadWriteExpandedObject(state->value.value, false, -1))
			DeleteExpandedObject(state->value.value);
		else
			pfree(DatumGetPointer(state->value.value));
	}
	/* an expanded object that lives where states do is kept as it is */
	state->value.value = DatumIsReadWriteExpandedObject(outcome.value, false, -1) ? outcome.value : datumCopy(outcome.value, false, -1);
	state->value.isnull = false;
}

static void
state_add(State *state, const Row *row, Node *node)
{
	NullableDatum args[FUZZ_MAX_ARGS];

	if (state->sqlstate != 0)
		return;
	memcpy(args, row->args, sizeof(args));
	args[0] = state->value;
	state_take(state, fuzz_call(row->builder, args, node));
}

/* Merges a state into another, which must leave the first as it was. */
static void
state_merge(FuzzType *type, State *state, const State *other)
{
	NullableDatum args[FUZZ_MAX_ARGS] = {state->value, other->value};
	Datum		before = other->value.isnull ? 0 : datumCopy(other->value.value, false, -1);

	if (state->sqlstate == 0)
		state->sqlstate = other->sqlstate;
	if (state->sqlstate != 0)
		return;
	state_take(state, fuzz_call(type->combine, args, aggregate_node()));
	if (!other->value.isnull && !fuzz_same(before, other->value.value))
		fuzz_finding("%s: the combine function changed its second argument", type->name);
}

/* The aggregate's result; finishing must leave the state as it was, since it runs again in window frames. */
static FuzzOutcome
state_finish(FuzzType *type, const State *state)
{
	Datum		before;
	FuzzOutcome outcome;

	if (state->sqlstate != 0 || state->value.isnull)
		return (FuzzOutcome) {state->sqlstate, true, 0};
	before = datumCopy(state->value.value, false, -1);
	outcome = fuzz_call(type->finish, &state->value, aggregate_node());
	if (!fuzz_same(before, state->value.value))
		fuzz_finding("%s: the final function changed the state", type->name);
	/* a state that is an expanded object may be its own result; outside an aggregate it becomes flat, which may be an error */
	if (outcome.sqlstate == 0 && !outcome.isnull && VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(outcome.value)))
	{
		NullableDatum result = {outcome.value, false};

		outcome = fuzz_call(type->finish, &result, NULL);
	}
	return outcome;
}

/* A state on its way to another machine or into a table and back: the same, sent and received, written and read. */
static void
state_travel(FuzzType *type, State *state, uint8 how)
{
	FuzzOutcome form;
	FuzzOutcome arrived;

	if (state->sqlstate != 0 || state->value.isnull)
		return;
	switch (how % 4)
	{
		case 0:
			return;
		case 1:
			form = fuzz_call1(type->send, state->value.value);
			arrived = form.sqlstate != 0 ? form : fuzz_receive(type, VARDATA_ANY(DatumGetPointer(form.value)), VARSIZE_ANY_EXHDR(DatumGetPointer(form.value)));
			break;
		case 2:
			form = fuzz_call1(type->out, state->value.value);
			arrived = form.sqlstate != 0 ? form : fuzz_call1(type->in, CStringGetDatum(fuzz_terminated(DatumGetCString(form.value), strlen(DatumGetCString(form.value)))));
			break;
		default:
			if (!type->is_mergeable)
				return;
			arrived = form = state_finish(type, state);
			/* what is not whole as a part, such as a process without an open stage, may be so together */
			if (form.sqlstate != 0)
				return;
	}
	if (arrived.sqlstate == ERRCODE_CARDINALITY_VIOLATION)
	{
		/* what was given twice shows when the state is finished, in any way */
		state->sqlstate = arrived.sqlstate;
		return;
	}
	if (arrived.sqlstate != 0)
		fuzz_finding("%s: a state does not arrive: %s: %s", type->name, unpack_sql_state(arrived.sqlstate), fuzz_show(type, state->value.value));
	state->value.value = arrived.value;
}

static const char *
show(FuzzType *type, FuzzOutcome outcome)
{
	return outcome.sqlstate != 0 ? unpack_sql_state(outcome.sqlstate) : outcome.isnull ? "NULL" : fuzz_show(type, outcome.value);
}

static void
must_be_same(FuzzType *type, const char *what, FuzzOutcome whole, FuzzOutcome other)
{
	/* which of several errors is met first, and whether a sum leaves its range on the way, can depend on the order */
	if (whole.sqlstate != 0 || other.sqlstate == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE || other.sqlstate == ERRCODE_PROGRAM_LIMIT_EXCEEDED)
		return;
	if (other.sqlstate != 0 || whole.isnull != other.isnull || (!whole.isnull && !fuzz_same(whole.value, other.value)))
		fuzz_finding("%s %s: %s, and at once: %s", type->name, what, show(type, other), show(type, whole));
}

/* One more row; a run of them if the byte says so, in which numbers and moments grow. */
static int
make_rows(FuzzType *type, FuzzBytes *bytes, Row *rows, int n)
{
	FuzzFunction *builder = type->builders[fuzz_byte(bytes) % type->nbuilders];
	Row			row;
	State		alone = {{0, true}, 0};
	uint8		run = fuzz_byte(bytes);
	int			repeat = run < 240 ? 1 : 1 << (run - 240);

	row.builder = builder;
	row.args[0] = (NullableDatum) {0, true};
	for (int i = 1; i < builder->nargs; i++)
		row.args[i] = fuzz_argument(bytes, builder->args[i], NULL);
	/* a row that is an error by itself is one in every order */
	state_add(&alone, &row, aggregate_node());
	if (alone.sqlstate != 0)
		return n;
	for (int k = 0; k < repeat && n < MAX_ROWS; k++, n++)
	{
		rows[n] = row;
		for (int i = 1; i < builder->nargs && k > 0; i++)
		{
			if (row.args[i].isnull)
				continue;
			if (builder->args[i] == FLOAT8OID)
				rows[n].args[i].value = Float8GetDatum(DatumGetFloat8(row.args[i].value) + k);
			else if (builder->args[i] == INT8OID)
				rows[n].args[i].value = Int64GetDatum((int64) ((uint64) DatumGetInt64(row.args[i].value) + k));
			else if (builder->args[i] == TIMESTAMPTZOID)
				rows[n].args[i].value = TimestampTzGetDatum(DatumGetTimestampTz(row.args[i].value) / 2 + k);
		}
	}
	return n;
}

/* Returns whether there is a value. */
bool
fuzz_build(FuzzType *type, FuzzBytes *bytes)
{
	static Row	rows[MAX_ROWS];
	State		whole = {{0, true}, 0};
	State		backwards = {{0, true}, 0};
	State		outside = {{0, true}, 0};
	State		parts[MAX_PARTS];
	FuzzBytes	control = *bytes;
	int			nparts = 1 + fuzz_byte(&control) % MAX_PARTS;
	int			deal = fuzz_byte(&control);	/* odd: rows go round; even: so many of the last do, and all before are one part */
	int			n = 0;
	FuzzOutcome result;

	/* the first bytes say how the rows are split and merged, the others are the rows */
	bytes->at += Min(bytes->end - bytes->at, 12);
	while (bytes->at < bytes->end && n < MAX_ROWS)
		n = make_rows(type, bytes, rows, n);

	for (int i = 0; i < n; i++)
		state_add(&whole, &rows[i], aggregate_node());
	result = state_finish(type, &whole);

	for (int i = n - 1; i >= 0; i--)
		state_add(&backwards, &rows[i], aggregate_node());
	must_be_same(type, "backwards", result, state_finish(type, &backwards));

	/* called by hand, every step is a copy */
	if (n <= 64)
	{
		for (int i = 0; i < n; i++)
			state_add(&outside, &rows[i], NULL);
		must_be_same(type, "outside an aggregate", result, state_finish(type, &outside));
	}

	for (int i = 0; i < nparts; i++)
		parts[i] = (State) {{0, true}, 0};
	for (int i = 0; i < n; i++)
		state_add(&parts[deal % 2 == 1 || i + deal >= n ? i % nparts : 0], &rows[i], aggregate_node());
	for (int i = 0; i < nparts; i++)
		state_travel(type, &parts[i], fuzz_byte(&control));
	while (nparts > 1)
	{
		int			into = fuzz_byte(&control) % nparts;
		int			from = (into + 1 + fuzz_byte(&control) % (nparts - 1)) % nparts;

		state_merge(type, &parts[into], &parts[from]);
		parts[from] = parts[--nparts];
	}
	must_be_same(type, "in parts", result, state_finish(type, &parts[0]));

	if (result.sqlstate != 0 || result.isnull)
		return false;
	fuzz_check_value(type, result.value);
	return true;
}
