-- reports: the materialized views, as SQL text: what is shown, computed from the tables of the reports' schema.
--
-- Each has a unique index, so that REFRESH ... CONCURRENTLY works. What reports show is in those whose names begin with stored_; the others have
-- summaries that several of these read. Placeholders as in report_tables.sql.

CREATE FUNCTION report_stored_sql(schema text, contract_schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($text$-- ---- what is computed of the tables ----

-- The deals as they are and as they were a week before. What was closed and stayed so moves nothing.
CREATE OR REPLACE VIEW %1$I.week_deal AS
SELECT d.opportunity_id, true AS after, d.outcome, d.amount, d.close_date, d.team, d.category
FROM %1$I.deal AS d
WHERE d.outcome IS NULL OR d.outcome = 'open' OR EXISTS (SELECT FROM %1$I.deal_week AS w WHERE w.opportunity_id = d.opportunity_id)
UNION ALL
SELECT d.opportunity_id, false, salesops.stage_outcome(s.process, w.stage), round(w.amount * d.rate, 2), w.close_date, coalesce(u.team, '(no team)'), %1$I.rolled_category(s.process, w.stage, w.forecast_category)
FROM %1$I.deal AS d CROSS JOIN %1$I.report_state AS s JOIN %1$I.deal_week AS w ON w.opportunity_id = d.opportunity_id LEFT JOIN %1$I.owner AS u ON u.owner_id = w.owner_id
WHERE w.changed_at IS NOT NULL
UNION ALL
-- nothing changed, or no change is recorded: as it is now, if it was there already
SELECT d.opportunity_id, false, d.outcome, d.amount, d.close_date, d.team, d.category
FROM %1$I.deal AS d CROSS JOIN %1$I.report_state AS s LEFT JOIN %1$I.deal_path AS p ON p.opportunity_id = d.opportunity_id
WHERE (d.outcome IS NULL OR d.outcome = 'open') AND NOT EXISTS (SELECT FROM %1$I.deal_week AS w WHERE w.opportunity_id = d.opportunity_id) AND (p.opportunity_id IS NOT NULL OR d.created_at <= s.moment - interval '7 days');
COMMENT ON VIEW %1$I.week_deal IS 'The deals as they are now (after), and as they were seven days before the moment of the reports.';

CREATE MATERIALIZED VIEW %1$I.week AS
SELECT 1 AS one, salesops.pipeline_change(w.opportunity_id, w.after, w.outcome, w.amount, w.close_date, w.team, w.category) AS change FROM %1$I.week_deal AS w;
CREATE UNIQUE INDEX ON %1$I.week (one);
COMMENT ON MATERIALIZED VIEW %1$I.week IS 'Both states of all deals, side by side, in one value.';

-- Per period and team, by close date: two summaries from one pass. A deal whose stage nobody knows is in neither, and open deals that are omitted
-- are in no pipeline, so that "open" is the same amount in every report. Quotas that lie within the quarter.
CREATE MATERIALIZED VIEW %1$I.team_total AS
SELECT v.period, v.period_start, v.period_end, v.n, CASE WHEN grouping(v.team) = 1 THEN 'All teams' ELSE v.team END AS team, grouping(v.team) = 1 AS is_total,
    sum(v.quota) AS quota, salesops.merge(v.rollup) AS rollup, salesops.merge(v.stats) AS stats
FROM (
    SELECT p.period, p.period_start, p.period_end, p.n, d.team, NULL::numeric AS quota, salesops.forecast_rollup(d.category, d.amount) AS rollup,
        salesops.deal_stats(d.outcome, d.amount, d.cycle_days) FILTER (WHERE d.outcome <> 'open' OR d.category IS DISTINCT FROM 'omitted') AS stats
    FROM %1$I.deal AS d JOIN %1$I.report_period AS p ON p.n IN (0, 1) AND d.close_date BETWEEN p.period_start AND p.period_end
    WHERE d.outcome IS NOT NULL
    GROUP BY p.period, p.period_start, p.period_end, p.n, d.team
    UNION ALL
    SELECT p.period, p.period_start, p.period_end, p.n, q.team, sum(q.amount), NULL, NULL
    FROM %1$I.quota AS q JOIN %1$I.report_period AS p ON p.n IN (0, 1) AND q.period_start >= p.period_start AND q.period_end <= p.period_end
    GROUP BY p.period, p.period_start, p.period_end, p.n, q.team
) AS v
GROUP BY GROUPING SETS ((v.period, v.period_start, v.period_end, v.n, v.team), (v.period, v.period_start, v.period_end, v.n));
CREATE UNIQUE INDEX ON %1$I.team_total (period, is_total, team);
COMMENT ON MATERIALIZED VIEW %1$I.team_total IS 'Of each period and team, and of all teams, quota, roll-up by forecast category and the deals by outcome.';

-- For each situation and past quarter, how many of the open deals of each stage were won in it.
CREATE MATERIALIZED VIEW %1$I.past_rates AS
SELECT p.situation, p.period, salesops.stage_win_rates(p.stage, p.outcome_in_period IS NOT DISTINCT FROM 'won') AS rates
FROM %1$I.past_deal AS p WHERE p.outcome = 'open'
GROUP BY p.situation, p.period;
CREATE UNIQUE INDEX ON %1$I.past_rates (situation, period);
COMMENT ON MATERIALIZED VIEW %1$I.past_rates IS 'How many of the open deals of each stage were won in past quarters.';

-- What that says of each stage: drawn towards the other stages where few deals tell.
CREATE MATERIALIZED VIEW %1$I.stored_stage_rates AS
SELECT p.period, p.period_end - s.as_of AS days_left, t.stage, salesops.stage_position(s.process, t.stage) AS stage_position, salesops.stage_probability(s.process, t.stage) AS crm_probability,
    t.decided_deals, t.won_deals, t.raw_win_rate AS measured, t.win_rate AS used
FROM %1$I.report_state AS s
    CROSS JOIN %1$I.report_period AS p
    CROSS JOIN LATERAL (SELECT salesops.merge(r.rates) AS rates FROM %1$I.past_rates AS r WHERE r.situation = CASE p.n WHEN 0 THEN 'current' ELSE 'next' END) AS r
    CROSS JOIN LATERAL salesops.stage_win_rate_table(r.rates) AS t
WHERE p.n IN (0, 1);
CREATE UNIQUE INDEX ON %1$I.stored_stage_rates (period, stage);

-- What is won counts with certainty, an open deal with what its stage has brought; credits are in no outlook. What is certain is one amount, and
-- so is what is expected of the deals behind the largest ninety thousand: an outlook has room for a hundred thousand.
CREATE MATERIALIZED VIEW %1$I.team_outlook AS
SELECT v.period, v.team, v.is_total, salesops.deal_outlook(v.amount, v.chance) AS outlook, salesops.deal_outlook(v.crm_amount, v.crm_chance) AS crm_outlook
FROM (
    WITH deals AS (
        SELECT t.period, t.team, t.is_total, t.outcome, t.amount, t.chance, t.crm_chance, row_number() OVER (PARTITION BY t.period, t.is_total, t.team, t.outcome ORDER BY t.amount DESC, t.opportunity_id) AS n
        FROM (
            SELECT p.period, CASE WHEN w.is_total THEN 'All teams' ELSE d.team END AS team, w.is_total, d.opportunity_id, d.outcome, greatest(d.amount, 0) AS amount,
                coalesce(r.used, salesops.stage_probability(s.process, d.stage)) AS chance, salesops.stage_probability(s.process, d.stage) AS crm_chance
            FROM %1$I.deal AS d JOIN %1$I.report_period AS p ON p.n IN (0, 1) AND d.close_date BETWEEN p.period_start AND p.period_end
                CROSS JOIN %1$I.report_state AS s
                CROSS JOIN (VALUES (false), (true)) AS w (is_total)
                LEFT JOIN %1$I.stored_stage_rates AS r ON r.period = p.period AND r.stage = d.stage
            WHERE d.outcome IN ('open', 'won')
        ) AS t
    )
    SELECT d.period, d.team, d.is_total, d.amount, d.chance, d.amount AS crm_amount, d.crm_chance FROM deals AS d WHERE d.outcome = 'open' AND d.n <= 90000
    UNION ALL
    SELECT d.period, d.team, d.is_total, sum(CASE d.outcome WHEN 'won' THEN d.amount ELSE d.amount * d.chance::numeric END), 1, sum(CASE d.outcome WHEN 'won' THEN d.amount ELSE d.amount * d.crm_chance::numeric END), 1
    FROM deals AS d WHERE d.outcome = 'won' OR d.n > 90000 GROUP BY d.period, d.team, d.is_total
) AS v
GROUP BY v.period, v.team, v.is_total;
CREATE UNIQUE INDEX ON %1$I.team_outlook (period, is_total, team);
COMMENT ON MATERIALIZED VIEW %1$I.team_outlook IS 'Of each period and team, and of all teams, the distribution of what the deals that are there bring.';

CREATE MATERIALIZED VIEW %1$I.stored_forecast_summary AS
SELECT t.period, t.period_start, t.period_end, t.team, t.is_total, t.quota,
    coalesce(salesops.closed_only(t.rollup), 0) AS closed, coalesce(salesops.commit_only(t.rollup), 0) AS commit, coalesce(salesops.most_likely_only(t.rollup), 0) AS most_likely, coalesce(salesops.best_case_only(t.rollup), 0) AS best_case, coalesce(salesops.pipeline_only(t.rollup), 0) AS pipeline,
    coalesce(salesops.commit_forecast(t.rollup), 0) AS commit_forecast, coalesce(salesops.best_case_forecast(t.rollup), 0) AS best_case_forecast, coalesce(salesops.open_pipeline(t.rollup), 0) AS open_pipeline,
    coalesce(salesops.uncategorized_count(t.rollup), 0) AS no_category_deals, coalesce(salesops.uncategorized_amount(t.rollup), 0) AS no_category_amount,
    salesops.outlook_quantile(o.outlook, 0.1, s.correlation) AS outlook_low, salesops.outlook_quantile(o.outlook, 0.5, s.correlation) AS outlook_middle, salesops.outlook_quantile(o.outlook, 0.9, s.correlation) AS outlook_high,
    salesops.chance_of_at_least(o.outlook, t.quota::double precision, s.correlation) AS chance_of_quota, salesops.chance_of_at_least(o.outlook, t.quota::double precision) AS chance_if_independent,
    salesops.chance_of_at_least(o.crm_outlook, t.quota::double precision) AS chance_by_crm
FROM %1$I.team_total AS t CROSS JOIN %1$I.report_state AS s LEFT JOIN %1$I.team_outlook AS o ON o.period = t.period AND o.is_total = t.is_total AND o.team = t.team;
CREATE UNIQUE INDEX ON %1$I.stored_forecast_summary (period, is_total, team);

CREATE MATERIALIZED VIEW %1$I.stored_outlook_histogram AS
SELECT o.period, h.bin, h.amount_from, h.amount_to, h.probability, h.chance_of_at_least
FROM %1$I.team_outlook AS o CROSS JOIN %1$I.report_state AS s CROSS JOIN LATERAL salesops.outlook_histogram(o.outlook, 40, s.correlation) AS h
WHERE o.is_total;
CREATE UNIQUE INDEX ON %1$I.stored_outlook_histogram (period, bin);

-- What the last year's deals say: by close date for the rates of decided deals, by creation for the rate of all created.
CREATE MATERIALIZED VIEW %1$I.team_year AS
SELECT CASE WHEN grouping(d.team) = 1 THEN 'All teams' ELSE d.team END AS team, grouping(d.team) = 1 AS is_total,
    salesops.deal_stats(d.outcome, d.amount, d.cycle_days) FILTER (WHERE d.outcome <> 'open' AND d.close_date >= s.year_before AND d.close_date < s.as_of) AS decided,
    salesops.deal_stats(d.outcome, d.amount, d.cycle_days) FILTER (WHERE d.created_on >= s.year_before AND d.created_at < s.moment) AS created
FROM %1$I.deal AS d CROSS JOIN %1$I.report_state AS s
GROUP BY GROUPING SETS ((d.team), ());
CREATE UNIQUE INDEX ON %1$I.team_year (is_total, team);
COMMENT ON MATERIALIZED VIEW %1$I.team_year IS 'Of each team and of all teams, the deals decided and the deals created in the year before as_of.';

CREATE MATERIALIZED VIEW %1$I.stored_coverage AS
SELECT t.period, t.period_start, t.period_end, t.team, t.is_total, t.quota, v.booked, v.open_amount, v.win_rate_amount,
    salesops.pipeline_coverage(v.open_amount, t.quota, v.booked) AS coverage, salesops.required_coverage(v.win_rate_amount) AS required_coverage,
    coalesce(salesops.coverage_status(v.open_amount, t.quota, v.booked, salesops.required_coverage(v.win_rate_amount)), 'unknown') AS status,
    salesops.expected_from_pipeline(v.open_amount, v.win_rate_amount)::double precision AS expected
FROM %1$I.team_total AS t LEFT JOIN %1$I.team_year AS y ON y.is_total = t.is_total AND y.team = t.team
    CROSS JOIN LATERAL (SELECT coalesce(salesops.won_amount(t.stats), 0), coalesce(salesops.open_amount(t.stats), 0), salesops.win_rate_amount(y.decided)) AS v (booked, open_amount, win_rate_amount);
CREATE UNIQUE INDEX ON %1$I.stored_coverage (period, is_total, team);

CREATE MATERIALIZED VIEW %1$I.stored_movement AS
SELECT p.period, p.period_start, p.period_end, m.team, m.is_total, w.bar, replace(w.movement, '_', ' ') AS movement, w.deals, w.amount, w.level_from, w.level_to
FROM %1$I.week AS k CROSS JOIN %1$I.report_period AS p
    CROSS JOIN LATERAL (
        SELECT b.owner AS team, false AS is_total, b.movement FROM salesops.movement_by_owner(k.change, p.period_start, p.period_end) AS b
        UNION ALL SELECT 'All teams', true, salesops.movement(k.change, p.period_start, p.period_end)
    ) AS m
    CROSS JOIN LATERAL salesops.waterfall(m.movement) AS w
WHERE p.n IN (0, 1) AND m.team IS NOT NULL;
CREATE UNIQUE INDEX ON %1$I.stored_movement (period, is_total, team, bar);

CREATE MATERIALIZED VIEW %1$I.stored_moved_deals AS
SELECT p.period, m.deal, d.name, d.owner_id, d.owner, coalesce(m.owner_after, m.owner_before) AS team, replace(m.movement, '_', ' ') AS movement, m.amount, m.amount_before, m.amount_after, m.close_before, m.close_after,
    row_number() OVER (PARTITION BY p.period, m.deal ORDER BY m.movement, m.amount, m.owner_before, m.owner_after)::integer AS step
FROM %1$I.week AS k CROSS JOIN %1$I.report_period AS p CROSS JOIN LATERAL salesops.moved_deals(k.change, p.period_start, p.period_end) AS m
    JOIN %1$I.deal AS d ON d.opportunity_id = m.deal
WHERE p.n IN (0, 1);
CREATE UNIQUE INDEX ON %1$I.stored_moved_deals (period, deal, step);

-- ---- open deals: age, pushes, hygiene ----

-- In order of the stages, so that what was read of a norm serves for the next deal.
CREATE MATERIALIZED VIEW %1$I.open_age AS
SELECT d.opportunity_id, d.days_in_stage, d.max_days, salesops.stage_age_status_quantile(d.days_in_stage, n.stays) AS age_status, d.pushes
FROM (
    SELECT d.opportunity_id, d.stage, salesops.days_in_current_stage(p.path, s.moment, s.process) AS days_in_stage, salesops.stage_max_days(s.process, d.stage) AS max_days, salesops.push_count(p.dates, 'month') AS pushes
    FROM %1$I.deal AS d CROSS JOIN %1$I.report_state AS s LEFT JOIN %1$I.deal_path AS p ON p.opportunity_id = d.opportunity_id
    WHERE d.outcome = 'open'
    ORDER BY d.stage OFFSET 0
) AS d LEFT JOIN %1$I.stage_norm AS n ON n.stage = d.stage;
CREATE UNIQUE INDEX ON %1$I.open_age (opportunity_id);
COMMENT ON MATERIALIZED VIEW %1$I.open_age IS 'Open deals: how long they have been in their stage, whether that is long beside how long deals stay there, and how often their close date was pushed.';

CREATE MATERIALIZED VIEW %1$I.stored_pipeline_inspection AS
SELECT d.opportunity_id, d.name, d.account_id, d.account, d.owner_id, d.owner, d.team, d.region, d.stage, salesops.stage_position(s.process, d.stage) AS stage_position, d.amount,
    %1$I.quarter_name(d.close_date, s.calendar) AS period, d.close_date, d.forecast_category, d.category, d.category_issue, d.probability AS crm_probability, r.used AS stage_win_rate,
    d.created_on, s.as_of - d.created_on AS age_days, a.days_in_stage, a.max_days, coalesce(a.days_in_stage > a.max_days, false) AS is_aged, a.age_status,
    d.last_activity_on, s.as_of - d.last_activity_on AS days_since_activity, a.pushes, d.next_step, m.movement, m.amount_change, i.issues, coalesce(salesops.issue_count(i.issues), 0) AS issue_count
FROM %1$I.deal AS d
    CROSS JOIN %1$I.report_state AS s
    JOIN %1$I.open_age AS a ON a.opportunity_id = d.opportunity_id
    LEFT JOIN %1$I.report_period AS p ON p.n IN (0, 1) AND d.close_date BETWEEN p.period_start AND p.period_end
    LEFT JOIN %1$I.stored_stage_rates AS r ON r.period = p.period AND r.stage = d.stage
    LEFT JOIN (
        SELECT v.deal, string_agg(DISTINCT v.movement, ', ' ORDER BY v.movement) AS movement, max(coalesce(v.amount_after, 0) - coalesce(v.amount_before, 0)) AS amount_change
        FROM %1$I.stored_moved_deals AS v GROUP BY v.deal
    ) AS m ON m.deal = d.opportunity_id
    CROSS JOIN LATERAL (
        SELECT salesops.hygiene_issues(s.policy, s.process, stage => d.stage, amount => d.amount, close_date => d.close_date, owner => d.owner_id, next_step => d.next_step, category => d.forecast_category, probability => d.probability,
            created => d.created_on, last_activity => d.last_activity_on, days_in_stage => a.days_in_stage, pushes => a.pushes, as_of => s.as_of)
    ) AS i (issues)
WHERE d.outcome = 'open';
CREATE UNIQUE INDEX ON %1$I.stored_pipeline_inspection (opportunity_id);

CREATE MATERIALIZED VIEW %1$I.stored_hygiene_exceptions AS
SELECT d.opportunity_id, d.name, d.owner_id, d.owner, d.team, d.stage, d.amount, i.issue, salesops.issue_severity(s.policy, i.issue) AS severity, salesops.issue_owner(s.policy, i.issue) AS sees_to_it
FROM %1$I.stored_pipeline_inspection AS d CROSS JOIN %1$I.report_state AS s CROSS JOIN LATERAL string_to_table(d.issues, ',') AS i (issue);
CREATE UNIQUE INDEX ON %1$I.stored_hygiene_exceptions (opportunity_id, issue);

CREATE MATERIALIZED VIEW %1$I.stored_hygiene AS
SELECT CASE WHEN grouping(d.team) = 1 THEN 'All teams' ELSE d.team END AS team, grouping(d.team) = 1 AS is_total, count(*) AS open_deals, count(d.issues) AS with_issues, salesops.hygiene_compliance(d.issues) AS in_order
FROM %1$I.stored_pipeline_inspection AS d GROUP BY GROUPING SETS ((d.team), ());
CREATE UNIQUE INDEX ON %1$I.stored_hygiene (is_total, team);

CREATE MATERIALIZED VIEW %1$I.stored_hygiene_breakdown AS
SELECT b.issue, b.records AS deals, b.share, b.cumulative_share, b.amount, salesops.issue_severity(s.policy, b.issue) AS severity, salesops.issue_owner(s.policy, b.issue) AS sees_to_it
FROM (SELECT salesops.count_issues(d.issues, d.amount) AS counts FROM %1$I.stored_pipeline_inspection AS d) AS c CROSS JOIN %1$I.report_state AS s CROSS JOIN LATERAL salesops.issue_breakdown(c.counts) AS b;
CREATE UNIQUE INDEX ON %1$I.stored_hygiene_breakdown (issue);

-- ---- stages: aging and stays ----

CREATE MATERIALIZED VIEW %1$I.stored_stage_stays AS
SELECT n.stage, salesops.stage_position(s.process, n.stage) AS stage_position, salesops.survival_count(n.stays) AS stays, salesops.open_count(n.stays) AS still_there,
    salesops.km_median(n.stays) AS half_leave_within, salesops.km_quantile_low(n.stays, 0.5) AS half_low, salesops.km_quantile_high(n.stays, 0.5) AS half_high, salesops.km_quantile(n.stays, 0.9) AS nine_in_ten_leave_within,
    salesops.cumulative_incidence(n.stays, 'lost', 30) AS lost_in_30_days
FROM %1$I.stage_norm AS n CROSS JOIN %1$I.report_state AS s;
CREATE UNIQUE INDEX ON %1$I.stored_stage_stays (stage);

CREATE MATERIALIZED VIEW %1$I.stored_stage_survival AS
SELECT n.stage, salesops.stage_position(s.process, n.stage) AS stage_position, g.days, salesops.km_survival(n.stays, g.days) AS share_left
FROM %1$I.stage_norm AS n CROSS JOIN %1$I.report_state AS s CROSS JOIN generate_series(0, 90) AS g (days);
CREATE UNIQUE INDEX ON %1$I.stored_stage_survival (stage, days);

CREATE MATERIALIZED VIEW %1$I.stored_stage_aging AS
SELECT d.stage, d.stage_position, d.team, d.is_total, d.max_days, d.open_deals, d.open_amount, d.aged_deals, d.aged_amount, d.stalled_deals, d.age_unknown_deals, d.median_days, n.half_leave_within, n.nine_in_ten_leave_within, n.lost_in_30_days
FROM (
    SELECT v.stage, v.stage_position, CASE WHEN grouping(v.team) = 1 THEN 'All teams' ELSE v.team END AS team, grouping(v.team) = 1 AS is_total, max(v.max_days) AS max_days,
        count(*) AS open_deals, coalesce(sum(v.amount), 0) AS open_amount, count(*) FILTER (WHERE v.is_aged) AS aged_deals, coalesce(sum(v.amount) FILTER (WHERE v.is_aged), 0) AS aged_amount,
        count(*) FILTER (WHERE v.age_status = 'stalled') AS stalled_deals, count(*) FILTER (WHERE v.days_in_stage IS NULL) AS age_unknown_deals, percentile_cont(0.5) WITHIN GROUP (ORDER BY v.days_in_stage) AS median_days
    FROM %1$I.stored_pipeline_inspection AS v
    GROUP BY GROUPING SETS ((v.stage, v.stage_position, v.team), (v.stage, v.stage_position))
) AS d LEFT JOIN %1$I.stored_stage_stays AS n ON n.stage = d.stage;
CREATE UNIQUE INDEX ON %1$I.stored_stage_aging (stage, is_total, team);

-- ---- the funnel ----

-- By the quarter in which they began, and by team. A deal without recorded changes began nobody knows when.
CREATE MATERIALIZED VIEW %1$I.entry_funnel AS
SELECT q.n, q.period AS cohort, q.period_start AS cohort_start, d.team, salesops.stage_funnel(p.path, (SELECT s.process FROM %1$I.report_state AS s), d.amount) AS funnel
FROM %1$I.deal_path AS p JOIN %1$I.deal AS d ON d.opportunity_id = p.opportunity_id JOIN %1$I.report_period AS q ON q.period_start = p.began_in AND q.n BETWEEN -8 AND 0
GROUP BY q.n, q.period, q.period_start, d.team;
CREATE UNIQUE INDEX ON %1$I.entry_funnel (cohort, team);
COMMENT ON MATERIALIZED VIEW %1$I.entry_funnel IS 'The deals that began in each quarter, by team, as salesops.stage_funnel.';

CREATE MATERIALIZED VIEW %1$I.cohort_funnel AS
SELECT c.cohort, c.cohort_start, CASE WHEN grouping(e.team) = 1 THEN 'All teams' ELSE e.team END AS team, grouping(e.team) = 1 AS is_total, salesops.merge(e.funnel) AS funnel
FROM %1$I.entry_funnel AS e
    CROSS JOIN LATERAL (
        SELECT e.cohort, e.cohort_start
        UNION ALL SELECT 'Last four quarters', (SELECT p.period_start FROM %1$I.report_period AS p WHERE p.n = -4) WHERE e.n BETWEEN -4 AND -1
    ) AS c
GROUP BY GROUPING SETS ((c.cohort, c.cohort_start, e.team), (c.cohort, c.cohort_start));
CREATE UNIQUE INDEX ON %1$I.cohort_funnel (cohort, is_total, team);
COMMENT ON MATERIALIZED VIEW %1$I.cohort_funnel IS 'The funnel of each cohort, by team and of all teams.';

CREATE MATERIALIZED VIEW %1$I.stored_funnel AS
SELECT c.cohort, c.cohort_start, c.team, c.is_total, f.stage, f."position" AS stage_position, f.outcome, f.reached, f.entered, f.skipped_over AS skipped, f.began_later, f.advanced, f.lost, f.still_open, f.regressed AS went_back,
    f.conversion_from_first, f.conversion_to_next, f.conversion_to_next_resolved AS conversion_of_decided, f.win_rate, f.expected_value::double precision AS expected_value
FROM %1$I.cohort_funnel AS c CROSS JOIN LATERAL salesops.funnel_stages(c.funnel) AS f
WHERE f.outcome IN ('open', 'won');
CREATE UNIQUE INDEX ON %1$I.stored_funnel (cohort, is_total, team, stage);

CREATE MATERIALIZED VIEW %1$I.stored_funnel_cohorts AS
SELECT c.cohort, c.cohort_start, c.team, c.is_total, salesops.funnel_deals(c.funnel) AS deals, f.open_deals, f.won_deals, f.lost_deals,
    f.won_deals::double precision / nullif(salesops.funnel_deals(c.funnel), 0) AS share_won, f.won_deals::double precision / nullif(f.won_deals + f.lost_deals, 0) AS share_of_closed,
    salesops.funnel_skipping_deals(c.funnel) AS skipped_a_stage, salesops.funnel_regressed_deals(c.funnel) AS went_back, salesops.funnel_reopened_deals(c.funnel) AS reopened
FROM %1$I.cohort_funnel AS c
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(t.in_stage) FILTER (WHERE t.outcome = 'open'), 0)::bigint AS open_deals, coalesce(sum(t.in_stage) FILTER (WHERE t.outcome = 'won'), 0)::bigint AS won_deals,
            coalesce(sum(t.in_stage) FILTER (WHERE t.outcome = 'lost'), 0)::bigint AS lost_deals
        FROM salesops.funnel_stages(c.funnel) AS t
    ) AS f;
