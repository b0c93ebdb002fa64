-- adapters: whether a schema keeps to the contract, and what in its data makes reports say less than they seem to.
--
-- Each table is read once, every column of it, since an expression of a view that fails at one row would stop a refresh; then all that is asked of it is counted
-- in one pass, with the ids that it points to looked up in hashed sets; and there are a few passes over the history. Keys that a unique index guards are taken for
-- unique. Columns that are missing, of a type that does not do or not to be read are NULL in what follows, so that the rest is checked all the same.

CREATE FUNCTION contract_check(contract_schema text, as_of timestamptz DEFAULT now(), max_age interval DEFAULT '2 days')
RETURNS TABLE (finding text, severity text, table_name text, column_name text, records bigint, of bigint, example text, remedy text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000000 ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
<<this>>
DECLARE
	t record;
	c record;
	ref regclass;
	refs jsonb := '{}';
	found jsonb := '[]';
	present text[];
	attributes text[];
	forbidden text[];
	culprit text;
	good integer;
	bad integer;
	upto integer;
	breaks boolean;
	twins text[];
	keys text;
	unique_key boolean;
	conditions jsonb;
	counted jsonb;
	joins text;
	deals text;
	rates boolean := false;
	newest timestamptz;
	problem text;
	state text;
	k text;
	empty boolean;
	-- the same in whatever way a session writes moments
	moment CONSTANT text := CASE WHEN isfinite(as_of) THEN to_char(as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' ELSE as_of::text END;
BEGIN
	IF contract_schema IS NULL OR as_of IS NULL OR max_age IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the contract schema, the moment and the age must not be NULL', HINT = 'The arguments are (contract_schema, as_of, max_age); leave the last two out for now and 2 days.';
	END IF;
	PERFORM salesops.existing_schema(contract_schema, 'the contract');

	-- ---- what there is: tables, columns, types ----
	FOR t IN SELECT x.table_name, x.position FROM salesops.contract_tables() AS x ORDER BY x.position LOOP
		SELECT r.oid INTO ref FROM pg_class AS r JOIN pg_namespace AS n ON n.oid = r.relnamespace WHERE n.nspname = contract_schema AND r.relname = t.table_name AND r.relkind IN ('r', 'p', 'v', 'm', 'f');
		IF ref IS NULL THEN
			-- what the scorecard alone reads is less of a loss
			found := found || jsonb_build_object('finding', 'missing_table', 'severity', CASE WHEN t.position <= 9 THEN 'error' ELSE 'note' END, 'table', t.table_name,
				'remedy', 'Attach the connector again (salesops.attach), or make a view of what has it.' || CASE WHEN t.table_name <> 'opportunity' THEN format(' Where nothing does, an empty table serves: CALL salesops.create_contract(%L, %L).', contract_schema, format('{%s}', t.table_name)) ELSE '' END);
			CONTINUE;
		END IF;
		present := '{}';
		FOR c IN
			SELECT d.column_name, d.type, d.is_key, a.attname IS NOT NULL AS is_there, format_type(a.atttypid, NULL) AS actual,
				-- a type does if it becomes the contract's by itself, in the same way in every session
				y.oid = e.oid OR e.typname = 'text' AND y.typcategory = 'S' OR e.typname = 'int4' AND y.typname IN ('int2', 'int8')
					OR EXISTS (SELECT FROM pg_cast AS x WHERE x.castsource = y.oid AND x.casttarget = e.oid AND x.castcontext = 'i') AND y.typname NOT IN ('date', 'timestamp') AS does
			FROM salesops.contract_columns() AS d JOIN pg_type AS e ON e.oid = d.type::regtype
				LEFT JOIN pg_attribute AS a ON a.attrelid = ref AND a.attname = d.column_name AND a.attnum > 0 AND NOT a.attisdropped
				LEFT JOIN pg_type AS b ON b.oid = a.atttypid
				LEFT JOIN pg_type AS y ON y.oid = CASE WHEN b.typtype = 'd' THEN b.typbasetype ELSE b.oid END
			WHERE d.table_name = t.table_name ORDER BY d.position
		LOOP
			IF NOT c.is_there THEN
				found := found || jsonb_build_object('finding', 'missing_column', 'severity', 'error', 'table', t.table_name, 'column', c.column_name,
					'remedy', CASE WHEN c.is_key THEN 'It is of the key, which every row needs.' ELSE format('Where it is not known, NULL::%s AS %I does.', c.type, c.column_name) END);
			ELSIF NOT c.does THEN
				found := found || jsonb_build_object('finding', 'wrong_type', 'severity', 'error', 'table', t.table_name, 'column', c.column_name, 'example', c.actual,
					'remedy', CASE WHEN c.type = 'timestamptz' AND c.actual ~ '^(timestamp|date)' THEN format('Say how it is to be read, such as %I::timestamp AT TIME ZONE ''UTC'': the session''s zone must not decide.', c.column_name) ELSE format('It has to be %s: convert it in the view.', c.type) END);
			ELSE
				present := present || c.column_name;
			END IF;
		END LOOP;
		-- All columns at once, also those beyond the contract, but without those that the catalog says may not be read. Where that fails, it is sought by halves how many can be
		-- read together, the contract's first: the next one is named and left out, whether it fails alone or beside what stands before it.
		SELECT coalesce(array_agg(a.attname ORDER BY a.attname = ANY (present) DESC, a.attnum) FILTER (WHERE p.may), '{}'), coalesce(array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE NOT p.may), '{}')
		INTO attributes, forbidden FROM pg_attribute AS a, has_column_privilege(ref, a.attnum, 'SELECT') AS p (may) WHERE a.attrelid = ref AND a.attnum > 0 AND NOT a.attisdropped;
		-- where none may be read, the table says so
		IF attributes = '{}' THEN
			forbidden := '{}';
		END IF;
		-- so many can be read, so many cannot, so many are read next
		good := NULL;
		bad := NULL;
		upto := cardinality(attributes);
		LOOP
			culprit := forbidden[1];
			IF culprit IS NOT NULL THEN
				forbidden := forbidden[2:];
				problem := format('permission denied for column "%s" of relation "%s"', culprit, t.table_name);
				state := '42501';
			ELSE
				BEGIN
					EXECUTE format('SELECT %s FROM %I.%I AS q', coalesce((SELECT string_agg(format('count(q.%I%s)', u.name, '::' || d.type), ', ') FROM unnest(attributes[:upto]) AS u (name)
						LEFT JOIN salesops.contract_columns() AS d ON d.table_name = t.table_name AND d.column_name = u.name AND d.column_name = ANY (present)), 'count(*)'), contract_schema, t.table_name);
					EXIT WHEN upto = cardinality(attributes);
					good := upto;
				EXCEPTION WHEN OTHERS THEN
					GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, state = RETURNED_SQLSTATE;
					-- too little memory, a lock, a server that stops, a disk: not of the table. But a view that was never refreshed (55000) is
					IF state ~ '^5[3578]' AND state <> '55000' THEN
						RAISE;
					END IF;
					bad := upto;
				END;
				IF bad IS NULL THEN
					upto := cardinality(attributes);
					CONTINUE;
				ELSIF bad > 0 AND good IS NULL THEN
					upto := 0;
					CONTINUE;
				ELSIF bad > good + 1 THEN
					upto := (good + bad) / 2;
					CONTINUE;
				END IF;
				culprit := attributes[nullif(bad, 0)];
				attributes := attributes[:bad - 1] || attributes[bad + 1:];
				-- one that fails is seldom alone
				upto := least(bad, cardinality(attributes));
				bad := NULL;
			END IF;
			-- of accounts, contacts and leads a refresh reads whole rows, of the others the contract's columns
			breaks := culprit IS NULL OR culprit = ANY (present) OR t.table_name IN ('account', 'contact', 'lead');
			found := found || jsonb_build_object('finding', 'unreadable', 'severity', CASE WHEN breaks THEN 'error' ELSE 'warning' END, 'table', t.table_name, 'column', culprit, 'example', problem,
				'remedy', CASE state WHEN '42501' THEN 'Who refreshes the reports needs the right to read it: GRANT SELECT, also on the tables behind a view with security_invoker.' WHEN '55000' THEN 'It has to be made ready first, such as by REFRESH MATERIALIZED VIEW.'
					ELSE CASE WHEN breaks THEN 'A refresh of reports fails with it' ELSE 'Who reads it gets this error' END || ': correct what the view makes of its table, or the value there; pg_get_viewdef shows the view.' END);
			present := CASE WHEN culprit IS NOT NULL THEN array_remove(present, culprit) END;
			EXIT WHEN culprit IS NULL;
		END LOOP;
		CONTINUE WHEN present IS NULL;
		-- what was written in a file (adapters, csv), beside what it was read as
		twins := ARRAY(SELECT d.column_name FROM salesops.contract_columns() AS d JOIN pg_attribute AS a ON a.attrelid = ref AND a.attname = d.column_name || '_of_source' AND NOT a.attisdropped WHERE d.table_name = t.table_name AND d.type <> 'text' AND d.column_name = ANY (present) AND a.attname = ANY (attributes) ORDER BY d.position);
		unique_key := EXISTS (
			SELECT FROM pg_index AS i WHERE i.indrelid = ref AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
				AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute AS a WHERE a.attrelid = ref AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])) = (SELECT array_agg(d.column_name ORDER BY d.column_name) FROM salesops.contract_columns() AS d WHERE d.table_name = t.table_name AND d.is_key));
		refs := refs || jsonb_build_object(t.table_name, jsonb_build_object('from', format('(SELECT %s FROM %I.%I AS q)', (SELECT string_agg(CASE WHEN d.column_name = ANY (present) THEN format('q.%I::%s AS %1$I', d.column_name, d.type) ELSE format('NULL::%s AS %I', d.type, d.column_name) END
				|| CASE WHEN d.column_name = ANY (twins) THEN format(', q.%1$I::text AS %1$I', d.column_name || '_of_source') ELSE '' END, ', ' ORDER BY d.position) FROM salesops.contract_columns() AS d WHERE d.table_name = t.table_name), contract_schema, t.table_name),
			'columns', to_jsonb(present), 'twins', to_jsonb(twins), 'unique', unique_key, 'rows', 0));
	END LOOP;

	-- ---- keys, ids that point to nothing, values out of range: one pass over each table ----
	EXECUTE format('SELECT count(*) > 0 FROM %s AS r', coalesce(refs -> 'exchange_rate' ->> 'from', '(SELECT WHERE false)')) INTO rates;
	FOR t IN SELECT x.table_name, x.position, (SELECT array_agg(d.column_name ORDER BY d.position) FROM salesops.contract_columns() AS d WHERE d.table_name = x.table_name AND d.is_key) AS keys FROM salesops.contract_tables() AS x WHERE refs ? x.table_name ORDER BY x.position LOOP
		-- what is asked: a name, the column, the condition, what is shown
		conditions := '[]';
		joins := '';
		deals := NULL;
		FOREACH k IN ARRAY t.keys LOOP
			CONTINUE WHEN NOT refs -> t.table_name -> 'columns' ? k;
			conditions := conditions || jsonb_build_array(jsonb_build_array('null_key', k, format('o.%I IS NULL', k), (SELECT string_agg(format('o.%I::text', o), ' || '', '' || ') FROM unnest(t.keys) AS o WHERE o <> k), 'error', 'Every row needs it: leave out the rows without, or find out where they come from.'));
		END LOOP;
		FOR c IN
			SELECT j.* FROM (VALUES
				-- first, as what else is wrong with such a row is not asked
				('opportunity_history', 'opportunity_id', 'opportunity', 'opportunity_id', 'unknown_deal', 'Rows of deals that are not there count nowhere: load these deals, with is_deleted where they are deleted.'),
				('opportunity', 'owner_id', 'sales_user', 'user_id', 'unknown_owner', 'Their team is not known: load the users, also those who have left.'),
				('opportunity_history', 'owner_id', 'sales_user', 'user_id', 'unknown_owner', 'Their team is not known: load the users, also those who have left.'),
				('account', 'owner_id', 'sales_user', 'user_id', 'unknown_owner', 'Their team is not known: load the users, also those who have left.'),
				('contact', 'owner_id', 'sales_user', 'user_id', 'unknown_owner', 'Their team is not known: load the users, also those who have left.'),
				('lead', 'owner_id', 'sales_user', 'user_id', 'unknown_owner', 'Their team is not known: load the users, also those who have left.'),
				('quota', 'owner_id', 'sales_user', 'user_id', 'unknown_owner', 'The quota is in no team: load the users, or correct the id.'),
				('sales_user', 'manager_id', 'sales_user', 'user_id', 'unknown_manager', 'Nothing rolls up to them: load the managers, too.'),
				('opportunity', 'account_id', 'account', 'account_id', 'unknown_account', 'Lists show no company: load the accounts, also those that are not theirs to see.'),
				('contact', 'account_id', 'account', 'account_id', 'unknown_account', 'Lists show no company: load the accounts, also those that are not theirs to see.'),
				('opportunity', 'stage', 'stage', 'stage', 'unknown_stage', 'Such deals are neither open, won nor lost: complete the stages.'),
				('opportunity_history', 'stage', 'stage', 'stage', 'unknown_stage', 'Times in such stages are not known: complete the stages, also those of the past.'),
				('opportunity', 'currency', 'exchange_rate', 'currency', 'unknown_currency', 'Such amounts count as unknown: complete the exchange rates.'),
				('quota', 'currency', 'exchange_rate', 'currency', 'unknown_currency', 'Such quotas count as unknown: complete the exchange rates.'),
				('finance_booking', 'opportunity_id', 'opportunity', 'opportunity_id', 'unknown_deal', 'The booking is of no deal of the CRM: correct the id.')
			) AS j (table_name, column_name, other, other_column, finding, remedy)
			WHERE j.table_name = t.table_name AND refs -> j.table_name -> 'columns' ? j.column_name AND refs -> j.other -> 'columns' ? j.other_column
				AND (j.other <> 'exchange_rate' OR rates)
		LOOP
			k := 'j' || jsonb_array_length(conditions);
			IF c.finding = 'unknown_deal' AND t.table_name = 'opportunity_history' THEN
				deals := k;
			END IF;
			joins := joins || format(' LEFT JOIN (SELECT DISTINCT x.%1$I AS id FROM %2$s AS x) AS %3$I ON %3$I.id = o.%4$I', c.other_column, refs -> c.other ->> 'from', k, c.column_name);
			conditions := conditions || jsonb_build_array(jsonb_build_array(c.finding, c.column_name, format('o.%I IS NOT NULL AND %I.id IS NULL', c.column_name, k) || CASE WHEN t.table_name = 'opportunity' THEN ' AND o.is_deleted IS NOT TRUE' WHEN deals <> k THEN format(' AND (o.opportunity_id IS NULL OR %I.id IS NOT NULL)', deals) ELSE '' END,
				format('o.%I', c.column_name), 'warning', c.remedy));
		END LOOP;
		-- what no date and no sum can be made with
		FOR c IN SELECT d.column_name, d.type FROM salesops.contract_columns() AS d WHERE d.table_name = t.table_name AND d.type IN ('date', 'timestamptz', 'numeric', 'float8') AND refs -> t.table_name -> 'columns' ? d.column_name ORDER BY d.position LOOP
			conditions := conditions || jsonb_build_array(jsonb_build_array('not_finite', c.column_name, CASE WHEN c.type IN ('date', 'timestamptz') THEN format('NOT isfinite(o.%I)', c.column_name) ELSE format('o.%I IN (''NaN'', ''Infinity'', ''-Infinity'')', c.column_name) END,
				format('o.%I::text', t.keys[1]), 'error', 'A refresh fails with it: make it NULL, or what it should be.'));
		END LOOP;
		FOR c IN SELECT d.column_name, d.type FROM salesops.contract_columns() AS d WHERE d.table_name = t.table_name AND refs -> t.table_name -> 'twins' ? d.column_name ORDER BY d.position LOOP
			conditions := conditions || jsonb_build_array(jsonb_build_array('not_understood', c.column_name, format('o.%I IS NULL AND NOT salesops.is_blank(o.%I)', c.column_name, c.column_name || '_of_source'), format('o.%I', c.column_name || '_of_source'), 'warning',
				format('Such values are NULL in %I, and count as unknown: %s.', c.column_name, CASE c.type WHEN 'date' THEN 'write days as 2026-06-30, of a month that has that day' WHEN 'timestamptz' THEN 'write moments as 2026-06-30T17:00:00Z' ELSE 'write numbers as 1234.50, without separators of thousands or a sign of currency' END)));
		END LOOP;
		IF t.table_name = 'exchange_rate' AND refs -> 'exchange_rate' -> 'columns' ? 'to_corporate' THEN
			conditions := conditions || jsonb_build_array(jsonb_build_array('no_rate', 'to_corporate', '(o.to_corporate > 0) IS NOT TRUE', 'o.currency', 'warning', 'Amounts in such currencies count as unknown: complete the rates.'));
		END IF;
		IF refs -> t.table_name -> 'columns' ? 'probability' THEN
			conditions := conditions || jsonb_build_array(jsonb_build_array('probability_out_of_range', 'probability', '(o.probability BETWEEN 0 AND 1) IS FALSE', 'o.probability::text', CASE WHEN t.table_name = 'stage' THEN 'error' ELSE 'warning' END, 'A probability is a fraction from 0 to 1: divide percentages by 100.'));
		END IF;
		IF t.table_name = 'opportunity' THEN
			conditions := conditions || jsonb_build_array(
				jsonb_build_array('no_stage', 'stage', 'o.stage IS NULL AND o.is_deleted IS NOT TRUE', 'o.opportunity_id', 'warning', 'Such deals are neither open, won nor lost: find out where the CRM has it.'),
				jsonb_build_array('created_later', 'created_at', format('o.created_at > %L', moment), 'o.opportunity_id', 'warning', 'They were created after the moment of the check: look whether instants are read in the right zone.'));
		ELSIF t.table_name = 'opportunity_history' THEN
			conditions := conditions || jsonb_build_array(
				jsonb_build_array('changed_later', 'changed_at', format('o.changed_at > %L', moment), 'o.opportunity_id', 'warning', 'They were changed after the moment of the check: look whether instants are read in the right zone.'));
		ELSIF t.table_name = 'quota' THEN
			conditions := conditions || jsonb_build_array(
				jsonb_build_array('wrong_period', 'period_end', 'o.period_end < o.period_start', 'o.owner_id', 'warning', 'A period ends before it begins: correct the days.'),
				-- fourteen weeks, the longest quarter that any calendar has
				jsonb_build_array('long_period', 'period_end', 'CASE WHEN isfinite(o.period_start) AND isfinite(o.period_end) THEN o.period_end - o.period_start >= 98 END', 'o.owner_id || '': '' || o.period_start || '' - '' || o.period_end', 'warning',
					'Longer than a quarter, and counted in none: coverage looks better than it is. Divide such quotas into quarters or months.'));
		END IF;
		EXECUTE format('SELECT jsonb_build_array(count(*)%s) FROM %s AS o%s', (SELECT string_agg(format(', count(*) FILTER (WHERE %s), min(%s) FILTER (WHERE %1$s)', q ->> 2, coalesce(q ->> 3, 'NULL::text')), '' ORDER BY n) FROM jsonb_array_elements(conditions) WITH ORDINALITY AS u (q, n)),
			refs -> t.table_name ->> 'from', joins) INTO counted;
		refs := jsonb_set(refs, ARRAY[t.table_name, 'rows'], counted -> 0);
		found := found || (SELECT coalesce(jsonb_agg(jsonb_build_object('finding', q ->> 0, 'severity', q ->> 4, 'table', t.table_name, 'column', q ->> 1, 'records', counted -> (2 * n::int - 1), 'of', counted -> 0, 'example', counted ->> (2 * n::int), 'remedy', q ->> 5) ORDER BY n), '[]')
			FROM jsonb_array_elements(conditions) WITH ORDINALITY AS u (q, n) WHERE (counted ->> (2 * n::int - 1))::bigint > 0);
		-- rows too many of a key
		IF NOT (refs -> t.table_name -> 'unique')::boolean AND (SELECT bool_and(refs -> t.table_name -> 'columns' ? u) FROM unnest(t.keys) AS u) THEN
			keys := (SELECT string_agg(format('o.%I', u), ', ') FROM unnest(t.keys) AS u);
			EXECUTE format('SELECT jsonb_build_array(sum(x.n - 1), min(x.example)) FROM (SELECT count(*) AS n, concat_ws('', '', %1$s) AS example FROM %2$s AS o WHERE num_nulls(%1$s) = 0 GROUP BY %1$s HAVING count(*) > 1) AS x', keys, refs -> t.table_name ->> 'from') INTO counted;
			IF counted ->> 0 IS NOT NULL THEN
				found := found || jsonb_build_object('finding', 'duplicate_key', 'severity', 'error', 'table', t.table_name, 'column', array_to_string(t.keys, ', '), 'records', counted -> 0, 'of', refs -> t.table_name -> 'rows', 'example', counted ->> 1,
					'remedy', CASE WHEN t.position <= 9 AND t.table_name <> 'opportunity_history' THEN 'A refresh of reports fails with it, or takes now the one and now the other: one' ELSE 'One' END || ' row for each, such as the newest: load with deduplication, or take it in the view.');
			END IF;
		END IF;
	END LOOP;

	-- ---- several currencies, and nothing to convert them by ----
	IF NOT rates AND refs -> 'opportunity' -> 'columns' ? 'currency' THEN
		EXECUTE format('SELECT jsonb_build_array(sum(x.n), string_agg(x.currency, '', '' ORDER BY x.currency)) FROM (SELECT o.currency, count(*) AS n FROM %s AS o WHERE o.currency IS NOT NULL AND o.is_deleted IS NOT TRUE GROUP BY o.currency ORDER BY o.currency LIMIT 20) AS x HAVING count(*) > 1', refs -> 'opportunity' ->> 'from') INTO counted;
		IF counted IS NOT NULL THEN
			found := found || jsonb_build_object('finding', 'no_rates', 'severity', 'warning', 'table', 'opportunity', 'column', 'currency', 'records', counted -> 0, 'of', refs -> 'opportunity' -> 'rows', 'example', counted ->> 1,
				'remedy', 'Amounts of several currencies are added as they are: fill exchange_rate, with 1 for the corporate currency.');
		END IF;
	END IF;

	-- ---- the process ----
	IF refs ? 'stage' THEN
		IF refs -> 'stage' -> 'rows' = '0' THEN
			found := found || jsonb_build_object('finding', 'no_stages', 'severity', 'error', 'table', 'stage', 'remedy', 'Without stages no deal is open, won or lost: fill them (docs/reference/contract.md#stage).');
		ELSE
			BEGIN
				EXECUTE format('SELECT salesops.sales_process(s.stage, s.position, s.probability, s.category, s.outcome, s.max_days)::text FROM %s AS s', refs -> 'stage' ->> 'from') INTO problem;
			EXCEPTION WHEN OTHERS THEN
				GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, state = RETURNED_SQLSTATE;
				IF state ~ '^5[3578]' THEN
					RAISE;
				END IF;
				found := found || jsonb_build_object('finding', 'no_process', 'severity', 'error', 'table', 'stage', 'of', refs -> 'stage' -> 'rows', 'example', problem, 'remedy', 'The stages make no sales_process: complete them; own_tables => ''{stage}'' of attach makes a table that you can edit.');
			END;
		END IF;
	END IF;

	-- ---- deals and their history: what the history ends with, when it begins ----
	IF refs ? 'opportunity' AND refs ? 'opportunity_history' AND refs -> 'opportunity' -> 'columns' ? 'opportunity_id' AND refs -> 'opportunity_history' -> 'columns' ?& '{opportunity_id,changed_at}' THEN
		conditions := jsonb_build_array(
			jsonb_build_array('no_history', NULL, 'h.opportunity_id IS NULL', 'o.opportunity_id', 'warning', 'They are taken to have been always as they are: load the history of the deals, or take snapshots from now on.'),
			jsonb_build_array('late_history', 'changed_at', 'f.first > o.created_at + interval ''1 day''', 'o.opportunity_id', 'warning', 'Before the first row of its history a deal is not there: history kept since a certain day tells of the time since.'))
			-- a category by what it names: an object and its history may have its label and its API value
			|| (SELECT jsonb_agg(jsonb_build_array('history_disagrees', d.column_name, CASE WHEN d.column_name = 'forecast_category' THEN 'h.forecast_category IS NOT NULL AND coalesce(salesops.try_forecast_category(h.forecast_category)::text, h.forecast_category) IS DISTINCT FROM coalesce(salesops.try_forecast_category(o.forecast_category)::text, o.forecast_category)'
						ELSE format('h.%1$I IS NOT NULL AND h.%1$I IS DISTINCT FROM o.%1$I', d.column_name) END, format('o.opportunity_id || '': '' || h.%1$I::text || '' and '' || coalesce(o.%1$I::text, ''NULL'')', d.column_name), 'warning',
					'The last row of the history is not what the deal is: one of the two is older, or a change is missing.') ORDER BY d.position)
				FROM salesops.contract_columns() AS d WHERE d.table_name = 'opportunity_history' AND NOT d.is_key AND refs -> 'opportunity' -> 'columns' ? d.column_name AND refs -> 'opportunity_history' -> 'columns' ? d.column_name);
		-- in the order of the key's index read backwards, as opportunity_as_of does
		EXECUTE format('SELECT jsonb_build_array(count(*)%1$s) FROM %2$s AS o LEFT JOIN (SELECT DISTINCT ON (x.opportunity_id) x.* FROM %3$s AS x WHERE x.changed_at IS NOT NULL ORDER BY x.opportunity_id DESC, x.changed_at DESC) AS h ON h.opportunity_id = o.opportunity_id LEFT JOIN (SELECT x.opportunity_id, min(x.changed_at) AS first FROM %3$s AS x GROUP BY x.opportunity_id) AS f ON f.opportunity_id = o.opportunity_id WHERE o.is_deleted IS NOT TRUE',
			(SELECT string_agg(format(', count(*) FILTER (WHERE %s), min(%s) FILTER (WHERE %1$s)', q ->> 2, q ->> 3), '' ORDER BY n) FROM jsonb_array_elements(conditions) WITH ORDINALITY AS u (q, n)), refs -> 'opportunity' ->> 'from', refs -> 'opportunity_history' ->> 'from') INTO counted;
		found := found || (SELECT coalesce(jsonb_agg(jsonb_build_object('finding', q ->> 0, 'severity', q ->> 4, 'table', CASE WHEN q ->> 0 = 'no_history' THEN 'opportunity' ELSE 'opportunity_history' END, 'column', q ->> 1, 'records', counted -> (2 * n::int - 1), 'of', counted -> 0, 'example', counted ->> (2 * n::int), 'remedy', q ->> 5) ORDER BY n), '[]')
			FROM jsonb_array_elements(conditions) WITH ORDINALITY AS u (q, n) WHERE (counted ->> (2 * n::int - 1))::bigint > 0);
	END IF;

	-- ---- whether there are deals, and how old the newest is ----
	IF refs ? 'opportunity' THEN
		EXECUTE format('SELECT NOT EXISTS (SELECT FROM %s AS o WHERE o.is_deleted IS NOT TRUE)', refs -> 'opportunity' ->> 'from') INTO empty;
		IF empty THEN
			found := found || jsonb_build_object('finding', 'no_deals', 'severity', 'error', 'table', 'opportunity', 'remedy', 'There is nothing to report of: has the connector run, and are all deals deleted?');
		ELSE
			EXECUTE format('SELECT greatest((SELECT max(o.created_at) FROM %s AS o WHERE o.created_at <= %3$L), (SELECT max(h.changed_at) FROM %2$s AS h WHERE h.changed_at <= %3$L))', refs -> 'opportunity' ->> 'from',
				coalesce(refs -> 'opportunity_history' ->> 'from', '(SELECT NULL::timestamptz AS changed_at)'), as_of) INTO newest;
			IF newest < as_of - max_age THEN
				found := found || jsonb_build_object('finding', 'stale', 'severity', 'warning', 'table', 'opportunity', 'example', to_char(newest AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), 'remedy', 'Nothing was created or changed since: look whether the connector runs.');
			END IF;
		END IF;
	END IF;

	RETURN QUERY
		SELECT f.q ->> 'finding', f.q ->> 'severity', f.q ->> 'table', f.q ->> 'column', (f.q ->> 'records')::bigint, (f.q ->> 'of')::bigint, f.q ->> 'example', f.q ->> 'remedy'
		FROM jsonb_array_elements(found) WITH ORDINALITY AS f (q, n) JOIN salesops.contract_tables() AS x ON x.table_name = f.q ->> 'table'
		ORDER BY array_position('{error,warning,note}', f.q ->> 'severity'), x.position, f.n;
END
$function$;
COMMENT ON FUNCTION contract_check(text, timestamptz, interval) IS $$What is wrong with the tables or views of a contract schema, and what to do about it; no rows where all is well.
contract_schema: as it is named, without quotes. as_of: the moment of the check. max_age: how old the newest change may be. finding: a code (docs/reference/contract.md#contract_check). severity: error (reports fail or are wrong), warning (they say less than they seem to), note. records: rows that are concerned, of: rows looked at; NULL where it is about a table, a column or all of it. example: a value or id. It reads the tables with the rights of who calls, each in two passes, and once more where no index guards its key; the history a few times. A schema that is not there is an error.
Example: to_regprocedure('salesops.contract_check(text, timestamptz, interval)') IS NOT NULL ==> true$$;
