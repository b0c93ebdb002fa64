-- matching: match_rule: one form for whatever says the same, what is read is what was written, the published equations.
\ir setup.psql
SET LOCAL search_path = public, salesops;

-- ---- one form ----

SELECT is(rule::match_rule, canonical::match_rule, trim(rule, E' \t\n')) FROM (VALUES
	('[{"name": "company"}]', '{"key": "id", "columns": [{"name": "company"}], "threshold": 0.5, "version": 1}'),
	(E' \t\n[{"name":"company"}]\n', '[{"name": "company"}]'),
	('{"columns": [{"name": {"as": "company"}}]}', '[{"name": "company"}]'),
	('{"columns": [{"name": {"as": "company", "block": true, "levels": [], "region": null}}], "key": null, "threshold": null, "match": null}', '[{"name": "company"}]'),
	('{"columns": [{"a": "text"}], "threshold": 0.50}', '{"threshold": 5e-1, "columns": [{"a": "text"}]}'),
	('[{"tel": {"region": "gB", "as": "phone"}}]', '[{"tel": {"as": "phone", "region": "GB"}}]'),
	('[{"a": {"as": "text", "levels": [0.90, 8e-1]}}]', '[{"a": {"as": "text", "levels": [0.9, 0.8]}}]'),
	-- numbers are those of four bytes
	('[{"a": {"as": "text", "levels": [0.9000000001]}}]', '[{"a": {"as": "text", "levels": [0.9]}}]'),
	-- the terms of a clause have no order
	('{"columns": [{"a": "text"}, {"bb": "text"}], "match": [{"bb": "exact", "a": "close"}]}', '{"columns": [{"a": "text"}, {"bb": "text"}], "match": [{"a": ["close"], "bb": ["exact", "exact"]}]}'),
	('{"columns": [{"a": "text"}, {"b": "text"}], "match": [{"b": "exact", "a": ["both missing", "close", "exact", "missing"]}]}', '{"columns": [{"a": "text"}, {"b": "text"}], "match": [{"a": ["close", "missing"], "b": "exact"}]}'),
	('{"columns": [{"a": "text"}, {"b": "text"}], "match": [{"b": ["exact", 0.70], "a": "exact"}]}', '{"columns": [{"a": "text"}, {"b": "text"}], "match": [{"a": "exact", "b": 0.7}]}'),
	('account', '  account '),
	('{"columns": [{"\u0061": "text"}]}', '[{"a": "text"}]')) v (rule, canonical);
SELECT is(a::match_rule = b::match_rule, false, a || ' is not ' || b) FROM (VALUES
	('[{"a": "text"}]', '[{"b": "text"}]'), ('[{"a": "text"}]', '[{"a": "company"}]'), ('[{"a": "text"}]', '{"key": "ID", "columns": [{"a": "text"}]}'), ('[{"a": "text"}]', '[{"a": {"as": "text", "block": false}}]'),
	('[{"a": "text"}, {"b": "text"}]', '[{"b": "text"}, {"a": "text"}]'), ('[{"a": "phone"}]', '[{"a": {"as": "phone", "region": "US"}}]'), ('[{"a": "text"}]', '[{"a": {"as": "text", "levels": [0.9]}}]'),
	('[{"a": "text"}]', '{"columns": [{"a": "text"}], "threshold": 0.5000000000000001}'), ('[{"a": "text"}]', '{"columns": [{"a": "text"}], "match": [{"a": "exact"}]}'),
	('{"columns": [{"a": "text"}], "match": [{"a": "close"}]}', '{"columns": [{"a": "text"}], "match": [{"a": 0.85}]}'),
	('{"columns": [{"a": "text"}, {"b": "text"}], "match": [{"a": "exact"}, {"b": "exact"}]}', '{"columns": [{"a": "text"}, {"b": "text"}], "match": [{"b": "exact"}, {"a": "exact"}]}'),
	('{"columns": [{"a": "text"}, {"b": "text"}], "match": [{"a": "exact"}, {"b": "exact"}]}', '{"columns": [{"a": "text"}, {"b": "text"}], "match": [{"a": "exact", "b": "exact"}]}')) v (a, b);

