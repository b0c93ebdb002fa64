/*
 * aggregate.h
 *		Whether a function runs as part of an aggregate.
 */
#ifndef SALESOPS_AGGREGATE_H
#define SALESOPS_AGGREGATE_H

#include "core/compat.h"

#include "nodes/execnodes.h"

/*
 * AggCheckCallContext(fcinfo, NULL) != 0, inline: transition functions ask it for every row, and the call is a good
 * part of what they cost.
 */
static inline bool
in_aggregate(FunctionCallInfo fcinfo)
{
	return fcinfo->context != NULL && (IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState));
}

#endif							/* SALESOPS_AGGREGATE_H */
