-- Each query on the distributed warehouse against the same query on the local copies of its tables (TAP lines without
-- numbers, which test/citus/run adds).
--
-- A query names the distributed tables, in the schema crm; the expected answer comes from the query with `single` in
-- its place.  It is run twice, with the nodes talking in the binary protocol and in text.

\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SET citus.coordinator_aggregation_strategy = 'disabled';
SET citus.enable_repartition_joins = on;

-- ---- helpers ----

-- they are for this session on this node
SET citus.enable_ddl_propagation = off;

-- The rows of a query as texts, in its order.
CREATE FUNCTION pg_temp.rows_of(query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	r record;
	result text[] := '{}';
BEGIN
	FOR r IN EXECUTE query LOOP
		result := result || r::text;
	END LOOP;
	RETURN result;
END $$;

CREATE FUNCTION pg_temp.on_single_node(query text) RETURNS text IMMUTABLE LANGUAGE sql
	RETURN regexp_replace(query, '\mcrm([._])', 'single\1', 'g');

CREATE FUNCTION pg_temp.ok(pass boolean, name text, diagnosis text DEFAULT '') RETURNS text LANGUAGE sql
	RETURN CASE WHEN pass THEN 'ok - ' || name ELSE 'not ok - ' || name || regexp_replace(E'\n' || coalesce(diagnosis, 'NULL'), '\n', E'\n# ', 'g') END;

-- The query gives rows, and those of the single node: in that order if it has an ORDER BY at its end.
CREATE FUNCTION pg_temp.same(name text, query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	expected text[] := pg_temp.rows_of(pg_temp.on_single_node(query));
	actual text[];
	protocol text;
	ordered boolean := query ~ 'ORDER BY [^)]*$';
	problem text;
BEGIN
	FOREACH protocol IN ARRAY ARRAY['on', 'off'] LOOP
		PERFORM set_config('citus.enable_binary_protocol', protocol, true);
		BEGIN
			actual := pg_temp.rows_of(query);
			problem := NULL;
		EXCEPTION WHEN OTHERS THEN
			problem := SQLERRM;
		END;
		IF problem IS NULL AND (expected = '{}' OR (CASE WHEN ordered THEN expected <> actual ELSE
			ARRAY(SELECT e FROM unnest(expected) e ORDER BY e COLLATE "C") <> ARRAY(SELECT a FROM unnest(actual) a ORDER BY a COLLATE "C") END)) THEN
			problem := format('%s rows, where the single node has %s; of those that differ: %s; expected: %s', cardinality(actual), cardinality(expected),
				(SELECT left(string_agg(a, ' '), 300) FROM (SELECT unnest(actual) EXCEPT ALL SELECT unnest(expected) LIMIT 2) d (a)),
				(SELECT left(string_agg(e, ' '), 300) FROM (SELECT unnest(expected) EXCEPT ALL SELECT unnest(actual) LIMIT 2) d (e)));
		END IF;
		RETURN NEXT pg_temp.ok(problem IS NULL, format('%s (binary protocol %s)', name, protocol), query || E'\n' || problem);
	END LOOP;
END $$;

-- Where the work is done, told by the plan: above the Custom Scan of Citus is the coordinator's part, below it a shard's.
CREATE FUNCTION pg_temp.plan_of(query text, OUT coordinator text, OUT shard text, OUT shards int) LANGUAGE plpgsql AS $$
DECLARE
	plan text;
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		plan := concat_ws(E'\n', plan, line);
	END LOOP;
	coordinator := split_part(plan, 'Task Count:', 1);
	shard := substr(plan, length(coordinator) + 1);
	shards := substring(shard FROM 'Task Count: (\d+)');
END $$;

CREATE FUNCTION pg_temp.planned(name text, query text, coordinator_has text, coordinator_lacks text, shard_has text, shard_lacks text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	plan record;
BEGIN
	plan := pg_temp.plan_of(query);
	RETURN pg_temp.ok(plan.coordinator ~ coordinator_has AND plan.coordinator !~ coordinator_lacks AND plan.shard ~ shard_has AND plan.shard !~ shard_lacks AND plan.shards > 1,
		name, concat_ws(E'\n', query, plan.coordinator, plan.shard));
EXCEPTION WHEN OTHERS THEN
	RETURN pg_temp.ok(false, name, query || E'\n' || SQLERRM);
END $$;

-- Half of the work is on the shards: they build states, the coordinator combines them.
CREATE FUNCTION pg_temp.split(name text, query text) RETURNS text LANGUAGE sql
	RETURN pg_temp.planned(name || ': the shards aggregate, the coordinator combines', query, 'coord_combine_agg', 'worker_partial_agg', 'worker_partial_agg', 'coord_combine_agg');
-- All of it is: the coordinator has nothing to aggregate.
CREATE FUNCTION pg_temp.whole(name text, query text) RETURNS text LANGUAGE sql
	RETURN pg_temp.planned(name || ': done on the shards', query, 'Citus Adaptive', 'Aggregate|coord_combine_agg', 'Aggregate', 'worker_partial_agg');

-- ---- the cluster ----

SELECT pg_temp.ok(count(*) = 2 AND bool_and(isactive), 'two workers') FROM pg_dist_node WHERE noderole = 'primary' AND groupid > 0;
SELECT pg_temp.ok(count(*) = 2 AND bool_and(success AND result = (SELECT extversion FROM pg_extension WHERE extname = 'salesops')), 'Citus has created the extension on the workers', string_agg(result, ' '))
FROM run_command_on_workers($$SELECT extversion FROM pg_extension WHERE extname = 'salesops'$$);
SELECT pg_temp.ok(count(DISTINCT result) = 2 AND bool_and(result <> 'salesops.deal_stats'::regtype::oid::text), 'types have another OID on each node', string_agg(result, ' '))
FROM run_command_on_workers($$SELECT 'salesops.deal_stats'::regtype::oid$$);
SELECT pg_temp.ok(count(DISTINCT result) = 2 AND bool_and(result <> current_setting('timezone')), 'each node is in a time zone of its own', string_agg(result, ' '))
FROM run_command_on_workers($$SELECT current_setting('timezone')$$);
SELECT pg_temp.ok(count(DISTINCT nodeport) = 2 AND count(DISTINCT shardid) = 8, table_name || ' lies on both workers') FROM citus_shards WHERE citus_table_type = 'distributed' GROUP BY table_name ORDER BY table_name::text;

-- ---- every aggregate ----

-- The call, its tables, the column by which they are distributed and another one.
CREATE TEMP TABLE aggregate_case (call text, relation text, distribution_column text, other_column text, aggregate regprocedure);
INSERT INTO aggregate_case (call, relation, distribution_column, other_column) VALUES
	('salesops.compliance(ok)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.deal_stats(outcome, amount, cycle_days)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.deal_stats(outcome, amount::float8, cycle_days)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.deal_stats(outcome, amount::bigint, cycle_days)', 'crm.deal', 'account_id', 'owner_id'),
	-- exact medians in the shards, a rounded one of the whole: more different values than a tally holds
	($$salesops.deal_stats('won', amount, extract(epoch FROM changed_at)::float8 / 86400)$$, 'crm.opportunity_history', 'opportunity_id', 'owner_id'),
	('salesops.win_rate(won, closed)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.win_rate_created(won, closed)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.win_rate_amount(won, closed, amount)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.win_rate_amount(won, closed, amount::float8)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.win_rate_amount(won, closed, amount::bigint)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.forecast_rollup(category, amount)', 'crm.deal', 'account_id', 'stage'),
	('salesops.forecast_rollup(category, amount::float8)', 'crm.deal', 'account_id', 'stage'),
	('salesops.forecast_rollup(category, amount::bigint)', 'crm.deal', 'account_id', 'stage'),
	('salesops.forecast_error(amount::numeric, (amount + cycle_days % 100)::numeric)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.mape(amount::numeric, (amount + cycle_days % 100)::numeric)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.wape(amount::numeric, (amount + cycle_days % 100)::numeric)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.forecast_bias(amount::numeric, (amount + cycle_days % 100)::numeric)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.forecast_accuracy(amount::numeric, (amount + cycle_days % 100)::numeric)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.mae(amount::numeric, (amount + cycle_days % 100)::numeric)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.rmse(amount::numeric, (amount + cycle_days % 100)::numeric)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.smape(amount::numeric, (amount + cycle_days % 100)::numeric)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.forecast_error(amount::numeric, (amount + cycle_days % 100)::numeric, abs(cycle_days))', 'crm.deal', 'account_id', 'owner_id'), ('salesops.forecast_error(amount::float8, (amount + cycle_days % 100)::float8)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.mape(amount::float8, (amount + cycle_days % 100)::float8)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.wape(amount::float8, (amount + cycle_days % 100)::float8)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.forecast_bias(amount::float8, (amount + cycle_days % 100)::float8)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.forecast_accuracy(amount::float8, (amount + cycle_days % 100)::float8)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.mae(amount::float8, (amount + cycle_days % 100)::float8)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.rmse(amount::float8, (amount + cycle_days % 100)::float8)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.smape(amount::float8, (amount + cycle_days % 100)::float8)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.forecast_error(amount::float8, (amount + cycle_days % 100)::float8, abs(cycle_days))', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.forecast_outcome(category, amount::numeric, outcome, (amount * 1.1)::numeric)', 'crm.deal', 'account_id', 'stage'), ('salesops.commit_accuracy(category, amount::numeric, outcome, (amount * 1.1)::numeric)', 'crm.deal', 'account_id', 'stage'),
	('salesops.forecast_outcome(category, amount::float8, outcome, (amount * 1.1)::float8)', 'crm.deal', 'account_id', 'stage'), ('salesops.commit_accuracy(category, amount::float8, outcome, (amount * 1.1)::float8)', 'crm.deal', 'account_id', 'stage'),
	('salesops.forecast_outcome(category, amount::bigint, outcome, (amount * 1.1)::bigint)', 'crm.deal', 'account_id', 'stage'), ('salesops.commit_accuracy(category, amount::bigint, outcome, (amount * 1.1)::bigint)', 'crm.deal', 'account_id', 'stage'),
	('salesops.forecast_category_integrity(process, stage, label)', 'crm.deal CROSS JOIN crm.policy', 'account_id', 'owner_id'),
	('salesops.stage_path(stage, changed_at)', 'crm.opportunity_history', 'opportunity_id', 'owner_id'),
	('salesops.survival(abs(cycle_days), won)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.survival(abs(cycle_days), outcome)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.merge(survival)', 'crm.monthly', 'account_id', 'month'),
	('salesops.stage_funnel(stage_path, process)', 'crm.monthly CROSS JOIN crm.policy', 'account_id', 'month'), ('salesops.stage_funnel(stage_path, process, 1.5)', 'crm.monthly CROSS JOIN crm.policy', 'account_id', 'month'), ('salesops.merge(stage_funnel)', 'crm.monthly', 'account_id', 'month'),
	('salesops.stage_funnel(stage_path, process, 1.5::float8)', 'crm.monthly CROSS JOIN crm.policy', 'account_id', 'month'), ('salesops.stage_funnel(stage_path, process, 2::bigint)', 'crm.monthly CROSS JOIN crm.policy', 'account_id', 'month'),
	('salesops.deal_outlook(abs(amount), 0.4)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.deal_outlook(abs(amount::float8), 0.4)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.deal_outlook(abs(amount)::bigint, 0.4)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.outlook_backtest(deal_outlook, 50000, 0.8, 0)', 'crm.monthly', 'account_id', 'month'),
	('salesops.win_calibration(abs(hashtext(owner_id)::float8) / 2147483648, won)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.brier_score(abs(hashtext(stage)::float8) / 2147483648, won)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.stage_win_rates(stage, won)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.sales_process(stage, place, probability, category, outcome, max_days)', 'crm.pipeline_stage', 'pipeline', 'family'),
	($$salesops.business_calendar('Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-12-25', close_date)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.business_calendar('Mon-Fri 09:00-17:00 Europe/Berlin', close_date, CASE WHEN extract(isodow FROM close_date) > 3 THEN '13:00-15:00 9:00-12:00' END)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.sla_compliance(created_at, close_date::timestamp AT TIME ZONE 'UTC', 400 * 3600, 'Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2025-12-25', '2026-06-29 00:00+00')$$, 'crm.deal', 'account_id', 'owner_id'),
	('salesops.survivor(stage)', 'crm.opportunity_history', 'opportunity_id', 'owner_id'), ('salesops.survivor(stage, changed_at)', 'crm.opportunity_history', 'opportunity_id', 'owner_id'), ('salesops.survivor(stage, changed_at, owner_id)', 'crm.opportunity_history', 'opportunity_id', 'owner_id'),
	('salesops.most_recent(stage, changed_at)', 'crm.opportunity_history', 'opportunity_id', 'owner_id'), ('salesops.most_frequent(stage)', 'crm.opportunity_history', 'opportunity_id', 'owner_id'), ('salesops.longest(stage)', 'crm.opportunity_history', 'opportunity_id', 'owner_id'),
	('salesops.merge(survivor)', 'crm.monthly', 'account_id', 'month'),
	('salesops.field_completeness(stage, category)', 'crm.deal', 'account_id', 'owner_id'), ('salesops.completeness_rate(stage, category)', 'crm.deal', 'account_id', 'owner_id'), ($$salesops.hygiene_compliance('stale,' || category)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.count_issues('stale,' || category)$$, 'crm.deal', 'account_id', 'owner_id'), ($$salesops.count_issues('stale,' || category, amount)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.count_issues('stale,' || category, amount::float8)$$, 'crm.deal', 'account_id', 'owner_id'), ($$salesops.count_issues('stale,' || category, amount::bigint)$$, 'crm.deal', 'account_id', 'owner_id'),
	('salesops.merge(issue_counts)', 'crm.monthly', 'account_id', 'month'),
	('salesops.close_path(close_date, changed_at)', 'crm.opportunity_history', 'opportunity_id', 'owner_id'),
	($$salesops.period_end_share(close_date, 'month', 'starts February')$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.slippage(close_date, outcome, close_date + 20, amount, '2026-02-01', '2026-04-30')$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.slippage(close_date, outcome, close_date + 20, amount::float8, '2026-02-01', '2026-04-30')$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.slippage(close_date, outcome, close_date + 20, amount::bigint, '2026-02-01', '2026-04-30')$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.linearity(close_date, amount, 'week', 'quarter', 'starts February')$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.linearity(close_date, amount::float8, 'week', 'quarter', 'starts February')$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.linearity(close_date, amount::bigint, 'week', 'quarter', 'starts February')$$, 'crm.deal', 'account_id', 'owner_id'),
	('salesops.merge(close_path)', 'crm.monthly', 'account_id', 'month'),
	('salesops.merge(slippage)', 'crm.monthly', 'account_id', 'month'),
	('salesops.merge(linearity)', 'crm.monthly', 'account_id', 'month'),
	($$salesops.movement(CASE WHEN won THEN 'open' ELSE outcome END, (amount + 1), CASE WHEN cycle_days % 5 > 0 THEN 'in' ELSE 'later' END, outcome, amount, CASE WHEN cycle_days % 7 > 0 THEN 'in' ELSE 'other_group' END)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.movement(CASE WHEN won THEN 'open' ELSE outcome END, (amount + 1)::float8, CASE WHEN cycle_days % 5 > 0 THEN 'in' ELSE 'later' END, outcome, amount::float8, CASE WHEN cycle_days % 7 > 0 THEN 'in' ELSE 'other_group' END)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.movement(CASE WHEN won THEN 'open' ELSE outcome END, (amount + 1)::bigint, CASE WHEN cycle_days % 5 > 0 THEN 'in' ELSE 'later' END, outcome, amount::bigint, CASE WHEN cycle_days % 7 > 0 THEN 'in' ELSE 'other_group' END)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.pipeline_change(opportunity_id, won, outcome, amount, close_date, stage, category)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.pipeline_change(opportunity_id, won, outcome, amount::float8, close_date, stage, category)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.pipeline_change(opportunity_id, won, outcome, amount::bigint, close_date, stage, category)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.pipeline_change(hashtextextended(opportunity_id, 0), won, outcome, amount, close_date, stage, category)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.pipeline_change(hashtextextended(opportunity_id, 0), won, outcome, amount::float8, close_date, stage, category)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.pipeline_change(hashtextextended(opportunity_id, 0), won, outcome, amount::bigint, close_date, stage, category)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.pipeline_change(md5(opportunity_id)::uuid, won, outcome, amount, close_date, stage, category)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.pipeline_change(md5(opportunity_id)::uuid, won, outcome, amount::float8, close_date, stage, category)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.pipeline_change(md5(opportunity_id)::uuid, won, outcome, amount::bigint, close_date, stage, category)$$, 'crm.deal', 'account_id', 'owner_id'),
	($$salesops.stage_history(opportunity_id, stage, changed_at)$$, 'crm.opportunity_history', 'opportunity_id', 'owner_id'),
	($$salesops.stage_history(hashtextextended(opportunity_id, 0), stage, changed_at)$$, 'crm.opportunity_history', 'opportunity_id', 'owner_id'),
	($$salesops.stage_history(md5(opportunity_id)::uuid, stage, changed_at)$$, 'crm.opportunity_history', 'opportunity_id', 'owner_id'),
	('salesops.merge(stage_history)', 'crm.monthly', 'account_id', 'month'),
	('salesops.match_graph(opportunity_id, account_id, cycle_days)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.match_graph(hashtextextended(opportunity_id, 0), hashtextextended(account_id, 0), cycle_days)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.match_graph(md5(opportunity_id)::uuid, md5(account_id)::uuid, cycle_days)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.merge(match_graph)', 'crm.monthly', 'account_id', 'month'),
	('salesops.duplicate_rate(stage, outcome)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.duplicate_rate(hashtextextended(stage, 0), hashtextextended(outcome, 0))', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.duplicate_rate(md5(stage)::uuid, md5(outcome)::uuid)', 'crm.deal', 'account_id', 'owner_id'),
	('salesops.merge(pipeline_change)', 'crm.monthly', 'account_id', 'month'),
	('salesops.merge(movement)', 'crm.monthly', 'account_id', 'month'),
	('salesops.merge(compliance)', 'crm.monthly', 'account_id', 'month'),
	('salesops.merge(deal_stats)', 'crm.monthly', 'account_id', 'month'),
	('salesops.merge(forecast_rollup)', 'crm.monthly', 'account_id', 'month'),
	('salesops.merge(forecast_error)', 'crm.monthly', 'account_id', 'month'), ('salesops.merge(forecast_outcome)', 'crm.monthly', 'account_id', 'month'),
	('salesops.merge(stage_path)', 'crm.monthly', 'account_id', 'month'),
	('salesops.merge(deal_outlook)', 'crm.monthly', 'account_id', 'month'),
	('salesops.merge(win_calibration)', 'crm.monthly', 'account_id', 'month'),
	('salesops.merge(stage_win_rates)', 'crm.monthly', 'account_id', 'month');

-- Which aggregate a call means, from what a view of it depends on.
CREATE FUNCTION pg_temp.aggregate_called(call text, relation text) RETURNS regprocedure LANGUAGE plpgsql AS $$
DECLARE
	result regprocedure;
BEGIN
	EXECUTE pg_temp.on_single_node(format('CREATE TEMP VIEW called AS SELECT %s AS r FROM %s', call, relation));
	SELECT refobjid INTO STRICT result FROM pg_depend JOIN pg_rewrite w ON classid = 'pg_rewrite'::regclass AND objid = w.oid JOIN pg_aggregate ON refclassid = 'pg_proc'::regclass AND refobjid = aggfnoid
	WHERE ev_class = 'called'::regclass;
	DROP VIEW called;
	RETURN result;
END $$;
UPDATE aggregate_case SET aggregate = pg_temp.aggregate_called(call, relation);
SELECT pg_temp.ok(count(*) > 0 AND bool_and(aggregate IS NOT NULL), 'every aggregate of the extension has a case', string_agg(aggfnoid::regprocedure::text, ', ') FILTER (WHERE aggregate IS NULL))
FROM pg_depend JOIN pg_aggregate ON classid = 'pg_proc'::regclass AND objid = aggfnoid LEFT JOIN aggregate_case ON aggregate = aggfnoid
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesops');

CREATE TEMP TABLE aggregate_query AS
SELECT call, place, name, query
FROM aggregate_case, LATERAL (VALUES
	(1, 'by the distribution column', format('SELECT %s AS key, %s AS r FROM %s GROUP BY %1$s', distribution_column, call, relation)),
	(2, 'by another column', format('SELECT %s AS key, %s AS r FROM %s GROUP BY %1$s', other_column, call, relation)),
	(3, 'of all rows', format('SELECT %s AS r FROM %s', call, relation)),
	(4, 'of some rows, some shards without any', format('SELECT %1$s FILTER (WHERE %2$s < (SELECT min(%2$s) || %3$L FROM %4$s)) AS r, count(*) FROM %4$s', call, distribution_column, 'zz', relation)),
	(5, 'of no rows', format('SELECT %s AS r FROM %s WHERE %s IS NULL', call, relation, distribution_column))) AS v (place, name, query);

SELECT pg_temp.whole(call || ' ' || name, query) FROM aggregate_query WHERE place = 1;
SELECT pg_temp.split(call || ' ' || name, query) FROM aggregate_query WHERE place > 1;
SELECT pg_temp.same(call || ' ' || name, query) FROM aggregate_query;

-- ---- what a dashboard asks ----

-- Readers over an aggregate, in the select list, HAVING and ORDER BY; the same aggregate three times is one state in each shard.
SELECT pg_temp.same('readers in HAVING and ORDER BY', query), pg_temp.split('readers in HAVING and ORDER BY', query) FROM (VALUES ($$
	SELECT owner_id, salesops.win_rate(salesops.deal_stats(outcome, amount, cycle_days)), salesops.median_cycle_days(salesops.deal_stats(outcome, amount, cycle_days))
	FROM crm.deal GROUP BY owner_id HAVING salesops.deal_count(salesops.deal_stats(outcome, amount, cycle_days)) > 50
	ORDER BY salesops.won_amount(salesops.deal_stats(outcome, amount, cycle_days)) DESC, owner_id LIMIT 7$$)) AS v (query);
SELECT pg_temp.same('readers over the distribution column', query), pg_temp.whole('readers over the distribution column', query) FROM (VALUES ($$
	SELECT account_id, salesops.open_pipeline(salesops.forecast_rollup(category, amount)), salesops.win_rate(won, closed)
	FROM crm.deal GROUP BY account_id HAVING salesops.open_pipeline(salesops.forecast_rollup(category, amount)) > 100000$$)) AS v (query);
SELECT pg_temp.same('days in the current stage of each deal', query), pg_temp.whole('days in the current stage of each deal', query) FROM (VALUES ($$
	SELECT opportunity_id, salesops.current_stage(salesops.stage_path(stage, changed_at)), salesops.days_in_current_stage(salesops.stage_path(stage, changed_at), '2026-06-29 00:00+00')
	FROM crm.opportunity_history GROUP BY opportunity_id$$)) AS v (query);
-- A function in WHERE is evaluated where the rows are.
SELECT pg_temp.same('a reader in WHERE', query), pg_temp.planned('a reader in WHERE: filtered on the shards', query, 'coord_combine_agg', 'Filter', 'Filter: .*win_rate.*0\.4', 'coord_combine_agg') FROM (VALUES ($$
	SELECT salesops.merge(deal_stats) FROM crm.monthly WHERE salesops.win_rate(deal_stats) > 0.4 AND salesops.won_amount(deal_stats) > 1000$$)) AS v (query);
SELECT pg_temp.same('the key of a company name, grouped', query), pg_temp.planned('the key of a company name, grouped: computed on the shards', query, 'Aggregate', 'company_key\(', 'company_key\(', 'coord_combine_agg') FROM (VALUES ($$
	SELECT salesops.company_key(name), count(*) FROM crm.account GROUP BY 1$$)) AS v (query);
SELECT pg_temp.same('months merged into quarters', query), pg_temp.split('months merged into quarters', query) FROM (VALUES ($$
	SELECT date_trunc('quarter', month::timestamp), salesops.merge(deal_stats), salesops.merge(forecast_rollup) FROM crm.monthly GROUP BY 1$$)) AS v (query);
SELECT pg_temp.same('a running summary, as a window', $$
	SELECT account_id, month, salesops.won_amount(salesops.merge(deal_stats) OVER (PARTITION BY account_id ORDER BY month)) FROM crm.monthly$$);
SELECT pg_temp.same('summaries of summaries, through an intermediate result', $$
	WITH by_owner AS MATERIALIZED (SELECT owner_id, salesops.deal_stats(outcome, amount, cycle_days) AS d, salesops.forecast_rollup(category, amount) AS r, salesops.stage_path(stage, created_at) AS s, salesops.compliance(ok) AS c FROM crm.deal GROUP BY owner_id)
	SELECT salesops.merge(d), salesops.merge(r), salesops.merge(s), salesops.merge(c) FROM by_owner$$);
SELECT pg_temp.same('subtotals over summaries, which Citus does not take over rows', $$
	SELECT stage, owner_id, salesops.merge(d) FROM (SELECT stage, owner_id, salesops.deal_stats(outcome, amount, cycle_days) AS d FROM crm.deal GROUP BY stage, owner_id) s GROUP BY ROLLUP (stage, owner_id)$$);
CREATE MATERIALIZED VIEW crm.refreshed AS SELECT account_id, salesops.deal_stats(outcome, amount, cycle_days) AS d FROM crm.deal GROUP BY account_id;
CREATE MATERIALIZED VIEW single.refreshed AS SELECT account_id, salesops.deal_stats(outcome, amount, cycle_days) AS d FROM single.deal GROUP BY account_id;
REFRESH MATERIALIZED VIEW crm.refreshed;
SELECT pg_temp.same('a materialized view over distributed tables, refreshed', 'SELECT * FROM crm.refreshed');

-- A table of summaries that takes new deals in: what is there and what comes are combined on the shards.
SET citus.enable_ddl_propagation = on;
CREATE TABLE crm.by_owner (owner_id text PRIMARY KEY, d salesops.deal_stats, r salesops.forecast_rollup);
SELECT create_distributed_table('crm.by_owner', 'owner_id') \g /dev/null
SET citus.enable_ddl_propagation = off;
CREATE TABLE single.by_owner (LIKE crm.by_owner);
CREATE FUNCTION pg_temp.take_in(deals text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO crm.by_owner AS kept SELECT owner_id, salesops.deal_stats(outcome, amount, cycle_days), salesops.forecast_rollup(category, amount) FROM crm.deal WHERE %s GROUP BY owner_id
		ON CONFLICT (owner_id) DO UPDATE SET d = salesops.deal_stats_combinefn(kept.d, excluded.d), r = salesops.forecast_rollup_combinefn(kept.r, excluded.r)', deals);
END $$;
SELECT pg_temp.take_in($$close_date < '2025-09-01'$$), pg_temp.take_in($$close_date >= '2025-09-01'$$), pg_temp.take_in('close_date IS NULL') \g /dev/null
INSERT INTO single.by_owner SELECT owner_id, salesops.deal_stats(outcome, amount, cycle_days), salesops.forecast_rollup(category, amount) FROM single.deal GROUP BY owner_id;
SELECT pg_temp.same('a table that took deals in three times', 'SELECT * FROM crm.by_owner');

-- ---- DISTINCT ----

SELECT pg_temp.same('DISTINCT ' || summary, format('SELECT DISTINCT %s FROM crm.monthly', summary)) FROM unnest(ARRAY['compliance', 'deal_stats', 'forecast_error', 'forecast_outcome', 'forecast_rollup', 'stage_path', 'deal_outlook', 'win_calibration', 'stage_win_rates', 'close_path', 'slippage', 'linearity', 'movement', 'pipeline_change', 'stage_history', 'match_graph', 'survival', 'stage_funnel', 'survivor', 'issue_counts']) AS summary;
SELECT pg_temp.same('count(DISTINCT ' || summary || ')', format('SELECT count(DISTINCT %s) FROM crm.monthly', summary)) FROM unnest(ARRAY['compliance', 'deal_stats', 'forecast_error', 'forecast_outcome', 'forecast_rollup', 'stage_path', 'deal_outlook', 'win_calibration', 'stage_win_rates', 'close_path', 'slippage', 'linearity', 'movement', 'pipeline_change', 'stage_history', 'match_graph', 'survival', 'stage_funnel', 'survivor', 'issue_counts']) AS summary;
SELECT pg_temp.same('DISTINCT over summaries made in the query', $$SELECT DISTINCT salesops.compliance(ok) FROM crm.deal GROUP BY owner_id$$);

-- ---- tables distributed by a column of each type ----

-- The workers hash the values that they move, by the operator class; what they moved, the coordinator must find by its own
-- hash.  Grouping and joining by the column needs no other node.
CREATE TEMP TABLE type_case (type text, source text);
INSERT INTO type_case VALUES
	('compliance', $$SELECT compliance FROM crm.monthly WHERE month >= '2026-05-01'$$), ('deal_stats', $$SELECT deal_stats FROM crm.monthly WHERE month >= '2026-05-01'$$),
	('forecast_rollup', $$SELECT forecast_rollup FROM crm.monthly WHERE month >= '2026-05-01'$$), ('stage_path', $$SELECT stage_path FROM crm.monthly WHERE month >= '2026-05-01'$$),
	('forecast_error', $$SELECT forecast_error FROM crm.monthly WHERE month >= '2026-05-01'$$), ('forecast_outcome', $$SELECT forecast_outcome FROM crm.monthly WHERE month >= '2026-05-01'$$),
	('deal_outlook', $$SELECT deal_outlook FROM crm.monthly WHERE month >= '2026-05-01'$$),
	('win_calibration', $$SELECT win_calibration FROM crm.monthly WHERE month >= '2026-05-01'$$), ('stage_win_rates', $$SELECT stage_win_rates FROM crm.monthly WHERE month >= '2026-05-01'$$),
	('stage_history', $$SELECT stage_history FROM crm.monthly WHERE month >= '2026-05-01'$$), ('match_graph', $$SELECT match_graph FROM crm.monthly WHERE month >= '2026-05-01'$$),
	('pipeline_change', $$SELECT pipeline_change FROM crm.monthly WHERE month >= '2026-05-01'$$),
	('issue_counts', $$SELECT issue_counts FROM crm.monthly WHERE month >= '2026-05-01'$$), ('hygiene_policy', $$SELECT format('{"stale_days": %s}', extract(month FROM month)::int)::salesops.hygiene_policy FROM crm.monthly$$),
	('survivor', $$SELECT survivor FROM crm.monthly WHERE month >= '2026-05-01'$$),
	('survival', $$SELECT survival FROM crm.monthly WHERE month >= '2026-05-01'$$), ('stage_funnel', $$SELECT stage_funnel FROM crm.monthly WHERE month >= '2026-05-01'$$),
	('movement', $$SELECT movement FROM crm.monthly WHERE month >= '2026-05-01'$$),
	('match_rule', $$SELECT format('{"columns": [{"name": "company"}], "threshold": 0.%s}', extract(month FROM month)::int + 10)::salesops.match_rule FROM crm.monthly$$),
	('match_model', $$SELECT format('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": %s, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}', extract(month FROM month)::int)::salesops.match_model FROM crm.monthly$$),
	('match_signature', $$SELECT salesops.text_signature(md5(month::text)) FROM crm.monthly$$), ('match_query', $$SELECT salesops.match_query(salesops.text_signature(md5(month::text)), 0.5) FROM crm.monthly$$),
	('sales_process', 'SELECT salesops.sales_process(stage, place, probability, category, outcome, max_days) FROM crm.pipeline_stage GROUP BY pipeline'),
	('business_calendar', $$SELECT salesops.business_calendar('Mon-Fri 09:00-17:00 Europe/Berlin', close_date) FROM crm.deal GROUP BY account_id$$),
	('fiscal_calendar', $$SELECT ('starts ' || (ARRAY['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'])[extract(month FROM month)::int])::salesops.fiscal_calendar FROM crm.monthly$$);
SELECT pg_temp.ok(count(*) > 0 AND bool_and(type IS NOT NULL), 'every type of the extension has a case', string_agg(typname, ', ') FILTER (WHERE type IS NULL))
FROM pg_depend JOIN pg_type t ON classid = 'pg_type'::regclass AND objid = t.oid LEFT JOIN type_case ON type = typname
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesops') AND typtype = 'b' AND typcategory <> 'A';

CREATE FUNCTION pg_temp.distribute_by(type text, source text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	moving text := format('INSERT INTO crm.by_%s SELECT v, md5(v::text) FROM (%s) AS s (v) WHERE v IS NOT NULL', type, source);
BEGIN
	EXECUTE format('CREATE TABLE crm.by_%s (v salesops.%1$s, digest text)', type);
	EXECUTE format('CREATE TABLE single.by_%s (v salesops.%1$s, digest text)', type);
	EXECUTE format('SELECT create_distributed_table(%L, %L)', 'crm.by_' || type, 'v');
	RETURN NEXT pg_temp.ok((pg_temp.plan_of(moving)).coordinator ~ 'INSERT/SELECT method: repartition', 'rows move by the hash of ' || type, (pg_temp.plan_of(moving)).coordinator);
	EXECUTE moving;
	EXECUTE pg_temp.on_single_node(moving);
END $$;
SET citus.enable_ddl_propagation = on;
SELECT pg_temp.distribute_by(type, source) FROM type_case;
SET citus.enable_ddl_propagation = off;
SELECT pg_temp.same('a table distributed by ' || type, format('SELECT v, digest FROM crm.by_%s', type)) FROM type_case;
SELECT pg_temp.same('grouped by ' || type, query), pg_temp.whole('grouped by ' || type, query)
FROM type_case, LATERAL (SELECT format('SELECT v, count(*), min(digest) FROM crm.by_%s GROUP BY v', type)) AS q (query);
SELECT pg_temp.same('joined by ' || type, format('SELECT a.digest FROM crm.by_%s a JOIN crm.by_%1$s b ON a.v OPERATOR(salesops.=) b.v', type)) FROM type_case;
CREATE FUNCTION pg_temp.first_of(type text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT v::text FROM single.by_%s ORDER BY v LIMIT 1', type) INTO STRICT result;
	RETURN result;
END $$;
SELECT pg_temp.same(type || ' looked for by value', query), pg_temp.ok((pg_temp.plan_of(query)).shards = 1, type || ' looked for by value: in one shard', query)
FROM type_case, LATERAL (SELECT format('SELECT digest FROM crm.by_%s WHERE v OPERATOR(salesops.=) %L', type, pg_temp.first_of(type))) AS q (query);

-- ---- joins ----

SELECT pg_temp.same('a join that moves rows: deals and their accounts', $$
	SELECT a.country, salesops.deal_stats(CASE WHEN o.stage = 'Closed Won' THEN 'won' END, o.amount, NULL) FROM crm.opportunity o JOIN crm.account a ON a.account_id = o.account_id GROUP BY 1$$);
SELECT pg_temp.same('a join that moves rows twice, grouped by the key of the name', $$
	SELECT salesops.company_key(a.name), salesops.stage_path(h.stage, h.changed_at) FROM crm.deal d JOIN crm.account a ON a.account_id = d.account_id JOIN crm.opportunity_history h ON h.opportunity_id = d.opportunity_id GROUP BY 1$$);
SELECT pg_temp.same('a join with a reference table', $$
	SELECT u.team, salesops.forecast_rollup(d.category, d.amount), salesops.compliance(d.ok) FROM crm.deal d JOIN crm.sales_user u ON u.user_id = d.owner_id GROUP BY u.team$$);
-- Duplicates: the keys, distributed by the key, so that records of the same company meet in one shard.
SET citus.enable_ddl_propagation = on;
CREATE TABLE crm.account_key (account_id text, name text, key text);
SELECT create_distributed_table('crm.account_key', 'key') \g /dev/null
SET citus.enable_ddl_propagation = off;
CREATE TABLE single.account_key (LIKE crm.account_key);
INSERT INTO crm.account_key SELECT account_id, name, salesops.company_key(name) FROM crm.account WHERE salesops.company_key(name) IS NOT NULL;
INSERT INTO single.account_key SELECT account_id, name, salesops.company_key(name) FROM single.account WHERE salesops.company_key(name) IS NOT NULL;
SELECT pg_temp.same('accounts that share a key, with their similarity', $$
	SELECT a.account_id, b.account_id, salesops.company_similarity(a.name, b.name) FROM crm.account_key a JOIN crm.account_key b USING (key) WHERE a.account_id < b.account_id$$);

-- ---- calendars ----

SELECT pg_temp.same('business time and fiscal quarters', $$
	SELECT opportunity_id, salesops.business_hours(created_at, close_date::timestamp AT TIME ZONE 'UTC', 'Mon-Fri 09:00-17:00 America/New_York'), salesops.sla_status(created_at, close_date::timestamp AT TIME ZONE 'UTC', 400 * 3600, 'Mon-Fri 09:00-17:00 Europe/Berlin', '2026-06-29 00:00+00'),
		salesops.fiscal_quarter(close_date, '4-5-4 starts Sunday nearest February 1'), salesops.fiscal_period_start(created_at, 'America/New_York', 'quarter', 'starts February') FROM crm.deal$$);
SELECT pg_temp.same('a fiscal quarter, grouped', query), pg_temp.planned('a fiscal quarter, grouped: computed on the shards', query, 'Aggregate', 'fiscal_quarter\(', 'fiscal_quarter\(', 'coord_combine_agg') FROM (VALUES ($$
	SELECT salesops.fiscal_quarter(close_date, 'starts February'), count(*) FROM crm.deal GROUP BY 1$$)) AS v (query);
SELECT pg_temp.same('cases judged by a calendar that is made in the query', $$
	SELECT owner_id, salesops.sla_compliance(created_at, close_date::timestamp AT TIME ZONE 'UTC', 400 * 3600, (SELECT salesops.business_calendar('Mon-Fri 09:00-17:00 Europe/Berlin', close_date) FROM crm.deal WHERE stage = 'Closed Won'), '2026-06-29 00:00+00') FROM crm.deal GROUP BY owner_id$$);

-- ---- policies and summaries as parameters ----

SELECT pg_temp.same('a policy from a subquery', $$
	SELECT owner_id, salesops.forecast_category_integrity((SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) FROM crm.stage), stage, label) FROM crm.deal GROUP BY owner_id$$);
CREATE FUNCTION pg_temp.prepare(name text, query text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('PREPARE crm_%s AS %s', name, query);
	EXECUTE format('PREPARE single_%s AS %s', name, pg_temp.on_single_node(query));
END $$;
SELECT pg_temp.prepare('integrity (salesops.sales_process)', 'SELECT owner_id, salesops.forecast_category_integrity($1, stage, label) FROM crm.deal GROUP BY owner_id'),
	pg_temp.prepare('merged (salesops.deal_stats)', 'SELECT month, salesops.deal_stats_combinefn(salesops.merge(deal_stats), $1) FROM crm.monthly GROUP BY month'),
	pg_temp.prepare('equal (salesops.deal_stats)', 'SELECT digest FROM crm.by_deal_stats WHERE v OPERATOR(salesops.=) $1') \g /dev/null
SELECT process::text AS process FROM single.policy \gset
SELECT max(v::text) AS summary FROM single.by_deal_stats \gset
-- often enough for a plan that does not know the values
SELECT pg_temp.same('a policy as a parameter, run ' || run, format('EXECUTE crm_integrity(%L)', :'process')) FROM generate_series(1, 7) AS run;
SELECT pg_temp.same('a summary as a parameter, run ' || run, format('EXECUTE crm_merged(%L)', :'summary')) FROM generate_series(1, 7) AS run;
SELECT pg_temp.same('a summary as a parameter that chooses the shard, run ' || run, format('EXECUTE crm_equal(%L)', :'summary')) FROM generate_series(1, 7) AS run;
