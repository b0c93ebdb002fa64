# Turns phone_regions.tsv into phone_regions.inc, the tables of phone.c, sorted by region, and refuses a file with
# mistakes in it.  Runs with LC_ALL=C, in any POSIX awk.

BEGIN {
	n = ncodes = 0
}

{
	if (NF != 5)
		fail("needs 5 columns")
	region = $1
	if (region !~ /^([A-Z][A-Z]|001)$/)
		fail("\"" region "\" is no region")
	if ($2 !~ /^[1-9][0-9]?[0-9]?$/)
		fail("\"" $2 "\" is no calling code")
	if ($3 !~ /^(-|[0-9]+( [0-9]+)*)$/ || $4 !~ /^(-|[0-9]+( [0-9]+)*)$/)
		fail("a prefix is digits")
	# lengths as a set of bits
	bits = 0
	split("", has)
	nranges = split($5, range, " ")
	for (i = 1; i <= nranges; i++) {
		if (range[i] !~ /^[0-9]+(-[0-9]+)?$/)
			fail("\"" range[i] "\" is no length")
		nends = split(range[i], end, "-")
		if (end[1] + 0 < 3 || end[nends] + length($2) > 15 || end[nends] + 0 < end[1] + 0)
			fail("\"" range[i] "\" is no possible length")
		for (k = end[1] + 0; k <= end[nends] + 0; k++)
			if (!(k in has)) {
				has[k] = 1
				bits += 2 ^ k
			}
	}
	if (bits == 0)
		fail("has no length")
	if (!($2 in code_bits)) {
		code_bits[$2] = 0
		codes[ncodes++] = $2
		code_trunk[$2] = $4
	}
	for (k in has)
		if (!(($2, k) in code_has)) {
			code_has[$2, k] = 1
			code_bits[$2] += 2 ^ k
		}
	if (code_trunk[$2] != $4)
		fail("regions of one calling code have the same trunk prefixes")
	if (region == "001")
		next
	if (region in entry)
		fail("\"" region "\" is there twice")
	entry[region] = sprintf("\t{\"%s\", \"%s\", \"%s\", \"%s\", 0x%04X},", region, $2, $3 == "-" ? "" : $3, $4 == "-" ? "" : $4, bits)
	insert_sorted(region, n++)
}

END {
	if (failed)
		exit 1
	for (i = 0; i < ncodes; i++)
		for (k = 1; k < length(codes[i]); k++)
			if (substr(codes[i], 1, k) in code_bits) {
				print FILENAME ": calling code " codes[i] " begins with another" > "/dev/stderr"
				exit 1
			}
	print "/* Generated from phone_regions.tsv by phone_regions.awk: " n " regions, " ncodes " calling codes. */"
	print "\nstatic const PhoneRegion phone_region[] = {"
	for (i = 0; i < n; i++)
		print entry[sorted[i]]
	print "};\n\n/* By number. */\nstatic const PhoneCode phone_code[1000] = {"
	for (i = 0; i < ncodes; i++)
		printf "\t[%s] = {\"%s\", 0x%04X},\n", codes[i], code_trunk[codes[i]] == "-" ? "" : code_trunk[codes[i]], code_bits[codes[i]]
	print "};"
}
