-- The gate before a report: each kind of check against its rule by hand, what opens the gate, evidence, and publishing that leaves the last
-- good one as it is.
\ir setup.psql

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
SET LOCAL client_min_messages = error;

-- ---- why a gate is shut ----

SELECT is(qc_reason(names, severities, passed), wanted, coalesce(wanted, 'open')) FROM (VALUES
	(NULL::text[], NULL::text[], NULL::boolean[], 'there are no checks'), ('{}', '{}', '{}', 'there are no checks'), ('{a}', '{warning}', '{true}', 'there is no blocking check'), ('{a}', '{blocking}', '{true}', NULL), ('{a}', '{blocking}', '{false}', 'not passed: a'), ('{a}', '{blocking}', '{NULL}', 'not passed: a'), ('{a,b}', '{blocking,blocking}', '{true}', 'not passed: b'),
	('{a,b,c}', '{blocking,warning,blocking}', '{true,false,true}', NULL), ('{c,b,a}', '{blocking,blocking,blocking}', '{false,true,false}', 'not passed: c, a')) v (names, severities, passed, wanted);

-- ---- each kind, over tables of all kinds ----

CREATE SCHEMA "R %s $$";
CREATE TABLE "R %s $$"."Deals ""x""" (id int, "Amount '%" numeric, at timestamptz, day date, moment timestamp, note text);
CREATE SCHEMA qc;
CALL create_qc_gate('qc');
CALL create_qc_gate('qc');
CREATE TEMP TABLE rule (name text, kind text, col text, query text, expected numeric, reference text, tolerance numeric, low numeric, high numeric);
INSERT INTO rule VALUES
	('rows', 'row_count', NULL, NULL, NULL, NULL, 0, 5, 12), ('few', 'row_count', NULL, NULL, NULL, NULL, 0, NULL, 8), ('many', 'row_count', NULL, NULL, NULL, NULL, 0, 3, NULL), ('sum', 'total', 'Amount ''%', NULL, 30, NULL, 10, NULL, NULL),
	('sum_as', 'total', 'Amount ''%', NULL, NULL, 'SELECT sum(id) FROM "R %s $$"."Deals ""x"""', 5.5, NULL, NULL), ('sum_own', 'total', NULL, 'SELECT sum("Amount ''%") FROM "R %s $$"."Deals ""x""" WHERE id > 2', 20, NULL, 8, NULL, NULL), ('nulls', 'null_rate', 'note', NULL, NULL, NULL, 0, NULL, 0.3),
	('age', 'freshness', 'at', NULL, NULL, NULL, 0, NULL, 30), ('age_day', 'freshness', 'day', NULL, NULL, NULL, 0, NULL, 30), ('age_moment', 'freshness', 'moment', NULL, NULL, NULL, 0, NULL, 30), ('balance', 'balance', 'Amount ''%', NULL, NULL, NULL, 25, NULL, NULL), ('balance_own', 'balance', NULL, 'SELECT sum("Amount ''%") - 25 FROM "R %s $$"."Deals ""x"""', NULL, NULL, 8, NULL, NULL),
	('condition', 'condition', NULL, 'SELECT max(id) > 6 FROM "R %s $$"."Deals ""x"""', NULL, NULL, 0, NULL, NULL), ('number', 'query', NULL, 'SELECT max(id) FROM "R %s $$"."Deals ""x"""', NULL, NULL, 0, 4, 9), ('ratio', 'query', NULL, 'SELECT count(note) AS numerator, count(*) AS denominator FROM "R %s $$"."Deals ""x"""', NULL, NULL, 0, 0.7, NULL), ('same', 'query', NULL, 'SELECT count(*) FROM "R %s $$"."Deals ""x"""', NULL, 'SELECT 8', 2, NULL, NULL);
