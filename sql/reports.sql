-- reports: what is made of a few deals, brought up to date, and the rows behind a number; errors say what to do.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\pset null '(null)'

BEGIN;
SET LOCAL client_min_messages = warning;
CALL salesops.create_contract('crm');
INSERT INTO crm.stage VALUES ('Proposal', 1, 0.5, 'pipeline,commit', 'open', 30), ('Won', 2, 1, 'closed', 'won', NULL), ('Lost', 3, 0, 'omitted', 'lost', NULL);
INSERT INTO crm.sales_user (user_id, name, team, manager_id) VALUES ('U1', 'Ann', 'West', 'U3'), ('U2', 'Bob', 'East', 'U3'), ('U3', 'Chief', 'Head', NULL);
INSERT INTO crm.quota (owner_id, period_start, period_end, amount) VALUES ('U1', '2026-04-01', '2026-06-30', 1000), ('U2', '2026-04-01', '2026-06-30', 500);
INSERT INTO crm.opportunity (opportunity_id, name, owner_id, stage, amount, forecast_category, created_at, close_date) VALUES ('D1', 'Alpha', 'U1', 'Proposal', 400, 'Commit', '2026-05-01', '2026-06-30'), ('D2', 'Beta', 'U1', 'Won', 300, 'Closed', '2026-03-01', '2026-05-15'),
	('D3', 'Gamma', 'U2', 'Lost', 200, 'Omitted', '2026-02-01', '2026-05-20'), ('D4', 'Delta', 'U2', 'Proposal', 100, NULL, '2026-06-25', '2026-06-30');
INSERT INTO crm.opportunity_history (opportunity_id, changed_at, stage, amount, close_date, owner_id) VALUES ('D1', '2026-05-01', 'Proposal', 350, '2026-06-30', 'U1'), ('D1', '2026-06-26', 'Proposal', 400, '2026-06-30', 'U1'), ('D2', '2026-03-01', 'Proposal', 300, '2026-05-15', 'U1'), ('D2', '2026-05-15', 'Won', 300, '2026-05-15', 'U1'),
	('D3', '2026-02-01', 'Proposal', 200, '2026-05-20', 'U2'), ('D3', '2026-05-20', 'Lost', 200, '2026-05-20', 'U2'), ('D4', '2026-06-25', 'Proposal', 100, '2026-06-30', 'U2');
CREATE SCHEMA reports;
CALL salesops.create_reports('reports', 'crm');
CALL salesops.refresh_reports('reports', as_of => '2026-06-29');
SELECT kind, status, as_of, steps_done = steps AS all_steps FROM reports.report_refresh;
SELECT period, team, quota, closed, commit, open_pipeline, no_category_deals, no_category_amount FROM reports.forecast_summary ORDER BY period, is_total, team;
SELECT period, team, quota, booked, open_amount, win_rate_amount, coverage, required_coverage, status, expected FROM reports.coverage ORDER BY period, is_total, team;
SELECT movement, deals, amount, level_from, level_to FROM reports.movement WHERE period = '2026-Q2' AND is_total AND deals > 0 ORDER BY bar;
SELECT opportunity_id, owner, stage, category, age_days, days_in_stage, max_days, is_aged, pushes, movement, amount_change, issues FROM reports.pipeline_inspection ORDER BY opportunity_id;
SELECT salesops.drill_down_sql('reports', 'coverage', 'open_amount', '{"period": "2026-Q2", "team": "East"}');
SELECT salesops.drill_down_sql('reports', 'movement', 'amount', '{"period": "2026-Q2", "team": "All teams", "movement": "it''s"}');
SELECT salesops.drill_down_sql('reports', 'hygiene_breakdown', 'deals', '{"issue": null}');
SAVEPOINT s;
SELECT salesops.drill_down_sql('reports', 'coverage', 'open', '{}');
ROLLBACK TO s;
SELECT salesops.drill_down_sql('reports', 'coverages', 'open_amount', '{}');
ROLLBACK TO s;
SELECT salesops.drill_down_sql('reports', 'call_accuracy', 'bias', '{"period": "2026-Q2"}');
ROLLBACK TO s;
SELECT salesops.drill_down_sql('reports', 'call_accuracy', 'bias', '{}');
SELECT salesops.drill_down_sql('reports', 'movement', 'level_from', '{"period": "2026-Q2", "team": "East", "movement": "end"}');
SELECT salesops.drill_down_sql('reports', 'scorecard', 'numerator', '{}');
ROLLBACK TO s;
CREATE VIEW reports.mine AS SELECT team FROM reports.stored_coverage;
CALL salesops.create_reports('reports', 'crm');
ROLLBACK TO s;
SELECT salesops.drill_down_sql('reports', 'coverage', 'open_amount', '{"team": "East"}');
ROLLBACK TO s;
SELECT salesops.drill_down_sql('reports', 'coverage', 'open_amount', '{"quarter": "2026-Q2"}');
ROLLBACK TO s;
SELECT salesops.drill_down_sql('reports', 'coverage', 'period_end', '{}');
ROLLBACK TO s;
CALL salesops.create_reports('reports', 'reports');
ROLLBACK TO s;
CALL salesops.create_reports('crm', 'reports');
ROLLBACK TO s;
CALL salesops.refresh_reports('crm');
ROLLBACK TO s;
DROP TABLE crm.quota;
CALL salesops.refresh_reports('reports');
ROLLBACK;
