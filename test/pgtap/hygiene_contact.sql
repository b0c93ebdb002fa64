-- hygiene: what is wrong with addresses of e-mail, websites and telephone numbers: against the keys, the data files, the same rules in SQL, and hostile input.
\ir setup.psql

-- ---- texts: made of what means something to one of the functions, of every length that does ----
CREATE FUNCTION pg_temp.pick(pieces text[], seed text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT string_agg(pieces[1 + ('x' || substr(md5(seed || k), 1, 6))::bit(24)::int % cardinality(pieces)], '' ORDER BY k) FROM generate_series(1, n) k $$;
CREATE TEMP TABLE made AS
SELECT g, pg_temp.pick(ARRAY['a', 'ann', '.', '.', '+', '-', '_', '@', '@', 'x.com', 'gmail.com', 'gmial.com', 'ya.ru', '<', '>', '"', '"', '\', ' ', 'mailto:', '%40', '?', '''', '(', ')', '[', ']', ',', ';', 'é', 'か', U&'\3099', U&'\0308', U&'\00A0', U&'\200B', '＠', 'xn--', 'xn--bcher-kva', 'ß', '。', 'co.uk', '1', '127', E'\t', E'\x01'], 'mail' || g, 1 + g % 9) AS mail_pieces,
	pg_temp.pick(ARRAY['a', 'acme', '.', '.', '.', '-', '_', '@', 'com', 'co.uk', 'uk', 'ck', 'www.', 'www', 'github.io', 'http://', 'https:', 'ftp://', 'mailto:', ':', ':80', '/', '?', '#', '\', '[', ']', '<', '>', '"', ',', ';', '1', '192.168.0.1', '::1', 'é', 'か', U&'\3099', 'xn--', 'xn--bcher-kva', '公司.cn', '。', ' ', ' and ', 'gmail.com', 'facebook.com'], 'web' || g, 1 + g % 9) AS web,
	pg_temp.pick(ARRAY['0', '00', '1', '2', '3', '30', '4', '49', '5', '55', '6', '7', '8', '9', '9', '12', '415', '555', '(0)', '+', ' ', '-', '/', ',', '(', ')', 'x', ' ext. ', '#', 'tel:', ';ext=', 'FLOWERS', 'a', ' or ', '٣', '15', 'é'], 'phone' || g, 1 + g % 12) AS phone,
	(ARRAY['US', 'DE', 'FR', 'IT', 'RU', 'HU', 'BR', 'AR', 'MX', 'BY', 'LT', 'AU', 'JP', 'ES', 'CN', 'GB', 'UZ', 'CV', 'MH', 'SM', ''])[1 + g % 21] AS region
FROM generate_series(1, 20000) g;
ALTER TABLE made ADD mail text;
UPDATE made SET mail = mail_pieces || CASE WHEN g % 4 > 0 THEN (ARRAY['@x.com', '@GMail.com', '@gmial.com', '@fastmail.com', '@bücher.de', '@me.com>', '.uk', '@xn--bcher-kva.de'])[1 + g % 8] ELSE '' END;
-- every character of Unicode in each part
CREATE TEMP TABLE code AS SELECT i, chr(i) AS c FROM generate_series(1, 200000) i WHERE i NOT BETWEEN 55296 AND 57343;

SELECT cmp_ok(count(*) FILTER (WHERE email_issue(mail) IS NULL), '>', 100::bigint, 'addresses without an issue') FROM made;
SELECT cmp_ok(count(DISTINCT email_issue(mail)), '>=', 16::bigint, 'and with many kinds of them') FROM made;
SELECT cmp_ok(count(*) FILTER (WHERE website_issue(web) IS NULL), '>', 100::bigint, 'websites without') FROM made;
SELECT cmp_ok(count(DISTINCT website_issue(web)), '>=', 13::bigint, 'and with') FROM made;
SELECT cmp_ok(count(*) FILTER (WHERE phone_issue(phone, region) IS NULL), '>', 1000::bigint, 'numbers without') FROM made;
SELECT cmp_ok(count(DISTINCT phone_issue(phone, region)), '>=', 11::bigint, 'and with') FROM made;

-- ---- what has no issue has a key ----
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE email_key(mail) IS NULL) FROM made WHERE email_issue(mail) IS NULL', 'e-mail: no issue, a key');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE email_key(t) IS NULL) FROM (SELECT unnest(ARRAY['a' || c || 'b@x.com', 'ann@x' || c || 'y.com', 'ann' || c || 'x.com', c || 'ann@x.com', 'ann@x.com' || c, 'ann@x.co' || c]) AS t FROM code) s WHERE email_issue(t) IS NULL$$, 'for every character');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE website_domain(web) IS NULL) FROM made WHERE website_issue(web) IS NULL', 'web: no issue, a domain');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE website_domain(t) IS NULL) FROM (SELECT 'http://a' || c || 'b.com/' || c AS t FROM code UNION ALL SELECT mail FROM made) s WHERE website_issue(t) IS NULL$$, 'for every character, and addresses');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE (phone_issue(phone, region) IS NULL) <> (phone_key(phone, region) IS NOT NULL)) FROM made', 'telephone: an issue where there is no key, and only there');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (phone_issue(t, 'US') IS NULL) <> (phone_key(t, 'US') IS NOT NULL)) FROM (SELECT unnest(ARRAY['415' || c || '5551234', c || '4155551234', '4155551234' || c]) AS t FROM code) s$$, 'for every character');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE website_issue('https://' || email_domain(mail) || '/') NOT IN ('free_mail', 'public_suffix', 'domain_typo', 'short_tld', 'filler')) FROM made WHERE email_issue(mail) IS NULL$$, 'the domain of an address without issue has none as a website, but for whose it is');

-- ---- an issue does not depend on what it should not ----
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE email_issue(upper(mail)) IS DISTINCT FROM email_issue(mail)) FROM made WHERE mail !~ ''ß''', 'capitals do not count');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE coalesce(email_issue(E' \t' || mail || E'\n'), '') <> coalesce(email_issue(mail), 'not_trimmed')) FROM made WHERE mail ~ '^[[:graph:]](.*[[:graph:]])?$'$$, 'white space around it is said where nothing else is');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE coalesce(website_issue(' ' || web || ' '), '') <> coalesce(website_issue(web), 'not_trimmed')) FROM made WHERE web ~ '^[[:graph:]](.*[[:graph:]])?$'$$, 'of a website, too');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE is_role_address(email_key(mail)) IS DISTINCT FROM is_role_address(mail) OR is_disposable_address(mail) IS DISTINCT FROM is_disposable_address(email_domain(mail))) FROM made WHERE email_key(mail) IS NOT NULL', 'whose mailbox it is, the key and the domain know');

