/*
 * fuzz.h
 *		The fuzzing shim: what its files share.  README.md tells how it works.
 */
#ifndef SALESOPS_FUZZ_H
#define SALESOPS_FUZZ_H

#include "core/compat.h"

#include "executor/spi.h"
#include "nodes/nodes.h"

#define FUZZ_MAX_ARGS 16

/* A C function of the extension, and how often it was called and gave a result. */
typedef struct FuzzFunction
{
	FmgrInfo	call;
	SPIPlanPtr	plan;			/* of a query that calls it, where it needs an executor */
	Oid			result;
	int			nargs;
	Oid			args[FUZZ_MAX_ARGS];
	char	   *name;
	char	   *signature;
	int64		calls;
	int64		results;
} FuzzFunction;

/* A base type of the extension with the functions that every type has, NULL where this one has none. */
typedef struct FuzzType
{
	Oid			oid;
	char	   *name;
	FuzzFunction *in;
	FuzzFunction *out;
	FuzzFunction *recv;
	FuzzFunction *send;
	FuzzFunction *finish;		/* final function of its aggregates */
	FuzzFunction *combine;
	bool		is_mergeable;	/* are finished values merged, or states under way alone? */
	FuzzFunction **operators;	/* its comparisons, */
	const char **operator_names;	/* such as <= */
	int			noperators;
	FuzzFunction *cmp;
	FuzzFunction *hash;
	FuzzFunction *hash_extended;
	FuzzFunction **readers;		/* all others that take a value of the type */
	int			nreaders;
	FuzzFunction **builders;	/* transition functions that make one from a row */
	int			nbuilders;
	Datum	   *examples;		/* values to combine and compare with */
	int			nexamples;
} FuzzType;

/* What came of a call: an error, NULL, or a value. */
typedef struct FuzzOutcome
{
	int			sqlstate;		/* 0: no error */
	bool		isnull;
	Datum		value;
} FuzzOutcome;

/* The input, being read from the front. */
typedef struct FuzzBytes
{
	const uint8 *at;
	const uint8 *end;
} FuzzBytes;

/* catalog.c */
extern FuzzFunction **fuzz_functions;
extern int	fuzz_nfunctions;
extern void fuzz_load_catalog(void);
extern FuzzFunction *fuzz_function(Oid oid);
extern FuzzFunction *fuzz_function_named(const char *name, int nargs);
extern FuzzType *fuzz_type(Oid oid);

/* calls.c */
extern char **fuzz_words;
extern int	fuzz_nwords;
extern void fuzz_finding(const char *format,...) pg_attribute_printf(1, 2);
extern FuzzOutcome fuzz_call(FuzzFunction *function, const NullableDatum *args, Node *context);
extern FuzzOutcome fuzz_call1(FuzzFunction *function, Datum a);
extern FuzzOutcome fuzz_call2(FuzzFunction *function, Datum a, Datum b);
extern bool fuzz_same(Datum a, Datum b);
extern char *fuzz_show(FuzzType *type, Datum value);
extern uint8 fuzz_byte(FuzzBytes *bytes);
extern Datum fuzz_text(const uint8 *data, size_t size, bool packed);
extern char *fuzz_terminated(const char *data, size_t size);
extern char *fuzz_cstring(const uint8 *data, size_t size);
extern NullableDatum fuzz_argument(FuzzBytes *bytes, Oid type, const char *value_text);

/* checks.c */
extern FuzzOutcome fuzz_receive(FuzzType *type, const char *data, size_t size);
extern void fuzz_check_value(FuzzType *type, Datum value);
extern void fuzz_check_call(FuzzFunction *function, const NullableDatum *args, FuzzOutcome outcome);

/* matching.c */
extern void fuzz_check_matching(FuzzFunction *function, const NullableDatum *args, FuzzOutcome outcome);

/* build.c */
extern bool fuzz_build(FuzzType *type, FuzzBytes *bytes);

/* mutate.c */
typedef enum FuzzMutator
{
	FUZZ_MUTATE_BYTES,
	FUZZ_MUTATE_TEXT,
	FUZZ_MUTATE_JSON
} FuzzMutator;

extern FuzzMutator fuzz_mutator;

#endif							/* SALESOPS_FUZZ_H */
