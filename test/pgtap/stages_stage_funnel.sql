-- stages: stage_funnel and its readers, of random histories, against plain SQL over the events.
\ir setup.psql

-- The process has open stages before and behind closed ones, and two won and two lost ones; histories skip, go back, are reopened, have
-- stages that it does not know and moments with several stages.
CREATE TEMP TABLE policy AS SELECT '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Qualified", "probability": 0.2, "category": "pipeline"}, {"stage": "Lost", "probability": 0, "outcome": "lost"},
	{"stage": "Proposal", "probability": 0.5, "category": "best_case"}, {"stage": "Won early", "probability": 1, "outcome": "won"}, {"stage": "Négociation", "probability": 0.7, "category": "commit"}, {"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Lost early", "probability": 0, "outcome": "lost"}]}'::sales_process AS process;
CREATE TEMP TABLE stage AS SELECT s AS stage, stage_position(process, s) AS position, stage_outcome(process, s) AS outcome FROM policy, unnest(array['New', 'Qualified', 'Lost', 'Proposal', 'Won early', 'Négociation', 'Won', 'Lost early', 'new', '']) s;
CREATE FUNCTION pg_temp.hash(VARIADIC parts int[]) RETURNS int LANGUAGE sql AS $$ SELECT ('x' || left(md5(array_to_string(parts, ' ')), 7))::bit(28)::int $$;
CREATE TEMP TABLE event AS
	SELECT DISTINCT deal, (array['New', 'Qualified', 'Proposal', 'Négociation', 'Lost', 'Won', 'Lost early', 'Won early', 'new', ''])[1 + pg_temp.hash(deal, i, 1) % (2 + deal % 9)] AS stage,
		'2026-01-01 00:00+00'::timestamptz + (pg_temp.hash(deal, i, 2) % (3 + deal % 40)) * interval '6 hours' AS entered_at
	FROM generate_series(1, 3000) deal, generate_series(1, 1 + deal % 7) i;
INSERT INTO event SELECT deal, CASE WHEN deal % 2 = 0 THEN 'new' ELSE '' END, '2026-01-01 00:00+00' FROM generate_series(3001, 3010) deal;
CREATE INDEX ON event (deal);
ANALYZE event, stage;
-- groups of deals, some of a single one
CREATE TEMP TABLE deal AS SELECT deal, CASE WHEN deal % 29 = 0 THEN 1000 + deal ELSE deal % 13 END AS g, CASE WHEN deal % 9 > 0 THEN round((deal * 7919 % 10007 - 500)::numeric / 7, deal % 4) END AS amount,
	(SELECT stage_path(stage, entered_at) FROM event WHERE event.deal = d.deal) AS p
	FROM generate_series(1, 3010) d(deal);

-- ---- the definitions in SQL ----
CREATE TEMP TABLE known AS
	SELECT deal, stage, position, outcome, row_number() OVER w AS n, lag(outcome) OVER w AS outcome_before, lag(stage) OVER w AS stage_before, (max(position) FILTER (WHERE outcome = 'open') OVER (PARTITION BY deal)) AS furthest_open
	FROM event JOIN stage USING (stage) WHERE position IS NOT NULL WINDOW w AS (PARTITION BY deal ORDER BY entered_at, position);
CREATE INDEX ON known (deal);
ANALYZE known;
CREATE TEMP TABLE back AS
	SELECT deal, stage_before AS stage FROM (SELECT deal, position < lag(position) OVER w AS back, lag(stage) OVER w AS stage_before FROM known WHERE outcome = 'open' WINDOW w AS (PARTITION BY deal ORDER BY n)) b WHERE back
	UNION SELECT deal, stage_before FROM known WHERE outcome = 'open' AND outcome_before <> 'open';
CREATE TEMP TABLE way AS
	SELECT deal, CASE WHEN bool_or(outcome = 'won') THEN 6 ELSE coalesce(max(furthest_open), 0) END AS furthest, (array_agg(stage ORDER BY n DESC))[1] AS final, (array_agg(outcome ORDER BY n DESC))[1] AS final_outcome,
		min(position) FILTER (WHERE outcome = 'open') AS earliest, bool_or(outcome = 'open' AND outcome_before <> 'open') AS reopened,
		(SELECT bool_or(back) FROM (SELECT position < lag(position) OVER (ORDER BY n) AS back FROM known o WHERE o.deal = k.deal AND outcome = 'open') b) AS regressed
	FROM known k GROUP BY deal;
