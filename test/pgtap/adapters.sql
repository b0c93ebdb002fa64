-- adapters: the contract as data and as tables; what adapters write, of complete sources and of poor and hostile ones.
\ir setup.psql
SET LOCAL search_path = public;

-- ---- the contract ----
SELECT results_eq('SELECT count(*), count(DISTINCT file_name), min(position), max(position) FROM salesops.contract_tables()', 'VALUES (18::bigint, 18::bigint, 1, 18)', 'eighteen tables');
SELECT is_empty('SELECT table_name FROM salesops.contract_columns() GROUP BY 1 HAVING min(position) <> 1 OR max(position) <> count(*) OR count(DISTINCT column_name) <> count(*) OR NOT bool_or(is_key) OR bool_or(meaning = '''')', 'columns are numbered, and every table has a key');
SELECT is_empty('SELECT type FROM salesops.contract_columns() WHERE type NOT IN (''text'', ''numeric'', ''float8'', ''integer'', ''boolean'', ''date'', ''timestamptz'')', 'of plain types');
SELECT is_empty('SELECT * FROM salesops.contract_tables() WHERE table_name NOT IN (SELECT table_name FROM salesops.contract_columns())', 'every table has columns');
CALL salesops.create_contract('My "CRM"');
SELECT set_eq($$SELECT c.relname::text, a.attname::text, a.attnum::int, format_type(a.atttypid, NULL), a.attnotnull, col_description(c.oid, a.attnum), EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)) FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid WHERE c.relnamespace = '"My ""CRM"""'::regnamespace AND c.relkind = 'r' AND a.attnum > 0$$,
	'SELECT table_name, column_name, position, format_type(type::regtype, NULL), is_key, meaning, is_key AS in_key FROM salesops.contract_columns()', 'create_contract makes these tables, with their comments');
SELECT is(obj_description('"My ""CRM""".lead'::regclass), (SELECT meaning FROM salesops.contract_tables() WHERE table_name = 'lead'), 'tables have theirs, too');
INSERT INTO "My ""CRM""".stage (stage) VALUES ('New');
DROP TABLE "My ""CRM""".quota;
CREATE VIEW "My ""CRM""".quota AS SELECT 'x'::text AS owner_id;
DROP TABLE "My ""CRM""".ticket;
CALL salesops.create_contract('My "CRM"');
SELECT is(count(*), 1::bigint, 'what is there stays') FROM "My ""CRM""".stage;
SELECT has_view('My "CRM"', 'quota', 'also a view');
SELECT has_table('My "CRM"', 'ticket', 'and what is missing is made');
CALL salesops.create_contract('few', '{stage,quota}');
SELECT set_eq($$SELECT relname::text FROM pg_class WHERE relnamespace = 'few'::regnamespace AND relkind = 'r'$$, '{stage,quota}'::text[], 'some tables alone');
SELECT throws_ok($$CALL salesops.create_contract('few', '{stage,nothing}')$$, '22023', 'the contract has no table ''nothing''', 'a name that is none');
SELECT throws_ok('CALL salesops.create_contract(NULL)', '22004', 'the schema must not be NULL', 'NULL is no schema');
SELECT is(salesops.contract_sql(NULL), NULL, 'and has no SQL');

