-- Accounts as a CRM has them after some years, generated, with the answer which of them are the same.  Variable: accounts, how many.
-- The same number gives the same table: everything comes from hashes of numbers, nothing from a random generator.
--
--   psql -v accounts=100000 -f bench/duplicates_data.sql
--   ==> d.accounts (account_id, name, street, city, postal_code, phone, website, cluster)
--
-- How often things are: words, family names, streets and cities follow Zipf's law; 8 of 100 companies are branches of a chain, which
-- have its name and its website in common, some the telephone number of its headquarters too, and are accounts of their own; 10 of 100 are
-- in an office building with others; families of companies have half of their name in common.  Of 100 companies 80 are there once, 13
-- twice, 5 three times, 2 four times.
--
-- What goes wrong in a copy: typing errors, abbreviations, legal forms left out or spelt otherwise, upper case, words that are left out,
-- swapped or added, a suite left out, another format of telephone numbers, an old address (6 of 100) or number (10 of 100), and missing
-- values: postal code 8, phone 15, website 30, city 5, street 8 of 100.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS d;
DROP TABLE IF EXISTS d.accounts;
DROP SCHEMA IF EXISTS generate CASCADE;
CREATE SCHEMA generate;
SET search_path = generate;
SET work_mem = '256MB';

-- A number from 0 to below 1 that belongs to a number and the purpose that it is for.
CREATE FUNCTION u(n bigint, purpose int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (hashint8extended(n, purpose) & 1073741823)::float8 / 1073741824;

-- One of so many, the first ones most often: the r-th of them as often as 1 / (r + flat), Zipf's law with Mandelbrot's shift, since the most
-- frequent word of company names is not one in ten.
CREATE FUNCTION zipf(u float8, many int, flat int DEFAULT 3) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN least(1 + floor((1 + flat) * (((many + 1 + flat) / (1.0::float8 + flat)) ^ u - 1))::int, many);

CREATE FUNCTION pick(u float8, words text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN words[1 + floor(u * cardinality(words))::int];

CREATE FUNCTION pick_zipf(u float8, words text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN words[least(floor((cardinality(words) + 1) ^ u)::int, cardinality(words))];

-- A word of two to four syllables that belongs to a number.
CREATE FUNCTION word(n bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (
		SELECT initcap(pick(u(n, 1), s) || pick(u(n, 2), s) || CASE WHEN u(n, 3) < 0.6 THEN pick(u(n, 4), s) ELSE '' END || CASE WHEN u(n, 5) < 0.4 THEN pick(u(n, 6), e) ELSE '' END)
		FROM (VALUES (string_to_array('ba be bo bri ca ce co cra da de di do dra fa fe fi flo ga go gra ha he hi ja jo ka ki ko la le li lo lu ma me mi mo na ne ni no pa pe pi po pra qui ra re ri ro sa se si so sta ta te ti to tra tri va ve vi vo wa we wi xa ya za zo', ' '),
			string_to_array('ver con ter net dyn bio med tech ix or ex on us um an en al ar er is os ton rex max', ' '))) AS v(s, e)
	);

-- A typing error at a place in a text: a letter is left out, doubled, swapped with the next, or another one.
CREATE FUNCTION typo(value text, place float8, kind float8) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN CASE
		WHEN length(value) < 4 THEN value
		WHEN kind < 0.3 THEN overlay(value PLACING '' FROM 2 + floor(place * (length(value) - 2))::int FOR 1)
		WHEN kind < 0.5 THEN overlay(value PLACING repeat(substr(value, 2 + floor(place * (length(value) - 2))::int, 1), 2) FROM 2 + floor(place * (length(value) - 2))::int FOR 1)
		WHEN kind < 0.75 THEN overlay(value PLACING reverse(substr(value, 2 + floor(place * (length(value) - 3))::int, 2)) FROM 2 + floor(place * (length(value) - 3))::int FOR 2)
		ELSE overlay(value PLACING substr('aeiostnrlcdm', 1 + floor(kind * 4000)::int % 12, 1) FROM 2 + floor(place * (length(value) - 2))::int FOR 1)
	END;

-- Cities by size: 60 that are there, and towns; each with its area code and the first three digits of its postal codes.
CREATE TABLE city AS
SELECT r, coalesce((string_to_array('New York,Los Angeles,Chicago,Houston,Phoenix,Philadelphia,San Antonio,San Diego,Dallas,Jacksonville,Austin,Fort Worth,San Jose,Columbus,Charlotte,Indianapolis,San Francisco,Seattle,Denver,Oklahoma City,Nashville,Washington,El Paso,Las Vegas,Boston,Detroit,Portland,Louisville,Memphis,Baltimore,Milwaukee,Albuquerque,Tucson,Fresno,Sacramento,Mesa,Atlanta,Kansas City,Colorado Springs,Omaha,Raleigh,Miami,Virginia Beach,Long Beach,Oakland,Minneapolis,Bakersfield,Tulsa,Tampa,Arlington,Wichita,Aurora,New Orleans,Cleveland,Honolulu,Anaheim,Henderson,Orlando,Lexington,St. Louis', ','))[r],
		pick(u(r, 10), ARRAY['', '', '', '', 'North ', 'West ', 'New ', 'St. ', 'Fort ', 'Mount ']) || word(r * 31 + 7) || pick(u(r, 11), ARRAY['', '', ' Springs', 'ville', ' Park', 'burg', ' Heights', 'field'])) AS name,
	201 + floor(u(r, 12) * 780)::int AS area, 100 + floor(u(r, 13) * 890)::int AS zone
FROM generate_series(1, 2000) AS r;
ALTER TABLE city ADD PRIMARY KEY (r);

-- Streets, the most frequent first.
CREATE TABLE street AS
SELECT r, coalesce((string_to_array('Main Street,Broadway,Park Avenue,Washington Street,Oak Street,Second Street,Maple Avenue,Market Street,Cedar Street,Elm Street,Lake Street,Hill Road,Church Street,River Road,Industrial Boulevard,Pine Street,Walnut Street,Center Street,Commerce Drive,Highland Avenue', ','))[r],
		pick(u(r, 20), ARRAY['', '', '', 'North ', 'South ', 'East ', 'West ', 'Old ']) || word(r * 17 + 3) || ' ' || pick_zipf(u(r, 21), ARRAY['Street', 'Road', 'Avenue', 'Drive', 'Lane', 'Boulevard', 'Court', 'Parkway', 'Highway', 'Place'])) AS name
FROM generate_series(1, 4000) AS r;
ALTER TABLE street ADD PRIMARY KEY (r);

-- Companies: which chain and building they belong to, and what follows from their number alone.
CREATE TABLE company AS
SELECT e, chain, building,
	CASE WHEN chain IS NOT NULL THEN 900000000 + chain ELSE e END AS name_seed,
	CASE WHEN building IS NOT NULL THEN 800000000 + building ELSE e END AS place_seed
FROM (
	SELECT e, CASE WHEN u(e, 30) < 0.08 THEN zipf(u(e, 31), 20 + :accounts / 500, 10) END AS chain,
		CASE WHEN u(e, 32) < 0.10 THEN floor(u(e, 33) * (1 + :accounts / 80))::int END AS building
	FROM generate_series(1, :accounts) AS e
) AS s;

-- Their names and where they are.
CREATE TABLE truth AS
SELECT e, name_seed, chain IS NOT NULL AS is_chain,
	CASE
		WHEN kind < 0.45 OR chain IS NOT NULL THEN word(zipf(u(name_seed, 40), 300000, 20)) || CASE WHEN u(name_seed, 41) < 0.3 THEN ' ' || word(zipf(u(name_seed, 42), 20000, 20)) ELSE '' END
		WHEN kind < 0.70 THEN pick_zipf(u(name_seed, 43), names) || CASE WHEN u(name_seed, 44) < 0.35 THEN pick(u(name_seed, 46), ARRAY[' & ', ' and ', '-', ', ']) || word(zipf(u(name_seed, 45), 3000, 20)) ELSE ' ' || word(zipf(u(name_seed, 45), 60000, 20)) END
		WHEN kind < 0.85 THEN city.name || ' ' || pick_zipf(u(name_seed, 47), ARRAY['Family', 'Quality', 'Premier', 'First', 'United', 'American', 'Advanced', 'Central', 'National', 'Royal', 'Summit', 'Golden', 'Blue', 'Green'])
		ELSE pick_zipf(u(name_seed, 48), ARRAY['First', 'American', 'Global', 'National', 'United', 'Premier', 'Advanced', 'Pacific', 'Atlantic', 'Summit', 'Pioneer', 'Liberty', 'Heritage', 'Superior']) || ' ' || word(zipf(u(name_seed, 49), 50000, 20))
	END AS stem,
	pick_zipf(u(name_seed, 50), ARRAY['Services', 'Solutions', 'Group', 'Consulting', 'Systems', 'Construction', 'International', 'Technologies', 'Associates', 'Management', 'Industries', 'Partners', 'Insurance', 'Medical', 'Engineering', 'Manufacturing', 'Properties', 'Logistics', 'Foods', 'Energy', 'Software', 'Media', 'Design', 'Electric', 'Supply', 'Bank', 'Plumbing', 'Dental', 'Marketing', 'Automotive', 'Landscaping', 'Capital', 'Roofing', 'Pharmacy', 'Laboratories', 'Restaurant', 'School', 'Transport']) AS trade,
	CASE WHEN u(name_seed, 51) < 0.8 THEN pick_zipf(u(name_seed, 52), ARRAY['Inc.', 'LLC', 'Corporation', 'Ltd.', 'Company', 'LLP', 'GmbH', 'P.C.', 'S.A.', 'Limited']) END AS form,
	city.name AS city, city.zone,
	1 + floor(9999 ^ u(place_seed, 60))::int AS house, zipf(u(place_seed, 61), 4000) AS street_r,
	CASE WHEN building IS NOT NULL OR u(e, 62) < 0.2 THEN 100 + floor(u(e, 63) * 30)::int * 10 END AS suite,
	CASE WHEN chain IS NOT NULL AND u(chain, 64) < 0.2 THEN 700000000 + chain ELSE e END AS phone_seed,
	CASE WHEN chain IS NOT NULL AND u(chain, 64) < 0.2 THEN 201 + chain % 780 ELSE city.area END AS area
FROM company JOIN city ON city.r = zipf(u(place_seed, 38), 2000),
	LATERAL (SELECT u(name_seed, 39) AS kind, string_to_array('Smith,Johnson,Williams,Brown,Jones,Garcia,Miller,Davis,Rodriguez,Martinez,Hernandez,Lopez,Gonzalez,Wilson,Anderson,Thomas,Taylor,Moore,Jackson,Martin,Lee,Perez,Thompson,White,Harris,Sanchez,Clark,Ramirez,Lewis,Robinson,Walker,Young,Allen,King,Wright,Scott,Torres,Nguyen,Hill,Flores,Green,Adams,Nelson,Baker,Hall,Rivera,Campbell,Mitchell,Carter,Roberts,Gomez,Phillips,Evans,Turner,Diaz,Parker,Cruz,Edwards,Collins,Reyes', ',') AS names) AS v;

-- What was typed: the copies of each company, as many as were asked for.  A copy has a number of its own, s; the first one has few errors.
CREATE TABLE copy AS
SELECT e, c, e::bigint * 8 + c AS s, CASE WHEN c = 0 THEN 0.15 ELSE 1 END AS care
FROM (SELECT e, CASE WHEN u(e, 70) < 0.80 THEN 0 WHEN u(e, 70) < 0.93 THEN 1 WHEN u(e, 70) < 0.98 THEN 2 ELSE 3 END AS copies FROM company) AS n, generate_series(0, copies) AS c
ORDER BY e, c LIMIT :accounts;
ANALYZE city, street, truth, copy;

CREATE UNLOGGED TABLE d.accounts AS
SELECT to_char(s * 387420489 % 999999937, 'FM"A"000000000') AS account_id,	-- no neighbours: a prime number keeps them apart
	CASE WHEN u(s, 80) < 0.12 * care THEN upper(name) WHEN u(s, 80) < 0.16 * care THEN lower(name) ELSE name END AS name,
	street,
	CASE WHEN u(s, 81) < 0.05 * care THEN NULL WHEN u(s, 81) < 0.09 * care THEN typo(city, u(s, 82), u(s, 83)) WHEN u(s, 81) < 0.15 * care THEN upper(city) ELSE city END AS city,
	CASE WHEN u(s, 84) < 0.08 * care THEN NULL WHEN u(s, 84) < 0.11 * care THEN overlay(zip PLACING floor(u(s, 85) * 10)::int::text FROM 3 + floor(u(s, 86) * 3)::int FOR 1) WHEN u(s, 84) < 0.2 * care THEN zip || '-' || lpad(floor(u(s, 87) * 10000)::int::text, 4, '0') ELSE zip END AS postal_code,
	CASE
		WHEN u(s, 88) < 0.15 * care THEN NULL
		ELSE (
			SELECT CASE
					WHEN u(s, 90) < 0.4 THEN format('(%s) %s-%s', area, substr(digits, 1, 3), substr(digits, 4, 4))
					WHEN u(s, 90) < 0.6 THEN format('%s-%s-%s', area, substr(digits, 1, 3), substr(digits, 4, 4))
					WHEN u(s, 90) < 0.75 THEN format('+1 %s %s %s', area, substr(digits, 1, 3), substr(digits, 4, 4))
					WHEN u(s, 90) < 0.9 THEN area || digits
					ELSE format('%s.%s.%s x%s', area, substr(digits, 1, 3), substr(digits, 4, 4), 10 + floor(u(s, 91) * 90)::int)
				END
			FROM (SELECT (2000000 + floor(u(CASE WHEN u(s, 88) > 1 - 0.10 * care THEN s + 500000000 ELSE phone_seed END, 89) * 7999999)::int)::text AS digits) AS p
		)
	END AS phone,
	CASE
		WHEN u(e, 92) < 0.15 OR u(s, 93) < 0.30 * care THEN NULL
		ELSE pick_zipf(u(s, 94), ARRAY['www.', 'https://www.', 'http://', '']) || domain || CASE WHEN u(s, 95) < 0.1 THEN '/contact' ELSE '' END
	END AS website,
	to_char(e, 'FM"C"000000000') AS cluster
FROM (
	SELECT *,
		-- the words of a name, as they are typed
		CASE
			WHEN u(s, 100) < 0.03 * care THEN trade_typed || ' ' || stem_typed
			ELSE stem_typed || CASE WHEN u(s, 101) < 0.08 * care THEN '' ELSE ' ' || trade_typed END
		END || CASE
			WHEN form IS NULL OR u(s, 102) < 0.30 * care THEN ''
			WHEN u(s, 102) < 0.50 * care THEN ', ' || form
			WHEN u(s, 102) < 0.65 * care THEN ' ' || CASE form WHEN 'Inc.' THEN 'Incorporated' WHEN 'Ltd.' THEN 'Limited' WHEN 'Limited' THEN 'Ltd' WHEN 'Corporation' THEN 'Corp.' WHEN 'Company' THEN 'Co.' WHEN 'LLC' THEN 'L.L.C.' ELSE replace(form, '.', '') END
			ELSE ' ' || form
		END || CASE WHEN is_chain AND u(name_seed, 103) < 0.4 THEN ' - ' || city WHEN u(s, 103) < 0.03 * care THEN ' (' || city || ')' ELSE '' END AS name,
		CASE
			WHEN u(s, 104) < 0.08 * care THEN NULL
			WHEN u(s, 104) < 0.10 * care THEN 'PO Box ' || 100 + floor(u(s, 105) * 9000)::int
			ELSE house_typed || ' ' || CASE WHEN u(s, 106) < 0.08 * care THEN typo(road_typed, u(s, 107), u(s, 108)) ELSE road_typed END
				|| CASE WHEN suite IS NULL OR u(s, 109) < 0.4 * care THEN '' ELSE pick(u(s, 110), ARRAY[' Suite ', ', Suite ', ' Ste ', ' #']) || suite END
		END AS street,
		zone || lpad((street_now * 37 % 100)::text, 2, '0') AS zip
	FROM (
		SELECT copy.e, c, s, care, name_seed, is_chain, form, city, area, zone, suite, phone_seed, street_now,
			CASE WHEN u(s, 120) < 0.15 * care THEN typo(stem, u(s, 121), u(s, 122)) WHEN u(s, 120) < 0.3 * care THEN replace(replace(stem, ' & ', ' and '), '-', ' ') ELSE stem END AS stem_typed,
			CASE
				WHEN u(s, 123) < 0.25 * care THEN CASE trade WHEN 'Services' THEN 'Svcs' WHEN 'International' THEN 'Intl' WHEN 'Technologies' THEN 'Tech' WHEN 'Associates' THEN 'Assoc.' WHEN 'Management' THEN 'Mgmt' WHEN 'Manufacturing' THEN 'Mfg' WHEN 'Engineering' THEN 'Eng.' WHEN 'Construction' THEN 'Constr.' WHEN 'Laboratories' THEN 'Labs' WHEN 'Solutions' THEN 'Solution' WHEN 'Systems' THEN 'Sys.' ELSE trade END
				WHEN u(s, 123) < 0.32 * care THEN typo(trade, u(s, 124), u(s, 125))
				ELSE trade
			END AS trade_typed,
			CASE WHEN is_chain THEN lower(regexp_replace(stem, '[^A-Za-z]', '', 'g')) ELSE lower(regexp_replace(stem || CASE WHEN u(copy.e, 126) < 0.5 THEN trade ELSE '' END, '[^A-Za-z]', '', 'g')) END || pick_zipf(u(name_seed, 127), ARRAY['.com', '.net', '.org', '.biz']) AS domain,
			CASE WHEN u(s, 130) < 0.06 * care THEN 1 + floor(9999 ^ u(s, 131))::int ELSE house END AS house_typed,
			CASE
				WHEN u(s, 132) < 0.4 THEN replace(replace(replace(replace(replace(replace(replace(street.name, ' Street', ' St'), ' Avenue', ' Ave'), ' Road', ' Rd'), ' Boulevard', ' Blvd'), ' Drive', ' Dr'), 'North ', 'N '), 'South ', 'S ')
				WHEN u(s, 132) < 0.5 THEN replace(replace(replace(street.name, ' Street', ' St.'), ' Avenue', ' Av.'), ' Road', ' Rd.')
				WHEN u(s, 132) < 0.5 + 0.1 * care THEN upper(street.name)
				ELSE street.name
			END AS road_typed
		FROM copy JOIN truth USING (e), LATERAL (SELECT CASE WHEN u(s, 130) < 0.06 * care THEN zipf(u(s, 133), 4000) ELSE street_r END AS street_now) AS m JOIN street ON street.r = street_now
		OFFSET 0
	) AS typed
	OFFSET 0
) AS written
ORDER BY hashint8extended(s, 140);
ALTER TABLE d.accounts ADD PRIMARY KEY (account_id);
RESET search_path;
DROP SCHEMA generate CASCADE;
VACUUM (ANALYZE) d.accounts;
