-- forecast: forecast_error and its readers against plain SQL.
\ir setup.psql

-- Pairs of 30 groups and 7 horizons, some without actual or forecast, some of nothing; group 30 has rows of NULLs alone.  `n`
-- is a number from 0 to 2^32 that the digest of the row gives.
CREATE FUNCTION pg_temp.n(i int, salt text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || left(md5(i || salt), 8))::bit(32)::bigint $$;
CREATE TEMP TABLE pair AS
	SELECT i, 1 + i % 30 AS g, i % 7 AS horizon, CASE WHEN g < 30 AND pg_temp.n(i, 'a?') % 10 > 0 THEN CASE WHEN pg_temp.n(i, '0') % 12 = 0 THEN 0 ELSE round((pg_temp.n(i, 'a') - 500000000) / 1000.0, (pg_temp.n(i, 's') % 5)::int) END END AS actual,
		CASE WHEN g < 30 AND pg_temp.n(i, 'f?') % 10 > 0 THEN CASE WHEN pg_temp.n(i, '0') % 24 = 0 THEN 0 ELSE round((pg_temp.n(i, 'a') - 500000000 + pg_temp.n(i, 'e') % 100000000) / 1000.0, (pg_temp.n(i, 't') % 5)::int) END END AS forecast,
		CASE WHEN pg_temp.n(i, 'w?') % 15 > 0 THEN (pg_temp.n(i, 'w') % 40) / 8.0::float8 END AS weight
	FROM (SELECT i, 1 + i % 30 AS g FROM generate_series(1, 9000) i) s;
CREATE TEMP TABLE built AS SELECT g, forecast_error(actual, forecast) AS e, forecast_error(actual::float8, forecast::float8) AS e_float8, forecast_error(actual, forecast, weight) AS w, forecast_error(actual::float8, forecast::float8, weight) AS w_float8 FROM pair GROUP BY g;
SELECT ok(bool_and(n > 30), 'every kind of row is among them: ' || string_agg(n::text, ' ')) FROM (SELECT unnest(array[count(*) FILTER (WHERE actual = 0 AND forecast = 0), count(*) FILTER (WHERE actual = 0 AND forecast <> 0), count(*) FILTER (WHERE actual IS NULL AND forecast IS NOT NULL),
	count(*) FILTER (WHERE actual IS NOT NULL AND forecast IS NULL), count(*) FILTER (WHERE weight IS NULL), count(*) FILTER (WHERE weight = 0), count(*) FILTER (WHERE actual < 0)]) AS n FROM pair) s;

-- the oracle: the definitions, in numeric with 40 decimals
CREATE FUNCTION pg_temp.near(a float8, b numeric) RETURNS bool LANGUAGE sql AS $$ SELECT (a IS NULL) = (b IS NULL) AND (a IS NULL OR abs(a::numeric - b) <= 1e-13 * abs(b) OR abs(a - b::float8) <= 3e-15 * abs(b::float8)) $$;
CREATE TEMP TABLE term AS SELECT g, actual AS a, abs(actual) AS size, forecast - actual AS e, abs(forecast - actual) AS err, abs(forecast - actual) / nullif(abs(actual), 0)::numeric(60, 40) AS rel, coalesce(2 * abs(forecast - actual)::numeric(60, 40) / nullif(abs(actual) + abs(forecast), 0), 0) AS sym, weight::numeric AS w
	FROM pair WHERE actual IS NOT NULL AND forecast IS NOT NULL;
