-- forecast: the outlook of a set of open deals.
SET search_path = salesops, public;
SET extra_float_digits = 0;

-- the worked example: 100 with 0.5 and 300 with 0.2
CREATE TEMP TABLE deal (owner text, amount numeric, probability float8);
INSERT INTO deal VALUES ('Ann', 100, 0.5), ('Bob', 300, 0.2);
SELECT outlook_deals(o), outlook_total(o), outlook_mean(o), outlook_stddev(o), outlook_quantile(o, 0.1) AS q10, outlook_quantile(o, 0.5) AS q50, outlook_quantile(o, 0.9) AS q90, chance_of_at_least(o, 100) AS c100, chance_of_at_least(o, 101) AS c101, outlook_rank(o, 100)
FROM (SELECT deal_outlook(amount, probability) AS o FROM deal) s;
SELECT deal_outlook(amount, probability) FROM deal;

-- equal amounts: the Poisson-binomial distribution of p = 0.1, 0.2, 0.3, 0.4, 0.5, whose cdf is .1512 .5226 .85 .9774 .9988 1
SELECT round((1 - chance_of_at_least(o, k + 1))::numeric, 12) AS cdf FROM (SELECT deal_outlook(1, i / 10.0) AS o FROM generate_series(1, 5) i) s, generate_series(0, 5) k ORDER BY k;
SELECT outlook_quantile(o, 0.1) AS q10, outlook_quantile(o, 0.5) AS q50, outlook_quantile(o, 0.85) AS q85, outlook_quantile(o, 0.9) AS q90, outlook_mean(o) FROM (SELECT deal_outlook(1, i / 10.0) AS o FROM generate_series(1, 5) i) s;

-- few deals are exact whatever their amounts; of many the quantile lies between its bounds, as near as the tolerance says
SELECT outlook_quantile(o, 0.3) AS q30, outlook_quantile(o, 0.5) AS q50, outlook_quantile_high(o, 0.5) - outlook_quantile_low(o, 0.5) AS apart
FROM (SELECT deal_outlook(a, p) AS o FROM (VALUES (1234.5678, 0.6), (98765.4321, 0.2), (33.3333333, 0)) d(a, p)) s;
SELECT tolerance, outlook_quantile(o, 0.5, 0, tolerance) BETWEEN outlook_quantile_low(o, 0.5, 0, tolerance) AND outlook_quantile_high(o, 0.5, 0, tolerance) AS held,
	(outlook_quantile_high(o, 0.5, 0, tolerance) - outlook_quantile_low(o, 0.5, 0, tolerance)) / outlook_total(o) BETWEEN tolerance / 2 AND tolerance * 1.5 AS near
FROM (SELECT deal_outlook(10000 * sqrt(i), 0.4) AS o FROM generate_series(1, 300) i) s, unnest('{0.01, 0.001}'::float8[]) tolerance;

-- what is missing
SELECT missing_amounts(o), missing_probabilities(o), outlook_deals(o) FROM (SELECT deal_outlook(a, p) AS o FROM (VALUES (NULL, 0.5), (5, NULL), (6, NULL), (NULL, NULL), (7, 0.1)) v(a, p)) s;
SELECT deal_outlook(amount, probability) AS none FROM deal WHERE false;
SELECT deal_outlook(NULL::numeric, NULL) AS no_deal;
SELECT outlook_mean('{"deal_outlook": 1}') AS unknown;

-- deals that share a fate
SELECT round(outlook_stddev(o, 0)::numeric, 6) AS independent, round(outlook_stddev(o, 0.2)::numeric, 6) AS correlated, outlook_quantile(o, 0.1) AS q10, outlook_quantile(o, 0.1, 0.2) AS q10_correlated, outlook_quantile(o, 0.9, correlation => 0.2) AS q90_correlated
FROM (SELECT deal_outlook(1000, 0.3) AS o FROM generate_series(1, 100)) s;
-- Sheppard's formula: both of two even deals, 1/4 + asin(0.5) / (2 pi) = 1/3
SELECT round(chance_of_at_least('{"deal_outlook": 1, "deals": [[1, 0.5], [1, 0.5]]}', 2, 0.5)::numeric, 9) AS third;

SELECT bin, amount_from, amount_to, round(probability::numeric, 6) AS probability, round(h.chance_of_at_least::numeric, 6) AS chance_of_at_least FROM outlook_histogram((SELECT deal_outlook(1000, 0.3) FROM generate_series(1, 100)), 6) h;

-- what if
SELECT outlook_without(o, 300, 0.2) AS if_lost, outlook_with(outlook_without(o, 300, 0.2), 300, 1) AS if_won, outlook_with(o, 50, 0.9) AS one_more FROM (SELECT deal_outlook(amount, probability) AS o FROM deal) s;

-- merged from parts
SELECT merge(o) = (SELECT deal_outlook(amount, probability) FROM deal) AS same FROM (SELECT deal_outlook(amount, probability) AS o FROM deal GROUP BY owner) s;

-- how often the outcome lay in the band
SELECT outlook_contains(o, 300, 0.8), outlook_contains(o, 400, 0.8), outlook_contains(o, NULL) FROM (SELECT deal_outlook(amount, probability) AS o FROM deal) s;
SELECT b AS backtest, compliance_rate(b) FROM (SELECT outlook_backtest(o, actual, 0.8, 0) AS b FROM (SELECT deal_outlook(amount, probability) AS o FROM deal) s, (VALUES (0), (100), (300), (400), (NULL)) v(actual)) s;

-- errors
SELECT deal_outlook(-100::numeric, 0.5);
SELECT deal_outlook(100::numeric, 40);
SELECT deal_outlook('NaN'::float8, 0.5);
SELECT deal_outlook(1e200::float8, 0.5);
SELECT deal_outlook(1, 0.5) FROM generate_series(1, 100001);
SELECT outlook_quantile('{"deal_outlook": 1}', 90);
SELECT outlook_quantile('{"deal_outlook": 1, "deals": [[100, 0.5]]}', 0.9, 1);
SELECT outlook_without('{"deal_outlook": 1, "deals": [[100, 0.5]]}', 100, 0.4);
SELECT count(*) FROM outlook_histogram('{"deal_outlook": 1, "deals": [[100, 0.5]]}', 0);
SELECT outlook_bin_edge('{"deal_outlook": 1, "deals": [[100, 0.5]]}', 3, 2);
SELECT '{"deal_outlook": 1, "deals": [[100, 0.5, 1]]}'::deal_outlook;
SELECT '{"deal_outlook": 1, "deals": [[100, 50]]}'::deal_outlook;
SELECT '{"deal_outlook": 1, "deal": []}'::deal_outlook;
