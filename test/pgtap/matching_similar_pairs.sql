-- similar_pairs against comparing all names with all: by pg_trgm, where it is there, by trigrams made here, and by signatures.
\ir setup.psql

SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS has_trgm \gset

-- ---- names: of companies with mistakes, short ones that tie, of many scripts, none at all ----

CREATE TEMP TABLE company AS
	SELECT row_number() OVER (ORDER BY md5(name || n)) AS id, name FROM (
		SELECT concat_ws(' ', (array['Acme','acme','Akme','Nordic Solar','NORDIC SOLAR','Nordik Solar','Global Foods','Globel Foods','Smith & Sons','Smith and Sons','O''Reilly','Banque de l''Ouest','3M','A1'])[1 + a], (array['Inc','Inc.','GmbH','Ltd','Holdings',NULL,'Systems','System'])[1 + b]) AS name, a * 10 + b AS n
		FROM generate_series(0, 13) a, generate_series(0, 7) b
		UNION ALL
		-- letters of a small alphabet: of many sizes, so that similarities are at every simple fraction
		SELECT string_agg(substr('aabc xyz', 1 + floor(random() * 8)::int, 1), ''), 1000 + i FROM generate_series(1, 150) i, generate_series(1, 1 + i % 12) GROUP BY i
		UNION ALL
		SELECT name, 2000 + n FROM unnest(array['Müller AG', 'MÜLLER AG', 'Mueller AG', 'Muller AG', 'Čačak d.o.o.', 'čačak D.O.O.', 'ČAČAK', 'İstanbul A.Ş.', 'istanbul a.ş.', 'ISTANBUL A.Ş.', 'ıstanbul', 'ОАО Газпром', 'оао газпром', 'Газпромбанк', '株式会社日立製作所', '日立製作所', '日立', 'ΣΊΣΥΦΟΣ', 'σίσυφος', 'σίσυφοσ', 'Straße', 'STRASSE', 'STRAẞE',
			E'Mu\u0308ller AG', 'Zoë', 'ZOË', 'Zo', '٣٤٥ شركة', 'شركة', 'ﬁnance', 'FINANCE', 'e²', 'é', 'É', 'é é é', '😀 Labs', 'labs 😀', 'Labs']) WITH ORDINALITY u(name, n)
		UNION ALL
		SELECT name, 3000 + n FROM unnest(array['', ' ', '...', NULL, '-', 'a', 'A', 'a a a', 'aa', 'aaa', 'aaaa', 'aaaaa', 'ab', 'a-b', 'a b', 'b a', 'Acme', 'Acme', 'Acme', NULL]) WITH ORDINALITY u(name, n)) s;
SELECT cmp_ok(count(*), '>=', 280::bigint, 'names') FROM company;
CREATE TEMP TABLE threshold AS SELECT * FROM unnest('{1e-9, 0.05, 0.1, 0.2, 0.25, 0.3, 0.3333333333333333, 0.4, 0.5, 0.6, 0.6666666666666666, 0.6666666666666667, 0.7, 0.699999988079071, 0.75, 0.8, 0.9, 0.95, 1}'::float8[]) t;

-- as pairs of ids, the smaller one first
CREATE FUNCTION pg_temp.pairs(names text, threshold float8) RETURNS TABLE (a bigint, b bigint, similarity float8) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT least(p.id_a, p.id_b), greatest(p.id_a, p.id_b), p.similarity FROM (SELECT array_agg(id) AS ids, array_agg(%s) AS names FROM company) c, similar_pairs(c.ids, c.names, $1) p', names) USING threshold;
END $$;

-- ---- as pg_trgm ----

