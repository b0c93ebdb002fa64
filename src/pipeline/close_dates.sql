-- pipeline: close dates, whether a change of one is a push, what is wrong with it, and whether it is a placeholder.

CREATE FUNCTION is_push(old_close date, new_close date, unit text, calendar fiscal_calendar DEFAULT 'starts January') RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_is_push' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 4;
COMMENT ON FUNCTION is_push(date, date, text, fiscal_calendar) IS $$Whether a change of the close date moves a deal into a later period: the rule of Salesforce's PushCount, for any unit and calendar.
unit: year, quarter, period (or month), week or day, in any case, also in the plural. A move within the period is no push, a move over several is one. NULL for NULL and for infinite dates; an error before year 1 and for another unit. How many periods: periods_between.
Example: ARRAY[salesops.is_push('2026-04-01', '2026-04-30', 'month'), salesops.is_push('2026-04-30', '2026-05-01', 'month'), salesops.is_push('2026-04-30', '2026-05-01', 'quarter')] ==> {f,t,f}$$;
CREATE FUNCTION is_pull(old_close date, new_close date, unit text, calendar fiscal_calendar DEFAULT 'starts January') RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_is_pull' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 4;
COMMENT ON FUNCTION is_pull(date, date, text, fiscal_calendar) IS $$Whether a change of the close date moves a deal into an earlier period.
As is_push, with the dates exchanged. NULL for NULL and for infinite dates; an error before year 1 and for another unit.
Example: salesops.is_pull('2026-05-12', '2026-04-30', 'quarter', 'starts February') ==> true$$;
CREATE FUNCTION push_days(old_close date, new_close date) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_push_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION push_days(date, date) IS $$Days by which a change of the close date puts a deal off; negative where it comes nearer.
NULL for NULL and for infinite dates.
Example: salesops.push_days('2026-04-30', '2026-05-12') ==> 12$$;

CREATE FUNCTION close_date_issue(close_date date, created date, outcome text, as_of date) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_close_date_issue' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 2;
COMMENT ON FUNCTION close_date_issue(date, date, text, date) IS $$What is wrong with the close date of a deal, or NULL: missing, open_past_due (open, and to be closed before as_of), closed_in_future (won or lost on a day behind as_of), before_created; the first that holds.
outcome: open, won or lost; another word is an error. Where outcome, created or as_of is NULL, or a date infinite, the deal is judged by the rest; an infinite close date is missing.
Example: salesops.close_date_issue('2026-06-30', '2026-01-10', 'open', '2026-07-01') ==> open_past_due$$;

CREATE FUNCTION is_period_end(day date, unit text, calendar fiscal_calendar DEFAULT 'starts January') RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_is_period_end' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3;
COMMENT ON FUNCTION is_period_end(date, text, fiscal_calendar) IS $$Whether a date is the last day of its fiscal year, quarter, period or week.
As fiscal_period_end(day, unit, calendar) = day. NULL for NULL and for infinite dates; an error before year 1 and for another unit.
Example: salesops.is_period_end('2026-04-30', 'quarter', 'starts February') ==> true$$;
CREATE FUNCTION period_end_share_transfn(compliance, close_date date, unit text, calendar fiscal_calendar) RETURNS compliance
	AS 'MODULE_PATHNAME', 'salesops_period_end_share_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 3;
COMMENT ON FUNCTION period_end_share_transfn(compliance, date, text, fiscal_calendar) IS $$Transition function of period_end_share(close_date, unit, calendar).
Example: salesops.period_end_share_transfn(NULL, '2026-06-30', 'quarter', 'starts January') ==> {"compliance": 1, "met": 1}$$;
CREATE AGGREGATE period_end_share(close_date date, unit text, calendar fiscal_calendar) (
	SFUNC = period_end_share_transfn, STYPE = compliance, SSPACE = 32, COMBINEFUNC = compliance_combinefn, FINALFUNC = compliance_rate,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE period_end_share(date, text, fiscal_calendar) IS $$Share of the close dates that are the last day of their period, from 0 to 1: those that nobody has thought about stand there. One day in some 90 is the last of a quarter.
Dates that are NULL or infinite, and rows without unit or calendar, are in neither numerator nor denominator; NULL where nothing is left. The same with its counts and interval: compliance(is_period_end(close_date, unit, calendar)).
Example: (SELECT salesops.period_end_share(d, 'quarter', 'starts January') FROM unnest('{2026-03-31, 2026-06-30, 2026-05-12, NULL}'::date[]) d) ==> 0.6666666666666666$$;
