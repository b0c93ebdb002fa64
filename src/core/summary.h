/*
 * summary.h
 *		The framework of all summaries: mergeable aggregate states that are SQL types.  See summary.c.
 */
#ifndef SALESOPS_SUMMARY_H
#define SALESOPS_SUMMARY_H

#include "core/compat.h"
#include "core/exact_sum.h"
#include "core/float_sum.h"
#include "core/tally.h"
#include "lib/stringinfo.h"

/* What every summary's struct begins with. */
typedef struct Summary
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		unused[3];
} Summary;

#define SUMMARY_VERSION 1

/* No count is larger, so that the sum of a few never overflows. */
#define SUMMARY_MAX_COUNT INT64CONST(999999999999999999)

typedef enum SummaryFieldKind
{
	SUMMARY_COUNT,				/* int64, zero or more */
	SUMMARY_SUM,				/* ExactSum of amounts */
	SUMMARY_FLOAT_SUM,			/* FloatSum of measures that are no money */
	SUMMARY_DURATION,			/* ExactSum of whole microseconds, shown in seconds */
	SUMMARY_TALLY				/* Tally of microseconds, shown in seconds; at most one, and last */
} SummaryFieldKind;

typedef struct SummaryField
{
	const char *name;			/* key in the text form */
	SummaryFieldKind kind;
	Size		offset;
} SummaryField;

typedef struct SummaryType
{
	const char *name;			/* of the SQL type; also the key that carries the version in the text form */
	Size		size;			/* of the fixed part, which is the whole where there is no tally */
	Size		tally_offset;	/* 0 where there is none, else the size of the fixed part */
	const SummaryField *fields;
	int			nfields;
	/* What must hold between the fields: returns what is wrong, or NULL. */
	const char *(*check) (const Summary *summary);
} SummaryType;

#define SUMMARY_FIELD(type, name, member, kind) {name, kind, offsetof(type, member)}

extern Summary *summary_state(FunctionCallInfo fcinfo, const SummaryType *type);
extern Datum summary_result(FunctionCallInfo fcinfo, const SummaryType *type, Summary *state);
extern Datum summary_unchanged(FunctionCallInfo fcinfo);
extern const Summary *summary_arg(FunctionCallInfo fcinfo, int argument, const SummaryType *type);
extern Summary *summary_tally_add(const SummaryType *type, Summary *summary, int64 value, int64 count);
extern bool summary_tally_median(const SummaryType *type, const Summary *summary, double *median);

extern void summary_count_error(const char *type);

/* One more.  A count that a summary could not be written and read with is never made. */
static inline void
summary_count(int64 *count, const SummaryType *type)
{
	if (unlikely(++*count > SUMMARY_MAX_COUNT))
		summary_count_error(type->name);
}

extern int64 summary_add_counts(int64 count, int64 other, const char *name, const char *type);
extern Datum summary_combine(FunctionCallInfo fcinfo, const SummaryType *type);
extern Datum summary_final(FunctionCallInfo fcinfo, const SummaryType *type);
extern Datum summary_in(FunctionCallInfo fcinfo, const SummaryType *type);
extern Datum summary_out(FunctionCallInfo fcinfo, const SummaryType *type);
extern Datum summary_recv(FunctionCallInfo fcinfo, const SummaryType *type);
extern Datum summary_send(FunctionCallInfo fcinfo, const SummaryType *type);
extern void summary_send_sum(StringInfo out, const ExactSum *sum);
extern void summary_recv_sum(StringInfo in, ExactSum *sum);

/* A duration in days as whole microseconds, refusing what no business process lasts. */
extern int64 summary_microseconds(double days, const char *argument);

#define SUMMARY_DAY_MICROSECONDS INT64CONST(86400000000)
#define SUMMARY_MAX_DAYS 1000000

/*
 * The SQL-callable functions that a summary type has by being one.  A summary's own file adds its struct, its
 * fields, its transition functions and its readers.
 */
#define SUMMARY_FUNCTIONS(name, type) \
	SUMMARY_FUNCTIONS_BUT_COMBINE(name, type); \
	SALESOPS_FUNCTION(salesops_##name##_combinefn); \
	Datum salesops_##name##_combinefn(PG_FUNCTION_ARGS) { return summary_combine(fcinfo, type); } \
	extern int	no_such_variable

/* For a type whose combine function does more than summary_combine(). */
#define SUMMARY_FUNCTIONS_BUT_COMBINE(name, type) \
	SALESOPS_FUNCTION(salesops_##name##_in); \
	SALESOPS_FUNCTION(salesops_##name##_out); \
	SALESOPS_FUNCTION(salesops_##name##_recv); \
	SALESOPS_FUNCTION(salesops_##name##_send); \
	SALESOPS_FUNCTION(salesops_##name##_finalfn); \
	Datum salesops_##name##_in(PG_FUNCTION_ARGS) { return summary_in(fcinfo, type); } \
	Datum salesops_##name##_out(PG_FUNCTION_ARGS) { return summary_out(fcinfo, type); } \
	Datum salesops_##name##_recv(PG_FUNCTION_ARGS) { return summary_recv(fcinfo, type); } \
	Datum salesops_##name##_send(PG_FUNCTION_ARGS) { return summary_send(fcinfo, type); } \
	Datum salesops_##name##_finalfn(PG_FUNCTION_ARGS) { return summary_final(fcinfo, type); } \
	extern int	no_such_variable

/* Readers that return one field as it is. */
#define SUMMARY_COUNT_READER(name, struct_type, member, type) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) \
	{ PG_RETURN_INT64(((const struct_type *) summary_arg(fcinfo, 0, type))->member); } \
	extern int	no_such_variable

#define SUMMARY_SUM_READER(name, struct_type, member, type) \
	SALESOPS_FUNCTION(salesops_##name); \
	Datum salesops_##name(PG_FUNCTION_ARGS) \
	{ PG_RETURN_NUMERIC(exact_sum_numeric(&((const struct_type *) summary_arg(fcinfo, 0, type))->member)); } \
	extern int	no_such_variable

#endif							/* SALESOPS_SUMMARY_H */
