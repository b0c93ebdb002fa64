-- pipeline: pushes, close paths and slippage against plain SQL over generated histories.
\ir setup.psql

-- ---- is_push, is_pull, is_period_end: what the calendar's own functions say ----
CREATE TEMP TABLE calendar AS SELECT c::fiscal_calendar AS c FROM unnest('{"starts January", "starts July, named by end year", "4-5-4 starts Sunday nearest February 1", "4-4-5 ends last Saturday of September, week 53 in period 3", "13 periods starts first Monday of April"}'::text[]) c;
CREATE TEMP TABLE change AS SELECT '2020-01-01'::date + i * 37 % 2600 AS old_close, '2020-01-01'::date + i * 37 % 2600 + ('x' || left(md5(i::text), 4))::bit(16)::int % 200 - 100 AS new_close FROM generate_series(1, 3000) i;
INSERT INTO change SELECT d, d + n FROM unnest('{2023-12-31, 2024-02-03, 2024-02-29, 2026-01-31, 0002-01-01, 5874897-12-01}'::date[]) d, generate_series(-1, 1) n WHERE d + n >= '0002-01-01';
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE is_push(old_close, new_close, u, c) IS DISTINCT FROM (fiscal_period_start(new_close, u, c) > fiscal_period_start(old_close, u, c))
		OR is_pull(old_close, new_close, u, c) IS DISTINCT FROM (fiscal_period_start(new_close, u, c) < fiscal_period_start(old_close, u, c))
		OR is_push(old_close, new_close, u, c) IS DISTINCT FROM (periods_between(old_close, new_close, u, c) > 0))
	FROM change, calendar, unnest('{year, quarter, month, week, day}'::text[]) u
$$, 'a push is into a period that starts later, a pull into one that starts earlier');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE is_push(old_close, new_close, u) IS DISTINCT FROM (date_trunc(u, new_close) > date_trunc(u, old_close)))
	FROM change, unnest('{year, quarter, month}'::text[]) u WHERE new_close < '100000-01-01'
$$, 'in a calendar year, what date_trunc says');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE is_period_end(new_close, u, c) IS DISTINCT FROM (fiscal_period_end(new_close, u, c) = new_close))
	FROM change, calendar, unnest('{year, quarter, month, week, day}'::text[]) u WHERE new_close < '5000000-01-01'
$$, 'is_period_end is fiscal_period_end');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE push_days(old_close, new_close) IS DISTINCT FROM new_close - old_close) FROM change$$, 'push_days');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE period_end_share IS DISTINCT FROM expected)
	FROM (SELECT period_end_share(new_close, u, c), avg((fiscal_period_end(new_close, u, c) = new_close)::int)::float8 AS expected FROM change, calendar, unnest('{year, quarter, month}'::text[]) u WHERE new_close < '5000000-01-01' GROUP BY c, u) s
$$, 'period_end_share is an average');
SELECT is(pg_temp.outcome_of(format('SELECT %s', call)), '22023', call || ': another unit is an error, also where it would not matter') FROM unnest(array[
	$$is_push('2026-01-01', '2026-01-01', 'x')$$, $$is_pull('infinity', '2026-01-01', 'x')$$, $$is_period_end('infinity', 'x')$$, $$push_count('{"close_path": 1}', '')$$, $$(SELECT period_end_share(NULL, 'x', 'starts May'))$$]) call;

-- ---- close_path ----
-- 3,000 deals, 0 to 14 rows each on a coarse grid of time, so that there are ties and duplicates; some lack date or moment
CREATE TEMP TABLE history AS
	SELECT deal, i, CASE WHEN h % 11 > 0 THEN '2026-01-01'::date + (h / 11 % 12) * 17 END AS close_date,
		CASE WHEN h % 19 > 0 THEN '2026-01-01 00:00+00'::timestamptz + (h / 200 % (5 + deal % 40)) * interval '6 hours' + (deal % 3) * interval '0.000001 second' END AS changed_at
	FROM generate_series(1, 3000) deal, generate_series(1, deal % 15) i, LATERAL (SELECT ('x' || left(md5(deal || ' ' || i), 6))::bit(24)::int AS h) r;
