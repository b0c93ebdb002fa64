# What Tableau sends to PostgreSQL, on the views of the reports and on the tables of the contract, each beside the same question
# in plain SQL.  The form of this file: answers.pl.  Where the shapes come from: docs/design/clients.md.

== Tableau: the members of a dimension
# CAST( AS TEXT) around every text column, GROUP BY ordinals, NULLS FIRST (ildus/clickhouse_fdw issue 42)
plain
SELECT DISTINCT stage FROM reports.pipeline_inspection
sent
SELECT CAST("pipeline_inspection"."stage" AS TEXT) AS "stage"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
GROUP BY 1
ORDER BY 1 ASC NULLS FIRST

== Tableau: a measure for each member
plain
SELECT stage, sum(amount) AS "sum:amount:ok", count(DISTINCT owner) AS "usr:Calculation_1562467608097775616:ok", avg(age_days) AS "avg:age_days:ok"
FROM reports.pipeline_inspection GROUP BY stage
sent
SELECT CAST("pipeline_inspection"."stage" AS TEXT) AS "stage",
  SUM("pipeline_inspection"."amount") AS "sum:amount:ok",
  COUNT(DISTINCT "pipeline_inspection"."owner") AS "usr:Calculation_1562467608097775616:ok",
  AVG(CAST("pipeline_inspection"."age_days" AS BIGINT)) AS "avg:age_days:ok"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
GROUP BY 1

== Tableau: a number without a dimension
# HAVING (COUNT(1) > 0), so that nothing is shown where there is nothing (cwida/public_bi_benchmark)
plain
SELECT sum(amount) AS "sum:amount:ok", count(*) AS "sum:Number of Records:ok" FROM reports.pipeline_inspection
sent
SELECT SUM("pipeline_inspection"."amount") AS "sum:amount:ok",
  SUM(1) AS "sum:Number of Records:ok"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
HAVING (COUNT(1) > 0)

== Tableau: nothing where nothing is
plain
SELECT 1::numeric AS "sum:amount:ok" WHERE false
sent
SELECT SUM("pipeline_inspection"."amount") AS "sum:amount:ok"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
WHERE ("pipeline_inspection"."stage" = 'no such stage')
HAVING (COUNT(1) > 0)

== Tableau: the bounds of a filter
plain
SELECT min(amount) AS "TEMP(none:amount:qk lower)(290714814)(1)", max(amount) AS "TEMP(none:amount:qk upper)(290714814)(1)", min(days_in_stage) AS low, max(days_in_stage) AS high
FROM reports.pipeline_inspection
sent
SELECT MIN("pipeline_inspection"."amount") AS "TEMP(none:amount:qk lower)(290714814)(1)",
  MAX("pipeline_inspection"."amount") AS "TEMP(none:amount:qk upper)(290714814)(1)",
  MIN("pipeline_inspection"."days_in_stage") AS "low",
  MAX("pipeline_inspection"."days_in_stage") AS "high"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
HAVING (COUNT(1) > 0)

== Tableau: what columns are there, by no row
plain
SELECT * FROM reports.coverage LIMIT 0
sent
SELECT *
FROM (SELECT * FROM "reports"."coverage") "Custom SQL Query"
WHERE (1 = 0)

== Tableau: what columns are there, by FALSE
plain
SELECT * FROM reports.forecast_summary LIMIT 0
sent
SELECT "forecast_summary".*
FROM "reports"."forecast_summary" "forecast_summary"
WHERE FALSE
LIMIT 0

== Tableau: a preview
plain
SELECT metric, value, numerator, denominator, status FROM reports.scorecard
sent
SELECT "scorecard"."metric" AS "metric",
  "scorecard"."value" AS "value",
  "scorecard"."numerator" AS "numerator",
  "scorecard"."denominator" AS "denominator",
  "scorecard"."status" AS "status"
FROM "reports"."scorecard" "scorecard"
LIMIT 1000

