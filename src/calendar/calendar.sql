-- calendar: fiscal calendars, business time, and the service levels measured in it.

-- ---- fiscal_calendar ----

CREATE TYPE fiscal_calendar;

CREATE FUNCTION fiscal_calendar_in(cstring) RETURNS fiscal_calendar
	AS 'MODULE_PATHNAME', 'salesops_fiscal_calendar_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION fiscal_calendar_in(cstring) IS $$Reads the text form of a fiscal_calendar.
Example: salesops.fiscal_year('2026-01-31', salesops.fiscal_calendar_in('starts Feb')) ==> 2025$$;
CREATE FUNCTION fiscal_calendar_out(fiscal_calendar) RETURNS cstring
	AS 'MODULE_PATHNAME', 'salesops_fiscal_calendar_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION fiscal_calendar_out(fiscal_calendar) IS $$Writes the text form of a fiscal_calendar, the shortest that means the same.
Example: salesops.fiscal_calendar_out('4-5-4 ENDS Sat nearest to the end of Jan') ==> 4-5-4 starts Sunday nearest February 1$$;
CREATE FUNCTION fiscal_calendar_recv(internal) RETURNS fiscal_calendar
	AS 'MODULE_PATHNAME', 'salesops_fiscal_calendar_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION fiscal_calendar_recv(internal) IS $$Reads the binary form of a fiscal_calendar, refusing bytes that are none. Called by the server alone.
Example: salesops.fiscal_year('2026-02-01', 'starts February'::salesops.fiscal_calendar) ==> 2026$$;
CREATE FUNCTION fiscal_calendar_send(fiscal_calendar) RETURNS bytea
	AS 'MODULE_PATHNAME', 'salesops_fiscal_calendar_send' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION fiscal_calendar_send(fiscal_calendar) IS $$Writes the binary form of a fiscal_calendar: a version, and its text form.
Example: get_byte(salesops.fiscal_calendar_send('starts February'), 0) ==> 1$$;

CREATE TYPE fiscal_calendar (
	INPUT = fiscal_calendar_in, OUTPUT = fiscal_calendar_out, RECEIVE = fiscal_calendar_recv, SEND = fiscal_calendar_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended
);
COMMENT ON TYPE fiscal_calendar IS $$How a company's year is cut into quarters, periods and weeks.
Of months: 'starts February'. Of weeks: '4-4-5', '4-5-4', '5-4-4' or '13 periods', then 'starts' or 'ends', then 'first Monday of April', 'last Saturday of January', 'Sunday nearest February 1' or 'Sunday nearest end of January'; then, behind commas, 'week 53 in period 3' or 'in quarter 1' (the last one else), and for 13 periods 'quarters 4-3-3-3' (3-3-3-4 else). For all: 'named by end year' (by start year else).
Example: salesops.fiscal_quarter('2024-02-03', '4-5-4 starts Sunday nearest February 1') ==> FY2023-Q4$$;
-- @include ordered_type fiscal_calendar starts February

-- Each function of a date has a form for a moment and the time zone in whose date it is.

CREATE FUNCTION fiscal_year(day date, calendar fiscal_calendar) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_fiscal_year' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION fiscal_year(date, fiscal_calendar) IS $$The fiscal year in which a date lies.
It is named by the calendar year of the first of a month on which, or nearest to which, it starts; 'named by end year': by the one behind. NULL for NULL and for infinity; an error before year 1.
Example: salesops.fiscal_year('2026-08-15', 'starts July, named by end year') ==> 2027$$;
CREATE FUNCTION fiscal_year(at timestamptz, time_zone text, calendar fiscal_calendar) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_fiscal_year_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 4;
COMMENT ON FUNCTION fiscal_year(timestamptz, text, fiscal_calendar) IS $$The fiscal year in which a moment lies, by the date in a time zone.
As fiscal_year(date, fiscal_calendar); an unknown time zone is an error.
Example: salesops.fiscal_year('2026-07-01 03:00+00', 'America/New_York', 'starts July') ==> 2025$$;