CREATE TEMP TABLE path AS SELECT deal, close_path(close_date, changed_at) AS p FROM history GROUP BY deal;
-- the oracle: of each moment the latest date, that before it, and whether there is a date at all
CREATE TEMP TABLE event AS
	SELECT deal, changed_at, close_date, lag(close_date) OVER w AS before, row_number() OVER w AS n, count(*) OVER (PARTITION BY deal) AS last
	FROM (SELECT deal, changed_at, max(close_date) AS close_date FROM history WHERE changed_at IS NOT NULL GROUP BY deal, changed_at) h WINDOW w AS (PARTITION BY deal ORDER BY changed_at);
CREATE INDEX ON event (deal);
ANALYZE event;
SELECT ok((SELECT count(*) FROM history WHERE changed_at IS NOT NULL) > (SELECT count(*) FROM event) + 1000, 'many rows are of the same moment');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE push_count(p, u, c) IS DISTINCT FROM pushes OR pull_count(p, u, c) IS DISTINCT FROM pulls OR last_pushed_at(p, u, c) IS DISTINCT FROM pushed_at)
	FROM path LEFT JOIN LATERAL (SELECT u, c, CASE WHEN count(close_date) > 0 THEN count(*) FILTER (WHERE periods_between(before, close_date, u, c) > 0) END AS pushes,
			CASE WHEN count(close_date) > 0 THEN count(*) FILTER (WHERE periods_between(before, close_date, u, c) < 0) END AS pulls,
			max(changed_at) FILTER (WHERE periods_between(before, close_date, u, c) > 0) AS pushed_at
		FROM event CROSS JOIN unnest('{month, quarter, week}'::text[]) u CROSS JOIN unnest('{"starts January", "4-5-4 starts Sunday nearest February 1"}'::fiscal_calendar[]) c WHERE event.deal = path.deal GROUP BY u, c) e ON true
$$, 'push_count, pull_count, last_pushed_at');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE first_close_date(p) IS DISTINCT FROM first OR current_close_date(p) IS DISTINCT FROM current OR pushed_days(p) IS DISTINCT FROM current - first OR coalesce(incomplete_events(p), 0) <> incomplete)
	FROM path JOIN (SELECT deal, count(*) FILTER (WHERE close_date IS NOT NULL AND changed_at IS NULL) AS incomplete FROM history GROUP BY deal) h USING (deal)
		LEFT JOIN (SELECT deal, (array_agg(close_date ORDER BY n) FILTER (WHERE close_date IS NOT NULL))[1] AS first, (array_agg(close_date ORDER BY n DESC))[1] AS current FROM event GROUP BY deal) e USING (deal)
$$, 'first_close_date, current_close_date, pushed_days, incomplete_events');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE close_date_at(p, moment) IS DISTINCT FROM (SELECT close_date FROM event WHERE event.deal = path.deal AND changed_at <= moment ORDER BY n DESC LIMIT 1))
	FROM path, LATERAL (SELECT unnest(array['2025-12-31 00:00+00', '2026-01-04 00:00+00', '2027-01-01 00:00+00']::timestamptz[]) AS moment UNION
		SELECT unnest(array[changed_at, changed_at - interval '0.000001 second', changed_at + interval '0.000001 second']) FROM event WHERE event.deal = path.deal AND n % 5 = 1) t
$$, 'close_date_at');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (p::text::jsonb -> 'changes') IS DISTINCT FROM expected)
	FROM path LEFT JOIN (SELECT deal, jsonb_agg(jsonb_build_array(to_char(changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || CASE deal % 3 WHEN 0 THEN '' ELSE '.00000' || deal % 3 END || '+00:00', close_date) ORDER BY n) AS expected
		FROM event GROUP BY deal) e USING (deal)
$$, 'the text form lists the changes in order, one for each moment');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE p::text::close_path IS DISTINCT FROM p OR close_path_finalfn(p) IS DISTINCT FROM p) FROM path WHERE p IS NOT NULL
$$, 'text form and finishing are lossless');
-- parts in any order, merged in two steps; and again with parts of itself
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE whole IS DISTINCT FROM merged)
	FROM (SELECT deal % 50 AS g, close_path(close_date, changed_at) AS whole FROM history GROUP BY 1) w
		JOIN (SELECT g, merge(p ORDER BY md5(p::text)) AS merged FROM (SELECT deal % 50 AS g, close_path(close_date, changed_at ORDER BY md5(i || ' ' || deal)) AS p FROM history GROUP BY 1, i % 4) s GROUP BY g) m USING (g)