== Tableau: by a cursor that outlives its transaction
# what psqlODBC makes of it with UseDeclareFetch=1, said in full (crate/crate issue 10212; Alibaba Cloud's guide to Tableau)
plain
SELECT opportunity_id, name, amount, close_date FROM reports.pipeline_inspection
sent
BEGIN
;;
declare "SQL_CUR0x7fdabf04ca00" cursor with hold for SELECT "pipeline_inspection"."opportunity_id" AS "opportunity_id",
  "pipeline_inspection"."name" AS "name",
  "pipeline_inspection"."amount" AS "amount",
  "pipeline_inspection"."close_date" AS "close_date"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
;;
fetch 10 in "SQL_CUR0x7fdabf04ca00"
;;
COMMIT
;;
FETCH 10000 IN "SQL_CUR0x7fdabf04ca00"
;;
close "SQL_CUR0x7fdabf04ca00"

== Tableau: a day cut to its month
plain
SELECT date_trunc('month', close_date::timestamp) AS "tmn:close_date:ok", count(*) AS "cnt:opportunity_id:ok", sum(amount) AS "sum:amount:ok"
FROM reports.pipeline_inspection GROUP BY 1
sent
SELECT DATE_TRUNC('MONTH', CAST("pipeline_inspection"."close_date" AS TIMESTAMP)) AS "tmn:close_date:ok",
  COUNT("pipeline_inspection"."opportunity_id") AS "cnt:opportunity_id:ok",
  SUM("pipeline_inspection"."amount") AS "sum:amount:ok"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
GROUP BY 1

== Tableau: a day cut to its year, by arithmetic
# as an older one does it (Alibaba Cloud's guide to Tableau)
plain
SELECT date_trunc('year', created_on::timestamp) AS "tyr_created_on_ok", count(*) AS "cnt:created_on:ok"
FROM reports.pipeline_inspection WHERE created_on IS NOT NULL GROUP BY 1
sent
SELECT ((CAST("pipeline_inspection"."created_on" AS DATE) + CAST(TRUNC((-1 * (EXTRACT(DAY FROM "pipeline_inspection"."created_on") - 1))) AS INTEGER) * INTERVAL '1 DAY') + CAST(TRUNC((-1 * (EXTRACT(MONTH FROM "pipeline_inspection"."created_on") - 1))) AS INTEGER) * INTERVAL '1 MONTH') AS "tyr_created_on_ok",
  COUNT("pipeline_inspection"."created_on") AS "cnt:created_on:ok"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
WHERE (NOT ("pipeline_inspection"."created_on" IS NULL))
GROUP BY 1

== Tableau: parts of a day
plain
SELECT date_part('year', close_date)::int AS "yr:close_date:ok", date_part('quarter', close_date)::int AS "qr:close_date:ok", count(*) AS "cnt"
FROM reports.pipeline_inspection GROUP BY 1, 2
sent
SELECT CAST(TRUNC(EXTRACT(YEAR FROM "pipeline_inspection"."close_date")) AS INTEGER) AS "yr:close_date:ok",
  CAST(TRUNC(EXTRACT(QUARTER FROM "pipeline_inspection"."close_date")) AS INTEGER) AS "qr:close_date:ok",
  SUM(1) AS "cnt"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
GROUP BY 1,
  2

== Tableau: a range of days, and of an aggregate
# the bounds of a measure are put a hair further out (Adobe, BI extension of Customer Journey Analytics: what Tableau runs)
plain
SELECT lower(owner) AS "Calculation_1562467608097775616", sum(amount) AS "sum:amount:ok"
FROM reports.pipeline_inspection WHERE close_date BETWEEN '2026-04-01' AND '2026-12-31' GROUP BY 1 HAVING sum(amount) BETWEEN 1000 AND 20000000
sent
SELECT LOWER(CAST(CAST("pipeline_inspection"."owner" AS TEXT) AS TEXT)) AS "Calculation_1562467608097775616",
  SUM("pipeline_inspection"."amount") AS "sum:amount:ok"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
