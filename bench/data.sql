-- The tables that the benchmarks read.  Variables: rows, the number of deals; events, the number of stage events.
-- The same numbers give the same tables: the random generator is seeded.

CREATE SCHEMA bench;
SET search_path = bench;
SELECT setseed(0.5) \g /dev/null

-- Deals as a warehouse holds them: texts of the usual lengths in front of the columns that the metrics read, some
-- amounts and categories missing, 500 owners, 100,000 accounts, about 150 bytes a row.
CREATE TABLE deals (
	id bigint NOT NULL,
	account text NOT NULL,
	owner text NOT NULL,
	stage text NOT NULL,
	created date NOT NULL,
	close_date date,
	region text NOT NULL,
	category text,
	amount numeric(14,2),
	amount_f8 float8,
	outcome text NOT NULL,
	cycle_days int,
	is_won boolean NOT NULL,
	is_closed boolean NOT NULL,
	category_label text,
	account_id int NOT NULL
);

INSERT INTO deals
SELECT
	i,
	'Account ' || lpad(account::text, 6, '0') || ' Holdings',
	'owner.' || lpad(owner::text, 3, '0') || '@example.com',
	CASE outcome
		WHEN 'won' THEN 'Closed Won'
		WHEN 'lost' THEN 'Closed Lost'
		ELSE (ARRAY['Prospecting', 'Qualification', 'Needs Analysis', 'Value Proposition', 'Id. Decision Makers',
			'Perception Analysis', 'Proposal/Price Quote', 'Negotiation/Review'])[stage]
	END,
	created,
	created + cycle,
	(ARRAY['EMEA', 'North America', 'Latin America', 'Asia Pacific'])[region],
	category,
	amount,
	amount::float8,
	outcome,
	CASE WHEN outcome <> 'open' THEN cycle END,
	outcome = 'won',
	outcome <> 'open',
	CASE category WHEN 'best_case' THEN 'Best Case' ELSE initcap(category) END,
	account
FROM (
	SELECT *,
		CASE
			WHEN missing > 0.99 THEN NULL
			WHEN outcome = 'won' THEN 'closed'
			WHEN outcome = 'lost' THEN 'omitted'
			WHEN strength < 0.55 THEN 'pipeline'
			WHEN strength < 0.80 THEN 'best_case'
			ELSE 'commit'
		END AS category,
		CASE WHEN missing < 0.97 THEN round(exp(6 + 6 * size)::numeric, 2) END AS amount
	FROM (
		SELECT i,
			floor(random() * 100000)::int AS account,
			floor(random() * 500)::int AS owner,
			1 + floor(random() * 8)::int AS stage,
			1 + floor(random() * 4)::int AS region,
			date '2023-01-01' + floor(random() * 900)::int AS created,
			(ARRAY['open', 'open', 'open', 'open', 'won', 'won', 'won', 'lost', 'lost', 'lost'])[1 + floor(random() * 10)::int]
				AS outcome,
			CASE WHEN random() < 0.002 THEN -3 ELSE 5 + floor(200 * random() * random())::int END AS cycle,
			random() AS strength,
			random() AS missing,
			random() AS size
		FROM generate_series(1, :rows) AS i
		OFFSET 0
	) AS draw
) AS deal;

-- A history of full states, as CRMs keep it: eight events a deal, a stage often recorded again without having
-- changed, in order of time and so not in order of deals.
CREATE TABLE stage_events (
	deal_id bigint NOT NULL,
	stage text NOT NULL,
	entered_at timestamptz NOT NULL
);

INSERT INTO stage_events
SELECT
	deal_id,
	(ARRAY['Prospecting', 'Qualification', 'Needs Analysis', 'Value Proposition', 'Id. Decision Makers',
		'Perception Analysis', 'Proposal/Price Quote', 'Negotiation/Review'])[greatest(1, least(8, step - (3 * late)::int + 1))],
	entered_at
FROM (
	SELECT deal_id, step, random() AS late,
		timestamptz '2025-01-01 00:00+00' + interval '1 second' * ((deal_id % 1000) * 7919 + step * 1728000
			+ floor(random() * 1700000)) AS entered_at
	FROM generate_series(1, :events / 8) AS deal_id, generate_series(1, 8) AS step
	OFFSET 0
) AS event
ORDER BY entered_at;

