-- forecast_error: how far forecasts were from what came.

-- @include summary_type forecast_error {"forecast_error": 1, "pairs": 2, "weight": 2, "absolute_error": 200, "absolute_actual": 300, "error": 200, "actual": 300, "squared_error": 40000, "relative_error": 2, "relative_weight": 2, "symmetric_error": 0.5}
COMMENT ON TYPE forecast_error IS $$Summary of pairs of an actual and its forecast: how many, and the exact sums from which the measures of forecast accuracy come.
Built by forecast_error(actual, forecast) and forecast_error(actual, forecast, weight), merged by merge(forecast_error). Readers: mape, wape, forecast_bias, forecast_accuracy, mae, rmse, smape; and how many there are: forecast_pairs, unpaired_forecasts, mape_skipped. Source of the measures: Hyndman and Koehler (2006).
Example: salesops.mape('{"forecast_error": 1, "pairs": 2, "weight": 2, "absolute_error": 200, "absolute_actual": 300, "error": 200, "actual": 300, "squared_error": 40000, "relative_error": 2, "relative_weight": 2, "symmetric_error": 0.5}') ==> 1$$;
-- @include ordered_type forecast_error {"forecast_error": 1, "pairs": 2, "weight": 2, "absolute_error": 200, "absolute_actual": 300, "error": 200, "actual": 300, "squared_error": 40000, "relative_error": 2, "relative_weight": 2, "symmetric_error": 0.5}

-- @for NUMBER numeric float8
CREATE FUNCTION forecast_error_transfn(forecast_error, actual @NUMBER@, forecast @NUMBER@) RETURNS forecast_error
	AS 'MODULE_PATHNAME', 'salesops_forecast_error_transfn_@NUMBER@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION forecast_error_transfn(forecast_error, @NUMBER@, @NUMBER@) IS $$Transition function of forecast_error(actual, forecast) for numbers of type @NUMBER@.
Example: salesops.forecast_error_transfn(NULL, 0::@NUMBER@, 5::@NUMBER@) ==> {"forecast_error": 1, "pairs": 1, "mape_skipped": 1, "weight": 1, "absolute_error": 5, "error": 5, "squared_error": 25, "symmetric_error": 1}$$;
CREATE FUNCTION forecast_error_transfn(forecast_error, actual @NUMBER@, forecast @NUMBER@, weight double precision) RETURNS forecast_error
	AS 'MODULE_PATHNAME', 'salesops_forecast_error_transfn_@NUMBER@_weighted' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION forecast_error_transfn(forecast_error, @NUMBER@, @NUMBER@, double precision) IS $$Transition function of forecast_error(actual, forecast, weight) for numbers of type @NUMBER@.
