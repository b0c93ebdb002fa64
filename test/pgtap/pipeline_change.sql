-- pipeline_change: the movement of two states in one pass, against the summary movement over a full join of them.
\ir setup.psql

-- Two states of 6,000 deals, md5-made: some in one state only, some with nothing known but their id and outcome.
CREATE FUNCTION pg_temp.draw(seed text, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || left(md5(seed), 7))::bit(28)::int % n $$;
CREATE TEMP TABLE snapshot AS
	SELECT * FROM (
		SELECT s AS after, i::bigint AS id, 'Ü-' || i AS code, md5('id' || i)::uuid AS key,
			(array['open', 'open', 'open', 'OPEN', 'won', 'lost', NULL])[1 + pg_temp.draw('o' || s || i, 7)] AS outcome,
			CASE WHEN pg_temp.draw('a' || s || i, 10) > 0 THEN (array[100, -7, 1234.56, 0.125, 99999999999.99, 12345678901234567890.12345678, 0.00, 5.1230])[1 + pg_temp.draw('b' || s / 2 || i / 2, 8)] * (1 + s * (pg_temp.draw('r' || i, 3) - 1)) END AS amount,
			CASE WHEN pg_temp.draw('d' || s || i, 12) > 0 THEN date '2026-01-01' + pg_temp.draw('c' || s / (1 + i % 2) || i, 365) WHEN i % 3 = 0 THEN date 'infinity' END AS close_date,
			(array['East', 'West', 'Süd', '', NULL])[1 + pg_temp.draw('w' || s / (1 + i % 3) || i, 5)] AS owner,
			(array['commit', 'Best Case', 'pipeline', 'omitted', 'closed', ' '])[1 + pg_temp.draw('k' || s / (1 + i % 2) || i, 6)] AS category,
			pg_temp.draw('there' || s || i, 9) > 0 AS there
		FROM generate_series(1, 6000) i, generate_series(0, 1) s) d
	WHERE there;
CREATE TEMP TABLE change AS SELECT pipeline_change(id, after = 1, outcome, amount, close_date, owner, category) AS of_bigint, pipeline_change(code, after = 1, outcome, amount, close_date, owner, category) AS of_text,
	pipeline_change(key, after = 1, outcome, amount, close_date, owner, category) AS of_uuid FROM snapshot;

-- the questions: periods, owners (NULL: all), categories (NULL: all)
CREATE TEMP TABLE question AS SELECT row_number() OVER () AS q, * FROM
	(VALUES (NULL::date, NULL::date), ('2026-04-01', '2026-06-30'), ('2026-07-01', NULL), (NULL, '2026-06-30'), ('2026-05-05', '2026-05-05')) p(first, last),
	(VALUES (NULL), ('East'), ('Süd'), (''), ('nobody')) o(who), (VALUES (NULL), ('commit, best_case'), ('omitted,pipeline,closed')) c(categories);
-- the oracle: movement over the full join
CREATE FUNCTION pg_temp.joined(first date, last date, who text, categories text) RETURNS movement LANGUAGE sql AS $$
	SELECT movement(b.outcome, b.amount, CASE WHEN b.id IS NOT NULL THEN pipeline_scope(b.outcome, b.close_date, coalesce(b.category, ' '), first, last, who IS NULL OR b.owner = who, categories) END,
		a.outcome, a.amount, CASE WHEN a.id IS NOT NULL THEN pipeline_scope(a.outcome, a.close_date, coalesce(a.category, ' '), first, last, who IS NULL OR a.owner = who, categories) END)
	FROM (SELECT * FROM snapshot WHERE after = 0) b FULL JOIN (SELECT * FROM snapshot WHERE after = 1) a USING (id) $$;
CREATE TEMP TABLE answer AS SELECT q, first, last, who, categories, pg_temp.joined(first, last, who, categories) AS expected,
	movement(of_bigint, first, last, who, categories) AS found, movement(of_text, first, last, who, categories) AS of_text, movement(of_uuid, first, last, who, categories) AS of_uuid FROM question, change;
