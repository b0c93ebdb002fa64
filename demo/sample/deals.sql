-- The deals of the sample: what each of them is, the way it takes through the stages, and what else is changed meanwhile.
-- Three steps, each a table with one row per deal; no step looks from one deal to another, so the cost grows in
-- proportion to the number of deals.

-- 1. What the deal is --------------------------------------------------------------------------------------------------
-- Deals are numbered in the order of their creation. Their number per month grows to a little over the double during the two
-- years: a share of y of the deals is created before the moment x (both 0 to 1) where 0.6 x + 0.4 x^2 = y.
CREATE UNLOGGED TABLE truth.w_deal AS
WITH deal AS MATERIALIZED (
    SELECT i::integer AS i, size.n AS deals,
           truth.seed('deal', i) AS who, truth.seed('deal path', i) AS way, truth.seed('deal value', i) AS value,
           truth.seed('deal fault', i) AS fault, truth.seed('deal course', i) AS course, truth.seed('deal close', i) AS closing
    FROM (SELECT value::integer AS n FROM truth.setting WHERE name = 'size') AS size, generate_series(1, size.n) AS i
), dated AS MATERIALIZED (
    SELECT d.*, least(519, floor(520 * ((sqrt(0.36 + 1.6 * ((i - truth.draw(who, 6)) / deals)) - 0.6) / 0.8))::integer) AS first_day
    FROM deal d
), attached AS (
    -- An account record that exists by then; three deals of ten go to one record of twenty, the customers who buy often.
    SELECT d.*, CASE WHEN truth.draw(who, 2) < 0.3 THEN greatest(1, a.s - a.s % 20) ELSE a.s END AS s
    FROM dated d
    CROSS JOIN (SELECT count(*) AS records FROM truth.w_account) AS r
    CROSS JOIN LATERAL (SELECT greatest(1, floor((0.6 + 0.4 * d.first_day / 520) * r.records * truth.fine_draw(d.who, 0))::integer) AS s) AS a
), owned AS MATERIALIZED (
    -- Mostly the owner of the account, else a colleague; nobody before the first or after the last day of work.
    SELECT d.*, a.account_id, a.stem, a.iso, a.team, t.currency AS team_currency, t.median_amount, t.win_chance, t.slowness,
           CASE WHEN d.first_day BETWEEN r1.first_day AND r1.last_day THEN r1.rep
                WHEN d.first_day BETWEEN r2.first_day AND r2.last_day THEN r2.rep ELSE r3.rep END AS rep,
           CASE WHEN d.first_day BETWEEN r1.first_day AND r1.last_day THEN r1.skill
                WHEN d.first_day BETWEEN r2.first_day AND r2.last_day THEN r2.skill ELSE r3.skill END AS skill,
           -- Who had the deal before, if it is handed over.
           CASE WHEN d.first_day BETWEEN r2.first_day AND r2.last_day THEN r2.rep ELSE r3.rep END AS previous_rep
    FROM attached d
    JOIN truth.w_account a USING (s)
    JOIN truth.w_team t USING (team)
    JOIN truth.w_team_size z USING (team)
    JOIN truth.w_rep r1 ON r1.team = a.team
                       AND r1.place = CASE WHEN truth.draw(d.who, 3) < 0.7 THEN a.place ELSE 1 + truth.below(z.reps, truth.draw(d.who, 4)) END
    JOIN truth.w_rep r2 ON r2.team = a.team AND r2.place = 1 + truth.below(z.reps, truth.draw(d.who, 5))
    JOIN truth.w_rep r3 ON r3.team = a.team AND r3.place = 1
), typed AS MATERIALIZED (
    SELECT o.*,
           CASE WHEN truth.draw(value, 3) < 0.62 THEN 'New Business' WHEN truth.draw(value, 3) < 0.85 THEN 'Expansion' ELSE 'Renewal' END AS deal_type,
           CASE WHEN team = 5 THEN CASE WHEN iso = 'GB' THEN 'GBP' ELSE 'EUR' END
                WHEN team = 6 THEN CASE WHEN iso = 'JP' THEN 'JPY' ELSE 'USD' END
                ELSE team_currency END AS currency,
           -- A few are deleted; a few of the others are in a stage that the process does not know.
           truth.draw(fault, 4) < 0.005 AS is_deleted,
           truth.draw(fault, 4) >= 0.005 AND truth.draw(fault, 3) < 0.005 AS in_unknown_stage,
           truth.draw(fault, 5) >= 0.01 AS has_history
    FROM owned o
), destined AS MATERIALIZED (
    -- The first stage, the last open stage and the end of the way, if the deal ever gets there.
    SELECT t.*, s.start, CASE WHEN w.is_won THEN 7 ELSE greatest(s.start, l.loss) END AS finish, w.is_won,
           greatest(s.start, 2) AS low
    FROM typed t
    CROSS JOIN LATERAL (SELECT CASE WHEN truth.draw(who, 7) < 0.03 THEN 1 WHEN truth.draw(who, 7) < 0.15 THEN 3 ELSE 2 END AS start) AS s
    CROSS JOIN LATERAL (SELECT truth.draw(way, 0) < win_chance + skill + CASE deal_type WHEN 'Renewal' THEN 0.15 ELSE 0 END AS is_won) AS w
    CROSS JOIN LATERAL (SELECT CASE WHEN truth.draw(way, 1) < 0.10 THEN 2 WHEN truth.draw(way, 1) < 0.36 THEN 3 WHEN truth.draw(way, 1) < 0.60 THEN 4
                                    WHEN truth.draw(way, 1) < 0.76 THEN 5 WHEN truth.draw(way, 1) < 0.90 THEN 6 ELSE 7 END AS loss) AS l
), bent AS MATERIALIZED (
    -- Going back: on reaching a stage (back_from), the deal returns to one before it (back_to), once or twice.
    SELECT d.*, b.back_from,
           CASE WHEN truth.draw(way, 4) < 0.25 AND b.back_from - 2 >= low THEN b.back_from - 2 ELSE b.back_from - 1 END AS back_to,
           truth.draw(way, 4) > 0.85 AS twice
    FROM destined d
    CROSS JOIN LATERAL (SELECT CASE WHEN truth.draw(way, 2) < 0.080 AND finish > low THEN low + 1 + truth.below(finish - low, truth.draw(way, 3)) END AS back_from) AS b
), skipping AS MATERIALIZED (
    -- Skipping: one stage is passed over, rarely two that are not neighbours; never the first or the last open one, and
    -- never one that the deal visits on its way back and forth, so that there is one way only to count skips.
    SELECT b.*, CASE WHEN k.skip IS NULL OR k.skip BETWEEN back_to AND back_from THEN NULL ELSE k.skip END AS skip,
           CASE WHEN truth.draw(way, 5) < 0.025 AND k.skip + 2 < finish AND NOT coalesce(k.skip BETWEEN back_to AND back_from, false)
                     AND NOT coalesce(k.skip + 2 BETWEEN back_to AND back_from, false) THEN k.skip + 2 END AS second_skip
    FROM bent b
    CROSS JOIN LATERAL (SELECT CASE WHEN truth.draw(way, 5) < 0.16 AND finish - low >= 2 THEN low + 1 + truth.below(finish - low - 1, truth.draw(way, 6)) END AS skip) AS k
), routed AS (
    SELECT s.*,
           CASE WHEN in_unknown_stage THEN ARRAY[CASE WHEN truth.draw(fault, 2) < 0.6 THEN 10 ELSE 11 END]
                ELSE array_remove(array_remove(
                         CASE WHEN back_from IS NULL THEN n.stages[start:finish]
                              ELSE n.stages[start:back_from] || n.stages[back_to:back_from]
                                   || CASE WHEN twice THEN n.stages[back_to:back_from] ELSE n.stages[1:0] END || n.stages[back_from + 1:finish] END,
                         skip), second_skip)
                     || CASE WHEN is_won THEN 8 ELSE 9 END
           END AS path
    FROM skipping s, (SELECT ARRAY[1,2,3,4,5,6,7] AS stages) AS n
)
SELECT i, way, value, fault, course, closing, first_day, account_id, stem, team, rep, previous_rep, deal_type, currency,
       is_deleted, in_unknown_stage, has_history, path,
       slowness * truth.pace(truth.draw(value, 6)) AS slowness,
       -- Some deals stop in one of their open stages for good, and nobody closes them.
       CASE WHEN in_unknown_stage THEN 1 WHEN truth.draw(way, 7) < 0.022 THEN 1 + truth.below(cardinality(path) - 1, truth.draw(closing, 5)) END AS stuck_at,
       CASE WHEN truth.draw(value, 2) >= 0.02 THEN
           median_amount * truth.worth(truth.draw(value, 0))
           * CASE deal_type WHEN 'Expansion' THEN 0.6 WHEN 'Renewal' THEN 0.8 ELSE 1.0 END
           * CASE currency WHEN 'EUR' THEN 0.92 WHEN 'GBP' THEN 0.79 WHEN 'JPY' THEN 147 ELSE 1 END
       END AS worth
