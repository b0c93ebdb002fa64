-- metric_registry: metrics as rows. Each has one definition and one query, with versions; values are stored with what they were computed by.
--
-- metric has the definitions as they are, metric_version all that there have been, metric_value the values by moment. A value carries the
-- hash of its query and of the views and functions behind it, so that a number that was computed by another definition than today's is seen.
-- See docs/reference/metrics_registry.md and docs/design/governance.md.

CREATE FUNCTION metric_registry_sql(schema text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN format($$-- The registry of metrics: written by salesops.metric_registry_sql(). It may run again at any time: tables stay as they are.

CALL salesops.require_ownership(%1$L::pg_catalog.text, '{metric,metric_version,metric_value}'::pg_catalog.text[]);

CREATE TABLE IF NOT EXISTS %1$I.metric (
    metric       text PRIMARY KEY,
    version      integer NOT NULL,
    definition   text NOT NULL,
    query        text NOT NULL,
    unit         text,
    direction    text NOT NULL CHECK (direction IN ('higher', 'lower', 'within')),
    target       numeric,
    target_low   numeric,
    target_high  numeric,
    near         numeric,
    owner        text,
    time_zone    text NOT NULL,
    sql_hash     text NOT NULL,
    object_hash  text NOT NULL,
    objects      jsonb NOT NULL,
    valid_from   timestamptz NOT NULL,
    active       boolean NOT NULL DEFAULT true
);
COMMENT ON TABLE %1$I.metric IS 'Metrics: one row for each, as it is defined now. salesops.register_metric() writes it.';
COMMENT ON COLUMN %1$I.metric.query IS 'One SELECT that gives one row: one column, or numerator and denominator. $1 is the moment it is to be true at.';
COMMENT ON COLUMN %1$I.metric.direction IS 'higher: at least the target; lower: at most; within: from target_low to target_high.';
COMMENT ON COLUMN %1$I.metric.near IS 'How far from its target a value is still near it, in its unit.';
COMMENT ON COLUMN %1$I.metric.sql_hash IS 'Of the query and the time zone: salesops.metric_hash(query, time_zone).';
COMMENT ON COLUMN %1$I.metric.objects IS 'The tables, views and functions that the query stands on, with a hash of the definition of each, as they were at registration.';
COMMENT ON COLUMN %1$I.metric.active IS 'false: not evaluated any more.';

CREATE TABLE IF NOT EXISTS %1$I.metric_version (
    metric         text NOT NULL REFERENCES %1$I.metric,
    version        integer NOT NULL,
    definition     text NOT NULL,
    query          text NOT NULL,
    unit           text,
    direction      text NOT NULL,
    target         numeric,
    target_low     numeric,
    target_high    numeric,
    near           numeric,
    owner          text,
    time_zone      text NOT NULL,
    sql_hash       text NOT NULL,
    object_hash    text NOT NULL,
    objects        jsonb NOT NULL,
    valid_from     timestamptz NOT NULL,
    registered_by  text NOT NULL DEFAULT current_user,
    PRIMARY KEY (metric, version)
);
COMMENT ON TABLE %1$I.metric_version IS 'All definitions that metrics have had, the present one too: one row for each version.';

CREATE TABLE IF NOT EXISTS %1$I.metric_value (
    metric        text NOT NULL REFERENCES %1$I.metric,
    as_of         timestamptz NOT NULL,
    value         numeric,
    numerator     numeric,
    denominator   numeric,
    version       integer NOT NULL,
    sql_hash      text NOT NULL,
    object_hash   text,
    evaluated_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    evaluated_by  text NOT NULL DEFAULT current_user,
    error         text,
    PRIMARY KEY (metric, as_of)
);
COMMENT ON TABLE %1$I.metric_value IS 'Values of metrics: one row for each and each moment, with what it was computed by. salesops.evaluate_metrics() writes it.';
COMMENT ON COLUMN %1$I.metric_value.error IS 'Why there is no value: SQLSTATE and message. NULL with a value that is NULL: it is not known.';
$$, schema);
COMMENT ON FUNCTION metric_registry_sql(text) IS $$SQL text that makes the tables of a registry of metrics, metric, metric_version and metric_value, in a schema.
schema: as it is named, without quotes. NULL where it is NULL. Run it with create_metric_registry, or with \gexec in psql.
Example: substring(salesops.metric_registry_sql('My KPIs') from 'CREATE TABLE IF NOT EXISTS ([^(]+) \(') ==> "My KPIs".metric$$;

CREATE PROCEDURE create_metric_registry(schema text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	CALL salesops.require_schema(schema, 'the registry');
	EXECUTE salesops.metric_registry_sql(schema);
	-- tables that were there already may be somebody else's
	CALL salesops.require_columns(schema, text 'metric', text 'metric text, version numeric, definition text, query text, unit text, direction text, target numeric, target_low numeric, target_high numeric, near numeric, owner text, time_zone text, sql_hash text, object_hash text, objects jsonb, valid_from timestamptz, active boolean');
	CALL salesops.require_columns(schema, text 'metric_version', text 'metric text, version numeric, definition text, query text, unit text, direction text, target numeric, target_low numeric, target_high numeric, near numeric, owner text, time_zone text, sql_hash text, object_hash text, objects jsonb, valid_from timestamptz');
	CALL salesops.require_columns(schema, text 'metric_value', text 'metric text, as_of timestamptz, value numeric, numerator numeric, denominator numeric, version numeric, sql_hash text, object_hash text, evaluated_at timestamptz, evaluated_by text, error text');
END $$;
COMMENT ON PROCEDURE create_metric_registry(text) IS $$Makes the tables of a registry of metrics in a schema: what metric_registry_sql(schema) writes.
They belong to who calls it, who may grant others SELECT on them to read, INSERT and UPDATE on metric_value to evaluate, and on all to register. Tables that are there stay. CALL salesops.create_metric_registry('kpi');
Example: to_regprocedure('salesops.create_metric_registry(text)') IS NOT NULL ==> true$$;

CREATE FUNCTION metric_hash(query text, time_zone text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN encode(sha256(convert_to(query || E'\n' || time_zone, 'UTF8')), 'hex');
COMMENT ON FUNCTION metric_hash(text, text) IS $$The hash by which a query of the registry of metrics is known again: SHA-256 of the query, a line feed and the time zone in UTF-8, in hexadecimal digits.
query, time_zone: to the letter; a blank makes another one. NULL for NULL.
Example: left(salesops.metric_hash('SELECT 1', 'UTC'), 16) ==> 81f10a474ff59633$$;

CREATE FUNCTION register_metric(schema text, metric text, definition text, query text, unit text DEFAULT NULL, direction text DEFAULT 'higher', target numeric DEFAULT NULL,
	target_low numeric DEFAULT NULL, target_high numeric DEFAULT NULL, near numeric DEFAULT NULL, owner text DEFAULT NULL, time_zone text DEFAULT 'UTC') RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	definitions CONSTANT text := format('%I.metric', coalesce(schema, ''));
	versions CONSTANT text := format('%I.metric_version', coalesce(schema, ''));
	select_text text;
	objects jsonb;
	object_hash text;
	sql_hash text;
	is_same boolean;
	this_version integer;
	problem text;
	problem_detail text;
	problem_hint text;
BEGIN
	IF schema IS NULL OR metric IS NULL OR definition IS NULL OR query IS NULL OR direction IS NULL OR time_zone IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema, the name, the definition, the query, the direction and the time zone of a metric must not be NULL', HINT = 'The arguments are (schema, metric, definition, query, unit, direction, target, target_low, target_high, near, owner, time_zone).';
	END IF;
	IF to_regclass(definitions) IS NULL OR to_regclass(versions) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no registry of metrics in schema %I', schema), HINT = format('Make it: CALL salesops.create_metric_registry(%L).', schema);
	END IF;
	IF metric <> btrim(metric, E' \t\r\n') OR metric = '' OR char_length(metric) > 200 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('a metric cannot be called "%s"', left(metric, 200)), DETAIL = 'A name has from 1 to 200 characters, and no blanks around it.', HINT = 'Give it a short name, such as win_rate.';
	ELSIF btrim(definition, E' \t\r\n') = '' THEN
		RAISE invalid_parameter_value USING MESSAGE = format('metric "%s" has no definition', metric), DETAIL = 'A metric is what its definition says.', HINT = 'Write in a sentence what is counted, and over what.';
	ELSIF direction NOT IN ('higher', 'lower', 'within') THEN
		RAISE invalid_parameter_value USING MESSAGE = format('unknown direction of a metric: "%s"', left(direction, 200)), DETAIL = 'There are: higher, lower, within.', HINT = 'higher: a value of at least the target is good; lower: at most; within: from target_low to target_high.';
	ELSIF direction <> 'within' AND (target_low IS NOT NULL OR target_high IS NOT NULL) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('metric "%s" has a band and the direction %s', metric, direction), DETAIL = 'target_low and target_high belong to the direction within.', HINT = 'Give a target, or the direction within.';
	ELSIF direction = 'within' AND ((target_low IS NULL) <> (target_high IS NULL) OR target_low IS NULL AND target IS NOT NULL OR target_low > target_high OR target < target_low OR target > target_high) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('metric "%s" has no band from %s to %s', metric, coalesce(target_low::text, 'NULL'), coalesce(target_high::text, 'NULL')), DETAIL = 'A band has two ends, the lower one first, and a target is between them.', HINT = 'Give target_low and target_high, or neither.';
	ELSIF near < 0 OR EXISTS (SELECT FROM unnest(ARRAY[target, target_low, target_high, near]) AS u (n) WHERE u.n = 'NaN' OR u.n = 'Infinity' OR u.n = '-Infinity') THEN
		RAISE invalid_parameter_value USING MESSAGE = format('metric "%s" has a target, a band or a nearness that is none: %s', metric, concat_ws(', ', target, target_low, target_high, near)), DETAIL = 'They are finite numbers, and near is not negative.', HINT = 'Leave out what is not known.';
	END IF;
	BEGIN
		PERFORM clock_timestamp() AT TIME ZONE time_zone;
	EXCEPTION WHEN invalid_parameter_value THEN
		RAISE invalid_parameter_value USING MESSAGE = format('metric "%s" has the time zone "%s"', metric, left(time_zone, 200)), DETAIL = 'PostgreSQL knows none of that name.', HINT = 'Take one of pg_timezone_names, such as UTC or Europe/Berlin.';
	END;

	-- ---- what the query is ----
	BEGIN
		select_text := salesops.query_check(query);
		SELECT o.objects, o.object_hash INTO objects, object_hash FROM salesops.metric_objects(select_text) AS o;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_detail = PG_EXCEPTION_DETAIL, problem_hint = PG_EXCEPTION_HINT;
		RAISE USING ERRCODE = SQLSTATE, MESSAGE = format('the query of metric "%s" cannot be used: %s', metric, problem), DETAIL = coalesce(nullif(problem_detail, ''), 'Nothing was registered.'),
			HINT = coalesce(nullif(problem_hint, ''), 'Tables and functions are named with their schemas, as crm.opportunity and salesops.win_rate(...).');
	END;
	sql_hash := salesops.metric_hash(select_text, time_zone);

	-- ---- the same as it is, or a new version ----
	EXECUTE format('INSERT INTO %s (metric, version, definition, query, unit, direction, target, target_low, target_high, near, owner, time_zone, sql_hash, object_hash, objects, valid_from)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, clock_timestamp()) ON CONFLICT (metric) DO NOTHING', definitions)
	USING metric, definition, select_text, unit, direction, target, target_low, target_high, near, owner, time_zone, sql_hash, object_hash, objects;
	GET DIAGNOSTICS this_version = ROW_COUNT;
	IF this_version = 0 THEN
		-- whoever else registers it waits here
		EXECUTE format('SELECT version, (definition, query, unit, direction, target, target_low, target_high, near, owner, time_zone, sql_hash, object_hash) IS NOT DISTINCT FROM ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) FROM %s WHERE metric = $1 FOR UPDATE', definitions)
		INTO this_version, is_same USING metric, definition, select_text, unit, direction, target, target_low, target_high, near, owner, time_zone, sql_hash, object_hash;
		EXECUTE format('SELECT coalesce(max(version), 0) FROM %s WHERE metric = $1', versions) INTO problem USING metric;
		IF is_same AND problem::integer = this_version THEN
			RETURN this_version;
		END IF;
		this_version := greatest(this_version, problem::integer) + 1;
		EXECUTE format('UPDATE %s SET version = $2, definition = $3, query = $4, unit = $5, direction = $6, target = $7, target_low = $8, target_high = $9, near = $10, owner = $11, time_zone = $12, sql_hash = $13, object_hash = $14, objects = $15,
			valid_from = clock_timestamp(), active = true WHERE metric = $1', definitions)
		USING metric, this_version, definition, select_text, unit, direction, target, target_low, target_high, near, owner, time_zone, sql_hash, object_hash, objects;
	END IF;
	EXECUTE format('INSERT INTO %s (metric, version, definition, query, unit, direction, target, target_low, target_high, near, owner, time_zone, sql_hash, object_hash, objects, valid_from)
		SELECT metric, version, definition, query, unit, direction, target, target_low, target_high, near, owner, time_zone, sql_hash, object_hash, objects, valid_from FROM %s WHERE metric = $1', versions, definitions) USING metric;
	RETURN this_version;
END
$function$;
COMMENT ON FUNCTION register_metric(text, text, text, text, text, text, numeric, numeric, numeric, numeric, text, text) IS $$Writes the definition of a metric into the registry, and returns its version: a new one where anything is other than before, and where a view or function behind its query is.
schema: of the registry. definition: what is counted and over what, in words. query: one SELECT that reads and gives one row, with one column or with numerator and denominator; $1 is the moment that it is to be true at (timestamptz); tables and functions with their schemas. It is looked at and not run. direction: higher, lower, or within a band. near: how far from the target is near it. time_zone: in which the query runs. What is left out is none, also where it was given before. An error leaves all as it was.
Example: to_regprocedure('salesops.register_metric(text,text,text,text,text,text,numeric,numeric,numeric,numeric,text,text)') IS NOT NULL ==> true$$;

CREATE FUNCTION metric_objects(query text) RETURNS TABLE (objects jsonb, object_hash text)
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY SELECT coalesce(jsonb_object_agg(d.kind || ' ' || d.object, d.hash), '{}'),
		encode(sha256(convert_to(coalesce(string_agg(d.kind || ' ' || d.object || ' ' || d.hash, E'\n' ORDER BY d.object COLLATE "C", d.kind COLLATE "C"), ''), 'UTF8')), 'hex')
	FROM (SELECT q.object, q.kind, coalesce(encode(sha256(convert_to(q.definition, 'UTF8')), 'hex'), '') AS hash FROM salesops.query_definitions(query) AS q) AS d;
END
$function$;
COMMENT ON FUNCTION metric_objects(text) IS $$What a query stands on, as one value: an object of names and hashes of definitions, and the hash of that.
query: as for query_definitions. Tables have an empty hash: their columns may come and go. NULL gives no row.
Example: (SELECT objects FROM salesops.metric_objects('SELECT count(*) FROM pg_catalog.pg_class')) ==> {}$$;

CREATE FUNCTION metric_results(schema text, as_of timestamptz, names text[] DEFAULT NULL)
RETURNS TABLE (metric text, value numeric, numerator numeric, denominator numeric, version integer, sql_hash text, object_hash text, error text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000 ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	definitions CONSTANT text := format('%I.metric', coalesce(schema, ''));
	of record;
	result record;
	unknown text;
BEGIN
	IF schema IS NULL OR as_of IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the registry and the moment of the metrics must not be NULL', HINT = 'The arguments are (schema, as_of, names).';
	ELSIF to_regclass(definitions) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no registry of metrics in schema %I', schema), HINT = format('Make it: CALL salesops.create_metric_registry(%L).', schema);
	ELSIF NOT isfinite(as_of) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('metrics cannot be evaluated as of %s', as_of), DETAIL = 'It is a moment in time.', HINT = 'Pass now() or the end of a day.';
	END IF;
	EXECUTE format('SELECT string_agg(quote_ident(n), '', '') FROM unnest($1) AS n WHERE NOT EXISTS (SELECT FROM %s AS m WHERE m.metric = n)', definitions) INTO unknown USING names;
	IF unknown IS NOT NULL THEN
		RAISE undefined_object USING MESSAGE = format('there are no metrics: %s', unknown), DETAIL = format('%s has no rows of these names.', definitions), HINT = 'register_metric makes one.';
	END IF;
	FOR of IN EXECUTE format('SELECT m.metric, m.query, m.time_zone, m.version, salesops.metric_hash(m.query, m.time_zone) AS sql_hash FROM %s AS m WHERE CASE WHEN $1 IS NULL THEN m.active ELSE m.metric = ANY ($1) END ORDER BY m.metric COLLATE "C"', definitions) USING names LOOP
		SELECT * INTO result FROM salesops.query_number(of.query, as_of, of.time_zone) AS q;
		metric := of.metric;
		value := result.value;
		numerator := result.numerator;
		denominator := result.denominator;
		version := of.version;
		sql_hash := of.sql_hash;
		error := result.error;
		object_hash := NULL;
		BEGIN
			SELECT o.object_hash INTO object_hash FROM salesops.metric_objects(of.query) AS o;
		EXCEPTION WHEN OTHERS THEN
			error := coalesce(error, left(SQLSTATE || ' ' || SQLERRM, 1000));
		END;
		RETURN NEXT;
	END LOOP;
END
$function$;
COMMENT ON FUNCTION metric_results(text, timestamptz, text[]) IS $$The values of the metrics of a registry at a moment, without storing them: one row for each, all from one snapshot of the database.
schema: of the registry. as_of: what $1 is in their queries; finite. names: NULL for all that are active; a name that is none is an error. A query that fails, gives no row or two, or tries to write, has its error in its row and the others go on. It reads with the rights of who calls it. PARALLEL UNSAFE.
Example: to_regprocedure('salesops.metric_results(text,timestamptz,text[])') IS NOT NULL ==> true$$;

CREATE FUNCTION evaluate_metrics(schema text, as_of timestamptz, names text[] DEFAULT NULL) RETURNS TABLE (metric text, value numeric, numerator numeric, denominator numeric, error text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000 ROWS 20
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	stored CONSTANT text := format('%I.metric_value', coalesce(schema, ''));
BEGIN
	IF schema IS NULL OR as_of IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the registry and the moment of the metrics must not be NULL', HINT = 'The arguments are (schema, as_of, names).';
	ELSIF to_regclass(stored) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no registry of metrics in schema %I', schema), HINT = format('Make it: CALL salesops.create_metric_registry(%L).', schema);
	END IF;
	-- in the order of names, so that two that evaluate at once wait for each other and no more
	RETURN QUERY EXECUTE format('INSERT INTO %s AS v (metric, as_of, value, numerator, denominator, version, sql_hash, object_hash, error)
		SELECT r.metric, $2, r.value, r.numerator, r.denominator, r.version, r.sql_hash, r.object_hash, r.error FROM salesops.metric_results($1, $2, $3) AS r
		ON CONFLICT (metric, as_of) DO UPDATE SET value = excluded.value, numerator = excluded.numerator, denominator = excluded.denominator, version = excluded.version, sql_hash = excluded.sql_hash, object_hash = excluded.object_hash,
			error = excluded.error, evaluated_at = excluded.evaluated_at, evaluated_by = excluded.evaluated_by
		RETURNING v.metric, v.value, v.numerator, v.denominator, v.error', stored) USING schema, as_of, names;
END
$function$;
COMMENT ON FUNCTION evaluate_metrics(text, timestamptz, text[]) IS $$Evaluates the metrics of a registry at a moment and stores the values, in place of those that were there for it; returns them.
schema, as_of, names: as for metric_results. One that fails is stored with its error, and the others go on. No query can write: each runs in a subtransaction that is read only and rolled back. It needs INSERT and UPDATE on metric_value, and the rights that the queries need.
Example: to_regprocedure('salesops.evaluate_metrics(text,timestamptz,text[])') IS NOT NULL ==> true$$;

CREATE FUNCTION metric_status(schema text, as_of timestamptz DEFAULT 'infinity', points integer DEFAULT 12)
RETURNS TABLE (metric text, as_of_value timestamptz, value numeric, numerator numeric, denominator numeric, unit text, direction text, target numeric, target_low numeric, target_high numeric, status text,
	previous_value numeric, change numeric, trend text, sparkline text, drift text, error text, owner text, version integer)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	definitions CONSTANT text := format('%I.metric', coalesce(schema, ''));
	versions CONSTANT text := format('%I.metric_version', coalesce(schema, ''));
	stored CONSTANT text := format('%I.metric_value', coalesce(schema, ''));
BEGIN
	IF schema IS NULL OR as_of IS NULL OR points IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the registry, the moment and the number of points must not be NULL', HINT = 'Leave the moment out for the latest values.';
	ELSIF to_regclass(definitions) IS NULL OR to_regclass(versions) IS NULL OR to_regclass(stored) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no registry of metrics in schema %I', schema), HINT = format('Make it: CALL salesops.create_metric_registry(%L).', schema);
	ELSIF points NOT BETWEEN 0 AND 1000 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('no sparkline of %s points', points), DETAIL = 'There are from 0 to 1000.', HINT = 'Leave it out for 12.';
	END IF;
	RETURN QUERY EXECUTE format($q$
		SELECT m.metric, v.as_of, v.value, v.numerator, v.denominator, d.unit, d.direction, d.target, d.target_low, d.target_high,
			CASE WHEN v.value IS NULL THEN 'unknown'
				WHEN d.low IS NULL AND d.high IS NULL THEN 'no target'
				WHEN coalesce(v.value >= d.low, true) AND coalesce(v.value <= d.high, true) THEN 'met'
				WHEN coalesce(v.value >= d.low - d.near, d.low IS NULL) AND coalesce(v.value <= d.high + d.near, d.high IS NULL) THEN 'near'
				ELSE 'missed' END,
			p.value, c.change,
			CASE WHEN c.change IS NULL OR d.direction = 'within' AND d.low IS NULL THEN NULL WHEN c.distance = c.distance_before AND (d.direction = 'within' OR c.change = 0) THEN 'same' WHEN c.distance < c.distance_before THEN 'better' ELSE 'worse' END,
			s.line,
			nullif(concat_ws(', ', CASE WHEN v.sql_hash <> m.sql_hash OR v.sql_hash <> salesops.metric_hash(m.query, m.time_zone) THEN 'query' END, CASE WHEN v.object_hash <> m.object_hash THEN 'objects' END, CASE WHEN p.sql_hash <> v.sql_hash OR p.object_hash <> v.object_hash THEN 'previous' END), ''),
			v.error, m.owner, v.version
		FROM %1$s AS m
		LEFT JOIN LATERAL (SELECT * FROM %3$s AS v WHERE v.metric = m.metric AND v.as_of <= $1 ORDER BY v.as_of DESC LIMIT 1) AS v ON true
		LEFT JOIN LATERAL (SELECT w.value, w.sql_hash, w.object_hash FROM %3$s AS w WHERE w.metric = m.metric AND w.as_of < v.as_of AND w.value IS NOT NULL ORDER BY w.as_of DESC LIMIT 1) AS p ON true
		-- a value is judged by the target that it had
		LEFT JOIN %2$s AS of ON of.metric = v.metric AND of.version = v.version
		CROSS JOIN LATERAL (SELECT t.*, CASE WHEN t.direction = 'higher' THEN t.target WHEN t.direction = 'within' THEN t.target_low END, CASE WHEN t.direction = 'lower' THEN t.target WHEN t.direction = 'within' THEN t.target_high END
			FROM (SELECT CASE WHEN of.metric IS NULL THEN m.unit ELSE of.unit END, CASE WHEN of.metric IS NULL THEN m.direction ELSE of.direction END, CASE WHEN of.metric IS NULL THEN m.target ELSE of.target END, CASE WHEN of.metric IS NULL THEN m.target_low ELSE of.target_low END,
				CASE WHEN of.metric IS NULL THEN m.target_high ELSE of.target_high END, CASE WHEN of.metric IS NULL THEN m.near ELSE of.near END) AS t (unit, direction, target, target_low, target_high, near)) AS d (unit, direction, target, target_low, target_high, near, low, high)
		-- what another query computed, or the same over other views, is no change; the distance from what is good: in a band none, else against the direction
		CROSS JOIN LATERAL (SELECT CASE WHEN p.sql_hash = v.sql_hash AND p.object_hash = v.object_hash THEN v.value - p.value END,
			CASE d.direction WHEN 'higher' THEN -v.value WHEN 'lower' THEN v.value ELSE greatest(d.low - v.value, v.value - d.high, 0) END,
			CASE d.direction WHEN 'higher' THEN -p.value WHEN 'lower' THEN p.value ELSE greatest(d.low - p.value, p.value - d.high, 0) END) AS c (change, distance, distance_before)
		LEFT JOIN LATERAL (SELECT salesops.spark(array_agg(l.value::double precision ORDER BY l.as_of)) FROM (SELECT w.value, w.as_of FROM %3$s AS w WHERE w.metric = m.metric AND w.as_of <= v.as_of ORDER BY w.as_of DESC LIMIT $2) AS l) AS s (line) ON true
		WHERE m.active OR v.metric IS NOT NULL
		ORDER BY m.metric COLLATE "C"$q$, definitions, versions, stored) USING as_of, points;
END
$function$;
COMMENT ON FUNCTION metric_status(text, timestamptz, integer) IS $$How the metrics of a registry stand at a moment: one row for each, with its last value until then, its target, what changed, and the values before as a sparkline.
schema: of the registry. as_of: left out, the latest. points: how many values the sparkline has. status: met, near, missed; no target; unknown, where there is no value. A value is judged by the target that it had when it was evaluated. change: against the last known value before, NULL where another query computed that, or the same query over other views and functions; trend: better, same or worse by the direction. drift: query, where the value was computed by another query than the one that is registered, or than there is now; objects, where a view or function behind it was another than at registration; previous, where the one before was computed by others. as_of_value: when the value is of.
Example: to_regprocedure('salesops.metric_status(text,timestamptz,integer)') IS NOT NULL ==> true$$;

CREATE FUNCTION metric_drift(schema text) RETURNS TABLE (metric text, version integer, drift text, object text, detail text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	definitions CONSTANT text := format('%I.metric', coalesce(schema, ''));
	versions CONSTANT text := format('%I.metric_version', coalesce(schema, ''));
	of record;
	present record;
BEGIN
	IF schema IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema of the registry must not be NULL', HINT = 'It is the schema with the table metric.';
	ELSIF to_regclass(definitions) IS NULL OR to_regclass(versions) IS NULL THEN
		RAISE undefined_table USING MESSAGE = format('there is no registry of metrics in schema %I', schema), HINT = format('Make it: CALL salesops.create_metric_registry(%L).', schema);
	END IF;
	FOR of IN EXECUTE format('SELECT m.metric, m.version, m.query, m.objects, m.object_hash, salesops.metric_hash(m.query, m.time_zone) <> m.sql_hash OR d.sql_hash <> m.sql_hash OR d.query <> m.query AS of_query, d.metric IS NULL AS is_new,
			concat_ws('', '', CASE WHEN d.definition <> m.definition THEN ''definition'' END, CASE WHEN d.unit IS DISTINCT FROM m.unit THEN ''unit'' END, CASE WHEN d.direction <> m.direction THEN ''direction'' END,
				CASE WHEN (d.target, d.target_low, d.target_high, d.near) IS DISTINCT FROM (m.target, m.target_low, m.target_high, m.near) THEN ''target'' END, CASE WHEN d.owner IS DISTINCT FROM m.owner THEN ''owner'' END) AS fields
		FROM %s AS m LEFT JOIN %s AS d ON d.metric = m.metric AND d.version = m.version WHERE m.active ORDER BY m.metric COLLATE "C"', definitions, versions) LOOP
		metric := of.metric;
		version := of.version;
		object := NULL;
		IF of.is_new THEN
			drift := 'version';
			detail := format('version %s is not in the history', of.version);
			RETURN NEXT;
		ELSE
			IF of.of_query THEN
				drift := 'query';
				detail := 'the query is not the one that was registered';
				RETURN NEXT;
			END IF;
			IF of.fields <> '' THEN
				drift := 'definition';
				detail := format('not as registered: %s', of.fields);
				RETURN NEXT;
			END IF;
		END IF;
		BEGIN
			SELECT o.objects, o.object_hash INTO present FROM salesops.metric_objects(of.query) AS o;
		EXCEPTION WHEN OTHERS THEN
			drift := 'broken';
			detail := left(SQLSTATE || ' ' || SQLERRM, 1000);
			RETURN NEXT;
			CONTINUE;
		END;
		CONTINUE WHEN present.object_hash = of.object_hash;
		RETURN QUERY SELECT of.metric, of.version, 'objects', coalesce(a.key, b.key), CASE WHEN b.key IS NULL THEN 'not behind the query any more' WHEN a.key IS NULL THEN 'new behind the query' ELSE 'its definition changed' END
			FROM jsonb_each_text(of.objects) AS a FULL JOIN jsonb_each_text(present.objects) AS b ON b.key = a.key WHERE a.value IS DISTINCT FROM b.value ORDER BY 4;
	END LOOP;
END
$function$;
COMMENT ON FUNCTION metric_drift(text) IS $$The active metrics of a registry that are not what was registered, one row for each difference; none where all are.
schema: of the registry. drift: query, where its text was edited past register_metric; definition, where something else was; version, where it is not in the history; objects, where a view or function behind the query (object) changed, came or went; broken, where the query does not fit the database any more, and detail says why. Registering a metric again accepts what is now as a new version. Views are compared as the server writes them, which another major version of PostgreSQL may do otherwise. PARALLEL UNSAFE.
Example: to_regprocedure('salesops.metric_drift(text)') IS NOT NULL ==> true$$;
