-- hygiene: whether fields are filled, what is wrong with deals, lists of codes and their counts, and what is refused with which words.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET search_path = salesops, public;
SET datestyle = iso;
SET timezone = 'UTC';
\set SHOW_CONTEXT never
\pset null NULL
\pset format unaligned

-- ---- is_blank, completeness ----

SELECT v AS value, is_blank(v) FROM unnest(ARRAY['Acme', ' N/A ', '--None--', 'unbekannt', 'xxx', '-', '0', 'Unknown Brewery', '', NULL]) AS v;
SELECT is_blank('NA', ARRAY['n.n.', 'k.A.']), is_blank('K. A.', ARRAY['n.n.', 'k.A.']);
SELECT completeness('Acme', 'n/a', NULL, 'Berlin'), missing_count('Acme', 'n/a', NULL, 'Berlin'), missing_fields('{name,phone,city}', '{Acme,-,NULL}');
SELECT is_blank('a', ARRAY[repeat('b', 70)]);
SELECT missing_fields('{a,b}', '{x}');
SELECT missing_fields('{a,"b,c"}', '{x,y}');
SELECT missing_fields('{a,NULL}', '{x,y}');
SELECT field_completeness(name, city), completeness_rate(name, city) FROM (VALUES ('Acme', 'Berlin'), ('Globex', 'n/a')) v(name, city);

-- ---- policies ----

SELECT '{}'::hygiene_policy;
SELECT '{"require": {"open": ["stage", "budget", "amount"], "lost": []}, "stages": {"Proposal": {"stale_days": 7}, "New": {"require": ["owner"]}}, "stale_days": 30, "max_pushes": 3, "max_close_days": 365, "probability_tolerance": 0.2, "ignore": ["before_created"], "severity": {"stale": "high"}, "owner": {"missing_budget": "finance"}, "due_days": {"medium": 5, "high": 1}}'::hygiene_policy;
SELECT '{"stale_day": 30}'::hygiene_policy;
SELECT '{"stale_days": -1}'::hygiene_policy;
SELECT '{"probability_tolerance": 20}'::hygiene_policy;
SELECT '{"ignore": ["stael"]}'::hygiene_policy;
SELECT '{"severity": {"missing_budget": "low"}}'::hygiene_policy;
SELECT '{"severity": {"stale": "grave"}}'::hygiene_policy;
SELECT '{"owner": {"stale": "a,b"}}'::hygiene_policy;
SELECT '{"require": ["-"]}'::hygiene_policy;
SELECT '{"stages": {"": {}}}'::hygiene_policy;
SELECT '{"stages": {"New": {"max_days": 3}}}'::hygiene_policy;
SELECT '{"due_days": {"high": 0.5}}'::hygiene_policy;

-- ---- deals ----

CREATE TEMP TABLE deal (deal_id text, stage text, amount numeric, close_date date, owner text, next_step text, category text, probability float8, created date, last_activity date, days_in_stage float8, pushes int);
INSERT INTO deal VALUES ('right', 'Proposal', 12000, '2026-08-31', 'U7', 'Send offer', 'Best Case', 0.5, '2026-03-02', '2026-07-10', 12, 1), ('neglected', 'Proposal', 0, '2026-06-30', 'U7', 'tbd', 'Commit', 50, '2026-01-10', '2026-05-02', 40, 4),
	('won too early', 'Won', 8000, '2026-07-31', 'U8', NULL, 'Closed', 1, '2026-02-01', '2026-07-01', NULL, 0), ('in no stage', 'Negotiating', 5000, NULL, '-', 'Call', NULL, NULL, '2026-02-01', NULL, NULL, NULL), ('lost', 'Lost', NULL, '2026-05-01', 'U8', NULL, 'Omitted', 0, '2026-02-01', NULL, NULL, NULL);
CREATE TEMP TABLE judged AS SELECT d.*, hygiene_issues('{"stale_days": 30, "max_pushes": 3, "probability_tolerance": 0.2}', '{"stages": [{"stage": "Proposal", "probability": 0.5, "category": "best_case", "max_days": 21}, {"stage": "Won", "probability": 1, "outcome": "won"}, {"stage": "Lost", "probability": 0, "outcome": "lost"}]}',
	stage, amount, close_date, owner, next_step, category, probability, created, last_activity, days_in_stage, pushes, '2026-07-15') AS issues FROM deal d;
