# Bulk updates where there is more than one session and more than one user: who waits for whom, who may, what is left when one is
# stopped, fails or the server dies, and a dump of the log from which a change is undone elsewhere.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('bulk_update');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "autovacuum = off\ntimezone = 'UTC'\ndeadlock_timeout = 100ms\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE crm');

$node->safe_psql('crm', <<'SQL');
CREATE EXTENSION salesops;
GRANT USAGE ON SCHEMA salesops TO PUBLIC;
CREATE SCHEMA crm;
CREATE TABLE crm.account (id int PRIMARY KEY, owner text, country text, at timestamptz DEFAULT '2026-01-01 00:00+00');
INSERT INTO crm.account SELECT i, CASE WHEN i % 2 = 0 THEN 'ann' ELSE 'bob' END, CASE WHEN i % 5 = 0 THEN 'UK' ELSE 'GB' END FROM generate_series(1, 2000) i;
CREATE TABLE crm.deal (id int PRIMARY KEY, account int REFERENCES crm.account);
CREATE VIEW crm.of_ann AS SELECT id, 'eve' AS owner FROM crm.account WHERE owner = 'ann';
CREATE VIEW crm.of_ann_backwards AS SELECT id, 'dan' AS owner FROM crm.account WHERE owner = 'ann' ORDER BY id DESC;
CREATE VIEW crm.of_bob AS SELECT id, 'eve' AS owner FROM crm.account WHERE owner = 'bob';
CREATE VIEW crm.in_uk AS SELECT id, 'GB' AS country FROM crm.account WHERE country = 'UK';
CALL salesops.create_bulk_update_log('crm');
SQL

