-- match_tables: the duplicates of a table, and what two tables have in common.

CREATE FUNCTION match_run(query text, other_query text, rule match_rule, model match_model, evidence boolean)
	RETURNS TABLE (record_a text, record_b text, weight double precision, probability double precision)
	AS 'MODULE_PATHNAME', 'salesops_match_run' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 10000;
COMMENT ON FUNCTION match_run(text, text, match_rule, match_model, boolean) IS $$The pairs of records of a query that are one: what duplicate_pairs, match_pairs and duplicate_clusters stand on.
query: gives a key of type text and a record that match_record() has read, as match_source() writes it; it is run with the rights of who calls. other_query: where it is not NULL, records of the one are compared with those of the other alone. model: NULL has one fitted to the pairs, for the rule; where it is not, its rule counts. evidence: all pairs between records that chains of pairs from the threshold on connect, also those that speak against it; of more than twenty records that are the same in all the first stands for all of them, and has pairs of infinite weight with them. No rows where the query, or both rule and model, are NULL.
Example: (SELECT count(*) FROM salesops.match_run('SELECT NULL::text, NULL::bytea WHERE false', NULL, 'account', NULL, false)) ==> 0$$;
CREATE FUNCTION match_run_fit(query text, other_query text, rule match_rule) RETURNS match_model
	AS 'MODULE_PATHNAME', 'salesops_match_run_fit' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000;
COMMENT ON FUNCTION match_run_fit(text, text, match_rule) IS $$The model that is fitted to the records of a query: what fit_match_model stands on. Arguments are those of match_run.
Example: salesops.match_model_records(salesops.match_run_fit('SELECT NULL::text, NULL::bytea WHERE false', NULL, 'account')) ==> 0$$;

CREATE FUNCTION match_values(relation regclass, rule match_rule) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN (SELECT string_agg(format(CASE coalesce(nullif(y.typbasetype, 0), y.oid)
				WHEN 'date'::regtype THEN 'to_char(t.%I::timestamp, ''YYYY-MM-DD'')'
				WHEN 'timestamp'::regtype THEN 'to_char(t.%I::timestamp, ''YYYY-MM-DD HH24:MI:SS.US'')'
				WHEN 'timestamptz'::regtype THEN 'to_char(t.%I::timestamptz AT TIME ZONE ''UTC'', ''YYYY-MM-DD HH24:MI:SS.US'')'
				ELSE 't.%I::text' END, c.column_name), ', ' ORDER BY c."position")
		FROM @extschema@.match_rule_columns(rule) AS c JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = c.column_name AND NOT a.attisdropped
		JOIN pg_type AS y ON y.oid = a.atttypid);
END
$function$;
COMMENT ON FUNCTION match_values(regclass, match_rule) IS $$The values of a record of a table, t, as match_record takes them: SQL text, a list of texts in the order of the rule.
relation: a table or view that has the columns. Dates and times are written in one way, whatever DateStyle and TimeZone of a session are: of 24 June 1971, one session would have 24/06/1971 and another 1971-06-24. NULL for NULL.
Example: salesops.match_values('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}') ==> t.amname::text$$;

CREATE FUNCTION match_source(relation regclass, rule match_rule) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	missing text;
	near text;
	present text;
