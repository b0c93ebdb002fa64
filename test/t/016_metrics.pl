# Metrics and checks where there is more than one session: two that evaluate or register at once, readers while a report is published,
# what is left when one is stopped; names that somebody planted; a standby; and a dump from which the registry goes on elsewhere.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('metrics');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ], allows_streaming => 1);
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\ntimezone = 'UTC'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE crm');
$node->safe_psql('crm', <<'SQL');
CREATE EXTENSION salesops;
CREATE SCHEMA crm;
CREATE TABLE crm.deal (id int PRIMARY KEY, amount numeric, won boolean);
INSERT INTO crm.deal SELECT i, i, i % 2 = 0 FROM generate_series(1, 1000) i;
CREATE VIEW crm.won AS SELECT * FROM crm.deal WHERE won;
CREATE SCHEMA kpi;
CALL salesops.create_metric_registry('kpi');
CALL salesops.create_qc_gate('kpi');
SELECT salesops.register_metric('kpi', 'deals', 'Deals.', 'SELECT count(*) FROM crm.deal');
SELECT salesops.register_metric('kpi', 'twice', 'Deals, once more.', 'SELECT count(*) FROM crm.deal');
SELECT salesops.register_metric('kpi', 'won', 'Won deals.', 'SELECT count(*) FROM crm.won');
SQL

sub session { return start_session($node, 'crm', $_[0]); }
sub query { return $node->safe_psql('crm', $_[0]); }
sub evaluate { my ($as_of) = @_; return "SELECT count(*) FROM salesops.evaluate_metrics('kpi', '$as_of');"; }

my ($one, $two) = map { session($_) } 'first', 'second';

# ---- two that evaluate the same moment ----

like(answer($one, 'BEGIN; ' . evaluate('2026-01-01')), qr/^3$/m, 'the first evaluates');
send_to($two, evaluate('2026-01-01'));
waits($two, 'the same moment');
query('INSERT INTO crm.deal VALUES (1001, 1, true)');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/^3$/m, 'the second goes on');
is(query("SELECT count(*), count(error), min(value) FROM kpi.metric_value WHERE metric <> 'won'"), '2|0|1000', 'there is one value of each');
like(answer($one, 'BEGIN; ' . evaluate('2026-01-02')), qr/^3$/m, 'of two moments');
like(answer($two, evaluate('2026-01-03')), qr/^3$/m, 'neither waits');
answer($one, 'ROLLBACK;');
is(query('SELECT count(*) FROM kpi.metric_value'), '6', 'and one that is rolled back leaves none');

# all metrics of a run see one state, whatever others do in between
query(q{CREATE FUNCTION crm.pause() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN 1; END $$});
query(q{SELECT salesops.register_metric('kpi', 'pause', 'It waits.', 'SELECT crm.pause()')});
answer($one, 'BEGIN; SELECT pg_advisory_xact_lock(7);');
send_to($two, "SELECT string_agg(metric || ' ' || value, ', ' ORDER BY metric) FROM salesops.evaluate_metrics('kpi', '2026-01-04', '{deals,pause,twice}');");
waits($two, 'between two metrics');
query('DELETE FROM crm.deal WHERE id > 500');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/^deals 1001, pause 1, twice 1001$/m, 'a run is of one state of the database');

# cancelled while it runs
answer($one, 'BEGIN; SELECT pg_advisory_xact_lock(7);');
send_to($two, evaluate('2026-01-05'));
waits($two, 'a metric');
query("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'second'");
like(answer($two, ''), qr/ERROR:  canceling statement due to user request/, 'is no error of a metric');
answer($one, 'ROLLBACK;');
is(query("SELECT count(*) FROM kpi.metric_value WHERE as_of = '2026-01-05'"), '0', 'and nothing is stored');
like(answer($two, 'SHOW transaction_read_only;'), qr/^off$/m, 'the session may write again');
query("DELETE FROM kpi.metric_version WHERE metric = 'pause'; DELETE FROM kpi.metric_value WHERE metric = 'pause'; DELETE FROM kpi.metric WHERE metric = 'pause'");

