-- The sample, so many times over: psql -v copies=10 -v extra=0.4 behind demo/sample.sql. extra: of the rows of the history, the share that is there once more, a moment later.
INSERT INTO crm.opportunity (opportunity_id, name, account_id, owner_id, stage, amount, currency, probability, forecast_category, created_at, close_date, next_step, last_activity_at, deal_type, lead_source, is_deleted)
SELECT opportunity_id || '-' || n, name, account_id, owner_id, stage, amount, currency, probability, forecast_category, created_at, close_date, next_step, last_activity_at, deal_type, lead_source, is_deleted
FROM crm.opportunity, generate_series(2, :copies) AS n;
ALTER TABLE crm.opportunity_history DROP CONSTRAINT opportunity_history_pkey;
INSERT INTO crm.opportunity_history (opportunity_id, changed_at, stage, amount, close_date, forecast_category, owner_id, probability)
SELECT opportunity_id, changed_at + interval '1 second', stage, amount, close_date, forecast_category, owner_id, probability FROM crm.opportunity_history WHERE ('x' || substr(md5(opportunity_id || changed_at), 1, 7))::bit(28)::int % 1000 < 1000 * :extra;
INSERT INTO crm.opportunity_history (opportunity_id, changed_at, stage, amount, close_date, forecast_category, owner_id, probability)
SELECT opportunity_id || '-' || n, changed_at, stage, amount, close_date, forecast_category, owner_id, probability FROM crm.opportunity_history, generate_series(2, :copies) AS n;
ALTER TABLE crm.opportunity_history ADD CONSTRAINT opportunity_history_pkey PRIMARY KEY (opportunity_id, changed_at);
VACUUM ANALYZE crm.opportunity, crm.opportunity_history;
