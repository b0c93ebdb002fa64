# Upgrades from every released version, as upgrades/ has them: stored values and indexes stay right, what comes out is
# object for object what a fresh installation has, and old install scripts find their symbols in the new library.
#
# Between two releases little may have changed, so there is an artificial one too, which differs in a thing of each kind
# that src/upgrade.awk carries over: its two scripts are in the server's folder of extensions while this test runs.
use strict;
use warnings;

use File::Basename qw(dirname);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $upgrades = dirname(__FILE__) . '/../../upgrades';
my $node = PostgreSQL::Test::Cluster->new('upgrade');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
$node->start;

my $current = $node->safe_psql('postgres', "SELECT default_version FROM pg_available_extensions WHERE name = 'salesops'");
my @released = grep { $_ ne $current } sort map { m{/salesops--((?:(?!--).)+)\.sql$} ? $1 : () } glob("$upgrades/salesops--*.sql");
cmp_ok(scalar(@released), '>=', 1, "released versions before $current: @released");

# ---- the library ----

foreach my $version (@released)
{
	my $script = slurp_file("$upgrades/salesops--$version.sql");
	my %symbols = map { $_ => 1 } $script =~ /'MODULE_PATHNAME',\s*'(\w+)'/g;
	my @gone;

	foreach my $symbol (sort keys %symbols)
	{
		my ($result) = $node->psql('postgres', "CREATE FUNCTION pg_temp.f() RETURNS void AS '\$libdir/salesops', '$symbol' LANGUAGE C", on_error_stop => 1);

		push @gone, $symbol if $result != 0;
	}
	is("@gone", '', "$version: its " . keys(%symbols) . ' C symbols are in the library');
	cmp_ok(scalar(keys %symbols), '>', 0, "$version: refers to C symbols");
}

# ---- stored values ----