-- ---- what is read is what was written: rules that were made up, and their literals by jsonb ----

CREATE TEMP TABLE role AS SELECT role, n::int AS number, role = ANY ('{company, person, given_name, family_name, text, email, phone, address, city, date, identifier}') AS has_similarity
	FROM unnest('{company, person, given_name, family_name, text, email, website, phone, address, city, postal_code, region, country, date, number, identifier}'::text[]) WITH ORDINALITY r(role, n);
CREATE FUNCTION pg_temp.hash(VARIADIC things text[]) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(array_to_string(things, '/')), 1, 7))::bit(28)::int $$;
CREATE TEMP TABLE made AS SELECT i, 1 + i % 32 AS ncolumns, CASE WHEN i % 3 = 0 THEN 1 + i % 64 ELSE 0 END AS nclauses, CASE WHEN i % 3 > 0 THEN (1 + pg_temp.hash(i::text) % 9999) / 10000.0::float8 END AS threshold,
	(array['id', 'Id', '"id" 🤝', repeat('ä', 31)])[1 + i % 4] AS key FROM generate_series(0, 119) i;
CREATE TEMP TABLE made_column AS
	SELECT i, n, name, role, has_similarity, CASE WHEN role = 'phone' AND h % 2 = 0 THEN (array['US', 'DE', 'AX', 'ZW'])[1 + h / 2 % 4] END AS region, h % 5 > 0 AS block, levels
	FROM (SELECT i, n, (array['c', 'It''s ', '"', 'Größe 🤝', E'\n\t\\', 'a.b:{'])[1 + pg_temp.hash('name', i::text, n::text) % 6] || n AS name, pg_temp.hash(i::text, n::text) AS h FROM made, generate_series(1, ncolumns) n) c
		JOIN role r ON r.number = 1 + h % 16,
		LATERAL (SELECT array_agg(l ORDER BY l DESC) AS levels FROM (SELECT DISTINCT (1 + pg_temp.hash(h::text, l::text) % 999) / 1000.0::float4 AS l FROM generate_series(1, h % 9) l) l WHERE has_similarity AND i % 3 > 0) l;
-- what a term accepts, and how it is told again: similarities include what is the same, "missing" what is missing twice
CREATE TEMP TABLE ask AS SELECT * FROM (VALUES (0, '"exact"', 'exact', false), (1, '"close"', 'close', true), (2, '0.625', '0.625', true), (3, '["missing", "exact"]', 'exact or missing', false), (4, '["both missing", "exact"]', 'exact or both missing', false),
	(5, '["exact", "missing", 0.25]', '0.25 or missing', true), (6, '["close", "exact"]', 'close', true), (7, '["both missing", "missing"]', 'missing', false)) v (number, asked, told, is_similar);
CREATE TEMP TABLE made_term AS
	SELECT DISTINCT ON (i, clause, n) i, clause, n, name, asked, told FROM made JOIN made_column USING (i), generate_series(1, nclauses) clause JOIN ask ON true
	-- the first column of a clause is there, and compared
	WHERE CASE WHEN made_column.n = 1 + clause % ncolumns THEN ask.number = 0 ELSE pg_temp.hash(i::text, clause::text, made_column.n::text) % 3 = 0 AND (has_similarity OR NOT is_similar) END ORDER BY i, clause, n, pg_temp.hash(i::text, clause::text, made_column.n::text, ask.number::text);
CREATE INDEX ON made_column (i);
CREATE INDEX ON made_term (i);
ANALYZE made_column, made_term;
CREATE TEMP TABLE made_rule AS
	SELECT i, key, threshold, nclauses, jsonb_strip_nulls(jsonb_build_object('key', key, 'threshold', threshold, 'columns',
			(SELECT jsonb_agg(jsonb_build_object(name, jsonb_strip_nulls(jsonb_build_object('as', role, 'region', region, 'block', block, 'levels', levels))) ORDER BY n) FROM made_column c WHERE c.i = m.i),
			'match', (SELECT jsonb_agg(clause ORDER BY n) FROM (SELECT t.clause AS n, jsonb_object_agg(name, asked::jsonb) AS clause FROM made_term t WHERE t.i = m.i GROUP BY t.clause) t)))::text::match_rule AS rule
	FROM made m;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE match_rule_key(rule) <> key OR match_rule_threshold(rule) IS DISTINCT FROM threshold) FROM made_rule', 'keys and thresholds');
