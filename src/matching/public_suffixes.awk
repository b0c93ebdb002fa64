# Turns public_suffixes.tsv into public_suffixes.inc, the table of web.c, sorted by suffix, and refuses a file with
# mistakes in it.  Run behind src/data_file.awk and src/core/name_set.awk, with LC_ALL=C.

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
		# what is not ASCII has no place among the lengths
		if (name ~ /^[!-~]+$/) {
			first = ord[substr(name, 1, 1)] % 32
			len = length(name) < 31 ? length(name) : 31
			if (!((first, len) in has))
				bits[first] += 2 ^ len
			has[first, len] = 1
		} else if (name ~ /^[!-~]/)
			fail("\"" name "\" begins with ASCII and has other characters")
	}
}

END {
	if (failed)
		exit 1
	print "/* Generated from public_suffixes.tsv by public_suffixes.awk: " n " suffixes. */"
	print "\nstatic const PublicSuffix public_suffix[] = {"
	for (i = 0; i < n; i++)
		print "\t{\"" sorted[i] "\", " flags[sorted[i]] "},"
	print "};\n\n/* By the last five bits of the first byte, of suffixes in ASCII: bit n, one has n bytes; bit 31, 31 or more. */"
	print "static const uint32 suffix_lengths[32] = {"
	for (i = 0; i < 32; i++)
		if (i in bits)
			printf "\t[%d] = %.0fu,\n", i, bits[i]
	print "};"
}
