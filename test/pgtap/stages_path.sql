-- stages: stays and the way through a process, of random histories, against window functions.
\ir setup.psql

-- The process has open stages before and behind closed ones, so that positions are not the order of a funnel by chance; histories
-- have stages that it does not know, moments with several stages, and events given twice.
CREATE TEMP TABLE policy AS SELECT '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Qualified", "probability": 0.2, "category": "pipeline"}, {"stage": "Lost", "probability": 0, "outcome": "lost"},
	{"stage": "Proposal", "probability": 0.5, "category": "best_case"}, {"stage": "Négociation", "probability": 0.7, "category": "commit"}, {"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Lost early", "probability": 0, "outcome": "lost"}]}'::sales_process AS process;
CREATE TEMP TABLE stage AS SELECT s AS stage, stage_position(process, s) AS position, stage_outcome(process, s) AS outcome FROM policy, unnest(array['New', 'Qualified', 'Lost', 'Proposal', 'Négociation', 'Won', 'Lost early', 'new', '']) s;
CREATE TEMP TABLE event AS
	SELECT DISTINCT deal, (array['New', 'Qualified', 'Proposal', 'Négociation', 'Won', 'Lost', 'Lost early', 'new', ''])[1 + floor(random() * CASE WHEN deal % 5 = 0 THEN 9 ELSE 7 END)] AS stage,
		'2026-01-01 00:00+00'::timestamptz + floor(random() * (3 + deal % 40)) * interval '6 hours' AS entered_at
	FROM generate_series(1, 3000) deal, generate_series(1, 1 + deal % 14) i;
INSERT INTO event SELECT deal, CASE WHEN deal % 2 = 0 THEN 'new' ELSE '' END, '2026-01-01 00:00+00' FROM generate_series(3001, 3010) deal;
CREATE TEMP TABLE path AS SELECT deal, stage_path(stage, entered_at) AS p FROM (SELECT * FROM event UNION ALL SELECT * FROM event WHERE deal % 7 = 0) e GROUP BY deal;
SELECT ok((SELECT count(*) FROM event a JOIN event b USING (deal, entered_at) WHERE a.stage < b.stage) > 1000, 'many events are of the same moment');

-- ---- stays ----
CREATE FUNCTION pg_temp.days(i interval) RETURNS float8 LANGUAGE sql AS $$ SELECT (extract(epoch FROM i) * 1000000)::float8 / 86400e6::float8 $$;
CREATE TEMP TABLE seen AS SELECT deal, p, as_of, row_number() OVER () AS id FROM path, unnest(array['2025-12-31 00:00+00', '2026-01-01 00:00+00', '2026-01-04 06:00+00', '2026-01-04 06:00:00.000001+00', '2026-06-01 00:00+00']::timestamptz[]) as_of;
-- by name's bytes, and in the order of the process: a stay is a run of events of the same stage
CREATE TEMP TABLE stay AS
	SELECT id, by_process, stage, min(entered_at) AS entered_at, min(n) AS n, max(n) AS last FROM (
		SELECT *, count(*) FILTER (WHERE stage IS DISTINCT FROM before) OVER (PARTITION BY id, by_process ORDER BY n) AS run FROM (
			SELECT id, by_process, stage, entered_at, row_number() OVER w AS n, lag(stage) OVER w AS before
			FROM seen JOIN event USING (deal) JOIN stage USING (stage), unnest(array[false, true]) by_process WHERE entered_at <= as_of
			WINDOW w AS (PARTITION BY id, by_process ORDER BY entered_at, CASE WHEN by_process THEN coalesce(position, 999) END, stage COLLATE "C")) e) r
	GROUP BY id, by_process, run, stage;
CREATE TEMP TABLE expected AS
	SELECT id, by_process, row_number() OVER w AS k, stay.stage, stay.entered_at, lead(stay.entered_at) OVER w AS left_at,
		CASE WHEN by_process AND outcome <> 'open' THEN NULL ELSE pg_temp.days(coalesce(lead(stay.entered_at) OVER w, as_of) - stay.entered_at) END AS days
	FROM stay JOIN seen USING (id) JOIN stage USING (stage) WINDOW w AS (PARTITION BY id, by_process ORDER BY n);
CREATE TEMP TABLE spell AS
	SELECT id, false AS by_process, s.* FROM seen, stage_spells(p, as_of) WITH ORDINALITY s(stage, entered_at, left_at, days, ended, k)
	UNION ALL SELECT id, true, s.* FROM seen, policy, stage_spells(p, as_of, process) WITH ORDINALITY s(stage, entered_at, left_at, days, ended, k);
