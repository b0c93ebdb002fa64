-- qc_gate: checks before a report is published, their evidence, and publishing that leaves the last good one up.
--
-- A check is a query that gives a number, and what that must be: at registration each kind becomes one. Checks are run as metrics are
-- (query.sql): they cannot write, an error is a text, and what is not known has not passed. The gate is open where all blocking checks
-- passed, and there is one.
--
-- publish_report puts the new content in place, checks it there, and takes it back in one subtransaction where the gate is shut: nobody else has
-- seen it by then. See docs/reference/qc_gate.md and docs/design/governance.md.

CREATE FUNCTION qc_gate_sql(schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($$-- Checks of reports and their runs: written by salesops.qc_gate_sql(). It may run again at any time: tables stay as they are.

CALL salesops.require_ownership(%1$L::pg_catalog.text, '{qc_check,qc_run,qc_result}'::pg_catalog.text[]);

CREATE TABLE IF NOT EXISTS %1$I.qc_check (
    report         text NOT NULL,
    check_name     text NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('row_count', 'total', 'null_rate', 'freshness', 'balance', 'condition', 'query')),
    severity       text NOT NULL CHECK (severity IN ('blocking', 'warning')),
    relation       text,
    column_name    text,
    query          text NOT NULL,
    reference      text,
    expected       numeric,
    tolerance      numeric NOT NULL,
    low            numeric,
    high           numeric,
    time_zone      text NOT NULL,
    description    text,
    active         boolean NOT NULL DEFAULT true,
    registered_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    registered_by  text NOT NULL DEFAULT current_user,
    PRIMARY KEY (report, check_name)
);
COMMENT ON TABLE %1$I.qc_check IS 'Checks of reports: one row for each. salesops.register_qc_check() writes it.';
COMMENT ON COLUMN %1$I.qc_check.query IS 'What is run: one SELECT that gives one number. $1 is the moment of the run.';
COMMENT ON COLUMN %1$I.qc_check.reference IS 'A query that gives the number to compare with; expected where that is a number itself.';
COMMENT ON COLUMN %1$I.qc_check.active IS 'false: not run any more.';

CREATE TABLE IF NOT EXISTS %1$I.qc_run (
    run_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report       text NOT NULL,
    as_of        timestamptz NOT NULL,
    passed       boolean NOT NULL,
    reason       text,
    relation     text,
    published    boolean,
    run_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    run_by       text NOT NULL DEFAULT current_user
);
CREATE INDEX IF NOT EXISTS qc_run_report ON %1$I.qc_run (report, run_id);
COMMENT ON TABLE %1$I.qc_run IS 'Runs of the checks of a report: one row for each, with whether the gate was open, and why not.';
COMMENT ON COLUMN %1$I.qc_run.relation IS 'What was to be published; NULL where the checks were run alone.';

CREATE TABLE IF NOT EXISTS %1$I.qc_result (
    run_id      bigint NOT NULL REFERENCES %1$I.qc_run,
    check_name  text NOT NULL,
    kind        text NOT NULL,
    severity    text NOT NULL,
    passed      boolean NOT NULL,
    observed    numeric,
    expected    text,
    detail      text,
    query       text NOT NULL,
    reference   text,
    PRIMARY KEY (run_id, check_name)
);
COMMENT ON TABLE %1$I.qc_result IS 'What each check of a run found: the number, what it had to be, and the queries.';
$$, schema);
COMMENT ON FUNCTION qc_gate_sql(text) IS $$SQL text that makes the tables of a gate before reports, qc_check, qc_run and qc_result, in a schema.
schema: as it is named, without quotes. NULL where it is NULL. Run it with create_qc_gate, or with \gexec in psql.
Example: substring(salesops.qc_gate_sql('My QC') from 'CREATE TABLE IF NOT EXISTS ([^(]+) \(') ==> "My QC".qc_check$$;

