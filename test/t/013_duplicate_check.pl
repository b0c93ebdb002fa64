
# Duplicates that are refused as they are inserted, where there is more than one session: however they come, never do two of one company stay,
# nobody dies of a deadlock, and who inserts another company does not wait.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('duplicate_check');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nmax_prepared_transactions = 5\ndeadlock_timeout = 100ms\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE crm');

# Companies of two words each, one of a hundred words and one of many, in cities of which there are ten.
$node->safe_psql('crm', <<'SQL');
CREATE EXTENSION salesops;
CREATE SCHEMA crm;
CREATE FUNCTION crm.word(n int) RETURNS text LANGUAGE sql IMMUTABLE RETURN translate(substr(md5(n::text), 1, 7), '0123456789', 'ghijklmnop');
CREATE TABLE crm.account (id text PRIMARY KEY, name text, city text, phone text);
INSERT INTO crm.account SELECT 'A' || i, crm.word(i % 100) || ' ' || crm.word(1000 + i), crm.word(10000 + i % 10), '+49 30 ' || 1000000 + i * 7919 % 8999999 FROM generate_series(1, 2000) AS i;
INSERT INTO crm.account SELECT 'B' || i, a.name || ' GmbH', a.city, a.phone FROM generate_series(1, 300) AS i JOIN crm.account AS a ON a.id = 'A' || i * 3;
DO $$
DECLARE
	model salesops.match_model := salesops.fit_match_model('crm.account', '{"key": "id", "columns": [{"name": "company"}, {"city": "city"}, {"phone": "phone"}]}');
BEGIN
	DELETE FROM crm.account WHERE id LIKE 'B%';
	CALL salesops.create_duplicate_index('crm.account', model);
	CALL salesops.create_duplicate_check('crm.account');
END $$;
CREATE ROLE clerk LOGIN;
GRANT USAGE ON SCHEMA crm, salesops TO clerk;
GRANT SELECT, INSERT, UPDATE, DELETE ON crm.account TO clerk;
SQL

sub session { return start_session($node, 'crm', $_[0], 'user=clerk'); }

sub company
{
	my ($id, $name, $city, $phone) = @_;

	return "INSERT INTO crm.account VALUES ('$id', '$name', '$city', '$phone');";
}

sub accounts { return $node->safe_psql('crm', "SELECT string_agg(id, ' ' ORDER BY id) FROM crm.account WHERE id LIKE '$_[0]%'"); }

my ($one, $two) = map { session($_) } 'first', 'second';

# ---- the same company, at the same time ----

answer($one, 'BEGIN;');
is(answer($one, company('N1', 'Zweistein Apparatebau', 'Husum', '+49 4841 998877')), '', 'one inserts');
send_to($two, company('N2', 'Zweistein Apparatebau GmbH', 'Husum', '04841 998877'));
waits($two);
answer($one, 'COMMIT;');
like(answer($two, ''), qr/ERROR:  the record "N2" of crm.account is the same as "N1"/, 'the other is refused when it has committed');
is(accounts('N'), 'N1', 'one of them is there');

answer($one, 'BEGIN;');
answer($one, company('N3', 'Dreistein Uhren', 'Emden', '+49 4921 123456'));
send_to($two, company('N4', 'Dreistein Uhren', 'Emden', '+49 4921 123456'));
waits($two);
answer($one, 'ROLLBACK;');
is(answer($two, ''), '', 'or comes in its place when it gives up');
is(accounts('N'), 'N1 N4', 'one of them is there');

# ---- others do not wait ----

answer($one, 'BEGIN;');
answer($one, company('N5', 'Vierstein Blumen', 'Leer', '+49 491 555111'));
is(answer($two, "SET lock_timeout = '30s'; " . company('N6', 'Quietsch Enten', 'Norden', '+49 4931 777222')), '', 'another company does not wait');
answer($one, 'COMMIT;');

# ---- snapshots that are older than what others have committed ----

for my $level ('REPEATABLE READ', 'SERIALIZABLE')
{
	my ($n, $name) = $level eq 'SERIALIZABLE' ? (8, 'Kranich Optik') : (7, 'Fünfstein Brot');

	answer($two, "BEGIN ISOLATION LEVEL $level; SELECT count(*) FROM crm.account;");
	answer($one, company("N$n", $name, "Stadt$n", "+49 40$n$n 1000${n}1"));
	is(answer($two, "SELECT count(*) FROM crm.account WHERE id = 'N$n';"), "0\n", "$level: what came since is not seen");
	like(answer($two, company("M$n", "$name AG", "Stadt$n", "+49 40$n$n 1000${n}1")), qr/the same as "N$n"/, 'and is found');
	answer($two, 'ROLLBACK;');
}

# ---- a prepared transaction keeps its locks ----

answer($one, 'BEGIN;');
answer($one, company('P1', 'Sechsstein Dach', 'Jever', '+49 4461 111222'));
is(answer($one, "PREPARE TRANSACTION 'p';"), '', 'prepared');
send_to($two, company('P2', 'Sechsstein Dach', 'Jever', '+49 4461 111222'));
waits($two);
answer($one, "COMMIT PREPARED 'p';");
like(answer($two, ''), qr/the same as "P1"/, 'and who comes after it is refused');

# ---- COPY ----

