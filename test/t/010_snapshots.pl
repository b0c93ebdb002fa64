# Daily snapshots where there is more than one session: two that take the same day, one that is stopped half way, past days
# that commit one by one, a dump, another user, and the extension dropped behind them.  Whatever happens, a day that is in
# snapshot_run is complete, and nothing is there of a day that is not.
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('snapshots');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\ntimezone = 'UTC'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE crm');

# 300 deals of five states each, one a week from January on, one deal every twelve hours.
$node->safe_psql('crm', <<'SQL');
CREATE EXTENSION salesops;
CREATE SCHEMA crm;
CREATE TABLE crm.opportunity_history AS
	SELECT 'D' || d AS opportunity_id, timestamptz '2026-01-01 03:00+00' + d * interval '12 hours' + n * interval '7 days' AS changed_at, 'Stage ' || n AS stage, (d * 10 + n)::numeric AS amount,
		date '2026-06-30' + n AS close_date, 'Pipeline'::text AS forecast_category, 'U' || d % 3 AS owner_id, n / 10.0::float8 AS probability FROM generate_series(1, 300) d, generate_series(0, 4) n;
CREATE TABLE crm.opportunity AS
	SELECT DISTINCT ON (opportunity_id) opportunity_id, stage, amount, close_date, forecast_category, owner_id, probability, min(changed_at) OVER (PARTITION BY opportunity_id) AS created_at, right(opportunity_id, 2) = '00' AS is_deleted
	FROM crm.opportunity_history ORDER BY opportunity_id, changed_at DESC;
SET client_min_messages = warning;
CALL salesops.create_opportunity_as_of('crm');
CALL salesops.create_snapshots('crm');
SQL
my $deals = 297;

# The runs, and what is wrong with them: a count that is not that of the rows, a run that did not end, rows without a run.
sub runs { return $node->safe_psql('crm', 'SELECT snapshot_date, deals, source FROM crm.snapshot_run ORDER BY 1'); }