CREATE PROCEDURE create_qc_gate(schema text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	CALL salesops.require_schema(schema, 'the gate');
	EXECUTE salesops.qc_gate_sql(schema);
	-- tables that were there already may be somebody else's
	CALL salesops.require_columns(schema, text 'qc_check', text 'report text, check_name text, kind text, severity text, relation text, column_name text, query text, reference text, expected numeric, tolerance numeric, low numeric, high numeric, time_zone text, description text, active boolean');
	CALL salesops.require_columns(schema, text 'qc_run', text 'run_id numeric, report text, as_of timestamptz, passed boolean, reason text, relation text, published boolean, run_at timestamptz, run_by text');
	CALL salesops.require_columns(schema, text 'qc_result', text 'run_id numeric, check_name text, kind text, severity text, passed boolean, observed numeric, expected text, detail text, query text, reference text');
END $$;
COMMENT ON PROCEDURE create_qc_gate(text) IS $$Makes the tables of a gate before reports in a schema: what qc_gate_sql(schema) writes.
They belong to who calls it, who may grant others SELECT on them, INSERT on qc_run and qc_result to run checks, and INSERT and UPDATE on qc_check to register them. Tables that are there stay. CALL salesops.create_qc_gate('qc');
Example: to_regprocedure('salesops.create_qc_gate(text)') IS NOT NULL ==> true$$;

CREATE FUNCTION qc_reason(names text[], severities text[], passed boolean[]) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20
	RETURN (
		SELECT CASE WHEN count(*) = 0 THEN 'there are no checks' WHEN count(*) FILTER (WHERE c.severity = 'blocking') = 0 THEN 'there is no blocking check'
			WHEN bool_or(c.severity = 'blocking' AND c.passed IS NOT TRUE) THEN 'not passed: ' || string_agg(c.name, ', ' ORDER BY c.n) FILTER (WHERE c.severity = 'blocking' AND c.passed IS NOT TRUE) END
		FROM unnest(names, severities, passed) WITH ORDINALITY AS c (name, severity, passed, n)
	);
COMMENT ON FUNCTION qc_reason(text[], text[], boolean[]) IS $$Why a gate is shut; NULL where it is open: all blocking checks passed, and there is one.
names, severities (blocking or warning), passed: of the checks, in the same order; NULL has not passed. NULL arrays are no checks.
Example: salesops.qc_reason('{rows,total,age}', '{blocking,blocking,warning}', '{true,NULL,false}') ==> not passed: total$$;

CREATE FUNCTION register_qc_check(schema text, report text, check_name text, kind text, relation regclass DEFAULT NULL, column_name text DEFAULT NULL, query text DEFAULT NULL, expected numeric DEFAULT NULL, reference text DEFAULT NULL, tolerance numeric DEFAULT 0,
	low numeric DEFAULT NULL, high numeric DEFAULT NULL, severity text DEFAULT 'blocking', time_zone text DEFAULT 'UTC', description text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	checks CONSTANT text := format('%I.qc_check', coalesce(schema, ''));
	relation_name text;
	select_text text;
	reference_text text;
	wants text;
	problem text;
	problem_detail text;
	problem_hint text;
BEGIN
	IF schema IS NULL OR report IS NULL OR check_name IS NULL OR kind IS NULL OR severity IS NULL OR tolerance IS NULL OR time_zone IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema, the report, the name, the kind, the severity, the tolerance and the time zone of a check must not be NULL', HINT = 'The arguments are (schema, report, check_name, kind, relation, column_name, query, expected, reference, tolerance, low, high, severity, time_zone, description).';
	ELSIF to_regclass(checks) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no gate in schema %I', schema), HINT = format('Make it: CALL salesops.create_qc_gate(%L).', schema);
	ELSIF btrim(report, E' \t\r\n') = '' OR btrim(check_name, E' \t\r\n') = '' OR char_length(report) > 200 OR char_length(check_name) > 200 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('a check cannot be called "%s" of the report "%s"', left(check_name, 200), left(report, 200)), DETAIL = 'Names have from 1 to 200 characters.', HINT = 'Give it a short name, such as rows.';
	ELSIF kind NOT IN ('row_count', 'total', 'null_rate', 'freshness', 'balance', 'condition', 'query') THEN
		RAISE invalid_parameter_value USING MESSAGE = format('unknown kind of a check: "%s"', left(kind, 200)), DETAIL = 'There are: row_count, total, null_rate, freshness, balance, condition, query.', HINT = 'condition is a query of your own that gives a boolean, query one that gives a number.';
	ELSIF severity NOT IN ('blocking', 'warning') THEN
		RAISE invalid_parameter_value USING MESSAGE = format('unknown severity of a check: "%s"', left(severity, 200)), DETAIL = 'There are: blocking, warning.', HINT = 'A report is published where all blocking checks passed.';
	ELSIF tolerance < 0 OR EXISTS (SELECT FROM unnest(ARRAY[expected, tolerance, low, high]) AS u (n) WHERE u.n = 'NaN' OR u.n = 'Infinity' OR u.n = '-Infinity') THEN
		RAISE invalid_parameter_value USING MESSAGE = format('check "%s" has a number that is none: %s', check_name, concat_ws(', ', expected, tolerance, low, high)), DETAIL = 'They are finite, and the tolerance is not negative.', HINT = 'Leave out what is not known.';
	ELSIF low > high THEN
		RAISE invalid_parameter_value USING MESSAGE = format('check "%s" wants something from %s to %s', check_name, low, high), DETAIL = 'The lower end is not above the higher one.', HINT = 'Exchange them.';
	END IF;
	BEGIN
		PERFORM clock_timestamp() AT TIME ZONE time_zone;
	EXCEPTION WHEN invalid_parameter_value THEN
		RAISE invalid_parameter_value USING MESSAGE = format('check "%s" has the time zone "%s"', check_name, left(time_zone, 200)), DETAIL = 'PostgreSQL knows none of that name.', HINT = 'Take one of pg_timezone_names, such as UTC or Europe/Berlin.';
	END;

	-- ---- what each kind is made of ----
	wants := CASE
		WHEN kind IN ('row_count', 'null_rate', 'freshness') AND (relation IS NULL OR query IS NOT NULL) THEN 'a relation, and no query'
		WHEN kind IN ('null_rate', 'freshness') AND column_name IS NULL THEN 'a column'
		WHEN kind = 'row_count' AND column_name IS NOT NULL THEN 'no column: all rows count'
		WHEN kind IN ('total', 'balance') AND ((query IS NULL) = (relation IS NULL) OR (relation IS NULL) <> (column_name IS NULL)) THEN 'a relation and its column, or a query'
		WHEN kind IN ('condition', 'query') AND (query IS NULL OR relation IS NOT NULL OR column_name IS NOT NULL) THEN 'a query, and no relation'
		WHEN kind = 'total' AND (expected IS NULL) = (reference IS NULL) THEN 'expected or reference, one of them'
		WHEN kind NOT IN ('total', 'query') AND (expected IS NOT NULL OR reference IS NOT NULL) THEN 'neither expected nor reference'
		WHEN kind = 'query' AND (expected IS NOT NULL)::integer + (reference IS NOT NULL)::integer + (low IS NOT NULL OR high IS NOT NULL)::integer <> 1 THEN 'expected, or reference, or low and high'
		WHEN kind = 'row_count' AND low IS NULL AND high IS NULL THEN 'low or high'
		WHEN kind = 'null_rate' AND (high IS NULL OR high NOT BETWEEN 0 AND 1 OR low IS NOT NULL) THEN 'high, a share from 0 to 1, and no low'
		WHEN kind = 'freshness' AND (high IS NULL OR high < 0 OR low IS NOT NULL) THEN 'high, a number of hours, and no low'
		WHEN kind IN ('total', 'balance', 'condition') AND (low IS NOT NULL OR high IS NOT NULL) THEN 'neither low nor high'
		WHEN kind NOT IN ('total', 'balance', 'query') AND tolerance <> 0 THEN 'no tolerance' END;
	IF wants IS NOT NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = format('check "%s" cannot be a %s', check_name, kind), DETAIL = format('This kind wants %s.', wants), HINT = 'docs/reference/qc_gate.md says what each kind is made of.';
	END IF;
	IF relation IS NOT NULL THEN
		SELECT format('%I.%I', n.nspname, c.relname) INTO relation_name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation AND c.relkind IN ('r', 'p', 'v', 'm', 'f');
		IF relation_name IS NULL THEN
			RAISE wrong_object_type USING MESSAGE = format('%s is no table and no view', relation), HINT = 'Pass what the report reads, such as ''report.pipeline''.';
		END IF;
		IF column_name IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute AS t WHERE t.attrelid = relation AND t.attname = column_name AND t.attnum > 0 AND NOT t.attisdropped) THEN
			RAISE undefined_column USING MESSAGE = format('%s has no column %s', relation_name, quote_ident(column_name)), DETAIL = 'Names are as they are, without quotes.', HINT = 'Name one that is there.';
		END IF;
	END IF;

	-- ---- its query ----
	BEGIN
		select_text := CASE kind WHEN 'row_count' THEN format('SELECT count(*) FROM %s', relation_name)
			WHEN 'null_rate' THEN format('SELECT (count(*) - count(t.%I))::numeric / nullif(count(*), 0) AS value FROM %s AS t', column_name, relation_name)
			-- hours since the last one; what is dated later does not make a table fresh
			WHEN 'freshness' THEN format('SELECT extract(epoch FROM $1 - max(t.%1$I::timestamptz)) / 3600 AS value FROM %2$s AS t WHERE t.%1$I::timestamptz <= $1', column_name, relation_name)
			WHEN 'condition' THEN format(E'SELECT q.c1::integer AS value FROM (%s\n) AS q (c1)', salesops.query_select(query))
			ELSE coalesce(salesops.query_select(query), format('SELECT sum(t.%I) FROM %s AS t', column_name, relation_name)) END;
		IF kind = 'condition' AND (SELECT array_agg(c.column_type) FROM salesops.query_columns(query) AS c) IS DISTINCT FROM ARRAY['boolean'::regtype] THEN
			RAISE datatype_mismatch USING MESSAGE = 'the query of a condition has one column, which is boolean', HINT = 'For a number take the kind query.';
		END IF;
		select_text := salesops.query_check(select_text);
		reference_text := salesops.query_check(reference);
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_detail = PG_EXCEPTION_DETAIL, problem_hint = PG_EXCEPTION_HINT;
		RAISE USING ERRCODE = SQLSTATE, MESSAGE = format('check "%s" cannot be used: %s', check_name, problem), DETAIL = coalesce(nullif(problem_detail, ''), 'Nothing was registered.'),
			HINT = coalesce(nullif(problem_hint, ''), 'Tables and functions are named with their schemas, as crm.opportunity; columns have types that go with the kind of the check.');
	END;
	EXECUTE format('INSERT INTO %s (report, check_name, kind, severity, relation, column_name, query, reference, expected, tolerance, low, high, time_zone, description) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (report, check_name) DO UPDATE SET kind = excluded.kind, severity = excluded.severity, relation = excluded.relation, column_name = excluded.column_name, query = excluded.query, reference = excluded.reference, expected = excluded.expected,
			tolerance = excluded.tolerance, low = excluded.low, high = excluded.high, time_zone = excluded.time_zone, description = excluded.description, active = true, registered_at = excluded.registered_at, registered_by = excluded.registered_by', checks)
	USING report, check_name, kind, severity, relation_name, column_name, select_text, reference_text, expected, tolerance, low, high, time_zone, description;
	RETURN select_text;
END
$function$;
COMMENT ON FUNCTION register_qc_check(text, text, text, text, regclass, text, text, numeric, text, numeric, numeric, numeric, text, text, text) IS $$Writes a check of a report, in place of one of that name, and returns the query that it runs.
kind: row_count (relation; low, high), total (relation and column_name, or query; expected or reference, a query; tolerance), null_rate (relation, column_name; high, a share), freshness (relation, column_name; high, in hours until the moment of the run), balance (relation and column_name, or query; is 0 within the tolerance), condition (query, boolean), query (query; expected, reference, or low and high). severity: blocking or warning. Queries are one SELECT that reads, name tables with their schemas, and have $1 for the moment of the run; they are looked at and not run. An error leaves all as it was.
Example: to_regprocedure('salesops.register_qc_check(text,text,text,text,regclass,text,text,numeric,text,numeric,numeric,numeric,text,text,text)') IS NOT NULL ==> true$$;

CREATE FUNCTION qc_results(schema text, report text, as_of timestamptz)
RETURNS TABLE (check_name text, kind text, severity text, passed boolean, observed numeric, expected text, detail text, query text, reference text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	checks CONSTANT text := format('%I.qc_check', coalesce(schema, ''));
	of record;
	result record;
	wanted record;
	least numeric;
	most numeric;
BEGIN
	IF schema IS NULL OR report IS NULL OR as_of IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the gate, the report and the moment must not be NULL', HINT = 'The arguments are (schema, report, as_of).';
	ELSIF to_regclass(checks) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no gate in schema %I', schema), HINT = format('Make it: CALL salesops.create_qc_gate(%L).', schema);
	ELSIF NOT isfinite(as_of) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('checks cannot be run as of %s', as_of), DETAIL = 'It is a moment in time.', HINT = 'Pass now() or the end of a day.';
	END IF;
	FOR of IN EXECUTE format('SELECT c.* FROM %s AS c WHERE c.report = $1 AND c.active ORDER BY c.check_name COLLATE "C"', checks) USING report LOOP
		SELECT * INTO result FROM salesops.query_number(of.query, as_of, of.time_zone) AS q;
		check_name := of.check_name;
		kind := of.kind;
		severity := of.severity;
		query := of.query;
		reference := of.reference;
		observed := result.value;
		detail := result.error;
		least := of.low;
		most := of.high;
		IF of.kind = 'condition' THEN
			least := 1;
			most := 1;
			expected := 'true';
		ELSIF of.kind = 'balance' THEN
			least := -of.tolerance;
			most := of.tolerance;
		ELSIF of.reference IS NOT NULL THEN
			SELECT * INTO wanted FROM salesops.query_number(of.reference, as_of, of.time_zone) AS q;
			detail := concat_ws('; ', detail, 'reference: ' || wanted.error);
			IF detail = '' THEN
				detail := NULL;
			END IF;
			least := wanted.value - of.tolerance;
			most := wanted.value + of.tolerance;
		ELSIF of.expected IS NOT NULL THEN
			least := of.expected - of.tolerance;
			most := of.expected + of.tolerance;
		END IF;
		IF of.kind <> 'condition' THEN
			expected := CASE WHEN least IS NULL AND most IS NULL THEN NULL WHEN least = most THEN least::text WHEN most IS NULL THEN 'at least ' || least WHEN least IS NULL THEN 'at most ' || most ELSE format('from %s to %s', least, most) END;
		END IF;
		-- what is not known has not passed, and neither has what is compared with nothing
		passed := observed IS NOT NULL AND (least IS NOT NULL OR most IS NOT NULL) AND coalesce(observed >= least, true) AND coalesce(observed <= most, true);
		IF detail IS NULL AND observed IS NULL THEN
			detail := 'not known';
		ELSIF detail IS NULL AND least IS NULL AND most IS NULL THEN
			detail := 'nothing to compare with';
		END IF;
		RETURN NEXT;
	END LOOP;
END
$function$;
COMMENT ON FUNCTION qc_results(text, text, timestamptz) IS $$What the active checks of a report find, without storing it: one row for each, all from one snapshot of the database.
schema: of the gate. as_of: what $1 is in their queries. observed: the number; expected: what it had to be. passed is false also where the number is not known, or the query failed: detail says why. No query can write. A report without checks has no rows. PARALLEL UNSAFE.
Example: to_regprocedure('salesops.qc_results(text,text,timestamptz)') IS NOT NULL ==> true$$;

CREATE FUNCTION qc_record(schema text, report text, as_of timestamptz, results jsonb, relation text, published boolean, problem text) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	number bigint;
BEGIN
	EXECUTE format('INSERT INTO %I.qc_run (report, as_of, passed, reason, relation, published)
		SELECT $1, $2, $5 IS NULL AND r.reason IS NULL, coalesce($5, r.reason), $4, $6 FROM (SELECT salesops.qc_reason(array_agg(x.check_name), array_agg(x.severity), array_agg(x.passed)) FROM jsonb_to_recordset($3) AS x (check_name text, severity text, passed boolean)) AS r (reason) RETURNING run_id', schema)
	INTO number USING report, as_of, results, relation, problem, published;
	EXECUTE format('INSERT INTO %I.qc_result (run_id, check_name, kind, severity, passed, observed, expected, detail, query, reference)
		SELECT $1, x.check_name, x.kind, x.severity, x.passed, x.observed, x.expected, x.detail, x.query, x.reference FROM jsonb_to_recordset($2) AS x (check_name text, kind text, severity text, passed boolean, observed numeric, expected text, detail text, query text, reference text)', schema)
	USING number, results;
	RETURN number;
END
$function$;
COMMENT ON FUNCTION qc_record(text, text, timestamptz, jsonb, text, boolean, text) IS $$Writes a run of checks and its results into the tables of a gate: what run_qc and publish_report end with.
results: rows of qc_results as a JSON array. relation, published: what was to be published, and whether it was. problem: why the run has not passed beside its checks. The number of the run.
Example: to_regprocedure('salesops.qc_record(text,text,timestamptz,jsonb,text,boolean,text)') IS NOT NULL ==> true$$;

CREATE FUNCTION run_qc(schema text, report text, as_of timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	results jsonb;
BEGIN
	SELECT coalesce(jsonb_agg(r), '[]') INTO results FROM salesops.qc_results(schema, report, as_of) AS r;
	RETURN salesops.qc_record(schema, report, as_of, results, NULL, NULL, NULL);
END
$function$;
COMMENT ON FUNCTION run_qc(text, text, timestamptz) IS $$Runs the checks of a report, stores what each found, and returns the number of the run.
schema: of the gate. as_of: the moment of the run, $1 in the queries. A run of no checks is stored, too, and has not passed. It needs INSERT on qc_run and qc_result, and the rights that the queries need.
Example: to_regprocedure('salesops.run_qc(text,text,timestamptz)') IS NOT NULL ==> true$$;

CREATE FUNCTION qc_evidence(schema text, report text, run_id bigint DEFAULT NULL)
RETURNS TABLE (run bigint, as_of timestamptz, gate_open boolean, reason text, check_name text, kind text, severity text, passed boolean, observed numeric, expected text, detail text, query text, reference text, run_at timestamptz, run_by text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	runs CONSTANT text := format('%I.qc_run', coalesce(schema, ''));
	results CONSTANT text := format('%I.qc_result', coalesce(schema, ''));
	counted bigint;
BEGIN
	IF schema IS NULL OR report IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the gate and the report must not be NULL', HINT = 'Leave the run out for the latest one.';
	ELSIF to_regclass(runs) IS NULL OR to_regclass(results) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no gate in schema %I', schema), HINT = format('Make it: CALL salesops.create_qc_gate(%L).', schema);
	END IF;
	RETURN QUERY EXECUTE format('SELECT r.run_id, r.as_of, r.passed AND g.reason IS NULL, coalesce(r.reason, g.reason), e.check_name, e.kind, e.severity, e.passed, e.observed, e.expected, e.detail, e.query, e.reference, r.run_at, r.run_by
		FROM %1$s AS r CROSS JOIN LATERAL (SELECT salesops.qc_reason(array_agg(c.check_name ORDER BY c.check_name COLLATE "C"), array_agg(c.severity ORDER BY c.check_name COLLATE "C"), array_agg(c.passed ORDER BY c.check_name COLLATE "C")) FROM %2$s AS c WHERE c.run_id = r.run_id) AS g (reason)
		LEFT JOIN %2$s AS e ON e.run_id = r.run_id
		WHERE r.report = $1 AND r.run_id = coalesce($2, (SELECT max(l.run_id) FROM %1$s AS l WHERE l.report = $1)) ORDER BY e.check_name COLLATE "C"', runs, results) USING report, run_id;
	GET DIAGNOSTICS counted = ROW_COUNT;
	IF counted = 0 AND run_id IS NOT NULL THEN
		RAISE no_data_found USING MESSAGE = format('there is no run %s of the report "%s"', run_id, left(report, 200)), HINT = format('Its runs are in %s.', runs);
	END IF;
END
$function$;
COMMENT ON FUNCTION qc_evidence(text, text, bigint) IS $$What the checks of a report found in a run: one row for each, with the number, what it had to be, the query, and whether the gate was open.
run_id: left out, the latest; one that is not of the report is an error. A run of no checks is one row without a check; a report without runs has no rows.
Example: to_regprocedure('salesops.qc_evidence(text,text,bigint)') IS NOT NULL ==> true$$;

CREATE FUNCTION qc_gate(schema text, report text, run_id bigint DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN coalesce((SELECT bool_and(coalesce(e.gate_open, false)) FROM salesops.qc_evidence(schema, report, run_id) AS e), false);
END
$function$;
COMMENT ON FUNCTION qc_gate(text, text, bigint) IS $$Whether a report may be published by a run of its checks: all blocking checks passed, and there is one.
run_id: left out, the latest. It is read from what the checks found, and never NULL: what is not known has not passed, and neither has a run of no blocking check, or a report without runs. qc_evidence says why. A run that is not of the report is an error.
Example: to_regprocedure('salesops.qc_gate(text,text,bigint)') IS NOT NULL ==> true$$;

CREATE FUNCTION publish_report(schema text, report text, published regclass, as_of timestamptz, source regclass DEFAULT NULL) RETURNS TABLE (run_id bigint, is_published boolean, reason text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000 ROWS 1
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	published_name text;
	published_kind "char";
	source_name text;
	source_kind "char";
	columns text;
	problem text;
	shut text;
	unseen text;
	results jsonb := '[]';
	decided boolean := false;
	remains boolean;
	deferred text;
BEGIN
	IF schema IS NULL OR report IS NULL OR published IS NULL OR as_of IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the gate, the report, what is published and the moment must not be NULL', HINT = 'The arguments are (schema, report, published, as_of, source).';
	ELSIF to_regclass(format('%I.qc_check', schema)) IS NULL OR to_regclass(format('%I.qc_run', schema)) IS NULL OR to_regclass(format('%I.qc_result', schema)) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no gate in schema %I', schema), HINT = format('Make it: CALL salesops.create_qc_gate(%L).', schema);
	ELSIF NOT isfinite(as_of) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('checks cannot be run as of %s', as_of), DETAIL = 'It is a moment in time.', HINT = 'Pass now() or the end of a day.';
	END IF;
	SELECT format('%I.%I', n.nspname, c.relname), c.relkind INTO published_name, published_kind FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = published;
	SELECT format('%I.%I', n.nspname, c.relname), c.relkind INTO source_name, source_kind FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = source;
	IF published_kind IS NULL OR published_kind NOT IN ('r', 'p', 'm') THEN
		RAISE wrong_object_type USING MESSAGE = format('%s is no table and no materialized view', published), DETAIL = 'What is published is stored, so that the last good one stays up.', HINT = 'Publish into a table, and pass the view as source.';
	ELSIF published_kind = 'm' AND source IS NOT NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = format('%s is a materialized view, and has a source', published), DETAIL = 'It is refreshed from its own query.', HINT = 'Leave the source out, or publish into a table.';
	ELSIF published_kind <> 'm' AND (source IS NULL OR source = published OR source_kind NOT IN ('r', 'p', 'v', 'm', 'f')) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('%s is a table, and has no source', published), DETAIL = 'Its rows are replaced by those of another table or view.', HINT = 'Pass it, as in source => ''report.pipeline_new''.';
	END IF;
	IF published_kind <> 'm' THEN
		SELECT string_agg(f.conrelid::regclass || ' ' || quote_ident(f.conname), ', ') INTO problem FROM pg_constraint AS f WHERE f.contype = 'f' AND f.confrelid IN (SELECT published UNION SELECT p.relid FROM pg_partition_tree(published) AS p) AND f.conrelid NOT IN (SELECT published UNION SELECT p.relid FROM pg_partition_tree(published) AS p);
		IF problem IS NOT NULL THEN
			RAISE invalid_foreign_key USING MESSAGE = format('foreign keys refer to %s: %s', published, problem), DETAIL = 'All of its rows are deleted and made anew.', HINT = 'Publish into a table that nothing refers to.';
		ELSIF row_security_active(published) THEN
			RAISE insufficient_privilege USING MESSAGE = format('row-level security holds for %I on %s', current_user, published), DETAIL = 'Rows that it hides would stay beside the new ones.', HINT = 'Publish as the owner of the table.';
		ELSIF EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhparent = published AND published_kind = 'r' OR i.inhrelid = published) THEN
			RAISE wrong_object_type USING MESSAGE = format('%s inherits, or is inherited from', published), DETAIL = 'Its rows are in several tables.', HINT = 'Publish into the partitioned table, of a partition.';
		ELSIF EXISTS (SELECT FROM salesops.query_definitions(format('TABLE %s', source_name)) AS d WHERE d.object = published_name) THEN
			RAISE invalid_parameter_value USING MESSAGE = format('%s reads %s', source, published), DETAIL = 'Rows are deleted before the new ones are read.', HINT = 'Let the source read what the report is made of.';
		END IF;
		-- by their names; what the table makes itself is left out
		SELECT string_agg(quote_ident(t.attname), ', ' ORDER BY t.attnum), string_agg(quote_ident(t.attname), ', ' ORDER BY t.attnum) FILTER (WHERE s.attname IS NULL) INTO columns, problem
		FROM pg_attribute AS t LEFT JOIN pg_attribute AS s ON s.attrelid = source AND s.attname = t.attname AND s.attnum > 0 AND NOT s.attisdropped
		WHERE t.attrelid = published AND t.attnum > 0 AND NOT t.attisdropped AND t.attgenerated = '' AND t.attidentity = '';
		IF problem IS NOT NULL OR columns IS NULL THEN
			RAISE undefined_column USING MESSAGE = format('%s lacks columns of %s: %s', source, published, coalesce(problem, 'all')), DETAIL = 'Columns go by their names.', HINT = 'Select them in the source, or drop them from the table.';
		END IF;
	END IF;

	-- ---- the new content in its place, looked at, and taken back where the gate is shut ----
	BEGIN
		IF published_kind = 'm' THEN
			-- beside its readers where it has an index for that; else they wait
			IF EXISTS (SELECT FROM pg_class AS c JOIN pg_index AS i ON i.indrelid = c.oid WHERE c.oid = published AND c.relispopulated AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL) THEN
				EXECUTE format('REFRESH MATERIALIZED VIEW CONCURRENTLY %s', published_name);
			ELSE
				EXECUTE format('REFRESH MATERIALIZED VIEW %s', published_name);
			END IF;
		ELSE
			EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', published_name);
			IF source_kind = 'm' THEN
				EXECUTE format('REFRESH MATERIALIZED VIEW %s', source_name);
			END IF;
			EXECUTE format('DELETE FROM %s', published_name);
			EXECUTE format('SELECT EXISTS (SELECT FROM %s)', published_name) INTO remains;
			IF remains THEN
				RAISE triggered_action_exception USING MESSAGE = 'a trigger or a rule keeps rows from being deleted';
			END IF;
			EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM %s', published_name, columns, columns, source_name);
			-- what is deferred is looked at now: behind the checks it would take the evidence with it
			SELECT string_agg(DISTINCT format('%I.%I', n.nspname, f.conname), ', ') INTO deferred FROM pg_constraint AS f JOIN pg_namespace AS n ON n.oid = f.connamespace WHERE f.condeferrable AND f.conrelid IN (SELECT published UNION SELECT p.relid FROM pg_partition_tree(published) AS p);
			IF deferred IS NOT NULL THEN
				EXECUTE format('SET CONSTRAINTS %s IMMEDIATE', deferred);
			END IF;
		END IF;
		SELECT coalesce(jsonb_agg(r), '[]'), salesops.qc_reason(array_agg(r.check_name), array_agg(r.severity), array_agg(r.passed)) INTO results, shut FROM salesops.qc_results(schema, report, as_of) AS r;
		-- checks of something else say nothing of it
		IF shut IS NULL AND NOT EXISTS (SELECT FROM jsonb_array_elements(results) AS r CROSS JOIN LATERAL unnest(ARRAY[r ->> 'query', r ->> 'reference']) AS q (query) CROSS JOIN LATERAL salesops.query_definitions(q.query) AS d WHERE r ->> 'severity' = 'blocking' AND d.object IN (published_name, source_name)) THEN
			unseen := format('no blocking check reads %s', concat_ws(' or ', published_name, source_name));
			shut := unseen;
		END IF;
		decided := true;
		IF shut IS NOT NULL THEN
			RAISE SQLSTATE 'P0001' USING MESSAGE = 'taken back';
		END IF;
	EXCEPTION WHEN assert_failure OR OTHERS THEN
		IF NOT decided THEN
			results := '[]';
			shut := left(format('the new content could not be made: %s %s', SQLSTATE, SQLERRM), 1000);
		END IF;
	END;
	run_id := salesops.qc_record(schema, report, as_of, results, published_name, shut IS NULL, CASE WHEN decided THEN unseen ELSE shut END);
	is_published := shut IS NULL;
	reason := shut;
	IF NOT is_published THEN
		RAISE WARNING USING MESSAGE = format('%s is not published: %s', report, shut), DETAIL = format('%s is as it was.', published_name), HINT = format('SELECT * FROM salesops.qc_evidence(%L, %L, %s);', schema, report, run_id);
	END IF;
	RETURN NEXT;
END
$function$;
COMMENT ON FUNCTION publish_report(text, text, regclass, timestamptz, regclass) IS $$Publishes a report where its checks pass, and leaves the last good one up where they do not; returns the run, whether it was published, and why not.
schema: of the gate. published: a materialized view, which is refreshed (beside its readers where it has a unique index on columns, else they wait), or a table, whose rows are replaced by those of source, by the names of columns; readers see the old ones until it is committed. source: a table, a view, or a materialized view, which is refreshed first. as_of: the moment of the run. Checks see the new content, and a blocking one has to read it, or source. Where the gate is shut, or the content cannot be made, all is taken back, with a warning; the run is stored with its evidence in any case. The rights are those of who calls it.
Example: to_regprocedure('salesops.publish_report(text,text,regclass,timestamptz,regclass)') IS NOT NULL ==> true$$;
