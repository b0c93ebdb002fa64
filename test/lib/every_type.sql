-- every_type.sql: the schema `life`, in which every type of the extension is used wherever a database can use a type.
--
-- What dump and restore, replication and pg_upgrade are tested on.  Each base type and each domain has a table
-- life.sample_<type> of values: ordinary ones, NULL, the least and, where the type has such, ones that are stored out of
-- line.  From the catalog, everything else is made of them; a type without a sample is an error, so that a new one is
-- not forgotten.  Run in an empty database by a superuser.

CREATE EXTENSION salesops;
CREATE SCHEMA life;
SET search_path = pg_catalog;
SET timezone = 'UTC';

-- ---- values ----

CREATE TABLE life.deal AS
	SELECT i, i % 40 AS day, (array['New', 'It''s "Négociation" 🤝', 'Won', 'Lost'])[1 + i * 31 % 4] AS stage, (array['open', 'won', 'lost'])[1 + i * 31 % 3] AS outcome, (array['Pipeline', 'Commit', 'closed', 'omitted', NULL])[1 + i * 7 % 5] AS category,
		round((i * 7919 % 100003)::numeric / 7, i % 5) AS amount, ((i * 7919) % 240 - 5) / 7.0::float8 AS cycle, '2026-01-01 00:00+00'::timestamptz + (i * 7919 % 5000) * interval '1 hour 0.000001 second' AS entered_at,
		(array['The Müller & Söhne GmbH & Co. KG', 'ACME Corp.', 'Acme, Inc.', '株式会社日立製作所', '...'])[1 + i % 5] AS company
	FROM generate_series(1, 4000) i;

CREATE TABLE life.sample_compliance AS
	SELECT day AS id, salesops.compliance(CASE WHEN i % 3 > 0 THEN i % (day + 2) > 0 END) AS v FROM life.deal GROUP BY day
	UNION ALL VALUES (100, '{"compliance": 1}'::salesops.compliance), (101, '{"compliance": 1, "met": 999999999999999999, "missed": 999999999999999999, "pending": 999999999999999999}'), (102, NULL);

CREATE TABLE life.sample_deal_stats AS
	SELECT day AS id, salesops.deal_stats(outcome, amount, cycle) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.deal_stats('won', 0.000, NULL)
	-- the median rounded; as many values as an exact one can have
	UNION ALL SELECT 101, salesops.deal_stats('won', i::numeric, i * 1.5) FROM generate_series(1, 20000) i
	UNION ALL SELECT 102, salesops.deal_stats('lost', -i / 7.0, i * i / 1000.0::float8) FROM generate_series(1, 4096) i
	UNION ALL VALUES (103, '{"deal_stats": 1}'::salesops.deal_stats), (104, NULL);

CREATE TABLE life.sample_forecast_rollup AS
	SELECT day AS id, salesops.forecast_rollup(category, amount) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.forecast_rollup(NULL, 0.0000)
	UNION ALL SELECT 101, salesops.forecast_rollup('commit', 9999999999999999999999999999999999999::numeric)
	UNION ALL VALUES (102, '{"forecast_rollup": 1}'::salesops.forecast_rollup), (103, NULL);

CREATE TABLE life.sample_forecast_error AS
	SELECT day AS id, salesops.forecast_error(amount, amount * 1.01 + day, cycle * cycle) AS v FROM life.deal GROUP BY day
	-- sums of the greatest and of the least size
	UNION ALL SELECT 100, salesops.forecast_error(1e28, -1e28) UNION ALL SELECT 101, salesops.forecast_error(-1e-18, 1e-17, 1e-3)
	UNION ALL SELECT 102, salesops.forecast_error(NULL, amount) FROM life.deal
	UNION ALL VALUES (103, '{"forecast_error": 1}'::salesops.forecast_error), (104, NULL);

CREATE TABLE life.sample_forecast_outcome AS
	SELECT day AS id, salesops.forecast_outcome(category, amount, outcome, amount * 1.1) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.forecast_outcome(NULL, 0.0000, NULL, NULL)
	UNION ALL SELECT 101, salesops.forecast_outcome('commit', 9999999999999999999999999999999999999::numeric, 'lost', NULL)
	UNION ALL VALUES (102, '{"forecast_outcome": 1}'::salesops.forecast_outcome), (103, NULL);
CREATE TABLE life.sample_movement AS
	SELECT day AS id, salesops.movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3), (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5]) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.movement('open', 0.000, 'in', 'lost', NULL, 'in')
	UNION ALL SELECT 101, salesops.movement('open', 9999999999999999999999999999999999999::numeric, 'in', 'won', 5, 'in')
	UNION ALL VALUES (102, '{"movement": 1}'::salesops.movement), (103, NULL);

CREATE TABLE life.sample_stage_history AS
	SELECT day AS id, salesops.stage_history('Ü' || i / 3, stage, entered_at) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.stage_history(9223372036854775807, 'Größe 🤝', '4713-01-01 00:00+00 BC')
	UNION ALL SELECT 101, salesops.stage_history(md5((i / 4)::text)::uuid, 'Stage ' || i % 100, '2026-01-01 00:00+00'::timestamptz + i * interval '1 hour') FROM generate_series(1, 5000) i
	UNION ALL SELECT 110 + i % 4, salesops.stage_history(i, stage, entered_at) FROM life.deal WHERE i <= 16 GROUP BY i % 4
	UNION ALL VALUES (102, '{"stage_history": 1, "incomplete": 3}'::salesops.stage_history), (103, NULL);
