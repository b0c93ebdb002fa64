-- The weekly pipeline inspection, over any data in the contract's columns (schema crm, docs/reference/contract.md).
--
--   psql -v as_of=2026-06-29 -f demo/inspection.sql
--
-- Makes the schema inspection: one view for each section of the pack, and a few below them that say what a deal, a
-- period and a team are.  Every number is one call of a function of salesops in plain SQL, so each view can be copied
-- and changed.  demo/print.sql shows the sections in the terminal and demo/report.sql as a web page; both only read.
--
-- as_of is the day of the report: it is looked at as the day begins, 00:00 UTC.

\set ON_ERROR_STOP 1
CREATE SCHEMA inspection;
COMMENT ON SCHEMA inspection IS 'The weekly pipeline inspection: a view for each section, made by demo/inspection.sql.';

-- ---- what the sections stand on ----

-- One row: the day of the report, and the policy of the pipeline built from its stage table.
CREATE TABLE inspection.setting AS
SELECT day AS as_of, day::timestamp AT TIME ZONE 'UTC' AS moment, (day - interval '1 year')::date AS year_before,
	(SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) FROM crm.stage) AS process
FROM (VALUES (:'as_of'::date)) AS v (day);
-- One row: without statistics the planner would expect thousands, and compile every query for them.
ANALYZE inspection.setting;

-- The quarter of the report and the next one.
CREATE VIEW inspection.period AS
SELECT to_char(start, 'YYYY-"Q"Q') AS period, start::date AS period_start, (start + interval '3 months')::date - 1 AS period_end
FROM inspection.setting, generate_series(0, 1) AS n,
	LATERAL (SELECT date_trunc('quarter', as_of::timestamp) + n * interval '3 months') AS q (start);

