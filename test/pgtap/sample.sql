-- The sample warehouse (create_contract, demo/sample.sql): is the data sound, is every defect there in about the intended
-- share, do the tables of schema truth agree with what plain SQL finds in the data, and does a second run in a session with
-- other settings give the same rows. Run from the project's root; everything happens in one transaction, which is undone.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off

BEGIN;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS salesops;
SET LOCAL client_min_messages = warning;
DROP SCHEMA IF EXISTS crm, truth CASCADE;
\set size 2000
CALL salesops.create_contract('crm');
\i demo/sample.sql

SELECT plan(112);

-- A share that should be near the value that the generator aims at. The widths are three to four standard errors at this size.
CREATE FUNCTION pg_temp.near(share numeric, wanted numeric, width numeric, what text) RETURNS text
    LANGUAGE sql
    RETURN ok(abs(share - wanted) <= width, what || ': ' || round(share, 4) || ', wanted ' || wanted || ' +- ' || width);

-- 1. Numbers of rows --------------------------------------------------------------------------------------------------
SELECT is((SELECT value FROM truth.setting WHERE name = 'as_of'), '2026-06-29', 'as_of is written down');
SELECT is((SELECT count(*) FROM crm.opportunity), 2000::bigint, 'as many deals as asked for');
SELECT is((SELECT count(*) FROM crm.account), 540::bigint, 'a quarter as many companies, and 8 % of these again as duplicates');
SELECT is((SELECT count(*) FROM crm.sales_user WHERE manager_id IS NOT NULL), 25::bigint, 'a representative for every 80 deals');
SELECT is((SELECT count(*) FROM crm.sales_user WHERE manager_id IS NULL), 6::bigint, 'six managers');
SELECT is((SELECT count(DISTINCT team) FROM crm.sales_user WHERE manager_id IS NOT NULL), 6::bigint,
          'every team has representatives');
SELECT is((SELECT count(*) FROM crm.stage), 9::bigint, 'nine stages');
SELECT results_eq('SELECT position, outcome FROM crm.stage ORDER BY position',
                  'SELECT n, CASE n WHEN 8 THEN ''won'' WHEN 9 THEN ''lost'' ELSE ''open'' END FROM generate_series(1, 9) AS n',
                  'stages are numbered 1 to 9, the last two closed');
SELECT results_eq('SELECT outcome, max_days IS NULL FROM crm.stage ORDER BY position',
                  'SELECT outcome, outcome <> ''open'' FROM crm.stage ORDER BY position', 'open stages have a limit, closed ones have none');
SELECT cmp_ok((SELECT count(*) FROM crm.opportunity_history), '>', 10000::bigint, 'more than five history rows per deal');

-- 2. References -------------------------------------------------------------------------------------------------------
SELECT is_empty('SELECT opportunity_id FROM crm.opportunity WHERE account_id IS NULL OR account_id NOT IN (SELECT account_id FROM crm.account)',
                'every deal has an account');
SELECT is_empty('SELECT opportunity_id FROM crm.opportunity WHERE owner_id IS NULL OR owner_id NOT IN (SELECT user_id
                FROM crm.sales_user WHERE manager_id IS NOT NULL)',
                'every deal is owned by a representative');
SELECT is_empty('SELECT account_id FROM crm.account WHERE owner_id IS NULL OR owner_id NOT IN (SELECT user_id FROM crm.sales_user
                WHERE manager_id IS NOT NULL)',
                'every account is owned by a representative');
SELECT is_empty('SELECT opportunity_id FROM crm.opportunity_history WHERE opportunity_id NOT IN (SELECT opportunity_id FROM crm.opportunity)',
                'history belongs to deals');
SELECT is_empty('SELECT opportunity_id FROM crm.opportunity_history WHERE owner_id IS NULL OR owner_id NOT IN (SELECT user_id FROM crm.sales_user)',
                'owners in the history are users');
SELECT is_empty('SELECT u.user_id FROM crm.sales_user u LEFT JOIN crm.sales_user m ON m.user_id = u.manager_id AND m.team = u.team AND m.manager_id IS NULL WHERE u.manager_id IS NOT NULL AND m.user_id IS NULL',
                'everybody reports to the manager of the team');
SELECT is_empty('SELECT owner_id FROM crm.quota WHERE owner_id NOT IN (SELECT user_id FROM crm.sales_user WHERE manager_id IS NOT NULL)',
                'quotas are carried by representatives');
