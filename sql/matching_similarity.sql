-- matching: similarities of texts by their edits, words and q-grams.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET client_encoding = utf8;
SET search_path = salesops, public;
\pset format unaligned

-- textbook pairs: kitten and sitting (3 edits of 7), Saturday and Sunday (3 of 8), a swap, and the pair in which the two Damerau distances differ
SELECT a, b, levenshtein_ratio(a, b), osa_ratio(a, b), damerau_ratio(a, b)
FROM (VALUES ('kitten', 'sitting'), ('Saturday', 'Sunday'), ('Smith', 'Smiht'), ('ca', 'abc'), ('a cat', 'an act'), ('', ''), ('', 'abc'), ('é', 'e'), ('日本', '日立'), ('😀x', '😀y')) v(a, b);
-- beyond a word of 64 rows
SELECT levenshtein_ratio(repeat('a', 200), repeat('a', 150) || repeat('b', 50)), osa_ratio('x' || repeat('ab', 50) || 'y', 'y' || repeat('ab', 49) || 'bax');
-- a least score
SELECT m, levenshtein_ratio('kitten', 'sitting', m), token_set_ratio('Acme Corp', 'Acme Inc', m) FROM unnest('{0, 0.5, 0.6, 1}'::float8[]) m;

-- words: in another order, twice, more of them; punctuation and case count
SELECT a, b, round(token_sort_ratio(a, b)::numeric, 6) AS sorted, round(token_set_ratio(a, b)::numeric, 6) AS set
FROM (VALUES ('Jobs Steve', 'Steve Jobs'), ('Acme Acme Corp', 'Acme Corp'), ('Acme Corp', 'Acme Corp Holding'), ('fuzzy wuzzy was a bear', 'wuzzy fuzzy was a bear'), ('new york mets', 'new york yankees'), ('Acme, Corp', 'Corp Acme'), ('acme', 'ACME'),
	('', ''), ('', 'a'), ('  ', 'a'), (E'a\tb', 'b a')) v(a, b);

SELECT a, b, round(qgram_cosine(a, b, 1)::numeric, 6) AS q1, round(qgram_cosine(a, b)::numeric, 6) AS q2, round(qgram_cosine(a, b, 3)::numeric, 6) AS q3
FROM (VALUES ('night', 'nacht'), ('abab', 'baba'), ('ab', 'ab'), ('a', 'a'), ('a', 'ab'), ('', ''), ('', 'a'), ('日本語', '日本人')) v(a, b);

SELECT levenshtein_ratio('a', NULL), osa_ratio(NULL, 'a'), damerau_ratio('a', 'b', NULL), token_sort_ratio(NULL, NULL), token_set_ratio(NULL, ''), qgram_cosine('a', 'b', NULL);
SELECT levenshtein_ratio('a', 'b', 80);
SELECT token_sort_ratio('a', 'b', 'NaN');
SELECT qgram_cosine('a', 'b', 5);
SELECT damerau_ratio(repeat('x', 100001), 'x');
