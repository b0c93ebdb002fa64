# What a dump writes a restore reads: tables of every type with indexes, checks, generated columns and hash partitions,
# and materialized views over the aggregates, which pg_restore fills under an empty search_path.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('dump');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE source');

$node->safe_psql('source', <<'SQL');
CREATE EXTENSION salesops;
CREATE SCHEMA crm;
CREATE TABLE crm.process (pipeline text PRIMARY KEY, p salesops.sales_process UNIQUE CHECK (salesops.stage_position(p, 'New') = 1));
INSERT INTO crm.process VALUES
	('stock', '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline", "max_days": 30.25}, {"stage": "It''s \"Négociation\" 🤝", "probability": 0.30000000000000004, "category": ["best_case", "commit"]},
		{"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Lost", "probability": 0, "outcome": "lost"}]}'),
	('renewal', '{"stages": [{"stage": "New", "probability": 0.3333333333333333, "category": "commit"}]}'), ('none', NULL);

CREATE TABLE crm.deal AS
	SELECT i, i % 40 AS day, (array['New', 'It''s "Négociation" 🤝', 'Won', 'Lost'])[1 + i * 31 % 4] AS stage, (array['Pipeline', 'Commit', 'closed', 'omitted', NULL])[1 + i * 7 % 5] AS category,
		round((i * 7919 % 100003)::numeric / 7, i % 5) AS amount, ((i * 7919) % 240 - 5) / 7.0::float8 AS cycle, '2026-01-01 00:00+00'::timestamptz + (i * 7919 % 5000) * interval '1 hour 0.000001 second' AS entered_at
	FROM generate_series(1, 6000) i;
CREATE TABLE crm.daily (
	day int PRIMARY KEY,
	c salesops.compliance CHECK (salesops.met(c) >= 0),
	d salesops.deal_stats NOT NULL CHECK (salesops.win_rate(d) BETWEEN 0 AND 1),
	r salesops.forecast_rollup,
	s salesops.stage_path,
	category salesops.forecast_category DEFAULT 'commit',
	win_rate float8 GENERATED ALWAYS AS (salesops.win_rate(d)) STORED,
	pipeline numeric GENERATED ALWAYS AS (salesops.open_pipeline(r)) STORED,
	stage text GENERATED ALWAYS AS (salesops.stage_at(s, '2026-03-01 00:00+00')) STORED
);
INSERT INTO crm.daily (day, c, d, r, s)
	SELECT day, salesops.compliance(salesops.forecast_category_ok(p, stage, category)), salesops.deal_stats(salesops.stage_outcome(p, stage), amount, cycle), salesops.forecast_rollup(category, amount), salesops.stage_path(stage, entered_at)
	FROM crm.deal, crm.process WHERE pipeline = 'stock' GROUP BY day;
-- a summary of zeros with decimals, one with a rounded median, one of NULLs
INSERT INTO crm.daily (day, c, d, r, s)
	SELECT 100, NULL, salesops.deal_stats(CASE WHEN i % 2 = 0 THEN 'won' ELSE 'lost' END, 0.000, i * 1.5), salesops.forecast_rollup(NULL, 0.00), salesops.stage_path(NULL, '2026-01-01 00:00+00') FROM generate_series(1, 10000) i;
CREATE INDEX daily_c ON crm.daily USING btree (c);
CREATE INDEX daily_d ON crm.daily USING hash (d);
CREATE INDEX daily_r ON crm.daily USING hash (r);
CREATE INDEX daily_s ON crm.daily USING hash (s);
CREATE INDEX daily_size ON crm.daily (salesops.avg_deal_size(d));
CREATE INDEX daily_partial ON crm.daily (day) WHERE salesops.forecast_category_rank(category) > 3;
SQL
foreach my $type ('compliance', 'deal_stats', 'forecast_rollup', 'stage_path', 'sales_process')
{
	my %source = (compliance => 'SELECT c FROM crm.daily', deal_stats => 'SELECT d FROM crm.daily', forecast_rollup => 'SELECT r FROM crm.daily',
		stage_path => 'SELECT s FROM crm.daily', sales_process => 'SELECT p FROM crm.process');

	$node->safe_psql('source', <<"SQL");
CREATE TABLE crm.part_$type (v salesops.$type) PARTITION BY HASH (v);
CREATE TABLE crm.part_${type}_0 PARTITION OF crm.part_$type FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE crm.part_${type}_1 PARTITION OF crm.part_$type FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO crm.part_$type $source{$type};
SQL
}
$node->safe_psql('source', <<'SQL');
CREATE MATERIALIZED VIEW crm.by_week AS
	SELECT day / 7 AS week, salesops.merge(c) AS c, salesops.merge(d) AS d, salesops.merge(r) AS r, salesops.merge(s) AS s FROM crm.daily GROUP BY 1;
