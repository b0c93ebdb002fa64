-- matching: properties of the keys of addresses of e-mail, the web, the telephone and the post.
\ir setup.psql

-- ---- texts: made of what means something to one of the functions, of every length that does ----
CREATE FUNCTION pg_temp.pick(pieces text[], seed text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT string_agg(pieces[1 + ('x' || substr(md5(seed || k), 1, 6))::bit(24)::int % cardinality(pieces)], '' ORDER BY k) FROM generate_series(1, n) k $$;
CREATE TEMP TABLE made AS
SELECT g, pg_temp.pick(ARRAY['a', 'ann', '.', '.', '+', '-', '_', '@', '@', 'x.com', 'gmail.com', 'googlemail.com', 'ya.ru', 'me.com', '<', '>', '"', ' ', 'mailto:', '%40', '?', '''', '(', ')', ',', 'é', 'か', U&'\3099', U&'\0308', 'xn--', 'xn--bcher-kva', 'ﬁ', '。', 'co.uk', 'www.', '1'], 'mail' || g, 1 + g % 9) AS mail_pieces,
	pg_temp.pick(ARRAY['a', 'acme', '.', '.', '.', '-', '_', '@', 'com', 'co.uk', 'uk', 'ck', 'www.', 'www', 'kobe.jp', 'city', 'github.io', 'http://', 'https:', 'ftp://', ':', ':80', '/', '?', '#', '\', '[', ']', '1', '192.168.0.1', '::1', 'é', 'か', U&'\3099', 'xn--', 'xn--bcher-kva', '公司.cn', '。', ' ', ';'], 'web' || g, 1 + g % 9) AS web,
	pg_temp.pick(ARRAY['0', '00', '1', '2', '3', '30', '4', '49', '5', '55', '6', '7', '8', '9', '9', '12', '415', '555', '(0)', '+', ' ', '-', '/', '(', ')', 'x', ' ext. ', '#', 'tel:', ';ext=', 'FLOWERS', 'a', '٣', '15'], 'phone' || g, 1 + g % 12) AS phone,
	pg_temp.pick(ARRAY['0', '1', '12', '345', 'a', 'O', 'é', ' ', '-', '.', '/', '〒', '９'], 'post' || g, 1 + g % 8) AS post,
	(ARRAY['US', 'DE', 'FR', 'IT', 'RU', 'HU', 'BR', 'AR', 'MX', 'BY', 'LT', 'AU', 'JP', 'ES', 'CN', 'GB', 'UZ', 'CV', 'MH', 'SM'])[1 + g % 20] AS region
FROM generate_series(1, 20000) g;
ALTER TABLE made ADD mail text;
-- most of them with a domain
UPDATE made SET mail = mail_pieces || CASE WHEN g % 4 > 0 THEN (ARRAY['@x.com', '@GMail.com', '@ya.ru', '@fastmail.com', '@bücher.de', '@me.com>', '.uk', '@xn--bcher-kva.de.'])[1 + g % 8] ELSE '' END;

SELECT cmp_ok(count(email_key(mail)), '>', 100::bigint, 'texts that are addresses') FROM made;
SELECT cmp_ok(count(website_domain(web)), '>', 1000::bigint, 'texts that have a host') FROM made;
SELECT cmp_ok(count(phone_key(phone, region)), '>', 1000::bigint, 'texts that are numbers') FROM made;
SELECT cmp_ok(count(postal_key(post)), '>', 2000::bigint, 'texts that are postal codes') FROM made;

-- ---- the key of a key is that key ----
SELECT pg_temp.holds('SELECT count(k), count(*) FILTER (WHERE email_key(k) IS DISTINCT FROM k) FROM (SELECT email_key(mail) AS k FROM made) s WHERE k IS NOT NULL', 'e-mail');
SELECT pg_temp.holds('SELECT count(k), count(*) FILTER (WHERE email_domain(''a@'' || k) IS DISTINCT FROM k) FROM (SELECT email_domain(mail) AS k FROM made) s WHERE k IS NOT NULL', 'domain of e-mail');
SELECT pg_temp.holds('SELECT count(k), count(*) FILTER (WHERE website_domain(k) IS DISTINCT FROM k) FROM (SELECT website_domain(web) AS k FROM made UNION ALL SELECT website_domain(mail) FROM made) s WHERE k IS NOT NULL', 'web');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE phone_key(k, other) IS DISTINCT FROM k) FROM (SELECT phone_key(phone, region) AS k FROM made) s, (SELECT DISTINCT region AS other FROM made) r WHERE k IS NOT NULL', 'telephone, in every region');
SELECT pg_temp.holds('SELECT count(k), count(*) FILTER (WHERE postal_key(k) IS DISTINCT FROM k) FROM (SELECT postal_key(post) AS k FROM made) s WHERE k IS NOT NULL', 'post');
-- every character of Unicode in the name and in the domain
CREATE TEMP TABLE code AS SELECT chr(i) AS c FROM generate_series(1, 200000) i WHERE i NOT BETWEEN 55296 AND 57343;
SELECT pg_temp.holds('SELECT count(k), count(*) FILTER (WHERE email_key(k) IS DISTINCT FROM k) FROM (SELECT email_key(''a.'' || c || ''b@x'' || c || ''y.com'') AS k FROM code UNION ALL SELECT email_key(''a.'' || c || ''b@gmail.com'') FROM code) s WHERE k IS NOT NULL', 'e-mail, for every character');
SELECT pg_temp.holds('SELECT count(k), count(*) FILTER (WHERE website_domain(k) IS DISTINCT FROM k) FROM (SELECT website_domain(''a'' || c || ''b.'' || c || ''y.com'') AS k FROM code) s WHERE k IS NOT NULL', 'web, for every character');

-- ---- what keys look like ----
SELECT pg_temp.holds('SELECT count(k), count(*) FILTER (WHERE k !~ ''^\+[1-9][0-9]{4,14}$'') FROM (SELECT phone_key(phone, region) AS k FROM made) s WHERE k IS NOT NULL', 'a number has 15 digits at most, and none of E.164 begins with 0');
SELECT pg_temp.holds('SELECT count(k), count(*) FILTER (WHERE k !~ ''^[0-9]{1,9}$'') FROM (SELECT phone_extension(phone) AS k FROM made) s WHERE k IS NOT NULL', 'an extension is digits');
SELECT pg_temp.holds('SELECT count(k), count(*) FILTER (WHERE k !~ ''^[0-9A-Z]{2,12}$'' OR k !~ ''[0-9]'' OR k ~ ''^[0-9]{9}$'') FROM (SELECT postal_key(post) AS k FROM made) s WHERE k IS NOT NULL', 'a postal code is capitals and digits');
SELECT pg_temp.holds('SELECT count(k), count(*) FILTER (WHERE k <> lower(k) OR k ~ ''^\.|\.$|\.\.|[ /?#@]'' OR strpos(k, ''.'') = 0 AND k !~ '':'') FROM (SELECT website_domain(web) AS k FROM made) s WHERE k IS NOT NULL', 'a domain has labels and small letters');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE (email_key(mail) IS NULL) <> (email_domain(mail) IS NULL) OR email_key(mail) IS NOT NULL AND (is_free_mail(mail) <> is_free_mail(email_domain(mail)) OR is_free_mail(mail) <> is_free_mail(email_key(mail)))) FROM made', 'key, domain and being free mail go together');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE email_key(upper(mail)) IS DISTINCT FROM email_key(mail) OR website_domain(upper(web)) IS DISTINCT FROM website_domain(web)) FROM made WHERE mail !~ ''%|ﬁ'' AND web !~ ''xn--''', 'case does not count');

-- ---- an oracle: the rule of the Public Suffix List in SQL, on a few suffixes ----
CREATE FUNCTION pg_temp.registrable(host text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rules text[] := '{com,co.com,uk,co.uk,ac.uk,jp,co.jp,*.kobe.jp,!city.kobe.jp,ck,*.ck,!www.ck,bd,*.bd,br,com.br,*.nom.br}';
	l text[] := string_to_array(host, '.');
	n int := cardinality(l);
	suffix_labels int := 1;
BEGIN
	FOR i IN 1 .. n LOOP
		IF '!' || array_to_string(l[i:], '.') = ANY (rules) THEN
			suffix_labels := n - i;
			EXIT;
		END IF;
		IF array_to_string(l[i:], '.') = ANY (rules) OR i < n AND '*.' || array_to_string(l[i + 1:], '.') = ANY (rules) THEN
			suffix_labels := greatest(suffix_labels, n - i + 1);
		END IF;
	END LOOP;
	RETURN CASE WHEN n > suffix_labels THEN array_to_string(l[n - suffix_labels:], '.') END;
END $$;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE website_domain(host) IS DISTINCT FROM pg_temp.registrable(host))
	FROM (SELECT concat_ws('.', p, q, r, s) AS host FROM unnest('{a,b,city,www2,NULL}'::text[]) p, unnest('{c,city,www,co,kobe,nom,NULL}'::text[]) q, unnest('{d,www,co,kobe,nom,com,city,NULL}'::text[]) r, unnest('{com,uk,co.uk,jp,ck,bd,br,kobe.jp}'::text[]) s) h
	WHERE host !~ '^www\.' AND host !~ '^(.*www\.)?co\.com$'$$, 'the registrable domain is what the rule says');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE website_domain('x.y.' || d) IS DISTINCT FROM website_domain('https://u:p@x.y.' || d || '.:443/p?q#f'))
	FROM (SELECT website_domain(web) AS d FROM made) s WHERE d ~ '[a-z]\.' AND d !~ ':'$$, 'what stands around a host does not count');

