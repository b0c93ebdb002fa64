-- forecast: forecast_outcome and its readers against plain SQL.
\ir setup.psql

-- Deals of 20 groups in several spellings; group 20 has rows of NULLs alone.
CREATE FUNCTION pg_temp.n(i int, salt text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || left(md5(i || salt), 8))::bit(32)::bigint $$;
CREATE TEMP TABLE spelling (pick int, label text, category text);
INSERT INTO spelling VALUES (0, 'Omitted', 'omitted'), (1, 'pipeline', 'pipeline'), (2, '100000001', 'pipeline'), (3, 'Best Case', 'best_case'), (4, 'BestCase', 'best_case'), (5, 'MostLikely', 'most_likely'), (6, 'Commit', 'commit'), (7, 'Forecast', 'commit'), (8, 'CLOSED', 'closed'), (9, ' ', NULL);
CREATE TEMP TABLE deal AS
	SELECT i, 1 + i % 20 AS g, CASE WHEN i % 20 < 19 THEN label END AS label, CASE WHEN i % 20 < 19 THEN category END AS category, CASE WHEN i % 20 < 19 AND pg_temp.n(i, 'a?') % 9 > 0 THEN round((pg_temp.n(i, 'a') - 300000000) / 1000.0, (pg_temp.n(i, 's') % 5)::int) END AS amount,
		CASE WHEN i % 20 < 19 THEN (array['open', 'won', 'lost', 'Won', NULL])[1 + pg_temp.n(i, 'o') % 5] END AS outcome, CASE WHEN i % 20 < 19 AND pg_temp.n(i, 'w?') % 9 > 0 THEN round(pg_temp.n(i, 'w') / 1000.0, (pg_temp.n(i, 't') % 3)::int) END AS won_amount
	FROM generate_series(1, 8000) i LEFT JOIN spelling ON pick = pg_temp.n(i, 'c') % 11;
CREATE TEMP TABLE built AS SELECT g, forecast_outcome(label, amount, outcome, won_amount) AS f, forecast_outcome(label, amount::float8, outcome, won_amount::float8) AS f_float8, forecast_outcome(label, (amount * 10000)::bigint, outcome, (won_amount * 10000)::bigint) AS f_int8 FROM deal GROUP BY g;

