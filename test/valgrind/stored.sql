-- Every type wherever its bytes leave the function that made them: into tables, plain, compressed and out of line; into
-- hashes, sorts and indexes; to clients and files in binary.  A byte that was never written is an error of valgrind at
-- any of these, whatever the results are; those are compared all the same.
\ir ../pgtap/setup.psql

CREATE TEMP TABLE deal AS
	SELECT i, i % 7 AS team, (array['open', 'won', 'lost', NULL])[1 + i * 31 % 4] AS outcome, (array['Pipeline', 'Commit', 'closed', 'omitted', NULL])[1 + i * 7 % 5] AS category,
		(array['New', 'Négociation', 'Won', 'Lost'])[1 + i * 31 % 4] AS stage, round((i * 7919 % 100003)::numeric / 7 - 1000, i % 5) AS amount,
		((i * 7919) % 240 - 5) / 7.0::float8 AS cycle, '2026-01-01 00:00+00'::timestamptz + (i * 7919 % 5000) * interval '1 hour 0.000001 second' AS entered_at
	FROM generate_series(1, 600) i;

-- values that the aggregates made, of different sizes, and those that merging and the text form make of them
CREATE TEMP TABLE value_compliance AS SELECT team AS id, compliance(CASE WHEN i % 3 > 0 THEN i % 5 > 1 END) AS v FROM deal GROUP BY team;
CREATE TEMP TABLE value_business_calendar AS SELECT i AS id, format('Mon-Thu %s:00-12:00 13:00-17:30, Sat 22:00-06:00+1 Europe/Berlin; holidays 2027-01-%s; open 2026-12-24 09:00:%s-12:00', i % 12, lpad((i % 31 + 1)::text, 2, '0'), 10 + i)::business_calendar AS v FROM generate_series(1, 7) i
	UNION ALL SELECT 8, business_calendar('24x7 UTC', date '1900-01-01' + i * 17, CASE WHEN i % 3 = 0 THEN '09:00-13:00' END) FROM generate_series(1, 900) i
	UNION ALL SELECT 9, business_calendar_transfn(NULL, 'closed UTC', '2026-12-26', '09:00-12:00 13:00-14:00');
CREATE TEMP TABLE value_fiscal_calendar AS SELECT i AS id, (CASE WHEN i > 4 THEN format('%s ends Saturday nearest January %s, week 53 in period %s', (array['4-4-5', '4-5-4', '5-4-4', '13 periods'])[1 + i % 4], i, 1 + i % 12)
	ELSE format('starts %s, named by end year', to_char(make_date(2000, i, 1), 'Month')) END)::fiscal_calendar AS v FROM generate_series(1, 9) i;
CREATE TEMP TABLE value_deal_stats AS SELECT team AS id, deal_stats(outcome, amount, cycle) AS v FROM deal GROUP BY team
	UNION ALL SELECT 7, deal_stats(outcome, amount::float8, NULL) FROM deal UNION ALL SELECT 8, deal_stats('won', i::bigint, i * 1.5) FROM deal
	UNION ALL SELECT 9, deal_stats('won', NULL::numeric, NULL);
CREATE TEMP TABLE value_forecast_rollup AS SELECT team AS id, forecast_rollup(category, amount) AS v FROM deal GROUP BY team;
CREATE TEMP TABLE value_forecast_error AS SELECT team AS id, forecast_error(amount, amount * 1.01 + team, cycle * cycle) AS v FROM deal GROUP BY team UNION ALL SELECT 7, forecast_error(amount::float8, 5) FROM deal;
CREATE TEMP TABLE value_forecast_outcome AS SELECT team AS id, forecast_outcome(category, amount, outcome, amount * 1.1) AS v FROM deal GROUP BY team;
CREATE TEMP TABLE value_movement AS SELECT team AS id, movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3), (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5]) AS v FROM deal GROUP BY team UNION ALL SELECT 7, movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3)::float8, (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount::float8, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5]) FROM deal UNION ALL SELECT 8, movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3)::bigint, (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount::bigint, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5]) FROM deal;
CREATE TEMP TABLE value_pipeline_change AS SELECT team AS id, pipeline_change('D' || i, i % 2 = 0, outcome, amount, NULL, stage, category) AS v FROM deal GROUP BY team;
CREATE TEMP TABLE value_stage_history AS SELECT team AS id, stage_history('D' || i / 3, stage, entered_at) AS v FROM deal GROUP BY team UNION ALL SELECT 7, stage_history(i / 2, stage || i, entered_at) FROM deal UNION ALL SELECT 8, stage_history(md5((i / 4)::text)::uuid, stage, entered_at) FROM deal;
CREATE TEMP TABLE value_match_graph AS SELECT team AS id, match_graph('D' || i % 40, 'D' || i * 7 % 30, cycle) AS v FROM deal GROUP BY team UNION ALL SELECT 7, match_graph(i / 2, i * 7 % 300, cycle) FROM deal UNION ALL SELECT 8, match_graph(md5((i / 4)::text)::uuid, md5((i % 50)::text)::uuid, cycle) FROM deal;
CREATE TEMP TABLE value_stage_path AS SELECT i % 50 AS id, stage_path(stage, entered_at) AS v FROM deal GROUP BY 1
	UNION ALL SELECT 50, stage_path(stage || i, entered_at) FROM deal UNION ALL SELECT 51, stage_path(NULL, '2026-01-01');
