-- pipeline: deal_stats and its readers against plain SQL, the one-step win rates, coverage.
\ir setup.psql

-- Deals of 60 teams: some without outcome, amount or cycle, some with negative cycles; team 60 has rows of NULLs alone.
CREATE TEMP TABLE deal AS
	SELECT i, team, CASE WHEN team < 60 THEN outcome END AS outcome, CASE WHEN team < 60 AND random() < 0.9 THEN round((random() * 1e6 - 1e4)::numeric, (random() * 3)::int) END AS amount,
		CASE WHEN team < 60 AND random() < 0.8 THEN CASE team % 3 WHEN 0 THEN floor(random() * 200) WHEN 1 THEN floor(random() * 100000 - 9000) / 1024 ELSE floor(random() * 40 - 20) END END AS cycle
	FROM (SELECT i, 1 + i % 60 AS team, (array['open', 'won', 'lost', 'WON', 'Lost', NULL])[1 + floor(random() * 6)] AS outcome FROM generate_series(1, 24000) i) s;
CREATE TEMP TABLE stats AS
	SELECT team, deal_stats(outcome, amount, cycle) AS d, deal_stats(outcome, amount::float8, cycle) AS d_float8, deal_stats(outcome, (amount * 1000)::bigint, cycle) AS d_int8,
		count(outcome) AS n, count(*) FILTER (WHERE outcome ILIKE 'open') AS open, count(*) FILTER (WHERE outcome ILIKE 'won') AS won, count(*) FILTER (WHERE outcome ILIKE 'lost') AS lost,
		count(*) FILTER (WHERE outcome IS NULL AND (amount IS NOT NULL OR cycle IS NOT NULL)) AS unknown, count(*) FILTER (WHERE outcome IS NOT NULL AND amount IS NULL) AS missing,
		coalesce(sum(amount) FILTER (WHERE outcome ILIKE 'open'), 0) AS open_sum, coalesce(sum(amount) FILTER (WHERE outcome ILIKE 'won'), 0) AS won_sum,
		coalesce(sum(amount) FILTER (WHERE outcome ILIKE 'lost'), 0) AS lost_sum, avg(amount) FILTER (WHERE outcome ILIKE 'won') AS won_avg,
		count(*) FILTER (WHERE outcome ILIKE 'won' AND cycle < 0) AS negative, avg(cycle) FILTER (WHERE outcome ILIKE 'won') AS cycle_avg,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle) FILTER (WHERE outcome ILIKE 'won') AS cycle_median
	FROM deal GROUP BY team;
SELECT ok(min(negative) FILTER (WHERE team % 3 = 1 AND team < 60) > 0 AND min(unknown) FILTER (WHERE team < 60) > 0 AND min(missing) FILTER (WHERE team < 60) > 0, 'the deals have what has to be counted apart') FROM stats;

SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (deal_count(d), open_deals(d), won_deals(d), lost_deals(d), unknown_outcomes(d), missing_amounts(d), negative_cycles(d))
	IS DISTINCT FROM (n, open, won, lost, unknown, missing, negative)) FROM stats WHERE team < 60$$, 'counts are those of plain SQL');
SELECT is(d, NULL, 'rows of NULLs alone are no deals') FROM stats WHERE team = 60;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (open_amount(d)::text, won_amount(d)::text, lost_amount(d)::text) IS DISTINCT FROM (open_sum::text, won_sum::text, lost_sum::text)) FROM stats WHERE team < 60$$,
	'amounts are those of sum()');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (open_amount(d_float8), won_amount(d_float8), lost_amount(d_float8)) IS DISTINCT FROM (open_sum, won_sum, lost_sum)
	OR (open_amount(d_int8), won_amount(d_int8), lost_amount(d_int8)) IS DISTINCT FROM (open_sum * 1000, won_sum * 1000, lost_sum * 1000)) FROM stats WHERE team < 60$$, 'the overloads for float8 and int8');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE avg_deal_size(d)::text IS DISTINCT FROM won_avg::text) FROM stats WHERE team < 60$$, 'the average deal is that of avg()');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE win_rate(d) IS DISTINCT FROM won::float8 / (won + lost) OR win_rate_created(d) IS DISTINCT FROM won::float8 / n) FROM stats WHERE team < 60$$, 'win rates by count');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (abs(win_rate_amount(d) / (won_sum / (won_sum + lost_sum))::float8 - 1) <= 1e-15) IS NOT TRUE) FROM stats WHERE team < 60$$, 'the win rate by amount');
