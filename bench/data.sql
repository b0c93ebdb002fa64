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

VACUUM (FREEZE, ANALYZE) deals;
VACUUM (FREEZE, ANALYZE) stage_events;
VACUUM (FREEZE, ANALYZE) names;
