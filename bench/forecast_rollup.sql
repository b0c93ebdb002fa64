-- forecast_rollup(category, amount) beside the sums per category that an analyst writes.

-- section: forecast_rollup, category text, amount numeric(14,2)
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
-- form: five sum(CASE)
SELECT coalesce(sum(CASE WHEN category = 'pipeline' THEN amount END), 0),
	coalesce(sum(CASE WHEN category = 'best_case' THEN amount END), 0),
	coalesce(sum(CASE WHEN category = 'most_likely' THEN amount END), 0),
	coalesce(sum(CASE WHEN category = 'commit' THEN amount END), 0),
	coalesce(sum(CASE WHEN category = 'closed' THEN amount END), 0)
FROM deals;
-- form: GROUP BY category, pivot
SELECT coalesce(sum(amount) FILTER (WHERE category = 'pipeline'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'best_case'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'most_likely'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'commit'), 0),
	coalesce(sum(amount) FILTER (WHERE category = 'closed'), 0)
FROM (SELECT category, sum(amount) AS amount FROM deals GROUP BY category) AS s;

-- section: forecast_rollup, labels as CRMs spell them ('Best Case')
-- rows: deals
-- floor: count of both columns
SELECT count(category_label), count(amount) FROM deals;
-- ours: forecast_rollup
SELECT salesops.pipeline_only(r), salesops.best_case_only(r), salesops.most_likely_only(r), salesops.commit_only(r),
	salesops.closed_only(r)
FROM (SELECT salesops.forecast_rollup(category_label, amount) AS r FROM deals) AS s;
-- form: five sum() FILTER
SELECT coalesce(sum(amount) FILTER (WHERE category_label = 'Pipeline'), 0),
	coalesce(sum(amount) FILTER (WHERE category_label = 'Best Case'), 0),
	coalesce(sum(amount) FILTER (WHERE category_label = 'Most Likely'), 0),
	coalesce(sum(amount) FILTER (WHERE category_label = 'Commit'), 0),
	coalesce(sum(amount) FILTER (WHERE category_label = 'Closed'), 0)
FROM deals;
-- form: GROUP BY label, pivot
SELECT coalesce(sum(amount) FILTER (WHERE category_label = 'Pipeline'), 0),
	coalesce(sum(amount) FILTER (WHERE category_label = 'Best Case'), 0),
	coalesce(sum(amount) FILTER (WHERE category_label = 'Most Likely'), 0),
	coalesce(sum(amount) FILTER (WHERE category_label = 'Commit'), 0),
	coalesce(sum(amount) FILTER (WHERE category_label = 'Closed'), 0)
FROM (SELECT category_label, sum(amount) AS amount FROM deals GROUP BY category_label) AS s;

-- Sums of float8 depend on the order of rows, so whole units are compared; the 0.005 keeps .50 from rounding either way.
-- section: forecast_rollup, amount float8
-- rows: deals
-- floor: count of both columns
SELECT count(category), count(amount_f8) FROM deals;
-- ours: forecast_rollup
SELECT floor(salesops.pipeline_only(r) + 0.005), floor(salesops.best_case_only(r) + 0.005),
	floor(salesops.most_likely_only(r) + 0.005), floor(salesops.commit_only(r) + 0.005), floor(salesops.closed_only(r) + 0.005)
FROM (SELECT salesops.forecast_rollup(category, amount_f8) AS r FROM deals) AS s;
-- form: five sum() FILTER, inexact
SELECT floor(coalesce(sum(amount_f8) FILTER (WHERE category = 'pipeline'), 0) + 0.005)::numeric,
	floor(coalesce(sum(amount_f8) FILTER (WHERE category = 'best_case'), 0) + 0.005)::numeric,
	floor(coalesce(sum(amount_f8) FILTER (WHERE category = 'most_likely'), 0) + 0.005)::numeric,
	floor(coalesce(sum(amount_f8) FILTER (WHERE category = 'commit'), 0) + 0.005)::numeric,
	floor(coalesce(sum(amount_f8) FILTER (WHERE category = 'closed'), 0) + 0.005)::numeric
FROM deals;
-- form: GROUP BY category, pivot, inexact
SELECT floor(coalesce(sum(amount) FILTER (WHERE category = 'pipeline'), 0) + 0.005)::numeric,
	floor(coalesce(sum(amount) FILTER (WHERE category = 'best_case'), 0) + 0.005)::numeric,
	floor(coalesce(sum(amount) FILTER (WHERE category = 'most_likely'), 0) + 0.005)::numeric,
	floor(coalesce(sum(amount) FILTER (WHERE category = 'commit'), 0) + 0.005)::numeric,
	floor(coalesce(sum(amount) FILTER (WHERE category = 'closed'), 0) + 0.005)::numeric
