# Long queries end when they are told to, and leave nothing; memory does not grow with rows, groups, frames, calls or
# errors.
#
# A query under a statement_timeout must be cancelled within a bounded time.  What counts is the backend's processor time
# (/proc/self/stat), which a busy machine does not change.  Each is cancelled as a statement of its own, and inside an
# exception block; behind it the memory contexts are those before, and there are no temporary files.
#
# Memory is measured in the backend's own memory contexts: before and behind a query, and at rows far apart in the same
# query, by a function that a late row calls.  What a sort or a hash table calls thousands of times between two
# looks is measured by the greatest size that the process ever had.
use strict;
use warnings;

use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

plan skip_all => 'needs /proc' unless -r '/proc/self/stat';

my $node = PostgreSQL::Test::Cluster->new('cancel');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', <<'CONF');
fsync = off
autovacuum = off
max_parallel_workers_per_gather = 0
jit = off
shared_buffers = 64MB
CONF
$node->start;
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', "$FindBin::Bin/../lib/every_type.sql" ], 'every type has sample values');
$node->safe_psql('postgres', slurp_file("$FindBin::Bin/../lib/measure.sql"));
my @types = split /\n/, $node->safe_psql('postgres', "SELECT name FROM life.type WHERE equals ~ 'salesops' ORDER BY name");
my @merged = split /\n/, $node->safe_psql('postgres', "SELECT split_part(format_type(proargtypes[0], NULL), '.', 2) FROM pg_proc WHERE pronamespace = 'salesops'::regnamespace AND proname = 'merge' ORDER BY 1");
cmp_ok(scalar(@merged), '>=', 4, 'types that are merged');
# an outlook has no more than 100,000 deals, which an endless query gives it at once
@merged = grep { $_ ne 'deal_outlook' } @merged;

