-- duplicate_pairs, duplicate_clusters, match_pairs, fit_match_model: what is compared and found against all pairs in SQL; rows in any
-- order and in workers; crowds of the same; what is no table of the rule.
\ir setup.psql

-- ---- what a record is found by, from its bytes (match_record.h) ----

CREATE FUNCTION pg_temp.atoms(record bytea) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(array_agg(DISTINCT encode(substr(record, 13 + 8 * i, 8), 'hex')), '{}') FROM generate_series(3 * get_byte(record, 2), 3 * get_byte(record, 2) + get_byte(record, 4) + 256 * get_byte(record, 5) - 1) i $$;
-- All pairs that are to be compared: those whose shared atoms are together in no more than `most` records, and, of those with the same atoms, all.
CREATE FUNCTION pg_temp.compared(query text, other text, most int) RETURNS TABLE (a text, b text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE 'CREATE TEMP TABLE atoms AS SELECT side, key, pg_temp.atoms(record) AS atoms FROM (SELECT 1 AS side, q.* FROM (' || query || ') q (key, record)' || coalesce(' UNION ALL SELECT 2, q.* FROM (' || other || ') q (key, record)', '') || ') s';
	-- of them those that more than one record has
	UPDATE atoms SET atoms = coalesce((SELECT array_agg(x ORDER BY x) FROM unnest(atoms) x WHERE x IN (SELECT y FROM atoms, unnest(atoms) y GROUP BY y HAVING count(*) > 1)), '{}');
	CREATE TEMP TABLE single AS SELECT side, key, x FROM atoms, unnest(atoms) x;
	CREATE TEMP TABLE sharing AS SELECT a.key AS a, b.key AS b, array_agg(a.x ORDER BY a.x) AS shared FROM single a JOIN single b ON a.x = b.x AND CASE WHEN other IS NULL THEN a.key < b.key COLLATE "C" ELSE a.side = 1 AND b.side = 2 END GROUP BY 1, 2;
	CREATE TEMP TABLE frequency AS SELECT shared, (SELECT count(*) FROM atoms WHERE atoms.atoms @> shared) AS n, (SELECT count(*) FROM atoms WHERE atoms.atoms = shared) AS twins FROM (SELECT DISTINCT shared FROM sharing) s;
	RETURN QUERY SELECT s.a, s.b FROM sharing s JOIN frequency f USING (shared) WHERE n <= most OR twins <= most AND shared = (SELECT atoms FROM atoms WHERE key = s.a AND side = 1) AND shared = (SELECT atoms FROM atoms WHERE key = s.b AND side = CASE WHEN other IS NULL THEN 1 ELSE 2 END);
	DROP TABLE atoms, single, sharing, frequency;
END $$;
-- A model by which whatever is compared is a pair.
CREATE FUNCTION pg_temp.all_pairs(rule match_rule, most int) RETURNS match_model LANGUAGE sql AS $$
	SELECT (jsonb_set(jsonb_set(jsonb_set(model, '{prior}', '0.999'), '{most}', to_jsonb(most)), '{columns}', (SELECT jsonb_agg(jsonb_set(c, '{u}', c -> 'm') - 'weight' ORDER BY n) FROM jsonb_array_elements(model -> 'columns') WITH ORDINALITY e (c, n))))::text::match_model
	FROM (SELECT match_run_fit('SELECT NULL::text, NULL::bytea WHERE false', NULL, rule)::text::jsonb AS model) m $$;
CREATE FUNCTION pg_temp.differences(one text, other text, description text) RETURNS text LANGUAGE sql AS $$ SELECT is_empty(format('((%1$s) EXCEPT ALL (%2$s)) UNION ALL ((%2$s) EXCEPT ALL (%1$s))', one, other), description) $$;

-- Companies with words of all frequencies, in 240 records of a few more entities, one of them missing much.
CREATE TABLE company AS
	SELECT i AS id, concat_ws(' ', (array['Nordic','Acme','Delta','Apex','Global'])[1 + (e * e) % 5], CASE WHEN e % 3 > 0 THEN 'w' || floor(sqrt(e * 7 % 211)) END, CASE WHEN e % 4 > 0 THEN (array['Systems','Foods','Solar'])[1 + e % 3] END, CASE WHEN e % 7 = 0 THEN 'Zeta' || e END, (array['Inc','GmbH',NULL,'Ltd'])[1 + i % 4]) AS name,
		CASE WHEN i % 11 > 0 THEN (array['Berlin','Bonn','Köln','Frankfurt','Hamburg','Ulm','Paris','Lyon'])[1 + e % 8] END AS city, CASE WHEN i % 5 > 0 THEN '+49 30 ' || 1000000 + e * 7919 % 90 END AS phone, CASE WHEN i % 13 > 5 THEN format('info%s@firm%s.de', e % 9, e / 3) END AS email, date '2020-01-01' + e % 40 AS since
	FROM (SELECT i, CASE WHEN i % 3 = 0 THEN i - 1 ELSE i END AS e FROM generate_series(1, 240) i) s;
-- and some of which hardly anything is known
INSERT INTO company SELECT 1000 + i, NULL, 'Berlin', NULL, NULL, NULL::date FROM generate_series(1, 3) i UNION ALL SELECT 1010, NULL, NULL, NULL, NULL, NULL UNION ALL SELECT 1011, '...', 'n/a', '0', 'unknown', NULL;
CREATE TEMP TABLE rule AS SELECT * FROM (VALUES (1, '[{"name": "company"}, {"city": "city"}, {"phone": "phone"}, {"email": "email"}, {"since": "date"}]'::match_rule), (2, '[{"name": "company"}]'), (3, '[{"name": "text"}, {"city": "city"}, {"since": {"as": "date", "block": false}}]'), (4, '[{"email": "email"}, {"phone": {"as": "phone", "region": "DE"}}]')) r (r, rule);
CREATE TEMP TABLE want AS SELECT r, most, a, b FROM rule, unnest('{12, 20, 100}'::int[]) most, pg_temp.compared(match_source('company', rule), NULL, most);
SELECT cmp_ok(count(*), '>', 50::bigint, format('of rule %s, %s: pairs to compare: %s', r, most, count(*))) FROM want GROUP BY r, most;
SELECT pg_temp.differences(format('SELECT record_a, record_b FROM rule, match_run(match_source(''company'', rule), NULL, rule, pg_temp.all_pairs(rule, %1$s), false) WHERE r = %2$s', most, r), format('SELECT a, b FROM want WHERE r = %s AND most = %s', r, most), format('rule %s, %s: compared is what shares something rare, once', r, most))
	FROM rule, unnest('{12, 20, 100}'::int[]) most WHERE NOT (r = 2 AND most = 12);
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE match_model_pairs(fit_match_model(''company'', rule)) <> (SELECT count(*) FROM want WHERE want.r = rule.r AND most = 20)) FROM rule', 'a model is fitted to these');

