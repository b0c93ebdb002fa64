-- match_graph: components against a recursive query, clusters against average linkage done the slow way, one form in any order.
\ir setup.psql

CREATE FUNCTION pg_temp.draw(seed text, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || left(md5(seed), 7))::bit(28)::int % n $$;

-- ---- small graphs: of few scores, so that most averages are equal, and of any; repeated, turned round, of a record with itself ----
CREATE TEMP TABLE trial AS
	SELECT g, n, 1 + pg_temp.draw(g || 'a' || i, n) AS a, 1 + pg_temp.draw(g || 'b' || i, n) AS b,
		CASE g % 3 WHEN 0 THEN pg_temp.draw(g || 's' || i, 9) - 3 WHEN 1 THEN pg_temp.draw(g || 's' || i, 4) * 2 ELSE (pg_temp.draw(g || 's' || i, 20000000) - 8000000) / 1000000.0::float8 END AS score, md5(g || '/' || i) AS shuffle
	FROM (SELECT g, CASE WHEN g <= 240 THEN 2 + g % 8 ELSE 14 + g % 13 END AS n FROM generate_series(1, 252) g) t, LATERAL generate_series(1, n * (1 + g % 4) / 2 + 1) i;
CREATE TEMP TABLE graph AS SELECT g, n, match_graph(a, b, score ORDER BY shuffle) AS h FROM trial GROUP BY g, n HAVING bool_or(a <> b);
CREATE TEMP TABLE pair AS SELECT g, least(a, b) AS a, greatest(a, b) AS b, max(score) AS score, (round(max(score)::numeric * 1048576) / 1048576)::numeric(80, 40) AS weight FROM trial WHERE a <> b GROUP BY 1, 2, 3;
CREATE INDEX ON pair (g, a, b);
ANALYZE pair;

-- the slow way: all clusters with all others, every pair of records of theirs, again after each merge
CREATE FUNCTION pg_temp.linkage(graph int, n int, cut numeric, missing numeric) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	c int[] := array(SELECT i FROM generate_series(1, n) i);
	best record;
BEGIN
	LOOP
		SELECT least(c[i], c[j]) AS x, greatest(c[i], c[j]) AS y, round(sum(coalesce(weight, missing)) / count(*), 25) AS average INTO best
		FROM generate_series(1, n) i JOIN generate_series(1, n) j ON i < j AND c[i] <> c[j] LEFT JOIN pair p ON p.g = graph AND p.a = i AND p.b = j
		GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 1;
		EXIT WHEN NOT FOUND OR best.average < cut;
		c := array_replace(c, best.y, best.x);
	END LOOP;
	RETURN c;
END $$;
CREATE TEMP TABLE weights AS SELECT * FROM (VALUES (0::float8, -4::float8), (0, -0.5), (2.5, -1), (-1, -6), (3, 2), (0, -1000)) w(cut, missing);
CREATE TEMP TABLE linked AS SELECT g, h, cut, missing, pg_temp.linkage(g, n, cut::numeric, missing::numeric(80, 40)) AS c FROM graph, weights WHERE g <= 240 OR (g + cut::int) % 3 = 0;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE m.record IS NULL OR m.cluster <> c[record::int]::text) FROM linked, match_clusters(h, cut, missing) m$$, 'clusters are those of average linkage over all pairs');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE o IS DISTINCT FROM s) FROM linked, LATERAL (SELECT array_agg(record::int ORDER BY n) AS o, array_agg(record::int ORDER BY record::int) AS s FROM match_clusters(h, cut, missing) WITH ORDINALITY m(record, cluster, n)) m$$, 'in order of the ids');
SELECT pg_temp.holds($$SELECT count(*), abs(count(*) - (SELECT count(*) FROM (SELECT g, a FROM pair UNION SELECT g, b FROM pair) r)) FROM graph, match_clusters(h)$$, 'each record once');
SELECT cmp_ok(count(DISTINCT c), '>', 300::bigint, 'of many shapes') FROM linked;
SELECT cmp_ok(count(*), '>', 300::bigint, 'and many that are not the components') FROM linked WHERE EXISTS (SELECT FROM match_clusters(h, cut, missing) m JOIN connected_components(h, cut) k USING (record) WHERE m.cluster <> k.cluster);

