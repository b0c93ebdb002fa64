-- forecast: forecast_rollup and its readers against plain SQL.
\ir setup.psql

-- Deals of 40 groups in all spellings, some without category or amount; group 40 has rows of NULLs alone.
CREATE TEMP TABLE spelling (label text, category text);
INSERT INTO spelling VALUES ('omitted', 'omitted'), ('OMIT', 'omitted'), ('Lost', 'omitted'), ('pipeline', 'pipeline'), ('Pipeline', 'pipeline'), ('100000001', 'pipeline'), ('best_case', 'best_case'), ('Best Case', 'best_case'), ('BestCase', 'best_case'),
	('most_likely', 'most_likely'), ('Most Likely', 'most_likely'), ('commit', 'commit'), ('Forecast', 'commit'), ('Committed', 'commit'), ('closed', 'closed'), ('Closed', 'closed'), ('Won', 'closed');
CREATE TEMP TABLE deal AS
	SELECT g, i, CASE WHEN g < 40 THEN label END AS label, CASE WHEN g < 40 THEN category END AS category,
		CASE WHEN g < 40 AND random() < 0.9 THEN round((random() * 1e6 - 1e5)::numeric, (random() * 4)::int) END AS amount
	FROM (SELECT 1 + i % 40 AS g, i, floor(random() * 19)::int AS pick FROM generate_series(1, 16000) i) s
	LEFT JOIN (SELECT row_number() OVER () - 1 AS pick, * FROM spelling) sp USING (pick);
CREATE TEMP TABLE rollup AS SELECT g, forecast_rollup(label, amount) AS r, forecast_rollup(label, amount::float8) AS r_float8, forecast_rollup(label, (amount * 10000)::bigint) AS r_int8 FROM deal GROUP BY g;
SELECT is(count(*), 2::bigint, 'deals without category and without amount are among them') FROM (SELECT FROM deal WHERE g < 40 AND label IS NULL AND amount IS NOT NULL LIMIT 1) a FULL JOIN (SELECT FROM deal WHERE label IS NOT NULL AND amount IS NULL LIMIT 1) b ON false;

-- the oracle: a sum over the categories that the definition names
CREATE FUNCTION pg_temp.total(g int, VARIADIC categories text[]) RETURNS numeric LANGUAGE sql AS $$
	SELECT coalesce(sum(amount), 0) FROM deal WHERE deal.g = total.g AND category = ANY (categories) $$;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (omitted_only(r), pipeline_only(r), best_case_only(r), most_likely_only(r), commit_only(r), closed_only(r))::text
		IS DISTINCT FROM (pg_temp.total(g, 'omitted'), pg_temp.total(g, 'pipeline'), pg_temp.total(g, 'best_case'), pg_temp.total(g, 'most_likely'), pg_temp.total(g, 'commit'), pg_temp.total(g, 'closed'))::text)
	FROM rollup WHERE g < 40 $$, 'single categories, with the decimals of sum()');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (open_pipeline(r), best_case_forecast(r), most_likely_forecast(r), commit_forecast(r))::text
		IS DISTINCT FROM (pg_temp.total(g, 'pipeline', 'best_case', 'most_likely', 'commit'), pg_temp.total(g, 'best_case', 'most_likely', 'commit', 'closed'), pg_temp.total(g, 'most_likely', 'commit', 'closed'), pg_temp.total(g, 'commit', 'closed'))::text)
	FROM rollup WHERE g < 40 $$, 'cumulative forecasts, with the decimals of sum()');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE category_amount(r, s.label) IS DISTINCT FROM pg_temp.total(g, s.category)
		OR category_count(r, s.label) IS DISTINCT FROM (SELECT count(*) FROM deal d WHERE d.g = rollup.g AND d.category = s.category)) FROM rollup, spelling s WHERE g < 40 $$, 'a category given as a value, in every spelling');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (uncategorized_count(r), uncategorized_amount(r), missing_amounts(r)) IS DISTINCT FROM (u, u_sum, m))
	FROM rollup JOIN (SELECT g, count(*) FILTER (WHERE label IS NULL AND amount IS NOT NULL) AS u, coalesce(sum(amount) FILTER (WHERE label IS NULL), 0) AS u_sum, count(*) FILTER (WHERE label IS NOT NULL AND amount IS NULL) AS m FROM deal GROUP BY g) e USING (g) WHERE g < 40
