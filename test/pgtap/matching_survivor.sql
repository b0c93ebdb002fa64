-- matching_survivor: which value survives, against the rules written in SQL; any order and grouping gives the same.
\ir setup.psql

CREATE TEMP TABLE record AS
	SELECT i, i % 97 AS cluster, (array['Acme', 'ACME Inc.', 'Acme Inc', 'Ácmé GmbH', '日立製作所', '', E' \t\n\r\f\x0b', NULL, 'x'])[1 + (i * 7919 + i / 11) % 9] AS value,
		CASE WHEN i % 7 > 0 THEN '2026-01-01 00:00+00'::timestamptz + (i * 31 % 5) * interval '1 day' END AS at, (array['CRM', 'ERP', '', 'web', NULL])[1 + (i * 13 + i / 7) % 5] AS source
	FROM generate_series(1, 2000) i;
CREATE TEMP TABLE summary AS SELECT cluster, survivor(value, at, source) AS s, survivor(value, at) AS s2, survivor(value) AS s1 FROM record GROUP BY 1;
-- each value of a cluster, and of a source, with its number and latest moment
CREATE TEMP VIEW given AS SELECT cluster, value, count(*) AS n, max(at) AS at FROM record WHERE btrim(value, E' \t\n\r\f\x0b') <> '' GROUP BY 1, 2;
CREATE TEMP VIEW sourced AS SELECT cluster, value, source, count(*) AS n, max(at) AS at, coalesce(array_position('{ERP,"",CRM}', source), 4) AS rank FROM record WHERE btrim(value, E' \t\n\r\f\x0b') <> '' GROUP BY 1, 2, 3;

SELECT cmp_ok((SELECT count(*) FROM summary), '=', 97::bigint, 'clusters');
SELECT set_eq('SELECT cluster, most_recent(s) FROM summary', 'SELECT DISTINCT ON (cluster) cluster, value FROM given ORDER BY cluster, at DESC NULLS LAST, n DESC, length(value) DESC, value COLLATE "C"', 'most_recent by definition');
SELECT set_eq('SELECT cluster, most_frequent(s) FROM summary', 'SELECT DISTINCT ON (cluster) cluster, value FROM given ORDER BY cluster, n DESC, at DESC NULLS LAST, length(value) DESC, value COLLATE "C"', 'most_frequent by definition');
SELECT set_eq('SELECT cluster, longest(s) FROM summary', 'SELECT DISTINCT ON (cluster) cluster, value FROM given ORDER BY cluster, length(value) DESC, n DESC, at DESC NULLS LAST, value COLLATE "C"', 'longest by definition');
SELECT set_eq($$SELECT cluster, source_priority(s, '{ERP,"",CRM}') FROM summary$$, $$SELECT DISTINCT ON (cluster) cluster, value FROM (SELECT cluster, value, rank, sum(n) AS n, max(at) AS at FROM sourced GROUP BY 1, 2, 3) g ORDER BY cluster, rank, at DESC NULLS LAST, n DESC, length(value) DESC, value COLLATE "C"$$, 'source_priority by definition');
SELECT set_eq('SELECT cluster, v.* FROM summary, survivor_values(s) v', 'SELECT cluster, value, source, n, at FROM sourced', 'survivor_values are all of them');
SELECT is((SELECT count(*) FROM summary WHERE s2::text <> (SELECT survivor(value, at)::text FROM record r WHERE r.cluster = summary.cluster) OR most_recent(s2) <> most_recent(s) OR longest(s1) <> (SELECT longest(value) FROM record r WHERE r.cluster = summary.cluster)), 0::bigint, 'with fewer arguments');
SELECT set_eq('SELECT cluster, most_recent(value, at) FROM record GROUP BY 1', 'SELECT cluster, most_recent(s) FROM summary', 'most_recent in one step');
SELECT set_eq('SELECT cluster, most_frequent(value) FROM record GROUP BY 1', 'SELECT cluster, most_frequent(s1) FROM summary', 'most_frequent in one step');
SELECT set_eq('SELECT cluster, longest(value) FROM record GROUP BY 1', 'SELECT cluster, longest(s1) FROM summary', 'longest in one step');

-- any order, any grouping
SELECT is((SELECT survivor(value, at, source ORDER BY random())::text FROM record), (SELECT survivor(value, at, source ORDER BY i)::text FROM record), 'the order of rows does not matter');
SELECT is((SELECT merge(s ORDER BY random())::text FROM summary), (SELECT survivor(value, at, source)::text FROM record), 'merged, it is the whole');
SELECT is((SELECT merge(s) FROM (SELECT merge(s) AS s FROM summary GROUP BY cluster % 5 UNION ALL SELECT NULL) m)::text, (SELECT survivor(value, at, source)::text FROM record), 'in two steps too');
SELECT is((SELECT count(*) FROM summary WHERE s::text::survivor <> s OR survivor_combinefn(s, NULL) <> s OR survivor_combinefn(NULL, s) <> s OR survivor_finalfn(s) <> s), 0::bigint, 'its text, and merged with nothing, it is the same');
SELECT is((SELECT most_frequent(survivor_combinefn(survivor_combinefn(NULL, survivor_transfn(NULL, 'b')), survivor_transfn(survivor_transfn(NULL, 'a'), 'b')))), 'b', 'functions outside of an aggregate');

