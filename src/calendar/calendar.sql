-- calendar: fiscal calendars, business time, and the service levels measured in it.

-- ---- fiscal_calendar ----

CREATE TYPE fiscal_calendar;

CREATE FUNCTION fiscal_calendar_in(cstring) RETURNS fiscal_calendar
	AS 'MODULE_PATHNAME', 'salesops_fiscal_calendar_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION fiscal_calendar_in(cstring) IS $$Reads the text form of a fiscal_calendar.
Example: salesops.fiscal_year('2026-01-31', salesops.fiscal_calendar_in('starts Feb')) ==> 2025$$;
CREATE FUNCTION fiscal_calendar_out(fiscal_calendar) RETURNS cstring
	AS 'MODULE_PATHNAME', 'salesops_fiscal_calendar_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION fiscal_calendar_out(fiscal_calendar) IS $$Writes the text form of a fiscal_calendar, the same for all calendars that mean the same.
Example: salesops.fiscal_calendar_out('4-5-4 ENDS Sat nearest to the end of Jan') ==> 4-5-4 starts Sunday nearest February 1$$;
CREATE FUNCTION fiscal_calendar_recv(internal) RETURNS fiscal_calendar
	AS 'MODULE_PATHNAME', 'salesops_fiscal_calendar_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION fiscal_calendar_recv(internal) IS $$Reads the binary form of a fiscal_calendar, refusing bytes that are none. Called by the server alone.
Example: salesops.fiscal_year('2026-02-01', 'starts February'::salesops.fiscal_calendar) ==> 2026$$;
CREATE FUNCTION fiscal_calendar_send(fiscal_calendar) RETURNS bytea
	AS 'MODULE_PATHNAME', 'salesops_fiscal_calendar_send' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION fiscal_calendar_send(fiscal_calendar) IS $$Writes the binary form of a fiscal_calendar: a version, the length of its text form, and that text.
Example: get_byte(salesops.fiscal_calendar_send('starts February'), 0) ==> 1$$;

