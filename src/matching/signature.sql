-- signature: what of a text is compared with many others, computed once, and an index of it.

CREATE TYPE match_signature;
CREATE FUNCTION match_signature_in(cstring) RETURNS match_signature
	AS 'MODULE_PATHNAME', 'salesops_match_signature_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_signature_in(cstring) IS $$Reads the text form of a match_signature.
Example: salesops.match_signature_in('acme') ==> acme$$;
CREATE FUNCTION match_signature_out(match_signature) RETURNS cstring
	AS 'MODULE_PATHNAME', 'salesops_match_signature_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_signature_out(match_signature) IS $$Writes the text form of a match_signature, without loss.
Example: salesops.match_signature_out('acme') ==> acme$$;
CREATE FUNCTION match_signature_recv(internal) RETURNS match_signature
	AS 'MODULE_PATHNAME', 'salesops_match_signature_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_signature_recv(internal) IS $$Reads the binary form of a match_signature, refusing bytes that are none. Called by the server alone.
Example: 'acme'::salesops.match_signature ==> acme$$;
CREATE FUNCTION match_signature_send(match_signature) RETURNS bytea
	AS 'MODULE_PATHNAME', 'salesops_match_signature_send' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_signature_send(match_signature) IS $$Writes the binary form of a match_signature: its version, then its key and what else it has.