$$, 'merged from parts is the whole');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE close_path_combinefn(p, (SELECT close_path(close_date, changed_at) FROM event WHERE event.deal = path.deal AND n % 2 = 0)) IS DISTINCT FROM p) FROM path
$$, 'merging changes again changes nothing');
-- window frames
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE framed IS DISTINCT FROM (SELECT close_path(close_date, changed_at) FROM history b WHERE b.deal = a.deal AND b.i BETWEEN a.i - 2 AND a.i))
	FROM (SELECT deal, i, close_path(close_date, changed_at) OVER (PARTITION BY deal ORDER BY i ROWS 2 PRECEDING) AS framed FROM history WHERE deal <= 300) a
$$, 'frames that move');
-- neither the session's time zone nor its date style matter
CREATE TEMP TABLE written AS SELECT deal, p::text AS t FROM path;
SET LOCAL timezone = 'America/St_Johns';
SET LOCAL datestyle = 'SQL, DMY';
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE p::text IS DISTINCT FROM t OR t::close_path IS DISTINCT FROM p) FROM path JOIN written USING (deal)$$, 'the text form is the same under other settings');
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO, MDY';
SELECT is(pg_temp.outcome_of(format('SELECT %L::close_path', t)), '22P02', t) FROM unnest(array['[]', '{}', '{"close_path": 1, "x": 1}', '{"close_path": 1, "changes": {}}', '{"close_path": 1, "changes": [1]}', '{"close_path": 1, "changes": [[null, null]]}',
	'{"close_path": 1, "changes": [["2026-01-01T00:00:00Z", 5]]}', '{"close_path": 1, "changes": [["2026-01-01T00:00:00Z", "today"]]}', '{"close_path": 1, "changes": [["2026-01-01T00:00:00Z", "2026-1-1"]]}',
	'{"close_path": 1, "changes": [["infinity", "2026-01-01"]]}', '{"close_path": 1, "incomplete": -1}', '{"close_path": 3}']) t;
SELECT is(pg_temp.outcome_of('SELECT (SELECT close_path(''2026-01-01''::date, ''2026-01-01 00:00+00''::timestamptz + i * interval ''1 s'') FROM generate_series(1, 100001) i)::text'), '54000', 'more than 100,000 changes');
SELECT is(push_count(close_path('2026-01-01'::date + i % 40, '2026-01-01 00:00+00'::timestamptz + (i % 90000) * interval '1 s'), 'month'), 2250, 'a million rows of which many are of the same moment') FROM generate_series(0, 1000000 - 1) i;

-- ---- close_date_issue ----
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE close_date_issue(c, b, o, a) IS DISTINCT FROM CASE WHEN c IS NULL OR NOT isfinite(c) THEN 'missing' WHEN o = 'open' AND c < a AND isfinite(a) THEN 'open_past_due'
		WHEN o IN ('won', 'lost') AND c > a AND isfinite(a) THEN 'closed_in_future' WHEN c < b AND isfinite(b) THEN 'before_created' END)
	FROM unnest('{2026-06-30, 2026-07-01, 2026-07-02, NULL, infinity, -infinity}'::date[]) c, unnest('{2026-06-30, 2026-07-01, 2026-07-02, NULL, infinity, -infinity}'::date[]) b,
		unnest('{open, won, lost, NULL}'::text[]) o, unnest('{2026-06-30, 2026-07-01, 2026-07-02, NULL, infinity, -infinity}'::date[]) a
$$, 'close_date_issue, every combination');

-- ---- slippage ----
CREATE TEMP TABLE expected AS
	SELECT i, i % 7 AS team, CASE WHEN h % 13 > 0 THEN '2026-03-01'::date + h / 13 % 150 END AS expected_close, (array['open', 'won', 'lost', NULL])[1 + h / 2000 % 4] AS outcome,
		CASE WHEN h / 8000 % 9 > 0 THEN '2026-02-01'::date + h / 72000 % 220 END AS closed_on, CASE WHEN i % 10 > 0 THEN round((i * 7919 % 100003)::numeric / 7 - 1000, i % 4) END AS amount
	FROM generate_series(1, 20000) i, LATERAL (SELECT ('x' || left(md5('slip ' || i), 7))::bit(28)::int AS h) r;
