-- forecast: whether deals win as often as was predicted, and what a prediction is worth.

-- @include summary_type win_calibration {"win_calibration": 1, "bin_16_deals": 4, "bin_16_won": 3, "bin_16_probability": 3, "squares": 0.75, "log_loss": 2.25, "undecided": 2}
COMMENT ON TYPE win_calibration IS $$Summary of predicted win probabilities against outcomes: by 20 equal bins of the probability the decided deals, the won ones and the sum of probabilities, with the sums of squared errors and of log loss.
Built by win_calibration(probability, won), merged by merge(win_calibration). Scores: brier_score, brier_skill, log_loss, calibration_error, brier_reliability, brier_resolution, brier_uncertainty; levels: base_rate, mean_probability; counts: decided_deals, undecided_deals, unpredicted_deals, impossible_outcomes; the bins: reliability_table; and what a prediction is worth: calibrated_probability. Sums are exact: the order of rows and merges never matters.
Example: salesops.brier_score('{"win_calibration": 1, "bin_16_deals": 4, "bin_16_won": 3, "bin_16_probability": 3, "squares": 0.75, "log_loss": 2.25, "undecided": 2}'::salesops.win_calibration) ==> 0.1875$$;
-- @include ordered_type win_calibration {"win_calibration": 1, "bin_16_deals": 4, "bin_16_won": 3, "bin_16_probability": 3, "squares": 0.75, "log_loss": 2.25, "undecided": 2}

CREATE FUNCTION win_calibration_transfn(win_calibration, probability double precision, won boolean) RETURNS win_calibration
	AS 'MODULE_PATHNAME', 'salesops_win_calibration_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION win_calibration_transfn(win_calibration, double precision, boolean) IS $$Transition function of win_calibration(probability, won) and brier_score(probability, won).
