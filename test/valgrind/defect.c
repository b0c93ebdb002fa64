/*
 * defect.c
 *		A deliberate defect, which valgrind must report: a decision on memory of the server's that nobody has written.
 *		AddressSanitizer is silent about it.
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(defect);

Datum
defect(PG_FUNCTION_ARGS)
{
	volatile int *numbers = palloc(16 * sizeof(int));

	PG_RETURN_BOOL(numbers[7] > 0 ? true : false);
}
