-- matching: what must hold of every name, on 100,000 of them: words of the data files and of the samples put together in many ways, persons, companies,
-- addresses, and strings of letters, marks and signs of many scripts.  The same on every run: all of it comes from md5.
\ir setup.psql
\set has_words `test -r src/matching/legal_forms.tsv && test -r demo/sample/words.sql && echo true || echo false`

-- ---- the names ----

CREATE TEMP TABLE line (line text);
\if :has_words
	\copy line FROM PROGRAM 'cat src/matching/*.tsv demo/sample/words.sql demo/sample/people.sql | grep -v "^#" | tr "\t|()" "    " | tr -d "\\\\"'
\endif
-- some words of each file, for where the sources are not at hand
INSERT INTO line VALUES ('inc corp gmbh kg ag s.a. sarl ltd limited llc plc pty bv nv oy ab as a/s s.p.a. srl lda kft sro spolka z.o.o. ooo зао оао 株式会社 有限公司 the and und et & + of d/b/a trading as formerly group holdings international services'),
	('dr prof mr mrs miss sir jr sr ii iii phd md esq van der de la von al bin o'' mc mac bob robert bill william liz beth jon jonathan alex sasha hans peter maría josé ann-marie'),
	('street st ave avenue road rd blvd n north sw suite ste apt unit # floor fl box po 1st 2nd third straße rue calle via 12 12a 221b 1/2 gmail.com co.uk hotmail.de outlook.com');
CREATE TEMP TABLE word AS SELECT row_number() OVER (ORDER BY w COLLATE "C") - 1 AS n, w FROM (SELECT DISTINCT w COLLATE "C" AS w FROM line, regexp_split_to_table(line, '\s+') w WHERE w <> '' AND length(w) <= 24) d;
CREATE TEMP TABLE lists AS
SELECT
	string_to_array('Robert,Bob,José,María,Jean-Luc,Ann-Marie,Дмитрий,Юлия,محمد,李,Søren,Zoë,Ngọc,J.,R,Hans Peter,O’Brien,Þór,Ἀλέξανδρος,ｼﾞｮﾝ', ',') AS given,
	string_to_array('Smith,Müller,de la Cruz,van der Berg,O''Neil,Mac Donald,MacDonald,al-Rashid,Ibn Saud,García Márquez,Smith-Jones,ßtraßer,Иванов,Йозеф,王,김,ΠΑΠΑΔΌΠΟΥΛΟΣ,Ólafsdóttir,D’Angelo,van,Bin,Le', ',') AS family,
	string_to_array('Dr.|Prof. Dr.|Mr|Mrs.|Sir||||||', '|') AS title,
	string_to_array('Jr.|, Jr|III|, PhD|, MD, FACS|Esq.|(retired)|||||||', '|') AS suffix,
	string_to_array('Inc.|, Inc|GmbH & Co. KG|Ltd|S.A.|S.p.A.|Sp. z o.o.|Co., Ltd.|A/S|Pty Ltd|d/b/a Acme|(in liquidation)|Holdings|株式会社|ООО|& Sons|and|Group, LLC|/DE/|a.s.|', '|') AS form,
	string_to_array('St|Street|Ave.|Straße|Rd|Blvd|Ct|Unit|Place|St St|Rue|Highway 9|Avenue of the Americas|', '|') AS type,
	string_to_array('Apt 4|#12|Suite B-2|, 3rd Floor|PO Box 77|Unit|# |Fl. 2, Rm 3|Lot 7 Bldg C||||', '|') AS unit,
	string_to_array('N|S.|North|NW|South West||||||', '|') AS direction,
	string_to_array(' | |  |-|/|.|. |, | & | and |''|’|(|) |+|_|–|' || U&'\00A0|\3000|\200B|' || E'\t', '|') AS separators,
	string_to_array('aábcçdeéèfghiıİjklłmnñoóøpqrsßştuüvwxyzæœþðÅÆŒÞÐǅﬁﬃＡｂ１①½²ªº™®αάβγςΣΩабвёйъЯіїאבגשׁابةيىﻻ١٢۳कखि्ไทยกำ漢字株㈱㍿한글ᄒ각かがｶﾞｱﾊﾟー々😀👩‍👧𝓐𝟙' || U&'\0301\0308\0327\030A\0306\0345\3099\309A\200D\00AD\FEFF\202E\FE0F'
		|| '.,;:''"!?&+-_/\()[]{}<>@#$%^*~`|=  ..--', NULL) AS signs;

