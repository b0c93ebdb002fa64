-- Pictures: bars of text and of SVG against arithmetic of their own, texts that try to be markup, and the page of an empty contract, of one
-- deal with a hostile name, and of the sample, whose cells are compared with the views.
\ir setup.psql

-- ---- bars of text, against numeric arithmetic ----
CREATE FUNCTION pg_temp.bar(value numeric, max numeric, width int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT repeat('█', n / 8) || CASE WHEN n % 8 > 0 THEN substr('▏▎▍▌▋▊▉', n % 8, 1) ELSE '' END
	FROM (SELECT CASE WHEN value <= 0 OR max <= 0 THEN 0 WHEN value >= max THEN width * 8 ELSE greatest(1, least(width * 8 - 1, floor(value * width * 8 / max)::int)) END AS n) s $$;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE bar(v, m, w) IS DISTINCT FROM pg_temp.bar(v, m, w)) FROM (SELECT pg_temp.number(h, 0) % 2000 - 100 AS v, 1 + pg_temp.number(h, 1) % 1500 AS m, 1 + pg_temp.number(h, 2) % 60 AS w FROM (SELECT sha256(i::text::bytea) AS h FROM generate_series(1, 4000) i) s) s$$, 'a bar is so many eighths of a character');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE bar(n / 10.0, 1, 10) <> repeat('█', n)) FROM generate_series(0, 10) n$$, 'tenths are whole characters');
SELECT is(bar(v, m, w), wanted, v || ' of ' || m) FROM (VALUES (1::float8, 2::float8, 4, '██'), (1, 1, 3, '███'), (2, 1, 3, '███'), (0, 1, 3, ''), (-1, 1, 3, ''), (1, 0, 3, ''), (0, 0, 3, ''), (1, -1, 3, ''), ('Infinity', 1, 2, '██'), ('-Infinity', 1, 2, ''), (1, 'Infinity', 2, '▏'), ('Infinity', 'Infinity', 2, '██'), ('NaN', 1, 2, NULL), (1, 'NaN', 2, NULL),
	(1e-300, 1e300, 2, '▏'), (0.999999, 1, 2, '█▉'), (5e-324, 1e-323, 1, '▌'), (1.7e308, 1.7e308, 1, '█'), (0.5, 1, 1000, repeat('█', 500))) v (v, m, w, wanted);
SELECT is(length(bar(1, 1)), 20, 'twenty characters unless said');
SELECT is(bar(NULL, 1, 1), NULL, 'NULL of NULL');
SELECT throws_ok(format('SELECT salesops.bar(1, 1, %s)', w), '22023', format('a bar cannot be %s characters wide', w), 'a width of ' || w) FROM unnest('{0,-1,1001,2147483647}'::int[]) w;

-- ---- texts ----
SELECT is(html_escape(v), wanted, coalesce(to_json(v)::text, 'NULL')) FROM (VALUES ('a<b & "c"', 'a&lt;b &amp; &quot;c&quot;'), ('it''s', 'it&#39;s'), ('&amp;', '&amp;amp;'), (']]>', ']]&gt;'), ('', ''), (NULL, NULL), (E'a\tb\nc\r', E'a\tb\nc\r'), (E'\x01\x08\x0b\x1f\x7f', repeat('&#65533;', 5)), ('é☺𝄞', 'é☺𝄞'),
	(chr(133) || chr(159) || chr(160), '&#65533;&#65533;' || chr(160)), (chr(65533) || chr(65534) || chr(65535), chr(65533) || '&#65533;&#65533;')) v (v, wanted);
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE html_escape('x' || chr(i) || 'y') <> 'x' || CASE WHEN i IN (38, 60, 62, 34, 39) THEN (ARRAY['&amp;', '&lt;', '&gt;', '&quot;', '&#39;'])[array_position(ARRAY[38, 60, 62, 34, 39], i)]
	WHEN i < 32 AND i NOT IN (9, 10, 13) OR i BETWEEN 127 AND 159 OR i IN (65534, 65535) THEN '&#65533;' ELSE chr(i) END || 'y') FROM generate_series(1, 70000) i WHERE i NOT BETWEEN 55296 AND 57343$$, 'every character of the first seventy thousand');
SELECT is(thousands(v), wanted, v::text) FROM (VALUES (0, '0'), (999, '999'), (1000, '1,000'), (-1234567, '-1,234,567'), (1234.5678, '1,234.5678'), (0.00012345, '0.00012345'), (123456789012345678901234567890, '123,456,789,012,345,678,901,234,567,890'), ('NaN'::numeric, 'NaN'), ('-Infinity', '-Infinity'), (12.50, '12.50')) v (v, wanted);