CREATE TABLE life.sample_match_graph AS
	SELECT day AS id, salesops.match_graph('Ü' || i % 60, 'Ü' || i * 7 % 50, cycle) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.match_graph(9223372036854775807, -9223372036854775808, 65536)
	UNION ALL SELECT 101, salesops.match_graph(md5(i::text)::uuid, md5((i / 3)::text)::uuid, i / 7.0) FROM generate_series(1, 5000) i
	UNION ALL SELECT 110 + i % 4, salesops.match_graph(i, i / 3, cycle) FROM life.deal WHERE i <= 16 GROUP BY i % 4
	UNION ALL VALUES (102, '{"match_graph": 1, "incomplete": 3}'::salesops.match_graph), (103, NULL);
CREATE TABLE life.sample_pipeline_change AS
	SELECT day AS id, salesops.pipeline_change('Ü' || day || '-' || i, i % 2 = 0, outcome, amount, '2026-01-01'::date + i, stage, category) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.pipeline_change(9223372036854775807, false, NULL, 9999999999999999999999999999999999999::numeric, 'infinity', NULL, NULL)
	UNION ALL SELECT 101, salesops.pipeline_change(md5(i::text)::uuid, i % 3 = 0, 'open', i / 7.0, NULL, 'Team 🤝 ' || i % 100, 'commit') FROM generate_series(1, 5000) i
	UNION ALL VALUES (102, '{"pipeline_change": 1}'::salesops.pipeline_change), (103, NULL);

CREATE TABLE life.sample_stage_path AS
	SELECT day AS id, salesops.stage_path(stage, entered_at) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.stage_path(NULL, '2026-01-01 00:00+00')
	UNION ALL SELECT 101, salesops.stage_path('Stage ' || i % 100 || ' 🤝', '2020-01-01 00:00+00'::timestamptz + i * 7919 * interval '0.001 second') FROM generate_series(1, 5000) i
	UNION ALL SELECT 102, salesops.stage_path('Old', '4714-11-24 00:00+00 BC')
	UNION ALL VALUES (103, '{"stage_path": 1}'::salesops.stage_path), (104, NULL);

CREATE TABLE life.sample_stage_funnel AS
	SELECT day AS id, salesops.stage_funnel(p, process, amount) AS v FROM (SELECT day, i % 6, salesops.stage_path(stage, entered_at) AS p, max(amount) AS amount FROM life.deal GROUP BY 1, 2) d,
		(SELECT '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "It''s \"Négociation\" 🤝", "probability": 0.5, "category": "commit"}, {"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Lost", "probability": 0, "outcome": "lost"}]}'::salesops.sales_process AS process) s GROUP BY day
	UNION ALL SELECT 101, salesops.stage_funnel('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "Stage 7 🤝"]]}', process, 0.000) FROM (SELECT salesops.sales_process('Stage ' || i || ' 🤝', i, 0.5, 'commit', 'open', NULL) AS process FROM generate_series(1, 500) i) s
	UNION ALL VALUES (102, '{"stage_funnel": 1, "stages": [{"stage": "", "entered": 999999999999999999, "now": 999999999999999999, "rest": 999999999999999999}], "deals": 999999999999999999, "unknown_events": 999999999999999999}'::salesops.stage_funnel), (103, NULL);

CREATE TABLE life.sample_survival AS
	SELECT day AS id, salesops.survival(abs(cycle), CASE WHEN i % 3 > 0 THEN stage END) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.survival(NULL, true)
	UNION ALL SELECT 101, salesops.survival(i / 7.0, CASE WHEN i % 3 > 0 THEN 'Outcome ' || i % 100 || ' 🤝' END) FROM generate_series(1, 5000) i
	UNION ALL SELECT 102, salesops.survival(1.7976931348623157e308, false)
	UNION ALL VALUES (103, '{"survival": 1}'::salesops.survival), (104, NULL);

CREATE TABLE life.sample_deal_outlook AS
	SELECT day AS id, salesops.deal_outlook(round(amount / 1000) * 500, 0.1 + i % 9 / 10.0) AS v FROM life.deal WHERE i <= 200 GROUP BY day
	UNION ALL SELECT 100, salesops.deal_outlook(NULL::numeric, 0.5)
	UNION ALL SELECT 101, salesops.deal_outlook(amount, i % 101 / 100.0) FROM life.deal
	UNION ALL VALUES (102, '{"deal_outlook": 1}'::salesops.deal_outlook), (103, '{"deal_outlook": 1, "deals": [[1e-100, 5e-324], [0.1, 0.30000000000000004], [1e100, 1]], "missing_amounts": 999999999999999999}'), (104, NULL);
CREATE TABLE life.sample_win_calibration AS
	SELECT day AS id, salesops.win_calibration(CASE WHEN i % 11 > 0 THEN (i * 7919 % 101) / 100.0::float8 END, CASE outcome WHEN 'won' THEN true WHEN 'lost' THEN false END) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.win_calibration(5e-324, true)
	UNION ALL VALUES (101, '{"win_calibration": 1}'::salesops.win_calibration), (102, '{"win_calibration": 1, "bin_20_deals": 999999999999999999, "bin_20_probability": 999999999999999999, "undecided": 999999999999999999}'), (103, NULL);

CREATE TABLE life.sample_stage_win_rates AS
	SELECT day AS id, salesops.stage_win_rates(stage, CASE outcome WHEN 'won' THEN true WHEN 'lost' THEN false END) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.stage_win_rates(NULL, true)
	UNION ALL SELECT 101, salesops.stage_win_rates('Stage ' || i % 2000 || ' 🤝', i % 3 = 0) FROM generate_series(1, 5000) i
	UNION ALL VALUES (102, '{"stage_win_rates": 1}'::salesops.stage_win_rates), (103, '{"stage_win_rates": 1, "stages": [["", 0, 999999999999999999, 999999999999999999]]}'), (104, NULL);
