-- pipeline: what became of the deals that were expected to close in a period.

-- @include summary_type slippage {"slippage": 1, "kept_deals": 1, "lost_deals": 1, "slipped_deals": 2, "kept_amount": 100.50, "lost_amount": 40, "slipped_amount": 110, "not_expected_deals": 1}
COMMENT ON TYPE slippage IS $$Summary of what became of the deals that were expected to close in a period: kept (won in it), lost (in it), slipped (open or closed behind it), with their exact amounts.
Built by slippage(expected_close, outcome, closed_on, amount, period_start, period_end), merged by merge(slippage). Readers: expected_deals, kept_deals, lost_deals, slipped_deals, expected_amount, kept_amount, lost_amount, slipped_amount; slip_rate, its interval, slip_rate_amount; not_expected_deals, unknown_outcomes, missing_amounts.
Example: salesops.slip_rate('{"slippage": 1, "kept_deals": 1, "lost_deals": 1, "slipped_deals": 2, "kept_amount": 100.50, "lost_amount": 40, "slipped_amount": 110, "not_expected_deals": 1}') ==> 0.5$$;
-- @include ordered_type slippage {"slippage": 1, "kept_deals": 1, "lost_deals": 1, "slipped_deals": 2, "kept_amount": 100.50, "lost_amount": 40, "slipped_amount": 110, "not_expected_deals": 1}

CREATE FUNCTION slip_status(expected_close date, outcome text, closed_on date, period_start date, period_end date) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_slip_status' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 2;
COMMENT ON FUNCTION slip_status(date, text, date, date, date) IS $$What became of a deal that was expected to close in a period: kept (won in it), lost (in it), slipped (open behind it, or closed only behind it), or not_expected (its close date is NULL or elsewhere, or it was closed before).
expected_close: the close date as it stood when the period began. outcome: open, won or lost, and closed_on: the day on which it was closed, both as of the end of the period. NULL where the outcome, the day of a closed deal or the period is NULL; another outcome, and a period that ends before it starts, are an error.
Example: salesops.slip_status('2026-06-30', 'won', '2026-07-03', '2026-04-01', '2026-06-30') ==> slipped$$;

-- @for AMOUNT numeric float8 int8
CREATE FUNCTION slippage_transfn(slippage, expected_close date, outcome text, closed_on date, amount @AMOUNT@, period_start date, period_end date) RETURNS slippage
	AS 'MODULE_PATHNAME', 'salesops_slippage_transfn_@AMOUNT@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 2;
COMMENT ON FUNCTION slippage_transfn(slippage, date, text, date, @AMOUNT@, date, date) IS $$Transition function of slippage(expected_close, outcome, closed_on, amount, period_start, period_end) for amounts of type @AMOUNT@.
Example: salesops.slippage_transfn(NULL, '2026-06-30', 'open', NULL, 60::@AMOUNT@, '2026-04-01', '2026-06-30') ==> {"slippage": 1, "slipped_deals": 1, "slipped_amount": 60}$$;
CREATE AGGREGATE slippage(expected_close date, outcome text, closed_on date, amount @AMOUNT@, period_start date, period_end date) (
	SFUNC = slippage_transfn, STYPE = slippage, SSPACE = 160, COMBINEFUNC = slippage_combinefn, FINALFUNC = slippage_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE slippage(date, text, date, @AMOUNT@, date, date) IS $$Summary of what became of the deals that were expected to close in a period (slip_status), with their exact amounts (@AMOUNT@).
expected_close: the close date as it stood when the period began. outcome and closed_on: as of the end of the period; of a period that is not over every open deal counts as slipped. amount: in one currency, best as of the start; NULL: the deal counts, without an amount; NaN and infinities are an error. A deal whose status is NULL is counted by unknown_outcomes and no more. The first four NULL: no deal. No rows give NULL.
Example: (SELECT salesops.slippage(e, o, c, a::@AMOUNT@, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100), ('2026-06-30', 'open', NULL, 60), ('2026-09-30', 'open', NULL, 80)) d(e, o, c, a)) ==> {"slippage": 1, "kept_deals": 1, "slipped_deals": 1, "kept_amount": 100, "slipped_amount": 60, "not_expected_deals": 1}$$;
-- @end

