-- bulk_update: one field or several in many records, by a plan that is looked at, approved by another, applied exactly or not at all, and undone.
--
-- What is to change comes as a table or view of the user's: the key of each record, and its new values, or one new value for all beside it:
--
--		crm.deal  deal_id | owner | stage         crm.move  deal_id | owner
--		          D1      | ann   | Proposal                D1      | bob
--		          D2      | bob   | Proposal                D2      | bob
--
-- bulk_update_plan('crm', 'crm.deal', 'crm.move', NULL, 'ann left') writes a plan of one row: D1, owner, from ann to bob; D2 has it already.
-- The plan holds the key, the old and the new values of each record, and a digest of all. What was looked at is therefore what is applied: the table
-- or view is not read again, and no text of anybody's is run as SQL. Applying locks the records in the order of their keys, compares
-- what they have with what was planned, writes, compares again, and asks the views that must be empty.
--
-- The log is the user's: two tables and their triggers that bulk_update_log_sql writes. Values are texts as the output functions of their types write
-- them, as in the log of merges. The statements that read and write the records are made in one place, bulk_update_statements, from
-- the catalog and the names of columns alone; from the log come nothing but values. They serve apply, undo and preview. Which tables and columns
-- are updated at all says bulk_update_table, to who plans and to who applies: a plan may have been written by hand.
-- See docs/reference/bulk_update.md and docs/design/governance.md.

CREATE FUNCTION bulk_update_log_sql(schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($$-- The log of bulk updates: written by salesops.bulk_update_log_sql(). It may run again at any time: tables stay as they are.

CALL salesops.require_ownership(%1$L::pg_catalog.text, '{bulk_plan,bulk_change,bulk_plan_guard,bulk_change_guard}'::pg_catalog.text[]);

CREATE TABLE IF NOT EXISTS %1$I.bulk_plan (
    plan_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    relation        text NOT NULL,
    relation_id     oid NOT NULL,
    target          text NOT NULL,
    scope           text NOT NULL,
    key_columns     text[] NOT NULL,
    changes         jsonb CHECK (jsonb_typeof(changes) = 'object'),
    columns         jsonb NOT NULL CHECK (jsonb_typeof(columns) = 'object'),
    row_count       bigint NOT NULL CHECK (row_count > 0),
    digest          bytea NOT NULL,
    reason          text NOT NULL CHECK (btrim(reason, E' \t\n\r') <> ''),
    approve_above   bigint,
    needs_approval  boolean NOT NULL GENERATED ALWAYS AS (coalesce(row_count > approve_above, false)) STORED,
    checks          jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(checks) = 'object' AND NOT jsonb_path_exists(checks, 'strict $.* ? (@.type() <> "object")')),
    state           text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'approved', 'applied', 'undone', 'cancelled')),
    planned_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    planned_by      text NOT NULL DEFAULT session_user,
    approved_at     timestamptz,
    approved_by     text,
    applied_at      timestamptz,
    applied_by      text,
    undone_at       timestamptz,
    undone_by       text,
    cancelled_at    timestamptz,
    cancelled_by    text,
    planned_xact    xid8
);
COMMENT ON TABLE %1$I.bulk_plan IS 'Plans of bulk updates: one row for each, with the table, what would change and why, and what became of it.';
COMMENT ON COLUMN %1$I.bulk_plan.relation_id IS 'The table, as pg_class has it: where it was dropped and made anew, the plan is not of it.';
COMMENT ON COLUMN %1$I.bulk_plan.target IS 'The table or view with the keys of the records, and where changes is NULL with the new values.';
COMMENT ON COLUMN %1$I.bulk_plan.scope IS 'The definition of that view when the plan was made.';
COMMENT ON COLUMN %1$I.bulk_plan.key_columns IS 'The columns by which records are found.';
COMMENT ON COLUMN %1$I.bulk_plan.changes IS 'Values for all records by column; NULL: the values were those of target.';
COMMENT ON COLUMN %1$I.bulk_plan.columns IS 'The columns that change: type, and in how many rows.';
COMMENT ON COLUMN %1$I.bulk_plan.digest IS 'SHA-256 over the rows of bulk_change when the plan was made.';
COMMENT ON COLUMN %1$I.bulk_plan.approve_above IS 'More rows than that must be approved by another; NULL: none must.';
COMMENT ON COLUMN %1$I.bulk_plan.checks IS 'Views that must be empty before and after, with their definitions when the plan was made.';
COMMENT ON COLUMN %1$I.bulk_plan.planned_by IS 'Who was logged in, whatever role was set; so are approved_by and the others.';
COMMENT ON COLUMN %1$I.bulk_plan.planned_xact IS 'The transaction that made the plan: no other adds rows to it.';

CREATE TABLE IF NOT EXISTS %1$I.bulk_change (
    plan_id     bigint NOT NULL REFERENCES %1$I.bulk_plan,
    change_no   bigint NOT NULL,
    record_key  jsonb NOT NULL CHECK (jsonb_typeof(record_key) = 'object'),
    old         jsonb NOT NULL CHECK (jsonb_typeof(old) = 'object'),
    new         jsonb NOT NULL CHECK (jsonb_typeof(new) = 'object'),
    PRIMARY KEY (plan_id, change_no)
);
COMMENT ON TABLE %1$I.bulk_change IS 'What bulk updates change: one row for each record, with its values before (old) and after (new) as texts by column; null is NULL.';

-- Who may write here may move a plan on, and nothing else: not change what it is of, and not approve a plan of one''s own.
CREATE OR REPLACE FUNCTION %1$I.bulk_plan_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $guard$
DECLARE
    moving CONSTANT text[] := '{state,needs_approval,approved_at,approved_by,applied_at,applied_by,undone_at,undone_by,cancelled_at,cancelled_by}';
    wanted CONSTANT text := NEW.state;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.state := 'planned';
        NEW.planned_at := greatest(clock_timestamp(), transaction_timestamp());
        NEW.planned_by := session_user;
        NEW.planned_xact := pg_current_xact_id();
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        INTO NEW.approved_at, NEW.approved_by, NEW.applied_at, NEW.applied_by, NEW.undone_at, NEW.undone_by, NEW.cancelled_at, NEW.cancelled_by;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - moving IS DISTINCT FROM to_jsonb(OLD) - moving THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = format('plan %%s cannot be changed', OLD.plan_id),
            DETAIL = 'What a plan is of stays as it was looked at.', HINT = 'Cancel it and make another.';
    END IF;
    NEW := OLD;
    NEW.state := wanted;
    IF OLD.state = 'planned' AND wanted = 'approved' THEN
        IF OLD.planned_by = session_user THEN
            RAISE insufficient_privilege USING MESSAGE = format('plan %%s is of %%s, who cannot approve it', OLD.plan_id, OLD.planned_by),
                DETAIL = 'Another person approves a plan: who logged in counts, whatever role was set.', HINT = 'Ask a colleague to look at it and approve it.';
        END IF;
        NEW.approved_at := clock_timestamp();
        NEW.approved_by := session_user;
    ELSIF OLD.state = 'approved' AND wanted = 'applied' OR OLD.state = 'planned' AND wanted = 'applied' AND NOT OLD.needs_approval THEN
        NEW.applied_at := clock_timestamp();
        NEW.applied_by := session_user;
    ELSIF OLD.state = 'applied' AND wanted = 'undone' THEN
        NEW.undone_at := clock_timestamp();
        NEW.undone_by := session_user;
    ELSIF OLD.state IN ('planned', 'approved') AND wanted = 'cancelled' THEN
        NEW.cancelled_at := clock_timestamp();
        NEW.cancelled_by := session_user;
    ELSIF wanted IS DISTINCT FROM OLD.state THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = format('plan %%s is %%s and cannot become %%s', OLD.plan_id, OLD.state, wanted),
            HINT = 'A plan is planned, approved where it needs that, applied, undone; or cancelled before it is applied.';
    END IF;
    RETURN NEW;
END $guard$;
COMMENT ON FUNCTION %1$I.bulk_plan_guard() IS 'Trigger of bulk_plan: states follow each other, names and moments are those of the session, a plan stays what it is and is approved by another.';
CREATE OR REPLACE TRIGGER bulk_plan_guard BEFORE INSERT OR UPDATE ON %1$I.bulk_plan FOR EACH ROW EXECUTE FUNCTION %1$I.bulk_plan_guard();