-- The category by which a deal is rolled up is the owner's, but whether a deal is won, lost or open is not a matter of
-- opinion: there the stage decides, so that "closed" is what was won.  An open deal whose category is missing, or that
-- nobody knows, has none: it is counted as uncategorized.  Section 7 lists all that is wrong.
CREATE FUNCTION inspection.category(process salesops.sales_process, stage text, category text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN CASE WHEN salesops.stage_outcome(process, stage) IN ('won', 'lost')
			OR salesops.forecast_category_issue(process, stage, category) = 'open_marked_closed' THEN salesops.stage_category(process, stage)
		WHEN salesops.forecast_category_issue(process, stage, category) IN ('missing_category', 'unknown_category') THEN NULL
		ELSE category END;

-- Deals that are not deleted, amounts in the corporate currency.
CREATE VIEW inspection.deal AS
SELECT o.opportunity_id, o.name, o.account_id, coalesce(u.name, o.owner_id, '(nobody)') AS owner, coalesce(u.team, '(no team)') AS team,
	o.stage, salesops.stage_outcome(s.process, o.stage) AS outcome,
	o.forecast_category, salesops.forecast_category_issue(s.process, o.stage, o.forecast_category) AS category_issue,
	inspection.category(s.process, o.stage, o.forecast_category) AS category,
	round(o.amount * CASE WHEN o.currency IS NULL OR NOT EXISTS (SELECT FROM crm.exchange_rate) THEN 1 ELSE r.to_corporate END, 2) AS amount,
	o.created_at, o.close_date, o.close_date - (o.created_at AT TIME ZONE 'UTC')::date AS cycle_days
FROM crm.opportunity o
	CROSS JOIN inspection.setting s
	LEFT JOIN crm.sales_user u ON u.user_id = o.owner_id
	LEFT JOIN crm.exchange_rate r ON r.currency = o.currency
WHERE o.is_deleted IS NOT TRUE;

-- Per period and team, by close date: two summaries from one pass.  Everything below merges and reads them.  A deal whose
-- stage nobody knows is in neither (section 0 counts those), and open deals that are omitted are in no pipeline, so that
-- "open" is the same amount in every section.
CREATE VIEW inspection.team_period AS
SELECT p.period, d.team, salesops.forecast_rollup(d.category, d.amount) AS rollup,
	salesops.deal_stats(d.outcome, d.amount, d.cycle_days) FILTER (WHERE d.outcome <> 'open' OR salesops.to_forecast_category(d.category) IS DISTINCT FROM 'omitted') AS stats
FROM inspection.deal d JOIN inspection.period p ON d.close_date BETWEEN p.period_start AND p.period_end
WHERE d.outcome IS NOT NULL
GROUP BY p.period, d.team;

-- Quota at its own grain: those whose period lies within the quarter.  Joined to deals it would be counted once a deal.
CREATE VIEW inspection.team_quota AS
SELECT p.period, coalesce(u.team, '(no team)') AS team,
	sum(round(q.amount * CASE WHEN q.currency IS NULL OR NOT EXISTS (SELECT FROM crm.exchange_rate) THEN 1 ELSE r.to_corporate END, 2)) AS quota
FROM crm.quota q
	JOIN inspection.period p ON q.period_start >= p.period_start AND q.period_end <= p.period_end
	LEFT JOIN crm.sales_user u ON u.user_id = q.owner_id
	LEFT JOIN crm.exchange_rate r ON r.currency = q.currency
GROUP BY p.period, coalesce(u.team, '(no team)');

-- Each team and, above them, all teams, in each period; with what it has.
CREATE VIEW inspection.team_total AS
SELECT period, CASE WHEN grouping(team) = 1 THEN 'All teams' ELSE team END AS team, grouping(team) = 1 AS is_total,
	sum(quota) AS quota, salesops.merge(rollup) AS rollup, salesops.merge(stats) AS stats
FROM inspection.team_period FULL JOIN inspection.team_quota USING (period, team)
GROUP BY GROUPING SETS ((period, team), (period));

-- Amounts as the pack prints them: whole, with thousands apart.
CREATE FUNCTION inspection.money(numeric) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN ltrim(to_char(round($1), '999,999,999,999,990'));

-- ---- 0. what the numbers below rest on ----

CREATE VIEW inspection.input AS
SELECT checked, found, of, remedy
FROM (
	SELECT 1 AS n, 'deals in a stage that the process does not know' AS checked, count(*) FILTER (WHERE outcome IS NULL) AS found, count(*) AS of,
		'they are neither open, won nor lost: complete the table stage (stage.csv): ' || coalesce(left(string_agg(DISTINCT coalesce(stage, '(none)'), ', ') FILTER (WHERE outcome IS NULL), 60), '') AS remedy
	FROM inspection.deal
	UNION ALL
	SELECT 2, 'deals without an amount in the corporate currency', count(*) FILTER (WHERE amount IS NULL), count(*), 'they count as deals and add nothing: complete amounts and exchange rates' FROM inspection.deal
	UNION ALL
	SELECT 3, 'deals whose owner is in no team', count(*) FILTER (WHERE team = '(no team)'), count(*), 'they stand under (no team): complete the table sales_user (user.csv)' FROM inspection.deal
	UNION ALL
	SELECT 4, 'open deals past their close date', count(*) FILTER (WHERE close_date < as_of), count(*), 'they still count as pipeline of that quarter: have the owners set the date or close them' FROM inspection.deal CROSS JOIN inspection.setting WHERE outcome = 'open'
	UNION ALL
	SELECT 5, 'deals won or lost after the day of the report', count(*) FILTER (WHERE close_date > as_of), count(*), 'a close date in the future, or data that is younger than the report' FROM inspection.deal CROSS JOIN inspection.setting WHERE outcome IN ('won', 'lost')
	UNION ALL
	SELECT 7, 'deals without any recorded change', count(*) FILTER (WHERE NOT EXISTS (SELECT FROM crm.opportunity_history h WHERE h.opportunity_id = d.opportunity_id)), count(*), 'section 2 takes them to have been always as they are now, and sections 3 and 4 learn nothing from them: load the history (opportunity_history.csv)' FROM inspection.deal d
	UNION ALL
	SELECT 6, 'quotas that lie in no single quarter', count(*) FILTER (WHERE period_end IS NULL OR date_trunc('quarter', period_start::timestamp) <> date_trunc('quarter', period_end::timestamp)), count(*), 'they are not counted, and coverage looks better than it is: give quotas by month or quarter' FROM crm.quota
) AS c
WHERE found > 0 ORDER BY n;
COMMENT ON VIEW inspection.input IS 'What in the data makes the numbers below less than they seem; nothing where all is well.';

-- ---- 1. pipeline by forecast category, single and cumulative, against quota ----

CREATE VIEW inspection.forecast AS
SELECT period, team, quota,
	salesops.closed_only(rollup) AS closed,
	salesops.commit_only(rollup) AS commit,
	salesops.most_likely_only(rollup) AS most_likely,
	salesops.best_case_only(rollup) AS best_case,
	salesops.pipeline_only(rollup) AS pipeline,
	salesops.commit_forecast(rollup) AS commit_forecast,
	salesops.best_case_forecast(rollup) AS best_case_forecast,
	salesops.open_pipeline(rollup) AS open_pipeline,
	salesops.uncategorized_count(rollup) AS no_category,
	salesops.uncategorized_amount(rollup) AS no_category_amount
FROM inspection.team_total
ORDER BY period, is_total, team;
COMMENT ON VIEW inspection.forecast IS 'Pipeline by forecast category. Single: closed, commit, most likely, best case, pipeline. Cumulative: commit forecast = commit + closed, best-case forecast = best case + most likely + commit + closed, open pipeline = pipeline + best case + most likely + commit. Deals without a category and omitted ones are in none of them. By close date; amounts in the corporate currency.';

-- ---- 2. what moved in the last week ----

-- The deals as they were at a moment, from the history, as inspection.deal has them at present.
CALL salesops.create_opportunity_as_of('crm');
CREATE FUNCTION inspection.deal_at(at timestamptz)
	RETURNS TABLE (opportunity_id text, stage text, outcome text, category text, probability float8, amount numeric, close_date date, team text, has_history boolean)
	LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT d.opportunity_id, d.stage, salesops.stage_outcome(s.process, d.stage), inspection.category(s.process, d.stage, d.forecast_category), d.probability,
		round(d.amount * CASE WHEN o.currency IS NULL OR NOT EXISTS (SELECT FROM crm.exchange_rate) THEN 1 ELSE r.to_corporate END, 2),
		d.close_date, coalesce(u.team, '(no team)'), d.source = 'history'
	FROM crm.opportunity_as_of(at) d
		CROSS JOIN inspection.setting s
		JOIN crm.opportunity o USING (opportunity_id)
		LEFT JOIN crm.sales_user u ON u.user_id = d.owner_id
		LEFT JOIN crm.exchange_rate r ON r.currency = o.currency;
END;

-- Both states of all deals, side by side, in one value: every period, team and deal below is read from it.
CREATE MATERIALIZED VIEW inspection.week AS
SELECT salesops.pipeline_change(opportunity_id, after, outcome, amount, close_date, team, category) AS change
FROM inspection.setting, (VALUES (false, 7), (true, 0)) AS v (after, days), LATERAL inspection.deal_at(moment - days * interval '1 day');

CREATE VIEW inspection.movement AS
SELECT period, bar, replace(movement, '_', ' ') AS movement, deals, amount, level_from, level_to
FROM inspection.week, inspection.period, LATERAL salesops.waterfall(salesops.movement(change, period_start, period_end))
ORDER BY period, bar;
COMMENT ON VIEW inspection.movement IS 'From the open pipeline of a week ago to that of today, by the period of the close date: the bars of a waterfall. Start and all movements add up to the end, to the cent.';

CREATE VIEW inspection.team_movement AS
SELECT p.period, coalesce(m.owner, 'All teams') AS team, salesops.start_amount(movement) AS start,
	salesops.new_amount(movement) AS new, salesops.reopened_amount(movement) AS reopened,
	salesops.increased_amount(movement) + salesops.decreased_amount(movement) AS resized,
	salesops.pulled_in_amount(movement) + salesops.pushed_in_amount(movement) AS moved_in,
	salesops.pulled_out_amount(movement) + salesops.pushed_out_amount(movement) AS moved_out,
	salesops.transferred_in_amount(movement) + salesops.transferred_out_amount(movement) AS transferred,
	salesops.won_amount(movement) AS won, salesops.lost_amount(movement) AS lost,
	salesops.omitted_amount(movement) + salesops.deleted_amount(movement) + salesops.unknown_in_amount(movement) + salesops.unknown_out_amount(movement) AS other,
	salesops.end_amount(movement) AS "end"
FROM inspection.week, inspection.period p, LATERAL (
	SELECT * FROM salesops.movement_by_owner(change, period_start, period_end)
	UNION ALL SELECT NULL, salesops.movement(change, period_start, period_end)
) AS m (owner, movement)
ORDER BY p.period, m.owner IS NULL, m.owner;
COMMENT ON VIEW inspection.team_movement IS 'The movement of a week by team: what left the pipeline is negative. A deal that went from one team to another is transferred, and cancels in the total.';

CREATE VIEW inspection.moved_deals AS
SELECT p.period, d.deal, o.name, d.movement, d.amount, d.amount_before, d.amount_after, d.close_before, d.close_after
FROM inspection.week, inspection.period p, LATERAL salesops.moved_deals(change, period_start, period_end) AS d
	JOIN crm.opportunity o ON o.opportunity_id = d.deal
ORDER BY p.period, abs(d.amount) DESC, d.deal, d.movement;
COMMENT ON VIEW inspection.moved_deals IS 'The deals behind the movement of a week, largest first: a row for each step of a deal.';

-- ---- 3. the odds of making the number ----

-- What the CRM calls the probability of a stage was typed in by somebody, and says nothing of when.  What counts for a
-- quarter is how many of the deals that were in a stage, with so many days of the quarter left, were won in that quarter.
-- So past quarters are looked at when they had as many days left as those of the report have, and (for section 4)
-- thirty days before they ended.
CREATE VIEW inspection.past_period AS
SELECT to_char(start, 'YYYY-"Q"Q') AS period, start::date AS period_start, (start + interval '3 months')::date - 1 AS period_end
FROM inspection.setting, generate_series(1, 6) AS n, LATERAL (SELECT date_trunc('quarter', as_of::timestamp) - n * interval '3 months') AS q (start);

-- The deals of a past quarter, as they stood then; and what became of them within it.
CREATE MATERIALIZED VIEW inspection.past_deal AS
SELECT h.days_left, p.period, c.opportunity_id, c.stage, c.outcome, c.category, c.amount,
	CASE WHEN d.outcome = 'won' AND d.close_date > p.period_end THEN 'open' ELSE d.outcome END AS outcome_in_period, d.amount AS final_amount
FROM (SELECT period_end - as_of FROM inspection.period CROSS JOIN inspection.setting UNION SELECT 30) AS h (days_left)
	CROSS JOIN inspection.past_period AS p
	CROSS JOIN LATERAL inspection.deal_at((p.period_end - h.days_left)::timestamp AT TIME ZONE 'UTC') AS c
	LEFT JOIN inspection.deal d USING (opportunity_id)
WHERE c.close_date BETWEEN p.period_start AND p.period_end AND c.has_history;

-- For each such situation and quarter, how many of the open deals of each stage were won in it.
CREATE VIEW inspection.stage_rates AS
SELECT days_left, period, salesops.stage_win_rates(stage, outcome_in_period IS NOT DISTINCT FROM 'won') AS rates
FROM inspection.past_deal WHERE outcome = 'open'
GROUP BY days_left, period;

-- What that says of each stage: drawn towards the other stages where few deals tell.
CREATE VIEW inspection.stage_probability AS
SELECT p.period, r.days_left, t.stage, salesops.stage_probability(process, t.stage) AS crm, decided_deals AS deals, won_deals AS won,
	round(raw_win_rate::numeric, 3) AS measured, round(t.win_rate::numeric, 3) AS used
FROM inspection.setting
	JOIN inspection.period p ON true
	JOIN (SELECT days_left, salesops.merge(rates) AS rates FROM inspection.stage_rates GROUP BY days_left) AS r ON r.days_left = p.period_end - as_of
	CROSS JOIN LATERAL salesops.stage_win_rate_table(rates) AS t
ORDER BY p.period, salesops.stage_position(process, t.stage);
COMMENT ON VIEW inspection.stage_probability IS 'What the CRM says of a stage; and of the deals of all teams that were in it when past quarters had as many days left, how many were won in the quarter: as measured, and drawn towards what all stages say.';

-- Deals of a quarter are not independent: the market, the price list and the end of the quarter are the same for all.
ALTER TABLE inspection.setting ADD correlation float8 NOT NULL DEFAULT 0.1;

-- What is won counts with certainty, an open deal with what its stage has brought; credits are in no outlook.
CREATE MATERIALIZED VIEW inspection.team_outlook AS
SELECT p.period, CASE WHEN grouping(d.team) = 1 THEN 'All teams' ELSE d.team END AS team,
	salesops.deal_outlook(greatest(d.amount, 0), CASE d.outcome WHEN 'won' THEN 1 ELSE coalesce(r.used::float8, salesops.stage_probability(process, d.stage)) END) AS outlook,
	salesops.deal_outlook(greatest(d.amount, 0), CASE d.outcome WHEN 'won' THEN 1 ELSE salesops.stage_probability(process, d.stage) END) AS crm_outlook
FROM inspection.deal d JOIN inspection.period p ON d.close_date BETWEEN p.period_start AND p.period_end
	CROSS JOIN inspection.setting
	LEFT JOIN inspection.stage_probability r ON r.period = p.period AND r.stage = d.stage
WHERE d.outcome IN ('open', 'won')
GROUP BY GROUPING SETS ((p.period, d.team), (p.period));

CREATE VIEW inspection.odds AS
SELECT o.period, o.team, t.quota, salesops.won_amount(t.stats) AS booked,
	round(salesops.outlook_quantile(outlook, 0.1, correlation)::numeric) AS low, round(salesops.outlook_quantile(outlook, 0.5, correlation)::numeric) AS middle,
	round(salesops.outlook_quantile(outlook, 0.9, correlation)::numeric) AS high,
	round(100 * salesops.chance_of_at_least(outlook, t.quota::float8, correlation)::numeric, 1) AS chance,
	round(100 * salesops.chance_of_at_least(outlook, t.quota::float8)::numeric, 1) AS chance_if_independent,
	round(100 * salesops.chance_of_at_least(crm_outlook, t.quota::float8)::numeric, 1) AS chance_by_crm
FROM inspection.team_outlook o JOIN inspection.team_total t USING (period, team) CROSS JOIN inspection.setting
ORDER BY o.period, t.is_total, o.team;
COMMENT ON VIEW inspection.odds IS 'What the deals that are there today will bring in the period. In one case of ten it is below low, in one above high. Deals that come later are not in it. Chance of the quota, in percent: with what the stages have brought, in all teams together, and deals that depend on each other; the same for independent deals; and with the probabilities of the CRM.';

-- How much of what past quarters brought came from deals that were not in the quarter yet when as many days were left.
CREATE VIEW inspection.later_deals AS
SELECT p.period, p.period_end - as_of AS days_left, sum(w.won) AS won, sum(c.won) AS won_of_these, round(100 * (1 - sum(c.won) / nullif(sum(w.won), 0)), 1) AS percent_later
FROM inspection.setting CROSS JOIN inspection.period p
	JOIN (SELECT days_left, period, coalesce(sum(final_amount) FILTER (WHERE outcome_in_period = 'won'), 0) AS won FROM inspection.past_deal GROUP BY days_left, period) AS c ON c.days_left = p.period_end - as_of
	JOIN inspection.past_period b ON b.period = c.period
	CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS won FROM inspection.deal WHERE outcome = 'won' AND close_date BETWEEN b.period_start AND b.period_end) AS w