SELECT ok((SELECT count(*) FROM expected WHERE by_process) > 20000, 'stays to compare');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE s.id IS NULL OR e.id IS NULL OR s.stage <> e.stage OR s.entered_at <> e.entered_at OR s.left_at IS DISTINCT FROM e.left_at OR s.days IS DISTINCT FROM e.days OR s.ended <> (e.left_at IS NOT NULL))
	FROM spell s FULL JOIN expected e ON e.id = s.id AND e.by_process = s.by_process AND e.k = s.k
$$, 'stage_spells, by name and by process');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (abs(days_in_stage(p, stage, as_of) - d) <= 1e-9) IS NOT TRUE) FROM seen JOIN (SELECT id, stage, sum(days) AS d FROM spell WHERE NOT by_process GROUP BY id, stage) s USING (id)
$$, 'the days of a stage''s stays are its days');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE entered_current_stage_at(p, as_of) IS DISTINCT FROM e.entered_at OR days_in_current_stage(p, as_of) IS DISTINCT FROM e.days)
	FROM seen LEFT JOIN expected e ON e.id = seen.id AND NOT by_process AND left_at IS NULL
$$, 'entered_current_stage_at is where the last stay began');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE entered_current_stage_at(p) IS DISTINCT FROM entered_current_stage_at(p, '2100-01-01 00:00+00')) FROM path $$, 'and of all events without as_of');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE stage_visits(p, stage.stage) IS DISTINCT FROM coalesce(n, 0))
	FROM seen CROSS JOIN stage LEFT JOIN (SELECT id, stage, count(*) AS n FROM expected WHERE NOT by_process GROUP BY id, stage) v ON v.id = seen.id AND v.stage = stage.stage WHERE as_of = '2026-06-01 00:00+00'
$$, 'stage_visits counts stays');

-- what a path says in the order of the process is what its stays in that order say
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE stage_at(p, as_of, process) IS DISTINCT FROM e.stage OR entered_current_stage_at(p, as_of, process) IS DISTINCT FROM e.entered_at
		OR days_in_current_stage(p, as_of, process) IS DISTINCT FROM pg_temp.days(as_of - e.entered_at))
	FROM policy, seen LEFT JOIN expected e ON e.id = seen.id AND by_process AND left_at IS NULL
$$, 'the last stay in the order of the process');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE current_stage(p, process) IS DISTINCT FROM stage_at(p, '2100-01-01 00:00+00', process) OR current_stage(p) IS DISTINCT FROM stage_at(p, '2100-01-01 00:00+00')) FROM path, policy $$, 'and of all events');
SELECT cmp_ok((SELECT count(*) FROM path, policy WHERE current_stage(p, process) <> current_stage(p)), '>', 100::bigint, 'which is another than by the names');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (abs(days_in_stage(p, stage, as_of, process) - d) <= 1e-9) IS NOT TRUE)
	FROM policy, seen JOIN (SELECT id, stage, sum(pg_temp.days(coalesce(left_at, as_of) - entered_at)) AS d FROM expected JOIN seen USING (id) WHERE by_process GROUP BY id, stage) s USING (id)
$$, 'the days of a stage''s stays in the order of the process');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE first_stage(p) IS DISTINCT FROM a.stage OR first_stage(p, process) IS DISTINCT FROM b.stage OR first_entered_at(p) IS DISTINCT FROM a.entered_at)
	FROM policy, seen LEFT JOIN expected a ON a.id = seen.id AND NOT a.by_process AND a.k = 1 LEFT JOIN expected b ON b.id = seen.id AND b.by_process AND b.k = 1 WHERE as_of = '2026-06-01 00:00+00'
$$, 'where the first stay began');
SELECT is((first_stage(p), first_entered_at(p), current_stage(p, process), days_in_stage(p, 'New', '2026-01-01 00:00+00', process), stage_at(p, '2026-01-01 00:00+00', process))::text, '(,,,,)', 'a path without events') FROM policy, (VALUES ('{"stage_path": 1}'::stage_path)) v(p);
-- without the repeats a path has the same stays, by the names and by any process, and no event more than it needs where no moment has several
CREATE TEMP TABLE entries AS SELECT deal, p, stage_entries(p) AS q FROM path;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE a IS DISTINCT FROM b OR c IS DISTINCT FROM d) FROM policy, entries, LATERAL (SELECT
		(SELECT array_agg(s) FROM stage_spells(p, '2026-06-01 00:00+00') s) AS a, (SELECT array_agg(s) FROM stage_spells(q, '2026-06-01 00:00+00') s) AS b,
		(SELECT array_agg(s) FROM stage_spells(p, '2026-06-01 00:00+00', process) s) AS c, (SELECT array_agg(s) FROM stage_spells(q, '2026-06-01 00:00+00', process) s) AS d) x
