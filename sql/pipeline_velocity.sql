-- pipeline: velocity, attainment, and how bookings spread over a period.
SET search_path = salesops, public;

-- 100 deals, a quarter won, 50,000 each, 60 days
SELECT round(pipeline_velocity(100, 0.25, 50000, 60)::numeric, 2) AS velocity;
SELECT pipeline_velocity(100, 0.25, 50000, 0) AS no_cycle, pipeline_velocity(100, 0.25, 50000, -3) AS wrong_dates, pipeline_velocity(0, 0.25, 50000, 60) AS no_deals, pipeline_velocity(100, NULL, 50000, 60) AS unknown;
SELECT pipeline_velocity(100, 25, 50000, 60);
SELECT pipeline_velocity(-1, 0.25, 50000, 60);
SELECT pipeline_velocity(100, 0.25, 'Infinity', 60);
SELECT pipeline_velocity(1e300, 0.25, 1e300, 60);
-- of a summary: its own four figures
SELECT pipeline_velocity(d), pipeline_velocity(open_deals(d), win_rate(d), avg_deal_size(d)::float8, avg_cycle_days(d)) AS from_its_figures
FROM (SELECT deal_stats(o, a, c) AS d FROM (VALUES ('won', 100, 30), ('won', 300, 50), ('lost', 90, 10), ('lost', 70, 20), ('open', 50, NULL), ('open', 60, NULL)) v(o, a, c)) s;
SELECT pipeline_velocity(deal_stats('open', 100, 5)) AS none_won, pipeline_velocity(deal_stats('won', 100, NULL)) AS no_cycle, pipeline_velocity(deal_stats('won', NULL::numeric, 5)) AS no_amount, pipeline_velocity(deal_stats('won', 100, 0)) AS cycle_of_zero,
	pipeline_velocity(deal_stats('won', 100, 5)) AS none_open;

SELECT attainment(1500000, 2000000), attainment(0, 2000000) AS nothing_booked, attainment(-5, 10) AS credits, attainment(5, 0) AS nothing_asked, attainment(5, NULL) AS no_quota, attainment(NULL, 5) AS unknown;
SELECT attainment(5, -10);
SELECT attainment('NaN', 10);

-- 1.5, 2.0 and 5.5 million in the months of a quarter
CREATE TEMP TABLE booking (booked_on date, amount numeric);
INSERT INTO booking VALUES ('2026-04-10', 1500000), ('2026-05-02', 1250000), ('2026-05-31', 750000.00), ('2026-06-30', 5500000);
SELECT round(linearity_share(l, 1)::numeric, 3) AS month_1, round(linearity_share(l, 2)::numeric, 3) AS month_2, round(linearity_share(l, 3)::numeric, 3) AS month_3, linearity_share(l, 4) AS month_4, linearity_amount(l, 2), linearity_total(l)
FROM (SELECT linearity(booked_on, amount, 'month', 'quarter', 'starts January') AS l FROM booking) s;
SELECT part, amount, round(share::numeric, 4) AS share, round(cumulative_share::numeric, 4) AS cumulative_share
FROM linearity_parts((SELECT linearity(booked_on, amount, 'month', 'quarter', 'starts January') FROM booking));
-- what is missing is counted, and in no share
INSERT INTO booking VALUES (NULL, 70), ('2026-04-11', NULL), (NULL, NULL);
SELECT linearity_total(l), missing_amounts(l), undated_deals(l), undated_amount(l) FROM (SELECT linearity(booked_on, amount, 'month', 'quarter', 'starts January') AS l FROM booking) s;
\a
SELECT linearity(booked_on, amount, 'weeks', 'quarter', '4-5-4 starts Sunday nearest February 1') FROM booking;
\a
-- bookings of all quarters come together; each day of the week
SELECT part, amount FROM linearity_parts((SELECT linearity('2026-01-01'::date + i, 1, 'month', 'quarter', 'starts January') FROM generate_series(0, 364) i));
SELECT part, amount FROM linearity_parts((SELECT linearity('2026-02-01'::date + i, i, 'day', 'week', '4-5-4 starts Sunday nearest February 1') FROM generate_series(0, 13) i));
-- a week of a calendar of months that lies in two quarters: the last part of the one, the first of the other
SELECT d, linearity(d, 1, 'week', 'quarter', 'starts January')::text::json -> 'amounts' AS amounts FROM (VALUES ('2026-03-31'::date), ('2026-04-01'), ('2026-04-02')) v(d) GROUP BY d ORDER BY d;
-- thirteen periods, of which the last quarter has four
SELECT linearity_share(l, 4), linearity_share(l, 5) FROM (SELECT linearity('2027-03-20', 5, 'period', 'quarter', '13 periods starts first Monday of April') AS l) s;
-- credits; nothing in all
SELECT linearity_share(l, 1), linearity_share(l, 2) FROM (SELECT linearity(d, a, 'month', 'quarter', 'starts January') AS l FROM (VALUES ('2026-04-01'::date, 150), ('2026-05-01', -50)) v(d, a)) s;
SELECT * FROM linearity_parts(linearity_transfn(linearity_transfn(NULL, '2026-04-01', 5, 'month', 'quarter', 'starts January'), '2026-05-01', -5, 'month', 'quarter', 'starts January'));
SELECT linearity(NULL, NULL::numeric, 'month', 'quarter', 'starts January') AS none, linearity_share(NULL, 1) AS unknown;
SELECT merge(l) = (SELECT linearity(booked_on, amount, 'month', 'quarter', 'starts January') FROM booking) AS same
FROM (SELECT linearity(booked_on, amount, 'month', 'quarter', 'starts January') AS l FROM booking GROUP BY booked_on) s;

-- errors
SELECT linearity('2026-04-01', 5, 'quarter', 'month', 'starts January');
SELECT linearity('2026-04-01', 5, 'month', 'month', 'starts January');
SELECT linearity('2026-04-01', 5, 'month', NULL, 'starts January');
SELECT linearity('infinity', 5, 'month', 'quarter', 'starts January');
SELECT linearity('2026-04-01', 'NaN'::numeric, 'month', 'quarter', 'starts January');
SELECT linearity('2026-04-01', 5, CASE i WHEN 1 THEN 'month' ELSE 'week' END, 'quarter', 'starts January') FROM generate_series(1, 2) i;
SELECT merge(l) FROM (SELECT linearity('2026-04-01', 5, 'month', 'quarter', c::fiscal_calendar) AS l FROM unnest('{starts January, starts February}'::text[]) c GROUP BY c ORDER BY c) s;
SELECT '{"linearity": 1, "part": "month", "period": "quarter", "calendar": "starts January", "amounts": [5]}'::linearity;
SELECT '{"linearity": 1, "part": "month", "period": "quarter", "calendar": "starts January", "bookings": 4, "amounts": [1, 2, 3, 4]}'::linearity;
SELECT '{"linearity": 1, "part": "quarter", "period": "month", "calendar": "starts January"}'::linearity;
SELECT '{"linearity": 1, "part": "month", "period": "quarter", "calendar": "starts Someday"}'::linearity;
