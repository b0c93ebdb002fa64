-- What the reports say of the data that they are made of: nothing where all is well, and each check alone where one thing is not; the records behind it; incremental as full.
\ir setup.psql
CALL salesops.create_contract('crm');
INSERT INTO crm.stage VALUES ('New', 1, 0.2, 'pipeline', 'open', 30), ('Won', 2, 1, 'closed', 'won', NULL), ('Lost', 3, 0, 'omitted', 'lost', NULL);
INSERT INTO crm.sales_user (user_id, name, team) VALUES ('U1', 'Ann', 'West'), ('U2', 'Bob', 'East');
INSERT INTO crm.quota (owner_id, period_start, period_end, amount) VALUES ('U1', '2024-04-01', '2024-06-30', 1000), ('U2', '2024-07-01', '2024-09-30', 500);
INSERT INTO crm.exchange_rate VALUES ('EUR', 1), ('USD', 0.9);
INSERT INTO crm.opportunity (opportunity_id, name, owner_id, stage, amount, currency, forecast_category, created_at, close_date)
SELECT 'D' || i, 'Deal ' || i, 'U' || 1 + i % 2, (ARRAY['New', 'Won', 'Lost'])[1 + i % 3], 100.125 * i, (ARRAY['EUR', 'USD'])[1 + i % 2], (ARRAY['Pipeline', 'Closed', 'Omitted'])[1 + i % 3], '2024-04-01 09:00+00', CASE i % 3 WHEN 0 THEN date '2024-06-20' ELSE '2024-05-10' END FROM generate_series(1, 9) i;
INSERT INTO crm.opportunity_history (opportunity_id, changed_at, stage, amount, close_date, owner_id, forecast_category)
SELECT opportunity_id, created_at, 'New', amount, close_date, owner_id, 'Pipeline' FROM crm.opportunity UNION ALL SELECT opportunity_id, '2024-05-10 10:00+00', stage, amount, close_date, owner_id, forecast_category FROM crm.opportunity;
CREATE SCHEMA reports;
CALL salesops.create_reports('reports', 'crm');
SELECT is_empty('TABLE reports.data_quality', 'before the first refresh nothing is said');
CALL salesops.refresh_reports('reports', as_of => '2024-05-15');

