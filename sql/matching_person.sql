-- matching: names of persons and how they sound, street addresses, acronyms, and the texts that explain a similarity.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET client_encoding = utf8;
SET search_path = salesops, public;
-- unaligned: how wide psql takes a character to be differs between its versions
\pset format unaligned

-- ---- match_phonetic ----

-- published: Philips's article (Smith and Schmidt meet in XMT), and Salesforce's "Standard Contact Matching Rule" (Doe is t,
-- Benioff is pnf "with double metaphone applied")
SELECT name, match_phonetic(name), match_phonetic_alternate(name),
	CASE WHEN (match_phonetic(name), match_phonetic_alternate(name)) IS DISTINCT FROM (p, a) THEN 'WANTED ' || p || ', ' || a ELSE 'ok' END AS verdict
FROM (VALUES ('Smith', 'SM0', 'XMT'), ('Schmidt', 'XMT', 'SMT'), ('Doe', 'T', 'T'), ('Benioff', 'PNF', 'PNF')) v(name, p, a);

-- the rules, a name for each; wanted is what fuzzystrmatch's dmetaphone() and dmetaphone_alt() say, another implementation of the article
SELECT count(*) AS names, count(*) FILTER (WHERE match_phonetic(name) <> p) AS primary_differs,
	count(*) FILTER (WHERE match_phonetic_alternate(name) <> a) AS alternate_differs
FROM (VALUES
	('Thompson', 'TMPS', 'TMPS'), ('Thomas', 'TMS', 'TMS'), ('Thames', 'TMS', 'TMS'),
	('Wright', 'RT', 'RT'), ('Knuth', 'N0', 'NT'), ('Gnome', 'NM', 'NM'),
	('Psychology', 'SXLJ', 'SKLK'), ('Pneumatic', 'NMTK', 'NMTK'), ('Xavier', 'SF', 'SFR'),
	('Caesar', 'SSR', 'SSR'), ('Chianti', 'KNT', 'KNT'), ('Michael', 'MKL', 'MXL'),
	('Character', 'KRKT', 'KRKT'), ('Chemistry', 'KMST', 'KMST'), ('Chore', 'XR', 'XR'),
	('Orchestra', 'ARKS', 'ARKS'), ('Architect', 'ARKT', 'ARKT'), ('McHugh', 'MK', 'MK'),
	('Czerny', 'SRN', 'XRN'), ('Focaccia', 'FKX', 'FKX'), ('Bacchus', 'PKS', 'PKS'),
	('Accident', 'AKST', 'AKST'), ('Bertucci', 'PRTX', 'PRTX'), ('Edge', 'AJ', 'AJ'),
	('Edgar', 'ATKR', 'ATKR'), ('Ghislane', 'JLN', 'JLN'), ('Laugh', 'LF', 'LF'),
	('Hugh', 'H', 'H'), ('Night', 'NT', 'NT'), ('Cagney', 'KKN', 'KKN'),
	('Gnagy', 'NK', 'NJ'), ('Tagliaro', 'TKLR', 'TLR'), ('Gerard', 'KRRT', 'JRRT'),
	('Danger', 'TNJR', 'TNKR'), ('Jose', 'HS', 'HS'), ('Sanchez', 'SNXS', 'SNKS'),
	('Jankelowicz', 'JNKL', 'ANKL'), ('Bajador', 'PJTR', 'PHTR'), ('Cabrillo', 'KPRL', 'KPR'),
	('Gallegos', 'KLKS', 'KKS'), ('Plumber', 'PLMR', 'PLMR'), ('Campbell', 'KMPL', 'KMPL'),
	('Raspberry', 'RSPR', 'RSPR'), ('Rogier', 'RJ', 'RJR'), ('Hochmeier', 'HKMR', 'HKMR'),
	('Island', 'ALNT', 'ALNT'), ('Carlisle', 'KRLL', 'KRLL'), ('Sugar', 'XKR', 'SKR'),
	('Sholz', 'SLS', 'SLS'), ('Resnais', 'RSN', 'RSNS'), ('Artois', 'ART', 'ARTS'),
	('Schermerhorn', 'XRMR', 'SKRM'), ('School', 'SKL', 'SKL'), ('Schenker', 'XNKR', 'SKNK'),
	('Szabo', 'SP', 'XP'), ('Nation', 'NXN', 'NXN'), ('Catch', 'KX', 'KX'),
	('Arnow', 'ARN', 'ARNF'), ('Filipowicz', 'FLPT', 'FLPF'), ('Wasserman', 'ASRM', 'FSRM'),
	('Breaux', 'PR', 'PR'), ('Zhao', 'J', 'J'), ('Mazza', 'MS', 'MTS'),
	('Wachtler', 'AKTL', 'FKTL'),
	('Bach', 'PK', 'PK')
) v(name, p, a);