-- ---- numbers: home and abroad are one ----
CREATE TEMP TABLE home AS SELECT region, code, trunk, (lead || substr(translate(md5(region || i), 'abcdef', '246813'), 1, len - length(lead)))::text AS national
FROM generate_series(1, 500) i, (VALUES ('DE', '49', '0', '30', 10), ('FR', '33', '0', '6', 9), ('GB', '44', '0', '20', 10), ('US', '1', '1', '415', 10), ('IT', '39', '', '06', 10), ('ES', '34', '', '6', 9), ('RU', '7', '8', '916', 10), ('HU', '36', '06', '1', 8), ('AU', '61', '0', '2', 9), ('BR', '55', '0', '11', 11), ('IN', '91', '0', '98', 10)) v(region, code, trunk, lead, len);
DELETE FROM home WHERE region = 'US' AND substr(national, 4, 1) < '2';
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE phone_key(trunk || national, region) IS DISTINCT FROM '+' || code || national) FROM home$$, 'with the trunk prefix');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE phone_key('+' || code || ' ' || national, 'ZW') IS DISTINCT FROM '+' || code || national OR phone_key('00' || code || national, 'PL') IS DISTINCT FROM '+' || code || national OR phone_key('011' || code || national, 'CA') IS DISTINCT FROM '+' || code || national) FROM home$$, 'from abroad');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE phone_key(regexp_replace(trunk || national, '(..)', '\1' || sep, 'g') || ' ext. 7', region) IS DISTINCT FROM '+' || code || national) FROM home, unnest('{" ",-,.,"  - "}'::text[]) sep$$, 'with separators and an extension');

