/*
 * literal.h
 *		Reading and writing the JSON text form of our types.  See literal.c.
 */
#ifndef SALESOPS_LITERAL_H
#define SALESOPS_LITERAL_H

#include "core/compat.h"

#include "lib/stringinfo.h"
#include "utils/date.h"
#include "utils/jsonb.h"

/* Where a value stands, for error messages: type "sales_process", place "stage 3". */
typedef struct LiteralPlace
{
	const char *type;
	const char *place;			/* NULL at the top level */
} LiteralPlace;

extern void literal_check_extent(size_t extent, const char *unit, size_t most, const char *type, const char *hint);
extern JsonbContainer *literal_parse(const char *text, size_t max_length, size_t max_values, const char *type);
extern JsonbContainer *literal_parse_any(const char *text, size_t max_length, size_t max_values, const char *type);
extern void literal_check_keys(JsonbContainer *object, const char *const *keys, int nkeys, LiteralPlace at);
extern JsonbValue *literal_get(JsonbContainer *object, const char *key);
extern void literal_check_version(JsonbContainer *object, int version, const char *how, LiteralPlace at);
extern JsonbContainer *literal_container(const JsonbValue *value, bool array, const char *key, LiteralPlace at);
extern char *literal_string(const JsonbValue *value, const char *key, LiteralPlace at);
extern bool literal_bool(const JsonbValue *value, const char *key, LiteralPlace at);
extern double literal_float8(const JsonbValue *value, const char *key, LiteralPlace at);
extern int64 literal_int8(const JsonbValue *value, const char *key, LiteralPlace at);
extern int64 literal_count(const JsonbValue *value, const char *key, LiteralPlace at);
extern Numeric literal_numeric(const JsonbValue *value, const char *key, LiteralPlace at);
extern DateADT literal_date(const char *text, const char *hint, LiteralPlace at);
SALESOPS_NORETURN extern void literal_error(LiteralPlace at, const char *detail, const char *hint);

extern void literal_put_string(StringInfo out, const char *bytes, int length);
extern void literal_put_float8(StringInfo out, double value);
extern void literal_put_float4(StringInfo out, float value);
extern void literal_put_key(StringInfo out, const char *key);
extern void literal_put_count(StringInfo out, const char *key, int64 count);

#endif							/* SALESOPS_LITERAL_H */
