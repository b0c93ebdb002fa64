/*
 * catalog.c
 *		What there is to fuzz, from the catalog: the C functions and the base types of the extension.  So a new
 *		type or function is fuzzed without being named here.
 */
#include "fuzz.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

FuzzFunction **fuzz_functions;
int			fuzz_nfunctions;

static FuzzType *types;
static int	ntypes;
static MemoryContext keep;

/* Runs a query; its rows are in SPI_tuptable until the end.  What is made of them stays. */
static int
query(const char *sql)
{
	if (SPI_execute(sql, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the catalog: %s", sql);
	MemoryContextSwitchTo(keep);
	return (int) SPI_processed;
}

static char *
column_text(int row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

static Oid
column_oid(int row, int column)
{
	char	   *value = column_text(row, column);

	return value == NULL ? InvalidOid : atooid(value);
}

FuzzFunction *
fuzz_function(Oid oid)
{
	for (int i = 0; i < fuzz_nfunctions; i++)
	{
		if (fuzz_functions[i]->call.fn_oid == oid)
			return fuzz_functions[i];
	}
	return NULL;
}

FuzzFunction *
fuzz_function_named(const char *name, int nargs)
{
	for (int i = 0; i < fuzz_nfunctions; i++)
	{
		if (strcmp(fuzz_functions[i]->name, name) == 0 && fuzz_functions[i]->nargs == nargs)
			return fuzz_functions[i];
	}
	return NULL;
}

FuzzType *
fuzz_type(Oid oid)
{
	for (int i = 0; i < ntypes; i++)
	{
		if (types[i].oid == oid)
			return &types[i];
	}
	return NULL;
}

static void
load_functions(void)
{
	char	  **queries;

	fuzz_nfunctions = query("SELECT f.oid, f.name, f.signature, f.result, f.query FROM fuzz.function f ORDER BY f.signature COLLATE \"C\"");
	fuzz_functions = palloc0(fuzz_nfunctions * sizeof(FuzzFunction *));
	queries = palloc0(fuzz_nfunctions * sizeof(char *));
	for (int i = 0; i < fuzz_nfunctions; i++)
	{
		FuzzFunction *function = fuzz_functions[i] = palloc0(sizeof(FuzzFunction));

		fmgr_info(column_oid(i, 1), &function->call);
		function->name = column_text(i, 2);
		function->signature = column_text(i, 3);
		function->result = column_oid(i, 4);
		queries[i] = column_text(i, 5);
		function->nargs = function->call.fn_nargs;
		if (function->nargs > FUZZ_MAX_ARGS)
			elog(ERROR, "%s has too many arguments: raise FUZZ_MAX_ARGS", function->signature);
	}
	for (int row = query("SELECT function, place, type FROM fuzz.argument"); row-- > 0;)
		fuzz_function(column_oid(row, 1))->args[atoi(column_text(row, 2))] = column_oid(row, 3);
	for (int i = 0; i < fuzz_nfunctions; i++)
	{
		FuzzFunction *function = fuzz_functions[i];

		if (queries[i] == NULL)
			continue;
		function->plan = SPI_prepare(queries[i], function->nargs, function->args);
		if (function->plan == NULL || SPI_keepplan(function->plan) != 0)
			elog(ERROR, "could not prepare: %s", queries[i]);
	}
}

static FuzzFunction *
required(int row, int column, const char *what)
{
	FuzzFunction *function = fuzz_function(column_oid(row, column));

	if (function == NULL)
		elog(ERROR, "the type %s has no C function for %s", column_text(row, 2), what);
	return function;
}

static void
load_types(void)
{
	ntypes = query("SELECT oid, name, input, output, receive, send, finish, combine, cmp, hash, hash_extended, is_mergeable FROM fuzz.type ORDER BY name");
	types = palloc0(ntypes * sizeof(FuzzType));
	for (int i = 0; i < ntypes; i++)
	{
		FuzzType   *type = &types[i];

		type->oid = column_oid(i, 1);
		type->name = column_text(i, 2);
		type->in = required(i, 3, "input");
		type->out = required(i, 4, "output");
		type->recv = required(i, 5, "receive");
		type->send = required(i, 6, "send");
		type->finish = fuzz_function(column_oid(i, 7));
		type->combine = fuzz_function(column_oid(i, 8));
		type->cmp = required(i, 9, "comparison");
		type->hash = required(i, 10, "hash");
		type->hash_extended = required(i, 11, "extended hash");
		type->is_mergeable = strcmp(column_text(i, 12), "t") == 0;
		type->operators = palloc(fuzz_nfunctions * sizeof(FuzzFunction *));
		type->operator_names = palloc(fuzz_nfunctions * sizeof(char *));
		type->readers = palloc(fuzz_nfunctions * sizeof(FuzzFunction *));
		type->builders = palloc(fuzz_nfunctions * sizeof(FuzzFunction *));
	}
	for (int row = query("SELECT type, function, role FROM fuzz.use ORDER BY 1, 2"); row-- > 0;)
	{
		FuzzType   *type = fuzz_type(column_oid(row, 1));
		FuzzFunction *function = fuzz_function(column_oid(row, 2));

		if (strcmp(column_text(row, 3), "builder") == 0)
			type->builders[type->nbuilders++] = function;
		else if (strcmp(column_text(row, 3), "reader") != 0)
		{
			type->operator_names[type->noperators] = column_text(row, 3);
			type->operators[type->noperators++] = function;
		}
		else
			type->readers[type->nreaders++] = function;
	}
	for (int i = 0; i < ntypes; i++)
	{
		int			n = query(psprintf("SELECT literal FROM fuzz.example WHERE type = %u ORDER BY literal COLLATE \"C\"", types[i].oid));

		types[i].examples = palloc(Max(n, 1) * sizeof(Datum));
		for (int row = 0; row < n; row++)
		{
			FuzzOutcome outcome = fuzz_call1(types[i].in, CStringGetDatum(column_text(row, 1)));

			if (outcome.sqlstate != 0)
				elog(ERROR, "the example %s of %s is refused", column_text(row, 1), types[i].name);
			types[i].examples[types[i].nexamples++] = outcome.value;
		}
		if (n == 0)
			elog(ERROR, "no COMMENT has an example of a %s", types[i].name);
	}
}

/* Reads the tables of harness.sql into memory that stays. */
void
fuzz_load_catalog(void)
{
	keep = AllocSetContextCreate(TopMemoryContext, "fuzz catalog", ALLOCSET_DEFAULT_SIZES);
	SPI_connect();
	load_functions();
	load_types();
	fuzz_nwords = query("SELECT word FROM fuzz.word ORDER BY word COLLATE \"C\"");
	fuzz_words = palloc(fuzz_nwords * sizeof(char *));
	for (int i = 0; i < fuzz_nwords; i++)
		fuzz_words[i] = column_text(i, 1);
	SPI_finish();
}
