-- pipeline: win rates, deal size and cycle; coverage.

-- ---- deal_stats ----

-- @include summary_type deal_stats {"deal_stats": 1, "open_deals": 1, "won_deals": 3, "lost_deals": 7, "won_with_amount": 2, "won_amount": 300.00, "won_with_cycle": 2, "won_cycle_seconds": 864000, "won_cycles": [[259200, 1], [604800, 1]]}
COMMENT ON TYPE deal_stats IS $$Summary of deals by outcome: how many, their exact amounts, and the cycles of those won.
Built by deal_stats(outcome, amount, cycle_days), merged by merge(deal_stats). Readers: deal_count, open_deals, won_deals, lost_deals, open_amount, won_amount, lost_amount; win_rate, win_rate_amount, win_rate_created and their intervals; avg_deal_size, avg_cycle_days, median_cycle_days; and what is wrong or missing: unknown_outcomes, missing_amounts, negative_cycles.
Example: salesops.win_rate('{"deal_stats": 1, "open_deals": 1, "won_deals": 3, "lost_deals": 7, "won_with_amount": 2, "won_amount": 300.00, "won_with_cycle": 2, "won_cycle_seconds": 864000, "won_cycles": [[259200, 1], [604800, 1]]}'::salesops.deal_stats) ==> 0.3$$;
-- @include ordered_type deal_stats {"deal_stats": 1, "open_deals": 1, "won_deals": 3, "lost_deals": 7, "won_with_amount": 2, "won_amount": 300.00, "won_with_cycle": 2, "won_cycle_seconds": 864000, "won_cycles": [[259200, 1], [604800, 1]]}

-- @for AMOUNT numeric float8 int8
CREATE FUNCTION deal_stats_transfn(deal_stats, outcome text, amount @AMOUNT@, cycle_days double precision) RETURNS deal_stats
	AS 'MODULE_PATHNAME', 'salesops_deal_stats_transfn_@AMOUNT@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION deal_stats_transfn(deal_stats, text, @AMOUNT@, double precision) IS $$Transition function of deal_stats(outcome, amount, cycle_days) for amounts of type @AMOUNT@.
