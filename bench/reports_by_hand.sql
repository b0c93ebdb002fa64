-- The same dashboard by hand: views over the contract's tables, as one writes them who has no reports.
CREATE SCHEMA by_hand;
CREATE VIEW by_hand.deal AS
SELECT o.*, s.outcome, s.position, s.max_days, coalesce(u.team, '(no team)') AS team, coalesce(u.name, o.owner_id) AS owner, round(o.amount * coalesce(r.to_corporate, 1), 2) AS value
FROM crm.opportunity o LEFT JOIN crm.stage s USING (stage) LEFT JOIN crm.sales_user u ON u.user_id = o.owner_id LEFT JOIN crm.exchange_rate r USING (currency) WHERE o.is_deleted IS NOT TRUE;
CREATE VIEW by_hand.coverage AS
SELECT d.team, q.quota, booked, open_amount, open_amount / nullif(q.quota - booked, 0) AS coverage
FROM (SELECT team, coalesce(sum(value) FILTER (WHERE outcome = 'won'), 0) AS booked, coalesce(sum(value) FILTER (WHERE outcome = 'open' AND lower(forecast_category) IS DISTINCT FROM 'omitted'), 0) AS open_amount
	FROM by_hand.deal WHERE close_date BETWEEN '2026-04-01' AND '2026-06-30' GROUP BY team) d
	LEFT JOIN (SELECT u.team, sum(q.amount * coalesce(r.to_corporate, 1)) AS quota FROM crm.quota q JOIN crm.sales_user u ON u.user_id = q.owner_id LEFT JOIN crm.exchange_rate r USING (currency) WHERE period_start >= '2026-04-01' AND period_end <= '2026-06-30' GROUP BY u.team) q USING (team);
CREATE VIEW by_hand.forecast AS
SELECT team, lower(replace(forecast_category, ' ', '_')) AS category, sum(value) AS amount FROM by_hand.deal WHERE outcome IN ('open', 'won') AND close_date BETWEEN '2026-04-01' AND '2026-06-30' GROUP BY 1, 2;
CREATE VIEW by_hand.win_rates AS
SELECT team, count(*) FILTER (WHERE outcome = 'won') AS won, count(*) FILTER (WHERE outcome = 'lost') AS lost, avg((outcome = 'won')::int) AS win_rate, avg(value) FILTER (WHERE outcome = 'won') AS deal_size,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY close_date - created_at::date) FILTER (WHERE outcome = 'won') AS cycle
FROM by_hand.deal WHERE outcome <> 'open' AND close_date >= '2025-06-29' AND close_date < '2026-06-29' GROUP BY team;
CREATE VIEW by_hand.days_in_stage AS
SELECT d.opportunity_id, d.name, d.owner, d.team, d.stage, d.position, d.max_days, d.value, d.close_date, extract(epoch FROM timestamptz '2026-06-29 00:00+00' - c.since) / 86400 AS days
FROM by_hand.deal d CROSS JOIN LATERAL (
	SELECT max(changed_at) AS since FROM (SELECT changed_at, stage, lag(stage) OVER (ORDER BY changed_at) AS before FROM crm.opportunity_history h WHERE h.opportunity_id = d.opportunity_id) h WHERE stage IS DISTINCT FROM before
) c WHERE d.outcome = 'open';
CREATE VIEW by_hand.stage_aging AS
SELECT stage, position, count(*) AS open_deals, sum(value) AS amount, count(*) FILTER (WHERE days > max_days) AS aged FROM by_hand.days_in_stage GROUP BY 1, 2;
CREATE VIEW by_hand.movement AS
SELECT CASE WHEN b.opportunity_id IS NULL THEN 'new' WHEN s.outcome = 'won' THEN 'won' WHEN s.outcome = 'lost' THEN 'lost' WHEN d.close_date > '2026-06-30' THEN 'pushed out' WHEN d.amount <> b.amount THEN 'resized' ELSE 'unchanged' END AS movement, count(*) AS deals, sum(coalesce(d.value, 0)) AS amount
FROM by_hand.deal d JOIN crm.stage s USING (stage) LEFT JOIN (SELECT DISTINCT ON (opportunity_id) opportunity_id, stage, amount, close_date FROM crm.opportunity_history WHERE changed_at <= '2026-06-22 00:00+00' ORDER BY opportunity_id DESC, changed_at DESC) b USING (opportunity_id)
	LEFT JOIN crm.stage bs ON bs.stage = b.stage
WHERE b.close_date BETWEEN '2026-04-01' AND '2026-06-30' AND bs.outcome = 'open' OR b.opportunity_id IS NULL AND d.close_date BETWEEN '2026-04-01' AND '2026-06-30' GROUP BY 1;
CREATE VIEW by_hand.funnel AS
SELECT h.stage, count(DISTINCT h.opportunity_id) AS entered FROM crm.opportunity_history h JOIN (SELECT opportunity_id, min(changed_at) AS began FROM crm.opportunity_history GROUP BY 1) f USING (opportunity_id)
WHERE began >= '2025-04-01' AND began < '2026-04-01' GROUP BY 1;
