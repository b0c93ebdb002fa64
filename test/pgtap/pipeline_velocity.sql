-- pipeline: velocity and attainment against their formulas, linearity against GROUP BY.
\ir setup.psql

SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE pipeline_velocity(n, r, a, c) IS DISTINCT FROM CASE WHEN c > 0 THEN n * r * a / c END)
	FROM unnest('{0, 1, 17, 100000}'::float8[]) n, unnest('{0, 0.25, 0.333, 1}'::float8[]) r, unnest('{-5, 0, 50000, 123456.78}'::float8[]) a, unnest('{-3, 0, 0.5, 60, 1e6}'::float8[]) c
$$, 'pipeline_velocity');
CREATE TEMP TABLE stats AS SELECT i % 40 AS team, deal_stats(CASE WHEN i % 40 > 3 THEN (array['open', 'won', 'lost'])[1 + i * 31 % 3] ELSE 'open' END, round((i * 7919 % 100003)::numeric / 7, i % 4), (i * 7919 % 240) / 4.0) AS d FROM generate_series(1, 5000) i GROUP BY 1;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE pipeline_velocity(d) IS DISTINCT FROM pipeline_velocity(open_deals(d), win_rate(d), avg_deal_size(d)::float8, avg_cycle_days(d))) FROM stats
$$, 'pipeline_velocity of a summary is that of its figures');
SELECT ok((SELECT count(*) FROM stats WHERE pipeline_velocity(d) IS NULL) BETWEEN 1 AND 10, 'some have none');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE attainment(b, q) IS DISTINCT FROM b / nullif(q, 0)) FROM unnest('{-5, 0, 7, 1e9}'::float8[]) b, unnest('{0, 0.1, 3, 1e9}'::float8[]) q$$, 'attainment');

-- ---- linearity ----
CREATE TEMP TABLE booking AS
	SELECT i, CASE WHEN i % 23 > 0 THEN '2019-06-01'::date + i * 7919 % 2900 END AS booked_on, CASE WHEN i % 17 > 0 THEN round((i * 7919 % 100003)::numeric / 7 - 2000, i % 4) END AS amount FROM generate_series(1, 6000) i;
CREATE TEMP TABLE policy AS
	SELECT row_number() OVER () AS id, part, period, c FROM unnest('{"starts January", "starts July, named by end year", "4-5-4 starts Sunday nearest February 1", "4-4-5 ends last Saturday of September, week 53 in period 3", "13 periods starts first Monday of April"}'::fiscal_calendar[]) c,
		(VALUES ('quarter', 'year'), ('month', 'year'), ('week', 'year'), ('day', 'year'), ('month', 'quarter'), ('week', 'quarter'), ('day', 'quarter'), ('week', 'month'), ('day', 'month'), ('day', 'week')) u(part, period);
CREATE TEMP TABLE line AS SELECT id, linearity(booked_on, amount, part, period, c) AS l FROM policy, booking GROUP BY id;
-- the oracle: the number of the part is how many begin from the first day of the period on
CREATE TEMP TABLE oracle AS
	SELECT id, n, sum(amount) AS amount FROM (SELECT id, 1 + periods_between(fiscal_period_start(booked_on, period, c), booked_on, part, c) AS n, amount FROM policy, booking WHERE booked_on IS NOT NULL AND amount IS NOT NULL) s GROUP BY id, n;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE p.amount IS DISTINCT FROM coalesce(o.amount, 0) OR linearity_amount(l, p.part) IS DISTINCT FROM p.amount OR abs(share - p.amount::float8 / total::float8) > 1e-14 OR linearity_share(l, p.part) IS DISTINCT FROM share)
	FROM line JOIN LATERAL linearity_parts(l) p ON true FULL JOIN oracle o ON o.id = line.id AND n = p.part JOIN (SELECT id, sum(amount) AS total FROM oracle GROUP BY id) t ON t.id = line.id
