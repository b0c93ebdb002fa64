-- access: who may read which records, and what was taken out.
--
-- Both are templates: tables, policies and triggers of the user's own, written as text to be read, changed and run. row_security_sql gives
-- representatives their own records, managers those of everybody below them, and operations all; export_log_sql makes a log of exports into which
-- one can only add. See docs/reference/access.md.

CREATE FUNCTION sales_access_sql(schema text, people text, person text, OUT made text, OUT visible text)
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
BEGIN ATOMIC
	SELECT format($$CREATE TABLE IF NOT EXISTS %1$I.sales_access (
    login    text PRIMARY KEY,
    user_id  text,
    access   text NOT NULL CHECK (access IN ('rep', 'manager', 'operations')),
    CHECK (user_id IS NOT NULL OR access = 'operations')
);
COMMENT ON TABLE %1$I.sales_access IS 'What logins may see: one row for each. Who has none sees nothing.';
COMMENT ON COLUMN %1$I.sales_access.login IS 'The role with which somebody reads: current_user.';
COMMENT ON COLUMN %1$I.sales_access.user_id IS 'Who that is in the CRM, as in sales_user.';
COMMENT ON COLUMN %1$I.sales_access.access IS 'rep: his own records; manager: also those of all below him; operations: all.';
$$, schema),
		format($$WITH RECURSIVE access AS (
    SELECT a.user_id, a.access FROM %1$I.sales_access AS a WHERE a.login = current_user
), below (user_id) AS (
    SELECT a.user_id FROM access AS a WHERE a.user_id IS NOT NULL
    UNION
    SELECT u.%3$I FROM %1$I.%2$I AS u JOIN below AS b ON u.manager_id = b.user_id WHERE EXISTS (SELECT FROM access AS a WHERE a.access = 'manager')
)
$$, schema, people, person);
END;
COMMENT ON FUNCTION sales_access_sql(text, text, text) IS $$The parts that row_security_sql and report_access_sql have in common, as SQL text.
schema: where the table sales_access is. people, person: the table in it with manager_id, and its key. made: makes the table. visible: what a query begins with for which below has the user_id of everybody whose records the current role may see, unless it is of operations, and access what it is. NULL for NULL.
Example: substring((salesops.sales_access_sql('My CRM', 'sales_user', 'user_id')).made from 'CREATE TABLE IF NOT EXISTS ([^(]+) \(') ==> "My CRM".sales_access$$;

