-- survival_age: whether a deal has been in its stage for too long.

CREATE FUNCTION stage_age_status(days double precision, process sales_process, stage text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_stage_age_status_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_age_status(double precision, sales_process, text) IS $$Whether a deal that has been in a stage for so many days is fresh, aging or stalled, by the limit of its process.
stalled: more days than the stage's max_days; aging: more than two thirds of them; fresh: up to there. NULL for a stage without a limit, one that closes the deal, one that the process does not have, and for NULL. Negative and infinite days are an error.
Example: salesops.stage_age_status(21, '{"stages": [{"stage": "Proposal", "probability": 0.5, "category": "commit", "max_days": 30}]}'::salesops.sales_process, 'Proposal') ==> aging$$;

CREATE FUNCTION stage_age_status(days double precision, norm survival, factor double precision DEFAULT 1.5) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_stage_age_status_norm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION stage_age_status(double precision, survival, double precision) IS $$Whether a deal that has been in a stage for so many days is fresh, aging or stalled, by how long others stay there.
fresh: up to the Kaplan-Meier median of the stays; aging: up to factor (of 1 or more) times the median; stalled: beyond. Stays that have not ended count, which a median over finished ones leaves out. Where fewer than half ever left, the median is not known: a deal is fresh up to the longest stay seen, and NULL beyond. NULL for no observations, and for NULL. Negative and infinite days are an error.
Example: (SELECT salesops.stage_age_status(45, salesops.survival(d, ended)) FROM (VALUES (10, true), (20, true), (30, true), (40, false)) v(d, ended)) ==> stalled$$;

CREATE FUNCTION stage_age_status_quantile(days double precision, norm survival, quantile double precision DEFAULT 0.9) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_stage_age_status_quantile' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION stage_age_status_quantile(double precision, survival, double precision) IS $$Whether a deal that has been in a stage for so many days is fresh, aging or stalled, where stalled is to be longer than a share of all ever stay.
fresh: up to the Kaplan-Meier median of the stays; aging: up to the quantile (from 0.5 to 1); stalled: beyond. Where the quantile is not known, since too few ever left, a deal beyond the median is aging up to the longest stay seen, and NULL beyond. NULL for no observations, and for NULL. Negative and infinite days are an error.
Example: (SELECT salesops.stage_age_status_quantile(36, salesops.survival(d, ended), 0.75) FROM (VALUES (10, true), (20, true), (30, true), (40, false)) v(d, ended)) ==> stalled$$;

CREATE FUNCTION explain_stage_age(days double precision, process sales_process, stage text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_explain_stage_age_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION explain_stage_age(double precision, sales_process, text) IS $$Why a deal is fresh, aging or stalled by the limit of its process: the days, the stage and the limit, in words.
NULL for NULL. Negative and infinite days are an error.
Example: salesops.explain_stage_age(37, '{"stages": [{"stage": "Proposal", "probability": 0.5, "category": "commit", "max_days": 30}]}'::salesops.sales_process, 'Proposal') ==> 37.0 days in Proposal, 7.0 more than its limit of 30$$;

CREATE FUNCTION explain_stage_age(days double precision, norm survival) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_explain_stage_age_norm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION explain_stage_age(double precision, survival) IS $$Why a deal is fresh, aging or stalled by how long others stay: the days, the share of stays that never were so long, and the median, in words.
NULL for no observations, and for NULL. Negative and infinite days are an error.
Example: (SELECT salesops.explain_stage_age(25, salesops.survival(d, ended)) FROM (VALUES (10, true), (20, true), (30, true), (40, false)) v(d, ended)) ==> 25.0 days, older than 50 % of 4 stays; half leave within 25.0$$;
