-- stages: stage_path and its readers against window functions over random histories.
\ir setup.psql

-- Histories of 3,000 deals: 0 to 14 events among 7 stages on a coarse grid of time, so that there are ties, repeats,
-- regressions and duplicates; some rows lack the stage or the moment.
CREATE TEMP TABLE history AS
	SELECT deal, i, CASE WHEN random() < 0.97 THEN (array['New', 'Qualified', 'Proposal', 'Négociation', 'Won', 'new', ''])[1 + floor(random() * 7)] END AS stage,
		CASE WHEN random() < 0.97 THEN '2026-01-01 00:00+00'::timestamptz + floor(random() * (5 + deal % 40)) * interval '6 hours' + (deal % 3) * interval '0.000001 second' END AS entered_at
	FROM generate_series(1, 3000) deal, generate_series(1, deal % 15) i;
CREATE TEMP TABLE path AS SELECT deal, stage_path(stage, entered_at) AS p FROM history GROUP BY deal;
CREATE TEMP TABLE event AS SELECT DISTINCT deal, stage, entered_at FROM history WHERE stage IS NOT NULL AND entered_at IS NOT NULL;
CREATE INDEX ON event (deal);
ANALYZE event;
SELECT ok((SELECT count(*) FROM history WHERE stage IS NOT NULL AND entered_at IS NOT NULL) > (SELECT count(*) FROM event), 'some events are duplicates');
SELECT ok((SELECT count(*) FROM event a JOIN event b USING (deal, entered_at) WHERE a.stage < b.stage) > 1000, 'many events are of the same moment');

-- Days from the exact number of microseconds: one rounding, as it should be.
CREATE FUNCTION pg_temp.days(i interval) RETURNS float8 LANGUAGE sql AS $$ SELECT (extract(epoch FROM i) * 1000000)::float8 / 86400e6::float8 $$;
-- Seen at each of: before all, at an event, just before and after one, in the middle, after all.
CREATE TEMP TABLE seen AS
	SELECT deal, p, as_of, row_number() OVER () AS id FROM path, LATERAL (
		SELECT unnest(array['2025-12-31 00:00+00', '2026-01-02 09:00+00', '2026-06-01 00:00+00', '2026-01-04 00:00+00']::timestamptz[]) AS as_of UNION
		SELECT unnest(array[entered_at, entered_at - interval '0.000001 second', entered_at + interval '0.000001 second']) FROM (SELECT entered_at FROM event e WHERE e.deal = path.deal ORDER BY md5(stage || entered_at) LIMIT 1) one) t;
-- The oracle: events in order of time and then of the name's bytes; a stay is a run of events of the same stage.
CREATE TEMP TABLE oracle AS
	SELECT id, stage, entered_at, as_of, n, last, lead_at, max(CASE WHEN stage IS DISTINCT FROM before THEN entered_at END) OVER (PARTITION BY id ORDER BY n) AS stay_since
	FROM (SELECT id, stage, entered_at, as_of, row_number() OVER w AS n, count(*) OVER (PARTITION BY id) AS last, lag(stage) OVER w AS before, coalesce(lead(entered_at) OVER w, as_of) AS lead_at
		FROM seen JOIN event USING (deal) WHERE entered_at <= as_of WINDOW w AS (PARTITION BY id ORDER BY entered_at, stage COLLATE "C")) e;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE stage_at(p, seen.as_of) IS DISTINCT FROM stage OR days_in_current_stage(p, seen.as_of) IS DISTINCT FROM pg_temp.days(seen.as_of - stay_since))
	FROM seen LEFT JOIN oracle ON oracle.id = seen.id AND n = last
$$, 'stage_at and days_in_current_stage');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE days_in_stage(p, s.stage, as_of) IS DISTINCT FROM days)
	FROM seen CROSS JOIN unnest(array['New', 'Qualified', 'Proposal', 'Négociation', 'Won', 'new', '', 'NEW', 'Lost']) s(stage)
		LEFT JOIN (SELECT id, stage, pg_temp.days(sum(lead_at - entered_at)) AS days FROM oracle GROUP BY id, stage) o USING (id, stage)
$$, 'days_in_stage, all visits together');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (abs(total - pg_temp.days(as_of - first)) <= 1e-9) IS NOT TRUE)
	FROM (SELECT id, as_of, (SELECT sum(days_in_stage(p, s, as_of)) FROM unnest(array['New', 'Qualified', 'Proposal', 'Négociation', 'Won', 'new', '']) s) AS total,
		(SELECT min(entered_at) FROM event WHERE event.deal = seen.deal) AS first FROM seen) v WHERE first <= as_of