CREATE FUNCTION row_security_sql(schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($$-- Who may read which records: written by salesops.row_security_sql(). It may run again at any time: the table of access stays as it is.

CALL salesops.require_ownership(%1$L::pg_catalog.text, '{sales_access,visible_owners,opportunity,opportunity_history,account,contact,lead}'::pg_catalog.text[]);

%3$s
-- The owners whose records the current role may read; NULL: of all, and those without an owner.
CREATE OR REPLACE FUNCTION %1$I.visible_owners() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
%4$s        SELECT CASE WHEN EXISTS (SELECT FROM access AS a WHERE a.access = 'operations') THEN NULL ELSE ARRAY(SELECT b.user_id FROM below AS b) END;
    END;
COMMENT ON FUNCTION %1$I.visible_owners() IS 'The user_id of everybody whose records the current role may read; NULL: of all.';

-- Once for a query and not for each row: hence the subqueries.
%2$s
-- What became of a deal, to those who may read the deal.
DROP POLICY IF EXISTS sales_access ON %1$I.opportunity_history;
CREATE POLICY sales_access ON %1$I.opportunity_history FOR SELECT USING (EXISTS (SELECT FROM %1$I.opportunity AS o WHERE o.opportunity_id = opportunity_history.opportunity_id));
ALTER TABLE %1$I.opportunity_history ENABLE ROW LEVEL SECURITY;
$$, schema, (
		SELECT string_agg(format($$DROP POLICY IF EXISTS sales_access ON %1$I.%2$I;
CREATE POLICY sales_access ON %1$I.%2$I FOR SELECT USING ((SELECT %1$I.visible_owners() IS NULL) OR owner_id = ANY ((SELECT %1$I.visible_owners())::text[]));
ALTER TABLE %1$I.%2$I ENABLE ROW LEVEL SECURITY;
$$, schema, t.name), '' ORDER BY t.n)
		FROM unnest('{opportunity,account,contact,lead}'::text[]) WITH ORDINALITY AS t (name, n)),
		(salesops.sales_access_sql(schema, 'sales_user', 'user_id')).made, regexp_replace((salesops.sales_access_sql(schema, 'sales_user', 'user_id')).visible, '^(?=.)', '        ', 'gn'));
COMMENT ON FUNCTION row_security_sql(text) IS $$SQL text that lets representatives read their own records, managers those of everybody below them, and operations all: a table sales_access, a function visible_owners and policies on opportunity, opportunity_history, account, contact and lead, in a schema.
schema: as it is named, without quotes, with the contract's tables. NULL where it is NULL. Run it with create_row_security, or with \gexec in psql. It gives no rights: GRANT SELECT on the tables, sales_access and sales_user as well.
Example: substring(salesops.row_security_sql('My CRM') from 'CREATE TABLE IF NOT EXISTS ([^(]+) \(') ==> "My CRM".sales_access$$;

CREATE PROCEDURE create_row_security(schema text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	IF schema IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the records must not be NULL', HINT = 'It is the schema with the tables opportunity, opportunity_history, account, contact, lead and sales_user.';
	END IF;
	CALL salesops.require_columns(schema, text 'opportunity', text 'opportunity_id text, owner_id text');
	CALL salesops.require_columns(schema, text 'opportunity_history', text 'opportunity_id text');
	CALL salesops.require_columns(schema, text 'account', text 'owner_id text');
	CALL salesops.require_columns(schema, text 'contact', text 'owner_id text');
	CALL salesops.require_columns(schema, text 'lead', text 'owner_id text');
	CALL salesops.require_columns(schema, text 'sales_user', text 'user_id text, manager_id text');
	EXECUTE salesops.row_security_sql(schema);
END $$;
COMMENT ON PROCEDURE create_row_security(text) IS $$Lets representatives read their own records, managers those of everybody below them, and operations all: what row_security_sql(schema) writes.
The tables must be tables of who calls it, who reads all of them himself, as the owner of a table does. A login without a row in sales_access reads nothing. CALL salesops.create_row_security('crm');
Example: to_regprocedure('salesops.create_row_security(text)') IS NOT NULL ==> true$$;

CREATE FUNCTION export_log_sql(schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($$-- A log of exports: written by salesops.export_log_sql(). It may run again at any time: the table stays as it is.

CALL salesops.require_ownership(%1$L::pg_catalog.text, '{export_log,export_log_guard}'::pg_catalog.text[]);

CREATE TABLE IF NOT EXISTS %1$I.export_log (
    export_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exported_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    exported_by  text NOT NULL DEFAULT session_user,
    purpose      text NOT NULL CHECK (btrim(purpose, E' \t\n\r') <> ''),
    recipient    text NOT NULL CHECK (btrim(recipient, E' \t\n\r') <> ''),
    query        text NOT NULL CHECK (btrim(query, E' \t\n\r') <> ''),
    row_count    bigint CHECK (row_count >= 0),
    masked       text[] NOT NULL DEFAULT '{}',
    expires_on   date
);
COMMENT ON TABLE %1$I.export_log IS 'What was taken out: one row for each export, into which one can only add.';
COMMENT ON COLUMN %1$I.export_log.exported_by IS 'Who was logged in, whatever role was set.';
COMMENT ON COLUMN %1$I.export_log.query IS 'The query whose rows were exported.';
COMMENT ON COLUMN %1$I.export_log.masked IS 'The columns that were masked, as by salesops.mask_email().';
COMMENT ON COLUMN %1$I.export_log.expires_on IS 'When the copy is to be deleted.';

CREATE OR REPLACE FUNCTION %1$I.export_log_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $guard$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = 'a log of exports is not changed', DETAIL = 'What was taken out was taken out.', HINT = 'Add a row that corrects the other.';
    END IF;
    NEW.exported_at := clock_timestamp();
    NEW.exported_by := session_user;
    RETURN NEW;
END $guard$;
COMMENT ON FUNCTION %1$I.export_log_guard() IS 'Trigger of export_log: rows are added, with the session''s name and moment, and stay.';
CREATE OR REPLACE TRIGGER export_log_guard BEFORE INSERT OR UPDATE OR DELETE ON %1$I.export_log FOR EACH ROW EXECUTE FUNCTION %1$I.export_log_guard();
CREATE OR REPLACE TRIGGER export_log_whole BEFORE TRUNCATE ON %1$I.export_log FOR EACH STATEMENT EXECUTE FUNCTION %1$I.export_log_guard();
$$, schema);
COMMENT ON FUNCTION export_log_sql(text) IS $$SQL text that makes a log of exports in a schema: the table export_log, to which rows can only be added, with who was logged in and when.
schema: as it is named, without quotes. NULL where it is NULL. Run it with create_export_log, or with \gexec in psql.
Example: substring(salesops.export_log_sql('My CRM') from 'CREATE TABLE IF NOT EXISTS ([^(]+) \(') ==> "My CRM".export_log$$;

CREATE PROCEDURE create_export_log(schema text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	CALL salesops.require_schema(schema, 'the log');
	EXECUTE salesops.export_log_sql(schema);
END $$;
COMMENT ON PROCEDURE create_export_log(text) IS $$Makes a log of exports in a schema: what export_log_sql(schema) writes.
It belongs to who calls it, who grants others INSERT on it, and SELECT to those who look after it. CALL salesops.create_export_log('governance');
Example: to_regprocedure('salesops.create_export_log(text)') IS NOT NULL ==> true$$;