SELECT is(count(*) FILTER (WHERE k > 0 AND movement NOT IN ('start', 'end')), 18::bigint, 'every kind of movement happens')
FROM (SELECT movement, sum(deals) AS k FROM answer, waterfall(expected) GROUP BY 1) s;
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE found <> expected OR found IS NULL) FROM answer', 'what the full join gives, for every period, owner and categories');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE of_text <> expected OR of_uuid <> expected) FROM answer', 'whatever the type of the ids');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE movement(f, first, last, who, categories) <> movement(n, first, last, who, categories)) FROM question,
	(SELECT pipeline_change(id, after = 1, outcome, amount::float8, close_date, owner, category) AS f, pipeline_change(id, after = 1, outcome, amount::float8::numeric, close_date, owner, category) AS n FROM snapshot OFFSET 0) s$$, 'amounts of float8 are their casts to numeric');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE movement(f, first, last, who, categories) <> movement(n, first, last, who, categories)) FROM question,
	(SELECT pipeline_change(id, after = 1, outcome, round(amount / 1000)::bigint, close_date, owner, category) AS f, pipeline_change(id, after = 1, outcome, round(amount / 1000), close_date, owner, category) AS n FROM snapshot WHERE abs(amount) < 1e15 OFFSET 0) s$$, 'amounts of bigint are those of numeric');

-- owners
CREATE TEMP TABLE by_owner AS SELECT q.q, q.first, q.last, q.categories, m.owner, m.movement AS m FROM question q, change, movement_by_owner(of_bigint, first, last, categories) m WHERE who IS NULL;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE b.m <> a.expected) FROM by_owner b JOIN answer a ON (a.first, a.last, a.categories, a.who) IS NOT DISTINCT FROM (b.first, b.last, b.categories, b.owner) WHERE b.owner IS NOT NULL$$, 'the movement of each owner is that which is asked for by his name');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (SELECT FROM by_owner b WHERE (a.first, a.last, a.categories, a.who) IS NOT DISTINCT FROM (b.first, b.last, b.categories, b.owner)) AND a.expected <> '{"movement": 1}') FROM answer a WHERE who IS NOT NULL$$, 'and no owner is left out');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE parts IS DISTINCT FROM whole) FROM
	(SELECT q, kind, sum(movement_amount(m, kind)) AS parts FROM by_owner, unnest('{new, reopened, pulled_in, pushed_in, recategorized_in, unknown_in, increased, decreased, won, lost, pushed_out, pulled_out, recategorized_out, omitted, deleted, unknown_out}'::text[]) kind GROUP BY 1, 2) b
	JOIN (SELECT q, kind, movement_amount(found, kind) AS whole FROM answer, unnest('{new, reopened, pulled_in, pushed_in, recategorized_in, unknown_in, increased, decreased, won, lost, pushed_out, pulled_out, recategorized_out, omitted, deleted, unknown_out}'::text[]) kind) a USING (q, kind)$$, 'owners add up to the whole, kind by kind, those without one included');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE t <> 0) FROM (SELECT q, sum(transferred_in_amount(m) + transferred_out_amount(m)) AS t FROM by_owner GROUP BY q) s$$, 'and transfers cancel');
SELECT cmp_ok(count(*), '>', 0::bigint, 'of which there are some') FROM by_owner WHERE transferred_in_deals(m) > 0;

-- drill-down
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE n IS DISTINCT FROM movement_count(found, kind) OR amount IS DISTINCT FROM movement_amount(found, kind)) FROM
	(SELECT q, found, kind, coalesce(d.n, 0) AS n, coalesce(d.amount, 0) AS amount FROM answer CROSS JOIN unnest('{new, reopened, transferred_in, pulled_in, pushed_in, recategorized_in, unknown_in, increased, decreased, won, lost, pushed_out, pulled_out, transferred_out, recategorized_out, omitted, deleted, unknown_out}'::text[]) kind
	 LEFT JOIN (SELECT q, m.movement AS kind, count(*) AS n, sum(m.amount) AS amount FROM question, change, moved_deals(of_text, first, last, who, categories) m GROUP BY 1, 2) d USING (q, kind)) s$$, 'the steps of the deals add up to every bar');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (m.amount_before, m.amount_after, m.outcome_before, m.outcome_after, m.close_before, m.close_after, m.owner_before, m.owner_after, m.category_before, m.category_after)
	IS DISTINCT FROM (b.amount, a.amount, lower(b.outcome), lower(a.outcome), b.close_date, a.close_date, b.owner, a.owner, CASE WHEN b.category <> ' ' THEN to_forecast_category(b.category) END, CASE WHEN a.category <> ' ' THEN to_forecast_category(a.category) END))
	FROM change, moved_deals(of_uuid) m LEFT JOIN snapshot b ON b.key::text = m.deal AND b.after = 0 LEFT JOIN snapshot a ON a.key::text = m.deal AND a.after = 1$$, 'and show the deal as it was and as it is');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE deals_before(v) <> (SELECT count(*) FROM snapshot WHERE after = 0) OR deals_after(v) <> (SELECT count(*) FROM snapshot WHERE after = 1)) FROM change, unnest(ARRAY[of_bigint, of_text, of_uuid]) v$$, 'both states have all their deals');

