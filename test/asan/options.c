/*
 * options.c
 *		The settings of AddressSanitizer and UndefinedBehaviorSanitizer, linked into the server and its programs, so that
 *		they hold however these are started.  ASAN_OPTIONS and UBSAN_OPTIONS in the environment override them.
 *
 * detect_leaks=0: PostgreSQL frees its memory contexts as a whole, or leaves them to the end of the process.
 * detect_stack_use_after_return=0: the server measures the depth of its stack by the address of a local variable.
 * abort_on_error=1, handle_abort=0: a finding ends the process by SIGABRT, which the postmaster takes for a crash.
 * allocator_may_return_null=1: the server reports memory that it does not get as an error of the query.
 * quarantine_size_mb=32: freed memory waits so long for its reuse; every connection is a process with its own.
 */
const char *
__asan_default_options(void)
{
	return "detect_leaks=0:detect_stack_use_after_return=0:abort_on_error=1:handle_abort=0:"
		   "allocator_may_return_null=1:quarantine_size_mb=32";
}

const char *
__ubsan_default_options(void)
{
	return "print_stacktrace=1:abort_on_error=1";
}