CREATE FUNCTION pg_temp.agree(e forecast_error, mape numeric, wape numeric, bias numeric, mae numeric, mse numeric, smape numeric) RETURNS bool LANGUAGE sql AS $$
	SELECT pg_temp.near(mape(e), mape) AND pg_temp.near(wape(e), wape) AND pg_temp.near(forecast_bias(e), bias) AND pg_temp.near(forecast_accuracy(e), 1 - wape) AND pg_temp.near(mae(e), mae) AND pg_temp.near(rmse(e), sqrt(mse)) AND pg_temp.near(smape(e), smape) $$;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE NOT pg_temp.agree(e, mape, wape, bias, mae, mse, smape) OR NOT pg_temp.agree(e_float8, mape, wape, bias, mae, mse, smape)) FROM built JOIN (
		SELECT g, avg(rel) AS mape, sum(err) / sum(size) AS wape, sum(e) / abs(sum(a)) AS bias, avg(err) AS mae, avg(e * e) AS mse, avg(sym) AS smape FROM term GROUP BY g) o USING (g) $$, 'every measure is its definition');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE NOT pg_temp.agree(b.w, mape, wape, bias, mae, mse, smape) OR NOT pg_temp.agree(w_float8, mape, wape, bias, mae, mse, smape)) FROM built b JOIN (
		SELECT g, sum(w * rel) / sum(w) FILTER (WHERE rel IS NOT NULL) AS mape, sum(w * err) / sum(w * size) AS wape, sum(w * e) / abs(sum(w * a)) AS bias, sum(w * err) / sum(w) AS mae, sum(w * e * e) / sum(w) AS mse, sum(w * sym) / sum(w) AS smape FROM term GROUP BY g) o USING (g) $$, 'and weighted');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (forecast_pairs(e), unpaired_forecasts(e), mape_skipped(e), forecast_pairs(w), unpaired_forecasts(w), mape_skipped(w)) IS DISTINCT FROM (pairs, unpaired, zeros, w_pairs, w_unpaired, w_zeros)) FROM built JOIN (
		SELECT g, count(actual + forecast) AS pairs, count(*) FILTER (WHERE (actual IS NULL) <> (forecast IS NULL)) AS unpaired, count(forecast) FILTER (WHERE actual = 0) AS zeros,
			count(actual + forecast + weight::numeric) AS w_pairs, count(*) FILTER (WHERE (actual IS NULL) <> (forecast IS NULL) OR actual + forecast IS NOT NULL AND weight IS NULL) AS w_unpaired, count(forecast + weight::numeric) FILTER (WHERE actual = 0) AS w_zeros
		FROM pair GROUP BY g) o USING (g) WHERE g < 30 $$, 'pairs, unpaired and skipped ones are counted');
SELECT is((e, w)::text, '(,)', 'rows of NULLs alone are no pairs') FROM built WHERE g = 30;
SELECT is(e_float8, e, 'numeric is read as the server casts it: group ' || g) FROM built WHERE e_float8 <> e;
SELECT is((SELECT count(*) FROM built WHERE e_float8 = e), 29::bigint, 'numeric and float8 are the same to the last bit');

-- the one-step aggregates are the readers
SELECT pg_temp.holds(format($$
	SELECT count(*), count(*) FILTER (WHERE %1$s(e) IS DISTINCT FROM n OR %1$s(e_float8) IS DISTINCT FROM f) FROM built JOIN (SELECT g, %1$s(actual, forecast) AS n, %1$s(actual::float8, forecast::float8) AS f FROM pair GROUP BY g) o USING (g) $$, m), m || ' in one step')
FROM unnest('{mape, wape, forecast_bias, forecast_accuracy, mae, rmse, smape}'::text[]) m;

-- ---- algebra ----

SELECT is((SELECT merge(e) FROM built), (SELECT forecast_error(actual, forecast) FROM pair), 'the merge of the groups is the whole');
SELECT is((SELECT merge(e) FROM (SELECT forecast_error(actual, forecast, weight) AS e FROM pair GROUP BY horizon) s), (SELECT merge(w) FROM built), 'the merge of the horizons too, weighted');
SELECT is((SELECT merge(e) FROM (SELECT merge(e) AS e FROM (SELECT g, e FROM built ORDER BY md5(g || salt)) s GROUP BY g % 4) t), (SELECT merge(e) FROM built), 'merged in another order') FROM unnest('{x, y, z}'::text[]) salt;
SELECT is((SELECT forecast_error(actual, forecast, weight ORDER BY md5(i || salt)) FROM pair), (SELECT forecast_error(actual, forecast, weight ORDER BY i) FROM pair), 'rows in another order') FROM unnest('{x, y, z}'::text[]) salt;
-- terms of all sizes, which float8 addition gets wrong in most orders
SELECT is(count(DISTINCT e), 1::bigint, 'large and small errors, in any order') FROM (SELECT forecast_error(power(10, i % 28), power(-7, i % 11), power(2, i % 20 - 10) ORDER BY md5(i || ' ' || salt)) AS e FROM generate_series(1, 300) i, generate_series(1, 5) salt GROUP BY salt) s;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE e IS DISTINCT FROM n) FROM (SELECT g, forecast_error(actual, forecast, 1) AS n FROM pair GROUP BY g) s JOIN built USING (g) $$, 'a weight of 1 is none');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE (mape(z), wape(z), forecast_bias(z), mae(z), rmse(z), smape(z)) IS DISTINCT FROM (mape(e), wape(e), forecast_bias(e), mae(e), rmse(e), smape(e))) FROM (SELECT g, forecast_error(actual, forecast, w) AS z FROM pair, generate_series(0, 1) w GROUP BY g) s JOIN built USING (g) $$, 'a weight of 0 adds nothing');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE (mape(a), wape(a), forecast_bias(a), mae(a), rmse(a), smape(a)) IS DISTINCT FROM (mape(b), wape(b), forecast_bias(b), mae(b), rmse(b), smape(b))) FROM
	(SELECT g, forecast_error(actual, forecast, (array[0, 1, 2, 4])[1 + i % 4]) AS a FROM pair GROUP BY g) s JOIN (SELECT g, forecast_error(actual, forecast) AS b FROM pair, generate_series(1, (array[0, 1, 2, 4])[1 + i % 4]) GROUP BY g) t USING (g) $$, 'a weight of 2 is two pairs');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE (mape(s.e), wape(s.e), forecast_bias(s.e), smape(s.e), mae(s.e), rmse(s.e)) IS DISTINCT FROM (mape(b.e), wape(b.e), forecast_bias(b.e), smape(b.e), 8 * mae(b.e), 8 * rmse(b.e))) FROM
	(SELECT g, forecast_error(8 * actual::float8, 8 * forecast::float8) AS e FROM pair GROUP BY g) s JOIN built b USING (g) $$, 'the unit does not matter to a relative measure');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE smape(e) NOT BETWEEN 0 AND 2 OR rmse(e) < mae(e) OR forecast_accuracy(e) <> 1 - wape(e)) FROM built WHERE g < 30 $$, 'what holds between the measures');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE smape(e) <> smape(r) OR mae(e) <> mae(r) OR rmse(e) <> rmse(r)) FROM (SELECT g, forecast_error(forecast, actual) AS r FROM pair GROUP BY g) s JOIN built USING (g) WHERE g < 30 $$, 'smape, mae and rmse are symmetric');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE e::text::forecast_error IS DISTINCT FROM e OR forecast_error_finalfn(e) IS DISTINCT FROM e OR forecast_error_combinefn(e, NULL) IS DISTINCT FROM e OR forecast_error_combinefn(NULL, e) IS DISTINCT FROM e
	OR forecast_error_combinefn(e, '{"forecast_error": 1}') IS DISTINCT FROM e) FROM (SELECT e FROM built UNION ALL SELECT w FROM built UNION ALL SELECT forecast_error(1e-18, 1e27, 1e-3) UNION ALL SELECT forecast_error(actual, forecast, 1e-37) FROM pair) s WHERE e IS NOT NULL $$, 'the text form is lossless, and nothing is neutral');

