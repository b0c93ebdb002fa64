-- match_score: models, which say what agreement on each column of a rule is worth; and two records under one.

CREATE TYPE match_model;

CREATE FUNCTION match_model_in(cstring) RETURNS match_model
	AS 'MODULE_PATHNAME', 'salesops_match_model_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION match_model_in(cstring) IS $$Reads the text form of a match_model.
Example: salesops.match_model_in('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}') ==> {"match_model": 1, "rule": {"key": "id", "columns": [{"town": "identifier"}], "threshold": 0.5, "version": 1}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "weight": [-2.584962500721156, 0, 0, 1, 2.321928094887362], "some": 5}]}$$;
CREATE FUNCTION match_model_out(match_model) RETURNS cstring
	AS 'MODULE_PATHNAME', 'salesops_match_model_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION match_model_out(match_model) IS $$Writes the text form of a match_model, a JSON object, without loss.
Example: salesops.match_model_out('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}') ==> {"match_model": 1, "rule": {"key": "id", "columns": [{"town": "identifier"}], "threshold": 0.5, "version": 1}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "weight": [-2.584962500721156, 0, 0, 1, 2.321928094887362], "some": 5}]}$$;
CREATE FUNCTION match_model_recv(internal) RETURNS match_model
	AS 'MODULE_PATHNAME', 'salesops_match_model_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION match_model_recv(internal) IS $$Reads the binary form of a match_model, refusing bytes that are none. Called by the server alone.
Example: salesops.match_model_prior('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}'::salesops.match_model) ==> 0.1$$;
CREATE FUNCTION match_model_send(match_model) RETURNS bytea
	AS 'MODULE_PATHNAME', 'salesops_match_model_send' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION match_model_send(match_model) IS $$Writes the binary form of a match_model: its version, the rule, the numbers of the whole, then each column.
