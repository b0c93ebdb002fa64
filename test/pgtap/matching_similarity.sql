-- matching: similarities by edits, words and q-grams, against the definitions worked out the slow way.
-- With SALESOPS_DATA set to a folder that has matching/similarity_reference.tsv, that is checked too.
\ir setup.psql
\set has_data `test -r "$SALESOPS_DATA/matching/similarity_reference.tsv" && echo true || echo false`

-- ---- the definitions ----

-- the whole table; kind 0 Levenshtein, 1 OSA, 2 Damerau, which looks for the best swap among all rows and columns before
CREATE FUNCTION pg_temp.distance(a text, b text, kind int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	x text[] := string_to_array(a, NULL);
	y text[] := string_to_array(b, NULL);
	n int := length(a);
	m int := length(b);
	d int[] := array_fill(0, ARRAY[n + 1, m + 1]);
	v int;
BEGIN
	FOR i IN 0 .. n LOOP
		FOR j IN 0 .. m LOOP
			IF i = 0 OR j = 0 THEN
				v := i + j;
			ELSE
				v := least(d[i][j + 1] + 1, d[i + 1][j] + 1, d[i][j] + (x[i] <> y[j])::int);
				IF kind = 1 AND i > 1 AND j > 1 AND x[i] = y[j - 1] AND x[i - 1] = y[j] THEN
					v := least(v, d[i - 1][j - 1] + 1);
				ELSIF kind = 2 THEN
					FOR k IN 1 .. i - 1 LOOP
						FOR l IN 1 .. j - 1 LOOP
							IF x[k] = y[j] AND x[i] = y[l] THEN
								v := least(v, d[k][l] + (i - k - 1) + 1 + (j - l - 1));
							END IF;
						END LOOP;
					END LOOP;
				END IF;
			END IF;
			d[i + 1][j + 1] := v;
		END LOOP;
	END LOOP;
	RETURN d[n + 1][m + 1];
END $$;
CREATE FUNCTION pg_temp.ratio(a text, b text, kind int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN a = '' AND b = '' THEN 1 ELSE 1 - pg_temp.distance(a, b, kind)::float8 / greatest(length(a), length(b)) END $$;
-- characters that are inserted or deleted, none replaced
CREATE FUNCTION pg_temp.apart(a text, b text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	x text[] := string_to_array(a, NULL);
	y text[] := string_to_array(b, NULL);
	before int[] := array_fill(0, ARRAY[length(b) + 1]);
	now int[];
BEGIN
	FOR i IN 1 .. length(a) LOOP
		now := ARRAY[0];
		FOR j IN 1 .. length(b) LOOP
			now[j + 1] := CASE WHEN x[i] = y[j] THEN before[j] + 1 ELSE greatest(before[j + 1], now[j]) END;
		END LOOP;
		before := now;
	END LOOP;
	RETURN length(a) + length(b) - 2 * before[length(b) + 1];
END $$;
CREATE FUNCTION pg_temp.words(t text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce(array_agg(w ORDER BY w COLLATE "C"), '{}') FROM regexp_split_to_table(t, '\s+') w WHERE w <> '' $$;
CREATE FUNCTION pg_temp.share(apart int, together int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN together = 0 THEN 1 ELSE 1 - apart::float8 / together END $$;
CREATE FUNCTION pg_temp.sorted_words(a text, b text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT pg_temp.share(pg_temp.apart(x, y), length(x) + length(y)) FROM (SELECT array_to_string(pg_temp.words(a), ' ') AS x, array_to_string(pg_temp.words(b), ' ') AS y) w $$;
CREATE FUNCTION pg_temp.set_of_words(a text, b text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN pg_temp.words(a) = '{}' OR pg_temp.words(b) = '{}' THEN 0 WHEN s <> '' AND (x = '' OR y = '') THEN 1
		ELSE greatest(pg_temp.share(pg_temp.apart(x, y), length(concat_ws(' ', nullif(s, ''), nullif(x, ''))) + length(concat_ws(' ', nullif(s, ''), nullif(y, '')))),
			CASE WHEN s <> '' THEN pg_temp.share(1 + length(x), 2 * length(s) + 1 + length(x)) END, CASE WHEN s <> '' THEN pg_temp.share(1 + length(y), 2 * length(s) + 1 + length(y)) END) END
	FROM (SELECT coalesce(string_agg(w, ' ' ORDER BY w COLLATE "C") FILTER (WHERE i = 3), '') AS s, coalesce(string_agg(w, ' ' ORDER BY w COLLATE "C") FILTER (WHERE i = 1), '') AS x, coalesce(string_agg(w, ' ' ORDER BY w COLLATE "C") FILTER (WHERE i = 2), '') AS y
		FROM (SELECT w, bit_or(i) AS i FROM (SELECT unnest(pg_temp.words(a)) AS w, 1 AS i UNION ALL SELECT unnest(pg_temp.words(b)), 2) u GROUP BY w) g) t $$;
CREATE FUNCTION pg_temp.cosine(a text, b text, q int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	WITH gram AS (SELECT s, CASE WHEN length(t) < q THEN t ELSE substr(t, i, q) END AS g, count(*) AS n FROM (VALUES (1, a), (2, b)) v(s, t), generate_series(1, greatest(length(t) - q + 1, (t <> '')::int)) i GROUP BY 1, 2)
	SELECT CASE WHEN a = '' OR b = '' THEN (a = b)::int ELSE (SELECT coalesce(sum(x.n * y.n), 0)::float8 FROM gram x JOIN gram y USING (g) WHERE x.s = 1 AND y.s = 2) / sqrt((SELECT sum(n * n) FROM gram WHERE s = 1)::float8 * (SELECT sum(n * n) FROM gram WHERE s = 2)::float8) END $$;

-- ---- texts: of few letters, so that much is in common, with words, beyond ASCII and beyond 16 bits; edited forms of each other ----
CREATE FUNCTION pg_temp.text_of(seed text, length int, letters text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(string_agg(substr(letters, 1 + ('x' || substr(md5(seed || i), 1, 7))::bit(28)::int % length(letters), 1), '' ORDER BY i), '') FROM generate_series(1, length) i $$;
CREATE TEMP TABLE pair AS
	SELECT i, pg_temp.text_of('a' || i, i % 13, l) AS a, pg_temp.text_of('b' || i, (i / 13) % 13, l) AS b FROM generate_series(1, 2000) i, LATERAL (SELECT (ARRAY['ab', 'abc', 'ab ', 'aé', 'ß漢😀', 'abcdefghij ', '😀😁 ', 'ǅéa'])[1 + i % 8] AS l) l
	UNION ALL SELECT 10000 + i, t, overlay(overlay(t PLACING 'xy' FROM 1 + i % 9 FOR i % 3) PLACING reverse(substr(t, 5, 2)) FROM 5 FOR 2) FROM generate_series(1, 500) i, LATERAL (SELECT pg_temp.text_of('c' || i, 9 + i % 9, 'abc dé') AS t) t;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE levenshtein_ratio(a, b) <> pg_temp.ratio(a, b, 0)) FROM pair', 'levenshtein_ratio');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE osa_ratio(a, b) <> pg_temp.ratio(a, b, 1)) FROM pair', 'osa_ratio');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE damerau_ratio(a, b) <> pg_temp.ratio(a, b, 2)) FROM pair', 'damerau_ratio');
SELECT cmp_ok((SELECT count(*) FROM pair WHERE osa_ratio(a, b) <> damerau_ratio(a, b)), '>', 10::bigint, 'which differ where a swap is edited');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(token_sort_ratio(a, b) - pg_temp.sorted_words(a, b)) > 1e-12) FROM pair', 'token_sort_ratio');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(token_set_ratio(a, b) - pg_temp.set_of_words(a, b)) > 1e-12) FROM pair', 'token_set_ratio');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(qgram_cosine(a, b, q) - pg_temp.cosine(a, b, q)) > 1e-12) FROM pair, generate_series(1, 3) q', 'qgram_cosine');

-- ---- longer than a word of 64 rows, and than two ----
CREATE TEMP TABLE long AS SELECT i, pg_temp.text_of('l' || i, 60 + i * 7, l) AS a, pg_temp.text_of('m' || i, 190 - i * 5, l) AS b FROM generate_series(1, 24) i, LATERAL (SELECT (ARRAY['ab', 'abcdé ', 'abcdefghijklmnopqrstuvwxyz 😀漢'])[1 + i % 3] AS l) l
	UNION ALL SELECT 100 + i, t, overlay(overlay(t PLACING 'Zz' FROM 20 FOR i) PLACING reverse(substr(t, 60 + i, 2)) FROM 60 + i FOR 2) FROM generate_series(1, 12) i, LATERAL (SELECT pg_temp.text_of('n' || i, 140, 'abcdefgh') AS t) t;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE levenshtein_ratio(a, b) <> pg_temp.ratio(a, b, 0) OR levenshtein_ratio(b, a) <> pg_temp.ratio(a, b, 0)) FROM long', 'levenshtein_ratio of long texts');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE osa_ratio(a, b) <> pg_temp.ratio(a, b, 1) OR osa_ratio(b, a) <> pg_temp.ratio(a, b, 1)) FROM long', 'osa_ratio of long texts');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(token_sort_ratio(a, b) - pg_temp.sorted_words(a, b)) > 1e-12) FROM long', 'token_sort_ratio of long texts');
