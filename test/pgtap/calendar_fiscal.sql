-- fiscal_calendar: published calendars; every date of two centuries against date arithmetic in SQL; calendars of weeks of
-- all kinds against years that are built day by day; what must hold of any calendar; forms, limits, time zones.
\ir setup.psql

-- ======== published calendars ========

-- The 4-5-4 calendar of the National Retail Federation: its years start on the Sunday nearest February 1.  It publishes
-- that the years 2000, 2006, 2012, 2017 and 2023 have 53 weeks (nrf.com, 4-5-4 Calendar; FY 2023 ends on February 3, 2024).
CREATE TEMP TABLE nrf (year int PRIMARY KEY, starts date, weeks int);
INSERT INTO nrf VALUES (2017, '2017-01-29', 53), (2018, '2018-02-04', 52), (2019, '2019-02-03', 52), (2020, '2020-02-02', 52), (2021, '2021-01-31', 52), (2022, '2022-01-30', 52),
	(2023, '2023-01-29', 53), (2024, '2024-02-04', 52), (2025, '2025-02-02', 52), (2026, '2026-02-01', 52), (2027, '2027-01-31', 52), (2028, '2028-01-30', 53);
CREATE TEMP TABLE nrf_week AS
	SELECT year, week, starts + (week - 1) * 7 AS first,
		-- weeks 1-4, 5-9, 10-13 of each quarter; week 53 is in January, the last period
		CASE WHEN week > 52 THEN 4 ELSE (week + 12) / 13 END AS quarter,
		CASE WHEN week > 52 THEN 12 ELSE (week - 1) / 13 * 3 + CASE WHEN (week - 1) % 13 < 4 THEN 1 WHEN (week - 1) % 13 < 9 THEN 2 ELSE 3 END END AS period
	FROM nrf, generate_series(1, weeks) week;
SELECT is(count(*), (12 * 52 + 3)::bigint, 'the weeks of twelve retail years') FROM nrf_week;
SELECT is(starts, lag, 'no day is between two retail years: ' || year) FROM (SELECT year, starts, lag(starts + weeks * 7) OVER (ORDER BY year) AS lag FROM nrf) s WHERE year > 2017;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_year(d, c), fiscal_quarter(d, c), fiscal_period(d, c), fiscal_week(d, c), fiscal_day(d, c), fiscal_period_label(d, 'day', c))
		IS DISTINCT FROM (year, format('FY%s-Q%s', year, quarter), format('FY%s-P%s', year, lpad(period::text, 2, '0')), format('FY%s-W%s', year, lpad(week::text, 2, '0')),
			week * 7 - 6 + i, format('FY%s-D%s', year, lpad((week * 7 - 6 + i)::text, 3, '0'))))
	FROM nrf_week, generate_series(0, 6) i, LATERAL (SELECT first + i AS d) v, (VALUES ('4-5-4 starts Sunday nearest February 1'::fiscal_calendar), ('4-5-4 ends Saturday nearest the end of January')) c(c)
$$, 'the retail calendar of 2017 to 2028, day by day');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_period_start(first + 3, 'week', c), fiscal_period_end(first + 3, 'week', c), fiscal_period_start(first + 3, 'year', c), fiscal_period_end(first + 3, 'year', c))
		IS DISTINCT FROM (first, first + 6, starts, starts + weeks * 7 - 1)) FROM nrf_week JOIN nrf USING (year), (VALUES ('4-5-4 starts Sunday nearest February 1'::fiscal_calendar)) c(c)
$$, 'its weeks and years begin and end there');
SELECT is(array(SELECT fiscal_year(d::date, c) FROM generate_series('1999-06-01'::date, '2024-06-01', '1 year') d WHERE fiscal_period_end(d::date, 'year', c) - fiscal_period_start(d::date, 'year', c) + 1 = 371),
	'{2000,2006,2012,2017,2023}'::int[], 'its years of 53 weeks') FROM (VALUES ('4-5-4 starts Sunday nearest February 1'::fiscal_calendar)) c(c);

-- Years of 52 and 53 weeks as companies' annual reports (10-K) give them: the last day, and the number of weeks.
CREATE TEMP TABLE company (company text, calendar fiscal_calendar);
INSERT INTO company VALUES ('Apple', '4-4-5 ends last Saturday of September, named by end year, week 53 in quarter 1'), ('Cisco', '4-4-5 ends last Saturday of July, named by end year'),
	('Intel', '4-4-5 ends last Saturday of December'), ('Costco', '13 periods ends Sunday nearest August 31, named by end year'), ('Kroger', '13 periods ends Saturday nearest January 31, quarters 4-3-3-3'), ('Target', '4-5-4 ends Saturday nearest January 31');
CREATE TEMP TABLE annual_report (company text, year int, ends date, weeks int);
INSERT INTO annual_report VALUES ('Apple', 2016, '2016-09-24', 52), ('Apple', 2017, '2017-09-30', 53), ('Apple', 2018, '2018-09-29', 52), ('Apple', 2019, '2019-09-28', 52), ('Apple', 2020, '2020-09-26', 52), ('Apple', 2021, '2021-09-25', 52),
	('Apple', 2022, '2022-09-24', 52), ('Apple', 2023, '2023-09-30', 53), ('Apple', 2024, '2024-09-28', 52),
	('Cisco', 2009, '2009-07-25', 52), ('Cisco', 2010, '2010-07-31', 53), ('Cisco', 2016, '2016-07-30', 53), ('Cisco', 2021, '2021-07-31', 53), ('Cisco', 2022, '2022-07-30', 52), ('Cisco', 2023, '2023-07-29', 52),
	('Intel', 2016, '2016-12-31', 53), ('Intel', 2017, '2017-12-30', 52), ('Intel', 2021, '2021-12-25', 52), ('Intel', 2022, '2022-12-31', 53), ('Intel', 2023, '2023-12-30', 52),
	('Costco', 2017, '2017-09-03', 53), ('Costco', 2018, '2018-09-02', 52), ('Costco', 2022, '2022-08-28', 52), ('Costco', 2023, '2023-09-03', 53), ('Costco', 2024, '2024-09-01', 52),
	('Kroger', 2017, '2018-02-03', 53), ('Kroger', 2022, '2023-01-28', 52), ('Kroger', 2023, '2024-02-03', 53), ('Target', 2017, '2018-02-03', 53), ('Target', 2023, '2024-02-03', 53), ('Target', 2024, '2025-02-01', 52);
SELECT is((fiscal_year(ends, calendar), fiscal_period_end(ends - 200, 'year', calendar), fiscal_week(ends, calendar), fiscal_year(ends + 1, calendar)),
	(year, ends, format('FY%s-W%s', year, weeks), year + 1), company || ' ' || year) FROM annual_report JOIN company USING (company);