BEGIN
	SELECT string_agg(quote_ident(wanted.name), ', ' ORDER BY wanted.name COLLATE "C"), (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped)
	INTO missing, present
	FROM (SELECT @extschema@.match_rule_key(rule) UNION SELECT c.column_name FROM @extschema@.match_rule_columns(rule) AS c) AS wanted (name)
	WHERE NOT EXISTS (SELECT FROM pg_attribute AS p WHERE p.attrelid = relation AND p.attname = wanted.name::name AND p.attnum > 0 AND NOT p.attisdropped);
	IF missing IS NOT NULL THEN
		-- mistyped, in other case, or in the quotes of SQL
		SELECT string_agg(format('%I is %I', wanted.name, l.attname), ', ' ORDER BY wanted.name COLLATE "C") INTO near
		FROM (SELECT @extschema@.match_rule_key(rule) UNION SELECT c.column_name FROM @extschema@.match_rule_columns(rule) AS c) AS wanted (name),
			LATERAL (SELECT p.attname, @extschema@.damerau_ratio(lower(btrim(wanted.name, '"')), lower(p.attname::text)) AS alike FROM pg_attribute AS p
				WHERE p.attrelid = relation AND p.attnum > 0 AND NOT p.attisdropped ORDER BY 2 DESC, p.attnum LIMIT 1) AS l
		WHERE NOT EXISTS (SELECT FROM pg_attribute AS p WHERE p.attrelid = relation AND p.attname = wanted.name::name AND p.attnum > 0 AND NOT p.attisdropped) AND l.alike >= 0.75;
		RAISE undefined_column USING MESSAGE = format('%s lacks columns that the rule names: %s', relation, missing),
			DETAIL = format('It has: %s.', present),
			HINT = concat('Perhaps ' || near || '. ', CASE WHEN missing = 'id' THEN 'A rule that names no "key" takes "id": name the column that tells which record is meant, as in {"key": "account_no", "columns": [{"name": "company"}]}.'
				ELSE 'Name the columns of the table in the rule, and its key as "key"; or make a view that has the columns.' END);
	END IF;
	RETURN format('SELECT t.%I::text, %s.match_record(%L::%s.match_rule, ARRAY[%s]) FROM %s AS t', @extschema@.match_rule_key(rule), '@extschema@', rule, '@extschema@',
		@extschema@.match_values(relation, rule), relation);
END
$function$;
COMMENT ON FUNCTION match_source(regclass, match_rule) IS $$The query that reads the records of a table under a rule, as match_run takes it.
relation: a table or view. A column that the rule names and the table lacks is an error. NULL for NULL.
Example: salesops.match_source('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}], "threshold": 0.5}') ==> SELECT t.oid::text, salesops.match_record('{"key": "oid", "columns": [{"amname": "text"}], "threshold": 0.5, "version": 1}'::salesops.match_rule, ARRAY[t.amname::text]) FROM pg_am AS t$$;

CREATE FUNCTION fit_match_model(relation regclass, rule match_rule) RETURNS match_model
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	RETURN @extschema@.match_run_fit(@extschema@.match_source(relation, rule), NULL, rule);
END
$function$;
COMMENT ON FUNCTION fit_match_model(regclass, match_rule) IS $$Learns from the records of a table, without labels, what agreement on each column of a rule is worth.
relation: a table or view with the rule's columns; of other types than text, as text. The same records give the same model, whatever the order of rows and the number of workers. With hardly any pairs to learn from, or none that are one, it stays near what is known of data in general. A rule with clauses has no model: an error. NULL for NULL. It reads with the rights of who calls; row-level policies hold.
Example: salesops.match_model_records(salesops.fit_match_model('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}')) > 0 ==> true$$;

CREATE FUNCTION duplicate_pairs(relation regclass, rule match_rule) RETURNS TABLE (record_a text, record_b text, weight double precision, probability double precision)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT * FROM @extschema@.match_run(@extschema@.match_source(relation, rule), NULL, rule, NULL, false) AS p
		ORDER BY p.weight DESC, p.record_a COLLATE "C", p.record_b COLLATE "C";
END
$function$;
COMMENT ON FUNCTION duplicate_pairs(regclass, match_rule) IS $$The pairs of records of a table that are one, from the threshold of the rule on, the likeliest first.
relation: a table or view with the rule's columns. rule: a rule, for which a model is fitted to the table, unless it has clauses. record_a, record_b: their keys as text, the lesser first, by bytes. weight: log2 of the odds; probability: the same as a number from 0 to 1; both NULL for a rule with clauses. Pairs are those alone that share something rare: docs/reference/duplicates.md. Of more than twenty records that are the same in all not each pair is there, but each record is; duplicate_clusters has them together. A NULL key and one that is there twice are errors. No rows for NULL. It reads with the rights of who calls; row-level policies hold.
Example: (SELECT count(*) FROM salesops.duplicate_pairs('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}'::salesops.match_rule)) ==> 0$$;

