# What the programs share that turn data files (*.tsv) into tables of C: columns are parted by tabs, lines that are empty or begin
# with # say nothing, and a mistake in a line is an error.  Each is run behind this one, in any POSIX awk; where things are
# sorted, with LC_ALL=C.

BEGIN { FS = "\t" }

function fail(message) {
	print FILENAME ":" FNR ": " message > "/dev/stderr"
	failed = 1
	exit 1
}

# Puts a name into its place among `sorted`, where there are so many.
function insert_sorted(name, n,   j) {
	for (j = n; j > 0 && sorted[j - 1] > name; j--)
		sorted[j] = sorted[j - 1]
	sorted[j] = name
}

/^#/ || /^$/ { next }
