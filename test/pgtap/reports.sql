-- Reports over the sample: their figures against SQL written anew over the contract's tables, the rows behind every number, plain types and comments,
-- who may see what, empty tables, one deal, names that need quotes.
\ir setup.psql
\set size 600
CALL salesops.create_contract('crm');
\i demo/sample.sql
SET LOCAL search_path = public, salesops;
SET LOCAL client_min_messages = warning;
-- a deal that lacks everything, one without an amount, a quota of a year, an open deal long overdue
INSERT INTO crm.opportunity (opportunity_id) VALUES ('nothing');
INSERT INTO crm.opportunity (opportunity_id, stage, close_date) VALUES ('no amount', 'Prospecting', '2026-06-30'), ('odd stage', 'Dreaming', '2026-06-30');
INSERT INTO crm.opportunity (opportunity_id, stage, close_date, amount, owner_id, forecast_category, created_at) SELECT 'reopened', 'Prospecting', '2026-05-01', 1000.505, min(user_id), 'commit', '2025-01-01' FROM crm.sales_user WHERE manager_id IS NOT NULL;
INSERT INTO crm.opportunity_history (opportunity_id, changed_at, stage, amount, close_date) VALUES ('reopened', '2025-01-01', 'Prospecting', 1000.505, '2026-05-01'), ('reopened', '2026-05-01', 'Closed Lost', 1000.505, '2026-05-01'), ('reopened', '2026-06-25', 'Prospecting', 1000.505, '2026-05-01');
INSERT INTO crm.quota (owner_id, period_start, period_end, amount) SELECT user_id, '2030-01-01', '2030-12-31', 5 FROM crm.sales_user LIMIT 1;

CREATE SCHEMA reports;
CALL create_reports('reports', 'crm');
-- before the first refresh: no row of a deal, and no error
SELECT lives_ok(format('TABLE reports.%I', report), report || ' is there before the first refresh') FROM (SELECT DISTINCT report FROM report_columns()) r ORDER BY report;
CALL refresh_reports('reports', as_of => '2026-06-29');
SELECT is((SELECT (kind, status, as_of, steps_done = steps, message)::text FROM reports.report_refresh), '(full,published,2026-06-29,t,)', 'the first refresh is a full one, and in the log');

-- ---- what dashboards see ----
CREATE TEMP TABLE surface AS
	SELECT c.relname::text AS report, a.attname::text AS column_name, a.atttypid, a.attnum, col_description(c.oid, a.attnum) AS comment
	FROM (SELECT DISTINCT report FROM report_columns()) r JOIN pg_class c ON c.relname = r.report AND c.relnamespace = 'reports'::regnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped;
SELECT is_empty($$SELECT report, column_name, atttypid::regtype FROM surface WHERE atttypid::regtype::text <> ALL ('{text,boolean,integer,bigint,double precision,numeric,date,timestamp with time zone}')$$, 'every column has a plain type');
SELECT is_empty('SELECT report, column_name FROM surface WHERE comment IS NULL', 'and a comment');
SELECT is_empty('SELECT report FROM report_columns() r WHERE column_name IS NULL AND obj_description(format(''reports.%I'', report)::regclass) IS DISTINCT FROM definition', 'so has every view');
SELECT is_empty('(SELECT report, string_agg(column_name, '','' ORDER BY "position") || '',as_of,refreshed_at'' FROM report_columns() WHERE "position" > 0 GROUP BY report) EXCEPT SELECT report, string_agg(column_name, '','' ORDER BY attnum) FROM surface GROUP BY report', 'columns are those of report_columns(), and as_of and refreshed_at behind them');
SELECT is_empty($$SELECT c.oid::regclass FROM pg_class c WHERE relnamespace = 'reports'::regnamespace AND relkind = 'm' AND NOT EXISTS (SELECT FROM pg_index i WHERE indrelid = c.oid AND indisunique AND indpred IS NULL AND indexprs IS NULL)$$, 'every materialized view has a unique index');
SELECT is_empty($$SELECT d.classid::regclass, d.objid FROM pg_depend d WHERE d.refobjid IN (SELECT oid FROM pg_class WHERE relnamespace = 'crm'::regnamespace) AND d.deptype = 'n' AND d.objid NOT IN (SELECT oid FROM pg_class WHERE relnamespace = 'crm'::regnamespace) AND d.classid = 'pg_rewrite'::regclass$$, 'nothing depends on the contract''s tables');
SELECT is_empty($$SELECT report FROM (SELECT DISTINCT report FROM report_columns()) r WHERE xpath('count(/table/row[as_of != "2026-06-29"])', query_to_xml(format('SELECT DISTINCT as_of FROM reports.%I', report), false, false, '')) IS NULL$$, 'they are of the day');

