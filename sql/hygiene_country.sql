-- hygiene: countries as people write them, and postal codes as their posts write them.
-- Run by pg_regress.  Every table of cases has what is wanted beside it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET client_encoding = utf8;
SET search_path = salesops, public;
\pset format unaligned
\pset null NULL

-- ---- countries: codes, names in several languages, long forms, aliases, a country twice; and what is none ----

SELECT name, country_code(name) AS code, CASE WHEN country_code(name) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('DE', 'DE'), ('deu', 'DE'), ('276', 'DE'), ('Germany', 'DE'), ('Deutschland', 'DE'), ('Allemagne', 'DE'), ('ALEMANIA', 'DE'), ('Tyskland', 'DE'), ('Německo', 'DE'), ('Германия', 'DE'), ('ドイツ', 'DE'), ('德国', 'DE'), ('독일', 'DE'), ('ألمانيا', 'DE'),
	('Federal Republic of Germany', 'DE'), ('Korea, Republic of', 'KR'), ('Bolivia (Plurinational State of)', 'BO'), ('The Netherlands', 'NL'), ('Gambia, The', 'GM'), ('Bosnia & Herzegovina', 'BA'), ('Trinidad & Tobago', 'TT'), ('St. Lucia', 'LC'), ('Cote dIvoire', 'CI'),
	('U.S.A.', 'US'), ('U.K.', 'GB'), ('Scotland', 'GB'), ('Holland', 'NL'), ('UAE', 'AE'), ('Burma', 'MM'), ('Oesterreich', 'AT'), ('Germany (DE)', 'DE'), ('DE - Germany', 'DE'), ('Suomi / Finland', 'FI'),
	('Congo', 'CG'), ('Korea', 'KR'), ('Georgia', 'GE'), ('Kosovo', 'XK'), ('NA', 'NA'), ('N/A', NULL), ('Paris, France', NULL), ('Georgia, US', NULL), ('EU', NULL), ('Yugoslavia', NULL), ('Germny', NULL), ('49', NULL), ('', NULL)) v(name, wanted);

-- ---- postal codes: right ones, and each reason ----

SELECT code, country, postal_code_issue(code, country) AS issue, CASE WHEN postal_code_issue(code, country) IS DISTINCT FROM wanted THEN 'WANTED ' || coalesce(wanted, 'NULL') ELSE 'ok' END AS verdict
FROM (VALUES ('10115', 'DE', NULL), ('D-10115', 'Germany', NULL), ('sw1a1aa', 'UK', NULL), ('1234ab', 'NL', NULL), ('12345 6789', 'US', NULL), ('LV-1050', 'LV', NULL), ('〒100-0001', '日本', NULL), ('K1A 0B1', 'CA', NULL), ('A65 F4E2', 'IE', NULL), ('44444', 'US', NULL),
	('n/a', 'DE', 'blank'), ('10115', 'Atlantis', 'unknown_country'), ('999077', 'Hong Kong', 'not_used'), ('00000', 'US', 'filler'), ('11111', 'DE', 'filler'), ('1067', 'DE', 'lost_zero'), ('2134', 'US', 'lost_zero'), ('501', 'US', 'lost_zero'),
	('D1A 0B1', 'CA', 'wrong_format'), ('10115', 'GB', 'wrong_format'), ('123', 'DE', 'wrong_format'), ('Berlin', 'DE', 'wrong_format')) v(code, country, wanted);

SELECT country_code(NULL) IS NULL AND postal_code_issue(NULL, 'DE') IS NULL AND postal_code_issue('1', NULL) IS NULL AS nulls;