# A query that makes values of each type, and readers of them.
my %stored = (
	business_calendar => [
		q[SELECT i AS id, format('Mon-Thu %s:00-12:00 13:00-17:30 Europe/Berlin; holidays 2027-01-%s', i % 12, lpad((i % 31 + 1)::text, 2, '0'))::salesops.business_calendar AS v FROM generate_series(1, 40) i],
		q{salesops.business_seconds('2026-12-20 00:00+00', '2027-01-27 00:00+00', v)}, q{salesops.business_days('2026-12-20', '2027-01-27', v)}
	],
	hygiene_policy => [
		q[SELECT i AS id, format('{"require": ["amount", "own %s"], "stages": {"New": {"stale_days": %s}}, "severity": {"stale": "low"}}', i, i)::salesops.hygiene_policy AS v FROM generate_series(1, 40) i],
		q{salesops.issue_severity(v, 'stale')}, q{salesops.required_issues(v, NULL, 'New', '{own 7,amount}', '{NULL,NULL}')}
	],
	issue_counts => [
		"SELECT day AS id, salesops.count_issues('stale,' || category, amount) AS v FROM deal GROUP BY day",
		'salesops.hygiene_compliance(v)', 'salesops.amount_at_risk(v)', '(SELECT string_agg(b::text, chr(10)) FROM salesops.issue_breakdown(v) b)'
	],
	survivor => [
		q[SELECT day AS id, salesops.survivor(stage || i % 3, '2026-01-01 00:00+00'::timestamptz + (i * 7919 % 5000) * interval '1 hour', 'source ' || i % 2) AS v FROM deal GROUP BY day],
		'salesops.most_recent(v)', 'salesops.longest(v)', q{salesops.source_priority(v, '{source 1}')}
	],
	close_path => [
		q[SELECT day AS id, salesops.close_path(CASE WHEN i % 17 > 0 THEN '2026-06-30'::date + i % 90 END, '2026-01-01 00:00+00'::timestamptz + (i * 7919 % 5000) * interval '1 hour') AS v FROM deal GROUP BY day],
		q{salesops.push_count(v, 'month')}, 'salesops.pushed_days(v)', q{salesops.last_pushed_at(v, 'quarter', 'starts February')}
	],
	compliance => [
		'SELECT day AS id, salesops.compliance(CASE WHEN i % 7 > 0 THEN i % 11 > 4 END) AS v FROM deal GROUP BY day',
		'salesops.compliance_rate(v)', 'salesops.pending(v)'
	],
	deal_stats => [
		"SELECT day AS id, salesops.deal_stats(outcome, amount, cycle) AS v FROM deal GROUP BY day UNION ALL SELECT 100, salesops.deal_stats('won', amount, i * 1.5) FROM deal",
		'salesops.won_deals(v)', 'salesops.won_amount(v)', 'salesops.win_rate_low(v)', 'salesops.median_cycle_days(v)', 'salesops.negative_cycles(v)'
	],
	fiscal_calendar => [
		q[SELECT i AS id, (CASE WHEN i > 12 THEN format('4-5-4 ends Saturday nearest January %s, named by end year', i - 12) ELSE format('starts %s', to_char(make_date(2000, i, 1), 'Month')) END)::salesops.fiscal_calendar AS v FROM generate_series(1, 40) i],
		q{salesops.fiscal_quarter('2026-06-15', v)}, q{salesops.fiscal_period_end('2026-06-15', 'year', v)}
	],
	forecast_error => [
		'SELECT day AS id, salesops.forecast_error(amount, amount * 1.01 + day, cycle * cycle) AS v FROM deal GROUP BY day',
		'salesops.wape(v)', 'salesops.rmse(v)', 'salesops.mape_skipped(v)'
	],
	forecast_outcome => [
		'SELECT day AS id, salesops.forecast_outcome(category, amount, outcome, amount * 1.1) AS v FROM deal GROUP BY day',
		q{salesops.called_amount(v, 'commit')}, 'salesops.commit_accuracy(v)', 'salesops.unknown_outcomes(v)'
	],
	forecast_rollup => [
		'SELECT day AS id, salesops.forecast_rollup(category, amount) AS v FROM deal GROUP BY day',
		'salesops.commit_forecast(v)', 'salesops.open_pipeline(v)', 'salesops.uncategorized_count(v)'
	],
	linearity => [
		q[SELECT day AS id, salesops.linearity('2026-01-01'::date + i % 365, amount, 'week', 'quarter', 'starts February') AS v FROM deal GROUP BY day],
		'salesops.linearity_total(v)', 'salesops.linearity_share(v, 13)'
	],
	slippage => [
		q[SELECT day AS id, salesops.slippage('2026-04-01'::date + i % 120, outcome, CASE WHEN outcome <> 'open' THEN '2026-03-01'::date + i % 200 END, amount, '2026-04-01', '2026-06-30') AS v FROM deal GROUP BY day],
		'salesops.slip_rate_low(v)', 'salesops.expected_amount(v)', 'salesops.not_expected_deals(v)'
	],
	movement => [
		q[SELECT day AS id, salesops.movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3), (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5]) AS v FROM deal GROUP BY day],
		'salesops.net_change(v)', 'salesops.won_amount(v)', 'salesops.pushed_out_deals(v)'
	],
	pipeline_change => [
		q[SELECT day AS id, salesops.pipeline_change(i::text, i % 2 = 0, outcome, amount, NULL, stage, category) AS v FROM deal GROUP BY day],
		'salesops.movement(v)', 'salesops.deals_after(v)'
	],
	stage_history => [
		q[SELECT day AS id, salesops.stage_history('D' || i / 3, stage, entered_at) AS v FROM deal GROUP BY day],
		'salesops.history_events(v)', 'salesops.history_deals(v)'
	],
	match_graph => [
		q[SELECT day AS id, salesops.match_graph('D' || i % 50, 'D' || i * 7 % 40, cycle) AS v FROM deal GROUP BY day],
		'salesops.graph_pairs(v)', 'salesops.graph_records(v)'
	],
	stage_path => [
		'SELECT day AS id, salesops.stage_path(stage, entered_at) AS v FROM deal GROUP BY day',
		'salesops.current_stage(v)', q{salesops.days_in_stage(v, 'Won', '2026-09-01 00:00+00')}
	],
	stage_funnel => [
		q[SELECT day AS id, salesops.stage_funnel(s, (SELECT salesops.sales_process(v, i, 0.5, 'commit', CASE v WHEN 'Won' THEN 'won' WHEN 'Lost' THEN 'lost' ELSE 'open' END, NULL) FROM unnest(array['New', 'Won', 'Lost']) WITH ORDINALITY x(v, i)), 1.50) AS v FROM (SELECT day, i % 3, salesops.stage_path(stage, entered_at) AS s FROM deal GROUP BY 1, 2) d GROUP BY day],
		'salesops.funnel_deals(v)', q{salesops.funnel_conversion(v, 'New', 'Won')}, q{salesops.funnel_reached_amount(v, 'New')}
	],
	match_rule => [
		q[SELECT i AS id, format('{"columns": [{"name": "company"}, {"phone": {"as": "phone", "region": "se"}}], %s}', CASE WHEN i % 2 = 0 THEN '"threshold": 0.' || i ELSE '"match": [{"name": 0.' || i || '}, {"phone": "exact"}]' END)::salesops.match_rule AS v FROM generate_series(1, 40) i],
		'salesops.match_rule_key(v)', 'salesops.match_rule_threshold(v)', q{(SELECT string_agg(accepts, ' ') FROM salesops.match_rule_clauses(v))}
	],
	match_model => [
		q[SELECT i AS id, format('{"match_model": 1, "rule": {"columns": [{"town %1$s": "identifier"}]}, "records": %1$s, "pairs": %1$s00, "prior": 0.%1$s, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.%1$s, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5, "common": {"%2$s": 8}}]}', i, substr(md5(i::text), 1, 16))::salesops.match_model AS v FROM generate_series(1, 40) i],
		'salesops.match_model_prior(v)', 'salesops.match_model_pairs(v)', q{salesops.match_weight(v, '{Bonn}', '{bonn}')}, 'salesops.match_model_rule(v)'
	],
	match_signature => [
		q[SELECT day AS id, salesops.text_signature(min(stage) || ' ' || day || ' négociation') AS v FROM deal GROUP BY day],
		q{salesops.signature_similarity(v, 'new 1 negociation')}, 'salesops.match_query(v, 0.3)'
	],
	match_query => [
		q[SELECT day AS id, CASE WHEN day % 2 = 0 THEN salesops.match_typed(min(stage) || ' ' || day, 0.4) ELSE salesops.match_query(salesops.text_signature(max(stage) || day), day / 40.0) END AS v FROM deal GROUP BY day],
		q{salesops.query_similarity('new 12', v)}, q{salesops.query_matches('new 12', v)}
	],
	survival => [
		q[SELECT day AS id, salesops.survival(abs(cycle), nullif(stage, 'New')) AS v FROM deal GROUP BY day],
		'salesops.survival_count(v)', 'salesops.km_median(v)', 'salesops.km_survival_low(v, 7)', q{salesops.cumulative_incidence(v, 'Won', 7)}
	],
	deal_outlook => [
		'SELECT day AS id, salesops.deal_outlook(abs(round(amount)), i % 11 / 10.0) AS v FROM deal GROUP BY day',
		'salesops.outlook_mean(v)', 'salesops.outlook_quantile(v, 0.9)', 'salesops.missing_amounts(v)'
	],
	win_calibration => [
		"SELECT day AS id, salesops.win_calibration(abs(cycle) / 40, outcome = 'won') AS v FROM deal GROUP BY day",
		'salesops.decided_deals(v)', 'salesops.brier_score(v)', 'salesops.log_loss(v)', 'salesops.calibrated_probability(v, 0.5)'
	],
	stage_win_rates => [
		"SELECT day AS id, salesops.stage_win_rates(stage, outcome = 'won') AS v FROM deal GROUP BY day",
		'salesops.unlabelled_deals(v)', q{salesops.stage_win_rate(v, 'Won')}, 'salesops.stage_win_rate_prior_mean(v)'
	],
	sales_process => [
		q[SELECT i AS id, format('{"stages": [{"stage": "New", "probability": 0.%s, "category": ["pipeline", "best_case"], "max_days": %s.25}, {"stage": "Won", "probability": 1, "outcome": "won"}]}', i, i)::salesops.sales_process AS v FROM generate_series(1, 40) i],
		q{salesops.stage_probability(v, 'New')}, q{salesops.stage_category(v, 'Won')}, q{salesops.stage_max_days(v, 'New')}
	],
	forecast_category => [
		'SELECT DISTINCT ON (category) i AS id, salesops.to_forecast_category(category) AS v FROM deal WHERE category IS NOT NULL ORDER BY category, i',
		'salesops.forecast_category_rank(v)'
	],);