Example: salesops.deal_stats_transfn(NULL, 'won', 100::@AMOUNT@, NULL) ==> {"deal_stats": 1, "won_deals": 1, "won_with_amount": 1, "won_amount": 100}$$;
CREATE AGGREGATE deal_stats(outcome text, amount @AMOUNT@, cycle_days double precision) (
	SFUNC = deal_stats_transfn, STYPE = deal_stats, SSPACE = 320, COMBINEFUNC = deal_stats_combinefn,
	FINALFUNC = deal_stats_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE deal_stats(text, @AMOUNT@, double precision) IS $$Summary of deals by outcome: how many, their exact amounts (@AMOUNT@), and the cycles of those won.
outcome: open, won or lost; another word is an error; NULL is counted apart. amount: in one currency; NULL: the deal counts, without an amount; NaN and infinities are an error; a float8 counts as its cast to numeric. cycle_days: days from created to closed, used for won deals alone; up to 1,000,000. All NULL: no deal. No rows give NULL.
Example: (SELECT salesops.deal_stats(o, a::@AMOUNT@, c) FROM (VALUES ('won', 100, 30), ('lost', 50, 10), ('open', NULL, NULL)) d(o, a, c)) ==> {"deal_stats": 1, "open_deals": 1, "won_deals": 1, "lost_deals": 1, "won_with_amount": 1, "lost_with_amount": 1, "won_amount": 100, "lost_amount": 50, "won_with_cycle": 1, "won_cycle_seconds": 2592000, "won_cycles": [[2592000, 1]]}$$;
-- @end

CREATE FUNCTION deal_count(deal_stats) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_deal_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION deal_count(deal_stats) IS $$Number of deals with a known outcome: open + won + lost.
Example: salesops.deal_count((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 4$$;
CREATE FUNCTION open_deals(deal_stats) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_open_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION open_deals(deal_stats) IS $$Number of open deals.
Example: salesops.open_deals((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 1$$;
CREATE FUNCTION won_deals(deal_stats) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_won_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION won_deals(deal_stats) IS $$Number of won deals: the numerator of win_rate and win_rate_created.
Example: salesops.won_deals((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 2$$;
CREATE FUNCTION lost_deals(deal_stats) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_lost_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION lost_deals(deal_stats) IS $$Number of lost deals; won + lost is the denominator of win_rate.
Example: salesops.lost_deals((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 1$$;
CREATE FUNCTION open_amount(deal_stats) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_open_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION open_amount(deal_stats) IS $$Exact total amount of the open deals; zero where none has an amount.
Example: salesops.open_amount((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 50$$;
CREATE FUNCTION won_amount(deal_stats) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_won_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION won_amount(deal_stats) IS $$Exact total amount of the won deals: bookings, and the numerator of win_rate_amount; zero where none has an amount.
Example: salesops.won_amount((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 300.50$$;
CREATE FUNCTION lost_amount(deal_stats) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_lost_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION lost_amount(deal_stats) IS $$Exact total amount of the lost deals; zero where none has an amount.
Example: salesops.lost_amount((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 99.50$$;
CREATE FUNCTION unknown_outcomes(deal_stats) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_unknown_outcomes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION unknown_outcomes(deal_stats) IS $$Number of deals whose outcome is NULL: they are in no other number of the summary.
Example: salesops.unknown_outcomes((SELECT salesops.deal_stats(o, a, NULL) FROM (VALUES (NULL, 5), ('won', 7)) d(o, a))) ==> 1$$;
CREATE FUNCTION missing_amounts(deal_stats) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_missing_amounts_deal_stats' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION missing_amounts(deal_stats) IS $$Number of deals without an amount: they count in win_rate and win_rate_created, and not in sums and averages.
Example: salesops.missing_amounts((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 0$$;
CREATE FUNCTION negative_cycles(deal_stats) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_negative_cycles' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION negative_cycles(deal_stats) IS $$Number of won deals that were closed before they were created: a data error. They stay in mean and median.
Example: salesops.negative_cycles((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 5, -3), ('won', 7, 30)) d(o, a, c))) ==> 1$$;
CREATE FUNCTION win_rate(deal_stats) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION win_rate(deal_stats) IS $$Win rate by count: won / (won + lost), from 0 to 1.
NULL where no deal is decided. Open deals do not matter: see win_rate_created.
Example: salesops.win_rate('{"deal_stats": 1, "won_deals": 3, "lost_deals": 7}'::salesops.deal_stats) ==> 0.3$$;
CREATE FUNCTION win_rate_low(deal_stats) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_win_rate_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION win_rate_low(deal_stats) IS $$Lower end of the Wilson 95 % interval of win_rate (Wilson 1927, without continuity correction).
NULL where no deal is decided.
Example: round(salesops.win_rate_low('{"deal_stats": 1, "won_deals": 3, "lost_deals": 7}'::salesops.deal_stats)::numeric, 6) ==> 0.107791$$;
CREATE FUNCTION win_rate_high(deal_stats) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_win_rate_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION win_rate_high(deal_stats) IS $$Upper end of the Wilson 95 % interval of win_rate (Wilson 1927, without continuity correction).
NULL where no deal is decided.
Example: round(salesops.win_rate_high('{"deal_stats": 1, "won_deals": 3, "lost_deals": 7}'::salesops.deal_stats)::numeric, 6) ==> 0.603222$$;
CREATE FUNCTION win_rate_amount(deal_stats) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_win_rate_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION win_rate_amount(deal_stats) IS $$Win rate by amount: amount won / (amount won + amount lost).
NULL where that total is zero. Deals without an amount are not in it; negative amounts (credits) can take it out of 0 to 1. It has no interval: a few large deals decide it.
Example: salesops.win_rate_amount((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 0.75125$$;
CREATE FUNCTION win_rate_created(deal_stats) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_win_rate_created' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION win_rate_created(deal_stats) IS $$Win rate of all created: won / (open + won + lost), from 0 to 1. It grows while a cohort of deals is worked off.
NULL where there is no deal.
Example: salesops.win_rate_created((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 0.5$$;
CREATE FUNCTION win_rate_created_low(deal_stats) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_win_rate_created_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION win_rate_created_low(deal_stats) IS $$Lower end of the Wilson 95 % interval of win_rate_created (Wilson 1927, without continuity correction).
NULL where there is no deal.
Example: round(salesops.win_rate_created_low('{"deal_stats": 1, "won_deals": 3, "lost_deals": 7}'::salesops.deal_stats)::numeric, 6) ==> 0.107791$$;
CREATE FUNCTION win_rate_created_high(deal_stats) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_win_rate_created_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION win_rate_created_high(deal_stats) IS $$Upper end of the Wilson 95 % interval of win_rate_created (Wilson 1927, without continuity correction).
NULL where there is no deal.
Example: round(salesops.win_rate_created_high('{"deal_stats": 1, "won_deals": 3, "lost_deals": 7}'::salesops.deal_stats)::numeric, 6) ==> 0.603222$$;
CREATE FUNCTION avg_deal_size(deal_stats) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_avg_deal_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION avg_deal_size(deal_stats) IS $$Average amount of the won deals that have one, as avg() gives it.
NULL where there is none.
Example: round(salesops.avg_deal_size((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))), 2) ==> 150.25$$;
CREATE FUNCTION avg_cycle_days(deal_stats) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_avg_cycle_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION avg_cycle_days(deal_stats) IS $$Mean sales cycle of the won deals, in days.
NULL where no won deal has a cycle.
Example: salesops.avg_cycle_days((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 35$$;
CREATE FUNCTION median_cycle_days(deal_stats) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_median_cycle_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION median_cycle_days(deal_stats) IS $$Median sales cycle of the won deals, in days: the middle one, or the mean of the two in the middle.
Exact up to 4,096 different cycle lengths, which is every length in whole days; beyond that each middle value is within 0.4 % (median_cycle_exact says which). NULL where no won deal has a cycle.
Example: salesops.median_cycle_days((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> 35$$;
CREATE FUNCTION median_cycle_exact(deal_stats) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_median_cycle_exact' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION median_cycle_exact(deal_stats) IS $$Whether median_cycle_days is exact: true up to 4,096 different cycle lengths, each resolved to the microsecond.
Example: salesops.median_cycle_exact((SELECT salesops.deal_stats(o, a, c) FROM (VALUES ('won', 100.50, 30), ('won', 200, 40), ('lost', 99.50, 10), ('open', 50, NULL)) d(o, a, c))) ==> true$$;

-- ---- the win rates in one step ----

CREATE FUNCTION win_rate_transfn(deal_stats, won boolean, closed boolean) RETURNS deal_stats
	AS 'MODULE_PATHNAME', 'salesops_win_rate_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION win_rate_transfn(deal_stats, boolean, boolean) IS $$Transition function of win_rate(won, closed) and win_rate_created(won, closed).
Example: salesops.win_rate_transfn(NULL, true, true) ==> {"deal_stats": 1, "won_deals": 1}$$;
CREATE AGGREGATE win_rate(won boolean, closed boolean) (
	SFUNC = win_rate_transfn, STYPE = deal_stats, SSPACE = 320, COMBINEFUNC = deal_stats_combinefn, FINALFUNC = win_rate,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE win_rate(boolean, boolean) IS $$Win rate by count in one step: won / closed, from 0 to 1.
For Tableau: RAWSQLAGG_REAL("salesops.win_rate(%1, %2)", [Is Won], [Is Closed]). A row of which closed is NULL, or won is NULL and closed true, has no known outcome and is left out; won and not closed is an error, since it means that the arguments are swapped. NULL where no deal is closed.
Example: (SELECT salesops.win_rate(w, c) FROM (VALUES (true, true), (false, true), (false, true), (NULL, false)) d(w, c)) ==> 0.3333333333333333$$;
CREATE AGGREGATE win_rate_created(won boolean, closed boolean) (
	SFUNC = win_rate_transfn, STYPE = deal_stats, SSPACE = 320, COMBINEFUNC = deal_stats_combinefn, FINALFUNC = win_rate_created,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE win_rate_created(boolean, boolean) IS $$Win rate of all created in one step: won / all deals with a known outcome, from 0 to 1.
Rows are judged as by win_rate(won, closed). NULL where there is no deal.
Example: (SELECT salesops.win_rate_created(w, c) FROM (VALUES (true, true), (false, true), (false, true), (NULL, false)) d(w, c)) ==> 0.25$$;

-- @for AMOUNT numeric float8 int8
CREATE FUNCTION win_rate_amount_transfn(deal_stats, won boolean, closed boolean, amount @AMOUNT@) RETURNS deal_stats
	AS 'MODULE_PATHNAME', 'salesops_win_rate_transfn_@AMOUNT@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION win_rate_amount_transfn(deal_stats, boolean, boolean, @AMOUNT@) IS $$Transition function of win_rate_amount(won, closed, amount) for amounts of type @AMOUNT@.
Example: salesops.win_rate_amount_transfn(NULL, true, true, 10::@AMOUNT@) ==> {"deal_stats": 1, "won_deals": 1, "won_with_amount": 1, "won_amount": 10}$$;
CREATE AGGREGATE win_rate_amount(won boolean, closed boolean, amount @AMOUNT@) (
	SFUNC = win_rate_amount_transfn, STYPE = deal_stats, SSPACE = 320, COMBINEFUNC = deal_stats_combinefn,
	FINALFUNC = win_rate_amount, PARALLEL = SAFE
);
COMMENT ON AGGREGATE win_rate_amount(boolean, boolean, @AMOUNT@) IS $$Win rate by amount in one step: amount won / amount closed (@AMOUNT@).
Rows are judged as by win_rate(won, closed); a closed deal without an amount is left out. NULL where the closed amount is zero.
Example: (SELECT salesops.win_rate_amount(w, c, a::@AMOUNT@) FROM (VALUES (true, true, 300), (false, true, 100), (NULL, false, 50)) d(w, c, a)) ==> 0.75$$;
-- @end

-- ---- coverage ----

CREATE FUNCTION pipeline_coverage(open_amount double precision, quota double precision, booked double precision DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_pipeline_coverage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pipeline_coverage(double precision, double precision, double precision) IS $$Pipeline coverage: open amount / what is left of the quota, that is open_amount / (quota - booked).
Amounts in one currency, of one period and one group, after aggregation. NULL where nothing is left of the quota (coverage_status says met), and for a NULL argument; a negative quota, NaN and infinities are an error.
Example: salesops.pipeline_coverage(4800000, 1600000) ==> 3$$;
CREATE FUNCTION coverage_status(open_amount double precision, quota double precision, booked double precision, required double precision) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_coverage_status' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION coverage_status(double precision, double precision, double precision, double precision) IS $$Whether there is enough pipeline: no_quota (quota NULL), met (nothing left of the quota), covered (coverage at least required), short.
required: a multiple of at least 1, such as required_coverage(win_rate). NULL where booked is NULL, or where open_amount or required is NULL and needed; a negative quota, a required coverage below 1, NaN and infinities are an error.
Example: salesops.coverage_status(4800000, 1600000, 0, salesops.required_coverage(0.22)) ==> short$$;
CREATE FUNCTION required_coverage(win_rate double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_required_coverage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION required_coverage(double precision) IS $$The coverage that a win rate requires: 1 / win_rate, for the win rate by amount.
win_rate: a fraction from 0 to 1, anything else is an error. NULL for 0 and for NULL.
Example: round(salesops.required_coverage(0.22)::numeric, 4) ==> 4.5455$$;
CREATE FUNCTION expected_from_pipeline(open_amount double precision, win_rate double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_expected_from_pipeline' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION expected_from_pipeline(double precision, double precision) IS $$What the open pipeline can be expected to bring: open_amount * win_rate, an estimate and so float8.
win_rate: by amount, a fraction from 0 to 1, anything else is an error. NULL for NULL.
Example: salesops.expected_from_pipeline(4800000, 0.22) ==> 1056000$$;