GROUP BY p.period, p.period_end - as_of
ORDER BY p.period;
COMMENT ON VIEW inspection.later_deals IS 'What the past quarters won, what of it came from the deals that were in the quarter when as many days were left as now, and how much, in percent, from deals that came later: the odds know nothing of those.';

CREATE VIEW inspection.odds_histogram AS
SELECT o.period, h.* FROM inspection.team_outlook o CROSS JOIN inspection.setting, LATERAL salesops.outlook_histogram(outlook, 40, correlation) AS h
WHERE team = 'All teams' ORDER BY o.period, h.bin;

-- ---- 4. how good past calls were ----

-- Thirty days before a quarter ended; the band of each quarter comes from what the other quarters say of the stages.
CREATE MATERIALIZED VIEW inspection.past_call AS
SELECT c.period,
	salesops.forecast_rollup(c.category, c.amount) AS rollup,
	salesops.forecast_outcome(c.category, c.amount, c.outcome_in_period, c.final_amount) FILTER (WHERE c.outcome = 'open') AS outcome,
	salesops.deal_outlook(greatest(c.amount, 0), CASE c.outcome WHEN 'won' THEN 1 ELSE coalesce(r.win_rate, salesops.stage_probability(process, c.stage)) END) FILTER (WHERE c.outcome IN ('open', 'won')) AS outlook,
	coalesce(sum(c.final_amount) FILTER (WHERE c.outcome_in_period = 'won'), 0) AS won_of_these