sub fill
{
	my ($database) = @_;
	my $types = $node->safe_psql($database, <<'SQL');
SELECT t.typname FROM pg_depend d JOIN pg_extension e ON refobjid = e.oid AND extname = 'salesops' JOIN pg_type t ON classid = 'pg_type'::regclass AND t.oid = objid
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND typtype IN ('b', 'd') AND typcategory <> 'A' ORDER BY 1
SQL
	my @types = split /\n/, $types;

	$node->safe_psql($database, <<'SQL');
CREATE TABLE deal AS
	SELECT i, i % 30 AS day, (array['open', 'won', 'lost', NULL])[1 + i * 31 % 4] AS outcome, (array['Pipeline', 'Commit', 'closed', 'omitted', NULL])[1 + i * 7 % 5] AS category,
		(array['New', 'It''s "Négociation" 🤝', 'Won', 'Lost'])[1 + i * 31 % 4] AS stage, round((i * 7919 % 100003)::numeric / 7 - 1000, i % 5) AS amount, ((i * 7919) % 240 - 5) / 7.0::float8 AS cycle,
		'2026-01-01 00:00+00'::timestamptz + (i * 7919 % 5000) * interval '1 hour 0.000001 second' AS entered_at
	FROM generate_series(1, 6000) i;
SQL
	foreach my $type (@types)
	{
		BAIL_OUT("this test stores no values of $type: add some") if !$stored{$type};
		my ($query, $reader, @more) = @{ $stored{$type} };
		my $readers = join(', ', $reader, @more);

		$node->safe_psql($database, <<"SQL");
CREATE TABLE $type (id int PRIMARY KEY, v salesops.$type CHECK ($reader IS NOT NULL), shown text GENERATED ALWAYS AS (v::text) STORED);
INSERT INTO $type $query;
CREATE INDEX ${type}_hash ON $type USING hash (v);
CREATE INDEX ${type}_reader ON $type ($readers);
CREATE VIEW ${type}_seen AS SELECT id, $reader AS first, row($readers)::text AS seen FROM $type;
CREATE MATERIALIZED VIEW ${type}_kept AS TABLE ${type}_seen;
SQL
	}
	# values of several pages do not go into a btree
	$node->safe_psql($database, "CREATE INDEX ${_}_btree ON $_ USING btree (v)") foreach grep { !/^(deal_outlook|deal_stats|stage_path|survival)$/ } @types;
	return @types;
}

