-- tables.sql: what needs records in tables to be run at all, as functions of one text, of which the records are made.
--
-- Each is a target of its own (harness.sql).  What must hold and does not is an internal error, which the shim takes for a finding.

SET client_min_messages = warning;

-- The lines of an input, at most so many.
CREATE FUNCTION cells(input text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT
	RETURN (SELECT array_agg(btrim(cell) ORDER BY n) FROM string_to_table(left(input, 2000), E'\n') WITH ORDINALITY AS c (cell, n) WHERE n <= 64);

-- 48 records of them: many values are the same, and some are like each other.
CREATE FUNCTION cell(cells text[], record int, field int) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN cells[1 + abs(hashint8(record % (3 + 17 * (field % 3)) * 64 + field)::bigint) % cardinality(cells)];
CREATE TABLE customer (id int, name text, first_name text, last_name text, title text, company text, website text, email text, phone text, street text, city text, state text, postal_code text, country text);
CREATE FUNCTION fill_customer(input text) RETURNS void LANGUAGE sql VOLATILE STRICT
BEGIN ATOMIC
	INSERT INTO customer
	SELECT i, CASE WHEN i % 5 = 0 THEN cell(c, i, 9) || ' ' || cell(c, i, 2) ELSE cell(c, i, 1) END, cell(c, i, 2), cell(c, i, 3), CASE WHEN i % 3 = 0 THEN cell(c, i, 4) END, cell(c, i, 5), cell(c, i, 6), cell(c, i, 7), cell(c, i, 8) || i % 7,
		cell(c, i, 9) || ' ' || i % 11, cell(c, i, 10), CASE WHEN i % 7 > 0 THEN cell(c, i, 11) END, cell(c, i, 12), CASE WHEN i % 4 > 0 THEN 'US' ELSE cell(c, i, 13) END
	FROM (SELECT cells(input) OFFSET 0) AS a (c), generate_series(1, 48) AS i;
END;
CREATE VIEW other AS SELECT id + 1000 AS id, name, first_name, last_name, title, company, website, email, phone, street, city, state, postal_code, country FROM customer WHERE id % 3 > 0;

-- The ready-made rules, and those of roles and options that they have not.
CREATE TABLE rule AS
SELECT row_number() OVER (ORDER BY body COLLATE "C") - 1 AS n, count(*) OVER () AS of, (body::jsonb || '{"key": "id"}')::text::salesops.match_rule AS rule
FROM (
	SELECT rule::text FROM salesops.match_rules()
	UNION ALL VALUES
		('{"columns": [{"name": "person"}, {"title": "date"}, {"website": "identifier"}, {"street": "number"}, {"state": "region"}, {"country": {"as": "country", "block": false}}, {"phone": {"as": "phone", "region": "DE"}}], "threshold": 0.9}'),
		('{"columns": [{"name": {"as": "text", "levels": [0.9, 0.5, 0.2]}}], "threshold": 0.1}'),
		('{"columns": [{"name": "identifier"}, {"phone": "number"}, {"city": "date"}], "match": [{"name": 0.5, "phone": ["exact", "missing"]}, {"city": "close", "phone": "both missing"}]}')
) AS r (body);
-- which, the length of the input says
CREATE FUNCTION rule_of(input text) RETURNS salesops.match_rule LANGUAGE sql STABLE STRICT
	RETURN (SELECT rule FROM rule WHERE n = length(input) % of);

CREATE FUNCTION match_tables(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rule salesops.match_rule := fuzz.rule_of(input);
	model salesops.match_model;
	clusters text;
	pairs text;
	between text;
	of_some text;
BEGIN
	PERFORM fuzz.fill_customer(input);
	SELECT string_agg(c::text, ' ') INTO clusters FROM salesops.duplicate_clusters('fuzz.customer', rule) AS c;
	SELECT string_agg(p::text, ' ') INTO pairs FROM salesops.duplicate_pairs('fuzz.customer', rule) AS p;
	SELECT string_agg(p::text, ' ') INTO between FROM salesops.match_pairs('fuzz.customer', 'fuzz.other', rule) AS p;
	IF NOT EXISTS (SELECT FROM salesops.match_rule_clauses(rule)) THEN
		model := salesops.fit_match_model('fuzz.customer', rule);
		IF pairs IS DISTINCT FROM (SELECT string_agg(p::text, ' ') FROM salesops.duplicate_pairs('fuzz.customer', model) AS p) THEN
			RAISE internal_error USING MESSAGE = 'by the model that is fitted the pairs are others';
		END IF;
		SELECT string_agg(p::text, ' ') INTO of_some FROM salesops.duplicate_pairs('fuzz.customer', model, '{1,7}') AS p;
		IF of_some IS DISTINCT FROM (SELECT string_agg(p::text, ' ') FROM salesops.duplicate_pairs('fuzz.customer', model) AS p WHERE p.record_a IN ('1', '7') OR p.record_b IN ('1', '7')) THEN
			RAISE internal_error USING MESSAGE = 'of some records the pairs are others';
		END IF;
	END IF;
	RETURN concat_ws(E'\n', rule, clusters, pairs, between, model);
END $$;

-- An index that is built before or behind what is added finds what is there.
CREATE TABLE signature AS SELECT n AS id, salesops.company_signature(word || ' ' || n % 50) AS signature
	FROM (VALUES ('Acme'), ('Apex Systems'), ('Globex GmbH'), ('Initech'), ('Umbrella Holdings'), ('Vehement')) AS v (word), generate_series(1, 100) AS n;
CREATE FUNCTION signature_index(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	wanted salesops.match_query := salesops.company_typed((fuzz.cells(input))[1], 0.3);
	query text := 'SELECT concat_ws('' '', (SELECT string_agg(id::text, '','' ORDER BY id) FROM fuzz.signature WHERE signature OPERATOR(salesops.%) $1),
		(SELECT string_agg(d::text, '','') FROM (SELECT signature OPERATOR(salesops.<->) $1 AS d FROM fuzz.signature ORDER BY signature OPERATOR(salesops.<->) $1 LIMIT 20) AS s))';
	by_index text;
	without text;
BEGIN
	IF length(input) % 2 = 0 THEN
		CREATE INDEX ON fuzz.signature USING gist (signature);
	END IF;
	INSERT INTO fuzz.signature SELECT -n, salesops.company_signature(cell || repeat('x', copy)) FROM unnest(fuzz.cells(input)) WITH ORDINALITY AS c (cell, n), generate_series(1, 12) AS copy;
	IF length(input) % 2 = 1 THEN
		CREATE INDEX ON fuzz.signature USING gist (signature);
	END IF;
	SET LOCAL enable_seqscan = off;
	EXECUTE query INTO by_index USING wanted;
	SET LOCAL enable_seqscan = on;
	SET LOCAL enable_indexscan = off;
	SET LOCAL enable_bitmapscan = off;
	EXECUTE query INTO without USING wanted;
	IF by_index IS DISTINCT FROM without THEN
		RAISE internal_error USING MESSAGE = format('by the index %s, without %s', by_index, without);
	END IF;
	RETURN without;
END $$;

-- A table that watches for duplicates, and records that are added to it.
CREATE TABLE watched (id text PRIMARY KEY, name text, website text, phone text, street text, city text, postal_code text, country text);
INSERT INTO watched SELECT lower(word) || n, word || ' ' || n, lower(word) || n || '.com', NULL, n || ' Main St', 'Springfield', '0123' || n % 10, 'US'
	FROM (VALUES ('Acme'), ('Globex'), ('Initech')) AS v (word), generate_series(1, 60) AS n;
DO $$
DECLARE
	rule salesops.match_rule := (SELECT (r.rule::text::jsonb || '{"key": "id"}')::text FROM salesops.match_rules() AS r WHERE r.name = 'account');
	model salesops.match_model := salesops.fit_match_model('fuzz.watched', rule);
BEGIN
	CALL salesops.create_duplicate_index('fuzz.watched', model);
	CALL salesops.create_duplicate_check('fuzz.watched', 'flag');
END $$;
CREATE FUNCTION watch_duplicates(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	first fuzz.watched;
	found text;
BEGIN
	PERFORM fuzz.fill_customer(input);
	INSERT INTO fuzz.watched SELECT id::text, name, website, phone, street, city, postal_code, country FROM fuzz.customer WHERE id <= 8;
	UPDATE fuzz.watched SET name = (SELECT max(name) FROM fuzz.customer) WHERE id = 'acme1';
	SELECT * INTO first FROM fuzz.watched WHERE id = '1';
	SELECT string_agg(f::text, ' ') INTO found FROM salesops.find_duplicates('fuzz.watched_duplicates', ARRAY[first.name, first.website, first.phone, first.street, first.city, first.postal_code, first.country], '1') AS f;
	RETURN concat_ws(E'\n', found, (SELECT string_agg(concat_ws(' ', record_a, record_b), ', ' ORDER BY record_a COLLATE "C", record_b COLLATE "C") FROM fuzz.watched_duplicates_found));
END $$;

-- The join of names finds what comparing each with each does, and the statements that a query is made of are said or refused.
CREATE FUNCTION join_names(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	names text[] := fuzz.cells(input) || ARRAY(SELECT cell || ' ' || n FROM unnest(fuzz.cells(input)) AS cell, generate_series(1, 3) AS n);
	ids int[] := ARRAY(SELECT generate_subscripts(names, 1));
	signatures salesops.match_signature[] := ARRAY(SELECT salesops.company_signature(name) FROM unnest(names) WITH ORDINALITY AS u (name, n) ORDER BY n);
	one text;
	two text;
BEGIN
	SELECT string_agg(p::text, ' ' ORDER BY id_a, id_b) INTO one FROM salesops.similar_pairs(ids, signatures, 0.4) AS p;
	SELECT string_agg(format('(%s,%s,%s)', a, b, salesops.signature_similarity(signatures[a], signatures[b])), ' ' ORDER BY a, b) INTO two
	FROM unnest(ids) AS a, unnest(ids) AS b WHERE a < b AND salesops.signature_similarity(signatures[a], signatures[b]) >= 0.4;
	IF one IS DISTINCT FROM two THEN
		RAISE internal_error USING MESSAGE = format('joined %s, each with each %s', one, two);
	END IF;
	IF (SELECT count(*) FROM salesops.similar_pairs(ids, names, ids, names, 0.4)) < (SELECT 2 * count(*) FROM salesops.similar_pairs(ids, names, 0.4)) THEN
		RAISE internal_error USING MESSAGE = 'of two lists fewer pairs than of one';
	END IF;
	IF (SELECT count(*) FROM salesops.similar_pairs(ids, signatures, ids, signatures, 0.4)) < 2 * (SELECT count(*) FROM salesops.similar_pairs(ids, signatures, 0.4)) THEN
		RAISE internal_error USING MESSAGE = 'of two lists fewer pairs than of one';
	END IF;
	RETURN one;
END $$;
