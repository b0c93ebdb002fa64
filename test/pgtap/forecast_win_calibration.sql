-- forecast: win_calibration and its readers against plain SQL.
\ir setup.psql

-- Deals of 40 groups: probabilities of all kinds, at the ends of bins and near them; some not decided, some not predicted.
CREATE TEMP TABLE deal AS
	SELECT i, g, CASE WHEN h % 17 > 0 THEN CASE h % 4 WHEN 0 THEN (h / 4 % 21) / 20.0::float8 WHEN 1 THEN (h / 4 % 100001) / 100000.0::float8 WHEN 2 THEN power(2, -(h / 4 % 60))
		ELSE ((h / 4 % 19 + 1) / 20.0::float8) * (1 - power(2, -52)) END END AS p, CASE WHEN h2 % 13 > 0 THEN h2 % 1000 < 350 + g * 8 END AS won
	FROM (SELECT i, 1 + i % 40 AS g, ('x' || left(md5(i::text), 15))::bit(60)::bigint AS h, ('x' || right(md5(i::text), 15))::bit(60)::bigint AS h2 FROM generate_series(1, 12000) i) s;
CREATE TEMP TABLE calibration AS SELECT g, win_calibration(p, won) AS c FROM deal GROUP BY g;
CREATE TEMP TABLE decided AS SELECT *, least(width_bucket(p, 0, 1, 20), 20) AS bin, won::int::float8 AS y FROM deal WHERE p IS NOT NULL AND won IS NOT NULL;
SELECT cmp_ok(count(*), '>=', 10::bigint, 'impossible outcomes are among them') FROM decided WHERE p = 0 AND won OR p = 1 AND NOT won;

-- ---- counts and scores ----
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (decided_deals(c), undecided_deals(c), unpredicted_deals(c), impossible_outcomes(c)) IS DISTINCT FROM (n, u, m, x))
	FROM calibration JOIN (SELECT g, count(*) FILTER (WHERE p IS NOT NULL AND won IS NOT NULL) AS n, count(*) FILTER (WHERE p IS NOT NULL AND won IS NULL) AS u, count(*) FILTER (WHERE p IS NULL AND won IS NOT NULL) AS m,
		count(*) FILTER (WHERE p = 0 AND won OR p = 1 AND NOT won) AS x FROM deal GROUP BY g) e USING (g) $$, 'counts');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE NOT coalesce(abs(brier_score(c) - brier) < 1e-13 AND abs(base_rate(c) - rate) < 1e-15 AND abs(mean_probability(c) - mean) < 1e-13 AND abs(log_loss(c) - loss) < 1e-12
		AND abs(brier_skill(c) - (1 - brier / (rate * (1 - rate)))) < 1e-12 AND abs(brier_uncertainty(c) - rate * (1 - rate)) < 1e-15, false))
	FROM calibration JOIN (SELECT g, avg((p - y) ^ 2) AS brier, avg(y) AS rate, avg(p) AS mean, avg(-ln(CASE WHEN won THEN p ELSE 1 - p END)) FILTER (WHERE NOT (p = 0 AND won OR p = 1 AND NOT won)) AS loss FROM decided GROUP BY g) e USING (g) $$, 'scores');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE NOT coalesce(abs(calibration_error(c) - ece) < 1e-13 AND abs(brier_reliability(c) - reliability) < 1e-13 AND abs(brier_resolution(c) - resolution) < 1e-13, false))
	FROM calibration JOIN (SELECT g, sum(n * abs(p - y)) / sum(n) AS ece, sum(n * (p - y) ^ 2) / sum(n) AS reliability, sum(n * (y - r) ^ 2) / sum(n) AS resolution
		FROM (SELECT g, bin, count(*) AS n, avg(p) AS p, avg(y) AS y FROM decided GROUP BY g, bin) b JOIN (SELECT g, avg(y) AS r FROM decided GROUP BY g) a USING (g) GROUP BY g) e USING (g) $$, 'what is computed by bins');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (deals, won_deals, probability_from, probability_to) IS DISTINCT FROM (coalesce(n, 0), coalesce(w, 0), ((t.bin - 1) / 20.0)::float8, (t.bin / 20.0)::float8)
		OR abs(mean_probability - p) > 1e-14 OR (mean_probability IS NULL) <> (n IS NULL) OR win_rate IS DISTINCT FROM w::float8 / n OR win_rate_low IS DISTINCT FROM compliance_low(k) OR win_rate_high IS DISTINCT FROM compliance_high(k))
	FROM calibration CROSS JOIN LATERAL reliability_table(c) t LEFT JOIN (SELECT g, bin, count(*) AS n, count(*) FILTER (WHERE won) AS w, avg(p) AS p, compliance(won) AS k FROM decided GROUP BY g, bin) e USING (g, bin) $$, 'the table of bins');
