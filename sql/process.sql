-- process: forecast categories, the sales process, integrity.
SET search_path = salesops, public;

-- ---- forecast categories: the spellings of Salesforce, HubSpot and Dynamics ----
SELECT label, to_forecast_category(label) AS category, forecast_category_rank(label) AS rank
FROM (VALUES ('Omitted'), ('Pipeline'), ('Best Case'), ('BestCase'), ('Most Likely'), ('MostLikely'), ('Commit'), ('Forecast'), ('Closed'),
	('OMIT'), ('PIPELINE'), ('BEST_CASE'), ('COMMIT'), ('CLOSED'),
	('Best case'), ('Committed'), ('Won'), ('Lost'), ('100000001'), ('100000002'), ('100000003'), ('100000004'), ('100000005'), ('100000006'),
	('omitted'), ('pipeline'), ('best_case'), ('most_likely'), ('commit'), ('closed'), (' best-case ')) v(label);
SELECT code, to_forecast_category(code) FROM generate_series(100000001, 100000006) code;
SELECT to_forecast_category(NULL::text), forecast_category_rank(NULL);
SELECT to_forecast_category('Upside');
SELECT to_forecast_category('');
SELECT to_forecast_category('Closed Lost');
SELECT to_forecast_category(repeat('x', 10000));
SELECT to_forecast_category(7);
SELECT 'best_case'::forecast_category, pg_typeof(to_forecast_category('Commit'));
SELECT 'Best Case'::forecast_category;

-- ---- sales_process: the stock process of Salesforce ----
CREATE TEMP TABLE stage (pipeline text, stage text, sort_order bigint, percent numeric, category text, outcome text, max_days int);
INSERT INTO stage VALUES
	('stock', 'Closed Lost', 10, 0, 'Omitted', 'lost', NULL), ('stock', 'Closed Won', 9, 100, 'Closed', 'won', NULL),
	('stock', 'Prospecting', 1, 10, 'Pipeline', 'open', 30), ('stock', 'Qualification', 2, 10, 'Pipeline', 'open', 30),
	('stock', 'Needs Analysis', 3, 20, 'Pipeline', 'open', 30), ('stock', 'Value Proposition', 4, 50, 'Pipeline', 'open', 30),
	('stock', 'Id. Decision Makers', 5, 60, 'Pipeline', 'open', 30), ('stock', 'Perception Analysis', 6, 70, 'Pipeline', 'open', 30),
	('stock', 'Proposal/Price Quote', 7, 75, 'Pipeline, Best Case, Commit', 'open', 21),
	('stock', 'Negotiation/Review', 8, 90, 'Pipeline,Commit', 'open', 14),
	('renewal', 'Due', 1, 80, 'commit,best_case', 'open', 60), ('renewal', 'Renewed', 2, 100, NULL, 'won', NULL);
CREATE TEMP TABLE process AS
	SELECT pipeline, sales_process(stage, sort_order, percent / 100, category, outcome, max_days) AS process FROM stage GROUP BY pipeline;
\a
SELECT process FROM process ORDER BY pipeline;
\a
SELECT s.stage, stage_position(process, s.stage), stage_probability(process, s.stage), stage_category(process, s.stage),
	stage_outcome(process, s.stage), stage_max_days(process, s.stage)
FROM process JOIN stage s USING (pipeline) WHERE pipeline = 'stock' ORDER BY s.sort_order;
-- a stage that the process does not have, and NULL
SELECT stage_position(process, 'closed won'), stage_outcome(process, 'Legacy'), stage_max_days(process, 'Closed Won'), stage_category(process, NULL)
FROM process WHERE pipeline = 'stock';
-- what is written is what is read; the order of rows does not matter
SELECT bool_and(process = process::text::sales_process) AS lossless FROM process;
SELECT count(DISTINCT p) = 1 AS one FROM (SELECT sales_process(stage, sort_order, percent / 100, category, outcome, max_days ORDER BY md5(stage || i)) AS p
	FROM stage, generate_series(1, 20) i WHERE pipeline = 'stock' GROUP BY i) s;
SELECT sales_process(stage, sort_order, percent / 100, category, outcome, max_days) AS none FROM stage WHERE false;