-- the other form of Wilson's interval: (2k + z² ± z sqrt(z² + 4k(1 - k/n))) / 2(n + z²)
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (abs(low - (2 * k + z * z - spread) / (2 * (n + z * z))) <= 1e-14 AND abs(high - (2 * k + z * z + spread) / (2 * (n + z * z))) <= 1e-14) IS NOT TRUE)
	FROM (SELECT low, high, k, n, z, z * sqrt(z * z + 4 * k * (1 - k / n)) AS spread FROM (
		SELECT 1.959963984540054::float8 AS z, won::float8 AS k, (won + lost)::float8 AS n, win_rate_low(d) AS low, win_rate_high(d) AS high FROM stats WHERE team < 60 UNION ALL
		SELECT 1.959963984540054, won, n, win_rate_created_low(d), win_rate_created_high(d) FROM stats WHERE team < 60) i) s
$$, 'both intervals are Wilson''s');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (abs(avg_cycle_days(d) - cycle_avg) <= 1e-12 * (1 + abs(cycle_avg))) IS NOT TRUE) FROM stats WHERE team < 60$$, 'the mean cycle is that of avg()');
-- the cycles are whole multiples of 1/1024 day, which microseconds and doubles hold exactly
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE median_cycle_days(d) IS DISTINCT FROM cycle_median OR median_cycle_exact(d) IS NOT TRUE) FROM stats WHERE team < 60$$, 'the median cycle is percentile_cont(0.5)');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE median_cycle_days(d) IS DISTINCT FROM expected)
	FROM (SELECT g, deal_stats('won', 1, c) AS d, percentile_cont(0.5) WITHIN GROUP (ORDER BY c) AS expected
		FROM (SELECT g, floor(random() * (g % 17)) - g % 5 AS c FROM generate_series(1, 400) g, generate_series(1, 1 + g / 10)) v GROUP BY g) s
$$, 'medians of few values: odd and even, with repeats and negatives');
-- any double: resolved to the microsecond
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (abs(median_cycle_days(d) - expected) <= 1.0 / 86400e6 + abs(expected) * 1e-15) IS NOT TRUE OR (abs(avg_cycle_days(d) - mean) <= 1.0 / 86400e6 + mean * 1e-14) IS NOT TRUE)
	FROM (SELECT g, deal_stats('won', 1, c) AS d, percentile_cont(0.5) WITHIN GROUP (ORDER BY c) AS expected, avg(c) AS mean FROM (SELECT g, random() * 10 ^ (g % 7) AS c FROM generate_series(1, 100) g, generate_series(1, 25)) v GROUP BY g) s
$$, 'any cycle counts to the microsecond');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (deal_count(m), won_amount(m), median_cycle_days(m)) IS DISTINCT FROM (n, won_sum, cycle_median))
	FROM (SELECT merge(d) AS m FROM stats) m, (SELECT count(outcome) AS n, sum(amount) FILTER (WHERE outcome ILIKE 'won') AS won_sum,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle) FILTER (WHERE outcome ILIKE 'won') AS cycle_median FROM deal) e
$$, 'the merge of the teams is the whole company');

-- ---- more than 4,096 different cycles ----

