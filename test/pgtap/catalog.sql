-- catalog: what must hold of every object of the extension, and that every example in a comment is true.
\ir setup.psql

-- Everything that belongs to the extension.
CREATE TEMP TABLE member AS
	SELECT classid, objid, pg_describe_object(classid, objid, 0) AS name FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesops');
CREATE TEMP TABLE fn AS SELECT p.*, name FROM member JOIN pg_proc p ON classid = 'pg_proc'::regclass AND p.oid = objid;
CREATE TEMP TABLE ty AS SELECT t.*, name FROM member JOIN pg_type t ON classid = 'pg_type'::regclass AND t.oid = objid;
CREATE TEMP TABLE op AS SELECT o.*, name FROM member JOIN pg_operator o ON classid = 'pg_operator'::regclass AND o.oid = objid;
SELECT cmp_ok(count(*), '>=', 170::bigint, 'functions') FROM fn;
SELECT set_eq('SELECT typname::text FROM ty WHERE typtype = ''b'' AND typcategory <> ''A'' AND typname = ANY (''{compliance, deal_stats, forecast_rollup, sales_process, stage_path}'')',
	'{compliance, deal_stats, forecast_rollup, sales_process, stage_path}'::text[], 'base types');

-- The query lists offenders by name: it passes with none.
CREATE FUNCTION pg_temp.none(query text, description text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	offenders text;
BEGIN
	EXECUTE format('SELECT string_agg(o::text, '', '' ORDER BY o::text) FROM (%s) q(o)', query) INTO offenders;
	RETURN is(offenders, NULL, description);
END $$;

-- ---- what functions say of themselves ----
-- binary forms hold names in the client's encoding, a setting; as textsend and textrecv, they are STABLE
SELECT pg_temp.none('SELECT name FROM fn WHERE provolatile <> CASE WHEN proname ~ ''_(recv|send)$'' THEN ''s'' ELSE ''i'' END', 'every function is IMMUTABLE, but for the binary forms');
SELECT pg_temp.none('SELECT name FROM fn WHERE proparallel <> ''s''', 'every function is PARALLEL SAFE');
SELECT pg_temp.none('SELECT name FROM fn WHERE prosecdef', 'nothing is SECURITY DEFINER');
SELECT pg_temp.none('SELECT name FROM fn WHERE procost <= 0', 'every function has a cost');
SELECT pg_temp.none('SELECT name FROM fn WHERE proconfig IS NOT NULL', 'no function changes a setting');
SELECT pg_temp.none('SELECT name FROM fn WHERE pronamespace <> (SELECT oid FROM pg_namespace WHERE nspname = ''salesops'')', 'every function is in the extension''s schema');
SELECT pg_temp.none('SELECT name FROM fn WHERE prolang NOT IN (SELECT oid FROM pg_language WHERE lanname IN (''c'', ''internal'')) AND prosqlbody IS NULL', 'bodies in SQL are in the standard form, which does not depend on search_path');
SELECT pg_temp.none('SELECT name FROM fn WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = ''c'') AND (prosrc !~ ''^salesops_'' OR probin <> ''$libdir/salesops'')', 'C symbols have the extension''s prefix');
SELECT pg_temp.none('SELECT name FROM member WHERE classid = ''pg_class''::regclass AND objid IN (SELECT oid FROM pg_class WHERE relkind IN (''r'', ''p'', ''m'', ''f'', ''S''))', 'the extension owns no table');

-- ---- aggregates ----
SELECT cmp_ok(count(*), '>=', 18::bigint, 'aggregates') FROM fn WHERE prokind = 'a';
SELECT pg_temp.none('SELECT name FROM fn JOIN pg_aggregate a ON a.aggfnoid = fn.oid WHERE aggcombinefn = 0', 'every aggregate has a combine function');
SELECT pg_temp.none('SELECT name FROM fn JOIN pg_aggregate a ON a.aggfnoid = fn.oid WHERE aggtranstype = ''internal''::regtype OR aggtranstype NOT IN (SELECT oid FROM ty)', 'the state of every aggregate is a type of the extension');
SELECT pg_temp.none('SELECT name FROM fn JOIN pg_aggregate a ON a.aggfnoid = fn.oid WHERE aggfinalmodify <> ''r''', 'no final function modifies its state');
SELECT pg_temp.none('SELECT name FROM fn WHERE prokind = ''a'' AND pronargs = 0', 'every aggregate takes an argument');
SELECT pg_temp.none('SELECT name FROM fn JOIN pg_aggregate a ON a.aggfnoid = fn.oid JOIN pg_proc c ON c.oid = a.aggcombinefn WHERE c.proisstrict', 'combine functions take NULL');

-- ---- types ----
SELECT pg_temp.none('SELECT name FROM ty WHERE typtype = ''b'' AND typcategory <> ''A'' AND (typsend = 0 OR typreceive = 0)', 'every base type has a binary form');
SELECT pg_temp.none('SELECT name || '' '' || amname FROM ty, pg_am WHERE typtype = ''b'' AND typcategory <> ''A'' AND amname IN (''btree'', ''hash'')
	AND NOT EXISTS (SELECT FROM pg_opclass WHERE opcintype = ty.oid AND opcmethod = pg_am.oid AND opcdefault)', 'every base type has default operator classes for btree and hash');
SELECT pg_temp.none('SELECT name FROM ty WHERE typtype = ''b'' AND typcategory <> ''A'' AND NOT EXISTS (SELECT FROM pg_opclass o JOIN pg_amproc p ON p.amprocfamily = o.opcfamily AND p.amprocnum = 2
	WHERE opcintype = ty.oid AND opcmethod = (SELECT oid FROM pg_am WHERE amname = ''hash''))', 'every base type can be a key of hash partitioning');
SELECT pg_temp.none('SELECT name FROM ty WHERE typtype = ''e'' OR typtype = ''c''', 'no enum and no composite type');
SELECT pg_temp.none('SELECT name FROM op WHERE oprname = ''='' AND NOT (oprcanhash AND oprcanmerge AND oprcom = op.oid AND oprnegate <> 0)', 'every = can be hashed and merged, commutes and has a negator');
SELECT pg_temp.none('SELECT name FROM op WHERE oprcom = 0 OR oprrest = 0 OR oprjoin = 0', 'every operator has a commutator and estimators');
-- what the catalogs can check of operator classes
SELECT pg_temp.none('SELECT opcname FROM member JOIN pg_opclass c ON classid = ''pg_opclass''::regclass AND c.oid = objid WHERE NOT amvalidate(c.oid)', 'amvalidate accepts every operator class');

-- ---- BI surfaces: what is not for the server or an aggregate alone returns plain types ----
SELECT pg_temp.none('SELECT name FROM fn WHERE prokind = ''f'' AND proname !~ ''(_in|_out|_recv|_send|transfn|combinefn|finalfn)$''
	AND prorettype NOT IN (''text''::regtype, ''bool''::regtype, ''int4''::regtype, ''int8''::regtype, ''float8''::regtype, ''numeric''::regtype, ''date''::regtype, ''timestamp''::regtype, ''timestamptz''::regtype, ''record''::regtype)
	AND prorettype NOT IN (SELECT oid FROM ty)', 'readers return plain types');

-- ---- comments: a definition, and as the last line an example that is true ----
CREATE TEMP TABLE described AS
	SELECT name, obj_description(objid, classid::regclass::name) AS comment FROM member
	WHERE classid IN ('pg_proc'::regclass, 'pg_operator'::regclass) OR (classid = 'pg_type'::regclass AND objid IN (SELECT oid FROM ty WHERE typcategory <> 'A'));
SELECT pg_temp.none('SELECT name FROM described WHERE comment IS NULL', 'everything has a comment');
SELECT pg_temp.none($$SELECT name FROM described WHERE comment !~ '\nExample: [^\n]+ ==> [^\n]*$'$$, 'every comment ends with an example');
SELECT pg_temp.none($$SELECT name FROM described WHERE comment !~ '^[^\n]{10,}\n'$$, 'every comment begins with a definition');
-- An expression cast to text against the text behind the arrow, under an empty search_path: nothing depends on it.
CREATE FUNCTION pg_temp.run(expression text) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog SET timezone = 'Asia/Kathmandu' AS $$
DECLARE
	result text;
BEGIN
	EXECUTE 'SELECT (' || expression || ')::text' INTO STRICT result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN 'ERROR: ' || SQLERRM;
END $$;
SELECT is(pg_temp.run(example[1]), example[2], name) FROM described, LATERAL (SELECT regexp_match(comment, '\nExample: ([^\n]+) ==> ([^\n]*)$') AS example) e WHERE example IS NOT NULL ORDER BY name COLLATE "C";

SELECT * FROM finish();
ROLLBACK;
