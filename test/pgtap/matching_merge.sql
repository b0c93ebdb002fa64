-- matching_merge: plans, merges and undoing them, on tables of all kinds of columns and references.
\ir setup.psql
SET client_min_messages = warning;

CREATE SCHEMA "My CRM";
CREATE SCHEMA elsewhere;
CREATE TYPE elsewhere.mood AS ENUM ('good', 'bad');
CREATE TYPE elsewhere.address AS (street text, "Zip" text, since date);
CREATE DOMAIN elsewhere.percent AS numeric(5, 2) CHECK (VALUE BETWEEN 0 AND 100);

-- columns of all kinds, with a dropped one, generated ones and names that must be quoted
CREATE TABLE "My CRM"."Account" (
	"Account Id" int PRIMARY KEY, gone text, "Name" text, phone varchar(20), code char(5), email text UNIQUE, score float8, small float4, amount numeric, share elsewhere.percent, at timestamptz, on_day date,
	raw bytea, tags text[], grid int[][], home elsewhere.address, mood elsewhere.mood, doc jsonb, plain json, took interval, during tstzrange, flag bool, bits bit(5), one "char", price money, net inet, number int GENERATED ALWAYS AS IDENTITY,
	upper_name text GENERATED ALWAYS AS (upper("Name")) STORED, "external ""id""" text UNIQUE, source text, updated_at timestamptz, parent_id int REFERENCES "My CRM"."Account", "percent %s" text DEFAULT 'a%b');
ALTER TABLE "My CRM"."Account" DROP COLUMN gone;
CREATE FUNCTION pg_temp.h(text, int) RETURNS int LANGUAGE sql IMMUTABLE AS $$SELECT ('x' || substr(md5($1), 1, 6))::bit(24)::int % $2$$;
-- values that are easily lost: scales, trailing blanks, NULL and '', composites of NULLs, lower bounds of arrays, the smallest floats, seconds of zones
INSERT INTO "My CRM"."Account" ("Account Id", "Name", phone, code, email, score, small, amount, share, at, on_day, raw, tags, grid, home, mood, doc, plain, took, during, flag, bits, one, price, net, "external ""id""", source, updated_at, parent_id)
SELECT i, CASE pg_temp.h('n' || i, 5) WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'Company ' || i / 2 || repeat('x', pg_temp.h('l' || i, 4)) || E' "q\\uote'' \t\n' END, CASE WHEN pg_temp.h('p' || i, 3) > 0 THEN '555-' || i % 10 END, CASE WHEN pg_temp.h('c' || i, 2) > 0 THEN 'ab' END,
	CASE WHEN pg_temp.h('e' || i, 2) > 0 THEN i || '@x' END, (array[0.1::float8 + 0.2, 'NaN', '-0', 5e-324, 1.0 / 3, NULL])[1 + pg_temp.h('s' || i, 6)], (array[0.1, 1e-45, NULL]::float4[])[1 + pg_temp.h('f' || i, 3)],
	(array[1.50, 1.5, 1e30, 0.000, 'NaN', NULL]::numeric[])[1 + pg_temp.h('a' || i, 6)], (array[12.5, NULL])[1 + pg_temp.h('d' || i, 2)], (array['2026-01-01 00:00:00.000001+00', 'infinity', '0044-03-15 00:00+00 BC', '1880-01-01 12:00:00+00', NULL]::timestamptz[])[1 + pg_temp.h('t' || i, 5)],
	(array['2026-02-28', '-infinity', NULL]::date[])[1 + pg_temp.h('y' || i, 3)], (array['\x00ff', '', NULL]::bytea[])[1 + pg_temp.h('r' || i, 3)], CASE pg_temp.h('g' || i, 4) WHEN 0 THEN '{}' WHEN 1 THEN '[2:3]={a,NULL}' WHEN 2 THEN '{"a,b","\"",NULL,""}' END::text[],
	CASE WHEN pg_temp.h('m' || i, 2) > 0 THEN '{{1,2},{3,NULL}}' END::int[], CASE pg_temp.h('h' || i, 3) WHEN 0 THEN '(,,)' WHEN 1 THEN '("Main ""St"", 1",,2026-01-01)' END::elsewhere.address, (array['good', 'bad', NULL])[1 + pg_temp.h('o' || i, 3)]::elsewhere.mood,
	CASE pg_temp.h('j' || i, 3) WHEN 0 THEN '{"a": [1.50, null]}' WHEN 1 THEN 'null' END::jsonb, CASE WHEN pg_temp.h('J' || i, 2) > 0 THEN '{"b" :  1,"b":2}' END::json, (array['1 mon -3 days 00:00:00.5', '-1 year', NULL]::interval[])[1 + pg_temp.h('i' || i, 3)],
	CASE WHEN pg_temp.h('u' || i, 2) > 0 THEN '[2026-01-01 00:00+00,)' END::tstzrange, (array[true, false, NULL])[1 + pg_temp.h('b' || i, 3)], CASE WHEN pg_temp.h('B' || i, 2) > 0 THEN B'10101' END, (array['x', '', NULL]::"char"[])[1 + pg_temp.h('1' || i, 3)], (array[12.34, NULL]::numeric[])[1 + pg_temp.h('2' || i, 2)]::money, CASE WHEN pg_temp.h('3' || i, 2) > 0 THEN '10.1.2.3/24' END::inet,
	'X' || i, (array['CRM', 'ERP', 'web', NULL])[1 + pg_temp.h('S' || i, 4)], (array['2026-01-01 00:00+00', '2026-02-01 00:00+00', '2026-03-01 00:00+00', NULL]::timestamptz[])[1 + pg_temp.h('U' || i, 4)], CASE WHEN i > 10 AND pg_temp.h('P' || i, 3) = 0 THEN 1 + pg_temp.h('Q' || i, i - 1) END
