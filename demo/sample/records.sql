-- Writes the deals made by deals.sql: their present state, their history, and what is true of them.

-- 1. Present state -----------------------------------------------------------------------------------------------------
INSERT INTO crm.opportunity (opportunity_id, name, account_id, owner_id, stage, amount, currency, probability, forecast_category,
                             created_at, close_date, next_step, last_activity_at, deal_type, lead_source, is_deleted)
SELECT 'OPP-' || lpad(i::text, 7, '0'),
       stem || ' - ' || truth.pick(truth.words('Platform|Platform|Analytics Suite|Data Hub|Support Plan|Training|Field Service|Mobile Licenses|Integration Package|Security Add-on|Pilot|Multi-Year Agreement'), truth.draw(value, 7))
            || ' ' || extract(year FROM close_dates[cardinality(close_dates)])::text,
       account_id,
       'USR-' || lpad((6 + owners[cardinality(owners)])::text, 5, '0'),
       truth.stage_name(stage),
       amounts[cardinality(amounts)],
       currency,
       truth.stage_probability(stage),
       categories[visits],
       entered[1] AT TIME ZONE 'UTC',
       close_dates[cardinality(close_dates)],
       -- Blank next steps: one in five of the open deals, and over half of the closed ones, which hardly need any.
       CASE WHEN truth.draw(fault, 6) < CASE WHEN is_closed THEN 0.55 ELSE 0.20 END
            THEN truth.pick(ARRAY[NULL, NULL, NULL, NULL, '', 'tbd', 'TBD', 'n/a', '-'], truth.draw(course, 6))
            ELSE truth.pick(truth.words('Send proposal|Schedule demo with finance|Call with procurement|Follow up on pricing|Security questionnaire due|Contract with legal|Meet the technical team|Reference call|Confirm budget|Workshop on site|Send revised quote|Intro to executive sponsor|Await signature|Define success criteria for pilot'), truth.draw(course, 6)) END,
       -- The last activity: the closing; on open deals some day of the last weeks, unless nothing happened for long.
       CASE WHEN truth.draw(course, 7) < 0.985 THEN
           CASE WHEN is_closed OR activity_day = last_day THEN entered[visits]
                ELSE truth.office_time(activity_day, team, truth.draw(closing, 2)) END
       END AT TIME ZONE 'UTC',
       deal_type,
       CASE WHEN truth.draw(value, 5) < 0.04 THEN truth.pick(ARRAY[NULL, NULL, '-', ''], truth.draw(course, 4))
            ELSE truth.pick(truth.words('Web|Web|Referral|Partner|Partner|Trade Show|Outbound|Outbound|Inbound Call|Webinar|Customer'), truth.draw(value, 4)) END,
       is_deleted
FROM truth.w_life
CROSS JOIN LATERAL (
    SELECT CASE WHEN idle_days < 45 THEN greatest(last_day, 519 - floor(25 * truth.draw(course, 7) * truth.draw(closing, 1))::integer)
                ELSE least(519, last_day + truth.below(15, truth.draw(closing, 1))) END AS activity_day
) AS activity;

-- 2. History -------------------------------------------------------------------------------------------------------------
-- The changes of a deal in order of time; how many changes of each value there have been says which version holds. What
-- happens at one instant is one row: at closing, the stage and the close date.
INSERT INTO crm.opportunity_history (opportunity_id, changed_at, stage, amount, close_date, forecast_category, owner_id, probability)
SELECT 'OPP-' || lpad(d.i::text, 7, '0'), h.at AT TIME ZONE 'UTC',
       truth.stage_name(d.stages[h.visit]), d.amounts[1 + h.amount_changes], d.close_dates[1 + h.close_changes], d.categories[h.visit],
       'USR-' || lpad((6 + d.owners[1 + h.owner_changes])::text, 5, '0'), truth.stage_probability(d.stages[h.visit])