-- window frames, in which the final function runs over a living state
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE e IS DISTINCT FROM (SELECT forecast_error(actual, forecast, weight) FROM pair p WHERE p.i BETWEEN s.i - 5 AND s.i)) FROM
	(SELECT i, forecast_error(actual, forecast, weight) OVER (ORDER BY i ROWS BETWEEN 5 PRECEDING AND CURRENT ROW) AS e FROM pair WHERE i < 300) s $$, 'a moving frame');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE e IS DISTINCT FROM (SELECT wape(actual, forecast) FROM pair p WHERE p.i <= s.i)) FROM
	(SELECT i, wape(actual, forecast) OVER (ORDER BY i) AS e FROM pair WHERE i < 300) s $$, 'a growing frame');

-- ---- numeric as float8 ----

-- all shapes of the stored form: 1 to 40 digits, the point anywhere, signs, trailing zeros
CREATE TEMP TABLE shape AS SELECT (CASE WHEN pg_temp.n(digits * 1000 + place, salt) % 2 = 0 THEN '-' ELSE '' END || left(translate(md5(digits || salt || place) || md5(place || salt), 'abcdef', '123000'), digits) || 'e' || place)::numeric AS v
	FROM generate_series(1, 40) digits, generate_series(-38, 20) place, unnest('{p, q, r, s}'::text[]) salt;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE mae(forecast_error_transfn(NULL, 0, v)) <> abs(v::float8) OR mae(forecast_error_transfn(NULL, v, 0)) <> abs(v::float8)) FROM shape WHERE abs(v) BETWEEN 1e-22 AND 1e28 $$, 'numeric is the nearest float8, as the cast is');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE mae(forecast_error_transfn(NULL, 0, v)) <> abs(v::float8)) FROM (SELECT (9007199254740992 + i)::numeric * f AS v FROM generate_series(-6, 6) i, unnest('{1, 10, 1e4, 0.1, 0.0001, 1e-10}'::numeric[]) f) s $$, 'around 2^53');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE mae(forecast_error_transfn(NULL, 0, v)) <> abs(v::float8)) FROM (SELECT (i || repeat('0', z) || '.' || repeat('0', s))::numeric AS v FROM generate_series(0, 9) i, generate_series(0, 26) z, generate_series(0, 25) s) s $$, 'zeros in front and behind');

-- ---- what others published ----