SELECT is((median_cycle_exact(d), median_cycle_days(d), avg_cycle_days(d))::text, '(t,2048.5,2048.5)', '4,096 different cycles are exact') FROM (SELECT deal_stats('won', 1, c) AS d FROM generate_series(1, 4096) c, generate_series(1, 2)) s;
SELECT ok(NOT median_cycle_exact(d) AND avg_cycle_days(d) = 2049, 'with the 4,097th the median is rounded, and the mean is not') FROM (SELECT deal_stats('won', 1, c) AS d FROM generate_series(1, 4097) c) s;
CREATE TEMP TABLE varied AS SELECT shape, i, CASE shape WHEN 'even' THEN i::float8 WHEN 'spread' THEN 10 ^ (i / 1000.0 - 1) WHEN 'negative' THEN -i * 3.25 WHEN 'random' THEN random() * 5000 ELSE i % 2000 + i / 2000 / 86400.0 END AS c
	FROM generate_series(1, 6000) i, unnest('{even, spread, negative, random, clustered}'::text[]) shape;
-- The switch comes with the set of values, in whatever order and parts: here with the last value, with parts that are
-- exact and parts that are not, and with parts of one row.
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE forms <> 1 OR exact)
	FROM (SELECT shape, count(DISTINCT d) AS forms, bool_or(median_cycle_exact(d)) AS exact FROM (
		SELECT shape, deal_stats('won', 1, c ORDER BY i) AS d FROM varied GROUP BY shape UNION ALL
		SELECT shape, deal_stats('won', 1, c ORDER BY c DESC) FROM varied GROUP BY shape UNION ALL
		SELECT shape, deal_stats('won', 1, c ORDER BY md5(i::text)) FROM varied GROUP BY shape UNION ALL
		SELECT shape, merge(d ORDER BY half) FROM (SELECT shape, i <= 4096 AS half, deal_stats('won', 1, c) AS d FROM varied GROUP BY shape, half) h GROUP BY shape UNION ALL
		SELECT shape, merge(d ORDER BY half) FROM (SELECT shape, i <= 5500 AS half, deal_stats('won', 1, c) AS d FROM varied GROUP BY shape, half) h GROUP BY shape UNION ALL
		SELECT shape, merge(d ORDER BY half DESC) FROM (SELECT shape, i <= 5500 AS half, deal_stats('won', 1, c) AS d FROM varied GROUP BY shape, half) h GROUP BY shape UNION ALL
		SELECT shape, merge(d ORDER BY random()) FROM (SELECT shape, floor(random() * 50) AS part, deal_stats('won', 1, c) AS d FROM varied GROUP BY shape, part) h GROUP BY shape UNION ALL
		SELECT shape, merge(d ORDER BY random()) FROM (SELECT shape, i, deal_stats('won', 1, c) AS d FROM varied GROUP BY shape, i) h GROUP BY shape) v GROUP BY shape) s
$$, 'the rounded summary is the same whatever the order and the parts');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE median_cycle_exact(d) IS DISTINCT FROM (n <= 4096) OR median_cycle_exact(d_merged) IS DISTINCT FROM (n <= 4096) OR d <> d_merged)
	FROM (SELECT limit_, merge(d) AS d_merged FROM (SELECT limit_, i % 3 AS part, deal_stats('won', 1, i % limit_) AS d FROM generate_series(4094, 4099) limit_, generate_series(0, 5999) i GROUP BY 1, 2) p GROUP BY 1) m
	JOIN (SELECT limit_, deal_stats('won', 1, i % limit_) AS d, count(DISTINCT i % limit_) AS n FROM generate_series(4094, 4099) limit_, generate_series(0, 5999) i GROUP BY 1) s USING (limit_)
$$, 'the switch is between 4,096 and 4,097 different cycles');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (abs(median_cycle_days(d) / expected - 1) <= 1.0 / 256) IS NOT TRUE OR (abs(avg_cycle_days(d) / mean - 1) <= 1e-9) IS NOT TRUE OR median_cycle_exact(d))
	FROM (SELECT shape, cut, deal_stats('won', 1, c) AS d, percentile_cont(0.5) WITHIN GROUP (ORDER BY c) AS expected, avg(c) AS mean
		FROM varied, unnest('{0, 100, 700, 1500}'::int[]) cut WHERE i > cut GROUP BY shape, cut) s