WHERE (("pipeline_inspection"."close_date" >= (DATE '2026-04-01')) AND ("pipeline_inspection"."close_date" <= (DATE '2026-12-31')))
GROUP BY 1
HAVING ((SUM("pipeline_inspection"."amount") >= 999.99999999998999) AND (SUM("pipeline_inspection"."amount") <= 20000000.00000002))

== Tableau: a list of members, and those without a value
plain
SELECT category, count(*) AS "sum:Number of Records:ok" FROM reports.pipeline_inspection
WHERE category IN ('commit', 'best_case') OR category IS NULL GROUP BY 1
sent
SELECT CAST("pipeline_inspection"."category" AS TEXT) AS "category",
  SUM(1) AS "sum:Number of Records:ok"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
WHERE ((CAST("pipeline_inspection"."category" AS TEXT) IN ('best_case', 'commit')) OR ("pipeline_inspection"."category" IS NULL))
GROUP BY 1

== Tableau: groups of members, by CASE
plain
SELECT CASE WHEN forecast_category IN ('Commit', 'commit') THEN 'Commit' ELSE forecast_category END AS "forecast_category (group)", count(*) AS "cnt"
FROM reports.pipeline_inspection WHERE is_aged IS NOT TRUE GROUP BY 1
sent
SELECT (CASE WHEN ("pipeline_inspection"."forecast_category" IN ('Commit', 'commit')) THEN 'Commit' ELSE "pipeline_inspection"."forecast_category" END) AS "forecast_category (group)",
  SUM(1) AS "cnt"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
WHERE (CASE WHEN ("pipeline_inspection"."is_aged" IS NULL) THEN TRUE WHEN ("pipeline_inspection"."is_aged" = FALSE) THEN TRUE ELSE FALSE END)
GROUP BY 1

== Tableau: the first five by a measure
# a filter "top N" joins the members with a sub-select that has a LIMIT
plain
SELECT p.owner, p.stage, sum(p.amount) AS "sum:amount:ok" FROM reports.pipeline_inspection p
WHERE p.owner = ANY (ARRAY(SELECT owner FROM reports.pipeline_inspection WHERE owner IS NOT NULL GROUP BY owner ORDER BY sum(amount) DESC NULLS LAST, owner LIMIT 5)) GROUP BY 1, 2
sent
SELECT CAST("pipeline_inspection"."owner" AS TEXT) AS "owner",
  CAST("pipeline_inspection"."stage" AS TEXT) AS "stage",
  SUM("pipeline_inspection"."amount") AS "sum:amount:ok"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
  INNER JOIN (
  SELECT "pipeline_inspection"."owner" AS "owner",
    SUM("pipeline_inspection"."amount") AS "$__alias__0"
  FROM "reports"."pipeline_inspection" "pipeline_inspection"
  WHERE (NOT ("pipeline_inspection"."owner" IS NULL))
  GROUP BY 1
  ORDER BY 2 DESC NULLS LAST,
    1 ASC
  LIMIT 5
) "t0" ON ("pipeline_inspection"."owner" = "t0"."owner")
GROUP BY 1,
  2

== Tableau: a level of detail
# { FIXED [Team] : SUM([Amount]) } is a join on IS NOT DISTINCT FROM
plain
SELECT team, max(total) AS "max:total:ok", count(*) AS "cnt" FROM (SELECT team, sum(amount) OVER (PARTITION BY team) AS total FROM reports.pipeline_inspection) AS p GROUP BY team
sent
SELECT CAST("pipeline_inspection"."team" AS TEXT) AS "team",
  MAX("t0"."__measure__0") AS "max:total:ok",
  SUM(1) AS "cnt"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
  INNER JOIN (
  SELECT "pipeline_inspection"."team" AS "team",
    SUM("pipeline_inspection"."amount") AS "__measure__0"
  FROM "reports"."pipeline_inspection" "pipeline_inspection"
  GROUP BY 1
) "t0" ON ("pipeline_inspection"."team" IS NOT DISTINCT FROM "t0"."team")
GROUP BY 1