CREATE TABLE life.sample_survivor AS
	SELECT day AS id, salesops.survivor(stage, CASE WHEN i % 7 > 0 THEN entered_at END, CASE WHEN i % 5 > 0 THEN outcome END) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.survivor('Größe 🤝', '4714-11-24 00:00+00 BC', '')
	UNION ALL SELECT 101, salesops.survivor('Value ' || i % 2000 || ' 🤝', '2020-01-01 00:00+00'::timestamptz + i * 7919 * interval '0.001 second', 'source ' || i % 3) FROM generate_series(1, 5000) i
	UNION ALL VALUES (102, '{"survivor": 1}'::salesops.survivor), (103, '{"survivor": 1, "values": [["x", 999999999999999999]]}'), (104, NULL);
CREATE TABLE life.sample_hygiene_policy AS
	SELECT i AS id, format('{"require": ["amount", "Größe %s 🤝"], "stages": {"Stage %s": {"require": ["owner"], "stale_days": %s.5}}, "stale_days": %s, "severity": {"stale": "low"}, "owner": {"stale": "désk"}}', i, i, i, i)::salesops.hygiene_policy AS v FROM generate_series(1, 20) i
	UNION ALL SELECT 100, format('{"stages": {%s}}', string_agg(format('"%s 🤝": {"require": ["%s"]}', md5(i::text), md5('f' || i)), ', '))::salesops.hygiene_policy FROM generate_series(1, 500) i
	UNION ALL VALUES (101, '{}'::salesops.hygiene_policy), (102, '{"require": [], "stale_days": 1000000, "max_pushes": 0, "max_close_days": 5e-324, "probability_tolerance": 1}'), (103, NULL);
CREATE TABLE life.sample_issue_counts AS
	SELECT day AS id, salesops.count_issues('stale,' || stage, amount) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.count_issues(NULL)
	UNION ALL SELECT 101, salesops.count_issues(md5((i % 1000)::text) || ' 🤝', amount) FROM life.deal
	UNION ALL VALUES (102, '{"issue_counts": 1}'::salesops.issue_counts), (103, '{"issue_counts": 1, "records": 999999999999999999, "with_issues": 999999999999999999, "with_amount": 1, "amount": 1e30, "with_amount_at_risk": 1, "amount_at_risk": -0.00000001, "issues": [["x", 999999999999999999, 0, 0]]}'), (104, NULL);
CREATE TABLE life.sample_close_path AS
	SELECT day AS id, salesops.close_path(CASE WHEN i % 17 > 0 THEN '2026-06-30'::date + i % 90 END, entered_at) AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.close_path('2026-01-01', NULL)
	UNION ALL SELECT 101, salesops.close_path('2026-01-01'::date + i % 700, '2020-01-01 00:00+00'::timestamptz + i * 7919 * interval '0.001 second') FROM generate_series(1, 5000) i
	UNION ALL SELECT 102, salesops.close_path(d, t) FROM (VALUES ('0002-01-01'::date, '4714-11-24 00:00+00 BC'::timestamptz), ('5874897-12-31', '294276-12-31 00:00+00'), (NULL, '2026-01-01 00:00+00')) v(d, t)
	UNION ALL VALUES (103, '{"close_path": 1}'::salesops.close_path), (104, NULL);

CREATE TABLE life.sample_slippage AS
	SELECT day AS id, salesops.slippage('2026-04-01'::date + i % 120, outcome, CASE WHEN outcome <> 'open' THEN '2026-03-01'::date + i % 200 END, amount, '2026-04-01', '2026-06-30') AS v FROM life.deal GROUP BY day
	UNION ALL SELECT 100, salesops.slippage('2026-04-01', 'open', NULL, 9999999999999999999999999999999999999::numeric, '2026-04-01', '2026-06-30')
	UNION ALL VALUES (101, '{"slippage": 1}'::salesops.slippage), (102, NULL);

CREATE TABLE life.sample_linearity AS
	SELECT day AS id, salesops.linearity('2026-01-01'::date + i % 365, amount, (ARRAY['month', 'week', 'day'])[1 + day % 3], 'quarter', (ARRAY['starts January', '4-5-4 starts Sunday nearest February 1'])[1 + day % 2]::salesops.fiscal_calendar) AS v FROM life.deal GROUP BY day
	-- large: each day of a year
	UNION ALL SELECT 100, salesops.linearity('2026-01-01'::date + i % 365, amount, 'day', 'year', 'starts January') FROM life.deal
	UNION ALL SELECT 101, salesops.linearity(NULL, 0.000, 'month', 'year', '13 periods starts first Monday of April')
	UNION ALL VALUES (102, '{"linearity": 1, "part": "week", "period": "year", "calendar": "starts July, named by end year"}'::salesops.linearity), (103, NULL);

CREATE TABLE life.sample_sales_process AS
	SELECT i AS id, format('{"stages": [{"stage": "New", "probability": 0.%s, "category": ["pipeline", "best_case"]}, {"stage": "It''s \"Négociation\" 🤝", "probability": 0.30000000000000004, "category": "commit", "max_days": %s.25},
		{"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Lost", "probability": 0, "outcome": "lost", "max_days": 0}]}', i, i)::salesops.sales_process AS v FROM generate_series(1, 40) i
	UNION ALL SELECT 100, salesops.sales_process(md5(i::text), i, 0.25, 'commit, pipeline', 'open', i) FROM generate_series(1, 500) i
	UNION ALL SELECT 101, salesops.sales_process_transfn(NULL, 'unfinished', -7, 1, NULL, 'won', NULL)
	UNION ALL VALUES (102, NULL::salesops.sales_process);

