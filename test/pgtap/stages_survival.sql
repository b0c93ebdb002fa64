-- stages: survival against its definitions by counting, against published figures, and merged in any way.
\ir setup.psql

-- ---- published ----
-- Freireich and others (1963), as in D. Collett, Modelling Survival Data in Medical Research, and many textbooks
CREATE TEMP TABLE leukemia (drug text, weeks int, relapse boolean);
INSERT INTO leukemia SELECT '6-MP', abs(w), w > 0 FROM unnest('{6,6,6,-6,7,-9,10,-10,-11,13,16,-17,-19,-20,22,23,-25,-32,-32,-34,-35}'::int[]) w;
INSERT INTO leukemia SELECT 'placebo', w, true FROM unnest('{1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23}'::int[]) w;
CREATE TEMP TABLE remission AS SELECT drug, survival(weeks, relapse) AS s FROM leukemia GROUP BY drug;
SELECT is((SELECT string_agg(days || ' ' || round(c.survival::numeric, 3) || ' ' || round(std_error::numeric, 4), ', ') FROM remission, survival_curve(s) c WHERE drug = '6-MP' AND ended > 0),
	'6 0.857 0.0764, 7 0.807 0.0869, 10 0.753 0.0963, 13 0.690 0.1068, 16 0.627 0.1141, 22 0.538 0.1282, 23 0.448 0.1346', 'Freireich: survival and its standard error under 6-MP');
SELECT is((SELECT string_agg(km_median(s)::text, ' ' ORDER BY drug) FROM remission), '23 8', 'medians');
SELECT is((SELECT round(logrank_chi_square(array_agg(s))::numeric, 2) FROM remission), 16.79, 'log-rank');

-- ---- data of which every part of a definition can be counted: ties, censoring at the same time, three outcomes, groups ----
CREATE TEMP TABLE stay AS
	SELECT i, grp, CASE WHEN grp < 4 THEN floor(d) ELSE d END AS d, CASE WHEN grp = 3 THEN nullif(o, 'lost') ELSE o END AS o
	FROM (SELECT i, i % 6 AS grp, (('x' || substr(md5('d' || i), 1, 8))::bit(32)::bigint % 4000) / 100.0::float8 * (1 + i % 6) / 3 AS d,
		(ARRAY['advanced', NULL, 'lost', 'advanced', NULL, 'merged', 'lost', 'advanced'])[1 + ('x' || substr(md5('o' || i), 1, 8))::bit(32)::bigint % 8] AS o
		FROM generate_series(1, 1500) i) x;
CREATE TEMP TABLE part AS SELECT grp, survival(d, o) AS s, survival(d, o IS NOT NULL) AS b FROM stay GROUP BY grp;
-- counted at each time
CREATE TEMP TABLE counted AS
	SELECT grp, t.d, (SELECT count(*) FROM stay x WHERE x.grp = t.grp AND x.d >= t.d)::float8 AS n, count(o)::float8 AS e, count(*) FILTER (WHERE o IS NULL) AS c,
		count(*) FILTER (WHERE o = 'advanced')::float8 AS advanced, count(*) FILTER (WHERE o = 'lost')::float8 AS lost, count(*) FILTER (WHERE o = 'merged')::float8 AS merged
	FROM stay t GROUP BY grp, d;