== Tableau: two views by their period and team
plain
SELECT c.team, c.open_amount, f.commit_forecast FROM reports.coverage c, reports.forecast_summary f
WHERE f.period = c.period AND f.team = c.team AND c.is_total AND f.is_total AND c.period = '2026-Q2'
sent
SELECT CAST("coverage"."team" AS TEXT) AS "team",
  "coverage"."open_amount" AS "open_amount",
  "forecast_summary"."commit_forecast" AS "commit_forecast"
FROM "reports"."coverage" "coverage"
  INNER JOIN "reports"."forecast_summary" "forecast_summary" ON (("coverage"."period" = "forecast_summary"."period") AND ("coverage"."team" = "forecast_summary"."team"))
WHERE (("coverage"."is_total" = TRUE) AND ("forecast_summary"."is_total" = TRUE) AND ("coverage"."period" = '2026-Q2'))

== Tableau: RAWSQLAGG_REAL("salesops.win_rate(%1,%2)", …)
# the arguments of a pass-through function are put in as they are, in parentheses
plain
SELECT u.team, count(*) FILTER (WHERE s.outcome = 'won')::float8 / nullif(count(*) FILTER (WHERE s.outcome IN ('won', 'lost')), 0) AS "usr:Win rate:ok"
FROM crm.opportunity o JOIN crm.stage s ON s.stage = o.stage JOIN crm.sales_user u ON u.user_id = o.owner_id GROUP BY u.team
sent
SELECT CAST("sales_user"."team" AS TEXT) AS "team",
  salesops.win_rate(("stage"."outcome" = 'won'),("stage"."outcome" IN ('lost', 'won'))) AS "usr:Win rate:ok"
FROM "crm"."opportunity" "opportunity"
  INNER JOIN "crm"."stage" "stage" ON ("opportunity"."stage" = "stage"."stage")
  INNER JOIN "crm"."sales_user" "sales_user" ON ("opportunity"."owner_id" = "sales_user"."user_id")
GROUP BY 1

== Tableau: RAWSQLAGG_REAL of amounts, in a month
plain
SELECT date_trunc('month', o.close_date::timestamp) AS "tmn:close_date:ok",
	(sum(o.amount) FILTER (WHERE s.outcome = 'won') * 1.00000000000000000000000000000000 / sum(o.amount))::float8 AS "usr:Win rate by amount:ok"
FROM crm.opportunity o JOIN crm.stage s ON s.stage = o.stage WHERE s.outcome <> 'open' AND o.amount > 0
GROUP BY 1 HAVING count(*) FILTER (WHERE s.outcome = 'won') > 0
sent
SELECT DATE_TRUNC('MONTH', CAST("opportunity"."close_date" AS TIMESTAMP)) AS "tmn:close_date:ok",
  salesops.win_rate_amount(("stage"."outcome" = 'won'),("stage"."outcome" IN ('lost', 'won')),"opportunity"."amount") AS "usr:Win rate by amount:ok"
FROM "crm"."opportunity" "opportunity"
  INNER JOIN "crm"."stage" "stage" ON ("opportunity"."stage" = "stage"."stage")
WHERE (("stage"."outcome" <> 'open') AND ("opportunity"."amount" > 0))
GROUP BY 1
HAVING (SUM((CASE WHEN ("stage"."outcome" = 'won') THEN 1 ELSE 0 END)) > 0)

== Tableau: RAWSQL_STR and RAWSQL_BOOL, for each row
plain
SELECT CASE WHEN category = 'commit' THEN 'commit' ELSE 'other' END AS "usr:Category:nk", count(*) AS "cnt"
FROM reports.pipeline_inspection WHERE category IS NOT NULL GROUP BY 1
sent
SELECT (CASE WHEN (salesops.to_forecast_category("pipeline_inspection"."category") = 'commit') THEN 'commit' ELSE 'other' END) AS "usr:Category:nk",
  SUM(1) AS "cnt"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