Example: salesops.forecast_error_transfn(NULL, 0::@NUMBER@, 5::@NUMBER@, 2) ==> {"forecast_error": 1, "pairs": 1, "mape_skipped": 1, "weight": 2, "absolute_error": 10, "error": 10, "squared_error": 50, "symmetric_error": 2}$$;
CREATE AGGREGATE forecast_error(actual @NUMBER@, forecast @NUMBER@) (
	SFUNC = forecast_error_transfn, STYPE = forecast_error, SSPACE = 400, COMBINEFUNC = forecast_error_combinefn,
	FINALFUNC = forecast_error_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_error(@NUMBER@, @NUMBER@) IS $$Summary of pairs of an actual and its forecast (@NUMBER@), from which every measure of forecast accuracy is read.
A row of which both are NULL is no pair; one that lacks the actual or the forecast is counted by unpaired_forecasts and is in no measure. NaN, infinities and sizes beyond 1e28 are an error. Computed in double precision; the sums are exact, so that neither the order of rows nor merging matters. Whole numbers are taken as double precision. No rows give NULL.
Example: (SELECT salesops.forecast_error(a::@NUMBER@, f::@NUMBER@) FROM (VALUES (100, 300), (200, 200), (NULL, 7)) p(a, f)) ==> {"forecast_error": 1, "pairs": 2, "unpaired": 1, "weight": 2, "absolute_error": 200, "absolute_actual": 300, "error": 200, "actual": 300, "squared_error": 40000, "relative_error": 2, "relative_weight": 2, "symmetric_error": 0.5}$$;
CREATE AGGREGATE forecast_error(actual @NUMBER@, forecast @NUMBER@, weight double precision) (
	SFUNC = forecast_error_transfn, STYPE = forecast_error, SSPACE = 400, COMBINEFUNC = forecast_error_combinefn,
	FINALFUNC = forecast_error_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_error(@NUMBER@, @NUMBER@, double precision) IS $$Summary of weighted pairs of an actual and its forecast (@NUMBER@): a pair of weight 2 is in every measure as two pairs are.
weight: zero or more; a negative one, NaN and infinities are an error; a pair whose weight is NULL is counted by unpaired_forecasts and is in no measure. A pair of weight 0 is counted as a pair. Else as forecast_error(actual, forecast), which is the same with all weights 1.
Example: (SELECT salesops.mae(salesops.forecast_error(a::@NUMBER@, f::@NUMBER@, w)) FROM (VALUES (100, 300, 3), (200, 200, 1)) p(a, f, w)) ==> 150$$;
-- @end

CREATE FUNCTION mape(forecast_error) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_mape' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION mape(forecast_error) IS $$Mean absolute percentage error, as a fraction: the weighted mean of |A-F| / |A|.
Pairs whose actual is 0 have none and are left out: mape_skipped says how many. It weighs every pair alike however small its actual, and punishes over-forecasts more than under-forecasts, whose error is at most 1. NULL where no pair is left, and for NULL. Source: Hyndman and Koehler (2006).
Example: salesops.mape((SELECT salesops.forecast_error(a, f) FROM (VALUES (100, 300), (200, 200)) p(a, f))) ==> 1$$;
CREATE FUNCTION wape(forecast_error) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_wape' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION wape(forecast_error) IS $$Weighted absolute percentage error, as a fraction: the sum of |A-F| / the sum of |A|.
Each pair weighs as much as its actual, so that pairs whose actual is 0 are in it. NULL where the actuals are all 0 or there is no pair, and for NULL. Also known as MAD/mean ratio.
Example: salesops.wape((SELECT salesops.forecast_error(a, f) FROM (VALUES (100, 300), (200, 200)) p(a, f))) ==> 0.6666666666666666$$;
CREATE FUNCTION forecast_bias(forecast_error) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_forecast_bias' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION forecast_bias(forecast_error) IS $$Forecast bias, as a fraction of the actuals: the sum of F-A / the sum of A. More than 0 is over-forecast, less than 0 under-forecast.
Errors in both directions cancel: it says whether a forecaster leans to one side, not how near he is. Where the actuals add up to less than 0 the size of their sum divides, so that the sign means the same. NULL where they add up to 0 or there is no pair, and for NULL.
Example: salesops.forecast_bias((SELECT salesops.forecast_error(a, f) FROM (VALUES (100, 300), (200, 200)) p(a, f))) ==> 0.6666666666666666$$;
CREATE FUNCTION forecast_accuracy(forecast_error) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_forecast_accuracy' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION forecast_accuracy(forecast_error) IS $$Forecast accuracy: 1 - wape. 1 is a perfect forecast.
Less than 0 where the errors are more than the actuals: it is not cut off at 0. NULL where wape is NULL.
Example: salesops.forecast_accuracy((SELECT salesops.forecast_error(a, f) FROM (VALUES (100, 300), (200, 200)) p(a, f))) ==> 0.33333333333333337$$;
CREATE FUNCTION mae(forecast_error) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_mae' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION mae(forecast_error) IS $$Mean absolute error: the weighted mean of |A-F|, in the unit of the actuals.
NULL where there is no pair or all weights are 0, and for NULL.
Example: salesops.mae((SELECT salesops.forecast_error(a, f) FROM (VALUES (100, 300), (200, 200)) p(a, f))) ==> 100$$;
CREATE FUNCTION rmse(forecast_error) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_rmse' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION rmse(forecast_error) IS $$Root mean squared error: the square root of the weighted mean of (A-F)^2, in the unit of the actuals.
One large miss counts for more than many small ones. NULL where there is no pair or all weights are 0, and for NULL.
Example: salesops.rmse((SELECT salesops.forecast_error(a, f) FROM (VALUES (100, 300), (200, 200)) p(a, f))) ==> 141.4213562373095$$;
CREATE FUNCTION smape(forecast_error) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_smape' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION smape(forecast_error) IS $$Symmetric mean absolute percentage error, as a fraction from 0 to 2: the weighted mean of 2|A-F| / (|A|+|F|).
A pair of zeros has the error 0. Source: the M4 competition, which prints 100 times this; other definitions in the field omit the 2. NULL where there is no pair or all weights are 0, and for NULL.
Example: salesops.smape((SELECT salesops.forecast_error(a, f) FROM (VALUES (100, 300), (200, 200)) p(a, f))) ==> 0.5$$;
CREATE FUNCTION forecast_pairs(forecast_error) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_forecast_pairs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION forecast_pairs(forecast_error) IS $$Number of pairs of an actual and its forecast: those that the measures are made of.
Zero where there are none; NULL for NULL.
Example: salesops.forecast_pairs((SELECT salesops.forecast_error(a, f) FROM (VALUES (100, 300), (200, 200), (0, 5), (NULL, 7)) p(a, f))) ==> 3$$;
CREATE FUNCTION unpaired_forecasts(forecast_error) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_unpaired_forecasts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION unpaired_forecasts(forecast_error) IS $$Number of rows that lack the actual, the forecast or the weight: they are in no measure.
A forecast whose actual is not known yet, and business that nobody forecast. Zero where there are none; NULL for NULL.
Example: salesops.unpaired_forecasts((SELECT salesops.forecast_error(a, f) FROM (VALUES (100, 300), (200, 200), (0, 5), (NULL, 7)) p(a, f))) ==> 1$$;
CREATE FUNCTION mape_skipped(forecast_error) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_mape_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION mape_skipped(forecast_error) IS $$Number of pairs whose actual is 0: mape leaves them out, the other measures do not.
Zero where there are none; NULL for NULL.
Example: salesops.mape_skipped((SELECT salesops.forecast_error(a, f) FROM (VALUES (100, 300), (200, 200), (0, 5), (NULL, 7)) p(a, f))) ==> 1$$;

-- One step, for BI tools: the transition function of forecast_error, and the reader as final function.
-- @for NUMBER numeric float8
CREATE AGGREGATE mape(actual @NUMBER@, forecast @NUMBER@) (
	SFUNC = forecast_error_transfn, STYPE = forecast_error, SSPACE = 400, COMBINEFUNC = forecast_error_combinefn,
	FINALFUNC = mape, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mape(@NUMBER@, @NUMBER@) IS $$Mean absolute percentage error in one step, as a fraction: the mean of |A-F| / |A| (@NUMBER@).
Pairs whose actual is 0, or of which one is NULL, are left out. NULL where no pair is left. For several measures at once, and to merge them, forecast_error(actual, forecast).
Example: (SELECT salesops.mape(a::@NUMBER@, f::@NUMBER@) FROM (VALUES (100, 300), (200, 200)) p(a, f)) ==> 1$$;
CREATE AGGREGATE wape(actual @NUMBER@, forecast @NUMBER@) (
	SFUNC = forecast_error_transfn, STYPE = forecast_error, SSPACE = 400, COMBINEFUNC = forecast_error_combinefn,
	FINALFUNC = wape, PARALLEL = SAFE
);
COMMENT ON AGGREGATE wape(@NUMBER@, @NUMBER@) IS $$Weighted absolute percentage error in one step, as a fraction: the sum of |A-F| / the sum of |A| (@NUMBER@).
Pairs of which one is NULL are left out. NULL where the actuals are all 0 or there is no pair.
Example: (SELECT salesops.wape(a::@NUMBER@, f::@NUMBER@) FROM (VALUES (100, 300), (200, 200)) p(a, f)) ==> 0.6666666666666666$$;
CREATE AGGREGATE forecast_bias(actual @NUMBER@, forecast @NUMBER@) (
	SFUNC = forecast_error_transfn, STYPE = forecast_error, SSPACE = 400, COMBINEFUNC = forecast_error_combinefn,
	FINALFUNC = forecast_bias, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_bias(@NUMBER@, @NUMBER@) IS $$Forecast bias in one step, as a fraction of the actuals: the sum of F-A / the sum of A, more than 0 is over-forecast (@NUMBER@).
Pairs of which one is NULL are left out. NULL where the actuals add up to 0 or there is no pair.
Example: (SELECT salesops.forecast_bias(a::@NUMBER@, f::@NUMBER@) FROM (VALUES (100, 300), (200, 200)) p(a, f)) ==> 0.6666666666666666$$;
CREATE AGGREGATE forecast_accuracy(actual @NUMBER@, forecast @NUMBER@) (
	SFUNC = forecast_error_transfn, STYPE = forecast_error, SSPACE = 400, COMBINEFUNC = forecast_error_combinefn,
	FINALFUNC = forecast_accuracy, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_accuracy(@NUMBER@, @NUMBER@) IS $$Forecast accuracy in one step: 1 - wape (@NUMBER@).
Less than 0 where the errors are more than the actuals. NULL where wape is NULL.
Example: (SELECT salesops.forecast_accuracy(a::@NUMBER@, f::@NUMBER@) FROM (VALUES (100, 300), (200, 200)) p(a, f)) ==> 0.33333333333333337$$;
CREATE AGGREGATE mae(actual @NUMBER@, forecast @NUMBER@) (
	SFUNC = forecast_error_transfn, STYPE = forecast_error, SSPACE = 400, COMBINEFUNC = forecast_error_combinefn,
	FINALFUNC = mae, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mae(@NUMBER@, @NUMBER@) IS $$Mean absolute error in one step: the mean of |A-F|, in the unit of the actuals (@NUMBER@).
Pairs of which one is NULL are left out. NULL where there is no pair.
Example: (SELECT salesops.mae(a::@NUMBER@, f::@NUMBER@) FROM (VALUES (100, 300), (200, 200)) p(a, f)) ==> 100$$;
CREATE AGGREGATE rmse(actual @NUMBER@, forecast @NUMBER@) (
	SFUNC = forecast_error_transfn, STYPE = forecast_error, SSPACE = 400, COMBINEFUNC = forecast_error_combinefn,
	FINALFUNC = rmse, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rmse(@NUMBER@, @NUMBER@) IS $$Root mean squared error in one step: the square root of the mean of (A-F)^2, in the unit of the actuals (@NUMBER@).
Pairs of which one is NULL are left out. NULL where there is no pair.
Example: (SELECT salesops.rmse(a::@NUMBER@, f::@NUMBER@) FROM (VALUES (100, 300), (200, 200)) p(a, f)) ==> 141.4213562373095$$;
CREATE AGGREGATE smape(actual @NUMBER@, forecast @NUMBER@) (
	SFUNC = forecast_error_transfn, STYPE = forecast_error, SSPACE = 400, COMBINEFUNC = forecast_error_combinefn,
	FINALFUNC = smape, PARALLEL = SAFE
);
COMMENT ON AGGREGATE smape(@NUMBER@, @NUMBER@) IS $$Symmetric mean absolute percentage error in one step, as a fraction from 0 to 2: the mean of 2|A-F| / (|A|+|F|) (@NUMBER@).
A pair of zeros has the error 0; pairs of which one is NULL are left out. NULL where there is no pair.
Example: (SELECT salesops.smape(a::@NUMBER@, f::@NUMBER@) FROM (VALUES (100, 300), (200, 200)) p(a, f)) ==> 0.5$$;
-- @end
