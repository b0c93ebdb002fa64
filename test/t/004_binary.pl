# Binary and text input: COPY in binary format is lossless; values that were cut off, changed in single bits, spliced
# from two or mutated at random are refused with an orderly error, or accepted as a value that is whole: one that can be
# written and read again and whose readers stay in their range.  No value takes long or much memory, and the server never
# crashes.  test/fuzz looks for more of the same within one backend, guided by coverage.
use strict;
use warnings;

use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Session;
use Test::More;

plan skip_all => 'needs /proc' unless -r '/proc/self/stat';

my $node = PostgreSQL::Test::Cluster->new('binary');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nlog_min_error_statement = panic\nlog_min_messages = log\n");
$node->start;

my $folder = PostgreSQL::Test::Utils::tempdir();

# What must hold of any value v: shares are shares, and every reader gives an answer.
my %sane = (
	business_calendar => 'CASE WHEN left(v::text, 5) <> $$draft$$ THEN salesops.business_seconds($$2026-12-20 00:00+00$$, $$2026-12-27 00:00+00$$, v) BETWEEN 0 AND 7 * 86400 AND salesops.business_days($$2026-01-01$$, $$2026-12-31$$, v) BETWEEN 0 AND 364
		AND salesops.next_business_time($$2026-12-25 12:00+00$$, v) >= $$2026-12-25 12:00+00$$ AND salesops.add_business_seconds($$2026-12-25 12:00+00$$, 3600, v) > $$2026-12-25 12:00+00$$ ELSE true END',
	hygiene_policy => 'salesops.issue_severity(v, $$stale,zero_amount$$) IN ($$low$$, $$medium$$, $$high$$) AND salesops.required_issues(v, NULL, NULL, $${amount,budget}$$, $${1,2}$$) IS NULL',
	issue_counts => 'salesops.records_with_issues(v) BETWEEN 0 AND salesops.records_judged(v) AND salesops.hygiene_compliance(v) BETWEEN 0 AND 1 IS NOT FALSE
		AND (SELECT coalesce(bool_and(b.records BETWEEN 1 AND salesops.records_with_issues(v) AND b.share BETWEEN 0 AND 1 AND b.cumulative_share BETWEEN 0 AND 1.0000001), true) FROM salesops.issue_breakdown(v) b)',
	survivor => '(salesops.most_recent(v) IS NULL) = (salesops.longest(v) IS NULL) AND char_length(salesops.longest(v)) >= char_length(salesops.most_frequent(v)) IS NOT FALSE
		AND (SELECT coalesce(bool_and(records > 0 AND btrim(value) <> $$$$), true) FROM salesops.survivor_values(v))',
	close_path => 'salesops.incomplete_events(v) >= 0 AND salesops.pull_count(v, $$quarter$$, $$starts February$$) BETWEEN 0 AND 100000 IS NOT FALSE
		AND salesops.push_count(v, $$month$$) >= salesops.push_count(v, $$year$$) IS NOT FALSE AND (salesops.pushed_days(v) IS NULL) = (salesops.current_close_date(v) IS NULL)
		AND salesops.current_close_date(v) - salesops.first_close_date(v) = salesops.pushed_days(v) IS NOT FALSE',
	compliance => '(salesops.compliance_rate(v) BETWEEN 0 AND 1 AND salesops.compliance_low(v) BETWEEN 0 AND 1 AND salesops.compliance_high(v) BETWEEN 0 AND 1) IS NOT FALSE
		AND least(salesops.met(v), salesops.missed(v), salesops.pending(v)) >= 0',
	deal_stats => '(salesops.win_rate(v) BETWEEN 0 AND 1 AND salesops.win_rate_low(v) BETWEEN 0 AND 1 AND salesops.win_rate_high(v) BETWEEN 0 AND 1
		AND salesops.win_rate_created(v) BETWEEN 0 AND 1 AND salesops.win_rate_created_low(v) BETWEEN 0 AND 1 AND salesops.win_rate_created_high(v) BETWEEN 0 AND 1) IS NOT FALSE
		AND salesops.deal_count(v) >= greatest(salesops.open_deals(v), salesops.won_deals(v), salesops.lost_deals(v)) AND salesops.missing_amounts(v) BETWEEN 0 AND salesops.deal_count(v)
		AND salesops.median_cycle_days(v) BETWEEN -1005000 AND 1005000 IS NOT FALSE AND (salesops.avg_cycle_days(v) IS NULL) = (salesops.median_cycle_days(v) IS NULL)
		AND salesops.won_amount(v) + salesops.lost_amount(v) + salesops.open_amount(v) IS NOT NULL AND coalesce(salesops.avg_deal_size(v), 0) IS NOT NULL',
	deal_outlook => '(salesops.outlook_mean(v) BETWEEN 0 AND salesops.outlook_total(v) * 1.000001 AND salesops.outlook_stddev(v) >= 0 AND salesops.outlook_quantile(v, 0.5) BETWEEN salesops.outlook_quantile_low(v, 0.5) AND salesops.outlook_quantile_high(v, 0.5)
		AND salesops.chance_of_at_least(v, 1000) BETWEEN 0 AND 1) IS NOT FALSE AND least(salesops.outlook_deals(v), salesops.missing_amounts(v), salesops.missing_probabilities(v)) >= 0',
	fiscal_calendar => 'salesops.fiscal_year($$2026-06-15$$, v) BETWEEN 2025 AND 2027 AND salesops.fiscal_day($$2026-06-15$$, v) BETWEEN 1 AND 371 AND salesops.fiscal_quarter($$2026-06-15$$, v) ~ $$^FY202[567]-Q[1-4]\Z$$
		AND salesops.fiscal_period_end($$2026-06-15$$, $$period$$, v) - salesops.fiscal_period_start($$2026-06-15$$, $$period$$, v) BETWEEN 27 AND 41',
	forecast_error => '(salesops.smape(v) BETWEEN 0 AND 2 AND salesops.mae(v) >= 0 AND salesops.mape(v) >= 0 AND salesops.wape(v) >= 0 AND salesops.rmse(v) < 1e300 AND abs(salesops.forecast_bias(v)) < 1e300 AND salesops.forecast_accuracy(v) <= 1) IS NOT FALSE
		AND salesops.mape_skipped(v) BETWEEN 0 AND salesops.forecast_pairs(v) AND salesops.unpaired_forecasts(v) >= 0',
	forecast_outcome => '(salesops.category_win_rate(v, $$commit$$) BETWEEN 0 AND 1 AND salesops.category_win_rate_low(v, $$commit$$) BETWEEN 0 AND 1) IS NOT FALSE AND salesops.called_deals(v, $$commit$$) >= salesops.category_won_deals(v, $$commit$$)
		AND least(salesops.missing_amounts(v), salesops.missing_won_amounts(v), salesops.unknown_outcomes(v)) >= 0 AND salesops.called_amount(v, $$commit$$) + salesops.category_won_amount(v, $$$$) IS NOT NULL',
	forecast_rollup => 'salesops.omitted_only(v) + salesops.pipeline_only(v) + salesops.closed_only(v) + salesops.uncategorized_amount(v) IS NOT NULL AND salesops.missing_amounts(v) >= 0
		AND least(salesops.category_count(v, $$commit$$), salesops.uncategorized_count(v)) >= 0',
	linearity => 'least(salesops.missing_amounts(v), salesops.undated_deals(v)) >= 0 AND salesops.undated_amount(v) IS NOT NULL
		AND salesops.linearity_amount(v, 0) IS NULL AND salesops.linearity_amount(v, 1) IS NOT NULL',
	slippage => '(salesops.slip_rate(v) BETWEEN 0 AND 1 AND salesops.slip_rate_low(v) BETWEEN 0 AND 1 AND salesops.slip_rate_high(v) BETWEEN 0 AND 1) IS NOT FALSE
		AND salesops.missing_amounts(v) BETWEEN 0 AND salesops.expected_deals(v) AND salesops.kept_amount(v) + salesops.lost_amount(v) + salesops.slipped_amount(v) IS NOT NULL',
	pipeline_change => 'salesops.deals_before(v) + salesops.deals_after(v) >= 0 AND (SELECT coalesce(sum(amount), 0) FROM salesops.moved_deals(v)) = salesops.net_change(salesops.movement(v))
		AND (SELECT coalesce(sum(salesops.net_change(movement)), 0) FROM salesops.movement_by_owner(v, NULL, NULL)) = salesops.net_change(salesops.movement(v))',
	stage_history => 'least(salesops.history_deals(v), salesops.incomplete_events(v)) >= 0 AND salesops.history_events(v) >= salesops.history_deals(v) AND (SELECT coalesce(sum(spells), 0) FROM salesops.stage_times(v, $$294276-12-31 23:59:59+00$$)) = (SELECT count(*) FROM salesops.stage_spells(v, $$294276-12-31 23:59:59+00$$) WHERE days >= 0)
		AND (SELECT coalesce(sum(transitions), 0) FROM salesops.stage_transitions(v, $$294276-12-31 23:59:59+00$$)) = (SELECT coalesce(sum(spells), 0) FROM salesops.stage_times(v, $$294276-12-31 23:59:59+00$$))',
	match_graph => 'salesops.graph_records(v) <= 2 * salesops.graph_pairs(v) AND salesops.incomplete_pairs(v) >= 0 AND (SELECT count(*) FROM salesops.match_clusters(v)) = salesops.graph_records(v)
		AND NOT EXISTS (SELECT FROM salesops.match_clusters(v, 1, -65536) JOIN salesops.connected_components(v, 1) c USING (record) GROUP BY match_clusters.cluster HAVING min(c.cluster) <> max(c.cluster))',
	movement => 'salesops.net_change(v) = (SELECT sum(amount) FROM salesops.waterfall(v) WHERE movement NOT IN ($$start$$, $$end$$)) AND salesops.start_amount(v) + salesops.net_change(v) = salesops.end_amount(v)
		AND least(salesops.start_deals(v), salesops.end_deals(v), salesops.unchanged_deals(v), salesops.missing_amounts(v), salesops.won_deals(v)) >= 0 AND salesops.increased_amount(v) >= 0 AND salesops.decreased_amount(v) <= 0',
	stage_path => 'salesops.incomplete_events(v) >= 0 AND (salesops.days_in_current_stage(v, $$2030-01-01 00:00+00$$) >= 0 AND salesops.days_in_stage(v, salesops.stage_at(v, $$2030-01-01 00:00+00$$), $$2030-01-01 00:00+00$$) >= 0
		AND (salesops.current_stage(v) IS NULL) = (salesops.entered_stage_at(v, salesops.current_stage(v)) IS NULL)) IS NOT FALSE',
	stage_funnel => '(SELECT bool_and(least(reached, entered, skipped_over, began_later, advanced, lost, still_open, in_stage, regressed, won) >= 0 AND (outcome <> $$open$$ OR reached = entered + skipped_over + began_later AND reached = advanced + lost + still_open)
		AND (conversion_from_first BETWEEN 0 AND 1 AND conversion_to_next BETWEEN 0 AND 1 AND conversion_to_next_resolved BETWEEN 0 AND 1 AND win_rate BETWEEN 0 AND 1) IS NOT FALSE AND reached <= salesops.funnel_deals(v)) FROM salesops.funnel_stages(v))
		AND salesops.funnel_missing_amounts(v) BETWEEN 0 AND salesops.funnel_deals(v) + salesops.funnel_unplaced_deals(v)',
	survival => 'salesops.survival_count(v) = salesops.ended_count(v) + salesops.open_count(v) AND salesops.incomplete_observations(v) >= 0 AND (salesops.km_survival_low(v, 3) <= salesops.km_survival(v, 3) AND salesops.km_survival(v, 3) <= salesops.km_survival_high(v, 3)
		AND salesops.km_quantile(v, 0.25) <= salesops.km_median(v) AND salesops.survival_percentile(v, 1e300) BETWEEN 0 AND 1 AND salesops.logrank_p(v, v) BETWEEN 0 AND 1) IS NOT FALSE
		AND (SELECT coalesce(sum(ended), 0) FROM salesops.incidence_curve(v)) = salesops.ended_count(v) AND (SELECT coalesce(sum(ended + censored), 0) FROM salesops.survival_curve(v)) = salesops.survival_count(v)',
	match_rule => 'length(salesops.match_rule_key(v)) > 0 AND salesops.match_rule_threshold(v) BETWEEN 0 AND 1 IS NOT FALSE AND (SELECT count(*) BETWEEN 1 AND 32 AND count(DISTINCT column_name) = count(*) AND count(*) = max(position) AND bool_and(role <> $$$$ AND column_name <> salesops.match_rule_key(v)) FROM salesops.match_rule_columns(v))
		AND (SELECT (count(*) = 0) = (salesops.match_rule_threshold(v) IS NOT NULL) AND bool_and(accepts <> $$$$) IS NOT FALSE AND count(DISTINCT (clause, column_name)) = count(*) FROM salesops.match_rule_clauses(v))
		AND v::text::salesops.match_rule OPERATOR(salesops.=) v',
	match_model => 'salesops.match_model_prior(v) > 0 AND salesops.match_model_prior(v) < 1 AND salesops.match_model_records(v) >= 0 AND salesops.match_model_pairs(v) >= 0
		AND (SELECT bool_and(m > 0 AND m <= 1 AND u > 0 AND u <= 1 AND weight BETWEEN -1000 AND 1000 AND weight >= before) FROM (SELECT w.*, lag(weight, 1, weight) OVER (PARTITION BY column_name ORDER BY ordinality) AS before FROM salesops.match_weights(v) WITH ORDINALITY w) s)
		AND (SELECT abs(salesops.match_weight(v, none, none) - log((p / (1 - p))::numeric) / log(2::numeric)) < 1e-6 FROM (SELECT array_fill(NULL::text, array[count(*)::int]) AS none, salesops.match_model_prior(v) AS p FROM salesops.match_rule_columns(salesops.match_model_rule(v))) s)
		AND v::text::salesops.match_model OPERATOR(salesops.=) v',
	match_signature => 'salesops.signature_similarity(v, v) = 1 AND salesops.signature_distance(v, v) = 0 AND salesops.query_matches(v, salesops.match_query(v, 1)) AND v::text::salesops.match_signature OPERATOR(salesops.=) v',
	match_query => 'salesops.query_similarity($$acme holding$$, v) BETWEEN 0 AND 1 AND salesops.query_matches($$acme holding$$, v) IS NOT NULL AND v::text::salesops.match_query OPERATOR(salesops.=) v',
	win_calibration => '(salesops.brier_score(v) BETWEEN 0 AND 1 AND salesops.log_loss(v) >= 0 AND salesops.calibration_error(v) BETWEEN 0 AND 1 AND salesops.base_rate(v) BETWEEN 0 AND 1 AND salesops.mean_probability(v) BETWEEN 0 AND 1
		AND salesops.calibrated_probability(v, 0.3) BETWEEN 0 AND salesops.calibrated_probability(v, 0.7) AND salesops.calibrated_probability(v, 1) <= 1) IS NOT FALSE
		AND (SELECT sum(deals) = salesops.decided_deals(v) AND bool_and(calibrated_probability BETWEEN 0 AND 1 IS NOT FALSE) FROM salesops.reliability_table(v)) AND least(salesops.undecided_deals(v), salesops.unpredicted_deals(v), salesops.impossible_outcomes(v)) >= 0',
	stage_win_rates => '(SELECT bool_and((win_rate BETWEEN win_rate_low AND win_rate_high AND win_rate_low >= 0 AND win_rate_high <= 1) IS NOT FALSE AND won_deals BETWEEN 0 AND decided_deals AND undecided_deals >= 0
		AND salesops.stage_win_rate(v, stage) IS NOT DISTINCT FROM win_rate AND salesops.stage_win_rate_raw(v, stage) IS NOT DISTINCT FROM raw_win_rate) FROM salesops.stage_win_rate_table(v)) IS NOT FALSE
		AND salesops.unlabelled_deals(v) >= 0 AND (salesops.stage_win_rate_prior_strength(v) >= 1 AND salesops.stage_win_rate_prior_mean(v) BETWEEN 0 AND 1) IS NOT FALSE',
	sales_process => '(salesops.stage_position(v, $$New$$) >= 1 AND salesops.stage_probability(v, $$New$$) BETWEEN 0 AND 1 AND salesops.stage_outcome(v, $$New$$) IN ($$open$$, $$won$$, $$lost$$)
		AND salesops.stage_max_days(v, $$Lost$$) >= 0) IS NOT FALSE AND coalesce(salesops.forecast_category_issue(v, $$New$$, $$commit$$), $$ok$$) <> $$$$',);

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION salesops;
CREATE TABLE deal AS
	SELECT i, (array['open', 'won', 'lost', NULL])[1 + i * 31 % 4] AS outcome, (array['Pipeline', 'Commit', 'closed', 'omitted', NULL])[1 + i * 7 % 5] AS category,
		(array['New', CASE WHEN i % 3 = 0 THEN 'It''s "Négociation" 🤝' ELSE 'Négociation' END, 'Won', ''])[1 + i * 31 % 4] AS stage, round((i * 7919 % 100003)::numeric / 7 - 1000, i % 5) AS amount, ((i * 7919) % 240 - 5) / 7.0::float8 AS cycle,
		'2026-01-01 00:00+00'::timestamptz + (i * 7919 % 5000) * interval '1 hour 0.000001 second' AS entered_at
	FROM generate_series(1, 5000) i;
