-- Duplicates on default settings in what a CRM has: the cases of bench/duplicates_cases.sql, held where the answer is clear.
\ir setup.psql
\set measure 0
\i bench/duplicates_cases.sql
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = public, salesops;

CREATE TEMP TABLE measured AS SELECT * FROM cases.measures;
SELECT is(count(*), 16::bigint, 'all cases') FROM measured;
SELECT is(false_pairs, 0::bigint, m."case" || ': records that are there once each stay alone') FROM measured m WHERE true_pairs = 0;
SELECT ok(f1 = 1, format('%s: all duplicates of a small table, and nothing else (%s)', m."case", f1)) FROM measured m WHERE m."case" IN ('thirty', 'few_leads');
SELECT ok(f1 = 1, 'one record 500 times is one cluster') FROM measured m WHERE m."case" = 'one_record';
SELECT ok(f1 >= 0.97 AND precision >= 0.97, format('%s: F1 %s, precision %s', m."case", f1, precision)) FROM measured m WHERE m."case" IN ('plain', 'branches', 'franchise', 'unique');
SELECT ok(f1 >= 0.85, format('%s, where columns are the same in all, or missing: F1 %s', m."case", f1)) FROM measured m WHERE m."case" IN ('constant', 'holes');
SELECT ok(f1 >= 0.75, format('names alone: F1 %s', f1)) FROM measured m WHERE m."case" = 'names_alone';
-- who has all in common but the own name is not one: without a limit on how many pairs differ, F1 was .05 to .25
SELECT ok(f1 >= 0.85, format('%s: F1 %s', m."case", f1)) FROM measured m WHERE m."case" IN ('subsidiaries', 'households', 'offices');

-- of a household nobody is taken for another, but sons who have the name of their fathers, and a few whose names are nicknames of each other
SELECT ok(count(*) > 200 AND count(*) FILTER (WHERE NOT is_one AND NOT is_junior) < 12, format('households: members are told apart, but for %s', count(*) FILTER (WHERE NOT is_one AND NOT is_junior)))
FROM (SELECT a.cluster = b.cluster AS is_one, a.last_name ~* ' jr' OR b.last_name ~* ' jr' AS is_junior
	FROM cases."households found" f JOIN cases."households found" g ON g.found = f.found AND g.record > f.record JOIN cases.households a ON a.contact_id = f.record JOIN cases.households b ON b.contact_id = g.record) AS p;

-- the evidence of each pair adds up, also where pairs were held to limits
CREATE TEMP TABLE model AS SELECT 'contact' AS kind, fit_match_model('cases.households', 'contact') AS m UNION ALL SELECT 'account', fit_match_model('cases.subsidiaries', 'account');
CREATE TEMP TABLE sampled AS SELECT kind, m, ARRAY(SELECT to_jsonb(a) ->> column_name FROM match_rule_columns(match_model_rule(m)) ORDER BY "position") AS a, ARRAY(SELECT to_jsonb(b) ->> column_name FROM match_rule_columns(match_model_rule(m)) ORDER BY "position") AS b
	FROM model, LATERAL (SELECT to_jsonb(h) AS a, lead(to_jsonb(h)) OVER (ORDER BY phone, street, contact_id) AS b FROM cases.households h WHERE kind = 'contact'
		UNION ALL SELECT to_jsonb(s), lead(to_jsonb(s)) OVER (ORDER BY phone, street, account_id) FROM cases.subsidiaries s WHERE kind = 'account') AS r WHERE b IS NOT NULL;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(match_weight(m, a, b) - (SELECT sum(weight + coalesce(frequency_weight, 0)) FROM explain_match(m, a, b))) > 1e-9) FROM sampled$$, 'what explains a pair adds up to its weight');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE m::text::match_model <> m) FROM model$$, 'such models are read as they are written');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE w < before - 1e-9) FROM (SELECT weight AS w, lag(weight) OVER (PARTITION BY kind, column_name ORDER BY n) AS before FROM model, match_weights(m) WITH ORDINALITY AS x (column_name, agreement, um, uu, weight, n)) AS s WHERE before IS NOT NULL$$, 'more agreement is never worth less');

-- ---- what a mixture of two kinds of pairs takes for duplicates, and what it does not see ----

-- Ten thousand people of a few names, of whom one in ten is there twice, with an error in one of three columns: most pairs that are found are of namesakes.
CREATE TEMP TABLE namesake AS
SELECT 2 * i + k AS id, i AS cluster, CASE WHEN k = 1 AND i % 3 = 0 THEN overlay(g PLACING 'x' FROM 3 FOR 1) ELSE g END AS given, CASE WHEN k = 1 AND i % 3 = 1 THEN overlay(f PLACING 'x' FROM 3 FOR 1) ELSE f END AS family,
	(date '1930-01-01' + floor(27000 * cases.u(i, 93))::int + CASE WHEN k = 1 AND i % 3 = 2 THEN 4000 ELSE 0 END)::text AS born
