# Turns nicknames.tsv into nicknames.inc, the C table of nickname.c, and refuses a file with mistakes in it.
# Works in any POSIX awk, whether it counts characters or bytes.

BEGIN {
	n = 0
}

# A form of a name, unless the name has it already.
function add(form, name) {
	if (form !~ /^[^ A-Z"\\.,;:&'()\/-]+$/ || form ~ /^[a-z]$/)
		fail("\"" form "\" is no name in folded spelling")
	if ((form, name) in seen)
		return
	seen[form, name] = 1
	forms[n] = form
	names[n++] = name
}

{
	if (NF != 3 || $2 !~ /^[a-z][a-z]$/)
		fail("needs 3 columns: name, language, other forms")
	is_name[$1] = 1
	add($1, $1)
	k = split($3, part, " ")
	if (k == 0)
		fail("\"" $1 "\" has no other form")
	for (i = 1; i <= k; i++)
		add(part[i], $1)
}

END {
	if (failed)
		exit 1
	print "/* Generated from nicknames.tsv by nicknames.awk: " n " forms of given names. */\n"
	print "static const WordEntry nickname_form[] = {"
	# a name is a form of itself before it is one of another, so that the class of a class is that class
	for (i = 0; i < n; i++)
		if (forms[i] == names[i])
			print "\t{\"" forms[i] "\", 0, \"" names[i] "\"},"
	for (i = 0; i < n; i++)
		if (forms[i] != names[i])
			print "\t{\"" forms[i] "\", 0, \"" names[i] "\"},"
	print "};"
}