SELECT cmp_ok((SELECT count(*) FROM long WHERE osa_ratio(a, b) > levenshtein_ratio(a, b)), '>=', 4::bigint, 'with swaps');

SELECT is(osa_ratio(x || 'ab' || y, x || 'ba' || y), 1 - 1 / length(x || 'ab' || y)::float8, 'a swap behind ' || length(x) || ' characters, where a word of rows may end between the two')
FROM generate_series(58, 66) n, LATERAL (SELECT 'q' || repeat('x', n) || 'q' AS x, 'q' || repeat('y', 10) AS y) t;
-- the ends are not in common, so that the rows begin with the text
SELECT is(osa_ratio('q' || x || 'ab' || y || 'q', 'r' || x || 'ba' || y || 'r'), 1 - 3 / length('q' || x || 'ab' || y || 'q')::float8, 'and where it does, behind ' || length(x)) FROM generate_series(59, 65) n, LATERAL (SELECT repeat('x', n) AS x, repeat('y', 10) AS y) t;

-- ---- short ASCII is compared as bytes, and up to 64 or 128 characters in other ways than more: the same texts in Greek letters ----
CREATE TEMP TABLE border AS SELECT a, b, translate(a, l, g) AS ga, translate(b, l, g) AS gb FROM (VALUES ('abcdef ', 'αβγδεζ ')) v(l, g), generate_series(0, 399) i,
	LATERAL (SELECT pg_temp.text_of('x' || i, (ARRAY[1, 2, 7, 31, 61, 120])[1 + i % 6] + i / 6 % 11, l) AS a) x, LATERAL (SELECT CASE i % 3 WHEN 0 THEN pg_temp.text_of('y' || i, (ARRAY[1, 2, 9, 60, 61, 122])[1 + i / 6 % 6] + i / 36 % 10, l) ELSE overlay(a PLACING 'fa' FROM 1 + i % 50 FOR i % 4) END AS b) y;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE levenshtein_ratio(a, b) <> levenshtein_ratio(ga, gb) OR osa_ratio(a, b) <> osa_ratio(ga, gb) OR damerau_ratio(a, b) <> damerau_ratio(ga, gb)) FROM border', 'edits of bytes and of characters');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE jaro(a, b) <> jaro(ga, gb) OR jaro_winkler(a, b) <> jaro_winkler(ga, gb)) FROM border', 'jaro of bytes and of characters');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE levenshtein_ratio(a, b) <> pg_temp.ratio(a, b, 0) OR osa_ratio(a, b) <> pg_temp.ratio(a, b, 1)) FROM border WHERE length(a) BETWEEN 58 AND 72', 'edits where a word of rows ends');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(qgram_cosine(a, b, q) - pg_temp.cosine(a, b, q)) > 1e-12 OR qgram_cosine(a, b, q) <> qgram_cosine(ga, gb, q)) FROM border, generate_series(1, 3) q WHERE length(a) > 110', 'q-grams that are counted and sorted');

