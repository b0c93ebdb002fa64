-- The registry of metrics: sparklines against the cases that spark publishes, queries looked at and run without letting them write, values
-- against plain SQL, status against its rule written out, versions and drift.
\ir setup.psql

-- What a query does, in words: its error with what it says, and whether that helps.
CREATE FUNCTION pg_temp.error(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE query;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' / ' || SQLERRM || CASE WHEN hint = '' THEN ' NO HINT' ELSE '' END;
END $$;

-- ---- sparklines ----

-- spark-test.sh of github.com/holman/spark, which cuts fractions off: its case with one is the same without
SELECT is(spark(v::float8[]), line, 'spark: ' || v) FROM (VALUES ('{1,5,22,13,5}', '▁▂█▅▂'), ('{0,30,55,80,33,150}', '▁▂▃▄▂█'), ('{5.5,20}', '▁█'), ('{1,2,3,4,100,5,10,20,50,300}', '▁▁▁▁▃▁▁▁▂█'), ('{1,50,100}', '▁▄█'), ('{2,4,8}', '▁▃█'), ('{1,2,3,4,5}', '▁▂▄▆█'), ('{1,1,1,1}', '▅▅▅▅')) t(v, line);
-- gaps, sides, and numbers at the ends of what there is
SELECT is(spark(v::float8[]), line, coalesce(v, 'NULL')) FROM (VALUES (NULL, NULL), ('{}', ''), ('{NULL}', ' '), ('{NaN,1,NULL,2}', ' ▁ █'), ('{7}', '▅'), ('{-Infinity,1,2,Infinity}', '▁▁██'), ('{Infinity}', '█'), ('{-Infinity,5}', '▁▅'), ('{-1e308,0,1e308,1.7976931348623157e308,-1.7976931348623157e308}', '▂▄▆█▁'), ('{0,5e-324}', '▁█'), ('{-0,0}', '▅▅'), ('{{1,2},{3,4}}', '▁▃▅█'), ('[5:6]={1,2}', '▁█')) t(v, line);
SELECT is(spark(array_agg(x)), '▁▄█', 'numerics, too') FROM (VALUES (1::numeric), (1.5), (2)) v (x);
-- the rule in SQL, exactly, over whole numbers
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE spark(v::float8[]) <> wanted) FROM (SELECT v, (SELECT string_agg(CASE WHEN x IS NULL THEN ' ' WHEN high = low THEN '▅' ELSE substr('▁▂▃▄▅▆▇█', 1 + ((x - low) * 7 / (high - low))::int, 1) END, '' ORDER BY n) FROM unnest(v) WITH ORDINALITY u (x, n), (SELECT min(x) AS low, max(x) AS high FROM unnest(v) x) l) AS wanted
	FROM (SELECT array(SELECT CASE WHEN random() < 0.9 THEN floor(random() * 50 * (i % 7))::bigint - 100 END FROM generate_series(1, 1 + i % 30)) AS v FROM generate_series(1, 3000) i) s) t$$, 'as the rule has it');
SELECT is(length(spark(array_agg(i::float8))), 100000, 'a long one') FROM generate_series(1, 100000) i;

-- ---- queries: one SELECT, by the server's grammar ----

CREATE SCHEMA crm;
CREATE TABLE crm.deal (id int PRIMARY KEY, amount numeric, won boolean, closed date, rate float8);
INSERT INTO crm.deal SELECT i, CASE WHEN i % 11 > 0 THEN i * 1.25 END, i % 3 = 0, date '2025-12-31' + i % 120, i / 7.0 FROM generate_series(1, 1000) i;
CREATE SEQUENCE crm.numbers;
SELECT is(query_select(query), wanted, query) FROM (VALUES ('SELECT 1', 'SELECT 1'), (E' \n SELECT 1 ;\n', 'SELECT 1'), ('VALUES (1)', 'VALUES (1)'), ('TABLE crm.deal', 'TABLE crm.deal'), ('WITH a AS (SELECT 1) SELECT * FROM a;', 'WITH a AS (SELECT 1) SELECT * FROM a'), ('(SELECT 1)', '(SELECT 1)'),
	('SELECT '';''; ', 'SELECT '';'''), ('SELECT $x$;$x$', 'SELECT $x$;$x$'), ('SELECT 1 -- ; DROP', 'SELECT 1 -- ; DROP'), ('SELECT 1 UNION SELECT 2', 'SELECT 1 UNION SELECT 2'), (NULL, NULL)) v (query, wanted);
SELECT is(pg_temp.error('SELECT query_select(' || quote_literal(query) || ')'), wanted, coalesce(nullif(query, ''), 'nothing')) FROM (VALUES ('', '22023 / this is not a query that only reads: there is none'), (' ; -- x', '22023 / this is not a query that only reads: there is none'), ('SELECT 1; SELECT 2', '22023 / this is not a query that only reads: there are several statements'),
	('SELECT 1; DROP TABLE crm.deal', '22023 / this is not a query that only reads: there are several statements'), ('SELECT 1) AS q; DROP TABLE crm.deal; SELECT (1', '42601 / syntax error at or near ")" NO HINT'), ('DELETE FROM crm.deal', '22023 / this is not a query that only reads: it is another statement'), ('DO $$ BEGIN END $$', '22023 / this is not a query that only reads: it is another statement'),
	('COPY crm.deal TO PROGRAM ''x''', '22023 / this is not a query that only reads: it is another statement'), ('EXPLAIN ANALYZE SELECT 1', '22023 / this is not a query that only reads: it is another statement'), ('SELECT 1 AS x INTO crm.made', '22023 / this is not a query that only reads: SELECT INTO makes a table'), ('SELECT 1 AS x INTO crm.made UNION SELECT 2', '22023 / this is not a query that only reads: SELECT INTO makes a table'), ('SELECT 1 /* open', '42601 / unterminated /* comment at or near "/* open" NO HINT'), ('SELECT ''open', '42601 / unterminated quoted string at or near "''open" NO HINT'), (';;', '22023 / this is not a query that only reads: there is none')) v (query, wanted);