-- Rows come with their plan: a plan that others have looked at, or that was applied, gets no more of them. Numbers of transactions are those of a cluster:
-- in a restored log one may come up again, of a plan that is older than the transaction.
CREATE OR REPLACE FUNCTION %1$I.bulk_change_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $guard$
DECLARE
    refused bigint;
BEGIN
    SELECT a.plan_id INTO refused FROM (SELECT plan_id, min(change_no), max(change_no) FROM added GROUP BY plan_id) AS a (plan_id, first_no, last_no)
    WHERE NOT EXISTS (SELECT FROM %1$I.bulk_plan AS p WHERE p.plan_id = a.plan_id AND p.state = 'planned' AND p.planned_xact = pg_current_xact_id() AND p.planned_at >= transaction_timestamp()
        AND a.first_no >= 1 AND a.last_no <= p.row_count)
    ORDER BY a.plan_id LIMIT 1;
    IF refused IS NOT NULL THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = format('plan %%s gets no more rows', refused),
            DETAIL = 'Rows come with their plan, in the transaction that makes it, and are numbered from 1 to its row_count.', HINT = 'salesops.bulk_update_plan makes another plan.';
    END IF;
    RETURN NULL;
END $guard$;
COMMENT ON FUNCTION %1$I.bulk_change_guard() IS 'Trigger of bulk_change: rows are added by the transaction that makes their plan, and by no other.';
CREATE OR REPLACE TRIGGER bulk_change_guard AFTER INSERT ON %1$I.bulk_change REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION %1$I.bulk_change_guard();
$$, schema);
COMMENT ON FUNCTION bulk_update_log_sql(text) IS $$SQL text that makes the tables of a log of bulk updates, bulk_plan and bulk_change, in a schema, and the triggers that guard it.
schema: as it is named, without quotes. NULL where it is NULL. Run it with create_bulk_update_log, or with \gexec in psql.
Example: substring(salesops.bulk_update_log_sql('My CRM') from 'CREATE TABLE IF NOT EXISTS ([^(]+) \(') ==> "My CRM".bulk_plan$$;

CREATE PROCEDURE create_bulk_update_log(schema text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	CALL salesops.require_schema(schema, 'the log');
	EXECUTE salesops.bulk_update_log_sql(schema);
END $$;
COMMENT ON PROCEDURE create_bulk_update_log(text) IS $$Makes the tables of a log of bulk updates in a schema, and their guards: what bulk_update_log_sql(schema) writes.
They belong to who calls it, who may grant others SELECT, INSERT and UPDATE on bulk_plan and SELECT and INSERT on bulk_change, which the functions need. Tables that are there stay. CALL salesops.create_bulk_update_log('crm');
Example: to_regprocedure('salesops.create_bulk_update_log(text)') IS NOT NULL ==> true$$;

CREATE FUNCTION bulk_update_table(log_schema text, relation regclass, key text[] DEFAULT NULL, columns text[] DEFAULT NULL) RETURNS regclass
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	log_plan CONSTANT text := format('%I.bulk_plan', coalesce(log_schema, ''));
	log_change CONSTANT text := format('%I.bulk_change', coalesce(log_schema, ''));
	kind "char";
	problem text;
BEGIN
	SELECT c.relkind INTO kind FROM pg_class AS c WHERE c.oid = relation;
	IF kind IS NULL OR kind NOT IN ('r', 'p') THEN
		RAISE wrong_object_type USING MESSAGE = format('%s is not a table', relation),
			DETAIL = CASE kind WHEN 'v' THEN 'A view has no records of its own.' WHEN 'f' THEN 'The records of a foreign table are on another server, which does not keep them as they are meanwhile.' ELSE 'Records are updated in the table that holds them.' END,
			HINT = 'Pass the table that holds the records.';
	END IF;
	IF (SELECT n.nspname ~ '^pg_' OR n.nspname = 'information_schema' OR c.relpersistence = 't' FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation)
		OR relation IN (to_regclass(log_plan), to_regclass(log_change)) OR EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = relation AND g.tgname IN ('bulk_plan_guard', 'bulk_change_guard')) THEN
		RAISE wrong_object_type USING MESSAGE = format('%s is not updated in bulk', relation), DETAIL = 'It is a table of the system, of a log of bulk updates, or a temporary one, which the log would outlive.', HINT = 'Pass a table of records.';
	END IF;
	IF EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhrelid = relation OR i.inhparent = relation AND kind = 'r') THEN
		RAISE wrong_object_type USING MESSAGE = format('%s inherits, or is inherited from', relation),
			DETAIL = 'Its rows are in several tables, and keys hold for each of them alone.', HINT = 'Pass the partitioned table, of a partition. A plan from before it was one is undone when it is detached.';
	END IF;
	SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO problem FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = ANY (columns)
		AND (a.attname = ANY (key) OR a.attgenerated <> '' OR a.attidentity = 'a' OR EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = relation AND i.indisprimary AND a.attnum = ANY ((i.indkey::smallint[])[0:i.indnkeyatts - 1])));
	IF problem IS NOT NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = format('columns of %s cannot change: %s', relation, problem), DETAIL = 'They are in the key, by which a record is found again, or the server computes them.', HINT = 'Leave them out.';
	END IF;
	RETURN relation;
END
$function$;
COMMENT ON FUNCTION bulk_update_table(text, regclass, text[], text[]) IS $$The table itself, or an error where its records are not updated in bulk: a part of bulk_update_plan and bulk_update_statements, which refuse the same.
log_schema: the schema of the log. relation: the table. key: the columns by which its records are found. columns: those that change. Errors: what is no table, or one of the system, of a log, temporary, that inherits or is inherited from; columns of the key, of the primary key, or that the server computes.
Example: to_regprocedure('salesops.bulk_update_table(text, regclass, text[], text[])') IS NOT NULL ==> true$$;