CREATE FUNCTION fiscal_quarter(day date, calendar fiscal_calendar) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_fiscal_quarter' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3;
COMMENT ON FUNCTION fiscal_quarter(date, fiscal_calendar) IS $$The label of the fiscal quarter in which a date lies: FY2026-Q3.
Labels sort in order of time, up to the year 9999. NULL for NULL and for infinity; an error before year 1.
Example: salesops.fiscal_quarter('2026-08-15', 'starts February') ==> FY2026-Q3$$;
CREATE FUNCTION fiscal_quarter(at timestamptz, time_zone text, calendar fiscal_calendar) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_fiscal_quarter_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION fiscal_quarter(timestamptz, text, fiscal_calendar) IS $$The label of the fiscal quarter in which a moment lies, by the date in a time zone: FY2026-Q3.
As fiscal_quarter(date, fiscal_calendar); an unknown time zone is an error.
Example: salesops.fiscal_quarter('2026-05-01 03:00+00', 'America/New_York', 'starts February') ==> FY2026-Q1$$;

CREATE FUNCTION fiscal_period(day date, calendar fiscal_calendar) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_fiscal_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3;
COMMENT ON FUNCTION fiscal_period(date, fiscal_calendar) IS $$The label of the fiscal period in which a date lies: FY2026-P07, the seventh of 12 or 13; the month of the fiscal year where the calendar is one of months.
Labels sort in order of time, up to the year 9999. NULL for NULL and for infinity; an error before year 1.
Example: salesops.fiscal_period('2026-08-15', 'starts February') ==> FY2026-P07$$;
CREATE FUNCTION fiscal_period(at timestamptz, time_zone text, calendar fiscal_calendar) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_fiscal_period_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION fiscal_period(timestamptz, text, fiscal_calendar) IS $$The label of the fiscal period in which a moment lies, by the date in a time zone: FY2026-P07.
As fiscal_period(date, fiscal_calendar); an unknown time zone is an error.
Example: salesops.fiscal_period('2026-08-01 03:00+00', 'America/New_York', 'starts February') ==> FY2026-P06$$;

CREATE FUNCTION fiscal_week(day date, calendar fiscal_calendar) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_fiscal_week' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3;
COMMENT ON FUNCTION fiscal_week(date, fiscal_calendar) IS $$The label of the fiscal week in which a date lies: FY2026-W31.
In a calendar of months, weeks are blocks of seven days from the first day of the year, and week 53 has the one or two days that are left. NULL for NULL and for infinity; an error before year 1.
Example: salesops.fiscal_week('2024-02-03', '4-5-4 starts Sunday nearest February 1') ==> FY2023-W53$$;
CREATE FUNCTION fiscal_week(at timestamptz, time_zone text, calendar fiscal_calendar) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_fiscal_week_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION fiscal_week(timestamptz, text, fiscal_calendar) IS $$The label of the fiscal week in which a moment lies, by the date in a time zone: FY2026-W31.
As fiscal_week(date, fiscal_calendar); an unknown time zone is an error.
Example: salesops.fiscal_week('2024-02-04 03:00+00', 'America/New_York', '4-5-4 starts Sunday nearest February 1') ==> FY2023-W53$$;

CREATE FUNCTION fiscal_day(day date, calendar fiscal_calendar) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_fiscal_day' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION fiscal_day(date, fiscal_calendar) IS $$The number of a date in its fiscal year, from 1.
NULL for NULL and for infinity; an error before year 1.
Example: salesops.fiscal_day('2026-03-01', 'starts February') ==> 29$$;
CREATE FUNCTION fiscal_day(at timestamptz, time_zone text, calendar fiscal_calendar) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_fiscal_day_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 4;
COMMENT ON FUNCTION fiscal_day(timestamptz, text, fiscal_calendar) IS $$The number of a moment's day in its fiscal year, from 1, by the date in a time zone.
As fiscal_day(date, fiscal_calendar); an unknown time zone is an error.
Example: salesops.fiscal_day('2026-03-01 03:00+00', 'America/New_York', 'starts February') ==> 28$$;

