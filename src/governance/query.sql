-- query: queries that users write down, for metrics and checks, looked at before they run and run without letting them change anything.
--
-- query_select, query_columns and query_objects (query.c) ask the server's grammar. query_rows runs a query in parentheses inside
-- another; query_number does so in a subtransaction that is read only and is rolled back whatever happens: no table, no
-- sequence and no setting is another one afterwards, and an error is a text. A subtransaction cannot be made to write again: PostgreSQL
-- refuses that after the first query of a transaction.

CREATE FUNCTION query_select(query text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_query_select' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION query_select(text) IS $$A query as it stands, without the semicolon and what surrounds it; an error unless it is one SELECT.
query: SELECT, VALUES, TABLE or WITH ... SELECT. Several statements, another statement and SELECT INTO are errors. Names are not looked up: that the tables are there is not said. NULL for NULL.
Example: salesops.query_select(' SELECT 1; ') ==> SELECT 1$$;
CREATE FUNCTION query_columns(query text) RETURNS TABLE (column_name text, column_type regtype)
	AS 'MODULE_PATHNAME', 'salesops_query_columns' LANGUAGE C STABLE STRICT PARALLEL UNSAFE COST 1000 ROWS 3;
COMMENT ON FUNCTION query_columns(text) IS $$The columns of a query and their types, in order: without running it.
query: one SELECT, in which $1 may stand for a moment (timestamptz). Names are looked up as in a query of the caller. An error where it changes data or locks rows at its top, and where names are not known. No rows for NULL.
Example: (SELECT column_name || ' ' || column_type FROM salesops.query_columns('SELECT count(*) AS deals')) ==> deals bigint$$;
CREATE FUNCTION query_objects(query text) RETURNS TABLE (class oid, object oid)
	AS 'MODULE_PATHNAME', 'salesops_query_objects' LANGUAGE C STABLE STRICT PARALLEL UNSAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION query_objects(text) IS $$The tables and views that a query reads and the functions that it calls: without running it, and not those behind a view.
query: as for query_columns. class: pg_class or pg_proc. Functions also of operators and aggregates. What is the server's own is left out. No rows for NULL.
Example: (SELECT count(*) FROM salesops.query_objects('SELECT count(*) FROM pg_catalog.pg_class')) ==> 0$$;

CREATE FUNCTION query_definitions(query text) RETURNS TABLE (object text, kind text, definition text)
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	RETURN QUERY WITH RECURSIVE found (class, object) AS (
		SELECT o.class, o.object FROM salesops.query_objects(query) AS o
		UNION
		SELECT d.refclassid, d.refobjid
		FROM found AS f LEFT JOIN pg_rewrite AS r ON f.class = 'pg_class'::regclass AND r.ev_class = f.object AND r.rulename = '_RETURN'
		JOIN pg_depend AS d ON d.classid = CASE WHEN r.oid IS NULL THEN f.class ELSE 'pg_rewrite'::regclass END AND d.objid = coalesce(r.oid, f.object)
		WHERE (f.class <> 'pg_class'::regclass OR r.oid IS NOT NULL) AND d.deptype = 'n' AND d.refobjid >= 16384
			AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_operator'::regclass)
	)
	SELECT i.identity, i.type,
		CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid)
			WHEN a.aggfnoid IS NOT NULL THEN format('%s %s %s %s %s', a.aggtransfn, a.aggfinalfn, format_type(a.aggtranstype, NULL), a.agginitval, a.aggkind)
			WHEN p.oid IS NOT NULL THEN pg_get_functiondef(p.oid) END
	FROM found AS f CROSS JOIN LATERAL pg_identify_object(f.class, f.object, 0) AS i (type, schema, name, identity)
	LEFT JOIN pg_class AS c ON f.class = 'pg_class'::regclass AND c.oid = f.object
	LEFT JOIN pg_proc AS p ON f.class = 'pg_proc'::regclass AND p.oid = f.object
	LEFT JOIN pg_aggregate AS a ON a.aggfnoid = p.oid
	WHERE f.class <> 'pg_operator'::regclass
	ORDER BY i.identity COLLATE "C", i.type COLLATE "C";
