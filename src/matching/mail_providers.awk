# Turns mail_providers.tsv into mail_providers.inc, the table of email.c, sorted by domain, and refuses a file with
# mistakes in it.  Runs with LC_ALL=C, in any POSIX awk.

BEGIN {
	n = 0
	flag["plus"] = "MAIL_PLUS"
	flag["dots"] = "MAIL_DOTS"
	flag["dashes"] = "MAIL_DASHES"
}

{
	if (NF != 4)
		fail("needs 4 columns")
	flags = ""
	same = 0
	nprops = split($3, property, " ")
	for (i = 1; i <= nprops; i++)
		if (property[i] == "same")
			same = 1
		else if (property[i] in flag)
			flags = flags (flags == "" ? "" : " | ") flag[property[i]]
		else if (property[i] != "-")
			fail("unknown property \"" property[i] "\"")
	ndomains = split($4, domain, " ")
	if (ndomains == 0)
		fail("has no domain")
	for (i = 1; i <= ndomains; i++) {
		name = domain[i]
		if (name !~ /^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/)
			fail("\"" name "\" is not a domain in small letters")
		if (name in entry)
			fail("\"" name "\" is there twice")
		entry[name] = "\t{\"" name "\", " (flags == "" ? "0" : flags) ", " (same ? "\"" domain[1] "\"" : "NULL") "},"
		insert_sorted(name, n++)
	}
}

END {
	if (failed)
		exit 1
	print "/* Generated from mail_providers.tsv by mail_providers.awk: " n " domains. */"
	print "\nstatic const MailProvider mail_provider[] = {"
	for (i = 0; i < n; i++)
		print entry[sorted[i]]
	print "};"
}