FROM generate_series(1, 300) i;
-- references of all kinds: two from one table, in a key, without a key, to another column, partitioned, deferred
CREATE TABLE "My CRM"."Deal" (id int PRIMARY KEY, "Account" int REFERENCES "My CRM"."Account", partner int REFERENCES "My CRM"."Account" DEFERRABLE INITIALLY DEFERRED, amount numeric, UNIQUE ("Account", partner, id));
INSERT INTO "My CRM"."Deal" SELECT i, 1 + pg_temp.h('A' || i, 300), CASE WHEN i % 3 > 0 THEN 1 + pg_temp.h('D' || i, 300) END, i / 7.0 FROM generate_series(1, 700) i;
CREATE TABLE elsewhere.link (account int REFERENCES "My CRM"."Account", other int REFERENCES "My CRM"."Account" ON DELETE CASCADE, kind text, PRIMARY KEY (account, other, kind));
INSERT INTO elsewhere.link SELECT DISTINCT 1 + pg_temp.h('K' || i, 300), 1 + pg_temp.h('L' || i, 300), 'kind' || i % 60 FROM generate_series(1, 400) i;
CREATE TABLE elsewhere.note (account int REFERENCES "My CRM"."Account" ON DELETE SET NULL, body text, plain json, at timestamptz DEFAULT '2026-01-01 00:00+00');
INSERT INTO elsewhere.note SELECT 1 + pg_temp.h('N' || i, 300), (array['same', NULL])[1 + i % 2], '{"a":  1}' FROM generate_series(1, 900) i;
CREATE TABLE elsewhere.invoice (id int PRIMARY KEY, external text REFERENCES "My CRM"."Account" ("external ""id"""));
INSERT INTO elsewhere.invoice SELECT i, 'X' || 1 + pg_temp.h('I' || i, 300) FROM generate_series(1, 200) i;
CREATE TABLE elsewhere.activity (id int, account int REFERENCES "My CRM"."Account", day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE elsewhere.activity_1 PARTITION OF elsewhere.activity FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE elsewhere.activity_2 PARTITION OF elsewhere.activity DEFAULT;
INSERT INTO elsewhere.activity SELECT i, 1 + pg_temp.h('V' || i, 300), date '2026-01-01' + i % 60 FROM generate_series(1, 600) i;

CREATE SCHEMA log;
CALL salesops.create_merge_log('log');
CALL salesops.create_merge_log('log');
SELECT has_table('log'::name, 'merge_run'::name, 'a log is made, once');
CREATE TABLE log.cluster (cluster_id text, record_id bigint);

-- every table and all its rows, in one digest
CREATE FUNCTION pg_temp.digest() RETURNS text LANGUAGE plpgsql SET extra_float_digits = 3 SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres' AS $$
DECLARE
	t regclass;
	one text;
	result text := '';
BEGIN
	FOR t IN SELECT oid FROM pg_class WHERE relnamespace IN ('"My CRM"'::regnamespace, 'elsewhere'::regnamespace) AND relkind IN ('r', 'p') ORDER BY relname LOOP
		EXECUTE format('SELECT md5(string_agg(t::text, E''\n'' ORDER BY t::text)) FROM %s t', t) INTO one;
		result := result || t || ' ' || one || E'\n';
	END LOOP;
	RETURN result;
END $$;

-- ---- merging and undoing: random clusters, all rules, whatever the settings ----

CREATE FUNCTION pg_temp.clusters(salt text) RETURNS void LANGUAGE sql AS $$
	TRUNCATE log.cluster;
	INSERT INTO log.cluster SELECT 'c' || pg_temp.h(salt || i, 140), i FROM generate_series(1, 300) i WHERE pg_temp.h(salt || 'in' || i, 4) > 0;
	INSERT INTO log.cluster SELECT NULL, 300 WHERE NOT EXISTS (SELECT FROM log.cluster WHERE record_id = 300);
$$;
-- what stands against it is taken out; then it is done, compared with what was planned, with what each row was, and undone
CREATE FUNCTION pg_temp.there_and_back(salt text, rules jsonb) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	before text;
	merge bigint;
	n bigint;
	problem text;
BEGIN
	PERFORM pg_temp.clusters(salt);
	before := pg_temp.digest();
	DROP TABLE IF EXISTS plan, member, account_before, deal_before, link_before, note_before, invoice_before, activity_before;
	DELETE FROM log.cluster WHERE cluster_id IN (SELECT cluster_id FROM salesops.merge_plan('"My CRM"."Account"', 'log.cluster', rules) WHERE action = 'conflict');
	GET DIAGNOSTICS n = ROW_COUNT;
	CREATE TEMP TABLE plan AS SELECT * FROM salesops.merge_plan('"My CRM"."Account"', 'log.cluster', rules);
	RETURN NEXT is((SELECT count(*) FROM plan WHERE action = 'conflict'), 0::bigint, salt || ': without their clusters there is no conflict; before, of ' || n || ' records');
	CREATE TEMP TABLE member AS SELECT record_id::int AS id, survivor_id::int AS kept, changes FROM salesops.merge_members('"My CRM"."Account"', 'log.cluster', rules);
	RETURN NEXT cmp_ok((SELECT count(*) FROM member WHERE id <> kept), '>', 50::bigint, salt || ': records go');
	CREATE TEMP TABLE account_before AS TABLE "My CRM"."Account";
	CREATE TEMP TABLE deal_before AS SELECT d.*, coalesce(a.kept, "Account") AS a, coalesce(p.kept, partner) AS p FROM "My CRM"."Deal" d LEFT JOIN member a ON a.id = "Account" LEFT JOIN member p ON p.id = partner;
	CREATE TEMP TABLE link_before AS SELECT coalesce(a.kept, account) AS a, coalesce(p.kept, other) AS p, kind FROM elsewhere.link d LEFT JOIN member a ON a.id = account LEFT JOIN member p ON p.id = other;
	CREATE TEMP TABLE note_before AS SELECT coalesce(a.kept, account) AS account, body, plain::text, at FROM elsewhere.note d LEFT JOIN member a ON a.id = account;
	CREATE TEMP TABLE invoice_before AS SELECT d.id, 'X' || coalesce(a.kept, substr(external, 2)::int) FROM elsewhere.invoice d LEFT JOIN member a ON 'X' || a.id = external;
	CREATE TEMP TABLE activity_before AS SELECT d.id, coalesce(a.kept, account), day FROM elsewhere.activity d LEFT JOIN member a ON a.id = account;
	RETURN NEXT is(pg_temp.digest(), before, salt || ': a plan changes nothing');

	merge := salesops.merge_apply('"My CRM"."Account"', 'log.cluster', rules, 'log', 'pg_temp.plan');
	SET CONSTRAINTS ALL IMMEDIATE;
	RETURN NEXT is((SELECT string_agg(a."Account Id"::text, ' ') FROM "My CRM"."Account" a JOIN member m ON m.id = "Account Id" WHERE id <> kept), NULL, salt || ': they are gone');
	RETURN NEXT is((SELECT count(*) FROM "My CRM"."Account"), 300 - (SELECT count(*) FROM member WHERE id <> kept), salt || ': all others stay');
	RETURN NEXT set_eq('SELECT id, "Account", partner, amount FROM "My CRM"."Deal"', 'SELECT id, a, p, amount FROM deal_before', salt || ': two references of one table');
	RETURN NEXT bag_eq('SELECT * FROM elsewhere.link', 'SELECT * FROM link_before', salt || ': references within a key');
	RETURN NEXT bag_eq('SELECT account, body, plain::text, at FROM elsewhere.note', 'SELECT * FROM note_before', salt || ': references of rows without a key');
	RETURN NEXT set_eq('SELECT * FROM elsewhere.invoice', 'SELECT * FROM invoice_before', salt || ': references to another column');
	RETURN NEXT set_eq('SELECT * FROM elsewhere.activity', 'SELECT * FROM activity_before', salt || ': partitions');
	-- the parent is the one that it has become, unless that is the record itself: then the next best
	RETURN NEXT is((SELECT count(*) FROM "My CRM"."Account" WHERE parent_id = "Account Id" AND "Account Id" IN (SELECT id FROM member)), 0::bigint, salt || ': no record refers to itself');
	RETURN NEXT is((SELECT string_agg(a."Account Id"::text, ' ') FROM "My CRM"."Account" a JOIN account_before b USING ("Account Id") LEFT JOIN member p ON p.id = b.parent_id LEFT JOIN member m ON m.id = a."Account Id"
		WHERE a.parent_id IS DISTINCT FROM coalesce(p.kept, b.parent_id) AND NOT coalesce(m.changes ? 'parent_id', false)), NULL, salt || ': parents are what they became');
	-- a record that stays has in each column what one of its cluster had
	RETURN NEXT is((SELECT count(*) FROM "My CRM"."Account" a JOIN member m ON m.id = a."Account Id" AND m.id = m.kept
		WHERE NOT EXISTS (SELECT FROM account_before b JOIN member o ON o.id = b."Account Id" WHERE o.kept = m.id AND b."Name" IS NOT DISTINCT FROM a."Name")
			OR NOT EXISTS (SELECT FROM account_before b JOIN member o ON o.id = b."Account Id" WHERE o.kept = m.id AND b.tags IS NOT DISTINCT FROM a.tags AND array_dims(b.tags) IS NOT DISTINCT FROM array_dims(a.tags))
			OR NOT EXISTS (SELECT FROM account_before b JOIN member o ON o.id = b."Account Id" WHERE o.kept = m.id AND b.amount::text IS NOT DISTINCT FROM a.amount::text)), 0::bigint, salt || ': no value is made up');
	RETURN NEXT is((SELECT count(*) FROM log.merge_change WHERE merge_id = merge AND action = 'repoint'), (SELECT sum(row_count)::bigint FROM plan WHERE action = 'repoint'), salt || ': as many rows were re-pointed as planned');
	RETURN NEXT isnt(pg_temp.digest(), before, salt || ': merged');

	PERFORM set_config('timezone', 'Asia/Kathmandu', true), set_config('extra_float_digits', '-15', true), set_config('datestyle', 'German', true), set_config('intervalstyle', 'iso_8601', true), set_config('search_path', '', true);
	n := salesops.merge_undo('log', merge);
	PERFORM set_config('timezone', 'UTC', true), set_config('extra_float_digits', '1', true), set_config('datestyle', 'ISO', true), set_config('intervalstyle', 'postgres', true), set_config('search_path', 'public, salesops', true);
	RETURN NEXT is(n, (SELECT count(*) FROM member WHERE id <> kept), salt || ': all that went are back');
	RETURN NEXT is(pg_temp.digest(), before, salt || ': every table is as it was');
END $$;
SELECT pg_temp.there_and_back('one', '{}');
SELECT pg_temp.there_and_back('two', '{"survivor": "most_recent", "recency": "updated_at", "otherwise": "most_recent", "columns": {"Name": "longest", "phone": "most_frequent", "email": "keep", "amount": "highest", "on_day": "lowest"}, "missing": ["555-7"]}');
SET LOCAL extra_float_digits = 0;
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL intervalstyle = 'sql_standard';
SET LOCAL timezone = 'America/St_Johns';
SET LOCAL bytea_output = 'escape';
SELECT pg_temp.there_and_back('three', '{"survivor": "source_priority", "source": "source", "priority": ["ERP", "CRM"], "otherwise": "source_priority", "columns": {"doc": "most_frequent", "plain": "fill", "parent_id": "keep"}}');
SET LOCAL bytea_output = 'hex';
SELECT pg_temp.there_and_back('four', '{"survivor": "oldest", "recency": "updated_at", "otherwise": "keep", "columns": {"parent_id": "most_frequent", "percent %s": "longest"}}');

-- ---- which record survives, and which values: against the rules written one by one ----

CREATE TABLE public.person (id text PRIMARY KEY, name text, city text, grade int, seen date, origin text);
INSERT INTO public.person SELECT i, (array['Ann', 'Anna', 'Ann B.', ' ', NULL])[1 + pg_temp.h('1' || i, 5)], (array['Oslo', 'Rome', '', '-', NULL])[1 + pg_temp.h('2' || i, 5)], nullif(pg_temp.h('3' || i, 4), 0), (array['2026-01-01', '2026-01-02', NULL])[1 + pg_temp.h('4' || i, 3)]::date, (array['CRM', 'ERP', 'x', NULL])[1 + pg_temp.h('5' || i, 4)]
FROM generate_series(1, 400) i;
CREATE TABLE public.person_cluster AS SELECT id AS record_id, pg_temp.h('6' || id, 120) AS cluster_id FROM person;
CREATE FUNCTION pg_temp.by_hand(survivor text, rule text, missing text[]) RETURNS TABLE (cluster text, id text, name text, city text, grade int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	c int;
	picked text;
	-- the order in which the survivor is first
	survivors CONSTANT text := format('ORDER BY %s num_nonnulls(CASE WHEN btrim(name) = '''' OR name = ANY ($2) THEN NULL ELSE name END, CASE WHEN btrim(city) = '''' OR city = ANY ($2) THEN NULL ELSE city END, grade, seen, origin) DESC, seen DESC NULLS LAST, id',
		CASE survivor WHEN 'most_recent' THEN 'seen DESC NULLS LAST,' WHEN 'oldest' THEN 'seen ASC NULLS LAST,' WHEN 'source_priority' THEN 'array_position(''{ERP,CRM}'', origin) NULLS LAST,' WHEN 'lowest_key' THEN 'id,' ELSE '' END);
	place text;
BEGIN
	FOR c IN SELECT cluster_id FROM person_cluster GROUP BY 1 HAVING count(*) > 1 LOOP
		cluster := c;
		place := format('(SELECT p.*, row_number() OVER (%s) AS place FROM person p JOIN person_cluster ON record_id = p.id WHERE cluster_id = $1) p', survivors);
		EXECUTE format('SELECT id, name, city, grade FROM %s WHERE place = 1', place) INTO id, name, city, grade USING c, missing;
		IF rule <> 'keep' THEN
			picked := NULL;
			EXECUTE format('SELECT name FROM %s WHERE name IS NOT NULL AND btrim(name) <> '''' AND name <> ALL ($2) ORDER BY %s place LIMIT 1', place, CASE rule WHEN 'most_recent' THEN 'seen DESC NULLS LAST,' WHEN 'source_priority' THEN 'array_position(''{ERP,CRM}'', origin) NULLS LAST,' WHEN 'longest' THEN 'length(name) DESC,'
				WHEN 'most_frequent' THEN '(SELECT count(*) FROM person q JOIN person_cluster ON record_id = q.id WHERE cluster_id = $1 AND q.name = p.name) DESC,' WHEN 'lowest' THEN 'name,' WHEN 'highest' THEN 'name DESC,' ELSE '' END) INTO picked USING c, missing;
			name := coalesce(picked, name);
			picked := NULL;
			EXECUTE format('SELECT grade FROM %s WHERE grade IS NOT NULL ORDER BY %s place LIMIT 1', place, CASE rule WHEN 'most_recent' THEN 'seen DESC NULLS LAST,' WHEN 'source_priority' THEN 'array_position(''{ERP,CRM}'', origin) NULLS LAST,'
				WHEN 'most_frequent' THEN '(SELECT count(*) FROM person q JOIN person_cluster ON record_id = q.id WHERE cluster_id = $1 AND q.grade = p.grade) DESC,' WHEN 'lowest' THEN 'grade,' WHEN 'highest' THEN 'grade DESC,' ELSE '' END) INTO picked USING c, missing;
			grade := picked;
		END IF;
		RETURN NEXT;
	END LOOP;
END $$;
SELECT set_eq(format($$SELECT cluster_id, record_id, coalesce(changes ->> 'name', image ->> 'name') AS name, image ->> 'city' AS city, coalesce(changes ->> 'grade', image ->> 'grade')::int AS grade FROM salesops.merge_members('person', 'person_cluster', %L) WHERE survives$$,
		jsonb_build_object('survivor', s, 'columns', jsonb_build_object('name', r, 'city', 'keep', 'grade', CASE r WHEN 'longest' THEN 'fill' ELSE r END), 'recency', 'seen', 'source', 'origin', 'priority', array['ERP', 'CRM'], 'missing', array['-'])),
	format('SELECT cluster, id, name, city, grade FROM pg_temp.by_hand(%L, %L, ''{-}'')', s, r), s || ', ' || r)
FROM unnest('{most_complete, most_recent, oldest, source_priority, lowest_key}'::text[]) s, unnest('{keep, fill, most_recent, source_priority, longest, most_frequent, lowest, highest}'::text[]) r;
SELECT is((SELECT string_agg(cluster_id, ' ') FROM salesops.merge_members('person', 'person_cluster', '{"survivor": "lowest_key", "columns": {"name": "most_recent"}, "recency": "seen"}') m JOIN
	(SELECT c.cluster_id::text AS c, most_recent(p.name, p.seen::timestamptz) AS best, count(DISTINCT coalesce(p.seen, 'infinity')) FILTER (WHERE btrim(p.name) <> '') AS n, count(*) FILTER (WHERE btrim(p.name) <> '') AS all_n FROM person p JOIN person_cluster c ON c.record_id = p.id GROUP BY 1) a ON a.c = m.cluster_id AND n = all_n
	WHERE survives AND best IS DISTINCT FROM nullif(btrim(coalesce(changes ->> 'name', image ->> 'name')), '')), NULL, 'where no two moments are the same, the aggregate says the same');

-- ---- keys of several columns, and a table without a primary key ----

CREATE TABLE public.tenant_account (tenant int, id int, name text, main int, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, main) REFERENCES tenant_account);
INSERT INTO tenant_account VALUES (1, 1, NULL, NULL), (1, 2, 'Two', NULL), (2, 1, 'One', NULL), (1, 3, 'Three', 1);
CREATE TABLE public.tenant_deal (tenant int, deal int, account int, PRIMARY KEY (tenant, deal), FOREIGN KEY (tenant, account) REFERENCES tenant_account);
INSERT INTO tenant_deal VALUES (1, 1, 1), (1, 2, 2), (2, 1, 1);
CREATE TABLE public.tenant_cluster (tenant int, id int, cluster_id int);
INSERT INTO tenant_cluster VALUES (1, 1, 7), (1, 2, 7), (2, 1, 8);
SELECT is(merge_apply('tenant_account', 'tenant_cluster', '{}', 'log') > 0, true, 'a key of two columns');
SELECT results_eq('SELECT * FROM tenant_deal ORDER BY 1, 2', 'VALUES (1, 1, 2), (1, 2, 2), (2, 1, 1)', 'its references');
SELECT results_eq('SELECT * FROM tenant_account ORDER BY 1, 2', $$VALUES (1, 2, 'Two', NULL), (1, 3, 'Three', 2), (2, 1, 'One', NULL)$$, 'and those of the table itself');
SELECT is(merge_undo('log', (SELECT max(merge_id) FROM log.merge_run)), 1::bigint, 'undone');
SELECT results_eq('SELECT * FROM tenant_account ORDER BY 1, 2', $$VALUES (1, 1, NULL, NULL), (1, 2, 'Two', NULL), (1, 3, 'Three', 1), (2, 1, 'One', NULL)$$, 'as it was');
UPDATE tenant_account SET main = 1 WHERE id = 2;
SELECT results_eq($$SELECT cluster_id, problem FROM merge_plan('tenant_account', 'tenant_cluster') WHERE action = 'conflict'$$, $$VALUES ('7', 'the surviving record would refer to itself')$$, 'a reference of two columns to a record of its own cluster');
CREATE TABLE public.no_key (code text NOT NULL, note text);
CREATE UNIQUE INDEX ON no_key (code);
INSERT INTO no_key VALUES ('a', NULL), ('b', 'x');
CREATE TABLE public.no_key_cluster AS SELECT code AS record_id, 1 AS cluster_id FROM no_key;
SELECT is(merge_apply('no_key', 'no_key_cluster', '{"key": "code"}', 'log') > 0, true, 'a unique index');
SELECT results_eq('SELECT * FROM no_key', $$VALUES ('b', 'x')$$, 'serves as the key');

-- ---- conflicts ----

CREATE TABLE public.acc (id int PRIMARY KEY, name text, other text UNIQUE, up int NOT NULL, CHECK (name <> 'wrong' OR id > 1));
INSERT INTO acc SELECT i, CASE i WHEN 2 THEN 'right' WHEN 4 THEN 'wrong' END, CASE WHEN i % 2 = 0 THEN 'o' || i END, i FROM generate_series(1, 8) i;
CREATE TABLE public.acc_cluster (record_id int, cluster_id text);
INSERT INTO acc_cluster VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, 'b'), (5, 'c'), (6, 'c');
CREATE TABLE public.ref (id int PRIMARY KEY, acc int REFERENCES acc, other text REFERENCES acc (other), kind text, day date, CONSTRAINT small CHECK (acc <> 3 OR kind <> 'big'));
CREATE FUNCTION pg_temp.conflicts(fill text, rules jsonb DEFAULT '{"survivor": "lowest_key"}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE fill;
	SELECT string_agg(concat_ws(' / ', cluster_id, table_name, column_name, rule, row_count, problem), '; ' ORDER BY cluster_id, table_name, rule) INTO result FROM merge_plan('acc', 'acc_cluster', rules) WHERE action = 'conflict';
	-- what the plan says is what the server would do: without a conflict it is done
	IF result IS NULL THEN
		PERFORM merge_apply('acc', 'acc_cluster', rules, 'log');
		RAISE USING ERRCODE = 'P0007', MESSAGE = 'merged';
	END IF;
	BEGIN
		PERFORM merge_apply('acc', 'acc_cluster', rules, 'log');
		result := result || ' AND MERGED';
	EXCEPTION WHEN integrity_constraint_violation THEN
	END;
	RAISE USING ERRCODE = 'P0007', MESSAGE = result;
EXCEPTION WHEN SQLSTATE 'P0007' THEN
	RETURN SQLERRM;
END $$;
SELECT is(pg_temp.conflicts(fill), wanted, wanted) FROM (VALUES
	('SELECT', 'merged'),
	('CREATE UNIQUE INDEX ref_key ON ref (acc, kind); INSERT INTO ref VALUES (1, 1, NULL, ''x''), (2, 2, NULL, ''x''), (3, 4, NULL, ''x''), (4, 5, NULL, NULL), (5, 6, NULL, NULL)', 'a / public.ref / acc, kind / ref_key / 1 / rows would be the same in a unique index: 1, x'),
	('CREATE UNIQUE INDEX ref_key ON ref (acc, kind) NULLS NOT DISTINCT; INSERT INTO ref VALUES (4, 5, NULL, NULL), (5, 6, NULL, NULL)', 'c / public.ref / acc, kind / ref_key / 1 / rows would be the same in a unique index: 5'),
	('CREATE UNIQUE INDEX ref_part ON ref (acc) WHERE kind = ''x''; INSERT INTO ref VALUES (1, 1, NULL, ''y''), (2, 2, NULL, ''x''), (3, 3, NULL, ''x''), (4, 4, NULL, ''x'')', 'b / public.ref / acc / ref_part / 1 / rows would be the same in a unique index: 3'),
	('CREATE UNIQUE INDEX ref_expr ON ref ((acc % 10), lower(kind)) WHERE day > ''2026-01-01''; INSERT INTO ref VALUES (1, 1, NULL, ''X'', ''2026-02-01''), (2, 2, NULL, ''y'', ''2026-02-01'')', 'merged'),
	('CREATE UNIQUE INDEX ref_expr ON ref ((acc % 10), (acc + 0), lower(kind)) WHERE day > ''2026-01-01''; INSERT INTO ref VALUES (1, 1, NULL, ''X'', ''2026-02-01''), (2, 2, NULL, ''x'', ''2026-02-01'')', 'a / public.ref / (acc % 10), (acc + 0), lower(kind) / ref_expr / 1 / rows would be the same in a unique index: 1, 1, x'),
	('INSERT INTO ref VALUES (1, 4, NULL, ''big'')', 'b / public.ref / small / 1 / a check constraint would be violated'),
	('INSERT INTO ref VALUES (1, NULL, ''o6'')', 'c / public.ref / other / ref_other_fkey / 1 / the surviving record has no value that these rows could refer to'),
	('UPDATE acc SET name = ''wrong'' WHERE id = 2', 'a / public.acc / acc_check / 1 / a check constraint would be violated'),
	('ALTER TABLE acc ADD part_of int NOT NULL DEFAULT 8 REFERENCES acc; UPDATE acc SET part_of = 2 WHERE id IN (1, 2)', 'a / public.acc / part_of / 1 / a column that must not be NULL would be'),
	('ALTER TABLE acc ADD code text; CREATE UNIQUE INDEX acc_code ON acc (lower(code)); UPDATE acc SET code = ''Q'' WHERE id = 2', 'merged'),
	('CREATE UNIQUE INDEX acc_name ON acc (lower(name), (up % 2)); UPDATE acc SET name = ''RIGHT'' WHERE id = 7', 'a / public.acc / lower(name), (up % 2) / acc_name / 1 / rows would be the same in a unique index: right, 1')) v(fill, wanted);

-- errors, and what they say
CREATE FUNCTION pg_temp.error(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE query;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' / ' || SQLERRM || CASE WHEN hint = '' AND SQLSTATE <> '22012' THEN ' NO HINT' ELSE '' END;
END $$;
CREATE VIEW public.acc_view AS TABLE acc;
CREATE TABLE public.parent_table (id int PRIMARY KEY);
CREATE TABLE public.child_table () INHERITS (parent_table);
CREATE TABLE public.twice AS SELECT 1 AS record_id, c AS cluster_id FROM generate_series(1, 2) c;
CREATE TABLE public.unknown AS SELECT 99 AS record_id, 1 AS cluster_id UNION ALL SELECT 1, 1;
SELECT is(pg_temp.error(query), wanted, wanted) FROM (VALUES
	($$SELECT * FROM merge_plan(NULL, 'acc_cluster')$$, '22004 / the table whose records are merged must not be NULL'),
	($$SELECT * FROM merge_plan('acc', NULL)$$, '22004 / the clusters must not be NULL'),
	($$SELECT * FROM merge_plan('acc_view', 'acc_cluster')$$, '42809 / public.acc_view is not a table'),
	($$SELECT * FROM merge_plan('parent_table', 'acc_cluster')$$, '42809 / public.parent_table inherits, or is inherited from'),
	($$SELECT * FROM merge_plan('elsewhere.activity_1', 'acc_cluster', '{"key": ["id", "day"]}')$$, '42809 / elsewhere.activity_1 inherits, or is inherited from'),
	($$SELECT * FROM merge_plan('no_key', 'acc_cluster')$$, '42704 / public.no_key has no primary key'),
	($$SELECT * FROM merge_plan('no_key', 'acc_cluster', '{"key": "note"}')$$, '42704 / public.no_key has no unique index on exactly: note'),
	($$SELECT * FROM merge_plan('acc', 'acc')$$, '42703 / public.acc lacks columns: cluster_id'),
	($$SELECT * FROM merge_plan('tenant_account', 'acc_cluster')$$, '42703 / public.acc_cluster lacks columns: tenant, id'),
	($$SELECT * FROM merge_plan('acc', 'unknown')$$, 'P0002 / records of clusters are not in public.acc: 99'),
	($$SELECT * FROM merge_plan('acc', 'twice')$$, '21000 / records are in clusters more than once: 1'),
	($$SELECT * FROM merge_plan('acc', 'acc_cluster', NULL)$$, '22023 / the rules of a merge must be a JSON object'),
	($$SELECT * FROM merge_plan('acc', 'acc_cluster', '[]')$$, '22023 / the rules of a merge must be a JSON object'),
	($$SELECT * FROM merge_plan('acc', 'acc_cluster', '{"name": "longest"}')$$, '22023 / unknown rule of a merge: name'),
	($$SELECT * FROM merge_plan('acc', 'acc_cluster', '{"columns": ["name"], "missing": "-", "survivor": 1}')$$, '22023 / a rule of the merge has a value of another kind: columns, missing, survivor'),
	($$SELECT * FROM merge_plan('acc', 'acc_cluster', '{"columns": {"name": "best"}}')$$, '22023 / unknown rule of a column: best'),
	($$SELECT * FROM merge_plan('acc', 'acc_cluster', '{"survivor": "fill"}')$$, '22023 / unknown rule of the survivor: fill'),
	($$SELECT * FROM merge_plan('acc', 'acc_cluster', '{"survivor": "oldest"}')$$, '22023 / the rules of the merge do not say when a record was changed'),
	($$SELECT * FROM merge_plan('acc', 'acc_cluster', '{"columns": {"name": "source_priority"}, "source": "name"}')$$, '22023 / the rules of the merge do not say which source comes first'),
	($$SELECT * FROM merge_plan('acc', 'acc_cluster', '{"columns": {"Name": "fill"}, "recency": "when"}')$$, '42703 / public.acc lacks columns: "Name", "when"'),
	($$SELECT * FROM merge_plan('acc', 'acc_cluster', '{"columns": {"id": "highest", "other": "fill"}}')$$, '22023 / columns of public.acc cannot change: id, other'),
	($$SELECT * FROM merge_plan('acc', 'acc_cluster', '{"columns": {"up": "longest"}}')$$, '42804 / public.acc.up is of type integer'),
	($$SELECT merge_apply('acc', 'acc_cluster', '{}', 'public')$$, '42P01 / there is no log of merges in schema public'),
	($$SELECT merge_apply('acc', 'acc_cluster', '{}', NULL)$$, '22004 / the rules and the schema of the log must not be NULL'),
	($$SELECT merge_undo('log', 0)$$, 'P0002 / there is no merge 0 in the log of schema log'),
	($$SELECT merge_undo('no log', 1)$$, '42P01 / there is no log of merges in schema "no log"'),
	($$SELECT merge_undo(NULL, 1)$$, '22004 / the schema of the log and the number of the merge must not be NULL'),
	($$CALL create_merge_log(NULL)$$, '22004 / the schema of the log must not be NULL'),
	($$CALL create_merge_log('no such')$$, '3F000 / schema "no such" does not exist')) v(query, wanted);
TRUNCATE twice;
SELECT is(merge_apply('acc', 'twice', '{}', 'log'), NULL, 'no clusters');
INSERT INTO twice VALUES (1, 1), (2, 2), (3, NULL), (4, NULL);
SELECT is(merge_apply('acc', 'twice', '{}', 'log'), NULL, 'clusters of one record');
SELECT is((SELECT count(*) FROM merge_plan('acc', 'twice')), 0::bigint, 'and no plan');

-- ---- a plan that was stored, and merges that are undone late ----

CREATE TABLE public.plan AS SELECT * FROM merge_plan('acc', 'acc_cluster');
SELECT is(outcome, wanted, change) FROM (SELECT change, wanted, pg_temp.error(format('DO $d$ BEGIN %s; PERFORM salesops.merge_apply(''public.acc'', ''public.acc_cluster'', ''{}'', ''log'', ''public.plan''); RAISE division_by_zero; END $d$', change)) AS outcome FROM (VALUES
	('PERFORM 1', '22012 / division_by_zero'),
	('UPDATE acc SET up = 9 WHERE id = 1', '55000 / the records of public.acc are not as they were planned'),
	('DELETE FROM acc_cluster WHERE cluster_id = ''a''', '55000 / the records of public.acc are not as they were planned'),
	('INSERT INTO ref VALUES (1, 1)', '55000 / the records of public.acc are not as they were planned'),
	('INSERT INTO ref VALUES (1, 7)', '22012 / division_by_zero'),
	('DELETE FROM plan WHERE action = ''update''', '22012 / division_by_zero')) v(change, wanted)) t;
