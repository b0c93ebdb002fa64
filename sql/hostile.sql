-- Hostile input, as a user could type it: it is refused with an orderly error, or means exactly what it says.
SET search_path = salesops, public;
SET timezone = 'UTC';

-- What becomes of a literal: its text form, or the SQLSTATE and the beginning of the message.  The server's own
-- messages (of JSON, numbers, times) are left out: they differ between its versions.
CREATE FUNCTION pg_temp.attempt(query text, argument text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE query INTO result USING argument;
	RETURN coalesce(left(result, 200), 'NULL');
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || CASE WHEN SQLERRM ~ 'compliance|deal_stats|forecast_rollup|movement|stage_path|sales_process|business_calendar|hours|seconds|business time|amounts?|stage|entered_at|category|outcome|cycle_days' THEN ' ' || left(SQLERRM, 70) ELSE '' END;
END $$;
CREATE FUNCTION pg_temp.read(type text, literal text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.attempt(format('SELECT ($1::salesops.%I)::text', type), literal) $$;

-- ---- no literal at all, for every type ----
SELECT what, outcome, array_agg(type ORDER BY type) AS types
FROM unnest('{compliance, deal_stats, forecast_rollup, movement, stage_path, sales_process}'::text[]) type,
	(VALUES (1, 'empty', ''), (2, 'spaces', repeat(' ', 1000000)), (3, 'null', 'null'), (4, 'a number', '1'), (5, 'a string', '"x"'), (6, 'a list', '[]'), (7, 'a list of an object', '[{}]'),
		(8, 'single quotes', '{''a'': 1}'), (9, 'cut off', '{'), (10, 'trailing comma', '{"a": 1,}'), (11, 'two objects', '{} {}'), (12, 'a comment', '{} -- x'), (13, 'byte order mark', U&'\FEFF{}'),
		(14, 'lone surrogate', '{"\ud83d": 1}'), (15, 'zero byte', '{"\u0000": 1}'), (16, 'bare NaN', '{"a": NaN}'), (17, 'bare Infinity', '{"a": -Infinity}'), (18, 'hexadecimal', '{"a": 0x10}'), (19, 'leading plus', '{"a": +1}'),
		(20, '1 MB of braces', repeat('{', 1000000)), (21, '1 MB of brackets', repeat('[', 1000000)), (22, '1 MB of nested objects', repeat('{"a": ', 170000)), (23, '1 MB of quotes', repeat('"', 1000000)),
		(24, 'number beyond numeric', '{"a": 1e131072}')) v(n, what, literal),
	LATERAL (SELECT regexp_replace(pg_temp.read(type, literal), type, '<type>') AS outcome) o
GROUP BY n, what, outcome ORDER BY n, outcome;
SELECT type, what, pg_temp.read(type, literal) AS outcome
FROM unnest('{compliance, deal_stats, forecast_rollup, movement, stage_path}'::text[]) WITH ORDINALITY t(type, o), LATERAL (VALUES
	(1, 'nothing in it', format('{"%s": 1}', type)), (2, '1 MB of spaces around', repeat(' ', 500000) || format('{"%s": 1}', type) || repeat(E'\n', 500000)), (3, 'escaped key', format('{"\u%s%s": 1}', lpad(to_hex(ascii(type)), 4, '0'), substr(type, 2))),
	(4, 'version twice', format('{"%s": 2, "%1$s": 1}', type)), (5, 'version 2', format('{"%s": 2}', type)), (6, 'version null', format('{"%s": null}', type)), (7, 'version as text', format('{"%s": "1"}', type)), (8, 'version 1.0', format('{"%s": 1.0}', type)),
	(9, 'other key', format('{"%s": 1, "x": 1}', type)), (10, 'key in capitals', format('{"%s": 1}', upper(type))), (11, 'key of 1 MB', format('{"%s": 1, "%s": 1}', type, repeat('k', 1000000))), (12, 'key of 1 MB, not ASCII', format('{"%s": 1, "%s": 1}', type, repeat('é', 500000))),
	(13, 'nested 500 deep', format('{"%s": %s%s}', type, repeat('[', 500), repeat(']', 500))), (14, 'a type in the type', format('{"%s": {"%1$s": 1}}', type))) v(n, what, literal)
ORDER BY o, n;

-- ---- counts and amounts ----
SELECT number, pg_temp.read('compliance', format('{"compliance": 1, "met": %s}', number)) AS count, pg_temp.read('forecast_rollup', format('{"forecast_rollup": 1, "commit_deals": 1, "commit": %s}', number)) AS amount
FROM unnest(array['0', '-0', '-0.0', '00', '1', '-1', '1.0', '1e0', '1e2', '1E+2', '10e-1', '1.5', '1e17', '999999999999999999', '1e19', '1e37', '1e38', '-1e38', '1e400', '1e-1', '1e-40', '1e-37', '1e-38', '1e-400', '1e-16383', 'true', '"1"', '"NaN"', '"Infinity"', '[1]', '[]', '{}', 'null', '0.00', '-0.00', '1.50']) number;
SELECT 'ten thousand digits' AS number, pg_temp.read('compliance', format('{"compliance": 1, "met": %s}', repeat('9', 10000))) AS count, pg_temp.read('forecast_rollup', format('{"forecast_rollup": 1, "commit_deals": 1, "commit": %s}', repeat('9', 10000))) AS amount,
	pg_temp.read('forecast_rollup', format('{"forecast_rollup": 1, "commit_deals": 1, "commit": 0.%s}', repeat('9', 10000))) AS decimals,
	pg_temp.attempt(format('SELECT length(commit_only(%L)::text)::text', format('{"forecast_rollup": 1, "commit_deals": 1, "commit": 1.%s}', repeat('0', 10000)))) AS zeros;
SELECT pg_temp.read('compliance', '{"compliance": 1, "met": 1, "met": "x", "met": 7}') AS last_one_counts, pg_temp.read('compliance', '{"compliance": 1, "met": 7, "met": null}') AS null_is_absent;

-- ---- summaries edited by hand ----
SELECT pg_temp.read('deal_stats', '{"deal_stats": 1, ' || edit || '}') AS outcome, left(edit, 110) AS edit
FROM unnest(array['"won_deals": 1, "won_with_amount": 2', '"won_deals": 1, "won_amount": 5', '"open_amount": -5', '"lost_deals": 1, "lost_with_amount": 1, "lost_amount": -5.50',
	'"won_deals": 1, "won_with_cycle": 2, "won_cycles": [[1, 2]], "won_cycle_seconds": 2', '"won_deals": 9, "won_with_cycle": 2, "won_cycles": [[1, 2]], "won_cycle_seconds": 2', '"won_deals": 9, "won_with_cycle": 2, "won_cycles": [[1, 2]], "won_cycle_seconds": 3',
	'"won_deals": 9, "won_with_cycle": 1, "won_cycles": [[1, 2]], "won_cycle_seconds": 2', '"won_deals": 9, "won_with_cycle": 3, "won_cycles": [[1, 2]], "won_cycle_seconds": 2', '"won_deals": 9, "won_with_cycle": 2, "won_cycles": [[1, 1], [1, 1]], "won_cycle_seconds": 2',
	'"won_deals": 9, "won_with_cycle": 2, "won_cycles": [[2, 1], [1, 1]], "won_cycle_seconds": 3', '"won_deals": 9, "won_with_cycle": 1, "won_cycles": [[-1, 1]], "won_cycle_seconds": -1', '"won_deals": 9, "won_with_cycle": 1, "won_cycles": [[-1, 1]], "won_cycle_seconds": -1, "negative_cycles": 1',
	'"won_deals": 9, "won_cycles": [[1, 0]]', '"won_deals": 9, "won_cycles": [[1, -1]]', '"won_cycles": [[1e-7, 1]]', '"won_cycles": [[1e30, 1]]', '"won_cycles": [[1e400, 1]]', '"won_cycles": [[86400000001, 1]]', '"won_cycle_seconds": 0.0000001', '"won_cycle_seconds": 1e36', '"won_cycle_seconds": 1e131071',
	'"won_cycles": 1', '"won_cycles": {}', '"won_cycles": []', '"won_cycles": [1]', '"won_cycles": [[]]', '"won_cycles": [[1]]', '"won_cycles": [[1, 2, 3]]', '"won_cycles": [["1", 1]]', '"won_cycles": [[null, 1]]', '"won_cycles": [[1, 1e19]]', '"won_cycles": [[[1], 1]]', '"won_cycles": null',
	'"won_deals": 1, "won_with_cycle": 1, "won_cycles": [[1, 1]], "won_cycle_seconds": 1, "won_cycles_rounded": [[1, 1]]', '"won_deals": 1, "won_with_cycle": 1, "won_cycles_rounded": [[1, 1]], "won_cycle_seconds": 1', '"won_deals": 1, "won_with_cycle": 1, "won_cycles_rounded": [[0.0001, 1]], "won_cycle_seconds": 1',
	'"unknown_outcomes": -1', '"negative_cycles": 1', '"open_deals": 999999999999999999, "won_deals": 999999999999999999, "lost_deals": 999999999999999999']) edit;
SELECT pg_temp.read('deal_stats', format('{"deal_stats": 1, "won_deals": %s, "won_with_cycle": %1$s, "won_cycle_seconds": %s, "%s": [%s]}', n, n::bigint * (n + 1) / 2, key, (SELECT string_agg(format('[%s, 1]', i), ', ' ORDER BY i) FROM generate_series(1, n) i))) ~ '^\{' AS accepted, n, key
FROM (VALUES (4096, 'won_cycles'), (4097, 'won_cycles'), (16385, 'won_cycles'), (4097, 'won_cycles_rounded'), (16385, 'won_cycles_rounded'), (100000, 'won_cycles')) v(n, key);
SELECT pg_temp.read('forecast_rollup', '{"forecast_rollup": 1, ' || edit || '}') AS outcome, edit
FROM unnest('{"\"commit\": 5", "\"commit\": 0", "\"uncategorized\": 5", "\"commit_deals\": 1, \"missing_amounts\": 2", "\"missing_amounts\": 1", "\"commit_deals\": 999999999999999999, \"closed_deals\": 999999999999999999, \"missing_amounts\": 999999999999999999", "\"Commit\": 1"}'::text[]) edit;

-- ---- moments and stages ----
SELECT moment, pg_temp.read('stage_path', format('{"stage_path": 1, "events": [["%s", "A"]]}', moment)) AS outcome
FROM unnest(array['2026-01-05T09:00:00Z', '2026-01-05T09:00:00', '2026-01-05 09:00:00Z', '2026-01-05t09:00:00z', '2026-13-05T09:00:00Z', '2026-02-29T09:00:00Z', '2026-01-05T25:00:00Z', '2026-01-05T24:00:00Z', '2026-01-05T23:59:60Z', '2026-01-05T09:60:00Z', '2026-01-05T09:00:00.1234567Z', '2026-01-05T09:00:00.Z',
	'2026-01-05T09:00:00+15:59', '2026-01-05T09:00:00+16:00', '2026-01-05T09:00:00+99:99', '2026-01-05T09:00:00-', '0000-01-05T09:00:00Z', '0001-01-01T00:00:00Z BC', '4714-11-24T00:00:00Z BC', '4714-11-23T23:59:59Z BC', '294276-12-31T23:59:59.999999Z', '294277-01-01T00:00:00Z', '1000000-01-01T00:00:00Z', '26-01-05T09:00:00Z',
	'infinity', '-infinity', 'now', 'today', 'epoch', '', '2026-01-05T09:00:00Z; DROP TABLE x', repeat('9', 100)]) moment;
SELECT pg_temp.read('stage_path', '{"stage_path": 1, ' || edit || '}') AS outcome, edit
FROM unnest(array['"events": [["2026-01-06T00:00:00Z", "B"], ["2026-01-05T00:00:00Z", "A"], ["2026-01-06T00:00:00Z", "B"], ["2026-01-06T01:00:00+01:00", "A"]]', '"events": []', '"events": {}', '"events": 1', '"events": [1]', '"events": [[]]', '"events": [["2026-01-05T00:00:00Z"]]',
	'"events": [["2026-01-05T00:00:00Z", "A", 1]]', '"events": [["2026-01-05T00:00:00Z", null]]', '"events": [[null, "A"]]', '"events": [[1, "A"]]', '"events": [["A", "2026-01-05T00:00:00Z"]]', '"events": [{"2026-01-05T00:00:00Z": "A"}]', '"events": [["2026-01-05T00:00:00Z", ""]]', '"events": [["2026-01-05T00:00:00Z", "\u0000"]]',
	'"incomplete": -1', '"incomplete": 1.5', '"incomplete": 999999999999999999', '"incomplete": 9999999999999999999', '"stages": []']) edit;
SELECT pg_temp.read('stage_path', format('{"stage_path": 1, "events": [["2026-01-05T00:00:00Z", "%s"]]}', repeat(letter, n))) ~ '^\{' AS accepted, letter, n FROM (VALUES ('x', 400), ('x', 401), ('é', 200), ('é', 201), ('x', 1000000)) v(letter, n);
SELECT pg_temp.attempt(format('SELECT length((%L::stage_path)::text) > 0', format('{"stage_path": 1, "events": [%s]}', (SELECT string_agg(format('["2026-01-05T00:00:00Z", "%s"]', i), ', ') FROM generate_series(1, n) i)))) AS outcome, n AS stages FROM unnest('{1000, 1001}'::int[]) n;

-- ---- policies ----
SELECT pg_temp.read('sales_process', edit) AS outcome, left(edit, 130) AS edit
FROM unnest(array['{"stages": null}', '{"stages": []}', '{"stages": [[]]}', '{"stages": [{}]}', '{"stages": [null]}', '{"stages": [], "x": 1}', '{"stages": [{"stage": "a", "stage": "b", "probability": 0, "category": "commit"}]}', '{"stages": [{"stage": null, "probability": 0, "category": "commit"}]}',
	'{"stages": [{"stage": 1, "probability": 0, "category": "commit"}]}', '{"stages": [{"stage": "", "probability": 0, "category": "commit"}]}', '{"stages": [{"stage": "\u0000", "probability": 0, "category": "commit"}]}', '{"stages": [{"stage": "a", "probability": 0, "category": "commit"}, {"stage": "\u0061", "probability": 0, "category": "commit"}]}',
	'{"stages": [{"stage": "a", "probability": "NaN", "category": "commit"}]}', '{"stages": [{"stage": "a", "probability": 1e400, "category": "commit"}]}', '{"stages": [{"stage": "a", "probability": 1e-400, "category": "commit"}]}', '{"stages": [{"stage": "a", "probability": -1e-300, "category": "commit"}]}',
	'{"stages": [{"stage": "a", "probability": 1.0000000000000000001, "category": "commit"}]}', '{"stages": [{"stage": "a", "probability": 1.000000000000001, "category": "commit"}]}', '{"stages": [{"stage": "a", "probability": -0, "category": "commit", "max_days": -0}]}', '{"stages": [{"stage": "a", "probability": 0, "category": "commit", "max_days": 1e400}]}',
	'{"stages": [{"stage": "a", "probability": 0, "category": "commit", "max_days": "x"}]}', '{"stages": [{"stage": "a", "probability": 0, "category": ""}]}', '{"stages": [{"stage": "a", "probability": 0, "category": ","}]}', '{"stages": [{"stage": "a", "probability": 0, "category": []}]}', '{"stages": [{"stage": "a", "probability": 0, "category": [1]}]}',
	'{"stages": [{"stage": "a", "probability": 0, "category": {"commit": 1}}]}', '{"stages": [{"stage": "a", "probability": 0, "category": ["commit", "commit", "Commit"]}]}', '{"stages": [{"stage": "a", "probability": 0, "category": "closed"}]}', '{"stages": [{"stage": "a", "probability": 0, "category": "commit", "outcome": 1}]}',
	'{"stages": [{"stage": "a", "probability": 0, "category": "commit", "outcome": "OPEN"}]}', '{"stages": [{"stage": "a", "probability": 0, "category": "commit", "outcome": "lust"}]}', '{"stages": [{"stage": "a", "probability": 0, "category": "commit", "position": 2}]}']) edit;
SELECT pg_temp.read('sales_process', format('{"stages": [%s]}', (SELECT string_agg(format('{"stage": "s%s", "probability": 0, "category": "commit"}', i), ', ') FROM generate_series(1, n) i))) ~ '^\{' AS accepted, n AS stages FROM unnest('{500, 501, 70000}'::int[]) n;
SELECT pg_temp.read('sales_process', format('{"stages": [{"stage": "a", "probability": 0.%s, "category": "commit"}]}', repeat('3', 10000))) AS ten_thousand_digits,
	pg_temp.read('sales_process', format('{"stages": [{"stage": "a", "probability": 0, "category": "%s"}]}', repeat('commit,', 100000) || 'commit')) AS the_same_category_often, left(pg_temp.read('sales_process', format('{"stages": [{"stage": "a", "probability": 0, "category": "%s"}]}', repeat('x', 1000000))), 60) AS a_category_of_1_mb;

-- ---- words ----
SELECT pg_temp.attempt('SELECT to_forecast_category($1)', word) AS category, pg_temp.attempt('SELECT deal_stats($1, 1, 1)::text', word) AS outcome, left(word, 20) AS word
FROM unnest(array['', ' ', 'won''; DROP TABLE deal; --', '%s%s%n', E'won\\0', U&'w\043En', 'ＷＯＮ', repeat('won', 300000), repeat('é', 500000), '🤝']) word;

-- ---- transition and combine functions called by hand: the state that went in is still what it was ----
SELECT pg_temp.attempt(call) AS outcome, call FROM unnest(array['SELECT compliance_transfn(NULL, NULL)', 'SELECT compliance_transfn(''{"compliance": 1, "met": 3}'', true)', 'SELECT deal_stats_transfn(NULL, NULL, NULL::numeric, NULL)', 'SELECT deal_stats_transfn(''{"deal_stats": 1}'', NULL, NULL::int8, NULL)',
	'SELECT deal_stats_transfn(''{"deal_stats": 1, "won_deals": 1, "won_with_cycle": 1, "won_cycle_seconds": 86400, "won_cycles": [[86400, 1]]}'', ''won'', 5.50, 1)', 'SELECT win_rate_transfn(NULL, true, false)', 'SELECT win_rate_transfn(NULL, NULL, NULL)', 'SELECT win_rate_amount_transfn(NULL, true, NULL, 5::float8)',
	'SELECT forecast_rollup_transfn(NULL, NULL, 5)', 'SELECT forecast_rollup_transfn(NULL, NULL, NULL::float8)', 'SELECT stage_path_transfn(NULL, NULL, NULL)', 'SELECT stage_path_transfn(''{"stage_path": 1, "events": [["2026-01-06T00:00:00Z", "B"]]}'', ''A'', ''2026-01-05 00:00+00'')',
	'SELECT stage_path_combinefn(''{"stage_path": 1, "events": [["2026-01-06T00:00:00Z", "B"]]}'', ''{"stage_path": 1, "events": [["2026-01-05T00:00:00Z", "A"]], "incomplete": 2}'')', 'SELECT forecast_category_integrity_transfn(NULL, NULL, NULL, NULL)', 'SELECT sales_process_transfn(NULL, NULL, 1, 0.5, ''commit'', ''open'', 1)',
	'SELECT sales_process_transfn(NULL, ''a'', NULL, 0.5, ''commit'', ''open'', 1)', 'SELECT sales_process_transfn(NULL, ''a'', 1, NULL, ''commit'', ''open'', 1)', 'SELECT sales_process_transfn(NULL, ''a'', 1, 0.5, ''commit'', NULL, 1)']) call;
DO $$
DECLARE
	d deal_stats := deal_stats('won', 5, i) FROM generate_series(1, 10) i;
	p stage_path := stage_path('s' || i, '2026-01-01 00:00+00') FROM generate_series(1, 10) i;
	c compliance := '{"compliance": 1, "met": 3}';
	before text := d::text || p::text || c::text;
BEGIN
	FOR i IN 1 .. 100 LOOP
		PERFORM deal_stats_transfn(d, 'won', 7, i), stage_path_transfn(p, 'x' || i, '2027-01-01 00:00+00'), compliance_transfn(c, true);
		PERFORM deal_stats_combinefn(d, d), stage_path_combinefn(p, p), compliance_combinefn(c, c), deal_stats_finalfn(d), stage_path_finalfn(p);
	END LOOP;
	RAISE NOTICE 'unchanged: %', before = d::text || p::text || c::text;
END $$;

-- ---- aggregates that a user makes of our functions ----
-- an initial value that is none is refused when the aggregate is made
CREATE AGGREGATE pg_temp.wrong(boolean) (SFUNC = compliance_transfn, STYPE = compliance, INITCOND = 'x');
CREATE AGGREGATE pg_temp.wrong(text, numeric, float8) (SFUNC = deal_stats_transfn, STYPE = deal_stats, INITCOND = '{"deal_stats": 1, "won_deals": 1, "won_amount": 5}');
-- one that is a value counts once for each group
CREATE AGGREGATE pg_temp.from_100(boolean) (SFUNC = compliance_transfn, STYPE = compliance, FINALFUNC = compliance_finalfn, INITCOND = '{"compliance": 1, "met": 100}');
CREATE AGGREGATE pg_temp.from_100(text, numeric, float8) (SFUNC = deal_stats_transfn, STYPE = deal_stats, FINALFUNC = deal_stats_finalfn,
	INITCOND = '{"deal_stats": 1, "won_deals": 100, "won_with_cycle": 1, "won_cycle_seconds": 1.5, "won_cycles": [[1.5, 1]]}');
CREATE AGGREGATE pg_temp.from_new(text, timestamptz) (SFUNC = stage_path_transfn, STYPE = stage_path, FINALFUNC = stage_path_finalfn, INITCOND = '{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"]]}');
CREATE AGGREGATE pg_temp.from_new(text, bigint, float8, text, text, float8) (SFUNC = sales_process_transfn, STYPE = sales_process, FINALFUNC = sales_process_finalfn, INITCOND = '{"stages": [{"stage": "New", "probability": 0, "category": "pipeline"}]}');
SELECT g, pg_temp.from_100(i % 2 = 0) AS c, pg_temp.from_100('won', 1, i % 2) AS d, pg_temp.from_new('s' || i % 2, '2026-01-02 00:00+00') AS p, pg_temp.from_new('s' || i, i, 0.5, 'commit', 'open', NULL) AS process
FROM (VALUES (1, 1), (1, 2), (2, 3)) v(g, i) GROUP BY g ORDER BY g;
SELECT pg_temp.from_100(true) AS c, pg_temp.from_100('won', 1, 1) AS d, pg_temp.from_new('a', '2026-01-02 00:00+00') AS p FROM generate_series(1, 0);
SELECT i, pg_temp.from_100(true) OVER w AS c, won_deals(pg_temp.from_100('won', 1, i) OVER w) AS won, current_stage(pg_temp.from_new('s' || i, '2026-01-02 00:00+00') OVER w) AS stage FROM generate_series(1, 4) i WINDOW w AS (ORDER BY i ROWS 1 PRECEDING);
-- the final function as a transition function, and a transition function as its own inverse: nonsense, and harmless
CREATE AGGREGATE pg_temp.nonsense(*) (SFUNC = deal_stats_finalfn, STYPE = deal_stats, INITCOND = '{"deal_stats": 1, "won_deals": 7}');
CREATE AGGREGATE pg_temp.nonsense(boolean) (SFUNC = compliance_transfn, STYPE = compliance, MSFUNC = compliance_transfn, MINVFUNC = compliance_transfn, MSTYPE = compliance);
SELECT pg_temp.nonsense(*), pg_temp.nonsense(true) FROM generate_series(1, 5);
SELECT i, pg_temp.nonsense(true) OVER (ORDER BY i ROWS 1 PRECEDING) FROM generate_series(1, 4) i;

-- without a final function the state itself comes out: it reads, writes and merges as the finished value does
CREATE AGGREGATE pg_temp.raw(text, numeric, float8) (SFUNC = deal_stats_transfn, STYPE = deal_stats);
CREATE AGGREGATE pg_temp.raw(text, timestamptz) (SFUNC = stage_path_transfn, STYPE = stage_path);
CREATE AGGREGATE pg_temp.raw(text, bigint, float8, text, text, float8) (SFUNC = sales_process_transfn, STYPE = sales_process);
CREATE TEMP TABLE raw AS SELECT g, pg_temp.raw('won', i * 0.0001, i % 50) AS raw_d, deal_stats('won', i * 0.0001, i % 50) AS d, pg_temp.raw('s' || i % 9, '2026-01-01 00:00+00'::timestamptz + (i % 70) * interval '1 hour') AS raw_p, stage_path('s' || i % 9, '2026-01-01 00:00+00'::timestamptz + (i % 70) * interval '1 hour') AS p
FROM generate_series(1, 2000) i, LATERAL (SELECT i % 7 AS g) x GROUP BY g;
SELECT bool_and(raw_d::text = d::text) AS text, bool_and(deal_stats_send(raw_d) = deal_stats_send(d)) AS sent, bool_and(deal_stats_finalfn(raw_d) = d) AS finished, bool_and((won_amount(raw_d), median_cycle_days(raw_d), avg_cycle_days(raw_d)) = (won_amount(d), median_cycle_days(d), avg_cycle_days(d))) AS read,
	merge(raw_d) = merge(d) AS merged, bool_and(deal_stats_combinefn(raw_d, d) = deal_stats_combinefn(d, raw_d)) AS combined FROM raw;
SELECT bool_and(raw_p::text = p::text) AS text, bool_and(stage_path_send(raw_p) = stage_path_send(p)) AS sent, bool_and(stage_path_finalfn(raw_p) = p) AS finished,
	bool_and((current_stage(raw_p), days_in_stage(raw_p, 's1', '2026-02-01 00:00+00'), entered_stage_at(raw_p, 's2')) = (current_stage(p), days_in_stage(p, 's1', '2026-02-01 00:00+00'), entered_stage_at(p, 's2'))) AS read, merge(raw_p) = merge(p) AS merged, bool_and(stage_path_combinefn(raw_p, p) = p) AS combined FROM raw;
-- a draft of a sales_process can be stored, compared, combined and finished; reading it is an error
CREATE TEMP TABLE draft AS SELECT pg_temp.raw('s' || i, 9 - i, 0.5, 'commit', 'open', NULL) AS p FROM generate_series(1, 3) i;
SELECT p = p AS same, value_hash(p) = value_hash(p) AS hash, sales_process_finalfn(p) AS finished, sales_process_finalfn(sales_process_combinefn(p, NULL)) = sales_process_finalfn(p) AS combined FROM draft;
SELECT pg_temp.attempt(format('SELECT %s FROM draft', call)) AS outcome, call FROM unnest('{stage_position(p\, ''s1''), stage_probability(p\, ''s1''), stage_category(p\, ''s1''), stage_outcome(p\, ''s1''), stage_max_days(p\, ''s1''), "forecast_category_issue(p, ''s1'', ''commit'')", "forecast_category_ok(p, ''s1'', ''commit'')",
	"forecast_category_integrity(p, ''s1'', ''commit'')", sales_process_finalfn(sales_process_combinefn(p\, p))}'::text[]) call;

-- ---- the most that readers are given ----
SELECT days_in_stage('{"stage_path": 1, "events": [["4714-11-24T00:00:00Z BC", "A"]]}', 'A', '294276-12-31 23:59:59.999999+00') > 109000000 AS longest, stage_at('{"stage_path": 1, "events": [["294276-12-31T23:59:59.999999Z", "A"]]}', '294276-12-31 23:59:59.999998+00') AS not_yet;
SELECT win_rate_amount(d), avg_deal_size(d) = won_amount(d) AS one_deal FROM (VALUES ('{"deal_stats": 1, "won_deals": 1, "won_with_amount": 1, "won_amount": 1e37, "lost_deals": 1, "lost_with_amount": 1, "lost_amount": 3e37}'::deal_stats)) v(d);
SELECT pg_temp.attempt('SELECT win_rate_amount(''{"deal_stats": 1, "won_deals": 1, "won_with_amount": 1, "won_amount": 8e37, "lost_deals": 1, "lost_with_amount": 1, "lost_amount": 8e37}''::deal_stats)::text') AS beyond;

-- a text longer than the type can have is not even parsed
SELECT ('{"compliance": 1' || repeat(' ', 5000000) || '}')::compliance;
SELECT format('{"stage_path": 1, "events": [%s0]}', repeat('0, ', 300000))::stage_path;
-- commas within a string are no values, nor do escaped quotes end one
SELECT format('{"compliance": 1, "%s": 1}', repeat('\",', 100000))::compliance;

-- ---- business calendars ----
SELECT what, pg_temp.read('business_calendar', literal) AS outcome
FROM (VALUES (1, 'empty', ''), (2, '1 MB of spaces', repeat(' ', 1000000)), (3, '1 MB of spaces around', repeat(' ', 500000) || '24x7 UTC' || repeat(E'\n', 500000)), (4, '1 MB of commas', repeat(',', 1000000) || 'Mon 09:00-10:00 UTC'), (5, '1 MB of semicolons', '24x7 UTC' || repeat(';', 1000000)), (6, '1 MB of Mondays', repeat('Mon ', 250000)),
	(7, '1 MB of spans', 'Mon ' || repeat('09:00-10:00 ', 83000) || 'UTC'), (8, '1 MB of one letter', repeat('x', 1000000)), (9, '1 MB of one letter, not ASCII', repeat('é', 500000)), (10, '1 MB of digits', 'Mon ' || repeat('9', 1000000) || ':00-10:00 UTC'), (11, 'a zone of 1 MB', '24x7 ' || repeat('Europe/', 140000)), (12, 'an empty zone', '24x7 ;'),
	(14, 'no-break space', U&'24x7\00A0UTC'), (15, 'digits of full width', U&'Mon \FF10\FF19:00-17:00 UTC'), (16, 'a dash', U&'Mon 09:00\201317:00 UTC'), (17, 'quotes', '''24x7'' ''UTC'''), (18, 'SQL', '24x7 UTC; DROP TABLE deal'), (19, 'formats', '24x7 %s%n%x'), (20, 'JSON', '{"business_calendar": 1}'),
	(21, 'a path as a zone', '24x7 ../../../../etc/passwd'), (22, 'an absolute path', '24x7 /etc/localtime'), (23, 'the zone of the machine', '24x7 localtime'), (24, 'a rule as a zone', '24x7 XXX-23:59:59'), (25, 'a rule with its changes', '24x7 CET-1CEST,M3.5.0,M10.5.0/3'), (26, 'an offset', '24x7 <+99>-99'),
	(27, 'a negative hour', 'Mon -09:00-17:00 UTC'), (28, 'an hour of many digits', 'Mon 99999999999:00-17:00 UTC'), (29, 'two days on', 'Mon 09:00-17:00+2 UTC'), (30, 'a day on, twice', 'Mon 09:00-17:00+1+1 UTC'), (31, 'the longest span', 'Mon 00:00-24:00+1 UTC'), (32, 'the shortest', 'Mon 23:59:59-24:00 UTC'), (33, 'of no length', 'Mon 12:00-12:00 UTC'), (34, 'on the next day alone', 'Mon 24:00-01:00+1 UTC'),
	(35, 'the first and the last date', 'closed UTC; holidays 9999-12-31, 0001-01-01'), (36, 'the year 0', 'closed UTC; holidays 0000-12-31'), (37, 'the year 10000', 'closed UTC; holidays 10000-01-01'), (38, 'a negative year', 'closed UTC; holidays -001-01-01'), (39, 'a night on the last date', 'closed UTC; open 9999-12-31 22:00-06:00+1'), (40, 'February 30', 'closed UTC; holidays 2026-02-30'),
	(41, 'the same date 60,000 times', 'closed UTC; holidays ' || repeat('2026-12-25, ', 60000)), (42, 'the same opening 60,000 times', 'closed UTC; open ' || repeat('2026-12-25 09:00-10:00, ', 60000)), (43, 'the same section 60,000 times', 'closed UTC' || repeat('; holidays 2026-12-25', 60000)), (44, 'a draft without its hash', 'draft; 24x7 UTC'), (45, 'a hash of 1 MB', 'draft ' || repeat('0', 1000000) || '; 24x7 UTC'), (46, 'a draft of a draft', 'draft 0000000000000000; draft 0000000000000000; 24x7 UTC'),
	(47, 'a draft', 'draft ffffffffffffffff; 24x7 UTC; holidays 2026-12-25; open 2026-12-25 00:00-24:00+1 01:00-02:00'), (48, 'more than it can be', '24x7 UTC' || repeat(' ', 3000000))) v(n, what, literal) ORDER BY n;
SELECT left(hours, 30) AS hours, pg_temp.attempt('SELECT business_calendar(''closed UTC'', ''2026-12-24'', $1)::text', hours) AS outcome
FROM unnest(array['', ' ', 'closed', 'closed closed', 'x', '9-17', '09:00-10:00, ', ',09:00-10:00', ',', ';', '09:00-10:00;', '24x7', 'Mon 09:00-10:00', '2026-12-24 09:00-10:00', repeat('09:00-10:00 ', 48), repeat('09:00-10:00 ', 49), repeat(' ', 2000000), repeat('x', 1000000), U&'09:00\201310:00']) hours;
-- numbers and moments at their ends
SELECT seconds, pg_temp.attempt('SELECT add_business_seconds(''2026-11-23 09:00+00'', $1::float8, ''24x7 UTC'')::text', seconds) AS later, pg_temp.attempt('SELECT sla_due(''2026-11-23 09:00+00'', $1::float8, ''closed UTC'')::text', seconds) AS due
FROM unnest(array['0', '-0', '1e-6', '4e-7', '-1e-6', '1e-300', '86399.9999999', '1e9', '1e11', '1e12', '-1e11', '1.0000000001e12', '1e308', '-1e308', 'NaN', 'Infinity', '-Infinity']) seconds;
SELECT moment, pg_temp.attempt('SELECT business_seconds(''2026-11-23 09:00+00'', $1::timestamptz, ''24x7 America/Los_Angeles'')::text', moment) AS seconds, pg_temp.attempt('SELECT next_business_time($1::timestamptz, ''Mon 09:00-10:00 Pacific/Kiritimati'')::text', moment) AS next, pg_temp.attempt('SELECT business_days(''2026-11-23'', ($1::timestamptz AT TIME ZONE ''UTC'')::date, ''24x7 UTC'')::text', moment) AS days
FROM unnest(array['4714-11-24 00:00+00 BC', '0001-12-31 23:59:59+00 BC', '1582-10-10 12:00+00', '9999-12-20 00:00+00', '9999-12-31 23:59:59.999999+00', '10000-01-01 00:00+00', '294276-12-31 23:59:59.999999+00', 'infinity', '-infinity']) moment;
-- functions of the aggregate called by hand, and an aggregate that begins with a calendar
SELECT pg_temp.attempt(call) AS outcome, call FROM unnest(array['SELECT business_calendar_transfn(NULL, NULL, NULL)', 'SELECT business_calendar_finalfn(business_calendar_transfn(NULL, ''24x7 UTC'', NULL))', 'SELECT business_calendar_transfn(NULL, ''24x7 UTC'', ''infinity'')', 'SELECT business_calendar_transfn(''24x7 UTC'', ''24x7 UTC'', ''2026-12-25'')', 'SELECT business_calendar_transfn(NULL, ''draft 0000000000000000; 24x7 UTC'', ''2026-12-25'')',
	'SELECT business_calendar_transfn(''draft 0000000000000000; 24x7 UTC'', ''24x7 UTC'', ''2026-12-25'')', 'SELECT business_calendar_combinefn(''24x7 UTC'', NULL)', 'SELECT business_calendar_combinefn(''24x7 UTC'', ''24x7 UTC'')', 'SELECT business_calendar_combinefn(''draft 0000000000000000; 24x7 UTC'', ''draft 0000000000000000; closed Asia/Tokyo; holidays 2026-12-25'')',
	'SELECT business_calendar_finalfn(''draft 0000000000000000; 24x7 UTC'')', 'SELECT business_calendar_finalfn(''draft 0000000000000000; 24x7 UTC; holidays 2026-12-25; open 2026-12-25 09:00-10:00'')', 'SELECT business_seconds(''2026-11-23'', ''2026-11-24'', ''draft 0000000000000000; 24x7 UTC'')', 'SELECT sla_compliance_transfn(NULL, NULL, NULL, NULL, NULL, NULL)',
	'SELECT sla_compliance_transfn(''{"compliance": 1, "met": 3}'', ''2026-11-23'', ''2026-11-23'', 0, ''24x7 UTC'', ''2026-11-24'')']) call;
CREATE AGGREGATE pg_temp.begun(business_calendar, date) (SFUNC = business_calendar_transfn, STYPE = business_calendar, FINALFUNC = business_calendar_finalfn, INITCOND = '24x7 UTC');
SELECT pg_temp.begun('24x7 UTC', '2026-12-25');
