-- All pairs of similar names of a table: similar_pairs, and the join with pg_trgm's operator % over its GIN index, which finds the same.
--
--   psql -v names=100000 -v threshold=0.6 -v every=100 -f bench/similar_pairs.sql
--
-- On any database of a server with salesops and pg_trgm, in a schema of its own, that is dropped again.  Without names there are 10,000,
-- and all is done in some ten seconds.  The names are made up, as in bench/lookup.sql; every fifth is another one with a mistake, a word
-- more, or another legal form.  Both ways write their pairs to a table, and these are compared.
-- With every=100 the other way, whose time is for each name alone, looks up only every hundredth name among all, its pairs are
-- compared with those of these names, and its time is a hundred times what it took.  With ours=1 it is left out.
\set ON_ERROR_STOP 1
\set QUIET 1
\if :{?names} \else \set names 10000 \endif
\if :{?threshold} \else \set threshold 0.6 \endif
\if :{?every} \else \set every 1 \endif
\if :{?ours} \else \set ours 0 \endif
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS bench_similar_pairs CASCADE;
CREATE SCHEMA bench_similar_pairs;
CREATE EXTENSION IF NOT EXISTS salesops;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
SET search_path = bench_similar_pairs, salesops, public;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET maintenance_work_mem = '1GB';

CREATE TABLE made AS
WITH part AS (
	SELECT array['ba','be','bo','ca','ce','co','da','de','di','do','fa','fe','fi','ga','go','ha','he','ja','jo','ka','ki','ko','la','le','li','lo','ma','me','mi','mo','na','ne','ni','no','pa','pe','po','qui','ra','re','ri','ro','sa','se','si','so','ta','te','ti',
		'to','tra','tri','tro','va','ve','vi','vo','wa','we','xa','ya','za','zo','ver','con','ter','net','dyn','bio','med','tech','ix','or','ex','on','us','um','an','en','al','ar','er','is','os'] AS syllable,
		array['Systems','Solutions','Consulting','Group','Services','Technologies','International','Partners','Industries','Logistics','Foods','Energy','Holdings','Media','Software','Medical','Construction','Trading','Capital','Engineering','Marketing',
		'Electric','Supply','Design','Bank','Insurance','Labs','Health','Motors','Pharma'] AS trade,
		array['of Texas','Northwest','Europe','USA','East','West','Global','& Sons','& Co','Bros'] AS region, array['Inc.','LLC','Ltd','GmbH','Corp.','S.A.','AG','Pty Ltd','B.V.','Co.'] AS form
), number AS (
	SELECT i, ('x' || substr(m, 1, 6))::bit(24)::int AS a, ('x' || substr(m, 7, 6))::bit(24)::int AS b, ('x' || substr(m, 13, 6))::bit(24)::int AS c, ('x' || substr(m, 19, 6))::bit(24)::int / 16777216.0::float8 AS u, ('x' || substr(m, 25, 6))::bit(24)::int AS d
	FROM (SELECT i, md5('company' || i) AS m FROM generate_series(1, :names) i) s
), word AS (
	-- the first word: a number, small ones far more often, written in syllables
	SELECT number.*, floor(3000000 * u ^ 3)::bigint AS w FROM number
)
SELECT i AS id, a, c, concat_ws(' ', initcap(syllable[1 + (w * 7919 % 83)::int] || syllable[1 + (w * 104729 % 81)::int] || CASE WHEN w % 3 > 0 THEN syllable[1 + (w / 81 % 83)::int] ELSE '' END), CASE WHEN a % 4 = 0 THEN initcap(syllable[1 + b % 83] || syllable[1 + c % 83]) END,
	CASE WHEN a % 7 > 0 THEN trade[1 + c % 30 * (c / 30 % 30) / 29] END, CASE WHEN b % 9 = 0 THEN region[1 + d % 10] END, CASE WHEN d % 5 > 0 THEN form[1 + b % 10 * (b / 10 % 10) / 9] END) AS name
FROM word, part;
CREATE TABLE company AS
	SELECT m.id, CASE WHEN m.id % 5 > 0 THEN m.name ELSE
		CASE m.a % 5 WHEN 0 THEN overlay(o.name placing '' from 3 for 1) WHEN 1 THEN overlay(o.name placing 'x' from 4 for 0) WHEN 2 THEN left(o.name, 2) || substr(o.name, 4, 1) || substr(o.name, 3, 1) || substr(o.name, 5) WHEN 3 THEN upper(o.name) ELSE o.name || ' Services' END END AS name
	FROM made m JOIN made o ON o.id = CASE WHEN m.id % 5 > 0 THEN m.id ELSE 1 + m.c % :names END;
DROP TABLE made;
VACUUM ANALYZE company;

CREATE TABLE measured (way text, seconds float8);
-- Writes what a query finds to a table.
CREATE PROCEDURE measure(way text, target text, query text) LANGUAGE plpgsql AS $$
DECLARE
	begun timestamptz := clock_timestamp();
BEGIN
	EXECUTE format('CREATE TABLE %I AS %s', target, query);
	INSERT INTO measured SELECT way, extract(epoch FROM clock_timestamp() - begun);
END $$;

SELECT format('SELECT p.id_a, p.id_b, p.similarity FROM (SELECT array_agg(id) AS ids, array_agg(name) AS names FROM company) c, similar_pairs(c.ids, c.names, %s) p', :'threshold') AS query \gset
CALL measure('similar_pairs', 'ours', :'query');
\if :ours
\else
	CREATE INDEX company_name ON company USING gin (name gin_trgm_ops);
	SET pg_trgm.similarity_threshold = :threshold;
	SET enable_seqscan = off;
	SET enable_material = off;
	SELECT format('SELECT a.id AS id_a, b.id AS id_b, similarity(a.name, b.name) AS similarity FROM company a JOIN company b ON a.name %% b.name AND a.id %s b.id WHERE a.id %% %s = 0', CASE WHEN :every = 1 THEN '<' ELSE '<>' END, :every) AS query \gset
	CALL measure('pg_trgm, GIN %', 'theirs', :'query');
	UPDATE measured SET seconds = seconds * :every WHERE way <> 'similar_pairs';
\endif

\echo
SELECT format('%s names, %s pairs, similarity of %s or more; seconds', (SELECT count(*) FROM company), (SELECT count(*) FROM ours), :'threshold') AS title \gset
\echo :title
\pset footer off
SELECT way, round(seconds::numeric, 2) AS seconds, round((seconds / (SELECT seconds FROM measured WHERE way = 'similar_pairs'))::numeric, 1) AS times FROM measured ORDER BY seconds;
\if :ours
\else
	CREATE TEMP TABLE expected AS SELECT least(id_a, id_b) AS a, greatest(id_a, id_b) AS b, similarity::real FROM ours WHERE id_a % :every = 0 OR id_b % :every = 0;
	CREATE TEMP TABLE found AS SELECT DISTINCT least(id_a, id_b) AS a, greatest(id_a, id_b) AS b, similarity FROM theirs;
	SELECT CASE WHEN NOT EXISTS (SELECT * FROM expected EXCEPT ALL SELECT * FROM found) AND (SELECT count(*) FROM expected) = (SELECT count(*) FROM found) THEN 'the pairs are the same' ELSE 'THE PAIRS DIFFER' END
		|| format(', %s compared', (SELECT count(*) FROM expected)) AS found \gset
	\echo :found
\endif
DROP SCHEMA bench_similar_pairs CASCADE;