-- ---- the rules of ASCII addresses in SQL: the grammar as regular expressions, the lengths counted ----
CREATE FUNCTION pg_temp.well_formed(a text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN
	a ~ '^[a-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&''*+/=?^_`{|}~-]+)*@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$' AND a !~ '@.*([.][0-9]+|[.].)$'
	AND octet_length(split_part(a, '@', 1)) <= 64 AND octet_length(a) <= 254 AND NOT EXISTS (SELECT FROM unnest(string_to_array(split_part(a, '@', 2), '.')) l WHERE octet_length(l) > 63);
CREATE TEMP TABLE plain AS SELECT lower(pg_temp.pick(ARRAY['a', 'bc', '.', '.', '-', '_', '+', '1', '23', repeat('x', 20), '@', '!'], 'l' || g, 1 + g % 6)) || '@' || lower(pg_temp.pick(ARRAY['a', 'bc', '.', '.', '-', '_', '1', repeat('x', 30), repeat('y.', 50)], 'd' || g, 1 + g % 7)) || (ARRAY['.com', '.de', '', '.1', '.c', '.museum'])[1 + g % 6] AS a FROM generate_series(1, 20000) g;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE pg_temp.well_formed(a) <> (coalesce(email_issue(a), 'filler') = 'filler')) FROM plain WHERE coalesce(email_issue(a), '') <> 'filler' OR pg_temp.well_formed(a)$$, 'what is right is what the grammar has');
SELECT cmp_ok(count(*) FILTER (WHERE pg_temp.well_formed(a)), '>', 500::bigint, 'of which there is enough') FROM plain;
-- at every length around the bounds
SELECT is(email_issue(repeat('a', n) || '@acme.com'), CASE WHEN n = 0 THEN 'no_local' WHEN n > 64 THEN 'local_too_long' END, 'a name of ' || n) FROM unnest('{0, 1, 63, 64, 65, 200}'::int[]) n;
SELECT is(email_issue('ann@' || repeat('a', n) || '.com'), CASE WHEN n = 0 THEN 'invalid_domain' WHEN n > 63 THEN 'label_too_long' END, 'a label of ' || n) FROM unnest('{0, 1, 62, 63, 64}'::int[]) n;
SELECT is(email_issue('a@' || repeat('b.', n) || 'com'), CASE WHEN 3 + 2 * n > 253 THEN 'domain_too_long' WHEN 5 + 2 * n > 254 THEN 'too_long' END, 'labels of one letter: ' || n) FROM unnest('{123, 124, 125, 126, 500}'::int[]) n;
SELECT is(email_issue(repeat('a', n) || '@' || repeat('b.', 95) || 'com'), CASE WHEN n > 60 THEN 'too_long' END, 'all together ' || n + 194) FROM unnest('{59, 60, 61}'::int[]) n;
SELECT ok(bool_and(email_issue(repeat('é', n) || '@acme.com') IS NOT DISTINCT FROM CASE WHEN n > 32 THEN 'local_too_long' END), 'beyond ASCII in bytes') FROM generate_series(1, 40) n;

