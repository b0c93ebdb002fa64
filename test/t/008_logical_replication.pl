# Logical replication of every type: the initial copy and streamed changes, in text and in binary form.  Rows are found
# by our equality (REPLICA IDENTITY FULL, and a value as primary key), and large values that an update leaves alone are
# not sent again.
use strict;
use warnings;

use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $publisher = PostgreSQL::Test::Cluster->new('publisher');
$publisher->init(allows_streaming => 'logical', extra => [ '--encoding=UTF8', '--locale=C' ]);
$publisher->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
$publisher->start;
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init(allows_streaming => 'logical', extra => [ '--encoding=UTF8', '--locale=C' ]);
$subscriber->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
$subscriber->start;

$publisher->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $publisher->connstr('postgres'), '-f', "$FindBin::Bin/../lib/every_type.sql" ], 'every type has sample values');
$subscriber->safe_psql('postgres', 'CREATE EXTENSION salesops');
my @types = map { [ split /\|/ ] } split /\n/, $publisher->safe_psql('postgres', 'SELECT name, type, equals FROM life.type ORDER BY name');
cmp_ok(scalar(@types), '>=', 6, 'types');

# For each type: rows found by all their values, by the value as key, and large ones that stay as they are.
foreach my $type (@types)
{
	my ($name, $sql) = @$type;

	$_->safe_psql('postgres', <<"SQL") foreach $publisher, $subscriber;
CREATE TABLE full_$name (id int, v $sql, list ${sql}[], note text);
ALTER TABLE full_$name REPLICA IDENTITY FULL;
CREATE TABLE key_$name (v $sql PRIMARY KEY, note text);
CREATE TABLE large_$name (id int PRIMARY KEY, v $sql, note text);
ALTER TABLE large_$name ALTER v SET STORAGE EXTERNAL;
SQL
}
my @tables = map { my $name = $_->[0]; map { "${_}_$name" } 'full', 'key', 'large' } @types;

# What a table holds, as text, the sizes of large values apart.
sub contents
{
	my ($node) = @_;

	return $node->safe_psql('postgres', join "\n", map { "SELECT '$_', count(*), md5(string_agg(t::text, ' ' ORDER BY t::text COLLATE \"C\")) FROM $_ t;" } @tables);
}

sub same
{
	my ($what) = @_;

	$publisher->wait_for_catchup('subscription');
	is(contents($subscriber), contents($publisher), $what);
	return;
}

# Runs a statement for each type, in which its name, its SQL type and its equality are filled in.
sub change
{
	my ($statement) = @_;

	$publisher->safe_psql('postgres', join "\n", map { my ($name, $sql, $equals) = @$_; ($statement =~ s/NAME/$name/gr =~ s/EQUALS/$equals/gr) . ';' } @types);
	return;
}

$publisher->safe_psql('postgres', 'CREATE PUBLICATION publication FOR TABLE ' . join(', ', @tables));
foreach my $binary ('false', 'true')
{
	my $form = $binary eq 'true' ? 'binary' : 'text';

	foreach my $node ($publisher, $subscriber)
	{
		$node->safe_psql('postgres', 'TRUNCATE ' . join(', ', @tables));
	}
	# half of the values before the subscription, half after it
	change('INSERT INTO full_NAME SELECT id, v, ARRAY[v, NULL, v], md5(id::text) FROM life.sample_NAME WHERE id % 2 = 0');
	change('INSERT INTO key_NAME SELECT v, id::text FROM life.indexed_NAME WHERE v IS NOT NULL AND id % 2 = 0');
	change('INSERT INTO large_NAME SELECT id, v, md5(id::text) FROM life.sample_NAME WHERE id % 2 = 0');
	$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION subscription CONNECTION '" . $publisher->connstr . " dbname=postgres' PUBLICATION publication WITH (binary = $binary)");
	$subscriber->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_subscription_rel WHERE srsubstate NOT IN ('r', 's')") or die 'the initial copy did not end';
	same("$form: initial copy");

	change('INSERT INTO full_NAME SELECT id, v, ARRAY[v, NULL, v], md5(id::text) FROM life.sample_NAME WHERE id % 2 = 1');
	change('INSERT INTO key_NAME SELECT v, id::text FROM life.indexed_NAME WHERE v IS NOT NULL AND id % 2 = 1');
	change('INSERT INTO large_NAME SELECT id, v, md5(id::text) FROM life.sample_NAME WHERE id % 2 = 1');
	same("$form: rows inserted");

	my $before = contents($publisher);
	change("UPDATE full_NAME SET note = note || '!' WHERE id % 3 = 0");
	change("UPDATE full_NAME f SET v = (SELECT v FROM life.sample_NAME s WHERE s.id > f.id ORDER BY s.id LIMIT 1) WHERE id % 5 = 1");
	same("$form: rows found by all their values");
	change("UPDATE key_NAME SET note = note || '!' WHERE note::int % 3 = 0");
	same("$form: rows found by a value as key");
	# no row has the greatest value any more, so another can take it
	change('DELETE FROM key_NAME WHERE v EQUALS (SELECT v FROM key_NAME ORDER BY v DESC LIMIT 1)');
	change('UPDATE key_NAME SET v = (SELECT v FROM life.indexed_NAME WHERE v IS NOT NULL ORDER BY v DESC LIMIT 1) WHERE v EQUALS (SELECT v FROM key_NAME ORDER BY v LIMIT 1)');
	same("$form: keys changed");
	change("UPDATE large_NAME SET note = note || '!'");
	same("$form: large values that stay as they are");
	change('UPDATE large_NAME SET v = NULL WHERE id % 7 = 0');
	change('DELETE FROM full_NAME WHERE id % 4 = 1');
	change('DELETE FROM large_NAME WHERE id % 4 = 1');
	same("$form: rows deleted");
	my @unchanged = grep { index($before, $_) >= 0 } split /\n/, contents($publisher);
	is(join(', ', @unchanged), '', "$form: every table was changed");

	$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION subscription');
}

# values that are stored out of line were among them
is($publisher->safe_psql('postgres', "SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class WHERE relname ~ '^large_' AND relkind = 'r' AND pg_relation_size(reltoastrelid) > 0"),
	'large_business_calendar, large_close_path, large_deal_outlook, large_deal_stats, large_hygiene_policy, large_issue_counts, large_linearity, large_match_graph, large_match_model, large_match_query, large_match_rule, large_match_signature, large_pipeline_change, large_sales_process, large_stage_funnel, large_stage_history, large_stage_path, large_stage_win_rates, large_survival, large_survivor', 'the types with large values had some');
unlike(slurp_file($subscriber->logfile), qr/ERROR|WARNING/, 'the subscriber met no error');

$subscriber->stop;
$publisher->stop;
done_testing();
