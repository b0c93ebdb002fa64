-- adapters: the sample as each connector would have loaded it, attached, is the sample again, row by row.
\ir setup.psql
SET LOCAL search_path = public;
\set size 1200
CALL salesops.create_contract('crm');
\i demo/sample.sql
\ir ../lib/connectors.sql

-- Columns of a table here and there: how many rows are in one of the two alone.
CREATE FUNCTION pg_temp.same(attached text, source text, description text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows bigint;
	missing bigint;
	surplus bigint;
	example text;
BEGIN
	EXECUTE format('WITH a AS (%s), b AS (%s), m AS (SELECT * FROM b EXCEPT ALL SELECT * FROM a), s AS (SELECT * FROM a EXCEPT ALL SELECT * FROM b) SELECT (SELECT count(*) FROM b), (SELECT count(*) FROM m), (SELECT count(*) FROM s), (SELECT min(m::text) FROM m) || E''\n'' || (SELECT min(s::text) FROM s)', attached, source) INTO rows, missing, surplus, example;
	RETURN ok(rows > 0 AND missing = 0 AND surplus = 0, format('%s: %s rows', description, rows)) || CASE WHEN missing + surplus > 0 THEN E'\n' || diag(format('%s missing, %s too many: %s', missing, surplus, example)) ELSE '' END;
END $$;

-- days and instants must not depend on the session
SET LOCAL timezone = 'America/Los_Angeles';
SELECT is(salesops.adapter_detect(s), a, s) FROM (VALUES ('sf', 'salesforce_fivetran'), ('sf_mode', 'salesforce_fivetran'), ('sf_one', 'salesforce_fivetran'), ('sf_air', 'salesforce_airbyte'), ('hs', 'hubspot_fivetran'), ('hs_air', 'hubspot_airbyte'), ('hs_json', 'hubspot_airbyte'), ('dyn', 'dynamics_365'), ('files', 'csv'), ('truth', NULL), ('nowhere', NULL)) AS v (s, a);
CALL salesops.attach('salesforce_fivetran', 'sf', 'x_sf');
CALL salesops.attach('salesforce_fivetran', 'sf_mode', 'x_mode');
CALL salesops.attach('salesforce_fivetran', 'sf_one', 'x_one');
CALL salesops.attach('salesforce_airbyte', 'sf_air', 'x_air');
CALL salesops.attach('hubspot_fivetran', 'hs', 'x_hs', 'Pacific/Auckland');
CALL salesops.attach('hubspot_airbyte', 'hs_air', 'x_hs_air', 'Pacific/Auckland');
CALL salesops.attach('hubspot_airbyte', 'hs_json', 'x_json', 'Pacific/Auckland');
CALL salesops.attach('dynamics_365', 'dyn', 'x_dyn', 'Pacific/Auckland');
CALL salesops.attach('csv', 'files', 'x_csv');
-- views are read in another zone than they were made in
SET LOCAL timezone = 'Asia/Kathmandu';
ANALYZE;

-- every one has every table and column of the contract, in its types
SELECT is_empty(format($$SELECT * FROM salesops.contract_check(%L, '2026-06-29') WHERE finding ~ '^missing|^wrong_type|_key$|^no_(stages|process|deals)'$$, s), s || ' has all of the contract') FROM unnest('{x_sf,x_mode,x_one,x_air,x_hs,x_hs_air,x_json,x_dyn,x_csv}'::text[]) AS s;

-- Salesforce
SELECT pg_temp.same(format('SELECT opportunity_id, name, account_id, owner_id, stage, amount, currency, probability, forecast_category, created_at, close_date, next_step, (last_activity_at AT TIME ZONE ''UTC'')::date, deal_type, lead_source, is_deleted FROM %I.opportunity', s),
	'SELECT opportunity_id, name, account_id, owner_id, stage, amount, currency, probability, forecast_category, created_at, close_date, next_step, (last_activity_at AT TIME ZONE ''UTC'')::date, deal_type, lead_source, is_deleted FROM crm.opportunity', s || ', deals') FROM unnest('{x_sf,x_mode,x_air}'::text[]) AS s;
-- of the object OpportunityHistory, whose owner is the present one
SELECT pg_temp.same(format('SELECT opportunity_id, changed_at, stage, amount, close_date, forecast_category, owner_id, probability FROM %I.opportunity_history', s),
	'SELECT opportunity_id, changed_at, h.stage, h.amount, h.close_date, h.forecast_category, o.owner_id, h.probability FROM crm.opportunity_history AS h JOIN crm.opportunity AS o USING (opportunity_id)', s || ', history') FROM unnest('{x_sf,x_air}'::text[]) AS s;
-- of history mode, where a version that differs in another field is none; of the sample, rows in which nothing changed are none either
SELECT pg_temp.same(format('SELECT opportunity_id, changed_at, stage, amount, close_date, forecast_category, owner_id, probability FROM %I.opportunity_history', s),
	'SELECT opportunity_id, changed_at, stage, amount, close_date, forecast_category, owner_id, probability FROM (SELECT *, ROW(stage, amount, close_date, forecast_category, owner_id, probability) IS DISTINCT FROM lag(ROW(stage, amount, close_date, forecast_category, owner_id, probability)) OVER (PARTITION BY opportunity_id ORDER BY changed_at) AS is_change FROM crm.opportunity_history) AS h WHERE is_change', s || ', history') FROM unnest('{x_mode,x_one}'::text[]) AS s;
SELECT pg_temp.same('SELECT opportunity_id, stage, amount, close_date, owner_id, probability, name FROM x_one.opportunity', 'SELECT opportunity_id, stage, amount, close_date, owner_id, probability, name FROM crm.opportunity WHERE opportunity_id IN (SELECT opportunity_id FROM crm.opportunity_history)', 'one table in history mode: the present');
SELECT pg_temp.same(format('SELECT %s FROM %I.%I', c, s, t), format('SELECT %s FROM crm.%I', c, t), s || ', ' || t)
FROM (SELECT table_name AS t, string_agg(quote_ident(column_name), ', ' ORDER BY position) AS c FROM salesops.contract_columns() WHERE table_name IN ('account', 'contact', 'lead', 'sales_user') GROUP BY 1) AS c, unnest('{x_sf,x_air}'::text[]) AS s ORDER BY s, t;
SELECT pg_temp.same(format('SELECT stage, position, probability, outcome, split_part(category, '','', 1) FROM %I.stage', s), 'SELECT stage, position, probability, outcome, split_part(category, '','', 1) FROM crm.stage', s || ', stages') FROM unnest('{x_sf,x_air}'::text[]) AS s;
-- where stages are made of the deals, those that the process does not know are there too
SELECT pg_temp.same('SELECT stage, outcome, probability FROM x_mode.stage WHERE stage IN (SELECT stage FROM crm.stage)', 'SELECT stage, outcome, probability FROM crm.stage', 'stages of the deals');
SELECT pg_temp.same('SELECT stage FROM x_mode.stage', 'SELECT stage FROM crm.opportunity WHERE stage IS NOT NULL UNION SELECT stage FROM crm.opportunity_history WHERE stage IS NOT NULL', 'and all of them');
SELECT results_eq('SELECT outcome FROM x_mode.stage ORDER BY position DESC LIMIT 3', '{lost,won,open}'::text[], 'won and lost stand last');
SELECT pg_temp.same(format('SELECT currency, round(to_corporate, 9) FROM %I.exchange_rate', s), 'SELECT currency, round(to_corporate, 9) FROM crm.exchange_rate', s || ', rates') FROM unnest('{x_sf,x_air,x_dyn}'::text[]) AS s;
SELECT pg_temp.same('SELECT owner_id, period_start, period_end, amount, currency FROM x_sf.quota', 'SELECT owner_id, period_start, period_end, amount, currency FROM crm.quota', 'quotas');
SELECT is(count(*), 0::bigint, 'quotas are a table where the source has none') FROM x_air.quota;
-- custom fields
SELECT results_eq('SELECT count(*), count(*) FILTER (WHERE name_length_c = length(name)), min("Quote "" c_c") FROM x_sf.opportunity', 'SELECT count(*), count(name), ''x'' FROM crm.opportunity', 'custom fields stand at the end under their own names');
SELECT is_empty($$SELECT * FROM x_air.opportunity WHERE "Region__c" IS DISTINCT FROM 'custom ' || opportunity_id$$, 'also those in capitals');
SELECT hasnt_column('x_sf', 'opportunity', 'fiscal_year', 'a standard field that the contract does not have is left out');
SELECT is_empty($$SELECT attrelid::regclass, attname FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'v' AND relnamespace::regnamespace::text ~ '^x_') AND attname ~ '^_'$$, 'and what connectors keep for themselves');

