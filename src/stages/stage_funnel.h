/*
 * stage_funnel.h
 *		The type stage_funnel: how far deals got in the stages of one process.  See stage_funnel.c.
 */
#ifndef SALESOPS_STAGE_FUNNEL_H
#define SALESOPS_STAGE_FUNNEL_H

#include "core/compat.h"

#include "core/exact_sum.h"
#include "process/outcome.h"

/* Deals, how many of them have an amount, and its sum. */
typedef struct FunnelBucket
{
	int64		deals;
	int64		priced;
	ExactSum	amount;
} FunnelBucket;

typedef struct FunnelStage
{
	uint32		name;			/* offset from the start of the value */
	uint16		name_length;
	uint8		outcome;		/* Outcome */
	uint8		unused;
	int64		entered;		/* deals with an event of it */
	int64		skipped;		/* deals that passed it without entering, having begun before it */
	int64		left_back;		/* deals that left it backwards; a closed stage: deals that were reopened from it */
	int64		now;			/* an open stage: deals that are in it */
	FunnelBucket rest;			/* an open stage: open deals that got as far as this; a closed one: deals that ended in it */
	FunnelBucket lost;			/* an open stage: lost deals that had got as far as this */
} FunnelStage;

/* Behind the stages, in the order of the process: their names, one after the other. */
typedef struct StageFunnel
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		building;		/* a state of the aggregate: sums may have digits to spare */
	uint16		nstages;
	uint32		names_size;
	uint32		unused;
	int64		deals;			/* with an event of a stage that the process has */
	int64		regressed;		/* deals that went back at least once */
	int64		skipping;		/* deals that skipped a stage at least */
	int64		reopened;		/* deals that left a closed stage for an open one */
	int64		unknown_deals;	/* deals with an event of a stage that the process does not have */
	int64		unknown_events;
	FunnelBucket unplaced;		/* deals without any event of a stage that the process has */
	FunnelStage stages[FLEXIBLE_ARRAY_MEMBER];
} StageFunnel;

extern const StageFunnel *stage_funnel_arg(FunctionCallInfo fcinfo, int argument);

static inline const char *
funnel_stage_name(const StageFunnel *funnel, const FunnelStage *stage)
{
	return (const char *) funnel + stage->name;
}

#endif							/* SALESOPS_STAGE_FUNNEL_H */
