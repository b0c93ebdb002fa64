-- reports: the rows behind each number.
--
-- The rows are those of a view or table of the reports' schema (source), of which some are meant by the row of the report (its key columns) and some
-- by the column (filter). measure is what the number is of these rows, as an aggregate over them, by which a test compares all of them.

CREATE FUNCTION report_drills() RETURNS TABLE (report text, columns text[], source text, filter text, measure text)
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10 ROWS 100
BEGIN ATOMIC
	SELECT v.report, v.columns::text[], v.source, v.filter, v.measure FROM (VALUES
		('pipeline_inspection', '{days_in_stage,pushes,age_status,is_aged,stage_win_rate}', 'deal_event', NULL, NULL),
		('pipeline_inspection', '{movement,amount_change}', 'movement_deal', 'f.is_total AND f.movement NOT IN (''start'', ''end'')', NULL),
		('pipeline_inspection', '{issue_count,issues}', 'hygiene_exceptions', NULL, 'count(*)'),
		('forecast_summary', '{quota}', 'quota_in_period', NULL, 'sum(f.amount)'),
		('forecast_summary', '{closed}', 'deal_in_period', 'f.category = ''closed''', 'coalesce(sum(f.amount), 0)'),
		('forecast_summary', '{commit}', 'deal_in_period', 'f.category = ''commit''', 'coalesce(sum(f.amount), 0)'),
		('forecast_summary', '{most_likely}', 'deal_in_period', 'f.category = ''most_likely''', 'coalesce(sum(f.amount), 0)'),
		('forecast_summary', '{best_case}', 'deal_in_period', 'f.category = ''best_case''', 'coalesce(sum(f.amount), 0)'),
		('forecast_summary', '{pipeline}', 'deal_in_period', 'f.category = ''pipeline''', 'coalesce(sum(f.amount), 0)'),
		('forecast_summary', '{commit_forecast}', 'deal_in_period', 'f.category IN (''closed'', ''commit'')', 'coalesce(sum(f.amount), 0)'),
		('forecast_summary', '{best_case_forecast}', 'deal_in_period', 'f.category IN (''closed'', ''commit'', ''most_likely'', ''best_case'')', 'coalesce(sum(f.amount), 0)'),
		('forecast_summary', '{open_pipeline}', 'deal_in_period', 'f.category IN (''commit'', ''most_likely'', ''best_case'', ''pipeline'')', 'coalesce(sum(f.amount), 0)'),
		('forecast_summary', '{no_category_deals}', 'deal_in_period', 'f.category IS NULL AND f.amount IS NOT NULL', 'count(*)'),
		('forecast_summary', '{no_category_amount}', 'deal_in_period', 'f.category IS NULL', 'coalesce(sum(f.amount), 0)'),
		('forecast_summary', '{outlook_low}', 'deal_in_period', 'f.outcome IN (''open'', ''won'')', 'salesops.outlook_quantile(salesops.deal_outlook(greatest(f.amount, 0), f.chance), 0.1, min(f.correlation))'),
		('forecast_summary', '{outlook_middle}', 'deal_in_period', 'f.outcome IN (''open'', ''won'')', 'salesops.outlook_quantile(salesops.deal_outlook(greatest(f.amount, 0), f.chance), 0.5, min(f.correlation))'),
		('forecast_summary', '{outlook_high}', 'deal_in_period', 'f.outcome IN (''open'', ''won'')', 'salesops.outlook_quantile(salesops.deal_outlook(greatest(f.amount, 0), f.chance), 0.9, min(f.correlation))'),
		('forecast_summary', '{chance_of_quota,chance_if_independent}', 'deal_in_period', 'f.outcome IN (''open'', ''won'')', NULL),
		('forecast_summary', '{chance_by_crm}', 'deal_in_period', 'f.outcome IN (''open'', ''won'')', NULL),
		('coverage', '{quota}', 'quota_in_period', NULL, 'sum(f.amount)'),
		('coverage', '{booked}', 'deal_in_period', 'f.outcome = ''won''', 'coalesce(sum(f.amount), 0)'),
		('coverage', '{open_amount,coverage,status,expected}', 'deal_in_period', 'f.outcome = ''open'' AND f.category IS DISTINCT FROM ''omitted''', 'coalesce(sum(f.amount), 0)'),
		('coverage', '{win_rate_amount,required_coverage}', 'decided_before_period', NULL, 'sum(f.amount) FILTER (WHERE f.outcome = ''won'') / nullif(sum(f.amount), 0)'),
		('movement', '{deals}', 'movement_deal', NULL, 'count(DISTINCT f.opportunity_id)'),
		('movement', '{amount}', 'movement_deal', NULL, 'coalesce(sum(f.amount), 0)'),
		('movement', '{level_from}', 'movement_level', 'f.is_before', 'coalesce(sum(f.amount), 0)'),
		('movement', '{level_to}', 'movement_level', NULL, 'coalesce(sum(f.amount), 0)'),
		('stage_aging', '{open_deals}', 'pipeline_inspection', NULL, 'count(*)'),
		('stage_aging', '{age_unknown_deals}', 'pipeline_inspection', 'f.days_in_stage IS NULL', 'count(*)'),
		('stage_aging', '{median_days}', 'pipeline_inspection', 'f.days_in_stage IS NOT NULL', 'percentile_cont(0.5) WITHIN GROUP (ORDER BY f.days_in_stage)'),
		('stage_aging', '{open_amount}', 'pipeline_inspection', NULL, 'coalesce(sum(f.amount), 0)'),
		('stage_aging', '{aged_deals}', 'pipeline_inspection', 'f.is_aged', 'count(*)'),
		('stage_aging', '{aged_amount}', 'pipeline_inspection', 'f.is_aged', 'coalesce(sum(f.amount), 0)'),
		('stage_aging', '{stalled_deals}', 'pipeline_inspection', 'f.age_status = ''stalled''', 'count(*)'),
		('stage_aging', '{half_leave_within,nine_in_ten_leave_within,lost_in_30_days}', 'stage_stay', NULL, NULL),
		('funnel', '{reached,conversion_from_first,expected_value}', 'funnel_deal', 'f.reached = 1', 'count(*)'),
		('funnel', '{entered}', 'funnel_deal', 'f.entered = 1', 'count(*)'),
		('funnel', '{skipped}', 'funnel_deal', 'f.skipped = 1', 'count(*)'),
		('funnel', '{began_later}', 'funnel_deal', 'f.began_later = 1', 'count(*)'),
		('funnel', '{advanced}', 'funnel_deal', 'f.advanced = 1', 'count(*)'),
		('funnel', '{conversion_to_next}', 'funnel_deal', 'f.reached = 1 AND f.stage_outcome = ''open''', 'avg(f.advanced)'),
		('funnel', '{conversion_of_decided}', 'funnel_deal', '(f.advanced = 1 OR f.lost = 1) AND f.stage_outcome = ''open''', 'avg(f.advanced)'),
		('funnel', '{lost}', 'funnel_deal', 'f.lost = 1', 'count(*)'),
		('funnel', '{still_open}', 'funnel_deal', 'f.still_open = 1', 'count(*)'),
		('funnel', '{went_back}', 'funnel_deal', 'f.went_back > 0', 'coalesce(sum(f.went_back), 0)'),
		('funnel', '{win_rate}', 'funnel_deal', 'f.reached = 1 AND f.stage_outcome = ''open'' AND f.ended_as IN (''won'', ''lost'')', 'avg((f.ended_as = ''won'')::integer)'),
		('funnel_cohorts', '{deals}', 'funnel_start', NULL, 'count(*)'),
		('funnel_cohorts', '{share_won}', 'funnel_start', NULL, 'avg((f.ended_as = ''won'')::integer)'),
		('funnel_cohorts', '{skipped_a_stage}', 'funnel_start', 'f.skipped_a_stage = 1', 'count(*)'),
		('funnel_cohorts', '{went_back}', 'funnel_start', 'f.went_back = 1', 'count(*)'),
		('funnel_cohorts', '{reopened}', 'funnel_start', 'f.reopened = 1', 'count(*)'),
		('funnel_cohorts', '{open_deals}', 'funnel_start', 'f.ended_as = ''open''', 'count(*)'),
		('funnel_cohorts', '{won_deals}', 'funnel_start', 'f.ended_as = ''won''', 'count(*)'),
		('funnel_cohorts', '{lost_deals}', 'funnel_start', 'f.ended_as = ''lost''', 'count(*)'),
		('funnel_cohorts', '{share_of_closed}', 'funnel_start', 'f.ended_as IN (''won'', ''lost'')', 'avg((f.ended_as = ''won'')::integer)'),
		('win_rates', '{won_deals}', 'decided_deal', 'f.outcome = ''won''', 'count(*)'),
		('win_rates', '{lost_deals}', 'decided_deal', 'f.outcome = ''lost''', 'count(*)'),
		('win_rates', '{win_rate,win_rate_low,win_rate_high}', 'decided_deal', NULL, 'avg((f.outcome = ''won'')::integer)'),
		('win_rates', '{win_rate_amount}', 'decided_deal', NULL, 'sum(f.amount) FILTER (WHERE f.outcome = ''won'') / nullif(sum(f.amount), 0)'),
		('win_rates', '{win_rate_created}', 'created_deal', NULL, 'avg(coalesce(f.outcome = ''won'', false)::integer)'),
		('win_rates', '{won_amount}', 'decided_deal', 'f.outcome = ''won''', 'coalesce(sum(f.amount), 0)'),
		('win_rates', '{lost_amount}', 'decided_deal', 'f.outcome = ''lost''', 'coalesce(sum(f.amount), 0)'),
		('win_rates', '{avg_deal_size}', 'decided_deal', 'f.outcome = ''won'' AND f.amount IS NOT NULL', 'avg(f.amount)'),
		('win_rates', '{avg_cycle_days}', 'decided_deal', 'f.outcome = ''won'' AND f.cycle_days IS NOT NULL', 'avg(f.cycle_days)'),
		('win_rates', '{median_cycle_days}', 'decided_deal', 'f.outcome = ''won'' AND f.cycle_days IS NOT NULL', 'percentile_cont(0.5) WITHIN GROUP (ORDER BY f.cycle_days)'),
		('win_rates', '{missing_amounts}', 'decided_deal', 'f.amount IS NULL', 'count(*)'),
		('duplicates', '{records_in_group}', 'duplicates', NULL, 'count(*)'),
		('duplicate_rates', '{duplicate_groups}', 'duplicates', 'f.is_first', 'count(*)'),
		('duplicate_rates', '{surplus_records,per_1000}', 'duplicates', 'NOT f.is_first', 'count(*)'),
		('hygiene', '{open_deals}', 'pipeline_inspection', NULL, 'count(*)'),
		('hygiene', '{in_order}', 'pipeline_inspection', NULL, 'avg((f.issues IS NULL)::integer)'),
		('hygiene', '{with_issues}', 'pipeline_inspection', 'f.issues IS NOT NULL', 'count(*)'),
		('hygiene_breakdown', '{deals,share,cumulative_share}', 'hygiene_exceptions', NULL, 'count(*)'),
		('hygiene_breakdown', '{amount}', 'hygiene_exceptions', NULL, 'coalesce(sum(f.amount), 0)'),
		('integrity', '{deals}', 'deal', NULL, 'count(*)'),
		('integrity', '{integrity}', 'deal', NULL, 'avg((f.category_issue IS NULL)::integer)'),
		('integrity', '{wrong}', 'deal', 'f.category_issue IS NOT NULL', 'count(*)'),
		('integrity_reasons', '{deals}', 'deal_with_reason', NULL, 'count(*)'),
		('integrity_reasons', '{amount}', 'deal_with_reason', NULL, 'sum(f.amount)'),
		('integrity_owners', '{deals}', 'deal_of_owner', NULL, 'count(*)'),
		('integrity_owners', '{integrity}', 'deal_of_owner', NULL, 'avg((f.category_issue IS NULL)::integer)'),
		('integrity_owners', '{wrong,reasons}', 'deal_of_owner', 'f.category_issue IS NOT NULL', 'count(*)'),
		('forecast_calls', '{won}', 'past_win', NULL, 'coalesce(sum(f.amount), 0)'),
		('forecast_calls', '{commit_forecast}', 'past_deal', 'f.situation = ''month'' AND f.category IN (''closed'', ''commit'')', 'coalesce(sum(f.amount), 0)'),
		('forecast_calls', '{best_case_forecast}', 'past_deal', 'f.situation = ''month'' AND f.category IN (''closed'', ''commit'', ''most_likely'', ''best_case'')', 'coalesce(sum(f.amount), 0)'),
		('forecast_calls', '{commit_error}', 'past_deal', 'f.situation = ''month'' AND f.category IN (''closed'', ''commit'')', NULL),
		('forecast_calls', '{commit_accuracy}', 'past_deal', 'f.situation = ''month'' AND f.category = ''commit'' AND f.outcome = ''open''', 'salesops.commit_accuracy(salesops.forecast_outcome(f.category, f.amount, f.outcome_in_period, f.final_amount))'),
		('forecast_calls', '{band_low,band_high}', 'past_deal', 'f.situation = ''month'' AND f.outcome IN (''open'', ''won'')', NULL),
		('forecast_calls', '{won_of_these,inside_band}', 'past_deal', 'f.situation = ''month'' AND f.outcome_in_period = ''won''', 'coalesce(sum(f.final_amount), 0)'),
		('call_accuracy', '{quarters}', 'forecast_calls', NULL, 'salesops.forecast_pairs(salesops.forecast_error(f.won, f.commit_forecast))'),
		('call_accuracy', '{accuracy}', 'forecast_calls', NULL, 'salesops.forecast_accuracy(salesops.forecast_error(f.won, f.commit_forecast))'),
		('call_accuracy', '{bias}', 'forecast_calls', NULL, 'salesops.forecast_bias(salesops.forecast_error(f.won, f.commit_forecast))'),
		('call_accuracy', '{mape}', 'forecast_calls', NULL, 'salesops.mape(salesops.forecast_error(f.won, f.commit_forecast))'),
		('call_accuracy', '{inside}', 'forecast_calls', 'f.inside_band', 'count(*)'),
		('call_accuracy', '{inside_share}', 'forecast_calls', 'f.inside_band IS NOT NULL', 'avg(f.inside_band::integer)'),
		('outlook_histogram', '{probability,chance_of_at_least}', 'deal_in_period', 'f.outcome IN (''open'', ''won'')', NULL),
		('stage_rates', '{decided_deals,used}', 'rated_deal', NULL, 'count(*)'),
		('stage_rates', '{won_deals}', 'rated_deal', 'f.outcome_in_period = ''won''', 'count(*)'),
		('stage_rates', '{measured}', 'rated_deal', NULL, 'avg(coalesce(f.outcome_in_period = ''won'', false)::integer)'),
		('later_deals', '{won,share_later}', 'later_win', NULL, 'sum(f.amount)'),
		('later_deals', '{won_of_these}', 'later_win', 'f.was_there', 'sum(f.amount)'),
		('stage_stays', '{stays,half_leave_within,half_low,half_high,nine_in_ten_leave_within,lost_in_30_days}', 'stage_stay', NULL, 'count(*)'),
		('stage_stays', '{still_there}', 'stage_stay', 'NOT f.ended', 'count(*)'),
		-- all stays of a stage make up each point of its curve
		('stage_survival', '{share_left}', 'stage_stay', NULL, NULL),
		('data_quality', '{found}', 'data_quality_row', NULL, 'count(*)')
	) AS v (report, columns, source, filter, measure);
