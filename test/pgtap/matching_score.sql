-- match_model, match_weight, explain_match: models of random numbers against the formulas, and models that were fitted against
-- the same algorithm in PL/pgSQL and against the parameters by which the data were made.
\ir setup.psql

-- a word of a record: the hash of a value, then what it is found by (match_record.h), in hexadecimal
CREATE FUNCTION pg_temp.word(record bytea, i int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT string_agg(lpad(to_hex(get_byte(record, 12 + i * 8 + k)), 2, '0'), '' ORDER BY k DESC) FROM generate_series(0, 7) k $$;
-- a model of which nothing is known
CREATE FUNCTION pg_temp.unknown(rule match_rule) RETURNS match_model LANGUAGE sql AS $$ SELECT match_run_fit('SELECT NULL::text, NULL::bytea WHERE false', NULL, rule) $$;
CREATE FUNCTION pg_temp.probabilities(n int) RETURNS jsonb LANGUAGE sql VOLATILE AS $$ SELECT jsonb_agg(random()::numeric(12, 10) * 0.999 + 0.0000000001) FROM generate_series(1, n) $$;

-- ---- models of random numbers, records of few values ----

CREATE TEMP TABLE value AS SELECT * FROM (VALUES
	('company', '{Acme,Acme Inc.,ACME Holdings,Akme,Globex,Globex Corporation,Gloobex,Initech,n/a,"",NULL}'::text[]), ('person', '{John Smith,"Smith, John",Jon Smith,J. Smith,Mary Jones,Marie Jones,NULL,unknown}'), ('email', '{a@x.com,a@y.com,john.smith@acme.com,jsmith@acme.com,john@acme.com,NULL}'),
	('address', '{12 Main St,12 Main Street,14 Main St,5 Oak Avenue,5 Oak Ave Apt 3,NULL}'), ('text', '{red car,car red,red cars,blue boat,NULL}'), ('phone', '{+1 212 555 0100,212-555-0100,212 555 0101,415 555 9999,NULL,1}'),
	('identifier', '{A-100,a100,A101,Z9,NULL}'), ('date', '{1971-06-24,24/6/1971,1971-06-25,1985-01-01,1971,NULL}'), ('number', '{1.50,1.5,1.51,200,NULL}'), ('postal_code', '{10115,10117,80331,NULL}'), ('city', '{Berlin,berlin,Frankfurt,Frankfurt am Main,Bonn,NULL}'),
	('given_name', '{Robert,Bob,R,Alice,NULL}'), ('family_name', '{Meyer,Maier,Meier,Smith,NULL}'), ('website', '{acme.com,www.acme.de,http://globex.org,NULL}'), ('region', '{CA,California,NULL}'), ('country', '{Germany,Deutschland,DE,NULL}')) v (role, texts);
SELECT set_eq('SELECT role FROM value', 'SELECT c.role FROM match_rules() r, match_rule_columns(r.rule) c UNION SELECT unnest(''{text,identifier,number,region,date,person}''::text[])', 'every role has values');
CREATE TEMP TABLE model AS
	SELECT i, rule, ncolumns, (jsonb_set(jsonb_set(unknown::text::jsonb, '{columns}', (SELECT jsonb_agg(jsonb_build_object('m', pg_temp.probabilities(jsonb_array_length(c -> 'm')), 'u', pg_temp.probabilities(jsonb_array_length(c -> 'u')),
			'some', 2, 'common', (SELECT coalesce(jsonb_object_agg(pg_temp.word(match_record(rule, array_fill(NULL::text, array[n::int - 1]) || v.text || array_fill(NULL::text, array[ncolumns - n::int])), n::int - 1), (3 + random() * 60)::int), '{}')
				FROM (SELECT DISTINCT ON (pg_temp.word(match_record(format('[{"c": "%s"}]', role)::match_rule, array[text]), 0)) text FROM value, unnest(texts) text WHERE value.role = roles[n] AND text IS NOT NULL) v WHERE pg_temp.word(match_record(format('[{"c": "%s"}]', roles[n])::match_rule, array[v.text]), 0) <> '0000000000000000'))
			ORDER BY n) FROM jsonb_array_elements(unknown::text::jsonb -> 'columns') WITH ORDINALITY a (c, n))), '{prior}', to_jsonb(0.001 + random() * 0.9)))::text::match_model AS model
	FROM (SELECT s.*, pg_temp.unknown(s.rule) AS unknown FROM (SELECT i, roles, cardinality(roles) AS ncolumns, (SELECT format('[%s]', string_agg(format('{"c%s": "%s"}', n, role), ', ' ORDER BY n)) FROM unnest(roles) WITH ORDINALITY u (role, n))::match_rule AS rule
		FROM (SELECT i, (SELECT array_agg(role ORDER BY md5(role || i)) FROM (SELECT role FROM value ORDER BY md5(role || i) LIMIT 1 + i % 6) r) AS roles FROM generate_series(1, 40) i) r) s) u;
CREATE TEMP TABLE pair AS
	SELECT i, p, model, rule, (SELECT array_agg(texts[1 + (('x' || substr(md5(concat(i, p, 'a', position)), 1, 6))::bit(24)::int % cardinality(texts))] ORDER BY position) FROM match_rule_columns(rule) c JOIN value USING (role)) AS a,
		(SELECT array_agg(texts[1 + (('x' || substr(md5(concat(i, p, 'b', position)), 1, 6))::bit(24)::int % cardinality(texts))] ORDER BY position) FROM match_rule_columns(rule) c JOIN value USING (role)) AS b
	FROM model, generate_series(1, 40) p;
CREATE TEMP TABLE explained AS SELECT pair.*, e.* FROM pair, explain_match(model, a, b) WITH ORDINALITY e;
SELECT cmp_ok(count(DISTINCT agreement), '>=', 15::bigint, 'grades of agreement of all kinds: ' || count(DISTINCT agreement)) FROM explained;

SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(total - match_weight(model, a, b)) > 1e-9) FROM (SELECT i, p, model, a, b, sum(weight + coalesce(frequency_weight, 0)) AS total FROM explained GROUP BY 1, 2, 3, 4, 5) s', 'what explains a weight adds up to it');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(match_probability(model, a, b) - 1 / (1 + power(2, -match_weight(model, a, b)))) > 1e-12) FROM pair', 'a probability is that of the weight');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE match_weight(model, a, b) <> match_weight(model, b, a)) FROM pair', 'either record may come first');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE e <> (SELECT array_agg(row(f.agreement, f.weight, f.frequency_weight)::text ORDER BY f.ordinality) FROM explain_match(model, b, a) WITH ORDINALITY f)) FROM (SELECT i, p, model, a, b, array_agg(row(agreement, weight, frequency_weight)::text ORDER BY ordinality) AS e FROM explained GROUP BY 1, 2, 3, 4, 5) s', 'and the explanation is the same');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE (agreement = ''missing'') <> (value_a IS NULL OR value_b IS NULL) OR agreement = ''missing'' AND (weight <> 0 OR frequency_weight IS NOT NULL)) FROM explained WHERE ordinality > 1', 'a missing value says nothing');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE (agreement LIKE ''same, %'') <> (value_a = value_b) OR (agreement LIKE ''same, %'') <> (frequency_weight IS NOT NULL)) FROM explained WHERE value_a IS NOT NULL AND value_b IS NOT NULL', 'the same are the same in their normal form');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(e.weight + coalesce(e.frequency_weight, 0) - w.weight) > 1e-9 IS NOT FALSE) FROM explained e LEFT JOIN LATERAL (SELECT * FROM match_weights(e.model) m WHERE m.column_name = e.column_name AND m.agreement = e.agreement) w ON true WHERE ordinality > 1 AND e.agreement <> ''missing''', 'each is worth what the model says');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(weight - (SELECT (ln(sum(w.m)) - ln(sum(w.m * power(2, -w.weight)))) / ln(2::float8) FROM match_weights(e.model) w WHERE w.column_name = e.column_name AND w.agreement LIKE ''same, %'')) > 1e-9) FROM explained e WHERE frequency_weight IS NOT NULL', 'the same without its frequency: of all three grades');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE column_name <> ''(before)'' OR abs(weight - ln(match_model_prior(model) / (1 - match_model_prior(model))) / ln(2::float8)) > 1e-9) FROM explained WHERE ordinality = 1', 'before anything is compared: the odds of any pair');

-- grades of the same value, by its number of records; 30 is "many", 5 is "some"
CREATE TEMP TABLE counted AS SELECT e.agreement, (match_rule_columns.position - 1)::int AS c, (model::text::jsonb -> 'columns' -> (position - 1) -> 'common' ->> pg_temp.word(match_record(rule, a), position - 1))::int AS records FROM explained e, match_rule_columns(rule) WHERE match_rule_columns.column_name = e.column_name AND e.agreement LIKE 'same, %';
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE agreement <> CASE WHEN records > 30 THEN 'same, of many' WHEN records IS NOT NULL THEN 'same, of some' ELSE 'same, of few' END) FROM counted$$, 'the same value: of few, some or many');
SELECT is(count(DISTINCT agreement), 2::bigint, 'of which there are') FROM counted;

-- levels are those of the similarity that has a function of its own
CREATE TEMP TABLE graded AS SELECT agreement, role, CASE role WHEN 'company' THEN company_similarity(value_a, value_b) WHEN 'person' THEN person_similarity(value_a, value_b) WHEN 'email' THEN email_similarity(value_a, value_b) WHEN 'address' THEN address_similarity(value_a, value_b) END AS similarity
	FROM explained e, match_rule_columns(rule) c WHERE c.column_name = e.column_name AND role IN ('company', 'person', 'email', 'address') AND agreement NOT IN ('missing') AND agreement NOT LIKE 'same, %';
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE agreement <> coalesce((SELECT 'similar, ' || b || ' or more' FROM unnest(bounds) b WHERE similarity >= b ORDER BY b DESC LIMIT 1), 'different'))
	FROM graded JOIN (VALUES ('company', '{0.93, 0.85, 0.7, 0.5}'::float8[]), ('person', '{0.95, 0.85, 0.7, 0.5}'), ('email', '{0.9, 0.6, 0.45}'), ('address', '{0.9, 0.8, 0.6, 0.4}')) l (role, bounds) USING (role)$$, 'how similar two values are');
SELECT cmp_ok(count(DISTINCT (role, agreement)), '>=', 8::bigint, 'of many levels') FROM graded;
SELECT is((SELECT agreement FROM explain_match(pg_temp.unknown('[{"a": {"as": "text", "levels": [0.9, 0.2]}}]'), '{red car}', '{red cat}') WHERE column_name = 'a'), 'similar, 0.2 or more', 'a rule''s own levels');

-- a country is the same by whatever name or code country_code() knows it, and two of them are different; what is none is compared as its text, and what says nothing is missing
CREATE FUNCTION pg_temp.countries(a text, b text) RETURNS text LANGUAGE sql AS $$ SELECT agreement FROM explain_match(pg_temp.unknown('[{"c": "country"}]'), array[a], array[b]) WHERE column_name = 'c' $$;
SELECT is(pg_temp.countries(a, b), agreement, concat_ws(', ', a, b)) FROM (VALUES ('US', 'United States', 'same, of few'), ('US', 'USA', 'same, of few'), ('usa', 'United States of America', 'same, of few'), ('Deutschland', 'DE', 'same, of few'), ('Germany (DE)', 'Allemagne', 'same, of few'), ('840', 'US', 'same, of few'), ('Korea, Republic of', 'KR', 'same, of few'),
	('US', 'DE', 'different'), ('Austria', 'Australia', 'different'), ('Niger', 'Nigeria', 'different'), ('Guinea', 'Guinea-Bissau', 'different'), ('Sweeden', 'SE', 'similar, 0.9 or more'), ('Sweeden', 'sweeden', 'same, of few'), ('Atlantis', 'atlantis', 'same, of few'), ('Atlantis', 'US', 'different'), ('Paris', 'Paris, France', 'similar, 0.9 or more'),
	('NA', 'US', 'missing'), ('n/a', 'US', 'missing'), (NULL, 'US', 'missing'), ('NA', 'NA', 'missing'), ('Namibia', 'NAM', 'same, of few')) v (a, b, agreement);
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE pg_temp.countries(a, b) <> CASE WHEN country_code(a) = country_code(b) THEN 'same, of few' ELSE 'different' END) FROM unnest('{Germany,DE,DEU,Deutschland,Österreich,Austria,AT,Australia,Niger,NE,Nigeria,NGA,"The Netherlands",Holland,"United Kingdom",England,Norge,NO,日本,Japan}'::text[]) a, unnest('{Germany,DE,DEU,Deutschland,Österreich,Austria,AT,Australia,Niger,NE,Nigeria,NGA,"The Netherlands",Holland,"United Kingdom",England,Norge,NO,日本,Japan}'::text[]) b$$, 'two texts are one country for match rules if they are for country_code');
SELECT ok(match_record('[{"c": "country"}]', '{USA}') = match_record('[{"c": "country"}]', '{Vereinigte Staaten}'), 'also as records that are stored, and pairs are looked for among them');
-- every country by its name, as a record: what stands for one is found as that one, and no other
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE country_code(value_a) IS DISTINCT FROM code) FROM (SELECT chr(65 + x) || chr(65 + y) AS code FROM generate_series(0, 25) x, generate_series(0, 25) y) c, LATERAL explain_match(pg_temp.unknown('[{"c": "country"}]'), array[code], array[code]) WHERE column_name = 'c' AND country_code(code) = code AND NOT is_blank(code)$$, 'the name that stands for a country is its name');

-- weights: the isotonic regression of log2(m / u) over pairs that are one, by its min-max formula
CREATE TEMP TABLE grade AS SELECT i, w.* FROM model, match_weights(model) WITH ORDINALITY w;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE abs(weight - best) > 1e-8 IS NOT FALSE) FROM (SELECT g.weight, (SELECT max(least) FROM (SELECT min(average) AS least FROM (
		SELECT j.ordinality AS first, sum(x.m * (ln(x.m) - ln(x.u))) / sum(x.m) / ln(2::float8) AS average FROM grade j, grade k, grade x WHERE j.i = g.i AND j.column_name = g.column_name AND k.i = g.i AND k.column_name = g.column_name AND x.i = g.i AND x.column_name = g.column_name
			AND j.ordinality <= g.ordinality AND k.ordinality >= g.ordinality AND x.ordinality BETWEEN j.ordinality AND k.ordinality GROUP BY j.ordinality, k.ordinality) p GROUP BY first) l) AS best FROM grade g) s$$, 'weights are the isotonic regression of log2(m / u)');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE weight < before) FROM (SELECT weight, lag(weight) OVER (PARTITION BY i, column_name ORDER BY ordinality) AS before FROM grade) s', 'they never fall with the grade');

-- by hand: one column, one grade each; m / u of 1/6 different, 2 of some, 5 of few; prior .1
SELECT is(match_weight(model, array[a], array[b])::numeric(8, 5), weight::numeric(8, 5), format('%s, %s', a, b)) FROM
	(SELECT format('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5, "common": {"%s": 6, "%s": 31}}]}',
		pg_temp.word(match_record('[{"town": "identifier"}]', '{Koeln}'), 0), pg_temp.word(match_record('[{"town": "identifier"}]', '{Berlin}'), 0))::match_model AS model) m,
	(VALUES ('Bonn', 'bonn', log(2, 1 / 9.0) + log(2, 5.0)), ('Bonn', 'Hamburg', log(2, 1 / 9.0) + log(2, 1 / 6.0)), ('koeln', 'KOELN', log(2, 1 / 9.0) + 1), ('Berlin', 'Berlin', log(2, 1 / 9.0)), ('Bonn', 'Bonm', log(2, 1 / 9.0)), ('Bonn', NULL, log(2, 1 / 9.0)), (NULL, NULL, log(2, 1 / 9.0)), ('n/a', 'n/a', log(2, 1 / 9.0))) v (a, b, weight);

-- ---- what goes in comes out ----

SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE model::text::match_model <> model OR model::text::jsonb::text::match_model <> model OR value_hash(model::text::match_model) <> value_hash(model) OR match_model_rule(model) <> rule) FROM model', 'the text form is without loss, in whatever order its keys are');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE (a.model = b.model) <> (a.i = b.i)) FROM model a, model b', 'no two models are the same');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE b.u IS DISTINCT FROM p.u) FROM model, LATERAL (SELECT array_agg(w.u ORDER BY w.ordinality) AS u FROM match_weights(model) WITH ORDINALITY w) b, LATERAL (SELECT array_agg(u.u::float8 ORDER BY c.n, u.n) AS u FROM jsonb_array_elements(model::text::jsonb -> ''columns'') WITH ORDINALITY c (c, n), jsonb_array_elements_text(c.c -> ''u'') WITH ORDINALITY u (u, n)) p', 'match_weights tells what is in it');

CREATE FUNCTION pg_temp.altered(path text[], value jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT jsonb_set('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5, "common": {}}]}', path, value)::text $$;
SELECT is(pg_temp.outcome_of(format('SELECT match_model_prior(%L)', model)), outcome, left(model, 200)) FROM (VALUES
	(pg_temp.altered('{prior}', '0.25'), '0.25'), (pg_temp.altered('{prior}', '0'), '22P02'), (pg_temp.altered('{prior}', '1'), '22P02'), (pg_temp.altered('{prior}', '"x"'), '22P02'), (pg_temp.altered('{prior}', '1e400'), '22003'), (pg_temp.altered('{most}', '1'), '22P02'), (pg_temp.altered('{most}', '1001'), '22P02'),
	(pg_temp.altered('{many}', '-4'), '22P02'), (pg_temp.altered('{columns,0,some}', '-1'), '22P02'), (pg_temp.altered('{records}', '2147483648'), '22P02'), (pg_temp.altered('{records}', '1.5'), '22P02'), (pg_temp.altered('{pairs}', '1e30'), '22P02'), (pg_temp.altered('{match_model}', '2'), '22P02'), (pg_temp.altered('{columns}', '[]'), '22P02'), (pg_temp.altered('{columns}', '3'), '22P02'),
	(pg_temp.altered('{columns,0,m}', '[1]'), '22P02'), (pg_temp.altered('{columns,0,m,0}', '0'), '22P02'), (pg_temp.altered('{columns,0,u,4}', '1.1'), '22P02'), (pg_temp.altered('{columns,0,u,4}', '1e-301'), '22P02'), (pg_temp.altered('{columns,0,u,4}', 'null'), '22P02'), (pg_temp.altered('{columns,0,w}', '0'), '22P02'),
	(pg_temp.altered('{columns,0,weight}', '[1, 2, 3, 4, 5]'), '0.1'), (pg_temp.altered('{columns,0,weight}', '[-997, 0, 1, 2.5, 997]'), '0.1'), (pg_temp.altered('{columns,0,weight}', '[1, 1, 1, 1, 1]'), '0.1'), (pg_temp.altered('{columns,0,weight}', '[-997, 0, 2.5, 1, 997]'), '22P02'), (pg_temp.altered('{columns,0,weight}', 'null'), '0.1'), (pg_temp.altered('{columns,0,weight}', '[1, 2, 3, 4]'), '22P02'), (pg_temp.altered('{columns,0,weight}', '[1, 2, 3, 4, 5, 6]'), '22P02'), (pg_temp.altered('{columns,0,weight}', '[]'), '22P02'),
	(pg_temp.altered('{columns,0,weight}', '3'), '22P02'), (pg_temp.altered('{columns,0,weight}', '{}'), '22P02'), (pg_temp.altered('{columns,0,weight}', '[1, 2, "x", 4, 5]'), '22P02'), (pg_temp.altered('{columns,0,weight}', '[1, 2, null, 4, 5]'), '22P02'), (pg_temp.altered('{columns,0,weight}', '[1, 2, [3], 4, 5]'), '22P02'), (pg_temp.altered('{columns,0,weight}', '[1, 2, 3, 4, 997.1]'), '22P02'),
	(pg_temp.altered('{columns,0,weight}', '[-998, 2, 3, 4, 5]'), '22P02'), (pg_temp.altered('{columns,0,weight}', '[1, 2, 3, 4, 1e400]'), '22003'),
	(pg_temp.altered('{columns,0,common}', '{"xyz": 7}'), '22P02'), (pg_temp.altered('{columns,0,common}', '{"00000000000000FF": 7}'), '22P02'), (pg_temp.altered('{columns,0,common}', '{"00000000000000ff": 7, "fffffffffffffffe": 9}'), '0.1'), (pg_temp.altered('{columns,0,common}', '{"00000000000000ff": -7}'), '22P02'), (pg_temp.altered('{columns,0,common}', '{"00000000000000ff": "7"}'), '22P02'),
	(pg_temp.altered('{rule}', '{"columns": []}'), '22023'), (pg_temp.altered('{rule}', '{"columns": [{"a": "company"}]}'), '22P02'), (pg_temp.altered('{rule}', '"account"'), '22P02'), (pg_temp.altered('{nothing}', '1'), '22P02'), ('{}', '22P02'), ('', '22P02'), ('[]', '22P02'), ('{"match_model": 1}', '22P02')) v (model, outcome);
-- weights that are given count, whatever they are, and come out again; where there are none they are log2(m / u), and the average over m where that falls
CREATE TEMP TABLE weighted AS SELECT pg_temp.altered(path, value)::match_model AS model, weights FROM (VALUES ('{columns,0,weight}'::text[], '[-7, -3, 0.25, 1.5, 4]'::jsonb, '{-7, -3, 0.25, 1.5, 4}'::float8[]), ('{prior}', '0.1', array[log(2, 1 / 6.0), 0, 0, 1, log(2, 5.0)]), ('{columns,0,u}', '[0.6, 0.1, 0.8, 0.8, 0.1]', array[log(2, 1 / 6.0), -1.75, -1.75, -1.75, log(2, 5.0)])) v (path, value, weights);
SELECT is(array_agg(w.weight::numeric(12, 10) ORDER BY w.ordinality), weights::numeric(12, 10)[], format('what grades are worth: %s', weights)) FROM weighted, match_weights(model) WITH ORDINALITY w GROUP BY weights;
SELECT is((model::text::jsonb #> '{columns,0,weight}', model::text::match_model), (to_jsonb(array_agg(w.weight ORDER BY w.ordinality)), model), format('the text form has it too: %s', weights)) FROM weighted, match_weights(model) WITH ORDINALITY w GROUP BY model, weights;
SELECT is(match_weight(model, '{Bonn}', array[b])::numeric(12, 10), (weights[grade] - log(2, 9.0))::numeric(12, 10), format('and counts: Bonn, %s, %s', b, weights)) FROM weighted, (VALUES ('Hamburg', 1), ('Bonm', 2), ('bonn', 5)) v (b, grade);
SELECT isnt(a.model, b.model, 'another weight is another model') FROM weighted a, weighted b WHERE a.weights[1] = -7 AND b.weights[2] = 0;
SELECT is(pg_temp.outcome_of(format('SELECT match_model_prior(%L)', pg_temp.altered('{columns,0,common}', (SELECT jsonb_object_agg(lpad(i::text, 16, '0'), i) FROM generate_series(1, n) i)))), outcome, n || ' common values') FROM (VALUES (8192, '0.1'), (8193, '22P02')) v (n, outcome);
SELECT is(pg_temp.outcome_of(query), outcome, query) FROM (VALUES
	('SELECT match_weight(pg_temp.unknown(''[{"a": "text"}]''), ''{}'', ''{x}'')', '22023'), ('SELECT match_weight(pg_temp.unknown(''[{"a": "text"}]''), ''{x}'', ''{x, y}'')', '22023'), ('SELECT match_record(''[{"a": "text"}]'', ''{x, y}'')', '22023'), ('SELECT (explain_match(pg_temp.unknown(''[{"a": "text"}]''), ''{}'', ''{}'')).weight', '22023'),
	('SELECT match_weight(pg_temp.unknown(''[{"a": "text"}]''), NULL, ''{x}'')', NULL), ('SELECT match_model_pairs(pg_temp.unknown(''[{"a": "text"}]''))', '0')) v (query, outcome);
-- the longest values that there are
SELECT is((SELECT agreement FROM explain_match(pg_temp.unknown(format('[{"a": "%s"}]', role)::match_rule), array[repeat('ab 1', 250000)], array[repeat('ab 1', 250001)]) WHERE column_name = 'a') IS NOT NULL, true, 'long texts as ' || role) FROM value;

-- ---- the fit, again in PL/pgSQL ----

-- m or u: how often each grade was seen and so many times what is known beforehand, of all of its column.
CREATE FUNCTION pg_temp.share(seen float8[], before float8[], times float8, col int[]) RETURNS float8[] LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT array_agg(p / total ORDER BY g) FROM (SELECT g, s + times * b AS p, sum(s + times * b) OVER (PARTITION BY c) AS total FROM unnest(seen, before, col) WITH ORDINALITY x (s, b, c, g)) s);
END $$;
-- How often each grade was seen in pairs that were found by its column, or not, or in all of them.
CREATE FUNCTION pg_temp.seen_in(seen float8[], col int[], by_it boolean) RETURNS float8[] LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT array_agg(n ORDER BY g) FROM (SELECT g, coalesce(sum(seen[b][g]) FILTER (WHERE (b = col[g]) IS DISTINCT FROM NOT by_it), 0) AS n FROM generate_subscripts(seen, 1) b, generate_subscripts(col, 1) g GROUP BY g) s);
END $$;
-- For tables in which no atom is in more than twenty records, so that a pair is found by the rarest one that both have. Grades are numbered through all columns.
CREATE FUNCTION pg_temp.fit(relation regclass, rule match_rule, OUT pairs bigint, OUT most bigint, OUT prior float8, OUT m float8[], OUT u float8[], OUT weight float8[], OUT fines float8[], OUT pooled bigint, OUT alone boolean) LANGUAGE plpgsql AS $$
DECLARE
	model match_model := fit_match_model(relation, rule);
	k int := (SELECT count(*) FROM match_rule_columns(rule));
	col int[];
	rarity float8[]; first_m float8[]; first_u float8[];
	by_it float8[]; not_by float8[];	-- m of pairs that were found by the column, and of others
	of float8[];			-- u of pairs that were found by each column
	part float8[];			-- and what part of them is one
	one float8[];			-- of each pattern
	ones float8[]; others float8[];	-- how often each grade is seen, by what pairs were found by
	q float8[]; lend float8[]; lend_by float8[]; p float8[]; h float8[]; w float8[]; start float8[];
	last float8;
	copies boolean;
	mass float8[];
BEGIN
	EXECUTE format('CREATE TEMP TABLE source AS SELECT id, v, match_record($1, v) AS r FROM (SELECT t.id, array[%s] AS v FROM %s t) s', (SELECT string_agg(format('t.%I::text', column_name), ', ' ORDER BY position) FROM match_rule_columns(rule)), relation) USING rule;
	-- which part of the records that have a value has one that many, some or few have: a record is the same as itself
	CREATE TEMP TABLE own AS SELECT e.* FROM source, explain_match(model, v, v) e WHERE value_a IS NOT NULL;
	CREATE TEMP TABLE kind AS SELECT *, 0.5 + (SELECT count(*) FROM own WHERE own.column_name = s.column_name AND own.agreement = s.agreement) AS common, (SELECT count(*) + 1.5 FROM own WHERE own.column_name = s.column_name) AS filled
		FROM (SELECT ordinality::int AS g, c.position AS c, column_name, agreement, row_number() OVER (PARTITION BY c.position ORDER BY ordinality)::int AS level, (count(*) OVER (PARTITION BY c.position) - 3)::int AS below,
			role IN ('company', 'person', 'text', 'email', 'website', 'phone', 'address', 'identifier') AS telling, CASE WHEN role IN ('company', 'person', 'given_name') AND levels IS NULL THEN 2 ELSE 1 END AS unlike,
			role IN ('company', 'person', 'given_name', 'family_name') AS named, role = 'email' AS mailed
			FROM match_weights(model) WITH ORDINALITY JOIN match_rule_columns(rule) c USING (column_name)) s;
	SELECT array_agg(c ORDER BY g), array_agg(common / filled ORDER BY g),
		array_agg(CASE WHEN level > below THEN 0.75 * common / filled WHEN level = 1 THEN greatest(0.05, 0.25 * 2 / (power(2, below + 1) - 2)) ELSE 0.25 * power(2, level) / (power(2, below + 1) - 2) END ORDER BY g),
		array_agg(CASE WHEN level > below THEN 0.1 * common / filled WHEN level = 1 THEN 0.7 ELSE 0.2 / (below - 1) END ORDER BY g) INTO col, rarity, first_m, first_u FROM kind;
	first_m := pg_temp.share(first_m, first_m, 0, col);
	-- which grades the pairs have that share an atom: the rarest one, and of equally rare ones the least, tells in its first six bits the column by which they were found
	CREATE TEMP TABLE atom AS SELECT id, atom, count(*) OVER (PARTITION BY atom) AS records FROM source, unnest(match_atoms(r)) atom;
	CREATE TEMP TABLE pattern AS SELECT row_number() OVER (ORDER BY by, grades)::int AS id, by, grades, count(*)::float8 AS n
		FROM (SELECT by, (SELECT array_agg(g ORDER BY g) FROM explain_match(model, x.v, y.v) JOIN kind USING (column_name, agreement)) AS grades
			FROM (SELECT DISTINCT ON (x.id, y.id) x.id AS a, y.id AS b, (atom >> 58 & 63)::int + 1 AS by FROM atom x JOIN atom y USING (atom, records) WHERE x.id < y.id ORDER BY x.id, y.id, records, atom < 0, atom) f JOIN source x ON x.id = a JOIN source y ON y.id = b) s GROUP BY by, grades;
	CREATE TEMP TABLE term AS SELECT id, by, n, g, c, level, telling, level <= unlike AS unlike FROM pattern, unnest(grades) g JOIN kind USING (g);
	SELECT sum(pattern.n) INTO pairs FROM pattern;
	SELECT max(records) INTO most FROM atom;
	-- what can be one before anything is learned: two columns, one of which tells which record it is; where most pairs are the same in all of theirs, it is those, and what they were found by does not matter
	CREATE TEMP TABLE look AS SELECT id, count(*) > 1 AND bool_or(telling) AS tells, count(*) > 1 AND bool_or(telling) AND bool_and(level > below) AS is_copy FROM term JOIN kind USING (g, telling, level) GROUP BY id;
	copies := (SELECT sum(pattern.n) FILTER (WHERE is_copy) > 0.5 * pairs IS TRUE FROM pattern JOIN look USING (id));
	IF copies THEN UPDATE pattern SET by = k + 1; UPDATE term SET by = k + 1; END IF;

	-- first u is what is known beforehand; then that of pairs that would not be one by it
	of := (SELECT array_agg(first_u) FROM generate_series(1, k + 1));
	prior := 0.2;
	part := array_fill(prior, array[k + 1]);
	fines := array_fill(0::float8, array[k]);
	by_it := first_m;
	not_by := first_m;
	FOR iteration IN 0 .. 200 LOOP
		one := (SELECT array_agg(1 / (1 + exp(-x)) ORDER BY id) FROM (SELECT id, ln(part[by] / (1 - part[by])) + sum(ln(CASE WHEN by = c THEN by_it[g] ELSE not_by[g] END / of[by][g]) - CASE WHEN unlike THEN fines[c] ELSE 0 END) AS x FROM term GROUP BY id, by) s);
		IF iteration = 0 THEN one := (SELECT array_agg(CASE WHEN copies THEN is_copy::int WHEN tells THEN one[id] ELSE 0 END ORDER BY id) FROM look); END IF;
		SELECT array_agg(x ORDER BY b), array_agg(y ORDER BY b) INTO ones, others FROM (SELECT b, array_agg(x ORDER BY g) AS x, array_agg(y ORDER BY g) AS y
			FROM (SELECT b, kind.g, coalesce(sum(term.n * one[id]), 0) AS x, coalesce(sum(term.n * (1 - one[id])), 0) AS y FROM generate_series(1, k + 1) b CROSS JOIN kind LEFT JOIN term ON term.by = b AND term.g = kind.g GROUP BY 1, 2) s GROUP BY b) s;
		last := prior;
		prior := (SELECT least(greatest((sum(pattern.n * one[id]) + 4) / (pairs + 20), 1e-6), 1 - 1e-6) FROM pattern);
		part := (SELECT array_agg(x ORDER BY b) FROM (SELECT b, least(greatest((coalesce(sum(pattern.n * one[id]), 0) + 100 * prior) / (coalesce(sum(pattern.n), 0) + 100), 1e-6), 1 - 1e-6) AS x FROM generate_series(1, k + 1) b LEFT JOIN pattern ON by = b GROUP BY b) s);
		-- u is of pairs that were found by the same column, with 600 that were found by the grade's, or were not; with 20 that are known beforehand
		lend_by := pg_temp.share(pg_temp.seen_in(others, col, true), first_u, 20, col);
		lend := pg_temp.share(pg_temp.seen_in(others, col, false), first_u, 20, col);
		of := (SELECT array_agg(pg_temp.share(others[b:b], (SELECT array_agg(CASE WHEN b = col[g] THEN lend_by[g] ELSE lend[g] END ORDER BY g) FROM generate_subscripts(col, 1) g), 600, col) ORDER BY b) FROM generate_series(1, k + 1) b);
		CONTINUE WHEN iteration = 0;
		-- of pairs that are one at most a quarter differ in a column; they have common values at most twice as often as records
		FOR way IN 0 .. 1 LOOP
			q := pg_temp.share(pg_temp.seen_in(ones, col, way = 1), first_m, 20 + 0.003 * pairs, col);
			q := (SELECT array_agg(CASE WHEN level <= below THEN x WHEN level < below + 3 THEN least(x, 2 * same * rarity[g]) ELSE x + excess END ORDER BY g)
				FROM (SELECT *, sum(greatest(x - 2 * same * rarity[g], 0)) FILTER (WHERE level > below AND level < below + 3) OVER (PARTITION BY c) AS excess
					FROM (SELECT *, sum(x) FILTER (WHERE level > below) OVER (PARTITION BY c) AS same
						FROM (SELECT *, CASE WHEN different <= 0.25 THEN q[g] WHEN level = 1 THEN 0.25 ELSE q[g] * 0.75 / (1 - different) END AS x FROM (SELECT *, max(q[g]) FILTER (WHERE level = 1) OVER (PARTITION BY c) AS different FROM kind) s) s) s) s);
			not_by := CASE WHEN way = 0 THEN q ELSE not_by END;
			by_it := CASE WHEN way = 1 THEN q ELSE by_it END;
		END LOOP;
		-- a fine for names and addresses of e-mail that differ where more of them do, more than a quarter, or, of some, more than 0.35 in the two lowest grades; and on until it need not grow
		IF iteration > 10 THEN
			q := pg_temp.seen_in(ones, col, NULL);
			p := (SELECT array_agg(CASE WHEN (named OR mailed AND same >= greatest(20, 0.01 * x)) AND y / (x + 20) > bound * exp(0.001::float8) THEN ln(y / (x + 20) / bound) ELSE 0 END ORDER BY c)
				FROM (SELECT c, sum(q[g]) AS x, sum(q[g] + 20 * first_m[g]) FILTER (WHERE level <= unlike) AS y, CASE max(unlike) WHEN 2 THEN 0.35 ELSE 0.25 END AS bound, bool_and(named) AS named, bool_and(mailed) AS mailed, (SELECT coalesce(sum(term.n), 0) FROM term JOIN kind k USING (g) WHERE k.c = kind.c AND k.level > k.below) AS same FROM kind GROUP BY c) s);
			fines := (SELECT array_agg(x + 0.2 * (1 + x / 4) * y ORDER BY c) FROM unnest(fines, p) WITH ORDINALITY s (x, y, c));
			EXIT WHEN abs(prior - last) < 1e-8 * last AND 0 = ALL (p);
		END IF;
	END LOOP;
	m := pg_temp.share(pg_temp.seen_in(ones, col, NULL), first_m, 20, col);
	u := pg_temp.share(pg_temp.seen_in(others, col, NULL), first_u, 20, col);

	-- what each grade is worth, and the constant behind them: the logistic regression that comes closest to what pairs are, and not far from ln(m / u)
	start := (SELECT array_agg(ln(x / y) ORDER BY g) FROM unnest(m, u) WITH ORDINALITY s (x, y, g)) || ln(prior / (1 - prior));
	w := start;
	INSERT INTO term (id, n, g) SELECT pattern.id, pattern.n, cardinality(start) FROM pattern;
	FOR step IN 1 .. 100 LOOP
		p := (SELECT array_agg(1 / (1 + exp(-x)) ORDER BY id) FROM (SELECT id, sum(w[g]) AS x FROM term GROUP BY id) s);
		h := (SELECT array_agg(x ORDER BY i) FROM (SELECT i, array_agg(coalesce(x, 0) + CASE j WHEN i THEN 1 WHEN cardinality(w) + 1 THEN start[i] - w[i] ELSE 0 END ORDER BY j) AS x FROM generate_subscripts(w, 1) i CROSS JOIN generate_series(1, cardinality(w) + 1) j
			LEFT JOIN (SELECT a.g AS i, b.g AS j, sum(a.n * p[id] * (1 - p[id])) AS x FROM term a JOIN term b USING (id) GROUP BY 1, 2 UNION ALL SELECT g, cardinality(w) + 1, sum(term.n * (one[id] - p[id])) FROM term GROUP BY g) s USING (i, j) GROUP BY i) s);
		FOR d IN 1 .. cardinality(w) LOOP
			h := (SELECT array_agg(x ORDER BY i) FROM (SELECT i, array_agg(CASE i WHEN d THEN h[d][j] / h[d][d] ELSE h[i][j] - h[i][d] * h[d][j] / h[d][d] END ORDER BY j) AS x FROM generate_subscripts(h, 1) i, generate_subscripts(h, 2) j GROUP BY i) s);
		END LOOP;
		w := (SELECT array_agg(w[i] + least(greatest(h[i][cardinality(w) + 1], -1), 1) ORDER BY i) FROM generate_subscripts(w, 1) i);
		EXIT WHEN (SELECT max(abs(h[i][cardinality(w) + 1])) < 1e-10 FROM generate_subscripts(w, 1) i);
	END LOOP;
	prior := least(greatest(1 / (1 + exp(-w[cardinality(w)])), 1e-6), 1 - 1e-6);

	-- one column alone, which tells which record it is and has no value that more than half of the records have: the same is one, and so is what is most similar
	alone := (SELECT count(DISTINCT c) = 1 AND bool_and(telling) FROM term WHERE c IS NOT NULL) AND NOT EXISTS (SELECT FROM own GROUP BY column_name, value_a HAVING count(*) > (SELECT count(*) FROM source) / 2);
	IF alone THEN
		SELECT array_agg(x * (level >= below)::int ORDER BY g), array_agg(x * (level < below)::int ORDER BY g), least(greatest(sum(x) FILTER (WHERE level >= below) / sum(x), 1e-6), 0.5) INTO ones, others, prior FROM (SELECT g, level, below, (SELECT coalesce(sum(term.n), 0) FROM term WHERE term.g = kind.g) AS x FROM kind) s;
		m := pg_temp.share(ones, first_m, 1, col);
		u := pg_temp.share(others, first_u, 1, col);
		w := (SELECT array_agg(ln(x / y) ORDER BY g) FROM unnest(m, u) WITH ORDINALITY s (x, y, g));
	END IF;

	-- being more alike is never worth less: the isotonic regression of weights, by its min-max formula, in which a grade that hardly any pairs have counts little
	mass := CASE WHEN alone THEN m ELSE (SELECT array_agg(m[g] * (x + 0.001) / (x + 20) ORDER BY g) FROM (SELECT g, (SELECT coalesce(sum(term.n), 0) FROM term WHERE term.g = kind.g) AS x FROM kind) s) END;
	SELECT array_agg(x ORDER BY g), count(*) FILTER (WHERE abs(x - w[g] / ln(2::float8)) > 1e-6) INTO weight, pooled FROM (SELECT g, max(x) AS x FROM (SELECT s.g, a.g AS a, min(span.x) AS x FROM kind s JOIN kind a ON a.c = s.c AND a.g <= s.g JOIN kind b ON b.c = s.c AND b.g >= s.g,
		LATERAL (SELECT sum(mass[i] * w[i]) / sum(mass[i]) / ln(2::float8) AS x FROM generate_series(a.g, b.g) i) span GROUP BY 1, 2) s GROUP BY g) s;
	DROP TABLE source, own, kind, atom, pattern, term, look;
END $$;
-- Twenty records of one batch, all compared with each other; colleagues of ten companies in two batches, who mostly differ in the given name alone, so that EM takes them for one where nothing holds it; and twenty that are copies but for five.
CREATE TEMP TABLE person AS SELECT i AS id, 'batch7' AS batch, (array['Robert','Bob','Alice','Alica','Mary'])[1 + i % 5] AS given, (array['Meyer','Maier','Smith','Smyth','Jones','Meyer','Smith'])[1 + i % 7] AS family, CASE WHEN i % 9 > 0 THEN (array['Berlin','Bonn','Frankfurt','Frankfurt am Main'])[1 + i % 4] END AS city,
	to_char(date '1971-06-24' + i / 2 * 400, 'YYYY-MM-DD') AS born, NULL AS nothing FROM generate_series(1, 20) i;
CREATE TEMP TABLE colleague AS SELECT i AS id, md5((i / 20)::text) AS batch, (array['Acme','Globex','Initech','Umbrella','Hooli','Soylent','Tyrell','Wonka','Cyberdyne','Stark'])[1 + i / 4] || CASE WHEN i % 11 = 0 THEN ' Works' ELSE '' END AS company, '+49 30 ' || 3000000 + i / 4 * 654321 AS phone, i / 4 + 1 || ' Main Street' AS address,
	(array['acme.com','globex.com','initech.org','umbrella.de','hooli.net','soylent.fr','tyrell.com','wonka.de','cyberdyne.org','stark.com'])[1 + i / 4] AS website,
	(array['Robert','Alice','Mary','Peter'])[1 + (i - (i % 13 = 3)::int) % 4] AS given, CASE WHEN i % 12 > 0 THEN 'Germany' ELSE 'France' END AS country FROM generate_series(0, 39) i;
CREATE TEMP TABLE copied AS SELECT i AS id, 'batch7' AS batch, CASE WHEN i < 16 THEN 'a@x.com' ELSE 'a' || i % 3 || '@x.com' END AS email, CASE WHEN i < 17 THEN 'Bonn' ELSE 'Berlin' END AS city FROM generate_series(1, 20) i;
CREATE TEMP TABLE refit AS SELECT r.*, f.*, fit_match_model(relation, rule) AS model FROM (VALUES (1, 'person'::regclass, '[{"batch": "text"}, {"given": "given_name"}, {"family": "family_name"}, {"born": "date"}]'::match_rule), (2, 'person', '[{"batch": "identifier"}, {"city": "city"}, {"family": {"as": "text", "levels": [0.9, 0.7, 0.1]}}]'), (3, 'person', '[{"batch": "identifier"}]'),
	(4, 'person', '[{"nothing": "city"}, {"family": "text"}]'), (5, 'colleague', '[{"company": "company"}, {"phone": {"as": "phone", "block": false}}, {"address": {"as": "address", "block": false}}, {"given": "given_name"}, {"country": {"as": "country", "block": false}}]'),
	(6, 'colleague', '[{"batch": "identifier"}, {"phone": "phone"}, {"website": {"as": "website", "block": false}}, {"address": {"as": "address", "block": false}}, {"given": {"as": "given_name", "levels": [0.9, 0.5]}}]'), (7, 'copied', '[{"batch": "identifier"}, {"email": "email"}, {"city": "city"}]'),
	(8, 'colleague', '[{"batch": "identifier"}, {"company": "company"}, {"phone": {"as": "phone", "block": false}}, {"address": {"as": "address", "block": false}}, {"website": "website"}, {"given": "given_name"}, {"country": {"as": "country", "block": false}}]')) r (i, relation, rule), pg_temp.fit(relation, rule) f;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE model::text::match_model <> model) FROM refit', 'what is fitted is read as it is written: weights that do not fall by a bit');
SELECT is((pairs, match_model_records(model)), (match_model_pairs(model), CASE relation WHEN 'colleague'::regclass THEN 40 ELSE 20::bigint END), 'pairs that share an atom are compared: ' || pairs) FROM refit;
SELECT cmp_ok(most, '<=', 20::bigint, 'each atom is rare enough by itself') FROM refit;
SELECT is(array_agg(DISTINCT i) FILTER (WHERE 0 < ANY (fines)), '{5,6,8}', 'fines are paid where colleagues are') FROM refit;
SELECT is((array_agg(i) FILTER (WHERE alone), bool_or(pooled > 0)), ('{4}'::int[], true), 'one column is alone, and weights that would fall are averages') FROM refit;
SELECT cmp_ok(abs(prior - match_model_prior(model)), '<', 1e-6::float8, format('the part of pairs that are one, %s, is that of the same algorithm', prior)) FROM refit;
SELECT pg_temp.holds(format('SELECT count(*), count(*) FILTER (WHERE abs(w.m - r.m[w.ordinality]) > 1e-7 OR abs(w.u - r.u[w.ordinality]) > 1e-7) FROM refit r, match_weights(model) WITH ORDINALITY w WHERE i = %s', i), format('and so are m and u of each grade: %s', rule)) FROM refit;
SELECT pg_temp.holds(format('SELECT count(*), count(*) FILTER (WHERE abs(w.weight - r.weight[w.ordinality]) > 1e-6) FROM refit r, match_weights(model) WITH ORDINALITY w WHERE i = %s', i), format('and what each is worth: %s', rule)) FROM refit;
SELECT cmp_ok(sum(w.m), '<', most_unlike * 1.00101::float8, format('of colleagues who are one no more than %s have other names', most_unlike)) FROM refit r JOIN (VALUES (5, 0.35, '{different,"similar, 0.75 or more"}'::text[]), (6, 0.25, '{different}'), (8, 0.35, '{different,"similar, 0.75 or more"}')) v (i, most_unlike, unlike) USING (i), LATERAL (SELECT w.m FROM match_weights(model) w WHERE column_name = 'given' AND agreement = ANY (unlike)) w GROUP BY i, most_unlike ORDER BY i;

-- ---- parameters that are known ----

-- Batches of twenty records of ten entities, which are all compared; values agree independently of each other.
CREATE TEMP TABLE parameter AS SELECT * FROM (VALUES (1, 0.9, 20), (2, 0.8, 10), (3, 0.7, 5), (4, 0.95, 50)) p (c, m, size);
CREATE TEMP TABLE made AS
	SELECT id, md5('batch' || batch) AS batch, max(v) FILTER (WHERE c = 1) AS c1, max(v) FILTER (WHERE c = 2) AS c2, max(v) FILTER (WHERE c = 3) AS c3, max(v) FILTER (WHERE c = 4) AS c4
	FROM (SELECT batch, batch * 20 + r AS id, c, md5(c || ' ' || CASE WHEN random() < sqrt(m) THEN 1 + ('x' || substr(md5(concat(batch, 'e', r / 2, 'c', c)), 1, 6))::bit(24)::int % size ELSE 1 + floor(random() * size) END) AS v FROM generate_series(1, 450) batch, generate_series(0, 19) r, parameter) s GROUP BY 1, 2;
CREATE TEMP TABLE known AS SELECT fit_match_model('made', '[{"batch": "identifier"}, {"c1": {"as": "identifier", "block": false}}, {"c2": {"as": "identifier", "block": false}}, {"c3": {"as": "identifier", "block": false}}, {"c4": {"as": "identifier", "block": false}}]') AS model;
SELECT is(match_model_pairs(model), 450 * 190::bigint, 'pairs of batches') FROM known;
SELECT cmp_ok(abs(match_model_prior(model) - 10 / 190.0), '<', 0.004::float8, format('one in 19 pairs is one: %s', match_model_prior(model))) FROM known;
-- of a true pair both have the entity's value with probability m; where not, they agree by chance; what is known beforehand counts as 20 pairs and 0.3 % of all, of which three quarters agree so
CREATE TEMP TABLE expected AS SELECT c, size, (450 * 10 * (m + (1 - m) / size) + (20 + 0.003 * 450 * 190) * 0.75) / (450 * 10 + 20 + 0.003 * 450 * 190) AS m FROM parameter;
SELECT cmp_ok(abs(w.m - p.m), '<', 0.025::float8, format('m of column %s is %s: %s', c, p.m, w.m)) FROM known, match_weights(model) w JOIN expected p ON w.column_name = 'c' || c WHERE agreement = 'same, of many';
SELECT cmp_ok(abs(w.u - 1.0 / size), '<', 0.01::float8, format('u of column %s is %s: %s', c, 1.0 / size, w.u)) FROM known, match_weights(model) w JOIN parameter p ON w.column_name = 'c' || c WHERE agreement = 'same, of many';
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE abs(weight) > 0.2) FROM known, match_weights(model) WHERE column_name = ''batch'' AND agreement = ''same, of some''', 'what all pairs have in common says nothing');
-- none is one
CREATE TEMP TABLE none AS SELECT i AS id, md5('batch' || i / 30) AS batch, md5(i || 'a') AS a, md5(i || 'b') AS b FROM generate_series(1, 3000) i;
SELECT cmp_ok(match_model_prior(fit_match_model('none', '[{"batch": "identifier"}, {"a": "identifier"}, {"b": "identifier"}]')), '<', 0.001::float8, 'where no pair is one, hardly any is thought to be');
SELECT is(count(*), 0::bigint, 'and none is found') FROM duplicate_pairs('none', '[{"batch": "identifier"}, {"a": "identifier"}, {"b": "identifier"}]'::match_rule);

