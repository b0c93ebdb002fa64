-- forecast: win rates by stage, drawn towards what the stages have in common.
SET search_path = salesops, public;
SET extra_float_digits = 0;

CREATE TEMP TABLE reached (stage text, won boolean);
INSERT INTO reached SELECT stage, CASE WHEN i <= won THEN true WHEN i <= decided THEN false END
FROM (VALUES ('North', 50, 12, 55), ('South', 200, 90, 220), ('West', 3, 3, 3), ('East', 80, 12, 81), ('New region', 0, 0, 4)) v(stage, decided, won, n), generate_series(1, n) i;
INSERT INTO reached VALUES (NULL, true), (NULL, NULL);
\a
SELECT stage_win_rates(stage, won) FROM reached;
\a
SELECT stage, decided_deals, won_deals, undecided_deals, round(raw_win_rate::numeric, 4) AS raw, round(win_rate::numeric, 4) AS rate, round(win_rate_low::numeric, 4) AS low, round(win_rate_high::numeric, 4) AS high
FROM stage_win_rate_table((SELECT stage_win_rates(stage, won) FROM reached));
SELECT round(stage_win_rate_prior_mean(r)::numeric, 4) AS mean, round(stage_win_rate_prior_strength(r)::numeric, 4) AS strength, unlabelled_deals(r),
	round(stage_win_rate(r, 'West')::numeric, 4) AS west, stage_win_rate_raw(r, 'West') AS west_raw, stage_win_rate_raw(r, 'New region') AS new_raw, stage_win_rate(r, 'Nowhere') AS nowhere, stage_win_rate(r, NULL) AS unknown
FROM (SELECT stage_win_rates(stage, won) AS r FROM reached) s;

-- the tumours of 70 groups of rats: alpha 2.304768, beta 14.079707 (R package BayesGOF, gMLE.bb)
CREATE TEMP TABLE rat AS
	SELECT i, y, n FROM unnest('{0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,1,1,1,1,1,1,1,2,2,2,2,2,2,2,2,2,1,5,2,5,3,2,7,7,3,3,2,9,10,4,4,4,4,4,4,4,10,4,4,4,5,11,12,5,5,6,5,6,6,6,6,16,15,15,9}'::int[],
		'{20,20,20,20,20,20,20,19,19,19,19,18,18,17,20,20,20,20,19,19,18,18,25,24,23,20,20,20,20,20,20,10,49,19,46,27,17,49,47,20,20,13,48,50,20,20,20,20,20,20,20,48,19,19,19,22,46,49,20,20,23,19,22,20,20,20,52,46,47,24}'::int[])
		WITH ORDINALITY t(y, n, i);
SELECT round(stage_win_rate_prior_strength(r)::numeric, 3) AS strength, abs(stage_win_rate_prior_strength(r) - (2.304768 + 14.079707)) < 0.001 AS published,
	abs(stage_win_rate_prior_mean(r) - 2.304768 / (2.304768 + 14.079707)) < 0.000001 AS mean_published
FROM (SELECT stage_win_rates('group ' || i, j <= y) AS r FROM rat, generate_series(1, n) j) s;

-- no spread: one stage; all won; all lost; single deals; alike
SELECT stage_win_rate_prior_strength(r) AS strength, stage_win_rate(r, 'a') AS rate, stage_win_rate_raw(r, 'a') AS raw, round(stage_win_rate_low(r, 'a')::numeric, 4) AS low, round(stage_win_rate_high(r, 'a')::numeric, 4) AS high
FROM unnest(ARRAY['{"stage_win_rates": 1, "stages": [["a", 3, 1, 0]]}', '{"stage_win_rates": 1, "stages": [["a", 4, 0, 0], ["b", 4, 0, 0]]}', '{"stage_win_rates": 1, "stages": [["a", 0, 4, 0], ["b", 0, 4, 0]]}',
	'{"stage_win_rates": 1, "stages": [["a", 1, 0, 0], ["b", 0, 1, 0]]}', '{"stage_win_rates": 1, "stages": [["a", 20, 20, 0], ["b", 21, 20, 0]]}', '{"stage_win_rates": 1, "stages": [["a", 0, 0, 7]]}']::stage_win_rates[]) r;
-- as much spread as there can be
SELECT stage_win_rate_prior_strength(r) AS strength, stage_win_rate(r, 'a') AS a, stage_win_rate(r, 'b') AS b FROM (SELECT '{"stage_win_rates": 1, "stages": [["a", 99, 0, 0], ["b", 0, 99, 0]]}'::stage_win_rates AS r) s;

SELECT merge(r) = (SELECT stage_win_rates(stage, won) FROM reached) AS same FROM (SELECT stage_win_rates(stage, won) AS r FROM reached GROUP BY won) s;
SELECT stage_win_rates(NULL, NULL) AS no_row;
SELECT stage_win_rates(stage, won) AS none FROM reached WHERE false;
SELECT count(*) FROM stage_win_rate_table(NULL);
-- any order is read, one is written
SELECT '{"stage_win_rates": 1, "stages": [["b", 1, 0, 0], ["", 0, 1, 0], ["a", 0, 0, 1], ["B", 2, 3, 4]]}'::stage_win_rates;

-- errors
SELECT stage_win_rates(repeat('x', 401), true);
SELECT stage_win_rates('stage ' || i, true) FROM generate_series(1, 10001) i;
SELECT '{"stage_win_rates": 1, "stages": [["a", 1, 0, 0], ["a", 1, 0, 0]]}'::stage_win_rates;
SELECT '{"stage_win_rates": 1, "stages": [["a", 0, 0, 0]]}'::stage_win_rates;
SELECT '{"stage_win_rates": 1, "stages": [["a", 1, 0]]}'::stage_win_rates;
SELECT '{"stage_win_rates": 1, "stages": [["a", 1, -1, 0]]}'::stage_win_rates;
SELECT '{"stage_win_rates": 1, "stages": {"a": 1}}'::stage_win_rates;
SELECT '{"stage_win_rates": 2}'::stage_win_rates;
