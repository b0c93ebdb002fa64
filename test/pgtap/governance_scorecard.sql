-- The scorecard over the sample and rows that lack everything, at several moments, against each definition put in other words; empty tables; names that
-- need quotes; what is missing.
\ir setup.psql
\set size 1600
CALL salesops.create_contract('crm');
\i demo/sample.sql
SET LOCAL search_path = public, salesops;
SET LOCAL client_min_messages = warning;

-- rows that lack everything, and some that contradict themselves
INSERT INTO crm.report_run VALUES ('x1', NULL, NULL, NULL, NULL), ('x2', 'late', '2026-06-10 00:00+00', NULL, NULL), ('x3', 'early', '2026-06-20 00:00+00', '2026-06-20 00:00+00', NULL), ('x4', 'soon', '2026-07-01 00:00+00', '2026-06-28 00:00+00', true);
INSERT INTO crm.report_defect VALUES ('x1', NULL, NULL, NULL, NULL), ('x2', 'unknown', '2026-06-10 00:00+00', 100, NULL), ('x3', 'of nothing', '2026-06-10 00:00+00', 100, 0), ('x4', 'exactly', '2026-06-10 00:00+00', 98, 100), ('x5', 'more', '2026-06-10 00:00+00', 97.99, 100);
INSERT INTO crm.report_rating VALUES ('x1', NULL, NULL, NULL), ('x2', 'r', '2026-06-10 00:00+00', 0), ('x3', 'r', '2026-06-10 00:00+00', 6), ('x4', 'r', '2026-06-10 00:00+00', NULL), ('x5', 'r', '2026-06-10 00:00+00', 1);
INSERT INTO crm.lead_routing VALUES ('x1', NULL, NULL, NULL, NULL), ('x2', '2026-06-26 16:30+00', NULL, NULL, NULL), ('x3', '2026-06-10 10:00+00', NULL, NULL, 'u'), ('x4', '2026-06-10 10:00+00', '2026-06-10 11:00+00', NULL, 'u'), ('x5', '2026-06-10 10:00+00', '2026-06-10 11:00:01+00', 'u', 'u'), ('x6', '2026-06-10 10:00+00', '2026-06-10 10:30+00', 'u', NULL);
INSERT INTO crm.ticket VALUES ('x1', NULL, NULL, NULL, NULL), ('x2', 't', '2026-06-10 10:00+00', '2026-06-09 10:00+00', 1), ('x3', 't', '2026-06-10 10:00+00', '2026-06-12 10:00+00', 0), ('x4', 't', NULL, '2026-06-12 10:00+00', 1), ('x5', 't', '2026-06-10 10:00+00', NULL, NULL);
INSERT INTO crm.runbook VALUES ('x1', NULL, NULL, NULL, NULL), ('x2', 'never', 'u', NULL, '2026-07-10 00:00+00'), ('x3', 'gone', 'u', '2026-06-10 00:00+00', '2026-06-10 00:00+00'), ('x4', 'later', 'u', '2026-08-01 00:00+00', NULL);
INSERT INTO crm.dashboard_user VALUES ('x', 'u1', NULL), ('x', 'u2', '2026-06-10 00:00+00');
INSERT INTO crm.finance_booking VALUES ('x1', NULL, NULL, NULL), ('x2', 'nobody', '2026-05-31', NULL), ('x3', NULL, '2026-05-31', 1000), ('x4', NULL, '2026-06-01', 1000);
INSERT INTO crm.improvement VALUES ('x1', NULL, NULL, NULL);
INSERT INTO crm.contact (contact_id, last_name, email, company) VALUES ('c1', 'Miller', 'ann@acme.example', 'Acme'), ('c2', 'Miller', 'ann@acme.example', 'Acme'), ('c3', 'n/a', NULL, NULL);
INSERT INTO crm.lead (lead_id, last_name, email, company) VALUES ('l1', 'Smith', 'bob@globex.example', 'Globex'), ('l2', '', '-', NULL);
INSERT INTO crm.opportunity (opportunity_id) VALUES ('x1');

