-- hygiene_issues with a constant policy and process beside the CASE expressions that an analyst writes for the same rules, in one text each;
-- is_blank beside the list and the regular expression; keyboard_mash beside an expression for its simplest cases.

-- section: hygiene_issues, 25 rules
-- rows: hygiene_deals
-- floor: count of every column
SELECT count(stage), count(amount), count(close_date), count(owner), count(next_step), count(category), count(probability), count(created), count(last_activity), count(days_in_stage), count(pushes) FROM hygiene_deals;
-- ours: hygiene_issues
SELECT count(issues), sum(length(issues)) FROM (SELECT salesops.hygiene_issues('{"stale_days": 30, "max_pushes": 3, "max_close_days": 365, "probability_tolerance": 0.2}',
	'{"stages": [{"stage": "Prospecting", "probability": 0.1, "category": "pipeline", "max_days": 30}, {"stage": "Qualification", "probability": 0.25, "category": "pipeline", "max_days": 30},
		{"stage": "Proposal", "probability": 0.5, "category": ["best_case", "pipeline"], "max_days": 45}, {"stage": "Negotiation", "probability": 0.75, "category": ["commit", "best_case"], "max_days": 21},
		{"stage": "Closed Won", "probability": 1, "outcome": "won"}, {"stage": "Closed Lost", "probability": 0, "outcome": "lost"}]}',
	stage, amount, close_date, owner, next_step, category, probability, created, last_activity, days_in_stage, pushes, '2026-05-01') AS issues FROM hygiene_deals OFFSET 0) AS s;
-- form: concat_ws of CASE
SELECT count(issues), sum(length(issues)) FROM (SELECT nullif(concat_ws(',',
	CASE WHEN stage IN ('Prospecting', 'Qualification', 'Proposal', 'Negotiation') AND days_in_stage > CASE stage WHEN 'Proposal' THEN 45 WHEN 'Negotiation' THEN 21 ELSE 30 END THEN 'aged_in_stage' END,
	CASE WHEN close_date < created THEN 'before_created' END,
	CASE WHEN (stage IN ('Prospecting', 'Qualification') AND category IN ('Best Case', 'Commit', 'Most Likely')) OR (stage = 'Proposal' AND category IN ('Commit', 'Most Likely')) THEN 'category_too_strong' END,
	CASE WHEN (stage IN ('Prospecting', 'Qualification', 'Proposal') AND category = 'Omitted') OR (stage = 'Negotiation' AND category IN ('Omitted', 'Pipeline')) THEN 'category_too_weak' END,
	CASE WHEN stage IN ('Prospecting', 'Qualification', 'Proposal', 'Negotiation') AND close_date > date '2026-05-01' + 365 THEN 'close_date_too_far' END,
	CASE WHEN stage IN ('Closed Won', 'Closed Lost') AND close_date > date '2026-05-01' THEN 'closed_in_future' END,
	CASE WHEN stage = 'Closed Lost' AND category <> 'Omitted' THEN 'lost_not_omitted' END,
	CASE WHEN amount IS NULL AND stage IN ('Prospecting', 'Qualification', 'Proposal', 'Negotiation', 'Closed Won') THEN 'missing_amount' END,
	CASE WHEN category IS NULL OR lower(trim(category)) IN ('', '-', 'n/a', 'na', 'none', 'tbd', 'unknown') THEN 'missing_category' END,
	CASE WHEN close_date IS NULL THEN 'missing_close_date' END,
	CASE WHEN stage IN ('Prospecting', 'Qualification', 'Proposal', 'Negotiation') AND (next_step IS NULL OR lower(trim(next_step)) IN ('', '-', 'n/a', 'na', 'none', 'tbd', 'unknown', '--none--', 'null', 'xxx')) THEN 'missing_next_step' END,
	CASE WHEN owner IS NULL OR lower(trim(owner)) IN ('', '-', 'n/a', 'na', 'none', 'tbd', 'unknown') THEN 'missing_owner' END,
	CASE WHEN stage IS NULL OR lower(trim(stage)) IN ('', '-', 'n/a', 'na', 'none', 'tbd', 'unknown') THEN 'missing_stage' END,
	CASE WHEN amount < 0 AND stage IS DISTINCT FROM 'Closed Lost' THEN 'negative_amount' END,
	CASE WHEN stage IN ('Prospecting', 'Qualification', 'Proposal', 'Negotiation') AND category = 'Closed' THEN 'open_marked_closed' END,
	CASE WHEN stage IN ('Prospecting', 'Qualification', 'Proposal', 'Negotiation') AND close_date < date '2026-05-01' THEN 'open_past_due' END,
	CASE WHEN abs(probability - CASE stage WHEN 'Prospecting' THEN 0.1 WHEN 'Qualification' THEN 0.25 WHEN 'Proposal' THEN 0.5 WHEN 'Negotiation' THEN 0.75 WHEN 'Closed Won' THEN 1 WHEN 'Closed Lost' THEN 0 END)
		> CASE WHEN stage IN ('Closed Won', 'Closed Lost') THEN 0 ELSE 0.2 END THEN 'probability_against_stage' END,
	CASE WHEN probability NOT BETWEEN 0 AND 1 THEN 'probability_out_of_range' END,
	CASE WHEN stage IN ('Prospecting', 'Qualification', 'Proposal', 'Negotiation') AND pushes > 3 THEN 'pushed_too_often' END,
	CASE WHEN stage IN ('Prospecting', 'Qualification', 'Proposal', 'Negotiation') AND date '2026-05-01' - coalesce(last_activity, created) > 30 THEN 'stale' END,
	CASE WHEN category NOT IN ('Pipeline', 'Best Case', 'Commit', 'Closed', 'Omitted', 'Most Likely') THEN 'unknown_category' END,
	CASE WHEN stage NOT IN ('Prospecting', 'Qualification', 'Proposal', 'Negotiation', 'Closed Won', 'Closed Lost') THEN 'unknown_stage' END,
	CASE WHEN stage = 'Closed Won' AND category <> 'Closed' THEN 'won_not_closed' END,
	CASE WHEN amount = 0 AND stage IS DISTINCT FROM 'Closed Lost' THEN 'zero_amount' END), '') AS issues FROM hygiene_deals OFFSET 0) AS s;

