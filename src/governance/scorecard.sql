-- scorecard: the numbers that a sales-operations team answers for, each a query over the contract's tables with its target.
--
-- scorecard_metrics(schema) has them as rows: definition, query, unit, direction, target. register_scorecard writes them into a registry
-- of metrics, from where evaluate_metrics and metric_status go on; what is a metric of one's own is registered beside them. The queries
-- are texts that name the schema, the policy, the calendar and the limits in full, so that what a number was computed by stands in the
-- registry and is known by its hash. A month is the one up to the moment ($1), which is excluded. A table without any row says nothing: what is counted in it is
-- not known (a share of nothing is none anyway), and without stages no category is right.

CREATE FUNCTION scorecard_metrics(contract_schema text, policy hygiene_policy DEFAULT '{"stale_days": 60, "max_pushes": 2, "max_close_days": 365}', calendar business_calendar DEFAULT 'Mon-Fri 09:00-17:00 UTC',
	routing_minutes double precision DEFAULT 60, hours_per_day double precision DEFAULT 8)
RETURNS TABLE (metric text, definition text, query text, unit text, direction text, target numeric, near numeric)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20 ROWS 16
BEGIN ATOMIC
	SELECT m.metric, m.definition, format(m.query, contract_schema, policy, calendar, routing_minutes * 60, hours_per_day * 3600,
		format('%I.account', contract_schema), format('%I.contact', contract_schema), format('%I.lead', contract_schema)), m.unit, m.direction, m.target, m.near
	FROM (VALUES
		(1, 'report_on_time', 'Reports that were due in the last month and delivered when they were due, of all that were due then.',
			$$SELECT count(*) FILTER (WHERE delivered_at <= due_at) AS numerator, count(*) AS denominator
FROM %1$I.report_run WHERE due_at >= $1 - interval '1 month' AND due_at < $1$$, 'share', 'higher', 0.98, 0.02),
		(2, 'report_defects', 'Material defects that were found in reports in the last month: the right total differs from the one that was reported by more than 2 % of itself, or is not known. Where no report was delivered, and where no defect was ever written down, nothing is known.',
			$$SELECT CASE WHEN count(*) > 0 OR EXISTS (SELECT FROM %1$I.report_defect) AND EXISTS (SELECT FROM %1$I.report_run WHERE delivered_at >= $1 - interval '1 month' AND delivered_at < $1) THEN count(*) FILTER (WHERE (abs(corrected_total - reported_total) > 0.02 * abs(corrected_total)) IS NOT FALSE) END
FROM %1$I.report_defect WHERE found_at >= $1 - interval '1 month' AND found_at < $1$$, 'defects', 'lower', 1, 1),
		(3, 'field_completeness', 'Fields that are filled, of those that every record should have: of accounts the name, website, country and owner, of contacts the last name, e-mail, account and owner, of leads the last name, company, e-mail and owner, of deals the account, stage, amount, close date and owner. As the tables are.',
			$$SELECT sum(salesops.met(c)) AS numerator, sum(salesops.met(c) + salesops.missed(c)) AS denominator
FROM (
	SELECT salesops.field_completeness(name, website, country, owner_id) FROM %1$I.account
	UNION ALL SELECT salesops.field_completeness(last_name, email, account_id, owner_id) FROM %1$I.contact
	UNION ALL SELECT salesops.field_completeness(last_name, company, email, owner_id) FROM %1$I.lead
	UNION ALL SELECT salesops.field_completeness(account_id, stage, amount::text, close_date::text, owner_id) FROM %1$I.opportunity WHERE is_deleted IS NOT TRUE
) AS s (c)$$, 'share', 'higher', 0.95, 0.05),
		(4, 'duplicates', 'Surplus records per 1,000 accounts, contacts and leads, by the ready-made rules. As the tables are.',
			$$SELECT 1000 * sum(surplus) / nullif(sum(records), 0) AS value, sum(surplus) AS numerator, sum(records) AS denominator
FROM (
	SELECT (SELECT count(*) FROM %1$I.account) AS records, (SELECT count(*) FILTER (WHERE record <> cluster) FROM salesops.match_rules() AS r, salesops.duplicate_clusters(%6$L, r.rule) WHERE r.name = 'account') AS surplus
	UNION ALL SELECT (SELECT count(*) FROM %1$I.contact), (SELECT count(*) FILTER (WHERE record <> cluster) FROM salesops.match_rules() AS r, salesops.duplicate_clusters(%7$L, r.rule) WHERE r.name = 'contact')
	UNION ALL SELECT (SELECT count(*) FROM %1$I.lead), (SELECT count(*) FILTER (WHERE record <> cluster) FROM salesops.match_rules() AS r, salesops.duplicate_clusters(%8$L, r.rule) WHERE r.name = 'lead')
) AS s$$, 'per 1,000', 'lower', 5, 2),
		(5, 'routing_sla', 'Leads of the last month that were given to somebody within the time allowed, in business time, of those whose time is over or that were given to somebody.',
			$$SELECT coalesce(salesops.met(c), 0) AS numerator, coalesce(salesops.met(c) + salesops.missed(c), 0) AS denominator
FROM (SELECT salesops.sla_compliance(created_at, assigned_at, %4$s, %3$L::salesops.business_calendar, $1) AS c FROM %1$I.lead_routing WHERE created_at >= $1 - interval '1 month' AND created_at < $1) AS s$$, 'share', 'higher', 0.95, 0.05),
		(6, 'routing_accuracy', 'Leads of the last month that the one has to whom the rules give them, of those that were given to somebody and of which the rules say to whom.',
			$$SELECT count(*) FILTER (WHERE owner_id = rule_owner_id) AS numerator, count(*) AS denominator
FROM %1$I.lead_routing WHERE created_at >= $1 - interval '1 month' AND created_at < $1 AND assigned_at < $1 AND rule_owner_id IS NOT NULL$$, 'share', 'higher', 0.98, 0.02),
		(7, 'pipeline_hygiene', 'Open deals without an issue under the policy (docs/reference/hygiene.md), of all open deals. As the tables are.',
			$$SELECT count(*) FILTER (WHERE issues IS NULL) AS numerator, count(*) AS denominator
FROM (
	SELECT salesops.hygiene_issues(%2$L::salesops.hygiene_policy, p.process, stage => o.stage, amount => o.amount, close_date => o.close_date, owner => o.owner_id, next_step => o.next_step, category => o.forecast_category, probability => o.probability,
		created => o.created_at::date, last_activity => o.last_activity_at::date, days_in_stage => salesops.days_in_current_stage(h.path, $1), pushes => salesops.push_count(h.dates, 'month'), as_of => $1::date) AS issues
	FROM %1$I.opportunity AS o CROSS JOIN (SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) AS process FROM %1$I.stage) AS p
		LEFT JOIN (SELECT opportunity_id, salesops.stage_path(stage, changed_at) AS path, salesops.close_path(close_date, changed_at) AS dates FROM %1$I.opportunity_history WHERE changed_at < $1 GROUP BY opportunity_id) AS h USING (opportunity_id)
	WHERE o.is_deleted IS NOT TRUE AND salesops.stage_outcome(p.process, o.stage) = 'open'
) AS s$$, 'share', 'higher', 0.9, 0.05),
		(8, 'category_integrity', 'Deals whose forecast category their stage allows, of all deals. As the tables are.',
			$$SELECT count(*) FILTER (WHERE salesops.forecast_category_issue(p.process, o.stage, o.forecast_category) IS NULL) AS numerator, count(*) AS denominator
FROM %1$I.opportunity AS o CROSS JOIN (SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) AS process FROM %1$I.stage) AS p
WHERE o.is_deleted IS NOT TRUE AND p.process IS NOT NULL$$, 'share', 'higher', 0.95, 0.05),
		(9, 'report_usefulness', 'Mean rating of reports by those who read them in the last month, from 1 to 5.',
			$$SELECT sum(rating) AS numerator, count(rating) AS denominator
FROM %1$I.report_rating WHERE rated_at >= $1 - interval '1 month' AND rated_at < $1 AND rating BETWEEN 1 AND 5$$, 'of 5', 'higher', 4.2, 0.3),
		(10, 'ticket_cycle', 'Median time in which tickets of the last three months were closed, in business days, by Kaplan and Meier: one that is open counts with its age. Unknown where more than half are open.',
			$$SELECT salesops.km_median(salesops.survival(salesops.business_seconds(opened_at, least(closed_at, $1), %3$L::salesops.business_calendar) / %5$s, coalesce(closed_at < $1, false)))::numeric AS value
FROM %1$I.ticket WHERE opened_at >= $1 - interval '3 months' AND opened_at < $1 AND (closed_at >= opened_at) IS NOT FALSE$$, 'business days', 'lower', 3, 1),
		(11, 'first_contact_resolution', 'Tickets closed in the last month that took one contact, of those of which the contacts are known.',
			$$SELECT count(*) FILTER (WHERE contacts = 1) AS numerator, count(*) AS denominator
FROM %1$I.ticket WHERE closed_at >= $1 - interval '1 month' AND closed_at < $1 AND contacts > 0$$, 'share', 'higher', 0.8, 0.05),
		(12, 'runbooks_reviewed', 'Runbooks that were reviewed in the last 90 days, of all in use.',
			$$SELECT count(*) FILTER (WHERE reviewed_at >= $1 - interval '90 days' AND reviewed_at < $1) AS numerator, count(*) AS denominator
FROM %1$I.runbook WHERE retired_at IS NULL OR retired_at >= $1$$, 'share', 'higher', 0.9, 0.1),
		(13, 'dashboard_adoption', 'People for whom a dashboard is made and who looked at it in the last 30 days, of all for whom one is made; who has several counts with each.',
			$$SELECT count(*) FILTER (WHERE last_viewed_at >= $1 - interval '30 days') AS numerator, count(*) AS denominator
FROM %1$I.dashboard_user$$, 'share', 'higher', 0.6, 0.1),
		(14, 'finance_variance', 'How far what was won in the last whole month by the CRM is from what finance booked in it, as a share of that. Amounts in the corporate currency.',
			$$SELECT abs(c.won - f.booked) AS numerator, abs(f.booked) AS denominator
FROM (SELECT sum(round(o.amount * CASE WHEN o.currency IS NULL OR NOT EXISTS (SELECT FROM %1$I.exchange_rate) THEN 1 ELSE r.to_corporate END, 2)) AS won
		FROM %1$I.opportunity AS o CROSS JOIN (SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) AS process FROM %1$I.stage) AS p LEFT JOIN %1$I.exchange_rate AS r USING (currency)
		WHERE o.is_deleted IS NOT TRUE AND salesops.stage_outcome(p.process, o.stage) = 'won' AND o.close_date >= date_trunc('month', $1)::date - interval '1 month' AND o.close_date < date_trunc('month', $1)::date) AS c,
	(SELECT sum(amount) AS booked FROM %1$I.finance_booking WHERE booked_on >= date_trunc('month', $1)::date - interval '1 month' AND booked_on < date_trunc('month', $1)::date) AS f$$, 'share', 'lower', 0.01, 0.01),
		(15, 'improvements', 'Improvements whose effect was validated in the last three months; not known where none was ever written down.',
			$$SELECT CASE WHEN EXISTS (SELECT FROM %1$I.improvement) THEN count(*) END FROM %1$I.improvement WHERE validated_at >= $1 - interval '3 months' AND validated_at < $1$$, 'improvements', 'higher', 1, 0),
		(16, 'qc_pass', 'Reports of the last month that passed their checks before they were delivered, of those that were delivered.',
			$$SELECT count(*) FILTER (WHERE qc_passed) AS numerator, count(*) AS denominator
FROM %1$I.report_run WHERE delivered_at >= $1 - interval '1 month' AND delivered_at < $1$$, 'share', 'higher', 0.95, 0.05)
	) AS m (n, metric, definition, query, unit, direction, target, near) ORDER BY m.n;
