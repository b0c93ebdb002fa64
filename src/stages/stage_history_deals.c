/*
 * stage_history_deals.c
 *		Reading a stage_history deal by deal, each with its events in order.
 *
 * The rows of a state lie in partitions by a hash of the deal (core/row_set.c).  A partition is read into one array of events
 * by one distribution over as many buckets as it has rows, by the bits of the hash below those that chose it.  A bucket has
 * the events of a deal or two, in the order in which they came, which in most logs is that of time: so the insertion sort that
 * follows mostly compares and moves nothing.  A bucket of many, a deal of a long life or a hash made to collide, is sorted in
 * n log n steps.  Events of one hash are of one deal unless their ids, compared in full, differ; then they are sorted by id.
 *
 * A stored value, and a log that came in order, are read as they lie.  There and everywhere, the events of a deal are put in the
 * order of this reader's stages, and those given twice are dropped.
 *
 * Reading changes nothing, so that the same value can be read while it is still collected, as in window frames.
 */
#include "stages/stage_history.h"

#include "core/guard.h"
#include "miscadmin.h"
#include "utils/memutils.h"

/* ---- stages in the order of the tie rule ---- */

static inline int
stage_compare(const HistoryStage *left, const HistoryStage *right)
{
	int			result;

	if ((left->process == NULL) != (right->process == NULL))
		return left->process == NULL ? 1 : -1;
	if (left->process != NULL && left->process->position != right->process->position)
		return left->process->position < right->process->position ? -1 : 1;
	result = memcmp(left->name, right->name, Min(left->length, right->length));
	return result != 0 ? result : (int) left->length - (int) right->length;
}

/* Numbers by which a stage is found again when all are sorted. */
typedef struct NumberedStage
{
	HistoryStage stage;
	uint16		number;
} NumberedStage;

#define MERGE_SORT_NAME sort_stages
#define MERGE_SORT_TYPE NumberedStage
#define MERGE_SORT_COMPARE(left, right) stage_compare(&(left)->stage, &(right)->stage)
#include "core/merge_sort.h"

static void
number_stages(HistoryReader *reader, const SalesProcess *process)
{
	const HistoryView *view = reader->view;
	NumberedStage *sorted = palloc(Max(view->nstages, 1) * sizeof(NumberedStage));

	reader->nstages = view->nstages;
	reader->stages = palloc(Max(view->nstages, 1) * sizeof(HistoryStage));
	reader->number = palloc(Max(view->nstages, 1) * sizeof(uint16));
	for (uint32 i = 0; i < view->nstages; i++)
	{
		sorted[i].stage.name = view->names[i];
		sorted[i].stage.length = view->lengths[i];
		sorted[i].stage.process = process == NULL ? NULL : process_find(process, view->names[i], view->lengths[i]);
		sorted[i].number = (uint16) i;
	}
	sort_stages(sorted, view->nstages);
	for (uint32 i = 0; i < view->nstages; i++)
	{
		reader->stages[i] = sorted[i].stage;
		reader->number[sorted[i].number] = (uint16) i;
	}
	pfree(sorted);
}

/* ---- order ---- */

static inline int
time_compare(const HistoryEvent *left, const HistoryEvent *right)
{
	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	return left->stage < right->stage ? -1 : left->stage > right->stage;
}

static inline int
hash_compare(const HistoryEvent *left, const HistoryEvent *right)
{
	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	return time_compare(left, right);
}

static inline const uint64 *
event_key(const HistoryReader *reader, const HistoryEvent *event)
{
	return (const uint64 *) (reader->rows + (Size) event->row * reader->view->width);
}

static inline int
key_compare(const HistoryEvent *left, const HistoryEvent *right, const HistoryReader *reader)
{
	int			order = row_key_compare(event_key(reader, left), event_key(reader, right), reader->view->key_words);

	return order != 0 ? order : time_compare(left, right);
}

#define MERGE_SORT_NAME sort_by_time
#define MERGE_SORT_TYPE HistoryEvent
#define MERGE_SORT_COMPARE time_compare
#include "core/merge_sort.h"

#define MERGE_SORT_NAME sort_by_hash
#define MERGE_SORT_TYPE HistoryEvent
#define MERGE_SORT_COMPARE hash_compare
#include "core/merge_sort.h"

