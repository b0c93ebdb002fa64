/*
 * match_run.c
 *		Matching the records of a query: fit_match_model(), duplicate_pairs(), match_pairs() and duplicate_clusters() stand on this.
 *
 * The steps, each over all records, so that the whole is one pass over the data and no step is repeated:
 *
 *	1. The query is run: it gives a key and a record that match_record() has read, in parallel workers where the server plans
 *	   some.  Records are put in order of their keys, so that nothing depends on the order of rows.
 *	2. Which records are compared, is decided by what they share (match_block.c).
 *	3. Each such pair is compared: a grade of agreement for each column.  Pairs with the same grades are one pattern; there
 *	   are some thousands of them, of many columns more.  Pairs go to a temporary file: 12 bytes each.
 *	4. The model is fitted to the patterns (match_fit.c), unless one was given, and gives each pattern its weight.
 *	5. The file is read: pairs from the threshold on are the result.  For clusters also those that speak against it: all pairs
 *	   between records that chains of pairs from the threshold on connect; and a crowd of the same, in which most pairs were
 *	   not compared, is one record, with which the others have pairs of infinite weight.
 *
 * A rule with clauses needs no model: a pair is one where all terms of one clause hold.
 *
 * What it is at, and how far, stands in pg_stat_activity.application_name meanwhile: match_progress() reads it.
 *
 * Memory: the records (match_record.c), their keys, and what match_block.c needs; patterns 48 bytes each, and twice that while
 * the model is fitted; the pairs are on disk.
 */
#include "core/compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "matching/match_block.h"
#include "matching/match_graph.h"
#include "matching/match_model.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "port/pg_bitutils.h"
#include "storage/buffile.h"
#include "tcop/dest.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* Records with so many atoms in common are not too many to be compared with each other (match_block.c). */
#define MOST 20

/* A value in more records than this is in some, or in many, and not in few. */
#define SOME_LEAST 5
#define SOME_MOST 10
#define SOME_PART 0.0005
#define MANY_LEAST 30
#define MANY_PART 0.005

/* The weight of a pair for which a clause holds, where clusters need one. */
#define CLAUSE_WEIGHT 7

/* What part of the threshold the likeliest pair has where it is told that none has more. */
#define NEAR_MISS 0.2

/* A progress message after so many records or pairs. */
#define REPORT_EACH (1 << 16)

/* After so many comparisons, what they have left behind is freed. */
#define RESET_EACH 256

/* A pair in the temporary file. */
typedef struct FoundPair
{
	uint32		a;
	uint32		b;
	uint32		pattern;
} FoundPair;

typedef struct Run
{
	DestReceiver receiver;		/* first: it is what the executor calls */
	MemoryContext context;
	MemoryContext scratch;		/* of comparisons */
	const MatchRule *rule;
	const MatchModel *model;
	bool		fitting;		/* the model is not known yet */
	MatchRecord **records;
	text	  **keys;
	uint32		n;
	uint32		room;
	uint32		nleft;
	ArrayType  *wanted;			/* keys: pairs are taken that have one of these; NULL: all */
	bool		latest;			/* what others have committed meanwhile is read too */
	MatchBlocks blocks;
	MatchReadings *readings;
	BufFile    *pairs;
	uint64		npairs;
	MatchPattern *patterns;
	uint32		npatterns;
	uint32		patterns_room;
	uint32	   *slots;			/* of a hash table: a pattern's number and 1 */
	uint32		nslots;
	double	   *weights;		/* of patterns */
	MatchRarity rarity[MATCH_MAX_COLUMNS];
} Run;

/* ---- progress ---- */

static void
report(const char *format,...) pg_attribute_printf(1, 2);

static void
report(const char *format,...)
{
	char		message[NAMEDATALEN];
	va_list		args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	pgstat_report_appname(message);
}

/* ---- reading ---- */