CREATE FUNCTION pg_temp.cased(t text, how int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE how % 8 WHEN 0 THEN upper(t) WHEN 1 THEN t WHEN 2 THEN lower(t) WHEN 3 THEN left(t, 1) || '.' ELSE initcap(t) END $$;

-- five words of the lists for each, and what stands behind each of them
ANALYZE word;
SELECT count(*) AS words FROM word \gset
CREATE TEMP TABLE digest AS SELECT i, decode(md5('n' || i), 'hex') AS h FROM generate_series(1, 100000) i;
CREATE TEMP TABLE drawn AS
SELECT i, h, (array_agg(w ORDER BY k))[1] AS w1, (array_agg(w ORDER BY k))[2] AS w2, string_agg(w || pg_temp.pick(separators, h, (k + 7) % 16), '' ORDER BY k) FILTER (WHERE k <= get_byte(h, 8) % 5) AS joined
FROM (SELECT i, h, k, pg_temp.cased(w, get_byte(h, 15 - k)) AS w FROM (SELECT * FROM digest, generate_series(0, 4) k) d JOIN word ON word.n = pg_temp.number(h, k) % :words) p, lists
GROUP BY i, h;
CREATE TEMP TABLE name AS
SELECT i, h, CASE i % 10
		WHEN 0 THEN concat_ws(' ', pg_temp.pick(title, h, 0), pg_temp.cased(pg_temp.pick(given, h, 1), get_byte(h, 9)), pg_temp.pick(given, h, 2), pg_temp.cased(pg_temp.pick(family, h, 3), get_byte(h, 10)), pg_temp.pick(suffix, h, 4))
		WHEN 1 THEN concat(pg_temp.pick(family, h, 0), CASE get_byte(h, 9) % 3 WHEN 0 THEN ' ' ELSE ', ' END, pg_temp.pick(title, h, 1), ' ', pg_temp.cased(pg_temp.pick(given, h, 2), get_byte(h, 10)), ' ', pg_temp.pick(given, h, 3), ' ', pg_temp.pick(suffix, h, 4))
		WHEN 2 THEN concat_ws(' ', pg_temp.pick('{The,"","","",Die,La}', h, 0), w1, w2, pg_temp.pick(form, h, 3), pg_temp.pick(form, h, 4))
		WHEN 3 THEN concat_ws(' ', get_byte(h, 0) * 7, pg_temp.pick(direction, h, 1), w1, pg_temp.pick(type, h, 3), pg_temp.pick(direction, h, 4), pg_temp.pick(unit, h, 5))
		WHEN 4 THEN (SELECT string_agg(pg_temp.pick(signs, s, k), '' ORDER BY k) FROM generate_series(0, get_byte(h, 0) % 15) k, decode(md5('s' || i), 'hex') s)
		WHEN 5 THEN concat(w1, pg_temp.pick(signs, h, 3), pg_temp.pick(signs, h, 4), w2, pg_temp.pick(signs, h, 5), pg_temp.pick(signs, h, 6), w1)
		ELSE joined
	END AS t
FROM drawn, lists;
SELECT cmp_ok(count(DISTINCT t), '>', 95000::bigint, 'different names') FROM name;

-- ---- the key of a key is that key ----

CREATE TEMP TABLE keyed AS SELECT i, t, company_key(t) AS company, person_key(t) AS person, address_key(t) AS address, nickname_class(t) AS nickname, match_phonetic(t) AS sound FROM name;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE company_key(company) IS DISTINCT FROM company) FROM keyed WHERE company IS NOT NULL', 'company_key of a key');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person_key(person) IS DISTINCT FROM person) FROM keyed WHERE person IS NOT NULL', 'person_key of a key');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE address_key(address) IS DISTINCT FROM address) FROM keyed WHERE address IS NOT NULL', 'address_key of a key');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE nickname_class(nickname) IS DISTINCT FROM nickname) FROM keyed WHERE nickname IS NOT NULL', 'nickname_class of a class');

