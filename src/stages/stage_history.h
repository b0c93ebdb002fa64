/*
 * stage_history.h
 *		A whole log of stage changes: the stored form of stage_history, its aggregate's state, and reading either deal by deal.
 *		See stage_history.c and stage_history_deals.c.
 */
#ifndef SALESOPS_STAGE_HISTORY_H
#define SALESOPS_STAGE_HISTORY_H

#include "core/compat.h"

#include "core/deal_id.h"
#include "core/label_set.h"
#include "core/row_set.h"
#include "datatype/timestamp.h"
#include "process/sales_process.h"
#include "utils/expandeddatum.h"

#define STAGE_HISTORY_NAME "stage_history"
#define STAGE_HISTORY_VERSION 1

/* What ids are for, in errors. */
#define HISTORY_NEEDS_ID "Without its id a deal's events cannot be brought together."

/*
 * The flat form.  Behind it: the events, and the names of the stages, each its length (uint16) and its bytes.  In the stored
 * form events lie in the order of RowSet (hash of the deal, deal), within a deal by time and name, each once, and names in the order
 * of their bytes; a state on its way between workers has all as it came.
 *
 * An event is a row: the words of the deal's id, and behind them one word of time and stage, or, where `wide`, one of each.
 */
typedef struct StageHistory
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		building;		/* a state on its way: in no order */
	uint8		id_type;
	uint8		key_words;
	uint32		nstages;
	uint32		nevents;
	uint32		ndeals;			/* 0 where building: not counted yet */
	uint8		wide;
	uint8		unused[3];
	int64		incomplete;		/* rows that lacked the deal, the stage or the moment */
} StageHistory;

/* One word for time and stage: microseconds since 1900, for 285 years, and up to 2048 stages. */
#define HISTORY_STAGE_BITS 11
#define HISTORY_NARROW_STAGES (1 << HISTORY_STAGE_BITS)
#define HISTORY_NARROW_BASE (INT64CONST(-36524) * USECS_PER_DAY)
#define HISTORY_NARROW_SPAN (INT64CONST(1) << (64 - HISTORY_STAGE_BITS))

/*
 * The last names seen, of up to 32 bytes: these are four words, the first and last two of the name, and with the length they are
 * the name; what hashing and comparing in the set of all names would take is a good part of the aggregate.
 */
#define STAGE_MEMO_BITS 6
typedef struct StageMemo
{
	uint64		words[4];
	uint32		length;
	uint32		number;			/* and 1; 0 is free */
} StageMemo;

/* The state of the aggregate: an expanded object of two faces (as in pipeline/pipeline_change.h). */
typedef struct HistoryState
{
	ExpandedObjectHeader state; /* for the executor: it becomes flat as it is, quickly */
	ExpandedObjectHeader value; /* for readers: it becomes flat in the stored form */
	MemoryContext context;
	DealIdType	id_type;
	bool		wide;
	bool		ordered;		/* the rows came in order of deal and time, and lie in one part */
	uint32		attention;		/* with so many rows, something is to be done before the next */
	int64		incomplete;
	RowSet		events;
	LabelSet	stages;
	uint32		counted;		/* of so many rows it is known how many are different, and of how many deals */
	uint32		nevents;
	uint32		ndeals;
	StageMemo	memos[1 << STAGE_MEMO_BITS];
} HistoryState;

/* A value to be read, whichever form it has. */
typedef struct HistoryView
{
	const HistoryState *state;	/* one of the two is NULL */
	const StageHistory *flat;
	DealIdType	id_type;
	uint32		key_words;
	uint32		width;
	bool		wide;
	uint32		nevents;		/* rows: in a state, some may be there twice */
	uint32		nstages;
	int64		incomplete;
	const char **names;			/* of the stages, by number from 0 */
	uint16	   *lengths;
} HistoryView;

/* A stage as a reader knows it. */
typedef struct HistoryStage
{
	const char *name;
	uint32		length;
	const ProcessStage *process;	/* NULL where there is no process, or the process has no such stage */
} HistoryStage;

/* An event of a deal; the other members are the reader's own. */
typedef struct HistoryEvent
{
	TimestampTz at;
	uint32		stage;			/* number in the reader's stages */
	uint32		row;
	uint64		hash;
} HistoryEvent;

/* A deal with its events in order: by time, then by stage number, each event once. */
typedef struct HistoryDeal
{
	const uint64 *key;			/* its id: deal_id_out(view->id_type, key, view->key_words, &length) */
	const HistoryEvent *events;
	uint32		nevents;		/* one or more */
} HistoryDeal;

