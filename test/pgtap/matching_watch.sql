-- Duplicates as records come: the pairs of some records against those of all, the index of records against the whole table, and what the check
-- does with inserts and updates.  Two sessions at once are in test/t/013_duplicate_check.pl.
\ir setup.psql
CREATE SCHEMA crm;

-- ---- companies with mistakes ----

-- Words by Zipf's law, so that some are in hundreds of records and most in few; a third of the companies are there again, with mistakes.
CREATE FUNCTION pg_temp.u(n bigint, purpose int) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN (hashint8extended(n, purpose) & 1048575)::float8 / 1048576;
CREATE FUNCTION pg_temp.word(n int) RETURNS text LANGUAGE sql IMMUTABLE RETURN translate(substr(md5(n::text), 1, 5), '0123456789', 'ghijklmnop');
CREATE FUNCTION pg_temp.zipf(n bigint, purpose int, many int) RETURNS int LANGUAGE sql IMMUTABLE RETURN floor(many ^ pg_temp.u(n, purpose))::int;
CREATE TABLE crm.account (id text PRIMARY KEY, name text, city text, phone text, notes text);
INSERT INTO crm.account
SELECT 'A' || i, initcap(CASE WHEN i % 3 = 0 AND pg_temp.u(i, 9) < 0.5 THEN overlay(w.name PLACING 'x' FROM 3 FOR 1) ELSE w.name END), w.city, CASE WHEN pg_temp.u(i, 8) < 0.6 THEN w.phone END, 'n' || i
FROM generate_series(1, 900) AS i, LATERAL (SELECT CASE WHEN i % 3 = 0 THEN i - 1 ELSE i END AS c) AS c,
	LATERAL (SELECT pg_temp.word(pg_temp.zipf(c.c, 1, 400)) || ' ' || pg_temp.word(pg_temp.zipf(c.c, 2, 200)) || CASE WHEN pg_temp.u(c.c, 3) < 0.5 THEN ' ' || pg_temp.word(pg_temp.zipf(c.c, 4, 30)) ELSE '' END AS name,
		pg_temp.word(1000 + pg_temp.zipf(c.c, 5, 40)) AS city, '+49 30 ' || (1000000 + floor(pg_temp.u(c.c, 6) * 8999999)::int)::text AS phone) AS w;
CREATE TEMP TABLE m AS SELECT fit_match_model('crm.account', '{"key": "id", "columns": [{"name": "company"}, {"city": "city"}, {"phone": "phone"}]}') AS model;
GRANT SELECT ON m TO PUBLIC;
CREATE TEMP TABLE batch AS SELECT p.* FROM m, duplicate_pairs('crm.account'::regclass, m.model) AS p;
SELECT cmp_ok(count(*), '>', 150::bigint, 'pairs') FROM batch;

-- ---- the pairs of some records ----

SELECT pg_temp.holds(format($$
	WITH k AS (SELECT array_agg(id) AS keys FROM crm.account WHERE pg_temp.u(substr(id, 2)::bigint, %1$s) < %2$s),
	got AS (SELECT p.* FROM m, k, duplicate_pairs('crm.account'::regclass, m.model, k.keys) AS p),
	want AS (SELECT b.* FROM batch AS b, k WHERE b.record_a = ANY (k.keys) OR b.record_b = ANY (k.keys))
	SELECT (SELECT count(*) FROM want), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) AS d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) AS d)$$, 100 + i, part),
	format('the pairs of some are those of all: %s of the records, split %s', part, i))
FROM generate_series(1, 4) AS i, unnest(array[0.02, 0.3, 0.9]) AS part;
SELECT is((SELECT count(*) FROM m, duplicate_pairs('crm.account'::regclass, m.model, ARRAY['A', NULL, '']) AS p), 0::bigint, 'keys of nobody have no pairs');
SELECT is((SELECT count(*) FROM m, duplicate_pairs('crm.account'::regclass, m.model, '{}') AS p), 0::bigint, 'no keys have none');
SELECT is((SELECT count(*) FROM duplicate_pairs('crm.account'::regclass, NULL::match_model, '{A1}')), 0::bigint, 'NULL');
SELECT is((SELECT count(*) FROM m, duplicate_pairs('crm.account'::regclass, m.model, (SELECT array_agg(id) FROM crm.account)) AS p), (SELECT count(*) FROM batch), 'all keys have all');

