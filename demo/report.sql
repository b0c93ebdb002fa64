-- Writes the weekly pipeline inspection (demo/inspection.sql) as one self-contained HTML page to standard output:
-- tables, bars and small SVG charts; no scripts, nothing fetched.
--
--   psql -qAtX -f demo/report.sql -o inspection.html
--
-- Every chart stands beside the table it is drawn from, and every section ends with the SQL that computed it.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;

CREATE FUNCTION pg_temp.escape(text) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN replace(replace(replace(replace($1, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;');

-- A number as the page shows it: large ones whole with thousands apart, others with the decimals that their view gave.
CREATE FUNCTION pg_temp.show(value numeric) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN abs(value) >= 1000 THEN inspection.money(value) ELSE value::text END;

-- A table of what a query gives: columns in order, numbers to the right, statuses as labels.
CREATE FUNCTION pg_temp.html_table(query text, caption text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	row_json json;
	cell record;
	html text := '';
	head text;
	line text;
	total boolean;
BEGIN
	FOR row_json IN EXECUTE format('SELECT row_to_json(q) FROM (%s) AS q', query) LOOP
		line := '';
		total := false;
		IF head IS NULL THEN
			SELECT string_agg(format('<th scope="col"%s>%s</th>', CASE json_typeof(row_json -> k) WHEN 'number' THEN ' class="number"' END,
				pg_temp.escape(replace(k, '_', ' '))), '' ORDER BY n) INTO head
			FROM json_object_keys(row_json) WITH ORDINALITY AS c (k, n);
		END IF;
		FOR cell IN SELECT k, row_json ->> k AS value, json_typeof(row_json -> k) AS kind
			FROM json_object_keys(row_json) WITH ORDINALITY AS c (k, n) ORDER BY n
		LOOP
			total := total OR cell.value = 'All teams';
			line := line || CASE
				WHEN cell.value IS NULL THEN '<td class="none">–</td>'
				WHEN cell.kind = 'number' THEN '<td class="number">' || pg_temp.show(cell.value::numeric) || '</td>'
				WHEN cell.k = 'status' THEN format('<td><span class="status %s">%s</span></td>',
					regexp_replace(cell.value, '\W', '_', 'g'), pg_temp.escape(replace(cell.value, '_', ' ')))
				ELSE '<td>' || pg_temp.escape(cell.value) || '</td>' END;
		END LOOP;
		html := html || CASE WHEN total THEN '<tr class="total">' ELSE '<tr>' END || line || E'</tr>\n';
	END LOOP;
	IF head IS NULL THEN
		RETURN format('<p class="none">%s: none.</p>', pg_temp.escape(caption));
	END IF;
	RETURN format(E'<div class="scroll"><table><caption>%s</caption><thead><tr>%s</tr></thead><tbody>\n%s</tbody></table></div>',
		pg_temp.escape(caption), head, html);
END
$$;

-- The definition of a view, for the reader to copy.
CREATE FUNCTION pg_temp.sql_of(VARIADIC views text[]) RETURNS text LANGUAGE sql STABLE
	RETURN (SELECT '<details><summary>The SQL</summary><pre>' || string_agg(format(E'-- %s: %s\n%s', v, coalesce(obj_description(v::regclass, 'pg_class'), ''),
			pg_temp.escape(pg_get_viewdef(v::regclass, 100))), E'\n\n' ORDER BY n) || '</pre></details>'
		FROM unnest(views) WITH ORDINALITY AS u (v, n));

-- Charts are 640 wide; a row is 26 high: a label to the left, the drawing to the right of x = 150.
CREATE FUNCTION pg_temp.chart(title text, n bigint, body text, legend text DEFAULT '') RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN n > 0 THEN format(E'<figure><figcaption>%s</figcaption><svg viewBox="0 0 640 %s" role="img" aria-label="%s">\n%s</svg>%s</figure>\n',
		pg_temp.escape(title), n * 26 + 6, pg_temp.escape(title), body, legend) ELSE '' END;
CREATE FUNCTION pg_temp.label(name text, line bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN format('<text x="142" y="%s" class="label">%s</text>', line * 26 - 8, pg_temp.escape(name));
CREATE FUNCTION pg_temp.bar(class text, start numeric, width numeric, line bigint, hint text) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN CASE WHEN width > 0 THEN format('<rect x="%s" y="%s" width="%s" height="16" class="%s"><title>%s</title></rect>',
		round(150 + start, 1), line * 26 - 20, round(width, 1), class, pg_temp.escape(hint)) ELSE '' END;
CREATE FUNCTION pg_temp.mark(class text, x numeric, line bigint, hint text) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN format('<line x1="%1$s" x2="%1$s" y1="%2$s" y2="%3$s" class="%4$s"><title>%5$s</title></line>',
		round(150 + x, 1), line * 26 - 23, line * 26 - 1, class, pg_temp.escape(hint));
-- A colour for each of some curves, and a curve through points.
CREATE FUNCTION pg_temp.hue(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN format('hsl(%s, 55%%, 52%%)', 205 + 47 * n);
CREATE FUNCTION pg_temp.curve(name text, points text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN format('<polyline points="%s" fill="none" stroke="%s" stroke-width="2"><title>%s</title></polyline>', points, pg_temp.hue(n), pg_temp.escape(name));

-- ---- the page ----

SELECT '<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pipeline inspection ' || as_of || '</title>
<style>
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5a6676; --line: #dde2e8; --page: #fff; --panel: #f6f8fa;
	--closed: #1b5e9b; --commit: #3f8fd2; --likely: #7db7e3; --best: #b5d5ee; --pipe: #dbe7f2; --good: #1f7a4d; --bad: #b3372f; --mark: #d9822b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #a0abba; --line: #333c48; --page: #12161c; --panel: #1a2029;
	--closed: #8cc4f5; --commit: #5a9fdc; --likely: #3f78ac; --best: #2e5779; --pipe: #233a50; --good: #58c08d; --bad: #f0837b; --mark: #f0a95a; } }
* { box-sizing: border-box; } body { margin: 0 auto; max-width: 1240px; padding: 28px 20px 60px; background: var(--page); color: var(--ink);
	font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 26px; margin: 0 0 2px; } h2 { font-size: 19px; margin: 44px 0 4px; padding-top: 14px; border-top: 2px solid var(--line); }
p { margin: 4px 0 12px; max-width: 82ch; } .soft, figcaption, caption { color: var(--soft); font-size: 13px; }
.kpis { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px; margin: 22px 0 0; padding: 0; list-style: none; }
.kpis li { background: var(--panel); border-radius: 8px; padding: 12px 14px; } .kpis b { display: block; font-size: 24px; font-weight: 650; }
.kpis .good { color: var(--good); } .kpis .bad { color: var(--bad); }
.scroll { overflow-x: auto; margin: 10px 0 18px; } table { border-collapse: collapse; font-size: 12.5px; width: 100%; }
caption { text-align: left; padding: 0 0 4px; } th, td { padding: 4px 8px; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
th { font-weight: 600; white-space: normal; vertical-align: bottom; } .number { text-align: right; font-variant-numeric: tabular-nums; } .none { color: var(--soft); } td.none { text-align: right; }
tr.total td { font-weight: 650; background: var(--panel); }
.status { padding: 1px 8px; border-radius: 10px; border: 1px solid currentColor; font-size: 12px; } .covered, .met, .on_target { color: var(--good); }
.short, .below_target, .above_target { color: var(--bad); } .no_quota { color: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 8px 28px; } figure { margin: 8px 0; max-width: 680px; } svg { width: 100%; height: auto; }
.label { text-anchor: end; font-size: 13px; fill: var(--ink); } .value { font-size: 12px; fill: var(--soft); }
.c-closed { fill: var(--closed); } .c-commit { fill: var(--commit); } .c-likely { fill: var(--likely); } .c-best { fill: var(--best); } .c-pipe { fill: var(--pipe); }
.c-good { fill: var(--good); } .c-bad { fill: var(--bad); } .c-rest { fill: var(--pipe); } .m-mark { stroke: var(--mark); stroke-width: 3; } .m-thin { stroke: var(--ink); stroke-width: 2; }
.legend { font-size: 12px; color: var(--soft); } .legend span { display: inline-block; white-space: nowrap; } .legend i { display: inline-block; width: 11px; height: 11px; margin: 0 4px 0 12px; vertical-align: -1px; border-radius: 2px; }
details { margin: 6px 0; } summary { cursor: pointer; color: var(--soft); font-size: 13px; } pre { background: var(--panel); padding: 12px; border-radius: 8px; overflow-x: auto; font-size: 12px; }
@page { size: A4 landscape; margin: 12mm; }
@media print { body { max-width: none; padding: 0; } details { display: none; } figure, tr { break-inside: avoid; } .scroll { overflow: visible; } table { font-size: 9px; } th, td { white-space: normal; padding: 2px 5px; } }
@media (max-width: 520px) { .charts { grid-template-columns: 1fr; } }
</style></head><body>
<header><h1>Weekly pipeline inspection</h1>
<p class="soft">As of ' || as_of || ' · ' || inspection.money((SELECT count(*) FROM inspection.deal)) || ' deals · amounts in the corporate currency · computed by salesops '
	|| (SELECT extversion FROM pg_extension WHERE extname = 'salesops') || '</p></header>'
FROM inspection.setting;

-- the headline: a few numbers, each a cell of a table below
SELECT '<ul class="kpis">' || string_agg(format('<li>%s<b class="%s">%s</b><span class="soft">%s</span></li>', name, class, coalesce(value, '–'), note), '' ORDER BY n) || '</ul>'
FROM (
	SELECT 1 AS n, 'Coverage ' || period AS name, CASE WHEN status = 'short' THEN 'bad' WHEN status IN ('met', 'covered') THEN 'good' ELSE '' END AS class,
		CASE WHEN status IN ('met', 'no_quota', 'unknown') THEN replace(status, '_', ' ') ELSE pg_temp.show(coverage) || ' ×' END AS value,
		coalesce('required ' || pg_temp.show(required) || ' ×', '') AS note
	FROM inspection.coverage WHERE team = 'All teams' AND period = (SELECT max(period) FROM inspection.period)
	UNION ALL
	SELECT 2, 'Commit forecast ' || period, '', inspection.money(commit_forecast), coalesce('quota ' || inspection.money(quota), 'no quota')
	FROM inspection.forecast WHERE team = 'All teams' AND period = (SELECT min(period) FROM inspection.period)
	UNION ALL
	SELECT 3, 'Odds of the quota ' || period, '', coalesce(chance || ' %', '–'), inspection.money(low) || ' – ' || inspection.money(high)
	FROM inspection.odds WHERE team = 'All teams' AND period = (SELECT min(period) FROM inspection.period)
	UNION ALL
	SELECT 4, 'Win rate', '', win_rate || ' %', low || ' – ' || high || ' %' FROM inspection.win_rates WHERE team = 'All teams'
	UNION ALL
	SELECT 5, 'Category integrity', CASE WHEN status = 'on target' THEN 'good' ELSE 'bad' END, integrity || ' %', 'target 95 %' FROM inspection.integrity WHERE team = 'All teams'
	UNION ALL
	SELECT 6, 'Aged deals', '', sum(aged)::text, 'of ' || sum(open) || ' open' FROM inspection.aging
	UNION ALL
	SELECT 7, 'Duplicate accounts', CASE WHEN status = 'on target' THEN 'good' ELSE 'bad' END, pg_temp.show(per_1000) || ' ‰', 'target below 5 ‰' FROM inspection.duplicate_rate
) AS kpi;

-- 0
SELECT '<section><h2>Read with care</h2><p>What in the data makes the numbers below less than they seem.</p>'
	|| pg_temp.html_table('TABLE inspection.input', 'Checks that found something') || '</section>'
WHERE EXISTS (SELECT FROM inspection.input);

-- 1
SELECT '<section><h2>1. Pipeline by forecast category</h2>
<p>What is closed and what is still open, by close date, against quota. The commit forecast is commit + closed; the best-case forecast adds best case and most likely; the open pipeline is pipeline, best case, most likely and commit. Categories are the owners’, except that won and lost deals count as what they are; section 7 says how far the rest can be trusted. Deals without a category stand apart.</p><div class="charts">';
SELECT pg_temp.chart(period || ': closed, commit, most likely, best case, pipeline; the mark is the quota', count(*), string_agg(
		pg_temp.label(team, row) || bars || CASE WHEN quota IS NULL THEN '' ELSE pg_temp.mark('m-mark', quota * unit, row, 'quota ' || inspection.money(quota)) END, E'\n' ORDER BY row),
	'<p class="legend"><span><i style="background:var(--closed)"></i>closed</span><span><i style="background:var(--commit)"></i>commit</span><span><i style="background:var(--likely)"></i>most likely</span><span><i style="background:var(--best)"></i>best case</span><span><i style="background:var(--pipe)"></i>pipeline</span><span><i style="background:var(--mark)"></i>quota</span></p>')
FROM (
	SELECT *, 480 / nullif(max(greatest(closed + open_pipeline, quota)) OVER (PARTITION BY period), 0) AS unit, row_number() OVER (PARTITION BY period ORDER BY team) AS row
	FROM inspection.forecast WHERE team <> 'All teams'
) AS f, LATERAL (
	SELECT string_agg(pg_temp.bar(class, before * unit, amount * unit, row, replace(substr(class, 3), 'likely', 'most likely') || ' ' || inspection.money(amount)), '') AS bars
	FROM (SELECT class, amount, sum(amount) OVER (ORDER BY n) - amount AS before
		FROM (VALUES (1, 'c-closed', closed), (2, 'c-commit', commit), (3, 'c-likely', most_likely), (4, 'c-best', best_case), (5, 'c-pipe', pipeline)) AS v (n, class, amount)) AS b
) AS bars
GROUP BY period ORDER BY period;
SELECT '</div>' || pg_temp.html_table('TABLE inspection.forecast', 'Single and cumulative totals by team') || pg_temp.sql_of('inspection.forecast', 'inspection.team_period') || '</section>';

-- 2
SELECT '<section><h2>2. What moved in the last week</h2>
<p>From the open pipeline of a week ago to that of today, by the period of the close date. Every deal that moved is in a bar, and start and all bars are the end, to the cent. A deal that changed its amount and then left counts in both; won is what was booked.</p><div class="charts">';
SELECT pg_temp.chart(period || ': open pipeline a week ago, what came in, what left, open pipeline today', count(*), string_agg(
	pg_temp.label(movement, row) || pg_temp.bar(CASE WHEN movement IN ('start', 'end') THEN 'c-closed' WHEN movement = 'won' THEN 'c-commit' WHEN amount < 0 THEN 'c-bad' ELSE 'c-good' END,
		least(level_from, level_to) * unit, abs(level_to - level_from) * unit, row, movement || ' ' || inspection.money(amount) || ', ' || deals || ' deals')
	|| format('<text x="%s" y="%s" class="value">%s</text>', round(158 + greatest(level_from, level_to) * unit), row * 26 - 8, inspection.money(amount)), E'\n' ORDER BY row))
FROM (
	SELECT *, 400 / nullif(max(greatest(level_from, level_to)) OVER (PARTITION BY period), 0) AS unit, row_number() OVER (PARTITION BY period ORDER BY bar) AS row
	FROM inspection.movement WHERE deals > 0 OR movement IN ('start', 'end')
) AS m
GROUP BY period ORDER BY period;
SELECT '</div>' || pg_temp.html_table('SELECT period, movement, deals, amount FROM inspection.movement WHERE deals > 0 OR movement IN (''start'', ''end'')', 'The bars: what left is negative')
	|| pg_temp.html_table('TABLE inspection.team_movement', 'By team: what left is negative; a deal that went to another team is transferred, and cancels in the total')
	|| pg_temp.html_table('SELECT * FROM inspection.moved_deals WHERE period = (SELECT min(period) FROM inspection.period) LIMIT 15', 'The largest movements in ' || (SELECT min(period) FROM inspection.period))
	|| pg_temp.sql_of('inspection.movement', 'inspection.team_movement', 'inspection.week') || '</section>';

-- 3
SELECT '<section><h2>3. The odds of making the number</h2>
<p>What is won and what is open give not one number but a distribution: the line goes from the amount that one case in ten falls below to the one that one case in ten exceeds, the dot is the middle, the mark the quota. Each open deal comes in with what came of the deals of its stage when past quarters had as many days left, and deals of a quarter are taken to depend on each other (a correlation of '
	|| correlation || '), which makes the band wider than independent deals would. The rates are those of all teams together, and only the deals that are there today are counted: the last table says how much later deals brought in past quarters.</p><div class="charts">' FROM inspection.setting;
SELECT pg_temp.chart(period || ': what it will bring, by team', count(*), string_agg(
	pg_temp.label(team, row)
	|| coalesce(format('<line x1="%s" x2="%s" y1="%3$s" y2="%3$s" class="m-thin"/><circle cx="%4$s" cy="%3$s" r="6" class="c-closed"><title>%5$s</title></circle><text x="%6$s" y="%7$s" class="value">%8$s</text>',
		round(150 + low * unit, 1), round(150 + high * unit, 1), row * 26 - 12, round(150 + middle * unit, 1), inspection.money(middle), round(160 + greatest(high, coalesce(quota, 0)) * unit), row * 26 - 8,
		CASE WHEN chance IS NULL THEN '' ELSE chance || ' %' END), '')
	|| CASE WHEN quota IS NULL THEN '' ELSE pg_temp.mark('m-mark', quota * unit, row, 'quota ' || inspection.money(quota)) END, E'\n' ORDER BY row))
FROM (
	SELECT *, 420 / nullif(max(greatest(high, quota)) OVER (PARTITION BY period), 0) AS unit, row_number() OVER (PARTITION BY period ORDER BY team) AS row
	FROM inspection.odds WHERE team <> 'All teams'
) AS o
GROUP BY period ORDER BY period;
SELECT format(E'<figure><figcaption>%1$s, all teams: how likely each amount is; green makes the quota</figcaption><svg viewBox="0 0 640 150" role="img" aria-label="%1$s, all teams: how likely each amount is; green makes the quota">\n%2$s%3$s</svg></figure>\n',
	h.period, string_agg(format('<rect x="%s" y="%s" width="14" height="%s" class="%s"><title>%s to %s: %s %%</title></rect>', 20 + (h.bin - 1) * 15, round(120 - 110 * probability / most), round(110 * probability / most),
		CASE WHEN amount_from >= quota THEN 'c-good' ELSE 'c-commit' END, inspection.money(amount_from::numeric), inspection.money(amount_to::numeric), round(100 * probability::numeric, 1)), E'\n' ORDER BY h.bin),
	format('<line x1="20" x2="620" y1="120.5" y2="120.5" class="m-thin"/><text x="20" y="138" class="value">%s</text><text x="620" y="138" class="value" text-anchor="end">%s</text>', inspection.money(min(amount_from)::numeric), inspection.money(max(amount_to)::numeric)))
FROM (SELECT *, nullif(max(probability) OVER (PARTITION BY period), 0) AS most FROM inspection.odds_histogram) AS h JOIN inspection.odds o ON o.period = h.period AND o.team = 'All teams'
GROUP BY h.period ORDER BY h.period;
SELECT '</div><details><summary>The histograms as a table</summary>' || pg_temp.html_table('SELECT period, bin, round(amount_from::numeric) AS amount_from, round(amount_to::numeric) AS amount_to, round(100 * probability::numeric, 2) AS percent, round(100 * chance_of_at_least::numeric, 2) AS percent_at_least FROM inspection.odds_histogram', 'All teams') || '</details>'
	|| pg_temp.html_table('TABLE inspection.odds', 'By team; chances of the quota in percent')
	|| pg_temp.html_table('TABLE inspection.stage_probability', 'What the CRM says of a stage, and what came of the deals that were in it with as many days left')
	|| pg_temp.html_table('TABLE inspection.later_deals', 'Past quarters with as many days left: what they won, and what of it came from deals that were not there yet')
	|| pg_temp.sql_of('inspection.odds', 'inspection.team_outlook', 'inspection.stage_rates', 'inspection.later_deals') || '</section>';

-- 4
SELECT '<section><h2>4. How good past calls were</h2>
<p>Thirty days before each quarter ended: the commit forecast (dot) and the band in which four of five quarters should end (line), as the deals stood on that day; the mark is what was won of these deals. What later deals added is in the table: won.</p><div class="charts">';
SELECT pg_temp.chart('Calls and outcomes', count(*), string_agg(
	pg_temp.label(period, row)
	|| coalesce(format('<line x1="%s" x2="%s" y1="%3$s" y2="%3$s" class="m-thin"/>', round(150 + low * unit, 1), round(150 + high * unit, 1), row * 26 - 12), '')
	|| coalesce(format('<circle cx="%s" cy="%s" r="6" class="c-closed"><title>commit forecast %s</title></circle>', round(150 + commit_forecast * unit, 1), row * 26 - 12, inspection.money(commit_forecast)), '')
	|| CASE WHEN won_of_these IS NULL THEN '' ELSE pg_temp.mark('m-mark', won_of_these * unit, row, 'won of these ' || inspection.money(won_of_these)) END, E'\n' ORDER BY row))
FROM (SELECT *, 470 / nullif(max(greatest(won_of_these, commit_forecast, high)) OVER (), 0) AS unit, row_number() OVER (ORDER BY period) AS row FROM inspection.past_calls) AS c;
SELECT '</div>' || pg_temp.html_table('TABLE inspection.past_calls', 'By quarter; errors and accuracy in percent') || pg_temp.html_table('TABLE inspection.call_accuracy', 'All quarters')
	|| pg_temp.sql_of('inspection.past_calls', 'inspection.call_accuracy', 'inspection.past_call') || '</section>';

-- 5
SELECT '<section><h2>5. Coverage</h2>
<p>Is the open pipeline enough for what is left of the quota? Coverage is open / (quota − booked); what is required follows from the win rate by amount of the last year. Coverage does not know how many days are left; section 3 does.</p><div class="charts">';
SELECT pg_temp.chart(period || ': coverage; the mark is what the win rate requires; bars end at 8 ×', count(*), string_agg(
	pg_temp.label(team, row)
	|| CASE WHEN coverage IS NULL THEN format('<text x="150" y="%s" class="value">%s</text>', row * 26 - 8, replace(status, '_', ' '))
		ELSE pg_temp.bar(CASE status WHEN 'covered' THEN 'c-good' ELSE 'c-bad' END, 0, least(coverage, 8) * 52, row, coverage || ' ×')
			|| format('<text x="%s" y="%s" class="value">%s ×</text>', round(158 + greatest(least(coverage, 8), least(coalesce(required, 0), 8)) * 52), row * 26 - 8, pg_temp.show(coverage)) END
	|| coalesce(pg_temp.mark('m-mark', least(required, 8) * 52, row, 'required ' || required || ' ×'), ''), E'\n' ORDER BY row))
FROM (SELECT *, row_number() OVER (PARTITION BY period ORDER BY team = 'All teams', team) AS row FROM inspection.coverage) AS c
GROUP BY period ORDER BY period;
SELECT '</div>' || pg_temp.html_table('TABLE inspection.coverage', 'Coverage by team; expected = open × win rate by amount') || pg_temp.sql_of('inspection.coverage', 'inspection.team_total') || '</section>';

-- 6
SELECT '<section><h2>6. Win rates</h2>
<p>Of the deals decided in the last year, how many were won; the line is the Wilson 95 % interval. Teams whose intervals overlap widely do not differ for certain.</p><div class="charts">';
SELECT pg_temp.chart('Win rate by count, 0 to 100 %', count(*), string_agg(
	pg_temp.label(team, row)
	|| coalesce(format('<line x1="%s" x2="%s" y1="%3$s" y2="%3$s" class="m-thin"/><circle cx="%4$s" cy="%3$s" r="6" class="c-closed"><title>%5$s %%</title></circle><text x="%6$s" y="%7$s" class="value">%5$s %%</text>',
		150 + low * 4.4, 150 + high * 4.4, row * 26 - 12, 150 + win_rate * 4.4, win_rate, 160 + high * 4.4, row * 26 - 8), ''), E'\n' ORDER BY row))
FROM (SELECT *, row_number() OVER (ORDER BY team = 'All teams', team) AS row FROM inspection.win_rates) AS w;
SELECT '</div>' || pg_temp.html_table('TABLE inspection.win_rates', 'Rates in percent, deal size in the corporate currency, cycle in days') || pg_temp.sql_of('inspection.win_rates', 'inspection.team_year') || '</section>';

-- 7
SELECT '<section><h2>7. Forecast-category integrity</h2>
<p>A deal''s forecast category must be one that the sales process allows for its stage. Below: how each team does, what is wrong, whose deals, and the largest of them.</p><div class="charts">';
SELECT pg_temp.chart('Share right, 80 to 100 %; the mark is the target of 95 %', count(*), string_agg(
	pg_temp.label(team, row) || pg_temp.bar(CASE WHEN integrity >= 95 THEN 'c-good' ELSE 'c-bad' END, 0, greatest(integrity - 80, 0) * 22, row, integrity || ' %')
	|| pg_temp.mark('m-mark', 15 * 22, row, 'target 95 %') || format('<text x="%s" y="%s" class="value">%s %%</text>', round(158 + greatest(integrity - 80, 15) * 22), row * 26 - 8, integrity), E'\n' ORDER BY row))
FROM (SELECT *, row_number() OVER (ORDER BY team = 'All teams', team) AS row FROM inspection.integrity) AS i;
SELECT pg_temp.chart('Deals by what is wrong', count(*), string_agg(
	pg_temp.label(reason, row) || pg_temp.bar('c-commit', 0, 420.0 * deals / most, row, deals::text) || format('<text x="%s" y="%s" class="value">%s</text>', round(158 + 420.0 * deals / most), row * 26 - 8, deals), E'\n' ORDER BY row))
FROM (SELECT *, max(deals) OVER () AS most, row_number() OVER (ORDER BY deals DESC, reason) AS row FROM inspection.integrity_reasons) AS r;
SELECT '</div>' || pg_temp.html_table('TABLE inspection.integrity', 'By team, in percent') || pg_temp.html_table('TABLE inspection.integrity_reasons', 'By reason')
	|| pg_temp.html_table('SELECT * FROM inspection.integrity_owners LIMIT 10', 'Owners with the most wrong categories')
	|| pg_temp.html_table('SELECT * FROM inspection.integrity_deals LIMIT 15', 'The largest deals with a wrong category') || pg_temp.sql_of('inspection.integrity', 'inspection.integrity_deals', 'inspection.deal') || '</section>';

-- 8
SELECT '<section><h2>8. Aged deals</h2>
<p>Open deals that have been in their stage for longer than the process allows (aged), and those that are there for longer than nine in ten ever stay (stalled). Where a deal has no recorded change its age is not known; it is not the age of its record.
How long deals stay is Kaplan and Meier''s estimate, for which those that are still there count: the median over those that left is too short.</p><div class="charts">';
SELECT pg_temp.chart('Open deals by stage: aged, and the rest', count(*), string_agg(
	pg_temp.label(stage, row) || pg_temp.bar('c-bad', 0, 420.0 * aged / most, row, aged || ' aged') || pg_temp.bar('c-rest', 420.0 * aged / most, 420.0 * (open - aged) / most, row, open - aged || ' not aged')
	|| format('<text x="%s" y="%s" class="value">%s of %s</text>', round(158 + 420.0 * open / most), row * 26 - 8, aged, open), E'\n' ORDER BY row))
FROM (SELECT *, max(open) OVER () AS most, row_number() OVER () AS row FROM inspection.aging) AS a;
-- one curve for each stage: 0 to 90 days to the right, 100 to 0 % upwards
SELECT pg_temp.chart('How many are still in the stage after so many days', CASE WHEN count(*) > 0 THEN 8 ELSE 0 END, string_agg(pg_temp.curve(stage, points, row), E'\n' ORDER BY row)
	|| (SELECT string_agg(format('<text x="%s" y="206" class="value"%s>%s days</text>', 150 + 5 * d, CASE WHEN d = 90 THEN ' text-anchor="end"' ELSE '' END, d), '') FROM unnest('{0,30,60,90}'::int[]) d)
	|| (SELECT string_agg(format('<text x="142" y="%s" class="label">%s %%</text>', 186 - 1.7 * p, p), '') FROM unnest('{0,50,100}'::int[]) p),
	'<div class="legend">' || string_agg(format('<span><i style="background:%s"></i>%s, %s</span>', pg_temp.hue(row), pg_temp.escape(stage), coalesce('half within ' || half || ' days', 'not half within any time seen')), '' ORDER BY row) || '</div>')
FROM (
	SELECT stage, row_number() OVER (ORDER BY salesops.stage_position(process, stage)) AS row, round(salesops.km_median(stays)::numeric, 1) AS half,
		(SELECT string_agg(format('%s,%s', 150 + 5 * d, round(180 - 170 * share::numeric, 1)), ' ' ORDER BY d) FROM (SELECT d, salesops.km_survival(stays, d) AS share FROM generate_series(0, 90) d) c WHERE share IS NOT NULL) AS points
	FROM inspection.stage_norm CROSS JOIN inspection.setting) AS s;
SELECT '</div>' || pg_temp.html_table('TABLE inspection.stage_stays', 'How long deals stay, those that are still there included, in days and percent') || pg_temp.html_table('TABLE inspection.aging', 'By stage, in days') || pg_temp.html_table('SELECT * FROM inspection.aged_deals LIMIT 15', 'The largest aged deals') || pg_temp.html_table('SELECT * FROM inspection.stalled_deals LIMIT 15', 'The largest stalled deals: in their stage for longer than nine in ten ever stay') || pg_temp.sql_of('inspection.stage_norm', 'inspection.stage_stays', 'inspection.aging', 'inspection.open_age', 'inspection.stalled_deals') || '</section>';

-- 9
SELECT '<section><h2>9. The funnel</h2>
<p>How far the deals got that began in the four quarters before this one. A deal reached a stage when it was in it or in a later one, so that the numbers never rise; what skipped a stage and what went back is in the table. The percentage that goes on is of all that reached the stage, and beside it of those that are decided: of the young deals many are still on their way, and those that closed already are mostly lost, so compare quarters of the same age. The picture leaves out stages that fewer than half of these deals ever were in.</p><div class="charts">';
SELECT pg_temp.chart('What became of the deals that reached each stage: went on, still there, lost', count(*), string_agg(
	pg_temp.label(stage, row) || bars || format('<text x="%s" y="%s" class="value">%s%s</text>', round(158 + reached * unit), row * 26 - 8, inspection.money(reached), coalesce(', ' || percent_go_on || ' % go on', '')), E'\n' ORDER BY row),
	'<p class="legend"><span><i style="background:var(--commit)"></i>went on</span><span><i style="background:var(--pipe)"></i>still there</span><span><i style="background:var(--bad)"></i>lost</span><span><i style="background:var(--good)"></i>won</span></p>')
FROM (SELECT *, 340.0 / nullif(max(reached) OVER (), 0) AS unit, row_number() OVER () AS row FROM inspection.funnel WHERE entered * 2 >= reached AND reached > 0) AS f, LATERAL (
	SELECT string_agg(pg_temp.bar(class, before * unit, deals * unit, row, name || ' ' || deals), '') AS bars
	FROM (SELECT class, name, deals, sum(deals) OVER (ORDER BY n) - deals AS before
		FROM (VALUES (1, 'c-commit', 'went on', advanced), (2, 'c-rest', 'still there', still_open), (3, 'c-bad', 'lost', lost), (4, 'c-good', 'won', reached - advanced - still_open - lost)) AS v (n, class, name, deals)) AS b
) AS bars;
SELECT pg_temp.chart('Deals by the quarter in which they began: won, still open, lost', count(*), string_agg(
	pg_temp.label(began, row) || pg_temp.bar('c-good', 0, won * unit, row, won || ' won') || pg_temp.bar('c-rest', won * unit, open * unit, row, open || ' still open') || pg_temp.bar('c-bad', (won + open) * unit, lost * unit, row, lost || ' lost')
	|| format('<text x="%s" y="%s" class="value">%s</text>', round(158 + deals * unit), row * 26 - 8, coalesce(percent_won || ' % won', '')), E'\n' ORDER BY row))
FROM (SELECT *, 400.0 / nullif(max(deals) OVER (), 0) AS unit, row_number() OVER (ORDER BY began) AS row FROM inspection.funnel_cohorts) AS c;
SELECT '</div>' || pg_temp.html_table('TABLE inspection.funnel', 'By stage; worth is what a deal that reached it brought on average, in the corporate currency') || pg_temp.html_table('TABLE inspection.funnel_cohorts', 'By the quarter in which deals began')
	|| pg_temp.html_table('SELECT * FROM inspection.team_funnel LIMIT 8', 'Where a team goes on less often than all teams, in percent of the decided deals') || pg_temp.sql_of('inspection.funnel', 'inspection.funnel_cohorts', 'inspection.team_funnel', 'inspection.year_funnel', 'inspection.entry_funnel') || '</section>';

-- 10
SELECT '<section><h2>10. Duplicate accounts</h2>
<p>Account records that look like one company: found by shared keys, compared by name, and grouped. The rate is the number of surplus records per 1,000.</p>';
SELECT pg_temp.html_table('TABLE inspection.duplicate_rate', 'Duplicate rate') || pg_temp.html_table('SELECT * FROM inspection.duplicates LIMIT 25', 'Groups of records')
	|| pg_temp.sql_of('inspection.duplicate_rate', 'inspection.duplicate_pair') || '</section>';

SELECT '</body></html>';
