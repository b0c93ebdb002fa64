#!/usr/bin/env bash
# Data that others published or computed (TAP): the how-to on CRM Sales Opportunities, run as it stands, whose outputs are
# published figures; and exact probabilities of the Poisson-binomial distribution.
# Reads the folder SALESOPS_DATA; what is not there is not tested.
set -eu
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
data=${SALESOPS_DATA:-$root/../shared/data}
work=$(mktemp -d "${TMPDIR:-/tmp}/salesops-real.XXXXXX")
trap 'rm -rf "$work"' EXIT
status=0
tests=0

if [ -e "$data/crm/maven/sales_pipeline.csv" ]; then
	ln -s "$root/demo" "$work/demo"
	ln -s "$data/crm/maven" "$work/crm"
	(cd "$work" && bash "$root/test/docs.sh" "$root/docs/how-to/crm-sales-opportunities.md") >"$work/out" || status=1
	grep -v '^1\.\.' "$work/out" || true
	tests=$(grep -cE '^(not )?ok ' "$work/out" || true)
fi

# For each vector of probabilities the most that a probability differs, and which mean and quantiles do.
if [ -e "$data/outlook/poisson_binomial.json" ]; then
	database=real_$$
	psql -X -q -d postgres -c "CREATE DATABASE $database TEMPLATE template0"
	psql -X -q -A -t -d "$database" -v n="$tests" -v content="$(tr -d '\n' <"$data/outlook/poisson_binomial.json")" >"$work/out" <<-'SQL' || status=1
		SET client_min_messages = warning;
		CREATE EXTENSION salesops;
		WITH vector AS MATERIALIZED (
			SELECT v.name, v.content AS c, (SELECT salesops.deal_outlook(1, p::float8) FROM jsonb_array_elements_text(v.content -> 'p') p) AS o FROM jsonb_each(:'content') v(name, content)),
		compared AS (
			SELECT name, c, o,
				(SELECT max(greatest(abs(salesops.chance_of_at_least(o, k - 1) - salesops.chance_of_at_least(o, k) - pmf::float8), abs(1 - salesops.chance_of_at_least(o, k) - (c -> 'cdf' ->> (k::int - 1))::float8)))
					FROM jsonb_array_elements_text(c -> 'pmf') WITH ORDINALITY e(pmf, k)) AS worst,
				abs(salesops.outlook_mean(o) - (c ->> 'mean')::float8) < 1e-12 * jsonb_array_length(c -> 'p')
					AND (SELECT bool_and(salesops.outlook_quantile(o, substr(q, 2)::float8 / 100) = value::float8) FROM jsonb_each_text(c) e(q, value) WHERE q ~ '^q\d+$') AS rest
			FROM vector WHERE c ? 'p'
			UNION ALL
			-- deals of unequal amounts: quantiles and chances, which no rounding has moved
			SELECT name, c, o,
				(SELECT max(abs(salesops.chance_of_at_least(o, substr(k, 6, length(k) - 6)::float8) - v::float8)) FROM jsonb_each_text(c) e(k, v) WHERE k LIKE 'P(S>=%'),
				abs(salesops.outlook_mean(o) - (c ->> 'mean')::float8) < 1e-6 AND abs(salesops.outlook_stddev(o) - (c ->> 'sd')::float8) < 1e-6
					AND (SELECT bool_and(salesops.outlook_quantile(o, p::float8) = v::float8) FROM jsonb_each_text(c -> 'quantiles_lower') e(p, v))
			FROM (SELECT v.name, v.content AS c, (SELECT salesops.deal_outlook((d ->> 0)::numeric, (d ->> 1)::float8) FROM jsonb_array_elements(v.content -> 'deals') d) AS o FROM jsonb_each(:'content') v(name, content)) s WHERE c ? 'deals')
		SELECT CASE WHEN worst < 1e-12 AND rest THEN 'ok ' ELSE 'not ok ' END || :n + row_number() OVER (ORDER BY name COLLATE "C") || ' - outlook ' || name || ': probabilities to 1e-12, mean and quantiles'
			|| CASE WHEN worst < 1e-12 AND rest THEN '' ELSE format(E'\n# worst %s, mean and quantiles %s', worst, rest) END
		FROM compared ORDER BY name COLLATE "C";
	SQL
	psql -X -q -d postgres -c "DROP DATABASE $database"
	cat "$work/out"
	if grep -q '^not ok' "$work/out" || ! grep -q '^ok' "$work/out"; then status=1; fi
	tests=$((tests + $(grep -cE '^(not )?ok ' "$work/out" || true)))
fi

if [ "$tests" = 0 ] && [ "$status" = 0 ]; then
	echo "1..0 # SKIP no data in $data"
	exit 0
fi
echo "1..$tests"
exit $status
