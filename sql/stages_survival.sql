-- Survival: how long things stay, of those that left and of those still there.
\set VERBOSITY default
\pset null -
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET search_path = salesops, public;

-- Freireich and others (1963), weeks in remission of acute leukemia: published survival under 6-MP .857 .807 .753 .690 .627 .538 .448,
-- medians 23 and 8 weeks, log-rank chi-square 16.79
CREATE TEMP TABLE leukemia (drug text, weeks int, relapse boolean);
INSERT INTO leukemia SELECT '6-MP', abs(w), w > 0 FROM unnest('{6,6,6,-6,7,-9,10,-10,-11,13,16,-17,-19,-20,22,23,-25,-32,-32,-34,-35}'::int[]) w;
INSERT INTO leukemia SELECT 'placebo', w, true FROM unnest('{1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23}'::int[]) w;
CREATE TEMP TABLE remission AS SELECT drug, survival(weeks, relapse) AS s FROM leukemia GROUP BY drug;
SELECT drug, s FROM remission ORDER BY drug;
SELECT drug, survival_count(s), ended_count(s), open_count(s), km_median(s), naive_median(s), km_quantile(s, 0.25) AS q25, km_quantile_low(s, 0.5) AS low, km_quantile_high(s, 0.5) AS high,
	round(km_restricted_mean(s, 23)::numeric, 4) AS mean_23, round(km_restricted_mean_se(s, 23)::numeric, 4) AS se
FROM remission ORDER BY drug;
SELECT days, at_risk, c.ended, censored, round(survival::numeric, 3) AS survival, round(std_error::numeric, 4) AS std_error, round(low::numeric, 3) AS low, round(high::numeric, 3) AS high
FROM remission, survival_curve(s) c WHERE drug = '6-MP' AND c.ended > 0;
SELECT round(logrank_chi_square(a.s, b.s)::numeric, 4) AS chi_square, round(logrank_p(a.s, b.s)::numeric, 8) AS p FROM remission a, remission b WHERE a.drug = '6-MP' AND b.drug = 'placebo';
SELECT round(logrank_chi_square(array_agg(s))::numeric, 4) AS chi_square, round(logrank_p(array_agg(s))::numeric, 8) AS p FROM remission;

-- between two times, at the end, and beyond it
SELECT w, round(km_survival(s, w)::numeric, 4) AS survival, round(km_survival_se(s, w)::numeric, 4) AS se, round(km_survival_low(s, w)::numeric, 4) AS low, round(km_survival_high(s, w)::numeric, 4) AS high,
	round(km_survival_log_log_low(s, w)::numeric, 4) AS ll_low, round(km_survival_log_log_high(s, w)::numeric, 4) AS ll_high, round(km_survival_plain_low(s, w, 0.9)::numeric, 4) AS plain_low_90, round(km_survival_plain_high(s, w, 0.9)::numeric, 4) AS plain_high_90,
	round(survival_percentile(s, w)::numeric, 4) AS percentile
FROM remission, unnest('{0,6,8.5,35,36}'::float8[]) w WHERE drug = '6-MP' ORDER BY w;
SELECT km_survival(s, 23), km_survival(s, 100), km_survival_se(s, 100), km_survival_low(s, 100), km_quantile(s, 1) AS all_gone, km_restricted_mean(s, 100) AS mean FROM remission WHERE drug = 'placebo';
SELECT km_quantile(s, 0.6) AS not_reached, km_quantile(s, 0), km_restricted_mean(s, 36) AS too_far FROM remission WHERE drug = '6-MP';

-- competing outcomes: half of the deals advance, and Kaplan-Meier on one outcome alone says more
CREATE TEMP TABLE stage AS SELECT survival(d, o) AS s, survival(d, o IS NOT DISTINCT FROM 'advanced') AS alone
FROM (VALUES (3, 'advanced'), (5, 'lost'), (5, 'advanced'), (8, NULL), (9, 'lost'), (12, 'advanced'), (12, NULL), (20, 'lost')) v(d, o);
SELECT s FROM stage;
SELECT c.* FROM stage, incidence_curve(s) c;
SELECT round(cumulative_incidence(s, 'advanced', 12)::numeric, 6) AS advanced, round(cumulative_incidence(s, 'lost', 12)::numeric, 6) AS lost, round(km_survival(s, 12)::numeric, 6) AS there,
	round(survival_percentile(alone, 12)::numeric, 6) AS advanced_alone, cumulative_incidence(s, 'merged', 12) AS none_had, cumulative_incidence(s, 'lost', 21) > 0 AS known, ended_count(s, 'lost'), ended_count(s, 'merged')
FROM stage;

-- what is incomplete, empty, or zero
SELECT survival(d, e) FROM (VALUES (NULL::float8, true), (1, NULL), (NULL, NULL), ('-0', true), (0, true), (2.5, false)) v(d, e);
SELECT survival(d, o) FROM (VALUES (NULL::float8, 'won'), (1, NULL), (NULL, NULL)) v(d, o);
SELECT survival(NULL::float8, NULL::text), survival(1, true) FILTER (WHERE false), merge(NULL::survival);
SELECT km_median(s), km_survival(s, 1), survival_percentile(s, 1), km_restricted_mean(s, 1), naive_median(s), survival_count(s), incomplete_observations(s), (SELECT count(*) FROM survival_curve(s)) AS rows
FROM (SELECT survival(NULL, true) AS s) e;
SELECT logrank_p('{"survival": 1}', '{"survival": 1}'), logrank_p('{}'::survival[]), logrank_p(ARRAY[NULL::survival]);

-- errors
SELECT survival(-1, true);
SELECT survival('NaN', 'won'::text);
SELECT survival('infinity', false);
SELECT survival(1, ''::text);
SELECT survival(1, repeat('x', 401));
SELECT survival(1, i::text) FROM generate_series(1, 101) i;
SELECT km_survival(s, -1) FROM stage;
SELECT km_survival(s, 'NaN') FROM stage;
SELECT km_quantile(s, 90) FROM stage;
SELECT km_survival_low(s, 1, 1) FROM stage;
SELECT km_survival_low(s, 1, 95) FROM stage;
SELECT km_restricted_mean(s, 'infinity') FROM stage;
SELECT logrank_p(array_fill(s, '{101}')) FROM stage;
SELECT '{}'::survival;
SELECT '{"survival": 2}'::survival;
SELECT '{"survival": 1, "steps": [[1, 1, 1]]}'::survival;
SELECT '{"survival": 1, "outcomes": ["a"], "steps": [[1, 0, 1]]}'::survival;
SELECT '{"survival": 1, "outcomes": ["a", "a"], "steps": [[1, 0, 1]]}'::survival;
SELECT '{"survival": 1, "steps": [[-1, 0, 1]]}'::survival;
SELECT '{"survival": 1, "steps": [[1, 0, 0]]}'::survival;
SELECT '{"survival": 1, "steps": [[1, 0, 1.5]]}'::survival;
SELECT '{"survival": 1, "steps": [[1, 0]]}'::survival;
SELECT '{"survival": 1, "colour": 1}'::survival;
SELECT '{"survival": 1, "incomplete": 1} x'::survival;
SELECT '{"survival": 1, "steps": [[1, 0, 999999999999999], [2, 0, 1]]}'::survival;