Example: get_byte(salesops.match_signature_send('acme'), 0) ==> 1$$;
CREATE TYPE match_signature (
	INPUT = match_signature_in, OUTPUT = match_signature_out, RECEIVE = match_signature_recv, SEND = match_signature_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE match_signature IS $$What of a text is compared with many others, computed once: its folded words, and the groups of three neighbouring characters that they have.
Made by text_signature(text) or company_signature(name). signature_similarity compares two; the operator % compares one with a match_query, and <-> is the distance, 1 - similarity: a GiST index serves both. Four bytes a group and the words; of a long text the first 10,000 characters and words count. Text form: the words.
Example: 'acme'::salesops.match_signature ==> acme$$;
-- @include ordered_type match_signature acme

CREATE TYPE match_query;
CREATE FUNCTION match_query_in(cstring) RETURNS match_query
	AS 'MODULE_PATHNAME', 'salesops_match_query_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_query_in(cstring) IS $$Reads the text form of a match_query.
Example: salesops.match_query_in('{"match_query": 1, "key": "acme", "min_similarity": 0.6}') ==> {"match_query": 1, "key": "acme", "min_similarity": 0.6}$$;
CREATE FUNCTION match_query_out(match_query) RETURNS cstring
	AS 'MODULE_PATHNAME', 'salesops_match_query_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_query_out(match_query) IS $$Writes the text form of a match_query, without loss.
Example: salesops.match_query_out('{"match_query": 1, "key": "acme", "min_similarity": 0.6}') ==> {"match_query": 1, "key": "acme", "min_similarity": 0.6}$$;
CREATE FUNCTION match_query_recv(internal) RETURNS match_query
	AS 'MODULE_PATHNAME', 'salesops_match_query_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_query_recv(internal) IS $$Reads the binary form of a match_query, refusing bytes that are none. Called by the server alone.
Example: '{"match_query": 1, "key": "acme", "min_similarity": 0.6}'::salesops.match_query ==> {"match_query": 1, "key": "acme", "min_similarity": 0.6}$$;
CREATE FUNCTION match_query_send(match_query) RETURNS bytea
	AS 'MODULE_PATHNAME', 'salesops_match_query_send' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_query_send(match_query) IS $$Writes the binary form of a match_query: its version, then its key and what else it has.
Example: get_byte(salesops.match_query_send('{"match_query": 1, "key": "acme", "min_similarity": 0.6}'), 0) ==> 1$$;
CREATE TYPE match_query (
	INPUT = match_query_in, OUTPUT = match_query_out, RECEIVE = match_query_recv, SEND = match_query_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE match_query IS $$A signature and the least similarity that is asked for, from 0 to 1: the right side of the operator %.
Made by match_query(signature, min_similarity). It carries its threshold, so that what an index finds depends on no setting of the session. Text form: JSON, as shown.
Example: salesops.match_query('acme', 0.6) ==> {"match_query": 1, "key": "acme", "min_similarity": 0.6}$$;
-- @include ordered_type match_query {"match_query": 1, "key": "acme", "min_similarity": 0.6}

CREATE FUNCTION text_signature(value text) RETURNS match_signature
	AS 'MODULE_PATHNAME', 'salesops_text_signature' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION text_signature(text) IS $$The signature of a text: of its words, folded (case, accents and punctuation do not count).
NULL for NULL and for a text without letters and digits. Of a long text the first 10,000 characters and words count.
Example: salesops.text_signature('ACME, Inc.') ==> acme inc$$;
CREATE FUNCTION company_signature(name text) RETURNS match_signature
	AS 'MODULE_PATHNAME', 'salesops_company_signature' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION company_signature(text) IS $$The signature of a company's name: that of its company_key, without legal forms.
NULL where company_key is, and for NULL.
Example: salesops.company_signature('The ACME Holding, Inc.') ==> acme holding$$;
CREATE FUNCTION match_query(signature match_signature, min_similarity double precision) RETURNS match_query
	AS 'MODULE_PATHNAME', 'salesops_match_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION match_query(match_signature, double precision) IS $$What signatures are looked for: those that are similar to one by min_similarity or more.
min_similarity: from 0, which is all, to 1, else an error. NULL for NULL. A literal in place of a signature is its words as they stand: of a company's name write company_signature('ACME Inc.').
Example: salesops.match_query(salesops.company_signature('ACME Inc.'), 0.6) ==> {"match_query": 1, "key": "acme", "min_similarity": 0.6}$$;

CREATE FUNCTION match_typed(typed text, min_similarity double precision DEFAULT 0.6) RETURNS match_query
	AS 'MODULE_PATHNAME', 'salesops_match_typed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION match_typed(text, double precision) IS $$What signatures are looked for while somebody is typing: those that have the words, the last of which may go on.
A space behind it says that it does not. The similarity is the part of what is typed that a name has; of names with the same part the shorter ones come first, by a thousandth of it.
min_similarity: from 0, which is all, to 1, else an error. NULL for NULL and for a text without letters and digits.
Example: salesops.query_similarity('acme international', salesops.match_typed('acme int')) > 0.999 ==> true$$;

CREATE FUNCTION company_typed(typed text, min_similarity double precision DEFAULT 0.6) RETURNS match_query
	AS 'MODULE_PATHNAME', 'salesops_company_typed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION company_typed(text, double precision) IS $$As match_typed, of the beginning of a company's name, to look for it among company_signatures: read as company_key reads a name, without articles and legal forms that stand there already.
The last word may go on, unless a space, a point or the like is behind it; one or two letters are no legal form yet. min_similarity: from 0, which is all, to 1, else an error. NULL for NULL and where company_key is NULL.
Example: salesops.company_typed('The O''Rei') ==> {"match_query": 1, "typed": "orei", "min_similarity": 0.6}$$;

CREATE FUNCTION signature_similarity(a match_signature, b match_signature) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_signature_similarity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION signature_similarity(match_signature, match_signature) IS $$How similar two signatures are, from 0 to 1: the groups of three characters that both have, by those that one of them has.
Symmetric; 1 for the same set of groups. NULL for NULL.
Source: Jaccard 1912; the groups as in pg_trgm.
Example: salesops.signature_similarity('acme', 'acne') ==> 0.25$$;
CREATE FUNCTION query_similarity(signature match_signature, query match_query) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_signature_similarity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION query_similarity(match_signature, match_query) IS $$How similar a signature is to what a query looks for, from 0 to 1.
Of a query made by match_query as that of two signatures; of one made by match_typed the part of its groups that the signature has, 999 of 1000, and Jaccard's similarity, 1 of 1000. NULL for NULL.
Example: salesops.query_similarity('acme', salesops.match_query('acne', 0.6)) ==> 0.25$$;
CREATE FUNCTION signature_distance(a match_signature, b match_signature) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_signature_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION signature_distance(match_signature, match_signature) IS $$1 - signature_similarity: the function of the operator <->.
NULL for NULL.
Example: salesops.signature_distance('acme', 'acne') ==> 0.75$$;
CREATE FUNCTION query_distance(signature match_signature, query match_query) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_signature_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION query_distance(match_signature, match_query) IS $$1 - query_similarity: the function of the operator <->.
NULL for NULL.
Example: salesops.query_distance('acme', salesops.match_query('acne', 0.6)) ==> 0.75$$;
CREATE FUNCTION query_distance(query match_query, signature match_signature) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_query_distance_commuted' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION query_distance(match_query, match_signature) IS $$The same, the query first.
NULL for NULL.
Example: salesops.query_distance(salesops.match_query('acne', 0.6), 'acme'::salesops.match_signature) ==> 0.75$$;
CREATE FUNCTION query_matches(signature match_signature, query match_query) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_query_matches' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION query_matches(match_signature, match_query) IS $$Whether a signature is as similar as a query asks for: the function of the operator %.
NULL for NULL.
Example: salesops.query_matches('acme', salesops.match_query('acne', 0.25)) ==> true$$;
CREATE FUNCTION query_matches(query match_query, signature match_signature) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_query_matches_commuted' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION query_matches(match_query, match_signature) IS $$The same, the query first.
NULL for NULL.
Example: salesops.query_matches(salesops.match_query('acne', 0.25), 'acme'::salesops.match_signature) ==> true$$;

CREATE OPERATOR % (FUNCTION = query_matches, LEFTARG = match_signature, RIGHTARG = match_query, COMMUTATOR = %, RESTRICT = contsel, JOIN = contjoinsel);
COMMENT ON OPERATOR % (match_signature, match_query) IS $$The signature is as similar as the query asks for, or more. A GiST index over signatures serves it.
Example: 'acme'::salesops.match_signature OPERATOR(salesops.%) salesops.match_query('acne', 0.3) ==> false$$;
CREATE OPERATOR % (FUNCTION = query_matches, LEFTARG = match_query, RIGHTARG = match_signature, COMMUTATOR = %, RESTRICT = contsel, JOIN = contjoinsel);
COMMENT ON OPERATOR % (match_query, match_signature) IS $$The same, the query first.
Example: salesops.match_query('acne', 0.3) OPERATOR(salesops.%) 'acme'::salesops.match_signature ==> false$$;
CREATE OPERATOR <-> (FUNCTION = signature_distance, LEFTARG = match_signature, RIGHTARG = match_signature, COMMUTATOR = <->);
COMMENT ON OPERATOR <-> (match_signature, match_signature) IS $$How far two signatures are from each other: 1 - signature_similarity. ORDER BY with a LIMIT is served by a GiST index over signatures.
Example: 'acme'::salesops.match_signature OPERATOR(salesops.<->) 'acne'::salesops.match_signature ==> 0.75$$;
CREATE OPERATOR <-> (FUNCTION = query_distance, LEFTARG = match_signature, RIGHTARG = match_query, COMMUTATOR = <->);
COMMENT ON OPERATOR <-> (match_signature, match_query) IS $$How far a signature is from what a query looks for: 1 - query_similarity. ORDER BY with a LIMIT is served by a GiST index over signatures.
Example: 'acme'::salesops.match_signature OPERATOR(salesops.<->) salesops.match_query('acne', 0.6) ==> 0.75$$;
CREATE OPERATOR <-> (FUNCTION = query_distance, LEFTARG = match_query, RIGHTARG = match_signature, COMMUTATOR = <->);
COMMENT ON OPERATOR <-> (match_query, match_signature) IS $$The same, the query first.
Example: salesops.match_query('acne', 0.6) OPERATOR(salesops.<->) 'acme'::salesops.match_signature ==> 0.75$$;

CREATE FUNCTION signature_gist_compress(internal) RETURNS internal
	AS 'MODULE_PATHNAME', 'salesops_signature_gist_compress' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION signature_gist_compress(internal) IS $$The groups of a signature, for a GiST index. Called by the server alone.
Example: 'acme'::salesops.match_signature ==> acme$$;
CREATE FUNCTION signature_gist_consistent(internal, match_signature, smallint, oid, internal) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_signature_gist_consistent' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION signature_gist_consistent(internal, match_signature, smallint, oid, internal) IS $$Whether what is below a page of a GiST index may match a query. Called by the server alone.
Example: 'acme'::salesops.match_signature ==> acme$$;
CREATE FUNCTION signature_gist_distance(internal, match_signature, smallint, oid, internal) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_signature_gist_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION signature_gist_distance(internal, match_signature, smallint, oid, internal) IS $$How near what is below a page of a GiST index may be. Called by the server alone.
Example: 'acme'::salesops.match_signature ==> acme$$;
CREATE FUNCTION signature_gist_union(internal, internal) RETURNS bytea
	AS 'MODULE_PATHNAME', 'salesops_signature_gist_union' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION signature_gist_union(internal, internal) IS $$The groups below a page of a GiST index. Called by the server alone.
Example: 'acme'::salesops.match_signature ==> acme$$;
CREATE FUNCTION signature_gist_same(bytea, bytea, internal) RETURNS internal
	AS 'MODULE_PATHNAME', 'salesops_signature_gist_same' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION signature_gist_same(bytea, bytea, internal) IS $$Whether two keys of a GiST index are the same. Called by the server alone.
Example: 'acme'::salesops.match_signature ==> acme$$;
CREATE FUNCTION signature_gist_penalty(internal, internal, internal) RETURNS internal
	AS 'MODULE_PATHNAME', 'salesops_signature_gist_penalty' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION signature_gist_penalty(internal, internal, internal) IS $$What a signature would cost a page of a GiST index. Called by the server alone.
Example: 'acme'::salesops.match_signature ==> acme$$;
CREATE FUNCTION signature_gist_picksplit(internal, internal) RETURNS internal
	AS 'MODULE_PATHNAME', 'salesops_signature_gist_picksplit' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION signature_gist_picksplit(internal, internal) IS $$Divides a page of a GiST index. Called by the server alone.
Example: 'acme'::salesops.match_signature ==> acme$$;
CREATE FUNCTION signature_gist_sortsupport(internal) RETURNS void
	AS 'MODULE_PATHNAME', 'salesops_signature_gist_sortsupport' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION signature_gist_sortsupport(internal) IS $$The order in which a GiST index is built. Called by the server alone.
Example: 'acme'::salesops.match_signature ==> acme$$;
CREATE OPERATOR CLASS match_signature_gist_ops DEFAULT FOR TYPE match_signature USING gist AS
	OPERATOR 1 % (match_signature, match_query),
	OPERATOR 2 <-> (match_signature, match_signature) FOR ORDER BY pg_catalog.float_ops,
	OPERATOR 3 <-> (match_signature, match_query) FOR ORDER BY pg_catalog.float_ops,
	FUNCTION 1 signature_gist_consistent(internal, match_signature, smallint, oid, internal),
	FUNCTION 2 signature_gist_union(internal, internal),
	FUNCTION 3 signature_gist_compress(internal),
	FUNCTION 5 signature_gist_penalty(internal, internal, internal),
	FUNCTION 6 signature_gist_picksplit(internal, internal),
	FUNCTION 7 signature_gist_same(bytea, bytea, internal),
	FUNCTION 8 signature_gist_distance(internal, match_signature, smallint, oid, internal),
	FUNCTION 11 signature_gist_sortsupport(internal),
	STORAGE bytea;