CREATE FUNCTION duplicate_clusters(relation regclass, rule match_rule) RETURNS TABLE (record text, cluster text)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH pair AS MATERIALIZED (SELECT * FROM @extschema@.match_run(@extschema@.match_source(relation, rule), NULL, rule, NULL, true)),
		-- of each crowd of the same one, with pairs of infinite weight to the others
		crowd AS (SELECT record_a AS first, record_b AS record FROM pair WHERE weight = 'Infinity'),
		found AS (SELECT c.record, c.cluster FROM @extschema@.match_clusters((SELECT @extschema@.match_graph(record_a, record_b, least(greatest(weight, (-7)::double precision), 7::double precision))
			FROM pair WHERE weight < 'Infinity'), -1.5::double precision, (-4)::double precision) AS c),
		member AS (SELECT record, cluster FROM found
			UNION ALL SELECT crowd.record, coalesce(found.cluster, crowd.first) FROM crowd LEFT JOIN found ON found.record = crowd.first
			UNION ALL SELECT DISTINCT first, first FROM crowd WHERE first NOT IN (SELECT record FROM found))
	SELECT record, cluster FROM (SELECT record, cluster, count(*) OVER (PARTITION BY cluster) AS size FROM member) AS sized WHERE size > 1 ORDER BY cluster COLLATE "C", record COLLATE "C";
END
$function$;
COMMENT ON FUNCTION duplicate_clusters(regclass, match_rule) IS $$Which records of a table are one: a row for each record that has a duplicate, with the least key of its cluster.
relation, rule: as for duplicate_pairs. Not all that pairs connect is one: from the likeliest pairs on clusters are made of records between which the evidence is, on the average over all their pairs, -1.5 bits or more (match_clusters), so that a chain of weak links is cut; each pair counts at most 7 bits either way, and one that was not compared -4. A record without a duplicate has no row. Keys are text, in the order of their bytes. It reads with the rights of who calls; row-level policies hold.
Example: (SELECT count(*) FROM salesops.duplicate_clusters('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}'::salesops.match_rule)) ==> 0$$;

CREATE FUNCTION match_pairs(left_relation regclass, right_relation regclass, rule match_rule, right_rule match_rule DEFAULT NULL) RETURNS TABLE (record_a text, record_b text, weight double precision, probability double precision)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	IF left_relation IS NULL OR right_relation IS NULL OR rule IS NULL THEN
		RETURN;
	END IF;
	IF right_rule IS NOT NULL AND (SELECT array_agg(c.role ORDER BY c."position") FROM @extschema@.match_rule_columns(right_rule) AS c)
			IS DISTINCT FROM (SELECT array_agg(c.role ORDER BY c."position") FROM @extschema@.match_rule_columns(rule) AS c) THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the rules of the two relations do not fit each other',
			DETAIL = format('Both need the same roles in the same order: %s; and not %s.', (SELECT string_agg(c.role, ', ' ORDER BY c."position") FROM @extschema@.match_rule_columns(rule) AS c),
				(SELECT string_agg(c.role, ', ' ORDER BY c."position") FROM @extschema@.match_rule_columns(right_rule) AS c)), HINT = 'Give both rules a column for each role: [{"company": "company"}] and [{"name": "company"}].';
	END IF;
	RETURN QUERY SELECT * FROM @extschema@.match_run(@extschema@.match_source(left_relation, rule), @extschema@.match_source(right_relation, coalesce(right_rule, rule)),
			rule, NULL, false) AS p
		ORDER BY p.weight DESC, p.record_a COLLATE "C", p.record_b COLLATE "C";
END
$function$;
COMMENT ON FUNCTION match_pairs(regclass, regclass, match_rule, match_rule) IS $$The pairs of a record of one table and a record of another that are one, such as leads and accounts, the likeliest first.
left_relation, right_relation: tables or views with the rule's columns. rule: for which a model is fitted to the pairs of the two, unless it has clauses. right_rule: the columns of the other table, where they have other names: the same roles in the same order; its key. record_a is of the left table, record_b of the right one. Records of one table are not compared with each other. No rows where another argument is NULL. It reads with the rights of who calls; row-level policies hold.
Example: (SELECT count(*) FROM salesops.match_pairs('pg_catalog.pg_am', 'pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}'::salesops.match_rule) WHERE record_a <> record_b) ==> 0$$;