-- Tags that are not closed in order, or NULL.
CREATE FUNCTION pg_temp.unbalanced(html text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	tag text[];
	open text[] := '{}';
BEGIN
	FOR tag IN SELECT m FROM regexp_matches(html, '<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*)?)>', 'g') AS m LOOP
		IF tag[1] = '/' THEN
			IF open[cardinality(open)] IS DISTINCT FROM tag[2] THEN
				RETURN format('</%s> closes <%s>', tag[2], open[cardinality(open)]);
			END IF;
			open := trim_array(open, 1);
		ELSIF right(tag[3], 1) <> '/' THEN
			open := open || tag[2];
		END IF;
	END LOOP;
	RETURN CASE WHEN open <> '{}' THEN 'open: ' || open::text WHEN html ~ '<[^/a-zA-Z!]' OR html ~ '&(?!(amp|lt|gt|quot|#39|#65533|#8211);)' THEN 'a stray < or &' END;
END $$;
SELECT is(pg_temp.unbalanced(v), wanted, v) FROM (VALUES ('<a><b/></a>', NULL), ('<a><b></a></b>', '</a> closes <b>'), ('<a>', 'open: {a}'), ('a & b', 'a stray < or &'), ('1 < 2', 'a stray < or &')) v (v, wanted);

-- ---- tables ----
CREATE FUNCTION pg_temp.cells(html text) RETURNS text[] LANGUAGE sql AS $$ SELECT array_agg(m[2] ORDER BY n) FROM regexp_matches(html, '<(td|th scope="row")[^>]*>(?:<span[^>]*>)?([^<]*)', 'g') WITH ORDINALITY r (m, n) $$;
SELECT is(pg_temp.cells(html_table($$SELECT 'a' AS k, 1234567 AS i, 0.12345::float8 AS "share %", 1e20::float8 AS f, 12.50 AS n, true AS yes, false AS no, NULL AS nothing, NULL::numeric AS none, date '2026-01-02' AS d, timestamptz '2026-01-02 03:00+01' AS t, 'NaN'::float8 AS "nan %", '{1,2}'::int[] AS list$$, 'x')),
	'{a,"1,234,567",12.3,"100,000,000,000,000,000,000",12.50,yes,no,&#8211;,&#8211;,2026-01-02,"2026-01-02 02:00:00+00",NaN,"{1,2}"}', 'cells of each type');
SELECT is((SELECT array_agg(m[1] ORDER BY n) FROM regexp_matches(html_table($$SELECT 'x' AS team_name, 1 AS "a<b", 'met' AS status$$, 'x'), '<th scope="col"[^>]*>([^<]*)', 'g') WITH ORDINALITY r (m, n)), '{"team name",a&lt;b,status}', 'heads');
SELECT ok(html_table('SELECT ''met & more'' AS status, 1 AS x UNION ALL SELECT ''x'', 2', 'x') ~ '<th scope="row">met &amp; more</th>', 'a status that heads its row is a text');
SELECT ok(html_table('SELECT 1 AS x, ''Below "target"'' AS status', 'x') LIKE '%<span class="status is-below--target-">Below &quot;target&quot;</span>%', 'a status has a class of its name');
SELECT is(replace(substring(html_table('SELECT * FROM (VALUES (''a'', ''p'', true, 1), (''a'', ''q'', false, 2), (NULL, ''r'', NULL, 3)) v ("group", k, is_total, n)', 'x') from '<tbody>(.*</tbody>)'), E'\n', ''),
	'<tr class="group"><th scope="rowgroup" colspan="2">a</th></tr><tr class="total"><th scope="row">p</th><td class="number">1</td></tr><tr><th scope="row">q</th><td class="number">2</td></tr></tbody><tbody><tr class="group"><th scope="rowgroup" colspan="2"></th></tr><tr><th scope="row">r</th><td class="number">3</td></tr></tbody>', 'groups and totals');
SELECT ok(html_table('SELECT i FROM generate_series(1, 1234) i ORDER BY i', 'c', 3) ~ '<caption>c <b>The first 3 of 1,234.</b></caption>.*<th scope="row" class="number">3</th></tr>\n</tbody>', 'the first of many');
SELECT is(html_table('SELECT 1 WHERE false', 'a<b'), E'<p class="none">a&lt;b: nothing.</p>\n', 'nothing');
SELECT is(pg_temp.unbalanced(html_table(format('SELECT %L AS %I, %1$L AS status, %1$L AS "group"', v, v), v)), NULL, 'a hostile ' || v) FROM (VALUES ('<script>alert(1)</script>'), ('"></caption><img src=x>'), (''' onload=''x'), (']]>&<!--'), (E'\x01\x1b')) v (v);
SELECT is(html_table('SELECT 1 AS a -- the end', 'x'), html_table('SELECT 1 AS a;', 'x'), 'a comment, and a semicolon');
-- what has the category of numbers: money is one, names of objects are none; domains are what they are of
CREATE DOMAIN pg_temp.price AS money;
CREATE DOMAIN pg_temp.list_price AS pg_temp.price;
CREATE DOMAIN pg_temp.percent AS numeric CHECK (VALUE >= 0);
CREATE TEMP TABLE category_n AS SELECT 'a' AS label, '-1234567.80'::money AS money, 'pg_class'::regclass AS class, 'now()'::regprocedure AS proc, 4294967295::oid AS oid, '12.50'::list_price AS price, 0.25::percent AS "share %", NULL::money AS none, NULL::regclass AS nothing;
SELECT is(pg_temp.cells(html_table('SELECT * FROM pg_temp.category_n', 'x')), '{a,"-1,234,567.80",pg_class,now(),4294967295,12.50,25.0,&#8211;,&#8211;}', 'cells of the category of numbers');
SELECT is((SELECT array_agg(m[1] ORDER BY n) FROM regexp_matches(html_table('SELECT * FROM pg_temp.category_n', 'x'), '<td class="number">([^<]*)', 'g') WITH ORDINALITY r (m, n)), '{"-1,234,567.80",12.50,25.0}', 'of which these are numbers');
SELECT is(array(SELECT m[1] FROM regexp_matches(svg_bars('SELECT label, money, price, none, "share %" FROM pg_temp.category_n', 't'), '<title>([^<]*)', 'g') m), '{"money -1,234,568","price 12.5","share % 25.0"}', 'bars of them');
SELECT is(array(SELECT m[1] FROM regexp_matches(svg_curves('SELECT ''a'' AS curve, x::text::money AS x, 0.5 AS share, 5::money AS mark FROM generate_series(0, 10) x', 't'), '<line x1="(50[.0]*)%"', 'g') m), '{50.00}', 'and a curve over one');
SELECT throws_ok(format('SELECT salesops.%s', call), state, message, call) FROM (VALUES
	('svg_bars(''SELECT label, class, oid FROM pg_temp.category_n'', ''t'')', '42804', 'the query has columns that are no numbers: class is regclass, oid is oid'), ('svg_curves(''SELECT label AS curve, class AS x, money AS share FROM pg_temp.category_n'', ''t'')', '42804', 'the query has columns that are no numbers: x is regclass'),
	-- names
	('svg_bars(''SELECT 1 AS label, 2 AS label, 3 AS x'', ''t'')', '42701', 'the query has more than one column of this name: label'), ('svg_bars(''SELECT 1 AS label, 2 AS low, 3 AS "low: other", 4 AS high'', ''t'')', '42701', 'the query has more than one column of this name: low'), ('svg_bars(''SELECT 1 AS label, 2'', ''t'')', '22023', 'the query has a column without a name'),
	('svg_bars(''SELECT 1 AS label, NULL'', ''t'')', '42804', 'the query has columns that are no numbers: one without a name is text'), ('html_table(''SELECT 1 AS a, 2 AS "group", 3 AS "group"'', ''t'')', '42701', 'the query has more than one column of this name: group'), ('svg_curves(''SELECT 1 AS curve, 2 AS x, 3 AS x, 4 AS share'', ''t'')', '42701', 'the query has more than one column of this name: x')) v (call, state, message);
SELECT is((SELECT array_agg(m[1] ORDER BY n) FROM regexp_matches(html_table('SELECT 1 AS a, 2 AS a, 3, NULL', 'x'), '<th scope="(?:col|row)"[^>]*>([^<]*)|<td[^>]*>([^<]*)', 'g') WITH ORDINALITY r (m, n) WHERE m[1] IS NOT NULL), '{a,a,"","",1}', 'two columns of one name are both there, and one without has none');
SELECT is(array(SELECT m[1] FROM regexp_matches(svg_bars('SELECT ''w'' AS label, 3 AS won, 4 AS won', 't'), '<title>([^<]*)', 'g') m), '{"won 3","won 4"}', 'as are two bars');
SET LOCAL datestyle = 'German'; SET LOCAL extra_float_digits = -15; SET LOCAL timezone = 'Asia/Kathmandu'; SET LOCAL intervalstyle = 'sql_standard';
SELECT is(pg_temp.cells(html_table('SELECT date ''2026-01-02'', 0.1::float8 + 0.2, timestamptz ''2026-01-02 00:00+00'', interval ''1 day 2 hours''', 'x')), '{2026-01-02,0.30000000000000004,"2026-01-02 00:00:00+00","1 day 02:00:00"}', 'settings of the session change nothing');
SET LOCAL datestyle = 'ISO'; SET LOCAL extra_float_digits = 1; SET LOCAL timezone = 'UTC'; SET LOCAL intervalstyle = 'postgres';
SELECT throws_matching('SELECT ' || v, wanted, v) FROM (VALUES ('html_table(NULL, ''x'')', 'must not be NULL'), ('html_table(''SELECT 1'', NULL)', 'must not be NULL'), ('html_table(''SELECT 1'', ''x'', 0)', 'no table of 0 rows'), ('html_table(''SELECT 1 AS is_total'', ''x'')', 'no column to show'), ('html_table(''DELETE FROM pg_class'', ''x'')', 'another statement'), ('html_table(''SELECT 1; SELECT 2'', ''x'')', 'several statements'),
	('html_table(''SELECT 1) q; DROP TABLE pg_class; --'', ''x'')', 'syntax error'), ('svg_bars(NULL, ''x'')', 'must not be NULL'), ('svg_bars(''SELECT 1 AS x'', ''x'')', 'no column label'), ('svg_bars(''SELECT 1 AS label, ''''a'''' AS x'', ''x'')', 'no numbers: x is text'), ('svg_bars(''SELECT 1 AS label, 1 AS x'', ''x'', 0)', 'cannot end at 0'), ('svg_bars(''SELECT 1 AS label, 1 AS x'', ''x'', ''NaN'')', 'cannot end at NaN'), ('svg_bars(''SELECT 1 AS label, 1 AS x'', ''x'', 1, 0)', 'no chart of 0 lines'),
	('svg_curves(NULL, ''x'')', 'must not be NULL'), ('svg_curves(''SELECT 1 AS x'', ''x'')', 'has the columns: x'), ('svg_curves(''SELECT 1 AS curve, ''''a'''' AS x, 1 AS share'', ''x'')', 'no numbers: x is text'), ('inspection_report(NULL)', 'must not be NULL'), ('inspection_report(''none here'')', 'no reports in schema "none here"'), ('inspection_report(''x'', max_rows => 0)', 'no lists of 0 rows'), ('inspection_report(''x'', NULL)', 'must not be NULL')) v (v, wanted);