-- components, by a recursive query
CREATE FUNCTION pg_temp.components(graph int, least_score float8) RETURNS TABLE (record int, cluster int) LANGUAGE sql AS $$
	WITH RECURSIVE edge AS (SELECT a, b FROM pair WHERE g = graph AND score >= least_score UNION SELECT b, a FROM pair WHERE g = graph AND score >= least_score),
	reached(record, other) AS (SELECT a, a FROM pair WHERE g = graph UNION SELECT b, b FROM pair WHERE g = graph UNION SELECT r.record, e.b FROM reached r JOIN edge e ON e.a = r.other)
	SELECT r.record, min(r.other) FROM reached r GROUP BY 1 $$;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE k.cluster IS DISTINCT FROM c.cluster::text) FROM graph, unnest('{-Infinity, -1, 0, 2.5, 6, Infinity}'::float8[]) s,
	LATERAL (SELECT k.cluster, k.record, c.cluster AS c FROM connected_components(h, s) k FULL JOIN pg_temp.components(g, s) c ON c.record::text = k.record) k, LATERAL (SELECT k.c AS cluster) c$$, 'components are those of a recursive query');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE graph_pairs(h) <> p OR graph_records(h) <> r OR incomplete_pairs(h) <> 0) FROM graph JOIN (SELECT g, count(*) AS p FROM pair GROUP BY g) p USING (g) JOIN (SELECT g, count(*) AS r FROM (SELECT g, a FROM pair UNION SELECT g, b FROM pair) u GROUP BY g) r USING (g)$$, 'pairs and records are counted once');
SELECT is(array_agg(record || cluster ORDER BY m.n), (SELECT array_agg(record || cluster ORDER BY k.n) FROM match_clusters(h, 0, -4) WITH ORDINALITY k(record, cluster, n)), 'the defaults') FROM graph, match_clusters(h) WITH ORDINALITY m(record, cluster, n) WHERE g = 244 GROUP BY h;

-- ---- many records of three types of id, in many components, some of hundreds ----
CREATE TEMP TABLE match AS
	SELECT a * 10007 - 20000000 AS a, b * 10007 - 20000000 AS b, 'Ü-' || repeat('x', (a % 13)::int) || a AS ta, 'Ü-' || repeat('x', (b % 13)::int) || b AS tb, md5('id' || a)::uuid AS ua, md5('id' || b)::uuid AS ub, score, a % 5 AS region, md5(a || '/' || b || '/' || i) AS shuffle
	FROM (SELECT i, pg_temp.draw('a' || i, 8000)::bigint AS a, CASE WHEN i % 7 > 0 THEN (pg_temp.draw('a' || i, 8000) / 40 * 40 + pg_temp.draw('b' || i, CASE WHEN i % 3 = 0 THEN 40 ELSE 9 END))::bigint ELSE pg_temp.draw('b' || i, 8000) END AS b,
		pg_temp.draw('s' || i, 24) - 9::float8 AS score FROM generate_series(1, 30000) i) d
	UNION ALL VALUES (NULL::bigint, 2::bigint, NULL, 'b', NULL::uuid, md5('b')::uuid, 1::float8, 1::bigint, 'n1'), (1, 2, 'a', 'b', md5('a')::uuid, md5('b')::uuid, NULL, 1, 'n2'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 'n3');
