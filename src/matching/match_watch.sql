-- match_watch: duplicates as records come. The pairs of some records of a table; an index of a table's records, in which
-- one is found in milliseconds; and a check that refuses or flags duplicates as they are inserted.
--
-- As with snapshots, two functions write SQL that can be read and edited before it runs, and two procedures run it. What they make is the user's. The
-- templates go through format(): %1$s is the table, %2$s the index and %3$s its schema, %4$s what its objects are called, all quoted; %5$s
-- quotes bodies (a tag that occurs in no name), %% is a percent sign. In a comment the table has no line ends, which names may have. See docs/reference/duplicate_index.md.

-- ---- the pairs of some records ----

CREATE FUNCTION match_run_of(query text, model match_model, keys text[], latest boolean)
	RETURNS TABLE (record_a text, record_b text, weight double precision, probability double precision)
	AS 'MODULE_PATHNAME', 'salesops_match_run_of' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 1000;
COMMENT ON FUNCTION match_run_of(text, match_model, text[], boolean) IS $$The pairs of records of a query that are one, of which at least one has a key of a list: what duplicate_pairs of some records stands on.
query, model: as for match_run. keys: those that are no record's are ignored. latest: also what others have committed since a transaction with repeatable reads began is read. No rows for NULL.
Example: (SELECT count(*) FROM salesops.match_run_of('SELECT NULL::text, NULL::bytea WHERE false', salesops.match_run_fit('SELECT NULL::text, NULL::bytea WHERE false', NULL, 'account'), ARRAY['A1'], false)) ==> 0$$;

CREATE FUNCTION duplicate_pairs(relation regclass, model match_model, keys text[]) RETURNS TABLE (record_a text, record_b text, weight double precision, probability double precision)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT * FROM @extschema@.match_run_of(@extschema@.match_source(relation, @extschema@.match_model_rule(model)), model, keys, false) AS p
		ORDER BY p.weight DESC, p.record_a COLLATE "C", p.record_b COLLATE "C";
END
$function$;
COMMENT ON FUNCTION duplicate_pairs(regclass, match_model, text[]) IS $$The pairs of records of a table that are one, of which at least one is new or has changed: those rows of duplicate_pairs(relation, model), and no others.
relation, model: as there. keys: of the new and changed records, as text; those that are no record's are ignored. All records are read, and those alone are compared that the keys need. No rows for NULL.
Example: (SELECT count(*) FROM salesops.duplicate_pairs('pg_catalog.pg_am', salesops.fit_match_model('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}'), ARRAY['2'])) ==> 0$$;

-- ---- an index of records ----

CREATE FUNCTION match_atoms(record bytea) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'salesops_match_atoms' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_atoms(bytea) IS $$What a record is found by, as numbers: words, sounds, the last digits of a telephone number, each once and in order.
record: as match_record() has read it. Records that have some of them in common are compared where few have. They are the same for as long as the rule is. NULL for NULL.
Example: cardinality(salesops.match_atoms(salesops.match_record('[{"name": "company"}, {"city": "city"}]', ARRAY['Acme Works Inc.', 'Bonn']))) ==> 3$$;

CREATE FUNCTION match_probe(index regclass, model match_model, keys text[], records bytea[], lock boolean)
	RETURNS TABLE (record_a text, record_b text, weight double precision, probability double precision)
	AS 'MODULE_PATHNAME', 'salesops_match_probe' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10000 ROWS 10;
COMMENT ON FUNCTION match_probe(regclass, match_model, text[], bytea[], boolean) IS $$The records of an index that are the same as one of a list: what find_duplicates and the check of inserts stand on.
index: a table that duplicate_index_sql() has written. keys, records: of each record that is looked for, its key, whose row of the index does not count, and what match_record() has read. lock: until the transaction ends, others that look for the same wait; and what they have committed is seen in every isolation level. record_a is of the list. It reads with the rights of who calls. No rows for NULL.
Example: (SELECT count(*) FROM salesops.match_probe('pg_catalog.pg_am', salesops.match_run_fit('SELECT NULL::text, NULL::bytea WHERE false', NULL, 'account'), NULL, NULL, false)) ==> 0$$;