SELECT is((SELECT string_agg(column_name || ' ' || column_type, ', ' ORDER BY n) FROM query_columns(query) WITH ORDINALITY c (column_name, column_type, n)), wanted, query) FROM (VALUES ('SELECT count(*), sum(amount) AS "The sum" FROM crm.deal', 'count bigint, The sum numeric'), ('SELECT $1', '?column? timestamp with time zone'), ('SELECT $1::date AS d, ''x'' AS t ORDER BY 1', 'd date, t text'), ('SELECT', NULL), ('VALUES (1, true)', 'column1 integer, column2 boolean')) v (query, wanted);
SELECT is(pg_temp.error(format('SELECT * FROM query_columns(%L)', query)), wanted, query) FROM (VALUES ('SELECT $2', '42P02 / there is no parameter $2 NO HINT'), ('SELECT x FROM crm.deal', '42703 / column "x" does not exist NO HINT'), ('SELECT 1 FROM crm.deal FOR SHARE', '22023 / this is not a query that only reads: it locks rows'), ('WITH d AS (DELETE FROM crm.deal RETURNING id) SELECT count(*) FROM d', '22023 / this is not a query that only reads: it changes data')) v (query, wanted);

-- what a query stands on: views behind views, functions of expressions, operators, aggregates, and standard SQL bodies
CREATE VIEW crm.won AS SELECT * FROM crm.deal WHERE won;
CREATE VIEW crm.big_won AS SELECT * FROM crm.won WHERE amount > 100;
CREATE MATERIALIZED VIEW crm.stored AS SELECT * FROM crm.big_won;
CREATE FUNCTION crm.half(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1 / 2';
CREATE FUNCTION crm.quarter(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN crm.half(crm.half($1));
CREATE FUNCTION crm.how_many() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM crm.won; END;
CREATE FUNCTION crm.close_to(numeric, numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) < 1';
CREATE OPERATOR crm.~~~ (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = crm.close_to);
CREATE FUNCTION crm.plus(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1 + coalesce($2, 0)';
CREATE AGGREGATE crm.total(numeric) (SFUNC = crm.plus, STYPE = numeric, INITCOND = '0');
SELECT is((SELECT string_agg(kind || ' ' || object, ', ' ORDER BY object COLLATE "C") FROM query_definitions(query)), wanted, query) FROM (VALUES ('SELECT 1', NULL), ('SELECT count(*) FROM pg_catalog.pg_class', NULL), ('SELECT count(*) FROM crm.deal', 'table crm.deal'),
	('SELECT count(*) FROM crm.stored', 'view crm.big_won, table crm.deal, materialized view crm.stored, view crm.won'), ('SELECT crm.quarter(1)', 'function crm.half(numeric), function crm.quarter(numeric)'), ('SELECT crm.how_many()', 'table crm.deal, function crm.how_many(), view crm.won'),
	('SELECT count(*) WHERE 1.0 OPERATOR(crm.~~~) 2.0', 'function crm.close_to(numeric,numeric)'), ('SELECT crm.total(v) FROM (VALUES (1)) t (v)', 'function crm.plus(numeric,numeric), aggregate crm.total(numeric)'), ('SELECT sum(amount) OVER () FROM crm.won LIMIT 1', 'table crm.deal, view crm.won'),
	('SELECT (SELECT count(*) FROM crm.won) + count(*) FROM generate_series(1, (SELECT crm.half(8))::int) UNION ALL SELECT 1 WHERE EXISTS (SELECT FROM crm.deal)', 'table crm.deal, function crm.half(numeric), view crm.won'), ('WITH c AS (SELECT * FROM crm.big_won) SELECT count(*) FROM c', 'view crm.big_won, table crm.deal, view crm.won')) v (query, wanted);
SELECT isnt(definition, NULL, kind || ' ' || object || ' has a definition') FROM query_definitions('SELECT crm.total(crm.quarter(amount)) FROM crm.stored') WHERE kind <> 'table';

-- ---- what runs cannot write ----

CREATE FUNCTION crm.writes() RETURNS int LANGUAGE plpgsql AS $$ BEGIN UPDATE crm.deal SET amount = 0; RETURN 1; END $$;
CREATE FUNCTION crm.lies() RETURNS int LANGUAGE sql IMMUTABLE AS 'DELETE FROM crm.deal RETURNING 1';
CREATE FUNCTION crm.insists() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('transaction_read_only', 'off', true); UPDATE crm.deal SET amount = 0; RETURN 1; END $$;
CREATE FUNCTION crm.sets() RETURNS int LANGUAGE plpgsql AS $$ BEGIN SET TRANSACTION READ WRITE; UPDATE crm.deal SET amount = 0; RETURN 1; END $$;
CREATE FUNCTION crm.hides() RETURNS int LANGUAGE plpgsql AS $$ BEGIN BEGIN UPDATE crm.deal SET amount = 0; EXCEPTION WHEN OTHERS THEN END; RETURN 5; END $$;
CREATE FUNCTION crm.asserts() RETURNS int LANGUAGE plpgsql AS $$ BEGIN ASSERT false, 'not so'; END $$;
CREATE FUNCTION crm.temporary() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO pg_temp.scratch VALUES (1); PERFORM set_config('work_mem', '1MB', false), set_config('search_path', 'evil', false); RETURN 5; END $$;
CREATE FUNCTION crm.raises() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'rolled back'; END $$;
CREATE FUNCTION crm.makes() RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE crm.made (a int); RETURN 1; END $$;
CREATE FUNCTION crm.notes() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM lo_create(424242); RETURN 1; END $$;
CREATE TEMP TABLE scratch (a int);
CREATE FUNCTION pg_temp.digest() RETURNS text LANGUAGE sql AS $$ SELECT concat((SELECT md5(string_agg(d::text, ' ' ORDER BY id)) FROM crm.deal d), (SELECT count(*) FROM pg_temp.scratch), (SELECT is_called FROM crm.numbers), current_setting('work_mem'), current_setting('TimeZone'), current_setting('transaction_read_only'), (SELECT count(*) FROM pg_class WHERE relnamespace = 'crm'::regnamespace), (SELECT count(*) FROM pg_largeobject_metadata)) $$;
CREATE TEMP TABLE before AS SELECT pg_temp.digest() AS digest;
CREATE TEMP TABLE tried AS SELECT v.query, v.wanted, q.* FROM (VALUES
	('SELECT crm.writes()', '25006 cannot execute UPDATE in a read-only transaction'), ('SELECT crm.lies()', '0A000 DELETE is not allowed in a non-volatile function'), ('SELECT crm.insists()', '25001 cannot set transaction read-write mode inside a read-only transaction'), ('SELECT crm.sets()', '25001 cannot set transaction read-write mode inside a read-only transaction'),
	('SELECT crm.hides()', 'value 5'), ('SELECT crm.asserts()', 'P0004 not so'), ('SELECT crm.temporary()', 'value 5'), ('SELECT crm.raises()', 'P0001 rolled back'), ('SELECT crm.makes()', '25006 cannot execute CREATE TABLE in a read-only transaction'), ('SELECT nextval(''crm.numbers'')', '25006 cannot execute nextval() in a read-only transaction'),
	('SELECT setval(''crm.numbers'', 7)', '25006 cannot execute setval() in a read-only transaction'), ('SELECT 1 FROM (SELECT FROM crm.deal LIMIT 1 FOR UPDATE) d', '0A000 SELECT FOR UPDATE is not allowed in a non-volatile function'), ('DELETE FROM crm.deal', '22023 this is not a query that only reads: it is another statement'), ('WITH d AS (DELETE FROM crm.deal RETURNING 1) SELECT count(*) FROM d', '22023 this is not a query that only reads: it changes data'),
	('SELECT 1; DELETE FROM crm.deal', '22023 this is not a query that only reads: there are several statements'), ('SELECT 1) AS q (c1); DELETE FROM crm.deal; SELECT 1 FROM (SELECT 1', '42601 syntax error at or near ")"'), ('SELECT amount FROM crm.deal', 'P0003 the query returned more than one row'), ('SELECT 1 WHERE false', 'P0002 the query returned no row'), ('SELECT 1 / (SELECT 0)', '22012 division by zero'),
	('SELECT sum(amount) FROM crm.deal WHERE false', 'unknown'), ('SELECT ''NaN''::float8', '22003 the query returned NaN, which is no finite number'), ('SELECT ''-Infinity''::numeric', '22003 the query returned -Infinity, which is no finite number'), ('SELECT 1 AS a, 2 AS b', '22023 the query has the columns: a, b'), ('SELECT 1 AS value, 2 AS value', '22023 the query has the columns: value, value'), ('SELECT 1 AS value, 2 AS numerator', '22023 the query has the columns: value, numerator'), ('SELECT', '22023 the query has the columns: none'),
	('SELECT true', '42804 the query has columns that are no numbers: "?column?" is boolean'), ('SELECT ''7''', '42804 the query has columns that are no numbers: "?column?" is text'), ('SELECT 3 AS numerator, 0 AS denominator', 'unknown'), ('SELECT 3 AS numerator, NULL::int AS denominator', 'unknown'), ('SELECT 1 AS denominator, 3 AS numerator', 'value 3.0000000000000000'), ('SELECT 2 AS denominator, 9 AS value, 1 AS numerator', 'value 9'), (NULL, '22004 there is no query'),
	(E'SELECT 5 -- five', 'value 5'), ('SELECT 5;', 'value 5'), ('VALUES (5)', 'value 5'), ('SELECT 0.1::float8 + 0.2', 'value 0.3'), ('SELECT count(*) FROM deal', '42P01 relation "deal" does not exist'), ('SELECT extract(epoch FROM $1)', 'value 1767225600.000000'), ('SELECT extract(day FROM $1)', 'value 1')) v (query, wanted), LATERAL query_number(v.query, '2026-01-01 00:00+00') q;
SELECT is(coalesce(error, 'value ' || value, 'unknown'), wanted, coalesce(query, 'no query')) FROM tried;
SELECT is(pg_temp.digest(), digest, 'nothing was changed by any of them, and the session is as it was') FROM before;
SELECT lives_ok('UPDATE crm.deal SET amount = amount', 'and it may write');
SELECT is((SELECT value FROM query_number('SELECT extract(hour FROM $1)', '2026-01-01 00:00+00', 'Asia/Kathmandu')), 5::numeric, 'in the time zone of the metric');
SELECT is((SELECT count(*) FROM tried WHERE error IS NOT NULL AND (value, numerator, denominator) IS NOT NULL), 0::bigint, 'an error has no value');

-- ---- registering ----

CREATE SCHEMA "KPIs of ""us"" $$ %s ' ;";
CALL create_metric_registry('KPIs of "us" $$ %s '' ;');
SELECT is(to_regclass('"KPIs of ""us"" $$ %s '' ;".metric_value') IS NOT NULL, true, 'a registry in a schema of any name');
SELECT is(register_metric('KPIs of "us" $$ %s '' ;', 'it''s "100 %" $$;', 'what''s "counted" %s $$', 'SELECT 1 AS "value" -- $q$ %s '' ;', unit => 'per cent %', owner => 'o''neil', target => 1), 1, 'and metrics of any name');
SELECT is((SELECT array_agg(metric || '|' || value) FROM evaluate_metrics('KPIs of "us" $$ %s '' ;', '2026-01-01', ARRAY['it''s "100 %" $$;'])), ARRAY['it''s "100 %" $$;|1'], 'are evaluated');
SELECT is((SELECT metric || '|' || status || '|' || unit || '|' || owner FROM metric_status('KPIs of "us" $$ %s '' ;')), 'it''s "100 %" $$;|met|per cent %|o''neil', 'and shown');
SELECT is_empty($$SELECT * FROM metric_drift('KPIs of "us" $$ || '$$' || $$ %s '' ;')$$, 'without drift');

CREATE SCHEMA kpi;
CALL create_metric_registry('kpi');
CALL create_metric_registry('kpi');
SELECT is(register_metric('kpi', 'won_amount', 'Amount of all deals that are won and closed until then.', ' SELECT sum(amount) FROM crm.won WHERE closed <= $1::date; ', unit => 'EUR', target => 20000, near => 1000, owner => 'ann'), 1, 'a first version');
SELECT is(register_metric('kpi', 'won_amount', 'Amount of all deals that are won and closed until then.', 'SELECT sum(amount) FROM crm.won WHERE closed <= $1::date', unit => 'EUR', target => 20000, near => 1000, owner => 'ann'), 1, 'the same is the same version');
SELECT is((SELECT count(*) FROM kpi.metric_version), 1::bigint, 'of which there is one');
SELECT is(register_metric('kpi', 'won_amount', 'Amount of all deals that are won and closed until then.', 'SELECT sum(amount) FROM crm.won WHERE closed <= $1::date', unit => 'EUR', target => 25000, near => 1000, owner => 'ann'), 2, 'another target is another version');
SELECT is(register_metric('kpi', 'won_amount', 'Amount of all won deals that closed until then.', 'SELECT sum(amount) FROM crm.won WHERE closed <= $1::date', unit => 'EUR', target => 25000, near => 1000, owner => 'ann'), 3, 'and so are other words');
SELECT is((SELECT count(DISTINCT sql_hash) FROM kpi.metric_version), 1::bigint, 'with the same query all along');
SELECT is((SELECT sql_hash FROM kpi.metric), encode(sha256(convert_to(E'SELECT sum(amount) FROM crm.won WHERE closed <= $1::date\nUTC', 'UTF8')), 'hex'), 'known by its SHA-256');
SELECT is((SELECT string_agg(definition || ' ' || target, ' / ' ORDER BY version) FROM kpi.metric_version), 'Amount of all deals that are won and closed until then. 20000 / Amount of all deals that are won and closed until then. 25000 / Amount of all won deals that closed until then. 25000', 'the history has each');
SELECT is((SELECT row(m.version, m.definition, m.query, m.objects)::text FROM kpi.metric m), (SELECT row(v.version, v.definition, v.query, v.objects)::text FROM kpi.metric_version v ORDER BY v.version DESC LIMIT 1), 'and the last is the present one');
SELECT is(register_metric('kpi', 'win_rate', 'Deals won of all that closed until then.', 'SELECT count(*) FILTER (WHERE won) AS numerator, count(*) AS denominator FROM crm.deal WHERE closed <= $1::date', target => 0.33), 1, 'a rate');
SELECT is(register_metric('kpi', 'open_share', 'Share without an amount.', 'SELECT (count(*) FILTER (WHERE amount IS NULL))::float8 / count(*) AS share FROM crm.deal', direction => 'lower', target => 0.1), 1, 'a share');
SELECT is(register_metric('kpi', 'in_band', 'Average rate.', 'SELECT avg(rate) FROM crm.deal WHERE closed <= $1', direction => 'within', target_low => 70, target_high => 71.4, near => 0.05), 1, 'a band');
SELECT is(register_metric('kpi', 'two_rows', 'Two rows.', 'SELECT id FROM crm.deal'), 1, 'what fails when it runs is not known before');
SELECT is(register_metric('kpi', 'writer', 'It writes.', 'SELECT crm.writes()'), 1, 'nor what writes');

CREATE TEMP TABLE registered AS SELECT md5(string_agg(m::text, ' ' ORDER BY m::text)) AS digest FROM (SELECT m::text FROM kpi.metric m UNION ALL SELECT v::text FROM kpi.metric_version v) m (m);
SELECT is(pg_temp.error('SELECT register_metric(' || arguments || ')'), wanted, wanted) FROM (VALUES
	('NULL, ''m'', ''d'', ''SELECT 1''', '22004 / the schema, the name, the definition, the query, the direction and the time zone of a metric must not be NULL'), ('''kpi'', ''m'', ''d'', NULL', '22004 / the schema, the name, the definition, the query, the direction and the time zone of a metric must not be NULL'),
	('''no such'', ''m'', ''d'', ''SELECT 1''', '42P01 / there is no registry of metrics in schema "no such"'), ('''kpi.metric; DROP TABLE crm.deal'', ''m'', ''d'', ''SELECT 1''', '42P01 / there is no registry of metrics in schema "kpi.metric; DROP TABLE crm.deal"'), ('''kpi'', '' m'', ''d'', ''SELECT 1''', '22023 / a metric cannot be called " m"'), ('''kpi'', '''', ''d'', ''SELECT 1''', '22023 / a metric cannot be called ""'),
	('''kpi'', ''m'', '' '', ''SELECT 1''', '22023 / metric "m" has no definition'), ('''kpi'', ''m'', ''d'', ''SELECT 1'', direction => ''up''', '22023 / unknown direction of a metric: "up"'), ('''kpi'', ''m'', ''d'', ''SELECT 1'', target_low => 1, target_high => 2', '22023 / metric "m" has a band and the direction higher'), ('''kpi'', ''m'', ''d'', ''SELECT 1'', direction => ''within'', target => 1', '22023 / metric "m" has no band from NULL to NULL'),
	('''kpi'', ''m'', ''d'', ''SELECT 1'', direction => ''within'', target_low => 3, target_high => 2', '22023 / metric "m" has no band from 3 to 2'), ('''kpi'', ''m'', ''d'', ''SELECT 1'', near => -1', '22023 / metric "m" has a target, a band or a nearness that is none: -1'), ('''kpi'', ''m'', ''d'', ''SELECT 1'', target => ''NaN''', '22023 / metric "m" has a target, a band or a nearness that is none: NaN'),
	('''kpi'', ''m'', ''d'', ''SELECT 1'', time_zone => ''Mars/Base''', '22023 / metric "m" has the time zone "Mars/Base"'), ('''kpi'', ''m'', ''d'', ''DELETE FROM crm.deal''', '22023 / the query of metric "m" cannot be used: this is not a query that only reads: it is another statement'), ('''kpi'', ''m'', ''d'', ''SELECT 1; SELECT 2''', '22023 / the query of metric "m" cannot be used: this is not a query that only reads: there are several statements'),
	('''kpi'', ''m'', ''d'', ''SELECT no FROM crm.deal''', '42703 / the query of metric "m" cannot be used: column "no" does not exist'), ('''kpi'', ''m'', ''d'', ''SELECT count(*) FROM deal''', '42P01 / the query of metric "m" cannot be used: relation "deal" does not exist'), ('''kpi'', ''won_amount'', ''d'', ''SELECT 1 AS a, 2 AS b''', '22023 / the query of metric "won_amount" cannot be used: the query has the columns: a, b'),
	('''kpi'', ''m'', ''d'', ''SELECT 1; DROP TABLE crm.deal; --''', '22023 / the query of metric "m" cannot be used: this is not a query that only reads: there are several statements')) v (arguments, wanted);
SELECT is((SELECT md5(string_agg(m::text, ' ' ORDER BY m::text)) FROM (SELECT m::text FROM kpi.metric m UNION ALL SELECT v::text FROM kpi.metric_version v) m (m)), digest, 'none was half registered') FROM registered;
SELECT is(pg_temp.error(query), wanted, wanted) FROM (VALUES ('CALL create_metric_registry(NULL)', '22004 / the schema of the registry must not be NULL'), ('CALL create_metric_registry(''no such'')', '3F000 / schema "no such" does not exist'), ('SELECT * FROM evaluate_metrics(''no such'', now())', '42P01 / there is no registry of metrics in schema "no such"'), ('SELECT * FROM evaluate_metrics(NULL, now())', '22004 / the schema of the registry and the moment of the metrics must not be NULL'),
	('SELECT * FROM evaluate_metrics(''kpi'', NULL)', '22004 / the schema of the registry and the moment of the metrics must not be NULL'), ('SELECT * FROM evaluate_metrics(''kpi'', ''infinity'')', '22023 / metrics cannot be evaluated as of infinity'), ('SELECT * FROM evaluate_metrics(''kpi'', now(), ARRAY[''win_rate'', ''nO''''pe; --''])', '42704 / there are no metrics: "nO''pe; --"'),
	('SELECT * FROM metric_status(NULL)', '22004 / the schema of the registry, the moment and the number of points must not be NULL'), ('SELECT * FROM metric_status(''no such'')', '42P01 / there is no registry of metrics in schema "no such"'), ('SELECT * FROM metric_status(''kpi'', points => 1001)', '22023 / no sparkline of 1001 points'), ('SELECT * FROM metric_drift(''no such'')', '42P01 / there is no registry of metrics in schema "no such"'), ('SELECT * FROM metric_drift(NULL)', '22004 / the schema of the registry must not be NULL')) v (query, wanted);

-- ---- evaluating ----

TRUNCATE before;
INSERT INTO before SELECT pg_temp.digest();
SELECT count(*) > 0 AS done FROM generate_series(date '2026-01-10', '2026-05-10', interval '10 days') d, LATERAL evaluate_metrics('kpi', d) e \gset
SELECT is(pg_temp.digest(), digest, 'evaluated on thirteen days: data is as it was') FROM before;
SELECT is(array_agg(DISTINCT metric ORDER BY metric), '{in_band,open_share,two_rows,win_rate,won_amount,writer}', 'all of them') FROM kpi.metric_value;
SELECT results_eq($$SELECT as_of, value FROM kpi.metric_value WHERE metric = 'won_amount' ORDER BY 1$$, $$SELECT d, (SELECT sum(amount) FROM crm.deal WHERE won AND closed <= d::date) FROM generate_series(timestamptz '2026-01-10', '2026-05-10', interval '10 days') d$$, 'a sum');
SELECT results_eq($$SELECT as_of, value, numerator, denominator FROM kpi.metric_value WHERE metric = 'win_rate' ORDER BY 1$$, $$SELECT d, (SELECT avg(won::int) FROM crm.deal WHERE closed <= d::date), (SELECT count(*)::numeric FROM crm.deal WHERE won AND closed <= d::date), (SELECT count(*)::numeric FROM crm.deal WHERE closed <= d::date) FROM generate_series(timestamptz '2026-01-10', '2026-05-10', interval '10 days') d$$, 'a rate, with what it is of');
SELECT is(array_agg(DISTINCT error ORDER BY error), '{"25006 cannot execute UPDATE in a read-only transaction","P0003 the query returned more than one row"}', 'those that fail say why, and the others went on') FROM kpi.metric_value WHERE metric IN ('two_rows', 'writer');
CREATE TEMP TABLE first_values AS SELECT metric, as_of, value, numerator, denominator, version, sql_hash, object_hash, error FROM kpi.metric_value;
SELECT count(*) > 0 AS done FROM generate_series(date '2026-01-10', '2026-05-10', interval '10 days') d, LATERAL evaluate_metrics('kpi', d) e \gset
SELECT set_eq('SELECT metric, as_of, value, numerator, denominator, version, sql_hash, object_hash, error FROM kpi.metric_value', 'TABLE first_values', 'evaluated again it is the same');
SELECT results_eq($$SELECT * FROM evaluate_metrics('kpi', '2026-01-10', '{win_rate,won_amount}')$$, $$SELECT metric, value, numerator, denominator, error FROM first_values WHERE as_of = '2026-01-10' AND metric IN ('win_rate', 'won_amount') ORDER BY 1$$, 'some of them');
SELECT set_eq($$SELECT metric, value, error FROM metric_results('kpi', '2026-02-09')$$, $$SELECT metric, value, error FROM first_values WHERE as_of = '2026-02-09'$$, 'and without storing them');
UPDATE kpi.metric SET active = false WHERE metric = 'two_rows';
SELECT is((SELECT count(*) FROM metric_results('kpi', '2026-02-09')), 5::bigint, 'what is not active is left out');
SELECT is((SELECT count(*) FROM metric_results('kpi', '2026-02-09', '{two_rows}')), 1::bigint, 'but where it is named');
SELECT is((SELECT count(*) FROM metric_results('kpi', '2026-02-09', '{}')), 0::bigint, 'none are none');
UPDATE crm.deal SET amount = amount + 1 WHERE won;
SELECT isnt((SELECT value FROM evaluate_metrics('kpi', '2026-01-10', '{won_amount}')), (SELECT value FROM first_values WHERE metric = 'won_amount' AND as_of = '2026-01-10'), 'where data changed, the value is replaced');
SELECT is((SELECT count(*) FROM kpi.metric_value), (SELECT count(*) FROM first_values), 'and none is added');
-- all from one snapshot, also of a function that says it is volatile
SELECT is((SELECT count(DISTINCT value) FROM metric_results('kpi', '2026-02-09', '{won_amount}')), 1::bigint, 'one value');

-- ---- status ----

-- the rule once more, by hand
CREATE FUNCTION pg_temp.status(v numeric, direction text, target numeric, low numeric, high numeric, near numeric) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	off numeric;
BEGIN
	IF v IS NULL THEN RETURN 'unknown'; END IF;
	IF direction = 'higher' THEN off := target - v; ELSIF direction = 'lower' THEN off := v - target; ELSE off := greatest(low - v, v - high); END IF;
	IF off IS NULL THEN RETURN 'no target'; ELSIF off <= 0 THEN RETURN 'met'; ELSIF off <= near THEN RETURN 'near'; ELSE RETURN 'missed'; END IF;
END $$;
CREATE SCHEMA made;
CALL create_metric_registry('made');
CREATE TABLE made.point (metric text, at timestamptz, v numeric);
INSERT INTO made.point SELECT 'm' || m, timestamptz '2026-01-01 00:00+00' + d * interval '1 day', CASE WHEN random() < 0.85 THEN floor(random() * 12) END FROM generate_series(1, 40) m, generate_series(1, 9) d;
SELECT count(register_metric('made', 'm' || m, 'd', format('SELECT max(v) FROM made.point WHERE metric = %L AND at = $1', 'm' || m), direction => (array['higher', 'lower', 'within'])[1 + m % 3], target => CASE WHEN m % 3 < 2 AND m % 5 > 0 THEN 6 END,
	target_low => CASE WHEN m % 3 = 2 AND m % 5 > 0 THEN 4 END, target_high => CASE WHEN m % 3 = 2 AND m % 5 > 0 THEN 7 END, near => CASE WHEN m % 2 = 0 THEN 2 END)) = 40 AS done FROM generate_series(1, 40) m \gset
SELECT count(*) > 0 AS done FROM generate_series(1, 9) d, LATERAL evaluate_metrics('made', timestamptz '2026-01-01 00:00+00' + d * interval '1 day') \gset
CREATE TEMP TABLE shown AS SELECT d, s.* FROM generate_series(0, 9) d, LATERAL metric_status('made', timestamptz '2026-01-01 12:00+00' + d * interval '1 day', 5) s;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE s.status <> pg_temp.status(s.value, s.direction, s.target, s.target_low, s.target_high, m.near)) FROM shown s JOIN made.metric m USING (metric)$$, 'status, as the rule has it');
SELECT set_eq('SELECT DISTINCT status FROM shown', '{met,near,missed,"no target",unknown}'::text[], 'of every kind');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (s.value, s.previous_value) IS DISTINCT FROM ((SELECT v FROM made.point p WHERE p.metric = s.metric AND at = timestamptz '2026-01-01 00:00+00' + d * interval '1 day'), (SELECT v FROM made.point p WHERE p.metric = s.metric AND v IS NOT NULL AND at < timestamptz '2026-01-01 00:00+00' + d * interval '1 day' ORDER BY at DESC LIMIT 1))
	OR s.change IS DISTINCT FROM s.value - s.previous_value) FROM shown s$$, 'the value, the last known before it, and what changed');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE trend IS DISTINCT FROM CASE WHEN change IS NULL THEN NULL WHEN direction = 'higher' THEN CASE sign(change) WHEN 1 THEN 'better' WHEN 0 THEN 'same' ELSE 'worse' END WHEN direction = 'lower' THEN CASE sign(change) WHEN -1 THEN 'better' WHEN 0 THEN 'same' ELSE 'worse' END
	ELSE CASE sign((SELECT min(abs(value - t)) FROM generate_series(target_low, target_high) t) - (SELECT min(abs(previous_value - t)) FROM generate_series(target_low, target_high) t)) WHEN -1 THEN 'better' WHEN 0 THEN 'same' WHEN 1 THEN 'worse' END END) FROM shown$$, 'the trend by the direction');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE sparkline IS DISTINCT FROM (SELECT spark(array_agg(v::float8 ORDER BY at)) FROM made.point p WHERE p.metric = s.metric AND at BETWEEN timestamptz '2026-01-01 00:00+00' + (d - 4) * interval '1 day' AND timestamptz '2026-01-01 00:00+00' + d * interval '1 day')) FROM shown s$$, 'the last five as a line');
