-- stages: how long things stay, of those that left in some way and of those still there.

-- @include summary_type survival {"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}
COMMENT ON TYPE survival IS $$Summary of how long things stayed: how many ended after how many days, in which way (outcome), and how many are not over (censored).
Built by survival(days, ended) or survival(days, outcome), merged by merge(survival), exactly and in any order. Readers: km_survival, km_median, km_quantile, km_restricted_mean, survival_percentile, cumulative_incidence, logrank_p and others; survival_curve and incidence_curve give rows for charts. 16 bytes for each different pair of days and outcome, at most 16,000,000 of them; at most 100 outcomes of 400 bytes.
Example: salesops.km_median('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}') ==> 3$$;
-- @include ordered_type survival {"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}

CREATE FUNCTION survival_transfn(survival, days double precision, ended boolean) RETURNS survival
	AS 'MODULE_PATHNAME', 'salesops_survival_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION survival_transfn(survival, double precision, boolean) IS $$Transition function of survival(days, ended).
Example: salesops.survival_transfn(NULL, 3.5, true) ==> {"survival": 1, "outcomes": ["ended"], "steps": [[3.5, 1, 1]]}$$;
CREATE FUNCTION survival_transfn(survival, days double precision, outcome text) RETURNS survival
	AS 'MODULE_PATHNAME', 'salesops_survival_transfn_outcome' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION survival_transfn(survival, double precision, text) IS $$Transition function of survival(days, outcome).
Example: salesops.survival_transfn(NULL, 3.5, 'won'::text) ==> {"survival": 1, "outcomes": ["won"], "steps": [[3.5, 1, 1]]}$$;
CREATE AGGREGATE survival(days double precision, ended boolean) (
	SFUNC = survival_transfn, STYPE = survival, SSPACE = 256, COMBINEFUNC = survival_combinefn, FINALFUNC = survival_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival(double precision, boolean) IS $$Summary of how long things stayed: days, and whether the stay ended (true, counted as outcome "ended") or is not over (false: it lasts at least so long).
A row of which one argument is NULL is counted by incomplete_observations and no more; one of which both are is none. No rows give NULL. Negative, NaN and infinite days are errors; -0 is 0.
Example: (SELECT salesops.survival(d, e) FROM (VALUES (4, true), (3, false), (1, true), (NULL, true)) v(d, e)) ==> {"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [3, 0, 1], [4, 1, 1]], "incomplete": 1}$$;
CREATE AGGREGATE survival(days double precision, outcome text) (
	SFUNC = survival_transfn, STYPE = survival, SSPACE = 256, COMBINEFUNC = survival_combinefn, FINALFUNC = survival_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival(double precision, text) IS $$Summary of how long things stayed: days, and the way in which the stay ended, such as won or lost, or NULL where it is not over (it lasts at least so long).
A row with an outcome and without days is counted by incomplete_observations and no more; one without both is none. No rows give NULL. Negative, NaN and infinite days are errors, as are an empty outcome, one of more than 400 bytes, and more than 100 different ones; -0 is 0.
Example: (SELECT salesops.survival(d, o) FROM (VALUES (4, 'won'), (3, NULL), (1, 'lost'), (3, 'won')) v(d, o)) ==> {"survival": 1, "outcomes": ["lost", "won"], "steps": [[1, 1, 1], [3, 0, 1], [3, 2, 1], [4, 2, 1]]}$$;

CREATE FUNCTION survival_count(s survival) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_survival_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION survival_count(survival) IS $$Number of observations: of stays that ended and of those that are not over.
NULL for NULL.
Example: salesops.survival_count('{"survival": 1, "outcomes": ["lost", "won"], "steps": [[1, 1, 1], [3, 0, 1], [3, 2, 1], [4, 2, 2]]}') ==> 5$$;
CREATE FUNCTION ended_count(s survival) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_ended_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION ended_count(survival) IS $$Number of stays that ended, in whichever way.
NULL for NULL.
Example: salesops.ended_count('{"survival": 1, "outcomes": ["lost", "won"], "steps": [[1, 1, 1], [3, 0, 1], [3, 2, 1], [4, 2, 2]]}') ==> 4$$;
CREATE FUNCTION ended_count(s survival, outcome text) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_ended_count_outcome' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION ended_count(survival, text) IS $$Number of stays that ended with an outcome; 0 for one that none had.
NULL for NULL.
Example: salesops.ended_count('{"survival": 1, "outcomes": ["lost", "won"], "steps": [[1, 1, 1], [3, 0, 1], [3, 2, 1], [4, 2, 2]]}', 'won') ==> 3$$;
CREATE FUNCTION open_count(s survival) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_open_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION open_count(survival) IS $$Number of stays that are not over (censored).
NULL for NULL.
Example: salesops.open_count('{"survival": 1, "outcomes": ["lost", "won"], "steps": [[1, 1, 1], [3, 0, 1], [3, 2, 1], [4, 2, 2]]}') ==> 1$$;
CREATE FUNCTION incomplete_observations(s survival) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_incomplete_observations' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION incomplete_observations(survival) IS $$Number of rows that lacked the days, or whether the stay ended: they are in nothing else.
NULL for NULL.
Example: salesops.incomplete_observations('{"survival": 1, "incomplete": 2}') ==> 2$$;

CREATE FUNCTION km_survival(s survival, days double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_survival' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_survival(survival, double precision) IS $$Share that is still there after so many days, from 0 to 1, by Kaplan and Meier (1958): the product of 1 - ended / at risk over all times up to then; all outcomes count as ended.
NULL beyond the last observation, unless the share has come to 0; for a value without observations; and for NULL. Negative, NaN and infinite days are errors.
Example: salesops.km_survival('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 1.5) ==> 0.75$$;
CREATE FUNCTION km_survival_se(s survival, days double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_survival_se' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_survival_se(survival, double precision) IS $$Standard error of km_survival, by Greenwood (1926): the share times the root of the sum of ended / (at risk * (at risk - ended)), as in R's summary of survfit.
NULL as km_survival, and where the share is 0.
Example: round(salesops.km_survival_se('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 1.5)::numeric, 6) ==> 0.216506$$;
CREATE FUNCTION km_survival_low(s survival, days double precision, level double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_survival_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_survival_low(survival, double precision, double precision) IS $$Lower confidence limit of km_survival, from the logarithm of the share: R's default (conf.type "log").
level: the confidence, 0.95 if not given; an error unless from 0 to below 1. 1 while nothing has ended; NULL as km_survival_se.
Example: round(salesops.km_survival_low('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 1.5)::numeric, 6) ==> 0.425932$$;
CREATE FUNCTION km_survival_high(s survival, days double precision, level double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_survival_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_survival_high(survival, double precision, double precision) IS $$Upper confidence limit of km_survival, from the logarithm of the share, at most 1: R's default (conf.type "log").
level: the confidence, 0.95 if not given; an error unless from 0 to below 1. 1 while nothing has ended; NULL as km_survival_se.
Example: salesops.km_survival_high('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 1.5) ==> 1$$;
CREATE FUNCTION km_survival_log_log_low(s survival, days double precision, level double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_survival_log_log_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_survival_log_log_low(survival, double precision, double precision) IS $$Lower confidence limit of km_survival, from log(-log share), which never leaves 0 to 1 and holds better in small groups (R's conf.type "log-log").
level: the confidence, 0.95 if not given; an error unless from 0 to below 1. 1 while nothing has ended; NULL as km_survival_se.
Example: round(salesops.km_survival_log_log_low('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 1.5)::numeric, 6) ==> 0.127947$$;
CREATE FUNCTION km_survival_log_log_high(s survival, days double precision, level double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_survival_log_log_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_survival_log_log_high(survival, double precision, double precision) IS $$Upper confidence limit of km_survival, from log(-log share), which never leaves 0 to 1 and holds better in small groups (R's conf.type "log-log").
level: the confidence, 0.95 if not given; an error unless from 0 to below 1. 1 while nothing has ended; NULL as km_survival_se.
Example: round(salesops.km_survival_log_log_high('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 1.5)::numeric, 6) ==> 0.960549$$;
CREATE FUNCTION km_survival_plain_low(s survival, days double precision, level double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_survival_plain_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_survival_plain_low(survival, double precision, double precision) IS $$Lower confidence limit of km_survival: the share less as many standard errors as the level has, at least 0 (R's conf.type "plain").
level: the confidence, 0.95 if not given; an error unless from 0 to below 1. 1 while nothing has ended; NULL as km_survival_se.
Example: round(salesops.km_survival_plain_low('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 1.5)::numeric, 6) ==> 0.325655$$;
CREATE FUNCTION km_survival_plain_high(s survival, days double precision, level double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_survival_plain_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_survival_plain_high(survival, double precision, double precision) IS $$Upper confidence limit of km_survival: the share and as many standard errors as the level has, at most 1 (R's conf.type "plain").
level: the confidence, 0.95 if not given; an error unless from 0 to below 1. 1 while nothing has ended; NULL as km_survival_se.
Example: round(salesops.km_survival_plain_high('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 2)::numeric, 6) ==> 0.989991$$;
CREATE FUNCTION survival_percentile(s survival, days double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_survival_percentile' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION survival_percentile(survival, double precision) IS $$Share of all that had ended after so many days, from 0 to 1: 1 - km_survival, as in "older than 92 % of deals ever were here".
Beyond the last observation that of the last, which is the least that it can be, so that a case older than all has a rank. NULL for a value without observations, and for NULL. Negative, NaN and infinite days are errors.
Example: salesops.survival_percentile('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 0, 1]]}', 9) ==> 0.5$$;

CREATE FUNCTION km_median(s survival) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_median' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_median(survival) IS $$Days after which half has ended, by Kaplan and Meier: km_quantile(s, 0.5).
NULL where less than half is known to end, for a value without observations, and for NULL.
Example: salesops.km_median('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}') ==> 3$$;
CREATE FUNCTION km_quantile(s survival, q double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_quantile' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_quantile(survival, double precision) IS $$Days after which a share q has ended: the least number of days at which km_survival is 1 - q or less; where it is 1 - q for a while (to within 2^-26), the middle of that time, as in R.
NULL where the share known to end is less than q, for a value without observations, and for NULL. q outside of 0 to 1 is an error.
Example: salesops.km_quantile('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 0.9) ==> 4$$;
CREATE FUNCTION km_quantile_low(s survival, q double precision, level double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_quantile_low' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_quantile_low(survival, double precision, double precision) IS $$Lower confidence limit of km_quantile: where km_survival_low comes to 1 - q, as in R.
level: the confidence, 0.95 if not given. NULL where it does not come so far, and as km_quantile.
Example: salesops.km_quantile_low('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 0.5) ==> 1$$;
CREATE FUNCTION km_quantile_high(s survival, q double precision, level double precision DEFAULT 0.95) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_quantile_high' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_quantile_high(survival, double precision, double precision) IS $$Upper confidence limit of km_quantile: where km_survival_high first comes to 1 - q, as in R.
level: the confidence, 0.95 if not given. NULL where it does not come so far, as with few observations, and as km_quantile.
Example: salesops.km_quantile_high('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 60], [2, 1, 30], [3, 1, 30]]}', 0.5) ==> 2$$;
CREATE FUNCTION naive_median(s survival) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_naive_median' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION naive_median(survival) IS $$Median days of those that ended, as if those not over were not there: what most dashboards show, and biased short, since the slow ones have not ended yet. For comparison with km_median.
NULL where none ended, and for NULL.
Example: salesops.naive_median('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}') ==> 2$$;
CREATE FUNCTION km_restricted_mean(s survival, tau double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_restricted_mean' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_restricted_mean(survival, double precision) IS $$Mean days of the first tau: the area under km_survival from 0 to tau, known also where the mean of all is not.
NULL where tau is beyond the last observation, unless the share has come to 0; for a value without observations; and for NULL. A negative, NaN or infinite tau is an error.
Example: salesops.km_restricted_mean('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 3) ==> 2.25$$;
CREATE FUNCTION km_restricted_mean_se(s survival, tau double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_km_restricted_mean_se' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION km_restricted_mean_se(survival, double precision) IS $$Standard error of km_restricted_mean (Kaplan and Meier 1958, section 6.1): the root of the sum of the squared area behind each time, times ended / (at risk * (at risk - ended)), as in R.
NULL as km_restricted_mean.
Example: round(salesops.km_restricted_mean_se('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}', 3)::numeric, 6) ==> 0.414578$$;
CREATE FUNCTION survival_curve(s survival, level double precision DEFAULT 0.95)
	RETURNS TABLE (days double precision, at_risk bigint, ended bigint, censored bigint, survival double precision, std_error double precision,
		low double precision, high double precision)
	AS 'MODULE_PATHNAME', 'salesops_survival_curve' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 200;
COMMENT ON FUNCTION survival_curve(survival, double precision) IS $$The curve of km_survival: a row for each different number of days, in their order, with how many were at risk (there so long or longer), ended then, and were not over then; the share, its standard error and limits (km_survival_low and _high).
Before the first row the share is 1. level: the confidence, 0.95 if not given; an error unless from 0 to below 1. Standard error and limits are NULL where the share is 0. No rows for a value without observations, and for NULL.
Example: (SELECT string_agg(concat_ws('|', days, at_risk, ended, censored, survival), ' ') FROM salesops.survival_curve('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 1], [3, 0, 1], [4, 1, 1]]}')) ==> 1|4|1|0|0.75 2|3|1|0|0.5 3|2|0|1|0.5 4|1|1|0|0$$;

CREATE FUNCTION logrank_chi_square(a survival, b survival) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_logrank_chi_square' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION logrank_chi_square(survival, survival) IS $$Log-rank statistic of two groups: how far what ended in each is from what would be expected if both stayed equally long, as chi-square with 1 degree of freedom (Mantel 1966, Peto and Peto 1972; as R's survdiff). All outcomes count as ended.
NULL where nothing ended while both were at risk, and for NULL.
Example: round(salesops.logrank_chi_square('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 9], [2, 1, 1]]}', '{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 9]]}')::numeric, 4) ==> 12.1600$$;
CREATE FUNCTION logrank_chi_square(groups survival[]) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_logrank_chi_square_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION logrank_chi_square(survival[]) IS $$Log-rank statistic of two or more groups, as of array_agg over a query with a row for each: chi-square with one degree of freedom less than there are groups.
NULLs among the groups are passed over; a group of which none was at risk when anything ended does not count. At most 100 groups. NULL where fewer than two count, or were never at risk together, and for NULL.
Example: round(salesops.logrank_chi_square('{"{\"survival\": 1, \"outcomes\": [\"ended\"], \"steps\": [[1, 1, 9], [2, 1, 1]]}","{\"survival\": 1, \"outcomes\": [\"ended\"], \"steps\": [[1, 1, 1], [2, 1, 9]]}"}'::salesops.survival[])::numeric, 4) ==> 12.1600$$;
CREATE FUNCTION logrank_p(a survival, b survival) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_logrank_p' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION logrank_p(survival, survival) IS $$Log-rank test of two groups: the chance of a logrank_chi_square as large or larger if both stayed equally long. Small, as below 0.05: they hardly do.
NULL as logrank_chi_square.
Example: round(salesops.logrank_p('{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 9], [2, 1, 1]]}', '{"survival": 1, "outcomes": ["ended"], "steps": [[1, 1, 1], [2, 1, 9]]}')::numeric, 6) ==> 0.000488$$;
CREATE FUNCTION logrank_p(groups survival[]) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_logrank_p_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION logrank_p(survival[]) IS $$Log-rank test of two or more groups: the chance of a logrank_chi_square as large or larger if all stayed equally long.
NULL as logrank_chi_square.
Example: round(salesops.logrank_p('{"{\"survival\": 1, \"outcomes\": [\"ended\"], \"steps\": [[1, 1, 9], [2, 1, 1]]}","{\"survival\": 1, \"outcomes\": [\"ended\"], \"steps\": [[1, 1, 1], [2, 1, 9]]}"}'::salesops.survival[])::numeric, 6) ==> 0.000488$$;

CREATE FUNCTION cumulative_incidence(s survival, outcome text, days double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_cumulative_incidence' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION cumulative_incidence(survival, text, double precision) IS $$Share that has ended with an outcome after so many days, where others compete with it, by Aalen and Johansen (1978): the sum of km_survival just before, times ended with it / at risk, over all times up to then.
The incidences of all outcomes and km_survival add up to 1. Kaplan-Meier on one outcome alone, the others taken as not over, answers another question and says more. 0 for an outcome that none had; NULL as km_survival.
Example: salesops.cumulative_incidence('{"survival": 1, "outcomes": ["lost", "won"], "steps": [[1, 1, 1], [2, 2, 1], [3, 0, 1], [4, 2, 1]]}', 'won', 4) ==> 0.75$$;
CREATE FUNCTION cumulative_incidence_se(s survival, outcome text, days double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_cumulative_incidence_se' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION cumulative_incidence_se(survival, text, double precision) IS $$Standard error of cumulative_incidence by the delta method (Gaynor and others 1993; Marubini and Valsecchi 1995): with one outcome it is Greenwood's.
R's survfit, by the infinitesimal jackknife, gives the same. NULL as km_survival.
Example: round(salesops.cumulative_incidence_se('{"survival": 1, "outcomes": ["lost", "won"], "steps": [[1, 1, 1], [2, 2, 1], [3, 0, 1], [4, 2, 1]]}', 'won', 3)::numeric, 6) ==> 0.216506$$;
CREATE FUNCTION incidence_curve(s survival)
	RETURNS TABLE (days double precision, outcome text, at_risk bigint, ended bigint, incidence double precision, std_error double precision)
	AS 'MODULE_PATHNAME', 'salesops_incidence_curve' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 200;
COMMENT ON FUNCTION incidence_curve(survival) IS $$The curves of cumulative_incidence: a row for each time at which any ended with an outcome, in order of days and of the outcomes' bytes, with how many were at risk, how many ended so then, and the incidence with its standard error.
Before the first row of an outcome its incidence is 0, and between two that of the first. No rows where none ended, and for NULL.
Example: (SELECT string_agg(concat_ws('|', days, outcome, at_risk, ended, incidence), ' ') FROM salesops.incidence_curve('{"survival": 1, "outcomes": ["lost", "won"], "steps": [[1, 1, 1], [2, 2, 1], [3, 0, 1], [4, 2, 1]]}')) ==> 1|lost|4|1|0.25 2|won|3|1|0.25 4|won|1|1|0.75$$;