CREATE TEMP TABLE value_stage_funnel AS SELECT id % 7 AS id, stage_funnel(v, sales_process, id / 7.0) AS v FROM value_stage_path,
	(SELECT sales_process(s, i, 0.5, 'commit', CASE s WHEN 'Won' THEN 'won' WHEN 'Lost' THEN 'lost' ELSE 'open' END, NULL) FROM unnest(array['New', 'Négociation', 'Won', 'Lost']) WITH ORDINALITY x(s, i)) p GROUP BY 1;
CREATE TEMP TABLE value_survival AS SELECT i % 50 AS id, survival(abs(cycle), nullif(stage, 'New')) AS v FROM deal GROUP BY 1
	UNION ALL SELECT 50, survival(i / 7.0, stage || i % 20) FROM deal UNION ALL SELECT 51, survival(NULL, true);
CREATE TEMP TABLE value_match_rule AS SELECT i AS id, format('{"columns": [{"name": "company"}, {"phone": {"as": "phone", "region": "us"}}, {"c%s": {"as": "text", "levels": [0.97, 0.%s]}}]}', i, i)::match_rule AS v FROM generate_series(1, 30) i
	UNION ALL SELECT 30 + n, rule FROM match_rules() WITH ORDINALITY r(name, description, rule, n);
CREATE TEMP TABLE value_match_model AS SELECT i AS id, format('{"match_model": 1, "rule": {"columns": [{"name": "company"}, {"c%1$s": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.%1$s, "most": 30, "many": 30, "stop": ["%2$s"], "columns": [{"m": [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], "some": 5}, {"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5, "common": {"%2$s": 6}}]}', i, substr(md5(i::text), 1, 16))::match_model AS v FROM generate_series(1, 30) i
	UNION ALL SELECT 40, fit_match_model('deal', '{"key": "i", "columns": [{"entered_at": "date"}, {"amount": "number"}, {"stage": "text"}, {"cycle": "identifier"}]}');
CREATE TEMP TABLE value_match_signature AS SELECT i AS id, text_signature('Négociation ' || md5(i::text)) AS v FROM generate_series(1, 50) i UNION ALL SELECT 51, text_signature(string_agg(md5(i::text), ' ')) FROM generate_series(1, 90) i;
CREATE TEMP TABLE value_match_query AS SELECT id, match_query(v, 0.25) AS v FROM value_match_signature UNION ALL SELECT 52, match_typed('Acme Int', 0.5);
CREATE TEMP TABLE value_deal_outlook AS SELECT i % 50 AS id, deal_outlook(abs(amount), i % 8 / 7.0) AS v FROM deal GROUP BY 1
	UNION ALL SELECT 50, deal_outlook(abs(amount), 0.5) FROM deal UNION ALL SELECT 51, deal_outlook(NULL::numeric, 0.5);
CREATE TEMP TABLE value_win_calibration AS SELECT team AS id, win_calibration((i * 7919 % 101) / 100.0, CASE outcome WHEN 'won' THEN true WHEN 'lost' THEN false END) AS v FROM deal GROUP BY team
	UNION ALL SELECT 7, win_calibration(NULL, true);
CREATE TEMP TABLE value_stage_win_rates AS SELECT team AS id, stage_win_rates(stage, outcome = 'won') AS v FROM deal GROUP BY team
	UNION ALL SELECT 7, stage_win_rates(stage || i, outcome = 'won') FROM deal UNION ALL SELECT 8, stage_win_rates(NULL, true);
CREATE TEMP TABLE value_survivor AS SELECT i % 50 AS id, survivor(stage, entered_at, outcome) AS v FROM deal GROUP BY 1
	UNION ALL SELECT 50, survivor(stage || i, NULL, stage) FROM deal;
CREATE TEMP TABLE value_hygiene_policy AS SELECT i AS id, format('{"require": ["amount", "own %s"], "stages": {"Négociation %s": {"stale_days": %s, "require": ["x", "y"]}}, "severity": {"stale": "low"}, "owner": {"missing_x": "désk"}}', i, i, i)::hygiene_policy AS v FROM generate_series(1, 30) i;
CREATE TEMP TABLE value_issue_counts AS SELECT i % 50 AS id, count_issues('stale,' || outcome, amount) AS v FROM deal GROUP BY 1
	UNION ALL SELECT 50, count_issues('code ' || i % 900, amount) FROM deal UNION ALL SELECT 51, count_issues(NULL);
