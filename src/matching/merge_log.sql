-- merge_log: merges are done in one transaction with a log, and undone from it.
--
-- The log is the user's: two tables that merge_log_sql writes. merge_run has a row for each merge, merge_change one for each record that
-- survived, changed or was deleted and for each row that was re-pointed, with what it was before. Values are JSON texts by the names of
-- columns, each as the output function of its type writes it, with settings under which that loses nothing (the functions set them).
--
-- The order of a merge, which undoing runs backwards: rows that refer to records that go are re-pointed; these are deleted; the
-- values that were theirs and may be unique are given to the records that stay. Rows are locked in the order of their keys first.
-- See docs/reference/merging.md and docs/design/merging.md.

CREATE FUNCTION merge_log_sql(schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($$-- The log of merges: written by salesops.merge_log_sql(). It may run again at any time: tables stay as they are.

CALL salesops.require_ownership(%1$L::pg_catalog.text, '{merge_run,merge_change}'::pg_catalog.text[]);

CREATE TABLE IF NOT EXISTS %1$I.merge_run (
    merge_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    relation    text NOT NULL,
    rules       jsonb NOT NULL,
    clusters    bigint,
    deleted     bigint,
    updated     bigint,
    repointed   bigint,
    merged_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    merged_by   text NOT NULL DEFAULT current_user,
    undone_at   timestamptz,
    undone_by   text
);
COMMENT ON TABLE %1$I.merge_run IS 'Merges: one row for each, with the table, the rules, and how many records and rows it changed.';

CREATE TABLE IF NOT EXISTS %1$I.merge_change (
    merge_id         bigint NOT NULL REFERENCES %1$I.merge_run,
    change_id        bigint GENERATED ALWAYS AS IDENTITY,
    cluster_id       text NOT NULL,
    action           text NOT NULL CHECK (action IN ('keep', 'delete', 'repoint')),
    table_name       text NOT NULL,
    constraint_name  text,
    record_key       jsonb NOT NULL,
    by_row           boolean NOT NULL DEFAULT false,
    old              jsonb NOT NULL,
    new              jsonb,
    PRIMARY KEY (merge_id, change_id)
);
COMMENT ON TABLE %1$I.merge_change IS 'What merges changed: one row for each record that was kept or deleted, and each row that was re-pointed, with its values before (old) and after (new) as texts by column.';
COMMENT ON COLUMN %1$I.merge_change.by_row IS 'The table of a re-pointed row has no primary key: record_key is the whole row.';
$$, schema);
COMMENT ON FUNCTION merge_log_sql(text) IS $$SQL text that makes the tables of a log of merges, merge_run and merge_change, in a schema.
schema: as it is named, without quotes. NULL where it is NULL. Run it with create_merge_log, or with \gexec in psql.
Example: substring(salesops.merge_log_sql('My CRM') from 'CREATE TABLE IF NOT EXISTS ([^(]+) \(') ==> "My CRM".merge_run$$;

CREATE PROCEDURE create_merge_log(schema text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	CALL salesops.require_schema(schema, 'the log');
	EXECUTE salesops.merge_log_sql(schema);
END $$;
COMMENT ON PROCEDURE create_merge_log(text) IS $$Makes the tables of a log of merges in a schema: what merge_log_sql(schema) writes.
They belong to who calls it, who may grant others INSERT, SELECT and UPDATE on them, which merge_apply and merge_undo need. Tables that are there stay. CALL salesops.create_merge_log('crm');
Example: to_regprocedure('salesops.create_merge_log(text)') IS NOT NULL ==> true$$;

CREATE FUNCTION merge_apply(relation regclass, clusters regclass, rules jsonb, log_schema text, plan regclass DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	log_run CONSTANT text := format('%I.merge_run', coalesce(log_schema, ''));
	log_change CONSTANT text := format('%I.merge_change', coalesce(log_schema, ''));
	zone CONSTANT text := current_setting('TimeZone');
	merge bigint;
	keys text[];
	key_values text;
	key_equals text;
	key_json text;
	refers text[];
	own_columns text[];
	losers jsonb;
	changed jsonb;
	impact jsonb;
	reference record;
	map text;
	joined text;
	staying text;
	row_key text;
	row_order text;
	by_row boolean;
	pass text[];
	counted bigint;
	done bigint;
	total_repointed bigint := 0;
	problem text;
	more bigint;
BEGIN
	IF log_schema IS NULL OR rules IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the rules and the schema of the log must not be NULL', HINT = 'Write {} for the usual rules; CALL salesops.create_merge_log(''crm'') makes a log.';
	END IF;
	IF to_regclass(log_run) IS NULL OR to_regclass(log_change) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no log of merges in schema %I', log_schema), DETAIL = 'Without one a merge could not be undone.',
			HINT = format('Make it: CALL salesops.create_merge_log(%L).', log_schema);
	END IF;
	SELECT array_agg(k.column_name ORDER BY k.n), string_agg(format('(c -> %%1$L ->> %s)::%s AS k%s', replace(quote_literal(k.column_name), '%', '%%'), replace(k.type_name, '%', '%%'), k.n), ', '),
		string_agg(format('t.%s %s %%1$s.k%s', replace(quote_ident(k.column_name), '%', '%%'), replace(k.equals, '%', '%%'), k.n), ' AND '),
		format('jsonb_object(ARRAY[%s], ARRAY[%s])', string_agg(quote_literal(k.column_name), ', ' ORDER BY k.n), string_agg(format('concat(t.%I)', k.column_name), ', ' ORDER BY k.n))
	INTO keys, key_values, key_equals, key_json
	FROM salesops.merge_key(relation, CASE jsonb_typeof(rules -> 'key') WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(rules -> 'key')) WHEN 'string' THEN ARRAY[rules ->> 'key'] END) WITH ORDINALITY AS k (column_name, type_name, equals, n);
	refers := ARRAY(SELECT unnest(r.referenced) FROM salesops.merge_references(relation) AS r UNION SELECT unnest(keys));
	own_columns := ARRAY(SELECT unnest(r.columns) FROM salesops.merge_references(relation) AS r WHERE r.table_name = relation);

	-- ---- what is decided, which is decided again when all records are locked ----
	EXECUTE format('SELECT coalesce(jsonb_agg(jsonb_build_object(''k'', m.record_key)), ''[]'') FROM salesops.merge_members(%L::regclass, %L::regclass, $1) AS m', relation, clusters) INTO losers USING rules;
	EXECUTE format('SELECT count(*) FROM (SELECT FROM %s AS t JOIN (SELECT %s FROM jsonb_array_elements($1) AS c OFFSET 0) AS k ON %s ORDER BY %s FOR UPDATE OF t) AS l',
		relation, format(key_values, 'k'), format(key_equals, 'k'), (SELECT string_agg(format('t.%I', k), ', ' ORDER BY n) FROM unnest(keys) WITH ORDINALITY AS u (k, n))) INTO counted USING losers;
	EXECUTE format('INSERT INTO %s (relation, rules) VALUES ($1, $2) RETURNING merge_id', log_run) INTO merge USING relation::text, rules;
	EXECUTE format($$INSERT INTO %s (merge_id, cluster_id, action, table_name, record_key, old, new)
		SELECT $1, m.cluster_id, CASE WHEN m.survives THEN 'keep' ELSE 'delete' END, $2::text, m.record_key, m.image, nullif(m.changes, '{}') FROM salesops.merge_members($2, $3, $4) AS m$$, log_change)
	USING merge, relation, clusters, rules;
	GET DIAGNOSTICS done = ROW_COUNT;
	IF done = 0 AND counted = 0 THEN
		EXECUTE format('DELETE FROM %s WHERE merge_id = $1', log_run) USING merge;
		RAISE NOTICE 'no cluster of % has two records', clusters;
		RETURN NULL;
	END IF;
	EXECUTE format($$SELECT count(*) FROM (SELECT l.record_key FROM %s AS l WHERE l.merge_id = $1 EXCEPT SELECT c -> 'k' FROM jsonb_array_elements($2) AS c) AS d$$, log_change) INTO more USING merge, losers;
	IF done <> counted OR more > 0 THEN
		RAISE serialization_failure USING MESSAGE = format('the clusters of %s changed while their records were locked', relation), HINT = 'Merge again.';
	END IF;
	EXECUTE format($$SELECT coalesce(jsonb_agg(jsonb_build_object('c', m.cluster_id, 'i', (SELECT string_agg(m.record_key ->> k, ',' ORDER BY n) FROM unnest($3) WITH ORDINALITY AS u (k, n)), 'k', m.record_key, 'r', r.r, 's', s.r)) FILTER (WHERE m.action = 'delete'), '[]'),
			coalesce(jsonb_agg(jsonb_build_object('c', m.cluster_id, 'k', m.record_key, 'n', m.new)) FILTER (WHERE m.new IS NOT NULL), '[]')
		FROM (SELECT m.*, first_value(m.old) OVER (PARTITION BY m.cluster_id ORDER BY m.action = 'keep' DESC) AS kept FROM %s AS m WHERE m.merge_id = $1) AS m,
			LATERAL (SELECT jsonb_object_agg(k, m.old -> k) FROM unnest($2) AS k) AS r (r), LATERAL (SELECT jsonb_object_agg(k, m.kept -> k) FROM unnest($2) AS k) AS s (r)$$, log_change)
	INTO losers, changed USING merge, refers, keys;

	-- ---- rows that refer to the records are locked, then all is checked ----
	SELECT string_agg(format('%s (%s)', r.table_name, (SELECT string_agg(quote_ident(c), ', ') FROM unnest(r.columns) AS c)), ', ') INTO problem
	FROM salesops.merge_references(relation) AS r JOIN pg_class AS c ON c.oid = r.table_name WHERE NOT r.has_index AND c.relpages > 100;
	IF jsonb_array_length(losers) > 100 AND problem IS NOT NULL THEN
		RAISE NOTICE USING MESSAGE = format('no index serves: %s', problem), DETAIL = format('For each of %s records that are deleted the server reads these tables from end to end.', jsonb_array_length(losers)),
			HINT = 'Make an index on the columns of these foreign keys.';
	END IF;
	staying := format('NOT EXISTS (SELECT FROM (SELECT %s FROM jsonb_array_elements($1) AS c OFFSET 0) AS g WHERE %s)', format(key_values, 'k'), format(key_equals, 'g'));
	FOR reference IN SELECT * FROM salesops.merge_references(relation) LOOP
		CONTINUE WHEN NOT (has_table_privilege(reference.table_name, 'SELECT') AND has_column_privilege(reference.table_name, reference.columns[1], 'UPDATE'));	-- merge_impact will say it
		SELECT string_agg(format('m.l%s %s t.%I', u.n, u.equals, u.name), ' AND '),
			format('(SELECT %s FROM jsonb_array_elements($1) AS c OFFSET 0) AS m', string_agg(format('(c -> ''r'' ->> %L)::%s AS l%s', a.attname, format_type(a.atttypid, a.atttypmod), u.n), ', '))
		INTO joined, map FROM unnest(reference.columns, reference.referenced, reference.equals) WITH ORDINALITY AS u (name, referenced, equals, n) JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = u.referenced;
		SELECT coalesce(string_agg(format('t.%I', a.attname), ', ' ORDER BY u.n), 't.ctid') INTO row_order FROM pg_index AS i, unnest((i.indkey::smallint[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS u (attnum, n) JOIN pg_attribute AS a ON a.attrelid = reference.table_name AND a.attnum = u.attnum
		WHERE i.indrelid = reference.table_name AND i.indisprimary;
		EXECUTE format('SELECT count(*) FROM (SELECT FROM %s AS t JOIN %s ON %s ORDER BY %s FOR UPDATE OF t) AS l', reference.table_name, map, joined, row_order) INTO counted USING losers;
	END LOOP;
	SELECT coalesce(jsonb_agg(to_jsonb(i)), '[]') INTO impact FROM salesops.merge_impact(relation, losers, changed) AS i;
	SELECT min(i) FILTER (WHERE n = 1), max(n) INTO problem, more FROM (
		SELECT row_number() OVER () AS n, (i ->> 'problem') || coalesce(' (' || (i ->> 'table_name') || ' ' || coalesce(i ->> 'constraint_name', i ->> 'columns') || ')', '') || coalesce(', cluster ' || (i ->> 'cluster_id'), '') AS i
		FROM jsonb_array_elements(impact) AS i WHERE i ->> 'action' = 'conflict') AS c;
	IF more > 0 THEN
		RAISE integrity_constraint_violation USING MESSAGE = format('the records of %s cannot be merged: %s', relation, problem),
			DETAIL = CASE WHEN more > 1 THEN format('This is the first of %s conflicts. Nothing was changed.', more) ELSE 'Nothing was changed.' END,
			HINT = 'merge_plan shows all conflicts: take their clusters out, or change the rows that stand against it.';
	END IF;
	IF plan IS NOT NULL THEN
		EXECUTE format($$WITH planned AS (SELECT cluster_id, action, record_id, table_name, column_name, old_value, new_value, source_id, rule, row_count, problem FROM %s), present AS MATERIALIZED (SELECT * FROM salesops.merge_plan($1, $2, $3))
			SELECT min(format('Cluster %%s, %%s %%s: %%s.', cluster_id, action, concat_ws(', ', record_id, column_name), what) || coalesce(' Its value: ' || left(coalesce(new_value, old_value), 500) || '.', '')) FROM (
				SELECT *, 'planned, and not so now' AS what FROM (SELECT * FROM planned EXCEPT ALL SELECT * FROM present) AS p UNION ALL SELECT *, 'so now, and not planned' FROM (SELECT * FROM present EXCEPT ALL SELECT * FROM planned) AS q) AS d$$, plan) INTO problem USING relation, clusters, rules;
		IF problem IS NOT NULL THEN
			RAISE object_not_in_prerequisite_state USING MESSAGE = format('the records of %s are not as they were planned', relation), DETAIL = problem, HINT = 'Pass the rules that the plan was made with; where they are the same, make the plan anew and look at it again.';
		END IF;
	END IF;

	-- ---- re-pointing ----
	FOR reference IN SELECT * FROM salesops.merge_references(relation) AS r WHERE EXISTS (SELECT FROM jsonb_array_elements(impact) AS i WHERE i ->> 'action' = 'repoint' AND i ->> 'constraint_name' = r.constraint_name AND i ->> 'table_name' = r.table_name::text) LOOP
		SELECT string_agg(format('m.l%s %s t.%I', u.n, u.equals, u.name), ' AND '),
			format('(SELECT c ->> ''c'' AS cluster, %s, %s FROM jsonb_array_elements($1) AS c OFFSET 0) AS m', string_agg(format('(c -> ''r'' ->> %1$L)::%2$s AS l%3$s, (c -> ''s'' ->> %1$L)::%2$s AS s%3$s', a.attname, format_type(a.atttypid, a.atttypmod), u.n), ', '), format(key_values, 's'))
		INTO joined, map FROM unnest(reference.columns, reference.referenced, reference.equals) WITH ORDINALITY AS u (name, referenced, equals, n) JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = u.referenced;
		IF reference.table_name = relation THEN
			joined := format('%s AND NOT (%s) AND %s', joined, format(key_equals, 'm'), staying);
		END IF;
		-- the row is found again by its key as it will be, or as a whole
		SELECT format('jsonb_object(ARRAY[%s]::text[], ARRAY[%s]::text[])', string_agg(quote_literal(a.attname), ', ' ORDER BY a.attnum), string_agg(CASE WHEN f.n IS NOT NULL THEN format('concat(m.s%s)', f.n) ELSE format('CASE WHEN t.%1$I IS DISTINCT FROM NULL THEN concat(t.%1$I) END', a.attname) END, ', ' ORDER BY a.attnum)),
			bool_and(i.indkey IS NULL)
		INTO row_key, by_row
		FROM pg_attribute AS a LEFT JOIN pg_index AS i ON i.indrelid = reference.table_name AND i.indisprimary
		LEFT JOIN unnest(reference.columns) WITH ORDINALITY AS f (name, n) ON f.name = a.attname
		WHERE a.attrelid = reference.table_name AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND (i.indkey IS NULL OR a.attnum = ANY ((i.indkey::smallint[])[0:i.indnkeyatts - 1]));
		PERFORM set_config('TimeZone', 'UTC', true);
		EXECUTE format($$INSERT INTO %1$s (merge_id, cluster_id, action, table_name, constraint_name, record_key, by_row, old, new)
			SELECT $2, m.cluster, 'repoint', %2$L, %3$L, %4$s, %5$L, jsonb_object(ARRAY[%6$s], ARRAY[%7$s]), jsonb_object(ARRAY[%6$s], ARRAY[%8$s]) FROM %2$s AS t JOIN %9$s ON %10$s$$,
			log_change, reference.table_name, reference.constraint_name, row_key, by_row, (SELECT string_agg(quote_literal(n), ', ' ORDER BY i) FROM unnest(reference.columns) WITH ORDINALITY AS u (n, i)),
			(SELECT string_agg(format('concat(t.%I)', n), ', ' ORDER BY i) FROM unnest(reference.columns) WITH ORDINALITY AS u (n, i)), (SELECT string_agg(format('concat(m.s%s)', n), ', ' ORDER BY n) FROM generate_subscripts(reference.columns, 1) AS u (n)),
			map, joined) USING losers, merge;
		GET DIAGNOSTICS counted = ROW_COUNT;
		PERFORM set_config('TimeZone', zone, true);
		EXECUTE format('UPDATE %s AS t SET %s FROM %s WHERE %s', reference.table_name, (SELECT string_agg(format('%I = m.s%s', name, n), ', ') FROM unnest(reference.columns) WITH ORDINALITY AS u (name, n)), map, joined) USING losers;
		GET DIAGNOSTICS done = ROW_COUNT;
		IF done <> counted THEN
			RAISE triggered_action_exception USING MESSAGE = format('of %s rows of %s that refer to merged records, %s could be re-pointed', counted, reference.table_name, done),
				DETAIL = 'A trigger or a policy kept the others as they are.', HINT = 'Merge as a role that may change these rows.';
		END IF;
		total_repointed := total_repointed + done;
	END LOOP;

	-- ---- a record that referred to one of its own cluster; the deletion; the values, which may be unique ----
	FOR step IN 1 .. 3 LOOP
		IF step = 2 THEN
			EXECUTE format('DELETE FROM %s AS t USING (SELECT %s FROM jsonb_array_elements($1) AS c OFFSET 0) AS g WHERE %s', relation, format(key_values, 'k'), format(key_equals, 'g')) USING losers;
			GET DIAGNOSTICS done = ROW_COUNT;
			counted := jsonb_array_length(losers);
		ELSE
			pass := ARRAY(SELECT DISTINCT k FROM jsonb_array_elements(changed) AS c, jsonb_object_keys(c -> 'n') AS k WHERE (k = ANY (own_columns)) = (step = 1) ORDER BY k);
			CONTINUE WHEN pass = '{}';
			counted := (SELECT count(*) FROM jsonb_array_elements(changed) AS c WHERE c -> 'n' ?| pass);
			EXECUTE format('UPDATE %s AS t SET %s FROM (SELECT %s, c -> ''n'' AS n FROM jsonb_array_elements($1) AS c WHERE c -> ''n'' ?| $2 OFFSET 0) AS u WHERE %s', relation,
				(SELECT string_agg(format('%1$I = CASE WHEN u.n ? %1$L THEN (u.n ->> %1$L)::%2$s ELSE t.%1$I END', a.attname, format_type(a.atttypid, a.atttypmod)), ', ') FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = ANY (pass)),
				format(key_values, 'k'), format(key_equals, 'u')) USING changed, pass;
			GET DIAGNOSTICS done = ROW_COUNT;
		END IF;
		IF done <> counted THEN
			RAISE triggered_action_exception USING MESSAGE = format('of %s records of %s, %s could be %s', counted, relation, done, CASE step WHEN 2 THEN 'deleted' ELSE 'changed' END),
				DETAIL = 'A trigger or a policy kept the others as they are.', HINT = 'Merge as a role that may change these records.';
		END IF;
	END LOOP;
	-- what triggers made of the values
	pass := ARRAY(SELECT DISTINCT k FROM jsonb_array_elements(changed) AS c, jsonb_object_keys(c -> 'n') AS k);
	IF pass <> '{}' AND EXISTS (SELECT FROM pg_trigger WHERE tgrelid = relation AND NOT tgisinternal) THEN
		PERFORM set_config('TimeZone', 'UTC', true);
		EXECUTE format($$UPDATE %s AS l SET new = (SELECT jsonb_object_agg(k, p.image -> k) FROM jsonb_object_keys(l.new) AS k)
			FROM (SELECT %s AS key, jsonb_object($3, ARRAY[%s]) AS image FROM %s AS t JOIN (SELECT %s FROM jsonb_array_elements($1) AS c OFFSET 0) AS u ON %s) AS p
			WHERE l.merge_id = $2 AND l.action = 'keep' AND l.new IS NOT NULL AND l.record_key = p.key$$, log_change, key_json,
			(SELECT string_agg(format('CASE WHEN t.%1$I IS DISTINCT FROM NULL THEN concat(t.%1$I) END', k), ', ' ORDER BY n) FROM unnest(pass) WITH ORDINALITY AS u (k, n)), relation, format(key_values, 'k'), format(key_equals, 'u')) USING changed, merge, pass;
		PERFORM set_config('TimeZone', zone, true);
	END IF;
	EXECUTE format($$UPDATE %s SET clusters = (SELECT count(DISTINCT c ->> 'c') FROM jsonb_array_elements($2) AS c), deleted = jsonb_array_length($2), updated = jsonb_array_length($3), repointed = $4 WHERE merge_id = $1$$, log_run)
	USING merge, losers, changed, total_repointed;
	RETURN merge;
END
$function$;
COMMENT ON FUNCTION merge_apply(regclass, regclass, jsonb, text, regclass) IS $$Merges the clusters of a table in one go and returns the number of the merge: rows that refer to records that go are re-pointed, these are deleted, and those that stay take the best values.
relation, clusters, rules: see merge_plan. log_schema: where create_merge_log made a log, which merge_undo needs. plan: a table made of merge_plan with the same arguments; an error says what is not so any more; NULL: as all is now. Where a constraint, a privilege or a policy stands against it, an error says so and nothing is changed. Records and rows are locked in the order of their keys; two sessions merge one after the other. NULL where no cluster has two records.
It runs with the rights of who calls it, and triggers of the tables do what they do, with the search_path pg_catalog, pg_temp. Keys, columns that are referred to and generated columns stay.
Example: to_regprocedure('salesops.merge_apply(regclass, regclass, jsonb, text, regclass)') IS NOT NULL ==> true$$;

CREATE FUNCTION merge_undo(log_schema text, merge_id bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	log_run CONSTANT text := format('%I.merge_run', coalesce(log_schema, ''));
	log_change CONSTANT text := format('%I.merge_change', coalesce(log_schema, ''));
	zone CONSTANT text := current_setting('TimeZone');
	merge CONSTANT bigint := $2;
	run record;
	relation regclass;
	target regclass;
	own_columns text[];
	changing text[];
	pass text[];
	key_joined text;
	key_id text;
	key_order text;
	restored text[];
	reference record;
	columns text[];
	matched text;
	image text;
	overtaken boolean;
	found_problems text[];
	problems text[] := '{}';
	counted bigint;
	done bigint;
	deleted bigint;
BEGIN
	IF log_schema IS NULL OR merge IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the log and the number of the merge must not be NULL', HINT = 'merge_apply returned the number; the table merge_run has all.';
	END IF;
	IF to_regclass(log_run) IS NULL OR to_regclass(log_change) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no log of merges in schema %I', log_schema), DETAIL = 'It has the tables merge_run and merge_change.', HINT = 'Pass the schema that merge_apply was called with.';
	END IF;
	EXECUTE format('SELECT * FROM %s AS r WHERE r.merge_id = $1 FOR UPDATE', log_run) INTO run USING merge;
	IF run.merge_id IS NULL THEN
		RAISE no_data_found USING MESSAGE = format('there is no merge %s in the log of schema %I', merge, log_schema), HINT = format('SELECT * FROM %s shows all.', log_run);
	END IF;
	IF run.undone_at IS NOT NULL THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('merge %s is undone already', merge), DETAIL = format('By %s, at %s.', run.undone_by, run.undone_at), HINT = 'Merge the records again, if they are to be merged after all.';
	END IF;
	relation := to_regclass(run.relation);
	IF relation IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('the table %s of merge %s is not there any more', run.relation, merge), HINT = 'Where it has another name now, change it in merge_run and merge_change.';
	END IF;
	EXECUTE format($$SELECT ARRAY(SELECT jsonb_object_keys(record_key)), ARRAY(SELECT jsonb_object_keys(old)) FROM %s AS l WHERE l.merge_id = $1 AND l.action = 'delete' LIMIT 1$$, log_change) INTO columns, restored USING merge;
	SELECT string_agg(format('t.%1$I %2$s (l.record_key ->> %1$L)::%3$s', k.column_name, k.equals, k.type_name), ' AND '), format('concat_ws('','', %s)', string_agg(format('l.record_key ->> %L', k.column_name), ', ')), string_agg(format('t.%I', k.column_name), ', ')
	INTO key_joined, key_id, key_order FROM salesops.merge_key(relation, columns) AS k;
	own_columns := ARRAY(SELECT unnest(r.columns) FROM salesops.merge_references(relation) AS r WHERE r.table_name = relation);
	EXECUTE format($$SELECT ARRAY(SELECT DISTINCT k FROM %s AS l, jsonb_object_keys(l.new) AS k WHERE l.merge_id = $1 AND l.action = 'keep')$$, log_change) INTO changing USING merge;
	SELECT array_agg(format('%s has no column %I any more', relation, c)) INTO problems FROM unnest(restored || changing) AS c WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = c AND NOT a.attisdropped);
	problems := coalesce(problems, '{}');

	-- ---- are records and rows as the merge left them? ----
	IF problems = '{}' THEN
		EXECUTE format('SELECT count(*) FROM (SELECT FROM %s AS t JOIN %s AS l ON %s WHERE l.merge_id = $1 AND l.action = ''keep'' ORDER BY %s FOR UPDATE OF t) AS k', relation, log_change, key_joined, key_order) INTO counted USING merge;
		EXECUTE format($$SELECT array_agg(p) FROM (
				SELECT format('record %%s of %%s is not there any more', %1$s, l.table_name)
					|| coalesce((SELECT format(': merge %%s deleted it; undo that first', max(o.merge_id)) FROM %2$s AS o JOIN %3$s AS r ON r.merge_id = o.merge_id AND r.undone_at IS NULL
						WHERE o.action = 'delete' AND o.merge_id > $1 AND o.table_name = l.table_name AND o.record_key = l.record_key HAVING count(*) > 0), '') AS p
				FROM %2$s AS l WHERE l.merge_id = $1 AND l.action = 'keep' AND NOT EXISTS (SELECT FROM %4$s AS t WHERE %5$s)
				UNION ALL
				SELECT format('record %%s of %%s is there again', %1$s, l.table_name) FROM %2$s AS l JOIN %4$s AS t ON %5$s WHERE l.merge_id = $1 AND l.action = 'delete'
				UNION ALL
				SELECT format('record %%s of %%s has other values: %%s', %1$s, l.table_name, d.names) FROM %2$s AS l JOIN %4$s AS t ON %5$s,
					LATERAL (SELECT string_agg(v.name, ', ' ORDER BY v.name) FROM (VALUES %6$s) AS v (name, differs) WHERE v.differs) AS d (names)
				WHERE l.merge_id = $1 AND l.action = 'keep' AND d.names IS NOT NULL LIMIT 5) AS q$$,
			key_id, log_change, log_run, relation, key_joined,
			-- texts are compared as they are written now, which may be another time zone
			(SELECT coalesce(string_agg(format('(%1$L, l.new ? %1$L AND (((l.new ->> %1$L) IS NULL) <> (t.%1$I IS NOT DISTINCT FROM NULL) OR concat((l.new ->> %1$L)::%2$s) <> concat(t.%1$I)))', a.attname, format_type(a.atttypid, a.atttypmod)), ', '), '(NULL::text, false)')
				FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = ANY (changing)))
		INTO found_problems USING merge;
		problems := problems || found_problems;
	END IF;
	FOR reference IN EXECUTE format($$SELECT l.table_name, l.constraint_name, l.by_row, max(l.change_id) AS last_change, count(*) AS n, (array_agg(l.old))[1] AS old, (array_agg(l.record_key))[1] AS key FROM %s AS l WHERE l.merge_id = $1 AND l.action = 'repoint' GROUP BY 1, 2, 3 ORDER BY 4 DESC$$, log_change) USING merge LOOP
		target := to_regclass(reference.table_name);
		IF target IS NULL OR EXISTS (SELECT FROM jsonb_object_keys(reference.old || reference.key) AS k WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = to_regclass(reference.table_name) AND a.attname = k AND NOT a.attisdropped)) THEN
			problems := problems || format('%s is not there any more, or lacks columns that it had', reference.table_name);
			CONTINUE;
		END IF;
		-- a row that is found as a whole, or by a key that another reference changed after this one, shows when it is changed back
		EXECUTE format($$SELECT EXISTS (SELECT FROM %s AS l, jsonb_object_keys(l.old) AS k WHERE l.merge_id = $1 AND l.action = 'repoint' AND l.table_name = $2 AND l.change_id > $3 AND $4 ? k)$$, log_change)
		INTO overtaken USING merge, reference.table_name, reference.last_change, reference.key;
		CONTINUE WHEN reference.by_row OR overtaken;
		SELECT string_agg(format('t.%1$I %2$s (l.record_key ->> %1$L)::%3$s', k.column_name, k.equals, k.type_name), ' AND '), format('concat_ws('','', %s)', string_agg(format('l.record_key ->> %L', k.column_name), ', ')), string_agg(format('t.%I', k.column_name), ', ')
		INTO matched, image, key_order FROM salesops.merge_key(target, ARRAY(SELECT jsonb_object_keys(reference.key))) AS k;
		EXECUTE format('SELECT count(*) FROM (SELECT FROM %s AS t JOIN %s AS l ON %s WHERE l.merge_id = $1 AND l.action = ''repoint'' AND l.table_name = $2 AND l.constraint_name = $3 ORDER BY %s FOR UPDATE OF t) AS k', target, log_change, matched, key_order)
		INTO counted USING merge, reference.table_name, reference.constraint_name;
		-- a row of two references is checked by what it has now, which the last of them wrote
		EXECUTE format($$SELECT array_agg(p) FROM (SELECT format('row %%s of %%s %%s', %s, l.table_name, CASE WHEN k.there IS NULL THEN 'is not there any more' ELSE 'refers to another record' END) AS p
			FROM %s AS l LEFT JOIN LATERAL (SELECT true AS there, %s AS same FROM %s AS t WHERE %s LIMIT 1) AS k ON true
			WHERE l.merge_id = $1 AND l.action = 'repoint' AND l.table_name = $2 AND l.constraint_name = $3 AND k.same IS NOT TRUE LIMIT 5) AS q$$, image, log_change,
			(SELECT string_agg(format('concat(t.%1$I) = concat((l.new ->> %1$L)::%2$s)', a.attname, format_type(a.atttypid, a.atttypmod)), ' AND ') FROM pg_attribute AS a WHERE a.attrelid = target AND reference.old ? a.attname), target, matched)
		INTO found_problems USING merge, reference.table_name, reference.constraint_name;
		problems := problems || found_problems;
	END LOOP;
	IF problems <> '{}' THEN
		RAISE object_not_in_prerequisite_state USING MESSAGE = format('merge %s cannot be undone: %s', merge, problems[1]),
			DETAIL = CASE WHEN cardinality(problems) > 1 THEN format('Also: %s. Nothing was changed.', array_to_string(problems[2:5], '; ')) ELSE 'Nothing was changed.' END,
			HINT = 'What was changed since the merge would be lost. Bring these back to what the merge made of them, or correct the records by hand.';
	END IF;

	-- ---- backwards: values, records, references ----
	FOR step IN 1 .. 3 LOOP
		IF step = 2 THEN
			EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s AS l WHERE l.merge_id = $1 AND l.action = ''delete'' ORDER BY l.change_id', relation,
				(SELECT string_agg(quote_ident(c), ', ' ORDER BY n) FROM unnest(restored) WITH ORDINALITY AS u (c, n)),
				(SELECT string_agg(format('(l.old ->> %L)::%s', c, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY n) FROM unnest(restored) WITH ORDINALITY AS u (c, n) JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = c), log_change) USING merge;
			GET DIAGNOSTICS done = ROW_COUNT;
			EXECUTE format('SELECT count(*) FROM %s AS l WHERE l.merge_id = $1 AND l.action = ''delete''', log_change) INTO counted USING merge;
			deleted := done;
		ELSE
			pass := ARRAY(SELECT c FROM unnest(changing) AS c WHERE (c = ANY (own_columns)) = (step = 3) ORDER BY c);
			CONTINUE WHEN pass = '{}';
			EXECUTE format('UPDATE %s AS t SET %s FROM %s AS l WHERE l.merge_id = $1 AND l.action = ''keep'' AND l.new ?| $2 AND %s', relation,
				(SELECT string_agg(format('%1$I = CASE WHEN l.new ? %1$L THEN (l.old ->> %1$L)::%2$s ELSE t.%1$I END', a.attname, format_type(a.atttypid, a.atttypmod)), ', ') FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = ANY (pass)), log_change, key_joined) USING merge, pass;
			GET DIAGNOSTICS done = ROW_COUNT;
			EXECUTE format('SELECT count(*) FROM %s AS l WHERE l.merge_id = $1 AND l.action = ''keep'' AND l.new ?| $2', log_change) INTO counted USING merge, pass;
		END IF;
		IF done <> counted THEN
			RAISE triggered_action_exception USING MESSAGE = format('of %s records of %s, %s could be restored', counted, relation, done),
				DETAIL = 'A trigger or a policy stood against it.', HINT = 'Undo the merge as a role that may change these records.';
		END IF;
	END LOOP;
	FOR reference IN EXECUTE format($$SELECT l.table_name, l.constraint_name, l.by_row, max(l.change_id) AS last_change, count(*) AS n, (array_agg(l.old))[1] AS old, (array_agg(l.record_key))[1] AS key FROM %s AS l WHERE l.merge_id = $1 AND l.action = 'repoint' GROUP BY 1, 2, 3 ORDER BY 4 DESC$$, log_change) USING merge LOOP
		target := reference.table_name::regclass;
		IF reference.by_row THEN
			-- of rows that are the same in all columns, as many as there were
			PERFORM set_config('TimeZone', 'UTC', true);
			EXECUTE format($$WITH logged AS (SELECT l.record_key, l.old, row_number() OVER (PARTITION BY l.record_key ORDER BY l.change_id) AS n FROM %1$s AS l WHERE l.merge_id = $1 AND l.action = 'repoint' AND l.table_name = $2 AND l.constraint_name = $3),
				present AS (SELECT r.*, row_number() OVER (PARTITION BY r.row ORDER BY r.part, r.line) AS n FROM (SELECT t.tableoid AS part, t.ctid AS line, jsonb_object($4, ARRAY[%2$s]::text[]) AS row FROM %3$s AS t WHERE (%4$s) IN (SELECT %5$s FROM logged)) AS r)
				UPDATE %3$s AS t SET %6$s FROM present AS p JOIN logged AS l ON l.record_key = p.row AND l.n = p.n WHERE (t.tableoid, t.ctid) = (p.part, p.line)$$, log_change,
				(SELECT string_agg(format('CASE WHEN t.%1$I IS DISTINCT FROM NULL THEN concat(t.%1$I) END', k), ', ' ORDER BY n) FROM jsonb_object_keys(reference.key) WITH ORDINALITY AS u (k, n)), target,
				(SELECT string_agg(format('concat(t.%I)', k), ', ' ORDER BY n) FROM jsonb_object_keys(reference.old) WITH ORDINALITY AS u (k, n)), (SELECT string_agg(format('record_key ->> %L', k), ', ' ORDER BY n) FROM jsonb_object_keys(reference.old) WITH ORDINALITY AS u (k, n)),
				(SELECT string_agg(format('%1$I = (l.old ->> %1$L)::%2$s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ') FROM pg_attribute AS a WHERE a.attrelid = target AND reference.old ? a.attname))
			USING merge, reference.table_name, reference.constraint_name, ARRAY(SELECT jsonb_object_keys(reference.key));
			GET DIAGNOSTICS done = ROW_COUNT;
			PERFORM set_config('TimeZone', zone, true);
		ELSE
			SELECT string_agg(format('t.%1$I %2$s (l.record_key ->> %1$L)::%3$s', k.column_name, k.equals, k.type_name), ' AND ') INTO matched FROM salesops.merge_key(target, ARRAY(SELECT jsonb_object_keys(reference.key))) AS k;
			EXECUTE format('UPDATE %s AS t SET %s FROM %s AS l WHERE l.merge_id = $1 AND l.action = ''repoint'' AND l.table_name = $2 AND l.constraint_name = $3 AND %s', target,
				(SELECT string_agg(format('%1$I = (l.old ->> %1$L)::%2$s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ') FROM pg_attribute AS a WHERE a.attrelid = target AND reference.old ? a.attname), log_change, matched)
			USING merge, reference.table_name, reference.constraint_name;
			GET DIAGNOSTICS done = ROW_COUNT;
		END IF;
		IF done <> reference.n THEN
			RAISE object_not_in_prerequisite_state USING MESSAGE = format('merge %s cannot be undone: of %s rows of %s that it re-pointed, %s are as it left them', merge, reference.n, target, done),
				DETAIL = 'The others were changed or deleted since, or a trigger or a policy kept them as they are. Nothing was changed.', HINT = 'Bring them back to what the merge made of them.';
		END IF;
	END LOOP;

	-- ---- what triggers made of it ----
	EXECUTE format($$SELECT count(*) FROM %s AS l JOIN %s AS t ON %s WHERE l.merge_id = $1 AND (l.action = 'delete' OR l.action = 'keep' AND l.new IS NOT NULL) AND (%s)$$, log_change, relation, key_joined,
		(SELECT string_agg(format('((l.old ->> %1$L) IS NULL) <> (t.%1$I IS NOT DISTINCT FROM NULL) OR concat((l.old ->> %1$L)::%2$s) <> concat(t.%1$I)', a.attname, format_type(a.atttypid, a.atttypmod)), ' OR ')
			FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = ANY (restored))) INTO counted USING merge;
	IF counted > 0 AND EXISTS (SELECT FROM pg_trigger WHERE tgrelid = relation AND NOT tgisinternal) THEN
		RAISE WARNING USING MESSAGE = format('triggers of %s changed %s of the records that were restored', relation, counted), HINT = format('What they were is in %s.', log_change);
	END IF;
	EXECUTE format('UPDATE %s AS r SET undone_at = clock_timestamp(), undone_by = current_user WHERE r.merge_id = $1', log_run) USING merge;
	RETURN deleted;
END
$function$;
COMMENT ON FUNCTION merge_undo(text, bigint) IS $$Undoes a merge from its log and returns how many records it brought back: these, the values of those that had stayed, and the rows that were re-pointed are as they were, to the last byte.
log_schema: the schema of the log. merge_id: the number of the merge. Where a record or a row that the merge changed was changed or deleted since, in the same columns, or a later merge took it, an error says which, and nothing is changed. Rows that came to refer to a record since stay with it. Triggers of the tables do what they do; where they change what is restored, a warning says so.
Example: to_regprocedure('salesops.merge_undo(text, bigint)') IS NOT NULL ==> true$$;
