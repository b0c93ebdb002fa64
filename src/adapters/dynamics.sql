-- adapters: Dynamics 365 Sales, in the logical names of Dataverse, as its exports and Fivetran's connector have them.
--
-- States and categories are option codes: statecode 0 open, 1 won, 2 lost (opportunity), 1 qualified (lead); salesstage 0 Qualify, 1 Develop, 2 Propose,
-- 3 Close; msdyn_forecastcategory 100000001 Pipeline, 100000002 Best case, 100000003 Committed, 100000004 Omitted, 100000005 Won, 100000006 Lost.
-- Labels of one's own come from the table stringmap. Source: Dataverse table reference (opportunity, account, contact, lead, systemuser, transactioncurrency).

CREATE FUNCTION adapter_dynamics(adapter text, source_schema text, target_schema text, time_zone text, own_tables text[], custom_fields text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
	r CONSTANT jsonb := salesops.adapter_relations(source_schema);
	-- columns of a publisher's own have its prefix
	pattern CONSTANT text := coalesce(custom_fields, '^(?!msdyn|adx|msa_|_)[a-z][a-z0-9]*_');
	deals CONSTANT jsonb := coalesce(r -> 'opportunity', r -> 'opportunities');
	accounts CONSTANT jsonb := coalesce(r -> 'account', r -> 'accounts');
	contacts CONSTANT jsonb := coalesce(r -> 'contact', r -> 'contacts');
	leads CONSTANT jsonb := coalesce(r -> 'lead', r -> 'leads');
	users CONSTANT jsonb := coalesce(r -> 'systemuser', r -> 'systemusers');
	units CONSTANT jsonb := coalesce(r -> 'businessunit', r -> 'businessunits');
	territories CONSTANT jsonb := coalesce(r -> 'territory', r -> 'territories');
	currencies CONSTANT jsonb := coalesce(r -> 'transactioncurrency', r -> 'transactioncurrencies');
	labels CONSTANT jsonb := coalesce(r -> 'stringmap', r -> 'stringmaps');
	o CONSTANT jsonb := deals -> 'columns';
	c jsonb;
	state text;
	outcome text;
	stage text;
	code text;
	label text;
	day text;
	source text;
	currency text;
	ref text;
	stage_source text;
	written text := '';
BEGIN
	state := coalesce('lower(' || salesops.adapter_value(o, 'o', '{statecode}', 'text') || ')', '''0''');
	outcome := format('CASE WHEN %1$s IN (''1'', ''won'') THEN ''won'' WHEN %1$s IN (''2'', ''lost'') THEN ''lost'' ELSE ''open'' END', state);
	source := format('%s AS o', deals ->> 'ref');
	stage_source := source;
	-- the stage of an open deal: the step of its business process, or else the label of its option
	code := salesops.adapter_value(o, 'o', '{salesstage}', 'text');
	label := NULL;
	IF code IS NOT NULL THEN
		label := format('CASE %s WHEN ''0'' THEN ''Qualify'' WHEN ''1'' THEN ''Develop'' WHEN ''2'' THEN ''Propose'' WHEN ''3'' THEN ''Close'' ELSE %1$s END', code);
		IF labels -> 'columns' ? 'attributevalue' AND labels -> 'columns' ? 'attributename' AND labels -> 'columns' ? 'value' THEN
			c := labels -> 'columns';
			ref := format(E'\n    LEFT JOIN (SELECT DISTINCT ON (%1$s) %1$s AS code, %2$s AS label FROM %3$s AS x WHERE lower(%4$s) = ''salesstage''%5$s ORDER BY %1$s%6$s) AS l ON l.code = %7$s',
				salesops.adapter_value(c, 'x', '{attributevalue}', 'text'), salesops.adapter_value(c, 'x', '{value}', 'text'), labels ->> 'ref', salesops.adapter_value(c, 'x', '{attributename}', 'text'),
				CASE WHEN c ? 'objecttypecode' THEN format(' AND lower(%s) IN (''opportunity'', ''3'')', salesops.adapter_value(c, 'x', '{objecttypecode}', 'text')) ELSE '' END,
				CASE WHEN c ? 'langid' THEN format(', %s = ''1033'' DESC', salesops.adapter_value(c, 'x', '{langid}', 'text')) ELSE '' END, code);
			source := source || ref;
			stage_source := source;
			label := format('coalesce(l.label, %s)', label);
		END IF;
	END IF;
	ref := salesops.adapter_value(o, 'o', '{stepname}', 'text');
	stage := CASE WHEN ref IS NOT NULL AND label IS NOT NULL THEN format('coalesce(nullif(%s, ''''), %s)', ref, label) ELSE coalesce('nullif(' || ref || ', '''')', label, 'NULL::text') END;
	stage := format('CASE WHEN %1$s IN (''1'', ''won'') THEN ''Won'' WHEN %1$s IN (''2'', ''lost'') THEN ''Lost'' ELSE %2$s END', state, stage);
	currency := NULL;
	c := currencies -> 'columns';
	IF c ? 'transactioncurrencyid' AND c ? 'isocurrencycode' AND o ? 'transactioncurrencyid' OR c ? 'transactioncurrencyid' AND c ? 'isocurrencycode' AND o ? 'transactioncurrencyidvalue' THEN
		source := source || format(E'\n    LEFT JOIN %s AS x ON %s = %s', currencies ->> 'ref', salesops.adapter_value(c, 'x', '{transactioncurrencyid}', 'text'), salesops.adapter_value(o, 'o', '{_transactioncurrencyid_value,transactioncurrencyid}', 'text'));
		currency := salesops.adapter_value(c, 'x', '{isocurrencycode}', 'text');
	END IF;
	written := written || E'\n-- Deals. A closed one has its actual value and day, an open one what is estimated. A midnight in UTC is a day without a zone; another instant is the day in the time zone given.'
		|| salesops.adapter_view(adapter, target_schema, 'opportunity', jsonb_build_object(
			'opportunity_id', salesops.adapter_value(o, 'o', '{opportunityid}', 'text'),
			'name', salesops.adapter_value(o, 'o', '{name}', 'text'),
			'account_id', salesops.adapter_value(o, 'o', '{_parentaccountid_value,parentaccountid,_accountid_value,accountid,_customerid_value,customerid}', 'text'),
			'owner_id', salesops.adapter_value(o, 'o', '{_ownerid_value,ownerid,_owninguser_value}', 'text'),
			'stage', stage,
			'amount', CASE WHEN o ? 'actualvalue' AND o ? 'estimatedvalue' THEN format('CASE WHEN %s IN (''1'', ''won'') THEN coalesce(%s, %s) ELSE %3$s END', state, salesops.adapter_value(o, 'o', '{actualvalue}', 'number'), salesops.adapter_value(o, 'o', '{estimatedvalue}', 'number'))
				ELSE salesops.adapter_value(o, 'o', '{estimatedvalue,actualvalue}', 'number') END,
			'currency', currency,
			'probability', format('CASE WHEN %1$s IN (''1'', ''won'') THEN 1 WHEN %1$s IN (''2'', ''lost'') THEN 0 ELSE %2$s END', state, coalesce(salesops.adapter_value(o, 'o', '{closeprobability}', 'percent'), 'NULL::float8')),
			'forecast_category', CASE WHEN o ? 'msdynforecastcategory' THEN format(E'CASE %s WHEN ''100000001'' THEN ''Pipeline'' WHEN ''100000002'' THEN ''Best case'' WHEN ''100000003'' THEN ''Committed''\n        WHEN ''100000004'' THEN ''Omitted'' WHEN ''100000005'' THEN ''Won'' WHEN ''100000006'' THEN ''Lost'' ELSE %1$s END', salesops.adapter_value(o, 'o', '{msdyn_forecastcategory}', 'text')) END,
			'created_at', salesops.adapter_value(o, 'o', '{createdon}', 'instant'),
			'close_date', CASE WHEN o ? 'actualclosedate' AND o ? 'estimatedclosedate' THEN format('CASE WHEN %s IN (''1'', ''won'', ''2'', ''lost'') THEN coalesce(%s, %s) ELSE %3$s END', state,
					salesops.adapter_day(o, 'o', 'actualclosedate', time_zone), salesops.adapter_day(o, 'o', 'estimatedclosedate', time_zone))
				ELSE salesops.adapter_day(o, 'o', CASE WHEN o ? 'actualclosedate' THEN 'actualclosedate' ELSE 'estimatedclosedate' END, time_zone) END,
			'next_step', salesops.adapter_value(o, 'o', '{nextstep,new_nextstep}', 'text'),
			'last_activity_at', salesops.adapter_value(o, 'o', '{lastactivitydate,new_lastactivitydate}', 'instant'),
			'deal_type', salesops.adapter_value(o, 'o', '{new_dealtype,msdyn_opportunitytype}', 'text'),
			'lead_source', salesops.adapter_value(o, 'o', '{new_leadsource}', 'text'),
			'is_deleted', coalesce(salesops.adapter_deleted(o, 'o'), 'false')),
			source, salesops.adapter_passed(o, 'o', pattern), 'opportunity' = ANY (own_tables))
		|| E'\n-- Dataverse keeps no past states but in its audit log: daily snapshots (create_snapshots) make a history from now on.'
		|| salesops.adapter_view(adapter, target_schema, 'opportunity_history', '{}', NULL, own => 'opportunity_history' = ANY (own_tables));

	c := accounts -> 'columns';
	written := written || CASE WHEN c IS NULL THEN E'\n-- There is no table account.' ELSE '' END || salesops.adapter_view(adapter, target_schema, 'account', salesops.adapter_fields('account', c, 'a', '{"account_id": "accountid", "name": "name", "website": "websiteurl", "phone": "telephone1",
			"street": "address1_line1", "city": "address1_city", "state": "address1_stateorprovince", "postal_code": "address1_postalcode", "country": "address1_country", "industry": "industrycodename,industrycode", "owner_id": "_ownerid_value,ownerid,_owninguser_value", "created_at": "createdon"}'),
		(accounts ->> 'ref') || ' AS a' || salesops.adapter_where('NOT (' || salesops.adapter_deleted(c, 'a') || ')'), salesops.adapter_passed(c, 'a', '^(?!address)' || pattern), 'account' = ANY (own_tables));

	c := contacts -> 'columns';
	source := (contacts ->> 'ref') || ' AS p';
	ref := salesops.adapter_value(c, 'p', '{_parentcustomerid_value,parentcustomerid,_accountid_value,accountid}', 'text');
	label := NULL;
	IF ref IS NOT NULL AND accounts -> 'columns' ? 'accountid' AND accounts -> 'columns' ? 'name' THEN
		source := source || format(E'\n    LEFT JOIN %s AS a ON %s = %s', accounts ->> 'ref', salesops.adapter_value(accounts -> 'columns', 'a', '{accountid}', 'text'), ref);
		label := salesops.adapter_value(accounts -> 'columns', 'a', '{name}', 'text');
	END IF;
	written := written || CASE WHEN c IS NULL THEN E'\n-- There is no table contact.' ELSE '' END || salesops.adapter_view(adapter, target_schema, 'contact', jsonb_build_object('account_id', ref, 'company', label) || salesops.adapter_fields('contact', c, 'p', '{"contact_id": "contactid",
			"first_name": "firstname", "last_name": "lastname", "title": "jobtitle", "email": "emailaddress1", "phone": "telephone1", "street": "address1_line1", "city": "address1_city", "state": "address1_stateorprovince", "postal_code": "address1_postalcode",
			"country": "address1_country", "owner_id": "_ownerid_value,ownerid,_owninguser_value", "created_at": "createdon"}'),
		source || salesops.adapter_where('NOT (' || salesops.adapter_deleted(c, 'p') || ')'), salesops.adapter_passed(c, 'p', '^(?!address)' || pattern), 'contact' = ANY (own_tables));

	c := leads -> 'columns';
	written := written || CASE WHEN c IS NULL THEN E'\n-- There is no table lead.' ELSE E'\n-- Leads that are not qualified: those are contacts by now.' END || salesops.adapter_view(adapter, target_schema, 'lead', salesops.adapter_fields('lead', c, 'l', '{"lead_id": "leadid",
			"first_name": "firstname", "last_name": "lastname", "title": "jobtitle", "company": "companyname", "website": "websiteurl", "email": "emailaddress1", "phone": "telephone1", "street": "address1_line1", "city": "address1_city", "state": "address1_stateorprovince",
			"postal_code": "address1_postalcode", "country": "address1_country", "owner_id": "_ownerid_value,ownerid,_owninguser_value", "created_at": "createdon"}'),
		(leads ->> 'ref') || ' AS l' || salesops.adapter_where('NOT (' || salesops.adapter_deleted(c, 'l') || ')', '(lower(' || salesops.adapter_value(c, 'l', '{statecode}', 'text') || ') IN (''1'', ''qualified'')) IS NOT TRUE'),
		salesops.adapter_passed(c, 'l', '^(?!address)' || pattern), 'lead' = ANY (own_tables));

	c := users -> 'columns';
	IF c IS NULL THEN
		written := written || E'\n-- There is no table systemuser: nothing by team.' || salesops.adapter_view(adapter, target_schema, 'sales_user', '{}', NULL, own => 'sales_user' = ANY (own_tables));
	ELSE
		source := format('%s AS u', users ->> 'ref');
		ref := NULL;
		IF units -> 'columns' ? 'businessunitid' AND units -> 'columns' ? 'name' AND (c ? 'businessunitid' OR c ? 'businessunitidvalue') THEN
			source := source || format(E'\n    LEFT JOIN %s AS b ON %s = %s', units ->> 'ref', salesops.adapter_value(units -> 'columns', 'b', '{businessunitid}', 'text'), salesops.adapter_value(c, 'u', '{_businessunitid_value,businessunitid}', 'text'));
			ref := salesops.adapter_value(units -> 'columns', 'b', '{name}', 'text');
		END IF;
		label := NULL;
		IF territories -> 'columns' ? 'territoryid' AND territories -> 'columns' ? 'name' AND (c ? 'territoryid' OR c ? 'territoryidvalue') THEN
			source := source || format(E'\n    LEFT JOIN %s AS t ON %s = %s', territories ->> 'ref', salesops.adapter_value(territories -> 'columns', 't', '{territoryid}', 'text'), salesops.adapter_value(c, 'u', '{_territoryid_value,territoryid}', 'text'));
			label := salesops.adapter_value(territories -> 'columns', 't', '{name}', 'text');
		END IF;
		written := written || E'\n-- Users. Their team is their business unit, their region the territory.' || salesops.adapter_view(adapter, target_schema, 'sales_user', jsonb_build_object(
			'user_id', salesops.adapter_value(c, 'u', '{systemuserid}', 'text'), 'name', salesops.adapter_value(c, 'u', '{fullname}', 'text'), 'email', salesops.adapter_value(c, 'u', '{internalemailaddress}', 'text'),
			'team', ref, 'region', label, 'manager_id', salesops.adapter_value(c, 'u', '{_parentsystemuserid_value,parentsystemuserid}', 'text'),
			'is_active', coalesce('NOT ' || salesops.adapter_value(c, 'u', '{isdisabled}', 'flag') || coalesce(' AND NOT (' || salesops.adapter_deleted(c, 'u') || ')', ''), 'NOT (' || salesops.adapter_deleted(c, 'u') || ')')),
			source, salesops.adapter_passed(c, 'u', '^(?!address)' || pattern), 'sales_user' = ANY (own_tables));
	END IF;

	written := written || E'\n-- The stages are those of the deals, by the number in their name or of their option, then by the most frequent probability; won and lost are states.' || salesops.adapter_view(adapter, target_schema, 'stage', jsonb_build_object(
		'stage', 's.stage', 'position', '(row_number() OVER (ORDER BY s.outcome = ''lost'', s.outcome = ''won'', s.number NULLS LAST, s.probability, s.stage))::integer',
		'probability', 's.probability', 'outcome', 's.outcome', 'category', salesops.adapter_category('s.outcome', NULL)),
		format(E'(\n    SELECT d.stage, d.outcome, min(coalesce(substring(d.stage from ''^[0-9]{1,9}'')::integer, d.number)) AS number,\n        CASE d.outcome WHEN ''won'' THEN 1 WHEN ''lost'' THEN 0 ELSE coalesce(mode() WITHIN GROUP (ORDER BY d.probability) FILTER (WHERE d.probability BETWEEN 0 AND 1), 0) END AS probability\n    FROM (\n        SELECT %s AS stage, %s AS outcome, %s AS number, %s AS probability FROM %s\n    ) AS d\n    WHERE d.stage IS NOT NULL\n    GROUP BY d.stage, d.outcome\n) AS s',
			stage, outcome, coalesce(salesops.adapter_value(o, 'o', '{salesstage}', 'integer'), 'NULL::integer'), coalesce(salesops.adapter_value(o, 'o', '{closeprobability}', 'percent'), 'NULL::float8'), stage_source), own => 'stage' = ANY (own_tables));

	c := currencies -> 'columns';
	IF c ? 'isocurrencycode' AND c ? 'exchangerate' THEN
		written := written || E'\n-- Units of a currency for one of the base currency, which has the rate 1.' || salesops.adapter_view(adapter, target_schema, 'exchange_rate', jsonb_build_object(
			'currency', salesops.adapter_value(c, 'x', '{isocurrencycode}', 'text'), 'to_corporate', format('1 / nullif(%s, 0)', salesops.adapter_value(c, 'x', '{exchangerate}', 'number'))),
			format('%s AS x', currencies ->> 'ref') || salesops.adapter_where('NOT (' || salesops.adapter_deleted(c, 'x') || ')'), own => 'exchange_rate' = ANY (own_tables));
	END IF;
	RETURN written;
END
$function$;
COMMENT ON FUNCTION adapter_dynamics(text, text, text, text, text[], text) IS $$The views of the adapter for Dynamics 365, as SQL text: what adapter_sql writes for dynamics_365.
The arguments are those of adapter_sql. custom_fields: NULL for columns with a publisher's prefix, other than msdyn and adx.
Example: to_regprocedure('salesops.adapter_dynamics(text, text, text, text, text[], text)') IS NOT NULL ==> true$$;

CREATE FUNCTION adapter_day(columns jsonb, alias text, name text, time_zone text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	instant CONSTANT text := salesops.adapter_value(columns, alias, ARRAY[name], 'instant');
BEGIN
	-- in UTC both readings are the same
	RETURN CASE WHEN columns -> lower(replace(name, '_', '')) ->> 'type' = 'date' OR time_zone = 'UTC' THEN salesops.adapter_value(columns, alias, ARRAY[name], 'day')
		ELSE format('((%1$s) AT TIME ZONE CASE WHEN (%1$s) AT TIME ZONE ''UTC'' = date_trunc(''day'', (%1$s) AT TIME ZONE ''UTC'') THEN ''UTC'' ELSE %2$L END)::date', instant, time_zone) END;
END
$function$;
COMMENT ON FUNCTION adapter_day(jsonb, text, text, text) IS $$The SQL expression for a day that a connector may have as an instant: midnight in UTC is a day without a zone, any other instant the day in the time zone. NULL where the column is not there.
columns: of the table, from adapter_relations. alias: of the table in the query. name: of the column. time_zone: the zone.
Example: salesops.adapter_day('{"actualclosedate": {"name": "actualclosedate", "type": "date"}}', 'o', 'actualclosedate', 'Europe/Berlin') ==> o.actualclosedate$$;
