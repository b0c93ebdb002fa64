-- create_reports called again: what a user made and granted stays, or an error says in a few words what is in the way, and nothing is lost.
\ir setup.psql
\set size 200
CALL salesops.create_contract('crm');
\i demo/sample.sql
SET LOCAL search_path = public, salesops;
SET LOCAL client_min_messages = warning;
CREATE ROLE regress_owner;
CREATE ROLE regress_reader;
CREATE ROLE regress_other;
GRANT USAGE ON SCHEMA crm, salesops, public TO regress_owner, regress_other;
GRANT SELECT ON ALL TABLES IN SCHEMA crm TO regress_owner, regress_other;
CREATE SCHEMA "my ""reports""" AUTHORIZATION regress_owner;
CREATE SCHEMA mine AUTHORIZATION regress_owner;
-- the message of an error, its detail and hint, and how long its context is
CREATE FUNCTION pg_temp.error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	detail text;
	hint text;
	context text;
BEGIN
	EXECUTE query;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
	RETURN concat_ws(' / ', message, detail, hint, CASE WHEN length(context) > 1500 THEN 'a context of ' || length(context) END);
END $$;

SET LOCAL ROLE regress_owner;
CALL salesops.create_reports('my "reports"', 'crm');
CALL salesops.refresh_reports('my "reports"', as_of => '2026-06-29');
-- what a user makes: views beside them, over them, over those, over the tables; a materialized view that a refresh takes along; the views of access
CREATE VIEW "my ""reports""".short AS SELECT team, status FROM "my ""reports""".coverage WHERE NOT is_total;
CREATE VIEW mine.shorter AS SELECT DISTINCT status FROM "my ""reports""".short;
CREATE MATERIALIZED VIEW "my ""reports""".kept AS SELECT count(*) AS deals FROM "my ""reports""".pipeline_inspection;
CREATE VIEW mine.of_rows AS SELECT period, sum(amount) AS amount FROM "my ""reports""".deal_in_period GROUP BY period;
CREATE FUNCTION mine.of_function() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM "my ""reports""".movement; END;
CALL salesops.create_report_access('my "reports"', 'mine');
GRANT SELECT ON "my ""reports""".coverage, "my ""reports""".stored_movement TO regress_reader;
GRANT SELECT (team, quota) ON "my ""reports""".forecast_summary TO regress_reader;
GRANT SELECT ON "my ""reports""".team_year TO regress_reader WITH GRANT OPTION;
GRANT SELECT ON "my ""reports""".win_rates TO PUBLIC;
GRANT SELECT (period) ON "my ""reports""".stored_coverage TO regress_reader;
GRANT SELECT (quota) ON "my ""reports""".team_total TO regress_reader;
-- and what ALTER VIEW set, and an index; a right that was taken back does not come by default
ALTER VIEW "my ""reports""".coverage SET (security_invoker = true, security_barrier = true);
ALTER MATERIALIZED VIEW "my ""reports""".stored_coverage SET (fillfactor = 50);
CREATE INDEX by_team ON "my ""reports""".stored_coverage (team);
ALTER DEFAULT PRIVILEGES IN SCHEMA "my ""reports""" GRANT SELECT ON TABLES TO regress_other;
CREATE TEMP VIEW made AS SELECT c.relname, c.reloptions, (SELECT array_agg(pg_get_indexdef(i.indexrelid) ORDER BY pg_get_indexdef(i.indexrelid)) FROM pg_index i WHERE i.indrelid = c.oid) AS indexes FROM pg_class c WHERE relnamespace = '"my ""reports"""'::regnamespace AND relkind IN ('v', 'm');
CREATE TEMP TABLE made_before AS TABLE made;
COMMENT ON VIEW "my ""reports""".short IS 'mine';
CREATE TEMP VIEW rights AS
	SELECT c.relname, NULL AS field, a.grantee, a.privilege_type, a.is_grantable FROM pg_class c CROSS JOIN aclexplode(c.relacl) a WHERE relnamespace = '"my ""reports"""'::regnamespace AND relkind IN ('v', 'm') AND a.grantee <> c.relowner
	UNION ALL SELECT c.relname, t.attname, a.grantee, a.privilege_type, a.is_grantable FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid CROSS JOIN aclexplode(t.attacl) a WHERE relnamespace = '"my ""reports"""'::regnamespace;
