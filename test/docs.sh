#!/usr/bin/env bash
# The examples of the documentation, run (TAP): every ```sql block of the files given, by default of docs/reference/.
#
#   test/docs.sh [--update] [FILE...]
#
# A block that a ```text block follows must print what stands there, as psql prints it; blanks at the ends of lines do
# not count.  Any other must run without an error.  The blocks of a file run in one session, in order, in a fresh
# database with the extension.  --update writes what was printed into the files instead of comparing.
#
# Needs a server with salesops installed, named by PGHOST and the like, where a database may be created.
set -euo pipefail
update=
if [ "${1:-}" = --update ]; then update=1; shift; fi
if [ $# -eq 0 ]; then
	cd "$(dirname "${BASH_SOURCE[0]}")/.."
	set -- README.md docs/tutorial.md docs/how-to/dashboards.md docs/how-to/distributed.md docs/how-to/find-duplicates.md docs/how-to/fiscal-calendar.md docs/how-to/from-fivetran-to-a-dashboard.md docs/how-to/funnel.md docs/how-to/keep-records-clean.md docs/how-to/lead-to-account.md docs/how-to/merge-duplicates.md docs/how-to/merge-two-lists.md docs/how-to/pipeline-movement.md docs/how-to/power-bi-directquery.md docs/how-to/prevent-duplicates.md docs/how-to/scheduled-refresh.md docs/how-to/sla-report.md docs/how-to/snapshots.md docs/how-to/stage-aging.md docs/how-to/tableau-live.md docs/how-to/who-may-see-what.md \
		docs/reference/*.md
fi

export LC_ALL=C PGTZ=UTC PGCLIENTENCODING=UTF8
unset PGOPTIONS
database=docs_$$
work=$(mktemp -d "${TMPDIR:-/tmp}/salesops-docs.XXXXXX")
drop_database() { psql -X -q -d postgres -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS $database"; }
trap 'drop_database; rm -rf "$work"' EXIT

# Splits a file: for each ```sql block, N.sql, the line it begins on in N.line and, where it has an output, N.expected.
split_blocks='
	function end_line(text) { sub(/[ \t\r]+$/, "", text); return text }
	/^```/ && inside != "" { close(file); inside = ""; next }
	inside != "" { if (inside != "other") print (inside == "text" ? end_line($0) : $0) > file; next }
	/^```sql[ \t]*$/ {
		n++; inside = "sql"; file = work "/" n ".sql"; pending = 1
		printf "" > file; print FNR > (work "/" n ".line"); close(work "/" n ".line")
		next
	}
	/^```text[ \t]*$/ && pending { inside = "text"; file = work "/" n ".expected"; printf "" > file; pending = 0; next }
	/^```/ { inside = "other"; pending = 0; next }
	/[^ \t]/ { pending = 0 }
	END { print n + 0 }'

# Splits what psql printed, at the lines that name the blocks, into N.actual.  Empty lines at the end do not count.
split_output='
	/^@@ [0-9]+$/ { if (file != "") close(file); file = work "/" $2 ".actual"; printf "" > file; empty = 0; next }
	{ sub(/[ \t\r]+$/, "") }
	$0 == "" { empty++; next }
	{ for (; empty > 0; empty--) print "" > file; print > file }'

# Writes a file anew with the outputs as they were.
rewrite='
	function output(n, line, file) { file = work "/" n ".actual"; while ((getline line < file) > 0) print line; close(file) }
	/^```/ && inside != "" { inside = ""; print; next }
	inside == "text" { next }
	inside != "" { print; next }
	/^```sql[ \t]*$/ { n++; inside = "sql"; pending = 1; print; next }
	/^```text[ \t]*$/ && pending { inside = "text"; pending = 0; print; output(n); next }
	/^```/ { inside = "other"; pending = 0 }
	/[^ \t]/ { pending = 0 }
	{ print }'

total=0
failed=0
for file in "$@"; do
	parts=$work/parts
	rm -rf "$parts"
	mkdir "$parts"
	blocks=$(awk -v work="$parts" "$split_blocks" "$file")
	[ "$blocks" -gt 0 ] || continue
	drop_database
	psql -X -q -d postgres -c "CREATE DATABASE $database TEMPLATE template0"
	psql -X -q -d "$database" -c 'CREATE EXTENSION salesops'
	for ((i = 1; i <= blocks; i++)); do
		printf '\\warn @@ %s\n' "$i"
		cat "$parts/$i.sql"
	done >"$parts/all.sql"
	psql -X -q -d "$database" <"$parts/all.sql" >"$parts/all.out" 2>&1 || true
	awk -v work="$parts" "$split_output" "$parts/all.out"

	for ((i = 1; i <= blocks; i++)); do
		total=$((total + 1))
		name="$file:$(cat "$parts/$i.line")"
		problem=
		if [ ! -e "$parts/$i.actual" ]; then
			problem="the session ended before this block"
		elif [ -e "$parts/$i.expected" ]; then
			[ -n "$update" ] || problem=$(diff -u --label documented --label printed "$parts/$i.expected" "$parts/$i.actual" || true)
		elif grep -qE '^(ERROR|FATAL|PANIC):|^invalid command|^\\[a-z]+:' "$parts/$i.actual"; then
			problem=$(cat "$parts/$i.actual")
		fi
		if [ -z "$problem" ]; then
			echo "ok $total - $name"
		else
			echo "not ok $total - $name"
			printf '%s\n' "$problem" | sed 's/^/# /'
			failed=$((failed + 1))
		fi
	done
	if [ -n "$update" ]; then
		awk -v work="$parts" "$rewrite" "$file" >"$parts/new"
		cat "$parts/new" >"$file"
	fi
done
echo "1..$total"
[ "$failed" -eq 0 ]
