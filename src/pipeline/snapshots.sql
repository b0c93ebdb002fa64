-- pipeline: the state of every deal at a past moment, and daily snapshots, as SQL text that makes objects of the user's own.
--
-- Two functions write the SQL, so that it can be read and edited before it runs; two procedures run it. What they make belongs
-- to who calls them, stays when the extension goes, and depends on nothing: bodies are strings, since connectors drop and
-- create the tables behind a contract schema with CASCADE. The templates go through format(): %1$I is the contract
-- schema, %2$I that of the new objects, %3$s quotes bodies (a tag that occurs in neither name), %% is a percent sign.
-- See docs/how-to/snapshots.md and docs/design/snapshots.md.

-- ---- the pipeline at any moment ----

CREATE FUNCTION opportunity_as_of_sql(schema text, target text DEFAULT NULL) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20
	RETURN CASE WHEN schema IS NOT NULL THEN format($$-- The pipeline at any moment, from the history of the deals: written by salesops.opportunity_as_of_sql().
-- The body is a string, so that the tables behind it may be dropped and made again. It can be changed as you like.
CALL salesops.require_ownership(%2$L::pg_catalog.text, '{opportunity_as_of}'::pg_catalog.text[]);

CREATE OR REPLACE FUNCTION %2$I.opportunity_as_of(as_of timestamptz)
    RETURNS TABLE (
        opportunity_id text, stage text, amount numeric, close_date date, forecast_category text, owner_id text,
        probability double precision, created_at timestamptz, changed_at timestamptz, source text)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS %3$s
    -- $1 is as_of. By its name, a column of that name in a view would be meant.
    -- Of each deal with a history, the last state until then. In descending order of both columns, which is that of the
    -- index of the key read backwards: nothing is sorted.
    SELECT o.opportunity_id, h.stage, h.amount, h.close_date, h.forecast_category, h.owner_id,
        h.probability, o.created_at, h.changed_at, 'history'
    FROM (
        SELECT DISTINCT ON (c.opportunity_id)
            c.opportunity_id, c.changed_at, c.stage, c.amount, c.close_date, c.forecast_category, c.owner_id, c.probability
        FROM %1$I.opportunity_history AS c
        WHERE c.changed_at <= $1
        ORDER BY c.opportunity_id DESC, c.changed_at DESC
    ) AS h
    -- Deals that are deleted by now are left out of the past too: when they were deleted is not known.
    JOIN %1$I.opportunity AS o ON o.opportunity_id = h.opportunity_id
    WHERE o.is_deleted IS NOT TRUE
    UNION ALL
    -- A deal of which no change is recorded: as it is now, if it was there already.
    SELECT o.opportunity_id, o.stage, o.amount, o.close_date, o.forecast_category, o.owner_id,
        o.probability, o.created_at, NULL, 'present'
    FROM %1$I.opportunity AS o
    WHERE o.created_at <= $1
        AND o.is_deleted IS NOT TRUE
        AND NOT EXISTS (SELECT FROM %1$I.opportunity_history AS c WHERE c.opportunity_id = o.opportunity_id)
%3$s;
COMMENT ON FUNCTION %2$I.opportunity_as_of(timestamptz) IS 'The pipeline at a moment: one row for each deal that was there, in the state that it was in. source: history, or present for a deal of which no change is recorded. Deals that are deleted by now are left out.';
$$, schema, coalesce(target, schema), CASE WHEN strpos(schema || coalesce(target, ''), '$body$') = 0 THEN '$body$' ELSE '$body_' || md5(schema || coalesce(target, '')) || '$' END) END;
COMMENT ON FUNCTION opportunity_as_of_sql(text, text) IS $$SQL text that makes the function opportunity_as_of(as_of timestamptz): the pipeline at any moment, from the contract tables opportunity and opportunity_history.
schema: where these are, as it is named, without quotes. target: the schema of the new function; NULL: the same. One row for each deal that was there, with the columns of the history, created_at, changed_at and source: history, or present for a deal without any history, which is taken as it is now from its created_at on. Deals that are deleted by now, or are not in opportunity, are left out. The function is plain SQL without dependencies and is inlined into queries. NULL where schema is NULL. Run it with create_opportunity_as_of, or with \gexec in psql.
Example: substring(salesops.opportunity_as_of_sql('My CRM') from 'CREATE[^\n]+') ==> CREATE OR REPLACE FUNCTION "My CRM".opportunity_as_of(as_of timestamptz)$$;

