-- matching_merge: duplicates become one record, by a plan, and back.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\pset null '(null)'

BEGIN;
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Account" ("Id" int PRIMARY KEY, name text, phone text, updated_at timestamptz, parent int REFERENCES "Shop"."Account");
INSERT INTO "Shop"."Account" VALUES (1, 'Acme', NULL, '2026-01-05', NULL), (2, 'Acme Inc.', '555-1', '2026-03-01', 1), (3, 'Beta', '555-2', '2026-02-01', NULL), (4, 'Beta', '', '2026-02-02', 2), (5, 'Gamma', NULL, NULL, 4);
CREATE TABLE "Shop".deal (id int PRIMARY KEY, account int REFERENCES "Shop"."Account", kind text, UNIQUE (account, kind));
INSERT INTO "Shop".deal VALUES (1, 1, 'new'), (2, 2, 'renewal'), (3, 4, 'new');
CREATE TABLE "Shop".cluster (record_id int, cluster_id text);
INSERT INTO "Shop".cluster VALUES (1, 'acme'), (2, 'acme'), (3, 'beta'), (4, 'beta'), (5, 'gamma');

SELECT column_name, type_name, equals FROM salesops.merge_key('"Shop"."Account"');
SELECT constraint_name, table_name, columns, referenced, on_delete, has_index FROM salesops.merge_references('"Shop"."Account"');
SELECT cluster_id, record_id, survives, changes, sources FROM salesops.merge_members('"Shop"."Account"', '"Shop".cluster', '{"columns": {"name": "longest"}}');
SELECT cluster_id, action, record_id, table_name, column_name, old_value, new_value, source_id, rule, row_count, problem FROM salesops.merge_plan('"Shop"."Account"', '"Shop".cluster', '{"recency": "updated_at", "otherwise": "most_recent"}');

-- merged, and undone
CALL salesops.create_merge_log('Shop');
SELECT salesops.merge_apply('"Shop"."Account"', '"Shop".cluster', '{"recency": "updated_at", "otherwise": "most_recent"}', 'Shop');
TABLE "Shop"."Account" ORDER BY 1;
TABLE "Shop".deal ORDER BY 1;
SELECT merge_id, relation, rules, clusters, deleted, updated, repointed, undone_at IS NOT NULL AS undone FROM "Shop".merge_run;
SELECT change_id, cluster_id, action, table_name, constraint_name, record_key, old, new FROM "Shop".merge_change ORDER BY 1;
SELECT salesops.merge_undo('Shop', 1);
TABLE "Shop"."Account" ORDER BY 1;
TABLE "Shop".deal ORDER BY 1;

-- what stands against it: said by the plan, and before anything is changed
INSERT INTO "Shop".deal VALUES (4, 2, 'new');
SELECT cluster_id, table_name, column_name, rule, row_count, problem FROM salesops.merge_plan('"Shop"."Account"', '"Shop".cluster') WHERE action = 'conflict';
SAVEPOINT s;
SELECT salesops.merge_apply('"Shop"."Account"', '"Shop".cluster', '{}', 'Shop');
ROLLBACK TO s;
DELETE FROM "Shop".cluster WHERE cluster_id = 'acme';
CREATE TABLE "Shop".plan AS SELECT * FROM salesops.merge_plan('"Shop"."Account"', '"Shop".cluster');
UPDATE "Shop"."Account" SET phone = '555-3' WHERE "Id" = 4;
SAVEPOINT s;
SELECT salesops.merge_apply('"Shop"."Account"', '"Shop".cluster', '{}', 'Shop', '"Shop".plan');
ROLLBACK TO s;
SELECT salesops.merge_apply('"Shop"."Account"', '"Shop".cluster', '{}', 'Shop');
INSERT INTO "Shop"."Account" VALUES (3, 'Beta, again');
SAVEPOINT s;
SELECT salesops.merge_undo('Shop', 4);
ROLLBACK TO s;
\set VERBOSITY terse
SELECT salesops.merge_undo('Shop', 1);
ROLLBACK TO s;
\set VERBOSITY default
SELECT salesops.merge_plan('"Shop"."Account"', '"Shop".cluster', '{"columns": {"name": "best"}}');
ROLLBACK TO s;
SELECT salesops.merge_plan('"Shop"."Account"', '"Shop".deal');
ROLLBACK;

SELECT salesops.merge_log_sql('My CRM') ~ 'CREATE TABLE IF NOT EXISTS "My CRM"\.merge_change' AS quoted, salesops.merge_log_sql(NULL);
