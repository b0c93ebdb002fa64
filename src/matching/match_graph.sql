-- match_graph: scored pairs of records in one pass, and the clusters that they make.

-- @include summary_type match_graph {"match_graph": 1, "pairs": [["A", "B", 10], ["B", "C", 8], ["C", "D", 1]]}
COMMENT ON TYPE match_graph IS $$Scored pairs of records, of which clusters are made.
Built by match_graph(record_a, record_b, score) over pairs in any order; merged by merge(match_graph). Readers: connected_components, match_clusters, graph_pairs, graph_records, incomplete_pairs. Ids of records are of type bigint, uuid or text, and do not mix. A pair has no direction; of one that comes several times the highest score counts. It takes 16 bytes, and each record its id (8 bytes for bigint, 16 for uuid, for text the longest, rounded up to 8); while it is built 16 to 32 bytes a record more, and all half as much again. A value has at most 1 GB: some 60 million pairs. Text form: JSON, the pairs in order of their ids, the keys in the order shown; up to 1 GB.
Example: salesops.graph_records('{"match_graph": 1, "pairs": [["A", "B", 10], ["B", "C", 8], ["C", "D", 1]]}'::salesops.match_graph) ==> 4$$;
-- @include ordered_type match_graph {"match_graph": 1, "pairs": [["A", "B", 10], ["B", "C", 8], ["C", "D", 1]]}

-- @for RECORD,A,B bigint,7::bigint,8::bigint uuid,'00000000-0000-0000-0000-000000000007'::uuid,'00000000-0000-0000-0000-000000000008'::uuid text,'A7'::text,'A8'::text
CREATE FUNCTION match_graph_transfn(match_graph, record_a @RECORD@, record_b @RECORD@, score double precision) RETURNS match_graph
	AS 'MODULE_PATHNAME', 'salesops_match_graph_transfn_@RECORD@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 2;
COMMENT ON FUNCTION match_graph_transfn(match_graph, @RECORD@, @RECORD@, double precision) IS $$Transition function of match_graph(record_a, record_b, score) for ids of type @RECORD@.
Example: salesops.graph_pairs(salesops.match_graph_transfn(NULL, @A@, @B@, 5)) ==> 1$$;
CREATE AGGREGATE match_graph(record_a @RECORD@, record_b @RECORD@, score double precision) (
	SFUNC = match_graph_transfn, STYPE = match_graph, SSPACE = 2048, COMBINEFUNC = match_graph_combinefn,
	FINALFUNC = match_graph_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE match_graph(@RECORD@, @RECORD@, double precision) IS $$Scored pairs of records, in any order and either direction (ids of type @RECORD@), of which clusters are made.
record_a, record_b: their ids; an empty text is an error, and so is one of more than 128 bytes. score: a match weight, log2 of the odds that the two are one: positive for, negative against; NaN, infinities and more than 65,536 either way are errors. Of a pair that comes several times the highest score counts. A pair of a record with itself is ignored. A row of which one or two of the three are NULL is counted by incomplete_pairs and no more; one of which all are NULL is no pair. No pairs give NULL. More than 1 GB (60 million pairs, fewer with long ids) is an error.
Example: (SELECT salesops.graph_records(salesops.match_graph(a, b, 5)) FROM (VALUES (@A@, @B@), (@B@, @A@)) p(a, b)) ==> 2$$;
-- @end

CREATE FUNCTION connected_components(graph match_graph, min_score double precision DEFAULT '-Infinity')
	RETURNS TABLE (record text, cluster text)
	AS 'MODULE_PATHNAME', 'salesops_connected_components' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10000;
COMMENT ON FUNCTION connected_components(match_graph, double precision) IS $$Which records hang together by pairs with a score of min_score or more: a row for each record, in order of the ids. The cluster is the least id of those that hang together.
A record of which no pair reaches min_score is in a cluster of its own. A chain of weak pairs makes one cluster of what is not one: for duplicates take match_clusters. Numbers are in their order, other ids in that of their bytes. No rows for NULL; a min_score of NaN is an error.
Example: (SELECT string_agg(record || ' ' || cluster, ', ') FROM salesops.connected_components('{"match_graph": 1, "pairs": [["A", "B", 10], ["B", "C", 8], ["C", "D", 1]]}'::salesops.match_graph, 5)) ==> A A, B A, C A, D D$$;
CREATE FUNCTION match_clusters(graph match_graph, cut double precision DEFAULT 0, missing double precision DEFAULT -4)
	RETURNS TABLE (record text, cluster text)
	AS 'MODULE_PATHNAME', 'salesops_match_clusters' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10000;
COMMENT ON FUNCTION match_clusters(match_graph, double precision, double precision) IS $$Which records are one, by average linkage: the two clusters between whose records the average weight is highest become one, again and again, as long as it is cut or more. A row for each record, in order of the ids; the cluster is the least id in it.
Scores are match weights, log2 of odds. cut: 0 stands for even odds. missing: the weight of a pair that was not scored, which must be less than the cut; -4, odds of 1 to 16, where pairs were not scored because they share no blocking key. So chains of weak pairs are cut. Weights count in steps of 2^-20. The result depends on the pairs alone: of equal averages the clusters with the least ids come first. No rows for NULL; weights that are not finite, or more than 65,536 either way, are errors.
Example: (SELECT string_agg(record || ' ' || cluster, ', ') FROM salesops.match_clusters('{"match_graph": 1, "pairs": [["A", "B", 10], ["B", "C", 8], ["C", "D", 1]]}'::salesops.match_graph)) ==> A A, B A, C A, D D$$;

CREATE FUNCTION graph_pairs(graph match_graph) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_graph_pairs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION graph_pairs(match_graph) IS $$Number of pairs of a match_graph, each counted once.
NULL for NULL.
Example: salesops.graph_pairs('{"match_graph": 1, "pairs": [["A", "B", 10], ["B", "C", 8], ["C", "D", 1]]}'::salesops.match_graph) ==> 3$$;
CREATE FUNCTION graph_records(graph match_graph) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_graph_records' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION graph_records(match_graph) IS $$Number of records that pairs of a match_graph are of.
NULL for NULL.
Example: salesops.graph_records('{"match_graph": 1, "pairs": [["A", "B", 10], ["B", "C", 8], ["C", "D", 1]]}'::salesops.match_graph) ==> 4$$;
CREATE FUNCTION incomplete_pairs(graph match_graph) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_incomplete_pairs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION incomplete_pairs(match_graph) IS $$Number of rows that lacked a record or the score and so are not among the pairs.
NULL for NULL.
Example: salesops.incomplete_pairs((SELECT salesops.match_graph(a, b, 5) FROM (VALUES (1, 2), (1, NULL)) p(a, b))) ==> 1$$;