static bool
receive_record(TupleTableSlot *slot, DestReceiver *self)
{
	Run		   *run = (Run *) self;
	MemoryContext old = MemoryContextSwitchTo(run->context);

	slot_getallattrs(slot);
	if (slot->tts_isnull[0] || slot->tts_isnull[1])
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a record has no key"),
				 errdetail("Its column of the rule's key is NULL, so that nobody could say which record it is."),
				 errhint("Leave such rows out by a view, or name another column as the rule's \"key\".")));
	if (run->n == run->room)
	{
		if (run->room > PG_INT32_MAX / 2)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many records to match"),
					 errdetail("The limit is %u.", run->room),
					 errhint("Match a part of the records at a time.")));
		run->room *= 2;
		run->records = repalloc_huge(run->records, (Size) run->room * sizeof(MatchRecord *));
		run->keys = repalloc_huge(run->keys, (Size) run->room * sizeof(text *));
	}
	run->records[run->n] = match_record_of(slot->tts_values[1], run->rule);
	run->keys[run->n++] = DatumGetTextPCopy(slot->tts_values[0]);
	if (run->n % REPORT_EACH == 0)
		report("salesops match: reading, %u records", run->n);
	MemoryContextSwitchTo(old);
	return true;
}

static void
receive_startup(DestReceiver *self, int operation, TupleDesc desc)
{
	if (desc->natts != 2 || TupleDescAttr(desc, 0)->atttypid != TEXTOID || TupleDescAttr(desc, 1)->atttypid != BYTEAOID)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("a query of records has two columns, a key of type text and a record of type bytea"),
				 errdetail("This one has %d columns, or others.", desc->natts),
				 errhint("match_source() writes such a query.")));
}

static void
receive_nothing(DestReceiver *self)
{
}

static int
key_compare(const text *a, const text *b)
{
	Size		na = VARSIZE_ANY_EXHDR(a);
	Size		nb = VARSIZE_ANY_EXHDR(b);
	int			order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(na, nb));

	return order != 0 ? order : na < nb ? -1 : na > nb;
}

typedef struct Keyed
{
	text	   *key;
	MatchRecord *record;
} Keyed;

#define MERGE_SORT_NAME sort_keyed
#define MERGE_SORT_TYPE Keyed
#define MERGE_SORT_COMPARE(a, b) key_compare((a)->key, (b)->key)
#include "core/merge_sort.h"

/* Puts the records from `first` on in order of their keys, of which no two may be the same. */
static void
order_records(Run *run, uint32 first)
{
	uint32		n = run->n - first;
	Keyed	   *keyed = palloc_extended(Max(n, 1) * sizeof(Keyed), MCXT_ALLOC_HUGE);

	for (uint32 i = 0; i < n; i++)
		keyed[i] = (Keyed) {run->keys[first + i], run->records[first + i]};
	sort_keyed(keyed, n);
	for (uint32 i = 0; i < n; i++)
	{
		if (i > 0 && key_compare(keyed[i].key, keyed[i - 1].key) == 0)
		{
			const char *key = VARDATA_ANY(keyed[i].key);

			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("two records have the key \"%.*s\"", pg_mbcliplen(key, (int) VARSIZE_ANY_EXHDR(keyed[i].key), 60), key),
					 errdetail("A key tells which record is meant."),
					 errhint("Name a unique column as the rule's \"key\".")));
		}
		run->keys[first + i] = keyed[i].key;
		run->records[first + i] = keyed[i].record;
	}
	pfree(keyed);
}

static void
read_records(Run *run, text *query)
{
	SPIExecuteOptions options = {0};
	uint32		first = run->n;

	run->receiver.receiveSlot = receive_record;
	run->receiver.rStartup = receive_startup;
	run->receiver.rShutdown = receive_nothing;
	run->receiver.rDestroy = receive_nothing;
	run->receiver.mydest = DestNone;
	if (run->records == NULL)
	{
		run->room = 1024;
		run->records = palloc(run->room * sizeof(MatchRecord *));
		run->keys = palloc(run->room * sizeof(text *));
	}
	SPI_connect();
	if (run->latest)
		PushActiveSnapshot(GetLatestSnapshot());
	options.read_only = true;
	options.must_return_tuples = true;
	options.dest = &run->receiver;
	SPI_execute_extended(text_to_cstring(query), &options);
	if (run->latest)
		PopActiveSnapshot();
	SPI_finish();
	order_records(run, first);
}

