-- stages: a deal's way through the stages, and how long it has been where it is.

-- @include summary_type stage_path {"stage_path": 1, "events": [["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]]}
COMMENT ON TYPE stage_path IS $$One deal's stage changes in order of time: the events (moment, stage) of its history.
Built by stage_path(stage, entered_at), merged by merge(stage_path). Readers: current_stage, stage_at, first_stage, first_entered_at, stage_visits, stage_spells, entered_stage_at, entered_current_stage_at, days_in_stage, days_in_current_stage, incomplete_events, window_funnel, stage_entries; with its process reached, skips, regressions, reopenings, unknown_stage_events. Events of the same moment are ordered by the bytes of the stage's name; the same stage at the same moment is one event. 12 bytes an event, and each stage name once.
Example: salesops.current_stage('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"]]}') ==> Proposal$$;
-- @include ordered_type stage_path {"stage_path": 1, "events": [["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]]}

CREATE FUNCTION stage_path_transfn(stage_path, stage text, entered_at timestamptz) RETURNS stage_path
	AS 'MODULE_PATHNAME', 'salesops_stage_path_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION stage_path_transfn(stage_path, text, timestamptz) IS $$Transition function of stage_path(stage, entered_at).
Example: salesops.stage_path_transfn(NULL, 'New', '2026-01-01 00:00+00') ==> {"stage_path": 1, "events": [["2026-01-01T00:00:00+00:00", "New"]]}$$;
CREATE AGGREGATE stage_path(stage text, entered_at timestamptz) (
	SFUNC = stage_path_transfn, STYPE = stage_path, SSPACE = 256, COMBINEFUNC = stage_path_combinefn, FINALFUNC = stage_path_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE stage_path(text, timestamptz) IS $$The stage_path of one deal: GROUP BY the deal. Rows may come in any order, and be rows of a history of full states, in which a stage repeats.
entered_at: for a timestamp without time zone say which it is, as in entered_at AT TIME ZONE 'UTC'; infinite times are an error. A row of which one argument is NULL is counted by incomplete_events and no more; one of which both are NULL is no event. No rows give NULL. At most 100,000 events and 1,000 different stages.
Example: (SELECT salesops.stage_path(s, t) FROM (VALUES ('Proposal', '2026-01-11 00:00+00'::timestamptz), ('New', '2026-01-01 00:00+00')) h(s, t)) ==> {"stage_path": 1, "events": [["2026-01-01T00:00:00+00:00", "New"], ["2026-01-11T00:00:00+00:00", "Proposal"]]}$$;

CREATE FUNCTION current_stage(path stage_path) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_current_stage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION current_stage(stage_path) IS $$The stage of the last event.
NULL for a path without events, and for NULL.
Example: salesops.current_stage('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"]]}') ==> Proposal$$;
CREATE FUNCTION stage_at(path stage_path, moment timestamptz) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_stage_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION stage_at(stage_path, timestamptz) IS $$The stage in which the deal was at a moment: that of the last event not after it.
NULL before the first event, and for NULL; an infinite moment is an error.
Example: salesops.stage_at('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"]]}', '2026-01-05 00:00+00') ==> New$$;
CREATE FUNCTION entered_stage_at(path stage_path, stage text) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'salesops_entered_stage_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION entered_stage_at(stage_path, text) IS $$When the deal first entered a stage.
NULL where it never did, and for NULL.
Example: salesops.entered_stage_at('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"]]}', 'Proposal') = '2026-01-11 00:00+00' ==> true$$;
CREATE FUNCTION days_in_stage(path stage_path, stage text, as_of timestamptz) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_days_in_stage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION days_in_stage(stage_path, text, timestamptz) IS $$Days that the deal spent in a stage until as_of, all visits together; a day is 86,400 seconds.
Events after as_of are not seen; the last stage before it lasts until as_of, also a closed one. NULL where the stage was not entered by then, and for NULL; an infinite as_of is an error.
Example: salesops.days_in_stage('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"]]}', 'New', '2026-02-01 00:00+00') ==> 10$$;
CREATE FUNCTION days_in_current_stage(path stage_path, as_of timestamptz) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_days_in_current_stage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION days_in_current_stage(stage_path, timestamptz) IS $$Days since the deal entered the stage in which it was at as_of; a day is 86,400 seconds.
Events after as_of are not seen. Repeated events of the same stage do not restart the count. NULL before the first event (the age of a deal without recorded changes is not known), and for NULL; an infinite as_of is an error.
Example: salesops.days_in_current_stage('{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "New"], ["2026-01-11T00:00:00Z", "Proposal"]]}', '2026-02-01 00:00+00') ==> 21$$;
CREATE FUNCTION incomplete_events(path stage_path) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_incomplete_events' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION incomplete_events(stage_path) IS $$Number of rows that lacked the stage or the moment and so are not in the path.
Example: salesops.incomplete_events((SELECT salesops.stage_path(s, t) FROM (VALUES ('New', '2026-01-01 00:00+00'::timestamptz), (NULL, '2026-01-02 00:00+00')) h(s, t))) ==> 1$$;