SELECT is((SELECT array_agg(n) FROM (SELECT count(*) AS n FROM calibration, reliability_table(c) GROUP BY g) s), array_fill(20::bigint, ARRAY[40]), 'twenty bins each');
-- Murphy's parts make up the score where a bin holds one probability
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE NOT abs(brier_score(c) - brier_reliability(c) + brier_resolution(c) - brier_uncertainty(c)) < 1e-13)
	FROM (SELECT win_calibration(least(floor(p * 20), 19) / 20, won) AS c FROM decided GROUP BY g) s $$, 'reliability - resolution + uncertainty');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE a <> b) FROM (SELECT brier_score(p, won) AS a, brier_score(win_calibration(p, won)) AS b FROM deal GROUP BY g) s $$, 'in one step');
-- the logarithm, to a few units in the last place
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE NOT abs(log_loss(win_calibration_transfn(NULL, p, true)) / -ln(p) - 1) < 1e-15 OR NOT abs(log_loss(win_calibration_transfn(NULL, p, false)) / -CASE WHEN p < 0.5 THEN ln(1 - p::text::numeric)::float8 ELSE ln(1 - p) END - 1) < 1e-15)
	FROM (SELECT DISTINCT p FROM deal WHERE p > 0 AND p < 1) d $$, 'logarithms');
SELECT is(log_loss(win_calibration(5e-324, true)), -ln(5e-324::float8), 'of the least number');

-- ---- the calibrated probability ----
-- The definition once more: isotonic regression as the greatest of the least means (Barlow et al. 1972).
CREATE TEMP TABLE point AS
	SELECT g, bin, row_number() OVER (PARTITION BY g ORDER BY bin) AS k, p, n + 10 AS w, (won + 10 * CASE WHEN r <= q THEN p * r / q ELSE 1 - (1 - p) * (1 - r) / (1 - q) END) / (n + 10) AS v
	FROM (SELECT g, bin, count(*) AS n, avg(p) AS p, sum(y) AS won FROM decided WHERE g <= 12 GROUP BY g, bin) b JOIN (SELECT g, avg(y) AS r, avg(p) AS q FROM decided GROUP BY g) a USING (g);
CREATE TEMP TABLE curve AS
	SELECT g, bin, k, p, (SELECT max(least_mean) FROM (SELECT min(mean) AS least_mean FROM (SELECT a.k AS first, (SELECT sum(w * v) / sum(w) FROM point m WHERE m.g = i.g AND m.k BETWEEN a.k AND b.k) AS mean
		FROM point a JOIN point b USING (g) WHERE a.g = i.g AND a.k <= i.k AND b.k >= i.k) s GROUP BY first) s) AS v FROM point i;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE NOT coalesce(abs(calibrated_probability - v) < 1e-12, false)) FROM curve JOIN (SELECT g, (reliability_table(c)).* FROM calibration) t USING (g, bin) $$, 'isotonic win rates');
