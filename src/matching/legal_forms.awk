# Turns legal_forms.tsv into legal_forms.inc, the C tables of lexicon.c, and refuses a file with mistakes in it.
# Works in any POSIX awk, whether it counts characters or bytes.

BEGIN {
	nforms = nwords = nabbr = 0

	form_flag["end"] = "LEXICON_END"
	form_flag["front"] = "LEXICON_FRONT"
	form_flag["both"] = "LEXICON_END | LEXICON_FRONT"
	form_flag["affix"] = "LEXICON_AFFIX | LEXICON_END | LEXICON_FRONT"
	form_flag["alias-after"] = "LEXICON_ALIAS_AFTER"
	form_flag["alias-before"] = "LEXICON_ALIAS_BEFORE"
	form_flag["note"] = "LEXICON_NOTE"

	word_class["and"] = "LEXICON_AND"
	word_class["small"] = "LEXICON_SMALL"
	word_class["generic"] = "LEXICON_GENERIC"
	word_class["place"] = "LEXICON_PLACE"
	word_class["industry"] = "LEXICON_INDUSTRY"
}

{
	form = $1
	kind = $3
	condition = $4

	if (NF < 3 || NF > 4)
		fail("needs 3 or 4 columns")
	if (form == "" || form ~ /^ | $|  / || form ~ /[A-Z]/ || form ~ /["\\.,;:&'()\/-]/)
		fail("\"" form "\" is not in folded spelling")
	if (form ~ /(^| )[a-z] [a-z]( |$)/)
		fail("\"" form "\": single letters beside each other are joined, and never seen so")
	if ((form, kind) in seen)
		fail("\"" form "\" is there twice as " kind)
	seen[form, kind] = 1

	if (kind in form_flag) {
		flags = form_flag[kind]
		beside = "NULL"
		if (condition == "initials" && form ~ / /)
			fail("initials are one word")
		if (condition == "initials") {
			flags = flags " | LEXICON_INITIALS"
			condition = ""
		} else if (condition == "capitals" || condition ~ /^capitals not /) {
			flags = flags " | LEXICON_INITIALS | LEXICON_CAPITALS"
			if (form ~ /[^a-z]/)
				fail("capitals are looked for in one ASCII word")
			condition = substr(condition, 10)
		}
		if (condition ~ /^not ./) {
			beside = condition
			sub(/^not /, "", beside)
			beside = "\" " beside " \""
		} else if (condition != "")
			fail("unknown condition \"" condition "\"")
		forms[nforms++] = "\t{\"" form "\", " flags ", " beside "},"

		if (kind == "end" || kind == "front" || kind == "both" || kind == "affix") {
			n_legal++
			n = split($2, codes, " ")
			for (i = 1; i <= n; i++)
				if (codes[i] != "*" && codes[i] != "EU" && !(codes[i] in jurisdiction)) {
					jurisdiction[codes[i]] = 1
					n_jurisdictions++
				}
		}
		n = split(form, parts, " ")
		if (n > 10)
			fail("a form has at most 10 words (LEXICON_FORM_WORDS)")
		n_form_words += n
	} else if (kind in word_class) {
		before = "NULL"
		if (kind == "and" && condition ~ /^before ./) {
			before = condition
			sub(/^before /, "", before)
			before = "\" " before " \""
		} else if (form ~ / / || condition != "")
			fail("a word has no spaces and no condition")
		# "and" words may be small words too, but otherwise a word has one weight
		if (kind != "and") {
			if (form in weighed)
				fail("\"" form "\" is there twice, as " kind " and " weighed[form])
			weighed[form] = kind
		}
		words[nwords++] = "\t{\"" form "\", " word_class[kind] ", " before "},"
	} else if (kind == "abbr" || kind == "abbr-front") {
		if (form ~ / / || condition == "" || condition ~ / /)
			fail("an abbreviation stands for one word by one word")
		abbr_of[form] = condition
		line_of[form] = FNR
		abbrs[nabbr++] = "\t{\"" form "\", \"" condition "\", " (kind == "abbr" ? "false" : "true") "},"
	} else
		fail("unknown kind \"" kind "\"")
}

END {
	if (failed)
		exit 1
	for (form in abbr_of)
		if (abbr_of[form] in abbr_of) {
			print FILENAME ":" line_of[form] ": \"" abbr_of[form] "\" is an abbreviation itself" > "/dev/stderr"
			exit 1
		}

	print "/* Generated from legal_forms.tsv by legal_forms.awk: " n_legal " legal forms of " n_jurisdictions " jurisdictions. */"
	print "\nstatic const LexiconForm lexicon_form[] = {"
	for (i = 0; i < nforms; i++)
		print forms[i]
	print "};\n\nstatic const LexiconWordClass lexicon_word_class[] = {"
	for (i = 0; i < nwords; i++)
		print words[i]
	print "};\n\nstatic const LexiconAbbreviation lexicon_abbreviation[] = {"
	for (i = 0; i < nabbr; i++)
		print abbrs[i]
	print "};\n"

	# at most: words shared by several forms are counted each time
	print "#define LEXICON_MAX_WORDS " n_form_words + nwords + 2 * nabbr
}