-- the product by logarithms, and Greenwood's sum; where all that is left ends the share is 0
CREATE TEMP TABLE expected AS
	SELECT *, CASE WHEN bool_or(n = e) OVER w THEN 0 ELSE exp(sum(ln(CASE WHEN n = e THEN 1 ELSE 1 - e / n END)) OVER w) END AS share,
		sum(CASE WHEN n = e THEN 0 ELSE e / (n * (n - e)) END) OVER w AS greenwood
	FROM counted WINDOW w AS (PARTITION BY grp ORDER BY d);
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (at_risk, c.ended, c.censored) IS DISTINCT FROM (n::bigint, e::bigint, x.c) OR abs(c.survival - share) > 1e-12
		OR (share > 0 AND abs(std_error - share * sqrt(greenwood)) > 1e-12) OR (share = 0) <> (std_error IS NULL))
	FROM part JOIN expected x USING (grp) LEFT JOIN LATERAL survival_curve(s) c ON c.days = x.d$$, 'the curve is the definition by counting');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE km_survival(s, c.days) <> c.survival OR km_survival(s, c.days + 1e-9) IS DISTINCT FROM CASE WHEN lead IS NULL AND c.survival > 0 THEN NULL ELSE c.survival END
		OR km_survival_se(s, c.days) IS DISTINCT FROM std_error OR km_survival_low(s, c.days) IS DISTINCT FROM low OR km_survival_high(s, c.days) IS DISTINCT FROM high
		OR survival_percentile(s, c.days + 1e-9) <> 1 - c.survival OR low > c.survival OR high < c.survival OR low < 0 OR high > 1)
	FROM part, LATERAL (SELECT *, lead(days) OVER (ORDER BY days) FROM survival_curve(s)) c$$, 'readers of one time are the curve''s, on the step and behind it');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(km_survival_plain_low(s, days, 0.9) - greatest(survival - 1.6448536269514722 * std_error, 0)) > 1e-12 OR abs(km_survival_plain_high(s, days, 0.9) - least(survival + 1.6448536269514722 * std_error, 1)) > 1e-12
		OR (survival < 1 AND abs(km_survival_log_log_low(s, days) - power(survival, exp(1.959963984540054 * std_error / survival / -ln(survival)))) > 1e-12)
		OR (survival < 1 AND abs(km_survival_log_log_high(s, days) - power(survival, exp(-1.959963984540054 * std_error / survival / -ln(survival)))) > 1e-12)
		OR abs(low - survival * exp(-1.959963984540054 * std_error / survival)) > 1e-12)
	FROM part, survival_curve(s) WHERE survival > 0$$, 'limits by their formulas');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE km_quantile(s, q) IS DISTINCT FROM (SELECT min(days) FROM survival_curve(s) c WHERE c.survival <= 1 - q)
		OR km_quantile_low(s, q) IS DISTINCT FROM (SELECT min(days) FROM survival_curve(s) c WHERE c.low <= 1 - q) OR km_quantile_high(s, q) IS DISTINCT FROM (SELECT min(days) FROM survival_curve(s) c WHERE c.high <= 1 - q))
	FROM part, (SELECT i / 1009.0::float8 AS q FROM generate_series(1, 1008, 7) i) q$$, 'quantiles are where the curve and its limits cross');
-- without censoring it is the empirical distribution, whose median is that of percentile_cont
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE km_median(s) <> m OR naive_median(s) <> m OR abs(km_restricted_mean(s, 1000) - mean) > 1e-9 OR km_quantile(s, 1) <> longest OR km_quantile(s, 0) <> 0)
	FROM (SELECT n, survival(x, true) AS s, percentile_cont(0.5) WITHIN GROUP (ORDER BY x) AS m, avg(x) AS mean, max(x) AS longest FROM generate_series(1, 60) n, LATERAL (SELECT (('x' || substr(md5(n || '-' || i), 1, 4))::bit(16)::int % 50)::float8 AS x FROM generate_series(1, n) i) v GROUP BY n) v$$,
	'without open ones median and mean are the plain ones');
SELECT is((SELECT km_median(survival(d, e)) FROM (VALUES (1, true), (2, false), (3, false), (9, false)) v(d, e)), NULL, 'a curve that does not come to a half has no median');
SELECT is((SELECT km_median(survival(d, e)) FROM (VALUES (1, true), (2, true), (5, false), (9, false)) v(d, e)), 5.5::float8, 'one that ends at a half has the middle of its last step');
SELECT is((SELECT km_median(survival(i, i <= 10)) FROM generate_series(1, 20) i), 15::float8, 'also where the product is a half but for rounding');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE naive_median(s) IS DISTINCT FROM m OR ended_count(s) <> n OR open_count(s) <> o OR survival_count(s) <> n + o OR ended_count(s, 'lost') <> l)
	FROM part JOIN (SELECT grp, percentile_cont(0.5) WITHIN GROUP (ORDER BY d) FILTER (WHERE o IS NOT NULL) AS m, count(o) AS n, count(*) - count(o) AS o, count(*) FILTER (WHERE o = 'lost') AS l FROM stay GROUP BY grp) x USING (grp)$$, 'counts, and the median of what ended');