CREATE TABLE life.sample_business_calendar AS
	SELECT i AS id, format('Mon-Thu %s:00-12:00 13:00-17:30, Sat 22:00-06:00+1 Europe/Berlin; holidays 2026-12-25, 2027-01-%s; open 2026-12-24 09:00:%s-12:00', i % 12, lpad((i % 31 + 1)::text, 2, '0'), 10 + i)::salesops.business_calendar AS v FROM generate_series(1, 40) i
	-- thousands of dates
	UNION ALL SELECT 100, salesops.business_calendar('24x7 UTC', date '1900-01-01' + i * 17, CASE WHEN i % 3 = 0 THEN '09:00-13:00 14:00-16:30' END) FROM generate_series(1, 5000) i
	UNION ALL SELECT 101, salesops.business_calendar_transfn(NULL, 'closed UTC', '2026-12-25', '09:00-12:00')
	UNION ALL VALUES (102, 'closed Pacific/Kwajalein'::salesops.business_calendar), (103, NULL);

CREATE TABLE life.sample_fiscal_calendar AS
	SELECT i AS id, (CASE WHEN i > 12 THEN format('%s ends Saturday nearest January %s, named by end year, week 53 in period %s', (array['4-4-5', '4-5-4', '5-4-4', '13 periods'])[1 + i % 4], i - 12, 1 + i % 12)
		ELSE format('starts %s', to_char(make_date(2000, i, 1), 'Month')) END)::salesops.fiscal_calendar AS v FROM generate_series(1, 40) i
	UNION ALL VALUES (100, '13 periods ends Friday nearest February 28, named by end year, week 53 in quarter 1, quarters 3-4-3-3'::salesops.fiscal_calendar), (101, NULL);

CREATE TABLE life.sample_match_rule AS
	SELECT i AS id, format('{"key": "id %s", "columns": [{"It''s \"Name\" 🤝": "company"}, {"phone": {"as": "phone", "region": "%s", "block": false}}, {"city": {"as": "city", "levels": [0.%s9, 0.%s1]}}], "threshold": 0.%s}',
		i, (array['US', 'de', 'SE'])[1 + i % 3], i, i, i)::salesops.match_rule AS v FROM generate_series(1, 30) i
	UNION ALL SELECT 30 + n, rule FROM salesops.match_rules() WITH ORDINALITY r(name, description, rule, n)
	-- as many columns and clauses as there can be, with names of no pattern
	UNION ALL SELECT 100, format('{"columns": [%s], "match": [%s]}', (SELECT string_agg(format('{"%s": "text"}', md5(i::text)), ', ') FROM generate_series(1, 32) i),
		(SELECT string_agg((SELECT format('{%s}', string_agg(format('"%s": %s', md5(i::text), (array['"close"', '["exact", "both missing"]', '[0.' || i || ', "missing"]'])[1 + (i + c) % 3]), ', ')) FROM generate_series(1, 32) i), ', ') FROM generate_series(1, 64) c))::salesops.match_rule
	UNION ALL VALUES (101, NULL::salesops.match_rule);

CREATE TABLE life.sample_match_model AS
	SELECT i AS id, format('{"match_model": 1, "rule": {"columns": [{"It''s \"Name\" 🤝": "company"}, {"no %1$s": {"as": "text", "levels": [0.%1$s9]}}]}, "records": %1$s, "pairs": %1$s00000000, "prior": 0.%1$s, "most": %2$s, "many": 30, "stop": ["%3$s", "ffffffffffffffff"], "columns": [{"m": [0.1, 1e-300, 0.%1$s1, 0.2, 0.25, 1, 0.2, 0.5], "u": [0.6, 0.30000000000000004, 0.1, 0.%1$s, 1e-9, 0.1, 1, 0.1], "some": 5}, {"m": [0.1, 0.2, 0.3, 0.4, 0.5], "u": [0.5, 0.4, 0.3, 0.2, 0.1], "some": 5, "common": {"%3$s": %1$s, "ffffffffffffffff": 999999999999999999}}]}',
		i, i + 1, substr(md5(i::text), 1, 16))::salesops.match_model AS v FROM generate_series(1, 30) i
	-- one that was fitted; one of many common values
	UNION ALL SELECT 40, salesops.fit_match_model('life.deal', '{"key": "i", "columns": [{"entered_at": "date"}, {"amount": "number"}, {"stage": "text"}]}')
	UNION ALL SELECT 100, format('{"match_model": 1, "rule": %s, "records": 2147483647, "pairs": 999999999999999999, "prior": 0.999999, "most": 1000, "many": 2147483647, "columns": [%s]}',
		'account'::salesops.match_rule, string_agg(format('{"m": [%1$s], "u": [%1$s], "some": 5, "common": {%2$s}}', (SELECT string_agg('0.1', ', ') FROM salesops.match_weights(salesops.match_run_fit('SELECT NULL::text, NULL::bytea WHERE false', NULL, 'account')) w WHERE w.column_name = c.column_name),
			(SELECT string_agg(format('"%s": %s', substr(md5(c.position || ' ' || i), 1, 16), i), ', ') FROM generate_series(1, 2000) i)), ', ' ORDER BY c.position))::salesops.match_model FROM salesops.match_rule_columns('account') c
	UNION ALL VALUES (101, NULL::salesops.match_model);

CREATE TABLE life.sample_match_signature AS
	SELECT day AS id, salesops.company_signature(max(company) || ' ' || md5(day::text)) AS v FROM life.deal GROUP BY day
	-- more groups of characters than the index keeps, and as many as there can be
	UNION ALL SELECT 100, salesops.text_signature(string_agg(md5(i::text), ' ')) FROM generate_series(1, 20) i
	UNION ALL SELECT 101, salesops.text_signature(string_agg(chr(19968 + i), '')) FROM generate_series(1, 9999) i
	UNION ALL VALUES (102, 'a'::salesops.match_signature), (103, 'it s négociation 🤝x'), (104, NULL);

