{# What was won and lost in a month, by team and by all of them: no row of a deal is read, the days are merged. #}
SELECT date_trunc('month', closed_on::timestamp)::date AS month, coalesce(team, 'All teams') AS team, grouping(team) = 1 AS is_total,
	{{ deal_stats_columns('salesops.merge(stats)') }}
FROM {{ ref('deal_day') }}
GROUP BY GROUPING SETS ((date_trunc('month', closed_on::timestamp)::date, team), (date_trunc('month', closed_on::timestamp)::date))
