# Deals on several servers, joined by postgres_fdw: functions are evaluated where the rows are, each shard builds its
# summaries, and merged centrally they are what one database would have computed over all rows.
#
# Three databases stand for the servers and a fourth has all their rows: it is the oracle.  postgres_fdw sends the
# functions, operators and aggregates of an extension that its option `extensions` names; it never sends half of an
# aggregate, so a group that has rows on several shards is summarized on each, by a view, and merged.  Rows come as
# text, whatever the protocol of the client.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('fdw');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
$node->start;

# ---- the shards, one for each region ----

my %region = (shard_1 => 'EMEA', shard_2 => 'Americas', shard_3 => 'Asia');
my @shards = sort keys %region;
my $process = '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": ["best_case", "commit"]},
	{"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Négociation", "probability": 0.30000000000000004, "category": "commit"}]}';

# Each aggregate: its call over the table deal; where it is mergeable, the summary that a shard builds and what is read
# from the merged ones to the same result.
my @cases = (
	{ call => 'salesops.compliance(ok)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.deal_stats(outcome, amount, cycle)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.deal_stats(outcome, amount::float8, cycle)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.deal_stats(outcome, amount::bigint, cycle)', merged => 'salesops.merge(%s)' },
	# exact medians on the shards, a rounded one of all: more different values than a tally holds
	{ call => 'salesops.deal_stats(always_won, amount, long_cycle)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.win_rate(won, closed)', summary => 'salesops.deal_stats(outcome, amount, cycle)', merged => 'salesops.win_rate(salesops.merge(%s))' },
	{ call => 'salesops.win_rate_created(won, closed)', summary => 'salesops.deal_stats(outcome, amount, cycle)', merged => 'salesops.win_rate_created(salesops.merge(%s))' },
	{ call => 'salesops.win_rate_amount(won, closed, amount)', summary => 'salesops.deal_stats(outcome, amount, cycle)', merged => 'salesops.win_rate_amount(salesops.merge(%s))' },
	{ call => 'salesops.win_rate_amount(won, closed, amount::float8)', summary => 'salesops.deal_stats(outcome, amount::float8, cycle)', merged => 'salesops.win_rate_amount(salesops.merge(%s))' },
	{ call => 'salesops.win_rate_amount(won, closed, amount::bigint)', summary => 'salesops.deal_stats(outcome, amount::bigint, cycle)', merged => 'salesops.win_rate_amount(salesops.merge(%s))' },
	{ call => 'salesops.forecast_rollup(category, amount)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.forecast_rollup(category, amount::float8)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.forecast_rollup(category, amount::bigint)', merged => 'salesops.merge(%s)' },
	(map { +{ call => "salesops.forecast_error(amount::$_, (amount + i % 100)::$_)", merged => 'salesops.merge(%s)' }, +{ call => "salesops.forecast_error(amount::$_, (amount + i % 100)::$_, cycle * cycle)", merged => 'salesops.merge(%s)' } } 'numeric', 'float8'),
	(map { my $type = $_; map { +{ call => "salesops.$_(amount::$type, (amount + i % 100)::$type)", summary => "salesops.forecast_error(amount::$type, (amount + i % 100)::$type)", merged => "salesops.$_(salesops.merge(%s))" } } qw(mape wape forecast_bias forecast_accuracy mae rmse smape) } 'numeric', 'float8'),
	(map { my $arguments = "(category, amount::$_, outcome, (amount * 1.1)::$_)"; (+{ call => "salesops.forecast_outcome$arguments", merged => 'salesops.merge(%s)' },
		+{ call => "salesops.commit_accuracy$arguments", summary => "salesops.forecast_outcome$arguments", merged => 'salesops.commit_accuracy(salesops.merge(%s))' }) } 'numeric', 'float8', 'bigint'),
	{ call => "salesops.forecast_category_integrity('$process', stage, category)", summary => "salesops.compliance(salesops.forecast_category_ok('$process', stage, category))", merged => 'salesops.compliance_rate(salesops.merge(%s))' },
	{ call => 'salesops.stage_path(stage, entered_at)', merged => 'salesops.merge(%s)' },
	{ call => "salesops.stage_funnel(c_stage_path, '$process')", merged => 'salesops.merge(%s)' },
	(map { +{ call => "salesops.stage_funnel(c_stage_path, '$process', amount::$_)", merged => 'salesops.merge(%s)' } } 'numeric', 'float8', 'bigint'),
	{ call => 'salesops.merge(c_stage_funnel)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.survival(abs(cycle), won)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.survival(long_cycle, outcome)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.deal_outlook(amount, long_cycle / 20000)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.deal_outlook(amount::float8, 0.5)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.deal_outlook(amount::bigint, 0.25)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.outlook_backtest(c_deal_outlook, amount::float8, 0.8, 0)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.win_calibration(probability, won)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.brier_score(probability, won)', summary => 'salesops.win_calibration(probability, won)', merged => 'salesops.brier_score(salesops.merge(%s))' },
	{ call => 'salesops.stage_win_rates(stage, won)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.survivor(stage)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.survivor(name, entered_at)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.survivor(name, entered_at, owner)', merged => 'salesops.merge(%s)' },
	{ call => 'salesops.most_recent(name, entered_at)', summary => 'salesops.survivor(name, entered_at)', merged => 'salesops.most_recent(salesops.merge(%s))' },
	{ call => 'salesops.most_frequent(name)', summary => 'salesops.survivor(name)', merged => 'salesops.most_frequent(salesops.merge(%s))' },
	{ call => 'salesops.longest(name)', summary => 'salesops.survivor(name)', merged => 'salesops.longest(salesops.merge(%s))' },
	(map { { call => "salesops.$_->[0](stage, category)", summary => 'salesops.field_completeness(stage, category)', merged => $_->[1] } } [ 'field_completeness', 'salesops.merge(%s)' ], [ 'completeness_rate', 'salesops.compliance_rate(salesops.merge(%s))' ]),
	{ call => "salesops.hygiene_compliance('stale,' || category)", summary => "salesops.compliance(salesops.issue_count('stale,' || category) = 0)", merged => 'salesops.compliance_rate(salesops.merge(%s))' },
	(map { { call => "salesops.count_issues('stale,' || category$_)", merged => 'salesops.merge(%s)' } } '', ', amount', ', amount::float8', ', amount::bigint'),
	{ call => 'salesops.merge(c_issue_counts)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_survivor)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.close_path(day, entered_at)', merged => 'salesops.merge(%s)' },
	{ call => "salesops.period_end_share(day, 'month', 'starts May')", summary => "salesops.compliance(salesops.is_period_end(day, 'month', 'starts May'))", merged => 'salesops.compliance_rate(salesops.merge(%s))', central => 1 },
	(map { { call => "salesops.slippage(day, outcome, day + 20, $_, '2026-02-01', '2026-04-30')", merged => 'salesops.merge(%s)' } } 'amount', 'amount::float8', 'amount::bigint'),
	(map { { call => "salesops.linearity(day, $_, 'week', 'quarter', 'starts May')", merged => 'salesops.merge(%s)', central => 1 } } 'amount', 'amount::float8', 'amount::bigint'),
	# policies are made once, not merged
	{ call => "salesops.sales_process(own_stage, i, 0.25, 'commit, pipeline', 'open', cycle + 10)", where => 'i <= 300' },
	{ call => "salesops.business_calendar('Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-12-25', day)" },
	{ call => "salesops.business_calendar('Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-12-25', day, hours)" },
	{ call => "salesops.sla_compliance(entered_at, answered_at, 86400, 'Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-05-01', '2026-06-01 00:00+00')", merged => 'salesops.merge(%s)' },
	{ call => "salesops.movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3), (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5])", merged => 'salesops.merge(%s)' },
	{ call => "salesops.movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3)::float8, (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount::float8, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5])", merged => 'salesops.merge(%s)' },
	{ call => "salesops.movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3)::bigint, (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount::bigint, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5])", merged => 'salesops.merge(%s)' },
	{ call => "salesops.pipeline_change(i::bigint, i % 2 = 0, outcome, amount, NULL, stage, category)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.pipeline_change(i::bigint, i % 2 = 0, outcome, amount::float8, NULL, stage, category)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.pipeline_change(i::bigint, i % 2 = 0, outcome, amount::bigint, NULL, stage, category)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.pipeline_change(own_stage, i % 2 = 0, outcome, amount, NULL, stage, category)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.pipeline_change(own_stage, i % 2 = 0, outcome, amount::float8, NULL, stage, category)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.pipeline_change(own_stage, i % 2 = 0, outcome, amount::bigint, NULL, stage, category)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.pipeline_change(key, i % 2 = 0, outcome, amount, NULL, stage, category)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.pipeline_change(key, i % 2 = 0, outcome, amount::float8, NULL, stage, category)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.pipeline_change(key, i % 2 = 0, outcome, amount::bigint, NULL, stage, category)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.stage_history(i::bigint, stage, entered_at)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.stage_history(own_stage, stage, entered_at)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.stage_history(key, stage, entered_at)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.match_graph(i::bigint, (i / 3)::bigint, cycle)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.match_graph(own_stage, stage, cycle)", merged => 'salesops.merge(%s)' },
	{ call => "salesops.match_graph(i::bigint, (i % 50)::bigint, cycle)", merged => 'salesops.merge(%s)' },
	# a text is cast to uuid by its input function, which postgres_fdw does not send
	{ call => "salesops.match_graph(key, md5((i % 50)::text)::uuid, cycle)", merged => 'salesops.merge(%s)', central => 1 },
	{ call => 'salesops.merge(c_match_graph)', merged => 'salesops.merge(%s)', where => 'true' },
	(map { { call => "salesops.duplicate_rate($_->[0], $_->[1])", summary => "salesops.compliance($_->[0] IS DISTINCT FROM $_->[1]) FILTER (WHERE $_->[0] IS NOT NULL)", merged => 'salesops.compliance_rate(salesops.merge(%s))', central => 1 } } [ 'i::bigint', '(i / 3)::bigint' ], [ 'own_stage', 'owner' ], [ 'key', 'md5((i / 3)::text)::uuid' ]),
	{ call => 'salesops.merge(c_stage_history)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_pipeline_change)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_movement)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_compliance)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_deal_stats)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_forecast_rollup)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_forecast_error)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_forecast_outcome)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_stage_path)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_survival)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_deal_outlook)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_win_calibration)', merged => 'salesops.merge(%s)', where => 'true' },
	{ call => 'salesops.merge(c_stage_win_rates)', merged => 'salesops.merge(%s)', where => 'true' },
	(map { { call => "salesops.merge(c_$_)", merged => 'salesops.merge(%s)', where => 'true' } } 'close_path', 'slippage', 'linearity'),);
