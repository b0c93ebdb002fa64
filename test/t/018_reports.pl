# Reports where there is more than one session: readers see those before a refresh or those after it, whatever becomes of it; an incremental refresh gives
# what a full one does; another role, dumps, an empty search_path; and pg_cron runs one on schedule.  (What they show: test/pgtap/reports.sql.)
use strict;
use warnings;

use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $root = "$FindBin::Bin/../..";
my $node = PostgreSQL::Test::Cluster->new('reports');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "fsync = off\njit = off\nautovacuum = off\ndeadlock_timeout = 100ms\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE crm');
$node->safe_psql('crm', <<'SQL');
CREATE EXTENSION salesops;
CALL salesops.create_contract('crm');
SQL
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-v', 'size=800', '-d', $node->connstr('crm'), '-f', "$root/demo/sample.sql" ], 'the sample');
$node->safe_psql('crm', <<'SQL');
CREATE ROLE analyst LOGIN;
CREATE ROLE other LOGIN;
GRANT USAGE ON SCHEMA salesops, crm TO analyst, other;
GRANT SELECT ON ALL TABLES IN SCHEMA crm TO analyst;
CREATE SCHEMA reports AUTHORIZATION analyst;
CREATE SCHEMA "anew ""of all""" AUTHORIZATION analyst;
SQL
my @analyst = (extra_params => [ '-U', 'analyst' ]);
my $refresh = q{CALL salesops.refresh_reports('reports', as_of => '2026-06-29')};

sub refused
{
	my ($query, $message, $name, @options) = @_;
	my ($code, $out, $error) = $node->psql('crm', $query, @options);

	like($error, $message, $name);
	return;
}
sub log_of { return $node->safe_psql('crm', 'SELECT kind, status, step, message FROM reports.report_refresh ORDER BY refresh_id DESC LIMIT 1'); }

# ---- a role without rights of a superuser, who owns the schema ----

$node->safe_psql('crm', q{CALL salesops.create_reports('reports', 'crm'); SET search_path = ''; } . $refresh, @analyst);
is(log_of(), 'full|published||', 'the owner of the schema makes and refreshes reports, with an empty search_path');
refused($refresh, qr/the reports in schema reports belong to analyst, and not to other\nDETAIL.*\nHINT:  SET ROLE analyst/, 'another role does not', extra_params => [ '-U', 'other' ]);
is($node->safe_psql('crm', "SET search_path = public; SET application_name = 'mine'; BEGIN; $refresh; SELECT current_setting('search_path'), current_setting('application_name'), current_setting('jit'); COMMIT", @analyst), 'public|mine|off', 'in a transaction, settings are those of before');
is($node->safe_psql('crm', "BEGIN; $refresh; ROLLBACK; SELECT count(*) FROM reports.report_refresh", @analyst), '2', 'which takes it back');
refused("SELECT 1; DO \$\$BEGIN $refresh; END\$\$; SELECT 1/0", qr/division/, 'it may be called in a block', @analyst);

# ---- readers ----

# Two refreshes of other days and data are seen whole, one after the other: all reports of one day, whose parts add up.
my $whole = <<'SQL';
SELECT (SELECT string_agg(DISTINCT as_of::text, ',') FROM (SELECT as_of FROM reports.forecast_summary UNION SELECT as_of FROM reports.coverage UNION SELECT as_of FROM reports.movement UNION SELECT as_of FROM reports.pipeline_inspection UNION SELECT as_of FROM reports.stage_aging UNION SELECT as_of FROM reports.funnel
		UNION SELECT as_of FROM reports.win_rates UNION SELECT as_of FROM reports.duplicates UNION SELECT as_of FROM reports.hygiene_exceptions UNION SELECT as_of FROM reports.scorecard UNION SELECT as_of FROM reports.date_dimension) a),
	(SELECT count(*) FROM (SELECT sum(open_pipeline) FILTER (WHERE is_total) = sum(open_pipeline) FILTER (WHERE NOT is_total) AS fits FROM reports.forecast_summary GROUP BY period) f WHERE fits),
	(SELECT count(*) FROM reports.forecast_summary f JOIN reports.coverage c USING (period, team, is_total) WHERE f.closed = c.booked) = (SELECT count(*) FROM reports.coverage),
	(SELECT count(DISTINCT r) FROM (SELECT refreshed_at r FROM reports.coverage UNION SELECT refreshed_at FROM reports.win_rates) x),
	(SELECT open_pipeline FROM reports.forecast_summary WHERE is_total AND period = '2026-Q2') = (SELECT sum(amount) FROM reports.pipeline_inspection WHERE period = '2026-Q2' AND category IN ('pipeline', 'best_case', 'most_likely', 'commit'));
