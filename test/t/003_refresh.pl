# REFRESH MATERIALIZED VIEW, which runs with an empty search_path from PostgreSQL 17 on, and CONCURRENTLY, which
# compares old and new rows by the types' own equality.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('refresh');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
$node->start;

my %views = (
	daily => <<'SQL',
SELECT day, salesops.compliance(amount > 50) AS c, salesops.deal_stats(outcome, amount, cycle) AS d, salesops.forecast_rollup(category, amount) AS r, salesops.stage_path(stage, entered_at) AS s, salesops.survival(abs(cycle), nullif(stage, 'New')) AS sv,
	salesops.forecast_error(amount, cycle::numeric) AS e, salesops.forecast_outcome(category, amount, outcome, amount) AS fo, salesops.deal_outlook(round(amount), 0.4) AS o,
	salesops.win_calibration(cycle / 90, outcome = 'won') AS wc, salesops.stage_win_rates(stage, outcome = 'won') AS swr,
	salesops.survivor(stage, entered_at, category) AS su, salesops.count_issues('stale,' || category, amount) AS ic, '{"stale_days": 30, "require": ["budget"]}'::salesops.hygiene_policy AS hp, salesops.close_path(entered_at::date + i % 90, entered_at) AS cp, salesops.slippage(entered_at::date, outcome, CASE WHEN outcome <> 'open' THEN entered_at::date + 20 END, amount, '2026-01-01', '2026-02-28') AS sl,
	salesops.linearity(entered_at::date, amount, 'month', 'quarter', 'starts February') AS li
FROM public.deal GROUP BY day
SQL
	funnels => q{SELECT day % 7 AS day, salesops.stage_funnel(s, (SELECT p FROM public.process LIMIT 1), 1.5) AS f FROM public.daily GROUP BY 1},
	funneled => q{SELECT day % 3 AS day, salesops.merge(f) AS f, salesops.funnel_conversion(salesops.merge(f), 'New', 'Proposal') AS c, salesops.funnel_deals(salesops.merge(f)) AS n FROM public.funnels GROUP BY 1},
	weekly => 'SELECT day / 7 AS day, ' . join(', ', map { "salesops.merge($_) AS $_" } qw(c d r s sv e fo o wc swr su ic cp sl li)) . ' FROM public.daily GROUP BY 1',
	kpi => <<'SQL',
SELECT day, salesops.win_rate(outcome = 'won', outcome <> 'open') AS win_rate, salesops.win_rate_created(outcome = 'won', outcome <> 'open') AS created,
	salesops.win_rate_amount(outcome = 'won', outcome <> 'open', amount) AS by_amount, salesops.forecast_category_integrity(p, stage, category) AS integrity
FROM public.deal, public.process GROUP BY day
SQL
	readers => <<'SQL',
SELECT day, salesops.compliance_rate(c) AS rate, salesops.median_cycle_days(d) AS median, salesops.win_rate_low(d) AS low, salesops.open_pipeline(r) AS open, salesops.stage_at(s, '2026-02-01 00:00+00') AS stage, salesops.km_median(sv) AS half, (SELECT sum(c.incidence) FROM salesops.incidence_curve(sv) c) AS incidences, (SELECT sum(c.low) FROM salesops.survival_curve(sv) c) AS lows,
	salesops.pipeline_coverage(salesops.open_pipeline(r)::float8, 100000) AS coverage, salesops.coverage_status(salesops.open_pipeline(r)::float8, 100000, 0, 3) AS status, salesops.to_forecast_category('Commit') AS category,
	salesops.wape(e) AS wape, salesops.commit_accuracy(fo) AS accuracy, (SELECT string_agg(t::text, ' ') FROM salesops.forecast_outcome_table(fo) t) AS outcomes,
	salesops.outlook_quantile(o, 0.1) AS cautious, salesops.chance_of_at_least(o, 20000, 0.1) AS chance, (SELECT round(sum(h.probability)::numeric, 9) FROM salesops.outlook_histogram(o, 5) h) AS whole,
	salesops.calibrated_probability(wc, 0.5) AS calibrated, salesops.stage_win_rate(swr, 'New') AS stage_rate, (SELECT sum(win_rate_low) FROM salesops.stage_win_rate_table(swr)) AS low_rates,
	salesops.most_recent(su) AS recent, (SELECT sum(records) FROM salesops.survivor_values(su)) AS values, salesops.push_count(cp, 'month') AS pushes, salesops.slip_rate(sl) AS slip_rate, salesops.linearity_share(li, 2) AS second_month
FROM public.weekly
SQL
	movement => q{SELECT day, salesops.movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3), (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5]) AS m FROM public.deal GROUP BY day},
	change => q{SELECT day, salesops.pipeline_change(day || '-' || i, i % 2 = 0, outcome, amount, NULL, stage, category) AS c FROM public.deal WHERE i <= 5000 GROUP BY day},
	log => q{SELECT day, salesops.stage_history('D' || i / 5, stage, entered_at) AS h FROM public.deal WHERE i <= 5000 GROUP BY day},
	logged => 'SELECT day % 7 AS day, salesops.merge(h) AS h, salesops.history_events(salesops.merge(h)) AS events FROM public.log GROUP BY 1',
	graph => q{SELECT day, salesops.match_graph('D' || i % 100, 'D' || i * 7 % 90, cycle - 40) AS g FROM public.deal GROUP BY day},
	clustered => q{SELECT day, g, (SELECT salesops.duplicate_rate(record, cluster) FROM salesops.match_clusters(g)) AS rate, (SELECT count(DISTINCT cluster) FROM salesops.connected_components(g, 20)) AS components FROM (SELECT day % 7 AS day, salesops.merge(g) AS g FROM public.graph GROUP BY 1) m},
	changed => 'SELECT day % 7 AS day, salesops.merge(c) AS c, salesops.movement(salesops.merge(c)) AS m FROM public.change GROUP BY 1',
	moved => 'SELECT day % 7 AS day, salesops.merge(m) AS m, salesops.net_change(salesops.merge(m)) AS net FROM public.movement GROUP BY 1',
	signatures => q{SELECT day, 'The ' || min(stage) || ' Company ' || day || ', Inc.' AS name, salesops.company_signature('The ' || min(stage) || ' Company ' || day || ', Inc.') AS sig, salesops.match_query(salesops.text_signature('company ' || day), 0.4) AS q, salesops.match_typed('comp', 0.2) AS t FROM public.deal GROUP BY day},
	matched => q{SELECT a.day, (SELECT string_agg(b.day::text, ' ' ORDER BY b.day) FROM public.signatures b WHERE b.sig OPERATOR(salesops.%) a.q) AS near, (SELECT sum(b.sig OPERATOR(salesops.<->) a.sig) FROM public.signatures b) AS far,
	(SELECT count(*) FROM salesops.match_candidates('public.signatures', 'day', 'name', 'company 7')) AS found FROM public.signatures a},
	rules => q{SELECT day, format('{"columns": [{"name": "company"}, {"stage": "text"}], "threshold": %s}', (1 + count(*)) / 1000.0)::salesops.match_rule AS rule FROM public.deal GROUP BY day},
	ruled => q{SELECT day, salesops.match_rule_threshold(rule) AS threshold, (SELECT string_agg(concat_ws(' ', c.column_name, c.role, t.column_name, t.accepts), ', ' ORDER BY c.position, t.clause, t.column_name) FROM salesops.match_rule_columns(rule) c, salesops.match_rules() r, salesops.match_rule_clauses(r.rule) t WHERE r.name = 'salesforce account') AS columns FROM public.rules},
	models => q{SELECT day, md5((day / 2)::text) || ' ' || (array['Foods', 'Solar', 'Systems'])[1 + day / 2 % 3] AS name, 'c' || day / 2 AS code, format('{"match_model": 1, "rule": {"columns": [{"stage": "identifier"}]}, "records": %s, "pairs": 8, "prior": 0.%s, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}', day, 1 + day)::salesops.match_model AS m FROM public.rules},
	# a table under a rule of its own, and under a model
	doubles => q{SELECT day, salesops.match_weight(m, '{New}', '{new}') AS weight, (SELECT string_agg(e::text, ' ') FROM salesops.explain_match(m, '{New}', '{new}') e) AS why,
	(SELECT md5(string_agg(w::text, ' ')) FROM salesops.match_weights(m) w) AS weights, (SELECT count(*) FROM salesops.duplicate_pairs('public.models', '{"key": "day", "columns": [{"name": "company"}, {"code": "identifier"}]}'::salesops.match_rule)) AS pairs,
	(SELECT count(*) FROM salesops.duplicate_clusters('public.models', '{"key": "day", "columns": [{"name": "company"}, {"code": "identifier"}]}'::salesops.match_rule)) AS clustered, (SELECT count(*) FROM salesops.match_pairs('public.models', 'public.models', '{"key": "day", "columns": [{"name": "company"}, {"code": "identifier"}]}'::salesops.match_rule)) AS matched,
	(SELECT count(*) FROM salesops.duplicate_pairs('public.models', salesops.fit_match_model('public.models', '{"key": "day", "columns": [{"name": "company"}, {"code": "identifier"}]}'))) AS again FROM public.models WHERE day < 3},
	processes => "SELECT day % 3 AS day, salesops.sales_process(stage || day, day, 0.5, 'pipeline', 'open', 10) AS p FROM (SELECT DISTINCT day, stage FROM public.deal) v GROUP BY 1",
	calendars => <<'SQL',