for my $i (0 .. $#cases)
{
	my $case = $cases[$i];

	$case->{column} = "summary_$i";
	$case->{summary} //= $case->{call};
	$case->{where} //= 'true';
}
my @mergeable = grep { $_->{merged} } @cases;

# A database with deals of some regions.  Every owner has deals in each; each deal holds a summary of its own of each type.
sub make_database
{
	my ($database, @regions) = @_;
	my $list = join(', ', map { "'$_'" } @regions);

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, <<"SQL");
CREATE EXTENSION salesops;
CREATE SCHEMA crm;
CREATE TABLE crm.deal AS
SELECT i, region, owner, owner || ' ' || i AS own_stage, md5(i::text)::uuid AS key, outcome, text 'won' AS always_won, outcome = 'won' AS won, outcome IN ('won', 'lost') AS closed, amount, cycle, long_cycle, ok, category, label, stage, entered_at, answered_at, day, hours, name, probability,
	salesops.compliance(ok) AS c_compliance, salesops.deal_stats(outcome, amount, cycle) AS c_deal_stats, salesops.forecast_rollup(category, amount) AS c_forecast_rollup, salesops.stage_path(stage, entered_at) AS c_stage_path,
	salesops.forecast_error(amount, amount + i % 100) AS c_forecast_error, salesops.forecast_outcome(category, amount, outcome, amount * 1.1) AS c_forecast_outcome,
	salesops.survival(abs(cycle), outcome) AS c_survival, salesops.stage_funnel(salesops.stage_path_transfn(NULL, stage, entered_at), \'$process\', amount) AS c_stage_funnel, salesops.deal_outlook(amount, 0.5) AS c_deal_outlook,
	salesops.win_calibration(probability, outcome = 'won') AS c_win_calibration, salesops.stage_win_rates(stage, outcome = 'won') AS c_stage_win_rates,
	salesops.survivor(name, entered_at, owner) AS c_survivor, salesops.count_issues('stale,' || category, amount) AS c_issue_counts, salesops.close_path(day, entered_at) AS c_close_path, salesops.slippage(day, outcome, day + 20, amount, '2026-02-01', '2026-04-30') AS c_slippage, salesops.linearity(day, amount, 'week', 'quarter', 'starts May') AS c_linearity,
	salesops.pipeline_change('D' || i, i % 2 = 0, outcome, amount, NULL, stage, category) AS c_pipeline_change, salesops.stage_history('D' || i, stage, entered_at) AS c_stage_history, salesops.match_graph('D' || i, 'D' || i / 2, cycle) AS c_match_graph,
	salesops.movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3), (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5]) AS c_movement