CREATE TABLE life.sample_match_query AS
	SELECT id, salesops.match_query(v, id % 41 / 40.0) AS v FROM life.sample_match_signature
	UNION ALL VALUES (110, salesops.match_typed('Acme Int', 0.6)), (111, salesops.match_typed('Acme International ', 0));

CREATE TABLE life.sample_forecast_category AS
	SELECT n::int AS id, c::salesops.forecast_category AS v FROM unnest('{omitted, pipeline, best_case, most_likely, commit, closed, NULL}'::text[]) WITH ORDINALITY t(c, n);

-- ---- every type in every place ----

-- The types, and by what they are compared; an index's key must fit on a page, so `small` says which values do.
CREATE VIEW life.type AS
	SELECT t.typname AS name, format_type(t.oid, NULL) AS type, CASE t.typtype WHEN 'd' THEN 'OPERATOR(pg_catalog.=)' ELSE 'OPERATOR(salesops.=)' END AS equals
	FROM pg_depend d JOIN pg_type t ON d.classid = 'pg_type'::regclass AND d.objid = t.oid JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
	WHERE e.extname = 'salesops' AND d.deptype = 'e' AND t.typtype IN ('b', 'd') AND t.typcategory <> 'A';

DO $do$
DECLARE
	t record;
	least text;
	middle text;
BEGIN
	FOR t IN SELECT * FROM life.type ORDER BY name LOOP
		IF to_regclass('life.sample_' || t.name) IS NULL THEN
			RAISE EXCEPTION 'no sample values of the type %', t.type USING HINT = 'Add a table life.sample_' || t.name || ' to every_type.sql.';
		END IF;
		EXECUTE format('ALTER TABLE life.sample_%1$s ADD PRIMARY KEY (id)', t.name);
		EXECUTE format('SELECT min(v::text) FILTER (WHERE n = 1), min(v::text) FILTER (WHERE n = 4) FROM (SELECT v, row_number() OVER (ORDER BY v) AS n FROM (SELECT DISTINCT v FROM life.sample_%1$s WHERE pg_column_size(v) < 1500) d) s', t.name) INTO least, middle;

		-- types made of it
		EXECUTE format('CREATE DOMAIN life.domain_%1$s AS %2$s DEFAULT %4$L CHECK (VALUE IS NULL OR VALUE %3$s VALUE)', t.name, t.type, t.equals, least);
		EXECUTE format('CREATE TYPE life.pair_%1$s AS (n int, v %2$s)', t.name, t.type);
		-- a range over a domain would be one over text
		IF t.equals ~ 'salesops' THEN
			EXECUTE format('CREATE TYPE life.range_%1$s AS RANGE (subtype = %2$s)', t.name, t.type);
		ELSE
			EXECUTE format('CREATE TYPE life.range_%1$s AS RANGE (subtype = text)', t.name);
		END IF;

		-- columns, defaults, checks, generated columns
		EXECUTE format('CREATE TABLE life.column_%1$s (id int PRIMARY KEY, v %2$s DEFAULT %4$L CHECK (v IS NULL OR v %3$s v), external %2$s, list %2$s[], d life.domain_%1$s, pair life.pair_%1$s, range life.range_%1$s,
			text text GENERATED ALWAYS AS (v::text) STORED, copy %2$s GENERATED ALWAYS AS (v) STORED)', t.name, t.type, t.equals, least);
		EXECUTE format('ALTER TABLE life.column_%1$s ALTER external SET STORAGE EXTERNAL', t.name);
		EXECUTE format('INSERT INTO life.column_%1$s (id, v, external, list, d, pair, range) SELECT id, v, v, ARRAY[v, NULL, v], v, ROW(id, v)::life.pair_%1$s, CASE WHEN v IS NOT NULL THEN life.range_%1$s(v, v, ''[]'') END FROM life.sample_%1$s', t.name);
		EXECUTE format('INSERT INTO life.column_%1$s (id) VALUES (1000)', t.name);

		-- indexes and constraints; each value once, and none too large for a btree
		EXECUTE format('CREATE TABLE life.indexed_%1$s (id int, v %2$s UNIQUE, pair life.pair_%1$s, EXCLUDE USING btree (v WITH %3$s), EXCLUDE USING hash (v WITH %3$s))', t.name, t.type, t.equals);
		EXECUTE format('INSERT INTO life.indexed_%1$s SELECT DISTINCT ON (v) id, v, ROW(id, v)::life.pair_%1$s FROM life.sample_%1$s WHERE v IS NULL OR pg_column_size(v) < 1500 ORDER BY v', t.name);
		EXECUTE format('CREATE INDEX ON life.indexed_%1$s USING btree (v, id)', t.name);
		EXECUTE format('CREATE INDEX ON life.indexed_%1$s USING hash (v)', t.name);
		EXECUTE format('CREATE INDEX ON life.indexed_%1$s USING btree (pair)', t.name);
		EXECUTE format('CREATE INDEX ON life.indexed_%1$s USING btree (md5(v::text)) WHERE v %3$s v', t.name, t.type, t.equals);
		EXECUTE format('CREATE STATISTICS life.statistics_%1$s (ndistinct, dependencies, mcv) ON id, v FROM life.indexed_%1$s', t.name);
		EXECUTE format('CREATE TABLE life.hashed_%1$s AS TABLE life.sample_%1$s', t.name);
		EXECUTE format('CREATE INDEX ON life.hashed_%1$s USING hash (v)', t.name);

		-- partitions
		EXECUTE format('CREATE TABLE life.by_hash_%1$s (id int, v %2$s) PARTITION BY HASH (v)', t.name, t.type);
		FOR n IN 0..2 LOOP
			EXECUTE format('CREATE TABLE life.by_hash_%1$s_%2$s PARTITION OF life.by_hash_%1$s FOR VALUES WITH (MODULUS 3, REMAINDER %2$s)', t.name, n);
		END LOOP;
		EXECUTE format('CREATE TABLE life.by_range_%1$s (id int, v %2$s) PARTITION BY RANGE (v)', t.name, t.type);
		EXECUTE format('CREATE TABLE life.by_range_%1$s_low PARTITION OF life.by_range_%1$s FOR VALUES FROM (MINVALUE) TO (%2$L)', t.name, middle);
		EXECUTE format('CREATE TABLE life.by_range_%1$s_high PARTITION OF life.by_range_%1$s FOR VALUES FROM (%2$L) TO (MAXVALUE)', t.name, middle);
		EXECUTE format('CREATE TABLE life.by_range_%1$s_null PARTITION OF life.by_range_%1$s DEFAULT', t.name);
		EXECUTE format('CREATE TABLE life.by_list_%1$s (id int, v %2$s) PARTITION BY LIST (v)', t.name, t.type);
		EXECUTE format('CREATE TABLE life.by_list_%1$s_some PARTITION OF life.by_list_%1$s FOR VALUES IN (%2$L, %3$L, NULL)', t.name, least, middle);
		EXECUTE format('CREATE TABLE life.by_list_%1$s_other PARTITION OF life.by_list_%1$s DEFAULT', t.name);
		EXECUTE format('INSERT INTO life.by_hash_%1$s TABLE life.sample_%1$s', t.name);
		EXECUTE format('INSERT INTO life.by_range_%1$s TABLE life.sample_%1$s', t.name);
		EXECUTE format('INSERT INTO life.by_list_%1$s TABLE life.sample_%1$s', t.name);

		-- functions with standard bodies, views, materialized views
		EXECUTE format('CREATE FUNCTION life.same_%1$s(a %2$s, b %2$s) RETURNS boolean IMMUTABLE RETURN a %3$s b', t.name, t.type, t.equals);
		EXECUTE format('CREATE FUNCTION life.first_%1$s() RETURNS %2$s STABLE BEGIN ATOMIC SELECT v FROM life.sample_%1$s WHERE v IS NOT NULL ORDER BY v LIMIT 1; END', t.name, t.type);
		EXECUTE format('CREATE INDEX ON life.hashed_%1$s (life.same_%1$s(v, %2$L))', t.name, least);
		EXECUTE format('CREATE VIEW life.view_%1$s AS SELECT a.v, count(*) AS n, life.same_%1$s(a.v, %3$L) AS is_first FROM life.sample_%1$s a JOIN life.hashed_%1$s b ON a.v %2$s b.v GROUP BY a.v UNION SELECT life.first_%1$s(), 0, NULL', t.name, t.equals, least);
		EXECUTE format('CREATE MATERIALIZED VIEW life.stored_%1$s AS SELECT DISTINCT id, v, v::text AS text FROM life.by_hash_%1$s ORDER BY v, id', t.name);
		EXECUTE format('CREATE UNIQUE INDEX ON life.stored_%1$s (id)', t.name);
		EXECUTE format('CREATE INDEX ON life.stored_%1$s USING hash (v)', t.name);
	END LOOP;