CREATE FUNCTION bulk_update_plan(log_schema text, relation regclass, target regclass, changes jsonb, reason text, approve_above bigint DEFAULT 0,
	before_checks regclass[] DEFAULT '{}', after_checks regclass[] DEFAULT '{}', key text[] DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	log_plan CONSTANT text := format('%I.bulk_plan', coalesce(log_schema, ''));
	log_change CONSTANT text := format('%I.bulk_change', coalesce(log_schema, ''));
	kind "char";
	keys text[];
	key_types text[];
	key_equals text[];
	changed text[];
	col record;
	n integer := 0;
	base oid;
	modifier integer;
	types jsonb := '{}';
	scope text;
	checks jsonb;
	-- of the query
	sources text[] := '{}';
	casts text[] := '{}';
	owners text[] := '{}';
	source_list text;
	cast_list text := '';
	value_list text := '';
	lost text := '';
	emptied text := '';
	result record;
	problem text;
	refused_by text;
	bad integer;
BEGIN
	-- ---- the arguments ----
	IF log_schema IS NULL OR relation IS NULL OR target IS NULL OR reason IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the log, the table, the target and the reason must not be NULL', HINT = 'CALL salesops.create_bulk_update_log(''crm'') makes a log. The target is a table or view with the keys of the records.';
	END IF;
	IF btrim(reason, E' \t\n\r') = '' THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the reason of a bulk update must not be blank', HINT = 'Write what the change is for, as in ''ann left, her deals go to bob''.';
	END IF;
	IF approve_above < 0 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('approve_above must not be negative: %s', approve_above), DETAIL = 'It is a number of rows: plans of more must be approved.', HINT = '0 is every plan, NULL none.';
	END IF;
	IF to_regclass(log_plan) IS NULL OR to_regclass(log_change) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no log of bulk updates in schema %I', log_schema), DETAIL = 'Without one a change could be neither looked at nor undone.',
			HINT = format('Make it: CALL salesops.create_bulk_update_log(%L).', log_schema);
	END IF;

	-- ---- the table ----
	PERFORM salesops.bulk_update_table(log_schema, relation, NULL::text[], NULL::text[]);
	BEGIN
		SELECT array_agg(k.column_name ORDER BY k.n), array_agg(k.type_name ORDER BY k.n), array_agg(k.equals ORDER BY k.n) INTO keys, key_types, key_equals
		FROM salesops.merge_key(relation, key) WITH ORDINALITY AS k (column_name, type_name, equals, n);
	EXCEPTION WHEN undefined_object THEN
		RAISE undefined_object USING MESSAGE = SQLERRM, DETAIL = 'A record is found by its key, whose columns are NOT NULL and whose index is neither partial nor deferrable.',
			HINT = 'Add a primary key, or name the columns of a unique index, as in key => ''{tenant_id,account_id}''.';
	END;

	-- ---- the target ----
	SELECT c.relkind, CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) ELSE 'TABLE ' || target::text END INTO kind, scope FROM pg_class AS c WHERE c.oid = target;
	IF kind IS NULL OR kind NOT IN ('r', 'p', 'v', 'm', 'f') THEN
		RAISE wrong_object_type USING MESSAGE = format('%s is neither a table nor a view', target), HINT = 'Pass a table or view with the keys of the records, and with their new values where changes is NULL.';
	END IF;
	SELECT string_agg(quote_ident(w.name), ', ' ORDER BY w.n) INTO problem FROM unnest(keys) WITH ORDINALITY AS w (name, n)
	WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attname = w.name AND NOT a.attisdropped AND a.attnum > 0);
	IF problem IS NOT NULL THEN
		RAISE undefined_column USING MESSAGE = format('%s lacks columns: %s', target, problem), DETAIL = format('They are the key of %s, by which its records are found.', relation), HINT = 'Name them so in the table or view.';
	END IF;

	-- ---- the columns that change ----
	IF changes IS NOT NULL AND (jsonb_typeof(changes) <> 'object' OR changes = '{}') THEN
		RAISE invalid_parameter_value USING MESSAGE = format('changes must be a JSON object of columns and values: %s', left(changes::text, 100)), HINT = 'Write it as in {"stage": "Closed Lost", "close_date": null}; NULL takes the values from the target.';
	END IF;
	changed := CASE WHEN changes IS NULL THEN ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (keys) ORDER BY a.attnum) ELSE ARRAY(SELECT jsonb_object_keys(changes)) END;
	IF changed = '{}' THEN
		RAISE invalid_parameter_value USING MESSAGE = format('%s has no columns but the key', target), DETAIL = 'So it says which records change, and not what.', HINT = 'Give it the new values in columns of their names, or pass changes, as in {"owner": "bob"}.';
	END IF;
	SELECT string_agg(quote_ident(w.name), ', ' ORDER BY w.n) INTO problem FROM unnest(changed) WITH ORDINALITY AS w (name, n)
	WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = w.name AND NOT a.attisdropped AND a.attnum > 0);
	IF problem IS NOT NULL THEN
		RAISE undefined_column USING MESSAGE = format('%s lacks columns: %s', relation, problem), DETAIL = CASE WHEN changes IS NULL THEN format('Every column of %s that is not in the key is one that changes.', target) ELSE 'The changes name them.' END, HINT = 'Write names of columns as they are, without quotes.';
	END IF;
	PERFORM salesops.bulk_update_table(log_schema, relation, keys, changed);

	-- ---- the checks ----
	SELECT string_agg(v.view::text, ', ') INTO problem FROM unnest(before_checks || after_checks) AS v (view) LEFT JOIN pg_class AS c ON c.oid = v.view WHERE c.relkind IS DISTINCT FROM 'v';
	IF problem IS NOT NULL OR EXISTS (SELECT FROM unnest(before_checks || after_checks) AS v (view) WHERE v.view IS NULL) THEN
		RAISE wrong_object_type USING MESSAGE = format('a check is not a view: %s', coalesce(problem, 'NULL')), DETAIL = 'A check is a view that must be empty.', HINT = 'CREATE VIEW ... AS SELECT what must not be.';
	END IF;
	SELECT coalesce(jsonb_object_agg(p.phase, p.views), '{}') INTO checks
	FROM (SELECT v.phase, jsonb_object_agg(v.view::text, pg_get_viewdef(v.view)) FROM (SELECT 'before', unnest(before_checks) UNION SELECT 'after', unnest(after_checks)) AS v (phase, view) GROUP BY v.phase) AS p (phase, views);

	-- ---- the query: first the keys, then the values, as the target has them and as the table has ----
	FOR col IN SELECT w.n, w.is_key, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, a.atttypid AS type_id, a.atttypmod AS modifier, a.attnotnull AS not_null, CASE WHEN a.attcollation <> 0 THEN format(' COLLATE %s', a.attcollation::regcollation) END AS collation, s.atttypid AS source_id, format_type(s.atttypid, s.atttypmod) AS source_type
		FROM (SELECT k.name, true, k.n FROM unnest(keys) WITH ORDINALITY AS k (name, n) UNION ALL SELECT c.name, false, cardinality(keys) + c.n FROM unnest(changed) WITH ORDINALITY AS c (name, n)) AS w (name, is_key, n)
		JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = w.name
		LEFT JOIN pg_attribute AS s ON s.attrelid = target AND s.attname = w.name AND (w.is_key OR changes IS NULL)
		ORDER BY w.n
	LOOP
		base := col.type_id;
		modifier := col.modifier;
		WHILE (SELECT t.typtype = 'd' FROM pg_type AS t WHERE t.oid = base) LOOP
			SELECT t.typbasetype, t.typtypmod INTO base, modifier FROM pg_type AS t WHERE t.oid = base;
		END LOOP;
		-- a key is never rounded or cut to that of another record; values go where an assignment lets them, and texts are read
		IF col.source_id IS NOT NULL AND NOT EXISTS (
			WITH RECURSIVE domain AS (SELECT col.source_id AS id UNION ALL SELECT t.typbasetype FROM domain AS d JOIN pg_type AS t ON t.oid = d.id WHERE t.typtype = 'd')
			SELECT FROM domain AS d JOIN pg_type AS s ON s.oid = d.id JOIN pg_type AS t ON t.oid = base
			WHERE s.oid = t.oid OR s.typcategory = 'S' OR t.typcategory = 'S' OR EXISTS (SELECT FROM pg_cast AS c WHERE (c.castsource, c.casttarget) IN ((s.oid, t.oid), (s.typelem, t.typelem)) AND (c.castcontext = 'i' OR c.castcontext = 'a' AND (NOT col.is_key OR c.castsource IN (20, 23) AND c.casttarget IN (20, 21, 23))))) THEN
			RAISE datatype_mismatch USING MESSAGE = format('%s.%I is of type %s', target, col.name, col.source_type), DETAIL = format('%s.%I is of type %s.', relation, col.name, col.type), HINT = 'Give it that type in the target, or cast it to text there.';
		END IF;
		n := n + 1;
		sources := sources || CASE WHEN col.source_id IS NOT NULL THEN format('u.%I', col.name) WHEN jsonb_typeof(changes -> col.name) = 'null' THEN 'NULL' ELSE quote_literal(changes ->> col.name) || '::text' END;
		-- without a length, which a cast would cut to
		casts := casts || CASE WHEN col.is_key THEN format_type(base, -1) ELSE col.type END;
		owners := owners || col.name;
		source_list := concat_ws(', ', source_list, format('%s AS s%s', sources[n], n));
		-- a key is looked up under the collation of its column, whatever the target says
		cast_list := cast_list || format(', u.s%s::%s%s AS v%1$s', n, casts[n], CASE WHEN col.is_key THEN col.collation END);
		CONTINUE WHEN col.is_key;
		types := types || jsonb_build_object(col.name, col.type);
		value_list := value_list || format($$, (%L, CASE WHEN t.%2$I IS DISTINCT FROM NULL THEN concat(t.%2$I) COLLATE "C" END, CASE WHEN v.v%3$s IS DISTINCT FROM NULL THEN concat(v.v%3$s) COLLATE "C" END)$$, col.name, col.name, n);
		-- char, varchar, bit, varbit and their arrays
		IF modifier >= 0 AND base IN (1042, 1043, 1560, 1562, 1014, 1015, 1561, 1563) THEN
			lost := lost || format(' OR rtrim(concat(u.s%s::%s), '' '') COLLATE "C" <> rtrim(concat(u.s%1$s::%3$s), '' '') COLLATE "C"', n, format_type(base, -1), col.type);
		END IF;
		IF col.not_null THEN
			emptied := emptied || format(' OR v.v%s IS NOT DISTINCT FROM NULL', n);
		END IF;
	END LOOP;
	BEGIN
		EXECUTE format($$WITH u AS MATERIALIZED (SELECT %s FROM %s AS u),
			v AS (SELECT false%s AS lost%s FROM u),
			j AS MATERIALIZED (SELECT %s, concat_ws(',', %s) AS id, t.%s IS NOT DISTINCT FROM NULL AS missing, v.lost, (false%s) AS emptied, d.old, d.new
				FROM v LEFT JOIN %s AS t ON %s
				CROSS JOIN LATERAL (SELECT jsonb_object_agg(x.name, x.old), jsonb_object_agg(x.name, x.new) FROM (VALUES %s) AS x (name, old, new) WHERE x.old IS DISTINCT FROM x.new) AS d (old, new)),
			c AS MATERIALIZED (SELECT row_number() OVER (ORDER BY %s) AS n, jsonb_object(ARRAY[%s], ARRAY[%s]) AS key, old, new FROM j WHERE NOT missing AND new IS NOT NULL),$$,
			source_list, target, lost, cast_list,
			(SELECT string_agg(format('t.%I AS k%s', k.name, k.n), ', ' ORDER BY k.n) FROM unnest(keys) WITH ORDINALITY AS k (name, n)),
			(SELECT string_agg(format('coalesce(v.v%s::text, ''NULL'')', k.n), ', ' ORDER BY k.n) FROM unnest(keys) WITH ORDINALITY AS k (name, n)),
			quote_ident(keys[1]), emptied, relation,
			(SELECT string_agg(format('t.%I %s v.v%s', k.name, k.equals, k.n), ' AND ' ORDER BY k.n) FROM unnest(keys, key_equals) WITH ORDINALITY AS k (name, equals, n)),
			substr(value_list, 3),
			(SELECT string_agg(format('k%s', k.n), ', ' ORDER BY k.n) FROM unnest(keys) WITH ORDINALITY AS k (name, n)),
			(SELECT string_agg(quote_literal(k.name), ', ' ORDER BY k.n) FROM unnest(keys) WITH ORDINALITY AS k (name, n)),
			(SELECT string_agg(format('concat(k%s)', k.n), ', ' ORDER BY k.n) FROM unnest(keys) WITH ORDINALITY AS k (name, n)))
		|| format($$
			p AS (INSERT INTO %s (relation, relation_id, target, scope, key_columns, changes, reason, approve_above, checks, row_count, digest, columns)
				SELECT $1, $2, $3, $4, $11, $5, $6, $7, $8, count(*), sha256(string_agg(sha256(convert_to(jsonb_build_array(n, key, old, new)::text, $10)), '' ORDER BY n)),
					(SELECT jsonb_object_agg(k.name, jsonb_build_object('type', $9 ->> k.name, 'rows', k.n)) FROM (SELECT k, count(*) FROM c, jsonb_object_keys(c.new) AS k GROUP BY k) AS k (name, n))
				FROM c HAVING count(*) > 0 RETURNING plan_id),
			i AS (INSERT INTO %s (plan_id, change_no, record_key, old, new) SELECT p.plan_id, c.n, c.key, c.old, c.new FROM p, c ORDER BY c.n)
			SELECT (SELECT plan_id FROM p) AS plan_id, a.*,
				(SELECT string_agg(m.id, ', ') FROM (SELECT id FROM j WHERE missing ORDER BY id COLLATE "C" LIMIT 5) AS m (id)) AS missing_ids,
				(SELECT string_agg(m.id, ', ') FROM (SELECT min(id COLLATE "C") FROM j WHERE NOT missing GROUP BY %s HAVING count(*) > 1 ORDER BY 1 LIMIT 5) AS m (id)) AS double_ids
			FROM (SELECT count(*) AS rows, count(*) FILTER (WHERE missing) AS missing, count(*) FILTER (WHERE lost) AS lost, count(*) FILTER (WHERE emptied) AS emptied, min(id COLLATE "C") FILTER (WHERE lost) AS lost_id, min(id COLLATE "C") FILTER (WHERE emptied) AS emptied_id FROM j) AS a$$,
			log_plan, log_change, (SELECT string_agg(format('k%s', k.n), ', ' ORDER BY k.n) FROM unnest(keys) WITH ORDINALITY AS k (name, n)))
		INTO result USING relation::text, relation::oid, target::text, scope, changes, reason, approve_above, checks, types, CASE getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END, keys;
	EXCEPTION WHEN data_exception OR check_violation OR not_null_violation THEN
		-- which column cannot hold its value; an error of the view itself, or of the log, is raised as it is
		GET STACKED DIAGNOSTICS refused_by = TABLE_NAME;
		IF refused_by <> '' THEN
			RAISE;
		END IF;
		FOR i IN 1 .. n LOOP
			BEGIN
				bad := NULL;
				EXECUTE format('SELECT count(concat(%s)) FROM %s AS u', sources[i], target) INTO bad;
				EXECUTE format('SELECT count(concat(%s::%s)) FROM %s AS u', sources[i], casts[i], target) INTO bad;
			EXCEPTION WHEN data_exception OR check_violation OR not_null_violation THEN
				IF bad IS NOT NULL THEN
					RAISE USING ERRCODE = SQLSTATE, MESSAGE = format('%s.%I cannot have a value of %s: %s', relation, owners[i], CASE WHEN changes IS NULL OR i <= cardinality(keys) THEN target::text ELSE 'the changes' END, SQLERRM), HINT = 'Write it as its type reads it; null is NULL.';
				END IF;
			END;
		END LOOP;
		RAISE;
	END;

	-- ---- what stands against it ----
	IF result.missing > 0 THEN
		RAISE no_data_found USING MESSAGE = format('of %s records of %s, %s are not in %s: %s', result.rows, target, result.missing, relation, result.missing_ids),
			DETAIL = 'They were deleted, their keys are NULL, or row-level security hides them.', HINT = 'Leave them out, or plan as a role that sees them.';
	END IF;
	IF result.double_ids IS NOT NULL THEN
		RAISE cardinality_violation USING MESSAGE = format('records are in %s more than once: %s', target, result.double_ids), DETAIL = 'A record has one new value.', HINT = 'Leave one row for each.';
	END IF;
	IF result.lost > 0 THEN
		RAISE string_data_right_truncation USING MESSAGE = format('%s new values are longer than their columns of %s allow, the first that of %s', result.lost, relation, result.lost_id), DETAIL = 'They would be cut.', HINT = 'Shorten them, or widen the column.';
	END IF;
	IF result.emptied > 0 THEN
		RAISE not_null_violation USING MESSAGE = format('%s records of %s would have NULL where it must not be, the first %s', result.emptied, relation, result.emptied_id), DETAIL = 'Columns that are NOT NULL are among those that change.', HINT = 'Give them a value, or leave the records out.';
	END IF;
	IF result.plan_id IS NULL THEN
		RAISE NOTICE '% records of %, all as they are to be', result.rows, relation;
	END IF;
	RETURN result.plan_id;
