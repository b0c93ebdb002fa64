-- matching: signatures, what is being typed, and candidates for a name.  Run by pg_regress.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET client_encoding = utf8;
SET search_path = salesops, public;
\pset format unaligned
\pset null NULL

-- a signature is of folded words; a company's without its legal form
SELECT text_signature('ACME – Café & Co., Inc.') AS words, company_signature('The ACME Holding GmbH & Co. KG') AS company, text_signature('...') AS nothing, text_signature(NULL) AS null_text, company_signature(NULL) AS null;
-- by hand: acme has the groups "  a" " ac" "acm" "cme" "me ", acne "  a" " ac" "acn" "cne" "ne ": 2 of 8
SELECT signature_similarity('acme', 'acne') AS two_of_eight, signature_distance('acme', 'acne') AS distance, signature_similarity('acme', 'acme') AS same, signature_similarity('acme', 'xyz') AS nothing, signature_similarity('acme', NULL) AS null;
-- by hand: what is typed, "ac", has "  a" " ac"; acme has both, and 2 of 5 groups together: (999 + 2 / 5) / 1000
SELECT query_similarity('acme', match_typed('ac')) AS begun, query_similarity('acme', match_typed('ac ')) AS ended, query_similarity('acme', match_query('ac', 0.5)) AS whole;
SELECT match_query('acme', 0.6) AS whole, match_typed('ACME int') AS typed, match_typed('ACME int.', 0.25) AS ended, match_typed(NULL) AS null;
SELECT 'acme'::match_signature % match_query('acne', 0.25) AS at_the_threshold, match_query('acne', 0.26) % 'acme'::match_signature AS beyond, 'acme'::match_signature <-> 'acne'::match_signature AS distance;
SELECT 'Größe 24'::match_signature = 'grosse  24' AS equal, 'a'::match_signature < 'b' AS ordered;

-- an index, and the nearest
CREATE TABLE account (account_id int PRIMARY KEY, name text);
INSERT INTO account VALUES (1, 'International Business Machines'), (2, 'Intl. Business Machines Corp'), (3, 'Acme Holding GmbH'), (4, 'ACME Holdings Inc.'), (5, 'Interior Design'), (6, NULL), (7, '...'), (8, 'Acme');
CREATE INDEX account_company ON account USING gist (company_signature(name));
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT name FROM account WHERE company_signature(name) % match_query('acme holding', 0.6) ORDER BY company_signature(name) <-> match_query('acme holding', 0.6) LIMIT 3;
SELECT name, round((company_signature(name) <-> company_signature('Acme Holding'))::numeric, 4) AS distance FROM account WHERE company_signature(name) IS NOT NULL ORDER BY company_signature(name) <-> company_signature('Acme Holding'), account_id LIMIT 3;
SELECT id, name, round(signature_similarity::numeric, 4) AS signature_similarity, round(company_similarity::numeric, 4) AS company_similarity FROM match_candidates('account', 'account_id', 'name', 'ACME holding, inc');
SELECT id, name FROM match_candidates('account', 'account_id', 'name', 'inte', 0.6, 5, typed => true);
SELECT count(*) FROM match_candidates('account', 'account_id', 'name', '?');
RESET enable_seqscan;

-- what is no signature, no query and no table
\set VERBOSITY terse
SELECT ''::match_signature;
SELECT '{"match_query": 1, "key": "a", "min_similarity": 2}'::match_query;
SELECT match_query('acme', 60);
SELECT match_typed('acme', 'NaN');
-- of long texts the beginning counts: an index takes any name
SELECT length(text_signature(repeat('x', 10001))::text) AS characters, length(text_signature(repeat('x ', 6000))::text) AS words, length(text_signature(repeat('-', 159999) || 'ab')::text) AS bytes;
SELECT * FROM match_candidates('account', 'id', 'Name', 'acme');
SELECT * FROM match_candidates('account', 'account_id', 'name', 'acme', max_candidates => 0);
DROP TABLE account;
