-- reports: how they are brought up to date, all at once, with a log.
--
-- A refresh is two transactions. The first writes "running" into the log, so that others see that it began; the second does all the work and
-- publishes it by its commit, or takes all of it back and writes "failed". What it is at stands in pg_stat_activity.application_name meanwhile,
-- as of a matching. The row of report_state is locked while the work lasts: one refresh of a schema at a time.

CREATE FUNCTION report_schema_check(schema text) RETURNS void
	LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	owner text;
BEGIN
	IF schema IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the reports must not be NULL', HINT = 'It is the first argument: as it is named, without quotes.';
	END IF;
	SELECT pg_get_userbyid(c.relowner) INTO owner FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = schema AND c.relname = 'report_state';
	IF owner IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there are no reports in schema %I', schema), DETAIL = format('It has no table %I.report_state.', schema), HINT = format('Make them: CALL salesops.create_reports(%L, contract_schema).', schema);
	END IF;
END $$;
COMMENT ON FUNCTION report_schema_check(text) IS $$Raises an error where a schema has no reports: what refresh_reports and drill_down_sql begin with.
schema: as it is named, without quotes.
Example: to_regprocedure('salesops.report_schema_check(text)') IS NOT NULL ==> true$$;

CREATE FUNCTION report_owner_check(schema text) RETURNS void
	LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	holder oid;
	owner text;
BEGIN
	PERFORM salesops.existing_schema(schema, 'the reports');
	SELECT pg_get_userbyid(c.relowner) INTO owner FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = schema AND c.relname = 'report_state';
	IF owner <> current_user THEN
		RAISE insufficient_privilege USING MESSAGE = format('the reports in schema %I belong to %s, and not to %s', schema, owner, current_user), DETAIL = 'Who owns them makes them again and refreshes them; others read them.',
			HINT = format('SET ROLE %I, or have that role do it, as a job of its own (docs/how-to/scheduled-refresh.md).', owner);
	END IF;
	-- who owns a schema can take out what is another's, and put something of his own there
	SELECT CASE WHEN n.nspowner = 'pg_database_owner'::regrole THEN d.datdba ELSE n.nspowner END INTO holder FROM pg_namespace AS n, pg_database AS d WHERE n.nspname = schema AND d.datname = current_database();
	IF NOT EXISTS (SELECT FROM pg_roles AS o, pg_roles AS r WHERE o.oid = holder AND r.rolname = current_user AND (o.oid = r.oid OR o.rolsuper OR NOT r.rolsuper AND pg_has_role(r.oid, o.oid, 'USAGE'))) THEN
		RAISE insufficient_privilege USING MESSAGE = format('schema %I belongs to %s', schema, pg_get_userbyid(holder)), DETAIL = 'Its owner can put a table or function of his own in the place of one that a refresh works with, which would run with the rights of whoever refreshes.',
			HINT = format('SET ROLE %I, or ALTER SCHEMA %I OWNER TO %I.', pg_get_userbyid(holder), schema, current_user);
	END IF;
END $$;
COMMENT ON FUNCTION report_owner_check(text) IS $$Raises an error where a schema, or the reports in it, belong to another role than the current one: what create_reports and refresh_reports begin with.
schema: as it is named, without quotes. A member of the role that owns the schema does, but for superusers, who are of all roles.
Example: to_regprocedure('salesops.report_owner_check(text)') IS NOT NULL ==> true$$;

CREATE FUNCTION report_lock(schema text) RETURNS void
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
	AS $$
DECLARE
	names CONSTANT text[] := ARRAY(SELECT n.name FROM salesops.report_names() AS n);
	other record;