CREATE FUNCTION duplicate_pairs(relation regclass, model match_model) RETURNS TABLE (record_a text, record_b text, weight double precision, probability double precision)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT * FROM @extschema@.match_run(@extschema@.match_source(relation, @extschema@.match_model_rule(model)), NULL, @extschema@.match_model_rule(model), model, false) AS p
		ORDER BY p.weight DESC, p.record_a COLLATE "C", p.record_b COLLATE "C";
END
$function$;
COMMENT ON FUNCTION duplicate_pairs(regclass, match_model) IS $$The pairs of records of a table that are one, from the threshold of the rule on, the likeliest first.
relation: a table or view with the rule's columns. model: a model that was fitted before. record_a, record_b: their keys as text, the lesser first, by bytes. weight: log2 of the odds; probability: the same as a number from 0 to 1; both NULL for a rule with clauses. Pairs are those alone that share something rare: docs/reference/duplicates.md. Of more than twenty records that are the same in all not each pair is there, but each record is; duplicate_clusters has them together. A NULL key and one that is there twice are errors. No rows for NULL. It reads with the rights of who calls; row-level policies hold.
Example: (SELECT count(*) FROM salesops.duplicate_pairs('pg_catalog.pg_am', salesops.fit_match_model('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}'))) ==> 0$$;

CREATE FUNCTION duplicate_clusters(relation regclass, model match_model) RETURNS TABLE (record text, cluster text)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH pair AS MATERIALIZED (SELECT * FROM @extschema@.match_run(@extschema@.match_source(relation, @extschema@.match_model_rule(model)), NULL, NULL, model, true)),
		-- of each crowd of the same one, with pairs of infinite weight to the others
		crowd AS (SELECT record_a AS first, record_b AS record FROM pair WHERE weight = 'Infinity'),
		found AS (SELECT c.record, c.cluster FROM @extschema@.match_clusters((SELECT @extschema@.match_graph(record_a, record_b, least(greatest(weight, (-7)::double precision), 7::double precision))
			FROM pair WHERE weight < 'Infinity'), -1.5::double precision, (-4)::double precision) AS c),
		member AS (SELECT record, cluster FROM found
			UNION ALL SELECT crowd.record, coalesce(found.cluster, crowd.first) FROM crowd LEFT JOIN found ON found.record = crowd.first
			UNION ALL SELECT DISTINCT first, first FROM crowd WHERE first NOT IN (SELECT record FROM found))
	SELECT record, cluster FROM (SELECT record, cluster, count(*) OVER (PARTITION BY cluster) AS size FROM member) AS sized WHERE size > 1 ORDER BY cluster COLLATE "C", record COLLATE "C";
END
$function$;
COMMENT ON FUNCTION duplicate_clusters(regclass, match_model) IS $$Which records of a table are one: a row for each record that has a duplicate, with the least key of its cluster.
relation, model: as for duplicate_pairs. Not all that pairs connect is one: from the likeliest pairs on clusters are made of records between which the evidence is, on the average over all their pairs, -1.5 bits or more (match_clusters), so that a chain of weak links is cut; each pair counts at most 7 bits either way, and one that was not compared -4. A record without a duplicate has no row. Keys are text, in the order of their bytes. It reads with the rights of who calls; row-level policies hold.
Example: (SELECT count(*) FROM salesops.duplicate_clusters('pg_catalog.pg_am', salesops.fit_match_model('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}'))) ==> 0$$;

CREATE FUNCTION match_pairs(left_relation regclass, right_relation regclass, model match_model, right_rule match_rule DEFAULT NULL) RETURNS TABLE (record_a text, record_b text, weight double precision, probability double precision)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	IF left_relation IS NULL OR right_relation IS NULL OR model IS NULL THEN
		RETURN;
	END IF;
	IF right_rule IS NOT NULL AND (SELECT array_agg(c.role ORDER BY c."position") FROM @extschema@.match_rule_columns(right_rule) AS c)
			IS DISTINCT FROM (SELECT array_agg(c.role ORDER BY c."position") FROM @extschema@.match_rule_columns(@extschema@.match_model_rule(model)) AS c) THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the rules of the two relations do not fit each other',
			DETAIL = format('Both need the same roles in the same order: %s; and not %s.', (SELECT string_agg(c.role, ', ' ORDER BY c."position") FROM @extschema@.match_rule_columns(@extschema@.match_model_rule(model)) AS c),
				(SELECT string_agg(c.role, ', ' ORDER BY c."position") FROM @extschema@.match_rule_columns(right_rule) AS c)), HINT = 'Give both rules a column for each role: [{"company": "company"}] and [{"name": "company"}].';
	END IF;
	RETURN QUERY SELECT * FROM @extschema@.match_run(@extschema@.match_source(left_relation, @extschema@.match_model_rule(model)), @extschema@.match_source(right_relation, coalesce(right_rule, @extschema@.match_model_rule(model))),
			NULL, model, false) AS p
		ORDER BY p.weight DESC, p.record_a COLLATE "C", p.record_b COLLATE "C";