FROM inspection.past_deal c
	CROSS JOIN inspection.setting
	LEFT JOIN (
		SELECT p.period, t.stage, t.win_rate
		FROM inspection.past_period p,
			LATERAL (SELECT salesops.merge(rates) AS rates FROM inspection.stage_rates o WHERE o.days_left = 30 AND o.period <> p.period) AS others,
			LATERAL salesops.stage_win_rate_table(others.rates) AS t
	) AS r ON r.period = c.period AND r.stage = c.stage
WHERE c.days_left = 30
GROUP BY c.period;

CREATE VIEW inspection.past_calls AS
SELECT c.period, w.won, salesops.commit_forecast(rollup) AS commit_forecast, salesops.best_case_forecast(rollup) AS best_case_forecast,
	round(100 * (salesops.commit_forecast(rollup) - w.won) / nullif(w.won, 0), 1) AS commit_error,
	round(100 * salesops.commit_accuracy(outcome)::numeric, 1) AS commit_accuracy,
	round(salesops.outlook_quantile(outlook, 0.1, correlation)::numeric) AS low, round(salesops.outlook_quantile(outlook, 0.9, correlation)::numeric) AS high,
	won_of_these, CASE WHEN salesops.outlook_contains(outlook, won_of_these::float8, 0.8, correlation) THEN 'inside' ELSE 'outside' END AS band