BEGIN
	PERFORM salesops.report_owner_check(schema);
	-- before anything of it is read: what is another's would run with the rights of who reads it
	CALL salesops.require_ownership(schema, names);
	IF to_regclass(format('%I.report_state', schema)) IS NOT NULL THEN
		BEGIN
			EXECUTE format('SELECT FROM %I.report_state FOR UPDATE NOWAIT', schema);
		EXCEPTION WHEN lock_not_available THEN
			EXECUTE format('SELECT r.pid, r.started_at FROM %I.report_refresh AS r WHERE r.status = ''running'' ORDER BY r.refresh_id DESC LIMIT 1', schema) INTO other;
			RAISE lock_not_available USING MESSAGE = format('the reports of schema %I are being refreshed already', schema), DETAIL = format('By process %s, since %s.', coalesce(other.pid::text, 'unknown'), coalesce(other.started_at::text, 'unknown')),
				HINT = format('Wait until it has ended: SELECT * FROM salesops.refresh_progress(%L);', schema);
		END;
	END IF;
END $$;
COMMENT ON FUNCTION report_lock(text) IS $$Locks the reports of a schema until the transaction ends, for who refreshes them or makes them again; an error where a refresh has them, or where the schema or anything of the reports in it is another role's.
schema: of the reports. Where there are none yet it looks whose the schema is, and no more.
Example: to_regprocedure('salesops.report_lock(text)') IS NOT NULL ==> true$$;

CREATE FUNCTION report_steps(schema text) RETURNS TABLE ("position" integer, step text, statement text)
	LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 1000 ROWS 50
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	RETURN QUERY
	WITH RECURSIVE views (oid, name, kind) AS (
		SELECT c.oid, c.relname::text, c.relkind FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = schema AND c.relkind IN ('m', 'v')
	), edges (view, on_view) AS (
		SELECT DISTINCT r.ev_class, d.refobjid
		FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
			JOIN views AS a ON a.oid = r.ev_class JOIN views AS b ON b.oid = d.refobjid
		WHERE r.ev_class <> d.refobjid
	), depths (view, depth) AS (
		SELECT v.oid, 0 FROM views AS v
		UNION
		SELECT e.view, d.depth + 1 FROM depths AS d JOIN edges AS e ON e.on_view = d.view
	), steps (part, depth, name, statement) AS (
		SELECT 1, l.n::integer, l.name, format('SELECT %I.%I(%s)', schema, l.name, l.arguments)
		FROM unnest(ARRAY['load_state', 'load_owner', 'load_deal', 'load_quota', 'load_change', 'load_path', 'load_week', 'load_deal_state', 'load_past_call', 'load_norm', 'load_quality', 'load_duplicate', 'load_scorecard'], ARRAY['$2, $3', '$1', '$1', '$1', '$1', '$1', '$1', '$1', '$1', '$1', '$1', '$1', '$1']) WITH ORDINALITY AS l (name, arguments, n)
		UNION ALL
		-- one of the user's own without a unique index is locked meanwhile
		SELECT 2, max(d.depth), v.name, format('REFRESH MATERIALIZED VIEW %s%I.%I', CASE WHEN EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = v.oid AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indimmediate AND i.indisvalid) AND c.relispopulated THEN 'CONCURRENTLY ' END, schema, v.name)
		FROM depths AS d JOIN views AS v ON v.oid = d.view JOIN pg_class AS c ON c.oid = v.oid
		WHERE v.kind = 'm' AND c.relowner = (SELECT t.relowner FROM pg_class AS t WHERE t.relname = 'report_state' AND t.relnamespace = c.relnamespace) GROUP BY v.oid, v.name, c.relispopulated
	)
	SELECT (row_number() OVER (ORDER BY s.part, s.depth, s.name COLLATE "C"))::integer, s.name, s.statement FROM steps AS s ORDER BY 1;
END $$;
COMMENT ON FUNCTION report_steps(text) IS $$What refresh_reports does, in this order: the tables of a reports' schema are loaded, then its materialized views are refreshed, each behind those that it reads; also those that its owner added.
schema: of the reports. In a statement $1 is whether the refresh is a full one, $2 the day and $3 the moment of the reports. No rows for NULL.
Example: (SELECT statement FROM salesops.report_steps('reports') WHERE "position" = 2) ==> SELECT reports.load_owner($1)$$;

CREATE FUNCTION refresh_begin(schema text) RETURNS bigint
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
	AS $$
DECLARE
	id bigint;
