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
\echo '2. COVERAGE: open / (quota - booked), required 1 / win rate by amount'
SELECT period, team, pg_temp.money(quota) AS quota, pg_temp.money(booked) AS booked, pg_temp.money(open) AS open, coverage, required, status,
	pg_temp.money(expected) AS expected
FROM inspection.coverage;
\echo '3. WIN RATES of the deals decided in the last year, in percent, with their 95 % interval'
SELECT team, won, lost, win_rate, low || ' - ' || high AS interval, win_rate_amount AS by_amount, win_rate_created AS of_created,
	pg_temp.money(avg_deal_size) AS avg_deal, avg_cycle_days AS avg_cycle, median_cycle_days AS median_cycle, missing_amounts AS no_amount
FROM inspection.win_rates;
\echo '4. FORECAST-CATEGORY INTEGRITY, in percent (target 95): who, what, and the largest deals'
TABLE inspection.integrity;
SELECT reason, deals, pg_temp.money(amount) AS amount FROM inspection.integrity_reasons;
SELECT * FROM inspection.integrity_owners LIMIT 5;
SELECT deal, owner, stage, category, reason, pg_temp.money(amount) AS amount FROM inspection.integrity_deals LIMIT 10;
\echo '5. DEALS AGED BEYOND THE LIMIT OF THEIR STAGE'
SELECT stage, max_days, open, aged, age_unknown, pg_temp.money(aged_amount) AS aged_amount, median_days FROM inspection.aging;
SELECT deal, owner, stage, days, max_days, pg_temp.money(amount) AS amount, close_date FROM inspection.aged_deals LIMIT 10;
\echo '6. DUPLICATE ACCOUNTS (target: below 5 surplus records per 1,000)'
TABLE inspection.duplicate_rate;
SELECT records, similarity, same, names FROM inspection.duplicates LIMIT 12;
