-- stage_history: a log in one pass, against window functions over the same log.
\ir setup.psql

CREATE FUNCTION pg_temp.draw(seed text, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || left(md5(seed), 7))::bit(28)::int % n $$;
CREATE FUNCTION pg_temp.stage(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT (array['New', 'Qualified', 'Proposal', 'Negotiation with a name of more than thirty-two bytes', 'Won', 'Lost', 'Größe', '', 'Elsewhere', NULL])[n] $$;
-- 4,000 deals of one to twelve events, md5-made: in few moments, so that many are at the same one, many given twice, stages repeated
CREATE TEMP TABLE log AS
	SELECT nullif(deal, 7)::bigint * (CASE WHEN deal % 2 = 0 THEN -1 ELSE 1 END) * 10000019 AS id, 'Ü-' || repeat('x', deal % 13) || nullif(deal, 7) AS code, md5('id' || nullif(deal, 7))::uuid AS key,
		pg_temp.stage(1 + least(9, pg_temp.draw('s' || deal || '-' || i / (1 + deal % 2), 10))) AS stage,
		CASE WHEN pg_temp.draw('n' || deal || '-' || i, 50) > 0 THEN timestamptz '2026-01-01 00:00+00' + pg_temp.draw('t' || deal || '-' || i / (1 + deal % 3), 40) * interval '1 day' + pg_temp.draw('h' || i, 3) * interval '1 microsecond' END AS at,
		deal % 5 AS region, md5(deal || '/' || i) AS shuffle
	FROM generate_series(1, 4000) deal, LATERAL generate_series(1, 1 + pg_temp.draw('k' || deal, 12)) i
	UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, 1, md5('none');
CREATE TEMP TABLE history AS SELECT stage_history(id, stage, at) AS of_bigint, stage_history(code, stage, at) AS of_text, stage_history(key, stage, at) AS of_uuid FROM (SELECT * FROM log ORDER BY shuffle) s;
CREATE TEMP TABLE moment AS SELECT timestamptz '2026-01-01 00:00+00' + d * interval '1 day' AS as_of FROM unnest(array[-1, 0, 10, 25.5, 39, 400]) d;

CREATE TEMP TABLE process AS SELECT '{"stages": [{"stage": "Proposal", "probability": 0.2, "category": "pipeline"}, {"stage": "New", "probability": 0.3, "category": "pipeline"}, {"stage": "Qualified", "probability": 0.5, "category": "pipeline"}, {"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Lost", "probability": 0, "outcome": "lost"}]}'::sales_process AS process,
	'{Proposal, New, Qualified, Won, Lost}'::text[] AS places;

-- the oracle: stays by window functions, in the order of the names, or of a process
CREATE FUNCTION pg_temp.stays(until timestamptz, places text[] DEFAULT '{}') RETURNS TABLE (id bigint, code text, stage text, entered timestamptz, "left" timestamptz, next_stage text) LANGUAGE sql AS $$
	WITH event AS (SELECT DISTINCT l.id, l.code, l.stage, l.at, coalesce(array_position(places, l.stage), 1000) AS place FROM log l WHERE l.id IS NOT NULL AND l.stage IS NOT NULL AND l.at <= until),
	run AS (SELECT *, lag(e.stage) OVER w IS DISTINCT FROM e.stage AS begins FROM event e WINDOW w AS (PARTITION BY e.id ORDER BY e.at, e.place, e.stage COLLATE "C"))
	SELECT r.id, r.code, r.stage, r.at, lead(r.at) OVER w, lead(r.stage) OVER w FROM run r WHERE begins WINDOW w AS (PARTITION BY r.id ORDER BY r.at, r.place, r.stage COLLATE "C") $$;
CREATE TEMP TABLE stay AS SELECT as_of, s.*, (extract(epoch FROM coalesce(s."left", as_of) - entered) * 1000000)::float8 / 86400000000 AS days FROM moment, pg_temp.stays(as_of) s;
CREATE TEMP TABLE process_stay AS SELECT as_of, s.*, (extract(epoch FROM coalesce(s."left", as_of) - entered) * 1000000)::float8 / 86400000000 AS days FROM moment, process, pg_temp.stays(as_of, places) s;

SELECT cmp_ok((SELECT count(*) - count(DISTINCT (id, stage, at)) FROM log), '>', 500::bigint, 'events are given twice');
SELECT cmp_ok((SELECT count(DISTINCT (id, stage, at)) - count(DISTINCT (id, at)) FROM log), '>', 500::bigint, 'and are at the same moment');

-- stays one by one
CREATE FUNCTION pg_temp.differ(a text, b text) RETURNS text LANGUAGE sql AS $$ SELECT format('SELECT (SELECT count(*) FROM (%1$s) x), (SELECT count(*) FROM ((%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)) y)', a, b) $$;
SELECT pg_temp.holds(pg_temp.differ('SELECT as_of, s.* FROM history, moment, stage_spells(of_bigint, as_of) s', 'SELECT as_of, id::text, stage, entered, "left", days, "left" IS NOT NULL FROM stay'), 'stays are those of window functions');
SELECT pg_temp.holds(pg_temp.differ('SELECT as_of, s.* FROM history, moment, stage_spells(of_text, as_of) s', 'SELECT as_of, code, stage, entered, "left", days, "left" IS NOT NULL FROM stay'), 'ids text too');
SELECT pg_temp.holds(pg_temp.differ('SELECT as_of, s.* FROM history, moment, stage_spells(of_uuid, as_of) s', $$SELECT as_of, md5('id' || abs(id) / 10000019)::uuid::text, stage, entered, "left", days, "left" IS NOT NULL FROM stay$$), 'ids uuid too');
SELECT pg_temp.holds(pg_temp.differ('SELECT as_of, s.* FROM history, moment, process, stage_spells(of_bigint, as_of, process) s', $$SELECT as_of, id::text, stage, entered, "left", CASE WHEN stage NOT IN ('Won', 'Lost') THEN days END, "left" IS NOT NULL FROM process_stay$$), 'with a process, in its order, and without days in closed stages');

-- time in each stage
CREATE TEMP TABLE time AS SELECT 'names' AS kind, as_of, t.* FROM history, moment, stage_times(of_bigint, as_of) t UNION ALL SELECT 'process', as_of, t.* FROM history, moment, process, stage_times(of_bigint, as_of, process) t;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (t.deals, t.spells, t.ended, t.open) IS DISTINCT FROM (o.deals, o.spells, o.ended, o.spells - o.ended) OR abs(t.total_days - o.total) > 1e-9 * o.total OR abs(t.mean_days - o.mean) > 1e-9 OR (t.mean_days IS NULL) <> (o.mean IS NULL) OR t.median_days IS DISTINCT FROM o.median)
	FROM time t FULL JOIN (SELECT kind, as_of, stage, count(DISTINCT id) AS deals, count(*) AS spells, count("left") AS ended, sum(days) AS total, avg(days) FILTER (WHERE "left" IS NOT NULL) AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE "left" IS NOT NULL) AS median
		FROM (SELECT 'names' AS kind, * FROM stay UNION ALL SELECT 'process', * FROM process_stay WHERE stage NOT IN ('Won', 'Lost')) s GROUP BY 1, 2, 3) o USING (kind, as_of, stage)$$, 'time in each stage is that of the stays');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE t.km_median_days IS DISTINCT FROM km_median(s) OR t.km_p90_days IS DISTINCT FROM km_quantile(s, 0.9))
	FROM time t FULL JOIN (SELECT 'names' AS kind, as_of, stage, survival(days, "left" IS NOT NULL) AS s FROM stay GROUP BY 2, 3) s USING (kind, as_of, stage) WHERE kind = 'names'$$, 'and its quantiles those of the survival of the stays');
