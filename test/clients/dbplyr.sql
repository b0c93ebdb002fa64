# The questions that dbplyr.R asks by verbs, in plain SQL.  The form of this file: answers.pl.

== dbplyr: count
plain
SELECT stage, count(*) AS n FROM reports.pipeline_inspection GROUP BY stage

== dbplyr: summarise by a group
plain
SELECT team, sum(amount) AS amount, count(*) AS deals, count(DISTINCT owner) AS owners, avg(age_days) AS age FROM reports.pipeline_inspection GROUP BY team

== dbplyr: filter with a list, a day and NULL
plain
SELECT opportunity_id, amount, close_date FROM reports.pipeline_inspection
WHERE stage_position BETWEEN 1 AND 3 AND close_date >= '2026-04-01' AND amount IS NOT NULL AND next_step IS DISTINCT FROM ''

== dbplyr: the first ten | rows in order
plain
SELECT opportunity_id, amount FROM reports.pipeline_inspection WHERE amount IS NOT NULL ORDER BY amount DESC, opportunity_id LIMIT 10

== dbplyr: a join with the calendar
plain
SELECT fiscal_quarter, count(*) AS deals FROM reports.pipeline_inspection, reports.date_dimension WHERE day = close_date GROUP BY 1

== dbplyr: a case
plain
SELECT CASE WHEN amount >= 10000 THEN 'large' WHEN amount < 10000 THEN 'small' ELSE 'none' END AS size, count(*) AS n FROM reports.pipeline_inspection GROUP BY 1

== dbplyr: the share of a total
plain
SELECT c.period, c.team, c.open_amount / t.total AS share FROM reports.coverage c, (SELECT period, sum(open_amount) AS total FROM reports.coverage WHERE NOT is_total GROUP BY period) AS t
WHERE NOT c.is_total AND t.period = c.period

== dbplyr: an aggregate of the extension
plain
SELECT o.lead_source, count(*) FILTER (WHERE s.outcome = 'won')::float8 / nullif(count(*) FILTER (WHERE s.outcome <> 'open'), 0) AS rate
FROM crm.opportunity o JOIN crm.stage s ON s.stage = o.stage GROUP BY o.lead_source
