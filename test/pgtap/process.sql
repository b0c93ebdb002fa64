-- process: forecast categories, the policy of a pipeline, and forecast-category integrity.
\ir setup.psql

-- ======== forecast categories ========

CREATE TEMP TABLE canonical AS SELECT category, ord::int - 1 AS rank
	FROM unnest('{omitted, pipeline, best_case, most_likely, commit, closed}'::text[]) WITH ORDINALITY c(category, ord);
-- what Salesforce, HubSpot and Dynamics 365 document, in every spelling of case and separators
CREATE TEMP TABLE spelling AS
	SELECT label, category FROM (VALUES ('Omitted', 'omitted'), ('Pipeline', 'pipeline'), ('Best Case', 'best_case'), ('Most Likely', 'most_likely'), ('Commit', 'commit'),
		('Forecast', 'commit'), ('Closed', 'closed'), ('Omit', 'omitted'), ('Committed', 'commit'), ('Won', 'closed'), ('Lost', 'omitted'),
		('100000001', 'pipeline'), ('100000002', 'best_case'), ('100000003', 'commit'), ('100000004', 'omitted'), ('100000005', 'closed'), ('100000006', 'omitted')) v(label, category);
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE to_forecast_category(written) IS DISTINCT FROM s.category OR forecast_category_rank(written) IS DISTINCT FROM rank)
	FROM spelling s JOIN canonical USING (category), unnest('{"", " ", "_", "-", "  "}'::text[]) separator,
		LATERAL (SELECT replace(label, ' ', separator) AS joined) j, LATERAL unnest(array[joined, upper(joined), lower(joined), ' ' || joined || E'\t']) written
$$, 'each spelling, with any case and separator, is its category');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE to_forecast_category(code::int) IS DISTINCT FROM s.category) FROM spelling s, LATERAL (SELECT label AS code) c WHERE label ~ '^1'
$$, 'option codes as integers');
SELECT throws_ok(format('SELECT to_forecast_category(%L)', label), '22023', NULL, 'no category: ' || left(label, 20))
FROM unnest(array['', ' ', 'Upside', 'closed won', 'Closed Lost', 'best', 'case', 'commits', 'commi', 'pipelin', 'pipelines', 'omittedd', 'most_likelyy', 'bestcasebestcase',
	'100000000', '100000007', '1', 'null', 'Pipeliné', 'ｐｉｐｅｌｉｎｅ', repeat('é', 500)]) label;
SELECT throws_ok(format('SELECT to_forecast_category(%s)', code), '22023', NULL, 'no option code: ' || code) FROM unnest('{0, 1, -1, 100000000, 100000007, 2147483647, -2147483648}'::int[]) code;
-- the same reader without the error: where to_forecast_category has an answer that one, and NULL else
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE try_forecast_category(written) IS DISTINCT FROM s.category)
	FROM spelling s, unnest('{"", " ", "_", "-", "  "}'::text[]) separator,
		LATERAL (SELECT replace(label, ' ', separator) AS joined) j, LATERAL unnest(array[joined, upper(joined), lower(joined), ' ' || joined || E'\t']) written
$$, 'tried, each spelling is its category');
SELECT is(try_forecast_category(label), NULL, 'tried, no category: ' || left(label, 20))
FROM unnest(array['', ' ', 'Upside', 'TBD', 'Closed Lost', 'best', 'commits', 'pipelin', 'most_likelyy', 'bestcasebestcase', '100000000', '100000007', 'null', 'Pipeliné', repeat('é', 500), NULL]) label;
SELECT is(array(SELECT try_forecast_category(code) FROM unnest('{100000000, 100000001, 100000006, 100000007, -1, 2147483647, -2147483648, null}'::int[]) WITH ORDINALITY u (code, n) ORDER BY n)::text, '{NULL,pipeline,omitted,NULL,NULL,NULL,NULL,NULL}', 'tried, option codes');
SELECT is(pg_typeof(try_forecast_category('Commit'))::text, 'forecast_category', 'tried, a domain');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (category::forecast_category)::text <> category) FROM canonical$$, 'the domain holds the canonical names');
SELECT throws_ok('SELECT ''Commit''::forecast_category', '23514', NULL, 'the domain holds no other');

-- ======== the policy: literal, aggregate and accessors ========