SELECT day, salesops.business_calendar('Mon-Fri 09:00-17:00 Europe/Berlin', entered_at::date, CASE WHEN i % 3 = 0 THEN '10:00-12:00' END) AS b,
	format('4-5-4 starts Sunday nearest February 1, week 53 in period %s', 1 + day % 12)::salesops.fiscal_calendar AS f
FROM (SELECT i, day, date '2026-01-01' + i AS entered_at FROM public.deal) v GROUP BY day
SQL
	periods => <<'SQL',
SELECT day, salesops.business_seconds('2026-01-01 00:00+00', '2027-01-01 00:00+00', b) AS seconds, salesops.business_days('2026-01-01', '2027-01-01', b) AS days, salesops.fiscal_week(date '2026-01-01' + day, f) AS week,
	(SELECT salesops.sla_compliance(d.entered_at, d.entered_at + d.cycle * interval '1 hour', 86400, b, '2026-06-01 00:00+00') FROM public.deal d WHERE d.day = c.day) AS sla,
	(SELECT string_agg(p.period_label, ' ') FROM salesops.fiscal_periods(f, '2026-01-01', '2026-12-31', 'quarter') p) AS quarters
FROM public.calendars c
SQL
);
my @order = ('daily', 'weekly', 'movement', 'moved', 'change', 'changed', 'log', 'logged', 'graph', 'clustered', 'funnels', 'funneled', 'kpi', 'readers', 'signatures', 'matched', 'rules', 'ruled', 'models', 'doubles', 'processes', 'calendars', 'periods');

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION salesops;
CREATE TABLE process AS SELECT '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Proposal", "probability": 0.5, "category": ["best_case", "commit"]}]}'::salesops.sales_process AS p;
CREATE TABLE deal AS
	SELECT i, i % 30 AS day, (array['open', 'won', 'lost'])[1 + i * 31 % 3] AS outcome, (array['Pipeline', 'Commit', NULL])[1 + i * 7 % 3] AS category, (array['New', 'Proposal', 'Won'])[1 + i * 5 % 3] AS stage,
		round((i * 7919 % 100003)::numeric / 1000, i % 3) AS amount, (i * 7919 % 90)::float8 AS cycle, '2026-01-01 00:00+00'::timestamptz + (i * 7919 % 2000) * interval '1 hour' AS entered_at
	FROM generate_series(1, 5000) i;
