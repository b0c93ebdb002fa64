# What is broken in the documentation: a block of code that is not closed, and a link to a file or a heading that is not there.
# One line for each, nothing where all is well.
#
#   perl test/lib/links.pl FILE.md ...
use strict;
use warnings;

use File::Basename;
use File::Spec;

my (%headings, %links);
foreach my $file (@ARGV)
{
	my $fence = 0;

	open my $in, '<:encoding(UTF-8)', $file or die "$file: $!\n";
	$headings{$file} = {};
	while (my $line = <$in>)
	{
		if ($line =~ /^```\s*(\S*)/)
		{
			print "$file:$.: a block of code begins in the one of line $fence\n" if $fence && $1 ne '';
			$fence = $fence && $1 eq '' ? 0 : $.;
			next;
		}
		next if $fence;
		if ($line =~ /^#+ (.*)/)
		{
			my $heading = lc($1 =~ s/\[([^]]*)\]\([^)]*\)/$1/gr);

			$heading =~ s/[^\w\- ]//g;
			$headings{$file}{ $heading =~ s/ /-/gr } = 1;
		}
		$line =~ s/`[^`]*`//g;
		push @{ $links{$file} }, [ $., $_ ] foreach $line =~ /\]\(([^)\s]+)\)/g;
	}
	print "$file: the block of code of line $fence is not closed\n" if $fence;
}
foreach my $file (sort keys %links)
{
	foreach (@{ $links{$file} })
	{
		my ($line, $link) = @$_;
		next if $link =~ /^[a-z]+:/;
		my ($path, $heading) = split /#/, $link, 2;
		my $target = $path eq '' ? $file : File::Spec->canonpath(dirname($file) . "/$path");

		1 while $target =~ s{(^|/)(?!\.\.?/)[^/]+/\.\.(/|$)}{$1};
		$target =~ s{^\./}{};
		print "$file:$line: there is no $target\n" unless -e $target;
		print "$file:$line: there is no heading #$heading in $target\n" if defined $heading && $headings{$target} && !$headings{$target}{$heading};
	}
}