FROM inspection.past_call c CROSS JOIN inspection.setting JOIN inspection.past_period p USING (period)
	CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS won FROM inspection.deal WHERE outcome = 'won' AND close_date BETWEEN p.period_start AND p.period_end) AS w
ORDER BY period;
COMMENT ON VIEW inspection.past_calls IS 'What was called thirty days before each quarter ended, and what was won. Error of the commit forecast in percent of what was won (above zero: too high). Commit accuracy: of the amount that was committed and still open, the share that was won in the quarter. Low and high: the band in which four of five quarters should fall, with what came of the deals that were in the quarter on that day.';

CREATE VIEW inspection.call_accuracy AS
SELECT salesops.forecast_pairs(e) AS quarters, round(100 * salesops.forecast_accuracy(e)::numeric, 1) AS accuracy, round(100 * salesops.forecast_bias(e)::numeric, 1) AS bias,
	round(100 * salesops.mape(e)::numeric, 1) AS mape, salesops.met(b) AS inside, round(100 * salesops.compliance_rate(b)::numeric, 1) AS inside_percent
FROM (
	SELECT salesops.forecast_error(c.won, c.commit_forecast) AS e, salesops.outlook_backtest(p.outlook, c.won_of_these::float8, 0.8, correlation) AS b
	FROM inspection.past_calls c JOIN inspection.past_call p USING (period) CROSS JOIN inspection.setting
) AS a;
COMMENT ON VIEW inspection.call_accuracy IS 'The commit forecasts of the past quarters together, in percent: accuracy = 1 - the errors by amount, bias above zero where calls were too high; and how many quarters ended inside the band of four in five.';

-- ---- 5. coverage ----

-- What the last year's deals say: by close date for the rates of decided deals, by creation for the rate of all created.
CREATE VIEW inspection.team_year AS
SELECT CASE WHEN grouping(team) = 1 THEN 'All teams' ELSE team END AS team, grouping(team) = 1 AS is_total,
	salesops.deal_stats(outcome, amount, cycle_days) FILTER (WHERE outcome <> 'open' AND close_date >= year_before AND close_date < as_of) AS decided,
	salesops.deal_stats(outcome, amount, cycle_days) FILTER (WHERE created_at >= year_before::timestamp AT TIME ZONE 'UTC' AND created_at < moment) AS created
FROM inspection.deal CROSS JOIN inspection.setting
GROUP BY GROUPING SETS ((team), ());

CREATE VIEW inspection.coverage AS
SELECT t.period, t.team, t.quota, booked, open,
	round(salesops.pipeline_coverage(open, t.quota, booked)::numeric, 2) AS coverage,
	round(salesops.required_coverage(win_rate)::numeric, 2) AS required,
	coalesce(salesops.coverage_status(open, t.quota, booked, salesops.required_coverage(win_rate)), 'unknown') AS status,
	round(salesops.expected_from_pipeline(open, win_rate)::numeric) AS expected
FROM inspection.team_total t LEFT JOIN inspection.team_year y USING (team)
	CROSS JOIN LATERAL (SELECT salesops.won_amount(t.stats), salesops.open_amount(t.stats), salesops.win_rate_amount(y.decided)) AS v (booked, open, win_rate)
ORDER BY t.period, t.is_total, t.team;
COMMENT ON VIEW inspection.coverage IS 'Coverage = open / (quota - booked). Required = 1 / win rate by amount of the last year. Expected = open * that win rate. Status: met, covered, short, no_quota, or unknown where nothing was won in the last year. All teams have the win rate of all, so that their expected amount is not the sum of the teams''. Coverage does not know how many days are left: the odds do.';

-- ---- 6. win rates ----

CREATE VIEW inspection.win_rates AS
SELECT team, salesops.won_deals(decided) AS won, salesops.lost_deals(decided) AS lost,
	round(100 * salesops.win_rate(decided)::numeric, 1) AS win_rate,
	round(100 * salesops.win_rate_low(decided)::numeric, 1) AS low, round(100 * salesops.win_rate_high(decided)::numeric, 1) AS high,
	round(100 * salesops.win_rate_amount(decided)::numeric, 1) AS win_rate_amount,
	round(100 * salesops.win_rate_created(created)::numeric, 1) AS win_rate_created,
	round(salesops.avg_deal_size(decided)) AS avg_deal_size,
	round(salesops.avg_cycle_days(decided)::numeric, 1) AS avg_cycle_days,
	salesops.median_cycle_days(decided) AS median_cycle_days,
	salesops.missing_amounts(decided) AS missing_amounts
FROM inspection.team_year
ORDER BY is_total, team;
COMMENT ON VIEW inspection.win_rates IS 'Deals decided in the last year, in percent: by count with the Wilson 95 % interval (low, high), by amount, and of all deals created in the last year. Deal size and cycle are those of won deals.';

-- ---- 7. forecast-category integrity ----

CREATE VIEW inspection.integrity AS
SELECT CASE WHEN grouping(team) = 1 THEN 'All teams' ELSE team END AS team, count(*) AS deals, count(category_issue) AS wrong,
	round(100 * salesops.forecast_category_integrity(process, stage, forecast_category)::numeric, 1) AS integrity,
	CASE WHEN salesops.forecast_category_integrity(process, stage, forecast_category) >= 0.95 THEN 'on target' ELSE 'below target' END AS status
FROM inspection.deal CROSS JOIN inspection.setting
GROUP BY GROUPING SETS ((team), ())
ORDER BY grouping(team), team;
COMMENT ON VIEW inspection.integrity IS 'Share of the deals, in percent, whose forecast category is one that the process allows for their stage. Target: 95 or more.';

