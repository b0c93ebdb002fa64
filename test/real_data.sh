#!/usr/bin/env bash
# Real data with answers that others published (TAP): the how-to on CRM Sales Opportunities, run as it stands, the forecasts
# of the M4 competition, exact distributions of sums of deals, and a log of tickets.  Reads the folder SALESOPS_DATA; what is not there is skipped, and said to be.
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
# A ticket log: case durations as its source gives them, and time in stage as window functions have it, stay by stay.
helpdesk=$data/events/helpdesk.csv
if [ -e "$helpdesk" ]; then
	helpdesk_database=helpdesk_$$
	psql -X -q -d postgres -c "CREATE DATABASE $helpdesk_database"
	ask_helpdesk() { PGOPTIONS='-c client_min_messages=warning -c timezone=UTC' psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$helpdesk_database"; }
	ask_helpdesk <<-SQL
		CREATE EXTENSION salesops;
		CREATE TABLE ticket (id bigint, activity text, completed timestamptz);
		\\copy ticket FROM '$helpdesk' CSV HEADER
		CREATE TABLE log AS SELECT salesops.stage_history(id, activity, completed) AS h FROM ticket;
		CREATE TABLE stay AS
			WITH event AS (SELECT DISTINCT * FROM ticket), run AS (SELECT *, lag(activity) OVER w IS DISTINCT FROM activity AS begins FROM event WINDOW w AS (PARTITION BY id ORDER BY completed, activity COLLATE "C"))
			SELECT id::text AS deal, activity AS stage, completed AS entered_at, lead(completed) OVER (PARTITION BY id ORDER BY completed, activity COLLATE "C") AS left_at FROM run WHERE begins;
		CREATE TABLE ours AS SELECT s.* FROM log, salesops.stage_spells(h, '2016-01-01') s;
	SQL
	is "$(ask_helpdesk <<<"SELECT deals, round(mean_days::numeric, 2), round(median_days::numeric, 3), round(p90_days::numeric, 2) FROM log, salesops.case_durations(h, '2016-01-01')")" '3804|8.80|3.928|26.14' 'ticket log: durations of its cases'
	is "$(ask_helpdesk <<<"SELECT (SELECT count(*) FROM ours) = (SELECT count(*) FROM stay), (SELECT count(*) FROM (SELECT deal, stage, entered_at, left_at FROM ours EXCEPT ALL SELECT * FROM stay) x)")" 't|0' 'ticket log: stays are those of window functions, one by one'
	is "$(ask_helpdesk <<<"SELECT count(*), count(*) FILTER (WHERE t.spells <> o.n OR t.ended <> o.ended OR abs(t.mean_days - o.mean) > 1e-9 OR abs(t.median_days - o.median) > 1e-9) FROM log, salesops.stage_times(h, '2016-01-01') t FULL JOIN (SELECT stage, count(*) AS n, count(left_at) AS ended, avg(extract(epoch FROM left_at - entered_at)::float8 / 86400) AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM left_at - entered_at)::float8 / 86400) AS median FROM stay GROUP BY 1) o USING (stage)")" '9|0' 'ticket log: time in each activity'
	psql -X -q -d postgres -c "DROP DATABASE $helpdesk_database"
else
	skip "$helpdesk"
