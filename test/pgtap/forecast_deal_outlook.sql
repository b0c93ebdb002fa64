-- forecast: deal_outlook and its readers against exact sums over all outcomes, in plain SQL.
\ir setup.psql

-- Numbers that look like chance and are the same in every run: from 0 to less than 1.
CREATE FUNCTION pg_temp.draw(seed text) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT (('x' || substr(md5(seed), 1, 8))::bit(32)::bigint & 2147483647) / 2147483648.0 $$;

-- ---- equal amounts: the Poisson-binomial distribution, in exact decimals ----
CREATE TEMP TABLE pb (n int, i int, p numeric);
INSERT INTO pb SELECT n, i, round(pg_temp.draw(n || ' ' || i), 3) FROM unnest('{1, 2, 5, 12, 30}'::int[]) n, generate_series(1, n) i;
-- published cases (Hong 2013 and textbooks): 0.1 .. 0.5, and a binomial
INSERT INTO pb SELECT 105, i, i / 10.0 FROM generate_series(1, 5) i UNION ALL SELECT 110, i, 0.3 FROM generate_series(1, 10) i UNION ALL SELECT 112, i, (array[0, 1, 0.3])[1 + i % 3] FROM generate_series(1, 12) i;
CREATE TEMP TABLE pmf AS
	WITH RECURSIVE step AS (
		SELECT n, 0 AS i, ARRAY[1::numeric] AS f FROM pb GROUP BY n
		UNION ALL
		SELECT s.n, s.i + 1, (SELECT array_agg(coalesce(s.f[j] * (1 - pb.p), 0) + coalesce(s.f[j - 1] * pb.p, 0) ORDER BY j) FROM generate_series(1, s.i + 2) j)
		FROM step s JOIN pb ON pb.n = s.n AND pb.i = s.i + 1)
	SELECT n, i AS deals, k::int - 1 AS k, m, sum(m) OVER (PARTITION BY n ORDER BY k) AS cdf
	FROM step, unnest(f) WITH ORDINALITY u(m, k) WHERE i = (SELECT count(*) FROM pb WHERE pb.n = step.n);
SELECT is(string_agg(trim_scale(m)::text, ' ' ORDER BY k), '0.1512 0.3714 0.3274 0.1274 0.0214 0.0012', 'the oracle has the published case') FROM pmf WHERE n = 105;
CREATE TEMP TABLE pbo AS SELECT n, unit, deal_outlook(unit, p::float8) AS o FROM pb, unnest('{1, 0.1, 2500, 1e20}'::float8[]) unit GROUP BY n, unit;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(chance_of_at_least(o, k * unit) - (1 - cdf + m)) > 1e-12 OR chance_of_at_least_low(o, k * unit) <> chance_of_at_least(o, k * unit) OR chance_of_at_least_high(o, k * unit) <> chance_of_at_least(o, k * unit))
	FROM pbo JOIN pmf USING (n) $$, 'equal amounts: every probability, exactly');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(outlook_rank(o, k * unit) - (cdf - m / 2)) > 1e-12) FROM pbo JOIN pmf USING (n) WHERE m > 0 $$, 'equal amounts: ranks');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE outlook_quantile(o, p) IS DISTINCT FROM (e.k * unit::numeric)::float8 OR outlook_quantile_low(o, p) <> outlook_quantile(o, p) OR outlook_quantile_high(o, p) <> outlook_quantile(o, p))
	FROM pbo, unnest('{0.01, 0.1, 0.25, 0.5, 0.75, 0.85, 0.9, 0.99, 0.999}'::float8[]) p, LATERAL (SELECT min(k) AS k FROM pmf WHERE pmf.n = pbo.n AND cdf >= p::numeric) e $$, 'equal amounts: quantiles are the smallest x with F(x) >= p, ties included');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(outlook_mean(o) / unit - e.mean) > 1e-12 OR abs(outlook_stddev(o) / unit - sqrt(e.variance)) > 1e-12 OR outlook_deals(o) <> e.n)
	FROM pbo JOIN (SELECT n AS case_n, count(*) AS n, sum(p) AS mean, sum(p * (1 - p)) AS variance FROM pb GROUP BY n) e ON case_n = pbo.n $$, 'equal amounts: moments');

