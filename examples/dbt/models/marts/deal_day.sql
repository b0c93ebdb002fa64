{# A summary of the deals that were decided on a day, by team: small, and mergeable into any longer period. An incremental run
   computes the last days anew. A deal whose close date is changed from a day before those stays where it was, until a run
   with --full-refresh: have one every week. #}
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['closed_on', 'team'],
    indexes=[{'columns': ['closed_on', 'team'], 'unique': true}]
) }}
SELECT close_date AS closed_on, team, salesops.deal_stats(outcome, amount, cycle_days) AS stats
FROM {{ ref('stg_deal') }}
WHERE outcome IN ('won', 'lost') AND close_date IS NOT NULL
{% if is_incremental() %}
	AND close_date > (SELECT max(closed_on) FROM {{ this }}) - {{ var('salesops_lookback_days') }}
{% endif %}
GROUP BY close_date, team