CREATE TABLE compliance AS SELECT i % 30 AS id, salesops.compliance(CASE WHEN i % 3 > 0 THEN i % 5 > 1 END) AS v FROM deal GROUP BY 1;
CREATE TABLE business_calendar AS SELECT i AS id, format('Mon-Thu %s:00-12:00 13:00-17:30, Sat 22:00-06:00+1 Europe/Berlin; holidays 2026-12-25, 2027-01-%s; open 2026-12-24 09:00:%s-12:00', i % 12, lpad((i % 31 + 1)::text, 2, '0'), 10 + i)::salesops.business_calendar AS v FROM generate_series(1, 30) i
	UNION ALL SELECT 100, salesops.business_calendar_transfn(salesops.business_calendar_transfn(NULL, 'closed UTC', '2026-12-26', '09:00-12:00 13:00-14:00'), 'closed UTC', '2026-12-25')
	UNION ALL SELECT 101, salesops.business_calendar('24x7 UTC', date '1900-01-01' + i * 17, CASE WHEN i % 3 = 0 THEN '09:00-13:00 14:00-16:30' END) FROM generate_series(1, 3000) i;
CREATE TABLE fiscal_calendar AS SELECT i AS id, (CASE WHEN i > 12 THEN format('%s ends Saturday nearest January %s, named by end year, week 53 in period %s', (array['4-4-5', '4-5-4', '5-4-4', '13 periods'])[1 + i % 4], i - 12, 1 + i % 12)
	ELSE format('starts %s', to_char(make_date(2000, i, 1), 'Month')) END)::salesops.fiscal_calendar AS v FROM generate_series(1, 40) i;
