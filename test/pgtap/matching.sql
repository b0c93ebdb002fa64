-- matching: properties of the functions, and an independent Jaro to compare with.
-- Run by pg_prove.  With SALESOPS_DATA set to a folder that has matching/similarity_reference.tsv, that is checked too.
\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set has_data `test -r "$SALESOPS_DATA/matching/similarity_reference.tsv" && echo true || echo false`

SET client_min_messages = warning;
SET client_encoding = utf8;
BEGIN;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS salesops;

SELECT plan(45);
SELECT setseed(0.42) \g /dev/null

-- ---- random texts ----

-- Jaro from the definition, the slow way: for each character of b the first unused equal one of a within the window.
CREATE FUNCTION pg_temp.jaro_by_definition(a text, b text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	ca text[] := regexp_split_to_array(a, '');
	cb text[] := regexp_split_to_array(b, '');
	na int := length(a);
	nb int := length(b);
	reach int := greatest(greatest(na, nb) / 2 - 1, 0);
	used_a bool[] := array_fill(false, ARRAY[greatest(na, 1)]);
	used_b bool[] := array_fill(false, ARRAY[greatest(nb, 1)]);
	m int := 0;
	t int := 0;
	k int := 0;
BEGIN
	IF na = 0 OR nb = 0 THEN
		RETURN (na = nb)::int;
	END IF;
	FOR j IN 1 .. nb LOOP
		FOR i IN greatest(1, j - reach) .. least(na, j + reach) LOOP
			IF NOT used_a[i] AND ca[i] = cb[j] THEN
				used_a[i] := true;
				used_b[j] := true;
				m := m + 1;
				EXIT;
			END IF;
		END LOOP;
	END LOOP;
	IF m = 0 THEN
		RETURN 0;
	END IF;
	FOR i IN 1 .. na LOOP
		CONTINUE WHEN NOT used_a[i];
		LOOP
			k := k + 1;
			EXIT WHEN used_b[k];
		END LOOP;
		t := t + (ca[i] <> cb[k])::int;
	END LOOP;
	RETURN (m::float8 / na + m::float8 / nb + (m - t / 2)::float8 / m) / 3;
END $$;

CREATE FUNCTION pg_temp.winkler_by_definition(a text, b text, jaro float8) RETURNS float8 LANGUAGE sql AS $$
	SELECT CASE WHEN jaro > 0.7
		THEN jaro + 0.1 * (1 - jaro) * (SELECT count(*) FROM generate_series(1, 4) i
			WHERE length(a) >= i AND length(b) >= i AND left(a, i) = left(b, i))
		ELSE jaro END
$$;

-- few different letters, so that there is much to match; some of two, three and four bytes
CREATE FUNCTION pg_temp.random_text(n int, letters text) RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT coalesce(string_agg(substr(letters, 1 + floor(random() * length(letters))::int, 1), ''), '') FROM generate_series(1, n)
$$;

CREATE TEMP TABLE pair AS
SELECT pg_temp.random_text(floor(random() * 12)::int, l) AS a, pg_temp.random_text(floor(random() * 12)::int, l) AS b
FROM generate_series(1, 3000) g, LATERAL (SELECT (ARRAY['ab', 'abcd', 'abcdefgh éß', 'aé日😀', '日本語名前'])[1 + g % 5] AS l) l;

-- long ones, around 64 and 128 and beyond; the second a copy of the first with letters replaced, or another
INSERT INTO pair
SELECT a, CASE WHEN g % 3 = 0 THEN pg_temp.random_text(n + g % 7, l) ELSE
	left(overlay(a PLACING pg_temp.random_text(3, l) FROM 1 + n / 2 FOR g % 5), n + g % 4 - 2) END
FROM (SELECT g, n, l, pg_temp.random_text(n, l) AS a
	FROM generate_series(1, 400) g,
		LATERAL (SELECT (ARRAY[63, 64, 65, 100, 127, 128, 129, 130, 191, 192, 193, 257, 300])[1 + g % 13] AS n,
			(ARRAY['abcdefghij ', 'aéß日本語😀x', 'ab'])[1 + g % 3] AS l) x) s;

ALTER TABLE pair ADD jaro float8, ADD jw float8, ADD ab float8, ADD ba float8;
UPDATE pair SET jaro = pg_temp.jaro_by_definition(a, b), ab = salesops.jaro(a, b), ba = salesops.jaro(b, a), jw = salesops.jaro_winkler(a, b);

SELECT cmp_ok(count(*), '>=', 3400::bigint, 'random pairs') FROM pair;
SELECT is(count(*), 0::bigint, 'jaro is what its definition says') FROM pair WHERE ab IS DISTINCT FROM jaro;
SELECT is(count(*), 0::bigint, 'jaro is symmetric, to the last bit') FROM pair WHERE ab <> ba;
SELECT is(count(*), 0::bigint, 'jaro lies between 0 and 1') FROM pair WHERE ab NOT BETWEEN 0 AND 1;
SELECT is(count(*), 0::bigint, 'jaro of a text and itself is 1') FROM pair WHERE salesops.jaro(a, a) <> 1;
SELECT is(count(*), 0::bigint, 'jaro is 1 for no others') FROM pair WHERE ab = 1 AND a <> b;
SELECT is(count(*), 0::bigint, 'jaro_winkler is what its definition says')
	FROM pair WHERE abs(jw - pg_temp.winkler_by_definition(a, b, jaro)) > 1e-15;
SELECT is(count(*), 0::bigint, 'with a least score they are the same, or 0') FROM pair, unnest('{0, 0.3, 0.66, 0.7, 0.8, 0.9, 0.95, 1}'::float8[]) m
	WHERE salesops.jaro(a, b, m) <> CASE WHEN ab >= m THEN ab ELSE 0 END OR salesops.jaro_winkler(a, b, m) <> CASE WHEN jw >= m THEN jw ELSE 0 END OR salesops.jaro_winkler(a, b, jw) <> jw OR salesops.jaro(a, b, ab) <> ab;
SELECT is(count(*), 0::bigint, 'jaro_winkler is symmetric') FROM pair WHERE jw <> salesops.jaro_winkler(b, a);
SELECT is(count(*), 0::bigint, 'jaro_winkler is not below jaro, and not above 1') FROM pair WHERE jw < ab OR jw > 1;

-- ---- the reference file ----

\if :has_data
CREATE TEMP TABLE reference (a text, b text, levenshtein int, levenshtein_ratio float8, osa int, damerau int, jaro float8,
	jaro_winkler float8, token_sort_ratio float8, token_set_ratio float8);
\set content `cat "$SALESOPS_DATA/matching/similarity_reference.tsv"`
INSERT INTO reference
SELECT f[1], f[2], f[3]::int, f[4]::float8, f[5]::int, f[6]::int, f[7]::float8, f[8]::float8, f[9]::float8, f[10]::float8
FROM (SELECT string_to_array(line, E'\t') AS f, n FROM string_to_table(:'content', E'\n') WITH ORDINALITY x(line, n)) s
WHERE n > 1 AND array_length(f, 1) = 10;
SELECT is(count(*), 3226::bigint, 'the reference file has been read') FROM reference;
SELECT is(count(*), 0::bigint, 'jaro agrees with RapidFuzz to 1e-12') FROM reference WHERE NOT abs(salesops.jaro(a, b) - jaro) <= 1e-12;
SELECT is(count(*), 0::bigint, 'jaro_winkler agrees with RapidFuzz to 1e-12')
	FROM reference WHERE NOT abs(salesops.jaro_winkler(a, b) - jaro_winkler) <= 1e-12;
SELECT is(count(*), 0::bigint, 'company_key of a key is the key, on the reference names')
	FROM reference WHERE salesops.company_key(salesops.company_key(a)) IS DISTINCT FROM salesops.company_key(a);
SELECT is(count(*), 0::bigint, 'company_similarity is symmetric and between 0 and 1, on the reference names') FROM reference
	WHERE salesops.company_similarity(a, b) NOT BETWEEN 0 AND 1 OR salesops.company_similarity(a, b) <> salesops.company_similarity(b, a);
\else
SELECT skip('no reference file: SALESOPS_DATA is not set, or has no matching/similarity_reference.tsv', 5);
\endif

-- ---- folding, through company_key ----

CREATE TEMP TABLE code AS SELECT i, chr(i) AS c FROM generate_series(1, 1114111) i WHERE i NOT BETWEEN 55296 AND 57343 AND
	(i < 70000 OR i % 17 = 0);
-- up to the first character that a newer Unicode than ours composes (U+105C9)
SELECT is(count(*), 0::bigint, 'composed and decomposed texts have one key') FROM code
	WHERE i < 67017 AND salesops.company_key('ab' || normalize(c, NFC) || 'b') IS DISTINCT FROM salesops.company_key('ab' || normalize(c, NFD) || 'b');
SELECT is(count(*), 0::bigint, 'the key of a key is the key, for every character') FROM code
	WHERE salesops.company_key(salesops.company_key('ab ' || c || 'b')) IS DISTINCT FROM salesops.company_key('ab ' || c || 'b');
SELECT is(salesops.company_key(string_agg(c, '' ORDER BY i)), NULL, 'ASCII punctuation and control characters are nothing')
	FROM code WHERE i < 128 AND c !~ '[0-9A-Za-z]' AND i NOT IN (38, 43);
SELECT is(salesops.company_key(upper(c)), salesops.company_key(lower(c)), 'case: ' || c) FROM unnest(ARRAY['é', 'ß', 'ø', 'й', 'σ']) c;
SELECT is(salesops.company_key(U&'\30AB\3099'), U&'\30AC', 'kana and voicing mark compose');
SELECT is(salesops.company_key(U&'\FF76\FF9E'), U&'\30AC', 'so do the half-width ones');
SELECT is(salesops.company_key(U&'\1112\1161\11AB'), U&'\D55C', 'Hangul letters compose');

-- ---- generated names ----

CREATE TEMP TABLE vocabulary AS SELECT row_number() OVER () AS id, w FROM unnest(ARRAY['inc', 'co', 'and', '&', 'the', 'et', 'y', 'e', 'a', 'b', 'i',
	'dba', 'd/b/a', 'fka', 'aka', 'formerly', 't/a', 'st', 'mt', 'ltd.', 'gmbh', 'kg', 'as', 'a/s', 'e.v.', 'ev', 'spa', 'day', '(old)', '(uk)',
	'(', ')', 'ooo', 'ооо', '株式会社', '株', 'foo', 'bar', '7', '-', '.', 's.a.', 'sa', 'de', 'cv', '+', 'mfg', 'x-y', 'c++', '/de/',
	'o''neil', 'société', 'anonyme', 'foo株式会社', '株式会社foo', 'doing', 'business', 'trading', 'og', 'now', 'known', 'нацио', 'и', 'é', 'z',
	'oo', 'limited', 'liability', 'company', 'บริษัทปตท', 'บริษัทจำกัด', '有限公司', '株式会社株式会社', 'y株式会社', '㈱', '(주)', '''', '"',
	'.com', 't-', 'ab', 'too', 'faced', 'partners', 'health', 'wealth', 'international', 'machines', 'ibm', 'intl']) w;
CREATE TEMP TABLE name AS
SELECT n, (SELECT string_agg(v.w, CASE WHEN random() < .8 THEN ' ' WHEN random() < .5 THEN '' ELSE ', ' END)
	FROM generate_series(1, 1 + n % 7) k, LATERAL (SELECT 1 + floor(random() * (SELECT count(*) FROM vocabulary) + 0 * (n + k))::int AS id) r
		JOIN vocabulary v USING (id)) AS name
FROM generate_series(1, 20000) n;
ALTER TABLE name ADD key text;
UPDATE name SET key = salesops.company_key(name);

SELECT cmp_ok(count(DISTINCT name), '>=', 10000::bigint, 'generated names') FROM name;
SELECT is(count(*), 0::bigint, 'the key of a key is the key') FROM name WHERE salesops.company_key(key) IS DISTINCT FROM key;
SELECT is(count(*), 0::bigint, 'a key is NULL or has something in it') FROM name WHERE key = '';
SELECT is(count(*), 0::bigint, 'a key has single spaces, between words') FROM name WHERE key ~ '^ | $|  ';
SELECT is(count(*), 0::bigint, 'a name with a letter or digit has a key') FROM name WHERE key IS NULL AND name ~ '[[:alnum:]]';
SELECT is(count(*), 0::bigint, 'case does not matter') FROM name WHERE salesops.company_key(upper(name)) IS DISTINCT FROM key;

CREATE TEMP TABLE name_pair AS
SELECT a.name AS a, b.name AS b, a.key AS ka, b.key AS kb, salesops.company_similarity(a.name, b.name) AS s
FROM name a CROSS JOIN LATERAL (VALUES (a.n + 7), (a.n % 97)) AS other (n) JOIN name b ON b.n = other.n;
SELECT is(count(*), 0::bigint, 'company_similarity is symmetric, to the last bit') FROM name_pair WHERE s IS DISTINCT FROM salesops.company_similarity(b, a);
SELECT is(count(*), 0::bigint, 'company_similarity lies between 0 and 1') FROM name_pair WHERE s NOT BETWEEN 0 AND 1;
SELECT is(count(*), 0::bigint, 'company_similarity is 1 for equal keys, and for no others') FROM name_pair WHERE (s = 1) <> (ka = kb);
SELECT is(count(*), 0::bigint, 'company_similarity is NULL where a key is, and only there') FROM name_pair WHERE (s IS NULL) <> (ka IS NULL OR kb IS NULL);
SELECT is(count(*), 0::bigint, 'company_similarity of names is that of their keys') FROM name_pair
	WHERE s IS DISTINCT FROM salesops.company_similarity(ka, kb);

-- ---- hostile input: a megabyte each, all in well under a second ----

SET LOCAL statement_timeout = '20s';
SELECT is(length(salesops.company_key(repeat('x', 1048576))), 1048576, 'one long word');
SELECT is(salesops.company_key(repeat('co & inc ', 100000)), 'co', 'thousands of legal forms');
SELECT is(salesops.company_key(repeat('dba fka ', 100000)), 'fka', 'thousands of aliases');
SELECT is(salesops.company_key('e' || repeat(U&'\0301', 1000000)), 'e', 'a million accents');
SELECT is(salesops.jaro(repeat('xy', 500000), repeat('yx', 500000)) BETWEEN 0.8 AND 1, true, 'a million characters');
SELECT is(salesops.company_similarity(repeat('word other ', 90000), repeat('wrod toher ', 90000)) < 0.01, true, 'thousands of words');
SELECT throws_ok($$SELECT salesops.company_key(repeat('x', 1048577))$$, '54000', NULL, 'longer is refused');

SELECT is(salesops.company_key(salesops.company_key(n)), salesops.company_key(n), 'a letter and its mark that meet only in the key') FROM (SELECT U&'\304B''\3099' AS n) s;
SELECT * FROM finish();
ROLLBACK;