sub digest { my ($database) = @_; return $node->safe_psql($database // 'crm', q{SELECT md5(string_agg(a::text, ' ' ORDER BY id)) FROM crm.account a}); }
sub state { my ($plan, $database) = @_; return $node->safe_psql($database // 'crm', "SELECT state FROM crm.bulk_plan WHERE plan_id = $plan"); }
sub planned { my ($target, $more) = @_; return $node->safe_psql('crm', "SELECT salesops.bulk_update_plan('crm', 'crm.account', 'crm.$target', NULL, 'test', " . ($more // 'NULL') . ')'); }
sub apply { my ($plan) = @_; return "SELECT salesops.bulk_update_apply('crm', $plan);"; }
sub undo { my ($plan) = @_; return "SELECT salesops.bulk_update_undo('crm', $plan);"; }
sub session { return start_session($node, 'crm', $_[0], $_[1]); }

my ($one, $two) = map { session($_) } 'first', 'second';
my $whole = digest();

# ---- two sessions ----

my $plan = planned('of_ann');
like(answer($one, 'BEGIN; ' . apply($plan)), qr/^1000$/m, 'the first applies');
is(digest(), $whole, 'nothing is seen before it has committed');
send_to($two, apply($plan));
waits($two, 'the same plan');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/ERROR:  plan $plan cannot be applied: it is applied\nDETAIL:  It was applied by \w+, at /, 'the second finds that it is applied');
is($node->safe_psql('crm', q{SELECT count(*) FROM crm.account WHERE owner = 'eve'}), '1000', 'it was applied once');
my $applied = digest();
like(answer($two, 'BEGIN; ' . undo($plan)), qr/^1000$/m, 'undone');
send_to($one, undo($plan));
waits($one, 'the same plan is undone');
answer($two, 'COMMIT;');
like(answer($one, ''), qr/ERROR:  plan $plan cannot be undone: it is undone/, 'once');
is(digest(), $whole, 'and all is as it was');

# the first fails: the second goes on
$plan = planned('of_ann');
answer($one, 'BEGIN; ' . apply($plan));
send_to($two, apply($plan));
waits($two, 'the same plan');
answer($one, 'ROLLBACK;');
like(answer($two, ''), qr/^1000$/m, 'what the first rolled back, the second applies');
is(digest(), $applied, 'to the same');
is($node->safe_psql('crm', undo($plan)), '1000', 'undone');

# two plans of the same rows, made in other orders: no deadlock, and the later finds them changed
my @plans = (planned('of_ann'), planned('of_ann_backwards'));
answer($one, 'BEGIN; ' . apply($plans[0]));
send_to($two, apply($plans[1]));
waits($two, 'another plan of the same rows');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/ERROR:  1000 of 1000 rows of crm.account are not as they were planned\nDETAIL:  The first: 2: owner is 'eve', not 'ann'; 4: owner/, 'is refused');
$node->safe_psql('crm', undo($plans[0]));
like($node->safe_psql('crm', apply($plans[1])), qr/^1000$/, 'and may be applied when they are as they were');
$node->safe_psql('crm', undo($plans[1]));
# other columns of the same rows
@plans = (planned('of_ann'), planned('in_uk'));
answer($one, 'BEGIN; ' . apply($plans[0]));
send_to($two, apply($plans[1]));
waits($two, 'a plan of other columns');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/^400$/m, 'waits and is applied');
is($node->safe_psql('crm', undo($plans[0]) . undo($plans[1])), "1000\n400", 'both are undone, in any order');
is(digest(), $whole, 'to what it was');

# a row that is being changed
$plan = planned('of_ann');
answer($one, q{BEGIN; UPDATE crm.account SET owner = 'zoe' WHERE id = 10;});
is(planned('of_ann') > $plan, 1, 'planning waits for nobody');
send_to($two, apply($plan));
waits($two, 'a row that is being changed');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/ERROR:  1 of 1000 rows of crm.account are not as they were planned\nDETAIL:  The first: 10: owner is 'zoe', not 'ann'/, 'is seen');
answer($one, q{BEGIN; DELETE FROM crm.account WHERE id = 12;});
$node->safe_psql('crm', q{UPDATE crm.account SET owner = 'ann' WHERE id = 10});
send_to($two, apply($plan));
waits($two, 'a row that is being deleted');
answer($one, 'COMMIT;');
like(answer($two, ''), qr/ERROR:  1 of 1000 rows of crm.account are not as they were planned\nDETAIL:  The first: 12 is not there any more/, 'too');
$node->safe_psql('crm', q{INSERT INTO crm.account VALUES (12, 'ann', 'GB')});
is(digest(), $whole, 'nothing was changed');
answer($one, q{BEGIN; UPDATE crm.account SET owner = 'zoe' WHERE id = 10;});
send_to($two, 'BEGIN; ' . apply($plan));
waits($two, 'a row that is being changed');
answer($one, 'ROLLBACK;');
like(answer($two, ''), qr/^1000$/m, 'and is not');
# meanwhile rows may come that refer to the records
like($node->safe_psql('crm', q{SET lock_timeout = '5s'; INSERT INTO crm.deal VALUES (1, 10); DELETE FROM crm.deal RETURNING account}), qr/^10$/, 'rows that refer to them do not wait');
send_to($one, q{UPDATE crm.account SET owner = 'zoe' WHERE id = 10;});
waits($one, 'who changes one of the rows');
answer($two, 'ROLLBACK;');
answer($one, '');
$node->safe_psql('crm', q{UPDATE crm.account SET owner = 'ann' WHERE id = 10});
answer($one, 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1;');
$node->safe_psql('crm', 'UPDATE crm.account SET at = at WHERE id = 10');
like(answer($one, apply($plan)), qr/ERROR:  could not serialize access/, 'a snapshot that is too old');
answer($one, 'ROLLBACK;');
like(answer($one, 'BEGIN ISOLATION LEVEL SERIALIZABLE; ' . apply($plan) . ' ROLLBACK;'), qr/^1000$/m, 'and one that is not');
is(digest(), $whole, 'nothing was changed');

# ---- stopped, or failed ----

answer($one, 'BEGIN; SELECT FROM crm.account WHERE id = 4 FOR UPDATE;');
send_to($two, apply($plan));
waits($two, 'a lock');
$node->safe_psql('crm', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'second'});
like(answer($two, ''), qr/ERROR:  canceling statement due to user request/, 'cancelled while it waits');
answer($one, 'ROLLBACK;');
is(digest() . state($plan), $whole . 'planned', 'nothing is half done');
my ($cancelled, $through) = (0, 0);
for (my $limit = 1; !$through && $limit < 60000; $limit = int($limit * 1.4) + 1)
{
	my ($result, $stdout, $stderr) = $node->psql('crm', "SET statement_timeout = $limit; BEGIN; " . apply($plan) . ' ROLLBACK;');

	if ($stderr =~ /statement timeout/) { $cancelled++; is(digest() . state($plan), $whole . 'planned', "stopped after $limit ms: nothing is half done"); }
	else { $through = 1; is($stderr, '', "after $limit ms it is through"); }
}
cmp_ok($cancelled, '>=', 3, 'stopped at several moments');

# the server dies: between plan and apply, and while it is applied
$plan = planned('of_ann');
answer($one, 'BEGIN; ' . apply($plan));
$node->safe_psql('crm', 'SELECT pg_switch_wal()');
$node->stop('immediate');
eval { leave($_) } foreach $one, $two;
$node->start;
is(digest() . state($plan), $whole . 'planned', 'a crash while it is applied: nothing of it is there, and the plan is');
is($node->safe_psql('crm', apply($plan)), '1000', 'and is applied then');
$node->stop('immediate');
$node->start;
is(digest() . state($plan), $applied . 'applied', 'a crash afterwards: it is done');
is($node->safe_psql('crm', undo($plan)), '1000', 'and undone');
is(digest(), $whole, 'to what it was');

# ---- who may, and who approves ----

$node->safe_psql('crm', 'CREATE ROLE clerk LOGIN; CREATE ROLE boss LOGIN; CREATE ROLE team; GRANT team TO clerk, boss');
my $planning = q{SELECT salesops.bulk_update_plan('crm', 'crm.account', 'crm.of_ann', NULL, 'ann left', 10)};
my @grants = (
	[ 'permission denied for schema crm', 'USAGE ON SCHEMA crm' ],
	[ 'permission denied for (view of_ann|table account|table bulk_plan|table bulk_change)', 'SELECT ON crm.of_ann' ],
	[ 'permission denied for (table account|table bulk_plan|table bulk_change)', 'SELECT (id, owner) ON crm.account' ],
	[ 'permission denied for (table bulk_plan|table bulk_change)', 'SELECT, INSERT, UPDATE ON crm.bulk_plan' ],
	[ 'permission denied for table bulk_change', 'SELECT, INSERT ON crm.bulk_change' ],);
foreach my $grant (@grants)
{
	my ($result, $stdout, $stderr) = $node->psql('crm', $planning, extra_params => [ '-U', 'clerk' ]);
	like($stderr, qr/$grant->[0]/, "clerk: $grant->[0]");
	$node->safe_psql('crm', "GRANT $grant->[1] TO team");
}
$plan = $node->safe_psql('crm', $planning, extra_params => [ '-U', 'clerk' ]);
like($plan, qr/^\d+$/, 'with these he may plan');
my $as = sub { my ($role, $sql) = @_; my ($result, $stdout, $stderr) = $node->psql('crm', $sql, extra_params => [ '-U', $role ]); return $stderr ne '' ? $stderr : $stdout; };
like($as->('clerk', apply($plan)), qr/ERROR:  plan $plan must be approved first/, 'not apply what nobody approved');
like($as->('clerk', "SELECT salesops.bulk_update_approve('crm', $plan)"), qr/ERROR:  plan $plan is of clerk, who cannot approve it/, 'nor approve it');
like($as->('clerk', "SET ROLE team; SELECT salesops.bulk_update_approve('crm', $plan)"), qr/ERROR:  plan $plan is of clerk, who cannot approve it/, 'as another role neither');
like($as->('clerk', "UPDATE crm.bulk_plan SET state = 'approved', approved_by = 'boss' WHERE plan_id = $plan"), qr/ERROR:  plan $plan is of clerk, who cannot approve it/, 'nor by hand');
like($as->('clerk', 'ALTER TABLE crm.bulk_plan DISABLE TRIGGER ALL'), qr/ERROR:  must be owner of table bulk_plan/, 'nor without the guard');
like($as->('clerk', 'SET session_replication_role = replica'), qr/ERROR:  permission denied to set parameter/, 'nor past it');
is($as->('boss', "SET ROLE team; SELECT salesops.bulk_update_approve('crm', $plan)"), '1000', 'somebody else does');
like($as->('clerk', apply($plan)), qr/ERROR:  permission denied for table account/, 'to apply it takes the right to change the table');
$node->safe_psql('crm', 'GRANT UPDATE (country) ON crm.account TO team');
like($as->('clerk', apply($plan)), qr/ERROR:  permission denied for table account/, 'in the columns that change');
is(digest() . state($plan), $whole . 'approved', 'nothing was changed');
$node->safe_psql('crm', 'GRANT UPDATE (owner) ON crm.account TO team');
is($as->('clerk', apply($plan)), '1000', 'then he may');

# rows come with their plan, in its transaction: who may write cannot stop it, or the way back
my $row = sub { my ($of, $no) = @_; return "INSERT INTO crm.bulk_change VALUES ($of, $no, '{\"id\": \"zzz\"}', '{}', '{}')"; };
my $waiting = planned('of_bob');
foreach my $of ($plan, $waiting)
{
	like($as->('boss', $row->($of, $_)), qr/ERROR:  plan $of gets no more rows\nDETAIL:  Rows come with their plan/, "no row $_ is added to plan $of") foreach 1001, 100000, 0, -1;
	like($as->('boss', "COPY crm.bulk_change FROM STDIN;\n$of\t5000\t{}\t{}\t{}\n\\.\n"), qr/ERROR:  plan $of gets no more rows/, 'nor copied');
}
# a plan that comes while another's transaction is open, and that he touches there
answer($one = session('third'), 'SET SESSION AUTHORIZATION boss; BEGIN; SELECT pg_current_xact_id() IS NULL;');
my $meanwhile = planned('in_uk');
$node->safe_psql('crm', "DELETE FROM crm.bulk_change WHERE plan_id = $meanwhile AND change_no = 1");
like(answer($one, "UPDATE crm.bulk_plan SET state = 'planned' WHERE plan_id = $meanwhile; " . $row->($meanwhile, 1) . ';'), qr/ERROR:  plan $meanwhile gets no more rows/, 'nor to one that came meanwhile, which he touched');
answer($one, 'ROLLBACK;');
leave($one);
is($as->('boss', undo($plan)), '1000', 'and another may undo it');
is(digest(), $whole, 'as it was');
is($node->safe_psql('crm', "SELECT planned_by, approved_by, applied_by, undone_by FROM crm.bulk_plan WHERE plan_id = $plan"), 'clerk|boss|clerk|boss', 'the log says who');

# ---- names that somebody planted ----

$node->safe_psql('crm', <<'SQL');
CREATE ROLE mallory;
GRANT CREATE ON SCHEMA public, salesops TO mallory;
SET ROLE mallory;
CREATE FUNCTION public.stolen(int, int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE FUNCTION public.stolen(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE OPERATOR public.= (LEFTARG = int, RIGHTARG = int, FUNCTION = public.stolen);
CREATE OPERATOR public.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = public.stolen);
CREATE FUNCTION public.concat(int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE FUNCTION public.concat(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE FUNCTION salesops.merge_key(oid, text[]) RETURNS TABLE (column_name text) LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE FUNCTION salesops.bulk_update_statements(varchar, bigint, boolean) RETURNS TABLE (relation regclass) LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
CREATE FUNCTION salesops.bulk_update_check(json, regclass, regclass) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stolen'; END $$;
SQL
foreach my $path ('', 'public, pg_catalog', 'public, salesops, pg_catalog')
{
	my $planned = $node->safe_psql('crm', "CREATE TEMP TABLE pg_attribute (attname text); CREATE TEMP TABLE bulk_plan (plan_id bigint); SELECT pg_catalog.set_config('search_path', '$path', false); BEGIN; SELECT salesops.bulk_update_plan('crm', 'crm.account'::regclass, 'crm.of_ann'::regclass, NULL, 'planted', NULL);"
		. ' SELECT count(*) OPERATOR(pg_catalog.>) 0 FROM salesops.bulk_update_preview($$crm$$, (SELECT pg_catalog.max(plan_id) FROM crm.bulk_plan)); ' . apply('(SELECT pg_catalog.max(plan_id) FROM crm.bulk_plan)') . undo('(SELECT pg_catalog.max(plan_id) FROM crm.bulk_plan)') . ' ROLLBACK');
	like($planned, qr/^\d+\nt\n1000\n1000$/m, "search_path '$path': what is planted is not called");
}
$node->safe_psql('crm', 'DROP OWNED BY mallory');

# ---- a dump, and what is left without the extension ----

$plan = planned('of_ann');
my $open = planned('of_bob');
my $guarded = planned('in_uk', 0);
$node->safe_psql('crm', apply($plan));
my $file = PostgreSQL::Test::Utils::tempdir() . '/crm.sql';
$node->command_ok([ 'pg_dump', '-f', $file, $node->connstr('crm') ], 'dumped');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $file, $node->connstr('restored') ], 'restored');
is(digest('restored'), digest(), 'the same');
is($node->safe_psql('restored', 'SELECT md5(string_agg(p::text, $$ $$ ORDER BY plan_id)) FROM crm.bulk_plan p'), $node->safe_psql('crm', 'SELECT md5(string_agg(p::text, $$ $$ ORDER BY plan_id)) FROM crm.bulk_plan p'), 'with its log');
my ($result, $stdout, $stderr) = $node->psql('restored', apply($open));
like($stderr, qr/ERROR:  crm.account is not the table of plan $open\nDETAIL:  It was dropped and made anew, or restored, since/, 'what was only planned is not applied where it was restored');
($result, $stdout, $stderr) = $node->psql('restored', "SELECT salesops.bulk_update_approve('crm', $guarded)");
like($stderr, qr/ERROR:  crm.account is not the table of plan $guarded/, 'nor approved');
($result, $stdout, $stderr) = $node->psql('restored', "UPDATE crm.bulk_plan SET state = 'approved' WHERE plan_id = $guarded");
like($stderr, qr/ERROR:  plan $guarded is of \w+, who cannot approve it/, 'the guard is there');
# the transaction that made a plan has a number that another may have here: as if it were this one
foreach my $of ($plan, $open, $guarded)
{
	($result, $stdout, $stderr) = $node->psql('restored', "BEGIN; SET LOCAL session_replication_role = replica; UPDATE crm.bulk_plan SET planned_xact = pg_current_xact_id() WHERE plan_id = $of; DELETE FROM crm.bulk_change WHERE plan_id = $of AND change_no = 1; SET LOCAL session_replication_role = origin;"
		. " INSERT INTO crm.bulk_change VALUES ($of, 1, '{}', '{}', '{}')");
	like($stderr, qr/ERROR:  plan $of gets no more rows/, "a row is not added to plan $of by a transaction of the same number");
}
is($node->safe_psql('restored', undo($plan)), '1000', 'what was applied is undone where it was restored');
is(digest('restored'), $whole, 'to what it was');
is($node->safe_psql('restored', q{SELECT salesops.bulk_update_plan('crm', 'crm.account', 'crm.of_ann', NULL, 'anew', NULL) > } . $guarded), 't', 'and the log goes on');
$node->safe_psql('crm', 'DROP EXTENSION salesops');
is($node->safe_psql('crm', "SELECT count(*) FROM crm.bulk_change WHERE plan_id = $plan"), '1000', 'the log stays without the extension');
($result, $stdout, $stderr) = $node->psql('crm', "UPDATE crm.bulk_plan SET state = 'approved' WHERE plan_id = $guarded");
like($stderr, qr/ERROR:  plan $guarded is of \w+, who cannot approve it/, 'and its guard');
$node->safe_psql('crm', 'CREATE EXTENSION salesops');
is($node->safe_psql('crm', undo($plan)), '1000', 'and serves when it is back');
is(digest(), $whole, 'as it was');
is($node->safe_psql('crm', apply($open)), '1000', 'what was planned is applied');

$node->stop;
done_testing();
