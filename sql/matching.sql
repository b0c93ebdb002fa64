-- matching: normal forms and similarities of names.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET client_encoding = utf8;
SET search_path = salesops, public;
-- unaligned: how wide psql takes a character to be differs between its versions
\pset format unaligned

-- Winkler's own examples (1990, and the table in his report of 1994, which gives three places; the others follow
-- from the fractions)
SELECT a, b, round(jaro(a, b)::numeric, 6) AS jaro, j AS published, round(jaro_winkler(a, b)::numeric, 6) AS jaro_winkler, w AS published
FROM (VALUES
	('MARTHA', 'MARHTA', 0.944444, 0.961111),
	('DIXON', 'DICKSONX', 0.766667, 0.813333),
	('DWAYNE', 'DUANE', 0.822222, 0.840000),
	('SHACKLEFORD', 'SHACKELFORD', 0.969697, 0.981818),
	('DUNNINGHAM', 'CUNNIGHAM', 0.896296, 0.896296),
	('NICHLESON', 'NICHULSON', 0.925926, 0.955556),
	('JONES', 'JOHNSON', 0.790476, 0.832381),
	('MASSEY', 'MASSIE', 0.888889, 0.933333),
	('ABROMS', 'ABRAMS', 0.888889, 0.922222)) v(a, b, j, w);

-- by hand: empty texts; one character; the window (none up to 3 letters, one position with 4 and 5); case, accents and
-- composed or decomposed form count
SELECT a, b, jaro(a, b), jaro_winkler(a, b)
FROM (VALUES ('', ''), ('', 'a'), ('a', ''), ('a', 'a'), ('a', 'b'), ('ab', 'ba'), ('abc', 'bca'), ('abcd', 'dcba'),
	('abc', 'ABC'), ('é', 'e'), (U&'e\0301', 'é'), ('日本', '日立'), ('😀x', '😀y')) v(a, b);

-- beyond 64 and 128 characters: 200 letters, of which 100 are common and in order: (1/2 + 1/2 + 1)/3
SELECT jaro(repeat('a', 100) || repeat('b', 100), repeat('a', 100) || repeat('c', 100)) AS two_thirds,
	jaro(repeat('é', 70) || 'x', repeat('é', 70) || 'y') = (2 * (70::float8 / 71) + 1) / 3 AS seventy,
	jaro_winkler(repeat('日', 200), repeat('日', 200)) AS one;

SELECT jaro(NULL, 'a') IS NULL AS n1, jaro_winkler('a', NULL) IS NULL AS n2, company_key(NULL) IS NULL AS n3,
	company_similarity(NULL, 'a') IS NULL AS n4;