SELECT is(string_agg(stage, ',' ORDER BY n), 'Proposal,New,Qualified,,Elsewhere,Größe,Negotiation with a name of more than thirty-two bytes', 'with a process in its order') FROM history, process, stage_times(of_bigint, '2027-01-01', process) WITH ORDINALITY t(stage, a, b, c, d, e, f, g, h, i, n);

-- survival
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE b.survival IS DISTINCT FROM o.s) FROM (SELECT as_of, s.* FROM history, moment, process, survival_by_stage(of_bigint, as_of, process) s) b
	FULL JOIN (SELECT as_of, stage, survival(days, CASE WHEN next_stage = 'Won' THEN 'won' WHEN next_stage = 'Lost' THEN 'lost' WHEN array_position(places, stage) < array_position(places, next_stage) THEN 'advanced'
		WHEN array_position(places, stage) > array_position(places, next_stage) THEN 'regressed' WHEN next_stage IS NOT NULL THEN 'unknown stage' END) AS s FROM process_stay, process WHERE stage NOT IN ('Won', 'Lost') GROUP BY 1, 2) o USING (as_of, stage)$$, 'survival by stage with a process is that of the stays, by where they led');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE b.survival IS DISTINCT FROM stage_survival(of_bigint, stage, as_of, process)) FROM history, moment, process, survival_by_stage(of_bigint, as_of, process) b$$, 'of one stage it is the same');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE b.survival IS DISTINCT FROM o.s OR b.survival IS DISTINCT FROM one) FROM (SELECT as_of, s.*, stage_survival(of_bigint, s.stage, as_of) AS one FROM (SELECT stage_history(id, coalesce(nullif(stage, ''), 'blank'), at) AS of_bigint FROM log WHERE stage IS NOT NULL) h, moment, survival_by_stage(of_bigint, as_of) s) b
	FULL JOIN (SELECT as_of, stage, survival(days, next) AS s FROM (SELECT as_of, stage, days, CASE WHEN ended THEN lead(stage) OVER (PARTITION BY as_of, deal ORDER BY n) END AS next FROM (SELECT stage_history(id, coalesce(nullif(stage, ''), 'blank'), at) AS of_bigint FROM log WHERE stage IS NOT NULL) h, moment, stage_spells(of_bigint, as_of) WITH ORDINALITY s(deal, stage, e, l, days, ended, n)) x GROUP BY 1, 2) o USING (as_of, stage)$$, 'without one, by the next stage');
