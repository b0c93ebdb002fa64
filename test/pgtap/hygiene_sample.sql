-- hygiene: the sample warehouse, whose generator knows what is wrong with its deals: for each reason code what was found, against what was put in.
\ir setup.psql
CALL salesops.create_contract('crm');
\i demo/sample.sql
SET LOCAL search_path = public, salesops;
SET LOCAL client_min_messages = warning;

CREATE TEMP TABLE policy AS SELECT sales_process(stage, position, probability, category, outcome, max_days) AS process, '{"stale_days": 60, "max_pushes": 2, "max_close_days": 180, "probability_tolerance": 0}'::hygiene_policy AS policy FROM crm.stage;
CREATE TEMP TABLE path AS SELECT opportunity_id, stage_path(stage, changed_at) AS p, close_path(close_date, changed_at) AS c FROM crm.opportunity_history GROUP BY opportunity_id;
CREATE TEMP TABLE judged AS
	SELECT opportunity_id, o.stage, stage_outcome(process, o.stage) AS outcome, o.close_date, coalesce(o.last_activity_at, o.created_at) AT TIME ZONE 'UTC' AS active, amount,
		hygiene_issues(policy, process, stage => o.stage, amount => amount, close_date => close_date, owner => owner_id, next_step => next_step, category => forecast_category, probability => probability, created => (created_at AT TIME ZONE 'UTC')::date,
			last_activity => (last_activity_at AT TIME ZONE 'UTC')::date, days_in_stage => days_in_current_stage(p, '2026-06-29 00:00+00'), pushes => push_count(c, 'month'), as_of => '2026-06-29') AS issues
	FROM crm.opportunity o CROSS JOIN policy LEFT JOIN path USING (opportunity_id) WHERE NOT is_deleted;
CREATE TEMP TABLE found AS SELECT opportunity_id, code FROM judged, string_to_table(issues, ',') code;
-- what was put in, and what the dates of a deal say without us
CREATE TEMP TABLE put_in AS
	SELECT opportunity_id, 'missing_' || replace(field, 'forecast_', '') AS code FROM truth.blank_field JOIN judged USING (opportunity_id) WHERE field <> 'lead_source' AND NOT (field = 'next_step' AND outcome IS DISTINCT FROM 'open') AND NOT (field = 'amount' AND (outcome IS NULL OR outcome = 'lost'))
	UNION ALL SELECT opportunity_id, reason FROM truth.category_error JOIN judged USING (opportunity_id) WHERE reason <> 'missing_category'
	UNION ALL SELECT opportunity_id, 'aged_in_stage' FROM truth.aged_deal JOIN judged USING (opportunity_id)
	UNION ALL SELECT opportunity_id, 'pushed_too_often' FROM truth.push JOIN judged USING (opportunity_id) WHERE pushes > 2 AND outcome = 'open'
	UNION ALL SELECT opportunity_id, 'open_past_due' FROM judged WHERE outcome = 'open' AND close_date < '2026-06-29'
	UNION ALL SELECT opportunity_id, 'close_date_too_far' FROM judged WHERE outcome = 'open' AND close_date > date '2026-06-29' + 180
	UNION ALL SELECT opportunity_id, 'stale' FROM judged WHERE outcome = 'open' AND active::date < date '2026-06-29' - 60;
SELECT is((found, right_ones), (put_in, put_in), format('%s: %s were put in, precision %s, recall %s', code, put_in, round(right_ones::numeric / nullif(found, 0), 3), round(right_ones::numeric / nullif(put_in, 0), 3)))
FROM (SELECT code, count(f.opportunity_id) AS found, count(p.opportunity_id) AS put_in, count(*) FILTER (WHERE f.opportunity_id IS NOT NULL AND p.opportunity_id IS NOT NULL) AS right_ones
	FROM (SELECT opportunity_id, code FROM found) f FULL JOIN put_in p USING (opportunity_id, code) GROUP BY code) s ORDER BY code;
SELECT cmp_ok(count(DISTINCT code), '>=', 14::bigint, 'codes') FROM put_in;
SELECT cmp_ok(hygiene_compliance(issues), '<', 0.9::float8, 'so the pipeline is not in order') FROM judged WHERE outcome = 'open';
SELECT is((SELECT amount_at_risk(c) FROM (SELECT count_issues(issues, amount) AS c FROM judged) s), sum(amount) FILTER (WHERE opportunity_id IN (SELECT opportunity_id FROM put_in)), 'the amount at risk') FROM judged;

SELECT * FROM finish();
ROLLBACK;
