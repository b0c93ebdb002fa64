/*
 * pipeline_change.c
 *		The type pipeline_change and its aggregate: two states of the same deals, side by side.
 *
 * Movement compares each deal before with the same deal after.  In SQL that is a full join of two snapshots on the id,
 * which builds a hash table of one and evaluates a case for every kind of movement.  Here the rows of both come in one
 * pass, in any order, and are kept as they are in 16 bytes and the id, by a hash of the id (core/row_set.c); a reader
 * pairs them, a partition in the cache at a time, and says for any period, owner and categories what moved.
 *
 * The state is an expanded object: the executor passes a pointer to it from row to row, and to a reader in the same
 * query, and it becomes flat only where it is stored or sent.  It has two faces.  The one that the executor keeps as the
 * state becomes flat as it is, unsorted: so a worker sends it, and the leader adds the rows to its own.  The other is what
 * the final function returns, and becomes flat in the stored form, in which equal values are equal bytes.
 *
 * PostgreSQL 15 copies what a final function returns, and flattens an expanded object by that, unless it was allocated in
 * the context of the result; so the pointer to the object is allocated there.  Later versions never copy.
 *
 * The same deal twice on one side is an error, found by whoever sorts: a reader, or the stored form.
 *
 * Memory: 24 bytes a row for bigint ids, 32 for uuid, 16 and the longest id, rounded up to 8, for text; up to half as much
 * again while growing.  A value has at most 1 GB.
 */
#include "pipeline/pipeline_change.h"

#include "core/aggregate.h"
#include "core/guard.h"
#include "core/summary.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

const char *const change_side_names[2] = {"before", "after"};

/*
 * A value is smaller than what the server allocates at once (1 GB), with room for other columns of its row.  All labels that
 * there can be are reckoned in.
 */
#define MAX_BYTES 1000000000
#define ROW_BYTES (MAX_BYTES - LABEL_SET_MAX_LABELS * (LABEL_SET_MAX_BYTES + sizeof(uint16)) - 1024)

/* More rows than this are kept in partitions. */
#define SPLIT_ROWS 16384

static Size state_flat_size(ExpandedObjectHeader *header);
static void state_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size);
static Size value_flat_size(ExpandedObjectHeader *header);
static void value_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size);

static const ExpandedObjectMethods state_methods = {state_flat_size, state_flatten_into};
static const ExpandedObjectMethods value_methods = {value_flat_size, value_flatten_into};

static void change_add_all(ChangeState *state, ChangeView *view);
static void change_view_state(ChangeView *view, const ChangeState *state);

#define COLLECTED_NAME PIPELINE_CHANGE_NAME
#define COLLECTED_STATE ChangeState
#define COLLECTED_VIEW ChangeView
#define COLLECTED_FLAT PipelineChange
#define COLLECTED(name) change_##name
#include "core/collected.h"

/* ---- building ---- */

static void
update_row_limit(ChangeState *state)
{
	Size		large = (Size) state->nlarge * sizeof(ExactSum);

	state->row_limit = (uint32) ((ROW_BYTES - Min(large, ROW_BYTES)) / state->side[0].width);
}

ChangeState *
change_state_new(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "pipeline_change", ALLOCSET_SMALL_SIZES);
	ChangeState *state = MemoryContextAllocZero(context, sizeof(ChangeState));

	EOH_init_header(&state->state, &state_methods, context);
	EOH_init_header(&state->value, &value_methods, context);
	state->context = context;
	for (int side = 0; side < 2; side++)
		row_set_init(&state->side[side], context, 1, sizeof(ChangeRow));
	label_set_init(&state->owners, context);
	update_row_limit(state);
	return state;
}

static void
too_large(const ChangeState *state)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a pipeline_change has too many rows"),
			 errdetail("A value has at most 1 GB, which are %u rows of %u bytes.", state->row_limit, state->side[0].width),
			 errhint("Aggregate the deals in parts, for example GROUP BY hashtext(id::text) & 7, and merge the movements of these.")));
}

