#!/usr/bin/env bash
# What src/upgrade.awk makes of two install scripts (TAP): no more and no less than what changed, in the order of the
# new script, with the part that is written by hand in its place.  That an upgrade ends where a fresh installation
# begins is tested on the real scripts by test/t/006_upgrade.pl.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/salesops-upgrade.XXXXXX")
trap 'rm -rf "$work"' EXIT
n=0 failed=
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else failed=1; echo "not ok $n - $2"; fi; }
# gives NAME [HAND]: the upgrade from old.sql to new.sql, without its two header lines, is what stands in standard input
gives() {
	cat >"$work/want"
	awk -f "$root/src/upgrade.awk" "$work/old.sql" "$work/new.sql" ${2:+"$2"} 2>"$work/err" | sed 1,2d >"$work/have"
	cmp -s "$work/want" "$work/have"
	ok $? "$1"
	diff "$work/want" "$work/have" | sed 's/^/# /'
}
# refuses NAME PATTERN FILE...: an error, which says so
refuses() {
	local name=$1 pattern=$2
	shift 2
	! awk -f "$root/src/upgrade.awk" "$@" >"$work/have" 2>"$work/err" && grep -q "$pattern" "$work/err"
	ok $? "$name"
}

cat >"$work/old.sql" <<'SQL'
-- an install script
\echo Use "CREATE EXTENSION" \quit
CREATE TYPE amount;
CREATE FUNCTION same(amount) RETURNS text
	AS 'lib', 'same' LANGUAGE C;
COMMENT ON FUNCTION same(amount) IS $$Said; once;
and  twice.$$;
CREATE FUNCTION dearer(int) RETURNS int AS 'lib', 'dearer' LANGUAGE C COST 1;
CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int);
CREATE DOMAIN category AS text
	CHECK (VALUE IN ('a', 'b'));
CREATE FUNCTION gone(int) RETURNS int AS 'lib', 'gone' LANGUAGE C;
SQL
cat >"$work/new.sql" <<'SQL'
-- the next one
\echo Use "CREATE EXTENSION" \quit

CREATE TYPE amount;
CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT x;
	SELECT 2 * x;
END;
CREATE FUNCTION talk() RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
	PERFORM 1;

-- as it is
	PERFORM '$$';
END
$function$;
CREATE FUNCTION same(amount)
	RETURNS text AS 'lib', 'same' LANGUAGE C;
COMMENT ON FUNCTION same(amount) IS $$Said; once;
and twice.$$;
CREATE FUNCTION dearer(int) RETURNS int AS 'lib', 'dearer' LANGUAGE C COST 10;
CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int, SSPACE = 32);
CREATE DOMAIN category AS text
	CHECK (VALUE IN ('a', 'b', 'c'));
SQL

gives 'what is new or changed, each statement whole' <<'SQL'
CREATE OR REPLACE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT x;
	SELECT 2 * x;
END;
CREATE OR REPLACE FUNCTION talk() RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
	PERFORM 1;

-- as it is
	PERFORM '$$';
END
$function$;
COMMENT ON FUNCTION same(amount) IS $$Said; once;
and twice.$$;
CREATE OR REPLACE FUNCTION dearer(int) RETURNS int AS 'lib', 'dearer' LANGUAGE C COST 10;
CREATE OR REPLACE AGGREGATE total(int) (SFUNC = add, STYPE = int, SSPACE = 32);
CREATE DOMAIN category AS text
	CHECK (VALUE IN ('a', 'b', 'c'));
SQL

printf '%s\n' 'DROP FUNCTION gone(int);' '-- @generated' '-- @instead-of CREATE DOMAIN category' '-- @instead-of COMMENT ON FUNCTION same' 'ALTER DOMAIN category ADD CHECK (true);' >"$work/hand.sql.in"
gives 'by hand, around what is generated and instead of it' "$work/hand.sql.in" <<'SQL'
DROP FUNCTION gone(int);
CREATE OR REPLACE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT x;
	SELECT 2 * x;
END;
CREATE OR REPLACE FUNCTION talk() RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
	PERFORM 1;

-- as it is
	PERFORM '$$';
END
$function$;
CREATE OR REPLACE FUNCTION dearer(int) RETURNS int AS 'lib', 'dearer' LANGUAGE C COST 10;
CREATE OR REPLACE AGGREGATE total(int) (SFUNC = add, STYPE = int, SSPACE = 32);
ALTER DOMAIN category ADD CHECK (true);
SQL

refuses 'an @instead-of that nothing begins with' 'nothing new begins with: CREATE TYPE amount' "$work/old.sql" "$work/new.sql" <(echo '-- @instead-of CREATE TYPE amount')
printf 'CREATE TYPE amount;\nCREATE FUNCTION half(int)\n' >"$work/half.sql"
refuses 'a new script that ends within a statement' 'ends within a statement' "$work/old.sql" "$work/half.sql"
refuses 'an old one that does' 'ends within a statement' "$work/half.sql" "$work/new.sql"
cp "$work/old.sql" "$work/new.sql"
gives 'nothing where nothing changed' </dev/null

cat >"$work/old.sql" <<'SQL'
COMMENT ON FUNCTION same(text) IS 'It''s the first line;
the second; $$
and $$ the last';
CREATE FUNCTION same(text) RETURNS text -- the caller's;
	AS 'lib', 'second' LANGUAGE C; -- don't
CREATE FUNCTION other(text) RETURNS text LANGUAGE sql AS $$ SELECT 'it''s';
SELECT '--second;
' $$;
CREATE TYPE amount;
SQL
sed 's/second/changed/' "$work/old.sql" >"$work/new.sql"
gives 'strings and comments with semicolons and quotes in them' <<'SQL'
COMMENT ON FUNCTION same(text) IS 'It''s the first line;
the changed; $$
and $$ the last';
CREATE OR REPLACE FUNCTION same(text) RETURNS text -- the caller's;
	AS 'lib', 'changed' LANGUAGE C; -- don't
CREATE OR REPLACE FUNCTION other(text) RETURNS text LANGUAGE sql AS $$ SELECT 'it''s';
SELECT '--changed;
' $$;
SQL
printf "COMMENT ON TYPE amount IS 'without an end;\n" >"$work/half.sql"
refuses 'a script that ends within a string' 'ends within a statement' "$work/old.sql" "$work/half.sql"
echo "1..$n"
[ -z "$failed" ]