-- many values: sorted while rows come, in room that grows
SELECT is((SELECT md5(survivor('v' || i % 5000, '2026-01-01 00:00+00'::timestamptz + i % 7 * interval '1 h', 's' || i % 3)::text) FROM generate_series(1, 60000) i),
	(SELECT md5(survivor('v' || i % 5000, '2026-01-01 00:00+00'::timestamptz + i % 7 * interval '1 h', 's' || i % 3)::text) FROM (SELECT * FROM generate_series(1, 60000) i ORDER BY md5(i::text)) x), 'of 5,000 values');
SELECT is((SELECT sum(records) FROM (SELECT survivor('v' || i % 5000) AS s FROM generate_series(1, 60000) i) x, survivor_values(s)), 60000::numeric, 'none is lost');
SELECT is((SELECT array_agg(r ORDER BY i) FROM (SELECT i, most_recent('v' || i % 30, '2026-01-01 00:00+00'::timestamptz + i * interval '1 h') OVER (ORDER BY i ROWS 20 PRECEDING) AS r FROM generate_series(1, 100) i) w), (SELECT array_agg('v' || i % 30 ORDER BY i) FROM generate_series(1, 100) i), 'in a window');

-- what is no value
SELECT is((SELECT survivor(v) FROM (VALUES (NULL), (''), (E' \t\n\r\f\x0b')) t(v)), NULL, 'missing values alone are none');
SELECT is((SELECT longest(v) FROM (VALUES (' '), ('a'), ('        ')) t(v)), 'a', 'and never survive over one');
SELECT is((SELECT survivor(v) FROM (SELECT 'x' WHERE false) t(v)), NULL, 'no rows');
SELECT is(most_recent('{"survivor": 1}'), NULL, 'no values');
SELECT is((SELECT count(*) FROM survivor_values('{"survivor": 1}')), 0::bigint, 'and no rows of them');
SELECT is(source_priority(survivor_transfn(survivor_transfn(NULL, 'b', NULL, 'x'), 'a'), '{}'), 'a', 'no priority: all are alike');
SELECT is(source_priority(survivor_transfn(survivor_transfn(NULL, 'b', NULL, 'x'), 'a'), '{NULL,x}'), 'b', 'NULL in the priority is no source');
SELECT is(source_priority(survivor_transfn(survivor_transfn(NULL, 'b', NULL, 'x'), 'a', NULL, 'y'), '{{y,x},{z,w}}'), 'a', 'of several dimensions: one after the other');

-- bad input
CREATE FUNCTION pg_temp.error(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	EXECUTE query;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' / ' || SQLERRM || ' / ' || detail;
END $$;
SELECT matches(pg_temp.error(format('SELECT %L::salesops.survivor', literal)), wanted, literal) FROM (VALUES
	('', '22P02'), ('[]', 'survivor'), ('{}', '22P02.*version|22P02'), ('{"survivor": 2}', 'version 2'), ('{"survivor": 1, "value": []}', '"value"'), ('{"survivor": 1, "values": {}}', 'must be a list'), ('{"survivor": 1, "values": ["a"]}', 'must be a list'),
	('{"survivor": 1, "values": [["a"]]}', 'two to four parts'), ('{"survivor": 1, "values": [["a", 1, null, null, null]]}', 'two to four parts'), ('{"survivor": 1, "values": [[" ", 1]]}', 'blank'), ('{"survivor": 1, "values": [["a", 0]]}', 'No record has it'), ('{"survivor": 1, "values": [["a", -1]]}', 'whole number'),
	('{"survivor": 1, "values": [["a", 1, "infinity"]]}', 'not a moment'), ('{"survivor": 1, "values": [["a", 1, "2026-01-01"]]}', 'not a moment'), ('{"survivor": 1, "values": [[null, 1]]}', 'values'), ('{"survivor": 1, "values": [["a", 1, null, 5]]}', 'values'),
	('{"survivor": 1, "values": [["a", 999999999999999999], ["a", 1]]}', 'records')) v(literal, wanted);
SELECT matches(pg_temp.error($$SELECT salesops.survivor('x', 'infinity')$$), '^22008 / at is not a finite time: "infinity"', 'an infinite moment');
SELECT matches(pg_temp.error($$SELECT salesops.survivor(repeat('x', 200000) || i) FROM generate_series(1, 400) i$$), '^54000 / a survivor has too many values / It holds at most 32 MB', 'more than it holds');
SELECT is((SELECT length(longest(repeat('x', 2000000) || i)) FROM generate_series(1, 9) i), 2000001, 'long values');
SELECT is('{"survivor": 1, "values": [["b", 1], ["a", 2, null, "s"], ["a", 1, "2026-01-05T10:00:00+01:00", "s"]]}'::survivor::text, '{"survivor": 1, "values": [["a", 3, "2026-01-05T09:00:00+00:00", "s"], ["b", 1]]}', 'what was edited is put in order');

SELECT * FROM finish();
ROLLBACK;
