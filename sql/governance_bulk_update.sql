-- governance_bulk_update: a change of many records, planned, looked at, approved by another, applied and undone.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\pset null '(null)'

BEGIN;
CREATE ROLE regress_planner LOGIN;
CREATE ROLE regress_approver LOGIN;
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Deal" ("Id" int PRIMARY KEY, owner text NOT NULL, stage varchar(12), close_date date, amount numeric(10, 2));
INSERT INTO "Shop"."Deal" VALUES (1, 'ann', 'Proposal', '2026-03-31', 100), (2, 'bob', 'Proposal', '2026-01-31', 50), (10, 'ann', 'Won', '2026-01-15', 70), (11, 'ann', 'Proposal', NULL, NULL);
CREATE VIEW "Shop".of_ann AS SELECT "Id", 'bob' AS owner FROM "Shop"."Deal" WHERE owner = 'ann' AND stage <> 'Won';
CREATE VIEW "Shop".too_many AS SELECT owner, count(*) FROM "Shop"."Deal" WHERE stage = 'Proposal' GROUP BY 1 HAVING count(*) > 3;
CALL salesops.create_bulk_update_log('Shop');
GRANT USAGE ON SCHEMA "Shop", salesops TO regress_planner, regress_approver;
GRANT SELECT, INSERT, UPDATE ON "Shop".bulk_plan TO regress_planner, regress_approver;
GRANT SELECT, INSERT ON "Shop".bulk_change TO regress_planner, regress_approver;
GRANT SELECT, UPDATE ON "Shop"."Deal" TO regress_planner;
GRANT SELECT ON "Shop".of_ann, "Shop".too_many TO regress_planner;

-- planned, looked at
SET SESSION AUTHORIZATION regress_planner;
SELECT salesops.bulk_update_plan('Shop', '"Shop"."Deal"', '"Shop".of_ann', NULL, 'ann left, bob takes over', after_checks => '{"\"Shop\".too_many"}');
SELECT part, record_id, column_name, old_value, new_value, row_count, split_part(note, E'\n', 1) AS note FROM salesops.bulk_update_preview('Shop', 1) WHERE part NOT IN ('scope', 'check');
SELECT plan_id, relation, target, changes, columns, row_count, reason, approve_above, needs_approval, state, planned_by FROM "Shop".bulk_plan;
SELECT * FROM "Shop".bulk_change ORDER BY change_no;

-- approved by another
SAVEPOINT s;
SELECT salesops.bulk_update_apply('Shop', 1);
ROLLBACK TO s;
SELECT salesops.bulk_update_approve('Shop', 1);
ROLLBACK TO s;
UPDATE "Shop".bulk_plan SET reason = 'another';
ROLLBACK TO s;
-- rows come with their plan
INSERT INTO "Shop".bulk_change VALUES (1, 99, '{"Id": "2"}', '{}', '{}');
ROLLBACK TO s;
-- written by hand, a plan is no more than one that was made
INSERT INTO "Shop".bulk_plan (relation, relation_id, target, scope, key_columns, columns, row_count, digest, reason) VALUES ('pg_catalog.pg_authid', 'pg_catalog.pg_authid'::regclass, '', '', '{oid}', '{"rolsuper": {"type": "boolean"}}', 1,
	sha256(sha256('[1, {"oid": "10"}, {"rolsuper": "t"}, {"rolsuper": "f"}]')), 'by hand'), ('"Shop"."Deal"', '"Shop"."Deal"'::regclass, '', '', '{Id}', '{"owner": {"type": "text"}}', 1, sha256(sha256('[1, {"Id": "2"}, {}, {"owner": "eve"}]')), 'by hand') RETURNING plan_id;
INSERT INTO "Shop".bulk_change VALUES (2, 1, '{"oid": "10"}', '{"rolsuper": "t"}', '{"rolsuper": "f"}'), (3, 1, '{"Id": "2"}', '{}', '{"owner": "eve"}');
RESET SESSION AUTHORIZATION;
SAVEPOINT t;
SELECT salesops.bulk_update_apply('Shop', 2);
ROLLBACK TO t;
SELECT salesops.bulk_update_apply('Shop', 3);
ROLLBACK TO s;
SET SESSION AUTHORIZATION regress_approver;
SELECT salesops.bulk_update_approve('Shop', 1);
-- who may not read the table sees the plan all the same
SELECT part, record_id, column_name, old_value, new_value, note FROM salesops.bulk_update_preview('Shop', 1, 1) WHERE part IN ('plan', 'row', 'problem');

-- applied, once
SET SESSION AUTHORIZATION regress_planner;
SAVEPOINT s;
RESET SESSION AUTHORIZATION;
UPDATE "Shop"."Deal" SET owner = 'eve' WHERE "Id" = 11;
SELECT salesops.bulk_update_apply('Shop', 1);
ROLLBACK TO s;
SELECT salesops.bulk_update_apply('Shop', 1);
TABLE "Shop"."Deal" ORDER BY 1;
SAVEPOINT s;
\set VERBOSITY terse
SELECT salesops.bulk_update_apply('Shop', 1);
\set VERBOSITY default
ROLLBACK TO s;

-- undone, where nobody changed it since
UPDATE "Shop"."Deal" SET owner = 'eve' WHERE "Id" = 11;
SELECT salesops.bulk_update_undo('Shop', 1);
ROLLBACK TO s;
UPDATE "Shop"."Deal" SET amount = 1 WHERE "Id" = 11;
SELECT salesops.bulk_update_undo('Shop', 1);
TABLE "Shop"."Deal" ORDER BY 1;
SELECT state, planned_by, approved_by, applied_by, undone_by, cancelled_by FROM "Shop".bulk_plan;

-- one value for all; a check that is not empty
SELECT salesops.bulk_update_plan('Shop', '"Shop"."Deal"', '"Shop"."Deal"', '{"stage": "Proposal", "close_date": null, "owner": "bob"}', 'all at once', NULL, after_checks => '{"\"Shop\".too_many"}');
SELECT record_key, old, new FROM "Shop".bulk_change WHERE plan_id = 4 ORDER BY change_no;
SAVEPOINT s;
SELECT salesops.bulk_update_apply('Shop', 4);
ROLLBACK TO s;
SELECT salesops.bulk_update_cancel('Shop', 4);
SELECT salesops.bulk_update_plan('Shop', '"Shop"."Deal"', '"Shop".of_ann', '{"owner": "ann"}', 'nothing to do');

-- what is refused
SAVEPOINT s;
SELECT salesops.bulk_update_plan('Shop', '"Shop"."Deal"', '"Shop".of_ann', '{"stage": "Waiting for legal"}', 'too long');
ROLLBACK TO s;
SELECT salesops.bulk_update_plan('Shop', '"Shop"."Deal"', '"Shop".of_ann', '{"close_date": "soon"}', 'no date');
ROLLBACK TO s;
SELECT salesops.bulk_update_plan('Shop', '"Shop"."Deal"', '"Shop".of_ann', '{"Id": 3}', 'the key');
ROLLBACK TO s;
SELECT salesops.bulk_update_plan('Shop', '"Shop"."Deal"', '"Shop".too_many', NULL, 'no key');
ROLLBACK TO s;
SELECT salesops.bulk_update_plan('Shop', '"Shop".of_ann', '"Shop".of_ann', NULL, 'a view');
ROLLBACK;