END $do$;

-- ---- the functions in every place ----

CREATE TABLE life.process (pipeline text PRIMARY KEY, p salesops.sales_process UNIQUE CHECK (salesops.stage_position(p, 'New') = 1));
INSERT INTO life.process SELECT id::text, v FROM life.sample_sales_process WHERE id < 3;

CREATE TABLE life.daily (
	day int PRIMARY KEY,
	c salesops.compliance CHECK (salesops.met(c) >= 0),
	d salesops.deal_stats NOT NULL CHECK (salesops.win_rate(d) BETWEEN 0 AND 1),
	r salesops.forecast_rollup,
	s salesops.stage_path,
	category salesops.forecast_category DEFAULT salesops.to_forecast_category('Commit'),
	win_rate float8 GENERATED ALWAYS AS (salesops.win_rate(d)) STORED,
	pipeline numeric GENERATED ALWAYS AS (salesops.open_pipeline(r)) STORED,
	stage text GENERATED ALWAYS AS (salesops.stage_at(s, '2026-03-01 00:00+00')) STORED
);
INSERT INTO life.daily (day, c, d, r, s)
	SELECT day, salesops.compliance(salesops.forecast_category_ok(p, stage, category)), salesops.deal_stats(salesops.stage_outcome(p, stage), amount, cycle), salesops.forecast_rollup(category, amount), salesops.stage_path(stage, entered_at)
	FROM life.deal, life.process WHERE pipeline = '1' GROUP BY day;
CREATE INDEX daily_size ON life.daily (salesops.avg_deal_size(d));
CREATE INDEX daily_partial ON life.daily (day) WHERE salesops.forecast_category_rank(category) > 3;

CREATE TABLE life.account (id int PRIMARY KEY, name text CHECK (salesops.company_similarity(name, name) > 0), key text GENERATED ALWAYS AS (salesops.company_key(name)) STORED);
INSERT INTO life.account SELECT i, company || ' ' || i FROM life.deal WHERE i < 500;
CREATE INDEX account_key ON life.account (salesops.company_key(name));
CREATE INDEX account_hash ON life.account USING hash (salesops.company_key(name));
CREATE UNIQUE INDEX account_unique ON life.account (salesops.company_key(name), id);
CREATE INDEX account_nearest ON life.account USING gist (salesops.company_signature(name));
CREATE STATISTICS life.account_statistics ON salesops.company_key(name), salesops.jaro(name, 'Acme') FROM life.account;