CREATE UNIQUE INDEX ON crm.by_week (week);
CREATE MATERIALIZED VIEW crm.kpi AS
	SELECT salesops.forecast_category_integrity(p, stage, category) AS integrity, salesops.win_rate(stage = 'Won', stage IN ('Won', 'Lost')) AS win_rate, salesops.win_rate_created(stage = 'Won', stage IN ('Won', 'Lost')) AS created,
		salesops.win_rate_amount(stage = 'Won', stage IN ('Won', 'Lost'), amount) AS by_amount, salesops.deal_stats(salesops.stage_outcome(p, stage), amount, cycle) AS d, salesops.stage_path(stage, entered_at) AS s
	FROM crm.deal, crm.process WHERE pipeline = 'stock';
CREATE MATERIALIZED VIEW crm.built AS
	SELECT salesops.sales_process(stage, day, 0.25, 'commit, pipeline', 'open', day) AS p FROM (SELECT 'stage ' || day AS stage, day FROM crm.daily) v;
CREATE VIEW crm.compare AS SELECT a.day FROM crm.daily a JOIN crm.daily b ON a.d OPERATOR(salesops.=) b.d ORDER BY a.d USING OPERATOR(salesops.<);
SQL

my @relations = split /\n/, $node->safe_psql('source', "SELECT oid::regclass FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'm', 'v', 'p') ORDER BY 1");
cmp_ok(scalar(@relations), '>=', 20, 'relations to dump');

# All rows of all relations as text, and as the bytes of the binary form; and which partition holds which value.
sub contents
{
	my ($database) = @_;
	my %contents;

	foreach my $relation (@relations)
	{
		$contents{$relation} = $node->safe_psql($database, "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') FROM $relation t");
	}
	$contents{sent} = $node->safe_psql($database, <<'SQL');
SELECT md5(string_agg(salesops.deal_stats_send(d)::text || salesops.forecast_rollup_send(r)::text || salesops.stage_path_send(s)::text, ' ' ORDER BY day)) FROM crm.daily
SQL
	return \%contents;
}
my $expected = contents('source');
my @empty = grep { $expected->{$_} =~ /^0 / && !/_[01]$/ } @relations;
is(join(', ', @empty), '', 'no relation is empty');

my $folder = PostgreSQL::Test::Utils::tempdir();
my %restored;
$node->command_ok([ 'pg_dump', '-d', $node->connstr('source'), '-f', "$folder/plain.sql" ], 'pg_dump, plain');
$node->command_ok([ 'pg_dump', '-d', $node->connstr('source'), '-Fc', '-f', "$folder/custom.dump" ], 'pg_dump, custom');
$node->command_ok([ 'pg_dump', '-d', $node->connstr('source'), '--inserts', '-f', "$folder/inserts.sql" ], 'pg_dump, as INSERTs');
foreach my $form ('plain', 'custom', 'inserts')
{
	$node->safe_psql('postgres', "CREATE DATABASE $form");
	if ($form eq 'custom')
	{
		$node->command_ok([ 'pg_restore', '--exit-on-error', '-j', '2', '-d', $node->connstr($form), "$folder/custom.dump" ], "$form: restored");
	}
	else
	{
		$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($form), '-o', "$folder/$form.log", '-f', "$folder/$form.sql" ], "$form: restored");
	}
	my $actual = contents($form);
	is($actual->{$_}, $expected->{$_}, "$form: $_") foreach @relations, 'sent';

	# the indexes are whole: what a scan finds, they find
	foreach my $column ('c', 'd', 'r', 's')
	{
		my $found = "SELECT count(*) FROM crm.daily a JOIN crm.daily b ON a.$column OPERATOR(salesops.=) b.$column";
		my $by_index = $node->safe_psql($form, "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; $found");
		my $by_text = $node->safe_psql($form, "SELECT count(*) FROM crm.daily a JOIN crm.daily b ON a.$column\::text = b.$column\::text");

		is($by_index, $by_text, "$form: index on $column");
	}
	# the checks are there
	my ($result, $stdout, $stderr) = $node->psql($form, "INSERT INTO crm.process VALUES ('x', '{\"stages\": [{\"stage\": \"Other\", \"probability\": 0, \"category\": \"pipeline\"}, {\"stage\": \"New\", \"probability\": 0, \"category\": \"pipeline\"}]}')");
	like($stderr, qr/violates check constraint/, "$form: CHECK");
}

# A function body or operator that needed a search_path would fail here.
is($node->safe_psql('source', "SET search_path = ''; SELECT count(*) FROM crm.compare"), $node->safe_psql('source', 'SELECT count(*) FROM crm.daily'), 'a view under an empty search_path');

# The extension can go and come again.
$node->safe_psql('custom', 'DROP EXTENSION salesops CASCADE; CREATE EXTENSION salesops;');
is($node->safe_psql('custom', "SELECT salesops.to_forecast_category('Best Case')"), 'best_case', 'dropped and created again');

$node->stop;
done_testing();
