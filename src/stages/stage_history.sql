-- stage_history: a whole log of stage changes in one pass, without GROUP BY the deal, and what it says.

-- @include summary_type stage_history {"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}
COMMENT ON TYPE stage_history IS $$A whole log of stage changes: the events (moment, stage) of many deals, together.
Built by stage_history(deal, stage, entered_at) over all rows at once, without GROUP BY the deal, in any order; merged by merge(stage_history). Readers: stage_times, stage_transitions, stage_spells, survival_by_stage, stage_survival, window_funnel, case_durations, stage_entries, history_deals, history_events, incomplete_events. Ids of deals are of type bigint, uuid or text, and do not mix. Events of a deal at the same moment are in the order of the stages: by their position in the process that a reader is given, and without one by the bytes of their names; the same stage of the same deal at the same moment is one event; neighbouring events of the same stage are one stay. An event takes 16 bytes for ids of type bigint, 24 for uuid, and for text 8 and the longest id, rounded up to 8; 8 more where a moment is not from 1900 to 2185, or with more than 2,048 stages; while it is built up to half as much again. A value has at most 1 GB: some 60 million events. Text form: JSON, the deals in order of their ids, the keys in the order shown; up to 1 GB.
Example: salesops.history_events('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history) ==> 3$$;
-- @include ordered_type stage_history {"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}

-- @for DEAL,ID bigint,7::bigint uuid,'00000000-0000-0000-0000-000000000007'::uuid text,'D7'::text
CREATE FUNCTION stage_history_transfn(stage_history, deal @DEAL@, stage text, entered_at timestamptz) RETURNS stage_history
	AS 'MODULE_PATHNAME', 'salesops_stage_history_transfn_@DEAL@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION stage_history_transfn(stage_history, @DEAL@, text, timestamptz) IS $$Transition function of stage_history(deal, stage, entered_at) for ids of type @DEAL@.
Example: salesops.history_deals(salesops.stage_history_transfn(NULL, @ID@, 'New', '2026-01-01 00:00+00')) ==> 1$$;
CREATE AGGREGATE stage_history(deal @DEAL@, stage text, entered_at timestamptz) (
	SFUNC = stage_history_transfn, STYPE = stage_history, SSPACE = 2048, COMBINEFUNC = stage_history_combinefn,
	FINALFUNC = stage_history_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_history(@DEAL@, text, timestamptz) IS $$The stage changes of all deals together, from the rows of a log in any order (ids of type @DEAL@).
No GROUP BY the deal: that is what makes it fast; GROUP BY a segment, such as a region. Rows in order of deal and time, as from an index, take the least time. deal: its id; an empty text is an error, and so is one of more than 128 bytes. stage: its name, up to 400 bytes; at most 65,000 different ones. entered_at: for a timestamp without time zone say which it is, as in entered_at AT TIME ZONE 'UTC'; infinite times are an error. A row of which one or two of the three are NULL is counted by incomplete_events and no more; one of which all are NULL is no event. No rows give NULL. More than 1 GB (60 million events, fewer with longer ids) is an error.
Example: (SELECT salesops.history_events(salesops.stage_history(d, s, t)) FROM (VALUES (@ID@, 'Proposal', '2026-01-11 00:00+00'::timestamptz), (@ID@, 'New', '2026-01-01 00:00+00')) h(d, s, t)) ==> 2$$;
-- @end

CREATE FUNCTION stage_times(history stage_history, as_of timestamptz)
	RETURNS TABLE (stage text, deals bigint, spells bigint, ended bigint, open bigint, total_days double precision, mean_days double precision,
		median_days double precision, km_median_days double precision, km_p90_days double precision)
	AS 'MODULE_PATHNAME', 'salesops_stage_times' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION stage_times(stage_history, timestamptz) IS $$How long deals stay in each stage, until as_of: a row for each stage that was entered, in the order of the names.
deals: that were in it. spells: stays, neighbouring events of the same stage being one: ended, and open ones that last at as_of; each deal has one open stay, also in a closed stage (see the form with a process). total_days: of all, open ones until as_of; a day is 86,400 seconds. mean_days, median_days: of those that ended alone, which is too short for how long stays are; the median as percentile_cont has it. km_median_days, km_p90_days: after how many days half and nine tenths have left, by Kaplan and Meier, which the open stays are part of; NULL where the curve does not fall so far. Events after as_of are not seen. No rows for NULL; an infinite as_of is an error.
Example: (SELECT string_agg(stage || ' ' || ended || ' ' || open || ' ' || total_days, ', ') FROM salesops.stage_times('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, '2026-01-15 00:00+00')) ==> New 1 1 20, Proposal 0 1 4$$;
CREATE FUNCTION stage_times(history stage_history, as_of timestamptz, process sales_process)
	RETURNS TABLE (stage text, deals bigint, spells bigint, ended bigint, open bigint, total_days double precision, mean_days double precision,
		median_days double precision, km_median_days double precision, km_p90_days double precision)
	AS 'MODULE_PATHNAME', 'salesops_stage_times_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION stage_times(stage_history, timestamptz, sales_process) IS $$How long deals stay in each open stage of the process, until as_of, in the order of the process; then in stages that it does not have.
A stage that the process closes deals in, won or lost, has no row: a deal there is at its end, and its stay has no length. Events of the same moment are in the order of the process. Else as stage_times(history, as_of). No rows for NULL.
Example: (SELECT string_agg(stage || ' ' || ended || ' ' || open, ', ') FROM salesops.stage_times('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, '2026-01-15 00:00+00', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Proposal", "probability": 1, "outcome": "won"}]}')) ==> New 1 1$$;
CREATE FUNCTION stage_transitions(history stage_history, as_of timestamptz)
	RETURNS TABLE (from_stage text, to_stage text, transitions bigint, deals bigint, mean_days double precision, median_days double precision)
	AS 'MODULE_PATHNAME', 'salesops_stage_transitions' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION stage_transitions(stage_history, timestamptz) IS $$The moves from stage to stage until as_of: a row for each pair of stages between which a deal moved, and for each stage that was the first of a deal, from_stage NULL.
transitions: how often. deals: how many did so at least once. mean_days, median_days: how long they had been in the stage that they left; NULL for first entries. Events after as_of are not seen; events of the same moment are in the order of the names. In the order of the names, first entries first. No rows for NULL; an infinite as_of is an error, and so are more than 1,000,000 different moves.
Example: (SELECT string_agg(coalesce(from_stage, '-') || ' ' || to_stage || ' ' || transitions, ', ') FROM salesops.stage_transitions('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, '2026-01-15 00:00+00')) ==> - New 2, New Proposal 1$$;
CREATE FUNCTION stage_transitions(history stage_history, as_of timestamptz, process sales_process)
	RETURNS TABLE (from_stage text, to_stage text, transitions bigint, deals bigint, mean_days double precision, median_days double precision)
	AS 'MODULE_PATHNAME', 'salesops_stage_transitions_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION stage_transitions(stage_history, timestamptz, sales_process) IS $$The moves from stage to stage until as_of, in the order of a process.
As stage_transitions(history, as_of), but for this: events of the same moment, and the rows, are in the order of the process, with stages that it does not have behind.
Example: (SELECT string_agg(coalesce(from_stage, '-') || ' ' || to_stage, ', ') FROM salesops.stage_transitions('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-01T00:00:00+00:00", "Accepted"]]]}'::salesops.stage_history, '2026-01-15 00:00+00', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Demo", "probability": 0.2, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}, {"stage": "Accepted", "probability": 1, "outcome": "won"}]}')) ==> - New, New Accepted$$;
CREATE FUNCTION stage_spells(history stage_history, as_of timestamptz)
	RETURNS TABLE (deal text, stage text, entered_at timestamptz, left_at timestamptz, days double precision, ended boolean)
	AS 'MODULE_PATHNAME', 'salesops_stage_spells_history' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10000;
COMMENT ON FUNCTION stage_spells(stage_history, timestamptz) IS $$The stays of all deals until as_of, one row for each, those of a deal in order of time: neighbouring events of the same stage are one stay.
The last stay of each deal before as_of has not ended: left_at is NULL, and days are those until as_of. Events after as_of are not seen; events of the same moment are in the order of the names. No rows for NULL; an infinite as_of is an error.
Example: (SELECT string_agg(deal || ' ' || stage || ' ' || days || ' ' || ended, ', ' ORDER BY deal, entered_at) FROM salesops.stage_spells('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, '2026-01-15 00:00+00')) ==> D1 New 10 true, D1 Proposal 4 false, D2 New 10 false$$;
CREATE FUNCTION stage_spells(history stage_history, as_of timestamptz, process sales_process)
	RETURNS TABLE (deal text, stage text, entered_at timestamptz, left_at timestamptz, days double precision, ended boolean)
	AS 'MODULE_PATHNAME', 'salesops_stage_spells_history_process' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10000;
COMMENT ON FUNCTION stage_spells(stage_history, timestamptz, sales_process) IS $$The stays of all deals until as_of, where a stage that the process closes deals in is their end: days are NULL there.
Events of the same moment are in the order of the process. Else as stage_spells(history, as_of). No rows for NULL.
Example: (SELECT string_agg(stage || ' ' || coalesce(days::text, '-'), ', ' ORDER BY deal, entered_at) FROM salesops.stage_spells('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, '2026-01-15 00:00+00', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Proposal", "probability": 1, "outcome": "won"}]}')) ==> New 10, Proposal -, New 10$$;
CREATE FUNCTION case_durations(history stage_history, as_of timestamptz)
	RETURNS TABLE (deals bigint, events bigint, mean_days double precision, median_days double precision, p90_days double precision)
	AS 'MODULE_PATHNAME', 'salesops_case_durations' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 1;
COMMENT ON FUNCTION case_durations(stage_history, timestamptz) IS $$How long the deals, or cases, took from their first event to their last until as_of: one row for all of them.
median_days as percentile_cont has it; p90_days: the least number of days that nine tenths of the cases do not exceed. A deal of one event took no time; one that goes on counts until its last event. Events after as_of are not seen. No deals give 0 and NULLs; no rows for NULL; an infinite as_of is an error.
Example: (SELECT deals || ' ' || mean_days FROM salesops.case_durations('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history, '2026-01-15 00:00+00')) ==> 2 5$$;

CREATE FUNCTION history_deals(history stage_history) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_history_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION history_deals(stage_history) IS $$Number of deals in the log.
NULL for NULL.
Example: salesops.history_deals('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history) ==> 2$$;
CREATE FUNCTION history_events(history stage_history) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_history_events' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION history_events(stage_history) IS $$Number of events in the log; the same stage of the same deal at the same moment is one.
NULL for NULL.
Example: salesops.history_events('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]], ["D2", ["2026-01-05T00:00:00+00:00", "New"]]]}'::salesops.stage_history) ==> 3$$;
CREATE FUNCTION incomplete_events(history stage_history) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_incomplete_events_history' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION incomplete_events(stage_history) IS $$Number of rows that lacked the deal, the stage or the moment and so are not in the log.
NULL for NULL.
Example: salesops.incomplete_events((SELECT salesops.stage_history(d, s, t) FROM (VALUES (1, 'New', '2026-01-01 00:00+00'::timestamptz), (1, NULL, '2026-01-02 00:00+00')) h(d, s, t))) ==> 1$$;
CREATE FUNCTION stage_entries(history stage_history) RETURNS stage_history
	AS 'MODULE_PATHNAME', 'salesops_stage_entries_history' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION stage_entries(stage_history) IS $$The log without the events that only repeat the stage that a deal is in: an event for each stay.
A history of full states records a stage again whenever something else of the deal changes; window_funnel and case_durations look at events, and then count from, or until, the last such row. Events of the same moment, and one that follows them, are kept, as of a path. NULL for NULL.
Example: salesops.history_events(salesops.stage_entries('{"stage_history": 1, "deals": [["D1", ["2026-01-01T00:00:00+00:00", "New"], ["2026-02-01T00:00:00+00:00", "New"], ["2026-02-15T00:00:00+00:00", "Won"]]]}'::salesops.stage_history)) ==> 2$$;
