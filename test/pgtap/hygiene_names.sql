-- keyboard_mash and person_name_issue: cases, the rules in SQL over texts of few letters, and what must not be taken for one.
\ir setup.psql

SELECT ok(keyboard_mash(v), v || ' is hit on the keyboard') FROM unnest(array['asdf', 'ASDF', 'asdfgh', 'lkjh', 'fdsa', 'hjkl;', 'qwer', 'qwertz', 'poiu', 'uiop', 'werty', 'zxcv', 'vcxz', 'yxcv', 'wxcv', 'qsdf', 'azerty', 'aaaa', 'Nooooo', 'sdfsdf', 'dfgdfg', 'asdasd', 'qweqwe', 'poipoi', 'abcabcabc', 'testtesttest', 'nananana', 'grgrgr', 'dfgsd', 'hgfds', 'kjhgf',
	'Asdf GmbH', 'John asdf', 'asdf1234', '1234', '123456', '987654', '7890', '(123) 4567', 'фыва', 'ФЫВА', 'йцукен', 'ъхзщ', 'ячсм', 'mr. qwertyuiop', 'Ásdf']) v;
SELECT ok(NOT keyboard_mash(v), v || ' is not') FROM unnest(array['', ' ', '-', 'Ann', 'property', 'poverty', 'Schwert', 'Wertz', 'Wertzuwachs', 'Reza', 'Azerbaijan', 'Treza', 'tree', 'were', 'weer', 'redder', 'Trewin', 'AAA', 'WWW', 'Aaa Plumbing', 'IIII'::text, 'couscous', 'Baden-Baden', 'Pago Pago', 'tartar', 'Lulu', 'Bobo', 'salad', 'Alaska', 'Dallas', 'KLM', 'DLRG', 'HSK', 'DHL GHL', 'Rhythm', 'Smith',
	'123', '1243', '1212', '2026', 'Suite 1234', '1234 Main St', 'Смит', 'Пролог', 'Апрель', 'Кен', '王王王', 'ああ', 'Grüße', 'Ñandú', 'ok', 'x', 'Qwest', 'Qatar', 'Uzi', 'Zx', 'Op. 4321 b']) v WHERE v <> 'IIII';
SELECT is(keyboard_mash(NULL), NULL, 'NULL is NULL');

-- the rules written down in SQL: runs in the rows of keys, letters on end, pieces
CREATE TEMP TABLE keys (row text, with_end int, without_end int);
INSERT INTO keys VALUES ('qwertyuiop', 4, 5), ('qwertzuiop', 4, 7), ('azertyuiop', 6, 6), ('asdfghjkl', 4, 4), ('qsdfghjklm', 4, 4), ('zxcvbnm', 4, 4), ('yxcvbnm', 4, 4), ('wxcvbn', 4, 4);
CREATE TEMP TABLE run_of_keys AS SELECT DISTINCT r FROM keys, generate_series(1, length(row)) a, generate_series(4, 7) n, LATERAL (SELECT substr(row, a, n) AS s) s, LATERAL (VALUES (s), (reverse(s))) v (r)
	WHERE a + n - 1 <= length(row) AND n >= CASE WHEN a = 1 OR a + n - 1 = length(row) THEN with_end ELSE without_end END;
CREATE FUNCTION pg_temp.mash(word text) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT word ~ '(.)\1\1\1' OR word ~ '^[sdfghjkl]{5,}$' OR word ~ '^(.{3,4})\1\1+$' OR word ~ '^(..)\1\1\1+$' OR word ~ '^([b-df-hj-np-tv-xz]{2})\1\1$' OR word ~ '^([b-df-hj-np-tv-xz]{3,4})\1+$'
		OR EXISTS (SELECT FROM run_of_keys WHERE position(r IN word) > 0)
		OR EXISTS (SELECT FROM keys k, generate_series(3, 4) n WHERE length(word) % n = 0 AND length(word) >= 2 * n AND word = repeat(left(word, n), length(word) / n) AND (position(left(word, n) IN k.row) > 0 OR position(reverse(left(word, n)) IN k.row) > 0)) $$;
