/*
 * match_probe.c
 *		match_probe(): which stored records are the same as a new one, and nobody else adds the same at this moment.
 *
 * Records stand in an index, a table of the user's that duplicate_index_sql() writes: (key, record, atoms), with an inverted
 * index of the atoms.  A record is compared with those that the whole table would have it compared with (match_block.c): those
 * that share atoms with it which are, together, in no more than `most` records; stop atoms of the model do not count.
 *
 * Algorithm.  For each atom of the record, the inverted index says which rows have it, without reading any.  Where they are
 * few, these are candidates.  The others are the common atoms; of each row it is known which of these it has, and sets of
 * common atoms are walked, depth first, in the order of their hashes: where the rows that have all of a set are few, they are
 * candidates, and where they are still too many, the set gets one more atom.  Of a set no more rows are read than it takes to
 * know that it is too common, and none twice; rows that are not visible do not count.  Records with just the same atoms are
 * candidates however common these are.  Candidates are scored by the model.
 *
 * Two sessions.  Neither sees what the other has not committed, so both would find nothing.  Each therefore locks, until its
 * transaction ends, the sets at which its walk stops, in the order of their numbers, and looks again where anybody has
 * committed meanwhile.  Two records that are compared share such a set: where all atoms of theirs are common, both walks go the
 * same way through what they share, since the order is one and what they do not share is not in it.  The two may count
 * differently, by what was committed between; so sets are locked up to twice the number at which a walk stops.  Different
 * companies share few rare words, and seldom wait.  Many records at a time, and a transaction that holds many locks, lock the
 * index as a whole instead, which all others hold in share.  They are advisory locks, which a prepared transaction keeps.
 *
 * What is committed is seen in every isolation level, as foreign keys see it: a repeatable read would otherwise find nothing of
 * what others have added since it began.
 *
 * Where it differs from the whole table: records of crowds (match_block.c) are compared with some of those with the same atoms,
 * not with neighbours; the first six common atoms that two records share are the first by their hashes, not the rarest; and
 * records that would have the same atoms without words that are theirs alone are no twins.
 *
 * Time: that of reading the lists of the record's atoms in the index, some 100 ns an entry, and of a walk of at most
 * PROBE_STEPS.  Memory: 24 bytes for each row that has one of the atoms, twice.
 *
 * Worked example, most = 2, of others {acme, berlin}, {acme, bonn}, {berlin}, {berlin}: for {acme, berlin, 555} nobody has 555,
 * two have acme, which with the new one are three, and three berlin; both together has one, which is the candidate.
 */
#include "core/compat.h"

#include "access/genam.h"
#include "access/gin.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "funcapi.h"
#include "matching/match_model.h"
#include "miscadmin.h"
#include "nodes/tidbitmap.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

/* The operator family array_ops of gin, and its strategy for "contains", whose numbers have no name in a header. */
#define GIN_ARRAY_FAMILY 2745
#define GinContainsStrategy 2

#define PROBE_DEPTH 6
/* Common atoms of a record that are looked at, and steps through lists of records that share some. */
#define PROBE_COMMON 64
#define PROBE_STEPS 4000000
/* Records with all atoms of one, of which twins are looked for among. */
#define PROBE_TWINS 5000
/* Memory for the places of records that have an atom. */
#define PROBE_BITMAP (1 << 30)
/* Up to so many records are locked by their sets of atoms; more lock the index, and so does a transaction with so many locks. */
#define PROBE_FEW 8
#define PROBE_LOCKS 1000

/* A row of the index: where it is, and which of the common atoms it has. */
typedef struct Row
{
	uint64		place;			/* block and offset */
	uint64		atoms;			/* bits */
	uint8		seen;			/* ROW_* */
	bool		taken;
} Row;

#define ROW_UNKNOWN 0
#define ROW_THERE 1
#define ROW_NOT 2				/* not visible, or the record itself */

typedef struct Found
{
	text	   *key;
	MatchRecord *record;
} Found;

