-- Who may see what of the reports: the teams of a manager by a table of cases, and the rows behind every number, of the deals that one may see.
\ir setup.psql
\set size 400
CALL salesops.create_contract('crm');
\i demo/sample.sql
SET LOCAL search_path = public, salesops;
SET LOCAL client_min_messages = warning;
CREATE SCHEMA reports;
CALL create_reports('reports', 'crm');
CALL refresh_reports('reports', as_of => '2026-06-29');
CREATE SCHEMA mine;
CALL create_report_access('reports', 'mine');
CALL create_report_access('reports', 'mine');	-- once more changes nothing
CREATE ROLE regress_rep;
CREATE ROLE regress_manager;
CREATE ROLE regress_operations;
CREATE ROLE regress_nobody;
GRANT USAGE ON SCHEMA mine, salesops TO regress_rep, regress_manager, regress_operations, regress_nobody;
GRANT SELECT ON ALL TABLES IN SCHEMA mine TO regress_rep, regress_manager, regress_operations, regress_nobody;
CREATE FUNCTION pg_temp.seen(login text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', login);
	EXECUTE query INTO result;
	RESET ROLE;
	RETURN result;
END $$;

-- ---- the rows behind the numbers ----
-- deals that changed hands, so that there is movement of all kinds between teams
CREATE TEMP TABLE who AS SELECT p.owner_id AS rep, u.manager_id AS manager FROM reports.pipeline_inspection p JOIN reports.owner u USING (owner_id) WHERE u.manager_id IS NOT NULL GROUP BY 1, 2 ORDER BY count(*) DESC, 1 LIMIT 1;
INSERT INTO reports.sales_access SELECT 'regress_rep', rep, 'rep' FROM who UNION ALL SELECT 'regress_manager', manager, 'manager' FROM who UNION ALL SELECT 'regress_operations', NULL, 'operations';
CREATE TEMP TABLE theirs AS SELECT 'regress_rep' AS login, rep AS owner_id FROM who UNION ALL SELECT 'regress_manager', manager FROM who UNION ALL SELECT 'regress_manager', owner_id FROM reports.owner, who WHERE manager_id = manager;
GRANT SELECT ON theirs TO regress_rep, regress_manager;
SELECT is(pg_temp.seen(login, 'SELECT count(*) FROM mine.moved_deals'), (SELECT count(*)::text FROM reports.moved_deals m JOIN reports.deal d ON d.opportunity_id = m.deal WHERE d.owner_id IN (SELECT t.owner_id FROM theirs t WHERE t.login = v.login)), login || ' sees how his deals moved') FROM (SELECT DISTINCT login FROM theirs) v;
SELECT cmp_ok(pg_temp.seen('regress_manager', 'SELECT count(*) FROM mine.moved_deals')::int, '>', 0, 'of which there are some');
SELECT is(pg_temp.seen('regress_operations', 'SELECT count(*) FROM mine.moved_deals'), (SELECT count(*)::text FROM reports.moved_deals), 'operations sees them all');
-- what a drill-down lists, by whoever asks, is what it lists of the reports, of the deals that he may see
CREATE FUNCTION pg_temp.drilled(of_login text, sample int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	c record;
	r record;
	listed text;
	wanted text;
	wrong text;
	cases int;
BEGIN
	FOR c IN
		SELECT v.*, (SELECT coalesce(array_agg(k.column_name), '{}') || CASE WHEN bool_or(k.column_name = 'team') AND v.report <> 'integrity_owners' THEN '{is_total}'::text[] ELSE '{}' END FROM reports.report_column k WHERE k.report = v.report AND k.is_key) AS keys,
			(SELECT string_agg(a.attname, ' ') FROM pg_attribute a WHERE a.attrelid = format('reports.%I', v.source)::regclass AND a.attname IN ('opportunity_id', 'owner_id')) AS ids
		FROM reports.report_column v WHERE v.source IS NOT NULL ORDER BY v.report, v.position
	LOOP
		wrong := NULL;
		cases := 0;
		FOR r IN EXECUTE format('SELECT coalesce((SELECT jsonb_object_agg(k, to_jsonb(t) -> k) FROM unnest(%L::text[]) AS k), ''{}'') AS key FROM (SELECT * FROM reports.%I AS x ORDER BY md5(x::text) LIMIT %s) AS t', c.keys, c.report, sample) LOOP
			cases := cases + 1;
			EXECUTE format('SELECT count(*) FROM (%s) AS f WHERE %s', drill_down_sql('reports', c.report, c.column_name, r.key),
				CASE WHEN c.ids ~ 'opportunity_id' THEN format('f.opportunity_id IN (SELECT d.opportunity_id FROM reports.deal d JOIN theirs t USING (owner_id) WHERE t.login = %L)', of_login) WHEN c.ids = 'owner_id' THEN format('f.owner_id IN (SELECT t.owner_id FROM theirs t WHERE t.login = %L)', of_login) ELSE 'false' END) INTO wanted;
			EXECUTE format('SET LOCAL ROLE %I', of_login);
			EXECUTE format('SELECT count(*) FROM (%s) AS f', salesops.drill_down_sql('mine', c.report, c.column_name, r.key)) INTO listed;
			RESET ROLE;
			IF listed <> wanted THEN
				wrong := coalesce(wrong, format('of %s: %s rows of %s', r.key, listed, wanted));
			END IF;
		END LOOP;
		RETURN NEXT is(wrong, NULL, format('%s: %s.%s: %s rows drilled down', of_login, c.report, c.column_name, cases));
	END LOOP;
END $$;
SELECT pg_temp.drilled(login, 3) FROM (SELECT DISTINCT login FROM theirs ORDER BY login) v;
SELECT is(pg_temp.seen('regress_operations', format('SELECT count(*) FROM mine.%I', source)), (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM reports.%I', source), false, true, '')))[1]::text, 'operations sees all of ' || source) FROM (SELECT DISTINCT source FROM report_drills()) s ORDER BY source;
SELECT is(pg_temp.seen('regress_nobody', format('SELECT count(*) FROM mine.%I', source)), '0', 'and who has no access nothing of ' || source) FROM (SELECT DISTINCT source FROM report_drills() UNION VALUES ('report_column'), ('visible_report'), ('visible_deal')) s (source) ORDER BY source;
SELECT throws_ok($$SELECT pg_temp.seen('regress_nobody', 'SELECT salesops.drill_down_sql(''mine'', ''coverage'', ''booked'', ''{}'')')$$, '42501', 'role regress_nobody may see nothing of the reports in schema mine', 'nor the way to them');

-- ---- the teams of a manager ----
CREATE FUNCTION pg_temp.team_seen(login text, people text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	DELETE FROM reports.owner;
	-- M looks, as a manager or, in the second case, A as a representative; X is somebody else's manager
	INSERT INTO reports.owner (owner_id, team, manager_id, is_active) VALUES ('X', 'Far', NULL, true), ('Y', 'Far', 'X', true);
	EXECUTE 'INSERT INTO reports.owner (owner_id, team, manager_id, is_active) VALUES ' || people;
	RETURN pg_temp.seen(login, 'SELECT count(*) FROM mine.visible_team WHERE team = ''West''') = '1';
END $$;
UPDATE reports.sales_access SET user_id = 'M' WHERE login = 'regress_manager';
UPDATE reports.sales_access SET user_id = 'A' WHERE login = 'regress_rep';
SELECT is(pg_temp.team_seen(login, people), wanted, what) FROM (VALUES
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'West', 'M', true), ('B', 'West', 'M', true)$$, true, 'all are his'),
	('regress_manager', $$('M', 'West', 'V', true), ('V', 'Head', NULL, true), ('A', 'West', 'M', true)$$, true, 'also he himself'),
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'West', 'B', true), ('B', 'West', 'M', true)$$, true, 'over two ranks'),
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'West', 'M', true), ('L', 'West', NULL, false)$$, true, 'somebody has left, whose manager is not told'),
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'West', 'M', true), ('L', 'West', 'X', false)$$, true, 'or was another'),
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'West', 'M', true), ('N', 'West', NULL, true)$$, false, 'of somebody no manager is told'),
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'West', 'M', true), ('N', 'West', '', NULL)$$, false, 'or a blank one, and whether he is there is not either'),
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'West', 'M', true), ('N', 'West', 'X', true)$$, false, 'somebody has another manager'),
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'West', 'M', true), ('N', 'West', 'X', NULL)$$, false, 'and may be there'),
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'West', 'M', true), ('N', 'West', 'gone', true)$$, false, 'or one whom nobody knows'),
	('regress_manager', $$('M', 'Head', 'V', true), ('V', 'West', NULL, true), ('A', 'West', 'M', true)$$, false, 'the head of all is in it, who has no manager either'),
	('regress_manager', $$('M', 'Head', 'V', true), ('V', 'West', 'V', true), ('A', 'West', 'M', true)$$, false, 'or is his own'),
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'East', 'M', true), ('N', 'West', NULL, true)$$, false, 'nobody in it is his'),
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'East', 'M', true), ('L', 'West', NULL, false)$$, false, 'and those who were have left'),
	('regress_manager', $$('M', 'West', NULL, true), ('N', 'West', NULL, true)$$, false, 'he himself is not enough for others'),
	('regress_manager', $$('M', 'West', NULL, true), ('L', 'West', NULL, false)$$, true, 'but where he is the only one'),
	('regress_manager', $$('M', 'Head', NULL, true), ('A', 'West', 'M', false), ('N', 'West', NULL, true)$$, false, 'nor is who was his and has left'),
	('regress_rep', $$('A', 'West', 'M', true)$$, true, 'a representative who is all of the team'),
	('regress_rep', $$('A', 'West', 'M', true), ('L', 'West', NULL, false)$$, false, 'is not shown what others left'),
	('regress_rep', $$('A', 'West', 'M', true), ('N', 'West', NULL, true)$$, false, 'or have')) v (login, people, wanted, what);
SELECT * FROM finish();
ROLLBACK;
