-- harness.sql: what there is to fuzz, read from the catalog of the installed extension.
--
-- The shim (catalog.c) reads these tables and test/fuzz/run takes its targets from them, so that a new type or function
-- has its target by existing.
CREATE EXTENSION salesops;
CREATE SCHEMA fuzz;
SET search_path = fuzz, pg_catalog;

CREATE FUNCTION run(kind text, subject oid[], driver_arguments text[], report text) RETURNS integer
	AS '$libdir/salesops', 'salesops_fuzz_run' LANGUAGE C STRICT;
CREATE FUNCTION write_file(path text, content bytea) RETURNS void
	AS '$libdir/salesops', 'salesops_fuzz_write_file' LANGUAGE C STRICT;

\ir tables.sql

-- Every function of the extension that is written in C; those that return sets, and those of tables.sql, have an executor around them:
-- `query` calls them.  Left out are those that run or look at any query, which tables.sql calls with some; those that lock; those of an
-- index, which need its pages; those of any type; and procedures.
CREATE TABLE function AS
SELECT p.oid, p.proname AS name, p.oid::regprocedure::text AS signature, CASE WHEN p.proretset THEN 'text'::regtype ELSE p.prorettype END AS result, p.proargtypes AS arguments,
	CASE WHEN p.proretset OR f.is_ours THEN format('SELECT string_agg(r::text, E''\n'') FROM %I.%I(%s) AS r', (SELECT n.nspname FROM pg_namespace n WHERE n.oid = p.pronamespace), p.proname, (SELECT string_agg('$' || n, ', ' ORDER BY n) FROM generate_series(1, p.pronargs) AS n)) END AS query, f.is_ours
