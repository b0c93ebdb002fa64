-- process: forecast categories, the policy of a pipeline, and whether deals keep to it.

-- ---- forecast categories ----

CREATE DOMAIN forecast_category AS text
	CHECK (VALUE IN ('omitted', 'pipeline', 'best_case', 'most_likely', 'commit', 'closed'));
COMMENT ON DOMAIN forecast_category IS $$A forecast category in its canonical spelling, weakest to strongest: omitted, pipeline, best_case, most_likely, commit, closed.
A domain over text, so that BI tools see plain text.
Example: 'best_case'::salesops.forecast_category ==> best_case$$;

CREATE FUNCTION to_forecast_category(label text) RETURNS forecast_category
	AS 'MODULE_PATHNAME', 'salesops_to_forecast_category' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION to_forecast_category(text) IS $$The forecast category that a CRM's label or API value names, whatever its case and punctuation.
Understands Salesforce (BestCase, Best Case, MostLikely, Forecast = commit, ...), HubSpot (OMIT, PIPELINE, BEST_CASE, COMMIT, CLOSED) and Dynamics (Pipeline, Best case, Committed, Omitted, Won, Lost, option codes 100000001 to 100000006). NULL gives NULL; any other text is an error.
Example: salesops.to_forecast_category('Best Case') ==> best_case$$;

CREATE FUNCTION to_forecast_category(code integer) RETURNS forecast_category
	AS 'MODULE_PATHNAME', 'salesops_to_forecast_category_code' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION to_forecast_category(integer) IS $$The forecast category of an option code of Dynamics 365: 100000001 pipeline, 2 best case, 3 committed, 4 omitted, 5 won (closed), 6 lost (omitted).
NULL gives NULL; any other number is an error.
Example: salesops.to_forecast_category(100000003) ==> commit$$;

CREATE FUNCTION try_forecast_category(label text) RETURNS forecast_category
	AS 'MODULE_PATHNAME', 'salesops_try_forecast_category' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION try_forecast_category(text) IS $$The forecast category that a CRM's label or API value names, and NULL where nobody knows the label: to_forecast_category without its error, for queries that must not stop.
Understands what to_forecast_category does. A blank text, and NULL, give NULL.
Example: coalesce(salesops.try_forecast_category('TBD'), salesops.try_forecast_category('Best Case')) ==> best_case$$;

CREATE FUNCTION try_forecast_category(code integer) RETURNS forecast_category
	AS 'MODULE_PATHNAME', 'salesops_try_forecast_category_code' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION try_forecast_category(integer) IS $$The forecast category of an option code of Dynamics 365, and NULL where it is none of these: to_forecast_category without its error.
NULL gives NULL.
Example: coalesce(salesops.try_forecast_category(7), salesops.try_forecast_category(100000003)) ==> commit$$;

CREATE FUNCTION forecast_category_rank(category text) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_forecast_category_rank' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION forecast_category_rank(text) IS $$The place of a forecast category from weakest to strongest, for sorting: omitted 0, pipeline 1, best_case 2, most_likely 3, commit 4, closed 5.
Takes what to_forecast_category takes. NULL gives NULL; an unknown category is an error.
Example: salesops.forecast_category_rank('Commit') ==> 4$$;

-- ---- sales_process ----

CREATE TYPE sales_process;

CREATE FUNCTION sales_process_in(cstring) RETURNS sales_process
	AS 'MODULE_PATHNAME', 'salesops_sales_process_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION sales_process_in(cstring) IS $$Reads the text form of a sales_process, refusing one that contradicts itself.
Example: salesops.stage_position(salesops.sales_process_in('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}'), 'New') ==> 1$$;
CREATE FUNCTION sales_process_out(sales_process) RETURNS cstring
	AS 'MODULE_PATHNAME', 'salesops_sales_process_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION sales_process_out(sales_process) IS $$Writes the text form of a sales_process, a JSON object, without loss.
Example: salesops.sales_process_out('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}') ==> {"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline", "outcome": "open"}]}$$;
CREATE FUNCTION sales_process_recv(internal) RETURNS sales_process
	AS 'MODULE_PATHNAME', 'salesops_sales_process_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION sales_process_recv(internal) IS $$Reads the binary form of a sales_process, refusing bytes that are none. Called by the server alone.
