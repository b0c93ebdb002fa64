-- core: exact sums, the summary compliance, and what holds of every summary: merging, storage, comparison, windows.
\ir setup.psql

-- ======== exact sums: the oracle is sum(numeric) ========

-- Digits of any length, from a hash; `kept` of them stay, the others become zeros.
CREATE FUNCTION pg_temp.decimal(salt text, digits int, kept int, scale int, negative boolean) RETURNS numeric LANGUAGE sql AS $$
	SELECT ((CASE WHEN negative THEN '-' ELSE '' END) || lpad(left(d, greatest(digits - scale, 0)), greatest(digits - scale, 1), '0')
		|| CASE WHEN scale > 0 THEN '.' || lpad(right(d, least(scale, digits)), scale, '0') ELSE '' END)::numeric
	FROM (SELECT CASE WHEN digits = 0 THEN '' ELSE rpad(left(translate(md5(salt) || md5(salt || 'x'), 'abcdef', '098761'), least(kept, digits)), digits, '0') END AS d) s
$$;

-- Groups of amounts: up to 12 decimals, and as many digits before the point as a sum of 40 of them can hold (37 in
-- all, where decimals count in fours); few digits kept makes trailing zeros.
CREATE TEMP TABLE amounts AS
	SELECT g, i, pg_temp.decimal(g || '/' || i, whole + scale, (random() * (whole + scale))::int, scale, random() < 0.5) AS x
	FROM (SELECT g, i, max_scale, (random() * max_scale)::int AS scale, (random() * (34 - (max_scale + 3) / 4 * 4))::int AS whole
		FROM (SELECT g, (g % 13) AS max_scale FROM generate_series(1, 260) g) groups, generate_series(1, 40) i) s;
SELECT is(count(*), 10400::bigint, 'amounts of all shapes') FROM amounts;
SELECT cmp_ok(max(abs(x)), '>', 1e32, 'large amounts are among them') FROM amounts;
SELECT is(array(SELECT DISTINCT scale(x) FROM amounts ORDER BY 1), array(SELECT * FROM generate_series(0, 12)), 'every scale from 0 to 12 is among them');
SELECT cmp_ok(count(*), '>', 20::bigint, 'zeros with decimals are among them') FROM amounts WHERE x = 0 AND scale(x) > 0;

-- The text shows value and decimals alike.
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE exact IS DISTINCT FROM expected)
	FROM (SELECT won_amount(deal_stats('won', x, NULL))::text AS exact, sum(x)::text AS expected FROM amounts GROUP BY g) s
$$, 'sums of numerics of all shapes are those of sum(), with its decimals');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE exact IS DISTINCT FROM x::text)
	FROM (SELECT x, commit_only(forecast_rollup('commit', x))::text AS exact FROM amounts GROUP BY g, i, x) s
$$, 'the sum of one numeric is that numeric, with its decimals');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE orders <> 1 OR exact IS DISTINCT FROM expected)
	FROM (SELECT g, count(DISTINCT exact) AS orders, min(exact) AS exact FROM (
			SELECT g, seed, won_amount(deal_stats('won', x, NULL ORDER BY md5(seed || '/' || i)))::text AS exact
			FROM amounts, generate_series(1, 10) seed WHERE g <= 52 GROUP BY g, seed) o GROUP BY g) s
	JOIN (SELECT g, sum(x)::text AS expected FROM amounts GROUP BY g) e USING (g)
$$, 'sums do not depend on the order of rows');

-- Values at the edges of numeric's base-10000 digits and of its short form.
CREATE TEMP TABLE edge (x numeric);
INSERT INTO edge SELECT sign * v FROM unnest('{0, 0.0, 0.00000000, 1, 9999, 10000, 10001, 99999999, 100000000, 9999.9999, 10000.0001, 0.0001, 0.00010,
	0.9999, 0.00001, 0.1, 1e-8, 1.00000001, 99990000, 0.99990000, 1e15, 1e16, 9999999999999999, 10000000000000000, 99999999999999999999, 1e20}'::numeric[]) v,
	unnest('{1, -1}'::int[]) sign;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE won_amount(d)::text IS DISTINCT FROM expected)
	FROM (SELECT deal_stats('won', v, NULL) AS d, sum(v)::text AS expected
		FROM (SELECT a.x + 0 AS ax, b.x AS bx, row_number() OVER () AS pair FROM edge a, edge b) p, LATERAL (VALUES (ax), (bx)) l(v) GROUP BY pair) s
