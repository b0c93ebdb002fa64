-- movement: the summary over histories of deals against a full join of two days, and against itself: by group, by period, merged.
\ir setup.psql

CREATE FUNCTION pg_temp.pick(seed text, n int) RETURNS int LANGUAGE sql IMMUTABLE RETURN ('x' || substr(md5(seed), 1, 7))::bit(28)::int % n;
-- 300 deals of up to five states each, some of them deleted in the end, one in fifty without an amount.
CREATE TEMP TABLE history AS
	SELECT deal, n, pg_temp.pick(deal || 'd' || n, 30) + 30 * n AS day, n > 1 AND pg_temp.pick(deal || 'x' || n, 12) = 0 AS deleted,
		(array['open', 'open', 'open', 'open', 'open', 'open', 'open', 'won', 'lost', NULL])[1 + pg_temp.pick(deal || 'o' || n, 10)] AS outcome,
		CASE WHEN pg_temp.pick(deal || 'c' || n, 20) > 0 THEN date '2026-01-01' + pg_temp.pick(deal || 'c' || n / 2, 270) END AS close_date,
		(array['pipeline', 'Best Case', 'commit', 'omitted', NULL])[1 + pg_temp.pick(deal || 'k' || n / 2, 5)] AS category, (array['A', 'B', 'C'])[1 + pg_temp.pick(deal || 't' || n / 3, 3)] AS team,
		CASE WHEN pg_temp.pick(deal || 'a' || n, 50) > 0 THEN round((pg_temp.pick(deal || 'a' || n / 2, 1000000) - 50000) / 100.0, 2) END AS amount
	FROM generate_series(1, 300) deal, generate_series(0, 4) n WHERE n <= pg_temp.pick('n' || deal, 6);
CREATE TEMP TABLE snapshot AS
	SELECT day AS as_of, h.* FROM generate_series(0, 150, 50) day, LATERAL (SELECT DISTINCT ON (deal) deal, true AS known, deleted, outcome, close_date, category, team, amount FROM history WHERE history.day <= day.day ORDER BY deal, n DESC) h WHERE NOT deleted;
-- both sides of a deal, for every two days, also the same and backwards; a deal of which nothing is known is not there
CREATE TEMP TABLE two AS
	SELECT d1 * 1000 + d2 AS pair, j.* FROM generate_series(0, 150, 50) d1, generate_series(0, 150, 50) d2, LATERAL (
		SELECT deal, a.outcome AS o0, a.close_date AS c0, a.category AS k0, a.team AS t0, a.amount AS a0, coalesce(a.known AND num_nonnulls(a.outcome, a.close_date, a.category, a.amount) > 0, false) AS e0,
			b.outcome AS o1, b.close_date AS c1, b.category AS k1, b.team AS t1, b.amount AS a1, coalesce(b.known AND num_nonnulls(b.outcome, b.close_date, b.category, b.amount) > 0, false) AS e1
		FROM (SELECT * FROM snapshot WHERE as_of = d1) a FULL JOIN (SELECT * FROM snapshot WHERE as_of = d2) b USING (deal)) j;
CREATE TEMP TABLE report AS
	SELECT row_number() OVER () AS report, * FROM (VALUES (NULL::date, '2026-03-31'::date), ('2026-04-01', '2026-06-30'), ('2026-07-01', NULL), (NULL, NULL)) p(first, last), (VALUES ('A'), ('B'), ('C'), (NULL)) t(team);
CREATE TEMP TABLE scoped AS
	SELECT pair, report, first, last, r.team, deal, o0, a0, s0, o1, a1, s1
	FROM two, report r, LATERAL (SELECT pipeline_scope(o0, c0, k0, first, last, t0 = coalesce(r.team, t0)) AS s0, pipeline_scope(o1, c1, k1, first, last, t1 = coalesce(r.team, t1)) AS s1) s;
CREATE TEMP TABLE moved AS
	SELECT pair, report, first, last, team, movement(o0, a0, s0, o1, a1, s1) AS m, movement(o0, a0::float8, s0, o1, a1::float8, s1) AS m_float8, movement(o0, (a0 * 100)::bigint, s0, o1, (a1 * 100)::bigint, s1) AS m_int8 FROM scoped GROUP BY 1, 2, 3, 4, 5;

