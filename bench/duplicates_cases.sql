-- What is hard about duplicates in a CRM, one case each, on default settings: records that look alike and are not one, and tables
-- that are small, or have columns that say nothing.  Each case is a table of generated records whose answer is known.
--
--   psql -f bench/duplicates_cases.sql
--
-- prints for each case how many records and true pairs there are, what duplicate_clusters found by the ready-made rule, precision, recall and F1 of the
-- pairs, and how many records that are alone were put with another.  The tables stay in the schema cases; test/pgtap/matching_cases.sql
-- reads this file with \set measure 0 and holds those whose answer is clear.
--
-- The same records each time: everything comes from hashes of numbers.  Names, places and errors are other ones than in
-- bench/duplicates_data.sql, so that no comparison is measured on what it was made with.
--
--	case			what it is
--	plain			companies, one in seven of them there twice or three times
--	branches		a third of the companies has branches in other towns: one name and website, a telephone number and an address of their own
--	subsidiaries	groups: one website, switchboard and address, and names that begin alike (Brenner Holding, Brenner Logistik)
--	franchise		one name, one website, 300 shops; some of them there twice
--	households		families: one address, one telephone, one last name; sons with the name of the father and "Jr"
--	offices			colleagues: one company, address and switchboard, a third of them with info@ or sales@ the company
--	leads			first and last name, company, address of e-mail; a third of these missing; the other columns empty
--	thirty			30 accounts, five of them there twice
--	few_leads		30 leads with hardly any columns, five of them there twice
--	none			200 accounts, each there once
--	no_contacts		200 contacts, each there once
--	one_record		one account 500 times, among 500 others
--	constant		city, postal code, country and telephone number are the same in all
--	unique			the website is another one in each record, and says nothing
--	names_alone		nothing but names, some of them of several companies
--	holes			of each record more than half of the columns is missing
\if :{?measure} \else \set measure 1 \endif
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS cases CASCADE;
CREATE SCHEMA cases;
SET search_path = cases;

-- From 0 to below 1: what belongs to a number and a purpose; one of many; and one of many, the first ones most often.
CREATE FUNCTION u(n bigint, purpose int) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN (hashint8extended(n * 7919 + 3, purpose + 1000) & 1073741823)::float8 / 1073741824;
CREATE FUNCTION pick(u float8, words text[]) RETURNS text LANGUAGE sql IMMUTABLE RETURN words[1 + floor(u * cardinality(words))::int];
CREATE FUNCTION often(u float8, words text[]) RETURNS text LANGUAGE sql IMMUTABLE RETURN words[1 + floor(u * u * cardinality(words))::int];
CREATE FUNCTION w(words text) RETURNS text[] LANGUAGE sql IMMUTABLE RETURN string_to_array(words, ' ');

