{# The merged days are what the deals give in one pass: exactly, money included. Fails when an incremental run has missed something. #}
SELECT merged.team, merged.stats AS of_days, whole.stats AS of_deals
FROM (SELECT team, salesops.merge(stats) AS stats FROM {{ ref('deal_day') }} GROUP BY team) AS merged
	FULL JOIN (
		SELECT team, salesops.deal_stats(outcome, amount, cycle_days) AS stats
		FROM {{ ref('stg_deal') }} WHERE outcome IN ('won', 'lost') AND close_date IS NOT NULL GROUP BY team
	) AS whole USING (team)
WHERE merged.stats::text IS DISTINCT FROM whole.stats::text
