# salesops: build with PGXS.  `make`, `make install`, `make installcheck` as for any extension;
# PG_CONFIG=/path/to/pg_config chooses the server.  WERROR=1 turns on the warnings that our own checks use.

ifeq ($(wildcard salesops.control),)
$(error build in the source folder: builds elsewhere (VPATH) are not supported)
endif

EXTENSION  = salesops
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" salesops.control)

# The areas, in the order in which they may depend on each other (docs/design/architecture.md).
AREAS = core process pipeline forecast stages matching

MODULE_big = salesops
OBJS = $(patsubst %.c,%.o,$(foreach area,$(AREAS),$(sort $(wildcard src/$(area)/*.c))))
ALL_HEADERS = $(wildcard src/*/*.h)
PGFILEDESC = "salesops - sales-operations metrics"

EXTENSION_SQL = salesops--$(EXTVERSION).sql
AREA_SQL = $(foreach area,$(AREAS),src/$(area)/$(area).sql)
DATA_built = $(EXTENSION_SQL)
DATA = $(filter-out upgrades/$(EXTENSION_SQL),$(wildcard upgrades/salesops--*.sql))

# One regression file per area, plus the hostile-input suite; each creates what it needs.
REGRESS_OPTS = --encoding=UTF8
REGRESS = install $(AREAS) hostile

PG_CPPFLAGS = -Isrc
# No fused multiply-add, which some architectures do unasked: a metric is the same to the last bit on every node.
PG_CFLAGS = -fvisibility=hidden -fno-math-errno -ffp-contract=off
SHLIB_LINK = -lm
ifdef WERROR
PG_CFLAGS += -Wall -Wextra -Werror -Wno-unused-parameter
# the server's flags are those of the compiler that built it, which clang need not know
PG_CFLAGS += $(if $(findstring clang,$(CC)),-Wno-unknown-warning-option -Wno-ignored-optimization-argument)
endif
EXTRA_CLEAN = $(EXTENSION_SQL) $(GENERATED) salesops-*.zip

# Tables generated from data files that people edit (each generator's header says how).
GENERATED = src/matching/legal_forms.inc

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
override BITCODE_CFLAGS += -ffp-contract=off

# The install script: the areas' declarations in order, with `-- @include` lines expanded (see src/assemble.awk).
$(EXTENSION_SQL): $(AREA_SQL) src/assemble.awk $(wildcard src/core/*.sql.in) salesops.control
	awk -v dir=src -f src/assemble.awk $(AREA_SQL) > $@.tmp && mv $@.tmp $@

$(OBJS) $(OBJS:.o=.bc): $(ALL_HEADERS) $(GENERATED)

src/matching/legal_forms.inc: src/matching/legal_forms.tsv src/matching/legal_forms.awk
	awk -f src/matching/legal_forms.awk $< > $@.tmp && mv $@.tmp $@

.PHONY: generated dist
generated: $(GENERATED)

dist:
	git archive --format zip --prefix=salesops-$(EXTVERSION)/ --output salesops-$(EXTVERSION).zip HEAD