typedef struct Probe
{
	const MatchModel *model;
	const MatchRule *rule;
	Relation	table;
	Relation	inverted;		/* its index of atoms */
	AttrNumber	key_column;
	AttrNumber	record_column;
	TupleTableSlot *slot;
	IndexFetchTableData *fetch;
	IndexScanDesc scan;
	Snapshot	snapshot;
	uint32		most;			/* others that are not too many */
	uint64		seed;			/* of the numbers of locks */
	uint64	   *locks;			/* NULL: none are wanted */
	uint32		nlocks;
	uint32		locks_room;
	/* of the record that is looked for */
	const text *key;
	uint64		steps;
	Row		   *rows;			/* in order of their places */
	uint64		nrows;
	const uint64 *common;		/* atoms, in order; 0: is rare after all */
	int			ncommon;
	Found	   *found;
	uint32		nfound;
	uint32		found_room;
} Probe;

/* ---- the index ---- */

SALESOPS_NORETURN static void no_index(Oid table);

static void
no_index(Oid table)
{
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("%s is no index of records", DatumGetCString(DirectFunctionCall1(regclassout, ObjectIdGetDatum(table)))),
			 errdetail("It has a key of type text, a record of type bytea, atoms of type bigint[], and an index of these by gin."),
			 errhint("Name a table that create_duplicate_index() has made.")));
}

static AttrNumber
column_of(Relation table, const char *name, Oid type)
{
	TupleDesc	desc = RelationGetDescr(table);

	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped && strcmp(NameStr(TupleDescAttr(desc, i)->attname), name) == 0 &&
			TupleDescAttr(desc, i)->atttypid == type)
			return (AttrNumber) (i + 1);
	no_index(RelationGetRelid(table));
}

/* Opens an index of records, as a query of the caller's would: who may not read it gets no further. */
static void
open_index(Probe *probe, Oid index)
{
	AttrNumber	atoms;
	List	   *indexes;
	ListCell   *cell;
	AclResult	allowed;

	if (get_rel_name(index) == NULL || get_rel_relkind(index) != RELKIND_RELATION)
		no_index(index);
	probe->table = table_open(index, AccessShareLock);
	allowed = pg_class_aclcheck(index, GetUserId(), ACL_SELECT);
	if (allowed != ACLCHECK_OK)
		aclcheck_error(allowed, OBJECT_TABLE, RelationGetRelationName(probe->table));
	if (check_enable_rls(index, InvalidOid, false) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("row-level policies hide rows of %s", RelationGetRelationName(probe->table)),
				 errhint("Have duplicates looked for by who sees all rows, such as its owner.")));
	probe->key_column = column_of(probe->table, "key", TEXTOID);
	probe->record_column = column_of(probe->table, "record", BYTEAOID);
	atoms = column_of(probe->table, "atoms", INT8ARRAYOID);
	indexes = RelationGetIndexList(probe->table);
	foreach(cell, indexes)
	{
		Relation	inverted = index_open(lfirst_oid(cell), AccessShareLock);

		if (inverted->rd_rel->relam == GIN_AM_OID && inverted->rd_index->indisvalid && inverted->rd_index->indnatts == 1 &&
			inverted->rd_index->indkey.values[0] == atoms && RelationGetIndexPredicate(inverted) == NIL &&
			inverted->rd_opfamily[0] == GIN_ARRAY_FAMILY)
		{
			probe->inverted = inverted;
			break;
		}
		index_close(inverted, AccessShareLock);
	}
	list_free(indexes);
	if (probe->inverted == NULL)
		no_index(index);
	probe->slot = table_slot_create(probe->table, NULL);
}

static void
use_snapshot(Probe *probe, Snapshot snapshot)
{
	probe->snapshot = RegisterSnapshot(snapshot);
	probe->fetch = table_index_fetch_begin(probe->table);
	probe->scan = salesops_beginscan_bitmap(probe->inverted, probe->snapshot, 1);
}

static void
end_snapshot(Probe *probe)
{
	index_endscan(probe->scan);
	table_index_fetch_end(probe->fetch);
	UnregisterSnapshot(probe->snapshot);
}

/* Fetches a row of the index into the slot; false: it is not visible. */
static bool
fetch_row(Probe *probe, uint64 place)
{
	ItemPointerData tid;
	bool		again = false;

	ItemPointerSet(&tid, (BlockNumber) (place >> 16), (OffsetNumber) (place & 0xFFFF));
	CHECK_FOR_INTERRUPTS();
	return table_index_fetch_tuple(probe->fetch, &tid, probe->snapshot, probe->slot, &again, NULL);
}

