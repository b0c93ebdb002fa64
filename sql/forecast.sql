-- forecast: the roll-up by forecast category.
SET search_path = salesops, public;

-- Trailhead's example: closed 50, commit 150, best case 100, pipeline 200
CREATE TEMP TABLE deal (category text, amount numeric);
INSERT INTO deal VALUES ('Closed', 50), ('Commit', 150), ('Best Case', 100), ('Pipeline', 200), ('Omitted', 999);
SELECT closed_only(r), commit_only(r), best_case_only(r), most_likely_only(r), pipeline_only(r), omitted_only(r),
	open_pipeline(r), best_case_forecast(r), most_likely_forecast(r), commit_forecast(r)
FROM (SELECT forecast_rollup(category, amount) AS r FROM deal) s;

-- what is missing is counted, and in no total
INSERT INTO deal VALUES (NULL, 70), ('Commit', NULL), ('MostLikely', 30.25), (NULL, NULL);
SELECT uncategorized_count(r), uncategorized_amount(r), missing_amounts(r), category_count(r, 'commit'), category_amount(r, 'Most Likely'), open_pipeline(r)
FROM (SELECT forecast_rollup(category, amount) AS r FROM deal) s;
\a
SELECT forecast_rollup(category, amount) FROM deal;
\a
SELECT forecast_rollup(category, amount::float8) = forecast_rollup(category, amount) AS same FROM deal;
SELECT forecast_rollup(category, amount) AS none FROM deal WHERE false;
SELECT forecast_rollup(NULL, NULL::numeric) AS no_deal;
SELECT open_pipeline(NULL) AS unknown;

-- a blank category is missing, as forecast_category_issue says
SELECT uncategorized_count(forecast_rollup(c, 1)), uncategorized_amount(forecast_rollup(c, 1)) FROM (VALUES (''), ('  '), (NULL), ('commit')) v(c);

-- decimals are kept as sum() keeps them
SELECT pipeline_only(forecast_rollup('pipeline', a)), sum(a) FROM (VALUES (1.500), (2.5)) v(a);
SELECT pipeline_only(forecast_rollup('pipeline', a)), sum(a) FROM (VALUES (0.00), (0)) v(a);

-- merged from parts
SELECT merge(r) = (SELECT forecast_rollup(category, amount) FROM deal) AS same
FROM (SELECT forecast_rollup(category, amount) AS r FROM deal GROUP BY category) s;

-- errors
SELECT forecast_rollup('Upside', 1);
SELECT forecast_rollup('commit', 'NaN'::numeric);
SELECT forecast_rollup('commit', 'Infinity'::float8);
SELECT category_amount(forecast_rollup('commit', 1), 'Upside');
SELECT '{"forecast_rollup": 1, "pipeline": 5}'::forecast_rollup;
SELECT '{"forecast_rollup": 1, "pipeline_deals": 1, "pipeline": "NaN"}'::forecast_rollup;
SELECT '{"forecast_rollup": 1, "pipeline_deals": 1, "missing_amounts": 2}'::forecast_rollup;
