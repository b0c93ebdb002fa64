-- Prints the weekly pipeline inspection in the terminal, of the reports in the schema reports (create_reports, refresh_reports).
--
--   psql -f demo/print.sql
--
-- Each section is a query over one view, in percent and rounded where the view has fractions; the page of
-- inspection_report('reports') has the same numbers.
\set ON_ERROR_STOP 1
\pset footer off
\pset linestyle unicode
\pset border 1
\pset null '-'
\pset pager off

-- Amounts whole, with thousands apart, to the right; and fractions in percent.
CREATE OR REPLACE FUNCTION pg_temp.money(numeric) RETURNS text LANGUAGE sql IMMUTABLE RETURN lpad(salesops.thousands(round($1)), greatest(10, length(salesops.thousands(round($1)))));
CREATE OR REPLACE FUNCTION pg_temp.money(float8) RETURNS text LANGUAGE sql IMMUTABLE RETURN pg_temp.money($1::numeric);
CREATE OR REPLACE FUNCTION pg_temp.percent(float8) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN round(100 * $1::numeric, 1);

SELECT as_of, (SELECT coalesce(salesops.thousands(sum(deals)), '0') FROM reports.integrity WHERE is_total) AS deals, (SELECT count(*) FROM reports.data_quality) > 0 AS has_input FROM reports.date_dimension LIMIT 1 \gset
\echo
\echo 'WEEKLY PIPELINE INSPECTION, as of' :as_of, :deals deals
\echo
\if :has_input
\echo '0. READ WITH CARE: what in the data makes the numbers below less than they seem'
SELECT checked, found, of_records AS of, remedy FROM reports.data_quality ORDER BY position;
\endif
\echo '1. PIPELINE BY FORECAST CATEGORY, AGAINST QUOTA'
\echo '   single: closed, commit, most likely, best case, pipeline; cumulative: commit fc, best-case fc, open pipeline; no category: in none'
SELECT period, team, pg_temp.money(quota) AS quota, pg_temp.money(closed) AS closed, pg_temp.money(commit) AS commit,
	pg_temp.money(most_likely) AS most_likely, pg_temp.money(best_case) AS best_case, pg_temp.money(pipeline) AS pipeline,
	pg_temp.money(commit_forecast) AS commit_fc, pg_temp.money(best_case_forecast) AS best_case_fc, pg_temp.money(open_pipeline) AS open_pipeline, pg_temp.money(no_category_amount) AS no_category
FROM reports.forecast_summary ORDER BY period_start, is_total, team;
\echo '2. WHAT MOVED IN THE LAST WEEK, by the period of the close date: start + movements = end'
SELECT period, replace(movement, '_', ' ') AS movement, deals, pg_temp.money(amount) AS amount, repeat(' ', round(40 * least(level_from, level_to) / most)::int)
	|| CASE WHEN amount < 0 THEN repeat('-', greatest(round(40 * abs(level_to - level_from) / most)::int, sign(deals)::int)) ELSE salesops.bar(abs(level_to - level_from)::float8, most::float8, 40) END AS picture
FROM (SELECT *, nullif(max(greatest(level_from, level_to)) OVER (PARTITION BY period), 0) AS most FROM reports.movement WHERE is_total) AS m
WHERE deals > 0 OR movement IN ('start', 'end') ORDER BY period_start, bar;
SELECT period, team, pg_temp.money(sum(amount) FILTER (WHERE m = 'start')) AS start, pg_temp.money(sum(amount) FILTER (WHERE m = 'new')) AS new, pg_temp.money(sum(amount) FILTER (WHERE m = 'reopened')) AS reopened,
	pg_temp.money(sum(amount) FILTER (WHERE m IN ('increased', 'decreased'))) AS resized, pg_temp.money(sum(amount) FILTER (WHERE m IN ('pulled in', 'pushed in'))) AS moved_in, pg_temp.money(sum(amount) FILTER (WHERE m IN ('pulled out', 'pushed out'))) AS moved_out,
	pg_temp.money(sum(amount) FILTER (WHERE m IN ('transferred in', 'transferred out'))) AS transferred, pg_temp.money(sum(amount) FILTER (WHERE m = 'won')) AS won, pg_temp.money(sum(amount) FILTER (WHERE m = 'lost')) AS lost,
	pg_temp.money(sum(amount) FILTER (WHERE m IN ('omitted', 'deleted', 'unknown in', 'unknown out'))) AS other, pg_temp.money(sum(amount) FILTER (WHERE m = 'end')) AS "end"
