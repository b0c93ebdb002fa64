-- The matching functions per call, beside what PostgreSQL brings.  Nothing here is equal: each form computes
-- something else, and only the cost of a call is compared, net of that of a trivial one (the floor).

-- section: similarity of two company names
-- rows: names
-- floor: a trivial call: octet_length
SELECT sum(octet_length(a)::float8 + octet_length(b)::float8) FROM names;
-- needs: salesops.jaro_winkler(text, text)
-- call: jaro_winkler
SELECT sum(salesops.jaro_winkler(a, b)) FROM names;
-- needs: salesops.company_similarity(text, text)
-- call: company_similarity
SELECT sum(salesops.company_similarity(a, b)) FROM names;
-- needs: public.similarity(text, text)
-- call: pg_trgm similarity
SELECT sum(public.similarity(a, b)::float8) FROM names;

-- section: normal form of a company name
-- rows: names
-- floor: a trivial call: octet_length
SELECT sum(octet_length(a)::float8) FROM names;
-- needs: salesops.company_key(text)
-- call: company_key
SELECT sum(octet_length(salesops.company_key(a))::float8) FROM names;
-- call: lower(regexp_replace())
SELECT sum(octet_length(lower(regexp_replace(a, '[^[:alnum:] ]|\m(inc|gmbh|ltd|llc|co)\M', '', 'gi')))::float8) FROM names;

-- section: how the words of a name sound
-- rows: names
-- floor: a trivial call: octet_length
SELECT sum(octet_length(a)::float8) FROM names;
-- needs: salesops.match_phonetic(text)
-- call: match_phonetic, of every word
SELECT sum(octet_length(salesops.match_phonetic(a))::float8) FROM names;
-- needs: public.dmetaphone(text)
-- call: fuzzystrmatch dmetaphone, of the first sounds
SELECT sum(octet_length(public.dmetaphone(a))::float8) FROM names;