/* What happens for a few rows of many: keys become longer, partitions are made, the limit is reached. */
static pg_noinline void
state_make_ready(ChangeState *state, uint32 words)
{
	if (words > state->side[0].key_words)
	{
		/* the limit that the wider rows have must hold before they are made */
		uint32		rows = state->side[0].nrows + state->side[1].nrows;

		if ((Size) rows * (sizeof(ChangeRow) + words * sizeof(uint64)) > ROW_BYTES)
			too_large(state);
		row_set_widen(&state->side[0], words);
		row_set_widen(&state->side[1], words);
		update_row_limit(state);
	}
	if (state->side[0].nrows + state->side[1].nrows >= state->row_limit)
		too_large(state);
	if (state->side[0].nparts == 1 && state->side[0].nrows + state->side[1].nrows >= SPLIT_ROWS)
	{
		row_set_split(&state->side[0]);
		row_set_split(&state->side[1]);
	}
}

static pg_attribute_always_inline void
state_add(ChangeState *state, ChangeSide side, const uint64 *key, uint32 words, const ChangeRow *row)
{
	RowSet	   *set = &state->side[side];
	uint32		rows = state->side[0].nrows + state->side[1].nrows;
	char	   *place;

	if (unlikely(words > set->key_words || rows >= state->row_limit || (set->nparts == 1 && rows >= SPLIT_ROWS)))
		state_make_ready(state, words);
	place = row_set_add(set, row_key_hash(key, words));
	for (uint32 i = 0; i < set->key_words; i++)
	{
		uint64		word = i < words ? key[i] : 0;

		memcpy(place + i * sizeof(uint64), &word, sizeof(uint64));
	}
	memcpy(place + set->key_words * sizeof(uint64), row, sizeof(ChangeRow));
}

void
change_state_add(ChangeState *state, ChangeSide side, DealIdType type, const uint64 *key, uint32 words, const ChangeRow *row)
{
	deal_id_keep_type(&state->id_type, type, PIPELINE_CHANGE_NAME);
	state_add(state, side, key, words, row);
}

/* An amount that does not fit into 64 bits, or has more decimals than money. */
static pg_noinline int64
put_large(ChangeState *state, const ExactSum *amount)
{
	if (state->nlarge == state->large_room)
	{
		state->large_room = state->large_room == 0 ? 8 : state->large_room * 2;
		if (state->large == NULL)
			state->large = MemoryContextAlloc(state->context, state->large_room * sizeof(ExactSum));
		else
			state->large = repalloc_huge(state->large, state->large_room * sizeof(ExactSum));
	}
	state->large[state->nlarge] = *amount;
	state->nlarge++;
	update_row_limit(state);
	return state->nlarge - 1;
}

/* Stores an amount, which may be in any form. */
static inline void
put_amount(ChangeState *state, ChangeRow *row, ExactSum *amount)
{
	int64		mantissa = (int64) amount->lo;

	if (likely(amount->hi == mantissa >> 63))
	{
		while (amount->scale > 0 && mantissa % 10000 == 0)
		{
			mantissa /= 10000;
			amount->scale--;
		}
		if (likely(amount->scale <= CHANGE_SCALE && amount->dscale <= CHANGE_DSCALE))
		{
			row->amount = mantissa;
			row->flags |= CHANGE_AMOUNT_SMALL | amount->scale << CHANGE_SCALE_SHIFT | amount->dscale << CHANGE_DSCALE_SHIFT;
			return;
		}
		exact_sum_set_mantissa(amount, mantissa);
	}
	else
		exact_sum_canonicalize(amount);
	row->amount = put_large(state, amount);
	row->flags |= CHANGE_AMOUNT_LARGE;
}

void
change_state_put_amount(ChangeState *state, ChangeRow *row, ExactSum *amount)
{
	/* one that needed 128 bits for its zeros behind the point may be small */
	exact_sum_canonicalize(amount);
	put_amount(state, row, amount);
}

uint32
change_state_put_owner(ChangeState *state, const char *bytes, uint32 length)
{
	return label_set_add(&state->owners, bytes, length, "owner");
}

/* ---- flat forms ---- */

