-- deal_outlook(amount, probability) and its readers: building it beside collecting the rows, and a quantile beside a Monte Carlo
-- simulation in SQL.  A simulation is another number each time, so it is not compared; it draws each deal 10,000 times.

-- section: deal_outlook by owner, 500 outlooks: built, and the mean
-- rows: deals
-- floor: count of the column by owner
SELECT count(*), sum(a) FROM (SELECT owner, count(amount) AS a FROM deals WHERE outcome = 'open' GROUP BY owner) AS g;
-- ours: deal_outlook
SELECT count(*), round(sum(salesops.outlook_mean(o))::numeric, -3) FROM (SELECT owner, salesops.deal_outlook(amount, 0.1 + 0.1 * (id % 8)) AS o FROM deals WHERE outcome = 'open' GROUP BY owner OFFSET 0) AS s;
-- form: array_agg, unnested
SELECT count(*), round(sum(m)::numeric, -3) FROM (SELECT owner, array_agg(amount::float8) AS a, array_agg((0.1 + 0.1 * (id % 8))::float8) AS p FROM deals WHERE outcome = 'open' GROUP BY owner OFFSET 0) AS s,
	LATERAL (SELECT sum(x * p) AS m FROM unnest(a, p) AS u(x, p)) AS t;

-- section: 200 deals: the quantile 0.1
-- rows: (SELECT id, amount FROM deals WHERE id <= 520 AND outcome = 'open' AND amount IS NOT NULL LIMIT 200) AS deal
-- floor: count of the columns
SELECT count(id), count(amount) FROM (SELECT id, amount FROM deals WHERE id <= 520 AND outcome = 'open' AND amount IS NOT NULL LIMIT 200) AS deal;
-- call: outlook_quantile, another outlook each time
SELECT salesops.outlook_quantile(salesops.deal_outlook(amount, 0.1 + 0.1 * (id % 8)), 0.1, 0, 0.001 + random() * 1e-6) FROM (SELECT id, amount FROM deals WHERE id <= 520 AND outcome = 'open' AND amount IS NOT NULL LIMIT 200) AS deal;
-- call: the same with a correlation of 0.2
SELECT salesops.outlook_quantile(salesops.deal_outlook(amount, 0.1 + 0.1 * (id % 8)), 0.1, 0.2, 0.001 + random() * 1e-6) FROM (SELECT id, amount FROM deals WHERE id <= 520 AND outcome = 'open' AND amount IS NOT NULL LIMIT 200) AS deal;
-- call: seven readings of one outlook
SELECT salesops.outlook_quantile(o, 0.1, 0, t), salesops.outlook_quantile(o, 0.25, 0, t), salesops.outlook_quantile(o, 0.5, 0, t), salesops.outlook_quantile(o, 0.75, 0, t), salesops.outlook_quantile(o, 0.9, 0, t), salesops.chance_of_at_least(o, 100000, 0, t), salesops.chance_of_at_least(o, 200000, 0, t)
FROM (SELECT salesops.deal_outlook(amount, 0.1 + 0.1 * (id % 8)) AS o, 0.001 + random() * 1e-6 AS t FROM (SELECT id, amount FROM deals WHERE id <= 520 AND outcome = 'open' AND amount IS NOT NULL LIMIT 200) AS deal OFFSET 0) AS s;
-- call: Monte Carlo, 10,000 draws
SELECT percentile_disc(0.1) WITHIN GROUP (ORDER BY x) FROM (SELECT draw, sum(CASE WHEN random() < 0.1 + 0.1 * (id % 8) THEN amount ELSE 0 END) AS x FROM (SELECT id, amount::float8 AS amount FROM deals WHERE id <= 520 AND outcome = 'open' AND amount IS NOT NULL LIMIT 200) AS deal, generate_series(1, 10000) AS draw GROUP BY draw) AS s;

-- section: 10,000 deals: the quantile 0.1
-- rows: (SELECT id, amount FROM deals WHERE id <= 27000 AND outcome = 'open' AND amount IS NOT NULL LIMIT 10000) AS deal
-- floor: count of the columns
SELECT count(id), count(amount) FROM (SELECT id, amount FROM deals WHERE id <= 27000 AND outcome = 'open' AND amount IS NOT NULL LIMIT 10000) AS deal;
-- call: outlook_quantile, another outlook each time
SELECT salesops.outlook_quantile(salesops.deal_outlook(amount, 0.1 + 0.1 * (id % 8)), 0.1, 0, 0.001 + random() * 1e-6) FROM (SELECT id, amount FROM deals WHERE id <= 27000 AND outcome = 'open' AND amount IS NOT NULL LIMIT 10000) AS deal;
-- call: the same with a correlation of 0.2
SELECT salesops.outlook_quantile(salesops.deal_outlook(amount, 0.1 + 0.1 * (id % 8)), 0.1, 0.2, 0.001 + random() * 1e-6) FROM (SELECT id, amount FROM deals WHERE id <= 27000 AND outcome = 'open' AND amount IS NOT NULL LIMIT 10000) AS deal;
-- call: Monte Carlo, 100 draws
SELECT percentile_disc(0.1) WITHIN GROUP (ORDER BY x) FROM (SELECT draw, sum(CASE WHEN random() < 0.1 + 0.1 * (id % 8) THEN amount ELSE 0 END) AS x FROM (SELECT id, amount::float8 AS amount FROM deals WHERE id <= 27000 AND outcome = 'open' AND amount IS NOT NULL LIMIT 10000) AS deal, generate_series(1, 100) AS draw GROUP BY draw) AS s;