WHERE (NOT ("pipeline_inspection"."category" IS NULL))
GROUP BY 1

== Tableau: a domain of the extension, as text
plain
SELECT v AS category FROM unnest(ARRAY['best_case', 'commit']) AS v
sent
SELECT CAST("t0"."category" AS TEXT) AS "category"
FROM (SELECT salesops.to_forecast_category("t1"."typed") AS "category" FROM (SELECT unnest(ARRAY['Best Case', 'COMMIT']) AS "typed") "t1") "t0"
GROUP BY 1

== Tableau: a domain of the extension, as it is
plain
SELECT v AS category FROM unnest(ARRAY['best_case', 'commit']) AS v
sent
SELECT "t0"."category" AS "category"
FROM (SELECT salesops.to_forecast_category("t1"."typed") AS "category" FROM (SELECT unnest(ARRAY['Best Case', 'COMMIT']) AS "typed") "t1") "t0"
GROUP BY 1

== Tableau: may temporary tables be made?
# when it connects (Aircloak's tests of Tableau).  The comment in front keeps psqlODBC from reading the statement by a cursor.
plain
SELECT count(*) AS "there" FROM pg_class WHERE relname LIKE '#Tableau%'
sent
CREATE LOCAL TEMPORARY TABLE "#Tableau_5_2_Connect" (
	"COL" INTEGER
	) ON COMMIT PRESERVE ROWS
;;
DROP TABLE "#Tableau_5_2_Connect"
;;
-- statement does not return rows
SELECT *
INTO TEMPORARY TABLE "#Tableau_5_1_Connect"
FROM (SELECT 1 AS COL) AS CHECKTEMP
LIMIT 1
;;
DROP TABLE "#Tableau_5_1_Connect"
;;
SELECT COUNT(1) AS "there" FROM pg_class r WHERE r.relname LIKE '#Tableau%'

== Tableau: a long list of members, by a temporary table
plain
SELECT sum(amount) AS "sum:amount:ok" FROM reports.pipeline_inspection WHERE stage_position IN (1, 2)
sent
CREATE LOCAL TEMPORARY TABLE "#Tableau_6_1_Filter" (
	"stage_position" INTEGER
	) ON COMMIT PRESERVE ROWS
;;
INSERT INTO "#Tableau_6_1_Filter" VALUES (1), (2)
;;
SELECT SUM("pipeline_inspection"."amount") AS "sum:amount:ok"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
  INNER JOIN "#Tableau_6_1_Filter" "Filter_1" ON ("pipeline_inspection"."stage_position" = "Filter_1"."stage_position")
HAVING (COUNT(1) > 0)
;;
DROP TABLE "#Tableau_6_1_Filter"

== Tableau: a parameter of text
plain
SELECT period, open_amount, status FROM reports.coverage WHERE is_total AND period = '2026-Q2'
sent
? text 2026-Q2
SELECT "coverage"."period" AS "period",
  "coverage"."open_amount" AS "open_amount",
  "coverage"."status" AS "status"
FROM "reports"."coverage" "coverage"
WHERE (("coverage"."is_total" = TRUE) AND ("coverage"."period" = ?))

== Tableau: parameters for a domain, a day and a number
plain
SELECT count(*) AS "cnt" FROM reports.pipeline_inspection WHERE category = 'commit' AND close_date >= '2026-01-01' AND amount >= 1000.5
sent
? text commit
? date 2026-01-01
? numeric 1000.5
SELECT COUNT(1) AS "cnt"
FROM "reports"."pipeline_inspection" "pipeline_inspection"
WHERE ((salesops.to_forecast_category("pipeline_inspection"."category") = ?) AND ("pipeline_inspection"."close_date" >= ?) AND ("pipeline_inspection"."amount" >= ?))

== Tableau: a parameter for an argument that is a domain
plain
SELECT 'commit'::text AS category
sent
? text commit
SELECT CAST(CAST(? AS salesops.forecast_category) AS TEXT) AS "category"
