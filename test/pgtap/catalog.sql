-- catalog: what must hold of every object of the extension, and that every example in a comment is true.
\ir setup.psql

-- Everything that belongs to the extension.
CREATE TEMP TABLE member AS
	SELECT classid, objid, pg_describe_object(classid, objid, 0) AS name FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesops');
-- those that look at queries, run them so that they cannot write, and read tables in a schema that they are told
CREATE TEMP TABLE governing AS SELECT p.*, name FROM member JOIN pg_proc p ON classid = 'pg_proc'::regclass AND p.oid = objid AND prokind <> 'p' AND provolatile <> 'v' AND 'regclass'::regtype <> ALL (proargtypes) AND proname = ANY ('{bulk_update_preview, bulk_update_statements, html_table, inspection_report, metric_drift, metric_objects, metric_results, metric_status, picture_columns, qc_evidence, qc_gate, qc_results, query_check, query_columns, query_definitions, query_number, query_objects, query_rows, query_select, svg_bars, svg_curves}');
CREATE TEMP TABLE fn AS SELECT p.*, name FROM member JOIN pg_proc p ON classid = 'pg_proc'::regclass AND p.oid = objid AND prokind <> 'p' AND provolatile <> 'v' AND 'regclass'::regtype <> ALL (proargtypes) AND p.oid NOT IN (SELECT oid FROM governing) AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'plpgsql');
-- those that run a query which they are given, and what shows how far these are
CREATE TEMP TABLE running AS SELECT * FROM fn WHERE proname = ANY ('{match_run, match_run_fit, match_run_of, match_progress}');
CREATE TEMP TABLE reading AS SELECT p.*, name FROM member JOIN pg_proc p ON classid = 'pg_proc'::regclass AND p.oid = objid AND prokind <> 'p' AND provolatile <> 'v' AND ('regclass'::regtype = ANY (proargtypes) OR prolang = (SELECT oid FROM pg_language WHERE lanname = 'plpgsql')) AND p.oid NOT IN (SELECT oid FROM governing);
CREATE TEMP TABLE changing AS SELECT p.*, name FROM member JOIN pg_proc p ON classid = 'pg_proc'::regclass AND p.oid = objid AND prokind <> 'p' AND provolatile = 'v' AND proname <> ALL ('{match_lock, match_probe}');
-- those that lock what they look for: in C, where no name is looked up
CREATE TEMP TABLE locking AS SELECT p.*, name FROM member JOIN pg_proc p ON classid = 'pg_proc'::regclass AND p.oid = objid AND proname = ANY ('{match_lock, match_probe}');
CREATE TEMP TABLE procedure AS SELECT p.*, name FROM member JOIN pg_proc p ON classid = 'pg_proc'::regclass AND p.oid = objid AND prokind = 'p';
CREATE TEMP TABLE ty AS SELECT t.*, name FROM member JOIN pg_type t ON classid = 'pg_type'::regclass AND t.oid = objid;
CREATE TEMP TABLE op AS SELECT o.*, name FROM member JOIN pg_operator o ON classid = 'pg_operator'::regclass AND o.oid = objid;
SELECT cmp_ok(count(*), '>=', 170::bigint, 'functions') FROM fn;
SELECT set_eq('SELECT typname::text FROM ty WHERE typtype = ''b'' AND typcategory <> ''A'' AND typname = ANY (''{business_calendar, compliance, deal_stats, fiscal_calendar, forecast_error, forecast_outcome, forecast_rollup, sales_process, stage_path}'')',
	'{business_calendar, compliance, deal_stats, fiscal_calendar, forecast_error, forecast_outcome, forecast_rollup, sales_process, stage_path}'::text[], 'base types');
SELECT set_eq('SELECT typname::text FROM ty WHERE typtype = ''b'' AND typcategory <> ''A'' AND typname = ANY (''{business_calendar, compliance, deal_outlook, deal_stats, fiscal_calendar, forecast_rollup, sales_process, stage_path}'')',
	'{business_calendar, compliance, deal_outlook, deal_stats, fiscal_calendar, forecast_rollup, sales_process, stage_path}'::text[], 'base types');
SELECT set_eq('SELECT typname::text FROM ty WHERE typtype = ''b'' AND typcategory <> ''A'' AND typname = ANY (''{business_calendar, compliance, deal_stats, fiscal_calendar, forecast_rollup, sales_process, stage_path, stage_win_rates, win_calibration}'')',
	'{business_calendar, compliance, deal_stats, fiscal_calendar, forecast_rollup, sales_process, stage_path, stage_win_rates, win_calibration}'::text[], 'base types');
SELECT set_eq('SELECT typname::text FROM ty WHERE typtype = ''b'' AND typcategory <> ''A'' AND typname = ANY (''{business_calendar, close_path, compliance, deal_stats, fiscal_calendar, forecast_rollup, linearity, sales_process, slippage, stage_path}'')',
	'{business_calendar, close_path, compliance, deal_stats, fiscal_calendar, forecast_rollup, linearity, sales_process, slippage, stage_path}'::text[], 'base types');

