-- inspection_report: the weekly pipeline inspection as one page, made from the views of create_reports.
--
-- inspection_parts says what the page is made of, as rows: headings, texts, and the query of each chart and table. inspection_report puts
-- them on a page by html_table, svg_bars and svg_curves, and adds how it looks. In the queries @ is the schema. Who wants another page
-- makes it of the same parts: docs/reference/pictures.md shows one.

CREATE FUNCTION inspection_parts(schema text) RETURNS TABLE (section integer, part bigint, kind text, title text, content text, scale_max double precision)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 50 ROWS 80
BEGIN ATOMIC
	SELECT p.section, row_number() OVER (PARTITION BY p.section ORDER BY p.n, p.kind DESC), p.kind, p.title, replace(p.content, '@', quote_ident(schema)), p.scale_max
	FROM (VALUES
		-- ---- the headline: a few numbers, each a cell of a table below ----
		(1, 0, 'tiles', 'In short', $$SELECT name, value, note, status FROM (
	SELECT 1 AS n, 'Commit forecast ' || period AS name, salesops.thousands(round(commit_forecast)) AS value, coalesce('quota ' || salesops.thousands(round(quota)), 'no quota') AS note, CASE WHEN commit_forecast >= quota THEN 'met' WHEN commit_forecast < quota THEN 'missed' END AS status
	FROM @.forecast_summary WHERE is_total AND period_start = (SELECT min(period_start) FROM @.forecast_summary)
	UNION ALL
	SELECT 2, 'Chance of the quota ' || period, round(100 * chance_of_quota::numeric, 1) || ' %', 'four in five: ' || salesops.thousands(round(outlook_low::numeric)) || ' to ' || salesops.thousands(round(outlook_high::numeric)), NULL
	FROM @.forecast_summary WHERE is_total AND period_start = (SELECT min(period_start) FROM @.forecast_summary)
	UNION ALL
	SELECT 3, 'Coverage ' || period, CASE WHEN status IN ('met', 'no_quota', 'unknown') THEN replace(status, '_', ' ') ELSE round(coverage::numeric, 2) || ' x' END, 'required ' || round(required_coverage::numeric, 2) || ' x', status
	FROM @.coverage WHERE is_total AND period_start = (SELECT max(period_start) FROM @.coverage)
	UNION ALL
	SELECT 4, 'Win rate', round(100 * win_rate::numeric, 1) || ' %', '95 %: ' || round(100 * win_rate_low::numeric, 1) || ' to ' || round(100 * win_rate_high::numeric, 1) || ' %', NULL FROM @.win_rates WHERE is_total
	UNION ALL
	SELECT 5, 'Category integrity', round(100 * integrity::numeric, 1) || ' %', 'target 95 %', CASE WHEN integrity >= 0.95 THEN 'met' WHEN integrity < 0.95 THEN 'missed' END FROM @.integrity WHERE is_total
	UNION ALL
	SELECT 6, 'Aged deals', salesops.thousands(count(*) FILTER (WHERE is_aged)), 'of ' || salesops.thousands(count(*)) || ' open', NULL FROM @.pipeline_inspection HAVING count(*) > 0
	UNION ALL
	SELECT 7, 'Open deals in order', round(100 * in_order::numeric, 1) || ' %', 'target 90 %', CASE WHEN in_order >= 0.9 THEN 'met' WHEN in_order < 0.9 THEN 'missed' END FROM @.hygiene WHERE is_total
	UNION ALL
	SELECT 8, 'Duplicate ' || kind || 's', round(per_1000::numeric, 1)::text, 'per 1,000; target below 5', CASE WHEN per_1000 < 5 THEN 'met' WHEN per_1000 >= 5 THEN 'missed' END FROM @.duplicate_rates WHERE records > 0
) AS t ORDER BY n, name$$, NULL::double precision),
		(2, 0, 'if', 'Read with care', $$What in the data makes the numbers below less than they seem.$$, NULL),
		(3, 0, 'table', 'Checks that found something', $$SELECT checked, found, of_records AS of, remedy FROM @.data_quality WHERE found > 0 ORDER BY position$$, NULL),
		(4, 0, 'view', 'data_quality', NULL, NULL),
		(4, 0, 'rows', 'data_quality', $$SELECT 'found', jsonb_build_object('position', position) FROM @.data_quality WHERE found > 0 ORDER BY position LIMIT 1$$, NULL),

		(10, 1, 'section', 'Pipeline by forecast category', $$What is closed and what is still open, by close date, against quota. The commit forecast is commit + closed; the best-case forecast adds best case and most likely; the open pipeline is pipeline, best case, most likely and commit. Categories are the owners', except that won and lost deals count as what they are, and an open deal marked closed as what its stage says; section 7 says how far the rest can be trusted. Deals without a category stand apart.$$, NULL),
		(11, 1, 'bars', 'closed and open, by category; at the right the commit forecast', $$SELECT period AS figure, team AS label, salesops.thousands(round(commit_forecast)) AS text, closed, commit, most_likely, best_case, pipeline, quota AS "mark: quota"
FROM @.forecast_summary WHERE NOT is_total ORDER BY period_start, team$$, NULL),
		(12, 1, 'table', 'Single and cumulative totals by team', $$SELECT period AS "group", team, is_total, round(quota) AS quota, round(closed) AS closed, round(commit) AS commit, round(most_likely) AS most_likely, round(best_case) AS best_case, round(pipeline) AS pipeline,
	round(commit_forecast) AS commit_forecast, round(best_case_forecast) AS best_case_forecast, round(open_pipeline) AS open_pipeline, no_category_deals AS without_category, round(no_category_amount) AS their_amount
FROM @.forecast_summary ORDER BY period_start, is_total DESC, team$$, NULL),
		(13, 1, 'view', 'forecast_summary', NULL, NULL),
		(14, 1, 'rows', 'forecast_summary', $$SELECT 'commit', jsonb_build_object('period', period, 'team', team) FROM @.forecast_summary WHERE is_total ORDER BY period_start LIMIT 1$$, NULL),

		(20, 2, 'section', 'What moved in the last week', $$From the open pipeline of a week ago to that of today, by the period of the close date. Every deal that moved is in a bar, and start and all bars are the end, to the cent. A deal that changed its amount and then left counts in both; won is what was booked.$$, NULL),
		(21, 2, 'bars', 'from the open pipeline of a week ago to that of today', $$SELECT period AS figure, replace(movement, '_', ' ') AS label, salesops.thousands(round(amount)) AS text, CASE WHEN movement NOT IN ('start', 'end') THEN level_from ELSE 0 END AS start,
	CASE WHEN movement IN ('start', 'end') THEN amount END AS open, CASE WHEN movement NOT IN ('start', 'end', 'won') AND amount > 0 THEN level_to - level_from END AS "in", CASE WHEN movement = 'won' THEN level_to - level_from END AS won, CASE WHEN movement NOT IN ('start', 'end', 'won') AND amount < 0 THEN level_to - level_from END AS "out"
FROM @.movement WHERE is_total AND (deals > 0 OR movement IN ('start', 'end')) ORDER BY period_start, bar$$, NULL),
		(22, 2, 'table', 'By movement: what left is negative', $$SELECT period AS "group", replace(movement, '_', ' ') AS movement, movement IN ('start', 'end') AS is_total, deals, round(amount) AS amount FROM @.movement WHERE is_total AND (deals > 0 OR movement IN ('start', 'end')) ORDER BY period_start, bar$$, NULL),
		(23, 2, 'table', 'By team: what left is negative; a deal that went to another team is transferred, and cancels in the total', $$SELECT period AS "group", team, is_total, round(sum(amount) FILTER (WHERE m = 'start')) AS start, round(sum(amount) FILTER (WHERE m = 'new')) AS new, round(sum(amount) FILTER (WHERE m = 'reopened')) AS reopened,
	round(sum(amount) FILTER (WHERE m IN ('increased', 'decreased'))) AS resized, round(sum(amount) FILTER (WHERE m IN ('pulled in', 'pushed in'))) AS moved_in, round(sum(amount) FILTER (WHERE m IN ('pulled out', 'pushed out'))) AS moved_out,
	round(sum(amount) FILTER (WHERE m IN ('transferred in', 'transferred out'))) AS transferred, round(sum(amount) FILTER (WHERE m = 'won')) AS won, round(sum(amount) FILTER (WHERE m = 'lost')) AS lost,
	round(sum(amount) FILTER (WHERE m IN ('omitted', 'deleted', 'unknown in', 'unknown out'))) AS other, round(sum(amount) FILTER (WHERE m = 'end')) AS "end"
FROM (SELECT *, replace(movement, '_', ' ') AS m FROM @.movement) AS w GROUP BY period_start, period, is_total, team ORDER BY period_start, is_total DESC, team$$, NULL),
		(24, 2, 'list', 'The largest movements of this period', $$SELECT deal, name, team, replace(movement, '_', ' ') AS movement, round(amount) AS amount, round(amount_before) AS before, round(amount_after) AS after, close_before, close_after
FROM @.moved_deals WHERE period = (SELECT period FROM @.forecast_summary ORDER BY period_start LIMIT 1) ORDER BY abs(amount) DESC, deal, movement$$, NULL),
		(25, 2, 'view', 'movement', NULL, NULL),
		(26, 2, 'view', 'moved_deals', NULL, NULL),
		(27, 2, 'rows', 'movement', $$SELECT 'amount', jsonb_build_object('period', period, 'team', team, 'movement', movement) FROM @.movement WHERE is_total AND deals > 0 AND movement NOT IN ('start', 'end') ORDER BY period_start, abs(amount) DESC LIMIT 1$$, NULL),

		(30, 3, 'section', 'The odds of making the number', $$What is won and what is open give not one number but a distribution: the line goes from the amount that one case in ten falls below to the one that one case in ten exceeds, the dot is the middle, the mark the quota. Each open deal comes in with what came of the deals of its stage when past quarters had as many days left, and deals of a quarter are taken to depend on each other, which makes the band wider than independent deals would. The rates are those of all teams together, and only the deals that are there today are counted.$$, NULL),
		(31, 3, 'bars', 'what it will bring, by team; at the right the chance of the quota', $$SELECT period AS figure, team AS label, round(100 * chance_of_quota::numeric, 1) || ' %' AS text, outlook_low AS low, outlook_high AS "high: four in five cases", outlook_middle AS "dot: the middle", quota AS "mark: quota"
FROM @.forecast_summary WHERE NOT is_total ORDER BY period_start, team$$, NULL),
		(32, 3, 'curves', 'how likely at least so much is, all teams; the mark is the quota', $$SELECT h.period AS figure, 'at least so much' AS curve, h.amount_from AS x, h.chance_of_at_least AS share, f.quota AS mark
FROM @.outlook_histogram AS h JOIN @.forecast_summary AS f ON f.period = h.period AND f.is_total ORDER BY f.period_start, h.bin$$, NULL),
		(33, 3, 'table', 'Outlook by team', $$SELECT f.period AS "group", f.team, f.is_total, round(f.quota) AS quota, round(c.booked) AS booked, round(f.outlook_low::numeric) AS low, round(f.outlook_middle::numeric) AS middle, round(f.outlook_high::numeric) AS high,
	f.chance_of_quota AS "chance of quota %", f.chance_if_independent AS "if deals were independent %", f.chance_by_crm AS "by the CRM's probabilities %"
FROM @.forecast_summary AS f LEFT JOIN @.coverage AS c USING (period, team) ORDER BY f.period_start, f.is_total DESC, f.team$$, NULL),
		(34, 3, 'table', 'What the CRM says of a stage, and what came of the deals that were in it when past quarters had as many days left', $$SELECT period || ', ' || days_left || CASE days_left WHEN 1 THEN ' day left' ELSE ' days left' END AS "group", stage, crm_probability AS "CRM %", decided_deals AS deals, won_deals AS won, measured AS "measured %", used AS "used %"
FROM @.stage_rates ORDER BY period, stage_position$$, NULL),
		(35, 3, 'table', 'Past quarters with as many days left: what they won, and what of it came from deals that were not there yet', $$SELECT period, days_left, round(won) AS won_in_past_quarters, round(won_of_these) AS by_deals_there_then, share_later AS "from later deals %" FROM @.later_deals ORDER BY period$$, NULL),
		(35, 3, 'more', 'The curves as a table', $$SELECT period AS "group", round(amount_from::numeric) AS amount_from, round(amount_to::numeric) AS amount_to, probability AS "probability %", chance_of_at_least AS "at least amount_from %" FROM @.outlook_histogram ORDER BY period, bin$$, NULL),
		(36, 3, 'view', 'forecast_summary', NULL, NULL),
		(37, 3, 'view', 'stage_rates', NULL, NULL),
		(38, 3, 'rows', 'forecast_summary', $$SELECT 'outlook_middle', jsonb_build_object('period', period, 'team', team) FROM @.forecast_summary WHERE is_total ORDER BY period_start LIMIT 1$$, NULL),

		(40, 4, 'section', 'How good past calls were', $$Thirty days before each quarter ended: the commit forecast (dot) and the band in which four of five quarters should end (line), as the deals stood on that day; the mark is what was won of these deals. What later deals added is in the table: won.$$, NULL),
		(41, 4, 'bars', 'Calls and outcomes; at the right what was won of these deals', $$SELECT period AS label, salesops.thousands(round(won_of_these)) AS text, band_low AS low, band_high AS "high: four in five quarters", commit_forecast AS "dot: commit forecast", won_of_these AS "mark: won of these deals" FROM @.forecast_calls ORDER BY period$$, NULL),
		(42, 4, 'table', 'By quarter', $$SELECT period, round(won) AS won, round(commit_forecast) AS commit_forecast, round(best_case_forecast) AS best_case_forecast, commit_error AS "error of commit %", commit_accuracy AS "accuracy of commit %",
	round(band_low::numeric) AS low, round(band_high::numeric) AS high, round(won_of_these) AS won_of_these, inside_band FROM @.forecast_calls ORDER BY period$$, NULL),
		(43, 4, 'table', 'All quarters: accuracy is 1 - the errors by amount; bias is above zero where calls were too high', $$SELECT quarters, accuracy AS "accuracy %", bias AS "bias %", mape AS "mean error %", inside, inside_share AS "inside %" FROM @.call_accuracy WHERE quarters > 0$$, NULL),
		(44, 4, 'view', 'forecast_calls', NULL, NULL),
		(45, 4, 'rows', 'forecast_calls', $$SELECT 'won_of_these', jsonb_build_object('period', period) FROM @.forecast_calls ORDER BY period DESC LIMIT 1$$, NULL),

		(50, 5, 'section', 'Coverage', $$Is the open pipeline enough for what is left of the quota? Coverage is open / (quota - booked); what is required follows from the win rate by amount of the last year. Coverage does not know how many days are left; section 3 does.$$, NULL),
		(51, 5, 'bars', 'coverage; the mark is what the win rate requires; bars end at 8 x', $$SELECT period AS figure, team AS label, CASE WHEN coverage IS NULL THEN replace(status, '_', ' ') ELSE round(coverage::numeric, 2) || ' x' END AS text, CASE WHEN status = 'covered' THEN coverage END AS covered, CASE WHEN status <> 'covered' THEN coverage END AS short, required_coverage AS "mark: required"
FROM @.coverage ORDER BY period_start, is_total DESC, team$$, 8),
		(52, 5, 'table', 'Coverage by team; expected is open x win rate by amount', $$SELECT period AS "group", team, is_total, round(quota) AS quota, round(booked) AS booked, round(open_amount) AS open, win_rate_amount AS "win rate by amount %", round(coverage::numeric, 2) AS coverage, round(required_coverage::numeric, 2) AS required, status, round(expected::numeric) AS expected
FROM @.coverage ORDER BY period_start, is_total DESC, team$$, NULL),
		(53, 5, 'view', 'coverage', NULL, NULL),
		(54, 5, 'rows', 'coverage', $$SELECT 'open_amount', jsonb_build_object('period', period, 'team', team) FROM @.coverage WHERE is_total ORDER BY period_start DESC LIMIT 1$$, NULL),

		(60, 6, 'section', 'Win rates', $$Of the deals decided in the last year, how many were won; the line is the Wilson 95 % interval. Teams whose intervals overlap widely do not differ for certain.$$, NULL),
		(61, 6, 'bars', 'Win rate by count, 0 to 100 %', $$SELECT team AS label, round(100 * win_rate::numeric, 1) || ' %' AS text, win_rate_low AS low, win_rate_high AS "high: 95 % interval", win_rate AS "dot: win rate %" FROM @.win_rates ORDER BY is_total DESC, team$$, 1),
		(62, 6, 'table', 'Rates of the last year; deal size and cycle in days are of won deals', $$SELECT team, is_total, won_deals AS won, lost_deals AS lost, win_rate AS "win rate %", win_rate_low AS "low %", win_rate_high AS "high %", win_rate_amount AS "by amount %", win_rate_created AS "of created %", round(avg_deal_size) AS deal_size, round(avg_cycle_days::numeric, 1) AS mean_cycle, round(median_cycle_days::numeric, 1) AS median_cycle, missing_amounts AS without_amount
FROM @.win_rates ORDER BY is_total DESC, team$$, NULL),
		(63, 6, 'view', 'win_rates', NULL, NULL),
		(64, 6, 'rows', 'win_rates', $$SELECT 'won_deals', jsonb_build_object('team', team) FROM @.win_rates WHERE is_total$$, NULL),

		(70, 7, 'section', 'Forecast-category integrity', $$A deal's forecast category must be one that the sales process allows for its stage. Below: how each team does, what is wrong, whose deals, and the largest open ones.$$, NULL),
		(71, 7, 'bars', 'Share of the deals whose category is right, 0 to 100 %; the mark is the target of 95 %', $$SELECT team AS label, round(100 * integrity::numeric, 1) || ' %' AS text, CASE WHEN integrity >= 0.95 THEN integrity END AS "on target %", CASE WHEN integrity < 0.95 THEN integrity END AS "below target %", 0.95 AS "mark: target %" FROM @.integrity ORDER BY is_total DESC, team$$, 1),
		(72, 7, 'bars', 'Deals by what is wrong', $$SELECT replace(reason, '_', ' ') AS label, salesops.thousands(deals) AS text, deals FROM @.integrity_reasons ORDER BY deals DESC, reason$$, NULL),
		(73, 7, 'table', 'By team', $$SELECT team, is_total, deals, wrong, integrity AS "integrity %", CASE WHEN integrity >= 0.95 THEN 'on target' WHEN integrity < 0.95 THEN 'below target' END AS status FROM @.integrity ORDER BY is_total DESC, team$$, NULL),
		(74, 7, 'table', 'By reason', $$SELECT replace(reason, '_', ' ') AS reason, deals, round(amount) AS amount FROM @.integrity_reasons ORDER BY deals DESC, reason$$, NULL),
		(74, 7, 'list', 'Owners with the most wrong categories', $$SELECT owner, team, deals, wrong, integrity AS "integrity %", replace(reasons, '_', ' ') AS reasons FROM @.integrity_owners ORDER BY wrong DESC, integrity, owner$$, NULL),
		(75, 7, 'list', 'The largest open deals with a wrong category', $$SELECT opportunity_id AS deal, owner, stage, forecast_category AS category, replace(category_issue, '_', ' ') AS reason, round(amount) AS amount FROM @.pipeline_inspection WHERE category_issue IS NOT NULL ORDER BY amount DESC NULLS LAST, opportunity_id$$, NULL),
		(76, 7, 'view', 'integrity', NULL, NULL),
		(77, 7, 'rows', 'integrity', $$SELECT 'wrong', jsonb_build_object('team', team) FROM @.integrity WHERE is_total$$, NULL),

		(80, 8, 'section', 'Aged deals', $$Open deals that have been in their stage for longer than the process allows (aged), and those that are there for longer than nine in ten ever stay (stalled). Where a deal has no recorded change its age is not known; it is not the age of its record. How long deals stay is Kaplan and Meier's estimate, for which those that are still there count: the median over those that left is too short.$$, NULL),
		(81, 8, 'bars', 'Open deals by stage', $$SELECT stage AS label, aged_deals || ' of ' || open_deals || ' aged' AS text, aged_deals AS aged, open_deals - aged_deals AS not_aged FROM @.stage_aging WHERE is_total ORDER BY stage_position$$, NULL),
		(82, 8, 'bars', 'How many days deals stay: from when half have left to when nine in ten have; the mark is the limit', $$SELECT stage AS label, round(half_leave_within::numeric, 1) || ' to ' || round(nine_in_ten_leave_within::numeric, 1) || ' days' AS text, half_leave_within AS low, nine_in_ten_leave_within AS "high: half to nine in ten left", half_leave_within AS "dot: half left", max_days AS "mark: limit" FROM @.stage_aging WHERE is_total ORDER BY stage_position$$, NULL),
		(83, 8, 'curves', 'How many are still in the stage after so many days', $$SELECT v.stage AS curve, v.days AS x, v.share_left AS share, 'half within ' || round(n.half_leave_within::numeric, 1) || ' days' AS note FROM @.stage_survival AS v JOIN @.stage_stays AS n USING (stage) ORDER BY v.stage_position, v.days$$, NULL),
		(84, 8, 'table', 'By stage, in days', $$SELECT stage, max_days, open_deals AS open, round(open_amount) AS open_amount, aged_deals AS aged, round(aged_amount) AS aged_amount, stalled_deals AS stalled, age_unknown_deals AS age_unknown, round(median_days::numeric, 1) AS median_age
FROM @.stage_aging WHERE is_total ORDER BY stage_position$$, NULL),
		(85, 8, 'table', 'How long deals stay, those that are still there included, in days', $$SELECT stage, stays, still_there, round(half_leave_within::numeric, 1) AS half_leave_within, round(half_low::numeric, 1) AS "95 %: low", round(half_high::numeric, 1) AS high, round(nine_in_ten_leave_within::numeric, 1) AS nine_in_ten_within, lost_in_30_days AS "lost in 30 days %"
FROM @.stage_stays ORDER BY stage_position$$, NULL),
		(86, 8, 'list', 'The largest aged deals', $$SELECT opportunity_id AS deal, owner, stage, round(days_in_stage::numeric, 1) AS days, max_days, age_status, round(amount) AS amount, close_date FROM @.pipeline_inspection WHERE is_aged ORDER BY amount DESC NULLS LAST, opportunity_id$$, NULL),
		(87, 8, 'list', 'The largest stalled deals: in their stage for longer than nine in ten ever stay', $$SELECT opportunity_id AS deal, owner, stage, round(days_in_stage::numeric, 1) AS days, round(n.half_leave_within::numeric, 1) AS half_leave_within, round(n.nine_in_ten_leave_within::numeric, 1) AS nine_in_ten_within, round(amount) AS amount, close_date
FROM @.pipeline_inspection AS p LEFT JOIN @.stage_aging AS n USING (stage) WHERE age_status = 'stalled' AND n.is_total IS NOT false ORDER BY amount DESC NULLS LAST, opportunity_id$$, NULL),
		(88, 8, 'view', 'stage_aging', NULL, NULL),
		(89, 8, 'rows', 'stage_aging', $$SELECT 'aged_deals', jsonb_build_object('stage', stage, 'team', team) FROM @.stage_aging WHERE is_total ORDER BY aged_deals DESC, stage_position LIMIT 1$$, NULL),

		(90, 9, 'section', 'The funnel', $$How far the deals got that began in the four quarters before this one. A deal reached a stage when it was in it or in a later one, so that the numbers never rise; in the table, reached is entered + skipped + began later, and advanced + lost + still open. The percentage that goes on is of all that reached the stage, and beside it of those that are decided: of the young deals many are still on their way, and those that closed already are mostly lost, so compare quarters of the same age. The picture leaves out stages that fewer than half of these deals ever were in.$$, NULL),
		(91, 9, 'bars', 'What became of the deals that reached each stage', $$SELECT stage AS label, salesops.thousands(reached) || coalesce(', ' || round(100 * conversion_to_next::numeric, 1) || ' % go on', '') AS text, CASE WHEN outcome = 'open' THEN advanced END AS went_on, CASE WHEN outcome = 'open' THEN still_open END AS still_there, CASE WHEN outcome = 'open' THEN lost END AS lost, CASE WHEN outcome = 'won' THEN reached END AS won
FROM @.funnel WHERE is_total AND cohort = 'Last four quarters' AND outcome IN ('open', 'won') AND reached > 0 AND entered * 2 >= reached ORDER BY stage_position$$, NULL),
		(92, 9, 'bars', 'Deals by the quarter in which they began', $$SELECT cohort AS label, salesops.thousands(deals) || coalesce(', ' || round(100 * share_won::numeric, 1) || ' % won', '') AS text, won_deals AS "closed won", open_deals AS still_open, lost_deals AS lost FROM @.funnel_cohorts WHERE is_total AND cohort <> 'Last four quarters' ORDER BY cohort_start$$, NULL),
		(93, 9, 'table', 'By stage; worth is what a deal that reached it brings on average', $$SELECT stage, reached, entered, skipped, began_later, advanced, lost, still_open, went_back, conversion_from_first AS "of first %", conversion_to_next AS "go on %", conversion_of_decided AS "of decided %", win_rate AS "win rate %", round(expected_value::numeric) AS worth
FROM @.funnel WHERE is_total AND cohort = 'Last four quarters' AND outcome IN ('open', 'won') ORDER BY stage_position$$, NULL),
		(94, 9, 'table', 'By the quarter in which deals began', $$SELECT cohort AS began, deals, open_deals AS open, won_deals AS won, lost_deals AS lost, share_won AS "won %", share_of_closed AS "of closed %", skipped_a_stage, went_back, reopened FROM @.funnel_cohorts WHERE is_total AND cohort <> 'Last four quarters' ORDER BY cohort_start$$, NULL),
		(95, 9, 'list', 'Where a team goes on less often than all teams, of the decided deals', $$SELECT f.team, f.stage, f.reached, f.conversion_of_decided AS "of decided %", a.conversion_of_decided AS "all teams %", round(100 * (f.conversion_of_decided - a.conversion_of_decided)::numeric, 1) AS difference_in_points
FROM @.funnel AS f JOIN @.funnel AS a ON a.cohort = f.cohort AND a.stage = f.stage AND a.is_total WHERE NOT f.is_total AND f.cohort = 'Last four quarters' AND f.outcome = 'open' AND f.entered > 0 AND f.conversion_of_decided < a.conversion_of_decided
ORDER BY f.conversion_of_decided - a.conversion_of_decided, f.team, f.stage_position$$, NULL),
		(96, 9, 'view', 'funnel', NULL, NULL),
		(97, 9, 'rows', 'funnel', $$SELECT 'lost', jsonb_build_object('cohort', cohort, 'team', team, 'stage', stage) FROM @.funnel WHERE is_total AND cohort = 'Last four quarters' AND outcome = 'open' ORDER BY lost DESC, stage_position LIMIT 1$$, NULL),

		(100, 10, 'section', 'Duplicates', $$Records that are one, as far as their names, addresses, numbers and domains say. What agreement on each of them is worth is learned from these records, without labels: more where few records have the value in common, nothing where it is missing. The numbers are bits of evidence: ten of them are odds of a thousand to one. The rate is the number of surplus records per 1,000.$$, NULL),
		(101, 10, 'table', 'Duplicate rate', $$SELECT kind, records, duplicate_groups, surplus_records, round(per_1000::numeric, 1) AS per_1000, CASE WHEN per_1000 < 5 THEN 'on target' WHEN per_1000 >= 5 THEN 'above target' END AS status FROM @.duplicate_rates ORDER BY kind$$, NULL),
		(102, 10, 'list', 'Groups of records: how probable it is of the record that is least like the first, and why', $$SELECT kind, records, round(probability::numeric, 3) AS probability, names, why FROM (
	SELECT kind, cluster, records_in_group AS records, string_agg(name, ' | ') OVER (PARTITION BY kind, cluster ORDER BY is_first DESC, record ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS names, probability, why, row_number() OVER (PARTITION BY kind, cluster ORDER BY is_first, probability, record) AS n FROM @.duplicates
) AS g WHERE n = 1 ORDER BY kind, records DESC, probability DESC, names$$, NULL),
		(103, 10, 'list', 'To be looked at: rather one than not, and in no group together', $$SELECT kind, record_a, record_b, round(probability::numeric, 3) AS probability, why FROM @.doubtful_duplicates ORDER BY probability DESC, kind, record_a, record_b$$, NULL),
		(104, 10, 'view', 'duplicate_rates', NULL, NULL),
		(105, 10, 'view', 'duplicates', NULL, NULL),
		(106, 10, 'rows', 'duplicate_rates', $$SELECT 'surplus_records', jsonb_build_object('kind', kind) FROM @.duplicate_rates ORDER BY surplus_records DESC, kind LIMIT 1$$, NULL),

		(110, 11, 'section', 'Hygiene', $$What is wrong with the open deals, by a policy: the fields that must be filled, no close date in the past, an activity of late, not too many pushes, a category and a probability that the stage allows. Below: the share of deals that have nothing wrong, what is wrong most often, and the deals with the most issues.$$, NULL),
		(111, 11, 'bars', 'Open deals in order, 0 to 100 %; the mark is the target of 90 %', $$SELECT team AS label, round(100 * in_order::numeric, 1) || ' %' AS text, CASE WHEN in_order >= 0.9 THEN in_order END AS "on target %", CASE WHEN in_order < 0.9 THEN in_order END AS "below target %", 0.9 AS "mark: target %" FROM @.hygiene WHERE open_deals > 0 ORDER BY is_total DESC, team$$, 1),
		(112, 11, 'bars', 'Open deals by what is wrong', $$SELECT replace(issue, '_', ' ') AS label, salesops.thousands(deals) AS text, deals FROM @.hygiene_breakdown ORDER BY deals DESC, issue$$, NULL),
		(113, 11, 'table', 'By team', $$SELECT team, is_total, open_deals, with_issues, in_order AS "in order %", CASE WHEN in_order >= 0.9 THEN 'on target' WHEN in_order < 0.9 THEN 'below target' END AS status FROM @.hygiene WHERE open_deals > 0 ORDER BY is_total DESC, team$$, NULL),
		(114, 11, 'table', 'What is wrong, most frequent first; the amount is of the deals that have the issue', $$SELECT replace(issue, '_', ' ') AS issue, deals, share AS "of open deals %", cumulative_share AS "of all issues, down to here %", round(amount) AS amount, severity, sees_to_it FROM @.hygiene_breakdown ORDER BY deals DESC, issue$$, NULL),
		(115, 11, 'list', 'The deals with the most issues', $$SELECT opportunity_id AS deal, owner, stage, issue_count AS number, replace(replace(issues, '_', ' '), ',', ', ') AS issues, round(amount) AS amount FROM @.pipeline_inspection WHERE issue_count > 0 ORDER BY issue_count DESC, amount DESC NULLS LAST, opportunity_id$$, NULL),
		(116, 11, 'view', 'hygiene_exceptions', NULL, NULL),
		(117, 11, 'view', 'pipeline_inspection', NULL, NULL),
		(118, 11, 'rows', 'hygiene_breakdown', $$SELECT 'deals', jsonb_build_object('issue', issue) FROM @.hygiene_breakdown ORDER BY deals DESC, issue LIMIT 1$$, NULL),

		(120, 12, 'section', 'Scorecard of sales operations', $$The numbers that the team answers for, each with its definition, its target and the query in a registry; near is close to the target. Where the tables say nothing of a metric it is unknown. The line shows the last value of each of the last twelve weeks, as far as it is known.$$, NULL),
		(121, 12, 'table', 'Value, target and trend; counted and out of: what the value is made of', $$SELECT replace(metric, '_', ' ') AS metric, round(CASE unit WHEN 'share' THEN 100 * value ELSE value END, 1) AS value, CASE unit WHEN 'share' THEN '%' ELSE unit END AS unit, CASE direction WHEN 'lower' THEN 'at most ' ELSE 'at least ' END || trim_scale(CASE unit WHEN 'share' THEN 100 * target ELSE target END) AS target,
	status, trend, sparkline AS weeks, round(numerator) AS counted, round(denominator) AS out_of
FROM @.scorecard ORDER BY position$$, NULL),
		(122, 12, 'more', 'What each is', $$SELECT replace(metric, '_', ' ') AS metric, definition FROM @.scorecard ORDER BY position$$, NULL),
		(123, 12, 'view', 'scorecard', NULL, NULL)
	) AS p (n, section, kind, title, content, scale_max) ORDER BY p.section, p.n, p.kind DESC;
END;
COMMENT ON FUNCTION inspection_parts(text) IS $$What the page of inspection_report is made of: sections, and the query of each chart and table.
schema: of the reports. section: 0 for what stands before the first. kind: section (content is its text), if (the same, left out where its tables are empty), tiles (numbers in short), bars and curves (charts by svg_bars and svg_curves), table, list and more (by html_table; of a list the first rows, and more is folded away), view (whose definition is shown; title is its name), rows (a query for the column and the key of a number whose rows are shown how to list; title is the report). content: a text, or a query that names the schema. No rows for NULL.
Example: (SELECT max(section) FROM salesops.inspection_parts('reports')) ==> 12$$;

CREATE FUNCTION inspection_report(schema text, title text DEFAULT 'Weekly pipeline inspection', max_rows integer DEFAULT 15) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C' SET timezone = 'UTC' SET jit = off
AS $function$
DECLARE
	style CONSTANT text := $css$:root { color-scheme: light dark; --ink: #1b2430; --soft: #556070; --line: #d9dfe6; --page: #ffffff; --panel: #f5f7f9; --track: #eef1f4; --edge: #4f6b87; --link: #1b5e9b;
	--closed: #164f83; --commit: #3578b5; --likely: #72aad8; --best: #abcde9; --rest: #dce8f3; --good: #1a6b43; --bad: #ad2f28; --mark: #a85400;
	--c1: #164f83; --c2: #ad2f28; --c3: #1a6b43; --c4: #8a5a00; --c5: #6b4fa0; --c6: #0b6f79; --c7: #a2336f; --c8: #556070; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #a9b4c2; --line: #343d49; --page: #12161c; --panel: #1b212a; --track: #1f2630; --edge: #8fb0d0; --link: #8cc4f5;
	--closed: #8cc4f5; --commit: #5a9fdc; --likely: #3f78ac; --best: #2e5779; --rest: #26394c; --good: #58c08d; --bad: #f0837b; --mark: #f0a95a;
	--c1: #8cc4f5; --c2: #f0837b; --c3: #58c08d; --c4: #e0b04f; --c5: #b9a3ec; --c6: #55c4cf; --c7: #ec8cbf; --c8: #a9b4c2; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
header, nav, main, footer { max-width: 1200px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; }
h1 { font-size: 28px; line-height: 1.2; letter-spacing: -.01em; margin: 0 0 4px; }
h2 { font-size: 20px; line-height: 1.3; margin: 0 0 6px; }
main > h2 { font-size: 13px; margin: 26px 0 8px; }
h3 { font-size: 14px; margin: 18px 0 2px; }
p { margin: 4px 0 14px; max-width: 78ch; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.soft, figcaption, caption, footer { color: var(--soft); font-size: 13px; }
.skip { position: absolute; left: -999px; padding: 8px 14px; background: var(--page); }
.skip:focus { left: 8px; top: 8px; z-index: 1; }
nav ol { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 18px 0 0; padding: 12px 0 0; border-top: 1px solid var(--line); font-size: 13px; list-style: none; }
section { margin-top: 44px; padding-top: 20px; border-top: 2px solid var(--line); }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 12px; margin: 0; padding: 0; list-style: none; }
.tiles li { background: var(--panel); border-radius: 8px; padding: 12px 14px; border-left: 4px solid var(--line); font-size: 13px; }
.tiles b { display: block; font-size: 23px; line-height: 1.35; font-weight: 650; font-variant-numeric: tabular-nums; }
.tiles .is-met, .tiles .is-covered { border-left-color: var(--good); } .tiles .is-missed, .tiles .is-short { border-left-color: var(--bad); }
.tiles .is-met b, .tiles .is-covered b { color: var(--good); } .tiles .is-missed b, .tiles .is-short b { color: var(--bad); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 20px 40px; margin: 14px 0 6px; }
figure { margin: 0; max-width: 720px; min-width: 0; }
figcaption { margin-bottom: 6px; font-weight: 600; }
svg { display: block; overflow: visible; }
.label { font-size: 13px; fill: var(--ink); } .value { font-size: 12.5px; fill: var(--soft); text-anchor: end; font-variant-numeric: tabular-nums; } .at-start { text-anchor: start; } .at-middle { text-anchor: middle; }
.track { fill: var(--track); } .bar { stroke: var(--edge); stroke-width: .75; } .range { stroke: var(--ink); stroke-width: 2.5; } .dot { fill: var(--c1); stroke: var(--page); stroke-width: 1.5; } .mark { stroke: var(--mark); stroke-width: 3; }
.grid { stroke: var(--line); } .curve { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; }
.bar1 { --fill: var(--closed); } .bar2 { --fill: var(--commit); } .bar3 { --fill: var(--likely); } .bar4 { --fill: var(--best); } .bar5 { --fill: var(--rest); } .bar6 { --fill: var(--c5); } .bar7 { --fill: var(--c6); } .bar8 { --fill: var(--c7); }
.s-in, .s-covered, .s-on-target-, .bar4.s-won { --fill: var(--good); } .s-out, .s-short, .s-below-target-, .s-aged, .s-lost { --fill: var(--bad); } .s-not-aged, .s-still-there, .s-still-open { --fill: var(--rest); } .s-went-on, .s-won, .s-deals { --fill: var(--commit); }
.bar { fill: var(--fill); }
.curve1 { --stroke: var(--c1); } .curve2 { --stroke: var(--c2); } .curve3 { --stroke: var(--c3); } .curve4 { --stroke: var(--c4); } .curve5 { --stroke: var(--c5); } .curve6 { --stroke: var(--c6); } .curve7 { --stroke: var(--c7); } .curve8 { --stroke: var(--c8); }
.curve { stroke: var(--stroke); } .curve2, .curve6 { stroke-dasharray: 7 3; } .curve3, .curve7 { stroke-dasharray: 2 3; } .curve4, .curve8 { stroke-dasharray: 10 3 2 3; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 8px 0 0; padding: 0; list-style: none; font-size: 12.5px; color: var(--soft); }
.legend i { display: inline-block; width: 11px; height: 11px; margin-right: 6px; border-radius: 2px; background: var(--fill, var(--stroke)); border: 1px solid var(--edge); vertical-align: -1px; }
.legend [class^="curve"] { height: 0; border: 0; border-top: 3px solid var(--stroke); border-radius: 0; vertical-align: 4px; width: 20px; } .legend .curve2, .legend .curve4, .legend .curve6, .legend .curve8 { border-top-style: dashed; } .legend .curve3, .legend .curve7 { border-top-style: dotted; }
.legend .is-mark { width: 3px; height: 13px; border: 0; background: var(--mark); } .legend .is-dot { border-radius: 50%; background: var(--c1); } .legend .is-high { height: 2.5px; width: 16px; border: 0; background: var(--ink); vertical-align: 4px; }
.scroll { overflow-x: auto; margin: 16px 0 20px; }
table { border-collapse: collapse; min-width: min(100%, 520px); font-size: 13px; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0 0 6px; font-weight: 600; } caption b { font-weight: 400; }
th, td { padding: 5px 15px 5px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 400; } thead th { font-weight: 600; vertical-align: bottom; border-bottom: 2px solid var(--line); }
.number, td.none { text-align: right; white-space: nowrap; } thead .number { white-space: normal; } .none { color: var(--soft); }
th:last-child, td:last-child { padding-right: 4px; } th:first-child { padding-left: 4px; }
tbody th[scope=row] { min-width: 9.5em; }
.total .status { font-weight: 400; } .total > * { font-weight: 650; background: var(--panel); } .group th { font-weight: 650; padding-top: 14px; border-bottom-width: 2px; }
.status { display: inline-block; padding: 0 9px; border-radius: 10px; border: 1px solid currentColor; font-size: 12px; white-space: nowrap; color: var(--soft); }
.is-met, .is-covered, .is-on-target { --status: var(--good); } .is-near { --status: var(--mark); } .is-short, .is-missed, .is-below-target, .is-above-target { --status: var(--bad); } .status { color: var(--status, var(--soft)); }
details { margin: 6px 0; } summary { cursor: pointer; color: var(--link); font-size: 13px; padding: 4px 0; }
pre { background: var(--panel); padding: 12px 14px; border-radius: 8px; font: 12px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 6px 0 14px; }
footer { margin-top: 48px; padding-top: 14px; padding-bottom: 48px; border-top: 1px solid var(--line); }
@media (max-width: 560px) { header, nav, main, footer { padding-left: 16px; padding-right: 16px; } h1 { font-size: 24px; } .tiles { grid-template-columns: 1fr 1fr; gap: 8px; } .tiles b { font-size: 18px; } .tiles li { padding: 10px; min-width: 0; } section { margin-top: 32px; } table { font-size: 12.5px; } td:not(.number, .none) { min-width: 9em; }
	tbody th[scope=row], thead th:first-child { position: sticky; left: 0; max-width: 42vw; overflow-wrap: anywhere; background: var(--page); } .total th[scope=row] { background: var(--panel); } caption { position: sticky; left: 0; max-width: calc(100vw - 32px); } }
@page { size: A4 landscape; margin: 12mm; }
@media print { :root { color-scheme: light; --ink: #000000; --soft: #444444; --line: #c4c9cf; --page: #ffffff; --panel: #f3f4f6; --track: #f0f2f4; --edge: #4f6b87; --link: #000000;
	--closed: #164f83; --commit: #3578b5; --likely: #72aad8; --best: #abcde9; --rest: #dce8f3; --good: #1a6b43; --bad: #ad2f28; --mark: #a85400;
	--c1: #164f83; --c2: #ad2f28; --c3: #1a6b43; --c4: #8a5a00; --c5: #6b4fa0; --c6: #0b6f79; --c7: #a2336f; --c8: #556070; }
	* { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
	body { font-size: 10.5pt; } header, nav, main, footer { max-width: none; padding: 0; } nav, .skip, details { display: none; } header { padding-top: 0; }
	section { margin-top: 18pt; padding-top: 8pt; } h2, figcaption, caption, .group { break-after: avoid; } figure, tr, .tiles li { break-inside: avoid; } thead { display: table-header-group; }
	.charts { grid-template-columns: 1fr 1fr; gap: 8pt 24pt; } .charts:has(> :nth-child(3):last-child) { grid-template-columns: 1fr 1fr 1fr; } .tiles { grid-template-columns: repeat(4, 1fr); } .scroll { overflow: visible; } p, tr, li { break-inside: avoid; } figcaption { font-size: 8.5pt; } table { font-size: 8.5pt; } th, td { padding: 1.5pt 9pt 1.5pt 0; } .group th { padding-top: 6pt; } }$css$;
	present CONSTANT text := format('%I.date_dimension', coalesce(schema, ''));
	of_refresh record;
	part record;
	tile record;
	number record;
	current_section integer := -1;
	heading text;
	optional boolean;
	charts text;
	tables text;
	sources text;
	html text := '';
	contents text := '';
	piece text;
	-- views of create_report_access show each role what it may see, and say what they do not
	access CONSTANT regclass := CASE WHEN has_table_privilege(to_regclass(format('%I.visible_report', coalesce(schema, ''))), 'SELECT') THEN to_regclass(format('%I.visible_report', coalesce(schema, ''))) END;
	why text;
BEGIN
	IF schema IS NULL OR title IS NULL OR max_rows IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema, the title and the number of rows of a page must not be NULL', HINT = 'Leave title and rows out for the usual ones.';
	ELSIF max_rows NOT BETWEEN 1 AND 10000 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('no lists of %s rows', max_rows), DETAIL = 'They have from 1 to 10,000.', HINT = 'Leave it out for 15.';
	ELSIF to_regclass(present) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there are no reports in schema %I', schema), DETAIL = 'The page reads the views that create_reports makes.', HINT = format('Make them, of the schema that has the contract''s tables: CALL salesops.create_reports(%L, ''crm'').', schema);
	END IF;
	EXECUTE format('SELECT as_of, refreshed_at FROM %s LIMIT 1', present) INTO of_refresh;
	IF of_refresh.as_of IS NULL AND to_regclass(format('%I.report_state', schema)) IS NULL THEN
		RAISE insufficient_privilege USING MESSAGE = format('role %I may see nothing of the reports in schema %I', current_user, schema), DETAIL = 'They are views of create_report_access, which show what the table sales_access grants, or reports that were never refreshed.',
			HINT = 'Who keeps the reports gives the role a row in sales_access.';
	ELSIF of_refresh.as_of IS NULL THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('the reports in schema %I are empty', schema), DETAIL = 'They have not been refreshed since they were made.', HINT = format('Fill them: CALL salesops.refresh_reports(%L).', schema);
	END IF;
	FOR part IN SELECT * FROM (SELECT p.*, lead(p.section) OVER (ORDER BY p.section, p.part) AS next_section FROM salesops.inspection_parts(schema) AS p) AS p ORDER BY p.section, p.part LOOP
		IF part.section <> current_section THEN
			current_section := part.section;
			heading := NULL;
			optional := false;
			charts := '';
			tables := '';
			sources := '';
		END IF;
		CASE
			WHEN part.kind = 'tiles' THEN
				piece := '';
				FOR tile IN EXECUTE part.content LOOP
					piece := piece || format(E'<li%s>%s<b>%s</b>%s</li>\n', CASE WHEN tile.status <> '' THEN format(' class="is-%s"', lower(regexp_replace(tile.status, '[^A-Za-z0-9]', '-', 'g'))) ELSE '' END,
						salesops.html_escape(tile.name), coalesce(salesops.html_escape(tile.value), '&#8211;'), coalesce(format('<span class="soft">%s</span>', salesops.html_escape(tile.note)), ''));
				END LOOP;
				html := html || format(E'<h2 class="soft">%s</h2><ul class="tiles">\n%s</ul>\n', salesops.html_escape(part.title), piece);
				IF access IS NOT NULL THEN
					EXECUTE format('SELECT ''Numbers of all teams are shown to operations alone.'' FROM %s AS v HAVING bool_or(v.rows_shown <> ''all'')', access) INTO why;
					html := html || coalesce(format(E'<p class="none">%s</p>\n', why), '');
				END IF;
			WHEN part.kind IN ('section', 'if') THEN
				heading := CASE WHEN part.section > 0 THEN part.section || '. ' ELSE '' END || part.title;
				tables := format(E'<p>%s</p>\n', salesops.html_escape(part.content));
				optional := part.kind = 'if';
			WHEN part.kind = 'bars' THEN
				charts := charts || salesops.svg_bars(part.content, part.title, part.scale_max);
			WHEN part.kind = 'curves' THEN
				charts := charts || salesops.svg_curves(part.content, part.title);
			WHEN part.kind IN ('table', 'list', 'more') THEN
				piece := salesops.html_table(part.content, part.title, CASE part.kind WHEN 'list' THEN max_rows ELSE 10 * max_rows END);
				IF access IS NOT NULL AND piece LIKE '<p%' THEN
					EXECUTE format($q$SELECT CASE WHEN bool_or(v.rows_shown = 'none' AND v.shown_to = 'operations') THEN 'It is of no team, and shown to operations alone.'
							WHEN bool_or(v.rows_shown = 'none') THEN 'Numbers of a team are shown to the manager of everybody who is active in it, those of all teams to operations.'
							WHEN bool_or(v.rows_shown = 'teams') AND $1 ~ '\m(WHERE|AND) (\w+\.)?is_total' THEN 'Numbers of all teams are shown to operations alone.' END
						FROM %s AS v WHERE $1 ~ (regexp_replace(format('%%I.%%I', $2, v.report), '([^A-Za-z0-9_])', '\\\1', 'g') || '(?![A-Za-z0-9_])')$q$, access) INTO why USING part.content, schema;
					IF why IS NOT NULL THEN
						piece := format(E'<p class="none">%s: not shown. %s</p>\n', salesops.html_escape(part.title), why);
						optional := false;
					END IF;
				END IF;
				optional := optional AND piece LIKE '<p%';
				IF part.kind = 'more' THEN
					piece := format(E'<details><summary>%s</summary>\n%s</details>\n', salesops.html_escape(part.title), piece);
				END IF;
				IF charts <> '' THEN
					tables := tables || E'<div class="charts">\n' || charts || E'</div>\n';
					charts := '';
				END IF;
				tables := tables || piece;
			WHEN part.kind = 'view' THEN
				sources := sources || format(E'<h3>%s</h3><p>%s</p><pre>%s</pre>\n', salesops.html_escape(part.title), salesops.html_escape(coalesce(obj_description(format('%I.%I', schema, part.title)::regclass, 'pg_class'), '')),
					salesops.html_escape(format(E'SELECT * FROM %I.%I;\n\n-- computed by\n%s', schema, part.title, btrim(pg_get_viewdef(coalesce(to_regclass(format('%I.%I', schema, 'stored_' || part.title)), format('%I.%I', schema, part.title)::regclass), 100)))));
			-- who may read the reports need not be allowed to read where the rows behind them are
			WHEN part.kind = 'rows' AND has_table_privilege(to_regclass(format('%I.report_column', schema)), 'SELECT') IS NOT TRUE THEN
				sources := sources || format(E'<p class="none">%s</p>\n', salesops.html_escape(format('The rows behind numbers of %s: not shown, as role %I may not read %I.report_column.', part.title, current_user, schema)));
			WHEN part.kind = 'rows' THEN
				FOR number IN EXECUTE format('SELECT * FROM (%s) AS q (column_name, key)', part.content) LOOP
					sources := sources || format(E'<h3>%s</h3><pre>%s</pre>\n', salesops.html_escape(format('The rows behind %s of %s where %s', number.column_name, part.title, (SELECT string_agg(k || ' is ' || v, ' and ' ORDER BY n) FROM jsonb_each_text(number.key) WITH ORDINALITY AS e (k, v, n)))),
						salesops.html_escape(format(E'-- %s\n%s;', translate(format('SELECT salesops.drill_down_sql(%L, %L, %L, %L)', schema, part.title, number.column_name, number.key), E'\r\n', '  '), salesops.drill_down_sql(schema, part.title, number.column_name, number.key))));
				END LOOP;
			ELSE
				NULL;
		END CASE;
		IF part.next_section IS DISTINCT FROM part.section AND heading IS NOT NULL AND NOT optional THEN
			html := html || format(E'<section id="section-%1$s" aria-labelledby="heading-%1$s"><h2 id="heading-%1$s">%2$s</h2>\n%3$s<details><summary>Definitions and SQL of this section</summary>\n%4$s</details></section>\n', part.section, salesops.html_escape(heading), tables, sources);
			contents := contents || format(E'<li><a href="#section-%s">%s</a></li>\n', part.section, salesops.html_escape(heading));
		END IF;
	END LOOP;
	RETURN format($page$<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>%1$s, %2$s</title>
<style>
%3$s
</style></head><body>
<a class="skip" href="#main">Skip to the numbers</a>
<header><h1>%1$s</h1>
<p class="soft">As of %2$s. Amounts are in the corporate currency.</p></header>
<nav aria-label="Sections"><ol>
%4$s</ol></nav>
<main id="main">
%5$s</main>
<footer>Made by salesops %6$s from the reports in schema %7$s, which were refreshed at %8$s UTC. Each section ends with its definitions and the SQL that lists its rows.</footer>
</body></html>$page$, salesops.html_escape(title), of_refresh.as_of, style, contents, html, (SELECT extversion FROM pg_extension WHERE extname = 'salesops'), salesops.html_escape(schema), to_char(of_refresh.refreshed_at, 'YYYY-MM-DD HH24:MI'));
END
$function$;
COMMENT ON FUNCTION inspection_report(text, text, integer) IS $$The weekly pipeline inspection as one page of HTML: twelve sections, each with its charts, tables, definitions and the SQL that lists its rows. No scripts, nothing fetched.
schema: of the reports (create_reports), which have been refreshed, or of the views of them that show each role what it may see (create_report_access). title: of the page. max_rows: how many rows a list of deals or records shows, of how many its caption says. What is shown is of one refresh, and the same whatever the settings of the session. It reads with the rights of who calls it; of what these do not reach it says that it is not shown, and why. Save it as UTF-8: psql -qAtX -c "SELECT salesops.inspection_report('reports')" -o inspection.html. An error for NULL, where there are no reports, and before their first refresh.
Source: docs/reference/pictures.md.
Example: to_regprocedure('salesops.inspection_report(text, text, integer)') IS NOT NULL ==> true$$;
