-- matching: rules that say which columns are compared, and how.  Run by pg_regress.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET client_encoding = utf8;
SET search_path = salesops, public;
\pset format unaligned
\pset null NULL

-- a list of columns, and all that a rule can say
SELECT '[{"name": "company"}, {"city": "city"}]'::match_rule;
SELECT '{"key": "lead_id", "columns": [{"Company Name": {"as": "company", "levels": [0.95, 0.80]}}, {"tel": {"as": "phone", "region": "de", "block": false}}], "threshold": 0.9}'::match_rule;
SELECT '{"columns": [{"name": "company"}, {"city": "city"}, {"email": "email"}], "match": [{"city": "exact", "name": "close"}, {"email": "exact", "name": ["missing", 0.8]}]}'::match_rule AS rule \gset
SELECT :'rule'::match_rule;
SELECT * FROM match_rule_columns('[{"name": {"as": "company", "levels": [0.95, 0.8]}}, {"tel": {"as": "phone", "region": "US", "block": false}}]');
SELECT * FROM match_rule_clauses(:'rule');
SELECT match_rule_key(:'rule') AS key, match_rule_threshold(:'rule') AS no_threshold, match_rule_threshold('account') AS threshold, match_rule_key('account') AS ready_key, match_rule_key(NULL) AS nothing, match_rule_threshold(NULL) AS null_rule;
SELECT '[{"a": "text"}]'::match_rule = '{"columns": [{"a": {"as": "text"}}], "threshold": 0.5}' AS equal, '[{"a": "text"}]'::match_rule <> 'account' AS different;

-- the ready-made ones
SELECT * FROM match_rules();
SELECT clause, string_agg(column_name || ' ' || accepts, ', ' ORDER BY column_name) AS terms FROM match_rule_clauses('salesforce account') GROUP BY 1 ORDER BY 1;

-- what is no rule
\pset tuples_only on
SELECT 'acount'::match_rule;
SELECT '[{"name": "firm"}]'::match_rule;
SELECT '[{"name": {"region": "US"}}]'::match_rule;
SELECT '[{"name": {"as": "company", "region": "US"}}]'::match_rule;
SELECT '[{"tel": {"as": "phone", "region": "ZZ"}}]'::match_rule;
SELECT '[{"name": {"as": "company", "weight": 3}}]'::match_rule;
SELECT '[{"name": "company", "city": "city"}]'::match_rule;
SELECT '[{"name": "company"}, {"name": "text"}]'::match_rule;
SELECT '[]'::match_rule;
SELECT '[{"id": "identifier"}]'::match_rule;
SELECT '[{"country": {"as": "country", "levels": [0.8]}}]'::match_rule;
SELECT '[{"name": {"as": "company", "levels": [0.8, 0.9]}}]'::match_rule;
SELECT '[{"name": {"as": "company", "levels": [1]}}]'::match_rule;
SELECT '{"columns": [{"name": "company"}], "threshold": 95}'::match_rule;
SELECT '{"columns": [{"name": "company"}], "threshold": 0.9, "match": [{"name": "exact"}]}'::match_rule;
SELECT '{"columns": [{"name": {"as": "company", "levels": [0.9]}}], "match": [{"name": "exact"}]}'::match_rule;
SELECT '{"columns": [{"name": "company"}], "match": [{"city": "exact"}]}'::match_rule;
SELECT '{"columns": [{"name": "company"}], "match": [{"name": "fuzzy"}]}'::match_rule;
SELECT '{"columns": [{"name": "company"}], "match": [{"name": ["close", 0.7]}]}'::match_rule;
SELECT '{"columns": [{"country": "country"}], "match": [{"country": "close"}]}'::match_rule;
SELECT '{"columns": [{"name": "company"}], "match": [{"name": ["exact", "missing"]}]}'::match_rule;
SELECT '{"columns": [{"name": "company"}], "match": [{}]}'::match_rule;
SELECT '{"columns": [{"name": "company"}], "version": 2}'::match_rule;