CREATE TABLE deal_stats AS SELECT i % 30 AS id, salesops.deal_stats(outcome, amount, cycle) AS v FROM deal GROUP BY 1
	UNION ALL SELECT 100, salesops.deal_stats('won', amount, i * 1.5) FROM deal UNION ALL SELECT 101, salesops.deal_stats('won', NULL::numeric, NULL);
CREATE TABLE forecast_rollup AS SELECT i % 30 AS id, salesops.forecast_rollup(category, amount) AS v FROM deal GROUP BY 1 UNION ALL SELECT 100, salesops.forecast_rollup(NULL, 0.0000);
CREATE TABLE forecast_error AS SELECT i % 30 AS id, salesops.forecast_error(amount, amount * 1.01 + i % 7, cycle * cycle) AS v FROM deal GROUP BY 1 UNION ALL SELECT 100, salesops.forecast_error(0, 5);
CREATE TABLE forecast_outcome AS SELECT i % 30 AS id, salesops.forecast_outcome(category, amount, outcome, amount * 1.1) AS v FROM deal GROUP BY 1 UNION ALL SELECT 100, salesops.forecast_outcome(NULL, 0.0000, NULL, NULL);
CREATE TABLE movement AS SELECT i % 30 AS id, salesops.movement((array['open', 'open', 'open', NULL])[1 + i % 4], (amount + i % 3), (array['in', 'in', 'in', 'later', 'earlier', 'omitted', 'other_category', 'other_group'])[1 + i % 8], outcome, amount, (array['in', 'in', 'later', 'in', 'other_group'])[1 + i % 5]) AS v FROM deal GROUP BY 1 UNION ALL SELECT 100, '{"movement": 1}';
CREATE TABLE stage_history AS SELECT i % 300 AS id, salesops.stage_history('D' || i / 900, stage, entered_at) AS v FROM deal GROUP BY 1 UNION ALL SELECT 1000, salesops.stage_history(i / 4, stage || i % 9, entered_at) FROM deal
	UNION ALL SELECT 1001, salesops.stage_history(md5((i / 2)::text)::uuid, stage, entered_at) FROM deal UNION ALL SELECT 1002, salesops.stage_history(1, NULL, '2026-01-01') UNION ALL SELECT 1003, salesops.stage_history(1, 'Old', '0300-01-01 00:00+00 BC');