SQL
$node->safe_psql('postgres', "CREATE MATERIALIZED VIEW $_ AS $views{$_}; CREATE UNIQUE INDEX ON $_ (day);") foreach @order;

# No type of the extension is forgotten here.
is($node->safe_psql('postgres', <<'SQL'), '', 'the views hold values of every type');
SELECT string_agg(t.typname, ', ') FROM pg_depend d JOIN pg_type t ON d.classid = 'pg_type'::regclass AND d.objid = t.oid
WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesops') AND d.deptype = 'e' AND t.typtype IN ('b', 'd') AND t.typcategory <> 'A'
	AND NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE c.relkind = 'm' AND atttypid = t.oid)
SQL

my $session = start_session($node, 'postgres', 'refresh');

# The oracle is the view's query run as it stands.
sub check
{
	my ($when) = @_;

	foreach my $view (@order)
	{
		my $differences = ask($session, "SELECT (SELECT count(*) FROM $view), (SELECT count(*) FROM ((TABLE $view EXCEPT ALL $views{$view}) UNION ALL (($views{$view}) EXCEPT ALL TABLE $view)) x)");

		like($differences, qr/^[1-9]\d*\|0$/, "$when: $view");
	}
}
check('created');

my $changes = 0;
foreach my $mode ('', 'CONCURRENTLY')
{
	foreach my $change (
		"INSERT INTO deal SELECT i, i % 33, 'won', 'Commit', 'Won', 10.50, 7, '2026-05-01 00:00+00' FROM generate_series(6001, 6500) i",
		"UPDATE deal SET amount = amount + 0.01, entered_at = entered_at + interval '1 day' WHERE day % 5 = 0",
		"UPDATE deal SET amount = amount * 1.0 WHERE day % 7 = 3",
		'DELETE FROM deal WHERE day % 11 = 4')
	{
		my $before = ask($session, 'SELECT md5(string_agg(daily::text, $$ $$ ORDER BY day)) FROM daily');

		ask($session, $change);
		foreach my $view (@order)
		{
			is(answer($session, "REFRESH MATERIALIZED VIEW $mode $view;"), '', "REFRESH $mode $view");
		}
		check("$mode after: $change");
		$changes++ if ask($session, 'SELECT md5(string_agg(daily::text, $$ $$ ORDER BY day)) FROM daily') ne $before;
	}
}
is($changes, 8, 'every change reached the views');

