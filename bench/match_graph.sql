-- match_graph and its readers: components beside a recursive query, and what a pair costs.
-- few_pairs: components of a few records.  scored_pairs: the same, many.  tangled_pairs: nearly all in one component.

-- section: components of few pairs
-- rows: few_pairs
-- floor: count of the columns
SELECT count(a), count(b), count(score) FROM few_pairs;
-- ours: match_graph, connected_components
SELECT count(*), count(DISTINCT cluster), sum(cluster::bigint)
FROM (SELECT salesops.match_graph(a, b, score) AS g FROM few_pairs) AS s, salesops.connected_components(g, 0);
-- form: WITH RECURSIVE from every record
WITH RECURSIVE edge AS MATERIALIZED (SELECT a, b FROM few_pairs WHERE score >= 0 UNION ALL SELECT b, a FROM few_pairs WHERE score >= 0),
reached(record, other) AS (SELECT a, a FROM few_pairs UNION SELECT b, b FROM few_pairs UNION SELECT record, e.b FROM reached JOIN edge AS e ON e.a = other)
SELECT count(*), count(DISTINCT cluster), sum(cluster) FROM (SELECT record, min(other) AS cluster FROM reached GROUP BY record) AS s;
-- call: match_graph, match_clusters
SELECT count(*), count(DISTINCT cluster) FROM (SELECT salesops.match_graph(a, b, score) AS g FROM few_pairs) AS s, salesops.match_clusters(g);

-- section: many pairs
-- memory
-- rows: scored_pairs
-- floor: count of the columns
SELECT count(a), count(b), count(score) FROM scored_pairs;
-- ours: match_graph
SELECT salesops.graph_records(salesops.match_graph(a, b, score)) FROM scored_pairs;
-- call: match_graph, connected_components
SELECT count(cluster) FROM (SELECT salesops.match_graph(a, b, score) AS g FROM scored_pairs) AS s, salesops.connected_components(g, 0);
-- call: match_graph, match_clusters
SELECT count(cluster) FROM (SELECT salesops.match_graph(a, b, score) AS g FROM scored_pairs) AS s, salesops.match_clusters(g);

-- section: many pairs in one component
-- memory
-- rows: tangled_pairs
-- floor: count of the columns
SELECT count(a), count(b), count(score) FROM tangled_pairs;
-- ours: match_graph
SELECT salesops.graph_records(salesops.match_graph(a, b, score)) FROM tangled_pairs;
-- call: match_graph, connected_components
SELECT count(cluster) FROM (SELECT salesops.match_graph(a, b, score) AS g FROM tangled_pairs) AS s, salesops.connected_components(g, 0);
-- call: match_graph, match_clusters
SELECT count(cluster) FROM (SELECT salesops.match_graph(a, b, score) AS g FROM tangled_pairs) AS s, salesops.match_clusters(g);
