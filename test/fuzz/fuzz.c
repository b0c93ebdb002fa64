/*
 * fuzz.c
 *		libFuzzer inside a backend: the function that test/fuzz/run calls, one execution, and the report.
 *
 * The code under test calls the server's memory, errors, JSON parser, numerics and encodings, so the server is where
 * it is run: this file, libFuzzer's driver and the extension, instrumented for coverage, are one shared library,
 * loaded by a single-user backend (postgres --single), and a SQL function hands control to the driver, which never
 * returns it while fuzzing.  An execution calls one of the extension's functions through fmgr on bytes, in a memory
 * context of its own, catches the error as the server would, and checks what must hold of it or of the value
 * (calls.c, checks.c, build.c).  What must not be ends in abort(), and the driver saves the input.
 */
#include "fuzz.h"

#include <signal.h>
#include <unistd.h>

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "storage/fd.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

typedef enum Kind
{
	KIND_INPUT,
	KIND_RECEIVE,
	KIND_BUILD,
	KIND_CALL
} Kind;

static Kind kind;
static FuzzType *type;
static FuzzFunction **called;	/* of KIND_CALL */
static int	ncalled;
static const char *report_path;
static MemoryContext execution;
static int64 executions;
static int64 accepted;

/* ---- memory ---- */

/*
 * What an execution may have allocated at any time, all that it checks included: an allowance, and so much for each byte
 * of the input.  A few bytes can say that there are thousands of rows; and the distribution of a few deals is computed on up to
 * 2^20 points, in three arrays, and some are kept.
 */
#define MEMORY_ALLOWANCE (4 * 1024 * 1024)
#define MEMORY_OF_ROWS (128 * 1024 * 1024)
#define MEMORY_OF_OUTLOOK (64 * 1024 * 1024)
#define MEMORY_FACTOR 1024

/* AddressSanitizer's, where it is there. */
extern int	__sanitizer_install_malloc_and_free_hooks(void (*malloc_hook) (const volatile void *, size_t),
													  void (*free_hook) (const volatile void *)) __attribute__((weak));
extern size_t __sanitizer_get_allocated_size(const volatile void *) __attribute__((weak));

static int64 allocated;
static int64 most_allocated;
static int64 memory_limit = PG_INT64_MAX;	/* within an execution */

static void
malloc_hook(const volatile void *memory, size_t size)
{
	if (memory_limit == PG_INT64_MAX)
		return;
	allocated += size;
	if (allocated > most_allocated)
		most_allocated = allocated;
	if (allocated > memory_limit)
	{
		memory_limit = PG_INT64_MAX;
		fuzz_finding(INT64_FORMAT " bytes are allocated", allocated);
	}
}

static void
free_hook(const volatile void *memory)
{
	if (memory != NULL)
		allocated -= __sanitizer_get_allocated_size(memory);
}

/* ---- report ---- */

/* Line coverage is that of the executions, not of what the shim called before. */
extern void __llvm_profile_reset_counters(void);

/* What test/fuzz/run makes its table of. */
static void
write_report(void)
{
	FILE	   *file = fopen(report_path, "w");

	if (file == NULL)
	{
		perror(report_path);
		_exit(1);
	}
	fprintf(file, "executions " INT64_FORMAT "\naccepted " INT64_FORMAT "\nmemory " INT64_FORMAT "\n", executions, accepted, most_allocated);
	for (int i = 0; i < fuzz_nfunctions; i++)
		fprintf(file, "function %u " INT64_FORMAT " " INT64_FORMAT " %s\n", fuzz_functions[i]->call.fn_oid, fuzz_functions[i]->calls,
				fuzz_functions[i]->results, fuzz_functions[i]->signature);
	fclose(file);
}

/* ---- executions ---- */

/* Arguments of texts are the input split at zero bytes, which no text has; others are made of its bytes. */
static bool
execute_call(FuzzBytes bytes)
{
	FuzzFunction *function = called[ncalled > 1 ? fuzz_byte(&bytes) % ncalled : 0];
	NullableDatum args[FUZZ_MAX_ARGS];
	FuzzOutcome outcome;

	for (int i = 0; i < function->nargs; i++)
	{
		if (function->args[i] == TEXTOID)
		{
			const uint8 *zero = memchr(bytes.at, '\0', bytes.end - bytes.at);
			const uint8 *end = zero != NULL ? zero : bytes.end;

			args[i] = (NullableDatum) {fuzz_text(bytes.at, end - bytes.at, (end - bytes.at) % 2 == 0), false};
			bytes.at = zero != NULL ? zero + 1 : bytes.end;
		}
		else
			args[i] = fuzz_argument(&bytes, function->args[i], NULL);
	}
	outcome = fuzz_call(function, args, NULL);
	if (outcome.sqlstate != 0)
		return false;
	fuzz_check_call(function, args, outcome);
	return !outcome.isnull;
}

static bool
execute_in_encoding(FuzzBytes bytes)
{
	size_t		size = bytes.end - bytes.at;
	FuzzOutcome outcome;

	switch (kind)
	{
		case KIND_INPUT:
			outcome = fuzz_call1(type->in, CStringGetDatum(fuzz_cstring(bytes.at, size)));
			break;
		case KIND_RECEIVE:
			outcome = fuzz_receive(type, (const char *) bytes.at, size);
			break;
		case KIND_BUILD:
			return fuzz_build(type, &bytes);
		default:
			return execute_call(bytes);
	}
	if (outcome.sqlstate != 0)
		return false;
	fuzz_check_value(type, outcome.value);
	return true;
}