SELECT is(stage_survival(of_bigint, 'Nowhere', '2027-01-01'), NULL, 'a stage that none entered has none') FROM history;
SELECT is(stage_survival(of_bigint, 'Won', '2027-01-01', process), NULL, 'nor has one in which deals end') FROM history, process;

-- moves
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (t.transitions, t.deals, t.median_days) IS DISTINCT FROM (o.n, o.deals, o.median) OR abs(t.mean_days - o.mean) > 1e-9 OR (t.mean_days IS NULL) <> (o.mean IS NULL))
	FROM (SELECT as_of, coalesce(t.from_stage, '-') AS f, t.* FROM history, moment, stage_transitions(of_text, as_of) t) t
	FULL JOIN (SELECT as_of, f, to_stage, count(*) AS n, count(DISTINCT id) AS deals, avg(days) AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median FROM
		(SELECT as_of, stage AS f, next_stage AS to_stage, id, days FROM stay WHERE "left" IS NOT NULL
		 UNION ALL SELECT * FROM (SELECT DISTINCT ON (as_of, id) as_of, '-', stage, id, NULL::float8 FROM stay ORDER BY as_of, id, entered, "left", stage COLLATE "C") first) m GROUP BY 1, 2, 3) o USING (as_of, f, to_stage)$$, 'moves from stage to stage are those of the stays');

-- cases and counts
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (c.deals, c.events) IS DISTINCT FROM (o.deals, o.events) OR c.median_days IS DISTINCT FROM o.median OR c.p90_days IS DISTINCT FROM o.p90 OR abs(c.mean_days - o.mean) > 1e-9) FROM history, moment, case_durations(of_uuid, as_of) c,
	LATERAL (SELECT count(*) AS deals, coalesce(sum(n), 0)::bigint AS events, avg(days) AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median, percentile_disc(0.9) WITHIN GROUP (ORDER BY days) AS p90
		FROM (SELECT id, count(DISTINCT (stage, at)) AS n, (extract(epoch FROM max(at) - min(at)) * 1000000)::float8 / 86400000000 AS days FROM log WHERE id IS NOT NULL AND stage IS NOT NULL AND at <= as_of GROUP BY 1) d) o$$, 'cases from first to last event');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE history_deals(h) <> d OR history_events(h) <> e OR incomplete_events(h) <> n) FROM history, unnest(array[of_bigint, of_text, of_uuid]) h,
	(SELECT count(DISTINCT id) FILTER (WHERE stage IS NOT NULL AND at IS NOT NULL) AS d, count(DISTINCT (id, stage, at)) FILTER (WHERE id IS NOT NULL AND stage IS NOT NULL AND at IS NOT NULL) AS e, count(*) FILTER (WHERE num_nulls(id, stage, at) IN (1, 2)) AS n FROM log) o$$, 'deals, events, and rows that are none');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (SELECT history_deals(h) + history_events(h) FROM (SELECT stage_history(id, stage, at) AS h FROM log) s) IS DISTINCT FROM history_deals(of_bigint) + history_events(of_bigint)) FROM history$$, 'the same read before it is stored');