-- ---- unequal amounts: every subset of up to 16 deals, of which each has its probability ----
CREATE TEMP TABLE deal AS
	SELECT s AS set, i, CASE kind WHEN 0 THEN round((exp(pg_temp.draw('a' || s || ' ' || i)::float8 * 5) * 1000)::numeric, 2) WHEN 1 THEN round(pg_temp.draw('a' || s || ' ' || i) * 20) * 500
			WHEN 2 THEN (exp(pg_temp.draw('a' || s || ' ' || i)::float8 * 3) / 3)::numeric ELSE round(pg_temp.draw('a' || s || ' ' || i), 3) END::float8 AS amount,
		CASE WHEN i % 7 = 6 THEN (s + i) % 2 ELSE round(pg_temp.draw('p' || s || ' ' || i), 2) END::float8 AS p
	FROM generate_series(1, 28) s, LATERAL (SELECT s % 4 AS kind) k, generate_series(1, CASE WHEN s > 24 THEN 16 ELSE 1 + s % 12 END) i;
CREATE TEMP TABLE outlook AS SELECT set, deal_outlook(amount, p) AS o FROM deal GROUP BY set;
CREATE TEMP TABLE truth AS
	WITH RECURSIVE subset AS (
		SELECT set, 0 AS i, 0::float8 AS x, 1::float8 AS m FROM deal GROUP BY set
		UNION ALL
		SELECT s.set, s.i + 1, CASE WHEN won THEN s.x + d.amount ELSE s.x END, s.m * CASE WHEN won THEN d.p ELSE 1 - d.p END
		FROM subset s JOIN deal d ON d.set = s.set AND d.i = s.i + 1, (VALUES (true), (false)) w(won))
	-- sums in another order than ours: cents, and the last bits of the others, are rounded away
	SELECT set, x, m, sum(m) OVER (PARTITION BY set ORDER BY x) AS below FROM (
		SELECT set, round(x::numeric, 9)::float8 AS x, sum(m) AS m FROM subset s WHERE i = (SELECT count(*) FROM deal d WHERE d.set = s.set) AND m > 0 GROUP BY 1, 2) t;
SELECT cmp_ok(count(*), '>', 3000::bigint, 'outcomes') FROM truth;
CREATE TEMP TABLE asked AS SELECT set, o, p, tolerance, (SELECT min(x) FROM truth t WHERE t.set = outlook.set AND below >= p - 1e-12) AS x FROM outlook, unnest('{0.02, 0.1, 0.37, 0.5, 0.8, 0.95, 0.999}'::float8[]) p, unnest('{0.001, 0.01, 0.3, 0}'::float8[]) tolerance;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE NOT x BETWEEN outlook_quantile_low(o, p, 0, tolerance) - 1e-7 AND outlook_quantile_high(o, p, 0, tolerance) + 1e-7
	OR NOT outlook_quantile(o, p, 0, tolerance) BETWEEN outlook_quantile_low(o, p, 0, tolerance) AND outlook_quantile_high(o, p, 0, tolerance)) FROM asked $$, 'every quantile lies between its bounds, and so does the estimate');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE outlook_quantile_high(o, p) - outlook_quantile_low(o, p) > 0.0015 * outlook_total(o)) FROM asked $$, 'which are as near as the tolerance says');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(outlook_quantile(o, p) - x) > 1e-7 OR outlook_quantile_high(o, p) <> outlook_quantile_low(o, p)) FROM asked WHERE set % 4 IN (1, 3) $$, 'multiples of a step: exact');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(outlook_quantile(o, p) - x) > 1e-6 OR outlook_quantile_high(o, p) <> outlook_quantile_low(o, p)) FROM asked WHERE set <= 24 $$, 'up to twelve open deals: exact, whatever the amounts');