END
$function$;
COMMENT ON FUNCTION bulk_update_plan(text, regclass, regclass, jsonb, text, bigint, regclass[], regclass[], text[]) IS $$Plans a change of many records and returns the number of the plan: the key, the old and the new values of each, in the log, for others to look at. NULL where all records are as they are to be.
log_schema: where create_bulk_update_log made a log. relation: the table, which may be partitioned. target: a table or view with the columns of its key, one row for each record, and where changes is NULL a column for each that changes. changes: values for all records by column, as in {"stage": "Closed Lost", "close_date": null}. reason: what it is for. approve_above: plans of more rows must be approved by another; 0: all, NULL: none. before_checks, after_checks: views that must be empty before and after it is applied. key: the columns of a unique index where there is no primary key.
Values are read as an assignment would; texts are read as the type of the column. Records that have the new values are left out. Errors: keys that are not in the table or there twice, columns that are not there or cannot change, values that their columns cannot hold. It reads with the rights of who calls it, and locks nothing.
Example: to_regprocedure('salesops.bulk_update_plan(text, regclass, regclass, jsonb, text, bigint, regclass[], regclass[], text[])') IS NOT NULL ==> true$$;

CREATE FUNCTION bulk_update_statements(log_schema text, plan_id bigint, undo boolean DEFAULT false)
RETURNS TABLE (relation regclass, lock_rows text, differing text, write_rows text, not_written text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	log_plan CONSTANT text := format('%I.bulk_plan', coalesce(log_schema, ''));
	log_change CONSTANT text := format('%I.bulk_change', coalesce(log_schema, ''));
	plan record;
	counted bigint;
	others bigint;
	digest bytea;
	target regclass;
	problem text;
	joined text;
	record_id text;
	record_order text;
	missing text;
	differing_of text[];
	written text;
BEGIN
	IF log_schema IS NULL OR $2 IS NULL OR undo IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the log and the number of the plan must not be NULL', HINT = 'bulk_update_plan returned the number; the table bulk_plan has all.';
	END IF;
	IF to_regclass(log_plan) IS NULL OR to_regclass(log_change) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no log of bulk updates in schema %I', log_schema), DETAIL = 'It has the tables bulk_plan and bulk_change.', HINT = 'Pass the schema that bulk_update_plan was called with.';
	END IF;
	EXECUTE format('SELECT * FROM %s AS p WHERE p.plan_id = $1', log_plan) INTO plan USING $2;
	IF plan.plan_id IS NULL THEN
		RAISE no_data_found USING MESSAGE = format('there is no plan %s in the log of schema %I', $2, log_schema), HINT = format('SELECT * FROM %s shows all.', log_plan);
	END IF;
	-- the rows, and whether each has its key and the same columns before and after, of those that the plan says change: without an old value nothing would be compared
	EXECUTE format($$SELECT count(*), sha256(string_agg(sha256(convert_to(jsonb_build_array(change_no, record_key, old, new)::text, $2)), '' ORDER BY change_no)),
			count(*) FILTER (WHERE NOT (record_key ?& $3 AND record_key - $3 = '{}' AND old <> '{}' AND old - $4 = '{}' AND new - $4 = '{}'%s))
		FROM %s AS l WHERE l.plan_id = $1$$, (SELECT string_agg(format(' AND (old ? %1$L) = (new ? %1$L)', k), '') FROM jsonb_object_keys(plan.columns) AS k), log_change)
	INTO counted, digest, others USING $2, CASE getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END, plan.key_columns, ARRAY(SELECT jsonb_object_keys(plan.columns));
	IF counted <> plan.row_count OR digest IS DISTINCT FROM plan.digest THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('the log does not have the rows of plan %s any more', $2),
			DETAIL = CASE WHEN counted <> plan.row_count THEN format('Of %s rows there are %s in %s.', plan.row_count, counted, log_change) ELSE format('Rows in %s are not what was planned.', log_change) END,
			HINT = CASE WHEN undo THEN format('It is undone when %s has its rows as they were planned, which the owner of the log can see to, without the trigger bulk_change_guard meanwhile. Or correct the records by hand.', log_change) ELSE 'Make another plan.' END;
	END IF;
	IF others > 0 THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('%s of %s rows of plan %s are none of a plan', others, counted, $2), DETAIL = 'A row has the columns of the key, and before and after the same columns of those that the plan says change.',
			HINT = CASE WHEN undo THEN 'Somebody wrote them by hand: correct the records by hand.' ELSE 'Somebody wrote them by hand: cancel the plan, and make another with bulk_update_plan.' END;
	END IF;

	-- ---- the table as it is now ----
	target := to_regclass(plan.relation);
	IF target IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('the table %s of plan %s is not there any more', plan.relation, $2), HINT = CASE WHEN undo THEN 'Give it back its name.' ELSE 'Make another plan.' END;
	END IF;
	PERFORM salesops.bulk_update_table(log_schema, target, plan.key_columns, ARRAY(SELECT jsonb_object_keys(plan.columns)));
	IF NOT undo AND target <> plan.relation_id THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('%s is not the table of plan %s', target, $2), DETAIL = 'It was dropped and made anew, or restored, since.', HINT = 'Make another plan.';
	END IF;
	SELECT string_agg(format('%I (%s)', c.key, c.value ->> 'type'), ', ') INTO problem FROM jsonb_each(plan.columns) AS c
	WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attname = c.key AND NOT a.attisdropped AND format_type(a.atttypid, a.atttypmod) = c.value ->> 'type');
	IF problem IS NOT NULL THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('%s does not have columns of plan %s any more: %s', target, $2, problem), DETAIL = 'They were dropped, or are of another type.', HINT = CASE WHEN undo THEN 'Give them back their names and types, or correct the records by hand.' ELSE 'Make another plan.' END;
	END IF;
	SELECT string_agg(format('t.%1$I %2$s (l.record_key ->> %1$L)::%3$s', k.column_name, k.equals, k.type_name), ' AND '), format('concat_ws('','', %s)', string_agg(format('l.record_key ->> %L', k.column_name), ', ')), string_agg(format('t.%I', k.column_name), ', '),
		format('t.%I IS NOT DISTINCT FROM NULL', min(k.column_name) FILTER (WHERE k.n = 1))
	INTO joined, record_id, record_order, missing FROM salesops.merge_key(target, plan.key_columns) WITH ORDINALITY AS k (column_name, type_name, equals, n);

	-- ---- the statements; a record has those columns in old and new that change in it, and values are compared as they are written now, which may be another time zone ----
	SELECT ARRAY(SELECT format($$SELECT l.change_no, %s AS record_id, v.name AS column_name, v.expected, v.present
			FROM %s AS l LEFT JOIN %s AS t ON %s
			CROSS JOIN LATERAL (SELECT x.name, x.expected, x.present FROM (VALUES (NULL::text, NULL::text, NULL::text, %s), %s) AS x (name, expected, present, differs) WHERE x.differs) AS v
			WHERE l.plan_id = $1 AND (%5$s OR %7$s)$$, record_id, log_change, target, joined, missing,
			string_agg(format('(%1$L, l.%2$s ->> %1$L, CASE WHEN t.%1$I IS DISTINCT FROM NULL THEN concat(t.%1$I) COLLATE "C" END, NOT (%3$s) AND %4$s)', c.name, s.side, missing, d.differs), ', ' ORDER BY c.name), string_agg(d.differs, ' OR ' ORDER BY c.name))
		FROM unnest('{old,new}'::text[]) WITH ORDINALITY AS s (side, n) CROSS JOIN (SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a WHERE a.attrelid = target AND plan.columns ? a.attname AND NOT a.attisdropped) AS c (name, type)
		CROSS JOIN LATERAL (SELECT format('(l.%1$s ? %2$L AND (((l.%1$s ->> %2$L) IS NULL) <> (t.%2$I IS NOT DISTINCT FROM NULL) OR concat((l.%1$s ->> %2$L)::%3$s) COLLATE "C" <> concat(t.%2$I) COLLATE "C"))', s.side, c.name, c.type)) AS d (differs)
		GROUP BY s.side, s.n ORDER BY (s.side = 'new') = NOT undo) INTO differing_of;
	SELECT string_agg(format('%1$I = CASE WHEN l.new ? %1$L THEN (l.%2$s ->> %1$L)::%3$s ELSE t.%1$I END', a.attname, CASE WHEN undo THEN 'old' ELSE 'new' END, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum) INTO written
	FROM pg_attribute AS a WHERE a.attrelid = target AND plan.columns ? a.attname AND NOT a.attisdropped;
	RETURN QUERY SELECT target,
		format('SELECT count(*) FROM (SELECT FROM %s AS t JOIN %s AS l ON %s WHERE l.plan_id = $1 ORDER BY %s FOR %s OF t) AS k', target, log_change, joined, record_order,
			-- rows may be made meanwhile that refer to the records, unless what they refer to may change
			CASE WHEN EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = target AND a.attnum = ANY (i.indkey) WHERE i.indrelid = target AND i.indisunique AND plan.columns ? a.attname) THEN 'UPDATE' ELSE 'NO KEY UPDATE' END),
		differing_of[1], format('UPDATE %s AS t SET %s FROM %s AS l WHERE l.plan_id = $1 AND %s', target, written, log_change, joined), differing_of[2];
