-- Removes the helpers and working tables of the sample generator, and tells the planner what is in the new tables.

DROP TABLE truth.w_life, truth.w_account, truth.w_duplicate, truth.w_company, truth.w_team_size, truth.w_rep, truth.w_team,
           truth.w_form, truth.w_country, truth.w_trade, truth.w_surname_count, truth.w_surname;

DROP FUNCTION truth.seed(text, bigint), truth.seed(text, bigint, bigint), truth.draw(bytea, integer), truth.fine_draw(bytea, integer),
              truth.below(integer, float8), truth.pick(text[], float8), truth.words(text), truth.quantile(float8[], float8),
              truth.pace(float8), truth.worth(float8), truth.working_day(integer), truth.office_time(integer, integer, float8),
              truth.month_end(date), truth.month_number(date), truth.money(float8, text, float8), truth.plain(text), truth.slug(text, text),
              truth.category_label(text, float8), truth.stage_name(integer), truth.stage_probability(integer),
              truth.given_names(), truth.coined(float8, float8, float8), truth.emblem(float8, float8),
              truth.lookalike_first(), truth.lookalike_second(), truth.abbreviate(text);

ANALYZE crm.stage, crm.sales_user, crm.account, crm.opportunity, crm.opportunity_history, crm.quota, crm.exchange_rate;
ANALYZE truth.duplicate_account, truth.similar_account, truth.category_error, truth.blank_field, truth.aged_deal, truth.push, truth.regression, truth.skip, truth.stage_stay;