-- ---- no provider, and nothing that its customers have, is a typing error ----
CREATE TEMP TABLE provider AS SELECT '' AS name, '' AS countries, '' AS properties, '' AS domains;
\copy provider FROM PROGRAM 'grep -v -e "^#" -e "^$" src/matching/mail_providers.tsv'
CREATE TEMP TABLE domain AS SELECT name, unnest(string_to_array(domains, ' ')) AS d FROM provider WHERE domains <> '';
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE email_issue('ann.smith@' || d) IS NOT NULL) FROM domain$$, 'addresses at every provider are right');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE website_issue('www.' || d) <> 'free_mail' OR website_issue(d) IS DISTINCT FROM 'free_mail') FROM domain WHERE website_domain(d) = d$$, 'and each is the website of none of its customers');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE NOT is_disposable_address('ann@' || d)) FROM domain WHERE name = 'Throw-away'$$, 'its throw-away mailboxes are disposable');
SELECT is_empty($$SELECT d FROM domain WHERE name <> 'Throw-away' AND is_disposable_address('ann@' || d)$$, 'and no others');
-- the ways of mistyping, for one name by hand (Damerau 1964: a letter left out, typed twice, replaced, or two in the other order)
SELECT is(email_issue('ann@' || d), 'domain_typo', d) FROM unnest('{gmial.com,gamil.com,gmai.com,gmaill.com,gnail.com,gmail.con,gmail.co,gmail.cm,gmailcom.com,hotmial.com,hotmal.com,hotmail.con,homail.com,yaho.com,yahooo.com,yhaoo.com,yahoo.con,outlok.com,outlook.cmo,iclould.com,hotmial.co.uk,acme.con,acme.ogr,acme.comm}'::text[]) d;
SELECT is(email_issue('ann@' || d), NULL, d) FROM unnest('{gmail.com,mail.com,email.com,ymail.com,gmx.com,gmx.net,hotmail.co.uk,hotmail.be,yahoo.com.mx,aol.com,ail.com,amail.com,hmail.com,zmail.com,fmail.com,cloud.com,look.com,hot.com,live.com,me.com,acme.co,acme.cm,acme.om,acme.net,comcast.com,orange.fr,range.fr,free.fr,web.de,weg.de}'::text[]) d;
-- nor is any of the real addresses of other lists: domains of firms of one letter more or less than a provider's
SELECT is(website_issue('www.' || d), NULL, d) FROM unnest('{acme.com,ahoo.com,otmail.com,utlook.com,cloud.com,x.com,facebook.com,a.co}'::text[]) d;

