-- forecast_outcome: what became of each forecast category.

-- @include summary_type forecast_outcome {"forecast_outcome": 1, "commit_open": 1, "commit_won": 1, "commit_lost": 1, "commit": 600, "commit_open_amount": 200, "commit_lost_amount": 300, "commit_won_amount": 120}
COMMENT ON TYPE forecast_outcome IS $$Summary of what became of the deals by their forecast category at a lock date: for each category how many were won, were lost and are open, the exact amount as it was called, and the exact amount won.
Built by forecast_outcome(category, amount, outcome, won_amount), merged by merge(forecast_outcome). Readers: commit_accuracy, forecast_outcome_table; of one category: called_deals, called_amount, category_accuracy, category_win_rate and its interval, category_won_deals, category_won_amount, category_lost_deals, category_lost_amount, category_open_deals, category_open_amount; and what is missing: missing_amounts, missing_won_amounts, unknown_outcomes.
Example: salesops.commit_accuracy('{"forecast_outcome": 1, "commit_open": 1, "commit_won": 1, "commit_lost": 1, "commit": 600, "commit_open_amount": 200, "commit_lost_amount": 300, "commit_won_amount": 120}') ==> 0.2$$;
-- @include ordered_type forecast_outcome {"forecast_outcome": 1, "commit_open": 1, "commit_won": 1, "commit_lost": 1, "commit": 600, "commit_open_amount": 200, "commit_lost_amount": 300, "commit_won_amount": 120}

-- @for AMOUNT numeric float8 int8
CREATE FUNCTION forecast_outcome_transfn(forecast_outcome, category text, amount @AMOUNT@, outcome text, won_amount @AMOUNT@) RETURNS forecast_outcome
	AS 'MODULE_PATHNAME', 'salesops_forecast_outcome_transfn_@AMOUNT@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION forecast_outcome_transfn(forecast_outcome, text, @AMOUNT@, text, @AMOUNT@) IS $$Transition function of forecast_outcome(category, amount, outcome, won_amount) for amounts of type @AMOUNT@.
Example: salesops.forecast_outcome_transfn(NULL, 'Commit', 100::@AMOUNT@, 'won', 120::@AMOUNT@) ==> {"forecast_outcome": 1, "commit_won": 1, "commit": 100, "commit_won_amount": 120}$$;
CREATE AGGREGATE forecast_outcome(category text, amount @AMOUNT@, outcome text, won_amount @AMOUNT@) (
	SFUNC = forecast_outcome_transfn, STYPE = forecast_outcome, SSPACE = 920, COMBINEFUNC = forecast_outcome_combinefn,
	FINALFUNC = forecast_outcome_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_outcome(text, @AMOUNT@, text, @AMOUNT@) IS $$Summary of what became of the deals by their forecast category at a lock date (@AMOUNT@): a row is a deal, with category and amount as they stood when the forecast was locked, and what became of it.
category: whatever to_forecast_category takes; an unknown one is an error; NULL or blank: uncategorized, which is also the place of deals that were not there at the lock. amount: as locked; NULL: the deal counts, without an amount. outcome: open, won or lost now; another word is an error; NULL: counted by unknown_outcomes, and in its category. won_amount: the amount as won, read for won deals alone; NULL adds none. Amounts in one currency; NaN and infinities are an error; a float8 counts as its cast to numeric. All NULL: no deal. No rows give NULL.
Example: (SELECT salesops.forecast_outcome(c, a::@AMOUNT@, o, w::@AMOUNT@) FROM (VALUES ('commit', 100, 'won', 120), ('Commit', 300, 'lost', NULL), ('COMMIT', 200, 'open', NULL)) d(c, a, o, w)) ==> {"forecast_outcome": 1, "commit_open": 1, "commit_won": 1, "commit_lost": 1, "commit": 600, "commit_open_amount": 200, "commit_lost_amount": 300, "commit_won_amount": 120}$$;
-- @end

CREATE FUNCTION commit_accuracy(forecast_outcome) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_commit_accuracy' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION commit_accuracy(forecast_outcome) IS $$Commit accuracy: won amount of what was committed at the lock / committed amount.
1 is a commit that came as called; more where deals were won larger than they were called. What was closed at the lock is in neither, and what is still open did not come. NULL where nothing was committed, and for NULL.
Example: salesops.commit_accuracy((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w))) ==> 0.2$$;
-- @for AMOUNT numeric float8 int8
CREATE AGGREGATE commit_accuracy(category text, amount @AMOUNT@, outcome text, won_amount @AMOUNT@) (
	SFUNC = forecast_outcome_transfn, STYPE = forecast_outcome, SSPACE = 920, COMBINEFUNC = forecast_outcome_combinefn,
	FINALFUNC = commit_accuracy, PARALLEL = SAFE
);
COMMENT ON AGGREGATE commit_accuracy(text, @AMOUNT@, text, @AMOUNT@) IS $$Commit accuracy in one step: won amount of what was committed at the lock / committed amount (@AMOUNT@).
Rows are judged as by forecast_outcome(category, amount, outcome, won_amount). NULL where nothing was committed.
Example: (SELECT salesops.commit_accuracy(c, a::@AMOUNT@, o, w::@AMOUNT@) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL)) d(c, a, o, w)) ==> 0.2$$;
-- @end