/* Is it a record, and another than the one that is looked for? */
static bool
is_there(Probe *probe, Row *row)
{
	if (row->seen == ROW_UNKNOWN)
	{
		row->seen = ROW_NOT;
		if (fetch_row(probe, row->place))
		{
			bool		null;
			Datum		value = slot_getattr(probe->slot, probe->key_column, &null);
			text	   *key = null ? NULL : DatumGetTextPP(value);

			/* anyone's table may have a key that is NULL */
			if (key != NULL && (VARSIZE_ANY_EXHDR(key) != VARSIZE_ANY_EXHDR(probe->key) ||
								memcmp(VARDATA_ANY(key), VARDATA_ANY(probe->key), VARSIZE_ANY_EXHDR(key)) != 0))
				row->seen = ROW_THERE;
		}
	}
	return row->seen == ROW_THERE;
}

/* Makes a candidate of a row, once. */
static void
take_row(Probe *probe, Row *row)
{
	bool		null_key;
	bool		null_record;
	Datum		key;
	Datum		record;

	if (row->taken || !is_there(probe, row) || !fetch_row(probe, row->place))
		return;
	row->taken = true;
	key = slot_getattr(probe->slot, probe->key_column, &null_key);
	record = slot_getattr(probe->slot, probe->record_column, &null_record);
	if (null_key || null_record)
		return;
	if (probe->nfound == probe->found_room)
	{
		probe->found_room *= 2;
		probe->found = repalloc(probe->found, probe->found_room * sizeof(Found));
	}
	probe->found[probe->nfound++] = (Found) {DatumGetTextPCopy(key), match_record_of(record, probe->rule)};
}

/* The rows that have an atom, in order of their places. */
static uint64 *
rows_with(Probe *probe, uint64 atom, uint64 *count)
{
	Datum		element = Int64GetDatum((int64) atom);
	ArrayType  *array = construct_array(&element, 1, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
	TIDBitmap  *bitmap = tbm_create(PROBE_BITMAP, NULL);
	SalesopsBitmapPage page;
	SalesopsBitmapIterator *iterator;
	BlockNumber block;
	OffsetNumber offsets[MaxHeapTuplesPerPage];
	int			noffsets;
	uint64	   *places;
	uint64		n;
	ScanKeyData key;

	ScanKeyInit(&key, 1, GinContainsStrategy, F_ARRAYCONTAINS, PointerGetDatum(array));
	index_rescan(probe->scan, &key, 1, NULL, 0);
	n = (uint64) index_getbitmap(probe->scan, bitmap);
	places = palloc_extended(Max(n, 1) * sizeof(uint64), MCXT_ALLOC_HUGE);
	*count = 0;
	iterator = salesops_bitmap_begin(bitmap);
	while (salesops_bitmap_next(iterator, page, block, offsets, noffsets))
	{
		if (noffsets < 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many records have a word in common: " UINT64_FORMAT, n),
					 errdetail("Their places do not fit into %d MB.", PROBE_BITMAP >> 20),
					 errhint("Leave the column out of what records are found by: {\"block\": false}.")));
		for (int i = 0; i < noffsets && *count < n; i++)
			places[(*count)++] = (uint64) block << 16 | offsets[i];
	}
	salesops_bitmap_end(iterator);
	tbm_free(bitmap);
	pfree(array);
	return places;
}

/* ---- rows by their places ---- */

/* The rows that have an atom, of one or many. */
typedef struct AtomRows
{
	uint64	   *places;			/* in order */
	uint64		count;
	uint64		bit;			/* of a common atom, else 0 */
} AtomRows;

static int
atom_rows_compare(const void *a, const void *b)
{
	const AtomRows *x = a;
	const AtomRows *y = b;

	return x->count < y->count ? -1 : x->count > y->count;
}

