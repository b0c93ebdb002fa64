# Merges where there is more than one session and more than one user: who waits for whom, who may, what policies hide, what is
# left when one is stopped or fails, and a dump of the log from which a merge is undone elsewhere.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('merge');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\ntimezone = 'UTC'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE crm');

# Accounts in pairs, and what refers to them.
my $fill = <<'SQL';
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS crm CASCADE;
DROP EXTENSION IF EXISTS salesops;
RESET client_min_messages;
CREATE EXTENSION salesops;
GRANT USAGE ON SCHEMA salesops TO PUBLIC;
CREATE SCHEMA crm;
CREATE TABLE crm.account (id int PRIMARY KEY, name text, phone text, parent int REFERENCES crm.account, owner text);
INSERT INTO crm.account SELECT i, 'Company ' || (i + 1) / 2, CASE WHEN i % 2 = 0 THEN '555-' || i END, CASE WHEN i > 20 THEN i % 20 + 1 END, CASE WHEN i > 10 THEN 'ann' ELSE 'bob' END FROM generate_series(1, 200) i;
CREATE TABLE crm.deal (id int PRIMARY KEY, account int REFERENCES crm.account, partner int REFERENCES crm.account, amount numeric);
INSERT INTO crm.deal SELECT i, 1 + i % 200, 1 + i * 7 % 200, i / 7.0 FROM generate_series(1, 600) i;
INSERT INTO crm.deal VALUES (601, 1, 7, 0);
CREATE INDEX ON crm.deal (account);
CREATE TABLE crm.note (account int REFERENCES crm.account, body text, owner text);
INSERT INTO crm.note SELECT 1 + i % 200, 'note', CASE WHEN i % 3 = 0 THEN 'bob' ELSE 'ann' END FROM generate_series(1, 300) i;
CREATE TABLE crm.cluster AS SELECT i AS record_id, (i + 1) / 2 AS cluster_id FROM generate_series(1, 200) i;
CREATE VIEW crm.some AS SELECT * FROM crm.cluster WHERE cluster_id <= 3;
CREATE VIEW crm.others AS SELECT * FROM crm.cluster WHERE cluster_id BETWEEN 4 AND 6;
CREATE VIEW crm.later AS SELECT * FROM crm.cluster WHERE cluster_id > 10;
CALL salesops.create_merge_log('crm');
SQL
$node->safe_psql('crm', $fill);

