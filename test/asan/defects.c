/*
 * defects.c
 *		Deliberate defects, one for each kind that the instruments must report: the test of the test.
 *
 * test/asan/run calls defect(name) for each CASE below and looks for the second string in the report, "nothing" where
 * there must be none.  The cases on palloc'd memory hold only on a server that tells AddressSanitizer of its memory
 * contexts.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(defect);

#define CASE(name, report) if (strcmp(which, name) == 0)

Datum
defect(PG_FUNCTION_ARGS)
{
	const char *which = text_to_cstring(PG_GETARG_TEXT_PP(0));
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "defects", ALLOCSET_DEFAULT_SIZES);
	volatile char *bytes = palloc(13);
	volatile int64 number = PG_INT64_MAX;
	volatile double real = 1e300;
	volatile int result = 0;

	CASE("write_past_palloc", "use-after-poison")
	{
		bytes[13] = 1;
	}
	CASE("read_past_palloc", "use-after-poison")
	{
		result = bytes[14];
	}
	CASE("read_past_full_chunk", "use-after-poison")
	{
		bytes = palloc(16);
		result = bytes[16];
	}
	CASE("read_before_palloc", "use-after-poison")
	{
		result = bytes[-16];
	}
	CASE("write_past_large_palloc", "heap-buffer-overflow")
	{
		bytes = palloc(100000);
		bytes[100000] = 1;
	}
	CASE("write_past_shrunk_chunk", "use-after-poison")
	{
		bytes = repalloc((char *) bytes, 11);
		bytes[11] = 1;
	}
	CASE("memcpy_past_palloc", "use-after-poison")
	{
		memcpy(palloc(10), (char *) bytes, 11);
	}
	CASE("use_after_pfree", "use-after-poison")
	{
		pfree((char *) bytes);
		result = bytes[0];
	}
	CASE("use_after_reset", "use-after-poison")
	{
		bytes = MemoryContextAllocZero(context, 20);
		MemoryContextReset(context);
		result = bytes[0];
	}
	CASE("use_after_delete", "use-after-poison")
	{
		bytes = MemoryContextAllocZero(context, 20);
		MemoryContextDelete(context);
		result = bytes[0];
	}
	CASE("write_past_stack", "stack-buffer-overflow")
	{
		char		local[10];
		volatile char *place = local;

		place[10 + result] = 1;
	}
	CASE("signed_overflow", "signed integer overflow")
	{
		number = number + 1;
	}
	CASE("double_out_of_range", "outside the range of representable values")
	{
		number = (int64) real;
	}
	CASE("shift_too_far", "shift exponent")
	{
		result = 1 << (result + 40);
	}
	CASE("misaligned_read", "misaligned address")
	{
		/* not through a volatile pointer, which is not checked */
		result = *(int *) ((char *) bytes + 1);
	}
	CASE("no_defect", "nothing")
	{
		bytes[12] = 1;
		bytes = repalloc((char *) bytes, 14);
		bytes[13] = bytes[12];
		bytes = repalloc((char *) bytes, 5000);
		bytes[4999] = bytes[13];
		bytes = repalloc((char *) bytes, 100001);
		bytes[100000] = bytes[4999];
		pfree((char *) bytes);
		bytes = MemoryContextAllocZero(context, 20);
		MemoryContextReset(context);
		bytes = MemoryContextAllocZero(context, 21);
		bytes[20] = 1;
		result = bytes[20];
	}
	PG_RETURN_INT32(result);
}