CREATE TEMP TABLE whole AS SELECT match_graph(a, b, score) AS of_bigint, match_graph(ta, tb, score) AS of_text, match_graph(ua, ub, score) AS of_uuid FROM (SELECT * FROM match ORDER BY shuffle) s;
SELECT is((SELECT count(*) FROM connected_components(of_text, 3) WHERE record <> cluster), (SELECT count(*) FROM connected_components(of_bigint, 3) WHERE record <> cluster), 'as many components, whatever the ids are') FROM whole;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE k.cluster IS DISTINCT FROM t.cluster) FROM (SELECT id AS record, min(id COLLATE "C") OVER (PARTITION BY cluster) AS cluster
	FROM (SELECT 'Ü-' || repeat('x', (n % 13)::int) || n::text AS id, cluster FROM (SELECT (record::bigint + 20000000) / 10007 AS n, cluster FROM whole, connected_components(of_bigint, 10)) b) i) t FULL JOIN (SELECT k.* FROM whole, connected_components(of_text, 10) k) k USING (record)$$, 'and named by the least id, texts in the order of their bytes');
SELECT cmp_ok(max(n), '>', 200::bigint, 'components are large') FROM (SELECT count(*) AS n FROM whole, connected_components(of_uuid, 8) GROUP BY cluster) s;
SELECT is(incomplete_pairs(h), 2::bigint, 'rows that lack something are counted') FROM whole, unnest(array[of_bigint, of_text, of_uuid]) h;

-- one form: order of rows, direction, parts, text
SELECT is(match_graph(a, b, score), (SELECT of_bigint FROM whole), 'the order of rows does not matter') FROM (SELECT * FROM match ORDER BY a, b) s;
SELECT is(match_graph(b, a, score), (SELECT of_bigint FROM whole), 'nor the direction of pairs') FROM match;
SELECT is(match_graph(tb, ta, score), (SELECT of_text FROM whole), 'nor for texts') FROM (SELECT * FROM match ORDER BY length(ta) DESC) s;
SELECT is(match_graph(a, b, score), (SELECT of_bigint FROM whole), 'nor how often a pair comes') FROM (SELECT a, b, score FROM match UNION ALL SELECT b, a, CASE WHEN score > -9 THEN score - 1 END FROM match WHERE a IS NOT NULL AND score > -9) s;
SELECT is(merge(part), (SELECT of_text FROM whole), 'nor that it comes in parts') FROM (SELECT match_graph(ta, tb, score) AS part FROM match GROUP BY left(shuffle, 2)) s;
SELECT is(merge(part ORDER BY r DESC), (SELECT of_uuid FROM whole), 'nor in what order') FROM (SELECT region AS r, match_graph(ua, ub, score) AS part FROM match GROUP BY region) s;
SELECT is(merge(h), (SELECT merge(h ORDER BY g DESC) FROM graph), 'merged in another order') FROM graph;
SELECT is(of_bigint::text::match_graph, of_bigint, 'text form') FROM whole;
SELECT is(of_text::text::match_graph, of_text, 'text form, ids text') FROM whole;
SELECT is(of_uuid::text::match_graph, of_uuid, 'text form, ids uuid') FROM whole;
SELECT is(match_graph(a, b, score)::text, (SELECT of_bigint::text FROM whole), 'an object shows as what is stored') FROM match;
SELECT is((SELECT string_agg(record || cluster, ',') FROM match_clusters(h)), (SELECT string_agg(record || cluster, ',') FROM whole, match_clusters(of_text)), 'and is read as what is stored') FROM (SELECT match_graph(ta, tb, score) AS h FROM match) s;
SELECT pg_temp.holds($$WITH l AS MATERIALIZED (SELECT *, row_number() OVER (ORDER BY shuffle) AS n FROM match WHERE shuffle < '02')
	SELECT count(*), count(*) FILTER (WHERE x IS DISTINCT FROM (SELECT match_graph(ta, tb, score) FROM l y WHERE y.n BETWEEN w.n - 40 AND w.n + 3)) FROM (SELECT n, match_graph(ta, tb, score) OVER (ORDER BY n ROWS BETWEEN 40 PRECEDING AND 3 FOLLOWING) AS x FROM l) w$$, 'in window frames');