CREATE FUNCTION fiscal_period_label(day date, unit text, calendar fiscal_calendar) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_fiscal_period_label' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3;
COMMENT ON FUNCTION fiscal_period_label(date, text, fiscal_calendar) IS $$The label of the fiscal year, quarter, period, week or day in which a date lies: FY2026, FY2026-Q3, FY2026-P07, FY2026-W31 or FY2026-D123.
unit: year, quarter, period (or month), week or day, in any case, also in the plural. NULL for NULL and for infinity; an error before year 1 and for another unit.
Example: salesops.fiscal_period_label('2026-08-15', 'quarter', 'starts February') ==> FY2026-Q3$$;
CREATE FUNCTION fiscal_period_label(at timestamptz, time_zone text, unit text, calendar fiscal_calendar) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_fiscal_period_label_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION fiscal_period_label(timestamptz, text, text, fiscal_calendar) IS $$The label of the fiscal year, quarter, period, week or day in which a moment lies, by the date in a time zone.
As fiscal_period_label(date, text, fiscal_calendar); an unknown time zone is an error.
Example: salesops.fiscal_period_label('2026-02-01 03:00+00', 'America/New_York', 'year', 'starts February') ==> FY2025$$;

CREATE FUNCTION fiscal_period_start(day date, unit text, calendar fiscal_calendar) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_fiscal_period_start' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3;
COMMENT ON FUNCTION fiscal_period_start(date, text, fiscal_calendar) IS $$The first day of the fiscal year, quarter, period or week in which a date lies.
unit: year, quarter, period (or month), week or day, in any case, also in the plural. Infinity for infinity, NULL for NULL; an error before year 1 and for another unit.
Example: to_char(salesops.fiscal_period_start('2026-08-15', 'quarter', 'starts February'), 'YYYY-MM-DD') ==> 2026-08-01$$;
CREATE FUNCTION fiscal_period_start(at timestamptz, time_zone text, unit text, calendar fiscal_calendar) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_fiscal_period_start_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION fiscal_period_start(timestamptz, text, text, fiscal_calendar) IS $$The first day of the fiscal year, quarter, period or week in which a moment lies, by the date in a time zone.
As fiscal_period_start(date, text, fiscal_calendar); an unknown time zone is an error.
Example: to_char(salesops.fiscal_period_start('2026-08-01 03:00+00', 'America/New_York', 'quarter', 'starts February'), 'YYYY-MM-DD') ==> 2026-05-01$$;

CREATE FUNCTION fiscal_period_end(day date, unit text, calendar fiscal_calendar) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_fiscal_period_end' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3;
COMMENT ON FUNCTION fiscal_period_end(date, text, fiscal_calendar) IS $$The last day of the fiscal year, quarter, period or week in which a date lies.
unit: year, quarter, period (or month), week or day, in any case, also in the plural. Infinity for infinity, NULL for NULL; an error before year 1 and for another unit.
Example: to_char(salesops.fiscal_period_end('2023-06-01', 'year', '4-5-4 starts Sunday nearest February 1'), 'YYYY-MM-DD') ==> 2024-02-03$$;
CREATE FUNCTION fiscal_period_end(at timestamptz, time_zone text, unit text, calendar fiscal_calendar) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_fiscal_period_end_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION fiscal_period_end(timestamptz, text, text, fiscal_calendar) IS $$The last day of the fiscal year, quarter, period or week in which a moment lies, by the date in a time zone.
As fiscal_period_end(date, text, fiscal_calendar); an unknown time zone is an error.
Example: to_char(salesops.fiscal_period_end('2026-08-01 03:00+00', 'America/New_York', 'quarter', 'starts February'), 'YYYY-MM-DD') ==> 2026-07-31$$;

CREATE FUNCTION fiscal_add(day date, n integer, unit text, calendar fiscal_calendar) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_fiscal_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 4;
COMMENT ON FUNCTION fiscal_add(date, integer, text, fiscal_calendar) IS $$The date n fiscal units on (back where n is negative), at the same place in its unit.
In a calendar of months: the same day of the month, or its last. In one of weeks: the same week of the year, quarter or period (its last where it has fewer) and the same weekday. The first day of a unit moves to the first day of a unit. Infinity for infinity, NULL for NULL; an error where there is no such date.
Example: to_char(salesops.fiscal_add('2023-01-29', 1, 'year', '4-5-4 starts Sunday nearest February 1'), 'YYYY-MM-DD') ==> 2024-02-04$$;

