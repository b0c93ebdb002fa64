-- For CSV exports that came without a stage.csv: the stock sales process of Salesforce, which many orgs keep, with the
-- limits of the sample.  A stage of the data that it does not know is reported as unknown_stage: write a stage.csv.
INSERT INTO crm.stage (stage, position, probability, category, outcome, max_days)
VALUES
	('Prospecting', 1, 0.10, 'pipeline', 'open', 30),
	('Qualification', 2, 0.10, 'pipeline', 'open', 30),
	('Needs Analysis', 3, 0.20, 'pipeline', 'open', 30),
	('Value Proposition', 4, 0.50, 'pipeline,best_case', 'open', 30),
	('Id. Decision Makers', 5, 0.60, 'pipeline,best_case', 'open', 30),
	('Perception Analysis', 6, 0.70, 'pipeline,best_case', 'open', 30),
	('Proposal/Price Quote', 7, 0.75, 'pipeline,best_case,commit', 'open', 21),
	('Negotiation/Review', 8, 0.90, 'pipeline,best_case,commit', 'open', 14),
	('Closed Won', 9, 1, 'closed', 'won', NULL),
	('Closed Lost', 10, 0, 'omitted', 'lost', NULL);
