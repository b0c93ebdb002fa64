-- forecast: stage_win_rates and its readers against plain SQL.
\ir setup.psql

-- Deals of 12 groups, by labels of all kinds: few and many deals, some not decided, some without label.
CREATE TEMP TABLE reached AS
	SELECT i, 1 + i % 12 AS g, CASE WHEN h % 29 > 0 THEN (array['', 'New', 'new', 'Négociation', 'New 2', 'It''s "so" \ 🤝', E'tab\tline\n', repeat('x', 400), 'a', 'b', 'c', 'd', 'e', 'rare ' || h % 50])[1 + least(h / 31 % 14, h / 511 % 17)] END AS stage,
		CASE WHEN h2 % 11 > 0 THEN h2 % 1000 < 100 + (h / 31 % 14) * (10 + i % 12 * 5) END AS won
	FROM (SELECT i, ('x' || left(md5(i::text), 15))::bit(60)::bigint AS h, ('x' || right(md5(i::text), 15))::bit(60)::bigint AS h2 FROM generate_series(1, 6000) i) s;
CREATE TEMP TABLE rates AS SELECT g, stage_win_rates(stage, won) AS r FROM reached GROUP BY g;
CREATE TEMP TABLE expected AS
	SELECT g, stage, count(*) FILTER (WHERE won) AS won, count(*) FILTER (WHERE NOT won) AS lost, count(*) FILTER (WHERE won IS NULL) AS open FROM reached WHERE stage IS NOT NULL GROUP BY g, stage;

-- ---- counts ----
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE (t.won_deals, t.decided_deals, t.undecided_deals, t.raw_win_rate) IS DISTINCT FROM (e.won, e.won + e.lost, e.open, e.won::float8 / nullif(e.won + e.lost, 0)))
	FROM (SELECT g, (stage_win_rate_table(r)).* FROM rates) t FULL JOIN expected e USING (g, stage) $$, 'the table has every stage with its deals');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE unlabelled_deals(r) <> n) FROM rates JOIN (SELECT g, count(*) FILTER (WHERE stage IS NULL AND won IS NOT NULL) AS n FROM reached GROUP BY g) e USING (g) $$, 'rows without a stage');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE (stage_win_rate(r, stage), stage_win_rate_low(r, stage), stage_win_rate_high(r, stage), stage_win_rate_raw(r, stage)) IS DISTINCT FROM (win_rate, win_rate_low, win_rate_high, raw_win_rate))
	FROM rates, LATERAL stage_win_rate_table(r) $$, 'by stage as in the table');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE (stage COLLATE "C" > before) IS FALSE) FROM (SELECT stage, lag(stage) OVER (PARTITION BY g ORDER BY n) AS before FROM rates, stage_win_rate_table(r) WITH ORDINALITY t(stage, a, b, c, d, e, f, h, n)) s WHERE before IS NOT NULL $$, 'in the order of bytes');
SELECT is(stage_win_rate(r, stage), NULL, format('no stage "%s"', stage)) FROM rates, unnest('{Ne, "New ", New 22, A, xx, zz}'::text[]) stage WHERE g = 1;
-- the definition of the rate, from what the stages have in common
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE NOT coalesce(abs(win_rate - CASE WHEN s IS NULL THEN m ELSE (won_deals + m * s) / (decided_deals + s) END) < 1e-15 AND win_rate_low <= win_rate AND win_rate <= win_rate_high, false))
	FROM (SELECT stage_win_rate_prior_mean(r) AS m, stage_win_rate_prior_strength(r) AS s, (stage_win_rate_table(r)).* FROM rates) t $$, 'rates');

