-- html: what a page of reports is made of: texts that are no markup, tables and charts of what a query gives.
--
-- html_table, svg_bars and svg_curves take a query and look at the names of its columns: what some of them mean is said in their
-- comments and in docs/reference/pictures.md. Queries name their tables with schemas, run with the rights of who calls, and cannot
-- write. All that is written is ASCII but for the texts of the query, and looks by the classes that the page of inspection_report has
-- colours for; without these it is readable, too. What is drawn is little, and compiling the query that places it would take longer than it does.

CREATE FUNCTION html_escape(content text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_html_escape' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION html_escape(text) IS $$A text as it stands in HTML, XML and SVG, between tags and in quotes: never markup.
content: & < > " and ' become references to characters, and what XML cannot hold the replacement character: controls but tab and the ends of lines, U+FFFE and U+FFFF; also DEL and, in UTF-8, U+0080 to U+009F. NULL for NULL.
Example: salesops.html_escape('<b>"R&D"</b>') ==> &lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt;$$;

CREATE FUNCTION thousands(value numeric) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
	RETURN regexp_replace(split_part(value::text, '.', 1), '(\d)(?=(\d{3})+$)', '\1,', 'g') || substr(value::text, length(split_part(value::text, '.', 1)) + 1);
COMMENT ON FUNCTION thousands(numeric) IS $$A number as people read it: thousands apart, with the decimals that it has.
value: round it to the decimals to be shown. Commas and a point, whatever the locale. NULL for NULL.
Example: salesops.thousands(-1234567.80) ==> -1,234,567.80$$;

CREATE FUNCTION picture_columns(query text, once text[]) RETURNS TABLE (n integer, name text, column_type regtype, kind text, plain text)
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 1000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	wrong text;
BEGIN
	SELECT string_agg(DISTINCT t.role, ', ') INTO wrong
	FROM (SELECT r.role FROM salesops.query_columns(query) AS c CROSS JOIN LATERAL split_part(c.column_name, ':', 1) AS r (role) WHERE r.role = ANY (once) GROUP BY r.role HAVING count(*) > 1) AS t;
	IF wrong IS NOT NULL THEN
		RAISE duplicate_column USING MESSAGE = format('the query has more than one column of this name: %s', wrong), DETAIL = format('Of each of these there is one: %s.', array_to_string(once, ', ')), HINT = 'Call the others something else: SELECT ... AS name.';
	END IF;
	-- of the category of numbers are also names of objects, which are none, and money, which is one by way of numeric; a domain is its base
	RETURN QUERY
		SELECT c.ordinality::integer, nullif(c.column_name, '?column?'), c.column_type,
			CASE WHEN b.typcategory = 'B' THEN 'boolean' WHEN b.typcategory = 'N' AND (b.oid = 'numeric'::regtype OR EXISTS (SELECT FROM pg_cast AS k WHERE k.castsource = b.oid AND k.casttarget = 'numeric'::regtype)) THEN 'number' ELSE 'text' END,
			format('c%s%s', c.ordinality, CASE WHEN b.typcategory = 'N' AND b.oid <> ALL ('{smallint,integer,bigint,real,double precision,numeric}'::regtype[]) AND EXISTS (SELECT FROM pg_cast AS k WHERE k.castsource = b.oid AND k.casttarget = 'numeric'::regtype) THEN '::numeric' ELSE '' END)
		FROM salesops.query_columns(query) WITH ORDINALITY AS c
			CROSS JOIN LATERAL (
				WITH RECURSIVE base (oid, typbasetype) AS (
					SELECT t.oid, t.typbasetype FROM pg_type AS t WHERE t.oid = c.column_type
					UNION ALL SELECT t.oid, t.typbasetype FROM base AS d JOIN pg_type AS t ON t.oid = d.typbasetype
				)
				SELECT t.oid, t.typcategory FROM base AS d JOIN pg_type AS t ON t.oid = d.oid WHERE d.typbasetype = 0
			) AS b
		ORDER BY c.ordinality;
END
$function$;
COMMENT ON FUNCTION picture_columns(text, text[]) IS $$The columns of a query as html_table, svg_bars and svg_curves take them.
query: one SELECT. once: what no two columns may be called, or begin with before a colon; an error where they do. name: NULL of a column without one. kind: number, boolean or text, which is everything else, also what has the category of numbers and is none, such as regclass. plain: the column, called c and its number, as a number that the server can compute with, or as it is. No rows for NULL.
Example: (SELECT string_agg(concat_ws(' ', name, kind, plain), ', ') FROM salesops.picture_columns('SELECT 1 AS a, 2::money AS b, 3::regclass AS c', '{}')) ==> a number c1, b number c2::numeric, c text c3$$;

CREATE FUNCTION html_table(query text, caption text, max_rows integer DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C' SET timezone = 'UTC' SET jit = off
AS $function$
DECLARE
	text_of CONSTANT text := salesops.query_select(query);
	names text[];
	numbers boolean[];
	cells text;
	place record;
	found record;
	head text;
	line text;
	body text := '';
	current_group text;
	counted bigint := 0;
BEGIN
	IF query IS NULL OR caption IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the query and the caption of a table must not be NULL', HINT = 'A caption says what the table shows.';
	ELSIF max_rows < 1 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('no table of %s rows', max_rows), DETAIL = 'It has at least one.', HINT = 'Leave it out for all rows.';
	END IF;
	SELECT array_agg(coalesce(c.name, '') ORDER BY c.n), array_agg(c.kind = 'number' ORDER BY c.n),
		string_agg(CASE WHEN c.kind = 'number' AND c.name ~ '%$' THEN format('round(100 * q.%s::numeric, 1)::text', c.plain) WHEN c.kind = 'boolean' THEN format('CASE WHEN q.%1$s THEN ''yes'' WHEN NOT q.%1$s THEN ''no'' END', c.plain)
			ELSE format('q.%s::text', c.plain) END, ', ' ORDER BY c.n)
	INTO names, numbers, cells FROM salesops.picture_columns(text_of, '{group,is_total}') AS c;
	SELECT array_position(names, 'group') AS of_group, array_position(names, 'is_total') AS of_total, min(n) FILTER (WHERE name NOT IN ('group', 'is_total')) AS of_head, count(*) FILTER (WHERE name NOT IN ('group', 'is_total')) AS shown
	INTO place FROM unnest(names) WITH ORDINALITY AS u (name, n);
	IF coalesce(place.shown, 0) = 0 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the query has no column to show', DETAIL = 'Columns named group and is_total are not shown as such.', HINT = 'Select something else, too.';
	END IF;
	SELECT string_agg(format('<th scope="col"%s>%s</th>', CASE WHEN numbers[n] THEN ' class="number"' END, salesops.html_escape(replace(name, '_', ' '))), '' ORDER BY n) INTO head
	FROM unnest(names) WITH ORDINALITY AS u (name, n) WHERE name NOT IN ('group', 'is_total');
	-- a comment at the end of the query ends with its line
	FOR found IN EXECUTE format(E'SELECT ARRAY[%s] AS cells, count(*) OVER () AS of FROM (%s\n) AS q (%s) LIMIT $1', cells, text_of, (SELECT string_agg('c' || n, ', ' ORDER BY n) FROM generate_series(1, cardinality(names)) AS n)) USING max_rows LOOP
		IF place.of_group IS NOT NULL AND (counted = 0 OR found.cells[place.of_group] IS DISTINCT FROM current_group) THEN
			current_group := found.cells[place.of_group];
			body := body || CASE WHEN counted > 0 THEN E'</tbody><tbody>\n' ELSE '' END || format(E'<tr class="group"><th scope="rowgroup" colspan="%s">%s</th></tr>\n', place.shown, salesops.html_escape(coalesce(current_group, '')));
		END IF;
		SELECT string_agg(CASE
				WHEN n = place.of_head THEN format('<th scope="row"%s>%s</th>', CASE WHEN numbers[n] THEN ' class="number"' END, coalesce(CASE WHEN numbers[n] THEN salesops.thousands(cell::numeric) ELSE salesops.html_escape(cell) END, '&#8211;'))
				WHEN cell IS NULL THEN '<td class="none">&#8211;</td>'
				WHEN numbers[n] THEN format('<td class="number">%s</td>', salesops.thousands(cell::numeric))
				WHEN names[n] = 'status' THEN format('<td><span class="status is-%s">%s</span></td>', lower(regexp_replace(cell, '[^A-Za-z0-9]', '-', 'g')), salesops.html_escape(replace(cell, '_', ' ')))
				ELSE format('<td>%s</td>', salesops.html_escape(cell)) END, '' ORDER BY n) INTO line
		FROM unnest(found.cells) WITH ORDINALITY AS u (cell, n) WHERE names[n] NOT IN ('group', 'is_total');
		body := body || CASE WHEN found.cells[place.of_total] IN ('yes', 'true') THEN '<tr class="total">' ELSE '<tr>' END || line || E'</tr>\n';
		counted := counted + 1;
	END LOOP;
	IF counted = 0 THEN
		RETURN format(E'<p class="none">%s: nothing.</p>\n', salesops.html_escape(caption));
	END IF;
	RETURN format(E'<div class="scroll" tabindex="0" role="group" aria-label="%1$s"><table><caption>%1$s%2$s</caption><thead><tr>%3$s</tr></thead><tbody>\n%4$s</tbody></table></div>\n', salesops.html_escape(caption),
		CASE WHEN found.of > counted THEN format(' <b>The first %s of %s.</b>', salesops.thousands(counted), salesops.thousands(found.of)) ELSE '' END, head, body);
END
$function$;
COMMENT ON FUNCTION html_table(text, text, integer) IS $$What a query gives as an HTML table: with a caption, scopes, texts escaped, numbers to the right with thousands apart.
query: one SELECT that names its tables with schemas. The first column heads its row. A number of a column whose name ends in % is a fraction and shown as percent with one decimal; others have the decimals that they have. A column named group is shown above its rows, one named is_total sets its rows off where it is true, and values of one named status have a class of their name (is-met). max_rows: how many are shown, of how many the caption says. caption: what it shows; without rows it is all. An error for NULL.
Example: salesops.html_table('SELECT 1 AS deal WHERE false', 'Deals') ~ '^<p class="none">Deals: nothing' ==> true$$;

CREATE FUNCTION svg_bars(query text, title text, scale_max double precision DEFAULT NULL, max_lines integer DEFAULT 40) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C' SET timezone = 'UTC' SET jit = off
AS $function$
DECLARE
	text_of CONSTANT text := salesops.query_select(query);
	pitch CONSTANT integer := 40;
	names text[];
	roles text[];
	wrong text;
	nameless boolean;
	numbers text;
	chart record;
	shown text;
	legend text;
	html text := '';
BEGIN
	IF query IS NULL OR title IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the query and the title of a chart must not be NULL', HINT = 'A title says what the bars are.';
	ELSIF scale_max <= 0 OR scale_max IN ('NaN', 'Infinity') THEN
		RAISE invalid_parameter_value USING MESSAGE = format('a scale cannot end at %s', scale_max), DETAIL = 'It ends at a number above zero.', HINT = 'Leave it out for the longest bar.';
	ELSIF max_lines IS NULL OR max_lines < 1 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('no chart of %s lines', coalesce(max_lines::text, 'NULL')), DETAIL = 'It has at least one.', HINT = 'Leave it out for 40.';
	END IF;
	-- what a column is stands before a colon, its name behind it; a name without one is that of a bar
	SELECT array_agg(coalesce(c.name, '') ORDER BY c.n), array_agg(CASE WHEN r.role IN ('figure', 'label', 'text', 'start', 'low', 'high', 'dot', 'mark') THEN r.role ELSE 'bar' END ORDER BY c.n),
		string_agg(format('%s is %s', coalesce(quote_ident(c.name), 'one without a name'), c.column_type), ', ' ORDER BY c.n) FILTER (WHERE c.kind <> 'number' AND r.role NOT IN ('figure', 'label', 'text')), bool_or(c.name IS NULL),
		string_agg(CASE WHEN r.role IN ('figure', 'label', 'text') THEN 'NULL' ELSE format('%s::double precision', c.plain) END, ', ' ORDER BY c.n)
	INTO names, roles, wrong, nameless, numbers FROM salesops.picture_columns(text_of, '{figure,label,text,start,low,high}') AS c CROSS JOIN LATERAL split_part(coalesce(c.name, ''), ':', 1) AS r (role);
	IF array_position(roles, 'label') IS NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the query has no column label', DETAIL = 'It says what each bar is of.', HINT = 'Write SELECT team AS label, ....';
	ELSIF wrong IS NOT NULL THEN
		RAISE datatype_mismatch USING MESSAGE = format('the query has columns that are no numbers: %s', wrong), DETAIL = 'All but figure, label and text are of a numeric type.', HINT = 'Cast them, as in x::numeric.';
	ELSIF nameless THEN
		RAISE invalid_parameter_value USING MESSAGE = 'the query has a column without a name', DETAIL = 'A bar is called like its column.', HINT = 'Write SELECT ... AS won.';
	END IF;
	FOR chart IN EXECUTE format($q$
		WITH line AS (
			SELECT q.o AS n, q.of, %1$s AS figure, %2$s AS label, %3$s AS words, (SELECT array_agg(CASE WHEN abs(x) < 'Infinity' THEN x END ORDER BY i) FROM unnest(ARRAY[%4$s]::double precision[]) WITH ORDINALITY AS u (x, i)) AS numbers
			FROM (SELECT q.*, row_number() OVER (PARTITION BY %1$s ORDER BY o) AS place, count(*) OVER (PARTITION BY %1$s) AS of FROM (SELECT q.*, row_number() OVER () AS o FROM (%5$s
			) AS q (%6$s)) AS q) AS q WHERE q.place <= $3
		), part AS (
			-- bars follow one another, from start on
			SELECT l.n, l.figure, i, $1[i] AS role, CASE WHEN $1[i] = 'bar' THEN coalesce(l.numbers[array_position($1, 'start')], 0) + coalesce(sum(x) FILTER (WHERE $1[i] = 'bar') OVER (PARTITION BY l.n ORDER BY i), 0) - x END AS x_from,
				CASE WHEN $1[i] = 'bar' THEN coalesce(l.numbers[array_position($1, 'start')], 0) + sum(x) FILTER (WHERE $1[i] = 'bar') OVER (PARTITION BY l.n ORDER BY i) ELSE x END AS x_to, x
			FROM line AS l CROSS JOIN LATERAL unnest(l.numbers) WITH ORDINALITY AS u (x, i) WHERE x IS NOT NULL
		), scale AS (
			SELECT figure, least(min(least(x_from, x_to)), 0) AS x_min, coalesce($2, greatest(max(greatest(x_from, x_to)), 0)) AS x_max FROM part GROUP BY figure
		), drawn AS (
			SELECT p.*, s.x_min, k.unit, k.a, k.b
			FROM part AS p JOIN scale AS s ON s.figure IS NOT DISTINCT FROM p.figure
			-- cut where the scale ends
			CROSS JOIN LATERAL (SELECT 100 / nullif(s.x_max - s.x_min, 0)) AS u (unit)
			CROSS JOIN LATERAL (SELECT u.unit, trim_scale(round(((least(greatest(coalesce(p.x_from, p.x_to), s.x_min), s.x_max) - s.x_min) * u.unit)::numeric, 2)), trim_scale(round(((least(greatest(p.x_to, s.x_min), s.x_max) - s.x_min) * u.unit)::numeric, 2))) AS k (unit, a, b)
		)
		SELECT f.figure, count(*) AS lines, max(f.of) AS of,
			array_agg(f.label ORDER BY f.n) AS labels, array_agg(f.words ORDER BY f.n) AS words,
			(SELECT jsonb_agg(jsonb_build_array(c.line, d.i, d.role, d.a, d.b, d.x) ORDER BY c.line, d.role IN ('dot', 'mark'), d.role = 'mark', d.i)
				FROM drawn AS d JOIN (SELECT n, row_number() OVER (ORDER BY n) AS line FROM line WHERE figure IS NOT DISTINCT FROM f.figure) AS c USING (n) WHERE d.unit IS NOT NULL) AS drawn
		FROM line AS f GROUP BY f.figure ORDER BY min(f.n)$q$,
		coalesce('c' || array_position(roles, 'figure') || '::text', 'NULL::text'), 'c' || array_position(roles, 'label') || '::text', coalesce('c' || array_position(roles, 'text') || '::text', 'NULL::text'),
		numbers, text_of, (SELECT string_agg('c' || n, ', ' ORDER BY n) FROM generate_series(1, cardinality(names)) AS n)) USING roles, scale_max, max_lines
	LOOP
		SELECT string_agg(format('<text x="0" y="%1$s" class="label">%2$s</text>%3$s<rect x="0" y="%4$s" width="100%%" height="13" class="track"/>', line * pitch - 27, salesops.html_escape(CASE WHEN length(chart.labels[line]) > 40 THEN left(chart.labels[line], 39) || '...' ELSE coalesce(chart.labels[line], '') END),
				CASE WHEN chart.words[line] <> '' THEN format('<text x="100%%" y="%s" class="value">%s</text>', line * pitch - 27, salesops.html_escape(chart.words[line])) ELSE '' END, line * pitch - 22)
			|| coalesce(d.parts, '') || E'\n', '' ORDER BY line) INTO shown
		FROM generate_series(1, chart.lines::integer) AS line LEFT JOIN LATERAL (
			SELECT string_agg(CASE role
				WHEN 'bar' THEN CASE WHEN x <> 0 THEN format('<rect x="%s%%" y="%s" width="%s%%" height="13" class="bar bar%s s-%s"><title>%s</title></rect>', least(a, b), line * pitch - 22, greatest(abs(b - a), 0.15), p.place, p.class, p.hint) ELSE '' END
				WHEN 'high' THEN coalesce(format('<line x1="%s%%" x2="%s%%" y1="%s" y2="%3$s" class="range"><title>%s</title></line>', p.low, b, line * pitch - 15.5, p.hint), '')
				WHEN 'dot' THEN format('<circle cx="%s%%" cy="%s" r="5" class="dot"><title>%s</title></circle>', b, line * pitch - 15.5, p.hint)
				WHEN 'mark' THEN format('<line x1="%1$s%%" x2="%1$s%%" y1="%2$s" y2="%3$s" class="mark"><title>%4$s</title></line>', b, line * pitch - 25, line * pitch - 6, p.hint)
				ELSE '' END, '' ORDER BY o) AS parts
			FROM (
				SELECT o, (e ->> 1)::integer AS i, e ->> 2 AS role, (e ->> 3)::numeric AS a, (e ->> 4)::numeric AS b, (e ->> 5)::double precision AS x
				FROM jsonb_array_elements(chart.drawn) WITH ORDINALITY AS j (e, o) WHERE (e ->> 0)::integer = line
			) AS e CROSS JOIN LATERAL (
				SELECT (SELECT count(*) FROM unnest(roles[:e.i]) AS r WHERE r = 'bar') AS place, coalesce(nullif(btrim(substr(names[e.i], strpos(names[e.i], ':') + 1)), ''), e.role) AS name
			) AS named CROSS JOIN LATERAL (
				SELECT named.place, lower(regexp_replace(named.name, '[^A-Za-z0-9]+', '-', 'g')) AS class,
					salesops.html_escape(replace(named.name, '_', ' ')) || ' ' || CASE WHEN named.name ~ '%$' THEN '' || round(100 * e.x::numeric, 1) WHEN abs(e.x) >= 100 THEN salesops.thousands(round(e.x::numeric)) ELSE '' || trim_scale(round(e.x::numeric, 2)) END AS hint,
					(SELECT (l.e ->> 4)::numeric FROM jsonb_array_elements(chart.drawn) AS l (e) WHERE (l.e ->> 0)::integer = line AND l.e ->> 2 = 'low') AS low
			) AS p
		) AS d ON true;
		-- what is drawn more than one of, or is no bar, is named
		SELECT '<ul class="legend">' || string_agg(format('<li><i class="%s"></i>%s</li>', CASE role WHEN 'bar' THEN format('bar%s s-%s', place, lower(regexp_replace(name, '[^A-Za-z0-9]+', '-', 'g'))) ELSE 'is-' || role END, salesops.html_escape(replace(regexp_replace(name, ' ?%$', ''), '_', ' '))), '' ORDER BY i) || '</ul>' INTO legend
		FROM (
			SELECT i, roles[i] AS role, coalesce(nullif(btrim(substr(names[i], strpos(names[i], ':') + 1)), ''), roles[i]) AS name, (SELECT count(*) FROM unnest(roles[:i]) AS r WHERE r = 'bar') AS place
			FROM (SELECT DISTINCT (e ->> 1)::integer FROM jsonb_array_elements(chart.drawn) AS j (e) WHERE (e ->> 5)::double precision <> 0) AS u (i) WHERE roles[i] IN ('bar', 'dot', 'mark', 'high')
		) AS l HAVING count(*) > 1;
		html := html || format(E'<figure><figcaption>%1$s</figcaption><svg class="bars" width="100%%" height="%2$s" role="img" aria-label="%1$s. Its numbers are in the table of this section.">\n%3$s</svg>%4$s</figure>\n',
			salesops.html_escape(concat_ws(': ', chart.figure, title) || CASE WHEN chart.of > chart.lines THEN format(' (the first %s of %s)', chart.lines, salesops.thousands(chart.of)) ELSE '' END), chart.lines * pitch - 4, shown, legend);
	END LOOP;
	RETURN html;
END
$function$;
COMMENT ON FUNCTION svg_bars(text, text, double precision, integer) IS $$What a query gives as a chart of bars in SVG, a line for each row, in a figure with its title and a legend.
query: one SELECT that names its tables with schemas. Column label: what the line is of; text: what is written at its end; figure: rows of another value are another chart. Bars: every other column, a number each, one after the other, from column start on, or from 0; a column low and one high are a line between them, dot a point, mark an upright mark, also with a name behind a colon ("mark: quota"). NULL, NaN and infinities are not drawn. A name that ends in % is of fractions. scale_max: where the scale ends, and what is longer is cut; left out, with the longest line of each chart. max_lines: how many lines a chart shows, of how many its title says. title: what is shown, also to who does not see it. Empty without rows; an error for NULL.
Example: salesops.svg_bars('SELECT ''West'' AS label, 3 AS won, 4 AS lost', 'Deals') ~ '^<figure><figcaption>Deals</figcaption><svg [^>]*role="img"' ==> true$$;

CREATE FUNCTION svg_curves(query text, title text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET lc_monetary = 'C' SET timezone = 'UTC' SET jit = off
AS $function$
DECLARE
	text_of CONSTANT text := salesops.query_select(query);
	height CONSTANT integer := 170;
	names text[];
	plain text[];
	wrong text;
	chart record;
	html text := '';
BEGIN
	IF query IS NULL OR title IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the query and the title of a chart must not be NULL', HINT = 'A title says what the curves are.';
	END IF;
	SELECT array_agg(coalesce(c.name, '') ORDER BY c.n), array_agg(c.plain ORDER BY c.n), string_agg(format('%s is %s', quote_ident(c.name), c.column_type), ', ' ORDER BY c.n) FILTER (WHERE c.kind <> 'number' AND c.name IN ('x', 'share', 'mark'))
	INTO names, plain, wrong FROM salesops.picture_columns(text_of, '{figure,curve,x,share,note,mark}') AS c;
	IF NOT names @> '{curve,x,share}' THEN
		RAISE invalid_parameter_value USING MESSAGE = format('the query has the columns: %s', array_to_string(names, ', ')), DETAIL = 'It has curve, x and share, and may have figure, note and mark.', HINT = 'Write SELECT stage AS curve, day AS x, share FROM ....';
	ELSIF wrong IS NOT NULL THEN
		RAISE datatype_mismatch USING MESSAGE = format('the query has columns that are no numbers: %s', wrong), DETAIL = 'x, share and mark are of a numeric type.', HINT = 'Cast them, as in x::numeric.';
	END IF;
	FOR chart IN EXECUTE format($q$
		WITH point AS (
			SELECT row_number() OVER () AS n, %2$s AS figure, q.c%5$s::text AS curve, q.%6$s::double precision AS x, CASE WHEN q.%7$s IS NOT NULL THEN least(greatest(q.%7$s::double precision, 0), 1) END AS share, %3$s AS note, %4$s AS mark FROM (%1$s
			) AS q (%8$s)
		), scale AS (
			SELECT figure, min(x) AS x_min, max(x) AS x_max, max(mark) FILTER (WHERE abs(mark) < 'Infinity') AS mark, min(n) AS n FROM point WHERE abs(x) < 'Infinity' AND share <> 'NaN' GROUP BY figure HAVING min(x) < max(x)
		), curve AS (
			SELECT p.figure, p.curve, row_number() OVER (PARTITION BY p.figure ORDER BY min(p.n)) AS place, min(p.note) AS note,
				string_agg(format('%%s,%%s', round((1000 * (p.x - s.x_min) / (s.x_max - s.x_min))::numeric, 1), round((100 * (1 - p.share))::numeric, 2)), ' ' ORDER BY p.x, p.n) AS points
			FROM point AS p JOIN scale AS s ON s.figure IS NOT DISTINCT FROM p.figure WHERE abs(p.x) < 'Infinity' AND p.share <> 'NaN' GROUP BY p.figure, p.curve
		)
		SELECT s.*, c.* FROM scale AS s JOIN (
			SELECT figure AS of_figure, count(*) AS n_curves, bool_or(note <> '') IS TRUE AS noted, string_agg(format('<polyline points="%%s" class="curve curve%%s"><title>%%s</title></polyline>', points, 1 + (place - 1) %% 8, salesops.html_escape(curve)), E'\n' ORDER BY place) AS curves,
				string_agg(format('<li><i class="curve%%s"></i>%%s</li>', 1 + (place - 1) %% 8, salesops.html_escape(concat_ws(', ', curve, note))), '' ORDER BY place) AS legend
			FROM curve GROUP BY figure
		) AS c ON c.of_figure IS NOT DISTINCT FROM s.figure ORDER BY s.n$q$,
		text_of, coalesce('q.c' || array_position(names, 'figure') || '::text', 'NULL::text'), coalesce('q.c' || array_position(names, 'note') || '::text', 'NULL::text'), coalesce('q.' || plain[array_position(names, 'mark')] || '::double precision', 'NULL::double precision'),
		array_position(names, 'curve'), plain[array_position(names, 'x')], plain[array_position(names, 'share')], (SELECT string_agg('c' || n, ', ' ORDER BY n) FROM generate_series(1, cardinality(names)) AS n))
	LOOP
		html := html || format(E'<figure><figcaption>%1$s</figcaption><svg class="curves" width="100%%" height="%2$s" role="img" aria-label="%1$s. Its numbers are in the table of this section.">\n%3$s<svg x="0" y="0" width="100%%" height="%4$s" viewBox="0 0 1000 100" preserveAspectRatio="none">\n%5$s</svg>%6$s%7$s</svg>%8$s</figure>\n',
			salesops.html_escape(concat_ws(': ', chart.figure, title)), height + 22,
			(SELECT string_agg(format('<line x1="0" x2="100%%" y1="%1$s" y2="%1$s" class="grid"/>%2$s', height * (100 - p) / 100, CASE WHEN p > 0 THEN format('<text x="100%%" y="%s" class="value">%s %%</text>', height * (100 - p) / 100 + 13, p) ELSE '' END), '') FROM unnest('{100,50,0}'::integer[]) AS p),
			height, chart.curves,
			CASE WHEN chart.mark BETWEEN chart.x_min AND chart.x_max THEN format('<line x1="%1$s%%" x2="%1$s%%" y1="0" y2="%2$s" class="mark"><title>%3$s</title></line>', round((100 * (chart.mark - chart.x_min) / (chart.x_max - chart.x_min))::numeric, 2), height, salesops.thousands(round(chart.mark::numeric))) ELSE '' END,
			(SELECT string_agg(format('<text x="%s%%" y="%s" class="value %s">%s</text>', f * 50, height + 16, CASE f WHEN 0 THEN 'at-start' WHEN 1 THEN 'at-middle' ELSE '' END, salesops.thousands(round((chart.x_min + f * (chart.x_max - chart.x_min) / 2)::numeric))), '') FROM generate_series(0, 2) AS f),
			CASE WHEN chart.n_curves > 1 OR chart.noted THEN '<ul class="legend">' || chart.legend || '</ul>' ELSE '' END);
	END LOOP;
	RETURN html;
END
$function$;
COMMENT ON FUNCTION svg_curves(text, text) IS $$What a query gives as curves in SVG, of a share from 0 to 100 % over a number, in a figure with its title and a legend.
query: one SELECT that names its tables with schemas, a row for each point: curve, x and share, a fraction; and, where they are there, figure (rows of another value are another chart), note (what the legend adds to the name of a curve) and mark (an upright line at that x). Points are joined in order of x; shares are cut at 0 and 1, NULL and what is no number is left out. title: what is shown, also to who does not see it. Empty without two points; an error for NULL.
Example: salesops.svg_curves('SELECT ''a'' AS curve, x, 1 - x / 9.0 AS share FROM pg_catalog.generate_series(0, 9) AS x', 'Left') ~ 'class="curve curve1"' ==> true$$;
