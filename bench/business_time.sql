-- Business time beside what is written by hand for it.  :'calendar' is a literal, Mon-Fri 09:00-17:00 in New York with
-- 30 holidays, and :'large_calendar' one with 5,000 (bench/run sets both); business_days, the table, is what a warehouse
-- keeps in place of a calendar, the business time before each day of twenty years.

-- section: business_days(date, date), 30 holidays
-- rows: cases
-- floor: count of both dates
SELECT count(opened_on), count(closed_on) FROM cases;
-- ours: business_days
SELECT sum(salesops.business_days(opened_on, closed_on, :'calendar')) FROM cases;
-- form: weekday arithmetic, holidays in a sub-query
SELECT sum((closed_on - date '1900-01-01') / 7 * 5 + least((closed_on - date '1900-01-01') % 7, 5)
	- (opened_on - date '1900-01-01') / 7 * 5 - least((opened_on - date '1900-01-01') % 7, 5)
	- (SELECT count(*) FROM holidays WHERE day >= opened_on AND day < closed_on AND extract(isodow FROM day) < 6))
FROM cases;
-- form: a table of days, joined twice
SELECT sum(b.days_before - a.days_before) FROM cases JOIN business_days a ON a.day = opened_on JOIN business_days b ON b.day = closed_on;
-- on: some_cases
-- form: generate_series, the holidays left out
SELECT sum((SELECT count(*) FROM generate_series(opened_on::timestamp, closed_on - interval '1 day', '1 day') AS d
	WHERE extract(isodow FROM d) < 6 AND NOT EXISTS (SELECT FROM holidays WHERE day = d::date)))
FROM some_cases;
-- on: some_cases
-- form: a loop over days in PL/pgSQL
SELECT sum(days_by_loop(opened_on, closed_on)) FROM some_cases;

-- section: business_seconds(timestamptz, timestamptz), 30 holidays
-- rows: cases
-- floor: count of both moments
SELECT count(opened), count(closed) FROM cases;
-- ours: business_seconds
SELECT sum(salesops.business_seconds(opened, closed, :'calendar')) FROM cases;
-- form: a table of days, joined twice, ends clipped
SELECT sum(b.seconds_before - a.seconds_before
	+ coalesce(greatest(extract(epoch FROM least(closed, b.closes) - b.opens), 0), 0)::float8
	- coalesce(greatest(extract(epoch FROM least(opened, a.closes) - a.opens), 0), 0)::float8)
FROM cases
	JOIN business_days a ON a.day = (opened AT TIME ZONE 'America/New_York')::date
	JOIN business_days b ON b.day = (closed AT TIME ZONE 'America/New_York')::date;
-- on: some_cases
-- form: generate_series of days, each clipped
SELECT sum((
	SELECT coalesce(sum(extract(epoch FROM least(closed, closes) - greatest(opened, opens)))::float8, 0)
	FROM generate_series((opened AT TIME ZONE 'America/New_York')::date::timestamp, closed AT TIME ZONE 'America/New_York', '1 day') AS d,
		LATERAL (SELECT (d + interval '9 hours') AT TIME ZONE 'America/New_York' AS opens, (d + interval '17 hours') AT TIME ZONE 'America/New_York' AS closes) AS h
	WHERE extract(isodow FROM d) < 6 AND opens < closed AND closes > opened AND NOT EXISTS (SELECT FROM holidays WHERE day = d::date)))
FROM some_cases;
-- on: few_cases
-- form: a loop over minutes in PL/pgSQL
SELECT sum(seconds_by_loop(opened, closed)) FROM few_cases;

-- section: business_seconds by the length of the interval, at random moments
-- rows: cases
-- floor: count of three moments
SELECT count(opened), count(day_later), count(decade_later) FROM cases;
-- call: one day
SELECT sum(salesops.business_seconds(opened, day_later, :'calendar')), count(decade_later) FROM cases;
-- call: ten years
SELECT sum(salesops.business_seconds(opened, decade_later, :'calendar')), count(day_later) FROM cases;

-- section: business_seconds by the length of the interval, in order of time
-- rows: sorted_cases
-- floor: count of three moments
SELECT count(opened), count(day_later), count(decade_later) FROM sorted_cases;
-- call: one day
SELECT sum(salesops.business_seconds(opened, day_later, :'calendar')), count(decade_later) FROM sorted_cases;
-- call: ten years
SELECT sum(salesops.business_seconds(opened, decade_later, :'calendar')), count(day_later) FROM sorted_cases;