-- the weeks of quarters: of Apple's 53 weeks the first quarter has 14; Costco's quarters have 12, 12, 12 and 16 weeks, or 17; Kroger's 16, 12, 12 and 12, or 13
SELECT is(array(SELECT fiscal_period_end(fiscal_add(first, n, 'quarter', calendar), 'quarter', calendar)::text FROM generate_series(0, 3) n), q, company || '''s quarters of ' || fiscal_year(first, calendar))
FROM company JOIN (VALUES ('Apple', '2022-09-25'::date, '{2022-12-31, 2023-04-01, 2023-07-01, 2023-09-30}'::text[]), ('Apple', '2023-10-01', '{2023-12-30, 2024-03-30, 2024-06-29, 2024-09-28}'),
	('Costco', '2022-08-29', '{2022-11-20, 2023-02-12, 2023-05-07, 2023-09-03}'), ('Kroger', '2023-01-29', '{2023-05-20, 2023-08-12, 2023-11-04, 2024-02-03}')) v(company, first, q) USING (company);

-- ISO weeks: a year of weeks from the Monday nearest January 1
CREATE TEMP TABLE day AS SELECT d::date AS d, (d - '1899-12-31'::date) AS n FROM (SELECT '1900-01-01'::date + i AS d FROM generate_series(0, '2100-12-31'::date - '1900-01-01'::date) i) s;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_year(d, c), fiscal_week(d, c), fiscal_day(d, c), fiscal_period_start(d, 'week', c)) IS DISTINCT FROM
		(extract(isoyear FROM d)::int, to_char(d, '"FY"IYYY"-W"IW'), to_char(d, 'IDDD')::int, date_trunc('week', d)::date))
	FROM day, (VALUES ('4-4-5 starts Monday nearest January 1'::fiscal_calendar)) c(c)
$$, 'ISO weeks of two centuries');

-- ======== years of months: each date of two centuries, each first month, both names ========

-- The oracle moves the date back by the months that the year starts late, and asks for its year, quarter and month there.
CREATE TEMP TABLE month_calendar AS SELECT m, format('starts %s', to_char(make_date(2000, m, 1), 'FMMonth'))::fiscal_calendar AS c, format('starts %s, named by end year', to_char(make_date(2000, m, 1), 'FMmon'))::fiscal_calendar AS by_end FROM generate_series(1, 12) m;
CREATE TEMP TABLE moved AS
	SELECT d, n, m, c, by_end, extract(year FROM back)::int AS y, extract(month FROM back)::int AS p, (date_trunc('year', back) + late)::date AS first_of_year,
		(date_trunc('quarter', back) + late)::date AS first_of_quarter, date_trunc('month', d)::date AS first_of_month
	FROM day, month_calendar, LATERAL (SELECT make_interval(months => m - 1) AS late) l, LATERAL (SELECT date_trunc('month', d::timestamp) - late AS back) b;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_year(d, c) = y AND fiscal_year(d, by_end) = CASE WHEN m = 1 THEN y ELSE y + 1 END AND fiscal_quarter(d, c) = 'FY' || y || '-Q' || (p + 2) / 3
		AND fiscal_period(d, by_end) = 'FY' || CASE WHEN m = 1 THEN y ELSE y + 1 END || to_char(p, '"-P"FM00') AND fiscal_day(d, c) = d - first_of_year + 1) IS NOT TRUE)
	FROM moved
$$, 'year, quarter, period and day');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_period_start(d, 'year', c) = first_of_year AND fiscal_period_start(d, 'quarter', c) = first_of_quarter AND fiscal_period_start(d, 'period', c) = first_of_month AND fiscal_period_start(d, 'day', c) = d
		AND fiscal_period_end(d, 'year', c) = first_of_year + interval '1 year - 1 day' AND fiscal_period_end(d, 'quarter', c) = first_of_quarter + interval '3 months - 1 day' AND fiscal_period_end(d, 'month', c) = first_of_month + interval '1 month - 1 day'
		AND fiscal_period_end(d, 'day', c) = d) IS NOT TRUE)
	FROM moved WHERE (n + m) % 3 = 0
$$, 'first and last days of years, quarters and periods');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_week(d, c) = 'FY' || y || to_char(w + 1, '"-W"FM00') AND fiscal_period_start(d, 'week', c) = first_of_year + 7 * w
		AND fiscal_period_end(d, 'week', c) = least(first_of_year + 7 * w + 6, (first_of_year + interval '1 year')::date - 1) AND fiscal_period_label(d, 'Days', c) = 'FY' || y || to_char(d - first_of_year + 1, '"-D"FM000')
		AND fiscal_period_label(d, 'YEAR', c) = 'FY' || y AND fiscal_period_label(d, 'Quarters', c) = fiscal_quarter(d, c) AND fiscal_period_label(d, 'mOnth', c) = fiscal_period(d, c) AND fiscal_period_label(d, 'WEEKS', c) = fiscal_week(d, c)) IS NOT TRUE)
	FROM moved, LATERAL (SELECT (d - first_of_year) / 7 AS w) x WHERE (n + m) % 3 = 1
$$, 'weeks, and labels by unit');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_add(d, k, 'period', c) = d + make_interval(months => k) AND fiscal_add(d, k, 'quarter', c) = d + make_interval(months => 3 * k) AND fiscal_add(d, k, 'year', c) = d + make_interval(years => k)
		AND fiscal_add(d, k, 'day', c) = d + k AND same_period_last_year(d, 'day', c) = d - interval '1 year'
		AND same_period_last_year(d, 'period', c) = first_of_month - interval '1 year' AND same_period_last_year(d, 'quarter', c) = first_of_quarter - interval '1 year' AND same_period_last_year(d, 'year', c) = first_of_year - interval '1 year'
		AND same_period_last_year(d, 'week', c) = (first_of_year - interval '1 year')::date + (d - first_of_year) / 7 * 7) IS NOT TRUE)
	FROM moved, LATERAL (SELECT (n * 7919 + m) % 99 - 49 AS k) x WHERE (n + m) % 3 = 2
$$, 'moving by years, quarters and periods is date + interval');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (periods_between(d, e, 'month', c) = (extract(year FROM e) - extract(year FROM d)) * 12 + extract(month FROM e) - extract(month FROM d) AND periods_between(d, e, 'year', c) = fiscal_year(e, c) - fiscal_year(d, c)
		AND periods_between(e, d, 'quarter', c) = (SELECT -count(*) FROM generate_series(first_of_quarter + interval '3 months', e, '3 months')) AND periods_between(d, e, 'day', c) = e - d
		AND periods_between(d, e, 'week', c) = (SELECT count(DISTINCT fiscal_week(i::date, c)) - 1 FROM generate_series(d, e, '1 day') i)) IS NOT TRUE)
	FROM moved, LATERAL (SELECT d + (n * 7919 + m) % 1500 AS e) x WHERE (n + m) % 997 = 2
$$, 'how many periods begin between two dates');

-- ======== years of weeks: each way to say when they start ========

CREATE TEMP TABLE anchor AS
	SELECT row_number() OVER () AS id, word || ' ' || rule AS words, word = 'ends' AS ends, kind, weekday, m, d,
		-- the month near whose first day the year starts, which names it: from the middle of a month on the next, but for the days of February
		CASE WHEN kind IN ('last', 'end') OR kind = 'nearest' AND m <> 2 AND d + (word = 'ends')::int > 15 THEN m % 12 + 1 ELSE m END AS near,
		(m = 12 AND (kind IN ('last', 'end') OR kind = 'nearest' AND d + (word = 'ends')::int > 15))::int AS later
	FROM unnest('{starts,ends}'::text[]) word, generate_series(1, 7) weekday, generate_series(1, 12) m,
		LATERAL (SELECT to_char('2024-01-07'::date + weekday, 'FMDay') AS day, to_char(make_date(2000, m, 1), 'FMMonth') AS month) n,
		LATERAL (SELECT 'first' AS kind, NULL::int AS d, format('first %s of %s', day, month) AS rule UNION ALL SELECT 'last', NULL, format('last %s of %s', day, month) UNION ALL SELECT 'end', NULL, format('%s nearest end of %s', day, month)
			UNION ALL SELECT 'nearest', d, format('%s nearest %s %s', day, month, d) FROM generate_series(1, (make_date(2001, m, 1) + interval '1 month - 1 day')::date - make_date(2001, m, 1) + 1) d) r;
SELECT is(count(*), (2 * 7 * (12 * 3 + 365))::bigint, 'each way to say when a year of weeks starts') FROM anchor;
-- The days themselves are looked at: the first or last of the month that are the weekday, or the nearest.
CREATE TEMP TABLE anchor_start AS
	SELECT id, y + later AS year, y + later + (near <> 1)::int AS end_year, s + ends::int AS s
	FROM anchor, generate_series(1999, 2031) y, LATERAL (SELECT make_date(y, m, coalesce(d, 1)) + CASE WHEN kind IN ('last', 'end') THEN interval '1 month - 1 day' ELSE '0' END AS target) t,
		LATERAL (SELECT target::date + k AS s FROM generate_series(CASE kind WHEN 'first' THEN 0 ELSE -6 END, CASE kind WHEN 'last' THEN 0 ELSE 6 END) k WHERE extract(isodow FROM target::date + k) = weekday ORDER BY abs(k) LIMIT 1) x;
SELECT is(count(*), 33 * (SELECT count(*) FROM anchor), 'a year starts each year') FROM anchor_start;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_year(s, c) = year AND fiscal_day(s, c) = 1 AND fiscal_year(s, by_end) = end_year AND fiscal_year(s - 1, c) = year - 1 AND fiscal_period_end(s - 1, 'year', c) = s - 1) IS NOT TRUE)
	FROM anchor_start JOIN (SELECT id, ('4-4-5 ' || words)::fiscal_calendar AS c, ('4-4-5 ' || words || ', named by end year')::fiscal_calendar AS by_end FROM anchor) a USING (id)
$$, 'where years start, and how they are named');
CREATE TEMP TABLE start AS SELECT id, ('4-4-5 ' || words)::fiscal_calendar AS c FROM anchor;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE calendars <> 1)
	FROM (SELECT starts, count(DISTINCT c) AS calendars FROM (SELECT c, id, array_agg(s ORDER BY s) FILTER (WHERE s BETWEEN '2000-07-01' AND '2030-07-01') AS starts FROM start JOIN anchor_start USING (id) GROUP BY id, c) a GROUP BY starts) s
$$, 'calendars with the same years are the same, however they are written');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (c::text::fiscal_calendar = c AND fiscal_calendar_send(c) = '\x01'::bytea || int4send(octet_length(c::text)) || convert_to(c::text, 'UTF8') AND upper(c::text)::fiscal_calendar = c AND regexp_replace(c::text, '(\w{3})\w+day', '\1')::fiscal_calendar = c
		AND replace(replace(c::text, 'nearest', E'\t nearest  to the'), 'the ' || m, m)::fiscal_calendar = c) IS NOT TRUE)
	FROM start, LATERAL (SELECT coalesce(substring(c::text FROM 'nearest (\w+ \d)'), '') AS m) w
$$, 'the text form is read again, also in other letters and spaces');
SELECT is(count(DISTINCT c), count(DISTINCT c::text), 'texts differ where values do') FROM start;
SELECT is(l::fiscal_calendar::text, canonical, l) FROM (VALUES ('starts feb', 'starts February'), ('STARTS January, Named By END Year', 'starts January'), (E'\t starts  sept ,named by start year', 'starts September'), ('starts May,named by end year', 'starts May, named by end year'),
	('4-5-4 ends Saturday nearest the end of January', '4-5-4 starts Sunday nearest February 1'), ('4-5-4 ends nearest Sat to January 31', '4-5-4 starts Sunday nearest February 1'), ('4-4-5 starts nearest Sunday to the end of Feb', '4-4-5 starts Sunday nearest end of February'),
	('4-4-5 ends Fri nearest February 28', '4-4-5 ends Friday nearest February 28'), ('4-4-5 starts Sat nearest to Feb 28', '4-4-5 starts Saturday nearest February 28'), ('5-4-4 starts Mon nearest Jul 4', '5-4-4 starts first Monday of July'), ('5-4-4 starts Mon nearest Jul 28', '5-4-4 starts last Monday of July'),
	('5-4-4 starts Mon nearest Sep 5', '5-4-4 ends first Sunday of September'), ('5-4-4 starts Mon nearest Jul 16', '5-4-4 starts Monday nearest July 16'), ('4-4-5 ends last Sat of Dec, named by end year', '4-4-5 ends last Saturday of December'),
	('4-4-5 ends last Sat of Sep, week 53 in quarter 1, named by end year', '4-4-5 ends last Saturday of September, named by end year, week 53 in period 3'), ('4-4-5 ends last Sat of Sep, week 53 in period 12', '4-4-5 ends last Saturday of September'),
	('13 periods starts first Mon of Apr, quarters 3-3-3-4, week 53 in period 13', '13 periods starts first Monday of April'), ('13 Periods starts first Mon of Apr, week 53 in quarter 2, quarters 3-4-3-3', '13 periods starts first Monday of April, week 53 in period 7, quarters 3-4-3-3')) v(l, canonical);

-- The clauses: each pattern with each place of week 53.  What they mean is made of weeks, one by one.
CREATE TEMP TABLE clause AS
	SELECT row_number() OVER () AS id, pattern, quarters, week53, pattern || ' ' AS before, CASE WHEN week53 < periods THEN format(', week 53 in period %s', week53) ELSE '' END || CASE WHEN quarters NOT IN ('3-3-3-3', '3-3-3-4') THEN ', quarters ' || quarters ELSE '' END AS behind
	FROM (VALUES ('4-4-5', 12), ('4-5-4', 12), ('5-4-4', 12), ('13 periods', 13)) p(pattern, periods), unnest('{3-3-3-3, 3-3-3-4, 3-3-4-3, 3-4-3-3, 4-3-3-3}'::text[]) quarters, generate_series(1, periods) week53
	WHERE (periods = 12) = (quarters = '3-3-3-3');
SELECT is(count(*), (3 * 12 + 13 * 4)::bigint, 'clauses') FROM clause;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (l::fiscal_calendar::text = l AND l::fiscal_calendar = (before || start || behind || named)::fiscal_calendar AND l::fiscal_calendar = (before || start || named || ', week 53 in period ' || week53
			|| CASE pattern WHEN '13 periods' THEN ', quarters ' || quarters ELSE '' END)::fiscal_calendar) IS NOT TRUE)
	FROM clause, unnest('{starts first Monday of April,ends last Saturday of September,starts Sunday nearest February 1,starts Thursday nearest end of February,ends Friday nearest February 28}'::text[]) start, unnest('{"",", named by end year"}'::text[]) named,
		LATERAL (SELECT before || start || named || behind AS l) x
$$, 'the text form of clauses, in any order');
-- equality, order and hash of many values
SELECT pg_temp.holds($$
	WITH v AS (SELECT ROW_NUMBER() OVER (ORDER BY md5(words || behind)) AS n, (before || words || CASE WHEN a.id % 3 = 0 THEN ', named by end year' ELSE '' END || behind)::fiscal_calendar AS c FROM anchor a JOIN clause ON clause.id = 1 + a.id * 7919 % 88)
	SELECT count(*), count(*) FILTER (WHERE (a.c = b.c) <> (a.c::text = b.c::text) OR (a.c = b.c AND (value_hash(a.c) <> value_hash(b.c) OR value_hash_extended(a.c, 7) <> value_hash_extended(b.c, 7))) OR (a.c < b.c) <> (value_cmp(a.c, b.c) < 0)
		OR (a.c >= b.c) <> (value_cmp(a.c, b.c) >= 0) OR sign(value_cmp(a.c, b.c)) <> -sign(value_cmp(b.c, a.c)) OR a.c <> a.c::text::fiscal_calendar)
	FROM v a JOIN v b ON a.n <= 300 AND b.n <= 300
$$, 'comparisons and hashes agree with the text');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE texts <> 1 OR value_hash(c) IS DISTINCT FROM hash) FROM (SELECT c, count(DISTINCT c::text) AS texts, min(value_hash(c::text::fiscal_calendar)) AS hash FROM start GROUP BY c) s
$$, 'equal calendars have one text and one hash');

-- ======== years of weeks, built day by day ========

-- The weeks of a year of each pattern, with 52 and 53: each period's weeks laid behind each other.
CREATE TEMP TABLE pattern_week AS
	SELECT id, weeks, (row_number() OVER (PARTITION BY id, weeks ORDER BY period, n))::int AS week, period, quarter
	FROM clause, unnest('{52, 53}'::int[]) weeks,
		LATERAL (SELECT (row_number() OVER (ORDER BY quarter, i))::int AS period, quarter::int, i FROM regexp_split_to_table(quarters, '-') WITH ORDINALITY q(n, quarter), generate_series(1, q.n::int) i) p,
		LATERAL generate_series(1, CASE WHEN pattern = '13 periods' THEN 4 ELSE split_part(pattern, '-', p.i)::int END + (weeks = 53 AND period = week53)::int) n;
SELECT is(count(*), (88 * (52 + 53))::bigint, 'the weeks of all patterns') FROM pattern_week;
CREATE TEMP TABLE tried AS
	SELECT a.id AS cal, clause.id AS clause, (before || words || behind || named)::fiscal_calendar AS c, named <> '' AS by_end, CASE WHEN pattern = '13 periods' THEN 13 ELSE 12 END AS periods
	FROM (SELECT *, row_number() OVER (ORDER BY md5(words)) AS n FROM anchor) a JOIN clause ON clause.id = a.n, LATERAL (SELECT CASE WHEN a.id % 2 = 0 THEN ', named by end year' ELSE '' END AS named) n;
CREATE TEMP TABLE built AS
	SELECT t.*, s + (week - 1) * 7 + i AS d, i, y, week, w.weeks, period, quarter, s AS year_start, s + w.weeks * 7 - 1 AS year_end,
		min(s + (week - 1) * 7) OVER p AS period_start, max(s + (week - 1) * 7 + 6) OVER p AS period_end, min(s + (week - 1) * 7) OVER q AS quarter_start, max(s + (week - 1) * 7 + 6) OVER q AS quarter_end
	FROM tried t JOIN (SELECT id AS cal, year, end_year, s, (lead(s) OVER (PARTITION BY id ORDER BY s) - s) / 7 AS weeks FROM anchor_start) a USING (cal) JOIN pattern_week w ON w.id = clause AND w.weeks = a.weeks,
		LATERAL (SELECT CASE WHEN by_end THEN end_year ELSE year END AS y) n, generate_series(0, 6) i
	WHERE year BETWEEN 2011 AND 2024
	WINDOW p AS (PARTITION BY t.cal, y, period), q AS (PARTITION BY t.cal, y, quarter);
SELECT cmp_ok(count(*), '>', 88 * 13 * 364::bigint, 'days of calendars of weeks') FROM built;
SELECT cmp_ok(count(DISTINCT (cal, y)) FILTER (WHERE weeks = 53), '>', 88::bigint, 'with years of 53 weeks') FROM built;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_year(d, c) = y AND fiscal_quarter(d, c) = 'FY' || y || '-Q' || quarter AND fiscal_period(d, c) = 'FY' || y || '-P' || lpad(period::text, 2, '0') AND fiscal_week(d, c) = 'FY' || y || '-W' || lpad(week::text, 2, '0')
		AND fiscal_day(d, c) = d - year_start + 1) IS NOT TRUE) FROM built
$$, 'year, quarter, period, week and day');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_period_start(d, 'year', c) = year_start AND fiscal_period_end(d, 'year', c) = year_end AND fiscal_period_start(d, 'quarter', c) = quarter_start AND fiscal_period_end(d, 'quarter', c) = quarter_end
		AND fiscal_period_start(d, 'period', c) = period_start AND fiscal_period_end(d, 'month', c) = period_end AND fiscal_period_start(d, 'week', c) = d - i AND fiscal_period_end(d, 'week', c) = d - i + 6
		AND fiscal_period_start(d, 'day', c) = d AND fiscal_period_end(d, 'day', c) = d) IS NOT TRUE) FROM built WHERE (d - '2000-01-01') % 3 = 0
$$, 'first and last days');

-- Moving, by looking up the unit that is come to: its week of the same number, or the last, and there the weekday.
CREATE TEMP TABLE unit_week AS
	SELECT cal, c, unit, number, d AS monday, y, week, week - min(week) OVER u AS place, count(*) OVER u - 1 AS last
	FROM built, LATERAL (VALUES ('year', y), ('quarter', y * 4 + quarter), ('period', y * periods + period)) x(unit, number) WHERE i = 0
	WINDOW u AS (PARTITION BY cal, unit, number);
CREATE INDEX ON unit_week (cal, unit, number, place);
CREATE TEMP TABLE step AS SELECT u.*, n, i FROM unit_week u, LATERAL (SELECT hashint4(u.cal::int * 1000 + u.week + u.number)::bigint AS h) h, LATERAL (SELECT (abs(h) % CASE unit WHEN 'year' THEN 5 ELSE 29 END - CASE unit WHEN 'year' THEN 2 ELSE 14 END)::int AS n, (abs(h) / 100 % 7)::int AS i) r
	WHERE y BETWEEN 2016 AND 2020 AND (place IN (0, 4, 12, 13, 16) OR place >= last - 1);
ANALYZE step;
ANALYZE unit_week;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE fiscal_add(s.monday + s.i, n, s.unit, s.c) IS DISTINCT FROM t.monday + s.i OR periods_between(s.monday + s.i, t.monday + (s.i + 3) % 7, s.unit, s.c) IS DISTINCT FROM n)
	FROM step s LEFT JOIN unit_week t ON t.cal = s.cal AND t.unit = s.unit AND t.number = s.number + n AND t.place = least(s.place, t.last)
$$, 'moving by years, quarters and periods keeps week and weekday');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE fiscal_add(monday + i, n, 'week', c) IS DISTINCT FROM monday + i + 7 * n OR fiscal_add(monday + i, n, 'day', c) IS DISTINCT FROM monday + i + n OR periods_between(monday + i, monday + 6 + 7 * n, 'week', c) IS DISTINCT FROM n) FROM step
$$, 'moving by weeks and days');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (same_period_last_year(b.d, 'day', b.c), same_period_last_year(b.d, 'week', b.c), same_period_last_year(b.d, 'period', b.c), same_period_last_year(b.d, 'quarter', b.c), same_period_last_year(b.d, 'year', b.c))
		IS DISTINCT FROM (w.d + b.i, w.d, p.period_start, p.quarter_start, p.year_start))
	FROM built b LEFT JOIN built w ON w.cal = b.cal AND w.y = b.y - 1 AND w.week = b.week AND w.i = 0
		JOIN (SELECT DISTINCT cal, y, period, period_start, quarter_start, year_start FROM built) p ON p.cal = b.cal AND p.y = b.y - 1 AND p.period = b.period
	WHERE b.y > 2014 AND (b.week > 51 OR (b.d - '2000-01-01') % 17 = 0)
$$, 'the same period of the year before; NULL for a week 53 that it has not');

-- ======== what holds of any calendar ========

CREATE TEMP TABLE example AS
	SELECT c, unit, d FROM (SELECT c FROM tried UNION ALL SELECT c FROM month_calendar UNION ALL SELECT by_end FROM month_calendar) c, unnest('{year, quarter, period, week, day}'::text[]) unit,
		LATERAL (SELECT '0003-01-01'::date + (abs(hashint4(i) # hashtext(c::text || unit))::bigint % (i * i * 20000))::int AS d FROM generate_series(1, 40) i) d;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (s <= d AND d <= e AND fiscal_period_start(s, unit, c) = s AND fiscal_period_start(e, unit, c) = s AND fiscal_period_end(s, unit, c) = e AND fiscal_period_start(e + 1, unit, c) = e + 1
		AND fiscal_period_end(s - 1, unit, c) = s - 1 AND fiscal_period_label(s, unit, c) = fiscal_period_label(e, unit, c) AND fiscal_period_label(e + 1, unit, c) <> fiscal_period_label(e, unit, c)
		AND (d > '9990-01-01' OR fiscal_period_label(e + 1, unit, c) > fiscal_period_label(e, unit, c) COLLATE "C") AND periods_between(d, e, unit, c) = 0 AND periods_between(d, e + 1, unit, c) = 1 AND periods_between(d, s - 1, unit, c) = -1) IS NOT TRUE)
	FROM example, LATERAL (SELECT fiscal_period_start(d, unit, c) AS s, fiscal_period_end(d, unit, c) AS e) b
$$, 'units tile time, and their labels sort');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_period_start(t, unit, c) = t AND periods_between(s, t, unit, c) = n AND periods_between(t, s, unit, c) = -n AND periods_between(d, t, unit, c) = n AND fiscal_add(t, -n, unit, c) = s
		AND fiscal_add(s, n + 1, unit, c) = fiscal_period_end(t, unit, c) + 1 AND fiscal_period_start(fiscal_add(d, n, unit, c), unit, c) = t) IS NOT TRUE)
	FROM example, LATERAL (SELECT fiscal_period_start(d, unit, c) AS s) b, unnest('{-19, -1, 0, 1, 2, 3, 4, 12, 13, 52, 53, 317}'::int[]) n, LATERAL (SELECT fiscal_add(s, n, unit, c) AS t) f WHERE d > '0100-01-01'
$$, 'the first day of a unit moves to the first day of a unit, and back');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (same_period_last_year(d, 'year', c) = fiscal_add(y, -1, 'year', c) AND same_period_last_year(d, 'quarter', c) = fiscal_add(fiscal_period_start(d, 'quarter', c), -4, 'quarter', c)
		AND same_period_last_year(d, 'period', c) = fiscal_add(fiscal_period_start(d, 'period', c), -periods, 'period', c) AND fiscal_year(w, c) = fiscal_year(d, c) - 1 AND right(fiscal_week(w, c), 2) = right(fiscal_week(d, c), 2) AND fiscal_period_start(w, 'week', c) = w) IS NOT TRUE)
	FROM example, LATERAL (SELECT fiscal_period_start(d, 'year', c) AS y, CASE WHEN c::text LIKE '13%' THEN 13 ELSE 12 END AS periods) y, LATERAL (SELECT same_period_last_year(d, 'week', c) AS w) w WHERE d > '0100-01-01' AND unit = 'year' AND w IS NOT NULL
$$, 'the same period last year is four quarters or twelve or thirteen periods back');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (fiscal_period_end(y, 'year', c) - y + 1 IN (364, 371) OR c::text LIKE 'starts%' AND fiscal_period_end(y, 'year', c) - y + 1 IN (365, 366)) IS NOT TRUE)
	FROM example, LATERAL (SELECT fiscal_period_start(d, 'year', c) AS y) y
$$, 'years have 52 or 53 weeks, or twelve months');

-- ======== rows of periods ========

SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (n = periods_between(d, e, unit, c) + 1 AND first = fiscal_period_start(d, unit, c) AND last = fiscal_period_end(e, unit, c) AND days = last - first + 1 AND gaps = 0 AND wrong = 0) IS NOT TRUE)
	FROM (SELECT *, d + CASE unit WHEN 'day' THEN 40 WHEN 'week' THEN 400 ELSE 2000 END AS e FROM example WHERE hashtext(c::text || unit || d) % 60 = 0) s,
		LATERAL (SELECT count(*) AS n, min(period_start) AS first, max(period_end) AS last, sum(days) AS days, count(*) FILTER (WHERE before <> period_start - 1) AS gaps,
			count(*) FILTER (WHERE (period_label, days, fiscal_year, fiscal_quarter, fiscal_period, fiscal_week, fiscal_day) IS DISTINCT FROM (fiscal_period_label(period_start, unit, c), period_end - period_start + 1, fiscal_year(period_start, c),
				CASE WHEN unit <> 'year' THEN fiscal_quarter(period_start, c) END, CASE WHEN unit IN ('period', 'week', 'day') THEN fiscal_period(period_start, c) END, CASE WHEN unit IN ('week', 'day') THEN fiscal_week(period_start, c) END,
				CASE WHEN unit = 'day' THEN fiscal_day(period_start, c) END) OR (quarter_number, period_number, week_number) IS DISTINCT FROM (substring(fiscal_quarter FROM 'Q(\d)$')::int, substring(fiscal_period FROM 'P(\d+)$')::int, substring(fiscal_week FROM 'W(\d+)$')::int)) AS wrong
		FROM (SELECT *, lag(period_end) OVER () AS before FROM fiscal_periods(c, d, e, unit)) p) p
$$, 'fiscal_periods: what overlaps the interval, without gaps, in order');
CREATE MATERIALIZED VIEW date_dimension AS SELECT * FROM salesops.fiscal_periods('4-5-4 starts Sunday nearest February 1', '2023-01-29', '2025-02-01', 'day');
CREATE UNIQUE INDEX ON date_dimension (period_start);
REFRESH MATERIALIZED VIEW date_dimension;
SELECT is((count(*), min(period_label), max(period_label), count(DISTINCT fiscal_week), count(DISTINCT fiscal_period), count(DISTINCT fiscal_quarter), max(fiscal_day), bool_and(days = 1 AND period_start = period_end))::text,
	'(735,FY2023-D001,FY2024-D364,105,24,8,371,t)', 'a date dimension') FROM date_dimension;
SELECT is((SELECT count(*) FROM fiscal_periods(c, '2024-03-15', '2024-03-14', unit)), 0::bigint, 'no rows where the end is before the start: ' || unit) FROM unnest('{year, quarter, period, week, day}'::text[]) unit, (VALUES ('starts July'::fiscal_calendar)) c(c);
SELECT is((SELECT count(*) FROM fiscal_periods(c, f, t, u)), 0::bigint, 'no rows for NULL') FROM (VALUES (NULL::fiscal_calendar, '2024-01-01'::date, '2024-02-01'::date, 'day'), ('starts May', NULL, '2024-02-01', 'day'), ('starts May', '2024-01-01', NULL, 'day'), ('starts May', '2024-01-01', '2024-01-02', NULL)) v(c, f, t, u);
SELECT throws_ok(format('SELECT * FROM fiscal_periods(''starts May'', %L, %L, ''year'')', f, t), '22008', 'cannot subtract infinite dates', 'fiscal_periods of an infinite time') FROM (VALUES ('-infinity', '2024-01-01'), ('2024-01-01', 'infinity'), ('-infinity', 'infinity')) v(f, t);

-- ======== moments ========

-- One every 37 minutes of years with changes of daylight saving time, the last and first microseconds of days, and times before there were zones.
CREATE TEMP TABLE moment AS
	SELECT '2025-12-30 00:00+00'::timestamptz + i * interval '37 minutes' AS t FROM generate_series(0, 15000) i
	UNION ALL SELECT d + k * interval '0.000001 second' FROM generate_series('1960-12-28 00:00+00'::timestamptz, '2014-01-03 00:00+00', '241 hours 15 minutes') d, unnest('{-1, 0, 1}'::int[]) k
	UNION ALL SELECT unnest('{1883-11-18 16:59:59.999999+00, 1883-11-18 17:00:00+00, 1900-01-01 00:00:00+00, 2011-12-30 09:59:59.999999+00, 2011-12-30 10:00:00+00, 2011-12-31 10:00:00+00, 0003-01-01 12:00:00+00, 9999-12-31 23:59:59.999999+00, 200000-07-01 12:00:00+00, 294276-12-30 12:00:00+00}'::timestamptz[]);
CREATE FUNCTION pg_temp.moments() RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.holds($q$
		SELECT count(*), count(*) FILTER (WHERE (fiscal_period_label(t, zone, 'day', c) = fiscal_period_label(d, 'day', c) AND fiscal_year(t, zone, c) = fiscal_year(d, c) AND fiscal_quarter(t, zone, c) = fiscal_quarter(d, c) AND fiscal_period(t, zone, c) = fiscal_period(d, c)
			AND fiscal_week(t, zone, c) = fiscal_week(d, c) AND fiscal_day(t, zone, c) = fiscal_day(d, c) AND fiscal_period_start(t, zone, 'week', c) = fiscal_period_start(d, 'week', c) AND fiscal_period_end(t, zone, 'quarter', c) = fiscal_period_end(d, 'quarter', c)) IS NOT TRUE)
		FROM moment, unnest('{America/New_York, Europe/London, Australia/Lord_Howe, Asia/Kathmandu, Pacific/Apia, America/St_Johns, UTC, Etc/GMT+12, africa/monrovia}'::text[]) zone, LATERAL (SELECT (t AT TIME ZONE zone)::date AS d) l,
			(VALUES ('4-5-4 starts Sunday nearest February 1'::fiscal_calendar)) c(c)
	$q$, 'moments by the date in a zone, in a session of ' || current_setting('timezone'))
$$;
SELECT pg_temp.moments();
SET LOCAL timezone = 'Pacific/Kiritimati';
SELECT pg_temp.moments();
SET LOCAL timezone = 'UTC';
SELECT throws_ok(format('SELECT fiscal_year(''2026-01-01 00:00+00'', %L, ''starts May'')', zone), '22023', format('unknown time zone "%s"', zone), 'no zone: ' || zone) FROM unnest('{America/New_Yorx, "", " ", Foo3, Europe/Berlin2, Etc/GMT+13, <A>3, right/UTC, ../UTC}'::text[]) zone;
SELECT throws_ok(format('SELECT fiscal_week(%L, ''Mars/Base'', ''starts May'')', t), '22023', 'unknown time zone "Mars/Base"', 'also of an infinite time: ' || t) FROM unnest('{infinity, -infinity}'::text[]) t;
SELECT is(fiscal_year('2026-01-01 00:00+00', zone, 'starts May'), 2025, 'a zone: ' || zone) FROM unnest('{utc, EUROPE/berlin, Etc/GMT+12, etc/gmt-14, EST5EDT, GMT0}'::text[]) zone;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE fiscal_period_start(t, z, 'day', 'starts May') IS DISTINCT FROM (t AT TIME ZONE z)::date) FROM (SELECT t, (array['UTC', 'Asia/Tokyo', 'America/New_York'])[1 + (row_number() OVER ()) % 3] AS z FROM moment) s$$, 'a zone that changes from row to row');

-- ======== nothing known, infinity, limits ========

SELECT is(pg_temp.outcome_of(format('SELECT %s', call)), expected, call) FROM (VALUES
	('fiscal_year(''infinity'', ''starts May'')', NULL), ('fiscal_quarter(''-infinity'', ''starts May'')', NULL), ('fiscal_period(''infinity'', ''starts May'')', NULL), ('fiscal_week(''-infinity'', ''starts May'')', NULL), ('fiscal_day(''infinity'', ''starts May'')', NULL),
	('fiscal_period_label(''infinity'', ''day'', ''starts May'')', NULL), ('periods_between(''infinity'', ''2026-01-01'', ''day'', ''starts May'')', NULL), ('periods_between(''2026-01-01'', ''-infinity'', ''day'', ''starts May'')', NULL),
	('fiscal_period_start(''infinity'', ''year'', ''starts May'')', 'infinity'), ('fiscal_period_end(''-infinity'', ''year'', ''starts May'')', '-infinity'), ('fiscal_add(''infinity'', -3, ''year'', ''starts May'')', 'infinity'), ('same_period_last_year(''-infinity'', ''day'', ''starts May'')', '-infinity'),
	('fiscal_year(''infinity'', ''UTC'', ''starts May'')', NULL), ('fiscal_period_label(''-infinity'', ''UTC'', ''week'', ''starts May'')', NULL), ('fiscal_period_start(''-infinity'', ''UTC'', ''week'', ''starts May'')', '-infinity'), ('fiscal_period_end(''infinity'', ''UTC'', ''week'', ''starts May'')', 'infinity'),
	('fiscal_period_start(''infinity'', ''decade'', ''starts May'')', '22023'),
	-- year 1 and what is before it
	('fiscal_year(''0001-05-01'', ''starts May'')', '1'), ('fiscal_year(''0001-04-30'', ''starts May'')', '22008'), ('fiscal_year(''0001-04-30'', ''starts May, named by end year'')', '1'), ('fiscal_year(''0001-05-01 BC'', ''starts May, named by end year'')', '1'), ('fiscal_year(''0001-04-30 BC'', ''starts May, named by end year'')', '22008'),
	('fiscal_period_start(''0001-04-30'', ''year'', ''starts May, named by end year'')', '0001-05-01 BC'), ('fiscal_day(''0001-04-30'', ''starts May, named by end year'')', '365'), ('fiscal_week(''4713-01-01 BC'', ''starts May'')', '22008'), ('fiscal_week(''4714-11-24 BC'', ''4-4-5 starts first Monday of May'')', '22008'),
	('fiscal_quarter(''4714-11-24 00:00+00 BC'', ''America/New_York'', ''starts May'')', '22008'), ('fiscal_add(''0001-05-01'', -1, ''day'', ''starts May'')', '22008'), ('fiscal_add(''0001-05-01'', -1, ''year'', ''starts May'')', '22008'), ('fiscal_add(''0002-05-01'', -1, ''year'', ''starts May'')', '0001-05-01'),
	('fiscal_add(''0001-05-31'', -1, ''period'', ''starts May'')', '22008'), ('same_period_last_year(''0002-04-30'', ''day'', ''starts May'')', '22008'), ('same_period_last_year(''0002-05-01'', ''day'', ''starts May'')', '0001-05-01'), ('same_period_last_year(''0001-12-30'', ''week'', ''4-4-5 starts Monday nearest January 1'')', '22008'), ('same_period_last_year(''0001-12-31'', ''week'', ''4-4-5 starts Monday nearest January 1'')', '0001-01-01'),
	('fiscal_year(''0001-01-01'', ''4-4-5 starts Monday nearest January 1'')', '1'), ('fiscal_period_start(''0001-12-31 BC'', ''year'', ''4-4-5 starts Sunday nearest January 1'')', '0001-12-31 BC'), ('fiscal_year(''0001-12-16 BC'', ''4-4-5 starts Saturday nearest December 16'')', '1'), ('periods_between(''0001-04-30'', ''2026-01-01'', ''day'', ''starts May'')', '22008'),
	('periods_between(''2026-01-01'', ''0001-04-30'', ''day'', ''starts May'')', '22008'),
	-- the last date, and beyond
	('fiscal_quarter(''5874897-12-31'', ''starts February'')', 'FY5874897-Q4'), ('fiscal_week(''5874897-12-31'', ''starts February, named by end year'')', 'FY5874898-W48'), ('fiscal_period_start(''5874897-12-31'', ''year'', ''starts February'')', '5874897-02-01'), ('fiscal_period_end(''5874897-12-31'', ''year'', ''starts February'')', '22008'),
	('fiscal_period_end(''5874897-12-31'', ''year'', ''starts January'')', '5874897-12-31'), ('fiscal_period_end(''5874897-12-31'', ''week'', ''4-4-5 starts Monday nearest January 1'')', '22008'), ('fiscal_add(''5874897-12-31'', 1, ''day'', ''starts May'')', '22008'), ('fiscal_add(''5874897-01-31'', 1, ''quarter'', ''starts May'')', '5874897-04-30'),
	('periods_between(''0001-01-01'', ''5874897-12-31'', ''day'', ''starts January'')', ('5874897-12-31'::date - '0001-01-01'::date)::text), ('periods_between(''5874897-12-31'', ''0001-01-01'', ''period'', ''starts January'')', (-(5874896 * 12 + 11))::text),
	('periods_between(''0001-01-01'', ''5874897-12-31'', ''period'', ''13 periods starts Monday nearest January 1'')',
		((extract(isoyear FROM '5874897-12-31'::date)::int - 1) * 13 + (extract(week FROM '5874897-12-31'::date)::int - 1) / 4)::text), ('periods_between(''0001-01-01'', ''5874897-12-31'', ''week'', ''starts January'')', (5874896 * 53 + 52)::text),
	('fiscal_year(''9999-12-31'', ''starts February'')', '9999'), ('fiscal_period(''12026-03-01'', ''starts February'')', 'FY12026-P02'), ('fiscal_period_label(''0999-03-01'', ''year'', ''starts February'')', 'FY0999'), ('fiscal_year(''294276-12-31 23:59+00'', ''UTC'', ''starts May'')', '294276')) v(call, expected);
SELECT throws_ok(format('SELECT fiscal_add(''2026-01-31'', %s, %L, %L)', n, unit, c), '22008', 'fiscal date out of range, counted from "2026-01-31"', format('%s %ss', n, unit))
FROM unnest('{2147483647, -2147483648}'::int[]) n, unnest('{year, quarter, period, week, day}'::text[]) unit, unnest('{starts May,"13 periods starts Monday nearest January 1"}'::text[]) c;
SELECT throws_ok('SELECT fiscal_year(''0044-03-15 BC'', ''starts May'')', '22008', 'date out of range for fiscal years: "0044-03-15 BC"', 'the error names the date');
SELECT throws_ok(format('SELECT fiscal_period_start(''2026-01-01'', %L, ''starts May'')', unit), '22023', format('unknown fiscal unit: "%s"', trim(unit)), 'no unit: ' || unit) FROM unnest('{"", " ", decade, yearss, s, q, "quarter s", quar, periodx, "Jahr", "Woché"}'::text[]) unit;
SELECT throws_ok(format('SELECT periods_between(''2026-01-01'', ''2026-01-01'', repeat(''é'', 5000), ''starts May'')'), '22023', 'unknown fiscal unit: "' || repeat('é', 30) || '"...', 'a long unit');

-- ======== what is no calendar: the error names the word ========

SELECT throws_ok(format('SELECT %L::fiscal_calendar', l), '22P02', CASE WHEN word = '' THEN 'invalid fiscal_calendar: it ends too early' ELSE format('invalid fiscal_calendar: "%s"', word) END, format('%s: %s', CASE WHEN l = '' THEN 'nothing' ELSE l END, word))
FROM (VALUES ('', ''), ('   ', ''), ('February', 'February'), ('starts', ''), ('starts 2', '2'), ('starts 13', '13'), ('starts Fe', 'Fe'), ('starts Febuary', 'Febuary'), ('starts February 1', '1'), ('starts February 15', '15'), ('starts February,', ''), ('starts February, ,', ','), ('starts February;', ';'), ('starts, February', ','),
	('starts Februaryy', 'Februaryy'), ('starts Février', 'Février'), ('ends January', 'ends'), ('calendar year', 'calendar'), ('starts February named by end year', 'named'), ('starts February, named', ''), ('starts February, named by', ''), ('starts February, named by end', ''), ('starts February, named by last year', 'last'),
	('starts February, named end year', 'end'), ('starts February, named by end year, named by end year', 'named'), ('starts January, named by start year, named by end year', 'named'), ('starts February, week 53 in period 3', 'week'), ('starts February, quarters 3-3-3-4', 'quarters'), ('starts February, 4-4-5', '4-4-5'),
	('4-4-5', ''), ('4-4-4 starts first Monday of May', '4-4-4'), ('4 4 5 starts first Monday of May', '4'), ('445 starts first Monday of May', '445'), ('4-4-5 first Monday of May', 'first'), ('4-4-5 starts', ''), ('4-4-5 starts May', 'May'), ('4-4-5 starts second Monday of May', 'second'), ('4-4-5 starts first', ''), ('4-4-5 starts first May', 'May'),
	('4-4-5 starts first Mo of May', 'Mo'), ('4-4-5 starts first Monday', ''), ('4-4-5 starts first Monday in May', 'in'), ('4-4-5 starts first Monday of Monday', 'Monday'), ('4-4-5 starts last Monday of May 5', '5'), ('4-4-5 starts Monday', ''), ('4-4-5 starts Monday of May', 'of'), ('4-4-5 starts Monday nearest', ''), ('4-4-5 starts Monday nearest to', ''),
	('4-4-5 starts Monday nearest May', ''), ('4-4-5 starts Monday nearest May 0', '0'), ('4-4-5 starts Monday nearest May 32', '32'), ('4-4-5 starts Monday nearest June 31', '31'), ('4-4-5 starts Monday nearest February 29', '29'), ('4-4-5 starts Monday nearest February 1st', '1st'), ('4-4-5 starts Monday nearest May -1', '-1'), ('4-4-5 starts Monday nearest the May 1', 'May'),
	('4-4-5 starts Monday nearest end May', 'May'), ('4-4-5 starts nearest', ''), ('4-4-5 starts nearest Monday', ''), ('4-4-5 starts nearest May 1', 'May'), ('4-4-5 starts nearest first Monday of May', 'first'), ('4-4-5 starts first Monday of May, week', ''), ('4-4-5 starts first Monday of May, week 52 in period 3', '52'), ('4-4-5 starts first Monday of May, week 53 in', ''),
	('4-4-5 starts first Monday of May, week 53 in month 3', 'month'), ('4-4-5 starts first Monday of May, week 53 in period 13', '13'), ('4-4-5 starts first Monday of May, week 53 in period 0', '0'), ('4-4-5 starts first Monday of May, week 53 in quarter 5', '5'), ('4-4-5 starts first Monday of May, week 53 in period 9999999999', '9999999999'),
	('4-4-5 starts first Monday of May, week 53 in period 3, week 53 in quarter 1', 'week'), ('4-4-5 starts first Monday of May, quarters 3-3-3-3', 'quarters'), ('4-4-5 starts first Monday of May, quarters 3-3-3-4', 'quarters'), ('13 starts first Monday of May', 'starts'), ('13 period starts first Monday of May', 'period'), ('12 periods starts first Monday of May', '12'),
	('13 periods starts first Monday of May, week 53 in period 14', '14'), ('13 periods starts first Monday of May, quarters', ''), ('13 periods starts first Monday of May, quarters 4-4-4-1', '4-4-4-1'), ('13 periods starts first Monday of May, quarters 3-3-3-4, quarters 3-3-3-4', 'quarters'), ('13 periods, starts first Monday of May', ','), ('starts May, named by end year extra', 'extra'),
	('starts "May"', '"May"'), ('starts %s', '%s'), ('{"starts": "May"}', '{"starts":')) v(l, word);
SELECT throws_ok($$SELECT ('starts ' || repeat('é', 400))::fiscal_calendar$$, '22P02', 'invalid fiscal_calendar: "' || repeat('é', 30) || '"', 'a long word is cut off');
SELECT throws_ok($$SELECT ('starts May' || repeat(' ', 991))::fiscal_calendar$$, '54000', 'a literal of 1001 bytes is too long for a fiscal_calendar', 'a long literal');
SELECT is(('starts May' || repeat(' ', 990))::fiscal_calendar, 'starts May', 'a literal of 1,000 bytes');

-- ======== an index on a label is used ========

CREATE TEMP TABLE deal AS SELECT '2020-01-01'::date + i % 3000 AS closed FROM generate_series(1, 20000) i;
CREATE INDEX ON deal (fiscal_quarter(closed, '4-5-4 starts Sunday nearest February 1'));
ANALYZE deal;
SELECT matches(pg_temp.plan_of($$SELECT * FROM deal WHERE fiscal_quarter(closed, '4-5-4 starts Sunday nearest February 1') = 'FY2023-Q4'$$), 'Index Cond: ', 'an index on fiscal_quarter serves a query');
SELECT matches(pg_temp.plan_of($$SELECT * FROM deal WHERE fiscal_quarter(closed, '4-5-4 ends Sat nearest end of Jan') = 'FY2023-Q4'$$), 'Index Cond: ', 'also one that writes the calendar another way');
SELECT ok(pg_temp.plan_of($$SELECT * FROM deal WHERE fiscal_quarter(closed, 'starts February') = 'FY2023-Q4'$$) !~ 'Index Cond: ', 'but not one of another calendar');
SELECT is(fiscal_period_label('2026-08-15', unit, 'starts February'), 'FY2026-Q3', 'a unit: "' || unit || '"') FROM unnest(array[' quarter', 'QUARTERS  ', '  Quarter ']) unit;

SELECT * FROM finish();
ROLLBACK;
