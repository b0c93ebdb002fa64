/*
 * match_record.h
 *		A record under a match rule, read once: what its comparison with others needs.  See match_record.c.
 */
#ifndef SALESOPS_MATCH_RECORD_H
#define SALESOPS_MATCH_RECORD_H

#include "matching/match_column.h"

#define MATCH_RECORD_VERSION 1

/* Atoms that too many records have to be found by (match_block.c): at most so many. */
#define MATCH_MAX_STOP 1024

/* Behind the header: hashes of the keys, outlines of the keys, atoms, places of the keys, keys. */
typedef struct MatchRecord
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint16		version;
	uint16		ncolumns;
	uint32		natoms;
	uint32		reserved;
	uint64		words[FLEXIBLE_ARRAY_MEMBER];
} MatchRecord;

static inline const uint64 *
match_record_atoms(const MatchRecord *record)
{
	return record->words + record->ncolumns * (1 + MATCH_OUTLINE_WORDS);
}

static inline MatchField
match_record_field(const MatchRecord *record, int column)
{
	const uint32 *place = (const uint32 *) (match_record_atoms(record) + record->natoms);
	MatchField	field;

	field.hash = record->words[column];
	field.outline = record->words + record->ncolumns + column * MATCH_OUTLINE_WORDS;
	field.key = field.hash == 0 ? NULL : (text *) ((char *) record + place[column]);
	field.reading = NULL;
	return field;
}

/* An order in which records of one rule stand together that are the same in all, or in most; of these the lesser number first. */
static inline int
match_record_compare(MatchRecord *const *records, uint32 a, uint32 b)
{
	const uint64 *p = records[a]->words;
	const uint64 *q = records[b]->words;

	for (int i = 0; i < records[a]->ncolumns; i++)
		if (p[i] != q[i])
			return p[i] < q[i] ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* The column whose atom it is stands in its first bits. */
#define MATCH_ATOM_COLUMN_BITS 6

StaticAssertDecl(MATCH_MAX_COLUMNS <= 1 << MATCH_ATOM_COLUMN_BITS, "each column has a number in an atom");

static inline int
match_atom_column(uint64 atom)
{
	return (int) (atom >> (64 - MATCH_ATOM_COLUMN_BITS));
}

/* An atom that is none is 0. */
static inline uint64
match_atom_of(uint64 hash)
{
	return hash == 0 ? 1 : hash;
}

extern MatchRecord *match_record_make(const MatchRule *rule, const Datum *values, const bool *nulls);
extern MatchRecord *match_record_of(Datum datum, const MatchRule *rule);
extern bool match_clauses_hold(const MatchRule *rule, const MatchRecord *a, const MatchRecord *b);

#endif							/* SALESOPS_MATCH_RECORD_H */
