-- is_blank against the list in the file and the same rules in SQL; completeness against counting.
\ir setup.psql

CREATE TEMP TABLE placeholder (word text, origin text);
\copy placeholder FROM PROGRAM 'grep -v -e "^#" -e "^$" src/core/placeholders.tsv'
SELECT cmp_ok(count(*), '>', 250::bigint, 'the list: ' || count(*)) FROM placeholder;
SELECT is_empty('SELECT word FROM placeholder WHERE NOT is_blank(word)', 'each placeholder is blank');
SELECT is_empty($$SELECT word FROM placeholder WHERE NOT is_blank(upper(word)) OR NOT is_blank('  --' || initcap(word) || E'--\t') OR NOT is_blank('<' || word || '>') OR NOT is_blank(replace(word, ' ', '/'))$$, 'in capitals, with signs around it, and between its words');
SELECT is_empty($$SELECT word FROM placeholder WHERE is_blank('q' || word) OR is_blank(word || ' 7')$$, 'and is not with something more');

-- what people call things is a value: nothing that is shorter than it looks, and no code that means something
SELECT ok(NOT is_blank(v), format('%s is a value', v)) FROM unnest(array['Acme', '0', '00', '-0', '7', 'No', 'IN', 'OR', 'X Æ', 'X-Rite', 'Xx Yy', 'Xerox', 'Testa', 'Test AG', 'Nullmeier', 'Unknown Brewery', 'Nan Goldin', 'Tbilisi', 'Nana', 'Naomi', 'n/a but see notes', 'é', '株', 'Select Group', 'Keine & Co', 'A']) v;
SELECT ok(is_blank(v), format('%s is none', quote_nullable(left(v, 20)))) FROM unnest(array[NULL, '', ' ', E' \t\r\n', U&'\00A0', U&'\3000\2003', '-', '--', '–', '—', '.', '…', '???', '*', '#', '()', '"', '_', 'x', 'XXX', 'N/A', 'n.a.', '#N/A', '--None--', '(none)', 'NULL', 'TBD', 'Unknown', 'UNBEKANNT', 'Keine Angabe', 'k.A.', 'Sélectionner', 'désconocido', 'НЕ УКАЗАНО', '未知', '（無）', 'ｎ／ａ', repeat('-', 3000), repeat(' ', 100000)]) v;

-- the same rules in SQL, over texts of few letters and signs; what control characters there are is dropped
CREATE FUNCTION pg_temp.key(value text) RETURNS text LANGUAGE sql IMMUTABLE RETURN trim(regexp_replace(lower(regexp_replace(value, '[\x01-\x08\x0e-\x1f\x7f]', '', 'g')), '[^a-z0-9]+', ' ', 'g'));
CREATE TEMP TABLE made AS SELECT DISTINCT (SELECT string_agg((array['n', 'a', 'N', 'x', 'X', '/', ' ', '-', 'none', 'tbd', '.', 'null', 'Test', '0', 'un', 'known', E'\t', E'\x01', 'k', '#'])[1 + floor(random() * 20)::int], '') FROM generate_series(1, 1 + i % 6)) AS v FROM generate_series(1, 20000) i;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE is_blank(v) <> (pg_temp.key(v) = '' OR pg_temp.key(v) ~ '^x{1,25}$' OR pg_temp.key(v) IN (SELECT word FROM placeholder))) FROM made$$, 'as the rules have it');
SELECT cmp_ok(count(*) FILTER (WHERE is_blank(v)), '>', 500::bigint, 'of which many are blank') FROM made;

-- lists of one's own
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE is_blank(v, own) <> (pg_temp.key(v) = '' OR pg_temp.key(v) IN (SELECT pg_temp.key(o) FROM unnest(own) o))) FROM made, (VALUES ('{n.a., NONE, "x x"}'::text[]), ('{}'), ('{NULL, k}')) o (own)$$, 'one''s own list is in place of the other');
SELECT is((is_blank(NULL, '{a}'), is_blank('na', NULL), is_blank('-', NULL), is_blank('Ä', '{a}')), (true, false, true, true), 'NULL, and no list');
SELECT is(pg_temp.outcome_of(format('SELECT is_blank(''a'', array[%L])', repeat('b', n))), outcome, format('a placeholder of %s bytes', n)) FROM (VALUES (64, 'false'), (65, '54000')) v (n, outcome);
-- stored compressed, and elsewhere
CREATE TEMP TABLE stored (id int, v text);
INSERT INTO stored VALUES (1, repeat('-', 100000)), (2, repeat(' ', 3000000)), (3, repeat('-', 100000) || 'Acme'), (4, repeat('Acme ', 100000)), (5, (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 5000) i)), (6, repeat('n/a ', 5000));
SELECT is(array_agg(is_blank(v) ORDER BY id), '{t,t,f,f,f,f}', 'long values') FROM stored;