-- Pairs of company names for the matching functions, 100,000 of them: half of them two spellings of one company, half
-- two companies.
CREATE TABLE names AS
SELECT
	initcap(stem || ' ' || branch) || ' ' || form AS a,
	CASE
		WHEN kind < 0.25 THEN upper(stem) || ' ' || branch
		WHEN kind < 0.50 THEN initcap(branch || ' ' || stem) || ', ' || form
		ELSE initcap(other || ' ' || branch) || ' ' || form
	END AS b
FROM (
	SELECT
		word[1 + floor(random() * 8)::int] || ' ' || word[1 + floor(random() * 8)::int] AS stem,
		word[1 + floor(random() * 8)::int] || ' ' || word[1 + floor(random() * 8)::int] AS other,
		(ARRAY['trading', 'industries', 'logistics', 'software', 'foods', 'energy'])[1 + floor(random() * 6)::int] AS branch,
		(ARRAY['Inc.', 'GmbH', 'Ltd', 'S.A.', 'LLC', 'Co., Ltd.'])[1 + floor(random() * 6)::int] AS form,
		random() AS kind
	FROM generate_series(1, 100000),
		(VALUES (ARRAY['northwind', 'contoso', 'fabrikam', 'acme', 'globex', 'initech', 'umbrella', 'stark'])) AS v(word)
	OFFSET 0
) AS part;

-- Contacts, 100,000 of them, as people type them.
CREATE TABLE contacts AS
SELECT
	CASE i % 4 WHEN 0 THEN initcap(who) || ' <' || who || '@example' || i % 1000 || '.com>' WHEN 1 THEN who || '+news@gmail.com' ELSE upper(who) || '@example' || i % 1000 || '.co.uk' END AS email,
	CASE i % 3 WHEN 0 THEN 'https://www.example' || i % 1000 || '.co.uk/about?id=' || i WHEN 1 THEN 'www.Example' || i % 1000 || '.com' ELSE 'http://shop.example' || i % 1000 || '.com.au:8080/' END AS url,
	CASE i % 3 WHEN 0 THEN '(415) 555-' || lpad((i % 10000)::text, 4, '0') WHEN 1 THEN '+1 650 555 ' || lpad((i % 10000)::text, 4, '0') ELSE '1-212-555-' || lpad((i % 10000)::text, 4, '0') || ' ext. 12' END AS phone
FROM generate_series(1, 100000) AS i,
	LATERAL (SELECT (ARRAY['ann', 'bob', 'carla', 'dimitri'])[1 + i % 4] || '.' || (ARRAY['smith', 'garcia', 'yamamoto'])[1 + i % 3] || i % 97 AS who) AS w;

-- Fields of contacts that are mostly right, one in fifty not: a mailbox at a provider or a firm, a website, a number.
CREATE TABLE fields AS
SELECT
	CASE WHEN i % 50 = 0 THEN replace(who, '.', '..') || '@acme.com' ELSE who || '@' || (ARRAY['gmail.com', 'acme' || i % 1000 || '.com', 'zenith-works' || i % 100 || '.co.uk', 'yahoo.com'])[1 + i / 4 % 4] END AS email,
	CASE WHEN i % 50 = 0 THEN 'www.acme' ELSE (ARRAY['https://www.acme' || i % 1000 || '.co.uk/about', 'www.zenith' || i % 999 || '.com', 'http://shop.acme' || i % 1000 || '.de/'])[1 + i % 3] END AS url,
	CASE WHEN i % 50 = 0 THEN '555-' ELSE '(415) 555-' END || lpad((i % 10000)::text, 4, '0') AS phone
FROM generate_series(1, 1000000) AS i,
	LATERAL (SELECT (ARRAY['ann', 'bob', 'carla', 'dimitri'])[1 + i % 4] || '.' || (ARRAY['smith', 'garcia', 'yamamoto'])[1 + i % 3] || i % 97 AS who) AS w;

-- Cases for business time, a tenth as many as deals: opened at any minute of ten years, closed up to 60 days later,
-- most of them answered within four days.
CREATE TABLE cases AS
SELECT
	i AS id,
	region,
	opened,
	(opened AT TIME ZONE 'America/New_York')::date AS opened_on,
	closed,
	(closed AT TIME ZONE 'America/New_York')::date AS closed_on,
	answered,
	opened + interval '24 hours' AS day_later,
	opened + interval '87600 hours' AS decade_later
