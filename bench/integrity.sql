-- forecast_category_integrity with a constant process beside the CASE that an analyst writes for one process.

-- section: forecast_category_integrity, ten stages
-- rows: deals
-- floor: count of both columns
SELECT count(stage), count(category) FROM deals;
-- ours: forecast_category_integrity
SELECT round(salesops.forecast_category_integrity(
	'{"stages": [{"stage": "Prospecting", "probability": 0.1, "category": "pipeline"},
		{"stage": "Qualification", "probability": 0.1, "category": "pipeline"},
		{"stage": "Needs Analysis", "probability": 0.2, "category": "pipeline"},
		{"stage": "Value Proposition", "probability": 0.5, "category": ["pipeline", "best_case"]},
		{"stage": "Id. Decision Makers", "probability": 0.6, "category": ["pipeline", "best_case"]},
		{"stage": "Perception Analysis", "probability": 0.7, "category": ["best_case", "pipeline"]},
		{"stage": "Proposal/Price Quote", "probability": 0.75, "category": ["best_case", "commit"]},
		{"stage": "Negotiation/Review", "probability": 0.9, "category": ["commit", "best_case"]},
		{"stage": "Closed Won", "probability": 1, "outcome": "won"},
		{"stage": "Closed Lost", "probability": 0, "outcome": "lost"}]}', stage, category)::numeric, 12)
FROM deals;
-- form: avg(CASE)
SELECT round(avg(CASE
		WHEN stage IN ('Prospecting', 'Qualification', 'Needs Analysis') AND category = 'pipeline' THEN 1
		WHEN stage IN ('Value Proposition', 'Id. Decision Makers', 'Perception Analysis')
			AND category IN ('pipeline', 'best_case') THEN 1
		WHEN stage IN ('Proposal/Price Quote', 'Negotiation/Review') AND category IN ('best_case', 'commit') THEN 1
		WHEN stage = 'Closed Won' AND category = 'closed' THEN 1
		WHEN stage = 'Closed Lost' AND category = 'omitted' THEN 1
		ELSE 0
	END), 12)
FROM deals;
-- form: count FILTER (CASE stage) / count
SELECT round(count(*) FILTER (WHERE CASE stage
		WHEN 'Prospecting' THEN category = 'pipeline'
		WHEN 'Qualification' THEN category = 'pipeline'
		WHEN 'Needs Analysis' THEN category = 'pipeline'
		WHEN 'Value Proposition' THEN category IN ('pipeline', 'best_case')
		WHEN 'Id. Decision Makers' THEN category IN ('pipeline', 'best_case')
		WHEN 'Perception Analysis' THEN category IN ('pipeline', 'best_case')
		WHEN 'Proposal/Price Quote' THEN category IN ('best_case', 'commit')
		WHEN 'Negotiation/Review' THEN category IN ('best_case', 'commit')
		WHEN 'Closed Won' THEN category = 'closed'
		WHEN 'Closed Lost' THEN category = 'omitted'
		ELSE false
	END)::numeric / count(*), 12)
FROM deals;
-- form: a rule table, joined
WITH rule(stage, category) AS (
	VALUES ('Prospecting', 'pipeline'), ('Qualification', 'pipeline'), ('Needs Analysis', 'pipeline'),
		('Value Proposition', 'pipeline'), ('Value Proposition', 'best_case'), ('Id. Decision Makers', 'pipeline'),
		('Id. Decision Makers', 'best_case'), ('Perception Analysis', 'pipeline'), ('Perception Analysis', 'best_case'),
		('Proposal/Price Quote', 'best_case'), ('Proposal/Price Quote', 'commit'), ('Negotiation/Review', 'best_case'),
		('Negotiation/Review', 'commit'), ('Closed Won', 'closed'), ('Closed Lost', 'omitted')
)
SELECT round(count(rule.stage)::numeric / count(*), 12)
FROM deals LEFT JOIN rule ON rule.stage = deals.stage AND rule.category = deals.category;
