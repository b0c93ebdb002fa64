-- pipeline: the state of every deal at a past moment, and daily snapshots (what commits, waits or is interrupted: test/t/010_snapshots.pl).
\ir setup.psql

-- What becomes of a statement: nothing, or SQLSTATE, message, detail and hint of its error.
CREATE FUNCTION pg_temp.error_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	state text; message text; detail text; hint text;
BEGIN
	EXECUTE statement;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(' / ', state, message, nullif(detail, ''), nullif(hint, ''));
END $$;

-- ---- the contract, in a schema with a hostile name; a view over what a connector loads ----
CREATE SCHEMA loaded;
\set crm 'my "crm" $body$; DROP SCHEMA loaded CASCADE; -- '' %s %1$I'
CREATE SCHEMA :"crm";
SET LOCAL search_path = public, salesops;
SELECT set_config('test.crm', :'crm', true) IS NOT NULL AS set \gset

-- 70 deals from md5: every seventh without any history, every fifth with amounts that may be missing, every eleventh deleted,
-- some of which creation or deletion is not known, and in the history also deals that are not in opportunity
CREATE TABLE loaded.deal AS
	SELECT 'D' || i AS id, CASE WHEN i % 13 > 0 THEN timestamptz '2026-01-01 00:00+00' + ('x' || substr(md5('c' || i), 1, 6))::bit(24)::int * interval '1 second' END AS created, CASE WHEN i % 11 = 0 THEN true WHEN i % 3 > 0 THEN false END AS gone FROM generate_series(1, 70) i;
CREATE TABLE loaded.change AS
	SELECT id, created_or + (n * 1000000 + ('x' || substr(md5(id || 't' || n), 1, 5))::bit(20)::int % 900000) * interval '1.000001 second' AS at, 'Stage ' || ('x' || substr(md5(id || 's' || n), 1, 2))::bit(8)::int % 6 AS stage,
		CASE WHEN substr(id, 2)::int % 5 > 0 OR n % 2 = 0 THEN ('x' || substr(md5(id || 'a' || n), 1, 5))::bit(20)::int / 100.0 END AS amount, date '2026-01-01' + ('x' || substr(md5(id || 'd' || n), 1, 2))::bit(8)::int AS closes,
		CASE WHEN n % 3 > 0 THEN 'Commit' END AS category, 'U' || ('x' || substr(md5(id || 'o' || n), 1, 1))::bit(4)::int % 3 AS owner, n / 10.0::float8 AS probability
	FROM (SELECT id, coalesce(created, '2026-02-01 00:00+00') AS created_or FROM loaded.deal UNION ALL VALUES ('D999', '2026-01-15 00:00+00'::timestamptz)) d, LATERAL generate_series(0, ('x' || substr(md5(id), 1, 1))::bit(4)::int % 8) n WHERE right(id, 1) <> '7' AND id <> 'D70';
CREATE INDEX ON loaded.change (id, at);
CREATE VIEW :"crm".opportunity AS
	SELECT id AS opportunity_id, 'Present' AS stage, 7::numeric AS amount, date '2026-12-31' AS close_date, 'Pipeline'::varchar AS forecast_category, 'U9'::text AS owner_id, 0.5::float8 AS probability, created AS created_at, gone AS is_deleted, 'trap' AS as_of FROM loaded.deal;
CREATE VIEW :"crm".opportunity_history AS SELECT id AS opportunity_id, at AS changed_at, stage, amount, closes AS close_date, category AS forecast_category, owner AS owner_id, probability, 'trap' AS as_of FROM loaded.change;
SELECT cmp_ok(count(*), '>', 150::bigint, 'changes') FROM loaded.change;
SELECT is(count(*), count(DISTINCT (id, at)), 'no two changes of a deal share an instant') FROM loaded.change;

SELECT is(pg_temp.error_of(format('CALL salesops.create_opportunity_as_of(%L)', :'crm')), NULL, 'a schema of any name');
CALL salesops.create_opportunity_as_of(:'crm');
SELECT has_schema('loaded');

-- at every moment of a change and of a creation, a microsecond before and after, against the definition: of each deal that is not
-- deleted the latest of its states until then; without any history, the present state from its creation on
CREATE TEMP TABLE moment AS SELECT DISTINCT m + d * interval '1 microsecond' AS m FROM (SELECT at FROM loaded.change UNION ALL SELECT created FROM loaded.deal WHERE created IS NOT NULL) c(m), generate_series(-1, 1) d
	UNION ALL VALUES ('infinity'::timestamptz), ('-infinity');
