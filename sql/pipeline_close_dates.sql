-- pipeline: pushes, what is wrong with close dates, and what became of expected deals.
SET search_path = salesops, public;
SET datestyle = 'ISO, MDY';
SET timezone = 'UTC';

-- Salesforce's rule: within the month none, into the next one, over several one
SELECT old_close, new_close, is_push(old_close, new_close, 'month') AS push, is_pull(old_close, new_close, 'month') AS pull,
	is_push(old_close, new_close, 'quarter') AS quarter_push, push_days(old_close, new_close), periods_between(old_close, new_close, 'month', 'starts January') AS months
FROM (VALUES ('2026-04-01'::date, '2026-04-30'::date), ('2026-04-30', '2026-05-01'), ('2026-04-30', '2026-09-01'), ('2026-05-12', '2026-04-30'), ('2026-05-12', '2026-05-12'), ('2026-12-31', '2027-01-01')) v(old_close, new_close);
-- in another calendar, and other units
SELECT is_push('2026-01-31', '2026-02-01', 'quarter', 'starts February') AS fiscal, is_push('2026-01-31', '2026-02-01', 'quarter') AS calendar,
	is_push('2026-05-30', '2026-05-31', 'Weeks', '4-5-4 starts Sunday nearest February 1') AS week, is_push('2026-01-31', '2026-12-31', 'year') AS year;
-- what is not known
SELECT is_push(NULL, '2026-05-01', 'month'), is_pull('2026-05-01', 'infinity', 'month'), push_days('-infinity', '2026-05-01'), is_push('2026-05-01', '2026-06-01', NULL);
SELECT is_push('2026-04-01', '2026-05-01', 'fortnight');
SELECT is_push('2026-04-01', '0044-03-15 BC', 'month');

-- a path: March 31; May 15; April 30; July 1
CREATE TEMP TABLE history (deal int, close_date date, changed_at timestamptz);
INSERT INTO history VALUES (1, '2026-05-15', '2026-02-20 09:00+00'), (1, '2026-03-31', '2026-01-05 09:00+00'), (1, '2026-07-01', '2026-05-04 09:00+00'), (1, '2026-04-30', '2026-04-02 09:00+00'),
	-- a history of full states: the date repeats
	(2, '2026-03-31', '2026-01-05 09:00+00'), (2, '2026-03-31', '2026-01-09 09:00+00'), (2, '2026-03-10', '2026-02-01 09:00+00'), (2, '2026-03-10', '2026-02-03 09:00+00'),
	-- no date at first, and none in between: no pushes
	(3, NULL, '2026-01-05 09:00+00'), (3, '2026-03-31', '2026-01-09 09:00+00'), (3, NULL, '2026-02-01 09:00+00'), (3, '2026-06-30', '2026-02-03 09:00+00'),
	-- of two dates for one moment the later; the same row twice
	(4, '2026-03-31', '2026-01-05 09:00+00'), (4, '2026-06-30', '2026-01-05 09:00+00'), (4, '2026-07-31', '2026-02-01 09:00+00'), (4, '2026-07-31', '2026-02-01 09:00+00'), (4, '2026-08-31', NULL),
	-- the date was taken away; none ever
	(5, '2026-03-31', '2026-01-05 09:00+00'), (5, NULL, '2026-02-05 09:00+00'),
	(6, NULL, '2026-01-05 09:00+00'), (7, '2026-01-05', NULL);
SELECT deal, push_count(p, 'month') AS pushes, push_count(p, 'quarter') AS quarter_pushes, pull_count(p, 'month') AS pulls, last_pushed_at(p, 'month'), pushed_days(p), first_close_date(p), current_close_date(p),
	close_date_at(p, '2026-02-01 09:00+00') AS in_february, incomplete_events(p) AS incomplete
FROM (SELECT deal, close_path(close_date, changed_at) AS p FROM history GROUP BY deal) s ORDER BY deal;
\a
SELECT deal, close_path(close_date, changed_at) FROM history GROUP BY deal ORDER BY deal;
\a
SELECT merge(p) = (SELECT close_path(close_date, changed_at) FROM history WHERE deal < 5) AS same FROM (SELECT deal, close_path(close_date, changed_at) AS p FROM history WHERE deal < 5 GROUP BY deal) s;
SELECT close_path(NULL, NULL) AS none, push_count(NULL, 'month') AS unknown;
SELECT close_path('infinity', '2026-01-05');
SELECT close_path('0001-12-31', '2026-01-05');
SELECT close_path('2026-01-05', 'infinity');
SELECT push_count(close_path('2026-01-05', '2026-01-05'), 'fortnight');
SELECT close_date_at(close_path('2026-01-05', '2026-01-05'), 'infinity');
SELECT '{"close_path": 1, "changes": [["2026-01-05 09:00", "2026-03-31"]]}'::close_path;
SELECT '{"close_path": 1, "changes": [["2026-01-05T09:00:00Z", "31.3.2026"]]}'::close_path;
SELECT '{"close_path": 1, "changes": [["2026-01-05T09:00:00Z", "2026-02-30"]]}'::close_path;
SELECT '{"close_path": 1, "changes": [["2026-01-05T09:00:00Z"]]}'::close_path;
SELECT '{"close_path": 2}'::close_path;

