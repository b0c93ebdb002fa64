-- Who may read which records, against loops over who is whose manager; a log of exports into which one can only add.
\ir setup.psql
\set size 800
CALL salesops.create_contract('crm');
\i demo/sample.sql
SET LOCAL search_path = public, salesops;
SET LOCAL client_min_messages = warning;

INSERT INTO crm.contact (contact_id, owner_id) SELECT 'C' || row_number() OVER (ORDER BY user_id), user_id FROM crm.sales_user;
INSERT INTO crm.lead (lead_id, owner_id) SELECT 'L' || row_number() OVER (ORDER BY user_id), user_id FROM crm.sales_user UNION ALL SELECT 'L0', NULL;
-- somebody over two managers, and two who are each other's manager
INSERT INTO crm.sales_user (user_id, manager_id) VALUES ('chief', NULL), ('ring a', 'ring b'), ('ring b', 'ring a');
UPDATE crm.sales_user SET manager_id = 'chief' WHERE user_id IN (SELECT manager_id FROM crm.sales_user WHERE manager_id NOT LIKE 'ring%' AND manager_id <> 'chief' ORDER BY 1 LIMIT 20);
INSERT INTO crm.lead (lead_id, owner_id) VALUES ('La', 'ring a'), ('Lb', 'ring b');

CALL create_row_security('crm');
CALL create_row_security('crm');	-- once more changes nothing
-- a login of each kind, for every third user; one without access, one of operations
CREATE TEMP TABLE login AS SELECT 'salesops_test_' || row_number() OVER (ORDER BY user_id, kind) AS login, user_id, kind FROM (
	SELECT user_id, unnest('{rep,manager}'::text[]) AS kind FROM (SELECT user_id, row_number() OVER (ORDER BY user_id) AS n FROM crm.sales_user) u WHERE n % 3 = 0 OR user_id IN ('chief', 'ring a') OR user_id IN (SELECT manager_id FROM crm.sales_user)
	UNION ALL SELECT 'nobody', 'none' UNION ALL SELECT NULL, 'operations') l;