-- One process of 464 stages: each set of allowed categories, with each of its members as the default, for each
-- outcome (an open stage cannot allow closed).  Positions leave gaps.
CREATE TEMP TABLE stage AS
	SELECT format('%s %s %s', outcome, set, rank) AS stage, set * 1000003::bigint - 5000000 + rank * 7 + o.n AS position, (set % 11) / 10.0::float8 AS probability, outcome,
		default_category, array[default_category] || array(SELECT category FROM canonical c WHERE set & (1 << c.rank) <> 0 AND category <> default_category ORDER BY md5(category || set)) AS allowed,
		CASE WHEN set % 3 > 0 THEN set / 4.0::float8 END AS max_days
	FROM generate_series(1, 63) set, (VALUES ('open', 0), ('won', 1), ('lost', 2)) o(outcome, n), (SELECT category AS default_category, rank FROM canonical) d
	WHERE set & (1 << rank) <> 0 AND NOT (outcome = 'open' AND set >= 32);
SELECT is(count(*), (80 + 192 + 192)::bigint, 'every policy that a stage can have') FROM stage;
CREATE TEMP TABLE process AS
	SELECT sales_process(stage, position, probability, array_to_string(allowed, ', '), outcome, max_days) AS p FROM stage;
CREATE TEMP TABLE numbered AS SELECT *, row_number() OVER (ORDER BY position, stage COLLATE "C") AS place FROM stage;

SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (stage_position(p, stage), stage_probability(p, stage), stage_category(p, stage)::text, stage_outcome(p, stage), stage_max_days(p, stage))
		IS DISTINCT FROM (place::int, probability, default_category, outcome, max_days)) FROM numbered, process
$$, 'the accessors read the stage table');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE coalesce(stage_position(p, other)::text, stage_probability(p, other)::text, stage_category(p, other), stage_outcome(p, other), stage_max_days(p, other)::text) IS NOT NULL)
	FROM process, stage, unnest(array[stage || ' ', upper(stage), left(stage, -1), 'x' || stage, '']) other WHERE NOT EXISTS (SELECT FROM stage s WHERE s.stage = other)
$$, 'names are compared byte for byte');
SELECT is(json_build_object('stages', json_agg(json_build_object('stage', stage, 'probability', probability, 'category', allowed, 'outcome', outcome, 'max_days', max_days) ORDER BY place))::text::sales_process, p,
	'the literal that JSON functions write is the value that the aggregate builds') FROM numbered, process GROUP BY p;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE built IS DISTINCT FROM p)
	FROM (SELECT seed, sales_process(stage, position, probability, array_to_string(allowed, ','), outcome, max_days ORDER BY md5(stage || seed)) AS built FROM stage, generate_series(1, 6) seed GROUP BY seed) b, process
$$, 'rows in any order build one value');
SELECT pg_temp.holds($$
	WITH RECURSIVE part AS (SELECT stage.*, row_number() OVER (ORDER BY md5(stage)) AS n FROM stage WHERE outcome = 'lost' OR stage LIKE 'open 1 %'),
		state(n, s) AS (SELECT 0::bigint, NULL::sales_process UNION ALL
			SELECT state.n + 1, CASE WHEN state.n % 2 = 0 THEN sales_process_combinefn(s, one) ELSE sales_process_combinefn(one, s) END
			FROM state JOIN part ON part.n = state.n + 1, LATERAL (SELECT sales_process_transfn(NULL, stage, position, probability, array_to_string(allowed, ','), outcome, max_days) AS one OFFSET 0) o)
	SELECT 1, ((SELECT sales_process_finalfn(s) FROM state WHERE n = (SELECT count(*) FROM part))
		IS DISTINCT FROM (SELECT sales_process(stage, position, probability, array_to_string(allowed, ','), outcome, max_days) FROM part))::int
$$, 'a process combined from parts of one row');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE sales_process_finalfn(p) IS DISTINCT FROM p OR sales_process_combinefn(p, NULL) IS DISTINCT FROM p
	OR sales_process_finalfn(sales_process_combinefn(NULL, p)) IS DISTINCT FROM p) FROM process$$, 'finishing a finished process, and combining it with nothing, changes nothing');
SELECT is(sales_process_combinefn(NULL, NULL), NULL, 'nothing combined with nothing');
SELECT is(sales_process(stage, position, probability, 'pipeline', outcome, max_days), NULL, 'no rows') FROM stage WHERE false;

-- names of all kinds, in the literal and through the aggregate
CREATE TEMP TABLE name (name text, n int);
INSERT INTO name SELECT name, n FROM unnest(array['a', 'A', 'ä', 'a"b', 'a''b', E'a\\b', E'tab\there', E'line\nbreak', E'bell\x07', '{"stages": []}', '[]', '\u0041', 'null', ' leading', 'trailing ',
	'日本語', 'Négociation', '🤝 handshake', E'e\u0301', 'é', repeat('x', 400), repeat('é', 200), repeat('🤝', 100), '%s%n', '$$', '--', ',']) WITH ORDINALITY v(name, n);