SELECT cmp_ok(count(*), '>', 30::bigint, 'others have bounds that differ') FROM asked WHERE outlook_quantile_high(o, p, 0, tolerance) > outlook_quantile_low(o, p, 0, tolerance);
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE NOT e.m BETWEEN chance_of_at_least_low(o, target, 0, tolerance) - 1e-9 AND chance_of_at_least_high(o, target, 0, tolerance) + 1e-9
		OR NOT chance_of_at_least(o, target, 0, tolerance) BETWEEN chance_of_at_least_low(o, target, 0, tolerance) AND chance_of_at_least_high(o, target, 0, tolerance))
	FROM outlook, unnest('{0.001, 0.05}'::float8[]) tolerance, unnest('{0.01, 0.1, 0.3, 0.47, 0.6, 0.9, 0.999}'::float8[]) share, LATERAL (SELECT round((outlook_total(o) * share)::numeric, 4)::float8 + 0.00003 AS target) t,
		LATERAL (SELECT coalesce(sum(m), 0) AS m FROM truth WHERE truth.set = outlook.set AND x >= target) e $$, 'every chance lies between its bounds');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(outlook_mean(o) - e.mean) > 1e-9 * e.mean + 1e-9 OR abs(outlook_stddev(o) - sqrt(greatest(e.square - e.mean ^ 2, 0))) > 1e-6 * e.mean + 1e-9)
	FROM outlook JOIN (SELECT set, sum(x * m) AS mean, sum(x * x * m) AS square FROM truth GROUP BY set) e USING (set) $$, 'moments');

-- ---- correlation: the mixture by hand, with a normal distribution of its own ----
-- G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11 (2004), 4: a series; and its inverse by bisection
CREATE FUNCTION pg_temp.phi(x float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE s float8 := x; t float8 := 0; b float8 := x; q float8 := x * x; i float8 := 1;
BEGIN
	IF x < -7 THEN RETURN 0; END IF;
	IF x > 7 THEN RETURN 1; END IF;
	WHILE s <> t LOOP t := s; i := i + 2; b := b * q / i; IF abs(b) < 1e-300 THEN EXIT; END IF; s := t + b; END LOOP;
	RETURN 0.5 + s * exp(-0.5 * q - 0.91893853320467274178);
END $$;
CREATE FUNCTION pg_temp.phi_inverse(p float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE low float8 := -7; high float8 := 7;
BEGIN
	FOR i IN 1..60 LOOP IF pg_temp.phi((low + high) / 2) < p THEN low := (low + high) / 2; ELSE high := (low + high) / 2; END IF; END LOOP;
	RETURN (low + high) / 2;
END $$;
SELECT ok(abs(pg_temp.phi(1.959963984540054) - 0.975) < 1e-14 AND abs(pg_temp.phi_inverse(0.1) + 1.2815515655446004) < 1e-12, 'the oracle knows the normal distribution');
CREATE TEMP TABLE node AS SELECT rho, z, exp(-z * z / 2) * 0.1 / sqrt(2 * pi()) AS w FROM unnest('{0.05, 0.2, 0.5, 0.9}'::float8[]) rho, (SELECT i * 0.1::float8 AS z FROM generate_series(-70, 70) i) g;
CREATE TEMP TABLE joint AS
	WITH RECURSIVE conditional AS MATERIALIZED (
		SELECT rho, z, w, i, k, pg_temp.phi((pg_temp.phi_inverse(p) - sqrt(rho) * z) / sqrt(1 - rho)) AS p
		FROM node, (VALUES (1, 1, 0.1), (2, 2, 0.3), (3, 3, 0.5), (4, 3, 0.25), (5, 5, 0.8), (6, 10, 0.4)) d(i, k, p)),
	subset AS (
		SELECT rho, z, w AS m, 0 AS i, 0 AS x FROM node
		UNION ALL
		SELECT s.rho, s.z, s.m * CASE WHEN won THEN c.p ELSE 1 - c.p END, s.i + 1, CASE WHEN won THEN s.x + c.k ELSE s.x END
		FROM subset s JOIN conditional c ON c.rho = s.rho AND c.z = s.z AND c.i = s.i + 1, (VALUES (true), (false)) w(won))
	SELECT rho, x, sum(m) AS m FROM subset WHERE i = 6 GROUP BY rho, x;
CREATE TEMP TABLE correlated AS SELECT deal_outlook(k * 1000, p) AS o FROM (VALUES (1, 1, 0.1), (2, 2, 0.3), (3, 3, 0.5), (4, 3, 0.25), (5, 5, 0.8), (6, 10, 0.4)) d(i, k, p);
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(chance_of_at_least(o, t * 1000, rho) - (SELECT sum(m) FROM joint j WHERE j.rho = r.rho AND x >= t)) > 1e-10)
	FROM correlated, (SELECT DISTINCT rho FROM node) r, generate_series(1, 24) t $$, 'correlated deals: every probability, as the mixture summed by hand');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(outlook_stddev(o, rho) / 1000 - e.sd) > 1e-8 OR abs(e.mean - outlook_mean(o) / 1000) > 1e-9)
	FROM correlated, (SELECT rho, sum(x * m) AS mean, sqrt(sum(x * x * m) - sum(x * m) ^ 2) AS sd FROM joint GROUP BY rho) e $$, 'correlated deals: the standard deviation; the mean stays');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE outlook_quantile(o, p, 0) IS DISTINCT FROM outlook_quantile(o, p) OR outlook_stddev(o, 0) <> outlook_stddev(o) OR outlook_stddev(o, 0.2) < outlook_stddev(o) * (1 - 1e-9))
	FROM outlook, unnest('{0.1, 0.5, 0.9}'::float8[]) p $$, 'a correlation of 0 is independence');