-- the area as a sum of rectangles, and the variance by Kaplan and Meier
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(km_restricted_mean(s, tau) - area) > 1e-9 OR abs(km_restricted_mean_se(s, tau) - se) > 1e-9)
	FROM part, unnest('{0.5, 3, 7.25}'::float8[]) tau,
	LATERAL (SELECT sum(CASE WHEN width > 0 THEN share * width ELSE 0 END) AS area FROM (SELECT coalesce(lag(share) OVER w, 1) AS share, least(d, tau) - coalesce(lag(d) OVER w, 0) AS width FROM (SELECT d, share FROM expected x WHERE x.grp = part.grp UNION ALL SELECT 1e9, 0) y WINDOW w AS (ORDER BY d)) z) a,
	LATERAL (SELECT sqrt(coalesce(sum(power(area - km_restricted_mean(s, d), 2) * e / (n * (n - e))), 0)) AS se FROM expected x WHERE x.grp = part.grp AND d <= tau AND n > e) v$$, 'restricted mean and its standard error');

-- ---- competing outcomes ----
-- Aalen and Johansen by sums over the counted times, Gaynor and others by the sums of their formula
CREATE TEMP TABLE incidence AS
	SELECT x.grp, x.d, k.outcome, k.dk, x.n, x.e, x.share, coalesce(lag(x.share) OVER (PARTITION BY x.grp, k.outcome ORDER BY x.d), 1) AS before
	FROM expected x, LATERAL (VALUES ('advanced', advanced), ('lost', lost), ('merged', merged)) k(outcome, dk);
CREATE TEMP TABLE incidences AS SELECT *, sum(before * dk / n) OVER (PARTITION BY grp, outcome ORDER BY d) AS f FROM incidence;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(cumulative_incidence(s, outcome, d) - f) > 1e-12) FROM incidences JOIN part USING (grp)$$, 'Aalen-Johansen is its definition by counting');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(cumulative_incidence_se(s, i.outcome, i.d) - sqrt(v)) > 1e-9)
	FROM incidences i JOIN part USING (grp), LATERAL (SELECT sum(CASE WHEN e < n THEN power(i.f - f, 2) * e / (n * (n - e)) ELSE 0 END + before * before * dk * (n - dk) / power(n, 3) - 2 * (i.f - f) * before * dk / (n * n)) AS v
		FROM incidences j WHERE j.grp = i.grp AND j.outcome = i.outcome AND j.d <= i.d) v
	WHERE i.d < 12$$, 'and its standard error');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs((SELECT sum(cumulative_incidence(s, o, d)) FROM unnest('{advanced, lost, merged}'::text[]) o) + km_survival(s, d) - 1) > 1e-12) FROM counted JOIN part USING (grp)$$, 'all incidences and the survival add up to 1');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(cumulative_incidence(b, 'ended', d) + km_survival(b, d) - 1) > 1e-12 OR (km_survival(b, d) > 0 AND abs(cumulative_incidence_se(b, 'ended', d) - km_survival_se(b, d)) > 1e-12)) FROM counted JOIN part USING (grp)$$,
	'with one outcome it is Kaplan-Meier and Greenwood');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE incidence <> cumulative_incidence(s, outcome, days) OR std_error <> cumulative_incidence_se(s, outcome, days) OR c.ended <> (SELECT count(*) FROM stay x WHERE x.grp = part.grp AND d = days AND o = outcome)) FROM part, incidence_curve(s) c$$, 'the curve of incidences is what the readers say');