CREATE TEMP TABLE judged AS
	SELECT *, CASE WHEN expected_close IS NULL OR expected_close NOT BETWEEN '2026-04-01' AND '2026-06-30' THEN 'not_expected' WHEN outcome = 'open' THEN 'slipped' WHEN closed_on IS NULL OR outcome IS NULL THEN NULL
		WHEN closed_on < '2026-04-01' THEN 'not_expected' WHEN closed_on > '2026-06-30' THEN 'slipped' WHEN outcome = 'won' THEN 'kept' ELSE 'lost' END AS status FROM expected;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE slip_status(expected_close, outcome, closed_on, '2026-04-01', '2026-06-30') IS DISTINCT FROM status) FROM judged$$, 'slip_status');
SELECT cmp_ok(count(DISTINCT status), '=', 4::bigint, 'every status occurs') FROM judged;
CREATE TEMP TABLE slip AS SELECT team, slippage(expected_close, outcome, closed_on, amount, '2026-04-01', '2026-06-30') AS s FROM expected GROUP BY team;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (kept_deals(s), lost_deals(s), slipped_deals(s), not_expected_deals(s), unknown_outcomes(s), missing_amounts(s), expected_deals(s), kept_amount(s), lost_amount(s), slipped_amount(s), expected_amount(s))
			IS DISTINCT FROM (kept, lost, slipped, not_expected, unknown, missing, kept + lost + slipped, kept_sum, lost_sum, slipped_sum, kept_sum + lost_sum + slipped_sum)
		OR slip_rate(s) IS DISTINCT FROM slipped::float8 / (kept + lost + slipped) OR abs(slip_rate_amount(s) - (slipped_sum / (kept_sum + lost_sum + slipped_sum))::float8) > 1e-15
		OR slip_rate_low(s) IS DISTINCT FROM compliance_low(c) OR slip_rate_high(s) IS DISTINCT FROM compliance_high(c))
	FROM slip JOIN (SELECT team, count(*) FILTER (WHERE status = 'kept') AS kept, count(*) FILTER (WHERE status = 'lost') AS lost, count(*) FILTER (WHERE status = 'slipped') AS slipped,
		count(*) FILTER (WHERE status = 'not_expected' AND num_nonnulls(expected_close, outcome, closed_on, amount) > 0) AS not_expected, count(*) FILTER (WHERE status IS NULL) AS unknown, count(*) FILTER (WHERE status IN ('kept', 'lost', 'slipped') AND amount IS NULL) AS missing,
		sum(amount) FILTER (WHERE status = 'kept') AS kept_sum, sum(amount) FILTER (WHERE status = 'lost') AS lost_sum, sum(amount) FILTER (WHERE status = 'slipped') AS slipped_sum,
		compliance(status = 'slipped') FILTER (WHERE status IN ('kept', 'lost', 'slipped')) AS c FROM judged GROUP BY team) j USING (team)
$$, 'slippage against plain aggregates');
SELECT is((SELECT merge(s ORDER BY md5(s::text)) FROM slip), (SELECT slippage(expected_close, outcome, closed_on, amount, '2026-04-01', '2026-06-30' ORDER BY md5(i::text)) FROM expected), 'slippage: merged from parts is the whole');
SELECT is(slippage(expected_close, outcome, closed_on, amount::float8, '2026-04-01', '2026-06-30'), slippage(expected_close, outcome, closed_on, amount::float8::numeric, '2026-04-01', '2026-06-30'), 'slippage of float8 amounts') FROM expected;
SELECT is(slippage(expected_close, outcome, closed_on, amount::bigint, '2026-04-01', '2026-06-30'), slippage(expected_close, outcome, closed_on, amount::bigint::numeric, '2026-04-01', '2026-06-30'), 'slippage of bigint amounts') FROM expected;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE s::text::slippage IS DISTINCT FROM s OR slippage_finalfn(s) IS DISTINCT FROM s) FROM slip$$, 'slippage: the text form is lossless');
-- close_path and slippage together: expected is what the path said when the period began
SELECT is(slip_rate(slippage(close_date_at(p, '2026-01-03 00:00+00'), 'open', NULL, 1, '2026-01-01', '2026-03-31')), 1::float8, 'open deals all slip') FROM path;
SELECT is(pg_temp.outcome_of(format('SELECT %L::slippage', t)), '22P02', t) FROM unnest(array['{"slippage": 1, "kept_deals": 1, "missing_amounts": 2}', '{"slippage": 1, "kept_deals": 1, "missing_amounts": 1, "kept_amount": 5}', '{"slippage": 1, "slipped_amount": 5}', '{"slippage": 1, "kept_deals": -1}']) t;

SELECT * FROM finish();
ROLLBACK;