-- two deals that share their fate almost wholly: both or none
SELECT ok(abs(chance_of_at_least(o, 2, 0.9999) - 0.5) < 0.01 AND abs(chance_of_at_least(o, 2, 0.5) - 1 / 3.0) < 1e-9 AND abs(chance_of_at_least(o, 2, 0) - 0.25) < 1e-15, 'two even deals win together with 1/4 + asin(rho) / (2 pi) (Sheppard 1899)')
	FROM (SELECT '{"deal_outlook": 1, "deals": [[1, 0.5], [1, 0.5]]}'::deal_outlook AS o) s;
-- thousands of deals: the mixture has no lumps, and is near the limit of a large portfolio (Vasicek 1987)
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(outlook_quantile(o, q, 0.2) / 3000 - pg_temp.phi((pg_temp.phi_inverse(0.3) + sqrt(0.2) * pg_temp.phi_inverse(q)) / sqrt(0.8))) > 0.002)
	FROM (SELECT deal_outlook(1, 0.3) AS o FROM generate_series(1, 3000)) s, unnest('{0.05, 0.2, 0.5, 0.8, 0.95}'::float8[]) q $$, 'a large portfolio of equal deals');

-- ---- many deals ----
CREATE TEMP TABLE many AS SELECT n, deal_outlook(amount, p) AS o FROM (SELECT i, round((exp(pg_temp.draw('m' || i)::float8 * 4) * 1000)::numeric, 2) AS amount, round(0.01 + 0.98 * pg_temp.draw('q' || i), 2)::float8 AS p FROM generate_series(1, 3000) i) d, unnest('{60, 300, 3000}'::int[]) n WHERE i <= n GROUP BY n;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE fine_low < coarse_low - 1e-6 OR fine_high > coarse_high + 1e-6 OR fine_low > fine_high OR coarse_high < fine_low OR fine_high - fine_low > 0.0015 * outlook_total(o) OR NOT outlook_quantile(o, p, 0, 0.02) BETWEEN coarse_low AND coarse_high)
	FROM many, unnest('{0.05, 0.3, 0.5, 0.9}'::float8[]) p, LATERAL (SELECT outlook_quantile_low(o, p) AS fine_low, outlook_quantile_high(o, p) AS fine_high, outlook_quantile_low(o, p, 0, 0.02) AS coarse_low, outlook_quantile_high(o, p, 0, 0.02) AS coarse_high) b $$,
	'coarse bounds hold what fine ones do');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(outlook_quantile(o, p, r, 0.05) - outlook_quantile(o, p, r)) > 0.001 * outlook_total(o))
	FROM many, unnest('{0, 0.1}'::float8[]) r, unnest('{0.05, 0.3, 0.5, 0.9}'::float8[]) p WHERE n < 3000 OR r = 0 $$, 'and the estimate is nearer than they are');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE q < lag OR c < 1 - p - 1e-9) FROM (SELECT p, q, lag(q) OVER (PARTITION BY n ORDER BY p) AS lag, chance_of_at_least(o, q, r) AS c FROM many, unnest('{0, 0.15}'::float8[]) r, LATERAL (SELECT p / 50.0 AS p, outlook_quantile(o, p / 50.0, r) AS q FROM generate_series(0, 50) p) s WHERE r = 0) t $$, 'quantiles ascend, and are reached with what they leave');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE outlook_quantile(o, 1) <> outlook_total(o) OR outlook_quantile(o, 0) <> 0 OR chance_of_at_least(o, 0) <> 1 OR chance_of_at_least(o, outlook_total(o) * 1.01) <> 0 OR chance_of_at_least(o, -5) <> 1 OR outlook_rank(o, -1) <> 0 OR outlook_rank(o, outlook_total(o) + 1) <> 1) FROM many $$, 'the ends');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE rows <> bins OR abs(total - 1) > 1e-12 OR least < 0 OR NOT ascending OR abs(first - outlook_quantile(o, 0.0005, r)) > 0 OR last <> outlook_quantile(o, 0.9995, r)) FROM many, unnest('{1, 7, 40}'::int[]) bins, unnest('{0, 0.1}'::float8[]) r,
	LATERAL (SELECT count(*) AS rows, sum(probability) AS total, min(probability) AS least, bool_and(amount_from < amount_to AND (lag IS NULL OR lag = amount_from)) AS ascending, min(amount_from) AS first, max(amount_to) AS last FROM (SELECT *, lag(amount_to) OVER (ORDER BY bin) AS lag FROM outlook_histogram(o, bins, r)) h) e WHERE n < 3000 OR r = 0 $$, 'histograms add up to 1');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE outlook_contains(o, x, level) IS DISTINCT FROM x BETWEEN outlook_quantile(o, (1 - level) / 2) AND outlook_quantile(o, (1 + level) / 2)) FROM many, unnest('{0.5, 0.8, 0.99}'::float8[]) level, LATERAL (SELECT outlook_mean(o) + k * outlook_stddev(o) / 3 AS x FROM generate_series(-9, 9) k) s $$, 'the central band');

