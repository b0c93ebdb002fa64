/*
 * deal_id.c
 *		Ids of deals of several types as keys of words.
 *
 * Values that keep many deals keep their ids as words of 8 bytes (core/row_set.c): a bigint is one, a uuid two, and a text as
 * many as its bytes need, with zeros behind it, so that equal ids are equal words and no text is the prefix of another.
 */
#include "core/deal_id.h"

#include "core/literal.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/uuid.h"

const char *const deal_id_type_names[DEAL_ID_TYPES] = {"none", "bigint", "uuid", "text"};

/* The key of an id that is a text, and how many words it has. */
uint32
deal_id_of_text(uint64 *key, const char *bytes, int length, const char *why)
{
	uint32		words = ((uint32) length + sizeof(uint64) - 1) / sizeof(uint64);

	if (unlikely(length == 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an id is empty"),
				 errdetail_internal("%s", why),
				 errhint("Exclude such rows with a WHERE or FILTER clause.")));
	if (unlikely(length > DEAL_ID_MAX_BYTES))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("an id is too long: \"%.*s...\"", pg_mbcliplen(bytes, length, 60), bytes),
				 errdetail("It may have %d bytes, and this has %d.", DEAL_ID_MAX_BYTES, length),
				 errhint("Pass a key, or a hash of one: md5(id)::uuid.")));
	key[words - 1] = 0;
	memcpy(key, bytes, length);
	return words;
}

char *
deal_id_out(DealIdType type, const uint64 *key, uint32 words, int *length)
{
	char	   *id;

	switch (type)
	{
		case DEAL_ID_BIGINT:
			id = palloc(MAXINT8LEN + 1);
			*length = pg_lltoa((int64) key[0], id);
			return id;
		case DEAL_ID_UUID:
			{
				uint64		bytes[2] = {key[0], words > 1 ? key[1] : 0};

				id = DatumGetCString(DirectFunctionCall1(uuid_out, PointerGetDatum(bytes)));
				*length = (int) strlen(id);
				return id;
			}
		default:
			*length = (int) strnlen((const char *) key, words * sizeof(uint64));
			return pnstrdup((const char *) key, *length);
	}
}

/* As it stands in a text form: a number or a string. */
void
deal_id_put(StringInfo out, DealIdType type, const uint64 *key, uint32 words)
{
	int			length;
	char	   *id = deal_id_out(type, key, words, &length);

	if (type == DEAL_ID_BIGINT)
		appendBinaryStringInfo(out, id, length);
	else
		literal_put_string(out, id, length);
	pfree(id);
}

/* As it stands in a binary form. */
void
deal_id_send(StringInfo out, DealIdType type, const uint64 *key, uint32 words)
{
	if (type == DEAL_ID_BIGINT)
		pq_sendint64(out, key[0]);
	else if (type == DEAL_ID_UUID)
	{
		uint64		bytes[2] = {key[0], words > 1 ? key[1] : 0};

		pq_sendbytes(out, (const char *) bytes, UUID_LEN);
	}
	else
		salesops_sendcountedtext(out, (const char *) key, (int) strnlen((const char *) key, words * sizeof(uint64)));
}

uint32
deal_id_recv(StringInfo in, DealIdType type, uint64 *key, const char *why)
{
	int			length;
	char	   *id;
	uint32		words;

	switch (type)
	{
		case DEAL_ID_BIGINT:
			key[0] = (uint64) pq_getmsgint64(in);
			return 1;
		case DEAL_ID_UUID:
			memcpy(key, pq_getmsgbytes(in, UUID_LEN), UUID_LEN);
			return UUID_LEN / sizeof(uint64);
		default:
			id = pq_getmsgtext(in, (int) pq_getmsgint(in, 4), &length);
			words = deal_id_of_text(key, id, length, why);
			pfree(id);
			return words;
	}
}

/* Ids of two types in one value of the type named. */
void
deal_id_other_type(DealIdType one, DealIdType other, const char *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("ids are of different types: %s and %s", deal_id_type_names[one], deal_id_type_names[other]),
			 errdetail("Rows are brought together by their ids, which are of one type in a %s.", type),
			 errhint("Cast the ids to one type where it is built, for example id::text.")));
	pg_unreachable();
}