CREATE SCHEMA kpi;
CALL create_metric_registry('kpi');
SELECT is(register_scorecard('kpi', 'crm'), 16, 'all are registered');
SELECT is((register_scorecard('kpi', 'crm'), (SELECT max(version) FROM kpi.metric)), (16, 1), 'once more changes nothing');
CREATE TEMP TABLE moment AS SELECT at FROM unnest('{2026-06-29 00:00+00,2026-03-31 12:00+00,2025-12-31 23:59:59+00,2026-06-10 10:30+00,2020-01-01 00:00+00}'::timestamptz[]) at;
CREATE TEMP TABLE value AS SELECT at, v.* FROM moment, evaluate_metrics('kpi', at) v;
SELECT is_empty('SELECT at, metric, error FROM value WHERE error IS NOT NULL', 'without errors');

-- ---- each definition in other words ----

CREATE FUNCTION pg_temp.share(VARIADIC flags boolean[]) RETURNS text LANGUAGE sql IMMUTABLE RETURN (SELECT count(*) FILTER (WHERE f) || ' of ' || count(f) FROM unnest(flags) f);
CREATE FUNCTION pg_temp.month(at timestamptz, of timestamptz) RETURNS boolean LANGUAGE sql STABLE RETURN coalesce(at < of AND of - interval '1 month' <= at, false);
CREATE FUNCTION pg_temp.found(name text) RETURNS TABLE (at timestamptz, found text) LANGUAGE sql STABLE
	AS $$ SELECT at, coalesce(round(numerator) || ' of ' || denominator, value::text) FROM value WHERE metric = name ORDER BY at $$;
CREATE FUNCTION pg_temp.agrees(name text, wanted text) RETURNS text LANGUAGE sql
	RETURN results_eq(format('SELECT * FROM pg_temp.found(%L)', name), format('SELECT at, (%s) FROM moment m ORDER BY at', wanted), name);
SELECT pg_temp.agrees('report_on_time', 'SELECT pg_temp.share(VARIADIC coalesce(array_agg(coalesce(r.delivered_at <= r.due_at, false)), ''{}'')) FROM crm.report_run r WHERE pg_temp.month(r.due_at, m.at)');
SELECT pg_temp.agrees('qc_pass', 'SELECT pg_temp.share(VARIADIC coalesce(array_agg(coalesce(r.qc_passed, false)), ''{}'')) FROM crm.report_run r WHERE pg_temp.month(r.delivered_at, m.at)');
SELECT pg_temp.agrees('report_defects', $$SELECT CASE WHEN sum(delivered) > 0 OR sum(known) > 0 THEN sum(material)::text END FROM (
	SELECT 1 AS delivered, 0 AS known, 0 AS material FROM crm.report_run r WHERE pg_temp.month(r.delivered_at, m.at)
	UNION ALL SELECT 0, 1, CASE WHEN corrected_total IS NULL OR reported_total IS NULL THEN 1 WHEN reported_total BETWEEN corrected_total * 0.98 AND corrected_total * 1.02 THEN 0 ELSE 1 END FROM crm.report_defect d WHERE pg_temp.month(d.found_at, m.at)) s$$);
