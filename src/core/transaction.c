/*
 * transaction.c
 *		may_commit(): whether a procedure that is called here may end the transaction.
 *
 * A procedure that commits as it goes, for a log that others see while it works, cannot do so within BEGIN and COMMIT of a
 * session's own, nor where a function called it; it can be told only by trying, and what is tried in an exception block never
 * may.  The server tells a procedure written in C: the call that comes from PL/pgSQL has the context of the caller.
 */
#include "core/compat.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "nodes/parsenodes.h"

SALESOPS_FUNCTION(salesops_may_commit);

Datum
salesops_may_commit(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;
	bool		null = false;
	Datum		commits;

	if (fcinfo->context == NULL || !IsA(fcinfo->context, CallContext) ||
		get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "may_commit is not called as a procedure");
	commits = BoolGetDatum(!castNode(CallContext, fcinfo->context)->atomic);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), &commits, &null)));
}
