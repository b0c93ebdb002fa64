-- survival(days, ended) and its curve beside window functions over counts by day.  A closed deal's cycle has ended; an open one
-- has lasted some days and is not over.

-- section: Kaplan-Meier median, days in whole numbers
-- rows: deals
-- floor: count of days and ended
SELECT count(abs(coalesce(cycle_days, id % 400))::float8), count(is_closed) FROM deals;
-- ours: survival
SELECT salesops.km_median(salesops.survival(abs(coalesce(cycle_days, id % 400))::float8, is_closed)) FROM deals;
-- form: counts by day, and window functions over them
SELECT min(days) FROM (
	SELECT days, exp(sum(ln(CASE WHEN ended = at_risk THEN 1e-300 ELSE 1 - ended / at_risk END)) OVER (ORDER BY days)) AS share
	FROM (
		SELECT days, count(*) FILTER (WHERE is_closed)::float8 AS ended, (sum(count(*)) OVER (ORDER BY days DESC))::float8 AS at_risk
		FROM (SELECT abs(coalesce(cycle_days, id % 400))::float8 AS days, is_closed FROM deals) AS d GROUP BY days) AS c) AS s
WHERE share <= 0.5;

-- section: Kaplan-Meier median, days with seconds
-- memory
-- rows: deals
-- floor: count of days and ended
SELECT count(abs(coalesce(cycle_days, id % 400)) + (id * 7919 % 86399) / 86399.0::float8), count(is_closed) FROM deals;
-- ours: survival
SELECT salesops.km_median(salesops.survival(abs(coalesce(cycle_days, id % 400)) + (id * 7919 % 86399) / 86399.0::float8, is_closed)) FROM deals;
-- form: counts by moment, and window functions over them
SELECT min(days) FROM (
	SELECT days, exp(sum(ln(CASE WHEN ended = at_risk THEN 1e-300 ELSE 1 - ended / at_risk END)) OVER (ORDER BY days)) AS share
	FROM (
		SELECT days, count(*) FILTER (WHERE is_closed)::float8 AS ended, (sum(count(*)) OVER (ORDER BY days DESC))::float8 AS at_risk
		FROM (SELECT abs(coalesce(cycle_days, id % 400)) + (id * 7919 % 86399) / 86399.0::float8 AS days, is_closed FROM deals) AS d GROUP BY days) AS c) AS s
WHERE share <= 0.5;

-- section: cumulative incidence of won within 60 days, lost competing
-- rows: deals
-- floor: count of days and outcome
SELECT count(abs(coalesce(cycle_days, id % 400))::float8), count(nullif(outcome, 'open')) FROM deals;
-- ours: survival
SELECT round(salesops.cumulative_incidence(salesops.survival(abs(coalesce(cycle_days, id % 400))::float8, nullif(outcome, 'open')), 'won', 60)::numeric, 9) FROM deals;
-- form: counts by day, and window functions over them
SELECT round(sum(before * won / at_risk)::numeric, 9) FROM (
	SELECT days, won, at_risk, coalesce(exp(sum(ln(CASE WHEN ended = at_risk THEN 1e-300 ELSE 1 - ended / at_risk END)) OVER (ORDER BY days ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)), 1) AS before
	FROM (
		SELECT days, count(*) FILTER (WHERE is_closed)::float8 AS ended, count(*) FILTER (WHERE is_won)::float8 AS won, (sum(count(*)) OVER (ORDER BY days DESC))::float8 AS at_risk
		FROM (SELECT abs(coalesce(cycle_days, id % 400))::float8 AS days, is_closed, is_won FROM deals) AS d GROUP BY days) AS c) AS s
WHERE days <= 60;

-- section: Kaplan-Meier median by owner, 500 groups
-- rows: deals
-- floor: count of days and ended by owner
SELECT count(*), sum(d), sum(e) FROM (SELECT owner, count(abs(coalesce(cycle_days, id % 400))::float8) AS d, count(is_closed) AS e FROM deals GROUP BY owner) AS g;
-- ours: survival
SELECT count(*), sum(m) FROM (SELECT owner, salesops.km_median(salesops.survival(abs(coalesce(cycle_days, id % 400))::float8, is_closed)) AS m FROM deals GROUP BY owner) AS g;
-- form: counts by owner and day, and window functions over them
SELECT count(*), sum(m) FROM (SELECT owner, min(days) FILTER (WHERE share <= 0.5) AS m FROM (
	SELECT owner, days, exp(sum(ln(CASE WHEN ended = at_risk THEN 1e-300 ELSE 1 - ended / at_risk END)) OVER (PARTITION BY owner ORDER BY days)) AS share
	FROM (
		SELECT owner, days, count(*) FILTER (WHERE is_closed)::float8 AS ended, (sum(count(*)) OVER (PARTITION BY owner ORDER BY days DESC))::float8 AS at_risk
		FROM (SELECT owner, abs(coalesce(cycle_days, id % 400))::float8 AS days, is_closed FROM deals) AS d GROUP BY owner, days) AS c) AS s
	GROUP BY owner) AS g;