-- Old pairs stay, those of new and changed records come, and the whole is the batch: of what was there before, with what has become too common.
CREATE TEMP TABLE stream AS SELECT a.*, pg_temp.u(substr(id, 2)::bigint, 77) AS at FROM crm.account AS a;
CREATE TABLE crm.step (LIKE crm.account);
CREATE FUNCTION pg_temp.grow(steps int, OUT pairs bigint, OUT missing bigint, OUT surplus bigint) LANGUAGE plpgsql AS $$
DECLARE
	model match_model := (SELECT m.model FROM m);
	new_keys text[];
BEGIN
	TRUNCATE crm.step;
	DROP TABLE IF EXISTS kept;
	CREATE TEMP TABLE kept (record_a text, record_b text, weight float8, probability float8);
	FOR n IN 1 .. steps LOOP
		INSERT INTO crm.step SELECT id, name, city, phone, notes FROM stream WHERE at >= (n - 1)::float8 / steps AND at < n::float8 / steps;
		SELECT array_agg(id) INTO new_keys FROM stream WHERE at >= (n - 1)::float8 / steps AND at < n::float8 / steps;
		-- some that were there change
		IF n > 1 THEN
			WITH changed AS (UPDATE crm.step SET city = 'Elsewhere' WHERE hashtext(id || n) % 37 = 0 RETURNING id)
			SELECT new_keys || array_agg(id) INTO new_keys FROM changed;
		END IF;
		DELETE FROM kept WHERE record_a = ANY (new_keys) OR record_b = ANY (new_keys);
		INSERT INTO kept SELECT p.* FROM duplicate_pairs('crm.step'::regclass, model, new_keys) AS p;
	END LOOP;
	SELECT count(*) INTO pairs FROM duplicate_pairs('crm.step'::regclass, model);
	SELECT count(*) INTO missing FROM (SELECT * FROM duplicate_pairs('crm.step'::regclass, model) EXCEPT TABLE kept) AS d;
	SELECT count(*) INTO surplus FROM (SELECT * FROM kept EXCEPT SELECT * FROM duplicate_pairs('crm.step'::regclass, model)) AS d;
END $$;
SELECT unnest(array[is(missing, 0::bigint, format('in %s steps: none is missing', n)), cmp_ok(pairs, '>', 100::bigint, 'of some'), cmp_ok(surplus, '<=', 3::bigint, 'what has become too common stays')])
FROM (VALUES (2), (7)) AS s(n), pg_temp.grow(n);

-- ---- the index ----

DO $$ DECLARE model match_model := (SELECT m.model FROM m); BEGIN CALL create_duplicate_index('crm.account', model); END $$;
SELECT is((SELECT count(*) FROM crm.account_duplicates), 900::bigint, 'a row for each record');
CREATE FUNCTION pg_temp.fresh() RETURNS TABLE (key text, record bytea, atoms bigint[]) LANGUAGE sql AS $$
	SELECT a.id, r, match_atoms(r) FROM crm.account AS a, m, match_record(match_model_rule(m.model), ARRAY[a.name, a.city, a.phone]) AS r $$;
CREATE FUNCTION pg_temp.stale() RETURNS bigint LANGUAGE sql AS $$
	SELECT (SELECT count(*) FROM (SELECT * FROM pg_temp.fresh() EXCEPT ALL TABLE crm.account_duplicates) AS d) + (SELECT count(*) FROM (TABLE crm.account_duplicates EXCEPT ALL SELECT * FROM pg_temp.fresh()) AS d) $$;
SELECT is(pg_temp.stale(), 0::bigint, 'as it is made');

CREATE FUNCTION pg_temp.differs(label text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.holds($q$
		WITH batch AS (SELECT p.* FROM m, duplicate_pairs('crm.account'::regclass, m.model) AS p),
		want AS (SELECT record_a AS a, record_b AS b, weight, probability FROM batch UNION ALL SELECT record_b, record_a, weight, probability FROM batch),
		got AS (SELECT a.id AS a, f.record, f.weight, f.probability FROM crm.account AS a, find_duplicates('crm.account_duplicates', ARRAY[a.name, a.city, a.phone], a.id) AS f)
		SELECT (SELECT count(*) FROM want), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) AS d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) AS d)$q$, label) $$;