CREATE VIEW inspection.integrity_reasons AS
SELECT category_issue AS reason, count(*) AS deals, sum(amount) AS amount
FROM inspection.deal WHERE category_issue IS NOT NULL
GROUP BY category_issue ORDER BY deals DESC, reason;
COMMENT ON VIEW inspection.integrity_reasons IS 'Deals with a wrong forecast category, by what is wrong.';

CREATE VIEW inspection.integrity_owners AS
SELECT owner, team, count(*) AS deals, count(category_issue) AS wrong,
	round(100 * salesops.forecast_category_integrity(process, stage, forecast_category)::numeric, 1) AS integrity,
	string_agg(DISTINCT category_issue, ', ') AS reasons
FROM inspection.deal CROSS JOIN inspection.setting
GROUP BY owner, team HAVING count(category_issue) > 0
ORDER BY wrong DESC, integrity, owner;
COMMENT ON VIEW inspection.integrity_owners IS 'The owners with the most wrong forecast categories, and what is wrong.';

CREATE VIEW inspection.integrity_deals AS
SELECT opportunity_id AS deal, owner, stage, forecast_category AS category, category_issue AS reason, amount
FROM inspection.deal WHERE category_issue IS NOT NULL
ORDER BY amount DESC NULLS LAST, opportunity_id;
COMMENT ON VIEW inspection.integrity_deals IS 'The deals with a wrong forecast category, largest first.';

-- ---- 8. deals aged beyond their stage's limit ----

-- How long deals stay in each open stage, those that are still there included: the norm beside the limit that somebody set.
CREATE MATERIALIZED VIEW inspection.stage_norm AS
SELECT s.stage, s.survival AS stays
FROM inspection.setting
	CROSS JOIN (SELECT salesops.stage_history(h.opportunity_id, h.stage, h.changed_at) AS history FROM crm.opportunity_history h JOIN inspection.deal USING (opportunity_id)) AS h
	CROSS JOIN salesops.survival_by_stage(history, moment, process) AS s
WHERE salesops.stage_outcome(process, s.stage) = 'open';
COMMENT ON MATERIALIZED VIEW inspection.stage_norm IS 'The stays of deals in each open stage, as salesops.survival: to be read by km_median, km_quantile and survival_percentile.';

CREATE VIEW inspection.stage_stays AS
SELECT stage, salesops.survival_count(stays) AS stays, salesops.open_count(stays) AS still_there,
	round(salesops.km_median(stays)::numeric, 1) AS half_leave_within,
	round(salesops.km_quantile_low(stays, 0.5)::numeric, 1) || ' - ' || round(salesops.km_quantile_high(stays, 0.5)::numeric, 1) AS interval, round(salesops.km_quantile(stays, 0.9)::numeric, 1) AS nine_in_ten_within,
	round(100 * salesops.cumulative_incidence(stays, 'lost', 30)::numeric, 1) AS lost_in_30_days
FROM inspection.stage_norm CROSS JOIN inspection.setting
ORDER BY salesops.stage_position(process, stage);
COMMENT ON VIEW inspection.stage_stays IS 'How long deals stay in each stage, in days by Kaplan and Meier''s estimate (interval: 95 %), and the percentage that is lost from it within 30 days.';

-- Each deal's way through the stages, as far as it is known on the day of the report.
CREATE MATERIALIZED VIEW inspection.deal_path AS
SELECT *, salesops.first_entered_at(path) AS began_at
FROM (
	SELECT opportunity_id, salesops.stage_path(stage, changed_at) AS path
	FROM crm.opportunity_history JOIN inspection.setting ON changed_at <= moment
	GROUP BY opportunity_id
) AS p;
CREATE UNIQUE INDEX ON inspection.deal_path (opportunity_id);
ANALYZE inspection.deal_path;
COMMENT ON MATERIALIZED VIEW inspection.deal_path IS 'The stage changes of each deal up to the day of the report, as salesops.stage_path, and when the first of them was.';

-- Kept: with many deals a norm is large, so each deal is compared with it once; in order of the stages, so that what was
-- read of a norm serves for the next deal.
CREATE MATERIALIZED VIEW inspection.open_age AS
SELECT d.*, salesops.stage_age_status_quantile(d.days, n.stays) AS age_status
FROM (
	SELECT d.*, salesops.days_in_current_stage(p.path, moment, process) AS days, salesops.stage_max_days(process, d.stage) AS max_days
	FROM inspection.deal d
		CROSS JOIN inspection.setting
		LEFT JOIN inspection.deal_path p USING (opportunity_id)
	WHERE d.outcome = 'open'
	ORDER BY d.stage OFFSET 0
) AS d LEFT JOIN (SELECT stage, salesops.merge(stays) AS stays FROM inspection.stage_norm GROUP BY stage) AS n USING (stage);
COMMENT ON MATERIALIZED VIEW inspection.open_age IS 'Open deals: how long they have been in their stage, and whether that is long beside how long deals stay there.';

CREATE VIEW inspection.aging AS
SELECT a.stage, max(a.max_days) AS max_days, count(*) AS open, count(*) FILTER (WHERE days > max_days) AS aged,
	count(*) FILTER (WHERE age_status = 'stalled') AS stalled, count(*) FILTER (WHERE days IS NULL) AS age_unknown,
	coalesce(sum(amount) FILTER (WHERE days > max_days), 0) AS aged_amount,
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY days)::numeric, 1) AS median_age
FROM inspection.open_age a CROSS JOIN inspection.setting
GROUP BY a.stage, salesops.stage_position(process, a.stage)
ORDER BY salesops.stage_position(process, a.stage);
COMMENT ON VIEW inspection.aging IS 'Open deals by stage, those that have been in it for more days than it allows, and those that are there for longer than nine in ten ever stay (stalled); median_age is of those that are open now. The age of a deal without recorded changes is not known: it is not the age of its record.';