FROM (SELECT *, replace(movement, '_', ' ') AS m FROM reports.movement) AS w GROUP BY period, period_start, is_total, team ORDER BY period_start, is_total, team;
\echo '3. THE ODDS OF MAKING THE NUMBER, in percent: what stages have brought with as many days left, deals that depend on each other; of deals that are there today'
SELECT f.period, f.team, pg_temp.money(f.quota) AS quota, pg_temp.money(c.booked) AS booked, pg_temp.money(f.outlook_low) AS low, pg_temp.money(f.outlook_middle) AS middle, pg_temp.money(f.outlook_high) AS high,
	pg_temp.percent(f.chance_of_quota) AS chance, pg_temp.percent(f.chance_if_independent) AS independent, pg_temp.percent(f.chance_by_crm) AS by_crm
FROM reports.forecast_summary AS f LEFT JOIN reports.coverage AS c USING (period, is_total, team) ORDER BY f.period_start, f.is_total, f.team;
SELECT period, days_left, stage, crm_probability AS crm, decided_deals AS deals, won_deals AS won, round(measured::numeric, 3) AS measured, round(used::numeric, 3) AS used FROM reports.stage_rates ORDER BY period, stage_position;
SELECT period, days_left, pg_temp.money(won) AS won_in_past_quarters, pg_temp.money(won_of_these) AS by_deals_there_then, pg_temp.percent(share_later) AS percent_later FROM reports.later_deals ORDER BY period;
\echo '4. HOW GOOD PAST CALLS WERE: thirty days before each quarter ended, in percent; the band is that of four quarters in five, for won_of_these'
SELECT period, pg_temp.money(won) AS won, pg_temp.money(commit_forecast) AS commit_fc, pg_temp.money(best_case_forecast) AS best_case_fc, pg_temp.percent(commit_error) AS commit_error, pg_temp.percent(commit_accuracy) AS commit_accuracy,
	pg_temp.money(band_low) AS low, pg_temp.money(band_high) AS high, pg_temp.money(won_of_these) AS won_of_these, CASE WHEN inside_band THEN 'inside' ELSE 'outside' END AS band
FROM reports.forecast_calls ORDER BY period;
SELECT quarters, pg_temp.percent(accuracy) AS accuracy, pg_temp.percent(bias) AS bias, pg_temp.percent(mape) AS mape, inside, pg_temp.percent(inside_share) AS inside_percent FROM reports.call_accuracy;
\echo '5. COVERAGE: open / (quota - booked), required 1 / win rate by amount'
SELECT period, team, pg_temp.money(quota) AS quota, pg_temp.money(booked) AS booked, pg_temp.money(open_amount) AS open, round(coverage::numeric, 2) AS coverage, round(required_coverage::numeric, 2) AS required, status,
	pg_temp.money(expected) AS expected
FROM reports.coverage ORDER BY period_start, is_total, team;
\echo '6. WIN RATES of the deals decided in the last year, in percent, with their 95 % interval'
SELECT team, won_deals AS won, lost_deals AS lost, pg_temp.percent(win_rate) AS win_rate, pg_temp.percent(win_rate_low) || ' - ' || pg_temp.percent(win_rate_high) AS interval, pg_temp.percent(win_rate_amount) AS by_amount, pg_temp.percent(win_rate_created) AS of_created,
	pg_temp.money(avg_deal_size) AS avg_deal, round(avg_cycle_days::numeric, 1) AS avg_cycle, median_cycle_days AS median_cycle, missing_amounts AS no_amount