SELECT pg_temp.differs('each record: what is found in the index is what the batch has');
SELECT ok(not exists(SELECT FROM find_duplicates('crm.account_duplicates', ARRAY[NULL, NULL, NULL])), 'nothing is like nothing');
SELECT is((SELECT count(*) FROM find_duplicates('crm.account_duplicates', NULL)) + (SELECT count(*) FROM find_duplicates(NULL, '{a,b,c}')), 0::bigint, 'NULL');
SELECT is((SELECT f.record FROM crm.account AS a, find_duplicates('crm.account_duplicates', ARRAY[a.name, a.city, a.phone]) AS f WHERE a.id = 'A700' ORDER BY f.weight DESC, f.record LIMIT 1), 'A700', 'without its key a record finds itself');

-- it is kept up to date
UPDATE crm.account SET notes = 'x';
SELECT is(pg_temp.stale(), 0::bigint, 'an update of another column');
UPDATE crm.account SET name = name || ' two', phone = NULL WHERE substr(id, 2)::int % 10 = 0;
SELECT is(pg_temp.stale(), 0::bigint, 'an update');
DELETE FROM crm.account WHERE substr(id, 2)::int % 10 = 1;
SELECT is(pg_temp.stale(), 0::bigint, 'a deletion');
UPDATE crm.account SET id = 'B' || id WHERE substr(id, 2)::int % 10 = 2;
SELECT is(pg_temp.stale(), 0::bigint, 'other keys');
INSERT INTO crm.account SELECT 'C' || i, 'Company ' || i, NULL, NULL, NULL FROM generate_series(1, 50) AS i;
SELECT is(pg_temp.stale(), 0::bigint, 'an insert');
INSERT INTO crm.account VALUES ('C1', 'Changed') ON CONFLICT (id) DO UPDATE SET name = excluded.name;
SELECT is(pg_temp.stale(), 0::bigint, 'an insert that is an update');
MERGE INTO crm.account AS a USING (VALUES ('C2', 'Merged'), ('C999', 'New')) AS v(id, name) ON a.id = v.id WHEN MATCHED THEN UPDATE SET name = v.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name);
SELECT is(pg_temp.stale(), 0::bigint, 'MERGE');
SELECT pg_temp.differs('after all that, what is found is still what the batch has');
SAVEPOINT s;
TRUNCATE crm.account;
SELECT is((SELECT count(*) FROM crm.account_duplicates), 0::bigint, 'TRUNCATE');
ROLLBACK TO s;
DO $$ DECLARE model match_model := (SELECT m.model FROM m); BEGIN CALL create_duplicate_index('crm.account', model); END $$;
SELECT is(pg_temp.stale(), 0::bigint, 'made again');

-- Rows that are gone, as a rejected insert leaves them, are nobody: a hundred of them do not make a name common.
DO $$ BEGIN FOR i IN 1 .. 150 LOOP BEGIN INSERT INTO crm.account VALUES ('gone', 'Quite Unheard Of Ltd', 'Nowhere', NULL); RAISE 'no'; EXCEPTION WHEN raise_exception THEN NULL; END; END LOOP; END $$;
INSERT INTO crm.account VALUES ('Q1', 'Quite Unheard Of Ltd', 'Nowhere', NULL);
SELECT is((SELECT string_agg(f.record, ' ') FROM find_duplicates('crm.account_duplicates', ARRAY['Quite Unheard Of', 'Nowhere', NULL]) AS f), 'Q1', 'rows that are gone do not count');
DELETE FROM crm.account WHERE id = 'Q1';

-- a crowd: some of it are found, and it takes no time
SAVEPOINT s;
INSERT INTO crm.account SELECT 'T' || i, 'Twin Sisters Bakery', 'Bonn', NULL FROM generate_series(1, 3000) AS i;
SELECT cmp_ok(count(*), '>=', 15::bigint, 'of a crowd some are found') FROM find_duplicates('crm.account_duplicates', ARRAY['Twin Sisters Bakery', 'Bonn', NULL]);
ROLLBACK TO s;

-- ---- the check ----