CREATE UNIQUE INDEX ON %1$I.stored_funnel_cohorts (cohort, is_total, team);

-- ---- win rates, past calls, categories ----

CREATE MATERIALIZED VIEW %1$I.stored_win_rates AS
SELECT y.team, y.is_total, coalesce(salesops.won_deals(y.decided), 0) AS won_deals, coalesce(salesops.lost_deals(y.decided), 0) AS lost_deals, salesops.win_rate(y.decided) AS win_rate, salesops.win_rate_low(y.decided) AS win_rate_low, salesops.win_rate_high(y.decided) AS win_rate_high,
    salesops.win_rate_amount(y.decided) AS win_rate_amount, salesops.win_rate_created(y.created) AS win_rate_created, coalesce(salesops.won_amount(y.decided), 0) AS won_amount, coalesce(salesops.lost_amount(y.decided), 0) AS lost_amount,
    salesops.avg_deal_size(y.decided) AS avg_deal_size, salesops.avg_cycle_days(y.decided)::double precision AS avg_cycle_days, salesops.median_cycle_days(y.decided)::double precision AS median_cycle_days, coalesce(salesops.missing_amounts(y.decided), 0) AS missing_amounts
FROM %1$I.team_year AS y;
CREATE UNIQUE INDEX ON %1$I.stored_win_rates (is_total, team);

