/*
 * set_join.h
 *		All pairs of sets that are similar enough, by Jaccard.  See set_join.c.
 */
#ifndef SALESOPS_SET_JOIN_H
#define SALESOPS_SET_JOIN_H

#include "core/compat.h"

/* How the similarity is rounded before it is compared with the threshold. */
typedef enum SetJoinRounding
{
	SET_JOIN_DOUBLE,
	SET_JOIN_REAL				/* as pg_trgm does */
} SetJoinRounding;

/* A set as it was added: its tokens, and whose they are. */
typedef struct JoinedSet
{
	uint64		at;				/* its first token */
	uint32		size;			/* tokens, one or more */
	uint32		member;			/* the caller's number */
	uint32		side;			/* 0, or 1 of the second collection */
} JoinedSet;

typedef struct SetJoin
{
	double		threshold;
	SetJoinRounding rounding;
	bool		two_sides;		/* pairs are of one set of each side, else of any two */
	uint64		ntokens;
	uint64		token_room;
	uint32	   *tokens;
	uint32		nsets;
	uint32		set_room;
	JoinedSet  *sets;
} SetJoin;

/* Takes a pair: of one side, the member that was added first stands first; of two, that of side 0. */
typedef void (*SetJoinPair) (void *owner, uint32 a, uint32 b, double similarity);

extern void set_join_init(SetJoin *join, double threshold, SetJoinRounding rounding, bool two_sides);
extern void set_join_add(SetJoin *join, uint32 side, uint32 member, const uint32 *tokens, uint32 n);
extern void set_join_run(SetJoin *join, SetJoinPair pair, void *owner);

#endif							/* SALESOPS_SET_JOIN_H */
