-- adapters: a connector's tables as the contract's views.
--
-- adapter_sql looks at the tables that are there and writes the views as text, to be read, changed and kept; attach runs it. The views are the user's:
-- the extension owns no object that depends on a vendor's table, since connectors drop and make these again with CASCADE. Then attach is called again.

CREATE FUNCTION adapters()
RETURNS TABLE (name text, description text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10 ROWS 6
BEGIN ATOMIC
	SELECT a.name, a.description
	FROM (VALUES
		(1, 'salesforce_fivetran', 'Salesforce, loaded by Fivetran: opportunity, opportunity_history (the object OpportunityHistory, or history mode), account, contact, lead, user, user_role, opportunity_stage, currency_type, forecasting_quota'),
		(2, 'salesforce_airbyte', 'Salesforce, loaded by Airbyte: "Opportunity", "OpportunityHistory", "Account", "Contact", "Lead", "User", "UserRole", "OpportunityStage", "CurrencyType", "ForecastingQuota"'),
		(3, 'hubspot_fivetran', 'HubSpot, loaded by Fivetran: deal, deal_property_history, deal_stage, deal_pipeline, deal_pipeline_stage, deal_company, merged_deal, company, contact, contact_company, owner, owner_team, team'),
		(4, 'hubspot_airbyte', 'HubSpot, loaded by Airbyte: deals, deals_property_history, deal_pipelines, companies, contacts, owners'),
		(5, 'dynamics_365', 'Dynamics 365 Sales, from Dataverse: opportunity, account, contact, lead, systemuser, businessunit, territory, transactioncurrency, stringmap'),
		(6, 'csv', 'Files in the contract''s columns, loaded as they are: a table for each, of whatever types')
	) AS a (position, name, description) ORDER BY a.position;
END;
COMMENT ON FUNCTION adapters() IS $$The adapters: from which connectors' tables the contract's views can be written.
name: for adapter_sql and attach. description: the connector, and the tables that are looked for.
Example: (SELECT string_agg(name, ', ') FROM salesops.adapters()) ==> salesforce_fivetran, salesforce_airbyte, hubspot_fivetran, hubspot_airbyte, dynamics_365, csv$$;

CREATE FUNCTION adapter_detect(source_schema text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	r CONSTANT jsonb := salesops.adapter_relations(source_schema);
	o CONSTANT jsonb := r -> 'opportunity' -> 'columns';
BEGIN
	RETURN CASE
		WHEN o ? 'opportunityid' AND NOT o ? 'statecode' THEN 'csv'
		WHEN o ? 'stagename' AND o -> 'stagename' ->> 'name' = 'stage_name' THEN 'salesforce_fivetran'
		WHEN o ? 'stagename' THEN 'salesforce_airbyte'
		WHEN o ? 'statecode' OR r -> 'opportunities' -> 'columns' ? 'statecode' THEN 'dynamics_365'
		WHEN r -> 'deal' -> 'columns' ? 'dealid' THEN 'hubspot_fivetran'
		WHEN r -> 'deals' -> 'columns' ? 'properties' OR r -> 'deals' -> 'columns' ? 'propertiesdealname' OR r -> 'deals' -> 'columns' ? 'propertiesdealstage' THEN 'hubspot_airbyte' END;
END
$function$;
COMMENT ON FUNCTION adapter_detect(text) IS $$The adapter for the tables of a schema: told by the table of deals and its columns. NULL where none of them is known.
source_schema: as it is named, without quotes. NULL for NULL.
Example: salesops.adapter_detect('pg_catalog') IS NULL ==> true$$;

CREATE FUNCTION adapter_taken(schema text, names text[]) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN (SELECT string_agg(format('%I.%I', schema, c.relname), ', ' ORDER BY c.relname)
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = schema AND c.relname = ANY (names) AND (c.relkind <> 'v' OR (obj_description(c.oid, 'pg_class') ~ 'Written by the adapter [a-z_0-9]+ of salesops\.') IS NOT TRUE));
END
$function$;
COMMENT ON FUNCTION adapter_taken(text, text[]) IS $$The relations of a schema that have one of these names and were not made by an adapter, as a list; NULL where there is none.
schema: as it is named, without quotes. names: of the views that are going to be made. A view is an adapter's if its comment says so.
Example: salesops.adapter_taken('pg_catalog', '{pg_am}') ==> pg_catalog.pg_am$$;

CREATE PROCEDURE require_adapter_views(schema text, names text[])
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	problem CONSTANT text := salesops.adapter_taken(schema, names);
BEGIN
	IF problem IS NOT NULL THEN
		RAISE duplicate_table USING MESSAGE = format('this is there already, and not from an adapter: %s', problem), DETAIL = 'Adapters replace views that they made, which their comments tell, and nothing else.',
			HINT = 'Name the contract''s tables that are to stay in own_tables, or drop them, or choose another schema. If it is an adapter''s view with a comment of your own, let the comment end with: Written by the adapter csv of salesops.';
	END IF;
END $$;
COMMENT ON PROCEDURE require_adapter_views(text, text[]) IS $$Raises an error where a schema has tables, views or other relations of these names that no adapter made. What an adapter writes begins with it.
schema: as it is named, without quotes. names: of the views that are going to be made. A view is an adapter's if its comment says so. It reads the catalog alone. CALL salesops.require_adapter_views('crm', '{opportunity}');
Example: to_regprocedure('salesops.require_adapter_views(text, text[])') IS NOT NULL ==> true$$;

CREATE FUNCTION adapter_sql(adapter text, source_schema text, target_schema text, time_zone text DEFAULT 'UTC', own_tables text[] DEFAULT NULL, custom_fields text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
	r jsonb;
	deals CONSTANT text := CASE adapter WHEN 'hubspot_fivetran' THEN 'deal' WHEN 'hubspot_airbyte' THEN 'deals' ELSE 'opportunity' END;
	key CONSTANT text := CASE adapter WHEN 'hubspot_fivetran' THEN 'dealid' WHEN 'csv' THEN 'opportunityid' WHEN 'dynamics_365' THEN 'opportunityid' ELSE 'id' END;
	views text;
	own text[];
	names text[];
	present text;
BEGIN
	IF adapter IS NULL OR source_schema IS NULL OR target_schema IS NULL OR time_zone IS NULL THEN
		RETURN NULL;
	ELSIF adapter NOT IN (SELECT a.name FROM salesops.adapters() AS a) THEN
		RAISE invalid_parameter_value USING MESSAGE = format('there is no adapter "%s"', adapter), DETAIL = format('The adapters are %s.', (SELECT string_agg(a.name, ', ') FROM salesops.adapters() AS a)), HINT = 'adapter_detect(source_schema) tells which one a schema is for.';
	ELSIF source_schema = target_schema THEN
		RAISE invalid_parameter_value USING MESSAGE = format('the views cannot be in the schema of the tables, "%s"', source_schema), DETAIL = 'They have names such as opportunity, which tables there have, too.', HINT = 'Choose a schema of your own, such as crm: one that is not there is made.';
	END IF;
	PERFORM salesops.existing_schema(source_schema, 'the connector''s tables');
	-- an error for a zone that nobody knows
	PERFORM timestamp '2000-01-01' AT TIME ZONE time_zone;
	r := salesops.adapter_relations(source_schema);
	IF r -> 'opportunities' IS NOT NULL AND r -> 'opportunity' IS NULL AND adapter = 'dynamics_365' THEN
		NULL;
	ELSIF NOT coalesce(r -> deals -> 'columns' ? key, false) THEN
		RAISE undefined_table USING MESSAGE = format('the schema "%s" has no table %s with a column %s', source_schema, deals, CASE adapter WHEN 'hubspot_fivetran' THEN 'deal_id' WHEN 'csv' THEN 'opportunity_id' WHEN 'dynamics_365' THEN 'opportunityid' ELSE 'id' END),
			DETAIL = format('The adapter %s makes the deals of it. The schema has %s.', adapter, coalesce((SELECT string_agg(v ->> 'name', ', ' ORDER BY v ->> 'name' COLLATE "C") FROM (SELECT e.v FROM jsonb_each(r) AS e (k, v) ORDER BY v ->> 'name' COLLATE "C" LIMIT 20) AS f), 'no table')),
			HINT = coalesce('The tables look like those of ' || salesops.adapter_detect(source_schema) || '.', 'See salesops.adapters() for the tables that are looked for.');
	END IF;

	SELECT string_agg(quote_nullable(n), ', ') INTO present FROM unnest(own_tables) AS n WHERE n IS NULL OR n NOT IN (SELECT t.table_name FROM salesops.contract_tables() AS t);
	IF present IS NOT NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = format('the contract has no table %s', present), DETAIL = format('It has %s.', (SELECT string_agg(t.table_name, ', ' ORDER BY t.position) FROM salesops.contract_tables() AS t)), HINT = 'own_tables names tables of the contract, such as stage.';
	END IF;
	-- quotas and rates that are tables stay: most connectors do not have them, and the user fills them
	SELECT coalesce(own_tables, '{}') || coalesce(array_agg(c.relname::text ORDER BY c.relname), '{}') INTO own
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = target_schema AND c.relname IN ('quota', 'exchange_rate') AND c.relkind IN ('r', 'p', 'f') AND c.relname <> ALL (coalesce(own_tables, '{}'));
	views := CASE WHEN adapter ~ '^salesforce' THEN salesops.adapter_salesforce(adapter, source_schema, target_schema, own, custom_fields)
		WHEN adapter ~ '^hubspot' THEN salesops.adapter_hubspot(adapter, source_schema, target_schema, time_zone, own, custom_fields)
		WHEN adapter = 'dynamics_365' THEN salesops.adapter_dynamics(adapter, source_schema, target_schema, time_zone, own, custom_fields)
		ELSE salesops.adapter_csv(adapter, source_schema, target_schema, time_zone, own, custom_fields) END;
	-- what is a view, and what is left to be a table
	SELECT coalesce(array_agg(m[1] ORDER BY n), '{}') INTO names FROM regexp_matches(views, format('\nCREATE OR REPLACE VIEW %s\.([a-z_]+) (?:WITH|AS)', regexp_replace(format('%I', target_schema), '([^a-zA-Z0-9_])', '\\\1', 'g')), 'g') WITH ORDINALITY AS f (m, n);
	SELECT coalesce(array_agg(t.table_name ORDER BY t.position), '{}') INTO own FROM salesops.contract_tables() AS t WHERE t.table_name <> ALL (names) OR t.table_name = ANY (own);
	SELECT string_agg(format('%I.%I', target_schema, c.relname), ', ' ORDER BY c.relname) INTO present
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = target_schema AND c.relname = ANY (own_tables) AND c.relkind = 'v';
	IF present IS NOT NULL THEN
		RAISE duplicate_table USING MESSAGE = format('this is a view, and is to be a table of your own: %s', present), DETAIL = 'A table of your own is made where there is nothing of the name, and gets the rows that it does not have.', HINT = 'Drop the view first.';
	END IF;
	-- what is written says so too, but with all of it as the context of the error
	present := salesops.adapter_taken(target_schema, names);
	IF present IS NOT NULL THEN
		RAISE duplicate_table USING MESSAGE = format('this is there already, and not from an adapter: %s', present), DETAIL = 'Adapters replace views that they made, which their comments tell, and nothing else.',
			HINT = 'Name the contract''s tables that are to stay in own_tables, or drop them, or choose another schema. If it is an adapter''s view with a comment of your own, let the comment end with: Written by the adapter csv of salesops.';
	END IF;
	RETURN format('-- The tables of the schema %1$s as the contract''s views (docs/reference/contract.md): written by salesops.adapter_sql(), adapter %2$s.
-- It may be changed, and run again: views that an adapter made are replaced, tables stay. A column that the source does not have is NULL.
-- The views read the tables with the rights of who asks (security_invoker), so that policies of row-level security there hold here.
-- To let somebody read the views alone: ALTER VIEW ... SET (security_invoker = false). What is set so stays, as do grants, and comments of your own;
-- that of a view has to keep the words "Written by the adapter %2$s of salesops.", which tell whose it is.
CALL salesops.require_ownership(%3$L::pg_catalog.text, %4$L::pg_catalog.text[]);
CALL salesops.require_adapter_views(%3$L::pg_catalog.text, %4$L::pg_catalog.text[]);
', translate(quote_ident(source_schema), E'\r\n', '  '), adapter, target_schema, names)
		|| regexp_replace(salesops.contract_sql(target_schema, own), E'^[^\n]*\n', E'\n-- What the source does not have, and what is to be your own, is a table that you fill.\n')
		|| views;
END
$function$;
COMMENT ON FUNCTION adapter_sql(text, text, text, text, text[], text) IS $$SQL text that makes the contract's views over the tables of a connector.
adapter: one of adapters(). source_schema: where the connector's tables are; target_schema: where the views will be; both as they are named, without quotes. time_zone: in which the day of an instant is meant, such as a close date in HubSpot; that of the portal. own_tables: tables of the contract that are to be the user's own instead of views, such as stage, to be edited: they are made where they are missing, and get the rows that they do not have yet. custom_fields: a regular expression for the names of columns that are passed through at the end of the views; NULL for those that the adapter takes for custom ones. Tables of the contract that the source does not have are made empty. NULL for NULL. It reads the catalog alone. Run it with attach, or with \gexec in psql.
Example: salesops.adapter_sql(NULL, 'salesforce', 'crm') IS NULL ==> true$$;

CREATE PROCEDURE attach(adapter text, source_schema text, target_schema text, time_zone text DEFAULT 'UTC', own_tables text[] DEFAULT NULL, custom_fields text DEFAULT NULL)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	IF adapter IS NULL OR source_schema IS NULL OR target_schema IS NULL OR time_zone IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the adapter, the schemas and the time zone must not be NULL', HINT = 'The arguments are (adapter, source_schema, target_schema, time_zone, own_tables, custom_fields); adapter_detect(source_schema) tells the adapter.';
	ELSIF EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = target_schema AND c.relname = 'report_state') THEN
		RAISE invalid_parameter_value USING MESSAGE = format('the contract cannot be in schema %I, which has reports', target_schema), DETAIL = 'Both have a table quota, among others.', HINT = 'Name another schema, such as crm; one that is not there is made.';
	END IF;
	EXECUTE salesops.adapter_sql(adapter, source_schema, target_schema, time_zone, own_tables, custom_fields);
END $$;
COMMENT ON PROCEDURE attach(text, text, text, text, text[], text) IS $$Makes the contract's views over the tables of a connector: runs what adapter_sql writes.
The arguments are those of adapter_sql; none but the last two may be NULL. It may be called again, after tables or columns have come or the connector has dropped the views: they are replaced in place, so that what depends on them stays, with their grants, the options that ALTER VIEW set, and comments of your own, as long as that of a view keeps the words by which an adapter's is told: Written by the adapter salesforce_fivetran of salesops. CALL salesops.attach('salesforce_fivetran', 'salesforce', 'crm');
Example: to_regprocedure('salesops.attach(text, text, text, text, text[], text)') IS NOT NULL ==> true$$;