-- What the past quarters won, all deals.
CREATE MATERIALIZED VIEW %1$I.past_won AS
SELECT p.period, coalesce(sum(d.amount), 0) AS won
FROM %1$I.report_period AS p LEFT JOIN %1$I.deal AS d ON d.outcome = 'won' AND d.close_date BETWEEN p.period_start AND p.period_end
WHERE p.n BETWEEN -6 AND -1 GROUP BY p.period;
CREATE UNIQUE INDEX ON %1$I.past_won (period);
COMMENT ON MATERIALIZED VIEW %1$I.past_won IS 'What was won in the past quarters.';

CREATE MATERIALIZED VIEW %1$I.stored_forecast_calls AS
SELECT c.period, w.won, salesops.commit_forecast(c.rollup) AS commit_forecast, salesops.best_case_forecast(c.rollup) AS best_case_forecast,
    ((salesops.commit_forecast(c.rollup) - w.won) / nullif(w.won, 0))::double precision AS commit_error, salesops.commit_accuracy(c.outcome) AS commit_accuracy,
    c.band_low, c.band_high, c.won_of_these, c.inside_band
FROM %1$I.past_call AS c JOIN %1$I.past_won AS w ON w.period = c.period;
CREATE UNIQUE INDEX ON %1$I.stored_forecast_calls (period);