#define MERGE_SORT_NAME sort_by_key
#define MERGE_SORT_TYPE HistoryEvent
#define MERGE_SORT_PARAMETER const HistoryReader *reader
#define MERGE_SORT_COMPARE(left, right) key_compare(left, right, reader)
#include "core/merge_sort.h"

/* More events than this are sorted in n log n steps. */
#define FEW_EVENTS 32

/* Of events in order of time and stage, each once; how many are left. */
static inline uint32
each_once(HistoryEvent *events, uint32 n)
{
	uint32		left = 1;

	for (uint32 i = 1; i < n; i++)
	{
		if (likely(time_compare(&events[i], &events[left - 1]) != 0))
		{
			if (unlikely(left != i))
				events[left] = events[i];
			left++;
		}
	}
	return left;
}

/* ---- reading ---- */

static void
begin(HistoryReader *reader, const HistoryView *view, const SalesProcess *process)
{
	memset(reader, 0, sizeof(*reader));
	reader->view = view;
	number_stages(reader, process);
}

static void
read_as_it_lies(HistoryReader *reader, const char *rows)
{
	reader->next = rows;
	reader->end = rows + (Size) reader->view->nevents * reader->view->width;
}

/* Deals in any order. */
void
history_begin(HistoryReader *reader, const HistoryView *view, const SalesProcess *process)
{
	begin(reader, view, process);
	if (view->flat != NULL)
		read_as_it_lies(reader, history_rows(view->flat));
	else if (view->state->ordered && view->nevents > 0)
		read_as_it_lies(reader, view->state->events.parts[0].rows);
}

/* Deals of a state in the order of the stored form. */
void
history_begin_by_hash(HistoryReader *reader, const HistoryView *view)
{
	begin(reader, view, NULL);
}

static pg_noinline void
events_room(HistoryReader *reader, uint32 n)
{
	Size		size;

	n = Max(n, reader->room + reader->room / 2);
	size = (Size) n * sizeof(HistoryEvent);
	reader->events = reader->events == NULL ? MemoryContextAllocHuge(CurrentMemoryContext, size) : repalloc_huge(reader->events, size);
	reader->room = n;
}

/* The next deal of rows that lie deal by deal. */
static bool
next_as_it_lies(HistoryReader *reader, HistoryDeal *deal)
{
	const HistoryView *view = reader->view;
	const uint64 *key = (const uint64 *) reader->next;
	Size		payload = view->key_words * sizeof(uint64);
	const char *row = reader->next;
	uint32		n = 0;
	bool		in_order = true;

	if (row >= reader->end)
		return false;
	do
	{
		HistoryEvent *event;
		uint32		stage;

		if (unlikely(n == reader->room))
			events_room(reader, Max(n + 1, 16));
		if (unlikely((n & 0xFFFF) == 0xFFFF))
			CHECK_FOR_INTERRUPTS();
		event = &reader->events[n];
		history_event(row + payload, view->wide, &event->at, &stage);
		if (unlikely(stage >= view->nstages))
			guard_damaged(STAGE_HISTORY_NAME);
		event->stage = reader->number[stage];
		if (n > 0 && time_compare(event - 1, event) >= 0)
			in_order = false;
		n++;
		row += view->width;
	} while (row < reader->end && row_key_compare((const uint64 *) row, key, view->key_words) == 0);
	reader->next = row;
	if (unlikely(!in_order))
	{
		sort_by_time(reader->events, n);
		n = each_once(reader->events, n);
	}
	deal->key = key;
	deal->events = reader->events;
	deal->nevents = n;
	return true;
}