-- The query lists offenders by name: it passes with none.
CREATE FUNCTION pg_temp.none(query text, description text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	offenders text;
BEGIN
	EXECUTE format('SELECT string_agg(o::text, '', '' ORDER BY o::text) FROM (%s) q(o)', query) INTO offenders;
	RETURN is(offenders, NULL, description);
END $$;

-- ---- what functions say of themselves ----
-- binary forms hold names in the client's encoding, a setting; as textsend and textrecv, they are STABLE
SELECT pg_temp.none('SELECT name FROM fn WHERE name NOT IN (SELECT name FROM running) AND provolatile <> CASE WHEN proname ~ ''_(recv|send)$'' THEN ''s'' ELSE ''i'' END', 'every function is IMMUTABLE, but for the binary forms');
SELECT pg_temp.none('SELECT name FROM fn WHERE name NOT IN (SELECT name FROM running) AND proparallel <> ''s''', 'every function is PARALLEL SAFE');
SELECT is(count(*), 4::bigint, 'four run a query, or show how far one is') FROM running;
SELECT pg_temp.none('SELECT name FROM running WHERE provolatile <> ''s'' OR proparallel <> ''r''', 'which they say');
SELECT pg_temp.none('SELECT name FROM fn WHERE prosecdef', 'nothing is SECURITY DEFINER');
-- in units of a plain operator, which 1 is: what writes or reads a whole value, what aligns two texts, what makes a
-- numeric, and what looks a stage up in a process
SELECT pg_temp.none('SELECT name FROM fn WHERE prokind = ''f'' AND procost < CASE
	WHEN proname ~ ''_(in|out|recv|send|combinefn|finalfn)$'' OR proargtypes[0] = ''text''::regtype AND proargtypes[1] = ''text''::regtype OR proname ~ ''_key$'' THEN 10
	WHEN prorettype = ''numeric''::regtype OR proname = ''median_cycle_days'' OR proargtypes[0] = (SELECT oid FROM ty WHERE typname = ''sales_process'') AND proargtypes[1] = ''text''::regtype THEN 2
	ELSE 1 END', 'what costs more than an operator says so');
SELECT pg_temp.none('SELECT name FROM fn WHERE procost > 100 AND name NOT IN (SELECT name FROM running)', 'and nothing says that it costs as much as a query');
SELECT pg_temp.none('SELECT name FROM fn WHERE proleakproof', 'nothing is LEAKPROOF: errors show arguments');
SELECT pg_temp.none('SELECT name FROM fn WHERE prosupport <> 0', 'nothing has a support function');
SELECT pg_temp.none('SELECT name FROM fn WHERE proacl IS NOT NULL UNION ALL SELECT name FROM ty WHERE typacl IS NOT NULL', 'nothing is granted or revoked beyond the default');
SELECT pg_temp.none('SELECT grantee::regrole || '' '' || privilege_type FROM pg_namespace, aclexplode(nspacl) WHERE nspname = ''salesops'' AND grantee <> nspowner AND (grantee <> 0 OR privilege_type <> ''USAGE'')', 'nobody is granted more than the use of the schema');
SELECT pg_temp.none('SELECT extname FROM pg_extension WHERE extname = ''salesops'' AND extconfig IS NOT NULL', 'no configuration is dumped');
-- named notation, and what a reader of \df sees; a summary''s own name says what it is, and two texts that are compared are alike
SELECT pg_temp.none('SELECT name FROM fn WHERE proname !~ ''(_in|_out|_recv|_send|_combinefn|_finalfn)$|^value_|_gist_'' AND pronargs > 1
	AND (SELECT count(DISTINCT t) FROM unnest(proargtypes) t) > 1 AND NOT coalesce((SELECT bool_and(n <> '''' OR proargtypes[i - 1] IN (SELECT oid FROM ty)) FROM unnest(proargnames) WITH ORDINALITY a(n, i)), false)', 'arguments have names');
SELECT pg_temp.none('SELECT name FROM fn WHERE proconfig IS NOT NULL', 'no function changes a setting');
SELECT pg_temp.none('SELECT name FROM fn WHERE pronamespace <> (SELECT oid FROM pg_namespace WHERE nspname = ''salesops'')', 'every function is in the extension''s schema');
SELECT pg_temp.none('SELECT name FROM fn WHERE prolang NOT IN (SELECT oid FROM pg_language WHERE lanname IN (''c'', ''internal'')) AND prosqlbody IS NULL', 'bodies in SQL are in the standard form, which does not depend on search_path');
SELECT pg_temp.none('SELECT name FROM fn WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = ''c'') AND (prosrc !~ ''^salesops_'' OR probin <> ''$libdir/salesops'')', 'C symbols have the extension''s prefix');
SELECT pg_temp.none('SELECT name FROM member WHERE classid = ''pg_class''::regclass AND objid IN (SELECT oid FROM pg_class WHERE relkind IN (''r'', ''p'', ''m'', ''f'', ''S''))', 'the extension owns no table');

-- ---- procedures: what they run is written by functions, and all that they do is done with the rights of who calls them ----
SELECT set_eq('SELECT proname::text FROM procedure', '{attach, create_bulk_update_log, create_contract, create_duplicate_check, create_duplicate_index, create_exception_notify, create_exception_queue, create_export_log, create_merge_log, create_metric_registry, create_opportunity_as_of, create_qc_gate, create_report_access, create_reports, create_row_security, create_snapshots, may_commit, refresh_reports, report_grant_again, report_make_way, require_adapter_views, require_columns, require_ownership, require_schema}'::text[], 'procedures');
SELECT pg_temp.none('SELECT name FROM procedure WHERE prosecdef OR proleakproof OR proacl IS NOT NULL OR pronamespace <> (SELECT oid FROM pg_namespace WHERE nspname = ''salesops'')', 'no procedure is SECURITY DEFINER, or granted or revoked beyond the default');
SELECT pg_temp.none('SELECT name FROM procedure WHERE prolang <> (SELECT oid FROM pg_language WHERE lanname = ''plpgsql'') AND proname <> ''may_commit''', 'procedures are in PL/pgSQL, but for one');
-- one that commits may not have settings: it makes them before anything else
SELECT pg_temp.none('SELECT name FROM procedure WHERE proconfig IS DISTINCT FROM ''{"search_path=pg_catalog, pg_temp"}'' AND proname <> ''may_commit'' AND (proname <> ''refresh_reports'' OR proconfig IS NOT NULL OR prosrc !~ ''^[^;]*;?.*?\nBEGIN\n\tPERFORM pg_catalog\.set_config\(.search_path., .pg_catalog, pg_temp., true\);'')', 'whose names do not depend on the caller''s search_path, and which change no other setting');
SELECT pg_temp.none($$SELECT name || ': ' || m[2] FROM procedure, regexp_replace(prosrc, '--[^\n]*|''[^'']*''', '', 'g') code, regexp_matches(code, '\m(from|join|into|update|table)\s+([a-z_.]+)', 'gi') m
	WHERE m[2] <> ALL ('{pg_namespace, pg_class, pg_attribute, pg_depend, pg_proc, pg_rewrite, pg_type, unnest, LATERAL, rel, missing, others, problem, work, salesops.refresh_start, salesops.report_steps}')$$, 'they read the catalogs, and no table but by what they execute');
SELECT pg_temp.none($$SELECT name FROM procedure, regexp_matches(prosrc, '\mEXECUTE\s+([^;]*)', 'gi') e WHERE e[1] !~ '^salesops\.\w+_sql\((schema(, \w+)?|relation, \w+, \w+|schema, contract_schema, calendar, policy, time_zone, correlation|adapter, source_schema, target_schema, time_zone, own_tables, custom_fields)\)$' AND NOT (btrim(e[1]) = 'away' AND prosrc ~ 'away := \(salesops\.report_way_sql\(schema\)\)\.away')
	AND NOT (name LIKE '%report\_grant\_again(%' AND btrim(e[1]) = 'grant_sql' AND EXISTS (SELECT FROM procedure AS c WHERE c.name LIKE '%create\_reports(%' AND c.prosrc ~ 'afterwards := \(salesops\.report_way_sql\(schema\)\)\.afterwards;.*CALL salesops\.report_grant_again\(afterwards\)'))$$, 'what they execute is what a function wrote that shows it');
SELECT pg_temp.none('SELECT name FROM procedure WHERE ''''::text = ANY (proargnames) OR pronargs <> cardinality(proargnames)', 'their arguments have names');
SELECT pg_temp.none($$SELECT name FROM procedure WHERE obj_description(oid, 'pg_proc') !~ ('\mCALL salesops\.' || proname || '\(.*\);\n')$$, 'and their comments a call');

-- ---- functions that read a table by its name: with the rights of who calls them, which a view over it may not have ----
SELECT set_eq('SELECT proname::text FROM reading', '{adapter_comment, adapter_csv, adapter_day, adapter_deleted, adapter_detect, adapter_dynamics, adapter_fields, adapter_hubspot, adapter_options, adapter_outcome, adapter_passed, adapter_relations, adapter_salesforce, adapter_sql, adapter_taken, adapter_value, adapter_view, bulk_update_check, bulk_update_table, contract_check, contract_sql, drill_down_sql, duplicate_check_sql, duplicate_clusters, duplicate_index_name, duplicate_index_own, duplicate_index_sql, duplicate_pairs, exception_digest, exceptions_at, existing_schema, explain_match, find_duplicates, fit_match_model, match_candidates, match_pairs, match_source, match_values, merge_impact, merge_key, merge_members, merge_plan, merge_references, metric_compare, metric_compare_sql, metric_compare_summary, refresh_progress, report_owner_check, report_schema_check, report_steps, report_way_sql, similar_names}'::text[], 'functions that read tables');
SELECT pg_temp.none('SELECT name FROM reading WHERE prosecdef OR proleakproof OR proacl IS NOT NULL OR provolatile <> ''s'' OR proparallel <> CASE WHEN proname IN (''metric_compare'', ''metric_compare_summary'', ''bulk_update_check'', ''contract_check'') THEN ''u'' ELSE ''r'' END::"char" OR pronamespace <> (SELECT oid FROM pg_namespace WHERE nspname = ''salesops'')', 'none is SECURITY DEFINER, or granted or revoked beyond the default, or changes anything, or runs in a worker, where temporary tables are not; those that read whatever views do, make subtransactions, too');
-- those that write values as texts, to be compared and read again, set how, in one way for all
SELECT pg_temp.none($$SELECT name FROM reading WHERE proconfig IS DISTINCT FROM '{"search_path=pg_catalog, pg_temp"}' || CASE WHEN proname IN ('merge_impact', 'merge_members', 'merge_plan', 'metric_compare', 'metric_compare_summary') THEN '{extra_float_digits=1,DateStyle=ISO,IntervalStyle=postgres,lc_monetary=C,TimeZone=UTC}' ELSE '{}' END::text[]$$, 'their names do not depend on the caller''s search_path');
SELECT pg_temp.none($$SELECT name || ': ' || m[2] FROM reading, regexp_replace(prosrc, '--[^\n]*|''[^'']*''|\$\$.*?\$\$', '', 'g') code, regexp_matches(code, '\m(from|join|into|update|table)\s+([a-z_.]+)', 'gi') m
	WHERE m[2] <> ALL ('{NULL, LATERAL, unnest, generate_subscripts, missing, other_type, missing, pg_amop, pg_attribute, pg_class, pg_constraint, pg_index, pg_inherits, pg_namespace, pg_opclass, pg_operator, pg_trigger, pg_type, pg_depend, jsonb_array_elements, jsonb_array_elements_text, jsonb_each, jsonb_each_text, jsonb_object_keys, salesops.merge_impact, salesops.merge_key, salesops.merge_members, salesops.merge_plan, salesops.merge_references, pair, crowd, found, member, owner, of, keys, wrong, conditions, pg_proc, pg_rewrite, views, edges, depths, steps, key, d.columns, aclexplode, gone, others, pg_database, pg_roles, rights, same, away, holder, there}') AND m[2] NOT IN (SELECT 'salesops.' || proname FROM fn)$$, 'they read the catalogs, and no table but by what they execute');
SELECT pg_temp.none('SELECT name FROM reading WHERE ''''::text = ANY (proargnames)', 'their arguments have names');

SELECT pg_temp.none('SELECT name FROM locking WHERE prosecdef OR proleakproof OR proacl IS NOT NULL OR provolatile <> ''v'' OR proparallel <> ''u'' OR NOT proisstrict OR prolang <> (SELECT oid FROM pg_language WHERE lanname = ''c'') OR proconfig IS NOT NULL OR ''''::text = ANY (proargnames)', 'those that lock are in C, and say that they are no queries');

-- ---- functions that change tables: with the rights of who calls them, and from a log that is theirs ----
SELECT set_eq('SELECT proname::text FROM changing', '{assign_exceptions, bulk_update_apply, bulk_update_approve, bulk_update_cancel, bulk_update_plan, bulk_update_undo, dispose_exceptions, evaluate_metrics, lock_exceptions, merge_apply, merge_undo, publish_report, qc_record, refresh_begin, refresh_end, refresh_start, refresh_step, register_metric, register_qc_check, register_scorecard, report_lock, run_qc, snooze_exceptions, update_exceptions}'::text[], 'functions that change tables');
SELECT pg_temp.none('SELECT name FROM changing WHERE prosecdef OR proleakproof OR proacl IS NOT NULL OR proparallel <> ''u'' OR proisstrict OR prolang <> (SELECT oid FROM pg_language WHERE lanname = ''plpgsql'') OR pronamespace <> (SELECT oid FROM pg_namespace WHERE nspname = ''salesops'')', 'none is SECURITY DEFINER, or granted or revoked beyond the default, or runs in a worker');
-- the time zone stays that of the session: triggers of the tables run here
SELECT pg_temp.none($$SELECT name FROM changing WHERE proconfig IS DISTINCT FROM '{"search_path=pg_catalog, pg_temp",extra_float_digits=1,DateStyle=ISO,IntervalStyle=postgres,lc_monetary=C}'$$, 'their names do not depend on the caller''s search_path, nor texts of values on other settings');
SELECT pg_temp.none($$SELECT name || ': ' || m[2] FROM changing, regexp_replace(prosrc, '--[^\n]*|''[^'']*''|\$\$.*?\$\$', '', 'g') code, regexp_matches(code, '\m(from|join|into|update|table)\s+([a-z_.]+)', 'gi') m
	WHERE m[2] <> ALL ('{NULL, LATERAL, changed, holder, pg_database, pg_locks, pg_roles, unnest, generate_subscripts, missing, other_type, missing, pg_amop, pg_attribute, pg_class, pg_constraint, pg_index, pg_inherits, pg_namespace, pg_opclass, pg_operator, pg_trigger, pg_type, pg_depend, jsonb_array_elements, jsonb_array_elements_text, jsonb_each, jsonb_each_text, jsonb_object_keys, salesops.merge_impact, salesops.merge_key, salesops.merge_members, salesops.merge_plan, salesops.merge_references, salesops.report_steps, setting, before, steps, counted, other, id}')$$, 'they read the catalogs, and change no table but by what they execute');
SELECT pg_temp.none('SELECT name FROM changing WHERE ''''::text = ANY (proargnames)', 'their arguments have names');

-- ---- functions that look at queries, or read tables in a schema that they are told ----
SELECT set_eq('SELECT proname::text FROM governing', '{bulk_update_preview, bulk_update_statements, html_table, inspection_report, metric_drift, metric_objects, metric_results, metric_status, picture_columns, qc_evidence, qc_gate, qc_results, query_check, query_columns, query_definitions, query_number, query_objects, query_rows, query_select, svg_bars, svg_curves}'::text[], 'functions that look at queries');
SELECT pg_temp.none('SELECT name FROM governing WHERE prosecdef OR proleakproof OR proacl IS NOT NULL OR provolatile <> ''s'' OR pronamespace <> (SELECT oid FROM pg_namespace WHERE nspname = ''salesops'')', 'none is SECURITY DEFINER, or granted or revoked beyond the default, or changes anything');
-- an error is caught in a subtransaction, which cannot begin while others work
SELECT pg_temp.none('SELECT name FROM governing WHERE proparallel <> CASE WHEN proname = ''query_select'' THEN ''s'' WHEN proname ~ ''^query_'' OR prosrc ~ ''EXCEPTION WHEN|salesops.(query_|html_table)'' THEN ''u'' ELSE ''r'' END::"char"', 'those that make subtransactions are kept out of parallel queries');
SELECT pg_temp.none($$SELECT name FROM governing WHERE prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c') AND proconfig IS DISTINCT FROM '{"search_path=pg_catalog, pg_temp"}' || CASE WHEN proname IN ('query_number') THEN '{extra_float_digits=1,DateStyle=ISO,IntervalStyle=postgres,lc_monetary=C}' WHEN proname IN ('html_table', 'inspection_report', 'svg_bars', 'svg_curves') THEN '{extra_float_digits=1,DateStyle=ISO,IntervalStyle=postgres,lc_monetary=C,TimeZone=UTC,jit=off}' WHEN proname IN ('bulk_update_preview') THEN '{extra_float_digits=1,DateStyle=ISO,IntervalStyle=postgres,lc_monetary=C,TimeZone=UTC}' ELSE '{}' END::text[]$$, 'their names do not depend on the caller''s search_path');
SELECT pg_temp.none($$SELECT name || ': ' || m[2] FROM governing, regexp_replace(prosrc, '--[^\n]*|''[^'']*''|\$\$.*?\$\$|\$q\$.*?\$q\$|\$page\$.*?\$page\$', '', 'g') code, regexp_matches(code, '\m(from|join|into|update|table)\s+([a-z_.]+)', 'gi') m
	WHERE m[2] <> ALL ('{LATERAL, b.value, base, pg_cast, why, wrong, current_group, differing_of, found, generate_series, head, jsonb_array_elements, jsonb_each, jsonb_each_text, legend, line, names, object_hash, of_refresh, part.section, pg_aggregate, pg_attribute, pg_class, pg_depend, pg_extension, pg_identify_object, pg_index, pg_proc, pg_rewrite, pg_type, place, plan, present, result, salesops.inspection_parts, salesops.merge_key, shown, statements, unknown, unnest, wanted, written}') AND m[2] NOT IN (SELECT 'salesops.' || proname FROM governing)$$, 'they read the catalogs, and no table but by what they execute');
SELECT pg_temp.none('SELECT name FROM governing WHERE ''''::text = ANY (proargnames)', 'their arguments have names');


-- ---- aggregates ----
SELECT cmp_ok(count(*), '>=', 18::bigint, 'aggregates') FROM fn WHERE prokind = 'a';
SELECT pg_temp.none('SELECT name FROM fn JOIN pg_aggregate a ON a.aggfnoid = fn.oid WHERE aggcombinefn = 0', 'every aggregate has a combine function');
SELECT pg_temp.none('SELECT name FROM fn JOIN pg_aggregate a ON a.aggfnoid = fn.oid WHERE aggtranstype = ''internal''::regtype OR aggtranstype NOT IN (SELECT oid FROM ty)', 'the state of every aggregate is a type of the extension');
SELECT pg_temp.none('SELECT name FROM fn JOIN pg_aggregate a ON a.aggfnoid = fn.oid WHERE aggfinalmodify <> ''r''', 'no final function modifies its state');
SELECT pg_temp.none('SELECT name FROM fn WHERE prokind = ''a'' AND pronargs = 0', 'every aggregate takes an argument');
SELECT pg_temp.none('SELECT name FROM fn JOIN pg_aggregate a ON a.aggfnoid = fn.oid JOIN pg_proc c ON c.oid = a.aggcombinefn WHERE c.proisstrict', 'combine functions take NULL');

SELECT pg_temp.none('SELECT name FROM fn JOIN pg_aggregate a ON a.aggfnoid = fn.oid WHERE aggtransspace NOT BETWEEN 16 AND 2048', 'every aggregate says how large its state is');
SELECT pg_temp.none('SELECT name FROM fn JOIN pg_aggregate a ON a.aggfnoid = fn.oid WHERE aggkind <> ''n''', 'no aggregate is an ordered-set one');

-- ---- NULLs: every C function with every combination of NULLs and values ----
\ir ../lib/example_arguments.sql
SELECT pg_temp.none('SELECT DISTINCT t::regtype FROM fn, unnest(proargtypes) t WHERE t NOT IN (SELECT type FROM example.value) AND ''internal''::regtype <> ALL (proargtypes)', 'every type of an argument has a value to call with');
-- What becomes of a call: a text, NULL, or ERROR and the SQLSTATE.  A crash ends the test.
CREATE FUNCTION pg_temp.call(expression text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	-- of a set the first row
	EXECUTE 'SELECT (SELECT (' || expression || ')::text LIMIT 1)' INTO STRICT result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN 'ERROR ' || SQLSTATE;
END $$;
-- Bit i of `nulls` says that argument i is NULL; the last combination, without a NULL, is left to other tests.  Of many arguments few are, or nearly all.
CREATE TEMP TABLE null_call AS
	SELECT fn.name, fn.prokind, fn.proisstrict, nulls, pg_temp.call(format(CASE prokind WHEN 'a' THEN '(SELECT salesops.%I(%s) FROM generate_series(1, 3))' ELSE 'salesops.%I(%s)' END, proname, arguments)) AS result
	FROM fn, LATERAL (SELECT n FROM generate_series(1, (1 << pronargs) - 1) n WHERE pronargs <= 10 OR bit_count(n::bit(16)) NOT BETWEEN 3 AND pronargs - 2) b (nulls),
		LATERAL (SELECT string_agg(CASE WHEN provariadic <> 0 AND n = pronargs THEN 'VARIADIC ' ELSE '' END || CASE WHEN nulls & (1 << (n::int - 1)) > 0 THEN 'NULL' ELSE coalesce(x.literal, e.literal) END || '::' || CASE WHEN e.type IN ('anyarray', 'anycompatiblearray') THEN 'text[]' ELSE e.type::text END, ', ' ORDER BY n) AS arguments
			FROM unnest(proargtypes) WITH ORDINALITY a(t, n) JOIN example.value e ON e.type = t LEFT JOIN example.argument x ON x.name = proargnames[n] AND x.type = t) e
	WHERE 'internal'::regtype <> ALL (proargtypes);
SELECT cmp_ok(count(*), '>=', 600::bigint, 'calls with NULLs') FROM null_call;
SELECT pg_temp.none('SELECT name || '' '' || nulls || '': '' || result FROM null_call WHERE proisstrict AND result IS NOT NULL', 'a STRICT function of a NULL is NULL');
-- what a NULL may not be: a stage''s name and the like, the calendar that dates are added to, what a linearity is of, a deal''s id and its state; its ids are of one type, and each once
SELECT pg_temp.none('SELECT DISTINCT name || '' '' || result FROM null_call WHERE result ~ ''^ERROR'' AND NOT (name ~ ''sales_process(_transfn)?\('' AND result = ''ERROR 22023'') AND NOT (name ~ ''(hygiene_issues|required_issues|issue_severity|issue_owner|issue_due|account_issues|contact_issues|lead_issues)\('' AND result = ''ERROR 22004'') AND NOT (name ~ ''business_calendar(_transfn)?\('' AND result ~ ''^ERROR (22004|22023)'') AND NOT (name ~ ''linearity(_transfn)?\('' AND result = ''ERROR 22004'') AND NOT (name ~ ''pipeline_change(_transfn)?\('' AND result ~ ''^ERROR (22004|21000|42804)'')', 'NULLs are no errors where a function takes them');
SELECT pg_temp.none('SELECT name FROM null_call WHERE NOT proisstrict AND prokind = ''f'' AND name !~ ''_finalfn'' GROUP BY name HAVING bool_and(result IS NULL)', 'what is not STRICT makes something of a NULL (a final function is not called for none)');

-- ---- types ----
SELECT pg_temp.none('SELECT name FROM ty WHERE typtype = ''b'' AND typcategory <> ''A'' AND (typalign <> ''d'' OR typstorage <> ''x'' OR typlen <> -1 OR typbyval)', 'values hold 8-byte numbers and may be compressed and moved out of line');
-- rules and models of matching share one, so that where a function takes either, a literal is a rule
SELECT pg_temp.none('SELECT name FROM ty WHERE typtype = ''b'' AND typcategory NOT IN (''A'', CASE WHEN typname IN (''match_rule'', ''match_model'') THEN ''M''::"char" ELSE ''U'' END) OR typtype = ''d'' AND typcategory <> ''S'' OR typispreferred <> (typname = ''match_rule'')', 'types are in a category of their own, domains in their base type''s, and none is preferred but match_rule');
SELECT lives_ok($$SELECT salesops.duplicate_pairs('pg_catalog.pg_am', '{"key": "oid", "columns": [{"amname": "text"}]}')$$, 'a literal is a rule, and not one of two types');
SELECT pg_temp.none('SELECT name FROM ty WHERE typcategory <> ''A'' AND (typarray = 0 OR typdelim <> '','' OR typanalyze <> 0 OR typmodin <> 0 OR typdefault IS NOT NULL)', 'each has an array, and statistics as its order allows');
SELECT pg_temp.none('SELECT name FROM member WHERE classid = ''pg_cast''::regclass', 'no cast happens unasked');
SELECT pg_temp.none('SELECT name FROM ty WHERE typtype = ''b'' AND typcategory <> ''A'' AND (typsend = 0 OR typreceive = 0)', 'every base type has a binary form');
SELECT pg_temp.none('SELECT name || '' '' || amname FROM ty, pg_am WHERE typtype = ''b'' AND typcategory <> ''A'' AND amname IN (''btree'', ''hash'')
	AND NOT EXISTS (SELECT FROM pg_opclass WHERE opcintype = ty.oid AND opcmethod = pg_am.oid AND opcdefault)', 'every base type has default operator classes for btree and hash');
SELECT pg_temp.none('SELECT name FROM ty WHERE typtype = ''b'' AND typcategory <> ''A'' AND NOT EXISTS (SELECT FROM pg_opclass o JOIN pg_amproc p ON p.amprocfamily = o.opcfamily AND p.amprocnum = 2
	WHERE opcintype = ty.oid AND opcmethod = (SELECT oid FROM pg_am WHERE amname = ''hash''))', 'every base type can be a key of hash partitioning');
SELECT pg_temp.none('SELECT name FROM ty WHERE typtype = ''e'' OR typtype = ''c''', 'no enum and no composite type');
SELECT pg_temp.none('SELECT name FROM op WHERE oprname = ''='' AND NOT (oprcanhash AND oprcanmerge AND oprcom = op.oid AND oprnegate <> 0)', 'every = can be hashed and merged, commutes and has a negator');
SELECT pg_temp.none('SELECT name FROM op WHERE oprcom = 0 OR oprresult = ''bool''::regtype AND (oprrest = 0 OR oprjoin = 0)', 'every operator has a commutator, and estimators where it is a condition');
-- what the catalogs can check of operator classes
SELECT pg_temp.none('SELECT opcname FROM member JOIN pg_opclass c ON classid = ''pg_opclass''::regclass AND c.oid = objid WHERE NOT amvalidate(c.oid)', 'amvalidate accepts every operator class');

-- ---- BI surfaces: what is not for the server, an aggregate or a query that is run alone returns plain types ----
SELECT pg_temp.none('SELECT name FROM fn WHERE prokind = ''f'' AND proname !~ ''(_in|_out|_recv|_send|transfn|combinefn|finalfn)$|_gist_|^match_(atoms|record)$''
	AND prorettype NOT IN (''text''::regtype, ''bool''::regtype, ''int4''::regtype, ''int8''::regtype, ''float8''::regtype, ''numeric''::regtype, ''date''::regtype, ''timestamp''::regtype, ''timestamptz''::regtype, ''record''::regtype)
	AND prorettype NOT IN (SELECT oid FROM ty)', 'readers return plain types');

-- ---- comments: a definition, and as the last line an example that is true ----
CREATE TEMP TABLE described AS
	SELECT name, obj_description(objid, classid::regclass::name) AS comment FROM member
	WHERE classid IN ('pg_proc'::regclass, 'pg_operator'::regclass) OR (classid = 'pg_type'::regclass AND objid IN (SELECT oid FROM ty WHERE typcategory <> 'A'));
SELECT pg_temp.none('SELECT name FROM described WHERE comment IS NULL', 'everything has a comment');
SELECT pg_temp.none($$SELECT name FROM described WHERE comment !~ '\nExample: [^\n]+ ==> [^\n]*$'$$, 'every comment ends with an example');
SELECT pg_temp.none($$SELECT name FROM described WHERE comment !~ '^[^\n]{10,}\n'$$, 'every comment begins with a definition');
-- An expression cast to text against the text behind the arrow, under an empty search_path: nothing depends on it.
CREATE FUNCTION pg_temp.run_as_set(expression text) RETURNS text LANGUAGE plpgsql SET timezone = 'Asia/Kathmandu' AS $$
DECLARE
	result text;
BEGIN
	EXECUTE 'SELECT (' || expression || ')::text' INTO STRICT result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN 'ERROR: ' || SQLERRM;
END $$;
CREATE FUNCTION pg_temp.run(expression text) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS 'BEGIN RETURN pg_temp.run_as_set(expression); END';
SELECT is(pg_temp.run(example[1]), example[2], name) FROM described, LATERAL (SELECT regexp_match(comment, '\nExample: ([^\n]+) ==> ([^\n]*)$') AS example) e WHERE example IS NOT NULL ORDER BY name COLLATE "C";

-- The same with a search_path that begins with a schema in which whatever is of the extension, and what a body would most
-- likely call, is there again and an error: the examples name what they call in full, so that only a call by name from
-- inside would meet it.
CREATE SCHEMA hostile;
CREATE FUNCTION pg_temp.shadow() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	f record;
	made bigint := 0;
BEGIN
	FOR f IN SELECT proname, pg_get_function_identity_arguments(oid) AS names, (SELECT coalesce(string_agg(format_type(t, NULL), ', ' ORDER BY n), '') FROM unnest(proargtypes) WITH ORDINALITY a(t, n)) AS arguments, format_type(prorettype, NULL) AS result, false AS builtin FROM fn WHERE prokind = 'f' AND 'internal'::regtype <> ALL (proargtypes) AND prorettype <> 'cstring'::regtype AND 'cstring'::regtype <> ALL (proargtypes)
		UNION ALL
		SELECT proname, '', (SELECT string_agg(format_type(t, NULL), ', ' ORDER BY n) FROM unnest(proargtypes) WITH ORDINALITY a(t, n)), format_type(prorettype, NULL), true FROM pg_proc p
		WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND NOT proretset AND proname = ANY ('{lower, upper, length, substr, substring, replace, regexp_replace, btrim, abs, floor, ceil, power, sqrt, ln, exp, date_trunc, format, concat, coalesce, greatest, to_char, random, width_bucket, mod, div, sign, float8, int4, numeric, text}')
			AND NOT EXISTS (SELECT FROM described WHERE comment ~ ('\m' || proname || '\(')) AND NOT EXISTS (SELECT FROM unnest(proargtypes) t JOIN pg_type y ON y.oid = t WHERE y.typtype = 'p') AND prorettype NOT IN (SELECT oid FROM pg_type WHERE typtype = 'p')
	LOOP
		EXECUTE format('CREATE FUNCTION hostile.%I(%s) RETURNS %s LANGUAGE plpgsql IMMUTABLE AS %L', f.proname, f.arguments, f.result, 'BEGIN RAISE EXCEPTION ''hijacked''; END');
		made := made + 1;
	END LOOP;
	FOR f IN SELECT oprname, format_type(oprleft, NULL) AS l, format_type(oprright, NULL) AS r, proname FROM op JOIN pg_proc p ON p.oid = oprcode LOOP
		EXECUTE format('CREATE OPERATOR hostile.%s (FUNCTION = hostile.%I, LEFTARG = %s, RIGHTARG = %s)', f.oprname, f.proname, f.l, f.r);
		made := made + 1;
	END LOOP;
	RETURN made;
END $$;
SELECT cmp_ok(pg_temp.shadow(), '>=', 190::bigint, 'a hostile schema');
CREATE FUNCTION pg_temp.run_hostile(expression text) RETURNS text LANGUAGE plpgsql SET search_path = hostile, pg_catalog, pg_temp AS 'BEGIN RETURN pg_temp.run_as_set(expression); END';
SELECT is(pg_temp.run_hostile('jaro(''a'', ''a'')'), 'ERROR: hijacked', 'which is met by what is called by name alone');
SELECT pg_temp.none($$SELECT name || ': ' || pg_temp.run_hostile(example[1]) FROM described, LATERAL (SELECT regexp_match(comment, '\nExample: ([^\n]+) ==> ([^\n]*)$') AS example) e
	WHERE example IS NOT NULL AND pg_temp.run_hostile(example[1]) IS DISTINCT FROM example[2]$$, 'every example is the same with a hostile search_path');

SELECT * FROM finish();
ROLLBACK;
