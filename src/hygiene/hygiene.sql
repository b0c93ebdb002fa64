-- hygiene: what is asked of records, and how grave it is where they do not have it.

CREATE TYPE hygiene_policy;

CREATE FUNCTION hygiene_policy_in(cstring) RETURNS hygiene_policy
	AS 'MODULE_PATHNAME', 'salesops_hygiene_policy_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION hygiene_policy_in(cstring) IS $$Reads the text form of a hygiene_policy, refusing codes and keys that there are not, and limits below zero.
Example: salesops.issue_severity(salesops.hygiene_policy_in('{"severity": {"stale": "high"}}'), 'stale') ==> high$$;
CREATE FUNCTION hygiene_policy_out(hygiene_policy) RETURNS cstring
	AS 'MODULE_PATHNAME', 'salesops_hygiene_policy_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION hygiene_policy_out(hygiene_policy) IS $$Writes the text form of a hygiene_policy, a JSON object, without loss: the required fields of each outcome, also where they are the usual ones.
Example: salesops.hygiene_policy_out('{"require": ["stage", "amount"], "stale_days": 30}') ==> {"require": {"open": ["amount", "stage"], "won": ["amount", "stage"], "lost": ["amount", "stage"]}, "stale_days": 30}$$;
CREATE FUNCTION hygiene_policy_recv(internal) RETURNS hygiene_policy
	AS 'MODULE_PATHNAME', 'salesops_hygiene_policy_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION hygiene_policy_recv(internal) IS $$Reads the binary form of a hygiene_policy, refusing bytes that are none. Called by the server alone.
Example: salesops.issue_owner('{"owner": {"stale": "manager"}}'::salesops.hygiene_policy, 'stale') ==> manager$$;
CREATE FUNCTION hygiene_policy_send(hygiene_policy) RETURNS bytea
	AS 'MODULE_PATHNAME', 'salesops_hygiene_policy_send' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION hygiene_policy_send(hygiene_policy) IS $$Writes the binary form of a hygiene_policy: its version, and the text form with its length.
Example: get_byte(salesops.hygiene_policy_send('{}'), 0) ==> 1$$;

CREATE TYPE hygiene_policy (
	INPUT = hygiene_policy_in, OUTPUT = hygiene_policy_out, RECEIVE = hygiene_policy_recv, SEND = hygiene_policy_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE hygiene_policy IS $$What is asked of deals: the fields that open, won and lost ones must have, or those in a stage, limits of days and pushes, what is not reported, and the severity and the owner of each reason code.
Written as JSON, each key of which may be absent: require (a list of fields, or one for each of open, won and lost), stages (of a stage: require, stale_days), stale_days, max_pushes, max_close_days, probability_tolerance (limits; absent: not checked), ignore (codes), severity (low, medium or high by code), owner (a role by code), due_days (business days to mend an issue, by severity).
Example: salesops.hygiene_issues('{"require": ["amount"]}', NULL, NULL, NULL::numeric, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) ==> missing_amount$$;
-- @include ordered_type hygiene_policy {"require": ["stage", "amount"], "stale_days": 30}

CREATE FUNCTION issue_severity(policy hygiene_policy, issues text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_issue_severity' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 3;
COMMENT ON FUNCTION issue_severity(hygiene_policy, text) IS $$How grave the gravest of the issues is: low, medium or high.
policy: says it for the codes that it names, otherwise the table in the reference does; codes of other functions are medium. NULL is an error. issues: a list of codes as hygiene_issues returns it, or one code; NULL where there is none.
Example: salesops.issue_severity('{}', 'missing_next_step,open_past_due') ==> high$$;
CREATE FUNCTION issue_owner(policy hygiene_policy, issues text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_issue_owner' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 3;
COMMENT ON FUNCTION issue_owner(hygiene_policy, text) IS $$Who sees to the gravest of the issues (of several, to the first in the list): rep, manager, operations, or a role of the policy's.
policy: says it for the codes that it names, otherwise the table in the reference does; codes of other functions are the rep's. NULL is an error. issues: a list of codes as hygiene_issues returns it, or one code; NULL where there is none.
Example: salesops.issue_owner('{"owner": {"open_past_due": "desk"}}', 'missing_next_step,open_past_due') ==> desk$$;
CREATE FUNCTION issue_due(policy hygiene_policy, issues text, opened date, calendar business_calendar) RETURNS date
	AS 'MODULE_PATHNAME', 'salesops_issue_due' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION issue_due(hygiene_policy, text, date, business_calendar) IS $$The day until which issues are to be mended that were found on a day: so many business days behind it as the policy's due_days gives for the severity of the gravest.
policy: NULL is an error. issues: a list of codes as hygiene_issues returns it, or one code. NULL where there is none, where the policy gives no days for the severity, and where opened or calendar is NULL.
Example: salesops.issue_due('{"due_days": {"high": 2}}', 'open_past_due', '2026-12-23', 'Mon-Fri 09:00-17:00 UTC; holidays 2026-12-25') ==> 2026-12-28$$;
