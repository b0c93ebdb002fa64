-- business time: business_seconds and what belongs to it, against counting: moments are counted one by one that the clock on
-- the wall shows within hours. Service levels against their truth table. The type itself is in calendar_business.sql.
\ir setup.psql

-- The query lists what is wrong: it passes with no rows, and shows the first few.
CREATE FUNCTION pg_temp.none(query text, description text) RETURNS text LANGUAGE sql AS $$ SELECT is_empty(query || ' LIMIT 5', description) $$;
-- One of 0 .. n - 1, by a name, so that a case is the same in every run and every version.
CREATE FUNCTION pg_temp.dice(what text, n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT (hashtextextended(what, 11) & 4611686018427387903) % n $$;

-- ======== the oracle ========
-- A case is made in tables: spans by weekday, dates without hours, dates with hours of their own, a zone. From them come the
-- text that we read, and the oracle's hours, a multirange of local time; a moment is open if it is in there on the zone's
-- clock. Hours lie on the same grid as the moments that are counted, so that each stands for a whole step.

-- ---- zones, and moments at which their offset changes ----

CREATE TEMP TABLE change (zone text, at timestamptz, what text);
INSERT INTO change VALUES
	('America/New_York', '2026-03-08 07:00+00', 'forward'), ('America/New_York', '2026-11-01 06:00+00', 'back'), ('America/New_York', '2150-03-08 07:00+00', 'far ahead'),
	('Europe/Berlin', '2026-03-29 01:00+00', 'forward'), ('Europe/Berlin', '2026-10-25 01:00+00', 'back'), ('Europe/Dublin', '2019-10-27 01:00+00', 'back, winter is the exception'),
	('Australia/Lord_Howe', '2026-04-04 15:00+00', 'back by half an hour'), ('Australia/Lord_Howe', '2026-10-03 15:30+00', 'forward by half an hour'), ('Pacific/Chatham', '2019-09-28 14:00+00', 'in quarters'),
	('Antarctica/Troll', '2026-03-29 01:00+00', 'forward by two hours'), ('Antarctica/Troll', '2026-10-25 01:00+00', 'back by two hours'), ('Antarctica/Casey', '2009-10-17 18:00+00', 'forward by three hours'),
	('Asia/Kathmandu', '1985-12-31 18:30+00', 'by a quarter of an hour'), ('America/Caracas', '2007-12-09 07:00+00', 'for good'), ('Asia/Pyongyang', '2015-08-14 15:00+00', 'for good'), ('Asia/Pyongyang', '2018-05-04 15:00+00', 'for good'),
	('America/Sao_Paulo', '2018-11-04 03:00+00', 'midnight is left out'), ('America/Sao_Paulo', '2019-02-17 02:00+00', 'the last hour of a day twice'), ('America/Havana', '2019-11-03 05:00+00', 'the first hour of a day twice'),
	('Asia/Tehran', '2022-03-21 20:30+00', 'midnight is left out'), ('Asia/Tehran', '2022-09-21 19:30+00', 'the last hour twice'), ('Asia/Gaza', '2007-09-12 23:00+00', 'back'), ('America/St_Johns', '2011-11-06 04:30+00', 'back'), ('America/St_Johns', '2018-03-11 05:30+00', 'forward'),
	('Africa/Casablanca', '2018-05-13 02:00+00', 'for Ramadan'), ('Africa/Casablanca', '2018-06-17 02:00+00', 'and again'), ('Africa/Cairo', '2010-08-10 21:00+00', 'for Ramadan'), ('Africa/Cairo', '2010-09-09 22:00+00', 'and again'),
	('Africa/Monrovia', '1972-01-07 00:44:30+00', 'from an offset with seconds'), ('Pacific/Kiritimati', '1979-10-01 10:40+00', 'by 40 minutes'),
	('Pacific/Apia', '2011-12-30 10:00+00', 'without a Friday'), ('Pacific/Apia', '2011-09-24 14:00+00', 'forward'), ('Pacific/Kwajalein', '1993-08-21 12:00+00', 'without a Saturday'), ('Pacific/Fakaofo', '2011-12-30 11:00+00', 'without a Friday'), ('Pacific/Kiritimati', '1994-12-31 10:00+00', 'without a Saturday');
CREATE FUNCTION pg_temp.zone_offset(at timestamptz, zone text) RETURNS interval LANGUAGE sql IMMUTABLE AS $$ SELECT (at AT TIME ZONE zone) - (at AT TIME ZONE 'UTC') $$;
SELECT pg_temp.none($$SELECT * FROM change WHERE pg_temp.zone_offset(at, zone) = pg_temp.zone_offset(at - interval '1 microsecond', zone)$$, 'the offset changes at each of these moments');
CREATE TEMP TABLE zone AS SELECT zone, row_number() OVER (ORDER BY zone COLLATE "C") - 1 AS n FROM (SELECT zone FROM change UNION VALUES ('UTC'), ('Asia/Kolkata'), ('Etc/GMT+12'), ('Pacific/Auckland'), ('Europe/London')) z;

-- ---- where and when: intervals of up to 900 steps of a microsecond or a second, 4 days of minutes, half a year of quarters ----

CREATE TEMP TABLE interval_of AS
	SELECT id, step, zone, steps, from_at - CASE WHEN step > 1 THEN (extract(epoch FROM from_at AT TIME ZONE zone) * 1000000)::bigint % step ELSE 0 END * interval '1 microsecond' AS from_at
	FROM (
		SELECT id, step, steps, zone, CASE
			WHEN at IS NOT NULL THEN at - (pg_temp.dice('before' || id, steps + 1) * step) * interval '1 microsecond'
			-- near a quarter of a day, where hours of the smallest step begin and end
			WHEN step = 1 THEN ('1970-01-01'::timestamp + pg_temp.dice('from' || id, 4 * 25567) * interval '6 hours') AT TIME ZONE zone - pg_temp.dice('before' || id, steps) * interval '1 microsecond'
			-- in years in which the minutes and quarters of every zone are those of UTC
			WHEN pg_temp.dice('era' || id, 2) = 0 OR step > 1000000 THEN '1973-01-01 00:00+00'::timestamptz + pg_temp.dice('from' || id, 86400::bigint * CASE WHEN id % 5 = 0 THEN 365 * 500 ELSE 365 * 67 END) * interval '1 second'
			ELSE '0001-01-10 00:00+00'::timestamptz + pg_temp.dice('from' || id, 86400::bigint * 3651000) * interval '1 second' END AS from_at
		FROM (
			SELECT id, step, coalesce(change.zone, zone.zone) AS zone, change.at, 1 + floor(most * (pg_temp.dice('steps' || id, 1000) / 1000.0) ^ skew)::bigint AS steps
			FROM (SELECT id, CASE WHEN id <= 200 THEN 1 WHEN id <= 1500 THEN 1000000 WHEN id <= 2500 THEN 60000000 ELSE 900000000 END::bigint AS step,
					CASE WHEN id <= 1500 THEN 900 WHEN id <= 2500 THEN 5760 ELSE 17600 END AS most, CASE WHEN id <= 1500 THEN 1 ELSE 4 END AS skew FROM generate_series(1, 2900) id) c
				JOIN zone ON n = pg_temp.dice('zone' || id, (SELECT count(*) FROM zone))
				LEFT JOIN (SELECT *, row_number() OVER (ORDER BY at, zone) - 1 AS number FROM change) change ON id % 2 = 0 AND number = (id / 2) % (SELECT count(*) FROM change)
			) c) s;
-- not where the offset changes by no whole number of steps
DELETE FROM interval_of i USING change WHERE change.zone = i.zone AND change.at BETWEEN from_at AND from_at + steps * step * interval '1 microsecond'
	AND (extract(epoch FROM pg_temp.zone_offset(at, change.zone) - pg_temp.zone_offset(at - interval '1 microsecond', change.zone)) * 1000000)::bigint % step <> 0;

-- ---- hours ----

-- The grid of the hours in seconds; which of a day's first hours may be a night's last, so that nights do not overlap with
-- days; where in its day the interval begins, to have hours that begin and end there.
CREATE TEMP TABLE scheme AS
	SELECT id, step, zone, steps, from_at, to_at, grid, week,
		CASE WHEN week <> '24x7' AND pg_temp.dice('nights' || id, 5) < 2 THEN grid * (1 + pg_temp.dice('night' || id, 43200 / grid)) ELSE 0 END AS night,
		(from_at AT TIME ZONE zone)::date AS first_day, (to_at AT TIME ZONE zone)::date AS last_day, extract(epoch FROM (from_at AT TIME ZONE zone)::time)::int AS place
	FROM (SELECT *, from_at + steps * step * interval '1 microsecond' AS to_at, CASE WHEN step = 1 THEN 21600 ELSE step / 1000000 END AS grid,
			CASE pg_temp.dice('week' || id, 10) WHEN 0 THEN '24x7' WHEN 1 THEN 'closed' ELSE 'hours' END AS week FROM interval_of) i;
-- Days: the seven of the week, and dates within the interval, beside it, and far from it.
CREATE TEMP TABLE day AS
	SELECT id, weekday, NULL::date AS day, week AS kind FROM scheme, generate_series(1, 7) weekday
	UNION ALL
	SELECT DISTINCT ON (id, day) id, NULL, day, CASE WHEN pg_temp.dice('date' || id || day, 2) = 0 THEN 'closed' ELSE 'hours' END
	FROM (SELECT id, week, first_day - 6 + n AS day, n FROM scheme, LATERAL generate_series(0, last_day - first_day + 12) n UNION ALL SELECT id, week, first_day + pg_temp.dice('far' || id || n, 7000)::int - 3500, 0 FROM scheme, generate_series(1, pg_temp.dice('fars' || id, 9)) n) d
	WHERE pg_temp.dice('is date' || id || day, 100) < CASE WHEN week = 'closed' THEN 45 ELSE 20 END AND day BETWEEN '0001-01-01' AND '9999-12-31';
-- Up to four spans of each: between points in order, empty ones left out; the last may go on into the night.
CREATE TEMP TABLE span AS
	SELECT id, weekday, day, from_second, CASE WHEN night > 0 AND to_second = max(to_second) OVER (PARTITION BY id, weekday, day) AND pg_temp.dice('is night' || name, 2) = 0
		THEN 86400 + CASE WHEN place BETWEEN 1 AND night AND pg_temp.dice('ends here' || name, 2) = 0 THEN greatest(grid, least(night, (place / grid + pg_temp.dice('end' || name, 1200) - 300) * grid)) ELSE grid * (1 + pg_temp.dice('end' || name, night / grid)) END
		ELSE to_second END::int AS to_second
	FROM (
		SELECT id, weekday, day, name, night, place, grid, unnest(points)::int AS from_second, unnest(points[2:] || NULL) AS to_second, generate_series(1, cardinality(points)) AS number
		FROM (
			SELECT id, weekday, day, name, night, place, grid, array_agg(point ORDER BY point) AS points
			FROM (
				SELECT id, weekday, day, name, night, place, grid, greatest(night, least(86400, CASE
					WHEN kind = '24x7' OR (night = 0 AND pg_temp.dice('all day' || name, 9) = 0) THEN 86400 * (i - 1)
					WHEN pg_temp.dice('here' || name || i, 2) = 0 AND grid < 900 THEN (place / grid + pg_temp.dice('place' || name || i, 2400) - 1200) * grid
					ELSE grid * pg_temp.dice('any place' || name || i, 86400 / grid + 1) END)) AS point
				FROM (SELECT id, weekday, d.day, kind, concat_ws('/', id, weekday, d.day) AS name, night, place, grid FROM day d JOIN scheme USING (id) WHERE kind <> 'closed') d,
					generate_series(1, CASE WHEN kind = '24x7' OR (night = 0 AND pg_temp.dice('all day' || name, 9) = 0) THEN 2 ELSE 2 * pg_temp.dice('spans' || name, 5) END) i
				) p
			GROUP BY id, weekday, day, name, night, place, grid) s
		) s
	WHERE number % 2 = 1 AND from_second < to_second;
-- a date whose hours came out empty is a holiday
UPDATE day SET kind = 'closed' WHERE day.day IS NOT NULL AND kind = 'hours' AND NOT EXISTS (SELECT FROM span WHERE span.id = day.id AND span.day = day.day);
CREATE INDEX ON span (id);
CREATE INDEX ON day (id);
ANALYZE span;
ANALYZE day;

-- ---- the text that we read: days in any order, each name in one of its spellings, spans in any order ----

CREATE FUNCTION pg_temp.clock(second int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT lpad((second / 3600)::text, 2, '0') || ':' || lpad((second / 60 % 60)::text, 2, '0') || CASE WHEN second % 60 <> 0 THEN ':' || lpad((second % 60)::text, 2, '0') ELSE '' END $$;
CREATE FUNCTION pg_temp.span_text(from_second int, to_second int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT pg_temp.clock(from_second) || '-' || CASE WHEN to_second > 86400 THEN pg_temp.clock(to_second - 86400) || '+1' ELSE pg_temp.clock(to_second) END $$;
CREATE TEMP TABLE written AS
	SELECT id, weekday, day, kind, (SELECT string_agg(pg_temp.span_text(from_second, to_second), ' ' ORDER BY pg_temp.dice(id || '/' || from_second, 100)) FROM span WHERE span.id = day.id AND (span.weekday = day.weekday OR span.day = day.day)) AS hours
	FROM day;
CREATE TEMP TABLE literal AS
	SELECT id, base, base || concat(CASE WHEN id % 2 = 0 THEN holidays END, openings, CASE WHEN id % 2 = 1 THEN holidays END) AS text
	FROM (SELECT id, coalesce(CASE WHEN bool_and(hours = '00:00-24:00') FILTER (WHERE weekday IS NOT NULL) AND id % 2 = 0 AND count(hours) FILTER (WHERE weekday IS NOT NULL) = 7 THEN '24x7' END,
				string_agg((array['Mon', 'TUESDAY', 'wed', 'Thursday', 'Fri', 'satur', 'Sun'])[weekday] || ' ' || hours, ', ' ORDER BY pg_temp.dice(id || '/' || weekday, 100)) FILTER (WHERE weekday IS NOT NULL), 'closed')
				|| ' ' || (SELECT CASE id % 3 WHEN 0 THEN lower(zone) ELSE zone END FROM scheme WHERE scheme.id = written.id) AS base,
			'; holidays ' || string_agg(day::text, ', ' ORDER BY pg_temp.dice(id || '/' || day, 1000)) FILTER (WHERE day IS NOT NULL AND kind = 'closed') AS holidays,
			'; open ' || string_agg(day::text || ' ' || hours, ', ' ORDER BY pg_temp.dice(id || '/' || day, 1000)) FILTER (WHERE day IS NOT NULL AND kind = 'hours') AS openings
		FROM written GROUP BY id) w;

-- ---- and the oracle's hours: the dates around the interval that the zone has, each with its own hours or its weekday's ----

CREATE TEMP TABLE wall AS
	SELECT d.id, coalesce(range_agg(tsrange(d + from_second * interval '1 second', d + to_second * interval '1 second')) FILTER (WHERE from_second IS NOT NULL), '{}') AS hours
	FROM (SELECT id, zone, (first_day - 3 + n)::timestamp AS d FROM scheme, LATERAL generate_series(0, last_day - first_day + 6) n) d
		LEFT JOIN day own ON own.id = d.id AND own.day = d.d
		LEFT JOIN span s ON s.id = d.id AND CASE WHEN own.day IS NULL THEN s.weekday = extract(isodow FROM d) ELSE s.day = own.day END
	WHERE ((d + interval '12 hours') AT TIME ZONE zone) AT TIME ZONE zone = d + interval '12 hours'
	GROUP BY d.id;
CREATE TEMP TABLE tried AS
	SELECT id, step, zone, from_at, to_at, steps, first_day, last_day, week, night, text, base, text::business_calendar AS calendar, hours FROM scheme JOIN literal USING (id) JOIN wall USING (id);

-- ---- counting ----

-- What of the interval is open, and at which of its moments; and as many microseconds of it as are to be found again.
CREATE TEMP TABLE counted AS
	SELECT id, step, zone, from_at, to_at, steps, calendar, text, opened, coalesce(opened, 0) * step AS usecs, moments[1] AS first_open, differ, n,
		moments[q] + (n - (q - 1) * step) * interval '1 microsecond' AS n_later, moments[opened - q + 1] + (q * step - n) * interval '1 microsecond' AS n_earlier
	FROM (
		SELECT *, (n + step - 1) / step AS q
		FROM (
			SELECT t.*, c.*, CASE id % 4 WHEN 0 THEN step * (1 + pg_temp.dice('n' || id, opened)) WHEN 1 THEN opened * step ELSE 1 + pg_temp.dice('n' || id, opened * step) END AS n
			FROM (SELECT id, step, zone, from_at, to_at, steps, text, text::business_calendar AS calendar, hours + '{}' AS hours FROM tried OFFSET 0) t, LATERAL (	-- not fetched from the table for every moment
				SELECT nullif(count(*) FILTER (WHERE open), 0) AS opened, array_agg(at) FILTER (WHERE open) AS moments, count(*) FILTER (WHERE open IS DISTINCT FROM is_business_time(at, calendar)) AS differ
				FROM (SELECT at, hours @> (at AT TIME ZONE zone) AS open FROM generate_series(from_at, to_at - step * interval '1 microsecond', step * interval '1 microsecond') at OFFSET 0) m) c
			) c
		) c;


-- the cases are of all kinds: so many at least
CREATE TEMP TABLE kind AS
	SELECT id, pg_temp.zone_offset(from_at, zone) IS DISTINCT FROM pg_temp.zone_offset(to_at, zone) AS changes,
		EXISTS (SELECT FROM change WHERE change.zone = tried.zone AND at > from_at AND at < to_at AND hours @> (at AT TIME ZONE zone) AND hours @> ((at - interval '1 microsecond') AT TIME ZONE zone)) AS changes_within_hours,
		EXISTS (SELECT FROM span WHERE span.id = tried.id AND to_second > 86400) AS nights, (SELECT count(*) FROM span WHERE span.id = tried.id) AS spans,
		EXISTS (SELECT FROM day WHERE day.id = tried.id AND kind = 'closed' AND day BETWEEN first_day AND last_day) AS holiday, EXISTS (SELECT FROM day WHERE day.id = tried.id AND kind = 'hours' AND day BETWEEN first_day AND last_day) AS opening
	FROM tried;
SELECT pg_temp.none($$
	SELECT what, n FROM (
		SELECT 'in all' AS what, 2700 AS least, count(*) AS n FROM tried UNION ALL
		SELECT 'open and closed', 900, count(*) FROM counted WHERE opened < steps UNION ALL
		SELECT 'of microseconds, open and closed', 20, count(*) FROM counted WHERE opened < steps AND step = 1 UNION ALL
		SELECT 'of seconds, open and closed', 250, count(*) FROM counted WHERE opened < steps AND step = 1000000 UNION ALL
		SELECT 'of minutes, open and closed', 300, count(*) FROM counted WHERE opened < steps AND step = 60000000 UNION ALL
		SELECT 'of quarters, open and closed', 250, count(*) FROM counted WHERE opened < steps AND step > 60000000 UNION ALL
		SELECT 'never open', 200, count(*) FROM counted WHERE opened IS NULL UNION ALL
		SELECT 'always open', 200, count(*) FROM counted WHERE opened = steps UNION ALL
		SELECT 'more than 30 days', 100, count(*) FROM tried WHERE to_at > from_at + interval '30 days' UNION ALL
		SELECT 'before 1900', 50, count(*) FROM tried WHERE from_at < '1900-01-01' UNION ALL
		SELECT 'after 2500', 200, count(*) FROM tried WHERE from_at > '2500-01-01' UNION ALL
		SELECT 'another offset at the end', 1000, count(*) FROM kind WHERE changes UNION ALL
		SELECT 'a change within hours', 250, count(*) FROM kind WHERE changes_within_hours UNION ALL
		SELECT 'over a date that the zone left out', 60, count(*) FROM tried JOIN change USING (zone) WHERE what LIKE 'without a %' AND at BETWEEN from_at AND to_at UNION ALL
		SELECT 'nights', 800, count(*) FROM kind WHERE nights UNION ALL
		SELECT 'nights, and another offset at the end', 300, count(*) FROM kind WHERE nights AND changes UNION ALL
		SELECT 'without nights', 1000, count(*) FROM kind WHERE NOT nights UNION ALL
		SELECT 'holidays', 500, count(*) FROM kind WHERE holiday UNION ALL
		SELECT 'openings', 500, count(*) FROM kind WHERE opening UNION ALL
		SELECT 'round the clock', 200, count(*) FROM tried WHERE week = '24x7' UNION ALL
		SELECT 'openings alone', 150, count(*) FROM tried JOIN kind USING (id) WHERE week = 'closed' AND spans > 0 UNION ALL
		SELECT 'spans that touch', 100, count(DISTINCT a.id) FROM span a JOIN span b ON a.id = b.id AND (a.weekday = b.weekday OR a.day = b.day) AND a.to_second = b.from_second) k
	WHERE n < least
$$, 'cases of all kinds');

CREATE FUNCTION pg_temp.shown(c counted) RETURNS text LANGUAGE sql AS $$ SELECT format('case %s: %s to %s of %s: ', c.id, c.from_at, c.to_at, left(c.text, 300)) $$;
SELECT pg_temp.none($$SELECT pg_temp.shown(c), business_seconds(from_at, to_at, calendar), usecs / 1e6 FROM counted c WHERE business_seconds(from_at, to_at, calendar) IS DISTINCT FROM usecs / 1e6::float8$$, 'business_seconds is what was counted');
SELECT pg_temp.none($$SELECT pg_temp.shown(c), business_seconds(to_at, from_at, calendar), -usecs / 1e6 FROM counted c WHERE business_seconds(to_at, from_at, calendar) IS DISTINCT FROM -usecs / 1e6::float8$$, 'business_seconds backwards is the negative');
SELECT pg_temp.none($$SELECT pg_temp.shown(c), business_hours(from_at, to_at, calendar), usecs / 36e8 FROM counted c WHERE business_hours(from_at, to_at, calendar) IS DISTINCT FROM usecs / 1e6::float8 / 3600$$, 'business_hours are those seconds / 3600');
SELECT pg_temp.none($$SELECT pg_temp.shown(c), differ FROM counted c WHERE differ > 0$$, 'is_business_time at each moment that was counted');
SELECT pg_temp.none($$SELECT pg_temp.shown(c), next_business_time(from_at, calendar), first_open FROM counted c WHERE CASE WHEN opened > 0 THEN next_business_time(from_at, calendar) IS DISTINCT FROM first_open ELSE (next_business_time(from_at, calendar) >= to_at) IS NOT TRUE END$$,
	'next_business_time is the first open moment');
SELECT pg_temp.none($$SELECT pg_temp.shown(c), n, add_business_seconds(from_at, n / 1e6::float8, calendar), n_later FROM counted c WHERE opened > 0 AND add_business_seconds(from_at, n / 1e6::float8, calendar) IS DISTINCT FROM n_later$$,
	'add_business_seconds goes to where so much was counted');
SELECT pg_temp.none($$SELECT pg_temp.shown(c), n, add_business_seconds(to_at, -n / 1e6::float8, calendar), n_earlier FROM counted c WHERE opened > 0 AND add_business_seconds(to_at, -n / 1e6::float8, calendar) IS DISTINCT FROM n_earlier$$,
	'add_business_seconds of less than nothing goes back to where so much was counted');
SELECT pg_temp.none($$SELECT pg_temp.shown(c), n, later, earlier FROM counted c, LATERAL (SELECT add_business_seconds(from_at, n / 1e6::float8, calendar) AS later, add_business_seconds(to_at, -n / 1e6::float8, calendar) AS earlier OFFSET 0) r
	WHERE opened > 0 AND (business_seconds(from_at, later, calendar) = n / 1e6::float8 AND later <= to_at AND business_seconds(from_at, later - interval '1 microsecond', calendar) < n / 1e6::float8
		AND business_seconds(earlier, to_at, calendar) = n / 1e6::float8 AND earlier >= from_at AND business_seconds(earlier + interval '1 microsecond', to_at, calendar) < n / 1e6::float8) IS NOT TRUE$$,
	'what was added is between, and is not a microsecond before');
SELECT pg_temp.none($$SELECT pg_temp.shown(c), more, later, earlier FROM counted c, LATERAL (SELECT usecs / 1e6::float8 + 0.5 AS more) m, LATERAL (SELECT add_business_seconds(from_at, more, calendar) AS later, add_business_seconds(to_at, -more, calendar) AS earlier OFFSET 0) r
	WHERE (later > to_at AND earlier < from_at AND (later = 'infinity' OR business_seconds(from_at, later, calendar) = more) AND (earlier = '-infinity' OR business_seconds(earlier, to_at, calendar) = more)) IS NOT TRUE$$,
	'half a second more is behind the end, and before the beginning');
SELECT pg_temp.none($$SELECT pg_temp.shown(c), n FROM counted c WHERE n > 0 AND sla_due(from_at, n / 1e6::float8, calendar) IS DISTINCT FROM n_later$$, 'sla_due is where so much was counted');
-- the same from a calendar that is written in the query, which is made ready once
CREATE FUNCTION pg_temp.written_out(c counted) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	result float8;
BEGIN
	EXECUTE format('SELECT business_seconds($1, $2, %L) + business_seconds($2, $1, %1$L) + business_seconds($1, $2, %1$L)', c.text) INTO result USING c.from_at, c.to_at;
	RETURN result;
END $$;
SELECT pg_temp.none($$SELECT pg_temp.shown(c), pg_temp.written_out(c) FROM counted c WHERE id % 10 = 0 AND pg_temp.written_out(c) IS DISTINCT FROM usecs / 1e6::float8$$, 'a calendar written in the query');

-- ---- the calendars of all cases: text, binary form, aggregate ----

SELECT pg_temp.none($$SELECT id, text, calendar FROM tried WHERE calendar::text::business_calendar IS DISTINCT FROM calendar OR calendar::text::business_calendar::text IS DISTINCT FROM calendar::text$$, 'the text form is read as the same calendar');
SELECT pg_temp.none($$SELECT id, text, calendar FROM tried WHERE business_calendar_send(calendar) IS DISTINCT FROM '\x01'::bytea || int4send(octet_length(calendar::text)) || convert_to(calendar::text, 'UTF8')$$, 'the binary form is a version, the length of the text and the text');
-- the canonical text lists what was put in, in order
SELECT pg_temp.none($$
	SELECT id, calendar, holidays, openings FROM (SELECT id, calendar,
			(SELECT string_agg(day::text, ', ' ORDER BY day) FROM day d WHERE d.id = t.id AND day IS NOT NULL AND kind = 'closed') AS holidays,
			(SELECT string_agg(day || ' ' || spans, ', ' ORDER BY day) FROM (SELECT day, string_agg(pg_temp.span_text(extract(epoch FROM lower(r) - day)::int, extract(epoch FROM upper(r) - day)::int), ' ' ORDER BY r) AS spans
				FROM (SELECT day, unnest(range_agg(tsrange(day + from_second * interval '1 second', day + to_second * interval '1 second'))) AS r FROM span s WHERE s.id = t.id AND day IS NOT NULL GROUP BY day) j GROUP BY day) o) AS openings
		FROM tried t) c
	WHERE right(calendar::text, -strpos(calendar::text || ';', ';') + 1) IS DISTINCT FROM concat('; holidays ' || holidays, '; open ' || openings)
$$, 'dates in order, with spans in order that are joined where they touch');
SELECT pg_temp.none($$SELECT id, text, built FROM tried JOIN (SELECT id, business_calendar(base::business_calendar, day, written.hours ORDER BY pg_temp.dice('row' || id || day, 1000)) AS built FROM tried JOIN written USING (id) WHERE day IS NOT NULL GROUP BY id) b USING (id) WHERE built IS DISTINCT FROM calendar$$,
	'the aggregate of the dates is the literal');
SELECT pg_temp.none($$SELECT a.text, b.text FROM (SELECT text, calendar, lead(calendar) OVER (ORDER BY calendar) AS next, lead(text) OVER (ORDER BY calendar) AS next_text FROM tried) a, LATERAL (SELECT next_text AS text) b
	WHERE (calendar = next) <> (calendar::text = next::text) OR (calendar = next AND value_hash(calendar) <> value_hash(next)) OR (calendar > next) OR (calendar < next) <> (calendar <> next) OR sign(value_cmp(calendar, next)) <> -sign(value_cmp(next, calendar))$$,
	'equality, order and hash agree with the text');

-- ======== the zones themselves, in any year ========

-- plain hours, of which the wall's clock is the whole truth
SELECT pg_temp.none($$SELECT zone, at, open FROM (SELECT zone, at, extract(isodow FROM wall) < 6 AND wall::time >= '08:00' AND wall::time < '20:30' AS open, ('Mon-Fri 08:00-20:30 ' || zone)::business_calendar AS calendar
		FROM (SELECT zone, at, at AT TIME ZONE zone AS wall FROM zone, generate_series(1, 800) i, LATERAL (SELECT '0001-01-03 00:00+00'::timestamptz + pg_temp.dice(zone || i, 86400::bigint * 3652000) * interval '1 second' AS at) a) z) m
	WHERE is_business_time(at, calendar) IS DISTINCT FROM open$$, 'moments of all years in all zones');
-- each change of half a century, found by looking at every quarter of an hour: one round the clock, one open but in the hour before
CREATE TEMP TABLE jump AS
	SELECT zone, at, before, after FROM (SELECT zone, at, lag(o) OVER (PARTITION BY zone ORDER BY at) AS before, o AS after FROM (SELECT zone, at, pg_temp.zone_offset(at, zone) AS o FROM (VALUES ('Europe/Berlin'), ('America/Sao_Paulo'), ('Africa/Casablanca')) z(zone), generate_series('1995-01-01 00:00+00'::timestamptz, '2026-12-31', '6 hours') at) o) o
	WHERE before <> after;
SELECT pg_temp.none($$SELECT zone, at, seconds FROM (SELECT *, business_seconds(at - interval '12 hours', at + interval '12 hours', ('24x7 ' || zone)::business_calendar) AS seconds,
		business_seconds(wall AT TIME ZONE zone, (wall + interval '2 days') AT TIME ZONE zone, ('Mon-Sun 00:00-24:00 ' || zone)::business_calendar) AS days FROM (SELECT *, date_trunc('day', (at - interval '18 hours') AT TIME ZONE zone) AS wall FROM jump) j) j
	WHERE seconds IS DISTINCT FROM 86400 OR days IS DISTINCT FROM 2 * 86400 - extract(epoch FROM after - before)$$, 'two days round the clock are as much longer or shorter as the clock was put');
SELECT cmp_ok(count(*), '>=', 150::bigint, 'many changes') FROM jump;

-- whole seconds are exact in all of time: what goes on is added up, and round the clock it is what has elapsed
CREATE TEMP TABLE moments AS
	SELECT i, (array['24x7 ', 'Mon-Fri 09:00-17:00 ', 'Sun-Thu 22:00-06:30+1, Sat 10:00-10:00:01 ', 'Wed 13:00-14:00 15:00-16:00 '])[1 + k % 4]::text || zone || (array['', '; holidays 0044-03-15, 1582-10-15, 2026-12-25, 9999-12-31', '; holidays 1900-01-01; open 1066-10-14 09:00-18:00, 2026-12-26 22:00-23:00'])[1 + k % 3] AS text, x, y, z
	FROM (SELECT i, i % 24 AS k, '0001-01-03 00:00+00'::timestamptz + pg_temp.dice('x' || i, 86400::bigint * 3652000) * interval '1 second' AS x, '0001-01-03 00:00+00'::timestamptz + pg_temp.dice('y' || i, 86400::bigint * 3652000) * interval '1 second' AS y,
			'0001-01-03 00:00+00'::timestamptz + pg_temp.dice('z' || i, 86400::bigint * 3652000) * interval '1 second' AS z FROM generate_series(1, 2400) i) m JOIN zone ON n = k;
ALTER TABLE moments ADD c business_calendar;
UPDATE moments SET c = text::business_calendar;
SELECT pg_temp.none($$SELECT c, x, y, z FROM moments WHERE business_seconds(x, y, c) + business_seconds(y, z, c) IS DISTINCT FROM business_seconds(x, z, c) OR business_seconds(x, y, c) IS DISTINCT FROM -business_seconds(y, x, c)$$, 'intervals of thousands of years are added up');
SELECT pg_temp.none($$SELECT c, x, y FROM moments WHERE i % 12 = 0 AND business_seconds(x, y, c) IS DISTINCT FROM extract(epoch FROM y - x)::float8$$, 'round the clock thousands of years have elapsed');
SELECT pg_temp.none($$SELECT c, x, y, seconds FROM (SELECT *, business_seconds(x, y, c) AS seconds, add_business_seconds(x, business_seconds(x, y, c), c) AS found FROM moments) m
	WHERE CASE WHEN seconds = 0 THEN found <> x ELSE business_seconds(x, found, c) <> seconds OR (seconds > 0 AND found > y) OR (seconds < 0 AND found < y) END$$, 'over thousands of years and back');
-- fractions of a second, in intervals of which a float8 can tell the microseconds
SELECT pg_temp.none($$SELECT c, a, b, d FROM (SELECT c, a, a + pg_temp.dice('b' || i, 600000000000000) * interval '1 microsecond' AS b, a - pg_temp.dice('d' || i, 600000000000000) * interval '1 microsecond' AS d
		FROM (SELECT i, c, '1960-01-01 00:00+00'::timestamptz + pg_temp.dice('a' || i, 3000000000000000) * interval '1 microsecond' AS a FROM moments) m) m
	WHERE (business_seconds(a, b, c) * 1e6)::bigint + (business_seconds(b, d, c) * 1e6)::bigint IS DISTINCT FROM (business_seconds(a, d, c) * 1e6)::bigint$$, 'microseconds are added up');

-- ======== business days ========

-- Three calendars with thousands of dates, made by the aggregate; the oracle is a table of all days from 1790 to 2310.
CREATE TEMP TABLE special AS
	SELECT c, day, CASE WHEN pg_temp.dice('open' || c || day, 3) = 0 THEN '10:00-12:00' END AS hours FROM generate_series(1, 3) c, generate_series('1800-01-01'::date, '2299-12-31', '1 day') t, LATERAL (SELECT t::date AS day) d WHERE pg_temp.dice('special' || c || day, 100) < 3
	UNION SELECT 3, '2011-12-30', '10:00-12:00';
CREATE TEMP TABLE large AS
	SELECT c, business_calendar((array['Mon-Fri 09:00-17:00 UTC', 'Mon-Thu 22:00-06:00+1, Sun 09:00-12:00 America/New_York', 'closed Pacific/Apia'])[c]::business_calendar, day, hours) AS calendar, count(*) AS n FROM special GROUP BY c;
CREATE TEMP TABLE calendar_day AS
	SELECT c, day, sum(open::int) OVER before AS days, sum(CASE WHEN NOT open THEN 0 WHEN hours IS NOT NULL THEN 7200 ELSE 28800 END) OVER before AS seconds
	FROM (SELECT c, day, hours, CASE WHEN c = 3 AND day = '2011-12-30' THEN false WHEN s.day IS NOT NULL THEN hours IS NOT NULL ELSE extract(isodow FROM day) = ANY ((array['{1,2,3,4,5}', '{1,2,3,4,7}', '{}'])[c]::int[]) END AS open
		FROM (SELECT c, t::date AS day FROM generate_series(1, 3) c, generate_series('1790-01-01'::date, '2309-12-31', '1 day') t) t LEFT JOIN special s USING (c, day)) d
	WINDOW before AS (PARTITION BY c ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);
CREATE UNIQUE INDEX ON calendar_day (c, day) INCLUDE (days, seconds);
ANALYZE calendar_day;
SELECT cmp_ok(min(n), '>=', 5000::bigint, 'thousands of dates in each calendar') FROM large;
CREATE TEMP TABLE span_of_days AS
	SELECT i, c, a, CASE WHEN i % 2 = 0 THEN least('2309-12-31', a + pg_temp.dice('short' || i, 40)::int) ELSE '1790-01-02'::date + pg_temp.dice('b' || i, 189900)::int END AS b
	FROM generate_series(1, 6000) i, LATERAL (SELECT 1 + i % 3 AS c, CASE WHEN i % 30 = 2 THEN '2011-12-10'::date + pg_temp.dice('a' || i, 30)::int ELSE '1790-01-02'::date + pg_temp.dice('a' || i, 189900)::int END AS a) s;
SELECT pg_temp.none($$SELECT * FROM (SELECT c, a, b, business_days(a, b, calendar) AS days, business_days(b, a, calendar) AS back, (y.days - x.days)::int AS expected FROM span_of_days JOIN large USING (c) JOIN calendar_day x USING (c) JOIN calendar_day y USING (c)
	WHERE x.day = a AND y.day = b OFFSET 0) d WHERE days IS DISTINCT FROM expected OR back IS DISTINCT FROM -expected$$, 'business_days are the dates with hours');
SELECT pg_temp.none($$SELECT a, b, business_seconds(a::timestamp AT TIME ZONE 'UTC', b::timestamp AT TIME ZONE 'UTC', calendar), y.seconds - x.seconds FROM span_of_days s JOIN large USING (c) JOIN calendar_day x USING (c) JOIN calendar_day y USING (c)
	WHERE c = 1 AND s.i % 2 = 1 AND x.day = a AND y.day = b AND business_seconds(a::timestamp AT TIME ZONE 'UTC', b::timestamp AT TIME ZONE 'UTC', calendar) IS DISTINCT FROM (y.seconds - x.seconds)::float8$$, 'business_seconds with thousands of holidays are those of the holiday table');
SELECT cmp_ok(count(*), '>=', 50::bigint, 'intervals over the Friday that Samoa left out') FROM span_of_days WHERE c = 3 AND a <= '2011-12-30' AND b > '2011-12-30';
-- calendar_date is what the server makes of the moment in that zone
SELECT pg_temp.none($$SELECT at, zone FROM (SELECT '1890-01-01 00:00+00'::timestamptz + i * 7919 * interval '3 hours 7 minutes 11 seconds' AS at, zone FROM generate_series(1, 400) i, unnest('{UTC,Europe/Berlin,America/New_York,Pacific/Apia,Asia/Kolkata,Australia/Lord_Howe,Africa/Monrovia}'::text[]) zone) s
	WHERE calendar_date(at, ('Mon-Fri 09:00-17:00 ' || zone)::business_calendar) <> (at AT TIME ZONE zone)::date$$, 'calendar_date is the date of the zone');
SELECT is((calendar_date('infinity', '24x7 UTC'), calendar_date('-infinity', '24x7 UTC'), calendar_date(NULL, '24x7 UTC'), calendar_date('4714-11-24 00:00+00 BC', '24x7 UTC')), ('infinity'::date, '-infinity'::date, NULL::date, '4714-11-24 BC'::date), 'at the ends of time');
SELECT throws_ok($$SELECT calendar_date('4714-11-24 00:00+00 BC', '24x7 America/New_York')$$, '22008', 'moment out of range for business time: 4714-11-24 00:00:00+00 BC', 'nor is there a day before the first');
-- add_business_days: the day behind which so many are, itself one of them
SELECT pg_temp.none($$SELECT * FROM (SELECT c, a, n, calendar, add_business_days(a, n, calendar) AS ahead, add_business_days(a, -n, calendar) AS back FROM (SELECT c, a, 1 + i * 7919 % 400 AS n, calendar FROM span_of_days JOIN large USING (c) WHERE a BETWEEN '1795-01-01' AND '2300-01-01' AND c < 3) s OFFSET 0) d
	WHERE business_days(a + 1, ahead + 1, calendar) <> n OR business_days(ahead, ahead + 1, calendar) <> 1 OR business_days(back, a, calendar) <> n OR business_days(back, back + 1, calendar) <> 1$$, 'add_business_days and business_days say the same');
SELECT is(add_business_days(day, n, c::business_calendar), wanted, format('add_business_days(%s, %s, %s)', day, n, c)) FROM (VALUES
	-- the worked example of WORKDAY in the documentation of Excel
	('2008-10-01'::date, 151, 'Mon-Fri 09:00-17:00 UTC', '2009-04-30'::date), ('2008-10-01', 151, 'Mon-Fri 09:00-17:00 UTC; holidays 2008-11-26, 2008-12-04, 2009-01-21', '2009-05-05'),
	('2026-12-26', 0, 'Mon-Fri 09:00-17:00 UTC', '2026-12-26'), ('2026-12-26', 1, 'Mon-Fri 09:00-17:00 UTC', '2026-12-28'), ('2026-12-26', -1, 'Mon-Fri 09:00-17:00 UTC', '2026-12-25'), ('2026-12-28', -2, 'Mon-Fri 09:00-17:00 UTC; holidays 2026-12-25', '2026-12-23'),
	('2026-12-28', 1, 'closed UTC', 'infinity'), ('2026-12-28', -1, 'closed UTC', '-infinity'), ('2026-12-28', 1, 'closed UTC; open 2027-05-01 09:00-10:00', '2027-05-01'), ('2026-12-28', 2, 'closed UTC; open 2027-05-01 09:00-10:00', 'infinity'), ('2026-12-28', 2147483647, '24x7 UTC', 'infinity'), ('2026-12-28', -2147483648, '24x7 UTC', '-infinity'),
	('5874897-12-31', 1, '24x7 UTC', 'infinity'), ('5874897-12-30', 1, '24x7 UTC', '5874897-12-31'), ('4714-11-24 BC', -1, '24x7 UTC', '-infinity'), ('infinity', -5, '24x7 UTC', 'infinity'), ('-infinity', 5, '24x7 UTC', '-infinity'), (NULL, 1, '24x7 UTC', NULL), ('2026-12-28', NULL, '24x7 UTC', NULL)) v(day, n, c, wanted);
SELECT is(business_days('2011-12-26', '2012-01-02', c::business_calendar), days, c) FROM (VALUES ('Mon-Fri 09:00-17:00 Pacific/Apia', 4), ('24x7 Pacific/Apia', 6), ('Fri 09:00-10:00 Pacific/Apia', 0), ('closed Pacific/Apia; open 2011-12-30 09:00-10:00', 0), ('Fri 09:00-10:00 Pacific/Pago_Pago', 1)) v(c, days);
SELECT is(business_days(a, b, 'Mon-Fri 09:00-17:00 UTC'), n, format('business_days(%s, %s)', a, b)) FROM (VALUES ('2026-11-23'::date, '2026-11-23'::date, 0), ('2026-11-23', '2026-11-24', 1), ('2026-11-24', '2026-11-23', -1), ('2026-11-20', '2026-11-23', 1), ('2026-11-21', '2026-11-23', 0), ('2026-11-23', '2026-11-30', 5),
	('0001-01-01', '0001-01-08', 5), ('4713-01-01 BC', '4712-01-01 BC', 262), ('0001-12-31 BC', '0001-01-01', 0), ('5874897-12-29', '5874897-12-31', 1), (NULL, '2026-11-23', NULL), ('2026-11-23', NULL, NULL), ('-infinity', '2026-11-23', NULL), ('2026-11-23', 'infinity', NULL), ('-infinity', 'infinity', NULL)) v(a, b, n);

-- ======== by hand ========

-- Berlin goes forward on 2026-03-29 at 02:00 (01:00 UTC) to 03:00, and back on 2026-10-25 at 03:00 (01:00 UTC) to 02:00
SELECT is(business_seconds(a, b, c::business_calendar) / 3600, hours, what) FROM (VALUES
	('2026-03-28 23:00+00'::timestamptz, '2026-03-29 22:00+00'::timestamptz, 'Sun 00:00-06:00 Europe/Berlin', 5::float8, 'a night shift of six hours is five in spring'),
	('2026-10-24 22:00+00', '2026-10-25 23:00+00', 'Sun 00:00-06:00 Europe/Berlin', 7, 'and seven in autumn'),
	('2026-03-28 12:00+00', '2026-03-29 12:00+00', 'Sat 22:00-06:00+1 Europe/Berlin', 7, 'one of eight hours, over midnight, is seven in spring'),
	('2026-10-24 12:00+00', '2026-10-25 12:00+00', 'Sat 22:00-06:00+1 Europe/Berlin', 9, 'and nine in autumn'),
	('2026-03-28 23:00+00', '2026-03-29 22:00+00', '24x7 Europe/Berlin', 23, 'a day of 23 hours'),
	('2026-10-24 22:00+00', '2026-10-25 23:00+00', '24x7 Europe/Berlin', 25, 'a day of 25 hours'),
	('2026-03-28 23:00+00', '2026-03-29 22:00+00', 'Mon-Sun 09:00-17:00 Europe/Berlin', 8, 'office hours on the day of the change'),
	('2026-03-28 23:00+00', '2026-03-29 22:00+00', 'closed Europe/Berlin; open 2026-03-29 02:15-04:00', 1, 'an opening that begins within the hour left out begins behind it'),
	('2026-03-28 23:00+00', '2026-03-29 22:00+00', 'closed Europe/Berlin; open 2026-03-29 01:00-02:30', 1, 'one that ends within it ends before it'),
	('2026-03-28 23:00+00', '2026-03-29 22:00+00', 'closed Europe/Berlin; open 2026-03-29 02:10-02:50', 0, 'one within it never comes'),
	('2026-10-24 22:00+00', '2026-10-25 23:00+00', 'closed Europe/Berlin; open 2026-10-25 02:15-02:45', 1, 'half an hour within the hour that comes twice comes twice'),
	('2026-10-24 22:00+00', '2026-10-25 00:30+00', 'closed Europe/Berlin; open 2026-10-25 02:15-02:45', 0.25, 'a part of the first time'),
	('2026-10-25 00:30+00', '2026-10-25 01:30+00', 'closed Europe/Berlin; open 2026-10-25 02:15-02:45', 0.5, 'the rest of the first time and a part of the second'),
	('2026-10-24 22:00+00', '2026-10-25 23:00+00', 'closed Europe/Berlin; open 2026-10-25 01:00-02:30', 2, 'from before it into it: twice its first half'),
	('2026-10-24 22:00+00', '2026-10-25 23:00+00', 'closed Europe/Berlin; open 2026-10-25 02:30-04:00', 2, 'from within it: twice its second half'),
	('2011-12-29 10:00+00', '2012-01-01 00:00+14', '24x7 Pacific/Apia', 24 + 24, 'three dates in Samoa, of which one is left out'),
	('2011-12-29 10:00+00', '2012-01-01 00:00+14', 'Thu-Fri 22:00-06:00+1 Pacific/Apia', 2, 'the night before it ends at midnight, and its own does not begin'),
	('2011-12-29 10:00+00', '2012-01-01 00:00+14', 'Thu 22:00-24:00+1 Pacific/Apia', 2, 'a night that would last through it'),
	('2011-12-29 10:00+00', '2012-01-01 00:00+14', 'Sat 09:00-17:00 Pacific/Apia', 8, 'the Saturday behind it'),
	('2026-04-04 00:00+00', '2026-04-05 00:00+00', 'Sun 00:00-03:00 Australia/Lord_Howe', 3.5, 'three hours on Lord Howe, where the half hour before 02:00 comes twice'),
	('2026-10-03 00:00+00', '2026-10-04 00:00+00', 'Sun 00:00-03:00 Australia/Lord_Howe', 2.5, 'and is left out in spring'),
	('1883-11-18 00:00+00', '1883-11-19 12:00+00', 'Sun 09:00-17:00 America/New_York', 8 + 238 / 3600.0::float8, 'New York puts its clock back by 3 minutes and 58 seconds at noon'),
	('2026-11-21 00:00+00', '2026-11-24 00:00+00', 'Sat 00:00-24:00+1, Mon 00:00-01:00 UTC', 49, 'a span of two days'),
	('2026-11-22 12:00+00', '2026-11-23 00:30+00', 'Sat 00:00-24:00+1, Mon 00:00-01:00 UTC', 12.5, 'its second day, and on into the next span'),
	('2026-11-26 12:00+00', '2026-11-28 12:00+00', 'Mon-Fri 22:00-06:00+1 UTC; holidays 2026-11-27', 8, 'a holiday ends its own night shift, and not that of the day before'),
	('2026-11-26 12:00+00', '2026-11-28 12:00+00', 'Mon-Fri 22:00-06:00+1 UTC; open 2026-11-27 07:00-09:00', 10, 'nor does a date with hours of its own'),
	('2026-11-23 09:00:00.25+00', '2026-11-23 09:00:01+00', 'Mon-Fri 09:00-17:00 UTC', 0.75::float8 / 3600, 'a fraction of a second'),
	('2026-11-23 08:59:59.5+00', '2026-11-23 09:00:00.000001+00', 'Mon-Fri 09:00-17:00 UTC', 1e-6 / 3600::float8, 'a microsecond'),
	('1850-01-01 00:00+00', '1850-01-08 00:00+00', 'Mon-Fri 09:00-17:00 UTC', 40, 'a week before 1900'),
	('2250-01-01 00:00+00', '2250-01-08 00:00+00', 'Mon-Fri 09:00-17:00 UTC', 40, 'a week after 2200'),
	('4713-01-02 00:00+00 BC', '4713-01-09 00:00+00 BC', 'Mon-Fri 09:00-17:00 UTC', 40, 'a week of the first year that there is'),
	('9999-12-24 00:00+00', '9999-12-31 00:00+00', 'Mon-Fri 09:00-17:00 UTC', 40, 'a week of the last')) v(a, b, c, hours, what);
SELECT is(result, expected, what) FROM (VALUES
	(next_business_time('2026-03-29 00:00+00', 'closed Europe/Berlin; open 2026-03-29 02:15-04:00'), '2026-03-29 01:00+00'::timestamptz, 'the first moment is behind the hour left out'),
	(next_business_time('2026-03-29 00:00+00', 'closed Europe/Berlin; open 2026-03-29 02:10-02:50'), 'infinity', 'an opening that never comes'),
	(next_business_time('2026-03-29 00:00+00', 'Mon 09:00-10:00 Europe/Berlin; open 2026-03-29 02:10-02:50'), '2026-03-30 07:00+00', 'and the one behind it'),
	(next_business_time('2026-10-25 00:00+00', 'closed Europe/Berlin; open 2026-10-25 02:15-02:45'), '2026-10-25 00:15+00', 'the first time'),
	(next_business_time('2026-10-25 00:45+00', 'closed Europe/Berlin; open 2026-10-25 02:15-02:45'), '2026-10-25 01:15+00', 'the second time'),
	(next_business_time('2026-10-25 01:45+00', 'closed Europe/Berlin; open 2026-10-25 02:15-02:45'), 'infinity', 'and no more'),
	(add_business_seconds('2026-10-25 00:00+00', 1800, 'closed Europe/Berlin; open 2026-10-25 02:15-02:45'), '2026-10-25 00:45+00', 'half an hour is over when the first time is'),
	(add_business_seconds('2026-10-25 00:00+00', 1801, 'closed Europe/Berlin; open 2026-10-25 02:15-02:45'), '2026-10-25 01:15:01+00', 'a second more is in the second'),
	(add_business_seconds('2026-10-25 00:00+00', 3600, 'closed Europe/Berlin; open 2026-10-25 02:15-02:45'), '2026-10-25 01:45+00', 'all of it'),
	(add_business_seconds('2026-10-25 00:00+00', 3600.000001, 'closed Europe/Berlin; open 2026-10-25 02:15-02:45'), 'infinity', 'more than there is'),
	(add_business_seconds('2026-10-26 00:00+00', -1800, 'closed Europe/Berlin; open 2026-10-25 02:15-02:45'), '2026-10-25 01:15+00', 'back by half an hour'),
	(add_business_seconds('2026-10-26 00:00+00', -3600, 'closed Europe/Berlin; open 2026-10-25 02:15-02:45'), '2026-10-25 00:15+00', 'back by all of it'),
	(add_business_seconds('2026-10-26 00:00+00', -3600.000001, 'closed Europe/Berlin; open 2026-10-25 02:15-02:45'), '-infinity', 'and by more'),
	(add_business_seconds('2026-11-23 09:00+00', 28800, 'Mon-Fri 09:00-17:00 UTC'), '2026-11-23 17:00+00', 'eight hours from Monday 09:00'),
	(add_business_seconds('2026-11-24 17:00+00', -28800, 'Mon-Fri 09:00-17:00 UTC'), '2026-11-24 09:00+00', 'eight hours before Tuesday 17:00'),
	(add_business_seconds('2026-11-22 12:00+00', 0, 'Mon-Fri 09:00-17:00 UTC'), '2026-11-22 12:00+00', 'nothing added is the moment itself, also on a Sunday'),
	(add_business_seconds('2026-11-22 12:00+00', 1e-6, 'Mon-Fri 09:00-17:00 UTC'), '2026-11-23 09:00:00.000001+00', 'a microsecond added'),
	(add_business_seconds('2026-11-22 12:00+00', 4e-7, 'Mon-Fri 09:00-17:00 UTC'), '2026-11-22 12:00+00', 'less than half a microsecond is nothing'),
	(add_business_seconds('2011-12-29 10:00+00', 86400 * 1.5, '24x7 Pacific/Apia'), '2011-12-31 12:00+14', 'a day and a half from Thursday in Samoa is noon of Saturday'),
	(add_business_seconds('2026-11-23 09:00+00', 1e9, 'Mon-Fri 09:00-17:00 UTC'), '2026-11-23 09:00+00'::timestamptz + 6944 * interval '7 days' + interval '2 days 01:46:40', 'a billion seconds'),
	(add_business_seconds('infinity', 60, 'closed UTC'), 'infinity', 'infinity stays'), (add_business_seconds('-infinity', 60, '24x7 UTC'), '-infinity', '-infinity, too'), (add_business_seconds('infinity', -60, '24x7 UTC'), 'infinity', 'in both directions'),
	(add_business_seconds('2026-11-23 09:00+00', 1, 'closed UTC'), 'infinity', 'closed: never'), (add_business_seconds('2026-11-23 09:00+00', -1, 'closed UTC'), '-infinity', 'closed: never was'), (add_business_seconds('2026-11-23 09:00+00', 0, 'closed UTC'), '2026-11-23 09:00+00', 'closed: nothing added'),
	(next_business_time('2026-11-23 09:00+00', 'closed UTC'), 'infinity', 'closed: no next time'), (next_business_time('infinity', '24x7 UTC'), 'infinity', 'infinity has no next time'), (next_business_time('-infinity', 'closed UTC'), '-infinity', 'nor has -infinity'),
	(next_business_time('2026-11-23 17:00+00', 'closed UTC; open 2026-11-24 09:00-10:00'), '2026-11-24 09:00+00', 'the only opening'), (next_business_time('2026-11-24 10:00+00', 'closed UTC; open 2026-11-24 09:00-10:00'), 'infinity', 'after the only opening'),
	(next_business_time('2026-11-24 09:59:59.999999+00', 'closed UTC; open 2026-11-24 09:00-10:00'), '2026-11-24 09:59:59.999999+00', 'in its last microsecond'),
	(add_business_seconds('2026-11-23 09:00+00', 3600, 'closed UTC; open 2026-11-24 09:00-10:00'), '2026-11-24 10:00+00', 'the whole of the only opening'), (add_business_seconds('2026-11-24 10:00+00', -3600, 'closed UTC; open 2026-11-24 09:00-10:00'), '2026-11-24 09:00+00', 'and back'),
	(sla_due('2026-11-25 16:00+00', 10800, 'Mon-Fri 09:00-17:00 UTC'), '2026-11-26 11:00+00', 'Wednesday 16:00 and three hours'), (sla_due('2026-11-23 16:00+00', 7200, 'Mon-Fri 09:00-17:00 UTC'), '2026-11-24 10:00+00', 'Monday 16:00 and two hours')) v(result, expected, what);
SELECT is(business_seconds('2026-11-23 10:00+00', '2026-11-23 12:00+00', 'Mon-Fri 09:00-17:00 UTC'), 7200::float8, 'Monday 10:00 to 12:00');

-- infinities, and nothing
SELECT is(business_seconds(a, b, c::business_calendar), seconds, format('%s to %s of %s', a, b, c)) FROM (VALUES
	('-infinity'::timestamptz, 'infinity'::timestamptz, '24x7 UTC', 'infinity'::float8), ('infinity', '-infinity', '24x7 UTC', '-infinity'), ('infinity', 'infinity', '24x7 UTC', 0), ('-infinity', '-infinity', 'closed UTC', 0),
	('2026-11-23', 'infinity', 'Mon 09:00-10:00 UTC', 'infinity'), ('infinity', '2026-11-23', 'Mon 09:00-10:00 UTC', '-infinity'), ('-infinity', '2026-11-23', 'Mon 09:00-10:00 UTC', 'infinity'), ('2026-11-23', '-infinity', 'Mon 09:00-10:00 UTC', '-infinity'),
	('-infinity', 'infinity', 'closed UTC', 0), ('2026-11-23', 'infinity', 'closed UTC', 0), ('-infinity', 'infinity', 'closed UTC; open 2026-11-24 09:00-10:00, 2027-01-01 10:00-12:00', 3 * 3600), ('2026-11-24 09:30+00', 'infinity', 'closed UTC; open 2026-11-24 09:00-10:00, 2027-01-01 10:00-12:00', 2.5 * 3600),
	('2026-11-24 09:30+00', '-infinity', 'closed UTC; open 2026-11-24 09:00-10:00, 2027-01-01 10:00-12:00', -1800), ('infinity', '-infinity', 'closed UTC; open 2026-11-24 09:00-10:00', -3600),
	('-infinity', 'infinity', 'closed UTC; open 0001-01-01 00:00-01:00, 9999-12-31 21:00-23:00', 3 * 3600)) v(a, b, c, seconds);
SELECT is(pg_temp.outcome_of('SELECT ' || call), NULL, call) FROM unnest(array['business_seconds(NULL, now(), ''24x7 UTC'')', 'business_seconds(now(), NULL, ''24x7 UTC'')', 'business_seconds(now(), now(), NULL)', 'business_hours(NULL, now(), ''24x7 UTC'')', 'business_days(current_date, current_date, NULL)',
	'add_business_seconds(NULL, 1, ''24x7 UTC'')', 'add_business_seconds(now(), NULL, ''24x7 UTC'')', 'add_business_seconds(now(), 1, NULL)', 'is_business_time(NULL, ''24x7 UTC'')', 'is_business_time(now(), NULL)', 'is_business_time(''infinity'', ''24x7 UTC'')', 'is_business_time(''-infinity'', ''24x7 UTC'')',
	'next_business_time(NULL, ''24x7 UTC'')', 'next_business_time(now(), NULL)', 'sla_due(NULL, 1, ''24x7 UTC'')', 'sla_due(now(), NULL, ''24x7 UTC'')', 'sla_due(now(), 1, NULL)', 'speed_to_lead_seconds(NULL, now())', 'speed_to_lead_seconds(now(), NULL)']) call;

-- the ends of time, and what cannot be added
SELECT throws_ok('SELECT ' || call, sqlstate, message, call) FROM (VALUES
	('business_seconds(''9999-12-31 23:59:59+00'', ''10000-01-01 00:00+00'', ''24x7 UTC'')', '22008', 'moment out of range for business time: 10000-01-01 00:00:00+00'), ('business_seconds(''10000-01-01 00:00+00'', ''infinity'', ''closed UTC'')', '22008', 'moment out of range for business time: 10000-01-01 00:00:00+00'),
	('is_business_time(''294276-12-31 23:59:59.999999+00'', ''24x7 UTC'')', '22008', 'moment out of range for business time: 294276-12-31 23:59:59.999999+00'), ('next_business_time(''10000-01-01 00:00+00'', ''24x7 UTC'')', '22008', 'moment out of range for business time: 10000-01-01 00:00:00+00'),
	('next_business_time(''9999-12-31 23:00+00'', ''Mon 09:00-10:00 UTC'')', '22008', 'business time out of range'), ('add_business_seconds(''9999-12-31 00:00+00'', 86400, ''24x7 UTC'')', '22008', 'business time out of range'), ('add_business_seconds(''2026-11-23 00:00+00'', 1e12, ''24x7 UTC'')', '22008', 'business time out of range'),
	('add_business_seconds(''2026-11-23 00:00+00'', -1e12, ''24x7 UTC'')', '22008', 'business time out of range'), ('add_business_seconds(''2026-11-23 00:00+00'', 1e12, ''Mon 09:00-09:00:01 UTC'')', '22008', 'business time out of range'), ('add_business_seconds(''2026-11-23 00:00+00'', -1e12, ''Mon 09:00-09:00:01 UTC'')', '22008', 'business time out of range'),
	('add_business_seconds(now(), ''NaN'', ''24x7 UTC'')', '22003', 'number of seconds is not a finite number: "NaN"'), ('add_business_seconds(now(), ''infinity'', ''24x7 UTC'')', '22003', 'number of seconds is not a finite number: "Infinity"'), ('add_business_seconds(now(), ''-infinity'', ''24x7 UTC'')', '22003', 'number of seconds is not a finite number: "-Infinity"'),
	('add_business_seconds(now(), 1.0000001e12, ''24x7 UTC'')', '22003', 'number of seconds is out of range: 1000000100000'), ('add_business_seconds(now(), -1e300, ''24x7 UTC'')', '22003', 'number of seconds is out of range: -1e+300'), ('sla_due(now(), -1, ''24x7 UTC'')', '22003', 'number of seconds is negative: -1'), ('sla_due(now(), ''NaN'', ''24x7 UTC'')', '22003', 'number of seconds is not a finite number: "NaN"'),
	('sla_due(now(), 1e15, ''24x7 UTC'')', '22003', 'number of seconds is out of range: 1e+15'), ('speed_to_lead_seconds(''infinity'', now())', '22008', 'created is not a finite time: "infinity"'), ('speed_to_lead_seconds(now(), ''-infinity'')', '22008', 'first_touch is not a finite time: "-infinity"')) v(call, sqlstate, message);
SELECT is(result, expected, what) FROM (VALUES
	(business_seconds('9999-12-31 23:00+00', '9999-12-31 23:59:59.999999+00', '24x7 UTC'), 3599.999999::float8, 'the last hour'), (business_seconds('9999-12-31 23:00+00', '9999-12-31 23:59:59.999999+00', '24x7 Pacific/Kiritimati'), 3599.999999, 'the last hour of UTC, in a zone in which it is next year'),
	(business_seconds('4714-11-24 00:00+00 BC', '4714-11-25 00:00+00 BC', '24x7 UTC'), 86400, 'the first day'), (business_seconds('4714-11-24 00:00+00 BC', '4714-11-25 00:00+00 BC', '24x7 America/Adak'), 86400, 'the first day, in a zone in which it is earlier'),
	(business_seconds('4714-11-24 00:00+00 BC', '9999-12-31 00:00+00', '24x7 America/Los_Angeles'), 86400::float8 * ('9999-12-31'::date - '4714-11-24 BC'::date), 'all of it'),
	(speed_to_lead_seconds('2026-11-23 22:00+00', '2026-11-24 08:30+00'), 37800, 'the speed to a lead'), (speed_to_lead_seconds('2026-11-23 22:00:01.5+00', '2026-11-23 22:00+00'), -1.5, 'a touch before the lead'), (speed_to_lead_seconds('2026-11-23 22:00+00', '2026-11-23 22:00+00'), 0, 'at once'),
	(speed_to_lead_seconds('4714-11-24 00:00+00 BC', '294276-12-31 00:00+00'), 86400::float8 * ('294276-12-31'::date - '4714-11-24 BC'::date), 'from the first moment to the last')) v(result, expected, what);
SELECT is(add_business_seconds('4714-11-25 00:00+00 BC', -86400, '24x7 UTC'), '4714-11-24 00:00+00 BC', 'back to the first moment');
SELECT is(add_business_seconds('9999-12-31 00:00+00', 86399.999999, '24x7 UTC'), '9999-12-31 23:59:59.999999+00', 'on to the last');

-- ======== several calendars at one place of a query ========

CREATE TEMP TABLE shop AS SELECT n, format('Mon-Fri 09:00-%s UTC', pg_temp.clock(36000 + n * 60))::business_calendar AS calendar, (3600 + n * 60)::float8 AS seconds FROM generate_series(1, 200) n;
SELECT pg_temp.holds(format($$SELECT count(*), count(*) FILTER (WHERE business_seconds('2026-11-23 00:00+00', '2026-11-24 00:00+00', calendar) IS DISTINCT FROM seconds) FROM (SELECT s.* FROM shop s, generate_series(1, 20) i WHERE n <= %s ORDER BY %s) s$$, most, ordered), format('%s calendars in turn, ordered by %s', most, ordered))
FROM unnest('{1, 2, 63, 64, 65, 200}'::int[]) most, unnest('{"i, n", "n, i", "pg_temp.dice(n || $x$/$x$ || i, 1000)"}'::text[]) ordered;
-- an expression of PL/pgSQL is kept while its variables change
CREATE FUNCTION pg_temp.in_a_loop() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	s record;
	calendar business_calendar;
	wrong bigint := 0;
BEGIN
	FOR s IN SELECT * FROM shop ORDER BY n LOOP
		calendar := s.calendar;
		wrong := wrong + (business_seconds('2026-11-23 00:00+00', '2026-11-24 00:00+00', calendar) <> s.seconds)::int + (business_seconds('2026-11-23 00:00+00', '2026-11-24 00:00+00', s.calendar) <> s.seconds)::int
			+ (sla_due('2026-11-23 09:00+00', s.seconds, calendar) <> '2026-11-23 09:00+00'::timestamptz + s.seconds * interval '1 second')::int;
	END LOOP;
	RETURN wrong;
END $$;
SELECT is(pg_temp.in_a_loop(), 0::bigint, 'a calendar in a variable');
PREPARE seconds_of(business_calendar) AS SELECT business_seconds('2026-11-23 00:00+00', '2026-11-24 00:00+00', $1) AS seconds;
SET LOCAL plan_cache_mode = force_generic_plan;
SELECT results_eq('EXECUTE seconds_of(''Mon 09:00-10:00 UTC'')', 'VALUES (3600::float8)', 'a calendar as the parameter of a query');
SELECT results_eq('EXECUTE seconds_of(''Mon 09:00-11:00 UTC'')', 'VALUES (7200::float8)', 'and another one');
RESET plan_cache_mode;
-- regions with hours and holidays of their own, joined to their cases
CREATE TEMP TABLE region AS SELECT r, format('Mon-Fri %s-17:00 %s', pg_temp.clock(8 * 3600 + r * 60), zone) AS hours, 8 * 3600 + r * 60 AS opens, zone FROM generate_series(1, 12) r JOIN zone ON zone.n = r + 2;
CREATE TEMP TABLE holiday AS SELECT r, day FROM generate_series(1, 12) r, LATERAL (SELECT date '2026-01-01' + pg_temp.dice('holiday' || r || i, 365)::int AS day FROM generate_series(1, r - 1) i) d;
SELECT pg_temp.holds($$
	WITH calendar AS (SELECT r, business_calendar(hours::business_calendar, day) AS c FROM region LEFT JOIN holiday USING (r) GROUP BY r, hours)
	SELECT count(*), count(*) FILTER (WHERE (is_business_time(at, c), business_days('2026-01-01', local::date, c)) IS DISTINCT FROM
		(extract(isodow FROM local) < 6 AND extract(epoch FROM local::time) >= opens AND local::time < '17:00' AND NOT EXISTS (SELECT FROM holiday h WHERE h.r = k.r AND h.day = local::date),
			(SELECT count(*) FROM generate_series('2026-01-01', local::date - 1, '1 day') d WHERE extract(isodow FROM d) < 6 AND d::date NOT IN (SELECT day FROM holiday h WHERE h.r = k.r))::int))
	FROM (SELECT r, opens, zone, at, at AT TIME ZONE zone AS local FROM region, LATERAL (SELECT '2026-01-02 12:00+00'::timestamptz + pg_temp.dice('at' || r || i, 360 * 86400) * interval '1 second' AS at FROM generate_series(1, 60) i) i) k JOIN calendar USING (r)
$$, 'cases of regions by the calendars of their regions');

-- ======== service levels ========

-- due on Tuesday at 10:00; every status by its definition
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE sla_status(start, responded, 7200, 'Mon-Fri 09:00-17:00 UTC', as_of) IS DISTINCT FROM
		CASE WHEN start IS NULL OR as_of IS NULL OR as_of < start THEN NULL WHEN responded <= as_of AND responded <= due THEN 'met' WHEN responded <= as_of THEN 'missed' WHEN as_of > due THEN 'missed' ELSE 'pending' END)
	FROM (VALUES ('2026-11-23 16:00+00'::timestamptz, '2026-11-24 10:00+00'::timestamptz), ('2026-11-20 18:00+00', '2026-11-23 11:00+00'), ('-infinity', '-infinity'), ('infinity', 'infinity'), (NULL, NULL)) s(start, due),
		(SELECT unnest(array[NULL, '-infinity', '2026-11-20 00:00+00', '2026-11-23 11:00+00', '2026-11-23 11:00:00.000001+00', '2026-11-23 16:00+00', '2026-11-24 09:59:59.999999+00', '2026-11-24 10:00+00', '2026-11-24 10:00:00.000001+00', '2026-12-01 00:00+00', 'infinity']::timestamptz[])) r(responded),
		(SELECT unnest(array[NULL, '-infinity', '2026-11-20 17:59:59.999999+00', '2026-11-20 18:00+00', '2026-11-23 11:00+00', '2026-11-23 15:59:59.999999+00', '2026-11-23 16:00+00', '2026-11-24 09:59:59.999999+00', '2026-11-24 10:00+00', '2026-11-24 10:00:00.000001+00', '2026-12-01 00:00+00', 'infinity']::timestamptz[])) a(as_of)
$$, 'sla_status by its definition');
SELECT is(sla_status(start, responded, seconds, calendar::business_calendar, as_of), status, what) FROM (VALUES
	('2026-11-23 16:00+00'::timestamptz, '2026-11-24 10:00+00'::timestamptz, 7200::float8, 'Mon-Fri 09:00-17:00 UTC', '2026-12-01 00:00+00'::timestamptz, 'met', 'answered at the due time'),
	('2026-11-23 16:00+00', '2026-11-24 10:00:00.000001+00', 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-12-01 00:00+00', 'missed', 'a microsecond later'),
	('2026-11-23 16:00+00', NULL, 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-24 10:00+00', 'pending', 'not answered at the due time'),
	('2026-11-23 16:00+00', NULL, 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-24 10:00:00.000001+00', 'missed', 'not answered a microsecond later'),
	('2026-11-23 16:00+00', '2026-11-24 09:00+00', 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-24 08:00+00', 'pending', 'before the answer'),
	('2026-11-23 16:00+00', '2026-11-25 09:00+00', 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-24 12:00+00', 'missed', 'before a late answer, past due'),
	('2026-11-23 16:00+00', '2026-11-23 15:00+00', 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-24 12:00+00', 'met', 'answered before it started'),
	('2026-11-23 16:00+00', NULL, 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-23 15:00+00', NULL, 'not yet started'),
	('2026-11-23 15:00+00', '2026-11-23 18:00+00', 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-12-01 00:00+00', 'missed', 'due at closing time, answered in the evening'),
	('2026-11-23 15:00+00', '2026-11-23 17:00+00', 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-12-01 00:00+00', 'met', 'due at closing time, answered at closing time'),
	('2026-11-23 16:00+00', '2026-11-23 16:00+00', 0, 'Mon-Fri 09:00-17:00 UTC', '2026-12-01 00:00+00', 'met', 'at once'), ('2026-11-23 16:00+00', NULL, 0, 'Mon-Fri 09:00-17:00 UTC', '2026-11-23 16:00+00', 'pending', 'at once, and not yet'),
	('2026-11-23 16:00+00', NULL, 7200, 'closed UTC', '2036-11-23 16:00+00', 'pending', 'never due'), ('2026-11-23 16:00+00', NULL, 7200, 'closed UTC', 'infinity', 'pending', 'never due, seen from the end of time'), ('2026-11-23 16:00+00', '2036-11-23 16:00+00', 7200, 'closed UTC', 'infinity', 'met', 'answered, and never due'),
	('2026-11-23 16:00+00', NULL, NULL, 'closed UTC', '2036-11-23 16:00+00', NULL, 'no seconds'), ('2026-11-23 16:00+00', NULL, 7200, NULL, '2036-11-23 16:00+00', NULL, 'no calendar'), ('2026-11-23 16:00+00', NULL, 7200, 'closed UTC', NULL, NULL, 'no moment of judgement'), (NULL, NULL, 7200, 'closed UTC', '2026-11-24', NULL, 'no start'))
	v(start, responded, seconds, calendar, as_of, status, what);
SELECT throws_ok(format('SELECT sla_status(''2026-11-23 16:00+00'', NULL, %L, ''24x7 UTC'', ''2026-11-24 16:00+00'')', seconds), '22003', message, message) FROM (VALUES ('-1', 'number of seconds is negative: -1'), ('NaN', 'number of seconds is not a finite number: "NaN"'), ('1e13', 'number of seconds is out of range: 10000000000000')) v(seconds, message);

CREATE TEMP TABLE ticket AS
	SELECT i, i % 7 AS team, start, CASE WHEN i % 5 > 0 THEN start + pg_temp.dice('responded' || i, 40 * 3600) * interval '1 second' END AS responded, CASE WHEN i % 41 > 0 THEN 600 * pg_temp.dice('seconds' || i, 40) END::float8 AS seconds, CASE WHEN i % 43 > 0 THEN calendar END AS calendar, '2026-11-25 12:00+00'::timestamptz AS as_of
	FROM (SELECT i, '2026-11-16 00:00+00'::timestamptz + pg_temp.dice('start' || i, 10 * 86400) * interval '1 second' AS start FROM generate_series(1, 6000) i) t JOIN shop ON n = 1 + i % 90;
CREATE TEMP TABLE answered AS SELECT team, sla_compliance(start, responded, seconds, calendar, as_of) AS c FROM ticket GROUP BY team;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (met(c), missed(c), pending(c)) IS DISTINCT FROM (n_met, n_missed, n_pending) OR compliance_rate(c) IS DISTINCT FROM n_met::float8 / (n_met + n_missed) OR c IS DISTINCT FROM format('{"compliance": 1, "met": %s, "missed": %s, "pending": %s}', n_met, n_missed, n_pending)::compliance
		OR (compliance_low(c) < compliance_rate(c) AND compliance_high(c) > compliance_rate(c)) IS NOT TRUE)
	FROM answered JOIN (SELECT team, count(*) FILTER (WHERE s = 'met') AS n_met, count(*) FILTER (WHERE s = 'missed') AS n_missed, count(*) FILTER (WHERE s = 'pending') AS n_pending FROM (SELECT team, sla_status(start, responded, seconds, calendar, as_of) AS s FROM ticket) s GROUP BY team) e USING (team)
	WHERE n_met > 50 AND n_missed > 50 AND n_pending > 5$$, 'sla_compliance counts what sla_status says');
SELECT is(merge(c), (SELECT sla_compliance(start, responded, seconds, calendar, as_of) FROM ticket), 'teams merged are the whole') FROM answered;
SELECT is(sla_compliance(start, responded, seconds, calendar, as_of), NULL, 'no cases') FROM ticket WHERE false;
SELECT is(sla_compliance(start, responded, seconds, calendar, '2026-11-01'), NULL, 'cases that have not started') FROM ticket;
SELECT is((compliance_rate(c), met(c), missed(c), pending(c))::text, '(,0,0,2)', 'pending cases have no rate') FROM (SELECT sla_compliance('2026-11-23 16:00+00', NULL, 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-23 17:00+00') AS c FROM generate_series(1, 2)) s;
SELECT is((sla_compliance('2026-11-23 16:00+00', r, 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-25 00:00+00'))::text, '{"compliance": 1, "met": 2, "missed": 1}', 'two of three in time') FROM unnest(array['2026-11-24 09:00+00', '2026-11-24 10:00+00', '2026-11-24 11:00+00']::timestamptz[]) r;
SELECT throws_ok($$SELECT sla_compliance('2026-11-23 16:00+00', NULL, -5, '24x7 UTC', '2026-11-24 16:00+00')$$, '22003', 'number of seconds is negative: -5', 'negative seconds are no case');

-- ======== calendars in aggregates of the user's own, whose arguments are not those of our functions ========

CREATE FUNCTION pg_temp.least_of(timestamptz, timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT least($1, $2) $$;
CREATE FUNCTION pg_temp.least_of(timestamptz, timestamptz, int) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT least($1, $2) $$;
CREATE AGGREGATE pg_temp.due_of(float8, business_calendar ORDER BY timestamptz) (SFUNC = pg_temp.least_of, STYPE = timestamptz, FINALFUNC = add_business_seconds);
CREATE AGGREGATE pg_temp.due_of(float8, business_calendar ORDER BY timestamptz, int) (SFUNC = pg_temp.least_of, STYPE = timestamptz, FINALFUNC = add_business_seconds);
SELECT is(pg_temp.due_of(7200, '24x7 UTC') WITHIN GROUP (ORDER BY t), '2026-01-01 02:00+00', 'a final function has arguments that its aggregate does not sort')
FROM (VALUES ('2026-01-01 00:00+00'::timestamptz), ('2026-01-02 00:00+00')) v(t);
SELECT results_eq($$SELECT pg_temp.due_of(7200, c) WITHIN GROUP (ORDER BY t, 1) FROM (VALUES ('2026-01-01 00:00+00'::timestamptz, '24x7 UTC'::business_calendar), ('2026-01-01 00:00+00', 'Mon 09:00-17:00 UTC')) v(t, c) GROUP BY c ORDER BY 1$$,
	$$VALUES ('2026-01-01 02:00+00'::timestamptz), ('2026-01-05 11:00+00')$$, 'each group its own calendar, beside a constant that is another argument');

-- ======== the ends of time ========

SELECT is(business_seconds('-infinity', 'infinity', 'closed UTC; open 0001-01-01 09:00-17:00, 9999-12-31 22:00-06:00+1'), 57600::float8, 'the last night is whole, also behind the last year');
SELECT is(business_seconds(at, add_business_seconds(at, 1.5, calendar), calendar), 1.5::float8, 'the first moment that there is: ' || zone)
FROM (VALUES ('4714-11-24 00:00:00+00 BC'::timestamptz)) v(at), unnest(array['America/New_York', 'Asia/Tokyo', 'UTC']) zone, LATERAL (SELECT ('24x7 ' || zone)::business_calendar AS calendar) c;
SELECT pg_temp.none($$SELECT name, at FROM (SELECT name, '0001-01-03 00:00+00'::timestamptz + pg_temp.dice(name || i, 86400::bigint * CASE WHEN i % 2 = 0 THEN 3651000 ELSE 720000 END) * interval '1 second' AS at FROM pg_timezone_names, generate_series(1, 12) i
		WHERE name !~ '^(posix|right)/' AND name NOT IN ('localtime', 'posixrules', 'Factory', 'CET', 'MET', 'EET', 'WET', 'EST', 'MST', 'HST')) m, LATERAL (SELECT at AT TIME ZONE name AS l OFFSET 0) w
	WHERE is_business_time(at, ('Mon-Fri 09:00-17:00 ' || name)::business_calendar) IS DISTINCT FROM (l::time >= '09:00' AND l::time < '17:00' AND extract(isodow FROM l) < 6)$$, 'every zone of the database, in any year from 1 to 9999');

SELECT * FROM finish();
ROLLBACK;