ANALYZE back, way, deal;
CREATE TEMP TABLE each AS
	SELECT g, amount, d.deal, s.position, s.stage, s.outcome, w.furthest, w.final, w.final_outcome, s.stage = final AS here,
		CASE WHEN s.outcome = 'open' THEN s.position <= furthest ELSE s.stage = final END AS reached,
		(d.deal, s.stage) IN (SELECT deal, stage FROM known) AS entered, coalesce(s.position > earliest, false) AS behind,
		(d.deal, s.stage) IN (SELECT deal, stage FROM back) AS left_back,
		(SELECT max(o.position) FROM stage o WHERE o.outcome = 'open' AND o.position <= furthest) = s.position AS last_reached
	FROM deal d JOIN way w USING (deal) CROSS JOIN stage s WHERE s.position IS NOT NULL;
CREATE INDEX ON each (deal);
CREATE INDEX ON each (g);
ANALYZE each;
CREATE TEMP TABLE expected AS
	SELECT g, position, stage, outcome, count(*) FILTER (WHERE reached) AS reached, count(*) FILTER (WHERE entered) AS entered,
		count(*) FILTER (WHERE outcome = 'open' AND reached AND NOT entered AND behind) AS skipped_over, count(*) FILTER (WHERE outcome = 'open' AND reached AND NOT entered AND NOT behind) AS began_later,
		count(*) FILTER (WHERE outcome = 'open' AND reached AND (final_outcome = 'won' OR NOT last_reached)) AS advanced,
		count(*) FILTER (WHERE final_outcome = 'lost' AND CASE outcome WHEN 'open' THEN last_reached ELSE here END) AS lost,
		count(*) FILTER (WHERE outcome = 'open' AND final_outcome = 'open' AND last_reached) AS still_open,
		count(*) FILTER (WHERE here) AS in_stage, count(*) FILTER (WHERE left_back) AS regressed,
		count(*) FILTER (WHERE final_outcome = 'won' AND CASE outcome WHEN 'open' THEN true ELSE here END) AS won,
		count(*) FILTER (WHERE reached AND final_outcome IN ('won', 'lost')) AS resolved,
		coalesce(sum(amount) FILTER (WHERE reached), 0) AS reached_amount, coalesce(sum(amount) FILTER (WHERE final_outcome = 'won' AND CASE outcome WHEN 'open' THEN true ELSE here END), 0) AS won_amount,
		coalesce(sum(amount) FILTER (WHERE final_outcome = 'lost' AND CASE outcome WHEN 'open' THEN last_reached ELSE here END), 0) AS lost_amount,
		coalesce(sum(amount) FILTER (WHERE outcome = 'open' AND final_outcome = 'open' AND last_reached), 0) AS still_open_amount,
		CASE WHEN outcome = 'open' THEN avg(CASE final_outcome WHEN 'won' THEN amount WHEN 'lost' THEN amount * 0 END) FILTER (WHERE reached AND final_outcome <> 'open') END AS expected_value
	FROM each GROUP BY g, position, stage, outcome;
CREATE TEMP TABLE funnel AS SELECT g, stage_funnel(p, process, amount) AS f FROM deal, policy GROUP BY g;
SELECT ok((SELECT min(n) > 20 FROM (SELECT unnest(array[sum(skipped_over), sum(began_later), sum(advanced), sum(lost), sum(still_open), sum(regressed), sum(won)]) AS n FROM expected) s), 'there is some of everything');

SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (s."position", s.outcome, s.reached, s.entered, s.skipped_over, s.began_later, s.advanced, s.lost, s.still_open, s.in_stage, s.regressed, s.won, s.reached_amount)
		IS DISTINCT FROM (e.position, e.outcome, e.reached, e.entered, e.skipped_over, e.began_later, e.advanced, e.lost, e.still_open, e.in_stage, e.regressed, e.won, e.reached_amount))
	FROM (SELECT g, s.* FROM funnel, funnel_stages(f) s) s FULL JOIN expected e ON e.g = s.g AND e.stage = s.stage