$$, 'the days in all stages are the days since the first event');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE current_stage(p) IS DISTINCT FROM (SELECT stage FROM event WHERE event.deal = path.deal ORDER BY entered_at DESC, stage COLLATE "C" DESC LIMIT 1)) FROM path
$$, 'current_stage');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE entered_stage_at(p, s) IS DISTINCT FROM (SELECT min(entered_at) FROM event WHERE event.deal = path.deal AND stage = s))
	FROM path, unnest(array['New', 'Qualified', 'Négociation', '', 'NEW']) s
$$, 'entered_stage_at');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE coalesce(incomplete_events(p), 0) IS DISTINCT FROM n) FROM path JOIN (SELECT deal, count(*) FILTER (WHERE (stage IS NULL) <> (entered_at IS NULL)) AS n FROM history GROUP BY deal) h USING (deal)
$$, 'incomplete_events');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (p::text::jsonb -> 'events') IS DISTINCT FROM expected)
	FROM path JOIN (SELECT deal, jsonb_agg(jsonb_build_array(to_char(entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || CASE deal % 3 WHEN 0 THEN '' ELSE '.00000' || deal % 3 END || '+00:00', stage)
		ORDER BY entered_at, stage COLLATE "C") AS expected FROM event GROUP BY deal) e USING (deal)
$$, 'the text form lists the events in order');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE stage_path_finalfn(p) IS DISTINCT FROM p OR p::text::stage_path IS DISTINCT FROM p) FROM path WHERE p IS NOT NULL
$$, 'finishing a stored path changes nothing');
-- an event given twice is one, and so merging with parts of itself changes nothing but the count of incomplete rows
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE m IS DISTINCT FROM p)
	FROM (SELECT deal, p, stage_path_combinefn(p, (SELECT stage_path(stage, entered_at) FROM event WHERE event.deal = path.deal AND md5(stage || entered_at) < '8')) AS m FROM path) s
$$, 'merging events again changes nothing');

-- neither the session's time zone nor its date style matter
CREATE TEMP TABLE written AS SELECT deal, p::text AS t FROM path;
SET LOCAL timezone = 'America/St_Johns';
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL intervalstyle = 'sql_standard';
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE p::text IS DISTINCT FROM t OR t::stage_path IS DISTINCT FROM p) FROM path JOIN written USING (deal)$$, 'the text form is the same under other settings');
SELECT is(format('{"stage_path": 1, "events": [["%s", "A"]]}', moment)::stage_path, stage_path_transfn(NULL, 'A', expected), moment)
FROM (VALUES ('2026-02-03T04:05:06Z', '2026-02-03 04:05:06+00'::timestamptz), ('2026-02-03T04:05:06.5+05:30', '2026-02-02 22:35:06.5+00'), ('2026-02-03T04:05:06-08', '2026-02-03 12:05:06+00'), ('10000-02-03T04:05:06Z', '10000-02-03 04:05:06+00'),
	('0044-03-15T12:00:00Z BC', '0044-03-15 12:00:00+00 BC'), ('2024-02-29T24:00:00Z', '2024-03-01 00:00:00+00')) v(moment, expected);
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO, MDY';
-- the ends of time, and every power of ten of microseconds
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE p::text::stage_path IS DISTINCT FROM p OR entered_stage_at(p, 'A') IS DISTINCT FROM t OR entered_stage_at(p::text::stage_path, 'A') IS DISTINCT FROM t)
	FROM (SELECT t, stage_path('A', t) AS p FROM (
		SELECT unnest(array['4713-11-24 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00', '0001-01-01 00:00:00+00', '0001-12-31 23:59:59.999999+00 BC', '1970-01-01 00:00:00+00', '2000-01-01 00:00:00+00', '9999-12-31 23:59:59.999999+00',
			'99999-01-01 00:00:00+00', '1582-10-10 00:00:00+00']::timestamptz[]) UNION ALL
		SELECT '2000-01-01 00:00+00'::timestamptz + sign * i * 7 * interval '1 microsecond' * 10 ^ e FROM generate_series(0, 15) e, generate_series(1, 5) i, unnest('{1, -1}'::int[]) sign) v(t) GROUP BY t) s
$$, 'text round trip from the first moment to the last');
SELECT is(days_in_current_stage(stage_path('A', '4713-11-24 00:00:00+00 BC'), '294276-12-31 00:00:00+00'), ('294276-12-31'::date - '4713-11-24 BC'::date)::float8, 'the longest stay');

