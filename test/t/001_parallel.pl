# Every aggregate runs in parallel: the plan has a Partial Aggregate, more than the leader works, and the result is
# that of a serial run.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('parallel');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
fsync = off
autovacuum = off
max_worker_processes = 8
max_parallel_workers = 8
CONF
$node->start;

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION salesops;
-- narrow pages of wide rows, so that each worker gets some
CREATE TABLE deal AS
	SELECT i, i % 7 AS team, (array['open', 'won', 'lost', 'won', NULL])[1 + i * 7919 % 5] AS outcome,
		CASE WHEN i % 10 > 0 THEN round((i * 7919 % 100003)::numeric / 7, i % 4) END AS amount,
		((i * 7919) % 240 - 5) / 4.0::float8 AS cycle, i * 1.5 AS long_cycle, CASE WHEN i % 13 > 0 THEN (i * 7919 % 10007) / 10006.0::float8 END AS probability,
		CASE WHEN i % 9 > 0 THEN i % 3 = 0 END AS ok, i % 3 = 0 AS won, i % 2 = 0 OR i % 3 = 0 AS closed,
		(array['Pipeline', 'BestCase', 'most_likely', 'Commit', 'closed', 'omitted', NULL])[1 + i * 31 % 7] AS category,
		(array['New', 'Proposal', 'Won', 'Négociation'])[1 + i * 31 % 4] AS stage,
		'2026-01-01 00:00+00'::timestamptz + (i * 7919 % 5000) * interval '1 hour' AS entered_at, repeat('x', 200) AS filler
	FROM generate_series(1, 20000) i;
CREATE TABLE process AS SELECT '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"},
	{"stage": "Proposal", "probability": 0.5, "category": ["best_case", "commit"]}, {"stage": "Won", "probability": 1, "outcome": "won"}]}'::salesops.sales_process AS p;
CREATE TABLE stage AS
	SELECT 'stage ' || i AS stage, i AS place, (i % 11) / 10.0 AS probability, (array['pipeline', 'best_case, commit', 'commit'])[1 + i % 3] AS category, repeat('x', 2000) AS filler
	FROM generate_series(1, 400) i;
CREATE TABLE daily AS
	SELECT i / 10 AS day, i % 7 AS team, salesops.compliance(ok) AS compliance, salesops.deal_stats(outcome, amount, cycle) AS deal_stats,
		salesops.forecast_error(amount, amount + i % 100, i % 3) AS forecast_error, salesops.forecast_outcome(category, amount, outcome, amount * 1.1) AS forecast_outcome,
		salesops.forecast_rollup(category, amount) AS forecast_rollup, salesops.stage_path(stage, entered_at) AS stage_path, salesops.survival(abs(cycle), nullif(stage, 'New')) AS survival,
		salesops.deal_outlook(round(amount / 1000), 0.3) AS deal_outlook,
		salesops.win_calibration(probability, ok) AS win_calibration, salesops.stage_win_rates(stage, ok) AS stage_win_rates,
		salesops.survivor(stage, entered_at, category) AS survivor, salesops.count_issues('stale,' || category, amount) AS issue_counts, salesops.close_path(entered_at::date + i % 90, entered_at) AS close_path, salesops.slippage(entered_at::date, outcome, entered_at::date + 20, amount, '2026-02-01', '2026-04-30') AS slippage,
		salesops.linearity(entered_at::date, amount, 'week', 'quarter', 'starts February') AS linearity,
		salesops.movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3), (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5]) AS movement,
		salesops.pipeline_change('D' || i, i % 2 = 0, outcome, amount, NULL, stage, category) AS pipeline_change, salesops.stage_history('D' || i % 7, stage, entered_at) AS stage_history, salesops.match_graph('D' || i % 100, 'D' || i * 7 % 90, cycle) AS match_graph,
		min(entered_at), max(entered_at)
	FROM deal GROUP BY 1, 2;
ALTER TABLE daily ADD stage_funnel salesops.stage_funnel;
UPDATE daily SET stage_funnel = (SELECT salesops.stage_funnel(stage_path, p, team / 7.0) FROM process);
VACUUM FULL daily;
ANALYZE;
SQL

# What makes the planner choose a parallel plan for any table.
my $parallel = <<'SQL';
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 2;
SQL
my $serial = "SET max_parallel_workers_per_gather = 0;\n";

