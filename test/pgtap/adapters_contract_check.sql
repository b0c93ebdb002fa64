-- adapters: what contract_check finds, one defect at a time, in tables and in views; and nothing where all is well.
\ir setup.psql
SET LOCAL search_path = public;

CALL salesops.create_contract('good');
INSERT INTO good.stage VALUES ('New', 1, 0.1, 'pipeline,best_case', 'open', 30), ('Won', 2, 1, 'closed', 'won', NULL), ('Lost', 3, 0, 'omitted', 'lost', NULL);
INSERT INTO good.sales_user VALUES ('boss', 'Boss', NULL, 'West', NULL, NULL, true), ('ann', 'Ann', NULL, 'West', NULL, 'boss', true);
INSERT INTO good.account (account_id, name, owner_id) VALUES ('a1', 'Acme', 'ann'), ('a2', 'Beta', NULL);
INSERT INTO good.contact (contact_id, account_id, owner_id) VALUES ('c1', 'a1', 'ann');
INSERT INTO good.lead (lead_id, owner_id) VALUES ('l1', 'ann');
INSERT INTO good.exchange_rate VALUES ('USD', 1), ('EUR', 1.1);
INSERT INTO good.opportunity (opportunity_id, account_id, owner_id, stage, amount, currency, probability, forecast_category, created_at, close_date)
SELECT 'o' || n, 'a' || 1 + n % 2, 'ann', CASE WHEN n % 2 = 0 THEN 'New' ELSE 'Won' END, 100 * n, 'USD', 0.1, 'Pipeline', timestamptz '2026-01-01 00:00Z' + n * interval '1 day', '2026-06-30' FROM generate_series(1, 20) AS n;
INSERT INTO good.opportunity_history (opportunity_id, changed_at, stage, amount, close_date, forecast_category, owner_id, probability)
SELECT opportunity_id, created_at, 'New', 1, close_date, forecast_category, owner_id, probability FROM good.opportunity UNION ALL SELECT opportunity_id, created_at + interval '1 day', stage, amount, close_date, forecast_category, owner_id, probability FROM good.opportunity;
INSERT INTO good.quota VALUES ('ann', '2026-01-01', '2026-03-31', 1000, 'USD');
SELECT is_empty('SELECT * FROM salesops.contract_check(''good'', ''2026-01-22'')', 'nothing is found where all is well');