/* All rows, in order of their places, from lists of them: merged one by one, the shortest first. */
static void
merge_rows(Probe *probe, const AtomRows *of, int n)
{
	AtomRows   *lists = palloc(Max(n, 1) * sizeof(AtomRows));
	uint64		total = 0;
	Row		   *rows;
	Row		   *merged;
	uint64		nrows = 0;

	for (int i = 0; i < n; i++)
		total += of[i].count;
	memcpy(lists, of, (Size) Max(n, 0) * sizeof(AtomRows));
	qsort(lists, n, sizeof(AtomRows), atom_rows_compare);
	rows = palloc_extended((total + 1) * sizeof(Row), MCXT_ALLOC_HUGE);
	merged = palloc_extended((total + 1) * sizeof(Row), MCXT_ALLOC_HUGE);
	for (int i = 0; i < n; i++)
	{
		const uint64 *p = lists[i].places;
		const uint64 *p_end = p + lists[i].count;
		const Row  *q = rows;
		const Row  *q_end = rows + nrows;
		Row		   *to = merged;
		Row		   *other = rows;

		CHECK_FOR_INTERRUPTS();
		while (p < p_end || q < q_end)
		{
			if (p == p_end || (q < q_end && q->place < *p))
				*to = *q++;
			else if (q < q_end && q->place == *p)
			{
				*to = *q++;
				to->atoms |= lists[i].bit;
				p++;
			}
			else
				*to = (Row) {*p++, lists[i].bit, ROW_UNKNOWN, false};
			to++;
		}
		nrows = to - merged;
		rows = merged;
		merged = other;
	}
	pfree(merged);
	pfree(lists);
	probe->rows = rows;
	probe->nrows = nrows;
}

static Row *
row_at(Probe *probe, uint64 place)
{
	uint64		low = 0;
	uint64		high = probe->nrows;

	while (low + 1 < high)
	{
		uint64		middle = low + (high - low) / 2;

		if (probe->rows[middle].place <= place)
			low = middle;
		else
			high = middle;
	}
	return &probe->rows[low];
}

/* ---- sets of atoms ---- */

static void
want_lock(Probe *probe, const uint64 *atoms, int n)
{
	if (probe->locks == NULL)
		return;
	if (probe->nlocks == probe->locks_room)
	{
		probe->locks_room *= 2;
		probe->locks = repalloc(probe->locks, probe->locks_room * sizeof(uint64));
	}
	probe->locks[probe->nlocks++] = match_hash((const char *) atoms, n * sizeof(uint64), probe->seed);
}

/* Are these all the rows that have a set, in so few other records that they are candidates? */
static bool
is_rare(Probe *probe, const uint64 *set, int depth, Row **rows, uint64 n)
{
	uint32		limit = probe->locks == NULL ? probe->most + 1 : 2 * probe->most + 2;
	uint32		others = 0;

	for (uint64 i = 0; i < n && others < limit; i++)
		if (is_there(probe, rows[i]))
			others++;
	if (others < limit)
		want_lock(probe, set, depth);
	if (others > probe->most)
		return false;
	for (uint64 i = 0; i < n; i++)
		take_row(probe, rows[i]);
	return true;
}

/* The same of one atom, whose rows are looked up as far as they are needed. */
static bool
is_rare_atom(Probe *probe, const uint64 *atom, const AtomRows *with)
{
	uint32		limit = probe->locks == NULL ? probe->most + 1 : 2 * probe->most + 2;
	uint32		others = 0;

	for (uint64 k = 0; k < with->count && others < limit; k++)
		if (is_there(probe, row_at(probe, with->places[k])))
			others++;
	if (others < limit)
		want_lock(probe, atom, 1);
	if (others > probe->most)
		return false;
	for (uint64 k = 0; k < with->count; k++)
		take_row(probe, row_at(probe, with->places[k]));
	return true;
}

