-- stage_path(stage, entered_at) by deal beside window functions and ordered arrays.  The history records a stage
-- again without a change, so the time in the current stage counts from the first of its last run of events.

-- section: the path of each deal and its current stage, eight events each
-- memory
-- rows: stage_events
-- floor: count of the columns by deal
SELECT count(*), sum(s), sum(e)
FROM (SELECT deal_id, count(stage) AS s, count(entered_at) AS e FROM stage_events GROUP BY deal_id) AS g;
-- ours: stage_path
SELECT count(deal_id), sum(length(salesops.current_stage(path)))
FROM (SELECT deal_id, salesops.stage_path(stage, entered_at) AS path FROM stage_events GROUP BY deal_id OFFSET 0) AS s;
-- ours: stage_path, rows in order of the deal first
SELECT count(deal_id), sum(length(salesops.current_stage(path)))
FROM (SELECT deal_id, salesops.stage_path(stage, entered_at) AS path FROM (SELECT * FROM stage_events ORDER BY deal_id) AS e GROUP BY deal_id OFFSET 0) AS s;
-- form: array_agg(ORDER BY) of both columns
SELECT count(deal_id), sum(length(stages[cardinality(stages)]))
FROM (
	SELECT deal_id, array_agg(stage ORDER BY entered_at) AS stages, array_agg(entered_at ORDER BY entered_at) AS moments
	FROM stage_events GROUP BY deal_id OFFSET 0) AS s
WHERE cardinality(moments) > 0;
-- form: array_agg(ROW ORDER BY)
SELECT count(deal_id), sum(length((path[cardinality(path)]).stage))
FROM (
	SELECT deal_id, array_agg(ROW(deal_id, stage, entered_at)::stage_events ORDER BY entered_at) AS path
	FROM stage_events GROUP BY deal_id OFFSET 0) AS s;

-- section: days in current stage, by deal, eight events each
-- rows: stage_events
-- floor: count of the columns by deal
SELECT count(*), sum(s), sum(e)
FROM (SELECT deal_id, count(stage) AS s, count(entered_at) AS e FROM stage_events GROUP BY deal_id) AS g;
-- ours: stage_path
SELECT count(deal_id), round(sum(salesops.days_in_current_stage(path, '2026-07-01 00:00+00'))::numeric, 3)
FROM (SELECT deal_id, salesops.stage_path(stage, entered_at) AS path FROM stage_events GROUP BY deal_id OFFSET 0) AS s;
-- form: lag() over the deal
SELECT count(deal_id), round(sum(extract(epoch FROM timestamptz '2026-07-01 00:00+00' - entered) / 86400), 3)
FROM (
	SELECT deal_id, max(entered_at) FILTER (WHERE stage IS DISTINCT FROM before) AS entered
	FROM (
		SELECT deal_id, stage, entered_at, lag(stage) OVER (PARTITION BY deal_id ORDER BY entered_at) AS before
		FROM stage_events) AS e
	GROUP BY deal_id OFFSET 0) AS s;
-- form: array_agg(ORDER BY), unnested
SELECT count(deal_id), round(sum(extract(epoch FROM timestamptz '2026-07-01 00:00+00' - entered) / 86400), 3)
FROM (
	SELECT deal_id,
		(SELECT min(t.at) FROM unnest(stages, moments) AS t(stage, at)
			WHERE t.at > coalesce((SELECT max(u.at) FROM unnest(stages, moments) AS u(stage, at)
				WHERE u.stage <> stages[cardinality(stages)]), '-infinity')) AS entered
	FROM (
		SELECT deal_id, array_agg(stage ORDER BY entered_at) AS stages, array_agg(entered_at ORDER BY entered_at) AS moments
		FROM stage_events GROUP BY deal_id) AS a
	OFFSET 0) AS s;

-- section: current stage, days in it and days in one stage, by deal
-- rows: stage_events
-- floor: count of the columns by deal
SELECT count(*), sum(s), sum(e)
FROM (SELECT deal_id, count(stage) AS s, count(entered_at) AS e FROM stage_events GROUP BY deal_id) AS g;
-- ours: stage_path
SELECT count(deal_id), sum(length(salesops.current_stage(path))),
	round(sum(salesops.days_in_current_stage(path, '2026-07-01 00:00+00'))::numeric, 3),
	round(sum(salesops.days_in_stage(path, 'Needs Analysis', '2026-07-01 00:00+00'))::numeric, 3)
FROM (SELECT deal_id, salesops.stage_path(stage, entered_at) AS path FROM stage_events GROUP BY deal_id OFFSET 0) AS s;
-- form: lag() and lead() over the deal
SELECT count(deal_id), sum(length(last_stage)),
	round(sum(extract(epoch FROM timestamptz '2026-07-01 00:00+00' - entered) / 86400), 3),
	round((sum(extract(epoch FROM analysis)) / 86400)::numeric, 3)
FROM (
	SELECT deal_id, max(entered_at) FILTER (WHERE stage IS DISTINCT FROM before) AS entered,
		max(stage) FILTER (WHERE after IS NULL) AS last_stage,
		sum(coalesce(after, '2026-07-01 00:00+00') - entered_at) FILTER (WHERE stage = 'Needs Analysis') AS analysis
	FROM (
		SELECT deal_id, stage, entered_at, lag(stage) OVER w AS before, lead(entered_at) OVER w AS after
		FROM stage_events WINDOW w AS (PARTITION BY deal_id ORDER BY entered_at)) AS e
	GROUP BY deal_id OFFSET 0) AS s;