SELECT format('SELECT m.m, f.opportunity_id, f.stage, f.amount, f.close_date, f.forecast_category, f.owner_id, f.probability, f.created_at, f.changed_at, f.source FROM moment m, %I.opportunity_as_of(m.m) f', :'crm') AS ours \gset
CREATE TEMP TABLE ours AS :ours;
CREATE TEMP TABLE oracle AS
	SELECT m.m, d.id, c.stage, c.amount, c.closes, c.category, c.owner, c.probability, d.created, c.at, 'history' FROM moment m, loaded.deal d, loaded.change c
	WHERE c.id = d.id AND c.at = (SELECT max(x.at) FROM loaded.change x WHERE x.id = d.id AND x.at <= m.m) AND NOT coalesce(d.gone, false)
	UNION ALL
	SELECT m.m, d.id, 'Present', 7, '2026-12-31', 'Pipeline', 'U9', 0.5, d.created, NULL, 'present' FROM moment m, loaded.deal d
	WHERE (SELECT count(*) FROM loaded.change x WHERE x.id = d.id) = 0 AND d.created <= m.m AND NOT coalesce(d.gone, false);
SELECT cmp_ok(count(*), '>', 15000::bigint, 'states') FROM oracle;
SELECT is(count(*), (SELECT count(*) FROM oracle), 'as many as the definition has') FROM ours;
SELECT is_empty('TABLE ours EXCEPT TABLE oracle', 'every deal at every moment');
SELECT is_empty('SELECT m, opportunity_id FROM ours GROUP BY 1, 2 HAVING count(*) > 1', 'once');
SELECT set_eq('SELECT DISTINCT source FROM ours', '{history, present}'::text[], 'with and without history');
SELECT is((SELECT count(*) FROM ours WHERE m = '-infinity'), 0::bigint, 'nothing before all time');
SELECT is((SELECT count(*) FROM ours WHERE opportunity_id = 'D999'), 0::bigint, 'what opportunity does not have is deleted');
SELECT format('SELECT count(*) FROM %I.opportunity_as_of(NULL)', :'crm') AS at_null, format('SELECT count(*) FROM %I.opportunity_as_of(''2026-06-01 00:00+00'')', :'crm') AS at_june \gset
SELECT is(pg_temp.outcome_of(:'at_null'), '0', 'no moment, no deals');
SELECT unalike(pg_temp.plan_of(:'at_june'), '%Function Scan%', 'it is inlined');

-- with an empty search_path
SELECT pg_temp.outcome_of(:'at_june') AS june \gset
SET LOCAL search_path = '';
SELECT pg_temp.outcome_of(:'at_june') AS june_without \gset
SET LOCAL search_path = public, salesops;
SELECT is(:'june_without', :'june'::text, 'an empty search_path');

