# Turns the timings of one section into its table.  Input: `# number <tab> kind <tab> title <tab> rows that it reads` for
# each query, then psql's output, in which `@ number` comes before each `Time:` line.  What is compared is the time for
# a row.

BEGIN { FS = "\t" }

/^# / {
	number = $1
	sub(/^# /, "", number)
	kind[number] = $2
	title[number] = $3
	rows[number] = $4
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
		each[i] = rows[i] > 0 ? time[i, 1] * 1e6 / rows[i] : 0
		if (kind[i] == "floor")
			floor = each[i]		# the last one reads the same columns
		if (kind[i] == "form" && (best == "" || each[i] < best))
			best = each[i]
	}
	printf "  %-46s %9s %9s %8s %11s %8s %9s\n", "", "min ms", "median ms", "ns/row", "over floor", "x floor", "x best"
	for (i = 0; i < queries; i++) {
		printf "  %-46s %9.1f %9.1f %8.1f", (kind[i] == "ours" ? "* " : "  ") title[i], time[i, 1], median(i), each[i]
		if (kind[i] != "floor") {
			printf " %11.1f %8.2f", each[i] - floor, each[i] / floor
			if (best != "")
				printf " %9.2f", each[i] / best
		}
		printf "\n"
	}
}