-- ---- similarities ----
CREATE TEMP TABLE mails AS SELECT row_number() OVER () AS n, m FROM (SELECT email_key(mail) AS m FROM made WHERE email_key(mail) IS NOT NULL UNION SELECT p || s || q || d FROM unnest('{a,ann,b}'::text[]) p, unnest('{"",.,-,+}'::text[]) s, unnest('{smith,smiht,smith1,1}'::text[]) q, unnest('{@acme.com,@mail.acme.com,@gmail.com,@acme.con}'::text[]) d) u;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE email_similarity(a.m, b.m) <> email_similarity(b.m, a.m) OR email_similarity(a.m, b.m) NOT BETWEEN 0 AND 1 OR (email_similarity(a.m, b.m) = 1) <> (email_key(a.m) = email_key(b.m))) FROM mails a, mails b WHERE (a.n + b.n) % 31 = 0', 'email_similarity is symmetric, from 0 to 1, and 1 for equal keys alone');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE explain_email_similarity(a.m, b.m) !~ (''together '' || to_char(email_similarity(a.m, b.m), ''FM0.099'') || ''|together [01]$'') AND abs(substring(explain_email_similarity(a.m, b.m) FROM ''together ([0-9.]+)$'')::float8 - email_similarity(a.m, b.m)) > 0.0001) FROM mails a, mails b WHERE (a.n + b.n) % 61 = 0', 'its explanation has the same score');
CREATE TEMP TABLE phones AS SELECT row_number() OVER () AS n, p FROM (SELECT DISTINCT phone_key(phone, region) AS p FROM made WHERE g % 20 = 0 OR g % 20 = 1) u WHERE p IS NOT NULL;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE phone_similarity(a.p, b.p, 'US') <> phone_similarity(b.p, a.p, 'DE') OR phone_similarity(a.p, b.p, 'US') NOT BETWEEN 0 AND 1 OR (phone_similarity(a.p, b.p, 'US') = 1) <> (a.p = b.p) OR explain_phone_similarity(a.p, b.p, 'US') NOT LIKE '%together ' || phone_similarity(a.p, b.p, 'US') * 100 || ' of 100')
	FROM phones a, phones b WHERE a.n < 150 AND b.n < 150$$, 'phone_similarity is symmetric, from 0 to 1, 1 for equal keys alone, and explained');