SELECT cmp_ok(count(*), '>=', 20::bigint, 'in which violators were pooled') FROM curve a JOIN curve b USING (g) WHERE a.k + 1 = b.k AND abs(a.v - b.v) < 1e-12;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE NOT coalesce(abs(calibrated_probability(c, x) - CASE WHEN b.p IS NULL THEN a.v WHEN a.p IS NULL THEN b.v ELSE a.v + (b.v - a.v) * (x - a.p) / (b.p - a.p) END) < 1e-12, false))
	FROM (SELECT * FROM calibration WHERE g <= 12) calibration CROSS JOIN generate_series(0, 1, 0.01) s(n) CROSS JOIN LATERAL (SELECT n::float8 AS x) x LEFT JOIN LATERAL (SELECT * FROM curve WHERE curve.g = calibration.g AND p <= x ORDER BY p DESC LIMIT 1) a ON true
		LEFT JOIN LATERAL (SELECT * FROM curve WHERE curve.g = calibration.g AND p > x ORDER BY p LIMIT 1) b ON true $$, 'lines between the points, and flat ends');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE q < before OR q < 0 OR q > 1) FROM (SELECT q, lag(q) OVER (PARTITION BY g ORDER BY x) AS before FROM calibration, LATERAL (SELECT x, calibrated_probability(c, x) AS q FROM (SELECT p AS x FROM decided WHERE i % 10 = 0 UNION SELECT n / 997.0 FROM generate_series(0, 997) n) x) q) s WHERE before IS NOT NULL $$, 'never falls');
-- right predictions of many deals stay what they are; all deals are won
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE NOT abs(calibrated_probability(c, p) - p) < 1e-3) FROM (SELECT win_calibration(p, k <= p * 10000) AS c FROM generate_series(0.05, 0.95, 0.1) p, generate_series(1, 10000) k) s, generate_series(0.05, 0.95, 0.1) p $$, 'right predictions are kept');
SELECT is((calibrated_probability(c, 0), calibrated_probability(c, 1))::text, '(1,1)', 'all won') FROM (SELECT win_calibration(0.3, true) AS c) s;
SELECT is((calibrated_probability(c, 0), calibrated_probability(c, 1))::text, '(0,0)', 'all lost, at probabilities of 0') FROM (SELECT win_calibration(0, false) AS c) s;
-- one call site, several calibrations in turn
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE a <> b) FROM (SELECT calibrated_probability(c, 0.4) AS a, (SELECT calibrated_probability(d.c, 0.4) FROM (SELECT c) d) AS b FROM (SELECT c FROM calibration, generate_series(1, 3) n ORDER BY n, g) s) s $$, 'of several in turn');

-- ---- merging, order, frames, forms ----
CREATE TEMP TABLE whole AS SELECT win_calibration(p, won) AS c FROM deal;
SELECT is((SELECT merge(c) FROM calibration), c, 'merged by group') FROM whole;
SELECT is((SELECT merge(c ORDER BY g DESC) FROM calibration), c, 'merged backwards') FROM whole;
SELECT is((SELECT win_calibration(p, won ORDER BY md5(i::text)) FROM deal), c, 'in another order') FROM whole;
SELECT is((SELECT merge(c) FROM (SELECT merge(c) AS c FROM (SELECT i / 7 % 11 AS k, win_calibration(p, won) AS c FROM deal GROUP BY i / 7) s GROUP BY k) s), c, 'merged of merged') FROM whole;
SELECT is((SELECT win_calibration_send(merge(c)) FROM calibration), win_calibration_send(c), 'the same bytes') FROM whole;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE a IS DISTINCT FROM b) FROM (SELECT i, win_calibration(p, won) OVER (ORDER BY i ROWS BETWEEN 20 PRECEDING AND CURRENT ROW) AS a, (SELECT win_calibration(p, won) FROM deal d WHERE d.i BETWEEN deal.i - 20 AND deal.i) AS b FROM deal WHERE i <= 400) s $$, 'in window frames');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE c::text::win_calibration <> c OR c::text::win_calibration::text <> c::text) FROM calibration $$, 'the text form gives it back');
SELECT is(win_calibration(p, won), NULL, 'no rows') FROM deal WHERE false;
SELECT is((SELECT count(*) FROM (SELECT win_calibration(NULL, NULL) AS c FROM deal) s WHERE c IS NULL), 1::bigint, 'rows of NULLs are no deals');
SELECT is((brier_score(c), brier_skill(c), log_loss(c), calibration_error(c), base_rate(c), mean_probability(c), brier_reliability(c), brier_resolution(c), brier_uncertainty(c), calibrated_probability(c, 0.5), decided_deals(c))::text, '(,,,,,,,,,,0)', 'empty') FROM (SELECT '{"win_calibration": 1}'::win_calibration AS c) s;