CREATE TEMP TABLE value_close_path AS SELECT i % 50 AS id, close_path(CASE WHEN i % 17 > 0 THEN '2026-06-30'::date + i % 90 END, entered_at) AS v FROM deal GROUP BY 1
	UNION ALL SELECT 50, close_path('2026-06-30'::date + i, entered_at) FROM deal UNION ALL SELECT 51, close_path('2026-01-01', NULL);
CREATE TEMP TABLE value_slippage AS SELECT team AS id, slippage('2026-04-01'::date + i % 120, outcome, CASE WHEN outcome <> 'open' THEN '2026-03-01'::date + i % 200 END, amount, '2026-04-01', '2026-06-30') AS v FROM deal GROUP BY team;
-- those that are merged are of one policy: id % 3
CREATE TEMP TABLE value_linearity AS SELECT team AS id, linearity('2026-01-01'::date + i % 365, amount, (array['month', 'week', 'day'])[1 + team % 3], (array['quarter', 'year', 'year'])[1 + team % 3], '4-5-4 starts Sunday nearest February 1') AS v FROM deal GROUP BY team
	UNION ALL SELECT 9, linearity(NULL, 0.00, 'month', 'quarter', '4-5-4 starts Sunday nearest February 1');
CREATE TEMP TABLE value_sales_process AS SELECT n AS id, sales_process('stage ' || i, i, CASE WHEN i > 1 THEN 0.5 ELSE 1 END,
		CASE WHEN i > 1 THEN 'commit, pipeline' END, CASE WHEN i > 1 THEN 'open' ELSE 'won' END, CASE WHEN i % 2 = 0 THEN i END) AS v
	FROM generate_series(2, 6) n, generate_series(1, n * n * 5) i GROUP BY n
	UNION ALL SELECT 9, sales_process_transfn(NULL, 'New', 1, 0.5, 'commit', 'open', 3);

SELECT is_empty($$SELECT typname FROM pg_type WHERE typnamespace = 'salesops'::regnamespace AND typtype = 'b' AND typelem = 0
	AND to_regclass('value_' || typname) IS NULL$$, 'this file has values of every type');

-- three times each, through the text form, as it was made, and out of line where it is large; that all are found again
SELECT format($sql$
CREATE TEMP TABLE stored_%1$I (id int, v salesops.%1$I);
INSERT INTO stored_%1$I SELECT id, v::text::salesops.%1$I FROM value_%1$I;
INSERT INTO stored_%1$I SELECT id, v FROM value_%1$I;
ALTER TABLE stored_%1$I ALTER v SET STORAGE EXTERNAL;
INSERT INTO stored_%1$I SELECT id, v FROM value_%1$I;
CREATE INDEX ON stored_%1$I USING btree (v) WHERE id < 3;
CREATE INDEX ON stored_%1$I USING hash (v);
SET LOCAL enable_sort = off; SET LOCAL enable_hashagg = on;
SELECT is((SELECT sum(n) FROM (SELECT count(*) AS n FROM stored_%1$I GROUP BY v) g WHERE n %% 3 = 0), (SELECT count(*)::numeric FROM stored_%1$I), '%1$s: grouped by hash');
SET LOCAL enable_sort = on; SET LOCAL enable_hashagg = off;
SELECT is((SELECT sum(n) FROM (SELECT count(*) AS n FROM stored_%1$I GROUP BY v) g WHERE n %% 3 = 0), (SELECT count(*)::numeric FROM stored_%1$I), '%1$s: grouped by sorting');
SELECT ok((SELECT min(length(v::text)) > 0 AND min(length(salesops.%1$s_send(v))) > 0 FROM stored_%1$I), '%1$s: read');
COPY stored_%1$I TO '/dev/null' (FORMAT binary);
SELECT pass('%1$s: written to a file');
$sql$, typname)
FROM pg_type WHERE typnamespace = 'salesops'::regnamespace AND typtype = 'b' AND typelem = 0 ORDER BY typname \gexec

-- what merging makes; values that are not of the teams have ids of their own kinds
SELECT format($sql$
CREATE TEMP TABLE merged_%1$I AS SELECT CASE WHEN id < 7 THEN id %% 3 ELSE id END AS id, merge(v) AS v FROM (SELECT DISTINCT id, v FROM stored_%1$I) s GROUP BY 1;
SELECT is((SELECT count(DISTINCT v) FROM merged_%1$I), (SELECT count(DISTINCT v::text) FROM merged_%1$I), '%1$s: merged');
$sql$, typname)
FROM pg_proc p JOIN pg_type t ON t.oid = p.prorettype
WHERE proname = 'merge' AND pronamespace = 'salesops'::regnamespace AND typtype = 'b' ORDER BY typname \gexec

SELECT * FROM finish();
ROLLBACK;