-- the key: what each step does; wanted by hand from the definition
SELECT name, company_key(name) AS key, CASE WHEN company_key(name) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES
	-- folding
	('ACME', 'acme'), ('Ångström', 'angstrom'), (U&'A\030Angstro\0308m', 'angstrom'), ('L''Oréal', 'loreal'), ('L’Oréal', 'loreal'),
	('Straße', 'strasse'), ('Ærø Łódź Ðþ', 'aero lodz dth'), ('Ｆｕｌｌ　Ｗｉｄｔｈ', 'full width'), ('ﬁrst', 'first'),
	('ΑΛΦΑ Άλφα', 'αλφα αλφα'), ('Ёлка Йод', 'елка йод'), (U&'\0438\0306', U&'\0439'), ('İstanbul IŞIK ılık', 'istanbul isik ilik'),
	(U&'zero\200Bwidth soft\00ADhyphen', 'zerowidth softhyphen'), ('μTorrent', 'μtorrent'), ('µTorrent', 'utorrent'),
	-- words
	('McDonald''s', 'mcdonalds'), ('I.B.M.', 'ibm'), ('I B M', 'ibm'), ('J.P. Morgan', 'jp morgan'), ('J. P. Morgan', 'jp morgan'),
	('amazon.com', 'amazon com'), ('Coca-Cola', 'coca cola'), ('T-Mobile', 'tmobile'), ('  a   lot—of…space  ', 'a lot of space'),
	('Yahoo!', 'yahoo'), ('Toys "R" Us', 'toys r us'), ('3M', '3m'), ('U.S. Steel', 'us steel'), ('Acme™', 'acme'),
	-- and
	('Smith & Wesson', 'smith and wesson'), ('Smith and Wesson', 'smith and wesson'), ('Smith + Wesson', 'smith and wesson'),
	('Müller und Söhne', 'muller and sohne'), ('Dupont et Fils', 'dupont and fils'), ('Pérez y García', 'perez and garcia'),
	('Banca e Finanza', 'banca and finanza'), ('AT&T', 'at and t'), ('Y Combinator', 'y combinator'), ('C++ Builders', 'c builders'),
	('Disney+ Hotstar', 'disney hotstar'), ('Jose E. Gomez', 'jose e gomez'), ('Foo Indústria e Comércio', 'foo industria and comercio'),
	('Pérez y Cía.', 'perez'),
	-- articles
	('The Gap', 'gap'), ('Gap, The', 'gap'), ('La Poste', 'la poste'), ('Die Casting', 'die casting'),
	-- abbreviations
	('Smith Bros. Mfg.', 'smith brothers manufacturing'), ('Intl. Paper', 'international paper'), ('Alpha Tech', 'alpha tech'),
	('St. Jude Medical', 'saint jude medical'), ('First St. Partners', 'first st partners'), ('Arts Centre', 'arts center'),
	-- brackets, aliases, the registrar's mark
	('Acme (UK) Ltd', 'acme uk'), ('Acme UK Ltd', 'acme uk'), ('Acme (in liquidation)', 'acme'),
	-- § 68 GmbHG and L. 237-2 of the Code de commerce have it written behind the legal form
	('Müller GmbH in Liquidation', 'muller'), ('Dupont SARL en liquidation', 'dupont'), ('In Liquidation', 'in liquidation'), ('Acme (formerly Zenith) Inc', 'acme'),
	('Acme Inc (DUPLICATE)', 'acme'), ('Smith Holdings LLC d/b/a Joe''s Diner', 'joes diner'), ('Acme f/k/a Zenith', 'acme'),
	('Acme trading as Zenith Ltd', 'zenith'), ('DBA Acme', 'acme'), ('AKA Parking', 'aka parking'), ('APPLE INC /CA/', 'apple'),
	-- nothing left, or nothing there
	('The Limited', 'limited'), ('Inc.', 'inc'), ('Co., Ltd.', 'co'), ('the', 'the'), ('&', NULL), ('', NULL), (' .,-/ ', NULL), ('🙂', NULL)
	) v(name, wanted);

-- legal forms
SELECT name, company_key(name) AS key, CASE WHEN company_key(name) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES
	('Foo Holdings Co., Ltd.', 'foo holdings'), ('Foo L.L.C.', 'foo'), ('Foo P.L.C.', 'foo'), ('Foo Bank, N.A.', 'foo bank'),
	('Foo (Pty) Ltd', 'foo'), ('Foo Pvt. Ltd.', 'foo'), ('Foo Sdn. Bhd.', 'foo'), ('Foo GmbH & Co. KG', 'foo'), ('Foo G.m.b.H.', 'foo'),
	('Foo Gesellschaft mit beschränkter Haftung', 'foo'), ('Foo UG (haftungsbeschränkt)', 'foo'), ('Foo e.V.', 'foo'), ('Foo EV', 'foo ev'),
	('Foo S.à r.l.', 'foo'), ('Foo Société Anonyme', 'foo'), ('SARL Foo', 'foo'), ('SAS Institute', 'sas institute'), ('Foo B.V.', 'foo'),
	('Foo S.p.A.', 'foo'), ('Fiat SpA', 'fiat'), ('Fiat SPA', 'fiat'), ('FIAT SPA', 'fiat spa'), ('Comfort Spa Inc.', 'comfort spa'), ('Foo Day SPA', 'foo day spa'), ('Foo, S.A. de C.V.', 'foo'), ('Foo Ltda.', 'foo'), ('Foo, Lda', 'foo'),
	('Foo A/S', 'foo'), ('Foo Oyj', 'foo'), ('AB Foo', 'foo'), ('Foo AB (publ)', 'foo'), ('OÜ Foo', 'foo'), ('UAB Foo', 'foo'),
	('Foo sp. z o.o.', 'foo'), ('Foo Sp. z o.o. sp.k.', 'foo'), ('Foo s.r.o.', 'foo'), ('Foo Kft.', 'foo'), ('Foo d.o.o.', 'foo'),
	('Foo A.Ş.', 'foo'), ('Foo Sanayi ve Ticaret Ltd. Şti.', 'foo'), ('Φοο Α.Ε.', 'φοο'), ('ООО «Фоо»', 'фоо'), ('OOO Foo', 'foo'), ('ПАО Фоо', 'фоо'),
	('Фоо ЕООД', 'фоо'), ('ТОВ Фоо', 'фоо'), ('ТОО Фоо', 'фоо'), ('TOO Foo', 'foo'), ('Too Fresh, Inc.', 'too fresh'), ('Foo FZ-LLC', 'foo'), ('פו בע"מ', 'פו'),
	('株式会社日立製作所', '日立製作所'), ('トヨタ自動車株式会社', 'トヨタ自動車'), ('㈱リコー', 'リコー'), ('Kabushiki Kaisha Foo', 'foo'), ('Foo K.K.', 'foo'),
	('주식회사 카카오', '카카오'), ('华为技术有限公司', '华为技术'), ('PT Foo Tbk', 'foo'), ('PT Solutions', 'pt solutions'), ('บริษัท ปตท. จำกัด (มหาชน)', 'ปตท'),
	('A. O. Smith Corporation', 'ao smith')
	) v(name, wanted);

