-- hygiene_issues and required_issues against the rules written in SQL, over deals that have everything wrong; policies; lists of codes and their counts.
\ir setup.psql

-- ---- one deal ----

CREATE FUNCTION pg_temp.process() RETURNS sales_process IMMUTABLE LANGUAGE sql RETURN CAST ('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline", "max_days": 30}, {"stage": "Proposal", "probability": 0.5, "category": ["best_case", "commit"], "max_days": 14.5},
	{"stage": "Talks", "probability": 0.8, "category": ["commit", "best_case"]}, {"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Lost", "probability": 0, "outcome": "lost"}]}' AS sales_process);
CREATE TEMP TABLE policy AS SELECT row_number() OVER () AS n, p FROM (VALUES ('{}'), ('{"stale_days": 30, "max_pushes": 2, "max_close_days": 180, "probability_tolerance": 0.2}'), ('{"require": []}'), ('{"require": ["next_step", "budget"], "stale_days": 0, "max_pushes": 0, "max_close_days": 0, "probability_tolerance": 0}'),
	('{"require": {"open": ["amount"], "lost": ["amount", "next_step"]}, "stages": {"Proposal": {"require": ["owner", "budget"], "stale_days": 3}, "Talks": {"stale_days": 400}, "Other": {"require": ["stage", "next_step"]}}, "stale_days": 20.5, "ignore": ["missing_owner", "zero_amount", "before_created"]}'),
	('{"require": {"won": []}, "stages": {"New": {}}, "ignore": ["stale"], "stale_days": 10, "probability_tolerance": 0.4}')) v (p);

CREATE TEMP TABLE deal AS SELECT i, pg_temp.pick('{New,Proposal,Talks,Won,Lost,Other,"",n/a,NULL,New,Proposal,Talks}', h, 0) AS stage, pg_temp.pick('{NULL,0,0.00,-5,-0.01,NaN,Infinity,-Infinity,100,2500.50,1e20,7}', h, 1)::numeric AS amount,
	pg_temp.pick('{NULL,infinity,-infinity,2026-07-14,2026-07-15,2026-07-16,2026-05-01,2026-12-31,2027-01-11,2027-01-12,2031-01-01}', h, 2)::date AS close_date, pg_temp.pick('{NULL,U1,U2," ",unknown,U3}', h, 3) AS owner, pg_temp.pick('{NULL,"Call Ann",tbd,-,"Send offer","",xxx}', h, 4) AS next_step,
	pg_temp.pick('{NULL,Pipeline,"Best Case",commit,Closed,omitted,Most Likely,Strange,"",n/a,100000001}', h, 5) AS category, pg_temp.pick('{NULL,0,0.1,0.3,0.30000001,0.5,0.7,1,-0.1,75,NaN,Infinity,0.8}', h, 6)::float8 AS probability,
	pg_temp.pick('{NULL,2026-01-01,2026-06-15,2026-07-15,2026-08-01,infinity,2020-02-29}', h, 7)::date AS created, pg_temp.pick('{NULL,2026-07-15,2026-07-14,2026-06-15,2026-06-14,2026-07-05,2026-09-01,-infinity,2026-07-12}', h, 8)::date AS last_activity,
	pg_temp.pick('{NULL,0,14.5,14.6,30,31,1000,NaN,Infinity}', h, 9)::float8 AS days_in_stage, pg_temp.pick('{NULL,0,1,2,3,9}', h, 10)::bigint AS pushes, pg_temp.pick('{2026-07-15,2026-07-15,2026-07-15,NULL,infinity}', h, 11)::date AS as_of
	FROM (SELECT i, decode(md5(i::text) || md5('b' || i), 'hex') AS h FROM generate_series(1, 4000) i) s;

-- what is missing, by name, of what the policy asks for
CREATE FUNCTION pg_temp.required(policy jsonb, outcome text, stage text) RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	usual jsonb := '{"open": ["amount", "category", "close_date", "next_step", "owner", "stage"], "won": ["amount", "category", "close_date", "owner", "stage"], "lost": ["category", "close_date", "owner", "stage"]}';
	required jsonb := policy -> 'require';
	own jsonb := policy -> 'stages' -> stage -> 'require';
