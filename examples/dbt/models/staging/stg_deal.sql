{# Deals that are not deleted, amounts in the corporate currency. #}
SELECT o.opportunity_id, o.name, o.account_id, o.owner_id, coalesce(u.team, '(no team)') AS team,
	o.stage, salesops.stage_outcome(p.process, o.stage) AS outcome, o.forecast_category,
	salesops.forecast_category_issue(p.process, o.stage, o.forecast_category) AS category_issue,
	round(o.amount * CASE WHEN o.currency IS NULL OR NOT EXISTS (SELECT FROM {{ source('contract', 'exchange_rate') }}) THEN 1 ELSE r.to_corporate END, 2) AS amount,
	o.created_at, o.close_date, o.close_date - (o.created_at AT TIME ZONE 'UTC')::date AS cycle_days
FROM {{ source('contract', 'opportunity') }} o
	CROSS JOIN {{ ref('stg_process') }} p
	LEFT JOIN {{ source('contract', 'sales_user') }} u ON u.user_id = o.owner_id
	LEFT JOIN {{ source('contract', 'exchange_rate') }} r ON r.currency = o.currency
WHERE o.is_deleted IS NOT TRUE