CREATE TEMP TABLE named AS SELECT sales_process(name, n, n / 100.0, 'pipeline', 'open', n) AS p FROM name;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE stage_position(p, name) IS DISTINCT FROM n OR stage_max_days(p, name) IS DISTINCT FROM n) FROM named, name$$, 'names of all kinds are found');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE p::text::sales_process IS DISTINCT FROM p OR stage_position(p::text::sales_process, name) IS DISTINCT FROM n) FROM named, name$$, 'names of all kinds survive the text form');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (p::text::jsonb -> 'stages' -> (n - 1) ->> 'stage') IS DISTINCT FROM name) FROM named, name$$, 'names of all kinds are valid JSON');
SELECT throws_ok(format('SELECT sales_process(%L, 1, 0.1, ''pipeline'', ''open'', NULL)', name), sqlstate, NULL, 'a name is refused: ' || octet_length(name) || ' bytes')
FROM (VALUES ('', '22023'), (' ', '22023'), (E'\t\n', '22023'), (repeat('x', 401), '54000'), (repeat('é', 201), '54000'), (repeat('x', 100000), '54000')) v(name, sqlstate);

-- text round trip of every double, whatever the session writes floats with
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE p::text::sales_process IS DISTINCT FROM p)
	FROM (SELECT sales_process('s', 1, CASE i % 3 WHEN 0 THEN random() WHEN 1 THEN random() * 1e-300 ELSE round(random()::numeric, 2)::float8 END, 'commit, pipeline', 'open', random() * 10 ^ (i % 300 - 100)) AS p
		FROM generate_series(1, 600) i GROUP BY i) s
$$, 'text round trip of probabilities and days');
SET LOCAL extra_float_digits = 0;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE p::text::sales_process IS DISTINCT FROM p) FROM (SELECT sales_process('s', 1, random(), 'pipeline', 'open', random()) AS p FROM generate_series(1, 100) i GROUP BY i) s
$$, 'text round trip with extra_float_digits = 0');
RESET extra_float_digits;
SELECT is('{"stages": [{"stage": "a", "probability": -0.0, "category": "pipeline", "max_days": -0}]}'::sales_process,
	'{"stages": [{"stage": "a", "probability": 0, "category": "pipeline", "max_days": 0}]}'::sales_process, 'zero has one form');
SELECT pg_temp.holds($$
	WITH v AS (SELECT sales_process('s' || i % 5, 1, (i % 3) / 4.0, 'pipeline', 'open', nullif(i % 4, 3)) AS p FROM generate_series(1, 90) i GROUP BY i)
	SELECT count(*), count(*) FILTER (WHERE (a.p = b.p) <> (a.p::text = b.p::text) OR (a.p = b.p AND value_hash(a.p) <> value_hash(b.p)) OR (a.p < b.p) <> (value_cmp(a.p, b.p) < 0)
		OR sign(value_cmp(a.p, b.p)) <> -sign(value_cmp(b.p, a.p)) OR (value_cmp(a.p, b.p) = 0) <> (a.p = b.p)) FROM v a, v b
$$, 'comparisons and hashes agree with the text');

-- a table of processes: stored out of line, compressed, joined
CREATE TEMP TABLE stored (storage text, p sales_process);
ALTER TABLE stored ALTER p SET STORAGE EXTERNAL;
INSERT INTO stored SELECT 'external', p FROM process;
SELECT ok(pg_relation_size(reltoastrelid) > 0, 'a large process is stored out of line') FROM pg_class WHERE oid = 'stored'::regclass;
ALTER TABLE stored ALTER p SET STORAGE MAIN;
INSERT INTO stored SELECT 'main', p FROM process;
SELECT is(pg_column_compression(p), 'pglz', 'a large process is stored compressed') FROM stored WHERE storage = 'main';
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE s.p IS DISTINCT FROM process.p OR stage_position(s.p, stage) IS DISTINCT FROM place::int) FROM stored s, process, numbered$$, 'a stored process reads the same');

-- ======== integrity: the oracle is the definition, over sets of categories ========