-- ---- errors ----
CREATE SCHEMA empty_one;
SELECT throws_ok($$CALL salesops.attach('sugar', 'empty_one', 'out')$$, '22023', 'there is no adapter "sugar"', 'an adapter that is none');
SELECT throws_ok($$CALL salesops.attach('csv', 'nowhere', 'out')$$, '3F000', 'schema nowhere does not exist', 'a schema that is none');
SELECT throws_ok($$CALL salesops.attach('csv', 'empty_one', 'empty_one')$$, '22023', 'the views cannot be in the schema of the tables, "empty_one"', 'source and target are one');
SELECT throws_ok(format($$CALL salesops.attach(%L, 'empty_one', 'out')$$, name), '42P01', NULL, name || ': no deals') FROM salesops.adapters();
SELECT throws_ok($$CALL salesops.attach('csv', 'few', 'out', 'Mars/Olympus')$$, '22023', NULL, 'a zone that is none');
SELECT throws_ok($$CALL salesops.attach(NULL, 'few', 'out')$$, '22004', NULL, 'NULL is no adapter');
SELECT is(salesops.adapter_sql('csv', NULL, 'out'), NULL, 'and writes nothing');
CREATE TABLE empty_one."Deal" (deal_id bigint);
SELECT throws_matching($$CALL salesops.attach('salesforce_fivetran', 'empty_one', 'out')$$, 'has no table opportunity with a column id', 'the error says what is looked for');
CREATE FUNCTION pg_temp.hint_of(query text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE h text; d text; BEGIN EXECUTE query; RETURN NULL; EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS h = PG_EXCEPTION_HINT, d = PG_EXCEPTION_DETAIL; RETURN d || ' ' || h; END $$;
SELECT is(pg_temp.hint_of($$CALL salesops.attach('salesforce_fivetran', 'empty_one', 'out')$$), 'The adapter salesforce_fivetran makes the deals of it. The schema has Deal. The tables look like those of hubspot_fivetran.', 'what is there, and which adapter is the right one');
SELECT throws_ok($$SELECT salesops.adapter_value('{}', 'o', '{x}', 'money')$$, '22023', 'unknown kind of value: "money"', 'a kind that is none');

CREATE FUNCTION pg_temp.read_as(kind text, written text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT (%s)::text FROM (SELECT %L::text AS d) AS x', salesops.adapter_value('{"d": {"name": "d", "type": "text", "typed": true}}', 'x', '{d}', kind, 'Europe/Berlin'), written) INTO result;
	RETURN result;
END $$;

-- ---- a poor source: a deal's id, and nothing else ----
CREATE SCHEMA poor;
CREATE TABLE poor.opportunity (id text);
INSERT INTO poor.opportunity VALUES ('A'), (NULL);
CALL salesops.attach('salesforce_fivetran', 'poor', 'poor_crm');
SELECT results_eq('SELECT opportunity_id, name, amount, is_deleted FROM poor_crm.opportunity', 'VALUES (''A'', NULL::text, NULL::numeric, false), (NULL, NULL, NULL, false)', 'fields that are not there are NULL');
SELECT results_eq('SELECT (SELECT count(*) FROM poor_crm.stage), (SELECT count(*) FROM poor_crm.opportunity_history), (SELECT count(*) FROM poor_crm.contact)', 'VALUES (0::bigint, 0::bigint, 0::bigint)', 'tables that are not there are empty');
CREATE SCHEMA poor_hs;
CREATE TABLE poor_hs.deal (deal_id bigint);
INSERT INTO poor_hs.deal VALUES (1);
CALL salesops.attach('hubspot_fivetran', 'poor_hs', 'poor_hs_crm');
SELECT results_eq('SELECT opportunity_id, stage FROM poor_hs_crm.opportunity', 'VALUES (''1'', NULL::text)', 'HubSpot with deals alone');
CREATE SCHEMA poor_air;
CREATE TABLE poor_air.deals (id text, properties json);
INSERT INTO poor_air.deals VALUES ('1', '{"dealname": "x", "amount": "12.5", "closedate": "2026-03-31T22:30:00Z", "dealstage": "new", "hs_deal_stage_probability": "0.2"}'), ('2', '{"amount": "ask Ann", "closedate": ""}'), ('3', NULL);
CALL salesops.attach('hubspot_airbyte', 'poor_air', 'poor_air_crm', 'Europe/Berlin');
SELECT results_eq('SELECT opportunity_id, name, amount, close_date, stage, probability FROM poor_air_crm.opportunity ORDER BY 1', 'VALUES (''1'', ''x'', 12.5, date ''2026-04-01'', ''new'', 0.2::float8), (''2'', NULL, NULL, NULL, NULL, NULL), (''3'', NULL, NULL, NULL, NULL, NULL)', 'JSON: what is no number or day is unknown, and a late evening in UTC is the next day in Berlin');
SELECT results_eq('SELECT stage, outcome, probability FROM poor_air_crm.stage', 'VALUES (''new'', ''open'', 0.2::float8)', 'stages of which nothing but the id is known');
CREATE SCHEMA poor_dyn;
CREATE TABLE poor_dyn.opportunity (opportunityid uuid);
INSERT INTO poor_dyn.opportunity VALUES ('00000000-0000-0000-0000-000000000001');
CALL salesops.attach('dynamics_365', 'poor_dyn', 'poor_dyn_crm');
SELECT results_eq('SELECT opportunity_id, stage FROM poor_dyn_crm.opportunity', 'VALUES (''00000000-0000-0000-0000-000000000001'', NULL::text)', 'Dynamics with ids alone');
CREATE SCHEMA poor_csv;
CREATE TABLE poor_csv.opportunity ("Opportunity_ID" int, amount money, "what else" int);
INSERT INTO poor_csv.opportunity VALUES (1, 2, 3);
CALL salesops.attach('csv', 'poor_csv', 'poor_csv_crm');
SELECT results_eq('SELECT opportunity_id, amount, amount_of_source::text, "what else" FROM poor_csv_crm.opportunity', 'VALUES (''1'', NULL::numeric, ''$2.00'', 3)', 'files: columns in any case, others passed through; money is text to us, and what is no number unknown, with what it was beside it');
-- files in which numbers and days are written as people write them: what is not understood is NULL, and never an error, and contract_check counts it
CREATE SCHEMA typed_csv;
CREATE TABLE typed_csv.opportunity (opportunity_id text, amount text, close_date text, created_at text, probability text);
INSERT INTO typed_csv.opportunity VALUES ('1', '1234.50', '2026-02-28', '2026-01-05T10:00:00Z', '0.5'), ('2', '1,234.50', '2026-02-30', '2026-01-05 10:00', ' 5e-1 '), ('3', '1.234,50', '30/02/2026', '2026-01-05 12:00:00.5+02:00', '50 %'), ('4', '$1,234', '2026-13-01', '2026-02-30T10:00:00Z', ''),
	('5', 'n/a', '-', 'TBD', NULL), ('6', NULL, '', '2026-01-05 25:00', '1e999'), ('7', '-7', '2024-02-29', '2026-01-05 10:00 America/New_York', '.5'), ('8', '8', '2025-02-29', '1767607200000', '0');
CALL salesops.attach('csv', 'typed_csv', 'typed_csv_crm');
SELECT results_eq('SELECT opportunity_id, amount, close_date, created_at, probability FROM typed_csv_crm.opportunity ORDER BY 1', $$VALUES ('1', 1234.50, date '2026-02-28', timestamptz '2026-01-05 10:00Z', 0.5::float8), ('2', NULL, NULL, '2026-01-05 10:00Z', 0.5), ('3', NULL, NULL, '2026-01-05 10:00:00.5Z', NULL), ('4', NULL, NULL, NULL, NULL),
	('5', NULL, NULL, NULL, NULL), ('6', NULL, NULL, NULL, NULL), ('7', -7, '2024-02-29', NULL, 0.5), ('8', 8, NULL, '2026-01-05 10:00Z', 0)$$, 'texts for numbers, days and moments');
SELECT set_eq($$SELECT severity, table_name, column_name, records, of, example FROM salesops.contract_check('typed_csv_crm', '2026-01-22') WHERE finding = 'not_understood'$$, $$VALUES ('warning', 'opportunity', 'amount', 3::bigint, 8::bigint, (SELECT min(v) FROM unnest('{"1,234.50","1.234,50","$1,234"}'::text[]) AS v)),
	('warning', 'opportunity', 'probability', 2, 8, (SELECT min(v) FROM unnest('{"50 %","1e999"}'::text[]) AS v)), ('warning', 'opportunity', 'created_at', 3, 8, (SELECT min(v) FROM unnest('{2026-02-30T10:00:00Z,2026-01-05 25:00,2026-01-05 10:00 America/New_York}'::text[]) AS v)), ('warning', 'opportunity', 'close_date', 4, 8, (SELECT min(v) FROM unnest('{2026-02-30,30/02/2026,2026-13-01,2025-02-29}'::text[]) AS v))$$, 'what is not understood is counted; a placeholder is nothing to understand');
SELECT is_empty($$SELECT * FROM salesops.contract_check('typed_csv_crm', '2026-01-22') WHERE finding IN ('unreadable', 'wrong_type', 'missing_column')$$, 'and all of it can be read');
-- days of leap years and others, and every text of that form beside them
SELECT pg_temp.holds($$WITH form AS (SELECT format('%s-%s-%s', lpad(y::text, 4, '0'), lpad(m::text, 2, '0'), lpad(d::text, 2, '0')) AS t, y, m, d FROM (SELECT y FROM unnest('{0,1,4,100,400,1600,1700,2200,2300,2400,9999}'::int[]) AS y UNION ALL SELECT generate_series(1896, 2104)) AS y, generate_series(0, 13) AS m, generate_series(0, 32) AS d),
		valid AS (SELECT t, y > 0 AND m BETWEEN 1 AND 12 AND d >= 1 AND d <= CASE WHEN m = 2 THEN CASE WHEN y % 400 = 0 OR y % 4 = 0 AND y % 100 <> 0 THEN 29 ELSE 28 END WHEN m IN (4, 6, 9, 11) THEN 30 ELSE 31 END AS is_day FROM form)
	SELECT count(*), count(*) FILTER (WHERE (t ~ regex) IS DISTINCT FROM is_day) FROM valid, substring(salesops.adapter_value('{"d": {"name": "d", "type": "text", "typed": true}}', 'x', '{d}', 'day') from $q$x.d ~ '([^']+)' THEN left$q$) AS regex$$, 'days that there are');
SELECT is(pg_temp.read_as(kind, written), expected, kind || ': ' || written) FROM (VALUES ('instant', '2026-01-05T10:00:00.000+0000', '2026-01-05 10:00:00+00'), ('instant', '2026-01-05T10:00Z', '2026-01-05 10:00:00+00'), ('instant', '2026-01-05 10:00:59 UTC', '2026-01-05 10:00:59+00'), ('instant', '2026-01-05', '2026-01-05 00:00:00+00'), ('instant', '2026-01-05 6:49:18', '2026-01-05 06:49:18+00'), ('instant', '2026-01-05 06:49:18.123 UTC', '2026-01-05 06:49:18.123+00'), ('instant', '2026-01-05t06:49:18z', '2026-01-05 06:49:18+00'), ('instant', '2026-01-05 06:49:18 +0200', '2026-01-05 04:49:18+00'), ('instant', '2026-01-05 06:49:18 PM', NULL), ('instant', '2026-01-05T10:00:00-03', '2026-01-05 13:00:00+00'),
	('instant', '2026-01-05T24:00:00Z', NULL), ('instant', '2026-01-05T10:60', NULL), ('instant', '2026-01-05T10:00:00+99:00', NULL), ('instant', '99999999999999999999', NULL), ('instant', '2026-01-05Z', NULL), ('instant', '05.01.2026', NULL), ('day', '2026-06-30T23:59:00Z', '2026-06-30'), ('day', '1767607200000', '2026-01-05'), ('day', '2026-06-31', NULL), ('local_day', '2026-06-31', NULL), ('local_day', '2026-06-30T23:30:00Z', '2026-07-01'), ('number', '1e999', NULL), ('number', '12', '12'),
	('integer', '2147483647', '2147483647'), ('integer', '-2147483648', '-2147483648'), ('integer', '2147483648', NULL), ('integer', '1e99', NULL), ('fraction', '1e99', '1e+99'), ('day', '999999999999000', '33658-09-27'), ('instant', '-999999999999999', NULL),
	('day', '2026-06-300', NULL), ('day', '2026-06-30 garbage', NULL), ('day', '2026-06-30 ', '2026-06-30'), ('local_day', '2026-06-30 ', '2026-06-30'), ('local_day', '2026-06-300', NULL)) AS v (kind, written, expected);
-- no text is an error, in any column of files, nor for a number of a connector
CREATE TEMP TABLE hostile (t text);
INSERT INTO hostile VALUES (''), (' '), ('.'), ('5.'), ('-'), ('+.5'), ('e5'), ('NaN'), ('infinity'), ('-Infinity'), ('now'), ('today'), ('epoch'), ('allballs'), ('null'), ('0x10'), ('1_000'), ('1e99'), ('-1e-99'), ('.5e99'), ('1e100'), ('1e999'), ('99999999999'), ('2147483647.5'), ('-2147483648.5'), ('9223372036854775808'),
	('999999999'), ('-999999999'), ('99999999999999'), ('-99999999999999'), ('999999999999999'), ('-999999999999999'), ('9999999999999999'), ('1' || repeat('0', 198)), ('1' || repeat('0', 195) || 'e99'), ('.' || repeat('0', 195) || '1e-9'), ('1' || repeat('0', 400)), ('1' || repeat('0', 200000)), ('0.' || repeat('1', 20000)), ('1' || repeat(' ', 1000)), (repeat('9', 255)), (repeat('.', 300)),
	('0000-01-01'), ('0001-01-01'), ('0001-01-01T00:00:00+15'), ('0001-01-01 00:00 +15:59'), ('0001-01-01 BC'), ('4713-01-01 BC'), ('9999-12-31'), ('9999-12-31T23:59:59.9999999Z'), ('9999-12-31 23:59 -15:59'), ('10000-01-01'), ('2026-06-300'), ('2026-06-30 garbage'), ('2026-06-30T'), ('2026-06-30Z'), ('2026-02-29'), ('2026-13-01'), ('2026-06-30' || repeat(' ', 1000)),
	('2026-01-05 10:00:00.'), ('2026-01-05 10:00:00.' || repeat('1', 30)), ('2026-01-05 10:00:00.' || repeat('9', 30) || 'Z'), ('2026-01-05 10:00:00.' || repeat('1', 150)), ('2026-01-05 10:00:00.' || repeat('1', 300) || ' UTC'), ('2026-01-05 10:00:60'), ('2026-01-05 24:00'), ('2026-01-05T10:00+16'), ('2026-01-05 10:00 +15:60'), ('2026-01-05 10:00 +1559'), ('2026-01-05 10:00:00 -15:59:'), ('2026-01-05 10:00Z' || repeat(' ', 500)),
	('2026-01-05 10:00 Mars/Olympus'), ('2026-03-29 02:30'), ('2026-01-05 10:00:00 UTC+1'), (E'2026-01-05\n'), (E'2026-01-05\t10:00'), (E'1\n'), (E'\n1'), (U&'\0661\0662'), (U&'\00A012'), (U&'2026\201106\201130'), ('{"a": 1}'), ('''; DROP TABLE x; --'), (repeat('x', 100000));
CREATE FUNCTION pg_temp.error_of_reading(kind text, written text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_temp.read_as(kind, written); RETURN NULL; EXCEPTION WHEN OTHERS THEN RETURN SQLERRM; END $$;
SELECT is_empty($$SELECT k, left(t, 60), error FROM hostile, unnest('{text,number,fraction,percent,integer,instant,day,local_day,flag}'::text[]) AS k, pg_temp.error_of_reading(k, t) AS error WHERE error IS NOT NULL$$, 'no text is an error');
CREATE SCHEMA hostile_csv;
SELECT format('CREATE TABLE hostile_csv.%I AS SELECT %s FROM hostile', table_name, string_agg(format('t AS %I', column_name), ', ' ORDER BY position)) FROM salesops.contract_columns() GROUP BY table_name \gexec
SELECT format('CALL salesops.attach(''csv'', ''hostile_csv'', %L, %L)', 'hostile_' || n, zone) FROM unnest('{UTC,America/New_York,Pacific/Auckland}'::text[]) WITH ORDINALITY AS u (zone, n) \gexec
SELECT lives_ok(format('SELECT %s FROM hostile_%s.%I', string_agg(format('count(%I::text)', column_name), ', '), n, table_name), 'any column of a file: ' || table_name || ' ' || n) FROM salesops.contract_columns(), generate_series(1, 3) AS n GROUP BY table_name, n;
CREATE SCHEMA hostile_hub;
CREATE TABLE hostile_hub.deals AS SELECT row_number() OVER ()::text AS id, json_build_object('dealname', t, 'amount', t, 'dealstage', t, 'hs_deal_stage_probability', t, 'deal_currency_code', t, 'hubspot_owner_id', t, 'hs_next_step', t, 'hs_manual_forecast_category', t, 'dealtype', t, 'hs_merged_object_ids', t) AS properties FROM hostile;
CREATE TABLE hostile_hub.deals_property_history AS SELECT d.id, name AS property, timestamptz '2026-01-01 00:00Z' + n * interval '1 day' AS "timestamp", d.properties ->> name AS value FROM hostile_hub.deals AS d, unnest('{amount,hs_deal_stage_probability,dealstage}'::text[]) WITH ORDINALITY AS u (name, n);
CALL salesops.attach('hubspot_airbyte', 'hostile_hub', 'hostile_hub_crm', 'America/New_York');
SELECT lives_ok(format('SELECT %s FROM hostile_hub_crm.%I', string_agg(format('count(%I::text)', column_name), ', '), table_name), 'and of HubSpot: ' || table_name) FROM salesops.contract_columns() WHERE to_regclass('hostile_hub_crm.' || table_name) IS NOT NULL GROUP BY table_name;
-- every one of them is the whole contract
SELECT is_empty(format('SELECT * FROM salesops.contract_check(%L) WHERE finding ~ ''^missing|^wrong_type''', s), s) FROM unnest('{poor_crm,poor_hs_crm,poor_air_crm,poor_dyn_crm,poor_csv_crm}'::text[]) AS s;

-- ---- names with quotes, columns called as the contract's ----
CREATE SCHEMA "So""urce's";
CREATE TABLE "So""urce's".opportunity (id text, stage_name varchar(20), "Am""ount__c" int, "stage" text, "next'step_c" text);
INSERT INTO "So""urce's".opportunity VALUES ('A', 'New', 5, 'own', 'x');
CALL salesops.attach('salesforce_fivetran', 'So"urce''s', 'Tar"get''s $body$', custom_fields => '(_c|^stage)$');
SELECT results_eq($$SELECT opportunity_id, stage, "Am""ount__c", stage_of_source, "next'step_c" FROM "Tar""get's $body$".opportunity$$, $$VALUES ('A', 'New', 5, 'own', 'x')$$, 'quoted names');
SELECT is(format_type(atttypid, atttypmod), 'text', 'a varchar becomes text') FROM pg_attribute WHERE attrelid = '"Tar""get''s $body$".opportunity'::regclass AND attname = 'stage';

-- ---- again: views are replaced in place, other things are not touched ----
CREATE VIEW public.over AS SELECT opportunity_id, stage FROM "Tar""get's $body$".opportunity;
ALTER TABLE "So""urce's".opportunity ADD amount numeric, ADD later_c text DEFAULT 'later';
CALL salesops.attach('salesforce_fivetran', 'So"urce''s', 'Tar"get''s $body$', custom_fields => '(_c|^stage)$');
SELECT results_eq($$SELECT later_c FROM "Tar""get's $body$".opportunity, public.over$$, $$VALUES ('later')$$, 'a new field is there, and what stands on the view still is');
-- what ALTER VIEW set, grants and comments of one's own stay; what is the adapter's follows it
CREATE SCHEMA kept;
CREATE TABLE kept.opportunity (id text, stage_name text);
CREATE ROLE adapters_viewer;
CALL salesops.attach('salesforce_fivetran', 'kept', 'kept_crm');
ALTER VIEW kept_crm.opportunity SET (security_invoker = false, security_barrier = true);
ALTER VIEW kept_crm.account RESET (security_invoker);
GRANT SELECT ON kept_crm.opportunity TO adapters_viewer;
ALTER VIEW kept_crm.opportunity ALTER stage SET DEFAULT 'New';
COMMENT ON VIEW kept_crm.opportunity IS 'Our deals, it''s so. Written by the adapter salesforce_fivetran of salesops.';
COMMENT ON COLUMN kept_crm.opportunity.stage IS 'Where it is.';
ALTER TABLE kept.opportunity ADD amount numeric, ADD own_c text;
CALL salesops.attach('salesforce_airbyte', 'kept', 'kept_crm');
SELECT is(string_agg(relname || ' ' || coalesce(reloptions::text, '{}'), ', ' ORDER BY relname), 'account {}, lead {security_invoker=true}, opportunity {security_invoker=false,security_barrier=true}', 'options of views stay') FROM pg_class WHERE relnamespace = 'kept_crm'::regnamespace AND relname IN ('opportunity', 'account', 'lead');
SELECT ok(has_table_privilege('adapters_viewer', 'kept_crm.opportunity', 'SELECT'), 'and grants');
SELECT is((SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'kept_crm.opportunity'::regclass), '''New''::text', 'and defaults');
SELECT is(obj_description('kept_crm.opportunity'::regclass), 'Our deals, it''s so. Written by the adapter salesforce_airbyte of salesops.', 'and a comment of one''s own, which says which adapter it is now');
SELECT is(col_description('kept_crm.opportunity'::regclass, attnum), CASE attname WHEN 'stage' THEN 'Where it is.' ELSE (SELECT meaning FROM salesops.contract_columns() WHERE table_name = 'opportunity' AND column_name = 'amount') END, 'and that of a column; one of the adapter''s follows what is there: ' || attname) FROM pg_attribute WHERE attrelid = 'kept_crm.opportunity'::regclass AND attname IN ('stage', 'amount');
SELECT matches(obj_description('kept_crm.account'::regclass), 'Written by the adapter salesforce_airbyte of salesops\.$', 'as does that of a view');
-- whether a field is in the source is said anew, whoever wrote the rest, such as an older version
COMMENT ON COLUMN kept_crm.opportunity.amount IS 'An older meaning. Not in the source.';
COMMENT ON COLUMN kept_crm.opportunity.next_step IS 'What comes next.';
CALL salesops.attach('salesforce_airbyte', 'kept', 'kept_crm');
SELECT is(col_description('kept_crm.opportunity'::regclass, attnum), CASE attname WHEN 'amount' THEN 'An older meaning.' ELSE 'What comes next. Not in the source.' END, 'what a comment says of the source is true: ' || attname) FROM pg_attribute WHERE attrelid = 'kept_crm.opportunity'::regclass AND attname IN ('amount', 'next_step');
-- a comment without the words by which a view is told as an adapter's, and what helps
COMMENT ON VIEW kept_crm.opportunity IS 'Our deals';
SELECT matches(pg_temp.hint_of(query), 'If it is an adapter''s view with a comment of your own, let the comment end with: Written by the adapter csv of salesops\.', 'the words that have to stay: ' || query) FROM unnest(ARRAY[$$CALL salesops.attach('salesforce_fivetran', 'kept', 'kept_crm')$$, $$CALL salesops.require_adapter_views('kept_crm', '{opportunity}')$$]) AS query;
COMMENT ON VIEW kept_crm.opportunity IS 'Our deals. Written by the adapter csv of salesops.';
CALL salesops.attach('salesforce_fivetran', 'kept', 'kept_crm');
SELECT is(obj_description('kept_crm.opportunity'::regclass), 'Our deals. Written by the adapter salesforce_fivetran of salesops.', 'help');
CALL salesops.attach('hubspot_fivetran', 'poor_hs', 'kept_hs');
ALTER VIEW kept_hs.hubspot_stage SET (security_invoker = false);
CALL salesops.attach('hubspot_fivetran', 'poor_hs', 'kept_hs');
SELECT is(reloptions, '{security_invoker=false}', 'also of the view beside the contract''s') FROM pg_class WHERE oid = 'kept_hs.hubspot_stage'::regclass;
CREATE SCHEMA taken;
CREATE VIEW taken.account AS SELECT 'mine' AS account_id;
SELECT throws_ok($$CALL salesops.attach('salesforce_fivetran', 'poor', 'taken')$$, '42P07', 'this is there already, and not from an adapter: taken.account', 'a view of somebody''s own is not replaced');
SELECT results_eq('SELECT * FROM taken.account', 'VALUES (''mine'')', 'and stays');
SELECT hasnt_relation('taken', 'opportunity', 'nor is anything made beside it');
DROP VIEW taken.account;
CALL salesops.create_contract('taken', '{opportunity}');
SELECT throws_ok($$CALL salesops.attach('salesforce_fivetran', 'poor', 'taken')$$, '42P07', 'this is there already, and not from an adapter: taken.opportunity', 'nor is a table');
CREATE ROLE adapters_other;
DROP TABLE taken.opportunity;
CALL salesops.attach('salesforce_fivetran', 'poor', 'taken');
ALTER VIEW taken.contact OWNER TO adapters_other;
SELECT throws_ok($$CALL salesops.attach('salesforce_fivetran', 'poor', 'taken')$$, '42501', 'this is another''s: taken.contact of adapters_other', 'nor a view of another');

-- ---- tables of one's own ----
CREATE SCHEMA sold;
CREATE TABLE sold.opportunity AS SELECT * FROM (VALUES ('1', 'New', false, false, 10.0), ('2', 'Won', true, true, 100), ('3', 'Lost', true, false, 0)) AS v (id, stage_name, is_closed, is_won, probability);
CALL salesops.attach('salesforce_fivetran', 'sold', 'own', own_tables => '{stage}');
UPDATE own.stage SET max_days = 30, category = 'pipeline' WHERE stage = 'New';
INSERT INTO sold.opportunity VALUES ('4', 'Proposal', false, false, 50);
CALL salesops.attach('salesforce_fivetran', 'sold', 'own', own_tables => '{stage}');
SELECT results_eq('SELECT stage, max_days, category FROM own.stage WHERE outcome = ''open'' ORDER BY probability', $$VALUES ('New', 30::float8, 'pipeline'), ('Proposal', NULL, 'pipeline,best_case,most_likely,commit,omitted')$$, 'a table of one''s own keeps what was edited, and gets new rows');
SELECT lives_ok($$SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) FROM own.stage$$, 'stages made of deals are a process');
INSERT INTO own.quota (owner_id, period_start) VALUES ('u', '2026-01-01');
CALL salesops.attach('salesforce_fivetran', 'sold', 'own', own_tables => '{stage}');
SELECT is(count(*), 1::bigint, 'quotas stay') FROM own.quota;
CREATE TABLE sold.forecasting_quota AS SELECT 'w' AS quota_owner_id, date '2026-01-01' AS start_date, 5 AS quota_amount;
CALL salesops.attach('salesforce_fivetran', 'sold', 'own', own_tables => '{stage}');
SELECT is(count(*), 2::bigint, 'also when the connector has some by now, which are added') FROM own.quota;
SELECT throws_ok($$CALL salesops.attach('salesforce_fivetran', 'sold', 'own', own_tables => '{stage,account}')$$, '42P07', 'this is a view, and is to be a table of your own: own.account', 'a view does not become a table by itself');
SELECT throws_ok($$CALL salesops.attach('salesforce_fivetran', 'sold', 'own2', own_tables => '{stages}')$$, '22023', 'the contract has no table ''stages''', 'nor does a name that is none');

-- ---- HubSpot: stages called alike, deals merged without a table for it, a value cleared, several changes in one instant ----
CREATE SCHEMA hub;
CREATE TABLE hub.deal_pipeline AS SELECT * FROM (VALUES ('p1', 'New business', 1), ('p2', 'Renewal', 0)) AS v (pipeline_id, label, display_order);
CREATE TABLE hub.deal_pipeline_stage AS SELECT * FROM (VALUES ('1', 'p1', 'Qualified', 0, 0.2, false, false), ('2', 'p1', 'Won', 1, 1.0, true, true), ('3', 'p1', 'Lost', 2, 0.0, false, true), ('4', 'p2', 'Qualified', 0, 0.6, false, false), ('5', 'p2', 'Talk', 1, 0.7, false, false), ('6', 'p2', 'Won', 2, 1.0, true, true), ('7', 'p2', 'Talk', 3, 0.8, false, false), ('8', 'gone', 'Qualified', 0, 0.1, false, false))
	AS v (stage_id, pipeline_id, label, display_order, probability, closed_won, is_closed);
CREATE TABLE hub.deal AS SELECT * FROM (VALUES (1, '1', '7;8'), (7, '2', NULL), (8, '3', NULL), (9, '99', '')) AS v (deal_id, deal_pipeline_stage_id, property_hs_merged_object_ids);
CREATE TABLE hub.deal_property_history AS SELECT * FROM (VALUES (1, timestamptz '2026-01-01 10:00Z', 'dealstage', '4'), (1, '2026-01-01 10:00Z', 'amount', '100'), (1, '2026-01-02 10:00Z', 'amount', ''), (1, '2026-01-03 10:00Z', 'dealstage', '1'), (1, '2026-01-03 10:00Z', 'amount', '200.50'), (1, '2026-01-04 10:00Z', 'hs_lastmodifieddate', 'x'),
	(1, '2026-01-05 10:00Z', 'hubspot_owner_id', '42'), (9, '2026-01-05 10:00Z', 'amount', 'many')) AS v (deal_id, "timestamp", name, value);
CALL salesops.attach('hubspot_fivetran', 'hub', 'hub_crm');
SELECT results_eq('SELECT stage_id, stage, outcome FROM hub_crm.hubspot_stage ORDER BY position', $$VALUES ('4', 'Qualified (Renewal)', 'open'), ('5', 'Talk [5]', 'open'), ('7', 'Talk [7]', 'open'), ('8', 'Qualified [8]', 'open'), ('1', 'Qualified (New business)', 'open'), ('6', 'Won (Renewal)', 'won'), ('2', 'Won (New business)', 'won'), ('3', 'Lost', 'lost')$$, 'labels that occur twice are told apart');
SELECT results_eq('SELECT opportunity_id, stage FROM hub_crm.opportunity ORDER BY 1', $$VALUES ('1', 'Qualified (New business)'), ('9', '99')$$, 'deals merged into another are gone; a stage that is not known is its id');
SELECT results_eq('SELECT opportunity_id, changed_at, stage, amount, owner_id FROM hub_crm.opportunity_history ORDER BY 1, 2', $$VALUES ('1', timestamptz '2026-01-01 10:00Z', 'Qualified (Renewal)', 100.0, NULL::text), ('1', '2026-01-02 10:00Z', 'Qualified (Renewal)', NULL, NULL), ('1', '2026-01-03 10:00Z', 'Qualified (New business)', 200.50, NULL), ('1', '2026-01-05 10:00Z', 'Qualified (New business)', 200.50, '42'), ('9', '2026-01-05 10:00Z', NULL, NULL, NULL)$$, 'a row per instant has all that holds then; a value that was cleared is gone');
SELECT is_empty($$SELECT attrelid::regclass, attname FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'hub_crm'::regnamespace AND relkind = 'v') AND attcollation NOT IN (0, 100)$$, 'texts are in the default collation');
SELECT lives_ok($$SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) FROM hub_crm.stage$$, 'the stages of all pipelines are a process');

