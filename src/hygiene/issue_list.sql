-- hygiene: lists of reason codes, and how many records have which.

CREATE FUNCTION has_issue(issues text, code text) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_has_issue' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION has_issue(text, text) IS $$Whether a list of issues has a code.
issues: as hygiene_issues returns it; NULL has none. code: one code, in its spelling; NULL gives NULL, and an empty one or a list is an error.
Example: salesops.has_issue('missing_next_step,stale', 'stale') ==> true$$;
CREATE FUNCTION issue_count(issues text) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_issue_count' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 2;
COMMENT ON FUNCTION issue_count(text) IS $$How many issues a list has.
issues: as hygiene_issues returns it; NULL has none, so this is never NULL.
Example: salesops.issue_count('missing_next_step,stale') ==> 2$$;
CREATE FUNCTION merge_issues(VARIADIC lists text[]) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_merge_issues' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION merge_issues(text[]) IS $$Several lists of issues as one: each code once, in order, with commas between them; NULL where there is none.
lists: as hygiene_issues, required_issues or email_issue return them, or codes of your own; NULLs have none.
Example: salesops.merge_issues('stale,zero_amount', NULL, 'missing_budget,stale') ==> missing_budget,stale,zero_amount$$;

CREATE FUNCTION hygiene_compliance_transfn(compliance, issues text) RETURNS compliance
	AS 'MODULE_PATHNAME', 'salesops_hygiene_compliance_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 2;
COMMENT ON FUNCTION hygiene_compliance_transfn(compliance, text) IS $$Transition function of hygiene_compliance.
Example: salesops.hygiene_compliance_transfn(NULL, 'stale') ==> {"compliance": 1, "missed": 1}$$;
CREATE AGGREGATE hygiene_compliance(issues text) (
	SFUNC = hygiene_compliance_transfn, STYPE = compliance, SSPACE = 32, COMBINEFUNC = compliance_combinefn,
	FINALFUNC = compliance_rate, PARALLEL = SAFE
);
COMMENT ON AGGREGATE hygiene_compliance(text) IS $$Share of the records without an issue, from 0 to 1. Target: 0.9 or more.
issues: as hygiene_issues returns it, NULL where nothing is wrong. Every row counts: leave out deleted records, and rows that an outer join made. No rows give NULL. With its counts: compliance(issue_count(issues) = 0).
Example: (SELECT salesops.hygiene_compliance(i) FROM (VALUES (NULL), ('stale'), (NULL), ('missing_amount,stale')) v(i)) ==> 0.5$$;

-- @include summary_type issue_counts {"issue_counts": 1, "records": 4, "with_issues": 2, "with_amount": 4, "amount": 200, "with_amount_at_risk": 2, "amount_at_risk": 150, "issues": [["missing_next_step", 1, 1, 50], ["stale", 2, 2, 150]]}
COMMENT ON TYPE issue_counts IS $$Summary of records by their issues: how many there are, how many have issues and which, and the amounts in them.
Built by count_issues(issues) or count_issues(issues, amount), merged by merge(issue_counts). Readers: records_judged, records_with_issues, amount_at_risk, hygiene_compliance, and issue_breakdown with a row for each code. 56 bytes a code and its name; at most 1,000 codes.
Example: salesops.records_with_issues('{"issue_counts": 1, "records": 4, "with_issues": 1, "issues": [["stale", 1, 0, 0]]}'::salesops.issue_counts) ==> 1$$;
-- @include ordered_type issue_counts {"issue_counts": 1, "records": 4, "with_issues": 2, "with_amount": 4, "amount": 200, "with_amount_at_risk": 2, "amount_at_risk": 150, "issues": [["missing_next_step", 1, 1, 50], ["stale", 2, 2, 150]]}

CREATE FUNCTION count_issues_transfn(issue_counts, issues text) RETURNS issue_counts
	AS 'MODULE_PATHNAME', 'salesops_count_issues_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 2;
