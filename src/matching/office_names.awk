# Turns office_names.tsv into office_names.inc, the set of office.c, and refuses a file with mistakes in it.  Run behind src/data_file.awk and
# src/core/name_set.awk, with LC_ALL=C.

{
	if (NF != 2)
		fail("needs 2 columns")
	n = split($2, name, " ")
	for (i = 1; i <= n; i++) {
		if (name[i] !~ /^[a-z0-9]+$/)
			fail("\"" name[i] "\" is not of small letters and digits alone")
		if (!set_add("office", name[i], 1))
			fail("\"" name[i] "\" is there twice")
	}
}

END {
	if (failed)
		exit 1
	print "/* Generated from office_names.tsv by office_names.awk. */"
	set_print("office")
}
