-- reports: who may see what of them.
--
-- What row-level security is for tables (governance, access.sql), these views are for reports, as materialized views can have no policies: in a
-- schema of their own, each shows of a report what the current role may see. Representatives see the rows of their own deals, managers those
-- of everybody below them, operations all. Numbers of a team are for the manager of all who are active in it, those of all teams for operations. The
-- rows behind the numbers are there too, of the deals that one may see. The views read with the rights of their owner, who has rights on the reports;
-- those who look need rights on the views alone.

CREATE FUNCTION report_access_sql(schema text, target text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
BEGIN ATOMIC
	WITH shown AS (
		SELECT c.report AS name, 'report' AS part, min(c.definition) FILTER (WHERE c."position" = 0) AS definition, string_agg(format(E'COMMENT ON COLUMN %I.%I.%I IS %L;\n', target, c.report, c.column_name, c.definition), '' ORDER BY c."position") FILTER (WHERE c."position" > 0) AS comments,
			CASE WHEN c.report IN ('date_dimension', 'stage_rates', 'stage_stays', 'stage_survival') THEN 'anybody' WHEN bool_or(c.column_name = 'owner_id') THEN 'owner' WHEN bool_or(c.column_name = 'is_total') THEN 'team' ELSE 'operations' END AS kind
		FROM salesops.report_columns() AS c GROUP BY c.report
		UNION ALL
		-- the rows behind the numbers
		SELECT DISTINCT d.source, 'rows', 'The rows behind numbers of reports: those of the view or table of this name in the schema of the reports that the current role may see.', '', CASE d.source WHEN 'quota_in_period' THEN 'owner' WHEN 'data_quality_row' THEN 'operations' ELSE 'deal' END
		FROM salesops.report_drills() AS d WHERE d.source NOT IN (SELECT c.report FROM salesops.report_columns() AS c)
	), helpers (name) AS (
		VALUES ('visible_owner'), ('visible_team'), ('visible_deal'), ('visible_report'), ('report_column')
	)
	SELECT format($text$-- Who may see what of the reports: written by salesops.report_access_sql(). It may run again at any time: the table of access stays as it is.

CALL salesops.require_ownership(%1$L::pg_catalog.text, '{sales_access}'::pg_catalog.text[]);
CALL salesops.require_ownership(%2$L::pg_catalog.text, %3$L::pg_catalog.text[]);

%4$s
CREATE OR REPLACE VIEW %2$I.visible_owner WITH (security_barrier) AS
%5$sSELECT b.user_id AS owner_id FROM below AS b;
COMMENT ON VIEW %2$I.visible_owner IS 'The owners whose deals the current role may see; operations sees all, whatever stands here.';

-- Whoever may see all people of a team may see its numbers. A manager may, too, if all who are active in it are his. Who has no manager is not taken for
-- his: what a CRM does not tell gives nobody a right.
CREATE OR REPLACE VIEW %2$I.visible_team WITH (security_barrier) AS
SELECT o.team
FROM %1$I.owner AS o LEFT JOIN %2$I.visible_owner AS v ON v.owner_id = o.owner_id
WHERE o.team <> '(no team)'
GROUP BY o.team
HAVING count(v.owner_id) = count(*) OR EXISTS (SELECT FROM %1$I.sales_access AS a WHERE a.login = current_user AND a.access = 'manager')
    AND count(*) FILTER (WHERE o.is_active IS NOT FALSE AND v.owner_id IS NULL) = 0 AND count(*) FILTER (WHERE o.is_active IS NOT FALSE AND v.owner_id IS NOT NULL) > 0;
COMMENT ON VIEW %2$I.visible_team IS 'The teams whose numbers the current role may see: those of which it may see everybody who is active.';

CREATE OR REPLACE VIEW %2$I.visible_deal WITH (security_barrier) AS
SELECT d.opportunity_id FROM %1$I.deal AS d WHERE d.owner_id IN (SELECT o.owner_id FROM %2$I.visible_owner AS o);
COMMENT ON VIEW %2$I.visible_deal IS 'The deals that the current role may see; operations sees all, whatever stands here.';

CREATE OR REPLACE VIEW %2$I.visible_report WITH (security_barrier) AS
SELECT v.report, v.shown_to, CASE WHEN v.shown_to = 'anybody' OR a.access = 'operations' THEN 'all' WHEN v.shown_to = 'owner' THEN 'own' WHEN v.shown_to = 'team' AND EXISTS (SELECT FROM %2$I.visible_team) THEN 'teams' ELSE 'none' END AS rows_shown
FROM %1$I.sales_access AS a CROSS JOIN (VALUES %6$s) AS v (report, shown_to)
WHERE a.login = current_user;
COMMENT ON VIEW %2$I.visible_report IS 'Of each report, whether the current role may see all rows, those of its own deals, those of teams, or none.';

CREATE OR REPLACE VIEW %2$I.report_column WITH (security_barrier) AS
SELECT c.report, c.column_name, c.position, c.definition, c.is_key, CASE WHEN c.source = ANY (%7$L::text[]) THEN c.source END AS source, c.filter, c.measure, c.why_none FROM %1$I.report_column AS c
WHERE EXISTS (SELECT FROM %1$I.sales_access AS a WHERE a.login = current_user);
COMMENT ON VIEW %2$I.report_column IS 'What the reports show, column by column, and where the rows behind a number are: as the table of this name in the schema of the reports, for salesops.drill_down_sql.';

$text$, schema, target, (SELECT array_agg(n.name ORDER BY n.name COLLATE "C") FROM (SELECT s.name FROM shown AS s UNION ALL SELECT h.name FROM helpers AS h) AS n),
			(salesops.sales_access_sql(schema, 'owner', 'owner_id')).made, (salesops.sales_access_sql(schema, 'owner', 'owner_id')).visible,
			(SELECT string_agg(format('(%L, %L)', s.name, s.kind), ', ' ORDER BY s.name COLLATE "C") FROM shown AS s WHERE s.part = 'report'), (SELECT array_agg(s.name ORDER BY s.name COLLATE "C") FROM shown AS s))
		|| string_agg(format(E'CREATE OR REPLACE VIEW %2$I.%3$I WITH (security_barrier) AS\nSELECT v.* FROM %1$I.%3$I AS v WHERE %4$s;\nCOMMENT ON VIEW %2$I.%3$I IS %5$L;\n%6$s', schema, target, v.name,
			CASE v.kind WHEN 'anybody' THEN format('EXISTS (SELECT FROM %I.sales_access AS a WHERE a.login = current_user)', schema)
				ELSE format('EXISTS (SELECT FROM %I.sales_access AS a WHERE a.login = current_user AND a.access = ''operations'')', schema)
					|| CASE v.kind WHEN 'owner' THEN format(' OR v.owner_id IN (SELECT o.owner_id FROM %I.visible_owner AS o)', target) WHEN 'deal' THEN format(' OR v.opportunity_id IN (SELECT d.opportunity_id FROM %I.visible_deal AS d)', target)
						WHEN 'team' THEN format(' OR NOT v.is_total AND v.team IN (SELECT t.team FROM %I.visible_team AS t)', target) ELSE '' END END,
			v.definition, v.comments), E'\n' ORDER BY v.part, v.name COLLATE "C")
	FROM shown AS v;
END;
COMMENT ON FUNCTION report_access_sql(text, text) IS $$SQL text that makes views of reports of which each role sees what it may: in a schema target, a view of the same name and columns for every report of a schema, and in that the table sales_access, which says who is what.
schema: of the reports. target: another schema, for the views. Reports with the owner of each row show representatives their own rows and managers those of all below them; reports by team show the teams in which everybody who is active is the manager's; the others, and the rows of all teams, are for operations. The rows behind the numbers are there too, of the deals that one may see, for drill_down_sql of the schema target. NULL for NULL. Run it with create_report_access.
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
It gives no rights: GRANT USAGE on the schema target and SELECT on its views, and none on the reports themselves. A login without a row in sales_access sees nothing. CALL salesops.create_report_access('reports', 'my_reports');
Example: to_regprocedure('salesops.create_report_access(text, text)') IS NOT NULL ==> true$$;
