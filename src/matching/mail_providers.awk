# Turns mail_providers.tsv into mail_providers.inc, the set of domains of email.c with what is known of each, and refuses a file with
# mistakes in it.  Run behind src/data_file.awk and src/core/name_set.awk, with LC_ALL=C.

BEGIN {
	nkinds = 0
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
		kind = "{" (flags == "" ? "0" : flags) ", " (same ? "\"" domain[1] "\"" : "NULL") "}"
		if (!(kind in number)) {
			kinds[++nkinds] = kind
			number[kind] = nkinds
		}
		if (!set_add("provider_set", name, number[kind]))
			fail("\"" name "\" is there twice")
	}
}

END {
	if (failed)
		exit 1
	if (nkinds > 255) {
		print FILENAME ": more kinds of domains than a byte counts" > "/dev/stderr"
		exit 1
	}
	print "/* Generated from mail_providers.tsv by mail_providers.awk. */"
	set_print("provider_set")
	print "\n/* By the number that the set has. */\nstatic const MailProvider mail_provider[] = {\n\t{0, NULL},"
	for (i = 1; i <= nkinds; i++)
		print "\t" kinds[i] ","
	print "};"
}
