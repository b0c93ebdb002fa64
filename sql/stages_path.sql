-- stages: what a path says of stays and of a deal's way through its process, and whether a deal is in its stage for too long.
\pset null -
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET search_path = salesops, public;
SET timezone = 'UTC';

CREATE TEMP TABLE policy AS SELECT sales_process(s, p, w, c, o, d) AS process FROM (VALUES
	('New', 1, 0.1, 'pipeline', 'open', 14), ('Qualified', 2, 0.2, 'pipeline', 'open', NULL), ('Proposal', 3, 0.5, 'best_case', 'open', 30),
	('Negotiation', 4, 0.7, 'commit', 'open', 21), ('Won', 5, 1, NULL, 'won', NULL::float8), ('Lost', 6, 0, NULL, 'lost', NULL)) v(s, p, w, c, o, d);
-- days since 2026-01-01: 1 goes back, 2 skips and is lost, 3 is won by a jump, 4 is reopened, 5 has moments with several stages,
-- 6 only a stage that the process does not have, 7 a history of full states
CREATE TEMP TABLE history (deal int, stage text, day int);
INSERT INTO history VALUES (1, 'New', 0), (1, 'Proposal', 10), (1, 'New', 15), (1, 'Proposal', 20), (2, 'Qualified', 0), (2, 'Negotiation', 5), (2, 'Lost', 9),
	(3, 'New', 0), (3, 'Won', 3), (4, 'Qualified', 1), (4, 'Lost', 4), (4, 'Qualified', 11), (4, 'Proposal', 12), (5, 'New', 0), (5, 'Proposal', 7), (5, 'Negotiation', 7), (5, 'Qualified', 7), (5, 'Old stage', 7),
	(6, 'Old stage', 2), (7, 'New', 0), (7, 'New', 4), (7, 'Qualified', 6), (7, 'Qualified', 8);
CREATE TEMP TABLE path AS SELECT deal, stage_path(stage, '2026-01-01 00:00+00'::timestamptz + make_interval(days => day)) AS p FROM history GROUP BY deal;

SELECT deal, s.* FROM path, stage_spells(p, '2026-01-27 00:00+00') s WHERE deal IN (1, 7) ORDER BY deal, entered_at;
SELECT s.* FROM path, stage_spells(p, '2026-01-11 00:00+00') s WHERE deal = 1;
-- of one moment by name; by process, and closed stages without days
SELECT s.* FROM path, stage_spells(p, '2026-01-11 00:00+00') s WHERE deal = 5;
SELECT deal, s.* FROM path, policy, stage_spells(p, '2026-01-11 00:00+00', process) WITH ORDINALITY s(stage, entered_at, left_at, days, ended, n) WHERE deal IN (4, 5) ORDER BY deal, n;
SELECT deal, entered_current_stage_at(p), entered_current_stage_at(p, '2026-01-05 00:00+00') AS on_the_5th, stage_visits(p, 'New') AS new, stage_visits(p, 'Proposal') AS proposal, stage_visits(p, 'new') AS other
FROM path ORDER BY deal;
SELECT deal, regressions(p, process), reopenings(p, process), skips(p, process), unknown_stage_events(p, process) AS unknown,
	(SELECT string_agg(s, ' ' ORDER BY stage_position(process, s)) FROM unnest('{New,Qualified,Proposal,Negotiation,Won,Lost}'::text[]) s WHERE reached(p, process, s)) AS reached, reached(p, process, 'Old stage') AS old
FROM path, policy ORDER BY deal;

-- ---- aging ----
SELECT days, stage_age_status(days, process, 'Proposal') AS proposal, stage_age_status(days, process, 'Qualified') AS no_limit, stage_age_status(days, process, 'Won') AS won, stage_age_status(days, process, 'x') AS unknown
FROM policy, unnest('{0,20,20.01,30,30.01}'::float8[]) days;
SELECT explain_stage_age(37, process, s) FROM policy, unnest('{Proposal,Qualified,Won,x}'::text[]) s UNION ALL SELECT explain_stage_age(3, process, 'New') FROM policy;
-- the longest is still there: the median is 25, and 20 of those that left
CREATE TEMP TABLE norm AS SELECT survival(d, ended) AS s FROM (VALUES (10, true), (20, true), (30, true), (40, false)) v(d, ended);
SELECT km_median(s), naive_median(s) FROM norm;
SELECT days, stage_age_status(days, s), stage_age_status(days, s, 1) AS factor_1, stage_age_status_quantile(days, s, 0.75) AS q75, stage_age_status_quantile(days, s) AS q90, explain_stage_age(days, s)
FROM norm, unnest('{0,25,25.5,37.5,38,40,41}'::float8[]) days;
-- fewer than half ever left
SELECT days, stage_age_status(days, s), stage_age_status_quantile(days, s), explain_stage_age(days, s)
FROM (SELECT survival(d, d = 5) AS s FROM unnest('{5,10,20}'::float8[]) d) n, unnest('{5,20,21}'::float8[]) days;
-- nothing seen, or only rows that say nothing
SELECT stage_age_status(5, s), stage_age_status_quantile(5, s), explain_stage_age(5, s) FROM (SELECT survival(d, true) AS s FROM unnest('{NULL}'::float8[]) d) n;

-- steps in order, the last within so many days of the first; deal 1 comes to Proposal 10 and 5 days after New, in deal 5 three steps are one moment
SELECT deal, window_funnel(p, '{New,Proposal}', 4) AS days_4, window_funnel(p, '{New,Proposal}', 5) AS days_5, window_funnel(p, '{New,Proposal,New,Proposal}') AS twice, window_funnel(p, '{New,Qualified,Proposal,Negotiation}', NULL) AS all_four,
	window_funnel(p, NULL) AS no_steps
FROM path ORDER BY deal;

SELECT stage_age_status(-1, process, 'New') FROM policy;
SELECT stage_age_status('NaN', s) FROM norm;
SELECT stage_age_status(5, s, 0.9) FROM norm;
SELECT stage_age_status_quantile(5, s, 0.4) FROM norm;
SELECT stage_age_status_quantile(5, s, 90) FROM norm;
SELECT stage_spells(p, 'infinity') FROM path WHERE deal = 1;
SELECT window_funnel(p, '{}') FROM path WHERE deal = 1;
SELECT window_funnel(p, '{New}', 'NaN') FROM path WHERE deal = 1;
