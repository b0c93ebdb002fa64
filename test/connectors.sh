#!/usr/bin/env bash
# The tables of the public samples of Fivetran's connectors (TAP): loaded as they are, once with every column a text and once in
# the types that their values have, attached, checked, and compared with what the files say.  Reads the folder SALESOPS_DATA; where it is not there it is skipped, and said to be.
#
# Needs a server with salesops installed, named by PGHOST and the like, where a database may be created.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
data=${SALESOPS_DATA:-$root/../shared/data}/connectors
n=0 failed=0

if [ ! -d "$data/fivetran_salesforce" ] || [ ! -d "$data/fivetran_hubspot" ]; then
	echo "1..0 # SKIP no data in $data"
	exit 0
fi
. "$root/scripts/lib/csv.sh"
database=connectors_$$
psql -X -q -d postgres -c "CREATE DATABASE $database ENCODING 'UTF8' TEMPLATE template0"
trap 'psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $database"' EXIT
export PGTZ=America/Los_Angeles PGCLIENTENCODING=UTF8
ask() { PGOPTIONS='-c client_min_messages=warning' psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$database" "$@"; }

# is ACTUAL EXPECTED NAME
is() {
	n=$((n + 1))
	if [ "$1" = "$2" ]; then echo "ok $n - $3"; return; fi
	failed=$((failed + 1))
	printf 'not ok %d - %s\n' "$n" "$3"
	diff <(echo "$2") <(echo "$1") | sed 's/^/# /' || true
}

# load FOLDER SCHEMA PREFIX: a table for each file, called as the connector calls it; all columns are texts
load() {
	local file table columns
	ask -c "CREATE SCHEMA $2"
	for file in "$1"/*_data.csv; do
		table=$(basename "$file" _data.csv)
		table=${table#"$3"}
		columns=$(csv_header "$file" | sed 's/"/""/g; s/.*/"&" text/' | paste -sd,)
		ask -c "CREATE TABLE $2.\"$table\" ($columns)" -c "\\copy $2.\"$table\" FROM '$file' WITH (FORMAT csv, HEADER)"
	done
}

# types SCHEMA COPY: the same tables in a second schema, columns in the type that all of their values have
types() {
	ask <<-SQL
		CREATE SCHEMA $2;
		CREATE FUNCTION pg_temp.type_of(relation regclass, name text) RETURNS text LANGUAGE plpgsql AS \$\$
		DECLARE
			type text;
		BEGIN
			EXECUTE format('SELECT CASE WHEN bool_and(v ~* ''^(true|false)\$'') THEN ''boolean'' WHEN bool_and(v ~ ''^[0-9]{4}-[0-9]{2}-[0-9]{2} +[0-9]+:[0-9:.]+\$'') THEN ''timestamp''
				WHEN bool_and(v ~ ''^[0-9]{1,18}\$'') THEN ''bigint'' WHEN bool_and(v ~ ''^-?[0-9]+(\.[0-9]+)?\$'') THEN ''double precision'' ELSE ''text'' END FROM (SELECT %I AS v FROM %s) AS x WHERE v IS NOT NULL', name, relation) INTO type;
			RETURN type;
		END \$\$;
		SELECT format('CREATE TABLE $2.%I AS SELECT %s FROM %s', c.relname, string_agg(format('%I::%s AS %1\$I', a.attname, pg_temp.type_of(c.oid::regclass, a.attname)), ', ' ORDER BY a.attnum), c.oid::regclass)
		FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid WHERE c.relnamespace = '$1'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 GROUP BY c.oid, c.relname \\gexec
	SQL
}

ask -c 'CREATE EXTENSION salesops'
load "$data/fivetran_salesforce" salesforce sf_
load "$data/fivetran_hubspot" hubspot ''
types salesforce salesforce_typed
types hubspot hubspot_typed
for schema in salesforce salesforce_typed hubspot hubspot_typed; do
	is "$(ask -c "SELECT salesops.adapter_detect('$schema')")" "${schema%_typed}_fivetran" "$schema is recognised"
	ask -c "CALL salesops.attach('${schema%_typed}_fivetran', '$schema', 'crm_$schema')"
done

# every view gives the same, of texts and of types
for crm in salesforce hubspot; do
	is "$(ask <<-SQL
		SELECT format('SELECT %L, count(*) FROM ((SELECT %2\$s FROM crm_$crm.%1\$I EXCEPT ALL SELECT %2\$s FROM crm_${crm}_typed.%1\$I) UNION ALL (SELECT %2\$s FROM crm_${crm}_typed.%1\$I EXCEPT ALL SELECT %2\$s FROM crm_$crm.%1\$I)) AS x HAVING count(*) > 0', table_name, string_agg(quote_ident(column_name), ', '))
		FROM salesops.contract_columns() GROUP BY table_name \\gexec
	SQL
	)" '' "$crm: the same of texts and of types"
done

# against the files, read by awk's rules for what is what: ids, amounts, percentages and days
is "$(ask -c "SELECT opportunity_id, trim_scale(amount), probability, close_date, is_deleted FROM crm_salesforce.opportunity ORDER BY opportunity_id COLLATE \"C\"")" \
	"$(ask -c "SELECT id, amount, (probability::numeric / 100)::float8, left(close_date, 10), left(is_deleted, 1) FROM salesforce.opportunity WHERE _fivetran_active = 'true' ORDER BY id COLLATE \"C\"")" 'salesforce: deals'