$$, 'a rounded median is within 1/256, and the mean exact');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE d::text::deal_stats IS DISTINCT FROM d) FROM (SELECT deal_stats('won', 1, c) AS d FROM varied GROUP BY shape) s$$, 'text round trip of rounded summaries');
-- cycles up to the largest that is accepted, rounded too
SELECT lives_ok($$SELECT deal_stats('won', 1, sign * c)::text::deal_stats FROM generate_series(1, 5000) i, unnest('{1, -1}'::int[]) sign, LATERAL (SELECT 1000000 - i * 0.5 AS c) v GROUP BY sign$$,
	'text round trip of rounded summaries with the longest cycles');
SELECT ok(pg_temp.outcome_of($$SELECT (d::text::deal_stats = d)::text FROM (SELECT '{"deal_stats": 1, "won_cycles_rounded": []}'::deal_stats AS d) s$$) IN ('true', '22P02'), 'an empty rounded tally is refused, or survives the text form');
SELECT throws_ok(format('SELECT deal_stats(''won'', 1, %L::float8)', c), '22003', NULL, 'no cycle: ' || c) FROM unnest('{NaN, Infinity, -Infinity, 1000000.001, -1000000.001, 1e300}'::text[]) c;
SELECT is((median_cycle_days(d), avg_cycle_days(d))::text, '(0,0)', 'the longest cycles are accepted') FROM (SELECT deal_stats('won', 1, c) AS d FROM unnest('{1000000, -1000000}'::float8[]) c) s;

-- ---- published: the CRM Sales Opportunities data has 8,800 deals, 4,238 won for 10,005,534, 2,473 lost ----

SELECT is(round(win_rate(d)::numeric, 6) || ' ' || round(win_rate_created(d)::numeric, 6) || ' ' || round(avg_deal_size(d), 3), '0.631501 0.481591 2360.909', 'CRM Sales Opportunities')
FROM (SELECT deal_stats(CASE WHEN i <= 4238 THEN 'won' WHEN i <= 4238 + 2473 THEN 'lost' ELSE 'open' END, CASE WHEN i <= 4238 THEN 2360 + (i <= 10005534 - 4238 * 2360)::int END, NULL) AS d FROM generate_series(1, 8800) i) s;
SELECT is(round(win_rate_low(d)::numeric, 6) || ' ' || round(win_rate_high(d)::numeric, 6), expected, 'published: ' || won || ' of 10')
FROM (VALUES (3, '0.107791 0.603222'), (0, '0.000000 0.277533')) v(won, expected), LATERAL (SELECT deal_stats(CASE WHEN i <= won THEN 'won' ELSE 'lost' END, NULL::numeric, NULL) AS d FROM generate_series(1, 10) i) s;

-- ---- nothing to divide by ----

SELECT is((win_rate(d), win_rate_low(d), win_rate_high(d), win_rate_amount(d), avg_deal_size(d), avg_cycle_days(d), median_cycle_days(d), win_rate_created(d))::text, expected, 'unknown is not zero: ' || d)
FROM (VALUES ('{"deal_stats": 1}'::deal_stats, '(,,,,,,,)'), ('{"deal_stats": 1, "open_deals": 2}', '(,,,,,,,0)'), ('{"deal_stats": 1, "unknown_outcomes": 2}', '(,,,,,,,)'),
	('{"deal_stats": 1, "lost_deals": 1, "won_deals": 1, "won_with_amount": 1, "lost_with_amount": 1, "won_amount": 5, "lost_amount": -5}', NULL)) v(d, expected) WHERE expected IS NOT NULL;
SELECT is(win_rate_amount('{"deal_stats": 1, "lost_deals": 1, "won_deals": 1, "won_with_amount": 1, "lost_with_amount": 1, "won_amount": 5, "lost_amount": -5}'::deal_stats), NULL, 'a total of zero has no win rate by amount');

-- ---- the win rates in one step ----