SELECT is_empty('SELECT currency FROM crm.opportunity WHERE currency IS NULL OR currency NOT IN (SELECT currency FROM crm.exchange_rate)',
                'currencies of deals have a rate');
SELECT is_empty('SELECT currency FROM crm.quota WHERE currency IS NULL OR currency NOT IN (SELECT currency FROM crm.exchange_rate)',
                'currencies of quotas have a rate');
SELECT set_eq('SELECT currency FROM crm.opportunity', $$VALUES ('EUR'), ('GBP'), ('JPY'), ('USD')$$,
              'deals come in four currencies');
SELECT is((SELECT count(DISTINCT email) FROM crm.sales_user), 31::bigint, 'e-mail addresses are unique');
SELECT is_empty('SELECT email FROM crm.sales_user WHERE email COLLATE "C" !~ ''^[a-z]+[.][a-z]+[0-9]*@northlight[.]example$''',
                'e-mail addresses are plain and end in a reserved name');
SELECT is_empty('SELECT website FROM crm.account WHERE website COLLATE "C" !~ ''^(https?://)?(www[.])?[a-z0-9-]+[.]example/?$''',
                'web addresses are plain and end in a reserved name');

-- 3. Deals ------------------------------------------------------------------------------------------------------------
SELECT is((SELECT min(created_at) >= '2024-07-01 00:00+00' AND max(created_at) < '2026-06-29 00:00+00' AND min(created_at) < '2024-07-20 00:00+00'
                  AND max(created_at) > '2026-06-15 00:00+00' FROM crm.opportunity), true, 'deals are created over the two years before as_of');
SELECT is_empty('SELECT opportunity_id FROM crm.opportunity JOIN crm.account a USING (account_id) WHERE a.created_at >= opportunity.created_at',
                'accounts are older than their deals');
SELECT is_empty($$SELECT opportunity_id FROM crm.opportunity WHERE last_activity_at < created_at OR last_activity_at >= '2026-06-29 00:00+00'$$,
                'the last activity lies between creation and as_of');
SELECT is_empty($$SELECT opportunity_id FROM crm.opportunity WHERE close_date < (created_at AT TIME ZONE 'UTC')::date$$,
                'no close date before the creation');
SELECT is_empty($$SELECT opportunity_id FROM crm.opportunity WHERE stage LIKE 'Closed%' AND close_date >= '2026-06-29'$$,
                'closed deals have closed before as_of');
SELECT is_empty('SELECT opportunity_id FROM crm.opportunity WHERE amount <= 0', 'amounts are positive');
SELECT is_empty($$SELECT opportunity_id FROM crm.opportunity WHERE scale(amount) <> CASE currency WHEN 'JPY' THEN 0 ELSE 2 END$$,
                'amounts have cents, but for yen');
SELECT is_empty('SELECT opportunity_id FROM crm.opportunity o JOIN crm.stage s USING (stage) WHERE o.probability IS DISTINCT FROM s.probability',
                'probabilities are those of the stages');
SELECT pg_temp.near((SELECT avg((outcome = 'won')::integer) FROM crm.opportunity JOIN crm.stage USING (stage) WHERE outcome <> 'open'), 0.33, 0.06,
                    'win rate');
SELECT is((SELECT min(rate) > 0.15 AND max(rate) < 0.55 AND max(rate) - min(rate) > 0.03
           FROM (SELECT avg((s.outcome = 'won')::integer) AS rate FROM crm.opportunity o JOIN crm.stage s USING (stage) JOIN crm.sales_user u ON u.user_id = o.owner_id
                 WHERE s.outcome <> 'open' GROUP BY u.team) AS t), true, 'win rates differ by team and are plausible');
SELECT pg_temp.near((SELECT avg((outcome = 'open')::integer) FROM crm.opportunity JOIN crm.stage USING (stage)), 0.18, 0.04,
                    'share of open deals');
SELECT pg_temp.near((SELECT avg((close_date < '2026-06-29')::integer) FROM crm.opportunity JOIN crm.stage USING (stage)
                    WHERE outcome = 'open'), 0.08, 0.06,
                    'share of open deals past due');
SELECT pg_temp.near((SELECT avg((close_date BETWEEN '2026-04-01' AND '2026-12-31')::integer)
                    FROM crm.opportunity JOIN crm.stage USING (stage) WHERE outcome = 'open'), 0.94, 0.05,
                    'share of open deals that close in 2026 Q2 to Q4');