-- HubSpot
SELECT pg_temp.same(format('SELECT %s, name, account_id, owner_id, stage, amount, currency, probability, forecast_category, created_at, close_date, next_step, last_activity_at, deal_type, lead_source, is_deleted FROM %I.opportunity', c, s),
	'SELECT opportunity_id, name, account_id, owner_id, stage, amount, currency, probability, forecast_category, created_at, close_date, next_step, last_activity_at, deal_type, lead_source, is_deleted FROM crm.opportunity', s || ', deals')
FROM (VALUES ('x_hs', 'property_original'), ('x_hs_air', 'properties_original'), ('x_json', $$properties ->> 'original'$$)) AS v (s, c);
SELECT pg_temp.same(format('SELECT o.%I, changed_at, h.stage, h.amount, h.close_date, h.forecast_category, h.owner_id, h.probability FROM %I.opportunity_history AS h JOIN %2$I.opportunity AS o USING (opportunity_id)', c, s),
	'SELECT opportunity_id, changed_at, stage, amount, close_date, nullif(forecast_category, ''''), owner_id, probability FROM (SELECT *, ROW(stage, amount, close_date, forecast_category, owner_id, probability) IS DISTINCT FROM lag(ROW(stage, amount, close_date, forecast_category, owner_id, probability)) OVER (PARTITION BY opportunity_id ORDER BY changed_at) AS is_change FROM crm.opportunity_history) AS h WHERE is_change', s || ', history of properties')
FROM (VALUES ('x_hs', 'property_original'), ('x_hs_air', 'properties_original')) AS v (s, c);
-- from when each stage was entered last
SELECT pg_temp.same($$SELECT o.properties ->> 'original', changed_at, h.stage FROM x_json.opportunity_history AS h JOIN x_json.opportunity AS o USING (opportunity_id)$$,
	$$SELECT opportunity_id, max(changed_at), stage FROM (SELECT *, stage IS DISTINCT FROM lag(stage) OVER (PARTITION BY opportunity_id ORDER BY changed_at) AS is_change FROM crm.opportunity_history) AS h WHERE is_change AND stage IN (SELECT stage FROM crm.stage) GROUP BY opportunity_id, stage$$, 'when each stage was entered');
SELECT pg_temp.same(format('SELECT %s FROM %I.%I', c, s, t), format('SELECT %s FROM crm.%I', c, t), s || ', ' || t)
FROM (SELECT table_name AS t, string_agg(quote_ident(column_name), ', ' ORDER BY position) AS c FROM salesops.contract_columns() WHERE table_name IN ('account', 'contact', 'lead', 'sales_user') AND column_name NOT IN ('manager_id', 'region') GROUP BY 1) AS c, unnest('{x_hs,x_hs_air}'::text[]) AS s ORDER BY s, t;
SELECT pg_temp.same(format('SELECT stage, position, probability, outcome FROM %I.stage', s), 'SELECT stage, (row_number() OVER (ORDER BY outcome = ''lost'', outcome = ''won'', position))::int, probability, outcome FROM crm.stage', s || ', stages') FROM unnest('{x_hs,x_hs_air,x_json}'::text[]) AS s;
SELECT is_empty('SELECT * FROM x_hs.opportunity WHERE name = ''merged''', 'merged deals are gone');
SELECT hasnt_column('x_hs', 'opportunity', 'property_hs_acv', 'HubSpot''s own further properties are left out');
SELECT is_empty($$SELECT * FROM x_hs.opportunity WHERE property_custom IS DISTINCT FROM 'note ' || property_original$$, 'custom properties are there');