-- addresses of e-mail, of hosts, and telephone numbers, made of the same; what is none has no key
CREATE TEMP TABLE contact AS
SELECT i, concat(pg_temp.pick('{"","","",mailto:,"Ann <",<,""}', h, 0), w1, pg_temp.pick('{.,.,_,-,+,"",..,"''",’,é}', h, 1), w2, pg_temp.pick('{"","",+crm,-x,.}', h, 2), pg_temp.pick('{@,@,@,＠,%40," @ "}', h, 3), host, pg_temp.pick('{"","","",>,.,?subject=x," (Ann)"}', h, 4)) AS email,
	concat(pg_temp.pick('{"",http://,https://www.,www.,//,HTTP:\\\\,ftp://u:p@,mail@}', h, 5), host, pg_temp.pick('{"","",/,:8080,/a?b#c,.,:443/x@y}', h, 6)) AS url,
	concat(pg_temp.pick('{"","",+,00,011,"Tel. ",(,"1-",tel:+}', h, 7), get_byte(h, 8) % 100, pg_temp.pick('{" ",-,.,"",/,") ","(0)"}', h, 9), 1000000 + pg_temp.number(h, 10) % 90000000, pg_temp.pick('{"","",-," "}', h, 11), pg_temp.pick('{"","","",12,1234," x12"," ext. 3",;ext=4," Durchwahl 7"}', h, 12)) AS phone,
	pg_temp.pick('{US,DE,GB,IT,FR,RU,BR,AR,MX,JP,IN,AU}', h, 13) AS region,
	concat(pg_temp.pick('{"","",D-,SW1A,"k1a ",75,GIR}', h, 14), pg_temp.number(h, 15) % 1000000, pg_temp.pick('{"","",-1234," ","0B1"," cedex",１}', h, 3)) AS code
FROM (SELECT *, concat(pg_temp.pick('{"",www.,shop.,a.b.,xn--mller-kva.}', h, 0), w1, pg_temp.pick('{"",-,.,ü}', h, 1), CASE WHEN w2 LIKE '%.%' THEN '.' || w2 ELSE pg_temp.pick('{.com,.co.uk,.de,.github.io,.com.au,.рф,.local,""}', h, 2) END) AS host FROM drawn) d;
SELECT cmp_ok(count(*) FILTER (WHERE email_key(email) IS NOT NULL), '>', 9000::bigint, 'addresses of e-mail') FROM contact;
SELECT cmp_ok(count(*) FILTER (WHERE website_domain(url) IS NOT NULL), '>', 20000::bigint, 'domains') FROM contact;
SELECT cmp_ok(count(*) FILTER (WHERE phone_key(phone, region) IS NOT NULL), '>', 20000::bigint, 'telephone numbers') FROM contact;
SELECT cmp_ok(count(*) FILTER (WHERE postal_key(code) IS NOT NULL), '>', 20000::bigint, 'postal codes') FROM contact;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE email_key(k) IS DISTINCT FROM k) FROM (SELECT email_key(email) AS k FROM contact) s WHERE k IS NOT NULL', 'email_key of a key');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE email_key(email) IS NULL OR email_domain(d || ''.'') IS NOT NULL OR email_domain(''x@'' || d) IS DISTINCT FROM d) FROM (SELECT email, email_domain(email) AS d FROM contact) s WHERE d IS NOT NULL', 'email_domain of what has a key, and of an address with it');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE website_domain(k) IS DISTINCT FROM k) FROM (SELECT website_domain(url) AS k FROM contact UNION ALL SELECT website_domain(email) FROM contact) s WHERE k IS NOT NULL', 'website_domain of a domain');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE phone_key(k, ''US'') IS DISTINCT FROM k OR phone_key(k, ''DE'') IS DISTINCT FROM k OR phone_key(k, ''IT'') IS DISTINCT FROM k OR phone_key(k, region) IS DISTINCT FROM k OR k !~ ''^[+][1-9][0-9]+$'') FROM (SELECT phone_key(phone, region) AS k, region FROM contact) s WHERE k IS NOT NULL', 'phone_key of a key, in any region');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE postal_key(k) IS DISTINCT FROM k) FROM (SELECT postal_key(code) AS k FROM contact) s WHERE k IS NOT NULL', 'postal_key of a key');

