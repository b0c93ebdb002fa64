-- The contract schema, as plain tables.
--
-- Reports and templates of salesops read a schema with the tables below, whatever the CRM behind it. In a warehouse
-- the tables are usually views over a connector's tables; here they are tables, to be filled by the sample generator
-- (demo/sample.sql) or from CSV exports. docs/reference/contract.md explains every column.
--
--   psql -f demo/contract.sql
--
-- The script does not need the extension, works on PostgreSQL 15 to 18, and stops when a schema crm exists already, so
-- that nobody's own schema is mixed with the demo's.
--
-- Three rules hold for all the tables. Only key columns are NOT NULL, because real CRM data lacks everything else now
-- and then, and finding that out is the extension's task. There are no foreign keys, because warehouse tables have
-- none. Ids are text, because CRMs disagree about their types.

CREATE SCHEMA crm;
COMMENT ON SCHEMA crm IS 'Sales data in the columns of the salesops contract (docs/reference/contract.md).';

-- The sales process ---------------------------------------------------------------------------------------------------

CREATE TABLE crm.stage (
    stage        text    NOT NULL,
    position     integer,
    probability  float8,
    category     text,
    outcome      text,
    max_days     float8,
    CONSTRAINT stage_pkey PRIMARY KEY (stage)
);
COMMENT ON TABLE crm.stage IS 'The stages of the sales process, in order: one row per stage.';
COMMENT ON COLUMN crm.stage.stage IS 'Name of the stage, spelled as in opportunity.stage.';
COMMENT ON COLUMN crm.stage.position IS 'Place of the stage in the process, 1 for the first; a larger number is later.';
COMMENT ON COLUMN crm.stage.probability IS 'Probability that a deal in this stage is won; a fraction between 0 and 1, not a percentage.';
COMMENT ON COLUMN crm.stage.category IS 'Forecast categories that deals in this stage may have, comma-separated, the default first; canonical values: omitted, pipeline, best_case, most_likely, commit, closed.';
COMMENT ON COLUMN crm.stage.outcome IS 'What the stage means for the deal: open, won or lost.';
COMMENT ON COLUMN crm.stage.max_days IS 'Days in the stage after which an open deal counts as aged; NULL: no limit.';

-- People --------------------------------------------------------------------------------------------------------------

CREATE TABLE crm.sales_user (
    user_id     text  NOT NULL,
    name        text,
    email       text,
    team        text,
    region      text,
    manager_id  text,
    is_active   boolean,
    CONSTRAINT sales_user_pkey PRIMARY KEY (user_id)
);
COMMENT ON TABLE crm.sales_user IS 'The people of the sales organisation: one row per CRM user who can own records or manages somebody who does.';
COMMENT ON COLUMN crm.sales_user.user_id IS 'Id of the user; what owner_id in the other tables refers to.';
COMMENT ON COLUMN crm.sales_user.name IS 'Full name, given name first.';
COMMENT ON COLUMN crm.sales_user.email IS 'Work e-mail address.';
COMMENT ON COLUMN crm.sales_user.team IS 'Name of the sales team.';
COMMENT ON COLUMN crm.sales_user.region IS 'Sales region of the team.';
COMMENT ON COLUMN crm.sales_user.manager_id IS 'user_id of the manager; NULL at the top.';
COMMENT ON COLUMN crm.sales_user.is_active IS 'False when the person has left or the login is disabled; such users may still own records.';

-- Accounts ------------------------------------------------------------------------------------------------------------

CREATE TABLE crm.account (
    account_id   text  NOT NULL,
    name         text,
    website      text,
    phone        text,
    street       text,
    city         text,
    postal_code  text,
    country      text,
    industry     text,
    owner_id     text,
    created_at   timestamptz,
    CONSTRAINT account_pkey PRIMARY KEY (account_id)
);
COMMENT ON TABLE crm.account IS 'Companies sold to: one row per account record of the CRM; one company may have several records by mistake.';
COMMENT ON COLUMN crm.account.account_id IS 'Id of the account record.';
COMMENT ON COLUMN crm.account.name IS 'Name of the company, as typed.';
COMMENT ON COLUMN crm.account.website IS 'Address of the company''s web site, as typed: with or without scheme, www and path.';
COMMENT ON COLUMN crm.account.phone IS 'Main telephone number, as typed.';
COMMENT ON COLUMN crm.account.street IS 'Street and house number of the main address.';
COMMENT ON COLUMN crm.account.city IS 'City of the main address.';
COMMENT ON COLUMN crm.account.postal_code IS 'Postal code of the main address.';
COMMENT ON COLUMN crm.account.country IS 'Country of the main address: a name or an ISO 3166-1 code, as the CRM holds it.';
COMMENT ON COLUMN crm.account.industry IS 'Industry of the company.';
COMMENT ON COLUMN crm.account.owner_id IS 'user_id of the account''s owner.';
COMMENT ON COLUMN crm.account.created_at IS 'When the record was created.';

-- Deals ---------------------------------------------------------------------------------------------------------------