CREATE TEMP TABLE rights_before AS TABLE rights;
CREATE TEMP TABLE before AS SELECT c.oid, c.relname, relnamespace::regnamespace::text AS schema, pg_get_viewdef(c.oid) AS definition FROM pg_class c WHERE relnamespace IN ('"my ""reports"""'::regnamespace, 'mine'::regnamespace) AND relkind IN ('v', 'm');
SELECT is(pg_temp.error_of($$CALL salesops.create_reports('my "reports"', 'crm')$$), 'none', 'made again, with views of a user on them');
SELECT is_empty('(TABLE rights EXCEPT TABLE rights_before) UNION ALL (TABLE rights_before EXCEPT TABLE rights)', 'all rights are those of before');
SELECT is_empty('(TABLE made EXCEPT TABLE made_before) UNION ALL (TABLE made_before EXCEPT TABLE made)', 'and all options and indexes');
SELECT is_empty($$SELECT b.schema, b.relname FROM before b LEFT JOIN pg_class c ON c.oid = b.oid AND pg_get_viewdef(c.oid) = b.definition WHERE c.oid IS NULL AND NOT (b.relname ~ '^stored_' OR b.relname IN (SELECT name FROM salesops.report_names()) AND EXISTS (SELECT FROM pg_class m WHERE m.relname = b.relname AND m.relkind = 'm' AND m.relnamespace = b.schema::regnamespace))$$, 'plain views are the same ones, with the same definition');
SELECT is_empty($$SELECT b.schema, b.relname FROM before b WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.relname = b.relname AND c.relnamespace = b.schema::regnamespace AND pg_get_viewdef(c.oid) = b.definition)$$, 'and none is missing or another');
CALL salesops.refresh_reports('my "reports"', as_of => '2026-06-30');
SELECT is((SELECT deals FROM "my ""reports""".kept), (SELECT count(*) FROM "my ""reports""".pipeline_inspection), 'a materialized view of the user is refreshed');
SELECT is((SELECT count(*) FROM mine.shorter), (SELECT count(DISTINCT status) FROM "my ""reports""".coverage WHERE NOT is_total), 'a view over a view reads what is there');
SELECT is(mine.of_function(), (SELECT count(*) FROM "my ""reports""".movement), 'so does a function');
SELECT is(obj_description('"my ""reports""".short'::regclass), 'mine', 'with its comment');
-- a view that the user gave another column is made as it should be, and keeps its rights
GRANT SELECT ON "my ""reports""".hygiene TO regress_reader;
GRANT SELECT (team) ON "my ""reports""".hygiene TO regress_reader;
SAVEPOINT s;
DROP SCHEMA mine CASCADE;
ALTER VIEW "my ""reports""".hygiene RENAME COLUMN in_order TO fraction;
SELECT is(pg_temp.error_of($$CALL salesops.create_reports('my "reports"', 'crm')$$), 'none', 'a view with another column');
SELECT is((SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute WHERE attrelid = '"my ""reports""".hygiene'::regclass AND attnum > 0), '{team,is_total,open_deals,with_issues,in_order,as_of,refreshed_at}', 'is the right one again');
SELECT ok(has_table_privilege('regress_reader', '"my ""reports""".hygiene', 'SELECT') AND (SELECT attacl::text LIKE '%regress_reader=r%' FROM pg_attribute WHERE attrelid = '"my ""reports""".hygiene'::regclass AND attname = 'team'), 'and keeps its rights');
-- where another version made them, all go
UPDATE "my ""reports""".report_setting SET version = '0.0.1';
SELECT is(pg_temp.error_of($$CALL salesops.create_reports('my "reports"', 'crm')$$), 'views of your own stand on what has to be made again in schema "my ""reports""" / They are "my ""reports""".kept (on pipeline_inspection), "my ""reports""".short (on coverage). / The reports are of another version of salesops: drop them, and make them again afterwards (create_report_access).', 'a short error where views have to go');
SELECT is((SELECT deals FROM "my ""reports""".kept), (SELECT count(*) FROM "my ""reports""".pipeline_inspection), 'nothing is lost by it');
DROP VIEW "my ""reports""".short;
DROP MATERIALIZED VIEW "my ""reports""".kept;
TRUNCATE rights_before;
INSERT INTO rights_before TABLE rights;
SELECT is(pg_temp.error_of($$CALL salesops.create_reports('my "reports"', 'crm')$$), 'none', 'without them they go');
SELECT is_empty('(TABLE rights EXCEPT TABLE rights_before) UNION ALL (TABLE rights_before EXCEPT TABLE rights)', 'and come back with all rights');
CALL salesops.refresh_reports('my "reports"', as_of => '2026-06-29');
SELECT cmp_ok((SELECT count(*) FROM "my ""reports""".coverage), '>', 0::bigint, 'and go on');
ROLLBACK TO s;
-- what stands on what cannot stay
CREATE VIEW mine.direct AS SELECT period FROM "my ""reports""".stored_coverage;
SELECT is(pg_temp.error_of($$CALL salesops.create_reports('my "reports"', 'crm')$$), 'views of your own stand on what has to be made again in schema "my ""reports""" / They are mine.direct (on stored_coverage). / Let them read the plain views, which stay, such as coverage for stored_coverage; or drop them, and make them again afterwards.', 'a view on a materialized one');
DROP VIEW mine.direct;
-- an error in the middle is told in a few words, and takes back everything
CREATE OR REPLACE VIEW "my ""reports""".funnel_start AS SELECT f.*, 1 AS one FROM "my ""reports""".deal_path p, LATERAL (SELECT NULL::text AS cohort, NULL::date AS cohort_start, NULL::text AS team, NULL::text AS opportunity_id, NULL::text AS name, NULL::text AS owner, NULL::numeric AS amount, NULL::timestamptz AS began_at, NULL::salesops.stage_path AS path, NULL::salesops.sales_process AS process, NULL::text AS ended_as, NULL::bigint AS skipped_a_stage, NULL::bigint AS went_back, NULL::bigint AS reopened) f;
SELECT is(pg_temp.error_of($$CALL salesops.create_reports('my "reports"', 'crm')$$), 'cannot drop columns from view / Nothing was changed. / What runs is the text of salesops.reports_sql(), of the same arguments.', 'an error without 1,800 lines of text');
SELECT cmp_ok((SELECT count(*) FROM "my ""reports""".coverage), '>', 0::bigint, 'and nothing lost');
RESET ROLE;

