-- stage_history(deal, stage, entered_at) over a whole log beside lead() over each deal, and ordered funnels beside min() FILTER.
-- The log records a stage again without a change; the hand-written forms first leave these events out, or count events.

-- section: time in each stage, ids bigint, in order of time and deal as the log has it
-- memory
-- rows: stage_events
-- floor: count of the columns
SELECT count(deal_id), count(stage), count(entered_at) FROM stage_events;
-- ours: stage_history, stage_times
SELECT string_agg(concat_ws(' ', stage, ended, round(mean_days::numeric, 6)), ', ' ORDER BY stage COLLATE "C")
FROM (SELECT salesops.stage_history(deal_id, stage, entered_at) AS h FROM stage_events) AS s, salesops.stage_times(h, '2030-01-01 00:00+00');
-- form: lag() and lead(), GROUP BY stage
SELECT string_agg(concat_ws(' ', stage, ended, round(mean_days::numeric, 6)), ', ' ORDER BY stage COLLATE "C")
FROM (
	SELECT stage, count(after) AS ended, avg(extract(epoch FROM after - entered_at)::float8 / 86400) AS mean_days
	FROM (
		SELECT stage, entered_at, lead(entered_at) OVER (PARTITION BY deal_id ORDER BY entered_at) AS after
		FROM (SELECT deal_id, stage, entered_at, lag(stage) OVER (PARTITION BY deal_id ORDER BY entered_at) AS before FROM stage_events) AS e
		WHERE before IS DISTINCT FROM stage) AS r
	GROUP BY stage) AS s;
-- call: lead() alone, repeats counted again
SELECT string_agg(concat_ws(' ', stage, ended, round(mean_days::numeric, 6)), ', ' ORDER BY stage COLLATE "C")
FROM (
	SELECT stage, count(after) AS ended, avg(extract(epoch FROM after - entered_at)::float8 / 86400) AS mean_days
	FROM (SELECT stage, entered_at, lead(entered_at) OVER (PARTITION BY deal_id ORDER BY entered_at) AS after FROM stage_events) AS r
	GROUP BY stage) AS s;

-- section: the same in no order, ids text
-- rows: (SELECT 'OPP-' || lpad(deal_id::text, 14, '0') AS code, stage, entered_at FROM stage_events ORDER BY hashtext(stage || entered_at::text) OFFSET 0) AS shuffled
-- floor: count of the columns
SELECT count(code), count(stage), count(entered_at) FROM (SELECT 'OPP-' || lpad(deal_id::text, 14, '0') AS code, stage, entered_at FROM stage_events ORDER BY hashtext(stage || entered_at::text) OFFSET 0) AS shuffled;
-- ours: stage_history, stage_times
SELECT sum(ended), round(sum(total_days)::numeric, 3)
FROM (SELECT salesops.stage_history(code, stage, entered_at) AS h FROM (SELECT 'OPP-' || lpad(deal_id::text, 14, '0') AS code, stage, entered_at FROM stage_events ORDER BY hashtext(stage || entered_at::text) OFFSET 0) AS shuffled) AS s,
	salesops.stage_times(h, '2030-01-01 00:00+00');

-- section: an ordered funnel of three steps
-- memory
-- rows: stage_events
-- floor: count of the columns
SELECT count(deal_id), count(stage), count(entered_at) FROM stage_events;
-- ours: stage_history, window_funnel
SELECT string_agg(deals::text, ', ' ORDER BY step)
FROM (SELECT salesops.stage_history(deal_id, stage, entered_at) AS h FROM stage_events) AS s,
	salesops.window_funnel(h, ARRAY['Prospecting', 'Needs Analysis', 'Negotiation/Review']);
-- call: min() FILTER by deal, first events alone
SELECT concat_ws(', ', count(a), count(*) FILTER (WHERE b >= a), count(*) FILTER (WHERE b >= a AND c >= b))
FROM (
	SELECT deal_id, min(entered_at) FILTER (WHERE stage = 'Prospecting') AS a, min(entered_at) FILTER (WHERE stage = 'Needs Analysis') AS b,
		min(entered_at) FILTER (WHERE stage = 'Negotiation/Review') AS c
	FROM stage_events GROUP BY deal_id) AS d;

-- section: an ordered funnel of eight steps
-- rows: stage_events
-- floor: count of the columns
SELECT count(deal_id), count(stage), count(entered_at) FROM stage_events;
-- ours: stage_history, window_funnel
SELECT string_agg(deals::text, ', ' ORDER BY step)
FROM (SELECT salesops.stage_history(deal_id, stage, entered_at) AS h FROM stage_events) AS s,
	salesops.window_funnel(h, ARRAY['Prospecting', 'Qualification', 'Needs Analysis', 'Value Proposition', 'Id. Decision Makers', 'Perception Analysis', 'Proposal/Price Quote', 'Negotiation/Review']);
-- call: min() FILTER by deal, first events alone
SELECT concat_ws(', ', count(a), count(*) FILTER (WHERE b >= a), count(*) FILTER (WHERE b >= a AND c >= b), count(*) FILTER (WHERE b >= a AND c >= b AND d >= c), count(*) FILTER (WHERE b >= a AND c >= b AND d >= c AND e >= d), count(*) FILTER (WHERE b >= a AND c >= b AND d >= c AND e >= d AND f >= e), count(*) FILTER (WHERE b >= a AND c >= b AND d >= c AND e >= d AND f >= e AND g >= f), count(*) FILTER (WHERE b >= a AND c >= b AND d >= c AND e >= d AND f >= e AND g >= f AND h >= g))
FROM (
	SELECT deal_id, min(entered_at) FILTER (WHERE stage = 'Prospecting') AS a,
		min(entered_at) FILTER (WHERE stage = 'Qualification') AS b,
		min(entered_at) FILTER (WHERE stage = 'Needs Analysis') AS c,
		min(entered_at) FILTER (WHERE stage = 'Value Proposition') AS d,
		min(entered_at) FILTER (WHERE stage = 'Id. Decision Makers') AS e,
		min(entered_at) FILTER (WHERE stage = 'Perception Analysis') AS f,
		min(entered_at) FILTER (WHERE stage = 'Proposal/Price Quote') AS g,
		min(entered_at) FILTER (WHERE stage = 'Negotiation/Review') AS h
	FROM stage_events GROUP BY deal_id) AS d;
