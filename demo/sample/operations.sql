-- The work of sales operations: reports and what became of them, leads and who got them, tickets, runbooks, dashboards, what finance booked,
-- improvements. Part of demo/sample.sql. The shares that go wrong are those of a team that reaches most of its targets and not all.

-- Five reports a week, due on Mondays at 08:00 UTC, from July 2025 on; the last are due on the day of as_of, and not delivered yet.
INSERT INTO crm.report_run (report_run_id, report, due_at, delivered_at, qc_passed)
SELECT 'RUN-' || to_char(week * 5 + n, 'FM0000'), report, due AT TIME ZONE 'UTC',
	CASE WHEN week < 52 THEN (due + CASE WHEN truth.draw(s, 0) < 0.025 THEN 1 + truth.below(300, truth.draw(s, 1)) ELSE -truth.below(180, truth.draw(s, 1)) END * interval '1 minute') AT TIME ZONE 'UTC' END,
	CASE WHEN week < 52 THEN truth.draw(s, 2) < 0.965 END
FROM generate_series(0, 52) AS week, LATERAL (SELECT timestamp '2025-06-30 08:00' + week * interval '7 days') AS d (due),
	unnest(ARRAY['Pipeline', 'Forecast', 'Activity', 'Hygiene', 'Win and loss']) WITH ORDINALITY AS r (report, n), LATERAL (SELECT truth.seed('report', week, n)) AS s (s);

-- In one of thirty a mistake is found, some days later; half of them move the total by less than 2 %.
INSERT INTO crm.report_defect (report_defect_id, report, found_at, reported_total, corrected_total)
SELECT 'DEF-' || substr(report_run_id, 5), report, delivered_at + (1 + truth.below(5, truth.draw(s, 1))) * interval '1 day', total, round(total * (1 + CASE WHEN truth.draw(s, 2) < 0.5 THEN 0.004 ELSE 0.05 END::numeric))
FROM crm.report_run, LATERAL (SELECT truth.seed('defect', substr(report_run_id, 5)::bigint)) AS s (s), LATERAL (SELECT 1000000 + truth.below(9000000, truth.draw(s, 3))) AS t (total)
WHERE truth.draw(s, 0) < 1.0 / 30 AND delivered_at < '2026-06-22 00:00+00';

INSERT INTO crm.report_rating (report_rating_id, report, rated_at, rating)
SELECT 'RAT-' || substr(report_run_id, 5) || '-' || n, report, delivered_at + truth.below(60, truth.draw(s, 0)) * interval '1 hour', CASE WHEN truth.draw(s, 1) < 0.45 THEN 5 WHEN truth.draw(s, 1) < 0.85 THEN 4 WHEN truth.draw(s, 1) < 0.95 THEN 3 ELSE 2 END
FROM crm.report_run, generate_series(1, 4) AS n, LATERAL (SELECT truth.seed('rating', substr(report_run_id, 5)::bigint, n)) AS s (s)
WHERE delivered_at IS NOT NULL AND truth.draw(s, 2) < 0.6;

-- An eighth as many leads as deals, over a year, in office hours; some wait, some go to the wrong one.
INSERT INTO crm.lead_routing (lead_id, created_at, assigned_at, owner_id, rule_owner_id)
SELECT 'LEAD-' || to_char(i, 'FM0000000'), at, CASE WHEN at + wait < '2026-06-29 00:00+00' THEN at + wait END, CASE WHEN at + wait < '2026-06-29 00:00+00' THEN CASE WHEN truth.draw(s, 4) < 0.985 THEN right_one.user_id ELSE other_one.user_id END END,
	CASE WHEN truth.draw(s, 5) < 0.97 THEN right_one.user_id END
FROM truth.setting, generate_series(1, greatest(1, value::integer / 8)) AS i, LATERAL (SELECT truth.seed('routing', i)) AS s (s),
	LATERAL (SELECT (truth.working_day(260 + truth.below(260, truth.draw(s, 0))) + time '09:00' + truth.below(28800, truth.draw(s, 1)) * interval '1 second') AT TIME ZONE 'UTC',
		CASE WHEN truth.draw(s, 2) < 0.96 THEN truth.below(50, truth.draw(s, 3)) ELSE 600 + truth.below(4000, truth.draw(s, 3)) END * interval '1 minute') AS t (at, wait),
	LATERAL (SELECT user_id FROM crm.sales_user ORDER BY md5(user_id || i) COLLATE "C" LIMIT 1) AS right_one, LATERAL (SELECT user_id FROM crm.sales_user ORDER BY md5(user_id || i) COLLATE "C" OFFSET 1 LIMIT 1) AS other_one
WHERE name = 'size';