BEGIN
	IF jsonb_typeof(required) = 'array' THEN
		required := jsonb_build_object('open', required, 'won', required, 'lost', required);
	END IF;
	required := usual || coalesce(required, '{}');
	RETURN ARRAY(SELECT jsonb_array_elements_text(CASE WHEN own IS NOT NULL THEN own WHEN outcome IS NOT NULL THEN required -> outcome ELSE required -> 'open' END) INTERSECT
		SELECT f FROM unnest(ARRAY(SELECT jsonb_array_elements_text(coalesce(own, required -> coalesce(outcome, 'open'))))) f WHERE own IS NOT NULL OR outcome IS NOT NULL OR (required -> 'won' ? f AND required -> 'lost' ? f));
END $$;
CREATE FUNCTION pg_temp.finite(day date) RETURNS date IMMUTABLE LANGUAGE sql RETURN CASE WHEN isfinite(day) THEN day END;
CREATE FUNCTION pg_temp.expected(policy jsonb, d deal) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	out text := stage_outcome(pg_temp.process(), d.stage);
	open bool := coalesce(out = 'open', false);
	required text[];
	codes text[] := '{}';
	close_date date := pg_temp.finite(d.close_date);
	created date := pg_temp.finite(d.created);
	as_of date := pg_temp.finite(d.as_of);
	active date := coalesce(pg_temp.finite(d.last_activity), created);
	category_issue text := forecast_category_issue(pg_temp.process(), d.stage, d.category);
	special bool := d.amount::text IN ('NaN', 'Infinity', '-Infinity');
	tolerance float8 := CASE WHEN open THEN (policy ->> 'probability_tolerance')::float8 WHEN policy ? 'probability_tolerance' THEN 0 END;
BEGIN
	required := pg_temp.required(policy, out, CASE WHEN is_blank(d.stage) THEN NULL ELSE d.stage END);
	IF is_blank(d.stage) THEN IF 'stage' = ANY (required) THEN codes := codes || 'missing_stage'::text; END IF;
	ELSIF out IS NULL THEN codes := codes || 'unknown_stage'::text; END IF;
	IF d.amount IS NULL AND 'amount' = ANY (required) THEN codes := codes || 'missing_amount'::text; END IF;
	IF close_date IS NULL AND 'close_date' = ANY (required) THEN codes := codes || 'missing_close_date'::text; END IF;
	IF is_blank(d.owner) AND 'owner' = ANY (required) THEN codes := codes || 'missing_owner'::text; END IF;
	IF is_blank(d.next_step) AND 'next_step' = ANY (required) THEN codes := codes || 'missing_next_step'::text; END IF;
	IF category_issue = 'missing_category' THEN IF 'category' = ANY (required) THEN codes := codes || category_issue; END IF;
	ELSIF category_issue <> 'unknown_stage' THEN codes := codes || category_issue; END IF;
	IF special THEN codes := codes || 'invalid_amount'::text; END IF;
	IF d.amount < 0 AND NOT special AND out IS DISTINCT FROM 'lost' THEN codes := codes || 'negative_amount'::text; END IF;
	IF d.amount = 0 AND out IS DISTINCT FROM 'lost' THEN codes := codes || 'zero_amount'::text; END IF;
	IF close_date < created THEN codes := codes || 'before_created'::text; END IF;
	IF open AND close_date < as_of THEN codes := codes || 'open_past_due'::text; END IF;
	IF NOT open AND out IS NOT NULL AND close_date > as_of THEN codes := codes || 'closed_in_future'::text; END IF;
	IF open AND close_date - as_of > (policy ->> 'max_close_days')::float8 THEN codes := codes || 'close_date_too_far'::text; END IF;
	IF open AND as_of - active > coalesce(policy -> 'stages' -> d.stage ->> 'stale_days', policy ->> 'stale_days')::float8 THEN codes := codes || 'stale'::text; END IF;
	IF open AND nullif(d.days_in_stage, 'NaN') > stage_max_days(pg_temp.process(), d.stage) THEN codes := codes || 'aged_in_stage'::text; END IF;
	IF open AND d.pushes > (policy ->> 'max_pushes')::float8 THEN codes := codes || 'pushed_too_often'::text; END IF;
	IF d.probability IS NOT NULL AND NOT d.probability BETWEEN 0 AND 1 THEN codes := codes || 'probability_out_of_range'::text;
	ELSIF abs(d.probability - stage_probability(pg_temp.process(), d.stage))::numeric(20, 8) > tolerance::numeric THEN codes := codes || 'probability_against_stage'::text; END IF;
	RETURN (SELECT string_agg(c, ',' ORDER BY c COLLATE "C") FROM unnest(codes) c WHERE NOT coalesce(policy -> 'ignore' ? c, false));
