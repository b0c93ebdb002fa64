#!/usr/bin/env bash
# The house in order (TAP): each area has its parts, the library exports what SQL calls and nothing else, and released
# scripts are what they were, links of the documentation lead somewhere.  Runs in a built tree.
set -u
n=0
failed=
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi; }
is() { [ "$1" = "$2" ]; ok $? "$3"; [ "$1" = "$2" ] || printf '# have %s\n# want %s\n' "$1" "$2"; }

version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" salesops.control)
grep -q '^relocatable = false' salesops.control && grep -q '^schema = salesops' salesops.control; ok $? 'the extension has a schema of its own'

for area in $(sed -n 's/^AREAS = //p' Makefile); do
	# an area of much has several pgTAP files, named after it
	[ -f "src/$area/$area.sql" ] && [ -f "sql/$area.sql" ] && [ -f "expected/$area.out" ] && { [ -f "test/pgtap/$area.sql" ] || compgen -G "test/pgtap/${area}_*.sql" >/dev/null; } && [ -f "docs/reference/$area.md" ]
	ok $? "area $area has its declarations, its tests and its reference"
done
too_long=$(find src -name '*.c' -o -name '*.h' | grep -v fold_table | xargs wc -l | awk '$2 != "total" && $1 > 1000 { print $2 }')
is "$too_long" '' 'no source file is over 1,000 lines'
guards=$(grep -l 'PG_VERSION_NUM' -r src | grep -v '^src/core/compat.h$')
is "$guards" '' 'version guards are in core/compat.h alone'

unfinished=$(grep -nwE 'TODO|FIXME|XXX|MINUTES|DEFECTS' -r *.md docs upgrades test/fuzz/README.md src --include='*.md' --include='*.[ch]' --include='*.sql')
is "$unfinished" '' 'nothing says that it is unfinished'

broken=$(perl test/lib/links.pl *.md $(find docs bench upgrades test -name '*.md' ! -path '*/node_modules/*'))
is "$broken" '' 'blocks of code are closed, and links lead somewhere'

# what is looked up by name depends on the caller's search_path; match_run.c runs a query that its caller has written
by_name=$(grep -nE 'LookupFuncName|LookupTypeName|OpernameGetOprid|FuncnameGetCandidates|TypenameGetTypid|(Func|Type|Op)name[A-Z]|reg(proc|type|oper|class)(edure|ator)?in|parseTypeString|SPI_' -r src --include='*.c' --include='*.h' | grep -v '^src/matching/match_run.c:.*SPI_')
is "$by_name" '' 'nothing is looked up by name from C'

# released install scripts call the library too: what they call is never removed
called=$(sed -n "s/.*'MODULE_PATHNAME', '\([a-z0-9_]*\)'.*/\1/p" "salesops--$version.sql" upgrades/salesops--*.sql | sort -u)
exported=$(nm -D --defined-only salesops.so | awk '{ print $3 }' | grep -vE '^(pg_finfo_|Pg_magic_func$)' | sort -u)
is "$exported" "$called" 'the library exports what SQL calls, and nothing else'
LC_ALL=C grep -nP '[^\x00-\x7f]' "salesops--$version.sql" >/dev/null
[ $? = 1 ]; ok $? 'the install script is plain ASCII, for databases of every encoding'
(cd upgrades && sha256sum --quiet -c SHA256SUMS >/dev/null 2>&1 && [ "$(LC_ALL=C ls salesops--*.sql)" = "$(sed 's/^[^ ]* *//' SHA256SUMS)" ])
ok $? 'no released script was changed'
for script in salesops--*"$version.sql"; do
	[ ! -f "upgrades/$script" ] || cmp -s "$script" "upgrades/$script"; ok $? "$script is what was released, where it was"
done
echo "1..$n"
[ -z "$failed" ]