INSERT INTO ref VALUES (1, 1), (2, 3), (3, 3);
SELECT merge_apply('acc', 'acc_cluster', '{"survivor": "most_complete"}', 'log') AS first \gset
CREATE TABLE public.later AS SELECT id AS record_id, 1 AS cluster_id FROM acc WHERE id IN (2, 4, 7);
SELECT is(pg_temp.error(format('DO $d$ BEGIN %s; PERFORM salesops.merge_undo(''log'', %s); RAISE division_by_zero; END $d$', change, :first)), replace(wanted, 'MERGE', 'merge ' || :first || ' cannot be undone'), wanted) FROM (VALUES
	('PERFORM 1', '22012 / division_by_zero'),
	('UPDATE acc SET up = 100', '22012 / division_by_zero'),
	('UPDATE ref SET kind = ''changed''', '22012 / division_by_zero'),
	('UPDATE ref SET acc = 7 WHERE id = 1', '55000 / MERGE: row 1 of public.ref refers to another record'),
	('DELETE FROM ref WHERE id = 2', '55000 / MERGE: row 2 of public.ref is not there any more'),
	('INSERT INTO acc VALUES (1, NULL, NULL, 1)', '55000 / MERGE: record 1 of public.acc is there again'),
	('DELETE FROM acc WHERE id = 6', '55000 / MERGE: record 6 of public.acc is not there any more'),
	('ALTER TABLE acc DROP COLUMN up CASCADE', '55000 / MERGE: public.acc has no column up any more'),
	('ALTER TABLE acc ADD added text DEFAULT ''new''', '22012 / division_by_zero'),
	('ALTER TABLE ref DROP CONSTRAINT ref_acc_fkey', '22012 / division_by_zero')) v(change, wanted);
