-- Pushes of the close date: is_push beside date arithmetic, and close_path beside window functions over a history of full
-- states, in which the date mostly stays as it was; linearity and slippage beside the plain aggregates.

-- section: is_push(old_close, new_close, 'month')
-- rows: deals
-- floor: count of both dates
SELECT count(created), count(close_date) FROM deals;
-- ours: is_push
SELECT count(*) FILTER (WHERE salesops.is_push(created, close_date, 'month')) FROM deals;
-- form: date_trunc
SELECT count(*) FILTER (WHERE date_trunc('month', close_date) > date_trunc('month', created)) FROM deals;
-- form: date_trunc of timestamps without time zone
SELECT count(*) FILTER (WHERE date_trunc('month', close_date::timestamp) > date_trunc('month', created::timestamp)) FROM deals;
-- form: extract of year and month
SELECT count(*) FILTER (WHERE extract(year FROM close_date) * 12 + extract(month FROM close_date) > extract(year FROM created) * 12 + extract(month FROM created)) FROM deals;

-- section: is_push(old_close, new_close, 'quarter'), a year that starts in February
-- rows: deals
-- floor: count of both dates
SELECT count(created), count(close_date) FROM deals;
-- ours: is_push
SELECT count(*) FILTER (WHERE salesops.is_push(created, close_date, 'quarter', 'starts February')) FROM deals;
-- form: date_trunc of the month before
SELECT count(*) FILTER (WHERE date_trunc('quarter', close_date - interval '1 month') > date_trunc('quarter', created - interval '1 month')) FROM deals;
-- form: a date dimension, joined twice
SELECT count(*) FILTER (WHERE n.months_quarter > o.months_quarter) FROM deals JOIN fiscal_days AS o ON o.day = created JOIN fiscal_days AS n ON n.day = close_date;

-- section: pushes by the month and days pushed, by deal, eight states each
-- rows: close_events
-- floor: count of the columns by deal
SELECT count(*), sum(d), sum(c)
FROM (SELECT deal_id, count(close_date) AS d, count(changed_at) AS c FROM close_events GROUP BY deal_id) AS g;
-- ours: close_path
SELECT count(deal_id), sum(salesops.push_count(path, 'month')), sum(salesops.pushed_days(path))
FROM (SELECT deal_id, salesops.close_path(close_date, changed_at) AS path FROM close_events GROUP BY deal_id OFFSET 0) AS s;
-- form: lag() over the deal, is_push
SELECT count(deal_id), sum(pushes), sum(last - first)
FROM (
	SELECT deal_id, count(*) FILTER (WHERE salesops.is_push(before, close_date, 'month')) AS pushes,
		max(close_date) FILTER (WHERE after IS NULL) AS last, max(close_date) FILTER (WHERE before IS NULL) AS first
	FROM (
		SELECT deal_id, close_date, lag(close_date) OVER w AS before, lead(changed_at) OVER w AS after
		FROM close_events WINDOW w AS (PARTITION BY deal_id ORDER BY changed_at)) AS e
	GROUP BY deal_id OFFSET 0) AS s;
-- form: lag() over the deal, date_trunc
SELECT count(deal_id), sum(pushes), sum(last - first)
FROM (
	SELECT deal_id, count(*) FILTER (WHERE date_trunc('month', close_date::timestamp) > date_trunc('month', before::timestamp)) AS pushes,
		max(close_date) FILTER (WHERE after IS NULL) AS last, max(close_date) FILTER (WHERE before IS NULL) AS first
	FROM (
		SELECT deal_id, close_date, lag(close_date) OVER w AS before, lead(changed_at) OVER w AS after
		FROM close_events WINDOW w AS (PARTITION BY deal_id ORDER BY changed_at)) AS e
	GROUP BY deal_id OFFSET 0) AS s;
-- form: array_agg(ORDER BY), unnested
SELECT count(deal_id), sum(pushes), sum(dates[cardinality(dates)] - dates[1])
FROM (
	SELECT deal_id, dates, (SELECT count(*) FROM unnest(dates[2:], dates) AS t(d, b) WHERE date_trunc('month', d::timestamp) > date_trunc('month', b::timestamp)) AS pushes
	FROM (SELECT deal_id, array_agg(close_date ORDER BY changed_at) AS dates FROM close_events GROUP BY deal_id) AS a
	OFFSET 0) AS s;

-- section: linearity, the months of a quarter
-- rows: deals
-- floor: count of both columns
SELECT count(close_date), count(amount) FROM deals;
-- ours: linearity
SELECT salesops.linearity_amount(l, 1), salesops.linearity_amount(l, 2), salesops.linearity_amount(l, 3)
FROM (SELECT salesops.linearity(close_date, amount, 'month', 'quarter', 'starts January') AS l FROM deals) AS s;
-- form: three sum() FILTER
SELECT sum(amount) FILTER (WHERE extract(month FROM close_date)::int % 3 = 1), sum(amount) FILTER (WHERE extract(month FROM close_date)::int % 3 = 2),
	sum(amount) FILTER (WHERE extract(month FROM close_date)::int % 3 = 0)
FROM deals;
-- form: GROUP BY the month, pivot
SELECT sum(total) FILTER (WHERE month = 1), sum(total) FILTER (WHERE month = 2), sum(total) FILTER (WHERE month = 0)
FROM (SELECT extract(month FROM close_date)::int % 3 AS month, sum(amount) AS total FROM deals GROUP BY 1) AS s;

-- section: slippage
-- rows: deals
-- floor: count of the three columns
SELECT count(close_date), count(outcome), count(amount) FROM deals;
-- ours: slippage
SELECT salesops.expected_deals(s), salesops.slipped_deals(s), salesops.slipped_amount(s), salesops.expected_amount(s)
FROM (SELECT salesops.slippage(close_date, outcome, close_date + 20, amount, '2024-04-01', '2024-06-30') AS s FROM deals) AS v;
-- form: sum() and count() FILTER
SELECT count(*) FILTER (WHERE expected), count(*) FILTER (WHERE slipped), sum(amount) FILTER (WHERE slipped), sum(amount) FILTER (WHERE expected)
FROM (SELECT amount, close_date BETWEEN '2024-04-01' AND '2024-06-30' AND outcome IS NOT NULL AS expected,
		close_date BETWEEN '2024-04-01' AND '2024-06-30' AND (outcome = 'open' OR close_date + 20 > '2024-06-30') AS slipped FROM deals OFFSET 0) AS s;
