-- reports: what in the data makes the reports say less than they seem to, as SQL text: what a refresh keeps for it, the records, and the report.
--
-- The records of each check are rows of the view data_quality_row; the report counts them, and says what to do. What makes numbers wrong goes before
-- what makes them say less. Placeholders as in report_tables.sql.

CREATE FUNCTION report_quality_sql(schema text, contract_schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($text$-- ---- what in the data makes the reports say less than they seem to ----

CREATE TABLE IF NOT EXISTS %1$I.deal_unrecorded (
    opportunity_id  text PRIMARY KEY,
    what            text NOT NULL
);
COMMENT ON TABLE %1$I.deal_unrecorded IS 'The deals that are not what the last row of their history says: they were changed without one.';

CREATE TABLE IF NOT EXISTS %1$I.deal_later (
    opportunity_id  text PRIMARY KEY,
    changed_at      timestamptz NOT NULL
);
COMMENT ON TABLE %1$I.deal_later IS 'The deals that changed after the moment of the reports, by their history, with the last change.';

CREATE TABLE IF NOT EXISTS %1$I.data_age (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    last_change  timestamptz
);
COMMENT ON TABLE %1$I.data_age IS 'The youngest change of the history: one row.';

CREATE OR REPLACE FUNCTION %1$I.load_quality(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    moment timestamptz;
    last_change timestamptz;
    written bigint := 0;
    counted bigint;
BEGIN
    SELECT s.moment INTO moment FROM %1$I.report_state AS s;
    -- of what is young, which load_change read; else of all
    SELECT max(c.changed_at) INTO last_change FROM %1$I.deal_change AS c;
    IF last_change IS NULL OR last_change <= moment - interval '7 days' THEN
        SELECT max(h.changed_at) INTO last_change FROM %2$I.opportunity_history AS h;
    END IF;
    DELETE FROM %1$I.data_age;
    INSERT INTO %1$I.data_age (last_change) VALUES (last_change);
    DELETE FROM %1$I.deal_later;
    IF last_change > moment THEN
        INSERT INTO %1$I.deal_later (opportunity_id, changed_at) SELECT c.opportunity_id, max(c.changed_at) FROM %1$I.deal_change AS c WHERE c.changed_at > moment GROUP BY c.opportunity_id;
        GET DIAGNOSTICS written = ROW_COUNT;
    END IF;
    -- the last row may be one behind the moment, for which no deal is touched
    DELETE FROM %1$I.deal_unrecorded AS t WHERE full_refresh OR EXISTS (SELECT FROM %1$I.deal_touched AS d WHERE d.opportunity_id = t.opportunity_id)
        OR EXISTS (SELECT FROM %1$I.deal_later AS d WHERE d.opportunity_id = t.opportunity_id) OR NOT EXISTS (SELECT FROM %1$I.deal AS d WHERE d.opportunity_id = t.opportunity_id);
    -- the last row of each history, in the order of the key's index read backwards: of all deals, or of those that changed. What it does not have it
    -- does not say
    INSERT INTO %1$I.deal_unrecorded (opportunity_id, what)
    SELECT d.opportunity_id, concat_ws('; ', CASE WHEN h.stage IS NOT NULL AND h.stage IS DISTINCT FROM d.stage THEN format('stage %%s, recorded %%s', coalesce(d.stage, '(none)'), coalesce(h.stage, '(none)')) END,
        CASE WHEN h.amount IS NOT NULL AND h.amount IS DISTINCT FROM d.amount THEN format('amount %%s, recorded %%s', coalesce(d.amount::text, '(none)'), coalesce(h.amount::text, '(none)')) END,
        CASE WHEN h.close_date IS NOT NULL AND h.close_date IS DISTINCT FROM d.close_date THEN format('close date %%s, recorded %%s', coalesce(d.close_date::text, '(none)'), coalesce(h.close_date::text, '(none)')) END)
    FROM (
            SELECT l.opportunity_id, l.stage, round(l.amount * o.rate, 2) AS amount, l.close_date
            FROM (
                SELECT DISTINCT ON (c.opportunity_id) c.opportunity_id::text AS opportunity_id, c.stage::text AS stage, c.amount::numeric AS amount, c.close_date FROM %2$I.opportunity_history AS c WHERE full_refresh AND c.changed_at IS NOT NULL ORDER BY c.opportunity_id DESC, c.changed_at DESC
            ) AS l JOIN %1$I.deal AS o ON o.opportunity_id = l.opportunity_id
            UNION ALL
            SELECT l.opportunity_id, l.stage, round(l.amount * o.rate, 2), l.close_date
            FROM (
                SELECT DISTINCT ON (c.opportunity_id) c.opportunity_id, c.stage, c.amount, c.close_date
                FROM %1$I.deal_change AS c JOIN (SELECT d.opportunity_id FROM %1$I.deal_touched AS d UNION SELECT d.opportunity_id FROM %1$I.deal_later AS d) AS t ON t.opportunity_id = c.opportunity_id
                WHERE NOT full_refresh ORDER BY c.opportunity_id, c.changed_at DESC
            ) AS l JOIN %1$I.deal AS o ON o.opportunity_id = l.opportunity_id
        ) AS h JOIN %1$I.deal AS d ON d.opportunity_id = h.opportunity_id
    WHERE h.stage IS NOT NULL AND h.stage IS DISTINCT FROM d.stage OR h.amount IS NOT NULL AND h.amount IS DISTINCT FROM d.amount OR h.close_date IS NOT NULL AND h.close_date IS DISTINCT FROM d.close_date;
    GET DIAGNOSTICS counted = ROW_COUNT;
    ANALYZE %1$I.deal_unrecorded, %1$I.deal_later, %1$I.data_age;
    RETURN written + counted;
END
%3$s;

CREATE OR REPLACE VIEW %1$I.data_quality_row AS
WITH s AS MATERIALIZED (SELECT * FROM %1$I.report_state AS t WHERE t.moment IS NOT NULL)
SELECT 1 AS position, NULL::text AS id, NULL::text AS name, NULL::text AS owner, s.contract_schema || '.opportunity' AS what FROM s WHERE NOT EXISTS (SELECT FROM %1$I.deal)
UNION ALL SELECT 2, NULL, NULL, NULL, s.contract_schema || '.stage' FROM s WHERE s.process IS NULL
UNION ALL SELECT 3, NULL, NULL, NULL, s.as_of || ', refreshed on ' || (s.refreshed_at AT TIME ZONE s.time_zone)::date FROM s WHERE s.as_of > (s.refreshed_at AT TIME ZONE s.time_zone)::date
UNION ALL SELECT 4, d.opportunity_id, d.name, d.owner, coalesce(d.stage, '(none)') FROM %1$I.deal AS d CROSS JOIN s WHERE d.outcome IS NULL AND s.process IS NOT NULL
UNION ALL SELECT 5, d.opportunity_id, d.name, d.owner, greatest(l.changed_at, CASE WHEN d.created_at > s.moment THEN d.created_at END)::text
    FROM %1$I.deal AS d CROSS JOIN s LEFT JOIN %1$I.deal_later AS l ON l.opportunity_id = d.opportunity_id WHERE l.opportunity_id IS NOT NULL OR d.created_at > s.moment
UNION ALL SELECT 6, d.opportunity_id, d.name, d.owner, d.close_date::text FROM %1$I.deal AS d CROSS JOIN s WHERE d.outcome IN ('won', 'lost') AND d.close_date > s.as_of
UNION ALL SELECT 7, NULL, NULL, NULL, (c.last_change AT TIME ZONE s.time_zone)::date::text
    FROM s CROSS JOIN LATERAL (SELECT greatest((SELECT a.last_change FROM %1$I.data_age AS a), (SELECT max(d.created_at) FROM %1$I.deal AS d))) AS c (last_change) WHERE c.last_change < s.moment - interval '7 days'
UNION ALL SELECT 8, d.opportunity_id, d.name, d.owner, u.what FROM %1$I.deal_unrecorded AS u JOIN %1$I.deal AS d ON d.opportunity_id = u.opportunity_id
UNION ALL SELECT 9, d.opportunity_id, d.name, d.owner, NULL FROM %1$I.deal AS d WHERE NOT EXISTS (SELECT FROM %1$I.deal_path AS p WHERE p.opportunity_id = d.opportunity_id)
UNION ALL SELECT 10, d.opportunity_id, d.name, d.owner, NULL FROM %1$I.deal AS d WHERE d.amount IS NULL
UNION ALL SELECT 11, NULL, NULL, NULL, p.period FROM %1$I.report_period AS p WHERE p.n = 0 AND NOT EXISTS (SELECT FROM %1$I.quota AS q WHERE q.period_start >= p.period_start AND q.period_end <= p.period_end AND q.amount IS NOT NULL)
UNION ALL SELECT 12, q.owner_id, NULL, q.owner, q.period_start || ' - ' || coalesce(q.period_end::text, '?') FROM %1$I.quota AS q CROSS JOIN s
    WHERE q.period_end IS NULL OR salesops.fiscal_period_start(q.period_start, 'quarter', s.calendar) <> salesops.fiscal_period_start(q.period_end, 'quarter', s.calendar)
UNION ALL SELECT 13, d.opportunity_id, d.name, d.owner, d.owner_id FROM %1$I.deal AS d WHERE d.team = '(no team)'
UNION ALL SELECT 14, d.opportunity_id, d.name, d.owner, d.close_date::text FROM %1$I.deal AS d CROSS JOIN s WHERE d.outcome = 'open' AND d.close_date < s.as_of;
COMMENT ON VIEW %1$I.data_quality_row IS 'The records behind the report data_quality.';

CREATE MATERIALIZED VIEW %1$I.stored_data_quality AS
SELECT c.position, c.checked, r.found, c.of_records, c.remedy
FROM (SELECT v.position, count(*) AS found, left(string_agg(DISTINCT v.what, ', ' ORDER BY v.what) FILTER (WHERE v.position IN (1, 2, 3, 4, 7, 11)), 80) AS examples FROM %1$I.data_quality_row AS v GROUP BY v.position) AS r
    CROSS JOIN (SELECT (SELECT count(*) FROM %1$I.deal) AS deals, (SELECT count(*) FROM %1$I.deal AS d WHERE d.outcome = 'open') AS open_deals, (SELECT count(*) FROM %1$I.deal AS d WHERE d.outcome IN ('won', 'lost')) AS closed_deals,
        (SELECT count(*) FROM %1$I.quota) AS quotas) AS n
    JOIN LATERAL (VALUES
        (1, 'no deals at all', 1::bigint, format('there is nothing to report of: see that the connector has loaded deals, and that they are not all marked deleted (%%s)', r.examples)),
        (2, 'no stages, hence no process', 1, format('no deal is open, won or lost without it: fill the table of the stages (%%s)', r.examples)),
        (3, 'a day of the report that is after the day of the refresh', 1, format('the data does not know that day yet, and all ages are too high (%%s): refresh as of a day that has come', r.examples)),
        (4, 'deals in a stage that the process does not know', n.deals, format('they are neither open, won nor lost: complete the stages by %%s', r.examples)),
        (5, 'deals that were created or changed after the day of the report', n.deals, 'what the deals are now is shown as if it had been so then: leave as_of out, or refresh as of a day after the last change'),
        (6, 'deals won or lost after the day of the report', n.closed_deals, 'a close date in the future, or data that is younger than the report: have the dates corrected, or refresh as of a later day'),
        (7, 'no change in the seven days before the report', 1, format('the youngest change of deals and history is of %%s, so that nothing seems to move: see whether the connector runs', r.examples)),
        (8, 'deals that are not what the last row of their history says', n.deals, 'they were changed without a row of the history: the movement takes them to have been a week ago as they are now, which rewrites its start; see that each change of stage, amount and close date is recorded'),
        (9, 'deals without any recorded change', n.deals, 'the movement takes them to have been always as they are now, and outlook and past calls learn nothing from them: have the connector load the history, or take snapshots'),
        (10, 'deals without an amount in the corporate currency', n.deals, 'they count as deals and add nothing: complete amounts and exchange rates'),
        (11, 'no quota for the current quarter', 1, format('there is no coverage and no chance of the quota of %%s: enter quotas by month or quarter', r.examples)),
        (12, 'quotas that lie in no single quarter', n.quotas, 'they are not counted, and coverage looks better than it is: give quotas by month or quarter'),
        (13, 'deals whose owner is in no team', n.deals, 'they stand under (no team): load all users with their teams, also those who have left'),
        (14, 'open deals past their close date', n.open_deals, 'they still count as pipeline of that quarter: have the owners set the date or close them')
    ) AS c (position, checked, of_records, remedy) ON c.position = r.position;
CREATE UNIQUE INDEX ON %1$I.stored_data_quality (position);
$text$, schema, contract_schema, CASE WHEN strpos(schema || contract_schema, '$body$') = 0 THEN '$body$' ELSE '$body_' || md5(schema || contract_schema) || '$' END);
COMMENT ON FUNCTION report_quality_sql(text, text) IS $$The part of reports_sql that makes the report data_quality, with the records behind it and what a refresh keeps for it.
schema: of the reports; contract_schema: of the contract's tables. NULL for NULL.
Example: salesops.report_quality_sql('reports', 'crm') LIKE '%CREATE MATERIALIZED VIEW reports.stored_data_quality AS%' ==> true$$;
