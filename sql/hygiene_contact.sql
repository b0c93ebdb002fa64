-- hygiene: what is wrong with addresses of e-mail, websites and telephone numbers, and whose mailbox an address is.
-- Run by pg_regress.  Every table of cases has what is wanted beside it, from the source that it names.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET client_encoding = utf8;
SET search_path = salesops, public;
\pset format unaligned
\pset null NULL

-- ---- e-mail ----

-- RFC 5321 and 5322, and the examples of RFC 3696 (section 3) and of Wikipedia's "Email address"; as far as the RFC has them for addresses
-- and we do not, the code says what is odd about them
SELECT address, email_issue(address) AS issue, CASE WHEN email_issue(address) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES
	('ann.smith@acme.com', NULL), ('Ann.Smith@ACME.Co.UK', NULL), ('x@acme.com', NULL), ('long.address-hyphens@acme.com', NULL), ('user.name+tag+sorting@acme.com', NULL), ('name/surname@acme.com', NULL), ('mailhost!username@acme.org', NULL), ('user%acme.com@acme.org', NULL), ('user-@acme.org', NULL),
	('o''brien@acme.com', NULL), ('!#$%&*+-/=?^_`{|}~@acme.com', NULL), ('customer/department=shipping@acme.com', NULL), ('$A12345@acme.com', NULL), ('!def!xyz%abc@acme.com', NULL), ('_somename@acme.com', NULL), ('1234567890@acme.com', NULL), ('ann@123.com', NULL), ('ann@acme.museum', NULL), ('ann@a-b.acme.com', NULL), ('ann@xn--bcher-kva.de', NULL),
	('"john..doe"@acme.org', 'quoted_local'), ('" "@acme.org', 'quoted_local'), ('"Abc@def"@acme.com', 'quoted_local'), ('"Fred Bloggs"@acme.com', 'quoted_local'), ('"Joe\\Blow"@acme.com', 'quoted_local'), ('""@acme.com', 'quoted_local'), ('postmaster@[123.123.123.123]', 'address_literal'), ('postmaster@[IPv6:2001:db8::1]', 'address_literal'), ('ann@admin', 'no_tld'),
	('abc.acme.com', 'no_at'), ('a@b@c@acme.com', 'invalid_character'), ('a"b(c)d,e:f;g<h>i[j\k]l@acme.com', 'invalid_character'), ('just"not"right@acme.com', 'invalid_character'), ('this is"not\allowed@acme.com', 'invalid_character'), ('i.like.underscores@but_they_are_not_allowed_in_this_part', 'invalid_domain'),
	(repeat('1234567890', 6) || '1234+x@acme.com', 'local_too_long'), ('Abc\@def@acme.com', 'invalid_character'), ('ann@255.255.255.255', 'numeric_tld')) v(address, wanted);

-- what people, forms and mail programs write
SELECT address, email_issue(address) AS issue, CASE WHEN email_issue(address) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES
	('', 'blank'), ('   ', 'blank'), ('-', 'blank'), ('n/a', 'blank'), ('unbekannt', 'blank'), ('no-email', 'blank'), ('noemailaddress', 'filler'), ('ann', 'no_at'), ('ann at acme.com', 'no_at'), ('+49 30 123456', 'no_at'), ('@', 'no_local'), ('@acme', 'no_local'), ('ann@', 'no_domain'),
	('Ann Smith <ann@acme.com>', 'not_bare'), ('"Smith, Ann" <ann@acme.com>', 'not_bare'), ('<ann@acme.com>', 'not_bare'), ('''ann@acme.com''', 'not_bare'), ('"ann@acme.com"', 'not_bare'), ('mailto:ann@acme.com', 'not_bare'), ('MAILTO:ann@acme.com?subject=x', 'not_bare'), ('ann@acme.com;', 'not_bare'), ('ann@acme.com,', 'not_bare'),
	('ann@acme.com (Ann)', 'comment'), ('(home) ann@acme.com', 'comment'), ('ann@acme.com, bob@acme.com', 'several'), ('ann@acme.com;bob@acme.com', 'several'), ('ann@acme.com bob@acme.com', 'several'), ('ann@acme.com/bob@acme.com', 'several'), ('ann@acme.com or bob@acme.com', 'several'), ('Ann <ann@acme.com>, Bob <bob@acme.com>', 'several'), (E'ann@acme.com\nbob@acme.com', 'several'),
	('ann smith@acme.com', 'white_space'), ('ann@ acme.com', 'white_space'), ('ann@acme. com', 'white_space'), ('ann,smith@acme.com', 'invalid_character'), ('ann:smith@acme.com', 'invalid_character'), ('ann@@acme.com', 'invalid_character'), ('<ann@acme.com', 'invalid_character'), (E'ann\x01@acme.com', 'invalid_character'),
	('.ann@acme.com', 'leading_dot'), ('ann.@acme.com', 'trailing_dot'), ('ann..smith@acme.com', 'consecutive_dots'), ('ann@acme,com', 'invalid_domain'), ('ann@.acme.com', 'invalid_domain'), ('ann@acme..com', 'invalid_domain'), ('ann@acme.com.', 'invalid_domain'), ('ann@-acme.com', 'invalid_domain'), ('ann@acme-.com', 'invalid_domain'), ('ann@ac_me.com', 'invalid_domain'), ('ann@acme.com/', 'invalid_domain'), ('ann@[127.0.0.1', 'invalid_domain'),
	('ann@acme', 'no_tld'), ('ann@localhost', 'no_tld'), ('ann@acme.123', 'numeric_tld'), ('ann@acme.c', 'short_tld'), ('asdf@asdf.com', 'filler'), ('test@test.com', 'filler'), ('a@a.a', 'filler'), ('none@none.com', 'filler'), ('no.email@acme.com', 'filler'), ('ann@example.com', 'reserved_domain'), ('ann@acme.local', 'reserved_domain'),
	('ann@gmial.com', 'domain_typo'), ('ann@gmail.con', 'domain_typo'), ('ann@hotmial.co.uk', 'domain_typo'), ('ann@yaho.com', 'domain_typo'), ('ann@acme.con', 'domain_typo'), ('ann@mail.com', NULL), ('ann@ymail.com', NULL), ('ann@gmx.com', NULL), (' ann@acme.com', 'not_trimmed'), (E'ann@acme.com\r\n', 'not_trimmed'), (' ann..smith@gmial.com', 'consecutive_dots')) v(address, wanted);