END;
COMMENT ON FUNCTION report_drills() IS $$Where the rows behind the numbers of a report are: what drill_down_sql goes by.
source: a view or table of the reports' schema. filter: which of its rows, beside those of the row of the report; NULL: all. measure: of the columns for which the rows make up the number by themselves, the aggregate that it is; of several columns, it is that of the first one. Why a column has none says report_without_rows().
Example: (SELECT filter FROM salesops.report_drills() WHERE report = 'coverage' AND 'booked' = ANY (columns)) ==> f.outcome = 'won'$$;

CREATE FUNCTION report_without_rows() RETURNS TABLE (report text, columns text[], why_none text)
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10 ROWS 20
BEGIN ATOMIC
	SELECT v.report, v.columns::text[], v.why_none FROM (VALUES
		('pipeline_inspection', NULL, 'A row is one deal, and this is its own.'), ('moved_deals', NULL, 'A row is one deal, and this is its own; the rows of a bar are behind the report movement.'), ('hygiene_exceptions', NULL, 'A row is one issue of one deal.'),
		('duplicates', NULL, 'A row is one record.'), ('doubtful_duplicates', NULL, 'A row is one pair of records.'), ('date_dimension', NULL, 'A row is one day.'),
		('stage_aging', '{max_days}', 'It is a limit of the contract''s table stage.'), ('stage_rates', '{crm_probability}', 'It is a setting of the contract''s table stage.'),
		('duplicate_rates', '{records}', 'They are all rows of the contract''s table, which the reports do not keep.'), ('duplicate_rates', '{target_per_1000}', 'It is a target.'), ('data_quality', '{of_records}', 'They are all rows that were looked at; those behind found are the ones that are so.'),
		('scorecard', '{value,numerator,denominator,status,trend,sparkline}', 'The query of a metric gives numbers of the contract''s tables, not rows, and stands in the column query of the table metric in the schema of the reports. The rows of category integrity are behind the report integrity, those of duplicates behind duplicate_rates, and deals with issues behind hygiene.'),
		('scorecard', NULL, 'It says what the metric is.'),
		(NULL, NULL, 'It says which row of the report it is, or is a property of it, and is not made of several records.')
	) AS v (report, columns, why_none);
