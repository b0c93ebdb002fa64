-- deal_stats(outcome, amount, cycle_days) beside the plain aggregates that give the same figures.

-- section: deal_stats without the median
-- rows: deals
-- floor: count of the three columns
SELECT count(outcome), count(amount), count(cycle_days) FROM deals;
-- ours: deal_stats
SELECT salesops.open_deals(d), salesops.won_deals(d), salesops.lost_deals(d), salesops.open_amount(d),
	salesops.won_amount(d), salesops.lost_amount(d), salesops.missing_amounts(d), salesops.negative_cycles(d),
	round(salesops.win_rate(d)::numeric, 9), round(salesops.win_rate_amount(d)::numeric, 9),
	round(salesops.win_rate_created(d)::numeric, 9), round(salesops.avg_deal_size(d), 6),
	round(salesops.avg_cycle_days(d)::numeric, 6)
FROM (SELECT salesops.deal_stats(outcome, amount, cycle_days) AS d FROM deals) AS s;
-- form: fifteen plain aggregates
SELECT count(*) FILTER (WHERE outcome = 'open'),
	count(*) FILTER (WHERE outcome = 'won'),
	count(*) FILTER (WHERE outcome = 'lost'),
	sum(amount) FILTER (WHERE outcome = 'open'),
	sum(amount) FILTER (WHERE outcome = 'won'),
	sum(amount) FILTER (WHERE outcome = 'lost'),
	count(*) FILTER (WHERE outcome = 'open' AND amount IS NULL)
		+ count(*) FILTER (WHERE outcome = 'won' AND amount IS NULL)
		+ count(*) FILTER (WHERE outcome = 'lost' AND amount IS NULL),
	count(*) FILTER (WHERE outcome = 'won' AND cycle_days < 0),
	round(count(*) FILTER (WHERE outcome = 'won')::numeric / count(*) FILTER (WHERE outcome IN ('won', 'lost')), 9),
	round(sum(amount) FILTER (WHERE outcome = 'won') / sum(amount) FILTER (WHERE outcome IN ('won', 'lost')), 9),
	round(count(*) FILTER (WHERE outcome = 'won')::numeric / count(outcome), 9),
	round(avg(amount) FILTER (WHERE outcome = 'won'), 6),
	round(avg(cycle_days) FILTER (WHERE outcome = 'won'), 6)
FROM deals;
-- form: nine aggregates, the rest computed
SELECT o, w, l, oa, wa, la, o + w + l - with_amount, negative, round(w::numeric / (w + l), 9), round(wa / (wa + la), 9),
	round(w::numeric / (o + w + l), 9), round(size, 6), round(cycle, 6)
FROM (
	SELECT count(*) FILTER (WHERE outcome = 'open') AS o,
		count(*) FILTER (WHERE outcome = 'won') AS w,
		count(*) FILTER (WHERE outcome = 'lost') AS l,
		sum(amount) FILTER (WHERE outcome = 'open') AS oa,
		sum(amount) FILTER (WHERE outcome = 'won') AS wa,
		sum(amount) FILTER (WHERE outcome = 'lost') AS la,
		count(amount) AS with_amount,
		count(*) FILTER (WHERE outcome = 'won' AND cycle_days < 0) AS negative,
		avg(amount) FILTER (WHERE outcome = 'won') AS size,
		avg(cycle_days) FILTER (WHERE outcome = 'won') AS cycle
	FROM deals) AS s;
-- form: GROUP BY outcome, pivot
SELECT sum(n) FILTER (WHERE outcome = 'open'), sum(n) FILTER (WHERE outcome = 'won'), sum(n) FILTER (WHERE outcome = 'lost'),
	sum(total) FILTER (WHERE outcome = 'open'), sum(total) FILTER (WHERE outcome = 'won'),
	sum(total) FILTER (WHERE outcome = 'lost'), sum(n - with_amount), sum(negative) FILTER (WHERE outcome = 'won'),
	round(sum(n) FILTER (WHERE outcome = 'won') / sum(n) FILTER (WHERE outcome <> 'open'), 9),
	round(sum(total) FILTER (WHERE outcome = 'won') / sum(total) FILTER (WHERE outcome <> 'open'), 9),
	round(sum(n) FILTER (WHERE outcome = 'won') / sum(n), 9),
	round(sum(size) FILTER (WHERE outcome = 'won'), 6), round(sum(cycle) FILTER (WHERE outcome = 'won'), 6)
FROM (
	SELECT outcome, count(*) AS n, count(amount) AS with_amount, sum(amount) AS total, avg(amount) AS size,
		avg(cycle_days) AS cycle, count(*) FILTER (WHERE cycle_days < 0) AS negative
	FROM deals GROUP BY outcome) AS s;

-- section: deal_stats with the median
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

-- section: deal_stats by owner, 500 groups, with the median
-- rows: deals
-- floor: count of the three columns by owner
SELECT count(*), sum(a), sum(b), sum(c)
FROM (SELECT owner, count(outcome) AS a, count(amount) AS b, count(cycle_days) AS c FROM deals GROUP BY owner) AS s;
-- ours: deal_stats
SELECT count(owner), sum(salesops.won_deals(d)), sum(salesops.lost_deals(d)), sum(salesops.won_amount(d)),
	sum(salesops.lost_amount(d)), sum(salesops.missing_amounts(d)), sum(salesops.median_cycle_days(d))
FROM (SELECT owner, salesops.deal_stats(outcome, amount, cycle_days) AS d FROM deals GROUP BY owner OFFSET 0) AS s;
-- form: nine aggregates and percentile_cont
SELECT count(owner), sum(w), sum(l), sum(wa), sum(la), sum(missing), sum(median)
FROM (
	SELECT owner, count(*) FILTER (WHERE outcome = 'won') AS w,
		count(*) FILTER (WHERE outcome = 'lost') AS l,
		sum(amount) FILTER (WHERE outcome = 'won') AS wa,
		sum(amount) FILTER (WHERE outcome = 'lost') AS la,
		count(outcome) - count(amount) AS missing,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_days) FILTER (WHERE outcome = 'won') AS median
	FROM deals GROUP BY owner OFFSET 0) AS s;
