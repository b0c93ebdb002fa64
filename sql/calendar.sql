-- calendar: what an analyst sees of fiscal calendars, business time and service levels.
SET search_path = salesops, public;
SET datestyle = 'ISO, MDY';

-- ---- fiscal calendars: ways to write them, and the text that each has ----
SELECT literal, literal::fiscal_calendar AS calendar
FROM (VALUES ('starts Feb'), ('STARTS july, named by END year'), ('starts January, named by end year'), ('4-5-4 starts Sunday nearest February 1'), ('4-5-4 ends Sat nearest the end of Jan'),
	('4-4-5 ends last Saturday of September, week 53 in quarter 1, named by end year'), ('4-4-5 starts Monday nearest January 1'), ('5-4-4 starts first Monday of April'), ('13 periods ends Sun nearest Aug 31, named by end year, quarters 3-3-3-4'),
	('13 periods ends Saturday nearest January 31, quarters 4-3-3-3, week 53 in quarter 4')) v(literal);
SELECT 'starts 13'::fiscal_calendar;
SELECT 'starts February named by end year'::fiscal_calendar;
SELECT '4-5-4 starts Sunday nearest February 29'::fiscal_calendar;
SELECT '4-5-4 starts second Sunday of February'::fiscal_calendar;
SELECT '4-4-5 ends last Saturday of September, week 53 in period 13'::fiscal_calendar;
SELECT ''::fiscal_calendar;

-- ---- a date: in a year of months, and in the retail calendar, whose year 2023 has 53 weeks ----
SELECT d::date AS day, fiscal_year(d, c), fiscal_quarter(d, c), fiscal_period(d, c), fiscal_week(d, c), fiscal_day(d, c)
FROM unnest('{2026-01-31, 2026-02-01, 2026-08-15, 2027-01-31}'::date[]) d, (VALUES ('starts February'::fiscal_calendar)) v(c);
SELECT fiscal_quarter('2026-08-15', 'starts July') AS by_start_year, fiscal_quarter('2026-08-15', 'starts July, named by end year') AS by_end_year;
SELECT d::date AS day, fiscal_year(d, c), fiscal_quarter(d, c), fiscal_period(d, c), fiscal_week(d, c), fiscal_day(d, c)
FROM unnest('{2023-01-28, 2023-01-29, 2023-02-26, 2024-01-27, 2024-01-28, 2024-02-03, 2024-02-04}'::date[]) d, (VALUES ('4-5-4 starts Sunday nearest February 1'::fiscal_calendar)) v(c);

-- ---- a unit as a parameter ----
SELECT unit, fiscal_period_label('2026-08-15', unit, c) AS label, fiscal_period_start('2026-08-15', unit, c) AS first, fiscal_period_end('2026-08-15', unit, c) AS last
FROM unnest('{year, Quarter, period, MONTH, weeks, day}'::text[]) unit, (VALUES ('starts February'::fiscal_calendar)) v(c);
SELECT fiscal_period_start('2026-08-15', 'decade', 'starts February');
-- Apple's quarters of 2023: the first has 14 weeks
SELECT n + 1 AS quarter, s AS first, fiscal_period_end(s, 'quarter', c) AS last, (fiscal_period_end(s, 'quarter', c) - s + 1) / 7 AS weeks
FROM (VALUES ('4-4-5 ends last Saturday of September, named by end year, week 53 in quarter 1'::fiscal_calendar)) v(c), generate_series(0, 3) n, LATERAL (SELECT fiscal_add('2022-09-25', n, 'quarter', c) AS s) f;

-- ---- moving, and the year before ----
SELECT fiscal_add('2026-01-31', 1, 'period', 'starts February') AS month, fiscal_add('2026-05-31', -1, 'quarter', 'starts February') AS quarter, fiscal_add('2024-02-29', 1, 'year', 'starts February') AS year;
SELECT fiscal_add('2024-02-03', 1, 'year', c) AS last_week, fiscal_add('2023-01-29', 1, 'year', c) AS first_day, fiscal_add('2023-11-23', 4, 'quarter', c) AS thanksgiving
FROM (VALUES ('4-5-4 starts Sunday nearest February 1'::fiscal_calendar)) v(c);
SELECT same_period_last_year('2026-08-15', 'quarter', 'starts February') AS quarter, same_period_last_year('2024-02-29', 'day', 'starts February') AS day;
SELECT same_period_last_year(d, 'day', c) AS day, same_period_last_year(d, 'week', c) AS week, d - 364 AS restated
FROM unnest('{2024-01-28, 2024-02-04}'::date[]) d, (VALUES ('4-5-4 starts Sunday nearest February 1'::fiscal_calendar)) v(c);
SELECT unit, periods_between('2026-01-31', '2026-08-15', unit, 'starts February'), periods_between('2026-08-15', '2026-01-31', unit, 'starts February') AS back
FROM unnest('{year, quarter, period, week, day}'::text[]) unit;
SELECT fiscal_add('2026-01-31', 2147483647, 'years', 'starts February');

