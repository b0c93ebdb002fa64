-- Stop atoms: which ones a model has; what is compared without them, against all pairs in SQL; and that the whole, the pairs of some
-- records and the index agree under them.
\ir setup.psql
CREATE SCHEMA crm;

-- ---- which they are ----

CREATE FUNCTION pg_temp.hex(atom bigint) RETURNS text LANGUAGE sql IMMUTABLE RETURN lpad(to_hex(atom), 16, '0');
CREATE FUNCTION pg_temp.stop_of(model match_model) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce((SELECT array_agg(x ORDER BY x) FROM jsonb_array_elements_text(model::text::jsonb -> 'stop') AS x), '{}') $$;
CREATE FUNCTION pg_temp.frequent(relation regclass, rule match_rule, more_than bigint) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	found text[];
BEGIN
	EXECUTE format('SELECT array_agg(pg_temp.hex(x) ORDER BY pg_temp.hex(x)) FROM (SELECT x FROM (%s) AS s (key, record), unnest(match_atoms(record)) AS x GROUP BY x HAVING count(*) > %s) AS f', match_source(relation, rule), more_than) INTO found;
	RETURN coalesce(found, '{}');
END $$;
-- Words that 1200 of 24,000 records have, and one that 1201 have; a town that nearly all are in.
CREATE TABLE crm.big AS SELECT i AS id, concat_ws(' ', 'word' || i % 20, CASE WHEN i > 24000 - 1201 THEN 'extra' END, 'n' || i / 3) AS name, CASE WHEN i % 9 > 0 THEN 'Springfield' ELSE 'Town' || i END AS city FROM generate_series(1, 24000) AS i;
CREATE VIEW crm.part AS SELECT * FROM crm.big WHERE id > 24000 - current_setting('test.n')::int;
CREATE TEMP TABLE rule AS SELECT '[{"name": "text"}, {"city": "city"}]'::match_rule AS rule;
CREATE TEMP TABLE size (n int, more_than bigint, stop text[], want text[]);
DO $$
DECLARE
	n int;
BEGIN
	FOREACH n IN ARRAY '{1,1000,1001,1127,15000,23999,24000}'::int[] LOOP
		PERFORM set_config('test.n', n::text, true);
		INSERT INTO size SELECT n, greatest(1000, n / 20), pg_temp.stop_of(fit_match_model('crm.part', rule)), pg_temp.frequent('crm.part', rule, greatest(1000, n / 20)) FROM rule;
	END LOOP;
END $$;
SELECT is(stop, want, format('of %s records, what more than %s have: %s', n, more_than, cardinality(stop))) FROM size;
SELECT is(array_agg(cardinality(stop) ORDER BY n), '{0,0,1,2,2,21,2}', 'some') FROM size;

-- ---- what is compared ----

CREATE FUNCTION pg_temp.u(n bigint, purpose int) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN (hashint8extended(n, purpose) & 1048575)::float8 / 1048576;
CREATE FUNCTION pg_temp.word(n int) RETURNS text LANGUAGE sql IMMUTABLE RETURN translate(substr(md5(n::text), 1, 5), '0123456789', 'ghijklmnop');
CREATE FUNCTION pg_temp.zipf(n bigint, purpose int, many int) RETURNS int LANGUAGE sql IMMUTABLE RETURN floor(many ^ pg_temp.u(n, purpose))::int;
-- A third of the companies are there again; some consist of the most frequent words alone, and so there are more of the same.
CREATE TABLE crm.account AS
SELECT 'A' || i AS id, initcap(CASE WHEN i % 3 = 0 AND pg_temp.u(i, 9) < 0.5 THEN overlay(w.name PLACING 'x' FROM 3 FOR 1) WHEN i % 40 < 3 THEN pg_temp.word(1 + i % 4) ELSE w.name END) AS name,
	CASE WHEN i % 40 < 3 THEN NULL ELSE w.city END AS city, CASE WHEN i % 40 >= 3 AND pg_temp.u(i, 8) < 0.5 THEN w.phone END AS phone
FROM generate_series(1, 500) AS i, LATERAL (SELECT CASE WHEN i % 3 = 0 THEN i - 1 ELSE i END AS c) AS c,
	LATERAL (SELECT pg_temp.word(pg_temp.zipf(c.c, 1, 250)) || ' ' || pg_temp.word(pg_temp.zipf(c.c, 2, 100)) AS name, pg_temp.word(1000 + pg_temp.zipf(c.c, 5, 30)) AS city, '+49 30 ' || (1000000 + floor(pg_temp.u(c.c, 6) * 8999999)::int)::text AS phone) AS w;
