/*
 * collected.h
 *		The life of a state that collects many rows, for types whose state is an expanded object: a template.
 *
 * A state of millions of rows is never copied for a row more, so it is an expanded object, with a memory context of its own
 * under the aggregate's.  It has two faces: `state`, which becomes flat as it is, quickly, for a worker that sends it; and
 * `value`, which becomes flat in the stored form, in which equal values are equal bytes.  Which one the server flattens
 * depends on which it was given: transition functions return the one, and the final function a pointer that reads the other.
 *
 * Before including it, declare the two `ExpandedObjectMethods` state_methods and value_methods, and define COLLECTED_NAME (the
 * type, in errors), COLLECTED_STATE (with the members state and value), COLLECTED_VIEW (a value to be read, whichever form it has,
 * with the members state and flat, of which one is NULL), COLLECTED_FLAT (the flat form, with the member building), and
 * COLLECTED(name), the prefix of these functions, which must be declared:
 *
 *		state_new(context)		a state without rows, in a context of its own under that
 *		view_state(view, state)	opens a state
 *		view_flat(view, flat)	opens a flat value, which is checked
 *		add_all(state, view)	adds the rows of another value
 *		flatten(state)			the stored form, allocated
 *
 * It makes of_header, open (a value for reading in order), state_arg (what a transition function may change), state_result (what it
 * returns), combine and final.
 */
#include "core/aggregate.h"
#include "core/summary.h"
#include "utils/expandeddatum.h"

/* The state that an expanded object is a face of. */
static inline COLLECTED_STATE *
COLLECTED(of_header) (ExpandedObjectHeader *header)
{
	if (header->eoh_methods == &state_methods)
		return (COLLECTED_STATE *) ((char *) header - offsetof(COLLECTED_STATE, state));
	if (likely(header->eoh_methods == &value_methods))
		return (COLLECTED_STATE *) ((char *) header - offsetof(COLLECTED_STATE, value));
	elog(ERROR, "expanded object is no " COLLECTED_NAME);
	return NULL;
}

/* Opens a value as it is: also a state on its way. */
static void
COLLECTED(open_any) (FunctionCallInfo fcinfo, int argument, COLLECTED_VIEW *view)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(PG_GETARG_DATUM(argument));

	if (VARATT_IS_EXTERNAL_EXPANDED(value))
		COLLECTED(view_state) (view, COLLECTED(of_header) (DatumGetEOHP(PointerGetDatum(value))));
	else
		COLLECTED(view_flat) (view, (const COLLECTED_FLAT *) PG_GETARG_VARLENA_P(argument));
}

/* Opens a value for reading in order. */
void
COLLECTED(open) (FunctionCallInfo fcinfo, int argument, COLLECTED_VIEW *view)
{
	COLLECTED(open_any) (fcinfo, argument, view);
	if (unlikely(view->flat != NULL && view->flat->building))
	{
		COLLECTED_STATE *state = COLLECTED(state_new) (CurrentMemoryContext);

		COLLECTED(add_all) (state, view);
		COLLECTED(view_state) (view, state);
	}
}

/* The state that a transition function may change. */
static inline COLLECTED_STATE *
COLLECTED(state_arg) (FunctionCallInfo fcinfo)
{
	MemoryContext context = CurrentMemoryContext;
	COLLECTED_STATE *state;

	if (likely(!PG_ARGISNULL(0) && in_aggregate(fcinfo) &&
			   VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(PG_GETARG_DATUM(0)))))
		return COLLECTED(of_header) (DatumGetEOHP(PG_GETARG_DATUM(0)));
	if (in_aggregate(fcinfo))
		(void) AggCheckCallContext(fcinfo, &context);
	state = COLLECTED(state_new) (context);
	if (!PG_ARGISNULL(0))
	{
		COLLECTED_VIEW view;

		COLLECTED(open_any) (fcinfo, 0, &view);
		COLLECTED(add_all) (state, &view);
	}
	return state;
}

static inline Datum
COLLECTED(state_result) (FunctionCallInfo fcinfo, COLLECTED_STATE *state)
{
	if (likely(in_aggregate(fcinfo)))
		return EOHPGetRWDatum(&state->state);
	PG_RETURN_POINTER(COLLECTED(flatten) (state));
}

/* The combine function, and transition function of merge(): either side may be NULL. */
static Datum
COLLECTED(combine) (FunctionCallInfo fcinfo)
{
	COLLECTED_STATE *state;
	COLLECTED_VIEW other;

	if (PG_ARGISNULL(1))
		return summary_unchanged(fcinfo);
	COLLECTED(open_any) (fcinfo, 1, &other);
	state = COLLECTED(state_arg) (fcinfo);
	COLLECTED(add_all) (state, &other);
	return COLLECTED(state_result) (fcinfo, state);
}

/*
 * The final function.  In an aggregate: the object itself, by a pointer that reads it, in the context of the result.
 * Elsewhere, and in a window, where rows join the state after its value was returned: the stored form.
 */
static Datum
COLLECTED(final) (FunctionCallInfo fcinfo)
{
	struct varlena *value;
	COLLECTED_STATE *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	value = (struct varlena *) DatumGetPointer(PG_GETARG_DATUM(0));
	if (VARATT_IS_EXTERNAL_EXPANDED(value))
	{
		state = COLLECTED(of_header) (DatumGetEOHP(PointerGetDatum(value)));
		if (fcinfo->context != NULL && IsA(fcinfo->context, AggState))
		{
			char	   *pointer = palloc(EXPANDED_POINTER_SIZE);

			memcpy(pointer, state->value.eoh_ro_ptr, EXPANDED_POINTER_SIZE);
			PG_RETURN_POINTER(pointer);
		}
	}
	else
	{
		COLLECTED_VIEW view;

		COLLECTED(open_any) (fcinfo, 0, &view);
		if (view.flat != NULL && !view.flat->building)
			PG_RETURN_DATUM(PG_GETARG_DATUM(0));
		state = COLLECTED(state_new) (CurrentMemoryContext);
		COLLECTED(add_all) (state, &view);
	}
	PG_RETURN_POINTER(COLLECTED(flatten) (state));
}

#undef COLLECTED_NAME
#undef COLLECTED_STATE
#undef COLLECTED_VIEW
#undef COLLECTED_FLAT
#undef COLLECTED
