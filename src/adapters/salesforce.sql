-- adapters: Salesforce, as Fivetran and Airbyte load it.
--
-- One text for both: fields are looked up without regard to case and underscores (writing.sql). Sources: Salesforce's Object Reference (Opportunity,
-- OpportunityHistory, OpportunityStage, CurrencyType, ForecastingQuota, User, UserRole), Fivetran's documents on history mode and soft deletes, and the layouts of its dbt package.

CREATE FUNCTION adapter_salesforce(adapter text, source_schema text, target_schema text, own_tables text[], custom_fields text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	r CONSTANT jsonb := salesops.adapter_relations(source_schema);
	pattern CONSTANT text := coalesce(custom_fields, '_c$');
	o CONSTANT jsonb := r -> 'opportunity' -> 'columns';
	h jsonb := r -> 'opportunityhistory' -> 'columns';
	h_ref text := r -> 'opportunityhistory' ->> 'ref';
	c jsonb;
	ref text;
	category text;
	present text;
	source text;
	written text := '';
BEGIN
	-- of a table in history mode, the rows that hold now
	present := salesops.adapter_value(o, 'o', '{_fivetran_active}', 'flag') || ' IS NOT FALSE';
	category := coalesce(salesops.adapter_value(o, 'o', '{ForecastCategoryName,ForecastCategory}', 'text'), 'NULL::text');
	written := written || E'\n-- Deals. Probabilities are percentages in Salesforce, and close dates days without a zone: no session shifts them.'
		|| salesops.adapter_view(adapter, target_schema, 'opportunity', jsonb_build_object(
			'opportunity_id', salesops.adapter_value(o, 'o', '{Id}', 'text'),
			'name', salesops.adapter_value(o, 'o', '{Name}', 'text'),
			'account_id', salesops.adapter_value(o, 'o', '{AccountId}', 'text'),
			'owner_id', salesops.adapter_value(o, 'o', '{OwnerId}', 'text'),
			'stage', salesops.adapter_value(o, 'o', '{StageName}', 'text'),
			'amount', salesops.adapter_value(o, 'o', '{Amount}', 'number'),
			'currency', salesops.adapter_value(o, 'o', '{CurrencyIsoCode}', 'text'),
			'probability', salesops.adapter_value(o, 'o', '{Probability}', 'percent'),
			'forecast_category', category,
			'created_at', salesops.adapter_value(o, 'o', '{CreatedDate}', 'instant'),
			'close_date', salesops.adapter_value(o, 'o', '{CloseDate}', 'day'),
			'next_step', salesops.adapter_value(o, 'o', '{NextStep}', 'text'),
			'last_activity_at', salesops.adapter_value(o, 'o', '{LastActivityDate}', 'instant'),
			'deal_type', salesops.adapter_value(o, 'o', '{Type}', 'text'),
			'lead_source', salesops.adapter_value(o, 'o', '{LeadSource}', 'text'),
			'is_deleted', coalesce(salesops.adapter_deleted(o, 'o'), 'false')),
			format('%s AS o', r -> 'opportunity' ->> 'ref') || salesops.adapter_where(present), salesops.adapter_passed(o, 'o', pattern), 'opportunity' = ANY (own_tables));

	-- history: the table itself in history mode, a second one in history mode, or the object OpportunityHistory
	IF o ? 'fivetranstart' THEN
		h := o;
		h_ref := r -> 'opportunity' ->> 'ref';
	END IF;
	IF h ? 'fivetranstart' THEN
		source := format('(SELECT x.*, %1$s IS DISTINCT FROM lag(%1$s) OVER (PARTITION BY x.%2$I ORDER BY x.%3$I) AS is_change FROM %4$s AS x) AS h%5$s',
			(SELECT 'ROW(' || string_agg(format('x.%I', h -> k ->> 'name'), ', ' ORDER BY n) || ')' FROM unnest('{stagename,amount,closedate,forecastcategoryname,forecastcategory,ownerid,probability}'::text[]) WITH ORDINALITY AS u (k, n) WHERE h ? k),
			h -> 'id' ->> 'name', h -> 'fivetranstart' ->> 'name', h_ref, salesops.adapter_where('h.is_change'));
		written := written || E'\n-- The history is kept in history mode: a row for each version of a deal. Versions that differ in other fields are left out.'
			|| salesops.adapter_view(adapter, target_schema, 'opportunity_history', jsonb_build_object(
				'opportunity_id', salesops.adapter_value(h, 'h', '{Id}', 'text'),
				'changed_at', salesops.adapter_value(h, 'h', '{_fivetran_start}', 'instant'),
				'stage', salesops.adapter_value(h, 'h', '{StageName}', 'text'),
				'amount', salesops.adapter_value(h, 'h', '{Amount}', 'number'),
				'close_date', salesops.adapter_value(h, 'h', '{CloseDate}', 'day'),
				'forecast_category', salesops.adapter_value(h, 'h', '{ForecastCategoryName,ForecastCategory}', 'text'),
				'owner_id', salesops.adapter_value(h, 'h', '{OwnerId}', 'text'),
				'probability', salesops.adapter_value(h, 'h', '{Probability}', 'percent')),
				source, own => 'opportunity_history' = ANY (own_tables));
	ELSIF h ? 'opportunityid' AND h ? 'createddate' THEN
		source := format(E'(\n    -- of changes at one instant, the last\n    SELECT DISTINCT ON (x.%1$I, x.%2$I) x.*\n    FROM %3$s AS x%4$s\n    ORDER BY x.%1$I, x.%2$I%5$s\n) AS h',
			h -> 'opportunityid' ->> 'name', h -> 'createddate' ->> 'name', h_ref, replace(salesops.adapter_where('NOT (' || salesops.adapter_deleted(h, 'x') || ')'), E'\n', E'\n    '), CASE WHEN h ? 'id' THEN format(', x.%I DESC', h -> 'id' ->> 'name') ELSE '' END);
		IF o ? 'ownerid' AND NOT h ? 'ownerid' THEN
			source := source || format(E'\n    LEFT JOIN %s AS o ON o.%I = h.%I', r -> 'opportunity' ->> 'ref', o -> 'id' ->> 'name', h -> 'opportunityid' ->> 'name') || coalesce(' AND ' || present, '');
		END IF;
		written := written || E'\n-- The history is the object OpportunityHistory. It has no owner: the present one stands for all times.'
			|| salesops.adapter_view(adapter, target_schema, 'opportunity_history', jsonb_build_object(
				'opportunity_id', salesops.adapter_value(h, 'h', '{OpportunityId}', 'text'),
				'changed_at', salesops.adapter_value(h, 'h', '{CreatedDate}', 'instant'),
				'stage', salesops.adapter_value(h, 'h', '{StageName}', 'text'),
				'amount', salesops.adapter_value(h, 'h', '{Amount}', 'number'),
				'close_date', salesops.adapter_value(h, 'h', '{CloseDate}', 'day'),
				'forecast_category', salesops.adapter_value(h, 'h', '{ForecastCategoryName,ForecastCategory}', 'text'),
				'owner_id', coalesce(salesops.adapter_value(h, 'h', '{OwnerId}', 'text'), salesops.adapter_value(o, 'o', '{OwnerId}', 'text')),
				'probability', salesops.adapter_value(h, 'h', '{Probability}', 'percent')),
				source, own => 'opportunity_history' = ANY (own_tables));
	ELSE
		h := NULL;
		written := written || E'\n-- There is no table opportunity_history: the history of the deals is not known. Add the object OpportunityHistory to the connector, and attach again.'
			|| salesops.adapter_view(adapter, target_schema, 'opportunity_history', '{}', NULL, own => 'opportunity_history' = ANY (own_tables));
	END IF;

	c := r -> 'account' -> 'columns';
	written := written || CASE WHEN c IS NULL THEN E'\n-- There is no table account.' ELSE '' END || salesops.adapter_view(adapter, target_schema, 'account', salesops.adapter_fields('account', c, 'a', '{"account_id": "Id", "name": "Name", "website": "Website", "phone": "Phone",
			"street": "BillingStreet", "city": "BillingCity", "state": "BillingState,BillingStateCode", "postal_code": "BillingPostalCode", "country": "BillingCountry,BillingCountryCode", "industry": "Industry", "owner_id": "OwnerId", "created_at": "CreatedDate"}'),
		(r -> 'account' ->> 'ref') || ' AS a' || salesops.adapter_where(salesops.adapter_value(c, 'a', '{_fivetran_active}', 'flag') || ' IS NOT FALSE', 'NOT (' || salesops.adapter_deleted(c, 'a') || ')'), salesops.adapter_passed(c, 'a', pattern), 'account' = ANY (own_tables));

	c := r -> 'contact' -> 'columns';
	source := (r -> 'contact' ->> 'ref') || ' AS p';
	ref := NULL;
	IF c ? 'accountid' AND r -> 'account' -> 'columns' ? 'name' AND r -> 'account' -> 'columns' ? 'id' THEN
		source := source || format(E'\n    LEFT JOIN %s AS a ON a.%I = p.%I', r -> 'account' ->> 'ref', r -> 'account' -> 'columns' -> 'id' ->> 'name', c -> 'accountid' ->> 'name')
			|| coalesce(' AND ' || salesops.adapter_value(r -> 'account' -> 'columns', 'a', '{_fivetran_active}', 'flag') || ' IS NOT FALSE', '');
		ref := salesops.adapter_value(r -> 'account' -> 'columns', 'a', '{Name}', 'text');
	END IF;
	written := written || CASE WHEN c IS NULL THEN E'\n-- There is no table contact.' ELSE '' END || salesops.adapter_view(adapter, target_schema, 'contact', jsonb_build_object('company', ref) || salesops.adapter_fields('contact', c, 'p', '{"contact_id": "Id", "account_id": "AccountId",
			"first_name": "FirstName", "last_name": "LastName", "title": "Title", "email": "Email", "phone": "Phone", "street": "MailingStreet", "city": "MailingCity", "state": "MailingState,MailingStateCode", "postal_code": "MailingPostalCode",
			"country": "MailingCountry,MailingCountryCode", "owner_id": "OwnerId", "created_at": "CreatedDate"}'),
		source || salesops.adapter_where(salesops.adapter_value(c, 'p', '{_fivetran_active}', 'flag') || ' IS NOT FALSE', 'NOT (' || salesops.adapter_deleted(c, 'p') || ')'), salesops.adapter_passed(c, 'p', pattern), 'contact' = ANY (own_tables));

	c := r -> 'lead' -> 'columns';
	written := written || CASE WHEN c IS NULL THEN E'\n-- There is no table lead.' ELSE E'\n-- Leads that are not converted: those are contacts by now.' END || salesops.adapter_view(adapter, target_schema, 'lead', salesops.adapter_fields('lead', c, 'l', '{"lead_id": "Id",
			"first_name": "FirstName", "last_name": "LastName", "title": "Title", "company": "Company", "website": "Website", "email": "Email", "phone": "Phone", "street": "Street", "city": "City", "state": "State,StateCode", "postal_code": "PostalCode",
			"country": "Country,CountryCode", "owner_id": "OwnerId", "created_at": "CreatedDate"}'),
		(r -> 'lead' ->> 'ref') || ' AS l' || salesops.adapter_where(salesops.adapter_value(c, 'l', '{_fivetran_active}', 'flag') || ' IS NOT FALSE', 'NOT (' || salesops.adapter_deleted(c, 'l') || ')', salesops.adapter_value(c, 'l', '{IsConverted}', 'flag') || ' IS NOT TRUE'),
		salesops.adapter_passed(c, 'l', pattern), 'lead' = ANY (own_tables));

	c := r -> 'user' -> 'columns';
	IF c IS NULL THEN
		written := written || E'\n-- There is no table user: nothing by team.' || salesops.adapter_view(adapter, target_schema, 'sales_user', '{}', NULL, own => 'sales_user' = ANY (own_tables));
	ELSE
		source := format('%s AS u', r -> 'user' ->> 'ref');
		ref := salesops.adapter_value(c, 'u', '{Team__c,Team_c}', 'text');
		IF ref IS NULL AND c ? 'userroleid' AND r -> 'userrole' -> 'columns' ? 'id' AND r -> 'userrole' -> 'columns' ? 'name' THEN
			source := source || format(E'\n    LEFT JOIN %s AS t ON t.%I = u.%I', r -> 'userrole' ->> 'ref', r -> 'userrole' -> 'columns' -> 'id' ->> 'name', c -> 'userroleid' ->> 'name')
				|| coalesce(' AND ' || salesops.adapter_value(r -> 'userrole' -> 'columns', 't', '{_fivetran_active}', 'flag') || ' IS NOT FALSE', '');
			ref := salesops.adapter_value(r -> 'userrole' -> 'columns', 't', '{Name}', 'text');
		END IF;
		written := written || E'\n-- Users. Those that are deleted stay, since deals may be theirs; their team is the name of their role, where there is no field Team__c.' || salesops.adapter_view(adapter, target_schema, 'sales_user', jsonb_build_object(
			'user_id', salesops.adapter_value(c, 'u', '{Id}', 'text'),
			'name', coalesce(salesops.adapter_value(c, 'u', '{Name}', 'text'), format('nullif(concat_ws('' '', %s, %s), '''')', coalesce(salesops.adapter_value(c, 'u', '{FirstName}', 'text'), 'NULL'), coalesce(salesops.adapter_value(c, 'u', '{LastName}', 'text'), 'NULL'))),
			'email', salesops.adapter_value(c, 'u', '{Email}', 'text'),
			'team', ref,
			'region', salesops.adapter_value(c, 'u', '{Region__c,Region_c}', 'text'),
			'manager_id', salesops.adapter_value(c, 'u', '{ManagerId}', 'text'),
			'is_active', coalesce(salesops.adapter_value(c, 'u', '{IsActive}', 'flag') || coalesce(' AND NOT (' || salesops.adapter_deleted(c, 'u') || ')', ''), 'NOT (' || salesops.adapter_deleted(c, 'u') || ')')),
			source || salesops.adapter_where(salesops.adapter_value(c, 'u', '{_fivetran_active}', 'flag') || ' IS NOT FALSE'), salesops.adapter_passed(c, 'u', pattern), 'sales_user' = ANY (own_tables));
	END IF;

	-- the categories that a stage allows: its own first; an owner may choose any open one
	c := r -> 'opportunitystage' -> 'columns';
	IF c ? 'isclosed' THEN
		category := salesops.adapter_value(c, 's', '{ForecastCategoryName,ForecastCategory}', 'text');
		written := written || E'\n-- The stages of the sales process. In an open stage an owner may choose any open category; its own stands first.' || salesops.adapter_view(adapter, target_schema, 'stage', jsonb_build_object(
			'stage', salesops.adapter_value(c, 's', '{ApiName,MasterLabel}', 'text'),
			'position', coalesce(salesops.adapter_value(c, 's', '{SortOrder}', 'integer'), '1'),
			'probability', coalesce(salesops.adapter_value(c, 's', '{DefaultProbability}', 'percent'), '0'),
			'outcome', salesops.adapter_outcome(c, 's'),
			'category', salesops.adapter_category(salesops.adapter_outcome(c, 's'), category)),
			format('%s AS s', r -> 'opportunitystage' ->> 'ref') || salesops.adapter_where(salesops.adapter_value(c, 's', '{_fivetran_active}', 'flag') || ' IS NOT FALSE', 'NOT (' || salesops.adapter_deleted(c, 's') || ')',
				salesops.adapter_value(c, 's', '{ApiName,MasterLabel}', 'text') || ' IS NOT NULL')
				|| E'\nORDER BY ' || salesops.adapter_value(c, 's', '{ApiName,MasterLabel}', 'text') || coalesce(', ' || salesops.adapter_value(c, 's', '{IsActive}', 'flag') || ' DESC NULLS LAST', ''),
			own => 'stage' = ANY (own_tables), distinct_on => salesops.adapter_value(c, 's', '{ApiName,MasterLabel}', 'text'));
	ELSE
		source := format(E'SELECT %s AS stage, %s AS won, %s AS closed, %s AS probability, %s AS category FROM %s AS o', coalesce(salesops.adapter_value(o, 'o', '{StageName}', 'text'), 'NULL::text'), coalesce(salesops.adapter_value(o, 'o', '{IsWon}', 'flag'), 'NULL::boolean'),
			coalesce(salesops.adapter_value(o, 'o', '{IsClosed}', 'flag'), 'NULL::boolean'), coalesce(salesops.adapter_value(o, 'o', '{Probability}', 'percent'), 'NULL::float8'), coalesce(salesops.adapter_value(o, 'o', '{ForecastCategoryName,ForecastCategory}', 'text'), 'NULL::text'), r -> 'opportunity' ->> 'ref')
			|| CASE WHEN h IS NULL OR h = o THEN '' ELSE format(E'\n            UNION ALL\n            SELECT %s, %s, %s, %s, %s FROM %s AS h', coalesce(salesops.adapter_value(h, 'h', '{StageName}', 'text'), 'NULL::text'), coalesce(salesops.adapter_value(h, 'h', '{IsWon}', 'flag'), 'NULL::boolean'),
				coalesce(salesops.adapter_value(h, 'h', '{IsClosed}', 'flag'), 'NULL::boolean'), coalesce(salesops.adapter_value(h, 'h', '{Probability}', 'percent'), 'NULL::float8'), coalesce(salesops.adapter_value(h, 'h', '{ForecastCategoryName,ForecastCategory}', 'text'), 'NULL::text'), h_ref) END;
		written := written || E'\n-- There is no table opportunity_stage: the stages are those of the deals, by the most frequent probability. Add it to the connector for their order.' || salesops.adapter_view(adapter, target_schema, 'stage', jsonb_build_object(
			'stage', 's.stage',
			'position', '(row_number() OVER (ORDER BY s.outcome = ''lost'', s.outcome = ''won'', s.probability, s.stage))::integer',
			'probability', 's.probability',
			'outcome', 's.outcome',
			'category', salesops.adapter_category('s.outcome', 's.category')),
			format(E'(\n    SELECT x.stage, x.category, x.outcome, CASE x.outcome WHEN ''won'' THEN 1 WHEN ''lost'' THEN 0 ELSE coalesce(x.probability, 0) END AS probability\n    FROM (\n        SELECT d.stage, CASE WHEN bool_or(d.won) THEN ''won'' WHEN bool_or(d.closed) THEN ''lost'' ELSE ''open'' END AS outcome,\n            mode() WITHIN GROUP (ORDER BY d.probability) FILTER (WHERE d.probability BETWEEN 0 AND 1) AS probability, mode() WITHIN GROUP (ORDER BY d.category) AS category\n        FROM (\n            %s\n        ) AS d\n        WHERE d.stage IS NOT NULL\n        GROUP BY d.stage\n    ) AS x\n) AS s', source),
			own => 'stage' = ANY (own_tables));
	END IF;

	c := r -> 'currencytype' -> 'columns';
	IF c ? 'isocode' AND c ? 'conversionrate' THEN
		written := written || E'\n-- Corporate rates as they are now; dated ones are not used.' || salesops.adapter_view(adapter, target_schema, 'exchange_rate', jsonb_build_object(
			'currency', salesops.adapter_value(c, 'x', '{IsoCode}', 'text'),
			'to_corporate', format('1 / nullif(%s, 0)', salesops.adapter_value(c, 'x', '{ConversionRate}', 'number'))),
			format('%s AS x', r -> 'currencytype' ->> 'ref') || salesops.adapter_where(salesops.adapter_value(c, 'x', '{_fivetran_active}', 'flag') || ' IS NOT FALSE', 'NOT (' || salesops.adapter_deleted(c, 'x') || ')'), own => 'exchange_rate' = ANY (own_tables));
	END IF;

	c := r -> 'forecastingquota' -> 'columns';
	IF c ? 'quotaownerid' AND c ? 'startdate' THEN
		source := format('%s AS q', r -> 'forecastingquota' ->> 'ref');
		ref := NULL;
		IF c ? 'periodid' AND r -> 'period' -> 'columns' ? 'id' AND r -> 'period' -> 'columns' ? 'enddate' THEN
			source := source || format(E'\n    LEFT JOIN %s AS p ON p.%I = q.%I', r -> 'period' ->> 'ref', r -> 'period' -> 'columns' -> 'id' ->> 'name', c -> 'periodid' ->> 'name');
			ref := format('max(%s)', salesops.adapter_value(r -> 'period' -> 'columns', 'p', '{EndDate}', 'day'));
		END IF;
		written := written || E'\n-- Quotas of one person and day, such as those by product family, are added up.' || salesops.adapter_view(adapter, target_schema, 'quota', jsonb_build_object(
			'owner_id', salesops.adapter_value(c, 'q', '{QuotaOwnerId}', 'text'),
			'period_start', salesops.adapter_value(c, 'q', '{StartDate}', 'day'),
			'period_end', ref,
			'amount', 'sum(' || salesops.adapter_value(c, 'q', '{QuotaAmount}', 'number') || ')',
			'currency', 'max(' || salesops.adapter_value(c, 'q', '{CurrencyIsoCode}', 'text') || ')'),
			source || salesops.adapter_where(salesops.adapter_value(c, 'q', '{_fivetran_active}', 'flag') || ' IS NOT FALSE', 'NOT (' || salesops.adapter_deleted(c, 'q') || ')')
				|| format(E'\nGROUP BY %s, %s', salesops.adapter_value(c, 'q', '{QuotaOwnerId}', 'text'), salesops.adapter_value(c, 'q', '{StartDate}', 'day')), own => 'quota' = ANY (own_tables));
	END IF;
	RETURN written;
END
$function$;
COMMENT ON FUNCTION adapter_salesforce(text, text, text, text[], text) IS $$The views of the adapters for Salesforce, as SQL text: what adapter_sql writes for salesforce_fivetran and salesforce_airbyte.
adapter: its name. source_schema, target_schema: as they are named, without quotes. own_tables: tables of the contract that are the user's. custom_fields: a regular expression for the names of columns that are passed through; NULL for those that end in _c.
Example: to_regprocedure('salesops.adapter_salesforce(text, text, text, text[], text)') IS NOT NULL ==> true$$;

CREATE FUNCTION adapter_outcome(columns jsonb, alias text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN format('CASE WHEN %s THEN ''won'' WHEN %s THEN ''lost'' ELSE ''open'' END', coalesce(salesops.adapter_value(columns, alias, '{IsWon}', 'flag'), 'false'), coalesce(salesops.adapter_value(columns, alias, '{IsClosed}', 'flag'), 'false'));
END
$function$;
COMMENT ON FUNCTION adapter_outcome(jsonb, text) IS $$The SQL expression for the outcome of a stage of Salesforce: won, lost or open.
columns: of the table opportunity_stage, from adapter_relations. alias: of the table in the query.
Example: salesops.adapter_outcome('{"iswon": {"name": "is_won", "type": "boolean"}, "isclosed": {"name": "is_closed", "type": "boolean"}}', 's') ==> CASE WHEN s.is_won THEN 'won' WHEN s.is_closed THEN 'lost' ELSE 'open' END$$;

CREATE FUNCTION adapter_category(outcome text, category text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
	RETURN format($$CASE %s WHEN 'won' THEN 'closed' WHEN 'lost' THEN 'omitted' ELSE
        $$ || CASE WHEN category IS NULL THEN '''pipeline,best_case,most_likely,commit,omitted''' ELSE $$CASE lower(translate(%2$s, ' _', ''))
            WHEN 'bestcase' THEN 'best_case,pipeline,most_likely,commit,omitted' WHEN 'mostlikely' THEN 'most_likely,pipeline,best_case,commit,omitted'
            WHEN 'commit' THEN 'commit,pipeline,best_case,most_likely,omitted' WHEN 'forecast' THEN 'commit,pipeline,best_case,most_likely,omitted'
            WHEN 'omitted' THEN 'omitted,pipeline,best_case,most_likely,commit' ELSE 'pipeline,best_case,most_likely,commit,omitted' END$$ END || ' END', outcome, category);
COMMENT ON FUNCTION adapter_category(text, text) IS $$The SQL expression for the forecast categories that a stage allows: those of its outcome, and in an open stage all open ones, its own first.
outcome: an expression that gives won, lost or open. category: an expression for the stage's own category in any CRM's spelling; NULL where there is none, which is pipeline then.
Example: salesops.adapter_category('s.outcome', 's.category') ~ 'WHEN ''won'' THEN ''closed''' ==> true$$;