# two that register
my $register = "SELECT salesops.register_metric('kpi', 'deals', 'Deals, of %s.', 'SELECT count(*) FROM crm.deal');";
like(answer($one, 'BEGIN; ' . sprintf($register, 'one')), qr/^2$/m, 'a version');
send_to($two, sprintf($register, 'two'));
waits($two, 'another');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/^3$/m, 'is the next');
is(query("SELECT string_agg(version || ' ' || definition, ' ' ORDER BY version) FROM kpi.metric_version WHERE metric = 'deals'"), '1 Deals. 2 Deals, of one. 3 Deals, of two.', 'none is lost');

# ---- readers while a report is published ----

query(<<'SQL');
CREATE TABLE crm.report (id int PRIMARY KEY, amount numeric);
CREATE VIEW crm.fresh AS SELECT id, amount FROM crm.deal;
CREATE MATERIALIZED VIEW crm.summary AS SELECT id, amount FROM crm.deal;
CREATE UNIQUE INDEX ON crm.summary (id);
SELECT salesops.register_qc_check('kpi', 'report', 'rows', 'row_count', 'crm.report', high => 600);
SELECT salesops.register_qc_check('kpi', 'summary', 'rows', 'row_count', 'crm.summary', high => 600);
SQL
my %publish = (report => "SELECT is_published FROM salesops.publish_report('kpi', 'report', 'crm.report', '2026-01-01', 'crm.fresh');", summary => "SELECT is_published FROM salesops.publish_report('kpi', 'summary', 'crm.summary', '2026-01-01');");
like(answer($one, $publish{report} . $publish{summary}), qr/^t\nt$/m, 'published');
foreach my $name ('report', 'summary')
{
	my $content = "SELECT count(*), md5(string_agg(r::text, ' ' ORDER BY id)) FROM crm.$name r";
	my $good = query($content);

	query('INSERT INTO crm.deal VALUES (501, 501, true)');
	like(answer($one, "BEGIN; $publish{$name}"), qr/^t$/m, "$name: published again");
	is(answer($two, "SET lock_timeout = '1s'; $content;"), "$good\n", "$name: who reads meanwhile does not wait, and sees the last one");
	answer($two, "BEGIN ISOLATION LEVEL REPEATABLE READ; $content;");
	answer($one, 'COMMIT;');
	is(answer($two, "$content; COMMIT;"), "$good\n", "$name: who has begun before sees it until he ends");
	like(answer($two, "$content;"), qr/^501\|/, "$name: then the new one");

	$good = query($content);
	query('INSERT INTO crm.deal SELECT i, i, true FROM generate_series(502, 700) i');
	like(answer($one, "BEGIN; $publish{$name}"), qr/WARNING:  $name is not published: not passed: rows\n.*^f$/ms, "$name: too many rows");
	is(answer($one, "$content;"), "$good\n", "$name: taken back, also for who tried");
	is(answer($two, "$content;"), "$good\n", "$name: and never seen by others");
	answer($one, 'COMMIT;');
	is(query($content), $good, "$name: the last good one is up");
	is(query("SELECT observed FROM salesops.qc_evidence('kpi', '$name')"), '700', "$name: with the evidence of the other");

	# two that publish: one after the other
	query('DELETE FROM crm.deal WHERE id > 500');
	like(answer($one, "BEGIN; $publish{$name}"), qr/^t$/m, "$name: one publishes");
	send_to($two, "SET lock_timeout = 0; $publish{$name}");
	waits($two, "$name: another");
	answer($one, 'COMMIT;');
	like(answer($two, ''), qr/^t$/m, "$name: does so after it");
	like(query($content), qr/^500\|/, "$name: once");
}
is(query("SELECT count(*), count(DISTINCT run_id) FROM kpi.qc_run WHERE published"), '8|8', 'every run is kept');

# stopped at any moment: later and later, until it gets through
query('CREATE OR REPLACE VIEW crm.fresh AS SELECT id, amount FROM crm.deal, LATERAL (SELECT count(*) FROM generate_series(1, 400 + id % 2)) slow');
my $before = query("SELECT md5(string_agg(r::text, ' ' ORDER BY id)), (SELECT count(*) FROM kpi.qc_run) FROM crm.report r");
my ($cancelled, $through) = (0, 0);
for (my $limit = 3; !$through && $limit < 60000; $limit = int($limit * 1.5) + 1)
{
	my ($result, $stdout, $stderr) = $node->psql('crm', "SET statement_timeout = $limit; BEGIN; $publish{report} ROLLBACK;");

	if ($stderr =~ /statement timeout/) { $cancelled++; is(query("SELECT md5(string_agg(r::text, ' ' ORDER BY id)), (SELECT count(*) FROM kpi.qc_run) FROM crm.report r"), $before, "stopped after $limit ms: nothing is half done"); }
	else { $through = 1; is($stderr, '', "after $limit ms it is through"); }
}
cmp_ok($cancelled, '>=', 2, 'stopped at several moments');

