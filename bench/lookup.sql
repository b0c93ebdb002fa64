-- Looking up one company name among many: how long it takes, by a GiST index of signatures and by pg_trgm's indexes, that are asked
-- for the same.
--
--   psql -v names=1000000 -v searches=100 -f bench/lookup.sql
--
-- On any database of a server with salesops and pg_trgm, in a schema of its own, that is dropped again.  The names are made up: first
-- words of syllables, some far more often than others, trades, regions and legal forms.  What is looked for are names from among
-- them, each with a mistake.  Keys are compared (company_key), and the groups of three characters are the same in both, so each
-- way must find the same rows, or nothing is printed of it; the nearest are those of the same distances.
-- Prints milliseconds: the half of the searches is faster than the median, 95 of 100 are faster than p95.
\set ON_ERROR_STOP 1
\set QUIET 1
\if :{?names} \else \set names 1000000 \endif
\if :{?searches} \else \set searches 100 \endif
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS bench_lookup CASCADE;
CREATE SCHEMA bench_lookup;
CREATE EXTENSION IF NOT EXISTS salesops;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
SET search_path = bench_lookup, salesops, public;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET maintenance_work_mem = '1GB';

CREATE TABLE company AS
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
	-- the first word: a number to which few are common and most are rare, written in syllables
	SELECT number.*, floor(200000 ^ u)::bigint AS w FROM number
)
SELECT i AS id, concat_ws(' ', initcap(syllable[1 + (w * 7919 % 83)::int] || syllable[1 + (w * 104729 % 81)::int] || CASE WHEN w % 3 > 0 THEN syllable[1 + (w / 81 % 83)::int] ELSE '' END), CASE WHEN a % 4 = 0 THEN initcap(syllable[1 + b % 83] || syllable[1 + c % 83]) END,
	CASE WHEN a % 7 > 0 THEN trade[1 + c % 30 * (c / 30 % 30) / 29] END, CASE WHEN b % 9 = 0 THEN region[1 + d % 10] END, CASE WHEN d % 5 > 0 THEN form[1 + b % 10 * (b / 10 % 10) / 9] END) AS name
FROM word, part;
ALTER TABLE company ADD sig match_signature, ADD key text;
UPDATE company SET sig = company_signature(name), key = company_key(name);
VACUUM (FULL, ANALYZE) company;
CREATE TABLE search AS
	SELECT row_number() OVER (ORDER BY md5('search' || id)) AS n, company_signature(wrong) AS sig, company_key(wrong) AS key
	FROM (SELECT id, CASE id % 4 WHEN 0 THEN overlay(name placing '' from 3 for 1) WHEN 1 THEN overlay(name placing 'x' from 4 for 0) WHEN 2 THEN left(name, 2) || substr(name, 4, 1) || substr(name, 3, 1) || substr(name, 5) ELSE name || ' Services' END AS wrong
		FROM company ORDER BY md5('search' || id) LIMIT :searches) s;

CREATE TABLE measured (way text, what text, built interval, size bigint, median float8, p95 float8, found text);
-- Makes an index, searches by it alone, and drops it.
CREATE PROCEDURE measure(way text, index text, what text, query text) LANGUAGE plpgsql AS $$
DECLARE
	begun timestamptz := clock_timestamp();
	built interval;
	size bigint;
	ms float8[];
	found text[];
	rows text;
	search record;
BEGIN
	EXECUTE format('CREATE INDEX looked_up ON company USING %s', index);
	built := clock_timestamp() - begun;
	size := pg_relation_size('looked_up');
	PERFORM set_config('enable_seqscan', 'off', false), set_config('pg_trgm.similarity_threshold', '0.6', false);
	FOR round IN 1..2 LOOP
		ms := '{}'; found := '{}';
		FOR search IN SELECT * FROM search ORDER BY n LOOP
			begun := clock_timestamp();
			EXECUTE query INTO rows USING search.sig, search.key;
			ms := ms || extract(epoch FROM clock_timestamp() - begun)::float8 * 1000;
			found := found || coalesce(rows, '');
		END LOOP;
	END LOOP;
	INSERT INTO measured SELECT $1, $3, built, size, percentile_cont(0.5) WITHIN GROUP (ORDER BY m), percentile_cont(0.95) WITHIN GROUP (ORDER BY m), md5(array_to_string(found, ';')) FROM unnest(ms) m;
	DROP INDEX looked_up;
END $$;

\set same 'similarity of .6 or more'
CALL measure('salesops GiST', 'gist (sig)', :'same', 'SELECT string_agg(id::text, '' '' ORDER BY id) FROM company WHERE sig % match_query($1, 0.6)');
CALL measure('pg_trgm GIN', 'gin (key gin_trgm_ops)', :'same', 'SELECT string_agg(id::text, '' '' ORDER BY id) FROM company WHERE key % $2');
CALL measure('pg_trgm GiST, siglen 256', 'gist (key gist_trgm_ops(siglen=256))', :'same', 'SELECT string_agg(id::text, '' '' ORDER BY id) FROM company WHERE key % $2');
\set same 'the ten nearest'
CALL measure('salesops GiST', 'gist (sig)', :'same', 'SELECT string_agg(d::numeric(6, 4)::text, '' '' ORDER BY d) FROM (SELECT sig <-> $1 AS d FROM company ORDER BY sig <-> $1 LIMIT 10) s');
CALL measure('pg_trgm GiST, siglen 256', 'gist (key gist_trgm_ops(siglen=256))', :'same', 'SELECT string_agg(d::numeric(6, 4)::text, '' '' ORDER BY d) FROM (SELECT key <-> $2 AS d FROM company ORDER BY key <-> $2 LIMIT 10) s');
\set same 'the ten nearest, if similar by .4'
CALL measure('salesops GiST', 'gist (sig)', :'same', 'SELECT string_agg(d::numeric(6, 4)::text, '' '' ORDER BY d) FROM (SELECT sig <-> $1 AS d FROM company WHERE sig % match_query($1, 0.4) ORDER BY sig <-> $1 LIMIT 10) s');

\pset footer off
\echo :searches searches among :names names
SELECT what, way, round(extract(epoch FROM built)::numeric, 1) AS "built, s", pg_size_pretty(size) AS size, round(median::numeric, 2) AS "median, ms", round(p95::numeric, 2) AS "p95, ms",
	round((p95 / first_value(p95) OVER (PARTITION BY what ORDER BY way DESC))::numeric, 1) AS "p95, times ours", CASE WHEN found = first_value(found) OVER (PARTITION BY what ORDER BY way DESC) THEN 'the same' ELSE 'DIFFERENT' END AS found
FROM measured ORDER BY what DESC, way DESC;
DROP SCHEMA bench_lookup CASCADE;