SELECT format('CREATE ROLE %I; GRANT USAGE ON SCHEMA crm TO %1$I; GRANT SELECT ON ALL TABLES IN SCHEMA crm TO %1$I', login) FROM login \gexec
INSERT INTO crm.sales_access SELECT login, user_id, kind FROM login WHERE kind <> 'none';
CREATE FUNCTION pg_temp.below(who text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	found text[] := ARRAY[who];
	more text[];
BEGIN
	LOOP
		SELECT array_agg(user_id) INTO more FROM crm.sales_user WHERE manager_id = ANY (found) AND user_id <> ALL (found);
		EXIT WHEN more IS NULL;
		found := found || more;
	END LOOP;
	RETURN found;
END $$;
-- what a login counts, and a digest of which
CREATE FUNCTION pg_temp.seen_by(login text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', login);
	SELECT concat_ws(' ', (SELECT count(*) || md5(string_agg(opportunity_id, ',' ORDER BY opportunity_id COLLATE "C")) FROM crm.opportunity), (SELECT count(*) || md5(string_agg(account_id, ',' ORDER BY account_id COLLATE "C")) FROM crm.account),
		(SELECT count(*) FROM crm.contact), (SELECT count(*) || md5(string_agg(lead_id, ',' ORDER BY lead_id COLLATE "C")) FROM crm.lead), (SELECT count(*) FROM crm.opportunity_history)) INTO result;
	RESET ROLE;
	RETURN result;
END $$;
CREATE FUNCTION pg_temp.should_see(kind text, who text) RETURNS text LANGUAGE sql
	AS $$ SELECT concat_ws(' ', (SELECT count(*) || md5(string_agg(opportunity_id, ',' ORDER BY opportunity_id COLLATE "C")) FROM crm.opportunity WHERE kind = 'operations' OR owner_id = ANY (o)), (SELECT count(*) || md5(string_agg(account_id, ',' ORDER BY account_id COLLATE "C")) FROM crm.account WHERE kind = 'operations' OR owner_id = ANY (o)),
		(SELECT count(*) FROM crm.contact WHERE kind = 'operations' OR owner_id = ANY (o)), (SELECT count(*) || md5(string_agg(lead_id, ',' ORDER BY lead_id COLLATE "C")) FROM crm.lead WHERE kind = 'operations' OR owner_id = ANY (o)),
		(SELECT count(*) FROM crm.opportunity_history h JOIN crm.opportunity d USING (opportunity_id) WHERE kind = 'operations' OR d.owner_id = ANY (o)))
	FROM (SELECT CASE kind WHEN 'rep' THEN ARRAY[who] WHEN 'manager' THEN pg_temp.below(who) ELSE '{}' END AS o) s $$;
SELECT is(pg_temp.seen_by(login), pg_temp.should_see(kind, user_id), format('%s %s', kind, user_id)) FROM login;
SELECT cmp_ok(count(DISTINCT pg_temp.should_see(kind, user_id)), '>', 15::bigint, 'who see different records') FROM login;
SELECT is((pg_temp.should_see('none', NULL), cardinality(pg_temp.below('ring a'))), ('0 0'::text, 2), 'and nobody nothing');
-- once for a query
CREATE FUNCTION pg_temp.plan_of(login text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	result text := '';
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', login);
	FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
		result := result || line || E'\n';
	END LOOP;
	RESET ROLE;
	RETURN result;
END $$;
SELECT matches(pg_temp.plan_of(login, 'SELECT * FROM crm.opportunity'), 'InitPlan 1.*InitPlan 2', 'the owners are computed before the rows are read') FROM login WHERE kind = 'rep' ORDER BY login LIMIT 1;
-- nobody writes who is not the owner
SELECT throws_ok(format('SET LOCAL ROLE %I; INSERT INTO crm.lead (lead_id) VALUES (''x'')', login), '42501', NULL, 'reading alone') FROM login WHERE kind = 'operations';
RESET ROLE;
SELECT throws_ok('INSERT INTO crm.sales_access VALUES (''x'', NULL, ''rep'')', '23514', NULL, 'a representative is somebody');
SELECT throws_ok('INSERT INTO crm.sales_access VALUES (''x'', ''u'', ''boss'')', '23514', NULL, 'of a kind that there is');
SELECT throws_ok('CALL create_row_security(NULL)', '22004', NULL, 'no schema');
SELECT throws_ok('CALL create_row_security(''nowhere'')', '3F000', NULL, 'one that is not there');
ALTER SCHEMA crm RENAME TO "C'R %1$s ""M";
SELECT lives_ok($$CALL create_row_security('C''R %1$s "M')$$, 'one of any name');
DROP TABLE "C'R %1$s ""M".lead;
SELECT throws_ok($$CALL create_row_security('C''R %1$s "M')$$, '42P01', NULL, 'and one without a table');

-- ---- exports ----

CREATE SCHEMA "Ex'p";
CALL create_export_log('Ex''p');
CALL create_export_log('Ex''p');
CREATE ROLE salesops_test_clerk;
GRANT USAGE ON SCHEMA "Ex'p" TO salesops_test_clerk;
GRANT SELECT, INSERT ON "Ex'p".export_log TO salesops_test_clerk;
SET LOCAL ROLE salesops_test_clerk;
INSERT INTO "Ex'p".export_log (exported_at, exported_by, purpose, recipient, query, row_count, masked) VALUES ('2020-01-01', 'somebody else', 'bonus', 'finance', 'SELECT 1', 1, '{email}');
SELECT is(exported_by, session_user::text, 'who was logged in') FROM "Ex'p".export_log;
SELECT cmp_ok(exported_at, '>', now() - interval '1 hour', 'and when') FROM "Ex'p".export_log;
RESET ROLE;
SELECT throws_ok(statement, '55000', 'a log of exports is not changed', statement) FROM unnest('{"UPDATE \"Ex''p\".export_log SET purpose = ''none''","DELETE FROM \"Ex''p\".export_log","TRUNCATE \"Ex''p\".export_log"}'::text[]) AS statement;
SELECT throws_ok(format('INSERT INTO "Ex''p".export_log (purpose, recipient, query) VALUES (%L, %L, %L)', a, b, c), '23514', NULL, 'blank') FROM (VALUES (' ', 'b', 'c'), ('a', E'\n', 'c'), ('a', 'b', '')) v (a, b, c);
SELECT is(count(*), 1::bigint, 'one row') FROM "Ex'p".export_log;
SELECT throws_ok('CALL create_export_log(NULL)', '22004', NULL, 'no schema');
SELECT throws_ok('CALL create_export_log(''nowhere'')', '3F000', NULL, 'one that is not there');

SELECT * FROM finish();
ROLLBACK;