$$, 'every pair of values at the edges of a digit');
-- long form: more than 63 decimals, or a weight beyond -64; small enough to fit in 37 digits
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE won_amount(d)::text IS DISTINCT FROM expected)
	FROM (SELECT unit, deal_stats('won', v, NULL) AS d, sum(v)::text AS expected
		FROM (SELECT unit, round((random() * 1e9)::bigint * sign * ('1e-' || unit)::numeric, unit + extra) AS v
			FROM unnest('{60, 61, 62, 63, 64, 65, 100, 251, 252, 253, 256, 260, 300, 1000, 16000}'::int[]) unit,
				unnest('{0, 1, 7}'::int[]) extra, unnest('{1, -1}'::int[]) sign, generate_series(1, 5)) v GROUP BY unit) s
$$, 'long-form numerics: tiny ones');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE won_amount(d)::text IS DISTINCT FROM expected)
	FROM (SELECT decimals, deal_stats('won', round(x, decimals), NULL) AS d, sum(round(x, decimals))::text AS expected
		FROM (SELECT decimals, x FROM unnest('{63, 64, 65, 127, 128, 1000, 16383}'::int[]) decimals, edge WHERE abs(x) < 1e12) v GROUP BY decimals) s
$$, 'long-form numerics: many decimals that are zeros');
SELECT is(won_amount(deal_stats('won', x, NULL)), NULL, 'no rows have no sum') FROM edge WHERE false;
-- a value from an expression and one from a table are stored differently
SELECT is(won_amount(deal_stats('won', x * 1.000, NULL)), (SELECT sum(x * 1.000) FROM edge), 'numerics that are not in a table') FROM edge;

-- float8: the sum of the casts to numeric
CREATE TEMP TABLE floats AS
	SELECT g, CASE g % 5
		WHEN 0 THEN round((random() * 1e8)::numeric, 2)::float8 * CASE WHEN random() < 0.5 THEN -1 ELSE 1 END	-- money
		WHEN 1 THEN (random() - 0.5) * 1e6						-- all digits of a double
		WHEN 2 THEN (random() - 0.5) * 1e22						-- beyond 2^53
		WHEN 3 THEN random() * 1e-5								-- tiny
		ELSE round((random() * 1e11)::numeric, 4)::float8 END AS x
	FROM generate_series(1, 200) g, generate_series(1, 40) i;
INSERT INTO floats SELECT 201, x FROM unnest('{0, -0, 0.1, 0.2, 0.3, 1e11, 99999999999.9999, 99999999999.99999, -99999999999.9999, 100000000000.5, 0.00005, 1e15, 123456789.125}'::float8[]) x;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE won_amount(d)::text IS DISTINCT FROM expected)
	FROM (SELECT deal_stats('won', x, NULL) AS d, sum(x::numeric)::text AS expected FROM floats GROUP BY g) s
$$, 'sums of float8 are the sums of their casts to numeric');
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE commit_only(r)::text IS DISTINCT FROM x::numeric::text)
	FROM (SELECT x, forecast_rollup('commit', x) AS r FROM floats GROUP BY g, x, ctid) s
$$, 'the sum of one float8 is its cast to numeric, with its decimals');
-- int8, with its ends
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE won_amount(d)::text IS DISTINCT FROM expected)
	FROM (SELECT deal_stats('won', x, NULL) AS d, sum(x)::text AS expected
		FROM (SELECT g, CASE (random() * 6)::int WHEN 0 THEN 9223372036854775807 WHEN 1 THEN '-9223372036854775808'::bigint WHEN 2 THEN 0
				ELSE ((random() - 0.5) * 1.8e19)::bigint END AS x
			FROM generate_series(1, 100) g, generate_series(1, 40)) v GROUP BY g) s
$$, 'sums of int8 are those of sum()');

