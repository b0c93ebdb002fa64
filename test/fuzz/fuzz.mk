# fuzz.mk: the extension for fuzzing; `make -f test/fuzz/fuzz.mk PG_CONFIG=... COPT=...` from the root of the source tree.
#
# The library holds the extension, instrumented for coverage (twice: for libFuzzer, and for the report of lines that
# llvm-cov makes), the shim, and libFuzzer's driver.  The driver's own symbols
# stay inside (--exclude-libs): a server built with a sanitizer has empty functions of the same names, which would be
# called in their place.  Sanitizers come with the server's own flags and with COPT.

override CC = clang
coverage = -fsanitize=fuzzer-no-link -fprofile-instr-generate -fcoverage-mapping
override COPT += $(coverage)

# PGXS takes the folder of the first makefile for that of the sources
MAKEFILE_LIST :=
include Makefile

FUZZ_OBJS = $(patsubst %.c,%.o,$(wildcard test/fuzz/*.c))
SHLIB_LINK += $(FUZZ_OBJS) $(shell $(CC) -print-file-name=libclang_rt.fuzzer_no_main-$(shell uname -m).a) -Wl,--exclude-libs,ALL -lstdc++ -lpthread -ldl

salesops.so: $(FUZZ_OBJS)
# the shim's own lines are no coverage
$(FUZZ_OBJS): override CFLAGS := $(filter-out $(coverage),$(CFLAGS))
$(FUZZ_OBJS): test/fuzz/fuzz.h $(ALL_HEADERS)
