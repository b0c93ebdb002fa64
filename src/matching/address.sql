-- matching: street addresses.

CREATE FUNCTION address_key(address text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_address_key'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 30;

COMMENT ON FUNCTION address_key(text) IS
'Normal form of a street address, to group, join and index by: folded, without punctuation, with types of streets, directions and ordinals in one form, and apartments, suites and # as unit.
The key of a key is the same key. It does not depend on locale, ICU or glibc (fold version 1).
NULL if the address is NULL or has no letter or digit. Error if it has more than 1,048,576 characters.
Source: words after USPS Publication 28 and others, see docs/reference/matching.md.
Example: salesops.address_key(''123 N. Main St., Apt #4'') ==> 123 north main street unit 4';

CREATE FUNCTION address_similarity(a text, b text) RETURNS float8
	AS 'MODULE_PATHNAME', 'salesops_address_similarity'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION address_similarity(text, text) IS
'How likely two texts mean one street address, 0 to 1: a weighted alignment of the words of their keys, in which numbers are equal or different, and types of streets, directions and units count less than names.
Sees through order, typing errors in names, spaces in the wrong place and what only one has, such as a unit or a town. Symmetric; 1 for equal keys; with two different numbers .79 at most, so that .8 keeps neighbours apart.
NULL if either address is NULL or has no letter or digit. Error if one has more than 1,048,576 characters.
Source: our own weights, see docs/reference/matching.md.
Example: salesops.address_similarity(''123 N Main St #4'', ''123 North Main Street, Apt 4'') ==> 1';

CREATE FUNCTION explain_address_similarity(a text, b text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_explain_address_similarity'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION explain_address_similarity(text, text) IS
'Why address_similarity is what it is, in words: the score, the words that answer to each other with their similarity and weight, and what only one address has.
The text is for people; its wording may change. NULL and errors as of address_similarity.
Source: address_similarity.
Example: salesops.explain_address_similarity(''12 Oak Ave'', ''13 Oak Ave'') ==> 0.5652: oak: the same (weight 1.00); avenue: the same (weight 0.30); 12 ~ 13: different (weight 1.00); two numbers are two addresses, 0.79 at most';
