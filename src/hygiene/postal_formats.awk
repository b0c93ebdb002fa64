# Turns postal_formats.tsv into postal_formats.inc, the tables of postal_code.c, and refuses a file with mistakes in it.  Run behind
# src/data_file.awk.
#
# A place of a format is a set of the ten digits and the 26 letters: a number of as many bits, that of a digit its own and that of a
# letter ten and its place in the alphabet.  Each set is written down once, and formats have its number.

BEGIN {
	SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	LONGEST = 12
	ncountries = nformats = nsets = 0
}

# The set of the characters of a range, both as numbers from 0.
function add_range(first, last,   i) {
	if (first < 0 || last < first)
		fail("a set has a range of nothing")
	for (i = first; i <= last; i++)
		has[i] = 1
}

# The number of the set in has[].
function set_number(   i, low, high, name) {
	low = high = 0
	for (i = 0; i < 18; i++) {
		low += (i in has) ? 2 ^ i : 0
		high += ((i + 18) in has) ? 2 ^ i : 0
	}
	name = sprintf("UINT64CONST(%d) << 18 | %d", high, low)
	if (!(name in set_of)) {
		set_of[name] = nsets
		sets[nsets++] = name
	}
	return set_of[name]
}

# The sets of the places of a format, in which blanks and hyphens say nothing.
function places(format,   i, c, list, n, next_c) {
	list = ""
	n = 0
	for (i = 1; i <= length(format); i++) {
		c = substr(format, i, 1)
		if (c == " " || c == "-")
			continue
		split("", has)
		if (c == "N")
			add_range(0, 9)
		else if (c == "A")
			add_range(10, 35)
		else if (c == "[") {
			for (i++; (c = substr(format, i, 1)) != "]"; i++) {
				if (index(SIGNS, c) == 0 || c == "")
					fail("\"" format "\" has a set with \"" c "\"")
				next_c = c
				if (substr(format, i + 1, 1) == "-") {
					next_c = substr(format, i + 2, 1)
					i += 2
				}
				add_range(index(SIGNS, c) - 1, index(SIGNS, next_c) - 1)
			}
		}
		else if (c ~ /[0-9a-z]/)
			add_range(index(SIGNS, toupper(c)) - 1, index(SIGNS, toupper(c)) - 1)
		else
			fail("\"" format "\" has \"" c "\" in it")
		list = list (n > 0 ? ", " : "") set_number()
		n++
	}
	if (n < 1 || n > LONGEST)
		fail("\"" format "\" has " n " places, and may have " LONGEST)
	return "{" n ", {" list "}}"
}

{
	if (NF != 4)
		fail("needs 4 columns")
	if ($1 !~ /^[A-Z][A-Z]$/)
		fail("\"" $1 "\" is no country")
	if ($1 in seen)
		fail("\"" $1 "\" is there twice")
	seen[$1] = 1
	if ($3 !~ /^(-|[A-Z]+( [A-Z]+)*)$/)
		fail("a prefix is capitals")
	if ($4 !~ /^(-|[0-9]+( [0-9]+)*)$/)
		fail("a code of one digit is digits")
	if ($2 == "-" && ($3 != "-" || $4 != "-"))
		fail("there are no codes to have a prefix, or one digit")
	first = nformats
	if ($2 != "-") {
		n = split($2, list, "|")
		for (i = 1; i <= n; i++)
			formats[nformats++] = places(list[i])
	}
	entry[ncountries] = sprintf("\t{\"%s\", \"%s\", \"%s\", %d, %d},", $1, $3 == "-" ? "" : $3, $4 == "-" ? "" : $4, first, nformats - first)
	if (ncountries > 0 && $1 < codes[ncountries - 1])
		fail("countries are in order")
	codes[ncountries++] = $1
}

END {
	if (failed)
		exit 1
	print "/* Generated from postal_formats.tsv by postal_formats.awk: " ncountries " countries, " nformats " formats. */\n"
	print "#define POSTAL_PLACES " LONGEST "\n"
	print "/* Sets of digits and letters. */\nstatic const uint64 postal_set[] = {"
	for (i = 0; i < nsets; i++)
		print "\t" sets[i] ","
	print "};\n\n/* The number of places, and the set of each. */\nstatic const PostalFormat postal_format[] = {"
	for (i = 0; i < nformats; i++)
		print "\t" formats[i] ","
	print "};\n\nstatic const PostalCountry postal_country[] = {"
	for (i = 0; i < ncountries; i++)
		print entry[i]
	print "};\n\n/* By the two letters, and one more than the place. */\nstatic const uint8 postal_country_of[26 * 26] = {"
	for (i = 0; i < ncountries; i++)
		print "\t[" (index(SIGNS, substr(codes[i], 1, 1)) - 11) * 26 + index(SIGNS, substr(codes[i], 2, 1)) - 11 "] = " i + 1 ","
	print "};"
}
