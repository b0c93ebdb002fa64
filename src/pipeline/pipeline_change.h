/*
 * pipeline_change.h
 *		Two states of the same deals, side by side: the stored form of pipeline_change, its aggregate's state, and a view of
 *		either for readers.  See pipeline_change.c.
 */
#ifndef SALESOPS_PIPELINE_CHANGE_H
#define SALESOPS_PIPELINE_CHANGE_H

#include "core/compat.h"

#include "core/deal_id.h"
#include "core/exact_sum.h"
#include "core/label_set.h"
#include "core/row_set.h"
#include "process/forecast_category.h"
#include "process/outcome.h"
#include "utils/date.h"
#include "utils/expandeddatum.h"

#define PIPELINE_CHANGE_NAME "pipeline_change"
#define PIPELINE_CHANGE_VERSION 1

/* What ids are for, in errors. */
#define CHANGE_NEEDS_ID "Without its id a deal cannot be found in the other state."

typedef enum ChangeSide
{
	CHANGE_BEFORE,
	CHANGE_AFTER
} ChangeSide;

extern const char *const change_side_names[2];

/* A deal in one state, behind its id.  What is not known is zero, so that equal deals are equal bytes. */
typedef struct ChangeRow
{
	int64		amount;			/* in units of 10000^-scale, or the number of a large one */
	DateADT		close_date;
	uint16		owner;			/* number of its label; 0 where there is none */
	uint16		flags;
} ChangeRow;

#define CHANGE_OUTCOME 0x0003	/* an Outcome, or all bits where it is not known */
#define CHANGE_CATEGORY_SHIFT 2
#define CHANGE_CATEGORY 0x0007	/* a ForecastCategory, or all bits where there is none */
#define CHANGE_HAS_DATE 0x0020
#define CHANGE_AMOUNT 0x00C0	/* none, small, or large */
#define CHANGE_AMOUNT_SMALL 0x0040
#define CHANGE_AMOUNT_LARGE 0x0080
#define CHANGE_SCALE_SHIFT 8
#define CHANGE_SCALE 0x0003
#define CHANGE_DSCALE_SHIFT 10
#define CHANGE_DSCALE 0x000F
#define CHANGE_FLAGS 0x3FFF		/* all there are */

/*
 * The flat form.  Behind it: the rows before, the rows after, the amounts too large for a row (ExactSum), and the labels, each
 * its length (uint16) and its bytes.  In the stored form rows lie in the order of RowSet, labels in that of their bytes, and large
 * amounts in that of their rows; a state on its way between workers has all three as they came.
 */
typedef struct PipelineChange
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		building;		/* a state on its way: in no order */
	uint8		id_type;
	uint8		key_words;
	uint32		nrows[2];
	uint32		nlarge;
	uint32		nlabels;
} PipelineChange;

/* The state of the aggregate: an expanded object of two faces, which share everything. */
typedef struct ChangeState
{
	ExpandedObjectHeader state;		/* for the executor: it becomes flat as it is, quickly */
	ExpandedObjectHeader value;		/* for readers: it becomes flat in the stored form */
	MemoryContext context;
	DealIdType	id_type;
	uint32		row_limit;
	RowSet		side[2];
	LabelSet	owners;
	ExactSum   *large;
	uint32		nlarge;
	uint32		large_room;
} ChangeState;

/* A value to be read, whichever form it has. */
typedef struct ChangeView
{
	const ChangeState *state;	/* one of the two is NULL */
	const PipelineChange *flat;
	DealIdType	id_type;
	uint32		key_words;
	uint32		width;
	uint32		nrows[2];
	const ExactSum *large;
	uint32		nlarge;
	uint32		nlabels;
	const char *labels;			/* of a flat one */
	uint32	   *label_at;		/* where each begins, once they were asked for */
} ChangeView;

extern ChangeState *change_state_new(MemoryContext parent);
extern void change_state_add(ChangeState *state, ChangeSide side, DealIdType type, const uint64 *key, uint32 words, const ChangeRow *row);
extern void change_state_put_amount(ChangeState *state, ChangeRow *row, ExactSum *amount);
extern uint32 change_state_put_owner(ChangeState *state, const char *bytes, uint32 length);
extern struct varlena *change_flatten(ChangeState *state);

extern void change_open(FunctionCallInfo fcinfo, int argument, ChangeView *view);
extern void change_view_flat(ChangeView *view, const PipelineChange *flat);
extern void change_pairs(const ChangeView *view, RowPairs *pairs);
extern const char *change_owner(ChangeView *view, uint32 number, uint32 *length);
extern uint32 change_find_owner(ChangeView *view, const char *bytes, uint32 length);

#define CHANGE_ROW(view, row) ((const ChangeRow *) ((row) + (view)->key_words * sizeof(uint64)))

/* The rows of a side of a flat value. */
static inline const char *
change_rows(const ChangeView *view, int side)
{
	return (const char *) (view->flat + 1) + (side == CHANGE_AFTER ? (Size) view->nrows[CHANGE_BEFORE] * view->width : 0);
}

static inline Outcome
change_outcome(const ChangeRow *row)
{
	int			outcome = row->flags & CHANGE_OUTCOME;

	return outcome == CHANGE_OUTCOME ? OUTCOME_UNKNOWN : (Outcome) outcome;
}

static inline ForecastCategory
change_category(const ChangeRow *row)
{
	int			category = (row->flags >> CHANGE_CATEGORY_SHIFT) & CHANGE_CATEGORY;

	return category == CHANGE_CATEGORY ? CATEGORY_UNKNOWN : (ForecastCategory) category;
}

/* The amount of a deal, or NULL where it has none; `room` is where it goes. */
static inline const ExactSum *
change_amount(const ChangeView *view, const ChangeRow *row, ExactSum *room)
{
	if ((row->flags & CHANGE_AMOUNT) == CHANGE_AMOUNT_SMALL)
	{
		room->lo = (uint64) row->amount;
		room->hi = row->amount >> 63;
		room->scale = (row->flags >> CHANGE_SCALE_SHIFT) & CHANGE_SCALE;
		room->dscale = (row->flags >> CHANGE_DSCALE_SHIFT) & CHANGE_DSCALE;
		room->unused = 0;
		return room;
	}
	if ((row->flags & CHANGE_AMOUNT) == CHANGE_AMOUNT_LARGE && (uint64) row->amount < view->nlarge)
		return &view->large[row->amount];
	return NULL;
}

#endif							/* SALESOPS_PIPELINE_CHANGE_H */
