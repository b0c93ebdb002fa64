-- metric_compare: why two totals differ, row by row: a report and finance, two systems, yesterday and today.
--
-- All rows of both tables are put under each other and grouped by the key, in one pass. Each group is of one kind, the first that holds: without
-- a key, in one of them alone, several rows in one of them, an amount that is not known, another value in a filter column, another
-- amount, the same. A group adds (sum in b) - (sum in a) to the gap, as sum() has it, which leaves out amounts that are not known; so the
-- groups add up to total b - total a, exactly, since all is numeric. For the tables
--
--		a: A 10, B 20, C 30, C 30		b: A 10, B 25, C 30, D 5		the gap is 70 - 90 = -20:
--		duplicate_in_a C -30, only_in_b D +5, different_amount B +5
--
-- Keys of different types are brought to a common one, and texts are compared by their bytes. See docs/reference/metric_compare.md.

CREATE FUNCTION metric_compare_sql(a regclass, b regclass, key text[], amount text, filters text[] DEFAULT '{}', key_in_b text[] DEFAULT NULL, amount_in_b text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	wanted record;
	problem text;
	lists text[];
	list_a text;
	list_b text;
	groups text;
	no_key text;
	key_text text;
	filter_sums text;
	filter_names text;
	filters_differ text;
	filter_detail text;
BEGIN
	IF a IS NULL OR b IS NULL OR key IS NULL OR amount IS NULL OR array_position(key, NULL) IS NOT NULL OR array_position(filters, NULL) IS NOT NULL OR array_position(key_in_b, NULL) IS NOT NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the tables that are compared, their keys and their amounts must not be NULL', HINT = 'The arguments are (a, b, key, amount, filters, key_in_b, amount_in_b).';
	ELSIF cardinality(key) = 0 OR cardinality(key) <> cardinality(coalesce(key_in_b, key)) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('keys of %s and %s columns cannot be compared', cardinality(key), cardinality(coalesce(key_in_b, key))), DETAIL = 'Rows are put together by the same columns in both, at least one.', HINT = 'Name the columns as in ARRAY[''opportunity_id''], and those of b in the same order.';
	END IF;
	SELECT string_agg(c.oid::regclass::text, ', ') INTO problem FROM pg_class AS c WHERE c.oid IN (a, b) AND c.relkind NOT IN ('r', 'p', 'v', 'm', 'f');
	IF problem IS NOT NULL THEN
		RAISE wrong_object_type USING MESSAGE = format('%s is no table and no view', problem), HINT = 'Pass two tables or views, such as ''crm.report'' and ''finance.invoice''.';
	END IF;
	SELECT string_agg(format('%s lacks %s', w.relation, quote_ident(w.name)), ', ' ORDER BY w.n, w.relation) INTO problem
	FROM (SELECT a, u.name, u.n FROM unnest(key || amount || filters) WITH ORDINALITY AS u (name, n) UNION ALL SELECT b, u.name, u.n FROM unnest(coalesce(key_in_b, key) || coalesce(amount_in_b, amount) || filters) WITH ORDINALITY AS u (name, n)) AS w (relation, name, n)
	WHERE NOT EXISTS (SELECT FROM pg_attribute AS t WHERE t.attrelid = w.relation AND t.attname = w.name AND t.attnum > 0 AND NOT t.attisdropped);
	IF problem IS NOT NULL THEN
		RAISE undefined_column USING MESSAGE = format('columns are not there: %s', problem), DETAIL = 'Names are as they are, without quotes.', HINT = 'Where a column of b is called otherwise, pass key_in_b and amount_in_b, or make a view.';
	END IF;
	SELECT string_agg(format('%s.%I is %s', w.relation, w.name, format_type(t.atttypid, t.atttypmod)), ', ' ORDER BY w.n) INTO problem
	FROM (VALUES (a, amount, 1), (b, coalesce(amount_in_b, amount), 2)) AS w (relation, name, n) JOIN pg_attribute AS t ON t.attrelid = w.relation AND t.attname = w.name JOIN pg_type AS y ON y.oid = t.atttypid
	WHERE coalesce(nullif(y.typbasetype, 0), y.oid) <> ALL (ARRAY['int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'float4'::regtype, 'float8'::regtype, 'money'::regtype]);
	IF problem IS NOT NULL THEN
		RAISE datatype_mismatch USING MESSAGE = format('amounts are no numbers: %s', problem), DETAIL = 'They are of the types smallint, integer, bigint, numeric, real, double precision and money, or of a domain over one.', HINT = 'Compare views that cast them.';
	END IF;

	-- ---- what is read of each: keys and filters in a type of both, amounts as numeric, where NaN and infinities are not known ----
	SELECT array_agg(CASE WHEN c.n <= cardinality(key) THEN format('k%s', c.n) ELSE format('f%s', c.n - cardinality(key)) END ORDER BY c.n),
		string_agg(format('%s AS %s%s', format(c.read_as, c.name_a), CASE WHEN c.n <= cardinality(key) THEN 'k' ELSE 'f' END, CASE WHEN c.n <= cardinality(key) THEN c.n ELSE c.n - cardinality(key) END), ', ' ORDER BY c.n),
		string_agg(format(c.read_as, c.name_b), ', ' ORDER BY c.n)
	INTO lists, list_a, list_b
	FROM (
		-- filters are shown, too: as texts, numbers without zeros at their ends
		SELECT w.n, w.name_a, w.name_b, CASE WHEN w.n <= cardinality(key) OR w.read_as ~ 'text COLLATE' THEN w.read_as WHEN w.read_as ~ 'numeric$' THEN 'trim_scale(' || w.read_as || ')::text COLLATE "C"' ELSE w.read_as || '::text COLLATE "C"' END AS read_as FROM (
		SELECT u.n, u.name_a, u.name_b, 't.%I' ||
			CASE WHEN ya.typcategory = 'S' AND yb.typcategory = 'S' THEN '::text COLLATE "C"'
				WHEN ya.oid = yb.oid AND ya.oid = 'numeric'::regtype AND u.n > cardinality(key) THEN '::numeric'
				WHEN ya.oid = yb.oid AND (ya.typcategory IN ('B', 'D', 'T', 'I', 'N') OR ya.oid = 'uuid'::regtype) THEN ''
				WHEN ya.oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AND yb.oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN '::bigint'
				WHEN ya.oid = ANY (n.kinds) AND yb.oid = ANY (n.kinds) THEN CASE WHEN ya.oid IN ('float4'::regtype, 'float8'::regtype) OR yb.oid IN ('float4'::regtype, 'float8'::regtype) THEN '::text::numeric' ELSE '::numeric' END
				WHEN ya.oid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) AND yb.oid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) THEN CASE WHEN 'timestamptz'::regtype IN (ya.oid, yb.oid) THEN '::timestamptz' ELSE '::timestamp' END
				ELSE '::text COLLATE "C"' END AS read_as
		FROM unnest(key || filters, coalesce(key_in_b, key) || filters) WITH ORDINALITY AS u (name_a, name_b, n)
		CROSS JOIN (VALUES (ARRAY['int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'float4'::regtype, 'float8'::regtype]::oid[])) AS n (kinds)
		JOIN pg_attribute AS ta ON ta.attrelid = a AND ta.attname = u.name_a JOIN pg_type AS da ON da.oid = ta.atttypid JOIN pg_type AS ya ON ya.oid = coalesce(nullif(da.typbasetype, 0), da.oid)
		JOIN pg_attribute AS tb ON tb.attrelid = b AND tb.attname = u.name_b JOIN pg_type AS db ON db.oid = tb.atttypid JOIN pg_type AS yb ON yb.oid = coalesce(nullif(db.typbasetype, 0), db.oid)
		) AS w
	) AS c;
	SELECT list_a || format(', %s AS amount', max(m.read_as) FILTER (WHERE m.n = 1)), list_b || format(', %s', max(m.read_as) FILTER (WHERE m.n = 2)) INTO list_a, list_b
	FROM (SELECT w.n, CASE WHEN t.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN format('t.%I::numeric', w.name) ELSE format('CASE WHEN t.%1$I::numeric < ''Infinity'' AND t.%1$I::numeric > ''-Infinity'' THEN t.%1$I::numeric END', w.name) END
		FROM (VALUES (a, amount, 1), (b, coalesce(amount_in_b, amount), 2)) AS w (relation, name, n) JOIN pg_attribute AS t ON t.attrelid = w.relation AND t.attname = w.name) AS m (n, read_as);
	SELECT string_agg(format('u.k%s', n), ', ' ORDER BY n), string_agg(format('g.k%s IS NULL', n), ' AND ' ORDER BY n), CASE WHEN cardinality(key) = 1 THEN 'g.k1::text' ELSE format('array_to_string(ARRAY[%s], '', '', ''NULL'')', string_agg(format('g.k%s::text', n), ', ' ORDER BY n)) END
	INTO groups, no_key, key_text FROM generate_series(1, cardinality(key)) AS n;
	SELECT coalesce(string_agg(format(', min(u.f%1$s) FILTER (WHERE u.in_a) AS f%1$s_a, min(u.f%1$s) FILTER (WHERE NOT u.in_a) AS f%1$s_b', n), '' ORDER BY n), ''),
		coalesce('(' || string_agg(format('g.f%1$s_a IS DISTINCT FROM g.f%1$s_b', n), ' OR ' ORDER BY n) || ')', 'false'),
		coalesce('concat_ws(''; '', ' || string_agg(format('CASE WHEN g.f%1$s_a IS DISTINCT FROM g.f%1$s_b THEN concat(%2$L, '': '', coalesce(g.f%1$s_a, ''NULL''), '' -> '', coalesce(g.f%1$s_b, ''NULL'')) END', n, filters[n]), ', ' ORDER BY n) || ')', 'NULL')
	INTO filter_sums, filters_differ, filter_detail FROM generate_series(1, cardinality(filters)) AS n;

	RETURN 'SELECT k.kind, (' || key_text || ') COLLATE "C" AS key, g.rows_a, g.rows_b, g.amount_a, g.amount_b, coalesce(g.amount_b, 0) - coalesce(g.amount_a, 0) AS difference, g.rows_a + g.rows_b - g.known_a - g.known_b AS unknown_amounts, CASE WHEN k.kind = ''different_filter'' THEN ' || filter_detail
		|| ' WHEN g.rows_a + g.rows_b > g.known_a + g.known_b THEN concat_ws('', '', CASE WHEN g.rows_a > g.known_a THEN concat(g.rows_a - g.known_a, '' unknown in a'') END, CASE WHEN g.rows_b > g.known_b THEN concat(g.rows_b - g.known_b, '' unknown in b'') END) END COLLATE "C" AS detail
FROM (
	SELECT ' || groups || ', count(*) FILTER (WHERE u.in_a) AS rows_a, count(*) FILTER (WHERE NOT u.in_a) AS rows_b, count(u.amount) FILTER (WHERE u.in_a) AS known_a, count(u.amount) FILTER (WHERE NOT u.in_a) AS known_b, sum(u.amount) FILTER (WHERE u.in_a) AS amount_a, sum(u.amount) FILTER (WHERE NOT u.in_a) AS amount_b' || filter_sums || '
	FROM (SELECT ' || list_a || ', true AS in_a FROM ' || a || ' AS t UNION ALL SELECT ' || list_b || ', false FROM ' || b || ' AS t) AS u
	GROUP BY ' || groups || '
) AS g CROSS JOIN LATERAL (SELECT CASE WHEN ' || no_key || ' THEN ''no_key'' WHEN g.rows_b = 0 THEN ''only_in_a'' WHEN g.rows_a = 0 THEN ''only_in_b'' WHEN g.rows_a > 1 AND g.rows_b > 1 THEN ''duplicate_in_both'' WHEN g.rows_a > 1 THEN ''duplicate_in_a'' WHEN g.rows_b > 1 THEN ''duplicate_in_b''
	WHEN g.known_a = 0 OR g.known_b = 0 THEN ''unknown_amount'' WHEN ' || filters_differ || ' THEN ''different_filter'' WHEN g.amount_a <> g.amount_b THEN ''different_amount'' ELSE ''same'' END) AS k (kind)';
END
$function$;
COMMENT ON FUNCTION metric_compare_sql(regclass, regclass, text[], text, text[], text[], text) IS $$The query that metric_compare and its summary run: one row for each key of two tables, with its kind; also of those that are the same.
Arguments as for metric_compare. Columns: kind, key, rows_a, rows_b, amount_a, amount_b, difference, unknown_amounts, detail. For a view of one's own.
Example: salesops.metric_compare_sql('pg_catalog.pg_class', 'pg_catalog.pg_class', '{oid}', 'relpages') LIKE '%pg_class AS t UNION ALL SELECT %' ==> true$$;

CREATE FUNCTION metric_compare(a regclass, b regclass, key text[], amount text, filters text[] DEFAULT '{}', key_in_b text[] DEFAULT NULL, amount_in_b text DEFAULT NULL)
RETURNS TABLE (kind text, key_value text, rows_a bigint, rows_b bigint, amount_a numeric, amount_b numeric, difference numeric, detail text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000 ROWS 1000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C' SET timezone = 'UTC'
AS $function$
#variable_conflict use_column
BEGIN
	RETURN QUERY EXECUTE format('SELECT c.kind, c.key, c.rows_a, c.rows_b, c.amount_a, c.amount_b, c.difference, c.detail FROM (%s) AS c WHERE c.kind <> ''same''
		ORDER BY array_position(ARRAY[''only_in_a'', ''duplicate_in_a'', ''only_in_b'', ''duplicate_in_b'', ''duplicate_in_both'', ''no_key'', ''unknown_amount'', ''different_filter'', ''different_amount''], c.kind), abs(c.difference) DESC, c.key COLLATE "C"',
		salesops.metric_compare_sql(a, b, key, amount, filters, key_in_b, amount_in_b));
END
$function$;
COMMENT ON FUNCTION metric_compare(regclass, regclass, text[], text, text[], text[], text) IS $$Why the totals of two tables differ: a row for each key that is not the same in both, whose differences add up to total b - total a, exactly.
a, b: tables or views. key: the columns by which a row is the same; amount: the column that is added up; filters: columns, by these names in both, of which another value makes a difference of its own; key_in_b, amount_in_b: where they are called otherwise in b. kind, the first that holds: no_key (all columns of it NULL; one row for all), only_in_a, only_in_b, duplicate_in_both, duplicate_in_a, duplicate_in_b (several rows), unknown_amount (NULL, NaN or infinite), different_filter, different_amount. difference: as sum() has it, which leaves unknown amounts out. Ordered by kind, the largest differences first.
Example: (SELECT count(*) FROM salesops.metric_compare('pg_catalog.pg_class', 'pg_catalog.pg_class', '{oid}', 'relnatts')) ==> 0$$;

CREATE FUNCTION metric_compare_summary(a regclass, b regclass, key text[], amount text, filters text[] DEFAULT '{}', key_in_b text[] DEFAULT NULL, amount_in_b text DEFAULT NULL)
RETURNS TABLE (step integer, kind text, key_count bigint, rows_a bigint, rows_b bigint, difference numeric, balance numeric, share_of_gap double precision, unknown_amounts bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000 ROWS 10
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C' SET timezone = 'UTC'
AS $function$
#variable_conflict use_column
BEGIN
	RETURN QUERY EXECUTE format($q$
		WITH kinds AS MATERIALIZED (
			SELECT c.kind, count(*) AS key_count, sum(c.rows_a) AS rows_a, sum(c.rows_b) AS rows_b, coalesce(sum(c.amount_a), 0) AS amount_a, coalesce(sum(c.amount_b), 0) AS amount_b, sum(c.difference) AS difference, sum(c.unknown_amounts) AS unknown_amounts FROM (%s) AS c GROUP BY c.kind
		), totals AS (
			SELECT coalesce(sum(k.rows_a), 0) AS rows_a, coalesce(sum(k.rows_b), 0) AS rows_b, coalesce(sum(k.amount_a), 0) AS total_a, coalesce(sum(k.amount_b), 0) AS total_b FROM kinds AS k
		), steps AS (
			SELECT 0 AS place, 'total_a' AS kind, NULL::bigint AS key_count, t.rows_a, NULL::numeric AS rows_b, NULL::numeric AS difference, t.total_a AS balance, NULL::numeric AS unknown_amounts FROM totals AS t
			UNION ALL
			SELECT o.place, k.kind, k.key_count, k.rows_a, k.rows_b, k.difference, t.total_a + sum(k.difference) OVER (ORDER BY o.place), k.unknown_amounts
			FROM kinds AS k JOIN unnest(ARRAY['same', 'only_in_a', 'duplicate_in_a', 'only_in_b', 'duplicate_in_b', 'duplicate_in_both', 'no_key', 'unknown_amount', 'different_filter', 'different_amount']) WITH ORDINALITY AS o (kind, place) ON o.kind = k.kind CROSS JOIN totals AS t
			UNION ALL
			SELECT 99, 'total_b', NULL, NULL, t.rows_b, t.total_b - t.total_a, t.total_b, NULL FROM totals AS t
		)
		SELECT (row_number() OVER (ORDER BY s.place))::integer, s.kind, s.key_count, s.rows_a::bigint, s.rows_b::bigint, s.difference, s.balance, (CASE WHEN s.kind <> 'total_a' THEN round(CASE WHEN abs(s.difference / nullif(t.total_b - t.total_a, 0)) < 1e300 THEN s.difference / nullif(t.total_b - t.total_a, 0) END, 30) END)::double precision, s.unknown_amounts::bigint
		FROM steps AS s CROSS JOIN totals AS t ORDER BY s.place$q$, salesops.metric_compare_sql(a, b, key, amount, filters, key_in_b, amount_in_b));
END
$function$;
COMMENT ON FUNCTION metric_compare_summary(regclass, regclass, text[], text, text[], text[], text) IS $$The bridge from one total to another: total_a, a row for each kind of difference with what it adds, and total_b.
Arguments and kinds as for metric_compare; what is the same is a row, too. balance: the total after each step, which begins with total a and ends with total b; a total of no amounts is 0 here. share_of_gap: difference / (total b - total a), negative where it goes the other way; NULL where the totals are the same. unknown_amounts: rows whose amount is NULL, NaN or infinite, which are in no total.
Example: (SELECT string_agg(kind, ' ' ORDER BY step) FROM salesops.metric_compare_summary('pg_catalog.pg_class', 'pg_catalog.pg_class', '{oid}', 'relnatts')) ==> total_a same total_b$$;
