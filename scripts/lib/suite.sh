# The suite that every PostgreSQL version passes: builds salesops for one server and runs every test that needs no more
# than that server.  Sourced by bash behind common.sh and tap.sh, which count.

# run_suite VERSION ONLY EXCEPT: only the test files whose path matches ONLY, all where it is empty, and not those that match EXCEPT.  The regression suite runs
# twice, at last on an installation of the oldest released version that was updated; test/t/006_upgrade.pl proves that this
# is object for object what a fresh installation has.
run_suite() {
	local version=$1 file pgxs
	only=$2 except=${3:-}
	need_packages "postgresql-$version" "postgresql-server-dev-$version" "postgresql-$version-pgtap" \
		libtap-parser-sourcehandler-pgtap-perl libipc-run-perl perl gcc make
	# test/t/018_reports.pl has it run a refresh, and skips that where there is none
	[ -n "${SALESOPS_PG_CONFIG:-}" ] || ! apt-cache show "postgresql-$version-cron" >/dev/null 2>&1 || need_packages "postgresql-$version-cron"
	pg_config=$(pg_config_of "$version")
	[[ "$("$pg_config" --version)" =~ ^PostgreSQL\ "$version"[^0-9] ]] || die "$pg_config is of $("$pg_config" --version), not of PostgreSQL $version"
	pgxs=$(dirname "$("$pg_config" --pgxs)")/../..
	export SALESOPS_PG_VERSION=$version

	say "== PostgreSQL $version${SALESOPS_PG_CONFIG:+ of $SALESOPS_PG_CONFIG}: build, warnings are errors"
	stage "$version" WERROR=1
	passed=$((passed + 1))			# the build without a warning is a check of its own
	stage_pgtap "$version"
	[ -n "$only" ] || [ -n "${SALESOPS_PG_CONFIG:-}" ] || compile_with_clang
	start_cluster shared_buffers=256MB

	as_postgres mkdir "$work/tap" "$work/t"
	run_regress
	for file in "$root"/test/pgtap/*.sql; do run_pgtap "test/pgtap/$(basename "$file")"; done
	for file in "$root"/test/t/*.pl; do
		# PostgreSQL's own Perl modules make clusters, so these run as the server's user (TESTDIR is for 15, the rest later)
		run_wanted "test/t/$(basename "$file")" as_postgres env PATH="$PATH" TMPDIR="$work/t" PG_REGRESS="$pgxs/src/test/regress/pg_regress" \
			TESTDIR="$work/tap" TESTDATADIR="$work/tap/tmp_check" TESTLOGDIR="$work/tap/log" SALESOPS_DATA="$SALESOPS_DATA" \
			perl -I "$pgxs/src/test/perl" -I "$build/test/lib" "$build/test/t/$(basename "$file")"
	done
	for file in "$root"/test/*.sh; do run_wanted "test/$(basename "$file")" bash "test/$(basename "$file")"; done
	# an updated database calls the same library: what instruments would see, they have seen
	if [ -z "${SALESOPS_PG_CONFIG:-}" ]; then
		install_oldest
		run_regress ", from $oldest"
	fi
	check_server_logs
}

# is_wanted NAME: whether neither ONLY nor EXCEPT leaves it out.
wanted=0
is_wanted() {
	[ -z "$only" ] || [[ $1 =~ $only ]] || return 1
	[ -z "${except:-}" ] || ! [[ $1 =~ $except ]]
}

# run_wanted NAME COMMAND...: run_tap from the built tree.  Counts in $wanted.
run_wanted() {
	is_wanted "$1" || return 0
	wanted=$((wanted + 1))
	cd "$build"
	run_tap "$@"
	cd /
}

# pgTAP comes with the distribution's packages; a server from elsewhere takes it from there.
stage_pgtap() {
	local folder
	folder=$work/stage$("$pg_config" --sharedir)/extension
	[ -e "$folder/pgtap.control" ] || cp "/usr/share/postgresql/$1/extension"/pgtap* "$folder/"
}

# The clang with which the server's packages compile bitcode, on the same sources, all warnings errors as well.
compile_with_clang() {
	local clang copy=$work/clang
	clang=$(sed -n 's/^CLANG *= *//p' "$(dirname "$("$pg_config" --pgxs)")/../Makefile.global")
	say_name "${clang##*/}"
	copy_tree "$copy"
	if make -C "$copy" -j"$(nproc)" -s with_llvm=no WERROR=1 CC="$clang" PG_CONFIG="$pg_config" >"$work/clang.log" 2>&1; then
		passed=$((passed + 1))
		say "no warning"
	else
		failed=$((failed + 1))
		say "FAILED"
		cat "$work/clang.log" >&2
	fi
	rm -rf "$copy"
}

