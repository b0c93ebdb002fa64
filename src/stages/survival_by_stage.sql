-- How long deals stay in each stage of a log, as survival (survival_by_stage.c).

CREATE FUNCTION survival_by_stage(history stage_history, as_of timestamptz)
	RETURNS TABLE (stage text, survival survival)
	AS 'MODULE_PATHNAME', 'salesops_survival_by_stage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION survival_by_stage(stage_history, timestamptz) IS $$How long deals stay in each stage, as survival(days, outcome) of its stays until as_of: the outcome is the stage that a stay was left for.
A stay that goes on at as_of is censored; so is that in a closed stage (see the form with a process). A row for each stage that was entered, in the order of the names. Events after as_of are not seen. A stage whose name is empty is the outcome (no name). More than 100 different stages that one was left for is an error. No rows for NULL; an infinite as_of is an error.
Example: (SELECT salesops.km_median(survival) FROM salesops.survival_by_stage('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, '2026-01-15 00:00+00') WHERE stage = 'New') ==> 10$$;
CREATE FUNCTION survival_by_stage(history stage_history, as_of timestamptz, process sales_process)
	RETURNS TABLE (stage text, survival survival)
	AS 'MODULE_PATHNAME', 'salesops_survival_by_stage_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION survival_by_stage(stage_history, timestamptz, sales_process) IS $$How long deals stay in each open stage of the process, as survival(days, outcome) of its stays until as_of: the outcome is won, lost, advanced (to a later open stage), regressed (to an earlier one), or unknown stage (from or to one that the process does not have).
Stages that the process closes deals in have no row. In the order of the process, then stages that it does not have. Else as survival_by_stage(history, as_of). No rows for NULL.
Example: (SELECT salesops.cumulative_incidence(survival, 'won', 10) FROM salesops.survival_by_stage('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, '2026-01-15 00:00+00', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Proposal", "probability": 1, "outcome": "won"}]}')) ==> 0.5$$;
CREATE FUNCTION stage_survival(history stage_history, stage text, as_of timestamptz) RETURNS survival
	AS 'MODULE_PATHNAME', 'salesops_stage_survival' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION stage_survival(stage_history, text, timestamptz) IS $$How long deals stay in one stage: the survival that survival_by_stage(history, as_of) has in its row.
NULL where no deal entered the stage by then, and for NULL.
Example: salesops.km_median(salesops.stage_survival('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, 'New', '2026-01-15 00:00+00')) ==> 10$$;
CREATE FUNCTION stage_survival(history stage_history, stage text, as_of timestamptz, process sales_process) RETURNS survival
	AS 'MODULE_PATHNAME', 'salesops_stage_survival_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION stage_survival(stage_history, text, timestamptz, sales_process) IS $$How long deals stay in one stage of the process: the survival that survival_by_stage(history, as_of, process) has in its row.
NULL where no deal entered the stage by then, where the process closes deals in it, and for NULL.
Example: salesops.km_median(salesops.stage_survival('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, 'New', '2026-01-15 00:00+00', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Proposal", "probability": 1, "outcome": "won"}]}')) ==> 10$$;