# Aggregate, table, and whether it can be grouped by team.
my @cases = (
	[ 'compliance(ok)', 'deal', 1 ],
	[ 'deal_stats(outcome, amount, cycle)', 'deal', 1 ],
	[ 'deal_stats(outcome, amount::float8, cycle)', 'deal', 1 ],
	[ 'deal_stats(outcome, amount::bigint, cycle)', 'deal', 1 ],
	[ "deal_stats('won', amount, long_cycle)", 'deal', 1 ],
	[ 'win_rate(won, closed)', 'deal', 1 ],
	[ 'win_rate_created(won, closed)', 'deal', 1 ],
	[ 'win_rate_amount(won, closed, amount)', 'deal', 1 ],
	[ 'win_rate_amount(won, closed, amount::float8)', 'deal', 1 ],
	[ 'win_rate_amount(won, closed, amount::bigint)', 'deal', 1 ],
	[ 'forecast_rollup(category, amount)', 'deal', 1 ],
	[ 'forecast_rollup(category, amount::float8)', 'deal', 1 ],
	[ 'forecast_rollup(category, amount::bigint)', 'deal', 1 ],
	(map { my $type = $_; map { [ "$_(amount::$type, (amount + i % 100)::$type)", 'deal', 1 ] } qw(forecast_error mape wape forecast_bias forecast_accuracy mae rmse smape) } 'numeric', 'float8'),
	(map { [ "forecast_error(amount::$_, (amount + i % 100)::$_, cycle * cycle)", 'deal', 1 ] } 'numeric', 'float8'),
	(map { my $type = $_; map { [ "$_(category, amount::$type, outcome, (amount * 1.1)::$type)", 'deal', 1 ] } 'forecast_outcome', 'commit_accuracy' } 'numeric', 'float8', 'bigint'),
	[ 'forecast_category_integrity((SELECT p FROM process), stage, category)', 'deal', 1 ],
	[ 'stage_path(stage, entered_at)', 'deal', 1 ],
	[ 'survival(abs(cycle), ok)', 'deal', 1 ],
	[ 'survival(i / 7.0, nullif(stage, $$New$$))', 'deal', 1 ],
	[ 'deal_outlook(amount, cycle / 62 + 0.03)', 'deal', 1 ],
	[ 'deal_outlook(amount::float8, 0.5)', 'deal', 1 ],
	[ 'deal_outlook(amount::bigint, 0.25)', 'deal', 1 ],
	[ 'outlook_backtest(deal_outlook, day, 0.8, 0)', 'daily', 1 ],
	[ 'win_calibration(probability, ok)', 'deal', 1 ],
	[ 'brier_score(probability, ok)', 'deal', 1 ],
	[ 'stage_win_rates(stage, ok)', 'deal', 1 ],
	[ "stage_win_rates('stage ' || i % 1000, ok)", 'deal', 1 ],
	[ 'survivor(stage)', 'deal', 1 ],
	[ 'survivor(stage, entered_at)', 'deal', 1 ],
	[ "survivor('value ' || i % 1000, entered_at, category)", 'deal', 1 ],
	[ 'most_recent(stage, entered_at)', 'deal', 1 ],
	[ 'most_frequent(category)', 'deal', 1 ],
	[ 'longest(stage)', 'deal', 1 ],
	[ 'merge(survivor)', 'daily', 1 ],
	(map { [ "$_(stage, category)", 'deal', 1 ] } 'field_completeness', 'completeness_rate'),
	[ q{hygiene_compliance('stale,' || category)}, 'deal', 1 ],
	(map { [ "count_issues('stale,' || category$_)", 'deal', 1 ] } '', ', amount', ', amount::float8', ', amount::bigint'),
	[ 'merge(issue_counts)', 'daily', 1 ],
	[ 'close_path(entered_at::date + i % 90, entered_at)', 'deal', 1 ],
	[ "period_end_share(entered_at::date, 'month', 'starts January')", 'deal', 1 ],
	(map { [ "slippage(entered_at::date, outcome, entered_at::date + 20, $_, '2026-02-01', '2026-04-30')", 'deal', 1 ] } 'amount', 'amount::float8', 'amount::bigint'),
	(map { [ "linearity(entered_at::date, $_, 'week', 'quarter', 'starts February')", 'deal', 1 ] } 'amount', 'amount::float8', 'amount::bigint'),
	[ "sales_process(stage, place, probability, category, 'open', place)", 'stage', 0 ],
	[ "business_calendar('Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2027-01-01', entered_at::date)", 'deal', 1 ],
	[ "business_calendar('24x7 UTC', entered_at::date, CASE WHEN extract(isodow FROM entered_at) > 3 THEN '13:00-15:00 9:00-12:00' END)", 'deal', 1 ],
	[ "sla_compliance(entered_at, entered_at + cycle * interval '1 hour', 86400, 'Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-05-01', '2026-06-01 00:00+00')", 'deal', 1 ],
	[ "movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3), (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5])", 'deal', 1 ],
	[ "movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3)::float8, (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount::float8, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5])", 'deal', 1 ],
	[ "movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3)::bigint, (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount::bigint, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5])", 'deal', 1 ],
	[ 'merge(movement)', 'daily', 1 ],
	[ "pipeline_change(i::bigint, i % 2 = 0, outcome, amount, NULL, stage, category)", 'deal', 1 ],
	[ "pipeline_change(i::bigint, i % 2 = 0, outcome, amount::float8, NULL, stage, category)", 'deal', 1 ],
	[ "pipeline_change(i::bigint, i % 2 = 0, outcome, amount::bigint, NULL, stage, category)", 'deal', 1 ],
	[ "pipeline_change('D' || i, i % 2 = 0, outcome, amount, NULL, stage, category)", 'deal', 1 ],
	[ "pipeline_change('D' || i, i % 2 = 0, outcome, amount::float8, NULL, stage, category)", 'deal', 1 ],
	[ "pipeline_change('D' || i, i % 2 = 0, outcome, amount::bigint, NULL, stage, category)", 'deal', 1 ],
	[ "pipeline_change(md5(i::text)::uuid, i % 2 = 0, outcome, amount, NULL, stage, category)", 'deal', 1 ],
	[ "pipeline_change(md5(i::text)::uuid, i % 2 = 0, outcome, amount::float8, NULL, stage, category)", 'deal', 1 ],
	[ "pipeline_change(md5(i::text)::uuid, i % 2 = 0, outcome, amount::bigint, NULL, stage, category)", 'deal', 1 ],
	[ 'merge(pipeline_change)', 'daily', 1 ],
	[ "stage_history((i / 3)::bigint, stage, entered_at)", 'deal', 1 ],
	[ "stage_history('D' || i / 3, stage, entered_at)", 'deal', 1 ],
	[ "stage_history(md5((i / 3)::text)::uuid, stage, entered_at)", 'deal', 1 ],
	[ 'merge(stage_history)', 'daily', 1 ],
	[ "match_graph((i % 900)::bigint, (i * 7 % 800)::bigint, cycle)", 'deal', 1 ],
	[ "match_graph('D' || i % 900, 'D' || i * 7 % 800, cycle)", 'deal', 1 ],
	[ "match_graph(md5((i % 900)::text)::uuid, md5((i * 7 % 800)::text)::uuid, cycle)", 'deal', 1 ],
	[ 'merge(match_graph)', 'daily', 1 ],
	[ 'duplicate_rate(i::bigint, (i / 3)::bigint)', 'deal', 1 ],
	[ 'duplicate_rate(stage, outcome)', 'deal', 1 ],
	[ 'duplicate_rate(md5(i::text)::uuid, md5((i / 3)::text)::uuid)', 'deal', 1 ],
	[ 'merge(compliance)', 'daily', 1 ],
	[ 'merge(deal_stats)', 'daily', 1 ],
	[ 'merge(forecast_rollup)', 'daily', 1 ],
	[ 'merge(forecast_error)', 'daily', 1 ],
	[ 'merge(forecast_outcome)', 'daily', 1 ],
	[ 'merge(stage_path)', 'daily', 1 ],
	[ 'merge(survival)', 'daily', 1 ],
	[ 'stage_funnel(stage_path, (SELECT p FROM process))', 'daily', 1 ],
	[ 'stage_funnel(stage_path, (SELECT p FROM process), team / 7.0)', 'daily', 1 ],
	[ 'merge(stage_funnel)', 'daily', 1 ],
	[ 'merge(deal_outlook)', 'daily', 1 ],
	[ 'merge(win_calibration)', 'daily', 1 ],
	[ 'merge(stage_win_rates)', 'daily', 1 ],
	(map { [ "merge($_)", 'daily', 1 ] } 'close_path', 'slippage', 'linearity'),);

