/*
 * call_memo.c
 *		What was computed of a value, kept for the next row.
 *
 * A query that reads one stored summary for each deal passes the same value with every row.  What is costly to compute
 * of it is kept for each call site, in fn_extra, beside a copy of the value's bytes: these are what is compared, as a
 * value of a table comes at another address with every row, and another one may come at the same.
 *
 * An error on the way leaves what was kept before: the result is made aside, and takes its place when it is whole.
 */
#include "core/call_memo.h"

typedef struct CallMemo
{
	struct varlena *value;		/* NULL: there is none yet */
	Size		room;
	void	   *result;
	void	   *next;			/* where a result is made */
} CallMemo;

/* The result of a value that is detoasted, packed or not; it is good until the next call.  A call site has one kind of result. */
const void *
call_memo(FunctionCallInfo fcinfo, const void *value, Size result_size, CallMemoMake make)
{
	MemoryContext context = fcinfo->flinfo->fn_mcxt;
	CallMemo   *memo = fcinfo->flinfo->fn_extra;
	Size		size = VARSIZE_ANY(value);
	void	   *made;

	if (memo == NULL)
	{
		memo = MemoryContextAllocZero(context, MAXALIGN(sizeof(CallMemo)) + 2 * MAXALIGN(result_size));
		memo->result = (char *) memo + MAXALIGN(sizeof(CallMemo));
		memo->next = (char *) memo->result + MAXALIGN(result_size);
		fcinfo->flinfo->fn_extra = memo;
	}
	if (likely(memo->value != NULL && VARSIZE_ANY(memo->value) == size && memcmp(memo->value, value, size) == 0))
		return memo->result;

	made = memo->next;
	make(value, made);
	if (memo->room < size)
	{
		struct varlena *larger = MemoryContextAlloc(context, size);

		if (memo->value != NULL)
			pfree(memo->value);
		memo->value = larger;
		memo->room = size;
	}
	memcpy(memo->value, value, size);
	memo->next = memo->result;
	memo->result = made;
	return made;
}