# Everything that a database has of the values of a type, from the table and through each of its indexes.
sub contents
{
	my ($database, $type) = @_;
	my $binary = $type eq 'forecast_category' ? 'v::text::bytea' : "salesops.${type}_send(v)";
	my $equal = $type eq 'forecast_category' ? '=' : 'OPERATOR(salesops.=)';

	return $node->safe_psql($database, <<"SQL");
SELECT count(*), md5(string_agg(v::text, ' ' ORDER BY id)), md5(string_agg($binary\::text, ' ' ORDER BY id)), bool_and(v::text = shown) FROM $type;
SELECT md5(string_agg(seen, ' ' ORDER BY id)) FROM ${type}_seen;
SELECT md5(string_agg(seen, ' ' ORDER BY id)) FROM ${type}_kept;
SELECT count(*) FROM $type a JOIN $type b ON a.v::text = b.v::text;
SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; SET enable_memoize = off;
SELECT count(*) FROM $type a JOIN $type b ON a.v $equal b.v;
SELECT count(*) FROM $type a JOIN ${type}_seen b ON $stored{$type}[1] = b.first;
SQL
}

foreach my $version (@released)
{
	my $database = "from_$version";

	$node->safe_psql('postgres', qq{CREATE DATABASE "$database"});
	$node->safe_psql($database, "CREATE EXTENSION salesops VERSION '$version'");
	my @types = fill($database);
	my %before = map { $_ => contents($database, $_) } @types;

	$node->safe_psql($database, 'ALTER EXTENSION salesops UPDATE');
	is($node->safe_psql($database, "SELECT extversion FROM pg_extension WHERE extname = 'salesops'"), $current, "$version: is $current after the update");
	foreach my $type (@types)
	{
		my $after = contents($database, $type);
		my (undef, undef, undef, $pairs, $by_value, $by_reader) = split /\n/, $after;

		is($after, $before{$type}, "$version: $type is what it was");
		is($by_value, $pairs, "$version: the index on $type finds each value");
		cmp_ok($by_reader, '>=', $pairs, "$version: the index on readers of $type finds each value");
		$node->safe_psql($database, "REINDEX TABLE $type; REFRESH MATERIALIZED VIEW ${type}_kept");
		is(contents($database, $type), $before{$type}, "$version: $type with everything built anew is what it was");
	}
	# what was stored before goes together with what is made now
	is($node->safe_psql($database, 'SELECT salesops.merge(v) OPERATOR(salesops.=) (SELECT salesops.forecast_rollup(category, amount) FROM deal) FROM forecast_rollup'), 't', "$version: old summaries merge into the new whole");
	my ($result, $stdout, $stderr) = $node->psql($database, q{INSERT INTO forecast_category VALUES (-1, 'Best Case')});
	like($stderr, qr/violates check constraint/, "$version: the domain still checks");
}

