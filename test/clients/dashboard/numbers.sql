-- The numbers of the dashboard's page, as it shows them, by plain SQL over the reports: rows (name, text).
WITH
rate AS (SELECT 'win rate' AS name, sum(won_deals) AS part, sum(won_deals) + sum(lost_deals) AS whole FROM reports.win_rates WHERE NOT is_total
	UNION ALL SELECT 'win rate by amount', sum(won_amount), sum(won_amount) + sum(lost_amount) FROM reports.win_rates WHERE NOT is_total
	UNION ALL SELECT 'hygiene', count(*) FILTER (WHERE issues IS NULL), count(*) FROM reports.pipeline_inspection),
number (name, kind, v) AS (
	SELECT 'open deals', 'count', count(*)::numeric FROM reports.pipeline_inspection
	UNION ALL SELECT 'open amount', 'money', sum(amount) FROM reports.pipeline_inspection
	UNION ALL SELECT 'aged deals', 'count', count(*) FROM reports.pipeline_inspection WHERE is_aged
	UNION ALL SELECT name, 'share', part / nullif(whole, 0) FROM rate
	UNION ALL
	SELECT format('stage: %s: %s', stage, c.name), c.kind, c.v
	FROM (SELECT stage, count(*) AS deals, sum(amount) AS amount, sum(is_aged::int) AS aged FROM reports.pipeline_inspection GROUP BY stage) AS s,
		LATERAL (VALUES ('deals', 'count', deals::numeric), ('amount', 'money', amount), ('aged', 'count', coalesce(aged, 0)::numeric)) AS c (name, kind, v)
	UNION ALL
	SELECT format('coverage: %s: %s', period, c.name), c.kind, c.v
	FROM reports.coverage,
		LATERAL (VALUES ('quota', 'money', quota), ('booked', 'money', booked), ('open', 'money', open_amount),
			('coverage', 'ratio', CASE WHEN quota > booked THEN open_amount / (quota - booked) END), ('attained', 'share', booked / nullif(quota, 0))) AS c (name, kind, v)
	WHERE is_total
	UNION ALL
	SELECT format('forecast: %s: %s', team, c.name), 'money', c.v
	FROM reports.forecast_summary, LATERAL (VALUES ('commit forecast', commit + closed), ('open pipeline', commit + most_likely + best_case + pipeline)) AS c (name, v)
	WHERE NOT is_total AND period = '2026-Q2'
	UNION ALL
	SELECT format('outlook: %s: %s', period, c.name), c.kind, c.v::numeric
	FROM reports.forecast_summary, LATERAL (VALUES ('low', 'money', outlook_low), ('middle', 'money', outlook_middle), ('high', 'money', outlook_high), ('chance of quota', 'share', chance_of_quota)) AS c (name, kind, v)
	WHERE is_total
	UNION ALL
	SELECT format('month: %s: %s', to_char(month, 'YYYY-MM-DD'), c.name), c.kind, c.v
	FROM (SELECT m::date AS month, count(p.opportunity_id) AS deals, coalesce(sum(p.amount), 0) AS amount
		FROM generate_series(timestamp '2026-04-01', '2026-12-01', '1 month') AS m LEFT JOIN reports.pipeline_inspection p ON p.close_date >= m AND p.close_date < m + interval '1 month' GROUP BY 1) AS s,
		LATERAL (VALUES ('deals', 'count', deals::numeric), ('amount', 'money', amount)) AS c (name, kind, v)
	UNION ALL
	SELECT format('fiscal: %s: %s', coalesce(fiscal_quarter, '–'), c.name), c.kind, c.v
	FROM (SELECT (SELECT d.fiscal_quarter FROM reports.date_dimension d WHERE d.day = p.close_date) AS fiscal_quarter, count(*) AS deals, sum(amount) AS amount FROM reports.pipeline_inspection p GROUP BY 1) AS s,
		LATERAL (VALUES ('deals', 'count', deals::numeric), ('amount', 'money', amount)) AS c (name, kind, v)
	UNION ALL
	SELECT format('scorecard: %s: value', metric), 'value', value FROM reports.scorecard
)
SELECT name, coalesce(CASE kind
	WHEN 'count' THEN to_char(v, 'FM999,999,999,990')
	WHEN 'money' THEN to_char(round(v), 'FM999,999,999,999,990')
	WHEN 'share' THEN to_char(round(100 * v, 1), 'FM999,990.0') || ' %'
	WHEN 'ratio' THEN to_char(round(v, 2), 'FM999,990.00')
	WHEN 'value' THEN to_char(round(v, 3), 'FM999990.000') END, '–')
FROM number ORDER BY 1;