SQL
my $writer = start_session($node, 'crm', 'writer', 'user=analyst');
my %seen;
foreach my $day ('2026-06-30', '2026-06-29')
{
	$node->safe_psql('crm', 'UPDATE crm.opportunity SET amount = amount + 1 WHERE close_date BETWEEN \'2026-04-01\' AND \'2026-06-30\'');
	send_to($writer, "CALL salesops.refresh_reports('reports', as_of => '$day');\n\\echo done");
	while ($writer->{out} !~ /^done$/m)
	{
		$seen{ $node->safe_psql('crm', $whole) }++;
		$writer->{run}->pump_nb;
	}
	is($writer->{out}, "done\n", "refreshed as of $day");
	$writer->{out} = '';
	$seen{ $node->safe_psql('crm', $whole) }++;
}
is(join(' ', sort keys %seen), '2026-06-29|2|t|1|t 2026-06-30|2|t|1|t', 'readers see the reports of one day or of the other, whole');

# ---- what fails ----

my $reader = start_session($node, 'crm', 'reader');
my $contents = 'SELECT md5(string_agg(query_to_xml(format(\'SELECT * FROM reports.%I v ORDER BY v::text\', report), false, false, \'\')::text, \'\' ORDER BY report)) FROM (SELECT DISTINCT report FROM salesops.report_columns()) r';
my $before = $node->safe_psql('crm', $contents);
sub kept { is($node->safe_psql('crm', $contents), $before, "$_[0]: the reports are those of before"); return; }

$node->safe_psql('crm', 'ALTER TABLE crm.quota RENAME TO quota_away');
refused($refresh, qr/relation "crm.quota" does not exist/, 'a table of the contract that is gone', @analyst);
kept('a table that is gone');
is(log_of(), 'incremental|failed|load_quota|relation "crm.quota" does not exist', 'the log has the step and the error') or diag log_of();
refused($refresh, qr/Step load_quota of the refresh failed/, 'so does the error', @analyst);
$node->safe_psql('crm', 'ALTER TABLE crm.quota_away RENAME TO quota');
# a connector drops and makes again what the reports are loaded from
$node->safe_psql('crm', 'ALTER TABLE crm.opportunity RENAME TO loaded; CREATE VIEW crm.opportunity AS SELECT * FROM crm.loaded; GRANT SELECT ON crm.opportunity TO analyst; DROP VIEW crm.opportunity CASCADE');
kept('a view of the contract dropped with CASCADE');
$node->safe_psql('crm', 'CREATE VIEW crm.opportunity AS SELECT CASE WHEN opportunity_id = (SELECT max(opportunity_id) FROM crm.loaded) THEN (1 / (amount - amount))::text ELSE opportunity_id END AS opportunity_id, name, account_id, owner_id, stage, amount, currency, probability, forecast_category, created_at, close_date, next_step, last_activity_at, is_deleted FROM crm.loaded; GRANT SELECT ON crm.opportunity TO analyst');
refused($refresh, qr/division by zero/, 'a broken row', @analyst);
kept('a broken row');
$node->safe_psql('crm', 'DROP VIEW crm.opportunity; ALTER TABLE crm.loaded RENAME TO opportunity; GRANT SELECT ON crm.opportunity TO analyst');
# one that waits takes too long on any machine
my $blocker = start_session($node, 'crm', 'blocker');
answer($blocker, 'BEGIN; LOCK TABLE crm.account IN ACCESS EXCLUSIVE MODE;');
refused("SET statement_timeout = 3000; CALL salesops.refresh_reports('reports', full_refresh => true, as_of => '2026-06-29')", qr/statement timeout/, 'a refresh that takes too long', @analyst);
answer($blocker, 'COMMIT;');
kept('statement_timeout');
like(log_of(), qr/^full\|failed\|\w+\|canceling statement due to statement timeout$/, 'which is in the log');

