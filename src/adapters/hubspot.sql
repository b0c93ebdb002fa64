-- adapters: HubSpot, as Fivetran and Airbyte load it.
--
-- Fivetran has a column property_x for each property, Airbyte properties_x, or all in one column properties of JSON; most values are texts, instants in
-- ISO 8601 or as milliseconds. A stage is known by an id: deals get its label, with the pipeline's behind it where two stages are called alike. Sources:
-- HubSpot's API (deals, pipelines, property histories, associations), the layouts of Fivetran's dbt package and of Airbyte's connector.

CREATE FUNCTION adapter_hubspot(adapter text, source_schema text, target_schema text, time_zone text, own_tables text[], custom_fields text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
	fivetran CONSTANT boolean := adapter = 'hubspot_fivetran';
	r CONSTANT jsonb := salesops.adapter_relations(source_schema);
	deals CONSTANT jsonb := CASE WHEN fivetran THEN r -> 'deal' ELSE r -> 'deals' END;
	d CONSTANT jsonb := deals -> 'columns';
	pattern CONSTANT text := coalesce(custom_fields, '^propert(y|ies)_(?!hs_)');
	companies CONSTANT jsonb := CASE WHEN fivetran THEN r -> 'company' ELSE r -> 'companies' END;
	contacts CONSTANT jsonb := CASE WHEN fivetran THEN r -> 'contact' ELSE r -> 'contacts' END;
	history CONSTANT jsonb := CASE WHEN fivetran THEN r -> 'dealpropertyhistory' ELSE r -> 'dealspropertyhistory' END;
	deal_id CONSTANT text := salesops.adapter_value(d, 'd', '{deal_id,id}', 'text');
	stage_id CONSTANT text := salesops.adapter_value(d, 'd', '{deal_pipeline_stage_id,property_dealstage,properties_dealstage}', 'text');
	stages text := format('%I.hubspot_stage', target_schema);
	category CONSTANT text := '{property_hs_manual_forecast_category,properties_hs_manual_forecast_category}';
	not_merged text;
	has_stages boolean;
	h jsonb;
	c jsonb;
	e jsonb;
	source text;
	events text;
	entries text;
	team text;
	ref text;
	is_lead text;
	fields jsonb;
	p record;
	used text[];
	written text := '';
BEGIN
	-- ---- stages: helper, which has their ids ----
	IF fivetran THEN
		c := r -> 'dealpipelinestage' -> 'columns';
		has_stages := coalesce(c ? 'stageid' AND c ? 'label', false);
		e := r -> 'dealpipeline' -> 'columns';
		source := CASE WHEN has_stages THEN format(E'SELECT DISTINCT ON (%1$s) %1$s AS stage_id, %2$s AS label, %3$s AS pipeline_id, %4$s AS pipeline, coalesce(%5$s, 0) AS pipeline_order, coalesce(%6$s, 0) AS stage_order,\n        %7$s AS probability, %8$s AS won, %9$s AS closed\n    FROM %10$s AS s%11$s%12$s\n    ORDER BY %1$s',
			salesops.adapter_value(c, 's', '{stage_id}', 'text'), salesops.adapter_value(c, 's', '{label}', 'text'), coalesce(salesops.adapter_value(c, 's', '{pipeline_id}', 'text'), 'NULL::text'),
			CASE WHEN e ? 'pipelineid' AND e ? 'label' THEN salesops.adapter_value(e, 'l', '{label}', 'text') ELSE 'NULL::text' END, CASE WHEN e ? 'pipelineid' THEN coalesce(salesops.adapter_value(e, 'l', '{display_order}', 'integer'), '0') ELSE '0' END,
			coalesce(salesops.adapter_value(c, 's', '{display_order}', 'integer'), '0'), coalesce(salesops.adapter_value(c, 's', '{probability}', 'fraction'), 'NULL::float8'),
			coalesce(salesops.adapter_value(c, 's', '{closed_won}', 'flag'), 'NULL::boolean'), coalesce(salesops.adapter_value(c, 's', '{is_closed}', 'flag'), 'NULL::boolean'), r -> 'dealpipelinestage' ->> 'ref',
			CASE WHEN e ? 'pipelineid' THEN format(E'\n        LEFT JOIN %s AS l ON %s = %s', r -> 'dealpipeline' ->> 'ref', salesops.adapter_value(e, 'l', '{pipeline_id}', 'text'), coalesce(salesops.adapter_value(c, 's', '{pipeline_id}', 'text'), 'NULL::text')) ELSE '' END,
			replace(salesops.adapter_where(salesops.adapter_value(c, 's', '{stage_id}', 'text') || ' IS NOT NULL'), E'\n', E'\n    ')) END;
	ELSE
		c := r -> 'dealpipelines' -> 'columns';
		has_stages := coalesce(c ? 'stages', false);
		source := CASE WHEN has_stages THEN format(E'SELECT DISTINCT ON (s.id) s.id AS stage_id, s.v ->> ''label'' AS label, %1$s AS pipeline_id, %2$s AS pipeline, coalesce(%3$s, 0) AS pipeline_order, coalesce((s.v ->> ''displayOrder'')::numeric::integer, 0) AS stage_order,\n        (s.v -> ''metadata'' ->> ''probability'')::float8 AS probability, NULL::boolean AS won, (s.v -> ''metadata'' ->> ''isClosed'')::boolean AS closed\n    FROM %4$s AS l CROSS JOIN LATERAL (SELECT coalesce(j ->> ''stageId'', j ->> ''id''), j FROM jsonb_array_elements(%5$s) AS j) AS s (id, v)\n    WHERE s.id IS NOT NULL\n    ORDER BY s.id',
			coalesce(salesops.adapter_value(c, 'l', '{pipelineId,id}', 'text'), 'NULL::text'), coalesce(salesops.adapter_value(c, 'l', '{label}', 'text'), 'NULL::text'), coalesce(salesops.adapter_value(c, 'l', '{displayOrder}', 'integer'), '0'), r -> 'dealpipelines' ->> 'ref',
			CASE c -> 'stages' ->> 'type' WHEN 'jsonb' THEN format('l.%I', c -> 'stages' ->> 'name') ELSE format('l.%I::jsonb', c -> 'stages' ->> 'name') END) END;
	END IF;
	IF NOT has_stages THEN
		-- the ids are all that is known
		source := format(E'SELECT %1$s AS stage_id, %1$s AS label, NULL::text AS pipeline_id, NULL::text AS pipeline, 0 AS pipeline_order, 0 AS stage_order, max(%2$s) AS probability, NULL::boolean AS won, NULL::boolean AS closed\n    FROM %3$s AS d\n    WHERE %1$s IS NOT NULL\n    GROUP BY %1$s',
			coalesce(stage_id, 'NULL::text'), coalesce(salesops.adapter_value(d, 'd', '{property_hs_deal_stage_probability,properties_hs_deal_stage_probability}', 'fraction'), 'NULL::float8'), deals ->> 'ref');
	END IF;
	written := written || format($sql$
-- The stages of all pipelines. Won is a probability of 1 and lost one of 0, as HubSpot defines them. A label that two stages have gets the pipeline's,
-- and where that does not tell them apart, the id. The open stages of one pipeline stand together.
CREATE OR REPLACE VIEW %1$s%4$s AS
SELECT x.stage_id, x.pipeline_id, x.pipeline,
    CASE WHEN x.same_label = 1 THEN coalesce(x.label, x.stage_id) WHEN x.same_name = 1 THEN x.label || ' (' || x.pipeline || ')' ELSE coalesce(x.label, '') || ' [' || x.stage_id || ']' END AS stage,
    (row_number() OVER (ORDER BY x.outcome = 'lost', x.outcome = 'won', x.pipeline_order, x.pipeline, x.stage_order, x.stage_id))::integer AS position,
    CASE x.outcome WHEN 'won' THEN 1 WHEN 'lost' THEN 0 ELSE coalesce(x.probability, 0) END AS probability, x.outcome
FROM (
    SELECT s.*, CASE WHEN s.won OR s.probability = 1 THEN 'won' WHEN s.closed OR s.probability = 0 THEN 'lost' ELSE 'open' END AS outcome,
        count(*) OVER (PARTITION BY s.label) AS same_label, count(*) OVER (PARTITION BY s.label, s.pipeline) + CASE WHEN s.label IS NULL OR s.pipeline IS NULL THEN 1 ELSE 0 END AS same_name
    FROM (
    %2$s
    ) AS s
) AS x;
COMMENT ON VIEW %1$s IS %3$L;
$sql$, stages, source, salesops.adapter_comment(target_schema, 'hubspot_stage', NULL, format('The stages of HubSpot''s pipelines, with their ids: one row per stage. Written by the adapter %s of salesops.', adapter)), salesops.adapter_options(target_schema, 'hubspot_stage'));

	-- ---- merged deals ----
	IF fivetran AND r -> 'mergeddeal' -> 'columns' ? 'mergeddealid' THEN
		not_merged := format('NOT EXISTS (SELECT FROM %s AS m WHERE %s = %s)', r -> 'mergeddeal' ->> 'ref', salesops.adapter_value(r -> 'mergeddeal' -> 'columns', 'm', '{merged_deal_id}', 'text'), deal_id);
	ELSIF salesops.adapter_value(d, 'd', '{property_hs_merged_object_ids,properties_hs_merged_object_ids}', 'text') IS NOT NULL THEN
		-- the set of all merged ids is made once, and hashed
		not_merged := format(E'%s NOT IN (SELECT btrim(u) FROM %s AS m, unnest(string_to_array(%s, '';'')) AS u WHERE u <> '''')', deal_id, deals ->> 'ref', salesops.adapter_value(d, 'm', '{property_hs_merged_object_ids,properties_hs_merged_object_ids}', 'text'));
	END IF;

	-- ---- deals ----
	source := format(E'%s AS d\n    LEFT JOIN %s AS s ON s.stage_id = %s', deals ->> 'ref', stages, coalesce(stage_id, 'NULL'));
	IF fivetran AND r -> 'dealcompany' -> 'columns' ? 'companyid' THEN
		c := r -> 'dealcompany' -> 'columns';
		source := source || format(E'\n    -- the primary company (association type 5), or else the first\n    LEFT JOIN (SELECT DISTINCT ON (%1$s) %1$s AS deal_id, %2$s AS company_id FROM %3$s AS x ORDER BY %1$s, %4$s%2$s) AS c ON c.deal_id = %5$s',
			salesops.adapter_value(c, 'x', '{deal_id}', 'text'), salesops.adapter_value(c, 'x', '{company_id}', 'text'), r -> 'dealcompany' ->> 'ref',
			CASE WHEN c ? 'typeid' THEN format('%s = ''5'' DESC, ', salesops.adapter_value(c, 'x', '{type_id}', 'text')) ELSE '' END, deal_id);
		ref := 'c.company_id';
	ELSIF d ? 'companies' THEN
		ref := format(CASE d -> 'companies' ->> 'type' WHEN 'array' THEN '(d.%1$I)[1]::text' WHEN 'jsonb' THEN '(d.%1$I ->> 0)' ELSE '(d.%1$I::jsonb ->> 0)' END, d -> 'companies' ->> 'name');
	ELSE
		ref := NULL;
	END IF;
	used := ARRAY(SELECT prefix || name FROM unnest('{property_,properties_}'::text[]) AS prefix, unnest('{dealname,amount,deal_currency_code,hs_deal_stage_probability,hs_manual_forecast_category,createdate,closedate,hs_next_step,notes_last_updated,dealtype,hs_analytics_source,dealstage,hubspot_owner_id,pipeline,hs_merged_object_ids}'::text[]) AS name);
	written := written || E'\n-- Deals. A close date is an instant in HubSpot: its day is that in the time zone given. Merged deals are gone, the one they were merged into stays.'
		|| salesops.adapter_view(adapter, target_schema, 'opportunity', jsonb_build_object(
			'opportunity_id', deal_id,
			'name', salesops.adapter_value(d, 'd', '{property_dealname,properties_dealname}', 'text'),
			'account_id', ref,
			'owner_id', salesops.adapter_value(d, 'd', '{owner_id,property_hubspot_owner_id,properties_hubspot_owner_id}', 'text'),
			'stage', format('coalesce(s.stage, %s)', coalesce(stage_id, 'NULL::text')),
			'amount', salesops.adapter_value(d, 'd', '{property_amount,properties_amount}', 'number'),
			'currency', salesops.adapter_value(d, 'd', '{property_deal_currency_code,properties_deal_currency_code}', 'text'),
			'probability', salesops.adapter_value(d, 'd', '{property_hs_deal_stage_probability,properties_hs_deal_stage_probability}', 'fraction'),
			'forecast_category', salesops.adapter_value(d, 'd', category::text[], 'text'),
			'created_at', salesops.adapter_value(d, 'd', '{property_createdate,properties_createdate,createdAt}', 'instant'),
			'close_date', salesops.adapter_value(d, 'd', '{property_closedate,properties_closedate}', 'local_day', time_zone),
			'next_step', salesops.adapter_value(d, 'd', '{property_hs_next_step,properties_hs_next_step}', 'text'),
			'last_activity_at', salesops.adapter_value(d, 'd', '{property_notes_last_updated,properties_notes_last_updated}', 'instant'),
			'deal_type', salesops.adapter_value(d, 'd', '{property_dealtype,properties_dealtype}', 'text'),
			'lead_source', salesops.adapter_value(d, 'd', '{property_hs_analytics_source,properties_hs_analytics_source}', 'text'),
			'is_deleted', coalesce(salesops.adapter_deleted(d, 'd'), 'false')),
			source || salesops.adapter_where(not_merged),
			(SELECT coalesce(jsonb_agg(x ORDER BY n), '[]') FROM jsonb_array_elements(salesops.adapter_passed(d, 'd', pattern) || CASE WHEN d -> 'properties' ->> 'type' IN ('json', 'jsonb') THEN jsonb_build_array(jsonb_build_array('properties', format('d.%I', d -> 'properties' ->> 'name'))) ELSE '[]' END) WITH ORDINALITY AS q (x, n) WHERE x ->> 0 <> ALL (used)),
			'opportunity' = ANY (own_tables));

	-- ---- history: a row per property changed becomes a row per instant with all that holds then ----
	h := history -> 'columns';
	events := NULL;
	IF (h ? 'dealid' OR h ? 'id') AND h ? 'timestamp' AND (h ? 'name' OR h ? 'property') THEN
		events := format(E'SELECT %1$s AS deal_id, %2$s AS changed_at, %3$s AS name, nullif(%4$s, '''') AS value\n        FROM %5$s AS h\n        WHERE %3$s IN (''dealstage'', ''amount'', ''closedate'', ''hs_manual_forecast_category'', ''hubspot_owner_id'', ''hs_deal_stage_probability'')',
			salesops.adapter_value(h, 'h', CASE WHEN h ? 'dealid' THEN '{dealId}' ELSE '{id}' END::text[], 'text'), salesops.adapter_value(h, 'h', '{timestamp}', 'instant'),
			salesops.adapter_value(h, 'h', CASE WHEN h ? 'property' AND fivetran IS FALSE THEN '{property,name}' ELSE '{name}' END::text[], 'text'), salesops.adapter_value(h, 'h', '{value}', 'text'), history ->> 'ref');
	END IF;
	c := r -> 'dealstage' -> 'columns';
	IF fivetran AND c ? 'dealid' AND c ? 'value' AND (c ? 'dateentered' OR c ? 'fivetranstart') THEN
		-- where both are there, those deals of which the history of properties has no stage
		events := coalesce(events || E'\n        UNION ALL\n        ', '') || format(E'SELECT %s AS deal_id, %s AS changed_at, ''dealstage'' AS name, %s AS value\n        FROM %s AS t%s', salesops.adapter_value(c, 't', '{deal_id}', 'text'),
			salesops.adapter_value(c, 't', '{date_entered,_fivetran_start}', 'instant'), salesops.adapter_value(c, 't', '{value}', 'text'), r -> 'dealstage' ->> 'ref',
			replace(salesops.adapter_where(CASE WHEN events IS NOT NULL THEN format('NOT EXISTS (SELECT FROM %s AS h WHERE %s = %s AND %s = ''dealstage'')', history ->> 'ref', salesops.adapter_value(h, 'h', CASE WHEN h ? 'dealid' THEN '{dealId}' ELSE '{id}' END::text[], 'text'),
				salesops.adapter_value(c, 't', '{deal_id}', 'text'), salesops.adapter_value(h, 'h', '{name}', 'text')) END), E'\n', E'\n        '));
	END IF;
	IF events IS NOT NULL THEN
		source := format($sql$(
    SELECT e.deal_id, e.changed_at,
        -- the last value until then: behind its instant, of which the greatest is the last
        substr(max(to_char(e.changed_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || coalesce(e.stage_id, '') COLLATE "C") FILTER (WHERE e.has_stage) OVER w, 21) COLLATE "default" AS stage_id,
        substr(max(to_char(e.changed_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || coalesce(e.amount, '') COLLATE "C") FILTER (WHERE e.has_amount) OVER w, 21) COLLATE "default" AS amount,
        substr(max(to_char(e.changed_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || coalesce(e.closedate, '') COLLATE "C") FILTER (WHERE e.has_closedate) OVER w, 21) COLLATE "default" AS closedate,
        substr(max(to_char(e.changed_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || coalesce(e.category, '') COLLATE "C") FILTER (WHERE e.has_category) OVER w, 21) COLLATE "default" AS category,
        substr(max(to_char(e.changed_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || coalesce(e.owner_id, '') COLLATE "C") FILTER (WHERE e.has_owner) OVER w, 21) COLLATE "default" AS owner_id,
        substr(max(to_char(e.changed_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || coalesce(e.probability, '') COLLATE "C") FILTER (WHERE e.has_probability) OVER w, 21) COLLATE "default" AS probability
    FROM (
        -- one row for the changes of an instant
        SELECT v.deal_id, v.changed_at,
            max(v.value) FILTER (WHERE v.name = 'dealstage') AS stage_id, bool_or(v.name = 'dealstage') AS has_stage,
            max(v.value) FILTER (WHERE v.name = 'amount') AS amount, bool_or(v.name = 'amount') AS has_amount,
            max(v.value) FILTER (WHERE v.name = 'closedate') AS closedate, bool_or(v.name = 'closedate') AS has_closedate,
            max(v.value) FILTER (WHERE v.name = 'hs_manual_forecast_category') AS category, bool_or(v.name = 'hs_manual_forecast_category') AS has_category,
            max(v.value) FILTER (WHERE v.name = 'hubspot_owner_id') AS owner_id, bool_or(v.name = 'hubspot_owner_id') AS has_owner,
            max(v.value) FILTER (WHERE v.name = 'hs_deal_stage_probability') AS probability, bool_or(v.name = 'hs_deal_stage_probability') AS has_probability
        FROM (
        %1$s
        ) AS v
        WHERE v.deal_id IS NOT NULL AND v.changed_at IS NOT NULL
        GROUP BY v.deal_id, v.changed_at
    ) AS e
    WINDOW w AS (PARTITION BY e.deal_id ORDER BY e.changed_at)
) AS h
    LEFT JOIN %2$s AS s ON s.stage_id = h.stage_id$sql$, events, stages);
		e := '{"amount": {"name": "amount", "type": "text"}, "closedate": {"name": "closedate", "type": "text"}, "probability": {"name": "probability", "type": "text"}}';
		IF fivetran AND r -> 'mergeddeal' -> 'columns' ? 'mergeddealid' THEN
			source := source || salesops.adapter_where(format('NOT EXISTS (SELECT FROM %s AS m WHERE %s = h.deal_id)', r -> 'mergeddeal' ->> 'ref', salesops.adapter_value(r -> 'mergeddeal' -> 'columns', 'm', '{merged_deal_id}', 'text')));
		END IF;
		written := written || E'\n-- The history of properties: the full state after each instant at which one of them changed. What merged deals were is left out.'
			|| salesops.adapter_view(adapter, target_schema, 'opportunity_history', jsonb_build_object(
				'opportunity_id', 'h.deal_id', 'changed_at', 'h.changed_at', 'stage', 'coalesce(s.stage, nullif(h.stage_id, ''''))',
				'amount', salesops.adapter_value(e, 'h', '{amount}', 'number'), 'close_date', salesops.adapter_value(e, 'h', '{closedate}', 'local_day', time_zone),
				'forecast_category', 'nullif(h.category, '''')', 'owner_id', 'nullif(h.owner_id, '''')', 'probability', salesops.adapter_value(e, 'h', '{probability}', 'fraction')),
				source, own => 'opportunity_history' = ANY (own_tables));
	ELSE
		-- when the deal entered each stage, from the properties hs_v2_date_entered_<stage> (before: hs_date_entered_<stage>)
		IF d -> 'properties' ->> 'type' IN ('json', 'jsonb') THEN
			entries := format(E'(SELECT regexp_replace(j.key, ''^hs_(v2_)?date_entered_'', '''') AS stage_key, j.value AS entered FROM %s(d.%I) AS j WHERE j.key ~ ''^hs_(v2_)?date_entered_'' AND j.key !~ ''_current_stage$'')', CASE d -> 'properties' ->> 'type' WHEN 'json' THEN 'json_each_text' ELSE 'jsonb_each_text' END, d -> 'properties' ->> 'name');
			e := '{"entered": {"name": "entered", "type": "text"}}';
			entries := format(E'SELECT %s AS deal_id, v.stage_key, max(%s) AS changed_at\n        FROM %s AS d CROSS JOIN LATERAL %s AS v\n        GROUP BY 1, 2', deal_id, salesops.adapter_value(e, 'v', '{entered}', 'instant'), deals ->> 'ref', entries);
		ELSE
			SELECT string_agg(format('SELECT %s AS deal_id, %L AS stage_key, %s AS changed_at FROM %s AS d', deal_id, m[3], salesops.adapter_value(d, 'd', ARRAY[v ->> 'name'], 'instant'), deals ->> 'ref'), E'\n        UNION ALL ' ORDER BY (v ->> 'position')::int) INTO entries
			FROM jsonb_each(d) AS x (k, v), regexp_match(v ->> 'name', '^propert(y|ies)_hs_(v2_)?date_entered_(.+)$') AS m
			WHERE m[3] <> 'current_stage' AND (m[2] IS NOT NULL OR NOT d ? ('property' || 'hsv2dateentered' || lower(replace(m[3], '_', ''))) AND NOT d ? ('properties' || 'hsv2dateentered' || lower(replace(m[3], '_', ''))));
		END IF;
		IF entries IS NOT NULL THEN
			source := format(E'(\n    SELECT e.deal_id, e.changed_at, max(s.stage) AS stage\n    FROM (\n        %s\n    ) AS e\n    JOIN %s AS s ON regexp_replace(lower(s.stage_id), ''[^a-z0-9]'', ''_'', ''g'') = lower(e.stage_key)\n    WHERE e.changed_at IS NOT NULL\n    GROUP BY e.deal_id, e.changed_at\n) AS h\n    JOIN %I.opportunity AS o ON o.opportunity_id = h.deal_id', entries, stages, target_schema);
			written := written || E'\n-- There is no history of properties: the stages are known from when the deal last entered each; all else is taken to have been as it is now.'
				|| salesops.adapter_view(adapter, target_schema, 'opportunity_history', jsonb_build_object('opportunity_id', 'h.deal_id', 'changed_at', 'h.changed_at', 'stage', 'h.stage',
					'amount', 'o.amount', 'close_date', 'o.close_date', 'forecast_category', 'o.forecast_category', 'owner_id', 'o.owner_id', 'probability', 'o.probability'), source, own => 'opportunity_history' = ANY (own_tables));
		ELSE
			written := written || E'\n-- Neither a history of properties nor when deals entered their stages is there: the history is not known.'
				|| salesops.adapter_view(adapter, target_schema, 'opportunity_history', '{}', NULL, own => 'opportunity_history' = ANY (own_tables));
		END IF;
	END IF;

	-- ---- companies ----
	c := companies -> 'columns';
	used := ARRAY(SELECT prefix || name FROM unnest('{property_,properties_}'::text[]) AS prefix, unnest('{name,website,domain,phone,address,city,state,zip,country,industry,hubspot_owner_id,createdate}'::text[]) AS name);
	written := written || CASE WHEN c IS NULL THEN E'\n-- There is no table of companies.' ELSE '' END || salesops.adapter_view(adapter, target_schema, 'account', salesops.adapter_fields('account', c, 'c', '{"account_id": "id", "name": "property_name,properties_name",
			"website": "property_website,properties_website,property_domain,properties_domain", "phone": "property_phone,properties_phone", "street": "property_address,properties_address", "city": "property_city,properties_city", "state": "property_state,properties_state",
			"postal_code": "property_zip,properties_zip", "country": "property_country,properties_country", "industry": "property_industry,properties_industry", "owner_id": "property_hubspot_owner_id,properties_hubspot_owner_id", "created_at": "property_createdate,properties_createdate,createdAt"}'),
		(companies ->> 'ref') || ' AS c' || salesops.adapter_where('NOT (' || salesops.adapter_deleted(c, 'c') || ')'),
		(SELECT coalesce(jsonb_agg(x ORDER BY n), '[]') FROM jsonb_array_elements(salesops.adapter_passed(c, 'c', pattern)) WITH ORDINALITY AS q (x, n) WHERE x ->> 0 <> ALL (used)), 'account' = ANY (own_tables));

	-- ---- contacts: people, and among them those who are leads ----
	c := contacts -> 'columns';
	IF c IS NULL THEN
		written := written || E'\n-- There is no table of contacts.' || salesops.adapter_view(adapter, target_schema, 'contact', '{}', NULL, own => 'contact' = ANY (own_tables))
			|| salesops.adapter_view(adapter, target_schema, 'lead', '{}', NULL, own => 'lead' = ANY (own_tables));
	ELSE
		used := ARRAY(SELECT prefix || name FROM unnest('{property_,properties_}'::text[]) AS prefix, unnest('{firstname,lastname,jobtitle,company,email,phone,address,city,state,zip,country,hubspot_owner_id,createdate,website,associatedcompanyid}'::text[]) AS name);
		ref := salesops.adapter_value(c, 'p', '{property_associatedcompanyid,properties_associatedcompanyid}', 'text');
		source := format('%s AS p', contacts ->> 'ref');
		IF fivetran AND r -> 'contactcompany' -> 'columns' ? 'companyid' THEN
			e := r -> 'contactcompany' -> 'columns';
			source := source || format(E'\n    -- the primary company (association type 1), or else the first\n    LEFT JOIN (SELECT DISTINCT ON (%1$s) %1$s AS contact_id, %2$s AS company_id FROM %3$s AS x ORDER BY %1$s, %4$s%2$s) AS a ON a.contact_id = %5$s',
				salesops.adapter_value(e, 'x', '{contact_id}', 'text'), salesops.adapter_value(e, 'x', '{company_id}', 'text'), r -> 'contactcompany' ->> 'ref',
				CASE WHEN e ? 'typeid' THEN format('%s = ''1'' DESC, ', salesops.adapter_value(e, 'x', '{type_id}', 'text')) ELSE '' END, salesops.adapter_value(c, 'p', '{id}', 'text'));
			ref := coalesce('coalesce(a.company_id, ' || ref || ')', 'a.company_id');
		ELSIF ref IS NULL AND c ? 'companies' THEN
			ref := format(CASE c -> 'companies' ->> 'type' WHEN 'array' THEN '(p.%1$I)[1]::text' WHEN 'jsonb' THEN '(p.%1$I ->> 0)' ELSE '(p.%1$I::jsonb ->> 0)' END, c -> 'companies' ->> 'name');
		END IF;
		is_lead := coalesce('lower(' || salesops.adapter_value(c, 'p', '{property_lifecyclestage,properties_lifecyclestage}', 'text') || ') IN (''subscriber'', ''lead'', ''marketingqualifiedlead'', ''salesqualifiedlead'')', 'false');
		fields := '{"contact_id": "id", "lead_id": "id", "first_name": "property_firstname,properties_firstname", "last_name": "property_lastname,properties_lastname", "title": "property_jobtitle,properties_jobtitle",
			"company": "property_company,properties_company", "website": "property_website,properties_website", "email": "property_email,properties_email", "phone": "property_phone,properties_phone", "street": "property_address,properties_address",
			"city": "property_city,properties_city", "state": "property_state,properties_state", "postal_code": "property_zip,properties_zip", "country": "property_country,properties_country", "owner_id": "property_hubspot_owner_id,properties_hubspot_owner_id",
			"created_at": "property_createdate,properties_createdate,createdAt"}';
		-- merged into another: HubSpot keeps the ids with the one that stayed
		not_merged := CASE WHEN fivetran AND r -> 'contactmergeaudit' -> 'columns' ? 'vidtomerge' THEN format('NOT EXISTS (SELECT FROM %s AS m WHERE %s = %s)', r -> 'contactmergeaudit' ->> 'ref', salesops.adapter_value(r -> 'contactmergeaudit' -> 'columns', 'm', '{vid_to_merge}', 'text'), salesops.adapter_value(c, 'p', '{id}', 'text'))
			WHEN salesops.adapter_value(c, 'm', '{property_hs_merged_object_ids,properties_hs_merged_object_ids}', 'text') IS NOT NULL THEN format(E'%s NOT IN (SELECT btrim(u) FROM %s AS m, unnest(string_to_array(%s, '';'')) AS u WHERE u <> '''')', salesops.adapter_value(c, 'p', '{id}', 'text'), contacts ->> 'ref', salesops.adapter_value(c, 'm', '{property_hs_merged_object_ids,properties_hs_merged_object_ids}', 'text')) END;
		written := written || E'\n-- People whose lifecycle stage is before opportunity are leads; all others are contacts.'
			|| salesops.adapter_view(adapter, target_schema, 'contact', jsonb_build_object('account_id', ref) || salesops.adapter_fields('contact', c, 'p', fields),
				source || salesops.adapter_where('NOT (' || salesops.adapter_deleted(c, 'p') || ')', not_merged, CASE WHEN is_lead <> 'false' THEN format('(%s) IS NOT TRUE', is_lead) END),
				(SELECT coalesce(jsonb_agg(x ORDER BY n), '[]') FROM jsonb_array_elements(salesops.adapter_passed(c, 'p', pattern)) WITH ORDINALITY AS q (x, n) WHERE x ->> 0 <> ALL (used)), 'contact' = ANY (own_tables))
			|| salesops.adapter_view(adapter, target_schema, 'lead', salesops.adapter_fields('lead', c, 'p', fields),
				format('%s AS p', contacts ->> 'ref') || salesops.adapter_where('NOT (' || salesops.adapter_deleted(c, 'p') || ')', not_merged, is_lead),
				(SELECT coalesce(jsonb_agg(x ORDER BY n), '[]') FROM jsonb_array_elements(salesops.adapter_passed(c, 'p', pattern)) WITH ORDINALITY AS q (x, n) WHERE x ->> 0 <> ALL (used)), 'lead' = ANY (own_tables));
	END IF;

	-- ---- owners ----
	c := CASE WHEN fivetran THEN r -> 'owner' ELSE r -> 'owners' END -> 'columns';
	IF c IS NULL THEN
		written := written || E'\n-- There is no table of owners: nothing by team.' || salesops.adapter_view(adapter, target_schema, 'sales_user', '{}', NULL, own => 'sales_user' = ANY (own_tables));
	ELSE
		source := format('%s AS u', CASE WHEN fivetran THEN r -> 'owner' ELSE r -> 'owners' END ->> 'ref');
		team := NULL;
		IF fivetran AND r -> 'ownerteam' -> 'columns' ? 'teamid' AND r -> 'team' -> 'columns' ? 'name' THEN
			e := r -> 'ownerteam' -> 'columns';
			source := source || format(E'\n    -- the primary team, or else the first\n    LEFT JOIN (SELECT DISTINCT ON (%1$s) %1$s AS owner_id, %2$s AS team FROM %3$s AS x JOIN %4$s AS t ON %5$s = %6$s ORDER BY %1$s, %7$s%2$s) AS t ON t.owner_id = %8$s',
				salesops.adapter_value(e, 'x', '{owner_id}', 'text'), salesops.adapter_value(r -> 'team' -> 'columns', 't', '{name}', 'text'), r -> 'ownerteam' ->> 'ref', r -> 'team' ->> 'ref',
				salesops.adapter_value(r -> 'team' -> 'columns', 't', '{id}', 'text'), salesops.adapter_value(e, 'x', '{team_id}', 'text'), CASE WHEN e ? 'isteamprimary' THEN salesops.adapter_value(e, 'x', '{is_team_primary}', 'flag') || ' DESC NULLS LAST, ' ELSE '' END,
				salesops.adapter_value(c, 'u', '{owner_id,id}', 'text'));
			team := 't.team';
		ELSIF c ? 'teams' THEN
			-- the primary team, or else the first
			source := source || format(E'\n    LEFT JOIN LATERAL (SELECT j ->> ''name'' AS team FROM jsonb_array_elements(%s) WITH ORDINALITY AS a (j, n) ORDER BY lower(j ->> ''membership'') = ''primary'' DESC NULLS LAST, lower(j ->> ''primary'') = ''true'' DESC NULLS LAST, n LIMIT 1) AS t ON true',
				format(CASE c -> 'teams' ->> 'type' WHEN 'jsonb' THEN 'CASE jsonb_typeof(u.%1$I) WHEN ''array'' THEN u.%1$I END' ELSE 'u.%1$I::jsonb' END, c -> 'teams' ->> 'name'));
			team := 't.team';
		END IF;
		written := written || E'\n-- Owners; those who are archived or have no user any more are not active.' || salesops.adapter_view(adapter, target_schema, 'sales_user', jsonb_build_object(
			'user_id', salesops.adapter_value(c, 'u', '{owner_id,id}', 'text'),
			'name', format('nullif(concat_ws('' '', nullif(%s, ''''), nullif(%s, '''')), '''')', coalesce(salesops.adapter_value(c, 'u', '{first_name,firstName}', 'text'), 'NULL'), coalesce(salesops.adapter_value(c, 'u', '{last_name,lastName}', 'text'), 'NULL')),
			'email', salesops.adapter_value(c, 'u', '{email}', 'text'),
			'team', team,
			'is_active', CASE WHEN c ? 'activeuserid' THEN format('u.%I IS NOT NULL', c -> 'activeuserid' ->> 'name') || coalesce(' AND NOT (' || salesops.adapter_deleted(c, 'u') || ')', '')
				ELSE coalesce(salesops.adapter_value(c, 'u', '{is_active}', 'flag'), 'NOT (' || salesops.adapter_deleted(c, 'u') || ')') END),
			source, own => 'sales_user' = ANY (own_tables));
	END IF;

	written := written || E'\n-- The stages as the process. HubSpot has no categories for them: an owner may choose any open one.' || salesops.adapter_view(adapter, target_schema, 'stage', jsonb_build_object(
		'stage', 's.stage', 'position', 's."position"', 'probability', 's.probability', 'outcome', 's.outcome', 'category', salesops.adapter_category('s.outcome', NULL)),
		format('%s AS s', stages), own => 'stage' = ANY (own_tables));
	ref := salesops.adapter_value(d, 'd', '{property_hs_exchange_rate,properties_hs_exchange_rate}', 'number');
	IF ref IS NOT NULL AND d -> 'properties' ->> 'type' IS NULL AND salesops.adapter_value(d, 'd', '{property_deal_currency_code,properties_deal_currency_code}', 'text') IS NOT NULL THEN
		written := written || E'\n-- The rate that HubSpot has for each currency: that of the newest deal in it.' || salesops.adapter_view(adapter, target_schema, 'exchange_rate', jsonb_build_object(
			'currency', salesops.adapter_value(d, 'd', '{property_deal_currency_code,properties_deal_currency_code}', 'text'), 'to_corporate', ref),
			format(E'%s AS d\nWHERE %s IS NOT NULL AND %s > 0\nORDER BY %s, %s DESC NULLS LAST', deals ->> 'ref', salesops.adapter_value(d, 'd', '{property_deal_currency_code,properties_deal_currency_code}', 'text'), ref, salesops.adapter_value(d, 'd', '{property_deal_currency_code,properties_deal_currency_code}', 'text'),
				coalesce(salesops.adapter_value(d, 'd', '{property_createdate,properties_createdate,createdAt}', 'instant'), '1')), own => 'exchange_rate' = ANY (own_tables),
			distinct_on => salesops.adapter_value(d, 'd', '{property_deal_currency_code,properties_deal_currency_code}', 'text'));
	END IF;
	RETURN written;
END
$function$;
COMMENT ON FUNCTION adapter_hubspot(text, text, text, text, text[], text) IS $$The views of the adapters for HubSpot, as SQL text: what adapter_sql writes for hubspot_fivetran and hubspot_airbyte.
The arguments are those of adapter_sql. Beside the contract's views it makes one of the stages with their ids, hubspot_stage. custom_fields: NULL for all properties but those that begin with hs_.
Example: to_regprocedure('salesops.adapter_hubspot(text, text, text, text, text[], text)') IS NOT NULL ==> true$$;
