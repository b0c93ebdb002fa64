-- The sample warehouse: a made-up sales organisation of two years in the contract schema crm (create_contract first),
-- with known defects, listed in schema truth.
--
--   CALL salesops.create_contract('crm');     once, in psql
--   \i demo/sample.sql                        4,000 deals
--   \set size 100000                          before it: as many as wanted; time and space grow in proportion
--
-- What it makes, as of Monday 2026-06-29, 00:00 UTC (truth.setting, name as_of), for N deals:
--   * a process of nine stages with limits, exchange rates, six teams with a manager each and N/80 (at least 8)
--     representatives, quotas for each calendar quarter from 2024 Q3 to 2026 Q4;
--   * N/4 companies of many countries, and about 8 % more account records that are duplicates of some of them;
--   * N deals created from 2024-07-01 to 2026-06-28, with the history of their stages, amounts, close dates, forecast
--     categories and owners, and with what goes wrong in a CRM: wrong, missing and unknown forecast categories, unknown
--     stages, aged and stuck deals, skipped stages and steps back, pushed close dates, blank fields, owners who have left,
--     deleted deals (0.5 %) and deals without any history (1 %);
--   * a year of the work of sales operations: reports, defects and ratings, N/8 leads and who got them, N/20 tickets, runbooks,
--     users of dashboards, what finance booked, improvements.
--
-- What is true, schema truth:
--   setting            as_of and size
--   duplicate_account  the company (entity_id) behind every account record, and how duplicates were changed (kind)
--   similar_account    pairs of different companies that look alike
--   category_error     the deals with a wrong forecast category or an unknown stage, and the reason
--   blank_field        values of deals that are missing or placeholders
--   aged_deal          open deals that have been in their stage for longer than it allows
--   push, regression, skip   deals whose close date was pushed, that went back, and that skipped stages: how often
--   stage_stay         how long each stay in a stage lasts in truth, also where it is not over at as_of
-- Comments on the tables say exactly what is counted.
--
-- Chance. Nothing is random: every number is drawn from the md5 of a purpose and an id (sample/draws.sql), so a size gives
-- the same rows on every server from version 15 to 18, in any locale, time zone and order of execution. Another size gives
-- other data. The only requirement is a database in UTF-8, since names have accents. People and companies are invented;
-- web and e-mail addresses end in .example, which is reserved for such purposes.
--
-- Parts: sample/draws.sql (draws and helpers), words.sql (word lists), people.sql, accounts.sql, deals.sql (computes the
-- deals), records.sql (writes them and their truth), operations.sql (reports, routing, tickets, bookings), finish.sql (drops the helpers).

\set ON_ERROR_STOP 1
\if :{?size}
\else
    \set size 4000
\endif
\set session_encoding :ENCODING
\encoding UTF8

-- Compiling the long expressions below would take longer than computing them.
SELECT current_setting('jit') AS session_jit \gset
SET jit = off;

DO $$
BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the sample needs a database in UTF8, not %', current_setting('server_encoding')
            USING HINT = 'Create one with: CREATE DATABASE ... ENCODING ''UTF8'' TEMPLATE template0.';
    END IF;
    IF to_regclass('crm.opportunity') IS NULL THEN
        RAISE EXCEPTION 'there is no table crm.opportunity' USING HINT = 'Run first: CALL salesops.create_contract(''crm'');';
    END IF;
    IF EXISTS (SELECT FROM crm.opportunity) OR EXISTS (SELECT FROM crm.account) OR EXISTS (SELECT FROM crm.stage) THEN
        RAISE EXCEPTION 'the tables of schema crm hold data already'
            USING HINT = 'Start again with: DROP SCHEMA crm, truth CASCADE; CALL salesops.create_contract(''crm'');';
    END IF;
END
$$;

CREATE SCHEMA truth;
COMMENT ON SCHEMA truth IS 'What is known about the sample data in schema crm: the answers that metrics should find.';

CREATE TABLE truth.setting (
    name   text  PRIMARY KEY,
    value  text  NOT NULL,
    CONSTRAINT size_is_a_number_of_deals CHECK (name <> 'size' OR (value::bigint BETWEEN 1 AND 9999999))
);
COMMENT ON TABLE truth.setting IS 'Constants of the sample.';
COMMENT ON COLUMN truth.setting.name IS 'as_of: the day, at 00:00 UTC, at which the data was taken; size: the number of deals asked for.';
INSERT INTO truth.setting (name, value) VALUES ('as_of', '2026-06-29'), ('size', :'size');

\ir sample/draws.sql
\ir sample/words.sql
\ir sample/people.sql
\ir sample/accounts.sql
\ir sample/deals.sql
\ir sample/records.sql
\ir sample/operations.sql
\ir sample/finish.sql

SET jit = :'session_jit';
\encoding :session_encoding
\unset session_jit
\unset session_encoding
