-- similar_pairs: all pairs of names that are similar enough, at once.

CREATE FUNCTION similar_pairs(ids anyarray, names text[], threshold double precision DEFAULT 0.6)
	RETURNS TABLE (id_a anyelement, id_b anyelement, similarity double precision)
	AS 'MODULE_PATHNAME', 'salesops_similar_pairs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION similar_pairs(anyarray, text[], double precision) IS $$All pairs of names whose trigrams are similar enough: exactly those that a join with pg_trgm's operator % finds in this database, without an index.
ids: of the names, in the same order; of any type. names: array_agg(name). threshold: the least similarity (Jaccard of the trigrams), above 0 to 1; as in pg_trgm a similarity of .7 in single precision is less than .7. Each pair is there once, the id that stands first in ids as id_a; the order of pairs is any. What has no id, or no letter and no digit in its name, is in no pair. NULL arrays give no rows. Names of more than 1048576 characters are an error.
Example: (SELECT string_agg(concat_ws(' ', id_a, id_b, round(similarity::numeric, 3)), ', ' ORDER BY id_a, id_b) FROM salesops.similar_pairs(array[1, 2, 3], array['Acme Systems', 'ACME System', 'Apex'])) ==> 1 2 0.786$$;
CREATE FUNCTION similar_pairs(ids text[], names text[], threshold double precision DEFAULT 0.6)
	RETURNS TABLE (id_a text, id_b text, similarity double precision)
	AS 'MODULE_PATHNAME', 'salesops_similar_pairs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION similar_pairs(text[], text[], double precision) IS $$All pairs of names whose trigrams are similar enough, of names with ids of type text: the same as with ids of any other type.
For similar_names, which calls it by its exact types, so that no function of the same name is called in its place.
Example: (SELECT string_agg(concat_ws(' ', id_a, id_b, similarity), ', ' ORDER BY id_a, id_b) FROM salesops.similar_pairs(array['x', 'y', 'z'], array['Acme', 'Apex', 'ACME'])) ==> x z 1$$;
CREATE FUNCTION similar_pairs(ids anyarray, signatures match_signature[], threshold double precision DEFAULT 0.6)
	RETURNS TABLE (id_a anyelement, id_b anyelement, similarity double precision)
	AS 'MODULE_PATHNAME', 'salesops_similar_pairs_signatures' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION similar_pairs(anyarray, match_signature[], double precision) IS $$All pairs of signatures whose signature_similarity is the threshold or more: what % finds by an index, for all at once.
ids: of the signatures, in the same order; of any type. signatures: array_agg(company_signature(name)). threshold: above 0 to 1. Each pair is there once, the id that stands first in ids as id_a; the order of pairs is any. What has no id or no signature is in no pair. NULL arrays give no rows.
Example: (SELECT string_agg(concat_ws(' ', id_a, id_b, similarity), ', ' ORDER BY id_a, id_b) FROM salesops.similar_pairs(array['x', 'y', 'z'], array['muller', 'apex', 'mullers']::salesops.match_signature[])) ==> x z 0.6666666666666666$$;
CREATE FUNCTION similar_pairs(left_ids anyarray, left_names text[], right_ids anycompatiblearray, right_names text[], threshold double precision DEFAULT 0.6)
	RETURNS TABLE (left_id anyelement, right_id anycompatible, similarity double precision)
	AS 'MODULE_PATHNAME', 'salesops_similar_pairs_between' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION similar_pairs(anyarray, text[], anycompatiblearray, text[], double precision) IS $$All pairs of a name of one list and a name of another whose trigrams are similar enough, as pg_trgm's operator % says: leads against accounts, new names against those that are there.
left_ids, left_names and right_ids, right_names: ids and names in the same order; the ids of the two lists may be of different types. threshold: above 0 to 1. The order of pairs is any. What has no id, or no letter and no digit in its name, is in no pair. NULL arrays give no rows. Names of more than 1048576 characters are an error.
Example: (SELECT string_agg(concat_ws(' ', left_id, right_id, round(similarity::numeric, 3)), ', ' ORDER BY left_id, right_id) FROM salesops.similar_pairs(array['L1', 'L2'], array['ACME System', 'Apex'], array[1, 2, 3], array['Acme Systems', 'Apex', 'Acme Systems'])) ==> L1 1 0.786, L1 3 0.786, L2 2 1.000$$;
CREATE FUNCTION similar_pairs(left_ids anyarray, left_signatures match_signature[], right_ids anycompatiblearray, right_signatures match_signature[], threshold double precision DEFAULT 0.6)
	RETURNS TABLE (left_id anyelement, right_id anycompatible, similarity double precision)
	AS 'MODULE_PATHNAME', 'salesops_similar_pairs_between_signatures' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION similar_pairs(anyarray, match_signature[], anycompatiblearray, match_signature[], double precision) IS $$All pairs of a signature of one list and a signature of another whose signature_similarity is the threshold or more.
left_ids, left_signatures and right_ids, right_signatures: ids and signatures in the same order; the ids of the two lists may be of different types. threshold: above 0 to 1. The order of pairs is any. What has no id or no signature is in no pair. NULL arrays give no rows.
Example: (SELECT string_agg(concat_ws(' ', left_id, right_id, similarity), ', ' ORDER BY left_id, right_id) FROM salesops.similar_pairs(array[7], array['muller']::salesops.match_signature[], array['x', 'z'], array['apex', 'mullers']::salesops.match_signature[])) ==> 7 z 0.6666666666666666$$;

CREATE FUNCTION similar_names(relation regclass, id_column text, name_column text, threshold double precision DEFAULT 0.6)
RETURNS TABLE (id_a text, id_b text, similarity double precision)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	missing text;
	other_type text;
BEGIN
	IF relation IS NULL OR id_column IS NULL OR name_column IS NULL OR threshold IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'relation, id_column, name_column and threshold must not be NULL',
			HINT = 'Pass the table, its columns and a similarity, such as ''crm.account'', ''account_id'', ''name'', 0.6.';
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
	RETURN QUERY EXECUTE format($$
		SELECT pair.id_a, pair.id_b, pair.similarity
		FROM (SELECT array_agg(t.%2$I::text) AS ids, array_agg(t.%3$I::text) AS names FROM %1$s AS t) AS list,
			LATERAL @extschema@.similar_pairs(list.ids, list.names, $1) AS pair$$, relation, id_column, name_column)
	USING threshold;
END
$function$;
COMMENT ON FUNCTION similar_names(regclass, text, text, double precision) IS $$All pairs of similar names of a table: exactly those that a join with pg_trgm's operator % finds in this database, without an index.
relation, id_column, name_column: the table or view and its columns. threshold: the least similarity (Jaccard of the trigrams), above 0 to 1. None may be NULL. Each pair is there once, its ids as text; which is id_a, and the order of pairs, is any. What has no id, or no letter and no digit in its name, is in no pair. It reads with the rights of who calls it.
Example: (SELECT count(*) FROM salesops.similar_names('pg_catalog.pg_am', 'oid', 'amname', 0.3) WHERE '783' IN (id_a, id_b) AND '4000' IN (id_a, id_b) AND round(similarity::numeric, 3) = 0.333) ==> 1$$;
