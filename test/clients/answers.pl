#!/usr/bin/perl
# What psql says, what clients are asked, and whether they say the same.
#
#   answers.pl questions FILE...              the jobs that a client runs, from files of shapes
#   answers.pl psql FILE...                   the script by which psql answers them
#   answers.pl compare CLIENT PSQL ANSWERS [double]     TAP lines without numbers: CLIENT's answers against psql's; "double" for a
#                                             client that has no decimal numbers
#
# A file of shapes has sections: "== name", with " | rows in order" where their order counts, lines of "# " that say where it comes from, then
# "plain" and the question in plain SQL, which psql answers, and "sent" and what a tool sends, which the clients run:
# statements apart by lines of ";;", with lines "? type value" before them for parameters.  Without "sent" it is the plain one.
#
# An answer has "== name", a line of name:type for the columns, and a line for each row, in the form of COPY: values apart by
# tabs, \N for NULL.  Numbers of type float8 are equal when their values are, whatever their digits; a timestamptz is the
# local time in the session's zone; all else is compared as text, so the scale of a numeric counts.  What the driver says of the
# schema stands in sections whose name begins with @.
use strict;
use warnings;

my ($what, @arguments) = @ARGV;

sub shapes {
	my @shapes;
	for my $file (@_) {
		open my $in, '<', $file or die "$file: $!\n";
		my ($shape, $part);
		while (<$in>) {
			if (/^== (.*?)( \| rows in order)?\n/) { push @shapes, $shape = { name => $1, ordered => $2, plain => '', sent => '' }; $part = '' }
			elsif (/^(plain|sent)\n/ && $shape) { $part = $1 }
			elsif ($part) { $shape->{$part} .= $_ }
			elsif (!/^#|^\s*$/) { die "$file, line $.: $_" }
		}
	}
	$_->{plain} =~ s/\s+\z//, $_->{sent} =~ s/\s+\z// for @shapes;
	return @shapes;
}

my %type = ('boolean' => 'bool', 'integer' => 'int4', 'bigint' => 'int8', 'double precision' => 'float8', 'timestamp with time zone' => 'timestamptz',
	'timestamp without time zone' => 'timestamp', 'name' => 'text', 'character varying' => 'text');

# sections: the types of columns, and rows
sub answers {
	open my $in, '<', $_[0] or die "$_[0]: $!\n";
	my (%answer, $section);
	while (<$in>) {
		chomp;
		if (/^== (.*)/) { $section = $answer{$1} = { rows => [] }; next }
		next unless $section;
		if (/^!! (.*)/) { $section->{error} //= $1 }
		elsif (!$section->{head}) { $section->{head} = $_ }
		else { push @{ $section->{rows} }, $_ }
	}
	return \%answer;
}

# value for value; the types are psql's
sub same {
	my ($want, $got, $types) = @_;
	my @want = split /\t/, $want, -1;
	my @got = split /\t/, $got, -1;
	return 0 if @want != @got;
	for my $i (0 .. $#want) {
		my ($w, $g, $t) = ($want[$i], $got[$i], $types->[$i] // 'text');
		$w =~ s/[+-]\d\d(:\d\d)*$// if $t eq 'timestamptz' && $w ne '\N';
		next if $w eq $g;
		return 0 unless $t eq 'float8' && $w =~ /^-?[\d.]+(e[+-]?\d+)?$/i && $g =~ /^-?[\d.]+(e[+-]?\d+)?$/i && $w == $g;
	}
	return 1;
}

# float8 in one form, so that rows sort alike
sub key {
	my ($row, $types) = @_;
	my @v = split /\t/, $row, -1;
	for my $i (0 .. $#v) {
		my $t = $types->[$i] // 'text';
		if ($t eq 'float8' && $v[$i] =~ /^-?[\d.]+(e[+-]?\d+)?$/i) { $v[$i] = sprintf '%.17g', $v[$i] }
		elsif ($t eq 'timestamptz') { $v[$i] =~ s/[+-]\d\d(:\d\d)*$// if $v[$i] ne '\N' }
	}
	return join "\t", @v;
}

if ($what eq 'questions') {
	for my $s (shapes(@arguments)) { print "== $s->{name}\n", $s->{sent} || $s->{plain}, "\n" }
} elsif ($what eq 'psql') {
	for my $s (shapes(@arguments)) {
		my $sql = $s->{plain} =~ s/;$//r;
		my $name = ("== $s->{name}" . ($s->{ordered} // '')) =~ s/'/''/gr;
		print "\\echo '$name'\n$sql \\gdesc\n\\echo --\nCOPY (\n$sql\n) TO STDOUT;\n";
	}
} elsif ($what eq 'compare') {
	my ($client, $psql, $file, $double) = @arguments;
	my ($want, $order);
	# psql describes a column in a line
	open my $in, '<', $psql or die "$psql: $!\n";
	my ($section, @head);
	while (<$in>) {
		chomp;
		if (/^== (.*?)( \| rows in order)?$/) { push @$order, $1; $section = $want->{$1} = { rows => [], ordered => $2, head => [], types => [] }; next }
		if (!$section->{rows_begin}) {
			if ($_ eq '--') { $section->{rows_begin} = 1; next }
			my ($name, $type) = /^(.*):([^:]+)$/ or next;
			$type =~ s/\(.*?\)//;
			$type = $type{$type} // $type;
			push @{ $section->{head} }, "$name:$type";
			push @{ $section->{types} }, $type;
		} else { push @{ $section->{rows} }, $_ }
	}
	my $got = answers($file);
	for my $name (@$order) {
		my ($w, $g) = ($want->{$name}, $got->{$name});
		my @why;
		if (!$g) { @why = ('no answer') }
		elsif ($g->{error}) { @why = ($g->{error}) }
		else {
			my $head = join "\t", @{ $w->{head} };
			$_ = $double && $_ eq 'numeric' ? 'float8' : $_ for @{ $w->{types} };
			push @why, 'columns: ' . ($g->{head} // ''), 'of psql: ' . $head if ($g->{head} // '') ne $head;
			my @w = @{ $w->{rows} };
			my @g = @{ $g->{rows} };
			if (!$w->{ordered}) {
				@w = sort { key($a, $w->{types}) cmp key($b, $w->{types}) } @w;
				@g = sort { key($a, $w->{types}) cmp key($b, $w->{types}) } @g;
			}
			push @why, 'rows: ' . @g . ', of psql: ' . @w if @w != @g;
			for my $i (0 .. ($#w < $#g ? $#w : $#g)) {
				next if same($w[$i], $g[$i], $w->{types});
				push @why, "row: $g[$i]", "psql: $w[$i]";
				last if @why > 6;
			}
		}
		my $rows = @{ $w->{rows} };
		print @why ? 'not ok' : 'ok', " - $client: $name", @why ? '' : " ($rows " . ($rows == 1 ? 'row' : 'rows') . ')', "\n";
		print "# $_\n" for @why;
	}
} else { die "see the head of this file\n" }