CREATE TEMP TABLE word AS SELECT DISTINCT (SELECT string_agg(pg_temp.pick(CASE i % 3 WHEN 0 THEN '{a,s,d,f}' WHEN 1 THEN '{q,w,e,r,t,y,z,u}' ELSE '{as,df,er,ty,zx,cv,n,o,po,iu}' END::text[], decode(md5(i || '/' || j), 'hex'), 0), '') FROM generate_series(1, 3 + i % 7) j) AS w FROM generate_series(1, 6000) i;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE keyboard_mash(w) <> pg_temp.mash(w)) FROM word', 'as the rules have it');
SELECT cmp_ok(count(*) FILTER (WHERE keyboard_mash(w)), '>', 300::bigint, 'of which many are') FROM word;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE keyboard_mash(upper(w)) <> keyboard_mash(w) OR keyboard_mash('Ann ' || w || ', Inc.') <> keyboard_mash(w) OR keyboard_mash(w || ' Bob') <> keyboard_mash(w)) FROM word$$, 'whatever stands around, in capitals, too');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE keyboard_mash(n::text) <> (length(n::text) >= 4 AND (position(n::text IN '1234567890') > 0 OR position(n::text IN '0987654321') > 0 OR position(n::text IN '90') > 0))) FROM (SELECT DISTINCT (1000 + pg_temp.number(decode(md5(i::text), 'hex'), 0) % 9000) AS n FROM generate_series(1, 3000) i UNION SELECT 1234 UNION SELECT 6789 UNION SELECT 4321) v WHERE n::text !~ '(89|98)?0|09|90'$$, 'digits in order');

-- ---- names ----

SELECT is(person_name_issue(v), wanted, coalesce(quote_literal(v), 'NULL')) FROM (VALUES (NULL, NULL), ('', 'blank'), (' ', 'blank'), ('n/a', 'blank'), ('unknown', 'blank'), ('-', 'blank'), ('Test', 'blank'), ('ann@acme.com', 'is_email'), ('Ann <ann@acme.com>', 'is_email'), ('www.acme.com', 'is_website'), ('https://acme.com/ann', 'is_website'),
	('asdf', 'filler'), ('Ann asdfgh', 'filler'), ('John Doe', 'filler'), ('JANE  DOE', 'filler'), ('Max Mustermann', 'filler'), ('First Last', 'filler'), ('first-name', 'filler'), ('Test User', 'filler'), ('1234', 'filler'), ('Acme Inc', 'is_company'), ('Acme, Inc.', 'is_company'), ('Müller GmbH', 'is_company'), ('Foo Bar LLC', 'is_company'), ('Inc', NULL), ('Maria Sa', NULL), ('Ah Co', NULL),
	('Accounts Payable', 'is_role'), ('Reception', 'is_role'), ('HR Department', 'is_role'), ('Info', 'is_role'), ('Sales', NULL), ('Marketing', NULL), ('Ann Smith 2', 'has_digit'), ('R2D2', 'has_digit'), ('415 555 1234', 'has_digit'), ('John Smith 3rd', NULL), ('John Smith 2nd', NULL), ('John Smith 22nd', NULL), ('John 1st', NULL), ('3 rd', 'has_digit'),
	('Ann [x] Smith', 'invalid_character'), ('Ann? Smith', 'invalid_character'), ('<b>Ann', 'invalid_character'), ('Ann;Bob', 'invalid_character'), ('Ann_Smith', 'invalid_character'), ('A', 'initial_only'), ('J.', 'initial_only'), ('J. R. R.', 'initial_only'), ('J.R.', 'initial_only'), ('Ж.', 'initial_only'), ('Ω', 'initial_only'), ('J. Smith', NULL), ('O''Brien', NULL), ('D''Arcy-Smith', NULL), ('William "Bill" Smith', NULL),
	('Smith, John', NULL), ('José María', NULL), ('王', NULL), ('王小明', NULL), ('김', NULL), ('Ng', NULL), ('Wu', NULL), ('Li', NULL), ('O', 'initial_only'), ('É', 'initial_only'), ('محمد', NULL), (repeat('Ann ', 25) || 'B', 'too_long'), (repeat('Ann ', 24) || 'Bob', NULL), (repeat('Ann ', 1000), 'too_long'), ('Dr. A. Smith', NULL), ('Ann & Bob Smith', NULL), ('St. John', NULL), ('Null', 'blank'), ('Nullmeier', NULL)) v (v, wanted);
SELECT is(person_name_issue(repeat('a', 1000000)), 'too_long', 'a megabyte');
SELECT is(person_name_issue(repeat(' ', 1000000)), 'blank', 'of spaces');
SELECT is((SELECT array_agg(DISTINCT person_name_issue(chr(c) || 'Ann')) FROM generate_series(33, 126) c WHERE chr(c) ~ '[<>{}\[\]*#$%^~|\\=+;:!?_]'), '{invalid_character}', 'each sign that no name has');
SELECT is((SELECT array_agg(DISTINCT person_name_issue('Ann' || chr(c) || 'Bob')) FROM generate_series(33, 126) c WHERE chr(c) ~ '[-''.,()&"/`]'), '{NULL}', 'and those that names have');

SELECT * FROM finish();
ROLLBACK;