$$, 'funnel_stages counts as SQL over the events does');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (funnel_reached(f, stage), funnel_entered(f, stage), funnel_skipped_over(f, stage), funnel_began_later(f, stage), funnel_advanced(f, stage), funnel_lost(f, stage), funnel_still_open(f, stage),
			funnel_in_stage(f, stage), funnel_regressed(f, stage), funnel_won(f, stage), funnel_reached_amount(f, stage), funnel_won_amount(f, stage), funnel_lost_amount(f, stage), funnel_still_open_amount(f, stage))
		IS DISTINCT FROM (reached, entered, skipped_over, began_later, advanced, lost, still_open, in_stage, regressed, won, reached_amount, won_amount, lost_amount, still_open_amount))
	FROM expected JOIN funnel USING (g)
$$, 'and so do the readers of one stage');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (abs(funnel_expected_value(f, stage) - expected_value) <= 1e-10) IS NOT TRUE AND num_nonnulls(funnel_expected_value(f, stage), expected_value) > 0
		OR funnel_win_rate(f, stage) IS DISTINCT FROM CASE WHEN outcome = 'open' THEN won::float8 / nullif(resolved, 0) END)
	FROM expected JOIN funnel USING (g)
$$, 'what a deal that reaches a stage brings, and how often it is won');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE e.outcome = 'open' AND (e.reached <> e.entered + e.skipped_over + e.began_later OR e.reached <> e.advanced + e.lost + e.still_open)
		OR EXISTS (SELECT FROM expected l WHERE l.g = e.g AND l.outcome = 'open' AND e.outcome = 'open' AND l.position > e.position AND l.reached > e.reached)) FROM expected e
$$, 'all that reached a stage came and went in one way, and the numbers never rise');

-- every pair of stages
CREATE TEMP TABLE pair AS
	SELECT g, f, a.stage AS a, b.stage AS b, CASE WHEN a.outcome = 'open' AND b.outcome <> 'lost' THEN (
		SELECT array[count(*) FILTER (WHERE y.reached), count(*), count(*) FILTER (WHERE y.reached OR y.final_outcome <> 'open')]
		FROM each x JOIN each y USING (deal) WHERE x.g = funnel.g AND x.stage = a.stage AND y.stage = b.stage AND x.reached) END AS n
	FROM funnel, stage a, stage b WHERE a.position IS NOT NULL AND b.position IS NOT NULL;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (funnel_conversion(f, a, b), funnel_conversion_resolved(f, a, b)) IS DISTINCT FROM (n[1]::float8 / nullif(n[2], 0), n[1]::float8 / nullif(n[3], 0))) FROM pair
$$, 'conversion from any stage to any other');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE funnel_conversion_low(f, a, b) IS DISTINCT FROM CASE WHEN n[2] > 0 THEN compliance_low(format('{"compliance": 1, "met": %s, "missed": %s}', n[1], n[2] - n[1])::compliance) END
		OR funnel_conversion_high(f, a, b) IS DISTINCT FROM CASE WHEN n[2] > 0 THEN compliance_high(format('{"compliance": 1, "met": %s, "missed": %s}', n[1], n[2] - n[1])::compliance) END
		OR funnel_conversion_resolved_low(f, a, b) IS DISTINCT FROM CASE WHEN n[3] > 0 THEN compliance_low(format('{"compliance": 1, "met": %s, "missed": %s}', n[1], n[3] - n[1])::compliance) END
		OR funnel_conversion_resolved_high(f, a, b) IS DISTINCT FROM CASE WHEN n[3] > 0 THEN compliance_high(format('{"compliance": 1, "met": %s, "missed": %s}', n[1], n[3] - n[1])::compliance) END)
	FROM pair
$$, 'with the interval of any share');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE s.conversion_from_first IS DISTINCT FROM funnel_conversion(f, 'New', s.stage) OR s.win_rate IS DISTINCT FROM funnel_win_rate(f, s.stage) OR s.expected_value IS DISTINCT FROM funnel_expected_value(f, s.stage)
		OR s.conversion_to_next IS DISTINCT FROM CASE s.stage WHEN 'New' THEN funnel_conversion(f, 'New', 'Qualified') WHEN 'Qualified' THEN funnel_conversion(f, 'Qualified', 'Proposal') WHEN 'Proposal' THEN funnel_conversion(f, 'Proposal', 'Négociation')
			WHEN 'Négociation' THEN s.won::float8 / nullif(s.reached, 0) END
		OR s.conversion_to_next_resolved IS DISTINCT FROM CASE s.stage WHEN 'New' THEN funnel_conversion_resolved(f, 'New', 'Qualified') WHEN 'Qualified' THEN funnel_conversion_resolved(f, 'Qualified', 'Proposal')
			WHEN 'Proposal' THEN funnel_conversion_resolved(f, 'Proposal', 'Négociation') WHEN 'Négociation' THEN s.win_rate END)
	FROM funnel, funnel_stages(f) s
