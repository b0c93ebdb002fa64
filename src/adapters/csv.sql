-- adapters: files in the contract's columns, as any tool loads them: a table for each, in any types.

CREATE FUNCTION adapter_csv(adapter text, source_schema text, target_schema text, time_zone text, own_tables text[], custom_fields text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	r CONSTANT jsonb := salesops.adapter_relations(source_schema);
	t record;
	c jsonb;
	columns jsonb;
	written text := '';
BEGIN
	FOR t IN SELECT x.table_name, replace(x.file_name, '.csv', '') AS file FROM salesops.contract_tables() AS x ORDER BY x.position LOOP
		-- a table is called as the file is, or as the contract's table
		c := coalesce(r -> replace(t.file, '_', ''), r -> replace(t.table_name, '_', ''));
		CONTINUE WHEN c IS NULL;
		SELECT jsonb_object_agg(d.column_name, CASE WHEN d.type = 'date' THEN salesops.adapter_day(c -> 'columns', 'f', d.column_name, time_zone) ELSE salesops.adapter_value(c -> 'columns', 'f', ARRAY[d.column_name],
			CASE d.type WHEN 'numeric' THEN 'number' WHEN 'float8' THEN 'fraction' WHEN 'integer' THEN 'integer' WHEN 'boolean' THEN 'flag' WHEN 'timestamptz' THEN 'instant' ELSE 'text' END, time_zone) END) INTO columns
		FROM salesops.contract_columns() AS d WHERE d.table_name = t.table_name;
		written := written || salesops.adapter_view(adapter, target_schema, t.table_name, columns, format('%s AS f', c ->> 'ref'),
			(SELECT coalesce(jsonb_agg(p), '[]') FROM jsonb_array_elements(salesops.adapter_passed(c -> 'columns', 'f', coalesce(custom_fields, '.'))) AS p WHERE lower(replace(p ->> 0, '_', '')) NOT IN (SELECT replace(d.column_name, '_', '') FROM salesops.contract_columns() AS d WHERE d.table_name = t.table_name)),
			t.table_name = ANY (own_tables));
	END LOOP;
	RETURN written;
END
$function$;
COMMENT ON FUNCTION adapter_csv(text, text, text, text, text[], text) IS $$The views of the adapter for files, as SQL text: what adapter_sql writes for csv.
The arguments are those of adapter_sql. A table is looked for under the name of its file (user) and of the contract (sales_user), each column under the contract's name; what else it has is passed through. An empty text is no value, but for a text.
Example: to_regprocedure('salesops.adapter_csv(text, text, text, text, text[], text)') IS NOT NULL ==> true$$;