-- the whole, step by step: of what is compared, what the model makes of the values of two records
CREATE FUNCTION pg_temp.values_of(c company, rule match_rule) RETURNS text[] LANGUAGE sql AS $$ SELECT array_agg(to_jsonb(c) ->> column_name ORDER BY position) FROM match_rule_columns(rule) $$;
CREATE TEMP TABLE fitted AS SELECT r, rule, fit_match_model('company', rule) AS model FROM rule;
CREATE TEMP TABLE judged AS SELECT r, w.a, w.b, match_weight(model, pg_temp.values_of(x, rule), pg_temp.values_of(y, rule)) AS weight, match_probability(model, pg_temp.values_of(x, rule), pg_temp.values_of(y, rule)) AS probability FROM want w JOIN fitted USING (r), company x, company y WHERE most = 20 AND x.id::text = a AND y.id::text = b;
SELECT pg_temp.differences(format('SELECT record_a, record_b, weight::numeric(20, 9), probability::numeric(20, 12) FROM rule, duplicate_pairs(''company'', rule) WHERE r = %s', r), format('SELECT a, b, weight::numeric(20, 9), probability::numeric(20, 12) FROM judged WHERE r = %s AND probability >= 0.5', r), format('rule %s: duplicates are the pairs that are more probable than not', r)) FROM rule;
SELECT pg_temp.differences(format('SELECT record_a, record_b, weight FROM rule, duplicate_pairs(''company'', rule) WHERE r = %s', r), format('SELECT record_a, record_b, weight FROM fitted, duplicate_pairs(''company'', model) WHERE r = %s', r), format('rule %s: and the same by its model', r)) FROM rule;
SELECT pg_temp.differences(format('SELECT record_a, record_b, weight FROM fitted, duplicate_pairs(''company'', jsonb_set(model::text::jsonb, ''{rule,threshold}'', ''%s'')::text::match_model) WHERE r = 1', t), format('SELECT a, b, weight FROM judged WHERE r = 1 AND weight >= ln(%1$s / (1 - %1$s)) / ln(2::float8)', t), format('those from a threshold of %s on', t)) FROM unnest('{0.0001, 0.1, 0.9, 0.999}'::text[]) t;
SELECT is(count(DISTINCT n), 4::bigint, 'which are different ones') FROM (SELECT (SELECT count(*) FROM judged WHERE r = 1 AND probability >= t) AS n FROM unnest('{0.0001, 0.1, 0.9, 0.999}'::float8[]) t) s;
SELECT results_eq('SELECT record_a, record_b FROM duplicate_pairs(''company'', (SELECT rule FROM rule WHERE r = 1))', 'SELECT record_a, record_b FROM duplicate_pairs(''company'', (SELECT rule FROM rule WHERE r = 1)) ORDER BY weight DESC, record_a COLLATE "C", record_b COLLATE "C"', 'the likeliest first');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE record_a COLLATE "C" >= record_b) FROM rule, duplicate_pairs(''company'', rule)', 'the lesser key first');

-- clusters: of all pairs compared between records that pairs from the threshold on connect
CREATE FUNCTION pg_temp.clusters(of int) RETURNS TABLE (record text, cluster text) LANGUAGE sql AS $$
	WITH part AS (SELECT record, cluster FROM connected_components((SELECT match_graph(a, b, weight) FROM judged WHERE r = $1 AND weight >= 0), 0))
	SELECT record, cluster FROM (SELECT *, count(*) OVER (PARTITION BY cluster) AS n FROM match_clusters((SELECT match_graph(a, b, least(greatest(weight, -7), 7)) FROM judged JOIN part x ON x.record = a JOIN part y ON y.record = b WHERE r = $1 AND x.cluster = y.cluster), -1.5, -4)) c WHERE n > 1 $$;
SELECT pg_temp.differences(format('SELECT record, cluster FROM rule, duplicate_clusters(''company'', rule) WHERE r = %s', r), format('SELECT record, cluster FROM pg_temp.clusters(%s)', r), format('rule %s: clusters', r)) FROM rule;
SELECT pg_temp.differences(format('SELECT record, cluster FROM fitted, duplicate_clusters(''company'', model) WHERE r = %s', r), format('SELECT record, cluster FROM pg_temp.clusters(%s)', r), format('rule %s: and by its model', r)) FROM rule;
SELECT cmp_ok(count(DISTINCT cluster), '>', 20::bigint, 'some') FROM rule, duplicate_clusters('company', rule) WHERE r = 1;