-- ---- what the stages have in common is the likeliest ----
-- log Gamma by Stirling's series
CREATE FUNCTION pg_temp.lg(x float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT (x + 7.5) * ln(x + 8) - x - 8 + 0.9189385332046727 + 1 / (12 * (x + 8)) - 1 / (360 * (x + 8) ^ 3) + 1 / (1260 * (x + 8) ^ 5) - 1 / (1680 * (x + 8) ^ 7) - ln(x * (x + 1) * (x + 2) * (x + 3) * (x + 4) * (x + 5) * (x + 6) * (x + 7)) $$;
CREATE FUNCTION pg_temp.log_rising(x float8, n bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT pg_temp.lg(x + n) - pg_temp.lg(x)';
CREATE FUNCTION pg_temp.likelihood(won bigint[], lost bigint[], m float8, s float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT sum(pg_temp.log_rising(m * s, w) + pg_temp.log_rising((1 - m) * s, l) - pg_temp.log_rising(s, w + l)) FROM unnest(won, lost) t(w, l) $$;
-- 60 sets of two to seven groups of up to 40 deals, alike and not, some of them with several maxima
CREATE TEMP TABLE sample AS
	SELECT k, array_agg(w ORDER BY j) AS won, array_agg(n - w ORDER BY j) AS lost, sum(w)::float8 / sum(n) AS pooled, sum(w) AS all_won, sum(n) AS deals
	FROM (SELECT k, j, n, CASE WHEN k % 4 = 0 THEN CASE WHEN h % 3 > 0 THEN n / 2 ELSE h % 2 * n END ELSE (SELECT count(*) FROM generate_series(1, n) d WHERE ('x' || left(md5(format('%s %s %s', k, j, d)), 4))::bit(16)::int % 100 < CASE WHEN k % 4 = 1 THEN 40 ELSE h / 7 % 100 END) END AS w
		FROM (SELECT k, j, h, (array[1, 2, 3, 5, 10, 20, 40])[1 + h / 1009 % 7]::bigint AS n FROM (SELECT k, j, ('x' || left(md5(k || ' ' || j), 7))::bit(28)::bigint AS h FROM generate_series(1, 60) k, generate_series(1, 2 + k % 6) j) a) b) c
	GROUP BY k;
CREATE TEMP TABLE estimate AS SELECT k, won, lost, pooled, all_won, deals, stage_win_rate_prior_mean(r) AS m, stage_win_rate_prior_strength(r) AS s
	FROM sample JOIN (SELECT k, stage_win_rates('stage ' || j, d <= w) AS r FROM sample, unnest(won, lost) WITH ORDINALITY t(w, l, j), generate_series(1, w + l) d GROUP BY k) b USING (k);
SELECT ok(count(s) > 15 AND count(*) - count(s) > 15, 'some are alike, some are not') FROM estimate;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE m <> (all_won + 1.0::float8) / (deals + 2)) FROM estimate WHERE s IS NULL $$, 'alike: the pooled rate');
-- against a grid, and the pooled rate
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE ours < best - 1.1e-6)
	FROM (SELECT CASE WHEN s IS NULL THEN all_won * ln(pooled) + (deals - all_won) * ln(1 - pooled) ELSE pg_temp.likelihood(won, lost, m, s) END AS ours,
		greatest(all_won * ln(pooled) + (deals - all_won) * ln(1 - pooled), (SELECT max(pg_temp.likelihood(won, lost, gm, gs)) FROM generate_series(0.1, 0.9, 0.1) gm, unnest('{1, 2, 4, 8, 16, 40, 200}'::float8[]) gs)) AS best
		FROM estimate WHERE all_won BETWEEN 1 AND deals - 1) s $$, 'no point of a grid is likelier');
-- against its neighbours
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE pg_temp.likelihood(won, lost, m, s) < -1e-10 + greatest(pg_temp.likelihood(won, lost, m * 1.0001, s), pg_temp.likelihood(won, lost, m / 1.0001, s), pg_temp.likelihood(won, lost, m, s * 1.001), CASE WHEN s > 1 THEN pg_temp.likelihood(won, lost, m, s / 1.001) END))
	FROM estimate WHERE s IS NOT NULL $$, 'nor is a neighbour');

