-- pipeline_change: two states of the same deals in one pass, and what moved between them.

-- @include summary_type pipeline_change {"pipeline_change": 1, "before": [["D1", "open", 100.00, "2026-09-30", "West", "commit"]], "after": [["D1", "won", 120.00, "2026-09-12", "West", "closed"], ["D2", "open", 50, null, "East", null]]}
COMMENT ON TYPE pipeline_change IS $$Two states of the same deals, before and after, side by side: of each deal its id, outcome, amount, close date, owner and forecast category.
Built by pipeline_change(deal, after, outcome, amount, close_date, owner, category) from the rows of both states in any order, without a join; merged by merge(pipeline_change). Readers: movement for any period, owner and categories; movement_by_owner; moved_deals; deals_before, deals_after. Ids are of type bigint, uuid or text, and do not mix. Every deal takes 24 bytes a state for ids of type bigint, 32 for uuid, and for text 16 and the longest id, rounded up to 8; while it is built up to half as much again. A value has at most 1 GB: some 40 million rows. Text form: JSON, the deals in order of their ids, the keys in the order shown; up to 1 GB.
Example: salesops.deals_after('{"pipeline_change": 1, "before": [["D1", "open", 100.00, "2026-09-30", "West", "commit"]], "after": [["D1", "won", 120.00, "2026-09-12", "West", "closed"], ["D2", "open", 50, null, "East", null]]}'::salesops.pipeline_change) ==> 2$$;
-- @include ordered_type pipeline_change {"pipeline_change": 1, "before": [["D1", "open", 100.00, "2026-09-30", "West", "commit"]], "after": [["D1", "won", 120.00, "2026-09-12", "West", "closed"], ["D2", "open", 50, null, "East", null]]}

-- @for DEAL,AMOUNT,ID bigint,numeric,7::bigint bigint,float8,7::bigint bigint,int8,7::bigint uuid,numeric,'00000000-0000-0000-0000-000000000007'::uuid uuid,float8,'00000000-0000-0000-0000-000000000007'::uuid uuid,int8,'00000000-0000-0000-0000-000000000007'::uuid text,numeric,'D7'::text text,float8,'D7'::text text,int8,'D7'::text
CREATE FUNCTION pipeline_change_transfn(pipeline_change, deal @DEAL@, after boolean, outcome text, amount @AMOUNT@, close_date date, owner text, category text)
	RETURNS pipeline_change
	AS 'MODULE_PATHNAME', 'salesops_pipeline_change_transfn_@DEAL@_@AMOUNT@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pipeline_change_transfn(pipeline_change, @DEAL@, boolean, text, @AMOUNT@, date, text, text) IS $$Transition function of pipeline_change(deal, after, outcome, amount, close_date, owner, category) for ids of type @DEAL@ and amounts of type @AMOUNT@.