-- ---- the bytes of a record ----

-- Records of the longest keys, whose headers are aligned: a thousand of them, each of all columns, are as they were.
CREATE TEMP TABLE longest AS SELECT n, ('[' || string_agg(format('{"c%s": "identifier"}', i), ', ') || ']')::match_rule AS rule, array_agg(left(repeat(md5(i::text), 9), n) ORDER BY i) AS v
	FROM generate_series(1, 32) AS i, unnest('{126, 127, 128, 129, 130, 249, 250}'::int[]) AS n GROUP BY n;
SELECT is(count(DISTINCT match_record(rule, CASE WHEN i > 0 THEN v END)), 1::bigint, format('keys of %s bytes in 32 columns', n)) FROM longest, generate_series(1, 1000) AS i GROUP BY n;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE e.value_a <> v[c.position] OR e.agreement NOT LIKE ''same%'') FROM longest, match_rule_columns(rule) AS c, explain_match(match_run_fit(''SELECT NULL::text, NULL::bytea WHERE false'', NULL, rule), v, v) AS e WHERE e.column_name = c.column_name', 'and they are what they were');
SELECT is(match_record('[{"n": "number"}]', array[v]), match_record('[{"n": "number"}]', array[NULL]), format('no number: %s', v)) FROM unnest('{n/a,unknown,-,NULL}'::text[]) AS v;
SELECT isnt(match_record('[{"n": "number"}]', array[v]), match_record('[{"n": "number"}]', array[NULL]), format('a number: %s', v)) FROM unnest('{0,0.00,-1}'::text[]) AS v;

SELECT * FROM finish();
ROLLBACK;
