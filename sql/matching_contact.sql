-- matching: addresses of e-mail, the web, the telephone and the post.
-- Run by pg_regress.  Every table of cases has what is wanted beside it, from the source that it names.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET client_encoding = utf8;
SET search_path = salesops, public;
\pset format unaligned
\pset null NULL

-- ---- e-mail: what is read as an address ----

-- RFC 5322 (3.4: name-addr, addr-spec), RFC 5321 (4.1.2: quotes that need not be), RFC 6068 (mailto), RFC 6531 (other scripts)
SELECT address, email_key(address) AS key, email_domain(address) AS domain, CASE WHEN email_key(address) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES
	('Ann.Smith@X.Com', 'ann.smith@x.com'), ('  ann@x.com  ', 'ann@x.com'), ('Ann Smith <ann@x.com>', 'ann@x.com'), ('"Smith, Ann" <ann@x.com>', 'ann@x.com'),
	('"A \"<b@y.com>\" C" <ann@x.com>', 'ann@x.com'), ('<ann@x.com>', 'ann@x.com'), ('ann@x.com <ann@x.com>', 'ann@x.com'), ('ann@x.com (Ann Smith)', 'ann@x.com'), ('''ann@x.com''', 'ann@x.com'),
	('ann@x.com;', 'ann@x.com'), ('mailto:ann@x.com', 'ann@x.com'), ('MAILTO:ann%40x.com?subject=a@b.c', 'ann@x.com'), ('<mailto:ann%2Bx@x.com>', 'ann+x@x.com'), ('ann@x.com.', 'ann@x.com'),
	('"ann"@x.com', 'ann@x.com'), ('"ann smith"@x.com', '"ann smith"@x.com'), ('"a@b"@x.com', '"a@b"@x.com'), ('o''brien@x.com', 'o''brien@x.com'), ('!#$%&*+-/=?^_{|}~@x.com', '!#$%&*+-/=?^_{|}~@x.com'),
	('josé@x.com', 'jose@x.com'), ('用户@例子.公司.cn', '用户@例子.公司.cn'), ('ａｎｎ＠ｘ．ｃｏｍ', 'ann@x.com'), (U&'ann\200B@x.com', 'ann@x.com'),
	-- none
	('', NULL), (' ', NULL), ('@', NULL), ('ann', NULL), ('ann@', NULL), ('@x.com', NULL), ('ann@x', NULL), ('ann@x.com, bob@x.com', NULL), ('Ann <ann@x.com>, Bob <bob@x.com>', NULL), ('Ann <ann@x.com', NULL),
	('.ann@x.com', NULL), ('ann.@x.com', NULL), ('an..n@x.com', NULL), ('an n@x.com', NULL), ('ann@x .com', NULL), ('ann@-x.com', NULL), ('ann@x-.com', NULL), ('ann@x..com', NULL), ('ann@.com', NULL),
	('ann@192.168.0.1', NULL), ('a@b@x.com', NULL), ('ann,smith@x.com', NULL), (repeat('a', 64) || '@x.com', repeat('a', 64) || '@x.com'), (repeat('a', 65) || '@x.com', NULL),
	('a@' || repeat('b', 63) || '.com', 'a@' || repeat('b', 63) || '.com'), ('a@' || repeat('b', 64) || '.com', NULL), ('a@' || repeat('b.', 125) || 'com', 'a@' || repeat('b.', 125) || 'com'), ('a@' || repeat('b.', 126) || 'com', NULL)
	) v(address, wanted);

-- what providers ignore, by their help pages (mail_providers.tsv names them)
SELECT address, email_key(address) AS key, email_domain(address) AS domain, CASE WHEN email_key(address) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES
	-- Google: "john.smith@gmail.com, jo.hn.sm.ith@gmail.com and john.smith+work are one"
	('john.smith@gmail.com', 'johnsmith@gmail.com'), ('jo.hn.sm.ith@gmail.com', 'johnsmith@gmail.com'), ('j.o.h.n.s.m.i.t.h+a.b+c@googlemail.com', 'johnsmith@gmail.com'),
	-- of another's domain neither is known
	('john.smith+work@acme.com', 'john.smith+work@acme.com'),
	('john.smith+work@outlook.com', 'john.smith@outlook.com'), ('john+work@hotmail.co.uk', 'john@hotmail.co.uk'), ('john+work@me.com', 'john@icloud.com'), ('john@mac.com', 'john@icloud.com'), ('john+x@pm.me', 'john@proton.me'),
	('john+x@fastmail.fm', 'john@fastmail.fm'), ('john-smith+x@ya.ru', 'john.smith@yandex.ru'), ('john.smith@yahoo.com', 'john.smith@yahoo.com'), ('john+x@web.de', 'john+x@web.de'),
	-- nothing left in front of the tag
	('+work@gmail.com', '+work@gmail.com'), ('a.+work@outlook.com', 'a@outlook.com')) v(address, wanted);

