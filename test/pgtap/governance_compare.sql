-- metric_compare: the differences of two tables against each key looked up by itself, and their sum against the two totals.
\ir setup.psql

CREATE FUNCTION pg_temp.error(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE query;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' / ' || SQLERRM || CASE WHEN hint = '' THEN ' NO HINT' ELSE '' END;
END $$;

-- ---- the example of the source ----

CREATE TABLE public.example_a AS SELECT * FROM (VALUES ('A', 10), ('B', 20), ('C', 30), ('C', 30)) v (k, n);
CREATE TABLE public.example_b AS SELECT * FROM (VALUES ('A', 10), ('B', 25), ('C', 30), ('D', 5)) v (k, n);
SELECT results_eq($$SELECT kind, key_value, rows_a, rows_b, amount_a, amount_b, difference FROM metric_compare('example_a', 'example_b', '{k}', 'n')$$,
	$$VALUES ('duplicate_in_a', 'C', 2::bigint, 1::bigint, 60::numeric, 30::numeric, -30::numeric), ('only_in_b', 'D', 0, 1, NULL, 5, 5), ('different_amount', 'B', 1, 1, 20, 25, 5)$$, 'three reasons');
SELECT results_eq($$SELECT kind, difference, balance, share_of_gap FROM metric_compare_summary('example_a', 'example_b', '{k}', 'n')$$,
	$$VALUES ('total_a', NULL::numeric, 90::numeric, NULL::float8), ('same', 0, 90, 0), ('duplicate_in_a', -30, 60, 1.5), ('only_in_b', 5, 65, -0.25), ('different_amount', 5, 70, -0.25), ('total_b', -20, 70, 1)$$, 'and a bridge of them');

-- ---- tables of all kinds of rows: NULLs, keys that come twice, amounts that are none, filters, names that must be quoted ----

CREATE SCHEMA "Fin ""%s"" $$";
CREATE TABLE public.report ("Id '%s" int, part text, "Amount $$" numeric, region text, stage int);
CREATE TABLE "Fin ""%s"" $$"."Total" ("Id '%s" int, part text, "Amount $$" numeric, region text, stage int);
CREATE FUNCTION pg_temp.fill(rows int, ids int) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
	TRUNCATE public.report, "Fin ""%s"" $$"."Total";
	INSERT INTO report SELECT CASE WHEN random() < 0.95 THEN floor(random() * ids) END, CASE WHEN random() < 0.8 THEN 'p' || floor(random() * 2) END, (array[NULL, round((random() * 2000 - 1000)::numeric, floor(random() * 4)::int), 7.10, 7.1])[1 + floor(random() * 4)::int], (array['EMEA', 'APAC', NULL])[1 + floor(random() * 3)::int], floor(random() * 2) FROM generate_series(1, rows) WHERE random() < 1;
	INSERT INTO "Fin ""%s"" $$"."Total" SELECT "Id '%s", part, CASE WHEN random() < 0.6 THEN "Amount $$" ELSE 7.1 END, CASE WHEN random() < 0.7 THEN region ELSE 'EMEA' END, stage FROM report WHERE random() < 0.8;
	INSERT INTO "Fin ""%s"" $$"."Total" SELECT floor(random() * ids * 1.2), 'p1', NULLIF(round((random() * 100)::numeric, 2), 0), 'APAC', 1 FROM generate_series(1, rows / 10);
END $body$;
-- each key by itself
CREATE FUNCTION pg_temp.by_hand(filtered boolean) RETURNS TABLE (kind text, id int, part text, amount_a numeric, amount_b numeric, difference numeric) LANGUAGE plpgsql AS $body$
DECLARE
	k record;
	a record;
	b record;
BEGIN
	FOR k IN SELECT r."Id '%s" AS id, r.part FROM report r UNION SELECT t."Id '%s", t.part FROM "Fin ""%s"" $$"."Total" t LOOP
		SELECT count(*) AS n, count("Amount $$") AS known, sum("Amount $$") AS total, max(region) AS region, max(stage) AS stage INTO a FROM report r WHERE r."Id '%s" IS NOT DISTINCT FROM k.id AND r.part IS NOT DISTINCT FROM k.part;
		SELECT count(*) AS n, count("Amount $$") AS known, sum("Amount $$") AS total, max(region) AS region, max(stage) AS stage INTO b FROM "Fin ""%s"" $$"."Total" r WHERE r."Id '%s" IS NOT DISTINCT FROM k.id AND r.part IS NOT DISTINCT FROM k.part;
		IF k.id IS NULL AND k.part IS NULL THEN kind := 'no_key';
		ELSIF a.n = 0 THEN kind := 'only_in_b';
		ELSIF b.n = 0 THEN kind := 'only_in_a';
		ELSIF a.n > 1 AND b.n > 1 THEN kind := 'duplicate_in_both';
		ELSIF a.n > 1 THEN kind := 'duplicate_in_a';
		ELSIF b.n > 1 THEN kind := 'duplicate_in_b';
		ELSIF a.known = 0 OR b.known = 0 THEN kind := 'unknown_amount';
		ELSIF filtered AND (a.region, a.stage) IS DISTINCT FROM (b.region, b.stage) THEN kind := 'different_filter';
		ELSIF a.total <> b.total THEN kind := 'different_amount';
		ELSE CONTINUE;
		END IF;
		id := k.id;
		part := k.part;
		amount_a := a.total;
		amount_b := b.total;
		difference := coalesce(b.total, 0) - coalesce(a.total, 0);
		RETURN NEXT;
	END LOOP;
END $body$;
CREATE TEMP TABLE trial (n int, filtered boolean, rows bigint, wrong bigint, gap numeric, explained numeric, bridge numeric, last numeric, kinds text[]);
DO $do$
DECLARE
	filters text[];
BEGIN
	FOR n IN 1 .. 60 LOOP
		PERFORM pg_temp.fill(n * 4, n + n % 7 * n);
		filters := CASE WHEN n % 3 = 0 THEN '{}' ELSE '{region,stage}' END;
		CREATE TEMP TABLE found AS SELECT * FROM metric_compare('report', '"Fin ""%s"" $$"."Total"', ARRAY['Id ''%s', 'part'], 'Amount $$', filters);
		CREATE TEMP TABLE hand AS SELECT * FROM pg_temp.by_hand(filters <> '{}');
		CREATE TEMP TABLE bridge AS SELECT * FROM metric_compare_summary('report', '"Fin ""%s"" $$"."Total"', ARRAY['Id ''%s', 'part'], 'Amount $$', filters);
		INSERT INTO trial SELECT n, filters <> '{}', (SELECT count(*) FROM found),
			(SELECT count(*) FROM (SELECT kind, key_value, amount_a, amount_b, difference FROM found EXCEPT ALL SELECT kind, concat_ws(', ', coalesce(id::text, 'NULL'), coalesce(part, 'NULL')), amount_a, amount_b, difference FROM hand) d)
			+ (SELECT count(*) FROM (SELECT kind, concat_ws(', ', coalesce(id::text, 'NULL'), coalesce(part, 'NULL')), amount_a, amount_b, difference FROM hand EXCEPT ALL SELECT kind, key_value, amount_a, amount_b, difference FROM found) d)
			+ (SELECT count(*) FROM (SELECT kind, count(*), sum(rows_a), sum(rows_b), sum(difference) FROM found GROUP BY 1 EXCEPT SELECT kind, key_count, rows_a, rows_b, difference FROM bridge) d),
			(SELECT coalesce(sum("Amount $$"), 0) FROM "Fin ""%s"" $$"."Total") - (SELECT coalesce(sum("Amount $$"), 0) FROM report), (SELECT coalesce(sum(difference), 0) FROM found),
			(SELECT sum(difference) FROM bridge WHERE kind NOT LIKE 'total%'), (SELECT balance FROM bridge ORDER BY step DESC OFFSET 1 LIMIT 1) - (SELECT balance FROM bridge WHERE kind = 'total_a'), (SELECT array_agg(DISTINCT kind) FROM found);
		DROP TABLE found, hand, bridge;
	END LOOP;
END $do$;
SELECT pg_temp.holds('SELECT sum(rows), sum(wrong) FROM trial', 'each key by itself');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE gap <> explained) FROM trial', 'the differences are the gap, to the last digit');
SELECT pg_temp.holds('SELECT count(*), count(*) FILTER (WHERE gap <> bridge OR gap <> last) FROM trial', 'and so are the steps of the bridge, whose last balance is total b');
SELECT cmp_ok(count(*) FILTER (WHERE gap <> 0), '>', 40::bigint, 'of many gaps') FROM trial;
SELECT set_eq('SELECT DISTINCT unnest(kinds) FROM trial', '{only_in_a,only_in_b,duplicate_in_a,duplicate_in_b,duplicate_in_both,no_key,unknown_amount,different_filter,different_amount}'::text[], 'and of every kind');
SELECT pg_temp.fill(200, 150);
SELECT is((SELECT sum(unknown_amounts) FROM metric_compare_summary('report', '"Fin ""%s"" $$"."Total"', ARRAY['Id ''%s', 'part'], 'Amount $$')), (SELECT count(*) FROM (SELECT "Amount $$" AS n FROM report UNION ALL SELECT "Amount $$" FROM "Fin ""%s"" $$"."Total") u WHERE n IS NULL)::numeric, 'amounts that are not known are counted');
SELECT cmp_ok(abs(sum(share_of_gap) - 1), '<', 1e-9::float8, 'shares add up to one') FROM metric_compare_summary('report', '"Fin ""%s"" $$"."Total"', ARRAY['Id ''%s', 'part'], 'Amount $$') WHERE kind NOT LIKE 'total%';
SELECT results_eq($q$SELECT kind, key_value, difference FROM metric_compare('report', '"Fin ""%s"" $$"."Total"', ARRAY['Id ''%s', 'part'], 'Amount $$')$q$, $q$SELECT kind, key COLLATE "default", difference FROM ($q$ || metric_compare_sql('report', '"Fin ""%s"" $$"."Total"', ARRAY['Id ''%s', 'part'], 'Amount $$') || $q$) c WHERE kind <> 'same' ORDER BY array_position('{only_in_a,duplicate_in_a,only_in_b,duplicate_in_b,duplicate_in_both,no_key,unknown_amount,different_filter,different_amount}', kind), abs(difference) DESC, key COLLATE "C"$q$, 'in an order that is always the same');
DO $do$ BEGIN EXECUTE 'CREATE VIEW public.compared AS ' || metric_compare_sql('report', '"Fin ""%s"" $$"."Total"', ARRAY['Id ''%s', 'part'], 'Amount $$', '{region}'); END $do$;
SELECT is((SELECT count(*) FROM compared WHERE kind <> 'same'), (SELECT count(*) FROM metric_compare('report', '"Fin ""%s"" $$"."Total"', ARRAY['Id ''%s', 'part'], 'Amount $$', '{region}')), 'its query in a view');
-- the other way round it is the negative
SELECT is((SELECT sum(difference) FROM metric_compare('report', '"Fin ""%s"" $$"."Total"', ARRAY['Id ''%s', 'part'], 'Amount $$')), (SELECT -sum(difference) FROM metric_compare('"Fin ""%s"" $$"."Total"', 'report', ARRAY['Id ''%s', 'part'], 'Amount $$')), 'the other way round');

