# A matching that runs: other sessions see how far it is, it ends when it is cancelled, in whatever it is at, and leaves nothing; records are read
# in parallel workers, and whether they are changes nothing.  (What it finds: test/pgtap/matching_duplicates.sql.)
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('matching');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
# only what the plans here need is free, so that others are not parallel
$node->append_conf('postgresql.conf', <<'CONF');
fsync = off
autovacuum = off
jit = off
shared_buffers = 64MB
max_parallel_workers = 4
min_parallel_table_scan_size = 0
parallel_setup_cost = 0
parallel_tuple_cost = 0
CONF
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION salesops;
CREATE ROLE analyst LOGIN;
CREATE ROLE watcher LOGIN;
GRANT USAGE ON SCHEMA salesops TO PUBLIC;
-- sixty thousand customers, a third of whom are there twice, with names of which some are frequent
CREATE TABLE customer AS
	SELECT i AS id, (array['James','Mary','Robert','Patricia','John','Linda','Michael','Barbara'])[1 + h % 8] || ' ' || substr(md5((h % 4000)::text), 1, 7) AS name, (array['Springfield','Riverside','Franklin','Clinton','Salem','Madison'])[1 + h % 6] AS city, '555' || lpad((h % 9999999)::text, 7, '0') AS phone
	FROM (SELECT i, ('x' || substr(md5(concat('c', CASE WHEN i % 4 = 3 THEN i - 1 ELSE i END)), 1, 7))::bit(28)::int AS h FROM generate_series(1, 60000) i) s;
ANALYZE customer;
GRANT SELECT ON customer TO analyst, watcher;
SQL
my $rule = q{'[{"name": "person"}, {"city": "city"}, {"phone": "phone"}]'::salesops.match_rule};
my $clusters = "SELECT md5(string_agg(c::text, ' ' ORDER BY record COLLATE \"C\")) FROM salesops.duplicate_clusters('customer', $rule) c";

# A query in a session of its own, as a user.
sub begin_query
{
	my ($query, $user) = @_;
	my %session = (out => '');
	$session{run} = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-U', $user, '-d', $node->connstr('postgres') . ' application_name=dashboard', '-c', $query ], '<', \undef, '>', \$session{out}, '2>&1', IPC::Run::timeout(300));
	return \%session;
}

sub end_query
{
	my ($session) = @_;
	$session->{run}->finish;
	return $session->{out};
}

# Asks until the answer is yes, without a pause, since what is waited for may be short.
sub soon
{
	my ($query) = @_;
	foreach my $try (1 .. 1000)
	{
		return 1 if $node->safe_psql('postgres', $query) eq 't';
	}
	return 0;
}

# An answer that is not the one between two runs.
sub while_it_runs
{
	my ($query, $between, @options) = @_;
	my $answer;
	foreach my $try (1 .. 100)
	{
		$answer = $node->safe_psql('postgres', $query, @options);
		last if $answer ne $between;
	}
	return $answer;
}

# ---- workers ----

my $serial = $node->safe_psql('postgres', "SET max_parallel_workers_per_gather = 0; $clusters");
my $source = $node->safe_psql('postgres', "SELECT salesops.match_source('customer', $rule)");
like($node->safe_psql('postgres', "EXPLAIN (COSTS off) $source"), qr/Gather\n.*Parallel Seq Scan on customer/s, 'records are read in workers');
like($node->safe_psql('postgres', "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) $source"), qr/Workers Launched: [1-9]/, 'which start');
is($node->safe_psql('postgres', $clusters), $serial, 'and the clusters are those of one process');
is($node->safe_psql('postgres', "SET parallel_leader_participation = off; $clusters"), $serial, 'also where the leader reads nothing');

