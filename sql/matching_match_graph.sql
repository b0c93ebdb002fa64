-- matching: scored pairs, the components and clusters that they make, and the share of surplus records.
\pset null -
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET search_path = salesops, public;

-- Acme in three spellings, a chain that ends in something else, two that are one, and what only its pair with itself names
CREATE TEMP TABLE pair (a text, b text, score float8);
INSERT INTO pair VALUES ('acme', 'acme inc', 12), ('acme inc', 'acme gmbh', 9.5), ('acme gmbh', 'acme', 11), ('acme gmbh', 'apex gmbh', 2.5), ('apex gmbh', 'apec', 3), ('nordic', 'nordica', 6), ('nordica', 'nordic', 7), ('alone', 'alone', 5);
CREATE TEMP TABLE graph AS SELECT match_graph(a, b, score) AS g FROM pair;
SELECT g FROM graph;
SELECT graph_pairs(g), graph_records(g), incomplete_pairs(g) FROM graph;
SELECT record, c.cluster AS component, k.cluster AS strong, m.cluster FROM graph, connected_components(g) c JOIN connected_components(g, 3) k USING (record) JOIN match_clusters(g) m USING (record);
SELECT record, m.cluster, n.cluster AS lenient, o.cluster AS strict FROM graph, match_clusters(g) m JOIN match_clusters(g, 0, -0.5) n USING (record) JOIN match_clusters(g, 10) o USING (record);
SELECT duplicate_rate(record, cluster) FROM graph, match_clusters(g);
SELECT left(record, 4) AS letters, duplicate_rate(record, cluster), count(*) FROM graph, match_clusters(g) GROUP BY 1 ORDER BY 1;

-- the worked example: a pair that was not scored counts as missing
SELECT missing, string_agg(cluster, ' ' ORDER BY record) AS clusters FROM (VALUES (-4), (-7.9), (-8), (-8.1), (-10)) w(missing), match_clusters('{"match_graph": 1, "pairs": [["A", "B", 10], ["B", "C", 8]]}'::match_graph, 0, missing) GROUP BY 1 ORDER BY 1 DESC;
-- ids that are numbers are in their order
SELECT * FROM (SELECT match_graph(a, b, s) AS g FROM (VALUES (10, 9, 5), (9, -1, 4), (100, 20, 1)) v(a, b, s)) x, match_clusters(g);
SELECT match_graph(md5(a)::uuid, md5(b)::uuid, score) FROM pair WHERE a = 'nordic' OR score = 12;

-- parts, in any order and direction
SELECT merge(part) = (SELECT g FROM graph) AS same FROM (SELECT match_graph(b, a, score) AS part FROM pair GROUP BY left(a, 2)) p;
SELECT g::text::match_graph = g AS same, merge(g) OVER () = g AS same FROM graph;
SELECT '{ "match_graph" : 1, "pairs" : [ ["b", "a", 1.50], ["a", "c", -2], ["a", "b", 1] ] }'::match_graph;
SELECT '{"match_graph": 1, "id_type": "uuid", "pairs": [["00000000-0000-0000-0000-00000000000b", "00000000-0000-0000-0000-00000000000a", 1e2]]}'::match_graph;

-- what lacks something, and nothing
SELECT match_graph(a, b, s) FROM (VALUES (1, 2, 5), (NULL, 2, 5), (1, NULL, 5), (1, 2, NULL), (NULL, NULL, NULL), (3, 3, 5)) v(a, b, s);
SELECT match_graph(a, b, score) FROM pair WHERE false;
SELECT match_graph(1, NULL, 5), '{"match_graph": 1, "pairs": []}'::match_graph;
SELECT count(*) FROM connected_components(NULL) UNION ALL SELECT count(*) FROM match_clusters(NULL) UNION ALL SELECT count(*) FROM match_clusters('{"match_graph": 1}', NULL) UNION ALL SELECT count(*) FROM match_clusters('{"match_graph": 1, "incomplete": 2}');
SELECT duplicate_rate(NULL::text, NULL), duplicate_rate(1, NULL), duplicate_rate(2, 1), duplicate_rate('00000000-0000-0000-0000-00000000000b'::uuid, '00000000-0000-0000-0000-00000000000b');

-- errors
SELECT match_graph(1, 2, 'NaN');
SELECT match_graph(1, 2, -65537);
SELECT match_graph('', 'b', 1);
SELECT match_graph('a', repeat('x', 129), 1);
SELECT merge(g) FROM (SELECT match_graph(1, 2, 1) AS g UNION ALL SELECT match_graph('a', 'b', 1)) v;
SELECT * FROM connected_components('{"match_graph": 1}', 'NaN');
SELECT * FROM match_clusters('{"match_graph": 1}', -4);
SELECT * FROM match_clusters('{"match_graph": 1}', 'Infinity');
SELECT * FROM match_clusters('{"match_graph": 1}', 0, -100000);
SELECT '{"match_graph": 1, "pairs": [["a", "b", 1], ["a", "a", 1]]}'::match_graph;
SELECT '{"match_graph": 1, "pairs": [["a", "b", 1], [1, 2, 1]]}'::match_graph;
SELECT '{"match_graph": 1, "pairs": [["a", "b", "x"]]}'::match_graph;
SELECT '{"match_graph": 1, "pairs": [["a", "b", 1e6]]}'::match_graph;
SELECT '{"match_graph": 2}'::match_graph;