CREATE TABLE match_graph AS SELECT i % 300 AS id, salesops.match_graph('D' || i % 90, 'D' || i * 7 % 80, cycle) AS v FROM deal GROUP BY 1 UNION ALL SELECT 1000, salesops.match_graph(i / 4, i * 7 % 1000, cycle) FROM deal
	UNION ALL SELECT 1001, salesops.match_graph(md5((i / 2)::text)::uuid, md5((i % 50)::text)::uuid, cycle) FROM deal UNION ALL SELECT 1002, salesops.match_graph(1, NULL, 5) UNION ALL SELECT 1003, salesops.match_graph('a', 'b', -65536);
CREATE TABLE pipeline_change AS SELECT i % 300 AS id, salesops.pipeline_change('D' || i, i % 2 = 0, outcome, amount, '2026-01-01'::date + i % 90, stage, category) AS v FROM deal GROUP BY 1 UNION ALL SELECT 1000, salesops.pipeline_change(i::bigint, false, outcome, amount / 1e15, NULL, NULL, category) FROM deal
	UNION ALL SELECT 1001, salesops.pipeline_change(md5((i / 2)::text)::uuid, i % 2 = 0, outcome, amount, NULL, stage, category) FROM deal;
CREATE TABLE stage_path AS SELECT i % 300 AS id, salesops.stage_path(stage, entered_at) AS v FROM deal GROUP BY 1 UNION ALL SELECT 1000, salesops.stage_path(NULL, '2026-01-01') UNION ALL SELECT 1001, salesops.stage_path(stage, entered_at) FROM deal;
CREATE TABLE stage_funnel AS SELECT id % 30 AS id, salesops.stage_funnel(v, (SELECT salesops.sales_process(s, row_number, 0.5, 'commit', CASE row_number % 4 WHEN 2 THEN 'won' WHEN 3 THEN 'lost' ELSE 'open' END, NULL) FROM (SELECT s, row_number() OVER (ORDER BY s) FROM (SELECT DISTINCT stage AS s FROM deal WHERE stage <> '' AND stage NOT LIKE '%' || chr(129309)) d) p), id / 7.0) AS v FROM stage_path GROUP BY 1
	UNION ALL SELECT 100, salesops.stage_funnel(v, '{"stages": [{"stage": "Größe 🤝", "probability": 0.1, "category": "commit"}, {"stage": "Won", "probability": 1, "outcome": "won"}]}') FROM stage_path;