-- ---- figures, put in other words over the contract's tables ----
CREATE TEMP VIEW raw_deal AS
	SELECT o.*, s.outcome, coalesce(u.team, '(no team)') AS team, round(o.amount * CASE WHEN o.currency IS NULL THEN 1 ELSE (SELECT to_corporate FROM crm.exchange_rate r WHERE r.currency = o.currency) END, 2) AS value
	FROM crm.opportunity o LEFT JOIN crm.stage s USING (stage) LEFT JOIN crm.sales_user u ON u.user_id = o.owner_id WHERE NOT coalesce(o.is_deleted, false);
SELECT results_eq($$SELECT period, team, booked, open_amount FROM reports.coverage WHERE NOT is_total AND (booked, open_amount) <> (0, 0) ORDER BY 1, 2$$,
	$$SELECT CASE WHEN close_date < '2026-07-01' THEN '2026-Q2' ELSE '2026-Q3' END AS p, team, coalesce(sum(value) FILTER (WHERE outcome = 'won'), 0), coalesce(sum(value) FILTER (WHERE outcome = 'open' AND forecast_category !~* '^\s*omit' IS NOT FALSE), 0)
	FROM raw_deal WHERE close_date BETWEEN '2026-04-01' AND '2026-09-30' AND outcome IS NOT NULL GROUP BY 1, 2 HAVING (coalesce(sum(value) FILTER (WHERE outcome = 'won'), 0), coalesce(sum(value) FILTER (WHERE outcome = 'open'), 0)) <> (0, 0) ORDER BY 1, 2$$, 'coverage: what is booked and open');
SELECT results_eq($$SELECT period, quota FROM reports.coverage WHERE is_total ORDER BY 1$$,
	$$SELECT '2026-Q' || (extract(quarter FROM period_start)), sum(round(q.amount * CASE WHEN currency IS NULL THEN 1 ELSE (SELECT to_corporate FROM crm.exchange_rate r WHERE r.currency = q.currency) END, 2)) FROM crm.quota q WHERE period_start >= '2026-04-01' AND period_end <= '2026-09-30' GROUP BY 1 ORDER BY 1$$, 'quotas');
SELECT is_empty($$SELECT period, sum(closed), sum(commit), sum(open_pipeline), sum(no_category_amount), sum(no_category_deals), sum(quota) FROM reports.forecast_summary WHERE is_total GROUP BY 1 EXCEPT SELECT period, sum(closed), sum(commit), sum(open_pipeline), sum(no_category_amount), sum(no_category_deals), sum(quota) FROM reports.forecast_summary WHERE NOT is_total GROUP BY 1$$, 'forecast: teams add up to all teams');
SELECT is_empty($$SELECT * FROM reports.forecast_summary WHERE commit_forecast <> closed + commit OR best_case_forecast <> closed + commit + most_likely + best_case OR open_pipeline <> commit + most_likely + best_case + pipeline$$, 'and categories to cumulative ones');
SELECT is_empty($$SELECT c.period, c.team, f.closed, c.booked FROM reports.coverage c JOIN reports.forecast_summary f USING (period, team, is_total) WHERE f.closed <> c.booked OR f.open_pipeline + f.no_category_amount <> c.open_amount$$, 'forecast and coverage agree on what is won and open');
SELECT is_empty($$SELECT period, team FROM reports.movement WHERE movement <> 'end' GROUP BY 1, 2, is_total HAVING sum(amount) <> (SELECT e.amount FROM reports.movement e WHERE e.period = movement.period AND e.team = movement.team AND e.is_total = movement.is_total AND e.movement = 'end')$$, 'movement: start and all movements are the end, to the cent');
SELECT is_empty($$SELECT c.period, c.team, m.amount, c.open_amount FROM reports.coverage c LEFT JOIN reports.movement m ON m.period = c.period AND m.team = c.team AND m.is_total = c.is_total AND m.movement = 'end' WHERE coalesce(m.amount, 0) <> c.open_amount$$, 'its end is the open amount of coverage');
SELECT results_eq($$SELECT period, amount FROM reports.movement WHERE is_total AND movement = 'start' ORDER BY 1$$,
	$$SELECT p.period, (SELECT coalesce(sum(round(h.amount * CASE WHEN o.currency IS NULL THEN 1 ELSE (SELECT to_corporate FROM crm.exchange_rate r WHERE r.currency = o.currency) END, 2)), 0) FROM crm.opportunity o CROSS JOIN LATERAL (SELECT * FROM crm.opportunity_history h WHERE h.opportunity_id = o.opportunity_id AND changed_at <= '2026-06-22 00:00+00' ORDER BY changed_at DESC LIMIT 1) h JOIN crm.stage s ON s.stage = h.stage WHERE NOT o.is_deleted AND outcome = 'open' AND coalesce(h.forecast_category, '') !~* '^\s*omit' AND h.close_date BETWEEN p.from_day AND p.to_day)
		+ (SELECT coalesce(sum(value), 0) FROM raw_deal d WHERE outcome = 'open' AND created_at <= '2026-06-22 00:00+00' AND NOT EXISTS (SELECT FROM crm.opportunity_history h WHERE h.opportunity_id = d.opportunity_id) AND close_date BETWEEN p.from_day AND p.to_day AND coalesce(forecast_category, '') !~* '^\s*omit')
	FROM (VALUES ('2026-Q2', date '2026-04-01', date '2026-06-30'), ('2026-Q3', '2026-07-01', '2026-09-30')) p(period, from_day, to_day) ORDER BY 1$$, 'its start is the open pipeline of a week ago, from the history');