-- the oracle: a full join, and sums over what the words mean
CREATE TEMP TABLE oracle AS
	SELECT pair, report, count(*) FILTER (WHERE in0) AS start_deals, coalesce(sum(a0) FILTER (WHERE in0), 0) AS start_amount, count(*) FILTER (WHERE in1) AS end_deals, coalesce(sum(a1) FILTER (WHERE in1), 0) AS end_amount,
		count(*) FILTER (WHERE NOT e0 AND (in1 OR here1 AND o1 IN ('won', 'lost'))) AS new_deals, coalesce(sum(a1) FILTER (WHERE NOT e0 AND (in1 OR here1 AND o1 IN ('won', 'lost'))), 0) AS new_amount,
		-- bookings: whatever is won here now and was not before
		count(*) FILTER (WHERE here1 AND o1 = 'won' AND o0 IS DISTINCT FROM 'won') AS won_deals, -coalesce(sum(a1) FILTER (WHERE here1 AND o1 = 'won' AND o0 IS DISTINCT FROM 'won'), 0) AS won_amount,
		count(*) FILTER (WHERE o1 = 'lost' AND (in0 OR here1 AND (NOT e0 OR o0 = 'won'))) AS lost_deals, -coalesce(sum(a1) FILTER (WHERE o1 = 'lost' AND (in0 OR here1 AND (NOT e0 OR o0 = 'won'))), 0) AS lost_amount,
		count(*) FILTER (WHERE in0 AND NOT e1) AS deleted_deals, -coalesce(sum(a0) FILTER (WHERE in0 AND NOT e1), 0) AS deleted_amount,
		count(*) FILTER (WHERE in0 AND e1 AND change > 0) AS increased_deals, coalesce(sum(change) FILTER (WHERE in0 AND e1 AND change > 0), 0) AS increased_amount,
		count(*) FILTER (WHERE in0 AND e1 AND change < 0) AS decreased_deals, coalesce(sum(change) FILTER (WHERE in0 AND e1 AND change < 0), 0) AS decreased_amount,
		count(*) FILTER (WHERE in0 AND in1 AND change = 0) AS unchanged_deals,
		count(*) FILTER (WHERE in0 AND live1 AND c1 < first) AS pulled_out_deals, count(*) FILTER (WHERE in0 AND live1 AND coalesce(c1, 'infinity') > last) AS pushed_out_deals, count(*) FILTER (WHERE in0 AND live1 AND due1 AND t1 <> team) AS transferred_out_deals,
		count(*) FILTER (WHERE live0 AND c0 < first AND (in1 OR here1 AND o1 = 'won')) AS pushed_in_deals, count(*) FILTER (WHERE live0 AND due0 AND t0 <> team AND (in1 OR here1 AND o1 = 'won')) AS transferred_in_deals,
		count(*) FILTER (WHERE in0 AND o1 = 'open' AND k1 = 'omitted') AS omitted_deals, count(*) FILTER (WHERE in0 AND e1 AND o1 IS NULL) AS unknown_out_deals
	FROM (SELECT *, here0 AND live0 AND o0 = 'open' AS in0, here1 AND live1 AND o1 = 'open' AS in1 FROM (SELECT *, due0 AND coalesce(t0 = team, team IS NULL) AS here0, due1 AND coalesce(t1 = team, team IS NULL) AS here1
		FROM (SELECT two.*, report, first, last, report.team, coalesce(o0 = 'open' AND k0 IS DISTINCT FROM 'omitted', false) AS live0, coalesce(o1 = 'won' OR o1 = 'open' AND k1 IS DISTINCT FROM 'omitted', false) AS live1, coalesce(a1, 0) - coalesce(a0, 0) AS change,
			e0 AND coalesce(c0, 'infinity') BETWEEN coalesce(first, '-infinity') AND coalesce(last, 'infinity') AS due0, e1 AND coalesce(c1, 'infinity') BETWEEN coalesce(first, '-infinity') AND coalesce(last, 'infinity') AS due1 FROM two, report) x) y) z GROUP BY pair, report;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (start_deals(m), start_amount(m), end_deals(m), end_amount(m), new_deals(m), new_amount(m), won_deals(m), won_amount(m), lost_deals(m), lost_amount(m), deleted_deals(m), deleted_amount(m), increased_deals(m), increased_amount(m),
			decreased_deals(m), decreased_amount(m), unchanged_deals(m), pulled_out_deals(m), pushed_out_deals(m), transferred_out_deals(m), pushed_in_deals(m), transferred_in_deals(m), omitted_deals(m), unknown_out_deals(m))
		IS DISTINCT FROM (o.start_deals, o.start_amount, o.end_deals, o.end_amount, o.new_deals, o.new_amount, o.won_deals, o.won_amount, o.lost_deals, o.lost_amount, o.deleted_deals, o.deleted_amount, o.increased_deals, o.increased_amount,
			o.decreased_deals, o.decreased_amount, o.unchanged_deals, o.pulled_out_deals, o.pushed_out_deals, o.transferred_out_deals, o.pushed_in_deals, o.transferred_in_deals, o.omitted_deals, o.unknown_out_deals))
	FROM moved JOIN oracle o USING (pair, report) $$, 'every two days, period and group, against a full join');
