# salesops: build with PGXS.  `make`, `make install`, `make installcheck` as for any extension;
# PG_CONFIG=/path/to/pg_config chooses the server.  WERROR=1 turns on the warnings that our own checks use.

ifeq ($(wildcard salesops.control),)
$(error build in the source folder: builds elsewhere (VPATH) are not supported)
endif

EXTENSION  = salesops
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" salesops.control)

# The areas, in the order in which they may depend on each other (docs/design/architecture.md).
AREAS = core calendar process pipeline forecast stages matching hygiene governance adapters reports

MODULE_big = salesops
OBJS = $(patsubst %.c,%.o,$(foreach area,$(AREAS),$(sort $(wildcard src/$(area)/*.c))))
ALL_HEADERS = $(wildcard src/*/*.h)
PGFILEDESC = "salesops - sales-operations metrics"

EXTENSION_SQL = salesops--$(EXTVERSION).sql
AREA_SQL = $(foreach area,$(AREAS),src/$(area)/$(area).sql $(filter-out src/$(area)/$(area).sql,$(sort $(wildcard src/$(area)/*.sql))))

# The released versions are those whose install script is in upgrades/; the upgrade is from the newest before this one.
RELEASED := $(foreach name,$(patsubst upgrades/salesops--%.sql,%,$(wildcard upgrades/salesops--*.sql)),$(if $(findstring --,$(name)),,$(name)))
PREVIOUS := $(shell printf '%s\n' $(filter-out $(EXTVERSION),$(RELEASED)) | sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1)
UPGRADE_SQL = salesops--$(PREVIOUS)--$(EXTVERSION).sql
UPGRADE_BY_HAND = $(wildcard upgrades/$(PREVIOUS)--$(EXTVERSION).sql.in)

DATA_built = $(EXTENSION_SQL) $(UPGRADE_SQL)
DATA = $(filter-out $(addprefix upgrades/,$(DATA_built)),$(wildcard upgrades/salesops--*.sql))

# The regression files of each area (an area of much has several, named after it), plus the hostile-input suite; each creates what it needs.
REGRESS_OPTS = --encoding=UTF8
REGRESS = install $(foreach area,$(AREAS),$(patsubst sql/%.sql,%,sql/$(area).sql $(sort $(wildcard sql/$(area)_*.sql)))) hostile

PG_CPPFLAGS = -Isrc
# No fused multiply-add, which some architectures do unasked: a metric is the same to the last bit on every node.
PG_CFLAGS = -fvisibility=hidden -fno-math-errno -ffp-contract=off
SHLIB_LINK = -lm
ifdef WERROR
PG_CFLAGS += -Wall -Wextra -Werror -Wno-unused-parameter
# the server's flags are those of the compiler that built it, which clang need not know
PG_CFLAGS += $(if $(findstring clang,$(CC)),-Wno-unknown-warning-option -Wno-ignored-optimization-argument -Wno-ignored-attributes)
endif
EXTRA_CLEAN = $(wildcard salesops--*.sql) $(GENERATED) salesops-*.zip

# Tables generated from data files that people edit (each generator's header says how).
GENERATED = src/core/placeholders.inc src/matching/legal_forms.inc src/matching/nicknames.inc src/matching/person_words.inc src/matching/address_words.inc
TABLES = src/matching/phone_regions.inc src/core/countries.inc src/hygiene/postal_formats.inc
NAME_SETS = src/matching/mail_providers.inc src/matching/office_names.inc src/matching/public_suffixes.inc src/hygiene/disposable_domains.inc
GENERATED += $(TABLES) $(NAME_SETS) src/hygiene/contact_names.inc

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
override BITCODE_CFLAGS += -ffp-contract=off

# The loops that all the time of an outlook goes into, as the server treats its checksums and its numerics.
src/forecast/lattice.o: CFLAGS += $(CFLAGS_VECTORIZE)

# The install script: the areas' declarations in order, with `-- @include` lines expanded (see src/assemble.awk).
$(EXTENSION_SQL): $(AREA_SQL) src/assemble.awk $(wildcard src/core/*.sql.in) salesops.control
	awk -v dir=src -f src/assemble.awk $(AREA_SQL) > $@.tmp && mv $@.tmp $@

# The upgrade script: what the install script has that the one released before has not (see src/upgrade.awk).
$(UPGRADE_SQL): upgrades/salesops--$(PREVIOUS).sql $(EXTENSION_SQL) $(UPGRADE_BY_HAND) src/upgrade.awk
	awk -f src/upgrade.awk upgrades/salesops--$(PREVIOUS).sql $(EXTENSION_SQL) $(UPGRADE_BY_HAND) > $@.tmp && mv $@.tmp $@

$(OBJS) $(OBJS:.o=.bc): $(ALL_HEADERS) $(GENERATED)

src/core/placeholders.inc: src/core/placeholders.tsv src/core/placeholders.awk src/data_file.awk
	LC_ALL=C awk -f src/data_file.awk -f src/core/placeholders.awk $< > $@.tmp && mv $@.tmp $@

src/matching/legal_forms.inc: src/matching/legal_forms.tsv src/matching/legal_forms.awk src/data_file.awk
	awk -f src/data_file.awk -f src/matching/legal_forms.awk $< > $@.tmp && mv $@.tmp $@

src/matching/nicknames.inc: src/matching/nicknames.tsv src/matching/nicknames.awk src/data_file.awk
	awk -f src/data_file.awk -f src/matching/nicknames.awk $< > $@.tmp && mv $@.tmp $@

src/matching/person_words.inc: src/matching/person_words.tsv src/matching/word_list.awk src/data_file.awk
	awk -v name=person -v kinds="title title-point suffix degree degree-comma particle particle-inside link" \
		-f src/data_file.awk -f src/matching/word_list.awk $< > $@.tmp && mv $@.tmp $@

src/matching/address_words.inc: src/matching/address_words.tsv src/matching/word_list.awk src/data_file.awk
	awk -v name=address -v kinds="type affix direction unit level box word ordinal" \
		-f src/data_file.awk -f src/matching/word_list.awk $< > $@.tmp && mv $@.tmp $@

$(TABLES): %.inc: %.tsv %.awk src/data_file.awk
	LC_ALL=C awk -f src/data_file.awk -f $*.awk $< > $@.tmp && mv $@.tmp $@

# Sets of names, looked up by hashing (src/core/name_set.h).
SET_AWK = LC_ALL=C awk -f src/data_file.awk -f src/core/name_set.awk
$(NAME_SETS): %.inc: %.tsv %.awk src/data_file.awk src/core/name_set.awk
	$(SET_AWK) -f $*.awk $< > $@.tmp && mv $@.tmp $@

CONTACT_NAMES = src/matching/mail_providers.tsv src/hygiene/contact_words.tsv src/hygiene/domain_typos.tsv
src/hygiene/contact_names.inc: $(CONTACT_NAMES) src/hygiene/contact_names.awk src/data_file.awk src/core/name_set.awk
	$(SET_AWK) -f src/hygiene/contact_names.awk $(CONTACT_NAMES) > $@.tmp && mv $@.tmp $@

# What is generated and compiled in, for tools that read the sources.
.PHONY: generated
generated: $(GENERATED)

# Freezes this version's scripts as released (upgrades/README.md).
.PHONY: freeze
freeze: $(DATA_built)
	cd upgrades && sha256sum --quiet --check SHA256SUMS
	cp $(DATA_built) upgrades/
	cd upgrades && LC_ALL=C ls salesops--*.sql | xargs sha256sum > SHA256SUMS

# The archive for PGXN: what is committed.
.PHONY: dist
dist:
	@[ -e .git ] && git rev-parse --verify --quiet HEAD >/dev/null || { echo "make dist packs what is committed: it needs git, and a clone of the repository" >&2; exit 1; }
	git archive --format zip --prefix=salesops-$(EXTVERSION)/ --output salesops-$(EXTVERSION).zip HEAD