-- ---- charts of bars: where each begins and how wide it is, of the scale from the least to the greatest end ----
CREATE TEMP TABLE bars AS SELECT i, 'line ' || i AS label, 'figure ' || i % 3 AS figure, CASE WHEN i % 7 <> 0 THEN pg_temp.number(h, 0) % 1000 - 50 END AS start, pg_temp.number(h, 1) % 500 AS a, CASE WHEN i % 5 <> 0 THEN pg_temp.number(h, 2) % 300 - 100 END AS b, pg_temp.number(h, 3) % 1500 AS mark FROM (SELECT i, sha256(i::text::bytea) AS h FROM generate_series(1, 60) i) s;
CREATE TEMP TABLE ends AS SELECT *, coalesce(start, 0) + a AS a_end, coalesce(start, 0) + a + coalesce(b, 0) AS b_end, row_number() OVER (PARTITION BY figure ORDER BY i) AS line FROM bars;
CREATE TEMP TABLE wanted_bar AS
	SELECT e.figure, line, 1 AS n, round(100 * (least(coalesce(start, 0), a_end) - lo) / (hi - lo)::numeric, 2) AS x, round(100 * abs(a) / (hi - lo)::numeric, 2) AS width, 'a ' || CASE WHEN a >= 100 THEN a::text ELSE a::text END AS title FROM ends e JOIN (SELECT figure, least(0, min(least(start, a_end, b_end, mark))) AS lo, max(greatest(start, a_end, b_end, mark)) AS hi FROM ends GROUP BY figure) s USING (figure) WHERE a <> 0
	UNION ALL SELECT e.figure, line, 2, round(100 * (least(a_end, b_end) - lo) / (hi - lo)::numeric, 2), round(100 * abs(b) / (hi - lo)::numeric, 2), 'b ' || b FROM ends e JOIN (SELECT figure, least(0, min(least(start, a_end, b_end, mark))) AS lo, max(greatest(start, a_end, b_end, mark)) AS hi FROM ends GROUP BY figure) s USING (figure) WHERE b <> 0;