FROM (
	SELECT i, (array['EMEA', 'Americas', 'Asia'])[1 + i * 7919 % 3] AS region, 'owner ' || i % 7 AS owner, (array['open', 'won', 'lost', 'won', NULL])[1 + i * 7919 % 5] AS outcome,
		CASE WHEN i % 10 > 0 THEN round((i * 7919 % 100003)::numeric / 7, i % 4) END AS amount, ((i * 7919) % 240 - 5) / 4.0::float8 AS cycle, i * 1.5::float8 AS long_cycle, CASE WHEN i % 13 > 0 THEN (i * 7919 % 10007) / 10006.0::float8 END AS probability,
		CASE WHEN i % 9 > 0 THEN i % 3 = 0 END AS ok, (array['pipeline', 'best_case', 'most_likely', 'commit', 'closed', 'omitted', NULL])[1 + i * 31 % 7]::salesops.forecast_category AS category,
		(array['Pipeline', 'BestCase', 'Most Likely', 'Commit', 'Closed', 'Omitted', NULL])[1 + i * 31 % 7] AS label, (array['New', 'Proposal', 'Won', 'Négociation'])[1 + i * 31 % 4] AS stage,
		'2026-01-01 00:00+00'::timestamptz + (i * 7919 % 5000) * interval '1 hour' AS entered_at,
		'2026-01-01 00:00+00'::timestamptz + (i * 7919 % 5000 + i % 60) * interval '1 hour' AS answered_at, date '2026-01-01' + i * 31 % 200 AS day, CASE WHEN i * 31 % 200 % 3 = 0 THEN '10:00-12:00' END AS hours, 'The Company ' || i % 50 || (array[' GmbH', ', Inc.', ''])[1 + i % 3] AS name
	FROM generate_series(1, 9000) i) AS d