/* Does the encoding of the database matter to this input? */
static bool
has_characters(const uint8 *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
	{
		if (data[i] >= 0x80 || (data[i] == '\\' && i + 1 < size && data[i + 1] == 'u'))
			return kind != KIND_BUILD;
	}
	return false;
}

/* As in a database of this encoding, whose client speaks UTF-8 where it can be converted to. */
static void
set_encoding(int encoding)
{
	int			client = encoding == PG_SQL_ASCII ? PG_SQL_ASCII : PG_UTF8;

	SetDatabaseEncoding(encoding);
	if (PrepareClientEncoding(client) < 0 || SetClientEncoding(client) < 0)
		elog(ERROR, "cannot convert between the client's encoding and %s", GetDatabaseEncodingName());
}

static int64
memory_allowance(void)
{
	if (kind == KIND_BUILD || (kind == KIND_CALL && called[0]->plan != NULL))
		return MEMORY_OF_ROWS;
	return type != NULL && strcmp(type->name, "deal_outlook") == 0 ? MEMORY_OF_OUTLOOK : MEMORY_ALLOWANCE;
}

static int
execute(const uint8 *data, size_t size)
{
	static const int encodings[] = {PG_UTF8, PG_LATIN1, PG_EUC_JP, PG_SQL_ASCII};
	int			nencodings = has_characters(data, size) ? lengthof(encodings) : 1;
	MemoryContext before = CurrentMemoryContext;
	bool		any_accepted = false;

	executions++;
	for (int i = 0; i < nencodings; i++)
	{
		if (nencodings > 1)
			set_encoding(encodings[i]);
		allocated = 0;
		memory_limit = memory_allowance() + MEMORY_FACTOR * (int64) size;
		MemoryContextSwitchTo(execution);
		any_accepted |= execute_in_encoding((FuzzBytes) {data, data + size});
		MemoryContextSwitchTo(before);
		MemoryContextReset(execution);
		memory_limit = PG_INT64_MAX;
	}
	if (nencodings > 1)
		set_encoding(PG_UTF8);
	accepted += any_accepted;
	return 0;
}

/* ---- SQL ---- */

extern int	LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback) (const uint8_t *data, size_t size));

SALESOPS_FUNCTION(salesops_fuzz_run);
SALESOPS_FUNCTION(salesops_fuzz_write_file);

/* (kind text, subject oid[], arguments of the driver text[], path of the report text) */
Datum
salesops_fuzz_run(PG_FUNCTION_ARGS)
{
	static const int signals[] = {SIGALRM, SIGTERM, SIGINT, SIGFPE};
	char	   *kind_name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Datum	   *subject;
	Datum	   *arguments;
	int			nsubject;
	int			narguments;
	char	  **argv;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), OIDOID, sizeof(Oid), true, TYPALIGN_INT, &subject, NULL, &nsubject);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), TEXTOID, -1, false, TYPALIGN_INT, &arguments, NULL, &narguments);
	argv = palloc((narguments + 2) * sizeof(char *));
	argv[0] = "fuzz";
	for (int i = 0; i < narguments; i++)
		argv[i + 1] = TextDatumGetCString(arguments[i]);
	argv[narguments + 1] = NULL;
	narguments++;

	fuzz_load_catalog();
	execution = AllocSetContextCreate(TopMemoryContext, "fuzz execution", ALLOCSET_DEFAULT_SIZES);
	report_path = MemoryContextStrdup(TopMemoryContext, text_to_cstring(PG_GETARG_TEXT_PP(3)));

	kind = strcmp(kind_name, "input") == 0 ? KIND_INPUT : strcmp(kind_name, "receive") == 0 ? KIND_RECEIVE :
		strcmp(kind_name, "build") == 0 ? KIND_BUILD : KIND_CALL;
	if (kind == KIND_CALL)
	{
		called = palloc(nsubject * sizeof(FuzzFunction *));
		for (ncalled = 0; ncalled < nsubject; ncalled++)
			called[ncalled] = fuzz_function(DatumGetObjectId(subject[ncalled]));
		fuzz_mutator = called[0]->nargs > 0 && called[0]->args[0] == TEXTOID ? FUZZ_MUTATE_TEXT : FUZZ_MUTATE_BYTES;
	}
	else
	{
		type = fuzz_type(DatumGetObjectId(subject[0]));
		fuzz_mutator = kind == KIND_INPUT ? FUZZ_MUTATE_JSON : FUZZ_MUTATE_BYTES;
	}

	/* the driver leaves alone what has a handler already, and its limit of time and its last words need theirs */
	for (int i = 0; i < (int) lengthof(signals); i++)
		signal(signals[i], SIG_DFL);
	if (__sanitizer_install_malloc_and_free_hooks != NULL)
		(void) __sanitizer_install_malloc_and_free_hooks(malloc_hook, free_hook);
	if (atexit(write_report) != 0)
		elog(ERROR, "cannot report at the end");
	__llvm_profile_reset_counters();
	PG_RETURN_INT32(LLVMFuzzerRunDriver(&narguments, &argv, execute));
}

/* (path text, content bytea): for seeds, which hold any bytes */
Datum
salesops_fuzz_write_file(PG_FUNCTION_ARGS)
{
	char	   *path = text_to_cstring(PG_GETARG_TEXT_PP(0));
	bytea	   *content = PG_GETARG_BYTEA_PP(1);
	FILE	   *file = AllocateFile(path, PG_BINARY_W);

	if (file == NULL || fwrite(VARDATA_ANY(content), 1, VARSIZE_ANY_EXHDR(content), file) != VARSIZE_ANY_EXHDR(content))
		ereport(ERROR, (errcode_for_file_access(), errmsg("could not write \"%s\": %m", path)));
	FreeFile(file);
	PG_RETURN_VOID();
}
