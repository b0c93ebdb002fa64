-- governance: queries that are looked at and run without letting them write.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET timezone = 'UTC';
\pset null '(null)'

BEGIN;
CREATE SCHEMA "Shop";
CREATE TABLE "Shop".deal (id int PRIMARY KEY, amount numeric, won boolean);
INSERT INTO "Shop".deal VALUES (1, 100, true), (2, 50, false), (3, NULL, true);
CREATE VIEW "Shop".won AS SELECT * FROM "Shop".deal WHERE won;
CREATE FUNCTION "Shop".twice(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN 2 * $1;

-- one SELECT
SELECT salesops.query_select(E'  SELECT count(*) FROM "Shop".deal -- all of them\n;');
SAVEPOINT s;
SELECT salesops.query_select('SELECT 1; DROP TABLE "Shop".deal');
ROLLBACK TO s;
SELECT salesops.query_select('UPDATE "Shop".deal SET amount = 0');
ROLLBACK TO s;
SELECT salesops.query_columns('SELECT nothing FROM "Shop".deal');
ROLLBACK TO s;

-- its columns, and what it stands on
SELECT * FROM salesops.query_columns('SELECT id, amount AS "The amount", $1 AS moment FROM "Shop".deal');
SELECT object, kind, definition IS NOT NULL AS has_definition FROM salesops.query_definitions('SELECT sum("Shop".twice(amount)) FROM "Shop".won');

-- run, and rolled back
CREATE FUNCTION "Shop".clear() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM "Shop".deal; RETURN 1; END $$;
SELECT q.* FROM (VALUES ('SELECT sum(amount) FROM "Shop".won'), ('SELECT count(amount) AS numerator, count(*) AS denominator FROM "Shop".deal'), ('SELECT "Shop".clear()'), ('SELECT id FROM "Shop".deal'), ('SELECT id FROM "Shop".deal WHERE false'), ('SELECT sum(amount) FROM "Shop".deal WHERE false'), ('SELECT 1 / count(*) FROM "Shop".deal WHERE false'), ('SELECT won FROM "Shop".deal')) v (query), salesops.query_number(query, '2026-01-01') q;
SELECT count(*) FROM "Shop".deal;
ROLLBACK;