FROM reports.win_rates ORDER BY is_total, team;
\echo '7. FORECAST-CATEGORY INTEGRITY, in percent (target 95): who, what, and the largest deals'
SELECT team, deals, wrong, pg_temp.percent(integrity) AS integrity, CASE WHEN integrity >= 0.95 THEN 'on target' WHEN integrity < 0.95 THEN 'below target' END AS status FROM reports.integrity ORDER BY is_total, team;
SELECT reason, deals, pg_temp.money(amount) AS amount FROM reports.integrity_reasons ORDER BY deals DESC, reason;
SELECT owner, team, deals, wrong, pg_temp.percent(integrity) AS integrity, reasons FROM reports.integrity_owners ORDER BY wrong DESC, integrity, owner LIMIT 5;
SELECT opportunity_id AS deal, owner, stage, forecast_category AS category, category_issue AS reason, pg_temp.money(d.amount) AS amount FROM reports.deal AS d WHERE category_issue IS NOT NULL ORDER BY d.amount DESC NULLS LAST, opportunity_id LIMIT 10;
\echo '8. DEALS AGED BEYOND THE LIMIT OF THEIR STAGE (aged), and there for longer than nine in ten ever stay (stalled)'
\echo '   how long deals stay, in days, those that are still there included; interval: 95 % of the half; lost_in_30_days in percent; median_age is of the open deals'
SELECT stage, stays, still_there, round(half_leave_within::numeric, 1) AS half_leave_within, round(half_low::numeric, 1) || ' - ' || round(half_high::numeric, 1) AS interval, round(nine_in_ten_leave_within::numeric, 1) AS nine_in_ten_within, pg_temp.percent(lost_in_30_days) AS lost_in_30_days
FROM reports.stage_stays ORDER BY stage_position;
SELECT stage, max_days, open_deals AS open, aged_deals AS aged, stalled_deals AS stalled, age_unknown_deals AS age_unknown, pg_temp.money(aged_amount) AS aged_amount, round(median_days::numeric, 1) AS median_age FROM reports.stage_aging WHERE is_total ORDER BY stage_position;
SELECT opportunity_id AS deal, owner, stage, round(days_in_stage::numeric, 1) AS days, max_days, pg_temp.percent(salesops.survival_percentile(stays, days_in_stage)) AS older_than_percent, pg_temp.money(p.amount) AS amount, close_date
FROM reports.pipeline_inspection AS p JOIN reports.stage_norm AS n USING (stage) WHERE is_aged ORDER BY p.amount DESC NULLS LAST, opportunity_id LIMIT 10;
SELECT opportunity_id AS deal, owner, stage, pg_temp.money(p.amount) AS amount, salesops.explain_stage_age(days_in_stage, stays) AS stalled_because
FROM reports.pipeline_inspection AS p JOIN reports.stage_norm AS n USING (stage) WHERE age_status = 'stalled' ORDER BY p.amount DESC NULLS LAST, opportunity_id LIMIT 5;
\echo '9. FUNNEL of the deals that began in the last four quarters, in percent: who goes on from each stage (without those that fewer than half were ever in), and by the quarter in which deals began'
SELECT stage, reached, entered, skipped, began_later, advanced, lost, still_open, went_back, pg_temp.percent(conversion_from_first) AS percent_of_first, pg_temp.percent(conversion_to_next) AS percent_go_on, pg_temp.percent(conversion_of_decided) AS of_decided, pg_temp.percent(win_rate) AS win_rate, pg_temp.money(expected_value) AS worth,
	salesops.bar(reached, max(reached) OVER (), 30) AS picture