-- ---- one defect each: a change of the good schema, and all that is to be found then ----
CREATE TABLE found_case (n serial, change text, expected text);
CREATE FUNCTION pg_temp.found(schema text, as_of timestamptz DEFAULT '2026-01-22') RETURNS text LANGUAGE sql AS $$ SELECT string_agg(concat_ws(' ', severity, table_name || coalesce('.' || column_name, ''), finding, records || ' of ' || of, '(' || example || ')'), '; ') FROM salesops.contract_check(schema, as_of) $$;
CREATE FUNCTION pg_temp.after(change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	BEGIN
		EXECUTE change;
		result := pg_temp.found('good');
		RAISE EXCEPTION USING ERRCODE = 'XX999';
	EXCEPTION WHEN SQLSTATE 'XX999' THEN
		RETURN result;
	END;
END $$;
INSERT INTO found_case (change, expected) VALUES
	('DROP TABLE good.quota', 'error quota missing_table'),
	('DROP TABLE good.ticket', 'note ticket missing_table'),
	('DROP TABLE good.stage', 'error stage missing_table'),
	('DROP TABLE good.sales_user CASCADE', 'error sales_user missing_table'),
	('ALTER TABLE good.opportunity DROP COLUMN next_step', 'error opportunity.next_step missing_column'),
	('ALTER TABLE good.opportunity DROP COLUMN stage', 'error opportunity.stage missing_column; warning opportunity.stage no_stage 20 of 20 (o1)'),
	('ALTER TABLE good.opportunity ALTER amount TYPE float8', 'error opportunity.amount wrong_type (double precision)'),
	('ALTER TABLE good.opportunity ALTER amount TYPE text', 'error opportunity.amount wrong_type (text)'),
	('ALTER TABLE good.opportunity ALTER created_at TYPE timestamp', 'error opportunity.created_at wrong_type (timestamp without time zone)'),
	('ALTER TABLE good.opportunity ALTER close_date TYPE timestamptz', 'error opportunity.close_date wrong_type (timestamp with time zone)'),
	('ALTER TABLE good.account ALTER account_id TYPE bytea USING account_id::bytea', 'error account.account_id wrong_type (bytea)'),
	-- what becomes the contract's type by itself
	('ALTER TABLE good.opportunity ALTER amount TYPE int, ALTER name TYPE varchar(80), ALTER probability TYPE numeric, ALTER owner_id TYPE char(3), ALTER stage TYPE name', NULL),
	('ALTER TABLE good.stage ALTER position TYPE bigint, ALTER probability TYPE numeric', NULL),
	('CREATE DOMAIN good.id AS text; ALTER TABLE good.account ALTER account_id TYPE good.id', NULL),
	('ALTER TABLE good.opportunity DROP CONSTRAINT opportunity_pkey, ALTER opportunity_id DROP NOT NULL; INSERT INTO good.opportunity SELECT * FROM good.opportunity WHERE opportunity_id IN (''o1'', ''o2''); INSERT INTO good.opportunity (stage, name) VALUES (''New'', ''x'')',
		'error opportunity.opportunity_id null_key 1 of 23; error opportunity.opportunity_id duplicate_key 2 of 23 (o1); warning opportunity no_history 1 of 23'),
	('ALTER TABLE good.quota DROP CONSTRAINT quota_pkey, ALTER period_start DROP NOT NULL; INSERT INTO good.quota VALUES (''ann'', ''2026-01-01''), (''ann'', NULL)', 'error quota.period_start null_key 1 of 3 (ann); error quota.owner_id, period_start duplicate_key 1 of 3 (ann, 2026-01-01)'),
	-- a unique index that a NULL gets by, or that is not of the key
	('ALTER TABLE good.lead DROP CONSTRAINT lead_pkey; CREATE UNIQUE INDEX ON good.lead (lead_id) WHERE owner_id IS NULL; INSERT INTO good.lead (lead_id, owner_id) VALUES (''l1'', ''ann'')', 'error lead.lead_id duplicate_key 1 of 2 (l1)'),
	('UPDATE good.opportunity SET owner_id = ''left'' WHERE opportunity_id IN (''o3'', ''o4''); UPDATE good.opportunity_history SET owner_id = ''left'' WHERE opportunity_id IN (''o3'', ''o4'')', 'warning opportunity.owner_id unknown_owner 2 of 20 (left); warning opportunity_history.owner_id unknown_owner 4 of 40 (left)'),
	('UPDATE good.account SET owner_id = ''x''', 'warning account.owner_id unknown_owner 2 of 2 (x)'),
	('UPDATE good.contact SET owner_id = ''x'', account_id = ''y''', 'warning contact.owner_id unknown_owner 1 of 1 (x); warning contact.account_id unknown_account 1 of 1 (y)'),
	('UPDATE good.quota SET owner_id = ''x'', currency = ''XXX'', period_end = ''2025-01-01''', 'warning quota.owner_id unknown_owner 1 of 1 (x); warning quota.currency unknown_currency 1 of 1 (XXX); warning quota.period_end wrong_period 1 of 1 (x)'),
	('UPDATE good.sales_user SET manager_id = ''gone'' WHERE user_id = ''ann''', 'warning sales_user.manager_id unknown_manager 1 of 2 (gone)'),
	('UPDATE good.opportunity SET account_id = ''z'' WHERE opportunity_id = ''o5''', 'warning opportunity.account_id unknown_account 1 of 20 (z)'),
	('UPDATE good.opportunity SET currency = ''CHF'' WHERE opportunity_id = ''o5''', 'warning opportunity.currency unknown_currency 1 of 20 (CHF)'),
	-- without rates all is in one currency
	('UPDATE good.opportunity SET currency = ''CHF''; DELETE FROM good.exchange_rate', NULL),
	('UPDATE good.opportunity SET currency = ''CHF'' WHERE opportunity_id <> ''o1''; DELETE FROM good.exchange_rate', 'warning opportunity.currency no_rates 20 of 20 (CHF, USD)'),
	('UPDATE good.opportunity SET stage = ''Odd'' WHERE opportunity_id = ''o6''; UPDATE good.opportunity_history SET stage = ''Odd'' WHERE opportunity_id = ''o6''', 'warning opportunity.stage unknown_stage 1 of 20 (Odd); warning opportunity_history.stage unknown_stage 2 of 40 (Odd)'),
	('UPDATE good.opportunity SET stage = NULL WHERE opportunity_id = ''o6''; UPDATE good.opportunity_history SET stage = NULL WHERE opportunity_id = ''o6''', 'warning opportunity.stage no_stage 1 of 20 (o6)'),
	('UPDATE good.opportunity SET probability = 75 WHERE opportunity_id = ''o6''; UPDATE good.opportunity_history SET probability = 75 WHERE opportunity_id = ''o6''', 'warning opportunity.probability probability_out_of_range 1 of 20 (75); warning opportunity_history.probability probability_out_of_range 2 of 40 (75)'),
	('DELETE FROM good.opportunity WHERE opportunity_id = ''o7''', 'warning opportunity_history.opportunity_id unknown_deal 2 of 40 (o7)'),
	('DELETE FROM good.opportunity WHERE opportunity_id = ''o7''; UPDATE good.opportunity_history SET stage = ''Odd'', owner_id = ''gone'' WHERE opportunity_id = ''o7''', 'warning opportunity_history.opportunity_id unknown_deal 2 of 40 (o7)'),
	('INSERT INTO good.finance_booking VALUES (''b'', ''o99'', ''2026-01-01'', 1)', 'warning finance_booking.opportunity_id unknown_deal 1 of 1 (o99)'),
	('DELETE FROM good.opportunity_history WHERE opportunity_id = ''o8''', 'warning opportunity no_history 1 of 20 (o8)'),
	('DELETE FROM good.opportunity_history', 'warning opportunity no_history 20 of 20 (o1)'),
	-- what is deleted is asked no such thing
	('DELETE FROM good.opportunity_history WHERE opportunity_id = ''o8''; UPDATE good.opportunity SET is_deleted = true, stage = ''Odd'', owner_id = ''left'' WHERE opportunity_id = ''o8''', NULL),
	('DELETE FROM good.opportunity_history WHERE opportunity_id = ''o8'' AND stage = ''New'' AND amount = 1; UPDATE good.opportunity_history SET changed_at = changed_at + interval ''1 day'' WHERE opportunity_id = ''o8''', 'warning opportunity_history.changed_at late_history 1 of 20 (o8)'),
	('UPDATE good.opportunity SET amount = 5, owner_id = ''boss'' WHERE opportunity_id = ''o9''', 'warning opportunity_history.amount history_disagrees 1 of 20 (o9: 900 and 5); warning opportunity_history.owner_id history_disagrees 1 of 20 (o9: ann and boss)'),
	('UPDATE good.opportunity SET close_date = NULL WHERE opportunity_id = ''o9''', 'warning opportunity_history.close_date history_disagrees 1 of 20 (o9: 2026-06-30 and NULL)'),
	-- a history that does not have a field does not disagree
	('UPDATE good.opportunity_history SET owner_id = NULL, amount = NULL', NULL),
	-- a category is what it names: the API value of the one is the label of the other; one that nobody knows is its text
	('UPDATE good.opportunity SET forecast_category = ''Commit''; UPDATE good.opportunity_history SET forecast_category = ''Forecast''', NULL),
	('UPDATE good.opportunity SET forecast_category = ''100000002''; UPDATE good.opportunity_history SET forecast_category = ''best-case''', NULL),
	('UPDATE good.opportunity SET forecast_category = ''Best Case'' WHERE opportunity_id = ''o9''', 'warning opportunity_history.forecast_category history_disagrees 1 of 20 (o9: Pipeline and Best Case)'),
	('UPDATE good.opportunity SET forecast_category = ''Upside''; UPDATE good.opportunity_history SET forecast_category = ''Upside''', NULL),
	('UPDATE good.opportunity SET forecast_category = ''upside'' WHERE opportunity_id = ''o9''; UPDATE good.opportunity_history SET forecast_category = ''Upside'' WHERE opportunity_id = ''o9''', 'warning opportunity_history.forecast_category history_disagrees 1 of 20 (o9: Upside and upside)'),
	('UPDATE good.opportunity SET forecast_category = ''Upside'' WHERE opportunity_id = ''o9''', 'warning opportunity_history.forecast_category history_disagrees 1 of 20 (o9: Pipeline and Upside)'),
	('UPDATE good.opportunity SET forecast_category = NULL WHERE opportunity_id = ''o9''', 'warning opportunity_history.forecast_category history_disagrees 1 of 20 (o9: Pipeline and NULL)'),
	-- fourteen weeks are a quarter of some calendars; a year is none of any
	('UPDATE good.quota SET period_end = ''2026-12-31''', 'warning quota.period_end long_period 1 of 1 (ann: 2026-01-01 - 2026-12-31)'),
	('UPDATE good.quota SET period_end = period_start + 7 * 14 - 1', NULL),
	('UPDATE good.quota SET period_end = period_start + 7 * 14', 'warning quota.period_end long_period 1 of 1 (ann: 2026-01-01 - 2026-04-09)'),
	('UPDATE good.quota SET period_end = NULL', NULL),
	('UPDATE good.quota SET period_end = ''infinity''', 'error quota.period_end not_finite 1 of 1 (ann)'),
	('UPDATE good.opportunity SET created_at = ''2027-01-01'' WHERE opportunity_id = ''o1''', 'warning opportunity.created_at created_later 1 of 20 (o1)'),
	('UPDATE good.opportunity_history SET changed_at = ''2027-01-01'' WHERE opportunity_id = ''o1'' AND amount = 100', 'warning opportunity_history.changed_at changed_later 1 of 40 (o1)'),
	('DELETE FROM good.stage', 'error stage no_stages; warning opportunity.stage unknown_stage 20 of 20 (New); warning opportunity_history.stage unknown_stage 40 of 40 (New)'),
	('UPDATE good.stage SET category = NULL', 'error stage no_process (' || (SELECT 'open stage "New" without a forecast category') || ')'),
	('UPDATE good.stage SET outcome = ''perhaps'' WHERE stage = ''Won''', 'error stage no_process (unknown outcome: "perhaps")'),
	('UPDATE good.stage SET probability = 10 WHERE stage = ''New''', NULL),
	('UPDATE good.opportunity SET is_deleted = true', 'error opportunity no_deals'),
	('UPDATE good.opportunity SET created_at = ''-infinity'' WHERE opportunity_id = ''o6''', 'error opportunity.created_at not_finite 1 of 20 (o6); warning opportunity_history.changed_at late_history 1 of 20 (o6)'),
	('UPDATE good.quota SET amount = ''NaN''', 'error quota.amount not_finite 1 of 1 (ann)'),
	('UPDATE good.exchange_rate SET to_corporate = NULL WHERE currency = ''EUR''', 'warning exchange_rate.to_corporate no_rate 1 of 2 (EUR)'),
	('TRUNCATE good.opportunity, good.opportunity_history', 'error opportunity no_deals');
-- the server's and sales_process's words are theirs: of no_process, the code
SELECT CASE WHEN expected ~ 'no_process' THEN ok(pg_temp.after(change) ~ '^error stage no_process of? ?.*|^error stage no_process', change) WHEN change ~ 'probability = 10' THEN ok(pg_temp.after(change) ~ 'error stage.probability probability_out_of_range 1 of 3 \(10\)', change) ELSE is(pg_temp.after(change), expected, change) END FROM found_case ORDER BY n;

-- ---- freshness ----
SELECT is(pg_temp.found('good', '2026-01-24 00:00Z'), NULL, 'two days old is not stale');
SELECT is(pg_temp.found('good', '2026-01-24 00:00:01Z'), 'warning opportunity stale (2026-01-22 00:00 UTC)', 'a second more is');
SELECT is_empty('SELECT * FROM salesops.contract_check(''good'', ''2027-01-01'', ''1 year'')', 'as old as one allows');
SELECT isnt_empty('SELECT * FROM salesops.contract_check(''good'', max_age => ''1 second'')', 'the moment is now where none is given');

-- ---- views are the same as tables; keys are looked at where no index guards them ----
CREATE SCHEMA seen;
SELECT format('CREATE VIEW seen.%I AS SELECT * FROM good.%I', table_name, table_name) FROM salesops.contract_tables() \gexec
SELECT is(pg_temp.found('seen'), NULL, 'nothing is found in views either');
CREATE OR REPLACE VIEW seen.account AS SELECT * FROM good.account UNION ALL SELECT * FROM good.account WHERE account_id = 'a2';
SELECT is(pg_temp.found('seen'), 'error account.account_id duplicate_key 1 of 3 (a2)', 'and a key that is there twice is');
-- a deal that is there twice, as load_deal cannot have it
CREATE OR REPLACE VIEW seen.account AS SELECT * FROM good.account;
CREATE OR REPLACE VIEW seen.opportunity AS SELECT * FROM good.opportunity UNION ALL SELECT * FROM good.opportunity WHERE opportunity_id = 'o3';
SELECT is(pg_temp.found('seen'), 'error opportunity.opportunity_id duplicate_key 1 of 21 (o3)', 'a deal that is there twice');
SELECT matches(remedy, '^A refresh of reports fails with it', 'and what comes of it') FROM salesops.contract_check('seen', '2026-01-22');
CREATE OR REPLACE VIEW seen.opportunity AS SELECT * FROM good.opportunity;

-- ---- views that cannot be read: which, which of their columns, and everything else all the same ----
CREATE FUNCTION pg_temp.seeing(name text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	BEGIN
		EXECUTE format('DROP VIEW seen.%1$I; CREATE VIEW seen.%1$I AS %2$s', name, query);
		result := pg_temp.found('seen');
		RAISE EXCEPTION USING ERRCODE = 'XX999';
	EXCEPTION WHEN SQLSTATE 'XX999' THEN
		RETURN result;
	END;
END $$;
SELECT is(pg_temp.seeing('quota', 'SELECT owner_id, period_start, period_end, (CASE owner_id WHEN ''ann'' THEN ''12,50'' END)::numeric AS amount, currency FROM good.quota'), 'error quota.amount unreadable (invalid input syntax for type numeric: "12,50")', 'a cast that fails');
SELECT is(pg_temp.seeing('quota', 'SELECT CASE currency WHEN ''USD'' THEN ''x'' END AS owner_id, (CASE owner_id WHEN ''ann'' THEN ''2026-02-30'' END)::date AS period_start, period_end, 1 / (amount - 1000) AS amount, currency FROM good.quota'),
	'error quota.period_start unreadable (date/time field value out of range: "2026-02-30"); error quota.amount unreadable (division by zero); warning quota.owner_id unknown_owner 1 of 1 (x)', 'each column that fails, and what the others have');
SELECT is(pg_temp.seeing('sales_user', 'SELECT * FROM good.sales_user WHERE 1 / (length(user_id) - 3) > 0'), 'error sales_user unreadable (division by zero)', 'a view that fails in its condition, whose ids nothing is looked up in');
SELECT is(pg_temp.seeing('opportunity', 'SELECT opportunity_id, name, account_id, owner_id, stage, amount, currency, probability, forecast_category, created_at, (CASE opportunity_id WHEN ''o7'' THEN ''31/31/2026'' ELSE close_date::text END)::date AS close_date, next_step, last_activity_at, deal_type, lead_source, is_deleted FROM good.opportunity'),
	'error opportunity.close_date unreadable (date/time field value out of range: "31/31/2026")', 'one row of a deal');
SELECT matches(pg_temp.seeing('stage', 'SELECT stage, CASE stage WHEN ''New'' THEN 3000000000 ELSE position END AS position, probability, category, outcome, max_days FROM good.stage'), '^error stage.position unreadable \(integer out of range\)', 'a bigint that is no integer');
-- columns beyond the contract, whatever they are called: a refresh reads those of accounts
SELECT is(pg_temp.seeing('account', 'SELECT *, (CASE account_id WHEN ''a1'' THEN ''x'' END)::int AS "*" FROM good.account'), 'error account.* unreadable (invalid input syntax for type integer: "x")', 'a field of one''s own of an account');
SELECT is(pg_temp.seeing('opportunity', 'SELECT *, 1 / (amount - 700) AS "of-700" FROM good.opportunity'), 'warning opportunity.of-700 unreadable (division by zero)', 'and of a deal');
-- what may not be read
CREATE ROLE contract_reader;
GRANT USAGE ON SCHEMA good, salesops TO contract_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA good TO contract_reader;
REVOKE SELECT ON good.opportunity_history FROM contract_reader;
SET LOCAL ROLE contract_reader;
SELECT is(pg_temp.found('good'), 'error opportunity_history unreadable (permission denied for table opportunity_history)', 'a table without the right to read it');
SELECT matches(remedy, '^Who refreshes the reports needs the right', 'and what to do about it') FROM salesops.contract_check('good', '2026-01-22');
RESET ROLE;
-- a column without the right to read it, which is not sought; and one that fails among many, which is, in few passes; a sequence counts them
CREATE SEQUENCE passes;
SELECT format('CREATE VIEW seen.wide AS SELECT o.*, %s FROM good.account AS o WHERE nextval(''passes'') > 0', string_agg(format('%s AS c%s', CASE n WHEN 317 THEN '1 / (length(o.account_id) - 2)' ELSE n::text END, n), ', ')) AS wide FROM generate_series(1, 500) AS n \gset
:wide;
DROP VIEW seen.account;
ALTER VIEW seen.wide RENAME TO account;
SELECT is(pg_temp.found('seen'), 'error account.c317 unreadable (division by zero)', 'one of 512 columns');
-- of two rows, each pass counts one or two, and there are two or three after the reading
SELECT cmp_ok(last_value, '<', 60::bigint, 'is found in few passes') FROM passes;
SELECT format('GRANT USAGE ON SCHEMA seen TO contract_reader; GRANT USAGE ON SEQUENCE passes TO contract_reader; GRANT SELECT ON %s TO contract_reader; GRANT SELECT (%s) ON seen.account TO contract_reader', (SELECT string_agg(format('seen.%I', table_name), ', ') FROM salesops.contract_tables() WHERE table_name <> 'account'),
	string_agg(quote_ident(attname), ', ')) AS granted FROM pg_attribute WHERE attrelid = 'seen.account'::regclass AND attname NOT IN ('c5', 'c317', 'owner_id') \gset
:granted;
SELECT setval('passes', 1);
SET LOCAL ROLE contract_reader;
SELECT is(pg_temp.found('seen'), 'error account.owner_id unreadable (permission denied for column "owner_id" of relation "account"); error account.c5 unreadable (permission denied for column "c5" of relation "account"); error account.c317 unreadable (permission denied for column "c317" of relation "account")', 'columns without the right to read them');
RESET ROLE;
SELECT cmp_ok(last_value, '<', 12::bigint, 'which the catalog tells') FROM passes;
-- what fails beside another column only, as a refresh reads both
CREATE FUNCTION public.left_of(id text) RETURNS text STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN set_config('salesops_test.seen', id, true); END $$;
CREATE FUNCTION public.right_of(id text) RETURNS text STABLE LANGUAGE plpgsql AS $$ BEGIN IF current_setting('salesops_test.seen', true) = id THEN RAISE 'both'; END IF; RETURN set_config('salesops_test.seen', '', true); END $$;
SELECT is(pg_temp.seeing('account', 'SELECT *, public.left_of(account_id) AS a, public.right_of(account_id) AS b FROM good.account'), 'error account.b unreadable (both)', 'columns that cannot be read together');
SELECT is(pg_temp.seeing('account', 'SELECT *, 1 / (length(account_id) - 2) AS a, 2 / (length(account_id) - 2) AS b, 3 AS c, 4 / (length(account_id) - 2) AS d FROM good.account'), 'error account.a unreadable (division by zero); error account.b unreadable (division by zero); error account.d unreadable (division by zero)', 'several');
-- what is not of the table is an error, and not advice about the view; a view that was never refreshed is of the table
CREATE FUNCTION public.failing(state text) RETURNS text STABLE LANGUAGE plpgsql AS $$ BEGIN RAISE 'failing' USING ERRCODE = state; END $$;
SELECT throws_ok(format('SELECT pg_temp.seeing(''account'', %L)', format('SELECT a.*, public.failing(%L) AS x FROM good.account AS a', state)), state, 'failing', 'raised again: ' || state) FROM unnest('{53200,53400,55P03,57P01,58030}'::text[]) AS state;
DROP VIEW seen.account;
CREATE MATERIALIZED VIEW seen.account AS SELECT * FROM good.account WITH NO DATA;
SELECT results_eq($$SELECT finding, severity, table_name, column_name, remedy ~ 'REFRESH' FROM salesops.contract_check('seen', '2026-01-22')$$, $$VALUES ('unreadable', 'error', 'account', NULL::text, true)$$, 'a materialized view without rows');
CREATE SCHEMA few;
CREATE TABLE few.opportunity AS SELECT * FROM good.opportunity;
SELECT results_eq('SELECT DISTINCT finding FROM salesops.contract_check(''few'', ''2026-01-22'')', '{missing_table}'::text[], 'a schema with some of the tables');
SELECT is(count(*), 17::bigint, 'each missing one is named') FROM salesops.contract_check('few', '2026-01-22');
SELECT throws_ok('SELECT * FROM salesops.contract_check(''nowhere'')', '3F000', 'schema nowhere does not exist', 'a schema that is none');
SELECT throws_ok('SELECT * FROM salesops.contract_check(NULL)', '22004', NULL, 'NULL is none');

-- every code that can be found is in the table of the documentation, and the other way round
\set content `cat docs/reference/contract.md`
\set source `cat src/adapters/contract_check.sql`
SELECT set_eq(format('SELECT m[1] FROM regexp_matches(%L, ''^\| `([a-z_]+)` \| (?:error|warning|note)'', ''gn'') AS m', :'content'), format('SELECT DISTINCT m[1] FROM (SELECT regexp_matches(%L, ''''''finding'''', ''''([a-z_]+)'''''', ''g'') UNION ALL SELECT regexp_matches(%1$L, ''jsonb_build_array\(''''([a-z_]+)'''', '', ''g'') UNION ALL SELECT regexp_matches(%1$L, ''''''(unknown_[a-z]+)'''''', ''g'')) AS x (m)', :'source'), 'the codes are documented');

-- the contract, as data and as documented: columns, types, keys, files
CREATE TEMP TABLE documented AS
	SELECT s[1] AS table_name, row_number() OVER (PARTITION BY section ORDER BY line) AS position, c[1] AS column_name, c[2] AS type, c[3] = 'yes' AS is_key
	FROM regexp_split_to_table(:'content', '\n## ') WITH ORDINALITY AS p (text, section), regexp_match(text, '^([a-z_]+)\n') AS s, regexp_split_to_table(text, '\n') WITH ORDINALITY AS l (row, line), regexp_match(row, '^\| `([a-z_]+)` \| ([a-z0-9]+) \| [^|]+ \| (yes|no) \|') AS c
	WHERE s IS NOT NULL AND c IS NOT NULL;
SELECT set_eq('SELECT table_name, position::int, column_name, type, is_key FROM documented', 'SELECT table_name, position, column_name, type, is_key FROM salesops.contract_columns()', 'docs/reference/contract.md has these columns, types and keys');
SELECT set_eq(format('SELECT m[1] AS t, m[2] AS f FROM regexp_matches(%L, ''^\| \[`([a-z_]+)`\]\(#[a-z_]+\) \| [^|]+ \| `([a-z_]+\.csv)`'', ''gn'') AS m', :'content'), 'SELECT table_name, file_name FROM salesops.contract_tables()', 'and these tables and files');

\set loader `sed -n '/^csv_files=/,/)$/p' scripts/lib/csv.sh`
SELECT set_eq(format('SELECT m[1] AS f, m[2] AS t FROM regexp_matches(%L, ''([a-z_]+):([a-z_]+)'', ''g'') AS m', :'loader'), 'SELECT replace(file_name, ''.csv'', ''''), table_name FROM salesops.contract_tables()', 'scripts/demo --csv loads these files');

SELECT * FROM finish();
ROLLBACK;
