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
