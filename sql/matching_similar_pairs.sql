-- matching: all similar pairs of many names at once.  Run by pg_regress.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET client_encoding = utf8;
SET search_path = salesops, public;
\pset format unaligned
\pset null NULL

-- by hand: acme has the trigrams "  a" " ac" "acm" "cme" "me ", acne "  a" " ac" "acn" "cne" "ne ", ace "  a" " ac" "ace" "ce ": 2 of 8, 2 of 7, 2 of 7
SELECT id_a, id_b, round(similarity::numeric, 4) AS similarity FROM similar_pairs(array[1, 2, 3], array['ACME', 'Acne', 'ace!'], 0.25) ORDER BY 1, 2;
SELECT id_a, id_b, round(similarity::numeric, 4) AS similarity FROM similar_pairs(array[1, 2, 3], array['ACME', 'Acne', 'ace!'], 0.26) ORDER BY 1, 2;
-- equal sets are similar by 1, whatever stands between the words and in whatever order these are; what has no trigrams is like nothing
SELECT * FROM similar_pairs(array['a', 'b', 'c', 'd', 'e', NULL], array['Solar Panel', 'panel, SOLAR', '...', '', NULL, 'solar panel'], 1) ORDER BY 1, 2;
-- of two lists, with ids of different types
SELECT * FROM similar_pairs(array['L1', 'L2'], array['Acme Inc', 'Nordic'], array[10, 20, 30], array['acme inc.', 'NORDIC', 'Apex'], 0.9) ORDER BY 1, 2;
-- signatures: without accents, and of companies without legal forms
SELECT id_a, id_b, similarity FROM (SELECT array_agg(id ORDER BY id) AS ids, array_agg(company_signature(name) ORDER BY id) AS signatures FROM (VALUES (1, 'Müller GmbH'), (2, 'Muller Inc.'), (3, 'Acme')) v(id, name)) s, similar_pairs(ids, signatures) ORDER BY 1, 2;
SELECT left_id, right_id, similarity FROM similar_pairs(array[1], array['acme']::match_signature[], array[2], array['acne']::match_signature[], 0.25);
SELECT count(*) FROM similar_pairs(NULL::int[], NULL::text[]);

-- of a table
CREATE TABLE account (account_id int PRIMARY KEY, name text);
INSERT INTO account VALUES (1, 'Nordic Solar AB'), (2, 'Nordic Solar'), (3, 'Acme'), (4, NULL), (5, 'ACME');
SELECT least(id_a, id_b) AS a, greatest(id_a, id_b) AS b, round(similarity::numeric, 4) AS similarity FROM similar_names('account', 'account_id', 'name') ORDER BY 1, 2;

-- what cannot be compared
\set VERBOSITY default
SELECT * FROM similar_pairs(array[1, 2], array['a', 'b', 'c']);
SELECT * FROM similar_pairs(array[1], array['a'], 0);
SELECT * FROM similar_pairs(array[1], array['a'], 60);
SELECT * FROM similar_pairs(array[1], array['a'], 'NaN');
\set VERBOSITY terse
SELECT * FROM similar_names('account', 'account_id', 'Name');
SELECT * FROM similar_names('account', 'account_id', 'account_id');
DROP TABLE account;