CALL create_duplicate_check('crm.account');
SELECT throws_ok($$INSERT INTO crm.account SELECT 'N1', name, city, phone FROM crm.account WHERE id = 'A700'$$, '23505', 'the record "N1" of crm.account is the same as "A700"', 'a copy is refused');
SELECT lives_ok($$INSERT INTO crm.account VALUES ('N1', 'Zweistein Apparatebau', 'Husum', '+49 4841 998877')$$, 'another company is not');
SELECT throws_ok($$INSERT INTO crm.account VALUES ('N2', 'Zweistein Apparatebau GmbH', 'Husum', '+49 4841 998877')$$, '23505', 'the record "N2" of crm.account is the same as "N1"', 'spelt otherwise');
SELECT throws_ok($$INSERT INTO crm.account VALUES ('N3', 'Dreistein Uhren', 'Emden', '+49 4921 123456'), ('N4', 'Dreistein Uhren AG', 'Emden', '+49 4921 123456')$$, '23505', NULL, 'two in one statement');
SELECT throws_ok($$INSERT INTO crm.account SELECT CASE i WHEN 1 THEN 'N3' ELSE 'N4-' || i END, CASE WHEN i < 3 THEN 'Dreistein Uhren' ELSE pg_temp.word(5000 + i) || ' ' || pg_temp.word(9000 + i) END, pg_temp.word(CASE WHEN i < 3 THEN 7001 ELSE 7000 + i END), NULL FROM generate_series(1, 600) AS i$$, '23505', NULL, 'and two among many');
SELECT throws_ok($$UPDATE crm.account SET name = 'Zweistein Apparate-Bau', city = 'Husum', phone = '+49 4841 998877' WHERE id = 'A703'$$, '23505', NULL, 'an update that makes a duplicate');
SELECT lives_ok($$UPDATE crm.account SET notes = 'still here'$$, 'an update of what does not matter, duplicates that were there included');
SELECT lives_ok($$UPDATE crm.account SET name = 'Zweistein Apparatebau AG' WHERE id = 'N1'$$, 'a record is no duplicate of itself');
SELECT throws_ok($$INSERT INTO crm.account VALUES ('C3', 'x') ON CONFLICT (id) DO UPDATE SET name = 'Zweistein Apparatebau', city = 'Husum', phone = '+49 4841 998877'$$, '23505', NULL, 'ON CONFLICT DO UPDATE');
SELECT lives_ok($$INSERT INTO crm.account SELECT id, name FROM crm.account WHERE false$$, 'no rows');
SET LOCAL salesops.allow_duplicates = 'on';
SELECT lives_ok($$INSERT INTO crm.account VALUES ('N2', 'Zweistein Apparatebau GmbH', 'Husum', '+49 4841 998877')$$, 'all the same');
SET LOCAL salesops.allow_duplicates = 'off';
SELECT throws_ok($$INSERT INTO crm.account VALUES ('N5', 'Zweistein Apparatebau GmbH', 'Husum', '+49 4841 998877')$$, '23505', NULL, 'and no longer');
SELECT is(pg_temp.stale(), 0::bigint, 'what was refused is not in the index');

-- rights: who may insert needs none on the index; which record it is, is for those who may read it
CREATE ROLE watch_clerk;
GRANT USAGE ON SCHEMA crm, salesops TO watch_clerk;
GRANT INSERT ON crm.account TO watch_clerk;
SET LOCAL ROLE watch_clerk;
SELECT throws_ok($$INSERT INTO crm.account VALUES ('N6', 'Zweistein Apparatebau GmbH', 'Husum', '+49 4841 998877')$$, '23505', 'the record "N6" of crm.account is there already', 'who may not read does not read in the error');
SELECT lives_ok($$INSERT INTO crm.account VALUES ('N6', 'Vierstein Mühlen', 'Aurich', NULL)$$, 'and may insert');
SELECT throws_ok($$SELECT find_duplicates('crm.account_duplicates', ARRAY['a', 'b', 'c'])$$, '42501', NULL, 'the index is not his to read');
RESET ROLE;
GRANT SELECT ON crm.account TO watch_clerk;
SET LOCAL ROLE watch_clerk;
SELECT throws_ok($$INSERT INTO crm.account VALUES ('N7', 'Vierstein Mühlen', 'Aurich', NULL)$$, '23505', 'the record "N7" of crm.account is the same as "N6"', 'who may read is told');
RESET ROLE;
ALTER TABLE crm.account ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON crm.account USING (false) WITH CHECK (true);
SET LOCAL ROLE watch_clerk;
SELECT throws_ok($$INSERT INTO crm.account VALUES ('N7', 'Vierstein Mühlen', 'Aurich', NULL)$$, '23505', 'the record "N7" of crm.account is there already', 'policies: refused, and not told');
RESET ROLE;
ALTER TABLE crm.account DISABLE ROW LEVEL SECURITY;