END;
COMMENT ON FUNCTION report_without_rows() IS $$Why a column of a report has no rows behind it: what drill_down_sql says of it.
columns: NULL: of all others of the report that have none. report: NULL: of all others. More about a column goes before less.
Example: (SELECT why_none FROM salesops.report_without_rows() WHERE report = 'stage_aging') ==> It is a limit of the contract's table stage.$$;

CREATE FUNCTION report_keys() RETURNS TABLE (report text, keys text[])
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10 ROWS 30
BEGIN ATOMIC
	SELECT v.report, v.keys::text[] FROM (VALUES
		('pipeline_inspection', '{opportunity_id}'), ('forecast_summary', '{period,team}'), ('coverage', '{period,team}'), ('movement', '{period,team,movement}'), ('stage_aging', '{stage,team}'), ('funnel', '{cohort,team,stage}'),
		('funnel_cohorts', '{cohort,team}'), ('win_rates', '{team}'), ('duplicates', '{kind,cluster}'), ('duplicate_rates', '{kind}'), ('hygiene', '{team}'), ('hygiene_breakdown', '{issue}'), ('integrity', '{team}'),
		('integrity_reasons', '{reason}'), ('integrity_owners', '{owner_id,team}'), ('forecast_calls', '{period}'), ('stage_rates', '{period,stage}'), ('later_deals', '{period}'), ('stage_stays', '{stage}'), ('stage_survival', '{stage}'), ('data_quality', '{position}'), ('outlook_histogram', '{period}')
	) AS v (report, keys);