FROM pg_proc p CROSS JOIN LATERAL (SELECT p.pronamespace = 'fuzz'::regnamespace AND p.proname IN ('match_tables', 'signature_index', 'watch_duplicates', 'join_names') AS is_ours) AS f
WHERE f.is_ours OR p.prokind <> 'p' AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'c') AND p.oid IN (SELECT d.objid FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND e.extname = 'salesops' WHERE d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
	AND p.proname NOT IN ('match_run', 'match_run_of', 'match_run_fit', 'match_probe', 'match_lock', 'query_columns', 'query_objects') AND 'anyarray'::regtype <> ALL (p.proargtypes)
	AND NOT EXISTS (SELECT FROM pg_amproc a JOIN pg_opfamily f ON f.oid = a.amprocfamily JOIN pg_am m ON m.oid = f.opfmethod WHERE a.amproc = p.oid AND m.amname NOT IN ('btree', 'hash'));

CREATE TABLE argument AS
SELECT f.oid AS function, a.place - 1 AS place, a.type
FROM function f, unnest(f.arguments::oid[]) WITH ORDINALITY a(type, place);

-- every base type, with the functions that it has by being one
CREATE TABLE type AS
SELECT t.oid, t.typname AS name, t.typinput::oid AS input, t.typoutput::oid AS output, t.typreceive::oid AS receive, t.typsend::oid AS send,
	(SELECT min(f.oid) FROM function f WHERE f.name = t.typname || '_finalfn') AS finish,
	(SELECT min(a.aggcombinefn::oid) FROM pg_aggregate a WHERE a.aggtranstype = t.oid) AS combine,
	-- merge() takes finished values, a combine function alone states under way
	EXISTS (SELECT FROM pg_aggregate a WHERE a.aggtranstype = t.oid AND a.aggtransfn = a.aggcombinefn) AS is_mergeable,
	support.cmp, support.hash, support.hash_extended
FROM pg_type t JOIN function i ON i.oid = t.typinput,
	LATERAL (SELECT max(p.amproc::oid) FILTER (WHERE m.amname = 'btree' AND p.amprocnum = 1) AS cmp, max(p.amproc::oid) FILTER (WHERE m.amname = 'hash' AND p.amprocnum = 1) AS hash,
			max(p.amproc::oid) FILTER (WHERE m.amname = 'hash' AND p.amprocnum = 2) AS hash_extended
		FROM pg_opclass c JOIN pg_am m ON m.oid = c.opcmethod JOIN pg_amproc p ON p.amprocfamily = c.opcfamily AND p.amproclefttype = t.oid WHERE c.opcintype = t.oid) AS support
WHERE t.typtype = 'b' AND t.typelem = 0;

-- the operators of a type's order; others are read as functions
CREATE TABLE order_operator AS
SELECT o.oprleft, o.oprcode, o.oprname FROM pg_operator o JOIN type t ON t.oid = o.oprleft WHERE o.oprright = o.oprleft AND o.oprname ~ '^[<=>]+$';

-- which other functions take a value of a type: those that make it of rows, those of its operators, and those that read it
CREATE TABLE use AS
SELECT t.oid AS type, f.oid AS function,
	CASE WHEN EXISTS (SELECT FROM pg_aggregate a WHERE a.aggtransfn = f.oid AND a.aggtranstype = t.oid) THEN 'builder' ELSE 'reader' END AS role
FROM type t JOIN function f ON t.oid = ANY (f.arguments::oid[])
WHERE f.oid NOT IN (t.output, t.send, coalesce(t.finish, 0), coalesce(t.combine, 0), t.cmp, t.hash, t.hash_extended)
	AND NOT EXISTS (SELECT FROM order_operator o WHERE o.oprcode = f.oid)
	-- a transition function is built with by the type of its state, and not a reader of its arguments
	AND (f.name NOT LIKE '%\_transfn' OR f.result = t.oid)
UNION ALL
TABLE order_operator;

-- words to make texts of: whatever the COMMENTs' examples put between quotes
CREATE TABLE word AS
SELECT DISTINCT coalesce(m[1], m[2]) AS word
FROM pg_description d JOIN pg_depend e ON (e.classid, e.objid) = (d.classoid, d.objoid) AND e.deptype = 'e', regexp_matches(d.description, '''([^''{}]{0,40})''|"([^"{}]{1,40})"', 'g') m
WHERE coalesce(m[1], m[2]) ~ '^[ -~]*$';

-- and the literals in them that a type takes
CREATE TABLE example (type oid, literal text);
CREATE FUNCTION takes(type oid, literal text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SELECT CAST($1 AS %s)', type::regtype) USING literal;
	RETURN true;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
	RETURN false;
END $$;
INSERT INTO example SELECT DISTINCT t.oid, m[1]
FROM type t, pg_description d, regexp_matches(d.description, '(?:''|==> )([^'']+)(?:''|$)', 'gn') m
WHERE takes(t.oid, m[1]);


-- the targets: a type's input, its receive function, its aggregates; each function of texts; all functions of numbers
CREATE TABLE target AS
SELECT name || '_in' AS name, 'input' AS kind, array[oid] AS subject FROM type
UNION ALL SELECT name || '_recv', 'receive', array[oid] FROM type
UNION ALL SELECT name || '_build', 'build', array[oid] FROM type t WHERE EXISTS (SELECT FROM use u WHERE u.type = t.oid AND u.role = 'builder')
UNION ALL
SELECT CASE WHEN 'text'::regtype = ANY (arguments::oid[]) THEN name ELSE 'numbers' END, 'call', array_agg(oid ORDER BY oid)
FROM function f
WHERE NOT EXISTS (SELECT FROM argument a WHERE a.function = f.oid AND (a.type IN (SELECT oid FROM type) OR a.type IN ('internal'::regtype, 'cstring'::regtype)))
GROUP BY 1;

-- Seeds: the examples, as text and as bytes, and pairs of the words, but for what takes a second for each.
CREATE FUNCTION write_seeds(folder text) RETURNS bigint LANGUAGE plpgsql SET search_path = fuzz, pg_catalog AS $$
DECLARE
	e record;
	bytes bytea;
BEGIN
	FOR e IN SELECT t.name, t.send::regproc AS send, x.literal, row_number() OVER (PARTITION BY t.oid ORDER BY x.literal COLLATE "C") AS n FROM example x JOIN type t ON t.oid = x.type LOOP
		PERFORM write_file(format('%s/%s_in/example-%s', folder, e.name, e.n), convert_to(e.literal, 'UTF8'));
		EXECUTE format('SELECT %s(CAST($1 AS salesops.%I))', e.send, e.name) INTO bytes USING e.literal;
		PERFORM write_file(format('%s/%s_recv/example-%s', folder, e.name, e.n), bytes);
	END LOOP;
	RETURN count(write_file(format('%s/%s/example-%s', folder, t.name, w.n), convert_to(w.word, 'UTF8') || '\x00' || convert_to(w.next, 'UTF8')))
	FROM target t, (SELECT word, lead(word, 1, 'Acme') OVER o AS next, row_number() OVER o AS n FROM word WINDOW o AS (ORDER BY word COLLATE "C")) w
	WHERE t.kind = 'call' AND t.name <> 'numbers' AND NOT EXISTS (SELECT FROM function f WHERE f.oid = ANY (t.subject) AND f.is_ours) AND w.word <> '';
END $$;

-- Words for libFuzzer's dictionary of a target: those of the examples, and the keys of a literal, which the type's input
-- function names when it is given one that it does not know.
CREATE FUNCTION keys(type oid) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE format('SELECT CAST($1 AS %s)', type::regtype) USING '{"no such key": 1}';
	RETURN '{}';
EXCEPTION WHEN invalid_text_representation THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN regexp_split_to_array(substring(hint from 'keys are: (.*)\.$'), ', ');
END $$;
-- Whether the literals of a type are JSON, or words; some JSON has a word that stands for it.
CREATE FUNCTION is_json(type oid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT bool_and(e.literal LIKE '{%') OR fuzz.keys($1) > '{}' IS TRUE FROM fuzz.example e WHERE e.type = $1 $$;
CREATE FUNCTION dictionary(kind text, subject oid[]) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT format('"%s"', regexp_replace(CASE WHEN kind = 'input' AND fuzz.is_json(subject[1]) THEN to_json(word)::text ELSE word END, '(["\\])', '\\\1', 'g'))
	FROM (SELECT word FROM fuzz.word UNION SELECT unnest(fuzz.keys(subject[1])) WHERE kind = 'input') w
	WHERE word <> '' AND kind IN ('input', 'call')
	ORDER BY 1
$$;
