# Counting what tests print.  Sourced by bash behind common.sh.

passed=0 failed=0 skipped=0

# The closing line of everything that ran.
tally() {
	printf '%s passed, %s failed' "$passed" "$failed"
	[ "$skipped" = 0 ] || printf ', %s skipped' "$skipped"
	printf '\n'
}

# count_tap LOG STATUS: adds the TAP lines of a log, and one failure for a program that ended badly without saying which
# test failed, or that did not keep its plan.
count_tap() {
	local log=$1 status=$2 ok not_ok skip
	[ -e "$log" ] || die "$log is gone"
	ok=$(grep -cE '^ok [0-9]' "$log" || true)
	not_ok=$(grep -E '^not ok [0-9]' "$log" | grep -cviE '# TODO' || true)
	skip=$(grep -ciE '^ok [0-9]+.*# SKIP' "$log" || true)
	passed=$((passed + ok - skip)) failed=$((failed + not_ok))
	skipped=$((skipped + skip + $(grep -ciE '^1\.\.0 # SKIP' "$log" || true)))
	# one plan, kept by as many tests, numbered in order; a plan of none says why
	if [ "$status" = 0 ] && ! awk '
		/^1\.\.[0-9]+/ { split($1, p, "\\.\\."); plan = p[2]; seen++; if (plan + 0 == 0 && toupper($0) !~ /# SKIP/) bad = 1 }
		/^ok +[0-9]/ { if ($2 + 0 != ++n) bad = 1 }
		/^not ok +[0-9]/ { if ($3 + 0 != ++n) bad = 1 }
		END { exit !(seen == 1 && n + 0 == plan + 0 && !bad) }' "$log"; then
		status=1
	fi
	if [ "$status" != 0 ] && [ "$not_ok" = 0 ]; then failed=$((failed + 1)); fi
	[ "$status" = 0 ] && [ "$not_ok" = 0 ]
}

# count_closing LOG STATUS: adds the closing line of a run of ours, "N passed, N failed".
count_closing() {
	local line
	line=$(tail -n 1 "$1")
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
		passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + ${BASH_REMATCH[4]:-0}))
		if [ "$2" != 0 ] && [ "${BASH_REMATCH[2]}" = 0 ]; then failed=$((failed + 1)); fi
		[ "$2" = 0 ] && [ "${BASH_REMATCH[2]}" = 0 ]
	else
		failed=$((failed + 1))
		return 1
	fi
}

# A line of the report: what runs, and how many passed in how many seconds.
say_name() { printf '%-48s ' "$1" >&2; }
say_ok() { say "$(printf '%5d ok %5d s' "$1" "$2")"; }

# run_tap NAME COMMAND...: one TAP program; its output is shown where something failed, and why tests were skipped.  One that
# has run already, and is shown by the COMMAND, began when $began says.
run_tap() {
	local name=$1 log=$work/tap.log status=0 started=${began:-$SECONDS}
	shift
	say_name "$name"
	"$@" >"$log" 2>&1 </dev/null || status=$?
	if count_tap "$log" "$status"; then
		say_ok "$(grep -E '^ok ' "$log" | grep -cvi '# SKIP' || true)" $((SECONDS - started))
	else
		say "FAILED"
		sed 's/^/    /' "$log" | grep -vE '^    ok ' | head -n 120 >&2 || true
	fi
	grep -oiE '# SKIP.*' "$log" | sort | uniq -c | sed -E 's/^ *([0-9]+) # SKIP */    \1 skipped: /I' >&2 || true
}