SELECT merge_apply('acc', 'later', '{"survivor": "lowest_key"}', 'log') AS second \gset
SELECT is((SELECT string_agg(id::text, ' ' ORDER BY id) FROM acc), '2 6 8', 'merged twice');
SELECT is(pg_temp.error('SELECT merge_undo(''log'', ' || :first || ')'), '55000 / merge ' || :first || ' cannot be undone: record 4 of public.acc is not there any more: merge ' || :second || ' deleted it; undo that first', 'the later merge is undone first');
SELECT is(merge_undo('log', :second), 2::bigint, 'which brings two back');
SELECT is(merge_undo('log', :first), 3::bigint, 'then the first');
SELECT is(pg_temp.error('SELECT merge_undo(''log'', ' || :first || ')'), '55000 / merge ' || :first || ' is undone already', 'once');
SELECT results_eq('SELECT id, acc FROM ref ORDER BY 1', 'VALUES (1, 1), (2, 3), (3, 3)', 'rows refer to what they did');

-- ---- triggers of the user ----

UPDATE acc SET name = 'right' WHERE id = 4;
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON acc FOR EACH ROW EXECUTE FUNCTION public.touch();
SELECT merge_apply('acc', 'acc_cluster', '{"survivor": "lowest_key"}', 'log') AS touched \gset
SELECT is((SELECT name FROM acc WHERE id = 1), 'RIGHT', 'a trigger changes what is written');
SELECT is(merge_undo('log', :touched), 3::bigint, 'which is known when it is undone');
DROP TRIGGER touch ON acc;
CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON ref FOR EACH ROW EXECUTE FUNCTION public.refuse();
SELECT is(pg_temp.error($$SELECT merge_apply('acc', 'acc_cluster', '{"survivor": "most_complete"}', 'log')$$), '09000 / of 3 rows of public.ref that refer to merged records, 0 could be re-pointed', 'a trigger that leaves rows as they are');
DROP TRIGGER refuse ON ref;
CREATE TRIGGER refuse BEFORE DELETE ON acc FOR EACH ROW EXECUTE FUNCTION public.refuse();
SELECT is(pg_temp.error($$SELECT merge_apply('acc', 'acc_cluster', '{"survivor": "lowest_key"}', 'log')$$), '09000 / of 3 records of public.acc, 0 could be deleted', 'or records');
DROP TRIGGER refuse ON acc;

