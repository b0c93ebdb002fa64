-- match_rule: which columns say that two records are of the same thing.

CREATE TYPE match_rule;

CREATE FUNCTION match_rule_in(cstring) RETURNS match_rule
	AS 'MODULE_PATHNAME', 'salesops_match_rule_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_rule_in(cstring) IS $$Reads the text form of a match_rule: the name of a ready-made one, a list of columns, or an object.
Example: salesops.match_rule_in('[{"name": "company"}]') ==> {"key": "id", "columns": [{"name": "company"}], "threshold": 0.5, "version": 1}$$;
CREATE FUNCTION match_rule_out(match_rule) RETURNS cstring
	AS 'MODULE_PATHNAME', 'salesops_match_rule_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_rule_out(match_rule) IS $$Writes the text form of a match_rule, a JSON object, without loss.
Example: salesops.match_rule_out('{"columns": [{"name": "company"}, {"town": "city"}], "match": [{"town": ["missing", "exact"], "name": 0.90}]}') ==> {"key": "id", "columns": [{"name": "company"}, {"town": "city"}], "match": [{"name": 0.9, "town": ["exact", "missing"]}], "version": 1}$$;
CREATE FUNCTION match_rule_recv(internal) RETURNS match_rule
	AS 'MODULE_PATHNAME', 'salesops_match_rule_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_rule_recv(internal) IS $$Reads the binary form of a match_rule, refusing bytes that are none. Called by the server alone.
Example: salesops.match_rule_key('account'::salesops.match_rule) ==> account_id$$;
CREATE FUNCTION match_rule_send(match_rule) RETURNS bytea
	AS 'MODULE_PATHNAME', 'salesops_match_rule_send' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_rule_send(match_rule) IS $$Writes the binary form of a match_rule: its version, the key, the threshold, the number of columns, then each column, and the clauses.
Example: get_byte(salesops.match_rule_send('[{"name": "company"}]'), 0) ==> 1$$;
CREATE TYPE match_rule (
	INPUT = match_rule_in, OUTPUT = match_rule_out, RECEIVE = match_rule_recv, SEND = match_rule_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended,
	-- where a function takes a rule or a model, a literal is a rule: duplicate_pairs('crm.account', 'account')
	CATEGORY = 'M', PREFERRED = true
);
COMMENT ON TYPE match_rule IS $$Which columns say that two records are of the same thing: each with its role (what it holds, and so how it is compared), the key of a record, and a threshold or clauses.
Written as the name of a ready-made rule (match_rules()), as a list of columns such as [{"name": "company"}, {"phone": {"as": "phone", "region": "US"}}], or as an object with "key" (id where absent), "columns", and either "threshold", the probability from which a pair is a match (0.5 where absent), or "match", a list of clauses such as {"name": "close", "city": "exact"}, one of which must hold. Roles: company, person, given_name, family_name, text, email, website, phone, address, city, postal_code, region, country, date, number, identifier. Options of a column: "as" (the role), "region" (of telephone numbers without a country code), "block" (whether pairs are looked for among its equal values), "levels" (least similarities, falling). It names no table: the same rule serves any that has the columns.
Example: '[{"name": "company"}, {"phone": {"as": "phone", "region": "us"}}]'::salesops.match_rule ==> {"key": "id", "columns": [{"name": "company"}, {"phone": {"as": "phone", "region": "US"}}], "threshold": 0.5, "version": 1}$$;
-- @include ordered_type match_rule [{"name": "company"}]

CREATE FUNCTION match_rule_key(rule match_rule) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_match_rule_key' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_rule_key(match_rule) IS $$The name of the column that identifies a record.
Example: salesops.match_rule_key('account') ==> account_id$$;
CREATE FUNCTION match_rule_threshold(rule match_rule) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_match_rule_threshold' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION match_rule_threshold(match_rule) IS $$The probability from which a pair of records is a match.
NULL for a rule with clauses, which needs no model, and for NULL.
Example: salesops.match_rule_threshold('account') ==> 0.5$$;
CREATE FUNCTION match_rule_columns(rule match_rule) RETURNS TABLE ("position" integer, column_name text, role text, region text, block boolean, levels text)
	AS 'MODULE_PATHNAME', 'salesops_match_rule_columns' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 8;
COMMENT ON FUNCTION match_rule_columns(match_rule) IS $$The columns of a rule, in its order, with their roles and options.
region: of telephone numbers without a country code, else NULL. block: whether pairs are looked for among its equal values. levels: the least similarities of the levels of agreement below equality, NULL where they are those of the role.
Example: (SELECT string_agg(concat_ws(' ', column_name, role, levels), ', ' ORDER BY position) FROM salesops.match_rule_columns('[{"name": {"as": "company", "levels": [0.95, 0.8]}}, {"town": "city"}]')) ==> name company 0.95, 0.8, town city$$;
CREATE FUNCTION match_rule_clauses(rule match_rule) RETURNS TABLE (clause integer, column_name text, accepts text)
	AS 'MODULE_PATHNAME', 'salesops_match_rule_clauses' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 10;
COMMENT ON FUNCTION match_rule_clauses(match_rule) IS $$The clauses of a rule, a row for each column that a clause names: a pair is a match where all rows of one clause hold.
accepts: exact, close, a least similarity, missing or both missing, or several with "or" between them. No rows for a rule with a threshold.
Example: (SELECT string_agg(concat_ws(' ', clause, column_name, accepts), ', ' ORDER BY clause, column_name) FROM salesops.match_rule_clauses('{"columns": [{"name": "company"}, {"town": "city"}], "match": [{"name": "exact"}, {"name": 0.9, "town": ["close", "missing"]}]}')) ==> 1 name exact, 2 name 0.9, 2 town close or missing$$;

CREATE FUNCTION match_rules() RETURNS TABLE (name text, description text, rule match_rule)
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10 ROWS 6
BEGIN ATOMIC
	SELECT v.name, v.description, v.rule FROM (VALUES
		('account'::text, 'Company records in the columns of the contract, by a model'::text, 'account'::match_rule),
		('contact', 'People in the columns of the contract, by a model', 'contact'),
		('lead', 'Leads in the columns of the contract, by a model', 'lead'),
		('salesforce account', 'The equation of Salesforce''s standard account matching rule', 'salesforce account'),
		('salesforce contact', 'The equation of Salesforce''s standard contact matching rule', 'salesforce contact'),
		('salesforce lead', 'The equation of Salesforce''s standard lead matching rule', 'salesforce lead')) v (name, description, rule);
END;
COMMENT ON FUNCTION match_rules() IS $$The ready-made rules: the name that stands for each in place of its literal, what it is, and the rule.
Example: (SELECT string_agg(name, ', ' ORDER BY name) FROM salesops.match_rules()) ==> account, contact, lead, salesforce account, salesforce contact, salesforce lead$$;