END;
COMMENT ON FUNCTION report_keys() IS $$By which columns a row of a report is named for drill_down_sql. A report with teams also has is_total.
Example: (SELECT keys FROM salesops.report_keys() WHERE report = 'coverage') ==> {period,team}$$;

CREATE FUNCTION report_facts_sql(schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($text$-- ---- the rows behind the numbers ----

CREATE OR REPLACE VIEW %1$I.deal_in_period AS
SELECT p.period, d.*, CASE d.outcome WHEN 'won' THEN 1 ELSE coalesce(r.used, salesops.stage_probability(s.process, d.stage)) END AS chance, salesops.stage_probability(s.process, d.stage) AS stage_probability, s.correlation
FROM %1$I.deal AS d JOIN %1$I.report_period AS p ON p.n IN (0, 1) AND d.close_date BETWEEN p.period_start AND p.period_end
    CROSS JOIN %1$I.report_state AS s LEFT JOIN %1$I.stored_stage_rates AS r ON r.period = p.period AND r.stage = d.stage
WHERE d.outcome IS NOT NULL;
COMMENT ON VIEW %1$I.deal_in_period IS 'The deals of this and the next quarter, by close date; chance: the one by which the outlook takes them.';

CREATE OR REPLACE VIEW %1$I.quota_in_period AS
SELECT p.period, q.owner_id, q.owner, q.team, q.period_start, q.period_end, q.amount
FROM %1$I.quota AS q JOIN %1$I.report_period AS p ON p.n IN (0, 1) AND q.period_start >= p.period_start AND q.period_end <= p.period_end;
COMMENT ON VIEW %1$I.quota_in_period IS 'The quotas that lie within this and the next quarter.';

CREATE OR REPLACE VIEW %1$I.decided_deal AS
SELECT d.* FROM %1$I.deal AS d CROSS JOIN %1$I.report_state AS s WHERE d.outcome IN ('won', 'lost') AND d.close_date >= s.year_before AND d.close_date < s.as_of;
COMMENT ON VIEW %1$I.decided_deal IS 'The deals won and lost in the year before as_of.';

CREATE OR REPLACE VIEW %1$I.decided_before_period AS
SELECT p.period, d.* FROM %1$I.decided_deal AS d CROSS JOIN %1$I.report_period AS p WHERE p.n IN (0, 1);
COMMENT ON VIEW %1$I.decided_before_period IS 'The same for each quarter of the reports.';

CREATE OR REPLACE VIEW %1$I.created_deal AS
SELECT d.* FROM %1$I.deal AS d CROSS JOIN %1$I.report_state AS s WHERE d.outcome IS NOT NULL AND d.created_on >= s.year_before AND d.created_at < s.moment;
COMMENT ON VIEW %1$I.created_deal IS 'The deals created in the year before as_of.';

CREATE OR REPLACE VIEW %1$I.movement_deal AS
SELECT p.period, t.team, t.is_total, m.deal AS opportunity_id, d.name, replace(m.movement, '_', ' ') AS movement, m.amount, m.amount_before, m.amount_after, m.close_before, m.close_after, m.owner_before AS team_before, m.owner_after AS team_after, m.category_before, m.category_after
FROM %1$I.week AS k CROSS JOIN %1$I.report_period AS p CROSS JOIN (SELECT DISTINCT v.team, v.is_total FROM %1$I.stored_movement AS v) AS t
    CROSS JOIN LATERAL salesops.moved_deals(k.change, p.period_start, p.period_end, CASE WHEN NOT t.is_total THEN t.team END) AS m
    JOIN %1$I.deal AS d ON d.opportunity_id = m.deal
WHERE p.n IN (0, 1)
UNION ALL
SELECT p.period, t.team, t.is_total, w.opportunity_id, d.name, CASE WHEN w.after THEN 'end' ELSE 'start' END, w.amount, CASE WHEN NOT w.after THEN w.amount END, CASE WHEN w.after THEN w.amount END,
    CASE WHEN NOT w.after THEN w.close_date END, CASE WHEN w.after THEN w.close_date END, CASE WHEN NOT w.after THEN w.team END, CASE WHEN w.after THEN w.team END, CASE WHEN NOT w.after THEN w.category END, CASE WHEN w.after THEN w.category END
FROM %1$I.week_deal AS w JOIN %1$I.report_period AS p ON p.n IN (0, 1) AND w.close_date BETWEEN p.period_start AND p.period_end
    JOIN (SELECT DISTINCT v.team, v.is_total FROM %1$I.stored_movement AS v) AS t ON t.is_total OR t.team = w.team
    JOIN %1$I.deal AS d ON d.opportunity_id = w.opportunity_id
WHERE w.outcome = 'open' AND w.category IS DISTINCT FROM 'omitted';
COMMENT ON VIEW %1$I.movement_deal IS 'The deals behind each bar of the report movement, for each team and for all.';

-- where a bar begins is what all bars before it add up to, from the start on; the end stands for itself
CREATE OR REPLACE VIEW %1$I.movement_level AS
SELECT b.movement, d.movement <> b.movement AS is_before, d.movement AS moved, d.period, d.team, d.is_total, d.opportunity_id, d.name, d.amount, d.amount_before, d.amount_after, d.close_before, d.close_after
FROM %1$I.stored_movement AS b JOIN %1$I.stored_movement AS o ON o.period = b.period AND o.team = b.team AND o.is_total = b.is_total AND (o.bar = b.bar OR o.bar < b.bar AND b.movement <> 'end')
    JOIN %1$I.movement_deal AS d ON d.period = o.period AND d.team = o.team AND d.is_total = o.is_total AND d.movement = o.movement;
COMMENT ON VIEW %1$I.movement_level IS 'The deals behind the levels of the report movement: those of each bar, and (is_before) of all bars before it.';

CREATE OR REPLACE VIEW %1$I.funnel_start AS
SELECT c.cohort, c.cohort_start, d.team, d.opportunity_id, d.name, d.owner, d.amount, p.began_at, p.path, s.process, f.ended_as, f.skipped_a_stage, f.went_back, f.reopened
FROM %1$I.deal_path AS p JOIN %1$I.deal AS d ON d.opportunity_id = p.opportunity_id CROSS JOIN %1$I.report_state AS s
    CROSS JOIN LATERAL (SELECT (p.began_at AT TIME ZONE s.time_zone)::date) AS b (day)
    JOIN %1$I.report_period AS q ON q.n BETWEEN -8 AND 0 AND b.day BETWEEN q.period_start AND q.period_end
    CROSS JOIN LATERAL (
        SELECT q.period, q.period_start
        UNION ALL SELECT 'Last four quarters', (SELECT r.period_start FROM %1$I.report_period AS r WHERE r.n = -4) WHERE q.n BETWEEN -4 AND -1
    ) AS c (cohort, cohort_start)
    CROSS JOIN LATERAL (
        SELECT max(t.outcome) FILTER (WHERE t.in_stage > 0), max(salesops.funnel_deals(x.funnel)), max(salesops.funnel_skipping_deals(x.funnel)), max(salesops.funnel_regressed_deals(x.funnel)), max(salesops.funnel_reopened_deals(x.funnel)) FROM (SELECT salesops.stage_funnel(v.path, v.process, v.amount) AS funnel FROM (VALUES (p.path, s.process, d.amount)) AS v (path, process, amount)) AS x CROSS JOIN LATERAL salesops.funnel_stages(x.funnel) AS t
    ) AS f (ended_as, placed, skipped_a_stage, went_back, reopened)
WHERE f.placed > 0;
COMMENT ON VIEW %1$I.funnel_start IS 'The deals of each cohort, with how they ended: open, won or lost.';

CREATE OR REPLACE VIEW %1$I.funnel_deal AS
SELECT d.cohort, d.cohort_start, d.team, d.opportunity_id, d.name, d.owner, d.amount, d.began_at, d.ended_as, f.stage, f.outcome AS stage_outcome, f.reached, f.entered, f.skipped_over AS skipped, f.began_later, f.advanced, f.lost, f.still_open, f.regressed AS went_back
FROM %1$I.funnel_start AS d
    CROSS JOIN LATERAL (SELECT salesops.stage_funnel(v.path, v.process, v.amount) AS funnel FROM (VALUES (d.path, d.process, d.amount)) AS v (path, process, amount)) AS x
    CROSS JOIN LATERAL salesops.funnel_stages(x.funnel) AS f;
COMMENT ON VIEW %1$I.funnel_deal IS 'The deals of each cohort, and what each did in each stage.';

CREATE OR REPLACE VIEW %1$I.deal_event AS
SELECT p.opportunity_id, t.stage, t.entered_at, t.left_at, t.days, t.ended
FROM %1$I.deal_path AS p CROSS JOIN %1$I.report_state AS s CROSS JOIN LATERAL salesops.stage_spells(p.path, s.moment, s.process) AS t;
COMMENT ON VIEW %1$I.deal_event IS 'The stays of each deal in its stages, up to the moment of the reports.';

CREATE OR REPLACE VIEW %1$I.stage_stay AS
SELECT d.opportunity_id, d.name, d.owner, d.team, e.stage, e.entered_at, e.left_at, e.days, e.ended
FROM %1$I.deal AS d JOIN %1$I.deal_event AS e ON e.opportunity_id = d.opportunity_id CROSS JOIN %1$I.report_state AS s
WHERE salesops.stage_outcome(s.process, e.stage) = 'open';
COMMENT ON VIEW %1$I.stage_stay IS 'The stays of deals in the open stages.';

CREATE OR REPLACE VIEW %1$I.deal_with_reason AS SELECT d.category_issue AS reason, d.* FROM %1$I.deal AS d WHERE d.category_issue IS NOT NULL;
COMMENT ON VIEW %1$I.deal_with_reason IS 'The deals with a wrong forecast category.';
CREATE OR REPLACE VIEW %1$I.deal_of_owner AS SELECT coalesce(d.owner_id, '') AS owner_id, d.owner, d.team, d.opportunity_id, d.name, d.stage, d.amount, d.close_date, d.forecast_category, d.category_issue FROM %1$I.deal AS d;
COMMENT ON VIEW %1$I.deal_of_owner IS 'The deals, those without an owner with an empty owner_id.';

CREATE OR REPLACE VIEW %1$I.past_win AS
SELECT p.period, d.* FROM %1$I.report_period AS p JOIN %1$I.deal AS d ON d.outcome = 'won' AND d.close_date BETWEEN p.period_start AND p.period_end WHERE p.n BETWEEN -6 AND -1;
COMMENT ON VIEW %1$I.past_win IS 'The deals that past quarters won.';

CREATE OR REPLACE VIEW %1$I.rated_deal AS
SELECT p.period, d.stage, d.period AS past_period, d.opportunity_id, d.amount, d.outcome_in_period, d.final_amount
FROM %1$I.past_deal AS d JOIN %1$I.report_period AS p ON p.n = CASE d.situation WHEN 'current' THEN 0 WHEN 'next' THEN 1 END WHERE d.outcome = 'open';
COMMENT ON VIEW %1$I.rated_deal IS 'The open deals of past quarters when these had as many days left as a quarter of the reports, and what became of them.';

CREATE OR REPLACE VIEW %1$I.later_win AS
SELECT p.period, w.period AS past_period, w.opportunity_id, w.name, w.owner, w.team, w.amount, w.close_date,
    EXISTS (SELECT FROM %1$I.deal_state AS t WHERE t.situation = CASE p.n WHEN 0 THEN 'current' ELSE 'next' END AND t.period = w.period AND t.opportunity_id = w.opportunity_id) AS was_there
FROM %1$I.past_win AS w JOIN %1$I.report_period AS p ON p.n IN (0, 1)
WHERE EXISTS (SELECT FROM %1$I.deal_state AS t WHERE t.situation = CASE p.n WHEN 0 THEN 'current' ELSE 'next' END AND t.period = w.period);
COMMENT ON VIEW %1$I.later_win IS 'The deals that past quarters won; was_there: whether they were in the quarter when it had as many days left as a quarter of the reports.';

CREATE TABLE IF NOT EXISTS %1$I.report_column (
    report       text NOT NULL,
    column_name  text NOT NULL,
    position     integer NOT NULL,
    definition   text NOT NULL,
    is_key       boolean NOT NULL,
    source       text,
    filter       text,
    measure      text,
    why_none     text,
    PRIMARY KEY (report, column_name)
);
COMMENT ON TABLE %1$I.report_column IS 'What the reports show, column by column. source: where the rows behind a number are (salesops.drill_down_sql); filter: which of them; measure: what the number is of them, where it is theirs alone; why_none: why there are none.';
DELETE FROM %1$I.report_column AS c WHERE EXISTS (SELECT FROM salesops.report_columns() AS r WHERE r.report = c.report);
INSERT INTO %1$I.report_column (report, column_name, position, definition, is_key, source, filter, measure, why_none)
SELECT c.report, c.column_name, c."position", c.definition, coalesce(c.column_name = ANY (k.keys), false), d.source, d.filter, CASE WHEN c.column_name = d.columns[1] THEN d.measure END,
    CASE WHEN d.source IS NULL THEN (SELECT w.why_none FROM salesops.report_without_rows() AS w WHERE coalesce(w.report = c.report, w.report IS NULL) AND coalesce(c.column_name = ANY (w.columns), w.columns IS NULL) ORDER BY w.report IS NULL, w.columns IS NULL LIMIT 1) END
FROM salesops.report_columns() AS c LEFT JOIN salesops.report_keys() AS k USING (report) LEFT JOIN salesops.report_drills() AS d ON d.report = c.report AND c.column_name = ANY (d.columns)
WHERE c."position" > 0;
$text$, schema);
COMMENT ON FUNCTION report_facts_sql(text) IS $$The part of reports_sql that makes the views with the rows behind the numbers of reports, and the table report_column.
schema: of the reports. NULL for NULL.
Example: salesops.report_facts_sql('reports') LIKE '%CREATE OR REPLACE VIEW reports.deal_in_period AS%' ==> true$$;

CREATE FUNCTION drill_down_sql(schema text, report text, column_name text, key jsonb) RETURNS text
	LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
	SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	of record;
	keys text[];
	there text;
	reports text;
	wrong text;
	is_total boolean;
	conditions text;
BEGIN
	IF schema IS NULL OR to_regclass(format('%I.report_column', schema)) IS NULL THEN
		PERFORM salesops.report_schema_check(schema);
	END IF;
	IF report IS NULL OR column_name IS NULL OR key IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the report, the column and the key of a drill-down must not be NULL', HINT = 'The arguments are (schema, report, column_name, key).';
	ELSIF jsonb_typeof(key) <> 'object' THEN
		RAISE invalid_parameter_value USING MESSAGE = format('the key of a drill-down is no object: %s', left(key::text, 100)), HINT = 'Name the row, as in {"period": "2026-Q2", "team": "West"}.';
	END IF;
	EXECUTE format('SELECT * FROM %I.report_column AS c WHERE c.report = $1 AND c.column_name = $2', schema) INTO of USING report, column_name;
	IF of.report IS NULL THEN
		EXECUTE format('SELECT string_agg(quote_ident(c.column_name), '', '' ORDER BY c.position) FILTER (WHERE c.report = $1 AND c.source IS NOT NULL), string_agg(DISTINCT quote_ident(c.report), '', '') FILTER (WHERE c.source IS NOT NULL) FROM %I.report_column AS c', schema) INTO there, reports USING report;
		IF reports IS NULL THEN
			RAISE insufficient_privilege USING MESSAGE = format('role %I may see nothing of the reports in schema %I', current_user, schema), HINT = 'Who keeps the reports gives the role a row in sales_access.';
		ELSIF there IS NULL THEN
			RAISE undefined_column USING MESSAGE = format('there is no report %s with rows behind its numbers', quote_ident(report)), DETAIL = format('Reports in schema %I are: %s.', schema, reports), HINT = 'Name one of these.';
		END IF;
		RAISE undefined_column USING MESSAGE = format('there is no column %s of report %s', quote_ident(column_name), quote_ident(report)), DETAIL = format('Columns with rows behind them are: %s.', there), HINT = 'Name one of these.';
	ELSIF of.source IS NULL THEN
		RAISE feature_not_supported USING MESSAGE = format('column %s of report %s has no rows behind it', quote_ident(column_name), quote_ident(report)), DETAIL = concat_ws(' ', of.definition, of.why_none), HINT = format('Those that have some: SELECT report, column_name FROM %I.report_column WHERE source IS NOT NULL;', schema);
	END IF;
	EXECUTE format('SELECT coalesce(array_agg(c.column_name ORDER BY c.position), ''{}'') FROM %I.report_column AS c WHERE c.report = $1 AND c.is_key', schema) INTO keys USING report;
	SELECT string_agg(quote_ident(k), ', ') INTO wrong FROM jsonb_object_keys(key) AS k WHERE k <> ALL (keys) AND NOT (k = 'is_total' AND 'team' = ANY (keys));
	IF wrong IS NOT NULL THEN
		RAISE undefined_column USING MESSAGE = format('a row of report %s is not named by: %s', quote_ident(report), wrong), DETAIL = CASE WHEN keys = '{}' THEN 'It has one row, whose key is {}.' ELSE format('It is named by: %s.', array_to_string(keys, ', ')) END, HINT = CASE WHEN 'team' = ANY (keys) THEN 'is_total tells all teams from a team that is called so.' ELSE 'Leave out what does not name it.' END;
	END IF;
	SELECT string_agg(quote_ident(k), ', ') INTO wrong FROM unnest(keys) AS k WHERE NOT key ? k AND NOT (k = 'team' AND coalesce(key -> 'is_total' = 'true', false));
	IF wrong IS NOT NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = format('the key does not say which row of report %s is meant: %s', quote_ident(report), wrong), DETAIL = format('It is named by: %s.', array_to_string(keys, ', ')), HINT = 'Add it to the key.';
	END IF;
	is_total := coalesce(key -> 'is_total' = 'true', NOT key ? 'is_total' AND key ->> 'team' = 'All teams', false);
	-- the rows of all teams are there as such where a view has both
	SELECT string_agg(CASE WHEN key ->> k IS NULL THEN format('f.%I IS NULL', k) ELSE format('f.%I = %L', k, key ->> k) END, ' AND ' ORDER BY n) INTO conditions
	FROM unnest(keys) WITH ORDINALITY AS u (k, n) WHERE NOT (k = 'team' AND is_total);
	RETURN format(E'SELECT f.*\nFROM %I.%I AS f', schema, of.source) || coalesce(E'\nWHERE ' || nullif(concat_ws(' AND ', conditions, CASE WHEN of.source IN ('movement_deal', 'movement_level') AND 'team' = ANY (keys) THEN CASE WHEN is_total THEN 'f.is_total' ELSE 'NOT f.is_total' END END, '(' || of.filter || ')'), ''), '');
END $$;
COMMENT ON FUNCTION drill_down_sql(text, text, text, jsonb) IS $$The query that lists the rows behind a number of a report, as text.
schema: of the reports, or of the views of create_report_access, where the query lists the rows that the role may see. report, column_name: of the number, as the table report_column has them. key: the row of the report, by the columns that report_column marks with is_key, as in {"period": "2026-Q2", "team": "West"}; the team All teams is all of them, unless is_total is false. Values are quoted, whatever they are. It is the rows as of the last refresh that the query lists. A column without rows behind it, an unknown one, and a key that names no row are errors.
Example: to_regprocedure('salesops.drill_down_sql(text, text, text, jsonb)') IS NOT NULL ==> true$$;