CREATE MATERIALIZED VIEW %1$I.stored_call_accuracy AS
SELECT 1 AS one, salesops.forecast_pairs(a.e) AS quarters, salesops.forecast_accuracy(a.e) AS accuracy, salesops.forecast_bias(a.e) AS bias, salesops.mape(a.e) AS mape, salesops.met(a.b) AS inside, salesops.compliance_rate(a.b) AS inside_share
FROM (SELECT salesops.forecast_error(f.won, f.commit_forecast) AS e, salesops.compliance(f.inside_band) AS b FROM %1$I.stored_forecast_calls AS f) AS a;
CREATE UNIQUE INDEX ON %1$I.stored_call_accuracy (one);

-- How much of what past quarters brought came from deals that were not in the quarter yet when as many days were left.
CREATE MATERIALIZED VIEW %1$I.stored_later_deals AS
SELECT p.period, p.period_end - s.as_of AS days_left, sum(w.won) AS won, sum(c.won) AS won_of_these, (1 - sum(c.won) / nullif(sum(w.won), 0))::double precision AS share_later
FROM %1$I.report_state AS s CROSS JOIN %1$I.report_period AS p
    JOIN (SELECT v.situation, v.period, coalesce(sum(v.final_amount) FILTER (WHERE v.outcome_in_period = 'won'), 0) AS won FROM %1$I.past_deal AS v GROUP BY v.situation, v.period) AS c ON c.situation = CASE p.n WHEN 0 THEN 'current' ELSE 'next' END
    JOIN %1$I.past_won AS w ON w.period = c.period