ALTER TABLE crm.account ADD PRIMARY KEY (id);
CREATE TEMP TABLE r AS SELECT '{"key": "id", "columns": [{"name": "company"}, {"city": "city"}, {"phone": "phone"}]}'::match_rule AS rule;
CREATE TEMP TABLE has AS SELECT key, pg_temp.hex(x) AS x FROM (SELECT a.id AS key, unnest(match_atoms(match_record(rule, ARRAY[name, city, phone]))) AS x FROM r, crm.account AS a) AS s;
CREATE TEMP TABLE full_atoms AS SELECT key, array_agg(x ORDER BY x) AS atoms FROM has GROUP BY key;
DELETE FROM has WHERE x IN (SELECT x FROM has GROUP BY x HAVING count(*) = 1);
CREATE TEMP TABLE atoms AS SELECT key, array_agg(x ORDER BY x) AS atoms FROM has GROUP BY key;
CREATE TEMP TABLE twins AS SELECT atoms, count(*) AS n FROM atoms GROUP BY atoms;
-- Lists of stop atoms: none; the most frequent; every third; all.
CREATE TEMP TABLE stop AS
SELECT s.s, coalesce((SELECT array_agg(x ORDER BY x) FROM (SELECT x, row_number() OVER (ORDER BY count(*) DESC, x) AS place FROM has GROUP BY x) AS f
	WHERE CASE s.s WHEN 1 THEN false WHEN 2 THEN place <= 3 WHEN 3 THEN place <= 20 WHEN 4 THEN place % 3 = 0 ELSE true END), '{}') AS stop FROM generate_series(1, 5) AS s;
CREATE FUNCTION pg_temp.sharing_rare(stop text[], most int) RETURNS TABLE (a text, b text) LANGUAGE sql AS $$
	WITH sharing AS (SELECT a.key AS a, b.key AS b, array_agg(a.x ORDER BY a.x) AS shared FROM has AS a JOIN has AS b ON a.x = b.x AND a.key < b.key COLLATE "C" WHERE a.x <> ALL (stop) GROUP BY a.key, b.key),
	rare AS (SELECT shared FROM (SELECT DISTINCT shared FROM sharing) AS s WHERE (SELECT count(*) FROM atoms WHERE atoms @> shared) <= most)
	SELECT a, b FROM sharing JOIN rare USING (shared) $$;
CREATE FUNCTION pg_temp.compared(stop text[], most int) RETURNS TABLE (a text, b text) LANGUAGE sql AS $$
	SELECT * FROM pg_temp.sharing_rare(stop, most)
	UNION SELECT a.key, b.key FROM atoms AS a JOIN atoms AS b ON a.atoms = b.atoms AND a.key < b.key COLLATE "C" JOIN twins AS t ON t.atoms = a.atoms AND t.n <= most $$;
CREATE FUNCTION pg_temp.model(stop text[], most int, alike boolean) RETURNS match_model LANGUAGE sql AS $$
	SELECT (jsonb_set(jsonb_set(model, '{most}', to_jsonb(most)), '{stop}', to_jsonb(stop))
		|| CASE WHEN alike THEN jsonb_build_object('prior', 0.999, 'columns', (SELECT jsonb_agg(jsonb_set(c, '{u}', c -> 'm') - 'weight' ORDER BY n) FROM jsonb_array_elements(model -> 'columns') WITH ORDINALITY AS e (c, n))) ELSE '{}' END)::text::match_model
	FROM (SELECT fit_match_model('crm.account', rule)::text::jsonb AS model FROM r) AS m $$;
CREATE FUNCTION pg_temp.differences(one text, other text, description text) RETURNS text LANGUAGE sql AS $$ SELECT is_empty(format('((%1$s) EXCEPT ALL (%2$s)) UNION ALL ((%2$s) EXCEPT ALL (%1$s))', one, other), description) $$;
CREATE TEMP TABLE want AS SELECT s, most, c.* FROM stop, unnest('{30,60}'::int[]) AS most, pg_temp.compared(stop, most) AS c;
SELECT pg_temp.differences(format('SELECT record_a, record_b FROM duplicate_pairs(''crm.account'', pg_temp.model(%L, %s, true))', stop, most), format('SELECT a, b FROM want WHERE s = %s AND most = %s', s, most), format('%s stop atoms, %s: compared is what shares something rare without them, once', cardinality(stop), most))
FROM stop, unnest('{30,60}'::int[]) AS most;
SELECT is(count(*), 5::bigint, 'each list makes another set of pairs') FROM (SELECT DISTINCT array_agg(a || b ORDER BY a, b) FROM want WHERE most = 60 GROUP BY s) AS d;
SELECT pg_temp.differences(format('SELECT record_a, record_b FROM duplicate_pairs(''crm.account'', pg_temp.model(%L, 60, true), %L)', stop, keys), format('SELECT a, b FROM want WHERE s = %s AND most = 60 AND (a = ANY (%2$L) OR b = ANY (%2$L))', s, keys), cardinality(stop) || ' stop atoms: the pairs of some records are those of all')
FROM stop, (SELECT array_agg(id) AS keys FROM crm.account WHERE pg_temp.u(substr(id, 2)::bigint, 3) < 0.1) AS k;
SELECT is(pg_temp.stop_of(pg_temp.model(stop, 30, false)), stop, 'a model keeps them') FROM stop;

-- ---- the index ----

