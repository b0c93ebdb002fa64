-- forecast: predicted win probabilities against outcomes, and what a prediction is worth.
SET search_path = salesops, public;
SET extra_float_digits = 0;

-- ten deals at 0.8, half of them won
SELECT brier_score(c), base_rate(c), mean_probability(c), brier_skill(c), calibration_error(c), calibrated_probability(c, 0.8), calibrated_probability(c, 0)
FROM (SELECT win_calibration(0.8, i <= 5) AS c FROM generate_series(1, 10) i) s;

-- three rain forecasts: (0.9, yes), (0.3, no), (0.6, no): (0.01 + 0.09 + 0.36) / 3
SELECT round(brier_score(p, y)::numeric, 12) AS brier, round(log_loss(win_calibration(p, y))::numeric, 12) AS log_loss, round((-(ln(0.9) + ln(0.7) + ln(0.4)) / 3)::numeric, 12) AS expected
FROM (VALUES (0.9, true), (0.3, false), (0.6, false)) v(p, y);

-- the first bin begins at 0, the last includes 1, and the others begin at their lower end
SELECT bin, probability_from, probability_to, deals FROM reliability_table((SELECT win_calibration(p, true) FROM (VALUES (0::float8), (0.05), (0.1), (0.15), (0.35), (0.95), (0.949999), (1)) v(p))) WHERE deals > 0;

-- stage probabilities of a CRM: set once, far too high
CREATE TEMP TABLE deal (stage text, probability float8, won boolean);
INSERT INTO deal SELECT stage, probability, CASE WHEN i <= won THEN true WHEN i <= decided THEN false END
FROM (VALUES ('Prospecting', 0.1, 100, 4, 110), ('Qualification', 0.2, 80, 8, 85), ('Proposal', 0.75, 50, 16, 60), ('Negotiation', 0.9, 20, 11, 25)) v(stage, probability, decided, won, n), generate_series(1, n) i;
INSERT INTO deal VALUES ('Proposal', NULL, true), (NULL, NULL, NULL), ('Negotiation', 1, false), ('Prospecting', 0, true);
SELECT decided_deals(c), undecided_deals(c), unpredicted_deals(c), impossible_outcomes(c), round(brier_score(c)::numeric, 6) AS brier, round(brier_skill(c)::numeric, 6) AS skill, round(log_loss(c)::numeric, 6) AS log_loss
FROM (SELECT win_calibration(probability, won) AS c FROM deal) s;
SELECT bin, deals, round(mean_probability::numeric, 4) AS predicted, won_deals, round(win_rate::numeric, 4) AS rate, round(win_rate_low::numeric, 4) AS low, round(win_rate_high::numeric, 4) AS high, round(calibrated_probability::numeric, 4) AS calibrated
FROM reliability_table((SELECT win_calibration(probability, won) FROM deal)) WHERE deals > 0;
-- Murphy's parts are the score where every bin holds one probability
SELECT round((brier_reliability(c) - brier_resolution(c) + brier_uncertainty(c) - brier_score(c))::numeric, 12) AS difference FROM (SELECT win_calibration(probability, won) AS c FROM deal) s;
SELECT stage, round(calibrated_probability((SELECT win_calibration(probability, won) FROM deal), probability)::numeric, 4) AS calibrated FROM deal WHERE probability IS NOT NULL GROUP BY stage, probability ORDER BY probability;

\a
SELECT win_calibration(p, w) FROM (VALUES (0.75, true), (1, true), (0.5, NULL), (NULL, false)) d(p, w);
\a
SELECT merge(c) = (SELECT win_calibration(probability, won) FROM deal) AS same FROM (SELECT win_calibration(probability, won) AS c FROM deal GROUP BY stage) s;
SELECT c = c::text::win_calibration AS same FROM (SELECT win_calibration(probability, won) AS c FROM deal) s;

-- nothing decided
SELECT brier_score(c), brier_skill(c), log_loss(c), calibration_error(c), base_rate(c), mean_probability(c), brier_reliability(c), calibrated_probability(c, 0.5), decided_deals(c)
FROM (SELECT win_calibration(0.5, NULL) AS c) s;
SELECT log_loss(win_calibration(0, true)) AS infinite, brier_skill(win_calibration(0.5, true)) AS one_outcome, win_calibration(NULL, NULL) AS no_deal;
SELECT win_calibration(probability, won) AS none FROM deal WHERE false;
SELECT count(*) FROM reliability_table(NULL);

-- errors
SELECT win_calibration(75, true);
SELECT win_calibration(-0.1, true);
SELECT win_calibration('NaN', NULL);
SELECT calibrated_probability(win_calibration(0.5, true), 1.5);
SELECT '{"win_calibration": 1, "bin_1_deals": 1, "bin_1_won": 2}'::win_calibration;
SELECT '{"win_calibration": 1, "bin_20_deals": 1}'::win_calibration;
SELECT '{"win_calibration": 1, "bin_1_deals": 1, "bin_1_probability": 0.1}'::win_calibration;
SELECT '{"win_calibration": 1, "bin_1_deals": 1, "squares": 2}'::win_calibration;
SELECT '{"win_calibration": 1, "bin_1_deals": 1, "log_loss": -1}'::win_calibration;
SELECT '{"win_calibration": 1, "impossible": 1}'::win_calibration;
SELECT '{"win_calibration": 1, "bin_21_deals": 1}'::win_calibration;
