-- movement: the rules against their definition in SQL and against their algebra, and the summary against both.
\ir setup.psql

-- ---- every state of a deal, and every report ----

-- Absent, or an outcome, one of three close dates, one of two groups, and where the outcome leaves it a meaning one of four categories.
CREATE TEMP TABLE state AS
	SELECT row_number() OVER () AS id, true AS exists, outcome, close_date, category, team FROM unnest('{open, won, lost, NULL}'::text[]) outcome, unnest('{2026-02-15, 2026-05-15, NULL}'::date[]) close_date,
		unnest('{Omitted, Pipeline, commit, " "}'::text[]) category, unnest('{A, B}'::text[]) team WHERE category = CASE outcome WHEN 'won' THEN 'Omitted' WHEN 'lost' THEN 'commit' ELSE category END
	UNION ALL SELECT 0, false, NULL, NULL, NULL, NULL;
-- Three periods that cover all time, and all time; each team, and all; no choice of categories, one, two, those that win, omitted ones.
CREATE TEMP TABLE cell AS
	SELECT row_number() OVER () AS id, * FROM (VALUES ('1', NULL::date, '2026-03-31'::date), ('2', '2026-04-01', '2026-06-30'), ('3', '2026-07-01', NULL), ('all', NULL, NULL)) p(period, period_start, period_end),
		(VALUES ('A'), ('B'), ('all')) g(team), (VALUES (NULL::text), ('Pipeline'), ('commit'), ('omitted,commit, Closed')) c(categories);

CREATE TEMP TABLE placed AS
	SELECT s.id AS state, c.id AS cell, pipeline_scope(s.outcome, s.close_date, s.category, c.period_start, c.period_end, c.team IN ('all', s.team), c.categories) AS scope FROM state s, cell c;
ALTER TABLE placed ADD PRIMARY KEY (cell, state);
-- the definition, written down once more
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE scope IS DISTINCT FROM CASE
		WHEN NOT s.exists THEN NULL
		WHEN NOT closed AND s.category = 'Omitted' AND coalesce(categories, '') !~ 'omitted' THEN 'omitted'
		WHEN s.close_date < period_start THEN 'earlier'
		WHEN s.close_date > period_end OR s.close_date IS NULL AND period_end IS NOT NULL THEN 'later'
		WHEN closed AND c.team NOT IN ('all', s.team) THEN 'other_group'
		WHEN categories IS NOT NULL AND NOT CASE WHEN closed THEN 'closed' ELSE lower(s.category) END = ANY (string_to_array(lower(replace(categories, ' ', '')), ',')) THEN 'other_category'
		WHEN c.team NOT IN ('all', s.team) THEN 'other_group' ELSE 'in' END)
	FROM placed JOIN state s ON s.id = state JOIN cell c ON c.id = cell, LATERAL (SELECT coalesce(s.outcome IN ('won', 'lost'), false) AS closed) x $$, 'pipeline_scope is its definition');

-- ---- every pair of states in every report: the steps ----

-- Amounts: before and after, with NULL, equal ones, a credit.
CREATE TEMP TABLE amounts AS SELECT row_number() OVER () AS n, * FROM (VALUES (100, 70.5), (NULL, 50), (40.25, NULL), (100, 100.00), (-30, 20), (0, -5)) v(before, after);
CREATE TEMP TABLE pair AS
	SELECT c.id AS cell, c.period, c.team, c.categories, f.id AS f, t.id AS t, f.exists AS f_exists, t.exists AS t_exists, f.outcome AS fo, t.outcome AS "to", pf.scope AS fs, pt.scope AS ts, CASE WHEN f.exists THEN a.before END AS fa, CASE WHEN t.exists THEN a.after END AS ta
	FROM cell c JOIN placed pf ON pf.cell = c.id JOIN placed pt ON pt.cell = c.id JOIN state f ON f.id = pf.state JOIN state t ON t.id = pt.state
	JOIN amounts a ON a.n = 1 + (f.id * 31 + t.id) % 6;