-- one form: order of rows, parts, text, binary
SELECT is(pipeline_change(id, after = 1, outcome, amount, close_date, owner, category), (SELECT of_bigint FROM change), 'the order of rows does not matter') FROM (SELECT * FROM snapshot ORDER BY md5(id::text || after)) s;
SELECT is(pipeline_change(code, after = 1, outcome, amount, close_date, owner, category ORDER BY owner DESC, code DESC), (SELECT of_text FROM change), 'nor that of owners') FROM snapshot;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE merged <> of_text) FROM change, (SELECT merge(p ORDER BY md5(g::text || o)) AS merged FROM
	(SELECT code, id % 13 AS g, pipeline_change(code, after = 1, outcome, amount, close_date, owner, category) AS p FROM snapshot GROUP BY GROUPING SETS ((id % 13, code))) s, generate_series(1, 3) o GROUP BY o) m$$, 'merged from parts, in any order, it is the whole');
SELECT is((SELECT merge(p) FROM (SELECT pipeline_change(id, after = 1, outcome, amount, close_date, owner, category) AS p FROM snapshot GROUP BY after) s), (SELECT of_bigint FROM change), 'each state may be a part');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE v::text::pipeline_change <> v OR v::text::pipeline_change::text <> v::text) FROM change, unnest(ARRAY[of_bigint, of_text, of_uuid]) v', 'its text is read back');
SELECT is(hash_record(ROW(pipeline_change(id, after = 1, outcome, amount, close_date, owner, category))), (SELECT hash_record(ROW(of_bigint)) FROM change), 'and equal values hash alike') FROM snapshot;
SELECT is(jsonb_array_length(of_text::text::jsonb -> 'after'), deals_after(of_text)::int, 'it is JSON') FROM change;
-- more rows than one partition holds, both ways of reading
CREATE TEMP TABLE many AS SELECT i % 2 = 1 AS after, 'D' || i / 2 AS code, (i / 2)::bigint AS id, CASE WHEN pg_temp.draw('m' || i, 9) = 0 AND i % 2 = 1 THEN 'won' ELSE 'open' END AS outcome, pg_temp.draw('n' || i / 4, 10000) / 100.0 AS amount, 'T' || i % 700 / 2 AS owner FROM generate_series(1, 120000) i;
CREATE TEMP TABLE large AS SELECT pipeline_change(code, after, outcome, amount, NULL, owner, NULL) AS v, pipeline_change(id, after, outcome, amount, NULL, owner, NULL) AS b FROM many;
CREATE TEMP TABLE large_movement AS SELECT movement(b.outcome, b.amount, CASE WHEN b.code IS NOT NULL THEN 'in' END, a.outcome, a.amount, CASE WHEN a.code IS NOT NULL THEN 'in' END) AS m FROM (SELECT * FROM many WHERE NOT after) b FULL JOIN (SELECT * FROM many WHERE after) a USING (code);
SELECT is(movement(v), m, 'many deals, stored') FROM large, large_movement;
SELECT is((SELECT movement(pipeline_change(code, after, outcome, amount, NULL, owner, NULL)) FROM many), m, 'many deals, not stored') FROM large_movement;
SELECT ok(v::text::pipeline_change = v AND b::text::pipeline_change = b, 'many deals, as text') FROM large;
SELECT is((SELECT merge(p ORDER BY g DESC) FROM (SELECT g, pipeline_change(code, after, outcome, amount, NULL, owner, NULL) AS p FROM (SELECT *, length(code) AS g FROM many) s GROUP BY g) s), v, 'many deals, merged, ids becoming shorter') FROM large;

