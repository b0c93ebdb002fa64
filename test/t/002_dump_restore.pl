# What a dump writes a restore reads, in every format and in sections: every type of the extension in every place
# (test/lib/every_type.sql), restored under the empty search_path that pg_dump and pg_restore set.  The restored
# database has the same rows, its indexes find them and are used by the same plans, and its own dump is the same file.
use strict;
use warnings;

use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('dump');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE source');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('source'), '-f', "$FindBin::Bin/../lib/every_type.sql" ], 'every type has sample values');

my %expected = map { $_ => $node->safe_psql('source', "SELECT life.$_()") } 'contents', 'found', 'plans';
my @empty = grep { / 0$/ } split /\n/, $expected{contents};
is(join(', ', @empty), '', 'no relation is empty');
cmp_ok(scalar(split /\n/, $expected{contents}), '>=', 100, 'relations to dump');
is(join(', ', grep { !/^\w+ ([1-9]\d*) \1 ([1-9]\d*) \2$/ } split /\n/, $expected{found}), '', 'indexes find every value');
like($expected{plans}, qr/Index Scan using $_/, "look-ups use the index $_") foreach 'indexed_', 'hashed_', 'account_key', 'daily_size', 'daily_rate';
unlike($expected{plans}, qr/Seq Scan on (indexed|hashed|daily|account$)/, 'and none reads a table');
unlike($expected{plans}, qr/Append/, 'and one partition');

my $folder = PostgreSQL::Test::Utils::tempdir();

# A dump without what differs from run to run: the key of \restrict, and the order in which a table's rows are stored.
sub dump_of
{
	my ($database) = @_;
	my $file = "$folder/dump_of_$database.sql";

	$node->command_ok([ 'pg_dump', '-d', $node->connstr($database), '-f', $file ], "$database: dumped");
	my $dump = slurp_file($file);
	$dump =~ s/^\\(un)?restrict .*\n//mg;
	$dump =~ s/^(COPY [^\n]* FROM stdin;\n)(.*?)^\\\.$/$1 . join("\n", sort split(m{\n}, $2)) . "\n\\."/gems;
	return $dump;
}
my $dump = dump_of('source');
cmp_ok(length($dump), '>', 1_000_000, 'the dump is the whole');

my @restore = ('pg_restore', '--exit-on-error');
my @psql = ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', "$folder/psql.log");
my %forms = (
	plain => sub { [ @psql, '-f', "$folder/dump_of_source.sql" ] },
	inserts => sub { dumped('--inserts', '-f', "$folder/inserts.sql"); [ @psql, '-f', "$folder/inserts.sql" ] },
	custom => sub { dumped('-Fc', '-f', "$folder/custom"); [ @restore, "$folder/custom" ] },
	directory => sub { dumped('-Fd', '-j', '2', '-f', "$folder/directory"); [ @restore, '-j', '2', "$folder/directory" ] },
	sections => sub {
		my @sections = ('pre-data', 'data', 'post-data');
		dumped("--section=$_", '-f', "$folder/$_.sql") foreach @sections;
		[ @psql, map { ('-f', "$folder/$_.sql") } @sections ];
	},
	# rows are routed into their partitions anew
	by_root => sub { dumped('--load-via-partition-root', '-Fc', '-f', "$folder/by_root"); [ @restore, '-j', '2', "$folder/by_root" ] },);

sub dumped
{
	$node->command_ok([ 'pg_dump', '-d', $node->connstr('source'), @_ ], "pg_dump @_[0 .. $#_ - 2]");
	return;
}

foreach my $form (sort keys %forms)
{
	my @command = @{ $forms{$form}->() };

	$node->safe_psql('postgres', "CREATE DATABASE $form");
	$node->command_ok([ @command, '-d', $node->connstr($form) ], "$form: restored");
	$node->safe_psql($form, 'ANALYZE');
	is($node->safe_psql($form, "SELECT life.$_()"), $expected{$_}, "$form: $_") foreach sort keys %expected;
	my $again = dump_of($form);

	ok($again eq $dump, "$form: its own dump is the same") or diag(first_difference($dump, $again));

	# what guards the data is there
	foreach my $case (
		[ "INSERT INTO life.process VALUES ('x', '{\"stages\": [{\"stage\": \"Other\", \"probability\": 0, \"category\": \"pipeline\"}, {\"stage\": \"New\", \"probability\": 0, \"category\": \"pipeline\"}]}')", 'violates check constraint' ],
		[ 'INSERT INTO life.indexed_deal_stats SELECT id, v FROM life.indexed_deal_stats WHERE v IS NOT NULL', 'violates (unique|exclusion) constraint' ],
		[ "INSERT INTO life.column_forecast_category (id, v) VALUES (2000, 'perhaps')", 'violates check constraint' ])
	{
		my ($result, $stdout, $stderr) = $node->psql($form, $case->[0]);
		like($stderr, qr/$case->[1]/, "$form: $case->[1]");
	}
}

sub first_difference
{
	my @a = split /\n/, $_[0];
	my @b = split /\n/, $_[1];

	foreach my $i (0 .. $#a)
	{
		return "line $i:\n" . substr($a[$i], 0, 200) . "\n" . substr($b[$i] // '', 0, 200) if $a[$i] ne ($b[$i] // '');
	}
	return 'more lines';
}

# A function body or operator that needed a search_path would fail here.
is($node->safe_psql('source', "SET search_path = ''; SELECT count(*) FROM life.compare"), $node->safe_psql('source', 'SELECT count(*) FROM life.daily'), 'a view under an empty search_path');

# The extension can go and come again.
$node->safe_psql('custom', 'DROP EXTENSION salesops CASCADE; CREATE EXTENSION salesops;');
is($node->safe_psql('custom', "SELECT salesops.to_forecast_category('Best Case')"), 'best_case', 'dropped and created again');

$node->stop;
done_testing();