CREATE TEMP TABLE flags AS
	SELECT g, won, closed, CASE WHEN random() < 0.8 THEN round((random() * 1000)::numeric, 2) END AS amount
	FROM (SELECT g, (array[true, false, NULL])[1 + floor(random() * 3)] AS won, (array[true, false, NULL])[1 + floor(random() * 3)] AS closed FROM generate_series(1, 100) g, generate_series(1, 60)) s
	WHERE NOT (won AND NOT closed) IS TRUE;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE rate IS DISTINCT FROM won::float8 / closed OR created IS DISTINCT FROM won::float8 / (closed + open)
		OR (abs(by_amount - (won_sum / closed_sum)::float8) <= 1e-15) IS NOT TRUE OR by_amount IS DISTINCT FROM by_float8 OR (abs(by_int8 - by_amount) <= 1e-15) IS NOT TRUE)
	FROM (SELECT win_rate(won, closed) AS rate, win_rate_created(won, closed) AS created, win_rate_amount(won, closed, amount) AS by_amount, win_rate_amount(won, closed, amount::float8) AS by_float8,
			win_rate_amount(won, closed, (amount * 100)::bigint) AS by_int8, count(*) FILTER (WHERE won AND closed) AS won, count(*) FILTER (WHERE won IS NOT NULL AND closed) AS closed, count(*) FILTER (WHERE NOT closed) AS open,
			sum(amount) FILTER (WHERE won AND closed) AS won_sum, sum(amount) FILTER (WHERE won IS NOT NULL AND closed) AS closed_sum FROM flags GROUP BY g) s
$$, 'win rates in one step are those of plain SQL');
SELECT throws_ok('SELECT ' || call, '22023', 'a deal is won and not closed', call) FROM unnest('{"win_rate(true, false)", "win_rate_created(true, false)", "win_rate_amount(true, false, 1)"}'::text[]) call;
SELECT is((win_rate(won, closed), win_rate_created(won, closed), win_rate_amount(won, closed, 1))::text, '(,,)', 'no rows, no rate') FROM flags WHERE false;
SELECT is((win_rate(NULL, NULL), win_rate_created(true, NULL), win_rate_amount(NULL, true, 1))::text, '(,,)', 'no known outcome, no rate') FROM generate_series(1, 3);
SELECT throws_ok(format('SELECT deal_stats(%L, 1, 1)', outcome), '22023', NULL, 'no outcome: ' || outcome) FROM unnest(array['', 'Closed Won', 'wo', 'wonn', 'opem', 'l ost', 'lust', ' won', 'wön', 'ＷＯＮ']) outcome;

-- ---- coverage ----

-- 4.8M / 1.6M = 3; 7.5M / 2.0M = 3.75; 0.22 requires 4.5454..., expects 1.056M, 66 % of what is left; 0.28 expects 2.1M
SELECT is(round(actual::numeric, 6), expected, what) FROM (VALUES (pipeline_coverage(4.8e6, 1.6e6), 3, '4.8M open of 1.6M'), (pipeline_coverage(7.5e6, 2e6), 3.75, '7.5M open of 2.0M'),
	(required_coverage(0.22), 4.545455, 'required at 0.22'), (expected_from_pipeline(4.8e6, 0.22), 1056000, 'expected at 0.22'), (expected_from_pipeline(4.8e6, 0.22) / 1.6e6, 0.66, 'expected share'),
	(expected_from_pipeline(7.5e6, 0.28), 2100000, 'expected at 0.28')) v(actual, expected, what);
SELECT is(coverage_status(4.8e6, 1.6e6, 0, required_coverage(0.22)), 'short', '3 of 4.55 is short');
SELECT is(coverage_status(7.5e6, 2e6, 0, required_coverage(0.28)), 'covered', '3.75 of 3.57 is covered');
-- all combinations of small numbers and NULL against the definition; numeric arithmetic, since all are exact in it
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE pipeline_coverage(open, quota, booked) IS DISTINCT FROM CASE WHEN quota - booked > 0 THEN open / (quota - booked) END
		OR coverage_status(open, quota, booked, required) IS DISTINCT FROM CASE WHEN quota IS NULL THEN 'no_quota' WHEN quota - booked <= 0 THEN 'met'
			WHEN open < required * (quota - booked) THEN 'short' WHEN open >= required * (quota - booked) THEN 'covered' END)
	FROM unnest('{NULL, -8, 0, 4, 8, 12, 16, 100}'::float8[]) open, unnest('{NULL, 0, 4, 8, 16}'::float8[]) quota, unnest('{NULL, -4, 0, 4, 8, 32}'::float8[]) booked, unnest('{NULL, 1, 1.5, 2, 3}'::float8[]) required