-- the similarity: the scores by hand from the weights and levels that the reference page gives
SELECT a, b, round(company_similarity(a, b)::numeric, 4) AS score, round(wanted, 4) AS by_hand
FROM (VALUES
	('Acme Inc.', 'ACME', 1.0),										-- equal keys
	('Acme', 'Acme Group', 1 / 1.125),								-- a general word more
	('Acme', 'Acme Texas', 1 / 1.175),								-- a place more
	('Summit Health Partners', 'Summit Wealth Partners', 1.25 / 2.45),	-- two words of a trade, not one misspelt
	('Summit Health Partners', 'Summit Partners', 1.25 / 1.55),
	('Summit Health Partners', 'Summit Haelth Partners', (1.25 + 0.6 * 5 / 6) / 1.85),	-- a typing error
	('Summit Health Partners', 'Summit Helth Partners', (1.25 + 0.6 * 0.85) / 1.85),	-- a letter left out of a known word: shortened
	('Summit Health Partners', 'Summit Hlth Partners', 1.0),			-- the abbreviation is written out
	('Microsoft', 'Mircosoft', 1 - 1 / 9.0),						-- one swap in nine letters
	('Hilton Grand', 'Grand Hilton', 0.98),							-- the order
	('Facebook', 'Face Book', 0.97),								-- written together
	('PricewaterhouseCoopers', 'Price Waterhouse Coopers', 0.97),
	('AT&T', 'ATT', 0.97),
	('IBM', 'International Business Machines', 0.85),				-- acronyms
	('IBM Global Services', 'International Business Machines Global Services', (0.5 + 1.05 * 0.85) / 1.55),
	('BoA', 'Bank of America', 0.85),
	('GE', 'General Electric', 0.7),
	('AMC', 'American Motors Corporation', 0.75),
	('J Morgan', 'John Morgan', (1 + 0.5 * 0.7) / 1.5),				-- an initial
	('Alpha Services', 'Alpha Service', (1 + 0.25 * 0.97) / 1.25),	-- a plural
	('Zenith Tech', 'Zenith Technologies', (1 + 0.25 * 0.85) / 1.25),	-- a shortened word
	('General Electric', 'General Motors', 0.25 / 1.45),
	('1652 Erie', '1658 Erie', 1 / 3.0),								-- numbers are never typing errors
	('Microsoft', 'Micro Center', 0.0),
	('Alpha', 'Beta', 0.0)) v(a, b, wanted);
SELECT company_similarity('---', 'Acme') AS no_key, company_similarity('Acme', '') AS no_key;

-- too long: what is wrong, the limit, the remedy
SELECT jaro(repeat('x', 1048577), 'x');
SELECT jaro_winkler('x', repeat('é', 1048577));
SELECT company_key(repeat('x ', 600000));
SELECT company_similarity('x', repeat('x', 1048577));

-- usable where only immutable functions are: an index on the key
CREATE TEMP TABLE account (id int, name text);
INSERT INTO account VALUES (1, 'Acme, Inc.'), (2, 'ACME Corp.'), (3, 'Zenith GmbH'), (4, '?'), (5, NULL);
CREATE INDEX ON account (company_key(name));
SELECT company_key(name) AS key, array_agg(id ORDER BY id) AS ids FROM account GROUP BY 1 ORDER BY min(id);