-- ---- no rows, one row, itself ----

CREATE TABLE public.nothing (k text, n numeric);
SELECT is_empty($$SELECT * FROM metric_compare('nothing', 'nothing', '{k}', 'n')$$, 'nothing differs from nothing');
SELECT results_eq($$SELECT kind, balance, share_of_gap FROM metric_compare_summary('nothing', 'nothing', '{k}', 'n')$$, $$VALUES ('total_a', 0::numeric, NULL::float8), ('total_b', 0, NULL)$$, 'and its bridge has two ends');
SELECT is((SELECT string_agg(kind || ' ' || difference, ', ') FROM metric_compare('nothing', 'example_b', '{k}', 'n')), 'only_in_b 30, only_in_b 25, only_in_b 10, only_in_b 5', 'all are new');
SELECT is_empty($$SELECT * FROM metric_compare('example_b', 'example_b', '{k}', 'n')$$, 'itself');
SELECT is((SELECT string_agg(kind || ' ' || key_value || ' ' || difference, ', ') FROM metric_compare('example_a', 'example_a', '{k}', 'n')), 'duplicate_in_both C 0', 'itself, with a key that comes twice');

-- ---- types: keys of two types, collations, domains, amounts of all kinds ----

CREATE DOMAIN public.code AS varchar(10);
CREATE TABLE public.kinds_a (i int, s smallint, n numeric, t text, f text COLLATE "POSIX", v code, c char(8), d date, m timestamp, z timestamptz, u uuid, e text, b boolean, mixed int, amount int, other float4, cash money);
INSERT INTO public.kinds_a SELECT i, i, i + 0.50, 'T' || i, 'F' || i, 'V' || i, 'C' || i, date '2026-01-01' + i, timestamp '2026-01-01' + i * interval '1 day', timestamptz '2026-01-01 00:00+00' + i * interval '1 day', md5(i::text)::uuid, 'e' || i, i % 2 = 0, i, i, i / 4.0, i FROM generate_series(1, 20) i;
CREATE TABLE public.kinds_b (i numeric, s bigint, n float8, t varchar, f text COLLATE "C", v text, c text, d timestamp, m timestamptz, z date, u text, e code, b text, mixed text, amount numeric(12, 4), other float8, cash numeric);
INSERT INTO public.kinds_b SELECT i, s, n, t, f, v, rtrim(c), d, z, z::date, u::text, e, b::text, mixed::text, amount, other, i FROM public.kinds_a;
SELECT is((SELECT count(*) FROM metric_compare('kinds_a', 'kinds_b', ARRAY[k], a)), CASE WHEN k = 'b' THEN 2 ELSE 0 END::bigint, format('keys %s, amounts %s', k, a)) FROM unnest('{i,s,n,t,f,v,c,d,m,z,u,e,b,mixed}'::text[]) k, unnest('{amount,other,cash}'::text[]) a;
SELECT is((SELECT count(*) FROM metric_compare('kinds_a', 'kinds_b', '{i,s,n,t,f,v,c,d,m,z,u,e,mixed}', 'amount', '{b,t,c}')), 0::bigint, 'all of them together, and filters of other types');
SET LOCAL timezone = 'America/New_York';
SELECT is((SELECT count(*) FROM metric_compare('kinds_a', 'kinds_b', '{z}', 'amount')), 0::bigint, 'whatever the time zone of the session');
SET LOCAL timezone = 'UTC';
CREATE TABLE public.spelled_a AS SELECT * FROM (VALUES ('Straße', 1::float8), ('strasse', 'NaN'), ('A', 'Infinity'), ('B', 2), ('C', NULL), ('a ', 0.1)) v (k, n);
CREATE TABLE public.spelled_b AS SELECT * FROM (VALUES ('Straße', 1::numeric), ('STRASSE', 3), ('A', 5), ('B', 'NaN'), ('C', NULL), ('a', 0.1)) v (k, n);
SELECT results_eq($$SELECT kind, key_value, amount_a, amount_b, difference, detail FROM metric_compare('spelled_a', 'spelled_b', '{k}', 'n')$$, $$VALUES ('only_in_a', 'a ', 0.1::numeric, NULL::numeric, -0.1::numeric, NULL::text), ('only_in_a', 'strasse', NULL, NULL, 0, '1 unknown in a'), ('only_in_b', 'STRASSE', NULL, 3, 3, NULL), ('only_in_b', 'a', NULL, 0.1, 0.1, NULL),
	('unknown_amount', 'A', NULL, 5, 5, '1 unknown in a'), ('unknown_amount', 'B', 2, NULL, -2, '1 unknown in b'), ('unknown_amount', 'C', NULL, NULL, 0, '1 unknown in a, 1 unknown in b')$$, 'texts by their bytes; what is no amount is not known, and not zero');