Example: salesops.stage_position('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}'::salesops.sales_process, 'New') ==> 1$$;
CREATE FUNCTION sales_process_send(sales_process) RETURNS bytea
	AS 'MODULE_PATHNAME', 'salesops_sales_process_send' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION sales_process_send(sales_process) IS $$Writes the binary form of a sales_process: its version, whether it is an unfinished state of the aggregate, the number of stages, then each stage.
Example: get_byte(salesops.sales_process_send('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}'), 3) ==> 1$$;

CREATE TYPE sales_process (
	INPUT = sales_process_in, OUTPUT = sales_process_out, RECEIVE = sales_process_recv, SEND = sales_process_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE sales_process IS $$The policy of one pipeline: its stages in order, each with win probability (a fraction), the forecast categories that it allows (the first is the default), outcome (open, won, lost) and the days after which a deal in it counts as aged.
Written as JSON, or built from a stage table by the aggregate sales_process(...). "outcome" is open where absent; "category" may be absent where the stage is won (closed) or lost (omitted); "max_days" absent means no limit.
Example: salesops.stage_category('{"stages": [{"stage": "Proposal", "probability": 0.75, "category": ["best_case", "commit"], "max_days": 21}]}', 'Proposal') ==> best_case$$;
-- @include ordered_type sales_process {"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}

CREATE FUNCTION sales_process_transfn(sales_process, stage text, "position" bigint, probability double precision, category text, outcome text, max_days double precision)
	RETURNS sales_process
	AS 'MODULE_PATHNAME', 'salesops_sales_process_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION sales_process_transfn(sales_process, text, bigint, double precision, text, text, double precision) IS $$Transition function of the aggregate sales_process; its state is finished by sales_process_finalfn.
Example: salesops.sales_process_finalfn(salesops.sales_process_transfn(NULL, 'New', 1, 0.1, 'pipeline', 'open', 30)) ==> {"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline", "outcome": "open", "max_days": 30}]}$$;
CREATE FUNCTION sales_process_combinefn(sales_process, sales_process) RETURNS sales_process
	AS 'MODULE_PATHNAME', 'salesops_sales_process_combinefn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION sales_process_combinefn(sales_process, sales_process) IS $$Combine function of the aggregate sales_process: the stages of both.
Example: salesops.sales_process_combinefn(NULL, NULL) IS NULL ==> true$$;
CREATE FUNCTION sales_process_finalfn(sales_process) RETURNS sales_process
	AS 'MODULE_PATHNAME', 'salesops_sales_process_finalfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION sales_process_finalfn(sales_process) IS $$Final function of the aggregate sales_process: orders the stages and checks them as a whole.
Example: salesops.sales_process_finalfn('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}') ==> {"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline", "outcome": "open"}]}$$;

CREATE AGGREGATE sales_process(stage text, "position" bigint, probability double precision, category text, outcome text, max_days double precision) (
	SFUNC = sales_process_transfn, STYPE = sales_process, SSPACE = 600, COMBINEFUNC = sales_process_combinefn,
	FINALFUNC = sales_process_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_process(text, bigint, double precision, text, text, double precision) IS $$The sales_process of the stages in a table, ordered by position (then name).
probability is a fraction: divide Salesforce's by 100. category lists the allowed forecast categories with commas, the default first, and may be NULL for won and lost stages. outcome is open, won or lost. max_days NULL means no limit. A NULL in stage, position, probability or outcome is an error, and so are a stage twice and no open stage. No rows give NULL.
Example: (SELECT salesops.sales_process(s, p, w, c, o, d) FROM (VALUES ('Won', 9, 1, NULL, 'won', NULL::int), ('New', 1, 0.1, 'pipeline', 'open', 30)) v(s, p, w, c, o, d)) ==> {"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline", "outcome": "open", "max_days": 30}, {"stage": "Won", "probability": 1, "category": "closed", "outcome": "won"}]}$$;