sub whole
{
	my ($name, $database) = @_;

	is($node->safe_psql($database // 'crm', <<'SQL'), '', "$name: every day is whole");
SELECT coalesce(s.day, r.snapshot_date) FROM (SELECT snapshot_date AS day, count(*) AS n FROM crm.opportunity_snapshot GROUP BY 1) s FULL JOIN crm.snapshot_run r ON s.day = r.snapshot_date
WHERE r.snapshot_date IS NULL OR coalesce(s.n, 0) IS DISTINCT FROM r.deals OR r.finished_at IS NULL OR r.finished_at < r.started_at
SQL
	return;
}

# What a statement says, in a session of its own: its notices and errors.
sub says
{
	my ($sql, @options) = @_;
	my ($result, $stdout, $stderr) = $node->psql('crm', $sql, @options);

	return $stderr =~ s/^psql:<stdin>:\d+: //mgr;
}

sub session { return start_session($node, 'crm', $_[0]); }

# ---- two sessions at the same time ----

my $today = $node->safe_psql('crm', 'SELECT current_date');
my $take = "CALL crm.take_snapshot('$today');";

my ($one, $two) = map { session($_) } 'first', 'second';
is(answer($one, "BEGIN; $take"), "NOTICE:  snapshot of $today: $deals deals\n", 'the first session');
is($node->safe_psql('crm', 'SELECT count(*) FROM crm.opportunity_snapshot'), '0', 'nothing is seen before it has committed');
send_to($two, $take);
waits($two);
answer($one, 'COMMIT;');
is(answer($two, ''), "NOTICE:  the snapshot of $today is there already: $deals deals\n", 'the second finds it there');
is(runs(), "$today|$deals|present", 'one run');
whole('one session behind the other');

# who waits takes the place of who gives up, or is gone
$node->safe_psql('crm', 'TRUNCATE crm.opportunity_snapshot, crm.snapshot_run');
answer($one, "BEGIN; $take");
send_to($two, $take);
waits($two);
answer($one, 'ROLLBACK;');
is(answer($two, ''), "NOTICE:  snapshot of $today: $deals deals\n", 'the second takes the place of the first, which gave up');
whole('one session in place of the other');
$node->safe_psql('crm', 'TRUNCATE crm.opportunity_snapshot, crm.snapshot_run');
answer($one, "BEGIN; $take");
send_to($two, $take);
waits($two);
$node->safe_psql('crm', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'first'");
is(answer($two, ''), "NOTICE:  snapshot of $today: $deals deals\n", 'and of one that was ended');
leave($one);
whole('one session in place of one that was ended');

# replacing: the old one is seen until the new one is whole; who waits replaces once more
$one = session('third');
$node->safe_psql('crm', "DELETE FROM crm.opportunity WHERE opportunity_id = 'D1'");
is(answer($one, "BEGIN; CALL crm.take_snapshot('$today', true);"), sprintf("NOTICE:  snapshot of $today: %d deals\n", $deals - 1), 'replaced');
is($node->safe_psql('crm', 'SELECT count(*) FROM crm.opportunity_snapshot'), $deals, 'what was there is seen before it has committed');
send_to($two, "CALL crm.take_snapshot('$today', true);");
waits($two);
$node->safe_psql('crm', "DELETE FROM crm.opportunity WHERE opportunity_id = 'D2'");
answer($one, 'COMMIT;');
is(answer($two, ''), sprintf("NOTICE:  snapshot of $today: %d deals\n", $deals - 2), 'the second replaces it, with the deals as they are by then');
whole('replaced twice');

# many at once
$node->safe_psql('crm', 'TRUNCATE crm.opportunity_snapshot, crm.snapshot_run');
my @many = map { my %s = (out => ''); $s{run} = IPC::Run::start([ 'psql', '-X', '-d', $node->connstr('crm'), '-c', $take ], '<', \undef, '>', \$s{out}, '2>&1'); \%s } 1 .. 12;
$_->{run}->finish foreach @many;
is(scalar(grep { $_->{out} =~ /NOTICE:  snapshot of/ } @many), 1, 'of many sessions one takes it');
is(scalar(grep { $_->{out} =~ /is there already/ } @many), 11, 'the others find it there');
whole('many sessions');
is($node->safe_psql('crm', 'SELECT deals FROM crm.snapshot_run'), $deals - 2, 'once');

# a crash
$node->safe_psql('crm', 'TRUNCATE crm.opportunity_snapshot, crm.snapshot_run');
answer($two, "BEGIN; $take");
$node->stop('immediate');
leave($two);
$node->start;
is(runs(), '', 'after a crash nothing is there of what had not committed');
whole('a crash');

# far fewer deals than before
$node->safe_psql('crm', "CALL crm.take_snapshot('$today'::date - 1); CREATE TABLE crm.rest AS SELECT * FROM crm.opportunity WHERE length(opportunity_id) > 3; DELETE FROM crm.opportunity WHERE length(opportunity_id) > 3");
like(says($take), qr/WARNING:  $today has less than half the deals of .*\nDETAIL:  Deals: 9\d, and 29\d before\.\nHINT:  If they were not all loaded, take the snapshot once more with replace => true\./, 'a load that was half done');
$node->safe_psql('crm', 'INSERT INTO crm.opportunity TABLE crm.rest; DROP TABLE crm.rest');
is(says("CALL crm.take_snapshot('$today', replace => true)"), sprintf("NOTICE:  snapshot of $today: %d deals", $deals - 2), 'is mended');

# ---- past days ----

$node->safe_psql('crm', 'TRUNCATE crm.opportunity_snapshot, crm.snapshot_run');
is(says("CALL crm.backfill_snapshots('2026-03-01', '2026-03-03')"), <<'NOTICES' =~ s/\n\z//r, 'progress');
NOTICE:  1 of 3 days, 2026-03-01: 116 deals
NOTICE:  2 of 3 days, 2026-03-02: 118 deals
NOTICE:  3 of 3 days, 2026-03-03: 120 deals
NOTICE:  snapshots taken: 3, there already: 0
NOTICES
is(says("CALL crm.backfill_snapshots('2026-03-01', '2026-03-05', 2)"), "NOTICE:  3 of 3 days, 2026-03-05: 124 deals\nNOTICE:  snapshots taken: 1, there already: 2", 'it goes on');
is(runs(), "2026-03-01|116|history\n2026-03-02|118|history\n2026-03-03|120|history\n2026-03-05|124|history", 'the runs');
whole('past days');
my $wrong = <<'SQL';
SELECT r.snapshot_date FROM crm.snapshot_run r WHERE EXISTS (
	(SELECT opportunity_id, stage, amount, close_date, forecast_category, owner_id, probability, created_at FROM crm.opportunity_snapshot s WHERE s.snapshot_date = r.snapshot_date)
	EXCEPT (SELECT DISTINCT ON (h.opportunity_id) h.opportunity_id, h.stage, h.amount, h.close_date, h.forecast_category, h.owner_id, h.probability, o.created_at FROM crm.opportunity_history h JOIN crm.opportunity o USING (opportunity_id)
		WHERE NOT is_deleted AND (h.changed_at AT TIME ZONE '~zone~')::date <= r.snapshot_date ORDER BY h.opportunity_id, h.changed_at DESC))
	OR (SELECT count(DISTINCT h.opportunity_id) FROM crm.opportunity_history h JOIN crm.opportunity o USING (opportunity_id) WHERE NOT is_deleted AND (h.changed_at AT TIME ZONE '~zone~')::date <= r.snapshot_date) <> deals
SQL
is($node->safe_psql('crm', $wrong =~ s/~zone~/UTC/gr), '', 'each day has what had changed until its end');
# in a zone, over a change of the clock, with a change at midnight, which is of the next day
foreach my $zone ('America/New_York', 'Asia/Kathmandu', 'UTC')
{
	$node->safe_psql('crm', "TRUNCATE crm.opportunity_snapshot, crm.snapshot_run; UPDATE crm.opportunity_history SET changed_at = timestamp '2026-03-09 00:00' AT TIME ZONE '$zone' WHERE opportunity_id = 'D77' AND stage = 'Stage 3'");
	says("SET timezone = 'Pacific/Auckland'; CALL crm.backfill_snapshots('2026-03-05', '2026-03-12', time_zone => '$zone')");
	is($node->safe_psql('crm', $wrong =~ s/~zone~/$zone/gr), '', "$zone: each day has what had changed until its end");
	is($node->safe_psql('crm', "SELECT min(snapshot_date) FROM crm.opportunity_snapshot WHERE opportunity_id = 'D77' AND stage = 'Stage 3'"), '2026-03-09', "$zone: midnight begins a day");
	is($node->safe_psql('crm', 'SELECT count(*) FROM crm.snapshot_run'), 8, "$zone: eight days");
}

# one day that fails: those before it stay, those behind it wait for the next call
$node->safe_psql('crm', 'TRUNCATE crm.opportunity_snapshot, crm.snapshot_run; ALTER FUNCTION crm.opportunity_as_of(timestamptz) RENAME TO whole_as_of');
$node->safe_psql('crm', q{CREATE FUNCTION crm.opportunity_as_of(as_of timestamptz) RETURNS SETOF crm.opportunity_snapshot LANGUAGE sql STABLE AS 'SELECT date(w.as_of), opportunity_id, stage, amount, close_date, forecast_category, owner_id, probability / (as_of < ''2026-02-06'')::int, created_at FROM crm.whole_as_of(as_of), LATERAL (SELECT as_of) w'});
like(says("CALL crm.backfill_snapshots('2026-02-01', '2026-02-28')"), qr/NOTICE:  5 of 28 days.*\nERROR:  division by zero/, 'a day that fails');
is($node->safe_psql('crm', 'SELECT count(*), max(snapshot_date) FROM crm.snapshot_run'), '5|2026-02-05', 'the days before it stay');
whole('a day that failed');
$node->safe_psql('crm', 'DROP FUNCTION crm.opportunity_as_of(timestamptz); ALTER FUNCTION crm.whole_as_of(timestamptz) RENAME TO opportunity_as_of');

# one that is stopped: it waits for a day that another session takes, and is ended there
($one, $two) = map { session($_) } 'holder', 'backfill';
answer($one, "BEGIN; INSERT INTO crm.snapshot_run (snapshot_date) VALUES ('2026-02-10');");
send_to($two, "CALL crm.backfill_snapshots('2026-02-01', '2026-02-28');");
waits($two);
$node->safe_psql('crm', "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'backfill'");
like(answer($two, ''), qr/NOTICE:  9 of 28 days.*ERROR:  canceling statement due to user request/s, 'it is stopped');
is($node->safe_psql('crm', 'SELECT count(*), max(snapshot_date) FROM crm.snapshot_run'), '9|2026-02-09', 'nine days are there');
whole('stopped');
send_to($two, "CALL crm.backfill_snapshots('2026-02-01', '2026-02-28');");
waits($two);
answer($one, 'ROLLBACK;');
like(answer($two, ''), qr/^NOTICE:  10 of 28 days.*NOTICE:  28 of 28 days, 2026-02-28: 114 deals\nNOTICE:  snapshots taken: 19, there already: 9\n\z/s, 'and goes on');
is(answer($two, 'SHOW search_path;'), "\"\$user\", public\n", 'the search_path of the session is as before');
leave($_) foreach $one, $two;
whole('stopped and gone on');
like(says("BEGIN; CALL crm.backfill_snapshots('2026-01-01', '2026-01-03')"), qr/^ERROR:  invalid transaction termination/, 'past days are not for a transaction');
is($node->safe_psql('crm', "SELECT count(*) FROM crm.snapshot_run WHERE snapshot_date < '2026-02-01'"), '0', 'which fails before the first day');
# a present snapshot among the past days stays: it has seen what was deleted
$node->safe_psql('crm', "DELETE FROM crm.snapshot_run WHERE snapshot_date = '2026-02-10'; UPDATE crm.opportunity_snapshot SET stage = 'mine' WHERE snapshot_date = '2026-02-10'");
says("CALL crm.backfill_snapshots('2026-02-09', '2026-02-11')");
is($node->safe_psql('crm', "SELECT deals, source, (SELECT count(*) FROM crm.opportunity_snapshot s WHERE s.snapshot_date = r.snapshot_date AND stage = 'mine') FROM crm.snapshot_run r WHERE snapshot_date = '2026-02-10'"), '79|found|79', 'rows that were there are kept');

# a hostile search_path changes nothing
is(says(<<'SQL'), <<'NOTICES' =~ s/\n\z//r, 'operators and functions of other names');
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.add(date, integer) RETURNS date LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$hijacked$$; END';
CREATE OPERATOR hostile.+ (FUNCTION = hostile.add, LEFTARG = date, RIGHTARG = integer);
CREATE FUNCTION hostile.to_char(bigint, text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$hijacked$$; END';
CREATE FUNCTION hostile.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$hijacked$$; END';
SET search_path = hostile, pg_catalog;
CALL crm.backfill_snapshots('2026-04-01', '2026-04-02');
SET client_min_messages = warning;
CALL crm.take_snapshot(current_date);
SQL
NOTICE:  1 of 2 days, 2026-04-01: 178 deals
NOTICE:  2 of 2 days, 2026-04-02: 180 deals
NOTICE:  snapshots taken: 2, there already: 0
NOTICES

# ---- rights are those of who calls ----

$node->safe_psql('crm', 'CREATE ROLE loader LOGIN; CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA crm TO loader, reader; GRANT SELECT ON ALL TABLES IN SCHEMA crm TO loader, reader; GRANT INSERT, UPDATE, DELETE ON crm.opportunity_snapshot, crm.snapshot_run TO loader');
like(says("CALL crm.take_snapshot('$today', true)", extra_params => [ '-U', 'reader' ]), qr/permission denied for table snapshot_run/, 'who may only read takes none');
like(says("CALL crm.take_snapshot('$today', true)", extra_params => [ '-U', 'loader' ]), qr/^NOTICE:  snapshot of $today: 29\d deals$/, 'who may write does');
like(says("CALL crm.backfill_snapshots('2026-04-03', '2026-04-03')", extra_params => [ '-U', 'loader' ]), qr/^NOTICE:  1 of 1 days/, 'and past days');
like(says("CALL salesops.create_snapshots('crm')", extra_params => [ '-U', 'loader' ]), qr/permission denied for schema (salesops|crm)/, 'but makes no objects');

# ---- dump and restore; without the extension ----

my $folder = PostgreSQL::Test::Utils::tempdir();
$node->command_ok([ 'pg_dump', '-Fc', '-d', $node->connstr('crm'), '-f', "$folder/crm.dump" ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('restored'), "$folder/crm.dump" ], 'pg_restore');
foreach my $database ('crm', 'restored')
{
	whole($database, $database);
	$node->safe_psql($database, 'SET client_min_messages = warning; CALL salesops.create_snapshots($$crm$$); DROP EXTENSION salesops');
	like($node->safe_psql($database, "SELECT count(*) FROM crm.snapshot_run; CALL crm.backfill_snapshots('2026-04-04', '2026-04-06'); SELECT count(*) FROM crm.snapshot_run; SELECT count(*) FROM crm.opportunity_as_of('2026-04-06 23:59+00')"), qr/^32\n35\n188$/, "$database: what was made stays and works without the extension");
	whole("$database without the extension", $database);
}

# ---- without PL/pgSQL ----

$node->safe_psql('postgres', 'CREATE DATABASE bare');
$node->safe_psql('bare', 'DROP EXTENSION plpgsql');
my ($result, $stdout, $stderr) = $node->psql('bare', 'CREATE EXTENSION salesops');
like($stderr, qr/language "plpgsql" does not exist/, 'the extension needs PL/pgSQL, and says so');
is(($node->psql('bare', 'CREATE EXTENSION plpgsql; CREATE EXTENSION salesops'))[2], '', 'which can be created');

$node->stop;
done_testing();
