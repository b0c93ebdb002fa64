-- reports: bars and lines of text, and what a page is made of.
\set SHOW_CONTEXT never
\pset null '(null)'
\pset format unaligned
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SELECT v, salesops.spark(v) FROM (VALUES ('{1,5,22,13,5}'::float8[]), ('{0,30,55,80,33,150}'), ('{3,3,3}'), ('{1,NULL,NaN,2}'), ('{-Infinity,1,2,Infinity}'), ('{}'), (NULL)) t (v);
SELECT n, salesops.bar(n, 8, 4) AS picture FROM unnest('{-1,0,1,3,7.999,8,9,NaN,NULL}'::float8[]) n;
SELECT salesops.bar(1, 1, 0);
SELECT salesops.thousands(1234567.80) AS value;
SELECT salesops.html_escape('<a href="x">R&D ''s</a>' || chr(7)) AS text;
SELECT salesops.html_table($$SELECT '2026-Q2' AS "group", team, amount, rate AS "win rate %", 'met' AS status, team = 'All' AS is_total FROM (VALUES ('All', 1234567, 0.4321), ('<West>', NULL, 0.5)) v (team, amount, rate)$$, 'Teams') AS html;
SELECT salesops.html_table('DELETE FROM pg_class', 'x');
SELECT salesops.html_table('SELECT 1', NULL);
SELECT salesops.svg_bars('SELECT ''West'' AS label, 30 AS won, 10 AS lost, 50 AS "mark: quota", 40 AS text', 'Deals') AS svg;
SELECT salesops.svg_bars('SELECT 1 AS won', 'Deals');
SELECT salesops.svg_curves('SELECT ''a'' AS curve, x, 1 - x / 4.0 AS share FROM generate_series(0, 4) x', 'Left') AS svg;
SELECT salesops.svg_curves('SELECT 1 AS x', 'Left');
SELECT section, title FROM salesops.inspection_parts('reports') WHERE kind IN ('section', 'if') ORDER BY section;
SELECT salesops.inspection_report('nowhere');