END
$function$;
COMMENT ON FUNCTION bulk_update_statements(text, bigint, boolean) IS $$The statements by which a bulk update is applied, or undone, for a plan whose number is their $1: a part of bulk_update_apply, bulk_update_undo and bulk_update_preview.
lock_rows counts and locks the records. differing and not_written give what is not as it should be before and after: change_no, record_id, column_name (NULL where the record is not there), expected, present. write_rows updates them. Errors: no such plan; rows of the plan that are not in the log as they were planned, or are none of a plan; a table or columns that are not there any more, are others, or are not updated in bulk.
Example: to_regprocedure('salesops.bulk_update_statements(text, bigint, boolean)') IS NOT NULL ==> true$$;

CREATE FUNCTION bulk_update_check(checks jsonb, relation regclass, log regclass) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	item record;
	view regclass;
	owner oid;
	result record;
	counted bigint := 0;
BEGIN
	IF jsonb_typeof(checks) <> 'object' THEN
		RAISE invalid_parameter_value USING MESSAGE = format('checks must be a JSON object of views and their definitions: %s', left(checks::text, 100)), HINT = 'bulk_update_plan writes them so; {} is none.';
	END IF;
	FOR item IN SELECT c.key AS name, c.value AS definition FROM jsonb_each_text(checks) AS c ORDER BY c.key COLLATE "C" LOOP
		view := to_regclass(item.name);
		SELECT c.relowner INTO owner FROM pg_class AS c WHERE c.oid = view AND c.relkind = 'v';
		IF owner IS NULL OR pg_get_viewdef(view) IS DISTINCT FROM item.definition THEN
			RAISE object_not_in_prerequisite_state USING MESSAGE = format('the check %s is not the view that was planned with', item.name), DETAIL = CASE WHEN owner IS NULL THEN 'It is not there any more.' ELSE 'Its definition is another.' END, HINT = 'Make another plan.';
		END IF;
		-- what a view calls is run with the rights of who reads it: of those alone whose triggers would run here in any case
		IF owner <> ALL (ARRAY(SELECT c.relowner FROM pg_class AS c WHERE c.oid IN (relation, log) UNION ALL SELECT r.oid FROM pg_roles AS r WHERE r.oid = owner AND r.rolsuper OR r.rolname = current_user)) THEN
			RAISE insufficient_privilege USING MESSAGE = format('the check %s is of %s', item.name, owner::regrole), DETAIL = format('It would run with the rights of %s. It must be of the owner of the table or of the log, or of who applies the plan.', quote_ident(current_user)), HINT = 'Look at it, and ALTER VIEW ... OWNER TO one of these.';
		END IF;
		EXECUTE format('SELECT left(to_jsonb(v)::text, 1000) AS first, count(*) OVER () AS n FROM %s AS v LIMIT 1', view) INTO result;
		IF result.n > 0 THEN
			RAISE integrity_constraint_violation USING MESSAGE = format('the check %s is not empty: %s rows', view, result.n), DETAIL = format('The first: %s. Nothing was changed.', result.first), HINT = 'The view shows them all, but for those that only the update would make.';
		END IF;
		counted := counted + 1;
	END LOOP;
	RETURN counted;