# All tables in one digest, the log too where it is asked for.
sub digest
{
	my ($database) = @_;

	return $node->safe_psql($database // 'crm', join(' UNION ALL ', map { "SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM crm.$_ t" } qw(account deal note)));
}

sub merges { return $node->safe_psql('crm', 'SELECT count(*) FROM crm.merge_run') . '|' . $node->safe_psql('crm', 'SELECT count(*) FROM crm.merge_change'); }

sub apply { my ($clusters, $rules, $more) = @_; return "SELECT salesops.merge_apply('crm.account', '$clusters', '" . ($rules // '{}') . "', 'crm'" . ($more // '') . ');'; }

sub session { return start_session($node, 'crm', $_[0]); }

my ($one, $two) = map { session($_) } 'first', 'second';
my $whole = digest();

# ---- two sessions ----

like(answer($one, 'BEGIN; ' . apply('crm.some')), qr/^1$/m, 'the first merges');
is(digest(), $whole, 'nothing is seen before it has committed');
send_to($two, apply('crm.some'));
waits($two, 'the same clusters');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/ERROR:  records of clusters are not in crm.account: 1, 3, 5\nDETAIL:  They were deleted or merged/, 'the second finds that they are gone');
is($node->safe_psql('crm', 'SELECT count(*) FROM crm.account'), '197', 'they were merged once');
is($node->safe_psql('crm', 'SELECT deleted, updated, repointed = (SELECT count(*) FROM crm.merge_change WHERE action = $$repoint$$) FROM crm.merge_run'), '3|0|t', 'one merge is logged');
like(answer($two, "BEGIN; SELECT salesops.merge_undo('crm', 1);"), qr/^3$/m, 'undone');
send_to($one, "SELECT salesops.merge_undo('crm', 1);");
waits($one, 'the same merge is undone');
answer($two, 'COMMIT;');
like(answer($one, ''), qr/ERROR:  merge 1 is undone already/, 'once');
is(digest(), $whole, 'and all is as it was');

# other clusters, whose deals are the same: each waits for the other's rows and keeps what it did
like(answer($one, 'BEGIN; ' . apply('crm.some')), qr/^\d+$/m, 'some clusters');
send_to($two, apply('crm.others'));
waits($two, 'other clusters with common rows');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/^\d+$/m, 'others at the same time');
is($node->safe_psql('crm', 'SELECT count(*) FROM crm.deal d WHERE NOT EXISTS (SELECT FROM crm.account a WHERE a.id = d.account) OR NOT EXISTS (SELECT FROM crm.account a WHERE a.id = d.partner)'), '0', 'no reference is lost');
is($node->safe_psql('crm', 'SELECT string_agg(salesops.merge_undo($$crm$$, merge_id)::text, $$ $$) FROM (SELECT merge_id FROM crm.merge_run WHERE undone_at IS NULL ORDER BY 1 DESC) m'), '3 3', 'both are undone');
is(digest(), $whole, 'to what it was');

# a record changes while the merge waits for it: what it is then counts
answer($one, "BEGIN; UPDATE crm.account SET phone = 'new', name = 'A longer name' WHERE id = 1;");
send_to($two, 'BEGIN; ' . apply('crm.some', '{"columns": {"name": "longest"}}') . ' SELECT id, name, phone FROM crm.account WHERE id < 3; ROLLBACK;');
waits($two, 'a record that is being changed');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/^1\|A longer name\|new$/m, 'decided anew with what it is');
$node->safe_psql('crm', "CREATE TABLE crm.plan AS SELECT * FROM salesops.merge_plan('crm.account', 'crm.some')");
answer($one, "BEGIN; UPDATE crm.account SET phone = NULL, name = 'Company 1' WHERE id = 1;");
send_to($two, apply('crm.some', '{}', ", 'crm.plan'"));
waits($two, 'a plan, and a record that is being changed');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/ERROR:  the records of crm.account are not as they were planned\nDETAIL:  Cluster 1, /, 'is not done as it was planned');
is(digest(), $whole, 'nothing was changed');
answer($one, 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1;');
$node->safe_psql('crm', 'UPDATE crm.account SET owner = owner WHERE id = 1');
like(answer($one, apply('crm.some')), qr/ERROR:  could not serialize access/, 'a snapshot that is too old');
answer($one, 'ROLLBACK;');

# rows that come to refer to a record that goes
answer($one, 'BEGIN; INSERT INTO crm.deal VALUES (1001, 1, 3, 1);');
send_to($two, 'BEGIN; ' . apply('crm.some') . ' SELECT account, partner FROM crm.deal WHERE id = 1001; ROLLBACK;');
waits($two, 'a row that refers to it');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/^2\|4$/m, 'is re-pointed with the others');
$node->safe_psql('crm', 'DELETE FROM crm.deal WHERE id = 1001');
answer($one, 'BEGIN; ' . apply('crm.some'));
send_to($two, 'INSERT INTO crm.deal VALUES (1001, 1, 3, 1);');
waits($two, 'a row that comes after');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/violates foreign key constraint/, 'is refused: the record is gone');
like(answer($one, "SELECT salesops.merge_undo('crm', max(merge_id)) FROM crm.merge_run;"), qr/^3$/m, 'undone');
is(digest(), $whole, 'and all is as it was');

# ---- stopped, or failed ----

my $before = merges();
answer($one, 'BEGIN; SELECT FROM crm.account WHERE id = 4 FOR UPDATE;');
send_to($two, apply('crm.cluster'));
waits($two, 'a lock');
$node->safe_psql('crm', "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'second'");
like(answer($two, ''), qr/ERROR:  canceling statement due to user request/, 'cancelled while it waits');
answer($one, 'ROLLBACK;');
is(digest() . merges(), $whole . $before, 'nothing is half done');
# at any moment: later and later, until it gets through
my ($cancelled, $through) = (0, 0);
for (my $limit = 5; !$through && $limit < 60000; $limit = int($limit * 1.4) + 1)
{
	my ($result, $stdout, $stderr) = $node->psql('crm', "SET statement_timeout = $limit; BEGIN; " . apply('crm.cluster') . ' ROLLBACK;');

	if ($stderr =~ /statement timeout/) { $cancelled++; is(digest() . merges(), $whole . $before, "stopped after $limit ms: nothing is half done"); }
	else { $through = 1; is($stderr, '', "after $limit ms it is through"); }
}
cmp_ok($cancelled, '>=', 3, 'stopped at several moments');

