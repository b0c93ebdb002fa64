-- core: the summary compliance, and what all summaries share.
SET search_path = salesops, public;

-- Wilson 1927; the checks of the definition: 3 of 10 -> .107791, .603222; 0 of 10 -> 0, .277533
SELECT met(c), missed(c), pending(c), compliance_rate(c),
	round(compliance_low(c)::numeric, 6) AS low, round(compliance_high(c)::numeric, 6) AS high
FROM (SELECT compliance(CASE WHEN i <= 3 THEN true WHEN i <= 10 THEN false END) AS c FROM generate_series(1, 12) i) s;
SELECT compliance_rate(c), compliance_low(c), round(compliance_high(c)::numeric, 6) AS high
FROM (SELECT compliance(false) AS c FROM generate_series(1, 10)) s;

-- nothing decided is not a rate of zero; no rows are no summary
SELECT compliance(NULL) AS c, compliance_rate(compliance(NULL)) FROM generate_series(1, 2);
SELECT compliance(true) AS c FROM generate_series(1, 0);

-- text form: read what was written; merge of parts
SELECT '{"compliance": 1, "met": 3}'::compliance;
SELECT merge(c) FROM (VALUES ('{"compliance": 1, "met": 3}'::compliance), (NULL), ('{"compliance": 1, "missed": 2, "met": 1}')) v(c);
SELECT merge(NULL::compliance);

-- equality, order, hashing, and the plans that use them
CREATE TEMP TABLE c AS SELECT compliance(i % 3 = 0) AS c FROM generate_series(1, 60) i GROUP BY i % 7;
SELECT count(*), count(DISTINCT c) FROM c;
SELECT a.c = b.c AS eq, a.c <> b.c AS ne, a.c <= b.c AS le, a.c >= b.c AS ge, a.c < b.c OR a.c > b.c AS other
FROM c a, c b WHERE a.ctid = b.ctid LIMIT 1;
CREATE INDEX ON c USING btree (c);
CREATE INDEX ON c USING hash (c);
SET enable_seqscan = off;
SELECT count(*) > 0 AS found FROM c WHERE c = (SELECT max(c::text)::compliance FROM c);
RESET enable_seqscan;

-- a bad literal: what is wrong, and where
SELECT ''::compliance;
SELECT '[1]'::compliance;
SELECT '{"met": 3}'::compliance;
SELECT '{"compliance": 2}'::compliance;
SELECT '{"compliance": 2, "of_a_later_version": 3}'::compliance;
SELECT '{"compliance": 1, "mett": 3}'::compliance;
SELECT '{"compliance": 1, "met": -3}'::compliance;
SELECT '{"compliance": 1, "met": 1.5}'::compliance;
SELECT '{"compliance": 1, "met": "3"}'::compliance;
SELECT '{"compliance": 1, "met": 9999999999999999999}'::compliance;

-- counts that a merge would carry past their range
SELECT merge(c) FROM (SELECT '{"compliance": 1, "met": 999999999999999999}'::compliance AS c FROM generate_series(1, 10)) s;
