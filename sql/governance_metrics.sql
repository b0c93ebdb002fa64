-- governance_metrics: a registry of metrics, evaluated, shown, and looked after.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\pset null '(null)'

BEGIN;
CREATE SCHEMA "Shop";
CREATE TABLE "Shop".deal (id int PRIMARY KEY, amount numeric, won boolean, closed date);
INSERT INTO "Shop".deal SELECT i, i * 10, i % 3 = 0, date '2026-01-01' + i FROM generate_series(1, 90) i;
CREATE VIEW "Shop".won AS SELECT * FROM "Shop".deal WHERE won;
CALL salesops.create_metric_registry('Shop');
SELECT salesops.register_metric('Shop', 'won amount', 'Amount of deals won, closed until then.', 'SELECT sum(amount) FROM "Shop".won WHERE closed <= $1::date', unit => 'EUR', target => 5000, near => 1000);
SELECT salesops.register_metric('Shop', 'win rate', 'Deals won of those closed until then.', 'SELECT count(*) FILTER (WHERE won) AS numerator, count(*) AS denominator FROM "Shop".deal WHERE closed <= $1::date', direction => 'within', target_low => 0.3, target_high => 0.33);
SELECT salesops.register_metric('Shop', 'broken', 'It has two rows.', 'SELECT id FROM "Shop".deal ORDER BY 1 LIMIT 2');
SELECT metric, round(value, 4) AS value, numerator, denominator, error FROM salesops.evaluate_metrics('Shop', '2026-01-31');
SELECT metric, round(value, 4) AS value FROM salesops.evaluate_metrics('Shop', '2026-02-28', '{"won amount", "win rate"}');
SELECT metric, as_of_value, round(value, 4) AS value, unit, direction, target, target_low, target_high, status, round(previous_value, 4) AS previous_value, round(change, 4) AS change, trend, sparkline, drift, error FROM salesops.metric_status('Shop');

-- another definition, and a view that changes under one
SELECT salesops.register_metric('Shop', 'won amount', 'Amount of deals won.', 'SELECT sum(amount) FROM "Shop".won', unit => 'EUR', target => 5000, near => 1000);
SELECT metric, version, definition, query FROM "Shop".metric_version ORDER BY 1, 2;
CREATE OR REPLACE VIEW "Shop".won AS SELECT * FROM "Shop".deal WHERE won AND amount > 100;
UPDATE "Shop".metric SET query = 'SELECT 1' WHERE metric = 'win rate';
SELECT * FROM salesops.metric_drift('Shop');
SELECT metric, status, drift FROM salesops.metric_status('Shop');

-- refused
SAVEPOINT s;
SELECT salesops.register_metric('Shop', 'won amount', 'It writes.', 'DELETE FROM "Shop".deal');
ROLLBACK TO s;
SELECT salesops.register_metric('Shop', 'won amount', 'No schema.', 'SELECT count(*) FROM deal');
ROLLBACK TO s;
SELECT salesops.register_metric('Shop', 'won amount', 'No band.', 'SELECT 1', direction => 'within', target_low => 2, target_high => 1);
ROLLBACK TO s;
SELECT * FROM salesops.evaluate_metrics('Shop', '2026-01-31', '{nothing}');
ROLLBACK TO s;
SELECT * FROM salesops.metric_status('nowhere');
ROLLBACK;

SELECT salesops.metric_registry_sql('My KPIs') ~ 'CREATE TABLE IF NOT EXISTS "My KPIs"\.metric_value' AS quoted, salesops.metric_registry_sql(NULL);