-- flags
SELECT lives_ok($$CALL create_duplicate_check('crm.account', 'flag')$$, 'the other action');
INSERT INTO crm.account VALUES ('N8', 'Vierstein Mühlen AG', 'Aurich', NULL), ('N9', 'Fünfstein Brot', 'Leer', NULL);
SELECT is((SELECT string_agg(record_a || ' ' || record_b, ', ') FROM crm.account_duplicates_found), 'N6 N8', 'a flag');
UPDATE crm.account SET name = 'Vierstein Mühlenwerke AG', notes = 'y' WHERE id = 'N8';
SELECT cmp_ok(count(*), '<=', 1::bigint, 'an update finds it anew') FROM crm.account_duplicates_found;
UPDATE crm.account SET name = 'Fünfstein Brot', city = 'Leer' WHERE id = 'N8';
SELECT is((SELECT string_agg(record_a || ' ' || record_b, ', ') FROM crm.account_duplicates_found), 'N8 N9', 'another one');
UPDATE crm.account SET notes = 'z';
SELECT is((SELECT string_agg(record_a || ' ' || record_b, ', ') FROM crm.account_duplicates_found), 'N8 N9', 'an update of what does not matter keeps it');
SAVEPOINT s;
TRUNCATE crm.account;
SELECT is((SELECT count(*) FROM crm.account_duplicates_found), 0::bigint, 'TRUNCATE: all flags go');
ROLLBACK TO s;
DELETE FROM crm.account WHERE id = 'N9';
SELECT is((SELECT count(*) FROM crm.account_duplicates_found), 0::bigint, 'it goes with the record');
INSERT INTO crm.account SELECT 'M' || i, pg_temp.word(3000 + i / 2) || ' ' || pg_temp.word(6000 + i / 2), pg_temp.word(7000 + i / 2), NULL FROM generate_series(2, 801) AS i;
SELECT is((SELECT count(*) FROM crm.account_duplicates_found), 400::bigint, 'many rows in one statement');
SELECT lives_ok($$CALL create_duplicate_check('crm.account', 'refuse')$$, 'and back');
SELECT lives_ok($$DELETE FROM crm.account WHERE id = 'M3'$$, 'a deletion flags nothing');

-- ---- names that need quoting ----

CREATE SCHEMA "Über 'x' %s";
CREATE TABLE "Über 'x' %s"."Acc""ount $body$" ("Key %" int PRIMARY KEY, "the Name'" text);
DO $$
DECLARE
	model match_model := fit_match_model('"Über ''x'' %s"."Acc""ount $body$"', '{"key": "Key %", "columns": [{"the Name''": "company"}], "threshold": 0.01}');
BEGIN
	CALL create_duplicate_index('"Über ''x'' %s"."Acc""ount $body$"', model, 'I''d %x "q" $body$');
	CALL create_duplicate_check('"Über ''x'' %s"."Acc""ount $body$"', 'refuse', 'I''d %x "q" $body$');
END $$;
INSERT INTO "Über 'x' %s"."Acc""ount $body$" VALUES (1, 'Sechsstein Dach'), (2, 'Siebenstein Wand');
SELECT is((SELECT string_agg(key, ' ' ORDER BY key) FROM "Über 'x' %s"."I'd %x ""q"" $body$"), '1 2', 'quoted');
SELECT throws_ok($$INSERT INTO "Über 'x' %s"."Acc""ount $body$" VALUES (3, 'Sechsstein Dach'), (4, 'Sechsstein Dach')$$, '23505', NULL, 'refused');
SELECT lives_ok($$CALL create_duplicate_check('"Über ''x'' %s"."Acc""ount $body$"', 'flag', 'I''d %x "q" $body$')$$, 'flagged');
INSERT INTO "Über 'x' %s"."Acc""ount $body$" VALUES (3, 'Sechsstein Dach');
SELECT is((SELECT string_agg(record_a || ' ' || record_b, ', ') FROM "Über 'x' %s"."I'd %x ""q"" $body$_found"), '1 3', 'and so it is');