/* ---- what is known of values ---- */

/*
 * From how many records on the values of a column are listed: those that a cluster of duplicates hardly has, and so many that there are at
 * most MATCH_MAX_COMMON.  hashes is in order.
 */
static uint32
common_least(const uint64 *hashes, uint32 n, uint32 nrecords)
{
	uint32		least = Min(Max(SOME_LEAST, SOME_PART * nrecords), SOME_MOST);
	uint32		listed;

	for (;;)
	{
		uint32		start = 0;

		listed = 0;
		for (uint32 k = 0; k < n; k++)
		{
			if (k + 1 < n && hashes[k + 1] == hashes[k])
				continue;
			listed += k + 1 - start > least;
			start = k + 1;
		}
		if (listed <= MATCH_MAX_COMMON)
			return least;
		least += least / 4 + 1;
	}
}

/* A model that knows which values are not rare and which atoms are too frequent, and nothing else yet. */
static MatchModel *
count_values(Run *run)
{
	uint32		nstop;
	uint64	   *stop = match_blocks_frequent(&run->blocks, &nstop);
	uint64	   *hashes = palloc_extended((Size) Max(run->n, 1) * sizeof(uint64), MCXT_ALLOC_HUGE);
	uint32		many = (uint32) Max(MANY_LEAST, MANY_PART * run->n);
	int			ncolumns = run->rule->ncolumns;
	MatchCommon *common = palloc((Size) ncolumns * MATCH_MAX_COMMON * sizeof(MatchCommon));
	MatchModelColumn columns[MATCH_MAX_COLUMNS];
	uint32		ncommon = 0;
	MatchModel *model;

	for (int i = 0; i < ncolumns; i++)
	{
		uint32		n = 0;
		uint32		start = 0;
		double		records[MATCH_RARITIES] = {0.5, 0.5, 0.5};
		MatchModelColumn *c = &columns[i];

		CHECK_FOR_INTERRUPTS();
		for (uint32 k = 0; k < run->n; k++)
			if (run->records[k]->words[i] != 0)
				hashes[n++] = run->records[k]->words[i];
		match_sort_hashes(hashes, n);
		c->common_least = common_least(hashes, n, run->n);
		c->common = ncommon;
		for (uint32 k = 0; k < n; k++)
		{
			uint32		count = k + 1 - start;

			if (k + 1 < n && hashes[k + 1] == hashes[k])
				continue;
			records[count <= c->common_least ? 2 : count <= many ? 1 : 0] += count;
			if (count > c->common_least)
				common[ncommon++] = (MatchCommon) {hashes[k], count};
			start = k + 1;
		}
		c->ncommon = ncommon - c->common;
		for (int k = 0; k < MATCH_RARITIES; k++)
			run->rarity[i][k] = records[k] / (n + 0.5 * MATCH_RARITIES);
	}
	model = match_model_new(run->rule, ncommon, nstop);
	memcpy(unconstify(uint64 *, match_model_stop(model)), stop, nstop * sizeof(uint64));
	memcpy((MatchCommon *) match_model_common(model), common, ncommon * sizeof(MatchCommon));
	for (int i = 0; i < ncolumns; i++)
	{
		model->columns[i].common = columns[i].common;
		model->columns[i].ncommon = columns[i].ncommon;
		model->columns[i].common_least = columns[i].common_least;
	}
	model->most = MOST;
	model->frequent_least = many;
	model->nrecords = run->n;
	pfree(stop);
	pfree(common);
	pfree(hashes);
	return model;
}

/* ---- comparing ---- */

static uint32
pattern_hash(uint32 found_by, const uint8 *grades, int n)
{
	return (uint32) (match_hash((const char *) grades, n, found_by) >> 32);
}