# From now on CREATE EXTENSION installs the oldest released version and updates it from there, since no other install
# script is left.  Sets $oldest.
install_oldest() {
	local folder
	folder=$work/stage$("$pg_config" --sharedir)/extension
	oldest=$(find "$root/upgrades" -name 'salesops--*.sql' ! -name '*--*--*' | sed 's/.*salesops--\(.*\)\.sql$/\1/' | sort -V | head -n 1)
	find "$folder" -name 'salesops--*.sql' ! -name '*--*--*' ! -name "salesops--$oldest.sql" -delete
}

# pg_regress: what a user sees
run_regress() {
	local note=${1:-} log=$work/regress.log status=0 ok not_ok started=$SECONDS
	is_wanted regress || return 0
	wanted=$((wanted + 1))
	say_name "pg_regress$note"
	as_postgres env PATH="$PATH" PGHOST="$PGHOST" PGPORT="$PGPORT" PGUSER=postgres \
		make -C "$build" -s installcheck with_llvm=no PG_CONFIG="$pg_config" \
		EXTRA_REGRESS_OPTS="--bindir=$bin" >"$log" 2>&1 </dev/null || status=$?
	# "test x ... ok" until PostgreSQL 15, "ok 1 - x" since
	ok=$(grep -cE '^(test .*\.\.\. ok|ok +[0-9]+)' "$log" || true)
	not_ok=$(grep -cE '^(test .*\.\.\. FAILED|not ok +[0-9]+)' "$log" || true)
	passed=$((passed + ok)) failed=$((failed + not_ok))
	# every file was run
	[ $((ok + not_ok)) = "$(find "$build/sql" -name '*.sql' | wc -l)" ] || status=1
	if [ "$status" != 0 ]; then
		[ "$not_ok" != 0 ] || failed=$((failed + 1))
		say "FAILED"; cat "$log" >&2; if [ -f "$build/regression.diffs" ]; then cat "$build/regression.diffs" >&2; fi
	else
		say_ok "$ok" $((SECONDS - started))
	fi
}

# pgTAP: properties and tables of cases, each file in a database of its own, a copy of one that has the extensions
run_pgtap() {
	local file=$1
	is_wanted "$file" || return 0
	if [ -z "${tap_template:-}" ]; then
		tap_template=tap_template
		createdb "$tap_template"
		psql -X -q -v ON_ERROR_STOP=1 -d "$tap_template" -c 'CREATE EXTENSION pgtap' -c 'CREATE EXTENSION salesops'
	fi
	createdb -T "$tap_template" tap
	run_wanted "$file" pg_prove --norc --verbose --dbname tap "$file"
	dropdb tap
}

# What no server of the suite may have said: that a process crashed, that an assertion failed, or a sanitizer's report.
check_server_logs() {
	local reports
	say_name "server logs"
	reports=$(find "$work" -name '*.log' -type f ! -path "$work/build/*" -print0 |
		xargs -0 grep -lE 'terminated by signal|TRAP:|PANIC:|AddressSanitizer|runtime error: ' || true)
	if [ -z "$reports" ]; then
		passed=$((passed + 1))
		say "no crash"
	else
		failed=$((failed + 1))
		say "FAILED"
		for file in $reports; do
			say "    $file"
			grep -nE -A 25 'terminated by signal|TRAP:|PANIC:|AddressSanitizer|runtime error: ' "$file" | head -n 80 | sed 's/^/    /' >&2
		done
	fi
}
