# Turns placeholders.tsv into placeholders.inc, the sorted table of placeholder.c, and refuses a file with mistakes in it.  Run behind
# src/data_file.awk, with LC_ALL=C.

{
	if (NF != 2)
		fail("needs 2 columns")
	if ($1 == "" || $1 ~ /^ | $|  / || $1 ~ /[A-Z"\\.,;:&'()\/-]/)
		fail("\"" $1 "\" is not in folded spelling")
	if ($1 in seen && seen[$1] == $2)
		fail("\"" $1 "\" is there twice")
	if (!($1 in seen))
		insert_sorted($1, n++)
	seen[$1] = $2
}

END {
	if (failed)
		exit 1
	print "/* Generated from placeholders.tsv by placeholders.awk. */\n"
	print "static const char *const placeholders[] = {"
	longest = 0
	for (i = 0; i < n; i++) {
		print "\t\"" sorted[i] "\","
		if (length(sorted[i]) > longest)
			longest = length(sorted[i])
	}
	print "};\n\n#define PLACEHOLDER_LONGEST " longest
}