CREATE TABLE survival AS SELECT i % 30 AS id, salesops.survival(abs(cycle), nullif(nullif(stage, ''), 'New')) AS v FROM deal GROUP BY 1 UNION ALL SELECT 100, salesops.survival(NULL, true) UNION ALL SELECT 101, salesops.survival(i / 7.0, i % 3 = 0) FROM deal;
CREATE TABLE deal_outlook AS SELECT i % 300 AS id, salesops.deal_outlook(abs(amount), CASE WHEN i % 11 > 0 THEN i % 8 / 7.0 END) AS v FROM deal GROUP BY 1 UNION ALL SELECT 1000, salesops.deal_outlook(NULL::float8, 0.5) UNION ALL SELECT 1001, salesops.deal_outlook(abs(amount), 0.5) FROM deal;
CREATE TABLE win_calibration AS SELECT i % 30 AS id, salesops.win_calibration((i * 7919 % 101) / 100.0, CASE WHEN i % 7 > 0 THEN i % 3 = 0 END) AS v FROM deal GROUP BY 1 UNION ALL SELECT 100, salesops.win_calibration(NULL, true);
CREATE TABLE stage_win_rates AS SELECT i % 30 AS id, salesops.stage_win_rates(stage, CASE WHEN i % 7 > 0 THEN i % 4 = 0 END) AS v FROM deal GROUP BY 1 UNION ALL SELECT 100, salesops.stage_win_rates(NULL, true) UNION ALL SELECT 101, salesops.stage_win_rates(stage || i, i % 3 = 0) FROM deal;
CREATE TABLE survivor AS SELECT i % 300 AS id, salesops.survivor(stage, CASE WHEN i % 17 > 0 THEN entered_at END, CASE WHEN i % 3 > 0 THEN outcome END) AS v FROM deal GROUP BY 1 HAVING count(nullif(btrim(stage), '')) > 0
	UNION ALL SELECT 1001, salesops.survivor(md5(i::text) || ' Größe 🤝', entered_at, 'source ' || i % 7) FROM deal;
CREATE TABLE issue_counts AS SELECT i % 300 AS id, salesops.count_issues(CASE WHEN i % 3 > 0 THEN 'stale,' || lower(stage) || 'ä' END, amount) AS v FROM deal GROUP BY 1 UNION ALL SELECT 1000, salesops.count_issues(NULL) UNION ALL SELECT 1001, salesops.count_issues('code ' || i % 900, amount) FROM deal;
CREATE TABLE hygiene_policy AS SELECT i AS id, format('{"require": {"open": ["amount", "It''s \"%s\""], "lost": []}, "stages": {"Größe %s": {"require": ["owner"], "stale_days": %s.5}}, "stale_days": %s, "max_pushes": 3, "ignore": ["stale"], "severity": {"zero_amount": "low"}, "owner": {"stale": "désk"}}', i, i, i, i)::salesops.hygiene_policy AS v FROM generate_series(1, 30) i;
CREATE TABLE close_path AS SELECT i % 300 AS id, salesops.close_path(CASE WHEN i % 17 > 0 THEN '2026-06-30'::date + i % 90 END, entered_at) AS v FROM deal GROUP BY 1 UNION ALL SELECT 1000, salesops.close_path('2026-01-01', NULL)
	UNION ALL SELECT 1001, salesops.close_path('2026-06-30'::date + i % 900, entered_at) FROM deal;
CREATE TABLE slippage AS SELECT i % 30 AS id, salesops.slippage('2026-04-01'::date + i % 120, outcome, CASE WHEN outcome <> 'open' THEN '2026-03-01'::date + i % 200 END, amount, '2026-04-01', '2026-06-30') AS v FROM deal GROUP BY 1;
CREATE TABLE linearity AS SELECT i % 30 AS id, salesops.linearity('2026-01-01'::date + i % 365, amount, (ARRAY['month', 'week', 'day'])[1 + i % 30 % 3], 'quarter', '4-5-4 starts Sunday nearest February 1') AS v FROM deal GROUP BY 1, i % 30 % 3
	UNION ALL SELECT 100, salesops.linearity('2026-01-01'::date + i % 365, amount, 'day', 'year', 'starts January') FROM deal UNION ALL SELECT 101, salesops.linearity(NULL, 0.000, 'month', 'year', 'starts July, named by end year');
CREATE TABLE match_rule AS SELECT i AS id, format('{"key": "id %s", "columns": [{"It''s \"Négociation\" %s": "company"}, {"phone": {"as": "phone", "region": "de", "block": false}}, {"city": {"as": "city", "levels": [0.%s9, 0.%s1]}}], "threshold": 0.%s}', i, i, i, i, i)::salesops.match_rule AS v FROM generate_series(1, 30) i
	UNION ALL SELECT 30 + n, rule FROM salesops.match_rules() WITH ORDINALITY r(name, description, rule, n);
CREATE TABLE match_model AS SELECT i AS id, format('{"match_model": 1, "rule": {"columns": [{"It''s \"Négociation\" %1$s": "identifier"}, {"phone": {"as": "phone", "region": "de", "block": false}}]}, "records": %1$s, "pairs": %1$s00, "prior": 0.%1$s, "most": %2$s, "many": 30, "stop": ["%3$s", "ffffffffffffffff"], "columns": [{"m": [0.1, 1e-300, 0.%1$s1, 0.2, 1], "u": [0.6, 0.30000000000000004, 0.1, 1, 0.1], "some": 5}, {"m": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], "u": [0.6, 0.5, 0.4, 0.3, 0.2, 0.1], "some": 5, "common": {"%3$s": %1$s, "ffffffffffffffff": 999999999999999999}}]}', i, i + 1, substr(md5(i::text), 1, 16))::salesops.match_model AS v FROM generate_series(1, 30) i
	UNION ALL SELECT 40, salesops.fit_match_model('deal', '{"key": "i", "columns": [{"entered_at": "date"}, {"amount": "number"}, {"stage": "text"}]}');