FROM truth.w_life d
CROSS JOIN LATERAL (
    SELECT at,
           (sum(sum(stage)) OVER (ORDER BY at))::integer AS visit,
           (sum(sum(amount)) OVER (ORDER BY at))::integer AS amount_changes,
           (sum(sum(close)) OVER (ORDER BY at))::integer AS close_changes,
           (sum(sum(owner)) OVER (ORDER BY at))::integer AS owner_changes
    FROM (
        SELECT unnest(d.entered) AS at, 1 AS stage, 0 AS amount, 0 AS close, 0 AS owner
        UNION ALL SELECT unnest(d.amount_at), 0, 1, 0, 0
        UNION ALL SELECT unnest(d.close_at), 0, 0, 1, 0
        UNION ALL SELECT d.entered[d.visits], 0, 0, 1, 0 WHERE d.is_closed
        UNION ALL SELECT d.owner_at, 0, 0, 0, 1 WHERE d.owner_at IS NOT NULL
    ) AS change
    GROUP BY at
) AS h
WHERE d.has_history;

-- 3. What is true of them ------------------------------------------------------------------------------------------------
CREATE TABLE truth.category_error (
    opportunity_id  text  PRIMARY KEY,
    reason          text  NOT NULL
);
COMMENT ON TABLE truth.category_error IS 'The deals whose forecast category was made wrong, or whose stage is unknown; all other deals'' are right. Deleted deals are all right.';
COMMENT ON COLUMN truth.category_error.reason IS 'missing_category, unknown_category, unknown_stage, won_not_closed, lost_not_omitted, open_marked_closed, category_too_strong or category_too_weak.';
INSERT INTO truth.category_error (opportunity_id, reason)
SELECT 'OPP-' || lpad(i::text, 7, '0'), reason FROM truth.w_life WHERE reason IS NOT NULL;

CREATE TABLE truth.blank_field (
    opportunity_id  text  NOT NULL,
    field           text  NOT NULL,
    PRIMARY KEY (opportunity_id, field)
);
COMMENT ON TABLE truth.blank_field IS 'The values left out of deals, deleted deals included: NULL, empty, or a placeholder such as tbd, n/a and -.';
COMMENT ON COLUMN truth.blank_field.field IS 'Column of opportunity: next_step, amount, lead_source or forecast_category.';
INSERT INTO truth.blank_field (opportunity_id, field)
SELECT 'OPP-' || lpad(d.i::text, 7, '0'), f.field
FROM truth.w_life d
CROSS JOIN LATERAL (VALUES
    ('next_step', truth.draw(fault, 6) < CASE WHEN is_closed THEN 0.55 ELSE 0.20 END),
    ('amount', amounts[1] IS NULL),
    ('lead_source', truth.draw(value, 5) < 0.04),
    ('forecast_category', reason = 'missing_category')) AS f (field, is_blank)
WHERE f.is_blank;

CREATE TABLE truth.aged_deal (
    opportunity_id  text    PRIMARY KEY,
    stage           text    NOT NULL,
    days            float8  NOT NULL
);
COMMENT ON TABLE truth.aged_deal IS 'Open deals, not deleted, that have been in their stage for more days than its max_days at as_of. Deals without history are left out, their age in stage being unknown; so are unknown stages, which have no limit.';
COMMENT ON COLUMN truth.aged_deal.stage IS 'The stage the deal is in.';
COMMENT ON COLUMN truth.aged_deal.days IS 'Days of 24 hours from the last entry into the stage until as_of.';
INSERT INTO truth.aged_deal (opportunity_id, stage, days)
SELECT 'OPP-' || lpad(d.i::text, 7, '0'), s.stage, a.days
FROM truth.w_life d
JOIN crm.stage s ON s.position = d.stage
CROSS JOIN LATERAL (SELECT extract(epoch FROM timestamp '2026-06-29' - d.entered[d.visits])::float8 / 86400::float8 AS days) AS a
WHERE NOT d.is_closed AND NOT d.is_deleted AND d.has_history AND a.days > s.max_days;