-- domains of other scripts; the ASCII forms are the samples of RFC 3492, 7.1, and of RFC 5891
SELECT address, email_domain(address) AS domain, website_domain(email_domain(address)) AS website, CASE WHEN email_domain(address) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('a@BÜCHER.example', 'bucher.example'), ('a@xn--bcher-kva.example', 'bucher.example'), ('a@xn--ihqwcrb4cv8a8dqg056pqjye.cn', '他们为什么不说中文.cn'), ('a@xn--ihqwctvzc91f659drss3x8bo0yb.cn', '他們爲什麽不說中文.cn'),
	('a@xn--b1abfaaepdrnnbgefbadotcwatmq2g4l.ru', 'почемужеонинеговорятпорусски.ru'), ('a@xn--4dbcagdahymbxekheh6e0a7fei0b.il', 'למההםפשוטלאמדבריםעברית.il'), ('a@xn--n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa.jp', 'なぜみんな日本語を話してくれないのか.jp'),
	-- no form of anything: as it is
	('a@xn--99999999.com', 'xn--99999999.com'), ('a@xn--a.com', 'xn--a.com'), ('a@xn--.com', NULL), ('a@日本。jp', '日本.jp')) v(address, wanted);

SELECT address, is_free_mail(address) FROM unnest('{ann@gmail.com,GMAIL.COM,Ann <ann@Hotmail.co.uk>,web.de,qq.com,yandex.ru,naver.com,libero.it,mailinator.com,acme.com,ann@acme.com,mail.gmail.com,gmail,"",not an address}'::text[]) WITH ORDINALITY a(address, n) ORDER BY n;

-- ---- the web ----

-- the samples of publicsuffix.org (test_psl.txt), so far as the subset has their suffixes
SELECT host, website_domain(host) AS domain, CASE WHEN website_domain(host) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('COM', NULL), ('example.COM', 'example.com'), ('WwW.example.COM', 'example.com'), ('example', NULL), ('example.example', 'example.example'), ('b.example.example', 'example.example'), ('a.b.example.example', 'example.example'),
	('biz', NULL), ('domain.biz', 'domain.biz'), ('a.b.domain.biz', 'domain.biz'), ('uk.com', 'uk.com'), ('example.uk.com', 'example.uk.com'), ('a.b.example.uk.com', 'example.uk.com'), ('test.ac', 'test.ac'),
	('mm', NULL), ('c.mm', NULL), ('b.c.mm', 'b.c.mm'), ('a.b.c.mm', 'b.c.mm'), ('jp', NULL), ('test.jp', 'test.jp'), ('www.test.jp', 'test.jp'), ('ac.jp', NULL), ('test.ac.jp', 'test.ac.jp'), ('www.test.ac.jp', 'test.ac.jp'),
	('kyoto.jp', NULL), ('test.kyoto.jp', 'test.kyoto.jp'), ('c.kobe.jp', NULL), ('b.c.kobe.jp', 'b.c.kobe.jp'), ('a.b.c.kobe.jp', 'b.c.kobe.jp'), ('city.kobe.jp', 'city.kobe.jp'), ('www.city.kobe.jp', 'city.kobe.jp'),
	('ck', NULL), ('test.ck', NULL), ('b.test.ck', 'b.test.ck'), ('a.b.test.ck', 'b.test.ck'), ('www.ck', 'www.ck'), ('www.www.ck', 'www.ck'), ('us', NULL), ('test.us', 'test.us'), ('ak.us', NULL), ('test.ak.us', 'test.ak.us'),
	('食狮.com.cn', '食狮.com.cn'), ('食狮.公司.cn', '食狮.公司.cn'), ('www.食狮.公司.cn', '食狮.公司.cn'), ('公司.cn', NULL), ('xn--85x722f.xn--55qx5d.cn', '食狮.公司.cn'), ('xn--55qx5d.cn', NULL)) v(host, wanted);