SELECT pg_temp.near((SELECT avg((amount IS NULL)::integer) FROM crm.opportunity), 0.02, 0.0125, 'share without amount');
SELECT pg_temp.near((SELECT avg(is_deleted::integer) FROM crm.opportunity), 0.005, 0.0045, 'share deleted');
SELECT is((SELECT count(*) FROM crm.opportunity WHERE is_deleted IS NULL), 0::bigint, 'deleted or not is known');
SELECT is((SELECT count(DISTINCT deal_type) FROM crm.opportunity), 3::bigint, 'three kinds of business');
SELECT cmp_ok((SELECT (percentile_cont(0.95) WITHIN GROUP (ORDER BY amount) / percentile_cont(0.5) WITHIN GROUP (ORDER BY amount))::numeric
               FROM crm.opportunity WHERE currency = 'EUR'), '>', 2.5, 'amounts are skewed');
SELECT isnt_empty('SELECT 1 FROM crm.opportunity o JOIN crm.stage s USING (stage) JOIN crm.sales_user u ON u.user_id = o.owner_id
                  WHERE s.outcome = ''open'' AND NOT u.is_active',
                  'some open deals are owned by people who have left');
SELECT is_empty($$SELECT 1 FROM crm.opportunity o JOIN crm.sales_user u ON u.user_id = o.owner_id
                WHERE NOT u.is_active AND o.created_at >= '2026-01-01 00:00+00'$$,
                'but nobody got deals after leaving');

-- 4. History ----------------------------------------------------------------------------------------------------------
CREATE TEMPORARY TABLE history AS
SELECT h.*, row_number() OVER w AS n, row_number() OVER (PARTITION BY opportunity_id ORDER BY changed_at DESC) AS n_from_end,
       lag(stage) OVER w AS old_stage, lag(close_date) OVER w AS old_close, lag(amount) OVER w AS old_amount, lag(owner_id) OVER w AS old_owner,
       s.position, s.outcome, lag(s.position) OVER w AS old_position
FROM crm.opportunity_history h
LEFT JOIN crm.stage s USING (stage)
WINDOW w AS (PARTITION BY opportunity_id ORDER BY changed_at);

SELECT pg_temp.near((SELECT avg((opportunity_id NOT IN (SELECT opportunity_id FROM history))::integer) FROM crm.opportunity), 0.01, 0.0089,
                    'share of deals without history');
SELECT is_empty('SELECT opportunity_id FROM history h JOIN crm.opportunity o USING (opportunity_id) WHERE n = 1 AND h.changed_at <> o.created_at',
                'the first row is the creation');