SELECT results_eq($$SELECT team, won_deals, lost_deals, won_amount FROM reports.win_rates WHERE NOT is_total AND won_deals + lost_deals > 0 ORDER BY 1$$,
	$$SELECT team, count(*) FILTER (WHERE outcome = 'won'), count(*) FILTER (WHERE outcome = 'lost'), coalesce(sum(value) FILTER (WHERE outcome = 'won'), 0) FROM raw_deal WHERE outcome <> 'open' AND close_date >= '2025-06-29' AND close_date < '2026-06-29' GROUP BY 1 ORDER BY 1$$, 'win rates: deals decided in the last year');
SELECT is_empty($$SELECT opportunity_id, (SELECT max(changed_at) FROM (SELECT changed_at, stage, lag(stage) OVER (ORDER BY changed_at) AS before FROM crm.opportunity_history h WHERE h.opportunity_id = p.opportunity_id) x WHERE stage IS DISTINCT FROM before) AS since, days_in_stage FROM reports.pipeline_inspection p
	WHERE abs(days_in_stage - extract(epoch FROM '2026-06-29 00:00+00' - (SELECT max(changed_at) FROM (SELECT changed_at, stage, lag(stage) OVER (ORDER BY changed_at) AS before FROM crm.opportunity_history h WHERE h.opportunity_id = p.opportunity_id) x WHERE stage IS DISTINCT FROM before)) / 86400) > 1e-6$$, 'days in the stage');
SELECT is((SELECT count(*) FROM reports.pipeline_inspection), (SELECT count(*) FROM raw_deal WHERE outcome = 'open'), 'every open deal is inspected');
SELECT results_eq($$SELECT opportunity_id FROM reports.pipeline_inspection WHERE is_aged ORDER BY 1$$, $$SELECT opportunity_id FROM truth.aged_deal UNION SELECT opportunity_id FROM raw_deal d WHERE opportunity_id = 'reopened' AND (SELECT max_days FROM crm.stage s WHERE s.stage = d.stage) < 4 ORDER BY 1$$, 'aged deals are those that were made so');
SELECT is_empty($$SELECT opportunity_id, age_days FROM reports.pipeline_inspection JOIN crm.opportunity o USING (opportunity_id) WHERE age_days <> date '2026-06-29' - (o.created_at AT TIME ZONE 'UTC')::date$$, 'ages');
SELECT is((SELECT count(*) FROM reports.hygiene_exceptions), (SELECT sum(issue_count) FROM reports.pipeline_inspection), 'an exception for every issue');
SELECT is((SELECT (min(day), max(day), count(*) = max(day) - min(day) + 1)::text FROM reports.date_dimension), '(2023-01-01,2027-12-31,t)', 'days');
-- the numbers of a stage add up
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE reached <> entered + skipped + began_later) FROM reports.funnel WHERE outcome = ''open''', 'funnel: who reached a stage entered it, skipped it or began later');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE reached <> advanced + lost + still_open) FROM reports.funnel WHERE outcome = ''open''', 'and went on, was lost or is open');
SELECT cmp_ok((SELECT sum(began_later) FROM reports.funnel), '>', 0::numeric, 'some began later');
SELECT is_empty($$SELECT cohort, stage FROM reports.funnel GROUP BY cohort, stage HAVING sum(began_later) FILTER (WHERE is_total) <> sum(began_later) FILTER (WHERE NOT is_total)$$, 'teams add up to all teams');

