#!/usr/bin/env bash
# The regression and the pgTAP suites once more, with an empty search_path inside every function of the extension (TAP).
#
# The suites name what they test without its schema, so their own search_path cannot be empty; but what a function sees is
# what counts.  So each gets the setting `search_path = ''`, which holds while it runs, and every test must give what it
# gives without.  Only the catalog's is left out: that no function has a setting is one of the things it looks at.
#
# Needs a server with salesops installed, named by PGHOST and the like, where a database may be created.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PGCLIENTENCODING=UTF8
unset PGOPTIONS
database=empty_search_path_$$
template=${database}_template
work=$(mktemp -d "${TMPDIR:-/tmp}/salesops-path.XXXXXX")
drop_database() { psql -X -q -d postgres -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS $1"; }
trap 'drop_database "$database"; drop_database "$template"; rm -rf "$work"' EXIT
n=0 failed=
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi; }

# new_database: one that has nothing but the extension, whose functions have the setting
new_database() {
	drop_database "$database"
	psql -X -q -d postgres -c "CREATE DATABASE $database TEMPLATE $template"
}
psql -X -q -d postgres -c "CREATE DATABASE $template TEMPLATE template0 ENCODING 'UTF8'"
psql -X -q -At -v ON_ERROR_STOP=1 -d "$template" <<'SQL'
CREATE EXTENSION salesops;
SELECT format('ALTER FUNCTION %s SET search_path = %L', oid::regprocedure, '') FROM pg_proc WHERE pronamespace = 'salesops'::regnamespace AND prokind = 'f' \gexec
SQL
# settings: whether most functions have it, and how many have not
settings() { psql -X -At -d "$database" -c "SELECT count(*) FILTER (WHERE proconfig = ARRAY['search_path=\"\"']) > 150, count(*) FILTER (WHERE proconfig IS NULL) FROM pg_proc WHERE pronamespace = 'salesops'::regnamespace AND prokind = 'f'"; }

new_database
[ "$(settings)" = 't|0' ] && status=0 || status=1
ok "$status" 'every function has an empty search_path'

# as pg_regress runs them, except for the one that creates the extension
for test in $(cd sql && ls *.sql | sed "s/\.sql$//; /^install$/d"); do
	PGTZ=America/Los_Angeles PGDATESTYLE='Postgres, MDY' psql -X -a -q -d "$database" <"sql/$test.sql" >"$work/$test.out" 2>&1 || true
	status=0
	diff -u "expected/$test.out" "$work/$test.out" >"$work/difference" || status=1
	ok "$status" "sql/$test.sql"
	[ "$status" = 0 ] || head -n 60 "$work/difference" | sed 's/^/# /'
done

for file in test/pgtap/*.sql; do
	if [ "$file" = test/pgtap/catalog.sql ]; then continue; fi
	new_database
	status=0
	pg_prove --norc --quiet --dbname "$database" "$file" >"$work/log" 2>&1 || status=$?
	ok "$status" "$file"
	[ "$status" = 0 ] || tail -n 60 "$work/log" | sed 's/^/# /'
done
[ "$(settings)" = 't|0' ] && status=0 || status=1
ok "$status" 'and still had it at the end'
echo "1..$n"
[ -z "$failed" ]
