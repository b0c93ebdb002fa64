-- calendar: fiscal calendars, business time, and the service levels measured in it.

-- ---- fiscal_calendar ----

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
COMMENT ON FUNCTION business_calendar_send(business_calendar) IS $$Writes the binary form of a business_calendar: its version, then its text form.
Example: salesops.business_calendar_send('24x7 UTC') ==> \x013234783720555443$$;

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
Negative seconds are an error; infinity where the calendar never has so many. NULL gives NULL.
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