$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION memory() RETURNS bigint LANGUAGE sql AS 'SELECT sum(used_bytes)::bigint FROM pg_backend_memory_contexts';
-- Runs a query that is cancelled in an exception block: what became of it.
CREATE FUNCTION try(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE query;
	RETURN 'done';
EXCEPTION WHEN query_canceled THEN
	RETURN 'cancelled';
WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;
-- Evaluates an expression in which TEXT is one of the largest, with a cancellation waiting: what became of it, and the work.
CREATE FUNCTION call_cancelled(name text, expression text, OUT outcome text, OUT worked float8) LANGUAGE plpgsql AS $$
DECLARE
	value text;
	before float8;
BEGIN
	EXECUTE 'SELECT t || '''' FROM huge WHERE name = $1' INTO value USING name;
	before := worked();
	BEGIN
		BEGIN
			EXECUTE 'SELECT ' || replace(expression, 'TEXT', '($1 || left(pg_cancel_backend(pg_backend_pid())::text, 0))') USING value;
		EXCEPTION WHEN OTHERS THEN
			outcome := SQLERRM;			-- and the cancellation still waits
		END;
		PERFORM 1;
	EXCEPTION WHEN query_canceled THEN
		outcome := coalesce(outcome, 'cancelled');
	END;
	worked := worked() - before;
END $$;
-- For a late row: 0, and the memory at that moment is kept under a name.
CREATE FUNCTION look(place text) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	PERFORM set_config('look.' || place, memory()::text, false);
	RETURN 0;
END $$;
SQL

# ---- cancellation ----

my $timeout = 0.05;
# Seconds of work that may pass behind it: what is far from any check takes many, and the slowest that is right, a tenth.
my $bound = 2.5;

# Aggregates and their arguments; every one of the extension has a case.
my @aggregates = (
	'compliance(i % 3 = 0)', "deal_stats(outcome, amount, cycle)", 'deal_stats(outcome, amount::float8, cycle)', 'deal_stats(outcome, amount::bigint, cycle)',
	"win_rate(outcome = 'won', outcome <> 'open')", "win_rate_created(outcome = 'won', outcome <> 'open')", "win_rate_amount(outcome = 'won', outcome <> 'open', amount)",
	"win_rate_amount(outcome = 'won', outcome <> 'open', amount::float8)", "win_rate_amount(outcome = 'won', outcome <> 'open', amount::bigint)",
	'forecast_rollup(category, amount)', 'forecast_rollup(category, amount::float8)', 'forecast_rollup(category, amount::bigint)',
	'forecast_category_integrity((SELECT p FROM life.process LIMIT 1), stage, category)', 'stage_path(stage, entered_at)', (map { "stage_funnel(salesops.stage_path_transfn(NULL, stage, entered_at), (SELECT p FROM life.process LIMIT 1)$_)" } '', ', amount', ', amount::float8', ', amount::bigint'), 'survival(i / 7.0, i % 3 = 0)', "survival(abs(cycle), CASE WHEN i % 3 > 0 THEN outcome END)",
	(map { my $type = $_; map { "$_(amount::$type, (amount + i % 100)::$type)" } qw(forecast_error mape wape forecast_bias forecast_accuracy mae rmse smape) } 'numeric', 'float8'),
	(map { "forecast_error(amount::$_, (amount + i % 100)::$_, cycle * cycle)" } 'numeric', 'float8'),
	(map { my $type = $_; map { "$_(category, amount::$type, outcome, (amount * 1.1)::$type)" } 'forecast_outcome', 'commit_accuracy' } 'numeric', 'float8', 'bigint'),
	"win_calibration((i % 101) / 100.0, outcome = 'won')", "brier_score((i % 101) / 100.0, outcome = 'won')", "stage_win_rates(stage, outcome = 'won')",
	'field_completeness(stage, category)', 'completeness_rate(stage, category)', "hygiene_compliance(concat('stale,', category))", (map { "count_issues(concat('stale,', category)$_)" } '', ', amount', ', amount::float8', ', amount::bigint'),
	'survivor(stage)', 'survivor(stage, entered_at)', 'survivor(stage, entered_at, outcome)', 'most_recent(stage, entered_at)', 'most_frequent(stage)', 'longest(stage)',
	'close_path(entered_at::date, entered_at)', "period_end_share(entered_at::date, 'quarter', 'starts February')",
	(map { "slippage(entered_at::date, outcome, entered_at::date + 20, $_, '2026-02-01', '2026-04-30')" } 'amount', 'amount::float8', 'amount::bigint'),
	(map { "linearity(entered_at::date, $_, 'week', 'quarter', 'starts February')" } 'amount', 'amount::float8', 'amount::bigint'),
	"movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3), (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5])",
	"movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3)::float8, (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount::float8, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5])",
	"movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3)::bigint, (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount::bigint, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5])",
	"pipeline_change(i::bigint, i % 2 = 0, outcome, amount, NULL, stage, category)",
	"pipeline_change(i::bigint, i % 2 = 0, outcome, amount::float8, NULL, stage, category)",
	"pipeline_change(i::bigint, i % 2 = 0, outcome, amount::bigint, NULL, stage, category)",
	"pipeline_change(concat('D', i), i % 2 = 0, outcome, amount, NULL, stage, category)",
	"pipeline_change(concat('D', i), i % 2 = 0, outcome, amount::float8, NULL, stage, category)",
	"pipeline_change(concat('D', i), i % 2 = 0, outcome, amount::bigint, NULL, stage, category)",
	"pipeline_change(md5(i::text)::uuid, i % 2 = 0, outcome, amount, NULL, stage, category)",
	"pipeline_change(md5(i::text)::uuid, i % 2 = 0, outcome, amount::float8, NULL, stage, category)",
	"pipeline_change(md5(i::text)::uuid, i % 2 = 0, outcome, amount::bigint, NULL, stage, category)",
	"stage_history(i::bigint, stage, entered_at)", "stage_history(concat('D', i), stage, entered_at)", "stage_history(md5(i::text)::uuid, stage, entered_at)",
	"match_graph(i::bigint, i * 7 % 3000::bigint, cycle)", "match_graph(concat('D', i), concat('D', i * 7 % 3000), cycle)", "match_graph(md5(i::text)::uuid, md5((i * 7 % 3000)::text)::uuid, cycle)",
	"duplicate_rate(i::bigint, (i / 3)::bigint)", "duplicate_rate(stage, outcome)", "duplicate_rate(md5(i::text)::uuid, md5((i / 3)::text)::uuid)",
	"business_calendar('Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2027-01-01', entered_at::date)", "business_calendar('closed UTC', entered_at::date, CASE WHEN entered_at::date - '2026-01-01'::date > 100 THEN '9:00-12:00 13:00-15:00' END)",
	"sla_compliance(entered_at, entered_at + interval '5 hours', cycle + 10, 'Mon-Fri 09:00-17:00 Europe/Berlin; holidays 2026-05-01', '2026-06-01 00:00+00')",
	"outlook_backtest((SELECT v FROM life.sample_deal_outlook WHERE id = 1), amount::float8, 0.8, 0)",);
# one that takes no more than 500 rows, and the two-step ones
my $process = "sales_process(stage, i, 0.5, 'commit', 'open', 1)";
# and those that take no more than 100,000
my @outlooks = ('deal_outlook(amount, 0.5)', 'deal_outlook(amount::float8, 0.5)', 'deal_outlook(amount::bigint, 0.5)');
my %seen = map { (/^(\w+)\(/ => 1) } @aggregates, $process, @outlooks, 'merge()';
my @missing = grep { !$seen{$_} } split /\n/, $node->safe_psql('postgres', "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'salesops'::regnamespace AND prokind = 'a'");
is(join(', ', @missing), '', 'every aggregate has a case');

# The largest that each function takes, made once.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE huge (name text PRIMARY KEY, t text);
ALTER TABLE huge ALTER t SET STORAGE EXTERNAL;
INSERT INTO huge VALUES
	('words', repeat('a b c ', 174762)), ('names', repeat('Müller & Söhne ', 69905)), ('ideographs', repeat('株式会社', 262144)), ('initials', repeat('a.', 524288)), ('aliases', repeat('d/b/a ', 174762)), ('forms', repeat('gmbh & co kg ', 80659)),
	('remarks', repeat('(UK) ', 209715)), ('one', repeat('x', 1048576)), ('other', (SELECT string_agg(chr(200 + (i::bigint * 7919 % 50000)::int), '') FROM generate_series(1, 1048576) i)),
	('categories', repeat('pipeline,', 10000000) || 'commit'), ('blanks', repeat(' ', 100000000)),
	('category_list', '{"stages": [{"stage": "N", "probability": 1, "category": [' || repeat('"pipeline", ', 300000) || '"commit"]}]}'),
	('tally', (SELECT v::text FROM life.sample_deal_stats WHERE id = 101)),
	('too_long', '{"compliance": 1' || repeat(', "met": 1', 8000000) || '}'),
	('outlook', '{"deal_outlook": 1, "deals": [' || (SELECT string_agg(format('[%s, 0.%s]', i * 7919.0 % 100003 / 7, i), ', ') FROM generate_series(1, 100000) i) || ']}'),
	('zeros', '{"stage_path": 1, "events": [' || repeat('0, ', 10000000) || '0]}'),
	('path', '{"stage_path": 1, "events": [' || (SELECT string_agg(format('["%s", "%s%s"]', to_char('2026-01-01'::timestamp + i * interval '1 s', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), repeat('x', 390), i % 1000), ', ') FROM generate_series(1, 100000) i) || ']}');
CREATE TABLE large_outlook AS SELECT t::salesops.deal_outlook AS o FROM huge WHERE name = 'outlook';
-- a deal of three million events, two at a time
CREATE TABLE one_deal (h salesops.stage_history);
ALTER TABLE one_deal ALTER h SET STORAGE EXTERNAL;
INSERT INTO one_deal SELECT salesops.stage_history(1::bigint, 'S' || i % 2, '2026-01-01 00:00+00'::timestamptz + i / 2 * interval '1 s') FROM generate_series(1, 3000000) i;
-- a million pairs that hang together
CREATE TABLE large_graph (g salesops.match_graph);
ALTER TABLE large_graph ALTER g SET STORAGE EXTERNAL;
INSERT INTO large_graph SELECT salesops.match_graph(i::bigint, (i * 7919::bigint) % 600011, i % 23 - 5) FROM generate_series(1, 1000000) i;
CREATE TABLE large_path AS SELECT t::salesops.stage_path AS p FROM huge WHERE name = 'path';
-- whose text form is six times as long, and takes as long to write
CREATE TABLE control_path AS SELECT salesops.stage_path(repeat(chr(1), 390) || i % 1000, '2026-01-01 00:00+00'::timestamptz + i * interval '1 s') AS p FROM generate_series(1, 100000) i;
SQL

# Name, query, whether it runs until it is cancelled; the others are single calls.
my @queries = (
	(map { [ $_, "SELECT salesops.$_ FROM life.deal, generate_series(1, 1000000) n", 1 ] } @aggregates),
	(map { [ "merge($_)", "SELECT salesops.merge(v) FROM life.sample_$_, generate_series(1, 10000000) n", 1 ] } @merged),
	(map { [ "$_ by group", "SELECT count(*) FROM (SELECT salesops.$_ FROM life.deal, generate_series(1, 1000000) n GROUP BY i, n) s", 1 ] } @aggregates[ 0, 1, 9, 13 ]),
	(map { [ "text of $_", "SELECT count(v::text::salesops.$_) FROM life.sample_$_, generate_series(1, 1000000) n", 1 ] } @types),
	(map { [ "send of $_", "SELECT sum(length(salesops.${_}_send(v))) FROM life.sample_$_, generate_series(1, 10000000) n", 1 ] } @types),
	(map { [ "order of $_", "SELECT count(*) FROM (SELECT v FROM life.sample_$_, generate_series(1, 1000000) n ORDER BY v OFFSET 1) s", 1 ] } @types),
	(map { my $f = $_; map { [ "$f of $_", "SELECT salesops.$f(t) FROM huge, generate_series(1, 100000) n WHERE name = '$_' GROUP BY 1", 1 ] } 'words', 'names', 'ideographs', 'initials', 'aliases', 'forms', 'remarks', 'one', 'other' } 'company_key', 'person_key', 'address_key', 'match_phonetic', 'nickname_class', 'company_acronym'),
	(map { my $f = $_; map { [ "$f of $_->[0], $_->[1]", "SELECT sum(salesops.$f(a.t, b.t)) FROM huge a, huge b, generate_series(1, 100000) n WHERE a.name = '$_->[0]' AND b.name = '$_->[1]'", 1 ] }
		[ 'words', 'initials' ], [ 'ideographs', 'other' ], [ 'one', 'one' ], [ 'other', 'names' ] } 'company_similarity', 'jaro', 'jaro_winkler', 'person_similarity', 'address_similarity'),
	# which compare each character with each
	(map { my $f = $_; map { [ "$f of $_->[0], $_->[1]", "SELECT sum(salesops.$f(left(a.t, 100000), left(b.t, 100000))) FROM huge a, huge b, generate_series(1, 100000) n WHERE a.name = '$_->[0]' AND b.name = '$_->[1]'", 1 ] }
		[ 'words', 'initials' ], [ 'ideographs', 'other' ], [ 'one', 'other' ] } 'levenshtein_ratio', 'osa_ratio', 'damerau_ratio', 'token_sort_ratio', 'token_set_ratio', 'qgram_cosine'),
	[ 'days_in_stage', "SELECT sum(salesops.days_in_stage(p, 'x', '2030-01-01')) FROM large_path, generate_series(1, 1000000) n", 1 ],
	[ 'stage_at', "SELECT count(salesops.stage_at(p, '2030-01-01')) FROM large_path, generate_series(1, 1000000) n", 1 ],
	[ 'outlook_quantile', 'SELECT sum(salesops.outlook_quantile(o, 0.1, 0, 0.001 + n * 1e-9)) FROM large_outlook, generate_series(1, 1000000) n', 1 ],
	[ 'outlook_quantile, correlated', 'SELECT sum(salesops.outlook_quantile(o, 0.1, 0.2, 0.001 + n * 1e-9)) FROM large_outlook, generate_series(1, 1000000) n', 1 ],
	[ 'outlook_stddev', 'SELECT sum(salesops.outlook_stddev(o, 0.2 + n * 1e-9)) FROM large_outlook, generate_series(1, 1000000) n', 1 ],
	[ 'a funnel of one deal', "SELECT salesops.window_funnel(h, (SELECT array_agg('S' || n % 2) FROM generate_series(1, 100) n)) FROM one_deal", 0 ],
	[ 'the stays of one deal', "SELECT salesops.stage_spells(h, '2030-01-01'::timestamptz) FROM one_deal", 0 ],
	[ 'clusters of a million pairs', 'SELECT count(*) FROM large_graph, generate_series(1, 100000) n, salesops.match_clusters(g, 0, -0.001)', 1 ],
	[ 'a graph put in order', 'SELECT count(*) FROM generate_series(1, 100000) n, LATERAL (SELECT salesops.match_graph_combinefn(salesops.match_graph_transfn(NULL, n::bigint, 0::bigint, 5), g) AS h FROM large_graph) s WHERE h IS NOT NULL', 1 ],
	[ 'the text of a large outlook', 'SELECT o::text FROM large_outlook', 0 ],
	[ 'the text of a large path', 'SELECT p::text FROM large_path', 0 ],
	# two in one expression, between which nothing looks for interrupts: one alone takes little more than the bound
	[ 'the text of a path of control characters', 'SELECT octet_length(p::text) + octet_length(p::text) FROM control_path', 1 ],
	[ 'paths as one', 'SELECT salesops.stage_path_combinefn(a.p, b.p) FROM large_path a, large_path b', 0 ],);

# Single calls with the largest texts, which a cancellation meets when they begin: a timeout would end them while the text
# is fetched.
foreach my $case (
	[ 'categories', "salesops.sales_process_transfn(NULL, 'n', 1, 0.5, TEXT, 'open', 1)" ],
	[ 'category_list', 'TEXT::salesops.sales_process' ],
	[ 'blanks', "salesops.sales_process_transfn(NULL, TEXT, 1, 0.5, 'commit', 'open', 1)" ],
	[ 'blanks', "salesops.forecast_rollup_transfn(NULL, TEXT, 1)" ],
	[ 'categories', "salesops.pipeline_scope('open', NULL, 'closed', NULL, NULL, true, TEXT)" ],
	[ 'blanks', "salesops.pipeline_scope('open', NULL, 'closed', NULL, NULL, true, TEXT || ',commit')" ],
	[ 'blanks', 'salesops.to_forecast_category(TEXT)' ],
	[ 'blanks', 'salesops.try_forecast_category(TEXT)' ],
	[ 'blanks', 'TEXT::salesops.business_calendar' ],
	[ 'blanks', 'TEXT::salesops.match_rule' ],
	[ 'blanks', "salesops.business_calendar_transfn(NULL, '24x7 UTC', '2026-12-24', TEXT)" ],
	[ 'path', 'TEXT::salesops.stage_path' ],
	[ 'outlook', 'TEXT::salesops.deal_outlook' ],
	[ 'zeros', 'TEXT::salesops.stage_path' ],
	[ 'tally', 'TEXT::salesops.deal_stats' ],
	[ 'too_long', 'TEXT::salesops.compliance' ])
{
	my ($name, $call) = @$case;
	my $quoted = $call =~ s/'/''/gr;
	my ($outcome, $worked) = split /\|/, $node->safe_psql('postgres', "SELECT * FROM call_cancelled('$name', '$quoted')");

	like($outcome, qr/^(cancelled|a literal of \d+ (?:bytes|values) is too long|stage name is too long)/, "$call of $name: ends");
	cmp_ok($worked, '<', $bound, "$call of $name: ends soon");
}

# An order for which qsort is quadratic.
my $folder = PostgreSQL::Test::Utils::tempdir();
my $major = int($node->safe_psql('postgres', 'SHOW server_version_num') / 10000);
# the server that is tested may be a copy without headers
my ($headers) = grep { -e "$_/c.h" } (`pg_config --includedir-server` =~ s/\n//r), "/usr/include/postgresql/$major/server";
SKIP:
{
	skip "no headers of the server to compile antiqsort.c with", 1 unless defined $headers;
	my $errors = `cc -O2 -w -I $headers -o $folder/antiqsort $FindBin::Bin/../lib/antiqsort.c 2>&1 && $folder/antiqsort 100000 2>&1 >$folder/order`;
	is($errors . ($? == 0 ? '' : "status $?"), '', 'an order made for qsort');
	$node->safe_psql('postgres', "CREATE TABLE hostile (i serial, v int); COPY hostile (v) FROM '$folder/order'");
	push @queries, [ 'a hostile order of events', "SELECT salesops.stage_path('x', '2026-01-01 00:00+00'::timestamptz + v * interval '1 second') FROM hostile", 0 ];
}

# All in one session, which must be as good as new at the end.
my $script = "SET statement_timeout = 0;\n";
foreach my $i (0 .. $#queries)
{
	my ($name, $query) = @{ $queries[$i] };
	my $quoted = $query =~ s/'/''/gr;
	my $milliseconds = $timeout * 1000;

	# the first time fills caches
	foreach my $round (1, 2)
	{
		$script .= <<"SQL";
SELECT memory() AS memory \\gset
SELECT worked() AS worked \\gset
SET statement_timeout = '$milliseconds ms';
DO \$\$ BEGIN PERFORM s FROM ($query) s; END \$\$;
\\if :ERROR
	\\set outcome :SQLSTATE
\\else
	\\set outcome done
\\endif
SET statement_timeout = 0;
SELECT worked() - :worked AS worked_first \\gset
SELECT worked() AS worked \\gset
SET statement_timeout = '$milliseconds ms';
SELECT try('$quoted') AS caught \\gset
SET statement_timeout = 0;
SELECT worked() - :worked AS worked_caught \\gset
SELECT memory() - :memory AS grown \\gset
SELECT '\@', $i, $round, :'outcome', :worked_first, :'caught', :worked_caught, :grown, (SELECT count(*) FROM pg_ls_tmpdir());
SQL
	}
}
my ($status, $stdout, $stderr) = $node->psql('postgres', $script, on_error_stop => 0, timeout => 1800);
my %report;
foreach my $line (grep { /^\@\|/ } split /\n/, $stdout)
{
	my (undef, $i, $round, @fields) = split /\|/, $line;
	$report{$i} = \@fields if $round == 2;
}
foreach my $i (0 .. $#queries)
{
	my ($name, $query, $endless) = @{ $queries[$i] };
	my ($outcome, $worked, $caught, $worked_caught, $grown, $files) = @{ $report{$i} // [ 'nothing', 999, 'nothing', 999, 999999999, 999 ] };

	if ($endless)
	{
		is($outcome, '57014', "$name: cancelled");
		is($caught, 'cancelled', "$name: cancelled in an exception block");
	}
	cmp_ok($worked, '<', $timeout + $bound, "$name: ends soon");
	cmp_ok($worked_caught, '<', $timeout + $bound, "$name: ends soon in an exception block");
	cmp_ok($grown, '<', 100_000, "$name: leaves no memory");
	is($files, 0, "$name: leaves no temporary file");
}
is(join("\n", grep { /(ERROR|FATAL|PANIC):/ && !/canceling statement due to statement timeout/ } split /\n/, $stderr), '', 'no other error');

# One session is asked all of it.
my $session = start_session($node, 'postgres', 'memory', "options='-c client_min_messages=error'");

# ---- memory of aggregates ----

ask($session, <<'SQL');
-- a million rows, of which the executor keeps none
CREATE TABLE million AS SELECT n, i, outcome, category, stage, amount, cycle, entered_at FROM generate_series(0, 249) n, (SELECT * FROM life.deal) d;
ANALYZE million;
SQL

# Memory at the half and at the end of a million rows of one group.  A state may grow up to its bound, which it has
# reached by the half; half a million times the smallest piece of memory, 32 bytes, is 16 MB.
# the same deal twice is an error of pipeline_change, so its values are not merged with themselves, nor linearities of different policies;
# a stage_history or match_graph keeps every row that it was given until it is stored
my @more = map { "merge(v)|$_" } grep { !/^(pipeline_change|stage_history|match_graph|linearity)$/ } @merged;
my $leak = 6_000_000;
foreach my $case (@aggregates, @more)
{
	my ($aggregate, $type) = split /\|/, $case;
	my $source = "million AS d";

	if (defined $type)
	{
		# small values, of which any number can be merged
		$source = "(SELECT m.n, m.i, v FROM million m JOIN (SELECT row_number() OVER (ORDER BY id) AS k, v FROM life.sample_$type WHERE id < 8) s ON s.k = m.i % 8 + 1) d";
	}
	my $query = $aggregate =~ s/\bi\b/(i + CASE WHEN n = 125 AND i = 1 THEN look('half') WHEN n = 249 AND i = 1 THEN look('end') ELSE 0 END)/r;
	$query = "$aggregate FILTER (WHERE i + CASE WHEN n = 125 AND i = 1 THEN look('half') WHEN n = 249 AND i = 1 THEN look('end') ELSE 0 END > 0)" if $query eq $aggregate;
	my $grown = ask($session, "SELECT salesops.$query IS NULL FROM $source;\nSELECT current_setting('look.end')::bigint - current_setting('look.half')::bigint") =~ s/.*\n//sr;

	# one that keeps its rows takes no more than they do: 24 to 40 bytes, and half as much again while it grows
	cmp_ok($grown, '<', $aggregate =~ /^(pipeline_change|stage_history|match_graph)/ ? 30_000_000 : $leak, ($type ? "merge($type)" : $aggregate) . ': a million rows take no more memory than half of them');
}

# One of each name, where it is the life of the states that counts, and not what is read into them.
my %named;
my @each = grep { my ($name) = /^(\w+)/; !$named{$name}++ } @aggregates;

# Groups: memory is given back behind each query; twenty thousand groups in each.
# A pipeline_change is one for a whole pipeline, a stage_history for a whole log, with a memory context of its own, at each of which hash aggregation looks for every
# new group: many thousands of them would take minutes.
foreach my $case ((grep { !/^(pipeline_change|stage_history|match_graph)/ } @each), $process, $outlooks[0], @more)
{
	my ($aggregate, $type) = split /\|/, $case;
	my $source = defined $type ? "(SELECT n AS i, v FROM life.sample_$type, generate_series(1, 500) n WHERE id < 40) d" : '(SELECT i + 4000 * n AS i, outcome, category, stage, amount, cycle, entered_at FROM million WHERE n < 5) d';

	foreach my $how ('sort', 'hash')
	{
		my $off = $how eq 'sort' ? 'hashagg' : 'sort';
		my $query = "SELECT count(*) FROM (SELECT salesops.$aggregate AS a FROM $source GROUP BY i OFFSET 0) s WHERE a IS NOT NULL;\n";
		my $result = ask($session, "SET enable_$off = off; SET work_mem = '256MB';\n" . $query x 2 . "SELECT memory() AS before \\gset\n" . $query x 3 . 'SELECT memory() - :before');

		cmp_ok($result =~ s/.*\n//sr, '<', 100_000, ($type ? "merge($type)" : $aggregate) . ": groups by $how give their memory back");
	}
}

# Moving frames, in which the final function runs for every row over a state that goes on, or is built anew.
foreach my $case ((grep { !/^(pipeline_change|stage_history|match_graph)/ } @aggregates), @more)
{
	my ($aggregate, $type) = split /\|/, $case;
	my $source = defined $type ? "(SELECT n AS i, v FROM (SELECT row_number() OVER (ORDER BY id) AS k, v FROM life.sample_$type WHERE id < 8) s JOIN generate_series(1, 20000) n ON k = n % 8 + 1) d"
		: '(SELECT i + 4000 * n AS i, outcome, category, stage, amount, cycle, entered_at FROM million WHERE n < 5) d';
	my $result = ask($session, <<"SQL" =~ s/'(\w+)' AS place/'$1'/gr) =~ s/.*\n//sr;
SET work_mem = '64kB';
SELECT sum(CASE i WHEN 8000 THEN look('half') WHEN 20000 THEN look('end') ELSE 0 END) FROM (SELECT i, salesops.$aggregate OVER (ORDER BY i ROWS BETWEEN 5 PRECEDING AND CURRENT ROW) AS a FROM $source) s WHERE a IS NOT NULL;
SELECT current_setting('look.end')::bigint - current_setting('look.half')::bigint;
SQL

	cmp_ok($result, '<', 200_000, ($type ? "merge($type)" : $aggregate) . ': moving frames');
}

# A cursor that is read in pieces and closed half way.
foreach my $aggregate (@each, $process, $outlooks[0])
{
	my $cursor = "BEGIN; DECLARE c CURSOR FOR SELECT salesops.$aggregate FROM million WHERE n < 5 GROUP BY n, i; MOVE 10000 FROM c; CLOSE c; COMMIT;\n";

	cmp_ok(ask($session, $cursor x 2 . "SELECT memory() AS before \\gset\n" . $cursor x 3 . 'SELECT memory() - :before') =~ s/.*\n//sr, '<', 100_000, "$aggregate: a cursor");
}

# ---- memory of functions ----

# Every function, its first argument of a type of ours in turn one of the samples, of which some are stored out of line,
# and plain values beside it.
my %called_with = (
	sales_process_transfn => "NULL, 'New', k, 0.5, 'commit', 'open', 1",
	business_calendar_transfn => "NULL, v, '2026-12-25', '09:00-10:00'",
	business_calendar_combinefn => "salesops.business_calendar_transfn(NULL, v, '2026-12-25'), salesops.business_calendar_transfn(NULL, v, '2026-12-25')",
	# the same deal twice is an error
	pipeline_change_combinefn => 'v, NULL', stage_history_combinefn => 'v, NULL',
	outlook_without => 'salesops.outlook_with(v, 0.5, 0.5), 0.5, 0.5',
	# a value for each column
	match_record => q[v, array_fill('lost'::text, ARRAY[jsonb_array_length(v::text::jsonb -> 'columns')])],
	map { $_ => q[v, array_fill('lost'::text, ARRAY[jsonb_array_length(v::text::jsonb -> 'columns')]), array_fill('won'::text, ARRAY[jsonb_array_length(v::text::jsonb -> 'columns')])] } qw(match_probability match_weight));
# to whose samples, of different policies, processes and kinds of ids, no one row can be added
my @alone = qw(linearity_transfn match_graph_transfn pipeline_change_transfn stage_history_transfn stage_funnel_transfn);
ask($session, slurp_file("$FindBin::Bin/../lib/example_arguments.sql"));
foreach my $function (split /\n/, ask($session, <<'SQL'))
SELECT proname, coalesce(split_part(format_type(proargtypes[first - 1], NULL), '.', 2), ''), arguments, pronargs
FROM pg_proc,
	LATERAL (SELECT min(n) AS first FROM unnest(proargtypes) WITH ORDINALITY a(t, n) WHERE format_type(t, NULL) ~ '^salesops.*[^]]$') f,
	LATERAL (SELECT string_agg(CASE WHEN provariadic <> 0 AND n = pronargs THEN 'VARIADIC ' ELSE '' END || CASE
			WHEN n = first OR proname ~ '_combinefn$' AND t = proargtypes[first - 1] THEN 'v'
			WHEN first IS NULL AND t = 'text'::regtype AND proname ~ '^(company|jaro)' THEN 'name'
			-- of constants alone the planner would call it once
			ELSE format('(CASE WHEN k > 0 THEN %s END)::%s', coalesce(x.literal, e.literal), e.type) END, ', ' ORDER BY n) AS arguments
		FROM unnest(proargtypes) WITH ORDINALITY a(t, n) JOIN example.value e ON e.type = t
		LEFT JOIN example.argument x ON x.name = proargnames[n] AND x.type = t) s
WHERE pronamespace = 'salesops'::regnamespace AND prokind = 'f' AND provolatile <> 'v' AND NOT proretset AND proname !~ '(_in|_recv)$' AND 'internal'::regtype <> ALL (proargtypes)
	-- and not those that read a table, by its name or in a schema, or run a query that must fit the rule
	AND 'regclass'::regtype <> ALL (proargtypes) AND proname NOT IN ('match_run_fit', 'qc_gate', 'query_check', 'html_table', 'svg_bars', 'svg_curves', 'inspection_report') AND proname !~ '^(adapter_|contract_sql$|existing_schema$|drill_down_sql$|report_(schema_check|owner_check|steps|way_sql)$|refresh_progress$)' ORDER BY oid::regprocedure::text
SQL
{
	my ($name, $type, $arguments, $count) = split /\|/, $function;
	$arguments =~ s/^v,/NULL,/ if grep { $_ eq $name } @alone;
	$arguments =~ s/THEN 1 END/THEN 100000000 + 1 + k % 6 END/ if $name =~ /^(to|try)_forecast_category$/;
	my $source = $type ne '' ? "life.sample_$type WHERE v IS NOT NULL AND id < 101 AND v::text !~ 'draft'" : 'life.account';
	my $call = "salesops.$name(" . ($count > 1 && $called_with{$name} || $arguments) . ')';
	my $result = ask($session, <<"SQL") =~ s/.*\n//sr;
SELECT count($call), sum(CASE k WHEN 500 THEN look('half') WHEN 5000 THEN look('end') ELSE 0 END)
FROM (SELECT *, row_number() OVER () AS k FROM (SELECT s.* FROM generate_series(1, 5000) n, LATERAL (SELECT * FROM $source LIMIT 8) s LIMIT 5000) t) u;
SELECT current_setting('look.end')::bigint - current_setting('look.half')::bigint;
SQL

	cmp_ok($result, '<', 100_000, "$call: 5,000 calls");
}

# Comparing and hashing inside a sort, an index build, a hash table and a merge join, where nothing is freed in between:
# 3,000 values of 60 kB stored out of line would be gigabytes.  Each in a backend of its own, since a peak stays.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE wide (i int, v salesops.stage_path);
ALTER TABLE wide ALTER v SET STORAGE EXTERNAL;
INSERT INTO wide SELECT i, replace(t, '2025-01-01', to_char('2024-01-01'::date + i % 300, 'YYYY-MM-DD'))::salesops.stage_path
	FROM (SELECT salesops.stage_path('Stage', CASE WHEN n = 0 THEN '2025-01-01 00:00+00' ELSE '2026-01-01 00:00+00'::timestamptz + n * interval '1 hour' END)::text AS t FROM generate_series(0, 5000) n) s, generate_series(1, 3000) i;
ANALYZE wide;
SQL
my %work = (
	'a sort' => 'SELECT count(*) FROM (SELECT i FROM wide ORDER BY v OFFSET 0) s',
	'a hash table' => 'SET enable_sort = off; SELECT count(*) FROM (SELECT v FROM wide GROUP BY v) s',
	'a hash join' => 'SET enable_mergejoin = off; SET enable_nestloop = off; SELECT count(*) FROM wide a JOIN wide b USING (v)',
	'a merge join' => 'SET enable_hashjoin = off; SET enable_nestloop = off; SELECT count(*) FROM wide a JOIN wide b USING (v)',
	'a nested loop' => 'SET enable_hashjoin = off; SET enable_mergejoin = off; SELECT count(*) FROM (SELECT * FROM wide LIMIT 100) a JOIN (SELECT * FROM wide LIMIT 100) b USING (v)',
	'an index build, btree' => 'CREATE INDEX wide_btree ON wide (salesops.current_stage(v), i)',
	'an index build, hash' => 'CREATE INDEX wide_hash ON wide USING hash (v)',
	'statistics' => 'ANALYZE wide',);
foreach my $what (sort keys %work)
{
	my $query = $work{$what} =~ s/USING \(v\)$/ON a.v OPERATOR(salesops.=) b.v/r;
	my $result = $node->safe_psql('postgres', "SET work_mem = '4MB'; SET maintenance_work_mem = '4MB'; SELECT count(v) FROM (SELECT * FROM wide LIMIT 100) s;\nSELECT peak() AS before \\gset\n$query;\nSELECT peak() - :before") =~ s/.*\n//sr;

	# the server's buffers, 64 MB, become part of it as they are touched
	cmp_ok($result, '<', 150_000_000, "$what of wide values");
}

# ---- errors ----

# Ten thousand refused values leave as much as one.
foreach my $query ("SELECT '{\"stages\": [{\"stage\": \"x\"}]}'::text::salesops.sales_process", "SELECT '{\"deal_stats\": 1, \"x\": 1}'::text::salesops.deal_stats",
	"SELECT '{\"stage_path\": 1, \"events\": [[\"2026\", \"x\"]]}'::text::salesops.stage_path", "SELECT salesops.to_forecast_category('x')", "SELECT salesops.deal_stats('won', 'NaN'::numeric, 1)",
	"SELECT salesops.stage_path('x', 'infinity')", "SELECT salesops.pipeline_coverage(1, -1)",
	"SELECT 'Mon-Fri 09:00-17:00 UTC; holidays 2026-02-29'::text::salesops.business_calendar", "SELECT salesops.business_seconds('2026-11-23', '10000-01-01', 'Mon-Fri 09:00-17:00 Europe/Berlin')")
{
	my $quoted = $query =~ s/'/''/gr;
	my $tries = "SELECT count(DISTINCT try('$quoted')), bool_or(try('$quoted') = 'done') FROM generate_series(1, %d) n;\n";
	my @lines = split /\n/, ask($session, sprintf($tries, 100) . "SELECT memory() AS before \\gset\n" . sprintf($tries, 5000) . 'SELECT memory() - :before');

	is($lines[1], '1|f', "$query: refused");
	cmp_ok($lines[2], '<', 200_000, "$query: 10,000 errors leave nothing");
}

leave($session);

is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_ls_tmpdir()'), 0, 'no temporary files');
unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, 'nothing crashed');
$node->stop;
done_testing();