SELECT is((SELECT count(*) FROM metric_status('made', '2025-01-01') WHERE status = 'unknown' AND as_of_value IS NULL), 40::bigint, 'before the first evaluation all is unknown');
-- a value is judged by the target that it had
SELECT is((SELECT status FROM metric_status('kpi', '2026-02-09') WHERE metric = 'win_rate'), (SELECT pg_temp.status(value, 'higher', 0.33, NULL, NULL, NULL) FROM first_values WHERE metric = 'win_rate' AND as_of = '2026-02-09'), 'by its target');
SELECT is(register_metric('kpi', 'win_rate', 'Deals won of all that closed until then.', 'SELECT count(*) FILTER (WHERE won) AS numerator, count(*) AS denominator FROM crm.deal WHERE closed <= $1::date', target => 0.99), 2, 'a target that rises');
SELECT is((SELECT target || ' ' || version || ' ' || coalesce(drift, 'no drift') FROM metric_status('kpi', '2026-02-09') WHERE metric = 'win_rate'), '0.33 1 no drift', 'does not change what was');
SELECT is((SELECT count(*) FROM evaluate_metrics('kpi', '2026-05-20', '{win_rate}')), 1::bigint, 'evaluated');
SELECT is((SELECT status || ' ' || target || ' ' || version || ' ' || (change IS NOT NULL) FROM metric_status('kpi') WHERE metric = 'win_rate'), 'missed 0.99 2 true', 'and counts from then on');

