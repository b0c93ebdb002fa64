# Turns disposable_domains.tsv into disposable_domains.inc, the set of mailbox.c, and refuses a file with mistakes in it.  Run behind src/data_file.awk
# and src/core/name_set.awk, with LC_ALL=C.

{
	if (NF != 2)
		fail("needs 2 columns")
	n = split($2, name, " ")
	for (i = 1; i <= n; i++) {
		if (name[i] !~ /^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/)
			fail("\"" name[i] "\" is not a domain in small letters")
		if (!set_add("disposable", name[i], 1))
			fail("\"" name[i] "\" is there twice")
	}
}

END {
	if (failed)
		exit 1
	print "/* Generated from disposable_domains.tsv by disposable_domains.awk. */"
	set_print("disposable")
}