-- ---- intervals ----
-- pooled: of whole numbers, the beta distribution is a sum of binomial probabilities
CREATE FUNCTION pg_temp.beta_share(a int, b int, x float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	p numeric := x::text::numeric;
	odds numeric := round(p / (1 - p), 40);
	term numeric := 1;
	upper numeric := 0;
	total numeric := 0;
BEGIN
	-- each term as a multiple of the first
	FOR k IN 0..a + b - 1 LOOP
		total := total + term;
		upper := upper + CASE WHEN k >= a THEN term ELSE 0 END;
		term := round(term * (a + b - 1 - k) / (k + 1) * odds, 40);
	END LOOP;
	RETURN upper / total;
END $$;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE NOT coalesce(abs(pg_temp.beta_share(w + 1, n - w + 1, stage_win_rate_low(r, 'a')) - 0.025) < 1e-12 AND abs(pg_temp.beta_share(w + 1, n - w + 1, stage_win_rate_high(r, 'a')) - 0.975) < 1e-12, false))
	FROM (SELECT w, n, format('{"stage_win_rates": 1, "stages": [["a", %s, %s, 0]]}', w, n - w)::stage_win_rates AS r FROM unnest('{1, 2, 5, 10, 30, 100, 300}'::int[]) n, LATERAL (SELECT DISTINCT (n * f)::int AS w FROM unnest('{0, 0.02, 0.1, 0.5, 0.77, 1}'::numeric[]) f) f) s $$, 'the quantiles of whole numbers');
-- others: by Simpson's rule
CREATE FUNCTION pg_temp.integral(a float8, b float8, x float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT sum(CASE WHEN k IN (0, 1000) THEN 1 WHEN k % 2 = 1 THEN 4 ELSE 2 END * CASE WHEN t > 0 AND t < 1 THEN exp(greatest((a - 1) * ln(t * (a + b) / a) + (b - 1) * ln((1 - t) * (a + b) / b), -700)) ELSE 0 END) * x FROM (SELECT k, x * k / 1000 AS t FROM generate_series(0, 1000) k) s $$;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE NOT coalesce(abs(pg_temp.integral(a, b, win_rate_low) / pg_temp.integral(a, b, 1) - 0.025) < 1e-6 AND abs(pg_temp.integral(a, b, win_rate_high) / pg_temp.integral(a, b, 1) - 0.975) < 1e-6, false))
	FROM (SELECT t.*, won_deals + m * s AS a, decided_deals - won_deals + (1 - m) * s AS b FROM (SELECT stage_win_rate_prior_mean(r) AS m, stage_win_rate_prior_strength(r) AS s, (stage_win_rate_table(r)).* FROM rates WHERE g <= 4) t) t WHERE a > 3 AND b > 3 $$, 'the quantiles of others');
-- where the expansion takes over, at 1e8 deals, there is no step
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE NOT coalesce(abs(stage_win_rate_low(a, 'a') - stage_win_rate_low(b, 'a') - stage_win_rate_raw(a, 'a') + stage_win_rate_raw(b, 'a')) < 1e-10 AND abs(stage_win_rate_high(a, 'a') - stage_win_rate_high(b, 'a') - stage_win_rate_raw(a, 'a') + stage_win_rate_raw(b, 'a')) < 1e-10, false))
	FROM (SELECT format(f, n, 99999997 - n)::stage_win_rates AS a, format(f, n, 99999999 - n)::stage_win_rates AS b FROM unnest('{100, 1000000, 30000000, 50000000, 99000000}'::bigint[]) n, (SELECT '{"stage_win_rates": 1, "stages": [["a", %s, %s, 0]]}' AS f) f) s $$, 'very many deals');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE NOT (win_rate BETWEEN 0 AND 1 AND win_rate BETWEEN win_rate_low AND win_rate_high AND win_rate_low >= 0 AND win_rate_high <= 1) OR win_rate IS NULL)
	FROM (SELECT (stage_win_rate_table(format('{"stage_win_rates": 1, "stages": [["a", %s, %s, 1], ["b", %s, %s, 0], ["c", 1, 0, 0], ["d", 0, 2, 1], ["e", 0, 0, 1]]}', w, l, l2, w)::stage_win_rates)).*
		FROM unnest('{0, 1, 17, 1000000, 999999999999999999}'::bigint[]) w, unnest('{0, 1, 1000, 49999999, 999999999999999999}'::bigint[]) l, unnest('{1, 100, 999999999999}'::bigint[]) l2) s $$, 'numbers of any size');