-- malformed
SELECT '{"stages": []}'::sales_process;
SELECT '{}'::sales_process;
SELECT '{"stages": {"stage": "a"}}'::sales_process;
SELECT '{"stages": ["a"]}'::sales_process;
SELECT '{"stages": [{"stage": "a", "probability": 0.1, "category": "pipeline"}, {"stage": "a", "probability": 0.2, "category": "pipeline"}]}'::sales_process;
SELECT '{"stages": [{"stage": "a", "probability": 10, "category": "pipeline"}]}'::sales_process;
SELECT '{"stages": [{"stage": "a", "probability": -0.1, "category": "pipeline"}]}'::sales_process;
SELECT '{"stages": [{"stage": "a", "probability": "0.1", "category": "pipeline"}]}'::sales_process;
SELECT '{"stages": [{"stage": "a", "probability": 0.1, "category": "upside"}]}'::sales_process;
SELECT '{"stages": [{"stage": "a", "probability": 0.1}]}'::sales_process;
SELECT '{"stages": [{"stage": "a", "category": "pipeline"}]}'::sales_process;
SELECT '{"stages": [{"probability": 0.1, "category": "pipeline"}]}'::sales_process;
SELECT '{"stages": [{"stage": " ", "probability": 0.1, "category": "pipeline"}]}'::sales_process;
SELECT '{"stages": [{"stage": "a", "probability": 0.1, "category": "pipeline", "outcome": "Closed Won"}]}'::sales_process;
SELECT '{"stages": [{"stage": "a", "probability": 0.1, "category": "pipeline", "max_day": 3}]}'::sales_process;
SELECT '{"stages": [{"stage": "a", "probability": 0.1, "category": "pipeline", "max_days": -3}]}'::sales_process;
SELECT '{"stages": [{"stage": "a", "probability": 0.1, "category": ["pipeline", "closed"]}]}'::sales_process;
SELECT '{"stages": [{"stage": "w", "probability": 1, "outcome": "won"}]}'::sales_process;
SELECT sales_process(stage, sort_order, percent, category, outcome, max_days) FROM stage WHERE pipeline = 'renewal';
SELECT sales_process(stage, sort_order, percent / 100, category, NULL, max_days) FROM stage WHERE pipeline = 'renewal';
SELECT sales_process(stage, sort_order, 'NaN', category, outcome, max_days) FROM stage WHERE pipeline = 'renewal';
SELECT sales_process(stage, 1, 0.5, category, outcome, -1) FROM stage WHERE pipeline = 'renewal';
SELECT sales_process('same', i, 0.5, 'pipeline', 'open', NULL) FROM generate_series(1, 2) i;
SELECT sales_process('s' || i, i, 0.5, 'pipeline', 'open', NULL) FROM generate_series(1, 501) i;

-- ---- integrity: each reason ----
SELECT stage, category, forecast_category_issue(process, stage, category) AS issue, forecast_category_ok(process, stage, category) AS ok
FROM process, (VALUES
	('Prospecting', 'Pipeline'), ('Proposal/Price Quote', 'Commit'), ('Proposal/Price Quote', 'best case'), ('Closed Won', 'Closed'), ('Closed Lost', 'Omitted'),
	('Prospecting', NULL), ('Prospecting', ''), ('Prospecting', '  '), ('Prospecting', 'TBD'), ('Legacy', 'Pipeline'), (NULL, 'Pipeline'),
	(NULL, NULL), ('Legacy', 'TBD'),
	('Closed Won', 'Commit'), ('Closed Won', 'Omitted'), ('Closed Lost', 'Pipeline'), ('Closed Lost', 'Closed'), ('Negotiation/Review', 'Closed'),
	('Prospecting', 'Commit'), ('Prospecting', 'Omitted'), ('Negotiation/Review', 'Best Case'), ('Proposal/Price Quote', 'Omitted'),
	('Proposal/Price Quote', 'Most Likely')) v(stage, category)
WHERE pipeline = 'stock';
-- without a policy nothing is right
SELECT forecast_category_issue(NULL, 'Prospecting', 'Pipeline'), forecast_category_ok(NULL, 'Prospecting', 'Pipeline');
-- a real org maps Closed Won to Omitted: the policy is the user's
SELECT forecast_category_issue(p, 'Won', 'Omitted') AS omitted, forecast_category_issue(p, 'Won', 'Closed') AS closed
FROM (SELECT '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"},
	{"stage": "Won", "probability": 1, "category": "omitted", "outcome": "won"}]}'::sales_process AS p) s;
SELECT forecast_category_integrity(process, stage, category) AS share, met(compliance(forecast_category_ok(process, stage, category))) AS met, count(*) AS all
FROM process, (VALUES ('Prospecting', 'Pipeline'), ('Prospecting', 'Commit'), ('Closed Won', 'Closed'), (NULL, NULL)) v(stage, category) WHERE pipeline = 'stock';
SELECT forecast_category_integrity(process, 'x', 'y') FROM process WHERE false;