-- ---- close dates: the day that was entered, in whichever session ----
CREATE SCHEMA days;
CREATE TABLE days.opportunity AS SELECT '1' AS id, date '2026-03-31' AS close_date;
CREATE FUNCTION pg_temp.day_of(type text, value text, zone text) RETURNS date LANGUAGE plpgsql AS $$
DECLARE
	d date;
BEGIN
	DROP SCHEMA IF EXISTS days_crm CASCADE;
	DROP TABLE days.opportunity;
	EXECUTE format('SET LOCAL timezone = %L', zone);
	EXECUTE format('CREATE TABLE days.opportunity AS SELECT ''1'' AS id, %L::%s AS close_date', value, type);
	CALL salesops.attach('salesforce_fivetran', 'days', 'days_crm');
	SELECT close_date INTO d FROM days_crm.opportunity;
	RETURN d;
END $$;
SELECT is(pg_temp.day_of(type, value, zone), date '2026-03-31', concat_ws(' ', type, value, zone))
FROM (VALUES ('date', '2026-03-31'), ('timestamp', '2026-03-31 00:00'), ('timestamptz', '2026-03-31 00:00+00'), ('text', '2026-03-31'), ('text', '2026-03-31T00:00:00Z'), ('text', '2026-03-31 00:00:00.000'), ('bigint', '1774915200000'), ('text', '1774915200000')) AS v (type, value),
	unnest('{UTC,Pacific/Auckland,America/Los_Angeles}'::text[]) AS zone;
