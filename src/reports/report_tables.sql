-- reports: the tables that reports stand on, and the functions that load them from the contract's tables, as SQL text.
--
-- What reports show is computed from tables of their own schema and from nothing else: a connector may drop the tables behind the contract with
-- CASCADE, and the reports of the last refresh stay. The templates go through format(): %1$I is the schema of the reports, %2$I the
-- contract schema, %3$s quotes bodies (a tag that occurs in neither name), %% is a percent sign. See docs/design/reports.md.

CREATE FUNCTION report_tables_sql(schema text, contract_schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($text$-- ---- what the reports are made by ----

CREATE TABLE IF NOT EXISTS %1$I.report_setting (
    one              boolean PRIMARY KEY DEFAULT true CHECK (one),
    contract_schema  text NOT NULL,
    calendar         salesops.fiscal_calendar NOT NULL,
    policy           salesops.hygiene_policy,
    time_zone        text NOT NULL,
    correlation      double precision NOT NULL DEFAULT 0.1 CHECK (correlation >= 0 AND correlation < 1),
    lookback         interval NOT NULL DEFAULT '3 days' CHECK (lookback >= '0'),
    version          text NOT NULL
);
COMMENT ON TABLE %1$I.report_setting IS 'How the reports are made: one row, which may be changed; the next refresh goes by it.';
COMMENT ON COLUMN %1$I.report_setting.contract_schema IS 'Where the contract''s tables are (docs/reference/contract.md).';
COMMENT ON COLUMN %1$I.report_setting.calendar IS 'The fiscal year, whose quarters are the periods.';
COMMENT ON COLUMN %1$I.report_setting.policy IS 'What is asked of open deals; NULL: the fields that any open deal has, and limits of 60 days without activity, 2 pushes and a year.';
COMMENT ON COLUMN %1$I.report_setting.time_zone IS 'Where a day begins.';
COMMENT ON COLUMN %1$I.report_setting.correlation IS 'How much the deals of a quarter depend on each other, for the outlook.';
COMMENT ON COLUMN %1$I.report_setting.version IS 'The version of salesops that wrote the reports.';
COMMENT ON COLUMN %1$I.report_setting.lookback IS 'How late a row of the history may come: an incremental refresh reads what is younger than the last one, and as much before it.';

CREATE TABLE IF NOT EXISTS %1$I.report_state (
    one           boolean PRIMARY KEY DEFAULT true CHECK (one),
    as_of         date,
    moment        timestamptz,
    refreshed_at  timestamptz,
    year_before   date,
    contract_schema  text,
    version       text,
    previous_moment  timestamptz,
    lookback      interval,
    process       salesops.sales_process,
    policy        salesops.hygiene_policy,
    calendar      salesops.fiscal_calendar,
    time_zone     text,
    correlation   double precision
);
INSERT INTO %1$I.report_state DEFAULT VALUES ON CONFLICT DO NOTHING;
COMMENT ON TABLE %1$I.report_state IS 'What the reports of the last refresh stand on: one row, of NULL before the first.';

CREATE TABLE IF NOT EXISTS %1$I.report_refresh (
    refresh_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    as_of        date,
    kind         text CHECK (kind IN ('full', 'incremental')),
    status       text NOT NULL CHECK (status IN ('running', 'published', 'failed')),
    step         text,
    steps_done   integer,
    steps        integer,
    message      text,
    rows         bigint,
    seconds      double precision,
    pid          integer,
    started_by   text NOT NULL DEFAULT current_user
);
COMMENT ON TABLE %1$I.report_refresh IS 'The log of refreshes: one row for each. running: its session is at it, or has ended without a word; what it is at, salesops.refresh_progress() tells.';
COMMENT ON COLUMN %1$I.report_refresh.step IS 'The step that failed.';
COMMENT ON COLUMN %1$I.report_refresh.rows IS 'Rows of tables that it wrote, those of materialized views not counted.';

CREATE TABLE IF NOT EXISTS %1$I.report_refresh_step (
    refresh_id   bigint NOT NULL REFERENCES %1$I.report_refresh ON DELETE CASCADE,
    position     integer NOT NULL,
    step         text NOT NULL,
    rows         bigint,
    seconds      double precision NOT NULL,
    PRIMARY KEY (refresh_id, position)
);
COMMENT ON TABLE %1$I.report_refresh_step IS 'How long each step of a refresh took, of those that were published.';

-- ---- what the reports are made of ----

CREATE TABLE IF NOT EXISTS %1$I.report_period (
    n             integer PRIMARY KEY,
    period        text NOT NULL,
    period_start  date NOT NULL,
    period_end    date NOT NULL
);
COMMENT ON TABLE %1$I.report_period IS 'The fiscal quarters that reports speak of: n is 0 for that of as_of, 1 for the next one, -1 for the last one.';

CREATE TABLE IF NOT EXISTS %1$I.owner (
    owner_id    text PRIMARY KEY,
    name        text,
    email       text,
    team        text,
    region      text,
    manager_id  text,
    is_active   boolean
);
COMMENT ON TABLE %1$I.owner IS 'The people of sales_user, as of the last refresh.';

CREATE TABLE IF NOT EXISTS %1$I.deal (
    opportunity_id     text PRIMARY KEY,
    name               text,
    account_id         text,
    account            text,
    owner_id           text,
    owner              text NOT NULL,
    team               text NOT NULL,
    region             text,
    stage              text,
    outcome            text,
    amount             numeric,
    rate               numeric,
    close_date         date,
    forecast_category  text,
    category           text,
    category_issue     text,
    probability        double precision,
    created_at         timestamptz,
    created_on         date,
    cycle_days         integer,
    next_step          text,
    last_activity_on   date
);
COMMENT ON TABLE %1$I.deal IS 'The deals that are not deleted, as of the last refresh: one row for each.';
COMMENT ON COLUMN %1$I.deal.outcome IS 'open, won or lost, by the stage; NULL for a stage that the process does not know.';
COMMENT ON COLUMN %1$I.deal.amount IS 'In the corporate currency.';
COMMENT ON COLUMN %1$I.deal.rate IS 'What one unit of the deal''s currency is in the corporate currency.';
COMMENT ON COLUMN %1$I.deal.forecast_category IS 'As typed.';
COMMENT ON COLUMN %1$I.deal.category IS 'By which the deal is rolled up: the owner''s, but the stage''s where the deal is won or lost or is open and marked closed; NULL where it is missing or unknown.';

CREATE TABLE IF NOT EXISTS %1$I.deal_path (
    opportunity_id  text PRIMARY KEY,
    path            salesops.stage_path,
    dates           salesops.close_path,
    began_at        timestamptz,
    began_in        date
);
COMMENT ON TABLE %1$I.deal_path IS 'Of each deal with a history, its way through the stages and of its close date, up to the moment of the reports.';
COMMENT ON COLUMN %1$I.deal_path.began_in IS 'The first day of the fiscal quarter in which it began; NULL where that was before those of report_period.';

CREATE TABLE IF NOT EXISTS %1$I.deal_state (
    situation          text NOT NULL,
    period             text NOT NULL,
    opportunity_id     text NOT NULL,
    stage              text,
    amount             numeric,
    close_date         date,
    forecast_category  text,
    owner_id           text,
    PRIMARY KEY (situation, period, opportunity_id)
);
COMMENT ON TABLE %1$I.deal_state IS 'Of past quarters, the deals whose close date was in them at a moment, as they were, from their history. situation: as many days before the quarter''s end as that of the reports (current) and the next one have left, and thirty (month).';
COMMENT ON COLUMN %1$I.deal_state.amount IS 'In the deal''s currency.';

CREATE TABLE IF NOT EXISTS %1$I.report_moment (
    situation  text NOT NULL,
    period     text NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (situation, period)
);
COMMENT ON TABLE %1$I.report_moment IS 'The moments of deal_state at the last refresh.';

CREATE TABLE IF NOT EXISTS %1$I.deal_moved (
    LIKE %1$I.deal_state,
    is_there  boolean NOT NULL
);
COMMENT ON TABLE %1$I.deal_moved IS 'What the last refresh changed in deal_state as its moments moved on.';

CREATE TABLE IF NOT EXISTS %1$I.past_call (
    period        text PRIMARY KEY,
    rollup        salesops.forecast_rollup,
    outcome       salesops.forecast_outcome,
    outlook       salesops.deal_outlook,
    correlation   double precision,
    won_of_these  numeric,
    band_low      double precision,
    band_high     double precision,
    inside_band   boolean
);
COMMENT ON TABLE %1$I.past_call IS 'What was called thirty days before each past quarter ended.';

CREATE TABLE IF NOT EXISTS %1$I.deal_week (
    opportunity_id     text PRIMARY KEY,
    changed_at         timestamptz,
    stage              text,
    amount             numeric,
    close_date         date,
    forecast_category  text,
    owner_id           text
);
COMMENT ON TABLE %1$I.deal_week IS 'The deals that changed in the seven days before the moment of the reports or later, as they were before, from their history; changed_at is NULL where they were not there.';
COMMENT ON COLUMN %1$I.deal_week.amount IS 'In the deal''s currency.';

CREATE TABLE IF NOT EXISTS %1$I.deal_change (
    opportunity_id     text,
    changed_at         timestamptz,
    stage              text,
    amount             numeric,
    close_date         date,
    forecast_category  text,
    owner_id           text
);
COMMENT ON TABLE %1$I.deal_change IS 'The rows of the history that the last refresh looked at one by one: all of the deals that changed within seven days or since the refresh before, and those between the moments of deal_state then and now.';
COMMENT ON COLUMN %1$I.deal_change.amount IS 'In the deal''s currency.';

CREATE TABLE IF NOT EXISTS %1$I.deal_touched (
    opportunity_id  text PRIMARY KEY
);
COMMENT ON TABLE %1$I.deal_touched IS 'The deals whose row or history changed between the last two refreshes; none after a full one.';

CREATE TABLE IF NOT EXISTS %1$I.stage_norm (
    stage  text PRIMARY KEY,
    stays  salesops.survival
);
COMMENT ON TABLE %1$I.stage_norm IS 'The stays of deals in each open stage, those that are still there included.';

CREATE TABLE IF NOT EXISTS %1$I.quota (
    owner_id      text NOT NULL,
    period_start  date NOT NULL,
    period_end    date,
    owner         text NOT NULL,
    team          text NOT NULL,
    amount        numeric,
    PRIMARY KEY (owner_id, period_start)
);
COMMENT ON TABLE %1$I.quota IS 'Quotas, as of the last refresh, in the corporate currency.';

CREATE TABLE IF NOT EXISTS %1$I.match_setting (
    kind         text PRIMARY KEY,
    records      bigint NOT NULL,
    fingerprint  numeric,
    model        salesops.match_model
);
COMMENT ON TABLE %1$I.match_setting IS 'What was searched for duplicates, and what agreement on each column is worth (read by salesops.match_weights).';

CREATE TABLE IF NOT EXISTS %1$I.duplicate_record (
    kind         text NOT NULL,
    record       text NOT NULL,
    cluster      text NOT NULL,
    name         text,
    content      text[],
    probability  double precision,
    why          text,
    PRIMARY KEY (kind, record)
);
COMMENT ON TABLE %1$I.duplicate_record IS 'The records that have a duplicate, with the group that they are in, which is called by its first record.';

CREATE TABLE IF NOT EXISTS %1$I.duplicate_pair (
    kind         text NOT NULL,
    record_a     text NOT NULL,
    record_b     text NOT NULL,
    weight       double precision,
    probability  double precision,
    why          text,
    PRIMARY KEY (kind, record_a, record_b)
);
COMMENT ON TABLE %1$I.duplicate_pair IS 'Pairs of records that are rather one than not and yet in no group together.';

CREATE TABLE IF NOT EXISTS %1$I.scorecard_gap (
    metric   text PRIMARY KEY,
    message  text NOT NULL
);
COMMENT ON TABLE %1$I.scorecard_gap IS 'The metrics of the scorecard that cannot be evaluated, since the contract schema lacks a table or a column: as of the last refresh.';
$text$, schema, contract_schema);
COMMENT ON FUNCTION report_tables_sql(text, text) IS $$The part of reports_sql that makes the tables that reports are made of.
schema: of the reports; contract_schema: of the contract's tables. NULL for NULL.
Example: salesops.report_tables_sql('reports', 'crm') LIKE '%CREATE TABLE IF NOT EXISTS reports.deal (%' ==> true$$;