# ---- the catalog ----

# What the catalogs say of the extension, one text for each fact, in no OIDs: each column of the rows of members and of
# what belongs to members (array types, constraints, members of operator families) with OIDs written as what they
# refer to, comments, privileges and dependencies.  Expressions are trees with OIDs in them: pg_get_... write those
# out, and one of another kind is an error (division by zero) until it has its own line here.
my $catalog = <<'SQL';
SET search_path = pg_catalog;
CREATE FUNCTION public.columns_of(catalog regclass, condition text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	written text;
BEGIN
	SELECT string_agg(format('%L || coalesce(%s, ''-'')', '.' || attname || ' = ', CASE
			WHEN atttypid = 'pg_node_tree'::regtype THEN
				CASE catalog WHEN 'pg_proc'::regclass THEN 'CASE prokind WHEN ''a'' THEN pg_get_function_arguments(oid) ELSE pg_get_functiondef(oid) END' WHEN 'pg_constraint'::regclass THEN 'pg_get_constraintdef(oid)' WHEN 'pg_type'::regclass THEN 'typdefault'
					WHEN 'pg_rewrite'::regclass THEN 'pg_get_ruledef(oid)' ELSE format('(1 / (%I IS NULL)::int)::text', attname) END
			WHEN pktable IS NULL THEN format('%I::text', attname)
			WHEN is_array THEN format('(SELECT string_agg(coalesce(pg_describe_object(%s, o, 0), ''-''), '', '' ORDER BY n) FROM unnest(%I::oid[]) WITH ORDINALITY u(o, n))', pktable::oid, attname)
			ELSE format('pg_describe_object(%s, %I::oid, 0)', pktable::oid, attname) END), ', ' ORDER BY attnum)
		INTO STRICT written
		FROM pg_attribute LEFT JOIN pg_get_catalog_foreign_keys() f ON fktable = attrelid AND fkcols = array[attname::text]
		WHERE attrelid = catalog AND attnum > 0 AND attname NOT IN ('oid', 'objoid');
	RETURN QUERY EXECUTE format('SELECT unnest(array[%s]) FROM %s WHERE %s', written, catalog, condition);
END $$;
CREATE TABLE public.part AS
WITH RECURSIVE part AS (
	SELECT 'pg_extension'::regclass::oid AS classid, oid AS objid FROM pg_extension WHERE extname = 'salesops'
	UNION
	SELECT d.classid, d.objid FROM part p JOIN pg_depend d ON d.refclassid = p.classid AND d.refobjid = p.objid AND deptype IN ('e', 'i', 'a')
)
SELECT classid, objid, pg_describe_object(classid, objid, 0) AS name FROM part;

SELECT fact FROM (
	SELECT name || fact AS fact FROM public.part, LATERAL public.columns_of(classid, 'oid = ' || objid) fact
	UNION ALL SELECT name || fact FROM public.part, LATERAL public.columns_of('pg_aggregate', 'aggfnoid = ' || objid) fact WHERE classid = 'pg_proc'::regclass
	UNION ALL SELECT name || fact FROM public.part, LATERAL public.columns_of('pg_init_privs', format('objoid = %s AND classoid = %s', objid, classid)) fact
	UNION ALL SELECT name || ' comment: ' || description FROM public.part JOIN pg_description d ON objoid = objid AND classoid = classid
	UNION ALL SELECT name || ' needs ' || deptype::text || ' ' || pg_describe_object(refclassid, refobjid, 0) FROM public.part JOIN pg_depend USING (classid, objid)
) f ORDER BY fact COLLATE "C"
SQL

# ---- an artificial version ----

my $artificial = '0.0.9';
my $extensions = $node->safe_psql('postgres', "SELECT setting FROM pg_config() WHERE name = 'SHAREDIR'") . '/extension';
my @artificial_scripts = ("$extensions/salesops--$artificial.sql", "$extensions/salesops--$artificial--$current.sql");

# later tests must find the extension as it was
END { unlink @artificial_scripts }

# The current install script but for...
my $older = slurp_file("$extensions/salesops--$current.sql");
my $comment = qr/COMMENT ON (?:FUNCTION|AGGREGATE)/;
foreach my $edit (
	[ 'a function', sub { $older =~ s/^CREATE FUNCTION missed\(compliance\).*?;\n$comment missed\(compliance\) IS \$\$.*?\$\$;\n//ms } ],
	[ 'an aggregate', sub { $older =~ s/^CREATE AGGREGATE forecast_category_integrity\(.*?;\n$comment forecast_category_integrity\(.*?\) IS \$\$.*?\$\$;\n//ms } ],
	[ 'a cost', sub { $older =~ s/^(CREATE FUNCTION met\(compliance\)[^;]* COST) \d+/$1 777/m } ],
	[ 'a size of states', sub { $older =~ s/^(CREATE AGGREGATE compliance\(ok boolean\)[^;]* SSPACE =) \d+/$1 7777/m } ],
	[ 'a comment', sub { $older =~ s/^($comment company_key\(text\) IS\s+')/$1Older. /m } ])
{
	my ($what, $make) = @$edit;

	BAIL_OUT("the install script has no longer $what that this test changes in it") if !$make->();
}
unlink @artificial_scripts;
append_to_file($artificial_scripts[0], $older);
ok(run_log([ 'awk', '-f', dirname(__FILE__) . '/../../src/upgrade.awk', $artificial_scripts[0], "$extensions/salesops--$current.sql" ], '>', $artificial_scripts[1]), "$artificial: an upgrade script is made");

# What was changed, so that a comparison of both has something to find.
my $changed = <<'SQL';
SELECT to_regprocedure('salesops.missed(salesops.compliance)') IS NULL, to_regprocedure('salesops.forecast_category_integrity(salesops.sales_process, text, text)') IS NULL,
	(SELECT procost = 777 FROM pg_proc WHERE oid = 'salesops.met(salesops.compliance)'::regprocedure), (SELECT aggtransspace = 7777 FROM pg_aggregate WHERE aggfnoid = 'salesops.compliance(boolean)'::regprocedure),
	starts_with(obj_description('salesops.company_key(text)'::regprocedure, 'pg_proc'), 'Older. ')
SQL
$node->safe_psql('postgres', "CREATE DATABASE artificial");
$node->safe_psql('artificial', "CREATE EXTENSION salesops VERSION '$artificial'");
is($node->safe_psql('artificial', $changed), 't|t|t|t|t', "$artificial: differs");
$node->safe_psql('artificial', 'ALTER EXTENSION salesops UPDATE');
is($node->safe_psql('artificial', $changed), 'f|f|f|f|f', "$artificial: differs no longer after the update");

# ---- the comparison ----

# One line a fact.
sub facts
{
	my ($database) = @_;

	$node->safe_psql('postgres', qq{CREATE DATABASE "$database"});
	$node->safe_psql($database, $_[1]);
	my ($result, $stdout, $stderr) = $node->psql($database, $catalog, extra_params => [ '-R', "\x01" ], on_error_die => 1);
	return map { s/\s*\n\s*/ | /gr } split /\x01/, $stdout;
}

my @fresh = facts('fresh', 'CREATE EXTENSION salesops');
my $members = $node->safe_psql('fresh', "SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesops')");
cmp_ok(scalar(@fresh), '>', 20 * $members, "$members members, and " . @fresh . ' facts about them and what belongs to them');
foreach my $version ($artificial, @released)
{
	my @upgraded = facts("catalog_$version", "CREATE EXTENSION salesops VERSION '$version'; ALTER EXTENSION salesops UPDATE");
	my (%fresh, %upgraded);

	$fresh{$_}++ foreach @fresh;
	$upgraded{$_}++ foreach @upgraded;
	my @missing = grep { $fresh{$_} != ($upgraded{$_} // 0) } sort keys %fresh;
	my @extra = grep { $upgraded{$_} != ($fresh{$_} // 0) } sort keys %upgraded;

	ok(!@missing && !@extra, "$version: the upgraded catalog is that of a fresh installation")
		or diag(join("\n", (map { "only fresh: $_" } @missing), (map { "only upgraded: $_" } @extra)));
}

$node->stop;
done_testing();
