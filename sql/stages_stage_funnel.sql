-- stages: how far deals got in the stages of their process.
\pset null -
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET search_path = salesops, public;
SET timezone = 'UTC';

CREATE TEMP TABLE policy AS SELECT sales_process(s, p, w, c, o, NULL) AS process FROM (VALUES
	('New', 1, 0.1, 'pipeline', 'open'), ('Qualified', 2, 0.2, 'pipeline', 'open'), ('Proposal', 3, 0.5, 'best_case', 'open'),
	('Won', 4, 1, NULL, 'won'), ('Lost', 5, 0, NULL, 'lost')) v(s, p, w, c, o);
-- 1 is won step by step, 2 skips Qualified and is lost, 3 begins in Proposal, 4 goes back to New, 5 is lost, reopened, and lost from where it got to
-- before, 6 is lost at once, 7 has no stage that is known, 8 passes through one that is not, 9 is won and reopened, 10 has all at one moment
CREATE TEMP TABLE history (deal int, stage text, day int);
INSERT INTO history VALUES (1, 'New', 0), (1, 'Qualified', 3), (1, 'Proposal', 5), (1, 'Won', 9), (2, 'New', 0), (2, 'Proposal', 4), (2, 'Lost', 8), (3, 'Proposal', 2),
	(4, 'New', 0), (4, 'Qualified', 1), (4, 'New', 2), (5, 'New', 0), (5, 'Qualified', 1), (5, 'Lost', 2), (5, 'New', 3), (5, 'Lost', 4), (6, 'Lost', 1), (7, 'Old stage', 1),
	(8, 'New', 0), (8, 'Old stage', 1), (8, 'Qualified', 2), (9, 'New', 0), (9, 'Won', 1), (9, 'Proposal', 5), (10, 'Won', 7), (10, 'New', 7), (10, 'Qualified', 7);
CREATE TEMP TABLE deal AS SELECT deal, NULLIF(deal, 3) * 100 AS amount, stage_path(stage, '2026-01-01 00:00+00'::timestamptz + make_interval(days => day)) AS p FROM history GROUP BY deal;
CREATE TEMP TABLE funnel AS SELECT stage_funnel(p, process, amount) AS f FROM deal, policy;

SELECT f FROM funnel;
SELECT "position", stage, outcome, reached, entered, skipped_over, began_later, advanced, lost, still_open, in_stage, regressed, won FROM funnel, funnel_stages(f);
SELECT stage, conversion_from_first, conversion_to_next, conversion_to_next_resolved, win_rate, reached_amount, round(expected_value, 2) AS expected_value FROM funnel, funnel_stages(f);
SELECT funnel_deals(f), funnel_regressed_deals(f), funnel_skipping_deals(f), funnel_reopened_deals(f), funnel_unplaced_deals(f), funnel_unknown_stage_deals(f), funnel_unknown_stage_events(f), funnel_missing_amounts(f) FROM funnel;
SELECT s AS stage, funnel_won_amount(f, s), funnel_lost_amount(f, s), funnel_still_open_amount(f, s), funnel_reached_amount(f, s) FROM funnel, unnest('{New,Qualified,Proposal,Won,Lost,x}'::text[]) s;
SELECT a AS "from", b AS "to", funnel_conversion(f, a, b), funnel_conversion_resolved(f, a, b), round(funnel_conversion_low(f, a, b)::numeric, 6) AS low, round(funnel_conversion_high(f, a, b)::numeric, 6) AS high
FROM funnel, (VALUES ('New', 'Qualified'), ('New', 'Proposal'), ('New', 'Won'), ('Qualified', 'Won'), ('Proposal', 'Won'), ('Proposal', 'New'), ('New', 'New'), ('New', 'Lost'), ('Won', 'Won'), ('New', 'x'), (NULL, 'New')) v(a, b);

-- paths alone have no amounts; by cohort of the month in which a deal entered
SELECT s.stage, reached, reached_amount, expected_value FROM (SELECT stage_funnel(p, process) AS f FROM deal, policy) d, funnel_stages(f) s;
SELECT entered, funnel_deals(f), funnel_conversion(f, 'New', 'Qualified'), funnel_conversion_resolved(f, 'New', 'Qualified')
FROM (SELECT date_trunc('day', entered_stage_at(p, 'New')) AS entered, stage_funnel(p, process) AS f FROM deal, policy GROUP BY 1) d ORDER BY 1;
-- what is no deal, and deals without events
SELECT stage_funnel(NULL::stage_path, process), stage_funnel(NULL, process, NULL::numeric), stage_funnel(NULL::stage_path, NULL) FROM policy;
SELECT stage_funnel(NULL, process, 5), stage_funnel('{"stage_path": 1}'::stage_path, process) FROM policy;
SELECT stage_funnel(p, process) FROM deal, policy WHERE false;
SELECT stage_funnel(p, NULL, amount), funnel_deals(stage_funnel(p, CASE WHEN deal < 5 THEN process END)) AS deals FROM deal, policy;
-- a process may change what the funnel does not hold
SELECT merge(f) = (SELECT stage_funnel(p, process) FROM deal, policy) FROM (SELECT stage_funnel(p, process) AS f FROM deal, policy WHERE deal < 5
	UNION ALL SELECT stage_funnel(p, replace(process::text, '0.5', '0.6')::sales_process) FROM deal, policy WHERE deal >= 5) m;

-- ---- errors ----
SELECT stage_funnel(p, CASE WHEN deal < 5 THEN process ELSE replace(process::text, 'Qualified', 'Demo')::sales_process END) FROM deal, policy;
SELECT merge(f) FROM (SELECT f FROM funnel UNION ALL SELECT stage_funnel(p, '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}') FROM deal) m;
SELECT stage_funnel(p, process, 'NaN'::float8) FROM deal, policy;
SELECT '{"stage_funnel": 1}'::stage_funnel;
SELECT '{"stage_funnel": 1, "stages": []}'::stage_funnel;
SELECT '{"stage_funnel": 1, "stages": [{"stage": "New"}, {"stage": "New"}]}'::stage_funnel;
SELECT '{"stage_funnel": 1, "stages": [{"stage": "New", "rest": 1}]}'::stage_funnel;
SELECT '{"stage_funnel": 1, "stages": [{"stage": "New", "outcome": "gone"}]}'::stage_funnel;
SELECT '{"stage_funnel": 1, "stages": [{"stage": "New", "rest_amount": 5}]}'::stage_funnel;
SELECT '{"stage_funnel": 1, "stages": [{"stage": "Won", "outcome": "won", "skipped": 1}], "deals": 1}'::stage_funnel;
SELECT '{"stage_funnel": 1, "stages": [{"stage": "New"}], "unknown_deals": 1, "unknown_events": 1}'::stage_funnel;
