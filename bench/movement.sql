-- The movement of the pipeline between two snapshots: one pass over the rows of both, beside full joins.

-- section: movement of two snapshots, ids bigint
-- rows: snapshots
-- floor: count of the columns, UNION ALL
SELECT count(id), count(outcome), count(amount), count(close_date), count(owner), count(category) FROM snapshots;
-- ours: pipeline_change, movement
SELECT salesops.start_amount(m), salesops.new_amount(m), salesops.reopened_amount(m), salesops.pulled_in_amount(m), salesops.pushed_in_amount(m),
	salesops.increased_amount(m), salesops.decreased_amount(m), salesops.won_amount(m), salesops.lost_amount(m), salesops.pushed_out_amount(m),
	salesops.pulled_out_amount(m), salesops.deleted_amount(m), salesops.end_amount(m)
FROM (SELECT salesops.movement(salesops.pipeline_change(id, after, outcome, amount, close_date, owner, category), '2026-07-01', '2026-09-30') AS m
	FROM snapshots OFFSET 0) AS s;
-- ours: movement over a full join
SELECT salesops.start_amount(m), salesops.new_amount(m), salesops.reopened_amount(m), salesops.pulled_in_amount(m), salesops.pushed_in_amount(m),
	salesops.increased_amount(m), salesops.decreased_amount(m), salesops.won_amount(m), salesops.lost_amount(m), salesops.pushed_out_amount(m),
	salesops.pulled_out_amount(m), salesops.deleted_amount(m), salesops.end_amount(m)
FROM (SELECT salesops.movement(b.outcome, b.amount, CASE WHEN b.id IS NOT NULL THEN salesops.pipeline_scope(b.outcome, b.close_date, b.category, '2026-07-01', '2026-09-30') END,
		a.outcome, a.amount, CASE WHEN a.id IS NOT NULL THEN salesops.pipeline_scope(a.outcome, a.close_date, a.category, '2026-07-01', '2026-09-30') END) AS m
	FROM snapshot_before AS b FULL JOIN snapshot_after AS a USING (id) OFFSET 0) AS s;
-- form: full join, sum() FILTER of every kind
SELECT sum(b_amount) FILTER (WHERE was_in),
	sum(a_amount) FILTER (WHERE comes AND b_outcome IS NULL),
	sum(a_amount) FILTER (WHERE comes AND b_outcome <> 'open'),
	sum(a_amount) FILTER (WHERE comes AND b_outcome = 'open' AND b_close > '2026-09-30'),
	sum(a_amount) FILTER (WHERE comes AND b_outcome = 'open' AND b_close < '2026-07-01'),
	sum(a_amount - b_amount) FILTER (WHERE was_in AND a_amount > b_amount),
	sum(a_amount - b_amount) FILTER (WHERE was_in AND a_amount < b_amount),
	-sum(a_amount) FILTER (WHERE (was_in OR comes) AND a_outcome = 'won' AND a_close BETWEEN '2026-07-01' AND '2026-09-30'),
	-sum(a_amount) FILTER (WHERE (was_in OR comes) AND a_outcome = 'lost'),
	-sum(a_amount) FILTER (WHERE was_in AND a_outcome <> 'lost' AND a_close > '2026-09-30'),
	-sum(a_amount) FILTER (WHERE was_in AND a_outcome <> 'lost' AND a_close < '2026-07-01'),
	-sum(b_amount) FILTER (WHERE was_in AND a_outcome IS NULL),
	sum(a_amount) FILTER (WHERE is_in)
FROM (
	SELECT *, NOT coalesce(was_in, false) AND (is_in OR (a_close BETWEEN '2026-07-01' AND '2026-09-30' AND
		(a_outcome = 'won' AND b_outcome IS DISTINCT FROM 'won' OR a_outcome = 'lost' AND (b_outcome IS NULL OR b_outcome = 'won')))) AS comes
	FROM (
		SELECT b.outcome AS b_outcome, b.amount AS b_amount, b.close_date AS b_close, a.outcome AS a_outcome, a.amount AS a_amount, a.close_date AS a_close,
			b.outcome = 'open' AND b.category <> 'omitted' AND b.close_date BETWEEN '2026-07-01' AND '2026-09-30' AS was_in,
			a.outcome = 'open' AND a.category <> 'omitted' AND a.close_date BETWEEN '2026-07-01' AND '2026-09-30' AS is_in
		FROM snapshot_before AS b FULL JOIN snapshot_after AS a USING (id)
	) AS pair
) AS deal;