END $$;
CREATE TEMP TABLE judged AS SELECT n, i, p, d.amount, pg_temp.expected(p::jsonb, d) AS wanted,
	hygiene_issues(p::hygiene_policy, pg_temp.process(), stage, amount, close_date, owner, next_step, category, probability, created, last_activity, days_in_stage, pushes, as_of) AS issues,
	hygiene_issues(p::hygiene_policy, pg_temp.process(), stage, amount::float8, close_date, owner, next_step, category, probability, created, last_activity, days_in_stage, pushes, as_of) AS of_float8,
	CASE WHEN amount BETWEEN -1e9 AND 1e9 AND amount = trunc(amount) THEN hygiene_issues(p::hygiene_policy, pg_temp.process(), stage, amount::int8, close_date, owner, next_step, category, probability, created, last_activity, days_in_stage, pushes, as_of) ELSE pg_temp.expected(p::jsonb, d) END AS of_int8
	FROM policy, deal d;
SELECT pg_temp.holds(format('SELECT count(*), count(*) FILTER (WHERE issues IS DISTINCT FROM wanted OR of_float8 IS DISTINCT FROM wanted OR of_int8 IS DISTINCT FROM wanted) FROM judged WHERE n = %s', n), 'with the policy ' || p) FROM policy ORDER BY n;
SELECT cmp_ok(count(*), '>=', 50::bigint, format('%s is found %s times', c, count(*))) FROM judged, string_to_table(wanted, ',') c GROUP BY c ORDER BY c;
SELECT is(count(DISTINCT c), 25::bigint, 'all codes') FROM judged, string_to_table(wanted, ',') c;
SELECT cmp_ok(count(*) FILTER (WHERE wanted IS NULL), '>', 100::bigint, 'and of some deals none') FROM judged WHERE n = 3;
SELECT is(hygiene_issues('{}', NULL, 'New', 5::numeric, '2026-08-01', 'U1', 'x y', 'pipeline', NULL, NULL, NULL, NULL, NULL, '2026-07-15'), 'unknown_stage', 'without a process no stage is known');
SELECT is(pg_temp.outcome_of('SELECT hygiene_issues(NULL, NULL, NULL, NULL::numeric, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)'), '22004', 'without a policy nothing is judged');
SELECT is(hygiene_issues('{}', NULL, NULL, NULL::numeric, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), 'missing_category,missing_close_date,missing_owner,missing_stage', 'of a deal of nothing');
-- long texts are read only so far as is needed
SELECT is(hygiene_issues('{"require": ["owner", "next_step"]}', pg_temp.process(), repeat('-', 3000000), 5::numeric, NULL, repeat(' ', 3000000), repeat('n/a ', 500000), repeat('x', 2000000), NULL, NULL, NULL, NULL, NULL, NULL), 'missing_owner,unknown_category', 'of long texts');

-- ---- required_issues ----

CREATE TEMP TABLE field AS SELECT i, n, p, stage, array['amount', 'budget', 'next_step', 'owner', 'stage', 'spare'] AS names, array[v.amount, v.budget, v.next_step, v.owner, v.stage_value, NULL] AS vals
	FROM policy, LATERAL (SELECT i, stage, amount::text, pg_temp.pick('{NULL,5,-,none}', decode(md5('f' || i), 'hex'), 0) AS budget, next_step, owner, stage AS stage_value FROM deal WHERE i <= 500) v;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE required_issues(p::hygiene_policy, pg_temp.process(), stage, names, vals) IS DISTINCT FROM
	(SELECT string_agg('missing_' || f, ',' ORDER BY f COLLATE "C") FROM unnest(names, vals) u (f, v) WHERE is_blank(v) AND f = ANY (pg_temp.required(p::jsonb, stage_outcome(pg_temp.process(), stage), CASE WHEN is_blank(stage) THEN NULL ELSE stage END)) AND NOT coalesce(p::jsonb -> 'ignore' ? ('missing_' || f), false))) FROM field$$, 'fields of every name');
