-- forecast: what became of the calls.
SET search_path = salesops, public;

-- committed 100, 300 and 200; one is won at 120, one lost, one still open
CREATE TEMP TABLE deal (id int, category text, amount numeric(12,2), outcome text, amount_now numeric(12,2));
INSERT INTO deal VALUES (1, 'Commit', 100, 'won', 120), (2, 'Forecast', 300, 'lost', 280), (3, 'COMMIT', 200, 'open', 200), (4, 'Closed', 500, 'won', 500),
	(5, 'Best Case', 80, 'won', 80), (6, 'BestCase', 120, 'lost', 120), (7, 'best_case', 50, 'won', 40), (8, 'Pipeline', 400, 'lost', 0), (9, 'Omitted', 60, 'won', 60);
SELECT commit_accuracy(f), category_accuracy(f, 'commit'), category_accuracy(f, 'Best Case'), category_win_rate(f, 'commit'), category_win_rate(f, 'pipeline')
FROM (SELECT forecast_outcome(category, amount, outcome, amount_now) AS f FROM deal) s;
SELECT category, deals, amount, won_deals, won_amount, lost_deals, lost_amount, open_deals, open_amount, accuracy, round(win_rate::numeric, 4) AS win_rate, round(win_rate_low::numeric, 4) AS low, round(win_rate_high::numeric, 4) AS high
FROM (SELECT forecast_outcome(category, amount, outcome, amount_now) AS f FROM deal) s, forecast_outcome_table(f);
SELECT called_deals(f, 'commit'), called_amount(f, 'commit'), category_won_deals(f, 'commit'), category_won_amount(f, 'commit'), category_lost_deals(f, 'commit'), category_lost_amount(f, 'commit'),
	category_open_deals(f, 'commit'), category_open_amount(f, 'commit')
FROM (SELECT forecast_outcome(category, amount, outcome, amount_now) AS f FROM deal) s;
SELECT commit_accuracy(category, amount, outcome, amount_now), commit_accuracy(category, amount::float8, outcome, amount_now::float8) AS float8, commit_accuracy(category, amount::bigint, outcome, amount_now::bigint) AS int8 FROM deal;
\a
SELECT forecast_outcome(category, amount, outcome, amount_now) FROM deal;
\a

-- what is missing is counted; deals that were not there at the lock are uncategorized
INSERT INTO deal VALUES (10, 'Commit', NULL, 'won', 70), (11, 'Commit', 90, 'won', NULL), (12, 'Commit', 50, NULL, NULL), (13, NULL, NULL, 'won', 33), (14, '  ', 10, 'open', NULL), (15, NULL, NULL, NULL, NULL);
SELECT missing_amounts(f), missing_won_amounts(f), unknown_outcomes(f), called_deals(f, ''), category_won_amount(f, ''), called_deals(f, 'commit'), called_amount(f, 'commit'), commit_accuracy(f)
FROM (SELECT forecast_outcome(category, amount, outcome, amount_now) AS f FROM deal) s;
SELECT category, deals, amount, won_deals, won_amount, open_deals FROM (SELECT forecast_outcome(category, amount, outcome, amount_now) AS f FROM deal) s, forecast_outcome_table(f) WHERE deals > 0;
SELECT merge(f) = (SELECT forecast_outcome(category, amount, outcome, amount_now) FROM deal) AS same FROM (SELECT forecast_outcome(category, amount, outcome, amount_now) AS f FROM deal GROUP BY id % 4) s;

-- nothing
SELECT forecast_outcome(category, amount, outcome, amount_now) AS none, commit_accuracy(category, amount, outcome, amount_now) FROM deal WHERE false;
SELECT forecast_outcome(NULL, NULL::numeric, NULL, NULL) AS no_deal;
SELECT commit_accuracy(f), category_accuracy(f, 'closed'), category_win_rate(f, 'commit'), called_amount(f, 'commit'), called_deals(f, 'commit') FROM (VALUES ('{"forecast_outcome": 1}'::forecast_outcome)) v(f);
SELECT commit_accuracy(NULL::forecast_outcome) AS unknown, category_accuracy(NULL, 'commit'), called_amount('{"forecast_outcome": 1}', NULL);
SELECT count(*) FROM forecast_outcome_table(NULL);

-- errors
SELECT forecast_outcome('Upside', 1, 'won', 1);
SELECT forecast_outcome('commit', 1, 'Closed Won', 1);
SELECT forecast_outcome('commit', 'NaN'::numeric, 'won', 1);
SELECT forecast_outcome('commit', 1, 'won', 'Infinity'::float8);
SELECT category_accuracy('{"forecast_outcome": 1}', 'Upside');
SELECT '{"forecast_outcome": 1, "commit": 5}'::forecast_outcome;
SELECT '{"forecast_outcome": 1, "commit_won": 1, "commit_lost_amount": 5}'::forecast_outcome;
SELECT '{"forecast_outcome": 1, "commit_lost": 1, "commit_won_amount": 5}'::forecast_outcome;
SELECT '{"forecast_outcome": 1, "commit_lost": 1, "missing_won_amounts": 1}'::forecast_outcome;
SELECT '{"forecast_outcome": 1, "commit_won": 1, "commit": 5, "missing_amounts": 1}'::forecast_outcome;