-- section: business_seconds and business_days by the number of holidays
-- rows: cases
-- floor: count of the four columns
SELECT count(opened), count(closed), count(opened_on), count(closed_on) FROM cases;
-- call: business_seconds, none
SELECT sum(salesops.business_seconds(opened, closed, 'Mon-Fri 09:00-17:00 America/New_York')), count(opened_on), count(closed_on) FROM cases;
-- call: business_seconds, 30
SELECT sum(salesops.business_seconds(opened, closed, :'calendar')), count(opened_on), count(closed_on) FROM cases;
-- call: business_seconds, 5000
SELECT sum(salesops.business_seconds(opened, closed, :'large_calendar')), count(opened_on), count(closed_on) FROM cases;
-- call: business_days, none
SELECT sum(salesops.business_days(opened_on, closed_on, 'Mon-Fri 09:00-17:00 America/New_York')), count(opened), count(closed) FROM cases;
-- call: business_days, 30
SELECT sum(salesops.business_days(opened_on, closed_on, :'calendar')), count(opened), count(closed) FROM cases;
-- call: business_days, 5000
SELECT sum(salesops.business_days(opened_on, closed_on, :'large_calendar')), count(opened), count(closed) FROM cases;

-- section: business_seconds with the calendars of eight regions
-- rows: cases
-- floor: count of both moments and of the calendar, joined
SELECT count(opened), count(closed), count(calendar) FROM cases JOIN calendars USING (region);
-- call: one calendar, a literal, with the same join
SELECT sum(salesops.business_seconds(opened, closed, :'calendar')), count(calendar) FROM cases JOIN calendars USING (region);
-- call: the calendar of each region
SELECT sum(salesops.business_seconds(opened, closed, calendar)) FROM cases JOIN calendars USING (region);

-- section: sla_due, sixteen business hours
-- rows: cases
-- floor: last and first of the moment
SELECT max(opened), min(opened) FROM (SELECT opened FROM cases OFFSET 0) AS s;
-- ours: sla_due
SELECT max(due), min(due) FROM (SELECT salesops.sla_due(opened, 57600, :'calendar') AS due FROM cases OFFSET 0) AS s;
-- on: some_cases
-- form: a table of days, searched for the day
SELECT max(due), min(due) FROM (
	SELECT (
		SELECT opens + interval '1 second' * (reading - seconds_before) FROM business_days
		WHERE day >= opened_on AND opens IS NOT NULL AND seconds_before + 28800 >= reading ORDER BY day LIMIT 1) AS due
	FROM some_cases JOIN business_days a ON a.day = opened_on,
		LATERAL (SELECT a.seconds_before + coalesce(greatest(extract(epoch FROM least(opened, a.closes) - a.opens), 0), 0)::float8 + 57600 AS reading) AS r
	OFFSET 0) AS s;

-- section: sla_compliance, sixteen business hours
-- rows: cases
-- floor: count of both moments
SELECT count(opened), count(answered) FROM cases;
-- ours: sla_compliance
SELECT salesops.met(c), salesops.missed(c), salesops.pending(c)
FROM (SELECT salesops.sla_compliance(opened, answered, 57600, :'calendar', '2025-12-31 12:00+00') AS c FROM cases) AS s;
-- form: count FILTER of answer and sla_due
SELECT count(*) FILTER (WHERE answer <= due), count(*) FILTER (WHERE answer > due OR answer IS NULL AND due < '2025-12-31 12:00+00'),
	count(*) FILTER (WHERE answer IS NULL AND due >= '2025-12-31 12:00+00')
FROM (
	SELECT CASE WHEN answered <= '2025-12-31 12:00+00' THEN answered END AS answer, salesops.sla_due(opened, 57600, :'calendar') AS due
	FROM cases WHERE opened <= '2025-12-31 12:00+00' OFFSET 0) AS s;
-- on: some_cases
-- form: the same with a table of days
SELECT count(*) FILTER (WHERE answer <= due), count(*) FILTER (WHERE answer > due OR answer IS NULL AND due < '2025-12-31 12:00+00'),
	count(*) FILTER (WHERE answer IS NULL AND due >= '2025-12-31 12:00+00')
FROM (
	SELECT CASE WHEN answered <= '2025-12-31 12:00+00' THEN answered END AS answer, (
		SELECT opens + interval '1 second' * (reading - seconds_before) FROM business_days
		WHERE day >= opened_on AND opens IS NOT NULL AND seconds_before + 28800 >= reading ORDER BY day LIMIT 1) AS due
	FROM some_cases JOIN business_days a ON a.day = opened_on,
		LATERAL (SELECT a.seconds_before + coalesce(greatest(extract(epoch FROM least(opened, a.closes) - a.opens), 0), 0)::float8 + 57600 AS reading) AS r
	WHERE opened <= '2025-12-31 12:00+00' OFFSET 0) AS s;