# what only the server can find: an exclusion constraint
$node->safe_psql('crm', 'CREATE TABLE crm.booking (id int PRIMARY KEY, account int REFERENCES crm.account, box box, EXCLUDE USING gist (box WITH &&) WHERE (account = 2)); INSERT INTO crm.booking VALUES (1, 1, $$(1,1),(0,0)$$), (2, 2, $$(1,1),(0,0)$$)');
my ($result, $stdout, $stderr) = $node->psql('crm', apply('crm.some'));
like($stderr, qr/ERROR:  conflicting key value violates exclusion constraint/, 'an exclusion constraint');
is(digest() . merges(), $whole . $before, 'leaves all as it was');
$node->safe_psql('crm', 'DROP TABLE crm.booking');

# ---- who may ----

$node->safe_psql('crm', 'CREATE ROLE clerk');
my @grants = (
	[ 'permission denied for schema crm', 'USAGE ON SCHEMA crm' ],
	[ 'permission denied for view some', 'SELECT ON crm.some, crm.later' ],
	[ 'permission denied for table account', 'SELECT ON crm.account' ],
	[ 'permission denied for table account', 'UPDATE (name, phone, parent) ON crm.account' ],
	[ 'permission denied for table merge_run', 'SELECT, INSERT, UPDATE ON crm.merge_run, crm.merge_change' ],
	[ 'clerk lacks privileges on crm.account: DELETE', 'DELETE ON crm.account' ],
	[ 'clerk lacks privileges on crm.deal: SELECT, UPDATE of account, partner', 'SELECT, UPDATE (account) ON crm.deal' ],
	[ 'clerk lacks privileges on crm.deal: UPDATE of partner', 'UPDATE (partner) ON crm.deal' ],
	[ 'clerk lacks privileges on crm.note: SELECT, UPDATE of account', 'SELECT, UPDATE ON crm.note' ],);
foreach my $grant (@grants)
{
	($result, $stdout, $stderr) = $node->psql('crm', 'SET ROLE clerk; BEGIN; ' . apply('crm.some'));
	like($stderr, qr/$grant->[0]/, "clerk: $grant->[0]");
	$node->safe_psql('crm', "GRANT $grant->[1] TO clerk");
}
is(digest() . merges(), $whole . $before, 'nothing was changed');
like($node->safe_psql('crm', 'SET ROLE clerk; ' . apply('crm.some')), qr/^\d+$/, 'with these he may');
($result, $stdout, $stderr) = $node->psql('crm', "SET ROLE clerk; SELECT salesops.merge_undo('crm', max(merge_id)) FROM crm.merge_run");
like($stderr, qr/permission denied for table account/, 'but not insert records');
$node->safe_psql('crm', 'GRANT INSERT ON crm.account TO clerk');
is($node->safe_psql('crm', "SET ROLE clerk; SELECT salesops.merge_undo('crm', max(merge_id)) FROM crm.merge_run"), '3', 'then he may');
is(digest(), $whole, 'and all is as it was');
is($node->safe_psql('crm', 'SELECT DISTINCT merged_by, undone_by FROM crm.merge_run WHERE merge_id = (SELECT max(merge_id) FROM crm.merge_run)'), 'clerk|clerk', 'the log says who');
$before = merges();

# ---- policies ----

