-- The contract's tables of schema crm as connectors would have loaded them from a CRM: a schema for each adapter. What the contract has and a
-- connector writes otherwise is turned around here in SQL of its own, so that attaching has to bring back the rows of crm: percentages, ids of stages,
-- texts for numbers, milliseconds, one row per property changed, option codes.  Included by \ir, in a database with the contract's tables in crm.

-- people, which the sample does not have
INSERT INTO crm.contact (contact_id, account_id, first_name, last_name, title, company, email, phone, street, city, state, postal_code, country, owner_id, created_at)
SELECT 'CON-' || n, account_id, 'First ' || n, 'Last ''' || n || '"', CASE WHEN n % 3 > 0 THEN 'Buyer' END, name, 'p' || n || '@example.com', phone, street, city, 'ST', postal_code, country, owner_id, created_at
FROM (SELECT row_number() OVER (ORDER BY account_id) AS n, * FROM crm.account) AS a WHERE n <= 200;
INSERT INTO crm.lead (lead_id, first_name, last_name, title, company, website, email, phone, street, city, state, postal_code, country, owner_id, created_at)
SELECT 'LEA-' || n, 'First ' || n, 'Lead ' || n, 'Buyer', name, website, 'l' || n || '@example.com', phone, street, city, 'ST', postal_code, country, owner_id, created_at
FROM (SELECT row_number() OVER (ORDER BY account_id DESC) AS n, * FROM crm.account) AS a WHERE n <= 100;
UPDATE crm.account SET state = 'ST' WHERE account_id < 'ACC-0000100';

-- ---- Salesforce by Fivetran, with the object OpportunityHistory ----
CREATE SCHEMA sf;
CREATE TABLE sf.opportunity AS
SELECT opportunity_id AS id, name, account_id, owner_id, stage_name, amount::float8 AS amount, currency AS currency_iso_code, (probability::numeric * 100)::float8 AS probability, forecast_category AS forecast_category_name, created_at AS created_date,
	close_date, next_step, (last_activity_at AT TIME ZONE 'UTC')::date AS last_activity_date, deal_type AS type, lead_source, is_deleted, stage_name = 'Closed Won' AS is_won, stage_name ~ '^Closed' AS is_closed, 2026 AS fiscal_year,
	length(name) AS name_length_c, now() AS _fivetran_synced, false AS _fivetran_deleted
FROM (SELECT stage AS stage_name, * FROM crm.opportunity) AS o;
ALTER TABLE sf.opportunity ADD COLUMN "Quote "" c_c" text DEFAULT 'x';
CREATE TABLE sf.opportunity_history AS
SELECT '008' || lpad((row_number() OVER (ORDER BY opportunity_id, changed_at))::text, 9, '0') AS id, opportunity_id, changed_at AS created_date, stage AS stage_name, amount::float8 AS amount, close_date, (probability::numeric * 100)::float8 AS probability,
	forecast_category, changed_at AS system_modstamp, false AS _fivetran_deleted