SELECT is(found, CASE WHEN n > 0 THEN total || ' of ' || n END, 'report_usefulness at ' || at) FROM pg_temp.found('report_usefulness') JOIN (SELECT at AS moment, count(rating) AS n, sum(rating) AS total FROM moment LEFT JOIN crm.report_rating ON pg_temp.month(rated_at, at) AND rating = ANY ('{1,2,3,4,5}') GROUP BY at) w ON moment = at;
SELECT pg_temp.agrees('routing_sla', $$SELECT pg_temp.share(VARIADIC coalesce(array_agg(CASE WHEN business_seconds(l.created_at, least(l.assigned_at, m.at), 'Mon-Fri 09:00-17:00 UTC') > 3600 THEN false WHEN l.assigned_at <= m.at THEN true WHEN sla_due(l.created_at, 3600, 'Mon-Fri 09:00-17:00 UTC') < m.at THEN false END), '{}')) FROM crm.lead_routing l WHERE pg_temp.month(l.created_at, m.at)$$);
SELECT pg_temp.agrees('routing_accuracy', $$SELECT pg_temp.share(VARIADIC coalesce(array_agg(coalesce(l.owner_id, '') = l.rule_owner_id), '{}')) FROM crm.lead_routing l WHERE pg_temp.month(l.created_at, m.at) AND l.assigned_at < m.at$$);
SELECT pg_temp.agrees('first_contact_resolution', 'SELECT pg_temp.share(VARIADIC coalesce(array_agg(CASE WHEN contacts > 1 THEN false WHEN contacts = 1 THEN true END), ''{}'')) FROM crm.ticket t WHERE pg_temp.month(t.closed_at, m.at)');
SELECT pg_temp.agrees('runbooks_reviewed', 'SELECT pg_temp.share(VARIADIC coalesce(array_agg(coalesce(reviewed_at BETWEEN m.at - interval ''90 days'' AND m.at - interval ''1 us'', false)), ''{}'')) FROM crm.runbook WHERE NOT coalesce(retired_at < m.at, false)');
SELECT pg_temp.agrees('dashboard_adoption', 'SELECT pg_temp.share(VARIADIC array_agg(coalesce(m.at - last_viewed_at <= interval ''30 days'', false))) FROM crm.dashboard_user');
SELECT pg_temp.agrees('improvements', 'SELECT count(*)::text FROM crm.improvement WHERE validated_at < m.at AND validated_at >= m.at - interval ''3 months''');
SELECT pg_temp.agrees('category_integrity', 'SELECT pg_temp.share(VARIADIC array_agg(forecast_category_issue(p, o.stage, o.forecast_category) IS NULL)) FROM crm.opportunity o, (SELECT sales_process(stage, position, probability, category, outcome, max_days) AS p FROM crm.stage) s WHERE NOT coalesce(o.is_deleted, false)');
SELECT is(found, wanted, 'field_completeness at ' || at) FROM pg_temp.found('field_completeness'), (SELECT count(*) FILTER (WHERE NOT is_blank(v)) || ' of ' || count(*) AS wanted FROM (
	SELECT unnest(ARRAY[name, website, country, owner_id]) FROM crm.account UNION ALL SELECT unnest(ARRAY[last_name, email, account_id, owner_id]) FROM crm.contact UNION ALL SELECT unnest(ARRAY[last_name, company, email, owner_id]) FROM crm.lead
	UNION ALL SELECT unnest(ARRAY[account_id, stage, amount::text, close_date::text, owner_id]) FROM crm.opportunity WHERE NOT coalesce(is_deleted, false)) f (v)) w;
-- the others at the moment of the sample alone: a query of their own
SELECT is(value, (SELECT 1000.0 * sum(surplus) / sum(records) FROM (
	SELECT count(*) AS records, count(*) - count(DISTINCT coalesce(cluster, account_id)) AS surplus FROM crm.account LEFT JOIN (SELECT d.* FROM match_rules() r, duplicate_clusters('crm.account', r.rule) d WHERE r.name = 'account') d ON record = account_id
	UNION ALL SELECT count(*), count(*) - count(DISTINCT coalesce(cluster, contact_id)) FROM crm.contact LEFT JOIN (SELECT d.* FROM match_rules() r, duplicate_clusters('crm.contact', r.rule) d WHERE r.name = 'contact') d ON record = contact_id
	UNION ALL SELECT count(*), count(*) - count(DISTINCT coalesce(cluster, lead_id)) FROM crm.lead LEFT JOIN (SELECT d.* FROM match_rules() r, duplicate_clusters('crm.lead', r.rule) d WHERE r.name = 'lead') d ON record = lead_id) s), 'duplicates at ' || at) FROM value WHERE metric = 'duplicates';
SELECT is(round(value, 12), round(abs(won - booked) / booked, 12), 'finance_variance at ' || at) FROM value,
	LATERAL (SELECT sum(round(amount * to_corporate, 2)) AS won FROM crm.opportunity JOIN crm.stage USING (stage) JOIN crm.exchange_rate USING (currency) WHERE outcome = 'won' AND NOT is_deleted AND to_char(close_date, 'YYYY-MM') = to_char((at AT TIME ZONE 'UTC') - interval '1 month' * 1, 'YYYY-MM')) c,
	LATERAL (SELECT sum(amount) AS booked FROM crm.finance_booking WHERE to_char(booked_on, 'YYYY-MM') = to_char((at AT TIME ZONE 'UTC') - interval '1 month', 'YYYY-MM')) f WHERE metric = 'finance_variance';
