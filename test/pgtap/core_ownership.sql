-- require_ownership: nothing is made over what belongs to another. require_schema: nor where there is no schema.
\ir setup.psql

CREATE ROLE salesops_test_other;
CREATE SCHEMA "Log's";
GRANT ALL ON SCHEMA "Log's" TO salesops_test_other;
CREATE TEMP TABLE made (what text, names text[]);
INSERT INTO made VALUES
	('CALL salesops.create_merge_log(''Log''''s'')', '{merge_run,merge_change}'), ('CALL salesops.create_bulk_update_log(''Log''''s'')', '{bulk_plan,bulk_change,bulk_plan_guard(),bulk_change_guard()}'),
	('CALL salesops.create_exception_queue(''Log''''s'')', '{exception,exception_event}'), ('CALL salesops.create_exception_notify(''Log''''s'', ''c'')', '{exception_event,exception_notify()}'),
	('CALL salesops.create_metric_registry(''Log''''s'')', '{metric,metric_version,metric_value}'), ('CALL salesops.create_qc_gate(''Log''''s'')', '{qc_check,qc_run,qc_result}');
-- each object in turn is another's, is refused, and is the owner's again
CREATE FUNCTION pg_temp.refused(what text, name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	kind text := CASE WHEN name LIKE '%()' THEN 'FUNCTION' ELSE 'TABLE' END;
	full_name text := format('"Log''s".%I%s', rtrim(name, '()'), CASE WHEN name LIKE '%()' THEN '()' END);
	result text := 'made';
BEGIN
	EXECUTE format('ALTER %s %s OWNER TO salesops_test_other', kind, full_name);
	BEGIN
		EXECUTE what;
	EXCEPTION WHEN insufficient_privilege THEN
		result := SQLERRM;
	END;
	EXECUTE format('ALTER %s %s OWNER TO %I', kind, full_name, current_user);
	RETURN result;
END $$;
SELECT lives_ok(what, what) FROM made;
SELECT lives_ok(what, what || ' again') FROM made;
SELECT is(pg_temp.refused(what, name), format('this is another''s: "Log''s".%I of salesops_test_other', rtrim(name, '()')), what || ' where ' || name || ' is another''s') FROM made, unnest(names) AS name;
SELECT lives_ok(what, what || ' once more') FROM made;
-- snapshots and the function that says what was open at a moment
CREATE FUNCTION "Log's".opportunity_as_of(as_of timestamptz) RETURNS int LANGUAGE sql RETURN 1;
ALTER FUNCTION "Log's".opportunity_as_of(timestamptz) OWNER TO salesops_test_other;
SELECT throws_ok(salesops.opportunity_as_of_sql('Log''s'), '42501', NULL, 'opportunity_as_of');
CREATE PROCEDURE "Log's".take_snapshot() LANGUAGE sql AS '';
ALTER PROCEDURE "Log's".take_snapshot() OWNER TO salesops_test_other;
SELECT throws_ok(salesops.snapshot_sql('Log''s'), '42501', NULL, 'snapshots');
SELECT lives_ok($$CALL salesops.require_ownership('Log''s', '{nothing}')$$, 'what is not there');
SELECT lives_ok($$CALL salesops.require_ownership(NULL, NULL)$$, 'and nothing');
SELECT lives_ok($$CALL salesops.require_schema('Log''s', 'the log')$$, 'a schema that is there');
SELECT throws_ok($$CALL salesops.require_schema('"Log''s"', 'the log')$$, '3F000', 'schema """Log''s""" does not exist', 'a name with quotes is another');
SELECT throws_ok($$CALL salesops.require_schema(NULL, 'the log')$$, '22004', 'the schema of the log must not be NULL', 'no name');
CREATE FUNCTION pg_temp.hint_of(query text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE h text; BEGIN EXECUTE query; RETURN NULL; EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS h = PG_EXCEPTION_HINT; RETURN h; END $$;
SELECT is(pg_temp.hint_of(format('CALL salesops.require_schema(%L, ''the log'')', name)), 'Pass the name of the schema of the log as it is, without quotes; \dn lists the schemas.', 'what it is of, and where to look: ' || coalesce(name, 'NULL')) FROM unnest('{nowhere,NULL}'::text[]) AS name;

SELECT * FROM finish();
ROLLBACK;