$$, 'the shares of the table are those of the readers');

-- of all deals
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (funnel_deals(f), funnel_regressed_deals(f), funnel_skipping_deals(f), funnel_reopened_deals(f), funnel_unplaced_deals(f), funnel_unknown_stage_deals(f), funnel_unknown_stage_events(f), funnel_missing_amounts(f))
		IS DISTINCT FROM (e.deals, e.regressed, e.skipping, e.reopened, e.unplaced, e.unknown_deals, e.unknown_events, e.missing))
	FROM funnel JOIN (SELECT g, count(way.deal) AS deals, count(*) FILTER (WHERE regressed) AS regressed, count(*) FILTER (WHERE reopened) AS reopened, count(*) FILTER (WHERE way.deal IS NULL) AS unplaced,
			count(*) FILTER (WHERE u > 0) AS unknown_deals, sum(u)::bigint AS unknown_events, count(*) FILTER (WHERE amount IS NULL) AS missing, count(*) FILTER (WHERE EXISTS (SELECT FROM each WHERE each.deal = d.deal AND each.outcome = 'open' AND reached AND NOT entered AND behind)) AS skipping
		FROM deal d LEFT JOIN way USING (deal), LATERAL (SELECT count(*) AS u FROM event JOIN stage USING (stage) WHERE event.deal = d.deal AND position IS NULL) x GROUP BY g) e USING (g)
$$, 'what all deals of a funnel have');
-- the readers of a path say the same of each deal
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (funnel_reached(f, stage) = 1) IS DISTINCT FROM coalesce(reached(p, process, stage), false) OR (funnel_regressed_deals(f) = 1) IS DISTINCT FROM coalesce(regressions(p, process) > 0, false)
		OR (funnel_reopened_deals(f) = 1) IS DISTINCT FROM coalesce(reopenings(p, process) > 0, false) OR funnel_unknown_stage_events(f) IS DISTINCT FROM unknown_stage_events(p, process)
		OR (SELECT sum(funnel_skipped_over(f, s.stage)) FROM stage s WHERE position IS NOT NULL) IS DISTINCT FROM coalesce(skips(p, process), 0))
	FROM (SELECT deal, p, process, stage_funnel(p, process) AS f FROM deal, policy GROUP BY deal, p, process) d, stage WHERE position IS NOT NULL
$$, 'a funnel of one deal is what its path says');

-- ---- a summary ----
CREATE TEMP TABLE whole AS SELECT stage_funnel(p, process, amount) AS f FROM deal, policy;
SELECT is((SELECT stage_funnel(p, process, amount ORDER BY md5(deal::text)) FROM deal, policy), f, 'in another order') FROM whole;
SELECT is((SELECT merge(f) FROM (SELECT merge(f ORDER BY g DESC) AS f FROM funnel GROUP BY g % 5) s), f, 'merged of merged parts') FROM whole;
SELECT is((SELECT stage_funnel_send(merge(f)) FROM funnel), stage_funnel_send(f), 'the same bytes') FROM whole;
SELECT is((SELECT merge(f) FROM (SELECT f FROM funnel UNION ALL SELECT NULL) s), f, 'NULL is nothing') FROM whole;
SELECT is((SELECT stage_funnel(p, process, amount::float8) FROM deal, policy), (SELECT stage_funnel(p, process, amount::float8::numeric) FROM deal, policy), 'float8 counts as its numeric');
SELECT is((SELECT stage_funnel(p, process, amount::bigint) FROM deal, policy), (SELECT stage_funnel(p, process, amount::bigint::numeric) FROM deal, policy), 'bigint too');
SELECT is((SELECT stage_funnel(p, process) FROM deal, policy), (SELECT stage_funnel(p, process, NULL::numeric) FROM deal, policy), 'paths alone: deals without amount');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE a IS DISTINCT FROM b) FROM (
	SELECT stage_funnel(p, process, amount) OVER (ORDER BY deal ROWS BETWEEN 20 PRECEDING AND CURRENT ROW) AS a, (SELECT stage_funnel(p, process, amount) FROM deal x WHERE x.deal BETWEEN d.deal - 20 AND d.deal) AS b FROM deal d, policy WHERE deal < 400) s $$, 'in a window frame');