WHERE p.n IN (0, 1)
GROUP BY p.period, p.period_end - s.as_of;
CREATE UNIQUE INDEX ON %1$I.stored_later_deals (period);

CREATE MATERIALIZED VIEW %1$I.stored_integrity AS
SELECT CASE WHEN grouping(d.team) = 1 THEN 'All teams' ELSE d.team END AS team, grouping(d.team) = 1 AS is_total, count(*) AS deals, count(d.category_issue) AS wrong,
    salesops.forecast_category_integrity(s.process, d.stage, d.forecast_category) AS integrity
FROM %1$I.deal AS d CROSS JOIN %1$I.report_state AS s
GROUP BY GROUPING SETS ((d.team), ());
CREATE UNIQUE INDEX ON %1$I.stored_integrity (is_total, team);

CREATE MATERIALIZED VIEW %1$I.stored_integrity_reasons AS
SELECT d.category_issue AS reason, count(*) AS deals, sum(d.amount) AS amount FROM %1$I.deal AS d WHERE d.category_issue IS NOT NULL GROUP BY d.category_issue;
CREATE UNIQUE INDEX ON %1$I.stored_integrity_reasons (reason);

CREATE MATERIALIZED VIEW %1$I.stored_integrity_owners AS
SELECT coalesce(v.owner_id, '') AS owner_id, v.owner, v.team, sum(v.deals)::bigint AS deals, coalesce(sum(v.deals) FILTER (WHERE v.category_issue IS NOT NULL), 0)::bigint AS wrong,
    salesops.compliance_rate(salesops.merge(v.integrity)) AS integrity, string_agg(v.category_issue, ', ' ORDER BY v.category_issue) AS reasons
