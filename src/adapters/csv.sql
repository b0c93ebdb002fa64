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
		-- people write files
		c := jsonb_set(c, '{columns}', (SELECT coalesce(jsonb_object_agg(k, v || '{"typed": true}'), '{}') FROM jsonb_each(c -> 'columns') AS e (k, v)));
		SELECT jsonb_object_agg(d.column_name, CASE WHEN d.type = 'date' THEN salesops.adapter_day(c -> 'columns', 'f', d.column_name, time_zone) ELSE salesops.adapter_value(c -> 'columns', 'f', ARRAY[d.column_name],
			CASE d.type WHEN 'numeric' THEN 'number' WHEN 'float8' THEN 'fraction' WHEN 'integer' THEN 'integer' WHEN 'boolean' THEN 'flag' WHEN 'timestamptz' THEN 'instant' ELSE 'text' END, time_zone) END) INTO columns
		FROM salesops.contract_columns() AS d WHERE d.table_name = t.table_name;
		written := written || salesops.adapter_view(adapter, target_schema, t.table_name, columns, format('%s AS f', c ->> 'ref'),
			(SELECT coalesce(jsonb_agg(CASE WHEN d.column_name IS NULL THEN p ELSE jsonb_build_array(d.column_name, p -> 1) END ORDER BY n), '[]')
				FROM jsonb_array_elements(salesops.adapter_passed(c -> 'columns', 'f', '.')) WITH ORDINALITY AS q (p, n) CROSS JOIN LATERAL (SELECT lower(replace(p ->> 0, '_', ''))) AS k (key)
					LEFT JOIN salesops.contract_columns() AS d ON d.table_name = t.table_name AND replace(d.column_name, '_', '') = k.key
				WHERE CASE WHEN d.type IN ('text', 'boolean') THEN false WHEN d.type IS NULL THEN p ->> 0 ~ coalesce(custom_fields, '.')
					-- a number, day or moment that is not of such a type stays beside what it is read as, so that what is not understood can be told
					ELSE c -> 'columns' -> k.key ->> 'type' <> ALL (CASE WHEN d.type IN ('date', 'timestamptz') THEN '{number,date,timestamp,timestamptz}' ELSE '{number}' END::text[]) AND NOT c -> 'columns' ? (k.key || 'ofsource') END),
			t.table_name = ANY (own_tables));
	END LOOP;
	RETURN written;
END
$function$;
COMMENT ON FUNCTION adapter_csv(text, text, text, text, text[], text) IS $$The views of the adapter for files, as SQL text: what adapter_sql writes for csv.
The arguments are those of adapter_sql. A table is looked for under the name of its file (user) and of the contract (sales_user), each column under the contract's name; what else it has is passed through. An empty text is no value, but for a text. A number, day or moment that is a text in the table stands beside what it is read as, in a column such as amount_of_source: contract_check counts those that are not understood.
Example: to_regprocedure('salesops.adapter_csv(text, text, text, text, text[], text)') IS NOT NULL ==> true$$;