-- what is wrong with a close date: the first that holds
SELECT close_date, created, outcome, as_of, close_date_issue(close_date, created, outcome, as_of)
FROM (VALUES (NULL::date, '2026-01-10'::date, 'open', '2026-07-01'::date), ('2026-06-30', '2026-01-10', 'open', '2026-07-01'), ('2026-07-01', '2026-01-10', 'open', '2026-07-01'), ('2026-06-30', '2026-01-10', 'Won', '2026-07-01'),
	('2026-07-02', '2026-01-10', 'won', '2026-07-01'), ('2026-07-02', '2026-01-10', 'lost', '2026-07-01'), ('2026-01-09', '2026-01-10', 'won', '2026-07-01'), ('2026-01-09', '2026-01-10', 'open', '2026-07-01'),
	('2026-01-09', '2026-01-10', NULL, '2026-07-01'), ('2026-01-09', '2026-01-10', 'open', NULL), ('2026-06-30', NULL, 'open', '2026-06-30'), ('infinity', '2026-01-10', 'open', '2026-07-01'), ('2026-01-09', 'infinity', 'won', '2026-07-01')) v(close_date, created, outcome, as_of);
SELECT close_date_issue('2026-06-30', '2026-01-10', 'Closed Won', '2026-07-01');

-- placeholders
SELECT is_period_end('2026-06-30', 'quarter'), is_period_end('2026-06-30', 'quarter', 'starts February') AS fiscal, is_period_end('2024-02-29', 'month') AS leap, is_period_end('2024-02-03', 'year', '4-5-4 starts Sunday nearest February 1') AS retail, is_period_end('infinity', 'month');
SELECT period_end_share(d, 'quarter', 'starts January') AS share, compliance(is_period_end(d, 'quarter')) FROM unnest('{2026-03-31, 2026-06-30, 2026-05-12, NULL, infinity}'::date[]) d;
SELECT period_end_share(NULL, 'quarter', 'starts January') AS none;

-- expected in the second quarter: four won, two lost, three open, one won in July; and what was not
CREATE TEMP TABLE expected (expected_close date, outcome text, closed_on date, amount numeric);
INSERT INTO expected VALUES ('2026-04-30', 'won', '2026-04-01', 10), ('2026-05-31', 'won', '2026-05-20', 20), ('2026-06-30', 'won', '2026-06-30', 30.50), ('2026-06-30', 'won', '2026-06-12', NULL),
	('2026-04-01', 'lost', '2026-06-01', 15), ('2026-06-30', 'lost', '2026-04-02', 25), ('2026-06-30', 'open', NULL, 40), ('2026-06-30', 'open', NULL, 50), ('2026-05-15', 'open', NULL, 60), ('2026-06-15', 'won', '2026-07-01', 70),
	('2026-07-01', 'won', '2026-06-20', 1000), ('2026-03-31', 'open', NULL, 1000), ('2026-06-30', 'won', '2026-03-31', 1000), (NULL, 'open', NULL, 1000),
	('2026-06-30', NULL, NULL, 2000), ('2026-06-30', 'won', NULL, 2000), (NULL, NULL, NULL, NULL);
SELECT slip_status(expected_close, outcome, closed_on, '2026-04-01', '2026-06-30'), count(*) FROM expected GROUP BY 1 ORDER BY 1;
SELECT expected_deals(s), kept_deals(s), lost_deals(s), slipped_deals(s), not_expected_deals(s) AS not_expected, unknown_outcomes(s) AS unknown, missing_amounts(s) AS missing, slip_rate(s), round(slip_rate_low(s)::numeric, 6) AS low, round(slip_rate_high(s)::numeric, 6) AS high
FROM (SELECT slippage(expected_close, outcome, closed_on, amount, '2026-04-01', '2026-06-30') AS s FROM expected) v;
SELECT expected_amount(s), kept_amount(s), lost_amount(s), slipped_amount(s), slip_rate_amount(s)
FROM (SELECT slippage(expected_close, outcome, closed_on, amount, '2026-04-01', '2026-06-30') AS s FROM expected) v;
\a
SELECT slippage(expected_close, outcome, closed_on, amount, '2026-04-01', '2026-06-30') FROM expected;
\a
SELECT slippage(expected_close, outcome, closed_on, amount, NULL, '2026-06-30') AS no_period FROM expected;
SELECT slip_rate(slippage('2026-07-01', 'open', NULL, 5, '2026-04-01', '2026-06-30')) AS nothing_expected, slip_rate_amount(slippage('2026-06-30', 'open', NULL, NULL::numeric, '2026-04-01', '2026-06-30')) AS no_amount;
SELECT slippage('2026-06-30', 'open', NULL, 5, '2026-06-30', '2026-04-01');
SELECT slippage('2026-06-30', 'Closed Won', NULL, 5, '2026-04-01', '2026-06-30');
SELECT '{"slippage": 1, "kept_amount": 5}'::slippage;