-- ---- one value, however it came about ----
SELECT is((SELECT merge(o) FROM outlook), (SELECT deal_outlook(amount, p) FROM deal), 'merged from parts');
SELECT is((SELECT deal_outlook(amount, p ORDER BY md5(i::text || set)) FROM deal), (SELECT deal_outlook(amount, p ORDER BY amount DESC) FROM deal), 'rows in any order');
SELECT is((SELECT merge(o ORDER BY set DESC)::text FROM outlook), (SELECT merge(o ORDER BY md5(set::text))::text FROM outlook), 'merges in any order');
SELECT is((SELECT deal_outlook(amount::numeric, p) FROM deal WHERE set % 4 = 1), (SELECT deal_outlook(amount::bigint, p) FROM deal WHERE set % 4 = 1), 'the overloads give the same');
SELECT is((SELECT deal_outlook(amount::numeric, p) FROM deal WHERE set % 4 <> 2), (SELECT deal_outlook(amount, p) FROM deal WHERE set % 4 <> 2), 'decimals too');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE o::text::deal_outlook <> o) FROM (SELECT o FROM outlook UNION ALL SELECT o FROM many) s', 'the text form is lossless');
SELECT is(deal_outlook(x, p)::text::deal_outlook, deal_outlook(x, p), 'also of the least and greatest') FROM (VALUES (1e-100, 5e-324), (1e100, 1 - 1.1e-16), (0.1, 0.30000000000000004), (-0.0, -0.0)) v(x, p);
SELECT is('{"deal_outlook": 1, "deals": [[0, 0]]}'::deal_outlook, '{"deal_outlook": 1, "deals": [[-0.0, -0.0]]}', 'minus zero is zero');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE outlook_without(outlook_with(o, d.amount, d.p), d.amount, d.p) <> o OR outlook_with(outlook_without(o, d.amount, d.p), d.amount, d.p) <> o
	OR outlook_with(o, 77, 0.5) <> (SELECT deal_outlook(a, q) FROM (SELECT amount AS a, p AS q FROM deal x WHERE x.set = d.set UNION ALL SELECT 77, 0.5) u)) FROM outlook JOIN deal d USING (set) $$, 'with and without a deal');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(outlook_mean(outlook_with(outlook_without(o, d.amount, d.p), d.amount, 1)) - outlook_mean(o) - d.amount * (1 - d.p)) > 1e-9 * outlook_total(o)) FROM outlook JOIN deal d USING (set) $$, 'if a deal is won');