SELECT cmp_ok(sum(least(start_deals, won_deals, lost_deals, deleted_deals, pulled_out_deals, pushed_out_deals, pushed_in_deals, transferred_in_deals, omitted_deals, unknown_out_deals)), '>', 0::numeric, 'there are reports in which everything happens') FROM oracle;

-- one row for each kind of each movement
CREATE TEMP TABLE bar AS SELECT pair, report, first, last, team, m, m_float8, m_int8, w.* FROM moved, waterfall(m) w;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (deals, amount) IS DISTINCT FROM (movement_count(m, movement), movement_amount(m, movement)) OR (deals, amount) IS DISTINCT FROM (movement_count(m_float8, movement), movement_amount(m_float8, movement))
		OR (deals, amount * 100) IS DISTINCT FROM (movement_count(m_int8, upper(movement)), movement_amount(m_int8, upper(movement))))
	FROM bar WHERE movement NOT IN ('start', 'end') $$, 'the bars of a waterfall are the kinds, and the overloads for float8 and int8 are the same');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (start_deals(m), start_amount(m), end_deals(m), end_amount(m), unchanged_deals(m), missing_amounts(m)) IS DISTINCT FROM (start_deals(m_float8), start_amount(m_float8), end_deals(m_float8), end_amount(m_float8), unchanged_deals(m_float8), missing_amounts(m_float8))
		OR (start_amount(m) * 100, end_amount(m) * 100, net_change(m) * 100) IS DISTINCT FROM (start_amount(m_int8), end_amount(m_int8), net_change(m_int8))) FROM moved $$, 'and so are both ends');
-- the chart: each bar begins where the one before ends, and the last level is the end
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE bars <> 20 OR NOT chained OR last_level IS DISTINCT FROM end_amount(m) OR total IS DISTINCT FROM net_change(m) OR balance IS DISTINCT FROM end_deals(m) - start_deals(m) OR net_change(m) IS DISTINCT FROM end_amount(m) - start_amount(m))
	FROM (SELECT m, count(*) AS bars, bool_and(level_to = level_from + amount AND (level_from = before OR bar IN (1, 20) AND level_from = 0)) AS chained, max(level_to) FILTER (WHERE bar = 19) AS last_level, sum(amount) FILTER (WHERE bar BETWEEN 2 AND 19) AS total,
			sum(CASE WHEN bar < 9 THEN deals ELSE -deals END) FILTER (WHERE bar BETWEEN 2 AND 19 AND movement NOT IN ('increased', 'decreased')) AS balance
		FROM (SELECT *, lag(level_to) OVER (PARTITION BY pair, report ORDER BY bar) AS before FROM bar) b GROUP BY pair, report, m) w $$, 'the waterfall ends where it must');
-- each kind's own readers
SELECT pg_temp.holds(format('SELECT count(*), count(*) FILTER (WHERE (%1$s_deals(m), %1$s_amount(m)) IS DISTINCT FROM (movement_count(m, %1$L), movement_amount(m, %1$L))) FROM moved', kind), kind || '_amount and ' || kind || '_deals') FROM (SELECT bar, movement AS kind FROM bar WHERE movement NOT IN ('start', 'end') GROUP BY 1, 2) k ORDER BY bar;
-- the summary is the sum of what the deals did
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE coalesce(b.deals, 0) IS DISTINCT FROM coalesce(s.deals, 0) OR coalesce(b.amount, 0) IS DISTINCT FROM coalesce(s.amount, 0))
	FROM (SELECT * FROM bar WHERE movement NOT IN ('start', 'end')) b FULL JOIN (SELECT pair, report, movement, sum(amount) AS amount, count(*) AS deals FROM scoped, movements(o0, a0, s0, o1, a1, s1) GROUP BY 1, 2, 3) s USING (pair, report, movement) $$, 'movements of the deals add up to the summary');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE net_change(m) IS DISTINCT FROM net) FROM moved JOIN (SELECT pair, report, coalesce(sum(movement_amount(o0, a0, s0, o1, a1, s1)), 0) AS net FROM scoped GROUP BY 1, 2) s USING (pair, report) $$, 'and so does movement_amount');