-- ---- what holds of all ----
CREATE TEMP TABLE score AS SELECT i, f, a, b, s.ab, s.ba, s.aa FROM (SELECT i, a, b FROM pair UNION ALL SELECT 20000 + i, a, b FROM long) p, LATERAL (VALUES
	('levenshtein_ratio', levenshtein_ratio(a, b), levenshtein_ratio(b, a), levenshtein_ratio(a, a)), ('osa_ratio', osa_ratio(a, b), osa_ratio(b, a), osa_ratio(a, a)), ('damerau_ratio', damerau_ratio(a, b), damerau_ratio(b, a), damerau_ratio(a, a)),
	('token_sort_ratio', token_sort_ratio(a, b), token_sort_ratio(b, a), token_sort_ratio(a, a)), ('token_set_ratio', token_set_ratio(a, b), token_set_ratio(b, a), token_set_ratio(a, a)), ('qgram_cosine', qgram_cosine(a, b), qgram_cosine(b, a), qgram_cosine(a, a))) s(f, ab, ba, aa);
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE ab <> ba OR ab NOT BETWEEN 0 AND 1) FROM score', 'symmetric, from 0 to 1');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE aa <> CASE WHEN f = ''token_set_ratio'' AND a !~ ''\S'' THEN 0 ELSE 1 END) FROM score', 'a text is itself');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE levenshtein_ratio(a, b, m) <> CASE WHEN levenshtein_ratio(a, b) >= m THEN levenshtein_ratio(a, b) ELSE 0 END OR osa_ratio(a, b, m) <> CASE WHEN osa_ratio(a, b) >= m THEN osa_ratio(a, b) ELSE 0 END
	OR damerau_ratio(a, b, m) <> CASE WHEN damerau_ratio(a, b) >= m THEN damerau_ratio(a, b) ELSE 0 END OR token_sort_ratio(a, b, m) <> CASE WHEN token_sort_ratio(a, b) >= m THEN token_sort_ratio(a, b) ELSE 0 END
	OR token_set_ratio(a, b, m) <> CASE WHEN token_set_ratio(a, b) >= m THEN token_set_ratio(a, b) ELSE 0 END) FROM (SELECT a, b FROM pair UNION ALL SELECT a, b FROM long) p, unnest('{0,0.2,0.5,0.6666666666666667,0.75,0.9,1}'::float8[]) m$$, 'a least score cuts off, and changes nothing above it');