-- a window frame runs the final function again and again over a state that lives on
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE w IS DISTINCT FROM e) FROM (SELECT deal_outlook(amount, p) OVER (PARTITION BY set ORDER BY i ROWS UNBOUNDED PRECEDING) AS w, (SELECT deal_outlook(d.amount, d.p) FROM deal d WHERE d.set = deal.set AND d.i <= deal.i) AS e FROM deal) s $$, 'window frames');
-- the distributions that are kept are told apart by everything that they depend on: in one order each is asked for again while it is kept, in the other after others took its place
SELECT pg_temp.holds($$ WITH asked AS MATERIALIZED (SELECT set, o, r, t FROM outlook, unnest('{0, 0.1, 0.3}'::float8[]) r, unnest('{0.001, 0.02}'::float8[]) t),
	near AS MATERIALIZED (SELECT set, r, t, outlook_quantile(o, 0.4, r, t) AS q, outlook_quantile(o, 0.4, r, t) AS again FROM asked ORDER BY set, r, t), far AS MATERIALIZED (SELECT set, r, t, outlook_quantile(o, 0.4, r, t) AS q FROM (SELECT * FROM asked ORDER BY md5(set || ' ' || r || ' ' || t)) s)
	SELECT count(*), count(*) FILTER (WHERE near.q IS DISTINCT FROM far.q OR near.again IS DISTINCT FROM near.q) FROM near JOIN far USING (set, r, t) $$, 'asked again in another order');
-- amounts of whole units far apart: the smallest of them is told from none
SELECT is((chance_of_at_least(o, 1), chance_of_at_least(o, 2), outlook_rank(o, 1), chance_of_at_least(o, 10000000000000))::text, '(0.75,0.5,0.375,0.5)', 'a small deal beside a very large one') FROM (SELECT '{"deal_outlook": 1, "deals": [[1, 0.5], [10000000000000, 0.5]]}'::deal_outlook AS o) s;
-- many probabilities that are nearly the same and share one fate: as even deals, of any two of which both come with 1/4 + asin(0.5) / (2 pi) = 1/3 (Sheppard)
SELECT pg_temp.holds($$ SELECT 1, (NOT abs(outlook_stddev(deal_outlook(1, 0.5 + i * 1e-13), 0.5) / sqrt(2001 * 0.25 + 2001 * 2000 / 12.0) - 1) < 1e-9)::int FROM generate_series(-1000, 1000) i $$, 'probabilities that are nearly the same');

-- ---- NULLs, no deals, errors ----
SELECT is((SELECT deal_outlook(a, p)::text FROM (VALUES (NULL, 0.5), (5, NULL), (6, NULL), (NULL, NULL), (7, 0.1)) v(a, p)), '{"deal_outlook": 1, "deals": [[7, 0.1]], "missing_amounts": 1, "missing_probabilities": 2}', 'what is missing is counted');
SELECT is((missing_amounts(o), missing_probabilities(o), outlook_deals(o), outlook_total(o))::text, '(1,2,1,7)', 'and read') FROM (SELECT '{"deal_outlook": 1, "deals": [[7, 0.1]], "missing_amounts": 1, "missing_probabilities": 2}'::deal_outlook AS o) s;
SELECT is(deal_outlook(amount, p), NULL, 'no rows') FROM deal WHERE false;
SELECT is(deal_outlook(NULL::float8, NULL), NULL, 'rows of NULLs alone are no deals') FROM deal;
SELECT is((outlook_mean(o), outlook_stddev(o), outlook_total(o), outlook_quantile(o, 0.5), outlook_quantile_low(o, 0.5), outlook_quantile_high(o, 0.5), chance_of_at_least(o, 0), chance_of_at_least_low(o, 0), chance_of_at_least_high(o, 0), outlook_rank(o, 0), outlook_contains(o, 0), outlook_bin_edge(o, 0, 1))::text, '(,,,,,,,,,,,)', 'no deals: unknown, not zero')
	FROM (SELECT '{"deal_outlook": 1}'::deal_outlook AS o) s;
SELECT is((SELECT count(*) FROM outlook_histogram('{"deal_outlook": 1}', 5)), 0::bigint, 'no deals, no histogram');
SELECT is((SELECT string_agg(h::text, ' ') FROM outlook_histogram('{"deal_outlook": 1, "deals": [[5, 1], [7, 0], [0, 0.5]]}', 5) h), '(1,5,5,1,1)', 'what is certain is one bin');
SELECT is((outlook_quantile(o, 0), outlook_quantile(o, 0.5), outlook_quantile(o, 1), outlook_stddev(o), chance_of_at_least(o, 5), chance_of_at_least(o, 5.01), outlook_total(o))::text, '(5,5,5,0,1,0,12)', 'certain and impossible deals') FROM (SELECT '{"deal_outlook": 1, "deals": [[5, 1], [7, 0], [0, 0.5]]}'::deal_outlook AS o) s;
SELECT is(outlook_backtest(o, a, 0.8, c)::text, '{"compliance": 1, "met": 1, "missed": 1, "pending": 3}', 'a backtest: met, missed, and what cannot be judged')
	FROM (VALUES ('{"deal_outlook": 1, "deals": [[10, 0.5]]}'::deal_outlook, 10, 0), ('{"deal_outlook": 1, "deals": [[10, 0.5]]}', 11, 0), (NULL, 5, 0), ('{"deal_outlook": 1, "deals": [[10, 0.5]]}', NULL, 0), (NULL, NULL, 0), ('{"deal_outlook": 1}', 3, 0)) v(o, a, c);