-- by group and by period
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (g.deals, g.amount) IS DISTINCT FROM (w.deals, w.amount))
	FROM (SELECT pair, first, last, v.* FROM (SELECT pair, first, last, merge(m) AS m FROM moved WHERE team IS NOT NULL GROUP BY 1, 2, 3) s, waterfall(m) v) g
	JOIN (SELECT * FROM bar WHERE team IS NULL) w ON g.pair = w.pair AND g.first IS NOT DISTINCT FROM w.first AND g.last IS NOT DISTINCT FROM w.last AND g.bar = w.bar WHERE g.movement !~ '^transferred_' $$, 'merged groups are the whole');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE transferred_in_amount(m) + transferred_out_amount(m) <> 0 OR transferred_in_deals(m) <> transferred_out_deals(m)) FROM (SELECT pair, first, last, merge(m) AS m FROM moved WHERE team IS NOT NULL GROUP BY 1, 2, 3) s $$, 'where transfers cancel');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (g.deals, g.amount) IS DISTINCT FROM (w.deals, w.amount))
	FROM (SELECT pair, v.* FROM (SELECT pair, merge(m) AS m FROM moved WHERE team IS NULL AND num_nonnulls(first, last) > 0 GROUP BY 1) s, waterfall(m) v) g
	JOIN (SELECT * FROM bar WHERE team IS NULL AND num_nonnulls(first, last) = 0) w ON g.pair = w.pair AND g.bar = w.bar WHERE g.movement !~ '^(pushed|pulled)_' $$, 'merged periods are the whole');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE pulled_in_amount(m) + pulled_out_amount(m) <> 0 OR pushed_in_amount(m) + pushed_out_amount(m) <> 0 OR pushed_in_deals(m) <> pushed_out_deals(m)) FROM (SELECT pair, merge(m) AS m FROM moved WHERE team IS NULL AND num_nonnulls(first, last) > 0 GROUP BY 1) s $$, 'where pushes and pulls cancel');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE deals > 0) FROM bar WHERE pair % 1000 = pair / 1000 AND movement NOT IN (''start'', ''end'')', 'nothing moves between a day and itself');

-- ---- the summary as such ----
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE m::text::movement IS DISTINCT FROM m OR m_float8::text::movement IS DISTINCT FROM m_float8) FROM moved', 'the text form is lossless');
SELECT is((SELECT merge(m) FROM (SELECT m FROM moved ORDER BY md5(pair || 'x' || report)) s), (SELECT movement(o0, a0, s0, o1, a1, s1) FROM scoped), 'the merge of the reports, in any order, is the whole');
SELECT pg_temp.holds($$
	WITH d AS (SELECT *, rank() OVER (ORDER BY deal) AS n FROM scoped WHERE pair = 50100 AND report = 16)
	SELECT count(*), count(*) FILTER (WHERE frame IS DISTINCT FROM again) FROM (SELECT n, movement(o0, a0, s0, o1, a1, s1) OVER (ORDER BY deal ROWS BETWEEN 5 PRECEDING AND CURRENT ROW) AS frame FROM d) f,
		LATERAL (SELECT movement(o0, a0, s0, o1, a1, s1) AS again FROM d WHERE d.n BETWEEN f.n - 5 AND f.n) a $$, 'window frames');
