/*
 * match_block.h
 *		Which of many records are compared with each other.  See match_block.c.
 */
#ifndef SALESOPS_MATCH_BLOCK_H
#define SALESOPS_MATCH_BLOCK_H

#include "matching/match_record.h"

/* What is done with a pair; a is less than b.  found_by has a bit for each column of the atoms by which it was
 * found: of twins and of wide records of the rarest of them. */
typedef void (*MatchPairFunction) (void *context, uint32 a, uint32 b, uint32 found_by);

typedef struct MatchBlocks
{
	uint32		nrecords;
	uint32		most;			/* records that may have atoms in common without that they are too many */
	uint32		nranks;			/* atoms of two records or more, from the rarest; stop atoms come behind all others */
	uint32		nwalked;		/* of them those that are no stop atoms */
	uint32	   *counts;			/* of each */
	uint8	   *columns;		/* of each, which column's it is */
	uint32	   *offsets;		/* of each record, where its ranks begin; one more for the end */
	uint32	   *ranks;			/* ascending */
	uint32		nleft;			/* records before this are compared with those from it on, and not among themselves; 0: all */
	const bool *wanted;			/* of each record: pairs are taken that have one of these; NULL: all */
	MatchRecord *const *records;
	uint32	   *twins;			/* a number that records with the same atoms share, while pairs are taken */
	struct AtomTable *table;	/* while atoms are counted and numbered */
	/* what was found on the way */
	uint64		walked;			/* of `total` places in lists of records */
	uint64		total;
	uint64		nblocks;
	uint64		npairs;
	uint64		ncrowds;		/* too many to compare with each other */
	uint64		crowded_records;	/* each once */
	bool	   *is_crowded;		/* of each record; NULL while there are none */
	uint32		crowd_most;
	MatchPairFunction function;
	void	   *context;
} MatchBlocks;

/* In this order. */
extern void match_blocks_init(MatchBlocks *blocks, MatchRecord *const *records, uint32 nrecords, uint32 nleft, uint32 most);
extern uint64 *match_blocks_frequent(const MatchBlocks *blocks, uint32 *n);
extern void match_blocks_number(MatchBlocks *blocks, const uint64 *stop, uint32 nstop);
extern void match_blocks_pairs(MatchBlocks *blocks, MatchPairFunction function, void *context);

/* How far match_blocks_pairs() has come. */
static inline int
match_blocks_percent(const MatchBlocks *blocks)
{
	return blocks->total == 0 ? 0 : (int) (blocks->walked * 100 / blocks->total);
}

#endif							/* SALESOPS_MATCH_BLOCK_H */
