
# The queue of exceptions where there is more than one session, another role, a crash, and a restored dump: updates come one after the other, readers and
# those who work on exceptions go on, and nothing is opened twice or lost.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('exceptions');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "autovacuum = off\ndeadlock_timeout = 100ms\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE crm');
$node->safe_psql('crm', <<'SQL');
CREATE EXTENSION salesops;
CREATE SCHEMA hygiene;
CALL salesops.create_exception_queue('hygiene');
CREATE TABLE hygiene.judged (record_id int, issues text, owner_id text, amount numeric);
INSERT INTO hygiene.judged SELECT i, CASE WHEN i % 3 > 0 THEN 'stale,zero_amount' END, 'U' || i % 5, i FROM generate_series(1, 3000) i;
CREATE ROLE desk LOGIN;
CREATE ROLE reader LOGIN;
GRANT USAGE ON SCHEMA salesops, hygiene TO desk, reader;
GRANT SELECT ON ALL TABLES IN SCHEMA hygiene TO desk, reader;
GRANT INSERT, UPDATE ON hygiene.exception, hygiene.exception_event TO desk;
SQL

# An update at an hour of a day; what it counted.
sub update
{
	my ($hour) = @_;

	return sprintf q{SELECT * FROM salesops.update_exceptions('hygiene', 'opportunity', 'hygiene.judged', '{"due_days": {"medium": 5}}', 'Mon-Fri 09:00-17:00 UTC', '2026-07-01 %02d:00+00');}, $hour;
}
sub state { return $node->safe_psql('crm', 'SELECT count(*), count(closed_at), sum(times_opened), (SELECT count(*) FROM hygiene.exception_event) FROM hygiene.exception'); }

my ($one, $two) = map { start_session($node, 'crm', $_, 'user=desk') } 'first', 'second';
my $reader = start_session($node, 'crm', 'reader', 'user=reader');

# ---- two updates at the same time ----

answer($one, 'BEGIN;');
is(answer($one, update(8)), "4000|0|0|0\n", 'the first opens all');
send_to($two, update(8));
waits($two);
is(answer($reader, 'SELECT count(*) FROM hygiene.exception;'), "0\n", 'who reads does not wait');
answer($one, 'COMMIT;');
is(answer($two, ''), "0|0|4000|0\n", 'the second finds them there');
is(state(), '4000|0|4000|4000', 'each was opened once');

answer($one, 'BEGIN;');
answer($one, update(9));
send_to($two, update(8));
waits($two);
answer($one, 'COMMIT;');
like(answer($two, ''), qr/ERROR:  the queue of 'opportunity' has been updated since/, 'an update that was overtaken is refused');

answer($one, 'BEGIN;');
answer($one, update(10));
send_to($two, update(10));
waits($two);
answer($one, 'ROLLBACK;');
is(answer($two, ''), "0|0|4000|0\n", 'or goes on where the other gave up');

# ---- working on exceptions meanwhile ----

answer($one, 'BEGIN;');
is(answer($one, q{SELECT salesops.assign_exceptions('hygiene', '{1,2,3}', 'U99');}), "3\n", 'somebody is assigned');
$node->safe_psql('crm', "UPDATE hygiene.judged SET issues = 'stale' WHERE record_id = 1");
send_to($two, update(11));
waits($two, 'an update, for one whose row is being changed');
answer($one, 'COMMIT;');
is(answer($two, ''), "0|0|3999|1\n", 'and goes on behind it');
is($node->safe_psql('crm', q{SELECT string_agg(assignee, ' ' ORDER BY exception_id) FROM hygiene.exception WHERE exception_id IN (1, 3)}), 'U99 U99', 'who was assigned stays');
# who locks some first, and changes them behind an update that came in between, does not wait for it
answer($one, 'BEGIN;');
is(answer($one, q{SELECT salesops.lock_exceptions('hygiene', '{5}');}), "1\n", 'locked');
send_to($two, update(11));
waits($two, 'an update, for one who is about to change');
is(answer($one, q{SELECT salesops.assign_exceptions('hygiene', '{5}', 'U98');}), "1\n", 'assigned without a deadlock');
answer($one, 'COMMIT;');
is(answer($two, ''), "0|0|3999|0\n", 'and the update goes on behind it');
answer($one, 'BEGIN;');
answer($one, update(12));
send_to($two, q{SELECT salesops.snooze_exceptions('hygiene', '{3}', '2026-08-01');});
waits($two, 'snoozing, for an update');
answer($one, 'COMMIT;');
is(answer($two, ''), "1\n", 'which it follows');

# ---- rights ----

like(answer($reader, update(13)), qr/permission denied for table exception/, 'who may only read updates nothing');
like(answer($reader, q{SELECT salesops.dispose_exceptions('hygiene', '{3}', 'accepted', 'as it is');}), qr/permission denied for table exception/, 'and decides nothing');
is(answer($reader, q{SELECT count(*) FROM salesops.exceptions_at('hygiene', '24x7 UTC', '2026-07-01 12:00+00');}), "3999\n", 'but reads');
$node->safe_psql('crm', 'ALTER TABLE hygiene.exception ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON hygiene.exception FOR SELECT TO reader USING (assignee = \'U99\')');
is(answer($reader, q{SELECT count(*) FROM salesops.exceptions_at('hygiene', '24x7 UTC', '2026-07-01 12:00+00');}), $node->safe_psql('crm', "SELECT count(*) FROM hygiene.exception WHERE assignee = 'U99' AND closed_at IS NULL") . "\n", 'what a policy of the table lets it see');
$node->safe_psql('crm', 'DROP POLICY own ON hygiene.exception; ALTER TABLE hygiene.exception DISABLE ROW LEVEL SECURITY');

# ---- being told ----

$node->safe_psql('crm', "CALL salesops.create_exception_notify('hygiene', 'crm exceptions')");
answer($reader, 'LISTEN "crm exceptions";');
$node->safe_psql('crm', "UPDATE hygiene.judged SET issues = NULL WHERE record_id IN (2, 4)");
is(answer($one, update(14)), "0|0|3995|4\n", 'four are closed');
like(answer($reader, 'SELECT 1;'), qr/Asynchronous notification "crm exceptions" with payload "\{"schema" : "hygiene", "first_event_id" : \d+, "events" : \{ "closed" : 4 \}\}"/, 'one message says so');

# ---- a crash, and a dump ----

answer($one, 'BEGIN;');
answer($one, update(15));
my $before = state();
$node->stop('immediate');
$node->start;
is(state(), $before, 'what was not committed is not there');
$_->{run}->kill_kill foreach $one, $two, $reader;

my $dump = PostgreSQL::Test::Utils::tempdir() . '/crm.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, '-d', $node->connstr('crm') ], 'dumped');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, '-d', $node->connstr('restored') ], 'and restored');
is($node->safe_psql('restored', 'SELECT count(*), count(closed_at), sum(times_opened), (SELECT count(*) FROM hygiene.exception_event) FROM hygiene.exception'), $before, 'with all of it');
is($node->safe_psql('restored', 'SET search_path = \'\'; ' . update(16)), '0|0|3995|0', 'and goes on, with an empty search_path');
$node->safe_psql('restored', 'DROP EXTENSION salesops');
is($node->safe_psql('restored', 'SELECT count(*) FROM hygiene.exception'), '4000', 'the tables stay when the extension goes');

$node->stop;
done_testing();
