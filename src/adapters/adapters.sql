-- adapters: the contract of the reports, as data: which tables they read, in which columns and types, and what each means.
--
-- It is the one source: create_contract makes tables by it, contract_check looks whether a schema keeps to it, and adapters write views in its
-- columns and types. docs/reference/contract.md says the same with where a CRM has it; a test compares the two.
--
-- Only columns of the key are required. There are no foreign keys, since ids of warehouse tables may point to nothing, and ids are text, since CRMs
-- disagree about their types.

CREATE FUNCTION contract_tables()
RETURNS TABLE (table_name text, "position" integer, file_name text, meaning text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10 ROWS 18
BEGIN ATOMIC
	SELECT t.table_name, t.position, t.file_name, t.meaning
	FROM (VALUES
		('opportunity', 1, 'opportunity.csv', 'Deals (opportunities) in their present state: one row per deal.'),
		('opportunity_history', 2, 'opportunity_history.csv', 'What each deal looked like over time: one row per change, holding the full state after the change; the first row of a deal is its creation, the last one agrees with opportunity.'),
		('account', 3, 'account.csv', 'Companies sold to: one row per account record of the CRM; one company may have several records by mistake.'),
		('contact', 4, 'contact.csv', 'People at accounts: one row per contact record of the CRM; one person may have several by mistake.'),
		('lead', 5, 'lead.csv', 'People who may become customers, before they are contacts: one row per lead record of the CRM.'),
		('quota', 6, 'quota.csv', 'Sales targets: one row per person and period.'),
		('sales_user', 7, 'user.csv', 'The people of the sales organisation: one row per CRM user who can own records or manages somebody who does.'),
		('stage', 8, 'stage.csv', 'The stages of the sales process, in order: one row per stage.'),
		('exchange_rate', 9, 'exchange_rate.csv', 'One fixed rate per currency: amount * to_corporate is the amount in the corporate currency.'),
		('report_run', 10, 'report_run.csv', 'Reports that were to be delivered: one row for each time.'),
		('report_defect', 11, 'report_defect.csv', 'Mistakes found in reports after they were delivered: one row for each.'),
		('report_rating', 12, 'report_rating.csv', 'How useful readers find reports: one row for each answer.'),
		('lead_routing', 13, 'lead_routing.csv', 'How leads were given to people: one row per lead, also of those that were converted since.'),
		('ticket', 14, 'ticket.csv', 'What was asked of sales operations: one row per ticket.'),
		('runbook', 15, 'runbook.csv', 'Descriptions of how work is done: one row for each.'),
		('dashboard_user', 16, 'dashboard_user.csv', 'For whom dashboards are made: one row per dashboard and person.'),
		('finance_booking', 17, 'finance_booking.csv', 'What finance booked of deals that were won: one row per booking, in the corporate currency.'),
		('improvement', 18, 'improvement.csv', 'Improvements of the way of working: one row for each.')
	) AS t (table_name, position, file_name, meaning) ORDER BY t.position;
END;
COMMENT ON FUNCTION contract_tables() IS $$The tables of the contract: what reports, templates and adapters read and write.
table_name: in the contract schema. position: its place in docs/reference/contract.md. file_name: of a CSV file with its rows. meaning: what it has a row for.
Example: (SELECT file_name FROM salesops.contract_tables() WHERE table_name = 'sales_user') ==> user.csv$$;

CREATE FUNCTION contract_columns()
RETURNS TABLE (table_name text, "position" integer, column_name text, type text, is_key boolean, meaning text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20 ROWS 126
BEGIN ATOMIC
	SELECT c.table_name, c.position, c.column_name, c.type, c.is_key, c.meaning
	FROM (VALUES
		('opportunity', 1, 'opportunity_id', 'text', true, 'Id of the deal.'),
		('opportunity', 2, 'name', 'text', false, 'Name of the deal.'),
		('opportunity', 3, 'account_id', 'text', false, 'account_id of the company sold to.'),
		('opportunity', 4, 'owner_id', 'text', false, 'user_id of the deal''s present owner.'),
		('opportunity', 5, 'stage', 'text', false, 'Present stage, a stage of the table stage.'),
		('opportunity', 6, 'amount', 'numeric', false, 'Value of the deal in units of its currency (not in cents); NULL: not entered.'),
		('opportunity', 7, 'currency', 'text', false, 'Currency of the amount, ISO 4217 code.'),
		('opportunity', 8, 'probability', 'float8', false, 'Probability that the deal is won; a fraction between 0 and 1, not a percentage.'),
		('opportunity', 9, 'forecast_category', 'text', false, 'Forecast category, spelled as in the CRM (Pipeline, Best Case, BEST_CASE, Forecast, ...).'),
		('opportunity', 10, 'created_at', 'timestamptz', false, 'When the deal was created.'),
		('opportunity', 11, 'close_date', 'date', false, 'Day on which an open deal is expected to close; of a won or lost deal, the day on which it closed.'),
		('opportunity', 12, 'next_step', 'text', false, 'What the owner will do next, free text.'),
		('opportunity', 13, 'last_activity_at', 'timestamptz', false, 'When somebody last called, wrote, met or otherwise worked on the deal.'),
		('opportunity', 14, 'deal_type', 'text', false, 'Kind of business, such as New Business, Expansion or Renewal.'),
		('opportunity', 15, 'lead_source', 'text', false, 'Where the deal came from.'),
		('opportunity', 16, 'is_deleted', 'boolean', false, 'True when the deal is in the CRM''s recycle bin; such deals count in no metric.'),
		('opportunity_history', 1, 'opportunity_id', 'text', true, 'opportunity_id of the deal.'),
		('opportunity_history', 2, 'changed_at', 'timestamptz', true, 'When the change was made; no two changes of one deal share an instant.'),
		('opportunity_history', 3, 'stage', 'text', false, 'Stage after the change.'),
		('opportunity_history', 4, 'amount', 'numeric', false, 'Amount after the change, in units of the deal''s currency.'),
		('opportunity_history', 5, 'close_date', 'date', false, 'Close date after the change.'),
		('opportunity_history', 6, 'forecast_category', 'text', false, 'Forecast category after the change, spelled as in the CRM.'),
		('opportunity_history', 7, 'owner_id', 'text', false, 'user_id of the owner after the change.'),
		('opportunity_history', 8, 'probability', 'float8', false, 'Probability after the change; a fraction between 0 and 1.'),
		('account', 1, 'account_id', 'text', true, 'Id of the account record.'),
		('account', 2, 'name', 'text', false, 'Name of the company, as typed.'),
		('account', 3, 'website', 'text', false, 'Address of the company''s web site, as typed: with or without scheme, www and path.'),
		('account', 4, 'phone', 'text', false, 'Main telephone number, as typed.'),
		('account', 5, 'street', 'text', false, 'Street and house number of the main address.'),
		('account', 6, 'city', 'text', false, 'City of the main address.'),
		('account', 7, 'state', 'text', false, 'State, province or other part of the country of the main address.'),
		('account', 8, 'postal_code', 'text', false, 'Postal code of the main address.'),
		('account', 9, 'country', 'text', false, 'Country of the main address: a name or an ISO 3166-1 code, as the CRM holds it.'),
		('account', 10, 'industry', 'text', false, 'Industry of the company.'),
		('account', 11, 'owner_id', 'text', false, 'user_id of the account''s owner.'),
		('account', 12, 'created_at', 'timestamptz', false, 'When the record was created.'),
		('contact', 1, 'contact_id', 'text', true, 'Id of the contact record.'),
		('contact', 2, 'account_id', 'text', false, 'account_id of the company that the person works for.'),
		('contact', 3, 'first_name', 'text', false, 'First name, as typed.'),
		('contact', 4, 'last_name', 'text', false, 'Last name, as typed.'),
		('contact', 5, 'title', 'text', false, 'Job title, as typed.'),
		('contact', 6, 'company', 'text', false, 'Name of that company, which is that of the account.'),
		('contact', 7, 'email', 'text', false, 'Address of e-mail, as typed.'),
		('contact', 8, 'phone', 'text', false, 'Telephone number, as typed.'),
		('contact', 9, 'street', 'text', false, 'Street and house number.'),
		('contact', 10, 'city', 'text', false, 'City.'),
		('contact', 11, 'state', 'text', false, 'State, province or other part of the country.'),
		('contact', 12, 'postal_code', 'text', false, 'Postal code.'),
		('contact', 13, 'country', 'text', false, 'Country: a name or an ISO 3166-1 code, as the CRM holds it.'),
		('contact', 14, 'owner_id', 'text', false, 'user_id of the contact''s owner.'),
		('contact', 15, 'created_at', 'timestamptz', false, 'When the record was created.'),
		('lead', 1, 'lead_id', 'text', true, 'Id of the lead record.'),
		('lead', 2, 'first_name', 'text', false, 'First name, as typed.'),
		('lead', 3, 'last_name', 'text', false, 'Last name, as typed.'),
		('lead', 4, 'title', 'text', false, 'Job title, as typed.'),
		('lead', 5, 'company', 'text', false, 'Name of the company, as typed.'),
		('lead', 6, 'website', 'text', false, 'Address of its web site, as typed.'),
		('lead', 7, 'email', 'text', false, 'Address of e-mail, as typed.'),
		('lead', 8, 'phone', 'text', false, 'Telephone number, as typed.'),
		('lead', 9, 'street', 'text', false, 'Street and house number.'),
		('lead', 10, 'city', 'text', false, 'City.'),
		('lead', 11, 'state', 'text', false, 'State, province or other part of the country.'),
		('lead', 12, 'postal_code', 'text', false, 'Postal code.'),
		('lead', 13, 'country', 'text', false, 'Country: a name or an ISO 3166-1 code, as the CRM holds it.'),
		('lead', 14, 'owner_id', 'text', false, 'user_id of the lead''s owner.'),
		('lead', 15, 'created_at', 'timestamptz', false, 'When the record was created.'),
		('quota', 1, 'owner_id', 'text', true, 'user_id of the person who carries the quota.'),
		('quota', 2, 'period_start', 'date', true, 'First day of the period.'),
		('quota', 3, 'period_end', 'date', false, 'Last day of the period, inclusive.'),
		('quota', 4, 'amount', 'numeric', false, 'Amount to be won in the period, in units of the currency.'),
		('quota', 5, 'currency', 'text', false, 'Currency of the amount, ISO 4217 code.'),
		('sales_user', 1, 'user_id', 'text', true, 'Id of the user; what owner_id in the other tables refers to.'),
		('sales_user', 2, 'name', 'text', false, 'Full name, given name first.'),
		('sales_user', 3, 'email', 'text', false, 'Work e-mail address.'),
		('sales_user', 4, 'team', 'text', false, 'Name of the sales team.'),
		('sales_user', 5, 'region', 'text', false, 'Sales region of the team.'),
		('sales_user', 6, 'manager_id', 'text', false, 'user_id of the manager; NULL at the top.'),
		('sales_user', 7, 'is_active', 'boolean', false, 'False when the person has left or the login is disabled; such users may still own records.'),
		('stage', 1, 'stage', 'text', true, 'Name of the stage, spelled as in opportunity.stage.'),
		('stage', 2, 'position', 'integer', false, 'Place of the stage in the process, 1 for the first; a larger number is later.'),
		('stage', 3, 'probability', 'float8', false, 'Probability that a deal in this stage is won; a fraction between 0 and 1, not a percentage.'),
		('stage', 4, 'category', 'text', false, 'Forecast categories that deals in this stage may have, comma-separated, the default first; canonical values: omitted, pipeline, best_case, most_likely, commit, closed.'),
		('stage', 5, 'outcome', 'text', false, 'What the stage means for the deal: open, won or lost.'),
		('stage', 6, 'max_days', 'float8', false, 'Days in the stage after which an open deal counts as aged; NULL: no limit.'),
		('exchange_rate', 1, 'currency', 'text', true, 'Currency, ISO 4217 code; the corporate currency itself has a row with the rate 1.'),
		('exchange_rate', 2, 'to_corporate', 'numeric', false, 'Units of the corporate currency for one unit of this currency.'),
		('report_run', 1, 'report_run_id', 'text', true, 'Id of the delivery.'),
		('report_run', 2, 'report', 'text', false, 'Name of the report.'),
		('report_run', 3, 'due_at', 'timestamptz', false, 'When it had to be there.'),
		('report_run', 4, 'delivered_at', 'timestamptz', false, 'When it was there; NULL: not yet.'),
		('report_run', 5, 'qc_passed', 'boolean', false, 'Whether it passed its checks before it was delivered.'),
		('report_defect', 1, 'report_defect_id', 'text', true, 'Id of the defect.'),
		('report_defect', 2, 'report', 'text', false, 'Name of the report.'),
		('report_defect', 3, 'found_at', 'timestamptz', false, 'When it was found.'),
		('report_defect', 4, 'reported_total', 'numeric', false, 'The total that the report had.'),
		('report_defect', 5, 'corrected_total', 'numeric', false, 'The total that it should have had; NULL: not known.'),
		('report_rating', 1, 'report_rating_id', 'text', true, 'Id of the answer.'),
		('report_rating', 2, 'report', 'text', false, 'Name of the report.'),
		('report_rating', 3, 'rated_at', 'timestamptz', false, 'When it was given.'),
		('report_rating', 4, 'rating', 'numeric', false, 'From 1, useless, to 5, very useful.'),
		('lead_routing', 1, 'lead_id', 'text', true, 'Id of the lead.'),
		('lead_routing', 2, 'created_at', 'timestamptz', false, 'When it came.'),
		('lead_routing', 3, 'assigned_at', 'timestamptz', false, 'When it was first given to somebody; NULL: not yet.'),
		('lead_routing', 4, 'owner_id', 'text', false, 'user_id of who got it.'),
		('lead_routing', 5, 'rule_owner_id', 'text', false, 'user_id of who should have it by the rules; NULL: they do not say.'),
		('ticket', 1, 'ticket_id', 'text', true, 'Id of the ticket.'),
		('ticket', 2, 'subject', 'text', false, 'What it is about.'),
		('ticket', 3, 'opened_at', 'timestamptz', false, 'When it was opened.'),
		('ticket', 4, 'closed_at', 'timestamptz', false, 'When it was closed; NULL: open.'),
		('ticket', 5, 'contacts', 'integer', false, 'How often somebody had to be asked or answered until it was closed; 1: solved at the first contact.'),
		('runbook', 1, 'runbook_id', 'text', true, 'Id of the runbook.'),
		('runbook', 2, 'name', 'text', false, 'What it describes.'),
		('runbook', 3, 'owner_id', 'text', false, 'user_id of who keeps it right.'),
		('runbook', 4, 'reviewed_at', 'timestamptz', false, 'When it was last reviewed; NULL: never.'),
		('runbook', 5, 'retired_at', 'timestamptz', false, 'Since when it is not used any more; NULL: in use.'),
		('dashboard_user', 1, 'dashboard_id', 'text', true, 'The dashboard.'),
		('dashboard_user', 2, 'user_id', 'text', true, 'user_id of the person.'),
		('dashboard_user', 3, 'last_viewed_at', 'timestamptz', false, 'When the person last looked at it; NULL: never.'),
		('finance_booking', 1, 'finance_booking_id', 'text', true, 'Id of the booking.'),
		('finance_booking', 2, 'opportunity_id', 'text', false, 'The deal, as far as finance knows it.'),
		('finance_booking', 3, 'booked_on', 'date', false, 'The day on which it was booked.'),
		('finance_booking', 4, 'amount', 'numeric', false, 'Amount in the corporate currency.'),
		('improvement', 1, 'improvement_id', 'text', true, 'Id of the improvement.'),
		('improvement', 2, 'name', 'text', false, 'What it is.'),
		('improvement', 3, 'started_at', 'timestamptz', false, 'When work on it began.'),
		('improvement', 4, 'validated_at', 'timestamptz', false, 'When its effect was measured and found; NULL: not, or not yet.')
	) AS c (table_name, position, column_name, type, is_key, meaning) JOIN salesops.contract_tables() AS t USING (table_name) ORDER BY t.position, c.position;
END;
COMMENT ON FUNCTION contract_columns() IS $$The columns of the contract's tables.
table_name: as in contract_tables. position: of the column in its table, 1 for the first. type: as in CREATE TABLE. is_key: whether it is of the key, whose columns are never NULL and together unique; all others may be NULL, or missing. meaning: what stands in it, and in which unit.
Example: (SELECT string_agg(column_name, ', ' ORDER BY position) FROM salesops.contract_columns() WHERE table_name = 'opportunity_history' AND is_key) ==> opportunity_id, changed_at$$;

-- ---- the contract as tables ----

CREATE FUNCTION contract_sql(schema text, tables text[] DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	written text;
	unknown text;
BEGIN
	IF schema IS NULL THEN
		RETURN NULL;
	END IF;
	SELECT string_agg(quote_nullable(n), ', ') INTO unknown FROM unnest(tables) AS n WHERE n IS NULL OR n NOT IN (SELECT t.table_name FROM salesops.contract_tables() AS t);
	IF unknown IS NOT NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = format('the contract has no table %s', unknown),
			DETAIL = format('It has %s.', (SELECT string_agg(t.table_name, ', ' ORDER BY t.position) FROM salesops.contract_tables() AS t)), HINT = 'Leave the tables out for all of them.';
	END IF;
	-- what has a name of the contract is left as it is, be it a table or a view
	SELECT string_agg(format($$
CREATE TABLE %1$I.%2$I (
%3$s,
    PRIMARY KEY (%4$s)
);
COMMENT ON TABLE %1$I.%2$I IS %5$L;
%6$s$$, schema, t.table_name, c.definitions, c.keys, t.meaning, c.comments), '' ORDER BY t.position) INTO written
	FROM salesops.contract_tables() AS t
	CROSS JOIN LATERAL (
		SELECT string_agg(format('    %s  %s%s', rpad(d.column_name, w.width), d.type, CASE WHEN d.is_key THEN ' NOT NULL' WHEN d.column_name = 'is_deleted' THEN ' DEFAULT false' ELSE '' END), E',\n' ORDER BY d.position),
			string_agg(d.column_name, ', ' ORDER BY d.position) FILTER (WHERE d.is_key),
			string_agg(format('COMMENT ON COLUMN %I.%I.%I IS %L;', schema, d.table_name, d.column_name, d.meaning), E'\n' ORDER BY d.position)
		FROM salesops.contract_columns() AS d, LATERAL (SELECT max(length(m.column_name)) FROM salesops.contract_columns() AS m WHERE m.table_name = t.table_name) AS w (width)
		WHERE d.table_name = t.table_name
	) AS c (definitions, keys, comments)
	WHERE (tables IS NULL OR t.table_name = ANY (tables))
		AND NOT EXISTS (SELECT FROM pg_class AS r JOIN pg_namespace AS n ON n.oid = r.relnamespace WHERE n.nspname = schema AND r.relname = t.table_name AND r.relkind IN ('r', 'p', 'v', 'm', 'f'));
	RETURN '-- Tables of the contract (docs/reference/contract.md): written by salesops.contract_sql(). Those that are there already are left as they are.'
		|| CASE WHEN EXISTS (SELECT FROM pg_namespace AS n WHERE n.nspname = schema) THEN '' ELSE format(E'\nCREATE SCHEMA %1$I;\nCOMMENT ON SCHEMA %1$I IS %2$L;', schema, 'Sales data in the columns of the contract of salesops.') END
		|| coalesce(E'\n' || written, '') || E'\n';
END
$function$;
COMMENT ON FUNCTION contract_sql(text, text[]) IS $$SQL text that makes the contract's tables in a schema, as far as they are missing, and the schema itself where there is none: to be filled from files, or beside the views of an adapter.
schema: as it is named, without quotes. tables: which of them; NULL for all. A table or view that has one of the names is left as it is: contract_check tells whether it will do. NULL where schema is NULL; a name that the contract does not have is an error. Run it with create_contract, or with \gexec in psql.
Example: substring(salesops.contract_sql('My CRM', '{exchange_rate}') from 'CREATE TABLE[^;]+;') ~ 'currency      text NOT NULL,' ==> true$$;

CREATE PROCEDURE create_contract(schema text, tables text[] DEFAULT NULL)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	IF schema IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'the schema must not be NULL', HINT = 'It is where the tables will be, such as crm; a schema that is not there is made.';
	END IF;
	EXECUTE salesops.contract_sql(schema, tables);
END $$;
COMMENT ON PROCEDURE create_contract(text, text[]) IS $$Makes the contract's tables in a schema, as far as they are missing, and the schema itself where there is none: runs what contract_sql writes.
schema: as it is named, without quotes. tables: which of them; NULL for all. It may be called again, and after attach, for the tables that no connector has. CALL salesops.create_contract('crm');
Example: to_regprocedure('salesops.create_contract(text, text[])') IS NOT NULL ==> true$$;