FROM routed;

-- 2. The way through the stages until as_of ------------------------------------------------------------------------------
-- Each stage takes at least one working day, so that no two stage changes fall on one day. Per deal: the stages entered,
-- when, the forecast category given in each, and the working day of the last one. Stage 1 to 9 as in crm.stage, 10 and 11
-- are the unknown ones.
CREATE UNLOGGED TABLE truth.w_way AS
SELECT d.*, w.stages, w.entered, w.stays, w.categories, w.last_day, cardinality(w.stages) AS visits,
       w.stages[cardinality(w.stages)] AS stage, w.stages[cardinality(w.stages)] IN (8, 9) AS is_closed
FROM truth.w_deal d
CROSS JOIN LATERAL (
    SELECT array_agg(stage ORDER BY k) AS stages, max(day) AS last_day,
           array_agg(truth.office_time(day, d.team, truth.draw(seed, 1)) ORDER BY k) AS entered,
           -- From the day of entering to that of leaving, also where it comes after as_of; NULL for a deal that stops there for good.
           array_agg(CASE WHEN days < 100000 THEN truth.working_day(day + days) - truth.working_day(day) END ORDER BY k) AS stays,
           array_agg(CASE stage
               WHEN 1 THEN CASE WHEN truth.draw(seed, 2) < 0.7 THEN 'omitted' ELSE 'pipeline' END
               WHEN 5 THEN CASE WHEN truth.draw(seed, 2) < 0.7 THEN 'pipeline' ELSE 'best_case' END
               WHEN 6 THEN CASE WHEN truth.draw(seed, 2) < 0.6 THEN 'best_case' WHEN truth.draw(seed, 2) < 0.8 THEN 'commit' ELSE 'pipeline' END
               WHEN 7 THEN CASE WHEN truth.draw(seed, 2) < 0.6 THEN 'commit' WHEN truth.draw(seed, 2) < 0.8 THEN 'best_case' ELSE 'most_likely' END
               WHEN 8 THEN 'closed'
               WHEN 9 THEN 'omitted'
               ELSE 'pipeline' END ORDER BY k) AS categories
    FROM (
        SELECT k, stage, seed, days, d.first_day + coalesce(sum(days) OVER (ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::integer AS day
        FROM (
            SELECT p.k, p.stage, p.seed,
                   CASE WHEN p.k = d.stuck_at THEN 100000
                        ELSE greatest(1, floor((ARRAY[26, 15, 17, 21, 19, 15, 9, 0, 0])[p.stage] * d.slowness * truth.pace(truth.draw(p.seed, 0)) * 5 / 7)::integer) END AS days
            -- OFFSET 0 keeps the planner from computing the seed once for every draw.
            FROM (SELECT n.k, n.stage, truth.seed('step', d.i, n.k) AS seed FROM unnest(d.path) WITH ORDINALITY AS n (stage, k) OFFSET 0) AS p
        ) AS waiting
    ) AS step
    WHERE day < 520
) AS w;

DROP TABLE truth.w_deal;

-- 3. What else is changed, and what is wrong -------------------------------------------------------------------------------
-- Changes fall on working days after the creation and before the day of closing, or before as_of if the deal is open.
-- Every change of a value makes a new version of it; the arrays hold the versions in order, and when each but the first began.
CREATE UNLOGGED TABLE truth.w_life AS
WITH span AS MATERIALIZED (
    SELECT w.*, CASE WHEN is_closed THEN last_day ELSE 520 END - first_day AS days,
           520 - last_day AS idle_days
    FROM truth.w_way w
), counted AS MATERIALIZED (
    SELECT s.*,
           -- Pushes of the close date: none to five, and not more than one in eight working days.
           least(days / 8, CASE WHEN truth.draw(course, 0) < 0.40 THEN 0 WHEN truth.draw(course, 0) < 0.66 THEN 1 WHEN truth.draw(course, 0) < 0.82 THEN 2
                                WHEN truth.draw(course, 0) < 0.91 THEN 3 WHEN truth.draw(course, 0) < 0.96 THEN 4 ELSE 5 END) AS pushes,
           -- The amount is corrected on the day of a stage change (two changes on one day), and on some other day.
           CASE WHEN worth IS NOT NULL AND truth.draw(course, 1) < 0.08 AND visits - is_closed::integer >= 2
                THEN entered[2 + truth.below(visits - is_closed::integer - 1, truth.draw(course, 2))] + (300 + truth.below(5400, truth.draw(closing, 6))) * interval '1 second'
                END AS amount_at_1,
           CASE WHEN worth IS NOT NULL AND truth.draw(course, 3) < 0.30 AND days >= 3
                THEN truth.office_time(first_day + 1 + truth.below(days - 1, truth.draw(course, 4)), team, truth.draw(closing, 7)) END AS amount_at_2,
           CASE WHEN truth.draw(course, 5) < 0.04 AND days >= 4 AND rep <> previous_rep
                THEN truth.office_time(first_day + 1 + truth.below(days - 1, truth.draw(course, 6)), team, truth.draw(way, 0)) END AS owner_at
    FROM span s
), valued AS MATERIALIZED (
    SELECT c.*, array_remove(ARRAY[least(amount_at_1, amount_at_2), CASE WHEN amount_at_2 <> amount_at_1 THEN greatest(amount_at_1, amount_at_2) END], NULL) AS amount_at,
           truth.money(worth, currency, truth.draw(value, 1)) AS amount
    FROM counted c
), wrong AS MATERIALIZED (
    -- What is wrong with the category, if anything. Of the live deals in known stages, one in twenty is wrong.
    SELECT v.*, CASE
        WHEN is_deleted THEN NULL
        WHEN in_unknown_stage THEN 'unknown_stage'
        WHEN truth.draw(fault, 0) >= 0.05 THEN NULL
        WHEN truth.draw(fault, 1) < 0.20 THEN 'missing_category'
        WHEN truth.draw(fault, 1) < 0.32 THEN 'unknown_category'
        WHEN stage = 8 THEN 'won_not_closed'
        WHEN stage = 9 THEN 'lost_not_omitted'
        WHEN truth.draw(fault, 1) < 0.46 THEN 'open_marked_closed'
        -- Nothing is too weak on hold; nothing but closed is too strong in proposal and negotiation.
        WHEN stage = 1 THEN 'category_too_strong'
        WHEN stage IN (6, 7) THEN 'category_too_weak'
        WHEN truth.draw(fault, 1) < 0.74 THEN 'category_too_strong'
        ELSE 'category_too_weak' END AS reason
    FROM valued v
), changed AS MATERIALIZED (
    SELECT w.*, CASE
        WHEN reason = 'won_not_closed' THEN truth.pick(ARRAY['commit', 'best_case', 'pipeline', 'omitted'], truth.draw(fault, 2))
        WHEN reason = 'lost_not_omitted' THEN truth.pick(ARRAY['pipeline', 'pipeline', 'best_case', 'commit', 'closed'], truth.draw(fault, 2))
        WHEN reason = 'open_marked_closed' THEN 'closed'
        WHEN reason = 'category_too_weak' AND stage = 7 THEN truth.pick(ARRAY['pipeline', 'pipeline', 'omitted'], truth.draw(fault, 2))
        WHEN reason = 'category_too_weak' THEN 'omitted'
        WHEN reason = 'category_too_strong' AND stage = 5 THEN truth.pick(ARRAY['most_likely', 'commit'], truth.draw(fault, 2))
        WHEN reason = 'category_too_strong' THEN truth.pick(ARRAY['best_case', 'best_case', 'most_likely', 'commit'], truth.draw(fault, 2))
        ELSE categories[visits] END AS category
    FROM wrong w
)
SELECT c.i, c.account_id, c.stem, c.deal_type, c.currency, c.team, c.is_deleted, c.has_history, c.is_closed, c.stage, c.visits,
       c.stages, c.entered, c.stays, c.idle_days, c.last_day, c.first_day, c.value, c.fault, c.course, c.closing,
       c.reason,
       -- The categories as the CRM spells them, and last the one that the deal has now.
       (SELECT array_agg(truth.category_label(x.category, truth.draw(c.fault, 7)) ORDER BY x.k) FROM unnest(c.categories[1:c.visits - 1]) WITH ORDINALITY AS x (category, k))
       || ARRAY[CASE c.reason
                    WHEN 'missing_category' THEN CASE WHEN truth.draw(c.fault, 2) < 0.6 THEN NULL ELSE '' END
                    WHEN 'unknown_category' THEN CASE WHEN truth.draw(c.fault, 2) < 0.6 THEN 'TBD' ELSE 'Upside?' END
                    ELSE truth.category_label(c.category, truth.draw(c.fault, 7)) END] AS categories,
       c.amount_at,
       -- Earlier versions differ from the last one by up to four tenths.
       CASE cardinality(c.amount_at)
           WHEN 0 THEN ARRAY[c.amount]
           WHEN 1 THEN ARRAY[truth.money(c.worth * (0.7 + 0.7 * truth.draw(c.closing, 3)), c.currency, 0.8), c.amount]
           ELSE ARRAY[truth.money(c.worth * (0.7 + 0.7 * truth.draw(c.closing, 3)), c.currency, 0.8),
                      truth.money(c.worth * (0.8 + 0.4 * truth.draw(c.closing, 4)), c.currency, 0.5), c.amount]
       END AS amounts,
       c.owner_at,
       CASE WHEN c.owner_at IS NULL THEN ARRAY[c.rep] ELSE ARRAY[c.previous_rep, c.rep] END AS owners,
       p.close_at,
       CASE WHEN c.is_closed THEN p.close_dates || c.entered[c.visits]::date ELSE p.close_dates END AS close_dates
FROM changed c
CROSS JOIN LATERAL (
    -- Close date k (0 is the one at creation) holds from working day day_k until about the time it comes near, when it is
    -- pushed to close date k + 1. Of a deal that closed, the last one is about right, and the day of closing replaces it.
    -- Of an open deal, the last one lies mostly in the next six months; some are past due.
    SELECT array_agg(truth.office_time(day, c.team, truth.draw(seed, 1)) ORDER BY k) FILTER (WHERE k > 0) AS close_at,
           array_agg(CASE WHEN snap THEN truth.month_end(close_date) ELSE close_date END ORDER BY k) AS close_dates
    FROM (
        SELECT k, day, seed,
               truth.draw(seed, 2) < 0.35 AND (k < c.pushes OR c.is_closed OR c.idle_days < 60) AS snap,
               CASE
                   WHEN k < c.pushes THEN greatest(truth.working_day(day) + 1, truth.working_day(next_day) - 3 + truth.below(15, truth.draw(seed, 3)))
                   WHEN c.is_closed THEN greatest(truth.working_day(day) + 1, c.entered[c.visits]::date - 6 + truth.below(30, truth.draw(seed, 3)))
                   -- Past due: one in fourteen, and of those that nothing happened to for long, one in three.
                   WHEN truth.draw(seed, 4) < CASE WHEN c.idle_days < 60 THEN 0.07 ELSE 0.33 END
                       THEN truth.working_day(day) + 1 + floor((date '2026-06-27' - truth.working_day(day)) * (0.3 + 0.7 * truth.draw(seed, 3)))::integer
                   -- Else this quarter's last two days, the third quarter, the fourth, or next year: late stages sooner.
                   WHEN truth.draw(seed, 5) < CASE WHEN c.stage IN (6, 7) THEN 0.22 ELSE 0.05 END THEN date '2026-06-29' + truth.below(2, truth.draw(seed, 3))
                   WHEN truth.draw(seed, 5) < CASE WHEN c.stage IN (5, 6, 7) THEN 0.90 ELSE 0.74 END THEN date '2026-07-01' + truth.below(92, truth.draw(seed, 3))
                   WHEN truth.draw(seed, 5) < 0.97 THEN date '2026-10-01' + truth.below(92, truth.draw(seed, 3))
                   ELSE date '2027-01-04' + truth.below(80, truth.draw(seed, 3))
               END AS close_date
        FROM (
            SELECT k, seed, day, lead(day) OVER (ORDER BY k) AS next_day
            FROM (
                SELECT n.k, n.seed,
                       c.first_day + CASE WHEN n.k = 0 THEN 0 ELSE 1 + floor((c.days - 1) * ((n.k - 0.3 + 0.6 * truth.draw(n.seed, 0)) / (c.pushes + 1)))::integer END AS day
                FROM (SELECT k, truth.seed('close date', c.i, k) AS seed FROM generate_series(0, c.pushes) AS k OFFSET 0) AS n
            ) AS placed
        ) AS spaced
    ) AS dated
) AS p;

DROP TABLE truth.w_way;