SELECT set_eq('SELECT i, c.position, column_name, role, region, block, levels FROM made_rule, match_rule_columns(rule) c', 'SELECT i, n, name, role, region, block, array_to_string(levels, '', '') FROM made_column', 'columns');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE told IS DISTINCT FROM accepts) FROM made_term t FULL JOIN (SELECT i, c.* FROM made_rule, match_rule_clauses(rule) c) c ON t.i = c.i AND t.clause = c.clause AND name = column_name', 'clauses');
SELECT cmp_ok(count(*), '>', 5000::bigint, 'of which there are many') FROM made_term;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE rule::text::match_rule <> rule OR value_hash(rule::text::match_rule) <> value_hash(rule)) FROM made_rule', 'text that is read again is the same');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE rule::text::jsonb ->> ''version'' <> ''1'' OR jsonb_array_length(rule::text::jsonb -> ''columns'') <> (SELECT count(*) FROM match_rule_columns(rule)) OR (rule::text::jsonb ? ''match'') = (rule::text::jsonb ? ''threshold'')) FROM made_rule', 'and is JSON');
SELECT is(count(DISTINCT rule), count(*), 'all differ') FROM made_rule;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE (a.rule < b.rule) = (a.rule >= b.rule) OR (a.rule = b.rule) <> (a.i = b.i) OR sign(value_cmp(a.rule, b.rule)) <> -sign(value_cmp(b.rule, a.rule))) FROM made_rule a, made_rule b WHERE a.i < 60 AND b.i < 60', 'they have an order');

-- ---- roles ----

SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE pg_temp.outcome_of(format('SELECT match_rule_threshold(%L)', format('[{"a": {"as": "%s", "levels": [0.5]}}]', role))) <> CASE WHEN has_similarity THEN '0.5' ELSE '22023' END
	OR pg_temp.outcome_of(format('SELECT match_rule_key(%L)', format('{"columns": [{"a": "%s"}], "match": [{"a": "close"}]}', role))) <> CASE WHEN has_similarity THEN 'id' ELSE '22023' END
	OR pg_temp.outcome_of(format('SELECT match_rule_key(%L)', format('[{"a": {"as": "%s", "region": "US"}}]', role))) <> CASE WHEN role = 'phone' THEN 'id' ELSE '22023' END) FROM role$$, 'similarities and regions are of roles that have them');
-- every region that telephone numbers know, and no other
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (pg_temp.outcome_of(format('SELECT match_rule_key(%L)', format('[{"a": {"as": "phone", "region": "%s"}}]', code))) = 'id') <> (pg_temp.outcome_of(format('SELECT coalesce(phone_key(%L, %L), ''none'')', '1', code)) = 'none'))
	FROM (SELECT chr(a) || chr(b) AS code FROM generate_series(65, 90) a, generate_series(65, 90) b) c$$, 'regions');

-- ---- the ready-made ones ----

SELECT is(rule, name::match_rule, name) FROM match_rules();
SELECT is((SELECT string_agg(name, ', ' ORDER BY name) FROM match_rules()), 'account, contact, lead, salesforce account, salesforce contact, salesforce lead', 'ready-made rules');
DO $$
DECLARE
	detail text;
BEGIN
	PERFORM 'none'::match_rule;
EXCEPTION WHEN invalid_text_representation THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	PERFORM set_config('test.detail', detail, true);
END $$;
SELECT is(current_setting('test.detail'), 'The ready-made rules are: ' || string_agg(name, ', ' ORDER BY name) || '.', 'which the error for another name tells') FROM match_rules();
-- the tables of the contract have the columns that they read
CALL salesops.create_contract('crm');
SELECT is_empty($$SELECT name, c FROM match_rules(), LATERAL (SELECT match_rule_key(rule) UNION SELECT column_name FROM match_rule_columns(rule)) k (c)
	WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = ('crm.' || split_part(name, ' ', -1))::regclass AND attnum > 0 AND attname = c)$$, 'the contract has the columns');