WHERE region IN ($list)
GROUP BY i, region, owner, outcome, amount, cycle, long_cycle, ok, category, label, stage, entered_at, answered_at, day, hours, name, probability;
SQL
	my $columns = join(",\n\t", map { "$_->{summary} AS $_->{column}" } @mergeable);
	$node->safe_psql($database, <<"SQL");
CREATE VIEW crm.summaries AS SELECT region, owner,
	$columns
FROM crm.deal GROUP BY region, owner;
CREATE TABLE crm.kept (owner text, d salesops.deal_stats, s salesops.stage_path);
ANALYZE;
SQL
}
make_database('single', values %region);
make_database($_, $region{$_}) foreach @shards;

# ---- the central database: foreign tables as partitions ----

$node->safe_psql('postgres', 'CREATE DATABASE central');
my ($host, $port) = ($node->host, $node->port);
my $central = "CREATE EXTENSION salesops;\nCREATE EXTENSION postgres_fdw;\n";
foreach my $shard (@shards)
{
	$central .= <<"SQL";
CREATE SERVER $shard FOREIGN DATA WRAPPER postgres_fdw
	OPTIONS (host '$host', port '$port', dbname '$shard', extensions 'salesops', async_capable 'true', fetch_size '1000', batch_size '50');
CREATE USER MAPPING FOR CURRENT_USER SERVER $shard;
CREATE SCHEMA $shard;
IMPORT FOREIGN SCHEMA crm FROM SERVER $shard INTO $shard;
SQL
}
$central .= "CREATE SCHEMA crm;\n";
foreach my $table ('deal', 'summaries')
{
	$central .= "CREATE TABLE crm.$table (LIKE shard_1.$table) PARTITION BY LIST (region);\n";
	$central .= "ALTER TABLE crm.$table ATTACH PARTITION $_.$table FOR VALUES IN ('$region{$_}');\n" foreach @shards;
}
$central .= "ANALYZE $_.deal, $_.summaries;\n" foreach @shards;
$node->safe_psql('central', $central);