FROM (
    SELECT d.owner_id, d.owner, d.team, d.category_issue, count(*) AS deals, salesops.compliance(salesops.forecast_category_ok(s.process, d.stage, d.forecast_category)) AS integrity
    FROM %1$I.deal AS d CROSS JOIN %1$I.report_state AS s
    GROUP BY d.owner_id, d.owner, d.team, d.category_issue
) AS v
GROUP BY coalesce(v.owner_id, ''), v.owner, v.team HAVING count(v.category_issue) > 0;
CREATE UNIQUE INDEX ON %1$I.stored_integrity_owners (owner_id, owner, team);

-- ---- duplicates, scorecard, days ----

CREATE MATERIALIZED VIEW %1$I.stored_duplicates AS
SELECT d.kind, d.cluster, d.record, d.name, d.record = d.cluster AS is_first, count(*) OVER (PARTITION BY d.kind, d.cluster) AS records_in_group, d.probability, d.why FROM %1$I.duplicate_record AS d;
CREATE UNIQUE INDEX ON %1$I.stored_duplicates (kind, record);

CREATE MATERIALIZED VIEW %1$I.stored_doubtful_duplicates AS
SELECT d.kind, d.record_a, d.record_b, d.probability, d.weight, d.why FROM %1$I.duplicate_pair AS d;
CREATE UNIQUE INDEX ON %1$I.stored_doubtful_duplicates (kind, record_a, record_b);