SELECT is_empty('SELECT opportunity_id FROM history h JOIN crm.opportunity o USING (opportunity_id) WHERE n_from_end = 1
                 AND (h.stage, h.amount, h.close_date, h.forecast_category, h.owner_id, h.probability)
                     IS DISTINCT FROM (o.stage, o.amount, o.close_date, o.forecast_category, o.owner_id, o.probability)', 'the last row agrees with the deal');
SELECT is_empty($$SELECT opportunity_id FROM history WHERE changed_at >= '2026-06-29 00:00+00'$$, 'nothing happens after as_of');
SELECT is_empty('SELECT opportunity_id FROM history WHERE outcome <> ''open'' AND n_from_end > 1',
                'nothing happens after closing');
SELECT is_empty('SELECT opportunity_id FROM history WHERE outcome <> ''open'' AND close_date <> (changed_at AT TIME ZONE ''UTC'')::date',
                'at closing the close date is the day');
SELECT is_empty('SELECT h.opportunity_id FROM history h JOIN crm.stage s USING (stage) WHERE h.probability IS DISTINCT FROM s.probability',
                'probabilities in the history are those of the stages');
SELECT pg_temp.near((SELECT avg((n > 1 AND stage = old_stage)::integer) FROM history), 0.25, 0.06,
                    'share of rows in which the stage stays');
SELECT pg_temp.near((SELECT avg((old_amount <> amount)::integer) FROM history WHERE n > 1 AND amount IS NOT NULL), 0.07, 0.03,
                    'share of rows in which the amount changes');
SELECT isnt_empty('SELECT 1 FROM history WHERE old_owner <> owner_id', 'some deals are handed over');
SELECT pg_temp.near((SELECT count(*)::numeric / 2000 FROM (SELECT
                    FROM history GROUP BY opportunity_id, (changed_at AT TIME ZONE 'UTC')::date HAVING count(*) > 1) AS d), 0.16, 0.05,
                    'days with two changes, per deal');
SELECT pg_temp.near((SELECT avg((extract(isodow FROM changed_at AT TIME ZONE 'UTC') >= 6)::integer) FROM history), 0.008, 0.007,
                    'share of changes made at weekends');
SELECT is_empty($$SELECT 1 FROM history h JOIN crm.opportunity o USING (opportunity_id) JOIN crm.sales_user u ON u.user_id = o.owner_id
                  WHERE u.region = 'EMEA' AND NOT extract(hour FROM h.changed_at AT TIME ZONE 'UTC') BETWEEN 7 AND 17$$, 'Europe works in the daytime');
SELECT isnt_empty('SELECT 1 FROM history WHERE stage = ''On Hold'' AND n = 1', 'some deals start on hold');

-- 5. Truth about stages and close dates --------------------------------------------------------------------------------
-- The stay in the present stage began with the last row whose stage differs from the row before.
SELECT set_eq($$SELECT h.opportunity_id, h.stage, round((extract(epoch FROM timestamptz '2026-06-29 00:00+00' - max(h.changed_at)) / 86400)::numeric, 6)
                FROM history h JOIN crm.opportunity o USING (opportunity_id) JOIN crm.stage s ON s.stage = o.stage
                WHERE (h.n = 1 OR h.stage <> h.old_stage) AND s.outcome = 'open' AND NOT o.is_deleted AND h.stage = o.stage
                GROUP BY h.opportunity_id, h.stage, s.max_days
                HAVING timestamptz '2026-06-29 00:00+00' - max(h.changed_at) > s.max_days * interval '24 hours'$$,
              'SELECT opportunity_id, stage, round(days::numeric, 6) FROM truth.aged_deal', 'aged deals');
SELECT pg_temp.near((SELECT count(*)::numeric / (SELECT count(*) FROM crm.opportunity JOIN crm.stage USING (stage)
                    WHERE outcome = 'open' AND NOT is_deleted) FROM truth.aged_deal), 0.28, 0.08,
                    'share of open deals that are aged');
SELECT pg_temp.near((SELECT count(*)::numeric / (SELECT count(*) FROM crm.opportunity JOIN crm.stage USING (stage) WHERE outcome = 'open' AND NOT is_deleted)
                     FROM truth.aged_deal JOIN crm.stage USING (stage) WHERE days > 2 * max_days), 0.13, 0.06, 'share of open deals far beyond the limit');
SELECT set_eq($$SELECT opportunity_id, count(*)::integer FROM history WHERE to_char(close_date, 'YYYYMM') > to_char(old_close, 'YYYYMM') GROUP BY opportunity_id$$,
              'SELECT opportunity_id, pushes FROM truth.push', 'pushes');
SELECT pg_temp.near((SELECT count(*)::numeric / 2000 FROM truth.push), 0.51, 0.06, 'share of deals pushed');
SELECT is((SELECT min(pushes) = 1 AND max(pushes) BETWEEN 4 AND 6 FROM truth.push), true, 'from one push to five or so');
SELECT set_eq('SELECT opportunity_id, count(*)::integer FROM history WHERE position < old_position GROUP BY opportunity_id',
              'SELECT opportunity_id, regressions FROM truth.regression', 'regressions');
SELECT pg_temp.near((SELECT count(*)::numeric / 2000 FROM truth.regression), 0.06, 0.022, 'share of deals that went back');
SELECT set_eq($$SELECT opportunity_id, sum(position - old_position - 1)::integer FROM history WHERE outcome = 'open' AND position > old_position + 1 GROUP BY opportunity_id$$,
              'SELECT opportunity_id, skips FROM truth.skip', 'skips');
SELECT pg_temp.near((SELECT count(*)::numeric / 2000 FROM truth.skip), 0.10, 0.027, 'share of deals that skipped a stage');
-- Skips mean the same to whoever counts jumps, stages jumped over, or stages never visited between the first and the last.
SELECT set_eq('SELECT opportunity_id, count(*)::integer FROM history WHERE outcome IS DISTINCT FROM ''lost'' AND position > old_position + 1 GROUP BY opportunity_id',
              'SELECT opportunity_id, skips FROM truth.skip', 'skips counted as jumps, that to won included');
SELECT set_eq('SELECT opportunity_id, (max(position) - min(position) + 1 - count(DISTINCT position))::integer FROM history WHERE outcome = ''open'' GROUP BY opportunity_id
               HAVING max(position) - min(position) + 1 > count(DISTINCT position)',
              'SELECT opportunity_id, skips FROM truth.skip', 'skips counted as stages never visited');
SELECT isnt_empty('SELECT 1 FROM truth.regression JOIN truth.skip USING (opportunity_id)', 'some deals did both');
-- Stays: what the history shows of them, to the day but for office hours on both sides of midnight in UTC; what it cannot show lies behind as_of.
CREATE TEMP VIEW stay_seen AS
    SELECT opportunity_id, row_number() OVER w AS visit, stage, outcome, changed_at, lead(changed_at) OVER w AS left_at
    FROM history WHERE n = 1 OR stage <> old_stage WINDOW w AS (PARTITION BY opportunity_id ORDER BY changed_at);
SELECT set_eq($$SELECT opportunity_id, visit::integer, stage FROM stay_seen WHERE outcome = 'open'$$, 'SELECT opportunity_id, visit, stage FROM truth.stage_stay', 'stays in open stages');
SELECT is_empty($$SELECT * FROM stay_seen JOIN truth.stage_stay USING (opportunity_id, visit) WHERE left_at IS NOT NULL AND (abs(left_at::date - changed_at::date - days) <= 1) IS NOT TRUE$$, 'stays that ended are as long as they are in truth');
SELECT is_empty($$SELECT * FROM stay_seen JOIN truth.stage_stay USING (opportunity_id, visit) WHERE left_at IS NULL AND changed_at::date + days < '2026-06-28'$$, 'and stays that did not end before as_of end later');

-- 6. Truth about forecast categories -----------------------------------------------------------------------------------
-- Canonical categories by rank, whatever the spelling; -1 is none, -2 an unknown one.
CREATE FUNCTION pg_temp.category_rank(category text) RETURNS integer
    LANGUAGE sql
    RETURN CASE WHEN category IS NULL OR category = '' THEN -1 ELSE coalesce(
        (SELECT rank FROM (VALUES ('omitted', 0), ('pipeline', 1), ('bestcase', 2), ('mostlikely', 3), ('commit', 4), ('forecast', 4), ('closed', 5)) AS v (name, rank)
         WHERE name = regexp_replace(lower(category COLLATE "C"), '[ _]', '', 'g')), -2) END;

CREATE TEMPORARY TABLE issue AS
SELECT o.opportunity_id, CASE
    WHEN r.rank = -1 THEN 'missing_category'
    WHEN r.rank = -2 THEN 'unknown_category'
    WHEN s.stage IS NULL THEN 'unknown_stage'
    WHEN a.low <= r.rank AND r.rank = ANY (a.ranks) THEN NULL
    WHEN s.outcome = 'won' THEN 'won_not_closed'
    WHEN s.outcome = 'lost' THEN 'lost_not_omitted'
    WHEN r.rank = 5 THEN 'open_marked_closed'
    WHEN r.rank > a.high THEN 'category_too_strong'
    WHEN r.rank < a.low THEN 'category_too_weak'
    ELSE 'between' END AS reason
FROM crm.opportunity o
LEFT JOIN crm.stage s USING (stage)
CROSS JOIN LATERAL (SELECT pg_temp.category_rank(o.forecast_category) AS rank) AS r
LEFT JOIN LATERAL (SELECT array_agg(x) AS ranks, min(x) AS low, max(x) AS high FROM (SELECT pg_temp.category_rank(c) AS x FROM unnest(string_to_array(s.category, ',')) AS c) AS y) AS a ON true;

SELECT set_eq('SELECT opportunity_id, reason FROM issue WHERE reason IS NOT NULL', 'SELECT opportunity_id, reason FROM truth.category_error',
              'wrong forecast categories');
SELECT is_empty('SELECT 1 FROM truth.category_error JOIN crm.opportunity USING (opportunity_id) WHERE is_deleted',
                'deleted deals have right categories');
SELECT pg_temp.near((SELECT count(*)::numeric / 2000 FROM truth.category_error WHERE reason <> 'unknown_stage'), 0.05, 0.0195,
                    'share of deals with a wrong category');
SELECT pg_temp.near((SELECT count(*)::numeric / 2000 FROM truth.category_error WHERE reason = 'unknown_stage'), 0.005, 0.0045,
                    'share of deals in an unknown stage');
SELECT set_eq('SELECT reason FROM truth.category_error',
    $$VALUES ('category_too_strong'), ('category_too_weak'), ('lost_not_omitted'), ('missing_category'), ('open_marked_closed'), ('unknown_category'), ('unknown_stage'), ('won_not_closed')$$,
    'every kind of wrong category is there');
SELECT is((SELECT bool_or(forecast_category IS NULL) AND bool_or(forecast_category = '') FROM crm.opportunity), true,
          'missing categories are NULL or empty');
SELECT is((SELECT array_agg(DISTINCT stage COLLATE "C" ORDER BY stage COLLATE "C") FROM crm.opportunity
          WHERE stage NOT IN (SELECT stage FROM crm.stage)), ARRAY['Legacy - Demo', 'Stage 7'],
          'two unknown stages');
SELECT set_eq('SELECT forecast_category FROM crm.opportunity_history WHERE forecast_category <> ''''',
    $$VALUES ('Best Case'), ('BestCase'), ('Closed'), ('Commit'), ('Forecast'), ('Most Likely'), ('MostLikely'), ('Omitted'), ('Pipeline'), ('TBD'), ('Upside?')$$, 'spellings of categories');

-- 7. Truth about blanks ------------------------------------------------------------------------------------------------
SELECT set_eq($$SELECT opportunity_id, field
                FROM crm.opportunity, LATERAL (VALUES ('next_step', next_step), ('amount', amount::text), ('lead_source', lead_source), ('forecast_category', forecast_category)) AS f (field, value)
                WHERE value IS NULL OR lower(value COLLATE "C") IN ('', '-', 'tbd', 'n/a') AND NOT (field = 'forecast_category' AND value <> '')$$,
              'SELECT opportunity_id, field FROM truth.blank_field', 'blank fields');
SELECT pg_temp.near((SELECT avg((b.field IS NOT NULL)::integer) FROM crm.opportunity JOIN crm.stage USING (stage) LEFT JOIN truth.blank_field b USING (opportunity_id)
                     WHERE outcome = 'open' AND coalesce(b.field, 'next_step') = 'next_step'), 0.20, 0.085, 'share of open deals with a blank next step');
SELECT is((SELECT array_agg(DISTINCT coalesce(next_step, 'NULL') COLLATE "C") @> ARRAY['NULL', '', '-', 'n/a', 'tbd', 'TBD'] COLLATE "C" FROM crm.opportunity), true,
          'next steps are blank in every way');

-- 8. Accounts ----------------------------------------------------------------------------------------------------------
SELECT set_eq('SELECT account_id FROM crm.account', 'SELECT account_id FROM truth.duplicate_account',
              'every account record has its company written down');
SELECT is_empty($$SELECT d.account_id FROM truth.duplicate_account d LEFT JOIN truth.duplicate_account o ON o.account_id = d.entity_id AND o.kind = 'original'
                  WHERE o.account_id IS NULL OR (d.kind = 'original') <> (d.account_id = d.entity_id)$$, 'companies are named by their original record');
SELECT pg_temp.near((SELECT avg((kind <> 'original')::integer) FROM truth.duplicate_account), 0.0741, 0.005,
                    'share of duplicate records');
SELECT set_eq('SELECT kind FROM truth.duplicate_account',
                  $$VALUES ('abbreviation'), ('formatting'), ('legal_form'), ('original'), ('spelling'), ('word_order')$$, 'every kind of duplicate is there');
SELECT isnt_empty('SELECT entity_id FROM truth.duplicate_account GROUP BY entity_id HAVING count(*) = 3',
                  'some companies have three records');
SELECT is((SELECT count(DISTINCT a.name) FROM crm.account a JOIN truth.duplicate_account d USING (account_id) WHERE d.kind = 'original'), 500::bigint,
          'no two companies have the same name');

CREATE TEMPORARY TABLE pair AS
SELECT d.kind, o.account_id AS original_id, o.name AS original, a.name, o.website IS NOT NULL AND a.website IS NOT NULL AS both_websites, o.city = a.city AS same_city,
       o.country AS original_country, a.country, o.phone AS original_phone, a.phone
FROM truth.duplicate_account d
JOIN crm.account a USING (account_id)
JOIN crm.account o ON o.account_id = d.entity_id
WHERE d.kind <> 'original';

SELECT is_empty('SELECT name FROM pair WHERE name = original', 'a duplicate is spelled differently');
SELECT is_empty('SELECT name FROM pair WHERE country <> original_country AND length(country) <> 2',
                'a duplicate is in the same country, by name or by code');
SELECT is_empty($$SELECT name FROM pair WHERE kind = 'spelling' AND (abs(length(name) - length(original)) > 1
                  OR length(name) = length(original) AND (SELECT string_agg(c, '' ORDER BY c COLLATE "C") FROM string_to_table(name, NULL) AS c)
                                                      <> (SELECT string_agg(c, '' ORDER BY c COLLATE "C") FROM string_to_table(original, NULL) AS c))$$, 'spelling: one letter more or less, or two swapped');
SELECT is_empty($$SELECT name FROM pair WHERE kind = 'word_order'
                  AND (SELECT array_agg(w ORDER BY w COLLATE "C") FROM unnest(string_to_array(replace(name, ',', ''), ' ')) AS w)
                   <> (SELECT array_agg(w ORDER BY w COLLATE "C") FROM unnest(string_to_array(replace(original, ',', ''), ' ')) AS w)$$, 'word order: the same words');
SELECT is_empty($$SELECT name FROM pair WHERE kind = 'formatting'
                  AND regexp_replace(lower(name COLLATE "C"), '[^a-z0-9]', '', 'g') <> regexp_replace(lower(original COLLATE "C"), '[^a-z0-9]', '', 'g')
                  AND original COLLATE "C" ~ '^[ -~]*$'$$, 'formatting: the same letters, accents aside');
SELECT is_empty($$SELECT name FROM pair WHERE kind = 'legal_form' AND split_part(name, ' ', 1) || ' ' || split_part(name, ' ', 2) <> split_part(original, ' ', 1) || ' ' || split_part(original, ' ', 2)$$,
                'legal form: the beginning stays');
SELECT is_empty($$SELECT name FROM pair WHERE kind = 'abbreviation' AND split_part(name, ' ', 1) <> split_part(original, ' ', 1)
                  OR kind = 'abbreviation' AND abs(length(name) - length(original)) > 14$$, 'abbreviation: the first word stays');
SELECT is((SELECT bool_or(both_websites) AND bool_or(NOT both_websites) AND bool_or(same_city) AND bool_or(same_city IS NOT TRUE) AND bool_or(phone = original_phone) AND bool_or(phone <> original_phone) FROM pair),
          true, 'duplicates share more or less of web site, city and telephone');
SELECT is((SELECT count(*) FROM truth.similar_account), 7::bigint, 'one look-alike in 64 companies');
SELECT is_empty($$SELECT s.account_id FROM truth.similar_account s LEFT JOIN truth.duplicate_account a ON a.account_id = s.account_id AND a.kind = 'original'
                  LEFT JOIN truth.duplicate_account b ON b.account_id = s.other_account_id AND b.kind = 'original'
                  JOIN crm.account x ON x.account_id = s.account_id JOIN crm.account y ON y.account_id = s.other_account_id
                  WHERE a.account_id IS NULL OR b.account_id IS NULL OR a.entity_id = b.entity_id OR split_part(x.name, ' ', 1) <> split_part(y.name, ' ', 1) OR x.website = y.website$$,
                'look-alikes are different companies that begin with the same word');

-- 9. Quotas and coverage -----------------------------------------------------------------------------------------------
SELECT is_empty($$SELECT owner_id FROM crm.quota WHERE period_end <> (period_start::timestamp + interval '3 months')::date - 1 OR date_trunc('quarter', period_start::timestamp) <> period_start OR amount <= 0$$,
                'quotas are for calendar quarters');
SELECT results_eq('SELECT min(period_start), max(period_end) FROM crm.quota', $$VALUES (date '2024-07-01', date '2026-12-31')$$,
                  'quotas cover ten quarters');
-- The quarter that ends: what was won and what is open until then, in US dollars.
CREATE TEMPORARY TABLE coverage AS
SELECT u.user_id, q.amount * r.to_corporate AS quota, coalesce(d.won, 0) AS won, coalesce(d.open, 0) AS open, coalesce(d.open_next, 0) AS open_next, n.amount * r.to_corporate AS quota_next
FROM crm.sales_user u
LEFT JOIN crm.quota q ON q.owner_id = u.user_id AND q.period_start = '2026-04-01'
LEFT JOIN crm.quota n ON n.owner_id = u.user_id AND n.period_start = '2026-07-01'
LEFT JOIN crm.exchange_rate r ON r.currency = q.currency
LEFT JOIN (SELECT o.owner_id, sum(o.amount * x.to_corporate) FILTER (WHERE s.outcome = 'won' AND o.close_date BETWEEN '2026-04-01' AND '2026-06-30') AS won,
                  sum(o.amount * x.to_corporate) FILTER (WHERE s.outcome = 'open' AND o.close_date <= '2026-06-30') AS open,
                  sum(o.amount * x.to_corporate) FILTER (WHERE s.outcome = 'open' AND o.close_date BETWEEN '2026-07-01' AND '2026-09-30') AS open_next
           FROM crm.opportunity o JOIN crm.stage s USING (stage) JOIN crm.exchange_rate x ON x.currency = o.currency
           WHERE NOT o.is_deleted AND o.forecast_category IS DISTINCT FROM 'Omitted' GROUP BY o.owner_id) AS d ON d.owner_id = u.user_id
WHERE u.manager_id IS NOT NULL AND u.is_active;

SELECT is((SELECT count(*) FROM coverage WHERE quota IS NULL), 1::bigint, 'one representative has no quota');
SELECT isnt_empty('SELECT 1 FROM coverage JOIN crm.opportunity o ON o.owner_id = user_id WHERE quota IS NULL', 'who has deals');
SELECT is((SELECT count(*) FILTER (WHERE won >= quota) >= 3 AND count(*) FILTER (WHERE won < quota AND open >= 3 * (quota - won)) >= 1
                  AND count(*) FILTER (WHERE won < quota AND open < 3 * (quota - won)) >= 3 FROM coverage), true, 'some have met their quota, some are covered three times, some are short');
SELECT pg_temp.near((SELECT sum(open_next) / sum(quota_next) FROM coverage), 3, 1, 'coverage of the next quarter');

-- 10. Nothing but the tables is left, and a second run gives the same --------------------------------------------------
SELECT is_empty($$SELECT proname FROM pg_proc WHERE pronamespace = 'truth'::regnamespace$$, 'no helper functions are left');
SELECT set_eq($$SELECT relname::text FROM pg_class WHERE relnamespace = 'truth'::regnamespace AND relkind = 'r'$$,
              ARRAY['setting', 'duplicate_account', 'similar_account', 'category_error', 'blank_field', 'aged_deal', 'push', 'regression', 'skip', 'stage_stay'], 'no working tables are left');
SELECT is_empty($$SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum >= 0 AND NOT a.attisdropped
                  WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind = 'r' AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)$$, 'tables and columns of the contract have comments');

CREATE FUNCTION pg_temp.digests() RETURNS TABLE (name text, digest text)
    LANGUAGE plpgsql
    SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET extra_float_digits = 1
AS $$
BEGIN
    FOR name IN SELECT c.oid::regclass::text FROM pg_catalog.pg_class c
                WHERE c.relnamespace IN ('crm'::regnamespace, 'truth'::regnamespace) AND c.relkind = 'r' ORDER BY c.oid::regclass::text COLLATE "C"
    LOOP
        EXECUTE format('SELECT md5(string_agg(row_digest, '''' ORDER BY row_digest COLLATE "C")) FROM (SELECT md5(t::text) AS row_digest FROM %s AS t) AS r', name) INTO digest;
        RETURN NEXT;
    END LOOP;
END
$$;
CREATE TEMPORARY TABLE first_run AS SELECT * FROM pg_temp.digests();
SELECT is((SELECT string_agg(name, ' ' ORDER BY name) FROM first_run WHERE digest IS NULL), 'crm.contact crm.lead', 'contacts and leads are left to CSV files and to your views');
SELECT is((SELECT count(digest) || ' ' || count(DISTINCT digest) FROM first_run), '26 26',
          'twenty-six tables have contents of their own');

DROP SCHEMA crm, truth CASCADE;
SET LOCAL timezone = 'Asia/Kolkata';
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL intervalstyle = 'sql_standard';
SET LOCAL extra_float_digits = -5;
SET LOCAL bytea_output = 'escape';
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_hashagg = off;
SET LOCAL max_parallel_workers_per_gather = 4;
SET LOCAL parallel_setup_cost = 1;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT current_setting('search_path') AS saved_search_path \gset
SET LOCAL search_path = '';
CALL salesops.create_contract('crm');
\i demo/sample.sql
SET LOCAL search_path = :saved_search_path;
SELECT set_eq('SELECT * FROM pg_temp.digests()', 'SELECT * FROM first_run',
              'a second run under other settings gives the same rows');

SELECT * FROM finish();
ROLLBACK;