-- columns that are called otherwise, a view, a partitioned table
CREATE TABLE public.invoice (no text, total numeric, k text) PARTITION BY LIST (k);
CREATE TABLE public.invoice_1 PARTITION OF public.invoice DEFAULT;
INSERT INTO public.invoice VALUES ('A', 10, 'x'), ('B', 21, 'x'), ('C', 60, 'y');
CREATE VIEW public.example_once AS SELECT k, sum(n) AS n FROM example_a GROUP BY k;
SELECT is((SELECT string_agg(concat_ws(' ', kind, key_value, difference), ', ') FROM metric_compare('example_once', 'invoice', '{k}', 'n', key_in_b => '{no}', amount_in_b => 'total')), 'different_amount B 1', 'names of its own');
CREATE TABLE public.example_fa AS SELECT * FROM (VALUES ('A', 1, 'won', 1), ('B', 1, 'won', 1), ('C', 1, 'won', 1)) v (k, n, stage, "Reg 'ion");
CREATE TABLE public.example_fb AS SELECT * FROM (VALUES ('A', 1, 'lost', '1'), ('B', 1, NULL, '2'), ('C', 1, 'won', '1')) v (k, n, stage, "Reg 'ion");
SELECT is((SELECT string_agg(detail, ', ' ORDER BY key_value) FROM metric_compare('example_fa', 'example_fb', '{k}', 'n', '{stage,Reg ''ion}')), 'stage: won -> lost, stage: won -> NULL; Reg ''ion: 1 -> 2', 'what is other in a filter');