-- one form: order of rows, parts, text, binary
SELECT is(stage_history(id, stage, at), (SELECT of_bigint FROM history), 'the order of rows does not matter') FROM (SELECT * FROM log ORDER BY at DESC, stage) s;
SELECT is(stage_history(id, stage, at), (SELECT of_bigint FROM history), 'nor that they come in order') FROM (SELECT * FROM log ORDER BY id, at, shuffle) s;
SELECT is(stage_history(code, stage, at), (SELECT of_text FROM history), 'nor that texts do') FROM (SELECT * FROM log ORDER BY code COLLATE "C", at, shuffle) s;
SELECT is(stage_history(key, stage, at), (SELECT of_uuid FROM history), 'nor that uuids do') FROM (SELECT * FROM log ORDER BY key, at, shuffle) s;
SELECT is(merge(part), (SELECT of_text FROM history), 'nor that it comes in parts') FROM (SELECT stage_history(code, stage, at) AS part FROM log GROUP BY left(shuffle, 2)) s;
SELECT is(merge(part ORDER BY r DESC), (SELECT of_uuid FROM history), 'nor in what order') FROM (SELECT region AS r, stage_history(key, stage, at) AS part FROM log GROUP BY region) s;
SELECT is(of_bigint::text::stage_history, of_bigint, 'text form') FROM history;
SELECT is(of_text::text::stage_history, of_text, 'text form, ids text') FROM history;
SELECT is(of_uuid::text::stage_history, of_uuid, 'text form, ids uuid') FROM history;
SELECT is(stage_history(id, stage, at)::text, (SELECT of_bigint::text FROM history), 'an object shows as what is stored') FROM log;
SELECT pg_temp.holds($$WITH l AS MATERIALIZED (SELECT *, row_number() OVER (ORDER BY shuffle) AS n FROM log WHERE shuffle < '01')
	SELECT count(*), count(*) FILTER (WHERE a IS DISTINCT FROM (SELECT stage_history(code, stage, at) FROM l x WHERE x.n BETWEEN w.n - 40 AND w.n + 3)) FROM (SELECT n, stage_history(code, stage, at) OVER (ORDER BY n ROWS BETWEEN 40 PRECEDING AND 3 FOLLOWING) AS a FROM l) w$$, 'frames of a window');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE a IS DISTINCT FROM b) FROM (SELECT region, stage_history(id, stage, at) AS a FROM log GROUP BY 1) x JOIN (SELECT region, merge(h) AS b FROM (SELECT region, shuffle < '8', stage_history(id, stage, at) AS h FROM log GROUP BY 1, 2) s GROUP BY 1) y USING (region)$$, 'groups');

-- words of their own for time and stage
CREATE TEMP TABLE odd AS SELECT i AS id, 'S' || i % 3000 AS stage, timestamptz '2026-01-01 00:00+00' + i % 17 * interval '1 hour' AS at FROM generate_series(1, 20000) i UNION ALL VALUES (5, 'Old', timestamptz '0300-01-01 00:00+00 BC'), (5, 'Far', '294276-12-31 23:59:59+00');
SELECT is(count(*), 20002::bigint, 'many stages, and moments far away') FROM (SELECT stage_history(id, stage, at) AS h FROM odd) s, stage_spells(h, '294276-12-31 23:59:59+00');
SELECT is(stage_history(id, stage, at), (SELECT merge(h) FROM (SELECT stage_history(id, stage, at) AS h FROM odd GROUP BY id % 7) p), 'merged from parts that need no such words') FROM (SELECT * FROM odd ORDER BY md5(id || stage)) s;
SELECT is(h::text::stage_history, h, 'in text') FROM (SELECT stage_history(id, stage, at) AS h FROM odd) s;
SELECT is((stage_times(h, '294276-12-31 23:59:59+00')).total_days > 107000000, true, 'the longest stay there is') FROM (SELECT stage_history(1, s, t) AS h FROM (VALUES ('A', '4713-01-01 00:00+00 BC'::timestamptz)) v(s, t)) s;