-- ours: folded, every word on its own, the words before count
SELECT name, match_phonetic(name) AS code, CASE WHEN match_phonetic(name) IS DISTINCT FROM p THEN 'WANTED ' || p ELSE 'ok' END AS verdict
FROM (VALUES ('John Schmidt', 'JN XMT'), ('  JOHN   schmidt ', 'JN XMT'), ('Müller', 'MLR'), ('O''Brien', 'APRN'), ('O’Brien', 'APRN'),
	('Smith-Jones', 'SM0 JNS'), ('San Jacinto', 'SN HSNT'), ('van Buch', 'FN PK'), ('Buch', 'PK'), ('Ｓｍｉｔｈ', 'SM0'), ('Smith 3rd', 'SM0 RT'),
	('', NULL), ('123', NULL), ('山田', NULL), ('h', NULL), ('Иванов', NULL)) v(name, p);

-- ---- person_key ----

-- wanted by hand from the definition
SELECT name, person_key(name) AS key, CASE WHEN person_key(name) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES
	-- titles (Wikipedia, "English honorifics", "German honorifics", "French honorifics")
	('Dr. John Smith', 'john smith'), ('Mr John Smith', 'john smith'), ('Prof. Dr. med. Hans Müller', 'hans muller'), ('Herr Dr. Müller', 'muller'),
	('Frau Anna Schmidt', 'anna schmidt'), ('Mme Élodie Dupont', 'elodie dupont'), ('Dr.-Ing. Karl Weber', 'karl weber'), ('Mr. & Mrs. John Smith', 'john smith'),
	('Sr. García', 'garcia'), ('Dott.ssa Rossi', 'rossi'), ('Gen. Lee', 'lee'), ('Gen Lee', 'gen lee'), ('M. Night Shyamalan', 'm night shyamalan'),
	-- suffixes and degrees (Wikipedia, "List of post-nominal letters", "Suffix (name)")
	('John Smith Jr.', 'john smith'), ('John Smith, Jr., M.D.', 'john smith'), ('John Smith III', 'john smith'), ('John Smith Ph.D.', 'john smith'), ('Ing. Jan Novák, CSc.', 'jan novak'),
	('John Smith Ph. D.', 'john smith'), ('John Smith, PhD, MBA', 'john smith'), ('Jane Doe, RN', 'jane doe'), ('Jack Ma', 'jack ma'), ('Jack Ma, MA', 'jack ma'),
	('Martin Luther King Jr.', 'martin luther king'), ('Smith Jr., John', 'john smith'), ('John V. Smith', 'john v smith'),
	-- order
	('Smith, John', 'john smith'), ('Smith, Dr. John Q., PhD', 'john q smith'), ('SMITH,JOHN', 'john smith'), ('Smith, J.R.', 'j r smith'),
	('Smith, M.A.', 'm a smith'), ('Smith, Mr.', 'smith'), ('Smith,', 'smith'), ('Smith; John', 'john smith'),
	-- particles (Wikipedia, "Nobiliary particle")
	('van der Berg, Jan', 'jan van der berg'), ('Berg, Jan van der', 'jan van der berg'), ('Jan van der Berg', 'jan van der berg'), ('Vincent van Gogh', 'vincent van gogh'),
	('Juan de la Cruz', 'juan de la cruz'), ('Mohammed al-Rashid', 'mohammed al rashid'), ('Ortega y Gasset, José', 'jose ortega y gasset'),
	-- initials, hyphens, apostrophes, brackets, nicknames
	('J.R. Smith', 'j r smith'), ('J R Smith', 'j r smith'), ('Anne-Marie Smith-Jones', 'anne marie smith jones'), ('O''Brien, Conan', 'conan obrien'), ('D’Angelo', 'dangelo'),
	('Robert (Bob) Smith', 'robert smith'), ('Smith, (Dr) John', 'john smith'), ('(Bob)', 'bob'), ('Bob (Smith', 'bob smith'), ('Bob Smith', 'bob smith'),
	-- other scripts; nothing but titles; nothing
	('Иванов, Иван', 'иван иванов'), ('山田太郎', '山田太郎'), ('Dr', 'dr'), ('Jr.', 'jr'), ('Dr. Jr.', 'jr'), ('12 Jr.', NULL), ('123', NULL), ('', NULL), (', ,', NULL)
) v(name, wanted);

