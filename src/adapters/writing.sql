-- adapters: how the SQL of a view is written by what is in the source schema.
--
-- adapter_relations reads the catalog once; what follows makes texts of it. Names are looked up without regard to case and underscores, so that
-- stage_name (Fivetran) and "StageName" (Airbyte) are one field, and are written as they are in the source. A field that is not there gives NULL,
-- which adapter_view writes with the type of the contract's column.

CREATE FUNCTION adapter_relations(source_schema text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	-- of two names that differ in case or underscores alone, the one in small letters
	RETURN (
		SELECT coalesce(jsonb_object_agg(r.key, jsonb_build_object('name', r.relname, 'ref', format('%I.%I', source_schema, r.relname), 'columns', r.columns)), '{}')
		FROM (
			SELECT DISTINCT ON (k.key) k.key, c.relname, coalesce((
				SELECT jsonb_object_agg(a.key, jsonb_build_object('name', a.attname, 'type', a.kind, 'position', a.attnum))
				FROM (
					SELECT DISTINCT ON (l.key) l.key, t.attname, t.attnum,
						CASE WHEN y.typname = 'date' THEN 'date' WHEN y.typname = 'timestamp' THEN 'timestamp' WHEN y.typname = 'timestamptz' THEN 'timestamptz' WHEN y.typname IN ('json', 'jsonb') THEN y.typname::text
							WHEN y.typcategory = 'B' THEN 'boolean' WHEN y.typcategory = 'N' AND y.typname <> 'money' THEN 'number' WHEN y.typcategory = 'A' THEN 'array' WHEN y.typname = 'text' THEN 'text' ELSE 'other' END AS kind
					FROM pg_attribute AS t JOIN pg_type AS d ON d.oid = t.atttypid JOIN pg_type AS y ON y.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.oid END,
						LATERAL (SELECT lower(replace(t.attname, '_', ''))) AS l (key)
					WHERE t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
					ORDER BY l.key, t.attname <> lower(t.attname), t.attnum
				) AS a), '{}') AS columns
			FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace, LATERAL (SELECT lower(replace(c.relname, '_', ''))) AS k (key)
			WHERE n.nspname = source_schema AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
			ORDER BY k.key, c.relname <> lower(c.relname), c.relname
		) AS r);
END
$function$;
COMMENT ON FUNCTION adapter_relations(text) IS $$The tables and views of a schema with their columns, as adapters look them up: by their names in small letters without underscores.
source_schema: as it is named, without quotes; one that is not there has none. Of each: name, ref (as it is written in SQL) and columns, of which each has name, type (text, number, boolean, date, timestamp, timestamptz, json, jsonb, array or other) and position. NULL gives none.
Example: salesops.adapter_relations('pg_catalog') -> 'pgam' -> 'columns' -> 'amname' ->> 'type' ==> other$$;

CREATE FUNCTION adapter_value(columns jsonb, alias text, names text[], kind text, time_zone text DEFAULT 'UTC') RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	name text;
	type text;
	ref text;
	instant text;
	value text;
	written text[] := '{}';
	-- Of a text that a machine wrote, its form tells what it is. Of one that people wrote, what can be cast without an error: a day that its month has (29 February in leap
	-- years), a time of day, a zone. Which takes several times as long, so that a day without a time is asked for first. No number has more than 200 characters, with which it fits float8 and numeric, whatever its exponent.
	typed boolean;
	day text;
	-- to 1199 BC, as timestamptz does not go back as far as 15 digits; forwards it does
	millis CONSTANT text := '^(-|[0-9])?[0-9]{9,14}$';
	form CONSTANT text := '^[0-9]{4}-[0-9]{2}-[0-9]{2}';
	real_day CONSTANT text := '^(?!0000|.....(0[2469]|11)-31|.....02-30|(..)?([02468][1235679]|[13579][013457-9])(00)?-02-29)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])';
	clock CONSTANT text := '([Tt ]([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{0,30})?)?( ?([Zz]|UTC|GMT|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?))?)? *$';
BEGIN
	IF kind <> ALL ('{text,number,fraction,percent,integer,instant,day,local_day,flag}') THEN
		RAISE invalid_parameter_value USING MESSAGE = format('unknown kind of value: "%s"', kind), DETAIL = 'The kinds are text, number, fraction, percent, integer, instant, day, local_day and flag.', HINT = 'A percent is divided by 100; a local_day is the day in the time zone.';
	END IF;
	FOREACH name IN ARRAY names LOOP
		type := columns -> lower(replace(name, '_', '')) ->> 'type';
		IF type IS NOT NULL THEN
			ref := format('%s.%I', alias, columns -> lower(replace(name, '_', '')) ->> 'name');
		ELSIF name LIKE 'properties\_%' AND columns -> 'properties' ->> 'type' IN ('json', 'jsonb') THEN
			type := 'text';
			ref := format('(%s.properties ->> %L)', alias, substr(name, 12));
		ELSE
			CONTINUE;
		END IF;
		typed := coalesce((columns -> lower(replace(name, '_', '')) ->> 'typed')::boolean, false);
		day := CASE WHEN typed THEN real_day || ' *$' ELSE form || '$' END;
		IF type IN ('json', 'jsonb') THEN
			ref := format('(%s #>> ''{}'')', ref);
		ELSIF type = 'other' OR type = 'array' THEN
			ref := ref || '::text';
		END IF;
		IF type NOT IN ('number', 'boolean', 'date', 'timestamp', 'timestamptz') THEN
			type := 'text';
		END IF;
		-- connectors write UTC where they write no zone; a number is milliseconds since 1970
		instant := CASE type WHEN 'timestamptz' THEN ref
			WHEN 'timestamp' THEN format('%s AT TIME ZONE ''UTC''', ref)
			WHEN 'date' THEN format('%s::timestamp AT TIME ZONE ''UTC''', ref)
			WHEN 'number' THEN format('to_timestamp(%s / 1000.0)', ref)
			WHEN 'text' THEN format('CASE WHEN %1$s ~ %2$L THEN to_timestamp(%1$s::numeric / 1000) ' || CASE WHEN typed THEN 'WHEN %1$s ~ %3$L THEN CASE WHEN %1$s ~ '':.*([A-Za-z]|[+-][0-9:]+) *$'' THEN %1$s::timestamptz ELSE %1$s::timestamp AT TIME ZONE ''UTC'' END END'
				ELSE 'WHEN %1$s ~ ''^[0-9]{4}-.*[0-9]:[0-9].*(Z|[+-][0-9:]+)$'' THEN %1$s::timestamptz WHEN %1$s ~ ''^[0-9]{4}-'' THEN %1$s::timestamp AT TIME ZONE ''UTC'' END' END, ref, millis, real_day || clock) END;
		value := CASE kind
			WHEN 'text' THEN CASE type WHEN 'text' THEN ref ELSE ref || '::text' END
			WHEN 'instant' THEN instant
			WHEN 'day' THEN CASE type WHEN 'date' THEN ref WHEN 'timestamp' THEN ref || '::date' WHEN 'timestamptz' THEN format('(%s AT TIME ZONE ''UTC'')::date', ref)
				WHEN 'text' THEN format('CASE WHEN ' || CASE WHEN typed THEN '%1$s ~ %3$L OR ' ELSE '' END || '%1$s ~ %4$L THEN left(%1$s, 10)::date ELSE ((%2$s) AT TIME ZONE ''UTC'')::date END', ref, instant, day, CASE WHEN typed THEN real_day || clock ELSE form END) ELSE format('((%s) AT TIME ZONE ''UTC'')::date', instant) END
			WHEN 'local_day' THEN CASE type WHEN 'date' THEN ref
				WHEN 'text' THEN format('CASE WHEN %1$s ~ %4$L THEN %1$s::date ELSE ((%2$s) AT TIME ZONE %3$L)::date END', ref, instant, time_zone, day) ELSE format('(%s AT TIME ZONE %L)::date', instant, time_zone) END
			WHEN 'flag' THEN CASE type WHEN 'boolean' THEN ref WHEN 'number' THEN format('(%s <> 0)', ref) WHEN 'text' THEN format('(lower(%s) IN (''true'', ''t'', ''1'', ''yes''))', ref) END
			ELSE CASE type WHEN 'number' THEN format(CASE kind WHEN 'percent' THEN '(%s / 100.0)::float8' WHEN 'fraction' THEN '%s::float8' WHEN 'integer' THEN '%s::integer' ELSE '%s::numeric' END, ref)
				WHEN 'text' THEN format('CASE WHEN length(%1$s) <= 200 AND %1$s ~ ''^ *[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})? *$'' THEN ' || CASE kind WHEN 'percent' THEN '(%1$s::numeric / 100)::float8' WHEN 'fraction' THEN '%1$s::float8'
					WHEN 'integer' THEN 'CASE WHEN %1$s::numeric BETWEEN -2147483648 AND 2147483647 THEN %1$s::numeric::integer END' ELSE '%1$s::numeric' END || ' END', ref) END END;
		IF value IS NOT NULL THEN
			written := written || value;
		END IF;
	END LOOP;
	RETURN CASE WHEN cardinality(written) > 1 THEN 'coalesce(' || array_to_string(written, ', ') || ')' ELSE written[1] END;
END
$function$;
COMMENT ON FUNCTION adapter_value(jsonb, text, text[], text, text) IS $$The SQL expression by which a field of a connector's table becomes a value of the contract; NULL where the table has none of the fields.
columns: of the table, from adapter_relations. alias: of the table in the query. names: of the field, as connectors call it; of several that are there, the first that is not NULL is taken. A name properties_x is also found in a column properties of type json. kind: text, number, fraction, percent (divided by 100), integer, instant, day (as written, in UTC), local_day (the day of an instant in the time zone) or flag. A timestamp without a zone is read as UTC, a number as milliseconds since 1970, and a text that is no number as NULL. So is one that is no day or moment; where it has the form of one and is none, such as 2026-02-30, it is NULL in a column that is marked as typed (by people), and else an error.
Example: salesops.adapter_value('{"amount": {"name": "Amount", "type": "number"}}', 'o', '{amount}', 'number') ==> o."Amount"::numeric$$;

CREATE FUNCTION adapter_deleted(columns jsonb, alias text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	name text;
	written text[] := '{}';
BEGIN
	FOREACH name IN ARRAY '{is_deleted,_fivetran_deleted,archived,isdelete}'::text[] LOOP
		IF columns ? lower(replace(name, '_', '')) THEN
			written := written || format('coalesce(%s, false)', salesops.adapter_value(columns, alias, ARRAY[name], 'flag'));
		END IF;
	END LOOP;
	IF columns ? 'abcdcdeletedat' THEN
		written := written || format('%s.%I IS NOT NULL', alias, columns -> 'abcdcdeletedat' ->> 'name');
	END IF;
	RETURN CASE WHEN cardinality(written) > 0 THEN array_to_string(written, ' OR ') END;
END
$function$;
COMMENT ON FUNCTION adapter_deleted(jsonb, text) IS $$The SQL condition that a row of a connector's table is deleted, by the CRM or by the connector; NULL where the table does not say.
columns: of the table, from adapter_relations: is_deleted, _fivetran_deleted, archived, IsDelete and _ab_cdc_deleted_at are looked for. alias: of the table in the query.
Example: salesops.adapter_deleted('{"fivetrandeleted": {"name": "_fivetran_deleted", "type": "boolean"}}', 'o') ==> coalesce(o._fivetran_deleted, false)$$;

CREATE FUNCTION adapter_where(VARIADIC conditions text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
	RETURN (SELECT coalesce(E'\nWHERE ' || string_agg(c, E'\n    AND ' ORDER BY n), '') FROM unnest(conditions) WITH ORDINALITY AS u (c, n) WHERE c IS NOT NULL);
COMMENT ON FUNCTION adapter_where(text[]) IS $$A WHERE clause of conditions, on lines of its own; an empty text where there are none.
conditions: NULLs are left out.
Example: salesops.adapter_where(NULL, NULL) = '' ==> true$$;

CREATE FUNCTION adapter_passed(columns jsonb, alias text, pattern text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN (SELECT coalesce(jsonb_agg(jsonb_build_array(v ->> 'name', format('%s.%I', alias, v ->> 'name')) ORDER BY (v ->> 'position')::int), '[]') FROM jsonb_each(columns) AS e (k, v) WHERE v ->> 'name' ~ pattern AND v ->> 'name' !~ '^_(fivetran|airbyte|ab_cdc)');
END
$function$;
COMMENT ON FUNCTION adapter_passed(jsonb, text, text) IS $$The columns of a connector's table that are passed through under their own names, and how each is written: an array of pairs, in the order of the table.
columns: of the table, from adapter_relations. alias: of the table in the query. pattern: a regular expression for their names. What a connector keeps for itself is left out. An empty array for NULL.
Example: salesops.adapter_passed('{"regionc": {"name": "Region__c", "type": "text", "position": 9}}', 'o', '__c$') -> 0 ->> 1 ==> o."Region__c"$$;

CREATE FUNCTION adapter_fields(table_name text, columns jsonb, alias text, fields jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
BEGIN
	RETURN (SELECT coalesce(jsonb_object_agg(f.key, salesops.adapter_value(columns, alias, string_to_array(f.value, ','), CASE c.type WHEN 'timestamptz' THEN 'instant' ELSE 'text' END)), '{}')
		FROM jsonb_each_text(fields) AS f JOIN salesops.contract_columns() AS c ON c.table_name = adapter_fields.table_name AND c.column_name = f.key);
END
$function$;
COMMENT ON FUNCTION adapter_fields(text, jsonb, text, jsonb) IS $$The SQL expressions of a table whose columns are texts and instants, such as account, contact and lead, for adapter_view.
table_name: of the contract. columns: of the connector's table, from adapter_relations. alias: of that table in the query. fields: for columns of the contract, the fields that they are read from, as connectors call them, with commas between: of several that are there, the first that is not NULL is taken. What the table does not have is NULL.
Example: salesops.adapter_fields('account', '{"billingcity": {"name": "billing_city", "type": "text"}}', 'a', '{"city": "BillingCity"}') ==> {"city": "a.billing_city"}$$;

CREATE FUNCTION adapter_options(target_schema text, table_name text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	options text[];
BEGIN
	SELECT coalesce(c.reloptions, '{}') INTO options FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = target_schema AND c.relname = adapter_options.table_name AND c.relkind = 'v';
	RETURN (SELECT ' WITH (' || string_agg(replace(o, '=', ' = '), ', ' ORDER BY n) || ')' FROM unnest(coalesce(options, '{security_invoker=true}')) WITH ORDINALITY AS u (o, n));
END
$function$;
COMMENT ON FUNCTION adapter_options(text, text) IS $$The WITH clause of a view that is made or replaced: the options that it has, since CREATE OR REPLACE VIEW keeps none; of a new one security_invoker, by which it reads with the rights of who asks.
target_schema, table_name: of the view, as they are named. NULL where it is there and has none.
Example: salesops.adapter_options('nowhere', 'opportunity') = ' WITH (security_invoker = true)' ==> true$$;

CREATE FUNCTION adapter_comment(target_schema text, table_name text, column_name text, comment text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
	-- what says something of the view as it is now, whoever wrote the rest
	missing CONSTANT text := ' Not in the source\.$';
	mark CONSTANT text := 'Written by the adapter [a-z_0-9]+ of salesops\.';
	present text;
BEGIN
	SELECT CASE WHEN column_name IS NULL THEN obj_description(c.oid, 'pg_class') ELSE (SELECT col_description(c.oid, a.attnum) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = column_name AND NOT a.attisdropped) END INTO present
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = target_schema AND c.relname = table_name AND c.relkind = 'v';
	RETURN regexp_replace(regexp_replace(coalesce(present, comment), missing, ''), mark, coalesce(substring(comment from mark), '\&')) || coalesce(substring(comment from missing), '');
END
$function$;
COMMENT ON FUNCTION adapter_comment(text, text, text, text) IS $$The comment of a view that is made or replaced, or of a column of it: the one that is there, which may be the user's own, and else that of the adapter.
target_schema, table_name: of the view, as they are named. column_name: NULL for the view itself. comment: what the adapter says of it. In one that is there the name of the adapter becomes the present one, and whether it ends with Not in the source. is as in the adapter's.
Example: salesops.adapter_comment('nowhere', 'stage', NULL, 'The stages.') ==> The stages.$$;

CREATE FUNCTION adapter_view(adapter text, target_schema text, table_name text, columns jsonb, source text, passed jsonb DEFAULT '[]', own boolean DEFAULT false, distinct_on text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
	selected text;
	names text;
	comments text;
	other text;
BEGIN
	SELECT string_agg(format('    %s AS %I', coalesce(columns ->> c.column_name, 'NULL::' || c.type), c.column_name), E',\n' ORDER BY c.position),
		string_agg(format('%I', c.column_name), ', ' ORDER BY c.position),
		string_agg(format('COMMENT ON COLUMN %I.%I.%I IS %L;', target_schema, table_name, c.column_name, salesops.adapter_comment(target_schema, table_name, c.column_name, c.meaning || CASE WHEN columns ->> c.column_name IS NULL THEN ' Not in the source.' ELSE '' END)), E'\n' ORDER BY c.position)
	INTO selected, names, comments FROM salesops.contract_columns() AS c WHERE c.table_name = adapter_view.table_name;
	source := coalesce(source, E'(SELECT) AS nothing\nWHERE false');
	IF own THEN
		RETURN format(E'\n-- A table of your own, which gets the rows that it does not have yet.\nINSERT INTO %1$I.%2$I (%3$s)\nSELECT%6$s\n%4$s\nFROM %5$s\nON CONFLICT DO NOTHING;\n', target_schema, table_name, names, selected, source, coalesce(' DISTINCT ON (' || distinct_on || ')', ''));
	END IF;
	-- columns beyond the contract, at the end and in the order of the table: where one is added, CREATE OR REPLACE does
	SELECT string_agg(format(E',\n    %s AS %I', p.pair ->> 1, (p.pair ->> 0) || CASE WHEN t.column_name IS NULL THEN '' ELSE '_of_source' END), '' ORDER BY p.n) INTO other
	FROM jsonb_array_elements(passed) WITH ORDINALITY AS p (pair, n) LEFT JOIN (SELECT c.column_name FROM salesops.contract_columns() AS c WHERE c.table_name = adapter_view.table_name) AS t ON t.column_name = p.pair ->> 0;
	RETURN format(E'\nCREATE OR REPLACE VIEW %1$I.%2$I%9$s AS\nSELECT%7$s\n%3$s%4$s\nFROM %5$s;\nCOMMENT ON VIEW %1$I.%2$I IS %6$L;\n%8$s\n', target_schema, table_name, selected, coalesce(other, ''), source,
		salesops.adapter_comment(target_schema, table_name, NULL, (SELECT t.meaning FROM salesops.contract_tables() AS t WHERE t.table_name = adapter_view.table_name) || format(' Written by the adapter %s of salesops.', adapter)),
		coalesce(' DISTINCT ON (' || distinct_on || ')', ''), comments, salesops.adapter_options(target_schema, table_name));
END
$function$;
COMMENT ON FUNCTION adapter_view(text, text, text, jsonb, text, jsonb, boolean, text) IS $$The SQL text of one view of an adapter: every column of a table of the contract, in order, and what is passed through.
adapter: its name, which the view's comment has. target_schema, table_name: of the view. columns: for each column of the contract the expression; one that is missing becomes NULL of its type. source: what stands behind FROM, with its conditions; NULL for a view without rows. passed: names and expressions of further columns; one called as a column of the contract gets _of_source behind its name. own: an INSERT into a table of the user's instead. distinct_on: expressions by which one row is taken.
Example: salesops.adapter_view('csv', 'crm', 'exchange_rate', '{"currency": "x.currency"}', 'files.exchange_rate AS x') ~ 'NULL::numeric AS to_corporate' ==> true$$;