Example: salesops.win_calibration_transfn(NULL, 1, true) ==> {"win_calibration": 1, "bin_20_deals": 1, "bin_20_won": 1, "bin_20_probability": 1}$$;
CREATE AGGREGATE win_calibration(probability double precision, won boolean) (
	SFUNC = win_calibration_transfn, STYPE = win_calibration, SSPACE = 1240, COMBINEFUNC = win_calibration_combinefn,
	FINALFUNC = win_calibration_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE win_calibration(double precision, boolean) IS $$Summary of predicted win probabilities against outcomes: one row for each deal, with the probability that it had at a fixed earlier time and whether it was won since.
probability: a fraction from 0 to 1, anything else is an error (divide a percentage by 100). won NULL: not decided yet, counted by undecided_deals and no more. probability NULL: counted by unpredicted_deals and no more. Both NULL: no deal. No rows give NULL. Bin: least(floor(probability * 20) + 1, 20), as width_bucket has it.
Example: (SELECT salesops.win_calibration(p, w) FROM (VALUES (1.0, true), (0.5, NULL), (NULL, false)) d(p, w)) ==> {"win_calibration": 1, "bin_20_deals": 1, "bin_20_won": 1, "bin_20_probability": 1, "undecided": 1, "unpredicted": 1}$$;
CREATE FUNCTION brier_score(win_calibration) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_brier_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION brier_score(win_calibration) IS $$Brier score: the mean of (probability - outcome)^2 over the decided deals, the outcome being 1 for won and 0 for lost.
From 0, perfect, to 1; 0.25 is what predicting 0.5 for every deal gives. Source: Brier 1950, for two outcomes. NULL where no deal is decided.
Example: salesops.brier_score('{"win_calibration": 1, "bin_16_deals": 4, "bin_16_won": 3, "bin_16_probability": 3, "squares": 0.75, "log_loss": 2.25, "undecided": 2}'::salesops.win_calibration) ==> 0.1875$$;
CREATE FUNCTION brier_skill(win_calibration) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_brier_skill' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION brier_skill(win_calibration) IS $$Brier skill: 1 - Brier score / (r (1 - r)), r being the share won: what the predictions add to knowing that share.
1 is perfect, 0 is no better than predicting the base rate for every deal, below 0 is worse. NULL where all deals have the same outcome, or none is decided.
Example: salesops.brier_skill('{"win_calibration": 1, "bin_16_deals": 4, "bin_16_won": 3, "bin_16_probability": 3, "squares": 0.75, "log_loss": 2.25, "undecided": 2}'::salesops.win_calibration) ==> 0$$;
CREATE FUNCTION log_loss(win_calibration) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_log_loss' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION log_loss(win_calibration) IS $$Log loss: the mean of -ln(probability) of the won and of -ln(1 - probability) of the lost deals, in nats; 0 is perfect.
Outcomes that were predicted to be impossible have an infinite one: they are left out here and counted by impossible_outcomes; look at both. NULL where no other deal is decided. Source: Good 1952.
Example: round(salesops.log_loss((SELECT salesops.win_calibration(p, w) FROM (VALUES (0.8, true), (0.5, false), (0, true)) d(p, w)))::numeric, 6) ==> 0.458145$$;
CREATE FUNCTION calibration_error(win_calibration) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_calibration_error' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION calibration_error(win_calibration) IS $$Expected calibration error: by how much the mean probability of a bin misses its share won, on average over the decided deals.
From 0 to 1, over 20 equal bins; by chance it is above 0 also for right probabilities, the more so the fewer deals there are. Source: Naeini, Cooper and Hauskrecht 2015. NULL where no deal is decided.
Example: salesops.calibration_error((SELECT salesops.win_calibration(0.75, i <= 5) FROM generate_series(1, 10) i)) ==> 0.25$$;
CREATE FUNCTION base_rate(win_calibration) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_base_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION base_rate(win_calibration) IS $$Base rate: the share won of the decided deals that have a probability.
NULL where there is none.
Example: salesops.base_rate('{"win_calibration": 1, "bin_16_deals": 4, "bin_16_won": 3, "bin_16_probability": 3, "squares": 0.75, "log_loss": 2.25, "undecided": 2}'::salesops.win_calibration) ==> 0.75$$;
CREATE FUNCTION mean_probability(win_calibration) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_mean_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION mean_probability(win_calibration) IS $$Mean predicted probability of the decided deals: above base_rate the predictions are too high in all.
NULL where there is none.
Example: salesops.mean_probability((SELECT salesops.win_calibration(0.75, i <= 5) FROM generate_series(1, 10) i)) ==> 0.75$$;
CREATE FUNCTION brier_reliability(win_calibration) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_brier_reliability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION brier_reliability(win_calibration) IS $$Reliability part of the Brier score: the mean over deals of (mean probability - share won)^2 of their bin; 0 is perfectly calibrated.
Brier score = reliability - resolution + uncertainty where every bin holds one probability, as with stage probabilities; else what probabilities differ within bins is missing. Source: Murphy 1973. NULL where no deal is decided.
Example: salesops.brier_reliability((SELECT salesops.win_calibration(0.75, i <= 5) FROM generate_series(1, 10) i)) ==> 0.0625$$;
CREATE FUNCTION brier_resolution(win_calibration) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_brier_resolution' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION brier_resolution(win_calibration) IS $$Resolution part of the Brier score: the mean over deals of (share won of their bin - base rate)^2; the higher, the better predictions tell deals apart.
Source: Murphy 1973; see brier_reliability. NULL where no deal is decided.
Example: salesops.brier_resolution((SELECT salesops.win_calibration(p, w) FROM (VALUES (0.75, true), (0.25, false)) d(p, w))) ==> 0.25$$;
CREATE FUNCTION brier_uncertainty(win_calibration) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_brier_uncertainty' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION brier_uncertainty(win_calibration) IS $$Uncertainty part of the Brier score: r (1 - r), r being the base rate; the score of predicting it for every deal.
Source: Murphy 1973; see brier_reliability. NULL where no deal is decided.
Example: salesops.brier_uncertainty('{"win_calibration": 1, "bin_16_deals": 4, "bin_16_won": 3, "bin_16_probability": 3, "squares": 0.75, "log_loss": 2.25, "undecided": 2}'::salesops.win_calibration) ==> 0.1875$$;
CREATE FUNCTION decided_deals(win_calibration) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_decided_deals_win_calibration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION decided_deals(win_calibration) IS $$Number of the deals that have a probability and were won or lost: those that the scores are of.
Example: salesops.decided_deals('{"win_calibration": 1, "bin_16_deals": 4, "bin_16_won": 3, "bin_16_probability": 3, "squares": 0.75, "log_loss": 2.25, "undecided": 2}'::salesops.win_calibration) ==> 4$$;
CREATE FUNCTION undecided_deals(win_calibration) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_undecided_deals_win_calibration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION undecided_deals(win_calibration) IS $$Number of the deals with a probability that are not decided yet: they are in no score.
Example: salesops.undecided_deals('{"win_calibration": 1, "bin_16_deals": 4, "bin_16_won": 3, "bin_16_probability": 3, "squares": 0.75, "log_loss": 2.25, "undecided": 2}'::salesops.win_calibration) ==> 2$$;
CREATE FUNCTION unpredicted_deals(win_calibration) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_unpredicted_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION unpredicted_deals(win_calibration) IS $$Number of the decided deals without a probability: they are in no score.
Example: salesops.unpredicted_deals((SELECT salesops.win_calibration(p, w) FROM (VALUES (0.5, true), (NULL, false)) d(p, w))) ==> 1$$;
CREATE FUNCTION impossible_outcomes(win_calibration) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_impossible_outcomes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION impossible_outcomes(win_calibration) IS $$Number of the decided deals whose outcome was predicted to be impossible: won at a probability of 0, or lost at 1.
They are in the Brier score, and not in log_loss.
Example: salesops.impossible_outcomes((SELECT salesops.win_calibration(p, w) FROM (VALUES (0, true), (1, true), (1, false)) d(p, w))) ==> 2$$;
CREATE FUNCTION calibrated_probability(calibration win_calibration, probability double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_calibrated_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION calibrated_probability(win_calibration, double precision) IS $$What a predicted probability is worth: the share of deals that were won at it, monotone and drawn towards the overall level where deals are few.
Each bin with deals gives a point: at its mean probability its share won, with 10 more deals that won as its mean probability says, brought to the base rate in all; made monotone by pooling adjacent violators; between points the line, beyond the first and the last their values. Sources: isotonic regression, Ayer et al. 1955; calibration, Zadrozny and Elkan 2002. probability: a fraction from 0 to 1, anything else is an error. NULL where no deal is decided, and for NULL.
Example: salesops.calibrated_probability((SELECT salesops.win_calibration(0.75, i <= 5) FROM generate_series(1, 10) i), 0.9) ==> 0.5$$;
CREATE FUNCTION reliability_table(calibration win_calibration)
	RETURNS TABLE (bin integer, probability_from double precision, probability_to double precision, deals bigint, mean_probability double precision,
		won_deals bigint, win_rate double precision, win_rate_low double precision, win_rate_high double precision, calibrated_probability double precision)
	AS 'MODULE_PATHNAME', 'salesops_reliability_table' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 20;
COMMENT ON FUNCTION reliability_table(win_calibration) IS $$The reliability diagram as a table: a row for each of the 20 bins, with its decided deals, their mean probability, the share won with its Wilson 95 % interval, and calibrated_probability at the mean.
Rates of a bin without deals are NULL. No rows for NULL.
Example: (SELECT string_agg(concat_ws('|', bin, probability_from, probability_to, deals, mean_probability, won_deals, win_rate, round(win_rate_low::numeric, 3), round(win_rate_high::numeric, 3), calibrated_probability), ' ') FROM salesops.reliability_table((SELECT salesops.win_calibration(0.75, i <= 5) FROM generate_series(1, 10) i)) WHERE deals > 0) ==> 16|0.75|0.8|10|0.75|5|0.5|0.237|0.763|0.5$$;
CREATE AGGREGATE brier_score(probability double precision, won boolean) (
	SFUNC = win_calibration_transfn, STYPE = win_calibration, SSPACE = 1240, COMBINEFUNC = win_calibration_combinefn,
	FINALFUNC = brier_score, PARALLEL = SAFE
);
COMMENT ON AGGREGATE brier_score(double precision, boolean) IS $$Brier score in one step: the mean of (probability - outcome)^2 over the decided deals, the outcome being 1 for won and 0 for lost; 0 is perfect.
For Tableau: RAWSQLAGG_REAL("salesops.brier_score(%1, %2)", [Probability], [Is Won]). Source: Brier 1950, for two outcomes. Arguments are judged as by win_calibration(probability, won). NULL where no deal has both.
Example: (SELECT salesops.brier_score(p, w) FROM (VALUES (0.75, true), (0.75, true), (0.75, true), (0.75, false), (NULL, true)) d(p, w)) ==> 0.1875$$;