-- ---- nickname_class ----

-- Wikipedia and Wiktionary, the articles on each name
SELECT name, nickname_class(name) AS class, CASE WHEN nickname_class(name) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('Bob', 'robert'), ('ROBERT', 'robert'), ('Bill', 'william'), ('Dick', 'richard'), ('Peggy', 'margaret'), ('Liz', 'elizabeth'), ('Kate', 'katherine'),
	('Fritz', 'friedrich'), ('Pepe', 'jose'), ('Paco', 'francisco'), ('Beppe', 'giuseppe'), ('Sasha', 'aleksandr'), ('Саша', 'александр'), ('Jon', 'jonathan'),
	('J', 'j'), ('Giovanni', 'giovanni'), ('Xyz', 'xyz'), ('Bob Lee', 'robert lee'), ('', NULL), ('12', NULL)) v(name, wanted);

-- ---- person_similarity ----

-- Salesforce, "Matching Algorithms Used with Matching Methods" and "Standard Contact Matching Rule": J and Jonathan, name variants,
-- George Michael written in the other order; its rules want .85 of a first name; ours is of the whole name
SELECT a, b, round(person_similarity(a, b)::numeric, 4) AS score, CASE WHEN abs(person_similarity(a, b) - wanted) > 1e-12 THEN 'WANTED ' || wanted ELSE 'ok' END AS verdict
FROM (VALUES
	('J. Smith', 'Jonathan Smith', 0.96), ('Bob Smith', 'Robert Smith', 0.98), ('George Michael', 'Michael George', 0.95), ('Jon Smith', 'Jonathan Smith', 0.98),
	-- by hand from the constants
	('Dr. John Smith', 'Smith, John', 1), ('John Q. Smith', 'John Smith', 0.6 + 0.4 * 0.98), ('John F Kennedy', 'John Fitzgerald Kennedy', 0.6 + 0.4 * (0.75 + 0.25 * 0.9)),
	('John F Kennedy', 'John Robert Kennedy', 0.6 + 0.4 * 0.75), ('J. Robert Oppenheimer', 'Robert Oppenheimer', 0.96), ('John Smith', 'Mary Smith', 0.3),
	('Jane Doe', 'John Doe', 0.3), ('John Smith', 'John Baker', 0.1), ('Smith', 'John Smith', 0.8), ('Juan de la Cruz', 'Juan Cruz', 0.6 * 0.95 + 0.4),
	('Anna Smith-Jones', 'Anna Smith', 0.6 * 0.85 + 0.4), ('Hans-Peter Meyer', 'Hanspeter Maier', 0.6 * 0.7 + 0.4 * 0.97), ('John', 'Mary', 0), ('Alfie', 'Alfie Robertson', 0.6 * 0.25 + 0.4),
	('Alex Brown', 'Alexandra Brown', 0.98), ('John Smith', 'Smith John', 0.95),
	-- FEBRL's errors: swapped letters, a space in the wrong place
	('Sma Webb', 'Sam Webb', 0.6 + 0.4 * 0.85), ('Gary Smith', 'Mary Smith', 0.3), ('Wilson Ma O', 'Wilson Mao', 0.97),
	-- Spanish naming customs: two family names, of which the first goes alone; Dutch particles as Americans write them (VANDENBERG and VANDERBERG: 9 of 10 letters in common, one out of order)
	('José García', 'Jose Garcia Lopez', 0.9 * (0.6 * 0.85 + 0.4)), ('José García', 'Jose Luis Garcia Lopez', 0.9 * (0.6 * 0.85 + 0.4 * 0.98)), ('José García', 'Jose Lopez Garcia', 0.992),
	('Peter van der Berg', 'Peter Vandenberg', 0.4 + 0.6 * (0.4 + 0.6 * (0.9 + 0.9 + 8 / 9.0) / 3)), ('Peter van der Berg', 'Peter van der Meer', 0.1),
	-- MARTHA, MARHTA is .961111 (Winkler 1990)
	('Anna Martha', 'Anna Marhta', 0.4 + 0.6 * (17 / 18.0 + 0.3 / 18))
) v(a, b, wanted);
-- Salesforce, knowledge article 000389625: its Jaro-Winkler scores of first names, in hundredths; it knows the first three as variants, and so do we
SELECT a, b, round(100 * jaro_winkler(lower(a), lower(b))) AS jaro_winkler, published, nickname_class(a) = nickname_class(b) AS variants,
	round(person_similarity(a || ' Smith', b || ' Smith')::numeric, 4) AS score