SELECT is(movement(o0, a0, 'in', o1, a1, 'in'), NULL, 'no rows') FROM two WHERE false;
SELECT is(movement(NULL, NULL::numeric, NULL, NULL, NULL, NULL), NULL, 'a row of NULLs is no deal') FROM generate_series(1, 3);
SELECT is(movement('open', 5, 'later', 'open', 7, 'later'), '{"movement": 1}', 'deals of which none was ever in');
SELECT is(movement('open', 5, NULL, 'open', 7, NULL), movement('OPEN', 5, 'IN', 'Open', 7, 'In'), 'without scopes nothing is filtered');
SELECT is((movement_type(NULL, NULL, NULL, NULL, NULL, NULL), movement_amount(NULL, NULL, NULL, NULL, NULL, NULL), (SELECT count(*) FROM movements(NULL, NULL, NULL, NULL, NULL, NULL)), (SELECT count(*) FROM waterfall(NULL)), net_change(NULL), movement_count(NULL, 'won'))::text, '(,,0,0,,)', 'NULL for NULL');
-- what one sum cannot hold is refused; sums that balance only beyond that are read and written
SELECT is(m::text::movement, m, 'a start and movements whose sum on the way has 38 digits') FROM (SELECT movement(o0, a0, 'in', o1, a1, 'in') AS m FROM (VALUES ('open', 8e37::numeric, NULL, NULL::numeric), (NULL, NULL, 'open', 8e37)) v(o0, a0, o1, a1)) s;
SELECT is(m::text::movement, m, 'a large amount that left and a fine one that came') FROM (SELECT movement(o0, a0, 'in', o1, a1, 'in') AS m FROM (VALUES ('open', 8e37::numeric, NULL, NULL::numeric), (NULL, NULL, 'open', 1e-30)) v(o0, a0, o1, a1)) s;
SELECT throws_ok(call, '22003', NULL, call) FROM unnest(array[$$SELECT movement('open', 'NaN'::float8, 'in', 'won', 5, 'in')$$, $$SELECT movement('open', 5, 'in', 'won', 'Infinity'::numeric, 'in')$$, $$SELECT movement_type('open', 'NaN', 'in', 'won', 5, 'in')$$, $$SELECT movement_amount('open', 8e37, 'in', 'open', -8e37, 'in')$$]) call;
SELECT throws_ok(call, '22023', NULL, call) FROM unnest(array[$$SELECT movement('Closed Won', 5, 'in', 'won', 5, 'in')$$, $$SELECT movement('open', 5, 'Q1', 'won', 5, 'in')$$, $$SELECT movement_type('open', 5, 'in', 'won', 5, '')$$, $$SELECT movement_count('{"movement": 1}', 'start')$$, $$SELECT movement_amount('{"movement": 1}', '')$$,
	$$SELECT pipeline_scope('open', NULL, NULL, '2026-02-01', '2026-01-31')$$, $$SELECT pipeline_scope('open', NULL, NULL, 'infinity', '2026-01-31')$$, $$SELECT pipeline_scope('open', NULL, 'Upside', NULL, NULL)$$, $$SELECT pipeline_scope('open', NULL, NULL, NULL, NULL, true, 'commit,')$$,
	$$SELECT pipeline_scope('open', NULL, NULL, NULL, NULL, true, '')$$, $$SELECT pipeline_scope('open', NULL, NULL, NULL, NULL, true, 'commit, upside')$$, $$SELECT pipeline_scope('Prospecting', NULL, NULL, NULL, NULL)$$]) call;
-- other lists in one query, also long ones
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE pipeline_scope('open', NULL, category, NULL, NULL, true, list) IS DISTINCT FROM CASE WHEN category = ANY (string_to_array(list, ',')) THEN 'in' WHEN category = 'omitted' THEN 'omitted' ELSE 'other_category' END)
	FROM unnest('{omitted, pipeline, commit}'::text[]) category, (VALUES ('commit'), ('omitted'), ('pipeline,commit'), ('commit,pipeline'), (repeat('commit,', 300) || 'omitted'), ('commit'), (repeat('commit,', 300) || 'pipeline')) v(list)$$, 'lists of categories');
-- forms that no aggregate writes
SELECT throws_ok(format('SELECT %L::movement', literal), '22P02', NULL, literal) FROM unnest(array['{"movement": 1, "start": 5}', '{"movement": 1, "end": 5}', '{"movement": 1, "new": 5}', '{"movement": 1, "new_deals": 1, "new": 5}', '{"movement": 1, "new_deals": 1, "new": 5, "end_deals": 1, "end": 6}',
	'{"movement": 1, "start_deals": 1, "start": 5, "end_deals": 1, "end": 5, "unchanged_deals": 2}', '{"movement": 1, "start_deals": 1, "start": 5, "increased_deals": 1, "end_deals": 1, "end": 5}', '{"movement": 1, "start_deals": 1, "start": 5, "increased_deals": 1, "increased": -1, "end_deals": 1, "end": 4}',
	'{"movement": 1, "start_deals": 1, "start": 5, "decreased_deals": 1, "decreased": 1, "end_deals": 1, "end": 6}', '{"movement": 1, "start_deals": 1, "start": 5, "won_deals": 2, "won": -5}', '{"movement": 1, "new_deals": 1, "new": 5, "pushed_out_deals": 1, "pushed_out": -5}',
	'{"movement": 1, "missing_amounts": 1}', '{"movement": 1, "start_deals": -1}', '{"movement": 2}', '{"movement": 1, "moved": 1}', '{"movement": 1, "start_deals": 999999999999999999999}']) literal;

SELECT * FROM finish();
ROLLBACK;
