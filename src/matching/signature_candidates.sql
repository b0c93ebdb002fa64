-- signature_candidates: the records whose names are most like one, for a form that is filled in and for a new lead.

CREATE FUNCTION match_candidates(relation regclass, id_column text, name_column text, searched text,
	min_similarity double precision DEFAULT 0.3, max_candidates integer DEFAULT 10, typed boolean DEFAULT false)
RETURNS TABLE (id text, name text, signature_similarity double precision, company_similarity double precision)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	query @extschema@.match_query;
	missing text;
	other_type text;
BEGIN
	IF relation IS NULL OR id_column IS NULL OR name_column IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'relation, id_column and name_column must not be NULL',
			HINT = 'Pass the table and its columns, such as ''crm.account'', ''account_id'', ''name''.';
	END IF;
	IF max_candidates <= 0 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('max_candidates must be positive, not %s', max_candidates),
			HINT = 'Pass NULL for all that are similar enough.';
	END IF;
	SELECT string_agg(format('%I', wanted), ', ') INTO missing FROM unnest(ARRAY[id_column, name_column]) AS wanted
	WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = wanted AND NOT attisdropped);
	IF missing IS NOT NULL THEN
		RAISE undefined_column USING MESSAGE = format('%s lacks columns: %s', relation, missing),
			HINT = 'Pass the names of columns as they are, without quotes.';
	END IF;
	SELECT format_type(atttypid, atttypmod) INTO other_type FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
	WHERE attrelid = relation AND attname = name_column AND typcategory <> 'S';
	IF other_type IS NOT NULL THEN
		RAISE datatype_mismatch USING MESSAGE = format('%s.%I is of type %s', relation, name_column, other_type),
			HINT = 'Pass a column of names, of type text or the like.';
	END IF;
	query := CASE WHEN typed THEN @extschema@.company_typed(searched, coalesce(min_similarity, 0))
		ELSE @extschema@.match_query(@extschema@.company_signature(searched), coalesce(min_similarity, 0)) END;
	IF query IS NULL THEN
		RETURN;
	END IF;
	-- by the distance alone, which the index gives in order, and more than are wanted: what is decided by is more than the distance
	RETURN QUERY EXECUTE format($$
		SELECT near.id, near.name, @extschema@.query_similarity(@extschema@.company_signature(near.name), $1), @extschema@.company_similarity($2, near.name)
		FROM (
			SELECT t.%2$I::text AS id, t.%3$I::text AS name, @extschema@.company_signature(t.%3$I::text) OPERATOR(@extschema@.<->) $1 AS distance
			FROM %1$s AS t
			WHERE @extschema@.company_signature(t.%3$I::text) OPERATOR(@extschema@.%%) $1
			ORDER BY @extschema@.company_signature(t.%3$I::text) OPERATOR(@extschema@.<->) $1
			LIMIT 10::bigint * $3
		) AS near
		ORDER BY CASE WHEN $4 THEN starts_with(@extschema@.company_key(near.name) COLLATE "C", @extschema@.company_key($2) COLLATE "C") END DESC,
			CASE WHEN NOT $4 THEN @extschema@.company_similarity($2, near.name) END DESC NULLS LAST, near.distance, near.name, near.id
		LIMIT $3$$, relation, id_column, name_column)
	USING query, searched, max_candidates, coalesce(typed, false);
END
$function$;
COMMENT ON FUNCTION match_candidates(regclass, text, text, text, double precision, integer, boolean) IS $$The records of a table whose company names are most like one: to check a new lead against all accounts, or, typed, to complete what is being typed.
Of the nearest by signature, ten times as many as are wanted, those with the highest company_similarity; typed, those whose company_key begins with what is typed, and then the nearest. signature_similarity is to what was looked for, typed query_similarity.
relation, id_column, name_column: the table or view and its columns, not NULL. searched: a name; without letters and digits, and NULL, finds nothing. min_similarity: the least signature_similarity, from 0 to 1 (NULL: 0; .6 is fit for what is typed). max_candidates: how many at most (NULL: all). typed: searched is the beginning of a name, its last word may go on.
A GiST index on company_signature(name) serves it, a view over a table with one too: CREATE INDEX ON crm.account USING gist (salesops.company_signature(name)). Of names that are equally near at the end of what is read, any. It reads with the rights of who calls it; for whom a row-level policy or a security_barrier view is in force, without the index.
Example: (SELECT count(*) FROM salesops.match_candidates('pg_catalog.pg_class', 'oid', 'relname', 'pg_class', 0.9) WHERE name = 'pg_class') ==> 1$$;