SELECT is(required_issues('{"ignore": ["missing_budget"], "require": ["budget", "partner", "amount"]}', NULL, 'x', '{budget,partner,amount}', '{n/a,n/a,n/a}'), 'missing_amount,missing_partner', 'a field of one''s own that is ignored');
SELECT is((required_issues('{}', NULL, NULL, NULL, '{a}'), required_issues('{}', NULL, NULL, '{a}', NULL), required_issues('{}', NULL, NULL, '{}', '{}')), (NULL::text, NULL::text, NULL::text), 'no fields');
SELECT is(pg_temp.outcome_of(query), outcome, query) FROM (VALUES ('SELECT required_issues(NULL, NULL, NULL, ''{a}'', ''{b}'')', '22004'), ('SELECT required_issues(''{}'', NULL, NULL, ''{a}'', ''{}'')', '2202E'), ('SELECT required_issues(''{}'', NULL, NULL, ''{"a,b"}'', ''{x}'')', '22023'),
	('SELECT required_issues(''{}'', NULL, NULL, ''{NULL}'', ''{x}'')', '22023')) v (query, outcome);

-- ---- policies ----

SELECT is(p::hygiene_policy::text::hygiene_policy, p::hygiene_policy, 'written and read: ' || p) FROM policy;
SELECT is(a::hygiene_policy, b::hygiene_policy, format('%s means %s', a, b)) FROM (VALUES ('{}', '{"require": {"open": ["stage", "amount", "category", "close_date", "next_step", "owner"]}}'), ('{"require": ["b", "a", "b", "owner"]}', '{"require": ["owner", "a", "b"]}'), ('{"stages": {"b": {}, "a": {}}}', '{"stages": {"a": {}, "b": {}}}'),
	('{"ignore": ["stale", "stale"], "stale_days": -0}', '{"stale_days": 0, "ignore": ["stale"]}'), ('{"max_pushes": null, "stages": null}', '{}'), ('{"severity": {"stale": "low", "zero_amount": "high"}}', '{"severity": {"zero_amount": "high", "stale": "low"}}'), ('{"stale_days": 30.0}', '{"stale_days": 3e1}')) v (a, b);
SELECT isnt(a::hygiene_policy, '{}'::hygiene_policy, a || ' is another one') FROM unnest(array['{"stages": {"a": {}}}', '{"stale_days": 0}', '{"ignore": ["stale"]}', '{"require": []}', '{"severity": {"stale": "medium"}}', '{"owner": {"stale": "rep"}}']) a;
SELECT is(pg_temp.outcome_of(format('SELECT %L::hygiene_policy', p)), outcome, left(p, 90)) FROM (VALUES ('', '22P02'), ('[]', '22P02'), ('7', '22P02'), ('{"stale": 3}', '22P02'), ('{"stale_days": -1}', '22P02'), ('{"stale_days": 1000001}', '22P02'), ('{"stale_days": "30"}', '22P02'), ('{"stale_days": 1e400}', '22003'), ('{"max_pushes": -0.5}', '22P02'),
	('{"probability_tolerance": 20}', '22P02'), ('{"ignore": ["stael"]}', '22P02'), ('{"ignore": "stale"}', '22P02'), ('{"ignore": ["missing_budget"]}', '22P02'), ('{"severity": {"stael": "low"}}', '22P02'), ('{"severity": {"stale": "grave"}}', '22P02'), ('{"severity": {"stale": 3}}', '22P02'), ('{"severity": {"missing_budget": "low"}}', '22P02'), ('{"severity": ["stale"]}', '22P02'),
	('{"owner": {"stale": ""}}', '22P02'), ('{"owner": {"stale": "a,b"}}', '22P02'), ('{"owner": {"stale": " a"}}', '22P02'), ('{"owner": {"stale": "--"}}', '22P02'), (format('{"owner": {"stale": "%s"}}', repeat('a', 64)), '22P02'), ('{"require": "amount"}', '22P02'), ('{"require": {"open": "amount"}}', '22P02'), ('{"require": {"opne": []}}', '22P02'),
	('{"require": [7]}', '22P02'), ('{"require": [""]}', '22P02'), ('{"require": ["-"]}', '22P02'), ('{"require": ["a,b"]}', '22P02'), (E'{"require": ["a\\n"]}', '22P02'), (format('{"require": ["%s"]}', repeat('a', 64)), '22P02'), ('{"stages": []}', '22P02'), ('{"stages": {"A": []}}', '22P02'), ('{"stages": {"": {}}}', '22P02'), ('{"stages": {"A": {"max_days": 3}}}', '22P02'), ('{"stages": {"A": {"stale_days": -3}}}', '22P02'),
	(format('{"stages": {"%s": {}}}', repeat('a', 401)), '54000'), ((SELECT format('{"require": [%s]}', string_agg('"f' || i || '"', ', ')) FROM generate_series(1, 101) i), '22P02'), ((SELECT format('{"stages": {%s}}', string_agg('"f' || i || '": {}', ', ')) FROM generate_series(1, 501) i), '22P02'), (repeat('[', 100000), '54001')) v (p, outcome);
