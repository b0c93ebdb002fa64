-- matching: normal forms and similarities of names, for finding duplicates.

CREATE FUNCTION jaro(text, text) RETURNS float8
	AS 'MODULE_PATHNAME', 'salesops_jaro'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION jaro(text, text) IS
'Jaro similarity of two texts, 0 to 1: (m/|a| + m/|b| + (m - t)/m) / 3, with m common characters near each other and t half the number of those in another order.
Compares Unicode characters as they are: case and accents count. Symmetric. Two empty texts: 1; an empty and another: 0.
NULL if either is NULL. Error if a text has more than 1,048,576 characters.
Source: Jaro 1989, as in RapidFuzz.
Example: salesops.jaro(''MARTHA'', ''MARHTA'') ==> 0.9444444444444445';

CREATE FUNCTION jaro_winkler(text, text) RETURNS float8
	AS 'MODULE_PATHNAME', 'salesops_jaro_winkler'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION jaro_winkler(text, text) IS
'Jaro-Winkler similarity of two texts, 0 to 1: where jaro is above 0.7, jaro + p * 0.1 * (1 - jaro), with p the number of equal leading characters, 4 at most; else jaro.
Compares Unicode characters as they are: case and accents count. Symmetric. Two empty texts: 1; an empty and another: 0.
NULL if either is NULL. Error if a text has more than 1,048,576 characters.
Source: Winkler 1990, as in RapidFuzz.
Example: salesops.jaro_winkler(''MARTHA'', ''MARHTA'') ==> 0.9611111111111111';

CREATE FUNCTION company_key(text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_company_key'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 30;

COMMENT ON FUNCTION company_key(text) IS
'Normal form of a company name, to group, join and index by: folded, without punctuation, leading "the" and legal forms, with & and its translations as "and".
The key of a key is the same key. It does not depend on locale, ICU or glibc (fold version 1).
NULL if the name is NULL or has no letter or digit. Error if it has more than 1,048,576 characters.
Source: legal forms after ISO 20275 and others, see docs/reference/matching.md.
Example: salesops.company_key(''The Mueller & Sons GmbH & Co. KG'') ==> mueller and sons';

CREATE FUNCTION company_similarity(text, text) RETURNS float8
	AS 'MODULE_PATHNAME', 'salesops_company_similarity'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION company_similarity(text, text) IS
'How likely two names mean one company, 0 to 1: a weighted alignment of the words of their keys, in which general words, places and words of a trade count less than names of their own.
Sees through word order, missing general words, a typing error in a word, words written together, plurals, shortened words and acronyms. Symmetric; 1 for equal keys.
NULL if either name is NULL or has no letter or digit. Error if a name has more than 1,048,576 characters.
Source: our own weights; the method follows Monge and Elkan 1996 and Cohen, Ravikumar and Fienberg 2003, see docs/reference/matching.md.
Example: salesops.company_similarity(''Acme Group, Inc.'', ''ACME'') ==> 0.8888888888888888';
