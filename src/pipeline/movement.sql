-- movement: how the pipeline went from what it was to what it is.

CREATE FUNCTION pipeline_scope(outcome text, close_date date, category text, period_start date, period_end date, in_group boolean DEFAULT true, categories text DEFAULT NULL) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_pipeline_scope' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION pipeline_scope(text, date, text, date, date, boolean, text) IS $$Where a deal is, seen from a report of a period, of a group and of forecast categories: "in", or the first reason why it is not: omitted (an open deal whose forecast category is that), earlier, later, other_category, other_group.
period_start, period_end: first and last day, both in the period, of any calendar (fiscal_period_start, fiscal_period_end); NULL: no bound; a start behind the end is an error. A deal without close date is due at the end of all time: later, unless period_end is NULL. in_group: whether the report's group owns it; NULL counts as false. categories: a list such as 'best_case, commit'; NULL: all but omitted. Whatever to_forecast_category takes is a category, anything else an error; NULL and blank is in no list.
Won and lost deals are of the category closed and never omitted, and the group is asked before the category. An outcome that is NULL is placed as an open one. NULL where outcome, close_date and category are NULL: there is no such deal on this side of an outer join.
Example: salesops.pipeline_scope('open', '2026-07-15', 'Commit', '2026-04-01', '2026-06-30') ==> later$$;

-- ---- of one deal ----