-- Hyndman and Athanasopoulos, Forecasting: Principles and Practice (2nd edition), section 3.4
SELECT is((round(rmse(s)::numeric, 2), round(mae(s)::numeric, 2), round(100 * mape(s)::numeric, 2), round(rmse(n)::numeric, 2), round(mae(n)::numeric, 2), round(100 * mape(n)::numeric, 2))::text, '(14.31,13.40,3.17,62.69,57.40,14.18)', 'Australian beer production: seasonal naive and naive forecasts')
FROM (SELECT forecast_error(a, f) AS s, forecast_error(a, 473) AS n FROM (VALUES (420, 427), (390, 383), (410, 394), (488, 473), (415, 427), (398, 383), (419, 394), (488, 473), (414, 427), (374, 383)) b(a, f)) e;
-- Hyndman and Koehler (2006): mape of an over-forecast has no limit, of an under-forecast 1; smape treats 100 of 150 and 150 of 100 alike
SELECT is((mape(forecast_error(150, 100)), mape(forecast_error(100, 150)), smape(forecast_error(150, 100)), smape(forecast_error(100, 150)))::text, '(0.3333333333333333,0.5,0.4,0.4)', 'mape is not symmetric, smape is');

-- ---- edges ----

SELECT is((mape(e), wape(e), forecast_bias(e), forecast_accuracy(e), mae(e), rmse(e), smape(e), forecast_pairs(e), unpaired_forecasts(e), mape_skipped(e))::text, '(,,,,,,,0,0,0)', 'an empty summary') FROM (VALUES ('{"forecast_error": 1}'::forecast_error)) v(e);
SELECT is((forecast_error(actual, forecast), forecast_error(actual, forecast, weight), merge(NULL::forecast_error))::text, '(,,)', 'no rows') FROM pair WHERE false;
SELECT throws_ok(call, '22003', NULL, call) FROM unnest(array['SELECT forecast_error(1, ''NaN'')', 'SELECT forecast_error(''Infinity''::numeric, 1::numeric)', 'SELECT forecast_error(1, 1.1e28)', 'SELECT forecast_error(-1.1e28, 1)', 'SELECT forecast_error(1e5000, 1::numeric)',
	'SELECT forecast_error(1, 1, -1e-300)', 'SELECT forecast_error(1, 1, ''NaN'')', 'SELECT forecast_error(1, 1, ''-Infinity'')', 'SELECT forecast_error(1e-40, 1e20)', 'SELECT forecast_error(1e28, -1e28) FROM generate_series(1, 10)', 'SELECT forecast_error(1, 2, 1e57) FROM generate_series(1, 10)']) call;
SELECT is(forecast_pairs(forecast_error(1e28, -1e28)), 1::bigint, 'as large as may be');
SELECT is(mae(forecast_error(1e-400, 1)), 1::float8, 'a numeric too small for float8 is nothing');
-- a form that no aggregate writes
SELECT throws_ok(format('SELECT %L::forecast_error', literal), '22P02', NULL, literal) FROM unnest(array['{"forecast_error": 1, "weight": 1}', '{"forecast_error": 1, "absolute_error": 1}', '{"forecast_error": 1, "error": 1}', '{"forecast_error": 1, "pairs": 1, "squared_error": -1}',
	'{"forecast_error": 1, "pairs": 1, "mape_skipped": 1, "absolute_actual": 2}', '{"forecast_error": 1, "pairs": 1, "mape_skipped": 1, "actual": 2}', '{"forecast_error": 1, "pairs": 1, "mape_skipped": 1, "weight": 1, "relative_weight": 1}', '{"forecast_error": 1, "pairs": 2, "mape_skipped": 3}',
	'{"forecast_error": 1, "pairs": 1, "absolute_error": 1, "error": 1.0000000000000002220446049250313080847263336181640625}', '{"forecast_error": 1, "pairs": 1, "absolute_actual": 1, "actual": -1.5}', '{"forecast_error": 1, "pairs": 1, "weight": 1, "symmetric_error": 1.5}', '{"forecast_error": 1, "pairs": 1, "weight": 1, "relative_weight": 2}',
	'{"forecast_error": 1, "pairs": 1, "weight": 1e58}', '{"forecast_error": 1, "pairs": 1, "weight": 0.3}', '{"forecast_error": 1, "pairs": 1.5}', '{"forecast_error": 1, "pears": 1}', '{"forecast_error": 2}', '{"forecast_error": 1, "pairs": 1000000000000000000}']) literal;
SELECT throws_ok('SELECT forecast_error_combinefn(v, v) FROM (VALUES (''{"forecast_error": 1, "pairs": 999999999999999999}''::forecast_error)) x(v)', '22003', NULL, 'counts beyond what a summary holds');
SELECT throws_ok('SELECT forecast_error_transfn(''{"forecast_error": 1, "pairs": 999999999999999999}'', 1, 1)', '22003', NULL, 'and one pair more');

SELECT * FROM finish();
ROLLBACK;