$$, 'every part of every period in every calendar');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE linearity_total(l) IS DISTINCT FROM sum OR missing_amounts(l) <> missing OR undated_deals(l) <> undated OR undated_amount(l) IS DISTINCT FROM undated_sum OR cumulative IS DISTINCT FROM 1::float8)
	FROM line, LATERAL (SELECT cumulative_share AS cumulative FROM linearity_parts(l) ORDER BY part DESC LIMIT 1) p,
		(SELECT sum(amount) FILTER (WHERE booked_on IS NOT NULL), count(*) FILTER (WHERE booked_on IS NOT NULL AND amount IS NULL) AS missing, count(*) FILTER (WHERE booked_on IS NULL AND amount IS NOT NULL) AS undated, sum(amount) FILTER (WHERE booked_on IS NULL) AS undated_sum FROM booking) b
$$, 'totals, and what is missing');
-- no period has more parts than linearity_share gives one for, and none has fewer than it is asked for
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE linearity_share(l, 0) IS NOT NULL OR linearity_share(l, 372) IS NOT NULL OR linearity_share(l, (SELECT max(n)::int FROM oracle o WHERE o.id = line.id)) IS NULL
		OR (part IN ('month', 'quarter') AND linearity_share(l, 1 + (SELECT max(n)::int FROM oracle o WHERE o.id = line.id)) IS NOT NULL)) FROM line JOIN policy USING (id)
$$, 'parts that there are');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE l IS DISTINCT FROM merged)
	FROM line JOIN (SELECT id, merge(l ORDER BY md5(l::text)) AS merged FROM (SELECT id, linearity(booked_on, amount, part, period, c ORDER BY md5(i::text)) AS l FROM policy, booking GROUP BY id, i % 5) s GROUP BY id) m USING (id)
$$, 'merged from parts is the whole');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE l::text::linearity IS DISTINCT FROM l OR linearity_finalfn(l) IS DISTINCT FROM l) FROM line$$, 'the text form is lossless');
SELECT is(linearity(booked_on, amount::float8, 'week', 'year', 'starts May'), linearity(booked_on, amount::float8::numeric, 'week', 'year', 'starts May'), 'float8 amounts') FROM booking;
SELECT is(linearity(booked_on, amount::bigint, 'week', 'year', 'starts May'), linearity(booked_on, amount::bigint::numeric, 'week', 'year', 'starts May'), 'bigint amounts') FROM booking;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE framed IS DISTINCT FROM (SELECT linearity(booked_on, amount, 'week', 'quarter', 'starts May') FROM booking b WHERE b.i BETWEEN a.i - 3 AND a.i))
	FROM (SELECT i, linearity(booked_on, amount, 'week', 'quarter', 'starts May') OVER (ORDER BY i ROWS 3 PRECEDING) AS framed FROM booking WHERE i <= 300) a
$$, 'frames that move');
-- every pair of different policies is refused
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE pg_temp.outcome_of(format('SELECT linearity_combinefn(%L, %L)', a.l, b.l)) <> '22023') FROM line a JOIN line b ON a.id <> b.id AND a.id % 7 = 0 AND b.id % 5 = 0
$$, 'merging of different parts, periods or calendars is an error');
SELECT is(pg_temp.outcome_of(format('SELECT %L::linearity', t)), code, t) FROM (VALUES ('{"linearity": 1}', '22P02'), ('{"linearity": 1, "part": "week", "period": "year"}', '22P02'), ('{"linearity": 1, "part": "x", "period": "year", "calendar": "starts May"}', '22023'),
	('{"linearity": 1, "part": "week", "period": "year", "calendar": "starts May", "bookings": 1}', '22P02'), ('{"linearity": 1, "part": "week", "period": "year", "calendar": "starts May", "bookings": 1, "missing_amounts": 1, "amounts": [5]}', '22P02'),
	('{"linearity": 1, "part": "week", "period": "year", "calendar": "starts May", "undated_amount": 5}', '22P02'), ('{"linearity": 1, "part": "week", "period": "year", "calendar": "starts May", "bookings": 1, "amounts": [1, 1]}', '22P02'),
	('{"linearity": 1, "part": "week", "period": "year", "calendar": 5}', '22P02'), ('{"linearity": 1, "part": "week", "period": "year", "calendar": "starts May", "bookings": 1, "amounts": ["NaN"]}', '22P02')) v(t, code);

SELECT * FROM finish();
ROLLBACK;
