/*
 * call_memo.c
 *		What was computed of a value, kept for the next row.
 *
 * A query that reads one stored summary for each deal passes the same value with every row.  What is costly to compute
 * of it is kept for each call site, in fn_extra, beside a copy of the value's bytes: these are what is compared, as a
 * value of a table comes at another address with every row, and another one may come at the same.
 *
 * A value that is stored out of line is known again by where it is stored, and is then neither fetched nor compared: one
 * place holds one value for as long as a query may see it, and no other before the numbers of four billion values were given
 * out.
 *
 * An error on the way leaves what was kept before: the result is made aside, and takes its place when it is whole.
 */
#include "core/call_memo.h"

#include "access/detoast.h"

typedef struct CallMemo
{
	struct varlena *value;		/* NULL: there is none yet */
	Size		room;
	struct varatt_external place;	/* of the value, where it is stored out of line */
	bool		has_place;
	void	   *result;
	void	   *next;			/* where a result is made */
} CallMemo;

static CallMemo *
memo_of(FunctionCallInfo fcinfo, Size result_size)
{
	CallMemo   *memo = fcinfo->flinfo->fn_extra;

	if (memo == NULL)
	{
		memo = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, MAXALIGN(sizeof(CallMemo)) + 2 * MAXALIGN(result_size));
		memo->result = (char *) memo + MAXALIGN(sizeof(CallMemo));
		memo->next = (char *) memo->result + MAXALIGN(result_size);
		fcinfo->flinfo->fn_extra = memo;
	}
	return memo;
}

/* The result of a value that is detoasted, packed or not; it is good until the next call.  A call site has one kind of result. */
const void *
call_memo(FunctionCallInfo fcinfo, const void *value, Size result_size, CallMemoMake make)
{
	CallMemo   *memo = memo_of(fcinfo, result_size);
	Size		size = VARSIZE_ANY(value);
	void	   *made;

	if (likely(memo->value != NULL && VARSIZE_ANY(memo->value) == size && memcmp(memo->value, value, size) == 0))
		return memo->result;

	made = memo->next;
	make(value, made);
	if (memo->room < size)
	{
		struct varlena *larger = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, size);

		if (memo->value != NULL)
			pfree(memo->value);
		memo->value = larger;
		memo->room = size;
	}
	memcpy(memo->value, value, size);
	memo->has_place = false;
	memo->next = memo->result;
	memo->result = made;
	return made;
}

/*
 * The same of an argument, which `fetch` makes a value of that is detoasted, good until the next call as well.  A call site
 * that is given the same value out of line with every row pays for it once.
 */
const void *
call_memo_arg(FunctionCallInfo fcinfo, int argument, CallMemoFetch fetch, const void **value, Size result_size, CallMemoMake make)
{
	const struct varlena *stored = (const struct varlena *) DatumGetPointer(PG_GETARG_DATUM(argument));
	CallMemo   *memo = memo_of(fcinfo, result_size);
	struct varatt_external place;
	const void *result;

	if (!VARATT_IS_EXTERNAL_ONDISK(stored))
	{
		*value = fetch(fcinfo, argument);
		return call_memo(fcinfo, *value, result_size, make);
	}
	VARATT_EXTERNAL_GET_POINTER(place, stored);
	if (memo->has_place && memcmp(&memo->place, &place, sizeof(place)) == 0)
	{
		*value = memo->value;
		return memo->result;
	}
	*value = fetch(fcinfo, argument);
	result = call_memo(fcinfo, *value, result_size, make);
	memo->place = place;
	memo->has_place = true;
	return result;
}
