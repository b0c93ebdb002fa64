/*
 * growing.h
 *		The life of a state that grows in an aggregate, for types that are flat values of their own: a template.
 *
 * While it is built, such a value has free room and is unsorted (`building`); the first transition makes one, later ones
 * change it in place where it is the executor's own copy, and the final function brings a copy to the stored form
 * (core/summary.c tells of the same life for summaries of fixed fields).  A state that someone kept is a value like any
 * other: readers see it in the stored form.
 *
 * Before including it, define GROWING_TYPE (a struct with the header of a varlena and `building`) and GROWING(name) (the
 * prefix of its functions), and these:
 *
 *		checked(value)		the value, or an error where its sizes contradict each other
 *		first()				a state without anything in it
 *		grown(value)		a state with what the value has, and free room
 *		canonical(value)	a copy in the stored form
 *
 * It makes any (an argument as it is), arg (in the stored form), state (what a transition function may change), result
 * (what it returns) and final.
 */

static const GROWING_TYPE *
GROWING(any) (FunctionCallInfo fcinfo, int argument)
{
	return GROWING(checked) ((const GROWING_TYPE *) PG_GETARG_VARLENA_P(argument));
}

static const GROWING_TYPE *
GROWING(arg) (FunctionCallInfo fcinfo, int argument)
{
	const GROWING_TYPE *value = GROWING(any) (fcinfo, argument);

	return value->building ? GROWING(canonical) (value) : value;
}

static GROWING_TYPE *
GROWING(state) (FunctionCallInfo fcinfo)
{
	GROWING_TYPE *state;

	if (PG_ARGISNULL(0))
		return GROWING(first) ();
	/* what every row but the first finds: a plain value, the aggregate's own */
	state = (GROWING_TYPE *) DatumGetPointer(PG_GETARG_DATUM(0));
	if (likely(in_aggregate(fcinfo) && !VARATT_IS_EXTENDED(state)))
	{
		(void) GROWING(checked) (state);
		if (state->building)
			return state;
	}
	return GROWING(grown) (GROWING(any) (fcinfo, 0));
}

static Datum
GROWING(result) (FunctionCallInfo fcinfo, GROWING_TYPE *state)
{
	PG_RETURN_POINTER(in_aggregate(fcinfo) ? state : GROWING(canonical) (state));
}

static Datum
GROWING(final) (FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(GROWING(canonical) (GROWING(any) (fcinfo, 0)));
}

#undef GROWING_TYPE
#undef GROWING