# what the run itself plans, which no EXPLAIN shows
SKIP:
{
	my ($status) = $node->psql('postgres', "LOAD 'auto_explain'");
	skip 'auto_explain is not installed', 1 if $status != 0;
	my $from = -s $node->logfile;
	$node->safe_psql('postgres', "LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET auto_explain.log_analyze = on; $clusters");
	like(substr(slurp_file($node->logfile), $from), qr/match_record.*?Gather.*?Workers Launched: [1-9]/s, 'a run reads in workers');
}

# ---- progress ----

is($node->safe_psql('postgres', 'SELECT count(*) FROM salesops.match_progress()'), '0', 'nothing runs');
my $session = begin_query("DO \$\$ BEGIN FOR i IN 1 .. 1000 LOOP PERFORM count(*) FROM salesops.duplicate_clusters('customer', $rule); END LOOP; END \$\$", 'analyst');
my %seen;
my $progress = '';
foreach my $try (1 .. 1000)
{
	my $now = $node->safe_psql('postgres', 'SELECT pid > 0 AND started <= now(), progress FROM salesops.match_progress()');
	$progress = $now if $now ne '';
	$seen{$1} = 1 if $now =~ /^t\|(reading|counting|comparing|fitting|writing)/;
	last if keys %seen >= 3;
}
cmp_ok(scalar(keys %seen), '>=', 3, 'another session sees what it is at: ' . join(', ', sort keys %seen));
like($progress, qr/^t\|(?:reading(?:, \d+ records)?|counting what \d+ records share|comparing, \d+ %, \d+ pairs|fitting, \d+ patterns|writing pairs)$/, "and how far: $progress");
is(while_it_runs('SELECT count(*) FROM salesops.match_progress()', '0', extra_params => [ '-U', 'analyst' ]), '1', 'so does its own role');
is(while_it_runs('SELECT count(*), count(started) FROM salesops.match_progress()', '0|0', extra_params => [ '-U', 'watcher' ]), '1|0', 'another role sees no more than that there is one');

# ---- cancelled ----

is(while_it_runs('SELECT pg_cancel_backend(pid) FROM salesops.match_progress()', ''), 't', 'is told to end');
like(end_query($session), qr/canceling statement due to user request/, 'and ends');
is($node->safe_psql('postgres', 'SELECT count(*) FROM salesops.match_progress()'), '0', 'nothing runs any more');
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_ls_tmpdir()'), '0', 'and no file is left');

# in each of its steps, in a session that goes on
foreach my $step ('reading', 'counting', 'comparing', 'writing')
{
	my $cancelled = begin_query("DO \$\$ BEGIN FOR i IN 1 .. 1000 LOOP PERFORM count(*) FROM salesops.duplicate_pairs('customer', $rule); END LOOP; RAISE 'done'; EXCEPTION WHEN query_canceled THEN NULL; END \$\$;"
		. "SELECT (SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()), current_setting('application_name'), count(*) > 10000, (SELECT count(*) FROM pg_ls_tmpdir()) FROM salesops.duplicate_pairs('customer', $rule)", 'postgres');
	ok(soon("SELECT pg_cancel_backend(pid) FROM salesops.match_progress() WHERE progress ~ '^$step'"), "$step: told to end");
	is(end_query($cancelled), "dashboard|dashboard|t|0\n", "$step: ended, and the session goes on as before");
}
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_ls_tmpdir()'), '0', 'no file of any is left');

# an end by the time, and one that the client did not wait for
my ($status, $stdout, $stderr) = $node->psql('postgres', "SET statement_timeout = '50 ms'; $clusters");
like($stderr, qr/statement timeout/, 'a limit of time holds');
$session = begin_query($clusters, 'postgres');
ok(soon('SELECT pg_terminate_backend(pid) FROM salesops.match_progress()'), 'a backend is told to end');
like(end_query($session), qr/terminating connection/, 'and is gone');
ok(soon('SELECT count(*) = 0 FROM salesops.match_progress()'), 'with what showed it');
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_ls_tmpdir()'), '0', 'and its file');
is($node->safe_psql('postgres', $clusters), $serial, 'what comes after is as it was');

$node->stop;
done_testing();