/*
 * Reading deal by deal:
 *
 *		HistoryView view; HistoryReader reader; HistoryDeal deal;
 *
 *		history_open(fcinfo, 0, &view);
 *		history_begin(&reader, &view, process);		(NULL where there is none)
 *		while (history_next(&reader, &deal)) ...
 *
 * Stages are numbered so that events of the same moment are in the order of the tie rule: by position in the process, those that it
 * does not have behind, and those without a position by the bytes of the name.  A deal is good until the next call.
 */
typedef struct HistoryReader
{
	const HistoryView *view;
	uint32		nstages;
	HistoryStage *stages;
	uint16	   *number;			/* in `stages`, of a stage of the view */
	bool		renumbered;		/* the numbers are not those of the view */
	/* rows that lie deal by deal already */
	const char *next;
	const char *end;
	/* else: the partition being read */
	uint32		part;
	const char *rows;
	HistoryEvent *events;
	uint32		nevents;
	uint32		room;
	uint32		at;
	uint32		sorted;			/* deals of one hash are in order up to here */
	uint32	   *ends;
	uint32		ends_room;
} HistoryReader;

extern HistoryState *history_state_new(MemoryContext parent);
extern void history_state_add(HistoryState *state, DealIdType type, const uint64 *key, uint32 words, TimestampTz at, uint32 stage);
extern uint32 history_state_stage(HistoryState *state, const char *bytes, uint32 length);
extern struct varlena *history_flatten(HistoryState *state);

extern void history_open(FunctionCallInfo fcinfo, int argument, HistoryView *view);
extern void history_view_state(HistoryView *view, const HistoryState *state);
extern void history_view_flat(HistoryView *view, const StageHistory *flat);

extern void history_begin(HistoryReader *reader, const HistoryView *view, const SalesProcess *process);
extern void history_begin_by_hash(HistoryReader *reader, const HistoryView *view);
extern bool history_next(HistoryReader *reader, HistoryDeal *deal);

/* The rows of a flat value. */
static inline const char *
history_rows(const StageHistory *flat)
{
	return (const char *) (flat + 1);
}

/* The moment and the stage of a row, behind its key. */
static inline void
history_event(const char *payload, bool wide, TimestampTz *at, uint32 *stage)
{
	uint64		word;

	memcpy(&word, payload, sizeof(word));
	if (likely(!wide))
	{
		*at = (TimestampTz) (word >> HISTORY_STAGE_BITS) + HISTORY_NARROW_BASE;
		*stage = (uint32) word & (HISTORY_NARROW_STAGES - 1);
	}
	else
	{
		*at = (TimestampTz) word;
		memcpy(&word, payload + sizeof(word), sizeof(word));
		*stage = (uint32) word;
	}
}

/* A stay of a deal in a stage: neighbouring events of the same stage are one. */
typedef struct HistorySpell
{
	uint32		stage;
	uint32		next_stage;		/* where it ended */
	bool		ended;
	TimestampTz entered_at;
	TimestampTz left_at;		/* as_of where it has not ended */
} HistorySpell;

/* The next stay of a deal, from event `*at` on, which begins with 0; events after as_of are not seen. */
static inline bool
history_spell(const HistoryDeal *deal, uint32 *at, TimestampTz as_of, HistorySpell *spell)
{
	const HistoryEvent *event = &deal->events[*at];
	const HistoryEvent *end = &deal->events[deal->nevents];

	if (event == end || event->at > as_of)
		return false;
	spell->stage = event->stage;
	spell->entered_at = event->at;
	do
		event++;
	while (event < end && event->stage == spell->stage);
	spell->ended = event < end && event->at <= as_of;
	spell->left_at = spell->ended ? event->at : as_of;
	spell->next_stage = spell->ended ? event->stage : 0;
	/* a run of the same stage may reach beyond as_of: nothing behind it is seen either */
	*at = (uint32) (event - deal->events);
	return true;
}

/* Microseconds of a stay, which can be more than an int64 holds. */
static inline uint64
history_spell_length(const HistorySpell *spell)
{
	return (uint64) spell->left_at - (uint64) spell->entered_at;
}

/* Whether deals that are in a stage are at their end: one that the process closes them in. */
static inline bool
history_is_final(const HistoryStage *stage)
{
	return stage->process != NULL && stage->process->outcome != OUTCOME_OPEN;
}

#endif							/* SALESOPS_STAGE_HISTORY_H */