$node->safe_psql('crm', 'ALTER TABLE crm.account ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON crm.account USING (owner = $$ann$$)');
($result, $stdout, $stderr) = $node->psql('crm', 'SET ROLE clerk; ' . apply('crm.some'));
like($stderr, qr/records of clusters are not in crm.account: 1, 2, 3, 4, 5\nDETAIL:  .*or row-level security hides them/, 'records that are hidden');
# of the later ones all are seen, but not all may be deleted
$node->safe_psql('crm', 'DROP POLICY own ON crm.account; CREATE POLICY seen ON crm.account FOR SELECT USING (true); CREATE POLICY changed ON crm.account FOR UPDATE USING (true); CREATE POLICY deleted ON crm.account FOR DELETE USING (id > 30)');
($result, $stdout, $stderr) = $node->psql('crm', 'SET ROLE clerk; ' . apply('crm.later'));
like($stderr, qr/ERROR:  of 90 records of crm.account, 85 could be deleted/, 'records that may not be deleted');
is(digest() . merges(), $whole . $before, 'nothing was changed');
$node->safe_psql('crm', 'ALTER TABLE crm.account DISABLE ROW LEVEL SECURITY; ALTER TABLE crm.note ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON crm.note USING (owner = $$ann$$)');
# rows that are hidden keep the record: the server refuses to delete what they refer to
($result, $stdout, $stderr) = $node->psql('crm', 'SET ROLE clerk; ' . apply('crm.later'));
like($stderr, qr/violates foreign key constraint "note_account_fkey"/, 'hidden rows that refer to a record');
# or would go with it, unseen
$node->safe_psql('crm', 'ALTER TABLE crm.note DROP CONSTRAINT note_account_fkey, ADD CONSTRAINT note_account_fkey FOREIGN KEY (account) REFERENCES crm.account ON DELETE CASCADE');
($result, $stdout, $stderr) = $node->psql('crm', 'SET ROLE clerk; ' . apply('crm.later'));
like($stderr, qr/cannot be merged: row-level security may hide rows of crm.note, which the deletion of what they refer to would delete \(crm.note note_account_fkey\)/, 'hidden rows that would be deleted');
is(digest() . merges(), $whole . $before, 'nothing was changed');
like($node->safe_psql('crm', 'BEGIN; ' . apply('crm.later') . ' ROLLBACK;'), qr/^\d+$/, 'who sees all rows may');
$node->safe_psql('crm', 'ALTER TABLE crm.note DISABLE ROW LEVEL SECURITY');

# ---- names that somebody planted ----

$node->safe_psql('crm', <<'SQL');
CREATE ROLE mallory;
GRANT CREATE ON SCHEMA public, salesops TO mallory;
SET ROLE mallory;
CREATE FUNCTION public.stolen(int, int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE OPERATOR public.= (LEFTARG = int, RIGHTARG = int, FUNCTION = public.stolen);
CREATE FUNCTION public.concat(int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE FUNCTION salesops.merge_members(regclass, regclass, json) RETURNS TABLE (cluster_id text) LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE FUNCTION salesops.merge_plan(text, text, jsonb) RETURNS TABLE (cluster_id text) LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
SQL
$node->safe_psql('crm', q{DROP TABLE crm.plan; CREATE TABLE crm.plan AS SELECT * FROM salesops.merge_plan('crm.account'::regclass, 'crm.some'::regclass)});
foreach my $path ('', 'public, pg_catalog', 'public, salesops, pg_catalog')
{
	like($node->safe_psql('crm', "CREATE TEMP TABLE pg_attribute (attname text); SELECT pg_catalog.set_config('search_path', '$path', false); BEGIN; " . apply('crm.some', '{}', ", 'crm.plan'")), qr/^\d+$/m, "search_path '$path': what is planted is not called");
}

# ---- a dump, and what is left without the extension ----

my $merge = $node->safe_psql('crm', apply('crm.cluster', '{"survivor": "lowest_key"}'));
isnt(digest(), $whole, 'merged');
my $file = PostgreSQL::Test::Utils::tempdir() . '/crm.sql';
$node->safe_psql('crm', 'DROP FUNCTION public.concat(int), salesops.merge_members(regclass, regclass, json), salesops.merge_plan(text, text, jsonb); DROP OPERATOR public.= (int, int)');
$node->command_ok([ 'pg_dump', '-f', $file, $node->connstr('crm') ], 'dumped');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $file, $node->connstr('restored') ], 'restored');
is(digest('restored'), digest(), 'the same');
is($node->safe_psql('restored', "SELECT salesops.merge_undo('crm', $merge)"), '100', 'undone where it was restored');
is(digest('restored'), $whole, 'to what it was');
like($node->safe_psql('restored', apply('crm.some')), qr/^\d+$/, 'and the log goes on');
$node->safe_psql('crm', 'DROP EXTENSION salesops');
cmp_ok($node->safe_psql('crm', 'SELECT count(*) FROM crm.merge_change'), '>', 100, 'the log stays without the extension');
$node->safe_psql('crm', 'CREATE EXTENSION salesops');
is($node->safe_psql('crm', "SELECT salesops.merge_undo('crm', $merge)"), '100', 'and serves when it is back');
is(digest(), $whole, 'as it was');

leave($_) foreach $one, $two;
$node->stop;
done_testing();