-- Dynamics 365: ids are GUIDs, won and lost are states, some categories have no code, and what was won without a value is not of it
SELECT pg_temp.same('SELECT cr123_original, name, account_id, owner_id, stage, amount, currency, probability, forecast_category, created_at, close_date, is_deleted FROM x_dyn.opportunity',
	$$SELECT opportunity_id, name, md5(account_id)::uuid::text, md5(owner_id)::uuid::text, CASE stage WHEN 'Closed Won' THEN 'Won' WHEN 'Closed Lost' THEN 'Lost' ELSE stage END, amount, currency, CASE stage WHEN 'Closed Won' THEN 1 WHEN 'Closed Lost' THEN 0 ELSE probability END,
		CASE forecast_category WHEN 'Pipeline' THEN 'Pipeline' WHEN 'Best Case' THEN 'Best case' WHEN 'Commit' THEN 'Committed' WHEN 'Omitted' THEN 'Omitted' WHEN 'Closed' THEN 'Won' END, created_at, close_date, is_deleted
	FROM crm.opportunity WHERE amount IS NOT NULL OR stage IS DISTINCT FROM 'Closed Won'$$, 'x_dyn, deals');
SELECT pg_temp.same('SELECT stage, outcome, probability FROM x_dyn.stage WHERE stage IN (SELECT stage FROM crm.stage) OR outcome <> ''open''', $$SELECT CASE outcome WHEN 'won' THEN 'Won' WHEN 'lost' THEN 'Lost' ELSE stage END, outcome, probability FROM crm.stage$$, 'x_dyn, stages');
SELECT pg_temp.same(format('SELECT %s FROM x_dyn.%I', c, t), format('SELECT %s FROM crm.%I', f, t), 'x_dyn, ' || t)
FROM (SELECT table_name AS t, string_agg(quote_ident(column_name), ', ' ORDER BY position) AS c, string_agg(CASE WHEN column_name ~ '_id$' THEN format('md5(%I)::uuid::text', column_name) ELSE quote_ident(column_name) END, ', ' ORDER BY position) AS f FROM salesops.contract_columns() WHERE table_name IN ('account', 'contact', 'lead', 'sales_user') GROUP BY 1) AS c ORDER BY t;