static inline Size
flat_size(const ChangeState *state)
{
	return sizeof(PipelineChange) + ((Size) state->side[0].nrows + state->side[1].nrows) * state->side[0].width +
		(Size) state->nlarge * sizeof(ExactSum) + state->owners.n * sizeof(uint16) + state->owners.used;
}

static char *
flat_header(const ChangeState *state, void *result, Size size, bool building)
{
	PipelineChange *flat = result;

	memset(flat, 0, sizeof(*flat));
	SET_VARSIZE(flat, size);
	flat->version = PIPELINE_CHANGE_VERSION;
	flat->building = building;
	flat->id_type = (uint8) state->id_type;
	flat->key_words = (uint8) state->side[0].key_words;
	for (int side = 0; side < 2; side++)
		flat->nrows[side] = state->side[side].nrows;
	flat->nlarge = state->nlarge;
	flat->nlabels = state->owners.n;
	return (char *) (flat + 1);
}

static char *
flat_label(const ChangeState *state, uint32 number, char *to)
{
	uint32		length;
	const char *bytes = label_set_bytes(&state->owners, number, &length);
	uint16		stored = (uint16) length;

	memcpy(to, &stored, sizeof(stored));
	memcpy(to + sizeof(stored), bytes, length);
	return to + sizeof(stored) + length;
}

static Size
state_flat_size(ExpandedObjectHeader *header)
{
	return flat_size(change_of_header(header));
}

static void
state_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size)
{
	const ChangeState *state = change_of_header(header);
	char	   *to = flat_header(state, result, allocated_size, true);

	Assert(allocated_size == flat_size(state));
	for (int side = 0; side < 2; side++)
	{
		const RowSet *set = &state->side[side];

		for (uint32 part = 0; part < set->nparts; part++)
		{
			Size		bytes = (Size) set->parts[part].n * set->width;

			CHECK_FOR_INTERRUPTS();
			if (bytes > 0)
				memcpy(to, set->parts[part].rows, bytes);
			to += bytes;
		}
	}
	if (state->nlarge > 0)
		memcpy(to, state->large, state->nlarge * sizeof(ExactSum));
	to += state->nlarge * sizeof(ExactSum);
	for (uint32 number = 1; number <= state->owners.n; number++)
		to = flat_label(state, number, to);
}

static Size
value_flat_size(ExpandedObjectHeader *header)
{
	return flat_size(change_of_header(header));
}

static void repeated_deal(const void *owner, int side, const char *row);

