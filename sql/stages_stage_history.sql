-- stage_history: a whole log of stage changes in one pass
SET search_path = salesops, public;
CREATE TEMP TABLE log (deal text, stage text, at timestamptz);
INSERT INTO log VALUES
	('D1', 'New', '2026-01-01 00:00+00'), ('D1', 'Proposal', '2026-01-11 00:00+00'), ('D1', 'Proposal', '2026-01-12 00:00+00'), ('D1', 'Won', '2026-01-31 00:00+00'),
	('D2', 'Proposal', '2026-01-10 00:00+00'), ('D2', 'New', '2026-01-05 00:00+00'), ('D2', 'New', '2026-01-05 00:00+00'), ('D2', 'New', '2026-01-20 00:00+00'),
	('D3', 'New', '2026-01-08 00:00+00'), ('D3', NULL, '2026-01-09 00:00+00'), (NULL, NULL, NULL);
CREATE TEMP TABLE history AS SELECT stage_history(deal, stage, at) AS h FROM log;
SELECT h FROM history;
SELECT history_deals(h), history_events(h), incomplete_events(h) FROM history;
-- by hand: New 10 and 5 days, and 17 and 29 open until 2026-02-06; Proposal 20 and 10; Won 6 open
SELECT stage, deals, spells, ended, open, total_days, mean_days, median_days, km_median_days, km_p90_days FROM history, stage_times(h, '2026-02-06 00:00+00');
SELECT deal, stage, days, ended FROM history, stage_spells(h, '2026-02-06 00:00+00') ORDER BY deal, entered_at;
SELECT deal, stage, days, ended FROM history, stage_spells(h, '2026-01-10 12:00+00') ORDER BY deal, entered_at;
SELECT t.* FROM history, stage_transitions(h, '2026-02-06 00:00+00') t;
SELECT c.* FROM history, case_durations(h, '2026-02-06 00:00+00') c;
SELECT stage, km_median(survival), cumulative_incidence(survival, 'Proposal', 10) FROM history, survival_by_stage(h, '2026-02-06 00:00+00') WHERE stage = 'New';
-- with a process, deals that were won have no time in that stage
CREATE TEMP TABLE process AS SELECT '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}, {"stage": "Won", "probability": 1, "outcome": "won"}]}'::sales_process AS p;
SELECT stage, spells, ended, open, total_days FROM history, process, stage_times(h, '2026-02-06 00:00+00', p);
SELECT deal, stage, days FROM history, process, stage_spells(h, '2026-02-06 00:00+00', p) WHERE deal = 'D1';
SELECT stage, s.* FROM history, process, survival_by_stage(h, '2026-02-06 00:00+00', p) b, LATERAL (SELECT cumulative_incidence(survival, 'advanced', 20) AS advanced, cumulative_incidence(survival, 'regressed', 20) AS regressed, cumulative_incidence(survival, 'won', 20) AS won) s;
-- a stage without a name is an outcome all the same
SELECT stage, ended_count(survival, '(no name)') FROM (SELECT stage_history(1, s, '2026-01-01 00:00+00'::timestamptz + n * interval '1 day') AS h FROM (VALUES ('New', 1), ('', 2)) v(s, n)) e, survival_by_stage(h, '2026-02-06 00:00+00');
-- funnels
SELECT f.* FROM history, window_funnel(h, ARRAY['New', 'Proposal', 'Won']) f;
SELECT step, stage, deals FROM history, window_funnel(h, ARRAY['New', 'Proposal', 'Won'], 29) f;
-- ids of one type
SELECT merge(h) FROM (SELECT h FROM history UNION ALL SELECT stage_history(1, 'New', '2026-01-01 00:00+00')) s;
-- errors
SELECT stage_history(''::text, 'New', '2026-01-01 00:00+00');
SELECT stage_history(1, 'New', 'infinity');
SELECT stage_history(1, repeat('x', 401), '2026-01-01 00:00+00');
SELECT '{"stage_history": 1, "deals": [["D1", ["2026-01-01", "New"]]]}'::stage_history;
SELECT '{"stage_history": 1, "deals": [["D1"]]}'::stage_history;
SELECT * FROM history, window_funnel(h, ARRAY['New', NULL]);
SELECT * FROM history, window_funnel(h, '{}');
SELECT * FROM history, window_funnel(h, ARRAY['New'], -1);
SELECT * FROM history, stage_times(h, '-infinity');

-- an id that is too long for a uuid is not half a character in an error
SELECT ('{"stage_history": 1, "id_type": "uuid", "deals": [["' || repeat(U&'\00E9', 100) || '", ["2026-01-01T00:00:00Z", "New"]]]}')::salesops.stage_history;
