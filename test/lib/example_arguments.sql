-- example_arguments.sql: the schema `example`, with a value to call any function of the extension with.
--
-- One for each type, as an expression; where a value must be of one form, one for the argument's name.  "lost" is a name of
-- a stage, an outcome and, to Dynamics, a forecast category.  A new type without a value is an error of test/pgtap/catalog.sql.

CREATE SCHEMA example;
CREATE TABLE example.value (type regtype PRIMARY KEY, literal text NOT NULL);
INSERT INTO example.value VALUES ('text', '''lost'''), ('boolean', 'true'), ('integer', '1'), ('bigint', '1'), ('numeric', '1.50'), ('double precision', '0.5'), ('timestamptz', '''2026-01-01 00:00+00'''), ('date', '''2026-01-01'''),
	('salesops.business_calendar', '''24x7 UTC'''), ('salesops.fiscal_calendar', '''starts February'''),
	('salesops.match_rule', '''[{"lost": "text"}]'''), ('salesops.match_model', '''{"match_model": 1, "rule": {"columns": [{"lost": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.5, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}'''), ('salesops.match_signature', '''lost'''), ('salesops.match_query', '''{"match_query": 1, "key": "lost", "min_similarity": 0.5}'''),
	('salesops.match_graph', '''{"match_graph": 1, "pairs": [[1, 2, 0.5]]}'''),
	('salesops.compliance', '''{"compliance": 1, "met": 1}'''), ('salesops.deal_stats', '''{"deal_stats": 1, "open_deals": 1}'''), ('salesops.forecast_rollup', '''{"forecast_rollup": 1}'''), ('salesops.movement', '''{"movement": 1}'''), ('salesops.pipeline_change', '''{"pipeline_change": 1, "after": [[2, "open", 5, "2026-01-01", "lost", "commit"]]}'''), ('uuid', '''00000000-0000-0000-0000-000000000007'''),
	('salesops.forecast_error', '''{"forecast_error": 1, "pairs": 1}'''), ('salesops.forecast_outcome', '''{"forecast_outcome": 1}'''),
	('salesops.deal_outlook', '''{"deal_outlook": 1, "deals": [[1, 0.5]]}'''),
	('salesops.win_calibration', '''{"win_calibration": 1, "bin_16_deals": 4, "bin_16_won": 3, "bin_16_probability": 3, "squares": 0.75, "log_loss": 2.25}'''), ('salesops.stage_win_rates', '''{"stage_win_rates": 1, "stages": [["lost", 3, 1, 0]]}'''),
	('salesops.hygiene_policy', '''{"require": ["amount", "lost"], "stale_days": 1}'''), ('salesops.issue_counts', '''{"issue_counts": 1, "records": 2, "with_issues": 1, "with_amount": 2, "amount": 3, "with_amount_at_risk": 1, "amount_at_risk": 1, "issues": [["lost", 1, 1, 1]]}'''),
	('salesops.survivor', '''{"survivor": 1, "values": [["lost", 2, "2026-01-01T00:00:00Z", "lost"]]}'''),
	('salesops.close_path', '''{"close_path": 1, "changes": [["2026-01-05T09:00:00Z", "2026-03-31"]]}'''), ('salesops.linearity', '''{"linearity": 1, "part": "week", "period": "quarter", "calendar": "starts February", "bookings": 1, "amounts": [1.50]}'''), ('salesops.slippage', '''{"slippage": 1, "slipped_deals": 1}'''),
	('salesops.survival', '''{"survival": 1, "outcomes": ["lost"], "steps": [[0.5, 1, 2], [1, 0, 1]]}'''), ('salesops.survival[]', 'ARRAY[''{"survival": 1, "outcomes": ["lost"], "steps": [[0.5, 1, 2], [1, 0, 1]]}'', ''{"survival": 1, "steps": [[1, 0, 1]]}'']'),
	('salesops.stage_funnel', '''{"stage_funnel": 1, "stages": [{"stage": "lost", "entered": 1, "now": 1, "rest": 1}], "deals": 1}'''),
	('salesops.stage_history', '''{"stage_history": 1, "deals": [[1, ["2026-01-01T00:00:00Z", "lost"]]]}'''), ('text[]', '''{lost}'''),
	('salesops.stage_path', '''{"stage_path": 1, "events": [["2026-01-01T00:00:00Z", "lost"]]}'''), ('salesops.sales_process', '''{"stages": [{"stage": "lost", "probability": 0.1, "category": "commit"}]}''');
INSERT INTO example.value VALUES ('salesops.match_signature[]', '''{lost}'''), ('anyarray', '''{lost}'''), ('anycompatiblearray', '''{lost}''');
INSERT INTO example.value VALUES ('bytea', 'salesops.match_record(''[{"lost": "text"}]'', ''{lost}'')');
INSERT INTO example.value VALUES ('double precision[]', '''{1,NULL,2}'''), ('boolean[]', '''{t,NULL}''');
INSERT INTO example.value SELECT 'cstring', '''no value''';
-- values that must be of one form
CREATE TABLE example.argument (name text, literal text NOT NULL, type regtype DEFAULT 'text', PRIMARY KEY (name, type));
INSERT INTO example.argument VALUES ('unit', '''quarter'''), ('part', '''week'''), ('period', '''quarter'''), ('time_zone', '''UTC'''), ('hours', '''09:00-12:00'''), ('from_scope', '''in'''), ('to_scope', '''later'''), ('kind', '''won''');
INSERT INTO example.argument VALUES ('factor', '1.5', 'double precision');
INSERT INTO example.argument VALUES ('region', '''US''');
-- of a record with itself no pair is made
INSERT INTO example.argument VALUES ('record_b', '''won''', 'text'), ('record_b', '2', 'bigint'), ('record_b', '''00000000-0000-0000-0000-000000000008''', 'uuid'), ('missing', '-4', 'double precision');
-- two records that are the same
INSERT INTO example.argument VALUES ('query', '$$SELECT k, salesops.match_record(''[{"lost": "text"}]'', ''{lost}'') FROM (VALUES (''1''), (''2'')) v (k)$$'), ('other_query', '$$SELECT ''3'', salesops.match_record(''[{"lost": "text"}]'', ''{lost}'')$$');
