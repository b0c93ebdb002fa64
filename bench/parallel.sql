-- The same with two parallel workers.

-- section: forecast_rollup, numeric, two workers
-- workers: 2
-- rows: deals
-- floor: count of both columns
SELECT count(category), count(amount) FROM deals;
-- ours: forecast_rollup
SELECT salesops.pipeline_only(r), salesops.best_case_only(r), salesops.most_likely_only(r), salesops.commit_only(r),
	salesops.closed_only(r)
FROM (SELECT salesops.forecast_rollup(category, amount) AS r FROM deals) AS s;
-- form: five sum() FILTER
SELECT coalesce(sum(amount) FILTER (WHERE category = 'pipeline'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'best_case'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'most_likely'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'commit'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'closed'), 0)
FROM deals;
-- form: GROUP BY category, pivot
SELECT coalesce(sum(amount) FILTER (WHERE category = 'pipeline'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'best_case'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'most_likely'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'commit'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'closed'), 0)
FROM (SELECT category, sum(amount) AS amount FROM deals GROUP BY category) AS s;

-- section: deal_stats with the median, two workers
-- workers: 2
-- rows: deals
-- floor: count of the three columns
SELECT count(outcome), count(amount), count(cycle_days) FROM deals;
-- ours: deal_stats
SELECT salesops.open_deals(d), salesops.won_deals(d), salesops.lost_deals(d), salesops.open_amount(d),
	salesops.won_amount(d), salesops.lost_amount(d), salesops.missing_amounts(d), salesops.negative_cycles(d),
	round(salesops.avg_cycle_days(d)::numeric, 6), salesops.median_cycle_days(d)
FROM (SELECT salesops.deal_stats(outcome, amount, cycle_days) AS d FROM deals) AS s;
-- form: nine aggregates and percentile_cont
SELECT count(*) FILTER (WHERE outcome = 'open'),
	count(*) FILTER (WHERE outcome = 'won'),
	count(*) FILTER (WHERE outcome = 'lost'),
	sum(amount) FILTER (WHERE outcome = 'open'),
	sum(amount) FILTER (WHERE outcome = 'won'),
	sum(amount) FILTER (WHERE outcome = 'lost'),
	count(outcome) - count(amount),
	count(*) FILTER (WHERE outcome = 'won' AND cycle_days < 0),
	round(avg(cycle_days) FILTER (WHERE outcome = 'won'), 6),
	percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_days) FILTER (WHERE outcome = 'won')
FROM deals;
-- form: GROUP BY outcome, percentile_cont apart
SELECT sum(n) FILTER (WHERE outcome = 'open'), sum(n) FILTER (WHERE outcome = 'won'), sum(n) FILTER (WHERE outcome = 'lost'),
	sum(total) FILTER (WHERE outcome = 'open'), sum(total) FILTER (WHERE outcome = 'won'),
	sum(total) FILTER (WHERE outcome = 'lost'), sum(n - with_amount), sum(negative) FILTER (WHERE outcome = 'won'),
	round(sum(cycle) FILTER (WHERE outcome = 'won'), 6),
	(SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_days) FROM deals WHERE outcome = 'won')
FROM (
	SELECT outcome, count(*) AS n, count(amount) AS with_amount, sum(amount) AS total, avg(cycle_days) AS cycle,
		count(*) FILTER (WHERE cycle_days < 0) AS negative
	FROM deals GROUP BY outcome) AS s;
