-- survivor: the values of one column in the records of one customer, and which of them a golden record takes.

-- @include summary_type survivor {"survivor": 1, "values": [["ACME Inc.", 1, "2026-03-01T00:00:00+00:00", "web"], ["Acme", 1, "2026-01-05T00:00:00+00:00", "CRM"], ["Acme", 1, "2026-02-02T00:00:00+00:00", "ERP"]]}

COMMENT ON TYPE survivor IS $$Summary of one column in the records of one customer: its values, from which a golden record takes one.
Each value, from each source, with how many records have it and when the last of them was changed. Made by survivor(), merged by merge(), read by most_recent, most_frequent, longest, source_priority and survivor_values.
Example: salesops.most_recent(salesops.survivor '{"survivor": 1, "values": [["Acme", 2, "2026-01-05T09:00:00Z", "CRM"]]}') ==> Acme$$;

-- ---- building ----

-- @include ordered_type survivor {"survivor": 1, "values": [["ACME Inc.", 1, "2026-03-01T00:00:00+00:00", "web"], ["Acme", 1, "2026-01-05T00:00:00+00:00", "CRM"], ["Acme", 1, "2026-02-02T00:00:00+00:00", "ERP"]]}

CREATE FUNCTION survivor_transfn(survivor, value text) RETURNS survivor
	AS 'MODULE_PATHNAME', 'salesops_survivor_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION survivor_transfn(survivor, text) IS $$Adds the value of a record: the transition function of survivor(value), most_frequent(value) and longest(value).
Example: salesops.survivor_transfn(NULL, 'Acme') ==> {"survivor": 1, "values": [["Acme", 1]]}$$;
CREATE FUNCTION survivor_transfn(survivor, value text, at timestamptz) RETURNS survivor
	AS 'MODULE_PATHNAME', 'salesops_survivor_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION survivor_transfn(survivor, text, timestamptz) IS $$Adds the value of a record and when it was changed: the transition function of survivor(value, at) and most_recent(value, at).
Example: salesops.survivor_transfn(NULL, 'Acme', '2026-01-05 09:00+00') ==> {"survivor": 1, "values": [["Acme", 1, "2026-01-05T09:00:00+00:00"]]}$$;
CREATE FUNCTION survivor_transfn(survivor, value text, at timestamptz, source text) RETURNS survivor
	AS 'MODULE_PATHNAME', 'salesops_survivor_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION survivor_transfn(survivor, text, timestamptz, text) IS $$Adds the value of a record, when it was changed and where it is from: the transition function of survivor(value, at, source).
Example: salesops.survivor_transfn(NULL, 'Acme', NULL, 'CRM') ==> {"survivor": 1, "values": [["Acme", 1, null, "CRM"]]}$$;