FROM crm.opportunity_history;
-- two changes in one instant, of which the last holds
INSERT INTO sf.opportunity_history SELECT '007' || id, opportunity_id, created_date, 'Overwritten', 1, close_date, 1, forecast_category, system_modstamp, false FROM sf.opportunity_history WHERE id ~ '7$';
-- and one that was deleted
INSERT INTO sf.opportunity_history SELECT '009' || id, opportunity_id, created_date - interval '1 hour', 'Deleted', 1, close_date, 1, forecast_category, system_modstamp, true FROM sf.opportunity_history WHERE id ~ '^008.*3$';
CREATE TABLE sf.account AS
SELECT account_id AS id, name, website, phone, street AS billing_street, city AS billing_city, state AS billing_state, postal_code AS billing_postal_code, country AS billing_country, industry, owner_id, created_at AS created_date, false AS is_deleted FROM crm.account;
INSERT INTO sf.account (id, name, is_deleted) VALUES ('ACC-DELETED', 'Deleted', true);
CREATE TABLE sf.contact AS
SELECT contact_id AS id, account_id, first_name, last_name, title, email, phone, street AS mailing_street, city AS mailing_city, state AS mailing_state, postal_code AS mailing_postal_code, country AS mailing_country, owner_id, created_at AS created_date, false AS is_deleted FROM crm.contact;
CREATE TABLE sf.lead AS
SELECT lead_id AS id, first_name, last_name, title, company, website, email, phone, street, city, state, postal_code, country, owner_id, created_at AS created_date, false AS is_deleted, false AS is_converted FROM crm.lead;
INSERT INTO sf.lead (id, is_deleted, is_converted) VALUES ('LEA-CONVERTED', false, true), ('LEA-DELETED', true, false);
CREATE TABLE sf.user_role AS SELECT 'ROLE-' || md5(team) AS id, team AS name FROM (SELECT DISTINCT team FROM crm.sales_user WHERE team IS NOT NULL) AS t;
CREATE TABLE sf."user" AS SELECT user_id AS id, name, email, 'ROLE-' || md5(team) AS user_role_id, manager_id, is_active, region AS region_c FROM crm.sales_user;
CREATE TABLE sf.opportunity_stage AS
SELECT 'STA-' || position AS id, stage AS api_name, 'Label of ' || stage AS master_label, position AS sort_order, (probability::numeric * 100)::float8 AS default_probability, split_part(category, ',', 1) AS forecast_category_name, outcome = 'won' AS is_won, outcome <> 'open' AS is_closed, true AS is_active FROM crm.stage;
INSERT INTO sf.opportunity_stage SELECT 'OLD', api_name, master_label, 99, 1, 'Omitted', false, false, false FROM sf.opportunity_stage WHERE sort_order = 3;
CREATE TABLE sf.currency_type AS SELECT currency AS iso_code, (1 / to_corporate)::float8 AS conversion_rate, to_corporate = 1 AS is_corporate FROM crm.exchange_rate;
CREATE TABLE sf.period AS SELECT DISTINCT 'PER-' || period_start || period_end AS id, period_start AS start_date, period_end AS end_date FROM crm.quota;
-- by two product families
CREATE TABLE sf.forecasting_quota AS
SELECT 'Q' || f || '-' || owner_id || period_start AS id, owner_id AS quota_owner_id, period_start AS start_date, CASE f WHEN 1 THEN amount - 1 ELSE 1 END AS quota_amount, currency AS currency_iso_code, 'PER-' || period_start || period_end AS period_id FROM crm.quota, generate_series(1, 2) AS f;

-- ---- the same in history mode: a version for each change, and versions that differ in other fields; days as timestamps without a zone ----
CREATE SCHEMA sf_mode;
CREATE TABLE sf_mode.opportunity_history AS
SELECT opportunity_id AS id, changed_at AS _fivetran_start, coalesce(lead(changed_at) OVER w, '9999-12-31 23:59:59+00') AS _fivetran_end, lead(changed_at) OVER w IS NULL AS _fivetran_active, stage AS stage_name, amount::float8 AS amount,
	close_date::timestamp AS close_date, (probability::numeric * 100)::float8 AS probability, forecast_category AS forecast_category_name, owner_id, NULL::timestamptz AS last_viewed_date
FROM crm.opportunity_history WINDOW w AS (PARTITION BY opportunity_id ORDER BY changed_at);
INSERT INTO sf_mode.opportunity_history SELECT id, _fivetran_start + interval '1 microsecond', _fivetran_end, _fivetran_active, stage_name, amount, close_date, probability, forecast_category_name, owner_id, _fivetran_start FROM sf_mode.opportunity_history;
CREATE TABLE sf_mode.opportunity AS SELECT id, name, account_id, owner_id, stage_name, amount, currency_iso_code, probability, forecast_category_name, created_date AT TIME ZONE 'UTC' AS created_date, close_date::timestamp AS close_date, next_step, last_activity_date, type, lead_source, is_deleted, is_won, is_closed FROM sf.opportunity;
-- and with one table for present and past
CREATE SCHEMA sf_one;
CREATE TABLE sf_one.opportunity AS SELECT h.*, o.name, o.account_id FROM sf_mode.opportunity_history AS h JOIN sf_mode.opportunity AS o USING (id);
UPDATE sf_one.opportunity SET _fivetran_active = false, _fivetran_end = _fivetran_start WHERE _fivetran_active AND last_viewed_date IS NULL;