/* The sets that begin with one which is too common, of which these are the rows. */
static void
walk_sets(Probe *probe, int first, Row **rows, uint64 n, uint64 *set, int depth)
{
	Row		  **some = palloc_extended(Max(n, 1) * sizeof(Row *), MCXT_ALLOC_HUGE);

	for (int bit = first; bit < probe->ncommon && probe->steps < PROBE_STEPS; bit++)
	{
		uint64		nsome = 0;

		CHECK_FOR_INTERRUPTS();
		if (probe->common[bit] == 0)
			continue;
		probe->steps += n + 1;
		for (uint64 i = 0; i < n; i++)
			if ((rows[i]->atoms >> bit & 1) != 0)
				some[nsome++] = rows[i];
		set[depth] = probe->common[bit];
		if (!is_rare(probe, set, depth + 1, some, nsome) && depth + 1 < PROBE_DEPTH)
			walk_sets(probe, bit + 1, some, nsome, set, depth + 1);
	}
	pfree(some);
}

/* Puts atoms in order and leaves those out that are there already. */
static int
order_atoms(uint64 *atoms, int n)
{
	int			kept = 0;

	match_sort_hashes(atoms, n);
	for (int i = 0; i < n; i++)
		if (i == 0 || atoms[i] != atoms[i - 1])
			atoms[kept++] = atoms[i];
	return kept;
}

/* Have two records the same atoms, stop atoms included?  Of the one they are given, in order. */
static bool
same_atoms(const uint64 *atoms, int n, const MatchRecord *record)
{
	uint64		others[MATCH_MAX_COLUMNS * MATCH_VALUE_ATOMS];

	memcpy(others, match_record_atoms(record), record->natoms * sizeof(uint64));
	return order_atoms(others, (int) record->natoms) == n && memcmp(atoms, others, n * sizeof(uint64)) == 0;
}

/* Takes records with the same atoms, of which those that are no stop atoms are all common. */
static void
take_twins(Probe *probe, const uint64 *atoms, int n)
{
	uint64		all = probe->ncommon == 64 ? PG_UINT64_MAX : (UINT64CONST(1) << probe->ncommon) - 1;
	uint32		taken = 0;
	int			tried = 0;

	for (uint64 i = 0; i < probe->nrows && taken < probe->most && tried < PROBE_TWINS; i++)
	{
		Row		   *row = &probe->rows[i];
		bool		null;
		Datum		record;

		if (row->atoms != all || !is_there(probe, row) || !fetch_row(probe, row->place))
			continue;
		tried++;
		record = slot_getattr(probe->slot, probe->record_column, &null);
		if (!null && same_atoms(atoms, n, match_record_of(record, probe->rule)))
		{
			take_row(probe, row);
			taken++;
		}
	}
}

/* The candidates of a record. */
static void
find_candidates(Probe *probe, const text *key, const MatchRecord *record)
{
	uint64		all[MATCH_MAX_COLUMNS * MATCH_VALUE_ATOMS];
	uint64		atoms[MATCH_MAX_COLUMNS * MATCH_VALUE_ATOMS];	/* without stop atoms */
	AtomRows	with[MATCH_MAX_COLUMNS * MATCH_VALUE_ATOMS];
	uint64		common[PROBE_COMMON];
	uint64		set[PROBE_DEPTH];
	uint64		nmany = 0;
	Row		  **rows;
	Row		  **many;
	int			nrare = 0;
	int			nall = (int) record->natoms;
	int			n = 0;
	bool		only_twins;

	probe->key = key;
	probe->steps = 0;
	probe->nfound = 0;
	probe->common = common;
	memcpy(all, match_record_atoms(record), nall * sizeof(uint64));
	nall = order_atoms(all, nall);
	for (int i = 0; i < nall; i++)
		if (!match_model_stops(probe->model, all[i]))
			atoms[n++] = all[i];
	/* what has nothing else is found where all is the same */
	only_twins = n == 0;
	if (only_twins)
		memcpy(atoms, all, (n = nall) * sizeof(uint64));
	for (int i = 0; i < n; i++)
	{
		with[i].places = rows_with(probe, atoms[i], &with[i].count);
		with[i].bit = 0;
	}
	/* more may be so many because of rows that are gone: they are common until it is known */
	probe->ncommon = 0;
	for (int i = 0; i < n && probe->ncommon < PROBE_COMMON; i++)
		if (with[i].count > probe->most || only_twins)
		{
			with[i].bit = UINT64CONST(1) << probe->ncommon;
			common[probe->ncommon++] = atoms[i];
		}
	merge_rows(probe, with, n);
	for (int i = 0; i < n && !only_twins; i++)
		if (is_rare_atom(probe, &atoms[i], &with[i]))
		{
			nrare++;
			/* what has it is found: no set needs to know of it */
			for (int bit = 0; with[i].bit != 0 && bit < probe->ncommon; bit++)
				if (with[i].bit == UINT64CONST(1) << bit)
					common[bit] = 0;
		}
	/* who has a rare atom is found by it, and so are its twins */
	if (nrare == 0 && n > 0 && probe->ncommon == n)
	{
		take_twins(probe, all, nall);
		want_lock(probe, atoms, n);
	}
	many = palloc_extended(Max(probe->nrows, 1) * sizeof(Row *), MCXT_ALLOC_HUGE);
	rows = palloc_extended(Max(probe->nrows, 1) * sizeof(Row *), MCXT_ALLOC_HUGE);
	for (uint64 i = 0; i < probe->nrows; i++)
		if ((probe->rows[i].atoms & (probe->rows[i].atoms - 1)) != 0)
			many[nmany++] = &probe->rows[i];
	for (int bit = 0; bit < probe->ncommon && !only_twins; bit++)
	{
		uint64		count = 0;

		if (common[bit] == 0)
			continue;
		probe->steps += nmany;
		for (uint64 i = 0; i < nmany; i++)
			if ((many[i]->atoms >> bit & 1) != 0)
				rows[count++] = many[i];
		set[0] = common[bit];
		walk_sets(probe, bit + 1, rows, count, set, 1);
	}
	for (int i = 0; i < n; i++)
		pfree(with[i].places);
	pfree(rows);
	pfree(many);
	pfree(probe->rows);
	probe->common = NULL;
}