SELECT is((SELECT sum(ended)::bigint FROM part, incidence_curve(s)), (SELECT count(o) FROM stay), 'and has every one that ended');
-- by hand: five at risk, lost at 1; four, won at 2; three left after one was not over at 3 are two, lost at 4, won at 5
SELECT is((SELECT string_agg(concat_ws(' ', days, outcome, at_risk, round(incidence::numeric, 6)), ', ') FROM incidence_curve((SELECT survival(d, o) FROM (VALUES (1, 'lost'), (2, 'won'), (3, NULL), (4, 'lost'), (5, 'won')) v(d, o)))),
	'1 lost 5 0.200000, 2 won 4 0.200000, 4 lost 2 0.500000, 5 won 1 0.500000', 'competing outcomes by hand');

-- R 4.2.2, survival 3.5-3: survfit(Surv((i * 37) %% 23 + 1, factor((i * i + i %/% 3) %% 4)) ~ 1), i from 1 to 60, at 5, 10, 15, 20 and 23
CREATE TEMP TABLE r (t float8, s float8, f float8[], se float8[]);
INSERT INTO r VALUES (5, 0.846031830239, '{0.0169540229885, 0.0857677939876, 0.0512463527851}', '{0.0168096475245, 0.0366914941382, 0.0288362077860}'), (10, 0.696710827722, '{0.0539327646663, 0.1419389244070, 0.1074174832045}', '{0.0303555666241, 0.0466223631154, 0.0415442858285}'),
	(15, 0.525998194537, '{0.1179442269879, 0.2052425216634, 0.1508150568117}', '{0.0455546868564, 0.0557236363234, 0.0495811613499}'), (20, 0.278710731651, '{0.2023468232830, 0.3430798551813, 0.1758625898849}', '{0.0616834266919, 0.0721086870634, 0.0540169718796}'),
	(23, 0, '{0.2371856647393, 0.5521129039194, 0.2107014313413}', '{0.0674670481822, 0.0783631132693, 0.0616491574483}');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(km_survival(v, t) - r.s) > 1e-12 OR abs(cumulative_incidence(v, o[k], t) - f[k]) > 1e-12 OR abs(cumulative_incidence_se(v, o[k], t) - se[k]) > 1e-12)
	FROM r, generate_series(1, 3) k, (SELECT survival((i * 37) % 23 + 1, (ARRAY['advanced', 'lost', 'merged'])[(i * i + i / 3) % 4]) AS v, ARRAY['advanced', 'lost', 'merged'] AS o FROM generate_series(1, 60) i) x$$, 'incidences and standard errors of R');

-- ---- log-rank: observed, expected and variances counted; the inverse of two by two by hand ----
CREATE FUNCTION pg_temp.counted_logrank(g int[]) RETURNS float8 LANGUAGE sql AS $$
	WITH at AS (SELECT d AS t, count(o)::float8 AS e, (sum(count(*)) OVER w)::float8 AS n, (sum(count(*) FILTER (WHERE grp = g[1])) OVER w)::float8 AS n1, (sum(count(*) FILTER (WHERE grp = g[2])) OVER w)::float8 AS n2
		FROM stay WHERE grp = ANY (g) GROUP BY d WINDOW w AS (ORDER BY d DESC)),
	sums AS (SELECT (SELECT count(o) FROM stay WHERE grp = g[1]) - sum(e * n1 / n) AS u1, (SELECT count(o) FROM stay WHERE grp = g[2]) - sum(e * n2 / n) AS u2,
		sum(CASE WHEN n > 1 THEN e * (n - e) / (n - 1) * n1 / n * (1 - n1 / n) ELSE 0 END) AS v11, sum(CASE WHEN n > 1 THEN e * (n - e) / (n - 1) * n2 / n * (1 - n2 / n) ELSE 0 END) AS v22,
		sum(CASE WHEN n > 1 THEN -e * (n - e) / (n - 1) * n1 / n * n2 / n ELSE 0 END) AS v12 FROM at)
	SELECT CASE cardinality(g) WHEN 2 THEN u1 * u1 / v11 ELSE (u1 * u1 * v22 - 2 * u1 * u2 * v12 + u2 * u2 * v11) / (v11 * v22 - v12 * v12) END FROM sums $$;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(logrank_chi_square(a.s, b.s) / pg_temp.counted_logrank(ARRAY[a.grp, b.grp]) - 1) > 1e-9 OR abs(logrank_chi_square(b.s, a.s) / logrank_chi_square(a.s, b.s) - 1) > 1e-9) FROM part a, part b WHERE a.grp < b.grp$$, 'log-rank of two groups');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(logrank_chi_square(ARRAY[a.s, NULL, b.s, '{"survival": 1}', c.s]) / pg_temp.counted_logrank(ARRAY[a.grp, b.grp, c.grp]) - 1) > 1e-9) FROM part a, part b, part c WHERE a.grp < b.grp AND b.grp < c.grp$$, 'and of three');