CREATE TEMP TABLE chart AS SELECT svg_bars('SELECT label, figure, start, a, b, mark AS "mark: goal" FROM pg_temp.bars ORDER BY i', 'T & t') AS svg;
CREATE TEMP TABLE drawn_bar AS SELECT m[1] AS figure, (b[2]::int + 22) / 40 AS line, b[4]::int AS n, b[1]::numeric AS x, b[3]::numeric AS width, b[5] AS title FROM chart, regexp_matches(svg, '<figure><figcaption>([^:]*?): T &amp; t</figcaption>(.*?)</figure>', 'g') m, regexp_matches(m[2], '<rect x="([^"]*)%" y="(\d+)" width="([^"]*)%" height="13" class="bar bar(\d) s-[ab]"><title>([^<]*)<', 'g') b;
SELECT is((SELECT count(*) FROM drawn_bar), (SELECT count(*) FROM wanted_bar), 'as many bars as numbers but zero');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE d.x IS NULL OR abs(d.x - w.x) > 0.011 OR abs(d.width - greatest(w.width, 0.15)) > 0.021 OR d.title <> w.title) FROM wanted_bar w LEFT JOIN drawn_bar d USING (figure, line, n)', 'each begins where the one before ends');
SELECT is((SELECT count(*) FROM chart, regexp_matches(svg, 'class="mark"', 'g')), 60::bigint, 'a mark on each line');
SELECT is((SELECT array_agg(m[1] ORDER BY n) FROM chart, regexp_matches(svg, '<figcaption>([^<]*)', 'g') WITH ORDINALITY r (m, n)), '{"figure 1: T &amp; t","figure 2: T &amp; t","figure 0: T &amp; t"}', 'a chart of each figure, in the order of the rows');
SELECT is((SELECT array_agg(m[1] ORDER BY n) FROM (SELECT svg_bars('SELECT i AS label, i AS x FROM generate_series(1, 12) i ORDER BY i', 't') AS svg) s, regexp_matches(svg, 'class="label">([^<]*)', 'g') WITH ORDINALITY r (m, n)), '{1,2,3,4,5,6,7,8,9,10,11,12}', 'lines in the order of the rows');
SELECT is(pg_temp.unbalanced(svg), NULL, 'well formed') FROM chart;
SELECT is(array(SELECT m[1] || ' ' || m[2] FROM regexp_matches(svg_bars('SELECT * FROM (VALUES (''a'', 0.5, 9), (''b'', 2, 1), (''c'', ''NaN''::float8, 1), (''d'', NULL, NULL), (''e'', ''Infinity'', NULL)) v (label, x, "mark: m")', 't', 1), '<(rect|line) x1?="([^"]*)%"', 'g') m), '{"rect 0","line 100","rect 0","line 100","line 100"}', 'cut where the scale ends; what is no number is not drawn');
SELECT ok(svg_bars('SELECT ''a'' AS label, 2 AS x', 't', 1) LIKE '%width="100%" height="13" class="bar bar1 s-x"%', 'and what is longer is all of it');
SELECT ok(svg_bars('SELECT ''a'' AS label, 0 AS x', 't') NOT LIKE '%class="bar bar%', 'a scale of nothing');
SELECT is(svg_bars('SELECT ''a'' AS label, 0 AS x WHERE false', 't'), '', 'no chart of no rows');
SELECT ok(svg_bars('SELECT i::text AS label, i AS x FROM generate_series(1, 1500) i', 't') ~ '<figcaption>t \(the first 40 of 1,500\)</figcaption>', 'not more lines than somebody reads');
SELECT is(array(SELECT m[1] FROM regexp_matches(svg_bars('SELECT ''w'' AS label, 3 AS won_deals, 0 AS lost, 4 AS "below %", 1 AS low, 2 AS "high: range", 3 AS "dot: middle %", 4 AS mark', 't'), '</i>([^<]*)</li>', 'g') m), '{"won deals",below,range,middle,mark}', 'a legend of what is drawn');
SELECT ok(svg_bars('SELECT ''w'' AS label, 3 AS won', 't') NOT LIKE '%legend%', 'and none of one bar');
SELECT is(array(SELECT m[1] FROM regexp_matches(svg_bars('SELECT ''w'' AS label, 0.1234 AS "share %", 1234567.8 AS much, 1.5 AS little', 't'), '<title>([^<]*)', 'g') m), '{"share % 12.3","much 1,234,568","little 1.5"}', 'numbers at hand');
SELECT is(pg_temp.unbalanced(svg_bars(format('SELECT %L AS label, %1$L AS text, %1$L AS figure, 1 AS %I, 2 AS %I', v, v, 'mark: ' || v), v)), NULL, 'hostile ' || v) FROM (VALUES ('<script>alert(1)</script>'), ('"/><x y="'), (']]>&'), (E'\x01' || repeat('long ', 20))) v (v);