-- beyond 37 digits: an error, never a wrong sum
SELECT is(won_amount(deal_stats('won', repeat('9', 37)::numeric, NULL)), repeat('9', 37)::numeric, '37 digits fit');
SELECT is(won_amount(deal_stats('won', ('-' || repeat('9', 33) || '.9999')::numeric, NULL)), ('-' || repeat('9', 33) || '.9999')::numeric, '37 digits fit, four of them behind the point');
SELECT throws_ok(format($$SELECT deal_stats('won', x, NULL) FROM unnest('{%s}'::numeric[]) x$$, list), '22003', 'sum of amounts is out of range', 'out of range: ' || list)
FROM (VALUES ('1e38'), ('-1e38'), ('5e37, 5e37'), ('-5e37, -5e37'), ('1e30, 1e-8'), ('1e-8, 1e30'), ('1e131071'), ('-1e131071'), ('1, 1e-300'), ('1e-300, 1')) v(list);
SELECT throws_ok($$SELECT deal_stats('won', 1e300::float8, NULL)$$, '22003', 'sum of amounts is out of range', 'a float8 out of range');
SELECT throws_ok($$SELECT merge(d) FROM (SELECT deal_stats('won', 5e37, NULL) AS d FROM generate_series(1, 2) i GROUP BY i) s$$, '22003',
	'sum of amounts is out of range', 'a merge out of range');
SELECT throws_ok($$SELECT deal_stats_combinefn(deal_stats('won', 1e30, NULL), deal_stats('won', 1e-8, NULL))$$, '22003',
	'sum of amounts is out of range', 'a merge of amounts too far apart');
SELECT throws_ok(format('SELECT deal_stats(''won'', %L::%s, NULL)', value, type), '22003', format('amount is not a finite number: "%s"', value), value || '::' || type)
FROM unnest('{NaN, Infinity, -Infinity}'::text[]) value, unnest('{numeric, float8}'::text[]) type;

-- ======== compliance ========

SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (met(c), missed(c), pending(c)) IS DISTINCT FROM (m, f, n) OR compliance_rate(c) IS DISTINCT FROM m::float8 / nullif(m + f, 0))
	FROM (SELECT compliance(ok) AS c, count(*) FILTER (WHERE ok) AS m, count(*) FILTER (WHERE NOT ok) AS f, count(*) FILTER (WHERE ok IS NULL) AS n
		FROM (SELECT g, CASE WHEN random() < 0.3 THEN NULL ELSE random() * 200 < g END AS ok FROM generate_series(1, 200) g, generate_series(1, 1 + g % 9)) v GROUP BY g) s
$$, 'counts and rate are those of plain SQL');
-- Wilson's interval in its other form, (2np + z² ± z sqrt(z² + 4np(1-p))) / 2(n + z²), for all n to 60 and some large
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE (
		abs(compliance_low(c) - (2 * k + z * z - z * sqrt(z * z + 4 * k * (1 - k / n))) / (2 * (n + z * z))) <= 1e-14
		AND abs(compliance_high(c) - (2 * k + z * z + z * sqrt(z * z + 4 * k * (1 - k / n))) / (2 * (n + z * z))) <= 1e-14
		AND compliance_low(c) BETWEEN 0 AND k / n AND compliance_high(c) BETWEEN k / n AND 1
		AND (k > 0 OR compliance_low(c) = 0) AND (k < n OR compliance_high(c) = 1)) IS NOT TRUE)
	FROM (SELECT format('{"compliance": 1, "met": %s, "missed": %s, "pending": 7}', k, n - k)::compliance AS c, k::float8 AS k, n::float8 AS n, 1.959963984540054::float8 AS z
		FROM (SELECT k::bigint, n::bigint FROM generate_series(1, 60) n, generate_series(0, n) k
			UNION ALL SELECT k::bigint, n::bigint FROM unnest('{1000, 12345, 1000000, 1000000000, 1000000000000, 12947848928690180}'::bigint[]) n, unnest(array[0, 1, n / 3, n - 1, n]) k) v) s
$$, 'the interval is Wilson''s');
SELECT is(round(compliance_low(c)::numeric, 6) || ' ' || round(compliance_high(c)::numeric, 6), expected, 'published: ' || c)
FROM (VALUES ('{"compliance": 1, "met": 3, "missed": 7}'::compliance, '0.107791 0.603222'), ('{"compliance": 1, "missed": 10}', '0.000000 0.277533')) v(c, expected);
SELECT is((compliance_rate(c), compliance_low(c), compliance_high(c))::text, '(,,)', 'nothing decided has no rate') FROM (SELECT compliance(NULL) AS c FROM generate_series(1, 3)) s;