-- the columns of contacts are those of leads, so that one rule serves to match them with each other
SELECT results_eq('SELECT * FROM match_rule_columns(''contact'')', 'SELECT * FROM match_rule_columns(''lead'')', 'contacts and leads');
SELECT results_eq('SELECT * FROM match_rule_clauses(''salesforce contact'')', 'SELECT * FROM match_rule_clauses(''salesforce lead'')', 'to Salesforce, too');

-- The published equations, of fields that agree, differ or are blank: all combinations.  A pair is a match by our clauses
-- where all terms of one hold; "exact" and "close" hold of fields that agree, "missing" of blank ones.
CREATE FUNCTION pg_temp.by_clauses(rule match_rule, pairs regclass) RETURNS TABLE (state jsonb, is_match boolean) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT state, bool_or(holds) FROM (SELECT state, bool_and(CASE accepts WHEN ''close or missing'' THEN state ->> column_name <> ''differs'' ELSE state ->> column_name = ''agrees'' END) AS holds
		FROM %s, match_rule_clauses($1) GROUP BY state, clause) c GROUP BY state', pairs) USING rule;
END $$;
CREATE TEMP TABLE account_pair AS SELECT jsonb_build_object('name', a, 'street', b, 'city', c, 'state', d, 'postal_code', e, 'phone', f, 'website', g) AS state, a = 'agrees' AS name, b = 'agrees' AS street, c = 'agrees' AS city, d = 'agrees' AS state_, e = 'agrees' AS zip, f = 'agrees' AS phone, g = 'agrees' AS website
	FROM unnest('{agrees, differs}'::text[]) a, unnest('{agrees, blank}'::text[]) b, unnest('{agrees, differs}'::text[]) c, unnest('{agrees, differs}'::text[]) d, unnest('{agrees, blank}'::text[]) e, unnest('{agrees, differs}'::text[]) f, unnest('{agrees, blank}'::text[]) g;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE is_match <>
	((name AND street) OR (name AND city AND state_) OR (name AND zip) OR (name AND phone) OR (website AND phone) OR (website AND street))) FROM account_pair JOIN pg_temp.by_clauses(''salesforce account'', ''account_pair'') USING (state)', 'the equation of accounts');
CREATE TEMP TABLE person_pair AS SELECT jsonb_build_object('first_name', a, 'last_name', b, 'title', c, 'company', d, 'email', e, 'phone', f, 'street', g, 'city', h, 'postal_code', i) AS state,
		a = 'agrees' AS first, b = 'agrees' AS last, a <> 'differs' AS first_or_blank, b <> 'differs' AS last_or_blank, c = 'agrees' AS title, d = 'agrees' AS company, e = 'agrees' AS email, f = 'agrees' AS phone, g = 'agrees' AS street, h = 'agrees' AS city, i = 'agrees' AS zip
	FROM unnest('{agrees, differs, blank}'::text[]) a, unnest('{agrees, differs, blank}'::text[]) b, unnest('{agrees, blank}'::text[]) c, unnest('{agrees, differs}'::text[]) d, unnest('{agrees, differs}'::text[]) e, unnest('{agrees, blank}'::text[]) f,
		unnest('{agrees, differs}'::text[]) g, unnest('{agrees, blank}'::text[]) h, unnest('{agrees, differs}'::text[]) i;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE is_match <>
	((first AND last AND title AND company) OR (first_or_blank AND last_or_blank AND email) OR (first AND last AND phone AND company) OR (first AND last AND street AND (city OR zip OR phone))
		OR (first AND last AND street AND title) OR (first_or_blank AND last_or_blank AND title AND email) OR (first AND last AND phone))) FROM person_pair JOIN pg_temp.by_clauses(''salesforce contact'', ''person_pair'') USING (state)', 'the equation of contacts and leads');