-- ---- what is refused ----

CREATE INDEX example_index ON example_a (k);
SELECT is(pg_temp.error('SELECT * FROM metric_compare(' || arguments || ')'), wanted, wanted) FROM (VALUES
	('NULL, ''example_b'', ''{k}'', ''n''', '22004 / the tables that are compared, their keys and their amounts must not be NULL'), ('''example_a'', ''example_b'', ''{k,NULL}'', ''n''', '22004 / the tables that are compared, their keys and their amounts must not be NULL'), ('''example_a'', ''example_b'', NULL, ''n''', '22004 / the tables that are compared, their keys and their amounts must not be NULL'),
	('''example_a'', ''example_b'', ''{}'', ''n''', '22023 / keys of 0 and 0 columns cannot be compared'), ('''example_a'', ''example_b'', ''{k}'', ''n'', key_in_b => ''{k,n}''', '22023 / keys of 1 and 2 columns cannot be compared'), ('''example_index'', ''example_b'', ''{k}'', ''n''', '42809 / public.example_index is no table and no view'),
	('''example_a'', ''example_b'', ''{k,K}'', ''total'', ''{x; DROP}''', '42703 / columns are not there: public.example_a lacks "K", public.example_b lacks "K", public.example_a lacks total, public.example_b lacks total, public.example_a lacks "x; DROP", public.example_b lacks "x; DROP"'), ('''example_a'', ''example_b'', ''{n}'', ''k''', '42804 / amounts are no numbers: public.example_a.k is text, public.example_b.k is text'),
	('''pg_class'', ''pg_class'', ''{oid}'', ''relowner''', '42804 / amounts are no numbers: pg_class.relowner is oid, pg_class.relowner is oid'), ('''example_a'', ''example_b'', ARRAY[''k) FROM pg_authid; --''], ''n''', '42703 / columns are not there: public.example_a lacks "k) FROM pg_authid; --", public.example_b lacks "k) FROM pg_authid; --"'), ('''example_a'', ''example_b'', ''{ctid}'', ''n''', '42703 / columns are not there: public.example_a lacks ctid, public.example_b lacks ctid')) v (arguments, wanted);