static void
value_flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size)
{
	const ChangeState *state = change_of_header(header);
	/* whoever copies a value may be in a context whose chunks cannot be freed, such as that of a sort from PostgreSQL 17 on */
	MemoryContext scratch = AllocSetContextCreate(header->eoh_context, "pipeline_change in order", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	char	   *to = flat_header(state, result, allocated_size, false);
	uint16	   *sorted = label_set_sorted(&state->owners);
	uint16	   *number = palloc0((state->owners.n + 1) * sizeof(uint16));
	Size		key = state->side[0].key_words * sizeof(uint64);
	ExactSum   *large;
	uint32		nlarge = 0;

	Assert(allocated_size == flat_size(state));
	for (uint32 i = 0; i < state->owners.n; i++)
		number[sorted[i]] = (uint16) (i + 1);
	large = (ExactSum *) (to + ((Size) state->side[0].nrows + state->side[1].nrows) * state->side[0].width);
	for (int side = 0; side < 2; side++)
	{
		RowReader	reader;

		row_reader_of_set(&reader, &state->side[side]);
		for (uint32 part = 0; row_reader_part(&reader, part); part++)
		{
			if (reader.repeated != NULL)
				repeated_deal(state, side, reader.repeated);
			for (uint32 i = 0; i < reader.n; i++)
			{
				ChangeRow  *row = (ChangeRow *) (to + key);

				memcpy(to, reader.refs[i].row, reader.width);
				row->owner = number[row->owner];
				if ((row->flags & CHANGE_AMOUNT) == CHANGE_AMOUNT_LARGE)
				{
					large[nlarge] = state->large[row->amount];
					row->amount = nlarge++;
				}
				to += reader.width;
			}
		}
		row_reader_end(&reader);
	}
	Assert(nlarge == state->nlarge);
	to += nlarge * sizeof(ExactSum);
	for (uint32 i = 0; i < state->owners.n; i++)
		to = flat_label(state, sorted[i], to);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
}

/* The stored form of a state. */
struct varlena *
change_flatten(ChangeState *state)
{
	Size		size = flat_size(state);
	void	   *flat = palloc(size);

	value_flatten_into(&state->value, flat, size);
	return flat;
}

/* ---- reading ---- */

static void
change_view_state(ChangeView *view, const ChangeState *state)
{
	memset(view, 0, sizeof(*view));
	view->state = state;
	view->id_type = state->id_type;
	view->key_words = state->side[0].key_words;
	view->width = state->side[0].width;
	for (int side = 0; side < 2; side++)
		view->nrows[side] = state->side[side].nrows;
	view->large = state->large;
	view->nlarge = state->nlarge;
	view->nlabels = state->owners.n;
}

/* A flat value, in any form. */
void
change_view_flat(ChangeView *view, const PipelineChange *flat)
{
	Size		size = VARSIZE(flat);
	Size		rows;

	memset(view, 0, sizeof(*view));
	if (size < sizeof(PipelineChange) || flat->version != PIPELINE_CHANGE_VERSION || flat->id_type >= DEAL_ID_TYPES ||
		flat->key_words < 1 || flat->key_words > DEAL_ID_MAX_WORDS || flat->nlabels > LABEL_SET_MAX_LABELS)
		guard_damaged(PIPELINE_CHANGE_NAME);
	view->flat = flat;
	view->id_type = (DealIdType) flat->id_type;
	view->key_words = flat->key_words;
	view->width = flat->key_words * sizeof(uint64) + sizeof(ChangeRow);
	for (int side = 0; side < 2; side++)
		view->nrows[side] = flat->nrows[side];
	rows = ((Size) flat->nrows[0] + flat->nrows[1]) * view->width;
	if (size - sizeof(PipelineChange) < rows + (Size) flat->nlarge * sizeof(ExactSum))
		guard_damaged(PIPELINE_CHANGE_NAME);
	view->large = (const ExactSum *) ((const char *) (flat + 1) + rows);
	view->nlarge = flat->nlarge;
	view->nlabels = flat->nlabels;
	view->labels = (const char *) (view->large + flat->nlarge);
}

/* Where the labels of a flat value begin. */
static void
find_labels(ChangeView *view)
{
	const char *end = (const char *) view->flat + VARSIZE(view->flat);
	const char *p = view->labels;

	view->label_at = palloc(Max(view->nlabels, 1) * sizeof(uint32));
	for (uint32 i = 0; i < view->nlabels; i++)
	{
		uint16		length;

		if (end - p < (ptrdiff_t) sizeof(length))
			guard_damaged(PIPELINE_CHANGE_NAME);
		memcpy(&length, p, sizeof(length));
		if (end - p < (ptrdiff_t) (sizeof(length) + length))
			guard_damaged(PIPELINE_CHANGE_NAME);
		view->label_at[i] = (uint32) (p - view->labels);
		p += sizeof(length) + length;
	}
}

/* The label of an owner, by its number, which is none or one of 1 to nlabels. */
const char *
change_owner(ChangeView *view, uint32 number, uint32 *length)
{
	uint16		stored;

	if (number == 0 || number > view->nlabels)
		return NULL;
	if (view->state != NULL)
		return label_set_bytes(&view->state->owners, number, length);
	if (view->label_at == NULL)
		find_labels(view);
	memcpy(&stored, view->labels + view->label_at[number - 1], sizeof(stored));
	*length = stored;
	return view->labels + view->label_at[number - 1] + sizeof(stored);
}

/* The number of an owner, or 0 where none of the deals is his. */
uint32
change_find_owner(ChangeView *view, const char *bytes, uint32 length)
{
	if (view->state != NULL)
		return label_set_find(&view->state->owners, bytes, length);
	for (uint32 number = 1; number <= view->nlabels; number++)
	{
		uint32		this_length;
		const char *this = change_owner(view, number, &this_length);

		if (this_length == length && memcmp(this, bytes, length) == 0)
			return number;
	}
	return 0;
}

/* The rows of one side, in chunks that lie together: calls for chunk 0, 1 ... until there is none. */
static const char *
view_chunk(const ChangeView *view, int side, uint32 chunk, uint32 *n)
{
	if (view->state != NULL)
	{
		const RowSet *set = &view->state->side[side];

		if (chunk >= set->nparts)
			return NULL;
		*n = set->parts[chunk].n;
		return *n == 0 ? (const char *) set : set->parts[chunk].rows;
	}
	*n = view->nrows[side];
	return chunk > 0 ? NULL : change_rows(view, side);
}

/* Adds the rows of another value. */
static void
change_add_all(ChangeState *state, ChangeView *view)
{
	uint16	   *number = palloc0((view->nlabels + 1) * sizeof(uint16));

	if (view->id_type != DEAL_ID_NONE)
		deal_id_keep_type(&state->id_type, view->id_type, PIPELINE_CHANGE_NAME);
	for (uint32 i = 1; i <= view->nlabels; i++)
	{
		uint32		length;
		const char *bytes = change_owner(view, i, &length);

		number[i] = (uint16) change_state_put_owner(state, bytes, length);
	}
	for (int side = 0; side < 2; side++)
	{
		const char *from;
		uint32		n;

		for (uint32 chunk = 0; (from = view_chunk(view, side, chunk, &n)) != NULL; chunk++)
		{
			for (uint32 i = 0; i < n; i++, from += view->width)
			{
				ChangeRow	row = *CHANGE_ROW(view, from);

				if (unlikely((i & 0xFFFF) == 0xFFFF))
					CHECK_FOR_INTERRUPTS();
				if (row.owner > view->nlabels)
					guard_damaged(PIPELINE_CHANGE_NAME);
				row.owner = number[row.owner];
				if (unlikely((row.flags & CHANGE_AMOUNT) == CHANGE_AMOUNT_LARGE))
				{
					if ((uint64) row.amount >= view->nlarge)
						guard_damaged(PIPELINE_CHANGE_NAME);
					row.amount = put_large(state, &view->large[row.amount]);
				}
				state_add(state, side, (const uint64 *) from, view->key_words, &row);
			}
		}
	}
	pfree(number);
}

static void
repeated_error(DealIdType type, int side, const char *row, uint32 words)
{
	int			length;
	char	   *id = deal_id_out(type, (const uint64 *) row, words, &length);

	ereport(ERROR,
			(errcode(ERRCODE_CARDINALITY_VIOLATION),
			 errmsg("deal \"%.*s\" appears twice in the state %s", length, id, change_side_names[side]),
			 errdetail("A pipeline_change has one row for each deal and state."),
			 errhint("Look for snapshots that were taken twice, or joins that repeat deals: GROUP BY id HAVING count(*) > 1.")));
}

static void
repeated_deal(const void *owner, int side, const char *row)
{
	const ChangeState *state = owner;

	repeated_error(state->id_type, side, row, state->side[0].key_words);
}

/* Both sides of a value, to be read deal by deal. */
void
change_pairs(const ChangeView *view, RowPairs *pairs)
{
	memset(pairs, 0, sizeof(*pairs));
	for (int side = 0; side < 2; side++)
	{
		if (view->state != NULL)
			row_reader_of_set(&pairs->side[side], &view->state->side[side]);
		else
			row_reader_of_rows(&pairs->side[side], change_rows(view, side), view->nrows[side], view->key_words, view->width);
	}
	pairs->repeated = repeated_deal;
	pairs->owner = view->state;
}

/* ---- the aggregate ---- */

static void
no_id(bool side_known, bool after)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("a deal %shas no id", !side_known ? "" : after ? "of the state after " : "of the state before "),
			 errdetail(CHANGE_NEEDS_ID),
			 errhint("Exclude such rows with a WHERE or FILTER clause.")));
}