-- A twentieth as many tickets, over a year; those that are not closed by as_of are open.
INSERT INTO crm.ticket (ticket_id, subject, opened_at, closed_at, contacts)
SELECT 'TIC-' || to_char(i, 'FM000000'), truth.pick(ARRAY['access', 'a wrong number', 'a new report', 'territory', 'import of records', 'merge of accounts'], truth.draw(s, 4)), at, CASE WHEN at + took < '2026-06-29 00:00+00' THEN at + took END,
	CASE WHEN at + took < '2026-06-29 00:00+00' THEN CASE WHEN truth.draw(s, 3) < 0.78 THEN 1 ELSE 2 + truth.below(4, truth.draw(s, 5)) END END
FROM truth.setting, generate_series(1, greatest(1, value::integer / 20)) AS i, LATERAL (SELECT truth.seed('ticket', i)) AS s (s),
	LATERAL (SELECT (truth.working_day(260 + truth.below(260, truth.draw(s, 0))) + time '09:00' + truth.below(28800, truth.draw(s, 1)) * interval '1 second') AT TIME ZONE 'UTC',
		floor(172800 * truth.worth(truth.draw(s, 2))) * interval '1 second') AS t (at, took)
WHERE name = 'size';

INSERT INTO crm.runbook (runbook_id, name, owner_id, reviewed_at, retired_at)
SELECT 'RB-' || to_char(i, 'FM00'), 'How to ' || truth.pick(ARRAY['close a month', 'route leads', 'merge accounts', 'change a stage', 'refresh the forecast'], truth.draw(s, 0)) || ' (' || i || ')', (SELECT user_id FROM crm.sales_user ORDER BY md5(user_id || '/' || i) COLLATE "C" LIMIT 1),
	(date '2026-06-28' - CASE WHEN truth.draw(s, 1) < 0.88 THEN truth.below(80, truth.draw(s, 2)) ELSE 95 + truth.below(200, truth.draw(s, 2)) END)::timestamp AT TIME ZONE 'UTC', CASE WHEN i % 12 = 0 THEN timestamptz '2026-01-15 00:00+00' END
FROM generate_series(1, 24) AS i, LATERAL (SELECT truth.seed('runbook', i)) AS s (s);

INSERT INTO crm.dashboard_user (dashboard_id, user_id, last_viewed_at)
SELECT dashboard, user_id, CASE WHEN truth.draw(s, 0) < share THEN timestamptz '2026-06-28 18:00+00' - truth.below(29 * 24, truth.draw(s, 1)) * interval '1 hour' WHEN truth.draw(s, 2) < 0.6 THEN timestamptz '2026-05-20 12:00+00' - truth.below(200, truth.draw(s, 1)) * interval '1 day' END
FROM crm.sales_user, (VALUES (1, 'Pipeline', 0.8), (2, 'Forecast', 0.7), (3, 'Activity', 0.5)) AS d (n, dashboard, share), LATERAL (SELECT truth.seed('dashboard ' || user_id, n)) AS s (s)
WHERE is_active;

-- Finance books every deal that is won, in the corporate currency: of one in a hundred another amount, one in two hundred a week late, one in two hundred not at all.
INSERT INTO crm.finance_booking (finance_booking_id, opportunity_id, booked_on, amount)
SELECT 'BOOK-' || substr(opportunity_id, 5), opportunity_id, close_date + CASE WHEN truth.draw(s, 1) < 0.005 THEN 7 ELSE 0 END, round(o.amount * to_corporate * CASE WHEN truth.draw(s, 2) < 0.01 THEN 0.9 ELSE 1 END, 2)
FROM crm.opportunity AS o JOIN crm.stage USING (stage) JOIN crm.exchange_rate USING (currency), LATERAL (SELECT truth.seed('booking ' || opportunity_id, 1)) AS s (s)
WHERE outcome = 'won' AND o.amount IS NOT NULL AND NOT is_deleted AND truth.draw(s, 0) >= 0.005;

INSERT INTO crm.improvement (improvement_id, name, started_at, validated_at) VALUES
	('IMP-1', 'Leads are routed by country and size', '2025-09-01 09:00+00', '2025-11-14 09:00+00'),
	('IMP-2', 'Close dates are asked for when a deal changes its stage', '2025-11-20 09:00+00', '2026-02-12 09:00+00'),
	('IMP-3', 'Duplicates are refused when they are typed', '2026-02-16 09:00+00', '2026-05-21 09:00+00'),
	('IMP-4', 'One definition of every number', '2026-04-01 09:00+00', NULL);

ANALYZE crm.report_run, crm.report_defect, crm.report_rating, crm.lead_routing, crm.ticket, crm.runbook, crm.dashboard_user, crm.finance_booking, crm.improvement;
