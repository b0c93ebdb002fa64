-- The one-step win rates beside the ways to write them by hand.

-- section: win_rate(won, closed)
-- rows: deals
-- floor: count of both columns
SELECT count(is_won), count(is_closed) FROM deals;
-- ours: win_rate
SELECT round(salesops.win_rate(is_won, is_closed)::numeric, 12) FROM deals;
-- form: count FILTER / count FILTER
SELECT round((count(*) FILTER (WHERE is_won)::float8 / nullif(count(*) FILTER (WHERE is_closed), 0))::numeric, 12) FROM deals;
-- form: avg(won::int) FILTER (closed)
SELECT round(avg(is_won::int) FILTER (WHERE is_closed), 12) FROM deals;
-- form: avg(CASE)
SELECT round(avg(CASE WHEN is_closed THEN CASE WHEN is_won THEN 1.0::float8 ELSE 0.0 END END)::numeric, 12) FROM deals;

-- section: win_rate_amount(won, closed, amount)
-- rows: deals
-- floor: count of the three columns
SELECT count(is_won), count(is_closed), count(amount) FROM deals;
-- ours: win_rate_amount
SELECT round(salesops.win_rate_amount(is_won, is_closed, amount)::numeric, 12) FROM deals;
-- form: sum FILTER / sum FILTER
SELECT round(sum(amount) FILTER (WHERE is_won) / nullif(sum(amount) FILTER (WHERE is_closed), 0), 12) FROM deals;
-- form: sum(CASE) / sum(CASE)
SELECT round(sum(CASE WHEN is_won THEN amount END) / nullif(sum(CASE WHEN is_closed THEN amount END), 0), 12) FROM deals;
