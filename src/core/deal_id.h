/*
 * deal_id.h
 *		Ids of deals of several types as keys of words.  See deal_id.c.
 */
#ifndef SALESOPS_DEAL_ID_H
#define SALESOPS_DEAL_ID_H

#include "core/compat.h"

#include "lib/stringinfo.h"
#include "utils/uuid.h"

/* The type that ids of deals are of; values of different types of id do not mix.  Stored: never renumber. */
typedef enum DealIdType
{
	DEAL_ID_NONE = 0,			/* a value without deals */
	DEAL_ID_BIGINT,
	DEAL_ID_UUID,
	DEAL_ID_TEXT
} DealIdType;

#define DEAL_ID_TYPES (DEAL_ID_TEXT + 1)

extern const char *const deal_id_type_names[DEAL_ID_TYPES];

#define DEAL_ID_MAX_BYTES 128
#define DEAL_ID_MAX_WORDS (DEAL_ID_MAX_BYTES / sizeof(uint64))

/* `why` says in errors what a deal without its id cannot be used for: a sentence. */
extern uint32 deal_id_of_text(uint64 *key, const char *bytes, int length, const char *why);
extern char *deal_id_out(DealIdType type, const uint64 *key, uint32 words, int *length);
extern void deal_id_put(StringInfo out, DealIdType type, const uint64 *key, uint32 words);
extern void deal_id_send(StringInfo out, DealIdType type, const uint64 *key, uint32 words);
extern uint32 deal_id_recv(StringInfo in, DealIdType type, uint64 *key, const char *why);
SALESOPS_NORETURN extern void deal_id_other_type(DealIdType one, DealIdType other, const char *type);

/* The order of ids that people expect: numbers as such, others by their bytes. */
static inline int
deal_id_compare(DealIdType type, const uint64 *left, const uint64 *right, uint32 words)
{
	if (type == DEAL_ID_BIGINT)
		return (int64) *left < (int64) *right ? -1 : (int64) *left > (int64) *right;
	return memcmp(left, right, words * sizeof(uint64));
}

/* Values keep the type of the ids that they were given first. */
static inline void
deal_id_keep_type(DealIdType *kept, DealIdType type, const char *type_name)
{
	if (likely(*kept == type))
		return;
	if (*kept != DEAL_ID_NONE)
		deal_id_other_type(*kept, type, type_name);
	*kept = type;
}

/* The id of an argument as a key; returns its words. */
static pg_attribute_always_inline uint32
deal_id_arg(FunctionCallInfo fcinfo, int argument, DealIdType type, uint64 *key, const char *why)
{
	text	   *id;

	switch (type)
	{
		case DEAL_ID_BIGINT:
			key[0] = (uint64) PG_GETARG_INT64(argument);
			return 1;
		case DEAL_ID_UUID:
			memcpy(key, DatumGetPointer(PG_GETARG_DATUM(argument)), UUID_LEN);
			return UUID_LEN / sizeof(uint64);
		default:
			id = PG_GETARG_TEXT_PP(argument);
			return deal_id_of_text(key, VARDATA_ANY(id), VARSIZE_ANY_EXHDR(id), why);
	}
}

#endif							/* SALESOPS_DEAL_ID_H */