CREATE TABLE match_signature AS SELECT i AS id, salesops.text_signature('Négociation 🤝' || md5(i::text)) AS v FROM generate_series(1, 100) i UNION ALL SELECT 1000, salesops.text_signature(string_agg(md5(i::text), ' ')) FROM generate_series(1, 290) i;
CREATE TABLE match_query AS SELECT id, salesops.match_query(v, id % 7 / 6.0) AS v FROM match_signature UNION ALL SELECT 2000 + i, salesops.match_typed(stage, 0.25) FROM deal WHERE i < 50 AND stage <> '';
CREATE TABLE sales_process AS SELECT i AS id, format('{"stages": [{"stage": "New", "probability": 0.%s, "category": ["pipeline", "best_case"]}, {"stage": "It''s \"Négociation\" %s", "probability": 0.30000000000000004,
	"category": "commit", "max_days": %s.25}, {"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Lost", "probability": 0, "outcome": "lost", "max_days": 0}]}', i, i, i)::salesops.sales_process AS v FROM generate_series(1, 30) i
	UNION ALL SELECT 100, salesops.sales_process_transfn(salesops.sales_process_transfn(NULL, 'Won', -7, 1, NULL, 'won', NULL), 'New', 9000000000, 0.5, 'commit', 'open', 3);
SQL