END
$function$;
COMMENT ON FUNCTION bulk_update_check(jsonb, regclass, regclass) IS $$Raises an error unless views are empty, and returns how many there are: a part of bulk_update_apply.
checks: the views by their names, with their definitions, which must still be the same. relation, log: the tables whose owners' views are read; also those of superusers, and of who calls it.
Example: salesops.bulk_update_check('{}', 'pg_catalog.pg_class', 'pg_catalog.pg_class') ==> 0$$;

CREATE FUNCTION bulk_update_preview(log_schema text, plan_id bigint, examples integer DEFAULT 10)
RETURNS TABLE (part text, record_id text, column_name text, old_value text, new_value text, row_count bigint, note text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000 ROWS 100
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C' SET timezone = 'UTC'
AS $function$
#variable_conflict use_column
DECLARE
	log_plan CONSTANT text := format('%I.bulk_plan', coalesce(log_schema, ''));
	log_change CONSTANT text := format('%I.bulk_change', coalesce(log_schema, ''));
	plan record;
	statements record;
	problem text;
BEGIN
	IF log_schema IS NULL OR $2 IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the log and the number of the plan must not be NULL', HINT = 'bulk_update_plan returned the number; the table bulk_plan has all.';
	END IF;
	IF examples IS NULL OR examples NOT BETWEEN 0 AND 10000 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('a preview has no %s examples', coalesce(examples::text, 'NULL')), DETAIL = 'They are from 0 to 10,000.', HINT = format('All rows are in %s.', log_change);
	END IF;
	IF to_regclass(log_plan) IS NULL OR to_regclass(log_change) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no log of bulk updates in schema %I', log_schema), DETAIL = 'It has the tables bulk_plan and bulk_change.', HINT = 'Pass the schema that bulk_update_plan was called with.';
	END IF;
	EXECUTE format('SELECT * FROM %s AS p WHERE p.plan_id = $1', log_plan) INTO plan USING $2;
	IF plan.plan_id IS NULL THEN
		RAISE no_data_found USING MESSAGE = format('there is no plan %s in the log of schema %I', $2, log_schema), HINT = format('SELECT * FROM %s shows all.', log_plan);
	END IF;
	RETURN QUERY SELECT 'plan', NULL::text, NULL::text, NULL::text, NULL::text, plan.row_count, format('%s, %s%s: %s', plan.relation, plan.state, CASE WHEN plan.needs_approval AND plan.state = 'planned' THEN ', needs approval' ELSE '' END, plan.reason)
	UNION ALL SELECT 'scope', NULL, NULL, NULL, NULL, NULL, plan.target || ': ' || plan.scope
	UNION ALL SELECT * FROM (SELECT 'check', NULL::text, NULL::text, NULL::text, NULL::text, NULL::bigint, format('%s, %s: %s', p.key, v.key, v.value) FROM jsonb_each(plan.checks) AS p, jsonb_each_text(p.value) AS v ORDER BY p.key DESC, v.key COLLATE "C") AS v
	UNION ALL SELECT * FROM (SELECT 'column', NULL::text, c.key, NULL::text, NULL::text, (c.value ->> 'rows')::bigint, c.value ->> 'type' FROM jsonb_each(plan.columns) AS c ORDER BY c.key COLLATE "C") AS c;
	-- the most frequent changes of each column, and the first rows
	RETURN QUERY EXECUTE format($$SELECT 'value', NULL::text, v.name, v.old, v.new, v.rows, NULL::text FROM (
			SELECT c.name, c.old, c.new, count(*) AS rows, row_number() OVER (PARTITION BY c.name ORDER BY count(*) DESC, c.old COLLATE "C", c.new COLLATE "C") AS place
			FROM (SELECT n.key, l.old ->> n.key, n.value FROM %s AS l, jsonb_each_text(l.new) AS n WHERE l.plan_id = $1) AS c (name, old, new) GROUP BY 1, 2, 3) AS v WHERE v.place <= $2 ORDER BY v.name COLLATE "C", v.place$$, log_change) USING $2, examples;
	RETURN QUERY EXECUTE format($$SELECT 'row', (SELECT string_agg(l.record_key ->> k.name, ',' ORDER BY k.n) FROM unnest($3) WITH ORDINALITY AS k (name, n)), n.key, l.old ->> n.key, n.value, NULL::bigint, NULL::text
		FROM (SELECT * FROM %s AS l WHERE l.plan_id = $1 ORDER BY l.change_no LIMIT $2) AS l, jsonb_each_text(l.new) AS n ORDER BY l.change_no, n.key COLLATE "C"$$, log_change) USING $2, examples, plan.key_columns;
	-- what stands against applying it, or undoing it
	IF plan.state IN ('planned', 'approved', 'applied') THEN
		BEGIN
			SELECT * INTO statements FROM salesops.bulk_update_statements(log_schema, $2, plan.state = 'applied');
			RETURN QUERY EXECUTE format($$SELECT 'differs', d.record_id, d.column_name, d.expected, d.present, d.rows, CASE WHEN d.column_name IS NULL THEN 'not there any more, or hidden' END
				FROM (SELECT d.*, row_number() OVER w AS place, CASE WHEN row_number() OVER w = 1 THEN count(*) OVER () END AS rows FROM (%s) AS d WINDOW w AS (ORDER BY d.change_no, d.column_name COLLATE "C")) AS d WHERE d.place <= greatest($2, 1) ORDER BY d.place$$, statements.differing) USING $2, examples;
		EXCEPTION WHEN undefined_table OR undefined_object OR object_not_in_prerequisite_state OR insufficient_privilege OR wrong_object_type OR invalid_parameter_value THEN
			GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT;
			RETURN QUERY SELECT 'problem', NULL::text, NULL::text, NULL::text, NULL::text, NULL::bigint, problem;
		END;
	END IF;
END
$function$;
COMMENT ON FUNCTION bulk_update_preview(text, bigint, integer) IS $$What a plan of a bulk update would change, for who approves it: how many rows, by column and by value, the first of them, and what is not as it was planned.
log_schema: the schema of the log. plan_id: the number of the plan. examples: how many values of each column, rows and differences are shown. part: plan, scope (where the records are from), check (a view that must be empty), column, value (from old_value to new_value, in row_count rows), row (a record), differs (a record that is not as planned, or not as the plan left it: old_value is what it should have, new_value what it has; row_count, in the first, how many there are), problem. It changes nothing and reads with the rights of who calls it.
Example: to_regprocedure('salesops.bulk_update_preview(text, bigint, integer)') IS NOT NULL ==> true$$;

CREATE FUNCTION bulk_update_approve(log_schema text, plan_id bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	log_plan CONSTANT text := format('%I.bulk_plan', coalesce(log_schema, ''));
	plan record;
BEGIN
	-- that the log has the rows that were planned, and the table is there
	PERFORM salesops.bulk_update_statements(log_schema, $2);
	EXECUTE format('SELECT * FROM %s AS p WHERE p.plan_id = $1 FOR UPDATE', log_plan) INTO plan USING $2;
	IF plan.state <> 'planned' THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('plan %s cannot be approved: it is %s', $2, plan.state), HINT = 'A plan is approved once, before it is applied.';
	END IF;
	IF plan.planned_by = session_user THEN
		RAISE insufficient_privilege USING MESSAGE = format('plan %s is of %s, who cannot approve it', $2, plan.planned_by), DETAIL = 'Another person approves a plan: who logged in counts, whatever role was set.', HINT = 'Ask a colleague to look at it and approve it.';
	END IF;
	EXECUTE format('UPDATE %s AS p SET state = ''approved'', approved_at = clock_timestamp(), approved_by = session_user WHERE p.plan_id = $1', log_plan) USING $2;
	RETURN plan.row_count;
END
$function$;
COMMENT ON FUNCTION bulk_update_approve(text, bigint) IS $$Approves a plan of a bulk update, which somebody else made, and returns how many rows it has.
log_schema: the schema of the log. plan_id: the number of the plan. Who logged in counts (session_user), whatever role was set: who made the plan cannot approve it. Errors: a plan that is not there, or is approved, applied, undone or cancelled; one whose rows in the log, or whose table, are not those that were planned.
Example: to_regprocedure('salesops.bulk_update_approve(text, bigint)') IS NOT NULL ==> true$$;

CREATE FUNCTION bulk_update_cancel(log_schema text, plan_id bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	log_plan CONSTANT text := format('%I.bulk_plan', coalesce(log_schema, ''));
	plan record;
BEGIN
	IF log_schema IS NULL OR $2 IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the log and the number of the plan must not be NULL', HINT = 'bulk_update_plan returned the number; the table bulk_plan has all.';
	END IF;
	IF to_regclass(log_plan) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no log of bulk updates in schema %I', log_schema), DETAIL = 'It has the tables bulk_plan and bulk_change.', HINT = 'Pass the schema that bulk_update_plan was called with.';
	END IF;
	EXECUTE format('SELECT * FROM %s AS p WHERE p.plan_id = $1 FOR UPDATE', log_plan) INTO plan USING $2;
	IF plan.plan_id IS NULL THEN
		RAISE no_data_found USING MESSAGE = format('there is no plan %s in the log of schema %I', $2, log_schema), HINT = format('SELECT * FROM %s shows all.', log_plan);
	END IF;
	IF plan.state NOT IN ('planned', 'approved') THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('plan %s cannot be cancelled: it is %s', $2, plan.state), HINT = 'bulk_update_undo takes back what was applied.';
	END IF;
	EXECUTE format('UPDATE %s AS p SET state = ''cancelled'', cancelled_at = clock_timestamp(), cancelled_by = session_user WHERE p.plan_id = $1', log_plan) USING $2;
	RETURN plan.row_count;
END
$function$;
COMMENT ON FUNCTION bulk_update_cancel(text, bigint) IS $$Cancels a plan of a bulk update before it is applied, and returns how many rows it has.
log_schema: the schema of the log. plan_id: the number of the plan. Errors: a plan that is not there, or is applied, undone or cancelled.
Example: to_regprocedure('salesops.bulk_update_cancel(text, bigint)') IS NOT NULL ==> true$$;

CREATE FUNCTION bulk_update_apply(log_schema text, plan_id bigint, checks regclass[] DEFAULT '{}') RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	log_plan CONSTANT text := format('%I.bulk_plan', coalesce(log_schema, ''));
	plan record;
	statements record;
	problem text;
	counted bigint;
	done bigint;
BEGIN
	-- another session that applies the same plan waits here, and is then told
	IF log_schema IS NOT NULL AND to_regclass(log_plan) IS NOT NULL THEN
		EXECUTE format('SELECT * FROM %s AS p WHERE p.plan_id = $1 FOR UPDATE', log_plan) INTO plan USING $2;
		IF plan.state NOT IN ('planned', 'approved') THEN
			RAISE object_not_in_prerequisite_state USING MESSAGE = format('plan %s cannot be applied: it is %s', $2, plan.state),
				DETAIL = CASE plan.state WHEN 'cancelled' THEN format('By %s, at %s.', plan.cancelled_by, plan.cancelled_at) ELSE format('It was applied by %s, at %s.', plan.applied_by, plan.applied_at) END, HINT = 'A plan is applied once. Make another plan, if the change is wanted after all.';
		END IF;
		IF plan.needs_approval AND plan.state <> 'approved' THEN
			RAISE object_not_in_prerequisite_state USING MESSAGE = format('plan %s must be approved first', $2), DETAIL = format('It has %s rows; more than %s must be approved by another than %s.', plan.row_count, plan.approve_above, plan.planned_by),
				HINT = format('SELECT salesops.bulk_update_approve(%L, %s), as somebody else; approve_above => NULL plans without.', log_schema, $2);
		END IF;
	END IF;
	SELECT * INTO statements FROM salesops.bulk_update_statements(log_schema, $2);
	SELECT string_agg(coalesce(v.view::text, 'NULL'), ', ') INTO problem FROM unnest(checks) AS v (view) LEFT JOIN pg_class AS c ON c.oid = v.view WHERE c.relkind IS DISTINCT FROM 'v';
	IF problem IS NOT NULL THEN
		RAISE wrong_object_type USING MESSAGE = format('a check is not a view: %s', problem), DETAIL = 'A check is a view that must be empty.', HINT = 'CREATE VIEW ... AS SELECT what must not be.';
	END IF;
	PERFORM salesops.bulk_update_check(plan.checks -> 'before', statements.relation, log_plan::regclass);

	-- ---- the records are locked, then compared with what was planned ----
	EXECUTE statements.lock_rows INTO counted USING $2;
	EXECUTE format($$SELECT count(DISTINCT d.change_no), string_agg(CASE WHEN d.column_name IS NULL THEN format('%%s is not there any more, or row-level security hides it', d.record_id) ELSE format('%%s: %%I is %%s, not %%s', d.record_id, d.column_name, left(quote_nullable(d.present), 100), left(quote_nullable(d.expected), 100)) END, '; ' ORDER BY d.place) FILTER (WHERE d.place <= 5)
		FROM (SELECT d.*, row_number() OVER (ORDER BY d.change_no, d.column_name COLLATE "C") AS place FROM (%s) AS d) AS d$$, statements.differing) INTO done, problem USING $2;
	IF done > 0 THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('%s of %s rows of %s are not as they were planned', done, plan.row_count, statements.relation), DETAIL = format('The first: %s. Nothing was changed.', problem), HINT = 'Make another plan.';
	END IF;
	IF counted <> plan.row_count THEN
		RAISE insufficient_privilege USING MESSAGE = format('of %s rows of %s, %s may be changed', plan.row_count, statements.relation, counted), DETAIL = 'A policy of row-level security stands against the others. Nothing was changed.', HINT = 'Apply the plan as a role that may change all of them.';
	END IF;

	-- ---- written, and compared with what was to be ----
	EXECUTE statements.write_rows USING $2;
	GET DIAGNOSTICS done = ROW_COUNT;
	IF done <> plan.row_count THEN
		RAISE triggered_action_exception USING MESSAGE = format('of %s rows of %s, %s could be changed', plan.row_count, statements.relation, done), DETAIL = 'A trigger or a rule kept the others as they are. Nothing was changed.', HINT = 'Change the trigger, or leave these rows out.';
	END IF;
	EXECUTE format($$SELECT count(DISTINCT d.change_no), string_agg(CASE WHEN d.column_name IS NULL THEN format('%%s is not there', d.record_id) ELSE format('%%s: %%I became %%s, not %%s', d.record_id, d.column_name, left(quote_nullable(d.present), 100), left(quote_nullable(d.expected), 100)) END, '; ' ORDER BY d.place) FILTER (WHERE d.place <= 5)
		FROM (SELECT d.*, row_number() OVER (ORDER BY d.change_no, d.column_name COLLATE "C") AS place FROM (%s) AS d) AS d$$, statements.not_written) INTO done, problem USING $2;
	IF done > 0 THEN
		RAISE triggered_action_exception USING MESSAGE = format('%s of %s rows of %s became something else than was planned', done, plan.row_count, statements.relation), DETAIL = format('The first: %s. A trigger changed them. Nothing was changed.', problem), HINT = 'Plan what the trigger makes of the values, or change the trigger.';
	END IF;
	PERFORM salesops.bulk_update_check(coalesce(plan.checks -> 'after', '{}') || coalesce((SELECT jsonb_object_agg(v.view::text, pg_get_viewdef(v.view)) FROM (SELECT DISTINCT unnest(checks)) AS v (view)), '{}'), statements.relation, log_plan::regclass);
	EXECUTE format('UPDATE %s AS p SET state = ''applied'', applied_at = clock_timestamp(), applied_by = session_user WHERE p.plan_id = $1', log_plan) USING $2;
	RETURN plan.row_count;
END
$function$;
COMMENT ON FUNCTION bulk_update_apply(text, bigint, regclass[]) IS $$Applies a plan of a bulk update in one go and returns how many rows it changed: exactly what was planned, or an error and nothing.
log_schema: the schema of the log. plan_id: the number of the plan. checks: views that must be empty afterwards, beside those of the plan. The rows are locked in the order of their keys. Errors: a plan that must be approved first, or is applied, undone or cancelled; a row that is gone or has other values in the columns that change; rows that a policy hides or keeps from being changed; a trigger that makes something else of a value; a check that is not empty, with its first row; a table or columns that are not those of the plan.
It runs with the rights of who calls it, and triggers of the table do what they do, with the search_path pg_catalog, pg_temp.
Example: to_regprocedure('salesops.bulk_update_apply(text, bigint, regclass[])') IS NOT NULL ==> true$$;

CREATE FUNCTION bulk_update_undo(log_schema text, plan_id bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	log_plan CONSTANT text := format('%I.bulk_plan', coalesce(log_schema, ''));
	log_change CONSTANT text := format('%I.bulk_change', coalesce(log_schema, ''));
	plan record;
	statements record;
	problem text;
	later bigint;
	counted bigint;
	done bigint;
BEGIN
	IF log_schema IS NOT NULL AND to_regclass(log_plan) IS NOT NULL THEN
		EXECUTE format('SELECT * FROM %s AS p WHERE p.plan_id = $1 FOR UPDATE', log_plan) INTO plan USING $2;
		IF plan.state <> 'applied' THEN
			RAISE object_not_in_prerequisite_state USING MESSAGE = format('plan %s cannot be undone: it is %s', $2, plan.state),
				DETAIL = CASE plan.state WHEN 'undone' THEN format('By %s, at %s.', plan.undone_by, plan.undone_at) ELSE 'It was not applied.' END, HINT = 'What was applied is undone, once.';
		END IF;
	END IF;
	SELECT * INTO statements FROM salesops.bulk_update_statements(log_schema, $2, true);

	-- ---- are the rows as the plan left them? ----
	EXECUTE statements.lock_rows INTO counted USING $2;
	EXECUTE format($$SELECT count(DISTINCT d.change_no), string_agg(CASE WHEN d.column_name IS NULL THEN format('%%s is not there any more, or row-level security hides it', d.record_id) ELSE format('%%s: %%I is %%s, not %%s', d.record_id, d.column_name, left(quote_nullable(d.present), 100), left(quote_nullable(d.expected), 100)) END, '; ' ORDER BY d.place) FILTER (WHERE d.place <= 5)
		FROM (SELECT d.*, row_number() OVER (ORDER BY d.change_no, d.column_name COLLATE "C") AS place FROM (%s) AS d) AS d$$, statements.differing) INTO done, problem USING $2;
	IF done > 0 THEN
		EXECUTE format($$SELECT max(p.plan_id) FROM %1$s AS l JOIN %1$s AS o ON o.record_key = l.record_key JOIN %2$s AS p ON p.plan_id = o.plan_id AND p.state = 'applied' AND p.relation = $2 AND p.applied_at > $3
			WHERE l.plan_id = $1 AND o.new ?| ARRAY(SELECT jsonb_object_keys(l.new))$$, log_change, log_plan) INTO later USING $2, plan.relation, plan.applied_at;
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('plan %s cannot be undone: %s of %s rows of %s changed since', $2, done, plan.row_count, statements.relation), DETAIL = format('The first: %s. Nothing was changed.', problem),
			HINT = CASE WHEN later IS NOT NULL THEN format('Plan %s changed some of them: undo that first.', later) ELSE 'What was changed since would be lost. Bring these rows back to what the plan made of them, or correct them by hand.' END;
	END IF;
	IF counted <> plan.row_count THEN
		RAISE insufficient_privilege USING MESSAGE = format('of %s rows of %s, %s may be changed', plan.row_count, statements.relation, counted), DETAIL = 'A policy of row-level security stands against the others. Nothing was changed.', HINT = 'Undo the plan as a role that may change all of them.';
	END IF;

	-- ---- the old values ----
	EXECUTE statements.write_rows USING $2;
	GET DIAGNOSTICS done = ROW_COUNT;
	IF done <> plan.row_count THEN
		RAISE triggered_action_exception USING MESSAGE = format('of %s rows of %s, %s could be restored', plan.row_count, statements.relation, done), DETAIL = 'A trigger or a rule kept the others as they are. Nothing was changed.', HINT = 'Change the trigger.';
	END IF;
	EXECUTE format('SELECT count(DISTINCT d.change_no) FROM (%s) AS d', statements.not_written) INTO done USING $2;
	IF done > 0 THEN
		RAISE triggered_action_exception USING MESSAGE = format('%s of %s rows of %s became something else than they were', done, plan.row_count, statements.relation), DETAIL = 'A trigger changed them. Nothing was changed.', HINT = format('What they were is in %s; change the trigger.', log_change);
	END IF;
	EXECUTE format('UPDATE %s AS p SET state = ''undone'', undone_at = clock_timestamp(), undone_by = session_user WHERE p.plan_id = $1', log_plan) USING $2;
	RETURN plan.row_count;
END
$function$;
COMMENT ON FUNCTION bulk_update_undo(text, bigint) IS $$Undoes a bulk update from its log and returns how many rows it restored: the columns that changed have what they had, to the last byte.
log_schema: the schema of the log. plan_id: the number of the plan. Where a row has something else by now in these columns, or is gone, an error names the first of them, and a later plan that is to be undone first; nothing is changed. Changes of other columns stay. Triggers of the table do what they do; one that makes something else of a value is an error.
Example: to_regprocedure('salesops.bulk_update_undo(text, bigint)') IS NOT NULL ==> true$$;