fi
# Every step of R's survfit for lung and veteran (by cell type): counts, estimate, standard error and the three kinds of limits,
# of 311 steps in all; and R's survdiff, medians and quantiles, restricted means.
survivals=$data/survival
if [ -e "$survivals/km_reference.csv" ]; then
	survival_database=survival_$$
	psql -X -q -d postgres -c "CREATE DATABASE $survival_database"
	PGOPTIONS='-c client_min_messages=warning' psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$survival_database" >"$work/survivals" <<-SQL || failed=$((failed + 1))
		CREATE EXTENSION salesops;
		SET search_path = salesops, public;
		CREATE TABLE public.lung (inst text, days int, status int, age int, sex int, ph_ecog text, ph_karno text, pat_karno text, meal_cal text, wt_loss text);
		\\copy public.lung FROM '$survivals/lung.csv' CSV HEADER
		CREATE TABLE public.veteran (trt int, celltype text, days int, status int, karno int, diagtime int, age int, prior int);
		\\copy public.veteran FROM '$survivals/veteran.csv' CSV HEADER
		CREATE TABLE public.step (data text, conf text, strata text, days float8, n_risk int, n_event int, n_censor int, surv float8, std_err float8, lower float8, upper float8, cumhaz float8);
		\\copy public.step FROM '$survivals/km_reference.csv' (FORMAT csv, HEADER, FORCE_NULL (std_err, lower, upper), NULL 'NA')
		CREATE TABLE public.curve AS SELECT 'lung' AS data, 'all' AS strata, survival(days, status = 2) AS s FROM lung UNION ALL SELECT 'veteran', 'celltype=' || celltype, survival(days, status = 1) FROM veteran GROUP BY celltype;
		SELECT k.data || ' ' || conf, count(*), count(*) FILTER (WHERE (at_risk, ended, censored) IS DISTINCT FROM (n_risk, n_event, n_censor)),
			count(*) FILTER (WHERE abs(survival - surv) < 1e-9), count(*) FILTER (WHERE abs(std_error - std_err) < 1e-9 OR num_nulls(std_error, std_err) = 2),
			count(*) FILTER (WHERE abs(l - lower) < 1e-9 OR num_nulls(l, lower) = 2), count(*) FILTER (WHERE abs(h - upper) < 1e-9 OR num_nulls(h, upper) = 2)
		FROM step k JOIN curve c USING (data, strata) JOIN LATERAL survival_curve(s) v ON v.days = k.days,
			LATERAL (SELECT CASE conf WHEN 'log' THEN km_survival_low(s, k.days) WHEN 'plain' THEN km_survival_plain_low(s, k.days) ELSE km_survival_log_log_low(s, k.days) END AS l,
				CASE conf WHEN 'log' THEN km_survival_high(s, k.days) WHEN 'plain' THEN km_survival_plain_high(s, k.days) ELSE km_survival_log_log_high(s, k.days) END AS h) x
		GROUP BY k.data, conf ORDER BY 1;
		SELECT 'medians', km_median(s), km_quantile_low(s, 0.5), km_quantile_high(s, 0.5), (SELECT string_agg(km_median(x)::text, ' ' ORDER BY sex) FROM (SELECT sex, survival(days, status = 2) AS x FROM lung GROUP BY sex) y) FROM curve WHERE data = 'lung';
		SELECT 'quantiles', string_agg(concat_ws(' ', km_quantile(s, q), km_quantile_low(s, q), km_quantile_high(s, q)), ', ' ORDER BY q) FROM curve, unnest('{0.1, 0.25, 0.75, 0.9}'::float8[]) q WHERE data = 'lung';
		SELECT 'means', abs(km_restricted_mean(s, 500) - 310.334436722257749) < 1e-9, abs(km_restricted_mean_se(s, 500) - 11.246009598799036) < 1e-9, abs(km_restricted_mean(s, 1022) - 376.274746147849726) < 1e-9, abs(km_restricted_mean_se(s, 1022) - 19.707791421339873) < 1e-9 FROM curve WHERE data = 'lung';
		SELECT 'log-rank', (SELECT round(logrank_chi_square(array_agg(s))::numeric, 6) FROM (SELECT survival(days, status = 2) AS s FROM lung GROUP BY sex) x), round(logrank_chi_square(array_agg(s))::numeric, 6), abs(logrank_p(array_agg(s)) / 1.2712459390060946e-05 - 1) < 1e-9 FROM curve WHERE data = 'veteran';
	SQL
	psql -X -q -d postgres -c "DROP DATABASE $survival_database"
	while IFS='@' read -r expected name; do is "$(grep -F "${expected%%|*}|" "$work/survivals" || true)" "$expected" "survival: $name"; done <<-'END'
		lung log|186|0|186|186|186|186@every step of survfit for lung, limits of the logarithm
		lung log-log|186|0|186|186|186|186@of the logarithm of its logarithm
		lung plain|186|0|186|186|186|186@and plain ones
		veteran log|125|0|125|125|125|125@the same for veteran, by cell type
		veteran log-log|125|0|125|125|125|125@with limits log-log
		veteran plain|125|0|125|125|125|125@and plain
		medians|310|285|363|270 426@medians of lung, its limits, and by sex
		quantiles|79 60 107, 170 145 197, 550 460 654, 735 689@other quantiles and their limits, the last without an upper one
		means|t|t|t|t@restricted means and their standard errors
		log-rank|10.326742|25.403700|t@log-rank chi-square of survdiff, and its chance
	END
else
	skip "$survivals"
fi
echo "1..$n"
[ "$failed" = 0 ]