CREATE FUNCTION surname(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN u(n, 1) < 0.15 THEN often(u(n, 2), w('Murphy Novak Schneider Dubois Jensen Kowalski Rossi Patel Okafor Fischer Moreau Svensson Byrne Haddad Weber Laurent Costa Nielsen Singh Walsh'))
		ELSE pick(u(n, 3), w('Ash Bren Cald Dorn Eck Fenn Garr Holl Ing Kess Lind Marl Nor Oster Pell Quill Rav Stan Tharn Ulm Vess Wick Yard Zell Brack Crom Drex Gail Hart Jarr')) || pick(u(n, 4), w('ner berg ton mann ley ford wick son dale stein by worth ski ett ham ard ow ell ings man')) END;
CREATE FUNCTION given_name(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN often(u(n, 5), w('Anna Thomas Maria Peter Laura Michael Sophie Daniel Julia Robert Elena Patrick Claire Stefan Nina William Katherine Markus Emma Luc Teresa Andrew Ingrid Paul Victoria Simon Margaret Felix Joanna Hugo Birgit Edward Alice Omar Priya Sven Chloe Dieter Isabel Ronan'));
CREATE FUNCTION town(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN often(u(n, 6), w('Leeds Hamburg Lyon Boston Bristol Dresden Nantes Denver Glasgow Mannheim Lille Portland Cardiff Bremen Rennes Tucson Norwich Kassel Dijon Omaha Exeter Ulm Angers Boise Dundee Jena Tours Fargo Truro Celle')) || CASE WHEN u(n, 7) < 0.2 THEN pick(u(n, 8), w('-West -Nord -Heights -Park -Ost')) ELSE '' END;
CREATE FUNCTION street(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN 1 + floor(180 * u(n, 9) * u(n, 10))::int || ' ' || often(u(n, 11), w('Station High Queen Mill Garden Victoria School Bridge Linden Harbour Castle Forest North Spring Tower Meadow Abbey Canal Orchard Chapel')) || often(u(n, 12), string_to_array(' Street| Road| Avenue| Lane|field Drive|wood Close', '|'));
CREATE FUNCTION postal(town text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN lpad((hashtextextended(town, 5) & 1023)::text, 3, '1') || lpad(floor(u(n, 13) * 20)::text, 2, '0');
CREATE FUNCTION number(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN '0' || 1200 + floor(u(n, 14) * 8000)::int || ' ' || lpad(floor(u(n, 15) * 1000000)::text, 6, '1');
CREATE FUNCTION slug(name text) RETURNS text LANGUAGE sql IMMUTABLE RETURN lower(regexp_replace(name, '[^A-Za-z]', '', 'g'));
CREATE FUNCTION company_stem(n bigint) RETURNS text LANGUAGE sql IMMUTABLE BEGIN ATOMIC
	SELECT CASE
		WHEN u(n, 20) < 0.35 THEN surname(n + 500000) || ' ' || trade
		WHEN u(n, 20) < 0.45 THEN surname(n + 500000) || ' & ' || surname(n + 700000)
		WHEN u(n, 20) < 0.60 THEN town(n) || ' ' || pick(u(n, 27), w('First United Old New Royal Central Direct Family Trusted Modern')) || ' ' || trade
		WHEN u(n, 20) < 0.80 THEN pick(u(n, 21), w('Blue Nordic Alpha Prime Urban Silver Open Bright Rapid Green True Clear Red Iron')) || pick(u(n, 22), w('line wave bridge stone field works point gate path rock leaf port')) || ' ' || trade
		ELSE pick(u(n, 23), w('Vel Tor Mira Cyn Axi Zeno Lum Qua Nex Ori Sol Bex Kry Plu Fy Jo')) || pick(u(n, 24), w('tra dex vio nix lon mar ta rix va qo len dor sis bit')) || pick(u(n, 25), w('tec ix a on us um er')) || ' ' || trade
	END
	FROM (SELECT pick(u(n, 26), w('Consulting Bau Software Logistics Dental Printing Foods Motors Energy Design Insurance Textiles Security Pharma Travel Optics Plastics Marine Tools Catering')) AS trade) AS t;
END;

-- What people do to a value when they type it again.
CREATE FUNCTION typo(value text, s bigint) RETURNS text LANGUAGE sql IMMUTABLE BEGIN ATOMIC
	SELECT CASE WHEN length(value) < 5 THEN value
		WHEN u(s, 31) < 0.4 THEN overlay(value PLACING '' FROM at FOR 1)
		WHEN u(s, 31) < 0.7 THEN overlay(value PLACING reverse(substr(value, at, 2)) FROM at FOR 2)
		ELSE overlay(value PLACING pick(u(s, 32), w('e n r s t a i l')) FROM at FOR 1) END
	FROM (SELECT 2 + floor(u(s, 30) * (length(value) - 3))::int AS at) AS p;
END;
CREATE FUNCTION again_company(name text, town text, s bigint) RETURNS text LANGUAGE sql IMMUTABLE BEGIN ATOMIC
	SELECT CASE
		WHEN u(s, 40) < 0.25 THEN stem
		WHEN u(s, 40) < 0.45 THEN upper(name)
		WHEN u(s, 40) < 0.65 THEN typo(stem, s) || ' ' || form
		WHEN u(s, 40) < 0.75 THEN stem || ' (' || coalesce(town, 'HQ') || ')'
		WHEN u(s, 40) < 0.85 THEN replace(replace(replace(replace(name, 'Consulting', 'Cons.'), 'Logistics', 'Log.'), ' & ', ' and '), 'Insurance', 'Ins.')
		WHEN u(s, 40) < 0.92 THEN 'The ' || lower(stem)
		ELSE name END
	FROM (SELECT regexp_replace(name, ' (GmbH|Ltd|Inc\.|SARL|LLC|AG)$', '') AS stem, coalesce(substring(name FROM ' (GmbH|Ltd|Inc\.|SARL|LLC|AG)$'), '') AS form) AS n;
END;
CREATE FUNCTION again_phone(phone text, s bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN u(s, 41) < 0.2 THEN NULL WHEN u(s, 41) < 0.3 THEN number(s + 900000) WHEN u(s, 41) < 0.6 THEN replace(phone, ' ', '') WHEN u(s, 41) < 0.8 THEN replace(phone, ' ', '/') ELSE phone END;
CREATE FUNCTION again_website(website text, s bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN u(s, 42) < 0.35 THEN NULL WHEN u(s, 42) < 0.6 THEN 'www.' || website WHEN u(s, 42) < 0.8 THEN 'https://' || website || '/en' ELSE website END;
CREATE FUNCTION again_street(street text, s bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN u(s, 43) < 0.2 THEN NULL WHEN u(s, 43) < 0.26 THEN street(s + 800000) WHEN u(s, 43) < 0.6 THEN replace(replace(replace(street, 'Street', 'St.'), 'Road', 'Rd'), 'Avenue', 'Ave') WHEN u(s, 43) < 0.7 THEN typo(street, s + 5) ELSE street END;
CREATE FUNCTION again_town(town text, s bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN u(s, 44) < 0.1 THEN NULL WHEN u(s, 44) < 0.2 THEN upper(town) WHEN u(s, 44) < 0.25 THEN typo(town, s + 6) ELSE town END;
CREATE FUNCTION again_postal(postal text, s bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN u(s, 45) < 0.15 THEN NULL WHEN u(s, 45) < 0.18 THEN typo(postal, s + 7) ELSE postal END;
CREATE FUNCTION again_email(email text, s bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN u(s, 46) < 0.25 THEN NULL WHEN u(s, 46) < 0.40 THEN split_part(email, '@', 1) || '@gmail.com' WHEN u(s, 46) < 0.5 THEN upper(email) ELSE email END;
CREATE FUNCTION again_given_name(name text, s bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE
		WHEN u(s, 47) < 0.12 THEN left(name, 1) || '.'
		WHEN u(s, 47) < 0.35 THEN CASE name WHEN 'Thomas' THEN 'Tom' WHEN 'Michael' THEN 'Mike' WHEN 'Daniel' THEN 'Dan' WHEN 'Robert' THEN 'Bob' WHEN 'William' THEN 'Bill' WHEN 'Katherine' THEN 'Kate' WHEN 'Andrew' THEN 'Andy' WHEN 'Margaret' THEN 'Peggy' WHEN 'Edward' THEN 'Ted' WHEN 'Victoria' THEN 'Vicky' WHEN 'Patrick' THEN 'Pat' ELSE name END
		WHEN u(s, 47) < 0.4 THEN typo(name, s + 8) ELSE name END;
CREATE FUNCTION again_surname(name text, s bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN u(s, 48) < 0.12 THEN typo(name, s + 9) WHEN u(s, 48) < 0.2 THEN upper(name) ELSE name END;

-- ---- what is true: a row for each account or person, whose cluster is its number ----

CREATE TABLE truth (of text, e bigint, copies int, name text, website text, phone text, street text, city text, postal_code text, country text, first_name text, last_name text, email text, company text);

-- How often a record is there: six of seven once.
CREATE FUNCTION copies(e bigint) RETURNS int LANGUAGE sql IMMUTABLE RETURN CASE WHEN u(e, 50) < 0.86 THEN 1 WHEN u(e, 50) < 0.97 THEN 2 ELSE 3 END;

INSERT INTO truth (of, e, copies, name, website, phone, street, city, postal_code, country)
SELECT of, e, copies, stem || form, website, CASE WHEN u(e, 51) < 0.9 THEN number(e) END, street(e), town(e + 40), postal(town(e + 40), e), country
FROM (
	SELECT of, e, copies(e) AS copies, company_stem(e) AS stem, pick(u(e, 52), string_to_array(' GmbH| Ltd| Inc.| SARL| LLC| AG||', '|')) AS form,
		CASE WHEN u(e, 53) < 0.8 THEN slug(company_stem(e)) || pick(u(e, 54), w('.com .de .co.uk .fr .net')) END AS website, often(u(e, 55), string_to_array('United Kingdom|Germany|France|United States', '|')) AS country
	FROM (VALUES ('plain', 10000, 1500), ('branches', 20000, 400), ('none', 30000, 200), ('thirty', 40000, 25), ('one_record', 50000, 500), ('constant', 60000, 600), ('unique', 70000, 600), ('names_alone', 80000, 800), ('holes', 90000, 1000)) AS v (of, first, n), generate_series(first, first + n - 1) AS e
) AS c;
UPDATE truth SET copies = 1 WHERE of IN ('none', 'one_record');
UPDATE truth SET copies = CASE WHEN e < 40005 THEN 2 ELSE 1 END WHERE of = 'thirty';
-- branches: another town each
INSERT INTO truth (of, e, copies, name, website, phone, street, city, postal_code, country)
SELECT of, e * 10 + b, copies(e * 10 + b), name, website, number(e * 10 + b), street(e * 10 + b), town(e * 10 + b), postal(town(e * 10 + b), e * 10 + b), country
FROM truth, generate_series(1, 2 + (e % 5)::int) AS b WHERE of = 'branches' AND e % 3 = 0;
-- subsidiaries: a head of its own for each group, and what the group has in common
INSERT INTO truth (of, e, copies, name, website, phone, street, city, postal_code, country)
SELECT 'subsidiaries', 100000 + g * 10 + b, copies(100000 + g * 10 + b), surname(g + 600000) || ' ' || (w('Holding Logistik Services Immobilien Technik Finance'))[b] || ' GmbH',
	slug(surname(g + 600000)) || '-group.com', number(g + 100000), street(g + 100000), town(g + 100000), postal(town(g + 100000), g + 100000), 'Germany'
FROM generate_series(1, 150) AS g, generate_series(1, 2 + (g % 5)) AS b;
INSERT INTO truth (of, e, copies, name, website, phone, street, city, postal_code, country)
SELECT 'franchise', 110000 + b, copies(110000 + b), 'Burger Palace' || CASE WHEN u(b, 60) < 0.3 THEN ' #' || 100 + b ELSE '' END, 'burgerpalace.com', number(110000 + b), street(110000 + b), town(110000 + b), postal(town(110000 + b), 110000 + b), 'United States'
FROM generate_series(1, 300) AS b;
INSERT INTO truth (of, e, copies, name, website, phone, street, city, postal_code, country)
SELECT 'franchise', 112000 + b, copies(112000 + b), company_stem(112000 + b), slug(company_stem(112000 + b)) || '.com', number(112000 + b), street(112000 + b), town(112000 + b), postal(town(112000 + b), 112000 + b), 'United States'
FROM generate_series(1, 500) AS b;
UPDATE truth SET city = 'Leeds', postal_code = '12345', country = 'United Kingdom', phone = '0113 496000' WHERE of = 'constant';
UPDATE truth SET website = NULL, phone = NULL, street = NULL, city = NULL, postal_code = NULL, country = NULL WHERE of = 'names_alone';

-- families: father, mother, children; one in five sons has the name of the father
INSERT INTO truth (of, e, copies, first_name, last_name, email, phone, street, city, postal_code, country)
SELECT 'households', e, copies(e), CASE WHEN is_junior THEN given_name(h * 10 + 1) ELSE given_name(e) END, surname(h) || CASE WHEN is_junior THEN ' Jr' ELSE '' END,
	CASE WHEN u(e, 61) < 0.7 THEN lower(CASE WHEN u(e, 62) < 0.5 THEN given_name(e) || '.' || surname(h) ELSE left(given_name(e), 1) || surname(h) || floor(u(e, 63) * 90)::text END) || pick(u(e, 64), w('@gmail.com @web.de @yahoo.com @orange.fr')) END,
	number(h), street(h), town(h), postal(town(h), h), 'United Kingdom'
FROM generate_series(120000, 120499) AS h, generate_series(1, 1 + (h % 4)::int) AS m,
	LATERAL (SELECT h * 10 + m AS e, m = 3 AND h % 5 = 0 AS is_junior) AS p;
-- one household may have nobody twice of one name, but for juniors
DELETE FROM truth AS a USING truth AS b WHERE a.of = 'households' AND b.of = 'households' AND a.e / 10 = b.e / 10 AND a.e > b.e AND a.first_name = b.first_name AND a.last_name = b.last_name;
INSERT INTO truth (of, e, copies, first_name, last_name, email, phone, street, city, postal_code, country, company)
SELECT 'offices', e, copies(e), given_name(e), surname(e),
	CASE WHEN u(e, 65) < 0.3 THEN pick(u(e, 66), w('info@ sales@ office@')) ELSE lower(given_name(e)) || '.' || lower(surname(e)) || '@' END || slug(company_stem(c)) || '.com',
	number(c), street(c), town(c), postal(town(c), c), 'Germany', company_stem(c) || ' GmbH'
FROM generate_series(130000, 130119) AS c, generate_series(1, 4 + (c % 12)::int) AS m, LATERAL (SELECT c * 20 + m AS e) AS p;
INSERT INTO truth (of, e, copies, first_name, last_name, email, company)
SELECT of, e, CASE WHEN of = 'few_leads' THEN CASE WHEN e < 150005 THEN 2 ELSE 1 END WHEN of = 'no_contacts' THEN 1 ELSE copies(e) END, given_name(e), surname(e),
	lower(left(given_name(e), 1)) || lower(surname(e)) || '@' || CASE WHEN u(e, 67) < 0.2 THEN 'gmail.com' ELSE slug(company_stem(e / 3)) || '.com' END, company_stem(e / 3) || ' Ltd'
FROM (VALUES ('leads', 140000, 1500), ('few_leads', 150000, 25), ('no_contacts', 160000, 200)) AS v (of, first, n), generate_series(first, first + n - 1) AS e;
UPDATE truth SET phone = number(e), street = street(e), city = town(e), postal_code = postal(town(e), e), country = 'France' WHERE of = 'no_contacts';

-- ---- what is typed ----

CREATE TABLE record AS
SELECT of, 'R' || lpad((s * 387420489 % 99999989)::text, 9, '0') AS id, e::text AS cluster,
	CASE WHEN c = 1 THEN name ELSE again_company(name, city, s) END AS name, CASE WHEN c = 1 THEN website ELSE again_website(website, s) END AS website, CASE WHEN c = 1 THEN phone ELSE again_phone(phone, s) END AS phone,
	CASE WHEN c = 1 THEN street ELSE again_street(street, s) END AS street, CASE WHEN c = 1 THEN city ELSE again_town(city, s) END AS city, CASE WHEN c = 1 THEN postal_code ELSE again_postal(postal_code, s) END AS postal_code, country,
	CASE WHEN c = 1 THEN first_name ELSE again_given_name(first_name, s) END AS first_name, CASE WHEN c = 1 THEN last_name ELSE again_surname(last_name, s) END AS last_name,
	CASE WHEN c = 1 THEN email ELSE again_email(email, s) END AS email, CASE WHEN c = 1 OR company IS NULL THEN company ELSE again_company(company, city, s) END AS company
FROM truth, generate_series(1, copies) AS c, LATERAL (SELECT e * 4 + c AS s) AS n;
UPDATE record SET city = 'Leeds', postal_code = '12345', phone = '0113 496000' WHERE of = 'constant';
UPDATE record SET website = 'https://crm.example/' || id, street = CASE WHEN u(cluster::bigint, 68) < 0.5 THEN street END WHERE of = 'unique';
UPDATE record SET website = substr(md5(id), 1, 10) || '.example' WHERE of = 'unique';
UPDATE record SET website = NULL, phone = NULL, street = NULL, city = NULL, postal_code = NULL, country = NULL WHERE of = 'names_alone';
UPDATE record SET first_name = CASE WHEN u(h, 70) > 0.2 THEN first_name END, company = CASE WHEN u(h, 71) > 0.35 THEN company END, email = CASE WHEN u(h, 72) > 0.3 THEN email END
FROM (SELECT id AS i, hashtextextended(id, 1) & 1048575 AS h FROM record) AS k WHERE i = id AND of = 'leads';
UPDATE record SET website = CASE WHEN u(h, 73) > 0.6 THEN website END, phone = CASE WHEN u(h, 74) > 0.6 THEN phone END, street = CASE WHEN u(h, 75) > 0.5 THEN street END, city = CASE WHEN u(h, 76) > 0.4 THEN city END, postal_code = CASE WHEN u(h, 77) > 0.6 THEN postal_code END
FROM (SELECT id AS i, hashtextextended(id, 1) & 1048575 AS h FROM record) AS k WHERE i = id AND of = 'holes';
INSERT INTO record SELECT of, 'S' || lpad(n::text, 9, '0'), cluster, name, website, phone, street, city, postal_code, country FROM record, generate_series(1, 499) AS n WHERE of = 'one_record' AND cluster = '50000';

-- ---- what is found ----

CREATE TABLE outcome (of text, rule text, records bigint, true_pairs numeric, found_pairs numeric, both_pairs numeric, not_alone bigint);
CREATE FUNCTION measure(wanted text, rule text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE VIEW %1$I AS SELECT id AS %2$I, %3$s, phone, street, city, postal_code, country, cluster FROM record WHERE of = %1$L', wanted, rule || '_id',
		CASE WHEN rule = 'account' THEN 'name, website' ELSE 'first_name, last_name, email, company' END);
	EXECUTE format('CREATE TABLE %I AS SELECT * FROM salesops.duplicate_clusters(%L::regclass, %L::salesops.match_rule) AS f (record, found)', wanted || ' found', wanted, rule);
	EXECUTE format($q$INSERT INTO outcome
		WITH r AS (SELECT id, cluster, coalesce(found, id) AS found, count(*) OVER (PARTITION BY cluster) AS n FROM record LEFT JOIN %I ON record = id WHERE of = %L)
		SELECT %2$L, %L, (SELECT count(*) FROM r), (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*)::numeric AS n FROM r GROUP BY cluster) AS c),
			(SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*)::numeric AS n FROM r GROUP BY found) AS c), (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*)::numeric AS n FROM r GROUP BY cluster, found) AS c),
			(SELECT count(*) FROM r JOIN (SELECT found FROM r GROUP BY found HAVING count(*) > 1) AS f USING (found) WHERE n = 1)$q$, wanted || ' found', wanted, rule);
END $$;
SELECT measure(of, rule) FROM (VALUES ('plain', 'account'), ('branches', 'account'), ('subsidiaries', 'account'), ('franchise', 'account'), ('households', 'contact'), ('offices', 'contact'), ('leads', 'lead'), ('thirty', 'account'), ('few_leads', 'lead'),
	('none', 'account'), ('no_contacts', 'contact'), ('one_record', 'account'), ('constant', 'account'), ('unique', 'account'), ('names_alone', 'account'), ('holes', 'account')) AS v (of, rule) \g /dev/null
CREATE VIEW measures AS
SELECT of AS case, rule, records, true_pairs::bigint, found_pairs::bigint, round(both_pairs / nullif(found_pairs, 0), 3) AS precision, round(both_pairs / nullif(true_pairs, 0), 3) AS recall,
	round(2 * both_pairs / nullif(true_pairs + found_pairs, 0), 3) AS f1, (found_pairs - both_pairs)::bigint AS false_pairs, not_alone AS singles_joined
FROM outcome;
\if :measure
TABLE measures;
\endif
RESET search_path;
RESET client_min_messages;
