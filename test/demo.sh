#!/usr/bin/env bash
# scripts/demo as a user meets it (TAP): the sample, its page, its findings against the truth, CSV exports of the same
# data, and CSV files that are wrong.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/salesops-demo-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp"
chmod 755 "$work" "$work/tmp"
export TMPDIR=$work/tmp
version=${SALESOPS_PG_VERSION:?}
n=0 failed=

ok() {	# ok STATUS NAME: status 0 is a pass
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else failed=1; echo "not ok $n - $2"; [ ! -s "$work/err" ] || tail -n 20 "$work/err" | sed 's/^/# /'; fi
}
# the demo makes a cluster of its own: nothing of the test's is passed on
demo() { env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE "$root/scripts/demo" --pg "$version" "$@" >"$work/out" 2>"$work/err" </dev/null; }
has() { grep -qE -- "$1" "${2:-$work/out}"; ok $? "${3:-shows $1}"; }
# value FINDING COLUMN: a cell of the findings table
value() { awk -F'│' -v f="$1" -v c="$2" 'index($1, f) { gsub(/ /, "", $c); print $c }' "$work/out"; }
at_least() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && a + 0 >= b) }'; ok $? "$3: $1, at least $2"; }

# ---- the sample ----
demo --size 3000 --html "$work/sample.html"
ok $? "the demo ends well"
for section in '1. PIPELINE BY FORECAST CATEGORY' '2. WHAT MOVED' '3. THE ODDS' '4. HOW GOOD PAST CALLS' '5. COVERAGE' '6. WIN RATES' '7. FORECAST-CATEGORY INTEGRITY' '8. DEALS AGED' '9. FUNNEL' '10. DUPLICATES' '11. HYGIENE' '12. SCORECARD' 'FINDINGS AGAINST'; do
	has "$section"
done
[ "$(value 'wrong forecast categories' 5)" = 100.0 ] && [ "$(value 'wrong forecast categories' 6)" = 100.0 ]
ok $? "every wrong forecast category is found with its reason, and nothing else"
[ "$(value 'aged deals' 5)" = 100.0 ] && [ "$(value 'aged deals' 6)" = 100.0 ]
ok $? "every aged deal is found, and nothing else"
[ "$(value 'fields and pushes' 5)" = 100.0 ] && [ "$(value 'fields and pushes' 6)" = 100.0 ]
ok $? "every blank field and every deal that is pushed too often is found, and nothing else"
at_least "$(value 'pairs of duplicate' 5)" 98 "recall of duplicate pairs"
at_least "$(value 'pairs of duplicate' 6)" 98 "precision of duplicate pairs"
has '^ account +│ +[23] │ +[01]\.[0-9]{3} │ .* │ .*name (same|similar) \+[0-9.]+' "$work/out" "duplicates say why"
cp "$work/out" "$work/sample.txt"
[ -z "$(ls "$TMPDIR")" ]
ok $? "nothing is left behind"