-- ids
CREATE TEMP TABLE long_id AS SELECT n, left(repeat(n || 'ß€', 60), n) AS code FROM generate_series(1, 50) n UNION ALL SELECT n, left(repeat('x' || n, 128), n) FROM generate_series(51, 128) n;
SELECT is((won_deals(movement(c)), c::text::pipeline_change = c, (SELECT count(*) FROM moved_deals(c) m JOIN long_id ON deal = code WHERE movement = 'won'))::text, '(128,t,128)', 'ids of 1 to 128 characters or bytes, together')
FROM (SELECT pipeline_change(code, s, CASE WHEN s THEN 'won' ELSE 'open' END, CASE WHEN s THEN 3 ELSE 1 END, NULL, NULL, NULL) AS c FROM long_id, unnest('{f, t}'::bool[]) s) v;
SELECT is(pg_temp.outcome_of($$SELECT pipeline_change(repeat('x', 129), true, 'open', 1, NULL, NULL, NULL)$$), '54000', 'a longer one is an error');
SELECT is(pg_temp.outcome_of($$SELECT pipeline_change('', true, 'open', 1, NULL, NULL, NULL)$$), '22023', 'and an empty one');
SELECT is((SELECT string_agg(deal, ' ' ORDER BY deal::bigint) FROM moved_deals((SELECT pipeline_change(i, true, 'open', 1, NULL, NULL, NULL) FROM unnest('{0, -1, 9223372036854775807, -9223372036854775808}'::bigint[]) i))), '-9223372036854775808 -1 0 9223372036854775807', 'bigint to its ends');

-- the same deal twice
SELECT is(pg_temp.outcome_of(q), '21000', 'twice: ' || q) FROM unnest(ARRAY[
	$$SELECT movement(pipeline_change(1::bigint, true, 'open', 1, NULL, NULL, NULL)) FROM generate_series(1, 2)$$,
	$$SELECT pipeline_change('a', s, 'open', 1, NULL, NULL, NULL)::text FROM unnest('{f, t, f}'::bool[]) s$$,
	$$SELECT deals_before(pipeline_change(i % 50000, false, 'open', 1, NULL, NULL, NULL)) FROM generate_series(1, 50001) i$$,
	$$SELECT merge(p) FROM (SELECT pipeline_change(1::bigint, true, 'open', 1, NULL, NULL, NULL) AS p FROM generate_series(1, 2) i GROUP BY i) s$$,
	$$SELECT movement(merge(p)) FROM (SELECT pipeline_change(1::bigint, true, 'open', 1, NULL, NULL, NULL) AS p FROM generate_series(1, 2) i GROUP BY i) s$$,
	$$SELECT count(*) FROM moved_deals((SELECT pipeline_change('a', false, 'open', i, NULL, NULL, NULL) FROM generate_series(1, 2) i))$$,
	$$SELECT pipeline_change_combinefn(p, p) FROM (SELECT pipeline_change(1::bigint, true, 'open', 1, NULL, NULL, NULL) AS p) s$$,
	$$SELECT '{"pipeline_change": 1, "after": [[1, "open", 1, null, null, null], [1, "won", 2, null, null, null]]}'::pipeline_change$$]) q;
SELECT is(pg_temp.outcome_of($$SELECT merge(p) FROM (VALUES (pipeline_change_transfn(NULL, 1::bigint, true, 'open', 1, NULL, NULL, NULL)), (pipeline_change_transfn(NULL, '1'::text, true, 'open', 1, NULL, NULL, NULL))) v(p)$$), '42804', 'ids of different types do not mix');

-- windows: the state lives on behind its value
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE movement(w) <> (SELECT movement(pipeline_change(id, after, outcome, amount, NULL, owner, NULL)) FROM many m WHERE m.id BETWEEN s.id - 2 AND s.id AND m.id < 40))
	FROM (SELECT id, after, pipeline_change(id, after, outcome, amount, NULL, owner, NULL) OVER (ORDER BY id RANGE 2 PRECEDING) AS w FROM many WHERE id < 40 OFFSET 0) s$$, 'in moving frames');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE deals_before(w) + deals_after(w) <> n) FROM (SELECT count(*) OVER o AS n, pipeline_change(id, after, outcome, amount, NULL, owner, NULL) OVER o AS w FROM many WHERE id < 300 WINDOW o AS (ORDER BY id, after) OFFSET 0) s$$, 'in growing ones');
-- the same state, read by two aggregates, and groups
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE a <> b OR c IS DISTINCT FROM b::text) FROM (SELECT pipeline_change(id, after, outcome, amount, NULL, owner, NULL) AS a, pipeline_change(id, after, outcome, amount, NULL, owner, NULL) AS b, pipeline_change(id, after, outcome, amount, NULL, owner, NULL)::text AS c FROM many WHERE id < 5000 GROUP BY owner) s$$, 'read twice');