-- ---- rows of periods ----
SELECT period_label, period_start, period_end, days, fiscal_year, quarter_number FROM fiscal_periods('starts February', '2025-11-15', '2026-05-01', 'quarter');
SELECT period_label, period_start, period_end, days, fiscal_quarter, fiscal_period FROM fiscal_periods('4-5-4 starts Sunday nearest February 1', '2023-11-01', '2024-03-01', 'period');
SELECT * FROM fiscal_periods('4-5-4 starts Sunday nearest February 1', '2024-02-03', '2024-02-04', 'day');
SELECT * FROM fiscal_periods('starts February', '2026-01-01', 'infinity', 'day');

-- ---- a moment is in the date that it is in a zone ----
SET timezone = 'Asia/Tokyo';
SELECT zone, fiscal_quarter('2026-05-01 03:00+00', zone, 'starts February'), fiscal_period_start('2026-05-01 03:00+00', zone, 'quarter', 'starts February') FROM unnest('{UTC, America/New_York}'::text[]) zone;
RESET timezone;
SELECT fiscal_year('2026-05-01 03:00+00', 'America/New_Yorx', 'starts February');

-- ---- infinity, and before year 1 ----
SELECT fiscal_quarter('infinity', 'starts February'), fiscal_period_start('-infinity', 'quarter', 'starts February'), fiscal_add('infinity', 1, 'year', 'starts February'), periods_between('2026-01-01', 'infinity', 'day', 'starts February');
SELECT fiscal_year('0044-03-15 BC', 'starts February');

-- ---- business time and service levels ----
SET search_path = salesops, public;
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';

-- a calendar is written as one would say it, and has one form
SELECT written::business_calendar AS calendar FROM (VALUES ('Mon-Fri 09:00-17:00 America/New_York; holidays 2026-12-25, 2027-01-01'), ('fri 9:00-15:00, monday-thu 13:00-17:30 9:00-12:00 europe/berlin; OPEN 2026-12-24 9:00-12:00;'),
	('Mon-Sun 00:00-24:00 UTC'), ('closed UTC; open 2026-12-27 10:00-16:00'), ('Sun-Thu 22:00-06:00+1 Asia/Riyadh')) v(written);
SELECT 'Mon-Fri 9:00-12:00 12:00-17:00 UTC'::business_calendar = 'mon tue wed thu fri 09:00-17:00 UTC' AS same;

-- Monday is 2026-11-23. Wednesday 16:00 and three hours are Thursday 11:00; Monday 16:00 and two hours Tuesday 10:00; from Monday 10:00 to 12:00 are 7,200 seconds
SELECT add_business_seconds('2026-11-25 16:00+00', 3 * 3600, 'Mon-Fri 09:00-17:00 UTC') AS thursday, add_business_seconds('2026-11-23 16:00+00', 2 * 3600, 'Mon-Fri 09:00-17:00 UTC') AS tuesday,
	business_seconds('2026-11-23 10:00+00', '2026-11-23 12:00+00', 'Mon-Fri 09:00-17:00 UTC') AS seconds;
-- over Thanksgiving, in New York: Wednesday 16:00 to Friday 10:00 are two hours; backwards they are less than nothing
SELECT business_seconds('2026-11-25 16:00-05', '2026-11-27 10:00-05', c) AS seconds, business_hours('2026-11-25 16:00-05', '2026-11-27 10:00-05', c) AS hours, business_hours('2026-11-27 10:00-05', '2026-11-25 16:00-05', c) AS back,
	business_days('2026-11-25', '2026-11-30', c) AS days, business_days('2026-11-25', date '2026-11-30' + 1, c) AS days_with_the_last
