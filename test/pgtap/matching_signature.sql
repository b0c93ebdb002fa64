-- matching: signatures, by their definition; that a GiST index finds what a scan finds; candidates for a name.
\ir setup.psql
SET LOCAL search_path = public, salesops;

-- ---- by definition ----

-- the groups of three characters of each word, with two spaces before and one behind it; of what is typed the last word has no end
CREATE FUNCTION pg_temp.grams(key text, typed boolean DEFAULT false) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg(DISTINCT substr('  ' || word || ' ', n, 3)) FROM regexp_split_to_table(trim(key), ' ') WITH ORDINALITY w(word, i), generate_series(1, length(word) + 1) n
	WHERE NOT (typed AND right(key, 1) <> ' ' AND n > length(word) AND i = (SELECT count(*) FROM regexp_split_to_table(trim(key), ' ')))
$$;
CREATE FUNCTION pg_temp.jaccard(a text[], b text[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT (SELECT count(*) FROM unnest(a) x WHERE x = ANY (b))::float8 / (SELECT count(*) FROM (SELECT unnest(a) UNION SELECT unnest(b)) u)
$$;
CREATE FUNCTION pg_temp.share(a text[], typed text[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT (SELECT count(*) FROM unnest(typed) x WHERE x = ANY (a))::float8 / cardinality(typed)
$$;

-- names of two or three words that share some, with errors; other scripts, accents, one character, none
CREATE TEMP TABLE part AS SELECT array['Acme', 'Apex', 'Nordic', 'Müller', 'Łódź', 'Société', 'Ταχύ', 'Москва', '日立製作所', 'Systems', 'System', 'Solutions', 'Solution', 'Logistics', 'Bau', 'B', 'Electric', 'Electrik', '🤝x', '24'] AS w;
CREATE FUNCTION pg_temp.name(i int, salt text) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN i % 61 = 0 THEN NULL WHEN i % 67 = 0 THEN '... !' ELSE
		concat_ws(' ', w[1 + h % 20], CASE WHEN i % 3 > 0 THEN overlay(w[1 + (h / 20) % 20] placing chr(97 + h % 26) from 1 + h % 5 for i % 2) END, w[1 + (h / 400) % 20], CASE WHEN i % 4 = 0 THEN 'GmbH' END,
			CASE WHEN i % 101 = 0 THEN (SELECT string_agg(md5(n::text || i % 3), ' ') FROM generate_series(1, 1 + i % 10) n) END) END
	FROM part, (SELECT ('x' || substr(md5(salt || i), 1, 6))::bit(24)::int AS h) m
$$;
CREATE TABLE public.company AS SELECT i AS id, pg_temp.name(i, 'c') AS name FROM generate_series(1, 2500) i;
ALTER TABLE public.company ADD sig match_signature GENERATED ALWAYS AS (company_signature(name)) STORED;
CREATE TEMP TABLE asked AS SELECT i, pg_temp.name(i, 'q') AS name, company_signature(pg_temp.name(i, 'q')) AS sig FROM generate_series(1, 25) i;

SELECT is((SELECT count(*) FROM company WHERE sig IS NULL), (SELECT count(*) FROM company WHERE company_key(name) IS NULL), 'no key, no signature');
SELECT cmp_ok((SELECT count(*) FROM company WHERE length(sig::text) > 150), '>', 10::bigint, 'some have more groups than a leaf of the index keeps');
SELECT is((SELECT count(*) FROM company WHERE sig::text <> company_key(name)), 0::bigint, 'its text form is the key');
CREATE TEMP TABLE gram AS SELECT id, sig, pg_temp.grams(sig::text) AS g FROM company WHERE id % 4 = 0 AND sig IS NOT NULL;
CREATE TEMP TABLE defined AS SELECT a.i, c.id, a.sig AS q, c.sig, pg_temp.jaccard(a.g, c.g) AS j, match_typed(a.sig::text, 0.5) AS t, (999 * pg_temp.share(c.g, a.t) + pg_temp.jaccard(a.t, c.g)) / 1000 AS typed
	FROM (SELECT *, pg_temp.grams(sig::text) AS g, pg_temp.grams(sig::text, true) AS t FROM asked WHERE i <= 10 AND sig IS NOT NULL) a, gram c;
SELECT cmp_ok((SELECT count(*) FROM defined WHERE j > 0.2), '>', 100::bigint, 'pairs with something in common');
SELECT is((SELECT count(*) FROM defined WHERE abs(signature_similarity(q, sig) - j) > 1e-15), 0::bigint, 'similarity by definition');
SELECT is((SELECT count(*) FROM defined WHERE signature_similarity(q, sig) <> signature_similarity(sig, q) OR query_similarity(sig, match_query(q, 0.5)) <> signature_similarity(sig, q)), 0::bigint, 'symmetric, and the same for a query');
SELECT is((SELECT count(*) FROM defined WHERE abs(query_similarity(sig, t) - typed) > 1e-15), 0::bigint, 'similarity to what is being typed by definition');
SELECT is((SELECT count(*) FROM defined, generate_series(0, 20) m WHERE query_matches(sig, match_query(q, m / 20.0)) <> (signature_similarity(q, sig) >= m / 20.0)
	OR query_matches(sig, match_typed(q::text, m / 20.0)) <> (query_similarity(sig, match_typed(q::text, 0)) >= m / 20.0)), 0::bigint, 'the operator is the similarity, at every threshold');
SELECT is((SELECT count(*) FROM defined WHERE q <-> sig <> 1 - signature_similarity(q, sig) OR sig <-> t <> 1 - query_similarity(sig, t) OR t <-> sig <> sig <-> t OR t % sig <> sig % t), 0::bigint, 'distance is 1 - similarity, in either order');
SELECT is(signature_similarity(company_signature('ACME Müller GmbH'), company_signature('acme MULLER')), 1::float8, 'legal forms, case and accents do not count');
SELECT is(signature_similarity('solar panel', 'panel solar'), 1::float8, 'nor does the order of words');
SELECT is(text_signature('  Ann''s — Café,  GmbH & Co.  ')::text, 'ann s cafe gmbh co', 'words are folded');

-- ---- what is being typed ----

CREATE TEMP TABLE shown AS SELECT * FROM unnest('{International Business Machines, Interior Design, Inter, Winter Sports, Business Interiors International, Acme}'::text[]) WITH ORDINALITY n(name, i);
SELECT results_eq($$SELECT name FROM shown WHERE company_signature(name) % match_typed('inter') ORDER BY company_signature(name) <-> match_typed('inter'), name$$,
	'{Inter, Interior Design, Business Interiors International, International Business Machines}'::text[], 'words that begin so, those with fewer groups first');
SELECT results_eq($$SELECT name FROM shown WHERE company_signature(name) % match_typed('inter ', 0.9)$$, '{Inter}'::text[], 'a space ends the word');
SELECT results_eq($$SELECT name FROM shown WHERE company_signature(name) % match_typed('BUSINESS inte', 0.9) ORDER BY 1$$, '{Business Interiors International, International Business Machines}'::text[], 'in any order');
SELECT results_eq($$SELECT name FROM shown WHERE company_signature(name) % match_typed('internatoinal busi', 0.6) ORDER BY 1$$, '{Business Interiors International, International Business Machines}'::text[], 'with a mistake');
SELECT results_eq($$SELECT name FROM shown WHERE company_signature(name) % match_typed('i', 1 - 1e-3) ORDER BY 1$$, '{Business Interiors International, Inter, Interior Design, International Business Machines}'::text[], 'from the first character on');
SELECT is(match_typed('  '), NULL, 'nothing is typed');
-- a company's name is read as company_key reads it, as far as it is there
SELECT is(company_typed(typed)::text, format('{"match_query": 1, "typed": "%s", "min_similarity": 0.6}', wanted), typed) FROM (VALUES ('The O''Rei', 'orei'), ('I.B.M.', 'ibm '), ('L''Oréal', 'loreal'), ('The Goldman', 'goldman'), ('Acme Corporation', 'acme'), ('Nestlé S.A. ', 'nestle '), ('acme int', 'acme int'), ('Müller & ', 'muller '), ('The', 'the'), ('Thomas Se', 'thomas se'), ('The O', 'o'), ('Thomas SE ', 'thomas '), ('Siemens AG.', 'siemens '), ('A', 'a'), ('A & O', 'a and o'), ('Ab', 'ab'), ('Acme Inc', 'acme')) v(typed, wanted);
SELECT is((SELECT count(*) FROM company WHERE sig IS NOT NULL AND NOT sig % company_typed(name || ' ', 0.99)), 0::bigint, 'a whole name finds its own');
SELECT is(company_typed('...'), NULL, 'nor is this a name');
SELECT is(match_typed('ACME int')::text, '{"match_query": 1, "typed": "acme int", "min_similarity": 0.6}', 'its text form');
SELECT is(match_typed('ACME int, ', 1)::text, '{"match_query": 1, "typed": "acme int ", "min_similarity": 1}', 'keeps that the word has ended');
SELECT is((SELECT count(*) FROM unnest(array[match_typed('a'), match_typed('Łó', 0), match_typed('b ', 1), match_query('b', 0.3)]) q WHERE q::text::match_query <> q), 0::bigint, 'without loss');

-- ---- an index finds what a scan finds ----

-- the ids that a condition finds for each query and threshold, and the distances of the nearest, by a scan and by the index
CREATE FUNCTION pg_temp.found(indexed boolean) RETURNS TABLE (what text, i int, threshold float8, ids text) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('enable_seqscan', (NOT indexed)::text, true), set_config('enable_indexscan', indexed::text, true), set_config('enable_bitmapscan', 'off', true);
	RETURN QUERY SELECT 'whole', a.i, m, (SELECT string_agg(c.id::text, ' ' ORDER BY c.id) FROM company c WHERE c.sig % match_query(a.sig, m)) FROM asked a, unnest('{0, 0.1, 0.25, 0.3333333333333333, 0.5, 0.6, 0.9, 1}'::float8[]) m;
	RETURN QUERY SELECT 'typed', a.i, m, (SELECT string_agg(c.id::text, ' ' ORDER BY c.id) FROM company c WHERE c.sig % match_typed(left(a.name, 9), m)) FROM asked a, unnest('{0, 0.3, 0.6, 0.999, 1}'::float8[]) m;
	RETURN QUERY SELECT 'nearest', a.i, l, (SELECT string_agg(d::text, ' ' ORDER BY d) FROM (SELECT c.sig <-> a.sig AS d FROM company c ORDER BY c.sig <-> a.sig LIMIT l) n) FROM asked a, unnest('{1, 7, 50}'::float8[]) l;
	RETURN QUERY SELECT 'nearest typed', a.i, l, (SELECT string_agg(d::text, ' ' ORDER BY d) FROM (SELECT c.sig <-> match_typed(left(a.name, 6), 0) AS d FROM company c ORDER BY c.sig <-> match_typed(left(a.name, 6), 0) LIMIT l) n) FROM asked a, unnest('{7}'::float8[]) l;
	RETURN QUERY SELECT 'nearest near', a.i, l, (SELECT string_agg(d::text, ' ' ORDER BY d) FROM (SELECT c.sig <-> a.sig AS d FROM company c WHERE c.sig % match_query(a.sig, 0.4) ORDER BY c.sig <-> a.sig LIMIT l) n) FROM asked a, unnest('{7}'::float8[]) l;
	RETURN QUERY SELECT 'all in order', a.i, 0::float8, (SELECT md5(string_agg(d::text, ' ')) FROM (SELECT c.sig <-> a.sig AS d FROM company c ORDER BY c.sig <-> a.sig) n) FROM asked a WHERE a.i <= 5;
END $$;
CREATE TEMP TABLE scanned AS SELECT * FROM pg_temp.found(false);
SELECT cmp_ok((SELECT count(DISTINCT ids) FROM scanned), '>', 200::bigint, 'different answers');

-- built at once
CREATE INDEX company_sig ON company USING gist (sig);
ANALYZE company;
SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = on; SET LOCAL enable_bitmapscan = off;
SELECT alike(pg_temp.plan_of($$SELECT id FROM company WHERE sig % match_query('acme systems', 0.5)$$), '%Index Scan using company_sig%Index Cond:%', 'the index serves the operator');
SELECT alike(pg_temp.plan_of($$SELECT id FROM company ORDER BY sig <-> 'acme systems'::match_signature LIMIT 3$$), '%Index Scan using company_sig%Order By:%', 'and the order');
SELECT alike(pg_temp.plan_of($$SELECT id FROM company WHERE match_typed('acm') % sig ORDER BY match_typed('acm') <-> sig LIMIT 3$$), '%Index Scan using company_sig%Index Cond:%Order By:%', 'both, also with the query first');
SELECT is_empty('SELECT * FROM pg_temp.found(true) EXCEPT SELECT * FROM scanned', 'an index that was built');
-- row by row, so that pages are divided
DROP INDEX company_sig;
CREATE TABLE moved AS SELECT id, name FROM company;
TRUNCATE company;
CREATE INDEX company_sig ON company USING gist (sig);
INSERT INTO company SELECT id, name FROM moved WHERE id % 2 = 0 ORDER BY md5(id::text);
INSERT INTO company SELECT id, name FROM moved WHERE id % 2 = 1 ORDER BY name;
SELECT is_empty('SELECT * FROM pg_temp.found(true) EXCEPT SELECT * FROM scanned', 'an index that grew row by row');
UPDATE company SET name = name || ' x' WHERE id % 3 = 0;
DELETE FROM company WHERE id % 7 = 0;
UPDATE company SET name = left(name, -2) WHERE id % 3 = 0;
INSERT INTO company SELECT id, name FROM moved WHERE id % 7 = 0;
SELECT is_empty('SELECT * FROM pg_temp.found(true) EXCEPT SELECT * FROM scanned', 'after updates and deletions');
REINDEX INDEX company_sig;
SELECT is_empty('SELECT * FROM pg_temp.found(true) EXCEPT SELECT * FROM scanned', 'after REINDEX');
SELECT is((SELECT count(*) FROM pg_temp.found(true)), (SELECT count(*) FROM scanned), 'as many');
-- a join
SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on; SET LOCAL enable_bitmapscan = on;
SELECT is((SELECT count(*) FROM asked a JOIN company c ON c.sig % match_query(a.sig, 0.5)), (SELECT count(*) FROM asked a JOIN company c ON signature_similarity(c.sig, a.sig) >= 0.5), 'a join');

-- ---- candidates ----

CREATE SCHEMA "my ""crm""";
CREATE TABLE "my ""crm""".account (account_id int PRIMARY KEY, "the name; " varchar(500), owner text);
INSERT INTO "my ""crm""".account SELECT id, name, 'o' || id % 2 FROM company;
CREATE INDEX ON "my ""crm""".account USING gist (salesops.company_signature("the name; "));
ANALYZE "my ""crm""".account;
\set account '\'"my ""crm""".account\', \'account_id\', \'the name; \''
-- by definition: of the 50 nearest, which at the last distance may be any, the 5 most similar names
CREATE TEMP TABLE candidate AS SELECT a.i, m.* FROM asked a, match_candidates(:account, a.name, 0.3, 5) m;
CREATE TEMP TABLE near AS SELECT *, company_similarity(asked, name) AS similarity FROM (SELECT a.i, a.name AS asked, c.id::text, c.name, c.sig <-> a.sig AS distance, rank() OVER (PARTITION BY a.i ORDER BY c.sig <-> a.sig) AS least, count(*) OVER (PARTITION BY a.i ORDER BY c.sig <-> a.sig) AS most
	FROM asked a JOIN company c ON c.sig % match_query(a.sig, 0.3)) n WHERE least <= 50;
SELECT is_empty('SELECT i, id, name, signature_similarity, company_similarity FROM candidate EXCEPT SELECT i, id, name, signature_similarity(company_signature(name), company_signature(asked)), similarity FROM near', 'candidates are among the nearest');
SELECT is_empty('SELECT * FROM near n WHERE most <= 50 AND similarity > (SELECT min(company_similarity) FROM candidate c WHERE c.i = n.i) AND id NOT IN (SELECT id FROM candidate c WHERE c.i = n.i)', 'and no name among them is more similar');
SELECT is_empty('SELECT i FROM near n GROUP BY i HAVING least(count(*), 5) <> (SELECT count(*) FROM candidate c WHERE c.i = n.i)', 'and as many as there are');
SELECT cmp_ok((SELECT count(*) FROM asked a, match_candidates(:account, a.name, 0.3, 5) m), '>', 70::bigint, 'there are many');
SELECT is((SELECT count(*) FROM asked a, LATERAL (SELECT company_similarity, lag(company_similarity) OVER () AS before FROM match_candidates(:account, a.name)) m WHERE company_similarity > before), 0::bigint, 'the most similar first');
SELECT results_eq(format($$SELECT id, name FROM match_candidates(%s, 'Acm', 0.9, 5, typed => true)$$, :'account'),
	$$SELECT id::text, name FROM company WHERE sig % company_typed('Acm', 0.9) ORDER BY starts_with(company_key(name), 'acm') DESC, sig <-> company_typed('Acm', 0), name, id LIMIT 5$$, 'what is being typed: names that begin so first');
SELECT is((SELECT count(*) FROM match_candidates(:account, 'acme', NULL, NULL)), (SELECT count(*) FROM company WHERE sig IS NOT NULL), 'NULL: without limits');
SELECT is((SELECT count(*) FROM match_candidates(:account, NULL)), 0::bigint, 'nobody is asked for');
SELECT is((SELECT count(*) FROM match_candidates(:account, '...!')), 0::bigint, 'nor is this a name');
CREATE VIEW public.accounts AS SELECT account_id::text AS id, "the name; " AS name FROM "my ""crm""".account;
SELECT results_eq(format($$SELECT id, name, company_similarity FROM match_candidates(%s, 'Acme Systems', 0.8, NULL)$$, :'account'), $$SELECT id, name, company_similarity FROM match_candidates('accounts', 'id', 'name', 'Acme Systems', 0.8, NULL)$$, 'a view over it');
-- rights and rows are those of who asks
CREATE ROLE salesops_test_reader;
GRANT USAGE ON SCHEMA "my ""crm""", salesops TO salesops_test_reader;
SET LOCAL ROLE salesops_test_reader;
SELECT throws_ok(format($$SELECT * FROM salesops.match_candidates(%s, 'Acme')$$, :'account'), '42501', NULL, 'who may not read the table finds nothing');
RESET ROLE;
GRANT SELECT ON "my ""crm""".account TO salesops_test_reader;
ALTER TABLE "my ""crm""".account ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON "my ""crm""".account USING (owner = 'o1');
SET LOCAL ROLE salesops_test_reader;
SELECT set_eq(format($$SELECT id::int %% 2 FROM salesops.match_candidates(%s, 'Acme', 0, NULL)$$, :'account'), '{1}'::int[], 'and only the rows that are shown to it');
RESET ROLE;
-- nothing that somebody else made is called, whatever the type of the column is
CREATE FUNCTION salesops.company_signature(varchar) RETURNS match_signature LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$planted$$; END';
SELECT cmp_ok((SELECT count(*) FROM match_candidates(:account, 'Acme')), '>', 0::bigint, 'an overload for another type is not called');
DROP FUNCTION salesops.company_signature(varchar);
-- errors
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
SELECT is(pg_temp.error_of(call), message, call) FROM (VALUES
	($$SELECT * FROM match_candidates('accounts', 'id', 'nom', 'x')$$, '42703 / public.accounts lacks columns: nom / Pass the names of columns as they are, without quotes.'),
	($$SELECT * FROM match_candidates('accounts', '"id"', NULL, 'x')$$, '22004 / relation, id_column and name_column must not be NULL / Pass the table and its columns, such as ''crm.account'', ''account_id'', ''name''.'),
	($$SELECT * FROM match_candidates('accounts', 'id', 'name', 'x', 0.5, 0)$$, '22023 / max_candidates must be positive, not 0 / Pass NULL for all that are similar enough.'),
	($$SELECT * FROM match_candidates('accounts', 'id', 'name', 'x', 1.5)$$, '22003 / min_similarity is out of range: 1.5 / If this is a percentage, divide it by 100.'),
	($$SELECT * FROM match_candidates('company', 'name', 'id', 'x')$$, '42804 / public.company.id is of type integer / Pass a column of names, of type text or the like.'),
	($$SELECT match_query('a', 'NaN')$$, '22003 / min_similarity is not a finite number: "NaN" / Exclude such rows with a WHERE or FILTER clause, or turn them into NULL.'),
	($$SELECT match_typed('a', -0.1)$$, '22003 / min_similarity is out of range: -0.1 / Correct the value, or pass NULL where it is not known.'),
	($$SELECT '...'::match_signature$$, '22P02 / invalid match_signature: "..." / Write NULL for the signature of nothing.'),
	($$SELECT '{"match_query": 1, "key": "a", "typed": "a", "min_similarity": 0.5}'::match_query$$, '22P02 / invalid match_query / Whole texts have a key, what is being typed is typed.'),
	($$SELECT '{"match_query": 1, "key": "a"}'::match_query$$, '22P02 / invalid match_query / Write it as {"match_query": 1, "key": "acme", "min_similarity": 0.6}.')) v(call, message);
SELECT isnt(pg_temp.error_of(format('SELECT %L::match_query', literal)), NULL, 'no match_query: ' || literal) FROM unnest(array['', '{}', 'null', '[]', '{"match_query": 2, "key": "a", "min_similarity": 0}', '{"match_query": 1, "key": 5, "min_similarity": 0}',
	'{"match_query": 1, "key": "a", "min_similarity": 1.0000001}', '{"match_query": 1, "key": "!", "min_similarity": 0}', '{"match_query": 1, "key": "a", "min_similarity": "0"}', '{"match_query": 1, "key": "a", "min_similarity": 0, "x": 1}']) literal;
-- of long texts the beginning counts, and no more of their text form
SELECT is((SELECT count(*) FROM (SELECT text_signature(t) AS g FROM unnest(array[repeat('ab', 20000), repeat('a b', 9000), repeat('日本', 9000), repeat('abc ', 9000), repeat('x', 9998) || ' yz', repeat('x', 9997) || ' yz', repeat('ﬃ', 160000)]) t) l WHERE g::text::match_signature <> g OR length(g::text) > 10000 OR length(g::text) < 6000), 0::bigint, 'long texts');
SELECT is(match_query('a', -0.0), match_query('a', 0), 'minus zero is zero');

SELECT * FROM finish();
ROLLBACK;