# No aggregate of the extension is forgotten here.
my %seen = map { my ($name, $argument) = $_->[0] =~ /^(\w+)\((\w*)/; (($name eq 'merge' ? "merge($argument)" : $name) => 1) } @cases;
my @missing = grep { !$seen{$_} } split /\n/, $node->safe_psql('postgres', <<'SQL');
SELECT DISTINCT CASE WHEN proname = 'merge' THEN 'merge(' || split_part(format_type(proargtypes[0], NULL), '.', 2) || ')' ELSE proname END
FROM pg_aggregate JOIN pg_proc p ON p.oid = aggfnoid WHERE pronamespace = 'salesops'::regnamespace
SQL
is(join(', ', @missing), '', 'every aggregate has a case');

my $session = start_session($node, 'postgres', 'parallel', "options='-c client_min_messages=error'");
foreach my $case (@cases)
{
	my ($aggregate, $table, $groups) = @$case;

	foreach my $query ("SELECT salesops.$aggregate AS r FROM $table",
		$groups ? "SELECT team, salesops.$aggregate AS r FROM $table GROUP BY team" : ())
	{
		my $name = $query =~ /GROUP BY/ ? "$aggregate GROUP BY team" : $aggregate;
		# EXPLAIN ANALYZE says how many workers came; now and then another cluster on the machine delays them
		my $plan = ask($session, "$parallel EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) $query");

		like($plan, qr/Partial (Hash|Group)?Aggregate/, "$name: Partial Aggregate");
		like($plan, qr/Workers Launched: [1-9]/, "$name: workers came");

		my $compare = "SELECT count(*), md5(string_agg(s::text, ' ' ORDER BY s::text)) FROM (%s) s";
		my $expected = ask($session, $serial . sprintf($compare, $query));
		my $actual = ask($session, $parallel . sprintf($compare, $query));
		my $led = ask($session, $parallel . "SET parallel_leader_participation = off;\n" . sprintf($compare, $query));

		unlike($expected, qr/^0/, "$name: has a result");
		is($actual, $expected, "$name: parallel is serial");
		is($led, $expected, "$name: parallel without the leader is serial");
	}
}

# Partition by partition: the other use of combine functions.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE parts (LIKE deal) PARTITION BY HASH (i);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO parts SELECT * FROM deal;
ANALYZE parts;
SQL
foreach my $case (grep { $_->[1] eq 'deal' } @cases)
{
	my $aggregate = $case->[0];
	my $query = "SELECT team, salesops.$aggregate AS r FROM %s GROUP BY team ORDER BY team";
	my $settings = $serial . "SET enable_partitionwise_aggregate = on;\n";

	like(ask($session, $settings . 'EXPLAIN (COSTS OFF) ' . sprintf($query, 'parts')),
		qr/Finalize.*Append.*Partial/s, "$aggregate: partition by partition");
	is(ask($session, $settings . sprintf($query, 'parts')),
		ask($session, $serial . sprintf($query, 'deal')), "$aggregate: partition by partition is the whole");
}

# Every function may be called in a worker.
my ($force) = $node->safe_psql('postgres', "SELECT name FROM pg_settings WHERE name IN ('debug_parallel_query', 'force_parallel_mode')");
my $readers = <<'SQL';
SELECT salesops.win_rate(deal_stats), salesops.median_cycle_days(deal_stats), salesops.won_amount(deal_stats), salesops.compliance_low(compliance), salesops.open_pipeline(forecast_rollup), salesops.wape(forecast_error), salesops.commit_accuracy(forecast_outcome),
	salesops.business_hours(min, max, 'Mon-Fri 09:00-17:00 America/New_York'), salesops.sla_status(min, max, 86400, '24x7 UTC', '2026-06-01 00:00+00'), salesops.fiscal_quarter(max::date, '4-5-4 starts Sunday nearest February 1'),
	salesops.outlook_quantile(deal_outlook, 0.9), salesops.chance_of_at_least(deal_outlook, 5, 0.1),
	salesops.log_loss(win_calibration), salesops.calibrated_probability(win_calibration, 0.7), salesops.stage_win_rate(stage_win_rates, 'New'), salesops.stage_win_rate_high(stage_win_rates, 'Won'),
	salesops.hygiene_compliance(issue_counts), salesops.amount_at_risk(issue_counts), salesops.most_recent(survivor), salesops.source_priority(survivor, '{Commit, closed}'), salesops.push_count(close_path, 'month'), salesops.slip_rate_low(slippage), salesops.linearity_share(linearity, 3), salesops.close_date_issue(min::date, max::date, 'open', '2026-06-01'),
	salesops.km_median(survival), salesops.km_survival_high(survival, 20), salesops.cumulative_incidence_se(survival, 'Won', 20), salesops.logrank_p(survival, survival),
	salesops.funnel_conversion_low(stage_funnel, 'New', 'Won'), salesops.funnel_expected_value(stage_funnel, 'Proposal'),
	salesops.current_stage(stage_path), salesops.days_in_current_stage(stage_path, '2026-06-01 00:00+00'), deal_stats::text::salesops.deal_stats OPERATOR(salesops.=) deal_stats
FROM daily ORDER BY day, team
SQL
is(ask($session, "$parallel SET $force = on; $readers"), ask($session, $serial . $readers), "readers in a worker ($force)");

leave($session);
$node->stop;
done_testing();