$$, 'what is missing is counted apart');
SELECT is(r, NULL, 'rows of NULLs alone are no deals') FROM rollup WHERE g = 40;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE open_pipeline(r_float8) IS DISTINCT FROM open_pipeline(r) OR omitted_only(r_float8) IS DISTINCT FROM omitted_only(r) OR missing_amounts(r_float8) IS DISTINCT FROM missing_amounts(r)
		OR best_case_forecast(r_int8) IS DISTINCT FROM best_case_forecast(r) * 10000 OR uncategorized_amount(r_int8) IS DISTINCT FROM uncategorized_amount(r) * 10000) FROM rollup WHERE g < 40 $$, 'the overloads for float8 and int8');
-- every deal is in exactly one place
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE omitted_only(r) + open_pipeline(r) + closed_only(r) + uncategorized_amount(r) IS DISTINCT FROM total
		OR (SELECT sum(category_count(r, c)) FROM unnest('{omitted, pipeline, best_case, most_likely, commit, closed}'::text[]) c) + uncategorized_count(r) IS DISTINCT FROM n
		OR best_case_forecast(r) - most_likely_forecast(r) IS DISTINCT FROM best_case_only(r) OR most_likely_forecast(r) - commit_forecast(r) IS DISTINCT FROM most_likely_only(r) OR commit_forecast(r) - commit_only(r) IS DISTINCT FROM closed_only(r))
	FROM rollup JOIN (SELECT g, sum(amount) AS total, count(*) FILTER (WHERE label IS NOT NULL OR amount IS NOT NULL) AS n FROM deal GROUP BY g) e USING (g) WHERE g < 40 $$, 'the categories are a partition of the deals');
SELECT is((SELECT merge(r) FROM rollup), (SELECT forecast_rollup(label, amount) FROM deal), 'the merge of the groups is the whole');
SELECT is((SELECT forecast_rollup(label, amount) FROM deal), (SELECT forecast_rollup(category, amount) FROM deal), 'labels and canonical names give the same');

-- Trailhead: closed 50, commit 150, best case 100, pipeline 200
SELECT is((closed_only(r), commit_forecast(r), best_case_forecast(r), open_pipeline(r))::text, '(50,200,300,450)', 'Trailhead''s example')
FROM (SELECT forecast_rollup(c, a) AS r FROM (VALUES ('Closed', 50), ('Commit', 150), ('Best Case', 100), ('Pipeline', 200), ('Omitted', 999)) v(c, a)) s;

SELECT is(forecast_rollup(label, amount), NULL, 'no rows') FROM deal WHERE false;
SELECT is((closed_only(r), open_pipeline(r), uncategorized_count(r), category_count(r, 'commit'))::text, '(0,0,0,0)', 'an empty roll-up') FROM (SELECT '{"forecast_rollup": 1}'::forecast_rollup AS r) s;
SELECT is((closed_only(NULL), open_pipeline(NULL), category_count(NULL, 'commit'), category_amount('{"forecast_rollup": 1}', NULL))::text, '(,,,)', 'NULL for NULL');
SELECT throws_ok(format('SELECT forecast_rollup(%L, 1)', label), '22023', NULL, 'no category: ' || label) FROM unnest(array['Upside', 'Closed Lost', 'pipelin', E' \u00a0', '_']) label;
SELECT throws_ok('SELECT ' || call || '(''{"forecast_rollup": 1}'', ''Upside'')', '22023', NULL, call || ' of an unknown category') FROM unnest('{category_amount, category_count}'::text[]) call;
-- a form that no aggregate writes
SELECT throws_ok(format('SELECT %L::forecast_rollup', literal), '22P02', NULL, literal) FROM unnest(array['{"forecast_rollup": 1, "pipeline": 5}', '{"forecast_rollup": 1, "missing_amounts": 1}', '{"forecast_rollup": 1, "uncategorized": -1}',
	'{"forecast_rollup": 1, "commit_deals": 1, "missing_amounts": 2}', '{"forecast_rollup": 1, "commit_deals": 1, "missing_amounts": 1, "commit": 5}']) literal;

SELECT * FROM finish();
ROLLBACK;