CREATE AGGREGATE survivor(value text) (
	SFUNC = survivor_transfn, STYPE = survivor, SSPACE = 300, COMBINEFUNC = survivor_combinefn, FINALFUNC = survivor_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survivor(text) IS $$The values of one column in the records of one customer: summary for most_frequent and longest.
NULL and blank texts are missing and count as no value; NULL where all are. Texts are compared as they are written.
Example: (SELECT salesops.longest(salesops.survivor(v)) FROM (VALUES ('Acme'), ('ACME Inc.'), (' ')) t(v)) ==> ACME Inc.$$;
CREATE AGGREGATE survivor(value text, at timestamptz) (
	SFUNC = survivor_transfn, STYPE = survivor, SSPACE = 300, COMBINEFUNC = survivor_combinefn, FINALFUNC = survivor_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survivor(text, timestamptz) IS $$The values of one column in the records of one customer, and when they were changed: summary for most_recent, most_frequent and longest.
As survivor(value); of each value the latest moment counts. at may be NULL, where it is not known; an infinite one is an error.
Example: (SELECT salesops.most_recent(salesops.survivor(v, d)) FROM (VALUES ('Acme', '2026-01-05 00:00+00'::timestamptz), ('ACME Inc.', '2026-03-01 00:00+00'), ('Acme', NULL)) t(v, d)) ==> ACME Inc.$$;
CREATE AGGREGATE survivor(value text, at timestamptz, source text) (
	SFUNC = survivor_transfn, STYPE = survivor, SSPACE = 300, COMBINEFUNC = survivor_combinefn, FINALFUNC = survivor_finalfn,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survivor(text, timestamptz, text) IS $$The values of one column in the records of one customer, when they were changed and where they are from: summary for all four rules.
As survivor(value, at); source may be NULL, where it is not known.
Example: (SELECT salesops.source_priority(salesops.survivor(v, NULL, s), '{ERP, CRM}') FROM (VALUES ('Acme', 'CRM'), ('ACME Inc.', 'web'), ('Acme Corp.', 'ERP')) t(v, s)) ==> Acme Corp.$$;

-- ---- reading ----

CREATE FUNCTION most_recent(survivor survivor) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_most_recent' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION most_recent(survivor) IS $$The value that was changed last: a survivorship rule.
A value of unknown moment comes last. Of several at the same moment: that of most records, then of most characters, then the first by bytes. NULL without a value, and for NULL.
Example: salesops.most_recent('{"survivor": 1, "values": [["ACME Inc.", 1, "2026-03-01T00:00:00Z"], ["Acme", 2, "2026-02-02T00:00:00Z"]]}') ==> ACME Inc.$$;
CREATE FUNCTION most_frequent(survivor survivor) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_most_frequent' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION most_frequent(survivor) IS $$The value that most records have, from whatever source: a survivorship rule.
Of several: the one changed last, then of most characters, then the first by bytes. NULL without a value, and for NULL.
Example: salesops.most_frequent(salesops.survivor '{"survivor": 1, "values": [["ACME Inc.", 1, "2026-03-01T00:00:00Z"], ["Acme", 2, "2026-02-02T00:00:00Z"]]}') ==> Acme$$;
CREATE FUNCTION longest(survivor survivor) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_longest' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION longest(survivor) IS $$The value of most characters, as the most complete: a survivorship rule.
Of several: that of most records, then the one changed last, then the first by bytes. NULL without a value, and for NULL.
Example: salesops.longest(salesops.survivor '{"survivor": 1, "values": [["ACME Inc.", 1, "2026-03-01T00:00:00Z"], ["Acme", 2, "2026-02-02T00:00:00Z"]]}') ==> ACME Inc.$$;
CREATE FUNCTION source_priority(survivor survivor, priority text[]) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_source_priority' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION source_priority(survivor, text[]) IS $$The value from the source that comes first in a list: a survivorship rule.
priority: sources as they are written, the best first. Sources that are not in it, and unknown ones, come last, all alike. Of several from the same: the one changed last, then that of most records, then of most characters, then the first by bytes. NULL without a value, and for NULL.
Example: salesops.source_priority('{"survivor": 1, "values": [["ACME Inc.", 1, "2026-03-01T00:00:00Z", "web"], ["Acme", 1, "2026-01-05T00:00:00Z", "CRM"]]}', '{ERP, CRM}') ==> Acme$$;
CREATE FUNCTION survivor_values(survivor survivor) RETURNS TABLE (value text, source text, records bigint, changed_at timestamptz)
	AS 'MODULE_PATHNAME', 'salesops_survivor_values' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 10;
COMMENT ON FUNCTION survivor_values(survivor) IS $$All values and where they are from, in order of their bytes: what a rule chose among.
records: how many have it. changed_at: the latest moment, NULL where none is known. No rows for NULL.
Example: (SELECT string_agg(concat_ws(' ', value, source, records), ', ') FROM salesops.survivor_values('{"survivor": 1, "values": [["ACME Inc.", 1], ["Acme", 2, null, "CRM"]]}')) ==> ACME Inc. 1, Acme CRM 2$$;

-- ---- in one step ----

CREATE AGGREGATE most_recent(value text, at timestamptz) (
	SFUNC = survivor_transfn, STYPE = survivor, SSPACE = 300, COMBINEFUNC = survivor_combinefn, FINALFUNC = most_recent,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE most_recent(text, timestamptz) IS $$The value that was changed last: most_recent(survivor(value, at)).
NULL and blank texts never survive over a value.
Example: (SELECT salesops.most_recent(v, d) FROM (VALUES ('Acme', '2026-01-05 00:00+00'::timestamptz), ('ACME Inc.', '2026-03-01 00:00+00'), ('', '2026-04-01 00:00+00')) t(v, d)) ==> ACME Inc.$$;
CREATE AGGREGATE most_frequent(value text) (
	SFUNC = survivor_transfn, STYPE = survivor, SSPACE = 300, COMBINEFUNC = survivor_combinefn, FINALFUNC = most_frequent,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE most_frequent(text) IS $$The value that most records have: most_frequent(survivor(value)).
NULL and blank texts never survive over a value.
Example: (SELECT salesops.most_frequent(v) FROM (VALUES ('Acme'), ('ACME Inc.'), ('Acme')) t(v)) ==> Acme$$;
CREATE AGGREGATE longest(value text) (
	SFUNC = survivor_transfn, STYPE = survivor, SSPACE = 300, COMBINEFUNC = survivor_combinefn, FINALFUNC = longest,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE longest(text) IS $$The value of most characters: longest(survivor(value)).
NULL and blank texts never survive over a value.
Example: (SELECT salesops.longest(v) FROM (VALUES ('Acme'), ('ACME Inc.'), (NULL)) t(v)) ==> ACME Inc.$$;
