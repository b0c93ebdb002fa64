-- What bench/duplicates measures with: functions in the schema score, which it drops first.
--
-- Pairwise F1: of the pairs of records that the result puts in one cluster, the part that the truth does, is the precision; of the pairs
-- that the truth does, the part that the result does, is the recall; F1 is their harmonic mean.  No pair is made to count them: n
-- records of one cluster are n (n - 1) / 2 pairs, and the pairs that both have are those of the records which both put together.
--
-- By hand: truth {1, 2, 3} {4}, found {1, 2} {3, 4}: one of the two pairs found is true, one of the three true ones was found.
--   precision .5, recall .333, F1 .4
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
DROP SCHEMA IF EXISTS score CASCADE;
CREATE SCHEMA score;
RESET client_min_messages;

-- The columns of a rule, quoted, in order.
CREATE FUNCTION score.columns(rule jsonb) RETURNS text LANGUAGE sql IMMUTABLE
	RETURN (
		SELECT string_agg(quote_ident(name), ', ' ORDER BY place, name)
		FROM jsonb_array_elements(rule -> 'columns') WITH ORDINALITY AS c(part, place), jsonb_object_keys(part) AS name
	);

-- From pairs that are true, found, and both, the measures.
CREATE FUNCTION score.measures(true_pairs numeric, found_pairs numeric, both_pairs numeric, OUT pair_precision float8, OUT pair_recall float8, OUT f1 float8) LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT both_pairs / nullif(found_pairs, 0), both_pairs / nullif(true_pairs, 0), 2 * both_pairs / nullif(true_pairs + found_pairs, 0);
END;

-- The measures of a table (record, cluster) beside the column cluster of the records.  A record that it does not have is alone; one that
-- is there twice, or that there is not, is an error: it would be counted as if it were right.
CREATE FUNCTION score.of_clusters(result regclass, records regclass, key text, OUT true_pairs numeric, OUT found_pairs numeric, OUT pair_precision float8, OUT pair_recall float8, OUT f1 float8) LANGUAGE plpgsql AS $$
DECLARE
	wrong text;
	both_pairs numeric;
BEGIN
	EXECUTE format('SELECT quote_nullable(record) FROM %s GROUP BY record HAVING count(*) > 1 OR record IS NULL LIMIT 1', result) INTO wrong;
	IF wrong IS NOT NULL THEN RAISE 'record % is in more than one row of the result', wrong; END IF;
	EXECUTE format('SELECT record FROM %s AS f WHERE NOT EXISTS (SELECT FROM %s AS r WHERE r.%I::text = f.record) LIMIT 1', result, records, key) INTO wrong;
	IF wrong IS NOT NULL THEN RAISE 'record % of the result is none', wrong; END IF;
	EXECUTE format($q$
		WITH cell AS (
			SELECT r.cluster AS truth, coalesce('found ' || f.cluster, 'alone ' || r.%3$I) AS cluster, count(*)::numeric AS n
			FROM %2$s AS r LEFT JOIN %1$s AS f ON f.record = r.%3$I::text GROUP BY 1, 2
		)
		SELECT (SELECT sum(n * (n - 1) / 2) FROM (SELECT sum(n) AS n FROM cell GROUP BY truth) AS s),
			(SELECT sum(n * (n - 1) / 2) FROM (SELECT sum(n) AS n FROM cell GROUP BY cluster) AS s),
			(SELECT sum(n * (n - 1) / 2) FROM cell)$q$, result, records, key) INTO true_pairs, found_pairs, both_pairs;
	SELECT m.* INTO pair_precision, pair_recall, f1 FROM score.measures(true_pairs, found_pairs, both_pairs) AS m;
END $$;

