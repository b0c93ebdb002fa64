-- matching_survivor: which value a golden record takes.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET search_path = public, salesops;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\pset null '(null)'

-- three records of one company, and one without a name
CREATE TEMP TABLE record (name text, changed_at timestamptz, source text);
INSERT INTO record VALUES ('Acme', '2026-01-05', 'CRM'), ('ACME Inc.', '2026-03-01', 'web'), ('Acme', '2026-02-02', 'ERP'), ('  ', '2026-04-01', 'ERP');
SELECT survivor(name, changed_at, source) FROM record;
SELECT most_recent(s), most_frequent(s), longest(s), source_priority(s, '{ERP,CRM}') FROM (SELECT survivor(name, changed_at, source) AS s FROM record) r;
SELECT * FROM survivor_values((SELECT survivor(name, changed_at, source) FROM record));
SELECT most_recent(name, changed_at), most_frequent(name), longest(name) FROM record;

-- summaries by source, merged later
SELECT merge(s) = (SELECT survivor(name, changed_at, source) FROM record) AS same FROM (SELECT survivor(name, changed_at, source) AS s FROM record GROUP BY source) r;

-- ties: more records, then later, then longer, then the first by bytes
SELECT most_recent('{"survivor": 1, "values": [["b", 1, "2026-01-05T09:00:00Z"], ["a", 1, "2026-01-05T09:00:00Z"], ["c", 2, "2026-01-04T09:00:00Z"]]}');
SELECT most_frequent('{"survivor": 1, "values": [["bb", 1], ["a", 1], ["aa", 1]]}'::survivor);

-- nothing
SELECT survivor(name), longest(name) FROM record WHERE name = '  ';
SELECT most_recent(NULL::survivor), longest('{"survivor": 1}'::survivor);

-- what is refused
SELECT '{"survivor": 1, "values": [["", 1]]}'::survivor;
SELECT '{"survivor": 1, "values": [["a", 1, "yesterday"]]}'::survivor;
SELECT '{"survivor": 1, "values": [["a"]]}'::survivor;
SELECT '{"survivor": 7}'::survivor;
SELECT survivor('a', '-infinity');