-- ---- Salesforce by Airbyte: names as in the API, columns of its own ----
CREATE SCHEMA sf_air;
CREATE TABLE sf_air."Opportunity" AS
SELECT md5(id) AS _airbyte_raw_id, now() AS _airbyte_extracted_at, '{"errors": []}'::jsonb AS _airbyte_meta, id AS "Id", name AS "Name", account_id AS "AccountId", owner_id AS "OwnerId", stage_name AS "StageName", amount::numeric AS "Amount", currency_iso_code AS "CurrencyIsoCode",
	probability::numeric AS "Probability", forecast_category_name AS "ForecastCategoryName", created_date AS "CreatedDate", close_date AS "CloseDate", next_step AS "NextStep", last_activity_date AS "LastActivityDate", type AS "Type", lead_source AS "LeadSource", is_deleted AS "IsDeleted",
	is_won AS "IsWon", is_closed AS "IsClosed", 'custom ' || id AS "Region__c" FROM sf.opportunity;
CREATE TABLE sf_air."OpportunityHistory" AS SELECT id AS "Id", opportunity_id AS "OpportunityId", created_date AS "CreatedDate", stage_name AS "StageName", amount::numeric AS "Amount", close_date AS "CloseDate", probability::numeric AS "Probability", forecast_category AS "ForecastCategory", _fivetran_deleted AS "IsDeleted" FROM sf.opportunity_history;
CREATE TABLE sf_air."Account" AS SELECT id AS "Id", name AS "Name", website AS "Website", phone AS "Phone", billing_street AS "BillingStreet", billing_city AS "BillingCity", billing_state AS "BillingState", billing_postal_code AS "BillingPostalCode", billing_country AS "BillingCountry",
	industry AS "Industry", owner_id AS "OwnerId", created_date AS "CreatedDate", is_deleted AS "IsDeleted" FROM sf.account;
CREATE TABLE sf_air."Contact" AS SELECT id AS "Id", account_id AS "AccountId", first_name AS "FirstName", last_name AS "LastName", title AS "Title", email AS "Email", phone AS "Phone", mailing_street AS "MailingStreet", mailing_city AS "MailingCity", mailing_state AS "MailingState",
	mailing_postal_code AS "MailingPostalCode", mailing_country AS "MailingCountry", owner_id AS "OwnerId", created_date AS "CreatedDate", NULL::text AS "_ab_cdc_deleted_at" FROM sf.contact;
INSERT INTO sf_air."Contact" ("Id", "_ab_cdc_deleted_at") VALUES ('CON-DELETED', '2026-01-01T00:00:00Z');
CREATE TABLE sf_air."Lead" AS SELECT id AS "Id", first_name AS "FirstName", last_name AS "LastName", title AS "Title", company AS "Company", website AS "Website", email AS "Email", phone AS "Phone", street AS "Street", city AS "City", state AS "State", postal_code AS "PostalCode",
	country AS "Country", owner_id AS "OwnerId", created_date AS "CreatedDate", is_deleted AS "IsDeleted", is_converted AS "IsConverted" FROM sf.lead;
CREATE TABLE sf_air."UserRole" AS SELECT id AS "Id", name AS "Name" FROM sf.user_role;
CREATE TABLE sf_air."User" AS SELECT id AS "Id", name AS "Name", email AS "Email", user_role_id AS "UserRoleId", manager_id AS "ManagerId", is_active AS "IsActive", region_c AS "Region__c" FROM sf."user";
CREATE TABLE sf_air."OpportunityStage" AS SELECT id AS "Id", api_name AS "ApiName", master_label AS "MasterLabel", sort_order AS "SortOrder", default_probability AS "DefaultProbability", forecast_category_name AS "ForecastCategoryName", is_won AS "IsWon", is_closed AS "IsClosed", is_active AS "IsActive" FROM sf.opportunity_stage;
CREATE TABLE sf_air."CurrencyType" AS SELECT iso_code AS "IsoCode", conversion_rate AS "ConversionRate" FROM sf.currency_type;