-- ---- folding: what is written in another form has the same key ----

SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE company_key(d) IS DISTINCT FROM company OR person_key(d) IS DISTINCT FROM person OR address_key(d) IS DISTINCT FROM address OR nickname_class(d) IS DISTINCT FROM nickname OR match_phonetic(d) IS DISTINCT FROM sound)
	FROM (SELECT *, normalize(t, NFD) AS d FROM keyed) s WHERE d <> t AND t !~ U&'[\05C1\094D\3099\309A]'$$, 'composed or not (marks of other scripts on a letter apart, whose order counts)') WHERE getdatabaseencoding() = 'UTF8';
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE company_key(d) IS DISTINCT FROM company OR person_key(d) IS DISTINCT FROM person OR address_key(d) IS DISTINCT FROM address OR nickname_class(d) IS DISTINCT FROM nickname OR match_phonetic(d) IS DISTINCT FROM sound)
	FROM (SELECT *, translate(t, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 'ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ０１２３４５６７８９') AS d FROM keyed WHERE i % 10 IN (2, 7)) s WHERE d <> t$$, 'full width') WHERE getdatabaseencoding() = 'UTF8';
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE address_key(d) IS DISTINCT FROM address OR nickname_class(d) IS DISTINCT FROM nickname OR match_phonetic(d) IS DISTINCT FROM sound) FROM (SELECT *, upper(t COLLATE "C") AS d FROM keyed) s WHERE d <> t$$, 'capitals');

-- ---- similarities ----

CREATE TEMP TABLE pair AS
SELECT a.i, a.t AS a, CASE a.i / 10 % 4 WHEN 0 THEN overlay(a.t PLACING 'x' FROM 1 + a.i % 7 FOR a.i % 3) WHEN 1 THEN b.t WHEN 2 THEN upper(a.t COLLATE "C") ELSE regexp_replace(a.t, '^(\S+)\s+(\S+)', '\2 \1') END AS b
FROM name a JOIN name b ON b.i = 1 + (a.i + 9) % 100000;
CREATE TEMP TABLE likeness AS SELECT i, a, b, company_similarity(a, b) AS company, person_similarity(a, b) AS person, address_similarity(a, b) AS address, levenshtein_ratio(a, b) AS levenshtein, osa_ratio(a, b) AS osa, damerau_ratio(a, b) AS damerau,
	jaro(a, b) AS jaro, jaro_winkler(a, b) AS winkler, token_sort_ratio(a, b) AS token_sort, token_set_ratio(a, b) AS token_set, qgram_cosine(a, b) AS qgram FROM pair;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE company IS DISTINCT FROM company_similarity(b, a) OR company NOT BETWEEN 0 AND 1) FROM likeness', 'company_similarity: symmetric, 0 to 1');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE person IS DISTINCT FROM person_similarity(b, a) OR person NOT BETWEEN 0 AND 1) FROM likeness', 'person_similarity');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE address IS DISTINCT FROM address_similarity(b, a) OR address NOT BETWEEN 0 AND 1) FROM likeness', 'address_similarity');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE levenshtein <> levenshtein_ratio(b, a) OR osa <> osa_ratio(b, a) OR damerau <> damerau_ratio(b, a) OR NOT (0 <= levenshtein AND levenshtein <= osa AND osa <= damerau AND damerau <= 1) OR (damerau = 1) <> (a = b)) FROM likeness', 'edits: symmetric, 0 to 1, in order');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE jaro <> jaro(b, a) OR winkler <> jaro_winkler(b, a) OR NOT (0 <= jaro AND jaro <= winkler AND winkler <= 1) OR (jaro = 1) <> (a = b)) FROM likeness', 'jaro and jaro_winkler');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE token_sort <> token_sort_ratio(b, a) OR token_set <> token_set_ratio(b, a) OR token_sort NOT BETWEEN 0 AND 1 OR token_set NOT BETWEEN 0 AND 1 OR qgram <> qgram_cosine(b, a) OR qgram NOT BETWEEN 0 AND 1) FROM likeness', 'words and q-grams');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE (company = 1) <> (company_key(a) = company_key(b)) OR (company IS NULL) <> (company_key(a) IS NULL OR company_key(b) IS NULL)) FROM likeness', 'company_similarity: 1 for equal keys and only for them');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE (person = 1) <> (person_key(a) = person_key(b)) OR (person IS NULL) <> (person_key(a) IS NULL OR person_key(b) IS NULL)) FROM likeness', 'person_similarity: the same');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE (address_key(a) = address_key(b) AND address < 1) OR (address IS NULL) <> (address_key(a) IS NULL OR address_key(b) IS NULL)) FROM likeness', 'address_similarity: 1 for equal keys');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(company - split_part(explain_company_similarity(a, b), '':'', 1)::float8) > 0.00005001) FROM likeness WHERE i % 5 = 0 AND company IS NOT NULL', 'explain_company_similarity has the score');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(person - split_part(explain_person_similarity(a, b), '':'', 1)::float8) > 0.00005001) FROM likeness WHERE i % 5 = 0 AND person IS NOT NULL', 'explain_person_similarity');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(address - split_part(explain_address_similarity(a, b), '':'', 1)::float8) > 0.00005001) FROM likeness WHERE i % 5 = 0 AND address IS NOT NULL', 'explain_address_similarity');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE levenshtein_ratio(a, b, m) <> CASE WHEN levenshtein >= m THEN levenshtein ELSE 0 END OR osa_ratio(a, b, m) <> CASE WHEN osa >= m THEN osa ELSE 0 END
	OR damerau_ratio(a, b, m) <> CASE WHEN damerau >= m THEN damerau ELSE 0 END OR token_sort_ratio(a, b, m) <> CASE WHEN token_sort >= m THEN token_sort ELSE 0 END
	OR token_set_ratio(a, b, m) <> CASE WHEN token_set >= m THEN token_set ELSE 0 END) FROM (SELECT *, (i % 11) / 10.0::float8 AS m FROM likeness) l$$, 'a least score cuts off, and changes nothing above it');

