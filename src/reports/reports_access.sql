-- reports: who may see what of them.
--
-- What row-level security is for tables (governance, access.sql), these views are for reports, as materialized views can have no policies: in a
-- schema of their own, each shows of a report what the current role may see. Representatives see the rows of their own deals, managers those
-- of everybody below them, operations all. Numbers of a team are for those who may see all of the team, those of all teams for operations.
-- The views read with the rights of their owner, who has rights on the reports; those who look need rights on the views alone.

CREATE FUNCTION report_access_sql(schema text, target text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
BEGIN ATOMIC
	SELECT format($text$-- Who may see what of the reports: written by salesops.report_access_sql(). It may run again at any time: the table of access stays as it is.

CALL salesops.require_ownership(%1$L::pg_catalog.text, '{sales_access}'::pg_catalog.text[]);
CALL salesops.require_ownership(%2$L::pg_catalog.text, %3$L::pg_catalog.text[]);

CREATE TABLE IF NOT EXISTS %1$I.sales_access (
    login    text PRIMARY KEY,
    user_id  text,
    access   text NOT NULL CHECK (access IN ('rep', 'manager', 'operations')),
    CHECK (user_id IS NOT NULL OR access = 'operations')
);
COMMENT ON TABLE %1$I.sales_access IS 'What logins may see: one row for each. Who has none sees nothing.';
COMMENT ON COLUMN %1$I.sales_access.login IS 'The role with which somebody reads: current_user.';
COMMENT ON COLUMN %1$I.sales_access.user_id IS 'Who that is in the CRM, as in sales_user.';
COMMENT ON COLUMN %1$I.sales_access.access IS 'rep: his own deals; manager: also those of all below him; operations: all.';

CREATE OR REPLACE VIEW %2$I.visible_owner WITH (security_barrier) AS
WITH RECURSIVE access AS (
    SELECT a.user_id, a.access FROM %1$I.sales_access AS a WHERE a.login = current_user
), below (user_id) AS (
    SELECT a.user_id FROM access AS a WHERE a.user_id IS NOT NULL
    UNION
    SELECT u.owner_id FROM %1$I.owner AS u JOIN below AS b ON u.manager_id = b.user_id WHERE EXISTS (SELECT FROM access AS a WHERE a.access = 'manager')
)
SELECT b.user_id AS owner_id FROM below AS b;
COMMENT ON VIEW %2$I.visible_owner IS 'The owners whose deals the current role may see; operations sees all, whatever stands here.';

CREATE OR REPLACE VIEW %2$I.visible_team WITH (security_barrier) AS
SELECT o.team FROM %1$I.owner AS o LEFT JOIN %2$I.visible_owner AS v ON v.owner_id = o.owner_id WHERE o.team <> '(no team)' GROUP BY o.team HAVING count(v.owner_id) = count(*);
COMMENT ON VIEW %2$I.visible_team IS 'The teams of which the current role may see everybody.';

$text$, schema, target, array_agg(v.report) || '{visible_owner,visible_team}'::text[]) || string_agg(format(E'CREATE OR REPLACE VIEW %2$I.%3$I WITH (security_barrier) AS\nSELECT v.* FROM %1$I.%3$I AS v WHERE %4$s;\nCOMMENT ON VIEW %2$I.%3$I IS %5$L;\n%6$s', schema, target, v.report,
			CASE v.kind WHEN 'anybody' THEN format('EXISTS (SELECT FROM %I.sales_access AS a WHERE a.login = current_user)', schema)
				ELSE format('EXISTS (SELECT FROM %I.sales_access AS a WHERE a.login = current_user AND a.access = ''operations'')', schema)
					|| CASE v.kind WHEN 'owner' THEN format(' OR v.owner_id IN (SELECT o.owner_id FROM %I.visible_owner AS o)', target) WHEN 'team' THEN format(' OR NOT v.is_total AND v.team IN (SELECT t.team FROM %I.visible_team AS t)', target) ELSE '' END END,
			v.definition, v.comments), E'\n' ORDER BY v.report)
	FROM (
		SELECT c.report, min(c.definition) FILTER (WHERE c."position" = 0) AS definition, string_agg(format(E'COMMENT ON COLUMN %I.%I.%I IS %L;\n', target, c.report, c.column_name, c.definition), '' ORDER BY c."position") FILTER (WHERE c."position" > 0) AS comments,
			CASE WHEN c.report IN ('date_dimension', 'stage_rates', 'stage_stays', 'stage_survival') THEN 'anybody' WHEN bool_or(c.column_name = 'owner_id') THEN 'owner' WHEN bool_or(c.column_name = 'is_total') THEN 'team' ELSE 'operations' END AS kind
		FROM salesops.report_columns() AS c GROUP BY c.report
	) AS v;
END;
COMMENT ON FUNCTION report_access_sql(text, text) IS $$SQL text that makes views of reports of which each role sees what it may: in a schema target, a view of the same name and columns for every report of a schema, and in that the table sales_access, which says who is what.
schema: of the reports. target: another schema, for the views. Reports with the owner of each row show representatives their own rows and managers those of all below them; reports by team show the teams of which one may see everybody; the others, and the rows of all teams, are for operations. NULL for NULL. Run it with create_report_access.
Example: substring(salesops.report_access_sql('reports', 'My reports') from 'CREATE OR REPLACE VIEW [^ ]+ [^ ]+pipeline_inspection') ==> CREATE OR REPLACE VIEW "My reports".pipeline_inspection$$;

CREATE PROCEDURE create_report_access(schema text, target text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM salesops.report_schema_check(schema);
	CALL salesops.require_schema(target, 'the views');
	IF schema = target THEN
		RAISE invalid_parameter_value USING MESSAGE = format('the views cannot be in the schema of the reports, %I', schema), DETAIL = 'They have the same names.', HINT = 'CREATE SCHEMA makes one for them.';
	END IF;
	EXECUTE salesops.report_access_sql(schema, target);
END $$;
COMMENT ON PROCEDURE create_report_access(text, text) IS $$Makes views of the reports of a schema of which each role sees what it may: runs report_access_sql(schema, target).
It gives no rights: GRANT USAGE on the schema target and SELECT on its views, and none on the reports themselves. A login without a row in sales_access sees nothing. Before create_reports is called again, drop them: DROP SCHEMA target CASCADE. CALL salesops.create_report_access('reports', 'my_reports');
Example: to_regprocedure('salesops.create_report_access(text, text)') IS NOT NULL ==> true$$;