-- the line of the scorecard: the last value of each week, those of the refresh itself and of the eight weeks before, and what is written into the registry
INSERT INTO reports.metric_value (metric, as_of, value, version, sql_hash, object_hash) SELECT m.metric, v.as_of, v.value, m.version, m.sql_hash, m.object_hash FROM reports.metric m, (VALUES (timestamptz '2026-06-22 00:00:01+00', 7), ('2026-06-23 00:00+00', 1), ('2026-05-20 00:00+00', 5), ('2026-04-06 00:00+00', 100), ('2026-04-06 00:00:01+00', 3)) v (as_of, value) WHERE m.metric = 'category_integrity';
REFRESH MATERIALIZED VIEW reports.stored_scorecard;
SELECT is((SELECT sparkline FROM reports.scorecard WHERE metric = 'category integrity'), (SELECT spark(ARRAY[3, NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, NULL, NULL, value::float8]) FROM reports.scorecard WHERE metric = 'category integrity'), 'the line of the scorecard has the last value of each of twelve weeks');
SELECT is((SELECT sparkline FROM reports.scorecard WHERE metric = 'report on time'), (SELECT spark(array_agg(value::float8 ORDER BY as_of)) FROM reports.metric_value WHERE metric = 'report_on_time'), 'of what is known of earlier moments from the beginning') WHERE (SELECT count(*) FROM reports.metric_value WHERE metric = 'report_on_time' AND value IS NOT NULL) = 9;