SELECT is((SELECT logrank_chi_square(s, s) FROM part WHERE grp = 1), 0::float8, 'of a group with itself it is 0');
SELECT is((SELECT logrank_p(s, s) FROM part WHERE grp = 1), 1::float8, 'which every chance exceeds');
-- chi-square with k degrees of freedom: published upper 5 % points (3.841, 5.991, 7.815, 9.488, 11.070) lie between p of .05 +- the rounding; here by the density, integrated
CREATE FUNCTION pg_temp.chi_square_above(x float8, k int) RETURNS float8 LANGUAGE sql AS $$
	-- Simpson's rule over u with t = x + u / (1 - u)
	SELECT sum(w * CASE WHEN i = 2000 OR t > 1000 THEN 0 ELSE exp((k / 2.0 - 1) * ln(t) - t / 2) / power(1 - u, 2) END) / 6000 / (power(2::float8, k / 2.0) * (ARRAY[sqrt(pi()), 1, sqrt(pi()) / 2, 1, sqrt(pi()) * 3 / 4, 2, sqrt(pi()) * 15 / 8])[k])
	FROM (SELECT i, i / 2000.0::float8 AS u, CASE WHEN i IN (0, 2000) THEN 1 WHEN i % 2 = 1 THEN 4 ELSE 2 END AS w FROM generate_series(0, 2000) i) g, LATERAL (SELECT CASE WHEN i = 2000 THEN 1 ELSE x + u / (1 - u) END AS t) t $$;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(logrank_p(gs) / pg_temp.chi_square_above(logrank_chi_square(gs), k - 1) - 1) > 1e-6)
	FROM generate_series(2, 6) k, LATERAL (SELECT array_agg(s ORDER BY grp) AS gs FROM part WHERE grp < k) g$$, 'the chance is the integral of the density, 1 to 5 degrees of freedom');
SELECT is((SELECT logrank_p('{"survival": 1, "outcomes": ["a"], "steps": [[1, 1, 5]]}'::survival, '{"survival": 1, "steps": [[0.5, 0, 5]]}')), NULL, 'no test where they were never at risk together');

-- ---- merging ----
SELECT is((SELECT merge(s) FROM part), (SELECT survival(d, o) FROM stay), 'parts merged are the whole');
SELECT is((SELECT merge(s) FROM (SELECT survival(d, o) AS s FROM stay GROUP BY md5(i::text) < '8', i % 13) p), (SELECT survival(d, o) FROM stay), 'whatever the parts');
SELECT is((SELECT merge(s ORDER BY grp DESC) FROM part), (SELECT merge(s ORDER BY grp) FROM part), 'in any order');
SELECT is((SELECT survival(d, o ORDER BY md5(i::text)) FROM stay), (SELECT survival(d, o ORDER BY d, o) FROM stay), 'rows in any order');
SELECT is((SELECT merge(s) FROM (SELECT s FROM part UNION ALL SELECT NULL) x), (SELECT merge(s) FROM part), 'NULLs are passed over');
SELECT is((SELECT count(DISTINCT s)::int FROM part), 6, 'equal is equal bytes');
-- enough rows for states to be sorted many times on their way: few values, many values, ascending, descending
CREATE TEMP TABLE many AS SELECT i, floor(h / 16777216)::float8 AS few, h / 1000.0::float8 AS lots, i::float8 AS up, (20000 - i)::float8 AS down, chr(97 + (h % 7)::int) AS o FROM (SELECT i, ('x' || substr(md5(i::text), 1, 8))::bit(32)::bigint AS h FROM generate_series(1, 20000) i) x;
SELECT pg_temp.holds(format($$SELECT count(*), count(*) FILTER (WHERE steps IS DISTINCT FROM expected) FROM (SELECT string_agg(format('[%%s, %%s, %%s]', d, n, c), ', ' ORDER BY d, n) AS expected FROM (SELECT %1$I AS d, ascii(o) - 96 AS n, count(*) AS c FROM many GROUP BY 1, 2) x) e,
	(SELECT substring(survival(%1$I, o)::text FROM '"steps": \[(.*)\]}') AS steps FROM many UNION ALL SELECT substring(merge(s)::text FROM '"steps": \[(.*)\]}') FROM (SELECT survival(%1$I, o) AS s FROM many GROUP BY i %% 40) p) s$$, c), 'every pair is counted: ' || c)