-- the oracle
CREATE TEMP TABLE truth AS
	SELECT g, c.category, count(i) AS deals, coalesce(sum(amount), 0) AS amount, count(i) FILTER (WHERE outcome ILIKE 'won') AS won, coalesce(sum(won_amount) FILTER (WHERE outcome ILIKE 'won'), 0) AS won_amount, count(i) FILTER (WHERE outcome = 'lost') AS lost,
		coalesce(sum(amount) FILTER (WHERE outcome = 'lost'), 0) AS lost_amount, count(i) FILTER (WHERE outcome = 'open') AS open, coalesce(sum(amount) FILTER (WHERE outcome = 'open'), 0) AS open_amount
	FROM generate_series(1, 19) g CROSS JOIN unnest('{omitted, pipeline, best_case, most_likely, commit, closed, ""}'::text[]) c(category)
		LEFT JOIN (SELECT *, coalesce(category, '') AS place FROM deal WHERE num_nonnulls(label, amount, outcome, won_amount) > 0) d USING (g)
	WHERE i IS NULL OR place = c.category GROUP BY 1, 2;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (called_deals(f, category), called_amount(f, category), category_won_deals(f, category), category_won_amount(f, category), category_lost_deals(f, category), category_lost_amount(f, category), category_open_deals(f, category), category_open_amount(f, category))::text
		IS DISTINCT FROM (deals, amount, won, won_amount, lost, lost_amount, open, open_amount)::text) FROM built JOIN truth USING (g) $$, 'each category, with the decimals of sum()');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE called_deals(f, s.label) IS DISTINCT FROM called_deals(f, coalesce(s.category, '')) OR category_accuracy(f, s.label) IS DISTINCT FROM category_accuracy(f, coalesce(s.category, ''))) FROM built, spelling s WHERE g < 20 $$, 'a category given as a value, in every spelling');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE abs(category_accuracy(f, category) - (won_amount / nullif(amount, 0))::float8) > 1e-14 * abs((won_amount / nullif(amount, 0))::float8) OR (category_accuracy(f, category) IS NULL) <> (amount = 0)
		OR category_win_rate(f, category) IS DISTINCT FROM won::float8 / nullif(won + lost, 0)) FROM built JOIN truth USING (g) $$, 'accuracy and win rate');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (category_win_rate(f, category), category_win_rate_low(f, category), category_win_rate_high(f, category)) IS DISTINCT FROM (win_rate(d), win_rate_low(d), win_rate_high(d)))
	FROM built JOIN truth USING (g), LATERAL (SELECT format('{"deal_stats": 1, "won_deals": %s, "lost_deals": %s}', won, lost)::deal_stats AS d) x $$, 'the interval is that of deal_stats');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE commit_accuracy(f) IS DISTINCT FROM category_accuracy(f, 'commit') OR commit_accuracy(f) IS DISTINCT FROM n OR commit_accuracy(f_float8) IS DISTINCT FROM fl OR commit_accuracy(f_int8) IS DISTINCT FROM i8)
	FROM built JOIN (SELECT g, commit_accuracy(label, amount, outcome, won_amount) AS n, commit_accuracy(label, amount::float8, outcome, won_amount::float8) AS fl, commit_accuracy(label, (amount * 10000)::bigint, outcome, (won_amount * 10000)::bigint) AS i8 FROM deal GROUP BY g) o USING (g) WHERE g < 20 $$, 'commit accuracy, in two steps and in one');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE called_amount(f_float8, c) IS DISTINCT FROM called_amount(f, c) OR category_won_amount(f_int8, c) IS DISTINCT FROM 10000 * category_won_amount(f, c) OR called_amount(f_int8, c) IS DISTINCT FROM 10000 * called_amount(f, c)
		OR category_lost_deals(f_int8, c) IS DISTINCT FROM category_lost_deals(f, c)) FROM built, unnest('{commit, best_case, ""}'::text[]) c WHERE g < 20 $$, 'the overloads for float8 and int8');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (missing_amounts(f), missing_won_amounts(f), unknown_outcomes(f)) IS DISTINCT FROM (a, w, u)) FROM built JOIN (
		SELECT g, count(*) FILTER (WHERE amount IS NULL) AS a, count(*) FILTER (WHERE outcome ILIKE 'won' AND won_amount IS NULL) AS w, count(*) FILTER (WHERE outcome IS NULL) AS u FROM deal WHERE num_nonnulls(label, amount, outcome, won_amount) > 0 GROUP BY g) o USING (g) $$, 'what is missing is counted');
SELECT is(f, NULL, 'rows of NULLs alone are no deals') FROM built WHERE g = 20;

-- the table has the readers' numbers, strongest first, and each deal in one row
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (t.deals, t.amount, won_deals, t.won_amount, lost_deals, t.lost_amount, open_deals, t.open_amount)::text IS DISTINCT FROM (truth.deals, truth.amount, won, truth.won_amount, lost, truth.lost_amount, open, truth.open_amount)::text
		OR accuracy IS DISTINCT FROM category_accuracy(f, truth.category) OR win_rate IS DISTINCT FROM category_win_rate(f, truth.category) OR win_rate_low IS DISTINCT FROM category_win_rate_low(f, truth.category) OR win_rate_high IS DISTINCT FROM category_win_rate_high(f, truth.category))
	FROM built, forecast_outcome_table(f) t JOIN truth ON truth.category = coalesce(t.category, '') WHERE truth.g = built.g $$, 'the table');
SELECT is((SELECT array_agg(category) FROM forecast_outcome_table((SELECT f FROM built WHERE g = 1))), '{closed, commit, most_likely, best_case, pipeline, omitted, NULL}'::text[], 'strongest first, the uncategorized last');
SELECT is((SELECT array_agg(category || ' ' || deals) FROM forecast_outcome_table('{"forecast_outcome": 1, "commit_won": 2}')), '{closed 0, commit 2, most_likely 0, best_case 0, pipeline 0, omitted 0}'::text[], 'without uncategorized deals there is no row of them');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE n IS DISTINCT FROM (SELECT sum(deals) FROM forecast_outcome_table(f))) FROM built JOIN (SELECT g, count(*) AS n FROM deal WHERE num_nonnulls(label, amount, outcome, won_amount) > 0 GROUP BY g) o USING (g) $$, 'each deal in one row');

-- the roll-up of the same lock has the same totals
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE called_amount(f, c)::text IS DISTINCT FROM category_amount(r, c)::text OR called_deals(f, c) IS DISTINCT FROM category_count(r, c)) FROM built JOIN (SELECT g, forecast_rollup(label, amount) AS r FROM deal GROUP BY g) o USING (g), unnest('{omitted, pipeline, best_case, most_likely, commit, closed}'::text[]) c WHERE g < 20 $$, 'what was called is what forecast_rollup says');