-- Counts of 18 digits: merged they are refused, or remain a value whose rate is a share and whose text can be read.
SELECT ok(outcome IN ('true', '22003') AND (n > 1 OR outcome = 'true'), format('counts of 18 digits, merged %s times: %s', n, outcome))
FROM unnest('{1, 2, 5, 9, 10}'::int[]) n, LATERAL (SELECT pg_temp.outcome_of(format($$SELECT (compliance_rate(c) = 0.5 AND compliance_low(c) BETWEEN 0.49 AND 0.5 AND c::text::compliance = c)::text
	FROM (SELECT merge(c) AS c FROM (SELECT '{"compliance": 1, "met": 999999999999999999, "missed": 999999999999999999}'::compliance AS c FROM generate_series(1, %s)) s) m$$, n)) AS outcome) o;

-- ======== every summary ========

CREATE TEMP TABLE raw AS
	SELECT i, i % 45 AS day, CASE WHEN random() < 0.8 THEN random() < 0.6 END AS ok,
		(array['open', 'won', 'lost', 'won', NULL])[1 + floor(random() * 5)] AS outcome,
		CASE WHEN random() < 0.9 THEN round((random() * 1e6 - 1e5)::numeric, (random() * 4)::int) END AS amount,
		CASE WHEN random() < 0.8 THEN floor(random() * 120 - 5) / 4 END AS cycle,
		(array['omitted', 'Pipeline', 'BestCase', 'most_likely', 'Commit', 'closed', NULL])[1 + floor(random() * 7)] AS category,
		CASE WHEN random() < 0.95 THEN (array['New', 'Qualified', 'Proposal', 'Négociation', 'Won', 'Lost', '', 'a "b" \c'])[1 + floor(random() * 8)] END AS stage,
		CASE WHEN random() < 0.95 THEN '2026-01-01 00:00+00'::timestamptz + floor(random() * 4000) * interval '1 hour' END AS entered_at
	FROM generate_series(1, 5000) i;
ANALYZE raw;

-- fn(args) is the aggregate; `large`: the summary of all rows is large enough to be stored out of line
CREATE TEMP TABLE kind (name text, type text, fn text, args text, nargs int, large boolean);
INSERT INTO kind VALUES
	('compliance', 'compliance', 'compliance', 'ok', 1, false),
	('deal_stats', 'deal_stats', 'deal_stats', 'outcome, amount, cycle', 3, false),
	('deal_stats of 5,000 cycles', 'deal_stats', 'deal_stats', $$'won'::text, amount, i * 1.5$$, 3, true),
	('forecast_rollup', 'forecast_rollup', 'forecast_rollup', 'category, amount', 2, false),
	('movement', 'movement', 'movement', $$(array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3), (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5]$$, 6, false),
	('pipeline_change', 'pipeline_change', 'pipeline_change', $$'D' || i, i % 2 = 0, outcome, amount, entered_at::date, stage, category$$, 7, true),
	('stage_path', 'stage_path', 'stage_path', 'stage, entered_at', 2, true);

CREATE FUNCTION pg_temp.summary_properties(k kind) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	build text := format('%s(%s)', k.fn, k.args);
	one_row text := format('(SELECT %s FROM raw r WHERE r.i = raw.i)', build);
	arg_names text := (SELECT string_agg('a' || n, ', ' ORDER BY n) FROM generate_series(1, k.nargs) n);
	storage text;
	plan text;
	join_name text;
	index_method text;
	frame text;
	condition text;