SELECT is(count(register_qc_check('qc', 'deals', name, kind, CASE WHEN query IS NULL THEN '"R %s $$"."Deals ""x"""'::regclass END, col, query, expected, reference, tolerance, low, high)), (SELECT count(*) FROM rule), 'all kinds are registered') FROM rule;
-- what each has to find, by hand
CREATE FUNCTION pg_temp.by_hand(as_of timestamptz) RETURNS TABLE (name text, observed numeric, passed boolean) LANGUAGE sql AS $body$
	WITH d AS (SELECT id, "Amount '%" AS amount, at, day, moment, note FROM "R %s $$"."Deals ""x"""), s AS (SELECT count(*) AS n, sum(amount) AS amount, sum(amount) FILTER (WHERE id > 2) AS part, sum(id) AS ids, max(id) AS last, count(note) AS notes, (SELECT max(at) FROM d WHERE at <= as_of) AS at, (SELECT max(day) FROM d WHERE day::timestamp AT TIME ZONE 'UTC' <= as_of) AS day, (SELECT max(moment) FROM d WHERE moment AT TIME ZONE 'UTC' <= as_of) AS moment FROM d)
	SELECT v.name, v.observed, v.passed IS TRUE FROM s, LATERAL (VALUES ('rows', n::numeric, n BETWEEN 5 AND 12), ('few', n, n <= 8), ('many', n, n >= 3), ('sum', amount, amount BETWEEN 20 AND 40), ('sum_as', amount, abs(amount - ids) <= 5.5), ('sum_own', part, part BETWEEN 12 AND 28), ('nulls', 1 - notes::numeric / nullif(n, 0), 1 - notes::numeric / nullif(n, 0) <= 0.3),
		('age', extract(epoch FROM as_of - at) / 3600, as_of - at <= interval '30 hours'), ('age_day', extract(epoch FROM as_of - day::timestamp AT TIME ZONE 'UTC') / 3600, as_of - day::timestamp AT TIME ZONE 'UTC' <= interval '30 hours'), ('age_moment', extract(epoch FROM as_of - moment AT TIME ZONE 'UTC') / 3600, as_of - moment AT TIME ZONE 'UTC' <= interval '30 hours'),
		('balance', amount, abs(amount) <= 25), ('balance_own', amount - 25, abs(amount - 25) <= 8), ('condition', (last > 6)::int, last > 6), ('number', last, last BETWEEN 4 AND 9), ('ratio', notes::numeric / nullif(n, 0), notes::numeric / nullif(n, 0) >= 0.7), ('same', n, abs(n - 8) <= 2)) AS v (name, observed, passed)
$body$;
CREATE TEMP TABLE outcome (trial int, name text, observed numeric, passed boolean, by_hand numeric, has_passed boolean, detail text, gate boolean, gate_by_hand boolean);
SET LOCAL timezone = 'America/New_York';
DO $do$
DECLARE
	this_run bigint;
	moment timestamptz := '2026-03-10 06:00+00';
BEGIN
	FOR n IN 1 .. 150 LOOP
		DELETE FROM "R %s $$"."Deals ""x""";
		INSERT INTO "R %s $$"."Deals ""x""" SELECT i, CASE WHEN random() < 0.8 THEN floor(random() * 8 * (n % 3)) END, moment - random() * interval '4 days' + interval '12 hours', (moment - random() * interval '4 days' + interval '1 day')::date, (moment - random() * interval '4 days' + interval '12 hours')::timestamp, CASE WHEN random() < 0.4 + n % 4 * 0.2 THEN 'x' END
		FROM generate_series(1, n % 13) i;
		this_run := salesops.run_qc('qc', 'deals', moment);
		INSERT INTO outcome SELECT n, e.check_name, e.observed, e.passed, h.observed, h.passed, e.detail, salesops.qc_gate('qc', 'deals', this_run), (SELECT bool_and(g.passed) FROM pg_temp.by_hand(moment) g) FROM salesops.qc_evidence('qc', 'deals', this_run) e JOIN pg_temp.by_hand(moment) h ON h.name = e.check_name;
	END LOOP;
END $do$;
SET LOCAL timezone = 'UTC';
SELECT is(count(*), (SELECT 150 * count(*) FROM rule), 'each check in each run') FROM outcome;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(observed - by_hand) > 1e-9 OR (observed IS NULL) <> (by_hand IS NULL)) FROM outcome', 'finds what is found by hand, whatever the time zone of the session');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE passed <> has_passed) FROM outcome', 'and passes where that is as it should be');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE gate <> gate_by_hand) FROM outcome', 'and so does the gate');
SELECT set_eq('SELECT name, p FROM rule, (VALUES (true), (false)) v (p)', 'SELECT DISTINCT name, passed FROM outcome', 'each passed and failed somewhere');
SELECT is(array_agg(DISTINCT detail) FILTER (WHERE observed IS NULL), '{"not known"}', 'what is not known says so') FROM outcome;
SELECT is((SELECT count(*) FROM qc.qc_run), 150::bigint, 'runs are kept');
SELECT is((SELECT string_agg(check_name || ': ' || expected, '; ' ORDER BY check_name) FROM qc_results('qc', 'deals', '2026-03-10')), 'age: at most 30; age_day: at most 30; age_moment: at most 30; balance: from -25 to 25; balance_own: from -8 to 8; condition: true; few: at most 8; many: at least 3; nulls: at most 0.3; number: from 4 to 9; ratio: at least 0.7; rows: from 5 to 12; same: from 6 to 10; sum: from 20 to 40; sum_as: from '
	|| (SELECT sum(id) - 5.5 || ' to ' || sum(id) + 5.5 FROM "R %s $$"."Deals ""x""") || '; sum_own: from 12 to 28', 'what each has to be, in words');

