-- stage_funnel over a whole log and over the path of each deal, beside min() FILTER of each stage by deal.
-- The hand-written form counts who has an event of a stage or a later one; that is what reaching is where deals do not reopen.

-- section: how many deals reached each stage
-- rows: stage_events
-- floor: count of the columns
SELECT count(deal_id), count(stage), count(entered_at) FROM stage_events;
-- ours: stage_history, stage_funnel, funnel_reached
SELECT concat_ws(', ', salesops.funnel_reached(f, 'Prospecting'), salesops.funnel_reached(f, 'Needs Analysis'), salesops.funnel_reached(f, 'Negotiation/Review'))
FROM (
	SELECT salesops.stage_funnel(h, '{"stages": [{"stage": "Prospecting", "probability": 0.1, "category": "pipeline"}, {"stage": "Needs Analysis", "probability": 0.2, "category": "pipeline"}, {"stage": "Negotiation/Review", "probability": 0.9, "category": "commit"}]}') AS f
	FROM (SELECT salesops.stage_history(deal_id, stage, entered_at) AS h FROM stage_events) AS s
	OFFSET 0) AS r;
-- form: stage_path by deal, stage_funnel
SELECT concat_ws(', ', salesops.funnel_reached(f, 'Prospecting'), salesops.funnel_reached(f, 'Needs Analysis'), salesops.funnel_reached(f, 'Negotiation/Review'))
FROM (
	SELECT salesops.stage_funnel(p, '{"stages": [{"stage": "Prospecting", "probability": 0.1, "category": "pipeline"}, {"stage": "Needs Analysis", "probability": 0.2, "category": "pipeline"}, {"stage": "Negotiation/Review", "probability": 0.9, "category": "commit"}]}') AS f
	FROM (SELECT salesops.stage_path(stage, entered_at) AS p FROM stage_events GROUP BY deal_id) AS s
	OFFSET 0) AS r;
-- call: min() FILTER of each stage by deal
SELECT concat_ws(', ', count(coalesce(a, b, c)), count(coalesce(b, c)), count(c))
FROM (
	SELECT deal_id, min(entered_at) FILTER (WHERE stage = 'Prospecting') AS a, min(entered_at) FILTER (WHERE stage = 'Needs Analysis') AS b,
		min(entered_at) FILTER (WHERE stage = 'Negotiation/Review') AS c
	FROM stage_events GROUP BY deal_id) AS d;
