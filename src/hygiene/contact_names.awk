# Turns contact_words.tsv and domain_typos.tsv into contact_names.inc, the sets of domain_issue.c and email_issue.c, and refuses files with mistakes in
# them.  Run behind src/data_file.awk and src/core/name_set.awk, with LC_ALL=C, on mail_providers.tsv, whose domains are right, and then these two.

BEGIN {
	# what stands beside a key on the keyboards of most of the world
	split("q wa w qeas e wrsd r etdf t ryfg y tugh u yihj i uojk o ipkl p ol a qwsz s awedzx d serfxc f drtgcv g ftyhvb h gyujbn j huikmn k jiolm l kop z asx x zsdc c xdfv v cfgb b vghn n bhjm m njk", keys, " ")
	for (k = 1; k in keys; k += 2)
		beside[keys[k]] = keys[k + 1]
	split("filler-domain DOMAIN_FILLER reserved-domain DOMAIN_RESERVED social DOMAIN_SOCIAL", part, " ")
	for (k = 1; k in part; k += 2)
		of_domain[part[k]] = part[k + 1]
	split("reserved-top TOP_RESERVED wrong-top TOP_TYPO", part, " ")
	for (k = 1; k in part; k += 2)
		of_top[part[k]] = part[k + 1]
	split("filler FILLER_ANYWHERE filler-twice FILLER_TWICE", part, " ")
	for (k = 1; k in part; k += 2)
		of_local[part[k]] = part[k + 1]
}

# A wrong spelling is none where it is a name that somebody has.
function typo(domain) {
	if (!(domain in right) && set_add("domain_set", domain, "DOMAIN_TYPO"))
		ntypos++
}

function typo_everywhere(name,   e) {
	for (e = 1; e <= nendings; e++)
		typo(name "." ending[e])
}

FILENAME ~ /mail_providers/ {
	n = split($4, name, " ")
	for (i = 1; i <= n; i++)
		right[name[i]] = 1
	next
}

FILENAME ~ /contact_words/ {
	if (NF != 2)
		fail("needs 2 columns")
	n = split($2, name, " ")
	for (i = 1; i <= n; i++) {
		is_domain = name[i] ~ /^[a-z0-9-]+([.][a-z0-9-]+)+$/
		if ($1 in of_domain ? !is_domain : name[i] !~ /^[a-z0-9]+$/)
			fail("\"" name[i] "\" is not in the form that it is compared in")
		if ($1 in of_domain)
			new = set_add("domain_set", name[i], of_domain[$1])
		else if ($1 in of_top)
			new = set_add("top_set", name[i], of_top[$1])
		else if ($1 in of_local)
			new = set_add("filler_set", name[i], of_local[$1])
		else
			fail("unknown kind \"" $1 "\"")
		if (!new)
			fail("\"" name[i] "\" is there twice")
		if ($1 in of_domain && name[i] in right)
			fail("\"" name[i] "\" is a mail provider's")
	}
	next
}

{
	if (NF != 4)
		fail("needs 4 columns")
	if ($1 == "right") {
		n = split($4, name, " ")
		for (i = 1; i <= n; i++)
			right[name[i]] = 1
		next
	}
	if ($1 !~ /^[a-z-]+$/ || length($1) < 5)
		fail("the name of \"" $1 "\" is too short for its neighbours to be mistakes")
	nendings = split($2, ending, " ")
	for (i = 1; i <= nendings; i++)
		if (!(($1 "." ending[i]) in right))
			fail("\"" $1 "." ending[i] "\" is no mail provider's")
	len = length($1)
	for (i = 1; i <= len; i++) {
		before = substr($1, 1, i - 1)
		c = substr($1, i, 1)
		after = substr($1, i + 1)
		typo_everywhere(before c c after)
		if (i < len)
			typo_everywhere(before substr(after, 1, 1) c substr(after, 2))
		# the first letter of a name is rarely wrong, and with another one it is another name: mail.com
		if (i == 1)
			continue
		typo_everywhere(before after)
		for (k = 1; k <= length(beside[c]); k++)
			typo_everywhere(before substr(beside[c], k, 1) after)
	}
	n = split($3, name, " ")
	for (i = 1; i <= n && $3 != "-"; i++)
		typo_everywhere(name[i])
	n = split($4, name, " ")
	for (i = 1; i <= n && $4 != "-"; i++)
		typo($1 "." name[i])
}

END {
	if (failed)
		exit 1
	print "/* Generated from contact_words.tsv and domain_typos.tsv by contact_names.awk: " ntypos " domains are typing errors. */"
	set_print("domain_set")
	set_print("top_set")
	set_print("filler_set")
}
