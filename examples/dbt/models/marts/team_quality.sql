{# Metrics of the extension as macros, over deals. #}
SELECT team, count(*) AS deals,
	{{ forecast_category_integrity('process', 'stage', 'forecast_category') }} AS forecast_category_integrity,
	{{ win_rate("outcome = 'won'", "outcome <> 'open'") }} AS win_rate,
	{{ win_rate_amount("outcome = 'won'", "outcome <> 'open'", 'amount') }} AS win_rate_amount
FROM {{ ref('stg_deal') }} CROSS JOIN {{ ref('stg_process') }}
GROUP BY team