-- ---- whose they are: the same for making and for refreshing ----
SELECT is(pg_temp.error_of(format('CALL salesops.%s', call)), 'the reports in schema "my ""reports""" belong to regress_owner, and not to ' || current_user || ' / Who owns them makes them again and refreshes them; others read them. / SET ROLE regress_owner, or have that role do it, as a job of its own (docs/how-to/scheduled-refresh.md).', 'a superuser: ' || call)
FROM unnest(ARRAY[$$create_reports('my "reports"', 'crm')$$, $$refresh_reports('my "reports"')$$]) call;
CREATE SCHEMA others AUTHORIZATION regress_other;
SELECT matches(pg_temp.error_of($$CALL salesops.create_reports('others', 'crm')$$), '^schema others belongs to regress_other / .*SET ROLE regress_other', 'nor does one make them in a schema of somebody');
SET LOCAL ROLE regress_other;
SELECT matches(pg_temp.error_of($$CALL salesops.refresh_reports('my "reports"')$$), '^the reports in schema "my ""reports""" belong to regress_owner, and not to regress_other / ', 'another role does not refresh them');
SELECT is(pg_temp.error_of($$CALL salesops.create_reports('others', 'crm')$$), 'none', 'the owner of a schema makes his');
RESET ROLE;
-- what another role put into the schema before is not read: its functions would run with the rights of who makes the reports
CREATE SCHEMA planted AUTHORIZATION regress_owner;
GRANT CREATE, USAGE ON SCHEMA planted TO regress_other;
SET LOCAL ROLE regress_other;
CREATE FUNCTION planted.evil() RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE division_by_zero USING MESSAGE = ''run as '' || current_user; END';
CREATE VIEW planted.report_setting AS SELECT planted.evil() AS version;
GRANT SELECT ON planted.report_setting TO PUBLIC;
SET LOCAL ROLE regress_owner;
SELECT matches(pg_temp.error_of($$CALL salesops.create_reports('planted', 'crm')$$), '^this is another.s: planted.report_setting of regress_other', 'nothing of another role is read');
SELECT matches(pg_temp.error_of($$CALL salesops.report_make_way('planted')$$), '^this is another.s: planted.report_setting of regress_other', 'nor by the text by itself');
SELECT is(pg_temp.error_of($$SELECT salesops.report_way_sql('planted')$$), 'none', 'nor by the function that writes it');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