SELECT cmp_ok(count(value), '>=', 4::bigint, 'which is known while there are deals') FROM value WHERE metric = 'finance_variance';
-- the product-limit estimate, written out: the first time at which it is below a half; where it stays at a half for a while, the middle of that
CREATE TEMP TABLE stay AS SELECT at, business_seconds(opened_at, least(closed_at, at), 'Mon-Fri 09:00-17:00 UTC') / 28800 AS t, coalesce(closed_at < at, false) AS over FROM moment, crm.ticket WHERE opened_at < at AND opened_at >= at - interval '3 months' AND NOT coalesce(closed_at < opened_at, false);
CREATE FUNCTION pg_temp.median(of timestamptz) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	survival float8 := 1;
	left_over bigint := (SELECT count(*) FROM stay WHERE at = of);
	half_from float8;
	step record;
BEGIN
	FOR step IN SELECT t, count(*) FILTER (WHERE over) AS ended, count(*) AS n FROM stay WHERE at = of GROUP BY t ORDER BY t LOOP
		survival := survival * (1 - step.ended::float8 / left_over);
		left_over := left_over - step.n;
		IF half_from IS NULL AND abs(survival - 0.5) < 1e-12 THEN
			half_from := step.t;
		ELSIF survival < 0.5 - 1e-12 THEN
			RETURN coalesce((half_from + step.t) / 2, step.t);
		END IF;
	END LOOP;
	RETURN half_from;
END $$;
SELECT ok(abs(value - pg_temp.median(at)::numeric) < 1e-9 OR value IS NULL AND pg_temp.median(at) IS NULL, format('ticket_cycle at %s: %s, and %s', at, value, pg_temp.median(at))) FROM value WHERE metric = 'ticket_cycle';
SELECT is(numerator || ' of ' || denominator, (SELECT count(*) FILTER (WHERE i IS NULL) || ' of ' || count(*) FROM (
	SELECT hygiene_issues('{"stale_days": 60, "max_pushes": 2, "max_close_days": 365}', p, stage => o.stage, amount => o.amount, close_date => o.close_date, owner => o.owner_id, next_step => o.next_step, category => o.forecast_category, probability => o.probability, created => (o.created_at AT TIME ZONE 'UTC')::date,
		last_activity => (o.last_activity_at AT TIME ZONE 'UTC')::date, days_in_stage => (SELECT extract(epoch FROM at - max(h.changed_at)) / 86400 FROM (SELECT changed_at, lag(stage) OVER (ORDER BY changed_at) IS DISTINCT FROM stage AS enters FROM crm.opportunity_history h WHERE h.opportunity_id = o.opportunity_id AND changed_at < at) h WHERE enters)::float8,
		pushes => (SELECT count(*) FROM (SELECT close_date, lag(close_date) OVER (ORDER BY changed_at) AS before FROM crm.opportunity_history h WHERE h.opportunity_id = o.opportunity_id AND changed_at < at AND close_date IS NOT NULL) h WHERE date_trunc('month', close_date) > date_trunc('month', before))::int, as_of => (at AT TIME ZONE 'UTC')::date)
	FROM crm.opportunity o JOIN crm.stage s USING (stage), (SELECT sales_process(stage, position, probability, category, outcome, max_days) AS p FROM crm.stage) q WHERE s.outcome = 'open' AND NOT is_deleted) x (i)), 'pipeline_hygiene at ' || at)
FROM value WHERE metric = 'pipeline_hygiene' AND at = '2026-06-29 00:00+00';

-- ---- other arguments ----

SELECT is(register_scorecard('kpi', 'crm', policy => '{"require": []}', calendar => '24x7 UTC', routing_minutes => 5, hours_per_day => 24, time_zone => 'Asia/Tokyo', owner => 'ann'), 16, 'another policy, calendar, time and owner');
SELECT is(array_agg(DISTINCT version || ' ' || owner || ' ' || time_zone), '{2 ann Asia/Tokyo}', 'are another version of each') FROM kpi.metric;
SELECT is(numerator || ' of ' || denominator, (SELECT count(*) FILTER (WHERE assigned_at <= created_at + interval '5 minutes') || ' of ' || count(*) FROM crm.lead_routing WHERE created_at >= '2026-05-29 00:00+00' AND created_at < '2026-06-29 00:00+00'), 'five minutes, by day and night') FROM metric_results('kpi', '2026-06-29 00:00+00', '{routing_sla}');
SELECT is(count(*), 0::bigint, 'no metrics of no schema') FROM scorecard_metrics(NULL);