FROM (VALUES ('Sam', 'Samuel', 88), ('Dan', 'Daniel', 88), ('Jon', 'Jonathan', 85), ('Raj', 'Rajesh', 88), ('Jay', 'Jayson', 88), ('Sal', 'Salima', 88)) v(a, b, published);
SELECT explain_person_similarity(a, b)
FROM (VALUES ('J. Smith', 'Jonathan Smith'), ('Smith, John', 'Dr. John Smith'), ('George Michael', 'Michael George'), ('Smith', 'John Smith'), ('Alfie', 'Alfie Robertson'),
	('J. Robert Oppenheimer', 'Robert Oppenheimer'), ('John F Kennedy', 'John Robert Kennedy')) v(a, b);
SELECT person_similarity('', 'John') AS no_key, explain_person_similarity('John', '?') AS no_key;

-- ---- company_acronym ----

-- Salesforce, "Matching Algorithms Used with Matching Methods": Advanced Micro Devices and AMD
SELECT name, company_acronym(name) AS acronym, CASE WHEN company_acronym(name) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('Advanced Micro Devices', 'amd'), ('International Business Machines Corp.', 'ibm'), ('Bank of Nova Scotia', 'bns'), ('U.S. Steel', 'uss'),
	('Procter & Gamble', 'pg'), ('Österreichische Volksbanken AG', 'ov'), ('Apple', NULL), ('株式会社 日立 製作所', NULL), ('', NULL)) v(name, wanted);
SELECT company_acronym('International Business Machines Corp.') = company_key('I.B.M., Inc.') AS found;
SELECT explain_company_similarity(a, b)
FROM (VALUES ('IBM Corp.', 'International Business Machines'), ('Summit Health Partners', 'Summit Wealth Partners'), ('Acme', 'ACME, Inc.'), ('Alpha', 'Beta')) v(a, b);
SELECT explain_company_similarity('?', 'Acme') AS no_key;

-- ---- address_key ----

-- USPS Publication 28 (suffixes, directions, units), Canada Post, DIN 5008; wanted by hand from the definition
SELECT address, address_key(address) AS key, CASE WHEN address_key(address) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES
	('123 N. Main St., Apt #4', '123 north main street unit 4'), ('123 North Main Street Unit 4', '123 north main street unit 4'), ('123 N Main St #4', '123 north main street unit 4'),
	('123 Main St Suite 4-B', '123 main street unit 4b'), ('1600 Pennsylvania Ave. N.W.', '1600 pennsylvania avenue northwest'), ('100 Oak Dr', '100 oak drive'),
	('100 Dr Martin Luther King Blvd', '100 doctor martin luther king boulevard'), ('St. James St', 'saint james street'), ('123 N St Paul Ave', '123 north saint paul avenue'),
	('123 E St NW', '123 e street northwest'), ('12 Avenue E', '12 avenue e'), ('First Ave', '1st avenue'), ('1st Avenue', '1st avenue'), ('5th St', '5th street'),
	('350 Fifth Ave, 34th Fl', '350 5th avenue floor 34'), ('Miami FL 33101', 'miami fl 33101'), ('P.O. Box 123', 'po box 123'), ('Post Office Box 123', 'po box 123'),
	('Postfach 12 34', 'po box 12 34'), ('Hauptstr. 5', 'hauptstrasse 5'), ('Hauptstraße 5', 'hauptstrasse 5'), ('Berliner Str. 12a', 'berlinerstrasse 12a'),
	('Straße des 17. Juni 135', 'strasse des 17 juni 135'), ('No. 5 High Street', '5 high street'), ('Flat 5, 10 High St', 'unit 5 10 high street'), ('O''Connell St', 'oconnell street'),
	-- La Poste (bis and ter belong to the number); addresses of head offices in SEC filings; Correos (C/ is Calle); USPS Publication 28, C2 (FL)
	('12 bis, rue de la Paix', '12bis rue de la paix'), ('12bis rue de la Paix', '12bis rue de la paix'), ('One Microsoft Way', '1 microsoft way'), ('One Oak', 'one oak'),
	('C/ Mayor, 5', 'calle mayor 5'), ('C/o Smith, 5 Oak Ln', 'c o smith 5 oak lane'), ('5th Floor, 10 High St', 'floor 5 10 high street'), ('10 High St Fl 5', '10 high street floor 5'),
	('1st 2nd Fl', '1st 2nd floor'),
	-- streets of London
	('5 Upper St Martin''s Lane', '5 upper saint martins lane'), ('5 Upper St, London', '5 upper street london'), ('5th & Main', '5th and main'), ('北京路 5号', '北京路 5号'), ('', NULL), (', ,', NULL)
) v(address, wanted);