-- policies in tables of their own, and what is computed of them in every place
CREATE TABLE life.company (name text PRIMARY KEY, years salesops.fiscal_calendar NOT NULL UNIQUE CHECK (salesops.fiscal_day('2026-02-01', years) > 0));
INSERT INTO life.company SELECT 'company ' || id, v FROM life.sample_fiscal_calendar WHERE id IN (2, 20, 100);
CREATE TABLE life.booking (
	id int PRIMARY KEY, company text REFERENCES life.company, booked date, at timestamptz,
	quarter text GENERATED ALWAYS AS (salesops.fiscal_quarter(booked, '4-5-4 starts Sunday nearest February 1')) STORED,
	week_start date GENERATED ALWAYS AS (salesops.fiscal_period_start(at, 'America/New_York', 'week', 'starts July, named by end year')) STORED
);
INSERT INTO life.booking (id, company, booked, at) SELECT i, (array['company 2', 'company 20', 'company 100'])[1 + i % 3], (entered_at AT TIME ZONE 'UTC')::date, entered_at FROM life.deal WHERE i < 700;
CREATE INDEX booking_quarter ON life.booking (salesops.fiscal_quarter(booked, 'starts February'));
CREATE INDEX booking_period ON life.booking (salesops.fiscal_period_start(booked, 'period', '4-5-4 starts Sunday nearest February 1'), salesops.fiscal_add(booked, -1, 'year', 'starts February'));
CREATE MATERIALIZED VIEW life.date_dimension AS SELECT * FROM salesops.fiscal_periods('4-5-4 starts Sunday nearest February 1', '2026-02-01', '2027-01-30', 'day');
CREATE UNIQUE INDEX ON life.date_dimension (period_start);
CREATE MATERIALIZED VIEW life.by_quarter AS
	SELECT b.company, salesops.fiscal_quarter(b.booked, c.years) AS quarter, count(*) AS n, min(salesops.same_period_last_year(b.booked, 'day', c.years)) AS last_year
	FROM life.booking b JOIN life.company c ON c.name = b.company GROUP BY 1, 2;
CREATE TABLE life.booking_part (id int, booked date) PARTITION BY LIST (salesops.fiscal_quarter(booked, 'starts February'));
CREATE TABLE life.booking_part_first PARTITION OF life.booking_part FOR VALUES IN ('FY2026-Q1', 'FY2025-Q4');
CREATE TABLE life.booking_part_other PARTITION OF life.booking_part DEFAULT;
INSERT INTO life.booking_part SELECT id, booked FROM life.booking;
CREATE TABLE life.region (name text PRIMARY KEY, hours salesops.business_calendar NOT NULL UNIQUE CHECK (NOT salesops.is_business_time('2026-12-25 12:00+00', hours)));
INSERT INTO life.region SELECT 'region ' || id, v FROM life.sample_business_calendar WHERE id < 4;
CREATE TABLE life.sla_case (
	id int PRIMARY KEY, region text REFERENCES life.region, opened timestamptz, answered timestamptz,
	due timestamptz GENERATED ALWAYS AS (salesops.sla_due(opened, 7200, 'Mon-Fri 09:00-17:00 America/New_York')) STORED,
	hours float8 GENERATED ALWAYS AS (salesops.business_hours(opened, answered, 'Mon-Fri 09:00-17:00 America/New_York')) STORED
);
INSERT INTO life.sla_case (id, region, opened, answered) SELECT i, 'region ' || 1 + i % 3, entered_at, entered_at + i * interval '7 minutes' FROM life.deal WHERE i < 400;
CREATE INDEX sla_case_due ON life.sla_case (salesops.sla_due(opened, 3600, '24x7 UTC'));
CREATE INDEX sla_case_days ON life.sla_case (salesops.business_days((opened AT TIME ZONE 'UTC')::date, (answered AT TIME ZONE 'UTC')::date, 'Mon-Fri 09:00-17:00 UTC; holidays 2026-01-01'));
CREATE MATERIALIZED VIEW life.sla AS
	SELECT c.region, salesops.sla_compliance(c.opened, c.answered, 7200, r.hours, '2026-06-01 00:00+00') AS c, sum(salesops.business_seconds(c.opened, c.answered, r.hours)::numeric) AS seconds
	FROM life.sla_case c JOIN life.region r ON r.name = c.region GROUP BY c.region;

CREATE TABLE life.account_part (id int, name text) PARTITION BY HASH (salesops.company_key(name));
CREATE TABLE life.account_part_0 PARTITION OF life.account_part FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE life.account_part_1 PARTITION OF life.account_part FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO life.account_part SELECT id, name FROM life.account;
CREATE TABLE life.deal_part (i int, p salesops.sales_process, stage text) PARTITION BY LIST (salesops.stage_position(p, stage));
CREATE TABLE life.deal_part_first PARTITION OF life.deal_part FOR VALUES IN (1);
CREATE TABLE life.deal_part_other PARTITION OF life.deal_part DEFAULT;
INSERT INTO life.deal_part SELECT i, p, stage FROM life.deal, life.process WHERE i < 100;

CREATE FUNCTION life.issue(pipeline text, stage text, category text) RETURNS text STABLE
BEGIN ATOMIC
	SELECT salesops.forecast_category_issue(p.p, $2, $3) FROM life.process p WHERE p.pipeline = $1;
END;
CREATE FUNCTION life.rate(won bigint, lost bigint) RETURNS float8 IMMUTABLE RETURN salesops.compliance_rate(format('{"compliance": 1, "met": %s, "missed": %s}', won, lost)::salesops.compliance);
CREATE INDEX daily_rate ON life.daily (life.rate(salesops.won_deals(d), salesops.lost_deals(d)));

CREATE MATERIALIZED VIEW life.by_week AS
	SELECT day / 7 AS week, salesops.merge(c) AS c, salesops.merge(d) AS d, salesops.merge(r) AS r, salesops.merge(s) AS s FROM life.daily GROUP BY 1;