-- ---- filler and names that nobody can have ----
SELECT is(email_issue(a), 'filler', a) FROM unnest('{asdf@asdf.com,test@test.com,a@a.a,a@a.com,aa@aa.aa,x@x.x,none@none.com,noemail@acme.com,no-email@acme.com,no.email@gmail.com,No_Email@acme.com,123@123.com,abc@abc.com,xyz@xyz.co.uk,test@asdf.com,no email,a@a}'::text[]) a WHERE a <> 'no email';
SELECT is(email_issue('No E-Mail given'), 'filler', 'without an @, too');
SELECT is(email_issue(a), NULL, a) FROM unnest('{test@acme.com,ann@ann.com,abc@acme.com,a@b.com,na@acme.com,null@acme.com,xx@acme.com,info@info.com,dell@dell.com,a1@a2.com,noel@mail.com,123@acme.com}'::text[]) a;
SELECT is(email_issue('ann@' || d), 'reserved_domain', d) FROM unnest('{example.com,example.net,example.org,mail.example.com,acme.test,acme.example,acme.invalid,a.localhost,acme.local,acme.onion,acme.alt,acme.internal,acme.corp,acme.home,acme.lan,home.arpa,x.home.arpa}'::text[]) d;
SELECT is(email_issue('ann@' || d), NULL, d) FROM unnest('{example.de,myexample.com,test.de,contest.com,local.com,acme.arpa}'::text[]) d;

-- ---- offices: every name of the list, and nobody's ----
CREATE TEMP TABLE office_line (origin text, names text);
\copy office_line FROM PROGRAM 'grep -v -e "^#" -e "^$" src/matching/office_names.tsv'
CREATE TEMP TABLE office AS SELECT unnest(string_to_array(names, ' ')) AS name FROM office_line;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE NOT (is_role_address(name || '@acme.com') AND is_role_address(upper(name) || '+x@acme.com') AND is_role_address(name || '2@acme.com') AND is_role_address('us-' || name || '@acme.com') AND is_role_address(name || '.de@acme.com'))) FROM office$$, 'each name, with a tag, a number, a country');
SELECT is_empty($$SELECT name FROM office WHERE is_role_address('ann.' || name || '@acme.com') OR is_role_address('q' || name || 'q@acme.com') OR is_role_address('j.' || name || '@acme.com')$$, 'and not with a person''s');
SELECT is_empty($$SELECT name FROM office JOIN unnest(regexp_split_to_array('james mary robert patricia john jennifer michael linda david elizabeth william barbara richard susan joseph jessica thomas sarah charles karen christopher lisa daniel nancy matthew betty anthony margaret mark sandra donald ashley steven kimberly paul emily andrew donna joshua michelle smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter bill dev may page ann bob joe jo al ed', ' ')) person ON person = name$$, 'none of the most frequent names of the United States is in it (Social Security Administration, Census Bureau)');
SELECT is(is_role_address('postmaster@[127.0.0.1]'), NULL, 'no address, no answer');
-- RFC 2142, sections 3 to 6
SELECT ok(is_role_address(name || '@acme.com'), name) FROM unnest('{info,marketing,sales,support,abuse,noc,security,postmaster,hostmaster,usenet,news,webmaster,www,uucp,ftp}'::text[]) name;

