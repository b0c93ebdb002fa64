-- Loads published sets of records that are there twice, with the answers, into the schema d, which it drops first.
--
--   psql -v data=FOLDER -f bench/duplicates_load.sql
--
-- FOLDER has fake_1000, early_childhood, febrl3, dqbench and historical_50k, as SALESOPS_DATA/matching has; unless it is given, it is
-- that one, or ../shared/data/matching beside the current folder.  The data is not the project's: bench/README.md says whose it is.
--
--   table    key          columns to be matched                                                      rows
--   fake     unique_id    first_name, surname, dob, city, email                                       1,000
--   early    Id           Site name, Address, Zip, Phone                                              3,337
--   febrl3   rec_id       all but soc_sec_id                                                          5,000
--   dq1-dq3  row_id       first_name, last_name, email, phone, address, city, state, zip, company     1,000, 5,000, 10,000
--   h50k     unique_id    first_name, surname, dob, birth_place, postcode_fake, occupation           50,578
--
-- All columns are text and are named as in the files; what is between two commas is NULL when nothing is, and is otherwise left as it
-- is typed, but for the blank that febrl3 has after each comma.  The column cluster is the truth: records that have it in common are one.
--
--   SELECT rec_id, given_name, surname FROM d.febrl3 WHERE cluster = '552' ORDER BY rec_id
--   ==> rec-1496-dup-0 | mitchell | green; rec-1496-org | mitchell | green
\set ON_ERROR_STOP 1
\set QUIET 1
\if :{?data} \else \set data `echo "${SALESOPS_DATA:-../shared/data}/matching"` \endif
\setenv DUPLICATES_DATA :data

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS d CASCADE;
CREATE SCHEMA d;
RESET client_min_messages;

CREATE TABLE d.fake (unique_id text, first_name text, surname text, dob text, city text, email text, cluster text);
\copy d.fake FROM PROGRAM 'cat "$DUPLICATES_DATA/fake_1000/records.csv"' (FORMAT csv, HEADER)

CREATE TABLE d.early (
	cluster text, "Id" text, "Source" text, "Site name" text, "Address" text, "Zip" text, "Phone" text, "Fax" text, "Program Name" text,
	"Length of Day" text, "IDHS Provider ID" text, "Agency" text, "Neighborhood" text, "Funded Enrollment" text, "Program Option" text,
	"Number per Site EHS" text, "Number per Site HS" text, "Director" text, "Head Start Fund" text, "Eearly Head Start Fund" text, "CC fund" text,
	"Progmod" text, "Website" text, "Executive Director" text, "Center Director" text, "ECE Available Programs" text, "NAEYC Valid Until" text,
	"NAEYC Program Id" text, "Email Address" text, "Ounce of Prevention Description" text, "Purple binder service type" text, "Column" text, "Column2" text
);
\copy d.early FROM PROGRAM 'cat "$DUPLICATES_DATA/early_childhood/records.csv"' (FORMAT csv, HEADER)

CREATE TABLE d.febrl3 (
	rec_id text, given_name text, surname text, street_number text, address_1 text, address_2 text, suburb text, postcode text, state text,
	date_of_birth text, soc_sec_id text
);
\copy d.febrl3 FROM PROGRAM 'sed "s/, */,/g" "$DUPLICATES_DATA/febrl3/records.csv"' (FORMAT csv, HEADER)
ALTER TABLE d.febrl3 ADD cluster text;
UPDATE d.febrl3 SET cluster = substring(rec_id FROM '[0-9]+');

-- dqbench tells pairs; a cluster is what they connect, named after its least record
SELECT format('CREATE TABLE d.dq%s (row_id text, first_name text, last_name text, email text, phone text, address text, city text, state text, zip text, company text)', tier),
	format('CREATE TEMPORARY TABLE dq%s_pair (id_l text, id_r text)', tier)
FROM generate_series(1, 3) AS tier \gexec
\copy d.dq1 FROM PROGRAM 'cat "$DUPLICATES_DATA/dqbench/tier1.csv"' (FORMAT csv, HEADER)
\copy d.dq2 FROM PROGRAM 'cat "$DUPLICATES_DATA/dqbench/tier2.csv"' (FORMAT csv, HEADER)
\copy d.dq3 FROM PROGRAM 'cat "$DUPLICATES_DATA/dqbench/tier3.csv"' (FORMAT csv, HEADER)
\copy dq1_pair FROM PROGRAM 'cat "$DUPLICATES_DATA/dqbench/tier1_pairs.csv"' (FORMAT csv, HEADER)
\copy dq2_pair FROM PROGRAM 'cat "$DUPLICATES_DATA/dqbench/tier2_pairs.csv"' (FORMAT csv, HEADER)
\copy dq3_pair FROM PROGRAM 'cat "$DUPLICATES_DATA/dqbench/tier3_pairs.csv"' (FORMAT csv, HEADER)
SELECT format($$
	ALTER TABLE d.dq%1$s ADD cluster text;
	WITH RECURSIVE edge AS (
		SELECT id_l::int AS a, id_r::int AS b FROM dq%1$s_pair UNION SELECT id_r::int, id_l::int FROM dq%1$s_pair
	), reached (a, b) AS (
		SELECT a, b FROM edge UNION SELECT reached.a, edge.b FROM reached JOIN edge ON edge.a = reached.b
	)
	UPDATE d.dq%1$s SET cluster = least(row_id::int, (SELECT min(b) FROM reached WHERE a = row_id::int))$$, tier)
FROM generate_series(1, 3) AS tier \gexec

CREATE TABLE d.h50k (
	unique_id text, cluster text, full_name text, first_and_surname text, first_name text, surname text, dob text, birth_place text,
	postcode_fake text, gender text, occupation text
);
\copy d.h50k FROM PROGRAM 'cat "$DUPLICATES_DATA/historical_50k/records.csv"' (FORMAT csv, HEADER)

ALTER TABLE d.fake ADD PRIMARY KEY (unique_id);
ALTER TABLE d.early ADD PRIMARY KEY ("Id");
ALTER TABLE d.febrl3 ADD PRIMARY KEY (rec_id);
ALTER TABLE d.dq1 ADD PRIMARY KEY (row_id);
ALTER TABLE d.dq2 ADD PRIMARY KEY (row_id);
ALTER TABLE d.dq3 ADD PRIMARY KEY (row_id);
ALTER TABLE d.h50k ADD PRIMARY KEY (unique_id);
VACUUM (ANALYZE) d.fake, d.early, d.febrl3, d.dq1, d.dq2, d.dq3, d.h50k;
