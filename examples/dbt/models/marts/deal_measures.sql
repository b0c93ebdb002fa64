{# The parts of deal_day that add up, for MetricFlow. #}
{{ config(materialized='view') }}
SELECT closed_on, team, closed_on || ' ' || team AS deal_measures_id,
	salesops.won_deals(stats) AS won_deals, salesops.won_deals(stats) + salesops.lost_deals(stats) AS decided_deals,
	salesops.won_amount(stats) AS won_amount, salesops.won_amount(stats) + salesops.lost_amount(stats) AS decided_amount
FROM {{ ref('deal_day') }}