BEGIN
	PERFORM salesops.report_schema_check(schema), salesops.report_lock(schema);
	-- nobody else has the lock, so that these have ended without a word
	EXECUTE format('UPDATE %I.report_refresh AS r SET status = ''failed'', finished_at = clock_timestamp(), message = ''its session ended'' WHERE r.status = ''running'' AND NOT EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.pid = r.pid AND a.pid <> pg_backend_pid() AND a.backend_start <= r.started_at)', schema);
	EXECUTE format('INSERT INTO %I.report_refresh (started_at, status, pid) VALUES (clock_timestamp(), ''running'', pg_backend_pid()) RETURNING refresh_id', schema) INTO id;
	RETURN id;
END $$;
COMMENT ON FUNCTION refresh_begin(text) IS $$The first part of refresh_reports: locks the reports of a schema, or raises an error where another refresh has them, and writes into the log that one is running.
schema: of the reports. Returns its number in the log.
Example: to_regprocedure('salesops.refresh_begin(text)') IS NOT NULL ==> true$$;

CREATE FUNCTION refresh_start(schema text, refresh_id bigint, full_refresh boolean, as_of date, OUT is_full boolean, OUT day date, OUT moment timestamptz, OUT steps integer)
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
	AS $$
DECLARE
	setting record;
	before record;
BEGIN
	EXECUTE format('SELECT * FROM %I.report_setting', schema) INTO setting;
	IF setting.one IS NULL THEN
		RAISE no_data_found USING MESSAGE = format('table %I.report_setting has no row', schema), HINT = 'create_reports writes it.';
	ELSIF NOT isfinite(as_of) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('reports cannot be as of %s', as_of), DETAIL = 'It is a day.', HINT = 'Leave it out for now.';
	END IF;
	PERFORM salesops.report_lock(schema);
	EXECUTE format('SELECT * FROM %I.report_state', schema) INTO before;
	IF as_of IS NULL THEN
		moment := clock_timestamp();
		day := (moment AT TIME ZONE setting.time_zone)::date;
	ELSE
		day := as_of;
		moment := day::timestamp AT TIME ZONE setting.time_zone;
	END IF;
	-- what is there can be gone on from where nothing but time has passed
	is_full := coalesce(full_refresh, false) OR before.moment IS NULL OR moment < before.moment
		OR (before.contract_schema, before.calendar::text, before.time_zone, before.version) IS DISTINCT FROM (setting.contract_schema, setting.calendar::text, setting.time_zone, setting.version);
	SELECT count(*) INTO steps FROM salesops.report_steps(schema);
	EXECUTE format('UPDATE %I.report_refresh SET as_of = $2, kind = $3, steps = $4 WHERE refresh_id = $1', schema) USING refresh_id, day, CASE WHEN is_full THEN 'full' ELSE 'incremental' END, steps;
END $$;
COMMENT ON FUNCTION refresh_start(text, bigint, boolean, date) IS $$The beginning of the second part of refresh_reports: what it will do.
refresh_id: of the log. full_refresh, as_of: as for refresh_reports. is_full: whether all is computed anew. day, moment: of the reports. steps: how many there are.
Example: to_regprocedure('salesops.refresh_start(text, bigint, boolean, date)') IS NOT NULL ==> true$$;

CREATE FUNCTION refresh_step(schema text, refresh_id bigint, step integer, step_name text, statement text, is_full boolean, day date, moment timestamptz) RETURNS void
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
	SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
	AS $$
DECLARE
	started CONSTANT timestamptz := clock_timestamp();
	counted bigint;
BEGIN
	IF starts_with(statement, 'SELECT ') THEN
		EXECUTE statement INTO counted USING is_full, day, moment;
	ELSE
		EXECUTE statement;
	END IF;
	EXECUTE format('INSERT INTO %I.report_refresh_step (refresh_id, "position", step, rows, seconds) VALUES ($1, $2, $3, $4, $5)', schema)
		USING refresh_id, step, step_name, counted, extract(epoch FROM clock_timestamp() - started)::double precision;
