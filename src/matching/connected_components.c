/*
 * connected_components.c
 *		Which records hang together by pairs of at least a score.
 *
 * A forest of records in which every pair joins two trees, with path halving (Tarjan and van Leeuwen 1984, "Worst-case Analysis
 * of Set Union Algorithms"): near-linear in the pairs.  Of two roots the lesser becomes the root, which makes it the least id.
 *
 * Worked example: A-B 8, B-C 6, D-E 9, with min_score 7 -> A (A B), C (C), D (D E).
 */
#include "matching/match_graph.h"

#include <math.h>

#include "core/guard.h"
#include "funcapi.h"
#include "miscadmin.h"

SALESOPS_FUNCTION(salesops_connected_components);

/* (graph, min_score float8) -> (record text, cluster text) */
Datum
salesops_connected_components(PG_FUNCTION_ARGS)
{
	double		min_score = PG_GETARG_FLOAT8(1);
	GraphView	view;
	uint32	   *parent;

	InitMaterializedSRF(fcinfo, 0);
	if (unlikely(isnan(min_score)))
		guard_finite(min_score, "min_score");
	graph_open_ordered(fcinfo, 0, &view);
	parent = MemoryContextAllocHuge(CurrentMemoryContext, ((Size) view.nrecords + 1) * sizeof(uint32));
	for (uint32 i = 0; i < view.nrecords; i++)
		parent[i] = i;
	for (uint32 i = 0; i < view.npairs; i++)
	{
		if (unlikely((i & 0xFFFF) == 0xFFFF))
			CHECK_FOR_INTERRUPTS();
		if (view.pairs[i].score >= min_score)
			graph_join(parent, view.pairs[i].a, view.pairs[i].b);
	}
	for (uint32 i = 0; i < view.nrecords; i++)
		parent[i] = parent[parent[i]];	/* of a lesser one it is known already */
	graph_put_clusters(fcinfo, &view, parent);
	pfree(parent);
	return (Datum) 0;
}