-- ---- merging, order, frames, forms ----
CREATE TEMP TABLE whole AS SELECT stage_win_rates(stage, won) AS r FROM reached;
SELECT is((SELECT merge(r) FROM rates), r, 'merged by group') FROM whole;
SELECT is((SELECT merge(r ORDER BY g DESC) FROM rates), r, 'merged backwards') FROM whole;
SELECT is((SELECT stage_win_rates(stage, won ORDER BY md5(i::text)) FROM reached), r, 'in another order') FROM whole;
SELECT is((SELECT merge(r) FROM (SELECT merge(r) AS r FROM (SELECT i / 7 % 11 AS k, stage_win_rates(stage, won) AS r FROM reached GROUP BY i / 7) s GROUP BY k) s), r, 'merged of merged') FROM whole;
SELECT is((SELECT stage_win_rates_send(merge(r)) FROM rates), stage_win_rates_send(r), 'the same bytes') FROM whole;
SELECT is((SELECT array_agg(stage_win_rate(merged, stage) ORDER BY stage COLLATE "C") FROM (SELECT merge(r ORDER BY g DESC) AS merged FROM rates) m, (SELECT DISTINCT stage FROM expected) e), (SELECT array_agg(win_rate) FROM stage_win_rate_table(r)), 'the same rates to the last bit') FROM whole;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE a IS DISTINCT FROM b) FROM (SELECT stage_win_rates(stage, won) OVER (ORDER BY i ROWS BETWEEN 20 PRECEDING AND CURRENT ROW) AS a, (SELECT stage_win_rates(stage, won) FROM reached d WHERE d.i BETWEEN reached.i - 20 AND reached.i) AS b FROM reached WHERE i <= 400) s $$, 'in window frames');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE r::text::stage_win_rates <> r OR r::text::stage_win_rates::text <> r::text) FROM rates $$, 'the text form gives it back');
-- as many stages as there can be
CREATE TEMP TABLE many AS SELECT stage_win_rates('stage ' || i % 10000, i % 3 = 0) AS r FROM generate_series(1, 30000) i;
SELECT is((SELECT merge(p) FROM (SELECT stage_win_rates('stage ' || i % 10000, i % 3 = 0) AS p FROM generate_series(1, 30000) i GROUP BY i % 17) s), r, 'ten thousand stages, merged') FROM many;
SELECT is((SELECT count(*) FROM stage_win_rate_table(r)), 10000::bigint, 'and read') FROM many;
SELECT is(r::text::stage_win_rates, r, 'and written and read') FROM many;
SELECT throws_ok('SELECT merge(r) FROM (TABLE many UNION ALL SELECT stage_win_rates(''one more'', true)) s', '54000', NULL, 'one more');
SELECT is(stage_win_rates(stage, won), NULL, 'no rows') FROM reached WHERE false;
SELECT is(stage_win_rates(NULL, NULL), NULL, 'a row of NULLs is none');
SELECT is((stage_win_rate(r, 'a'), stage_win_rate_low(r, 'a'), stage_win_rate_raw(r, 'a'), stage_win_rate_prior_mean(r), stage_win_rate_prior_strength(r), unlabelled_deals(r))::text, '(,,,,,0)', 'empty') FROM (SELECT '{"stage_win_rates": 1}'::stage_win_rates AS r) s;
-- a state that was kept unfinished is read and merged as the finished one
CREATE AGGREGATE pg_temp.unfinished(text, boolean) (SFUNC = stage_win_rates_transfn, STYPE = stage_win_rates);
CREATE TEMP TABLE kept AS SELECT pg_temp.unfinished(stage, won) AS r FROM reached;
SELECT is((SELECT array_agg(t ORDER BY stage COLLATE "C") FROM stage_win_rate_table(kept.r) t)::text, (SELECT array_agg(t ORDER BY stage COLLATE "C") FROM stage_win_rate_table(whole.r) t)::text, 'read unfinished') FROM kept, whole;
SELECT is((SELECT merge(r) FROM (TABLE kept UNION ALL TABLE kept) s), (SELECT merge(r) FROM (TABLE whole UNION ALL TABLE whole) s), 'merged unfinished');
SELECT is(stage_win_rates_send(kept.r), stage_win_rates_send(whole.r), 'sent unfinished') FROM kept, whole;

