-- win_calibration(probability, won) and stage_win_rates(stage, won) beside the SQL that an analyst writes for the same.

-- section: win_calibration, Brier score, log loss and calibration error
-- rows: deals
-- floor: count of the probability and the outcome
SELECT count((account_id % 99 + 1) / 100.0::float8), count(CASE WHEN is_closed THEN is_won END) FROM deals;
-- ours: win_calibration
SELECT round(salesops.brier_score(c)::numeric, 9), round(salesops.log_loss(c)::numeric, 9), round(salesops.calibration_error(c)::numeric, 9)
FROM (SELECT salesops.win_calibration((account_id % 99 + 1) / 100.0::float8, CASE WHEN is_closed THEN is_won END) AS c FROM deals) AS s;
-- form: sums by width_bucket, then of these
SELECT round((sum(squares) / sum(n))::numeric, 9), round((sum(loss) / sum(n))::numeric, 9), round((sum(abs(p - won)) / sum(n))::numeric, 9)
FROM (SELECT width_bucket(p, 0, 1, 20), count(*) AS n, sum(p) AS p, count(*) FILTER (WHERE won) AS won, sum((p - won::int) * (p - won::int)) AS squares,
		sum(-ln(CASE WHEN won THEN p ELSE 1 - p END)) AS loss
	FROM (SELECT (account_id % 99 + 1) / 100.0::float8 AS p, is_won AS won FROM deals WHERE is_closed) AS d GROUP BY 1) AS s;

-- section: brier_score alone
-- rows: deals
-- floor: count of the probability and the outcome
SELECT count((account_id % 99 + 1) / 100.0::float8), count(CASE WHEN is_closed THEN is_won END) FROM deals;
-- ours: brier_score
SELECT round(salesops.brier_score((account_id % 99 + 1) / 100.0::float8, CASE WHEN is_closed THEN is_won END)::numeric, 9) FROM deals;
-- form: avg of the square
SELECT round(avg((p - y) * (p - y))::numeric, 9) FROM (SELECT (account_id % 99 + 1) / 100.0::float8 AS p, is_won::int AS y FROM deals WHERE is_closed) AS d;

-- section: stage_win_rates, won and decided deals of each stage
-- rows: deals
-- floor: count of both columns
SELECT count(stage), count(CASE WHEN is_closed THEN is_won END) FROM deals;
-- ours: stage_win_rates
SELECT string_agg(concat_ws(' ', t.stage, t.decided_deals, t.won_deals), ', ' ORDER BY t.stage COLLATE "C")
FROM (SELECT salesops.stage_win_rates(stage, CASE WHEN is_closed THEN is_won END) AS r FROM deals) AS s, salesops.stage_win_rate_table(s.r) AS t;
-- form: GROUP BY stage, the counts alone
SELECT string_agg(concat_ws(' ', stage, n, won), ', ' ORDER BY stage COLLATE "C")
FROM (SELECT stage, count(*) FILTER (WHERE is_closed) AS n, count(*) FILTER (WHERE is_closed AND is_won) AS won FROM deals GROUP BY stage) AS s;