FROM generate_series(0, 8999) AS i, generate_series(0, (i % 9 = 0)::int) AS k, LATERAL (SELECT cases.given_name(i * 31) AS g, cases.often(cases.u(i, 92), cases.w('Mueller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schaefer Koch Bauer Richter Klein Wolf Neumann Schwarz Zimmermann Braun Krueger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Koehler')) AS f) AS n;
CREATE TEMP TABLE found AS SELECT a.cluster = b.cluster AS is_one FROM duplicate_pairs('namesake', '[{"given": "given_name"}, {"family": "family_name"}, {"born": "date"}]'::match_rule) JOIN namesake AS a ON a.id = record_a::int JOIN namesake AS b ON b.id = record_b::int;
SELECT ok(count(*) FILTER (WHERE is_one) > 600 AND count(*) FILTER (WHERE NOT is_one) < 100, format('namesakes are not one: %s of 1000 pairs, and %s others', count(*) FILTER (WHERE is_one), count(*) FILTER (WHERE NOT is_one))) FROM found;
CREATE TEMP VIEW single AS SELECT * FROM namesake WHERE id % 2 = 0;
SELECT is(count(*), 0::bigint, 'where each is there once, none is') FROM duplicate_pairs('single', '[{"given": "given_name"}, {"family": "family_name"}, {"born": "date"}]'::match_rule);

-- Ten columns that members of a household have in common, and a name of their own: as many columns as speak for them, none is another.
CREATE TEMP TABLE wide AS SELECT 5 * h + p AS id, cases.given_name(5 * h + p) AS name, 'a' || h AS c1, 'b' || h AS c2, 'c' || h AS c3, 'd' || h AS c4, 'e' || h AS c5, 'f' || h AS c6, 'g' || h AS c7, 'h' || h AS c8, 'i' || h AS c9, 'j' || h AS c10 FROM generate_series(1, 500) AS h, generate_series(0, 4) AS p;
SELECT is(count(*) FILTER (WHERE a.name <> b.name), 0::bigint, 'whatever else they have in common, other names are others') FROM duplicate_pairs('wide', '[{"name": {"as": "given_name", "levels": [0.9]}}, {"c1": "text"}, {"c2": "text"}, {"c3": "text"}, {"c4": "text"}, {"c5": "text"}, {"c6": "text"}, {"c7": "text"}, {"c8": "text"}, {"c9": "text"}, {"c10": "text"}]'::match_rule) JOIN wide AS a ON a.id = record_a::int JOIN wide AS b ON b.id = record_b::int;

-- A fifth of clean records there twice: most of what any column finds is a duplicate, and agreement is no chance for that.
CREATE TEMP TABLE clean AS SELECT 2 * i + k AS id, i AS cluster, cases.given_name(i) AS given, cases.surname(i) AS family, 'm' || i || '@example.org' AS mail, cases.number(i) AS phone, cases.street(i) AS street, md5(i::text) AS code, md5((i + 90000)::text) AS other FROM generate_series(1, 6000) AS i, generate_series(0, (i % 4 = 0)::int) AS k;
SELECT is((count(*) FILTER (WHERE a.cluster = b.cluster), count(*) FILTER (WHERE a.cluster <> b.cluster)), (1500::bigint, 0::bigint), 'all of many clean duplicates') FROM duplicate_pairs('clean', '[{"given": "given_name"}, {"family": "family_name"}, {"mail": "email"}, {"phone": "phone"}, {"street": "address"}, {"code": "text"}, {"other": "text"}]'::match_rule) JOIN clean AS a ON a.id = record_a::int JOIN clean AS b ON b.id = record_b::int;

-- A number that is another one in each record, duplicates too, changes nothing.
CREATE TEMP VIEW numbered AS SELECT p.*, md5(account_id) AS code, (row_number() OVER (ORDER BY md5(account_id)))::text AS number, 'C-' || 100000 + row_number() OVER (ORDER BY account_id) AS no FROM cases.plain AS p;
CREATE FUNCTION pg_temp.surplus(more text) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FILTER (WHERE record <> cluster) FROM duplicate_clusters('numbered', format('{"key": "account_id", "columns": [{"name": "company"}, {"website": "website"}, {"phone": "phone"}, {"street": "address"}, {"city": "city"}%s]}', more)::match_rule) $$;
SELECT ok(abs(n - plain) <= 6, format('an id of the record as %s: %s records are surplus, and %s without it', role, n, plain))
FROM (SELECT role, pg_temp.surplus(format(', {"%s": "%s"}', c, role)) AS n, pg_temp.surplus('') AS plain FROM (VALUES ('code', 'text'), ('code', 'identifier'), ('number', 'number'), ('no', 'identifier')) AS v (c, role)) AS s;

-- columns of which all values are missing, and one that is there alone
CREATE TEMP TABLE bare AS SELECT account_id, name, NULL::text AS website, NULL::text AS phone, NULL::text AS street, NULL::text AS city, NULL::text AS postal_code, NULL::text AS country FROM cases.thirty;
SELECT ok(count(*) BETWEEN 6 AND 10, format('of thirty names alone most duplicates are found: %s records', count(*))) FROM duplicate_clusters('bare', 'account'::match_rule);
SELECT is_empty($$SELECT * FROM duplicate_clusters('cases.none', '{"key": "account_id", "columns": [{"phone": "identifier"}]}'::match_rule)$$, 'a number that is another one in each record makes none');
SELECT is_empty($$SELECT * FROM duplicate_clusters('cases.constant', '{"key": "account_id", "columns": [{"phone": "phone"}]}'::match_rule)$$, 'a number that is the same in all records makes none');
SELECT is_empty($$SELECT * FROM duplicate_clusters('cases.none', '{"key": "account_id", "columns": [{"country": "country"}]}'::match_rule)$$, 'a country alone makes no duplicates');

SELECT * FROM finish();
ROLLBACK;