# ---- names that somebody planted ----

query(<<'SQL');
CREATE ROLE mallory;
GRANT CREATE ON SCHEMA public, salesops TO mallory;
SET ROLE mallory;
CREATE FUNCTION public.stolen(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.stolen);
CREATE FUNCTION public.set_config(text, text, boolean) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE FUNCTION salesops.query_number(text, timestamptz) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE FUNCTION salesops.query_rows(varchar, timestamptz) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE FUNCTION salesops.metric_hash(varchar, varchar) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
SQL
foreach my $path ('', 'public, pg_catalog', 'public, salesops, pg_catalog')
{
	my $answer = query("CREATE TEMP TABLE pg_type (oid oid); CREATE TEMP TABLE pg_depend (a int); SELECT pg_catalog.set_config('search_path', '$path', false); SELECT count(error) FROM salesops.evaluate_metrics('kpi', '2026-02-01'); SELECT count(*) FROM salesops.metric_status('kpi'); SELECT count(*) FROM salesops.metric_drift('kpi'); SELECT is_published FROM salesops.publish_report('kpi', 'summary', 'crm.summary', '2026-01-01'); SELECT count(*) FROM salesops.metric_compare('crm.deal', 'crm.summary', '{id}', 'amount')");
	like($answer, qr/^0\n3\n0\nt\n0$/m, "search_path '$path': what is planted is not called");
}
query('DROP FUNCTION public.set_config(text, text, boolean), salesops.query_number(text, timestamptz), salesops.query_rows(varchar, timestamptz), salesops.metric_hash(varchar, varchar); DROP OPERATOR public.= (text, text)');

# ---- a standby: what reads works there ----

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
is($standby->safe_psql('crm', "SELECT string_agg(metric || ' ' || value, ', ' ORDER BY metric) FROM salesops.metric_results('kpi', '2026-01-01')"), 'deals 500, twice 500, won 250', 'metrics on a standby');
is($standby->safe_psql('crm', "SELECT count(*) FROM salesops.metric_drift('kpi')"), '0', 'their drift');
is($standby->safe_psql('crm', "SELECT passed FROM salesops.qc_results('kpi', 'summary', '2026-01-01')"), 't', 'and checks');
my ($result, $stdout, $stderr) = $standby->psql('crm', evaluate('2026-01-01'));
like($stderr, qr/cannot execute INSERT in a read-only transaction/, 'but nothing is stored');
$standby->stop;

# ---- a dump, and what is left without the extension ----

my $contents = join ' UNION ALL ', map { "SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM kpi.$_ t" } qw(metric metric_version metric_value qc_check qc_run qc_result);
my $whole = query($contents);
my $file = PostgreSQL::Test::Utils::tempdir() . '/kpi.sql';
$node->command_ok([ 'pg_dump', '-f', $file, $node->connstr('crm') ], 'dumped');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $file, $node->connstr('restored') ], 'restored');
is($node->safe_psql('restored', $contents), $whole, 'the same');
is($node->safe_psql('restored', "SELECT count(*) FROM salesops.metric_drift('kpi')"), '0', 'without drift: views are the same in words, whatever their numbers are');
is($node->safe_psql('restored', "SELECT count(error) FROM salesops.evaluate_metrics('kpi', '2026-03-01')"), '0', 'and goes on');
is($node->safe_psql('restored', "SELECT salesops.run_qc('kpi', 'summary', '2026-03-01') > (SELECT max(run_id) - 1 FROM kpi.qc_run)"), 't', 'and the checks do');
$node->safe_psql('restored', 'DROP EXTENSION salesops');
is($node->safe_psql('restored', 'SELECT count(*) > 10 FROM kpi.metric_value'), 't', 'the values stay without the extension');

leave($_) foreach $one, $two;
$node->stop;
done_testing();