# the types are those that there are: a new one needs values and a case above
my @types = split /\n/, $node->safe_psql('postgres', "SELECT t.typname FROM pg_type t JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
	JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND e.extname = 'salesops' WHERE t.typtype = 'b' AND t.typelem = 0 ORDER BY t.typname");
is_deeply([ sort keys %sane ], \@types, 'every base type of the extension has a case here');

my $session = start_session($node, 'postgres', 'binary', "options='-c client_min_messages=error'");
my $started = ask($session, 'SELECT pg_postmaster_start_time()');
my $signature = "PGCOPY\n\377\r\n\0" . pack('N N', 0, 0);

# ---- lossless, also compressed and out of line ----

foreach my $type (@types)
{
	ask($session, <<"SQL");
INSERT INTO $type VALUES (-1, NULL);
COPY $type TO '$folder/$type.bin' (FORMAT binary);
CREATE TABLE copy_$type (LIKE $type);
COPY copy_$type FROM '$folder/$type.bin' (FORMAT binary);
SQL
	is(ask($session, "SELECT count(*) > 20, count(*) FILTER (WHERE a.v OPERATOR(salesops.=) b.v) = count(*) - 1, count(*) FILTER (WHERE salesops.${type}_send(a.v) = salesops.${type}_send(b.v)) = count(*) - 1
		FROM $type a FULL JOIN copy_$type b USING (id)"), 't|t|t', "$type: binary COPY is lossless");
	# through a client of another encoding, into which the names of stages are converted, and back
	{
		my $some = "(SELECT * FROM $type WHERE v::text NOT LIKE '%' || chr(129309) || '%')";

		foreach my $format ('binary', 'text')
		{
			ask($session, "SET client_encoding = 'LATIN1'; TRUNCATE copy_$type;\n\\copy $some TO '$folder/$type.$format' (FORMAT $format)\n\\copy copy_$type FROM '$folder/$type.$format' (FORMAT $format)");
			is(ask($session, "SELECT count(*) > 10 AND bool_and(a.v OPERATOR(salesops.=) b.v) FROM $type a JOIN copy_$type b USING (id)"), 't', "$type: $format COPY through another encoding");
		}
	}
}

# ---- damaged values ----

# The bytes of some values of a type, the shortest first.
sub values_of
{
	my ($type, $limit) = @_;
	my @hex = split /\n/, ask($session, "SELECT encode(salesops.${type}_send(v), 'hex') FROM $type WHERE v IS NOT NULL ORDER BY length(salesops.${type}_send(v)), id LIMIT $limit");

	return map { pack('H*', $_) } @hex;
}

# Each value by a COPY of its own, or each mutated text by a cast; what came of it goes into the table fate: accepted
# or the SQLSTATE, and broken for a value that was accepted and is not whole.  What each took goes into the table cost:
# seconds of work, and by how much the backend has grown since the first.
ask($session, slurp_file("$FindBin::Bin/../lib/measure.sql"));
ask($session, <<'SQL');
CREATE TABLE fate (type text, n int, state text, message text);
CREATE TABLE cost (type text, n int, took float8, memory bigint);
CREATE PROCEDURE try_binary(type text, folder text, files int, sane text) LANGUAGE plpgsql AS $$
DECLARE
	whole boolean;
	before float8;
	memory bigint := peak();
	-- what aggregates make is finished by a function; a state that is not is whole too, and not to be read
	finished text := CASE WHEN to_regprocedure(format('salesops.%1$s_finalfn(salesops.%1$s)', type)) IS NULL THEN 'true' ELSE format('(v::text ~ ''^({")?draft'' OR salesops.%1$s_finalfn(v) OPERATOR(salesops.=) v)', type) END;
BEGIN
	EXECUTE format('CREATE TEMP TABLE one (v salesops.%I)', type);
	FOR n IN 1 .. files LOOP
		before := worked();
		<<attempt>>
		BEGIN
			BEGIN
				DELETE FROM one;
				EXECUTE format('COPY one FROM %L (FORMAT binary)', folder || '/' || n);
				INSERT INTO fate VALUES (type, n, 'accepted');
			EXCEPTION WHEN OTHERS THEN
				INSERT INTO fate VALUES (type, n, SQLSTATE, SQLERRM);
				EXIT attempt;
			END;
			BEGIN
				EXECUTE format('SELECT bool_and(v::text::salesops.%1$I OPERATOR(salesops.=) v AND %3$s AND (v::text LIKE ''{"draft"%%'' OR %2$s)) FROM one', type, sane, finished) INTO whole;
				IF whole IS NOT TRUE THEN
					INSERT INTO fate SELECT type, n, 'broken', 'not the same again, or not sane: ' || left(v::text, 200) FROM one;
				END IF;
			EXCEPTION WHEN OTHERS THEN
				INSERT INTO fate VALUES (type, n, 'broken', SQLSTATE || ' ' || left(SQLERRM, 200));
			END;
		END;
		INSERT INTO cost VALUES (type, n, worked() - before, peak() - memory);
	END LOOP;
	DROP TABLE one;
END $$;
CREATE PROCEDURE try_text(type text, sane text) LANGUAGE plpgsql AS $$
DECLARE
	m record;
	whole boolean;
	before float8;
	memory bigint := peak();
	-- what aggregates make is finished by a function; a state that is not is whole too, and not to be read
	finished text := CASE WHEN to_regprocedure(format('salesops.%1$s_finalfn(salesops.%1$s)', type)) IS NULL THEN 'true' ELSE format('(v::text ~ ''^({")?draft'' OR salesops.%1$s_finalfn(v) OPERATOR(salesops.=) v)', type) END;
BEGIN
	EXECUTE format('CREATE TEMP TABLE one (v salesops.%I)', type);
	FOR m IN SELECT * FROM mutation ORDER BY n LOOP
		before := worked();
		<<attempt>>
		BEGIN
			BEGIN
				DELETE FROM one;
				EXECUTE format('INSERT INTO one SELECT $1::salesops.%I', type) USING m.t;
				INSERT INTO fate VALUES (type, m.n, 'accepted');
			EXCEPTION WHEN OTHERS THEN
				INSERT INTO fate VALUES (type, m.n, SQLSTATE, left(SQLERRM, 200));
				EXIT attempt;
			END;
			BEGIN
				EXECUTE format('SELECT bool_and(v::text::salesops.%1$I OPERATOR(salesops.=) v AND length(salesops.%1$s_send(v)) > 0 AND %3$s AND (v::text LIKE ''{"draft"%%'' OR %2$s)) FROM one', type, sane, finished) INTO whole;
				IF whole IS NOT TRUE THEN
					INSERT INTO fate SELECT type, m.n, 'broken', 'not the same again, or not sane: ' || left(v::text, 200) FROM one;
				END IF;
			EXCEPTION WHEN OTHERS THEN
				INSERT INTO fate VALUES (type, m.n, 'broken', SQLSTATE || ' ' || left(SQLERRM, 200) || ' of ' || left(m.t, 200));
			END;
		END;
		INSERT INTO cost VALUES (type, m.n, worked() - before, peak() - memory);
	END LOOP;
	DROP TABLE one;
END $$;
SQL

# What a refusal may say: a wrong representation, a value out of range, a limit, a bad encoding, a value too short, what must be once is there twice.
my $orderly = "'accepted', 'broken', '22P02', '22P03', '22P04', '22003', '22007', '22008', '22009', '22021', '22023', '22032', '22P05', '54000', '08P01', '42601', '21000'";

sub judge
{
	my ($name, $values) = @_;
	my ($tried, $measured, $disorderly, $broken, $costly, $start) = split /\n/, ask($session, <<"SQL");
SELECT count(DISTINCT n) FROM fate;
SELECT count(*) FROM cost;
SELECT count(*) || coalesce(': ' || string_agg(DISTINCT format('%s %s', state, left(message, 200)), '; '), '') FROM fate WHERE state NOT IN ($orderly);
SELECT count(*) || coalesce(', such as: ' || min(replace(message, E'\\n', ' ')), '') FROM fate WHERE state = 'broken';
SELECT count(*) || coalesce(': ' || string_agg(format('value %s took %s s and %s bytes', n, took, memory), '; '), '') FROM cost WHERE took > 5 OR memory > 500000000;
SELECT pg_postmaster_start_time();
SQL

	is($tried, $values, "$name: $values values");
	is($measured, $values, "$name: each is measured");
	is($disorderly, '0', "$name: errors are orderly");
	is($broken, '0', "$name: what is accepted is whole");
	is($costly, '0', "$name: none takes long or much memory");
	is($start, $started, "$name: the server lives");
}

sub try_binary
{
	my ($type, $name, @values) = @_;
	my $n = 0;

	foreach my $value (@values)
	{
		$n++;
		open(my $file, '>:raw', "$folder/$n") or die "cannot write $folder/$n: $!";
		print $file $signature, pack('n N', 1, length($value)), $value, pack('n', 0xffff);
		close($file);
	}
	ask($session, "TRUNCATE fate, cost; SET statement_timeout = '5min'; CALL try_binary('$type', '$folder', $n, '" . ($sane{$type} =~ s/'/''/gr) . "')");
	judge("$type, $name", $n);
	return ask($session, "SELECT count(*) FROM fate WHERE state = 'accepted'");
}

# Copies of a value in which one integer is greater or less by one, at every offset and of every width: just beyond a
# limit is where a comparison that is wrong by one shows.  The first and the last bytes of a long value.
sub neighbours_of
{
	my ($value) = @_;
	my %neighbours;

	foreach my $format ('n', 'N', 'Q>')
	{
		my $width = length(pack($format, 0));

		foreach my $at (grep { $_ < 60 || $_ >= length($value) - 60 } 0 .. length($value) - $width)
		{
			my $number = unpack($format, substr($value, $at, $width));

			foreach my $step (1, -1)
			{
				my $neighbour = $value;

				# around from the greatest to the least
				use integer;
				substr($neighbour, $at, $width) = pack($format, $number + $step);
				$neighbours{$neighbour} = 1;
			}
		}
	}
	return sort keys %neighbours;
}

# A prefix of one value and the rest of another, from the same place or from any.
sub splice_of
{
	my ($one, $other) = @_;
	my $at = int(rand(1 + length $one));
	my $from = rand() < 0.5 ? $at : int(rand(1 + length $other));

	return substr($one, 0, $at) . ($from < length $other ? substr($other, $from) : '');
}

# each type has a series of its own, so that a new one does not change what the others meet
sub seed_for
{
	my ($type) = @_;

	srand(20260105 + unpack('%32C*', $type));
	return;
}

my %values_of = map { $_ => [ values_of($_, 6) ] } @types;
foreach my $type (@types)
{
	my @values = @{$values_of{$type}}[0 .. 2];

	seed_for($type);
	is(try_binary($type, 'whole', @values), scalar(@values), "$type: whole values are accepted");
	my ($value) = @values;
	is(try_binary($type, 'cut off', map { substr($value, 0, $_) } 0 .. length($value) - 1), 0, "$type: no value that was cut off is accepted");
	is(try_binary($type, 'with more behind', map { $values[$_] . chr($_) x (1 + $_) } 0 .. $#values), 0, "$type: no value with more behind it is accepted");

	my @flipped;
	# every bit of a short value; the length of the others decides which of their bits
	foreach my $bit (0 .. 8 * length($value) - 1)
	{
		my $damaged = $value;
		vec($damaged, $bit, 1) ^= 1;
		push @flipped, $damaged if $bit < 400 || rand() < 0.3;
	}
	foreach my $i (1 .. 250)
	{
		my $damaged = $values[ rand @values ];
		foreach my $j (0 .. rand 4)
		{
			my $at = int(rand length $damaged);
			my $what = int(rand 4);
			substr($damaged, $at, 1) = $what == 0 ? chr(rand 256) : $what == 1 ? "\xff" : $what == 2 ? "\x7f" : "\0";
		}
		push @flipped, $damaged;
	}
	try_binary($type, 'damaged', @flipped);
	try_binary($type, 'with a number off by one', map { neighbours_of($_) } @values);

	my @spliced;
	foreach my $i (1 .. 200)
	{
		# one in four with a value of any type
		my $others = $values_of{ $i % 4 == 0 ? $types[ rand @types ] : $type };

		push @spliced, splice_of($values_of{$type}[ rand @{$values_of{$type}} ], $others->[ rand @$others ]);
	}
	try_binary($type, 'spliced', @spliced);
}

# ---- mutated text ----

my @pieces = ('{', '}', '[', ']', ',', ':', '"', '\\', '0', '1', '-', '.', 'e', ' ', 'null', 'true', '""', '[]', '{}', '1e400', '-1', '-0', '0.1', '1e-20', '999999999999999999', '9999999999999999999',
	'1e37', '1e38', '1e131071', '1e-16383', '0.000', '\u0000', '\ud83d', '\ud83d\ude00', '"NaN"', '"Infinity"', '"x": 1, ', 'infinity', 'BC', '+99:99', '294277', '[1, 1], ', '_rounded', '_deals', 'é', '🤝');
my %texts_of;
foreach my $type (@types)
{
	foreach my $hex (split /\n/, ask($session, "SELECT encode(convert_to(v::text, 'UTF8'), 'hex') FROM $type WHERE v IS NOT NULL ORDER BY length(v::text), id LIMIT 6"))
	{
		my $text = pack('H*', $hex);

		utf8::decode($text);
		push @{$texts_of{$type}}, $text;
	}
}
foreach my $type (@types)
{
	my @mutations;

	seed_for($type);
	foreach my $i (1 .. 700)
	{
		my $text = $texts_of{$type}[ rand @{$texts_of{$type}} ];

		if ($i % 7 == 0)
		{
			my $others = $texts_of{ $i % 4 == 0 ? $types[ rand @types ] : $type };

			$text = splice_of($text, $others->[ rand @$others ]);
		}
		foreach my $j (0 .. rand 3)
		{
			my $at = int(rand length $text);
			my $length = int(rand 6);
			my $piece = $pieces[ rand @pieces ];
			my $what = int(rand 8);

			utf8::decode($piece);
			if ($what == 0) { substr($text, $at, $length) = ''; }
			elsif ($what == 1) { substr($text, $at, 0) = $piece; }
			elsif ($what == 2) { substr($text, $at, $length) = $piece; }
			elsif ($what == 3) { substr($text, $at, 0) = substr($text, rand length $text, 20); }
			elsif ($what == 4) { $text = substr($text, 0, $at) if $i % 10 == 0; }
			# another number in the place of one
			else
			{
				my @numbers;
				push @numbers, [ $-[0], $+[0] - $-[0] ] while $text =~ /-?\d+(?:\.\d+)?/g;
				my $number = $numbers[ rand @numbers ];
				substr($text, $number->[0], $number->[1]) = ('0', '1', '-1', '2', '0.5', '1e20', '999999999999999999', '99999999999999999999', '1e-7', '0.00', '86400', '8.64e10', '86400000000.000001', '12', '2026')[ rand 15 ] if $number;
			}
			last if $text eq '';
		}
		utf8::encode($text);
		push @mutations, "$i\t" . unpack('H*', $text);
	}
	PostgreSQL::Test::Utils::append_to_file("$folder/$type.mutations", join("\n", @mutations) . "\n");
	ask($session, <<"SQL");
DROP TABLE IF EXISTS mutation, hex;
CREATE TABLE hex (n int, h text);
COPY hex FROM '$folder/$type.mutations';
CREATE TABLE mutation AS SELECT n, convert_from(decode(h, 'hex'), 'UTF8') AS t FROM hex;
TRUNCATE fate, cost;
SET statement_timeout = '5min';
CALL try_text('$type', '@{[$sane{$type} =~ s/'/''/gr]}');
SQL
	judge("$type, mutated text", 700);
	# a mutation that changes nothing of importance is accepted, one that does is refused: both must have happened, but that any words are a signature
	my $refused = $type eq 'match_signature' ? '>= 0' : '> 100';
	is(ask($session, "SELECT count(*) FILTER (WHERE state = 'accepted') > 10, count(*) FILTER (WHERE state NOT IN ('accepted', 'broken')) $refused FROM fate"), 't|t', "$type: some are accepted, many refused");
}

unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, 'nothing crashed');
leave($session);
$node->stop;
done_testing();
