-- pipeline_change: two snapshots in one pass, what moved for whom, and the deals behind it.
SET search_path = salesops, public;
SET datestyle = 'ISO, MDY';

CREATE TEMP TABLE snapshot (taken date, id text, outcome text, amount numeric(12,2), close_date date, owner text, category text);
INSERT INTO snapshot VALUES
	('2026-07-01', 'D1', 'open', 100, '2026-09-30', 'West', 'commit'), ('2026-08-01', 'D1', 'won', 120, '2026-07-12', 'West', 'closed'),	-- raised, and won
	('2026-07-01', 'D2', 'open', 50, '2026-09-15', 'West', 'pipeline'), ('2026-08-01', 'D2', 'open', 50, '2026-09-15', 'East', 'pipeline'),	-- handed over
	('2026-07-01', 'D3', 'open', 70, '2026-08-31', 'East', 'best_case'), ('2026-08-01', 'D3', 'open', 60, '2026-11-30', 'East', 'best_case'),	-- lowered, and pushed out
	('2026-07-01', 'D4', 'open', 30, '2026-12-31', 'East', 'pipeline'), ('2026-08-01', 'D4', 'open', 30, '2026-09-30', 'East', 'commit'),	-- pulled in
	('2026-07-01', 'D5', 'open', 10, '2026-09-01', NULL, NULL), ('2026-08-01', 'D5', 'lost', 10, '2026-07-31', NULL, 'omitted'),	-- lost
	('2026-08-01', 'D6', 'open', NULL, '2026-09-02', 'West', ' '),	-- new
	('2026-07-01', 'D7', 'open', 5.5, '2026-09-03', 'West', 'commit');	-- gone

CREATE TEMP TABLE change AS
	SELECT pipeline_change(id, taken = '2026-08-01', outcome, amount, close_date, owner, category) AS c FROM snapshot WHERE taken IN ('2026-07-01', '2026-08-01');
SELECT deals_before(c), deals_after(c) FROM change;
-- the third quarter; 100 + 50 + 70 + 10 + 5.5 at its start
SELECT bar, w.movement, deals, w.amount FROM change, waterfall(movement(c, '2026-07-01', '2026-09-30')) w WHERE deals > 0 ORDER BY bar;
SELECT w.movement, deals, w.amount FROM change, waterfall(movement(c, '2026-07-01', '2026-09-30', 'East')) w WHERE deals > 0 ORDER BY bar;
SELECT w.movement, deals, w.amount FROM change, waterfall(movement(c, '2026-07-01', '2026-09-30', categories => 'commit, best case')) w WHERE deals > 0 ORDER BY bar;
-- all of the pipeline, and an owner of nothing
SELECT net_change(movement(c)), net_change(movement(c, NULL, NULL, 'nobody')) FROM change;
SELECT owner, start_amount(m.movement), transferred_in_amount(m.movement), transferred_out_amount(m.movement), net_change(m.movement), end_amount(m.movement)
FROM change, movement_by_owner(c, '2026-07-01', '2026-09-30') m ORDER BY owner;
SELECT deal, movement, amount, amount_before, amount_after, outcome_after, close_before, close_after, owner_before, owner_after FROM change, moved_deals(c, '2026-07-01', '2026-09-30') ORDER BY deal, movement;
-- in one query, and by the day
SELECT won_amount(movement(pipeline_change(id, taken = '2026-08-01', outcome, amount, close_date, owner, category), '2026-07-01', '2026-09-30')) FROM snapshot;
\a
SELECT c FROM change;
SELECT pipeline_change(i::bigint, i > 1, 'open', i / 4.0::float8, NULL, NULL, 'Commit') FROM generate_series(1, 2) i;
SELECT pipeline_change('00000000-0000-0000-0000-00000000000a'::uuid, true, NULL, 7::bigint, '-infinity', 'a "b"', NULL);
\a

-- errors
SELECT movement(pipeline_change(id, true, outcome, amount, close_date, owner, category)) FROM snapshot WHERE id = 'D1';
SELECT merge(x) FROM (SELECT pipeline_change(id, true, outcome, amount, close_date, owner, category) AS x FROM snapshot WHERE id = 'D2' GROUP BY taken) s;
SELECT pipeline_change(NULL::text, false, outcome, amount, close_date, owner, category) FROM snapshot;
SELECT pipeline_change(id, NULL, outcome, amount, close_date, owner, category) FROM snapshot;
SELECT pipeline_change('', true, outcome, amount, close_date, owner, category) FROM snapshot;
SELECT pipeline_change(repeat('x', 129), true, outcome, amount, close_date, owner, category) FROM snapshot;
SELECT pipeline_change(id, true, 'Closed Won', amount, close_date, owner, category) FROM snapshot;
SELECT pipeline_change(id, true, outcome, 'NaN'::numeric, close_date, owner, category) FROM snapshot;
SELECT pipeline_change(id, true, outcome, amount, close_date, owner, 'strong') FROM snapshot;
SELECT pipeline_change(id, true, outcome, amount, close_date, repeat('x', 401), category) FROM snapshot;
SELECT pipeline_change(i::bigint, true, NULL, 1, NULL, i::text, NULL) FROM generate_series(1, 65001) i;
SELECT merge(c) FROM (SELECT c FROM change UNION ALL SELECT pipeline_change(1::bigint, true, 'open', 1, NULL, NULL, NULL)) s;
SELECT movement(c, '2026-09-30', '2026-07-01') FROM change;
SELECT movement(c, NULL, NULL, NULL, 'strong') FROM change;
SELECT '{"pipeline_change": 1, "before": [["D1", "open", 100, "30.09.2026", "West", "commit"]]}'::pipeline_change;
SELECT '{"pipeline_change": 1, "before": [["D1", "open", 100]]}'::pipeline_change;
SELECT '{"pipeline_change": 2}'::pipeline_change;