# ---- the page: whole, self-contained, and showing what the terminal shows ----
[ -s "$work/sample.html" ] && tail -n 1 "$work/sample.html" | grep -q '</html>'
ok $? "the page is whole"
! grep -qiE '<script|https?://|@import|url\(|<link|<img|javascript:' "$work/sample.html"
ok $? "the page has no scripts and fetches nothing"
[ "$(grep -o '<figure>' "$work/sample.html" | wc -l)" -ge 20 ] && [ "$(grep -o '<table>' "$work/sample.html" | wc -l)" -ge 30 ]
ok $? "the page has charts and tables"
[ "$(sed -n '/^12\. SCORECARD/,/^$/p' "$work/sample.txt" | grep -cE '│ (met|near|missed) +│')" = 16 ] && [ "$(grep -cE 'class="status is-(met|near|missed)"' "$work/sample.html")" -ge 16 ]
ok $? "the scorecard has sixteen values, each with a status, in the terminal and on the page"
[ "$(grep -o '<polyline' "$work/sample.html" | wc -l)" = 9 ]
ok $? "and a survival curve for each open stage, beside the outlook of two quarters"
has '^ OPP-[0-9]+ .* days, older than 9[0-9] % of [0-9]+ stays; half leave within ' "$work/sample.txt" "stalled deals say why"
perl -0777 -ne 'my %void = map { $_ => 1 } qw(meta br); my @open;
	while (m{<(/?)([a-z0-9]+)((?:\s[^<>]*)?)>}gi) { my ($end, $tag, $rest) = ($1, lc $2, $3);
		if ($end) { my $top = pop @open // ""; die "</$tag> closes <$top>\n" if $top ne $tag }
		else { push @open, $tag unless $void{$tag} || $rest =~ m{/$} } }
	die "open: @open\n" if @open' "$work/sample.html" 2>"$work/err"
ok $? "the page's elements are closed in order"
commit=$(awk -F'│' '/FORECAST CATEGORY/ { s = 1 } s && /All teams/ { gsub(/ /, "", $9); print $9; exit }' "$work/sample.txt")
grep -qF "$commit" "$work/sample.html"
ok $? "the page shows the commit forecast that the terminal shows ($commit)"

# ---- the same data as CSV files give the same inspection ----
# from here on with what the suite has built
export SALESOPS_BUILT=$root
mkdir "$work/csv"
createdb demo_csv && psql -Xq -d demo_csv -c 'CREATE EXTENSION salesops' -c "CALL salesops.create_contract('crm')" -v size=3000 -f "$root/demo/sample.sql" 2>"$work/err"
for pair in opportunity:opportunity opportunity_history:opportunity_history account:account quota:quota user:sales_user stage:stage exchange_rate:exchange_rate \
	report_run:report_run report_defect:report_defect report_rating:report_rating lead_routing:lead_routing ticket:ticket runbook:runbook dashboard_user:dashboard_user \
	finance_booking:finance_booking improvement:improvement; do
	psql -Xq -d demo_csv -c "COPY crm.${pair#*:} TO STDOUT WITH (FORMAT csv, HEADER)" >"$work/csv/${pair%%:*}.csv"
done
dropdb demo_csv
[ -s "$work/csv/exchange_rate.csv" ]
ok $? "the sample is exported"
demo --csv "$work/csv" --as-of 2026-06-29 --html "$work/csv.html"
ok $? "the demo on CSV files ends well"
diff <(sed '/^FINDINGS/,$d; /^$/d' "$work/sample.txt") <(sed '/^The same as a page/,$d; /^$/d' "$work/out") >"$work/err"
ok $? "the same inspection comes out"

# what spreadsheets do to files: byte-order mark, CRLF, other order of columns, upper case; and files that are not there
mkdir "$work/few"
printf '\xef\xbb\xbfSTAGE,"Opportunity_ID",amount,close_date,forecast_category,created_at\r\nProspecting,A1,"1,5",2026-07-01,Pipeline,2026-01-01\r\n' >"$work/few/opportunity.csv"
demo --csv "$work/few" --as-of 2026-06-29 --html "$work/few.html"
[ $? != 0 ]; ok $? "an amount that is no number is refused"
has 'opportunity.csv, line 2, column amount: .*"1,5"' "$work/err" "and file, line and column are named"
sed -i 's/"1,5"/1.5/' "$work/few/opportunity.csv"
demo --csv "$work/few" --as-of 2026-06-29 --html "$work/few.html"
ok $? "opportunity.csv alone is enough"
has 'as of 2026-06-29, 1 deals'
has 'deals without any recorded change +│ +1 │ +1'
[ "$(sed -n '/^12\. SCORECARD/,$p' "$work/out" | grep -c '│ unknown │')" = 13 ]
ok $? "and three metrics of the scorecard, of sixteen, are known then"
awk '/^4\. /{ s = 1 } /^5\. /{ s = 0 } s && /[0-9]\.[0-9]/ { found = 1 } END { exit found }' "$work/out"
ok $? "without a history no call was good"

# ---- wrong files ----
# The loader alone, in a database of the test's cluster: the whole demo for each would take minutes.
load() {
	createdb demo_bad && psql -Xq -d demo_bad -c 'CREATE EXTENSION salesops' -c "CALL salesops.create_contract('crm')" &&
	(
		export PGDATABASE=demo_bad
		set -euo pipefail
		. "$root/scripts/lib/common.sh"
		. "$root/scripts/lib/csv.sh"
		psql="psql -X -q -v ON_ERROR_STOP=1"
		csv_load "$1"
	) >"$work/out" 2>"$work/err"
	status=$?
	dropdb demo_bad
	return $status
}
wrong() {	# wrong NAME PATTERN FILE CONTENT: one file that must be refused with such a message
	rm -rf "$work/bad"; mkdir "$work/bad"
	printf 'opportunity_id,stage\nA1,Prospecting\n' >"$work/bad/opportunity.csv"
	printf "$4" >"$work/bad/$3"
	if load "$work/bad"; then ok 1 "$1"; else grep -qE -- "$2" "$work/err"; ok $? "$1"; fi
}
wrong 'an unknown column' 'account.csv, line 1, column 2: unknown column "nmae"' account.csv 'account_id,nmae\n1,x\n'
wrong 'the wrong separator' 'separated by commas' account.csv 'account_id;name\n1;x\n'
wrong 'a column given twice' 'account.csv, line 1, column 2: column "account_id" appears twice' account.csv 'account_id,account_id\n1,2\n'
wrong 'a missing key column' 'quota.csv, line 1: the column "owner_id" is missing' quota.csv 'period_start,amount\n2026-01-01,5\n'
wrong 'an impossible date' 'opportunity.csv, line 3, column close_date: .*2026-02-30' opportunity.csv 'opportunity_id,close_date\nA,2026-01-01\nB,2026-02-30\n'
wrong 'a day written another way' 'opportunity.csv, line 2, column close_date: ' opportunity.csv 'opportunity_id,close_date\nA,12/01/2026\n'
grep -q 'write days as 2026-01-12' "$work/err"; ok $? "and the remedy is said"
wrong 'a thousands separator' 'line 2, column amount: .*"12,000"' opportunity.csv 'opportunity_id,amount\nA,"12,000"\n'
grep -q 'no thousands separators' "$work/err"; ok $? "and the remedy is said"
wrong 'a quoted header with a comma' 'column 2: unknown column "amount, eur"' opportunity.csv 'opportunity_id,"Amount, EUR"\nA,1\n'
wrong 'too many cells' 'user.csv, line 2: extra data' user.csv 'user_id,name\n1,Ann,extra\n'
wrong 'too few cells' 'user.csv, line 3, column name: missing data|user.csv, line 3: missing data' user.csv 'user_id,name\n1,Ann\n2\n'
wrong 'an empty key' 'account.csv, line 2.*null value in column "account_id"' account.csv 'account_id,name\n,x\n'
wrong 'a key given twice' 'account.csv, line 3: duplicate key' account.csv 'account_id,name\n1,x\n1,y\n'
wrong 'bytes that are not UTF-8' 'account.csv, line 2.*invalid byte sequence' account.csv 'account_id,name\n1,\xff\xfe\n'
wrong 'a stage table that contradicts itself' 'stage.csv: .*"Prospecting" has the probability 10' stage.csv 'stage,position,probability,category,outcome\nProspecting,1,10,pipeline,open\n'
demo --csv "$work/nowhere"; [ $? != 0 ] && grep -q 'no folder' "$work/err"; ok $? "a folder that is not there"
rm -rf "$work/bad"; mkdir "$work/bad"; printf '"Opportunity_Id","Amount","Close_Date","Is_Deleted"\n"A","","",""\n' >"$work/bad/opportunity.csv"
load "$work/bad"; ok $? "quotes around nothing are nothing"
mkdir "$work/empty"; demo --csv "$work/empty"; [ $? != 0 ] && grep -q 'none of' "$work/err"; ok $? "a folder without any of the files"
demo --size x; [ $? != 0 ] && grep -q 'whole number' "$work/err"; ok $? "a size that is none"
demo --as-of 2026-02-30; [ $? != 0 ] && grep -q 'takes a day' "$work/err"; ok $? "a day that is none"

# ---- --keep leaves a cluster, and says how to reach and remove it ----
demo --size 200 --keep --html "$work/keep.html"
ok $? "--keep ends well"
host=$(sed -n 's/^The cluster stays up. Connect:  psql -h \([^ ]*\) -U postgres$/\1/p' "$work/out")
[ "$(psql -X -At -h "$host" -U postgres -d postgres -c 'SELECT count(*) > 0 FROM reports.coverage' 2>"$work/err")" = t ]
ok $? "the psql line works"
[ "$(psql -X -At -h "$host" -U postgres -d postgres -c "SELECT count(*), bool_and(f.open_pipeline + f.no_category_amount = m.amount AND c.open_amount = m.amount) FROM reports.forecast_summary f
	JOIN reports.coverage c USING (period, team) JOIN reports.movement m USING (period, team) WHERE f.is_total AND movement = 'end'" 2>"$work/err")" = '2|t' ]
ok $? "what is open is one amount: by category, at the end of the week's movement, and in coverage"
[ "$(psql -X -At -h "$host" -U postgres -d postgres -c "SELECT bool_and(reached = advanced + lost + still_open), min(advanced) FILTER (WHERE n = opens) = sum(won_deals), max(reached) FILTER (WHERE n = 1) + sum(missing) = sum(deals)
	FROM (SELECT *, row_number() OVER (ORDER BY stage_position) AS n, count(*) OVER () AS opens FROM reports.funnel WHERE is_total AND cohort = 'Last four quarters' AND outcome = 'open' AND entered * 2 >= reached) f
	FULL JOIN (SELECT deals, won_deals, 0 AS missing FROM reports.funnel_cohorts WHERE is_total AND cohort BETWEEN '2025-Q2' AND '2026-Q1') c ON false" 2>"$work/err")" = 't|t|t' ]
ok $? "the funnel loses no deal, and its quarters are its deals"
sh -c "$(sed -n 's/^Stop and remove it: *//p' "$work/out")" >"$work/err" 2>&1 && [ ! -e "${host%/socket}" ]
ok $? "the line that removes it works"
echo "1..$n"
[ -z "$failed" ]