FROM (
	SELECT i, region, opened, opened + interval '1 minute' * floor(60 * 1440 * length ^ 3) AS closed,
		CASE WHEN wait < 0.9 THEN opened + interval '1 minute' * floor(4 * 1440 * wait ^ 2) END AS answered
	FROM (
		SELECT i, timestamptz '2016-01-01 00:00+00' + interval '1 minute' * floor(3652 * 1440 * random()) AS opened,
			1 + floor(random() * 8)::int AS region, random() AS length, random() AS wait
		FROM generate_series(1, :rows / 10) AS i
		OFFSET 0
	) AS draw
	OFFSET 0
) AS c;
CREATE TABLE sorted_cases AS SELECT * FROM cases ORDER BY opened;

-- Samples for the forms that are too slow for all.
CREATE TABLE some_cases AS SELECT * FROM cases WHERE id <= 2000;
CREATE TABLE few_cases AS SELECT * FROM cases WHERE id <= 40;

-- 30 holidays: Thanksgiving, Christmas and New Year of ten years.  Some are on weekends.
CREATE TABLE holidays (day date PRIMARY KEY);
INSERT INTO holidays
SELECT day
FROM generate_series(2016, 2025) AS year,
	LATERAL (VALUES (make_date(year, 1, 1)), (make_date(year, 12, 25)),
		(make_date(year, 11, 22) + (11 - extract(isodow FROM make_date(year, 11, 22))::int) % 7)) AS h(day);

-- Calendars: the one of most sections, one of 5,000 dates, and those of eight regions.
CREATE TABLE calendars AS
SELECT 0 AS region, '30 holidays' AS name, salesops.business_calendar('Mon-Fri 09:00-17:00 America/New_York', day) AS calendar FROM holidays
UNION ALL
SELECT -1, '5000 holidays', salesops.business_calendar('Mon-Fri 09:00-17:00 America/New_York', date '1985-01-01' + 4 * i)
FROM generate_series(0, 4999) AS i
UNION ALL
SELECT region, zone, salesops.business_calendar(format('Mon-Fri 09:00-17:00 %s', zone)::salesops.business_calendar, day + (region % 3)::int)
FROM unnest(ARRAY['America/New_York', 'America/Chicago', 'America/Los_Angeles', 'Europe/London', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Tokyo',
	'Australia/Sydney']) WITH ORDINALITY AS z(zone, region), holidays
GROUP BY region, zone;

-- What a warehouse without salesops keeps: the days of New York, with the business time before each of them.
CREATE TABLE business_days AS
SELECT day, opens, closes, (count(opens) OVER before)::int AS days_before, coalesce(sum(extract(epoch FROM closes - opens)) OVER before, 0)::float8 AS seconds_before
FROM (
	SELECT midnight::date AS day,
		CASE WHEN works THEN (midnight + time '09:00') AT TIME ZONE 'America/New_York' END AS opens,
		CASE WHEN works THEN (midnight + time '17:00') AT TIME ZONE 'America/New_York' END AS closes
	FROM generate_series(timestamp '2015-12-01', '2036-03-01', '1 day') AS midnight,
		LATERAL (SELECT extract(isodow FROM midnight) < 6 AND NOT EXISTS (SELECT FROM holidays WHERE day = midnight::date) AS works) AS w
) AS d
WINDOW before AS (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);
ALTER TABLE business_days ADD PRIMARY KEY (day);

-- The loops that one finds in most answers to the question.
CREATE FUNCTION days_by_loop(from_date date, to_date date) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
	at date := from_date;
	n int := 0;
BEGIN
	WHILE at < to_date LOOP
		IF extract(isodow FROM at) < 6 AND NOT EXISTS (SELECT FROM bench.holidays WHERE day = at) THEN
			n := n + 1;
		END IF;
		at := at + 1;
	END LOOP;
	RETURN n;
END $$;

CREATE FUNCTION seconds_by_loop(from_time timestamptz, to_time timestamptz) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
	at timestamptz := from_time;
	wall timestamp;
	n int := 0;
