# What the programs share that write sets of names as C, to be looked up by core/name_set.h.  Run behind src/data_file.awk and before a program
# that calls set_add and set_print, in any POSIX awk, with LC_ALL=C.

BEGIN {
	for (i = 1; i < 256; i++)
		ord[sprintf("%c", i)] = i
}

# Adds a name with its value, a number or a C constant; a name that is there has its value kept, and 0 is returned.
function set_add(set, name, value) {
	if ((set, name) in set_value)
		return 0
	# elsewhere a byte is not what this awk takes for a character
	if (name !~ /^[!-~]+$/)
		fail("\"" name "\" is not ASCII")
	set_value[set, name] = value
	set_name[set, set_count[set]++] = name
	return 1
}

function name_hash(name,   h, i) {
	h = 5381
	for (i = 1; i <= length(name); i++)
		h = (h * 33 + ord[substr(name, i, 1)]) % 65536
	return h
}

function set_print(set,   size, i, at, name, n, offset, here, has, bits) {
	for (size = 4; size < 2 * set_count[set]; size *= 2)
		;
	offset = 0
	print "\nstatic const char " set "_names[] ="
	for (i = 0; i < set_count[set]; i++) {
		name = set_name[set, i]
		for (at = name_hash(name) % size; at in here; at = (at + 1) % size)
			;
		here[at] = name
		place[set, at] = offset
		print "\t\"" name "\\0\""
		offset += length(name) + 1
		n = length(name) < 31 ? length(name) : 31
		if (!((ord[substr(name, 1, 1)] % 32, n) in has))
			bits[ord[substr(name, 1, 1)] % 32] += 2 ^ n
		has[ord[substr(name, 1, 1)] % 32, n] = 1
	}
	print "\t;"
	if (offset > 65535 || size > 65536) {
		print FILENAME ": more names than 16 bits count" > "/dev/stderr"
		exit failed = 1
	}
	print "\nstatic const uint16 " set "_place[" size "] = {"
	for (at = 0; at < size; at++)
		if (at in here)
			print "\t[" at "] = " place[set, at] ","
	print "};\n\nstatic const uint8 " set "_value[" size "] = {"
	for (at = 0; at < size; at++)
		if (at in here)
			print "\t[" at "] = " set_value[set, here[at]] ","
	print "};\n\n/* " set_count[set] " names. */"
	print "static const NameSet " set " = {" set "_names, " set "_place, " set "_value, " size - 1 ", {"
	for (i = 0; i < 32; i++)
		if (i in bits)
			printf "\t[%d] = %.0fu,\n", i, bits[i]
	print "}};"
}