BEGIN
	EXECUTE format('CREATE TEMP TABLE whole AS SELECT %s AS s FROM raw', build);
	EXECUTE format('CREATE TEMP TABLE daily AS SELECT day, %s AS s FROM raw GROUP BY day', build);
	INSERT INTO daily VALUES (45, NULL), (90, NULL);
	EXECUTE format('CREATE TEMP TABLE single AS SELECT i, %s AS s FROM raw GROUP BY i', build);

	-- ---- merging ----
	RETURN NEXT pg_temp.holds(format($q$
		SELECT count(*), count(*) FILTER (WHERE m IS DISTINCT FROM whole.s)
		FROM (SELECT trial, merge(s ORDER BY random()) AS m
			FROM (SELECT trial, part, %s AS s FROM (SELECT raw.*, trial, floor(random() * (1 + trial ^ 3))::int AS part FROM raw, generate_series(1, 8) trial OFFSET 0) r
				GROUP BY trial, part) parts GROUP BY trial) m, whole $q$, build),
		k.name || ': merged from random parts in random order');
	RETURN NEXT pg_temp.holds('SELECT 2, (up IS DISTINCT FROM whole.s)::int + (down IS DISTINCT FROM whole.s)::int
		FROM (SELECT merge(s ORDER BY md5(i::text)) AS up, merge(s ORDER BY i DESC) AS down FROM single) m, whole',
		k.name || ': merged from parts of one row');
	RETURN NEXT pg_temp.holds('SELECT 1, (m IS DISTINCT FROM whole.s)::int
		FROM (SELECT merge(s) AS m FROM (SELECT merge(s) AS s FROM (SELECT i % 700 AS g, merge(s) AS s FROM single GROUP BY 1) a GROUP BY g % 9) b) c, whole',
		k.name || ': merges of merges');
	RETURN NEXT pg_temp.holds(format('SELECT count(*), count(*) FILTER (WHERE a.s IS DISTINCT FROM b.s)
		FROM (SELECT day / 7 AS week, merge(s) AS s FROM daily GROUP BY 1) a FULL JOIN (SELECT day / 7 AS week, %s AS s FROM raw GROUP BY 1) b USING (week)
		WHERE week < 7', build),
		k.name || ': weekly roll-up of stored daily summaries');
	RETURN NEXT pg_temp.holds(format('SELECT count(*), count(*) FILTER (WHERE
			a IS DISTINCT FROM %1$s_combinefn(a, NULL) OR a IS DISTINCT FROM %1$s_combinefn(NULL, a)
			OR %1$s_combinefn(a, b) IS DISTINCT FROM %1$s_combinefn(b, a)
			OR %1$s_combinefn(%1$s_combinefn(a, b), c) IS DISTINCT FROM %1$s_combinefn(a, %1$s_combinefn(b, c)))
		FROM (SELECT s AS a, lag(s) OVER w AS b, lag(s, 2) OVER w AS c FROM daily WINDOW w AS (ORDER BY day)) v', k.type),
		k.name || ': the combine function has NULL as its neutral element, commutes and associates');
	EXECUTE format('SELECT %s_combinefn(NULL, NULL)', k.type) INTO plan;
	RETURN NEXT is(plan, NULL, k.name || ': nothing combined with nothing');
	RETURN NEXT pg_temp.holds(format('SELECT count(*), count(*) FILTER (WHERE %s_finalfn(s) IS DISTINCT FROM s) FROM (SELECT s FROM daily UNION ALL SELECT s FROM whole) v', k.type),
		k.name || ': the final function leaves a stored value as it is');
	EXECUTE format('SELECT merge(s)::text FROM daily WHERE day >= 45') INTO plan;
	RETURN NEXT is(plan, NULL, k.name || ': merge of NULLs');
	EXECUTE format('SELECT merge(s)::text FROM daily WHERE false') INTO plan;
	RETURN NEXT is(plan, NULL, k.name || ': merge of no rows');
	EXECUTE format('SELECT %s::text FROM raw WHERE false', build) INTO plan;
	RETURN NEXT is(plan, NULL, k.name || ': no rows');

	-- ---- outside an aggregate nothing changes in place: a variable is passed by its address ----
	EXECUTE format($q$
		CREATE FUNCTION pg_temp.unchanged() RETURNS SETOF int LANGUAGE plpgsql AS $f$
		DECLARE
			a %1$s; b %1$s; a_sent bytea; b_sent bytea; result %1$s;
		BEGIN
			FOR a, b IN SELECT s, lead(s) OVER (ORDER BY day) FROM daily WHERE s IS NOT NULL LOOP
				CONTINUE WHEN b IS NULL;
				a_sent := %1$s_send(a);
				b_sent := %1$s_send(b);
				result := %1$s_combinefn(a, b);
				result := %1$s_combinefn(a, b);
				result := %1$s_finalfn(a);
				RETURN NEXT (a_sent <> %1$s_send(a) OR b_sent <> %1$s_send(b))::int;
			END LOOP;
		END $f$ $q$, k.type);
	RETURN NEXT pg_temp.holds('SELECT count(*), sum(f) FROM pg_temp.unchanged() f', k.name || ': combine and final functions outside an aggregate leave their arguments alone');
	DROP FUNCTION pg_temp.unchanged();

	-- ---- storage ----
	FOREACH storage IN ARRAY '{PLAIN, EXTERNAL, EXTENDED, MAIN}'::text[] LOOP
		CONTINUE WHEN storage = 'PLAIN' AND k.large;
		EXECUTE format('CREATE TEMP TABLE stored (day int, s %s)', k.type);
		EXECUTE format('ALTER TABLE stored ALTER s SET STORAGE %s', storage);
		INSERT INTO stored SELECT day, s FROM daily UNION ALL SELECT -1, s FROM whole;
		RETURN NEXT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE a.s IS DISTINCT FROM b.s OR m IS DISTINCT FROM whole.s)
			FROM stored a JOIN (SELECT * FROM daily UNION ALL SELECT -1, s FROM whole) b USING (day), whole, (SELECT merge(s) AS m FROM stored WHERE day >= 0) merged',
			format('%s: stored as %s', k.name, storage));
		IF k.large AND storage = 'EXTERNAL' THEN
			RETURN NEXT ok((SELECT pg_relation_size(reltoastrelid) > 0 FROM pg_class WHERE oid = 'stored'::regclass), k.name || ': stored out of line');
		ELSIF k.large AND storage = 'MAIN' THEN
			RETURN NEXT is((SELECT pg_column_compression(s) FROM stored WHERE day = -1), 'pglz', k.name || ': stored compressed');
		END IF;
		DROP TABLE stored;
	END LOOP;

	-- ---- text and binary form ----
	EXECUTE format('CREATE TEMP TABLE sample AS SELECT s FROM (SELECT s FROM daily UNION ALL SELECT s FROM whole
		UNION ALL (SELECT s FROM single ORDER BY i LIMIT 60) UNION ALL (SELECT s FROM single ORDER BY i LIMIT 20)) v WHERE s IS NOT NULL');
	RETURN NEXT pg_temp.holds(format('SELECT count(*), count(*) FILTER (WHERE s::text::%1$s IS DISTINCT FROM s OR %1$s_in(%1$s_out(s)) <> s) FROM (SELECT s FROM sample UNION ALL SELECT s FROM single) v', k.type),
		k.name || ': text round trip');
	RETURN NEXT pg_temp.holds(format('SELECT count(*), count(*) FILTER (WHERE NOT s::text::jsonb ? %L) FROM sample', k.type), k.name || ': the text is a JSON object that names its type');
	RETURN NEXT pg_temp.holds(format('SELECT count(*), count(*) FILTER (WHERE (a.s = b.s) <> (a.s::text = b.s::text) OR (a.s = b.s) <> (%1$s_send(a.s) = %1$s_send(b.s))) FROM sample a, sample b', k.type),
		k.name || ': equal values have equal text and equal binary form, others do not');

	-- ---- comparison ----
	RETURN NEXT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE
			sign(value_cmp(a.s, b.s)) <> -sign(value_cmp(b.s, a.s)) OR (a.s < b.s) <> (value_cmp(a.s, b.s) < 0) OR (a.s <= b.s) <> (value_cmp(a.s, b.s) <= 0)
			OR (a.s = b.s) <> (value_cmp(a.s, b.s) = 0) OR (a.s <> b.s) <> (value_cmp(a.s, b.s) <> 0) OR (a.s >= b.s) <> (value_cmp(a.s, b.s) >= 0) OR (a.s > b.s) <> (value_cmp(a.s, b.s) > 0)
			OR (a.rank < b.rank AND a.s > b.s) OR (a.rank > b.rank AND a.s < b.s))
		FROM (SELECT s, row_number() OVER (ORDER BY s) AS rank FROM sample) a, (SELECT s, row_number() OVER (ORDER BY s) AS rank FROM sample) b',
		k.name || ': the comparisons agree with each other and are an order');
	RETURN NEXT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE value_hash(a.s) <> value_hash(b.s) OR value_hash_extended(a.s, 17) <> value_hash_extended(b.s, 17))
		FROM sample a JOIN sample b ON a.s::text = b.s::text', k.name || ': equal values have equal hashes');
	RETURN NEXT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE value_hash_extended(s, 0)::bit(32) <> value_hash(s)::bit(32)) FROM sample',
		k.name || ': the 64-bit hash without a seed extends the 32-bit one');
	RETURN NEXT ok((SELECT count(DISTINCT value_hash(s)) = count(DISTINCT s::text) FROM sample), k.name || ': other values have other hashes');

	FOREACH condition IN ARRAY '{hash, sort}'::text[] LOOP
		PERFORM set_config('enable_hashagg', (condition = 'hash')::text, true), set_config('enable_sort', (condition = 'sort')::text, true);
		RETURN NEXT ok(pg_temp.plan_of('SELECT s, count(*) FROM sample GROUP BY s') ~ CASE condition WHEN 'hash' THEN 'HashAggregate' ELSE 'GroupAggregate' END,
			format('%s: GROUP BY by %s', k.name, condition));
		RETURN NEXT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE a.n IS DISTINCT FROM b.n)
			FROM (SELECT s::text AS t, n FROM (SELECT s, count(*) AS n FROM sample GROUP BY s) v) a FULL JOIN (SELECT s::text AS t, count(*) AS n FROM sample GROUP BY 1) b USING (t)',
			format('%s: its groups are those of the text', k.name));
		RETURN NEXT is((SELECT count(*) FROM (SELECT DISTINCT s FROM sample) d), (SELECT count(DISTINCT s::text) FROM sample), format('%s: DISTINCT by %s', k.name, condition));
	END LOOP;
	PERFORM set_config('enable_hashagg', 'on', true), set_config('enable_sort', 'on', true);

	FOREACH join_name IN ARRAY '{Hash Join, Merge Join, Nested Loop}'::text[] LOOP
		PERFORM set_config('enable_hashjoin', (join_name = 'Hash Join')::text, true), set_config('enable_mergejoin', (join_name = 'Merge Join')::text, true),
			set_config('enable_nestloop', (join_name = 'Nested Loop')::text, true);
		RETURN NEXT ok(pg_temp.plan_of('SELECT count(*) FROM sample a JOIN sample b ON a.s = b.s') ~ join_name, format('%s: can be joined by %s', k.name, join_name));
		RETURN NEXT is((SELECT count(*) FROM sample a JOIN sample b ON a.s = b.s), (SELECT count(*) FROM sample a JOIN sample b ON a.s::text = b.s::text),
			format('%s: %s', k.name, join_name));
	END LOOP;
	PERFORM set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true), set_config('enable_nestloop', 'on', true);

	FOREACH index_method IN ARRAY '{btree, hash}'::text[] LOOP
		CREATE TEMP TABLE indexed AS SELECT i, s FROM single WHERE s IS NOT NULL ORDER BY i LIMIT 500;
		EXECUTE format('CREATE INDEX ON indexed USING %s (s)', index_method);
		PERFORM set_config('enable_seqscan', 'off', true);
		RETURN NEXT ok(pg_temp.plan_of('SELECT i FROM indexed WHERE s = (SELECT s FROM sample LIMIT 1)') ~ 'Index (Only )?Scan|Bitmap Index Scan', format('%s: %s index is used', k.name, index_method));
		RETURN NEXT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE found IS DISTINCT FROM expected)
			FROM (SELECT i, (SELECT count(*) FROM indexed b WHERE b.s = a.s) AS found, (SELECT count(*) FROM indexed b WHERE b.s::text = a.s::text) AS expected
				FROM (SELECT * FROM indexed ORDER BY i LIMIT 40) a) v', format('%s: %s index finds what is there', k.name, index_method));
		PERFORM set_config('enable_seqscan', 'on', true);
		DROP TABLE indexed;
	END LOOP;

	-- ---- window frames: the oracle is the aggregate over the rows of the frame ----
	FOR frame, condition IN VALUES
		('ROWS BETWEEN 5 PRECEDING AND CURRENT ROW', 'r.n BETWEEN w.n - 5 AND w.n'),
		('ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW', 'r.n BETWEEN w.n - 3 AND w.n + 2 AND r.n <> w.n'),
		('ROWS UNBOUNDED PRECEDING', 'r.n <= w.n'),
		('ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING', 'true'),
		('GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES', '(r.n / 3 = w.n / 3 - 1 OR r.n = w.n)') LOOP
		RETURN NEXT pg_temp.holds(format($q$
			WITH n AS MATERIALIZED (SELECT raw.*, i / 2 AS n, i %% 2 AS half FROM raw WHERE i <= 120)
			SELECT count(*), count(*) FILTER (WHERE framed IS DISTINCT FROM (SELECT %1$s FROM n r WHERE r.half = w.half AND %3$s))
			FROM (SELECT n, half, %1$s OVER (PARTITION BY half ORDER BY %4$s %2$s) AS framed FROM n) w $q$,
			build, frame, condition, CASE WHEN frame LIKE 'GROUPS%' THEN 'n / 3' ELSE 'n' END), format('%s: window %s', k.name, frame));
	END LOOP;
	RETURN NEXT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE framed IS DISTINCT FROM (SELECT merge(s) FROM daily d WHERE d.day BETWEEN w.day - 6 AND w.day))
		FROM (SELECT day, merge(s) OVER (ORDER BY day ROWS 6 PRECEDING) AS framed FROM daily WHERE day < 45) w', k.name || ': merge over a window of seven days');

	-- ---- FILTER, DISTINCT, ORDER BY ----
	RETURN NEXT pg_temp.holds(format('SELECT count(*), count(*) FILTER (WHERE a.s IS DISTINCT FROM b.s) FROM (SELECT day, %1$s FILTER (WHERE i %% 3 = 0) AS s FROM raw GROUP BY day) a
		LEFT JOIN (SELECT day, %1$s AS s FROM raw WHERE i %% 3 = 0 GROUP BY day) b USING (day)', build), k.name || ': FILTER');
	RETURN NEXT pg_temp.holds(format('SELECT 2, (a IS DISTINCT FROM whole.s)::int + (b IS DISTINCT FROM whole.s)::int
		FROM (SELECT %1$s(%2$s ORDER BY md5(i::text)) AS a, %1$s(%2$s ORDER BY i DESC) AS b FROM raw) v, whole', k.fn, k.args), k.name || ': ORDER BY');
	RETURN NEXT pg_temp.holds(format('SELECT 1, (a IS DISTINCT FROM b)::int FROM (SELECT %1$s(DISTINCT %2$s) AS a FROM raw) a,
		(SELECT %1$s(%3$s) AS b FROM (SELECT DISTINCT %2$s FROM raw) d(%3$s)) b', k.fn, k.args, arg_names), k.name || ': DISTINCT');

	DROP TABLE whole, daily, single, sample;
END $$;
SELECT pg_temp.summary_properties(kind) FROM kind;

-- ---- many groups in little memory: hashed groups that spill are those of a sort ----
CREATE TEMP TABLE many AS
	SELECT g, CASE i WHEN 1 THEN 'won' ELSE 'open' END AS outcome, g * 1.25 AS amount, (g % 90)::float8 AS cycle, i = 1 AS ok,
		CASE i WHEN 1 THEN 'New' ELSE 'Proposal' END AS stage, '2026-01-01 00:00+00'::timestamptz + make_interval(mins => g * i) AS entered_at
	FROM generate_series(1, 2) i, generate_series(1, 100000) g;
ANALYZE many;
SET LOCAL work_mem = '1MB';
SET LOCAL hash_mem_multiplier = 1;
CREATE FUNCTION pg_temp.spills(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT json) ' || query INTO plan;
	RETURN jsonb_path_exists(plan::jsonb, '$.** ? (@."HashAgg Batches" > 1)');
END $$;
CREATE FUNCTION pg_temp.fingerprint(build text, hashed boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	PERFORM set_config('enable_hashagg', hashed::text, true), set_config('enable_sort', (NOT hashed)::text, true);
	EXECUTE format('SELECT count(*) || '' '' || sum(hashtextextended(g || s::text, 0)::numeric) FROM (SELECT g, %s AS s FROM many GROUP BY g) v', build) INTO result;
	RETURN result;
END $$;
SET LOCAL enable_sort = off;
SELECT ok(pg_temp.spills('SELECT g, deal_stats(outcome, amount, cycle) FROM many GROUP BY g'), '100,000 groups spill');
SELECT is(pg_temp.fingerprint(build, true), pg_temp.fingerprint(build, false), '100,000 groups, hashed and sorted: ' || build)
FROM unnest('{"deal_stats(outcome, amount, cycle)", "stage_path(stage, entered_at)"}'::text[]) build;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (deal_count(d), won_amount(d), median_cycle_days(d)) IS DISTINCT FROM (2::bigint, g * 1.25, (g % 90)::float8))
	FROM (SELECT g, deal_stats(outcome, amount, cycle) AS d FROM many GROUP BY g) s$$, 'each of 100,000 groups has its own state');

SELECT * FROM finish();
ROLLBACK;