CREATE FUNCTION pg_temp.indexed(stop text[], OUT pairs bigint, OUT wrong bigint, OUT twin text) LANGUAGE plpgsql AS $$
DECLARE
	model match_model := pg_temp.model(stop, 30, false);
BEGIN
	CALL create_duplicate_index('crm.account', model);
	CREATE TEMP TABLE batch AS SELECT p.* FROM duplicate_pairs('crm.account', model) AS p;
	CREATE TEMP TABLE got AS SELECT a.id AS a, f.record AS b, f.weight, f.probability FROM crm.account AS a, find_duplicates('crm.account_duplicates', ARRAY[a.name, a.city, a.phone], a.id) AS f;
	CREATE TEMP TABLE both_ways AS SELECT record_a AS a, record_b AS b, weight, probability FROM batch UNION ALL SELECT record_b, record_a, weight, probability FROM batch;
	-- there twins have the same words, those included that nobody else has
	CREATE TEMP TABLE rare AS SELECT * FROM pg_temp.sharing_rare(stop, 30);
	DELETE FROM both_ways AS p WHERE NOT EXISTS (SELECT FROM rare AS r WHERE (r.a, r.b) IN ((p.a, p.b), (p.b, p.a))) AND (SELECT atoms FROM full_atoms WHERE key = p.a) <> (SELECT atoms FROM full_atoms WHERE key = p.b);
	pairs := (SELECT count(*) FROM batch);
	wrong := (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE both_ways) AS d) + (SELECT count(*) FROM (TABLE both_ways EXCEPT ALL TABLE got) AS d);
	DROP TABLE batch, got, both_ways, rare;
END $$;
SELECT unnest(ARRAY[is(wrong, 0::bigint, format('%s stop atoms: in the index is found what the whole has', cardinality(stop))), cmp_ok(pairs, '>', 10::bigint, 'some')]) FROM stop, pg_temp.indexed(stop);

-- Where a word of a crowd is a stop atom, and there is nothing else, some of the crowd are found all the same.
INSERT INTO crm.account SELECT 'T' || i, 'Twin Sisters', NULL, NULL FROM generate_series(1, 900) AS i;
INSERT INTO crm.account SELECT 'S' || i, 'Sisters', NULL, NULL FROM generate_series(1, 300) AS i;
CREATE TEMP TABLE sisters AS SELECT pg_temp.stop_of(fit_match_model('crm.account', rule)) AS stop FROM r;
SELECT is(cardinality(stop), 1, 'a stop atom') FROM sisters;
SELECT is(pg_temp.frequent('crm.account', rule, 1000), stop, 'this one') FROM r, sisters;
DO $$ DECLARE model match_model := (SELECT pg_temp.model(sisters.stop, 30, true) FROM sisters); BEGIN CALL create_duplicate_index('crm.account', model); END $$;
SELECT unnest(ARRAY[cmp_ok(count(f.record), '>=', 15::bigint, 'of a crowd some are found: ' || name), is(count(*), count(*) FILTER (WHERE f.record LIKE kind || '%'), 'and of those with the same words')])
FROM (VALUES ('Twin Sisters', 'T'), ('Sisters', 'S')) AS v (name, kind) LEFT JOIN LATERAL find_duplicates('crm.account_duplicates', ARRAY[name, NULL, NULL]) AS f ON true GROUP BY name;
SELECT is(string_agg(n || ' ' || clusters, ', ' ORDER BY kind), '300 1, 900 1', 'and the whole has each of the two together') FROM
	(SELECT left(record, 1) AS kind, count(*) AS n, count(DISTINCT cluster) AS clusters FROM duplicate_clusters('crm.account', crm.account_duplicates_model()) WHERE record ~ '^[ST]' GROUP BY 1) AS c;

-- ---- the text form ----

CREATE FUNCTION pg_temp.altered(value jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT jsonb_set('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}', '{stop}', value)::text $$;
SELECT is(pg_temp.outcome_of(format('SELECT pg_temp.stop_of(%L)', pg_temp.altered(value))), outcome, left(value::text, 60)) FROM (VALUES
	('[]'::jsonb, '{}'), ('["00000000000000ff"]', '{00000000000000ff}'), ('["ffffffffffffffff", "0000000000000001"]', '{0000000000000001,ffffffffffffffff}'), ('["00000000000000ff", "00000000000000ff"]', '22P02'), ('["0000000000000000"]', '22P02'), ('["00000000000000FF"]', '22P02'), ('["ff"]', '22P02'), ('[7]', '22P02'), ('[null]', '22P02'), ('[[]]', '22P02'),
	('{}', '22P02'), ('"00000000000000ff"', '22P02'), ('null', '{}')) AS v (value, outcome);
SELECT is(pg_temp.outcome_of(format('SELECT cardinality(pg_temp.stop_of(%L))', pg_temp.altered((SELECT jsonb_agg(lpad(i::text, 16, '0')) FROM generate_series(1, n) AS i)))), outcome, n || ' stop atoms') FROM (VALUES (1024, '1024'), (1025, '22P02')) AS v (n, outcome);

SELECT * FROM finish();
ROLLBACK;