CREATE TABLE crm.opportunity (
    opportunity_id     text     NOT NULL,
    name               text,
    account_id         text,
    owner_id           text,
    stage              text,
    amount             numeric,
    currency           text,
    probability        float8,
    forecast_category  text,
    created_at         timestamptz,
    close_date         date,
    next_step          text,
    last_activity_at   timestamptz,
    deal_type          text,
    lead_source        text,
    is_deleted         boolean  DEFAULT false,
    CONSTRAINT opportunity_pkey PRIMARY KEY (opportunity_id)
);
COMMENT ON TABLE crm.opportunity IS 'Deals (opportunities) in their present state: one row per deal.';
COMMENT ON COLUMN crm.opportunity.opportunity_id IS 'Id of the deal.';
COMMENT ON COLUMN crm.opportunity.name IS 'Name of the deal.';
COMMENT ON COLUMN crm.opportunity.account_id IS 'account_id of the company sold to.';
COMMENT ON COLUMN crm.opportunity.owner_id IS 'user_id of the deal''s present owner.';
COMMENT ON COLUMN crm.opportunity.stage IS 'Present stage, a stage of the table stage.';
COMMENT ON COLUMN crm.opportunity.amount IS 'Value of the deal in units of its currency (not in cents); NULL: not entered.';
COMMENT ON COLUMN crm.opportunity.currency IS 'Currency of the amount, ISO 4217 code.';
COMMENT ON COLUMN crm.opportunity.probability IS 'Probability that the deal is won; a fraction between 0 and 1, not a percentage.';
COMMENT ON COLUMN crm.opportunity.forecast_category IS 'Forecast category, spelled as in the CRM (Pipeline, Best Case, BEST_CASE, Forecast, ...).';
COMMENT ON COLUMN crm.opportunity.created_at IS 'When the deal was created.';
COMMENT ON COLUMN crm.opportunity.close_date IS 'Day on which an open deal is expected to close; of a won or lost deal, the day on which it closed.';
COMMENT ON COLUMN crm.opportunity.next_step IS 'What the owner will do next, free text.';
COMMENT ON COLUMN crm.opportunity.last_activity_at IS 'When somebody last called, wrote, met or otherwise worked on the deal.';
COMMENT ON COLUMN crm.opportunity.deal_type IS 'Kind of business, such as New Business, Expansion or Renewal.';
COMMENT ON COLUMN crm.opportunity.lead_source IS 'Where the deal came from.';
COMMENT ON COLUMN crm.opportunity.is_deleted IS 'True when the deal is in the CRM''s recycle bin; such deals count in no metric.';

CREATE TABLE crm.opportunity_history (
    opportunity_id     text         NOT NULL,
    changed_at         timestamptz  NOT NULL,
    stage              text,
    amount             numeric,
    close_date         date,
    forecast_category  text,
    owner_id           text,
    probability        float8,
    CONSTRAINT opportunity_history_pkey PRIMARY KEY (opportunity_id, changed_at)
);
COMMENT ON TABLE crm.opportunity_history IS 'What each deal looked like over time: one row per change, holding the full state after the change; the first row of a deal is its creation, the last one agrees with opportunity.';
COMMENT ON COLUMN crm.opportunity_history.opportunity_id IS 'opportunity_id of the deal.';
COMMENT ON COLUMN crm.opportunity_history.changed_at IS 'When the change was made; no two changes of one deal share an instant.';
COMMENT ON COLUMN crm.opportunity_history.stage IS 'Stage after the change.';
COMMENT ON COLUMN crm.opportunity_history.amount IS 'Amount after the change, in units of the deal''s currency.';
COMMENT ON COLUMN crm.opportunity_history.close_date IS 'Close date after the change.';
COMMENT ON COLUMN crm.opportunity_history.forecast_category IS 'Forecast category after the change, spelled as in the CRM.';
COMMENT ON COLUMN crm.opportunity_history.owner_id IS 'user_id of the owner after the change.';
COMMENT ON COLUMN crm.opportunity_history.probability IS 'Probability after the change; a fraction between 0 and 1.';

-- Targets and money ---------------------------------------------------------------------------------------------------

CREATE TABLE crm.quota (
    owner_id      text  NOT NULL,
    period_start  date  NOT NULL,
    period_end    date,
    amount        numeric,
    currency      text,
    CONSTRAINT quota_pkey PRIMARY KEY (owner_id, period_start)
);
COMMENT ON TABLE crm.quota IS 'Sales targets: one row per person and period.';
COMMENT ON COLUMN crm.quota.owner_id IS 'user_id of the person who carries the quota.';
COMMENT ON COLUMN crm.quota.period_start IS 'First day of the period.';
COMMENT ON COLUMN crm.quota.period_end IS 'Last day of the period, inclusive.';
COMMENT ON COLUMN crm.quota.amount IS 'Amount to be won in the period, in units of the currency.';
COMMENT ON COLUMN crm.quota.currency IS 'Currency of the amount, ISO 4217 code.';

CREATE TABLE crm.exchange_rate (
    currency      text  NOT NULL,
    to_corporate  numeric,
    CONSTRAINT exchange_rate_pkey PRIMARY KEY (currency)
);
COMMENT ON TABLE crm.exchange_rate IS 'One fixed rate per currency: amount * to_corporate is the amount in the corporate currency.';
COMMENT ON COLUMN crm.exchange_rate.currency IS 'Currency, ISO 4217 code; the corporate currency itself has a row with the rate 1.';
COMMENT ON COLUMN crm.exchange_rate.to_corporate IS 'Units of the corporate currency for one unit of this currency.';