Example: get_byte(salesops.match_model_send('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}'), 0) ==> 1$$;
CREATE TYPE match_model (
	INPUT = match_model_in, OUTPUT = match_model_out, RECEIVE = match_model_recv, SEND = match_model_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended,
	-- that of match_rule, which is preferred
	CATEGORY = 'M'
);
COMMENT ON TYPE match_model IS $$A match rule with what was learned from data: what agreement on each column is worth as evidence that two records are one.
Made by fit_match_model(), without labels, and a value like any other: stored, printed, used on records that came later. It has the rule; the part of the pairs that are one among those that are compared (prior); for each grade of agreement its probability among pairs that are one (m) and among others (u), and its weight, what it is worth as evidence beside the other columns; alone it would be log2(m / u); and the values that more than a few records have, by their hashes, with their number: agreement on those is worth less. After Fellegi and Sunter (1969). Text form: JSON; up to 16 MB, some 30 bytes for each common value, of which a column has at most 8,192.
Example: '{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}'::salesops.match_model ==> {"match_model": 1, "rule": {"key": "id", "columns": [{"town": "identifier"}], "threshold": 0.5, "version": 1}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "weight": [-2.584962500721156, 0, 0, 1, 2.321928094887362], "some": 5}]}$$;
-- @include ordered_type match_model {"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}

CREATE FUNCTION match_model_rule(model match_model) RETURNS match_rule
	AS 'MODULE_PATHNAME', 'salesops_match_model_rule' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_model_rule(match_model) IS $$The rule that a model was fitted for.
Example: salesops.match_model_rule('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}') ==> {"key": "id", "columns": [{"town": "identifier"}], "threshold": 0.5, "version": 1}$$;
CREATE FUNCTION match_model_prior(model match_model) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_match_model_prior' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_model_prior(match_model) IS $$The part of the pairs that are one, among those that are compared because they share something rare.
Example: salesops.match_model_prior('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}') ==> 0.1$$;
CREATE FUNCTION match_model_records(model match_model) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_match_model_records' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_model_records(match_model) IS $$The number of records that a model was fitted to.
Example: salesops.match_model_records('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}') ==> 9$$;
CREATE FUNCTION match_model_pairs(model match_model) RETURNS bigint
	AS 'MODULE_PATHNAME', 'salesops_match_model_pairs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION match_model_pairs(match_model) IS $$The number of pairs that were compared to fit a model.
Example: salesops.match_model_pairs('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}') ==> 8$$;
CREATE FUNCTION match_weights(model match_model)
	RETURNS TABLE (column_name text, agreement text, m double precision, u double precision, weight double precision)
	AS 'MODULE_PATHNAME', 'salesops_match_weights' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 30;
COMMENT ON FUNCTION match_weights(match_model) IS $$What a model knows, a row for each grade of agreement on each column, from "different" to the same value in few records.
m: its probability among pairs that are one; u: among others; weight: the evidence in bits beside the other columns, which alone would be log2(m / u); where more agreement would be worth less than less, grades have their average in common. A missing value has the weight 0. "same, of few": in no more than five to ten records, or somewhat more where many values are in more; "of many": more than thirty and one in two hundred.
Example: (SELECT string_agg(agreement || ' ' || round(weight::numeric, 2), ', ' ORDER BY weight) FROM salesops.match_weights('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}')) ==> different -2.58, similar, 0.9 or more 0.00, same, of many 0.00, same, of some 1.00, same, of few 2.32$$;

CREATE FUNCTION match_record(rule match_rule, "values" text[]) RETURNS bytea
	AS 'MODULE_PATHNAME', 'salesops_match_record' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION match_record(match_rule, text[]) IS $$A record read under a rule: the normal forms of its values, and what it is found by, for those who store them.
values: one for each column of the rule, in its order, NULL where there is none; another number of them is an error. It can be compared with others for as long as the rule is the same.
Example: length(salesops.match_record('[{"name": "company"}]', ARRAY['Acme Inc.'])) ==> 53$$;
CREATE FUNCTION match_weight(model match_model, a text[], b text[]) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_match_weight' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION match_weight(match_model, text[], text[]) IS $$The evidence that two records are one: log2 of the odds, 0 for even odds.
a, b: their values, one for each column of match_rule_columns(), in its order, NULL where there is none; another number of them is an error. The odds are those of pairs that are compared because they share something rare.
Example: salesops.match_weight('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}', ARRAY['Bonn'], ARRAY['bonn'])::numeric(6, 4) ==> -0.8480$$;
CREATE FUNCTION match_probability(model match_model, a text[], b text[]) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_match_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION match_probability(match_model, text[], text[]) IS $$How probable it is that two records are one, 0 to 1: 1 / (1 + 2^-match_weight).
a, b: as for match_weight.
Example: salesops.match_probability('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}', ARRAY['Bonn'], ARRAY['bonn'])::numeric(6, 4) ==> 0.3571$$;
CREATE FUNCTION explain_match(model match_model, a text[], b text[])
	RETURNS TABLE (column_name text, value_a text, value_b text, agreement text, weight double precision, frequency_weight double precision)
	AS 'MODULE_PATHNAME', 'salesops_explain_match' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION explain_match(match_model, text[], text[]) IS $$Why two records are or are not one: a row for each column, and one for what is known before anything is compared. The weights of all rows add up to match_weight.
a, b: as for match_weight. value_a, value_b: the values in their normal form, which are compared. weight: the evidence of the agreement, in bits. frequency_weight: of the same value, what comes to that because few or many records have it; else NULL.
Example: (SELECT string_agg(column_name || ': ' || agreement || ' ' || round((weight + coalesce(frequency_weight, 0))::numeric, 3), '; ') FROM salesops.explain_match('{"match_model": 1, "rule": {"columns": [{"town": "identifier"}]}, "records": 9, "pairs": 8, "prior": 0.1, "most": 30, "many": 30, "columns": [{"m": [0.1, 0.1, 0.1, 0.2, 0.5], "u": [0.6, 0.1, 0.1, 0.1, 0.1], "some": 5}]}', ARRAY['Bonn'], ARRAY['bonn'])) ==> (before): any pair that is compared -3.170; town: same, of few 2.322$$;
