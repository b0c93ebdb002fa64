-- stages: stage_path and its readers.
SET search_path = salesops, public;
SET timezone = 'America/New_York';

-- the example of stage_path.c: New at day 0, Proposal at 10, New at 15, Proposal at 20, seen at day 26; rows in any order
CREATE TEMP TABLE history (deal int, stage text, entered_at timestamptz);
INSERT INTO history SELECT 1, stage, '2026-01-01 00:00+00'::timestamptz + make_interval(days => day)
FROM (VALUES ('Proposal', 20), ('New', 0), ('New', 15), ('Proposal', 10)) v(stage, day);
CREATE TEMP TABLE path AS SELECT deal, stage_path(stage, entered_at) AS path FROM history GROUP BY deal;
SELECT path FROM path;
SELECT current_stage(path), days_in_current_stage(path, '2026-01-27 00:00+00') AS current_days,
	days_in_stage(path, 'Proposal', '2026-01-27 00:00+00') AS proposal, days_in_stage(path, 'New', '2026-01-27 00:00+00') AS new,
	entered_stage_at(path, 'Proposal') AT TIME ZONE 'UTC' AS entered, stage_at(path, '2026-01-13 00:00+00') AS day_12
FROM path;

-- at an earlier moment later events are not seen
SELECT stage_at(path, '2025-12-31 00:00+00') AS before, stage_at(path, '2026-01-11 00:00+00') AS at_the_moment,
	days_in_current_stage(path, '2026-01-13 12:00+00') AS half, days_in_stage(path, 'Proposal', '2026-01-05 00:00+00') AS not_yet,
	days_in_stage(path, 'New', '2026-01-12 00:00+00') AS new, days_in_current_stage(path, '2025-12-31 00:00+00') AS unknown,
	entered_stage_at(path, 'Closed Won') AS never, days_in_stage(path, 'Closed Won', '2026-01-27 00:00+00') AS never_days
FROM path;

-- rows of full states repeat the stage: one stay
SELECT days_in_current_stage(p, '2026-03-01 00:00+00'), days_in_stage(p, 'A', '2026-03-01 00:00+00'), p
FROM (SELECT stage_path(stage, t) AS p FROM (VALUES ('A', '2026-02-01 00:00+00'::timestamptz), ('A', '2026-02-10 00:00+00'), ('A', '2026-02-20 00:00+00')) v(stage, t)) s;

-- the same moment: by the bytes of the name; the same stage at the same moment: once
SELECT stage_path(stage, '2026-01-01 00:00+00') FROM (VALUES ('b'), ('a'), ('B'), ('é'), ('a')) v(stage);

-- what is missing; no event at all
SELECT stage_path(stage, t) AS p, incomplete_events(stage_path(stage, t)), current_stage(stage_path(stage, t)), days_in_current_stage(stage_path(stage, t), '2026-01-01 00:00+00')
FROM (VALUES (NULL, '2026-01-01 00:00+00'::timestamptz), ('A', NULL), (NULL, NULL)) v(stage, t);
SELECT stage_path(NULL, NULL) AS no_event;
SELECT stage_path(stage, entered_at) AS none FROM history WHERE false;
SELECT current_stage(NULL), days_in_stage(path, NULL, now()) FROM path;

-- merging in any order gives the whole
SELECT merge(p ORDER BY part) = (SELECT path FROM path) AS up, merge(p ORDER BY part DESC) = (SELECT path FROM path) AS down
FROM (SELECT extract(day FROM entered_at)::int % 3 AS part, stage_path(stage, entered_at) AS p FROM history GROUP BY 1) s;

-- the text form: other zones, BC, names that need quoting; lossless
SELECT '{"stage_path": 1, "events": [["2026-01-05T10:00:00.123456+01:00", "say \"hi\""], ["0044-03-15T12:00:00Z BC", "Ides"]]}'::stage_path AS p;
SELECT p = p::text::stage_path AS lossless FROM (SELECT stage_path('s' || i % 7, '2026-01-01'::timestamptz + i * interval '1 hour 0.000001 second') AS p FROM generate_series(1, 1000) i) s;

-- errors
SELECT stage_path('A', 'infinity');
SELECT stage_path('A', '-infinity');
SELECT days_in_current_stage(path, 'infinity') FROM path;
SELECT days_in_stage(path, 'New', '-infinity') FROM path;
SELECT stage_at(path, 'infinity') FROM path;
SELECT stage_path(repeat('x', 401), '2026-01-01 00:00+00');
SELECT stage_path(i::text, '2026-01-01 00:00+00') FROM generate_series(1, 1001) i;
SELECT '{"stage_path": 1, "events": [["2026-01-05", "A"]]}'::stage_path;
SELECT '{"stage_path": 1, "events": [["2026-01-05T10:00:00", "A"]]}'::stage_path;
SELECT '{"stage_path": 1, "events": [["2026-02-30T10:00:00Z", "A"]]}'::stage_path;
SELECT '{"stage_path": 1, "events": [["infinity", "A"]]}'::stage_path;
SELECT '{"stage_path": 1, "events": [["2026-01-05T10:00:00Z"]]}'::stage_path;
SELECT '{"stage_path": 1, "events": ["A"]}'::stage_path;
SELECT '{"stage_path": 1, "events": [["2026-01-05T10:00:00Z", 1]]}'::stage_path;
SELECT '{"events": []}'::stage_path;