CREATE VIEW inspection.aged_deals AS
SELECT opportunity_id AS deal, owner, team, stage, round(days::numeric, 1) AS days, max_days, amount, close_date,
	(SELECT round(100 * salesops.survival_percentile(stays, days)::numeric, 1) FROM inspection.stage_norm n WHERE n.stage = a.stage) AS older_than_percent
FROM inspection.open_age a WHERE days > max_days
ORDER BY amount DESC NULLS LAST, opportunity_id;
COMMENT ON VIEW inspection.aged_deals IS 'Open deals that have been in their stage for more days than it allows, largest first, and the percentage of deals that never were in it for so long.';

CREATE VIEW inspection.stalled_deals AS
SELECT opportunity_id AS deal, owner, team, stage, amount, close_date,
	(SELECT salesops.explain_stage_age(days, stays) FROM inspection.stage_norm n WHERE n.stage = a.stage) AS why
FROM inspection.open_age a WHERE age_status = 'stalled'
ORDER BY amount DESC NULLS LAST, opportunity_id;
COMMENT ON VIEW inspection.stalled_deals IS 'Open deals that have been in their stage for longer than nine in ten ever stay, largest first, and why.';

-- ---- 9. the funnel ----

-- By the quarter in which they began, and by team: what the views below merge, kept since each of them does.  A deal without recorded
-- changes began nobody knows when.
CREATE MATERIALIZED VIEW inspection.entry_funnel AS
SELECT date_trunc('quarter', began_at AT TIME ZONE 'UTC')::date AS quarter, team, salesops.stage_funnel(path, process, amount) AS funnel
FROM inspection.deal_path JOIN inspection.deal USING (opportunity_id) CROSS JOIN inspection.setting
WHERE began_at >= date_trunc('quarter', as_of::timestamp - interval '2 years') AT TIME ZONE 'UTC'
GROUP BY 1, team;
COMMENT ON MATERIALIZED VIEW inspection.entry_funnel IS 'The deals that began in each quarter, by team, as salesops.stage_funnel.';

-- One row for each team and all teams: the deals that began in the last four quarters before that of the report.
CREATE VIEW inspection.year_funnel AS
SELECT CASE WHEN grouping(team) = 1 THEN 'All teams' ELSE team END AS team, grouping(team) = 1 AS is_total, salesops.merge(funnel) AS funnel
FROM inspection.entry_funnel CROSS JOIN inspection.setting
WHERE quarter >= date_trunc('quarter', as_of::timestamp) - interval '1 year' AND quarter < date_trunc('quarter', as_of::timestamp)
GROUP BY GROUPING SETS ((team), ());

CREATE VIEW inspection.funnel AS
SELECT s.stage, s.reached, s.entered, s.skipped_over AS skipped, s.advanced, s.lost, s.still_open, s.regressed AS went_back,
	round(100 * s.conversion_from_first::numeric, 1) AS percent_of_first, round(100 * s.conversion_to_next::numeric, 1) AS percent_go_on,
	round(100 * s.conversion_to_next_resolved::numeric, 1) AS of_decided, round(100 * s.win_rate::numeric, 1) AS win_rate, round(s.expected_value) AS worth
FROM inspection.year_funnel CROSS JOIN salesops.funnel_stages(funnel) AS s
WHERE is_total AND s.outcome IN ('open', 'won')
ORDER BY s."position";
COMMENT ON VIEW inspection.funnel IS 'How far the deals got that began in the last four quarters: how many reached each stage (were in it or in a later one), skipped it, went on, were lost, are still there; in percent of the first stage, of those that reached it (go on), of those among them that are decided; won of the closed ones; and what a deal there brings on average (worth).';

CREATE VIEW inspection.funnel_cohorts AS
SELECT to_char(quarter, 'YYYY-"Q"Q') AS began, salesops.funnel_deals(funnel) AS deals, s.open, s.won, s.lost,
	round(100.0 * s.won / nullif(salesops.funnel_deals(funnel), 0), 1) AS percent_won, round(100.0 * s.won / nullif(s.won + s.lost, 0), 1) AS of_closed,
	salesops.funnel_skipping_deals(funnel) AS skipped_a_stage, salesops.funnel_regressed_deals(funnel) AS went_back, salesops.funnel_reopened_deals(funnel) AS reopened
FROM (SELECT quarter, salesops.merge(funnel) AS funnel FROM inspection.entry_funnel GROUP BY quarter) AS q,
	LATERAL (
		SELECT coalesce(sum(in_stage) FILTER (WHERE outcome = 'open'), 0) AS open, coalesce(sum(in_stage) FILTER (WHERE outcome = 'won'), 0) AS won,
			coalesce(sum(in_stage) FILTER (WHERE outcome = 'lost'), 0) AS lost
		FROM salesops.funnel_stages(funnel)
	) AS s
ORDER BY quarter;
COMMENT ON VIEW inspection.funnel_cohorts IS 'Deals by the quarter in which they began: in percent, won of all and of the closed ones. Young quarters have few closed deals, and those that close fast are not like the others.';

CREATE VIEW inspection.team_funnel AS
SELECT f.team, s.stage, s.reached, round(100 * s.conversion_to_next_resolved::numeric, 1) AS of_decided, round(100 * a.conversion_to_next_resolved::numeric, 1) AS all_teams,
	round(100 * (s.conversion_to_next_resolved - a.conversion_to_next_resolved)::numeric, 1) AS difference
FROM inspection.year_funnel f CROSS JOIN salesops.funnel_stages(f.funnel) AS s
	JOIN (SELECT t.* FROM inspection.year_funnel y CROSS JOIN salesops.funnel_stages(y.funnel) AS t WHERE y.is_total) AS a USING (stage)