FROM (VALUES ('Mon-Fri 09:00-17:00 America/New_York; holidays 2026-11-26'::business_calendar)) v(c);
-- half-open: open at nine, closed at five; the weekend is over on Monday
SELECT at, is_business_time(at, 'Mon-Fri 09:00-17:00 UTC'), next_business_time(at, 'Mon-Fri 09:00-17:00 UTC')
FROM unnest('{2026-11-27 09:00+00, 2026-11-27 16:59:59.999999+00, 2026-11-27 17:00+00, 2026-11-28 12:00+00, infinity}'::timestamptz[]) at;
-- eight hours from Monday nine are Monday five, and not Tuesday nine; going back they are Tuesday nine, and not Monday five
SELECT add_business_seconds('2026-11-23 09:00+00', 28800, 'Mon-Fri 09:00-17:00 UTC') AS forward, add_business_seconds('2026-11-24 17:00+00', -28800, 'Mon-Fri 09:00-17:00 UTC') AS back, add_business_seconds('2026-11-22 12:00+00', 0, 'Mon-Fri 09:00-17:00 UTC') AS nothing;
-- a lunch break, a short Friday, half a day before Christmas, a Saturday: 4 hours, then 7.5 a day, and 3 on Christmas Eve, a Thursday
SELECT day::date, business_hours(day AT TIME ZONE 'Europe/Berlin', (day + interval '1 day') AT TIME ZONE 'Europe/Berlin', 'Mon-Thu 09:00-12:00 13:00-17:30, Fri 09:00-15:00 Europe/Berlin; holidays 2026-12-25; open 2026-12-24 09:00-12:00, 2026-12-19 10:00-14:00') AS hours
FROM generate_series('2026-12-19'::timestamp, '2026-12-28', '1 day') day;
-- a night shift belongs to the day on which it starts: a holiday on Friday leaves Thursday's until the morning
SELECT business_hours('2026-11-26 12:00+00', '2026-11-28 12:00+00', 'Mon-Fri 22:00-06:00+1 UTC') AS two_nights, business_hours('2026-11-26 12:00+00', '2026-11-28 12:00+00', 'Mon-Fri 22:00-06:00+1 UTC; holidays 2026-11-27') AS one, is_business_time('2026-11-27 05:59+00', 'Mon-Fri 22:00-06:00+1 UTC; holidays 2026-11-27') AS friday_morning;
-- the night in which clocks go forward in Berlin has 23 hours, the one in which they go back 25
SELECT business_hours('2026-03-28 23:00+00', '2026-03-29 22:00+00', c) AS spring, business_hours('2026-10-24 22:00+00', '2026-10-25 23:00+00', c) AS autumn FROM unnest(array['24x7 Europe/Berlin', 'Sun 00:00-06:00 Europe/Berlin', 'Sun 09:00-17:00 Europe/Berlin']::business_calendar[]) c;
-- Samoa had no 2011-12-30
SELECT business_days('2011-12-26', '2012-01-02', 'Mon-Fri 09:00-17:00 Pacific/Apia') AS apia, business_days('2011-12-26', '2012-01-02', 'Mon-Fri 09:00-17:00 Pacific/Pago_Pago') AS pago_pago;
-- infinity, and nothing
SELECT business_seconds('2026-11-23 09:00+00', 'infinity', '24x7 UTC') AS forever, business_seconds('2026-11-23 09:00+00', 'infinity', 'closed UTC; open 2026-12-27 10:00-16:00') AS once, add_business_seconds('2026-11-23 09:00+00', 1, 'closed UTC') AS never, add_business_seconds('infinity', 1, '24x7 UTC') AS stays,
	business_seconds(NULL, '2026-11-23 09:00+00', '24x7 UTC') AS unknown, business_days('-infinity', '2026-11-23', '24x7 UTC') AS no_days, is_business_time('infinity', '24x7 UTC') AS no_time;

-- a calendar made of a holiday table, one for each region
CREATE TEMP TABLE region (region text, calendar business_calendar);
INSERT INTO region VALUES ('East', 'Mon-Fri 09:00-17:00 America/New_York'), ('Berlin', 'Mon-Thu 09:00-17:30, Fri 09:00-15:00 Europe/Berlin'), ('Nowhere', '24x7 UTC');
CREATE TEMP TABLE holiday (region text, day date, hours text);
INSERT INTO holiday VALUES ('East', '2026-12-25', NULL), ('East', '2026-11-26', NULL), ('East', '2026-11-27', '09:00-13:00'), ('Berlin', '2026-12-25', 'closed'), ('Berlin', '2026-12-24', '9:00-12:00'), ('Berlin', '2026-12-25', ''), ('Berlin', '2026-12-24', '13:00-15:00');
CREATE TEMP TABLE calendar AS SELECT region, business_calendar(calendar, day, hours) AS c FROM region LEFT JOIN holiday USING (region) GROUP BY region;
SELECT region, c AS calendar FROM calendar ORDER BY region;
SELECT business_calendar('Mon-Fri 09:00-17:00 UTC', day) AS holidays_only FROM holiday WHERE hours IS NULL;
SELECT business_calendar('Mon-Fri 09:00-17:00 UTC', day) AS no_rows FROM holiday WHERE false;
SELECT region, business_hours('2026-11-26 00:00+00', '2026-11-28 00:00+00', c) AS hours FROM calendar ORDER BY region;