CREATE FUNCTION stage_position(process sales_process, stage text) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_stage_position' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_position(sales_process, text) IS $$The place of a stage in its process, from 1.
NULL for a stage that the process does not have, and for NULL.
Example: salesops.stage_position('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}, {"stage": "Won", "probability": 1, "outcome": "won"}]}', 'Won') ==> 2$$;
CREATE FUNCTION stage_probability(process sales_process, stage text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_stage_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_probability(sales_process, text) IS $$The win probability of a stage according to its process, a fraction from 0 to 1.
NULL for a stage that the process does not have, and for NULL.
Example: salesops.stage_probability('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}', 'New') ==> 0.1$$;
CREATE FUNCTION stage_category(process sales_process, stage text) RETURNS forecast_category
	AS 'MODULE_PATHNAME', 'salesops_stage_category' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_category(sales_process, text) IS $$The default forecast category of a stage: the first that its process allows.
NULL for a stage that the process does not have, and for NULL.
Example: salesops.stage_category('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}', 'New') ==> pipeline$$;
CREATE FUNCTION stage_outcome(process sales_process, stage text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_stage_outcome' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_outcome(sales_process, text) IS $$The outcome of the deals in a stage: open, won or lost.
NULL for a stage that the process does not have, and for NULL.
Example: salesops.stage_outcome('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}', 'New') ==> open$$;
CREATE FUNCTION stage_max_days(process sales_process, stage text) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_stage_max_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION stage_max_days(sales_process, text) IS $$The days after which a deal in a stage counts as aged.
NULL for a stage without a limit, for a stage that the process does not have, and for NULL.
Example: salesops.stage_max_days('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline", "max_days": 30}]}', 'New') ==> 30$$;

-- ---- integrity ----

CREATE FUNCTION forecast_category_issue(process sales_process, stage text, category text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_forecast_category_issue' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 3;
COMMENT ON FUNCTION forecast_category_issue(sales_process, text, text) IS $$What is wrong with a deal's forecast category, or NULL where it is one that the process allows for the stage.
One of, in this order: missing_category (NULL or blank), unknown_category, unknown_stage (also NULL, or no process), won_not_closed, lost_not_omitted, open_marked_closed, category_too_strong, category_too_weak. Deleted deals are the caller's to leave out.
Example: salesops.forecast_category_issue('{"stages": [{"stage": "Proposal", "probability": 0.75, "category": ["best_case", "commit"]}]}', 'Proposal', 'Pipeline') ==> category_too_weak$$;
CREATE FUNCTION forecast_category_ok(process sales_process, stage text, category text) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_forecast_category_ok' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 3;
COMMENT ON FUNCTION forecast_category_ok(sales_process, text, text) IS $$Whether a deal's forecast category is right: forecast_category_issue is NULL. Never NULL itself.
Example: salesops.forecast_category_ok('{"stages": [{"stage": "Proposal", "probability": 0.75, "category": ["best_case", "commit"]}]}', 'Proposal', 'Commit') ==> true$$;

CREATE FUNCTION forecast_category_integrity_transfn(compliance, process sales_process, stage text, category text) RETURNS compliance
	AS 'MODULE_PATHNAME', 'salesops_forecast_category_integrity_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 3;
COMMENT ON FUNCTION forecast_category_integrity_transfn(compliance, sales_process, text, text) IS $$Transition function of forecast_category_integrity.
Example: salesops.forecast_category_integrity_transfn(NULL, '{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}', 'New', 'Pipeline') ==> {"compliance": 1, "met": 1}$$;
CREATE AGGREGATE forecast_category_integrity(process sales_process, stage text, category text) (
	SFUNC = forecast_category_integrity_transfn, STYPE = compliance, SSPACE = 32, COMBINEFUNC = compliance_combinefn,
	FINALFUNC = compliance_rate, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_category_integrity(sales_process, text, text) IS $$Share of the deals whose forecast category is right (forecast_category_ok), from 0 to 1. Target: 0.95 or more.
Every row counts: leave out deleted deals, and rows that an outer join made. No rows give NULL. With its counts: compliance(forecast_category_ok(process, stage, category)).
Example: (SELECT salesops.forecast_category_integrity('{"stages": [{"stage": "New", "probability": 0.1, "category": "pipeline"}]}', 'New', c) FROM (VALUES ('Pipeline'), ('Commit')) v(c)) ==> 0.5$$;