like(answer($one, "COPY crm.account FROM STDIN;\nC1\tSiebenstein Wand\tVarel\t+49 4451 1\nC2\tSiebenstein Wand\tVarel\t+49 4451 1\n\\."), qr/the same as/, 'COPY of two that are one');
like(answer($one, "COPY crm.account FROM STDIN;\nC1\tZweistein Apparatebau\tHusum\t+49 4841 998877\n\\."), qr/the same as "N1"/, 'and of one that is there');
is(accounts('C'), '', 'none of them is there');

# Many rows in one statement and one beside it: whichever comes first.
my $many = "INSERT INTO crm.account SELECT 'D' || i, crm.word(20000 + i) || ' ' || crm.word(30000 + i), crm.word(40000 + i), '+49 5000 ' || 100000 + i FROM generate_series(1, 700) AS i;";
my $copy = sub { my ($id) = @_; return "INSERT INTO crm.account SELECT '$id', crm.word(20050) || ' ' || crm.word(30050) || ' AG', crm.word(40050), '+49 5000 100050';" };
answer($one, 'BEGIN;');
is(answer($one, $many), '', 'many at once');
send_to($two, $copy->('E1'));
waits($two);
answer($one, 'COMMIT;');
like(answer($two, ''), qr/the same as "D50"/, 'one of them again');
$node->safe_psql('crm', "DELETE FROM crm.account WHERE id LIKE 'D%'");
answer($two, 'BEGIN;');
is(answer($two, $copy->('E1')), '', 'now the one is first');
send_to($one, $many);
waits($one);
answer($two, 'COMMIT;');
like(answer($one, ''), qr/ERROR:  the record "(D50|E1)" of crm.account is the same as "(E1|D50)"/, 'and many are refused');

# One by one in a transaction: more locks than there is room for, if each took its own.
is(answer($one, "DO \$\$ BEGIN FOR i IN 1 .. 1500 LOOP INSERT INTO crm.account VALUES ('F' || i, crm.word(50000 + i) || ' ' || crm.word(60000 + i), crm.word(70000 + i), '+49 6000 ' || 100000 + i); END LOOP; END \$\$;"), '', 'a transaction of many inserts');

# ---- many sessions, few companies ----

# Twelve companies, some alike, are inserted again and again by eight sessions, one, two and four at a time.
$node->safe_psql('crm', <<'SQL');
CREATE TABLE crm.tries (outcome text);
GRANT INSERT ON crm.tries TO clerk;
CREATE SEQUENCE crm.number;
GRANT USAGE ON SEQUENCE crm.number TO clerk;
CREATE FUNCTION crm.try(n int[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		INSERT INTO crm.account SELECT 'R' || nextval('crm.number') || '-' || i, crm.word(80000 + i % 4) || ' ' || crm.word(81000 + i) || (array['', ' AG', ' GmbH'])[1 + floor(random() * 3)::int], crm.word(82000 + i % 2), '+49 7000 ' || 100000 + i * 137 FROM unnest(n) AS i;
		INSERT INTO crm.tries VALUES ('inserted');
	EXCEPTION WHEN unique_violation THEN
		INSERT INTO crm.tries VALUES ('refused');
	END;
END $$;
SQL
my $script = $node->basedir . '/try.sql';
append_to_file($script, <<'SQL');
\set a random(1, 12)
\set b random(1, 12)
\set many random(1, 10)
\if :many > 8
SELECT crm.try(ARRAY[:a, 1 + (:a + :b) % 12]);
\else
SELECT crm.try(ARRAY[:a]);
\endif
SQL
$node->command_ok([ 'pgbench', '-n', '-c', '8', '-j', '2', '-t', '40', '-U', 'clerk', '-f', $script, '-h', $node->host, '-p', $node->port, 'crm' ], 'eight sessions');
is($node->safe_psql('crm', 'SELECT count(*) FROM crm.tries'), '320', 'all came to an end');
is($node->safe_psql('crm', "SELECT count(*) - count(DISTINCT split_part(id, '-', 2)) FROM crm.account WHERE id LIKE 'R%'"), '0', 'no company is there twice');
is($node->safe_psql('crm', "SELECT count(DISTINCT split_part(id, '-', 2)) FROM crm.account WHERE id LIKE 'R%'"), '12', 'and each is there');
unlike(slurp_file($node->logfile), qr/deadlock detected/, 'no deadlock');
is($node->safe_psql('crm', "SELECT count(*) FROM (SELECT crm_key FROM (SELECT key AS crm_key FROM crm.account_duplicates EXCEPT SELECT id FROM crm.account) AS s UNION ALL (SELECT id FROM crm.account EXCEPT SELECT key FROM crm.account_duplicates)) AS d"), '0', 'the index is that of the table');

# ---- elsewhere ----

my $dump = $node->basedir . '/crm.dump';
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $node->connstr('crm') ], 'a dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('restored'), $dump ], 'is restored');
my ($status, $stdout, $stderr) = $node->psql('restored', company('X1', 'Zweistein Apparatebau', 'Husum', '+49 4841 998877'));
like($stderr, qr/the same as "N1"/, 'and refuses duplicates');

($status, $stdout, $stderr) = $node->psql('crm', 'DROP EXTENSION salesops');
like($stderr, qr/function crm.account_duplicates_model\(\) depends on type salesops.match_model/, 'the extension does not go from behind the check');

for my $session ($one, $two)
{
	send_to($session, '\q');
	eval { $session->{run}->finish };
}
$node->stop;
done_testing();
