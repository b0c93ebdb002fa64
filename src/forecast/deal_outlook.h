/*
 * deal_outlook.h
 *		The type deal_outlook: open deals, each an amount and the probability that it is won.  See deal_outlook.c.
 */
#ifndef SALESOPS_DEAL_OUTLOOK_H
#define SALESOPS_DEAL_OUTLOOK_H

#include "core/compat.h"

#include "forecast/lattice.h"

typedef struct DealOutlook
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		building;		/* a state of the aggregate: unsorted, with free room */
	uint16		unused;
	uint32		ndeals;
	uint32		unused_too;
	int64		missing_amounts;
	int64		missing_probabilities;
	LatticeDeal deals[FLEXIBLE_ARRAY_MEMBER];
} DealOutlook;

#define OUTLOOK_MAX_DEALS 100000

extern const DealOutlook *deal_outlook_arg(FunctionCallInfo fcinfo, int argument);

#endif							/* SALESOPS_DEAL_OUTLOOK_H */