-- ---- curves ----
SELECT is(array(SELECT m[1] FROM regexp_matches(svg_curves('SELECT * FROM (VALUES (''a'', 10, 0.25), (''a'', 0, 1), (''a'', 5, 0.5), (''b'', 0, 2), (''b'', 10, -1), (''b'', 7, NULL), (''b'', NULL, 1), (''b'', ''Infinity''::float8, 0)) v (curve, x, share)', 't'), 'points="([^"]*)"', 'g') m), '{"0.0,0.00 500.0,50.00 1000.0,75.00","0.0,0.00 1000.0,100.00"}', 'points in order of x, shares from 0 to 1');
SELECT is(svg_curves('SELECT 1 AS curve, 1 AS x, 1 AS share', 't'), '', 'no curve of one point');
SELECT ok(svg_curves('SELECT ''a'' AS curve, x, 0.5 AS share, 5 AS mark FROM generate_series(0, 20) x', 't') ~ '<line x1="25(\.00)?%" x2="25(\.00)?%" y1="0" y2="170" class="mark">', 'a mark at its x');
SELECT ok(svg_curves('SELECT ''a'' AS curve, x, 0.5 AS share, 21 AS mark FROM generate_series(0, 20) x', 't') NOT LIKE '%class="mark"%', 'and none beside the chart');
SELECT is(array(SELECT m[1] FROM regexp_matches(svg_curves('SELECT c AS figure, ''s'' || d AS curve, x, 0.5 AS share, ''n'' AS note FROM generate_series(0, 3) x, unnest(''{p,q}''::text[]) c, generate_series(1, 2) d ORDER BY c, d, x', 't'), '<figcaption>([^<]*)|</i>([^<]*)', 'g') m WHERE m[1] IS NOT NULL), '{"p: t","q: t"}', 'a chart of each figure');
SELECT is(pg_temp.unbalanced(svg_curves(format('SELECT %L AS curve, x, 0.5 AS share, %1$L AS note, %1$L AS figure FROM generate_series(0, 3) x', v), v)), NULL, 'hostile ' || v) FROM (VALUES ('<script>alert(1)</script>'), ('"/><x y="'), (E'\x01')) v (v);