-- ---- what is refused ----
SELECT throws_ok(format('SELECT win_calibration(%L, %s)', p, w), '22003', NULL, format('probability %s, %s', p, w)) FROM unnest('{-1e-300, 1.0000000000000002, 80, NaN, Infinity, -Infinity}'::text[]) p, unnest('{true, "NULL"}'::text[]) w;
SELECT throws_ok(format('SELECT calibrated_probability(''{"win_calibration": 1}'', %L)', p), '22003', NULL, 'calibrated_probability of ' || p) FROM unnest('{-0.1, 1.1, NaN}'::text[]) p;
SELECT throws_ok(format('SELECT %L::win_calibration', literal), '22P02', NULL, literal) FROM unnest(ARRAY['{"win_calibration": 1, "bin_5_won": 1}', '{"win_calibration": 1, "bin_5_deals": 2, "bin_5_won": 3, "bin_5_probability": 0.4375}', '{"win_calibration": 1, "bin_5_deals": 2, "bin_5_probability": 1}',
	'{"win_calibration": 1, "bin_5_probability": 0.25}', '{"win_calibration": 1, "bin_1_deals": 1, "bin_1_probability": -0.015625}', '{"win_calibration": 1, "squares": 0.5}', '{"win_calibration": 1, "bin_1_deals": 1, "squares": -0.5}', '{"win_calibration": 1, "log_loss": 1}',
	'{"win_calibration": 1, "bin_1_deals": 1, "impossible": 2}', '{"win_calibration": 1, "bin_1_deals": 1, "impossible": 1, "log_loss": 1}', '{"win_calibration": 1, "bin_1_deals": 1, "bin_1_probability": 0.01}', '{"win_calibration": 1, "bin_0_deals": 1}', '{"win_calibration": 2}', '{"win_calibration": 1, "bin_1_deals": -1}']) literal;
SELECT is(decided_deals('{"win_calibration": 1, "bin_1_deals": 999999999999999999, "bin_1_won": 999999999999999999}'), 999999999999999999, 'the largest counts');
SELECT throws_ok($$SELECT '{"win_calibration": 1, "bin_1_deals": 999999999999999999, "bin_20_deals": 1, "bin_20_probability": 1}'::win_calibration$$, '22P02', NULL, 'and not one more');
SELECT is(decided_deals(merge(w)), 999999999999999999, 'merged') FROM (VALUES ('{"win_calibration": 1, "bin_1_deals": 999999999999999998}'::win_calibration), ('{"win_calibration": 1, "bin_20_deals": 1, "bin_20_probability": 1}')) v (w);
SELECT throws_ok($$SELECT merge(w) FROM (VALUES ('{"win_calibration": 1, "bin_1_deals": 999999999999999999}'::win_calibration), ('{"win_calibration": 1, "bin_20_deals": 1, "bin_20_probability": 1}')) v (w)$$, '22003', '"deals" of merged win_calibration is out of range', 'nor one more by merging');

SELECT * FROM finish();
ROLLBACK;
