-- Prints the weekly pipeline inspection (demo/inspection.sql) in the terminal.
\set ON_ERROR_STOP 1
\pset footer off
\pset linestyle unicode
\pset border 1
\pset null '-'
\pset pager off

-- Amounts to the right.
CREATE OR REPLACE FUNCTION pg_temp.money(numeric) RETURNS text LANGUAGE sql IMMUTABLE RETURN lpad(inspection.money($1), greatest(10, length(inspection.money($1))));

SELECT as_of, inspection.money((SELECT count(*) FROM inspection.deal)) AS deals, (SELECT count(*) FROM inspection.input) > 0 AS has_input FROM inspection.setting \gset
\echo
\echo 'WEEKLY PIPELINE INSPECTION, as of' :as_of, :deals deals
\echo
\if :has_input
\echo '0. READ WITH CARE: what in the data makes the numbers below less than they seem'
TABLE inspection.input;
\endif
\echo '1. PIPELINE BY FORECAST CATEGORY, AGAINST QUOTA'
\echo '   single: closed, commit, most likely, best case, pipeline; cumulative: commit fc, best-case fc, open pipeline; no category: in none'
SELECT period, team, pg_temp.money(quota) AS quota, pg_temp.money(closed) AS closed, pg_temp.money(commit) AS commit,
	pg_temp.money(most_likely) AS most_likely, pg_temp.money(best_case) AS best_case, pg_temp.money(pipeline) AS pipeline,
	pg_temp.money(commit_forecast) AS commit_fc, pg_temp.money(best_case_forecast) AS best_case_fc, pg_temp.money(open_pipeline) AS open_pipeline, pg_temp.money(no_category_amount) AS no_category
FROM inspection.forecast;
\echo '2. WHAT MOVED IN THE LAST WEEK, by the period of the close date: start + movements = end'
SELECT period, movement, deals, pg_temp.money(amount) AS amount, repeat(' ', round(40 * least(level_from, level_to) / most)::int)
	|| repeat(CASE WHEN amount < 0 THEN '-' ELSE '#' END, greatest(round(40 * abs(level_to - level_from) / most)::int, sign(deals)::int)) AS picture
FROM (SELECT *, nullif(max(greatest(level_from, level_to)) OVER (PARTITION BY period), 0) AS most FROM inspection.movement) AS m
WHERE deals > 0 OR movement IN ('start', 'end');
SELECT period, team, pg_temp.money(start) AS start, pg_temp.money(new) AS new, pg_temp.money(reopened) AS reopened, pg_temp.money(resized) AS resized, pg_temp.money(moved_in) AS moved_in, pg_temp.money(moved_out) AS moved_out,
	pg_temp.money(transferred) AS transferred, pg_temp.money(won) AS won, pg_temp.money(lost) AS lost, pg_temp.money(other) AS other, pg_temp.money("end") AS "end"
FROM inspection.team_movement;
\echo '3. THE ODDS OF MAKING THE NUMBER, in percent: what stages have brought with as many days left, deals that depend on each other; of deals that are there today'
SELECT period, team, pg_temp.money(quota) AS quota, pg_temp.money(booked) AS booked, pg_temp.money(low) AS low, pg_temp.money(middle) AS middle, pg_temp.money(high) AS high,
	chance, chance_if_independent AS independent, chance_by_crm AS by_crm
FROM inspection.odds;
TABLE inspection.stage_probability;
SELECT period, days_left, pg_temp.money(won) AS won_in_past_quarters, pg_temp.money(won_of_these) AS by_deals_there_then, percent_later FROM inspection.later_deals;
\echo '4. HOW GOOD PAST CALLS WERE: thirty days before each quarter ended, in percent; the band is that of four quarters in five, for won_of_these'
SELECT period, pg_temp.money(won) AS won, pg_temp.money(commit_forecast) AS commit_fc, pg_temp.money(best_case_forecast) AS best_case_fc, commit_error, commit_accuracy,
	pg_temp.money(low) AS low, pg_temp.money(high) AS high, pg_temp.money(won_of_these) AS won_of_these, band
FROM inspection.past_calls;
TABLE inspection.call_accuracy;
\echo '5. COVERAGE: open / (quota - booked), required 1 / win rate by amount'
SELECT period, team, pg_temp.money(quota) AS quota, pg_temp.money(booked) AS booked, pg_temp.money(open) AS open, coverage, required, status,
	pg_temp.money(expected) AS expected
FROM inspection.coverage;
\echo '6. WIN RATES of the deals decided in the last year, in percent, with their 95 % interval'
SELECT team, won, lost, win_rate, low || ' - ' || high AS interval, win_rate_amount AS by_amount, win_rate_created AS of_created,
	pg_temp.money(avg_deal_size) AS avg_deal, avg_cycle_days AS avg_cycle, median_cycle_days AS median_cycle, missing_amounts AS no_amount
FROM inspection.win_rates;
\echo '7. FORECAST-CATEGORY INTEGRITY, in percent (target 95): who, what, and the largest deals'
TABLE inspection.integrity;
SELECT reason, deals, pg_temp.money(amount) AS amount FROM inspection.integrity_reasons;
SELECT * FROM inspection.integrity_owners LIMIT 5;
SELECT deal, owner, stage, category, reason, pg_temp.money(amount) AS amount FROM inspection.integrity_deals LIMIT 10;
\echo '8. DEALS AGED BEYOND THE LIMIT OF THEIR STAGE (aged), and there for longer than nine in ten ever stay (stalled)'
\echo '   how long deals stay, in days, those that are still there included; interval: 95 % of the half; lost_in_30_days in percent; median_age is of the open deals'
TABLE inspection.stage_stays;
SELECT stage, max_days, open, aged, stalled, age_unknown, pg_temp.money(aged_amount) AS aged_amount, median_age FROM inspection.aging;
SELECT deal, owner, stage, days, max_days, older_than_percent, pg_temp.money(amount) AS amount, close_date FROM inspection.aged_deals LIMIT 10;
SELECT deal, owner, stage, pg_temp.money(amount) AS amount, why AS stalled_because FROM inspection.stalled_deals LIMIT 5;
\echo '9. FUNNEL of the deals that began in the last four quarters, in percent: who goes on from each stage (without those that fewer than half were ever in), and by the quarter in which deals began'
SELECT f.stage, reached, skipped, advanced, lost, still_open, went_back, percent_of_first, percent_go_on, of_decided, win_rate, pg_temp.money(worth) AS worth,
	repeat('#', round(30.0 * reached / nullif(max(reached) OVER (), 0))::int) AS picture
FROM inspection.funnel f WHERE entered * 2 >= reached;
TABLE inspection.funnel_cohorts;
SELECT * FROM inspection.team_funnel LIMIT 5;
\echo '10. DUPLICATE ACCOUNTS (target: below 5 surplus records per 1,000)'
TABLE inspection.duplicate_rate;
SELECT records, similarity, same, names FROM inspection.duplicates LIMIT 12;