/* The number of a pattern. */
static uint32
find_pattern(Run *run, uint32 found_by, const uint8 *grades)
{
	int			n = run->rule->ncolumns;
	uint32		i = pattern_hash(found_by, grades, n) & (run->nslots - 1);

	while (run->slots[i] != 0)
	{
		if (run->patterns[run->slots[i] - 1].found_by == found_by && memcmp(run->patterns[run->slots[i] - 1].grades, grades, n) == 0)
			return run->slots[i] - 1;
		i = (i + 1) & (run->nslots - 1);
	}
	if (run->npatterns == run->patterns_room)
	{
		run->patterns_room *= 2;
		run->patterns = repalloc_huge(run->patterns, (Size) run->patterns_room * sizeof(MatchPattern));
		pfree(run->slots);
		run->nslots *= 2;
		run->slots = MemoryContextAllocExtended(run->context, (Size) run->nslots * sizeof(uint32), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		for (uint32 k = 0; k < run->npatterns; k++)
		{
			i = pattern_hash(run->patterns[k].found_by, run->patterns[k].grades, n) & (run->nslots - 1);
			while (run->slots[i] != 0)
				i = (i + 1) & (run->nslots - 1);
			run->slots[i] = k + 1;
		}
		return find_pattern(run, found_by, grades);
	}
	memset(&run->patterns[run->npatterns], 0, sizeof(MatchPattern));
	run->patterns[run->npatterns].found_by = found_by;
	memcpy(run->patterns[run->npatterns].grades, grades, n);
	run->slots[i] = ++run->npatterns;
	return run->npatterns - 1;
}

static void
compare_pair(void *context, uint32 a, uint32 b, uint32 found_by)
{
	Run		   *run = context;
	FoundPair	pair = {a, b, 0};
	uint8		grades[MATCH_MAX_COLUMNS] = {0};
	bool		found = true;
	MemoryContext old;

	if (run->blocks.npairs % REPORT_EACH == 0)
	{
		CHECK_FOR_INTERRUPTS();
		report("salesops match: comparing, %d %%, " UINT64_FORMAT " pairs", match_blocks_percent(&run->blocks), run->blocks.npairs);
	}
	/* what comparisons leave behind, of which there may be a billion */
	if (run->blocks.npairs % RESET_EACH == 0)
		MemoryContextReset(run->scratch);
	old = MemoryContextSwitchTo(run->scratch);
	if (run->rule->nclauses > 0)
		found = match_clauses_hold(run->rule, run->records[a], run->records[b]);
	else
		match_model_grades(run->model, run->rule, run->readings, run->records[a], run->records[b], grades);
	MemoryContextSwitchTo(old);
	if (!found)
		return;
	if (run->rule->nclauses == 0)
	{
		pair.pattern = find_pattern(run, run->fitting ? found_by : 0, grades);
		run->patterns[pair.pattern].count++;
	}
	BufFileWrite(run->pairs, &pair, sizeof(pair));
	run->npairs++;
}

static inline int
pattern_compare(const MatchPattern *a, const MatchPattern *b)
{
	if (a->found_by != b->found_by)
		return a->found_by < b->found_by ? -1 : 1;
	return memcmp(a->grades, b->grades, MATCH_MAX_COLUMNS);
}

#define MERGE_SORT_NAME sort_patterns
#define MERGE_SORT_TYPE uint32
#define MERGE_SORT_PARAMETER const MatchPattern *patterns
#define MERGE_SORT_COMPARE(a, b) pattern_compare(&patterns[*(a)], &patterns[*(b)])
#include "core/merge_sort.h"

/* Fits the model to the patterns, in one order. */
static void
fit_model(Run *run, MatchModel *model)
{
	uint32	   *order = palloc_extended(Max(run->npatterns, 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	MatchPattern *patterns = palloc_extended(Max(run->npatterns, 1) * sizeof(MatchPattern), MCXT_ALLOC_HUGE);

	report("salesops match: fitting, %u patterns", run->npatterns);
	for (uint32 i = 0; i < run->npatterns; i++)
		order[i] = i;
	sort_patterns(order, run->npatterns, run->patterns);
	for (uint32 i = 0; i < run->npatterns; i++)
		patterns[i] = run->patterns[order[i]];
	model->npairs = (int64) run->npairs;
	match_fit(model, patterns, run->npatterns, run->rarity);
	pfree(patterns);
	pfree(order);
}

/* Of each record, whether its key is among those whose pairs are asked for. */
static bool *
find_wanted(Run *run)
{
	bool	   *wanted = palloc_extended(Max(run->n, 1) * sizeof(bool), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	Datum	   *keys;
	bool	   *nulls;
	int			n;

	deconstruct_array(run->wanted, TEXTOID, -1, false, TYPALIGN_INT, &keys, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		const text *key = nulls[i] ? NULL : DatumGetTextPP(keys[i]);
		uint32		low = 0;
		uint32		high = run->n;

		CHECK_FOR_INTERRUPTS();
		while (key != NULL && low < high)
		{
			uint32		middle = low + (high - low) / 2;
			int			order = key_compare(run->keys[middle], key);

			if (order == 0)
				wanted[middle] = true;
			if (order < 0)
				low = middle + 1;
			else
				high = middle;
		}
	}
	return wanted;
}

/*
 * A table without duplicates, and one whose columns cannot prove any, have the same empty result: with a name and a town
 * alone, the best pairs may stay below the threshold.  Who sees nothing is told how far it was.
 */
static void
tell_near_miss(const Run *run)
{
	double		threshold = run->rule->threshold;
	double		best = -INFINITY;
	double		probability;

	for (uint32 i = 0; i < run->npatterns; i++)
		best = Max(best, run->weights[i]);
	probability = match_probability_of(best);
	if (probability < threshold && probability >= NEAR_MISS * threshold)
		ereport(NOTICE,
				(errmsg("no pair has the probability %.3g, from which two records are one: the likeliest has %.3g", threshold, probability),
				 errhint("Let the rule compare more columns, or look at pairs from a lower \"threshold\" on.")));
}

/* Reads the records and compares those that share something rare. */
static void
run_queries(Run *run, text *query, text *other, const MatchRule *rule, const MatchModel *model)
{
	MatchModel *fitted = NULL;

	run->context = CurrentMemoryContext;
	run->scratch = AllocSetContextCreate(run->context, "match comparisons", ALLOCSET_DEFAULT_SIZES);
	run->rule = rule;
	report("salesops match: reading");
	read_records(run, query);
	if (other != NULL)
	{
		run->nleft = run->n;
		read_records(run, other);
	}
	report("salesops match: counting what %u records share", run->n);
	match_blocks_init(&run->blocks, run->records, run->n, run->nleft, model == NULL ? MOST : model->most);
	if (model == NULL && rule->nclauses == 0)
		model = fitted = count_values(run);
	run->model = model;
	run->fitting = fitted != NULL;
	run->readings = match_readings_new(rule);
	run->patterns_room = 1024;
	run->patterns = palloc(run->patterns_room * sizeof(MatchPattern));
	run->nslots = 2 * run->patterns_room;
	run->slots = palloc0(run->nslots * sizeof(uint32));
	run->pairs = BufFileCreateTemp(false);
	match_blocks_number(&run->blocks, model == NULL ? NULL : match_model_stop(model), model == NULL ? 0 : model->nstop);
	if (other == NULL || (run->nleft > 0 && run->nleft < run->n))
	{
		run->blocks.wanted = run->wanted == NULL ? NULL : find_wanted(run);
		match_blocks_pairs(&run->blocks, compare_pair, run);
	}
	pfree(run->slots);
	if (fitted != NULL)
		fit_model(run, fitted);
	run->weights = palloc_extended(Max(run->npatterns, 1) * sizeof(double), MCXT_ALLOC_HUGE);
	/* a rule with clauses has no model and no patterns */
	for (uint32 i = 0; model != NULL && i < run->npatterns; i++)
		run->weights[i] = match_model_weight(model, run->patterns[i].grades);
	ereport(DEBUG1,
			(errmsg_internal("match: %u records, " UINT64_FORMAT " pairs of " UINT64_FORMAT " blocks compared, " UINT64_FORMAT " crowds of " UINT64_FORMAT " records, %u patterns",
							 run->n, run->blocks.npairs, run->blocks.nblocks, run->blocks.ncrowds, run->blocks.crowded_records, run->npatterns)));
	if (run->blocks.crowd_most > 0 && run->wanted == NULL)
		ereport(NOTICE,
				(errmsg("some records are too alike to be told apart: " UINT64_FORMAT ", in " UINT64_FORMAT " groups of up to %u",
						run->blocks.crowded_records, run->blocks.ncrowds, run->blocks.crowd_most),
				 errdetail("Each of them was compared with its neighbours alone, in the order of its values."),
				 errhint("Let the rule compare more columns, or make values NULL that are none, such as \"Test\".")));
	if (model != NULL && run->wanted == NULL)
		tell_near_miss(run);
}

/* What it was before stands in pg_stat_activity again, also after an error. */
static Run *
with_progress(void (*work) (FunctionCallInfo fcinfo, Run *run), FunctionCallInfo fcinfo)
{
	Run		   *run = palloc0(sizeof(Run));

	PG_TRY();
	{
		work(fcinfo, run);
	}
	PG_FINALLY();
	{
		pgstat_report_appname(application_name);
	}
	PG_END_TRY();
	return run;
}

/* ---- results ---- */

static bool
next_pair(Run *run, FoundPair *pair)
{
	return BufFileRead(run->pairs, pair, sizeof(FoundPair)) == sizeof(FoundPair);
}

static void
rewind_pairs(Run *run)
{
	if (BufFileSeek(run->pairs, 0, 0, SEEK_SET) != 0)
		ereport(ERROR, (errcode_for_file_access(), errmsg("could not rewind the temporary file of pairs")));
}

static inline bool
is_link(const Run *run, const FoundPair *pair, double least)
{
	return run->rule->nclauses > 0 || run->weights[pair->pattern] >= least;
}

/* Which records hang together by pairs from the threshold on. */
static uint32 *
connect_records(Run *run, double least)
{
	uint32	   *parent = palloc_extended(Max(run->n, 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	FoundPair	pair;

	for (uint32 i = 0; i < run->n; i++)
		parent[i] = i;
	rewind_pairs(run);
	while (next_pair(run, &pair))
	{
		CHECK_FOR_INTERRUPTS();
		if (is_link(run, &pair, least))
			graph_join(parent, pair.a, pair.b);
	}
	return parent;
}

#define MERGE_SORT_NAME sort_records
#define MERGE_SORT_TYPE uint32
#define MERGE_SORT_PARAMETER MatchRecord *const *records
#define MERGE_SORT_COMPARE(a, b) match_record_compare(records, *(a), *(b))
#include "core/merge_sort.h"

/* Is a record one with another that is the same in all columns? */
static bool
is_one_with_same(Run *run, uint32 i, double least)
{
	uint8		grades[MATCH_MAX_COLUMNS] = {0};

	if (run->rule->nclauses > 0)
		return match_clauses_hold(run->rule, run->records[i], run->records[i]);
	match_model_grades(run->model, run->rule, NULL, run->records[i], run->records[i], grades);
	return match_model_weight(run->model, grades) >= least;
}

/*
 * For each record the one that stands for it: of a crowd of the same the first, else itself.  In a crowd only neighbours were compared, and
 * what is average over all pairs of it would be what is thought of pairs that were not.
 */
static uint32 *
find_crowds(Run *run, double least, uint32 most)
{
	uint32	   *order = palloc_extended(Max(run->n, 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	uint32	   *first = palloc_extended(Max(run->n, 1) * sizeof(uint32), MCXT_ALLOC_HUGE);

	for (uint32 i = 0; i < run->n; i++)
		order[i] = first[i] = i;
	if (run->blocks.crowd_most > 0)
	{
		sort_records(order, run->n, run->records);
		for (uint32 start = 0, end; start < run->n; start = end)
		{
			MatchRecord *record = run->records[order[start]];

			CHECK_FOR_INTERRUPTS();
			for (end = start + 1; end < run->n; end++)
				if (memcmp(record->words, run->records[order[end]]->words, record->ncolumns * sizeof(uint64)) != 0)
					break;
			if (end - start > most && is_one_with_same(run, order[start], least))
				for (uint32 i = start + 1; i < end; i++)
					first[order[i]] = order[start];
		}
	}
	pfree(order);
	return first;
}

static void
put_pair(ReturnSetInfo *rsinfo, Run *run, uint32 a, uint32 b, double weight, bool weighed)
{
	Datum		values[4];
	bool		nulls[4] = {false, false, !weighed, !weighed};

	values[0] = PointerGetDatum(run->keys[Min(a, b)]);
	values[1] = PointerGetDatum(run->keys[Max(a, b)]);
	values[2] = Float8GetDatum(weight);
	values[3] = Float8GetDatum(match_probability_of(weight));
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

static void
put_pairs(FunctionCallInfo fcinfo, Run *run, text *query, text *other, const MatchRule *rule, const MatchModel *model, bool evidence)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	uint32	   *parent = NULL;
	uint32	   *crowd = NULL;
	double		least;
	FoundPair	pair;

	if (model != NULL && rule->nclauses > 0)
		model = NULL;
	run_queries(run, query, other, rule, model);
	report("salesops match: writing pairs");
	least = log2(rule->threshold / (1 - rule->threshold));
	if (evidence)
	{
		parent = connect_records(run, least);
		crowd = find_crowds(run, least, run->blocks.most);
		for (uint32 i = 0; i < run->n; i++)
			if (crowd[i] != i)
				put_pair(rsinfo, run, crowd[i], i, get_float8_infinity(), true);
	}
	rewind_pairs(run);
	while (next_pair(run, &pair))
	{
		double		weight = rule->nclauses > 0 ? CLAUSE_WEIGHT : run->weights[pair.pattern];

		CHECK_FOR_INTERRUPTS();
		if (!evidence)
		{
			if (is_link(run, &pair, least))
				put_pair(rsinfo, run, pair.a, pair.b, weight, rule->nclauses == 0);
		}
		else if (graph_find(parent, pair.a) == graph_find(parent, pair.b) && crowd[pair.a] != crowd[pair.b])
			put_pair(rsinfo, run, crowd[pair.a], crowd[pair.b], weight, true);
	}
	BufFileClose(run->pairs);
}

static void
put_all_pairs(FunctionCallInfo fcinfo, Run *run)
{
	const MatchModel *model = PG_ARGISNULL(3) ? NULL : match_model_arg(fcinfo, 3);

	put_pairs(fcinfo, run, PG_GETARG_TEXT_PP(0), PG_ARGISNULL(1) ? NULL : PG_GETARG_TEXT_PP(1),
			  model != NULL ? match_model_rule(model) : match_rule_arg(fcinfo, 2), model, PG_GETARG_BOOL(4));
}

static void
put_pairs_of(FunctionCallInfo fcinfo, Run *run)
{
	const MatchModel *model = match_model_arg(fcinfo, 1);

	run->wanted = PG_GETARG_ARRAYTYPE_P(2);
	run->latest = PG_GETARG_BOOL(3);
	put_pairs(fcinfo, run, PG_GETARG_TEXT_PP(0), NULL, match_model_rule(model), model, false);
}

static void
fit(FunctionCallInfo fcinfo, Run *run)
{
	const MatchRule *rule = match_rule_arg(fcinfo, 2);

	if (rule->nclauses > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a rule with clauses has no model"),
				 errdetail("Its clauses say which pairs are one; there is nothing to learn."),
				 errhint("Leave \"match\" out of the rule.")));
	run_queries(run, PG_GETARG_TEXT_PP(0), PG_ARGISNULL(1) ? NULL : PG_GETARG_TEXT_PP(1), rule, NULL);
	BufFileClose(run->pairs);
}

SALESOPS_FUNCTION(salesops_match_run);
SALESOPS_FUNCTION(salesops_match_run_of);
SALESOPS_FUNCTION(salesops_match_run_fit);

Datum
salesops_match_run(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	if (!PG_ARGISNULL(0) && !PG_ARGISNULL(4) && !(PG_ARGISNULL(2) && PG_ARGISNULL(3)))
		with_progress(put_all_pairs, fcinfo);
	return (Datum) 0;
}

Datum
salesops_match_run_of(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	with_progress(put_pairs_of, fcinfo);
	return (Datum) 0;
}

Datum
salesops_match_run_fit(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(unconstify(MatchModel *, with_progress(fit, fcinfo)->model));
}
