-- The sales organisation of the sample: the process, currencies, teams, people and quotas.

INSERT INTO crm.stage (stage, position, probability, category, outcome, max_days) VALUES
    ('On Hold',              1, 0.05, 'omitted,pipeline',             'open', 60),
    ('Prospecting',          2, 0.10, 'pipeline',                     'open', 30),
    ('Qualification',        3, 0.10, 'pipeline',                     'open', 30),
    ('Needs Analysis',       4, 0.20, 'pipeline',                     'open', 30),
    ('Value Proposition',    5, 0.50, 'pipeline,best_case',           'open', 30),
    ('Proposal/Price Quote', 6, 0.75, 'best_case,commit,pipeline',    'open', 21),
    ('Negotiation/Review',   7, 0.90, 'commit,best_case,most_likely', 'open', 14),
    ('Closed Won',           8, 1,    'closed',                       'won',  NULL),
    ('Closed Lost',          9, 0,    'omitted',                      'lost', NULL);

INSERT INTO crm.exchange_rate (currency, to_corporate) VALUES
    ('USD', 1), ('EUR', 1.08), ('GBP', 1.27), ('JPY', 0.0068);

-- Teams: median deal in US dollars, chance that a deal is won, how slow deals are, quota per person and quarter in the
-- team's currency in the second quarter of 2026.
CREATE UNLOGGED TABLE truth.w_team AS
SELECT * FROM (VALUES
    (1, 'Enterprise East', 'AMER', 'USD', 92000, 0.28, 1.30, 420000::numeric),
    (2, 'Enterprise West', 'AMER', 'USD', 84000, 0.26, 1.25, 380000),
    (3, 'Mid-Market',      'AMER', 'USD', 29000, 0.32, 1.00, 145000),
    (4, 'SMB',             'AMER', 'USD',  7500, 0.38, 0.70,  42000),
    (5, 'EMEA',            'EMEA', 'EUR', 42000, 0.30, 1.10, 195000),
    (6, 'APAC',            'APAC', 'JPY', 33000, 0.29, 1.15, 25000000)
) AS v (team, name, region, currency, median_amount, win_chance, slowness, quota);

-- Representatives. Of every 16, the teams have 2, 2, 3, 3, 4 and 2, and the first 8 cover all teams. Every 17th has left
-- at the end of 2025; the last one joined in April 2026 and has no quota yet. first_day and last_day are working days.
CREATE UNLOGGED TABLE truth.w_rep AS
WITH rep AS (
    SELECT r::integer AS rep, (ARRAY[1,2,3,4,5,6,4,5, 1,2,3,5,3,4,5,6])[1 + (r - 1) % 16] AS team,
           r = max(r) OVER () AS is_new, r % 17 = 11 AS has_left, truth.seed('representative', r) AS seed
    FROM generate_series(1, greatest(8, (SELECT value::bigint / 80 FROM truth.setting WHERE name = 'size'))) AS r
)
SELECT rep, team, row_number() OVER (PARTITION BY team ORDER BY rep)::integer AS place, is_new, has_left AND NOT is_new AS has_left,
       CASE WHEN is_new THEN 455 ELSE 0 END AS first_day,
       CASE WHEN has_left AND NOT is_new THEN 390 ELSE 520 END AS last_day,
       truth.draw(seed, 0) * 0.20 - 0.09 AS skill,
       (ARRAY[0.8, 1.0, 1.0, 1.25])[1 + truth.below(4, truth.draw(seed, 1))] AS level,
       seed
FROM rep;

CREATE UNLOGGED TABLE truth.w_team_size AS
SELECT team, count(*)::integer AS reps FROM truth.w_rep GROUP BY team;
ANALYZE truth.w_team, truth.w_rep, truth.w_team_size;

-- Users: six managers, then the representatives. Two people of the same name get different e-mail addresses.
INSERT INTO crm.sales_user (user_id, name, email, team, region, manager_id, is_active)
WITH person AS (
    SELECT t.team AS no, t.team, true AS is_active, NULL::text AS manager_id, truth.seed('manager', t.team) AS seed
    FROM truth.w_team t
    UNION ALL
    SELECT 6 + r.rep, r.team, NOT r.has_left, 'USR-' || lpad(r.team::text, 5, '0'), r.seed
    FROM truth.w_rep r
), named AS (
    SELECT p.no, p.team, p.is_active, p.manager_id, truth.pick(truth.given_names(), truth.draw(p.seed, 3)) AS given, s.surname
    FROM person p
    JOIN truth.w_surname s ON s.n = 1 + truth.below((SELECT count(*)::integer FROM truth.w_surname), truth.fine_draw(p.seed, 2))
), numbered AS (
    SELECT n.*, row_number() OVER (PARTITION BY given, surname ORDER BY no) AS namesake FROM named n
)
SELECT 'USR-' || lpad(n.no::text, 5, '0'), n.given || ' ' || n.surname,
       truth.slug(n.given, '') || '.' || truth.slug(n.surname, '') || CASE WHEN namesake > 1 THEN namesake::text ELSE '' END || '@northlight.example',
       t.name, t.region, n.manager_id, n.is_active
FROM numbered n
JOIN truth.w_team t USING (team);

-- Quotas by calendar quarter from 2024 Q3 to 2026 Q4: low at first, as there is no pipeline at the start, then growing as the
-- number of deals does; as high as the experience of the representative asks, scaled to the number of deals that each of
-- them has, and rounded to what a manager would write down.
INSERT INTO crm.quota (owner_id, period_start, period_end, amount, currency)
SELECT 'USR-' || lpad((6 + r.rep)::text, 5, '0'), p.period_start, (p.period_start::timestamp + interval '3 months')::date - 1,
       greatest(1, floor(t.quota * r.level::numeric * p.growth * load.factor / step.size)) * step.size,
       t.currency
FROM truth.w_rep r
JOIN truth.w_team t USING (team)
CROSS JOIN (SELECT (timestamp '2024-07-01' + n * interval '3 months')::date AS period_start,
                   (ARRAY[0.10, 0.40, 0.65, 0.75, 0.80, 0.90, 0.95, 1.00, 0.95, 1.10])[n + 1] AS growth
            FROM generate_series(0, 9) AS n) AS p
CROSS JOIN (SELECT least(1, value::numeric / (80 * (SELECT count(*) FROM truth.w_rep))) AS factor FROM truth.setting WHERE name = 'size') AS load
CROSS JOIN LATERAL (SELECT CASE t.currency WHEN 'JPY' THEN 100000 ELSE 1000 END AS size) AS step
WHERE NOT r.is_new
  AND (NOT r.has_left OR p.period_start < date '2026-01-01');