SELECT pg_temp.holds($$ SELECT count(*), count(*) FILTER (WHERE f::text::stage_funnel <> f OR f::text::stage_funnel::text <> f::text OR stage_funnel_send(f::text::stage_funnel) <> stage_funnel_send(f)) FROM funnel $$, 'the text form gives it back');
SELECT is(stage_funnel(p, process), NULL, 'no rows') FROM deal, policy WHERE false;
SELECT is(stage_funnel(NULL::stage_path, process), NULL, 'a NULL path is no deal') FROM policy;
SELECT is(stage_funnel(NULL, NULL, NULL::numeric), NULL, 'a row of NULLs is none');
SELECT is((SELECT (funnel_deals(f), funnel_unplaced_deals(f), funnel_missing_amounts(f)) FROM (SELECT stage_funnel(v, process, 5) AS f FROM policy, (VALUES (NULL::stage_path), ('{"stage_path": 1, "incomplete": 1}')) x(v)) s), (0::bigint, 2::bigint, 0::bigint), 'deals without events are counted apart');
SELECT is((SELECT stage_funnel(p, CASE WHEN deal % 3 > 0 THEN process END, amount) FROM deal, policy), (SELECT stage_funnel(p, process, amount) FROM deal, policy WHERE deal % 3 > 0), 'deals without process are in no funnel');
SELECT is((SELECT stage_funnel(h, process) FROM policy, (SELECT stage_history(deal, stage, entered_at) AS h FROM event) s), (SELECT stage_funnel(p, process) FROM deal, policy), 'of a whole log, without GROUP BY the deal');
SELECT is((SELECT stage_funnel(h, process) FROM policy, (SELECT stage_history('D' || deal, stage, entered_at ORDER BY md5(deal || stage || entered_at)) AS h FROM event) s), (SELECT stage_funnel(p, process) FROM deal, policy), 'and in no order');
SELECT is(funnel_deals(stage_funnel('{"stage_history": 1}'::stage_history, process)), 0::bigint, 'of a log without deals') FROM policy;
-- kept unfinished
CREATE AGGREGATE pg_temp.unfinished(stage_path, sales_process, numeric) (SFUNC = stage_funnel_transfn, STYPE = stage_funnel);
CREATE TEMP TABLE kept AS SELECT pg_temp.unfinished(p, process, amount) AS f FROM deal, policy;
SELECT is((stage_funnel_send(kept.f), kept.f::text, funnel_missing_amounts(kept.f)), (stage_funnel_send(whole.f), whole.f::text, funnel_missing_amounts(whole.f)), 'a state that somebody kept') FROM kept, whole;
SELECT is((SELECT merge(f) FROM (TABLE kept UNION ALL TABLE whole) s), (SELECT merge(f) FROM (TABLE whole UNION ALL TABLE whole) s), 'and merged');

-- as many stages as a process has, and names that need care
CREATE TEMP TABLE large AS SELECT sales_process('Stage "' || i || '" ü' || repeat('x', 380), i, 0.5, 'commit', 'open', NULL) AS process FROM generate_series(1, 500) i;
CREATE TEMP TABLE wide AS SELECT stage_funnel(stage_path, process, 1.50) AS f FROM large, (SELECT stage_path('Stage "' || i || '" ü' || repeat('x', 380), '2026-01-01 00:00+00'::timestamptz + i * interval '1 hour') FROM generate_series(2, 500, 3) i) s;
SELECT is((f::text::stage_funnel, (SELECT count(*) FROM funnel_stages(f)), (SELECT sum(skipped_over) FROM funnel_stages(f)), (SELECT sum(began_later) FROM funnel_stages(f)))::text, (f, 500, 332, 1)::text, 'five hundred stages') FROM wide;

-- the longest text form: names of control characters, and zeros of all the decimals that there are
CREATE FUNCTION pg_temp.long_name(i int) RETURNS text LANGUAGE sql AS $$ SELECT i || repeat(E'\x01', 400 - length(i::text)) $$;
CREATE TEMP TABLE longest AS SELECT stage_funnel(p, process, ('0.' || repeat('0', 16383))::numeric) AS f
	FROM (SELECT sales_process(pg_temp.long_name(i), i, 0.5, 'omitted', CASE i WHEN 500 THEN 'lost' ELSE 'open' END, NULL) AS process FROM generate_series(1, 500) i) large,
		(SELECT stage_path(pg_temp.long_name(s), '2026-01-01 00:00+00'::timestamptz + s * interval '1 day') AS p FROM generate_series(1, 499) i, unnest(array[i, 500]) s, generate_series(0, 1) is_lost WHERE s < 500 OR is_lost = 1 GROUP BY i, is_lost) deal;