# A table that is emptied and loaded again while a refresh is at work has no rows at the moment of the refresh, if that was before.
answer($blocker, 'BEGIN; LOCK TABLE crm.account IN ACCESS EXCLUSIVE MODE;');
send_to($writer, "$refresh;");
ok($node->poll_query_until('crm', q{SELECT count(*) = 1 FROM salesops.refresh_progress('reports') WHERE progress LIKE '%load_deal' AND pid IN (SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock')}), 'a refresh is at work');
$node->safe_psql('crm', 'BEGIN; CREATE TEMP TABLE kept AS SELECT * FROM crm.quota; TRUNCATE crm.quota; INSERT INTO crm.quota SELECT * FROM kept; COMMIT');
answer($blocker, 'COMMIT;');
like(answer($writer, ''), qr/tables were emptied or made again while they were read: crm.quota/, 'a table was loaded again meanwhile');
kept('a table was loaded again meanwhile');

# Names are not looked up by the session's search_path, neither while it works nor when it fails.
$node->safe_psql('crm', q{CREATE FUNCTION public.concat_ws(text, text, text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''hijacked''; END'; ALTER TABLE crm.quota RENAME TO quota_away});
refused("SET search_path = public, pg_catalog; $refresh", qr/relation "crm.quota" does not exist/, 'an error is told without a function of another', @analyst);
$node->safe_psql('crm', 'DROP FUNCTION public.concat_ws; ALTER TABLE crm.quota_away RENAME TO quota');
# who owns the schema can put something of his own there at any moment
refused($refresh, qr/the reports in schema reports belong to analyst/, 'a superuser does not refresh what is in a schema of another');
refused(q{CALL salesops.create_reports('reports', 'crm')}, qr/the reports in schema reports belong to analyst/, 'nor make it again');
refused(q{CALL salesops.create_reports('anew "of all"', 'crm')}, qr/schema "anew ""of all""" belongs to analyst/, 'nor make the first ones there');
$node->safe_psql('crm', 'ALTER SCHEMA reports OWNER TO other; GRANT ALL ON SCHEMA reports TO analyst');
refused($refresh, qr/schema reports belongs to other/, 'nor does the owner of the reports', @analyst);
$node->safe_psql('crm', 'ALTER SCHEMA reports OWNER TO analyst');

# ---- two at once, progress, cancelling ----

answer($blocker, 'BEGIN; LOCK TABLE crm.account IN ACCESS EXCLUSIVE MODE;');
send_to($writer, "$refresh;");
ok($node->poll_query_until('crm', q{SELECT count(*) = 1 FROM salesops.refresh_progress('reports') WHERE progress = '3 of ' || (SELECT count(*) FROM salesops.report_steps('reports')) || ', load_deal' AND pid IN (SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock')}), 'other sessions see what it is at');
is($node->safe_psql('crm', q{SELECT count(*) FROM reports.report_refresh WHERE status = 'running'}), '1', 'and that it is running');
refused($refresh, qr/the reports of schema reports are being refreshed already\nDETAIL:  By process \d+, since/, 'a second one is refused', @analyst);
refused(q{CALL salesops.create_reports('reports', 'crm')}, qr/the reports of schema reports are being refreshed already/, 'and so is making them again, which would wait for it and have readers wait', @analyst);
is($node->safe_psql('crm', 'SELECT count(*) > 0 FROM reports.coverage'), 't', 'readers read');
$node->safe_psql('crm', q{SELECT pg_cancel_backend(pid) FROM salesops.refresh_progress('reports')});
like(answer($writer, ''), qr/canceling statement due to user request/, 'cancelled');
answer($blocker, 'COMMIT;');
kept('cancelled');
like(log_of(), qr/^incremental\|failed\|load_deal\|canceling statement due to user request$/, 'in the log too');
is($node->safe_psql('crm', q{SELECT count(*) FROM salesops.refresh_progress('reports')}), '0', 'nothing is running');
# a session that ends in the middle
answer($blocker, 'BEGIN; LOCK TABLE crm.account IN ACCESS EXCLUSIVE MODE;');
send_to($writer, "$refresh;");
ok($node->poll_query_until('crm', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name LIKE 'salesops refresh: %' AND wait_event_type = 'Lock'}), 'one more');
$node->safe_psql('crm', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'salesops refresh: %'});
$writer->{run}->finish;
answer($blocker, 'COMMIT;');
ok($node->poll_query_until('crm', q{SELECT progress = 'its session ended' FROM salesops.refresh_progress('reports')}), 'whose session is ended');
kept('a session ended');
$node->safe_psql('crm', $refresh, @analyst);
is($node->safe_psql('crm', q{SELECT string_agg(status || coalesce(': ' || message, ''), ', ' ORDER BY refresh_id) FROM (SELECT * FROM reports.report_refresh ORDER BY refresh_id DESC LIMIT 2) r}), 'failed: its session ended, published', 'the next one writes that down, and is published');

# ---- incremental is full, in many steps of time ----

$node->safe_psql('crm', 'CREATE SCHEMA check_');
$node->safe_psql('crm', <<'SQL');
SET search_path = public, salesops;
CREATE FUNCTION check_.differences(one text, other text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	r text;
	found text;
	n bigint;
BEGIN
	FOR r IN SELECT DISTINCT report FROM salesops.report_columns() ORDER BY report LOOP
		EXECUTE format('SELECT count(*) FROM ((SELECT (to_jsonb(a) - ''{refreshed_at,trend,sparkline}''::text[])::text FROM %1$I.%3$I a EXCEPT ALL SELECT (to_jsonb(b) - ''{refreshed_at,trend,sparkline}''::text[])::text FROM %2$I.%3$I b) UNION ALL (SELECT (to_jsonb(b) - ''{refreshed_at,trend,sparkline}''::text[])::text FROM %2$I.%3$I b EXCEPT ALL SELECT (to_jsonb(a) - ''{refreshed_at,trend,sparkline}''::text[])::text FROM %1$I.%3$I a)) d', one, other, r) INTO n;
		IF n > 0 THEN found := concat_ws(', ', found, format('%s rows of %s', n, r)); END IF;
	END LOOP;
	RETURN found;
END $$;
-- changes of all kinds between one day and the next, others each time; some come late, as far as a refresh looks back
CREATE FUNCTION check_.change(seed int, before timestamptz, now timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	d record;
	n int := 0;
BEGIN
	FOR d IN SELECT o.opportunity_id, ('x' || substr(md5(opportunity_id || seed), 1, 7))::bit(28)::int AS h FROM crm.opportunity o WHERE ('x' || substr(md5(opportunity_id || seed), 1, 7))::bit(28)::int % 8 = 0 ORDER BY 1 LOOP
		n := n + 1;
		UPDATE crm.opportunity SET
			amount = CASE WHEN d.h / 8 % 3 = 0 THEN round(amount * (0.5 + d.h % 100 / 50.0), 2) ELSE amount END,
			stage = CASE WHEN d.h / 24 % 3 = 0 THEN (SELECT stage FROM crm.stage ORDER BY md5(stage || d.h) LIMIT 1) ELSE stage END,
			close_date = CASE WHEN d.h / 72 % 3 = 0 THEN close_date + (d.h % 90 - 30) ELSE close_date END,
			owner_id = CASE WHEN d.h / 216 % 5 = 0 THEN (SELECT user_id FROM crm.sales_user ORDER BY md5(user_id || d.h) LIMIT 1) ELSE owner_id END,
			is_deleted = d.h / 1080 % 20 = 0
		WHERE opportunity_id = d.opportunity_id;
		INSERT INTO crm.opportunity_history (opportunity_id, changed_at, stage, amount, close_date, forecast_category, owner_id, probability)
		SELECT opportunity_id, CASE WHEN d.h / 64 % 4 = 0 THEN before - interval '3 days' * (d.h % 97 / 97.0) ELSE before + (now - before) * (d.h % 89 / 89.0) END + interval '1 microsecond' * n, stage, amount, close_date, forecast_category, owner_id, probability FROM crm.opportunity WHERE opportunity_id = d.opportunity_id
		ON CONFLICT DO NOTHING;
	END LOOP;
	-- deals that are new, with a long history, and deals that are gone with theirs
	INSERT INTO crm.opportunity SELECT (jsonb_populate_record(o, jsonb_build_object('opportunity_id', o.opportunity_id || '+' || seed))).* FROM crm.opportunity o WHERE ('x' || substr(md5(opportunity_id || seed), 1, 7))::bit(28)::int % 50 = 3 AND opportunity_id !~ '\+';
	INSERT INTO crm.opportunity_history SELECT (jsonb_populate_record(h, jsonb_build_object('opportunity_id', h.opportunity_id || '+' || seed))).* FROM crm.opportunity_history h WHERE ('x' || substr(md5(opportunity_id || seed), 1, 7))::bit(28)::int % 50 = 3 AND opportunity_id !~ '\+';
	DELETE FROM crm.opportunity_history WHERE ('x' || substr(md5(opportunity_id || seed), 1, 7))::bit(28)::int % 60 = 7;
	DELETE FROM crm.opportunity WHERE ('x' || substr(md5(opportunity_id || seed), 1, 7))::bit(28)::int % 60 = 7;
	UPDATE crm.sales_user SET team = (SELECT team FROM crm.sales_user ORDER BY md5(team || seed) LIMIT 1) WHERE ('x' || substr(md5(user_id || seed), 1, 7))::bit(28)::int % 10 = 1;
	UPDATE crm.quota SET amount = amount + 1 WHERE ('x' || substr(md5(owner_id || period_start || seed), 1, 7))::bit(28)::int % 10 = 1;
	UPDATE crm.account SET name = name || ' Ltd' WHERE ('x' || substr(md5(account_id || seed), 1, 7))::bit(28)::int % 30 = 1;
END $$;
SQL
$node->safe_psql('crm', q{CALL salesops.create_reports('anew "of all"', 'crm')}, @analyst);
my ($from, $seed) = ('2026-06-29', 0);
foreach my $day ('2026-06-29', '2026-06-30', '2026-07-01', '2026-07-02', '2026-07-31', '2026-10-05', '2026-10-06')
{
	$seed++;
	$node->safe_psql('crm', "SET search_path = public, salesops; SET timezone = 'UTC'; SELECT check_.change($seed, '$from', '$day')");
	$node->safe_psql('crm', "CALL salesops.refresh_reports('reports', as_of => '$day')", @analyst);
	$node->safe_psql('crm', "CALL salesops.refresh_reports('anew \"of all\"', full_refresh => true, as_of => '$day')", @analyst);
	is($node->safe_psql('crm', q{SELECT check_.differences('reports', 'anew "of all"')}), '', "incremental is full, as of $day");
	like(log_of(), qr/^incremental\|published/, "it was incremental, as of $day");
	$from = $day;
}
$node->safe_psql('crm', "CALL salesops.refresh_reports('reports', as_of => '2026-10-06')", @analyst);
is($node->safe_psql('crm', q{SELECT sum(rows) FROM reports.report_refresh_step WHERE refresh_id = (SELECT max(refresh_id) FROM reports.report_refresh) AND step IN ('load_owner', 'load_deal', 'load_quota', 'load_duplicate')}), '0', 'where nothing changed no row is written');
# a materialized view of the user's own is refreshed with them
$node->safe_psql('crm', 'CREATE MATERIALIZED VIEW reports.of_my_own AS SELECT max(as_of) AS day FROM reports.coverage', @analyst);
$node->safe_psql('crm', "CALL salesops.refresh_reports('reports', as_of => '2026-10-07')", @analyst);
is($node->safe_psql('crm', 'SELECT day FROM reports.of_my_own'), '2026-10-07', 'behind the views that it reads');

# ---- dump and restore ----

my $dump = PostgreSQL::Test::Utils::tempdir() . '/crm.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, '-d', $node->connstr('crm') ], 'dumped');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, '-d', $node->connstr('restored') ], 'and restored');
is($node->safe_psql('restored', $contents), $node->safe_psql('crm', $contents), 'with the same reports');
$node->safe_psql('restored', "CALL salesops.refresh_reports('reports', as_of => '2026-10-08')", @analyst);
is($node->safe_psql('restored', 'SELECT kind, status FROM reports.report_refresh ORDER BY refresh_id DESC LIMIT 1'), 'incremental|published', 'which go on');

# ---- on schedule ----

SKIP:
{
	my $version = $node->pg_version->major;
	skip "pg_cron is not installed (package postgresql-$version-cron)", 2 unless $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'}) eq '1';
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\ncron.database_name = 'crm'\ncron.use_background_workers = on\n");
	$_->{run}->kill_kill foreach $reader, $blocker;
	$node->restart;
	$node->safe_psql('crm', q{CREATE EXTENSION pg_cron; GRANT USAGE ON SCHEMA cron TO analyst});
	my $count = $node->safe_psql('crm', q{SELECT count(*) FROM reports.report_refresh WHERE status = 'published'});
	$node->safe_psql('crm', q{SELECT cron.schedule('reports', '* * * * *', $$CALL salesops.refresh_reports('reports', as_of => '2026-10-09')$$)}, @analyst);
	ok($node->poll_query_until('crm', qq{SELECT count(*) > $count FROM reports.report_refresh WHERE status = 'published'}), 'pg_cron runs a refresh');
	is($node->safe_psql('crm', 'SELECT kind, status, started_by FROM reports.report_refresh ORDER BY refresh_id DESC LIMIT 1'), 'incremental|published|analyst', 'as who scheduled it');
}

$node->stop;
done_testing();