CREATE MATERIALIZED VIEW %1$I.stored_duplicate_rates AS
SELECT m.kind, m.records, d.duplicate_groups, d.surplus_records, 1000 * d.surplus_records::double precision / nullif(m.records, 0) AS per_1000, 5::double precision AS target_per_1000
FROM %1$I.match_setting AS m CROSS JOIN LATERAL (SELECT count(DISTINCT r.cluster) AS duplicate_groups, count(*) FILTER (WHERE r.record <> r.cluster) AS surplus_records FROM %1$I.duplicate_record AS r WHERE r.kind = m.kind) AS d
WHERE m.records > 0 OR m.kind = 'account';
CREATE UNIQUE INDEX ON %1$I.stored_duplicate_rates (kind);

CREATE MATERIALIZED VIEW %1$I.stored_scorecard AS
SELECT m.ordinality::integer AS position, replace(m.metric, '_', ' ') AS metric, m.definition, t.value, coalesce(t.unit, m.unit) AS unit, coalesce(t.direction, m.direction) AS direction, coalesce(t.target, m.target) AS target, coalesce(t.status, 'unknown') AS status, t.trend, k.sparkline, t.numerator, t.denominator
FROM %1$I.report_state AS s CROSS JOIN salesops.scorecard_metrics(%5$L::text) WITH ORDINALITY AS m
    -- what was never evaluated, or is not now, as a table is not there, is not known
    LEFT JOIN ((SELECT r.moment FROM %1$I.report_state AS r WHERE r.moment IS NOT NULL) AS o CROSS JOIN LATERAL salesops.metric_status(%4$L::text, o.moment) AS t) ON t.metric = m.metric AND NOT EXISTS (SELECT FROM %1$I.scorecard_gap AS g WHERE g.metric = t.metric AND t.as_of_value < o.moment)
    CROSS JOIN LATERAL (
        SELECT nullif(ltrim(salesops.spark(array_agg(v.value::double precision ORDER BY w.n DESC))), '')
        FROM generate_series(0, 11) AS w (n) LEFT JOIN LATERAL (
            SELECT x.value FROM %1$I.metric_value AS x WHERE x.metric = m.metric AND x.as_of > s.moment - (w.n + 1) * interval '7 days' AND x.as_of <= s.moment - w.n * interval '7 days' ORDER BY x.as_of DESC LIMIT 1
        ) AS v ON true
    ) AS k (sparkline)