-- names of all kinds; many stages and many events
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE current_stage(p) IS DISTINCT FROM s OR p::text::stage_path IS DISTINCT FROM p OR (p::text::jsonb #>> '{events, 0, 1}') IS DISTINCT FROM s)
	FROM (SELECT s, stage_path(s, '2026-01-01 00:00+00') AS p FROM unnest(array['', ' ', 'a"b', E'a\\b', E'tab\tline\nbell\x07', '日本語', '🤝', E'e\u0301', repeat('x', 400), repeat('🤝', 100), '\u0041', '%s']) s GROUP BY s) v
$$, 'names of all kinds');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE entered_stage_at(p, 'stage ' || i) IS DISTINCT FROM '2026-01-01 00:00+00'::timestamptz + (i * 7919 % 1000) * interval '1 minute')
	FROM generate_series(1, 1000) i, (SELECT stage_path('stage ' || j, '2026-01-01 00:00+00'::timestamptz + (j * 7919 % 1000) * interval '1 minute') AS p FROM generate_series(1, 1000) j) s
$$, 'a path of 1,000 stages');
SELECT throws_ok($$SELECT stage_path(i::text, '2026-01-01 00:00+00') FROM generate_series(1, 1001) i$$, '54000', 'a stage_path has too many different stages', 'no more than 1,000 stages');
SELECT throws_ok($$SELECT merge(p) FROM (SELECT i % 2, stage_path(i::text, '2026-01-01 00:00+00') AS p FROM generate_series(1, 1001) i GROUP BY 1) s$$, '54000', 'a stage_path has too many different stages', 'not by merging either');
SELECT is(days_in_stage(p, 'even', '2026-01-01 00:00+00'::timestamptz + 100000 * interval '1 second') * 86400, 50000::float8, 'a path of 100,000 events')
FROM (SELECT stage_path(CASE i % 2 WHEN 0 THEN 'even' ELSE 'odd' END, '2026-01-01 00:00+00'::timestamptz + i * interval '1 second' ORDER BY md5(i::text)) AS p FROM generate_series(0, 99999) i) s;
SELECT throws_ok($$SELECT stage_path('A', '2026-01-01 00:00+00'::timestamptz + i * interval '1 second') FROM generate_series(1, 100001) i$$, '54000', 'a stage_path has too many events', 'no more than 100,000 events');

SELECT is(days_in_stage(p, 'A', '2026-01-01 00:01+00') * 86400, 60::float8, 'the same ten events 50,000 times over are ten')
FROM (SELECT stage_path(stage, at) AS p FROM generate_series(1, 50000), (SELECT 'A' AS stage, '2026-01-01 00:00+00'::timestamptz + j * interval '1 second' AS at FROM generate_series(0, 8) j UNION ALL SELECT 'B', '2025-12-31 00:00+00') e) s;
SELECT is(merge(p), min(p::text)::stage_path, 'a path merged with itself is itself, also a long one')
FROM (SELECT stage_path(CASE i % 2 WHEN 0 THEN 'z' ELSE 'a' END, '2026-01-01 00:00+00'::timestamptz + i * interval '1 second') AS p FROM generate_series(1, 60000) i) s, generate_series(1, 5);
-- nothing known
SELECT is(stage_path(stage, entered_at), NULL, 'no rows') FROM history WHERE false;
SELECT is(stage_path(NULL, NULL), NULL, 'rows of NULLs') FROM generate_series(1, 3);
SELECT is((current_stage(p), stage_at(p, '2026-01-01'), days_in_current_stage(p, '2026-01-01'), days_in_stage(p, 'A', '2026-01-01'), entered_stage_at(p, 'A'), incomplete_events(p))::text, expected, 'no events: ' || p)
FROM (VALUES ('{"stage_path": 1}'::stage_path, '(,,,,,0)'), ('{"stage_path": 1, "events": [], "incomplete": 3}', '(,,,,,3)')) v(p, expected);
SELECT throws_ok(format('SELECT %s', call), '22008', NULL, call)
FROM unnest(array['stage_path(''A'', ''infinity'')', 'stage_path(''A'', ''-infinity'')', 'stage_at(''{"stage_path": 1}'', ''infinity'')', 'days_in_stage(''{"stage_path": 1}'', ''A'', ''-infinity'')', 'days_in_current_stage(''{"stage_path": 1}'', ''infinity'')']) call;
-- counts of 18 digits: merged they are refused, or added up and written so that they can be read
SELECT ok(outcome IN ('true', '22003') AND (n > 1 OR outcome = 'true'), format('incomplete events of 18 digits, merged %s times: %s', n, outcome))
FROM unnest('{1, 2, 9, 10, 19}'::int[]) n, LATERAL (SELECT pg_temp.outcome_of(format($$SELECT (incomplete_events(p) = 999999999999999999 * %1$s::numeric AND p::text::stage_path = p)::text
	FROM (SELECT merge(p) AS p FROM (SELECT '{"stage_path": 1, "incomplete": 999999999999999999}'::stage_path AS p FROM generate_series(1, %1$s)) s) m$$, n)) AS outcome) o;

SELECT * FROM finish();
ROLLBACK;
