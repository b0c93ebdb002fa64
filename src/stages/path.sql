-- path: what a stage_path says beyond its current stage: stays one by one, and the way through a process.

CREATE FUNCTION entered_current_stage_at(path stage_path) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'salesops_entered_current_stage_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION entered_current_stage_at(stage_path) IS $$When the deal entered the stage that it is in.
Repeated events of the same stage do not count as entering it. NULL for a path without events (the age of a deal without recorded changes is not known), and for NULL.
Example: salesops.entered_current_stage_at('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-16T00:00:00Z", "New"]]}') = '2026-01-16 00:00+00' ==> true$$;

CREATE FUNCTION entered_current_stage_at(path stage_path, as_of timestamptz) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'salesops_entered_current_stage_at_as_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION entered_current_stage_at(stage_path, timestamptz) IS $$When the deal entered the stage in which it was at as_of.
Events after as_of are not seen. NULL before the first event, and for NULL; an infinite as_of is an error.
Example: salesops.entered_current_stage_at('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-16T00:00:00Z", "New"]]}', '2026-01-12 00:00+00') = '2026-01-11 00:00+00' ==> true$$;

CREATE FUNCTION stage_visits(path stage_path, stage text) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_stage_visits' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION stage_visits(stage_path, text) IS $$How many times the deal was in a stage: its stays there; neighbouring events of the same stage are one.
0 for a stage that it never entered, and NULL for NULL.
Example: salesops.stage_visits('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-16T00:00:00Z", "New"]]}', 'New') ==> 2$$;

CREATE FUNCTION stage_spells(path stage_path, as_of timestamptz) RETURNS TABLE (stage text, entered_at timestamptz, left_at timestamptz, days double precision, ended boolean)
	AS 'MODULE_PATHNAME', 'salesops_stage_spells' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 10;
COMMENT ON FUNCTION stage_spells(stage_path, timestamptz) IS $$The stays of the deal in its stages, one by one in order of time, as they are known at as_of.
Events after as_of are not seen. The last stay has not ended: left_at is NULL, and days (of 86,400 seconds) are until as_of. Events of the same moment are in the order of the bytes of the stages' names. No rows for a path without events by then, and for NULL; an infinite as_of is an error.
Example: (SELECT string_agg(concat_ws(' ', stage, days, ended), ', ' ORDER BY entered_at) FROM salesops.stage_spells(salesops.stage_path '{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-16T00:00:00Z", "New"]]}', '2026-01-20 00:00+00')) ==> New 10 t, Proposal 5 t, New 4 f$$;

CREATE FUNCTION stage_spells(path stage_path, as_of timestamptz, process sales_process) RETURNS TABLE (stage text, entered_at timestamptz, left_at timestamptz, days double precision, ended boolean)
	AS 'MODULE_PATHNAME', 'salesops_stage_spells_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 10;
COMMENT ON FUNCTION stage_spells(stage_path, timestamptz, sales_process) IS $$The stays of the deal in its stages, in the order of its process, where a stage that closes the deal has no days.
As stage_spells(path, as_of), but for this: events of the same moment are in the order of the process, with stages that it does not have behind; and days is NULL for a stage of the outcome won or lost, in which a deal does not stay.
Example: (SELECT count(days) FROM salesops.stage_spells(salesops.stage_path '{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-16T00:00:00Z", "New"]]}', '2026-01-20 00:00+00', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}]}')) ==> 3$$;

CREATE FUNCTION reached(path stage_path, process sales_process, stage text) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_reached' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION reached(stage_path, sales_process, text) IS $$Whether the deal reached a stage of its process.
An open stage is reached by entering it or a later open one, or by winning, be it for a time: whoever reached a stage reached all open ones before. A stage that closes the deal is reached by being in it at the end. NULL for a stage that the process does not have, for a path without an event of one of its stages, and for NULL.
Example: salesops.reached('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"]]}', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}]}', 'Demo') ==> true$$;

CREATE FUNCTION regressions(path stage_path, process sales_process) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_regressions' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION regressions(stage_path, sales_process) IS $$How often the deal went back: it entered an earlier open stage of its process than the open one that it was in last.
Leaving a stage that closed it is a reopening, and no regression unless the deal comes back to an earlier stage. Events of stages that the process does not have are looked through. NULL for a path without an event of one of its stages, and for NULL.
Example: salesops.regressions('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-16T00:00:00Z", "New"]]}', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}]}') ==> 1$$;

CREATE FUNCTION reopenings(path stage_path, process sales_process) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_reopenings' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION reopenings(stage_path, sales_process) IS $$How often the deal was reopened: it left a stage of the outcome won or lost for an open one.
NULL for a path without an event of a stage of the process, and for NULL.
Example: salesops.reopenings('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-16T00:00:00Z", "New"]]}', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}]}') ==> 0$$;

CREATE FUNCTION skips(path stage_path, process sales_process) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_skips' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION skips(stage_path, sales_process) IS $$How many open stages of its process the deal passed over: stages behind the earliest one that it was in, which it reached and never entered.
A deal that is made in the third stage began there and skipped nothing; one that is won from the second of four skipped two; one that came back to a stage later did not skip it; losing skips nothing. NULL for a path without an event of a stage of the process, and for NULL.
Example: salesops.skips('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"]]}', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}]}') ==> 1$$;

CREATE FUNCTION unknown_stage_events(path stage_path, process sales_process) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_unknown_stage_events' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION unknown_stage_events(stage_path, sales_process) IS $$How many events of the path are of stages that the process does not have.
The other readers with a process look through them. NULL for NULL.
Example: salesops.unknown_stage_events('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-16T00:00:00Z", "New"]]}', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}') ==> 1$$;