-- empty and NULL
SELECT is(pipeline_change(id, after, outcome, amount, NULL, owner, NULL), NULL, 'no rows give NULL') FROM many WHERE false;
SELECT is(pipeline_change(NULL::bigint, true, NULL, NULL::numeric, NULL, NULL, NULL), NULL, 'a row of NULLs is no deal') FROM generate_series(1, 3);
SELECT is(pg_temp.outcome_of(q), '22004', q) FROM unnest(ARRAY[$$SELECT pipeline_change(NULL::bigint, true, 'open', NULL::numeric, NULL, NULL, NULL)$$, $$SELECT pipeline_change(1::bigint, NULL, 'open', NULL::numeric, NULL, NULL, NULL)$$]) q;
SELECT is(movement(NULL::pipeline_change), NULL, 'movement of NULL');
SELECT is(movement('{"pipeline_change": 1}'::pipeline_change), '{"movement": 1}', 'movement of no deals');
SELECT is((SELECT count(*) FROM movement_by_owner(NULL, NULL, NULL)) + (SELECT count(*) FROM moved_deals(NULL)) + (SELECT count(*) FROM moved_deals('{"pipeline_change": 1}')), 0::bigint, 'no rows of NULL, and of no deals');
SELECT is((SELECT merge(p) FROM (VALUES ('{"pipeline_change": 1}'::pipeline_change), (NULL), ('{"pipeline_change": 1, "after": [["x", null, null, null, null, null]]}')) v(p)), '{"pipeline_change": 1, "after": [["x", null, null, null, null, null]]}', 'one without deals merges with any');
SELECT is(pg_temp.outcome_of($$SELECT movement('{"pipeline_change": 1}'::pipeline_change, '2026-02-01', '2026-01-31')$$), '22023', 'a period that ends before it starts');

-- hostile text
SELECT isnt(pg_temp.outcome_of(format('SELECT deals_after(%L::pipeline_change)', t)) ~ '^(22|54|42|21)', false, 'refused: ' || left(t, 90)) FROM unnest(ARRAY['', '{', '[]', 'null', '{}', '{"pipeline_change": 2}', '{"pipeline_change": 1', '{"pipeline_change": 1}}', '{"pipeline_change": 1, }',
	'{"pipeline_change": 1, "x": []}', '{"pipeline_change": 1, "after": [], "before": []}', '{"pipeline_change": 1, "after": [[]]}', '{"pipeline_change": 1, "after": [["a", "open", 1, null, null, null]', '{"pipeline_change": 1, "after": [["a", "open", 1, null, null]]}',
	'{"pipeline_change": 1, "after": [["a", "open", 1, null, null, null], [1, "open", 1, null, null, null]]}', '{"pipeline_change": 1, "after": [["a", "maybe", 1, null, null, null]]}', '{"pipeline_change": 1, "after": [["a", "open", "1", null, null, null]]}',
	'{"pipeline_change": 1, "after": [["a", "open", 1e999999, null, null, null]]}', '{"pipeline_change": 1, "after": [["a", "open", 1, "tomorrow", null, null]]}', '{"pipeline_change": 1, "after": [["a", "open", 1, "2026-13-01", null, null]]}', '{"pipeline_change": 1, "after": [["a\u0000", "open", 1, null, null, null]]}',
	'{"pipeline_change": 1, "after": [["\ud800", "open", 1, null, null, null]]}', '{"pipeline_change": 1, "after": [["\q", "open", 1, null, null, null]]}', '{"pipeline_change": 1, "after": [[1.5, "open", 1, null, null, null]]}', '{"pipeline_change": 1, "after": [[9223372036854775808, "open", 1, null, null, null]]}',
	'{"pipeline_change": 1, "id_type": "uuid", "after": [["a", "open", 1, null, null, null]]}', '{"pipeline_change": 1, "id_type": "text"}', '{"pipeline_change": 1, "after": [["a", "open", 1, null, null, "strong"]]}', '{"pipeline_change": 1, "after": [["' || repeat('a', 129) || '", "open", 1, null, null, null]]}',
	'{"pipeline_change": 1, "after": [["a", "open", 1, null, "' || repeat('a', 401) || '", null]]}', '{"pipeline_change": 1, "after": [["a", "open", 1, null, "' || chr(10) || '", null]]}']) t;
SELECT is('{"pipeline_change":1,"before":[["\u00dc\ud83d\ude00\n\"\\","OPEN",1e2,"0044-03-15 BC","","Best Case"]]}'::pipeline_change::text, '{"pipeline_change": 1, "before": [["Ü😀\n\"\\", "open", 100, "0044-03-15 BC", "", "best_case"]]}', 'any JSON of it is read');
SELECT * FROM finish();
ROLLBACK;