SELECT deal_id, issues, issue_severity('{}', issues) AS severity, issue_owner('{}', issues) AS owner, issue_due('{"due_days": {"high": 1}}', issues, '2026-07-17', 'Mon-Fri 09:00-17:00 UTC') AS due, issue_count(issues) AS n, has_issue(issues, 'stale') AS stale FROM judged;
SELECT hygiene_issues(NULL, NULL, NULL, NULL::numeric, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT required_issues('{"stages": {"Proposal": {"require": ["budget", "champion"]}}}', NULL, 'Proposal', '{budget,champion,partner}', '{20000,n/a,NULL}');
SELECT merge_issues('stale,zero_amount', NULL, 'missing_budget,stale');
SELECT has_issue('stale', 'stale,zero_amount');

-- ---- accounts, contacts, leads ----

SELECT account_issues('{"require": ["name", "city"]}', 'Acme', 'http://www.acme', '(115) 555-1234', NULL, 'n/a', '2134', 'USA', 'U7') AS account,
	contact_issues('{"require": ["last_name", "email"]}', 'asdf', NULL, 'info@acme.com', '+49 30 1234567', NULL, 'U7') AS contact, lead_issues('{}', 'Ann', 'Smith', 'qwertz', 'ann@gmial.com', NULL, 'Atlantis', 'U7') AS lead;
SELECT '{"ignore": ["role_address", "stale"], "severity": {"email_domain_typo": "high"}}'::hygiene_policy;

-- ---- over all ----

SELECT hygiene_compliance(issues), count_issues(issues, amount) FROM judged;
SELECT b.issue, b.records, b.share, round(b.cumulative_share::numeric, 4) AS cumulative, b.amount, b.amount_share FROM (SELECT count_issues(issues, amount) AS c FROM judged) s, issue_breakdown(c) b;
SELECT records_judged(c), records_with_issues(c), amount_at_risk(c), hygiene_compliance(c) FROM (SELECT count_issues(issues, amount) AS c FROM judged) s;
SELECT count_issues(repeat('a', 401));
SELECT '{"issue_counts": 1, "records": 1, "with_issues": 2}'::issue_counts;
SELECT '{"issue_counts": 1, "records": 2, "with_issues": 1, "issues": [["a", 1, 0]]}'::issue_counts;

-- ---- names ----

SELECT v AS name, keyboard_mash(v), person_name_issue(v) FROM unnest(ARRAY['Ann Smith', 'asdf', 'Wertz', 'J. R.', 'Accounts Payable', 'John Smith 3rd', 'John Smith 3', 'Acme Inc', 'n/a', 'ann@x.com', 'www.x.com', 'Ann?']) AS v;

-- ---- the queue of exceptions ----

CREATE SCHEMA "queue 'of";
CALL create_exception_queue('nowhere');
CALL create_exception_queue('queue ''of');
CREATE TEMP VIEW found AS SELECT deal_id AS record_id, issues, owner AS owner_id, amount FROM judged;
SELECT * FROM update_exceptions('queue ''of', 'opportunity', 'found', '{"due_days": {"high": 1, "medium": 5}}', 'Mon-Fri 09:00-17:00 UTC', '2026-07-15 06:00+00');
UPDATE judged SET issues = 'open_past_due' WHERE deal_id IN ('right', 'neglected');
SELECT * FROM update_exceptions('queue ''of', 'opportunity', 'found', '{"due_days": {"high": 1, "medium": 5}}', 'Mon-Fri 09:00-17:00 UTC', '2026-07-20 06:00+00');
SELECT record_id, code, severity, role, assignee, due_on, age_days, overdue_days, status FROM exceptions_at('queue ''of', 'Mon-Fri 09:00-17:00 UTC', '2026-07-22 06:00+00');
SELECT snooze_exceptions('queue ''of', ARRAY[exception_id], '2026-08-01') FROM exceptions_at('queue ''of', 'Mon-Fri 09:00-17:00 UTC', '2026-07-22 06:00+00') WHERE record_id = 'right';
SELECT * FROM exception_digest('queue ''of', 'Mon-Fri 09:00-17:00 UTC', '2026-07-22 06:00+00', 2);
SELECT assign_exceptions('queue ''of', '{1,99999}', 'U9');
SELECT dispose_exceptions('queue ''of', '{1}', 'fixed', 'done');
SELECT dispose_exceptions('queue ''of', '{1}', 'accepted', NULL);
SELECT snooze_exceptions('queue ''of', '{1}', 'infinity');
SELECT update_exceptions('queue ''of', 'opportunity', 'found', '{}', 'Mon-Fri 09:00-17:00 UTC', '2026-07-19 06:00+00');
SELECT update_exceptions('queue ''of', 'opportunity', 'deal', '{}', 'Mon-Fri 09:00-17:00 UTC', '2026-07-29 06:00+00');
SELECT update_exceptions('nowhere', 'opportunity', 'found', '{}', 'Mon-Fri 09:00-17:00 UTC', '2026-07-29 06:00+00');
SELECT event, count(*) FROM "queue 'of".exception_event GROUP BY 1 ORDER BY 1;
SELECT exception_notify_sql('queue ''of', 'crm''s');
DROP SCHEMA "queue 'of" CASCADE;