-- service levels: two business hours, seen on Tuesday at noon; due on the day after at ten
SELECT id, sla_due(start, 7200, 'Mon-Fri 09:00-17:00 UTC') AS due, sla_status(start, responded, 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-24 12:00+00') AS status
FROM (VALUES (1, '2026-11-23 16:00+00'::timestamptz, '2026-11-24 10:00+00'::timestamptz), (2, '2026-11-23 16:00+00', '2026-11-24 10:00:01+00'), (3, '2026-11-23 16:00+00', NULL), (4, '2026-11-24 11:00+00', NULL), (5, '2026-11-24 11:00+00', '2026-11-24 12:30+00'), (6, '2026-11-24 13:00+00', NULL), (7, NULL, '2026-11-24 10:00+00'),
	(8, '2026-11-20 20:00+00', '2026-11-23 08:00+00')) v(id, start, responded);
-- of the cases that are decided two were met and two missed; two are pending
SELECT s, compliance_rate(s), met(s), missed(s), pending(s) FROM (SELECT sla_compliance(start, responded, 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-24 12:00+00') AS s
	FROM (VALUES ('2026-11-23 16:00+00'::timestamptz, '2026-11-24 10:00+00'::timestamptz), ('2026-11-23 16:00+00', '2026-11-24 10:00:01+00'), ('2026-11-23 16:00+00', NULL), ('2026-11-24 11:00+00', NULL), ('2026-11-24 11:00+00', '2026-11-24 12:30+00'), ('2026-11-24 13:00+00', NULL), ('2026-11-20 20:00+00', '2026-11-23 08:00+00')) v(start, responded)) c;
SELECT speed_to_lead_seconds('2026-11-23 22:00+00', '2026-11-24 08:30+00') AS lead, speed_to_lead_seconds('2026-11-23 22:00+00', '2026-11-23 21:59+00') AS touched_before, speed_to_lead_seconds('2026-11-23 22:00+00', NULL) AS not_yet;

-- what is refused
SELECT 'Mon-Fri 09:00-17:00 Europe/Berlinn'::business_calendar;
SELECT 'Mon-Fri 09:00-17:00 Foo3'::business_calendar;
SELECT 'Mon-Fri 17:00-09:00 UTC'::business_calendar;
SELECT 'Mon-Fri 09:00-12:00 11:00-17:00 UTC'::business_calendar;
SELECT 'Mon-Fri 22:00-10:00+1 UTC; open 2026-11-28 09:00-12:00'::business_calendar;
SELECT 'Mon-Fri 09:00-17:00 UTC; holidays 2026-02-29'::business_calendar;
SELECT '24x7 UTC; holidays 2026-12-25; open 2026-12-25 09:00-12:00'::business_calendar;
SELECT 'UTC'::business_calendar;
SELECT business_calendar('24x7 UTC', '2026-12-24', 'nine to five');
SELECT business_calendar(calendar, day) FROM region JOIN holiday USING (region);
SELECT business_calendar(NULL, day) FROM holiday;
SELECT business_calendar('24x7 UTC', day) FROM (VALUES ('infinity'::date)) v(day);
SELECT business_seconds('2026-11-23 09:00+00', '10000-01-01 00:00+00', '24x7 UTC');
SELECT add_business_seconds('2026-11-23 09:00+00', 1e11, 'Mon 09:00-10:00 UTC');
SELECT add_business_seconds('2026-11-23 09:00+00', 1.5e12, '24x7 UTC');
SELECT sla_due('2026-11-23 09:00+00', -60, '24x7 UTC');
SELECT sla_status('2026-11-23 09:00+00', NULL, 'NaN', '24x7 UTC', '2026-11-24 09:00+00');
SELECT speed_to_lead_seconds('2026-11-23 09:00+00', 'infinity');
