-- window_funnel: ordered steps within a time, of one deal or of a whole log.

CREATE FUNCTION window_funnel(history stage_history, steps text[], within_days double precision DEFAULT NULL)
	RETURNS TABLE (step integer, stage text, deals bigint, conversion double precision, step_conversion double precision, median_days double precision)
	AS 'MODULE_PATHNAME', 'salesops_window_funnel_history' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION window_funnel(stage_history, text[], double precision) IS $$An ordered funnel over a log of any events: how many deals did step after step, the last one within within_days of the first; a row for each step.
A deal reaches a step where it has events of all steps up to it in this order, at times that do not decrease, whatever happened in between; it counts with the best chain that begins with any of its events of step 1 (the rules of ClickHouse's windowFunnel). within_days: from the event of step 1, inclusive; NULL is no limit; a negative one is an error. Events of one moment may follow each other in the order of the steps; one event is one step, and a stage may be in several. conversion: of the deals that reached step 1; step_conversion: of those that reached the step before; NULL where there are none. median_days: from the event of step 1 to that of this step, of the first chain that reached it. From 1 to 100 steps, none of them NULL. A step that no event is of is reached by none. No rows for NULL history or steps.
Example: (SELECT string_agg(step || ' ' || stage || ' ' || deals || ' ' || conversion, ', ' ORDER BY step) FROM salesops.window_funnel('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, ARRAY['New', 'Proposal'], 30)) ==> 1 New 2 1, 2 Proposal 1 0.5$$;

CREATE FUNCTION window_funnel(path stage_path, steps text[], within_days double precision DEFAULT NULL) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_window_funnel_path' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 3;
COMMENT ON FUNCTION window_funnel(stage_path, text[], double precision) IS $$How many steps of an ordered funnel one deal did, the last one within within_days of the first: from 0 to the number of steps.
The rules are those of window_funnel(history, steps, within_days), which counts the deals of a whole log. 0 for a path without an event of step 1; NULL for a NULL path or NULL steps.
Example: salesops.window_funnel('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-03-01T00:00:00Z", "Won"]]}'::salesops.stage_path, ARRAY['New', 'Proposal', 'Won'], 30) ==> 2$$;
