-- opportunity_as_of, the pipeline at a past moment, beside other ways to find the last state of each deal until then.

-- section: opportunity_as_of, a history with its key as an index
-- rows: opportunity_history
-- floor: count of the columns of the history
SELECT count(opportunity_id), count(changed_at), count(stage), count(amount) FROM opportunity_history;
-- ours: opportunity_as_of
SELECT count(*), sum(amount), count(DISTINCT stage), count(changed_at) FROM bench.opportunity_as_of('2025-04-01 00:00+00');
-- form: DISTINCT ON in the usual order, outer join
SELECT count(*), sum(coalesce(h.amount, CASE WHEN h.opportunity_id IS NULL THEN o.amount END)), count(DISTINCT coalesce(h.stage, o.stage)), count(h.changed_at)
FROM opportunity AS o LEFT JOIN (
	SELECT DISTINCT ON (opportunity_id) opportunity_id, changed_at, stage, amount FROM opportunity_history WHERE changed_at <= '2025-04-01 00:00+00'
	ORDER BY opportunity_id, changed_at DESC) AS h USING (opportunity_id)
WHERE o.is_deleted IS NOT TRUE AND (h.opportunity_id IS NOT NULL OR o.created_at <= '2025-04-01 00:00+00' AND o.opportunity_id NOT IN (SELECT opportunity_id FROM opportunity_history));
-- form: the greatest changed_at of each deal, joined to the history
SELECT count(*), sum(amount), count(DISTINCT stage), count(changed_at) FROM (
	SELECT h.amount, h.stage, h.changed_at FROM opportunity_history AS h
	JOIN (SELECT opportunity_id, max(changed_at) AS changed_at FROM opportunity_history WHERE changed_at <= '2025-04-01 00:00+00' GROUP BY 1) AS l USING (opportunity_id, changed_at)
	JOIN opportunity AS o USING (opportunity_id) WHERE o.is_deleted IS NOT TRUE
	UNION ALL
	SELECT amount, stage, NULL FROM opportunity AS o WHERE created_at <= '2025-04-01 00:00+00' AND is_deleted IS NOT TRUE
		AND NOT EXISTS (SELECT FROM opportunity_history AS h WHERE h.opportunity_id = o.opportunity_id)) AS s;
-- form: row_number() over the history, and the first of each deal
SELECT count(*), sum(amount), count(DISTINCT stage), count(changed_at) FROM (
	SELECT h.amount, h.stage, h.changed_at
	FROM (SELECT *, row_number() OVER (PARTITION BY opportunity_id ORDER BY changed_at DESC) AS n FROM opportunity_history WHERE changed_at <= '2025-04-01 00:00+00') AS h
	JOIN opportunity AS o USING (opportunity_id) WHERE n = 1 AND o.is_deleted IS NOT TRUE
	UNION ALL
	SELECT amount, stage, NULL FROM opportunity AS o WHERE created_at <= '2025-04-01 00:00+00' AND is_deleted IS NOT TRUE
		AND NOT EXISTS (SELECT FROM opportunity_history AS h WHERE h.opportunity_id = o.opportunity_id)) AS s;
-- form: a look-up in the index for each deal
SELECT count(*), sum(amount), count(DISTINCT stage), count(changed_at) FROM (
	SELECT h.amount, h.stage, h.changed_at
	FROM opportunity AS o CROSS JOIN LATERAL (SELECT * FROM opportunity_history AS h WHERE h.opportunity_id = o.opportunity_id AND h.changed_at <= '2025-04-01 00:00+00' ORDER BY h.changed_at DESC LIMIT 1) AS h
	WHERE o.is_deleted IS NOT TRUE
	UNION ALL
	SELECT amount, stage, NULL FROM opportunity AS o WHERE created_at <= '2025-04-01 00:00+00' AND is_deleted IS NOT TRUE
		AND NOT EXISTS (SELECT FROM opportunity_history AS h WHERE h.opportunity_id = o.opportunity_id)) AS s;

-- section: opportunity_as_of, a history without an index
-- rows: loaded_history
-- floor: count of the columns of the history
SELECT count(opportunity_id), count(changed_at), count(stage), count(amount) FROM loaded_history;
-- ours: opportunity_as_of
SELECT count(*), sum(amount), count(DISTINCT stage), count(changed_at) FROM loaded.opportunity_as_of('2025-04-01 00:00+00');
-- form: DISTINCT ON in the usual order, outer join
SELECT count(*), sum(coalesce(h.amount, CASE WHEN h.opportunity_id IS NULL THEN o.amount END)), count(DISTINCT coalesce(h.stage, o.stage)), count(h.changed_at)
FROM opportunity AS o LEFT JOIN (
	SELECT DISTINCT ON (opportunity_id) opportunity_id, changed_at, stage, amount FROM loaded_history WHERE changed_at <= '2025-04-01 00:00+00'
	ORDER BY opportunity_id, changed_at DESC) AS h USING (opportunity_id)
WHERE o.is_deleted IS NOT TRUE AND (h.opportunity_id IS NOT NULL OR o.created_at <= '2025-04-01 00:00+00' AND o.opportunity_id NOT IN (SELECT opportunity_id FROM loaded_history));
-- form: the greatest changed_at of each deal, joined to the history
SELECT count(*), sum(amount), count(DISTINCT stage), count(changed_at) FROM (
	SELECT h.amount, h.stage, h.changed_at FROM loaded_history AS h
	JOIN (SELECT opportunity_id, max(changed_at) AS changed_at FROM loaded_history WHERE changed_at <= '2025-04-01 00:00+00' GROUP BY 1) AS l USING (opportunity_id, changed_at)
	JOIN opportunity AS o USING (opportunity_id) WHERE o.is_deleted IS NOT TRUE
	UNION ALL
	SELECT amount, stage, NULL FROM opportunity AS o WHERE created_at <= '2025-04-01 00:00+00' AND is_deleted IS NOT TRUE
		AND NOT EXISTS (SELECT FROM loaded_history AS h WHERE h.opportunity_id = o.opportunity_id)) AS s;
-- form: row_number() over the history, and the first of each deal
SELECT count(*), sum(amount), count(DISTINCT stage), count(changed_at) FROM (
	SELECT h.amount, h.stage, h.changed_at
	FROM (SELECT *, row_number() OVER (PARTITION BY opportunity_id ORDER BY changed_at DESC) AS n FROM loaded_history WHERE changed_at <= '2025-04-01 00:00+00') AS h
	JOIN opportunity AS o USING (opportunity_id) WHERE n = 1 AND o.is_deleted IS NOT TRUE
	UNION ALL
	SELECT amount, stage, NULL FROM opportunity AS o WHERE created_at <= '2025-04-01 00:00+00' AND is_deleted IS NOT TRUE
		AND NOT EXISTS (SELECT FROM loaded_history AS h WHERE h.opportunity_id = o.opportunity_id)) AS s;
