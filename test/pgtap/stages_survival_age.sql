-- stages: fresh, aging and stalled against their definition, by random limits and by random norms.
\ir setup.psql

CREATE TEMP TABLE norm AS
	SELECT g, survival(d, e) AS s, max(d) AS longest FROM (SELECT g, round(random() * (1 + g % 30))::float8 AS d, random() < (g % 10) / 9.0 AS e FROM generate_series(1, 400) g, generate_series(1, 1 + g % 23) i) o GROUP BY g;
CREATE TEMP TABLE asked AS SELECT g, s, longest, d::float8 / 2 AS days FROM norm, generate_series(0, 64) d;
SELECT ok(count(*) FILTER (WHERE km_median(s) IS NULL) > 50 AND count(*) FILTER (WHERE km_quantile(s, 0.9) IS NULL AND km_median(s) IS NOT NULL) > 20, 'some norms have no median, and some no quantile') FROM norm;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE stage_age_status(days, s, f) IS DISTINCT FROM CASE WHEN km_median(s) IS NULL AND days > longest THEN NULL WHEN days <= coalesce(km_median(s), longest) THEN 'fresh' WHEN days <= f * km_median(s) THEN 'aging' ELSE 'stalled' END)
	FROM asked, unnest('{1, 1.5, 4}'::float8[]) f
$$, 'by a factor of the median');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE stage_age_status_quantile(days, s, q) IS DISTINCT FROM CASE WHEN days <= coalesce(km_median(s), longest) AND days <= greatest(longest, km_median(s)) THEN 'fresh' WHEN km_median(s) IS NULL THEN NULL
		WHEN days <= coalesce(km_quantile(s, q), longest) THEN 'aging' WHEN km_quantile(s, q) IS NULL THEN NULL ELSE 'stalled' END)
	FROM asked, unnest('{0.5, 0.75, 0.9, 1}'::float8[]) q
$$, 'by a quantile');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE explain_stage_age(days, s) IS DISTINCT FROM to_char(days, 'FM9990.0') || CASE WHEN days > longest THEN ' days, longer than any of ' || survival_count(s) ELSE ' days, older than ' || least(round(100 * survival_percentile(s, days)), CASE WHEN km_survival(s, days) > 0 THEN 99 ELSE 100 END)::text || ' % of ' || survival_count(s) END
		|| ' stays; ' || coalesce('half leave within ' || to_char(km_median(s), 'FM9990.0'), 'fewer than half ever left')) FROM asked
$$, 'and in words');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE stage_age_status(days, process, 'x') IS DISTINCT FROM CASE WHEN days > max_days THEN 'stalled' WHEN days > max_days / 1.5 THEN 'aging' ELSE 'fresh' END)
	FROM (SELECT m::float8 / 4 AS max_days, sales_process('x', 1, 0.5, 'commit', 'open', m::float8 / 4) AS process FROM generate_series(1, 90) m GROUP BY m) p, generate_series(0, 40) d, LATERAL (SELECT d::float8 / 2 AS days) v
$$, 'by the limit of a process');
-- one norm after another at the same call: what is kept of one is not taken for the next
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE a <> b) FROM (SELECT stage_age_status(days, s) AS a, stage_age_status(days, (SELECT n.s FROM norm n WHERE n.g = asked.g)) AS b FROM asked ORDER BY md5(g || ' ' || days)) x $$, 'norms in turn');
-- many steps: what a query keeps of a curve from row to row does not change an answer, whichever of two values comes next
CREATE TEMP TABLE long AS SELECT k, survival(('x' || left(md5(k || ' ' || i), 6))::bit(24)::int % (k * 997) / 64.0, i % k > 0) AS s FROM generate_series(2, 3) k, generate_series(1, 5000) i GROUP BY k;
-- which are stored out of line, where they are known again by their place
SELECT ok(pg_relation_size(reltoastrelid) > 0 AND (SELECT bool_and(pg_column_size(s) > 4000) FROM long), 'long curves are stored out of line') FROM pg_class WHERE oid = 'long'::regclass;
CREATE TEMP TABLE asked_long AS SELECT k, i, CASE i % 3 WHEN 0 THEN c.days WHEN 1 THEN c.days - 0.001 ELSE c.days + 0.001 END AS days FROM long, LATERAL (SELECT days, row_number() OVER (ORDER BY days) AS i FROM survival_curve(s)) c WHERE c.days > 1;
CREATE TEMP TABLE answer AS SELECT a.*, s, km_survival(s, a.days) AS share, survival_percentile(s, a.days) AS percentile, km_survival_se(s, a.days) AS se, km_survival_low(s, a.days) AS low,
	stage_age_status_quantile(a.days, s, 0.5 + i % 100 / 201.0) AS status, explain_stage_age(a.days, s) AS why FROM (SELECT * FROM asked_long ORDER BY i, k) a JOIN long USING (k);
CREATE TEMP TABLE curve AS SELECT k, c.*, coalesce(lead(c.days) OVER (PARTITION BY k ORDER BY c.days), 'infinity') AS until FROM long, survival_curve(s) c;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE share IS DISTINCT FROM CASE WHEN a.days <= c.days OR until < 'infinity' OR survival = 0 THEN survival END OR percentile <> 1 - survival OR (share > 0 AND (se, a.low) IS DISTINCT FROM (std_error, c.low))
	OR why NOT LIKE '%, ' || CASE WHEN until = 'infinity' AND a.days > c.days THEN 'longer than any' ELSE 'older than ' || least(round(100 * (1 - survival)), 99 + (survival = 0)::int) || ' %' END || '%') FROM answer a JOIN curve c ON c.k = a.k AND a.days >= c.days AND a.days < until$$, 'of long curves, read row by row');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE status IS DISTINCT FROM CASE WHEN days <= km_median(s) THEN 'fresh' WHEN days <= km_quantile(s, 0.5 + i % 100 / 201.0) THEN 'aging' ELSE 'stalled' END) FROM (SELECT * FROM answer WHERE i % 10 = 0) a$$, 'and their quantiles');
-- and what is given out of line says what it says in line
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE km_survival(long.s, days) IS DISTINCT FROM km_survival(memory.s, days) OR stage_age_status_quantile(days, long.s) IS DISTINCT FROM stage_age_status_quantile(days, memory.s))
	FROM (SELECT k, days FROM asked_long ORDER BY md5(k || ' ' || days) LIMIT 2000) a JOIN long USING (k) JOIN (SELECT k, merge(s) AS s FROM long GROUP BY k) AS memory USING (k) $$, 'out of line as in line');
SELECT * FROM finish();
ROLLBACK;
