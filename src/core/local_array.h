/*
 * local_array.h
 *		Arrays that begin on the stack, since most need no more, and grow in the memory context.
 */
#ifndef SALESOPS_LOCAL_ARRAY_H
#define SALESOPS_LOCAL_ARRAY_H

#include "core/compat.h"

#include "miscadmin.h"

/*
 * Room for twice as many elements: `array`, which is `local` as long as it lies on the stack, and so many it has room for.
 * Whoever fills it has bounded how many there can be.
 */
static inline void *
local_array_grow(void *array, const void *local, int *allocated, Size element)
{
	Size		size = (Size) *allocated * element;

	CHECK_FOR_INTERRUPTS();
	*allocated *= 2;
	if (array != local)
		return repalloc(array, 2 * size);
	return memcpy(palloc(2 * size), local, size);
}

/* Frees what is not on the stack. */
static inline void
local_array_free(void *array, const void *local)
{
	if (array != local)
		pfree(array);
}

#endif							/* SALESOPS_LOCAL_ARRAY_H */