FROM unnest('{few,lots,up,down}'::text[]) c;

-- ---- windows, groups, copies ----
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE w IS DISTINCT FROM (SELECT survival(d, o) FROM stay x WHERE x.i BETWEEN y.i - 5 AND y.i)) FROM (SELECT i, survival(d, o) OVER (ORDER BY i ROWS 5 PRECEDING) AS w FROM stay WHERE i <= 300) y$$, 'moving windows');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE survival_count(w) <> i OR w IS DISTINCT FROM survival_finalfn(w)) FROM (SELECT i, survival(d, o) OVER (ORDER BY i) AS w FROM stay) y$$, 'running windows do not disturb the state');
SELECT is((SELECT survival_transfn(survival_transfn(s, 1, 'lost'::text), 1, true) FROM (VALUES ('{"survival": 1, "outcomes": ["x"], "steps": [[1, 1, 1]]}'::survival)) v(s)), '{"survival": 1, "outcomes": ["ended", "lost", "x"], "steps": [[1, 1, 1], [1, 2, 1], [1, 3, 1]]}', 'a transition outside of an aggregate works on a copy');

-- ---- days however they are spread: evenly, few, over all magnitudes, next to zero, with some far away, in one place ----
CREATE TEMP TABLE spread AS SELECT g, i, (CASE g WHEN 1 THEN r * 100 WHEN 2 THEN floor(r * 100) WHEN 3 THEN exp(r * 1400 - 700) WHEN 4 THEN r * 1e-300 WHEN 5 THEN CASE WHEN i % 7 = 0 THEN 1.7e308 * r ELSE r END WHEN 6 THEN 4.9e-324::float8 * (i % 3) WHEN 7 THEN 42 WHEN 8 THEN 1000 * exp(30 * ln(r + 1e-9))
	WHEN 9 THEN i / 7.0 WHEN 10 THEN (20000 - i) / 7.0 ELSE CASE WHEN i % 100 < 99 THEN 1 + r * 1e-14 ELSE r * 1e9 END END)::float8 AS d, nullif(i % 3, 0)::text AS o
FROM (SELECT g, i, ('x' || substr(md5(g || '-' || i), 1, 8))::bit(32)::bigint / 4294967296.0::float8 AS r FROM generate_series(1, 11) g, generate_series(1, 20000) i) e;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE a IS DISTINCT FROM b) FROM (SELECT g, survival(d, o) AS s FROM spread GROUP BY g) x,
	LATERAL (SELECT array_agg(ROW(days, at_risk, ended, censored) ORDER BY n) AS a FROM survival_curve(s) WITH ORDINALITY c(days, at_risk, ended, censored, survival, se, low, high, n)) y,
	LATERAL (SELECT array_agg(ROW(d, r, e, c) ORDER BY d) AS b FROM (SELECT d, sum(count(*)) OVER (ORDER BY d DESC)::bigint AS r, count(o) AS e, count(*) - count(o) AS c FROM spread WHERE g = x.g GROUP BY d) k) z$$, 'steps are in order');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE s::text::survival IS DISTINCT FROM s) FROM (SELECT survival(d, o) AS s FROM spread GROUP BY g) x', 'and are read as they are written');