CREATE TEMP TABLE verdict AS
	SELECT stage, outcome, label, CASE
			WHEN label IS NULL OR label ~ '^\s*$' THEN 'missing_category'
			WHEN c.category IS NULL THEN 'unknown_category'
			WHEN c.category = ANY (allowed) THEN NULL
			WHEN outcome = 'won' AND 'closed' = ANY (allowed) THEN 'won_not_closed'
			WHEN outcome = 'lost' AND 'omitted' = ANY (allowed) THEN 'lost_not_omitted'
			WHEN outcome = 'open' AND c.category = 'closed' THEN 'open_marked_closed'
			WHEN c.rank > strongest THEN 'category_too_strong'
			WHEN c.rank < weakest THEN 'category_too_weak'
			WHEN c.rank > (SELECT rank FROM canonical WHERE category = default_category) THEN 'category_too_strong'
			ELSE 'category_too_weak' END AS issue
	FROM stage, LATERAL (SELECT max(rank) AS strongest, min(rank) AS weakest FROM canonical WHERE category = ANY (allowed)) bounds,
		(SELECT category AS label FROM canonical UNION ALL SELECT label FROM spelling UNION ALL SELECT unnest(array[NULL, '', '  ', 'TBD', '-'])) l
		LEFT JOIN (SELECT category AS label, category FROM canonical UNION SELECT * FROM spelling) s USING (label) LEFT JOIN canonical c USING (category);
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE forecast_category_issue(p, stage, label) IS DISTINCT FROM issue OR forecast_category_ok(p, stage, label) IS DISTINCT FROM (issue IS NULL)) FROM verdict, process
$$, 'every policy against every category');
SELECT is(array(SELECT DISTINCT issue FROM verdict WHERE issue IS NOT NULL ORDER BY 1),
	'{category_too_strong, category_too_weak, lost_not_omitted, missing_category, open_marked_closed, unknown_category, won_not_closed}'::text[], 'each reason occurs');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE forecast_category_issue(q, s, label) IS DISTINCT FROM expected OR forecast_category_ok(q, s, label) IS NOT FALSE)
	FROM process, LATERAL (VALUES (p, 'no such stage'), (p, NULL), (p, ''), (NULL, 'open 1 0'), (NULL, NULL)) q(q, s),
		(VALUES ('Commit', 'unknown_stage'), (NULL, 'missing_category'), (' ', 'missing_category'), ('TBD', 'unknown_category')) l(label, expected)
$$, 'without a stage or a process');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE share IS DISTINCT FROM expected OR share IS DISTINCT FROM rate)
	FROM (SELECT outcome, forecast_category_integrity(p, stage, label) AS share, compliance_rate(compliance(forecast_category_ok(p, stage, label))) AS rate,
		count(*) FILTER (WHERE issue IS NULL)::float8 / count(*) AS expected FROM verdict, process GROUP BY GROUPING SETS ((outcome), ())) s
$$, 'forecast_category_integrity is the share of deals that are right');
SELECT is(forecast_category_integrity(p, 'x', 'y'), NULL, 'no rows have no share') FROM process WHERE false;

-- the aggregate's state as text, which an engine that splits aggregates moves between machines
SELECT is(sales_process_finalfn(sales_process_combinefn(a::text::sales_process, b::text::sales_process)),
	(SELECT sales_process(s, i, 0.5, 'commit,pipeline', 'open', i) FROM unnest('{c,a,d,b}'::text[]) WITH ORDINALITY v(s, i)), 'states through their text form')
FROM (SELECT sales_process_transfn(sales_process_transfn(NULL, 'd', 3, 0.5, 'commit,pipeline', 'open', 3), 'c', 1, 0.5, 'commit,pipeline', 'open', 1) AS a,
	sales_process_transfn(sales_process_transfn(NULL, 'b', 4, 0.5, 'commit,pipeline', 'open', 4), 'a', 2, 0.5, 'commit,pipeline', 'open', 2) AS b) s;
SELECT throws_ok($$SELECT stage_position('{"draft": true, "stages": [{"stage": "a", "probability": 0.1, "category": "commit", "position": 1}]}', 'a')$$, '55000', NULL, 'an unfinished process is not read');
SELECT throws_ok(format('SELECT %L::sales_process', l), '22P02', NULL, l) FROM unnest(array['{"draft": true, "stages": [{"stage": "a", "probability": 0.1, "category": "commit"}]}',
	'{"draft": 1, "stages": []}', '{"stages": [{"stage": "a", "probability": 0.1, "category": "commit", "position": 1}]}',
	'{"draft": true, "stages": [{"stage": "a", "probability": 0.1, "category": "commit", "position": 1.5}]}']) l;
SELECT * FROM finish();
ROLLBACK;
