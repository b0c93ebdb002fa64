/*
 * value.c
 *		Equality, order and hashing, the same for every type of ours.
 *
 * All our types are flat values in one canonical form: equal values are equal bytes.  Their order is that of the
 * bytes: it serves btree indexes, GROUP BY, DISTINCT and merge joins, and means nothing beyond that (it may differ
 * between machines of different byte order).
 *
 * The state of an aggregate on its way is in no such form.  Nobody sees one but who makes an aggregate of a transition function of
 * ours without its final function: all readers take such a value, but it is equal to none but itself until merge(), its final
 * function or its text has brought it to the stored form.
 */
#include "core/compat.h"

#include "common/hashfn.h"

static int
value_compare(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);
	Size		a_size = VARSIZE_ANY_EXHDR(a);
	Size		b_size = VARSIZE_ANY_EXHDR(b);
	int			result = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(a_size, b_size));

	if (result == 0 && a_size != b_size)
		result = a_size < b_size ? -1 : 1;
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result;
}

#define VALUE_COMPARISON(name, condition) \
	SALESOPS_FUNCTION(salesops_value_##name); \
	Datum salesops_value_##name(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(value_compare(fcinfo) condition); } \
	extern int	no_such_variable

VALUE_COMPARISON(eq, == 0);
VALUE_COMPARISON(ne, != 0);
VALUE_COMPARISON(lt, < 0);
VALUE_COMPARISON(le, <= 0);
VALUE_COMPARISON(gt, > 0);
VALUE_COMPARISON(ge, >= 0);

SALESOPS_FUNCTION(salesops_value_cmp);
SALESOPS_FUNCTION(salesops_value_hash);
SALESOPS_FUNCTION(salesops_value_hash_extended);

Datum
salesops_value_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(value_compare(fcinfo));
}

Datum
salesops_value_hash(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	Datum		result = hash_any((unsigned char *) VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value));

	PG_FREE_IF_COPY(value, 0);
	return result;
}

Datum
salesops_value_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	Datum		result = hash_any_extended((unsigned char *) VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value),
										   (uint64) PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(value, 0);
	return result;
}