-- one call site and several values in turn, larger and smaller, of the same size and of the same address: each has its own prior
CREATE TEMP TABLE several AS SELECT v, stage_win_rates('stage ' || i % (2 + v % 3), (i * 7 + v) % (3 + v) < 2) AS r FROM generate_series(1, 6) v, generate_series(1, 40) i GROUP BY v;
CREATE FUNCTION pg_temp.prior(r stage_win_rates) RETURNS float8 LANGUAGE plpgsql AS $$ DECLARE result float8; BEGIN EXECUTE 'SELECT stage_win_rate_prior_mean($1)' INTO result USING r; RETURN result; END $$;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE m IS DISTINCT FROM pg_temp.prior(r)) FROM (SELECT r, stage_win_rate_prior_mean(r) AS m FROM several, generate_series(1, 3) n ORDER BY n, md5(v::text || n)) s $$, 'of several in turn');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE m IS DISTINCT FROM pg_temp.prior(r)) FROM (SELECT merge(several.r) AS r, stage_win_rate_prior_mean(merge(several.r)) AS m FROM several GROUP BY v) s $$, 'made anew for each row');

-- ---- what is refused ----
SELECT throws_ok(format('SELECT %L::stage_win_rates', literal), '22P02', NULL, literal) FROM unnest(ARRAY['{"stage_win_rates": 1, "stages": [["a", 1, 0, 0], ["b", 1, 0, 0], ["a", 0, 1, 0]]}', '{"stage_win_rates": 1, "stages": [["a", 0, 0, 0]]}', '{"stage_win_rates": 1, "stages": [["a", 1, 0]]}',
	'{"stage_win_rates": 1, "stages": [["a", 1, 0, 0, 0]]}', '{"stage_win_rates": 1, "stages": [[1, 1, 0, 0]]}', '{"stage_win_rates": 1, "stages": [["a", 1.5, 0, 0]]}', '{"stage_win_rates": 1, "stages": [["a", 1000000000000000000, 0, 0]]}', '{"stage_win_rates": 1, "stages": ["a"]}',
	'{"stage_win_rates": 1, "stage": []}', '{"stages": []}', '{"stage_win_rates": 1, "unlabelled": -1}', '[]', '']) literal;
SELECT throws_ok(format('SELECT stage_win_rates(%L, true)', repeat('ü', 201)), '54000', NULL, 'a name that is too long');
SELECT throws_ok($$SELECT merge(r) FROM (SELECT '{"stage_win_rates": 1, "stages": [["a", 999999999999999999, 0, 0]]}'::stage_win_rates AS r FROM generate_series(1, 2)) s$$, '22003', NULL, 'more deals than can be counted');

SELECT * FROM finish();
ROLLBACK;