END
$function$;
COMMENT ON FUNCTION query_definitions(text) IS $$Everything of the user's that a query stands on, with its definition: tables, views and functions, and what those views, and functions whose body is SQL in the standard form, stand on.
query: one SELECT that names tables with their schemas; $1 may stand for a moment. object: its name in full. definition: as the server writes it, of a view its query; NULL of a table. Other functions are not looked into, and neither are policies, triggers and the CHECKs of domains. No rows for NULL.
Example: (SELECT count(*) FROM salesops.query_definitions('SELECT count(*) FROM pg_catalog.pg_class')) ==> 0$$;

CREATE FUNCTION query_rows(query text, as_of timestamptz) RETURNS TABLE (value numeric, numerator numeric, denominator numeric)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	text_of CONSTANT text := salesops.query_select(query);
	names text[];
	wrong text;
	places int[];
BEGIN
	SELECT array_agg(c.column_name ORDER BY c.ordinality), string_agg(format('%s is %s', quote_ident(c.column_name), c.column_type), ', ' ORDER BY c.ordinality) FILTER (WHERE t.typcategory <> 'N')
	INTO names, wrong FROM salesops.query_columns(text_of) WITH ORDINALITY AS c JOIN pg_type AS t ON t.oid = c.column_type;
	IF cardinality(names) = 1 AND names[1] NOT IN ('numerator', 'denominator') THEN
		names := ARRAY['value'];
	END IF;
	IF names IS NULL OR NOT (names @> ARRAY['value'] OR names @> ARRAY['numerator', 'denominator']) OR names @> ARRAY['numerator'] <> names @> ARRAY['denominator']
		OR EXISTS (SELECT FROM unnest(names) AS n (name) WHERE n.name NOT IN ('value', 'numerator', 'denominator')) OR cardinality(names) > (SELECT count(DISTINCT n.name) FROM unnest(names) AS n (name)) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('the query has the columns: %s', coalesce(array_to_string(names, ', '), 'none')),
			DETAIL = 'It has one column, or numerator and denominator, or these two and value, each once.', HINT = 'Name them, as in SELECT count(*) FILTER (WHERE won) AS numerator, count(*) AS denominator FROM ....';
	ELSIF wrong IS NOT NULL THEN
		RAISE datatype_mismatch USING MESSAGE = format('the query has columns that are no numbers: %s', wrong), DETAIL = 'Its columns are of a numeric type.', HINT = 'Cast them, as in x::numeric; of an interval take extract(epoch FROM x).';
	END IF;
	places := ARRAY[array_position(names, 'value'), array_position(names, 'numerator'), array_position(names, 'denominator')];
	-- two rows are enough to know that there are too many; a comment at the end of the query ends with its line
	RETURN QUERY EXECUTE format(E'SELECT %s::numeric, %s::numeric, %s::numeric FROM (%s\n) AS q (%s) LIMIT 2', coalesce('q.c' || places[1], 'q.c' || places[2] || '::numeric / nullif(q.c' || places[3] || '::numeric, 0)'),
		coalesce('q.c' || places[2], 'NULL'), coalesce('q.c' || places[3], 'NULL'), text_of, (SELECT string_agg('c' || n, ', ' ORDER BY n) FROM generate_series(1, cardinality(names)) AS n)) USING as_of;
END
$function$;
COMMENT ON FUNCTION query_rows(text, timestamptz) IS $$The first two rows of a query that computes a number, as numeric: what query_number stands on.
query: one SELECT with one column, or with numerator and denominator, whose ratio the value is (NULL where the denominator is 0), or with both and value; tables are named with their schemas. as_of: what $1 stands for in it. Other columns, and types that are no numbers, are errors, and so is whatever is one when it runs.
Example: (SELECT round(value, 2) FROM salesops.query_rows('SELECT 1 AS numerator, 4 AS denominator', NULL)) ==> 0.25$$;