-- RFC 3986: scheme, user, port, path, query, fragment; and what people type
SELECT url, website_domain(url) AS domain, CASE WHEN website_domain(url) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('https://ann:secret@www.shop.acme.co.uk:8443/cart?id=1#top', 'acme.co.uk'), ('HTTP://WWW.ACME.COM', 'acme.com'), ('acme.com/about', 'acme.com'), ('acme.com?x=http://zenith.com', 'acme.com'), ('//acme.com', 'acme.com'),
	('http:/acme.com', 'acme.com'), ('http:\\acme.com\x', 'acme.com'), ('http//acme.com', 'acme.com'), ('https:acme.com', 'acme.com'), ('ftp://ftp.acme.com', 'acme.com'), ('<https://acme.com>', 'acme.com'), ('"acme.com"', 'acme.com'),
	(' acme.com, ', 'acme.com'), ('acme.com.', 'acme.com'), ('http.com', 'http.com'), ('www.com', 'www.com'), ('www.gov.uk', 'www.gov.uk'), ('ann@acme.com', 'acme.com'), ('https://acme.com/' || repeat('x', 100000), 'acme.com'),
	('http://192.168.0.1:8080/x', '192.168.0.1'), ('http://[2001:DB8::1]:8080/x', '2001:db8::1'), ('2001:db8::1', '2001:db8::1'), ('256.1.1.1', NULL), ('01.1.1.1', NULL), ('1.2.3', NULL),
	('acme.github.io/x', 'acme.github.io'), ('www.github.io', 'github.io'), ('shop.acme.myshopify.com', 'acme.myshopify.com'), ('https://ann.blogspot.com', 'ann.blogspot.com'), ('acme.wixsite.com/home', 'acme.wixsite.com'),
	('', NULL), ('acme', NULL), ('n/a', NULL), ('none', NULL), ('http://', NULL), ('acme com', NULL), ('acme.com:port', NULL), ('-acme.com', NULL), ('http://localhost:8080', NULL), ('co.uk', NULL), ('.', NULL), (repeat('a.', 200) || 'com', NULL)) v(url, wanted);

-- ---- telephone ----

