-- pipeline: how a period's bookings spread over its parts.

-- @include summary_type linearity {"linearity": 1, "part": "period", "period": "quarter", "calendar": "starts January", "bookings": 3, "amounts": [1.5, 2.0, 5.5]}
COMMENT ON TYPE linearity IS $$Summary of how bookings spread over the parts of a period, such as the months of a quarter: the exact amount in each, by its number in the period.
Built by linearity(booked_on, amount, part, period, calendar), merged by merge(linearity), of the same part, period and calendar. Readers: linearity_share, linearity_amount, linearity_total, linearity_parts; missing_amounts, undated_deals, undated_amount.
Example: round(salesops.linearity_share('{"linearity": 1, "part": "period", "period": "quarter", "calendar": "starts January", "bookings": 3, "amounts": [1.5, 2.0, 5.5]}', 3)::numeric, 3) ==> 0.611$$;
-- @include ordered_type linearity {"linearity": 1, "part": "period", "period": "quarter", "calendar": "starts January", "bookings": 3, "amounts": [1.5, 2.0, 5.5]}

-- @for AMOUNT numeric float8 int8
CREATE FUNCTION linearity_transfn(linearity, booked_on date, amount @AMOUNT@, part text, period text, calendar fiscal_calendar) RETURNS linearity
	AS 'MODULE_PATHNAME', 'salesops_linearity_transfn_@AMOUNT@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 4;
COMMENT ON FUNCTION linearity_transfn(linearity, date, @AMOUNT@, text, text, fiscal_calendar) IS $$Transition function of linearity(booked_on, amount, part, period, calendar) for amounts of type @AMOUNT@.
Example: salesops.linearity_transfn(NULL, '2026-05-20', 2::@AMOUNT@, 'month', 'quarter', 'starts January') ==> {"linearity": 1, "part": "period", "period": "quarter", "calendar": "starts January", "bookings": 1, "amounts": [0, 2]}$$;
CREATE AGGREGATE linearity(booked_on date, amount @AMOUNT@, part text, period text, calendar fiscal_calendar) (
	SFUNC = linearity_transfn, STYPE = linearity, SSPACE = 168, COMBINEFUNC = linearity_combinefn, FINALFUNC = linearity_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE linearity(date, @AMOUNT@, text, text, fiscal_calendar) IS $$Summary of how bookings spread over the parts of a period: the exact amount (@AMOUNT@) in each part, by its number in the period. Bookings of several periods come together: GROUP BY the period for each.
booked_on: infinite dates are an error; NULL: the amount is counted apart, by undated_deals and undated_amount. amount: in one currency; NULL: counted by missing_amounts; NaN and infinities are an error. part: quarter, period (or month), week or day, and period: a coarser one, up to year; part, period and calendar are the same for all rows, and an error where they are NULL. booked_on and amount NULL: no booking. No rows give NULL.
Example: (SELECT salesops.linearity(d, a::@AMOUNT@, 'month', 'quarter', 'starts January') FROM (VALUES ('2026-04-10'::date, 15), ('2026-05-20', 20), ('2026-06-30', 55)) b(d, a)) ==> {"linearity": 1, "part": "period", "period": "quarter", "calendar": "starts January", "bookings": 3, "amounts": [15, 20, 55]}$$;
-- @end

CREATE FUNCTION linearity_share(linearity linearity, n integer) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_linearity_share' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION linearity_share(linearity, integer) IS $$Share of the bookings that is in part n of the period, by amount.
0 for a part without bookings. NULL where a period has no such part, where the total is zero, and for NULL. Negative amounts (credits) can take it out of 0 to 1.
Example: round(salesops.linearity_share((SELECT salesops.linearity(d, a, 'month', 'quarter', 'starts January') FROM (VALUES ('2026-04-10'::date, 1.5), ('2026-05-20', 2.0), ('2026-06-30', 5.5)) b(d, a)), 3)::numeric, 3) ==> 0.611$$;
CREATE FUNCTION linearity_amount(linearity linearity, n integer) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_linearity_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION linearity_amount(linearity, integer) IS $$Exact amount of the bookings in part n of the period.
0 for a part without bookings. NULL where a period has no such part, and for NULL.
Example: salesops.linearity_amount((SELECT salesops.linearity(d, a, 'month', 'quarter', 'starts January') FROM (VALUES ('2026-04-10'::date, 1.5), ('2026-05-20', 2.0), ('2026-06-30', 5.5)) b(d, a)), 2) ==> 2.0$$;
CREATE FUNCTION linearity_total(linearity) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_linearity_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION linearity_total(linearity) IS $$Exact amount of the bookings that have a date, the denominator of linearity_share.
Example: salesops.linearity_total((SELECT salesops.linearity(d, a, 'month', 'quarter', 'starts January') FROM (VALUES ('2026-04-10'::date, 1.5), ('2026-05-20', 2.0), ('2026-06-30', 5.5)) b(d, a))) ==> 9.0$$;
CREATE FUNCTION linearity_parts(linearity) RETURNS TABLE (part integer, amount numeric, share double precision, cumulative_share double precision)
	AS 'MODULE_PATHNAME', 'salesops_linearity_parts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 13;
COMMENT ON FUNCTION linearity_parts(linearity) IS $$The parts of the period in order, up to the last that has a booking: a row for each, with its exact amount, its share, and that of all parts up to it.
The shares are NULL where the total is zero. No rows for NULL.
Example: (SELECT string_agg(round(cumulative_share::numeric, 3)::text, ' ' ORDER BY part) FROM salesops.linearity_parts((SELECT salesops.linearity(d, a, 'month', 'quarter', 'starts January') FROM (VALUES ('2026-04-10'::date, 1.5), ('2026-05-20', 2.0), ('2026-06-30', 5.5)) b(d, a)))) ==> 0.167 0.389 1.000$$;
CREATE FUNCTION missing_amounts(linearity) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_missing_amounts_linearity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION missing_amounts(linearity) IS $$Number of bookings without an amount: they are in no part.
Example: salesops.missing_amounts((SELECT salesops.linearity('2026-04-10', a, 'month', 'quarter', 'starts January') FROM unnest('{5, NULL}'::numeric[]) a)) ==> 1$$;
CREATE FUNCTION undated_deals(linearity) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_undated_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION undated_deals(linearity) IS $$Number of bookings without a date: they are in no part and no share.
Example: salesops.undated_deals((SELECT salesops.linearity(d, 5, 'month', 'quarter', 'starts January') FROM unnest('{2026-04-10, NULL}'::date[]) d)) ==> 1$$;
CREATE FUNCTION undated_amount(linearity) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_undated_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION undated_amount(linearity) IS $$Exact amount of the bookings without a date.
Example: salesops.undated_amount((SELECT salesops.linearity(d, 5, 'month', 'quarter', 'starts January') FROM unnest('{2026-04-10, NULL}'::date[]) d)) ==> 5$$;