BEGIN
	WHILE at < to_time LOOP
		wall := at AT TIME ZONE 'America/New_York';
		IF extract(isodow FROM wall) < 6 AND wall::time >= '09:00' AND wall::time < '17:00'
			AND NOT EXISTS (SELECT FROM bench.holidays WHERE day = wall::date) THEN
			n := n + 60;
		END IF;
		at := at + interval '1 minute';
	END LOOP;
	RETURN n;
END $$;

-- A date dimension.
CREATE TABLE fiscal_days AS
SELECT m.period_start AS day, m.fiscal_quarter AS months_quarter, w.fiscal_quarter AS weeks_quarter
FROM salesops.fiscal_periods('starts February', '2022-01-01', '2026-12-31', 'day') AS m
	JOIN salesops.fiscal_periods('4-5-4 starts Sunday nearest February 1', '2022-01-01', '2026-12-31', 'day') AS w USING (period_start);
ALTER TABLE fiscal_days ADD PRIMARY KEY (day);

CREATE INDEX cases_fiscal_quarter ON cases (salesops.fiscal_quarter(opened_on, 'starts February'));

-- Its close dates, in a history of full states: with each fourth state the date moves by -10 to 50 days.
CREATE TABLE close_events AS
SELECT deal_id, date '2025-03-01' + (deal_id % 90)::int
		+ (sum(CASE WHEN random() < 0.25 THEN floor(random() * 61)::int - 10 ELSE 0 END) OVER (PARTITION BY deal_id ORDER BY entered_at))::int AS close_date,
	entered_at AS changed_at
FROM stage_events
ORDER BY entered_at;

-- Forecasts of each deal's amount, up to 30 % off on either side; where the deal was lost nothing came.
CREATE TABLE forecasts AS
SELECT id, owner, actual, forecast, actual::float8 AS actual_f8, forecast::float8 AS forecast_f8
FROM (
	SELECT id, owner, CASE WHEN outcome = 'lost' AND id % 3 = 0 THEN 0 ELSE amount END AS actual,
		round(amount * (0.7 + (id * 7919 % 600) / 1000.0), 2)::numeric(14,2) AS forecast
	FROM deals
) AS f;

-- Two snapshots of the same deals, two fifths as many as deals in each: before and after a month in which an eighth of the
-- open ones was decided, and others were resized, pushed, pulled and handed over.  Rows lie in an order of their own.
CREATE TABLE snapshot_draw AS
SELECT i AS id, 'OPP-' || lpad((i * 7919 % 100000000007)::text, 14, '0') AS code,
	(ARRAY['open', 'open', 'open', 'open', 'won', 'lost'])[1 + floor(random() * 6)::int] AS outcome,
	round(exp(6 + 6 * random())::numeric, 2) AS amount, date '2026-06-01' + floor(random() * 200)::int AS close_date,
	1 + floor(random() * 500)::int AS owner, (ARRAY['pipeline', 'pipeline', 'best_case', 'commit'])[1 + floor(random() * 4)::int] AS category,
	random() AS fate, random() AS size, random() AS moved, random() AS handed, random() AS there, random() AS place
FROM generate_series(1, :rows::bigint * 2 / 5) AS i;

CREATE TABLE snapshot_before AS
SELECT id, code, outcome, amount::numeric(14,2) AS amount, close_date, 'owner.' || lpad(owner::text, 3, '0') || '@example.com' AS owner,
	CASE outcome WHEN 'won' THEN 'closed' WHEN 'lost' THEN 'omitted' ELSE category END AS category
FROM snapshot_draw WHERE there > 0.03 ORDER BY place;

CREATE TABLE snapshot_after AS
SELECT id, code, now_outcome AS outcome, (CASE WHEN size < 0.1 THEN round(amount * (0.7 + 6 * size::numeric), 2) ELSE amount END)::numeric(14,2) AS amount,
	close_date + CASE WHEN moved < 0.12 THEN 30 WHEN moved < 0.15 THEN -30 ELSE 0 END AS close_date,
	'owner.' || lpad((CASE WHEN handed < 0.02 THEN 1 + (owner + 7) % 500 ELSE owner END)::text, 3, '0') || '@example.com' AS owner,
	CASE now_outcome WHEN 'won' THEN 'closed' WHEN 'lost' THEN 'omitted' ELSE category END AS category