/* Reads a partition of a state into events, in order of hash, time and stage. */
static void
read_part(HistoryReader *reader, const RowPart *part, int shared)
{
	const HistoryView *view = reader->view;
	uint32		words = view->key_words;
	uint32		n = part->n;
	int			bits = 1;
	int			shift;
	uint32		nbuckets;
	uint32		mask;
	uint32	   *ends;
	uint32		start = 0;
	const char *row;

	reader->rows = part->rows;
	reader->nevents = n;
	reader->at = 0;
	reader->sorted = 0;
	if (n > reader->room)
		events_room(reader, n);
	while (bits < 24 && ((uint32) 1 << bits) < n)
		bits++;
	nbuckets = (uint32) 1 << bits;
	mask = nbuckets - 1;
	shift = 64 - shared - bits;
	if (nbuckets + 1 > reader->ends_room)
	{
		if (reader->ends != NULL)
			pfree(reader->ends);
		reader->ends = palloc((nbuckets + 1) * sizeof(uint32));
		reader->ends_room = nbuckets + 1;
	}
	ends = reader->ends;
	memset(ends, 0, (nbuckets + 1) * sizeof(uint32));

	row = part->rows;
	for (uint32 i = 0; i < n; i++, row += view->width)
	{
		/* a log that came in order is one part, however long */
		if (unlikely((i & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		ends[((row_key_hash((const uint64 *) row, words) >> shift) & mask) + 1]++;
	}
	for (uint32 bucket = 0; bucket < nbuckets; bucket++)
		ends[bucket + 1] += ends[bucket];
	CHECK_FOR_INTERRUPTS();
	/* ends[bucket] is where its next event goes, and at last where it ends */
	row = part->rows;
	for (uint32 i = 0; i < n; i++, row += view->width)
	{
		uint64		hash = row_key_hash((const uint64 *) row, words);
		HistoryEvent *event = &reader->events[ends[(hash >> shift) & mask]++];
		uint32		stage;

		if (unlikely((i & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		event->hash = hash;
		event->row = i;
		history_event(row + words * sizeof(uint64), view->wide, &event->at, &stage);
		event->stage = reader->number[stage];
	}
	CHECK_FOR_INTERRUPTS();
	for (uint32 bucket = 0; bucket < nbuckets; bucket++)
	{
		uint32		end = ends[bucket];

		if (unlikely((bucket & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		if (unlikely(end - start > FEW_EVENTS))
			sort_by_hash(&reader->events[start], end - start);
		else
		{
			for (uint32 i = start + 1; i < end; i++)
			{
				HistoryEvent event;
				uint32		hole = i;

				if (likely(hash_compare(&reader->events[i - 1], &reader->events[i]) <= 0))
					continue;
				event = reader->events[i];
				for (; hole > start && hash_compare(&reader->events[hole - 1], &event) > 0; hole--)
					reader->events[hole] = reader->events[hole - 1];
				reader->events[hole] = event;
			}
		}
		start = end;
	}
}

/* The end of the events of one deal of several that have the same hash. */
static pg_noinline uint32
end_of_key(HistoryReader *reader, uint32 start, uint32 end)
{
	const uint64 *key;

	if (start >= reader->sorted)
	{
		sort_by_key(&reader->events[start], end - start, reader);
		reader->sorted = end;
	}
	key = event_key(reader, &reader->events[start]);
	for (uint32 i = start + 1; i < end; i++)
	{
		if (row_key_compare(event_key(reader, &reader->events[i]), key, reader->view->key_words) != 0)
			return i;
	}
	return end;
}

/* The next deal; false behind the last one. */
bool
history_next(HistoryReader *reader, HistoryDeal *deal)
{
	HistoryEvent *events;
	uint32		start;
	uint32		end;
	uint64		hash;

	CHECK_FOR_INTERRUPTS();
	if (reader->next != NULL)
		return next_as_it_lies(reader, deal);
	while (unlikely(reader->at == reader->nevents))
	{
		const RowSet *set = &reader->view->state->events;

		CHECK_FOR_INTERRUPTS();
		if (reader->part == set->nparts)
			return false;
		read_part(reader, &set->parts[reader->part++], set->nparts == 1 ? 0 : ROW_SET_BITS);
	}
	events = reader->events;
	start = reader->at;
	hash = events[start].hash;
	deal->key = event_key(reader, &events[start]);
	if (unlikely(start < reader->sorted))
		end = reader->sorted;
	else
	{
		for (end = start + 1; end < reader->nevents && events[end].hash == hash; end++)
			;
	}
	if (reader->view->key_words > 1)
	{
		bool		same = start >= reader->sorted;

		for (uint32 i = start + 1; i < end && same; i++)
			same = row_key_compare(event_key(reader, &events[i]), deal->key, reader->view->key_words) == 0;
		if (unlikely(!same))
		{
			end = end_of_key(reader, start, end);
			deal->key = event_key(reader, &events[start]);
		}
	}
	reader->at = end;
	deal->events = &events[start];
	deal->nevents = each_once(&events[start], end - start);
	return true;
}
