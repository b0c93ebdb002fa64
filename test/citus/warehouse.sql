-- The sample warehouse, distributed over the nodes; and in the schema `single` the same tables, undistributed.
--
-- What a warehouse on Citus would do: large tables by the id that they are joined and grouped by, small ones as reference
-- tables on every node.  checks.sql asks each question of `crm` and of `single`.

\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION salesops;
CALL salesops.create_contract('crm');
\set size 4000
\ir ../../demo/sample.sql

-- Deals as the metrics take them, in the types that warehouses have: integers, varchar, a domain.
CREATE TABLE crm.deal AS
SELECT o.opportunity_id, coalesce(o.account_id, '(none)') AS account_id, coalesce(o.owner_id, '(nobody)') AS owner_id, o.stage::varchar(80) AS stage, s.outcome,
	o.forecast_category AS label,
	salesops.try_forecast_category(o.forecast_category) AS category,
	(o.amount * r.to_corporate)::numeric(14, 2) AS amount, o.close_date - (o.created_at AT TIME ZONE 'UTC')::date AS cycle_days,
	s.outcome = 'won' AS won, s.outcome IN ('won', 'lost') AS closed,
	CASE WHEN s.outcome IS NOT NULL THEN salesops.forecast_category_ok(p.process, o.stage, o.forecast_category) END AS ok, o.created_at, o.close_date
FROM crm.opportunity o LEFT JOIN crm.stage s USING (stage) LEFT JOIN crm.exchange_rate r USING (currency),
	(SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) FROM crm.stage) AS p (process)
WHERE NOT o.is_deleted;

-- The policy as a value in a table, and several pipelines as rows, of which two families' stages lie on several nodes.
CREATE TABLE crm.policy AS
SELECT 'stock' AS pipeline, salesops.sales_process(stage, position, probability, category, outcome, max_days) AS process FROM crm.stage;
CREATE TABLE crm.pipeline_stage AS
SELECT 'pipeline ' || n AS pipeline, 'family ' || n % 2 AS family, n || ': ' || stage AS stage, 100 * n + position AS place, probability, category, outcome, max_days
FROM crm.stage, generate_series(1, 12) AS n;

-- Local copies.
CREATE SCHEMA single;
SELECT format('CREATE TABLE single.%I AS TABLE crm.%1$I', relname) FROM pg_class
WHERE relnamespace = 'crm'::regnamespace AND relkind = 'r' \gexec

-- Each large table by an id of its own; the policy and what is small, on every node.
SELECT create_reference_table('crm.stage'), create_reference_table('crm.exchange_rate'), create_reference_table('crm.sales_user'), create_reference_table('crm.policy');
SELECT create_distributed_table('crm.opportunity', 'opportunity_id'), create_distributed_table('crm.opportunity_history', 'opportunity_id'),
	create_distributed_table('crm.account', 'account_id'), create_distributed_table('crm.deal', 'account_id'),
	create_distributed_table('crm.quota', 'owner_id'), create_distributed_table('crm.pipeline_stage', 'pipeline');

-- Summaries by account and month: made on the shards, and kept where they are made.
CREATE TABLE crm.monthly (account_id text, month date, compliance salesops.compliance, deal_stats salesops.deal_stats, forecast_rollup salesops.forecast_rollup, stage_path salesops.stage_path, forecast_error salesops.forecast_error, forecast_outcome salesops.forecast_outcome, deal_outlook salesops.deal_outlook, win_calibration salesops.win_calibration, stage_win_rates salesops.stage_win_rates, close_path salesops.close_path, slippage salesops.slippage, linearity salesops.linearity, movement salesops.movement, pipeline_change salesops.pipeline_change, stage_history salesops.stage_history, match_graph salesops.match_graph, survival salesops.survival, stage_funnel salesops.stage_funnel, survivor salesops.survivor, issue_counts salesops.issue_counts);
CREATE TABLE single.monthly (LIKE crm.monthly);
SELECT create_distributed_table('crm.monthly', 'account_id');
INSERT INTO crm.monthly
	SELECT account_id, date_trunc('month', close_date::timestamp)::date, salesops.compliance(ok), salesops.deal_stats(outcome, amount, cycle_days), salesops.forecast_rollup(category, amount), salesops.stage_path(stage, created_at),
		salesops.forecast_error(amount, amount + cycle_days % 100), salesops.forecast_outcome(category, amount, outcome, amount * 1.1), salesops.deal_outlook(abs(amount), 0.4),
		salesops.win_calibration(abs(hashtext(stage)::float8) / 2147483648, won), salesops.stage_win_rates(stage, won),
		salesops.close_path(close_date, created_at), salesops.slippage(close_date, outcome, close_date + 20, amount, '2026-02-01', '2026-04-30'), salesops.linearity(close_date, amount, 'week', 'quarter', 'starts February'),
		salesops.movement('open', amount, 'in', outcome, amount + 1, CASE WHEN cycle_days % 5 > 0 THEN 'in' ELSE 'later' END),
		salesops.pipeline_change(opportunity_id, won, outcome, amount, close_date, stage, category), salesops.stage_history(opportunity_id, stage, created_at), salesops.match_graph(opportunity_id, account_id, cycle_days), salesops.survival(abs(cycle_days), CASE WHEN outcome <> 'open' THEN stage END),
		salesops.stage_funnel(salesops.stage_path_transfn(NULL, stage, created_at), '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}, {"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Lost", "probability": 0, "outcome": "lost"}]}', amount),
		salesops.survivor(stage, created_at, category), salesops.count_issues('stale,' || category, amount)
	FROM crm.deal GROUP BY 1, 2;
INSERT INTO single.monthly
	SELECT account_id, date_trunc('month', close_date::timestamp)::date, salesops.compliance(ok), salesops.deal_stats(outcome, amount, cycle_days), salesops.forecast_rollup(category, amount), salesops.stage_path(stage, created_at),
		salesops.forecast_error(amount, amount + cycle_days % 100), salesops.forecast_outcome(category, amount, outcome, amount * 1.1), salesops.deal_outlook(abs(amount), 0.4),
		salesops.win_calibration(abs(hashtext(stage)::float8) / 2147483648, won), salesops.stage_win_rates(stage, won),
		salesops.close_path(close_date, created_at), salesops.slippage(close_date, outcome, close_date + 20, amount, '2026-02-01', '2026-04-30'), salesops.linearity(close_date, amount, 'week', 'quarter', 'starts February'),
		salesops.movement('open', amount, 'in', outcome, amount + 1, CASE WHEN cycle_days % 5 > 0 THEN 'in' ELSE 'later' END),
		salesops.pipeline_change(opportunity_id, won, outcome, amount, close_date, stage, category), salesops.stage_history(opportunity_id, stage, created_at), salesops.match_graph(opportunity_id, account_id, cycle_days), salesops.survival(abs(cycle_days), CASE WHEN outcome <> 'open' THEN stage END),
		salesops.stage_funnel(salesops.stage_path_transfn(NULL, stage, created_at), '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": "commit"}, {"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Lost", "probability": 0, "outcome": "lost"}]}', amount),
		salesops.survivor(stage, created_at, category), salesops.count_issues('stale,' || category, amount)
	FROM single.deal GROUP BY 1, 2;