END $$;
COMMENT ON FUNCTION refresh_step(text, bigint, integer, text, text, boolean, date, timestamptz) IS $$One step of refresh_reports: runs a statement of report_steps, and writes into the log how long it took.
refresh_id: of the log. step, step_name, statement: as report_steps has them. is_full, day, moment: as refresh_start has them.
Example: to_regprocedure('salesops.refresh_step(text, bigint, integer, text, text, boolean, date, timestamptz)') IS NOT NULL ==> true$$;

CREATE FUNCTION refresh_end(schema text, refresh_id bigint, steps_done integer, failed_step text, message text, is_full boolean, day date, steps integer) RETURNS void
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
	AS $$
DECLARE
	changed text;
BEGIN
	-- a table that was truncated or made again since the moment at which all is read looks empty then: what is locked has another file than at that moment
	IF message IS NULL THEN
		SELECT string_agg(l.relation::regclass::text, ', ' ORDER BY l.relation::regclass::text) INTO changed
		FROM pg_locks AS l
		WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384 AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
			AND pg_get_indexdef(l.relation) IS NULL AND pg_relation_filenode(l.relation) IS DISTINCT FROM (SELECT nullif(c.relfilenode, 0) FROM pg_class AS c WHERE c.oid = l.relation);
		IF changed IS NOT NULL THEN
			RAISE serialization_failure USING MESSAGE = format('tables were emptied or made again while they were read: %s', changed), DETAIL = 'All is read as it is at one moment, at which such a table has no rows.', HINT = 'Refresh again when they are loaded.';
		END IF;
	END IF;
	EXECUTE format('UPDATE %1$I.report_refresh AS r SET status = CASE WHEN $4 IS NULL THEN ''published'' ELSE ''failed'' END, finished_at = clock_timestamp(), seconds = extract(epoch FROM clock_timestamp() - r.started_at), steps_done = $2, step = $3, message = $4, kind = CASE WHEN $5 THEN ''full'' WHEN NOT $5 THEN ''incremental'' END, as_of = $6, steps = $7,
			rows = (SELECT sum(s.rows) FROM %1$I.report_refresh_step AS s WHERE s.refresh_id = r.refresh_id) WHERE r.refresh_id = $1', schema)
		USING refresh_id, steps_done, failed_step, message, is_full, day, steps;
END $$;
COMMENT ON FUNCTION refresh_end(text, bigint, integer, text, text, boolean, date, integer) IS $$The end of refresh_reports: writes into the log that the refresh is published, or has failed; an error where a table was truncated or made again while it was read.
refresh_id: of the log. steps_done: how many. failed_step, message: of the error; NULL: there was none. is_full, day, steps: as refresh_start has them; what that wrote is not there after an error.
Example: to_regprocedure('salesops.refresh_end(text, bigint, integer, text, text, boolean, date, integer)') IS NOT NULL ==> true$$;

CREATE PROCEDURE refresh_reports(schema text, full_refresh boolean DEFAULT false, as_of date DEFAULT NULL)
	LANGUAGE plpgsql
	AS $$
DECLARE
	-- a procedure that commits cannot have a SET clause: for this transaction, and below for the next
	path text := pg_catalog.current_setting('search_path');
	name text := pg_catalog.current_setting('application_name');
	jit text := pg_catalog.current_setting('jit');
	zone text := pg_catalog.current_setting('timezone');
	commits boolean;
	id bigint;
	work record;
	of record;
	is_full boolean;
	day date;
	steps integer;
	done integer := 0;
	step text;
	state text;
	message text;
	detail text;
	hint text;
BEGIN
	PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
	CALL salesops.may_commit(commits);
	id := salesops.refresh_begin(schema);
	IF commits THEN
		COMMIT;
		-- all of it is read as it is at one moment
		SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
		PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
	END IF;
	-- compiling the expressions of so many queries takes longer than they do
	PERFORM set_config('jit', 'off', true);
	PERFORM set_config('timezone', 'UTC', true);
	BEGIN
		SELECT * INTO work FROM salesops.refresh_start(schema, id, full_refresh, as_of);
		is_full := work.is_full;
		day := work.day;
		steps := work.steps;
		FOR of IN SELECT * FROM salesops.report_steps(schema) AS s ORDER BY s."position" LOOP
			step := of.step;
			PERFORM set_config('application_name', format('salesops refresh: %s of %s, %s', of."position", work.steps, of.step), true);
			PERFORM salesops.refresh_step(schema, id, of."position", of.step, of.statement, work.is_full, work.day, work.moment);
			done := done + 1;
		END LOOP;
		step := NULL;
		PERFORM salesops.refresh_end(schema, id, done, NULL, NULL, work.is_full, work.day, work.steps);
	EXCEPTION WHEN query_canceled OR assert_failure OR OTHERS THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	END;
	IF state IS NOT NULL THEN
		-- with a commit the search_path is the session's again, by which no function may be looked up
		detail := concat_ws(' ', nullif(detail, ''), CASE WHEN step IS NOT NULL THEN format('Step %s of the refresh failed; the reports are those of before.', step) END);
		hint := coalesce(CASE WHEN step IN ('load_owner', 'load_deal', 'load_quota') AND state IN ('21000', '23505') THEN 'A key of the contract''s tables seems to be there twice: salesops.contract_check says which.' END, nullif(hint, ''), CASE WHEN commits THEN format('The log is the table %I.report_refresh.', schema) ELSE 'The log does not have it: the transaction is the caller''s.' END);
		IF commits THEN
			PERFORM salesops.refresh_end(schema, id, done, step, message, is_full, day, steps);
			COMMIT;
		END IF;
		RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, DETAIL = detail, HINT = hint;
	END IF;
	-- what the caller does afterwards takes back nothing of this
	IF commits THEN
		COMMIT;
		RETURN;
	END IF;
	-- where the transaction goes on, it is its caller's
	PERFORM pg_catalog.set_config('search_path', path, true);
	PERFORM pg_catalog.set_config('application_name', name, true);
	PERFORM pg_catalog.set_config('jit', jit, true);
	PERFORM pg_catalog.set_config('timezone', zone, true);
END $$;
COMMENT ON PROCEDURE refresh_reports(text, boolean, date) IS $$Brings the reports of a schema up to date, all at once: readers see those of before until it commits, and those of then afterwards; where it fails or is cancelled, those of before stay, and the log tells.
schema: of the reports, whose owner calls it. full_refresh: compute everything anew; otherwise what the last refresh computed is gone on from, which gives the same. as_of: the day that they are of, as it begins; NULL: now. Where another refresh of the schema is running it raises an error. Called in a transaction block or by a function it is published with that transaction, and a failure is not in the log. CALL salesops.refresh_reports('reports');
Example: to_regprocedure('salesops.refresh_reports(text, boolean, date)') IS NOT NULL ==> true$$;

CREATE FUNCTION refresh_progress(schema text) RETURNS TABLE (refresh_id bigint, pid integer, started_at timestamptz, seconds double precision, progress text)
	LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 1000 ROWS 1
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM salesops.report_schema_check(schema);
	RETURN QUERY EXECUTE format('SELECT r.refresh_id, r.pid, r.started_at, extract(epoch FROM clock_timestamp() - r.started_at)::double precision,
			coalesce((SELECT regexp_replace(a.application_name, ''^salesops (refresh: )?'', '''') FROM pg_stat_activity AS a WHERE a.pid = r.pid AND starts_with(a.application_name, ''salesops '')), ''its session ended'')
		FROM %I.report_refresh AS r WHERE r.status = ''running'' ORDER BY r.refresh_id', schema);
END $$;
COMMENT ON FUNCTION refresh_progress(text) IS $$What the refresh of a schema's reports that is running now is at; no row where none is.
schema: of the reports. pid: of pg_stat_activity, for pg_cancel_backend(), after which the reports are those of before. progress: the step, of how many, and its table or materialized view; or what a matching of accounts is at. Who may read report_refresh may call it. No rows for NULL.
Example: to_regprocedure('salesops.refresh_progress(text)') IS NOT NULL ==> true$$;