CREATE UNIQUE INDEX ON life.by_week (week);
CREATE MATERIALIZED VIEW life.kpi AS
	SELECT salesops.forecast_category_integrity(p, stage, category) AS integrity, salesops.win_rate(stage = 'Won', stage IN ('Won', 'Lost')) AS win_rate, salesops.win_rate_created(stage = 'Won', stage IN ('Won', 'Lost')) AS created,
		salesops.win_rate_amount(stage = 'Won', stage IN ('Won', 'Lost'), amount) AS by_amount, salesops.deal_stats(salesops.stage_outcome(p, stage), amount, cycle) AS d, salesops.stage_path(stage, entered_at) AS s
	FROM life.deal, life.process WHERE pipeline = '1';
CREATE MATERIALIZED VIEW life.built AS
	SELECT salesops.sales_process(stage, day, 0.25, 'commit, pipeline', 'open', day) AS p FROM (SELECT 'stage ' || day AS stage, day FROM life.daily) v;
CREATE VIEW life.compare AS SELECT a.day FROM life.daily a JOIN life.daily b ON a.d OPERATOR(salesops.=) b.d ORDER BY a.d USING OPERATOR(salesops.<);
CREATE VIEW life.issues AS SELECT life.issue('1', stage, category) AS issue, count(*) AS n FROM life.deal GROUP BY 1;

-- ---- what a test compares ----

-- All rows of all relations, as text: `relation count md5`, a line each.
CREATE FUNCTION life.contents() RETURNS SETOF text LANGUAGE plpgsql SET search_path = pg_catalog SET timezone = 'UTC' SET extra_float_digits = 1 AS $$
DECLARE
	r regclass;
	result text;
BEGIN
	FOR r IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'life'::regnamespace AND relkind IN ('r', 'm', 'v', 'p') ORDER BY relname LOOP
		EXECUTE format('SELECT concat_ws('' '', %L, count(*), md5(string_agg(t::text, '' '' ORDER BY t::text COLLATE "C"))) FROM %s t', r, r) INTO result;
		RETURN NEXT result;
	END LOOP;
END $$;

-- For each type, how many values there are, and how many of them the indexes find: `type values by-btree values by-hash`.
CREATE FUNCTION life.found() RETURNS SETOF text LANGUAGE plpgsql SET search_path = pg_catalog SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off SET enable_bitmapscan = off AS $$
DECLARE
	t record;
	result text;
BEGIN
	FOR t IN SELECT * FROM life.type ORDER BY name LOOP
		EXECUTE format('SELECT concat_ws('' '', %1$L, count(v), (SELECT count(*) FROM life.indexed_%1$s a WHERE EXISTS (SELECT FROM life.indexed_%1$s b WHERE b.v %2$s a.v))) FROM life.indexed_%1$s', t.name, t.equals) INTO result;
		EXECUTE format('SELECT %3$L || concat_ws('' '', '''', count(v), (SELECT count(*) FROM life.sample_%1$s a WHERE EXISTS (SELECT FROM life.hashed_%1$s b WHERE b.v %2$s a.v))) FROM life.hashed_%1$s', t.name, t.equals, result) INTO result;
		RETURN NEXT result;
	END LOOP;
END $$;

-- The plans of look-ups: by btree, by hash, by expression, and of one partition.  Which of several indexes alike is
-- used is a matter of chance, and so left out.
CREATE FUNCTION life.plans() RETURNS SETOF text LANGUAGE plpgsql SET search_path = pg_catalog SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
	t record;
	literal text;
	queries text[] := ARRAY[
		'SELECT id FROM life.account WHERE salesops.company_key(name) > ''m'' ORDER BY salesops.company_key(name)',
		'SELECT id FROM life.account_part WHERE salesops.company_key(name) = ''acme''',
		'SELECT i FROM life.deal_part WHERE salesops.stage_position(p, stage) = 1',
		'SELECT day FROM life.daily WHERE salesops.avg_deal_size(d) > 100',
		'SELECT id FROM life.booking WHERE salesops.fiscal_quarter(booked, ''starts February'') = ''FY2026-Q1''',
		'SELECT id FROM life.booking_part WHERE salesops.fiscal_quarter(booked, ''starts February'') = ''FY2026-Q1''',
		'SELECT id FROM life.sla_case WHERE salesops.sla_due(opened, 3600, ''24x7 UTC'') > ''2026-03-01 00:00+00''',
		'SELECT day FROM life.daily WHERE salesops.forecast_category_rank(category) > 3',
		'SELECT day FROM life.daily WHERE life.rate(salesops.won_deals(d), salesops.lost_deals(d)) > 0.5'];
	query text;
	line text;
BEGIN
	FOR t IN SELECT * FROM life.type ORDER BY name LOOP
		EXECUTE format('SELECT v::text FROM life.indexed_%1$s WHERE v IS NOT NULL ORDER BY v LIMIT 1', t.name) INTO literal;
		queries := queries || format('SELECT id FROM life.indexed_%1$s WHERE v %2$s %3$L ORDER BY v', t.name, t.equals, literal)
			|| format('SELECT id FROM life.hashed_%1$s WHERE v %2$s %3$L', t.name, t.equals, literal)
			|| format('SELECT id FROM life.by_hash_%1$s WHERE v %2$s %3$L', t.name, t.equals, literal)
			|| format('SELECT id FROM life.by_list_%1$s WHERE v %2$s %3$L', t.name, t.equals, literal);
	END LOOP;
	FOREACH query IN ARRAY queries LOOP
		FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
			RETURN NEXT left(regexp_replace(line, '_v_\w*', ''), 100);
		END LOOP;
	END LOOP;
END $$;

ANALYZE;
