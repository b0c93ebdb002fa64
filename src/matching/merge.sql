-- merge: duplicates become one record. What survives, what would change, and whether anything forbids it.
--
-- Clusters are a table or view with a row for each record: the columns of the key of the merged table, or record_id where the key
-- is one column, and cluster_id. In each cluster one record survives (rule "survivor"), its columns take the best values of all
-- (rules "columns" and "otherwise"), and what refers to the others is re-pointed to it. For the accounts
--
--		account_id | name         | phone | updated_at           cluster_id | record_id
--		A1         | Acme         |       | 2026-01-05           1          | A1
--		A2         | Acme Inc.    | 555-1 | 2026-03-01           1          | A2
--
-- A2 is the most complete and survives; with {"columns": {"name": "longest"}} nothing changes in it; A1 is deleted, and its
-- opportunities become those of A2.
--
-- merge_members decides, set by set and not cluster by cluster: one query for all. merge_impact looks at what that does to other tables and
-- whether constraints hold. merge_plan shows both; merge_apply (merge_log.sql) does it. Values are text here as their types' output
-- functions write them, with settings under which that loses nothing.
-- See docs/reference/merging.md and docs/design/merging.md.

CREATE FUNCTION merge_key(relation regclass, key text[] DEFAULT NULL)
RETURNS TABLE (column_name text, type_name text, equals text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	kind "char";
	by_index oid;
BEGIN
	IF relation IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the table whose records are merged must not be NULL', HINT = 'Pass the table, such as ''crm.account''.';
	END IF;
	SELECT relkind INTO kind FROM pg_class WHERE oid = relation;
	IF kind IS NULL OR kind NOT IN ('r', 'p') THEN
		RAISE wrong_object_type USING MESSAGE = format('%s is not a table', relation),
			DETAIL = 'Records are deleted and updated in the table that holds them.', HINT = 'Pass the table that the view reads.';
	END IF;
	SELECT i.indexrelid INTO by_index FROM pg_index AS i
	WHERE i.indrelid = relation AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
		AND CASE WHEN key IS NULL THEN i.indisprimary
			ELSE (SELECT array_agg(a.attname::text ORDER BY a.attname::text) FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attnum = ANY ((i.indkey::smallint[])[0:i.indnkeyatts - 1]) AND a.attnotnull)
				= (SELECT array_agg(k ORDER BY k) FROM unnest(key) AS k) END
	ORDER BY i.indisprimary DESC, i.indexrelid LIMIT 1;
	IF by_index IS NULL THEN
		RAISE undefined_object USING MESSAGE = CASE WHEN key IS NULL THEN format('%s has no primary key', relation)
				ELSE format('%s has no unique index on exactly: %s', relation, array_to_string(key, ', ')) END,
			DETAIL = 'A record is found by its key, whose columns are NOT NULL and whose index is neither partial nor deferrable.',
			HINT = 'Add a primary key, or name the columns of a unique index, as in {"key": ["tenant_id", "account_id"]}.';
	END IF;
	RETURN QUERY SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), format('OPERATOR(%I.%s)', n.nspname, o.oprname)
	FROM pg_index AS i, LATERAL unnest((i.indkey::smallint[])[0:i.indnkeyatts - 1], (i.indclass::oid[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k (attnum, opclass, n)
	JOIN pg_attribute AS a ON a.attrelid = relation AND a.attnum = k.attnum
	JOIN pg_opclass AS c ON c.oid = k.opclass
	JOIN pg_amop AS s ON s.amopfamily = c.opcfamily AND s.amopstrategy = 3 AND s.amoplefttype = c.opcintype AND s.amoprighttype = c.opcintype
	JOIN pg_operator AS o ON o.oid = s.amopopr JOIN pg_namespace AS n ON n.oid = o.oprnamespace
	WHERE i.indexrelid = by_index ORDER BY k.n;
END
$function$;
COMMENT ON FUNCTION merge_key(regclass, text[]) IS $$The columns by which the records of a table are found when they are merged: one row for each, with its type and the operator that compares it.
relation: a table, which may be partitioned. key: the columns of a unique index, which are NOT NULL; NULL: the primary key. An error where there is none. equals is for queries, as in OPERATOR(pg_catalog.=).
Example: (SELECT column_name || ' ' || type_name FROM salesops.merge_key('pg_catalog.pg_class')) ==> oid oid$$;

CREATE FUNCTION merge_references(relation regclass)
RETURNS TABLE (constraint_name text, table_name regclass, columns text[], referenced text[], equals text[], on_delete "char", has_index boolean)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	-- of partitions the constraints are copies of their parents', on either side
	RETURN QUERY SELECT f.conname::text, f.conrelid::regclass, k.columns, k.referenced, k.equals, f.confdeltype,
		EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = f.conrelid AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] = ANY (f.conkey))
	FROM pg_constraint AS f, LATERAL (
		SELECT array_agg(a.attname::text ORDER BY u.n), array_agg(r.attname::text ORDER BY u.n), array_agg(format('OPERATOR(%I.%s)', n.nspname, o.oprname) ORDER BY u.n)
		FROM unnest(f.conkey, f.confkey, f.conpfeqop) WITH ORDINALITY AS u (attnum, referenced, equals, n)
		JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = u.attnum JOIN pg_attribute AS r ON r.attrelid = f.confrelid AND r.attnum = u.referenced
		JOIN pg_operator AS o ON o.oid = u.equals JOIN pg_namespace AS n ON n.oid = o.oprnamespace) AS k (columns, referenced, equals)
	WHERE f.contype = 'f' AND f.confrelid = relation AND f.conparentid = 0
	ORDER BY f.conrelid::regclass::text COLLATE "C", f.conname;
END
$function$;
COMMENT ON FUNCTION merge_references(regclass) IS $$The foreign keys that refer to a table, of tables in any schema and of itself: what merge_plan counts and merge_apply re-points.
columns: of the referring table, and referenced: those of this table, in the same order. equals: the operators that compare a referenced column with the referring one. on_delete: a, r, c, n or d, as in pg_constraint. has_index: an index begins with one of the columns; without one, the server reads the whole table for each record that is deleted. A partitioned table is named once.
Example: (SELECT count(*) FROM salesops.merge_references('pg_catalog.pg_class')) ==> 0$$;

CREATE FUNCTION merge_members(relation regclass, clusters regclass, rules jsonb DEFAULT '{}')
RETURNS TABLE (cluster_id text, record_id text, survivor_id text, survives boolean, record_key jsonb, survivor_key jsonb, image jsonb, changes jsonb, sources jsonb)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000 ROWS 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C' SET timezone = 'UTC'
AS $function$
#variable_conflict use_column
DECLARE
	blanks CONSTANT text := E' \t\n\r\f\x0b';
	known_rules CONSTANT text[] := ARRAY['keep', 'fill', 'most_recent', 'source_priority', 'longest', 'most_frequent', 'lowest', 'highest'];
	known_survivors CONSTANT text[] := ARRAY['most_complete', 'most_recent', 'oldest', 'source_priority', 'lowest_key'];
	otherwise text := coalesce(rules ->> 'otherwise', 'fill');
	survivor_rule text := coalesce(rules ->> 'survivor', 'most_complete');
	absent text[];
	priority text[];
	keys text[];
	fixed text[];
	joined text;
	cluster_keys text;
	cluster_column text;
	record_column text;
	key_names text;
	key_values text;
	key_id text;
	key_order text;
	recency_order text := '';
	source_order text;
	recency text;
	source text;
	col record;
	rule text;
	is_missing text;
	score text;
	-- of the query
	member_list text := '';
	complete text := '0';
	ranked_list text := '';
	placed_list text := '';
	chosen_list text := '';
	choices text := '';
	names text := '';
	images text := '';
	self_reference boolean := false;
	problem text;
BEGIN
	-- ---- the rules ----
	IF rules IS NULL OR jsonb_typeof(rules) <> 'object' THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the rules of a merge must be a JSON object', HINT = 'Write {} for the usual ones, or as in {"survivor": "most_complete", "columns": {"name": "longest"}}.';
	END IF;
	SELECT string_agg(quote_ident(k), ', ') INTO problem FROM jsonb_object_keys(rules) AS k WHERE k <> ALL ('{key, survivor, columns, otherwise, recency, source, priority, missing}');
	IF problem IS NOT NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = format('unknown rule of a merge: %s', problem), DETAIL = 'There are: key, survivor, columns, otherwise, recency, source, priority, missing.', HINT = 'Rules of columns are written under "columns".';
	END IF;
	SELECT string_agg(quote_ident(e.key), ', ') INTO problem FROM jsonb_each(rules) AS e
	WHERE CASE WHEN e.key = 'columns' THEN jsonb_typeof(e.value) <> 'object' OR EXISTS (SELECT FROM jsonb_each(CASE jsonb_typeof(e.value) WHEN 'object' THEN e.value ELSE '{}' END) AS c WHERE jsonb_typeof(c.value) <> 'string')
		WHEN e.key IN ('priority', 'missing') OR e.key = 'key' AND jsonb_typeof(e.value) = 'array' THEN jsonb_typeof(e.value) <> 'array' OR EXISTS (SELECT FROM jsonb_array_elements(CASE jsonb_typeof(e.value) WHEN 'array' THEN e.value ELSE '[]' END) AS c WHERE jsonb_typeof(c) <> 'string')
		ELSE jsonb_typeof(e.value) <> 'string' END;
	IF problem IS NOT NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = format('a rule of the merge has a value of another kind: %s', problem),
			DETAIL = '"columns" is an object of texts, "priority" and "missing" are lists of texts, "key" is a text or a list, and the others are texts.', HINT = 'Write it as in {"columns": {"name": "longest"}, "source": "system", "priority": ["ERP", "CRM"]}.';
	END IF;
	SELECT string_agg(r, ', ') INTO problem FROM (SELECT DISTINCT r FROM (SELECT otherwise UNION ALL SELECT value FROM jsonb_each_text(rules -> 'columns')) AS u (r) WHERE r <> ALL (known_rules)) AS x;
	IF problem IS NOT NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = format('unknown rule of a column: %s', problem), DETAIL = format('There are: %s.', array_to_string(known_rules, ', ')), HINT = 'fill keeps the value of the survivor and takes another one where it is missing.';
	END IF;
	IF survivor_rule <> ALL (known_survivors) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('unknown rule of the survivor: %s', survivor_rule), DETAIL = format('There are: %s.', array_to_string(known_survivors, ', ')), HINT = 'most_complete is the usual one.';
	END IF;
	absent := ARRAY(SELECT jsonb_array_elements_text(rules -> 'missing'));
	priority := ARRAY(SELECT jsonb_array_elements_text(rules -> 'priority'));
	recency := rules ->> 'recency';
	source := rules ->> 'source';
	IF recency IS NULL AND ('most_recent' IN (survivor_rule, otherwise) OR survivor_rule = 'oldest' OR EXISTS (SELECT FROM jsonb_each_text(rules -> 'columns') WHERE value = 'most_recent')) THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the rules of the merge do not say when a record was changed', HINT = 'Name the column, as in {"recency": "updated_at"}.';
	END IF;
	IF (source IS NULL OR priority = '{}') AND ('source_priority' IN (survivor_rule, otherwise) OR EXISTS (SELECT FROM jsonb_each_text(rules -> 'columns') WHERE value = 'source_priority')) THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the rules of the merge do not say which source comes first', HINT = 'Name the column and the sources, as in {"source": "system", "priority": ["ERP", "CRM"]}.';
	END IF;

	-- ---- the key ----
	IF EXISTS (SELECT FROM pg_inherits JOIN pg_class AS c ON c.oid = relation WHERE inhrelid = relation OR inhparent = relation AND c.relkind = 'r') THEN
		RAISE wrong_object_type USING MESSAGE = format('%s inherits, or is inherited from', relation),
			DETAIL = 'Its rows are in several tables, and keys and references hold for each of them alone.', HINT = 'Pass the partitioned table, of a partition.';
	END IF;
	-- duplicate_clusters calls them record and cluster, and has any key as text: its result is taken as it is
	cluster_column := CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = clusters AND attname = 'cluster' AND NOT attisdropped)
		AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = clusters AND attname = 'cluster_id' AND NOT attisdropped) THEN 'cluster' ELSE 'cluster_id' END;
	record_column := CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = clusters AND attname = 'record' AND NOT attisdropped)
		AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = clusters AND attname = 'record_id' AND NOT attisdropped) THEN 'record' ELSE 'record_id' END;
	SELECT array_agg(k.column_name ORDER BY k.ordinality), string_agg(format('t.%I %s c.%I%s', k.column_name, k.equals, w.name, w.read_as), ' AND ' ORDER BY k.ordinality), string_agg(quote_literal(k.column_name), ', ' ORDER BY k.ordinality),
		string_agg(format('concat(r.c%s)', a.attnum), ', ' ORDER BY k.ordinality), 'concat_ws('','', ' || string_agg(format('r.c%s', a.attnum), ', ' ORDER BY k.ordinality) || ')', string_agg(format('c%s', a.attnum), ', ' ORDER BY k.ordinality), string_agg(format('c.%I', w.name), ', ' ORDER BY k.ordinality)
	INTO keys, joined, key_names, key_values, key_id, key_order, cluster_keys
	FROM salesops.merge_key(relation, CASE jsonb_typeof(rules -> 'key') WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(rules -> 'key')) WHEN 'string' THEN ARRAY[rules ->> 'key'] END) WITH ORDINALITY AS k
	JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = k.column_name
	CROSS JOIN LATERAL (SELECT n.name, CASE WHEN (t.typcategory = 'S') <> (kt.typcategory = 'S') THEN '::' || k.type_name ELSE '' END
		FROM (SELECT CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = clusters AND attname = k.column_name AND NOT attisdropped) THEN k.column_name ELSE record_column END) AS n (name)
		LEFT JOIN pg_attribute AS c ON c.attrelid = clusters AND c.attname = n.name AND NOT c.attisdropped LEFT JOIN pg_type AS t ON t.oid = c.atttypid
		JOIN pg_type AS kt ON kt.oid = a.atttypid) AS w (name, read_as);
	IF clusters IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the clusters must not be NULL', HINT = 'Pass a table or view with the columns record_id and cluster_id.';
	END IF;
	SELECT string_agg(quote_ident(w), ', ' ORDER BY n) INTO problem
	FROM unnest(ARRAY[cluster_column] || CASE WHEN cardinality(keys) = 1 AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = clusters AND attname = keys[1] AND NOT attisdropped) THEN ARRAY[record_column] ELSE keys END) WITH ORDINALITY AS u (w, n)
	WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = clusters AND attname = w AND NOT attisdropped AND attnum > 0);
	IF problem IS NOT NULL THEN
		RAISE undefined_column USING MESSAGE = format('%s lacks columns: %s', clusters, problem),
			DETAIL = 'Clusters have a row for each record: cluster_id, and the key of the record.', HINT = 'Take duplicate_clusters() as it is, or name them in a view: a key of one column may be called record_id, those of several as they are.';
	END IF;
	BEGIN
		EXECUTE format($$SELECT string_agg(id, ', ') FROM (SELECT concat_ws(',', %s) AS id FROM %s AS c LEFT JOIN %s AS t ON %s WHERE c.%I IS DISTINCT FROM NULL AND t.%I IS NULL LIMIT 5) AS m$$,
			cluster_keys, clusters, relation, joined, cluster_column, keys[1]) INTO problem;
	EXCEPTION WHEN data_exception THEN
		RAISE data_exception USING MESSAGE = format('%s has something else than keys of %s: %s', clusters, relation, SQLERRM),
			DETAIL = 'Clusters name records by their keys, as they are or as text.', HINT = 'Make the clusters of the table that is merged, or pass the table that they are of.';
	END;
	IF problem IS NOT NULL THEN
		RAISE no_data_found USING MESSAGE = format('records of clusters are not in %s: %s', relation, problem),
			DETAIL = 'They were deleted or merged since the clusters were made, or row-level security hides them.', HINT = 'Make the clusters anew.';
	END IF;
	EXECUTE format($$SELECT string_agg(id, ', ') FROM (SELECT concat_ws(',', %1$s) AS id FROM %2$s AS c JOIN %3$s AS t ON %4$s WHERE c.%5$I IS DISTINCT FROM NULL GROUP BY %1$s HAVING count(*) > 1 LIMIT 5) AS m$$,
		(SELECT string_agg(format('t.%I', k), ', ') FROM unnest(keys) AS k), clusters, relation, joined, cluster_column) INTO problem;
	IF problem IS NOT NULL THEN
		RAISE cardinality_violation USING MESSAGE = format('records are in clusters more than once: %s', problem), DETAIL = 'A record becomes part of one other.', HINT = 'Leave each record in one cluster.';
	END IF;

	-- ---- the columns ----
	SELECT string_agg(quote_ident(k), ', ' ORDER BY k COLLATE "C") INTO problem FROM (SELECT jsonb_object_keys(rules -> 'columns') UNION SELECT recency UNION SELECT source) AS u (k)
	WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = k AND NOT attisdropped AND attnum > 0) AND k IS NOT NULL;
	IF problem IS NOT NULL THEN
		RAISE undefined_column USING MESSAGE = format('%s lacks columns: %s', relation, problem), DETAIL = 'The rules of the merge name them.', HINT = 'Write names of columns as they are, without quotes.';
	END IF;
	-- what others refer to stays, or they would have to follow; so does what the server computes
	fixed := keys || ARRAY(SELECT unnest(referenced) FROM salesops.merge_references(relation))
		|| ARRAY(SELECT unnest(columns) FROM salesops.merge_references(relation) WHERE table_name = relation AND cardinality(columns) > 1)
		|| ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND (attgenerated <> '' OR attidentity = 'a'));
	SELECT string_agg(quote_ident(key), ', ') INTO problem FROM jsonb_each_text(rules -> 'columns') WHERE key = ANY (fixed) AND value <> 'keep';
	IF problem IS NOT NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = format('columns of %s cannot change: %s', relation, problem),
			DETAIL = 'They are in the key, foreign keys refer to them, or the server computes them.', HINT = 'Leave them out of the rules.';
	END IF;
	IF recency IS NOT NULL THEN
		recency_order := format('c%s DESC NULLS LAST, ', (SELECT attnum FROM pg_attribute WHERE attrelid = relation AND attname = recency));
	END IF;
	IF source IS NOT NULL AND priority <> '{}' THEN
		source_order := format('array_position($2, c%s::text) NULLS LAST', (SELECT attnum FROM pg_attribute WHERE attrelid = relation AND attname = source));
	END IF;

	FOR col IN SELECT a.attnum, a.attname::text AS name, t.typcategory = 'S' AS texts, a.attgenerated <> '' AS computed, f.referenced AS refers, format_type(a.atttypid, a.atttypmod) AS type
		FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
		LEFT JOIN LATERAL (SELECT b.attnum AS referenced FROM salesops.merge_references(relation) AS r JOIN pg_attribute AS b ON b.attrelid = relation AND b.attname = r.referenced[1]
			WHERE r.table_name = relation AND r.columns = ARRAY[a.attname::text] LIMIT 1) AS f ON true
		WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
	LOOP
		member_list := member_list || format(', t.%I AS c%s', col.name, col.attnum);
		IF col.computed THEN
			CONTINUE;
		END IF;
		names := names || ', ' || quote_literal(col.name);
		images := images || format(', CASE WHEN r.c%1$s IS DISTINCT FROM NULL THEN concat(r.c%1$s) END', col.attnum);
		-- IS NULL would be true of a composite value of NULLs
		is_missing := format('c%s IS NOT DISTINCT FROM NULL', col.attnum);
		IF col.texts THEN
			is_missing := is_missing || format(' OR btrim(c%1$s::text, %2$L) = '''' OR c%1$s::text = ANY ($1)', col.attnum, blanks);
		END IF;
		complete := complete || format(' + CASE WHEN %s THEN 0 ELSE 1 END', is_missing);
		CONTINUE WHEN col.name = ANY (fixed);
		rule := coalesce(rules -> 'columns' ->> col.name, otherwise);
		IF col.refers IS NOT NULL THEN
			-- what refers to a record of the same cluster would refer to itself
			self_reference := true;
			ranked_list := ranked_list || format(', c%1$s IS DISTINCT FROM NULL AND c%1$s::text = ANY (array_agg(c%2$s::text) OVER (PARTITION BY cluster)) AS l%1$s', col.attnum, col.refers);
			is_missing := is_missing || format(' OR l%s', col.attnum);
		ELSIF rule = 'keep' THEN
			CONTINUE;
		END IF;
		IF rule = 'longest' AND NOT col.texts THEN
			-- as the rule of all others it is for texts; of a column by name, a mistake
			IF rules -> 'columns' ? col.name THEN
				RAISE datatype_mismatch USING MESSAGE = format('%s.%I is of type %s', relation, col.name, col.type), DETAIL = 'The longest value is one of texts.', HINT = 'highest is the greatest of numbers and dates.';
			END IF;
			rule := 'fill';
		END IF;
		score := CASE rule
			WHEN 'keep' THEN 'place'
			WHEN 'fill' THEN 'place'
			WHEN 'most_recent' THEN 'recent << 32 | place'
			WHEN 'source_priority' THEN 'favored << 32 | place'
			WHEN 'longest' THEN format('2000000000 - char_length(c%s::text)::bigint << 32 | place', col.attnum)
			WHEN 'most_frequent' THEN format('2000000000 - f%s << 32 | place', col.attnum)
			ELSE format('o%s << 32 | place', col.attnum) END;
		IF rule = 'most_frequent' THEN
			ranked_list := ranked_list || format(', count(*) OVER (PARTITION BY cluster, concat(c%1$s)) AS f%1$s', col.attnum);
		ELSIF rule IN ('lowest', 'highest') THEN
			placed_list := placed_list || format(', rank() OVER (PARTITION BY cluster ORDER BY c%1$s %2$s) AS o%1$s', col.attnum, CASE rule WHEN 'highest' THEN 'DESC NULLS LAST' ELSE 'ASC' END);
		END IF;
		chosen_list := chosen_list || format(', min(CASE WHEN %1$s THEN NULL ELSE %2$s END) & 4294967295 AS s%3$s', is_missing || CASE rule WHEN 'keep' THEN ' OR place > 1' ELSE '' END, score, col.attnum)
			|| CASE WHEN col.refers IS NOT NULL THEN format(', bool_or(place = 1 AND l%1$s) AS l%1$s', col.attnum) ELSE '' END;
		choices := choices || format(', (%L, c.s%s, %s, %L)', col.name, col.attnum, CASE WHEN col.refers IS NOT NULL THEN format('c.l%s', col.attnum) ELSE 'false' END,
			(SELECT attname FROM pg_attribute WHERE attrelid = relation AND attnum = col.refers));
	END LOOP;

	-- ---- one query for all clusters; columns go by their numbers, whatever they are called ----
	RETURN QUERY EXECUTE
		format('WITH member AS (SELECT c.%1$I::text AS cluster%2$s FROM %3$s AS c JOIN %4$s AS t ON %5$s WHERE c.%1$I IS DISTINCT FROM NULL), ', cluster_column, member_list, clusters, relation, joined)
		|| format('sized AS (SELECT m.*, count(*) OVER (PARTITION BY cluster) AS size, %s AS complete FROM member AS m), ', complete)
		|| format('ranked AS MATERIALIZED (SELECT s.*, row_number() OVER (PARTITION BY cluster ORDER BY %scomplete DESC, %s%s) AS place%s FROM sized AS s WHERE size > 1), ',
			CASE survivor_rule WHEN 'most_recent' THEN recency_order WHEN 'oldest' THEN replace(recency_order, 'DESC', 'ASC') WHEN 'source_priority' THEN source_order || ', ' WHEN 'lowest_key' THEN key_order || ', ' ELSE '' END,
			recency_order, key_order, ranked_list)
		|| format('placed AS MATERIALIZED (SELECT r.*%s%s%s FROM ranked AS r), ',
			CASE WHEN recency IS NOT NULL THEN format(', row_number() OVER (PARTITION BY cluster ORDER BY %splace) AS recent', recency_order) END,
			CASE WHEN source_order IS NOT NULL THEN format(', row_number() OVER (PARTITION BY cluster ORDER BY %s, place) AS favored', source_order) END, placed_list)
		|| format('imaged AS MATERIALIZED (SELECT cluster, place, %s AS id, jsonb_object(ARRAY[%s], ARRAY[%s]) AS key, jsonb_object(ARRAY[%s]::text[], ARRAY[%s]::text[]) AS image FROM placed AS r), ',
			key_id, key_names, key_values, substr(names, 3), substr(images, 3))
		|| CASE WHEN choices = '' THEN 'changed AS (SELECT NULL::text AS cluster, NULL::jsonb AS changes, NULL::jsonb AS sources WHERE false) ' ELSE
			format('chosen AS (SELECT cluster%s FROM placed GROUP BY cluster), ', chosen_list)
			|| format($$decided AS (
				SELECT c.cluster, v.name, s.id AS source, %s AS value, own.image ->> v.name AS was
				FROM chosen AS c CROSS JOIN LATERAL (VALUES %s) AS v (name, place, loop, refers)
				JOIN imaged AS own ON own.cluster = c.cluster AND own.place = 1
				LEFT JOIN imaged AS s ON s.cluster = c.cluster AND s.place = v.place%s
				WHERE v.place > 1 OR v.loop), $$,
				-- what refers to a record that goes will refer to what that becomes
				CASE WHEN self_reference THEN 'coalesce(gone.survivor, s.image ->> v.name)' ELSE 's.image ->> v.name' END, substr(choices, 3),
				CASE WHEN self_reference THEN ' LEFT JOIN (SELECT r.name, l.image ->> r.name AS lost, k.image ->> r.name AS survivor FROM imaged AS l JOIN imaged AS k ON k.cluster = l.cluster AND k.place = 1 CROSS JOIN (SELECT DISTINCT referenced[1] FROM salesops.merge_references($3)) AS r (name) WHERE l.place > 1) AS gone ON gone.name = v.refers AND gone.lost = s.image ->> v.name' END)
			|| 'changed AS (SELECT cluster, jsonb_object_agg(name, value) AS changes, jsonb_object_agg(name, source) AS sources FROM decided WHERE value IS DISTINCT FROM was GROUP BY cluster) ' END
		|| $$SELECT r.cluster, r.id, own.id, r.place = 1, r.key, own.key, r.image, CASE WHEN r.place = 1 THEN coalesce(d.changes, '{}') END, CASE WHEN r.place = 1 THEN coalesce(d.sources, '{}') END
			FROM imaged AS r JOIN imaged AS own ON own.cluster = r.cluster AND own.place = 1 LEFT JOIN changed AS d ON d.cluster = r.cluster ORDER BY r.cluster COLLATE "C", r.place$$
	USING absent, priority, relation;
END
$function$;
COMMENT ON FUNCTION merge_members(regclass, regclass, jsonb) IS $$The records of all clusters, which of them survive, and what changes in these: the golden records, before anything is done.
relation: the table. clusters: a table or view with a row for each record: cluster_id, and record_id or the columns of the key by their names; or cluster and record, as duplicate_clusters has them. A record with a NULL cluster, or alone in one, is left out. rules: see merge_plan. image: all columns but those that the server computes, as text. Of the survivor, changes: the columns that change and their values, and sources: the records that these come from; of others NULL. It reads with the rights of who calls it.
Example: to_regprocedure('salesops.merge_members(regclass, regclass, jsonb)') IS NOT NULL ==> true$$;

CREATE FUNCTION merge_impact(relation regclass, losers jsonb, changed jsonb)
RETURNS TABLE (action text, cluster_id text, record_id text, table_name text, columns text, constraint_name text, row_count bigint, problem text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000 ROWS 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C' SET timezone = 'UTC'
AS $function$
#variable_conflict use_column
DECLARE
	target regclass;
	reference record;
	index record;
	maps text;
	map text;
	affected text;
	key_joined text;
	key_values text;
	key_equals text;
	loser_joined text;
	assigned jsonb;
	after text;
	touched text[];
	changing text[] := ARRAY(SELECT DISTINCT jsonb_object_keys(c -> 'n') FROM jsonb_array_elements(changed) AS c ORDER BY 1);
	numbers smallint[];
	denied text;
	gone text;
BEGIN
	-- the key of a record in JSON, and what joins it, behind the alias of the query that has it
	SELECT string_agg(format('t.%1$I %2$s (c -> ''k'' ->> %1$L)::%3$s', k.column_name, k.equals, k.type_name), ' AND '), string_agg(format('(c -> %%1$L ->> %s)::%s AS k%s', replace(quote_literal(k.column_name), '%', '%%'), replace(k.type_name, '%', '%%'), k.n), ', '),
		string_agg(format('t.%s %s %%1$s.k%s', replace(quote_ident(k.column_name), '%', '%%'), replace(k.equals, '%', '%%'), k.n), ' AND ')
	INTO key_joined, key_values, key_equals
	FROM salesops.merge_key(relation, ARRAY(SELECT jsonb_object_keys(losers -> 0 -> 'k'))) WITH ORDINALITY AS k (column_name, type_name, equals, n);
	-- ---- every table that refers to the records, and the table itself ----
	FOR target IN SELECT x.t FROM (SELECT relation UNION SELECT r.table_name FROM salesops.merge_references(relation) AS r) AS x (t) ORDER BY x.t::text COLLATE "C" LOOP
		-- what the server would refuse, and what it would do unseen
		denied := NULL;
		SELECT concat_ws(', ', CASE WHEN NOT has_schema_privilege(relnamespace, 'USAGE') THEN 'USAGE of its schema' END,
			CASE WHEN NOT has_table_privilege(oid, 'SELECT') AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND NOT has_column_privilege(target, attnum, 'SELECT')) THEN 'SELECT' END,
			CASE WHEN target = relation AND NOT has_table_privilege(oid, 'DELETE') THEN 'DELETE' END,
			(SELECT 'UPDATE of ' || string_agg(quote_ident(u), ', ' ORDER BY u) FROM (SELECT unnest(changing) WHERE target = relation UNION SELECT unnest(r.columns) FROM salesops.merge_references(relation) AS r WHERE r.table_name = target) AS u (u) WHERE NOT has_column_privilege(target, u, 'UPDATE')))
		INTO denied FROM pg_class WHERE oid = target;
		IF denied <> '' THEN
			RETURN QUERY SELECT 'conflict', NULL::text, NULL::text, target::text, NULL::text, NULL::text, NULL::bigint, format('%s lacks privileges on %s: %s', current_user, target, denied);
			CONTINUE;
		END IF;
		IF row_security_active(target) THEN
			RETURN QUERY SELECT 'conflict', NULL::text, NULL::text, target::text, array_to_string(r.columns, ', '), r.constraint_name, NULL::bigint,
				format('row-level security may hide rows of %s, which the deletion of what they refer to would %s', target, CASE r.on_delete WHEN 'c' THEN 'delete' ELSE 'change' END)
			FROM salesops.merge_references(relation) AS r WHERE r.table_name = target AND r.on_delete IN ('c', 'n', 'd');
		END IF;

		maps := '';
		affected := '';
		assigned := '{}';
		touched := CASE WHEN target = relation THEN changing ELSE '{}' END;
		gone := CASE WHEN target = relation THEN 'NOT EXISTS (SELECT FROM lost AS l WHERE (l.part, l.line) = (t.tableoid, t.ctid))' ELSE 'true' END;
		FOR reference IN SELECT r.*, 'm' || n AS name FROM salesops.merge_references(relation) WITH ORDINALITY AS r (constraint_name, table_name, columns, referenced, equals, on_delete, has_index, n) WHERE r.table_name = target ORDER BY n LOOP
			-- the values of each record that goes, and of the one that stays
			SELECT format('(SELECT c ->> ''c'' AS cluster, c ->> ''i'' AS id, %s FROM jsonb_array_elements($1) AS c OFFSET 0) AS %s',
					string_agg(format('(c -> ''r'' ->> %1$L)::%2$s AS l%3$s, (c -> ''s'' ->> %1$L)::%2$s AS s%3$s', a.attname, format_type(a.atttypid, a.atttypmod), u.n), ', ')
					|| ', ' || format(key_values, 's'), reference.name),
				string_agg(format('%1$s.l%2$s %3$s t.%4$I', reference.name, u.n, u.equals, u.name), ' AND ')
			INTO map, loser_joined
			FROM unnest(reference.columns, reference.referenced, reference.equals) WITH ORDINALITY AS u (name, referenced, equals, n) JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = u.referenced;
			-- the surviving record itself is no row that refers to another
			IF target = relation THEN
				loser_joined := loser_joined || format(' AND NOT (%s)', format(key_equals, reference.name));
			END IF;
			RETURN QUERY EXECUTE format($$WITH lost AS (SELECT t.tableoid AS part, t.ctid AS line FROM %1$s AS t JOIN jsonb_array_elements($1) AS c ON %2$s WHERE %3$L)
				SELECT 'repoint', %4$s.cluster, %4$s.id, %5$L, %6$L, %7$L, count(*), NULL::text FROM %5$s AS t JOIN %8$s ON %9$s WHERE %10$s GROUP BY 2, 3 ORDER BY %4$s.cluster COLLATE "C", %4$s.id COLLATE "C"$$,
				relation, key_joined, target = relation, reference.name, target, array_to_string(reference.columns, ', '), reference.constraint_name, map, loser_joined, gone) USING losers;
			IF target = relation AND cardinality(reference.columns) > 1 THEN
				RETURN QUERY EXECUTE format($$SELECT 'conflict', m.cluster, m.id, %1$L, %2$L, %3$L, count(*), 'the surviving record would refer to itself' FROM %1$s AS t JOIN %4$s ON %5$s AND %6$s GROUP BY 2, 3$$,
					target, array_to_string(reference.columns, ', '), reference.constraint_name, regexp_replace(map, reference.name || '$', 'm'),
					(SELECT string_agg(format('m.l%s %s t.%I', u.n, u.equals, u.name), ' AND ') FROM unnest(reference.columns, reference.equals) WITH ORDINALITY AS u (name, equals, n)),
					format(key_equals, 'm')) USING losers;
			END IF;
			-- a referenced key other than that of the table may be NULL in the record that stays
			RETURN QUERY EXECUTE format($$SELECT 'conflict', %1$s.cluster, %1$s.id, %2$L, %3$L, %4$L, count(*), 'the surviving record has no value that these rows could refer to' FROM %2$s AS t JOIN %5$s ON %6$s WHERE %7$s GROUP BY 2, 3$$,
				reference.name, target, array_to_string(reference.columns, ', '), reference.constraint_name, map, loser_joined,
				(SELECT string_agg(format('%s.s%s IS NULL', reference.name, u.n), ' OR ') FROM generate_subscripts(reference.columns, 1) AS u (n))) USING losers;
			maps := maps || format(' LEFT JOIN %s ON %s', map, loser_joined);
			affected := affected || format(' OR %s.cluster IS NOT NULL', reference.name);
			touched := touched || reference.columns;
			FOR index IN SELECT u.name, u.n FROM unnest(reference.columns) WITH ORDINALITY AS u (name, n) LOOP
				assigned := assigned || jsonb_build_object(index.name, coalesce(assigned ->> index.name, '') || format(' WHEN %s.cluster IS NOT NULL THEN %s.s%s', reference.name, reference.name, index.n));
			END LOOP;
		END LOOP;
		CONTINUE WHEN touched = '{}' OR jsonb_array_length(losers) = 0;

		-- ---- the rows as they will be ----
		IF target = relation THEN
			maps := maps || format(' LEFT JOIN (SELECT c ->> ''c'' AS cluster, c -> ''n'' AS n, %s FROM jsonb_array_elements($2) AS c OFFSET 0) AS changed ON %s',
				format(key_values, 'k'), format(key_equals, 'changed'));
			affected := affected || ' OR changed.cluster IS NOT NULL';
		END IF;
		SELECT format('SELECT t.tableoid AS "#part", t.ctid AS "#line", coalesce(%s) AS "#cluster", %s FROM %s AS t%s WHERE (%s) AND %s',
			concat_ws(', ', CASE WHEN target = relation THEN 'changed.cluster' END, (SELECT string_agg(format('m%s.cluster', n), ', ') FROM salesops.merge_references(relation) WITH ORDINALITY AS r (constraint_name, table_name, columns, referenced, equals, on_delete, has_index, n) WHERE r.table_name = target)),
			string_agg(CASE WHEN target = relation AND a.attname = ANY (changing) OR assigned ? a.attname THEN
				format('CASE%s%s ELSE t.%I END AS %3$I', CASE WHEN target = relation AND a.attname = ANY (changing) THEN format(' WHEN changed.n ? %1$L THEN (changed.n ->> %1$L)::%2$s', a.attname, format_type(a.atttypid, a.atttypmod)) END, assigned ->> a.attname, a.attname)
				ELSE format('t.%I', a.attname) END, ', ' ORDER BY a.attnum),
			target, maps, substr(affected, 5), gone)
		INTO after FROM pg_attribute AS a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
		after := format('WITH lost AS MATERIALIZED (SELECT t.tableoid AS part, t.ctid AS line FROM %s AS t JOIN jsonb_array_elements($1) AS c ON %s WHERE %L), after AS MATERIALIZED (%s) ', relation, key_joined, target = relation, after);
		numbers := ARRAY(SELECT a.attnum FROM pg_attribute AS a WHERE a.attrelid = target AND (a.attname = ANY (touched) OR a.attgenerated <> ''));

		-- NOT NULL, of the table or its domains, and CHECK
		RETURN QUERY EXECUTE after || format($$SELECT 'conflict', t."#cluster", NULL::text, %1$L, a.name, NULL::text, count(*), 'a column that must not be NULL would be' FROM after AS t CROSS JOIN LATERAL (VALUES %2$s) AS a (name, empty) WHERE a.empty GROUP BY 2, 5$$,
			target, (SELECT coalesce(string_agg(format('(%L, t.%I IS NOT DISTINCT FROM NULL)', attname, attname), ', '), '(NULL::text, false)') FROM pg_attribute WHERE attrelid = target AND attname = ANY (touched) AND attnotnull AND NOT attisdropped)) USING losers, changed;
		FOR index IN SELECT c.conname::text AS name, pg_get_expr(c.conbin, c.conrelid) AS condition FROM pg_constraint AS c WHERE c.conrelid = target AND c.contype = 'c' AND c.conkey && numbers
			AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attnum = ANY (c.conkey) AND a.attgenerated <> '') ORDER BY 1 LOOP
			RETURN QUERY EXECUTE after || format($$SELECT 'conflict', t."#cluster", NULL::text, %1$L, NULL::text, %2$L, count(*), 'a check constraint would be violated' FROM after AS t WHERE NOT (%3$s) GROUP BY 2$$, target, index.name, index.condition) USING losers, changed;
		END LOOP;

		-- unique indexes, those on expressions and on a part of the rows too
		FOR index IN SELECT i.indexrelid, c.relname::text AS name, i.indnullsnotdistinct AS nulls_equal, coalesce(pg_get_expr(i.indpred, i.indrelid), 'true') AS condition,
				k.inner_list, k.outer_list, k.joined, k.nulls, k.columns
			FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid, LATERAL (
				SELECT string_agg(format('(%s) AS "#%s"', pg_get_indexdef(i.indexrelid, u.n::integer, true), u.n), ', ' ORDER BY u.n), string_agg(format('"#%s"', u.n), ', ' ORDER BY u.n),
					string_agg(CASE WHEN i.indnullsnotdistinct THEN format('(a."#%1$s" OPERATOR(%2$I.%3$s) u."#%1$s" OR a."#%1$s" IS NULL AND u."#%1$s" IS NULL)', u.n, n.nspname, o.oprname) ELSE format('a."#%1$s" OPERATOR(%2$I.%3$s) u."#%1$s"', u.n, n.nspname, o.oprname) END, ' AND '),
					CASE WHEN i.indnullsnotdistinct THEN 'true' ELSE string_agg(format('"#%s" IS NOT NULL', u.n), ' AND ') END,
					string_agg(pg_get_indexdef(i.indexrelid, u.n::integer, true), ', ' ORDER BY u.n)
				FROM unnest((i.indclass::oid[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS u (opclass, n)
				JOIN pg_opclass AS p ON p.oid = u.opclass JOIN pg_amop AS s ON s.amopfamily = p.opcfamily AND s.amopstrategy = 3 AND s.amoplefttype = p.opcintype AND s.amoprighttype = p.opcintype
				JOIN pg_operator AS o ON o.oid = s.amopopr JOIN pg_namespace AS n ON n.oid = o.oprnamespace) AS k (inner_list, outer_list, joined, nulls, columns)
			WHERE i.indrelid = target AND i.indisunique AND i.indisvalid AND ((i.indkey::smallint[])[0:i.indnkeyatts - 1] && numbers OR i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
				AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attgenerated <> '' AND (a.attnum = ANY (i.indkey) OR EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = i.indexrelid AND d.classid = 'pg_class'::regclass AND d.refobjid = target AND d.refobjsubid = a.attnum)))
			ORDER BY c.relname
		LOOP
			RETURN QUERY EXECUTE after || format($$, a AS MATERIALIZED (SELECT * FROM (SELECT t."#part", t."#line", t."#cluster", %1$s FROM after AS t WHERE %2$s) AS t WHERE %3$s)
				SELECT 'conflict', v."#cluster", NULL::text, %4$L, %5$L, %6$L, count(*), 'rows would be the same in a unique index: ' || min(v.example) FROM (
					SELECT d."#part", d."#line", d."#cluster", concat_ws(', ', %7$s) AS example FROM (SELECT a.*, count(*) OVER (PARTITION BY %8$s) AS n FROM a) AS d WHERE d.n > 1
					UNION
					SELECT a."#part", a."#line", a."#cluster", concat_ws(', ', %9$s) FROM a JOIN (SELECT tableoid AS "#part", ctid AS "#line", %1$s FROM %10$s AS t WHERE %2$s) AS u ON %11$s
					WHERE NOT EXISTS (SELECT FROM after AS f WHERE (f."#part", f."#line") = (u."#part", u."#line")) AND NOT EXISTS (SELECT FROM lost AS l WHERE (l.part, l.line) = (u."#part", u."#line"))) AS v
				GROUP BY 2$$,
				index.inner_list, index.condition, index.nulls, target, index.columns, index.name, index.outer_list, index.outer_list,
				regexp_replace(index.outer_list, '("#[0-9]+")', 'a.\1', 'g'), target, index.joined) USING losers, changed;
		END LOOP;
	END LOOP;
END
$function$;
COMMENT ON FUNCTION merge_impact(regclass, jsonb, jsonb) IS $$What a merge means to other rows: how many would refer to another record, and which constraints, privileges or policies stand against it. A part of merge_plan and merge_apply.
losers: for each record that goes, its cluster c, its id i and key k, the columns r that others refer to and those s of the record that stays. changed: for each record that changes, its cluster c, its key k and its new values n. action: repoint or conflict. It looks at NOT NULL, CHECK and unique indexes, also partial ones and those on expressions; exclusion constraints, unique indexes with generated columns and triggers show only when the merge is done, which then changes nothing.
Example: to_regprocedure('salesops.merge_impact(regclass, jsonb, jsonb)') IS NOT NULL ==> true$$;

CREATE FUNCTION merge_plan(relation regclass, clusters regclass, rules jsonb DEFAULT '{}')
RETURNS TABLE (cluster_id text, action text, record_id text, table_name text, column_name text, old_value text, new_value text, source_id text, rule text, row_count bigint, problem text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000 ROWS 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C' SET timezone = 'UTC'
AS $function$
#variable_conflict use_column
DECLARE
	losers jsonb;
	changed jsonb;
	wanted text[] := ARRAY(SELECT jsonb_array_elements_text(CASE jsonb_typeof(rules -> 'key') WHEN 'array' THEN rules -> 'key' WHEN 'string' THEN jsonb_build_array(rules -> 'key') ELSE '[]' END));
	refers text[] := ARRAY(SELECT unnest(r.referenced) FROM salesops.merge_references(relation) AS r UNION SELECT k.column_name FROM salesops.merge_key(relation, nullif(wanted, '{}')) AS k);
BEGIN
	RETURN QUERY SELECT m.cluster_id, x.action, m.record_id, relation::text, x.column_name, x.old_value, x.new_value, x.source_id, x.rule, NULL::bigint, NULL::text
	FROM salesops.merge_members(relation, clusters, rules) WITH ORDINALITY AS m (cluster_id, record_id, survivor_id, survives, record_key, survivor_key, image, changes, sources, n)
	CROSS JOIN LATERAL (
		SELECT 0, 'keep', NULL::text, NULL::text, NULL::text, NULL::text, coalesce(rules ->> 'survivor', 'most_complete') WHERE m.survives
		UNION ALL
		SELECT 1, 'update', c.key, m.image ->> c.key, c.value, m.sources ->> c.key, coalesce(rules -> 'columns' ->> c.key, rules ->> 'otherwise', 'fill') FROM jsonb_each_text(m.changes) AS c
		UNION ALL
		SELECT 2, 'delete', NULL, m.image::text, NULL, m.survivor_id, NULL WHERE NOT m.survives) AS x (o, action, column_name, old_value, new_value, source_id, rule)
	ORDER BY m.n, x.o, x.column_name COLLATE "C";
	SELECT coalesce(jsonb_agg(jsonb_build_object('c', m.cluster_id, 'i', m.record_id, 'k', m.record_key, 'r', r.r, 's', s.r)) FILTER (WHERE NOT m.survives), '[]'),
		coalesce(jsonb_agg(jsonb_build_object('c', m.cluster_id, 'k', m.record_key, 'n', m.changes)) FILTER (WHERE m.changes <> '{}'), '[]')
	INTO losers, changed
	FROM (SELECT m.*, first_value(m.image) OVER (PARTITION BY m.cluster_id ORDER BY m.survives DESC) AS kept FROM salesops.merge_members(relation, clusters, rules) AS m) AS m,
		LATERAL (SELECT jsonb_object_agg(k, m.image -> k) FROM unnest(refers) AS k) AS r (r), LATERAL (SELECT jsonb_object_agg(k, m.kept -> k) FROM unnest(refers) AS k) AS s (r);
	IF losers <> '[]' THEN
		RETURN QUERY SELECT i.cluster_id, i.action, i.record_id, i.table_name, i.columns, NULL::text, NULL::text, NULL::text, i.constraint_name, i.row_count, i.problem FROM salesops.merge_impact(relation, losers, changed) AS i;
	END IF;
END
$function$;
COMMENT ON FUNCTION merge_plan(regclass, regclass, jsonb) IS $$What merge_apply would do, and what stands against it: one row for each record that is kept, each column that changes, each record that is deleted, each set of rows that would refer to another record, and each conflict.
relation: the table. clusters: a table or view with a row for each record: cluster_id, and record_id or the columns of the key by their names; or cluster and record, as duplicate_clusters has them. rules: an object. survivor: most_complete (the usual rule), most_recent, oldest, source_priority or lowest_key. columns: the rule of each column: keep, fill, most_recent, source_priority, longest, most_frequent, lowest or highest; otherwise: that of all others, fill where it is not said. recency and source: the columns that tell when and where a record was changed; priority: the sources, the first of them first. missing: texts that count as no value, beside NULL and blanks. key: the columns of a unique index where the table has no primary key.
action: keep, update, delete, repoint or conflict. old_value of a record that is deleted: all its columns. rule of rows that are re-pointed, and of a conflict: the constraint. It changes nothing and reads with the rights of who calls it.
Example: to_regprocedure('salesops.merge_plan(regclass, regclass, jsonb)') IS NOT NULL ==> true$$;