CREATE FUNCTION same_period_last_year(day date, unit text, calendar fiscal_calendar) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_same_period_last_year' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 4;
COMMENT ON FUNCTION same_period_last_year(date, text, fiscal_calendar) IS $$The first day of the same quarter, period or week of the fiscal year before; for the unit day that day itself, the same week and weekday in a calendar of weeks.
The quarter, period or week of the same number. NULL where it is week 53 and the year before has none; February 29 gives February 28. (The comparison of retail after a year of 53 weeks, restated by a week, is day - 364.) Infinity for infinity, NULL for NULL; an error where there is no such date.
Example: to_char(salesops.same_period_last_year('2026-08-15', 'quarter', 'starts February'), 'YYYY-MM-DD') ==> 2025-08-01$$;

CREATE FUNCTION periods_between(from_date date, to_date date, unit text, calendar fiscal_calendar) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_periods_between' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 4;
COMMENT ON FUNCTION periods_between(date, date, text, fiscal_calendar) IS $$How many times a new fiscal year, quarter, period, week or day begins behind from_date until to_date; negative where to_date comes first.
0 for two dates in the same unit. NULL for NULL and for infinity; an error before year 1 and for another unit.
Example: salesops.periods_between('2026-01-31', '2026-08-15', 'quarter', 'starts February') ==> 3$$;

CREATE FUNCTION fiscal_periods(calendar fiscal_calendar, from_date date, to_date date, unit text)
	RETURNS TABLE (period_label text, period_start date, period_end date, days integer, fiscal_year integer, fiscal_quarter text, fiscal_period text,
		fiscal_week text, quarter_number integer, period_number integer, week_number integer, fiscal_day integer)
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 365
BEGIN ATOMIC
	SELECT l.label, f.first, l.last, l.last OPERATOR(pg_catalog.-) f.first OPERATOR(pg_catalog.+) 1, salesops.fiscal_year(f.first, calendar),
		q.quarter, p.period, w.week, pg_catalog."right"(q.quarter, 1)::pg_catalog.int4, pg_catalog."right"(p.period, 2)::pg_catalog.int4, pg_catalog."right"(w.week, 2)::pg_catalog.int4,
		CASE WHEN u.rank OPERATOR(pg_catalog.>=) 5 THEN salesops.fiscal_day(f.first, calendar) END
	FROM pg_catalog.generate_series(0, salesops.periods_between(from_date, to_date, unit, calendar)) AS g(n),
		LATERAL (SELECT salesops.fiscal_add(salesops.fiscal_period_start(from_date, unit, calendar), g.n, unit, calendar) AS first OFFSET 0) AS f,
		LATERAL (SELECT salesops.fiscal_period_label(f.first, unit, calendar) AS label, salesops.fiscal_period_end(f.first, unit, calendar) AS last OFFSET 0) AS l,
		-- the letter behind the year: none, Q, P, W or D
		LATERAL (SELECT pg_catalog.strpos('YQPWD', pg_catalog."left"(pg_catalog.split_part(l.label OPERATOR(pg_catalog.||) '-Y', '-', 2), 1)) AS rank OFFSET 0) AS u,
		LATERAL (SELECT CASE WHEN u.rank OPERATOR(pg_catalog.>=) 2 THEN salesops.fiscal_quarter(f.first, calendar) END AS quarter OFFSET 0) AS q,
		LATERAL (SELECT CASE WHEN u.rank OPERATOR(pg_catalog.>=) 3 THEN salesops.fiscal_period(f.first, calendar) END AS period OFFSET 0) AS p,
		LATERAL (SELECT CASE WHEN u.rank OPERATOR(pg_catalog.>=) 4 THEN salesops.fiscal_week(f.first, calendar) END AS week OFFSET 0) AS w
	-- the difference of infinite dates is an error
	WHERE (to_date OPERATOR(pg_catalog.-) from_date) OPERATOR(pg_catalog.>=) 0
	ORDER BY f.first;
END;
COMMENT ON FUNCTION fiscal_periods(fiscal_calendar, date, date, text) IS $$The fiscal years, quarters, periods, weeks or days that have a day between two dates, both included: a row for each, in order. A materialized view of the days is a date dimension.
What is finer than the unit is NULL. A week of a calendar of months may lie in two periods or quarters: those of its first day are given. No rows where to_date is before from_date, and for NULL; infinite dates are an error.
Example: (SELECT string_agg(period_label, ' ') FROM salesops.fiscal_periods('starts February', '2025-11-15', '2026-05-01', 'quarter')) ==> FY2025-Q4 FY2026-Q1 FY2026-Q2$$;

-- ---- business_calendar ----

-- ---- business time ----

-- ---- service levels ----