END
$function$;
COMMENT ON FUNCTION match_pairs(regclass, regclass, match_model, match_rule) IS $$The pairs of a record of one table and a record of another that are one, such as leads and accounts, the likeliest first.
left_relation, right_relation: tables or views with the rule's columns. model: a model that was fitted before. right_rule: the columns of the other table, where they have other names: the same roles in the same order; its key. record_a is of the left table, record_b of the right one. Records of one table are not compared with each other. No rows where another argument is NULL. It reads with the rights of who calls; row-level policies hold.
Example: (SELECT count(*) FROM salesops.match_pairs('pg_catalog.pg_am', 'pg_catalog.pg_am', salesops.fit_match_model('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}')) WHERE record_a <> record_b) ==> 0$$;

CREATE FUNCTION explain_match(relation regclass, model match_model, record_a text, record_b text)
	RETURNS TABLE (column_name text, value_a text, value_b text, agreement text, weight double precision, frequency_weight double precision)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	rule constant @extschema@.match_rule := @extschema@.match_model_rule(model);
	read text;
	a text[];
	b text[];
BEGIN
	PERFORM @extschema@.match_source(relation, rule);
	read := format('SELECT ARRAY[%s] FROM %s AS t WHERE t.%I::text = $1', @extschema@.match_values(relation, rule), relation, @extschema@.match_rule_key(rule));
	EXECUTE read INTO a USING record_a;
	EXECUTE read INTO b USING record_b;
	IF a IS NULL OR b IS NULL THEN
		RAISE no_data_found USING MESSAGE = format('%s has no record with the key "%s"', relation, CASE WHEN a IS NULL THEN record_a ELSE record_b END),
			DETAIL = format('Keys are in its column %I, which the rule names.', @extschema@.match_rule_key(rule)), HINT = 'Give keys as duplicate_pairs() returns them, as text.';
	END IF;
	RETURN QUERY SELECT * FROM @extschema@.explain_match(model, a, b) AS e;
END
$function$;
COMMENT ON FUNCTION explain_match(regclass, match_model, text, text) IS $$Why two records of a table are or are not one: as explain_match of their values, which are read from the table.
relation: a table or view with the columns of the model's rule. record_a, record_b: keys, as duplicate_pairs returns them; one that is not there is an error. No rows for NULL. It reads the whole table twice, with the rights of who calls; row-level policies hold.
Example: (SELECT string_agg(agreement, '; ') FROM salesops.explain_match('pg_catalog.pg_am', salesops.fit_match_model('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}'), '2', '403')) ==> any pair that is compared; different$$;

CREATE FUNCTION match_progress() RETURNS TABLE (pid integer, started timestamptz, progress text)
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000 ROWS 1
BEGIN ATOMIC
	SELECT a.pid, a.query_start, pg_catalog.substr(a.application_name, 17)
	FROM pg_catalog.pg_stat_activity AS a
	WHERE pg_catalog.starts_with(a.application_name, 'salesops match: ');
END;
COMMENT ON FUNCTION match_progress() IS $$What matchings that are running now are at: a row for each, of any session.
pid: of pg_stat_activity, for pg_cancel_backend(), after which nothing is half done. started: when its statement began, NULL where one may not see what the session does. progress: what it is at, with the records that were read, or the part of the comparisons that is done and their number.
Example: (SELECT count(*) FROM salesops.match_progress()) ==> 0$$;
