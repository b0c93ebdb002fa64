-- forecast: how far forecasts were from what came.
SET search_path = salesops, public;

-- Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 2nd edition, section 3.4: Australian beer production of
-- 2008 Q1 to 2010 Q2 and its forecasts from the data up to 2007.  Published: seasonal naive RMSE 14.31, MAE 13.40, MAPE 3.17;
-- naive RMSE 62.69, MAE 57.40, MAPE 14.18.
CREATE TEMP TABLE beer (quarter int, actual numeric, seasonal_naive numeric, naive numeric);
INSERT INTO beer VALUES (1, 420, 427, 473), (2, 390, 383, 473), (3, 410, 394, 473), (4, 488, 473, 473), (5, 415, 427, 473), (6, 398, 383, 473),
	(7, 419, 394, 473), (8, 488, 473, 473), (9, 414, 427, 473), (10, 374, 383, 473);
SELECT method, round(rmse(e)::numeric, 2) AS rmse, round(mae(e)::numeric, 2) AS mae, round(100 * mape(e)::numeric, 2) AS mape, forecast_pairs(e) AS pairs
FROM (SELECT 'seasonal naive' AS method, forecast_error(actual, seasonal_naive) AS e FROM beer UNION ALL SELECT 'naive', forecast_error(actual, naive) FROM beer) s;

-- by hand: errors 200, 0 and 50 of 300 in all
CREATE TEMP TABLE pair (actual numeric, forecast numeric, weight float8);
INSERT INTO pair VALUES (100, 300, 1), (200, 200, 2), (0, 50, 3);
SELECT mape(e), mape_skipped(e), wape(e), forecast_bias(e), forecast_accuracy(e), mae(e), smape(e), forecast_pairs(e), unpaired_forecasts(e)
FROM (SELECT forecast_error(actual, forecast) AS e FROM pair) s;
\a
SELECT forecast_error(actual, forecast) FROM pair;
SELECT forecast_error(actual, forecast, weight) FROM pair;
\a
-- a weight of n is n pairs, and of 1 none at all
SELECT mape(e), wape(e), forecast_bias(e), mae(e), rmse(e), smape(e) FROM (SELECT forecast_error(actual, forecast, weight) AS e FROM pair) s;
SELECT mape(e), wape(e), forecast_bias(e), mae(e), rmse(e), smape(e) FROM (SELECT forecast_error(actual, forecast) AS e FROM pair, generate_series(1, weight::int)) s;
SELECT forecast_error(actual, forecast, 1) = forecast_error(actual, forecast) AS same, forecast_error(actual::float8, forecast::float8) = forecast_error(actual, forecast) AS same_float8,
	forecast_error(actual::int, forecast::int) = forecast_error(actual, forecast) AS same_int FROM pair;

-- in one step
SELECT mape(actual, forecast), wape(actual, forecast), forecast_bias(actual, forecast), forecast_accuracy(actual, forecast), mae(actual, forecast), rmse(actual, forecast), smape(actual, forecast) FROM pair;
SELECT mape(actual::float8, forecast::float8), wape(actual::float8, forecast::float8), forecast_bias(actual::float8, forecast::float8), mae(actual::float8, forecast::float8), smape(actual::float8, forecast::float8) FROM pair;

-- by horizon, and all horizons from these
CREATE TEMP TABLE called AS SELECT h AS weeks_before, 1000.0 + q AS actual, 1000.0 + q + h * (q % 3 - 1) * 10 AS forecast FROM generate_series(1, 12) q, generate_series(0, 3) h;
SELECT weeks_before, round(wape(e)::numeric, 6) AS wape, round(forecast_bias(e)::numeric, 6) AS bias FROM (SELECT weeks_before, forecast_error(actual, forecast) AS e FROM called GROUP BY 1) s ORDER BY 1;
SELECT merge(e) = (SELECT forecast_error(actual, forecast) FROM called) AS same FROM (SELECT forecast_error(actual, forecast) AS e FROM called GROUP BY weeks_before) s;

-- the sign of the bias is that of the errors, also where the actuals add up to less than nothing
SELECT forecast_bias(a, f) AS over FROM (VALUES (-100, -50)) p(a, f);
SELECT forecast_bias(a, f) AS under FROM (VALUES (100, 50)) p(a, f);
SELECT forecast_bias(a, f) AS unknown FROM (VALUES (100, 50), (-100, 50)) p(a, f);

-- zeros: a perfect forecast of nothing has the symmetric error 0, and no relative one
SELECT mape(e), mape_skipped(e), wape(e), forecast_bias(e), forecast_accuracy(e), mae(e), rmse(e), smape(e) FROM (SELECT forecast_error(0, 0) AS e) s;
SELECT smape(a, f) FROM (VALUES (0, 10), (10, 0), (-10, 10)) p(a, f);
-- weights of nothing
SELECT mape(e), wape(e), mae(e), rmse(e), smape(e), forecast_pairs(e) FROM (SELECT forecast_error(5, 6, 0) AS e) s;
-- what is missing is counted, and in no measure
SELECT mape(e), forecast_pairs(e), unpaired_forecasts(e) FROM (SELECT forecast_error(a, f, w) AS e FROM (VALUES (100, 110, 1), (NULL, 5, 1), (5, NULL, 1), (5, 7, NULL), (NULL, NULL, 1)) p(a, f, w)) s;
SELECT forecast_error(NULL, NULL::numeric) AS no_pair, forecast_error(NULL, NULL::numeric, 1) AS no_pair_either;
SELECT forecast_error(actual, forecast) AS none, mape(actual, forecast) FROM pair WHERE false;
SELECT wape(NULL::forecast_error) AS unknown;

-- a sum that float8 addition would get wrong, in either order
SELECT forecast_bias(a, 0), mae(a, 0) FROM (VALUES (1e16), (1), (-1e16)) p(a);
SELECT forecast_bias(a, 0), mae(a, 0) FROM (VALUES (1e16), (-1e16), (1)) p(a);

-- errors
SELECT forecast_error(actual, 'NaN') FROM pair;
SELECT forecast_error('Infinity'::float8, 1);
SELECT forecast_error('-Infinity'::numeric, 1::numeric);
SELECT forecast_error(1e29, 1);
SELECT forecast_error(1::numeric, 1e400);
SELECT forecast_error(1e-300::float8, 1);
SELECT forecast_error(1, 2, -1);
SELECT forecast_error(1, 2, 'NaN');
SELECT forecast_error(1, 2, 'Infinity');
SELECT forecast_error(0, 1e28, 1e10);
SELECT '{"forecast_error": 1, "mape_skipped": 1}'::forecast_error;
SELECT '{"forecast_error": 1, "pairs": 1, "weight": -1}'::forecast_error;
SELECT '{"forecast_error": 1, "pairs": 1, "weight": 1, "absolute_error": 5, "error": -6}'::forecast_error;
SELECT '{"forecast_error": 1, "weight": 1}'::forecast_error;
SELECT '{"forecast_error": 1, "pairs": 1, "weight": 0.1}'::forecast_error;