/* ---- locks ---- */

static uint64
index_seed(Oid index)
{
	return match_hash((const char *) &index, sizeof(index), 0);
}

static void
lock_index(uint64 seed, bool alone)
{
	if (alone)
		DirectFunctionCall1(pg_advisory_xact_lock_int8, Int64GetDatum((int64) seed));
	else
		DirectFunctionCall1(pg_advisory_xact_lock_shared_int8, Int64GetDatum((int64) seed));
}

/* Takes the locks that are wanted, in the order of their numbers, or where they are too many that of the index. */
static void
lock_sets(Probe *probe)
{
	static LocalTransactionId last = InvalidLocalTransactionId;
	static uint32 held = 0;
	LocalTransactionId current = salesops_local_xid();

	if (current != last)
		held = 0;
	last = current;
	held += probe->nlocks;
	if (held > PROBE_LOCKS)
	{
		lock_index(probe->seed, true);
		return;
	}
	match_sort_hashes(probe->locks, probe->nlocks);
	for (uint32 i = 0; i < probe->nlocks; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i == 0 || probe->locks[i] != probe->locks[i - 1])
			DirectFunctionCall1(pg_advisory_xact_lock_int8, Int64GetDatum((int64) probe->locks[i]));
	}
}

/* ---- the function ---- */

/* The candidates of a record that are the same as it. */
static void
put_found(ReturnSetInfo *rsinfo, Probe *probe, const MatchRecord *record)
{
	double		least = log2(probe->rule->threshold / (1 - probe->rule->threshold));

	for (uint32 i = 0; i < probe->nfound; i++)
	{
		Datum		values[4];
		bool		nulls[4] = {false};

		CHECK_FOR_INTERRUPTS();
		if (probe->rule->nclauses > 0)
		{
			if (!match_clauses_hold(probe->rule, record, probe->found[i].record))
				continue;
			nulls[2] = nulls[3] = true;
		}
		else
		{
			uint8		grades[MATCH_MAX_COLUMNS] = {0};
			double		weight;

			match_model_grades(probe->model, probe->rule, NULL, record, probe->found[i].record, grades);
			weight = match_model_weight(probe->model, grades);
			if (weight < least)
				continue;
			values[2] = Float8GetDatum(weight);
			values[3] = Float8GetDatum(match_probability_of(weight));
		}
		values[0] = PointerGetDatum(probe->key);
		values[1] = PointerGetDatum(probe->found[i].key);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}

static void
not_as_many(int nkeys, int nrecords)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%d keys do not fit %d records", nkeys, nrecords),
			 errdetail("Each record has a key, and neither is NULL."),
			 errhint("Give two arrays of the same length.")));
}

