-- The contract as tables and as views over a connector's tables, what is wrong with them, and errors.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SELECT * FROM salesops.contract_columns() WHERE table_name = 'exchange_rate';
SELECT salesops.contract_sql('warehouse', '{exchange_rate}');
SELECT name FROM salesops.adapters();

-- Salesforce by Fivetran, as little of it as there can be
CREATE SCHEMA adapter_source;
CREATE TABLE adapter_source.opportunity (id text, stage_name text, amount double precision, probability double precision, close_date timestamp, is_deleted boolean, _fivetran_synced timestamptz, "Region's_c" text);
CREATE TABLE adapter_source.opportunity_history (id text, opportunity_id text, created_date timestamptz, stage_name text, amount double precision, close_date date);
INSERT INTO adapter_source.opportunity VALUES ('006A', 'Proposal', 1200.5, 60, '2026-09-30', false, NULL, 'North'), ('006B', 'Won', 99, 100, '2026-06-30', NULL, NULL, NULL);
INSERT INTO adapter_source.opportunity_history VALUES ('1', '006A', '2026-06-01 09:00+00', 'New', 1000, '2026-09-30'), ('2', '006A', '2026-06-02 09:00+00', 'Proposal', 1200.5, '2026-09-30');
SELECT salesops.adapter_detect('adapter_source');
-- the text of two of the views
SELECT line FROM regexp_split_to_table(salesops.adapter_sql('salesforce_fivetran', 'adapter_source', 'adapter_target'), '\n') WITH ORDINALITY AS l (line, n)
WHERE line !~ '^COMMENT' AND n > (SELECT min(m) FROM regexp_split_to_table(salesops.adapter_sql('salesforce_fivetran', 'adapter_source', 'adapter_target'), '\n') WITH ORDINALITY AS k (text, m) WHERE text ~ '^-- Deals') - 1
	AND n < (SELECT min(m) FROM regexp_split_to_table(salesops.adapter_sql('salesforce_fivetran', 'adapter_source', 'adapter_target'), '\n') WITH ORDINALITY AS k (text, m) WHERE text ~ '^-- There is no table account') ORDER BY n;
CALL salesops.attach('salesforce_fivetran', 'adapter_source', 'adapter_target');
SELECT opportunity_id, stage, amount, probability, close_date, is_deleted, "Region's_c" FROM adapter_target.opportunity ORDER BY 1;
SELECT opportunity_id, changed_at AT TIME ZONE 'UTC' AS changed_at, stage, amount, close_date FROM adapter_target.opportunity_history ORDER BY 1, 2;
SELECT stage, position, probability, category, outcome FROM adapter_target.stage ORDER BY position;
SELECT severity, finding, table_name, column_name, records, of, example FROM salesops.contract_check('adapter_target', '2026-06-03 00:00+00');

-- errors
CALL salesops.attach('salesforce_fivetran', 'adapter_target', 'elsewhere');
CALL salesops.attach('hubspot_fivetran', 'adapter_source', 'elsewhere');
CALL salesops.attach('sugar', 'adapter_source', 'elsewhere');
CALL salesops.attach('csv', 'adapter_source', 'adapter_source');
CREATE SCHEMA adapter_taken;
CREATE TABLE adapter_taken.stage (stage text);
CALL salesops.attach('salesforce_fivetran', 'adapter_source', 'adapter_taken');
CALL salesops.create_contract('adapter_taken', '{stages}');

SET client_min_messages = warning;
DROP SCHEMA adapter_source, adapter_target, adapter_taken CASCADE;