WHERE s.moment IS NOT NULL;
CREATE UNIQUE INDEX ON %1$I.stored_scorecard (metric);

CREATE MATERIALIZED VIEW %1$I.stored_date_dimension AS
SELECT v.day, extract(year FROM v.day)::integer AS year, to_char(v.day, 'YYYY-"Q"Q') AS quarter, date_trunc('month', v.day::timestamp)::date AS month, to_char(v.day, 'FMMonth') AS month_name, to_char(v.day, 'IYYY-"W"IW') AS iso_week,
    extract(isodow FROM v.day)::integer AS weekday, to_char(v.day, 'FMDay') AS weekday_name, salesops.fiscal_year(v.day, s.calendar) AS fiscal_year, %1$I.quarter_name(v.day, s.calendar) AS fiscal_quarter,
    f.quarter_start AS fiscal_quarter_start, f.quarter_end AS fiscal_quarter_end, extract(isodow FROM v.day) < 6 AS is_weekday, f.quarter_end - v.day AS days_left_in_quarter, v.day < s.as_of AS is_past
FROM %1$I.report_state AS s
    CROSS JOIN LATERAL generate_series(salesops.fiscal_period_start((s.as_of - interval '3 years')::date, 'year', s.calendar)::timestamp, salesops.fiscal_period_end((s.as_of + interval '1 year')::date, 'year', s.calendar)::timestamp, interval '1 day') AS g (at)
    CROSS JOIN LATERAL (SELECT g.at::date) AS v (day)
    CROSS JOIN LATERAL (SELECT salesops.fiscal_period_start(v.day, 'quarter', s.calendar), salesops.fiscal_period_end(v.day, 'quarter', s.calendar)) AS f (quarter_start, quarter_end)
WHERE s.as_of IS NOT NULL;
CREATE UNIQUE INDEX ON %1$I.stored_date_dimension (day);
$text$, schema, contract_schema, '', schema, contract_schema);
COMMENT ON FUNCTION report_stored_sql(text, text) IS $$The part of reports_sql that makes the materialized views of reports.
schema: of the reports; contract_schema: of the contract's tables. NULL for NULL.
Example: salesops.report_stored_sql('reports', 'crm') LIKE '%CREATE MATERIALIZED VIEW reports.stored_coverage AS%' ==> true$$;