-- ---- what is asked for wrongly ----
SELECT is(pg_temp.outcome_of(q), e, q) FROM (VALUES
	($$SELECT levenshtein_ratio('a', 'b', 1.5)$$, '22003'), ($$SELECT osa_ratio('a', 'b', -0.1)$$, '22003'), ($$SELECT damerau_ratio('a', 'b', 'NaN')$$, '22003'), ($$SELECT token_sort_ratio('a', 'b', 80)$$, '22003'), ($$SELECT token_set_ratio('a', 'b', 'infinity')$$, '22003'),
	($$SELECT qgram_cosine('a', 'b', 0)$$, '22023'), ($$SELECT qgram_cosine('a', 'b', 4)$$, '22023'), ($$SELECT levenshtein_ratio(repeat('x', 100001), 'x')$$, '54000'), ($$SELECT token_set_ratio('x', repeat('é', 100001))$$, '54000'), ($$SELECT qgram_cosine(repeat('x', 1048577), 'x')$$, '54000')) v(q, e);

-- ---- large and hostile: all one character, none in common, thousands of words, marks ----
SELECT is(levenshtein_ratio(repeat('x', 100000), repeat('x', 99999)), 1 - 1e-5::float8, 'all one character');
SELECT is(osa_ratio(repeat('xy', 10000), repeat('yx', 10000)), 1 - 2 / 20000.0::float8, 'shifted by one');
SELECT is(levenshtein_ratio((SELECT string_agg(chr(20000 + i), '' ORDER BY i) FROM generate_series(1, 20000) i), (SELECT string_agg(chr(20000 + i), '' ORDER BY i DESC) FROM generate_series(1, 20000) i)), 0::float8, 'twenty thousand different characters, turned round');
SELECT is(token_set_ratio(w, w || ' more'), 1::float8, 'thousands of words') FROM (SELECT string_agg('w' || i, ' ') AS w FROM generate_series(1, 12000) i) s;
SELECT is(token_sort_ratio((SELECT string_agg('w' || i, ' ' ORDER BY md5(i::text)) FROM generate_series(1, 5000) i), (SELECT string_agg('w' || i, E'\t\n ' ORDER BY i) FROM generate_series(1, 5000) i)), 1::float8, 'in another order');
SELECT is(qgram_cosine(repeat('ab', 300000), repeat('ba', 300000)) > 0.999999, true, 'q-grams of a long text');
SELECT is(round(levenshtein_ratio(E'e' || repeat(E'\u0301', 1000), E'e' || repeat(E'\u0300', 1000))::numeric, 12), round(1 / 1001.0, 12), 'marks are characters') WHERE getdatabaseencoding() = 'UTF8';

-- ---- another library's answers ----
\if :has_data
	CREATE TEMP TABLE reference (a text, b text, levenshtein int, levenshtein_ratio float8, osa int, damerau int, jaro float8, jaro_winkler float8, token_sort_ratio float8, token_set_ratio float8);
	\copy reference FROM PROGRAM 'tail -n +2 "$SALESOPS_DATA/matching/similarity_reference.tsv" | sed "s/\\\\/\\\\\\\\/g"'
	SELECT cmp_ok(count(*), '>=', 3226::bigint, 'reference pairs') FROM reference;
	SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(levenshtein_ratio(a, b) - r.levenshtein_ratio) > 1e-12 OR round((1 - osa_ratio(a, b)) * greatest(length(a), length(b))) <> osa
		OR round((1 - damerau_ratio(a, b)) * greatest(length(a), length(b))) <> damerau OR abs(token_sort_ratio(a, b) - r.token_sort_ratio) > 1e-12 OR abs(token_set_ratio(a, b) - r.token_set_ratio) > 1e-12) FROM reference r$$, 'as the reference has them');
\endif

SELECT * FROM finish();
ROLLBACK;