END;
COMMENT ON FUNCTION scorecard_metrics(text, hygiene_policy, business_calendar, double precision, double precision) IS $$The metrics of a sales-operations scorecard over the contract's tables, with their targets: what register_scorecard registers.
contract_schema: where the tables are, without quotes. policy: what pipeline_hygiene asks of open deals. calendar: business time of routing and of tickets. routing_minutes: in which a lead has to be given to somebody. hours_per_day: hours of a business day. target: at least (higher) or at most (lower); near: how far from it is near. No rows for NULL.
Source: docs/reference/scorecard.md, which has each definition.
Example: (SELECT count(*) FROM salesops.scorecard_metrics('crm')) ==> 16$$;

CREATE FUNCTION register_scorecard(schema text, contract_schema text, policy hygiene_policy DEFAULT '{"stale_days": 60, "max_pushes": 2, "max_close_days": 365}', calendar business_calendar DEFAULT 'Mon-Fri 09:00-17:00 UTC',
	routing_minutes double precision DEFAULT 60, hours_per_day double precision DEFAULT 8, time_zone text DEFAULT 'UTC', owner text DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C'
AS $function$
#variable_conflict use_column
DECLARE
	registered integer;
BEGIN
	IF schema IS NULL OR contract_schema IS NULL OR policy IS NULL OR calendar IS NULL OR routing_minutes IS NULL OR hours_per_day IS NULL OR time_zone IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schemas, the policy, the calendar, the minutes, the hours and the time zone of a scorecard must not be NULL', HINT = 'The arguments are (schema, contract_schema, policy, calendar, routing_minutes, hours_per_day, time_zone, owner).';
	ELSIF routing_minutes NOT BETWEEN 0 AND 1000000 OR hours_per_day NOT BETWEEN 0.01 AND 24 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('a lead cannot be due in %s minutes of days of %s hours', routing_minutes, hours_per_day), DETAIL = 'There are from 0 to 1,000,000 minutes, and days of 0.01 to 24 hours.', HINT = 'Leave them out for 60 minutes and 8 hours.';
	END IF;
	SELECT count(salesops.register_metric(schema, m.metric, m.definition, m.query, m.unit, m.direction, m.target, near => m.near, owner => owner, time_zone => time_zone)) INTO registered
	FROM salesops.scorecard_metrics(contract_schema, policy, calendar, routing_minutes, hours_per_day) AS m;
	RETURN registered;
END
$function$;
COMMENT ON FUNCTION register_scorecard(text, text, hygiene_policy, business_calendar, double precision, double precision, text, text) IS $$Registers the metrics of a sales-operations scorecard in a registry of metrics, and returns how many they are: what scorecard_metrics has.
schema: of the registry (create_metric_registry). contract_schema: where the contract's tables are; a table or column that is missing is an error that names it, and nothing is registered. policy, calendar, routing_minutes, hours_per_day: as for scorecard_metrics. time_zone: in which days and months begin. owner: who answers for them. A metric that is there already gets a new version where anything is other than before; register_metric changes a single one, such as its target.
Example: to_regprocedure('salesops.register_scorecard(text, text, salesops.hygiene_policy, salesops.business_calendar, double precision, double precision, text, text)') IS NOT NULL ==> true$$;