-- ---- the rows behind every number ----
CREATE FUNCTION pg_temp.drill(sample int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	c record;
	r record;
	counted text;
	wrong text;
	cases int;
BEGIN
	FOR c IN
		SELECT v.*, (SELECT coalesce(array_agg(k.column_name), '{}') || CASE WHEN bool_or(k.column_name = 'team') AND v.report <> 'integrity_owners' THEN '{is_total}'::text[] ELSE '{}' END FROM reports.report_column k WHERE k.report = v.report AND k.is_key) AS keys
		FROM reports.report_column v WHERE v.source IS NOT NULL ORDER BY v.report, v.position
	LOOP
		wrong := NULL;
		cases := 0;
		FOR r IN EXECUTE format('SELECT coalesce((SELECT jsonb_object_agg(k, to_jsonb(t) -> k) FROM unnest(%L::text[]) AS k), ''{}'') AS key, t.%I::text AS value FROM (SELECT * FROM reports.%I AS x ORDER BY md5(x::text) LIMIT %s) AS t', c.keys, c.column_name, c.report, sample) LOOP
			cases := cases + 1;
			EXECUTE format('SELECT (%s)::text FROM (%s) AS f', coalesce(c.measure, 'count(*)'), drill_down_sql('reports', c.report, c.column_name, r.key)) INTO counted;
			IF c.measure IS NOT NULL AND NOT (counted IS NOT DISTINCT FROM r.value OR coalesce(abs(counted::numeric - r.value::numeric) <= CASE WHEN c.measure ~ 'avg|outlook|/|percentile|mape|bias|accuracy' THEN 1e-9 * abs(r.value::numeric) ELSE 0 END, false)) THEN
				wrong := coalesce(wrong, format('%s is %s, its rows say %s', r.key, r.value, counted));
			END IF;
		END LOOP;
		RETURN NEXT is(wrong, NULL, format('%s.%s: %s rows drilled down', c.report, c.column_name, cases));
	END LOOP;
END $$;
SELECT * FROM pg_temp.drill(5);
SELECT is_empty($$SELECT report, column_name FROM reports.report_column JOIN surface USING (report, column_name) WHERE source IS NULL AND NOT is_key AND atttypid::regtype::text IN ('bigint', 'numeric', 'double precision') AND report NOT IN ('pipeline_inspection', 'moved_deals', 'duplicates', 'doubtful_duplicates', 'date_dimension', 'outlook_histogram', 'scorecard', 'hygiene_exceptions')
	AND (report, column_name) NOT IN (('stage_aging', 'max_days'), ('duplicate_rates', 'records'), ('duplicate_rates', 'target_per_1000'), ('stage_rates', 'crm_probability'), ('data_quality', 'of_records'))$$, 'every number of many rows has the rows behind it');
SELECT is_empty('SELECT report, column_name FROM reports.report_column WHERE NOT is_key AND (source IS NULL) <> (why_none IS NOT NULL)', 'or it is said why there are none');
SELECT is_empty('SELECT d.report, c FROM report_drills() d, unnest(columns) c WHERE NOT EXISTS (SELECT FROM report_columns() r WHERE r.report = d.report AND r.column_name = c) UNION ALL SELECT w.report, c FROM report_without_rows() w, unnest(columns) c WHERE NOT EXISTS (SELECT FROM report_columns() r WHERE r.report = w.report AND r.column_name = c)', 'of columns that there are');
SELECT is_empty($$SELECT period, team, movement FROM (SELECT *, lag(level_to) OVER (PARTITION BY period, is_total, team ORDER BY bar) AS before FROM reports.movement) m WHERE movement NOT IN ('start', 'end') AND level_from <> before$$, 'a bar of a waterfall begins where the one before ends');
SELECT throws_ok(format('SELECT drill_down_sql(%s)', arguments), state, NULL, 'refused: ' || arguments) FROM (VALUES ($$'reports', 'coverage', 'opened', '{}'$$, '42703'), ($$'reports', 'coverages', 'booked', '{}'$$, '42703'), ($$'reports', 'coverage', 'booked', '{"period": "2026-Q2"}'$$, '22023'), ($$'reports', 'coverage', 'booked', '{"period": "2026-Q2", "team": "West", "x": 1}'$$, '42703'),
	($$'reports', 'coverage', 'booked', '["2026-Q2"]'$$, '22023'), ($$'reports', 'coverage', 'period_start', '{}'$$, '0A000'), ($$'crm', 'coverage', 'booked', '{}'$$, '42P01'), ($$NULL, 'coverage', 'booked', '{}'$$, '22004'), ($$'reports', 'coverage', 'booked', NULL$$, '22004')) v(arguments, state);
-- what is in a key is a value and nothing else
SELECT is_empty(drill_down_sql('reports', 'coverage', 'booked', jsonb_build_object('period', '2026-Q2', 'team', hostile)), 'only a value: ' || hostile) FROM unnest(ARRAY[$$' OR true --$$, $$\' OR true --$$, $$'; DROP TABLE reports.deal; --$$, '%I %1$s', '$$', E'a\nb', '"']) hostile;
SELECT is((SELECT count(*) FROM reports.deal) > 0, true, 'and the deals are there');

-- ---- who may see what ----
CREATE SCHEMA mine;
CALL create_report_access('reports', 'mine');
CREATE ROLE regress_rep;
CREATE ROLE regress_manager;
CREATE ROLE regress_operations;
CREATE ROLE regress_nobody;
GRANT USAGE ON SCHEMA mine, public, salesops TO regress_rep, regress_manager, regress_operations, regress_nobody;
GRANT SELECT ON ALL TABLES IN SCHEMA mine TO regress_rep, regress_manager, regress_operations, regress_nobody;
CREATE TEMP TABLE who AS SELECT p.owner_id AS rep, u.manager_id AS manager FROM reports.pipeline_inspection p JOIN reports.owner u USING (owner_id) WHERE u.manager_id IS NOT NULL GROUP BY 1, 2 ORDER BY count(*) DESC, 1 LIMIT 1;
INSERT INTO reports.sales_access SELECT 'regress_rep', rep, 'rep' FROM who UNION ALL SELECT 'regress_manager', manager, 'manager' FROM who UNION ALL SELECT 'regress_operations', NULL, 'operations';
-- the team of the manager is that of all below him, and of nobody else
UPDATE reports.owner SET team = 'Of the manager' WHERE owner_id = (SELECT manager FROM who) OR manager_id = (SELECT manager FROM who);
UPDATE reports.owner SET team = 'Of others' WHERE team <> 'Of the manager';
CREATE FUNCTION pg_temp.seen(login text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', login);
	EXECUTE query INTO result;
	RESET ROLE;
	RETURN result;
END $$;
SELECT is(pg_temp.seen('regress_rep', 'SELECT count(*) FROM mine.pipeline_inspection'), (SELECT count(*)::text FROM reports.pipeline_inspection, who WHERE owner_id = rep), 'a representative sees his own deals');
SELECT is(pg_temp.seen('regress_rep', 'SELECT count(*) FROM mine.hygiene_exceptions'), (SELECT count(*)::text FROM reports.hygiene_exceptions, who WHERE owner_id = rep), 'and their issues');
SELECT is(pg_temp.seen('regress_rep', 'SELECT count(*) FROM mine.coverage'), '0', 'and nothing of a team');
SELECT is(pg_temp.seen('regress_manager', 'SELECT count(*) FROM mine.pipeline_inspection'), (SELECT count(*)::text FROM reports.pipeline_inspection, who WHERE owner_id = manager OR owner_id IN (SELECT owner_id FROM reports.owner WHERE manager_id = manager)), 'a manager those of all below him');
SELECT is(pg_temp.seen('regress_manager', 'SELECT string_agg(team, '','') FROM mine.visible_team'), 'Of the manager', 'and the numbers of his team');
SELECT is(pg_temp.seen('regress_manager', 'SELECT count(*) FROM mine.coverage WHERE is_total'), '0', 'not those of all');
SELECT is(pg_temp.seen('regress_operations', format('SELECT count(*) FROM mine.%I', report)), (SELECT (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM reports.%I', report), false, true, '')))[1]::text), 'operations sees all of ' || report) FROM (SELECT DISTINCT report FROM report_columns()) r ORDER BY report;
SELECT is(pg_temp.seen('regress_nobody', format('SELECT count(*) FROM mine.%I', report)), '0', 'who has no access sees nothing of ' || report) FROM (SELECT DISTINCT report FROM report_columns()) r ORDER BY report;
SELECT throws_ok(format('SELECT pg_temp.seen(''regress_manager'', %L)', query), '42501', NULL, 'refused: ' || query) FROM unnest('{SELECT count(*) FROM reports.pipeline_inspection,SELECT count(*) FROM reports.sales_access,SELECT count(*) FROM reports.stored_coverage}'::text[]) query;
-- a function that is cheap looks at no row that it may not see
CREATE FUNCTION public.peek(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$BEGIN RAISE EXCEPTION 'saw %', $1; END$$;
SELECT is(pg_temp.seen('regress_nobody', 'SELECT count(*) FROM mine.pipeline_inspection WHERE public.peek(name)'), '0', 'nor a function of his own');
-- where other views stand on them, or are called like them; a contract among reports
SELECT throws_ok(format('CALL %s', call), state, message, 'refused: ' || call) FROM (VALUES
	($$salesops.create_reports('mine', 'crm')$$, '42P07', 'schema mine has views of reports that are in another schema'),
	($$salesops.attach('salesforce_fivetran', 'crm', 'reports')$$, '22023', 'the contract cannot be in schema reports, which has reports'),
	($$salesops.create_reports('reports', 'crm', correlation => 1)$$, '22023', 'deals cannot depend on each other by 1'),
	($$salesops.create_reports('reports', 'crm', correlation => 'NaN')$$, '22023', 'deals cannot depend on each other by NaN')) v(call, state, message);
SELECT throws_matching($$SELECT salesops.inspection_report('mine')$$, 'may see nothing of the reports in schema mine', 'a page for who has no row in sales_access');
SELECT throws_ok(format('CALL %s', call), state, NULL, 'refused: ' || call) FROM (VALUES ($$salesops.create_report_access('reports', 'reports')$$, '22023'), ($$salesops.create_report_access('reports', 'nowhere')$$, '3F000'), ($$salesops.create_report_access('crm', 'mine')$$, '42P01'), ($$salesops.create_report_access('reports', NULL)$$, '22004')) v(call, state);
DROP SCHEMA mine CASCADE;

-- ---- edges ----
CREATE SCHEMA "My ""Reports""";
CALL create_contract('O''Brien''s CRM');
CALL create_reports('My "Reports"', 'O''Brien''s CRM', calendar => '4-4-5 starts Monday nearest January 1', time_zone => 'Europe/Berlin');
CALL refresh_reports('My "Reports"');
SELECT is((SELECT count(*) FROM "My ""Reports""".pipeline_inspection), 0::bigint, 'no rows at all');
SELECT is((SELECT string_agg(status, ',') FROM "My ""Reports""".report_refresh), 'published', 'are published');
INSERT INTO "O'Brien's CRM".opportunity (opportunity_id) VALUES ('1');
CALL refresh_reports('My "Reports"');
SELECT is((SELECT found FROM "My ""Reports""".data_quality WHERE checked = 'no stages, hence no process'), 1::bigint, 'a deal that lacks everything, without a process');
INSERT INTO "O'Brien's CRM".stage VALUES ('Open', 1, 0.5, 'pipeline', 'open', NULL);
UPDATE "O'Brien's CRM".opportunity SET stage = 'Open', amount = 10, close_date = current_date;
INSERT INTO "O'Brien's CRM".opportunity_history (opportunity_id, changed_at, stage, amount, close_date) VALUES ('1', now() - interval '1 day', 'Open', 10, current_date);
CALL refresh_reports('My "Reports"');
SELECT is((SELECT (amount, round(days_in_stage))::text FROM "My ""Reports""".pipeline_inspection), '(10.00,1)', 'one deal');
-- tables that reports can do without
DROP TABLE "O'Brien's CRM".contact, "O'Brien's CRM".lead, "O'Brien's CRM".ticket;
CALL refresh_reports('My "Reports"');
SELECT is((SELECT string_agg(metric, ',' ORDER BY metric) FROM "My ""Reports""".scorecard_gap), 'field_completeness,first_contact_resolution,ticket_cycle', 'what the scorecard lacks is said');
SELECT is((SELECT (count(*), count(*) FILTER (WHERE status IS NULL), count(*) FILTER (WHERE metric = ANY ('{field completeness,first contact resolution,ticket cycle}') AND (status, value IS NULL) = ('unknown', true)))::text FROM "My ""Reports""".scorecard), '(16,0,3)', 'and unknown on the scorecard, which has all');
-- what is made may be made again, and gone on from
CALL create_reports('My "Reports"', 'O''Brien''s CRM');
CALL refresh_reports('My "Reports"');
SELECT is((SELECT (count(*), max(kind))::text FROM "My ""Reports""".report_refresh), '(5,incremental)', 'made again, the log is kept');
SELECT is((SELECT kind FROM "My ""Reports""".report_refresh ORDER BY refresh_id DESC LIMIT 1), 'full', 'and the next refresh is a full one');
-- a connector that lost all deals is no news of deals
DELETE FROM "O'Brien's CRM".opportunity;
SELECT throws_ok($$CALL salesops.refresh_reports('My "Reports"')$$, 'P0002', 'the contract has no deal any more: schema "O''Brien''s CRM"', 'no deal any more');
SELECT is((SELECT count(*) FROM "My ""Reports""".pipeline_inspection), 1::bigint, 'the reports are those of before');
CALL refresh_reports('My "Reports"', full_refresh => true);
SELECT is((SELECT count(*) FROM "My ""Reports""".pipeline_inspection), 0::bigint, 'unless that is asked for');
SELECT throws_ok(format('CALL %s', call), state, NULL, 'refused: ' || call) FROM (VALUES ($$salesops.create_reports('crm', 'crm')$$, '22023'), ($$salesops.create_reports('nowhere', 'crm')$$, '3F000'), ($$salesops.create_reports('reports', 'nowhere')$$, '3F000'), ($$salesops.create_reports(NULL, 'crm')$$, '22004'), ($$salesops.create_reports('reports', 'crm', time_zone => 'Mars')$$, '22023'), ($$salesops.create_reports('reports', 'truth')$$, '42P01'),
	($$salesops.refresh_reports('nowhere')$$, '42P01'), ($$salesops.refresh_reports(NULL)$$, '22004'), ($$salesops.refresh_reports('reports', as_of => 'infinity')$$, '22023')) v(call, state);
SELECT is(reports_sql(NULL, 'crm'), NULL, 'no text for NULL');
SELECT * FROM finish();
ROLLBACK;
