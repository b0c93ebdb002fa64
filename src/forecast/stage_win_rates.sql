-- forecast: the win rate from each stage, with what all stages have in common.

-- @include summary_type stage_win_rates {"stage_win_rates": 1, "stages": [["Negotiation", 30, 20, 5], ["Proposal", 40, 60, 0]], "unlabelled": 1}
COMMENT ON TYPE stage_win_rates IS $$Summary of deals by stage, or by any other text: how many of those that reached it were won, lost, or are not decided yet.
Built by stage_win_rates(stage, won), merged by merge(stage_win_rates). Readers: stage_win_rate, stage_win_rate_low, stage_win_rate_high, stage_win_rate_raw, stage_win_rate_prior_mean, stage_win_rate_prior_strength, unlabelled_deals, and stage_win_rate_table with a row for each stage. 40 bytes a stage and its name; at most 10,000 stages.
Example: salesops.stage_win_rate_raw('{"stage_win_rates": 1, "stages": [["Negotiation", 30, 20, 5], ["Proposal", 40, 60, 0]], "unlabelled": 1}'::salesops.stage_win_rates, 'Negotiation') ==> 0.6$$;
-- @include ordered_type stage_win_rates {"stage_win_rates": 1, "stages": [["Negotiation", 30, 20, 5], ["Proposal", 40, 60, 0]], "unlabelled": 1}

CREATE FUNCTION stage_win_rates_transfn(stage_win_rates, stage text, won boolean) RETURNS stage_win_rates
	AS 'MODULE_PATHNAME', 'salesops_stage_win_rates_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION stage_win_rates_transfn(stage_win_rates, text, boolean) IS $$Transition function of stage_win_rates(stage, won).