-- ---- what opens the gate ----

CREATE TABLE public.source (id int, amount numeric);
INSERT INTO source VALUES (1, 10), (2, 20);
SELECT is(qc_gate('qc', 'nothing'), false, 'a report without runs');
SELECT is_empty('SELECT * FROM qc_evidence(''qc'', ''nothing'')', 'has no evidence');
SELECT run_qc('qc', 'nothing', '2026-01-01') AS run \gset
SELECT results_eq('SELECT run, gate_open, reason, check_name FROM qc_evidence(''qc'', ''nothing'')', format('VALUES (%s::bigint, false, ''there are no checks'', NULL::text)', :run), 'a run of no checks');
SELECT is(qc_gate('qc', 'nothing', :run), false, 'is shut');
CREATE FUNCTION pg_temp.gate(VARIADIC checks text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	run bigint;
BEGIN
	DELETE FROM qc.qc_check WHERE report = 'g';
	FOR n IN 1 .. cardinality(checks) / 2 LOOP
		PERFORM salesops.register_qc_check('qc', 'g', 'c' || n, 'condition', query => 'SELECT ' || checks[2 * n - 1], severity => checks[2 * n]);
	END LOOP;
	run := salesops.run_qc('qc', 'g', '2026-01-01');
	RETURN (SELECT concat_ws(' ', salesops.qc_gate('qc', 'g', run), salesops.qc_gate('qc', 'g'), r.passed, r.reason) FROM qc.qc_run r WHERE r.run_id = run);
END $$;
SELECT is(pg_temp.gate(VARIADIC checks), wanted, checks::text) FROM (VALUES ('{true,blocking}'::text[], 't t t'), ('{false,blocking}', 'f f f not passed: c1'), ('{NULL::boolean,blocking}', 'f f f not passed: c1'), ('{1/(SELECT 0)=1,blocking}', 'f f f not passed: c1'), ('{true,warning}', 'f f f there is no blocking check'), ('{true,blocking,false,warning}', 't t t'), ('{true,blocking,NULL::boolean,warning}', 't t t'), ('{true,blocking,true FROM generate_series(1\,2),blocking}', 'f f f not passed: c2'), ('{true,blocking,true WHERE false,blocking}', 'f f f not passed: c2')) v (checks, wanted);
SELECT is(pg_temp.gate('false', 'blocking', 'true', 'blocking'), 'f f f not passed: c1', 'shut');
UPDATE qc.qc_check SET active = false WHERE report = 'g' AND check_name = 'c1';
SELECT run_qc('qc', 'g', '2026-01-01') AS run \gset
SELECT is(qc_gate('qc', 'g'), true, 'without the check it is open');
UPDATE qc.qc_run SET passed = true WHERE report = 'nothing';
SELECT is(qc_gate('qc', 'nothing'), false, 'nobody opens it by writing so');
UPDATE qc.qc_result SET passed = false WHERE run_id = :run;
SELECT is(qc_gate('qc', 'g'), false, 'it is read from the results');
-- a check whose table is gone, or that was edited into something else
CREATE TABLE public.gone (a int);
SELECT is(register_qc_check('qc', 'broken', 'rows', 'row_count', 'gone', low => 0), 'SELECT count(*) FROM public.gone', 'a check of a table');
SELECT is(register_qc_check('qc', 'broken', 'sum', 'total', 'source', 'amount', reference => 'SELECT count(*) FROM public.gone'), 'SELECT sum(t.amount) FROM public.source AS t', 'one that is compared with it');
SELECT is(register_qc_check('qc', 'broken', 'writes', 'query', query => 'SELECT 1', low => 0), 'SELECT 1', 'and one that is none');
UPDATE qc.qc_check SET query = 'WITH d AS (DELETE FROM public.source RETURNING 1) SELECT count(*) FROM d' WHERE check_name = 'writes';
DROP TABLE gone;
SELECT is((SELECT string_agg(check_name || ' ' || passed || ' ' || detail, '; ' ORDER BY check_name) FROM qc_results('qc', 'broken', '2026-01-01')), 'rows false 42P01 relation "public.gone" does not exist; sum false reference: 42P01 relation "public.gone" does not exist; writes false 22023 this is not a query that only reads: it changes data', 'have not passed, and say why');
SELECT is((SELECT count(*) FROM source), 2::bigint, 'and changed nothing');
UPDATE qc.qc_check SET low = NULL, query = 'SELECT 1' WHERE check_name = 'writes';
SELECT is((SELECT passed || ' ' || detail FROM qc_results('qc', 'broken', '2026-01-01') WHERE check_name = 'writes'), 'false nothing to compare with', 'neither has what is compared with nothing');

-- ---- what is refused ----

CREATE TEMP TABLE registered AS SELECT md5(string_agg(c::text, ' ' ORDER BY report, check_name)) AS digest FROM qc.qc_check c;
SELECT is(pg_temp.error('SELECT register_qc_check(' || arguments || ')'), wanted, arguments) FROM (VALUES
	('NULL, ''r'', ''c'', ''row_count''', '22004 / the schema, the report, the name, the kind, the severity, the tolerance and the time zone of a check must not be NULL'), ('''no such'', ''r'', ''c'', ''row_count''', '42P01 / there is no gate in schema "no such"'), ('''qc.x; DROP TABLE source'', ''r'', ''c'', ''row_count''', '42P01 / there is no gate in schema "qc.x; DROP TABLE source"'), ('''qc'', '' '', ''c'', ''row_count''', '22023 / a check cannot be called "c" of the report " "'),
	('''qc'', ''r'', ''c'', ''rows''', '22023 / unknown kind of a check: "rows"'), ('''qc'', ''r'', ''c'', ''row_count'', ''source'', severity => ''fatal''', '22023 / unknown severity of a check: "fatal"'), ('''qc'', ''r'', ''c'', ''row_count'', ''source''', '22023 / check "c" cannot be a row_count'), ('''qc'', ''r'', ''c'', ''row_count'', ''source'', ''id'', low => 1', '22023 / check "c" cannot be a row_count'), ('''qc'', ''r'', ''c'', ''row_count'', ''source'', query => ''SELECT 1'', low => 1', '22023 / check "c" cannot be a row_count'),
	('''qc'', ''r'', ''c'', ''row_count'', ''source'', low => 2, high => 1', '22023 / check "c" wants something from 2 to 1'), ('''qc'', ''r'', ''c'', ''row_count'', ''source'', low => ''NaN''', '22023 / check "c" has a number that is none: 0, NaN'), ('''qc'', ''r'', ''c'', ''total'', ''source'', ''amount''', '22023 / check "c" cannot be a total'), ('''qc'', ''r'', ''c'', ''total'', ''source'', ''amount'', expected => 1, reference => ''SELECT 1''', '22023 / check "c" cannot be a total'), ('''qc'', ''r'', ''c'', ''total'', ''source'', ''amount'', expected => 1, tolerance => -1', '22023 / check "c" has a number that is none: 1, -1'),
	('''qc'', ''r'', ''c'', ''null_rate'', ''source'', ''amount'', high => 5', '22023 / check "c" cannot be a null_rate'), ('''qc'', ''r'', ''c'', ''null_rate'', ''source'', high => 0.5', '22023 / check "c" cannot be a null_rate'), ('''qc'', ''r'', ''c'', ''freshness'', ''source'', ''amount'', high => -1', '22023 / check "c" cannot be a freshness'), ('''qc'', ''r'', ''c'', ''freshness'', ''source'', ''amount'', high => 1', '42846 / check "c" cannot be used: cannot cast type numeric to timestamp with time zone'), ('''qc'', ''r'', ''c'', ''balance'', ''source''', '22023 / check "c" cannot be a balance'),
	('''qc'', ''r'', ''c'', ''condition'', query => ''SELECT 1''', '42804 / check "c" cannot be used: the query of a condition has one column, which is boolean'), ('''qc'', ''r'', ''c'', ''condition'', query => ''SELECT true, true''', '42804 / check "c" cannot be used: the query of a condition has one column, which is boolean'), ('''qc'', ''r'', ''c'', ''condition'', ''source'', query => ''SELECT true''', '22023 / check "c" cannot be a condition'), ('''qc'', ''r'', ''c'', ''query'', query => ''SELECT true'', low => 1', '42804 / check "c" cannot be used: the query has columns that are no numbers: "?column?" is boolean'), ('''qc'', ''r'', ''c'', ''query'', query => ''SELECT 1''', '22023 / check "c" cannot be a query'),
	('''qc'', ''r'', ''c'', ''query'', query => ''SELECT 1; DROP TABLE public.source'', low => 1', '22023 / check "c" cannot be used: this is not a query that only reads: there are several statements'), ('''qc'', ''r'', ''c'', ''query'', query => ''SELECT 1) q; DROP TABLE public.source; --'', low => 1', '42601 / check "c" cannot be used: syntax error at or near ")"'), ('''qc'', ''r'', ''c'', ''query'', query => ''SELECT 1'', reference => ''DELETE FROM public.source''', '22023 / check "c" cannot be used: this is not a query that only reads: it is another statement'), ('''qc'', ''r'', ''c'', ''query'', query => ''SELECT count(*) FROM source'', low => 1', '42P01 / check "c" cannot be used: relation "source" does not exist'),
	('''qc'', ''r'', ''c'', ''total'', ''source'', ''id); DROP TABLE public.source; --'', expected => 1', '42703 / public.source has no column "id); DROP TABLE public.source; --"'), ('''qc'', ''r'', ''c'', ''row_count'', ''source'', low => 1, time_zone => ''Mars''', '22023 / check "c" has the time zone "Mars"')) v (arguments, wanted);
SELECT is((SELECT md5(string_agg(c::text, ' ' ORDER BY report, check_name)) FROM qc.qc_check c), digest, 'none was half registered') FROM registered;
SELECT is(pg_temp.error(query), wanted, wanted) FROM (VALUES ('CALL create_qc_gate(NULL)', '22004 / the schema of the gate must not be NULL'), ('CALL create_qc_gate(''no such'')', '3F000 / schema "no such" does not exist'), ('SELECT run_qc(''no such'', ''r'', now())', '42P01 / there is no gate in schema "no such"'), ('SELECT run_qc(''qc'', NULL, now())', '22004 / the schema of the gate, the report and the moment must not be NULL'), ('SELECT run_qc(''qc'', ''r'', ''infinity'')', '22023 / checks cannot be run as of infinity'),
	('SELECT qc_gate(''qc'', ''g'', -1)', 'P0002 / there is no run -1 of the report "g"'), ('SELECT * FROM qc_evidence(''qc'', ''g'', 1)', 'P0002 / there is no run 1 of the report "g"'), ('SELECT * FROM qc_evidence(''no such'', ''g'')', '42P01 / there is no gate in schema "no such"'), ('SELECT qc_gate(NULL, ''g'')', '22004 / the schema of the gate and the report must not be NULL')) v (query, wanted);

-- names that quote, end and comment
CREATE SCHEMA "Gate ""'%s $$ ;";
CALL create_qc_gate('Gate "''%s $$ ;');
SELECT is(register_qc_check('Gate "''%s $$ ;', 'it''s "$$ %s', 'c''"%s $q$;', 'condition', query => 'SELECT $x$; -- %s$x$ = ''; -- %s'' -- $q$', description => '''%s'), E'SELECT q.c1::integer AS value FROM (SELECT $x$; -- %s$x$ = ''; -- %s'' -- $q$\n) AS q (c1)', 'a check of any name');
SELECT is(qc_gate('Gate "''%s $$ ;', 'it''s "$$ %s', run_qc('Gate "''%s $$ ;', 'it''s "$$ %s', '2026-01-01')), false, 'a statement does not see the run that it makes itself') FROM (SELECT 1) s WHERE false;
SELECT run_qc('Gate "''%s $$ ;', 'it''s "$$ %s', '2026-01-01') AS run \gset
SELECT is(qc_gate('Gate "''%s $$ ;', 'it''s "$$ %s', :run), true, 'runs');

-- ---- publishing ----

CREATE TABLE public.published (id int PRIMARY KEY, amount numeric, twice numeric GENERATED ALWAYS AS (2 * amount) STORED, line bigint GENERATED ALWAYS AS IDENTITY, CHECK (amount < 1000));
CREATE VIEW public.fresh AS SELECT amount, id, 'more' AS more FROM source;
CREATE VIEW public.reader AS SELECT * FROM published;
INSERT INTO published (id, amount) VALUES (7, 70);
CREATE FUNCTION pg_temp.content() RETURNS text LANGUAGE sql AS $$ SELECT md5(string_agg(p::text, E'\n' ORDER BY id)) FROM published p $$;
CREATE FUNCTION pg_temp.publish(change text DEFAULT 'SELECT') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	before text := pg_temp.content();
BEGIN
	EXECUTE change;
	SELECT concat_ws(' ', is_published, reason) INTO result FROM salesops.publish_report('qc', 'p', 'published', '2026-01-01', 'fresh');
	result := result || CASE WHEN pg_temp.content() = before THEN ', as it was' ELSE ', new' END;
	RAISE USING ERRCODE = 'P0007', MESSAGE = result;
EXCEPTION WHEN SQLSTATE 'P0007' THEN
	RETURN SQLERRM;
END $$;
SELECT is(pg_temp.publish(), 'f there are no checks, as it was', 'without checks');
SELECT is(register_qc_check('qc', 'p', 'other', 'row_count', 'qc.qc_run', low => 0), 'SELECT count(*) FROM qc.qc_run', 'a check of something else');
SELECT is(pg_temp.publish(), 'f no blocking check reads public.published or public.fresh, as it was', 'says nothing of the report');
SELECT is(register_qc_check('qc', 'p', 'rows', 'row_count', 'published', low => 2, severity => 'warning'), 'SELECT count(*) FROM public.published', 'nor does one that warns');
SELECT is(pg_temp.publish(), 'f no blocking check reads public.published or public.fresh, as it was', 'of it');
SELECT is(register_qc_check('qc', 'p', 'rows', 'row_count', 'reader', low => 2), 'SELECT count(*) FROM public.reader', 'one that reads it through a view');
SELECT is(register_qc_check('qc', 'p', 'sum', 'total', 'published', 'amount', reference => 'SELECT sum(amount) FROM public.source'), 'SELECT sum(t.amount) FROM public.published AS t', 'and one that compares it');
SELECT is(pg_temp.publish(change), wanted, change) FROM (VALUES ('SELECT', 't, new'), ('DELETE FROM source WHERE id = 1', 'f not passed: rows, as it was'), ('CREATE OR REPLACE VIEW fresh AS SELECT amount + 1 AS amount, id, ''more'' AS more FROM source', 'f not passed: sum, as it was'), ('INSERT INTO source VALUES (1, 5)', 'f the new content could not be made: 23505 duplicate key value violates unique constraint "published_pkey", as it was'),
	('INSERT INTO source VALUES (3, 5000)', 'f the new content could not be made: 23514 new row for relation "published" violates check constraint "published_amount_check", as it was'), ('CREATE OR REPLACE VIEW fresh AS SELECT 1 / (amount - 10) AS amount, id, ''more'' AS more FROM source', 'f the new content could not be made: 22012 division by zero, as it was'), ('UPDATE qc.qc_check SET query = ''SELECT 1 FROM nowhere.x'' WHERE report = ''p'' AND check_name = ''other''', 'f not passed: other, as it was'),
	('UPDATE qc.qc_check SET active = false WHERE report = ''p'' AND check_name <> ''other''', 'f no blocking check reads public.published or public.fresh, as it was'), ('UPDATE qc.qc_check SET active = false WHERE report = ''p''', 'f there are no checks, as it was')) v (change, wanted);
SELECT results_eq($$SELECT is_published, reason FROM publish_report('qc', 'p', 'published', '2026-01-01', 'fresh')$$, 'VALUES (true, NULL::text)', 'published');
SELECT results_eq('SELECT id, amount, twice FROM published ORDER BY 1', 'VALUES (1, 10::numeric, 20::numeric), (2, 20, 40)', 'with its rows, by name');
DELETE FROM source WHERE id = 2;
CREATE TEMP TABLE last_good AS SELECT pg_temp.content() AS content;
SELECT results_eq($$SELECT is_published, reason FROM publish_report('qc', 'p', 'published', '2026-01-01', 'fresh')$$, 'VALUES (false, ''not passed: rows'')', 'not published');
SELECT is(pg_temp.content(), content, 'the last good one is up, to the last byte') FROM last_good;
SELECT results_eq($$SELECT gate_open, check_name, passed, observed FROM qc_evidence('qc', 'p')$$, $$VALUES (false, 'other', true, (SELECT count(*) - 1 FROM qc.qc_run)::numeric), (false, 'rows', false, 1), (false, 'sum', true, 10)$$, 'with the evidence of what it would have been');
SELECT is((SELECT row(relation, published, passed, reason)::text FROM qc.qc_run ORDER BY run_id DESC LIMIT 1), '(public.published,f,f,"not passed: rows")', 'and the run');

-- a materialized view, and a table from one
INSERT INTO source VALUES (2, 20);
CREATE MATERIALIZED VIEW public.summary AS SELECT * FROM source;
SELECT is(register_qc_check('qc', 'm', 'rows', 'row_count', 'summary', low => 2, high => 2), 'SELECT count(*) FROM public.summary', 'a check of a materialized view');
CREATE FUNCTION pg_temp.refresh() RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(' ', is_published, reason) FROM salesops.publish_report('qc', 'm', 'summary', '2026-01-01') $$;
UPDATE source SET amount = 11 WHERE id = 1;
SELECT is(pg_temp.refresh(), 't', 'refreshed');
SELECT is((SELECT amount FROM summary WHERE id = 1), 11::numeric, 'with what is new');
INSERT INTO source VALUES (3, 30);
SELECT pg_relation_filenode('summary') AS node \gset
SELECT is(pg_temp.refresh(), 'f not passed: rows', 'not with what is too much');
SELECT is((SELECT row(count(*), sum(amount), pg_relation_filenode('summary') = :node)::text FROM summary), '(2,31,t)', 'it is the same file');
CREATE UNIQUE INDEX ON summary (id);
SELECT is(pg_temp.refresh(), 'f not passed: rows', 'nor beside its readers');
SELECT is((SELECT row(count(*), sum(amount), pg_relation_filenode('summary') = :node)::text FROM summary), '(2,31,t)', 'and the same rows');
DELETE FROM source WHERE id = 2;
SELECT is(pg_temp.refresh(), 't', 'then with other rows');
SELECT is((SELECT row(count(*), sum(amount), pg_relation_filenode('summary') = :node)::text FROM summary), '(2,41,t)', 'in place');
INSERT INTO source VALUES (3, 31);
SELECT is(pg_temp.refresh(), 'f the new content could not be made: 23505 duplicate key value violates unique constraint "summary_id_idx"', 'what cannot be refreshed');
DELETE FROM source WHERE id = 3;
INSERT INTO source VALUES (3, 30), (4, 0);
CREATE TABLE public.copy (id int, amount numeric);
SELECT is(register_qc_check('qc', 'c', 'sum', 'total', 'summary', 'amount', reference => 'SELECT sum(amount) FROM public.copy'), 'SELECT sum(t.amount) FROM public.summary AS t', 'a check of source and copy');
SELECT is((SELECT concat_ws(' ', is_published, reason) FROM publish_report('qc', 'c', 'copy', '2026-01-01', 'summary')), 't', 'a table from a materialized view');
SELECT is((SELECT count(*) FROM copy), 3::bigint, 'which was refreshed first');

-- what is refused
CREATE TABLE public.part (id int, amount numeric) PARTITION BY RANGE (id);
CREATE TABLE public.part_1 PARTITION OF public.part DEFAULT;
CREATE TABLE public.referring (id int REFERENCES published);
CREATE VIEW public.of_itself AS SELECT id, amount FROM copy;
SELECT is(pg_temp.error('SELECT * FROM publish_report(' || arguments || ')'), wanted, wanted) FROM (VALUES ('''qc'', ''p'', ''fresh'', ''2026-01-01''', '42809 / public.fresh is no table and no materialized view'), ('''qc'', ''p'', ''copy'', ''2026-01-01''', '22023 / public.copy is a table, and has no source'), ('''qc'', ''p'', ''copy'', ''2026-01-01'', ''copy''', '22023 / public.copy is a table, and has no source'), ('''qc'', ''p'', ''summary'', ''2026-01-01'', ''fresh''', '22023 / public.summary is a materialized view, and has a source'),
	('''qc'', ''p'', ''published'', ''2026-01-01'', ''fresh''', '42830 / foreign keys refer to public.published: public.referring referring_id_fkey'), ('''qc'', ''p'', ''part_1'', ''2026-01-01'', ''fresh''', '42809 / public.part_1 inherits, or is inherited from'), ('''qc'', ''p'', ''copy'', ''2026-01-01'', ''of_itself''', '22023 / public.of_itself reads public.copy'), ('''qc'', ''p'', ''copy'', ''2026-01-01'', ''qc.qc_run''', '42703 / qc.qc_run lacks columns of public.copy: id, amount'),
	('''qc'', NULL, ''copy'', ''2026-01-01'', ''fresh''', '22004 / the schema of the gate, the report, what is published and the moment must not be NULL'), ('''no such'', ''p'', ''copy'', ''2026-01-01'', ''fresh''', '42P01 / there is no gate in schema "no such"'), ('''qc'', ''p'', ''copy'', ''-infinity'', ''fresh''', '22023 / checks cannot be run as of -infinity')) v (arguments, wanted);
SELECT is(register_qc_check('qc', 'part', 'rows', 'row_count', 'part', low => 1), 'SELECT count(*) FROM public.part', 'a check of a partitioned table');
SELECT is((SELECT concat_ws(' ', is_published, reason) FROM publish_report('qc', 'part', 'part', '2026-01-01', 'fresh')), 't', 'a partitioned table');
SELECT is((SELECT count(*) FROM part_1), 3::bigint, 'with its rows');

-- ---- someone who is not a superuser, and an empty search_path ----

CREATE ROLE qc_clerk;
GRANT USAGE ON SCHEMA salesops, qc TO qc_clerk;
CREATE FUNCTION pg_temp.by_clerk(query text) RETURNS text LANGUAGE plpgsql SET search_path = '' SET role = 'none' AS $$
DECLARE
	result text;
BEGIN
	SET LOCAL ROLE qc_clerk;
	EXECUTE query INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT is(pg_temp.by_clerk('SELECT salesops.run_qc(''qc'', ''c'', ''2026-01-01'')'), '42501 permission denied for table qc_check', 'no rights');
GRANT SELECT ON ALL TABLES IN SCHEMA qc TO qc_clerk;
GRANT INSERT ON qc.qc_run, qc.qc_result TO qc_clerk;
SELECT is(pg_temp.by_clerk('SELECT salesops.run_qc(''qc'', ''c'', ''2026-01-01'') > 0'), 'true', 'with rights on the gate he runs it');
SELECT is(pg_temp.by_clerk('SELECT detail FROM salesops.qc_evidence(''qc'', ''c'')'), '42501 permission denied for materialized view summary; reference: 42501 permission denied for table copy', 'and what he may not read has not passed');
SELECT is(pg_temp.by_clerk('SELECT reason FROM salesops.publish_report(''qc'', ''c'', ''public.copy'', ''2026-01-01'', ''public.fresh'')'), 'the new content could not be made: 42501 permission denied for table copy', 'nor what he may not write');
GRANT SELECT, INSERT, DELETE ON copy TO qc_clerk;
GRANT SELECT ON summary, fresh TO qc_clerk;
SELECT is(pg_temp.by_clerk('SELECT concat_ws('' '', is_published, reason) FROM salesops.publish_report(''qc'', ''c'', ''public.copy'', ''2026-01-01'', ''public.fresh'')'), 't', 'with rights on both it is published');
ALTER TABLE copy ENABLE ROW LEVEL SECURITY;
SELECT is(pg_temp.by_clerk('SELECT is_published FROM salesops.publish_report(''qc'', ''c'', ''public.copy'', ''2026-01-01'', ''public.fresh'')'), '42501 row-level security holds for qc_clerk on public.copy', 'but not where rows are hidden from him');

-- ---- what refers to a partition, what is deferred, and what keeps its rows ----

CREATE SCHEMA part;
CREATE TABLE part.p (k int, v int) PARTITION BY RANGE (k);
CREATE TABLE part.p1 PARTITION OF part.p FOR VALUES FROM (0) TO (100);
ALTER TABLE part.p1 ADD PRIMARY KEY (k);
CREATE TABLE part.note (k int REFERENCES part.p1 ON DELETE CASCADE, t text);
CREATE TABLE part.src (k int, v int);
INSERT INTO part.p VALUES (1, 1); INSERT INTO part.note VALUES (1, 'mine'); INSERT INTO part.src VALUES (1, 2);
CREATE SCHEMA gate;
CALL create_qc_gate('gate');
SELECT isnt(register_qc_check('gate', r, 'rows', 'row_count', relation => 'part.src', low => 1), NULL, 'a check of ' || r) FROM unnest('{p,d,k}'::text[]) r;
SELECT throws_ok($$SELECT publish_report('gate', 'p', 'part.p', now(), source => 'part.src')$$, '42830', NULL, 'a table whose partition others refer to is not published into');
SELECT is((SELECT t FROM part.note), 'mine', 'they are as they were');
CREATE TABLE part.d (k int UNIQUE DEFERRABLE INITIALLY DEFERRED, v int);
INSERT INTO part.src VALUES (1, 3);
SELECT is((SELECT is_published || ' ' || reason FROM publish_report('gate', 'd', 'part.d', now(), source => 'part.src')), 'false the new content could not be made: 23505 duplicate key value violates unique constraint "d_k_key"', 'a duplicate key that is deferred is seen');
SELECT is((SELECT count(*) FROM gate.qc_run WHERE report = 'd'), 1::bigint, 'and its run is stored');
CREATE TABLE part.k (k int, v int);
INSERT INTO part.k VALUES (9, 9);
CREATE FUNCTION part.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep BEFORE DELETE ON part.k FOR EACH ROW EXECUTE FUNCTION part.keep();
SELECT is((SELECT is_published FROM publish_report('gate', 'k', 'part.k', now(), source => 'part.src')), false, 'nor is one published whose trigger keeps the old rows');
SELECT results_eq('SELECT * FROM part.k', 'VALUES (9, 9)', 'which are as they were');

SELECT * FROM finish();
ROLLBACK;