-- how a number is written at home and from elsewhere (ITU-T E.123, and the sample numbers that each numbering plan sets aside)
SELECT phone, region, phone_key(phone, region) AS key, CASE WHEN phone_key(phone, region) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES
	('030 123456', 'DE', '+4930123456'), ('(030) 12 34 56', 'de', '+4930123456'), ('030/123456', 'DE', '+4930123456'), ('+49 30 123456', 'US', '+4930123456'), ('+49 (0)30 123456', 'US', '+4930123456'), ('0049 30 123456', 'FR', '+4930123456'),
	('011 49 30 123456', 'US', '+4930123456'), ('010 49 30 123456', 'JP', '+4930123456'), ('0011 49 30 123456', 'AU', '+4930123456'), ('8 10 49 30 123456', 'RU', '+4930123456'), ('Tel.: 030 123456', 'DE', '+4930123456'), ('＋４９　３０　１２３４５６', 'US', '+4930123456'),
	('٠٣٠ ١٢٣٤٥٦', 'DE', '+4930123456'),
	('(415) 555-1234', 'US', '+14155551234'), ('415.555.1234', 'CA', '+14155551234'), ('1 415 555 1234', 'US', '+14155551234'), ('+1 (415) 555-1234', 'DE', '+14155551234'), ('415-555-1234 (mobile)', 'US', '+14155551234'),
	-- ITU-T E.161: letters
	('1-800-FLOWERS', 'US', '+18003569377'), ('1-800-MY-APPLE', 'US', '+18006927753'), ('1-800-CONTACTS', 'US', '+18002668228'), ('0800-REIMERS', 'NZ', '+648007346377'),
	-- trunk prefixes: 0, 8, 06, none, part of the number; carriers in Brazil; mobile numbers in Argentina and Mexico
	('020 7946 0958', 'GB', '+442079460958'), ('8 (916) 555-12-34', 'RU', '+79165551234'), ('8 800 555 12 34', 'RU', '+78005551234'), ('06 1 555 1234', 'HU', '+3615551234'), ('8 029 555 12 34', 'BY', '+375295551234'), ('8 612 34567', 'LT', '+37061234567'),
	('612 345 678', 'ES', '+34612345678'), ('06 1234 5678', 'IT', '+390612345678'), ('+39 (0)6 1234 5678', 'US', '+390612345678'), ('347 123 4567', 'IT', '+393471234567'), ('0 15 11 98765-4321', 'BR', '+5511987654321'), ('(11) 98765-4321', 'BR', '+5511987654321'),
	('011 15-2345-6789', 'AR', '+5491123456789'), ('+54 9 11 2345-6789', 'US', '+5491123456789'), ('01 55 5512 3456', 'MX', '+525555123456'), ('+52 1 55 5512 3456', 'US', '+525555123456'),
	-- the calling code without its +
	('33 6 12 34 56 70', 'FR', '+33612345670'), ('44 20 7946 0958', 'GB', '+442079460958'),
	-- of no region
	('+800 1234 5679', 'US', '+80012345679'), ('+870 773 111 632', 'US', '+870773111632'),
	-- none: too short, too long, no such code, an area that begins with 1, two numbers, words
	('555-1234', 'US', NULL), ('415-555-12345', 'US', NULL), ('+999 123456', 'US', NULL), ('123-555-1234', 'US', NULL), ('415-055-1234', 'US', NULL), ('415-555-1234, 415-555-9999', 'US', NULL), ('030 123456 / 030 123457', 'DE', NULL),
	('', 'US', NULL), ('-', 'US', NULL), ('n/a', 'US', NULL), ('none', 'US', NULL), ('+', 'US', NULL), ('112', 'DE', NULL), ('call me', 'US', NULL), ('12 Main Street', 'US', NULL),
	-- what is typed to get past a form
	('0000000000', 'US', NULL), ('555-555-5555', 'US', NULL), ('1234567890', 'US', NULL), ('0123456789', 'DE', NULL), ('9876543210', 'US', NULL), ('+49 1234567', 'DE', NULL), ('765432', 'IR', NULL), ('+98 765432', 'US', NULL), ('765433', 'IR', '+98765433'), ('99999999', 'DK', NULL)) v(phone, region, wanted);

-- extensions: RFC 3966, and the words in use
SELECT phone, phone_extension(phone) AS extension, phone_key(phone, 'US') AS key, CASE WHEN phone_extension(phone) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('415-555-1234 x12', '12'), ('415-555-1234x12', '12'), ('415-555-1234 X 12', '12'), ('415-555-1234 ext. 12', '12'), ('415-555-1234 Ext: 12', '12'), ('415-555-1234, extension 12', '12'), ('415-555-1234 (ext 12)', '12'), ('415-555-1234 #12', '12'),
	('tel:+1-415-555-1234;ext=12', '12'), ('tel:555-1234;phone-context=+1-415;ext=7', '7'), ('+1 415 555 1234;ext=12', '12'), ('+49 30 123456 Durchwahl 12', '12'), ('+49 30 123456 DW 0', '0'), ('+33 1 42 68 53 00 poste 12', '12'), ('+55 11 3456-7891 ramal 12', '12'),
	('+7 495 555 12 34 доб. 12', '12'), ('+81 3 1234 5670 内線12', '12'), ('415-555-1234', NULL), ('+49 30 12345-12', NULL), ('1-800-FLOWERX', NULL), ('', NULL), ('x', NULL)) v(phone, wanted);

-- Salesforce, "Matching Methods Used in Matching Rules": country 10 %, area 50 %, next three digits 30 %, last four 10 %
SELECT a, b, phone_similarity(a, b, 'US') AS similarity, wanted, explain_phone_similarity(a, b, 'US')
FROM (VALUES ('415-555-1234', '415-555-5678', 0.9), ('1-415-555-1234', '(415) 555-1234 x12', 1.0), ('415-555-1234', '650-555-1234', 0.5), ('415-555-1234', '415-777-1234', 0.7), ('415-555-1234', '+44 415 555 1234', 0.9), ('415-555-1234', '+49 30 123456', 0.0),
	('+49 30 12345-0', '+49 30 12345-678', 0.9), ('415-555-1234', 'n/a', NULL)) v(a, b, wanted);

