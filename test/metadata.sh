#!/usr/bin/env bash
# What the project says of itself to those who distribute it (TAP): META.json has the shape of the PGXN Meta Spec 1.0.0
# (https://pgxn.org/spec/), the files that it names are there, and the version, which stands in salesops.control, is
# the same wherever else it must stand.  Runs in the current folder: the working tree, or an unpacked archive.
set -u
exec perl - <<'PERL'
use strict;
use warnings;
use JSON::PP;
use Test::More;

sub slurp { my ($file) = @_; local (@ARGV, $/) = ($file); return scalar <>; }

my $semver = qr/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[a-zA-Z][\w.-]*)?$/a;
my $text = qr/\S/;
my ($version) = slurp('salesops.control') =~ /^default_version\s*=\s*'([^']*)'/m;
# without a pre-release, which sorting by numbers would take for the release (PREVIOUS in the Makefile)
like($version, qr/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)$/a, 'the version in salesops.control is of three numbers');

my $meta = eval { decode_json(slurp('META.json')) } // {};
is(ref $meta, 'HASH', 'META.json is a JSON object') or diag($@);
like($meta->{abstract} // '', $text, 'META.json: abstract');
like($meta->{name} // '', qr{^[^\s/\\\x00-\x1f\x7f]{2,}$}, 'META.json: name');
is($meta->{version}, $version, 'META.json: version is that of salesops.control');
my @maintainers = ref $meta->{maintainer} eq 'ARRAY' ? @{ $meta->{maintainer} } : ($meta->{maintainer});
ok(@maintainers && !(grep { !defined $_ || ref $_ || !/$text/ } @maintainers), 'META.json: maintainer');
my @licenses = ref $meta->{license} eq 'HASH' ? () : ref $meta->{license} eq 'ARRAY' ? @{ $meta->{license} } : ($meta->{license} // '');
ok( ref $meta->{license} eq 'HASH'
	? !(grep { !m{^https?://} } values %{ $meta->{license} })
	: !(grep { !/^(?:agpl_3|apache_1_1|apache_2_0|artistic_1|artistic_2|bsd|freebsd|gfdl_1_2|gfdl_1_3|gpl_1|gpl_2|gpl_3|lgpl_2_1|lgpl_3_0|mit|mozilla_1_0|mozilla_1_1|openssl|perl_5|postgresql|qpl_1_0|ssleay|sun|zlib|open_source|restricted|unrestricted|unknown)$/ } @licenses),
	'META.json: license is one that the specification knows');
is($meta->{'meta-spec'}{version}, '1.0.0', 'META.json: meta-spec');

my %provides = %{ $meta->{provides} // {} };
is(join(' ', sort keys %provides), 'salesops', 'META.json: provides the extension');
foreach my $name (sort keys %provides)
{
	is($provides{$name}{version}, $version, "META.json: $name has the version of salesops.control");
	ok(defined $provides{$name}{file} && -f $provides{$name}{file}, "META.json: the file of $name is there");
	ok(!defined $provides{$name}{docfile} || -f $provides{$name}{docfile}, "META.json: the documentation of $name is there");
}
my @wrong;
foreach my $phase (sort keys %{ $meta->{prereqs} // {} })
{
	push @wrong, $phase if $phase !~ /^(?:configure|build|test|runtime|develop)$/;
	foreach my $relation (sort keys %{ $meta->{prereqs}{$phase} })
	{
		my $needed = $meta->{prereqs}{$phase}{$relation};

		push @wrong, "$phase $relation" if $relation !~ /^(?:requires|recommends|suggests|conflicts)$/;
		push @wrong, "$phase $relation $_" foreach grep { $needed->{$_} !~ /$semver/ && $needed->{$_} ne '0' } sort keys %$needed;
	}
}
is("@wrong", '', 'META.json: prereqs');
my @known = qw(abstract description generated_by license maintainer meta-spec name no_index prereqs provides release_status resources tags version);
is(join(' ', grep { my $key = $_; $key !~ /^x_/i && !grep { $_ eq $key } @known } sort keys %$meta), '', 'META.json: has no keys that the specification does not know');
ok(!(grep { ref $_ || !/$text/ } @{ $meta->{tags} // [] }), 'META.json: tags');

is((slurp('CHANGELOG.md') =~ /^## (\S+)/m)[0], $version, 'the newest section of CHANGELOG.md is that of the version');
is((slurp('debian/changelog') =~ /^salesops \(([^)]*)\)/)[0], $version, 'debian/changelog has the version');

# what make chose to upgrade from
opendir(my $folder, 'upgrades') or die "upgrades: $!";
my @by_hand = grep { /\.sql\.in$/ && !/--\Q$version\E\.sql\.in$/ } readdir $folder;
is("@by_hand", '', 'upgrades/ has no part written by hand of a version that is released');
done_testing();
PERL
