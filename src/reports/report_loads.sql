-- reports: the functions that bring the tables of reports up to date, as SQL text.
--
-- Each reads the contract's tables, changes the rows of a table that are other than they should be, and returns how many it wrote. Bodies are
-- strings: nothing depends on the contract's tables. Placeholders as in report_tables.sql.

CREATE FUNCTION report_loads_sql(schema text, contract_schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($text$-- ---- how the tables are brought up to date ----

-- The category by which a deal is rolled up is the owner's, but whether a deal is won, lost or open is not a matter of opinion: there the stage
-- decides, so that "closed" is what was won. An open deal whose category is missing, or that nobody knows, has none.
CREATE OR REPLACE FUNCTION %1$I.rolled_category(process salesops.sales_process, stage text, category text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN salesops.stage_outcome(process, stage) IN ('won', 'lost')
            OR salesops.forecast_category_issue(process, stage, category) = 'open_marked_closed' THEN salesops.stage_category(process, stage)
        ELSE salesops.try_forecast_category(category) END;
COMMENT ON FUNCTION %1$I.rolled_category(salesops.sales_process, text, text) IS 'The forecast category by which a deal is rolled up, of its stage and what its owner typed.';

-- The name of a quarter: 2026-Q2 where years are calendar years.
CREATE OR REPLACE FUNCTION %1$I.quarter_name(day date, calendar salesops.fiscal_calendar) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN calendar OPERATOR(salesops.=) 'starts January'::salesops.fiscal_calendar THEN substr(salesops.fiscal_quarter(day, calendar), 3) ELSE salesops.fiscal_quarter(day, calendar) END;
COMMENT ON FUNCTION %1$I.quarter_name(date, salesops.fiscal_calendar) IS 'What the fiscal quarter of a day is called.';

-- What the reports of this refresh stand on.
CREATE OR REPLACE FUNCTION %1$I.load_state(as_of date, moment timestamptz) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
BEGIN
    UPDATE %1$I.report_state AS t SET previous_moment = t.moment, as_of = load_state.as_of, moment = load_state.moment, refreshed_at = clock_timestamp(), year_before = (load_state.as_of - interval '1 year')::date,
        contract_schema = s.contract_schema, version = s.version,
        process = (SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) FROM %2$I.stage),
        policy = s.policy, calendar = s.calendar, time_zone = s.time_zone, correlation = s.correlation, lookback = s.lookback
    FROM %1$I.report_setting AS s;
    DELETE FROM %1$I.report_period;
    INSERT INTO %1$I.report_period (n, period, period_start, period_end)
    SELECT q.n - (max(q.n) FILTER (WHERE q.period_start <= s.as_of) OVER ()), %1$I.quarter_name(q.period_start, s.calendar), q.period_start, q.period_end
    FROM %1$I.report_state AS s
        CROSS JOIN LATERAL (
            SELECT row_number() OVER (ORDER BY p.period_start) AS n, p.period_start, p.period_end
            FROM salesops.fiscal_periods(s.calendar, (s.as_of - interval '27 months')::date, (s.as_of + interval '4 months')::date, 'quarter') AS p
        ) AS q;
    RETURN 1;
END
%3$s;

-- The people.
CREATE OR REPLACE FUNCTION %1$I.load_owner(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    removed bigint;
    written bigint;
BEGIN
    DELETE FROM %1$I.owner AS t WHERE NOT EXISTS (SELECT FROM %2$I.sales_user AS u WHERE u.user_id = t.owner_id);
    GET DIAGNOSTICS removed = ROW_COUNT;
    MERGE INTO %1$I.owner AS t
    USING (SELECT u.user_id::text AS owner_id, u.name::text AS name, u.email::text AS email, u.team::text AS team, u.region::text AS region, u.manager_id::text AS manager_id, u.is_active FROM %2$I.sales_user AS u) AS n ON n.owner_id = t.owner_id
    WHEN MATCHED AND (n.name, n.email, n.team, n.region, n.manager_id, n.is_active) IS DISTINCT FROM (t.name, t.email, t.team, t.region, t.manager_id, t.is_active)
        THEN UPDATE SET name = n.name, email = n.email, team = n.team, region = n.region, manager_id = n.manager_id, is_active = n.is_active
    WHEN NOT MATCHED THEN INSERT VALUES (n.owner_id, n.name, n.email, n.team, n.region, n.manager_id, n.is_active);
    GET DIAGNOSTICS written = ROW_COUNT;
    ANALYZE %1$I.owner;
    RETURN removed + written;
END
%3$s;

-- The deals, with their owner, team and account, in the corporate currency. Whose row changed is written down: the history of these is read again.
CREATE OR REPLACE FUNCTION %1$I.load_deal(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    removed bigint;
    written bigint;
    fields text[];
BEGIN
    -- a connector that begins anew, or a view that was made again, empty
    IF NOT full_refresh AND NOT EXISTS (SELECT FROM %2$I.opportunity AS o WHERE o.is_deleted IS NOT TRUE) AND EXISTS (SELECT FROM %1$I.deal) THEN
        RAISE no_data_found USING MESSAGE = format('the contract has no deal any more: schema %%I', %4$L), DETAIL = format('The reports have %%s.', (SELECT count(*) FROM %1$I.deal)),
            HINT = 'Look whether the connector has run (salesops.contract_check). A full refresh publishes reports without deals.';
    END IF;
    DELETE FROM %1$I.deal_touched;
    DELETE FROM %1$I.deal AS t WHERE NOT EXISTS (SELECT FROM %2$I.opportunity AS o WHERE o.opportunity_id = t.opportunity_id AND o.is_deleted IS NOT TRUE);
    GET DIAGNOSTICS removed = ROW_COUNT;
    WITH changed AS (
        SELECT n.*
        FROM (
            SELECT o.opportunity_id::text AS opportunity_id, o.name::text AS name, o.account_id::text AS account_id, a.name::text AS account, o.owner_id::text AS owner_id,
                coalesce(u.name, o.owner_id, '(nobody)') AS owner, coalesce(u.team, '(no team)') AS team, u.region,
                o.stage::text AS stage, salesops.stage_outcome(s.process, o.stage::text) AS outcome, round(o.amount * r.rate, 2) AS amount, r.rate, o.close_date,
                o.forecast_category::text AS forecast_category, %1$I.rolled_category(s.process, o.stage::text, o.forecast_category::text) AS category,
                salesops.forecast_category_issue(s.process, o.stage::text, o.forecast_category::text)::text AS category_issue, o.probability::double precision AS probability,
                o.created_at, c.created_on, o.close_date - c.created_on AS cycle_days, o.next_step::text AS next_step, (o.last_activity_at AT TIME ZONE s.time_zone)::date AS last_activity_on
            FROM %2$I.opportunity AS o
                CROSS JOIN %1$I.report_state AS s
                CROSS JOIN (SELECT EXISTS (SELECT FROM %2$I.exchange_rate)) AS x (has_rates)
                LEFT JOIN %1$I.owner AS u ON u.owner_id = o.owner_id
                LEFT JOIN %2$I.account AS a ON a.account_id = o.account_id
                LEFT JOIN %2$I.exchange_rate AS e ON e.currency = o.currency
                CROSS JOIN LATERAL (SELECT CASE WHEN o.currency IS NULL OR NOT x.has_rates THEN 1 ELSE e.to_corporate::numeric END) AS r (rate)
                CROSS JOIN LATERAL (SELECT (o.created_at AT TIME ZONE s.time_zone)::date) AS c (created_on)
            WHERE o.is_deleted IS NOT TRUE
        ) AS n LEFT JOIN %1$I.deal AS t ON t.opportunity_id = n.opportunity_id
        WHERE t.opportunity_id IS NULL OR (n.name, n.account_id, n.account, n.owner_id, n.owner, n.team, n.region, n.stage, n.outcome, n.amount, n.rate, n.close_date, n.forecast_category, n.category, n.category_issue, n.probability, n.created_at, n.created_on, n.cycle_days, n.next_step, n.last_activity_on)
            IS DISTINCT FROM (t.name, t.account_id, t.account, t.owner_id, t.owner, t.team, t.region, t.stage, t.outcome, t.amount, t.rate, t.close_date, t.forecast_category, t.category, t.category_issue, t.probability, t.created_at, t.created_on, t.cycle_days, t.next_step, t.last_activity_on)
    ), put AS (
        INSERT INTO %1$I.deal AS t (opportunity_id, name, account_id, account, owner_id, owner, team, region, stage, outcome, amount, rate, close_date, forecast_category, category, category_issue, probability, created_at, created_on, cycle_days, next_step, last_activity_on)
        SELECT n.opportunity_id, n.name, n.account_id, n.account, n.owner_id, n.owner, n.team, n.region, n.stage, n.outcome, n.amount, n.rate, n.close_date, n.forecast_category, n.category, n.category_issue, n.probability, n.created_at, n.created_on, n.cycle_days, n.next_step, n.last_activity_on FROM changed AS n
        ON CONFLICT (opportunity_id) DO UPDATE SET (name, account_id, account, owner_id, owner, team, region, stage, outcome, amount, rate, close_date, forecast_category, category, category_issue, probability, created_at, created_on, cycle_days, next_step, last_activity_on)
            = (excluded.name, excluded.account_id, excluded.account, excluded.owner_id, excluded.owner, excluded.team, excluded.region, excluded.stage, excluded.outcome, excluded.amount, excluded.rate, excluded.close_date, excluded.forecast_category, excluded.category, excluded.category_issue, excluded.probability, excluded.created_at, excluded.created_on, excluded.cycle_days, excluded.next_step, excluded.last_activity_on)
        RETURNING t.opportunity_id
    ), touched AS (
        INSERT INTO %1$I.deal_touched (opportunity_id) SELECT p.opportunity_id FROM put AS p WHERE NOT full_refresh
    )
    SELECT count(*) INTO written FROM put;
    ANALYZE %1$I.deal;
    -- Where nothing else is said: fields that no open deal has are none of this CRM's, and are not asked for.
    SELECT ARRAY['stage', 'close_date', 'owner'] || CASE WHEN count(d.amount) > 0 THEN ARRAY['amount'] END || CASE WHEN count(d.next_step) > 0 THEN ARRAY['next_step'] END || CASE WHEN count(d.forecast_category) > 0 THEN ARRAY['category'] END
    INTO fields FROM %1$I.deal AS d WHERE d.outcome = 'open';
    UPDATE %1$I.report_state SET policy = jsonb_build_object('require', jsonb_build_object('open', (SELECT jsonb_agg(field) FROM unnest(fields) AS field), 'won', (SELECT jsonb_agg(field) FROM unnest(fields) AS field WHERE field <> 'next_step'),
            'lost', (SELECT jsonb_agg(field) FROM unnest(fields) AS field WHERE field NOT IN ('next_step', 'amount'))),
        'stale_days', 60, 'max_pushes', 2, 'max_close_days', 365, 'probability_tolerance', 0.2)::text::salesops.hygiene_policy
    WHERE policy IS NULL;
    RETURN removed + written;
END
%3$s;

-- The quotas.
CREATE OR REPLACE FUNCTION %1$I.load_quota(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    removed bigint;
    written bigint;
BEGIN
    DELETE FROM %1$I.quota AS t WHERE NOT EXISTS (SELECT FROM %2$I.quota AS q WHERE q.owner_id = t.owner_id AND q.period_start = t.period_start);
    GET DIAGNOSTICS removed = ROW_COUNT;
    MERGE INTO %1$I.quota AS t
    USING (
        SELECT q.owner_id::text AS owner_id, q.period_start, q.period_end, coalesce(u.name, q.owner_id) AS owner, coalesce(u.team, '(no team)') AS team,
            round(q.amount * CASE WHEN q.currency IS NULL OR NOT EXISTS (SELECT FROM %2$I.exchange_rate) THEN 1 ELSE e.to_corporate::numeric END, 2) AS amount
        FROM %2$I.quota AS q
            LEFT JOIN %1$I.owner AS u ON u.owner_id = q.owner_id
            LEFT JOIN %2$I.exchange_rate AS e ON e.currency = q.currency
    ) AS n ON n.owner_id = t.owner_id AND n.period_start = t.period_start
    WHEN MATCHED AND (n.period_end, n.owner, n.team, n.amount) IS DISTINCT FROM (t.period_end, t.owner, t.team, t.amount) THEN UPDATE SET period_end = n.period_end, owner = n.owner, team = n.team, amount = n.amount
    WHEN NOT MATCHED THEN INSERT VALUES (n.owner_id, n.period_start, n.period_end, n.owner, n.team, n.amount);
    GET DIAGNOSTICS written = ROW_COUNT;
    ANALYZE %1$I.quota;
    RETURN removed + written;
END
%3$s;

-- The moments at which past quarters are looked at: as many days before their end as the quarter of the reports, and the next one, have left, and thirty.
CREATE OR REPLACE VIEW %1$I.report_situation AS
    SELECT h.situation, p.period, (p.period_end - h.days_left)::timestamp AT TIME ZONE s.time_zone AS at, p.period_start, p.period_end
    FROM %1$I.report_state AS s
        CROSS JOIN (
            SELECT CASE q.n WHEN 0 THEN 'current' ELSE 'next' END, q.period_end - t.as_of FROM %1$I.report_period AS q CROSS JOIN %1$I.report_state AS t WHERE q.n IN (0, 1)
            UNION ALL SELECT 'month', 30
        ) AS h (situation, days_left)
        JOIN %1$I.report_period AS p ON p.n BETWEEN -6 AND -1;
COMMENT ON VIEW %1$I.report_situation IS 'The moments of deal_state.';

-- The rows of the history that are looked at one by one, in two passes over it: those that are young or lie between the moments of the last refresh
-- and of this one, and then all others of deals that changed. A deal whose history is young is one that changed since the last refresh.
CREATE OR REPLACE FUNCTION %1$I.load_change(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    s %1$I.report_state;
    since timestamptz;
    passed tstzmultirange;
    written bigint;
    counted bigint;
BEGIN
    SELECT * INTO s FROM %1$I.report_state;
    since := s.moment - interval '7 days';
    IF NOT full_refresh THEN
        since := least(since, s.previous_moment - s.lookback);
        SELECT range_agg(tstzrange(m.at, p.at, '(]')) INTO passed FROM %1$I.report_situation AS p JOIN %1$I.report_moment AS m USING (situation, period) WHERE p.at > m.at;
    END IF;
    passed := coalesce(passed, '{}');
    DELETE FROM %1$I.deal_change;
    INSERT INTO %1$I.deal_change (opportunity_id, changed_at, stage, amount, close_date, forecast_category, owner_id)
    SELECT h.opportunity_id, h.changed_at, h.stage, h.amount, h.close_date, h.forecast_category, h.owner_id
    FROM %2$I.opportunity_history AS h WHERE h.changed_at > since OR h.changed_at <@ passed;
    GET DIAGNOSTICS written = ROW_COUNT;
    ANALYZE %1$I.deal_change;
    IF NOT full_refresh THEN
        INSERT INTO %1$I.deal_touched (opportunity_id)
        SELECT DISTINCT c.opportunity_id FROM %1$I.deal_change AS c WHERE c.changed_at > s.previous_moment - s.lookback AND c.changed_at <= s.moment
        ON CONFLICT DO NOTHING;
        ANALYZE %1$I.deal_touched;
    END IF;
    INSERT INTO %1$I.deal_change (opportunity_id, changed_at, stage, amount, close_date, forecast_category, owner_id)
    SELECT h.opportunity_id, h.changed_at, h.stage, h.amount, h.close_date, h.forecast_category, h.owner_id
    FROM %2$I.opportunity_history AS h
        JOIN (SELECT c.opportunity_id FROM %1$I.deal_change AS c WHERE c.changed_at > s.moment - interval '7 days' UNION SELECT t.opportunity_id FROM %1$I.deal_touched AS t) AS d ON d.opportunity_id = h.opportunity_id
    WHERE h.changed_at <= since AND NOT h.changed_at <@ passed;
    GET DIAGNOSTICS counted = ROW_COUNT;
    ANALYZE %1$I.deal_change;
    RETURN written + counted;
END
%3$s;

-- The way of each deal through the stages and of its close date, up to the moment: of all deals, or of those whose row or history changed.
CREATE OR REPLACE FUNCTION %1$I.load_path(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    s %1$I.report_state;
    since date;
    removed bigint;
    written bigint;
BEGIN
    SELECT * INTO s FROM %1$I.report_state;
    -- earlier quarters are in no report, and the year 1 is in no fiscal year
    SELECT min(p.period_start) INTO since FROM %1$I.report_period AS p;
    IF full_refresh THEN
        DELETE FROM %1$I.deal_path AS t WHERE NOT EXISTS (SELECT FROM %2$I.opportunity_history AS h WHERE h.opportunity_id = t.opportunity_id AND h.changed_at <= s.moment);
        GET DIAGNOSTICS removed = ROW_COUNT;
        MERGE INTO %1$I.deal_path AS t
        USING (
            SELECT p.opportunity_id, p.path, p.dates, b.began_at, CASE WHEN (b.began_at AT TIME ZONE s.time_zone)::date >= since THEN salesops.fiscal_period_start((b.began_at AT TIME ZONE s.time_zone)::date, 'quarter', s.calendar) END AS began_in
            FROM (
                SELECT h.opportunity_id::text AS opportunity_id, salesops.stage_path(h.stage, h.changed_at) AS path, salesops.close_path(h.close_date, h.changed_at) AS dates
                FROM %2$I.opportunity_history AS h WHERE h.changed_at <= s.moment
                GROUP BY h.opportunity_id
            ) AS p CROSS JOIN LATERAL (SELECT salesops.first_entered_at(p.path)) AS b (began_at)
        ) AS n ON n.opportunity_id = t.opportunity_id
        WHEN MATCHED AND NOT (coalesce(n.path OPERATOR(salesops.=) t.path, n.path IS NULL AND t.path IS NULL) AND coalesce(n.dates OPERATOR(salesops.=) t.dates, n.dates IS NULL AND t.dates IS NULL) AND n.began_in IS NOT DISTINCT FROM t.began_in)
            THEN UPDATE SET path = n.path, dates = n.dates, began_at = n.began_at, began_in = n.began_in
        WHEN NOT MATCHED THEN INSERT (opportunity_id, path, dates, began_at, began_in) VALUES (n.opportunity_id, n.path, n.dates, n.began_at, n.began_in);
        GET DIAGNOSTICS written = ROW_COUNT;
    ELSE
        DELETE FROM %1$I.deal_path AS t USING %1$I.deal_touched AS d WHERE d.opportunity_id = t.opportunity_id
            AND NOT EXISTS (SELECT FROM %1$I.deal_change AS h WHERE h.opportunity_id = t.opportunity_id AND h.changed_at <= s.moment);
        GET DIAGNOSTICS removed = ROW_COUNT;
        INSERT INTO %1$I.deal_path AS t (opportunity_id, path, dates, began_at, began_in)
        SELECT n.opportunity_id, n.path, n.dates, b.began_at, CASE WHEN (b.began_at AT TIME ZONE s.time_zone)::date >= since THEN salesops.fiscal_period_start((b.began_at AT TIME ZONE s.time_zone)::date, 'quarter', s.calendar) END
        FROM (
            SELECT h.opportunity_id, salesops.stage_path(h.stage, h.changed_at) AS path, salesops.close_path(h.close_date, h.changed_at) AS dates
            FROM %1$I.deal_touched AS d JOIN %1$I.deal_change AS h ON h.opportunity_id = d.opportunity_id WHERE h.changed_at <= s.moment
            GROUP BY h.opportunity_id
        ) AS n CROSS JOIN LATERAL (SELECT salesops.first_entered_at(n.path)) AS b (began_at)
        ON CONFLICT (opportunity_id) DO UPDATE SET path = excluded.path, dates = excluded.dates, began_at = excluded.began_at, began_in = excluded.began_in;
        GET DIAGNOSTICS written = ROW_COUNT;
    END IF;
    ANALYZE %1$I.deal_path;
    RETURN removed + written;
END
%3$s;

-- Of the deals that changed in the last seven days, how they were before.
CREATE OR REPLACE FUNCTION %1$I.load_week(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    written bigint;
    week_ago timestamptz;
BEGIN
    SELECT t.moment - interval '7 days' INTO week_ago FROM %1$I.report_state AS t;
    DELETE FROM %1$I.deal_week;
    INSERT INTO %1$I.deal_week (opportunity_id, changed_at, stage, amount, close_date, forecast_category, owner_id)
    SELECT d.opportunity_id, h.changed_at, h.stage, h.amount, h.close_date, h.forecast_category, h.owner_id
    FROM (SELECT DISTINCT c.opportunity_id FROM %1$I.deal_change AS c WHERE c.changed_at > week_ago) AS d
        LEFT JOIN (
            SELECT DISTINCT ON (c.opportunity_id) c.opportunity_id, c.changed_at, c.stage, c.amount, c.close_date, c.forecast_category, c.owner_id
            FROM %1$I.deal_change AS c WHERE c.changed_at <= week_ago
            ORDER BY c.opportunity_id, c.changed_at DESC
        ) AS h ON h.opportunity_id = d.opportunity_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    ANALYZE %1$I.deal_week;
    RETURN written;
END
%3$s;

-- The states of deals at these moments, of those whose close date was in the quarter. All states of all deals, or of those that changed, are from
-- one pass over their history; the others are brought forward from the moments of the last refresh by what changed between.
CREATE OR REPLACE FUNCTION %1$I.load_deal_state(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    -- a change in the microsecond before a moment holds at it
    tick CONSTANT interval := '1 microsecond';
    moments timestamptz[];
    removed bigint;
    written bigint := 0;
    counted bigint;
BEGIN
    -- anew: moments that were not there, or lie before those that were
    DELETE FROM %1$I.report_moment AS m WHERE full_refresh OR NOT EXISTS (SELECT FROM %1$I.report_situation AS p WHERE p.situation = m.situation AND p.period = m.period AND p.at >= m.at);
    DELETE FROM %1$I.deal_state AS t WHERE full_refresh OR NOT EXISTS (SELECT FROM %1$I.report_moment AS m WHERE m.situation = t.situation AND m.period = t.period)
        OR EXISTS (SELECT FROM %1$I.deal_touched AS d WHERE d.opportunity_id = t.opportunity_id);
    GET DIAGNOSTICS removed = ROW_COUNT;

    SELECT array_agg(DISTINCT p.at ORDER BY p.at) INTO moments FROM %1$I.report_situation AS p WHERE NOT EXISTS (SELECT FROM %1$I.report_moment AS m WHERE m.situation = p.situation AND m.period = p.period);
    IF moments IS NOT NULL THEN
        INSERT INTO %1$I.deal_state (situation, period, opportunity_id, stage, amount, close_date, forecast_category, owner_id)
        SELECT p.situation, p.period, h.opportunity_id, h.stage, h.amount, h.close_date, h.forecast_category, h.owner_id
        FROM (
                SELECT c.opportunity_id, c.stage, c.amount, c.close_date, c.forecast_category, c.owner_id, width_bucket(c.changed_at - tick, moments) AS before,
                    coalesce(width_bucket(lead(c.changed_at) OVER (PARTITION BY c.opportunity_id ORDER BY c.changed_at) - tick, moments), cardinality(moments)) AS until
                FROM %2$I.opportunity_history AS c
            ) AS h
            CROSS JOIN LATERAL generate_series(h.before + 1, h.until) AS m
            JOIN %1$I.report_situation AS p ON p.at = moments[m] AND h.close_date BETWEEN p.period_start AND p.period_end
        WHERE h.until > h.before AND NOT EXISTS (SELECT FROM %1$I.report_moment AS m WHERE m.situation = p.situation AND m.period = p.period)
            AND NOT EXISTS (SELECT FROM %1$I.deal_touched AS d WHERE d.opportunity_id = h.opportunity_id);
        GET DIAGNOSTICS written = ROW_COUNT;
    END IF;

    -- of the deals that changed, all moments
    IF NOT full_refresh THEN
        SELECT array_agg(DISTINCT p.at ORDER BY p.at) INTO moments FROM %1$I.report_situation AS p;
        INSERT INTO %1$I.deal_state (situation, period, opportunity_id, stage, amount, close_date, forecast_category, owner_id)
        SELECT p.situation, p.period, h.opportunity_id, h.stage, h.amount, h.close_date, h.forecast_category, h.owner_id
        FROM (
                SELECT c.opportunity_id, c.stage, c.amount, c.close_date, c.forecast_category, c.owner_id, width_bucket(c.changed_at - tick, moments) AS before,
                    coalesce(width_bucket(lead(c.changed_at) OVER (PARTITION BY c.opportunity_id ORDER BY c.changed_at) - tick, moments), cardinality(moments)) AS until
                FROM %1$I.deal_touched AS d JOIN %1$I.deal_change AS c ON c.opportunity_id = d.opportunity_id
            ) AS h
            CROSS JOIN LATERAL generate_series(h.before + 1, h.until) AS m
            JOIN %1$I.report_situation AS p ON p.at = moments[m] AND h.close_date BETWEEN p.period_start AND p.period_end
        WHERE h.until > h.before;
        GET DIAGNOSTICS counted = ROW_COUNT;
        written := written + counted;
    END IF;

    -- of the others, moments that moved on: the last change between
    DELETE FROM %1$I.deal_moved;
    IF EXISTS (SELECT FROM %1$I.report_situation AS p JOIN %1$I.report_moment AS m USING (situation, period) WHERE p.at > m.at) THEN
        INSERT INTO %1$I.deal_moved (situation, period, opportunity_id, stage, amount, close_date, forecast_category, owner_id, is_there)
            SELECT DISTINCT ON (p.situation, p.period, c.opportunity_id) p.situation, p.period, c.opportunity_id, c.stage, c.amount, c.close_date, c.forecast_category, c.owner_id, coalesce(c.close_date BETWEEN p.period_start AND p.period_end, false)
            FROM %1$I.report_situation AS p JOIN %1$I.report_moment AS m USING (situation, period)
                JOIN %1$I.deal_change AS c ON c.changed_at > m.at AND c.changed_at <= p.at
            WHERE p.at > m.at AND NOT EXISTS (SELECT FROM %1$I.deal_touched AS d WHERE d.opportunity_id = c.opportunity_id)
            ORDER BY p.situation, p.period, c.opportunity_id, c.changed_at DESC;
        DELETE FROM %1$I.deal_state AS t USING %1$I.deal_moved AS n WHERE n.situation = t.situation AND n.period = t.period AND n.opportunity_id = t.opportunity_id;
        GET DIAGNOSTICS counted = ROW_COUNT;
        removed := removed + counted;
        INSERT INTO %1$I.deal_state (situation, period, opportunity_id, stage, amount, close_date, forecast_category, owner_id)
        SELECT n.situation, n.period, n.opportunity_id, n.stage, n.amount, n.close_date, n.forecast_category, n.owner_id FROM %1$I.deal_moved AS n WHERE n.is_there;
        GET DIAGNOSTICS counted = ROW_COUNT;
        written := written + counted;
    END IF;
    DELETE FROM %1$I.report_moment;
    INSERT INTO %1$I.report_moment (situation, period, at) SELECT p.situation, p.period, p.at FROM %1$I.report_situation AS p;
    ANALYZE %1$I.deal_state;
    RETURN removed + written;
END
%3$s;

-- The deals of past quarters as they stood as many days before the end, and what became of them within the quarter: one that was won before it
-- began, or after it, has brought it nothing.
CREATE OR REPLACE VIEW %1$I.past_deal AS
SELECT p.situation, p.period, p.opportunity_id, p.stage, salesops.stage_outcome(s.process, p.stage) AS outcome, %1$I.rolled_category(s.process, p.stage, p.forecast_category) AS category,
    round(p.amount * d.rate, 2) AS amount, CASE WHEN d.outcome = 'won' AND (d.close_date BETWEEN q.period_start AND q.period_end) IS NOT TRUE THEN 'open' ELSE d.outcome END AS outcome_in_period, d.amount AS final_amount
FROM %1$I.deal_state AS p
    CROSS JOIN %1$I.report_state AS s
    JOIN %1$I.report_period AS q ON q.period = p.period
    JOIN %1$I.deal AS d ON d.opportunity_id = p.opportunity_id
WHERE p.situation IN ('current', 'next', 'month');
COMMENT ON VIEW %1$I.past_deal IS 'The deals of past quarters as they stood at a situation, and what became of them within the quarter.';

-- What was called thirty days before past quarters ended; the band of each comes from what the others say of the stages. Where the outlook is what it
-- was, so is the band, which is most of the work.
CREATE OR REPLACE FUNCTION %1$I.load_past_call(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    removed bigint;
    written bigint;
BEGIN
    DELETE FROM %1$I.past_call AS t WHERE full_refresh OR NOT EXISTS (SELECT FROM %1$I.report_period AS p WHERE p.period = t.period AND p.n BETWEEN -6 AND -1);
    GET DIAGNOSTICS removed = ROW_COUNT;
    WITH deals AS MATERIALIZED (
        SELECT p.period, p.opportunity_id, p.stage, p.outcome, p.category, p.amount, p.outcome_in_period, p.final_amount FROM %1$I.past_deal AS p WHERE p.situation = 'month'
    ), rates AS MATERIALIZED (
        SELECT d.period, salesops.stage_win_rates(d.stage, d.outcome_in_period IS NOT DISTINCT FROM 'won') AS rates FROM deals AS d WHERE d.outcome = 'open' GROUP BY d.period
    ), of_others AS MATERIALIZED (
        SELECT p.period, t.stage, t.win_rate
        FROM %1$I.report_period AS p
            CROSS JOIN LATERAL (SELECT salesops.merge(o.rates) AS rates FROM rates AS o WHERE o.period <> p.period) AS others
            CROSS JOIN LATERAL salesops.stage_win_rate_table(others.rates) AS t
    ), calls AS MATERIALIZED (
        SELECT d.period, s.correlation, salesops.forecast_rollup(d.category, d.amount) AS rollup,
            salesops.forecast_outcome(d.category, d.amount, d.outcome_in_period, d.final_amount) FILTER (WHERE d.outcome = 'open') AS outcome,
            coalesce(sum(d.final_amount) FILTER (WHERE d.outcome_in_period = 'won'), 0) AS won_of_these
        FROM deals AS d CROSS JOIN %1$I.report_state AS s
        GROUP BY d.period, s.correlation
    ), ranked AS (
        SELECT d.period, d.outcome, greatest(d.amount, 0) AS amount, coalesce(r.win_rate, salesops.stage_probability(s.process, d.stage)) AS chance,
            row_number() OVER (PARTITION BY d.period, d.outcome ORDER BY greatest(d.amount, 0) DESC, d.opportunity_id) AS n
        FROM deals AS d CROSS JOIN %1$I.report_state AS s LEFT JOIN of_others AS r ON r.period = d.period AND r.stage = d.stage
        WHERE d.outcome IN ('open', 'won')
    ), outlooks AS MATERIALIZED (
        -- as in team_outlook: what is certain is one amount
        SELECT v.period, salesops.deal_outlook(v.amount, v.chance) AS outlook
        FROM (
            SELECT d.period, d.amount, d.chance FROM ranked AS d WHERE d.outcome = 'open' AND d.n <= 90000
            UNION ALL
            SELECT d.period, sum(CASE d.outcome WHEN 'won' THEN d.amount ELSE d.amount * d.chance::numeric END), 1 FROM ranked AS d WHERE d.outcome = 'won' OR d.n > 90000 GROUP BY d.period
        ) AS v GROUP BY v.period
    ), gone AS (
        DELETE FROM %1$I.past_call AS t WHERE NOT EXISTS (SELECT FROM calls AS c WHERE c.period = t.period)
    )
    INSERT INTO %1$I.past_call AS t (period, rollup, outcome, outlook, correlation, won_of_these, band_low, band_high, inside_band)
    SELECT c.period, c.rollup, c.outcome, o.outlook, c.correlation, c.won_of_these,
        CASE WHEN k.same THEN b.band_low ELSE salesops.outlook_quantile(o.outlook, 0.1, c.correlation) END,
        CASE WHEN k.same THEN b.band_high ELSE salesops.outlook_quantile(o.outlook, 0.9, c.correlation) END,
        CASE WHEN k.same AND c.won_of_these = b.won_of_these THEN b.inside_band ELSE salesops.outlook_contains(o.outlook, c.won_of_these::double precision, 0.8, c.correlation) END
    FROM calls AS c LEFT JOIN outlooks AS o ON o.period = c.period LEFT JOIN %1$I.past_call AS b ON b.period = c.period
        CROSS JOIN LATERAL (SELECT coalesce(b.outlook OPERATOR(salesops.=) o.outlook AND b.correlation = c.correlation, false)) AS k (same)
    ON CONFLICT (period) DO UPDATE SET rollup = excluded.rollup, outcome = excluded.outcome, outlook = excluded.outlook, correlation = excluded.correlation, won_of_these = excluded.won_of_these,
        band_low = excluded.band_low, band_high = excluded.band_high, inside_band = excluded.inside_band;
    GET DIAGNOSTICS written = ROW_COUNT;
    ANALYZE %1$I.past_call;
    RETURN removed + written;
END
%3$s;

-- How long deals stay in each open stage.
CREATE OR REPLACE FUNCTION %1$I.load_norm(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    written bigint;
BEGIN
    DELETE FROM %1$I.stage_norm;
    INSERT INTO %1$I.stage_norm (stage, stays)
    SELECT v.stage, v.survival
    FROM %1$I.report_state AS s
        CROSS JOIN (SELECT salesops.stage_history(h.opportunity_id, h.stage, h.changed_at) AS history FROM %2$I.opportunity_history AS h JOIN %1$I.deal AS d USING (opportunity_id)) AS h
        CROSS JOIN salesops.survival_by_stage(h.history, s.moment, s.process) AS v
    WHERE salesops.stage_outcome(s.process, v.stage) = 'open';
    GET DIAGNOSTICS written = ROW_COUNT;
    ANALYZE %1$I.stage_norm;
    RETURN written;
END
%3$s;

-- Why two records are one: the columns that speak for it and against it, each with its evidence in bits.
CREATE OR REPLACE FUNCTION %1$I.match_reason(model salesops.match_model, a text[], b text[]) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (
        SELECT string_agg(format('%%s %%s %%s', m.column_name, regexp_replace(m.agreement, ', (of|0).*', ''), to_char(m.weight + coalesce(m.frequency_weight, 0), 'FMSG990.0')), ', '
            ORDER BY m.weight + coalesce(m.frequency_weight, 0) DESC, m.column_name)
        FROM salesops.explain_match(model, a, b) AS m WHERE m.column_name <> '(before)' AND m.agreement <> 'missing'
    );
COMMENT ON FUNCTION %1$I.match_reason(salesops.match_model, text[], text[]) IS 'Why two records are one: what each column says for it and against it, in bits of evidence.';

-- Accounts, contacts and leads that are there twice, by the ready-made rules, of which those columns are left that the table has. A table that is
-- as it was is not searched again.
CREATE OR REPLACE FUNCTION %1$I.load_duplicate(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    kinds CONSTANT text[] := '{account,contact,lead}';
    kind_name text;
    rel regclass;
    match_rule salesops.match_rule;
    fitted salesops.match_model;
    counted bigint;
    print numeric;
    written bigint := 0;
BEGIN
    FOREACH kind_name IN ARRAY kinds LOOP
        rel := to_regclass(format('%%I.%%I', %4$L, kind_name));
        match_rule := (
            SELECT jsonb_set(r.rule::text::jsonb, '{columns}', jsonb_agg(c.part ORDER BY c.n))::text::salesops.match_rule
            FROM salesops.match_rules() AS r, jsonb_array_elements(r.rule::text::jsonb -> 'columns') WITH ORDINALITY AS c (part, n), jsonb_object_keys(c.part) AS k (name)
            WHERE r.name = kind_name AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = rel AND a.attname = k.name AND NOT a.attisdropped)
            GROUP BY r.rule::text);
        IF rel IS NULL OR match_rule IS NULL THEN
            DELETE FROM %1$I.duplicate_record AS d WHERE d.kind = kind_name;
            DELETE FROM %1$I.duplicate_pair AS d WHERE d.kind = kind_name;
            DELETE FROM %1$I.match_setting AS d WHERE d.kind = kind_name;
            CONTINUE;
        END IF;
        EXECUTE format('SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM %%s AS t', rel) INTO counted, print;
        CONTINUE WHEN NOT full_refresh AND EXISTS (SELECT FROM %1$I.match_setting AS m WHERE m.kind = kind_name AND m.records = counted AND m.fingerprint IS NOT DISTINCT FROM print AND salesops.match_model_rule(m.model) OPERATOR(salesops.=) match_rule);
        DELETE FROM %1$I.duplicate_record AS d WHERE d.kind = kind_name;
        DELETE FROM %1$I.duplicate_pair AS d WHERE d.kind = kind_name;
        DELETE FROM %1$I.match_setting AS d WHERE d.kind = kind_name;
        fitted := salesops.fit_match_model(rel, match_rule);
        INSERT INTO %1$I.match_setting (kind, records, fingerprint, model) VALUES (kind_name, counted, print, fitted);
        EXECUTE format($query$WITH content AS (
                SELECT t.%%1$I::text AS record, concat_ws(' ', to_jsonb(t) ->> 'name', to_jsonb(t) ->> 'first_name', to_jsonb(t) ->> 'last_name', '(' || nullif(to_jsonb(t) ->> 'company', '') || ')') AS name,
                    ARRAY(SELECT to_jsonb(t) ->> c.column_name FROM salesops.match_rule_columns($2) AS c ORDER BY c.position) AS content
                FROM %%2$s AS t
            ), pairs AS MATERIALIZED (
                SELECT p.record_a, p.record_b, p.weight, p.probability FROM salesops.duplicate_pairs(%%3$L::regclass, $3) AS p
            ), clusters AS MATERIALIZED (
                SELECT c.record, c.cluster FROM salesops.duplicate_clusters(%%3$L::regclass, $3) AS c
            ), records AS MATERIALIZED (
                SELECT c.record, c.cluster, x.name, x.content FROM clusters AS c JOIN content AS x USING (record)
            ), put AS (
                INSERT INTO %%4$I.duplicate_record (kind, record, cluster, name, content, probability, why)
                SELECT $1, c.record, c.cluster, c.name, c.content, CASE WHEN c.record <> c.cluster THEN salesops.match_probability($3, f.content, c.content) END, CASE WHEN c.record <> c.cluster THEN %%4$I.match_reason($3, f.content, c.content) END
                FROM records AS c LEFT JOIN records AS f ON f.record = c.cluster
            )
            INSERT INTO %%4$I.duplicate_pair (kind, record_a, record_b, weight, probability, why)
            SELECT $1, p.record_a, p.record_b, p.weight, p.probability, %%4$I.match_reason($3, a.content, b.content)
            FROM pairs AS p JOIN content AS a ON a.record = p.record_a JOIN content AS b ON b.record = p.record_b
                LEFT JOIN clusters AS x ON x.record = p.record_a LEFT JOIN clusters AS y ON y.record = p.record_b
            WHERE x.cluster IS DISTINCT FROM y.cluster OR x.cluster IS NULL$query$, salesops.match_rule_key(match_rule), rel, rel, %5$L)
        USING kind_name, match_rule, fitted;
        written := written + counted;
    END LOOP;
    ANALYZE %1$I.match_setting, %1$I.duplicate_record, %1$I.duplicate_pair;
    RETURN written;
END
%3$s;

-- The scorecard: what can be computed of the tables that are there, at the moment of the reports; and the first time, what is known of earlier
-- moments, at those of the eight weeks before.
CREATE OR REPLACE FUNCTION %1$I.load_scorecard(full_refresh boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
DECLARE
    s %1$I.report_state;
    of record;
    written bigint := 0;
BEGIN
    SELECT * INTO s FROM %1$I.report_state;
    DELETE FROM %1$I.scorecard_gap;
    FOR of IN
        -- what the reports have computed already is read there
        SELECT m.metric, m.definition, m.unit, m.direction, m.target, m.near, r.query AS registered, CASE m.metric
                WHEN 'duplicates' THEN format('SELECT 1000 * sum(v.surplus) / nullif(sum(v.records), 0) AS value, sum(v.surplus) AS numerator, sum(v.records) AS denominator
FROM (SELECT m.records, (SELECT count(*) FROM %%1$I.duplicate_record AS r WHERE r.kind = m.kind AND r.record <> r.cluster) AS surplus FROM %%1$I.match_setting AS m) AS v', %5$L)
                WHEN 'pipeline_hygiene' THEN format('SELECT count(*) FILTER (WHERE salesops.hygiene_issues(%%2$L::salesops.hygiene_policy, s.process, stage => d.stage, amount => d.amount, close_date => d.close_date, owner => d.owner_id, next_step => d.next_step, category => d.forecast_category, probability => d.probability,
    created => d.created_on, last_activity => d.last_activity_on, days_in_stage => salesops.days_in_current_stage(p.path, s.moment, s.process), pushes => salesops.push_count(p.dates, ''month''), as_of => s.as_of) IS NULL) AS numerator, count(*) AS denominator
FROM %%1$I.deal AS d CROSS JOIN %%1$I.report_state AS s LEFT JOIN %%1$I.deal_path AS p ON p.opportunity_id = d.opportunity_id WHERE d.outcome = ''open''', %5$L, s.policy)
                WHEN 'category_integrity' THEN format('SELECT count(*) FILTER (WHERE d.category_issue IS NULL) AS numerator, count(*) AS denominator FROM %%1$I.deal AS d CROSS JOIN %%1$I.report_state AS s WHERE s.process IS NOT NULL', %5$L)
                ELSE m.query END AS query
        FROM salesops.scorecard_metrics(%4$L::text, s.policy) AS m LEFT JOIN %1$I.metric AS r USING (metric)
    LOOP
        BEGIN
            IF of.registered IS DISTINCT FROM of.query THEN
                PERFORM salesops.register_metric(%5$L::text, of.metric, of.definition, of.query, of.unit, of.direction, of.target, near => of.near, owner => 'sales operations', time_zone => s.time_zone);
            END IF;
            IF of.registered IS NULL AND of.metric IN ('report_on_time', 'report_defects', 'report_usefulness', 'routing_sla', 'routing_accuracy', 'ticket_cycle', 'first_contact_resolution', 'finance_variance', 'improvements', 'qc_pass') THEN
                PERFORM salesops.evaluate_metrics(%5$L::text, s.moment - week * interval '7 days', ARRAY[of.metric]) FROM generate_series(1, 8) AS week;
            END IF;
            INSERT INTO %1$I.scorecard_gap (metric, message) SELECT e.metric, e.error FROM salesops.evaluate_metrics(%5$L::text, s.moment, ARRAY[of.metric]) AS e WHERE e.error IS NOT NULL;
            written := written + 1;
        EXCEPTION WHEN undefined_table OR undefined_column THEN
            INSERT INTO %1$I.scorecard_gap (metric, message) VALUES (of.metric, SQLSTATE || ' ' || SQLERRM);
        END;
    END LOOP;
    ANALYZE %1$I.metric, %1$I.metric_version, %1$I.metric_value;
    RETURN written;
END
%3$s;
$text$, schema, contract_schema, CASE WHEN strpos(schema || contract_schema, '$body$') = 0 THEN '$body$' ELSE '$body_' || md5(schema || contract_schema) || '$' END, contract_schema, schema);
COMMENT ON FUNCTION report_loads_sql(text, text) IS $$The part of reports_sql that makes the functions by which the tables of reports are brought up to date.
schema: of the reports; contract_schema: of the contract's tables. NULL for NULL.
Example: salesops.report_loads_sql('reports', 'crm') LIKE '%CREATE OR REPLACE FUNCTION reports.load_deal(full_refresh boolean) RETURNS bigint%' ==> true$$;