-- section: what is wrong, over all
-- rows: hygiene_deals
-- floor: count of two columns
SELECT count(issues), count(amount) FROM hygiene_found;
-- ours: issue_counts, issue_breakdown
SELECT string_agg(concat_ws('|', b.issue, b.records, b.amount), ' ' ORDER BY b.issue COLLATE "C") FROM (SELECT salesops.count_issues(issues, amount) AS c FROM hygiene_found) AS s, salesops.issue_breakdown(c) AS b;
-- form: string_to_table, GROUP BY
SELECT string_agg(concat_ws('|', issue, records, amount), ' ' ORDER BY issue COLLATE "C") FROM (SELECT issue, count(*) AS records, coalesce(sum(amount), 0) AS amount FROM hygiene_found, string_to_table(issues, ',') AS issue GROUP BY issue) AS s;

-- section: is_blank
-- rows: hygiene_deals
-- floor: count of the column
SELECT count(next_step) FROM hygiene_deals;
-- ours: is_blank
SELECT count(*) FILTER (WHERE salesops.is_blank(next_step)) FROM hygiene_deals;
-- form: lower(trim()) IN a list of ten
SELECT count(*) FILTER (WHERE next_step IS NULL OR lower(trim(next_step)) IN ('', '-', 'n/a', 'na', 'none', 'tbd', 'unknown', '--none--', 'null', 'xxx')) FROM hygiene_deals;
-- form: a regular expression of these
SELECT count(*) FILTER (WHERE next_step IS NULL OR next_step ~* '^[\s\-]*(n/a|na|none|tbd|unknown|null|x+)?[\s\-]*$') FROM hygiene_deals;