-- the largest
SELECT is((SELECT format('{"require": [%1$s], "stages": {%2$s}, "severity": {%3$s}}', string_agg(format('"%sf%s"', repeat('e', 50), i), ', '), (SELECT string_agg(format('"%ss%s": {"require": ["x%s", "owner"]}', repeat('s', 390), j, j), ', ') FROM generate_series(1, 500) j), string_agg(format('"missing_%sf%s": "low"', repeat('e', 50), i), ', '))::hygiene_policy::text::hygiene_policy::text
	FROM generate_series(1, 100) i), (SELECT format('{"require": [%1$s], "stages": {%2$s}, "severity": {%3$s}}', string_agg(format('"%sf%s"', repeat('e', 50), i), ', '), (SELECT string_agg(format('"%ss%s": {"require": ["x%s", "owner"]}', repeat('s', 390), j, j), ', ') FROM generate_series(1, 500) j), string_agg(format('"missing_%sf%s": "low"', repeat('e', 50), i), ', '))::hygiene_policy::text
	FROM generate_series(1, 100) i), 'as large as may be');
SELECT is(required_issues((SELECT format('{"stages": {%s}}', string_agg(format('"%s": {"require": ["x%s"]}', md5(j::text), j), ', ')) FROM generate_series(1, 500) j)::hygiene_policy, NULL, md5(k::text), array['x' || k, 'x' || k + 1], '{NULL,NULL}'), 'missing_x' || k, 'stage ' || k || ' of 500') FROM unnest(array[1, 250, 500]) k;

-- ---- severity and owner ----

CREATE TEMP TABLE code AS SELECT DISTINCT c AS name FROM judged, string_to_table(wanted, ',') c;
SELECT ok(bool_and(issue_severity('{}', name) IN ('low', 'medium', 'high') AND issue_owner('{}', name) IN ('rep', 'manager', 'operations')), 'each code has a severity and an owner') FROM code;
SELECT is(issue_severity('{"severity": {"stale": "high", "missing_budget": "low"}, "require": ["budget"]}', l), wanted, coalesce(quote_literal(l), 'NULL')) FROM (VALUES ('stale', 'high'), ('missing_budget', 'low'), ('missing_other', 'medium'), ('close_date_too_far', 'low'), ('close_date_too_far,missing_budget', 'low'), ('close_date_too_far,missing_next_step', 'medium'), ('missing_next_step,stale,zero_amount', 'high'),
	('', NULL), (NULL, NULL), (',,', NULL), (',close_date_too_far,', 'low')) v (l, wanted);
SELECT is(issue_owner('{"owner": {"stale": "desk 7", "missing_budget": "finance"}, "require": ["budget"], "severity": {"stale": "high"}}', l), wanted, coalesce(quote_literal(l), 'NULL')) FROM (VALUES ('stale', 'desk 7'), ('missing_budget', 'finance'), ('missing_other', 'rep'), ('aged_in_stage,missing_budget,pushed_too_often', 'manager'), ('aged_in_stage,missing_budget,stale', 'desk 7'), ('unknown_stage', 'operations'), ('', NULL), (NULL, NULL)) v (l, wanted);
SELECT is(pg_temp.outcome_of(query), '22004', query) FROM unnest(array['SELECT issue_severity(NULL, ''stale'')', 'SELECT issue_owner(NULL, ''stale'')']) query;

-- ---- lists of codes ----

