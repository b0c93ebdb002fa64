-- reports: the whole text, and the procedure that runs it.

CREATE FUNCTION report_views_sql(schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
BEGIN ATOMIC
	SELECT E'-- ---- what dashboards read ----\n\n' || string_agg(v.text, E'\n' ORDER BY v.n)
	FROM (
		SELECT min(w.n), format(E'CREATE OR REPLACE VIEW %1$I.%2$I AS\nSELECT %4$s, s.as_of, s.refreshed_at\nFROM %1$I.%3$I AS v CROSS JOIN %1$I.report_state AS s;\nCOMMENT ON VIEW %1$I.%2$I IS %5$L;\nCOMMENT ON MATERIALIZED VIEW %1$I.%3$I IS %6$L;\n%7$s', schema, w.report, 'stored_' || w.report,
				string_agg(format('v.%I', w.column_name), ', ' ORDER BY w."position") FILTER (WHERE w."position" > 0), min(w.definition) FILTER (WHERE w."position" = 0), format('What the view %s shows.', w.report),
				string_agg(format(E'COMMENT ON COLUMN %I.%I.%I IS %L;\n', schema, w.report, w.column_name, w.definition), '' ORDER BY w."position") FILTER (WHERE w."position" > 0))
			|| format(E'COMMENT ON COLUMN %1$I.%2$I.as_of IS ''The day that the report is of.'';\nCOMMENT ON COLUMN %1$I.%2$I.refreshed_at IS ''When it was computed.'';\n', schema, w.report)
		FROM (SELECT row_number() OVER () AS n, c.report, c."position", c.column_name, c.definition FROM salesops.report_columns() AS c) AS w
		GROUP BY w.report
	) AS v (n, text);
END;
COMMENT ON FUNCTION report_views_sql(text) IS $$The part of reports_sql that makes the views that dashboards read, with their comments, of report_columns().
schema: of the reports. NULL for NULL.
Example: salesops.report_views_sql('reports') LIKE '%CREATE OR REPLACE VIEW reports.coverage AS%' ==> true$$;

CREATE FUNCTION report_names() RETURNS TABLE (name text)
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100 ROWS 150
BEGIN ATOMIC
	SELECT DISTINCT m[1] FROM regexp_matches(salesops.report_tables_sql('s', 'c') || salesops.report_loads_sql('s', 'c') || salesops.report_quality_sql('s', 'c') || salesops.report_stored_sql('s', 'c') || salesops.report_views_sql('s') || salesops.report_facts_sql('s'),
		'\mCREATE (?:OR REPLACE |MATERIALIZED )?(?:VIEW|FUNCTION|TABLE IF NOT EXISTS) s\.([a-z_]+)', 'g') AS m
	UNION VALUES ('metric'), ('metric_version'), ('metric_value');
END;
COMMENT ON FUNCTION report_names() IS $$What create_reports makes in a schema, by name: tables, views and functions.
Where one of them is another role's, nothing is made and nothing refreshed.
Example: (SELECT count(*) FROM salesops.report_names() WHERE name IN ('deal', 'load_deal', 'coverage', 'stored_coverage')) ==> 4$$;

CREATE FUNCTION report_way_sql(schema text, OUT away text, OUT afterwards text[])
	LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
	SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_variable
DECLARE
	names CONSTANT text[] := ARRAY(SELECT o.name FROM salesops.report_names() AS o);
	views oid[];
	stored oid[];
	gone oid[];
	same boolean := false;
	others text;
BEGIN
	SELECT coalesce(array_agg(c.oid) FILTER (WHERE c.relkind = 'v'), '{}'), coalesce(array_agg(c.oid) FILTER (WHERE c.relkind = 'm'), '{}') INTO views, stored
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = schema AND c.relname = ANY (names);
	-- a view can become another one that has its columns: those of this version that are as they were made; what is another's is not read
	IF EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = schema AND c.relname = 'report_setting' AND c.relkind = 'r' AND pg_get_userbyid(c.relowner) = current_user) THEN
		EXECUTE format('SELECT EXISTS (SELECT FROM %I.report_setting AS s JOIN pg_extension AS e ON e.extname = ''salesops'' AND e.extversion = s.version)', schema) INTO same;
	END IF;
	SELECT coalesce(array_agg(c.oid), '{}') INTO gone
	FROM pg_class AS c LEFT JOIN (SELECT r.report, array_agg(r.column_name ORDER BY r."position") || '{as_of,refreshed_at}'::text[] AS columns FROM salesops.report_columns() AS r WHERE r."position" > 0 GROUP BY r.report) AS r ON r.report = c.relname
	WHERE c.oid = ANY (views) AND (NOT same OR r.columns <> (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped));
	SELECT string_agg(DISTINCT format('%s (on %s)', CASE WHEN v.oid IS NOT NULL THEN format('%I.%I', m.nspname, v.relname) ELSE pg_describe_object(d.classid, d.objid, 0) END, b.relname), ', ') INTO others
	FROM pg_depend AS d JOIN pg_class AS b ON d.refclassid = 'pg_class'::regclass AND b.oid = d.refobjid
		LEFT JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid LEFT JOIN pg_class AS v ON v.oid = r.ev_class LEFT JOIN pg_namespace AS m ON m.oid = v.relnamespace
	WHERE d.deptype = 'n' AND b.oid = ANY (stored || gone) AND (v.oid IS NULL OR v.oid <> ALL (views || stored));
	IF others IS NOT NULL THEN
		RAISE dependent_objects_still_exist USING MESSAGE = format('views of your own stand on what has to be made again in schema %I', schema), DETAIL = format('They are %s.', others),
			HINT = CASE WHEN same THEN 'Let them read the plain views, which stay, such as coverage for stored_coverage; or drop them, and make them again afterwards.' ELSE 'The reports are of another version of salesops: drop them, and make them again afterwards (create_report_access).' END;
	END IF;
	-- first all views without what they read, so that nothing of the reports stands on anything
	SELECT coalesce(string_agg(v.statement || E';\n', ''), '') INTO away
	FROM (
		SELECT format('CREATE OR REPLACE VIEW %I.%I AS SELECT %s', schema, c.relname, string_agg(format('NULL::%s%s AS %I', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END, a.attname), ', ' ORDER BY a.attnum)) AS statement
		FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type AS t ON t.oid = a.atttypid
		WHERE c.oid = ANY (views) GROUP BY c.oid, c.relname
	) AS v;
	away := away || coalesce((SELECT 'DROP MATERIALIZED VIEW ' || string_agg(format('%I.%I', schema, c.relname), ', ') || E';\n' FROM pg_class AS c WHERE c.oid = ANY (stored)), '')
		|| coalesce((SELECT 'DROP VIEW ' || string_agg(format('%I.%I', schema, c.relname), ', ') || E';\n' FROM pg_class AS c WHERE c.oid = ANY (gone)), '');
	-- what goes has its rights again when it is made, and no others; what is made again its options and the indexes on it. A column may not come back
	SELECT coalesce(array_agg(r.statement ORDER BY r.part, r.name, r.statement), '{}') INTO afterwards
	FROM (
		SELECT 1, c.relname, format('REVOKE ALL ON %I.%I FROM %s', schema, c.relname, string_agg(DISTINCT CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, ', '))
		FROM pg_class AS c JOIN pg_default_acl AS d ON d.defaclrole = c.relowner AND d.defaclobjtype = 'r' AND d.defaclnamespace IN (0, c.relnamespace) JOIN LATERAL aclexplode(d.defaclacl) AS x ON x.grantee <> c.relowner
		WHERE c.oid = ANY (stored || gone) GROUP BY c.oid, c.relname
		UNION ALL
		SELECT 2, c.relname, format('GRANT %s ON %I.%I TO %s%s', x.privilege_type, schema, c.relname, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
		FROM pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS x WHERE c.oid = ANY (stored || gone) AND x.grantee <> c.relowner
		UNION ALL
		SELECT 2, c.relname, format('GRANT %s (%I) ON %I.%I TO %s%s', x.privilege_type, a.attname, schema, c.relname, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
		FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped CROSS JOIN LATERAL aclexplode(a.attacl) AS x WHERE c.oid = ANY (stored || gone)
		UNION ALL
		SELECT 3, c.relname, format('ALTER %s %I.%I SET (%s)', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, schema, c.relname, array_to_string(c.reloptions, ', ')) FROM pg_class AS c WHERE c.oid = ANY (views || stored) AND c.reloptions IS NOT NULL
		UNION ALL
		-- one of the same name is that of the reports
		SELECT 4, c.relname, regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE (UNIQUE )?INDEX ', 'CREATE \1INDEX IF NOT EXISTS ') FROM pg_class AS c JOIN pg_index AS i ON i.indrelid = c.oid WHERE c.oid = ANY (stored)
	) AS r (part, name, statement);
END $$;
COMMENT ON FUNCTION report_way_sql(text) IS $$SQL text that makes way for what create_reports makes anew, where there are reports already.
schema: of the reports. away: plain views stay, without what they read until they are made anew, and with them rights and views that stand on them; materialized views go, and so do views of another version, and those whose columns were changed. afterwards: statements that give what is made again the rights and options that it had, and the indexes. An error names what stands on what goes.
Example: (SELECT away || cardinality(afterwards) FROM salesops.report_way_sql('nowhere')) ==> 0$$;

CREATE PROCEDURE report_grant_again(statements text[])
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	grant_sql text;
BEGIN
	FOREACH grant_sql IN ARRAY statements LOOP
		BEGIN
			EXECUTE grant_sql;
		EXCEPTION WHEN undefined_table OR undefined_column THEN
			RAISE WARNING USING MESSAGE = format('of the reports made again, this does not hold any more: %s', grant_sql), DETAIL = SQLERRM, HINT = 'It was granted, set or made on what is not there in this version of salesops.';
		END;
	END LOOP;
END $$;
COMMENT ON PROCEDURE report_grant_again(text[]) IS $$What create_reports ends with: gives what it made again the rights and options that it had, and the indexes.
statements: as report_way_sql writes them; a warning names one whose view or column is not there any more. CALL salesops.report_grant_again('{}');
Example: to_regprocedure('salesops.report_grant_again(text[])') IS NOT NULL ==> true$$;

CREATE PROCEDURE report_make_way(schema text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	away text;
BEGIN
	PERFORM salesops.report_lock(schema);
	away := (salesops.report_way_sql(schema)).away;
	EXECUTE away;
END $$;
COMMENT ON PROCEDURE report_make_way(text) IS $$What the text of reports_sql begins with: makes way for what is made anew, where there are reports already.
schema: of the reports, whose owner calls it. It runs what report_way_sql writes. CALL salesops.report_make_way('reports');
Example: to_regprocedure('salesops.report_make_way(text)') IS NOT NULL ==> true$$;

CREATE FUNCTION reports_sql(schema text, contract_schema text, calendar fiscal_calendar DEFAULT 'starts January', policy hygiene_policy DEFAULT NULL, time_zone text DEFAULT 'UTC', correlation double precision DEFAULT 0.1) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
	RETURN CASE WHEN schema IS NOT NULL AND contract_schema IS NOT NULL AND calendar IS NOT NULL AND time_zone IS NOT NULL AND correlation IS NOT NULL THEN
		format($text$-- Reports of a pipeline inspection: written by salesops.reports_sql(). It may run again at any time: tables and the rows in them stay, and so do
-- plain views and what stands on them, materialized views are made again. What dashboards read are the plain views at the end. Bring them up to date with: CALL salesops.refresh_reports(%2$s);

CALL salesops.report_make_way(%1$L::pg_catalog.text);

$text$, schema, translate(quote_literal(schema), E'\r\n', '  '))
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
		|| salesops.report_loads_sql(schema, contract_schema) || E'\n' || salesops.report_stored_sql(schema, contract_schema) || E'\n' || salesops.report_quality_sql(schema, contract_schema) || E'\n' || salesops.report_views_sql(schema) || E'\n' || salesops.report_facts_sql(schema) END;
COMMENT ON FUNCTION reports_sql(text, text, fiscal_calendar, hygiene_policy, text, double precision) IS $$SQL text that makes the reports of a pipeline inspection in a schema: tables that a refresh fills from the contract's tables, materialized views over them, and plain views that dashboards read.
schema: of the reports, as it is named, without quotes; contract_schema: of the contract's tables. calendar: whose fiscal quarters are the periods. policy: what is asked of open deals; NULL: of the fields that any open deal has, and limits of 60 days without activity, 2 pushes and a year. time_zone: where a day begins. correlation: how much the deals of a quarter depend on each other. Nothing depends on the contract's tables. NULL where any other than policy is NULL. Run it with create_reports, or with \gexec in psql.
Example: substring(salesops.reports_sql('My reports', 'crm') from 'CREATE MATERIALIZED VIEW[^\n]+') ==> CREATE MATERIALIZED VIEW "My reports".week AS$$;

CREATE PROCEDURE create_reports(schema text, contract_schema text, calendar fiscal_calendar DEFAULT 'starts January', policy hygiene_policy DEFAULT NULL, time_zone text DEFAULT 'UTC', correlation double precision DEFAULT 0.1)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	afterwards text[];
	state text;
	message text;
	detail text;
	hint text;
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
	PERFORM salesops.report_lock(schema);
	CALL salesops.require_columns(contract_schema, text 'opportunity', text 'opportunity_id text, name text, account_id text, owner_id text, stage text, amount numeric, currency text, probability float8, forecast_category text, created_at timestamptz, close_date date, next_step text, last_activity_at timestamptz, is_deleted boolean');
	CALL salesops.require_columns(contract_schema, text 'opportunity_history', text 'opportunity_id text, changed_at timestamptz, stage text, amount numeric, close_date date, forecast_category text, owner_id text');
	CALL salesops.require_columns(contract_schema, text 'account', text 'account_id text, name text');
	CALL salesops.require_columns(contract_schema, text 'sales_user', text 'user_id text, name text, email text, team text, region text, manager_id text, is_active boolean');
	CALL salesops.require_columns(contract_schema, text 'quota', text 'owner_id text, period_start date, period_end date, amount numeric, currency text');
	CALL salesops.require_columns(contract_schema, text 'stage', text 'stage text, position numeric, probability float8, category text, outcome text, max_days float8');
	CALL salesops.require_columns(contract_schema, text 'exchange_rate', text 'currency text, to_corporate numeric');
	PERFORM now() AT TIME ZONE time_zone;
	-- what goes and is made again has the rights of before
	afterwards := (salesops.report_way_sql(schema)).afterwards;
	-- an error does not quote the whole text
	BEGIN
		EXECUTE salesops.reports_sql(schema, contract_schema, calendar, policy, time_zone, correlation);
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	END;
	IF state IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, DETAIL = coalesce(nullif(detail, ''), 'Nothing was changed.'), HINT = coalesce(nullif(hint, ''), 'What runs is the text of salesops.reports_sql(), of the same arguments.');
	END IF;
	CALL salesops.report_grant_again(afterwards);
END $$;
COMMENT ON PROCEDURE create_reports(text, text, fiscal_calendar, hygiene_policy, text, double precision) IS $$Makes the reports of a pipeline inspection in a schema, empty: runs reports_sql of the same arguments.
Checks first that the contract's tables have the columns that are read, and says which are missing. The schema must be there; what is made in it belongs to who calls this. Called again, it keeps the tables, the plain views with the rights on them, and what stands on these, and makes what they read anew; the next refresh is a full one. CALL salesops.create_reports('reports', 'crm'); then CALL salesops.refresh_reports('reports');
Example: to_regprocedure('salesops.create_reports(text, text, salesops.fiscal_calendar, salesops.hygiene_policy, text, double precision)') IS NOT NULL ==> true$$;
