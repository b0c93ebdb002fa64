# Loads CSV exports into the contract's tables (schema crm). Sourced by scripts/demo, after common.sh.
#
# Columns may come in any order, as the header names them; columns and whole files may be missing. What is wrong is
# reported with file, line and column. PostgreSQL's own COPY does the reading and the checking of types.

csv_files=(opportunity:opportunity opportunity_history:opportunity_history account:account contact:contact lead:lead quota:quota user:sales_user
	stage:stage exchange_rate:exchange_rate report_run:report_run report_defect:report_defect report_rating:report_rating lead_routing:lead_routing
	ticket:ticket runbook:runbook dashboard_user:dashboard_user finance_booking:finance_booking improvement:improvement)

csv_check_folder() {
	local entry found=
	[ -d "$1" ] || die "--csv: there is no folder $1"
	for entry in "${csv_files[@]}"; do
		if [ -e "$1/${entry%%:*}.csv" ]; then found=1; fi
	done
	[ -n "$found" ] || die "--csv: $1 has none of $(printf '%s.csv ' "${csv_files[@]%%:*}"); it has: $(ls "$1" | head -n 10 | tr '\n' ' ')"
	[ -s "$1/opportunity.csv" ] || die "--csv: $1 has no opportunity.csv with data, which the inspection is about"
}

# The header's column names, one a line: without byte-order mark, carriage return, quotes, and blanks around them.
csv_header() {
	head -n 1 "$1" | sed -e '1s/^\xef\xbb\xbf//' -e 's/\r$//' | awk '{
		for (i = 1; i <= length($0) + 1; i++) {
			c = substr($0, i, 1)
			if (c == "\"") quoted = !quoted
			else if (i > length($0) || (c == "," && !quoted)) { gsub(/^[ \t]+|[ \t]+$/, "", name); print name; name = "" }
			else name = name c
		}
	}'
}

# csv_columns TABLE SEPARATOR CONDITION: columns of a table of the contract, in its order.
csv_columns() {
	$psql -At -c "SELECT string_agg(attname, '$2' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'crm.$1'::regclass AND attnum > 0 AND $3"
}

# csv_load_file FILE TABLE
csv_load_file() {
	local file=$1 table=$2 known keys columns=() name number=0 list nullable message
	[ -r "$file" ] || die "$file: cannot be read"
	if [ ! -s "$file" ]; then say "$(basename "$file") is empty: passed over"; return; fi
	known=$(csv_columns "$table" ' ' true)
	keys=$(csv_columns "$table" ' ' attnotnull)
	while IFS= read -r name; do
		number=$((number + 1))
		name=${name,,}
		case " $known " in
			*" $name "*) ;;
			*) printf 'error: %s, line 1, column %d: unknown column "%s"\n       the columns of %s are: %s\n' "$file" "$number" "$name" "$(basename "$file")" "${known// /, }" >&2
				case $name in *';'*|*$'\t'*) say "       the file must be separated by commas" ;; esac
				exit 1 ;;
		esac
		case " ${columns[*]-} " in *" $name "*) die "$file, line 1, column $number: column \"$name\" appears twice" ;; esac
		columns+=("$name")
	done < <(csv_header "$file")
	for name in $keys; do
		case " ${columns[*]} " in *" $name "*) ;; *) die "$file, line 1: the column \"$name\" is missing, which every row needs" ;; esac
	done
	list=$(IFS=,; echo "${columns[*]}")
	# exports that quote everything write "" for nothing, which only a text can be
	nullable=$(csv_columns "$table" , "atttypid <> 'text'::regtype AND NOT attnotnull AND attname = ANY ('{$list}')")
	# dates as year, month, day and nothing else: 12/01/2026 is one day here and another there
	if ! message=$(PGDATESTYLE='ISO, YMD' LC_ALL=C $psql -c "\\copy crm.$table ($list) FROM pstdin WITH (FORMAT csv, HEADER true, ENCODING 'UTF8'${nullable:+, FORCE_NULL ($nullable)})" <"$file" 2>&1); then
		csv_explain "$file" "$message"
	fi
	say "$(printf '%-26s %8s rows' "$(basename "$file")" "$($psql -At -c "SELECT count(*) FROM crm.$table")")"
}

# Turns COPY's message into one that names file, line and column.
csv_explain() {
	local file=$1 message=$2 context error place
	error=$(sed -n 's/^.*ERROR:  //p' <<<"$message" | head -n 1)
	context=$(sed -n 's/^CONTEXT:  COPY [a-z_]*, //p' <<<"$message" | head -n 1)
	place=$(sed -n 's/^\(line [0-9]*\(, column [a-z_0-9]*\)\{0,1\}\).*$/\1/p' <<<"$context")
	printf 'error: %s%s: %s\n' "$file" "${place:+, $place}" "${error:-$message}" >&2
	case $error in
		*'type date'*|*'type timestamp'*|*'date/time field'*) say "       write days as 2026-01-12, and moments as 2026-01-12T09:30:00Z" ;;
		*'type numeric'*|*'type double precision'*|*'type integer'*) say "       write numbers as 12000.50: no thousands separators, no currency signs; a percentage as a fraction, 0.1" ;;
		*'type boolean'*) say "       write true or false" ;;
		*'byte sequence'*|*encoding*) say "       save the file as CSV in UTF-8" ;;
		*'null value in column'*) say "       every row needs it" ;;
		*'unknown outcome'*) say "       an outcome is open, won or lost" ;;
		*) sed -n 's/^\(DETAIL\|HINT\):  /       /p' <<<"$message" >&2 ;;
	esac
	exit 1
}

csv_load() {
	local entry message
	for entry in "${csv_files[@]}"; do
		if [ -e "$1/${entry%%:*}.csv" ]; then
			csv_load_file "$1/${entry%%:*}.csv" "${entry#*:}"
		else
			say "$(printf '%-26s %8s' "${entry%%:*}.csv" 'none')"
		fi
	done
	# what no single line shows: that the stages make a process
	message=$($psql -c 'SELECT salesops.sales_process(stage, position, probability, category, outcome, max_days) FROM crm.stage' 2>&1 >/dev/null) ||
		csv_explain "$1/stage.csv" "$message"
}