SELECT throws_ok('SELECT ' || call, '22003', NULL, call) FROM unnest(array['deal_outlook(-1::float8, 0.5)', 'deal_outlook(''NaN''::numeric, 0.5)', 'deal_outlook(''infinity''::float8, 0.5)', 'deal_outlook(1::bigint, 40)', 'deal_outlook(1::float8, -0.1)', 'deal_outlook(1::float8, ''NaN'')',
	'deal_outlook(1e101::float8, 0.5)', 'deal_outlook(1e-101::float8, 0.5)', 'deal_outlook(-5::numeric, NULL)', 'deal_outlook(NULL::float8, 2)', 'outlook_with(''{"deal_outlook": 1}'', -1, 0.5)',
	'outlook_quantile(''{"deal_outlook": 1}'', 10)', 'outlook_quantile(''{"deal_outlook": 1}'', 0.1, 1)', 'outlook_quantile(''{"deal_outlook": 1}'', 0.1, -0.1)', 'outlook_quantile(''{"deal_outlook": 1}'', 0.1, 0, 2)', 'outlook_stddev(''{"deal_outlook": 1}'', 1)', 'chance_of_at_least(''{"deal_outlook": 1}'', ''infinity'')',
	'outlook_contains(''{"deal_outlook": 1, "deals": [[1, 0.5]]}'', 1, 80)', 'outlook_contains(''{"deal_outlook": 1}'', 1, 80)', 'outlook_contains(''{"deal_outlook": 1}'', ''NaN'')', 'outlook_bin_edge(''{"deal_outlook": 1}'', 0, 1, 2)', 'outlook_backtest(''{"deal_outlook": 1}'', 1, 80, 0)']) call;
SELECT throws_ok('SELECT ' || call, '22023', NULL, call) FROM unnest(array['outlook_without(''{"deal_outlook": 1, "deals": [[1, 0.5]]}'', 1, 0.4)', 'outlook_bin_edge(''{"deal_outlook": 1}'', 0, 0)', 'outlook_bin_edge(''{"deal_outlook": 1}'', 3, 2)', 'outlook_bin_edge(''{"deal_outlook": 1}'', 0, 10001)']) call;
SELECT throws_ok(format('SELECT %L::deal_outlook', literal), state, NULL, left(literal, 80)) FROM (VALUES ('{"deals": []}', '22P02'), ('{"deal_outlook": 2}', '22P02'), ('{"deal_outlook": 1, "deal": []}', '22P02'), ('{"deal_outlook": 1, "deals": 5}', '22P02'), ('{"deal_outlook": 1, "deals": [5]}', '22P02'), ('{"deal_outlook": 1, "deals": [[1]]}', '22P02'),
	('{"deal_outlook": 1, "deals": [[1, "x"]]}', '22P02'), ('{"deal_outlook": 1, "deals": [[1, 1.5]]}', '22003'), ('{"deal_outlook": 1, "deals": [[-1, 0.5]]}', '22003'), ('{"deal_outlook": 1, "deals": [[1e400, 0.5]]}', '22003'), ('{"deal_outlook": 1, "missing_amounts": -1}', '22P02'), ('[]', '22P02'),
	('{"deal_outlook": 1, "deals": [' || repeat('[1, 1], ', 100000) || '[1, 1]]}', '54000'), ('{"deal_outlook": 1, "deals": [' || repeat('0,', 300001) || '0]}', '54000')) v(literal, state);
SELECT throws_ok('SELECT deal_outlook(1, 0.5) FROM generate_series(1, 100001)', '54000', NULL, 'too many deals');
SELECT lives_ok('SELECT deal_outlook(1, 0.5) FROM generate_series(1, 100000)', 'as many as there may be');

SELECT * FROM finish();
ROLLBACK;