-- of addresses of e-mail and numbers
CREATE TEMP TABLE contact_pair AS SELECT a.i, a.email AS email_a, CASE a.i % 3 WHEN 0 THEN upper(a.email) WHEN 1 THEN overlay(a.email PLACING '.' FROM 2 FOR a.i % 2) ELSE b.email END AS email_b, a.phone AS phone_a, CASE a.i % 2 WHEN 0 THEN b.phone ELSE left(a.phone, -1) || a.i % 10 END AS phone_b, a.region
FROM contact a JOIN contact b ON b.i = 1 + (a.i + 9) % 100000;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE s IS DISTINCT FROM email_similarity(email_b, email_a) OR s NOT BETWEEN 0 AND 1 OR (s = 1) <> (email_key(email_a) = email_key(email_b)) OR (s IS NULL) <> (email_key(email_a) IS NULL OR email_key(email_b) IS NULL)
	OR abs(s - substring(explain_email_similarity(email_a, email_b) FROM ''together ([0-9.]+)$'')::float8) > 0.00501) FROM (SELECT *, email_similarity(email_a, email_b) AS s FROM contact_pair) p', 'email_similarity: symmetric, 0 to 1, 1 for equal keys and only for them, explained');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE s IS DISTINCT FROM phone_similarity(phone_b, phone_a, region) OR s NOT BETWEEN 0 AND 1 OR (s = 1) <> (phone_key(phone_a, region) = phone_key(phone_b, region)) OR (s IS NULL) <> (phone_key(phone_a, region) IS NULL OR phone_key(phone_b, region) IS NULL)
	OR abs(100 * s - substring(explain_phone_similarity(phone_a, phone_b, region) FROM ''together ([0-9]+) of 100$'')::float8) > 1e-6) FROM (SELECT *, phone_similarity(phone_a, phone_b, region) AS s FROM contact_pair) p', 'phone_similarity');

SELECT * FROM finish();
ROLLBACK;