-- ---- completeness ----

CREATE TEMP TABLE record AS SELECT i, i % 3 AS team, array(SELECT (array[NULL, '', 'n/a', 'Acme', 'Berlin', '0', '--'])[1 + floor(random() * 7 + i * 0)::int] FROM generate_series(1, i % 5)) AS v FROM generate_series(1, 1000) i;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE missing_count(VARIADIC v) <> n OR completeness(VARIADIC v) IS DISTINCT FROM (cardinality(v) - n) / nullif(cardinality(v), 0)::float8) FROM (SELECT v, (SELECT count(*) FILTER (WHERE is_blank(x)) FROM unnest(v) x) AS n FROM record) s$$, 'as counting has it');
SELECT is((completeness('Acme', 'n/a', NULL, 'Berlin'), missing_count('Acme', 'n/a', NULL, 'Berlin'), completeness(VARIADIC '{}'), missing_count(VARIADIC '{}'), completeness(VARIADIC NULL), missing_count(VARIADIC NULL)), (0.5::float8, 2, NULL::float8, 0, NULL::float8, NULL::int), 'of no values, and of no array');
SELECT is(missing_fields(array['name', 'phone', 'city'], v), fields, v::text) FROM (VALUES (array['Acme', '-', NULL], 'phone,city'), (array['Acme', '1', 'x y'], NULL), (array['', '', ''], 'name,phone,city')) c (v, fields);
SELECT is((missing_fields('{}', '{}'), missing_fields(NULL, '{a}'), missing_fields('{a}', NULL)), (NULL::text, NULL::text, NULL::text), 'no fields');
SELECT is(pg_temp.outcome_of(query), '2202E', query) FROM unnest(array['SELECT missing_fields(''{a,b}'', ''{x}'')', 'SELECT missing_fields(''{}'', ''{x}'')']) query;
SELECT is(pg_temp.outcome_of(query), '22023', query) FROM unnest(array['SELECT missing_fields(''{a,""}'', ''{x,y}'')', 'SELECT missing_fields(''{a,NULL}'', ''{x,y}'')', 'SELECT missing_fields(''{a,"b,c"}'', ''{x,y}'')']) query;

-- over records: fields are counted, and counts add up however they are taken together
CREATE TEMP TABLE whole AS SELECT sum(cardinality(v)) AS fields, sum(missing_count(VARIADIC v)) AS missing FROM record;
SELECT is((met(c), missed(c), pending(c), compliance_rate(c)), (fields - missing, missing, 0::bigint, ((fields - missing)::float8 / fields)), 'each field of each record') FROM whole, (SELECT field_completeness(VARIADIC v) AS c FROM record) s;
SELECT is(completeness_rate(VARIADIC v), (SELECT (fields - missing)::float8 / fields FROM whole), 'in one step') FROM record;
SELECT is(merge(c), (SELECT field_completeness(VARIADIC v) FROM record), 'by team, and together') FROM (SELECT field_completeness(VARIADIC v) AS c FROM record GROUP BY team) s;
SELECT is((completeness_rate(a), completeness_rate(a, b), completeness_rate(a) FILTER (WHERE false), (SELECT completeness_rate(VARIADIC v) FROM record WHERE i % 5 = 0)), (0.5::float8, 0.5::float8, NULL::float8, NULL::float8), 'of one field, two, no record, no fields') FROM (VALUES ('Acme', NULL), ('-', 'Bonn')) v (a, b);
SELECT is(completeness_rate(VARIADIC v), NULL, 'an array that is NULL is no field') FROM (VALUES (NULL::text[])) v (v);
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE rate IS DISTINCT FROM (SELECT completeness_rate(VARIADIC b.v) FROM record b WHERE b.i BETWEEN s.i - 3 AND s.i)) FROM (SELECT i, completeness_rate(VARIADIC v) OVER (ORDER BY i ROWS 3 PRECEDING) AS rate FROM record) s$$, 'over frames');

SELECT * FROM finish();
ROLLBACK;
