-- stage_funnel of a whole log.

CREATE FUNCTION stage_funnel(history stage_history, process sales_process) RETURNS stage_funnel
	AS 'MODULE_PATHNAME', 'salesops_stage_funnel_history' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION stage_funnel(stage_history, sales_process) IS $$Summary of all deals of a log by how far they got in the stages of their process, as the aggregate stage_funnel(path, process) over the path of each deal, without GROUP BY the deal.
It has no amounts. A log without deals gives a funnel without any. NULL for NULL.
Example: salesops.funnel_conversion(salesops.stage_funnel('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Proposal", "probability": 1, "outcome": "won"}]}'), 'New', 'Proposal') ==> 0.5$$;
