/*
 * merge_sort.h
 *		A sort for elements that anyone may have put into an order made for it: a template, included once for each use.
 *
 * qsort can be driven into quadratic time, which no timeout could end.  This one takes n log n steps whatever the order,
 * n where the elements are in order already, as those of a history mostly are, and can be cancelled.  Runs of a few are
 * sorted by insertion, so that few elements need no room for merging.
 *
 * Before including it, define MERGE_SORT_NAME (of the function that it makes), MERGE_SORT_TYPE (of an element), and
 * MERGE_SORT_COMPARE (of pointers to two elements, as for qsort); they are undefined at its end.  Where the comparison needs to
 * know more, MERGE_SORT_PARAMETER declares a further parameter of the function, which it may name.
 */
#define MERGE_SORT_RUN 16
#ifndef MERGE_SORT_PARAMETER
#define MERGE_SORT_PARAMETER
#define MERGE_SORT_COMMA
#else
#define MERGE_SORT_COMMA ,
#endif

static void
MERGE_SORT_NAME(MERGE_SORT_TYPE *elements, uint32 n MERGE_SORT_COMMA MERGE_SORT_PARAMETER)
{
	MERGE_SORT_TYPE *left;

	for (uint32 start = 0; start < n; start += MERGE_SORT_RUN)
	{
		uint32		end = Min(start + MERGE_SORT_RUN, n);

		for (uint32 i = start + 1; i < end; i++)
		{
			MERGE_SORT_TYPE element = elements[i];
			uint32		hole = i;

			for (; hole > start && MERGE_SORT_COMPARE(&elements[hole - 1], &element) > 0; hole--)
				elements[hole] = elements[hole - 1];
			elements[hole] = element;
		}
	}
	if (n <= MERGE_SORT_RUN)
		return;

	left = MemoryContextAllocHuge(CurrentMemoryContext, (Size) n * sizeof(MERGE_SORT_TYPE));
	for (uint32 size = MERGE_SORT_RUN; size < n; size *= 2)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint32 start = 0; start + size < n; start += 2 * size)
		{
			uint32		right = start + size;
			uint32		end = Min(right + size, n);
			uint32		taken = 0;

			if (MERGE_SORT_COMPARE(&elements[right - 1], &elements[right]) <= 0)
				continue;
			memcpy(left, &elements[start], size * sizeof(MERGE_SORT_TYPE));
			/* where those on the right run out first, the rest of the left goes behind; else the right is in place */
			for (uint32 to = start; taken < size; to++)
			{
				if (right < end && MERGE_SORT_COMPARE(&elements[right], &left[taken]) < 0)
					elements[to] = elements[right++];
				else
					elements[to] = left[taken++];
			}
		}
	}
	pfree(left);
}

#undef MERGE_SORT_RUN
#undef MERGE_SORT_NAME
#undef MERGE_SORT_TYPE
#undef MERGE_SORT_COMPARE
#undef MERGE_SORT_PARAMETER
#undef MERGE_SORT_COMMA
