# A GiST index of signatures finds what a scan finds after all that happens to an index: updates and VACUUM, a crash, REINDEX
# CONCURRENTLY, dump and restore, and on a standby.  (What it finds by definition: test/pgtap/matching_signature.sql.)
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('index');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nmax_wal_size = 1GB\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION salesops;
CREATE TABLE company (id int PRIMARY KEY, name text, sig salesops.match_signature GENERATED ALWAYS AS (salesops.company_signature(name)) STORED) WITH (fillfactor = 60);
CREATE FUNCTION name_of(i int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT (array['Nordic', 'Acme', 'Müller', 'Apex', '日立', 'Société', 'Delta', 'Electric'])[1 + h % 8] || ' ' || substr(md5((h % 997)::text), 1, 3 + h % 4) || ' ' || (array['Systems', 'Solutions', 'Logistics', 'Bau', 'Energy'])[1 + h / 8 % 5]
	FROM (SELECT ('x' || substr(md5('n' || i), 1, 6))::bit(24)::int AS h) m
$$;
CREATE INDEX company_sig ON company USING gist (sig);
INSERT INTO company (id, name) SELECT i, name_of(i) FROM generate_series(1, 12000) i;
CREATE TABLE asked AS SELECT q, name_of(q) AS name, salesops.company_signature(name_of(q)) AS sig, salesops.match_typed(left(name_of(q), 8), 0.5) AS half, salesops.match_typed(left(name_of(q), 8), 0.9) AS most FROM generate_series(7, 12000, 1201) q;
CREATE TABLE threshold AS SELECT q, m, salesops.match_query(sig, m) AS query FROM asked, unnest('{0.2, 0.5, 0.8}'::float8[]) m;
CREATE VIEW found AS
	SELECT 'whole' AS what, q, m, (SELECT md5(string_agg(id::text, ' ' ORDER BY id)) FROM company WHERE company.sig OPERATOR(salesops.%) query) AS ids FROM threshold
	UNION ALL SELECT 'typed', q, m, (SELECT md5(string_agg(id::text, ' ' ORDER BY id)) FROM company WHERE company.sig OPERATOR(salesops.%) CASE m WHEN 0.5 THEN half ELSE most END) FROM asked, unnest('{0.5, 0.9}'::float8[]) m
	UNION ALL SELECT 'nearest', q, l, (SELECT string_agg(d::text, ' ' ORDER BY d) FROM (SELECT company.sig OPERATOR(salesops.<->) asked.sig AS d FROM company ORDER BY 1 LIMIT l) n) FROM asked, unnest('{1, 40}'::float8[]) l;
SQL

# The same from the table and from the index, in a database of a node.
sub same
{
	my ($what, $on, $database) = @_;
	$on //= $node;
	$database //= 'postgres';
	my $scanned = $on->safe_psql($database, 'SET enable_indexscan = off; SET enable_bitmapscan = off; TABLE found');
	my $plan = $on->safe_psql($database, 'SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN TABLE found');
	my $indexed = $on->safe_psql($database, 'SET enable_seqscan = off; SET enable_bitmapscan = off; TABLE found');

	is(scalar(() = $plan =~ /Index Scan using company_sig/g), 3, "$what: read by the index");
	is($indexed, $scanned, "$what: the same as by a scan");
	return $scanned;
}

my $first = same('filled row by row');
like($first, qr/^whole\|7\|0\.2\|[0-9a-f]{32}$/m, 'something is found');
$node->safe_psql('postgres', "UPDATE company SET name = name_of(id + 30000) WHERE id % 3 = 0; DELETE FROM company WHERE id % 5 = 0");
my $changed = same('changed');
isnt($changed, $first, 'other rows are found');
$node->safe_psql('postgres', 'VACUUM company');
is(same('after VACUUM'), $changed, 'which finds the same');
$node->safe_psql('postgres', "INSERT INTO company (id, name) SELECT i, name_of(i) FROM generate_series(5, 12000, 5) i; UPDATE company SET name = name_of(id) WHERE id % 3 = 0");
is(same('on pages that VACUUM has emptied'), $first, 'as in the beginning');

# a crash in the middle of changes; a transaction that was not committed
$node->safe_psql('postgres', 'CHECKPOINT; UPDATE company SET name = name_of(id + 30000) WHERE id % 3 = 0');
$node->safe_psql('postgres', 'BEGIN; UPDATE company SET name = name_of(id + 60000); ROLLBACK');
$node->stop('immediate');
$node->start;
same('after a crash');

$node->safe_psql('postgres', 'REINDEX INDEX CONCURRENTLY company_sig');
my $rebuilt = same('after REINDEX CONCURRENTLY');
$node->safe_psql('postgres', 'VACUUM FULL company');
is(same('after VACUUM FULL'), $rebuilt, 'the same');
$node->safe_psql('postgres', 'DROP INDEX company_sig; CREATE INDEX company_sig ON company USING gist (sig) WITH (buffering = on)');
is(same('built with buffers, not sorted'), $rebuilt, 'the same');

# a standby
$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->start;
$node->safe_psql('postgres', 'UPDATE company SET name = name_of(id + 90000) WHERE id % 4 = 0');
$node->wait_for_catchup($standby, 'replay', $node->lsn('write'));
is(same('on a standby', $standby), same('on its primary'), 'the same');
$standby->stop;

# dump and restore
my $folder = PostgreSQL::Test::Utils::tempdir();
$node->command_ok([ 'pg_dump', '-Fc', '-d', $node->connstr('postgres'), '-f', "$folder/company.dump" ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('restored'), "$folder/company.dump" ], 'pg_restore');
is(same('restored', $node, 'restored'), same('dumped'), 'the same');

$node->stop;
done_testing();