$$, 'coverage and its status over all combinations');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE pipeline_coverage(o, q) IS DISTINCT FROM pipeline_coverage(o, q, 0)) FROM unnest('{NULL, 0, 5}'::float8[]) o, unnest('{NULL, 0, 2}'::float8[]) q$$, 'nothing booked is the default');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE required_coverage(r) IS DISTINCT FROM 1 / nullif(r, 0) OR expected_from_pipeline(1000, r) IS DISTINCT FROM 1000 * r) FROM (SELECT i / 64.0::float8 AS r FROM generate_series(0, 64) i UNION ALL SELECT NULL) v$$,
	'required coverage and expected pipeline');
SELECT throws_ok('SELECT ' || call, '22003', NULL, call) FROM unnest(array['pipeline_coverage(''NaN'', 1)', 'pipeline_coverage(1, ''NaN'')', 'pipeline_coverage(1, 1, ''NaN'')', 'pipeline_coverage(''Infinity'', 1)', 'pipeline_coverage(1, ''Infinity'')',
	'pipeline_coverage(1, -1)', 'coverage_status(''NaN'', 1, 0, 1)', 'coverage_status(1, ''NaN'', 0, 1)', 'coverage_status(1, 1, ''-Infinity'', 1)', 'coverage_status(1, 1, 0, ''NaN'')', 'coverage_status(1, 1, 0, -1)', 'coverage_status(NULL, -1, 0, NULL)',
	'required_coverage(1.01)', 'required_coverage(-0.01)', 'required_coverage(''NaN'')', 'expected_from_pipeline(1, 2)', 'expected_from_pipeline(''NaN'', 0.5)', 'expected_from_pipeline(1, ''Infinity'')']) call;
SELECT throws_ok('SELECT ' || call, '22003', NULL, 'a result that is no number: ' || call) FROM unnest('{"pipeline_coverage(1e300, 1e-300)", "pipeline_coverage(1, 1e308, -1e308)", "required_coverage(1e-309)"}'::text[]) call;

-- shares of amounts that no float8 can hold; the same in one step, in two, and from a stored summary
SELECT is(win_rate_amount(w, true, a::numeric), r, 'amounts of ' || array_agg(a)::text) FROM (VALUES (1, true, '1e-1000', 1::float8), (2, true, '1e-400', 0.25), (2, false, '3e-400', 0.25)) v(g, w, a, r) GROUP BY g, r;
SELECT is(count(*) FILTER (WHERE one <> two OR two <> three), 0::bigint, 'win_rate_amount in one step, in two, and stored, to the last bit')
FROM (SELECT win_rate_amount(w, true, x) AS one, win_rate_amount(deal_stats(CASE WHEN w THEN 'won' ELSE 'lost' END, x, NULL)) AS two,
	win_rate_amount(deal_stats(CASE WHEN w THEN 'won' ELSE 'lost' END, x, NULL)::text::deal_stats) AS three
	FROM (SELECT i % 2000 AS g, random() < 0.5 AS w, round((random() * 1e14)::numeric, (random() * 6)::int) AS x FROM generate_series(1, 10000) i) s GROUP BY g) t;
SELECT throws_ok($$SELECT compliance_transfn('{"compliance": 1, "met": 999999999999999999}', true)$$, '22003', NULL, 'no count that could not be read again');
SELECT throws_ok('SELECT coverage_status(1, 1, 0, 0.25)', '22003', NULL, 'a win rate is no required coverage');
SELECT * FROM finish();
ROLLBACK;