SET LOCAL timezone = 'UTC';
-- Dynamics: a midnight in UTC is a day, another instant is of the zone
CREATE SCHEMA dyn_days;
CREATE TABLE dyn_days.opportunity AS SELECT * FROM (VALUES ('1', timestamptz '2026-03-31 00:00Z'), ('2', '2026-03-31 22:00Z'), ('3', NULL)) AS v (opportunityid, estimatedclosedate);
CALL salesops.attach('dynamics_365', 'dyn_days', 'dyn_days_crm', 'Europe/Berlin');
SELECT results_eq('SELECT close_date FROM dyn_days_crm.opportunity ORDER BY opportunity_id', $$VALUES (date '2026-03-31'), ('2026-04-01'), (NULL)$$, 'midnight in Berlin is a day there');

-- ---- what connectors say of deletion ----
SELECT is(salesops.adapter_deleted(salesops.adapter_relations('gone') -> 'x' -> 'columns', 'o'), NULL, 'nothing is deleted where nothing is there');
CREATE SCHEMA gone;
CREATE TABLE gone.opportunity AS SELECT * FROM (VALUES ('1', 'New', false, NULL::boolean, NULL::text), ('2', 'New', true, false, NULL), ('3', 'New', NULL, true, NULL), ('4', 'New', false, false, '2026-01-01'), ('5', 'New', NULL, NULL, NULL)) AS v ("Id", "StageName", "IsDeleted", _fivetran_deleted, "_ab_cdc_deleted_at");
CALL salesops.attach('salesforce_airbyte', 'gone', 'gone_crm');
SELECT results_eq('SELECT opportunity_id, is_deleted FROM gone_crm.opportunity ORDER BY 1', $$VALUES ('1', false), ('2', true), ('3', true), ('4', true), ('5', false)$$, 'deleted by the CRM, or by the connector');