Example: salesops.deals_after(salesops.pipeline_change_transfn(NULL, @ID@, true, 'open', 100::@AMOUNT@, '2026-09-30', 'West', 'commit')) ==> 1$$;
CREATE AGGREGATE pipeline_change(deal @DEAL@, after boolean, outcome text, amount @AMOUNT@, close_date date, owner text, category text) (
	SFUNC = pipeline_change_transfn, STYPE = pipeline_change, SSPACE = 100000, COMBINEFUNC = pipeline_change_combinefn,
	FINALFUNC = pipeline_change_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_change(@DEAL@, boolean, text, @AMOUNT@, date, text, text) IS $$Two states of the same deals, side by side, from the rows of both in any order (ids of type @DEAL@, amounts of type @AMOUNT@).
deal: its id, the same in both states; NULL, and an empty text, is an error; a text has at most 128 bytes. after: false for a row of the state before, true for one of the state after; NULL is an error. The same deal twice in one state is an error, raised when the value is read or stored. outcome: open, won or lost; another word is an error; NULL is not known. amount: in one currency; NaN and infinities are an error; a float8 counts as its cast to numeric. close_date: also infinite. owner: any label of who owns the deal, such as a person, a team or a region, up to 400 bytes; at most 65,000 different ones. category: a forecast category in any spelling that to_forecast_category takes; blank is none. A row of which all but after is NULL is no deal. No rows give NULL. More than 1 GB (40 million rows, fewer with longer ids) is an error.
Example: (SELECT salesops.won_amount(salesops.movement(salesops.pipeline_change(d, a, o, m::@AMOUNT@, '2026-09-30', 'West', NULL))) FROM (VALUES (@ID@, false, 'open', 100), (@ID@, true, 'won', 120)) v(d, a, o, m)) ==> -120$$;
-- @end

CREATE FUNCTION movement(change pipeline_change, period_start date DEFAULT NULL, period_end date DEFAULT NULL, owner text DEFAULT NULL, categories text DEFAULT NULL)
	RETURNS movement
	AS 'MODULE_PATHNAME', 'salesops_movement_pipeline_change' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION movement(pipeline_change, date, date, text, text) IS $$How the pipeline moved between the two states: the summary movement, as the aggregate movement over a full join of both gives it, but for deals of which only the id, the amount and the owner are known: these are deals here.
The pipeline are the open deals that are due from period_start to period_end, both included (NULL: unbounded, both NULL: all), owned by owner (a label that was given as owner; NULL: everyone's; one that no deal has gives zeros), of the forecast categories listed (comma-separated; NULL: all but omitted): see pipeline_scope. A period that ends before it starts is an error, and so is a deal that is twice in one state. NULL for NULL.
Example: salesops.net_change(salesops.movement('{"pipeline_change": 1, "before": [["D1", "open", 100.00, "2026-09-30", "West", "commit"]], "after": [["D1", "won", 120.00, "2026-09-12", "West", "closed"], ["D2", "open", 50, null, "East", null]]}'::salesops.pipeline_change, '2026-07-01', '2026-09-30')) ==> -100.00$$;
CREATE FUNCTION movement_by_owner(change pipeline_change, period_start date, period_end date, categories text DEFAULT NULL)
	RETURNS TABLE (owner text, movement movement)
	AS 'MODULE_PATHNAME', 'salesops_movement_by_owner' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 100;
COMMENT ON FUNCTION movement_by_owner(pipeline_change, date, date, text) IS $$How the pipeline of each owner moved between the two states: a row for every owner whose pipeline has a deal before or after, or one that came and went; the owner is NULL for the deals that have none.
A deal that changed its owner is transferred_out of one and transferred_in to the other; all other kinds, and the net change, add up to those of the whole. Arguments as those of movement(change, ...). No rows for NULL.
Example: (SELECT string_agg(owner || ' ' || salesops.net_change(movement)::text, ', ' ORDER BY owner) FROM salesops.movement_by_owner('{"pipeline_change": 1, "before": [["D1", "open", 100.00, "2026-09-30", "West", "commit"]], "after": [["D1", "won", 120.00, "2026-09-12", "West", "closed"], ["D2", "open", 50, null, "East", null]]}'::salesops.pipeline_change, NULL, NULL)) ==> East 50, West -100.00$$;
CREATE FUNCTION moved_deals(change pipeline_change, period_start date DEFAULT NULL, period_end date DEFAULT NULL, owner text DEFAULT NULL, categories text DEFAULT NULL)
	RETURNS TABLE (deal text, movement text, amount numeric, amount_before numeric, amount_after numeric, outcome_before text, outcome_after text,
		close_before date, close_after date, owner_before text, owner_after text, category_before text, category_after text)
	AS 'MODULE_PATHNAME', 'salesops_moved_deals' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION moved_deals(pipeline_change, date, date, text, text) IS $$The deals behind a movement, a row for every step that one made: what it did, what that added to the pipeline, and the deal as it was before and as it is after.
A deal that was resized and won has two rows, increased and won; deals that stayed as they were have none. The amounts of a kind add up to those of movement(change, ...) with the same arguments, and so do the rows. In no particular order. No rows for NULL.
Example: (SELECT string_agg(deal || ' ' || movement || ' ' || amount::text, ', ' ORDER BY deal, amount DESC) FROM salesops.moved_deals('{"pipeline_change": 1, "before": [["D1", "open", 100.00, "2026-09-30", "West", "commit"]], "after": [["D1", "won", 120.00, "2026-09-12", "West", "closed"], ["D2", "open", 50, null, "East", null]]}'::salesops.pipeline_change)) ==> D1 increased 20.00, D1 won -120.00, D2 new 50$$;
CREATE FUNCTION deals_before(change pipeline_change) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_deals_before' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION deals_before(pipeline_change) IS $$Number of deals in the state before, whatever their outcome.
A deal that is twice in one state is an error. NULL for NULL.
Example: salesops.deals_before('{"pipeline_change": 1, "before": [["D1", "open", 100.00, "2026-09-30", "West", "commit"]], "after": [["D1", "won", 120.00, "2026-09-12", "West", "closed"], ["D2", "open", 50, null, "East", null]]}'::salesops.pipeline_change) ==> 1$$;
CREATE FUNCTION deals_after(change pipeline_change) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_deals_after' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION deals_after(pipeline_change) IS $$Number of deals in the state after, whatever their outcome.
A deal that is twice in one state is an error. NULL for NULL.
Example: salesops.deals_after('{"pipeline_change": 1, "before": [["D1", "open", 100.00, "2026-09-30", "West", "commit"]], "after": [["D1", "won", 120.00, "2026-09-12", "West", "closed"], ["D2", "open", 50, null, "East", null]]}'::salesops.pipeline_change) ==> 2$$;