FROM reports.funnel WHERE is_total AND cohort = 'Last four quarters' AND entered * 2 >= reached ORDER BY stage_position;
SELECT cohort AS began, deals, open_deals AS open, won_deals AS won, lost_deals AS lost, pg_temp.percent(share_won) AS percent_won, pg_temp.percent(share_of_closed) AS of_closed, skipped_a_stage, went_back, reopened FROM reports.funnel_cohorts WHERE is_total AND cohort <> 'Last four quarters' ORDER BY cohort_start;
SELECT f.team, f.stage, f.reached, pg_temp.percent(f.conversion_of_decided) AS of_decided, pg_temp.percent(a.conversion_of_decided) AS all_teams, pg_temp.percent(f.conversion_of_decided - a.conversion_of_decided) AS difference
FROM reports.funnel AS f JOIN reports.funnel AS a ON a.cohort = f.cohort AND a.stage = f.stage AND a.is_total
WHERE NOT f.is_total AND f.cohort = 'Last four quarters' AND f.outcome = 'open' AND f.entered > 0 ORDER BY f.conversion_of_decided - a.conversion_of_decided, f.team, f.stage_position LIMIT 5;
\echo '10. DUPLICATES (target: below 5 surplus records per 1,000): of each group how probable it is, and why, that the record is one that is least like the first; in bits of evidence'
SELECT kind, records, duplicate_groups, surplus_records, round(per_1000::numeric, 1) AS per_1000, CASE WHEN per_1000 < target_per_1000 THEN 'on target' WHEN per_1000 >= target_per_1000 THEN 'above target' END AS status FROM reports.duplicate_rates ORDER BY kind;
SELECT kind, records, round(probability::numeric, 3) AS probability, names, why FROM (
	SELECT kind, records_in_group AS records, probability, why, string_agg(name, ' | ') OVER (PARTITION BY kind, cluster ORDER BY name, record ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS names, row_number() OVER (PARTITION BY kind, cluster ORDER BY is_first, probability, record) AS n, cluster
	FROM reports.duplicates) AS d WHERE n = 1 ORDER BY kind, records DESC, round(d.probability::numeric, 3) DESC, cluster LIMIT 12;
SELECT kind, record_a, record_b, round(probability::numeric, 3) AS probability, why FROM reports.doubtful_duplicates AS d ORDER BY d.probability DESC, kind, record_a, record_b LIMIT 5;
\echo '11. HYGIENE of the open deals, in percent (target 90): who, what is wrong most often, and the deals with the most issues'
SELECT team, open_deals AS deals, with_issues, pg_temp.percent(in_order) AS in_order, CASE WHEN in_order >= 0.9 THEN 'on target' WHEN in_order < 0.9 THEN 'below target' END AS status FROM reports.hygiene WHERE open_deals > 0 ORDER BY is_total, team;
SELECT issue, deals, pg_temp.percent(share) AS percent, pg_temp.percent(cumulative_share) AS cumulative, pg_temp.money(amount) AS amount, severity, sees_to_it, salesops.bar(share, max(share) OVER (), 20) AS picture FROM reports.hygiene_breakdown ORDER BY deals DESC, issue;
SELECT opportunity_id AS deal, owner, issue_count AS number, issues, pg_temp.money(p.amount) AS amount FROM reports.pipeline_inspection AS p WHERE issue_count > 0 ORDER BY issue_count DESC, p.amount DESC NULLS LAST, opportunity_id LIMIT 5;
\echo '12. SCORECARD of sales operations: each with its target; counted and out_of: what the value is made of'
SELECT replace(metric, '_', ' ') AS metric, round(CASE unit WHEN 'share' THEN 100 * value ELSE value END, 1) AS value, CASE unit WHEN 'share' THEN '%' ELSE unit END AS unit,
	CASE direction WHEN 'lower' THEN 'at most ' ELSE 'at least ' END || trim_scale(CASE unit WHEN 'share' THEN 100 * target ELSE target END) AS target, status, trend, sparkline AS weeks, round(numerator) AS counted, round(denominator) AS out_of
FROM reports.scorecard ORDER BY position;