FROM (SELECT *, CASE WHEN outcome = 'lost' AND fate > 0.98 THEN 'open' WHEN outcome = 'open' AND fate > 0.92 THEN 'won' WHEN outcome = 'open' AND fate > 0.84 THEN 'lost' ELSE outcome END AS now_outcome
	FROM snapshot_draw WHERE there < 0.99) AS s ORDER BY 1 - place;
DROP TABLE snapshot_draw;

CREATE VIEW snapshots AS SELECT false AS after, * FROM snapshot_before UNION ALL SELECT true, * FROM snapshot_after;

VACUUM (FREEZE, ANALYZE) cases;
VACUUM (FREEZE, ANALYZE) sorted_cases;
VACUUM (FREEZE, ANALYZE) some_cases;
VACUUM (FREEZE, ANALYZE) few_cases;
VACUUM (FREEZE, ANALYZE) holidays;
VACUUM (FREEZE, ANALYZE) calendars;
VACUUM (FREEZE, ANALYZE) business_days;
VACUUM (FREEZE, ANALYZE) fiscal_days;
VACUUM (FREEZE, ANALYZE) deals;
VACUUM (FREEZE, ANALYZE) stage_events;
VACUUM (FREEZE, ANALYZE) close_events;
VACUUM (FREEZE, ANALYZE) names;
VACUUM (FREEZE, ANALYZE) snapshot_before;
VACUUM (FREEZE, ANALYZE) snapshot_after;
VACUUM (FREEZE, ANALYZE) forecasts;

-- The contract tables of a CRM with a history: the full state of a deal after each of eight changes, in order of time, of up to
-- 250,000 deals; deals without any history, and some that are deleted.
CREATE TABLE opportunity_history AS
SELECT
	'006' || lpad(deal_id::text, 15, '0') AS opportunity_id, entered_at AS changed_at, stage, (deal_id * 7919 % 1000000 + 25 * length(stage))::numeric(14,2) AS amount,
	date '2025-06-30' + (deal_id % 400)::int + length(stage) AS close_date, 'Pipeline'::text AS forecast_category, '005' || lpad((deal_id % 500)::text, 15, '0') AS owner_id, 0.5::float8 AS probability
FROM stage_events WHERE deal_id <= 250000
ORDER BY entered_at;
CREATE TABLE opportunity AS
SELECT
	'006' || lpad(deal_id::text, 15, '0') AS opportunity_id, 'Opportunity of account ' || deal_id % 100000 AS name, '005' || lpad((deal_id % 500)::text, 15, '0') AS owner_id, 'Qualification'::text AS stage,
	(deal_id * 7919 % 1000000)::numeric(14,2) AS amount, date '2025-06-30' + (deal_id % 400)::int AS close_date, 'Pipeline'::text AS forecast_category, 0.5::float8 AS probability,
	timestamptz '2025-01-01 00:00+00' + deal_id % 1000 * interval '8 hours' AS created_at, deal_id % 200 = 0 AS is_deleted
FROM generate_series(1::bigint, least(:events, 2000000) / 8 + least(:events, 2000000) / 80) AS deal_id;
ALTER TABLE opportunity ADD PRIMARY KEY (opportunity_id);
-- the same without the key's index, as behind a view
CREATE TABLE loaded_history AS TABLE opportunity_history;
ALTER TABLE opportunity_history ADD PRIMARY KEY (opportunity_id, changed_at);
VACUUM (FREEZE, ANALYZE) opportunity;
VACUUM (FREEZE, ANALYZE) opportunity_history;
VACUUM (FREEZE, ANALYZE) loaded_history;
CALL salesops.create_opportunity_as_of('bench');
CREATE SCHEMA loaded;
CREATE VIEW loaded.opportunity AS TABLE opportunity;
CREATE VIEW loaded.opportunity_history AS TABLE loaded_history;
CALL salesops.create_opportunity_as_of('loaded');