-- ---- the page ----
CALL create_contract('crm');
CREATE SCHEMA U&"Re\0022po\000Arts";		-- a quote, and a line end
CALL create_reports(E'Re"po\nrts', 'crm');
SELECT throws_ok($$SELECT salesops.inspection_report(E'Re"po\nrts')$$, '55000', E'the reports in schema "Re""po\nrts" are empty', 'before the first refresh');
CALL refresh_reports(E'Re"po\nrts', as_of => '2026-06-29');
CREATE TEMP TABLE page AS SELECT 'empty' AS name, inspection_report(E'Re"po\nrts') AS html;
-- one deal, whose owner has a name to break out with, beside an account that is there twice
INSERT INTO crm.stage (stage, position, probability, category, outcome, max_days) VALUES ('New "<1>"', 1, 0.1, 'pipeline', 'open', 10), ('Won', 2, 1, 'closed', 'won', NULL), ('Lost', 3, 0, 'omitted', 'lost', NULL);
INSERT INTO crm.sales_user (user_id, name, team) VALUES ('U1', '<script>alert("x")</script>', E'</td>&]]>''\x01');
INSERT INTO crm.account (account_id, name, website) SELECT 'A' || i, '<img src=x onerror=alert(1)> Ltd', 'https://example.com/"><b>' FROM generate_series(1, 2) i;
INSERT INTO crm.opportunity (opportunity_id, name, account_id, owner_id, stage, amount, close_date, forecast_category, created_at) VALUES ('<D&1>', '"><svg onload=x>', 'A1', 'U1', 'New "<1>"', 1234567, '2026-06-30', '<commit>', '2026-01-01 00:00+00');
INSERT INTO crm.quota (owner_id, period_start, period_end, amount) VALUES ('U1', '2026-04-01', '2026-06-30', 7654321);
CALL refresh_reports(E'Re"po\nrts', as_of => '2026-06-29');
INSERT INTO page SELECT 'one deal', inspection_report(E'Re"po\nrts', '<Title> & more');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE m[2] !~ '^SELECT ') FROM page, regexp_matches(html, '<pre>(--[^\n]*)\n([^\n]*)', 'g') AS m$$, 'the comment on a query ends with its line, whatever the name of the schema is');
-- the sample
DROP SCHEMA crm CASCADE;
\set size 600
CALL salesops.create_contract('crm');
\i demo/sample.sql
SET LOCAL search_path = public, salesops;
SET LOCAL client_min_messages = warning;
CREATE SCHEMA reports;
CALL create_reports('reports', 'crm');
CALL refresh_reports('reports', as_of => '2026-06-29');
INSERT INTO page SELECT 'sample', inspection_report('reports');
SELECT is(pg_temp.unbalanced(regexp_replace(html, '<style>.*?</style>|<!DOCTYPE html>', '', 'g')), NULL, name || ': elements are closed in order, and no text is markup') FROM page;
-- a server may be built without libxml
SELECT CASE pg_temp.outcome_of('SELECT xml_is_well_formed_document(''<a/>'')') WHEN '0A000' THEN skip('no support of XML in this server') ELSE is(pg_temp.outcome_of(format('SELECT xml_is_well_formed_document(%L)', html)), 'true', name || ': the page is XML, too') END FROM page;
SELECT ok(html !~* '<(script|img|iframe|object|link)|@import|url\(', name || ': no scripts, and nothing is fetched') FROM page;
SELECT is((SELECT count(*) FROM regexp_matches(html, '<section ', 'g')), 13::bigint, name || ': sections, also of what to read with care') FROM page;
SELECT is((SELECT count(*) FROM regexp_matches(html, '<figure>', 'g')), (SELECT count(*) FROM regexp_matches(html, '<svg [^>]*role="img" aria-label="[^"]+"', 'g')), name || ': a picture in each figure, which says what it shows') FROM page;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE s[1] ~ '<figure>' AND s[1] !~ '<table>') FROM page, regexp_matches(html, '<section (.*?)</section>', 'g') s$$, 'a table beside each picture');
SELECT ok(html LIKE '%&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;%' AND html LIKE '%&lt;/td&gt;&amp;]]&gt;&#39;&#65533;%' AND html LIKE '%&lt;D&amp;1&gt;%' AND html LIKE '%<h1>&lt;Title&gt; &amp; more</h1>%', 'hostile names are texts') FROM page WHERE name = 'one deal';
SELECT ok(html LIKE '%<td class="number">7,654,321</td>%' AND html LIKE '%1,234,567%', 'thousands are apart') FROM page WHERE name = 'one deal';
-- each cell of a table of the page, of the sample
CREATE FUNCTION pg_temp.table_cells(caption text) RETURNS SETOF text[] LANGUAGE sql AS $$
	SELECT pg_temp.cells(row[1]) FROM page, substring(html from '<table><caption>' || caption || '.*?</table>') AS t, regexp_matches(t, '<tr(?: class="total")??>(<th scope="row".*?)</tr>', 'g') AS row WHERE name = 'sample' $$;
SELECT results_eq($$SELECT pg_temp.table_cells('Single and cumulative totals by team')$$, $$SELECT array_prepend(team, (SELECT array_agg(coalesce(salesops.thousands(v), '&#8211;') ORDER BY n) FROM unnest(ARRAY[round(quota), round(closed), round(commit), round(most_likely), round(best_case), round(pipeline), round(commit_forecast), round(best_case_forecast), round(open_pipeline), no_category_deals, round(no_category_amount)]) WITH ORDINALITY u (v, n)))
	FROM reports.forecast_summary ORDER BY period_start, is_total DESC, team$$, 'the page has the numbers of forecast_summary');
SELECT results_eq($$SELECT pg_temp.table_cells('Rates of the last year')$$, $$SELECT array_prepend(team, (SELECT array_agg(coalesce(salesops.thousands(v), '&#8211;') ORDER BY n) FROM unnest(ARRAY[won_deals, lost_deals, round(100 * win_rate::numeric, 1), round(100 * win_rate_low::numeric, 1), round(100 * win_rate_high::numeric, 1), round(100 * win_rate_amount::numeric, 1), round(100 * win_rate_created::numeric, 1), round(avg_deal_size), round(avg_cycle_days::numeric, 1), round(median_cycle_days::numeric, 1), missing_amounts]) WITH ORDINALITY u (v, n)))
	FROM reports.win_rates ORDER BY is_total DESC, team$$, 'and of win_rates, in percent');