-- ---- daily snapshots ----

CREATE FUNCTION snapshot_sql(schema text, target text DEFAULT NULL) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20
	RETURN CASE WHEN schema IS NOT NULL THEN format($$-- Daily snapshots of the pipeline: written by salesops.snapshot_sql(). It may run again at any time: tables stay as they are.

CALL salesops.require_ownership(%2$L::pg_catalog.text, '{opportunity_snapshot,snapshot_run,take_snapshot,backfill_snapshots}'::pg_catalog.text[]);

CREATE TABLE IF NOT EXISTS %2$I.opportunity_snapshot (
    snapshot_date      date NOT NULL,
    opportunity_id     text NOT NULL,
    stage              text,
    amount             numeric,
    close_date         date,
    forecast_category  text,
    owner_id           text,
    probability        double precision,
    created_at         timestamptz,
    PRIMARY KEY (snapshot_date, opportunity_id)
);
COMMENT ON TABLE %2$I.opportunity_snapshot IS 'Daily snapshots: one row for each day and deal that was there and not deleted, in its state of that day.';

CREATE TABLE IF NOT EXISTS %2$I.snapshot_run (
    snapshot_date  date PRIMARY KEY,
    as_of          timestamptz,
    started_at     timestamptz,
    finished_at    timestamptz,
    deals          bigint,
    source         text
);
COMMENT ON TABLE %2$I.snapshot_run IS 'The days of which there is a snapshot, one row each: a day that is here is complete.';
COMMENT ON COLUMN %2$I.snapshot_run.as_of IS 'The moment whose state the snapshot shows.';
COMMENT ON COLUMN %2$I.snapshot_run.deals IS 'Number of deals in the snapshot.';
COMMENT ON COLUMN %2$I.snapshot_run.source IS 'present: the table opportunity at that moment; history: opportunity_as_of(as_of); found: rows that were there already.';

CREATE OR REPLACE PROCEDURE %2$I.take_snapshot(snapshot_date date, replace boolean DEFAULT false)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS %3$s
#variable_conflict use_column
-- In queries variables go by this label: a table may have a column of their name.
<<this>>
DECLARE
    day CONSTANT date := $1;
    anew CONSTANT boolean := coalesce($2, false);
    counted bigint;
    last record;
BEGIN
    IF day IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'the day of the snapshot must not be NULL',
            HINT = 'Today is current_date.';
    END IF;
    -- it may be today anywhere on Earth
    IF day = '-infinity' OR day > (now() AT TIME ZONE 'UTC' + interval '14 hours')::date THEN
        RAISE invalid_parameter_value USING MESSAGE = format('there is no snapshot of %%s yet', day),
            DETAIL = 'A snapshot holds the deals as they are now.', HINT = 'Take it when the day has come.';
    END IF;
    -- A day long past is right for an old export that was loaded anew, and wrong where newer deals are there.
    IF day < (now() AT TIME ZONE 'UTC' - interval '12 hours')::date - 1 THEN
        SELECT count(*) INTO counted FROM %1$I.opportunity AS o
        WHERE o.is_deleted IS NOT TRUE AND o.created_at <= now()
            AND o.created_at >= (this.day + 1)::timestamp AT TIME ZONE 'UTC' + interval '12 hours';
        IF counted > 0 THEN
            RAISE invalid_parameter_value USING MESSAGE = format('the deals are not those of %%s', day),
                DETAIL = format('A snapshot holds the deals as they are now, and %%s of them were created after that day.', counted),
                HINT = 'Snapshots of past days are made from the history, by the procedure backfill_snapshots.';
        END IF;
    END IF;

    -- The row of the day is the lock: a second session waits here until the first has committed, or takes its place.
    IF anew THEN
        INSERT INTO %2$I.snapshot_run AS r (snapshot_date, as_of, started_at, source)
        VALUES (this.day, clock_timestamp(), clock_timestamp(), 'present')
        ON CONFLICT (snapshot_date) DO UPDATE SET as_of = clock_timestamp(), started_at = clock_timestamp(),
            finished_at = NULL, deals = NULL, source = 'present';
        DELETE FROM %2$I.opportunity_snapshot AS s WHERE s.snapshot_date = this.day;
    ELSE
        INSERT INTO %2$I.snapshot_run (snapshot_date, as_of, started_at, source)
        VALUES (this.day, clock_timestamp(), clock_timestamp(), 'present')
        ON CONFLICT (snapshot_date) DO NOTHING;
        IF NOT FOUND THEN
            SELECT r.deals INTO counted FROM %2$I.snapshot_run AS r WHERE r.snapshot_date = this.day;
            RAISE NOTICE 'the snapshot of %% is there already: %% deals', day, to_char(counted, 'FM999,999,999,999,990');
            RETURN;
        END IF;
        -- rows without a run were brought from elsewhere
        SELECT count(*) INTO counted FROM %2$I.opportunity_snapshot AS s WHERE s.snapshot_date = this.day;
        IF counted > 0 THEN
            UPDATE %2$I.snapshot_run AS r SET as_of = NULL, finished_at = clock_timestamp(), deals = this.counted, source = 'found'
            WHERE r.snapshot_date = this.day;
            RAISE NOTICE 'the snapshot of %% is there already: found %% deals', day, to_char(counted, 'FM999,999,999,999,990');
            RETURN;
        END IF;
    END IF;

    INSERT INTO %2$I.opportunity_snapshot (snapshot_date, opportunity_id, stage, amount, close_date, forecast_category,
        owner_id, probability, created_at)
    SELECT this.day, o.opportunity_id, o.stage, o.amount, o.close_date, o.forecast_category, o.owner_id, o.probability, o.created_at
    FROM %1$I.opportunity AS o WHERE o.is_deleted IS NOT TRUE;
    GET DIAGNOSTICS counted = ROW_COUNT;
    IF counted = 0 THEN
        RAISE no_data_found USING MESSAGE = format('the snapshot of %%s would be empty', day),
            DETAIL = 'There is no deal in the table opportunity, so all deals would count as deleted.',
            HINT = 'Take it when the deals are loaded.';
    END IF;
    UPDATE %2$I.snapshot_run AS r SET finished_at = clock_timestamp(), deals = this.counted WHERE r.snapshot_date = this.day;
    RAISE NOTICE 'snapshot of %%: %% deals', day, to_char(counted, 'FM999,999,999,999,990');

    SELECT r.snapshot_date, r.deals INTO last FROM %2$I.snapshot_run AS r WHERE r.snapshot_date < this.day
    ORDER BY r.snapshot_date DESC LIMIT 1;
    IF counted < last.deals / 2 THEN
        RAISE WARNING USING MESSAGE = format('%%s has less than half the deals of %%s', day, last.snapshot_date),
            DETAIL = format('Deals: %%s, and %%s before.', counted, last.deals),
            HINT = 'If they were not all loaded, take the snapshot once more with replace => true.';
    END IF;
END
%3$s;
COMMENT ON PROCEDURE %2$I.take_snapshot(date, boolean) IS 'Takes the snapshot of a day: all deals as they are now. Where it is there already, says so and does nothing, or with replace => true takes it anew. All or nothing; sessions wait for each other.';

CREATE OR REPLACE PROCEDURE %2$I.backfill_snapshots(first_day date, last_day date, step_days integer DEFAULT 1, time_zone text DEFAULT 'UTC')
    LANGUAGE plpgsql
    AS %3$s
#variable_conflict use_column
<<this>>
DECLARE
    days integer;
    day date;
    moment timestamptz;
    counted bigint;
    taken integer;
BEGIN
    -- A procedure that commits cannot have a SET clause: for this transaction, and below for each one after it.
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    IF first_day IS NULL OR last_day IS NULL OR step_days IS NULL OR time_zone IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'the days, the step and the time zone of snapshots must not be NULL';
    END IF;
    IF NOT isfinite(first_day) OR NOT isfinite(last_day) OR first_day > last_day THEN
        RAISE invalid_parameter_value USING MESSAGE = format('no days from %%s to %%s', first_day, last_day),
            DETAIL = 'Both are finite, and the first is not after the last.', HINT = 'The arguments are (first_day, last_day, step_days, time_zone).';
    END IF;
    IF step_days < 1 THEN
        RAISE invalid_parameter_value USING MESSAGE = format('no step of %%s days', step_days),
            DETAIL = 'A step is at least one day.', HINT = 'Leave it out for one snapshot a day; 7 makes one a week.';
    END IF;
    IF (last_day + 1)::timestamp AT TIME ZONE time_zone > clock_timestamp() THEN
        RAISE invalid_parameter_value USING MESSAGE = format('%%s has not ended', last_day),
            DETAIL = format('A day of the past is taken as it was at its end, in the time zone %%s.', time_zone),
            HINT = 'End with the day before, or use the procedure take_snapshot.';
    END IF;
    IF to_regprocedure(%4$L) IS NULL THEN
        RAISE undefined_function USING MESSAGE = %5$L,
            DETAIL = 'Past days are taken from the history of the deals, by this function.', HINT = %6$L;
    END IF;
    -- Where it may not commit, this fails at once and not after the first day.
    COMMIT;

    days := (last_day - first_day) / step_days + 1;
    taken := 0;
    FOR n IN 1 .. days LOOP
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        day := first_day + (n - 1) * step_days;
        -- the last moment of the day: midnight belongs to the next
        moment := (day + 1)::timestamp AT TIME ZONE time_zone - interval '1 microsecond';
        -- what is there is kept, so a run that was interrupted goes on; another session is waited for
        INSERT INTO %2$I.snapshot_run (snapshot_date, as_of, started_at, source)
        VALUES (this.day, this.moment, clock_timestamp(), 'history')
        ON CONFLICT (snapshot_date) DO NOTHING;
        IF FOUND THEN
            SELECT count(*) INTO counted FROM %2$I.opportunity_snapshot AS s WHERE s.snapshot_date = this.day;
            IF counted > 0 THEN
                UPDATE %2$I.snapshot_run AS r SET as_of = NULL, finished_at = clock_timestamp(), deals = this.counted, source = 'found'
                WHERE r.snapshot_date = this.day;
            ELSE
                INSERT INTO %2$I.opportunity_snapshot (snapshot_date, opportunity_id, stage, amount, close_date,
                    forecast_category, owner_id, probability, created_at)
                SELECT this.day, o.opportunity_id, o.stage, o.amount, o.close_date, o.forecast_category, o.owner_id,
                    o.probability, o.created_at
                FROM %2$I.opportunity_as_of(this.moment) AS o;
                GET DIAGNOSTICS counted = ROW_COUNT;
                UPDATE %2$I.snapshot_run AS r SET finished_at = clock_timestamp(), deals = this.counted WHERE r.snapshot_date = this.day;
                taken := taken + 1;
                RAISE NOTICE '%% of %% days, %%: %% deals', n, days, day, to_char(counted, 'FM999,999,999,999,990');
            END IF;
        END IF;
        COMMIT;
    END LOOP;
    RAISE NOTICE 'snapshots taken: %%, there already: %%', taken, days - taken;
END
%3$s;
COMMENT ON PROCEDURE %2$I.backfill_snapshots(date, date, integer, text) IS 'Takes snapshots of past days, each as the deals were at its end in the time zone, from opportunity_as_of(). Commits after each day; days that are there are kept, so it goes on where it was stopped.';
$$, schema, coalesce(target, schema), CASE WHEN strpos(schema || coalesce(target, ''), '$body$') = 0 THEN '$body$' ELSE '$body_' || md5(schema || coalesce(target, '')) || '$' END,
		quote_ident(coalesce(target, schema)) || '.opportunity_as_of(timestamptz)',
		'there is no function ' || quote_ident(coalesce(target, schema)) || '.opportunity_as_of(timestamptz)',
		'CALL salesops.create_opportunity_as_of(' || quote_literal(schema) || coalesce(', ' || quote_literal(target), '') || ');') END;
