/*
 * match_record.c
 *		match_record(rule, values): a record read under a match rule, as bytea: the keys of its columns (match_column.c), their
 *		hashes and the atoms by which it is found.
 *
 * Reading names, addresses and numbers is most of the work on a record, and it is done in parallel workers where the server plans
 * them; what compares records gets them ready.  Stored records can be compared for as long as the rule that made them is the
 * same: they do not say which it was.
 *
 * Size: 16 bytes, 28 for each column, 8 for each atom (some 15 to 25), and the keys.
 *
 * Worked example: of {"columns": [{"name": "company"}, {"city": "city"}]} and {Acme Inc., NULL} the key acme, its hash and one atom,
 * and of the city the hash 0: missing.
 */
#include "matching/match_record.h"

#include "mb/pg_wchar.h"

SALESOPS_NORETURN static void match_record_refuse(const MatchRule *rule);

static void
match_record_refuse(const MatchRule *rule)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("this is no record of the rule"),
			 rule == NULL ? errdetail("A record is what match_record() has read.") :
			 errdetail("A record has the values of the %d columns of its rule, as match_record() has read them.", rule->ncolumns),
			 errhint("Read the record again by match_record(), under the same rule.")));
}

/* Reads the values of a record, one for each column of the rule. */
MatchRecord *
match_record_make(const MatchRule *rule, const Datum *values, const bool *nulls)
{
	int			n = rule->ncolumns;
	text	   *keys[MATCH_MAX_COLUMNS];
	uint64		atoms[MATCH_MAX_COLUMNS * MATCH_VALUE_ATOMS];
	uint32		natoms = 0;
	Size		size;
	MatchRecord *record;
	uint32	   *place;

	size = 0;
	for (int i = 0; i < n; i++)
	{
		const MatchColumn *column = match_rule_column(rule, i);

		keys[i] = nulls[i] ? NULL : match_column_key(column, DatumGetTextPP(values[i]));
		if (keys[i] == NULL)
			continue;
		/* a long header is aligned */
		size += INTALIGN(VARSIZE_ANY_EXHDR(keys[i]) + VARHDRSZ);
		if (column->block)
			natoms += match_column_atoms(column, i, keys[i], atoms + natoms);
	}
	size += offsetof(MatchRecord, words) + (n * (1 + MATCH_OUTLINE_WORDS) + natoms) * sizeof(uint64) + n * sizeof(uint32);
	record = palloc0(size);
	record->version = MATCH_RECORD_VERSION;
	record->ncolumns = n;
	record->natoms = natoms;
	memcpy(unconstify(uint64 *, match_record_atoms(record)), atoms, natoms * sizeof(uint64));
	place = (uint32 *) (match_record_atoms(record) + natoms);
	size = (char *) (place + n) - (char *) record;
	for (int i = 0; i < n; i++)
	{
		Size		length;
		char	   *to = (char *) record + size;

		if (keys[i] == NULL)
			continue;
		length = VARSIZE_ANY_EXHDR(keys[i]);
		record->words[i] = Max(match_hash(VARDATA_ANY(keys[i]), length, 0), 1);
		match_outline(keys[i], record->words + n + i * MATCH_OUTLINE_WORDS);
		place[i] = (uint32) size;
		/* a header of one byte needs no alignment */
		if (length + VARHDRSZ_SHORT <= VARATT_SHORT_MAX)
		{
			SET_VARSIZE_SHORT(to, length + VARHDRSZ_SHORT);
			memcpy(to + VARHDRSZ_SHORT, VARDATA_ANY(keys[i]), length);
			size += length + VARHDRSZ_SHORT;
		}
		else
		{
			size = INTALIGN(size);
			to = (char *) record + size;
			place[i] = (uint32) size;
			SET_VARSIZE(to, length + VARHDRSZ);
			memcpy(to + VARHDRSZ, VARDATA_ANY(keys[i]), length);
			size += length + VARHDRSZ;
		}
	}
	SET_VARSIZE(record, size);
	return record;
}

/*
 * A record that was stored, as a copy of its own; whatever its bytes are, nothing beyond them is read.  rule may be NULL, where only atoms are.
 */
MatchRecord *
match_record_of(Datum datum, const MatchRule *rule)
{
	MatchRecord *record = (MatchRecord *) PG_DETOAST_DATUM_COPY(datum);
	Size		size = VARSIZE(record);
	Size		keys;
	const uint32 *place;

	if (size < offsetof(MatchRecord, words) || record->version != MATCH_RECORD_VERSION ||
		(rule == NULL ? record->ncolumns > MATCH_MAX_COLUMNS : record->ncolumns != rule->ncolumns) ||
		record->natoms > MATCH_MAX_COLUMNS * MATCH_VALUE_ATOMS)
		match_record_refuse(rule);
	keys = offsetof(MatchRecord, words) + (record->ncolumns * (1 + MATCH_OUTLINE_WORDS) + record->natoms) * sizeof(uint64) +
		record->ncolumns * sizeof(uint32);
	if (size < keys)
		match_record_refuse(rule);
	for (uint32 i = 0; i < record->natoms; i++)
		if (match_atom_column(match_record_atoms(record)[i]) >= record->ncolumns)
			match_record_refuse(rule);
	place = (const uint32 *) (match_record_atoms(record) + record->natoms);
	for (int i = 0; i < record->ncolumns; i++)
	{
		const char *key = (const char *) record + place[i];

		if (record->words[i] == 0)
			continue;
		/* a header that says a length, and no pointer to elsewhere */
		if (place[i] < keys || place[i] >= size ||
			(VARATT_IS_1B(key) ? VARATT_IS_1B_E(key) : place[i] % sizeof(int32) != 0 || place[i] > size - VARHDRSZ || !VARATT_IS_4B_U(key)) ||
			VARSIZE_ANY(key) < (VARATT_IS_1B(key) ? VARHDRSZ_SHORT : VARHDRSZ) || VARSIZE_ANY(key) > size - place[i] ||
			VARSIZE_ANY_EXHDR(key) == 0 || VARSIZE_ANY_EXHDR(key) > MATCH_KEY_BYTES ||
			!pg_verifymbstr(VARDATA_ANY(key), (int) VARSIZE_ANY_EXHDR(key), true))
			match_record_refuse(rule);
	}
	return record;
}

/* ---- clauses ---- */

/* Is a term of a clause content with two values? */
static bool
term_holds(const MatchRule *rule, const MatchTerm *term, const MatchRecord *a, const MatchRecord *b)
{
	MatchField	of_a = match_record_field(a, term->column);
	MatchField	of_b = match_record_field(b, term->column);
	float		least;

	if (of_a.hash == 0 || of_b.hash == 0)
		return (term->accepts & MATCH_MISSING) != 0 || ((term->accepts & MATCH_BOTH_MISSING) != 0 && of_a.hash == of_b.hash);
	if (of_a.hash == of_b.hash)
		return (term->accepts & (MATCH_EXACT | MATCH_CLOSE | MATCH_SIMILAR)) != 0;
	least = match_term_least(rule, term);
	return least <= 1 && match_column_similarity(match_rule_column(rule, term->column), &of_a, &of_b) >= least;
}

/* Do all terms of one clause hold? */
bool
match_clauses_hold(const MatchRule *rule, const MatchRecord *a, const MatchRecord *b)
{
	for (int i = 0; i < rule->nclauses; i++)
	{
		int			n;
		const MatchTerm *terms = match_rule_clause(rule, i, &n);
		bool		holds = true;

		for (int k = 0; k < n && holds; k++)
			holds = term_holds(rule, &terms[k], a, b);
		if (holds)
			return true;
	}
	return false;
}
