# Turns public_suffixes.tsv into public_suffixes.inc, the table of web.c, sorted by suffix, and refuses a file with
# mistakes in it.  Runs with LC_ALL=C, in any POSIX awk.

BEGIN {
	n = 0
	kind["registry"] = "SUFFIX_REGISTRY"
	kind["hosting"] = "SUFFIX_HOSTING"
}

{
	if (NF != 3)
		fail("needs 3 columns")
	if (!($2 in kind))
		fail("unknown kind \"" $2 "\"")
	nsuffixes = split($3, suffix, " ")
	if (nsuffixes == 0)
		fail("has no suffix")
	for (i = 1; i <= nsuffixes; i++) {
		name = suffix[i]
		form = kind[$2]
		if (name ~ /^[*][.]/) {
			name = substr(name, 3)
			form = "SUFFIX_WILDCARD"
		} else if (name ~ /^!/) {
			name = substr(name, 2)
			form = "SUFFIX_EXCEPTION"
		}
		# what is not ASCII is let through
		if (name !~ /^[^ -,\/:-`{-~]+$/ || name ~ /^[.-]|[.-]$|[.][.]/)
			fail("\"" name "\" is not a domain in small letters")
		if ((name, form) in seen)
			fail("\"" suffix[i] "\" is there twice")
		seen[name, form] = 1
		labels = split(name, part, ".") + (form == "SUFFIX_WILDCARD")
		if (labels > 4)
			fail("\"" suffix[i] "\" has more labels than SUFFIX_LABELS")
		if (name in flags) {
			flags[name] = flags[name] " | " form
			continue
		}
		flags[name] = form
		insert_sorted(name, n++)
	}
}

END {
	if (failed)
		exit 1
	print "/* Generated from public_suffixes.tsv by public_suffixes.awk: " n " suffixes. */"
	print "\nstatic const PublicSuffix public_suffix[] = {"
	for (i = 0; i < n; i++)
		print "\t{\"" sorted[i] "\", " flags[sorted[i]] "},"
	print "};"
}
