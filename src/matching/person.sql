-- matching: names of persons, and how names sound.

CREATE FUNCTION match_phonetic(name text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_match_phonetic'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;

COMMENT ON FUNCTION match_phonetic(text) IS
'How the words of a name sound: the primary Double Metaphone code of each word, of 4 sounds at most, with a space between each two.
Reads folded text: case, accents and apostrophes do not count, other characters than Latin letters part words. A word without a sound has no code.
NULL if the text is NULL or has no code. Error if it has more than 1,048,576 characters.
Source: L. Philips, The Double Metaphone Search Algorithm, C/C++ Users Journal, June 2000.
Example: salesops.match_phonetic(''John Schmidt'') ==> JN XMT';

CREATE FUNCTION match_phonetic_alternate(name text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_match_phonetic_alternate'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;

COMMENT ON FUNCTION match_phonetic_alternate(text) IS
'How the words of a name may sound too: the alternate Double Metaphone code of each word, which is the primary one where there is no other.
Two words sound alike if a code of one is a code of the other: Smith is SM0 or XMT, Schmidt is XMT or SMT. Reads text as match_phonetic does.
NULL if the text is NULL or has no code. Error if it has more than 1,048,576 characters.
Source: L. Philips, The Double Metaphone Search Algorithm, C/C++ Users Journal, June 2000.
Example: salesops.match_phonetic_alternate(''John Schmidt'') ==> AN SMT';

CREATE FUNCTION person_key(name text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_person_key'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 30;

COMMENT ON FUNCTION person_key(text) IS
'Normal form of a name of a person, to group, join and index by: folded, given names before the family name, without titles, suffixes, degrees, punctuation and what stands in brackets.
The key of a key is the same key. Nicknames and initials are left as they are. It does not depend on locale, ICU or glibc (fold version 1).
NULL if the name is NULL or has no letter. Error if it has more than 1,048,576 characters.
Source: our own rules; the words are in src/matching/person_words.tsv, see docs/reference/matching.md.
Example: salesops.person_key(''van der Berg, Dr. Jan P., Jr.'') ==> jan p van der berg';

CREATE FUNCTION nickname_class(name text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_nickname_class'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;

COMMENT ON FUNCTION nickname_class(text) IS
'The given name that a nickname, short form or spelling stands for, folded; each word of several; a word in no list stands for itself.
English, German, Spanish, French, Italian and Russian names. The class of a class is that class. Of several names the most common one.
NULL if the text is NULL or has no letter. Error if it has more than 1,048,576 characters.
Source: our own list, src/matching/nicknames.tsv, see docs/reference/matching.md.
Example: salesops.nickname_class(''Bob'') ==> robert';

CREATE FUNCTION person_similarity(a text, b text) RETURNS float8
	AS 'MODULE_PATHNAME', 'salesops_person_similarity'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION person_similarity(text, text) IS
'How likely two names mean one person, 0 to 1: 0.6 for the family names and 0.4 for the given names, each by how well they agree.
Sees through titles, order, initials, nicknames, middle names, typing errors and sounds. Symmetric; 1 for equal keys.
NULL if either name is NULL or has no letter. Error if a name has more than 1,048,576 characters.
Source: our own weights, after the cases that Salesforce publishes for its matching rules, see docs/reference/matching.md.
Example: salesops.person_similarity(''Bob Smith'', ''Dr. Robert Smith'') ==> 0.98';

CREATE FUNCTION explain_person_similarity(a text, b text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_explain_person_similarity'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION explain_person_similarity(text, text) IS
'Why person_similarity is what it is, in words: the score, and how the family names and the given names agree.
The text is for people; its wording may change. NULL and errors as of person_similarity.
Source: person_similarity.
Example: salesops.explain_person_similarity(''J. Smith'', ''Jonathan Smith'') ==> 0.9600: family name: the same, 1.0000; given name: an initial, 0.9000';

CREATE FUNCTION company_acronym(name text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_company_acronym'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 30;

COMMENT ON FUNCTION company_acronym(text) IS
'The letters that a name of a company is shortened to: the first letters of the words of company_key, without and, articles and prepositions, in small letters.
To be compared with company_key of the short name. Initials count whole: U.S. Steel is uss.
NULL if the name is NULL, has less than two such words, or is in a script without letters. Error if it has more than 1,048,576 characters.
Source: our own rules, see docs/reference/matching.md.
Example: salesops.company_acronym(''International Business Machines Corp.'') ==> ibm';

CREATE FUNCTION explain_company_similarity(a text, b text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_explain_company_similarity'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION explain_company_similarity(text, text) IS
'Why company_similarity is what it is, in words: the score, the words that answer to each other with their similarity and weight, and what only one name has.
The text is for people; its wording may change. NULL and errors as of company_similarity.
Source: company_similarity.
Example: salesops.explain_company_similarity(''Acme Group, Inc.'', ''ACME'') ==> 0.8889: acme: the same, 1.0000 (weight 1.00); only in the first: group (weight 0.25)';