FROM (SELECT category, sum(amount_f8) AS amount FROM deals GROUP BY category) AS s;
-- form: five sum() FILTER of the cast to numeric
SELECT floor(coalesce(sum(amount_f8::numeric) FILTER (WHERE category = 'pipeline'), 0) + 0.005),
	floor(coalesce(sum(amount_f8::numeric) FILTER (WHERE category = 'best_case'), 0) + 0.005),
	floor(coalesce(sum(amount_f8::numeric) FILTER (WHERE category = 'most_likely'), 0) + 0.005),
	floor(coalesce(sum(amount_f8::numeric) FILTER (WHERE category = 'commit'), 0) + 0.005),
	floor(coalesce(sum(amount_f8::numeric) FILTER (WHERE category = 'closed'), 0) + 0.005)
FROM deals;

-- section: forecast_rollup by owner, 500 groups
-- rows: deals
-- floor: count of both columns by owner
SELECT count(*), sum(c), sum(a) FROM (SELECT owner, count(category) AS c, count(amount) AS a FROM deals GROUP BY owner) AS s;
-- ours: forecast_rollup
SELECT count(owner), sum(salesops.pipeline_only(r)), sum(salesops.best_case_only(r)), sum(salesops.most_likely_only(r)),
	sum(salesops.commit_only(r)), sum(salesops.closed_only(r))
FROM (SELECT owner, salesops.forecast_rollup(category, amount) AS r FROM deals GROUP BY owner OFFSET 0) AS s;
-- form: five sum() FILTER
SELECT count(owner), sum(p), sum(b), coalesce(sum(m), 0), sum(c), sum(w)
FROM (
	SELECT owner, sum(amount) FILTER (WHERE category = 'pipeline') AS p,
		sum(amount) FILTER (WHERE category = 'best_case') AS b,
		sum(amount) FILTER (WHERE category = 'most_likely') AS m,
		sum(amount) FILTER (WHERE category = 'commit') AS c,
		sum(amount) FILTER (WHERE category = 'closed') AS w
	FROM deals GROUP BY owner OFFSET 0) AS s;
-- form: GROUP BY owner, category, pivot
SELECT count(owner), sum(p), sum(b), coalesce(sum(m), 0), sum(c), sum(w)
FROM (
	SELECT owner, sum(amount) FILTER (WHERE category = 'pipeline') AS p,
		sum(amount) FILTER (WHERE category = 'best_case') AS b,
		sum(amount) FILTER (WHERE category = 'most_likely') AS m,
		sum(amount) FILTER (WHERE category = 'commit') AS c,
		sum(amount) FILTER (WHERE category = 'closed') AS w
	FROM (SELECT owner, category, sum(amount) AS amount FROM deals GROUP BY owner, category) AS g
	GROUP BY owner OFFSET 0) AS s;

-- section: forecast_rollup by account, 100,000 groups
-- rows: deals
-- floor: count of both columns by account
SELECT count(*), sum(c), sum(a)
FROM (SELECT account_id, count(category) AS c, count(amount) AS a FROM deals GROUP BY account_id) AS s;
-- ours: forecast_rollup
SELECT count(account_id), sum(salesops.pipeline_only(r)), sum(salesops.best_case_only(r)),
	sum(salesops.most_likely_only(r)), sum(salesops.commit_only(r)), sum(salesops.closed_only(r))
FROM (SELECT account_id, salesops.forecast_rollup(category, amount) AS r FROM deals GROUP BY account_id OFFSET 0) AS s;
-- form: five sum() FILTER
SELECT count(account_id), sum(p), sum(b), coalesce(sum(m), 0), sum(c), sum(w)
FROM (
	SELECT account_id, sum(amount) FILTER (WHERE category = 'pipeline') AS p,
		sum(amount) FILTER (WHERE category = 'best_case') AS b,
		sum(amount) FILTER (WHERE category = 'most_likely') AS m,
		sum(amount) FILTER (WHERE category = 'commit') AS c,
		sum(amount) FILTER (WHERE category = 'closed') AS w
	FROM deals GROUP BY account_id OFFSET 0) AS s;
-- form: GROUP BY account, category, pivot
SELECT count(account_id), sum(p), sum(b), coalesce(sum(m), 0), sum(c), sum(w)
FROM (
	SELECT account_id, sum(amount) FILTER (WHERE category = 'pipeline') AS p,
		sum(amount) FILTER (WHERE category = 'best_case') AS b,
		sum(amount) FILTER (WHERE category = 'most_likely') AS m,
		sum(amount) FILTER (WHERE category = 'commit') AS c,
		sum(amount) FILTER (WHERE category = 'closed') AS w
	FROM (SELECT account_id, category, sum(amount) AS amount FROM deals GROUP BY account_id, category) AS g
	GROUP BY account_id OFFSET 0) AS s;