-- ---- throw-away mailboxes ----
CREATE TEMP TABLE disposable_line (service text, domains text);
\copy disposable_line FROM PROGRAM 'grep -v -e "^#" -e "^$" src/hygiene/disposable_domains.tsv'
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE NOT (is_disposable_address(d) AND is_disposable_address('x@' || upper(d)) AND is_disposable_address('X <x@sub.' || d || '>')) OR is_disposable_address('q' || d || 'q')) FROM disposable_line, unnest(string_to_array(domains, ' ')) d$$, 'each domain, in an address, and under it');
SELECT is(is_disposable_address(a), wanted, a) FROM (VALUES ('ann@gmail.com', false), ('acme.com', false), ('com', NULL), ('ann', NULL), ('', NULL), ('x@mailinator.com.acme.com', false), ('notmailinator.acme.com', false)) v(a, wanted);

-- ---- numbers: each region of the list, of each length ----
CREATE TEMP TABLE region (region text, code text, international text, trunk text, lengths text);
\copy region FROM PROGRAM 'grep -v -e "^#" -e "^$" src/matching/phone_regions.tsv'
CREATE TEMP TABLE possible AS SELECT code, n FROM region, unnest(string_to_array(lengths, ' ')) r, generate_series(split_part(r, '-', 1)::int, coalesce(nullif(split_part(r, '-', 2), '')::int, r::int)) n WHERE r !~ '-' GROUP BY 1, 2
	UNION SELECT code, n FROM region, unnest(string_to_array(lengths, ' ')) r, generate_series(split_part(r, '-', 1)::int, split_part(r, '-', 2)::int) n WHERE r ~ '-';
CREATE TEMP TABLE judged AS SELECT code, n, EXISTS (SELECT FROM possible p WHERE p.code = c.code AND p.n = l.n) AS is_possible, n < (SELECT min(n) FROM possible p WHERE p.code = c.code) AS is_short, n > (SELECT max(n) FROM possible p WHERE p.code = c.code) AS is_long,
	phone_issue('+' || code || substr('27423947294829', 1, n), 'US') AS issue FROM (SELECT DISTINCT code FROM region) c, generate_series(3, 14) l(n)
	-- what is taken off or put in there is told apart by the key's own tests
	WHERE code NOT IN ('52', '54', '55') AND length(code) + n <= 15;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE coalesce(issue, '') <> CASE WHEN is_possible THEN '' WHEN is_short THEN 'too_short' WHEN is_long THEN 'too_long' ELSE 'wrong_length' END) FROM judged$$, 'each calling code, at each length');
SELECT set_eq('SELECT DISTINCT coalesce(issue, ''none'') FROM judged', '{none,too_short,too_long,wrong_length}'::text[], 'with every answer');
-- numbers that regulators set aside for films and examples: NANPA, Ofcom, ACMA, Bundesnetzagentur, ARCEP, PTS
SELECT is(phone_issue(p, r), NULL, p) FROM (VALUES ('(202) 555-0143', 'US'), ('+1 613 555 0199', 'US'), ('020 7946 0958', 'GB'), ('0113 496 0123', 'GB'), ('07700 900123', 'GB'), ('(02) 5550 4321', 'AU'), ('0491 570 156', 'AU'), ('030 23125 123', 'DE'), ('0171 3920012', 'DE'), ('01 99 00 12 34', 'FR'), ('06 39 98 12 34', 'FR'), ('031-390 06 12', 'SE'), ('070-174 06 12', 'SE')) v(p, r);
SELECT is(pg_temp.outcome_of($$SELECT phone_issue('030 123456', 'Germany')$$), '22023', 'an unknown region is an error');
SELECT is(pg_temp.outcome_of($$SELECT phone_issue('+49 30 123456', 'Germany')$$), NULL, 'but not of a number with +');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (coalesce(pg_temp.outcome_of(format('SELECT phone_issue(%L, %L)', phone, 'XX')), '') = '22023') <> (coalesce(pg_temp.outcome_of(format('SELECT phone_key(%L, %L)', phone, 'XX')), '') = '22023')) FROM made WHERE g <= 2000$$, 'the same error as phone_key''s');

