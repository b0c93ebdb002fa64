-- pipeline: deal_stats, the one-step win rates, coverage.
SET search_path = salesops, public;

CREATE TEMP TABLE deal (region text, outcome text, amount numeric, cycle int);
INSERT INTO deal VALUES
	('East', 'won', 100.50, 30), ('East', 'won', 200, 40), ('East', 'lost', 99.50, 10), ('East', 'open', 50, NULL),
	('West', 'won', 1000.25, -2), ('West', 'WON', NULL, 90), ('West', 'Lost', NULL, NULL), ('West', 'open', NULL, NULL),
	('West', NULL, 12, NULL), ('North', NULL, NULL, NULL);

-- counts and sums; a row of NULLs is no deal, and North has none
SELECT region, deal_count(d), open_deals(d), won_deals(d), lost_deals(d), open_amount(d), won_amount(d), lost_amount(d),
	unknown_outcomes(d), missing_amounts(d), negative_cycles(d)
FROM (SELECT region, deal_stats(outcome, amount, cycle) AS d FROM deal GROUP BY region) s ORDER BY region;
-- rates and averages: 2 of 3, 2 of 4; 300.50 / 400; 150.25; (30 + 40) / 2 | 2 of 3, 2 of 4; all of it; 1000.25; (-2 + 90) / 2
SELECT region, win_rate(d), win_rate_created(d), win_rate_amount(d), avg_deal_size(d), avg_cycle_days(d), median_cycle_days(d)
FROM (SELECT region, deal_stats(outcome, amount, cycle) AS d FROM deal GROUP BY region) s ORDER BY region;
\a
SELECT deal_stats(outcome, amount, cycle) FROM deal;
\a
SELECT merge(d) = (SELECT deal_stats(outcome, amount, cycle) FROM deal) AS same
FROM (SELECT deal_stats(outcome, amount, cycle) AS d FROM deal GROUP BY region) s;
-- Wilson: 3 of 10 -> .107791, .603222; 0 of 10 -> 0, .277533; 10 of 10 mirrors it
SELECT won, round(win_rate_low(d)::numeric, 6) AS low, round(win_rate_high(d)::numeric, 6) AS high,
	win_rate_created_low(d) = win_rate_low(d) AS created
FROM (SELECT won, deal_stats(CASE WHEN i <= won THEN 'won' ELSE 'lost' END, NULL::numeric, NULL) AS d
	FROM (VALUES (3), (0), (10)) v(won), generate_series(1, 10) i GROUP BY won) s ORDER BY won;

-- the types of amount: numeric, float8 (as its cast to numeric), int8
SELECT won_amount(deal_stats('won', a, NULL)) FROM (VALUES (0.1::float8), (0.2)) v(a);
SELECT won_amount(deal_stats('won', a, NULL)) FROM (VALUES (1e15::float8 / 3), (0.1), (123456789.125)) v(a);
SELECT won_amount(deal_stats('won', a, NULL)) FROM (VALUES (9223372036854775807), (9223372036854775807)) v(a);
SELECT won_amount(deal_stats('won', a, NULL)) FROM (VALUES (1), (2)) v(a);
SELECT won_amount(deal_stats('won', '12.50', NULL));
-- exact where float8 is not, in any order
SELECT count(DISTINCT won_amount(d)) = 1 AS one, min(won_amount(d)) FROM (
	SELECT seed, deal_stats('won', a, NULL ORDER BY md5(a::text || seed)) AS d
	FROM (VALUES (1e20), (0.01), (-1e20), (0.02), (123456789012345.67)) v(a), generate_series(1, 20) seed GROUP BY seed) s;

-- no rows; nothing decided; a total of zero
SELECT deal_stats(outcome, amount, cycle) AS none FROM deal WHERE false;
SELECT win_rate(d), win_rate_low(d), win_rate_amount(d), win_rate_created(d), avg_deal_size(d), avg_cycle_days(d), median_cycle_days(d), median_cycle_exact(d)
FROM (SELECT deal_stats('open', 5, NULL) AS d) s;
SELECT win_rate_amount(deal_stats(o, 0, NULL)) FROM (VALUES ('won'), ('lost')) v(o);

