-- The pipeline at any moment and daily snapshots, as a user sees them. No current date is in what is printed.
\set SHOW_CONTEXT never
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE SCHEMA contract;
CREATE TABLE contract.opportunity (opportunity_id text PRIMARY KEY, owner_id text, stage text, amount numeric, probability float8, forecast_category text,
	created_at timestamptz, close_date date, is_deleted boolean);
CREATE TABLE contract.opportunity_history (opportunity_id text, changed_at timestamptz, stage text, amount numeric, close_date date, forecast_category text,
	owner_id text, probability float8, PRIMARY KEY (opportunity_id, changed_at));
INSERT INTO contract.opportunity VALUES
	('A', 'ann', 'Won', 120, 1, 'Closed', '2026-01-05 09:00+00', '2026-03-20', false),
	('B', 'bob', 'Proposal', 80, 0.5, 'Best Case', '2026-02-01 09:00+00', '2026-06-30', NULL),
	('C', 'ann', 'New', 50, 0.1, 'Pipeline', '2026-02-10 09:00+00', '2026-06-30', false),
	('D', 'bob', 'New', 999, 0.1, 'Pipeline', '2026-01-02 09:00+00', '2026-06-30', true);
INSERT INTO contract.opportunity_history VALUES
	('A', '2026-01-05 09:00+00', 'New', 100, '2026-02-28', 'Pipeline', 'bob', 0.1), ('A', '2026-02-15 12:00+00', 'Proposal', 120, '2026-03-31', 'Commit', 'ann', 0.5),
	('A', '2026-03-20 17:30+00', 'Won', 120, '2026-03-20', 'Closed', 'ann', 1),
	('B', '2026-02-01 09:00+00', 'New', 90, '2026-03-31', 'Pipeline', 'bob', 0.1), ('B', '2026-03-30 18:00+00', 'Proposal', 80, '2026-06-30', 'Best Case', 'bob', 0.5),
	('D', '2026-01-02 09:00+00', 'New', 999, '2026-06-30', 'Pipeline', 'bob', 0.1);

-- the SQL that is run
\t on
\pset format unaligned
SELECT salesops.opportunity_as_of_sql('contract');
SELECT salesops.snapshot_sql('contract', 'my "snapshots"');
\pset format aligned
\t off

-- a change counts from its moment on; C has no history and is as it is now; D is deleted
CALL salesops.create_opportunity_as_of('contract');
SELECT m AS as_of, opportunity_id AS deal, stage, amount, close_date, forecast_category, owner_id, probability, changed_at, source
FROM unnest('{2026-01-05 08:59:59.999999+00, 2026-01-05 09:00+00, 2026-02-10 09:00+00, 2026-03-30 17:59:59.999999+00, infinity}'::timestamptz[]) AS m,
	contract.opportunity_as_of(m) ORDER BY 1, 2;
SELECT count(*) FROM contract.opportunity_as_of(NULL);

-- days of the past, each at its end in a time zone; called again it goes on
SET client_min_messages = warning;
CALL salesops.create_snapshots('contract');
SET client_min_messages = notice;
CALL contract.backfill_snapshots('2026-03-19', '2026-03-20');
CALL contract.backfill_snapshots('2026-03-18', '2026-03-31', 1, 'America/Los_Angeles');
SELECT snapshot_date, as_of, deals, source FROM contract.snapshot_run WHERE snapshot_date IN ('2026-03-18', '2026-03-19', '2026-03-20', '2026-03-30') ORDER BY 1;
SELECT snapshot_date, opportunity_id AS deal, stage, amount, close_date FROM contract.opportunity_snapshot WHERE snapshot_date IN ('2026-03-19', '2026-03-20', '2026-03-30') ORDER BY 1, 2;

-- the present, under the day of an export; the second time it is there
CALL contract.take_snapshot('2026-06-29');
CALL contract.take_snapshot('2026-06-29');
UPDATE contract.opportunity SET amount = 1000 WHERE opportunity_id = 'C';
CALL contract.take_snapshot('2026-06-29', replace => true);
SELECT opportunity_id AS deal, stage, amount FROM contract.opportunity_snapshot WHERE snapshot_date = '2026-06-29' ORDER BY 1;
-- created again, the tables stay
CALL salesops.create_snapshots('contract');
SELECT count(*) FROM contract.opportunity_snapshot;

-- columns of the user's own that are named as variables of the procedures
ALTER TABLE contract.opportunity ADD day date DEFAULT '2000-01-01', ADD this date, ADD counted bigint DEFAULT 7;
ALTER TABLE contract.opportunity_snapshot ADD day date;
ALTER TABLE contract.snapshot_run ADD counted bigint, ADD day date, ADD moment timestamptz;
CALL contract.take_snapshot('2026-06-30');
CALL contract.take_snapshot('2026-06-30', replace => true);
CALL contract.backfill_snapshots('2026-03-17', '2026-03-17');
SELECT r.snapshot_date, r.as_of = '2026-03-17 23:59:59.999999+00' AS at_its_end, r.deals, count(*) FROM contract.snapshot_run AS r JOIN contract.opportunity_snapshot AS s USING (snapshot_date)
WHERE snapshot_date IN ('2026-03-17', '2026-06-30') GROUP BY r.snapshot_date ORDER BY 1;

-- errors
CALL contract.take_snapshot('2026-01-31');
CALL contract.take_snapshot('9999-12-31');
CALL contract.take_snapshot(NULL);
CALL contract.backfill_snapshots('2026-03-31', '2026-03-01');
CALL contract.backfill_snapshots('2026-03-01', '2026-03-31', -1);
CALL contract.backfill_snapshots('2026-03-01', '9999-12-31');
CALL contract.backfill_snapshots('2026-03-01', '2026-03-31', time_zone => 'Moon');
CALL salesops.create_opportunity_as_of('Contract');
CALL salesops.create_opportunity_as_of(NULL);
CALL salesops.create_snapshots(NULL);
DROP TABLE contract.opportunity_history;
CALL salesops.create_opportunity_as_of('contract');
CREATE VIEW contract.opportunity_history AS SELECT NULL::text AS opportunity_id, localtimestamp AS changed_at, NULL::text AS stage;
CALL salesops.create_opportunity_as_of('contract');
CREATE OR REPLACE VIEW contract.opportunity_history AS SELECT NULL::text AS opportunity_id, localtimestamp AS changed_at, NULL::text AS stage,
	NULL AS amount, NULL::date AS close_date, NULL::text AS forecast_category, NULL::text AS owner_id, 10 AS probability;
CALL salesops.create_opportunity_as_of('contract');

SET client_min_messages = warning;
DROP SCHEMA contract CASCADE;
