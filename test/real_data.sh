#!/usr/bin/env bash
# Real data with answers that others published (TAP): the how-to on CRM Sales Opportunities, run as it stands, the forecasts
# of the M4 competition, and exact distributions of sums of deals.  Reads the folder SALESOPS_DATA; what is not there is skipped, and said to be.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
data=${SALESOPS_DATA:-$root/../shared/data}
work=$(mktemp -d "${TMPDIR:-/tmp}/salesops-real.XXXXXX")
trap 'rm -rf "$work"' EXIT
n=0 failed=0

# is ACTUAL EXPECTED NAME
is() {
	n=$((n + 1))
	if [ "$1" = "$2" ]; then echo "ok $n - $3"; return; fi
	failed=$((failed + 1))
	printf 'not ok %d - %s\n# got %s, expected %s\n' "$n" "$3" "$1" "$2"
}

skip() { n=$((n + 1)); echo "ok $n # SKIP no data in $1"; }

if [ -e "$data/crm/maven/sales_pipeline.csv" ]; then
	ln -s "$root/demo" "$work/demo"
	ln -s "$data/crm/maven" "$work/crm"
	status=0
	(cd "$work" && bash "$root/test/docs.sh" "$root/docs/how-to/crm-sales-opportunities.md") >"$work/tap" || status=$?
	grep -v '^1\.\.' "$work/tap" || true
	n=$(grep -cE '^(not )?ok ' "$work/tap" || true)
	failed=$status
else
	skip "$data/crm/maven"
fi

# Published: the mean over the 359 weekly series of sMAPE of the naive forecast is 9.161 (Makridakis, Spiliotis and Assimakopoulos, The M4 Competition).
m4=$data/accuracy/m4_weekly_naive.csv
if [ -e "$m4" ]; then
	database=real_$$
	psql -X -q -d postgres -c "CREATE DATABASE $database"
	trap 'rm -rf "$work"; psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $database"' EXIT
	ask() { PGOPTIONS='-c client_min_messages=warning' psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$database"; }
	ask <<-SQL
		CREATE EXTENSION salesops;
		CREATE TABLE m4 (series text, horizon int, actual numeric, forecast numeric);
		\\copy m4 FROM '$m4' CSV HEADER
		CREATE TABLE by_series AS SELECT series, salesops.forecast_error(actual, forecast) AS e FROM m4 GROUP BY series;
		CREATE TABLE by_horizon AS SELECT horizon, salesops.forecast_error(actual, forecast) AS e FROM m4 GROUP BY horizon;
	SQL
	is "$(ask <<<'SELECT count(*), round(100 * avg(salesops.smape(e))::numeric, 3) FROM by_series')" '359|9.161' 'M4 weekly, naive forecast: mean sMAPE of the series'
	is "$(ask <<<'SELECT round(100 * avg(s)::numeric, 3) FROM (SELECT salesops.smape(actual::float8, forecast::float8) AS s FROM m4 GROUP BY series) x')" '9.161' 'the same of float8, in one step'
	is "$(ask <<<'SELECT count(*), (SELECT salesops.merge(e) FROM by_horizon) OPERATOR(salesops.=) (SELECT salesops.forecast_error(actual, forecast) FROM m4), (SELECT salesops.merge(e) FROM by_horizon) OPERATOR(salesops.=) (SELECT salesops.merge(e) FROM by_series) FROM by_horizon')" '13|t|t' \
		'M4 weekly: the horizons merged are the whole, and the series merged too'
else
	skip "$m4"
fi
# Exact probabilities: the Poisson-binomial distribution for several vectors, and twelve deals of unequal amounts.  For each case
# whether all probabilities are right to 1e-12, and the mean, the standard deviation and the quantiles.
outlooks=$data/outlook/poisson_binomial.json
if [ -e "$outlooks" ]; then
	outlook_database=outlook_$$
	psql -X -q -d postgres -c "CREATE DATABASE $outlook_database"
	PGOPTIONS='-c client_min_messages=warning' psql -X -q -A -t -v ON_ERROR_STOP=1 -v content="$(tr -d '\n' <"$outlooks")" -d "$outlook_database" >"$work/outlooks" <<-'SQL' || failed=$((failed + 1))
		CREATE EXTENSION salesops;
		WITH vector AS MATERIALIZED (
			SELECT v.name, v.content AS c, (SELECT salesops.deal_outlook(1, p::float8) FROM jsonb_array_elements_text(v.content -> 'p') p) AS o FROM jsonb_each(:'content') v(name, content) WHERE v.content ? 'p'),
		deals AS MATERIALIZED (
			SELECT v.name, v.content AS c, (SELECT salesops.deal_outlook((d ->> 0)::numeric, (d ->> 1)::float8) FROM jsonb_array_elements(v.content -> 'deals') d) AS o FROM jsonb_each(:'content') v(name, content) WHERE v.content ? 'deals')
		SELECT name,
			(SELECT max(greatest(abs(salesops.chance_of_at_least(o, k - 1) - salesops.chance_of_at_least(o, k) - pmf::float8), abs(1 - salesops.chance_of_at_least(o, k) - (c -> 'cdf' ->> (k::int - 1))::float8))) < 1e-12
				FROM jsonb_array_elements_text(c -> 'pmf') WITH ORDINALITY e(pmf, k)),
			abs(salesops.outlook_mean(o) - (c ->> 'mean')::float8) < 1e-12 * jsonb_array_length(c -> 'p')
				AND (SELECT bool_and(salesops.outlook_quantile(o, substr(q, 2)::float8 / 100) = value::float8) FROM jsonb_each_text(c) e(q, value) WHERE q ~ '^q\d+$')
		FROM vector
		UNION ALL
		SELECT name,
			(SELECT max(abs(salesops.chance_of_at_least(o, substr(k, 6, length(k) - 6)::float8) - v::float8)) < 1e-12 FROM jsonb_each_text(c) e(k, v) WHERE k LIKE 'P(S>=%'),
			abs(salesops.outlook_mean(o) - (c ->> 'mean')::float8) < 1e-6 AND abs(salesops.outlook_stddev(o) - (c ->> 'sd')::float8) < 1e-6
				AND (SELECT bool_and(salesops.outlook_quantile(o, p::float8) = v::float8) FROM jsonb_each_text(c -> 'quantiles_lower') e(p, v))
		FROM deals ORDER BY 1;
	SQL
	psql -X -q -d postgres -c "DROP DATABASE $outlook_database"
	is "$(wc -l <"$work/outlooks")" "$(grep -cE '"(p|deals)": *\[' "$outlooks")" 'exact distributions: every case was computed'
	while IFS='|' read -r name probabilities rest; do is "$probabilities|$rest" 't|t' "exact distributions: $name"; done <"$work/outlooks"
else
	skip "$outlooks"
fi
echo "1..$n"
[ "$failed" = 0 ]