-- an unknown region is an error, and says what a region is; a number from abroad needs none, and without one there is no other
SELECT phone_key('030 123456', 'Germany');
SELECT phone_key('+49 30 123456', 'Germany') AS abroad, phone_key('030 123456', '') AS nowhere, phone_key('0049 30 123456', ' ') AS unknown_prefix, phone_key('+49 30 123456', '') AS abroad_from_nowhere;
SELECT phone_similarity('030 123456', '030 123457', 'XX');
SELECT count(*) AS regions FROM (SELECT phone_key('4930123456', chr(a) || chr(b)) FROM generate_series(65, 90) a, generate_series(65, 90) b WHERE chr(a) || chr(b) IN ('DE', 'US', 'XK', 'AX', 'SJ')) r;

-- ---- post ----

SELECT code, postal_key(code) AS key, CASE WHEN postal_key(code) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('sw1a 1aa', 'SW1A1AA'), ('12345-6789', '12345'), ('12345 6789', '12345'), ('123456789', '12345'), ('12345', '12345'), ('k1a 0b1', 'K1A0B1'), ('1234 AB', '1234AB'), ('00-950', '00950'), ('01.310-100', '01310100'), ('〒100-0001', '1000001'), ('１００', '100'),
	('LV-1010', 'LV1010'), ('n/a', NULL), ('unknown', NULL), ('', NULL), ('1', NULL), ('12345/6', NULL), (repeat('1', 13), NULL)) v(code, wanted);

-- ---- similarity of addresses: by hand from the levels of the reference page ----

SELECT a, b, email_similarity(a, b) AS similarity, wanted, explain_email_similarity(a, b)
FROM (VALUES ('Ann.Smith@Acme.com', 'Ann <ann.smith@acme.com>', 1), ('a.nn@gmail.com', 'ann+x@googlemail.com', 1), ('ann.smith@acme.com', 'annsmith@acme.com', 0.98), ('ann.smith@acme.com', 'ann.smith+x@acme.com', 0.98),
	('ann.smith@acme.com', 'a.smith@acme.com', 0.9), ('ann.smith@acme.com', 'asmith@acme.com', 0.85), ('ann.smith@acme.com', 'ann.smtih@acme.com', 1 - 1 / 8.0), ('ann.smith1@acme.com', 'ann.smith2@acme.com', 0), ('john@acme.com', 'joan@acme.com', 0.75),
	-- the other order, and the initial behind; other initials are other people
	('smith.ann@acme.com', 'ann.smith@acme.com', 0.95), ('smitha@acme.com', 'ann.smith@acme.com', 0.85), ('asmith@acme.com', 'bsmith@acme.com', 0), ('a.smith@acme.com', 'b.smith@acme.com', 0),
	('ann.smith@acme.com', 'ann.smith@mail.acme.com', 0.5 + 0.5 * 0.95), ('ann.smith@acme.com', 'ann.smith@acme.con', 0.5 + 0.5 * 0.9), ('ann.smith@acme.com', 'ann.smith@zenith.com', 0.5), ('info@acme.com', 'info@zenith.com', 0), ('info@acme.com', 'info@mail.acme.com', 0.5 + 0.5 * 0.95),
	('ann@hotmail.de', 'ann@hotmail.dk', 0.5), ('ann@gmial.com', 'ann@gmail.com', 0.95), ('bob@acme.com', 'ann@acme.com', 0), ('-@acme.com', '_@acme.com', 0), ('ann', 'ann@acme.com', NULL)) v(a, b, wanted);

SELECT email_key(NULL) IS NULL AND email_domain(NULL) IS NULL AND is_free_mail(NULL) IS NULL AND website_domain(NULL) IS NULL AND phone_key(NULL, 'US') IS NULL AND phone_key('1', NULL) IS NULL AND phone_extension(NULL) IS NULL
	AND postal_key(NULL) IS NULL AND email_similarity(NULL, 'a') IS NULL AND phone_similarity('1', NULL, 'US') IS NULL AS nulls;