-- What is found after a change, by a full refresh and by one that goes on; each is taken back.
CREATE FUNCTION pg_temp.found_after(change text, as_of date, full_refresh boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	other text;
BEGIN
	BEGIN
		EXECUTE change;
		CALL salesops.refresh_reports('reports', full_refresh, as_of);
		SELECT string_agg(format('%s %s of %s', q."position", q.found, q.of_records), ', ' ORDER BY "position"), string_agg(format('%s %s', "position", (SELECT count(*) FROM reports.data_quality_row r WHERE r.position = q.position)), ', ' ORDER BY "position") FILTER (WHERE q.found <> (SELECT count(*) FROM reports.data_quality_row r WHERE r.position = q.position)) INTO result, other FROM reports.data_quality q;
		RAISE EXCEPTION USING ERRCODE = 'ZZZZZ';
	EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
		RETURN coalesce(result || coalesce(' but ' || other, ''), 'nothing');
	END;
END $$;
CREATE TEMP TABLE cases (change text, as_of date, wanted text, what text);
INSERT INTO cases VALUES
	('SELECT 1', '2024-05-15', 'nothing', 'all is well'),
	('DELETE FROM crm.opportunity', '2024-05-15', '1 1 of 1', 'no deals'),
	('DELETE FROM crm.stage', '2024-05-15', '2 1 of 1', 'no stages: said once'),
	('UPDATE crm.opportunity_history SET changed_at = ''2100-01-01'' WHERE changed_at > ''2024-05-01''', '2100-01-02', '3 1 of 1, 11 1 of 1, 14 3 of 3', 'a day that has not come'),
	('UPDATE crm.opportunity SET stage = ''Odd'' WHERE opportunity_id = ''D3''; UPDATE crm.opportunity_history SET stage = ''Odd'' WHERE opportunity_id = ''D3''', '2024-05-15', '4 1 of 9', 'a stage that nobody knows'),
	('UPDATE crm.opportunity SET stage = NULL WHERE opportunity_id = ''D3''; UPDATE crm.opportunity_history SET stage = NULL WHERE opportunity_id = ''D3''', '2024-05-15', '4 1 of 9', 'or none'),
	('INSERT INTO crm.opportunity_history (opportunity_id, changed_at, stage) VALUES (''D1'', ''0001-01-01 00:00+00'', ''New''), (''D2'', ''4000-01-01 00:00+00 BC'', ''New'')', '2024-05-15', 'nothing', 'instants before any fiscal year are in no cohort, and no error'),
	('SELECT 1', '2024-05-10', '5 9 of 9', 'data that is younger than the report'),
	('SELECT 1', '2024-05-11', 'nothing', 'a change of the day before is not'),
	('INSERT INTO crm.opportunity_history SELECT opportunity_id, ''2024-05-15 00:00:01+00'', stage, amount, close_date FROM crm.opportunity WHERE opportunity_id IN (''D1'', ''D2'')', '2024-05-15', '5 2 of 9', 'deals that changed later'),
	('UPDATE crm.opportunity SET created_at = ''2024-05-16'' WHERE opportunity_id = ''D1''', '2024-05-15', '5 1 of 9', 'one that was created later'),
	('UPDATE crm.opportunity SET close_date = ''2024-05-16'' WHERE opportunity_id = ''D1''; UPDATE crm.opportunity_history SET close_date = ''2024-05-16'' WHERE opportunity_id = ''D1''', '2024-05-15', '6 1 of 6', 'one that was won in the future'),
	('SELECT 1', '2024-05-18', '7 1 of 1', 'no change for more than seven days'),
	('SELECT 1', '2024-05-17', 'nothing', 'seven days less some hours are a week'),
	('UPDATE crm.opportunity SET amount = amount + 1 WHERE opportunity_id = ''D1''; UPDATE crm.opportunity SET stage = ''Won'' WHERE opportunity_id = ''D2''; UPDATE crm.opportunity SET close_date = close_date - 1 WHERE opportunity_id IN (''D2'', ''D4'')', '2024-05-15', '8 3 of 9', 'deals that were changed without a row of the history'),
	('UPDATE crm.exchange_rate SET to_corporate = 0.8 WHERE currency = ''USD''', '2024-05-15', 'nothing', 'another rate is no change of a deal'),
	('UPDATE crm.opportunity_history SET amount = NULL WHERE opportunity_id = ''D1'' AND changed_at > ''2024-05-01''', '2024-05-15', 'nothing', 'a history without an amount says nothing of it'),
	('DELETE FROM crm.opportunity_history WHERE opportunity_id IN (''D3'', ''D4'', ''D5'')', '2024-05-15', '9 3 of 9', 'deals without a history'),
	('UPDATE crm.opportunity SET amount = NULL WHERE opportunity_id = ''D1''; UPDATE crm.opportunity_history SET amount = NULL WHERE opportunity_id = ''D1''', '2024-05-15', '10 1 of 9', 'one without an amount'),
	('DELETE FROM crm.exchange_rate WHERE currency = ''USD''', '2024-05-15', '10 5 of 9', 'those in a currency that has no rate'),
	('DELETE FROM crm.quota WHERE owner_id = ''U1''', '2024-05-15', '11 1 of 1', 'no quota for the quarter'),
	('UPDATE crm.quota SET period_end = ''2024-12-31'' WHERE owner_id = ''U2''', '2024-05-15', '12 1 of 2', 'a quota of more than a quarter'),
	('UPDATE crm.quota SET period_end = ''2024-12-31''', '2024-05-15', '11 1 of 1, 12 2 of 2', 'which leaves the quarter without one'),
	('UPDATE crm.sales_user SET team = NULL WHERE user_id = ''U1''', '2024-05-15', '13 4 of 9', 'an owner without a team'),
	('UPDATE crm.opportunity SET close_date = ''2024-05-01'' WHERE stage = ''New''; UPDATE crm.opportunity_history SET close_date = ''2024-05-01'' WHERE opportunity_id IN (SELECT opportunity_id FROM crm.opportunity WHERE stage = ''New'')', '2024-05-15', '14 3 of 3', 'open deals past their date'),
	-- rows of a deal that is not there count nowhere
	('DELETE FROM crm.opportunity WHERE opportunity_id = ''D9''; UPDATE crm.opportunity_history SET stage = ''Odd'' WHERE opportunity_id = ''D9''', '2024-05-15', 'nothing', 'a history without its deal');
SELECT is(pg_temp.found_after(change, as_of, true), wanted, what) FROM cases;
-- going on from the last refresh; what is older than a refresh looks back is left out
SELECT is(pg_temp.found_after(change, as_of, false), wanted, what || ', incremental') FROM cases WHERE change !~ '^DELETE FROM crm.opportunity$|UPDATE crm.opportunity_history SET (changed_at|amount = NULL WHERE)|^DELETE FROM crm.opportunity_history';
SELECT is(pg_temp.found_after($$UPDATE crm.opportunity SET amount = amount + 1 WHERE opportunity_id = 'D1'; CALL salesops.refresh_reports('reports', as_of => '2024-05-15'); INSERT INTO crm.opportunity_history SELECT opportunity_id, '2024-05-15 10:00+00', stage, amount, close_date FROM crm.opportunity WHERE opportunity_id = 'D1'$$, '2024-05-16', false), 'nothing', 'a change that is recorded later');
SELECT is(pg_temp.found_after($$UPDATE crm.opportunity SET amount = amount + 1 WHERE opportunity_id = 'D1'; CALL salesops.refresh_reports('reports', as_of => '2024-05-15'); INSERT INTO crm.opportunity_history SELECT opportunity_id, '2024-05-15 10:00+00', stage, amount, close_date FROM crm.opportunity WHERE opportunity_id = 'D1'$$, '2024-05-15', false), '5 1 of 9', 'also where it is after the moment of the report');
-- what to do: the day, what is missing, and no file
UPDATE crm.opportunity SET stage = 'Lost', amount = 7 WHERE opportunity_id = 'D3';
DELETE FROM crm.quota;
CALL salesops.refresh_reports('reports', true, '2024-06-25');
SELECT is((SELECT array_agg(remedy ~ CASE "position" WHEN 7 THEN 'is of 2024-05-10,' WHEN 11 THEN 'quota of 2024-Q2:' ELSE '' END ORDER BY "position") FROM reports.data_quality), '{t,t,t,t}', 'remedies say what is meant');
SELECT is((SELECT what FROM reports.data_quality_row WHERE "position" = 8), 'stage Lost, recorded New; amount 6.30, recorded 270.34', 'and rows what was and what is, in the corporate currency');
SELECT is((SELECT count(*) FROM pg_views v, regexp_matches(definition || salesops.report_quality_sql('s', 'c'), '\.csv') WHERE schemaname = 'reports'), 0::bigint, 'no remedy names a file');
SELECT is_empty('SELECT "position", what FROM reports.data_quality_row WHERE "position" = 3', 'a past day has come');
-- a key that is there twice is no finding, as no refresh can publish it: the error says where to look
CREATE TABLE crm.twice AS TABLE crm.opportunity;
INSERT INTO crm.twice SELECT * FROM crm.opportunity WHERE opportunity_id = 'D1';
ALTER TABLE crm.opportunity RENAME TO once;
ALTER TABLE crm.twice RENAME TO opportunity;
CREATE FUNCTION pg_temp.hint_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE query;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || hint;
END $$;
UPDATE crm.opportunity SET next_step = 'other';
SELECT is(pg_temp.hint_of($$CALL salesops.refresh_reports('reports', as_of => '2024-06-26')$$), '21000 A key of the contract''s tables seems to be there twice: salesops.contract_check says which.', 'a key that is there twice');
SELECT is((SELECT string_agg(finding || ' ' || example, ', ') FROM salesops.contract_check('crm', '2024-05-15 00:00+00') WHERE table_name = 'opportunity' AND severity = 'error'), 'duplicate_key D1', 'as it does');
SELECT * FROM finish();
ROLLBACK;
