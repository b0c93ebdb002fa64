-- matching: models of what agreement is worth, and two records under one.  Run by pg_regress.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET client_encoding = utf8;
SET search_path = salesops, public;
\pset format unaligned
\pset null NULL
\set SHOW_CONTEXT never

-- a model written by hand
SELECT '{"match_model": 1, "rule": {"columns": [{"name": "company"}, {"town": "city"}]}, "records": 900, "pairs": 5000, "prior": 0.1, "most": 30, "many": 30, "columns": [
	{"m": [0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.2, 0.5], "u": [0.6, 0.2, 0.1, 0.05, 0.02, 0.01, 0.01, 0.01], "some": 5},
	{"m": [0.1, 0.05, 0.05, 0.3, 0.3, 0.2], "u": [0.5, 0.1, 0.1, 0.2, 0.05, 0.05], "some": 5}]}'::match_model AS model \gset
SELECT :'model'::match_model;
SELECT match_model_rule(:'model') AS rule, match_model_prior(:'model') AS prior, match_model_records(:'model') AS records, match_model_pairs(:'model') AS pairs;
SELECT column_name, agreement, m, u, round(weight::numeric, 4) AS weight FROM match_weights(:'model');

-- two records
SELECT column_name, value_a, value_b, agreement, round(weight::numeric, 4) AS weight, round(frequency_weight::numeric, 4) AS frequency_weight FROM explain_match(:'model', '{"Müller & Söhne GmbH", Köln}', '{"MUELLER UND SOEHNE", NULL}');
SELECT column_name, agreement, round(weight::numeric, 4) AS weight FROM explain_match(:'model', '{Acme Inc., Frankfurt}', '{Akme, Frankfurt am Main}');
SELECT round(match_weight(:'model', '{Acme Inc., Bonn}', '{ACME, Bonn}')::numeric, 4) AS weight, round(match_probability(:'model', '{Acme Inc., Bonn}', '{ACME, Bonn}')::numeric, 4) AS probability, round(match_probability(:'model', '{Acme Inc., Bonn}', '{Globex, Ulm}')::numeric, 6) AS others, match_probability(:'model', NULL, '{Globex, Ulm}') AS nothing;

-- what is no model, and no record of its rule
\pset tuples_only on
SELECT '{"match_model": 2}'::match_model;
SELECT '{"match_model": 1}'::match_model;
SELECT replace(:'model', '"prior": 0.1', '"prior": 1')::match_model;
SELECT replace(:'model', '"most": 30', '"most": 1')::match_model;
SELECT replace(:'model', '"m": [0.1, ', '"m": [')::match_model;
SELECT replace(:'model', '"m": [0.1, ', '"m": [0, ')::match_model;
SELECT replace(:'model', '"some": 5}]', '"some": 5, "common": {"acme": 6}}]')::match_model;
SELECT replace(:'model', '"pairs"', '"pears"')::match_model;
SELECT match_weight(:'model', '{Acme}', '{Acme, Bonn}');
\pset tuples_only off

-- a table: its model, its duplicates, and those in another
CREATE TABLE public.customer (id int, name text, town text, phone text);
INSERT INTO customer SELECT i, (array['Nordic','Acme','Delta','Apex','Globex'])[1 + i % 5] || ' ' || chr(65 + i % 23) || chr(97 + i % 11) || chr(97 + i % 19) || ' ' || (array['Systems','Foods','Solar'])[1 + i % 3], (array['Bonn','Ulm','Köln','Berlin'])[1 + i % 4], '+49 228 ' || 100000 + i * 7919 % 900000 FROM generate_series(1, 200) i;
INSERT INTO customer SELECT 1000 + id, upper(name) || ' GmbH', CASE WHEN id % 3 > 0 THEN town END, phone FROM customer WHERE id % 20 = 7;
\set rule '[{"name": "company"}, {"town": "city"}, {"phone": "phone"}]'
SELECT match_source('customer', :'rule');
SELECT record_a, record_b, weight > 0 AS for_it, probability > 0.5 AS likely FROM duplicate_pairs('customer', :'rule'::match_rule) ORDER BY record_a COLLATE "C";
SELECT cluster, string_agg(record, ' ' ORDER BY record COLLATE "C") AS records FROM duplicate_clusters('customer', :'rule'::match_rule) GROUP BY cluster ORDER BY cluster COLLATE "C" LIMIT 3;
CREATE VIEW public.lead AS SELECT id AS lead_id, name AS company, town AS city, phone AS tel FROM customer WHERE id > 1000;
SELECT record_a, record_b FROM match_pairs('lead', 'customer', '{"key": "lead_id", "columns": [{"company": "company"}, {"city": "city"}, {"tel": "phone"}], "match": [{"company": "exact", "tel": "exact"}]}'::match_rule, :'rule') WHERE record_a <> record_b ORDER BY 1 LIMIT 3;
SELECT * FROM match_progress();

\set silent '{"match_model": 1, "rule": {"columns": [{"name": "company"}]}, "records": 210, "pairs": 10, "prior": PRIOR, "most": 20, "many": 30, "columns": [{"m": [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], "u": [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], "some": 5}]}'
-- what is no table of the rule
\pset tuples_only on
SELECT * FROM duplicate_pairs('customer', '[{"name": "company"}, {"city": "city"}, {"Fax": "phone"}]'::match_rule);
SELECT * FROM match_pairs('lead', 'customer', '{"key": "lead_id", "columns": [{"company": "company"}]}'::match_rule, '[{"phone": "phone"}]');
SELECT * FROM duplicate_pairs('customer', '{"key": "ID", "columns": [{"nmae": "company"}, {"\"town\"": "city"}]}'::match_rule);
SELECT * FROM duplicate_pairs('lead', '[{"company": "company"}]'::match_rule);
SELECT * FROM explain_match('customer', 'account', '1', '2');
SELECT fit_match_model('customer', '{"columns": [{"name": "company"}], "match": [{"name": "exact"}]}');
-- of a column that says nothing; and where even that is too far away
SELECT * FROM duplicate_pairs('customer', (replace(:'silent', 'PRIOR', '0.3'))::match_model);
SELECT * FROM duplicate_pairs('customer', (replace(:'silent', 'PRIOR', '0.05'))::match_model);
INSERT INTO customer VALUES (1, 'Acme');
SELECT * FROM duplicate_clusters('customer', :'rule'::match_rule);
UPDATE customer SET id = NULL WHERE town IS NULL AND phone IS NULL;
SELECT * FROM duplicate_clusters('customer', :'rule'::match_rule);
DROP VIEW lead;
DROP TABLE customer;