SELECT is((length(f::text) > 17000000, f::text::stage_funnel), (true, f), 'the longest text form') FROM longest;

-- ---- what is refused ----
SELECT throws_ok($$ SELECT merge(f) FROM (TABLE whole UNION ALL TABLE wide) s $$, '22023', NULL, 'two processes');
SELECT throws_ok($$ SELECT stage_funnel(p, CASE WHEN deal % 2 = 0 THEN process ELSE replace(process::text, '"Lost early"', '"Lost late"')::sales_process END) FROM deal, policy $$, '22023', NULL, 'another name');
SELECT throws_ok($$ SELECT merge(v) FROM (VALUES ('{"stage_funnel": 1, "stages": [{"stage": "a"}]}'::stage_funnel), ('{"stage_funnel": 1, "stages": [{"stage": "a", "outcome": "won"}]}')) x(v) $$, '22023', NULL, 'another outcome');
SELECT throws_ok($$ SELECT merge(v) FROM (VALUES ('{"stage_funnel": 1, "stages": [{"stage": "a"}]}'::stage_funnel), ('{"stage_funnel": 1, "stages": [{"stage": "a"}, {"stage": "b"}]}')) x(v) $$, '22023', NULL, 'one stage more');
SELECT throws_ok($$ SELECT merge(v) FROM (SELECT '{"stage_funnel": 1, "stages": [{"stage": "a", "entered": 999999999999999999, "now": 999999999999999999, "rest": 999999999999999999}], "deals": 999999999999999999}'::stage_funnel FROM generate_series(1, 2)) x(v) $$, '22003', NULL, 'too many deals');
SELECT throws_ok(format('SELECT %L::stage_funnel', literal), '22P02', NULL, literal) FROM unnest(ARRAY['{"stage_funnel": 1}', '{"stage_funnel": 1, "stages": {}}', '{"stage_funnel": 1, "stages": []}', '{"stage_funnel": 2, "stages": [{"stage": "a"}]}', '{"stages": [{"stage": "a"}]}',
	'{"stage_funnel": 1, "stages": [{"stage": "a"}, {"stage": "a"}]}', '{"stage_funnel": 1, "stages": [{"outcome": "won"}]}', '{"stage_funnel": 1, "stages": ["a"]}', '{"stage_funnel": 1, "stages": [{"stage": 1}]}', '{"stage_funnel": 1, "stages": [{"stage": "a", "outcome": "x"}]}',
	'{"stage_funnel": 1, "stages": [{"stage": "a", "more": 1}]}', '{"stage_funnel": 1, "stages": [{"stage": "a", "entered": 1}]}', '{"stage_funnel": 1, "stages": [{"stage": "a", "entered": 1, "now": 1}], "deals": 1}', '{"stage_funnel": 1, "stages": [{"stage": "a", "rest": 1}], "deals": 1}',
	'{"stage_funnel": 1, "stages": [{"stage": "a", "entered": -1}]}', '{"stage_funnel": 1, "stages": [{"stage": "a", "entered": 0.5}]}', '{"stage_funnel": 1, "stages": [{"stage": "a", "entered": 1, "now": 1, "rest": 1, "rest_priced": 2}], "deals": 1}',
	'{"stage_funnel": 1, "stages": [{"stage": "a", "entered": 1, "now": 1, "rest": 1, "rest_amount": 2}], "deals": 1}', '{"stage_funnel": 1, "stages": [{"stage": "a", "outcome": "won", "entered": 1, "rest": 1, "lost": 1}], "deals": 1}', '{"stage_funnel": 1, "stages": [{"stage": "a", "lost": 1}]}',
	'{"stage_funnel": 1, "stages": [{"stage": "a", "skipped": 1}]}', '{"stage_funnel": 1, "stages": [{"stage": "a"}], "deals": 1}', '{"stage_funnel": 1, "stages": [{"stage": "a"}], "regressed": 1}', '{"stage_funnel": 1, "stages": [{"stage": "a"}], "unknown_deals": 1, "unknown_events": 1}',
	'{"stage_funnel": 1, "stages": [{"stage": "a"}], "unplaced": 1, "unplaced_priced": 2}', '[]', '']) literal;
SELECT * FROM finish();
ROLLBACK;
