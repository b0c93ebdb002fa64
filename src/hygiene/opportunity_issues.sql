-- hygiene: what is wrong with a deal.

-- @for AMOUNT numeric float8 int8
CREATE FUNCTION hygiene_issues(policy hygiene_policy, process sales_process, stage text, amount @AMOUNT@, close_date date, owner text, next_step text, category text,
		probability double precision, created date, last_activity date, days_in_stage double precision, pushes bigint, as_of date) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_hygiene_issues_@AMOUNT@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION hygiene_issues(hygiene_policy, sales_process, text, @AMOUNT@, date, text, text, text, double precision, date, date, double precision, bigint, date) IS $$All that is wrong with a deal as it is on a day: the reason codes in order, with commas between them; NULL where nothing is.
policy: required fields and limits; NULL is an error. process: of its stages; NULL knows none. amount: @AMOUNT@. owner, next_step and category may be placeholders (is_blank). probability: a fraction. created, last_activity: days; a deal without activity counts from its creation. days_in_stage: compared with the process's max_days. pushes: how often the close date was put off. as_of: the day of judgement. A field that your CRM has not is NULL: leave it out of the policy's "require". What is not known and not required is not judged, and neither is what depends on as_of where that is NULL.
The codes, and which of them are of open deals alone: docs/reference/hygiene.md.
Example: salesops.hygiene_issues('{"stale_days": 30}', '{"stages": [{"stage": "Proposal", "probability": 0.5, "category": "best_case"}]}', 'Proposal', 0::@AMOUNT@, '2026-06-30', 'U7', 'tbd', 'Commit', 0.5, '2026-01-10', '2026-05-02', 12, 0, '2026-07-15') ==> category_too_strong,missing_next_step,open_past_due,stale,zero_amount$$;
-- @end

CREATE FUNCTION required_issues(policy hygiene_policy, process sales_process, stage text, names text[], "values" text[]) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_required_issues' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION required_issues(hygiene_policy, sales_process, text, text[], text[]) IS $$What is missing of the fields that the policy requires of deals in a stage, of fields of your own, too: missing_ and the field's name, in order, with commas between them; NULL where nothing is.
policy: NULL is an error. process, stage: as in hygiene_issues; without a known stage, what is required of open, won and lost deals. names, values: the fields that are looked at, and theirs, other types cast to text; is_blank says which are blank. Another number of values, a NULL or empty name and one with a comma are an error; NULL where either list is NULL.
Example: salesops.required_issues('{"stages": {"Proposal": {"require": ["budget", "champion"]}}}', NULL, 'Proposal', ARRAY['budget', 'champion', 'partner'], ARRAY['20000', 'n/a', NULL]) ==> missing_champion$$;