SELECT results_eq($$SELECT c[1], c[7] FROM pg_temp.table_cells('The largest aged deals') c$$, $$SELECT opportunity_id, salesops.thousands(round(amount)) FROM reports.pipeline_inspection WHERE is_aged ORDER BY amount DESC NULLS LAST, opportunity_id LIMIT 15$$, 'fifteen deals of a list');
SELECT ok(html LIKE format('%%<caption>The largest aged deals <b>The first 15 of %s.</b></caption>%%', n), 'and how many there are') FROM page, (SELECT count(*) AS n FROM reports.pipeline_inspection WHERE is_aged) c WHERE name = 'sample';
SELECT results_eq($$SELECT c[1] || ': ' || replace(c[5], ' ', '_') FROM pg_temp.table_cells('Value, target and trend') c$$, $$SELECT replace(metric, '_', ' ') || ': ' || replace(status, ' ', '_') FROM reports.scorecard ORDER BY position$$, 'the scorecard');
-- what the settings of the session, and the time, are not in
SET LOCAL datestyle = 'German'; SET LOCAL extra_float_digits = -5; SET LOCAL timezone = 'Asia/Kathmandu'; SET LOCAL search_path = pg_temp, public; SET LOCAL lc_numeric = 'C';
SELECT ok(html = salesops.inspection_report('reports'), 'the same with other settings') FROM page WHERE name = 'sample';
SET LOCAL search_path = public, salesops; SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL extra_float_digits = 1;
-- parts
SELECT lives_ok(format('SELECT * FROM (%s) q', content), section || '.' || part || ' ' || kind || ' runs') FROM inspection_parts('reports') WHERE kind NOT IN ('section', 'if', 'view');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE to_regclass('reports.' || title) IS NULL) FROM salesops.inspection_parts('reports') WHERE kind = 'view'$$, 'the views whose definition is shown are there');
SELECT is((SELECT count(*) FROM inspection_parts(NULL)), 0::bigint, 'no parts of NULL');
CREATE FUNCTION pg_temp.decoded(text) RETURNS text LANGUAGE sql RETURN replace(replace(replace(replace(replace($1, '&#39;', ''''), '&quot;', '"'), '&lt;', '<'), '&gt;', '>'), '&amp;', '&');
SELECT is((SELECT count(*) FROM page, regexp_matches(html, '<h3>The rows behind ', 'g') WHERE name = 'sample'), 12::bigint, 'the rows behind a number of nearly each section');
SELECT lives_ok(pg_temp.decoded(m[2]), 'which run: ' || m[1]) FROM page, regexp_matches(html, '<h3>The rows behind ([^<]*?)</h3><pre>([^<]*?);</pre>', 'g') m WHERE name = 'sample';
SELECT lives_ok(pg_temp.decoded(m[1]), 'the definition of a view runs') FROM page, regexp_matches(html, '-- computed by\n([^<]*?);</pre>', 'g') m WHERE name = 'sample';
-- who reads nothing but the views for dashboards
CREATE ROLE salesops_test_reader;
GRANT USAGE ON SCHEMA reports, salesops TO salesops_test_reader;
SELECT format('GRANT SELECT ON reports.%I TO salesops_test_reader', report) FROM (SELECT DISTINCT report FROM report_columns()) r \gexec
SET LOCAL ROLE salesops_test_reader;
RESET ROLE;
GRANT SELECT ON page TO salesops_test_reader;
SET LOCAL ROLE salesops_test_reader;
SELECT is(regexp_replace(salesops.inspection_report('reports'), '<p class="none">The rows behind numbers of [a-z_]*: not shown, as role salesops_test_reader may not read reports\.report_column\.</p>\n', '', 'g'), (SELECT regexp_replace(html, '<h3>The rows behind [^\n]*?</h3><pre>[^<]*?</pre>\n', '', 'g') FROM page WHERE name = 'sample'), 'who may read the views makes the same page, without the rows behind the numbers');
SELECT is((SELECT count(*) FROM regexp_matches(salesops.inspection_report('reports'), 'The rows behind numbers of [a-z_]*: not shown', 'g')), (SELECT count(*) FROM salesops.inspection_parts('reports') WHERE kind = 'rows'), 'which it says');
RESET ROLE;
GRANT SELECT ON reports.report_column TO salesops_test_reader;
SET LOCAL ROLE salesops_test_reader;
SELECT ok(salesops.inspection_report('reports') = (SELECT html FROM page WHERE name = 'sample'), 'and with them, where they may be known');
RESET ROLE;
REVOKE SELECT ON reports.coverage FROM salesops_test_reader;
SET LOCAL ROLE salesops_test_reader;
SELECT throws_ok($$SELECT salesops.inspection_report('reports')$$, '42501', NULL, 'and who may not read one, none');
RESET ROLE;

-- the page of a representative: of the views that show each role what it may see
CREATE SCHEMA mine;
CALL create_report_access('reports', 'mine');
CREATE ROLE salesops_test_rep;
GRANT USAGE ON SCHEMA mine, salesops TO salesops_test_rep;
GRANT SELECT ON ALL TABLES IN SCHEMA mine TO salesops_test_rep;
CREATE TEMP TABLE rep AS SELECT owner_id FROM reports.pipeline_inspection WHERE is_aged AND owner_id IS NOT NULL GROUP BY owner_id ORDER BY count(*) DESC, owner_id LIMIT 1;
INSERT INTO reports.sales_access SELECT 'salesops_test_rep', owner_id, 'rep' FROM rep;
GRANT INSERT ON page TO salesops_test_rep;
SET LOCAL ROLE salesops_test_rep;
INSERT INTO page SELECT 'rep', salesops.inspection_report('mine', 'My deals');
RESET ROLE;
SELECT is(pg_temp.unbalanced(regexp_replace(html, '<style>.*?</style>|<!DOCTYPE html>', '', 'g')), NULL, 'the page of a representative') FROM page WHERE name = 'rep';
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE html LIKE '%' || opportunity_id || '%') FROM page, reports.deal WHERE page.name = 'rep' AND owner_id IS DISTINCT FROM (SELECT owner_id FROM rep)$$, 'has no deal of others');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE html NOT LIKE '%' || opportunity_id || '%') FROM page, (SELECT * FROM reports.pipeline_inspection WHERE is_aged AND owner_id = (SELECT owner_id FROM rep) ORDER BY amount DESC NULLS LAST LIMIT 15) d WHERE page.name = 'rep'$$, 'and his own');
-- what is not shown is not said to be nothing
CREATE ROLE salesops_test_manager;
CREATE ROLE salesops_test_operations;
GRANT USAGE ON SCHEMA mine, salesops TO salesops_test_manager, salesops_test_operations;
GRANT SELECT ON ALL TABLES IN SCHEMA mine TO salesops_test_manager, salesops_test_operations;
GRANT INSERT ON page TO salesops_test_manager, salesops_test_operations;
CREATE TEMP TABLE team AS SELECT team, min(manager_id) AS manager FROM reports.owner WHERE manager_id IS NOT NULL GROUP BY team ORDER BY count(*) DESC, team LIMIT 1;
UPDATE reports.owner SET team = 'Of others' WHERE team = (SELECT team FROM team) AND manager_id IS DISTINCT FROM (SELECT manager FROM team) AND owner_id <> (SELECT manager FROM team);
INSERT INTO reports.sales_access SELECT 'salesops_test_manager', manager, 'manager' FROM team UNION ALL SELECT 'salesops_test_operations', NULL, 'operations';
SET LOCAL ROLE salesops_test_manager;
INSERT INTO page SELECT 'manager', salesops.inspection_report('mine');
SET LOCAL ROLE salesops_test_operations;
INSERT INTO page SELECT 'operations', salesops.inspection_report('mine');
RESET ROLE;
CREATE FUNCTION pg_temp.said_of(of_page text, title text) RETURNS text LANGUAGE sql AS $$ SELECT CASE WHEN html LIKE '%<table><caption>' || title || '%' THEN 'a table' ELSE substring(html from '<p class="none">' || title || ': ([^<]*)</p>') END FROM page WHERE name = of_page $$;
SELECT is(pg_temp.said_of(reader, title), wanted, reader || ': ' || title) FROM (VALUES
	('rep', 'Single and cumulative totals by team', 'not shown. Numbers of a team are shown to the manager of everybody who is active in it, those of all teams to operations.'), ('rep', 'Duplicate rate', 'not shown. It is of no team, and shown to operations alone.'), ('rep', 'Checks that found something', 'not shown. It is of no team, and shown to operations alone.'),
	('rep', 'The largest aged deals', 'a table'), ('rep', 'How long deals stay, those that are still there included, in days', 'a table'),
	('manager', 'Single and cumulative totals by team', 'a table'), ('manager', 'By movement: what left is negative', 'not shown. Numbers of all teams are shown to operations alone.'), ('manager', 'Value, target and trend; counted and out of: what the value is made of', 'not shown. It is of no team, and shown to operations alone.'), ('manager', 'The largest aged deals', 'a table'),
	('operations', 'Duplicate rate', 'a table'), ('operations', 'By movement: what left is negative', 'a table')) v (reader, title, wanted);
SELECT is((SELECT count(*) FROM regexp_matches(html, 'not shown|Numbers of all teams are shown', 'g')), 0::bigint, 'operations is shown all') FROM page WHERE name = 'operations';
SELECT is((SELECT count(*) FROM regexp_matches(html, 'In short</h2>.*?</ul>\n<p class="none">Numbers of all teams are shown to operations alone.</p>')), 1::bigint, name || ': few numbers in short, and why') FROM page WHERE name IN ('rep', 'manager');
-- a representative without an aged deal is told that there is none
DELETE FROM reports.sales_access WHERE login = 'salesops_test_rep';
INSERT INTO reports.sales_access VALUES ('salesops_test_rep', 'nobody', 'rep');
SET LOCAL ROLE salesops_test_rep;
INSERT INTO page SELECT 'idle', salesops.inspection_report('mine');
RESET ROLE;
SELECT is(pg_temp.said_of('idle', 'The largest aged deals'), 'nothing.', 'nothing is nothing');

SELECT * FROM finish();
ROLLBACK;