-- ---- HubSpot by Fivetran ----
CREATE SCHEMA hs;
CREATE FUNCTION pg_temp.stage_id(stage text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN stage ~ '^Closed' THEN lower(replace(stage, ' ', '')) ELSE translate(md5(stage), 'abcdef', '012345') END $$;
CREATE TABLE hs.deal_pipeline AS SELECT 'default' AS pipeline_id, 'Sales Pipeline' AS label, 0 AS display_order, true AS active, false AS _fivetran_deleted;
CREATE TABLE hs.deal_pipeline_stage AS
SELECT pg_temp.stage_id(stage) AS stage_id, stage AS label, 'default' AS pipeline_id, position - 1 AS display_order, probability, outcome = 'won' AS closed_won, outcome <> 'open' AS is_closed, true AS active, false AS _fivetran_deleted FROM crm.stage;
-- stages that the sample's process does not know are in the data
CREATE TABLE hs.deal AS
SELECT row_number() OVER (ORDER BY opportunity_id) + 9000000000 AS deal_id, is_deleted, 'default' AS deal_pipeline_id, CASE WHEN stage IN (SELECT s.stage FROM crm.stage AS s) THEN pg_temp.stage_id(stage) ELSE stage END AS deal_pipeline_stage_id, owner_id, 4711 AS portal_id,
	name AS property_dealname, amount::float8 AS property_amount, currency AS property_deal_currency_code, probability AS property_hs_deal_stage_probability, forecast_category AS property_hs_manual_forecast_category, created_at AS property_createdate,
	-- noon in Auckland is the day before in UTC, and the evening there is not
	(close_date + CASE WHEN length(name) % 2 = 0 THEN time '00:30' ELSE time '23:30' END) AT TIME ZONE 'Pacific/Auckland' AS property_closedate, next_step AS property_hs_next_step, last_activity_at AS property_notes_last_updated, deal_type AS property_dealtype, lead_source AS property_hs_analytics_source,
	'note ' || opportunity_id AS property_custom, 1 AS property_hs_acv, opportunity_id AS property_original
FROM crm.opportunity;
CREATE TABLE hs.merged_deal AS SELECT deal_id, deal_id + 1000000000 AS merged_deal_id FROM hs.deal WHERE deal_id % 50 = 0;
INSERT INTO hs.deal (deal_id, property_dealname) SELECT merged_deal_id, 'merged' FROM hs.merged_deal;
CREATE TABLE hs.deal_company AS SELECT d.deal_id, 'X' || account_id AS company_id, 341 AS type_id FROM crm.opportunity JOIN hs.deal AS d ON property_original = opportunity_id UNION ALL SELECT d.deal_id, account_id, 5 FROM crm.opportunity JOIN hs.deal AS d ON property_original = opportunity_id WHERE account_id IS NOT NULL;
DELETE FROM hs.deal_company AS c WHERE type_id = 341 AND NOT EXISTS (SELECT FROM hs.deal_company AS p WHERE p.deal_id = c.deal_id AND p.type_id = 5);
CREATE TABLE hs.deal_property_history AS
SELECT d.deal_id, h.changed_at AS "timestamp", p.name, p.value, 'CRM_UI' AS source, NULL::text AS source_id
FROM (SELECT *, lag(x) OVER (PARTITION BY opportunity_id ORDER BY changed_at) AS before FROM crm.opportunity_history AS x) AS h JOIN hs.deal AS d ON d.property_original = h.opportunity_id CROSS JOIN LATERAL (VALUES
	('dealstage', CASE WHEN h.stage IN (SELECT s.stage FROM crm.stage AS s) THEN pg_temp.stage_id(h.stage) ELSE h.stage END, h.stage IS DISTINCT FROM (h.before).stage),
	('amount', coalesce(h.amount::text, ''), h.amount IS DISTINCT FROM (h.before).amount),
	-- an instant is milliseconds here
	('closedate', coalesce((extract(epoch FROM (h.close_date + time '00:30') AT TIME ZONE 'Pacific/Auckland') * 1000)::bigint::text, ''), h.close_date IS DISTINCT FROM (h.before).close_date),
	('hs_manual_forecast_category', h.forecast_category, h.forecast_category IS DISTINCT FROM (h.before).forecast_category),
	('hubspot_owner_id', h.owner_id, h.owner_id IS DISTINCT FROM (h.before).owner_id),
	('hs_deal_stage_probability', h.probability::text, h.probability IS DISTINCT FROM (h.before).probability),
	-- the first row of a deal is there though nothing is known yet
	('dealstage', NULL, h.before IS NULL AND h.stage IS NULL),
	('hs_lastmodifieddate', 'x', true)) AS p (name, value, is_change)
WHERE p.is_change;
CREATE TABLE hs.company AS SELECT account_id AS id, name AS property_name, website AS property_website, phone AS property_phone, street AS property_address, city AS property_city, state AS property_state, postal_code AS property_zip, country AS property_country, industry AS property_industry,
	owner_id AS property_hubspot_owner_id, created_at AS property_createdate, false AS is_deleted FROM crm.account;
CREATE TABLE hs.contact AS SELECT contact_id AS id, false AS _fivetran_deleted, first_name AS property_firstname, last_name AS property_lastname, title AS property_jobtitle, company AS property_company, email AS property_email, phone AS property_phone, street AS property_address, city AS property_city,
	state AS property_state, postal_code AS property_zip, country AS property_country, owner_id AS property_hubspot_owner_id, created_at AS property_createdate, account_id AS property_associatedcompanyid, NULL::text AS property_website, CASE WHEN contact_id ~ '1$' THEN 'customer' WHEN contact_id ~ '2$' THEN 'opportunity' END AS property_lifecyclestage FROM crm.contact
UNION ALL SELECT lead_id, false, first_name, last_name, title, company, email, phone, street, city, state, postal_code, country, owner_id, created_at, NULL, website, CASE WHEN lead_id ~ '1$' THEN 'marketingqualifiedlead' ELSE 'lead' END FROM crm.lead
UNION ALL SELECT 'CON-MERGED', false, 'x', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL UNION ALL SELECT 'CON-DELETED', true, 'x', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL;
CREATE TABLE hs.contact_merge_audit AS SELECT 'CON-1' AS canonical_vid, 'CON-1' AS contact_id, 'CON-MERGED' AS vid_to_merge;
CREATE TABLE hs.team AS SELECT 't' || md5(team) AS id, team AS name FROM (SELECT DISTINCT team FROM crm.sales_user WHERE team IS NOT NULL UNION SELECT 'AAA') AS t;
CREATE TABLE hs.owner_team AS SELECT user_id AS owner_id, 't' || md5(team) AS team_id, true AS is_team_primary FROM crm.sales_user WHERE team IS NOT NULL UNION ALL SELECT user_id, 't' || md5('AAA'), false FROM crm.sales_user WHERE team IS NOT NULL;
CREATE TABLE hs.owner AS SELECT user_id AS owner_id, split_part(name, ' ', 1) AS first_name, nullif(substr(name, length(split_part(name, ' ', 1)) + 2), '') AS last_name, email, CASE WHEN is_active THEN 1 END AS active_user_id FROM crm.sales_user;

-- ---- HubSpot by Airbyte: texts; properties as columns, and as JSON ----
CREATE SCHEMA hs_air;
CREATE TABLE hs_air.deals AS
SELECT deal_id::text AS id, is_deleted AS archived, to_jsonb(ARRAY(SELECT company_id FROM hs.deal_company AS c WHERE c.deal_id = d.deal_id ORDER BY type_id)) AS companies, property_createdate AS "createdAt", deal_pipeline_stage_id AS properties_dealstage, owner_id AS properties_hubspot_owner_id, property_dealname AS properties_dealname,
	property_amount::numeric::text AS properties_amount, property_deal_currency_code AS properties_deal_currency_code, property_hs_deal_stage_probability::text AS properties_hs_deal_stage_probability, property_hs_manual_forecast_category AS properties_hs_manual_forecast_category,
	to_char(property_createdate AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS properties_createdate, to_char(property_closedate AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS properties_closedate, property_hs_next_step AS properties_hs_next_step,
	to_char(property_notes_last_updated AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS properties_notes_last_updated, property_dealtype AS properties_dealtype, property_hs_analytics_source AS properties_hs_analytics_source, property_original AS properties_original,
	(SELECT string_agg((m.merged_deal_id)::text, ';') FROM hs.merged_deal AS m WHERE m.deal_id = d.deal_id) AS properties_hs_merged_object_ids
FROM hs.deal AS d;
CREATE TABLE hs_air.deals_property_history AS SELECT deal_id::text AS "dealId", name AS property, value, to_char("timestamp" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "timestamp" FROM hs.deal_property_history;
CREATE TABLE hs_air.deal_pipelines AS SELECT pipeline_id AS "pipelineId", label, display_order AS "displayOrder", (SELECT jsonb_agg(jsonb_build_object('stageId', stage_id, 'label', s.label, 'displayOrder', s.display_order, 'metadata', jsonb_build_object('probability', probability::text, 'isClosed', is_closed::text))) FROM hs.deal_pipeline_stage AS s) AS stages FROM hs.deal_pipeline;
CREATE TABLE hs_air.companies AS SELECT id, property_name AS properties_name, property_website AS properties_website, property_phone AS properties_phone, property_address AS properties_address, property_city AS properties_city, property_state AS properties_state, property_zip AS properties_zip, property_country AS properties_country,
	property_industry AS properties_industry, property_hubspot_owner_id AS properties_hubspot_owner_id, to_char(property_createdate AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS properties_createdate, is_deleted AS archived FROM hs.company;
CREATE TABLE hs_air.contacts AS SELECT id, property_firstname AS properties_firstname, property_lastname AS properties_lastname, property_jobtitle AS properties_jobtitle, property_company AS properties_company, property_email AS properties_email, property_phone AS properties_phone, property_address AS properties_address, property_city AS properties_city,
	property_state AS properties_state, property_zip AS properties_zip, property_country AS properties_country, property_hubspot_owner_id AS properties_hubspot_owner_id, property_createdate::text AS properties_createdate, property_website AS properties_website, property_lifecyclestage AS properties_lifecyclestage, _fivetran_deleted AS archived,
	CASE WHEN property_associatedcompanyid IS NOT NULL THEN jsonb_build_array(property_associatedcompanyid) END AS companies, CASE id WHEN 'CON-1' THEN 'CON-X;CON-MERGED' END AS properties_hs_merged_object_ids FROM hs.contact;
CREATE TABLE hs_air.owners AS SELECT owner_id AS id, first_name AS "firstName", last_name AS "lastName", email, active_user_id IS NULL AS archived,
	(SELECT jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'membership', CASE WHEN x.is_team_primary THEN 'PRIMARY' ELSE 'SECONDARY' END) ORDER BY t.name) FROM hs.owner_team AS x JOIN hs.team AS t ON t.id = x.team_id WHERE x.owner_id = o.owner_id) AS teams FROM hs.owner AS o;
-- all properties in one column, no history of properties, but when each stage was entered last
CREATE SCHEMA hs_json;
CREATE TABLE hs_json.deals AS
SELECT d.id, d.archived, d.companies, (SELECT jsonb_object_agg(substr(k, 12), v) FROM jsonb_each(to_jsonb(d)) AS e (k, v) WHERE k LIKE 'properties\_%')
	|| coalesce((SELECT jsonb_object_agg('hs_v2_date_entered_' || s.stage_id, to_char(s.entered AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) FROM (
		SELECT h.value AS stage_id, max(h."timestamp"::timestamptz) AS entered FROM hs_air.deals_property_history AS h WHERE h."dealId" = d.id AND h.property = 'dealstage' AND h.value IS NOT NULL GROUP BY h.value) AS s), '{}') AS properties
FROM hs_air.deals AS d;
CREATE TABLE hs_json.deal_pipelines AS SELECT * FROM hs_air.deal_pipelines;

-- ---- Dynamics 365 ----
CREATE SCHEMA dyn;
CREATE FUNCTION pg_temp.guid(id text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT md5(id)::uuid $$;
CREATE TABLE dyn.transactioncurrency AS SELECT pg_temp.guid(currency) AS transactioncurrencyid, currency AS isocurrencycode, (1 / to_corporate)::numeric(38, 12) AS exchangerate FROM crm.exchange_rate;
CREATE TABLE dyn.opportunity AS
SELECT pg_temp.guid(opportunity_id) AS opportunityid, name, pg_temp.guid(account_id) AS _parentaccountid_value, pg_temp.guid(owner_id) AS _ownerid_value, CASE stage WHEN 'Closed Won' THEN 1 WHEN 'Closed Lost' THEN 2 ELSE 0 END AS statecode, CASE stage WHEN 'Closed Won' THEN 3 WHEN 'Closed Lost' THEN 5 ELSE 1 END AS statuscode,
	-- a business process for most, and for the rest the option, whose label is of one's own
	CASE WHEN stage ~ '^Closed' THEN 'Close' WHEN stage <> 'Needs Analysis' THEN stage END AS stepname, CASE WHEN stage = 'Needs Analysis' THEN 7 ELSE 1 END AS salesstage,
	CASE WHEN stage = 'Closed Won' THEN 1 ELSE amount END AS estimatedvalue, CASE WHEN stage = 'Closed Won' THEN amount END AS actualvalue, CASE WHEN stage ~ '^Closed' THEN date '2000-01-01' ELSE close_date END::timestamp AT TIME ZONE 'UTC' AS estimatedclosedate,
	CASE WHEN stage ~ '^Closed' THEN close_date END::timestamp AT TIME ZONE 'UTC' AS actualclosedate, (probability::numeric * 100)::integer AS closeprobability,
	CASE forecast_category WHEN 'Pipeline' THEN 100000001 WHEN 'Best Case' THEN 100000002 WHEN 'Commit' THEN 100000003 WHEN 'Omitted' THEN 100000004 WHEN 'Closed' THEN 100000005 END AS msdyn_forecastcategory, created_at AS createdon, pg_temp.guid(currency) AS _transactioncurrencyid_value, is_deleted AS _fivetran_deleted,
	opportunity_id AS cr123_original, 7 AS msdyn_other FROM crm.opportunity WHERE amount IS NOT NULL OR stage IS DISTINCT FROM 'Closed Won';
CREATE TABLE dyn.stringmap AS SELECT * FROM (VALUES ('opportunity', 'salesstage', 7, 'Needs Analysis', 1033), ('opportunity', 'salesstage', 7, 'Bedarfsanalyse', 1031), ('lead', 'salesstage', 7, 'wrong', 1033)) AS v (objecttypecode, attributename, attributevalue, value, langid);
CREATE TABLE dyn.account AS SELECT pg_temp.guid(account_id) AS accountid, name, website AS websiteurl, phone AS telephone1, street AS address1_line1, city AS address1_city, state AS address1_stateorprovince, postal_code AS address1_postalcode, country AS address1_country, industry AS industrycodename, pg_temp.guid(owner_id) AS _ownerid_value, created_at AS createdon, false AS _fivetran_deleted FROM crm.account;
CREATE TABLE dyn.contact AS SELECT pg_temp.guid(contact_id) AS contactid, pg_temp.guid(account_id) AS _parentcustomerid_value, first_name AS firstname, last_name AS lastname, title AS jobtitle, email AS emailaddress1, phone AS telephone1, street AS address1_line1, city AS address1_city, state AS address1_stateorprovince, postal_code AS address1_postalcode,
	country AS address1_country, pg_temp.guid(owner_id) AS _ownerid_value, created_at AS createdon FROM crm.contact;
CREATE TABLE dyn.lead AS SELECT pg_temp.guid(lead_id) AS leadid, 0 AS statecode, first_name AS firstname, last_name AS lastname, title AS jobtitle, company AS companyname, website AS websiteurl, email AS emailaddress1, phone AS telephone1, street AS address1_line1, city AS address1_city, state AS address1_stateorprovince, postal_code AS address1_postalcode,
	country AS address1_country, pg_temp.guid(owner_id) AS _ownerid_value, created_at AS createdon FROM crm.lead;
INSERT INTO dyn.lead (leadid, statecode) VALUES (pg_temp.guid('qualified'), 1);
CREATE TABLE dyn.businessunit AS SELECT pg_temp.guid(team) AS businessunitid, team AS name FROM (SELECT DISTINCT team FROM crm.sales_user WHERE team IS NOT NULL) AS t;
CREATE TABLE dyn.territory AS SELECT pg_temp.guid(region) AS territoryid, region AS name FROM (SELECT DISTINCT region FROM crm.sales_user WHERE region IS NOT NULL) AS t;
CREATE TABLE dyn.systemuser AS SELECT pg_temp.guid(user_id) AS systemuserid, name AS fullname, email AS internalemailaddress, pg_temp.guid(team) AS _businessunitid_value, pg_temp.guid(region) AS _territoryid_value, pg_temp.guid(manager_id) AS _parentsystemuserid_value, NOT is_active AS isdisabled FROM crm.sales_user;

-- ---- files: every column a text, tables called as the files ----
CREATE SCHEMA files;
SET datestyle = 'ISO';
SELECT format('CREATE TABLE files.%I AS SELECT %s FROM crm.%I', replace(file_name, '.csv', ''), (SELECT string_agg(format('%I::text', column_name), ', ' ORDER BY position DESC) FROM salesops.contract_columns() AS c WHERE c.table_name = t.table_name), table_name) FROM salesops.contract_tables() AS t \gexec
