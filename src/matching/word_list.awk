# Turns a list of words (person_words.tsv, address_words.tsv) into the C table of that name, and refuses a file with
# mistakes in it.  Lines are: word or words TAB kind [TAB what it is written as].  Works in any POSIX awk.
# The variables: name, the table's name, and kinds, the kinds that there are, with spaces between.

BEGIN {
	n = split(kinds, part, " ")
	for (i = 1; i <= n; i++) {
		c = toupper(part[i])
		gsub(/-/, "_", c)
		constant[part[i]] = toupper(name) "_" c
	}
	print "/* Generated from " name "_words.tsv by word_list.awk. */\n"
	print "static const WordEntry " name "_word[] = {"
}

{
	if (NF < 2 || NF > 3)
		fail("needs 2 or 3 columns")
	if ($1 == "" || $1 ~ /^ | $|  / || $1 ~ /[A-Z"\\.,;:&'()\/-]/)
		fail("\"" $1 "\" is not in folded spelling")
	if (!($2 in constant))
		fail("unknown kind \"" $2 "\"")
	if (($1, $2) in seen)
		fail("\"" $1 "\" is there twice as " $2)
	seen[$1, $2] = 1
	if (NF == 3 && ($3, $2) in written && written[$3, $2] != $3)
		fail("\"" $3 "\" is written as another word itself")
	if (NF == 3)
		written[$1, $2] = $3
	print "\t{\"" $1 "\", " constant[$2] ", " (NF == 3 ? "\"" $3 "\"" : "NULL") "},"
}

END {
	if (!failed)
		print "};"
	exit failed
}
