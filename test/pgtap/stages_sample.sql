-- stages: the sample warehouse, whose generator knows how deals went and how long stays last in truth.
\ir setup.psql
CALL salesops.create_contract('crm');
\i demo/sample.sql
SET LOCAL search_path = public, salesops;
SET LOCAL client_min_messages = warning;

CREATE TEMP TABLE policy AS SELECT sales_process(stage, position, probability, category, outcome, max_days) AS process FROM crm.stage;
CREATE TEMP TABLE path AS SELECT opportunity_id, stage_path(stage, changed_at) AS p FROM crm.opportunity_history GROUP BY opportunity_id;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE coalesce(regressions(p, process), 0) <> coalesce(regressions, 0)) FROM policy, path LEFT JOIN truth.regression USING (opportunity_id) $$, 'regressions');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE coalesce(skips(p, process), 0) <> coalesce(skips, 0)) FROM policy, path LEFT JOIN truth.skip USING (opportunity_id) $$, 'skips');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE t.stage IS DISTINCT FROM s.stage OR ended AND (abs(s.left_at::date - s.entered_at::date - t.days) <= 1) IS NOT TRUE)
	FROM policy CROSS JOIN path CROSS JOIN stage_spells(p, '2026-06-29 00:00+00', process) WITH ORDINALITY s(stage, entered_at, left_at, days, ended, visit) LEFT JOIN truth.stage_stay t USING (opportunity_id, visit)
	WHERE stage_outcome(process, s.stage) = 'open'
$$, 'stage_spells has the stays of the truth');

-- Seven weeks after the first deal, and at the end: how far the median of the stays that ended, and the estimate, are from the truth.
CREATE TEMP TABLE asked AS
	SELECT as_of, s.stage, survival AS s, truth FROM policy, (SELECT stage_history(opportunity_id, stage, changed_at) AS h FROM crm.opportunity_history) e, unnest('{2024-08-19 00:00+00, 2026-06-29 00:00+00}'::timestamptz[]) as_of,
		survival_by_stage(h, as_of, process) s JOIN (SELECT stage, percentile_disc(0.5) WITHIN GROUP (ORDER BY coalesce(days, 99999)) AS truth FROM truth.stage_stay GROUP BY stage) t USING (stage);
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE naive_median(s) > 0.8 * truth) FROM asked WHERE as_of < '2025-01-01' AND survival_count(s) >= 40 $$, 'early, the median of the stays that ended is a fifth and more too short');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(km_median(s) - truth) >= abs(naive_median(s) - truth)) FROM asked WHERE as_of < '2025-01-01' AND survival_count(s) >= 40 $$, 'and the estimate is nearer to the truth');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE NOT (km_quantile_low(s, 0.5) - 0.5 <= truth AND coalesce(km_quantile_high(s, 0.5), 99999) + 0.5 >= truth)) FROM asked WHERE survival_count(s) >= 40 $$, 'which is within its limits, to half a day');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(km_median(s) - truth) > 0.5) FROM asked WHERE as_of > '2026-01-01' $$, 'in the end it is the truth, to half a day');

-- The stays that began in the last quarter, of which many go on: beside how long the same stays last in truth.
CREATE TEMP TABLE quarter AS
	SELECT s.stage, survival(s.days, s.ended) AS s, percentile_disc(0.5) WITHIN GROUP (ORDER BY coalesce(t.days, 99999)) AS median, percentile_disc(0.9) WITHIN GROUP (ORDER BY coalesce(t.days, 99999)) AS p90,
		percentile_disc(0.9) WITHIN GROUP (ORDER BY s.days) FILTER (WHERE s.ended) AS naive_p90
	FROM policy CROSS JOIN path CROSS JOIN stage_spells(p, '2026-06-29 00:00+00', process) WITH ORDINALITY s(stage, entered_at, left_at, days, ended, visit) JOIN truth.stage_stay t USING (opportunity_id, visit)
	WHERE s.entered_at >= '2026-04-01 00:00+00' GROUP BY s.stage HAVING count(*) > 200;
SELECT ok(count(*) = 6, 'six stages with enough stays in a quarter') FROM quarter;
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE abs(km_median(s) - median) > 1.5 OR naive_median(s) > median + 0.5) FROM quarter $$, 'in a quarter the estimate is within a day and a half, and what ended is not longer than the truth, to half a day');
SELECT ok(sum(abs(km_median(s) - median)) * 3 < sum(abs(median - naive_median(s))), 'the median of what ended is further off, by more than three times') FROM quarter;
SELECT ok(sum(abs(km_quantile(s, 0.9) - p90)) * 3 < sum(abs(p90 - naive_p90)), 'so is what nine in ten stay') FROM quarter;

-- One deal at a time and the whole log: the same stays.
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (a.stage, a.left_at, a.days, a.ended) IS DISTINCT FROM (b.stage, b.left_at, b.days, b.ended))
	FROM (SELECT opportunity_id AS deal, s.* FROM path, policy, stage_spells(p, '2026-06-29 00:00+00', process) s) a
		FULL JOIN (SELECT s.* FROM (SELECT stage_history(opportunity_id, stage, changed_at) AS h FROM crm.opportunity_history) e, policy, stage_spells(h, '2026-06-29 00:00+00', process) s) b USING (deal, entered_at)
$$, 'stays of a path are those of the history');
SELECT results_eq($$
	SELECT opportunity_id FROM policy, crm.opportunity o JOIN path USING (opportunity_id) WHERE NOT is_deleted AND stage_age_status(days_in_current_stage(p, '2026-06-29 00:00+00'), process, o.stage) = 'stalled' ORDER BY 1
$$, 'SELECT opportunity_id FROM truth.aged_deal ORDER BY 1', 'stalled by the limit are the aged deals');
SELECT * FROM finish();
ROLLBACK;
