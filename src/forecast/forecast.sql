-- forecast: what is in the pipeline, by forecast category.

-- @include summary_type forecast_rollup {"forecast_rollup": 1, "pipeline_deals": 2, "pipeline": 200.50, "commit_deals": 1, "commit": 150}
COMMENT ON TYPE forecast_rollup IS $$Summary of deals by forecast category: for each category how many and their exact total amount.
Built by forecast_rollup(category, amount), merged by merge(forecast_rollup). Readers of one category: omitted_only, pipeline_only, best_case_only, most_likely_only, commit_only, closed_only, category_amount, category_count; cumulative: open_pipeline, best_case_forecast, most_likely_forecast, commit_forecast; and what is missing: uncategorized_count, uncategorized_amount, missing_amounts.
Example: salesops.open_pipeline('{"forecast_rollup": 1, "pipeline_deals": 2, "pipeline": 200.50, "commit_deals": 1, "commit": 150}') ==> 350.50$$;
-- @include ordered_type forecast_rollup {"forecast_rollup": 1, "pipeline_deals": 2, "pipeline": 200.50, "commit_deals": 1, "commit": 150}

-- @for AMOUNT numeric float8 int8
CREATE FUNCTION forecast_rollup_transfn(forecast_rollup, category text, amount @AMOUNT@) RETURNS forecast_rollup
	AS 'MODULE_PATHNAME', 'salesops_forecast_rollup_transfn_@AMOUNT@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION forecast_rollup_transfn(forecast_rollup, text, @AMOUNT@) IS $$Transition function of forecast_rollup(category, amount) for amounts of type @AMOUNT@.
Example: salesops.forecast_rollup_transfn(NULL, 'commit', 150::@AMOUNT@) ==> {"forecast_rollup": 1, "commit_deals": 1, "commit": 150}$$;
CREATE AGGREGATE forecast_rollup(category text, amount @AMOUNT@) (
	SFUNC = forecast_rollup_transfn, STYPE = forecast_rollup, SSPACE = 240, COMBINEFUNC = forecast_rollup_combinefn,
	FINALFUNC = forecast_rollup_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_rollup(text, @AMOUNT@) IS $$Summary of deals by forecast category: for each category how many and their exact total amount (@AMOUNT@).
category: whatever to_forecast_category takes; an unknown one is an error. NULL or blank category: counted apart, in no total. NULL amount: the deal counts, without an amount. Both NULL: no deal. amount: in one currency; NaN and infinities are an error; a float8 counts as its cast to numeric. No rows give NULL.
Example: (SELECT salesops.forecast_rollup(c, a::@AMOUNT@) FROM (VALUES ('Commit', 100), ('Best Case', 40), ('commit', 50)) d(c, a)) ==> {"forecast_rollup": 1, "best_case_deals": 1, "best_case": 40, "commit_deals": 2, "commit": 150}$$;
-- @end

-- @for CATEGORY omitted pipeline best_case most_likely commit closed
CREATE FUNCTION @CATEGORY@_only(forecast_rollup) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_@CATEGORY@_only' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION @CATEGORY@_only(forecast_rollup) IS $$Amount of the deals whose forecast category is @CATEGORY@, and of no other ("single category roll-up").
Zero where there are none; NULL for NULL.
Example: salesops.@CATEGORY@_only('{"forecast_rollup": 1, "@CATEGORY@_deals": 2, "@CATEGORY@": 200.50}') ==> 200.50$$;
-- @end

CREATE FUNCTION open_pipeline(forecast_rollup) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_open_pipeline' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION open_pipeline(forecast_rollup) IS $$Amount of open business: pipeline + best_case + most_likely + commit. Closed and omitted are not in it.
Source: Salesforce, cumulative forecast rollups. NULL for NULL.
Example: salesops.open_pipeline((SELECT salesops.forecast_rollup(c, a) FROM (VALUES ('closed', 50), ('commit', 150), ('best_case', 100), ('pipeline', 200)) d(c, a))) ==> 450$$;
CREATE FUNCTION best_case_forecast(forecast_rollup) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_best_case_forecast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION best_case_forecast(forecast_rollup) IS $$Best-case forecast: best_case + most_likely + commit + closed.
Source: Salesforce, cumulative forecast rollups. NULL for NULL.
Example: salesops.best_case_forecast((SELECT salesops.forecast_rollup(c, a) FROM (VALUES ('closed', 50), ('commit', 150), ('best_case', 100), ('pipeline', 200)) d(c, a))) ==> 300$$;
CREATE FUNCTION most_likely_forecast(forecast_rollup) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_most_likely_forecast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION most_likely_forecast(forecast_rollup) IS $$Most-likely forecast: most_likely + commit + closed.
Source: Salesforce, cumulative forecast rollups. NULL for NULL.
Example: salesops.most_likely_forecast((SELECT salesops.forecast_rollup(c, a) FROM (VALUES ('closed', 50), ('commit', 150), ('best_case', 100), ('pipeline', 200)) d(c, a))) ==> 200$$;
CREATE FUNCTION commit_forecast(forecast_rollup) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_commit_forecast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION commit_forecast(forecast_rollup) IS $$Commit forecast: commit + closed.
Source: Salesforce, cumulative forecast rollups. NULL for NULL.
Example: salesops.commit_forecast((SELECT salesops.forecast_rollup(c, a) FROM (VALUES ('closed', 50), ('commit', 150), ('best_case', 100), ('pipeline', 200)) d(c, a))) ==> 200$$;

CREATE FUNCTION category_amount(forecast_rollup, category text) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_category_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION category_amount(forecast_rollup, text) IS $$Amount of the deals of one forecast category, given as a value: for a report with a row for each category.
Zero where there are none; NULL for NULL; an unknown category is an error.
Example: salesops.category_amount('{"forecast_rollup": 1, "commit_deals": 1, "commit": 150}', 'commit') ==> 150$$;
CREATE FUNCTION category_count(forecast_rollup, category text) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_category_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION category_count(forecast_rollup, text) IS $$Number of the deals of one forecast category, with and without an amount.
Zero where there are none; NULL for NULL; an unknown category is an error.
Example: salesops.category_count('{"forecast_rollup": 1, "commit_deals": 1, "commit": 150}', 'commit') ==> 1$$;
CREATE FUNCTION uncategorized_amount(forecast_rollup) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_uncategorized_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION uncategorized_amount(forecast_rollup) IS $$Amount of the deals without a forecast category, which is in no total of the forecast.
Example: salesops.uncategorized_amount((SELECT salesops.forecast_rollup(c, a) FROM (VALUES (NULL, 70), ('commit', 150)) d(c, a))) ==> 70$$;
CREATE FUNCTION uncategorized_count(forecast_rollup) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_uncategorized_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION uncategorized_count(forecast_rollup) IS $$Number of the deals without a forecast category, which are in no total of the forecast.
Example: salesops.uncategorized_count((SELECT salesops.forecast_rollup(c, a) FROM (VALUES (NULL, 70), ('commit', 150)) d(c, a))) ==> 1$$;
CREATE FUNCTION missing_amounts(forecast_rollup) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_missing_amounts_forecast_rollup' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION missing_amounts(forecast_rollup) IS $$Number of the deals without an amount: they are counted, and add nothing to any total.
Example: salesops.missing_amounts((SELECT salesops.forecast_rollup(c, a) FROM (VALUES ('commit', NULL), ('commit', 150)) d(c, a))) ==> 1$$;
