/*
 * call_memo.h
 *		What was computed of a value, kept for the next row.  See call_memo.c.
 */
#ifndef SALESOPS_CALL_MEMO_H
#define SALESOPS_CALL_MEMO_H

#include "core/compat.h"

/* Computes of a value what is to be kept of it. */
typedef void (*CallMemoMake) (const void *value, void *result);

/* Makes of an argument the value that it is computed of. */
typedef const void *(*CallMemoFetch) (FunctionCallInfo fcinfo, int argument);

extern const void *call_memo(FunctionCallInfo fcinfo, const void *value, Size result_size, CallMemoMake make);
extern const void *call_memo_arg(FunctionCallInfo fcinfo, int argument, CallMemoFetch fetch, const void **value, Size result_size, CallMemoMake make);

#endif							/* SALESOPS_CALL_MEMO_H */