static void
no_side(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("it is not known to which state a deal belongs: \"after\" is NULL"),
			 errdetail("It is false for the deals as they were before, and true for the deals as they are after."),
			 errhint("With a table of snapshots, pass snapshot_date = date 'the later one'; a NULL date belongs to neither.")));
}

/* (state, deal, after boolean, outcome text, amount, close_date date, owner text, category text) */
static pg_attribute_always_inline Datum
transition(FunctionCallInfo fcinfo, DealIdType type, ExactSumAdd add)
{
	ChangeState *state;
	uint64		key[DEAL_ID_MAX_WORDS];
	uint32		words;
	ChangeRow	row = {0, 0, 0, CHANGE_OUTCOME | CHANGE_CATEGORY << CHANGE_CATEGORY_SHIFT};

	if (unlikely(PG_ARGISNULL(1)))
	{
		if (PG_ARGISNULL(3) && PG_ARGISNULL(4) && PG_ARGISNULL(5) && PG_ARGISNULL(6) && PG_ARGISNULL(7))
			return summary_unchanged(fcinfo);
		no_id(!PG_ARGISNULL(2), !PG_ARGISNULL(2) && PG_GETARG_BOOL(2));
	}
	if (unlikely(PG_ARGISNULL(2)))
		no_side();

	state = change_state_arg(fcinfo);
	deal_id_keep_type(&state->id_type, type, PIPELINE_CHANGE_NAME);
	words = deal_id_arg(fcinfo, 1, type, key, CHANGE_NEEDS_ID);
	if (likely(!PG_ARGISNULL(3)))
	{
		row.flags &= ~CHANGE_OUTCOME;
		row.flags |= outcome_arg(fcinfo, 3);
	}
	if (likely(!PG_ARGISNULL(4)))
	{
		ExactSum	amount = {0};

		add(&amount, PG_GETARG_DATUM(4));
		put_amount(state, &row, &amount);
	}
	if (likely(!PG_ARGISNULL(5)))
	{
		row.close_date = PG_GETARG_DATEADT(5);
		row.flags |= CHANGE_HAS_DATE;
	}
	if (likely(!PG_ARGISNULL(6)))
	{
		text	   *owner = PG_GETARG_TEXT_PP(6);

		row.owner = (uint16) label_set_add(&state->owners, VARDATA_ANY(owner), VARSIZE_ANY_EXHDR(owner), "owner");
	}
	if (likely(!PG_ARGISNULL(7)))
	{
		ForecastCategory category = forecast_category_arg(fcinfo, 7);

		if (likely(category != CATEGORY_UNKNOWN))
		{
			row.flags &= ~(CHANGE_CATEGORY << CHANGE_CATEGORY_SHIFT);
			row.flags |= category << CHANGE_CATEGORY_SHIFT;
		}
	}
	state_add(state, PG_GETARG_BOOL(2) ? CHANGE_AFTER : CHANGE_BEFORE, key, words, &row);
	return change_state_result(fcinfo, state);
}

#define TRANSFN(id, type, amount) \
	SALESOPS_FUNCTION(salesops_pipeline_change_transfn_##id##_##amount); \
	Datum salesops_pipeline_change_transfn_##id##_##amount(PG_FUNCTION_ARGS) { return transition(fcinfo, type, exact_sum_add_##amount); } \
	extern int	no_such_variable
#define TRANSFNS(id, type) \
	TRANSFN(id, type, numeric); \
	TRANSFN(id, type, float8); \
	TRANSFN(id, type, int8)

TRANSFNS(bigint, DEAL_ID_BIGINT);
TRANSFNS(uuid, DEAL_ID_UUID);
TRANSFNS(text, DEAL_ID_TEXT);

SALESOPS_FUNCTION(salesops_pipeline_change_combinefn);
SALESOPS_FUNCTION(salesops_pipeline_change_finalfn);

Datum
salesops_pipeline_change_combinefn(PG_FUNCTION_ARGS)
{
	return change_combine(fcinfo);
}

Datum
salesops_pipeline_change_finalfn(PG_FUNCTION_ARGS)
{
	return change_final(fcinfo);
}