-- read while it is still collected: what a reader puts in order goes on
SELECT pg_temp.holds($$WITH l AS MATERIALIZED (SELECT *, row_number() OVER (ORDER BY shuffle) AS n FROM match WHERE shuffle < '02')
	SELECT count(*), count(*) FILTER (WHERE p IS DISTINCT FROM (SELECT graph_pairs(match_graph(ua, ub, score)) FROM l y WHERE y.n <= w.n)) FROM (SELECT n, graph_pairs(match_graph(ua, ub, score) OVER (ORDER BY n)) AS p FROM l) w$$, 'while rows are added');
SELECT is(h, h2, 'by transition and combine functions alone') FROM (SELECT match_graph_combinefn(match_graph_transfn(match_graph_transfn(NULL, 3::bigint, 1::bigint, 5), 1::bigint, 2::bigint, 7), '{"match_graph": 1, "pairs": [[9, 3, -1]]}') AS h, match_graph(a, b, s) AS h2 FROM (VALUES (2, 1, 7), (1, 3, 5), (3, 9, -1)) v(a, b, s)) s;

-- ---- large and odd ones ----
-- a chain: nothing but pairs that were not scored between its ends
SELECT is(count(DISTINCT cluster), 1::bigint, 'a chain is one component') FROM (SELECT match_graph(i, i + 1, 5) AS h FROM generate_series(1, 100000) i) s, connected_components(h);
SELECT is(max(n), 2::bigint, 'and no cluster') FROM (SELECT count(*) AS n FROM (SELECT match_graph(i, i + 1, 4) AS h FROM generate_series(1, 100000) i) s, match_clusters(h, 1) GROUP BY cluster) c;
-- all pairs of 300 records are one cluster; two such, between which few pairs were scored, are two
SELECT is(array_agg(n ORDER BY first), array[300, 300]::bigint[], 'two dense clusters with a bridge') FROM (SELECT min(record::int) AS first, count(*) AS n FROM (SELECT match_graph(i, j, CASE WHEN i / 300 = j / 300 THEN 6 + (i * j) % 5 ELSE 5 END) AS h
	FROM generate_series(0, 599) i JOIN generate_series(0, 599) j ON i < j AND (i / 300 = j / 300 OR i % 100 = 0 AND j % 100 = 0)) s, match_clusters(h) GROUP BY cluster) c;
-- a star: the centre takes as many as the pairs between the others allow
SELECT is(max(n), 4::bigint, 'a star is one cluster of few records') FROM (SELECT count(*) AS n FROM (SELECT match_graph(0, i, 12) AS h FROM generate_series(1, 50000) i) s, match_clusters(h, 1, -4) GROUP BY cluster) c;
SELECT is(string_agg(record || cluster, ',' ORDER BY record), 'aa,ba,cc,dc', 'scores as large as they may be') FROM match_clusters('{"match_graph": 1, "pairs": [["a", "b", 65536], ["b", "c", -65536], ["c", "d", 65536], ["a", "d", 65535.9]]}'::match_graph, 65535, -65536);
SELECT is(string_agg(record || cluster, ',' ORDER BY record), 'aa,ba,ca', 'an average that is the cut') FROM match_clusters('{"match_graph": 1, "pairs": [["a", "b", 10], ["b", "c", 8]]}'::match_graph, 2);
SELECT is(string_agg(record || cluster, ',' ORDER BY record), 'aa,ba,cc', 'and one that is not') FROM match_clusters('{"match_graph": 1, "pairs": [["a", "b", 10], ["b", "c", 7.999999]]}'::match_graph, 2);
SELECT is(count(*), 2::bigint, 'numbers are in their order') FROM match_clusters('{"match_graph": 1, "pairs": [[9, -10, 5]]}'::match_graph) WHERE cluster = '-10';
SELECT is((SELECT count(*) FROM match_clusters('{"match_graph": 1}')) + (SELECT count(*) FROM connected_components('{"match_graph": 1, "incomplete": 3}')), 0::bigint, 'no pairs, no records');
SELECT is(match_graph(i, i, 5), NULL, 'a record with itself is no pair') FROM generate_series(1, 3) i;
SELECT is(match_graph(a, b, s)::text, '{"match_graph": 1, "pairs": [["x", "y", 0]]}', 'there is one zero') FROM (VALUES ('x', 'y', '-0'::float8), ('y', 'x', -1)) v(a, b, s);