CREATE TEMP TABLE list AS SELECT i, (SELECT string_agg(pg_temp.pick('{a,b,ab,ba,stale,"",missing_ä,zero}', decode(md5(i || '/' || j), 'hex'), 0), ',') FROM generate_series(1, i % 6) j) AS l, pg_temp.pick('{1,2.50,NULL,-3,NaN,0,1e15,Infinity}', decode(md5('a' || i), 'hex'), 0)::numeric AS amount FROM generate_series(1, 1500) i;
CREATE FUNCTION pg_temp.codes(l text) RETURNS text[] IMMUTABLE LANGUAGE sql RETURN ARRAY(SELECT c FROM string_to_table(l, ',') c WHERE c <> '');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE issue_count(l) <> cardinality(pg_temp.codes(l)) OR has_issue(l, c) <> (c = ANY (pg_temp.codes(l)))) FROM list, unnest(array['a', 'b', 'ab', 'stale', 'missing_ä', 'stal']) c$$, 'has_issue and issue_count');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE merge_issues(a.l, NULL, b.l, a.l) IS DISTINCT FROM (SELECT string_agg(DISTINCT c COLLATE "C", ',' ORDER BY c COLLATE "C") FROM unnest(pg_temp.codes(a.l) || pg_temp.codes(b.l)) c)) FROM list a JOIN list b ON b.i = a.i % 700 + 1$$, 'merge_issues');
SELECT is((has_issue(NULL, 'a'), has_issue('a', NULL), issue_count(NULL), issue_count(''), merge_issues(VARIADIC '{}'), merge_issues(VARIADIC NULL), merge_issues(NULL, '', ',')), (false, NULL::bool, 0, 0, NULL::text, NULL::text, NULL::text), 'NULL and nothing');
SELECT is(pg_temp.outcome_of(query), '22023', query) FROM unnest(array['SELECT has_issue(''a'', '''')', 'SELECT has_issue(''a,b'', ''a,b'')']) query;
SELECT is(issue_count(repeat('a,', 1000000)), 1000000, 'a million codes');
SELECT is(length(merge_issues(repeat('b,a,', 450000), string_agg('c' || i, ','))), 688898, 'and merged') FROM generate_series(1, 100000) i;
SELECT is(pg_temp.outcome_of('SELECT merge_issues(repeat(''a,'', 1000000), ''b'')'), '54000', 'not more');
SELECT is(merge_issues(repeat(',', 10000000)), NULL, 'commas are none');

-- ---- counts ----

SELECT is(hygiene_compliance(l), avg((cardinality(pg_temp.codes(l)) = 0)::int)::float8, 'hygiene_compliance') FROM list;
SELECT is(hygiene_compliance(count_issues(l)), hygiene_compliance(l), 'the same of the counts') FROM list;
SELECT is(hygiene_compliance(l), NULL, 'of nothing') FROM list WHERE false;
CREATE FUNCTION pg_temp.money(a numeric) RETURNS numeric IMMUTABLE LANGUAGE sql RETURN CASE WHEN a::text NOT IN ('NaN', 'Infinity', '-Infinity') THEN a END;
CREATE TEMP TABLE whole AS SELECT count_issues(l, amount) AS c FROM list;
SELECT results_eq($$SELECT b.issue, b.records, b.share, b.amount FROM whole, issue_breakdown(c) b$$, $$SELECT c, count(*), count(*) / 1500.0::float8, coalesce(sum(pg_temp.money(amount)), 0) FROM (SELECT DISTINCT i, c, amount FROM list, unnest(pg_temp.codes(l)) c) s GROUP BY c ORDER BY count(*) DESC, c COLLATE "C"$$, 'as counted in SQL, most first');
SELECT is((records_judged(c), records_with_issues(c), amount_at_risk(c)), (SELECT (count(*), count(*) FILTER (WHERE cardinality(pg_temp.codes(l)) > 0), sum(pg_temp.money(amount)) FILTER (WHERE cardinality(pg_temp.codes(l)) > 0)) FROM list), 'records') FROM whole;
SELECT ok(abs(max(b.cumulative_share) - 1) < 1e-12 AND bool_and(abs(b.cumulative_share - b.expected) < 1e-12), 'the shares of issues add up') FROM (SELECT b.*, sum(records) OVER (ORDER BY n)::float8 / sum(records) OVER () AS expected FROM whole, issue_breakdown(c) WITH ORDINALITY b (issue, records, share, cumulative_share, amount, amount_share, n)) b;
SELECT ok(bool_and(abs(b.amount_share - b.amount / (SELECT sum(pg_temp.money(amount)) FROM list)) < 1e-12), 'and of amounts') FROM whole, issue_breakdown(c) b;
SELECT is(merge(c), (SELECT c FROM whole), 'in parts by ' || k) FROM unnest(array[2, 7, 100]) k, LATERAL (SELECT count_issues(l, amount) AS c FROM list GROUP BY i % k) s GROUP BY k;
SELECT is(count_issues(l, amount ORDER BY md5(i::text)), (SELECT c FROM whole), 'in another order') FROM list;
SELECT is(count_issues(merge_issues(l), amount), (SELECT c FROM whole), 'lists that are in order') FROM list;
SELECT is(c::text::issue_counts, c, 'written and read') FROM whole;
SELECT is(count_issues(l, amount::float8), count_issues(l, amount::float8::numeric), 'amounts as float8') FROM list;
SELECT is(count_issues(l, i), count_issues(l, i::numeric), 'and as whole numbers') FROM list;
SELECT is((SELECT count_issues(l) FROM list), (SELECT count_issues(l, NULL::numeric) FROM list), 'without amounts');
SELECT is((amount_at_risk(count_issues(l)), records_judged(count_issues(l)), count_issues(l) FILTER (WHERE false)), (NULL::numeric, 1500::bigint, NULL::issue_counts), 'NULLs') FROM list;
SELECT is((SELECT count(*) FROM issue_breakdown(NULL)), 0::bigint, 'no rows for NULL');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE c IS DISTINCT FROM (SELECT count_issues(b.l, b.amount) FROM list b WHERE b.i BETWEEN s.i - 5 AND s.i)) FROM (SELECT i, count_issues(l, amount) OVER (ORDER BY i ROWS 5 PRECEDING) AS c FROM list WHERE i <= 300) s$$, 'in a window');
-- codes of many lengths, as many as may be
SELECT is((SELECT count(*) FROM issue_breakdown(c)), 1000::bigint, 'a thousand codes') FROM (SELECT count_issues(md5(i::text) || repeat('x', i % 300)) AS c FROM generate_series(1, 1000) i) s;
SELECT is(pg_temp.outcome_of(query), outcome, query) FROM (VALUES ('SELECT count_issues(i::text) FROM generate_series(1, 1001) i', '54000'), ('SELECT count_issues((SELECT string_agg(i::text, '','') FROM generate_series(1, 1001) i))', '54000'), ('SELECT count_issues(repeat(''a'', 401))', '54000'), ('SELECT records_judged(count_issues(repeat(''a'', 400)))', '1'),
	('SELECT count_issues(''a'', 1e40)', '22003')) v (query, outcome);
SELECT is(pg_temp.outcome_of(format('SELECT %L::issue_counts', v)), outcome, v) FROM (VALUES ('{"issue_counts": 1}', '{"issue_counts": 1}'), ('{"issue_counts": 2}', '22P02'), ('{}', '22P02'), ('{"issue_counts": 1, "records": -1}', '22P02'), ('{"issue_counts": 1, "records": 1, "with_issues": 2}', '22P02'), ('{"issue_counts": 1, "records": 2, "with_issues": 1}', '22P02'),
	('{"issue_counts": 1, "records": 2, "with_issues": 1, "issues": [["a", 2, 0, 0]]}', '22P02'), ('{"issue_counts": 1, "records": 2, "with_issues": 2, "issues": [["a", 1, 0, 0]]}', '22P02'), ('{"issue_counts": 1, "records": 2, "with_issues": 1, "issues": [["a", 1, 1, 5]]}', '22P02'), ('{"issue_counts": 1, "records": 2, "with_issues": 1, "issues": [["a", 1, 0, 5]]}', '22P02'),
	('{"issue_counts": 1, "records": 2, "with_issues": 1, "issues": [["a,b", 1, 0, 0]]}', '22P02'), ('{"issue_counts": 1, "records": 2, "with_issues": 1, "issues": [["", 1, 0, 0]]}', '22P02'), ('{"issue_counts": 1, "records": 2, "with_issues": 1, "issues": [["a", 1, 0, 0], ["a", 1, 0, 0]]}', '22P02'), ('{"issue_counts": 1, "records": 2, "with_issues": 1, "issues": [["a", 0, 0, 0], ["b", 1, 0, 0]]}', '22P02'),
	('{"issue_counts": 1, "records": 2, "with_issues": 1, "issues": [["a", 1, 0]]}', '22P02'), ('{"issue_counts": 1, "records": 2, "amount": 5}', '22P02'), ('{"issue_counts": 1, "records": 2, "with_amount": 3, "amount": 5}', '22P02'), ('{"issue_counts": 1, "records": 2, "with_amount": 1, "amount": "5"}', '22P02'), ('{"issue_counts": 1, "records": 1000000000000000000}', '22P02')) v (v, outcome);

SELECT * FROM finish();
ROLLBACK;