CREATE TABLE truth.push (
    opportunity_id  text     PRIMARY KEY,
    pushes          integer  NOT NULL
);
COMMENT ON TABLE truth.push IS 'How often the close date of a deal was moved to a later calendar month; deals without a push or without history are left out, deleted ones are not.';
COMMENT ON COLUMN truth.push.pushes IS 'Changes from one history row to the next that end in a later month, at closing too; a move over several months counts once, and a move back takes none away.';
INSERT INTO truth.push (opportunity_id, pushes)
SELECT 'OPP-' || lpad(d.i::text, 7, '0'), p.pushes
FROM truth.w_life d
CROSS JOIN LATERAL (
    SELECT count(*)::integer AS pushes FROM generate_series(2, cardinality(d.close_dates)) AS k
    WHERE truth.month_number(d.close_dates[k]) > truth.month_number(d.close_dates[k - 1])) AS p
WHERE d.has_history AND p.pushes > 0;

CREATE TABLE truth.regression (
    opportunity_id  text     PRIMARY KEY,
    regressions     integer  NOT NULL
);
COMMENT ON TABLE truth.regression IS 'How often a deal went back to an earlier stage; deals that never did or have no history are left out, deleted ones are not. Closed deals are never reopened.';
COMMENT ON COLUMN truth.regression.regressions IS 'Stage changes to a smaller position.';
CREATE TABLE truth.skip (
    opportunity_id  text     PRIMARY KEY,
    skips           integer  NOT NULL
);
COMMENT ON TABLE truth.skip IS 'How many stages a deal passed over; deals without any or without history are left out, deleted ones are not.';
COMMENT ON COLUMN truth.skip.skips IS 'Open stages jumped over when moving forward from one open stage to another. Each jump passes over one stage, which the deal visits at no other time. Stages before the first one are not skipped, nor are those left when a deal is lost; no deal is won but from the last open stage.';

INSERT INTO truth.regression (opportunity_id, regressions)
SELECT 'OPP-' || lpad(d.i::text, 7, '0'), m.regressions
FROM truth.w_life d
CROSS JOIN LATERAL (
    SELECT count(*)::integer AS regressions FROM generate_series(2, d.visits) AS k WHERE d.stages[k] < d.stages[k - 1]) AS m
WHERE d.has_history AND m.regressions > 0;

INSERT INTO truth.skip (opportunity_id, skips)
SELECT 'OPP-' || lpad(d.i::text, 7, '0'), m.skips
FROM truth.w_life d
CROSS JOIN LATERAL (
    SELECT sum(d.stages[k] - d.stages[k - 1] - 1)::integer AS skips FROM generate_series(2, d.visits) AS k
    WHERE d.stages[k] <= 7 AND d.stages[k] > d.stages[k - 1]) AS m
WHERE d.has_history AND m.skips > 0;

CREATE TABLE truth.stage_stay (
    opportunity_id  text     NOT NULL,
    visit           integer  NOT NULL,
    stage           text     NOT NULL,
    days            integer,
    PRIMARY KEY (opportunity_id, visit)
);
COMMENT ON TABLE truth.stage_stay IS 'How long each stay in an open stage lasts in truth, also where it ends after as_of, which no history can show; deals without history are left out, deleted ones are not, and unknown stages are.';
COMMENT ON COLUMN truth.stage_stay.days IS 'Calendar days from the day of entering to that of leaving; NULL for a deal that stops there for good.';

INSERT INTO truth.stage_stay (opportunity_id, visit, stage, days)
SELECT 'OPP-' || lpad(d.i::text, 7, '0'), v.visit, s.stage, v.days
FROM truth.w_life d
CROSS JOIN LATERAL unnest(d.stages, d.stays) WITH ORDINALITY AS v (position, days, visit)
JOIN crm.stage s ON s.position = v.position AND s.outcome = 'open'
WHERE d.has_history;