-- ---- hostile input: bounded, and no more than a code ----
CREATE TEMP TABLE hostile AS SELECT * FROM (VALUES ('empty', ''), ('spaces', repeat(' ', 1000000)), ('an address between 1 MB of spaces', repeat(' ', 500000) || 'ann@acme.com' || repeat(E'\n', 500000)), ('one letter', repeat('a', 1000000)), ('@', repeat('@', 1000000)), ('points', repeat('.', 1000000)), ('brackets', repeat('<', 500000) || repeat('>', 500000)),
	('comments', repeat('(', 500000) || '@' || repeat(')', 500000)), ('quotes', repeat('"', 1000000)), ('quoted', '"' || repeat('\"', 400) || '"@x.com'), ('one digit', repeat('1', 1000000)), ('+', repeat('+', 1000000)), ('combining marks', 'a' || repeat(U&'\0301', 500000) || '@x.com'), ('labels', repeat('a.', 500000) || 'com'), ('at and labels', 'a@' || repeat('a.', 500000) || 'com'),
	('a list', repeat('ann@acme.com, ', 70000)), ('a long URL', 'https://acme.com/' || repeat('x', 1000000)), ('many URLs', repeat('acme.com ', 100000)), ('user of 1 MB', 'https://' || repeat('u', 1000000) || '@acme.com'), ('1024 bytes', repeat('é', 507) || '@acme.com'), ('1025 bytes', repeat('é', 508) || '@acme.com'), ('astral', repeat('😀', 250) || '@x.com'), ('backslash', 'ann@acme.com\'), ('quote at the end', 'a"'), ('only a quote', '"'), ('comment that does not end', 'a@b(\')) v(what, t);
SELECT is(email_issue(t), wanted, what) FROM hostile JOIN (VALUES ('empty', 'blank'), ('spaces', 'blank'), ('an address between 1 MB of spaces', 'not_trimmed'), ('one letter', 'no_at'), ('@', 'too_long'), ('points', 'blank'), ('brackets', 'blank'), ('comments', 'too_long'), ('quotes', 'blank'), ('quoted', 'local_too_long'), ('one digit', 'no_at'), ('+', 'blank'), ('labels', 'no_at'), ('at and labels', 'too_long'), ('a list', 'several'), ('a long URL', 'no_at'),
	('1024 bytes', 'local_too_long'), ('1025 bytes', 'too_long'), ('astral', 'local_too_long'), ('backslash', 'invalid_domain'), ('quote at the end', 'no_at'), ('only a quote', 'blank'), ('comment that does not end', 'invalid_character')) w(what, wanted) USING (what);
SELECT is(website_issue(t), wanted, what) FROM hostile JOIN (VALUES ('empty', 'blank'), ('spaces', 'blank'), ('one letter', 'no_tld'), ('points', 'blank'), ('a long URL', NULL), ('many URLs', 'several'), ('labels', 'invalid_domain')) w(what, wanted) USING (what);
SELECT is(phone_issue(t, 'US'), wanted, what) FROM hostile JOIN (VALUES ('empty', 'blank'), ('spaces', 'blank'), ('one digit', 'too_long'), ('+', 'blank'), ('points', 'blank')) w(what, wanted) USING (what);
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE email_issue(t) IS NULL OR coalesce(website_issue(t), email_issue(t)) IS NULL OR phone_issue(t, ''DE'') IS NULL) FROM hostile', 'each has an issue');
SELECT is(ARRAY[email_issue(NULL), website_issue(NULL), phone_issue(NULL, 'US'), phone_issue('1', NULL), is_role_address(NULL)::text, is_disposable_address(NULL)::text], array_fill(NULL::text, '{6}'), 'nothing of nothing');

SELECT * FROM finish();
ROLLBACK;
