# Turns countries.tsv into countries.inc, the tables of country.c, and refuses a file with mistakes in it.  Run behind
# src/data_file.awk, with LC_ALL=C: names are bytes.
#
# Names are found by hashing: the table is as large as makes two thirds of it empty, and a name is at the place that its hash says or in the next
# that was free.

BEGIN {
	ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	SLOTS = 16381
	ncountries = nnames = longest = at = 0
	for (i = 1; i < 256; i++)
		byte[sprintf("%c", i)] = i
}

# The same as country_hash in country.c.
function hash(name,   i, h) {
	h = 0
	for (i = 1; i <= length(name); i++)
		h = (h * 31 + byte[substr(name, i, 1)]) % 4294967296
	return h % SLOTS
}

function add_name(name,   slot) {
	if (name == "" || name ~ /^ | $|  / || name ~ /[A-Z"\\.,;:&'()\/-]/)
		fail("\"" name "\" is not in folded spelling")
	gsub(/ /, "", name)
	if (name in country_of)
		fail("\"" name "\" is there twice")
	country_of[name] = ncountries - 1
	if (length(name) > longest)
		longest = length(name)
	for (slot = hash(name); slot in name_at; slot = (slot + 1) % SLOTS)
		;
	name_at[slot] = nnames
	names[nnames++] = name
}

{
	if ($1 !~ /^[A-Z][A-Z]$/)
		fail("\"" $1 "\" is no code of two letters")
	if (NF == 4) {
		if ($2 !~ /^[A-Z][A-Z][A-Z]$/ || $3 !~ /^([0-9][0-9][0-9]|-)$/)
			fail("\"" $2 "\" or \"" $3 "\" is no code")
		if (ncountries > 0 && $1 <= codes[ncountries - 1])
			fail("countries are in order")
		if ($3 in number_of)
			fail("\"" $3 "\" is there twice")
		number_of[$3] = ncountries + 1
		english[ncountries] = $4
		sub(/\|.*/, "", english[ncountries])
		if (english[ncountries] !~ /^[a-z ]+$/)
			fail("the first name in English, \"" english[ncountries] "\", is not in ASCII")
		codes[ncountries++] = $1
		add_name(tolower($1))
		add_name(tolower($2))
	}
	else if (NF != 3 || $1 != codes[ncountries - 1])
		fail("needs 4 columns, or 3 behind those of the country")
	n = split($NF, list, "|")
	for (i = 1; i <= n; i++)
		add_name(list[i])
}

END {
	if (failed)
		exit 1
	if (ncountries > 254 || nnames * 2 > SLOTS) {
		print FILENAME ": has more than the tables take" > "/dev/stderr"
		exit 1
	}
	print "/* Generated from countries.tsv by countries.awk: " ncountries " countries, " nnames " names. */\n"
	print "#define COUNTRY_LONGEST " longest "\n#define COUNTRY_SLOTS " SLOTS "\n"
	print "static const char country_letters[][3] = {"
	for (i = 0; i < ncountries; i++)
		print "\t\"" codes[i] "\","
	print "};\n\nstatic const char *const country_name_in_english[] = {"
	for (i = 0; i < ncountries; i++)
		print "\t\"" english[i] "\","
	print "};\n\n/* The names, one behind the other. */\nstatic const char country_text[] ="
	for (i = 0; i < nnames; i++)
		print "\t\"" names[i] "\""
	print ";\n\nstatic const CountryName country_name[] = {"
	for (i = 0; i < nnames; i++) {
		print "\t{" at ", " length(names[i]) ", " country_of[names[i]] "},"
		at += length(names[i])
	}
	print "};\n\n/* By hash: one more than the place of a name. */\nstatic const uint16 country_slot[COUNTRY_SLOTS] = {"
	for (i = 0; i < SLOTS; i++)
		if (i in name_at)
			print "\t[" i "] = " name_at[i] + 1 ","
	print "};\n\n/* By number of ISO 3166-1: one more than the place of a country. */\nstatic const uint8 country_of_number[1000] = {"
	for (i = 0; i < 1000; i++) {
		number = sprintf("%03d", i)
		if (number in number_of)
			print "\t[" i "] = " number_of[number] ","
	}
	print "};\n\n/* By two letters: one more than the place of a country. */\nstatic const uint8 country_of_letters[26 * 26] = {"
	for (i = 0; i < ncountries; i++)
		print "\t[" (index(ALPHABET, substr(codes[i], 1, 1)) - 1) * 26 + index(ALPHABET, substr(codes[i], 2, 1)) - 1 "] = " i + 1 ","
	print "};"
}