-- the longest name, whose objects have names that are not cut off
CREATE TABLE crm.long (id int PRIMARY KEY, name text);
DO $$ DECLARE model match_model := fit_match_model('crm.long', '[{"name": "company"}]'); BEGIN CALL create_duplicate_index('crm.long', model, repeat('x', 48)); CALL create_duplicate_check('crm.long', 'flag', repeat('x', 48)); END $$;
SELECT is((SELECT string_agg(replace(tgname, repeat('x', 48), ''), ' ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = 'crm.long'::regclass), '_keep_delete _keep_insert _keep_truncate _keep_update _watch_delete _watch_insert _watch_truncate _watch_update', 'the longest name');

-- ---- who may have what run with his rights ----

-- Mallory may make objects in the schema, and has made what looks like an index, or a part of one; or owns the table.
CREATE ROLE watch_mallory;
CREATE ROLE watch_owner;
GRANT USAGE ON SCHEMA salesops TO watch_mallory, watch_owner;
CREATE SCHEMA shared;
GRANT USAGE, CREATE ON SCHEMA shared TO watch_mallory, watch_owner;
SET LOCAL ROLE watch_owner;
CREATE TABLE shared.account (id text PRIMARY KEY, name text);
RESET ROLE;
CREATE FUNCTION pg_temp.make(relation text, index_name text) RETURNS void LANGUAGE plpgsql AS $$ DECLARE model salesops.match_model := salesops.fit_match_model(relation, '[{"name": "company"}]'); BEGIN CALL salesops.create_duplicate_index(relation, model, index_name); CALL salesops.create_duplicate_check(relation, 'flag', index_name); END $$;
SELECT throws_ok($$SELECT pg_temp.make('shared.account', NULL)$$, '42501', 'others than postgres own shared.account', 'a superuser makes none for a table of somebody else');
SET LOCAL ROLE watch_mallory;
CREATE TABLE shared.i1 (key text PRIMARY KEY, record bytea NOT NULL, atoms bigint[] NOT NULL);
CREATE FUNCTION shared.i2_keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE FUNCTION shared.i3_model() RETURNS match_model LANGUAGE sql RETURN '1'::text::match_model;
CREATE FUNCTION shared.i4_watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE shared.i5_found (record_a text, record_b text, weight float8, probability float8, found_at timestamptz, PRIMARY KEY (record_a, record_b));
SET LOCAL ROLE watch_owner;
SELECT throws_ok(format($$SELECT pg_temp.make('shared.account', 'i%s')$$, i), '42501', 'others than watch_owner own shared.i' || what, 'what somebody else has put in its place: ' || what) FROM unnest('{1,2_keep(),3_model(),4_watch(),5_found}'::text[]) WITH ORDINALITY AS u(what, i);
SELECT lives_ok($$SELECT pg_temp.make('shared.account', 'mine')$$, 'the owner of the table makes it');
SELECT lives_ok($$SELECT pg_temp.make('shared.account', 'mine')$$, 'and again');
RESET ROLE;
SELECT throws_ok($$SELECT duplicate_check_sql('shared.account', 'flag', 'mine')$$, '42501', NULL, 'a superuser does not run the function of another');

-- A table of anyone's that looks like an index: its rows may be anything.
CREATE TABLE crm.odd (key text, record bytea, atoms bigint[]);
CREATE INDEX ON crm.odd USING gin (atoms);
INSERT INTO crm.odd SELECT k, CASE WHEN k IS DISTINCT FROM 'r' THEN r END, match_atoms(r) FROM m, match_record(match_model_rule(m.model), ARRAY['Acme Works', 'Bonn', NULL]) AS r, unnest('{a,r,NULL}'::text[]) AS k;
SELECT is((SELECT string_agg(p.record_b, ' ') FROM m, match_probe('crm.odd', m.model, '{z}', ARRAY[match_record(match_model_rule(m.model), ARRAY['Acme Works', 'Bonn', NULL])], false) AS p), 'a', 'rows without a key or a record are nobody');
INSERT INTO crm.odd VALUES ('x', '\x00', match_atoms((SELECT record FROM crm.odd WHERE key = 'a')));
SELECT throws_like($$SELECT match_probe('crm.odd', model, '{z}', ARRAY[(SELECT record FROM crm.odd WHERE key = 'a')], false) FROM m$$, 'this is no record%', 'and bytes that are no record, an error');

-- ---- what cannot be ----

SELECT throws_like($$CALL create_duplicate_index('crm.account', NULL)$$, '%must not be NULL', 'no model');
SELECT throws_like($$CALL create_duplicate_check(NULL)$$, '%must not be NULL', 'no table');
SELECT throws_like($$CALL create_duplicate_check('crm.account', 'report')$$, 'no action "report"', 'no such action');
SELECT throws_like($$CALL create_duplicate_check('crm.step')$$, '%has no index of records%', 'no index');
SELECT throws_like($$SELECT duplicate_index_sql('crm.account', model, repeat('x', 49)) FROM m$$, 'the index cannot be called%', 'a long name');
SELECT throws_like($$SELECT duplicate_index_sql('crm.account', model, '') FROM m$$, 'the index cannot be called%', 'no name');
CREATE VIEW crm.account_view AS TABLE crm.account;
SELECT throws_like($$SELECT duplicate_index_sql('crm.account_view', model) FROM m$$, '%is not a table', 'a view');
ALTER TABLE crm.step DROP COLUMN city;
SELECT throws_like($$SELECT duplicate_index_sql('crm.step', model) FROM m$$, '%lacks columns%', 'a column that is missing');
CREATE TABLE crm.taken (key text);
SELECT throws_like($x$DO $q$ DECLARE model match_model := (SELECT m.model FROM m); BEGIN CALL create_duplicate_index('crm.account', model, 'taken'); END $q$$x$, '%is something else than an index of records', 'a table of somebody else');
SELECT throws_like($$SELECT find_duplicates('crm.account', '{a,b,c}')$$, '%is no index of records', 'a table that is no index');
SELECT throws_like($$SELECT match_probe('crm.account', model, '{a}', ARRAY[match_record(match_model_rule(model), '{a,b,c}')], false) FROM m$$, '%is no index of records', 'nor for the function behind');
SELECT throws_like($$SELECT match_probe('crm.account_view', model, '{a}', ARRAY[match_record(match_model_rule(model), '{a,b,c}')], false) FROM m$$, '%is no index of records', 'a view');
SELECT throws_like($$SELECT match_probe(1::oid::regclass, model, '{a}', ARRAY[match_record(match_model_rule(model), '{a,b,c}')], false) FROM m$$, '%is no index of records', 'no table');
SELECT throws_like($$SELECT match_probe('crm.account_duplicates', model, '{a,b}', ARRAY[match_record(match_model_rule(model), '{a,b,c}')], false) FROM m$$, '2 keys do not fit 1 records', 'keys and records');
SELECT throws_like($$SELECT match_probe('crm.account_duplicates', model, ARRAY[NULL], ARRAY[match_record(match_model_rule(model), '{a,b,c}')], false) FROM m$$, '1 keys do not fit 1 records', 'a key that is NULL');
SELECT throws_like($$SELECT match_probe('crm.account_duplicates', model, '{a}', ARRAY['\x00'::bytea], false) FROM m$$, 'this is no record%', 'no record');
SELECT throws_like($$SELECT match_atoms('\x0011')$$, 'this is no record%', 'no record has no atoms');
SELECT throws_like($$SELECT find_duplicates('crm.account_duplicates', '{a,b}')$$, 'a record of 2 values does not fit the rule', 'too few values');
SELECT throws_ok($$INSERT INTO "Über 'x' %s"."Acc""ount $body$" VALUES (1, 'y')$$, '23505', NULL, 'a key that is there');
SELECT is(match_atoms(NULL), NULL, 'NULL');

-- ---- a name with line ends, behind which nothing of it is run ----
CREATE TABLE crm.victim (id text PRIMARY KEY);
CREATE TABLE crm."a
DROP TABLE crm.victim; --" (id text PRIMARY KEY, name text);
INSERT INTO crm."a
DROP TABLE crm.victim; --" VALUES ('1', 'Acme'), ('2', 'Globex');
SELECT lives_ok($$CALL salesops.create_duplicate_index(E'crm."a\nDROP TABLE crm.victim; --"', fit_match_model(E'crm."a\nDROP TABLE crm.victim; --"', '[{"name": "company"}]'), 'lines')$$, 'an index of a table whose name has line ends');
SELECT lives_ok(format($$CALL salesops.create_duplicate_check(E'crm."a\nDROP TABLE crm.victim; --"', %L, 'lines')$$, action), 'and a check: ' || action) FROM unnest('{refuse,flag}'::text[]) AS action;
SELECT has_table('crm', 'victim', 'which run nothing of the name');
SELECT matches(duplicate_index_sql(E'crm."a\nDROP TABLE crm.victim; --"', fit_match_model(E'crm."a\nDROP TABLE crm.victim; --"', '[{"name": "company"}]'), 'lines'), '^-- The records of crm."a DROP TABLE crm.victim; --", prepared[^\n]+\n-- It', 'and say it in one line');

SELECT * FROM finish();
ROLLBACK;
