-- pipeline: movement between two states.
SET search_path = salesops, public;
SET datestyle = 'ISO, MDY';

-- where a deal is
SELECT outcome, close_date, category, in_group, pipeline_scope(outcome, close_date::date, category, '2026-04-01', '2026-06-30', in_group) AS scope,
	pipeline_scope(outcome, close_date::date, category, '2026-04-01', '2026-06-30', in_group, 'Best Case, Commit') AS of_categories
FROM (VALUES ('open', '2026-05-15', 'Commit', true), ('open', '2026-05-15', 'Pipeline', true), ('open', '2026-05-15', NULL, true), ('open', '2026-05-15', 'omitted', true),
	('open', '2026-04-01', 'Commit', true), ('open', '2026-06-30', 'Commit', false), ('open', '2026-06-30', 'Commit', NULL), ('open', '2026-06-30', 'Pipeline', false),
	('open', '2026-03-31', 'Commit', true), ('open', '2026-07-01', 'Commit', true), ('open', NULL, 'Commit', true), ('open', 'infinity', 'Commit', true), ('open', '-infinity', 'Commit', true),
	('won', '2026-05-15', 'omitted', true), ('lost', '2026-05-15', 'omitted', true), ('won', '2026-05-15', 'closed', false), ('won', '2026-07-01', 'closed', true),
	(NULL, '2026-05-15', 'Commit', true), (NULL, NULL, NULL, true)) d(outcome, close_date, category, in_group);
-- without bounds; omitted where it is chosen; a fiscal quarter
SELECT pipeline_scope('open', NULL, 'commit', NULL, NULL) AS no_period, pipeline_scope('open', NULL, NULL, '2026-04-01', NULL) AS from_april, pipeline_scope('open', '2026-05-15', 'Omitted', NULL, NULL, categories => 'omitted') AS chosen,
	pipeline_scope('won', '2026-05-15', NULL, NULL, NULL, categories => 'commit, closed') AS won,
	pipeline_scope('open', '2026-05-15', 'commit', fiscal_period_start('2026-05-01', 'quarter', 'starts February'), fiscal_period_end('2026-05-01', 'quarter', 'starts February')) AS fiscal;

-- each rule: one deal, from what to what
SELECT rule, movement_type(fo, fa, fs, o, a, s), movement_amount(fo, fa, fs, o, a, s), (SELECT string_agg(movement || ' ' || amount, ', ' ORDER BY n) FROM movements(fo, fa, fs, o, a, s) WITH ORDINALITY m(movement, amount, n)) AS steps
FROM (VALUES ('stays', 'open', 100, 'in', 'open', 100.00, 'in'), ('raised', 'open', 100, 'in', 'open', 120.50, 'in'), ('cut', 'open', 100, 'in', 'open', 80, 'in'),
	('created', NULL, NULL, NULL, 'open', 50, 'in'), ('created elsewhere', NULL, NULL, NULL, 'open', 50, 'later'), ('created and won', NULL, NULL, NULL, 'won', 50, 'in'), ('created and lost', NULL, NULL, NULL, 'lost', 50, 'in'),
	('won', 'open', 100, 'in', 'won', 100, 'in'), ('raised and won', 'open', 100, 'in', 'won', 120, 'in'), ('won in another period', 'open', 100, 'in', 'won', 120, 'earlier'), ('of another, and won', 'open', 100, 'later', 'won', 120, 'in'),
	('lost', 'open', 100, 'in', 'lost', 90, 'other_group'), ('omitted', 'open', 100, 'in', 'open', 100, 'omitted'), ('deleted', 'open', 100, 'in', NULL, NULL, NULL),
	('pushed', 'open', 100, 'in', 'open', 100, 'later'), ('pulled', 'open', 100, 'in', 'open', 100, 'earlier'), ('handed over', 'open', 100, 'in', 'open', 110, 'other_group'), ('recategorized', 'open', 100, 'in', 'open', 100, 'other_category'),
	('pushed to us', 'open', 100, 'earlier', 'open', 110, 'in'), ('pulled to us', 'open', 100, 'later', 'open', 110, 'in'), ('handed to us', 'open', 100, 'other_group', 'open', 110, 'in'), ('recategorized to us', 'open', 100, 'other_category', 'open', 110, 'in'),
	('reopened', 'lost', 100, 'in', 'open', 110, 'in'), ('no more omitted', 'open', 100, 'omitted', 'open', 110, 'in'), ('booking restated', 'won', 100, 'in', 'won', 110, 'in'), ('booking taken back', 'won', 100, 'in', 'open', 110, 'in'),
	('outcome known no more', 'open', 100, 'in', NULL, 110, 'in'), ('outcome known now', NULL, 100, 'in', 'open', 110, 'in'), ('no amount before', 'open', NULL, 'in', 'open', 110, 'in'), ('a credit', 'open', -30, 'in', 'won', -30, 'in')) d(rule, fo, fa, fs, o, a, s);

