-- Fiscal quarters beside what is written by hand for them.  to_char, of the calendar's own quarters, is there to show
-- what the server's formatting costs.  fiscal_days is a date dimension: a table of days with their quarters.

-- section: fiscal_quarter(date), a year that starts in February
-- rows: deals
-- floor: count of the date, hash of another label
SELECT count(close_date), sum(hashtext(owner)) FROM deals;
-- ours: fiscal_quarter
SELECT sum(hashtext(salesops.fiscal_quarter(close_date, 'starts February'))) FROM deals;
-- form: extract, arithmetic and ||
SELECT sum(hashtext('FY' || extract(year FROM close_date)::int - (extract(month FROM close_date) < 2)::int
	|| '-Q' || (extract(month FROM close_date)::int + 10) % 12 / 3 + 1))
FROM deals;
-- form: CASE of the month
SELECT sum(hashtext(CASE
		WHEN extract(month FROM close_date) = 1 THEN 'FY' || extract(year FROM close_date) - 1 || '-Q4'
		WHEN extract(month FROM close_date) < 5 THEN 'FY' || extract(year FROM close_date) || '-Q1'
		WHEN extract(month FROM close_date) < 8 THEN 'FY' || extract(year FROM close_date) || '-Q2'
		WHEN extract(month FROM close_date) < 11 THEN 'FY' || extract(year FROM close_date) || '-Q3'
		ELSE 'FY' || extract(year FROM close_date) || '-Q4'
	END))
FROM deals;
-- form: to_char of the month before
SELECT sum(hashtext(to_char(close_date - interval '1 month', '"FY"YYYY"-Q"Q'))) FROM deals;
-- form: a date dimension, joined
SELECT sum(hashtext(months_quarter)) FROM deals JOIN fiscal_days ON day = close_date;
-- call: to_char(date, 'YYYY"-Q"Q')
SELECT sum(hashtext(to_char(close_date, 'YYYY"-Q"Q'))) FROM deals;

-- section: fiscal_quarter(date), 4-5-4 weeks
-- rows: deals
-- floor: count of the date, hash of another label
SELECT count(close_date), sum(hashtext(owner)) FROM deals;
-- ours: fiscal_quarter
SELECT sum(hashtext(salesops.fiscal_quarter(close_date, '4-5-4 starts Sunday nearest February 1'))) FROM deals;
-- form: a date dimension, joined
SELECT sum(hashtext(weeks_quarter)) FROM deals JOIN fiscal_days ON day = close_date;

-- section: the first day of the fiscal quarter
-- rows: deals
-- floor: count of the date
SELECT count(close_date) FROM deals;
-- ours: fiscal_period_start
SELECT sum(salesops.fiscal_period_start(close_date, 'quarter', 'starts February') - date '2000-01-01') FROM deals;
-- form: date_trunc of the month before
SELECT sum((date_trunc('quarter', close_date - interval '1 month') + interval '1 month')::date - date '2000-01-01') FROM deals;

-- section: the cases of one quarter of ten years, with an index on fiscal_quarter(opened_on, 'starts February')
-- rows: cases
-- plan
-- floor: count of the date
SELECT count(opened_on) FROM cases;
-- ours: fiscal_quarter = 'FY2024-Q2'
SELECT count(*), count(answered) FROM cases WHERE salesops.fiscal_quarter(opened_on, 'starts February') = 'FY2024-Q2';
-- form: dates of the quarter, no index
SELECT count(*), count(answered) FROM cases WHERE opened_on >= '2024-05-01' AND opened_on < '2024-08-01';
-- form: to_char of the month before, no index
SELECT count(*), count(answered) FROM cases WHERE to_char(opened_on - interval '1 month', '"FY"YYYY"-Q"Q') = 'FY2024-Q2';