SALESOPS_FUNCTION(salesops_match_probe);
SALESOPS_FUNCTION(salesops_match_lock);
SALESOPS_FUNCTION(salesops_match_atoms);

Datum
salesops_match_probe(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Oid			index = PG_GETARG_OID(0);
	bool		lock = PG_GETARG_BOOL(4);
	Probe		probe = {0};
	MatchRecord **records;
	Datum	   *keys;
	Datum	   *values;
	bool	   *no_key;
	bool	   *no_record;
	int			n;
	int			nrecords;

	InitMaterializedSRF(fcinfo, 0);
	probe.model = match_model_arg(fcinfo, 1);
	probe.rule = match_model_rule(probe.model);
	probe.most = Max(probe.model->most, 1) - 1;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), TEXTOID, -1, false, TYPALIGN_INT, &keys, &no_key, &n);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(3), BYTEAOID, -1, false, TYPALIGN_INT, &values, &no_record, &nrecords);
	if (n != nrecords)
		not_as_many(n, nrecords);
	records = palloc(Max(n, 1) * sizeof(MatchRecord *));
	for (int i = 0; i < n; i++)
	{
		if (no_key[i] || no_record[i])
			not_as_many(n, nrecords);
		records[i] = match_record_of(values[i], probe.rule);
	}

	open_index(&probe, index);
	probe.seed = index_seed(index);
	probe.found_room = 64;
	probe.found = palloc(probe.found_room * sizeof(Found));
	if (!lock)
		use_snapshot(&probe, GetActiveSnapshot());
	else if (n > PROBE_FEW)
	{
		lock_index(probe.seed, true);
		use_snapshot(&probe, GetLatestSnapshot());
	}
	else
	{
		Snapshot	latest;
		uint64		completed;

		lock_index(probe.seed, false);
		probe.locks_room = 64;
		probe.locks = palloc(probe.locks_room * sizeof(uint64));
		latest = GetLatestSnapshot();
		completed = latest->snapXactCompletionCount;
		use_snapshot(&probe, latest);
		for (int i = 0; i < n; i++)
			find_candidates(&probe, DatumGetTextPP(keys[i]), records[i]);
		lock_sets(&probe);
		pfree(probe.locks);
		probe.locks = NULL;
		latest = GetLatestSnapshot();
		/* what was found for the one record stands, if nobody has committed since */
		if (n == 1 && latest->snapXactCompletionCount == completed)
		{
			put_found(rsinfo, &probe, records[0]);
			n = 0;
		}
		else
		{
			end_snapshot(&probe);
			use_snapshot(&probe, GetLatestSnapshot());
		}
	}
	for (int i = 0; i < n; i++)
	{
		find_candidates(&probe, DatumGetTextPP(keys[i]), records[i]);
		put_found(rsinfo, &probe, records[i]);
	}
	end_snapshot(&probe);
	ExecDropSingleTupleTableSlot(probe.slot);
	index_close(probe.inverted, AccessShareLock);
	table_close(probe.table, AccessShareLock);
	return (Datum) 0;
}

/* Others that look for duplicates with locks wait until this transaction ends. */
Datum
salesops_match_lock(PG_FUNCTION_ARGS)
{
	lock_index(index_seed(PG_GETARG_OID(0)), true);
	PG_RETURN_VOID();
}

/* The atoms of a record, each once, in order. */
Datum
salesops_match_atoms(PG_FUNCTION_ARGS)
{
	MatchRecord *record = match_record_of(PG_GETARG_DATUM(0), NULL);
	uint64	   *atoms = palloc(Max(record->natoms, 1) * sizeof(uint64));
	Datum	   *elements = palloc(Max(record->natoms, 1) * sizeof(Datum));
	int			n;

	memcpy(atoms, match_record_atoms(record), record->natoms * sizeof(uint64));
	n = order_atoms(atoms, (int) record->natoms);
	for (int i = 0; i < n; i++)
		elements[i] = Int64GetDatum((int64) atoms[i]);
	PG_RETURN_POINTER(construct_array(elements, n, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