-- RFC 6531: other scripts
SELECT address, email_issue(address) AS issue, CASE WHEN email_issue(address) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('josé@acme.com', NULL), ('用户@例子.广告', NULL), ('अजय@डाटा.भारत', NULL), ('θσερ@εχαμπλε.ψομ', NULL), ('квіточка@пошта.укр', NULL), ('Dörte@Sörensen.de', NULL), ('jose' || U&'\0301' || '@acme.com', NULL), ('"josé g"@acme.com', 'quoted_local'), ('José <josé@acme.com>', 'not_bare'),
	(U&'ann\200B@acme.com', 'invalid_character'), (U&'ann\00A0smith@acme.com', 'white_space'), (U&'\00A0ann@acme.com\3000', 'not_trimmed'), ('ann＠acme.com', 'no_at'), ('ann@acme。com', 'invalid_domain'), ('ａnn@acme.com', 'invalid_character'), ('ann@☃.com', 'invalid_domain'), ('ann@gmäil..com', 'invalid_domain')) v(address, wanted);

-- ---- whose mailbox it is ----

SELECT address, is_role_address(address) AS role, is_disposable_address(address) AS disposable, CASE WHEN (is_role_address(address), is_disposable_address(address)) IS DISTINCT FROM (role, disposable) THEN 'WANTED ' || coalesce(role::text, 'NULL') || ', ' || coalesce(disposable::text, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('info@acme.com', true, false), ('Info <INFO@acme.com>', true, false), ('no-reply@acme.com', true, false), ('no.reply@acme.com', true, false), ('customer_service@acme.com', true, false), ('us-sales@acme.com', true, false), ('sales2@acme.com', true, false), ('sales+web@acme.com', true, false), ('vertrieb.de@acme.de', true, false), ('büro@acme.de', true, false), ('postmaster@gmail.com', true, false),
	('ann@acme.com', false, false), ('j.sales@acme.com', false, false), ('info.bob@acme.com', false, false), ('salesman@acme.com', false, false), ('bill@acme.com', false, false), ('ann@mailinator.com', false, true), ('info@x.mailinator.com', true, true), ('yopmail.com', NULL, true), ('acme.com', NULL, false), ('ann', NULL, NULL), ('', NULL, NULL)) v(address, role, disposable);

-- ---- web ----

