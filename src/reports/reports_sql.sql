-- reports: the whole text, and the procedure that runs it.

CREATE FUNCTION report_views_sql(schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
BEGIN ATOMIC
	SELECT E'-- ---- what dashboards read ----\n\n' || string_agg(v.text, E'\n' ORDER BY v.n)
	FROM (
		SELECT min(w.n), format(E'CREATE VIEW %1$I.%2$I AS\nSELECT %4$s, s.as_of, s.refreshed_at\nFROM %1$I.%3$I AS v CROSS JOIN %1$I.report_state AS s;\nCOMMENT ON VIEW %1$I.%2$I IS %5$L;\nCOMMENT ON MATERIALIZED VIEW %1$I.%3$I IS %6$L;\n%7$s', schema, w.report, 'stored_' || w.report,
				string_agg(format('v.%I', w.column_name), ', ' ORDER BY w."position") FILTER (WHERE w."position" > 0), min(w.definition) FILTER (WHERE w."position" = 0), format('What the view %s shows.', w.report),
				string_agg(format(E'COMMENT ON COLUMN %I.%I.%I IS %L;\n', schema, w.report, w.column_name, w.definition), '' ORDER BY w."position") FILTER (WHERE w."position" > 0))
			|| format(E'COMMENT ON COLUMN %1$I.%2$I.as_of IS ''The day that the report is of.'';\nCOMMENT ON COLUMN %1$I.%2$I.refreshed_at IS ''When it was computed.'';\n', schema, w.report)
		FROM (SELECT row_number() OVER () AS n, c.report, c."position", c.column_name, c.definition FROM salesops.report_columns() AS c) AS w
		GROUP BY w.report
	) AS v (n, text);
END;
COMMENT ON FUNCTION report_views_sql(text) IS $$The part of reports_sql that makes the views that dashboards read, with their comments, of report_columns().
schema: of the reports. NULL for NULL.
Example: salesops.report_views_sql('reports') LIKE '%CREATE VIEW reports.coverage AS%' ==> true$$;

CREATE FUNCTION report_names() RETURNS TABLE (name text)
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100 ROWS 150
BEGIN ATOMIC
	SELECT DISTINCT m[1] FROM regexp_matches(salesops.report_tables_sql('s', 'c') || salesops.report_loads_sql('s', 'c') || salesops.report_stored_sql('s', 'c') || salesops.report_views_sql('s') || salesops.report_facts_sql('s'),
		'\mCREATE (?:OR REPLACE |MATERIALIZED )?(?:VIEW|FUNCTION|TABLE IF NOT EXISTS) s\.([a-z_]+)', 'g') AS m
	UNION VALUES ('metric'), ('metric_version'), ('metric_value');
END;
COMMENT ON FUNCTION report_names() IS $$What create_reports makes in a schema, by name: tables, views and functions.
Where one of them is another role's, nothing is made and nothing refreshed.
Example: (SELECT count(*) FROM salesops.report_names() WHERE name IN ('deal', 'load_deal', 'coverage', 'stored_coverage')) ==> 4$$;

CREATE FUNCTION reports_sql(schema text, contract_schema text, calendar fiscal_calendar DEFAULT 'starts January', policy hygiene_policy DEFAULT NULL, time_zone text DEFAULT 'UTC', correlation double precision DEFAULT 0.1) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
	RETURN CASE WHEN schema IS NOT NULL AND contract_schema IS NOT NULL AND calendar IS NOT NULL AND time_zone IS NOT NULL AND correlation IS NOT NULL THEN
		format($text$-- Reports of a pipeline inspection: written by salesops.reports_sql(). It may run again at any time: tables and the rows in them stay, views are
-- made again. What dashboards read are the plain views at the end. Bring them up to date with: CALL salesops.refresh_reports(%8$s);

CALL salesops.require_ownership(%2$L::pg_catalog.text, %3$L::pg_catalog.text[]);
-- What is shown goes first, then what it is computed of.
DO %6$s
DECLARE
    of record;
BEGIN
    FOR of IN
        SELECT format('DROP %%s %%s', v.kind, string_agg(format('%%I.%%I', %2$L, c.relname), ', ')) AS statement
        FROM (VALUES (0, 'VIEW', 'v', %7$L::text[]), (1, 'VIEW', 'v', %4$L), (2, 'MATERIALIZED VIEW', 'm', %5$L), (3, 'VIEW', 'v', '{past_deal,week_deal}')) AS v (n, kind, relkind, names)
            JOIN pg_catalog.pg_class AS c ON c.relname = ANY (v.names) AND c.relkind::text = v.relkind JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = %2$L
        GROUP BY v.n, v.kind ORDER BY v.n
    LOOP
        EXECUTE of.statement;
    END LOOP;
END
%6$s;

$text$, schema, schema, (SELECT array_agg(o.name ORDER BY o.name COLLATE "C") FROM salesops.report_names() AS o),
			(SELECT array_agg(DISTINCT c.report) FROM salesops.report_columns() AS c),
			(SELECT array_agg(m[1]) FROM regexp_matches(salesops.report_stored_sql('s', 'c'), 'CREATE MATERIALIZED VIEW s\.([a-z_]+)', 'g') AS m),
			CASE WHEN strpos(schema, '$do$') = 0 THEN '$do$' ELSE '$do_' || md5(schema) || '$' END,
			(SELECT array_agg(m[1]) FROM regexp_matches(salesops.report_facts_sql('s'), 'CREATE VIEW s\.([a-z_]+)', 'g') AS m), translate(quote_literal(schema), E'\r\n', '  '))
		|| salesops.report_tables_sql(schema, contract_schema)
		|| format($text$
INSERT INTO %1$I.report_setting (contract_schema, calendar, policy, time_zone, correlation, version)
SELECT %2$L, %3$L, %4$L, %5$L, %6$L, e.extversion FROM pg_catalog.pg_extension AS e WHERE e.extname = 'salesops'
ON CONFLICT (one) DO UPDATE SET contract_schema = excluded.contract_schema, calendar = excluded.calendar, policy = excluded.policy, time_zone = excluded.time_zone, correlation = excluded.correlation, version = excluded.version;
-- the next refresh is a full one
UPDATE %1$I.report_state SET version = NULL;
ANALYZE %1$I.report_setting, %1$I.report_state;
CALL salesops.create_metric_registry(%7$L::pg_catalog.text);

$text$, schema, contract_schema, calendar, policy, time_zone, correlation, schema)
		|| salesops.report_loads_sql(schema, contract_schema) || E'\n' || salesops.report_stored_sql(schema, contract_schema) || E'\n' || salesops.report_views_sql(schema) || E'\n' || salesops.report_facts_sql(schema) END;
COMMENT ON FUNCTION reports_sql(text, text, fiscal_calendar, hygiene_policy, text, double precision) IS $$SQL text that makes the reports of a pipeline inspection in a schema: tables that a refresh fills from the contract's tables, materialized views over them, and plain views that dashboards read.
schema: of the reports, as it is named, without quotes; contract_schema: of the contract's tables. calendar: whose fiscal quarters are the periods. policy: what is asked of open deals; NULL: of the fields that any open deal has, and limits of 60 days without activity, 2 pushes and a year. time_zone: where a day begins. correlation: how much the deals of a quarter depend on each other. Nothing depends on the contract's tables. NULL where any other than policy is NULL. Run it with create_reports, or with \gexec in psql.
Example: substring(salesops.reports_sql('My reports', 'crm') from 'CREATE MATERIALIZED VIEW[^\n]+') ==> CREATE MATERIALIZED VIEW "My reports".week AS$$;

CREATE PROCEDURE create_reports(schema text, contract_schema text, calendar fiscal_calendar DEFAULT 'starts January', policy hygiene_policy DEFAULT NULL, time_zone text DEFAULT 'UTC', correlation double precision DEFAULT 0.1)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	others text;
BEGIN
	IF schema IS NULL OR contract_schema IS NULL OR calendar IS NULL OR time_zone IS NULL OR correlation IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schemas, the calendar, the time zone and the correlation of reports must not be NULL', HINT = 'The arguments are (schema, contract_schema, calendar, policy, time_zone, correlation).';
	ELSIF schema = contract_schema THEN
		RAISE invalid_parameter_value USING MESSAGE = format('reports cannot be in the contract schema %I', schema), DETAIL = 'Both have a table quota, among others.', HINT = 'CREATE SCHEMA makes one for the reports.';
	ELSIF (correlation >= 0 AND correlation < 1) IS NOT TRUE THEN
		RAISE invalid_parameter_value USING MESSAGE = format('deals cannot depend on each other by %s', correlation), DETAIL = 'A correlation is from 0 to below 1.', HINT = 'Leave it out for 0.1.';
	END IF;
	CALL salesops.require_schema(schema, 'the reports');
	IF EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = schema AND c.relname = 'pipeline_inspection')
		AND NOT EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = schema AND c.relname = 'report_state') THEN
		RAISE duplicate_table USING MESSAGE = format('schema %I has views of reports that are in another schema', schema), DETAIL = 'create_report_access makes such views.', HINT = 'Call it with the schema that has the table report_state, or with a new one.';
	END IF;
	-- what stands on the views that are made again
	SELECT string_agg(DISTINCT format('%I.%I', n.nspname, c.relname), ', ') INTO others
	FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass JOIN pg_class AS c ON c.oid = r.ev_class JOIN pg_namespace AS n ON n.oid = c.relnamespace
		JOIN pg_class AS b ON b.oid = d.refobjid JOIN pg_namespace AS m ON m.oid = b.relnamespace
	WHERE m.nspname = schema AND b.relkind IN ('v', 'm') AND n.nspname <> schema;
	IF others IS NOT NULL THEN
		RAISE dependent_objects_still_exist USING MESSAGE = format('other views stand on the reports in schema %I', schema), DETAIL = format('They are %s.', others), HINT = 'The views of reports are made anew: drop what stands on them before, and make it again afterwards (create_report_access).';
	END IF;
	CALL salesops.require_columns(contract_schema, text 'opportunity', text 'opportunity_id text, name text, account_id text, owner_id text, stage text, amount numeric, currency text, probability float8, forecast_category text, created_at timestamptz, close_date date, next_step text, last_activity_at timestamptz, is_deleted boolean');
	CALL salesops.require_columns(contract_schema, text 'opportunity_history', text 'opportunity_id text, changed_at timestamptz, stage text, amount numeric, close_date date, forecast_category text, owner_id text');
	CALL salesops.require_columns(contract_schema, text 'account', text 'account_id text, name text');
	CALL salesops.require_columns(contract_schema, text 'sales_user', text 'user_id text, name text, email text, team text, region text, manager_id text, is_active boolean');
	CALL salesops.require_columns(contract_schema, text 'quota', text 'owner_id text, period_start date, period_end date, amount numeric, currency text');
	CALL salesops.require_columns(contract_schema, text 'stage', text 'stage text, position numeric, probability float8, category text, outcome text, max_days float8');
	CALL salesops.require_columns(contract_schema, text 'exchange_rate', text 'currency text, to_corporate numeric');
	PERFORM now() AT TIME ZONE time_zone;
	EXECUTE salesops.reports_sql(schema, contract_schema, calendar, policy, time_zone, correlation);
END $$;
COMMENT ON PROCEDURE create_reports(text, text, fiscal_calendar, hygiene_policy, text, double precision) IS $$Makes the reports of a pipeline inspection in a schema, empty: runs reports_sql of the same arguments.
Checks first that the contract's tables have the columns that are read, and says which are missing. The schema must be there; what is made in it belongs to who calls this. Called again, it keeps the tables and makes the views anew, which then lack the rights that were granted on them. CALL salesops.create_reports('reports', 'crm'); then CALL salesops.refresh_reports('reports');
Example: to_regprocedure('salesops.create_reports(text, text, salesops.fiscal_calendar, salesops.hygiene_policy, text, double precision)') IS NOT NULL ==> true$$;