-- ---- text and binary forms ----
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE s::text::survival IS DISTINCT FROM s OR s::text::survival::text <> s::text) FROM (SELECT s FROM part UNION ALL SELECT b FROM part UNION ALL SELECT survival(NULL, true)) x', 'the text form is lossless');
SELECT is((SELECT survival(d, true)::text::survival FROM unnest('{1e-300, 0.1, 1.7976931348623157e308, 4.9e-324, 123456789.123456789}'::float8[]) d), (SELECT survival(d, true) FROM unnest('{1e-300, 0.1, 1.7976931348623157e308, 4.9e-324, 123456789.123456789}'::float8[]) d), 'of days of any size');
SELECT is(' { "survival" : 1 , "outcomes" : [ "b\u00e9" , "a\"\\" ] , "steps" : [ [ 2.50e0 , 1 , 1 ] , [ 2.5, 2, 1], [1, 0, 3], [2.5, 1, 2] ], "incomplete" : 4 } '::survival::text,
	'{"survival": 1, "outcomes": ["a\"\\", "bé"], "steps": [[1, 0, 3], [2.5, 1, 1], [2.5, 2, 3]], "incomplete": 4}', 'what is read is put in order');
SELECT is(pg_temp.outcome_of(format('SELECT %L::salesops.survival::text', v)), e, v) FROM (VALUES
	('', '22P02'), ('null', '22P02'), ('[]', '22P02'), ('{"survival": 1', '22P02'), ('{"survival": 1,}', '22P02'), ('{"survival": "1"}', '22P02'), ('{"survival": 1} {}', '22P02'), ('{"survival": 1, "steps": []}', '22P02'),
	('{"survival": 1, "outcomes": []}', '22P02'), ('{"survival": 1, "outcomes": [1], "steps": [[1, 1, 1]]}', '22P02'), ('{"survival": 1, "outcomes": [""], "steps": [[1, 1, 1]]}', '22023'), ('{"survival": 1, "outcomes": ["a], "steps": [[1, 1, 1]]}', '22P02'),
	('{"survival": 1, "outcomes": ["\u0000"], "steps": [[1, 1, 1]]}', '22P02'), ('{"survival": 1, "steps": [[NaN, 0, 1]]}', '22P02'), ('{"survival": 1, "steps": [[1e400, 0, 1]]}', '22003'), ('{"survival": 1, "steps": [[1-1, 0, 1]]}', '22P02'), ('{"survival": 1, "steps": [[1, -1, 1]]}', '22P02'),
	('{"survival": 1, "steps": [[1, 256, 1]]}', '22P02'), ('{"survival": 1, "steps": [[1, 0, 1000000000000000]]}', '22P02'), ('{"survival": 1, "steps": [[1, 0, 9999999999999999999]]}', '22P02'), ('{"survival": 1, "steps": [[1, 0, 1]], "incomplete": -1}', '22P02'),
	('{"survival": 1, "incomplete": 1, "steps": [[1, 0, 1]]}', '22P02'), ('{"survival": 1, "steps": [[1, 0, 1]], "steps": [[1, 0, 1]]}', '22P02'), ('{"survival": 1, "incomplete": 0}', '{"survival": 1}')) x(v, e);

-- ---- the bias that it is for: of stays of 40 days on average seen while many are not over, the median of those that ended is short ----
CREATE TEMP TABLE seen AS SELECT least(whole, window_days) AS d, whole <= window_days AS ended FROM (SELECT -ln((h + 0.5) / 4294967296) * 40 AS whole, (i % 50)::float8 AS window_days FROM (SELECT i, ('x' || substr(md5('w' || i), 1, 8))::bit(32)::bigint AS h FROM generate_series(1, 20000) i) x) y;
SELECT ok((SELECT abs(km_median(survival(d, ended)) - 40 * ln(2)) < 1 FROM seen), 'Kaplan-Meier is near the true median of an exponential distribution');
SELECT cmp_ok((SELECT naive_median(survival(d, ended)) FROM seen), '<', 16::float8, 'the median of what ended is about half of it');

SELECT * FROM finish();
ROLLBACK;