CREATE FUNCTION expected_deals(slippage) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_expected_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION expected_deals(slippage) IS $$Number of deals that were expected to close in the period: kept + lost + slipped, the denominator of slip_rate.
Example: salesops.expected_deals((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a))) ==> 4$$;
CREATE FUNCTION kept_deals(slippage) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_kept_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION kept_deals(slippage) IS $$Number of expected deals that were won in the period.
Example: salesops.kept_deals((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a))) ==> 1$$;
CREATE FUNCTION lost_deals(slippage) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_lost_deals_slippage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION lost_deals(slippage) IS $$Number of expected deals that were lost in the period.
Example: salesops.lost_deals((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a))) ==> 1$$;
CREATE FUNCTION slipped_deals(slippage) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_slipped_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION slipped_deals(slippage) IS $$Number of expected deals that are open behind the period or were closed only behind it: the numerator of slip_rate.
Example: salesops.slipped_deals((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a))) ==> 2$$;
CREATE FUNCTION not_expected_deals(slippage) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_not_expected_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION not_expected_deals(slippage) IS $$Number of deals that were not expected to close in the period: they are in no other number.
Example: salesops.not_expected_deals((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a))) ==> 1$$;
CREATE FUNCTION unknown_outcomes(slippage) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_unknown_outcomes_slippage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION unknown_outcomes(slippage) IS $$Number of deals of which it is not known what became of them: the outcome, the day on which it was closed, or the period is NULL. They are in no other number.
Example: salesops.unknown_outcomes((SELECT salesops.slippage('2026-06-30', o, NULL, 5, '2026-04-01', '2026-06-30') FROM unnest('{open, won, NULL}'::text[]) o)) ==> 2$$;
CREATE FUNCTION missing_amounts(slippage) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_missing_amounts_slippage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION missing_amounts(slippage) IS $$Number of expected deals without an amount: they count in slip_rate, and not in amounts.
Example: salesops.missing_amounts((SELECT salesops.slippage('2026-06-30', 'open', NULL, a, '2026-04-01', '2026-06-30') FROM unnest('{5, NULL}'::numeric[]) a)) ==> 1$$;
CREATE FUNCTION expected_amount(slippage) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_expected_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION expected_amount(slippage) IS $$Exact amount of the deals that were expected to close in the period, the denominator of slip_rate_amount.
Example: salesops.expected_amount((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a))) ==> 250.50$$;
CREATE FUNCTION kept_amount(slippage) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_kept_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION kept_amount(slippage) IS $$Exact amount of the expected deals that were won in the period.
Example: salesops.kept_amount((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a))) ==> 100.50$$;
CREATE FUNCTION lost_amount(slippage) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_lost_amount_slippage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION lost_amount(slippage) IS $$Exact amount of the expected deals that were lost in the period.
Example: salesops.lost_amount((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a))) ==> 40$$;
CREATE FUNCTION slipped_amount(slippage) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_slipped_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION slipped_amount(slippage) IS $$Exact amount of the expected deals that are open behind the period or were closed only behind it.
Example: salesops.slipped_amount((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a))) ==> 110$$;
CREATE FUNCTION slip_rate(slippage) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_slip_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION slip_rate(slippage) IS $$Slip rate by count: slipped / (kept + lost + slipped), from 0 to 1.
A lost deal has not slipped, and was expected. NULL where no deal was expected.
Example: salesops.slip_rate((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a))) ==> 0.5$$;
CREATE FUNCTION slip_rate_low(slippage) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_slip_rate_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION slip_rate_low(slippage) IS $$Lower end of the Wilson 95 % interval of slip_rate (Wilson 1927, without continuity correction).
NULL where no deal was expected.
Example: round(salesops.slip_rate_low((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a)))::numeric, 6) ==> 0.150039$$;
CREATE FUNCTION slip_rate_high(slippage) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_slip_rate_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION slip_rate_high(slippage) IS $$Upper end of the Wilson 95 % interval of slip_rate (Wilson 1927, without continuity correction).
NULL where no deal was expected.
Example: round(salesops.slip_rate_high((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a)))::numeric, 6) ==> 0.849961$$;
CREATE FUNCTION slip_rate_amount(slippage) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_slip_rate_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION slip_rate_amount(slippage) IS $$Slip rate by amount: amount slipped / amount expected.
NULL where the amount expected is zero. Deals without an amount are not in it; negative amounts can take it out of 0 to 1.
Example: round(salesops.slip_rate_amount((SELECT salesops.slippage(e, o, c, a, '2026-04-01', '2026-06-30') FROM (VALUES ('2026-06-30'::date, 'won', '2026-06-12'::date, 100.50), ('2026-05-31', 'lost', '2026-05-02', 40), ('2026-06-30', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-03', 50), ('2026-09-30', 'won', '2026-06-30', 80)) d(e, o, c, a)))::numeric, 6) ==> 0.439122$$;