SELECT is((SELECT merge(f) FROM built), (SELECT forecast_outcome(label, amount, outcome, won_amount) FROM deal), 'the merge of the groups is the whole');
SELECT is((SELECT merge(f ORDER BY md5(g || salt)) FROM built), (SELECT merge(f) FROM built), 'merged in another order') FROM unnest('{x, y}'::text[]) salt;
SELECT is((SELECT forecast_outcome(label, amount, outcome, won_amount ORDER BY md5(i || salt)) FROM deal), (SELECT merge(f) FROM built), 'rows in another order') FROM unnest('{x, y}'::text[]) salt;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE f::text::forecast_outcome IS DISTINCT FROM f OR forecast_outcome_finalfn(f) IS DISTINCT FROM f OR forecast_outcome_combinefn(f, NULL) IS DISTINCT FROM f OR forecast_outcome_combinefn('{"forecast_outcome": 1}', f) IS DISTINCT FROM f) FROM built WHERE g < 20 $$, 'the text form is lossless, and nothing is neutral');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE f IS DISTINCT FROM (SELECT forecast_outcome(label, amount, outcome, won_amount) FROM deal p WHERE p.i BETWEEN s.i - 5 AND s.i)) FROM
	(SELECT i, forecast_outcome(label, amount, outcome, won_amount) OVER (ORDER BY i ROWS BETWEEN 5 PRECEDING AND CURRENT ROW) AS f FROM deal WHERE i < 300) s $$, 'a moving frame');

SELECT is((forecast_outcome(label, amount, outcome, won_amount), commit_accuracy(label, amount, outcome, won_amount), merge(NULL::forecast_outcome))::text, '(,,)', 'no rows') FROM deal WHERE false;
SELECT throws_ok('SELECT ' || call, '22023', NULL, call) FROM unnest(array['forecast_outcome(''Upside'', 1, ''won'', 1)', 'forecast_outcome(''commit'', 1, ''Closed Won'', 1)', 'forecast_outcome(''commit'', 1, '''', 1)', 'called_amount(''{"forecast_outcome": 1}'', ''Upside'')', 'category_win_rate(''{"forecast_outcome": 1}'', ''_'')']) call;
SELECT throws_ok('SELECT ' || call, '22003', NULL, call) FROM unnest(array['forecast_outcome(''commit'', ''NaN''::numeric, ''won'', 1)', 'forecast_outcome(''commit'', 1, ''won'', ''Infinity''::float8)', 'forecast_outcome(''commit'', 1e37, ''lost'', 1) FROM generate_series(1, 100)']) call;
-- a quotient has no sum that it could overflow: of a very large amount and one of many decimals, as a state and as a value
SELECT is((round((commit_accuracy('commit', 0.5, 'won', 1e34) / 2e34)::numeric, 12), round((category_accuracy(forecast_outcome('commit', 1e34, 'won', 0.00000001), 'commit') * 1e42)::numeric, 12), round(commit_accuracy('commit', 5e36, 'won', 1e36)::numeric, 12))::text, '(1.000000000000,1.000000000000,0.200000000000)', 'amounts far apart');
SELECT throws_ok($$SELECT commit_accuracy('commit', ('0.' || repeat('0', 400) || '1')::numeric, 'won', 1)$$, '22003', NULL, 'a quotient beyond float8');
-- a form that no aggregate writes
SELECT throws_ok(format('SELECT %L::forecast_outcome', literal), '22P02', NULL, literal) FROM unnest(array['{"forecast_outcome": 1, "commit": 5}', '{"forecast_outcome": 1, "commit_won": 1, "commit_open_amount": 5}', '{"forecast_outcome": 1, "commit_won": 1, "commit_lost_amount": 5}', '{"forecast_outcome": 1, "commit_open": 1, "commit_won_amount": 5}',
	'{"forecast_outcome": 1, "missing_amounts": 1}', '{"forecast_outcome": 1, "commit_open": 1, "missing_won_amounts": 1}', '{"forecast_outcome": 1, "commit_won": 1, "commit": 5, "missing_amounts": 1}', '{"forecast_outcome": 1, "commit_won": 1, "commit_won_amount": 5, "missing_won_amounts": 1}', '{"forecast_outcome": 1, "commit_won": -1}', '{"forecast_outcome": 2}']) literal;

SELECT * FROM finish();
ROLLBACK;