CREATE FUNCTION movement_type(from_outcome text, from_amount numeric, from_scope text, to_outcome text, to_amount numeric, to_scope text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_movement_type' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION movement_type(text, numeric, text, text, numeric, text) IS $$The last step that a deal made between two states of the pipeline: how it left, else how it came in, else increased or decreased; NULL where it stayed as it was, or was never in.
new, reopened, transferred_in, pulled_in (from a later period), pushed_in (from an earlier one), recategorized_in, unknown_in; increased, decreased; won, lost, pushed_out, pulled_out, transferred_out, recategorized_out, omitted, deleted, unknown_out. In the pipeline is an open deal whose scope is "in".
outcome: open, won or lost; NULL: not known. amount: NULL counts as 0. scope: as pipeline_scope gives it; NULL: nothing is filtered, "in". A side on which all three are NULL has no such deal. Unknown outcomes and scopes and amounts that are NaN or infinite are errors.
A deal that is resized and won is "won" here and two steps in movements and in the summary. Source: Salesforce's pipeline inspection; docs/reference/pipeline.md.
Example: salesops.movement_type('open', 100, 'in', 'open', 120, 'later') ==> pushed_out$$;

CREATE FUNCTION movement_amount(from_outcome text, from_amount numeric, from_scope text, to_outcome text, to_amount numeric, to_scope text) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_movement_amount' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION movement_amount(text, numeric, text, text, numeric, text) IS $$What a deal adds to the pipeline between two states of it, net: its amount in the pipeline after, less its amount in the pipeline before. Less than zero for what goes out. Summed over all deals it is net_change.
It is the sum of the deal's movements, and not the amount of its last step: a deal of 100 that is won at 120 adds -100 (increased +20, won -120). 0 where it stayed as it was, or came and went; NULL where it was never in. Arguments: as movement_type.
Example: salesops.movement_amount('open', 100, 'in', 'won', 120, 'in') ==> -100$$;

CREATE FUNCTION movements(from_outcome text, from_amount numeric, from_scope text, to_outcome text, to_amount numeric, to_scope text)
	RETURNS TABLE (movement text, amount numeric)
	AS 'MODULE_PATHNAME', 'salesops_movements' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10 ROWS 1;
COMMENT ON FUNCTION movements(text, numeric, text, text, numeric, text) IS $$The steps that a deal made between two states of the pipeline, in order, and what each added to it: none, one or two rows. Summed over all deals by movement they are the readers of the summary movement, to the last digit.
It comes in (new and so on), or is resized (increased, decreased); then it leaves (won and so on), taking with it the amount after (deleted: the amount before). Arguments: as movement_type.
Example: (SELECT string_agg(movement || ' ' || amount, ', ') FROM salesops.movements('open', 100, 'in', 'won', 120, 'in')) ==> increased 20, won -120$$;

-- ---- the summary ----

-- @include summary_type movement {"movement": 1, "start_deals": 1, "start": 100, "new_deals": 1, "new": 50.50, "end_deals": 2, "end": 150.50, "unchanged_deals": 1}
COMMENT ON TYPE movement IS $$Summary of how a pipeline went from one state to another: deals and amount before and after, and of each kind of movement.
Built by movement(from_outcome, from_amount, from_scope, to_outcome, to_amount, to_scope), merged by merge(movement). Readers: start_amount, end_amount, net_change, start_deals, end_deals; of each kind <kind>_amount and <kind>_deals, movement_amount, movement_count; waterfall; unchanged_deals, missing_amounts. Always start + all movements = end.
Example: salesops.net_change('{"movement": 1, "start_deals": 1, "start": 100, "new_deals": 1, "new": 50.50, "end_deals": 2, "end": 150.50, "unchanged_deals": 1}') ==> 50.50$$;
-- @include ordered_type movement {"movement": 1, "start_deals": 1, "start": 100, "new_deals": 1, "new": 50.50, "end_deals": 2, "end": 150.50, "unchanged_deals": 1}

-- @for AMOUNT numeric float8 int8
CREATE FUNCTION movement_transfn(movement, from_outcome text, from_amount @AMOUNT@, from_scope text, to_outcome text, to_amount @AMOUNT@, to_scope text) RETURNS movement
	AS 'MODULE_PATHNAME', 'salesops_movement_transfn_@AMOUNT@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION movement_transfn(movement, text, @AMOUNT@, text, text, @AMOUNT@, text) IS $$Transition function of movement(from_outcome, from_amount, from_scope, to_outcome, to_amount, to_scope) for amounts of type @AMOUNT@.
Example: salesops.movement_transfn(NULL, NULL, NULL::@AMOUNT@, NULL, 'open', 150::@AMOUNT@, 'in') ==> {"movement": 1, "new_deals": 1, "new": 150, "end_deals": 1, "end": 150}$$;
CREATE AGGREGATE movement(from_outcome text, from_amount @AMOUNT@, from_scope text, to_outcome text, to_amount @AMOUNT@, to_scope text) (
	SFUNC = movement_transfn, STYPE = movement, SSPACE = 720, COMBINEFUNC = movement_combinefn, FINALFUNC = movement_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE movement(text, @AMOUNT@, text, text, @AMOUNT@, text) IS $$Summary of how a pipeline went from one state to another, of deals each with what it was and what it is (@AMOUNT@): deals and amount at the start, of each kind of movement, and at the end. Always start + all movements = end, exactly.
outcome: open, won or lost; NULL: not known. amount: NULL counts as 0, and missing_amounts counts the deal; in one currency; NaN and infinities are an error; a float8 counts as its cast to numeric. scope: as pipeline_scope gives it; NULL: nothing is filtered, "in". A side on which all three are NULL has no such deal, as in an outer join of the two states; a row of NULLs is none. Each deal in one row. No rows give NULL.
Example: (SELECT salesops.movement(fo, fa::@AMOUNT@, fs, o, a::@AMOUNT@, s) FROM (VALUES ('open', 100, 'in', 'won', 120, 'in'), (NULL, NULL, NULL, 'open', 70, 'in')) d(fo, fa, fs, o, a, s)) ==> {"movement": 1, "start_deals": 1, "start": 100, "new_deals": 1, "new": 70, "increased_deals": 1, "increased": 20, "won_deals": 1, "won": -120, "end_deals": 1, "end": 70}$$;
-- @end

CREATE FUNCTION start_amount(movement) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_start_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION start_amount(movement) IS $$Amount of the pipeline before. Zero where there was none; NULL for NULL.
Start + the amounts of all kinds = end, to the last digit.
Example: salesops.start_amount('{"movement": 1, "start_deals": 1, "start": 100, "won_deals": 1, "won": -100}') ==> 100$$;
CREATE FUNCTION end_amount(movement) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_end_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION end_amount(movement) IS $$Amount of the pipeline after. Zero where there is none; NULL for NULL.
Start + the amounts of all kinds = end, to the last digit.
Example: salesops.end_amount('{"movement": 1, "start_deals": 1, "start": 100, "won_deals": 1, "won": -100}') ==> 0$$;
CREATE FUNCTION net_change(movement) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_net_change' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION net_change(movement) IS $$Amount of the pipeline after, less that before: the sum of all movements. NULL for NULL.
Example: salesops.net_change('{"movement": 1, "start_deals": 1, "start": 100, "won_deals": 1, "won": -100}') ==> -100$$;
CREATE FUNCTION start_deals(movement) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_start_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION start_deals(movement) IS $$Number of the deals in the pipeline before. NULL for NULL.
Start + deals that came in - deals that went out = end; what is increased and decreased stays, or is counted again when it leaves.
Example: salesops.start_deals('{"movement": 1, "start_deals": 1, "start": 100, "won_deals": 1, "won": -100}') ==> 1$$;
CREATE FUNCTION end_deals(movement) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_end_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION end_deals(movement) IS $$Number of the deals in the pipeline after. NULL for NULL.
Example: salesops.end_deals('{"movement": 1, "start_deals": 1, "start": 100, "won_deals": 1, "won": -100}') ==> 0$$;
CREATE FUNCTION unchanged_deals(movement) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_unchanged_deals' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION unchanged_deals(movement) IS $$Number of the deals that are in the pipeline before and after, with the same amount. NULL for NULL.
Example: salesops.unchanged_deals('{"movement": 1, "start_deals": 1, "start": 100, "end_deals": 1, "end": 100, "unchanged_deals": 1}') ==> 1$$;
CREATE FUNCTION missing_amounts(movement) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_missing_amounts_movement' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION missing_amounts(movement) IS $$Number of the deals that make a movement, or stay, and lack an amount on a side where it counts: it counts as 0 there, so that an amount filled in later is an increase.
Example: salesops.missing_amounts((SELECT salesops.movement('open', NULL::numeric, 'in', 'open', 50, 'in'))) ==> 1$$;

-- ---- of each kind ----

-- what comes in
-- @for KIND new reopened transferred_in pulled_in pushed_in recategorized_in unknown_in
CREATE FUNCTION @KIND@_amount(movement) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_@KIND@_amount_movement' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION @KIND@_amount(movement) IS $$What the movement "@KIND@" added to the pipeline: the amounts after of the deals that came in by it. Positive, but for credits.
Amounts of movements are SIGNED, so that start_amount + all of them = end_amount. What the kind means: movement_type. Zero where there is none; NULL for NULL.
Example: salesops.@KIND@_amount('{"movement": 1, "@KIND@_deals": 2, "@KIND@": 30.50, "end_deals": 2, "end": 30.50}') ==> 30.50$$;
CREATE FUNCTION @KIND@_deals(movement) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_@KIND@_deals_movement' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION @KIND@_deals(movement) IS $$Number of the deals that made the movement "@KIND@".
A deal that comes in and goes out, or is resized and goes out, is counted in both kinds. What the kind means: movement_type. Zero where there is none; NULL for NULL.
Example: salesops.@KIND@_deals('{"movement": 1, "@KIND@_deals": 2, "@KIND@": 30.50, "end_deals": 2, "end": 30.50}') ==> 2$$;
-- @end
-- what changes while it is there
-- @for KIND increased
CREATE FUNCTION @KIND@_amount(movement) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_@KIND@_amount_movement' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION @KIND@_amount(movement) IS $$What the movement "@KIND@" added to the pipeline: the differences of the deals that were in it and whose amount is larger after, also where they left with it. Never negative.
Amounts of movements are SIGNED, so that start_amount + all of them = end_amount. What the kind means: movement_type. Zero where there is none; NULL for NULL.
Example: salesops.@KIND@_amount('{"movement": 1, "start_deals": 2, "start": 100, "@KIND@_deals": 2, "@KIND@": 30.50, "end_deals": 2, "end": 130.50}') ==> 30.50$$;
CREATE FUNCTION @KIND@_deals(movement) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_@KIND@_deals_movement' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION @KIND@_deals(movement) IS $$Number of the deals that made the movement "@KIND@".
A deal that comes in and goes out, or is resized and goes out, is counted in both kinds. What the kind means: movement_type. Zero where there is none; NULL for NULL.
Example: salesops.@KIND@_deals('{"movement": 1, "start_deals": 2, "start": 100, "@KIND@_deals": 2, "@KIND@": 30.50, "end_deals": 2, "end": 130.50}') ==> 2$$;
-- @end
-- @for KIND decreased
CREATE FUNCTION @KIND@_amount(movement) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_@KIND@_amount_movement' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION @KIND@_amount(movement) IS $$What the movement "@KIND@" added to the pipeline, which is NEGATIVE: the differences of the deals that were in it and whose amount is smaller after, also where they left with it.
Amounts of movements are SIGNED, so that start_amount + all of them = end_amount. What the kind means: movement_type. Zero where there is none; NULL for NULL.
Example: salesops.@KIND@_amount('{"movement": 1, "start_deals": 2, "start": 100, "@KIND@_deals": 2, "@KIND@": -30.50, "end_deals": 2, "end": 69.50}') ==> -30.50$$;
CREATE FUNCTION @KIND@_deals(movement) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_@KIND@_deals_movement' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION @KIND@_deals(movement) IS $$Number of the deals that made the movement "@KIND@".
A deal that comes in and goes out, or is resized and goes out, is counted in both kinds. What the kind means: movement_type. Zero where there is none; NULL for NULL.
Example: salesops.@KIND@_deals('{"movement": 1, "start_deals": 2, "start": 100, "@KIND@_deals": 2, "@KIND@": -30.50, "end_deals": 2, "end": 69.50}') ==> 2$$;
-- @end
-- what goes out
-- @for KIND won lost pushed_out pulled_out transferred_out recategorized_out omitted deleted unknown_out
CREATE FUNCTION @KIND@_amount(movement) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_@KIND@_amount_movement' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION @KIND@_amount(movement) IS $$What the movement "@KIND@" added to the pipeline, which is NEGATIVE (but for credits): minus the amounts of the deals that went out by it.
Amounts of movements are SIGNED, so that start_amount + all of them = end_amount. What the kind means: movement_type. Zero where there is none; NULL for NULL.
Example: salesops.@KIND@_amount('{"movement": 1, "start_deals": 2, "start": 30.50, "@KIND@_deals": 2, "@KIND@": -30.50}') ==> -30.50$$;
CREATE FUNCTION @KIND@_deals(movement) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_@KIND@_deals_movement' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION @KIND@_deals(movement) IS $$Number of the deals that made the movement "@KIND@".
A deal that comes in and goes out, or is resized and goes out, is counted in both kinds. What the kind means: movement_type. Zero where there is none; NULL for NULL.
Example: salesops.@KIND@_deals('{"movement": 1, "start_deals": 2, "start": 30.50, "@KIND@_deals": 2, "@KIND@": -30.50}') ==> 2$$;
-- @end

CREATE FUNCTION movement_amount(movement, kind text) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_movement_amount_of_kind' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION movement_amount(movement, text) IS $$What one kind of movement, given as a value, added to the pipeline: for a report with a row for each kind. SIGNED: less than zero for what goes out.
kind: one of those of movement_type, in any case; another is an error. Zero where there is none; NULL for NULL.
Example: salesops.movement_amount('{"movement": 1, "start_deals": 1, "start": 100, "won_deals": 1, "won": -100}', 'won') ==> -100$$;
CREATE FUNCTION movement_count(movement, kind text) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_movement_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION movement_count(movement, text) IS $$Number of the deals that made one kind of movement, given as a value.
kind: one of those of movement_type, in any case; another is an error. Zero where there is none; NULL for NULL.
Example: salesops.movement_count('{"movement": 1, "start_deals": 1, "start": 100, "won_deals": 1, "won": -100}', 'won') ==> 1$$;

CREATE FUNCTION waterfall(movement)
	RETURNS TABLE (bar integer, movement text, deals bigint, amount numeric, level_from numeric, level_to numeric)
	AS 'MODULE_PATHNAME', 'salesops_waterfall' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20 ROWS 20;
COMMENT ON FUNCTION waterfall(movement) IS $$The movement as the bars of a waterfall chart, in order: start, every kind (also those that are zero), end; with the level of the pipeline before and behind each bar.
amount is SIGNED; level_to = level_from + amount, and of start and end the bar from 0. No rows for NULL.
Example: (SELECT string_agg(movement || ' ' || level_from || '..' || level_to, ', ' ORDER BY bar) FROM salesops.waterfall('{"movement": 1, "start_deals": 2, "start": 100, "increased_deals": 1, "increased": 20, "won_deals": 1, "won": -70, "end_deals": 1, "end": 50}') WHERE amount <> 0) ==> start 0..100, increased 100..120, won 120..50, end 0..50$$;