-- Pairs of what people type into forms, a fifth as many as deals: company names of some 20 characters, half of them two spellings of one name and
-- half two names that have a word in common or none, and persons, addresses of e-mail, telephone numbers and addresses likewise.
CREATE TABLE pairs AS
SELECT
	first || ' ' || second || form AS company_a,
	CASE i % 4
		WHEN 0 THEN upper(first) || ' ' || lower(second)
		WHEN 1 THEN overlay(first PLACING 'x' FROM 2 + j % 3 FOR 1) || ' ' || second || other_form
		WHEN 2 THEN second || ' ' || third || form
		ELSE third || ' ' || fourth || other_form
	END AS company_b,
	given || ' ' || family AS person_a,
	CASE i % 4
		WHEN 0 THEN family || ', ' || given
		WHEN 1 THEN left(given, 1) || '. ' || overlay(family PLACING 'e' FROM 3 FOR 1)
		WHEN 2 THEN other_given || ' ' || family
		ELSE other_given || ' ' || other_family
	END AS person_b,
	lower(given || '.' || family) || '@' || lower(first) || '.com' AS email_a,
	CASE i % 4
		WHEN 0 THEN given || '.' || family || '+crm@' || first || '.com'
		WHEN 1 THEN lower(left(given, 1) || family) || '@' || lower(first) || '.com'
		WHEN 2 THEN lower(given || '.' || family) || '@gmail.com'
		ELSE lower(other_given || '.' || other_family) || '@' || lower(third) || '.com'
	END AS email_b,
	'(' || area || ') 555-' || lpad((j % 10000)::text, 4, '0') AS phone_a,
	CASE i % 4
		WHEN 0 THEN '+1 ' || area || ' 555 ' || lpad((j % 10000)::text, 4, '0')
		WHEN 1 THEN area || '.555.' || lpad((j / 7 % 10000)::text, 4, '0')
		ELSE '(' || 200 + j % 700 || ') 555-' || lpad((j / 11 % 10000)::text, 4, '0')
	END AS phone_b,
	1 + j % 900 || ' ' || family || ' Street' AS address_a,
	CASE i % 4
		WHEN 0 THEN 1 + j % 900 || ' ' || upper(family) || ' ST.'
		WHEN 1 THEN 1 + j % 900 || ' ' || family || ' St Apt ' || 1 + j % 40
		WHEN 2 THEN 1 + j / 3 % 900 || ' ' || family || ' Avenue'
		ELSE 1 + j / 5 % 900 || ' ' || other_family || ' Road'
	END AS address_b
FROM (
	SELECT i, j, 201 + j % 700 AS area,
		word[1 + h[1] % 40] AS first, word[1 + h[2] % 40] AS second, word[1 + h[3] % 40] AS third, word[1 + h[4] % 40] AS fourth,
		form[1 + h[5] % 10] AS form, form[1 + h[6] % 10] AS other_form,
		given[1 + h[7] % 24] AS given, given[1 + h[8] % 24] AS other_given, family[1 + h[9] % 24] AS family, family[1 + h[10] % 24] AS other_family
	FROM generate_series(1, :rows::int / 5) AS i,
		LATERAL (SELECT hashint4(i) & 2147483647 AS j) AS v,
		LATERAL (SELECT ARRAY(SELECT hashint8(i::bigint * 16 + n) & 2147483647 FROM generate_series(1, 10) AS n) AS h) AS d,
		(VALUES (string_to_array('Northwind Contoso Fabrikam Meridian Globex Initech Umbrella Stark Pinnacle Harbor Summit Vertex Cascade Redwood Sterling Falcon Horizon Evergreen Granite Atlas '
				'Trading Industries Logistics Software Foods Energy Systems Partners Capital Media Health Motors Textiles Robotics Airlines Chemicals Brewing Telecom Design Research', ' '),
			ARRAY[' Inc.', ' GmbH', ' Ltd', ' S.A.', ' LLC', ' Corp.', ', Inc', ' Co., Ltd.', '', ''],
			string_to_array('Robert William Elizabeth Jonathan Margaret Katherine Michael Jennifer Alexander Susan Thomas Patricia Daniel Rebecca Christopher Anthony Deborah Edward Nicholas Theodore Victoria Samuel Angela Walter', ' '),
			string_to_array('Smith Johnson Williams Garcia Martinez Anderson Thompson Robinson Rodriguez Lewis Hernandez Campbell Mitchell Carter Phillips Turner Peterson Ramirez Watson Brooks Sanders Bennett Hamilton Wallace', ' '))
		) AS w(word, form, given, family)
) AS part;