-- ---- clusters as duplicate_clusters() makes them: record and cluster, and any key as text ----

CREATE TABLE public.numbered (no bigint PRIMARY KEY, name text);
INSERT INTO numbered VALUES (9, 'Acme'), (10, 'Acme Inc.'), (11, 'Beta');
CREATE TABLE public.by_name AS SELECT no::text AS record, min(no::text) OVER (PARTITION BY left(name, 1)) AS cluster FROM numbered;
SELECT results_eq($$SELECT cluster_id, record_id, survivor_id, survives FROM merge_members('numbered', 'by_name', '{"survivor": "lowest_key"}') ORDER BY survives$$,
	$$VALUES ('10', '10', '9', false), ('10', '9', '9', true)$$, 'keys are numbers, and in their order, where clusters have them as text');
SELECT merge_apply('numbered', 'by_name', '{"survivor": "lowest_key"}', 'log') AS numbers \gset
SELECT is((SELECT string_agg(no || ' ' || name, ', ' ORDER BY no) FROM numbered), '9 Acme, 11 Beta', 'merged');
SELECT is(merge_undo('log', :numbers), 1::bigint, 'and taken back');
CREATE VIEW public.both_names AS SELECT record AS record_id, cluster AS cluster_id, 'x' AS record, 'y' AS cluster FROM by_name;
SELECT is((SELECT count(*) FROM merge_members('numbered', 'both_names')), 2::bigint, 'record_id and cluster_id go before them');
CREATE TABLE public.lettered (id text PRIMARY KEY);
INSERT INTO lettered VALUES ('1'), ('2');
CREATE VIEW public.by_number AS SELECT v.record_id, 1 AS cluster_id FROM (VALUES (1), (2)) AS v (record_id);
SELECT is((SELECT count(*) FROM merge_members('lettered', 'by_number')), 2::bigint, 'numbers for keys that are text, too');
SELECT is(pg_temp.error($$SELECT * FROM merge_plan('numbered', 'by_letters')$$), '22000 / public.by_letters has something else than keys of public.numbered: invalid input syntax for type bigint: "A1"', 'a key that is no number')
FROM (SELECT pg_temp.error('CREATE VIEW public.by_letters AS SELECT ''A1''::text AS record, ''A1''::text AS cluster')) AS made;
CREATE TABLE public.plan_of_other AS SELECT * FROM merge_plan('numbered', 'by_name', '{"survivor": "lowest_key"}');
DO $$
DECLARE
	found text;
BEGIN
	PERFORM salesops.merge_apply('public.numbered', 'public.by_name', '{}', 'log', 'public.plan_of_other');
EXCEPTION WHEN object_not_in_prerequisite_state THEN
	GET STACKED DIAGNOSTICS found = PG_EXCEPTION_DETAIL;
	PERFORM set_config('test.detail', found, true);
END $$;
SELECT is(current_setting('test.detail'), 'Cluster 10, keep 9: planned, and not so now.', 'other rules than those of the plan');

SELECT * FROM finish();
ROLLBACK;