-- ids of one hash: both words of a uuid are chosen so that the hash of all is the same; they are compared in full
CREATE FUNCTION pg_temp.reversed(bytes bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT string_agg(substring(bytes FROM i FOR 1), '' ORDER BY i DESC) FROM generate_series(1, length(bytes)) i $$;
CREATE FUNCTION pg_temp.colliding(i int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
	SELECT (encode(pg_temp.reversed(int8send(i)), 'hex') || encode(pg_temp.reversed(int4send(hi # 77) || int4send((lo # hi) # 99)), 'hex'))::uuid
	FROM (SELECT (CASE WHEN h >= 2147483648 THEN h - 4294967296 ELSE h END)::int AS hi, (CASE WHEN l >= 2147483648 THEN l - 4294967296 ELSE l END)::int AS lo
		FROM (SELECT div(p, 4294967296) AS h, mod(p, 4294967296) AS l FROM (SELECT mod(i::numeric * 11400714819323198485, 18446744073709551616) AS p) m) n) o $$;
SELECT is(string_agg(deal || stage || days, ',' ORDER BY deal, entered_at), (SELECT string_agg(pg_temp.colliding(i) || s || (CASE WHEN s = 'A' THEN i ELSE 9000 - i END), ',' ORDER BY pg_temp.colliding(i)::text, s) FROM generate_series(1, 2000) i, unnest(array['A', 'B']) s), 'ids of one hash are different deals')
FROM (SELECT stage_history(pg_temp.colliding(i), s, t) AS h FROM (SELECT * FROM generate_series(1, 2000) i, LATERAL (VALUES ('A', timestamptz '2000-01-01 00:00+00'), ('B', timestamptz '2000-01-01 00:00+00' + i * interval '1 day'), ('A', '2000-01-01 00:00+00')) v(s, t) ORDER BY md5(i || s)) e OFFSET 0) s, stage_spells(h, timestamptz '2000-01-01 00:00+00' + interval '9000 days');

-- moves between so many stages: 1009 and all differences between two of them make a walk that repeats none
CREATE TEMP TABLE move AS SELECT i, 'S' || (1 + i / 1009) * (i % 1009) % 1009 AS s FROM generate_series(0, 1000000) i;
SELECT is(count(*), 1000000::bigint, 'a million different moves') FROM (SELECT stage_history(1, s, timestamptz '2000-01-01 00:00+00' + i * interval '1 second') AS h FROM move WHERE i < 1000000) s, stage_transitions(h, '2026-01-01 00:00+00');
SELECT is(pg_temp.outcome_of($$SELECT count(*) FROM (SELECT stage_history(1, s, timestamptz '2000-01-01 00:00+00' + i * interval '1 second') AS h FROM move) s, stage_transitions(h, '2026-01-01 00:00+00')$$), '54000', 'and one more');
-- without the repeats
SELECT pg_temp.holds(pg_temp.differ('SELECT as_of, s.* FROM history, moment, process, stage_spells(stage_entries(of_text), as_of, process) s', 'SELECT as_of, s.* FROM history, moment, process, stage_spells(of_text, as_of, process) s'), 'stage_entries leaves the stays as they are, in any order');
SELECT pg_temp.holds(pg_temp.differ($$SELECT d ->> 0, e ->> 1, (e ->> 0)::timestamptz FROM history, jsonb_array_elements(stage_entries(of_bigint)::text::jsonb -> 'deals') d, jsonb_array_elements(d) WITH ORDINALITY e (e, n) WHERE n > 1$$,
	$$SELECT id::text, e ->> 1, (e ->> 0)::timestamptz FROM (SELECT id, stage_entries(stage_path(stage, at)) AS p FROM log WHERE id IS NOT NULL GROUP BY id) s, jsonb_array_elements(p::text::jsonb -> 'events') e$$), 'and has the events that the path of each deal has');
SELECT is((incomplete_events(stage_entries(of_uuid)), history_events(stage_entries(of_uuid)) < history_events(of_uuid) - 500), (incomplete_events(of_uuid), true), 'rows that lacked something are still counted, and repeats are many') FROM history;
SELECT is(stage_entries('{"stage_history": 1}'::stage_history), '{"stage_history": 1}', 'an empty log');
-- moves in the order of a process
SELECT pg_temp.holds(pg_temp.differ('SELECT as_of, from_stage, to_stage, transitions, deals FROM history, moment, process, stage_transitions(of_uuid, as_of, process)',
	'SELECT * FROM (SELECT as_of, stage, next_stage, count(*), count(DISTINCT id) FROM process_stay WHERE next_stage IS NOT NULL GROUP BY 1, 2, 3 UNION ALL SELECT as_of, NULL, stage, count(*), count(*) FROM (SELECT *, row_number() OVER (PARTITION BY as_of, id ORDER BY entered, coalesce(array_position(places, stage), 1000), stage COLLATE "C") AS n FROM process_stay, process) f WHERE n = 1 GROUP BY 1, 3) m'), 'moves in the order of a process');

-- funnels, against the definition: all chains, step by step
CREATE FUNCTION pg_temp.funnel(steps text[], within float8) RETURNS TABLE (step int, deals bigint) LANGUAGE sql AS $$
	WITH RECURSIVE event AS (SELECT DISTINCT l.id, l.stage, l.at FROM log l WHERE l.id IS NOT NULL AND l.stage IS NOT NULL AND l.at IS NOT NULL),
	chain AS (SELECT 1 AS step, e.id, e.at AS start, e.at, array[e.stage] AS now FROM event e WHERE e.stage = steps[1]
		UNION SELECT c.step + 1, c.id, c.start, e.at, CASE WHEN e.at = c.at THEN c.now || e.stage ELSE array[e.stage] END FROM chain c JOIN event e ON e.id = c.id AND e.stage = steps[c.step + 1] AND e.at >= c.at AND NOT (e.at = c.at AND e.stage = ANY (c.now))
			AND (within IS NULL OR extract(epoch FROM e.at - c.start) <= within * 86400))
	SELECT k, count(DISTINCT c.id) FROM generate_subscripts(steps, 1) k LEFT JOIN chain c ON c.step = k GROUP BY 1 $$;
CREATE TEMP TABLE funnel AS SELECT steps, within, f.*, o.deals AS expected FROM history, (VALUES ('{New, Proposal, Won}'::text[]), ('{Won, New, Proposal}'), ('{New, New, Won}'), ('{Elsewhere}'), ('{Qualified, Nowhere, Won}'), ('{Größe, Lost, New, Won}'), ('{Lost, Won, Lost}')) p(steps),
	(VALUES (NULL::float8), (0), (0.00000000002), (5), (17)) w(within), LATERAL window_funnel(of_text, steps, within) f, LATERAL (SELECT * FROM pg_temp.funnel(steps, within) g WHERE g.step = f.step) o;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE deals <> expected) FROM funnel', 'funnels count the deals that have a chain of events');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE stage <> steps[step] OR abs(conversion - deals::float8 / first) > 1e-12 OR step_conversion IS DISTINCT FROM deals::float8 / nullif(before, 0) OR (median_days IS NULL) <> (deals = 0) OR median_days > coalesce(within, 1000)) FROM
	(SELECT *, first_value(deals) OVER w AS first, lag(deals, 1, deals) OVER w AS before FROM funnel WINDOW w AS (PARTITION BY steps, within ORDER BY step)) s$$, 'and shares of them');
SELECT pg_temp.holds($$WITH path AS MATERIALIZED (SELECT stage_path(stage, at) AS p FROM log WHERE id IS NOT NULL GROUP BY id)
	SELECT count(*), count(*) FILTER (WHERE deals <> did) FROM funnel f, LATERAL (SELECT count(*) AS did FROM path WHERE window_funnel(p, f.steps, f.within) >= f.step) o$$, 'and each deal says of itself how many steps it did');
SELECT is(array_agg(window_funnel(p, steps)), array[0, NULL, NULL], 'a deal without events, none, and no steps') FROM (VALUES (stage_path '{"stage_path": 1}', array['A']), (NULL, array['A']), ('{"stage_path": 1}', NULL)) v(p, steps);
SELECT is(pg_temp.outcome_of($$SELECT window_funnel('{"stage_path": 1}'::stage_path, '{}')$$), '22023', 'no steps of a deal');
SELECT is(pg_temp.outcome_of($$SELECT window_funnel('{"stage_path": 1}'::stage_path, '{A}', -1)$$), '22003', 'a window of a deal below zero');
SELECT is(median_days, 3::float8, 'the first chain that reaches a step') FROM (SELECT stage_history(1, s, timestamptz '2026-01-01 00:00+00' + d * interval '1 day') AS h FROM (VALUES ('A', 0), ('A', 4), ('B', 7), ('B', 30)) v(s, d)) s, window_funnel(h, '{A, B}') WHERE step = 2;
SELECT is(pg_temp.outcome_of($$SELECT 1 FROM window_funnel('{"stage_history": 1}'::stage_history, '{}')$$), '22023', 'no steps');
SELECT is(pg_temp.outcome_of($$SELECT 1 FROM window_funnel('{"stage_history": 1}'::stage_history, '{A, NULL}')$$), '22004', 'a step without a name');
SELECT is(pg_temp.outcome_of($$SELECT 1 FROM window_funnel('{"stage_history": 1}'::stage_history, '{A}', -1)$$), '22003', 'a window below zero');
SELECT is(pg_temp.outcome_of($$SELECT count(*) FROM window_funnel('{"stage_history": 1}'::stage_history, '{A, B}') WHERE deals = 0 AND conversion IS NULL AND step_conversion IS NULL AND median_days IS NULL$$), '2', 'an empty log');

-- nothing, and what is refused
SELECT is(stage_history(id, stage, at), NULL, 'no rows') FROM log WHERE false;
SELECT is(stage_history(NULL::bigint, NULL, NULL)::text, NULL, 'no event');
SELECT is(stage_history(1::bigint, NULL, NULL)::text, '{"stage_history": 1, "incomplete": 1}', 'an incomplete one');
SELECT is((SELECT count(*) FROM stage_times('{"stage_history": 1, "incomplete": 1}', '2026-01-01')) + (SELECT count(*) FROM stage_times(NULL, '2026-01-01')) + (SELECT count(*) FROM stage_transitions('{"stage_history": 1}', '2026-01-01')), 0::bigint, 'of which nothing is to be said');
SELECT is(pg_temp.outcome_of(q), e, q) FROM (VALUES
	($$SELECT stage_history(''::text, 'A', now())$$, '22023'),
	($$SELECT stage_history(repeat('x', 129), 'A', now())$$, '54000'),
	($$SELECT stage_history(1, repeat('x', 401), now())$$, '54000'),
	($$SELECT stage_history(1, 'A', 'infinity')$$, '22008'),
	($$SELECT merge(h) FROM (SELECT stage_history(1, 'A', now()) AS h UNION ALL SELECT stage_history('1'::text, 'A', now())) s$$, '42804'),
	($$SELECT count(*) FROM stage_times('{"stage_history": 1}', 'infinity')$$, '22008'),
	($$SELECT stage_history(i, 'S' || i, now()) FROM generate_series(1, 65001) i$$, '54000'),
	($$SELECT '{"stage_history": 2}'::stage_history$$, '22P02'),
	($$SELECT '{"stage_history": 1, "deals": [[1]]}'::stage_history$$, '22P02'),
	($$SELECT '{"stage_history": 1, "deals": [[1, ["2026-01-01", "A"]]]}'::stage_history$$, '22P02'),
	($$SELECT '{"stage_history": 1, "deals": [[1, ["2026-01-01T00:00:00Z", "A"]], ["1", ["2026-01-01T00:00:00Z", "A"]]]}'::stage_history$$, '22P02'),
	($$SELECT '{"stage_history": 1, "incomplete": -1}'::stage_history$$, '22P02'),
	($$SELECT '{"stage_history": 1} '::stage_history$$, '{"stage_history": 1}'),
	($$SELECT '{"stage_history": 1, "deals": [["b", ["2026-01-02T00:00:00Z", "B"], ["2026-01-01T01:00:00+01", "A"], ["2026-01-02T00:00:00Z", "B"]], ["a", ["2026-01-01T00:00:00Z", "A"]]]}'::stage_history$$,
		'{"stage_history": 1, "deals": [["a", ["2026-01-01T00:00:00+00:00", "A"]], ["b", ["2026-01-01T00:00:00+00:00", "A"], ["2026-01-02T00:00:00+00:00", "B"]]]}')) v(q, e);
SELECT * FROM finish();
ROLLBACK;
