-- How long the check of duplicates takes at an insert, and finding the duplicates of one record, where a table has many accounts.
--
--   psql -v accounts=100000 -f bench/duplicates_data.sql
--   psql -v inserts=1000 -f bench/duplicate_check.sql
--
-- On any database of a server with salesops and the accounts that duplicates_data.sql has made (d.accounts), of which as many as are inserted
-- are taken out first, and come back one by one: each in a statement of its own, with the triggers that keep the index and with those
-- that look for duplicates as well; without any for comparison.  Those that are duplicates are refused.  Prints milliseconds: the half of the inserts is faster than the median, 95 of 100
-- are faster than p95; and the processor's time of each, which is what a busy machine does not change much.
\set ON_ERROR_STOP 1
\set QUIET 1
\if :{?inserts} \else \set inserts 1000 \endif
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
DROP SCHEMA IF EXISTS bench_check CASCADE;
CREATE SCHEMA bench_check;
SET search_path = bench_check, salesops, public;
SET jit = off;

CREATE TABLE account (account_id text PRIMARY KEY, name text, street text, city text, postal_code text, phone text, website text);
INSERT INTO account SELECT account_id, name, street, city, postal_code, phone, website FROM d.accounts;
CREATE TABLE model AS SELECT fit_match_model('account', '{"key": "account_id", "columns": [{"name": "company"}, {"street": "address"}, {"city": "city"}, {"postal_code": "postal_code"}, {"phone": "phone"}, {"website": "website"}]}') AS model;
CREATE TABLE arriving AS SELECT * FROM account ORDER BY md5(account_id || 'arriving') LIMIT :inserts;
DELETE FROM account WHERE account_id IN (SELECT account_id FROM arriving);
ANALYZE account;

CREATE TABLE result (what text, ms float8, refused boolean);
CREATE TABLE used (what text, ms float8);
CREATE FUNCTION cpu() RETURNS float8 LANGUAGE sql AS $$
	SELECT 10 * (f[14]::float8 + f[15]::float8) FROM (SELECT string_to_array(pg_read_file('/proc/' || pg_backend_pid() || '/stat'), ' ') AS f) AS s $$;
CREATE PROCEDURE measure(what text) LANGUAGE plpgsql AS $$
DECLARE
	row arriving;
	began timestamptz;
	was_refused boolean;
	used_before float8;
BEGIN
	-- plans are made by the first
	FOR warm IN 0 .. 1 LOOP
		used_before := cpu();
		FOR row IN SELECT * FROM arriving ORDER BY account_id LIMIT CASE warm WHEN 0 THEN 20 END LOOP
			began := clock_timestamp();
			was_refused := false;
			BEGIN
				INSERT INTO account VALUES (row.*);
			EXCEPTION WHEN unique_violation THEN
				was_refused := true;
			END;
			IF warm = 1 THEN
				INSERT INTO result VALUES (what, 1000 * extract(epoch FROM clock_timestamp() - began), was_refused);
			END IF;
			COMMIT;
		END LOOP;
		IF warm = 1 THEN
			INSERT INTO used VALUES (what, cpu() - used_before);
		END IF;
		DELETE FROM account WHERE account_id IN (SELECT account_id FROM arriving);
		COMMIT;
	END LOOP;
END $$;

CALL measure('without an index');
SELECT clock_timestamp() AS began \gset
DO $$ DECLARE m match_model := (SELECT model FROM model); BEGIN CALL create_duplicate_index('account', m); END $$;
SELECT round(extract(epoch FROM clock_timestamp() - :'began')::numeric, 1) AS seconds, pg_size_pretty(pg_total_relation_size('account_duplicates')) AS size \gset
VACUUM ANALYZE account_duplicates;
CALL measure('with an index');
CALL create_duplicate_check('account');
CALL measure('and a check');

\pset footer off
\echo the index is made in :seconds s, and has :size
SELECT what AS "an insert", count(*) AS inserts, count(*) FILTER (WHERE refused) AS refused,
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY result.ms)::numeric, 2) AS median, round(percentile_cont(0.95) WITHIN GROUP (ORDER BY result.ms)::numeric, 2) AS p95,
	round(max(result.ms)::numeric, 1) AS most, round((max(used.ms) / count(*))::numeric, 2) AS processor
FROM result JOIN used USING (what) GROUP BY what ORDER BY median;
DROP SCHEMA bench_check CASCADE;