SELECT url, website_issue(url) AS issue, CASE WHEN website_issue(url) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('acme.com', NULL), ('www.acme.com', NULL), ('HTTPS://WWW.Acme.co.uk:8443/about?x=1#top', NULL), ('acme.github.io', NULL), ('bücher.de', NULL), ('xn--bcher-kva.de', NULL), ('https://medium.com/@acme', NULL), ('acme.com/a,b.html', NULL), ('facebook.com', NULL), ('my_shop.acme.com', NULL), ('http.com', NULL),
	('', 'blank'), ('n/a', 'blank'), ('http://', 'blank'), ('https://www.', 'blank'), ('www', 'blank'), ('ftp://acme.com', 'wrong_scheme'), ('mailto:ann@acme.com', 'wrong_scheme'), ('javascript:alert(1)', 'wrong_scheme'), ('file:///c:/acme.htm', 'wrong_scheme'), ('htp://acme.com', 'wrong_scheme'), ('http//acme.com', 'wrong_scheme'), ('http:/acme.com', 'wrong_scheme'), ('http:\\acme.com', 'wrong_scheme'), ('http://http://acme.com', 'wrong_scheme'), ('//acme.com', 'wrong_scheme'),
	('ann@acme.com', 'is_email'), ('http://ann@acme.com', 'is_email'), ('https://ann:secret@acme.com', 'credentials'), ('acme.com, zenith.com', 'several'), ('acme.com zenith.com', 'several'), ('www.acme.com / www.acme.de', 'several'), ('acme.com und acme.de', 'several'), ('acme.com; http://acme.de/', 'several'), ('acme .com', 'wrong_format'), ('acme.com/about us', 'wrong_format'), ('call them', 'wrong_format'), ('@acme.com', 'wrong_format'), ('acme.com:port', 'wrong_format'),
	('10.0.0.1', 'ip_address'), ('http://[2001:db8::1]:8080/', 'ip_address'), ('acme', 'no_tld'), ('http://www.acme', 'no_tld'), ('http://localhost:8080', 'no_tld'), ('256.1.1.1', 'numeric_tld'), ('-acme.com', 'invalid_domain'), ('acme..com', 'invalid_domain'), ('acme,com', 'invalid_domain'), ('co.uk', 'public_suffix'), ('www.www.com', 'filler'), ('asdf.com', 'filler'), ('none.com', 'filler'), ('acme.c', 'short_tld'), ('www.example.com', 'reserved_domain'), ('intranet.local', 'reserved_domain'), ('www.acme.con', 'domain_typo'), ('gmial.com', 'domain_typo'),
	('gmail.com', 'free_mail'), ('https://www.hotmail.co.uk/', 'free_mail'), ('facebook.com/acme', 'social_profile'), ('https://www.linkedin.com/company/acme', 'social_profile'), ('<http://acme.com>', 'not_bare'), ('"acme.com"', 'not_bare'), ('acme.com;', 'not_bare'), (' acme.com ', 'not_trimmed')) v(url, wanted);

-- ---- telephone ----

SELECT phone, region, phone_issue(phone, region) AS issue, CASE WHEN phone_issue(phone, region) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('(415) 555-1234', 'US', NULL), ('+49 30 123456', 'US', NULL), ('030/123456', 'DE', NULL), ('1-800-FLOWERS', 'US', NULL), ('415-555-1234 ext. 12', 'US', NULL), ('tel:+1-415-555-1234', 'US', NULL), ('415-555-1234 (mobile)', 'US', NULL),
	('', 'US', 'blank'), ('-', 'US', 'blank'), ('n/a', 'US', 'blank'), ('call me', 'US', 'no_digits'), ('ann@acme.com', 'US', 'no_digits'), ('+', 'US', 'blank'), ('0000000000', 'US', 'filler'), ('555-555-5555', 'US', 'filler'), ('1234567890', 'US', 'filler'), ('9876543210', 'US', 'filler'), ('+49 1234567', 'DE', 'filler'),
	('415-555-1234, 415-555-9999', 'US', 'several'), ('030 123456 / 030 123457', 'DE', 'several'), ('415-555-1234; 415-555-9999', 'US', 'several'), ('415-555-1234 or 415-555-9999', 'US', 'several'), ('+49 30 123456 +49 30 123457', 'DE', 'several'), ('12 Main Street', 'US', 'has_letters'), ('room 12b 415', 'US', 'has_letters'), ('415*555*1234', 'US', 'wrong_format'), ('030 123456', '', 'no_region'),
	('+999 123456', 'US', 'unknown_calling_code'), ('+0 723456', 'US', 'unknown_calling_code'), ('555-1234', 'US', 'too_short'), ('112', 'DE', 'too_short'), ('+49', 'US', 'too_short'), ('0049 30', 'US', 'too_short'), ('1', 'US', 'too_short'), ('415-555-12345', 'US', 'too_long'), ('415-555-12345 (mobile)', 'US', 'too_long'), ('+1 415 555 1234 555', 'DE', 'too_long'), ('+34 612 345 6789', 'ES', 'too_long'), (repeat('12', 30), 'US', 'too_long'),
	('(115) 555-1234', 'US', 'invalid_area'), ('(015) 555-1234', 'CA', 'invalid_area'), ('+1 415 155 1234', 'DE', 'invalid_exchange'), ('415-055-1234', 'US', 'invalid_exchange'),
	-- between the shortest and the longest there may be lengths that no number has: Norway has 5 and 8 digits (Nkom)
	('+47 22123456', 'NO', NULL), ('+47 02123', 'NO', NULL), ('+47 2212345', 'NO', 'wrong_length')) v(phone, region, wanted);

-- an unknown region is an error, as phone_key has it
SELECT phone_issue('030 123456', 'Germany');
SELECT phone_issue('n/a', 'XX');
SELECT phone_issue('+49 30 123456', 'Germany') AS abroad, phone_issue('030 123456', ' ') AS nowhere;

SELECT email_issue(NULL) IS NULL AND is_role_address(NULL) IS NULL AND is_disposable_address(NULL) IS NULL AND website_issue(NULL) IS NULL AND phone_issue(NULL, 'US') IS NULL AND phone_issue('1', NULL) IS NULL AS nulls;