CREATE TYPE fiscal_calendar (
	INPUT = fiscal_calendar_in, OUTPUT = fiscal_calendar_out, RECEIVE = fiscal_calendar_recv, SEND = fiscal_calendar_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
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
The quarter, period or week of the same number; of the unit year the first day of that year. NULL where it is week 53 and the year before has none; February 29 gives February 28. (The comparison of retail after a year of 53 weeks, restated by a week, is day - 364.) Infinity for infinity, NULL for NULL; an error where there is no such date.
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

CREATE TYPE business_calendar;

CREATE FUNCTION business_calendar_in(cstring) RETURNS business_calendar
	AS 'MODULE_PATHNAME', 'salesops_business_calendar_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION business_calendar_in(cstring) IS $$Reads the text form of a business_calendar.
Example: salesops.business_calendar_in('mon-fri 9:00-12:00 12:00-17:00 europe/berlin') ==> Mon-Fri 09:00-17:00 Europe/Berlin$$;
CREATE FUNCTION business_calendar_out(business_calendar) RETURNS cstring
	AS 'MODULE_PATHNAME', 'salesops_business_calendar_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION business_calendar_out(business_calendar) IS $$Writes the text form of a business_calendar, in which equal calendars are written alike.
Example: salesops.business_calendar_out('24x7 UTC') ==> 24x7 UTC$$;
CREATE FUNCTION business_calendar_recv(internal) RETURNS business_calendar
	AS 'MODULE_PATHNAME', 'salesops_business_calendar_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION business_calendar_recv(internal) IS $$Reads the binary form of a business_calendar, refusing bytes that are none. Called by the server alone.
Example: '24x7 UTC'::salesops.business_calendar ==> 24x7 UTC$$;
CREATE FUNCTION business_calendar_send(business_calendar) RETURNS bytea
	AS 'MODULE_PATHNAME', 'salesops_business_calendar_send' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION business_calendar_send(business_calendar) IS $$Writes the binary form of a business_calendar: a version, the length of its text form, and that text.
Example: salesops.business_calendar_send('24x7 UTC') ==> \x01000000083234783720555443$$;

CREATE TYPE business_calendar (
	INPUT = business_calendar_in, OUTPUT = business_calendar_out, RECEIVE = business_calendar_recv, SEND = business_calendar_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE business_calendar IS $$When a team works: the hours of its week, its time zone, its holidays, and the dates that have hours of their own.
Written as 'Mon-Thu 09:00-12:00 13:00-17:30, Fri 09:00-15:00 Europe/Berlin; holidays 2026-12-25, 2027-01-01; open 2026-12-24 09:00-12:00', or built from a holiday table by the aggregate business_calendar(...). Hours are half-open; 24x7 and closed stand for all and none; 22:00-06:00+1 is a span over midnight, which belongs to the day on which it starts. Zones are named as in the IANA database.
Example: salesops.business_seconds('2026-11-25 16:00-05', '2026-11-27 10:00-05', 'Mon-Fri 09:00-17:00 America/New_York; holidays 2026-11-26') ==> 7200$$;
-- @include ordered_type business_calendar Mon-Fri 09:00-17:00 America/New_York; holidays 2026-12-25

CREATE FUNCTION business_calendar_transfn(business_calendar, calendar business_calendar, day date) RETURNS business_calendar
	AS 'MODULE_PATHNAME', 'salesops_business_calendar_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION business_calendar_transfn(business_calendar, business_calendar, date) IS $$Transition function of the aggregate business_calendar(calendar, day); its state is finished by business_calendar_finalfn.
Example: salesops.business_calendar_finalfn(salesops.business_calendar_transfn(NULL, '24x7 UTC', '2026-12-25')) ==> 24x7 UTC; holidays 2026-12-25$$;
CREATE FUNCTION business_calendar_transfn(business_calendar, calendar business_calendar, day date, hours text) RETURNS business_calendar
	AS 'MODULE_PATHNAME', 'salesops_business_calendar_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION business_calendar_transfn(business_calendar, business_calendar, date, text) IS $$Transition function of the aggregate business_calendar(calendar, day, hours); its state is finished by business_calendar_finalfn.
Example: salesops.business_calendar_finalfn(salesops.business_calendar_transfn(NULL, '24x7 UTC', '2026-12-24', '09:00-13:00')) ==> 24x7 UTC; open 2026-12-24 09:00-13:00$$;
CREATE FUNCTION business_calendar_combinefn(business_calendar, business_calendar) RETURNS business_calendar
	AS 'MODULE_PATHNAME', 'salesops_business_calendar_combinefn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION business_calendar_combinefn(business_calendar, business_calendar) IS $$Combine function of the aggregates business_calendar: the dates of both. NULL counts as empty.
Example: salesops.business_calendar_combinefn(NULL, NULL) IS NULL ==> true$$;
CREATE FUNCTION business_calendar_finalfn(business_calendar) RETURNS business_calendar
	AS 'MODULE_PATHNAME', 'salesops_business_calendar_finalfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION business_calendar_finalfn(business_calendar) IS $$Final function of the aggregates business_calendar: orders the dates and checks them as a whole.
Example: salesops.business_calendar_finalfn('24x7 UTC') ==> 24x7 UTC$$;

CREATE AGGREGATE business_calendar(calendar business_calendar, day date) (
	SFUNC = business_calendar_transfn, STYPE = business_calendar, SSPACE = 600, COMBINEFUNC = business_calendar_combinefn,
	FINALFUNC = business_calendar_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE business_calendar(business_calendar, date) IS $$The calendar with the holidays of a table added: on each day of the table it has no hours.
The calendar gives hours and zone, may have dates of its own, and must be the same in all rows of a group; a NULL calendar is an error. A NULL day adds nothing, so that an outer join to a table without holidays gives the calendar as it is. A day given twice counts once. No rows give NULL.
Example: (SELECT salesops.business_calendar('Mon-Fri 09:00-17:00 UTC', d) FROM (VALUES (date '2027-01-01'), ('2026-12-25')) v(d)) ==> Mon-Fri 09:00-17:00 UTC; holidays 2026-12-25, 2027-01-01$$;
CREATE AGGREGATE business_calendar(calendar business_calendar, day date, hours text) (
	SFUNC = business_calendar_transfn, STYPE = business_calendar, SSPACE = 600, COMBINEFUNC = business_calendar_combinefn,
	FINALFUNC = business_calendar_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE business_calendar(business_calendar, date, text) IS $$The calendar with the dates of a table added, each with its hours in place of those of its weekday.
hours is '09:00-13:00' or several spans; NULL, blank and 'closed' make a holiday. Rows of one day add up; a day that is closed and has hours, too, is an error. Otherwise as business_calendar(calendar, day).
Example: (SELECT salesops.business_calendar('Mon-Fri 09:00-17:00 UTC', d, h) FROM (VALUES (date '2026-12-24', '09:00-13:00'), ('2026-12-25', NULL)) v(d, h)) ==> Mon-Fri 09:00-17:00 UTC; holidays 2026-12-25; open 2026-12-24 09:00-13:00$$;

-- ---- business time ----

CREATE FUNCTION business_seconds(from_time timestamptz, to_time timestamptz, calendar business_calendar) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_business_seconds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3;
COMMENT ON FUNCTION business_seconds(timestamptz, timestamptz, business_calendar) IS $$Business time from one moment to another in seconds: how long the clock on the wall of the calendar's zone shows open hours.
Negative where to_time is before from_time. Elapsed time: open hours in which clocks go forward are an hour shorter. Infinite up to infinity, unless the calendar has no weekly hours. NULL gives NULL; moments after the year 9999 are an error.
Example: salesops.business_seconds('2026-11-23 10:00+00', '2026-11-23 12:00+00', 'Mon-Fri 09:00-17:00 UTC') ==> 7200$$;
CREATE FUNCTION business_hours(from_time timestamptz, to_time timestamptz, calendar business_calendar) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_business_hours' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3;
COMMENT ON FUNCTION business_hours(timestamptz, timestamptz, business_calendar) IS $$Business time from one moment to another in hours: business_seconds / 3600.
Example: salesops.business_hours('2026-11-20 16:30+00', '2026-11-23 10:00+00', 'Mon-Fri 09:00-17:00 UTC') ==> 1.5$$;
CREATE FUNCTION business_days(from_date date, to_date date, calendar business_calendar) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_business_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION business_days(date, date, business_calendar) IS $$Business days from one date to another: the dates from from_date on and before to_date that have any hours.
Negative where to_date is before from_date; to_date itself is counted by to_date + 1, as NETWORKDAYS of spreadsheets does. A half day counts as a day. A moment becomes a date in the calendar's zone: (at AT TIME ZONE 'Europe/Berlin')::date. NULL and infinite dates give NULL.
Example: salesops.business_days('2026-12-24', '2026-12-31', 'Mon-Fri 09:00-17:00 UTC; holidays 2026-12-25') ==> 4$$;
CREATE FUNCTION add_business_days(day date, n integer, calendar business_calendar) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_add_business_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION add_business_days(date, integer, business_calendar) IS $$The n-th business day behind a day, or with a negative n before it: WORKDAY of spreadsheets.
Business days are the dates that have any hours; the day itself is not counted. Zero gives the day itself, a business day or not. Infinite dates stay; infinity where the calendar has not so many days left. NULL gives NULL.
Example: salesops.add_business_days('2026-12-23', 2, 'Mon-Fri 09:00-17:00 UTC; holidays 2026-12-25') ==> 2026-12-28$$;
CREATE FUNCTION calendar_date(at timestamptz, calendar business_calendar) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_calendar_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION calendar_date(timestamptz, business_calendar) IS $$The date that the wall of the calendar's zone shows at a moment: (at AT TIME ZONE zone)::date with the zone of the calendar.
Infinite moments give infinite dates. NULL gives NULL; moments after the year 9999 are an error.
Example: salesops.calendar_date('2026-11-25 23:30+00', 'Mon-Fri 09:00-17:00 Europe/Berlin') ==> 2026-11-26$$;
CREATE FUNCTION add_business_seconds(at timestamptz, seconds double precision, calendar business_calendar) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'salesops_add_business_seconds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION add_business_seconds(timestamptz, double precision, business_calendar) IS $$The moment at which so much business time has passed since another; with negative seconds, the one from which so much passes until it.
The first such moment, or going back the last, so that business_seconds between the two is what was added; zero gives the moment itself. Infinite moments stay; infinity where the calendar has no hours left. At most 1e12 seconds; a result after the year 9999 is an error. NULL gives NULL.
Example: salesops.add_business_seconds('2026-11-25 16:00+00', 10800, 'Mon-Fri 09:00-17:00 UTC') AT TIME ZONE 'UTC' ==> 2026-11-26 11:00:00$$;
CREATE FUNCTION is_business_time(at timestamptz, calendar business_calendar) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_is_business_time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION is_business_time(timestamptz, business_calendar) IS $$Whether the clock on the wall of the calendar's zone shows open hours at a moment.
NULL and infinite moments give NULL.
Example: salesops.is_business_time('2026-11-25 17:00+00', 'Mon-Fri 09:00-17:00 UTC') ==> false$$;
CREATE FUNCTION next_business_time(at timestamptz, calendar business_calendar) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'salesops_next_business_time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION next_business_time(timestamptz, business_calendar) IS $$The first moment of business time from a moment on: itself, or the next opening.
Infinity where the calendar has no hours left. Infinite moments stay; NULL gives NULL.
Example: salesops.next_business_time('2026-11-27 17:00+00', 'Mon-Fri 09:00-17:00 UTC') AT TIME ZONE 'UTC' ==> 2026-11-30 09:00:00$$;

-- ---- service levels ----

CREATE FUNCTION sla_due(start timestamptz, seconds double precision, calendar business_calendar) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'salesops_sla_due' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION sla_due(timestamptz, double precision, business_calendar) IS $$When a case is due that must be answered within so many business seconds: add_business_seconds(start, seconds, calendar).
Negative seconds are an error; infinity where the calendar never has so many; zero seconds are due at the start itself. NULL gives NULL.
Example: salesops.sla_due('2026-11-23 16:00+00', 7200, 'Mon-Fri 09:00-17:00 UTC') AT TIME ZONE 'UTC' ==> 2026-11-24 10:00:00$$;
CREATE FUNCTION sla_status(start timestamptz, responded timestamptz, seconds double precision, calendar business_calendar, as_of timestamptz) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_sla_status' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION sla_status(timestamptz, timestamptz, double precision, business_calendar, timestamptz) IS $$Whether a case was answered in time, as known at as_of: met (answered by sla_due), missed (answered later, or not answered and past due) or pending (not answered and not past due).
responded NULL, or after as_of, is not answered yet. A case that starts after as_of has no status: NULL; so have those with NULL in any other argument.
Example: salesops.sla_status('2026-11-23 16:00+00', NULL, 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-24 09:59+00') ==> pending$$;
CREATE FUNCTION sla_compliance_transfn(compliance, start timestamptz, responded timestamptz, seconds double precision, calendar business_calendar, as_of timestamptz)
	RETURNS compliance
	AS 'MODULE_PATHNAME', 'salesops_sla_compliance_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION sla_compliance_transfn(compliance, timestamptz, timestamptz, double precision, business_calendar, timestamptz) IS $$Transition function of sla_compliance.
Example: salesops.sla_compliance_transfn(NULL, '2026-11-23 16:00+00', NULL, 7200, '24x7 UTC', '2026-11-23 17:00+00') ==> {"compliance": 1, "pending": 1}$$;
CREATE AGGREGATE sla_compliance(start timestamptz, responded timestamptz, seconds double precision, calendar business_calendar, as_of timestamptz) (
	SFUNC = sla_compliance_transfn, STYPE = compliance, SSPACE = 32, COMBINEFUNC = compliance_combinefn, FINALFUNC = compliance_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE sla_compliance(timestamptz, timestamptz, double precision, business_calendar, timestamptz) IS $$Summary of how many cases met their service level, missed it or are pending (sla_status); compliance_rate reads the share, of which pending cases are no part. Target: 0.95 or more.
Cases without a status are passed over; no cases give NULL.
Example: (SELECT salesops.compliance_rate(salesops.sla_compliance('2026-11-23 16:00+00', r, 7200, 'Mon-Fri 09:00-17:00 UTC', '2026-11-25 00:00+00')) FROM (VALUES (timestamptz '2026-11-24 10:00+00'), ('2026-11-24 10:01+00')) v(r)) ==> 0.5$$;
CREATE FUNCTION speed_to_lead_seconds(created timestamptz, first_touch timestamptz) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_speed_to_lead_seconds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION speed_to_lead_seconds(timestamptz, timestamptz) IS $$Seconds from the creation of a lead to its first human touch, round the clock.
Negative where the touch is recorded before the lead. NULL for a lead not yet touched; infinite moments are an error.
Example: salesops.speed_to_lead_seconds('2026-11-23 22:00+00', '2026-11-24 08:30+00') ==> 37800$$;