-- nothing hangs on what a connector loads: it drops and loads again
SELECT is((SELECT count(*) FROM pg_depend WHERE objid = (format('%I.opportunity_as_of(timestamptz)', :'crm'))::regprocedure AND deptype = 'n' AND refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_extension'::regclass)), 0::bigint, 'it depends on no table and not on the extension');
SAVEPOINT loaded;
DROP TABLE loaded.change CASCADE;
SELECT alike(pg_temp.error_of(:'at_june'), '42P01 / relation % does not exist%', 'while the view is gone, it says so');
CREATE VIEW :"crm".opportunity_history AS SELECT NULL::text AS opportunity_id, NULL::timestamptz AS changed_at, NULL::text AS stage, NULL::numeric AS amount, NULL::date AS close_date, NULL::text AS forecast_category, NULL::text AS owner_id, NULL::float8 AS probability WHERE false;
SELECT is(pg_temp.outcome_of(:'at_june'), (SELECT count(*)::text FROM loaded.deal WHERE created <= '2026-06-01 00:00+00' AND gone IS NOT TRUE), 'and when it is back, it works: without history, all deals are as now');
ROLLBACK TO loaded;

-- on tables with the key as an index nothing is sorted
CREATE SCHEMA plain;
CREATE TABLE plain.opportunity AS TABLE :"crm".opportunity;
CREATE TABLE plain.opportunity_history AS TABLE :"crm".opportunity_history;
ALTER TABLE plain.opportunity_history ADD PRIMARY KEY (opportunity_id, changed_at);
CALL salesops.create_opportunity_as_of('plain');
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SELECT alike(pg_temp.plan_of($$SELECT * FROM plain.opportunity_as_of('2026-06-01 00:00+00')$$), '%Index Scan Backward using opportunity_history_pkey%', 'the index of the key is read');
SELECT unalike(pg_temp.plan_of($$SELECT * FROM plain.opportunity_as_of('2026-06-01 00:00+00') WHERE source = 'history'$$), '%Sort%', 'and nothing is sorted');
SELECT alike(pg_temp.plan_of($$SELECT * FROM plain.opportunity_as_of('2026-06-01 00:00+00') WHERE opportunity_id = 'D4'$$), '%Index Cond: ((opportunity_id = ''D4''%changed_at <=%', 'and of one deal only its own entries');
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT set_eq('SELECT opportunity_id, changed_at FROM plain.opportunity_as_of(''2026-06-01 00:00+00'')', format('SELECT opportunity_id, changed_at FROM %I.opportunity_as_of(''2026-06-01 00:00+00'')', :'crm'), 'tables and views give the same');

-- ---- another schema for what is made ----
CREATE SCHEMA reports;
CALL salesops.create_opportunity_as_of('plain', 'reports');
CALL salesops.create_snapshots('plain', 'reports');
SELECT has_function('reports', 'opportunity_as_of', '{timestamptz}'::name[]);
SELECT has_table('reports', 'opportunity_snapshot', 'tables in it');
SELECT hasnt_table('plain', 'opportunity_snapshot', 'and not in the contract schema');
SELECT is(pg_temp.error_of('CALL reports.take_snapshot(current_date)'), NULL, 'a snapshot in it');
SELECT is((SELECT deals FROM reports.snapshot_run), (SELECT count(*) FROM plain.opportunity WHERE is_deleted IS NOT TRUE), 'of the deals in the other');
SELECT isnt(salesops.snapshot_sql('plain', 'reports'), salesops.snapshot_sql('plain'), 'the target is in the text');
SELECT is(salesops.opportunity_as_of_sql('plain', NULL), salesops.opportunity_as_of_sql('plain', 'plain'), 'NULL is the same schema');
SELECT is(salesops.opportunity_as_of_sql(NULL, 'x'), NULL, 'NULL for NULL');
SELECT is(salesops.snapshot_sql(NULL), NULL, 'NULL for NULL');

-- ---- snapshots ----
CALL salesops.create_snapshots(:'crm');
SET LOCAL search_path = :"crm", public, salesops;
SELECT is((SELECT count(*) FROM pg_depend WHERE deptype = 'n' AND refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesops') AND objid IN (SELECT oid FROM pg_proc WHERE pronamespace = to_regnamespace(quote_ident(:'crm')))), 0::bigint, 'nothing of it hangs on the extension');
CREATE FUNCTION pg_temp.snapshot(day date) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT count(*) FROM opportunity_snapshot s JOIN opportunity o USING (opportunity_id, stage, amount, close_date, forecast_category, owner_id, probability) WHERE snapshot_date = day AND s.created_at IS NOT DISTINCT FROM o.created_at AND o.is_deleted IS NOT TRUE);
END $$;
CALL take_snapshot(current_date);
SELECT is(pg_temp.snapshot(current_date), (SELECT count(*) FROM loaded.deal WHERE gone IS NOT TRUE), 'the deals that are not deleted, as they are');
SELECT is((SELECT count(*) FROM opportunity_snapshot), pg_temp.snapshot(current_date), 'and nothing else');
SELECT is((SELECT row(deals, source, as_of <= finished_at, started_at <= finished_at) FROM snapshot_run WHERE snapshot_date = current_date), row((SELECT count(*) FROM opportunity_snapshot), 'present'::text, true, true), 'the run is written down');
-- a second call: nothing; replaced: anew
CREATE TEMP TABLE first_run AS TABLE snapshot_run;
DELETE FROM loaded.deal WHERE id = 'D1';
CALL take_snapshot(current_date);
SELECT results_eq('TABLE snapshot_run', 'TABLE first_run', 'a second call does nothing');
SELECT is((SELECT count(*) FROM opportunity_snapshot WHERE opportunity_id = 'D1'), 1::bigint, 'what was there stays');
CALL take_snapshot(current_date, replace => NULL);
SELECT results_eq('TABLE snapshot_run', 'TABLE first_run', 'nor with replace unknown');
CALL take_snapshot(current_date, replace => true);
SELECT is((SELECT row(count(*), count(*) FILTER (WHERE opportunity_id = 'D1')) FROM opportunity_snapshot), row((SELECT count(*) FROM loaded.deal WHERE gone IS NOT TRUE), 0::bigint), 'replaced');
SELECT is((SELECT row(r.deals, r.started_at > f.started_at, r.finished_at > f.finished_at) FROM snapshot_run r, first_run f), row((SELECT count(*) FROM opportunity_snapshot), true, true), 'and written down');
-- created again, as after an update of the extension
CALL salesops.create_snapshots(:'crm');
CALL salesops.create_opportunity_as_of(:'crm');
SELECT is((SELECT count(*) FROM opportunity_snapshot), (SELECT deals FROM snapshot_run), 'the tables stay when they are created again');
-- days that are no snapshot of now
SELECT alike(pg_temp.error_of('CALL take_snapshot(current_date + 2)'), '22023 / there is no snapshot of % yet / A snapshot holds the deals as they are now. / Take it when the day has come.', 'a day to come');
SELECT alike(pg_temp.error_of($$CALL take_snapshot('infinity')$$), '22023 / there is no snapshot of infinity yet%', 'no day');
SELECT alike(pg_temp.error_of($$CALL take_snapshot('-infinity')$$), '22023 / there is no snapshot of -infinity yet%', 'no day');
SELECT is(pg_temp.error_of('CALL take_snapshot(NULL)'), '22004 / the day of the snapshot must not be NULL / Today is current_date.', 'NULL');
SELECT is(pg_temp.error_of($$CALL take_snapshot('2026-02-01')$$), (SELECT format('22023 / the deals are not those of 2026-02-01 / A snapshot holds the deals as they are now, and %s of them were created after that day. / Snapshots of past days are made from the history, by the procedure backfill_snapshots.', count(*)) FROM loaded.deal WHERE gone IS NOT TRUE AND created >= '2026-02-02 12:00+00'), 'a day of which the deals are not');
UPDATE loaded.deal SET created = '2026-01-30 20:00+00' WHERE created > '2026-01-30 20:00+00';
SELECT is(pg_temp.error_of($$CALL take_snapshot('2026-01-31')$$), NULL, 'an old export that was loaded');
SELECT is((SELECT deals FROM snapshot_run WHERE snapshot_date = '2026-01-31'), pg_temp.snapshot('2026-01-31'), 'is the snapshot of its day');
-- the latest day is the one on Kiritimati, 14 hours before UTC: today or, from ten o'clock on, tomorrow
SELECT (now() AT TIME ZONE 'Pacific/Kiritimati')::date AS latest \gset
SELECT is(pg_temp.error_of(format('CALL take_snapshot(%L)', :'latest')), NULL, 'it may be tomorrow elsewhere');
SELECT alike(pg_temp.error_of(format('CALL take_snapshot(%L)', :'latest'::date + 1)), '22023 / there is no snapshot of % yet%', 'but nowhere the day after');
-- rows that were brought from elsewhere
INSERT INTO opportunity_snapshot (snapshot_date, opportunity_id, stage) VALUES ('2026-01-30', 'old', 'Won'), ('2026-01-30', 'older', 'Lost');
CALL take_snapshot('2026-01-30');
SELECT is((SELECT row(deals, source, as_of IS NULL, finished_at IS NOT NULL) FROM snapshot_run WHERE snapshot_date = '2026-01-30'), row(2::bigint, 'found'::text, true, true), 'rows that were there are the snapshot');
-- nothing loaded is no snapshot
SAVEPOINT filled;
DELETE FROM loaded.deal;
SELECT alike(pg_temp.error_of('CALL take_snapshot(current_date - 1)'), 'P0002 / the snapshot of % would be empty / There is no deal in the table opportunity, so all deals would count as deleted. / Take it when the deals are loaded.', 'an empty table');
SELECT alike(pg_temp.error_of('CALL take_snapshot(current_date, true)'), 'P0002 / %', 'nor in place of one');
SELECT is((SELECT deals FROM snapshot_run WHERE snapshot_date = current_date), (SELECT count(*) FROM opportunity_snapshot WHERE snapshot_date = current_date), 'which stays');
ROLLBACK TO filled;
SELECT is((SELECT count(*) FROM snapshot_run r WHERE deals IS DISTINCT FROM (SELECT count(*) FROM opportunity_snapshot s WHERE s.snapshot_date = r.snapshot_date)), 0::bigint, 'every run has its snapshot, and no half one');
-- deleted between two days: snapshots see it, and the history alone does not
UPDATE loaded.deal SET gone = true WHERE id = 'D2';
CALL take_snapshot(current_date, true);
SELECT is((SELECT row(count(*) FILTER (WHERE snapshot_date = '2026-01-31'), count(*) FILTER (WHERE snapshot_date = current_date)) FROM opportunity_snapshot WHERE opportunity_id = 'D2'), row(1::bigint, 0::bigint), 'a deletion is seen between two snapshots');

-- ---- what is missing is named, with the remedy ----
SET LOCAL search_path = public, salesops;
SELECT is(pg_temp.error_of('CALL salesops.create_snapshots(NULL)'), '22004 / the contract schema must not be NULL / It is the schema with the table opportunity.', 'no schema');
SELECT is(pg_temp.error_of('CALL salesops.create_opportunity_as_of(NULL)'), '22004 / the contract schema must not be NULL / It is the schema with the tables opportunity and opportunity_history.', 'no schema');
SELECT is(pg_temp.error_of($$CALL salesops.create_snapshots('"crm"')$$), '3F000 / schema """crm""" does not exist / Pass the name of the schema of the tables as it is, without quotes; \dn lists the schemas.', 'a schema that is not there');
SELECT alike(pg_temp.error_of($$CALL salesops.create_snapshots('plain', 'nowhere')$$), '3F000 / schema "nowhere" does not exist%', 'a target that is not there');
CREATE SCHEMA half;
SELECT is(pg_temp.error_of($$CALL salesops.create_snapshots('half')$$), '42P01 / there is no table or view half.opportunity / Needed with the columns: opportunity_id text, stage text, amount numeric, close_date date, forecast_category text, owner_id text, probability float8, created_at timestamptz, is_deleted boolean. / Create a view of that name over the tables of your CRM: docs/reference/contract.md says what each column is in Salesforce and in HubSpot.', 'a relation that is not there');
CREATE VIEW half.opportunity AS SELECT NULL::text AS opportunity_id, 'x'::varchar(5) AS stage, 1::bigint AS amount, now() AS close_date, NULL AS probability, localtimestamp AS created_at;
SELECT is(pg_temp.error_of($$CALL salesops.create_snapshots('half')$$), '42703 / half.opportunity lacks columns: forecast_category text, owner_id text, is_deleted boolean / Where a CRM has no such field, the view selects NULL for it. / Add to the view: close_date::date AS close_date, NULL::text AS forecast_category, NULL::text AS owner_id, probability::float8 AS probability, created_at AT TIME ZONE ''UTC'' AS created_at, NULL::boolean AS is_deleted.', 'columns that are not there');
CREATE OR REPLACE VIEW half.opportunity AS SELECT NULL::text AS opportunity_id, 'x'::varchar(5) AS stage, 1::bigint AS amount, now() AS close_date, NULL AS probability, localtimestamp AS created_at, NULL::text AS forecast_category, NULL::text AS owner_id, NULL::boolean AS is_deleted;
SELECT is(pg_temp.error_of($$CALL salesops.create_snapshots('half')$$), '42804 / half.opportunity has columns of other types: close_date is timestamp with time zone, not date; probability is text, not float8; created_at is timestamp without time zone, not timestamptz / What is converted unseen may depend on the settings of a session. / Select in the view: close_date::date AS close_date, probability::float8 AS probability, created_at AT TIME ZONE ''UTC'' AS created_at.', 'columns of other types');
CREATE DOMAIN half.day AS date;
DROP VIEW half.opportunity;
CREATE VIEW half.opportunity AS SELECT 'a'::varchar AS opportunity_id, 'x'::name AS stage, 1::bigint AS amount, now()::date::half.day AS close_date, 1 AS probability, now() - interval '1 year' AS created_at, NULL::text AS forecast_category, NULL::char(3) AS owner_id, NULL::boolean AS is_deleted;
SELECT is(pg_temp.error_of($$CALL salesops.create_snapshots('half')$$), NULL, 'types of the same kind will do');
SELECT is(pg_temp.error_of($$CALL half.take_snapshot(current_date)$$), NULL, 'and are converted');
SELECT alike(pg_temp.error_of($$CALL salesops.create_opportunity_as_of('half')$$), '42P01 / there is no table or view half.opportunity_history / Needed with the columns: opportunity_id text, changed_at timestamptz, stage%', 'without a history no past moments');
SELECT alike(pg_temp.error_of($$CALL half.backfill_snapshots('2026-01-01', '2026-01-02')$$), '42883 / there is no function half.opportunity_as_of(timestamptz) / Past days are taken from the history of the deals, by this function. / CALL salesops.create_opportunity_as_of(''half'');', 'and no past days');
SELECT alike(pg_temp.error_of($$CALL reports.backfill_snapshots('2026-01-01', '2026-01-02')$$), '2D000 / %', 'past days are not for transactions: each is one');
CREATE VIEW half.opportunity_history AS SELECT 'a'::varchar AS opportunity_id, now() AS changed_at, 'x'::name AS stage, 1::bigint AS amount, now()::date::half.day AS close_date, 1 AS probability, NULL::text AS forecast_category, NULL::char(3) AS owner_id;
SELECT is(pg_temp.error_of($$CALL salesops.create_opportunity_as_of('half')$$), NULL, 'types of the same kind will do');
SELECT is(pg_temp.outcome_of($$SELECT source FROM half.opportunity_as_of('infinity')$$), 'history', 'and are converted');
-- somebody else's table of the same name
CREATE SCHEMA taken;
CREATE TABLE taken.opportunity_snapshot (day date);
SELECT alike(pg_temp.error_of($$CALL salesops.create_snapshots('plain', 'taken')$$), '42703 / taken.opportunity_snapshot lacks columns: snapshot_date date, %', 'a table of the name that is another');
SELECT hasnt_table('taken', 'snapshot_run', 'then nothing is made');

-- arguments of the past days; what they do is in test/t/010_snapshots.pl
SELECT alike(pg_temp.error_of($$CALL reports.backfill_snapshots('2026-01-02', '2026-01-01')$$), '22023 / no days from 2026-01-02 to 2026-01-01 / %', 'no days');
SELECT alike(pg_temp.error_of($$CALL reports.backfill_snapshots('-infinity', '2026-01-01')$$), '22023 / no days from -infinity to 2026-01-01 / %', 'no day');
SELECT alike(pg_temp.error_of($$CALL reports.backfill_snapshots('2026-01-01', '2026-01-02', 0)$$), '22023 / no step of 0 days / %', 'no step');
SELECT alike(pg_temp.error_of($$CALL reports.backfill_snapshots('2026-01-01', current_date)$$), '22023 / % has not ended / A day of the past is taken as it was at its end, in the time zone UTC. / %', 'a day that has not ended');
SELECT alike(pg_temp.error_of($$CALL reports.backfill_snapshots('2026-01-01', '2026-01-02', 1, 'Mars/Phobos')$$), '22023 / time zone "Mars/Phobos" not recognized', 'no time zone');
SELECT alike(pg_temp.error_of(format('CALL reports.backfill_snapshots(%s)', a)), '22004 / %', 'NULL: ' || a) FROM unnest('{"NULL, ''2026-01-01''", "''2026-01-01'', NULL", "''2026-01-01'', ''2026-01-01'', NULL", "''2026-01-01'', ''2026-01-01'', 1, NULL"}'::text[]) a;

-- ---- the sample warehouse: at its last moment the past is the present ----
SAVEPOINT sample;
SET LOCAL search_path = public;
DROP SCHEMA IF EXISTS crm, truth CASCADE;
\set size 1000
CALL salesops.create_contract('crm');
\i demo/sample.sql
CALL salesops.create_opportunity_as_of('crm');
SELECT set_eq('SELECT opportunity_id, stage, amount, close_date, forecast_category, owner_id, probability, created_at FROM crm.opportunity_as_of((SELECT value::timestamptz FROM truth.setting WHERE name = ''as_of''))',
	'SELECT opportunity_id, stage, amount, close_date, forecast_category, owner_id, probability, created_at FROM crm.opportunity WHERE is_deleted IS NOT TRUE', 'the sample as of its day is the present');
SELECT is((SELECT count(*) FROM crm.opportunity_as_of('2024-01-01 00:00+00')), 0::bigint, 'and before its first day there is nothing');
SELECT cmp_ok((SELECT count(*) FILTER (WHERE a.amount IS DISTINCT FROM o.amount OR a.close_date <> o.close_date OR a.stage <> o.stage) FROM crm.opportunity_as_of('2026-04-01 00:00+00') a JOIN crm.opportunity o USING (opportunity_id)), '>', 50::bigint, 'three months before, deals were different');

SELECT * FROM finish();
ROLLBACK;