-- ---- the rights of who asks: policies of the source hold ----
CREATE ROLE adapters_rep;
GRANT USAGE ON SCHEMA sold, own, gone, gone_crm TO adapters_rep;
GRANT SELECT ON ALL TABLES IN SCHEMA sold, own, gone_crm TO adapters_rep;
ALTER TABLE sold.opportunity ENABLE ROW LEVEL SECURITY;
CREATE POLICY open_ones ON sold.opportunity FOR SELECT TO adapters_rep USING (NOT is_closed);
SET LOCAL ROLE adapters_rep;
SELECT results_eq('SELECT opportunity_id FROM own.opportunity ORDER BY 1', $$VALUES ('1'), ('4')$$, 'row-level security of the source holds in the views');
SELECT throws_ok('SELECT * FROM gone_crm.opportunity', '42501', NULL, 'and who may not read the source may not through them');
RESET ROLE;
-- and somebody who owns nothing but his schemas attaches
CREATE ROLE adapters_analyst;
CREATE SCHEMA analyst AUTHORIZATION adapters_analyst;
GRANT USAGE ON SCHEMA gone, salesops, public TO adapters_analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA gone TO adapters_analyst;
SET LOCAL ROLE adapters_analyst;
CALL salesops.attach('salesforce_airbyte', 'gone', 'analyst');
SELECT is(count(*), 5::bigint, 'an analyst attaches into a schema of his own') FROM analyst.opportunity;
SELECT is_empty($$SELECT * FROM salesops.contract_check('analyst') WHERE finding ~ '^missing'$$, 'and checks it');
RESET ROLE;

-- ---- the text can be run as it stands, with an empty search_path, and what it makes needs no extension but to be made ----
SET LOCAL search_path = '';
CREATE FUNCTION pg_temp.run(sql text) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE sql; END';
SELECT pg_temp.run(salesops.adapter_sql('hubspot_fivetran', 'hub', 'plain'));
SET LOCAL search_path = public;
SELECT results_eq('SELECT * FROM plain.opportunity_history ORDER BY 1, 2', 'SELECT * FROM hub_crm.opportunity_history ORDER BY 1, 2', 'the text makes the same');
SELECT is_empty($$SELECT d.classid::regclass, d.objid FROM pg_depend AS d JOIN pg_depend AS e ON e.refclassid = 'pg_extension'::regclass AND e.deptype = 'e' AND e.classid = d.refclassid AND e.objid = d.refobjid AND e.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesops')
	WHERE d.deptype = 'n' AND d.classid = 'pg_rewrite'::regclass$$, 'no view depends on the extension');

SELECT * FROM finish();
ROLLBACK;