-- ---- nothing there: nothing is known, of each table alone and of all ----

CREATE FUNCTION pg_temp.without(tables text, metric_name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	BEGIN
		EXECUTE 'TRUNCATE ' || tables;
		SELECT coalesce(value::text, 'not known') || coalesce(error, '') INTO result FROM metric_results('kpi', '2026-06-29 00:00+00') WHERE metric = metric_name;
		RAISE EXCEPTION USING ERRCODE = 'ZZZZZ';
	EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
		RETURN result;
	END;
END $$;
SELECT is(pg_temp.without(tables, metric), 'not known', format('%s without rows of %s', metric, tables)) FROM (VALUES ('crm.report_run', '{report_on_time,qc_pass}'), ('crm.report_defect', '{report_defects}'), ('crm.report_rating', '{report_usefulness}'), ('crm.lead_routing', '{routing_sla,routing_accuracy}'), ('crm.ticket', '{ticket_cycle,first_contact_resolution}'), ('crm.runbook', '{runbooks_reviewed}'),
	('crm.dashboard_user', '{dashboard_adoption}'), ('crm.finance_booking', '{finance_variance}'), ('crm.improvement', '{improvements}'), ('crm.stage', '{pipeline_hygiene,category_integrity,finance_variance}'), ('crm.opportunity', '{pipeline_hygiene,category_integrity,finance_variance}'), ('crm.account, crm.contact, crm.lead', '{duplicates}'),
	('crm.account, crm.contact, crm.lead, crm.opportunity', '{field_completeness}')) v (tables, metrics), unnest(metrics::text[]) metric;

TRUNCATE crm.report_run, crm.report_defect, crm.report_rating, crm.lead_routing, crm.ticket, crm.runbook, crm.dashboard_user, crm.finance_booking, crm.improvement, crm.account, crm.contact, crm.lead, crm.opportunity, crm.opportunity_history;
SELECT is(coalesce(value::text, 'not known') || coalesce(error, ''), 'not known', metric || ' of empty tables') FROM metric_results('kpi', '2026-06-29 00:00+00');

-- ---- names that need quotes, and what is missing ----

ALTER SCHEMA crm RENAME TO "C'R %1$s ""M";
SELECT is(register_scorecard('kpi', 'C''R %1$s "M'), 16, 'a schema of any name');
SELECT is(count(*) FILTER (WHERE error IS NULL), 16::bigint, 'is read') FROM metric_results('kpi', '2026-06-29 00:00+00');
SELECT throws_ok('SELECT register_scorecard(''kpi'', ''nowhere'')', '42P01', NULL, 'a schema that is not there');
SELECT throws_ok($$SELECT register_scorecard('kpi', 'x"; DROP SCHEMA kpi CASCADE; --')$$, '42P01', NULL, 'nor is that one');
SELECT throws_ok('SELECT register_scorecard(''nowhere'', ''crm'')', '42P01', NULL, 'a registry that is not there');
SELECT throws_ok(format('SELECT register_scorecard(%s)', a), '22004', NULL, a) FROM unnest('{"NULL, ''crm''","''kpi'', NULL","''kpi'', ''crm'', policy => NULL","''kpi'', ''crm'', calendar => NULL","''kpi'', ''crm'', routing_minutes => NULL","''kpi'', ''crm'', hours_per_day => NULL","''kpi'', ''crm'', time_zone => NULL"}'::text[]) a;
SELECT throws_ok(format('SELECT register_scorecard(''kpi'', ''C''''R %%1$s "M'', %s)', a), '22023', NULL, a) FROM unnest('{routing_minutes => -1,routing_minutes => ''NaN'',routing_minutes => ''Infinity'',hours_per_day => 0,hours_per_day => 25,hours_per_day => ''NaN'',time_zone => ''Nowhere''}'::text[]) a;
ALTER TABLE "C'R %1$s ""M".ticket DROP COLUMN contacts;
SELECT throws_ok($$SELECT register_scorecard('kpi', 'C''R %1$s "M', owner => 'bob')$$, '42703', 'the query of metric "first_contact_resolution" cannot be used: column "contacts" does not exist', 'a column that is missing');
SELECT is(count(*), 0::bigint, 'nothing was registered') FROM kpi.metric WHERE owner = 'bob';

SELECT * FROM finish();
ROLLBACK;