-- the published example, from deals that make it
CREATE TEMP TABLE deal AS SELECT * FROM (VALUES
	('open', 271125::numeric, 'in', 'lost', 271125::numeric, 'in'), ('open', 107316, 'in', 'won', 287487, 'in'), ('open', 879118, 'in', 'open', 322826, 'in'),
	(NULL, NULL, NULL, 'open', 1501878, 'in'), ('open', 149382, 'later', 'open', 149382, 'in')) d(from_outcome, from_amount, from_scope, to_outcome, to_amount, to_scope);
SELECT w.* FROM (SELECT movement(from_outcome, from_amount, from_scope, to_outcome, to_amount, to_scope) AS m FROM deal) s, waterfall(m) w WHERE deals > 0 ORDER BY bar;
-- and from its figures
SELECT start_amount(m), new_amount(m), increased_amount(m), pulled_in_amount(m), pushed_out_amount(m), lost_amount(m), decreased_amount(m), won_amount(m), end_amount(m), net_change(m)
FROM (SELECT '{"movement": 1, "start_deals": 40, "start": 1257559, "new_deals": 30, "new": 1501878, "pulled_in_deals": 3, "pulled_in": 149382, "increased_deals": 5, "increased": 180171, "decreased_deals": 9, "decreased": -556292,
	"won_deals": 7, "won": -287487, "lost_deals": 8, "lost": -271125, "end_deals": 58, "end": 1974086}'::movement AS m) s;
\a
SELECT movement(from_outcome, from_amount, from_scope, to_outcome, to_amount, to_scope) FROM deal;
\a
-- two snapshots: an outer join of them is all that is needed
CREATE TEMP TABLE monday (id int, stage_outcome text, close_date date, owner text, amount numeric);
CREATE TEMP TABLE friday (LIKE monday);
INSERT INTO monday VALUES (1, 'open', '2026-05-01', 'Ann', 100), (2, 'open', '2026-05-01', 'Ann', 200), (3, 'open', '2026-08-01', 'Bob', 300), (4, 'open', '2026-06-01', 'Bob', 400);
INSERT INTO friday VALUES (1, 'won', '2026-05-01', 'Ann', 110), (2, 'open', '2026-05-01', 'Bob', 200), (3, 'open', '2026-06-01', 'Bob', 300), (5, 'open', '2026-06-01', 'Ann', 50);
SELECT team, start_amount(m), new_amount(m), transferred_in_amount(m) AS handed_in, pulled_in_amount(m) AS pulled_in, increased_amount(m) AS increased, won_amount(m) AS won, transferred_out_amount(m) AS handed_out, deleted_amount(m) AS deleted, end_amount(m)
FROM (SELECT team, movement(a.stage_outcome, a.amount, pipeline_scope(a.stage_outcome, a.close_date, NULL, '2026-04-01', '2026-06-30', a.owner = team OR team = 'all'),
		b.stage_outcome, b.amount, pipeline_scope(b.stage_outcome, b.close_date, NULL, '2026-04-01', '2026-06-30', b.owner = team OR team = 'all')) AS m
	FROM monday a FULL JOIN friday b USING (id), (VALUES ('Ann'), ('Bob'), ('all')) t(team) GROUP BY team) s ORDER BY team;

-- amounts of other types, and what is missing
SELECT won_amount(movement('open', 0.1::float8, 'in', 'won', 0.3, 'in')), won_amount(movement('open', 1::bigint, 'in', 'won', 9223372036854775807, 'in'));
SELECT missing_amounts(m), unchanged_deals(m), increased_amount(m), end_deals(m) FROM (SELECT movement(fo, fa, 'in', o, a, 'in') AS m
	FROM (VALUES ('open', NULL, 'open', 50), ('open', NULL, 'open', NULL), ('open', 10, 'lost', NULL), ('open', 10, 'open', 10), ('lost', NULL, 'lost', NULL)) d(fo, fa, o, a)) s;
SELECT movement_count(m, 'won'), movement_amount(m, 'Increased'), movement_amount(m, 'lost') FROM (SELECT movement('open', 100, 'in', 'won', 120, 'in') AS m) s;

-- errors
SELECT pipeline_scope('open', '2026-05-15', 'commit', '2026-06-30', '2026-04-01');
SELECT pipeline_scope('Negotiation', '2026-05-15', 'commit', NULL, NULL);
SELECT pipeline_scope('open', '2026-05-15', 'commit', NULL, NULL, true, 'commit,,closed');
SELECT pipeline_scope('open', '2026-05-15', 'commit', NULL, NULL, true, 'commit, upside');
SELECT movement_type('open', 100, 'Q2', 'open', 100, 'in');
SELECT movement('open', 'NaN'::float8, 'in', 'won', 100, 'in');
SELECT movement_amount('{"movement": 1}'::movement, 'closed');
SELECT '{"movement": 1, "start_deals": 1, "start": 100, "won_deals": 1, "won": -90}'::movement;
SELECT '{"movement": 1, "start_deals": 2, "start": 100, "won_deals": 1, "won": -100}'::movement;