-- What the definition says happened, as a text of none, one or two steps.
CREATE TEMP TABLE told AS
	SELECT pair.*, was, "is", CASE
		WHEN was AND NOT t_exists THEN 'deleted ' || -b
		WHEN was THEN concat_ws(', ', CASE WHEN a > b THEN 'increased ' || a - b WHEN a < b THEN 'decreased ' || a - b END,
			CASE WHEN NOT "is" THEN CASE WHEN "to" IS NULL THEN 'unknown_out' WHEN "to" = 'lost' THEN 'lost' WHEN "to" = 'won' AND ts IN ('in', 'other_category') THEN 'won'
				ELSE (CASE ts WHEN 'earlier' THEN 'pulled_out' WHEN 'later' THEN 'pushed_out' WHEN 'other_group' THEN 'transferred_out' WHEN 'other_category' THEN 'recategorized_out' WHEN 'omitted' THEN 'omitted' END) END || ' ' || -a END)
		WHEN "is" THEN came || ' ' || a
		WHEN "to" = 'won' AND ts = 'in' AND fo IS DISTINCT FROM 'won' OR "to" = 'won' AND ts = 'other_category' AND fo = 'open' AND fs = 'other_group' THEN came || ' ' || a || ', won ' || -a
		WHEN "to" = 'lost' AND ts = 'in' AND (NOT f_exists OR fo = 'won') THEN came || ' ' || a || ', lost ' || -a
		ELSE '' END AS told
	FROM pair, LATERAL (SELECT coalesce(fo = 'open' AND fs = 'in', false) AS was, coalesce("to" = 'open' AND ts = 'in', false) AS "is", coalesce(fa, 0) AS b, coalesce(ta, 0) AS a,
		CASE WHEN NOT f_exists THEN 'new' WHEN fo IS NULL THEN 'unknown_in' WHEN fo <> 'open' OR fs = 'omitted' THEN 'reopened' WHEN fs = 'later' THEN 'pulled_in' WHEN fs = 'earlier' THEN 'pushed_in'
			WHEN fs = 'other_category' THEN 'recategorized_in' WHEN fs = 'other_group' THEN 'transferred_in' END AS came OFFSET 0) x;
CREATE TEMP TABLE step AS
	SELECT p.cell, p.period, p.team, p.categories, p.f, p.t, m.n, m.movement, m.amount FROM pair p, movements(fo, fa, fs, "to", ta, ts) WITH ORDINALITY m(movement, amount, n);
SELECT cmp_ok(count(DISTINCT movement), '=', 18::bigint, 'every kind of movement happens') FROM step;
SELECT pg_temp.holds($$
	SELECT count(*), count(*) FILTER (WHERE coalesce(steps, '') IS DISTINCT FROM told OR kind IS DISTINCT FROM last OR net IS DISTINCT FROM CASE WHEN last IS NOT NULL OR was AND "is" THEN coalesce(total, 0) END
		OR coalesce(net, 0) IS DISTINCT FROM CASE WHEN "is" THEN coalesce(ta, 0) ELSE 0 END - CASE WHEN was THEN coalesce(fa, 0) ELSE 0 END)
	FROM told LEFT JOIN (SELECT cell, f, t, string_agg(movement || ' ' || amount, ', ' ORDER BY n) AS steps, sum(amount) AS total, (array_agg(movement ORDER BY n DESC))[1] AS last FROM step GROUP BY cell, f, t) s USING (cell, f, t),
		LATERAL (SELECT movement_type(fo, fa, fs, "to", ta, ts) AS kind, movement_amount(fo, fa, fs, "to", ta, ts) AS net) m $$,
	'every pair of states in every report: movements is the definition, movement_type its last step, movement_amount the sum of all and the difference of the two ends');

-- ---- the algebra of reports ----