-- ---- limits and errors ----

CREATE FUNCTION pg_temp.wide(columns int, clauses int, terms int) RETURNS text LANGUAGE sql AS $$
	SELECT format('{"columns": [%s], "match": [%s]}', (SELECT string_agg(format('{"%s": "text"}', rpad('c' || i, 63, 'x')), ',') FROM generate_series(1, columns) i),
		(SELECT string_agg(format('{%s}', (SELECT string_agg(format('"%s": [0.25, "missing", "exact", "both missing"]', rpad('c' || i, 63, 'x')), ',') FROM generate_series(2, terms) i) || format(', "%s": "exact"', rpad('c1', 63, 'x'))), ',') FROM generate_series(1, clauses)))
$$;
SELECT is((SELECT count(*) FROM match_rule_clauses(pg_temp.wide(32, 64, 32)::match_rule)), 2048::bigint, 'as many columns and clauses as there can be');
SELECT is(pg_temp.wide(32, 64, 32)::match_rule::text::match_rule, pg_temp.wide(32, 64, 32)::match_rule, 'whose text form is read again');
SELECT throws_ok(format('SELECT %L::match_rule', pg_temp.wide(33, 1, 3)), '22P02', NULL, 'a column more');
SELECT throws_ok(format('SELECT %L::match_rule', pg_temp.wide(2, 65, 2)), '22P02', NULL, 'a clause more');
SELECT throws_ok(format('SELECT %L::match_rule', '[' || repeat('{},', 20000) || '{}]'), '54000', NULL, 'far too many values are refused unread');
SELECT throws_ok(format('SELECT %L::match_rule', '[' || repeat(' ', 3000000) || ']'), '54000', NULL, 'and far too long a text');
SELECT throws_ok(format('SELECT %L::match_rule', repeat('[', 1000000)), '54001', NULL, 'nested without end');
SELECT is(pg_temp.outcome_of(format('SELECT %L::match_rule', rule)), outcome, rule) FROM (VALUES
	('', '22P02'), ('Account', '22P02'), ('account rule', '22P02'), (repeat('é', 80), '22P02'), ('"account"', '22P02'), ('1', '22P02'), ('null', '22P02'), ('{', '22P02'), ('[]]', '22P02'), ('[{"a": "text"}] x', '22P02'),
	('{}', '22P02'), ('[]', '22023'), ('{"columns": []}', '22023'), ('{"columns": {}}', '22P02'), ('{"columns": "account"}', '22P02'), ('{"Columns": [{"a": "text"}]}', '22P02'),
	('[1]', '22P02'), ('["a"]', '22P02'), ('[[]]', '22P02'), ('[{}]', '22P02'), ('[null]', '22P02'), ('[{"a": "text", "b": "text"}]', '22P02'), ('[{"a": null}]', '22P02'), ('[{"a": 1}]', '22P02'), ('[{"a": []}]', '22P02'),
	('[{"a": {}}]', '22P02'), ('[{"a": {"as": null}}]', '22P02'), ('[{"a": {"as": 1}}]', '22P02'), ('[{"a": "Text"}]', '22P02'), ('[{"a": ""}]', '22P02'), ('[{"": "text"}]', '22023'), ('[{"a": "text"}, {"a": "city"}]', '22023'), ('[{"id": "text"}]', '22023'),
	('[{"a": {"as": "text", "x": 1}}]', '22P02'), ('[{"a": {"as": "phone", "region": "USA"}}]', '22P02'), ('[{"a": {"as": "phone", "region": ""}}]', '22P02'), ('[{"a": {"as": "phone", "region": 1}}]', '22P02'), ('[{"a": {"as": "text", "block": 1}}]', '22P02'),
	('[{"a": {"as": "text", "levels": 0.9}}]', '22P02'), ('[{"a": {"as": "text", "levels": [0]}}]', '22023'), ('[{"a": {"as": "text", "levels": [1]}}]', '22023'), ('[{"a": {"as": "text", "levels": [-0.5]}}]', '22023'), ('[{"a": {"as": "text", "levels": ["0.5"]}}]', '22P02'),
	('[{"a": {"as": "text", "levels": [0.5, 0.5]}}]', '22023'), ('[{"a": {"as": "text", "levels": [0.5, 0.50000000001]}}]', '22023'), ('[{"a": {"as": "text", "levels": [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]}}]', '22P02'), ('[{"a": {"as": "text", "levels": [1e-300]}}]', '22023'), ('[{"a": {"as": "text", "levels": [1e400]}}]', '22003'),
	('{"columns": [{"a": "text"}], "threshold": 0}', '22023'), ('{"columns": [{"a": "text"}], "threshold": 1}', '22023'), ('{"columns": [{"a": "text"}], "threshold": "0.5"}', '22P02'), ('{"columns": [{"a": "text"}], "threshold": 95}', '22023'),
	('{"columns": [{"a": "text"}], "key": ""}', '22023'), ('{"columns": [{"a": "text"}], "key": 1}', '22P02'), ('{"columns": [{"a": "text"}], "key": "' || repeat('x', 64) || '"}', '22023'),
	('{"columns": [{"a": "text"}], "version": 2}', '22P02'), ('{"columns": [{"a": "text"}], "version": "1"}', '22P02'), ('{"columns": [{"a": "text"}], "version": 1.5}', '22P02'),
	('{"columns": [{"a": "text"}], "match": {}}', '22P02'), ('{"columns": [{"a": "text"}], "match": []}', '22P02'), ('{"columns": [{"a": "text"}], "match": [{}]}', '22023'), ('{"columns": [{"a": "text"}], "match": ["a"]}', '22P02'),
	('{"columns": [{"a": "text"}], "match": [{"b": "exact"}]}', '22P02'), ('{"columns": [{"a": "text"}], "match": [{"a": "Exact"}]}', '22P02'), ('{"columns": [{"a": "text"}], "match": [{"a": []}]}', '22P02'), ('{"columns": [{"a": "text"}], "match": [{"a": null}]}', '22P02'),
	('{"columns": [{"a": "text"}], "match": [{"a": true}]}', '22P02'), ('{"columns": [{"a": "text"}], "match": [{"a": {"least": 1}}]}', '22P02'), ('{"columns": [{"a": "text"}], "match": [{"a": [["exact"]]}]}', '22P02'), ('{"columns": [{"a": "text"}], "match": [{"a": 0}]}', '22023'), ('{"columns": [{"a": "text"}], "match": [{"a": 1}]}', '22023'),
	('{"columns": [{"a": "text"}], "match": [{"a": [0.5, 0.6]}]}', '22P02'), ('{"columns": [{"a": "text"}], "match": [{"a": ["close", 0.6]}]}', '22023'), ('{"columns": [{"a": "country"}], "match": [{"a": 0.6}]}', '22023'),
	('{"columns": [{"a": "text"}], "match": [{"a": ["exact", "missing"]}]}', '22023'), ('{"columns": [{"a": "text"}], "match": [{"a": "exact"}, {"a": "both missing"}]}', '22023'),
	('{"columns": [{"a": "text"}], "match": [{"a": "exact"}], "threshold": 0.5}', '22P02'), ('{"columns": [{"a": {"as": "text", "levels": [0.5]}}], "match": [{"a": "exact"}]}', '22023')) v (rule, outcome);

-- in an expression of a policy, as an argument, a default, a column of a table
CREATE TEMP TABLE policy (team text, rule match_rule DEFAULT 'account', UNIQUE (rule));
INSERT INTO policy (team) VALUES ('north');
INSERT INTO policy VALUES ('south', '[{"name": "company"}]'), ('west', NULL);
SELECT is(string_agg(team || ' ' || match_rule_key(rule), ', ' ORDER BY team), 'north account_id, south id', 'rules in a table') FROM policy;
SELECT throws_ok('INSERT INTO policy VALUES (''east'', ''{"columns": [{"name": {"as": "company"}}]}'')', '23505', NULL, 'where two that say the same are one');

SELECT * FROM finish();
ROLLBACK;