WHERE NOT f.is_total AND s.outcome = 'open' AND s.entered > 0
ORDER BY difference, f.team, s."position";
COMMENT ON VIEW inspection.team_funnel IS 'Where each team goes on from a stage less often than all teams do, in percent of the decided deals, the largest difference first. Some differences are chance: the smaller the number that reached the stage, the more.';

-- ---- 10. duplicate accounts ----

-- Only records that share a key are compared: the normal form of the name, the web domain, the phone number, a rare
-- word of the name, or the city with the beginning of the name.  A key that more than 30 records share says nothing,
-- as with placeholders and web hosts, and would compare each with each; equal names are compared with the first of them.
CREATE VIEW inspection.account_key AS
WITH account AS (
	SELECT account_id, salesops.company_key(name) AS name_key, lower(city) AS city,
		substring(lower(website) FROM '^(?:[a-z]+://)?(?:www\.)?([^/:?# ]+\.[a-z]{2,})(?:[/:?#]|$)') AS domain,
		right(regexp_replace(phone, '\D', '', 'g'), 8) AS phone
	FROM crm.account
), key AS (
	SELECT account_id, 'name' AS kind, name_key AS key FROM account WHERE name_key IS NOT NULL
	UNION ALL SELECT account_id, 'domain', domain FROM account WHERE domain IS NOT NULL
	UNION ALL SELECT account_id, 'phone', phone FROM account WHERE length(phone) = 8 AND phone !~ '^(.)\1*$'
	UNION ALL SELECT account_id, 'word', word FROM account, LATERAL (SELECT DISTINCT word FROM regexp_split_to_table(name_key, ' ') AS w (word)) AS words WHERE length(word) > 2
	UNION ALL SELECT account_id, 'city', city || ' ' || left(name_key, 3) FROM account WHERE city <> '' AND name_key IS NOT NULL
)
SELECT account_id, kind, key, min(account_id) OVER same AS first_id
FROM (SELECT *, count(*) OVER (PARTITION BY kind, key) AS records FROM key) AS k
WHERE kind = 'name' OR records BETWEEN 2 AND 30
WINDOW same AS (PARTITION BY kind, key);

-- Two records are one company when their names are very similar, or similar and the domain or the phone is the same.
CREATE MATERIALIZED VIEW inspection.duplicate_pair AS
SELECT c.account_id, c.other_id, s.similarity, c.same_domain, c.same_phone
FROM (
	SELECT l.account_id, r.account_id AS other_id, bool_or(l.kind = 'domain') AS same_domain, bool_or(l.kind = 'phone') AS same_phone
	FROM inspection.account_key l JOIN inspection.account_key r ON r.kind = l.kind AND r.key = l.key AND l.account_id < r.account_id
	WHERE l.kind <> 'name' OR l.account_id = l.first_id
	GROUP BY l.account_id, r.account_id
) AS c
	JOIN crm.account a ON a.account_id = c.account_id
	JOIN crm.account b ON b.account_id = c.other_id,
	LATERAL (SELECT salesops.company_similarity(a.name, b.name) AS similarity) AS s
WHERE s.similarity >= CASE WHEN c.same_domain OR c.same_phone THEN 0.7 ELSE 0.9 END;

-- Groups of records that such pairs connect; a group is named by its first record.
CREATE MATERIALIZED VIEW inspection.account_cluster AS
WITH RECURSIVE edge AS (
	SELECT account_id, other_id FROM inspection.duplicate_pair
	UNION SELECT other_id, account_id FROM inspection.duplicate_pair
), reached AS (
	SELECT account_id, account_id AS member FROM edge
	UNION SELECT e.other_id, r.member FROM reached r JOIN edge e ON e.account_id = r.account_id
)
SELECT account_id, min(member) AS cluster_id FROM reached GROUP BY account_id;
ANALYZE inspection.duplicate_pair, inspection.account_cluster;

CREATE VIEW inspection.duplicates AS
SELECT c.cluster_id AS cluster, count(*) AS records, string_agg(a.name, ' | ' ORDER BY a.name) AS names, p.similarity, p.same
FROM inspection.account_cluster c JOIN crm.account a USING (account_id)
	JOIN (
		SELECT cluster_id, round(min(similarity)::numeric, 3) AS similarity,
			concat_ws(', ', CASE WHEN bool_or(same_domain) THEN 'domain' END, CASE WHEN bool_or(same_phone) THEN 'phone' END) AS same
		FROM inspection.duplicate_pair JOIN inspection.account_cluster USING (account_id) GROUP BY cluster_id
	) AS p USING (cluster_id)
GROUP BY c.cluster_id, p.similarity, p.same
ORDER BY records DESC, p.similarity DESC, cluster;
COMMENT ON VIEW inspection.duplicates IS 'Groups of account records that look like one company: the least name similarity within the group, and what else is the same.';

CREATE VIEW inspection.duplicate_rate AS
SELECT records, duplicate_groups, surplus_records, round(1000.0 * surplus_records / nullif(records, 0), 1) AS per_1000,
	CASE WHEN 1000.0 * surplus_records / nullif(records, 0) < 5 THEN 'on target' ELSE 'above target' END AS status
FROM (
	SELECT (SELECT count(*) FROM crm.account) AS records, count(DISTINCT cluster_id) AS duplicate_groups,
		count(*) - count(DISTINCT cluster_id) AS surplus_records
	FROM inspection.account_cluster
) AS counts;
COMMENT ON VIEW inspection.duplicate_rate IS 'Duplicate rate = 1000 * (records - companies) / records, where each group counts as one company. Target: below 5.';
