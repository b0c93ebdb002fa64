-- forecast_error(actual, forecast) beside the aggregates that an analyst writes for the same measures.

-- section: forecast_error, actual and forecast numeric(14,2), six measures
-- rows: forecasts
-- floor: count of both columns
SELECT count(actual), count(forecast) FROM forecasts;
-- ours: forecast_error
SELECT round(salesops.wape(e)::numeric, 9), round(salesops.forecast_bias(e)::numeric, 9), round(salesops.mape(e)::numeric, 9),
	round(salesops.mae(e)::numeric, 4), round(salesops.rmse(e)::numeric, 4), round(salesops.smape(e)::numeric, 9)
FROM (SELECT salesops.forecast_error(actual, forecast) AS e FROM forecasts) AS s;
-- form: seven aggregates of numeric
SELECT round(sum(abs(forecast - actual)) / sum(abs(actual)) FILTER (WHERE forecast IS NOT NULL), 9),
	round(sum(forecast - actual) / sum(actual) FILTER (WHERE forecast IS NOT NULL), 9),
	round(avg(abs(forecast - actual) / nullif(abs(actual), 0)), 9), round(avg(abs(forecast - actual)), 4),
	round(sqrt(avg((forecast - actual) ^ 2)), 4),
	round(avg(CASE WHEN forecast <> actual THEN 2 * abs(forecast - actual) / (abs(actual) + abs(forecast)) WHEN forecast = actual THEN 0 END), 9)
FROM forecasts;
-- form: seven aggregates of casts to float8, inexact
SELECT round((sum(abs(f - a)) / sum(abs(a)) FILTER (WHERE f IS NOT NULL))::numeric, 9), round((sum(f - a) / sum(a) FILTER (WHERE f IS NOT NULL))::numeric, 9),
	round(avg(abs(f - a) / nullif(abs(a), 0))::numeric, 9), round(avg(abs(f - a))::numeric, 4), round(sqrt(avg((f - a) * (f - a)))::numeric, 4),
	round(avg(CASE WHEN f <> a THEN 2 * abs(f - a) / (abs(a) + abs(f)) WHEN f = a THEN 0 END)::numeric, 9)
FROM (SELECT actual::float8 AS a, forecast::float8 AS f FROM forecasts OFFSET 0) AS s;

-- section: forecast_error, actual and forecast float8, six measures
-- rows: forecasts
-- floor: count of both columns
SELECT count(actual_f8), count(forecast_f8) FROM forecasts;
-- ours: forecast_error
SELECT round(salesops.wape(e)::numeric, 9), round(salesops.forecast_bias(e)::numeric, 9), round(salesops.mape(e)::numeric, 9),
	round(salesops.mae(e)::numeric, 4), round(salesops.rmse(e)::numeric, 4), round(salesops.smape(e)::numeric, 9)
FROM (SELECT salesops.forecast_error(actual_f8, forecast_f8) AS e FROM forecasts) AS s;
-- form: seven aggregates of float8, inexact
SELECT round((sum(abs(f - a)) / sum(abs(a)) FILTER (WHERE f IS NOT NULL))::numeric, 9), round((sum(f - a) / sum(a) FILTER (WHERE f IS NOT NULL))::numeric, 9),
	round(avg(abs(f - a) / nullif(abs(a), 0))::numeric, 9), round(avg(abs(f - a))::numeric, 4), round(sqrt(avg((f - a) * (f - a)))::numeric, 4),
	round(avg(CASE WHEN f <> a THEN 2 * abs(f - a) / (abs(a) + abs(f)) WHEN f = a THEN 0 END)::numeric, 9)
FROM (SELECT actual_f8 AS a, forecast_f8 AS f FROM forecasts) AS s;

-- section: wape alone, in one step, numeric
-- rows: forecasts
-- floor: count of both columns
SELECT count(actual), count(forecast) FROM forecasts;
-- ours: wape
SELECT round(salesops.wape(actual, forecast)::numeric, 9) FROM forecasts;
-- form: two sums of numeric
SELECT round(sum(abs(forecast - actual)) / sum(abs(actual)) FILTER (WHERE forecast IS NOT NULL), 9) FROM forecasts;

-- section: forecast_error by owner, 500 groups, numeric
-- rows: forecasts
-- floor: count of both columns by owner
SELECT count(*), sum(a), sum(f) FROM (SELECT owner, count(actual) AS a, count(forecast) AS f FROM forecasts GROUP BY owner) AS s;
-- ours: forecast_error
SELECT count(owner), round(sum(salesops.wape(e))::numeric, 6), round(sum(salesops.forecast_bias(e))::numeric, 6), round(sum(salesops.mape(e))::numeric, 6)
FROM (SELECT owner, salesops.forecast_error(actual, forecast) AS e FROM forecasts GROUP BY owner OFFSET 0) AS s;
-- form: five aggregates of numeric
SELECT count(owner), round(sum(w), 6), round(sum(b), 6), round(sum(m), 6)
FROM (
	SELECT owner, sum(abs(forecast - actual)) / sum(abs(actual)) FILTER (WHERE forecast IS NOT NULL) AS w,
		sum(forecast - actual) / sum(actual) FILTER (WHERE forecast IS NOT NULL) AS b, avg(abs(forecast - actual) / nullif(abs(actual), 0)) AS m
	FROM forecasts GROUP BY owner OFFSET 0) AS s;