-- the median: odd, even, fractions of a day; more than 4,096 different values are rounded, and it says so
SELECT median_cycle_days(deal_stats('won', 1, c)) FROM (VALUES (1), (7), (3)) v(c);
SELECT median_cycle_days(deal_stats('won', 1, c)) FROM (VALUES (1.5), (7), (3.25), (4)) v(c);
SELECT median_cycle_days(d), median_cycle_exact(d) FROM (SELECT deal_stats('won', 1, i) AS d FROM generate_series(1, 4096) i) s;
SELECT abs(median_cycle_days(d) / 2500.5 - 1) <= 1.0 / 256 AS within, median_cycle_exact(d), avg_cycle_days(d) AS mean_is_exact
FROM (SELECT deal_stats('won', 1, i) AS d FROM generate_series(1, 5000) i) s;

-- in one step
SELECT win_rate(w, c), win_rate_created(w, c), win_rate_amount(w, c, a)
FROM (VALUES (true, true, 300), (false, true, 100), (false, true, NULL), (false, false, 50), (NULL, false, 50),
	(NULL, true, 70), (true, NULL, 70), (NULL, NULL, NULL)) d(w, c, a);
SELECT win_rate(w, c) FROM (VALUES (true, true)) d(w, c) WHERE false;
SELECT win_rate(true, false);

-- errors
SELECT deal_stats('Closed Won', 1, 1);
SELECT deal_stats('won', 'NaN'::numeric, 1);
SELECT deal_stats('won', '-Infinity'::numeric, 1);
SELECT deal_stats('won', 'NaN'::float8, 1);
SELECT deal_stats('won', 'Infinity'::float8, 1);
SELECT deal_stats('won', 1, 'NaN');
SELECT deal_stats('won', 1, 'Infinity');
SELECT deal_stats('won', 1, 90 * 86400);
SELECT deal_stats('won', a, NULL) FROM (VALUES (1e30), (1e-9)) v(a);
SELECT '{"deal_stats": 1, "won_deals": 1, "won_with_amount": 2}'::deal_stats;
SELECT '{"deal_stats": 1, "won_deals": 1, "won_amount": 5}'::deal_stats;
SELECT '{"deal_stats": 1, "won_deals": 1, "won_with_cycle": 1}'::deal_stats;
SELECT '{"deal_stats": 1, "won_deals": 1, "won_with_cycle": 1, "won_cycles": [[86400, 1]]}'::deal_stats;
SELECT '{"deal_stats": 1, "won_deals": 2, "won_with_cycle": 2, "won_cycle_seconds": 30, "won_cycles": [[20, 1], [10, 1]]}'::deal_stats;
SELECT '{"deal_stats": 1, "won_deals": 1, "won_with_cycle": 1, "won_cycle_seconds": 1, "won_cycles": [[1]]}'::deal_stats;
SELECT '{"deal_stats": 1, "won_amount": 1e40}'::deal_stats;

-- coverage: 4.8M / 1.6M = 3.0; at .22 required 4.5454..., expected 1.056M; 7.5M / 2.0M = 3.75, at .28 expected 2.1M
SELECT pipeline_coverage(4.8e6, 1.6e6), required_coverage(0.22), expected_from_pipeline(4.8e6, 0.22),
	round((expected_from_pipeline(4.8e6, 0.22) / 1.6e6)::numeric, 2) AS of_remaining, coverage_status(4.8e6, 1.6e6, 0, required_coverage(0.22));
SELECT pipeline_coverage(7.5e6, 2.0e6), required_coverage(0.28), round(expected_from_pipeline(7.5e6, 0.28)), coverage_status(7.5e6, 2.0e6, 0, required_coverage(0.28));
SELECT pipeline_coverage(100, 150, 100), pipeline_coverage(100, 100, 100) AS nothing_left, pipeline_coverage(100, NULL) AS no_quota, pipeline_coverage(NULL, 100) AS unknown;
SELECT coverage_status(100, 150, 100, 2), coverage_status(99, 150, 100, 2), coverage_status(100, 100, 100, 2), coverage_status(NULL, 100, 120, NULL),
	coverage_status(100, NULL, 0, 2), coverage_status(NULL, 100, 0, 2) AS open_unknown, coverage_status(5, 100, 0, NULL) AS required_unknown, coverage_status(5, 100, NULL, 3) AS booked_unknown;
SELECT required_coverage(0), required_coverage(NULL), required_coverage(1);
SELECT pipeline_coverage(100, -1);
SELECT pipeline_coverage('NaN', 100);
SELECT pipeline_coverage(100, 'Infinity');
SELECT coverage_status(100, -1, 0, 3);
SELECT coverage_status(100, 100, 0, -3);
SELECT required_coverage(22);
SELECT required_coverage(-0.1);
SELECT required_coverage('NaN');
SELECT expected_from_pipeline(100, 220);