COMMENT ON FUNCTION snapshot_sql(text, text) IS $$SQL text that makes daily snapshots of the contract table opportunity: the tables opportunity_snapshot and snapshot_run, the procedures take_snapshot and backfill_snapshots.
schema: where opportunity is, as it is named, without quotes. target: the schema of the new objects; NULL: the same. take_snapshot(snapshot_date, replace) copies all deals as they are now, once a day; backfill_snapshots(first_day, last_day, step_days, time_zone) takes past days from opportunity_as_of. The text may run again: tables and their rows stay. NULL where schema is NULL. Run it with create_snapshots, or with \gexec in psql.
Example: substring(salesops.snapshot_sql('My CRM') from 'CREATE[^\n]+') ==> CREATE TABLE IF NOT EXISTS "My CRM".opportunity_snapshot ($$;

-- ---- the procedures that run it ----

CREATE PROCEDURE require_columns(schema text, relation text, columns text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	full_name CONSTANT text := format('%I.%I', schema, relation);
	rel oid;
	missing text;
	wrong text;
	remedy text;
BEGIN
	CALL salesops.require_schema(schema, 'the tables');
	SELECT c.oid INTO rel FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
	WHERE n.nspname = schema AND c.relname = relation AND c.relkind IN ('r', 'p', 'v', 'm', 'f');
	IF rel IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no table or view %s', full_name),
			DETAIL = format('Needed with the columns: %s.', columns),
			HINT = 'Create a view of that name over the tables of your CRM: docs/reference/contract.md says what each column is in Salesforce and in HubSpot.';
	END IF;
	-- a type of the same kind will do, but for instants: how one without a zone is to be read only the view can say
	SELECT string_agg(w.name || ' ' || w.type, ', ' ORDER BY w.n) FILTER (WHERE a.attname IS NULL),
		string_agg(w.name || ' is ' || format_type(a.atttypid, NULL) || ', not ' || w.type, '; ' ORDER BY w.n) FILTER (WHERE NOT w.fits),
		string_agg(CASE WHEN a.attname IS NULL THEN 'NULL::' || w.type || ' AS ' || w.name
			WHEN w.type = 'timestamptz' AND a.atttypid = 'timestamp'::regtype THEN format('%s AT TIME ZONE ''UTC'' AS %s', w.name, w.name)
			WHEN NOT w.fits THEN format('%s::%s AS %s', w.name, w.type, w.name) END, ', ' ORDER BY w.n)
	INTO missing, wrong, remedy
	FROM (SELECT n, split_part(item, ' ', 1), split_part(item, ' ', 2) FROM unnest(string_to_array(columns, ', ')) WITH ORDINALITY AS u (item, n)) AS v (n, name, type)
	LEFT JOIN pg_attribute AS a ON a.attrelid = rel AND a.attname = v.name AND a.attnum > 0 AND NOT a.attisdropped
	LEFT JOIN pg_type AS t ON t.oid = a.atttypid
	CROSS JOIN LATERAL (SELECT v.n, v.name, v.type, CASE v.type WHEN 'text' THEN t.typcategory = 'S' WHEN 'numeric' THEN t.typcategory = 'N' WHEN 'float8' THEN t.typcategory = 'N'
		WHEN 'boolean' THEN t.typcategory = 'B' ELSE coalesce(nullif(t.typbasetype, 0), t.oid) = v.type::regtype END) AS w (n, name, type, fits);
	IF missing IS NOT NULL THEN
		RAISE undefined_column USING MESSAGE = format('%s lacks columns: %s', full_name, missing),
			DETAIL = 'Where a CRM has no such field, the view selects NULL for it.', HINT = format('Add to the view: %s.', remedy);
	ELSIF wrong IS NOT NULL THEN
		RAISE datatype_mismatch USING MESSAGE = format('%s has columns of other types: %s', full_name, wrong),
			DETAIL = 'What is converted unseen may depend on the settings of a session.', HINT = format('Select in the view: %s.', remedy);
	END IF;
END $$;
COMMENT ON PROCEDURE require_columns(text, text, text) IS $$Raises an error that says what to mend unless a table or view has the columns, of the types that are wanted or of the same kind.
columns: name and type of each, as in 'opportunity_id text, created_at timestamptz', separated by a comma and a blank. Types: text, numeric, float8 and boolean stand for any of their kind; date and timestamptz for themselves. It reads the catalog alone, with the rights of who calls it. create_opportunity_as_of and create_snapshots begin with it. CALL salesops.require_columns('crm', 'opportunity', 'opportunity_id text');
Example: to_regprocedure('salesops.require_columns(text, text, text)') IS NOT NULL ==> true$$;

CREATE PROCEDURE create_opportunity_as_of(schema text, target text DEFAULT NULL)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	-- what is called is matched exactly: in a schema that is somebody else's he may have put overloads
	IF schema IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the contract schema must not be NULL', HINT = 'It is the schema with the tables opportunity and opportunity_history.';
	END IF;
	CALL salesops.require_columns(schema, text 'opportunity', text 'opportunity_id text, stage text, amount numeric, close_date date, forecast_category text, owner_id text, probability float8, created_at timestamptz, is_deleted boolean');
	CALL salesops.require_columns(schema, text 'opportunity_history', text 'opportunity_id text, changed_at timestamptz, stage text, amount numeric, close_date date, forecast_category text, owner_id text, probability float8');
	EXECUTE salesops.opportunity_as_of_sql(schema, target);
END $$;
COMMENT ON PROCEDURE create_opportunity_as_of(text, text) IS $$Makes or replaces the function opportunity_as_of(as_of timestamptz) in a contract schema, or in another: runs opportunity_as_of_sql(schema, target).
Checks first that opportunity and opportunity_history have the columns that it reads, and says which are missing. The function belongs to who calls this. CALL salesops.create_opportunity_as_of('crm');
Example: salesops.opportunity_as_of_sql('crm') LIKE '%CREATE OR REPLACE FUNCTION crm.opportunity_as_of(as_of timestamptz)%' ==> true$$;

CREATE PROCEDURE create_snapshots(schema text, target text DEFAULT NULL)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	IF schema IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the contract schema must not be NULL', HINT = 'It is the schema with the table opportunity.';
	END IF;
	CALL salesops.require_columns(schema, text 'opportunity', text 'opportunity_id text, stage text, amount numeric, close_date date, forecast_category text, owner_id text, probability float8, created_at timestamptz, is_deleted boolean');
	EXECUTE salesops.snapshot_sql(schema, target);
	-- tables that were there already may be somebody else's
	CALL salesops.require_columns(coalesce(target, schema), text 'opportunity_snapshot', text 'snapshot_date date, opportunity_id text, stage text, amount numeric, close_date date, forecast_category text, owner_id text, probability float8, created_at timestamptz');
	CALL salesops.require_columns(coalesce(target, schema), text 'snapshot_run', text 'snapshot_date date, as_of timestamptz, started_at timestamptz, finished_at timestamptz, deals numeric, source text');
END $$;
COMMENT ON PROCEDURE create_snapshots(text, text) IS $$Makes the tables opportunity_snapshot and snapshot_run and the procedures take_snapshot and backfill_snapshots in a contract schema, or in another: runs snapshot_sql(schema, target).
Checks first that opportunity has the columns that it reads, and says which are missing. What it makes belongs to who calls this; called again, it replaces the procedures and keeps the tables. CALL salesops.create_snapshots('crm');
Example: salesops.snapshot_sql('crm') LIKE '%CREATE OR REPLACE PROCEDURE crm.take_snapshot(snapshot_date date, replace boolean DEFAULT false)%' ==> true$$;