-- The trigram oracle: all pairs whose columns, one behind the other, have a pg_trgm similarity of at least so much, in the table
-- score.pair, and the records, numbered, in score.record.  What is found are the pairs of similar signatures, which takes a third of the
-- time of pg_trgm's own join with a GIN index; what is recorded of them is pg_trgm's similarity().  Of ASCII texts the groups of three characters are
-- the same in both.  Signatures are without accents: a pair that differs in them is found if it is similar without.
CREATE FUNCTION score.find_trigram_pairs(records regclass, columns text, min_similarity float8) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS score.record;
	DROP TABLE IF EXISTS score.pair;
	EXECUTE format($q$
		CREATE TABLE score.record AS
		SELECT row_number() OVER (ORDER BY grams, value)::int AS i, grams, value, cluster, signature, salesops.match_query(signature, %s) AS query
		FROM (SELECT cardinality(public.show_trgm(value)) AS grams, value, cluster, salesops.text_signature(value) AS signature FROM (SELECT lower(concat_ws(' ', %s)) AS value, cluster FROM %s) AS s) AS t$q$,
		min_similarity, columns, records);
	ALTER TABLE score.record SET (parallel_workers = 2);
	ANALYZE score.record;
	-- texts of too different lengths cannot be so similar; those with fewer groups come first
	CREATE TABLE score.pair AS
	SELECT a.i AS a, b.i AS b, public.similarity(a.value, b.value) AS similarity, a.cluster = b.cluster AS is_true
	FROM score.record AS a JOIN score.record AS b ON b.i < a.i AND b.grams >= min_similarity * a.grams AND b.signature OPERATOR(salesops.%) a.query;
END $$;

-- The best that a threshold does, chosen with the labels: of the pairs themselves, as the published figures are, and of the clusters
-- that they connect, by thresholds in steps of a hundredth.
CREATE FUNCTION score.best_of_pairs(OUT threshold float8, OUT f1 float8) LANGUAGE plpgsql AS $$
BEGIN
	WITH step AS (
		SELECT similarity, count(*) AS found_pairs, count(*) FILTER (WHERE is_true) AS both_pairs FROM score.pair GROUP BY similarity
	), falling AS (
		SELECT similarity, sum(found_pairs) OVER w AS found_pairs, sum(both_pairs) OVER w AS both_pairs FROM step WINDOW w AS (ORDER BY similarity DESC)
	), truth AS (
		SELECT sum(n * (n - 1) / 2) AS true_pairs FROM (SELECT count(*)::numeric AS n FROM score.record GROUP BY cluster) AS s
	)
	SELECT similarity, m.f1 INTO threshold, f1
	FROM falling, truth, score.measures(true_pairs, found_pairs, both_pairs) AS m
	ORDER BY m.f1 DESC, similarity DESC LIMIT 1;
END $$;

CREATE FUNCTION score.best_of_clusters(OUT threshold float8, OUT f1 float8) LANGUAGE plpgsql AS $$
DECLARE
	parent int[] := ARRAY(SELECT i FROM score.record ORDER BY i);
	a int;
	b int;
	step int := 100;
	now_f1 float8;
	edge record;
BEGIN
	f1 := 0;
	FOR edge IN SELECT p.a, p.b, floor(similarity * 100)::int AS hundredth FROM score.pair AS p UNION ALL SELECT 1, 1, -1 ORDER BY 3 DESC LOOP
		IF edge.hundredth < step THEN
			-- all pairs of this threshold are connected: a root is its own parent
			FOR i IN 1 .. cardinality(parent) LOOP
				a := i;
				WHILE parent[a] <> a LOOP a := parent[a]; END LOOP;
				IF parent[i] <> a THEN parent[i] := a; END IF;
			END LOOP;
			WITH cell AS (
				SELECT r.cluster AS truth, root, count(*)::numeric AS n FROM score.record AS r JOIN unnest(parent) WITH ORDINALITY AS u(root, i) USING (i) GROUP BY 1, 2
			)
			SELECT m.f1 INTO now_f1 FROM score.measures((SELECT sum(n * (n - 1) / 2) FROM (SELECT sum(n) AS n FROM cell GROUP BY truth) AS s),
				(SELECT sum(n * (n - 1) / 2) FROM (SELECT sum(n) AS n FROM cell GROUP BY root) AS s), (SELECT sum(n * (n - 1) / 2) FROM cell)) AS m;
			IF now_f1 > f1 THEN f1 := now_f1; threshold := step / 100.0; END IF;
			step := edge.hundredth;
		END IF;
		a := edge.a;
		b := edge.b;
		WHILE parent[a] <> a LOOP a := parent[a]; END LOOP;
		WHILE parent[b] <> b LOOP b := parent[b]; END LOOP;
		IF a < b THEN parent[b] := a; ELSIF b < a THEN parent[a] := b; END IF;
	END LOOP;
END $$;