-- ---- address_similarity ----

-- by hand from the weights
SELECT a, b, round(address_similarity(a, b)::numeric, 4) AS score, CASE WHEN abs(address_similarity(a, b) - wanted) > 1e-12 THEN 'WANTED ' || wanted ELSE 'ok' END AS verdict
FROM (VALUES ('123 N Main St #4', '123 North Main Street, Apt 4', 1), ('123 Main St', '123 Main St Apt 4', 2.3 / (2.3 + 0.6 / 2.6)), ('123 Main St', '125 Main St', 1.3 / 2.3),
	-- swapped digits, one digit more; neighbours stay below .8; what only one has
	('123 Main St', '132 Main St', 0.79), ('123 Main', '132 Main St', 1.6 / (2 + 0.3 / 2.3)), ('12 Main', '123 Main', 1.5 / 2), ('12 Main St, Old Town, Springfield', '14 Main St, Old Town, Springfield', 0.79),
	('123 Main St', '123 Main St, Springfield', 2.3 / (2.3 + 1 / 3.0)), ('3', '3 Oak St', 0.5),
	-- a space in the wrong place, a misspelt type, one letter of four (FEBRL has such errors)
	('2 Lea Garden', '2 Lm Agarden', (1 + 1.3 * 8 / 9.0) / 2.3), ('1 Oak Rtreet', '1 Oak Street', (2 + 0.3 * (1 - 1 / 6.0 - 0.1)) / 2.3), ('7 Tieve Gara', '7 Tieve Tara', 2.5 / 3),
	('123 Main St', '123 Main Ave', 2 / 2.6), ('45 Mill Brook Rd', '45 Millbrook Road', (1.3 + 0.97) / 2.3), ('1 Oak Stret', '1 Oak Street', (2 + 0.3 * (17 / 18.0 + 0.4 / 18)) / 2.3), ('Apt 4, 123 Main', '123 Main #4', 0.999),
	('350 Fifth Ave, 34th Fl', '350 5th Avenue, Floor 34', 1), ('350 Fifth Ave, 34th Fl', '350 5th Avenue, Floor 35', 2.4 / 3.4), ('221 Baker St', '221B Baker St', 0.79), ('221 Baker, London', '22 Baker St', 1.5 / (2 + 2 * 0.3 + 0.7 / 2.7)),
	('1 Martha St', '1 Marhta Street', (1.3 + 17 / 18.0 + 0.3 / 18) / 2.3), ('Oak', 'Elm', 0)) v(a, b, wanted);
SELECT explain_address_similarity(a, b)
FROM (VALUES ('123 Main St', '123 Main St Apt 4'), ('45 Mill Brook Rd', '45 Millbrook Road'), ('12 Oak', '13 Elm'), ('1 Oak St', '1 Oak Street')) v(a, b);
SELECT address_similarity('', 'Oak') AS no_key, explain_address_similarity('Oak', '?') AS no_key;

-- NULL
SELECT num_nulls(match_phonetic(NULL), match_phonetic_alternate(NULL), person_key(NULL), nickname_class(NULL), person_similarity(NULL, 'a'), person_similarity('a', NULL),
	explain_person_similarity('a', NULL), company_acronym(NULL), explain_company_similarity(NULL, 'a'), address_key(NULL), address_similarity('a', NULL),
	explain_address_similarity(NULL, 'a')) AS nulls;

-- too long: what is wrong, the limit, the remedy
SELECT person_key(repeat('x', 1048577));
SELECT match_phonetic(repeat('x', 1048577));
SELECT address_similarity('x', repeat('x', 1048577));