-- ---- drift ----

SELECT is_empty($$SELECT * FROM metric_drift('kpi')$$, 'no drift');
CREATE FUNCTION pg_temp.drift(change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE change;
	SELECT string_agg(concat_ws(' ', metric, drift, object, detail), '; ' ORDER BY metric, drift, object) INTO result FROM metric_drift('kpi');
	RAISE USING ERRCODE = 'P0007', MESSAGE = coalesce(result, 'none');
EXCEPTION WHEN SQLSTATE 'P0007' THEN
	RETURN SQLERRM;
END $$;
SELECT is(pg_temp.drift(change), wanted, change) FROM (VALUES
	('UPDATE kpi.metric SET query = query || '' '' WHERE metric = ''won_amount''', 'won_amount query the query is not the one that was registered'), ('UPDATE kpi.metric SET time_zone = ''Asia/Tokyo'' WHERE metric = ''won_amount''', 'won_amount query the query is not the one that was registered'),
	('UPDATE kpi.metric SET sql_hash = ''0'' WHERE metric = ''won_amount''', 'won_amount query the query is not the one that was registered'), ('UPDATE kpi.metric SET query = ''SELECT sum(amount) FROM crm.won'', sql_hash = salesops.metric_hash(''SELECT sum(amount) FROM crm.won'', ''UTC'') WHERE metric = ''won_amount''', 'won_amount query the query is not the one that was registered'),
	('UPDATE kpi.metric SET target = 1, owner = NULL WHERE metric = ''won_amount''', 'won_amount definition not as registered: target, owner'), ('UPDATE kpi.metric SET definition = ''other'' WHERE metric = ''won_amount''', 'won_amount definition not as registered: definition'), ('DELETE FROM kpi.metric_version WHERE metric = ''win_rate'' AND version = 2', 'win_rate version version 2 is not in the history'),
	('CREATE OR REPLACE VIEW crm.won AS SELECT * FROM crm.deal WHERE won AND amount > 0', 'won_amount objects view crm.won its definition changed'), ('ALTER VIEW crm.won RENAME TO gone', 'won_amount broken 42P01 relation "crm.won" does not exist'), ('ALTER TABLE crm.deal RENAME COLUMN rate TO ratio', 'in_band broken 42703 column "rate" does not exist; won_amount objects view crm.won its definition changed'),
	('CREATE OR REPLACE FUNCTION crm.writes() RETURNS int LANGUAGE sql AS ''SELECT 1''', 'writer objects function crm.writes() its definition changed'), ('ALTER TABLE crm.deal ADD more text', 'none'), ('CREATE OR REPLACE VIEW crm.won AS SELECT * FROM crm.deal WHERE won', 'none'), ('UPDATE crm.deal SET amount = 7', 'none'),
	('ALTER VIEW crm.won RENAME TO older; CREATE VIEW crm.newer AS SELECT * FROM crm.deal WHERE won; CREATE VIEW crm.won AS SELECT * FROM crm.newer', 'won_amount objects view crm.newer new behind the query; won_amount objects view crm.won its definition changed'), ('ALTER TABLE crm.deal RENAME TO deals; CREATE VIEW crm.deal AS TABLE crm.deals; UPDATE kpi.metric SET active = metric = ''in_band''', 'in_band objects table crm.deal not behind the query any more; in_band objects table crm.deals new behind the query; in_band objects view crm.deal new behind the query'),
	('UPDATE kpi.metric SET active = false, query = ''x''', 'none')) v (change, wanted);
-- values show it: what was computed by another query, or by another view
CREATE OR REPLACE VIEW crm.won AS SELECT * FROM crm.deal WHERE won AND amount > 100;
SELECT is((SELECT drift FROM evaluate_metrics('kpi', '2026-06-01', '{won_amount}'), metric_status('kpi') s WHERE s.metric = 'won_amount'), NULL, 'a statement sees what was before it');
SELECT is((SELECT drift || ' ' || coalesce(change::text, 'no change') || ' ' || coalesce(trend, 'no trend') FROM metric_status('kpi') WHERE metric = 'won_amount'), 'objects, previous no change no trend', 'a view behind it is another, and the value not compared with what was computed over that');
SELECT is(register_metric('kpi', 'won_amount', 'Amount of all won deals that closed until then.', 'SELECT sum(amount) FROM crm.won WHERE closed <= $1::date', unit => 'EUR', target => 25000, near => 1000, owner => 'ann'), 4, 'registered again it is a new version');
SELECT is((SELECT drift || coalesce(' ' || change, ' no change') FROM metric_status('kpi') WHERE metric = 'won_amount'), 'previous no change', 'and no drift but from the value before');
SELECT is(register_metric('kpi', 'won_amount', 'Amount of all won deals.', 'SELECT sum(amount) FROM crm.won', unit => 'EUR', target => 25000, near => 1000, owner => 'ann'), 5, 'another query');
SELECT is((SELECT drift || ' ' || version FROM metric_status('kpi') WHERE metric = 'won_amount'), 'query, previous 3', 'flags the value');
SELECT is((SELECT count(*) FROM evaluate_metrics('kpi', '2026-06-02', '{won_amount}')), 1::bigint, 'evaluated anew');
SELECT is((SELECT drift || ' ' || coalesce(change::text, 'no change') || ' ' || coalesce(trend, 'no trend') FROM metric_status('kpi') WHERE metric = 'won_amount'), 'previous no change no trend', 'it is not compared with what another query computed');
-- a query that was edited past the registry, into something that is none
UPDATE kpi.metric SET query = 'SELECT 1) q; DELETE FROM crm.deal; --' WHERE metric = 'win_rate';
SELECT is((SELECT error FROM evaluate_metrics('kpi', '2026-06-03', '{win_rate}')), '42601 syntax error at or near ")"', 'is not run');
SELECT is((SELECT status || ' ' || drift FROM metric_status('kpi') WHERE metric = 'win_rate'), 'unknown query, previous', 'and flagged');
SELECT is((SELECT count(*) FROM crm.deal), 1000::bigint, 'and has done nothing');

-- ---- someone who is not a superuser, and an empty search_path ----

CREATE ROLE metrics_clerk;
GRANT USAGE ON SCHEMA salesops, kpi TO metrics_clerk;
CREATE FUNCTION pg_temp.by_clerk(query text) RETURNS text LANGUAGE plpgsql SET search_path = '' SET role = 'none' AS $$
DECLARE
	result text;
BEGIN
	SET LOCAL ROLE metrics_clerk;
	EXECUTE query INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT is(pg_temp.by_clerk('SELECT count(*) FROM salesops.evaluate_metrics(''kpi'', ''2026-07-01'')'), '42501 permission denied for table metric_value', 'no rights');
GRANT SELECT ON ALL TABLES IN SCHEMA kpi TO metrics_clerk;
GRANT INSERT, UPDATE ON kpi.metric_value TO metrics_clerk;
SELECT is(pg_temp.by_clerk('SELECT error FROM salesops.evaluate_metrics(''kpi'', ''2026-07-01'', ''{won_amount}'')'), '42501 permission denied for schema crm', 'rights on the registry, and none on the data: an error in the row');
GRANT USAGE ON SCHEMA crm TO metrics_clerk;
GRANT SELECT ON crm.won TO metrics_clerk;
SELECT is(pg_temp.by_clerk('SELECT value::text FROM salesops.evaluate_metrics(''kpi'', ''2026-07-01'', ''{won_amount}'')'), (SELECT sum(amount)::text FROM crm.won), 'with them it has a value');
SELECT is((SELECT evaluated_by FROM kpi.metric_value WHERE as_of = '2026-07-01'), 'metrics_clerk', 'which says who evaluated it');
SELECT is(pg_temp.by_clerk('SELECT status FROM salesops.metric_status(''kpi'') WHERE metric = ''open_share'''), 'met', 'it is shown');
SELECT is(pg_temp.by_clerk('SELECT salesops.register_metric(''kpi'', ''m'', ''d'', ''SELECT 1'')'), '42501 permission denied for table metric', 'and he may not register');
SELECT is(current_user::text, session_user::text, 'this is not he');

-- ---- what a text can run before it is run: nothing of it stays ----

CREATE TABLE crm.ran (what text);
CREATE FUNCTION crm.note(what text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO crm.ran VALUES (what); RETURN true; EXCEPTION WHEN read_only_sql_transaction THEN RETURN true; END $$;
CREATE FUNCTION crm.constant() RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM crm.note('planned'); RETURN 1; END $$;
CREATE DOMAIN crm.checked AS integer CHECK (crm.note('parsed'));
SELECT is(register_metric('kpi', 'sly', 'd', query), version, query) FROM (VALUES (1, 1, $q$SELECT cardinality('{1}'::crm.checked[])$q$), (2, 2, 'SELECT crm.constant()')) v (n, version, query);
SELECT lives_ok($$SELECT * FROM query_columns('SELECT cardinality(''{1}''::crm.checked[])')$$, 'its columns');
SELECT lives_ok($$SELECT * FROM query_definitions('SELECT cardinality(''{1}''::crm.checked[])')$$, 'what it stands on');
SELECT lives_ok($$SELECT * FROM metric_drift('kpi')$$, 'and drift');
SELECT throws_ok($$SELECT query_columns('SELECT nothing')$$, '42703', NULL, 'an error of one');
SELECT is(current_setting('transaction_read_only'), 'off', 'leaves the transaction as it was');
SELECT lives_ok($$INSERT INTO crm.ran VALUES ('here')$$, 'which writes');
SELECT results_eq('SELECT what FROM crm.ran', $$VALUES ('here')$$, 'nobody else did');
SELECT is((SELECT error FROM query_number(query, NULL)), '22003 the query returned ' || left(number::text, 100) || ', which is out of range', query) FROM (VALUES ('SELECT 1e301', 1e301), ('SELECT 1e-301', 1e-301), ('SELECT 1 AS value, -1e301 AS numerator, 1 AS denominator', NULL)) v (query, number) WHERE number IS NOT NULL;
UPDATE kpi.metric SET active = false WHERE metric = 'sly';
SELECT is(register_metric('kpi', 'sly', 'another', 'SELECT 1'), 3, 'what was retired is another version');
SELECT ok((SELECT active FROM kpi.metric WHERE metric = 'sly'), 'and is evaluated again');
-- the ends of a sparkline, whatever the numbers
SELECT is((SELECT count(*) FROM generate_series(1, 20000) i, LATERAL (SELECT spark(ARRAY[a, a + d]) AS line FROM (SELECT (i * 7919 % 10007) / 100.0::float8, (1 + i * 104729 % 9973) / 100.0::float8) v (a, d)) s WHERE line <> spark('{0,1}')), 0::bigint, 'of two values the lower is the lowest and the other the highest');
SELECT is(spark(ARRAY[0.3, 0.6, 0.9, 1.2]::float8[]), spark('{3,6,9,12}'), 'tenths are as whole numbers');
SELECT is(spark(ARRAY(SELECT i / 7.0::float8 FROM generate_series(0, 7) i)), spark('{0,1,2,3,4,5,6,7}'), 'and so are sevenths');

SELECT * FROM finish();
ROLLBACK;
