SELECT closed_on, team, count(*)
FROM {{ ref('deal_day') }}
GROUP BY closed_on, team
HAVING count(*) > 1