\if :has_trgm
	CREATE EXTENSION IF NOT EXISTS pg_trgm;
	CREATE TEMP TABLE compared AS SELECT a.id AS a, b.id AS b, public.similarity(a.name, b.name) AS similarity FROM company a JOIN company b ON a.id < b.id WHERE public.similarity(a.name, b.name) > 0;
	SELECT cmp_ok(count(*), '>', 5000::bigint, 'pairs to find') FROM compared;
	SELECT cmp_ok((SELECT count(*) FROM compared WHERE similarity = t::real), '>', 0::bigint, format('there are pairs of just %s', t)) FROM threshold WHERE t IN (0.1, 0.2, 0.25, 0.5, 0.6, 0.7, 0.75, 1);
	SELECT is_empty(format('(SELECT a, b, similarity::real FROM pg_temp.pairs(''name'', %1$s) EXCEPT ALL SELECT * FROM compared WHERE similarity >= %1$s::float8) UNION ALL (SELECT * FROM compared WHERE similarity >= %1$s::float8 EXCEPT ALL SELECT a, b, similarity::real FROM pg_temp.pairs(''name'', %1$s))', t),
		format('the pairs of %s or more, and how similar they are, are those of similarity()', t)) FROM threshold;
	SET LOCAL pg_trgm.similarity_threshold = 0.7;
	SELECT results_eq('SELECT count(*) FROM pg_temp.pairs(''name'', 0.7)', 'SELECT count(*) FROM company a JOIN company b ON a.id < b.id AND a.name % b.name', 'and of the operator %');
	-- between two lists
	SELECT is_empty(format('WITH two AS MATERIALIZED (SELECT p.* FROM (SELECT array_agg(id) AS ids, array_agg(name) AS names FROM company WHERE id %% 3 = 0) l, (SELECT array_agg(id::int) AS ids, array_agg(name) AS names FROM company WHERE id %% 3 > 0) r, similar_pairs(l.ids, l.names, r.ids, r.names, %1$s) p), want AS MATERIALIZED (SELECT least(a, b), greatest(a, b), similarity FROM compared WHERE similarity >= %1$s::float8 AND (a %% 3 = 0) <> (b %% 3 = 0))
		(SELECT least(left_id, right_id), greatest(left_id, right_id), similarity::real FROM two EXCEPT ALL SELECT * FROM want) UNION ALL (SELECT * FROM want EXCEPT ALL SELECT least(left_id, right_id), greatest(left_id, right_id), similarity::real FROM two)
		UNION ALL SELECT 0, left_id, similarity FROM two WHERE left_id %% 3 > 0', t), format('between two lists, of %s or more', t)) FROM threshold;
\endif

-- ---- trigrams made here, of ASCII ----

CREATE FUNCTION pg_temp.trigrams(name text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg(DISTINCT substr(word, i, 3)) FROM (SELECT '  ' || m[1] || ' ' AS word FROM regexp_matches(lower(name), '[a-z0-9]+', 'g') m) w, generate_series(1, length(word) - 2) i $$;
CREATE TEMP TABLE ascii AS SELECT id, pg_temp.trigrams(name) AS trigrams FROM company WHERE name !~ '[^ -~]';
CREATE TEMP TABLE by_hand AS
	SELECT a, b, common, na + nb - common AS either FROM (SELECT a.id AS a, b.id AS b, cardinality(a.trigrams) AS na, cardinality(b.trigrams) AS nb, (SELECT count(*)::int FROM unnest(a.trigrams) x WHERE x = ANY (b.trigrams)) AS common FROM ascii a JOIN ascii b ON a.id < b.id) s WHERE common > 0;
SELECT is_empty(format('WITH ours AS (SELECT p.* FROM pg_temp.pairs(''name'', %1$s) p WHERE a IN (SELECT id FROM ascii) AND b IN (SELECT id FROM ascii)), want AS (SELECT a, b, common::float8 / either FROM by_hand WHERE (common::real / either::real)::float8 >= %1$s) (SELECT * FROM ours EXCEPT ALL SELECT * FROM want) UNION ALL (SELECT * FROM want EXCEPT ALL SELECT * FROM ours)', t),
	format('the pairs of %s or more are those whose trigrams say so', t)) FROM threshold;
SELECT is((SELECT count(*) FROM pg_temp.pairs('name', 0.7)) < (SELECT count(*) FROM pg_temp.pairs('name', 0.7::real)), true, 'the similarity is rounded as pg_trgm rounds it: 7 of 10 are less than .7, and not less than .7::real');

-- ---- signatures ----

SELECT is_empty(format('WITH ours AS (SELECT * FROM pg_temp.pairs(''company_signature(name)'', %1$s)), want AS (SELECT a.id, b.id, signature_similarity(company_signature(a.name), company_signature(b.name)) FROM company a JOIN company b ON a.id < b.id AND signature_similarity(company_signature(a.name), company_signature(b.name)) >= %1$s)
	(SELECT * FROM ours EXCEPT ALL SELECT * FROM want) UNION ALL (SELECT * FROM want EXCEPT ALL SELECT * FROM ours)', t), format('the pairs of signatures of %s or more', t)) FROM threshold;
SELECT is_empty($$WITH two AS (SELECT p.* FROM (SELECT array_agg(id) AS ids, array_agg(text_signature(name)) AS names FROM company WHERE id % 2 = 0) l, (SELECT array_agg('x' || id) AS ids, array_agg(text_signature(name)) AS names FROM company) r, similar_pairs(l.ids, l.names, r.ids, r.names, 0.5) p),
	want AS (SELECT a.id, 'x' || b.id, signature_similarity(text_signature(a.name), text_signature(b.name)) FROM company a, company b WHERE a.id % 2 = 0 AND signature_similarity(text_signature(a.name), text_signature(b.name)) >= 0.5)
	(SELECT * FROM two EXCEPT ALL SELECT * FROM want) UNION ALL (SELECT * FROM want EXCEPT ALL SELECT * FROM two)$$, 'of two lists, also where they have names in common');

-- ---- order, parts, sides ----

SELECT is_empty($$SELECT DISTINCT least(id_a, id_b), greatest(id_a, id_b), similarity FROM (SELECT array_agg(id ORDER BY md5(id::text)) AS ids, array_agg(name ORDER BY md5(id::text)) AS names FROM company) c, similar_pairs(c.ids, c.names, 0.4) p EXCEPT SELECT * FROM pg_temp.pairs('name', 0.4)$$, 'the order of names does not matter');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE array_position(c.ids, id_a) >= array_position(c.ids, id_b)) FROM (SELECT array_agg(id ORDER BY md5(id::text)) AS ids, array_agg(name ORDER BY md5(id::text)) AS names FROM company) c, similar_pairs(c.ids, c.names, 0.2) p$$, 'the id that stands first is the first of the pair');
SELECT is((SELECT count(*) FROM pg_temp.pairs('name', 0.3)), (SELECT count(*) FROM pg_temp.pairs('CASE WHEN id % 4 = 1 THEN name END', 0.3)) + (SELECT count(*) FROM pg_temp.pairs('CASE WHEN id % 4 <> 1 THEN name END', 0.3))
	+ (SELECT count(*) FROM (SELECT array_agg(id) AS ids, array_agg(name) AS names FROM company WHERE id % 4 = 1) l, (SELECT array_agg(id) AS ids, array_agg(name) AS names FROM company WHERE id % 4 <> 1) r, similar_pairs(l.ids, l.names, r.ids, r.names, 0.3)), 'pairs of the whole are those of two parts, and those between them');
SELECT is((SELECT array_agg(row(left_id, right_id, similarity) ORDER BY left_id, right_id)::text FROM (SELECT array_agg(id) AS ids, array_agg(name) AS names FROM company WHERE id % 4 = 1) l, (SELECT array_agg(id) AS ids, array_agg(name) AS names FROM company WHERE id % 4 <> 1) r, similar_pairs(l.ids, l.names, r.ids, r.names, 0.3)),
	(SELECT array_agg(row(right_id, left_id, similarity) ORDER BY right_id, left_id)::text FROM (SELECT array_agg(id) AS ids, array_agg(name) AS names FROM company WHERE id % 4 = 1) l, (SELECT array_agg(id) AS ids, array_agg(name) AS names FROM company WHERE id % 4 <> 1) r, similar_pairs(r.ids, r.names, l.ids, l.names, 0.3)), 'with the sides changed, the same pairs');

-- ---- ids of any type, NULLs, equal names, few names ----

SELECT results_eq('SELECT * FROM similar_pairs(array[date ''2026-01-01'', ''2026-01-02'', NULL, ''2026-01-04''], array[''Acme'', ''ACME'', ''acme'', NULL])', $$VALUES ('2026-01-01'::date, '2026-01-02'::date, 1::float8)$$, 'ids of dates, one of them NULL, and a name that is NULL');
SELECT results_eq('SELECT * FROM similar_pairs(array[''00000000-0000-0000-0000-000000000001'', ''00000000-0000-0000-0000-000000000002'']::uuid[], array[''Acme Inc'', ''Acme In''], 0.5)', $$VALUES ('00000000-0000-0000-0000-000000000001'::uuid, '00000000-0000-0000-0000-000000000002'::uuid, 0.7::float8)$$, 'of uuids');
SELECT results_eq('SELECT * FROM similar_pairs(array[''one'', ''one''], array[''Acme'', ''Acme''])', $$VALUES ('one', 'one', 1::float8)$$, 'of texts, that may be the same');
SELECT results_eq('SELECT * FROM similar_pairs(array[1.50, 2], array[''Acme'', ''Acme''], array[true, false], array[''acme'', ''apex''])', $$VALUES (1.50, true, 1::float8), (2, true, 1)$$, 'of different types on the two sides');
SELECT is((SELECT count(*) FROM similar_pairs(array[[1, 2], [3, 4]], array['a', 'a', 'b', 'b'])), 2::bigint, 'arrays of arrays are read in order');
SELECT is((SELECT count(*) || ' ' || sum(similarity) || ' ' || count(DISTINCT (id_a, id_b)) FROM (SELECT array_agg(i) AS ids, array_agg(CASE WHEN i % 2 = 0 THEN 'Acme' ELSE 'ACME!' END) AS names FROM generate_series(1, 400) i) c, similar_pairs(c.ids, c.names)), '79800 79800 79800', 'four hundred equal names');
SELECT is_empty(call, call) FROM unnest(array['SELECT * FROM similar_pairs(NULL::int[], NULL::text[])', 'SELECT * FROM similar_pairs(array[]::int[], ''{}''::text[])', 'SELECT * FROM similar_pairs(array[1], array[''Acme''])', 'SELECT * FROM similar_pairs(array[1, 2], array[''Acme'', NULL], 1e-9)', 'SELECT * FROM similar_pairs(array[1, 2], array[''Acme'', ''Acme''], NULL)',
	'SELECT * FROM similar_pairs(array[1, 2, 3], array['''', '''', ''.''], 1e-9)', 'SELECT * FROM similar_pairs(array[1], array[''a''], array[]::int[], ''{}''::text[])', 'SELECT * FROM similar_pairs(array[1, 2], array[NULL, NULL]::match_signature[])', 'SELECT * FROM similar_pairs(array[1, 2], array[''abc'', ''xyz''], 1e-300)']) call;
SELECT is((SELECT count(*) FROM similar_pairs(array[1, 2], array['abc', 'ayz'], 1e-300)), 1::bigint, 'one trigram in common is enough for the least threshold');

-- ---- errors ----

CREATE FUNCTION pg_temp.error_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	state text; message text; hint text;
BEGIN
	EXECUTE statement;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(' / ', state, message, nullif(hint, ''));
END $$;
CREATE TABLE public.accounts (id int, name text, owner text);
SELECT is(pg_temp.error_of(call), message, call) FROM (VALUES
	($$SELECT * FROM similar_pairs(array[1, 2], array['a'])$$, '2202E / there are 2 ids and 1 names / Aggregate both in one query: array_agg(id), array_agg(name).'),
	($$SELECT * FROM similar_pairs(array[1], array['a'], 0)$$, '22003 / threshold is 0 / Pass a similarity above 0, such as 0.6.'),
	($$SELECT * FROM similar_pairs(array[1], array['a'], -0.0)$$, '22003 / threshold is 0 / Pass a similarity above 0, such as 0.6.'),
	($$SELECT * FROM similar_pairs(array[1], array['a'], 60)$$, '22003 / threshold is out of range: 60 / If this is a percentage, divide it by 100.'),
	($$SELECT * FROM similar_pairs(array[1], array['a'], array[1], array['a'], -0.1)$$, '22003 / threshold is out of range: -0.1 / Correct the value, or pass NULL where it is not known.'),
	($$SELECT * FROM similar_pairs(array[1], array['a']::match_signature[], 'NaN')$$, '22003 / threshold is not a finite number: "NaN" / Exclude such rows with a WHERE or FILTER clause, or turn them into NULL.'),
	($$SELECT * FROM similar_pairs(array[1], array[repeat('a', 1048577)])$$, '54000 / a text of 1048577 characters is too long to compare / Compare the part that identifies the record, for example left(value, 1000).'),
	($$SELECT * FROM similar_names('accounts', 'id', 'nom')$$, '42703 / public.accounts lacks columns: nom / Pass the names of columns as they are, without quotes.'),
	($$SELECT * FROM similar_names('accounts', 'id', NULL)$$, '22004 / relation, id_column, name_column and threshold must not be NULL / Pass the table, its columns and a similarity, such as ''crm.account'', ''account_id'', ''name'', 0.6.'),
	($$SELECT * FROM similar_names('accounts', 'id', 'id')$$, '42804 / public.accounts.id is of type integer / Pass a column of names, of type text or the like.'),
	($$SELECT * FROM similar_names('accounts', 'id', 'name', 2)$$, NULL)) v(call, message);
SELECT is_empty($$SELECT * FROM similar_names('accounts', 'id', 'name')$$, 'a table without rows has no pairs');

-- ---- large names, many names: an end in reasonable time, and cancelled at once ----

SELECT is((SELECT array_agg(row(id_a, id_b, round(similarity::numeric, 2)) ORDER BY id_a, id_b)::text FROM similar_pairs(array[1, 2, 3, 4], array[repeat('ab', 500000), repeat('AB', 500000), (SELECT string_agg(chr(19968 + i * 7919 % 20000), '' ORDER BY i) FROM generate_series(1, 15000) i), (SELECT string_agg(chr(19968 + i * 7919 % 20000), '' ORDER BY i) FROM generate_series(1001, 15500) i)], 0.6)),
	'{"(1,2,1.00)","(3,4,0.90)"}', 'names of a million characters, and of ten thousand trigrams');
-- every name shares the words of every other, and none is similar
SELECT is((SELECT count(*) FROM (SELECT array_agg(i) AS ids, array_agg('international business services ' || md5(i::text) || md5('x' || i)) AS names FROM generate_series(1, 3000) i) c, similar_pairs(c.ids, c.names, 0.8)), 0::bigint, 'names of the same words');
CREATE FUNCTION pg_temp.cancelled(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	begun timestamptz := clock_timestamp();
BEGIN
	PERFORM set_config('statement_timeout', '200', true);
	EXECUTE query;
	RETURN false;
EXCEPTION WHEN query_canceled THEN
	RETURN clock_timestamp() - begun < '20 s';
END $$;
SET LOCAL statement_timeout = 200;
SELECT ok(pg_temp.cancelled($$SELECT count(*) FROM similar_pairs((SELECT array_agg(i) FROM generate_series(1, 40000) i), (SELECT array_agg('Acme'::text) FROM generate_series(1, 40000) i))$$), 'a cancel while equal names are paired');
SELECT ok(pg_temp.cancelled($$SELECT count(*) FROM similar_pairs((SELECT array_agg(i) FROM generate_series(1, 40000) i), (SELECT array_agg('acme systems ' || md5(i::text)) FROM generate_series(1, 40000) i), 0.2)$$), 'and while names are compared');
SET LOCAL statement_timeout = 0;

-- ---- in workers ----

CREATE TABLE lists AS SELECT i AS id, (SELECT array_agg(j) FROM generate_series(1, 5) j) AS ids, (SELECT array_agg('Acme ' || chr(97 + (i * j) % 7)) FROM generate_series(1, 5) j) AS names FROM generate_series(1, 3000) i;
ANALYZE lists;
SELECT is((SELECT count(*) || ' ' || round(sum(similarity)::numeric, 6) FROM lists, similar_pairs(ids, names, 0.9)), (SELECT sum(c) || ' ' || round(sum(s)::numeric, 6) FROM (SELECT count(*) AS c, sum(similarity) AS s FROM lists, similar_pairs(ids, names, 0.9) WHERE id % 2 = 0 UNION ALL SELECT count(*), sum(similarity) FROM lists, similar_pairs(ids, names, 0.9) WHERE id % 2 = 1) h), 'many short lists');
SELECT count(*) AS serial FROM lists, similar_pairs(ids, names, 0.9) \gset
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT alike(pg_temp.plan_of('SELECT count(*) FROM lists, similar_pairs(ids, names, 0.9)'), '%Gather%Function Scan on similar_pairs%', 'a plan with workers');
SELECT is((SELECT count(*) FROM lists, similar_pairs(ids, names, 0.9)), :serial::bigint, 'finds the same');

-- ---- of a table by its name ----

CREATE SCHEMA "my ""crm""";
CREATE TABLE "my ""crm""".account ("the id" bigint PRIMARY KEY, "the name; " varchar(500), owner text);
INSERT INTO "my ""crm""".account SELECT id, name, 'o' || id % 2 FROM company;
\set account '\'"my ""crm""".account\', \'the id\', \'the name; \''
SELECT is_empty(format($$(SELECT least(id_a::int, id_b::int), greatest(id_a::int, id_b::int), similarity FROM similar_names(%s) EXCEPT ALL SELECT * FROM pg_temp.pairs('name', 0.6)) UNION ALL (SELECT * FROM pg_temp.pairs('name', 0.6) EXCEPT ALL SELECT least(id_a::int, id_b::int), greatest(id_a::int, id_b::int), similarity FROM similar_names(%1$s))$$, :'account'), 'of a table what similar_pairs finds of its names');
CREATE FUNCTION salesops.similar_pairs(anyarray, anyarray, double precision) RETURNS TABLE (id_a text, id_b text, similarity float8) LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$planted$$; END';
CREATE FUNCTION salesops.similar_pairs(varchar[], varchar[], double precision) RETURNS TABLE (id_a text, id_b text, similarity float8) LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$planted$$; END';
SELECT cmp_ok((SELECT count(*) FROM similar_names(:account)), '>', 100::bigint, 'and no function of the same name is called');
DROP FUNCTION salesops.similar_pairs(anyarray, anyarray, double precision);
DROP FUNCTION salesops.similar_pairs(varchar[], varchar[], double precision);
CREATE ROLE salesops_test_reader;
GRANT USAGE ON SCHEMA "my ""crm""", salesops TO salesops_test_reader;
SET LOCAL ROLE salesops_test_reader;
SELECT throws_ok(format($$SELECT * FROM salesops.similar_names(%s)$$, :'account'), '42501', NULL, 'who may not read the table finds nothing');
RESET ROLE;
GRANT SELECT ON "my ""crm""".account TO salesops_test_reader;
ALTER TABLE "my ""crm""".account ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON "my ""crm""".account USING (owner = 'o1');
SET LOCAL ROLE salesops_test_reader;
SELECT set_eq(format($$SELECT DISTINCT id_a::int %% 2 + id_b::int %% 2 FROM salesops.similar_names(%s)$$, :'account'), '{2}'::int[], 'and only among the rows that are shown to it');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
