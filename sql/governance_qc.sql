-- governance_qc: checks before a report is published, their evidence, and a last good one that stays up.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\pset null '(null)'

BEGIN;
CREATE SCHEMA "Shop";
CREATE TABLE "Shop".deal (id int PRIMARY KEY, amount numeric, region text, loaded_at timestamptz);
INSERT INTO "Shop".deal SELECT i, i * 10, CASE WHEN i % 10 > 0 THEN 'EMEA' END, '2026-01-31 06:00+00' FROM generate_series(1, 50) i;
CREATE VIEW "Shop".fresh AS SELECT region, count(*) AS deals, sum(amount) AS amount FROM "Shop".deal GROUP BY region;
CREATE TABLE "Shop".by_region (region text, amount numeric, deals bigint);
CALL salesops.create_qc_gate('Shop');
SELECT salesops.register_qc_check('Shop', 'by region', 'rows', 'row_count', '"Shop".by_region', low => 1, high => 10);
SELECT salesops.register_qc_check('Shop', 'by region', 'total', 'total', '"Shop".by_region', 'amount', reference => 'SELECT sum(amount) FROM "Shop".deal', tolerance => 0.01);
SELECT salesops.register_qc_check('Shop', 'by region', 'no region', 'null_rate', '"Shop".deal', 'region', high => 0.05, severity => 'warning');
SELECT salesops.register_qc_check('Shop', 'by region', 'loaded', 'freshness', '"Shop".deal', 'loaded_at', high => 24);
SELECT salesops.register_qc_check('Shop', 'by region', 'positive', 'condition', query => 'SELECT bool_and(amount > 0) FROM "Shop".by_region;');

-- the first time there is nothing yet
SELECT salesops.run_qc('Shop', 'by region', '2026-01-31 12:00+00');
SELECT run, gate_open, reason, check_name, severity, passed, observed, expected, detail FROM salesops.qc_evidence('Shop', 'by region');
SELECT salesops.qc_gate('Shop', 'by region');

-- published, and kept
SELECT * FROM salesops.publish_report('Shop', 'by region', '"Shop".by_region', '2026-01-31 12:00+00', '"Shop".fresh');
TABLE "Shop".by_region ORDER BY 1;
SELECT check_name, severity, passed, trim_scale(observed) AS observed, expected FROM salesops.qc_evidence('Shop', 'by region');
INSERT INTO "Shop".deal VALUES (51, -1000, 'APAC', '2026-01-31 18:00+00');
SELECT * FROM salesops.publish_report('Shop', 'by region', '"Shop".by_region', '2026-01-31 20:00+00', '"Shop".fresh');
TABLE "Shop".by_region ORDER BY 1;
SELECT * FROM salesops.publish_report('Shop', 'by region', '"Shop".by_region', '2026-02-03 00:00+00', '"Shop".fresh');
SELECT run_id, as_of, passed, reason, relation, published FROM "Shop".qc_run ORDER BY 1;

-- refused
SAVEPOINT s;
SELECT salesops.register_qc_check('Shop', 'by region', 'rows', 'row_count', '"Shop".by_region');
ROLLBACK TO s;
SELECT salesops.register_qc_check('Shop', 'by region', 'rows', 'query', query => 'SELECT 1; DROP TABLE "Shop".deal', low => 1);
ROLLBACK TO s;
SELECT * FROM salesops.publish_report('Shop', 'by region', '"Shop".fresh', '2026-02-03 00:00+00');
ROLLBACK TO s;
SELECT salesops.qc_gate('Shop', 'by region', 1000);
ROLLBACK;

SELECT salesops.qc_reason('{rows,total,age}', '{blocking,blocking,warning}', '{true,NULL,false}'), salesops.qc_reason('{rows}', '{blocking}', '{true}');
SELECT salesops.qc_gate_sql('My QC') ~ 'CREATE TABLE IF NOT EXISTS "My QC"\.qc_result' AS quoted, salesops.qc_gate_sql(NULL);