COMMENT ON FUNCTION count_issues_transfn(issue_counts, text) IS $$Transition function of count_issues(issues).
Example: salesops.count_issues_transfn(NULL, 'stale') ==> {"issue_counts": 1, "records": 1, "with_issues": 1, "issues": [["stale", 1, 0, 0]]}$$;
CREATE AGGREGATE count_issues(issues text) (
	SFUNC = count_issues_transfn, STYPE = issue_counts, SSPACE = 900, COMBINEFUNC = issue_counts_combinefn,
	FINALFUNC = issue_counts_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE count_issues(text) IS $$Summary of records by their issues, without amounts: of leads, contacts, accounts.
issues: a list of codes as hygiene_issues returns it; NULL where nothing is wrong. A code of more than 400 bytes, and more than 1,000 codes, are an error. Every row counts. No rows give NULL.
Example: (SELECT salesops.count_issues(i) FROM (VALUES ('stale'), (NULL)) v(i)) ==> {"issue_counts": 1, "records": 2, "with_issues": 1, "issues": [["stale", 1, 0, 0]]}$$;
-- @for AMOUNT numeric float8 int8
CREATE FUNCTION count_issues_transfn(issue_counts, issues text, amount @AMOUNT@) RETURNS issue_counts
	AS 'MODULE_PATHNAME', 'salesops_count_issues_transfn_@AMOUNT@' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 2;
COMMENT ON FUNCTION count_issues_transfn(issue_counts, text, @AMOUNT@) IS $$Transition function of count_issues(issues, amount) for amounts of type @AMOUNT@.
Example: salesops.count_issues_transfn(NULL, 'stale', 5::@AMOUNT@) ==> {"issue_counts": 1, "records": 1, "with_issues": 1, "with_amount": 1, "amount": 5, "with_amount_at_risk": 1, "amount_at_risk": 5, "issues": [["stale", 1, 1, 5]]}$$;
CREATE AGGREGATE count_issues(issues text, amount @AMOUNT@) (
	SFUNC = count_issues_transfn, STYPE = issue_counts, SSPACE = 900, COMBINEFUNC = issue_counts_combinefn,
	FINALFUNC = issue_counts_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE count_issues(text, @AMOUNT@) IS $$Summary of records by their issues, with the exact amounts (@AMOUNT@) in them.
issues: a list of codes as hygiene_issues returns it; NULL where nothing is wrong. A code of more than 400 bytes, and more than 1,000 codes, are an error. amount: in one currency; of NULL, NaN and infinities the record counts, without an amount; a float8 counts as its cast to numeric. Every row counts. No rows give NULL.
Example: (SELECT salesops.amount_at_risk(salesops.count_issues(i, a::@AMOUNT@)) FROM (VALUES ('stale', 100), (NULL, 30), ('missing_next_step,stale', 50)) v(i, a)) ==> 150$$;
-- @end

CREATE FUNCTION records_judged(counts issue_counts) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_records_judged' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION records_judged(issue_counts) IS $$Number of records, with issues and without.
Example: salesops.records_judged('{"issue_counts": 1, "records": 4, "with_issues": 1, "issues": [["stale", 1, 0, 0]]}'::salesops.issue_counts) ==> 4$$;
CREATE FUNCTION records_with_issues(counts issue_counts) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_records_with_issues' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION records_with_issues(issue_counts) IS $$Number of records that have an issue, each once however many it has.
Example: salesops.records_with_issues('{"issue_counts": 1, "records": 4, "with_issues": 1, "issues": [["stale", 1, 0, 0]]}'::salesops.issue_counts) ==> 1$$;
CREATE FUNCTION amount_at_risk(counts issue_counts) RETURNS numeric
	AS 'MODULE_PATHNAME', 'salesops_amount_at_risk' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION amount_at_risk(issue_counts) IS $$Amount of the records that have an issue, each once however many it has.
NULL where no record has an amount.
Example: salesops.amount_at_risk('{"issue_counts": 1, "records": 4, "with_issues": 1, "with_amount": 4, "amount": 90, "with_amount_at_risk": 1, "amount_at_risk": 20, "issues": [["stale", 1, 1, 20]]}'::salesops.issue_counts) ==> 20$$;
CREATE FUNCTION hygiene_compliance(counts issue_counts) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_hygiene_compliance_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION hygiene_compliance(issue_counts) IS $$Share of the records without an issue, from 0 to 1: 1 - records_with_issues / records_judged. Target: 0.9 or more.
NULL where there is no record.
Example: salesops.hygiene_compliance('{"issue_counts": 1, "records": 4, "with_issues": 1, "issues": [["stale", 1, 0, 0]]}'::salesops.issue_counts) ==> 0.75$$;
CREATE FUNCTION issue_breakdown(counts issue_counts)
	RETURNS TABLE (issue text, records bigint, share double precision, cumulative_share double precision, amount numeric, amount_share double precision)
	AS 'MODULE_PATHNAME', 'salesops_issue_breakdown' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 ROWS 15;
COMMENT ON FUNCTION issue_breakdown(issue_counts) IS $$A row for each code, the most frequent first: a Pareto of causes.
records: that have the issue. share: of all records. cumulative_share: of all issues, those of this row and of the rows before it; 1 in the last. amount: in the records with the issue; a record with several counts with each. amount_share: of the amount of all records. NULL amounts where no record has one. No rows for NULL.
Example: (SELECT string_agg(concat_ws('|', issue, records, share, amount), ' ') FROM salesops.issue_breakdown('{"issue_counts": 1, "records": 4, "with_issues": 2, "with_amount": 4, "amount": 200, "with_amount_at_risk": 2, "amount_at_risk": 150, "issues": [["missing_next_step", 1, 1, 50], ["stale", 2, 2, 150]]}'::salesops.issue_counts)) ==> stale|2|0.5|150 missing_next_step|1|0.25|50$$;