$$, 'stage_entries leaves the stays as they are');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE q IS DISTINCT FROM stays OR q::text::stage_path <> q OR stage_entries(q) <> q)
	FROM (SELECT deal FROM event GROUP BY deal HAVING count(*) = count(DISTINCT entered_at)) d JOIN entries USING (deal),
		LATERAL (SELECT stage_path(stage, entered_at) AS stays FROM stage_spells(p, '2026-06-01 00:00+00')) s
$$, 'and is the path of the stays where each moment has one event');
SELECT cmp_ok(count(*), '>', 300::bigint, 'many of which repeat a stage') FROM entries WHERE q <> p;
SELECT is(stage_entries('{"stage_path": 1, "incomplete": 3}'::stage_path), '{"stage_path": 1, "incomplete": 3}', 'no events');

-- ---- the way through the process ----
CREATE TEMP TABLE known AS
	SELECT deal, stage, position, outcome, row_number() OVER w AS n, lag(outcome) OVER w AS outcome_before, max(position) FILTER (WHERE outcome = 'open') OVER (PARTITION BY deal) AS furthest_open
	FROM event JOIN stage USING (stage) WHERE position IS NOT NULL WINDOW w AS (PARTITION BY deal ORDER BY entered_at, position);
CREATE TEMP TABLE way AS
	SELECT deal, CASE WHEN bool_or(outcome = 'won') THEN 5 ELSE coalesce(max(furthest_open), 0) END AS furthest, (array_agg(stage ORDER BY n DESC))[1] AS final, array_agg(DISTINCT stage) AS entered,
		count(*) FILTER (WHERE outcome = 'open' AND outcome_before <> 'open') AS reopenings,
		(SELECT count(*) FROM (SELECT position < lag(position) OVER (ORDER BY n) AS back FROM known o WHERE o.deal = k.deal AND outcome = 'open') b WHERE back) AS regressions
	FROM known k GROUP BY deal;
SELECT ok((SELECT count(*) FROM way WHERE regressions > 1) > 300 AND (SELECT count(*) FROM way WHERE reopenings > 1) > 300, 'many went back, and were reopened');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE regressions(p, process) IS DISTINCT FROM way.regressions) FROM policy, path LEFT JOIN way USING (deal) $$, 'regressions');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE reopenings(p, process) IS DISTINCT FROM way.reopenings) FROM policy, path LEFT JOIN way USING (deal) $$, 'reopenings');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE reached(p, process, stage) IS DISTINCT FROM CASE WHEN position IS NULL OR way.deal IS NULL THEN NULL WHEN outcome = 'open' THEN position <= furthest ELSE stage = final END)
	FROM policy, stage, path LEFT JOIN way USING (deal)
$$, 'reached');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE skips(p, process) IS DISTINCT FROM CASE WHEN way.deal IS NOT NULL THEN (SELECT count(*) FROM stage WHERE outcome = 'open' AND position <= furthest AND stage <> ALL (entered) AND position > (SELECT min(s.position) FROM stage s WHERE s.outcome = 'open' AND s.stage = ANY (entered))) END)
	FROM policy, path LEFT JOIN way USING (deal)
$$, 'skips');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE unknown_stage_events(p, process) IS DISTINCT FROM (SELECT count(*) FROM event JOIN stage USING (stage) WHERE event.deal = path.deal AND position IS NULL)) FROM policy, path $$, 'unknown_stage_events');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE reached(p, process, later) AND NOT reached(p, process, earlier))
	FROM policy, path, (SELECT a.stage AS earlier, b.stage AS later FROM stage a JOIN stage b ON a.position < b.position WHERE a.outcome = 'open' AND b.outcome = 'open') s
$$, 'whoever reached a stage reached the ones before');

-- no events
SELECT is(stage_spells, NULL, 'no stays of a path without events') FROM (SELECT count(*) FROM stage_spells('{"stage_path": 1, "incomplete": 3}'::stage_path, '2026-01-01 00:00+00') HAVING count(*) > 0) s(stage_spells) RIGHT JOIN (VALUES (1)) v ON true;
SELECT is(entered_current_stage_at('{"stage_path": 1, "incomplete": 3}'), NULL, 'no age of a path without events');
SELECT throws_ok($$ SELECT * FROM stage_spells('{"stage_path": 1}'::stage_path, 'infinity') $$, '22008', NULL, 'an infinite as_of');
SELECT throws_ok($$ SELECT entered_current_stage_at('{"stage_path": 1}', '-infinity') $$, '22008', NULL, 'an infinite as_of of a stay');
SELECT * FROM finish();
ROLLBACK;