is "$(ask -c 'SELECT count(*), count(DISTINCT (opportunity_id, changed_at)) FROM crm_salesforce.opportunity_history')" "$(ask -c 'SELECT count(*), count(DISTINCT (id, _fivetran_start)) FROM salesforce.opportunity_history')" 'salesforce: history mode'
is "$(ask -c "SELECT string_agg(contact_id, ' ' ORDER BY contact_id) FROM crm_hubspot.contact")" "$(ask -c "SELECT string_agg(id, ' ' ORDER BY id) FROM hubspot.contact WHERE id NOT IN (SELECT vid_to_merge FROM hubspot.contact_merge_audit) AND _fivetran_deleted = 'FALSE'")" 'hubspot: contacts, without those that were merged'
is "$(ask -c "SELECT opportunity_id, changed_at AT TIME ZONE 'UTC', stage FROM crm_hubspot.opportunity_history ORDER BY 1, 2")" "$(ask -c "SELECT deal_id, date_entered::timestamp, value FROM hubspot.deal_stage ORDER BY 1, 2")" 'hubspot: history of stages'
is "$(ask -c "SELECT count(*), count(DISTINCT stage) FROM crm_hubspot.stage")" "$(ask -c "SELECT count(DISTINCT stage_id), count(DISTINCT stage_id) FROM hubspot.deal_pipeline_stage")" 'hubspot: stages'
is "$(ask -c "SELECT salesops.stage_outcome(p, stage) = outcome, count(*) FROM crm_hubspot.stage, (SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) AS p FROM crm_hubspot.stage) AS x GROUP BY 1")" 't|'"$(ask -c 'SELECT count(*) FROM crm_hubspot.stage')" 'hubspot: they make a process'

# what is found is so: these are small cuts of large tables, whose ids were hashed table by table; of Salesforce's deals all are deleted
is "$(ask -c "SELECT finding, table_name, column_name, records, of FROM salesops.contract_check('crm_salesforce', '2019-11-01 00:00+00')")" "$(cat <<'EXPECTED'
no_deals|opportunity|||
probability_out_of_range|opportunity|probability|1|8
unknown_deal|opportunity_history|opportunity_id|2|10
unknown_owner|opportunity_history|owner_id|8|10
probability_out_of_range|opportunity_history|probability|1|10
unknown_owner|account|owner_id|1|1
unknown_owner|contact|owner_id|3|4
unknown_account|contact|account_id|3|4
unknown_manager|sales_user|manager_id|5|8
EXPECTED
)" 'salesforce: what contract_check finds'
is "$(ask -c "SELECT count(*) FROM crm_salesforce.opportunity_history AS h WHERE NOT EXISTS (SELECT FROM salesforce.opportunity AS o WHERE o.id = h.opportunity_id AND o._fivetran_active = 'true')")" 2 'salesforce: deals of the history that are not there'
is "$(ask -c "SELECT finding, table_name, column_name, records, of FROM salesops.contract_check('crm_hubspot', '2021-01-16 00:00+00')")" "$(cat <<'EXPECTED'
no_stage|opportunity|stage|44|44
no_history|opportunity||44|44
unknown_deal|opportunity_history|opportunity_id|14|14
EXPECTED
)" 'hubspot: what contract_check finds'
is "$(ask -c "SELECT count(*), count(deal_pipeline_stage_id) FROM hubspot.deal")" '44|0' 'hubspot: the deals of the files have no stage'

echo "1..$n"
[ "$failed" = 0 ]
