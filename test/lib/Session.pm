# A session of psql that stays: statements are written to it, and it can be asked whether it waits for a lock. What a
# test asks thousands of times costs a round trip then, and not a process and a backend.
package Session;

use strict;
use warnings;

use Exporter 'import';
use IPC::Run;
use Test::More;

our @EXPORT = qw(start_session send_to answer ask waits leave);

# In a database, under a name by which it is found; more is of the connection, such as a user.
sub start_session
{
	my ($node, $database, $name, $more) = @_;
	my %session = (node => $node, name => $name, in => '', out => '');
	my $connection = join ' ', $node->connstr($database), "application_name=$name", $more // ();

	$session{limit} = IPC::Run::timeout(300);
	$session{run} = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $connection ], '<', \$session{in}, '>', \$session{out}, '2>&1', $session{limit});
	return \%session;
}

sub send_to
{
	my ($session, $sql) = @_;

	$session->{in} .= "$sql\n";
	$session->{run}->pump_nb;
	return;
}

# Sends and waits for the end of it: what it said.
sub answer
{
	my ($session, $sql) = @_;

	$session->{limit}->start;
	send_to($session, "$sql\n\\echo done");
	$session->{run}->pump until $session->{out} =~ /^done$/m;
	my $out = $session->{out} =~ s/^done\n//mr;
	$session->{out} = '';
	return $out;
}

# What safe_psql() would give: with the settings of a new session, and an error ends the test.
sub ask
{
	my ($session, $sql) = @_;
	my $out = answer($session, "RESET ALL;\n$sql\n;");

	die "$out of $sql" if $out =~ /^(psql:\S+ )?(ERROR|FATAL|PANIC|error):/m;
	chomp $out;
	return $out;
}

sub waits
{
	my ($session, $when) = @_;

	ok($session->{node}->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = '$session->{name}' AND wait_event_type = 'Lock'"),
		(defined $when ? "$when: " : '') . "$session->{name} waits");
	return;
}

# What it said last.
sub leave
{
	my ($session) = @_;

	send_to($session, '\q');
	eval { $session->{run}->finish };
	return $session->{out};
}

1;