Example: salesops.stage_win_rates_transfn(NULL, 'Proposal', true) ==> {"stage_win_rates": 1, "stages": [["Proposal", 1, 0, 0]]}$$;
CREATE AGGREGATE stage_win_rates(stage text, won boolean) (
	SFUNC = stage_win_rates_transfn, STYPE = stage_win_rates, SSPACE = 600, COMBINEFUNC = stage_win_rates_combinefn,
	FINALFUNC = stage_win_rates_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_win_rates(text, boolean) IS $$Summary of deals by stage: one row for each deal and stage that it reached, in any order, with whether the deal was won.
stage: any text of at most 400 bytes, such as a stage, a segment, or both; NULL is counted by unlabelled_deals and no more. won NULL: not decided yet, counted apart. Both NULL: no row. No rows give NULL. At most 10,000 different stages. The rates draw the stages of one summary towards each other: let them be of one kind.
Example: (SELECT salesops.stage_win_rates(s, w) FROM (VALUES ('Proposal', true), ('Proposal', false), ('Negotiation', true), ('Proposal', NULL), (NULL, true)) d(s, w)) ==> {"stage_win_rates": 1, "stages": [["Negotiation", 1, 0, 0], ["Proposal", 1, 1, 1]], "unlabelled": 1}$$;
CREATE FUNCTION stage_win_rate(rates stage_win_rates, stage text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_stage_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_win_rate(stage_win_rates, text) IS $$Win rate of the deals that reached a stage, drawn towards what the stages have in common the more, the fewer decided deals it has.
(won + m M) / (won + lost + M), with the mean m and the strength M of the beta distribution that fits the rates of all stages best (beta-binomial, maximum marginal likelihood); where no spread shows, the pooled (won + 1) / (decided + 2) for every stage. Always above 0 and below 1. NULL for a stage that is not in the summary, where no deal is decided, and for NULL.
Example: salesops.stage_win_rate('{"stage_win_rates": 1, "stages": [["a", 3, 2, 0], ["b", 5, 5, 0], ["c", 1, 0, 0]]}'::salesops.stage_win_rates, 'c') ==> 0.5555555555555556$$;
CREATE FUNCTION stage_win_rate_low(rates stage_win_rates, stage text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_stage_win_rate_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_win_rate_low(stage_win_rates, text) IS $$Lower end of the 95 % interval of stage_win_rate: the quantile 0.025 of its beta distribution.
It takes what the stages have in common as known, and so is somewhat short where they are few. NULL as stage_win_rate.
Example: round(salesops.stage_win_rate_low('{"stage_win_rates": 1, "stages": [["a", 3, 2, 0], ["b", 5, 5, 0], ["c", 1, 0, 0]]}'::salesops.stage_win_rates, 'c')::numeric, 6) ==> 0.329247$$;
CREATE FUNCTION stage_win_rate_high(rates stage_win_rates, stage text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_stage_win_rate_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_win_rate_high(stage_win_rates, text) IS $$Upper end of the 95 % interval of stage_win_rate: the quantile 0.975 of its beta distribution.
It takes what the stages have in common as known, and so is somewhat short where they are few. NULL as stage_win_rate.
Example: round(salesops.stage_win_rate_high('{"stage_win_rates": 1, "stages": [["a", 3, 2, 0], ["b", 5, 5, 0], ["c", 1, 0, 0]]}'::salesops.stage_win_rates, 'c')::numeric, 6) ==> 0.770167$$;
CREATE FUNCTION stage_win_rate_raw(rates stage_win_rates, stage text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_stage_win_rate_raw' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION stage_win_rate_raw(stage_win_rates, text) IS $$Win rate of the deals that reached a stage, by itself: won / (won + lost).
NULL for a stage that is not in the summary or has no decided deal, and for NULL.
Example: salesops.stage_win_rate_raw('{"stage_win_rates": 1, "stages": [["Negotiation", 30, 20, 5], ["Proposal", 40, 60, 0]], "unlabelled": 1}'::salesops.stage_win_rates, 'Proposal') ==> 0.4$$;
CREATE FUNCTION stage_win_rate_prior_mean(rates stage_win_rates) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_stage_win_rate_prior_mean' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_win_rate_prior_mean(stage_win_rates) IS $$The mean of the win rates that the stages have in common: what to expect of a stage that nothing is known of.
NULL where no deal is decided.
Example: salesops.stage_win_rate_prior_mean('{"stage_win_rates": 1, "stages": [["a", 3, 2, 0], ["b", 5, 5, 0], ["c", 1, 0, 0]]}'::salesops.stage_win_rates) ==> 0.5555555555555556$$;
CREATE FUNCTION stage_win_rate_prior_strength(rates stage_win_rates) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_stage_win_rate_prior_strength' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_win_rate_prior_strength(stage_win_rates) IS $$How many decided deals a stage needs for its own rate to count for half in stage_win_rate: alpha + beta of the beta distribution of the rates.
At least 1. NULL where no spread of the rates shows, so that all have the pooled rate, and where no deal is decided.
Example: round(salesops.stage_win_rate_prior_strength('{"stage_win_rates": 1, "stages": [["a", 1, 9, 0], ["b", 30, 70, 0], ["c", 160, 40, 0], ["d", 1, 0, 0]]}'::salesops.stage_win_rates)::numeric, 4) ==> 2.7089$$;
CREATE FUNCTION unlabelled_deals(rates stage_win_rates) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_unlabelled_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION unlabelled_deals(stage_win_rates) IS $$Number of the rows without a stage: they are in no rate.
Example: salesops.unlabelled_deals('{"stage_win_rates": 1, "stages": [["Negotiation", 30, 20, 5], ["Proposal", 40, 60, 0]], "unlabelled": 1}'::salesops.stage_win_rates) ==> 1$$;
CREATE FUNCTION stage_win_rate_table(rates stage_win_rates)
	RETURNS TABLE (stage text, decided_deals bigint, won_deals bigint, undecided_deals bigint, raw_win_rate double precision,
		win_rate double precision, win_rate_low double precision, win_rate_high double precision)
	AS 'MODULE_PATHNAME', 'salesops_stage_win_rate_table' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 ROWS 20;
COMMENT ON FUNCTION stage_win_rate_table(stage_win_rates) IS $$A row for each stage, in the order of the names' bytes: its deals, stage_win_rate_raw, stage_win_rate and its 95 % interval.
The raw rate of a stage without decided deals is NULL; all rates are where no deal of any stage is decided. No rows for NULL.
Example: (SELECT string_agg(concat_ws('|', stage, decided_deals, won_deals, undecided_deals, raw_win_rate), ' ') FROM salesops.stage_win_rate_table('{"stage_win_rates": 1, "stages": [["Negotiation", 30, 20, 5], ["Proposal", 40, 60, 0]], "unlabelled": 1}'::salesops.stage_win_rates)) ==> Negotiation|50|30|5|0.6 Proposal|100|40|0|0.4$$;