-- ---- hostile input: bounded, and mostly nothing ----
CREATE TEMP TABLE hostile AS SELECT * FROM (VALUES ('empty', ''), ('spaces', repeat(' ', 1000000)), ('an address between 1 MB of spaces', repeat(' ', 500000) || 'ann@x.com' || repeat(E'\n', 500000)), ('one letter', repeat('a', 1000000)), ('@', repeat('@', 1000000)), ('points', repeat('.', 1000000)), ('brackets', repeat('<', 500000) || repeat('>', 500000)),
	('quotes', repeat('"', 1000000)), ('one digit', repeat('1', 1000000)), ('+', repeat('+', 1000000)), ('combining marks', 'a' || repeat(U&'\0301', 500000) || '@x.com'), ('voicing marks', repeat(U&'\304B\3099', 200000)), ('control characters', (SELECT string_agg(chr(i), '') FROM generate_series(1, 31) i) || 'ann@x.com'),
	('labels', repeat('a.', 500000) || 'com'), ('ASCII forms', 'a@' || repeat('xn--bcher-kva.', 70000) || 'com'), ('a long name', repeat('a', 2000) || '@x.com'), ('a long URL', 'https://acme.com/' || repeat('x', 1000000)), ('user of 1 MB', 'https://' || repeat('u', 1000000) || '@acme.com'), ('extensions', repeat('x1', 500000)),
	('1023 bytes', repeat('a', 1015) || '@acme.com'), ('1024 bytes', repeat('é', 507) || '@acme.com'), ('cut in a character', repeat('a', 1023) || 'é.com'), ('a number of 256', repeat(' 1', 128)), ('punycode that overflows', 'a@xn--' || repeat('9', 59) || '.com'), ('astral', repeat('😀', 250) || '@x.com')) v(what, t);
SELECT is(array_remove(ARRAY[email_key(t), website_domain(t), phone_key(t, 'US'), postal_key(t)], NULL), wanted, what)
	FROM hostile LEFT JOIN (VALUES ('an address between 1 MB of spaces', '{ann@x.com,x.com}'::text[]), ('control characters', '{ann@x.com,x.com}'), ('a long URL', '{acme.com}'), ('punycode that overflows', ARRAY['a@xn--' || repeat('9', 59) || '.com', 'xn--' || repeat('9', 59) || '.com'])) w(what, wanted) USING (what) WHERE wanted IS NOT NULL;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE coalesce(email_key(t), phone_key(t, 'DE'), postal_key(t), email_domain(t), phone_extension(t)) IS NOT NULL) FROM hostile WHERE what NOT IN ('an address between 1 MB of spaces', 'control characters', 'punycode that overflows', 'combining marks')$$, 'the rest is none');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE email_similarity(t, 'ann@x.com') IS DISTINCT FROM email_similarity('ann@x.com', t) OR phone_similarity(t, '415-555-1234', 'US') IS NOT NULL) FROM hostile$$, 'nor is it like anything');
SELECT ok(bool_and(website_domain(repeat('é', n) || '.com') IS NOT DISTINCT FROM website_domain(repeat('e', n) || '.com')), 'at every length around the bounds') FROM generate_series(1, 600) n;

SELECT * FROM finish();
ROLLBACK;