-- Sums of each kind over the parts of a dimension against the report without it; those of the dimension itself must cancel.
CREATE FUNCTION pg_temp.adds_up(parts text, whole text, cancel text) RETURNS TABLE (cases bigint, wrong bigint) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('
		WITH part AS (SELECT f, t, period_key, team_key, categories_key, movement, sum(amount) AS amount, count(*) AS deals FROM (SELECT *, %1$s FROM step) x WHERE period_key IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6),
			whole AS (SELECT f, t, period_key, team_key, categories_key, movement, sum(amount) AS amount, count(*) AS deals FROM (SELECT *, %2$s FROM step) x WHERE period_key IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6)
		SELECT count(*), count(*) FILTER (WHERE p.amount IS DISTINCT FROM w.amount OR p.deals IS DISTINCT FROM w.deals)
			+ (SELECT count(*) FROM (SELECT f, t, period_key, team_key, categories_key FROM part WHERE movement ~ %3$L GROUP BY 1, 2, 3, 4, 5, substr(movement, 1, 4)
				HAVING sum(amount) <> 0 OR sum(CASE WHEN movement ~ ''_in$'' THEN deals ELSE -deals END) <> 0) x)
		FROM (SELECT * FROM part WHERE movement !~ %3$L) p FULL JOIN (SELECT * FROM whole WHERE movement !~ %3$L) w USING (f, t, period_key, team_key, categories_key, movement)', parts, whole, cancel);
END $$;
SELECT pg_temp.holds($$SELECT * FROM pg_temp.adds_up(
	'CASE WHEN team <> ''all'' THEN period END AS period_key, 0 AS team_key, coalesce(categories, '''') AS categories_key',
	'CASE WHEN team = ''all'' THEN period END AS period_key, 0 AS team_key, coalesce(categories, '''') AS categories_key', '^transferred_')$$,
	'the groups of any period and choice of categories: every kind adds up, and transfers cancel');
SELECT pg_temp.holds($$SELECT * FROM pg_temp.adds_up(
	'CASE WHEN team = ''all'' AND period <> ''all'' AND categories IS NULL THEN 0 END AS period_key, 0 AS team_key, 0 AS categories_key',
	'CASE WHEN team = ''all'' AND period = ''all'' AND categories IS NULL THEN 0 END AS period_key, 0 AS team_key, 0 AS categories_key', '^(pushed|pulled)_')$$,
	'periods that cover all time: every kind adds up, and pushes and pulls cancel');
SELECT pg_temp.holds($$SELECT * FROM pg_temp.adds_up(
	'CASE WHEN team <> ''all'' AND period <> ''all'' AND categories IS NULL THEN 0 END AS period_key, 0 AS team_key, 0 AS categories_key',
	'CASE WHEN team = ''all'' AND period = ''all'' AND categories IS NULL THEN 0 END AS period_key, 0 AS team_key, 0 AS categories_key', '^(pushed|pulled|transferred)_')$$,
	'and so do periods by groups');
-- A choice of categories splits a report where every deal has one: start, end and what is resized always; the kinds, of deals that are not won or lost.
SELECT pg_temp.holds($$
	WITH known AS (SELECT id, outcome FROM state WHERE category IS DISTINCT FROM ' '), sums AS (
		SELECT p.f, p.t, period, categories IS NULL AS is_whole, movement, sum(amount) AS amount, count(*) AS deals FROM step p JOIN known f ON f.id = p.f JOIN known t ON t.id = p.t
		WHERE p.team = 'all' AND (categories IS NULL OR categories IN ('Pipeline', 'commit')) AND movement !~ '^recategorized_' AND (coalesce(t.outcome, 'open') = 'open' OR movement IN ('increased', 'decreased')) GROUP BY 1, 2, 3, 4, 5)
	SELECT count(*), count(*) FILTER (WHERE a.amount IS DISTINCT FROM b.amount OR a.deals IS DISTINCT FROM b.deals)
	FROM (SELECT * FROM sums WHERE is_whole) a FULL JOIN (SELECT * FROM sums WHERE NOT is_whole) b USING (f, t, period, movement) $$, 'the categories of any period add up');

SELECT * FROM finish();
ROLLBACK;
