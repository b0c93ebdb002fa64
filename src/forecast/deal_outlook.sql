-- forecast, outlook: the distribution of what a set of open deals will bring.

-- @include summary_type deal_outlook {"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}
COMMENT ON TYPE deal_outlook IS $$Open deals, each an amount and the probability that it is won: what the distribution of their sum is computed from.
Built by deal_outlook(amount, probability), merged by merge(deal_outlook). Readers: outlook_mean, outlook_stddev, outlook_quantile, chance_of_at_least, outlook_histogram and others. 16 bytes a deal, at most 100,000 deals; the same deals are the same value, in whatever order they came.
Example: salesops.outlook_mean('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}') ==> 110$$;
-- @include ordered_type deal_outlook {"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}

-- @for AMOUNT numeric float8 int8
CREATE FUNCTION deal_outlook_transfn(deal_outlook, amount @AMOUNT@, probability float8) RETURNS deal_outlook
	AS 'MODULE_PATHNAME', 'salesops_deal_outlook_transfn_@AMOUNT@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION deal_outlook_transfn(deal_outlook, @AMOUNT@, float8) IS $$Transition function of deal_outlook(amount, probability) for amounts of type @AMOUNT@.
Example: salesops.deal_outlook_transfn(NULL, 100::@AMOUNT@, 0.5) ==> {"deal_outlook": 1, "deals": [[100, 0.5]]}$$;
CREATE AGGREGATE deal_outlook(amount @AMOUNT@, probability float8) (
	SFUNC = deal_outlook_transfn, STYPE = deal_outlook, SSPACE = 256, COMBINEFUNC = deal_outlook_combinefn,
	FINALFUNC = deal_outlook_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE deal_outlook(@AMOUNT@, float8) IS $$The deal_outlook of a set of deals, each with its amount (@AMOUNT@) and the probability, from 0 to 1, that it is won.
amount: in one currency, zero or more, kept as float8; a negative one, NaN and infinities are an error. probability: outside of 0 to 1 an error; deals that are won already join with 1. A deal of which one argument is NULL is counted (missing_amounts, missing_probabilities) and no more; one of which both are NULL is no deal. No rows give NULL. At most 100,000 deals.
Example: (SELECT salesops.deal_outlook(a::@AMOUNT@, p) FROM (VALUES (300, 0.2), (100, 0.5), (50, NULL)) d(a, p)) ==> {"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]], "missing_probabilities": 1}$$;
-- @end

CREATE FUNCTION outlook_deals(o deal_outlook) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_outlook_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION outlook_deals(deal_outlook) IS $$Number of the deals that have an amount and a probability.
Example: salesops.outlook_deals('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}') ==> 2$$;
CREATE FUNCTION missing_amounts(o deal_outlook) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_missing_amounts_deal_outlook' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION missing_amounts(deal_outlook) IS $$Number of the deals without an amount, which are in no other reading.
Example: salesops.missing_amounts((SELECT salesops.deal_outlook(a, p) FROM (VALUES (NULL, 0.2), (100, 0.5)) d(a, p))) ==> 1$$;
CREATE FUNCTION missing_probabilities(o deal_outlook) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_missing_probabilities' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION missing_probabilities(deal_outlook) IS $$Number of the deals that have an amount and no probability, which are in no other reading.
Example: salesops.missing_probabilities((SELECT salesops.deal_outlook(a, p) FROM (VALUES (50, NULL), (100, 0.5)) d(a, p))) ==> 1$$;
CREATE FUNCTION outlook_total(o deal_outlook) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_outlook_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION outlook_total(deal_outlook) IS $$What the deals bring when all of them are won: the sum of the amounts.
NULL where there are no deals.
Example: salesops.outlook_total('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}') ==> 400$$;
CREATE FUNCTION outlook_mean(o deal_outlook) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_outlook_mean' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION outlook_mean(deal_outlook) IS $$What the deals bring on average ("weighted pipeline"): the sum of amount times probability, whatever the correlation.
NULL where there are no deals.
Example: salesops.outlook_mean('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}') ==> 110$$;
CREATE FUNCTION outlook_stddev(o deal_outlook, correlation float8 DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_outlook_stddev' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION outlook_stddev(deal_outlook, float8) IS $$Standard deviation of what the deals bring: for independent deals the root of the sum of amount^2 p (1 - p).
correlation: of a one-factor Gaussian copula, from 0 to less than 1, else an error; see outlook_quantile. NULL where there are no deals.
Example: salesops.outlook_stddev('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}') ==> 130$$;

CREATE FUNCTION outlook_quantile(o deal_outlook, p float8, correlation float8 DEFAULT 0, tolerance float8 DEFAULT 0.001) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_outlook_quantile' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION outlook_quantile(deal_outlook, float8, float8, float8) IS $$The smallest amount x that the deals stay within with probability p: P(X <= x) >= p, where X is the sum of the amounts of those that are won.
p: from 0 to 1; 0.1 is the cautious figure, which nine times in ten is reached or exceeded. correlation: how much the deals share one fate, as the correlation of a one-factor Gaussian copula (Vasicek 2002), from 0 (independent) to less than 1. Exact for amounts that are multiples of one step large enough, among them equal amounts (the Poisson-binomial distribution), and for up to twelve open deals; otherwise an estimate, and outlook_quantile_low and outlook_quantile_high are bounds between which the quantile lies for certain. tolerance: how far apart these may be, as a share of outlook_total. NULL where there are no deals. An argument out of range is an error.
Example: salesops.outlook_quantile('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}', 0.9) ==> 300$$;
CREATE FUNCTION outlook_quantile_low(o deal_outlook, p float8, correlation float8 DEFAULT 0, tolerance float8 DEFAULT 0.001) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_outlook_quantile_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION outlook_quantile_low(deal_outlook, float8, float8, float8) IS $$Lower bound of the quantile that outlook_quantile gives, which rounding the amounts cannot have moved below.
The same where the amounts are multiples of one step. Arguments and NULLs as of outlook_quantile.
Example: salesops.outlook_quantile_low('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}', 0.9) ==> 300$$;
CREATE FUNCTION outlook_quantile_high(o deal_outlook, p float8, correlation float8 DEFAULT 0, tolerance float8 DEFAULT 0.001) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_outlook_quantile_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION outlook_quantile_high(deal_outlook, float8, float8, float8) IS $$Upper bound of the quantile that outlook_quantile gives, which rounding the amounts cannot have moved above.
The same where the amounts are multiples of one step. Arguments and NULLs as of outlook_quantile.
Example: salesops.outlook_quantile_high('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}', 0.9) ==> 300$$;

CREATE FUNCTION chance_of_at_least(o deal_outlook, target float8, correlation float8 DEFAULT 0, tolerance float8 DEFAULT 0.001) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_chance_of_at_least' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION chance_of_at_least(deal_outlook, float8, float8, float8) IS $$Probability, from 0 to 1, that the deals bring a target or more.
1 for a target that deals of probability 1 bring alone, 0 for one beyond the sum of all; a target that is not finite is an error. Exact where outlook_quantile is; otherwise an estimate between chance_of_at_least_low and chance_of_at_least_high. correlation and tolerance as of outlook_quantile. NULL where there are no deals.
Example: salesops.chance_of_at_least('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.25]]}', 300) ==> 0.25$$;
CREATE FUNCTION chance_of_at_least_low(o deal_outlook, target float8, correlation float8 DEFAULT 0, tolerance float8 DEFAULT 0.001) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_chance_of_at_least_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION chance_of_at_least_low(deal_outlook, float8, float8, float8) IS $$Lower bound of the probability that chance_of_at_least gives, which rounding the amounts cannot have moved below.
The same where the amounts are multiples of one step. Arguments and NULLs as of chance_of_at_least.
Example: salesops.chance_of_at_least_low('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.25]]}', 300) ==> 0.25$$;
CREATE FUNCTION chance_of_at_least_high(o deal_outlook, target float8, correlation float8 DEFAULT 0, tolerance float8 DEFAULT 0.001) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_chance_of_at_least_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION chance_of_at_least_high(deal_outlook, float8, float8, float8) IS $$Upper bound of the probability that chance_of_at_least gives, which rounding the amounts cannot have moved above.
The same where the amounts are multiples of one step. Arguments and NULLs as of chance_of_at_least.
Example: salesops.chance_of_at_least_high('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.25]]}', 300) ==> 0.25$$;

CREATE FUNCTION outlook_bin_edge(o deal_outlook, edge integer, bins integer, correlation float8 DEFAULT 0, tolerance float8 DEFAULT 0.001) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_outlook_bin_edge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION outlook_bin_edge(deal_outlook, integer, integer, float8, float8) IS $$Edge of a bin of outlook_histogram: number 0 to bins, of bins of equal width between the quantiles 0.0005 and 0.9995.
bins: from 1 to 10,000, else an error, as is an edge beyond them. NULL where there are no deals.
Example: salesops.outlook_bin_edge('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}', 1, 4) ==> 100$$;
CREATE FUNCTION outlook_histogram(o deal_outlook, bins integer, correlation float8 DEFAULT 0, tolerance float8 DEFAULT 0.001)
	RETURNS TABLE (bin integer, amount_from float8, amount_to float8, probability float8, chance_of_at_least float8)
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20
BEGIN ATOMIC
	SELECT e.edge, e.amount_from, e.amount_to,
		CASE WHEN e.edge = 1 THEN 1 ELSE e.chance END - CASE WHEN e.edge = e.bins THEN 0 ELSE salesops.chance_of_at_least(o, e.amount_to, correlation, tolerance) END,
		e.chance
	FROM (
		SELECT b.edge, b.bins, b.amount_from, salesops.outlook_bin_edge(o, b.edge, b.bins, correlation, tolerance) AS amount_to,
			salesops.chance_of_at_least(o, b.amount_from, correlation, tolerance) AS chance
		FROM (
			SELECT g.edge, w.bins, salesops.outlook_bin_edge(o, g.edge - 1, w.bins, correlation, tolerance) AS amount_from
			FROM (SELECT CASE WHEN salesops.outlook_bin_edge(o, 0, outlook_histogram.bins, correlation, tolerance) = salesops.outlook_bin_edge(o, outlook_histogram.bins, outlook_histogram.bins, correlation, tolerance) THEN 1 ELSE outlook_histogram.bins END AS bins) w,
				generate_series(1, w.bins) g(edge)
		) b
	) e
	WHERE e.amount_from IS NOT NULL
	ORDER BY e.edge;
END;
COMMENT ON FUNCTION outlook_histogram(deal_outlook, integer, float8, float8) IS $$The distribution of what the deals bring, for a chart: a row for each of so many bins of equal width between the quantiles 0.0005 and 0.9995.
bin: from 1. probability: of amount_from or more and less than amount_to; the first bin has also what is below it, and the last what is above and at its end, so that they add up to 1. chance_of_at_least: of amount_from or more. One bin where these quantiles are one amount; none where there are no deals. bins: from 1 to 10,000, else an error. correlation and tolerance as of outlook_quantile.
Example: (SELECT string_agg(bin || ': ' || amount_from || ' to ' || amount_to || ' ' || probability, ', ' ORDER BY bin) FROM salesops.outlook_histogram('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.25]]}', 2)) ==> 1: 0 to 200 0.75, 2: 200 to 400 0.25$$;

CREATE FUNCTION outlook_with(o deal_outlook, amount float8, probability float8) RETURNS deal_outlook
	AS 'MODULE_PATHNAME', 'salesops_outlook_with' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION outlook_with(deal_outlook, float8, float8) IS $$The outlook with one deal more: what if there were such a deal.
An amount or a probability that deal_outlook refuses is an error. That a deal is won is outlook_with(outlook_without(o, amount, probability), amount, 1), that it is lost outlook_without(o, amount, probability).
Example: salesops.outlook_with('{"deal_outlook": 1, "deals": [[100, 0.5]]}', 300, 0.2) ==> {"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}$$;
CREATE FUNCTION outlook_without(o deal_outlook, amount float8, probability float8) RETURNS deal_outlook
	AS 'MODULE_PATHNAME', 'salesops_outlook_without' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION outlook_without(deal_outlook, float8, float8) IS $$The outlook with one deal of this amount and probability less: what if that deal were lost.
Of several that are the same in both, one goes. An error where there is none.
Example: salesops.outlook_without('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}', 300, 0.2) ==> {"deal_outlook": 1, "deals": [[100, 0.5]]}$$;

CREATE FUNCTION outlook_contains(o deal_outlook, actual float8, level float8 DEFAULT 0.8, correlation float8 DEFAULT 0, tolerance float8 DEFAULT 0.001) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_outlook_contains' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION outlook_contains(deal_outlook, float8, float8, float8, float8) IS $$Whether what the deals brought in the end lies in the central band of the outlook: from the quantile (1 - level) / 2 to the quantile (1 + level) / 2, both included.
level: the probability of the band, from 0 to 1, else an error; 0.8 is from the quantile 0.1 to the quantile 0.9. correlation and tolerance as of outlook_quantile. NULL where there are no deals.
Example: salesops.outlook_contains('{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}', 400) ==> false$$;
CREATE FUNCTION outlook_rank(o deal_outlook, actual float8, correlation float8 DEFAULT 0, tolerance float8 DEFAULT 0.001) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_outlook_rank' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION outlook_rank(deal_outlook, float8, float8, float8) IS $$Where what the deals brought in the end lies in the outlook, from 0 to 1: the probability of less, and half of that of exactly as much (mid-P).
Over many periods the ranks of a right outlook are spread evenly; ranks near 0 and 1 say that it was too narrow, ranks below 0.5 that it promised too much. actual: not finite is an error. correlation and tolerance as of outlook_quantile. NULL where there are no deals.
Example: salesops.outlook_rank('{"deal_outlook": 1, "deals": [[100, 0.5]]}', 100) ==> 0.75$$;

CREATE FUNCTION outlook_backtest_transfn(compliance, o deal_outlook, actual float8, level float8, correlation float8) RETURNS compliance
	AS 'MODULE_PATHNAME', 'salesops_outlook_backtest_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION outlook_backtest_transfn(compliance, deal_outlook, float8, float8, float8) IS $$Transition function of outlook_backtest(o, actual, level, correlation).
Example: salesops.outlook_backtest_transfn(NULL, '{"deal_outlook": 1, "deals": [[100, 0.5], [300, 0.2]]}', 300, 0.8, 0) ==> {"compliance": 1, "met": 1}$$;
CREATE AGGREGATE outlook_backtest(o deal_outlook, actual float8, level float8, correlation float8) (
	SFUNC = outlook_backtest_transfn, STYPE = compliance, SSPACE = 32, COMBINEFUNC = compliance_combinefn, FINALFUNC = compliance_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE outlook_backtest(deal_outlook, float8, float8, float8) IS $$How often the outcome lay in the central band of its outlook: the summary compliance of outlook_contains(o, actual, level, correlation) over past periods or teams.
compliance_rate(...) is to be about the level, and compliance_low and compliance_high say how well so few periods can tell. A case of which something is NULL, or without deals, is pending; one that lacks outlook and actual is no case. Errors as of outlook_contains. No rows give NULL.
Example: (SELECT salesops.outlook_backtest(o::salesops.deal_outlook, a, 0.8, 0) FROM (VALUES ('{"deal_outlook": 1, "deals": [[100, 0.5]]}', 100), ('{"deal_outlook": 1, "deals": [[100, 0.5]]}', 250), (NULL, 5)) v(o, a)) ==> {"compliance": 1, "met": 1, "missed": 1, "pending": 1}$$;