-- Events of the same moment in the order of a process: deals are made and won, or walked through their stages, within one second.
CREATE FUNCTION current_stage(path stage_path, process sales_process) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_current_stage_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION current_stage(stage_path, sales_process) IS $$The stage of the last event, in the order of the process.
As current_stage(path), but for this: events of the same moment are in the order of the process, with stages that it does not have behind. NULL for a path without events, and for NULL.
Example: salesops.current_stage('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-11T00:00:00Z", "Accepted"]]}', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}, {"stage": "Accepted", "probability": 1, "outcome": "won"}]}') ==> Accepted$$;
CREATE FUNCTION stage_at(path stage_path, moment timestamptz, process sales_process) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_stage_at_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION stage_at(stage_path, timestamptz, sales_process) IS $$The stage in which the deal was at a moment, in the order of the process.
As stage_at(path, moment), but for this: events of the same moment are in the order of the process, with stages that it does not have behind. NULL before the first event, and for NULL; an infinite moment is an error.
Example: salesops.stage_at('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-11T00:00:00Z", "Accepted"]]}', '2026-01-11 00:00+00', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}, {"stage": "Accepted", "probability": 1, "outcome": "won"}]}') ==> Accepted$$;
CREATE FUNCTION entered_current_stage_at(path stage_path, as_of timestamptz, process sales_process) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'salesops_entered_current_stage_at_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION entered_current_stage_at(stage_path, timestamptz, sales_process) IS $$When the deal entered the stage in which it was at as_of, in the order of the process.
As entered_current_stage_at(path, as_of), but for this: events of the same moment are in the order of the process, with stages that it does not have behind. NULL before the first event, and for NULL; an infinite as_of is an error.
Example: salesops.entered_current_stage_at('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-11T00:00:00Z", "Accepted"]]}', '2026-01-12 00:00+00', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}, {"stage": "Accepted", "probability": 1, "outcome": "won"}]}') = '2026-01-11 00:00+00' ==> true$$;
CREATE FUNCTION days_in_current_stage(path stage_path, as_of timestamptz, process sales_process) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_days_in_current_stage_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION days_in_current_stage(stage_path, timestamptz, sales_process) IS $$Days since the deal entered the stage in which it was at as_of, in the order of the process; a day is 86,400 seconds.
As days_in_current_stage(path, as_of), but for this: events of the same moment are in the order of the process, with stages that it does not have behind. A closed deal has been in its last stage since it entered it. NULL before the first event, and for NULL; an infinite as_of is an error.
Example: salesops.days_in_current_stage('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-11T00:00:00Z", "Accepted"]]}', '2026-01-21 00:00+00', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}, {"stage": "Accepted", "probability": 1, "outcome": "won"}]}') ==> 10$$;
CREATE FUNCTION days_in_stage(path stage_path, stage text, as_of timestamptz, process sales_process) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_days_in_stage_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION days_in_stage(stage_path, text, timestamptz, sales_process) IS $$Days that the deal spent in a stage until as_of, all visits together, in the order of the process; a day is 86,400 seconds.
As days_in_stage(path, stage, as_of), but for this: events of the same moment are in the order of the process, with stages that it does not have behind. NULL where the stage was not entered by then, and for NULL; an infinite as_of is an error.
Example: salesops.days_in_stage('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-11T00:00:00Z", "Accepted"]]}', 'Proposal', '2026-01-21 00:00+00', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}, {"stage": "Accepted", "probability": 1, "outcome": "won"}]}') ==> 0$$;

-- Where the way began, and the path of the stays.
CREATE FUNCTION first_stage(path stage_path) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_first_stage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION first_stage(stage_path) IS $$The stage of the first event: where the records of the deal begin.
Of events of the same moment the first by the bytes of the stages' names. NULL for a path without events, and for NULL.
Example: salesops.first_stage('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-11T00:00:00Z", "Accepted"]]}') ==> New$$;
CREATE FUNCTION first_stage(path stage_path, process sales_process) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_first_stage_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION first_stage(stage_path, sales_process) IS $$The stage of the first event, in the order of the process.
Events of the same moment are in the order of the process, with stages that it does not have behind. NULL for a path without events, and for NULL.
Example: salesops.first_stage('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-11T00:00:00Z", "Accepted"]]}', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}, {"stage": "Accepted", "probability": 1, "outcome": "won"}]}') ==> New$$;
CREATE FUNCTION first_entered_at(path stage_path) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'salesops_first_entered_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION first_entered_at(stage_path) IS $$When the deal entered the first of its stages: the moment of the first event.
What deals are grouped by in a funnel by entry cohort, whichever stage their records begin in. NULL for a path without events, and for NULL.
Example: salesops.first_entered_at('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"], ["2026-01-11T00:00:00Z", "Accepted"]]}') = '2026-01-01 00:00+00' ==> true$$;
CREATE FUNCTION stage_entries(path stage_path) RETURNS stage_path
	AS 'MODULE_PATHNAME', 'salesops_stage_entries' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_entries(stage_path) IS $$The path without the events that only repeat the stage the deal is in: an event for each stay.
A history of full states records a stage again whenever something else of the deal changes; window_funnel and others that look at events then count from the last such row. An event that shares its moment with another, or follows such ones, is kept, since what it says depends on the order of the process. Merge the paths of one deal before: what is dropped here may be missing there. NULL for NULL.
Example: salesops.stage_entries('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-02-01T00:00:00Z", "New"], ["2026-02-15T00:00:00Z", "Won"]]}'::salesops.stage_path) ==> {"stage_path": 1, "events": [["2026-01-01T00:00:00+00:00", "New"], ["2026-02-15T00:00:00+00:00", "Won"]]}$$;