CREATE FUNCTION match_lock(index regclass) RETURNS void
	AS 'MODULE_PATHNAME', 'salesops_match_lock' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10;
COMMENT ON FUNCTION match_lock(regclass) IS $$Has all that look for duplicates in an index with locks wait until this transaction ends: for statements of many rows.
index: a table that duplicate_index_sql() has written; an advisory lock, which nobody else's work needs.
Example: salesops.match_lock('pg_catalog.pg_am')::text ==> $$;

CREATE FUNCTION duplicate_index_name(relation regclass, index_name text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	of record;
	name text;
BEGIN
	SELECT c.relname, c.relkind, n.nspname, c.relnamespace INTO of FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation;
	IF of IS NULL THEN
		RETURN NULL;
	END IF;
	IF of.relkind NOT IN ('r', 'p') THEN
		RAISE wrong_object_type USING MESSAGE = format('%s is not a table', relation),
			DETAIL = 'What happens to the rows of a view or a foreign table is not seen here.', HINT = 'Name the table that rows are inserted into.';
	END IF;
	name := coalesce(index_name, of.relname || '_duplicates');
	-- the longest of the names that are made of it: _watch_truncate
	IF octet_length(name) > 48 OR name = '' THEN
		RAISE name_too_long USING MESSAGE = format('the index cannot be called "%s"', name),
			DETAIL = 'Its objects begin with its name, and names have at most 63 bytes: it has from 1 to 48.', HINT = 'Give a name as index_name.';
	END IF;
	RETURN name;
END
$function$;
COMMENT ON FUNCTION duplicate_index_name(regclass, text) IS $$The name of the index of a table's records, which is made in the table's schema.
relation: the table. index_name: NULL for that of the table with _duplicates behind it. Something else than a table, or a name of more than 48 bytes, is an error. NULL where the table is NULL.
Example: salesops.duplicate_index_name('pg_catalog.pg_am', NULL) ==> pg_am_duplicates$$;

CREATE FUNCTION duplicate_index_own(relation regclass, index_name text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	name constant text := @extschema@.duplicate_index_name(relation, index_name);
	others text;
BEGIN
	SELECT string_agg(o.what, ', ' ORDER BY o.what COLLATE "C") INTO others
	FROM (
		SELECT format('%I.%I', n.nspname, c.relname), c.relowner
		FROM pg_class AS of JOIN pg_class AS c ON c.relnamespace = of.relnamespace JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE of.oid = relation AND (c.oid = relation OR c.relname IN (name, name || '_found'))
		UNION ALL
		SELECT format('%I.%I()', n.nspname, p.proname), p.proowner
		FROM pg_class AS of JOIN pg_proc AS p ON p.pronamespace = of.relnamespace JOIN pg_namespace AS n ON n.oid = p.pronamespace
		WHERE of.oid = relation AND p.pronargs = 0 AND p.proname IN (name || '_keep', name || '_model', name || '_watch')
	) AS o (what, owner) JOIN pg_roles AS r ON r.oid = o.owner
	WHERE r.rolname <> current_user AND NOT r.rolsuper;
	IF others IS NOT NULL THEN
		RAISE insufficient_privilege USING MESSAGE = format('others than %I own %s', current_user, others),
			DETAIL = 'Triggers run with the rights of who makes them. Whoever owns the table, or what is there of the index, decides what they call.',
			HINT = 'Have it made by the owner of the table, as after SET ROLE; where somebody else has taken the name, give another one as index_name.';
	END IF;
	RETURN name;
END
$function$;
COMMENT ON FUNCTION duplicate_index_own(regclass, text) IS $$The name of the index of a table's records, as duplicate_index_name; an error where the table, or what there is of the index, is another's.
relation, index_name: as there. Those of superusers are nobody's: they need no trick. Triggers of the index and its check run with the rights of who makes them, and by a cast of its own type, or a function that is there already, another could have them do what he likes.
Example: salesops.duplicate_index_own('pg_catalog.pg_am', NULL) ==> pg_am_duplicates$$;

CREATE FUNCTION duplicate_index_sql(relation regclass, model match_model, index_name text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	name text;
	schema text;
	rule @extschema@.match_rule;
	source text;
	key text;
	record text;
BEGIN
	IF relation IS NULL OR model IS NULL THEN
		RETURN NULL;
	END IF;
	name := @extschema@.duplicate_index_name(relation, index_name);
	rule := @extschema@.match_model_rule(model);
	-- says which columns are missing
	source := @extschema@.match_source(relation, rule);
	schema := (SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation);
	key := format('t.%I::text', @extschema@.match_rule_key(rule));
	record := format('%s.match_record(%L::%s.match_rule, ARRAY[%s])', '@extschema@', rule, '@extschema@', @extschema@.match_values(relation, rule));
	RETURN format($$-- The records of %11$s, prepared so that duplicates of one are found at once: written by salesops.duplicate_index_sql().
-- It may run again at any time: what was there is filled anew.

CREATE TABLE IF NOT EXISTS %2$s (
    key     text PRIMARY KEY,
    record  bytea NOT NULL,
    atoms   bigint[] NOT NULL
);
COMMENT ON TABLE %2$s IS %9$L;
CREATE INDEX IF NOT EXISTS %10$I ON %2$s USING gin (atoms) WITH (fastupdate = off);

CREATE OR REPLACE FUNCTION %3$s.%12$I() RETURNS %14$s.match_model
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS %5$s SELECT %6$L::%14$s.match_model %5$s;
COMMENT ON FUNCTION %3$s.%12$I() IS %13$L;

-- With the rights of its owner: who changes the table needs none on the index.
CREATE OR REPLACE FUNCTION %3$s.%4$I() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    -- A plan may have been made for one row and be used for many, or the other way round: this one fits both.
    SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
    AS %5$s
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE %2$s;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM %2$s AS i WHERE i.key IN (SELECT %7$s FROM old_rows AS t);
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO %2$s (key, record, atoms)
        SELECT r.key, r.record, %14$s.match_atoms(r.record)
        FROM (SELECT %7$s, %8$s FROM new_rows AS t OFFSET 0) AS r (key, record);
    ELSE
        DELETE FROM %2$s AS i
        WHERE i.key IN (SELECT %7$s FROM old_rows AS t EXCEPT SELECT %7$s FROM new_rows AS t);
        INSERT INTO %2$s AS i (key, record, atoms)
        SELECT r.key, r.record, %14$s.match_atoms(r.record)
        FROM (SELECT %7$s, %8$s FROM new_rows AS t EXCEPT SELECT %7$s, %8$s FROM old_rows AS t) AS r (key, record)
        ON CONFLICT (key) DO UPDATE SET record = excluded.record, atoms = excluded.atoms;
    END IF;
    RETURN NULL;
END
%5$s;
REVOKE ALL ON FUNCTION %3$s.%4$I() FROM PUBLIC;

-- From here on nobody else changes the table until all is done.
CREATE OR REPLACE TRIGGER %15$I AFTER INSERT ON %1$s
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %3$s.%4$I();
CREATE OR REPLACE TRIGGER %16$I AFTER UPDATE ON %1$s
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %3$s.%4$I();
CREATE OR REPLACE TRIGGER %17$I AFTER DELETE ON %1$s
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION %3$s.%4$I();
CREATE OR REPLACE TRIGGER %18$I AFTER TRUNCATE ON %1$s
    FOR EACH STATEMENT EXECUTE FUNCTION %3$s.%4$I();

TRUNCATE %2$s;
INSERT INTO %2$s (key, record, atoms)
SELECT r.key, r.record, %14$s.match_atoms(r.record)
FROM (%19$s OFFSET 0) AS r (key, record);
ANALYZE %2$s;
$$, format('%I.%I', schema, (SELECT c.relname FROM pg_class AS c WHERE c.oid = relation)), format('%I.%I', schema, name), quote_ident(schema), name || '_keep',
		'$body_' || md5(schema || name || model::text) || '$', model, key, record,
		format('The records of %s, read under a match rule, kept up to date by triggers: what duplicates are found by.', relation),
		name || '_atoms', translate(relation::text, E'\r\n', '  '), name || '_model', format('What agreement on the columns of %s is worth: the model of its index of duplicates.', relation), '@extschema@',
		name || '_keep_insert', name || '_keep_update', name || '_keep_delete', name || '_keep_truncate', source);
END
$function$;
COMMENT ON FUNCTION duplicate_index_sql(regclass, match_model, text) IS $$SQL text that makes an index of a table's records, in which find_duplicates finds those that are the same as one in milliseconds: a table (key, record, atoms), a function with the model, and triggers that keep it up to date.
relation: a table with the columns of the model's rule, whose key must be unique. model: of fit_match_model(). index_name: NULL for that of the table with _duplicates behind it; objects are made in the table's schema. NULL where the table or the model is NULL. Run it with create_duplicate_index.
Example: substring(salesops.duplicate_index_sql('pg_catalog.pg_am', salesops.fit_match_model('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}')) from 'CREATE TABLE[^\n]+') ==> CREATE TABLE IF NOT EXISTS pg_catalog.pg_am_duplicates ($$;

CREATE PROCEDURE create_duplicate_index(relation regclass, model match_model, index_name text DEFAULT NULL)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	schema text;
	name text;
BEGIN
	IF relation IS NULL OR model IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the table and the model must not be NULL', HINT = 'fit_match_model() makes a model of a table.';
	END IF;
	IF row_security_active(relation) THEN
		RAISE insufficient_privilege USING MESSAGE = format('row-level policies hide rows of %s', relation),
			DETAIL = 'An index without them would miss duplicates.', HINT = 'Have it made by who sees all rows, such as the owner of the table.';
	END IF;
	name := @extschema@.duplicate_index_own(relation, index_name);
	schema := (SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation);
	-- a table of that name may be something else, and is emptied
	IF to_regclass(format('%I.%I', schema, name)) IS NOT NULL AND NOT EXISTS (
			SELECT FROM pg_attribute AS a WHERE a.attrelid = to_regclass(format('%I.%I', schema, name)) AND a.attnum > 0 AND NOT a.attisdropped
			HAVING array_agg(a.attname || ' ' || a.atttypid::regtype ORDER BY a.attnum) = ARRAY['key text', 'record bytea', 'atoms bigint[]']) THEN
		RAISE duplicate_table USING MESSAGE = format('%I.%I is something else than an index of records', schema, name),
			DETAIL = 'An index has the columns key, record and atoms, and would be emptied and filled anew.', HINT = 'Give another name as index_name.';
	END IF;
	EXECUTE @extschema@.duplicate_index_sql(relation, model, index_name);
END $$;
COMMENT ON PROCEDURE create_duplicate_index(regclass, match_model, text) IS $$Makes an index of a table's records, in which find_duplicates finds those that are the same as one in milliseconds: runs duplicate_index_sql(relation, model, index_name).
What it makes belongs to who calls this, who owns the table. Called again, with the same model or another, it fills the index anew. CALL salesops.create_duplicate_index('crm.account', salesops.fit_match_model('crm.account', 'account'));
Example: salesops.duplicate_index_sql('pg_catalog.pg_am', salesops.fit_match_model('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}')) LIKE '%USING gin (atoms)%' ==> true$$;

CREATE FUNCTION find_duplicates(index regclass, "values" text[], key text DEFAULT NULL) RETURNS TABLE (record text, weight double precision, probability double precision)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	model text;
BEGIN
	IF index IS NULL OR "values" IS NULL THEN
		RETURN;
	END IF;
	SELECT format('%I.%I()', n.nspname, c.relname || '_model') INTO model FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = index;
	IF to_regprocedure(model) IS NULL THEN
		RAISE undefined_function USING MESSAGE = format('%s is no index of records', index),
			DETAIL = format('There is no function %s, which an index has.', model), HINT = 'create_duplicate_index() makes one.';
	END IF;
	RETURN QUERY EXECUTE format('SELECT p.record_b, p.weight, p.probability FROM (SELECT %s AS model OFFSET 0) AS m,
		@extschema@.match_probe($1, m.model, ARRAY[coalesce($3, text '''')], ARRAY[@extschema@.match_record(@extschema@.match_model_rule(m.model), $2)], false) AS p
		ORDER BY p.weight DESC, p.record_b COLLATE "C"', model) USING index, "values", key;
END
$function$;
COMMENT ON FUNCTION find_duplicates(regclass, text[], text) IS $$The records of a table that are the same as one that is given by its values, the likeliest first: before it is inserted, or as it is.
index: the table that create_duplicate_index() has made. values: one for each column of match_rule_columns(), in its order, NULL where there is none. key: of the record itself, where it is in the table already. What is found is what duplicate_pairs would find: docs/reference/duplicate_index.md has where not. No rows for NULL. It reads with the rights of who calls.
Example: (SELECT count(*) FROM salesops.find_duplicates(NULL, ARRAY['Acme Inc.'])) ==> 0$$;

-- ---- a check of what is inserted ----

CREATE FUNCTION duplicate_check_sql(relation regclass, action text DEFAULT 'refuse', index_name text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	name text;
	schema text;
	rule @extschema@.match_rule;
	key text;
	record text;
	model text;
BEGIN
	IF relation IS NULL OR action IS NULL THEN
		RETURN NULL;
	END IF;
	IF action NOT IN ('refuse', 'flag') THEN
		RAISE invalid_parameter_value USING MESSAGE = format('no action "%s"', action),
			DETAIL = 'A duplicate is refused by an error, or flagged in a table.', HINT = 'The actions are refuse and flag.';
	END IF;
	-- whose function with the model is called below
	name := @extschema@.duplicate_index_own(relation, index_name);
	schema := (SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation);
	model := format('%I.%I()', schema, name || '_model');
	IF to_regclass(format('%I.%I', schema, name)) IS NULL OR to_regprocedure(model) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('%s has no index of records called "%s"', relation, name),
			DETAIL = 'What is inserted is looked for in it.', HINT = 'Make it first, by create_duplicate_index().';
	END IF;
	EXECUTE format('SELECT @extschema@.match_model_rule(%s)', model) INTO rule;
	key := format('t.%I::text', @extschema@.match_rule_key(rule));
	record := format('%s.match_record(%L::%s.match_rule, ARRAY[%s])', '@extschema@', rule, '@extschema@', @extschema@.match_values(relation, rule));
	RETURN format($$-- Duplicates in %6$s are looked for as rows are inserted and updated: written by salesops.duplicate_check_sql().
-- It may run again at any time.
%20$s
-- With the rights of its owner: who changes the table needs none on the index.
CREATE OR REPLACE FUNCTION %3$s.%4$I() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS %5$s
DECLARE
    counted bigint;
    keys text[];
    records bytea[];
    found record;
%15$sBEGIN
%16$s    -- What is new, and what has changed in a column of the rule.
    IF TG_OP = 'INSERT' THEN
        SELECT count(*) INTO counted FROM new_rows AS t;
    ELSE
        SELECT count(*) INTO counted
        FROM (SELECT %7$s, %8$s FROM new_rows AS t EXCEPT SELECT %7$s, %8$s FROM old_rows AS t) AS r;
    END IF;
    IF counted = 0 THEN
        RETURN NULL;
    END IF;
    -- Of many rows the whole index is read once; others wait meanwhile. Few are looked up, and others wait only for what is alike.
    IF counted > 500 THEN
        PERFORM %14$s.match_lock(%9$L::regclass);
        IF TG_OP = 'INSERT' THEN
            SELECT array_agg(%7$s) INTO keys FROM new_rows AS t;
        ELSE
            SELECT array_agg(r.key) INTO keys
            FROM (SELECT %7$s, %8$s FROM new_rows AS t EXCEPT SELECT %7$s, %8$s FROM old_rows AS t) AS r (key, record);
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(r.key), array_agg(r.record) INTO keys, records
        FROM (SELECT %7$s, %8$s FROM new_rows AS t) AS r (key, record);
    ELSE
        SELECT array_agg(r.key), array_agg(r.record) INTO keys, records
        FROM (SELECT %7$s, %8$s FROM new_rows AS t EXCEPT SELECT %7$s, %8$s FROM old_rows AS t) AS r (key, record);
    END IF;
%17$s    RETURN NULL;
END
%5$s;
REVOKE ALL ON FUNCTION %3$s.%4$I() FROM PUBLIC;

-- Triggers run in the order of their names: these after those that keep the index.
CREATE OR REPLACE TRIGGER %10$I AFTER INSERT ON %1$s
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %3$s.%4$I();
CREATE OR REPLACE TRIGGER %11$I AFTER UPDATE ON %1$s
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %3$s.%4$I();
%21$s$$, format('%I.%I', schema, (SELECT c.relname FROM pg_class AS c WHERE c.oid = relation)), format('%I.%I', schema, name), quote_ident(schema), name || '_watch',
		'$body_' || md5(schema || name || rule::text) || '$', translate(relation::text, E'\r\n', '  '), key, record,
		format('%I.%I', schema, name), name || '_watch_insert', name || '_watch_update', NULL, NULL, '@extschema@',
		CASE action WHEN 'refuse' THEN $$    shown boolean;
    invoker name := CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END;
$$ ELSE '' END,
		CASE action WHEN 'flag' THEN format($$    -- Flags of what is gone or has changed go; of what is still a duplicate they come again.
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE %1$s;
        RETURN NULL;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(%2$s) INTO keys FROM old_rows AS t;
    ELSIF TG_OP = 'UPDATE' THEN
        SELECT array_agg(r.key) INTO keys
        FROM (SELECT %2$s, %3$s FROM old_rows AS t EXCEPT SELECT %2$s, %3$s FROM new_rows AS t) AS r (key, record);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM %1$s AS f WHERE f.record_a = ANY (keys) OR f.record_b = ANY (keys);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN NULL;
    END IF;
$$, format('%I.%I', schema, name || '_found'), key, record) ELSE '' END,
		CASE action WHEN 'refuse' THEN format($$    FOR found IN
        SELECT CASE WHEN p.record_a = ANY (keys) THEN p.record_a ELSE p.record_b END AS record_a,
            CASE WHEN p.record_a = ANY (keys) THEN p.record_b ELSE p.record_a END AS record_b, p.probability
        FROM (
            SELECT p.record_a, p.record_b, p.weight, p.probability
            FROM %4$s.match_probe(%1$L::regclass, %2$s, keys, records, true) AS p
            UNION ALL
            SELECT p.record_a, p.record_b, p.weight, p.probability
            FROM %4$s.match_run_of(%3$L, %2$s, CASE WHEN counted > 500 THEN keys END, true) AS p
            ORDER BY 3 DESC, 1, 2
            LIMIT 1
        ) AS p
    LOOP
        IF current_setting('salesops.allow_duplicates', true) = 'on' THEN
            RETURN NULL;
        END IF;
        -- Which record it is, is for those to know who may read the table.
        shown := NOT (SELECT c.relrowsecurity FROM pg_class AS c WHERE c.oid = TG_RELID)
            AND has_column_privilege(invoker, TG_RELID, %5$L, 'SELECT');
        RAISE unique_violation USING
            MESSAGE = CASE WHEN shown THEN format('the record "%%s" of %%s is the same as "%%s"', found.record_a, TG_RELID::regclass, found.record_b)
                ELSE format('the record "%%s" of %%s is there already', found.record_a, TG_RELID::regclass) END,
            DETAIL = CASE WHEN found.probability IS NULL THEN 'A clause of the match rule holds.'
                ELSE format('By the match rule, with a probability of %%s.', round(found.probability::numeric, 4)) END,
            HINT = 'If it is another one all the same, begin a transaction with SET LOCAL salesops.allow_duplicates = on, and do it there.',
            TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, CONSTRAINT = TG_NAME;
    END LOOP;
$$, format('%I.%I', schema, name), model, format('SELECT i.key, i.record FROM %I.%I AS i', schema, name), '@extschema@', @extschema@.match_rule_key(rule))
		ELSE format($$    INSERT INTO %5$s (record_a, record_b, weight, probability)
    SELECT p.record_a, p.record_b, max(p.weight), max(p.probability)
    FROM (
        SELECT least(p.record_a COLLATE "C", p.record_b COLLATE "C") AS record_a, greatest(p.record_a COLLATE "C", p.record_b COLLATE "C") AS record_b, p.weight, p.probability
        FROM %4$s.match_probe(%1$L::regclass, %2$s, keys, records, true) AS p
        UNION ALL
        SELECT p.record_a, p.record_b, p.weight, p.probability
        FROM %4$s.match_run_of(%3$L, %2$s, CASE WHEN counted > 500 THEN keys END, true) AS p
    ) AS p
    GROUP BY p.record_a, p.record_b
    ORDER BY p.record_a, p.record_b
    ON CONFLICT (record_a, record_b) DO UPDATE SET weight = excluded.weight, probability = excluded.probability, found_at = now();
$$, format('%I.%I', schema, name), model, format('SELECT i.key, i.record FROM %I.%I AS i', schema, name), '@extschema@', format('%I.%I', schema, name || '_found')) END,
		NULL, NULL,
		CASE action WHEN 'flag' THEN format($$
CREATE TABLE IF NOT EXISTS %1$s (
    record_a     text NOT NULL,
    record_b     text NOT NULL,
    weight       double precision,
    probability  double precision,
    found_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (record_a, record_b)
);
CREATE INDEX IF NOT EXISTS %3$I ON %1$s (record_b);
COMMENT ON TABLE %1$s IS %2$L;
$$, format('%I.%I', schema, name || '_found'), format('Pairs of records of %s that are one, as they were found when one was inserted or updated. They go when one is deleted.', relation), name || '_found_b') ELSE '' END,
		CASE action WHEN 'flag' THEN format($$CREATE OR REPLACE TRIGGER %1$I AFTER DELETE ON %2$s
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION %3$s();
CREATE OR REPLACE TRIGGER %4$I AFTER TRUNCATE ON %2$s
    FOR EACH STATEMENT EXECUTE FUNCTION %3$s();
$$, name || '_watch_delete', format('%I.%I', schema, (SELECT c.relname FROM pg_class AS c WHERE c.oid = relation)), format('%I.%I', schema, name || '_watch'), name || '_watch_truncate')
		ELSE format($$DROP TRIGGER IF EXISTS %1$I ON %3$s;
DROP TRIGGER IF EXISTS %2$I ON %3$s;
$$, name || '_watch_delete', name || '_watch_truncate', format('%I.%I', schema, (SELECT c.relname FROM pg_class AS c WHERE c.oid = relation))) END);
END
$function$;
COMMENT ON FUNCTION duplicate_check_sql(regclass, text, text) IS $$SQL text that makes a check of duplicates as rows of a table are inserted and updated: triggers that look for each in the table's index, safe when two sessions insert the same at the same time.
relation: a table with an index that create_duplicate_index() has made; who calls this owns both. action: refuse, by an error; or flag, by a row (record_a, record_b, weight, probability, found_at) in a table of the index's name with _found behind it. index_name: as for duplicate_index_sql. NULL where the table or the action is NULL; a table without the index is an error. Run it with create_duplicate_check.
Example: salesops.duplicate_check_sql(NULL) IS NULL ==> true$$;

CREATE PROCEDURE create_duplicate_check(relation regclass, action text DEFAULT 'refuse', index_name text DEFAULT NULL)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	IF relation IS NULL OR action IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the table and the action must not be NULL', HINT = 'The actions are refuse and flag.';
	END IF;
	EXECUTE @extschema@.duplicate_check_sql(relation, action, index_name);
END $$;
COMMENT ON PROCEDURE create_duplicate_check(regclass, text, text) IS $$Has duplicates refused or flagged as rows of a table are inserted and updated: runs duplicate_check_sql(relation, action, index_name).
What it makes belongs to who calls this. Called again, it changes the action. CALL salesops.create_duplicate_check('crm.account', 'refuse');
Example: salesops.duplicate_check_sql(NULL, 'flag') IS NULL ==> true$$;