-- files: all eighteen tables, every column
SELECT pg_temp.same(format('SELECT %s FROM x_csv.%I', c, t), format('SELECT %s FROM crm.%I', c, t), 'x_csv, ' || t)
FROM (SELECT table_name AS t, string_agg(quote_ident(column_name), ', ' ORDER BY position) AS c FROM salesops.contract_columns() GROUP BY 1) AS c ORDER BY t;

-- what contract_check finds in the sample is what was put into it, through each connector
SELECT results_eq(format($$SELECT finding, table_name, column_name, records FROM salesops.contract_check(%L, '2026-06-29') WHERE finding IN ('unknown_stage', 'no_history') AND table_name = 'opportunity' ORDER BY 1$$, s),
	$$VALUES ('no_history', 'opportunity', NULL, (SELECT count(*) FROM crm.opportunity WHERE is_deleted IS NOT TRUE AND opportunity_id NOT IN (SELECT opportunity_id FROM crm.opportunity_history))),
		('unknown_stage', 'opportunity', 'stage', (SELECT count(*) FROM truth.category_error JOIN crm.opportunity USING (opportunity_id) WHERE reason = 'unknown_stage' AND is_deleted IS NOT TRUE))$$, s || ', the sample''s defects') FROM unnest('{crm,x_sf,x_air,x_hs,x_hs_air,x_csv}'::text[]) AS s;

SELECT * FROM finish();
ROLLBACK;
