-- pipeline: a deal's close dates over its history, and its pushes.

-- @include summary_type close_path {"close_path": 1, "changes": [["2026-01-05T09:00:00+00:00", "2026-03-31"], ["2026-02-20T09:00:00+00:00", "2026-05-15"]]}
COMMENT ON TYPE close_path IS $$One deal's close dates in order of time: the changes (moment, close date) of its history.
Built by close_path(close_date, changed_at), merged by merge(close_path). Readers: push_count, pull_count, last_pushed_at, pushed_days, first_close_date, current_close_date, close_date_at, incomplete_events. Of several dates for one moment the latest holds. 12 bytes a change.
Example: salesops.push_count('{"close_path": 1, "changes": [["2026-01-05T09:00:00Z", "2026-03-31"], ["2026-02-20T09:00:00Z", "2026-05-15"]]}', 'month') ==> 1$$;
-- @include ordered_type close_path {"close_path": 1, "changes": [["2026-01-05T09:00:00+00:00", "2026-03-31"], ["2026-02-20T09:00:00+00:00", "2026-05-15"]]}

CREATE FUNCTION close_path_transfn(close_path, close_date date, changed_at timestamptz) RETURNS close_path
	AS 'MODULE_PATHNAME', 'salesops_close_path_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION close_path_transfn(close_path, date, timestamptz) IS $$Transition function of close_path(close_date, changed_at).
Example: salesops.close_path_transfn(NULL, '2026-03-31', '2026-01-05 09:00+00') ==> {"close_path": 1, "changes": [["2026-01-05T09:00:00+00:00", "2026-03-31"]]}$$;
CREATE AGGREGATE close_path(close_date date, changed_at timestamptz) (
	SFUNC = close_path_transfn, STYPE = close_path, SSPACE = 128, COMBINEFUNC = close_path_combinefn, FINALFUNC = close_path_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE close_path(date, timestamptz) IS $$The close_path of one deal: GROUP BY the deal. Rows may come in any order, and be those of a log of changes or of a history of full states, in which a date repeats.
close_date: NULL says that the deal had none from then on; infinite dates and those before 0002-01-01 are an error. changed_at: for a timestamp without time zone say which it is, as in changed_at AT TIME ZONE 'UTC'; infinite times are an error. A row without changed_at is counted by incomplete_events and no more; one of NULLs is none. Of several dates for one moment the latest holds. No rows give NULL. At most 100,000 changes.
Example: (SELECT salesops.close_path(d, t) FROM (VALUES ('2026-05-15'::date, '2026-02-20 09:00+00'::timestamptz), ('2026-03-31', '2026-01-05 09:00+00')) h(d, t)) ==> {"close_path": 1, "changes": [["2026-01-05T09:00:00+00:00", "2026-03-31"], ["2026-02-20T09:00:00+00:00", "2026-05-15"]]}$$;

CREATE FUNCTION push_count(path close_path, unit text, calendar fiscal_calendar DEFAULT 'starts January') RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_push_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION push_count(close_path, text, fiscal_calendar) IS $$How many times the close date was moved into a later period (is_push).
As Salesforce's PushCount with the unit month: a move over several periods is one push, and a later pull takes none back. A move from or to no date is none. NULL for a path without a close date, and for NULL; an error for another unit.
Example: salesops.push_count('{"close_path": 1, "changes": [["2026-01-05T09:00:00Z", "2026-03-31"], ["2026-02-20T09:00:00Z", "2026-05-15"], ["2026-04-02T09:00:00Z", "2026-04-30"], ["2026-05-04T09:00:00Z", "2026-07-01"]]}', 'month') ==> 2$$;
CREATE FUNCTION pull_count(path close_path, unit text, calendar fiscal_calendar DEFAULT 'starts January') RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_pull_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION pull_count(close_path, text, fiscal_calendar) IS $$How many times the close date was moved into an earlier period (is_pull).
As push_count. NULL for a path without a close date, and for NULL; an error for another unit.
Example: salesops.pull_count('{"close_path": 1, "changes": [["2026-02-20T09:00:00Z", "2026-05-15"], ["2026-04-02T09:00:00Z", "2026-04-30"]]}', 'month') ==> 1$$;
CREATE FUNCTION last_pushed_at(path close_path, unit text, calendar fiscal_calendar DEFAULT 'starts January') RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'salesops_last_pushed_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION last_pushed_at(close_path, text, fiscal_calendar) IS $$When the close date was last moved into a later period (is_push).
NULL where it never was, and for NULL; an error for another unit.
Example: salesops.last_pushed_at('{"close_path": 1, "changes": [["2026-01-05T09:00:00Z", "2026-03-31"], ["2026-02-20T09:00:00Z", "2026-05-15"]]}', 'month') = '2026-02-20 09:00+00' ==> true$$;
CREATE FUNCTION pushed_days(path close_path) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_pushed_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pushed_days(close_path) IS $$Days from the first close date to the current one; negative where it came nearer.
NULL where the deal has none at the end, and for NULL.
Example: salesops.pushed_days('{"close_path": 1, "changes": [["2026-01-05T09:00:00Z", "2026-03-31"], ["2026-02-20T09:00:00Z", "2026-05-15"]]}') ==> 45$$;
CREATE FUNCTION first_close_date(path close_path) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_first_close_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION first_close_date(close_path) IS $$The first close date that the deal had.
NULL where it never had one, and for NULL.
Example: to_char(salesops.first_close_date('{"close_path": 1, "changes": [["2026-01-05T09:00:00Z", null], ["2026-02-20T09:00:00Z", "2026-05-15"]]}'), 'YYYY-MM-DD') ==> 2026-05-15$$;
CREATE FUNCTION current_close_date(path close_path) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_current_close_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION current_close_date(close_path) IS $$The close date of the last change.
NULL where that took the date away, for a path without changes, and for NULL.
Example: to_char(salesops.current_close_date('{"close_path": 1, "changes": [["2026-01-05T09:00:00Z", "2026-03-31"], ["2026-02-20T09:00:00Z", "2026-05-15"]]}'), 'YYYY-MM-DD') ==> 2026-05-15$$;
CREATE FUNCTION close_date_at(path close_path, moment timestamptz) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_close_date_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION close_date_at(close_path, timestamptz) IS $$The close date that the deal had at a moment: that of the last change not after it.
NULL before the first change, where there was none, and for NULL; an infinite moment is an error. At the start of a period it is the expected_close of slippage.
Example: to_char(salesops.close_date_at('{"close_path": 1, "changes": [["2026-01-05T09:00:00Z", "2026-03-31"], ["2026-02-20T09:00:00Z", "2026-05-15"]]}', '2026-02-01 00:00+00'), 'YYYY-MM-DD') ==> 2026-03-31$$;
CREATE FUNCTION incomplete_events(path close_path) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_incomplete_events_close_path' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION incomplete_events(close_path) IS $$Number of rows that lacked the moment of the change and so are not in the path.
Example: salesops.incomplete_events((SELECT salesops.close_path(d, t) FROM (VALUES ('2026-03-31'::date, '2026-01-05 09:00+00'::timestamptz), ('2026-05-15', NULL)) h(d, t))) ==> 1$$;