CREATE FUNCTION called_deals(forecast_outcome, category text) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_called_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION called_deals(forecast_outcome, text) IS $$Number of the deals that were in a forecast category at the lock, whatever became of them.
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. Zero where there are none, and NULL for NULL.
Example: salesops.called_deals((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit') ==> 3$$;
CREATE FUNCTION called_amount(forecast_outcome, category text) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_called_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION called_amount(forecast_outcome, text) IS $$Amount of the deals that were in a forecast category at the lock, as it was then.
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. Zero where there are none, and NULL for NULL.
Example: salesops.called_amount((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit') ==> 600$$;
CREATE FUNCTION category_accuracy(forecast_outcome, category text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_category_accuracy' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION category_accuracy(forecast_outcome, text) IS $$Accuracy of a forecast category: won amount of its deals / their amount at the lock.
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. Of commit it is commit_accuracy. NULL where nothing was called, and NULL for NULL.
Example: salesops.category_accuracy((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit') ==> 0.2$$;
CREATE FUNCTION category_win_rate(forecast_outcome, category text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_category_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION category_win_rate(forecast_outcome, text) IS $$Share of the decided deals of a forecast category that were won: won / (won + lost), deals, from 0 to 1.
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. Open deals and those of unknown outcome are in neither. NULL where none is decided, and NULL for NULL.
Example: salesops.category_win_rate((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit') ==> 0.5$$;
CREATE FUNCTION category_win_rate_low(forecast_outcome, category text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_category_win_rate_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION category_win_rate_low(forecast_outcome, text) IS $$Lower end of the Wilson 95 % interval of category_win_rate (Wilson 1927, without continuity correction).
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. NULL where no deal is decided, and NULL for NULL.
Example: round(salesops.category_win_rate_low((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit')::numeric, 6) ==> 0.094531$$;
CREATE FUNCTION category_win_rate_high(forecast_outcome, category text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_category_win_rate_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION category_win_rate_high(forecast_outcome, text) IS $$Upper end of the Wilson 95 % interval of category_win_rate (Wilson 1927, without continuity correction).
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. NULL where no deal is decided, and NULL for NULL.
Example: round(salesops.category_win_rate_high((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit')::numeric, 6) ==> 0.905469$$;
CREATE FUNCTION category_won_deals(forecast_outcome, category text) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_category_won_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION category_won_deals(forecast_outcome, text) IS $$Number of the deals of a forecast category at the lock that were won.
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. Zero where there are none, and NULL for NULL.
Example: salesops.category_won_deals((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit') ==> 1$$;
CREATE FUNCTION category_won_amount(forecast_outcome, category text) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_category_won_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION category_won_amount(forecast_outcome, text) IS $$Amount won of the deals of a forecast category at the lock: as won, not as called.
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. Zero where there are none, and NULL for NULL.
Example: salesops.category_won_amount((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit') ==> 120$$;
CREATE FUNCTION category_lost_deals(forecast_outcome, category text) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_category_lost_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION category_lost_deals(forecast_outcome, text) IS $$Number of the deals of a forecast category at the lock that were lost.
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. Zero where there are none, and NULL for NULL.
Example: salesops.category_lost_deals((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit') ==> 1$$;
CREATE FUNCTION category_lost_amount(forecast_outcome, category text) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_category_lost_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION category_lost_amount(forecast_outcome, text) IS $$Amount at the lock of the deals of a forecast category that were lost.
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. Zero where there are none, and NULL for NULL.
Example: salesops.category_lost_amount((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit') ==> 300$$;
CREATE FUNCTION category_open_deals(forecast_outcome, category text) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_category_open_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION category_open_deals(forecast_outcome, text) IS $$Number of the deals of a forecast category at the lock that are still open: what slipped.
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. Zero where there are none, and NULL for NULL.
Example: salesops.category_open_deals((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit') ==> 1$$;
CREATE FUNCTION category_open_amount(forecast_outcome, category text) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_category_open_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION category_open_amount(forecast_outcome, text) IS $$Amount at the lock of the deals of a forecast category that are still open: what slipped.
category: whatever to_forecast_category takes; a blank one stands for the uncategorized deals; an unknown one is an error. Zero where there are none, and NULL for NULL.
Example: salesops.category_open_amount((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w)), 'commit') ==> 200$$;
CREATE FUNCTION missing_amounts(forecast_outcome) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_missing_amounts_forecast_outcome' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION missing_amounts(forecast_outcome) IS $$Number of the deals without an amount at the lock: they are counted, and add nothing to what was called.
Zero where there are none; NULL for NULL.
Example: salesops.missing_amounts((SELECT salesops.forecast_outcome(c, a::numeric, o, w::numeric) FROM (VALUES ('commit', NULL, 'won', 5), ('commit', 150, 'lost', NULL)) d(c, a, o, w))) ==> 1$$;
CREATE FUNCTION missing_won_amounts(forecast_outcome) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_missing_won_amounts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION missing_won_amounts(forecast_outcome) IS $$Number of the won deals without an amount won: they are counted, and add nothing to what was won.
Zero where there are none; NULL for NULL.
Example: salesops.missing_won_amounts((SELECT salesops.forecast_outcome(c, a::numeric, o, w::numeric) FROM (VALUES ('commit', 7, 'won', NULL), ('commit', 150, 'lost', NULL)) d(c, a, o, w))) ==> 1$$;
CREATE FUNCTION unknown_outcomes(forecast_outcome) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_unknown_outcomes_forecast_outcome' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION unknown_outcomes(forecast_outcome) IS $$Number of the deals whose outcome is NULL, such as those deleted since the lock: they are in their category, and in no win rate.
Zero where there are none; NULL for NULL.
Example: salesops.unknown_outcomes((SELECT salesops.forecast_outcome(c, a::numeric, o, w::numeric) FROM (VALUES ('commit', 7, NULL, NULL), ('commit', 150, 'lost', NULL)) d(c, a, o, w))) ==> 1$$;

CREATE FUNCTION forecast_outcome_table(f forecast_outcome)
	RETURNS TABLE (category text, deals bigint, amount numeric, won_deals bigint, won_amount numeric, lost_deals bigint, lost_amount numeric, open_deals bigint, open_amount numeric,
		accuracy double precision, win_rate double precision, win_rate_low double precision, win_rate_high double precision)
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20 ROWS 6
BEGIN ATOMIC
	SELECT NULLIF(c.name, ''), salesops.called_deals(f, c.name), salesops.called_amount(f, c.name), salesops.category_won_deals(f, c.name), salesops.category_won_amount(f, c.name),
		salesops.category_lost_deals(f, c.name), salesops.category_lost_amount(f, c.name), salesops.category_open_deals(f, c.name), salesops.category_open_amount(f, c.name),
		salesops.category_accuracy(f, c.name), salesops.category_win_rate(f, c.name), salesops.category_win_rate_low(f, c.name), salesops.category_win_rate_high(f, c.name)
	FROM (VALUES (6, 'closed'), (5, 'commit'), (4, 'most_likely'), (3, 'best_case'), (2, 'pipeline'), (1, 'omitted'), (0, '')) AS c(rank, name)
	WHERE c.rank OPERATOR(pg_catalog.>) 0 OR salesops.called_deals(f, c.name) OPERATOR(pg_catalog.>) 0
	ORDER BY c.rank DESC;
END;
COMMENT ON FUNCTION forecast_outcome_table(forecast_outcome) IS $$What became of each forecast category: a row for each, strongest first, with the deals and amount at the lock, what was won, lost and is still open of them, accuracy and win rate.
All six categories have a row, also where nothing was called; category NULL, the last, is of the uncategorized deals and is there where there are any. Deals of unknown outcome are in deals and amount alone. Amounts are exact; accuracy and win_rate are NULL as category_accuracy and category_win_rate are. No rows for NULL.
Example: (SELECT string_agg(category || ' ' || won_deals || ' of ' || deals, ', ') FROM salesops.forecast_outcome_table((SELECT salesops.forecast_outcome(c, a, o, w) FROM (VALUES ('commit', 100, 'won', 120), ('commit', 300, 'lost', NULL), ('commit', 200, 'open', NULL), ('pipeline', 50, 'won', 50)) d(c, a, o, w))) WHERE deals > 0) ==> commit 1 of 3, pipeline 1 of 1$$;
