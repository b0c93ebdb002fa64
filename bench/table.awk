# Turns the timings of one section into its table.  Input: `# number <tab> kind <tab> title` for each query, then
# psql's output, in which `@ number` comes before each `Time:` line.  Variable: rows, the rows that a query reads.

BEGIN { FS = "\t" }

/^# / {
	number = $1
	sub(/^# /, "", number)
	kind[number] = $2
	title[number] = $3
	queries++
	next
}

/^@ / {
	current = substr($0, 3)
	next
}

/^Time: / {
	split($0, word, " ")
	if (current != "")
		time[current, ++rounds[current]] = word[2] + 0
	current = ""
}

# Sorts the times of a query; their least and their median follow from that.
function sort_times(number, i, j, value) {
	for (i = 2; i <= rounds[number]; i++) {
		value = time[number, i]
		for (j = i - 1; j >= 1 && time[number, j] > value; j--)
			time[number, j + 1] = time[number, j]
		time[number, j + 1] = value
	}
}

function median(number, middle) {
	middle = int((rounds[number] + 1) / 2)
	if (rounds[number] % 2)
		return time[number, middle]
	return (time[number, middle] + time[number, middle + 1]) / 2
}

END {
	for (i = 0; i < queries; i++) {
		sort_times(i)
		least = time[i, 1]
		if (kind[i] == "floor")
			floor = least		# the last one reads the same columns
		if (kind[i] == "form" && (best == "" || least < best))
			best = least
	}
	printf "  %-44s %9s %9s %8s %11s %8s %9s\n", "", "min ms", "median ms", "ns/row", "over floor", "x floor", "x best"
	for (i = 0; i < queries; i++) {
		least = time[i, 1]
		printf "  %-44s %9.1f %9.1f %8.1f", (kind[i] == "ours" ? "* " : "  ") title[i], least, median(i), least * 1e6 / rows
		if (kind[i] != "floor") {
			printf " %11.1f %8.2f", (least - floor) * 1e6 / rows, least / floor
			if (best != "")
				printf " %9.2f", least / best
		}
		printf "\n"
	}
}
