#!/usr/bin/env bash
# Reports over attached tables (TAP): the sample as connectors load it (test/lib/connectors.sql) is attached, and its reports are those of the contract's
# own tables.  What a CRM does not have is copied: the limits of stages, quotas, and rates where the layout has none.
#
# Needs a server with salesops installed, named by PGHOST and the like, where a database may be created.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
database=attached_$$
psql -X -q -d postgres -c "CREATE DATABASE $database ENCODING 'UTF8' TEMPLATE template0"
trap 'psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $database"' EXIT
export PGTZ=UTC PGCLIENTENCODING=UTF8
ask() { PGOPTIONS='-c client_min_messages=warning' psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$database" "$@"; }
n=0 failed=0
# is ACTUAL EXPECTED NAME
is() {
	n=$((n + 1))
	if [ "$1" = "$2" ]; then echo "ok $n - $3"; return; fi
	failed=$((failed + 1))
	printf 'not ok %d - %s\n' "$n" "$3"
	diff <(echo "$2") <(echo "$1") | sed 's/^/# /' || true
}

# reports SCHEMA: of the contract in it, in r_SCHEMA
reports() {
	ask -c "CREATE SCHEMA r_$1" -c "CALL salesops.create_reports('r_$1', '$1')" -c "CALL salesops.refresh_reports('r_$1', as_of => '2026-06-29')"
}
# numbers SCHEMA: what the reports of all teams say
numbers() {
	ask -c "SELECT period, round(quota, 2), round(closed, 2), round(commit, 2), round(best_case, 2), round(open_pipeline, 2), no_category_deals FROM r_$1.forecast_summary WHERE is_total ORDER BY period" \
		-c "SELECT period, movement, deals, round(amount, 2) FROM r_$1.movement WHERE is_total ORDER BY period, bar" \
		-c "SELECT team, won_deals, lost_deals, round(won_amount, 2), round(win_rate::numeric, 6) FROM r_$1.win_rates ORDER BY team" \
		-c "SELECT stage, open_deals, aged_deals FROM r_$1.stage_aging WHERE is_total ORDER BY stage"
}

ask -c 'CREATE EXTENSION salesops' -c "CALL salesops.create_contract('crm')" -v size=400 -f demo/sample.sql -f test/lib/connectors.sql -c ANALYZE
reports crm
expected=$(numbers crm)
for pair in salesforce_airbyte:sf_air hubspot_fivetran:hs hubspot_airbyte:hs_air csv:files; do
	source=${pair#*:}
	ask -c "CALL salesops.attach('${pair%:*}', '$source', 'x_$source', 'Pacific/Auckland', '{stage,quota,exchange_rate}')" \
		-c "DELETE FROM x_$source.stage" -c "INSERT INTO x_$source.stage SELECT * FROM crm.stage" -c "INSERT INTO x_$source.quota SELECT * FROM crm.quota ON CONFLICT DO NOTHING" \
		-c "DELETE FROM x_$source.exchange_rate" -c "INSERT INTO x_$source.exchange_rate SELECT * FROM crm.exchange_rate" -c ANALYZE
	reports "x_$source"
	is "$(numbers "x_$source")" "$expected" "$pair: the reports are those of the contract's tables"
done
# won and lost have other names there, and there is no history
ask -c "CALL salesops.attach('dynamics_365', 'dyn', 'x_dyn', own_tables => '{stage}')" -c ANALYZE
reports x_dyn
is "$(ask -c "SELECT round(sum(closed), 2) FROM r_x_dyn.forecast_summary WHERE is_total")" "$(ask -c "SELECT round(sum(closed), 2) FROM r_crm.forecast_summary WHERE is_total")" 'dynamics_365: what was won'
is "$(ask -c "SELECT status FROM r_x_dyn.report_refresh")" published 'dynamics_365: reports without a history'

echo "1..$n"
[ "$failed" = 0 ]