-- ---- two tables ----

CREATE TABLE lead AS SELECT id, upper(name) AS "Firm", city AS "Town", phone AS "Tel" FROM company WHERE id % 3 = 0;
CREATE TABLE account AS SELECT id, name, city, phone FROM company WHERE id % 3 <> 0 OR id % 5 = 0;
CREATE TEMP TABLE two AS SELECT '{"key": "id", "columns": [{"Firm": "company"}, {"Town": "city"}, {"Tel": "phone"}]}'::match_rule AS l, '[{"name": "company"}, {"city": "city"}, {"phone": "phone"}]'::match_rule AS r;
CREATE TEMP TABLE across AS SELECT c.* FROM two, pg_temp.compared(match_source('lead', l), match_source('account', r), 20) c;
CREATE TEMP TABLE two_model AS SELECT match_run_fit(match_source('lead', l), match_source('account', r), l) AS model FROM two;
SELECT is(match_model_pairs(model), (SELECT count(*) FROM across), 'pairs of a record of the one and one of the other are compared') FROM two_model;
SELECT is(match_model_records(model), (SELECT count(*) FROM lead) + (SELECT count(*) FROM account), 'of the records of both') FROM two_model;
SELECT pg_temp.differences('SELECT p.record_a, p.record_b, p.weight FROM two, match_pairs(''lead'', ''account'', l, r) p', 'SELECT a, b, weight FROM (SELECT a, b, match_weight(model, array["Firm", "Town", "Tel"], array[name, city, phone]) AS weight FROM two_model, across JOIN lead ON lead.id::text = a JOIN account ON account.id::text = b) s WHERE weight >= 0', 'and those are found that are one');
SELECT pg_temp.differences('SELECT p.record_a, p.record_b, p.weight FROM two, match_pairs(''lead'', ''account'', l, r) p', 'SELECT p.record_a, p.record_b, p.weight FROM two, two_model, match_pairs(''lead'', ''account'', model, r) p', 'the same by a model');
SELECT cmp_ok(count(*), '>', 30::bigint, 'which are many') FROM two, match_pairs('lead', 'account', l, r);
SELECT pg_temp.differences('SELECT p.record_a, p.record_b, p.weight FROM two, match_pairs(''lead'', ''account'', l, r) p', 'SELECT p.record_b, p.record_a, p.weight FROM two, match_pairs(''account'', ''lead'', r, l) p', 'whichever is first');
SELECT is((SELECT count(*) FROM two, match_pairs('account', 'account', r)), (SELECT count(*) FROM two, match_pairs('account', 'account', r, r)), 'a table with itself, under one rule');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (SELECT FROM two, match_pairs(''account'', ''account'', r) p WHERE p.record_a = a.id::text AND p.record_b = a.id::text)) FROM account a WHERE phone IS NOT NULL AND name ~ ''Zeta''', 'finds each record');
SELECT throws_ok('SELECT * FROM two, match_pairs(''lead'', ''account'', l, ''[{"name": "company"}]'')', '22023', 'the rules of the two relations do not fit each other', 'rules that do not fit');
SELECT throws_ok('SELECT * FROM two, match_pairs(''lead'', ''account'', l, ''[{"name": "company"}, {"phone": "phone"}, {"city": "city"}]'')', '22023', NULL, 'or not in that order');
SELECT throws_ok('SELECT * FROM two, match_pairs(''lead'', ''account'', l)', '42703', NULL, 'and of the other table are other columns');
SELECT is((SELECT count(*) FROM two, match_pairs('lead', 'account', NULL::match_rule, r)) + (SELECT count(*) FROM two, match_pairs(NULL, 'account', l, r)) + (SELECT count(*) FROM two, match_pairs('lead', NULL, l, r)), 0::bigint, 'of NULL nothing');
SELECT is(count(*), 0::bigint, 'with no record on one side, no pair') FROM two, match_run(match_source('lead', l) || ' WHERE false', match_source('account', r), l, NULL, false);
SELECT is(count(*), 0::bigint, 'nor on the other') FROM two, match_run(match_source('lead', l), match_source('account', r) || ' WHERE false', l, NULL, false);

-- ---- clauses ----

CREATE TEMP TABLE clause AS SELECT n, ('{"columns": [{"name": "company"}, {"city": "city"}, {"phone": "phone"}, {"email": "email"}], "match": ' || clauses || '}')::match_rule AS rule, condition FROM (VALUES
	(1, '[{"name": "exact"}]', 'a.n = b.n'), (2, '[{"name": "close"}]', 'company_similarity(a.name, b.name) >= 0.85::real'), (3, '[{"name": 0.6, "city": "exact"}]', 'company_similarity(a.name, b.name) >= 0.6::real AND lower(a.city) = lower(b.city)'), (4, '[{"email": 0.3, "city": ["exact", "missing"]}]', 'email_similarity(a.email, b.email) >= 0.3::real AND (lower(a.city) = lower(b.city) OR a.city IS NULL OR b.city IS NULL)'),
	(5, '[{"name": "close", "email": ["exact", "both missing"]}]', 'company_similarity(a.name, b.name) >= 0.85::real AND (a.email = b.email OR a.email IS NULL AND b.email IS NULL)'), (6, '[{"name": "exact", "phone": "exact"}, {"city": "exact", "email": "close"}]', 'a.n = b.n AND a.phone = b.phone OR lower(a.city) = lower(b.city) AND email_similarity(a.email, b.email) >= 0.85::real'), (7, '[{"city": "close", "phone": "missing", "name": "exact"}]', 'jaro_winkler(lower(a.city), lower(b.city)) >= 0.85::real AND (a.phone IS NULL OR b.phone IS NULL) AND a.n = b.n')) v (n, clauses, condition);
CREATE TEMP TABLE plain AS SELECT id, company_key(name) AS n, name, nullif(city, 'n/a') AS city, nullif(phone, '0') AS phone, nullif(email, 'unknown') AS email FROM company;
CREATE TEMP TABLE comparing AS SELECT c.* FROM (SELECT rule FROM clause WHERE n = 1) r, pg_temp.compared(match_source('company', rule), NULL, 20) c;
SELECT pg_temp.differences(format('SELECT record_a, record_b FROM clause, duplicate_pairs(''company'', rule) WHERE n = %s', n), format('SELECT c.a, c.b FROM comparing c JOIN plain a ON a.id::text = c.a JOIN plain b ON b.id::text = c.b WHERE %s', condition), 'clauses: ' || condition) FROM clause;
SELECT cmp_ok((SELECT count(*) FROM duplicate_pairs('company', rule)), '>', 0::bigint, 'some hold, of ' || n) FROM clause;
SELECT is(count(*), count(*) FILTER (WHERE weight IS NULL AND probability IS NULL), 'they have no weight') FROM clause, duplicate_pairs('company', rule) WHERE n = 2;
SELECT cmp_ok(count(*), '>', 0::bigint, 'but make clusters') FROM clause, duplicate_clusters('company', rule) WHERE n = 2;
SELECT throws_ok('SELECT fit_match_model(''company'', rule) FROM clause WHERE n = 1', '22023', 'a rule with clauses has no model', 'of clauses there is nothing to learn');
SELECT set_eq('SELECT record_a, record_b FROM clause, match_pairs(''company'', ''company'', rule) WHERE n = 1 AND record_a < record_b COLLATE "C"', 'SELECT record_a, record_b FROM clause, match_run(match_source(''company'', rule), match_source(''company'', rule), rule, NULL, false) WHERE n = 1 AND record_a < record_b COLLATE "C"', 'between two tables, too');

-- ---- what is found in data that were made, and what is not ----

CREATE TABLE customer AS SELECT e * 10 + k AS id, e, CASE WHEN k > 0 AND h % 4 = 0 THEN left(given, 1) ELSE given END AS given, CASE WHEN k > 0 AND h % 5 = 0 THEN overlay(family PLACING substr('aeiou', 1 + e % 5, 1) FROM 3 FOR 1) ELSE family END AS family,
	CASE WHEN k > 0 AND h % 7 = 0 THEN NULL WHEN k > 0 AND h % 3 = 0 THEN replace(street, 'Street', 'St') ELSE street END AS street, CASE WHEN k > 0 AND h % 11 = 0 THEN NULL ELSE city END AS city, CASE WHEN k > 0 AND h % 6 = 1 THEN NULL WHEN k > 0 AND h % 8 = 0 THEN '(0)' || phone ELSE phone END AS phone
FROM (SELECT e, k, ('x' || substr(md5(e || 'h' || k), 1, 6))::bit(24)::int AS h, (array['James','Mary','Robert','Patricia','John','Linda','Michael','Barbara','David','Susan','Oliver','Ingrid'])[1 + ('x' || substr(md5(e || 'g'), 1, 6))::bit(24)::int % 12] AS given,
	initcap(translate(substr(md5((('x' || substr(md5(e || 'f'), 1, 6))::bit(24)::int % 700)::text), 1, 8), '0123456789', 'lmnrstaeio')) AS family, (1 + ('x' || substr(md5(e || 's'), 1, 6))::bit(24)::int % 200) || ' ' || initcap(translate(substr(md5((('x' || substr(md5(e || 'r'), 1, 6))::bit(24)::int % 150)::text), 1, 6), '0123456789', 'lmnrstaeio')) || ' Street' AS street,
	(array['Springfield','Riverside','Franklin','Clinton','Salem','Madison','Georgetown','Arlington'])[1 + ('x' || substr(md5(e || 'c'), 1, 6))::bit(24)::int % 8] AS city, '555' || lpad((('x' || substr(md5(e || 'p'), 1, 6))::bit(24)::int % 9999999)::text, 7, '0') AS phone
	FROM generate_series(1, 1500) e, generate_series(0, 2) k WHERE k = 0 OR k <= CASE e % 4 WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 0 END) s;
CREATE TEMP TABLE customer_rule AS SELECT '[{"given": "given_name"}, {"family": "family_name"}, {"street": "address"}, {"city": "city"}, {"phone": "phone"}]'::match_rule AS rule;
CREATE FUNCTION pg_temp.f1(of text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	f float8;
BEGIN
	EXECUTE format('WITH found AS (%s), truth AS (SELECT a.id::text AS a, b.id::text AS b FROM customer a JOIN customer b ON a.e = b.e AND a.id < b.id), pairs AS (SELECT least(a.record::int, b.record::int)::text AS a, greatest(a.record::int, b.record::int)::text AS b FROM found a JOIN found b ON a.cluster = b.cluster AND a.record < b.record)
		SELECT 2.0 * (SELECT count(*) FROM (TABLE truth INTERSECT TABLE pairs) s) / ((SELECT count(*) FROM truth) + (SELECT count(*) FROM pairs))', of) INTO f;
	RETURN f;
END $$;
SELECT cmp_ok(f, '>', 0.97::float8, 'F1 of what was made: ' || f) FROM pg_temp.f1('SELECT c.* FROM customer_rule, duplicate_clusters(''customer'', rule) c') f;
CREATE VIEW single AS SELECT * FROM customer WHERE id % 10 = 0;
SELECT cmp_ok(count(*), '<=', 2::bigint, 'where no customer is there twice, hardly a pair is found') FROM customer_rule, duplicate_pairs('single', rule);

-- ---- the same whatever the order of rows and the number of workers ----

CREATE TABLE shuffled AS SELECT * FROM customer ORDER BY md5(id::text);
SELECT is(fit_match_model('shuffled', rule)::text, fit_match_model('customer', rule)::text, 'the order of rows does not matter') FROM customer_rule;
SELECT fit_match_model('customer', rule)::text AS serial FROM customer_rule \gset
SELECT md5(string_agg(p::text, ' ')) AS serial_pairs FROM customer_rule, duplicate_pairs('customer', rule) p \gset
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
SELECT alike(pg_temp.plan_of(match_source('customer', rule)), '%Gather%Parallel Seq Scan%', 'records are read in workers') FROM customer_rule;
SELECT is(fit_match_model('customer', rule)::text, :'serial', 'nor does it whether they are') FROM customer_rule;
SELECT is(md5(string_agg(p::text, ' ')), :'serial_pairs', 'nor for pairs') FROM customer_rule, duplicate_pairs('customer', rule) p;
SELECT CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'debug_parallel_query' ELSE 'force_parallel_mode' END AS forced \gset
SET LOCAL :forced = on;
SELECT is(fit_match_model('customer', rule)::text, :'serial', 'nor where everything is forced into one') FROM customer_rule;
RESET :forced;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL work_mem = '64kB';
SELECT is(md5(string_agg(p::text, ' ')), :'serial_pairs', 'nor how much memory there is') FROM customer_rule, duplicate_pairs('customer', rule) p;
RESET work_mem;

-- ---- the same whatever the settings of the session ----

CREATE DOMAIN birthday AS date;
CREATE TABLE moment AS SELECT i AS id, date '1971-01-01' + i * 31 AS d, (date '1971-01-01' + i * 31)::birthday AS b, timestamp '2026-01-01' + i * interval '31 days 7 hours' AS t, timestamptz '2026-01-01 00:00+00' + i * interval '31 days 7 hours' AS z FROM generate_series(1, 60) AS i;
INSERT INTO moment VALUES (61, 'infinity', NULL, '-infinity', 'infinity'), (62, '0044-03-15 BC', '12345-01-01', NULL, NULL);
CREATE FUNCTION pg_temp.records() RETURNS TABLE (key text, record bytea) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE match_source('moment', '[{"d": "date"}, {"b": "date"}, {"t": "date"}, {"z": "date"}]'); END $$;
CREATE TEMP TABLE as_usual AS SELECT * FROM pg_temp.records();
SELECT is((SELECT string_agg(value_a, ' ' ORDER BY column_name) FROM explain_match('moment', match_run_fit('SELECT NULL::text, NULL::bytea WHERE false', NULL, '[{"d": "date"}, {"b": "date"}, {"t": "date"}, {"z": "date"}]'), '5', '5')), '19710605 19710605 20260606 20260606', 'dates and times are dates');
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL timezone = 'Pacific/Auckland';
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE a.record <> b.record) FROM as_usual AS a JOIN pg_temp.records() AS b USING (key)', 'dates are written in one way');
SET LOCAL datestyle = 'ISO, MDY';
SET LOCAL timezone = 'UTC';

-- ---- crowds ----

CREATE TABLE crowd AS SELECT i AS id, 'Acme International Holdings'::text AS name, 'Berlin'::text AS city FROM generate_series(1, 1000) i;
SELECT is(match_model_pairs(fit_match_model('crowd', '[{"name": "company"}, {"city": "city"}]')), 1000 * 8 - 36::bigint, 'of a thousand equal names each is compared with eight');
INSERT INTO crowd SELECT 10000 + i, concat_ws(' ', md5((i / 2)::text), md5((i / 2 % 997)::text)), 'C' || i / 2 % 50 FROM generate_series(2, 4001) i;
SELECT is(count(DISTINCT r), 1000::bigint, 'a thousand equal names among others: each is in a pair') FROM duplicate_pairs('crowd', '[{"name": "company"}, {"city": "city"}]'::match_rule), unnest(array[record_a, record_b]) r WHERE r::int <= 1000;
SELECT is(count(*) || ' ' || count(DISTINCT cluster), '1000 1', 'and they are one cluster') FROM duplicate_clusters('crowd', '[{"name": "company"}, {"city": "city"}]'::match_rule) WHERE record::int <= 1000;
SELECT is(count(*) || ' ' || count(DISTINCT cluster), '1000 1', 'by a model, too') FROM duplicate_clusters('crowd', fit_match_model('crowd', '[{"name": "company"}, {"city": "city"}]')) WHERE record::int <= 1000;
SELECT is(count(*) || ' ' || count(DISTINCT cluster), '4000 2000', 'beside those of the others') FROM duplicate_clusters('crowd', '[{"name": "company"}, {"city": "city"}]'::match_rule) WHERE record::int > 1000;
SELECT is(count(*) || ' ' || count(DISTINCT cluster), '1000 1', 'by clauses, too') FROM duplicate_clusters('crowd', '{"columns": [{"name": "company"}, {"city": "city"}], "match": [{"name": "exact"}]}'::match_rule) WHERE record::int <= 1000;
CREATE TABLE copies AS SELECT i AS id, 'Acme'::text AS name, 'Berlin'::text AS city, 'DE'::text AS country FROM generate_series(1, 700) i;
-- which without an end of its own would take ten billion comparisons
SET LOCAL statement_timeout = '120 s';
INSERT INTO crowd SELECT 100000 + i, 'Acme International Holdings', 'Berlin' FROM generate_series(1, 99000) i;
SELECT cmp_ok(match_model_pairs(fit_match_model('crowd', '[{"name": "company"}, {"city": "city"}]')), '<', 1000000::bigint, 'and a hundred thousand end');
SELECT is(count(*) || ' ' || count(DISTINCT cluster), '104000 2001', 'in one cluster, beside those of the others') FROM duplicate_clusters('crowd', '[{"name": "company"}, {"city": "city"}]'::match_rule);
SELECT is(count(*) || ' ' || count(DISTINCT cluster), '100000 1', 'in one cluster, by a clause') FROM duplicate_clusters('crowd', '{"columns": [{"name": "company"}, {"city": "city"}], "match": [{"name": "exact"}]}'::match_rule) WHERE record::int <= 1000 OR record::int > 100000;
-- where there is nothing but copies: they are one, unless a single column says so that is the same in all
SELECT is(count(*) || ' ' || count(DISTINCT cluster), '700 1', 'seven hundred copies and nothing else') FROM duplicate_clusters('copies', '[{"name": "company"}, {"city": "city"}]'::match_rule);
SELECT is(count(*), 0::bigint, 'not by one column alone') FROM duplicate_clusters('copies', '[{"name": "company"}]'::match_rule);
SELECT is(count(*), 0::bigint, 'nor by columns that tell no record') FROM duplicate_clusters('copies', '[{"city": "city"}, {"country": "country"}]'::match_rule);
-- many that have much in common, and are not the same
CREATE TABLE alike AS SELECT i AS id, 'alpha beta gamma delta epsilon zeta eta theta'::text AS name, 'C' || i / 2 % 25 AS city, 'x' || i % 40 AS code FROM generate_series(1, 2000) i;
SELECT cmp_ok(match_model_pairs(fit_match_model('alike', '[{"name": "company"}, {"city": "city"}, {"code": "identifier"}]')), '<', 200000::bigint, 'much in common: not all are compared with all');
RESET statement_timeout;

-- ---- little, or nothing ----

CREATE TABLE small (id int, name text, city text);
SELECT is(count(*), 0::bigint, 'of no record no pair') FROM duplicate_pairs('small', '[{"name": "company"}, {"city": "city"}]'::match_rule);
SELECT is(match_model_prior(fit_match_model('small', '[{"name": "company"}]')) BETWEEN 0 AND 1, true, 'and a model of none');
INSERT INTO small VALUES (1, 'Acme', NULL);
SELECT is(count(*), 0::bigint, 'of one record no pair') FROM duplicate_pairs('small', '[{"name": "company"}, {"city": "city"}]'::match_rule);
SELECT is(count(*), 0::bigint, 'nor a cluster') FROM duplicate_clusters('small', '[{"name": "company"}, {"city": "city"}]'::match_rule);
INSERT INTO small VALUES (2, 'ACME Inc.', NULL);
SELECT results_eq('SELECT record_a, record_b FROM duplicate_pairs(''small'', ''[{"name": "company"}, {"city": "city"}]''::match_rule)', $$VALUES ('1', '2')$$, 'two that are the same');
SELECT results_eq('SELECT record, cluster FROM duplicate_clusters(''small'', ''[{"name": "company"}, {"city": "city"}]''::salesops.match_rule) ORDER BY 1', $$VALUES ('1', '1'), ('2', '1')$$, 'are a cluster');
UPDATE small SET name = CASE WHEN id > 1 THEN '' END;
SELECT is(count(*), 0::bigint, 'with nothing in any column no pair') FROM duplicate_pairs('small', '[{"name": "company"}, {"city": "city"}]'::match_rule);
SELECT is((SELECT count(*) FROM duplicate_pairs(NULL, 'account'::match_rule)) + (SELECT count(*) FROM duplicate_pairs('small', NULL::match_rule)) + (SELECT count(*) FROM duplicate_pairs('small', NULL::match_model)) + (SELECT count(*) FROM duplicate_clusters(NULL, 'account'::match_rule)), 0::bigint, 'of NULL nothing');
SELECT is(fit_match_model(NULL, 'account'), NULL, 'nor a model');

-- ---- what is no table of the rule ----

SELECT throws_ok('SELECT * FROM duplicate_pairs(''small'', ''[{"name": "company"}, {"Town": "city"}, {"fax": "phone"}]''::match_rule)', '42703', 'public.small lacks columns that the rule names: "Town", fax', 'columns that are not there');
SELECT throws_ok('SELECT * FROM duplicate_clusters(''small'', ''account''::salesops.match_rule)', '42703', NULL, 'nor the key');
SELECT throws_ok('SELECT fit_match_model(''small'', ''[{"ctid": "text"}]'')', '42703', NULL, 'a system column is none');
INSERT INTO small VALUES (NULL, 'Acme', 'Bonn');
SELECT throws_ok('SELECT * FROM duplicate_pairs(''small'', ''[{"name": "company"}]''::match_rule)', '22004', 'a record has no key', 'a key that is NULL');
UPDATE small SET id = 2 WHERE id IS NULL;
SELECT throws_ok('SELECT * FROM duplicate_clusters(''small'', ''[{"name": "company"}]''::salesops.match_rule)', '23505', 'two records have the key "2"', 'one that is there twice');
SELECT pg_stat_clear_snapshot();
SELECT is((SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()), current_setting('application_name'), 'after which nothing shows what was going on');
SELECT is(pg_temp.outcome_of(query), outcome, query) FROM (VALUES
	('SELECT count(*) FROM match_run(''SELECT 1'', NULL, ''account'', NULL, false)', '42804'), ('SELECT count(*) FROM match_run(''SELECT 1::text, ''''x''''::bytea'', NULL, ''account'', NULL, false)', '22P03'), ('SELECT count(*) FROM match_run(''SELECT ''''a''''::text, NULL::bytea'', NULL, ''account'', NULL, false)', '22004'), ('SELECT count(*) FROM match_run(''nonsense'', NULL, ''account'', NULL, false)', '42601'),
	('SELECT count(*) FROM match_run(''DELETE FROM public.small RETURNING id::text, NULL::bytea'', NULL, ''account'', NULL, false)', '0A000'), ('SELECT count(*) FROM match_run(''DROP TABLE public.small'', NULL, ''account'', NULL, false)', NULL), ('SELECT count(*) FROM match_run(NULL, NULL, ''account'', NULL, false)', '0'), ('SELECT count(*) FROM match_run(''SELECT 1'', NULL, NULL, NULL, false)', '0'),
	-- a record that was read under a rule of another number of columns; bytes that are none
	($$SELECT count(*) FROM match_run('SELECT ''a'', salesops.match_record(''[{"a": "text"}]'', ''{x}'')', NULL, '[{"a": "text"}, {"b": "text"}]', NULL, false)$$, '22P03'), ($$SELECT count(*) FROM match_run('SELECT i::text, decode(substr(md5(i::text), 1, 2), ''hex'') FROM generate_series(1, 3) i', NULL, '[{"a": "text"}]', NULL, false)$$, '22P03')) v (query, outcome) WHERE outcome IS NOT NULL;
SELECT is(pg_temp.outcome_of($$SELECT count(*) FROM match_run('DROP TABLE public.small', NULL, 'account', NULL, false)$$) ~ '^[0-9A-Z]{5}$' AND to_regclass('small') IS NOT NULL, true, 'what gives no rows is not run');
-- each byte of a record changed: an error, or a record, and never more than its bytes
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE o NOT IN ('0', '1', '22P03')) FROM (SELECT pg_temp.outcome_of(format('SELECT count(*) FROM match_run(%L, NULL, %L, NULL, false)', format('SELECT k, %L::bytea FROM (VALUES (''a''), (''b'')) v (k)', set_byte(record, i, x)), rule)) AS o
	FROM (SELECT rule, match_record(rule, '{Acme Foods Inc,Bonn}') AS record FROM (SELECT '[{"a": "company"}, {"b": "city"}]'::match_rule AS rule) r) s, generate_series(0, length(record) - 1) i, unnest('{0, 1, 2, 64, 127, 128, 255}'::int[]) x) t$$, 'records of which a byte was changed');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE o <> '22P03') FROM (SELECT pg_temp.outcome_of(format('SELECT count(*) FROM match_run(%L, NULL, %L, NULL, false)', format('SELECT ''a'', %L::bytea', substr(record, 1, n)), rule)) AS o
	FROM (SELECT rule, match_record(rule, '{Acme Foods Inc,Bonn}') AS record FROM (SELECT '[{"a": "company"}, {"b": "city"}]'::match_rule AS rule) r) s, generate_series(0, length(record) - 1) n) t$$, 'and beginnings of one');

-- ---- names, types, views, rights ----

CREATE SCHEMA "Sales ""West""";
CREATE TABLE "Sales ""West"""."It's %I" ("Key ""%s""" uuid, "Company Name" varchar(80), "since;--" date, big bigint, "rate" numeric, ok boolean, stamp timestamptz, "tags" text[], dropped int);
ALTER TABLE "Sales ""West"""."It's %I" DROP COLUMN dropped;
INSERT INTO "Sales ""West"""."It's %I" SELECT md5(i::text)::uuid, (array['Acme Inc','Globex','Acme'])[1 + i % 3], date '2026-01-01' + i / 3, i / 3, 1.50, i % 2 = 0, '2026-01-01 00:00+00', '{a}' FROM generate_series(1, 12) i;
CREATE TEMP TABLE odd AS SELECT '{"key": "Key \"%s\"", "columns": [{"Company Name": "company"}, {"since;--": "date"}, {"big": "number"}, {"rate": "number"}, {"ok": "text"}, {"stamp": "date"}, {"tags": "text"}]}'::match_rule AS rule;
SELECT lives_ok('SELECT * FROM odd, duplicate_pairs(''"Sales ""West"""."It''''s %I"'', rule)', 'names of any characters, columns of other types');
SELECT is(match_model_records(fit_match_model('"Sales ""West"""."It''s %I"', rule)), 12::bigint, 'all are read') FROM odd;
SELECT throws_ok('SELECT fit_match_model(''"Sales ""West"""."It''''s %I"'', ''{"key": "Key \"%s\"", "columns": [{"dropped": "text"}]}'')', '42703', NULL, 'a column that was dropped is none');
CREATE VIEW "Sales ""West""".seen AS SELECT "Key ""%s""" AS id, lower("Company Name") AS name FROM "Sales ""West"""."It's %I";
SELECT is(match_model_records(fit_match_model('"Sales ""West""".seen', '[{"name": "company"}]')), 12::bigint, 'a view');
CREATE MATERIALIZED VIEW "Sales ""West""".kept AS TABLE "Sales ""West""".seen;
SELECT is(match_model_records(fit_match_model('"Sales ""West""".kept', '[{"name": "company"}]')), 12::bigint, 'a materialized view');
CREATE TABLE divided (id int, name text, code text) PARTITION BY RANGE (id);
CREATE TABLE divided_1 PARTITION OF divided FOR VALUES FROM (0) TO (50);
CREATE TABLE divided_2 PARTITION OF divided FOR VALUES FROM (50) TO (100);
INSERT INTO divided SELECT i, md5((i / 2)::text) || ' w' || i / 2 % 7, md5('c' || i / 2) FROM generate_series(2, 99) i;
SELECT is(count(*), 49::bigint, 'a table in partitions') FROM duplicate_pairs('divided', '[{"name": "text"}, {"code": "identifier"}]'::match_rule);
CREATE FUNCTION public.match_run(text, text, match_rule, match_model, boolean) RETURNS TABLE (a text) LANGUAGE sql AS $$ SELECT 'planted' $$;
SET LOCAL search_path = '';
SELECT count(*) AS n FROM salesops.duplicate_pairs('public.divided', '[{"name": "text"}, {"code": "identifier"}]'::salesops.match_rule) \gset
SELECT count(*) AS m FROM salesops.duplicate_clusters('public.divided', '[{"name": "text"}, {"code": "identifier"}]'::salesops.match_rule) \gset
SET LOCAL search_path = public, salesops;
SELECT is(:n, 49, 'with an empty search_path');
SELECT is(count(*) || ' ' || count(*) FILTER (WHERE record_a::int / 2 = record_b::int / 2), '196 196', 'a table of pairs with itself: each with itself and the other, both ways') FROM match_pairs('public.divided', 'public.divided', '[{"name": "text"}, {"code": "identifier"}]'::match_rule);
SELECT is(count(*) || ' ' || count(*) FILTER (WHERE record_a::int / 2 = record_b::int / 2), '49 49', 'by one column alone, too') FROM duplicate_pairs('public.divided', '[{"code": "identifier"}]'::match_rule);
SELECT is(:m, 98, 'clusters, too');
DROP FUNCTION public.match_run;

CREATE ROLE match_reader;
GRANT USAGE ON SCHEMA salesops, public TO match_reader;
ALTER TABLE divided ENABLE ROW LEVEL SECURITY;
CREATE POLICY low ON divided FOR SELECT TO match_reader USING (id < 20);
GRANT SELECT ON divided TO match_reader;
SET LOCAL ROLE match_reader;
SELECT salesops.match_model_records(salesops.fit_match_model('public.divided', '[{"name": "text"}, {"code": "identifier"}]')) AS seen, (SELECT count(*) FROM salesops.duplicate_pairs('public.divided', '[{"name": "text"}, {"code": "identifier"}]'::salesops.match_rule)) AS pairs, (SELECT count(*) FROM salesops.match_pairs('public.divided', 'public.divided', '{"columns": [{"name": "text"}, {"code": "identifier"}], "match": [{"code": "exact"}]}'::salesops.match_rule)) AS matched \gset
SELECT pg_catalog.current_setting('role') AS role \gset
RESET ROLE;
SELECT is((:'role', :seen, :pairs, :matched)::text, '(match_reader,18,9,36)', 'who may see some rows finds duplicates among these');
REVOKE SELECT ON divided FROM match_reader;
SELECT throws_ok('SET LOCAL ROLE match_reader; SELECT salesops.fit_match_model(''public.divided'', ''[{"name": "text"}, {"code": "identifier"}]'')', '42501', NULL, 'who may see none, finds none');
RESET ROLE;
GRANT SELECT (id, name) ON divided_1 TO match_reader;
SELECT throws_ok('SET LOCAL ROLE match_reader; SELECT * FROM salesops.duplicate_clusters(''public.divided_1'', ''[{"name": "text"}, {"code": "identifier"}]''::salesops.match_rule)', '42501', NULL, 'nor who may not see a column');
RESET ROLE;

-- ---- told to end ----

SELECT count(*) AS files FROM pg_ls_tmpdir() \gset
SET LOCAL statement_timeout = '200 ms';
DO $$ BEGIN
	FOR i IN 1 .. 1000 LOOP
		PERFORM count(*) FROM salesops.duplicate_clusters('customer', (SELECT rule FROM customer_rule));
	END LOOP;
	PERFORM set_config('test.ended', 'by itself', true);
EXCEPTION WHEN query_canceled THEN
	PERFORM set_config('test.ended', 'cancelled', true);
END $$;
SELECT is(current_setting('test.ended'), 'cancelled', 'a run ends when it is told to');
SET LOCAL statement_timeout = 0;
SELECT pg_stat_clear_snapshot();
SELECT is((SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()), current_setting('application_name'), 'and nothing shows it any more');
SELECT is((SELECT count(*) FROM pg_ls_tmpdir()), :files::bigint, 'its file is gone');
SELECT is(md5(string_agg(p::text, ' ')), :'serial_pairs', 'and the next one is as the first') FROM customer_rule, duplicate_pairs('customer', rule) p;

SELECT * FROM finish();
ROLLBACK;
