-- Similarities of texts by their edits and their words.

CREATE FUNCTION jaro(a text, b text, min_score double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_jaro' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION jaro(text, text, double precision) IS $$As jaro(a, b), but 0 where it is less than min_score, which the lengths alone may show.
min_score: from 0 to 1, else an error. NULL for NULL.
Example: salesops.jaro('Acme', 'Acme International Holding', 0.8) ==> 0$$;
CREATE FUNCTION jaro_winkler(a text, b text, min_score double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_jaro_winkler' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION jaro_winkler(text, text, double precision) IS $$As jaro_winkler(a, b), but 0 where it is less than min_score, which the lengths alone may show.
min_score: from 0 to 1, else an error. NULL for NULL.
Example: salesops.jaro_winkler('DWAYNE', 'DUANE', 0.9) ==> 0$$;

CREATE FUNCTION levenshtein_ratio(a text, b text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_levenshtein_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION levenshtein_ratio(text, text) IS $$Levenshtein similarity of two texts, 0 to 1: 1 - distance / length of the longer, where the distance is the least number of characters to insert, delete or replace.
Compares Unicode characters as they are: case and accents count. Symmetric. Two empty texts: 1. NULL if either is NULL. Error if a text has more than 100,000 characters.
Source: Levenshtein 1966; computed by bit vectors (Myers 1999, Hyyro 2003), as in RapidFuzz.
Example: salesops.levenshtein_ratio('kitten', 'sitting') ==> 0.5714285714285714$$;

CREATE FUNCTION osa_ratio(a text, b text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_osa_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION osa_ratio(text, text) IS $$Similarity of two texts by optimal string alignment, 0 to 1: 1 - distance / length of the longer, where two neighbours that are swapped are one edit, if no character is edited twice.
Compares Unicode characters as they are: case and accents count. Symmetric. Two empty texts: 1. NULL if either is NULL. Error if a text has more than 100,000 characters.
Source: Damerau 1964, restricted; computed by bit vectors (Hyyro 2003), as in RapidFuzz.
Example: salesops.osa_ratio('Smiht', 'Smith') ==> 0.8$$;

CREATE FUNCTION damerau_ratio(a text, b text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_damerau_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION damerau_ratio(text, text) IS $$Damerau-Levenshtein similarity of two texts, 0 to 1: 1 - distance / length of the longer, where two neighbours that are swapped are one edit, and others may come or go between them.
Compares Unicode characters as they are: case and accents count. Symmetric. Two empty texts: 1. NULL if either is NULL. Error if a text has more than 100,000 characters.
Source: Damerau 1964; Zhao and Sahni 2019, as in RapidFuzz.
Example: salesops.damerau_ratio('ca', 'abc') ==> 0.33333333333333337$$;

CREATE FUNCTION token_sort_ratio(a text, b text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_token_sort_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION token_sort_ratio(text, text) IS $$Similarity of two texts by their words in order, 0 to 1: twice the length of the longest common subsequence of the sorted words, by both lengths.
Compares Unicode characters as they are: case and accents count. Symmetric. Words are parted by white space. Two texts without words: 1. NULL if either is NULL. Error if a text has more than 100,000 characters.
Source: token_sort_ratio of RapidFuzz and FuzzyWuzzy, as a fraction.
Example: salesops.token_sort_ratio('Jobs Steve', 'Steve Jobs') ==> 1$$;

CREATE FUNCTION token_set_ratio(a text, b text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_token_set_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION token_set_ratio(text, text) IS $$Similarity of two texts by the words that they share, 0 to 1: 1 where one has all words of the other, however often.
Compares Unicode characters as they are: case and accents count. Symmetric. Words are parted by white space; the greatest of three ratios of what both have and what one of them has alone. 0 where a text has no words. NULL if either is NULL. Error if a text has more than 100,000 characters.
Source: token_set_ratio of RapidFuzz and FuzzyWuzzy, as a fraction.
Example: salesops.token_set_ratio('Acme Acme Corp', 'Acme Corp Holding') ==> 1$$;

-- @for RATIO levenshtein_ratio osa_ratio damerau_ratio token_sort_ratio token_set_ratio
CREATE FUNCTION @RATIO@(a text, b text, min_score double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_@RATIO@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @RATIO@(text, text, double precision) IS $$As @RATIO@(a, b), but 0 where it is less than min_score, which is found out sooner.
min_score: from 0 to 1, else an error. NULL for NULL.
Example: salesops.@RATIO@('Acme', 'Zenith', 0.8) ==> 0$$;
-- @end

CREATE FUNCTION qgram_cosine(a text, b text, q integer DEFAULT 2) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_qgram_cosine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION qgram_cosine(text, text, integer) IS $$Similarity of two texts by the groups of q neighbouring characters that they have, 0 to 1: the cosine of the two counts.
q: 1 to 3, else an error. Compares Unicode characters as they are: case and accents count. Symmetric. A text of fewer than q characters is one group. Two empty texts: 1; an empty and another: 0. NULL for NULL. Error if a text has more than 1,048,576 characters.
Source: Ukkonen 1992; as the cosine of R's stringdist.
Example: salesops.qgram_cosine('night', 'nacht') ==> 0.25$$;