CREATE ROLE compare_clerk;
GRANT USAGE ON SCHEMA salesops TO compare_clerk;
CREATE FUNCTION pg_temp.by_clerk(query text) RETURNS text LANGUAGE plpgsql SET search_path = '' SET role = 'none' AS $$
DECLARE
	result text;
BEGIN
	SET LOCAL ROLE compare_clerk;
	EXECUTE query INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
GRANT SELECT ON example_a TO compare_clerk;
SELECT is(pg_temp.by_clerk('SELECT count(*) FROM salesops.metric_compare(''public.example_a'', ''public.example_b'', ''{k}'', ''n'')'), '42501 permission denied for table example_b', 'with the rights of who calls');
GRANT SELECT ON example_b TO compare_clerk;
SELECT is(pg_temp.by_clerk('SELECT count(*) FROM salesops.metric_compare(''public.example_a'', ''public.example_b'', ''{k}'', ''n'')'), '3', 'and an empty search_path');

-- ---- keys and filters of other types that are the same ----

CREATE TEMP TABLE whole (id bigint, v int, n numeric(10, 1), d date); INSERT INTO whole VALUES (1234567890123456, 1, 1.0, '2026-01-01'), (1234567890123457, 1, 2.5, '2026-01-01'), (16777216, 1, 0, NULL);
CREATE TEMP TABLE floating (id float8, v int, n numeric(10, 3), d timestamp); INSERT INTO floating VALUES (1234567890123456, 1, 1, '2026-01-01'), (1234567890123457, 1, 2.500, '2026-01-01'), (16777216, 1, 0, NULL);
CREATE TEMP TABLE short (id float4, v int); INSERT INTO short VALUES (16777216, 1);
SELECT is_empty($$SELECT * FROM metric_compare('whole', 'floating', '{id}', 'v', '{n,d}')$$, 'a key of float8, filters of other scales');
SELECT is_empty($$SELECT * FROM metric_compare('floating', 'whole', '{id}', 'v', '{n,d}')$$, 'the other way');
SELECT is((SELECT count(*) FROM metric_compare('whole', 'short', '{id}', 'v')), 2::bigint, 'a key of float4');

SELECT * FROM finish();
ROLLBACK;