-- section: movement of two snapshots, ids text of 18 characters
-- rows: snapshots
-- floor: count of the columns, UNION ALL
SELECT count(code), count(outcome), count(amount), count(close_date), count(owner), count(category) FROM snapshots;
-- ours: pipeline_change, movement
SELECT salesops.start_amount(m), salesops.new_amount(m), salesops.reopened_amount(m), salesops.pulled_in_amount(m), salesops.pushed_in_amount(m),
	salesops.increased_amount(m), salesops.decreased_amount(m), salesops.won_amount(m), salesops.lost_amount(m), salesops.pushed_out_amount(m),
	salesops.pulled_out_amount(m), salesops.deleted_amount(m), salesops.end_amount(m)
FROM (SELECT salesops.movement(salesops.pipeline_change(code, after, outcome, amount, close_date, owner, category), '2026-07-01', '2026-09-30') AS m
	FROM snapshots OFFSET 0) AS s;
-- ours: movement over a full join
SELECT salesops.start_amount(m), salesops.new_amount(m), salesops.reopened_amount(m), salesops.pulled_in_amount(m), salesops.pushed_in_amount(m),
	salesops.increased_amount(m), salesops.decreased_amount(m), salesops.won_amount(m), salesops.lost_amount(m), salesops.pushed_out_amount(m),
	salesops.pulled_out_amount(m), salesops.deleted_amount(m), salesops.end_amount(m)
FROM (SELECT salesops.movement(b.outcome, b.amount, CASE WHEN b.code IS NOT NULL THEN salesops.pipeline_scope(b.outcome, b.close_date, b.category, '2026-07-01', '2026-09-30') END,
		a.outcome, a.amount, CASE WHEN a.code IS NOT NULL THEN salesops.pipeline_scope(a.outcome, a.close_date, a.category, '2026-07-01', '2026-09-30') END) AS m
	FROM snapshot_before AS b FULL JOIN snapshot_after AS a USING (code) OFFSET 0) AS s;
-- form: full join, sum() FILTER of every kind
SELECT sum(b_amount) FILTER (WHERE was_in),
	sum(a_amount) FILTER (WHERE comes AND b_outcome IS NULL),
	sum(a_amount) FILTER (WHERE comes AND b_outcome <> 'open'),
	sum(a_amount) FILTER (WHERE comes AND b_outcome = 'open' AND b_close > '2026-09-30'),
	sum(a_amount) FILTER (WHERE comes AND b_outcome = 'open' AND b_close < '2026-07-01'),
	sum(a_amount - b_amount) FILTER (WHERE was_in AND a_amount > b_amount),
	sum(a_amount - b_amount) FILTER (WHERE was_in AND a_amount < b_amount),
	-sum(a_amount) FILTER (WHERE (was_in OR comes) AND a_outcome = 'won' AND a_close BETWEEN '2026-07-01' AND '2026-09-30'),
	-sum(a_amount) FILTER (WHERE (was_in OR comes) AND a_outcome = 'lost'),
	-sum(a_amount) FILTER (WHERE was_in AND a_outcome <> 'lost' AND a_close > '2026-09-30'),
	-sum(a_amount) FILTER (WHERE was_in AND a_outcome <> 'lost' AND a_close < '2026-07-01'),
	-sum(b_amount) FILTER (WHERE was_in AND a_outcome IS NULL),
	sum(a_amount) FILTER (WHERE is_in)
FROM (
	SELECT *, NOT coalesce(was_in, false) AND (is_in OR (a_close BETWEEN '2026-07-01' AND '2026-09-30' AND
		(a_outcome = 'won' AND b_outcome IS DISTINCT FROM 'won' OR a_outcome = 'lost' AND (b_outcome IS NULL OR b_outcome = 'won')))) AS comes
	FROM (
		SELECT b.outcome AS b_outcome, b.amount AS b_amount, b.close_date AS b_close, a.outcome AS a_outcome, a.amount AS a_amount, a.close_date AS a_close,
			b.outcome = 'open' AND b.category <> 'omitted' AND b.close_date BETWEEN '2026-07-01' AND '2026-09-30' AS was_in,
			a.outcome = 'open' AND a.category <> 'omitted' AND a.close_date BETWEEN '2026-07-01' AND '2026-09-30' AS is_in
		FROM snapshot_before AS b FULL JOIN snapshot_after AS a USING (code)
	) AS pair
) AS deal;