-- The signatures of the names, as a table of accounts keeps them.
CREATE TABLE signatures AS
SELECT company_a, company_b, salesops.text_signature(company_a) AS a, salesops.text_signature(company_b) AS b
FROM pairs;

VACUUM (FREEZE, ANALYZE) pairs;
VACUUM (FREEZE, ANALYZE) signatures;

-- A call and nothing else: a function of the server in C that does not look at its arguments (it gives pi).
CREATE FUNCTION empty(text, text) RETURNS float8 LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'dpi';
CREATE FUNCTION empty(text, text, text) RETURNS float8 LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'dpi';
CREATE FUNCTION empty(text, text, int) RETURNS float8 LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'dpi';
CREATE FUNCTION empty(salesops.match_signature, salesops.match_signature) RETURNS float8 LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'dpi';
CREATE FUNCTION empty(text) RETURNS float8 LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'dpi';

-- Scored pairs for clusters, a fifth of the deals: of records in groups of a few, in no order; some of them; and between any two.
CREATE TABLE scored_pairs AS
SELECT * FROM (
	SELECT n / 8 * 6 + (hashint8(n) & 65535) % 6 AS a, n / 8 * 6 + (hashint8(-n) & 65535) % 6 AS b, (hashint8(n + 7) & 65535) % 24 - 5.0::float8 AS score
	FROM (SELECT i::bigint * 15485863 % (:rows / 5) AS n FROM generate_series(1, :rows / 5) AS i) AS s) AS p
WHERE a <> b;
CREATE TABLE few_pairs AS SELECT * FROM scored_pairs WHERE a < 15000;
CREATE TABLE tangled_pairs AS
SELECT (random() * :rows / 10)::bigint AS a, (random() * :rows / 10)::bigint AS b, (random() * 23 - 5)::float8 AS score FROM generate_series(1, :rows / 5);

-- Deals with all that hygiene_issues looks at, every field of some of them missing or wrong.
CREATE TABLE hygiene_deals AS
SELECT (ARRAY['Prospecting', 'Qualification', 'Proposal', 'Negotiation', 'Closed Won', 'Closed Lost'])[1 + (random() * 6.1)::int % 7] AS stage,
	CASE WHEN random() < 0.03 THEN NULL WHEN random() < 0.03 THEN 0 ELSE (random() * 100000)::numeric(12, 2) END AS amount,
	date '2026-01-01' + (random() * 400)::int AS close_date,
	CASE WHEN random() > 0.02 THEN 'U' || (random() * 50)::int END AS owner,
	(ARRAY['Call the buyer on Monday', 'tbd', 'n/a', 'Send the proposal to legal', NULL, 'Demo', 'Pricing call with CFO', 'waiting for signature'])[1 + (random() * 7)::int] AS next_step,
	(ARRAY['Pipeline', 'Best Case', 'Commit', 'Closed', 'Omitted'])[1 + (random() * 5.1)::int % 6] AS category,
	(ARRAY[0.1, 0.25, 0.5, 0.75, 1, 0])[1 + (random() * 5)::int]::float8 AS probability,
	date '2025-06-01' + (random() * 300)::int AS created, date '2026-05-01' - (random() * 90)::int AS last_activity, random() * 90 AS days_in_stage, (random() * 5)::bigint AS pushes
FROM generate_series(1, :rows);
VACUUM (FREEZE, ANALYZE) hygiene_deals;
CREATE TABLE hygiene_found AS
SELECT salesops.hygiene_issues('{"stale_days": 30, "max_pushes": 3}', '{"stages": [{"stage": "Prospecting", "probability": 0.1, "category": "pipeline"}, {"stage": "Qualification", "probability": 0.25, "category": "pipeline"},
	{"stage": "Proposal", "probability": 0.5, "category": ["best_case", "pipeline"]}, {"stage": "Negotiation", "probability": 0.75, "category": "commit"}, {"stage": "Closed Won", "probability": 1, "outcome": "won"}, {"stage": "Closed Lost", "probability": 0, "outcome": "lost"}]}',
	stage, amount, close_date, owner, next_step, category, probability, created, last_activity, days_in_stage, pushes, '2026-05-01') AS issues, amount FROM hygiene_deals;
VACUUM (FREEZE, ANALYZE) hygiene_found;