# CONCURRENTLY leaves rows alone that did not change, also when they are merged from other parts than before.
my $rows = 'SELECT md5(string_agg(day || ctid::text || xmin::text, $$ $$ ORDER BY day)) FROM daily';
my $before = ask($session, $rows);
ask($session, 'CREATE TABLE shuffled AS SELECT * FROM deal ORDER BY md5(i::text); TRUNCATE deal; INSERT INTO deal TABLE shuffled; REFRESH MATERIALIZED VIEW CONCURRENTLY daily');
is(ask($session, $rows), $before, 'rows in another order change no row of the view');
check('shuffled');

# A refresh in a session with an empty search_path, as a scheduler may have it.
foreach my $view (@order)
{
	is(answer($session, "SET search_path = ''; REFRESH MATERIALIZED VIEW public.$view; REFRESH MATERIALIZED VIEW CONCURRENTLY public.$view;"), '', "REFRESH of $view under an empty search_path");
}
leave($session);

# That PostgreSQL 17 and later refresh with a search_path of their own is what makes this a test: a view over a function
# that depends on the search_path can be refreshed before and not since.
$node->safe_psql('postgres', <<'SQL');
SET search_path = public, salesops;
CREATE FUNCTION unqualified() RETURNS int LANGUAGE sql AS 'SELECT forecast_category_rank(''commit'')';
CREATE MATERIALIZED VIEW careless AS SELECT unqualified() AS rank WITH NO DATA;
CREATE UNIQUE INDEX ON careless (rank);
SQL
my ($result, $stdout, $stderr) = $node->psql('postgres', 'SET search_path = public, salesops; REFRESH MATERIALIZED VIEW careless');
like($stderr, $node->pg_version >= 17 ? qr/function forecast_category_rank\(unknown\) does not exist/ : qr/^$/, "whose search_path a refresh has");

$node->stop;
done_testing();