# a session in each, since there are some thousand questions
my %session = map { $_ => start_session($node, $_, $_, "options='-c client_min_messages=error'") } 'single', 'central';

sub plan_of { return ask($session{central}, "SET enable_partitionwise_aggregate = on;\nEXPLAIN (VERBOSE, COSTS OFF) $_[0]"); }

# The rows of a query in the single database and in the central one: some, and the same.
sub same
{
	my ($name, $query, $central_query) = @_;
	my $compare = "SET enable_partitionwise_aggregate = on;\nSELECT count(*), md5(string_agg(s::text, ' ' ORDER BY s::text COLLATE \"C\")) FROM (%s) s";
	my $expected = ask($session{single}, sprintf($compare, $query));

	unlike($expected, qr/^0/, "$name: has rows");
	is(ask($session{central}, sprintf($compare, $central_query // $query)), $expected, "$name: as in one database");
}

# ---- every aggregate has a case ----

# Which aggregate a call means, from what a view of it depends on.
my @seen = map { ask($session{single}, <<"SQL") } @cases;
CREATE VIEW called AS SELECT $_->{call} FROM crm.deal;
SELECT refobjid::regprocedure FROM pg_depend JOIN pg_rewrite w ON classid = 'pg_rewrite'::regclass AND objid = w.oid JOIN pg_aggregate ON refclassid = 'pg_proc'::regclass AND refobjid = aggfnoid
WHERE ev_class = 'called'::regclass;
DROP VIEW called;
SQL
my $seen = join(', ', map { "'$_'::regprocedure" } @seen);
my $member = "JOIN pg_depend ON classid = 'pg_proc'::regclass AND objid = aggfnoid AND refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesops')";
is(ask($session{single}, "SELECT count(*) > 0, string_agg(aggfnoid::regprocedure::text, ' ') FILTER (WHERE aggfnoid NOT IN ($seen)) FROM pg_aggregate $member"), 't|', 'every aggregate has a case');
# those whose summary has a merge() are cases of merging, too
my @merged = map { $seen[$_] } grep { $cases[$_]{merged} } 0 .. $#cases;
my $merged = join(', ', map { "'$_'::regprocedure" } @merged);
is(ask($session{single}, <<"SQL"), '', 'every aggregate over a type that merges is merged');
SELECT string_agg(aggfnoid::regprocedure::text, ' ') FROM pg_aggregate a $member
WHERE aggfnoid NOT IN ($merged) AND EXISTS (SELECT FROM pg_aggregate m JOIN pg_proc p ON p.oid = m.aggfnoid WHERE proname = 'merge' AND m.aggtranstype = a.aggtranstype)
SQL

# ---- functions, operators and domains go where the rows are ----

my %where = (
	'a function of a text' => [ "salesops.to_forecast_category(label) = 'commit'", qr/salesops\.to_forecast_category\(label\)/ ],
	'a function in two steps' => [ "salesops.forecast_category_rank(label) > 3", qr/salesops\.forecast_category_rank\(label\) > 3/ ],
	'a column of a domain' => [ "category = 'commit'", qr/category = 'commit'/ ],
	'a reader' => [ 'salesops.won_amount(c_deal_stats) > 9000', qr/salesops\.won_amount\(c_deal_stats\) > / ],
	'a reader with a time' => [ "salesops.days_in_current_stage(c_stage_path, '2026-06-29 00:00+00') > 30", qr/salesops\.days_in_current_stage\(c_stage_path, '/ ],
	'a policy as a literal' => [ "salesops.forecast_category_issue('$process', stage, category) IS NOT NULL", qr/salesops\.forecast_category_issue\('.*'::salesops\.sales_process, stage, category\)/ ],
	'an operator between summaries' => [ q(c_compliance OPERATOR(salesops.=) '{"compliance": 1, "met": 1}'), qr/c_compliance OPERATOR\(salesops\.=\) '/ ],
	'business time' => [ "salesops.business_hours(entered_at, answered_at, 'Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-05-01') > 8", qr/salesops\.business_hours\(entered_at, answered_at, '.*'::salesops\.business_calendar\) > / ],
	'when an answer was due' => [ "answered_at > salesops.sla_due(entered_at, 86400, 'Mon-Fri 09:00-17:00 Europe/Berlin')", qr/answered_at > salesops\.sla_due\(entered_at, .*'::salesops\.business_calendar\)/ ],
	'a fiscal year' => [ "salesops.fiscal_year(day, 'starts May') = 2025", qr/salesops\.fiscal_year\(day, 'starts May'::salesops\.fiscal_calendar\) = 2025/ ],
	'the key of a name' => [ "salesops.company_key(name) = 'company 7'", qr/salesops\.company_key\(name\) = 'company 7'/ ],
	'a similarity' => [ "salesops.company_similarity(name, 'Company 7') > 0.9", qr/salesops\.company_similarity\(name, 'Company 7'::?\w*\) > / ],);
foreach my $name (sort keys %where)
{
	my ($condition, $remote) = @{ $where{$name} };
	my $query = "SELECT i, amount FROM crm.deal WHERE $condition";
	my $plan = plan_of($query);
	my @sent = $plan =~ /Remote SQL: (.*)/g;

	is(scalar(grep { /$remote/ } @sent), 3, "$name in WHERE: sent to the three shards") or diag($plan);
	unlike($plan, qr/Filter:/, "$name in WHERE: nothing is left to do centrally");
	same("$name in WHERE", $query);
}
# postgres_fdw sends no comparison of texts that come from none of the table's columns: these are made centrally
foreach my $condition ("salesops.sla_status(entered_at, answered_at, 86400, 'Mon-Fri 09:00-17:00 Europe/Berlin', '2026-06-01 00:00+00') = 'missed'", "salesops.fiscal_quarter(day, 'starts February') = 'FY2026-Q1'")
{
	same("$condition in WHERE", "SELECT i FROM crm.deal WHERE $condition");
}
{
	my $query = "SELECT i FROM crm.deal WHERE salesops.company_key(name) = 'company 7'";

	ask($session{central}, "ALTER SERVER $_ OPTIONS (DROP extensions)") foreach @shards;
	like(plan_of($query), qr/Filter: \(salesops\.company_key/, 'without the option extensions the rows come unfiltered');
	same('without the option extensions', $query);
	ask($session{central}, "ALTER SERVER $_ OPTIONS (ADD extensions 'salesops')") foreach @shards;
}

# ---- whole aggregates, where no group spans shards ----

foreach my $case (@cases)
{
	my $call = $case->{call};
	my ($function) = $call =~ /^(salesops\.\w+)\(/;
	my $name = length($call) > 70 ? substr($call, 0, 70) . '...' : $call;

	# one shard
	my $query = "SELECT owner, $call AS r FROM %s WHERE region = 'EMEA' AND $case->{where} GROUP BY owner";
	my $plan = plan_of(sprintf($query, 'shard_1.deal'));
	# postgres_fdw sends no call with texts that come from none of the table's columns, such as the name of a unit
	like($plan, qr/^Foreign Scan.*Relations: Aggregate on \(.*Remote SQL: SELECT owner, \Q$function\E\(/s, "$name of one shard: aggregated there") unless $case->{central};
	same("$name of one shard", sprintf($query, 'crm.deal'), sprintf($query, 'shard_1.deal'));

	# all shards, grouped by the column that tells them apart
	$query = "SELECT region, $call AS r FROM crm.deal WHERE $case->{where} GROUP BY region";
	$plan = plan_of($query);
	my @aggregated = $plan =~ /Relations: Aggregate on \(/g;
	if (!$case->{central})
	{
		is(scalar(@aggregated), 3, "$name by the column of the shards: aggregated on each") or diag($plan);
		unlike($plan, qr/HashAggregate|GroupAggregate/, "$name by the column of the shards: nothing is left to do centrally");
	}
	same("$name by the column of the shards", $query);
}

# ---- summaries of the shards, merged ----

foreach my $case (@mergeable)
{
	my $merged = sprintf($case->{merged}, $case->{column});
	my $name = length($merged) > 70 ? substr($merged, 0, 70) . '...' : $merged;
	$name = substr($case->{call}, 0, 70) . ' as ' . $name;

	foreach my $group ('owner', undef)
	{
		my $by = $group ? 'by owner' : 'of all deals';
		my ($key, $grouping) = $group ? ("$group, ", "GROUP BY $group") : ('', '');
		my $central_query = "SELECT ${key}$merged AS r FROM crm.summaries $grouping";
		my $plan = plan_of($central_query);
		# groups may come sorted from the shards instead, one after the other
		my $scan = $group ? qr/Foreign Scan on shard_\d\.summaries/ : qr/Async Foreign Scan on shard_\d\.summaries/;
		my @scans = $plan =~ /$scan/g;

		is(scalar(@scans), 3, $group ? "$name $by: summaries of three shards" : "$name $by: of three shards at once") or diag($plan);
		same("$name $by", "SELECT ${key}$case->{call} AS r FROM crm.deal WHERE $case->{where} $grouping", $central_query);
	}
}
# and not merged: rows come to the center, the result is the same
same("$_->{call} of the rows of all shards", "SELECT owner, $_->{call} AS r FROM crm.deal WHERE $_->{where} GROUP BY owner") foreach @cases;

# the readers of stored summaries choose rows on the shards
my ($stats) = map { $_->{column} } grep { $_->{call} eq 'salesops.deal_stats(outcome, amount, cycle)' } @cases;
my $chosen = "SELECT salesops.merge($stats) AS r FROM crm.summaries WHERE salesops.win_rate($stats) > 0.66";
like(plan_of($chosen), qr/Remote SQL: .*WHERE \(\(salesops\.win_rate\($stats\) > /, 'summaries are chosen on the shards');
same('summaries chosen on the shards', $chosen);

# ---- summaries written to a shard ----

my ($path) = map { $_->{column} } grep { $_->{call} =~ /stage_path\(stage/ } @cases;
ask($session{central}, "INSERT INTO shard_2.kept SELECT owner, salesops.merge($stats), salesops.merge($path) FROM crm.summaries GROUP BY owner");
same('summaries written to a shard', "SELECT owner, salesops.merge($stats) AS d, salesops.merge($path) AS s FROM crm.summaries GROUP BY owner", 'SELECT owner, d, s FROM shard_2.kept');
like(plan_of('DELETE FROM shard_2.kept WHERE salesops.deal_count(d) > 0'), qr/Remote SQL: DELETE FROM crm\.kept WHERE \(\(salesops\.deal_count\(d\) > 0\)\)/, 'a DELETE by a reader is done on the shard');
ask($session{central}, 'DELETE FROM shard_2.kept WHERE salesops.deal_count(d) > 0');
is($node->safe_psql('shard_2', 'SELECT count(*) FROM crm.kept'), '0', 'and deletes');

leave($_) foreach values %session;
$node->stop;
done_testing();