CREATE FUNCTION query_check(query text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	text_of CONSTANT text := salesops.query_select(query);
	done boolean := false;
BEGIN
	-- no row is computed, but constants are, when it is planned
	BEGIN
		PERFORM set_config('transaction_read_only', 'on', true);
		PERFORM FROM salesops.query_rows(format(E'SELECT * FROM (%s\n) AS q WHERE false', text_of), NULL);
		done := true;
		RAISE SQLSTATE 'P0001' USING MESSAGE = 'taken back';
	EXCEPTION WHEN raise_exception THEN
		IF NOT done THEN
			RAISE;
		END IF;
	END;
	RETURN text_of;
END
$function$;
COMMENT ON FUNCTION query_check(text) IS $$A query that can compute a number, as query_select has it; an error unless its columns are those of one.
query: as for query_rows. It is planned, in a subtransaction that is read only and rolled back, and no row of it is computed. NULL for NULL.
Example: salesops.query_check('SELECT 1;') ==> SELECT 1$$;

CREATE FUNCTION query_number(query text, as_of timestamptz, time_zone text DEFAULT 'UTC') RETURNS TABLE (value numeric, numerator numeric, denominator numeric, error text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000 ROWS 1
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	found record;
	counted integer := 0;
	done boolean := false;
BEGIN
	IF query IS NULL THEN
		error := '22004 there is no query';
		RETURN NEXT;
		RETURN;
	END IF;
	BEGIN
		PERFORM set_config('transaction_read_only', 'on', true), set_config('TimeZone', coalesce(time_zone, 'UTC'), true);
		FOR found IN SELECT r.value, r.numerator, r.denominator FROM salesops.query_rows(query, as_of) AS r LOOP
			counted := counted + 1;
			value := found.value;
			numerator := found.numerator;
			denominator := found.denominator;
		END LOOP;
		done := true;
		-- nothing that it did stays
		RAISE SQLSTATE 'P0001' USING MESSAGE = 'rolled back';
	EXCEPTION WHEN assert_failure OR OTHERS THEN
		IF NOT done THEN
			error := left(SQLSTATE || ' ' || SQLERRM, 1000);
		END IF;
	END;
	IF done AND counted = 0 THEN
		error := 'P0002 the query returned no row';
	ELSIF done AND counted > 1 THEN
		error := 'P0003 the query returned more than one row';
	-- a value is drawn and compared as double precision, too
	ELSIF EXISTS (SELECT FROM unnest(ARRAY[value, numerator, denominator]) AS u (n) WHERE u.n = 'NaN' OR abs(u.n) > 1e300 OR u.n <> 0 AND abs(u.n) < 1e-300) THEN
		error := format('22003 the query returned %s, which is %s', left(concat_ws(' / ', value, numerator, denominator), 100), CASE WHEN 'Infinity' IN (abs(value), abs(numerator), abs(denominator)) OR 'NaN' IN (value, numerator, denominator) THEN 'no finite number' ELSE 'out of range' END);
	END IF;
	IF error IS NOT NULL THEN
		value := NULL;
		numerator := NULL;
		denominator := NULL;
	END IF;
	RETURN NEXT;
END
$function$;
COMMENT ON FUNCTION query_number(text, timestamptz, text) IS $$The number that a query computes, without letting it change anything: one row, in which an error is a text.
query, as_of: as for query_rows. time_zone: in which it runs, so that $1::date is the day there. It runs in a subtransaction that is read only and rolled back. error: SQLSTATE and message, also where it gives no row, two rows, or a number that is not finite; then the value is NULL. A value that is NULL without an error is not known. Cancelling is no error of the query. PARALLEL UNSAFE.
Example: (SELECT error FROM salesops.query_number('SELECT 1 WHERE false', NULL)) ==> P0002 the query returned no row$$;