-- ---- duplicate_rate ----
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE of_text IS DISTINCT FROM surplus::float8 / records OR of_bigint <> of_text) FROM graph, LATERAL (SELECT duplicate_rate(record, cluster) AS of_text, duplicate_rate(record::bigint, cluster::bigint) AS of_bigint, count(*) - count(DISTINCT cluster) AS surplus, count(*) AS records FROM match_clusters(h)) r$$, 'the share of surplus records is 1 - clusters / records');
SELECT is(duplicate_rate(record::uuid, cluster::uuid), duplicate_rate(record, cluster), 'ids uuid too') FROM whole, match_clusters(of_uuid);
SELECT is(duplicate_rate(r, c), 0.25::float8, 'a record without a cluster is alone, a cluster without a record nothing') FROM (VALUES ('a', 'a'), ('b', 'a'), ('c', NULL), ('d', 'd'), (NULL, 'a'), (NULL, NULL)) v(r, c);
SELECT is(duplicate_rate(NULL::text, 'a'), NULL, 'no records');

-- ---- errors ----
SELECT is(pg_temp.outcome_of(query), state, query) FROM (VALUES
	($$SELECT match_graph(1, 2, 'NaN')$$, '22003'), ($$SELECT match_graph(1, 2, 'Infinity')$$, '22003'), ($$SELECT match_graph(1, 1, '-Infinity')$$, '22003'), ($$SELECT match_graph(1, 2, 65537)$$, '22003'),
	($$SELECT match_graph('', 'b', 1)$$, '22023'), ($$SELECT match_graph('a', repeat('x', 129), 1)$$, '54000'),
	($$SELECT merge(h) FROM (VALUES (match_graph_transfn(NULL, 'a', 'b', 1)), (match_graph_transfn(NULL, 1::bigint, 2::bigint, 1))) v(h)$$, '42804'),
	($$SELECT 1 FROM connected_components('{"match_graph": 1}', 'NaN')$$, '22003'), ($$SELECT 1 FROM match_clusters('{"match_graph": 1}', 'NaN')$$, '22003'),
	($$SELECT 1 FROM match_clusters('{"match_graph": 1}', 0, 0)$$, '22023'), ($$SELECT 1 FROM match_clusters('{"match_graph": 1}', 0, 0.0000001)$$, '22023'), ($$SELECT 1 FROM match_clusters('{"match_graph": 1}', -5)$$, '22023'),
	($$SELECT 1 FROM match_clusters('{"match_graph": 1}', 0, '-Infinity')$$, '22003'), ($$SELECT 1 FROM match_clusters('{"match_graph": 1}', 70000)$$, '22003'),
	($$SELECT '{"match_graph": 1, "pairs": [["a", "a", 1]]}'::match_graph$$, '22P02'), ($$SELECT '{"match_graph": 1, "pairs": [["a", 1, 1]]}'::match_graph$$, '22P02'), ($$SELECT '{"match_graph": 1, "pairs": [["a", "b", 1e400]]}'::match_graph$$, '22003'),
	($$SELECT '{"match_graph": 1, "pairs": [["a", "b", null]]}'::match_graph$$, '22P02'), ($$SELECT '{"match_graph": 2}'::match_graph$$, '22P02'), ($$SELECT '{"match_graph": 1, "incomplete": -1}'::match_graph$$, '22P02'), ($$SELECT '{"match_graph": 1, "pairs": [["a", "b"]]}'::match_graph$$, '22P02')) v(query, state);

SELECT * FROM finish();
ROLLBACK;
