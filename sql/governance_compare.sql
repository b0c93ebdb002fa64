-- governance_compare: why a report and finance do not agree.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS salesops;
RESET client_min_messages;
SET timezone = 'UTC';
\pset null '(null)'

BEGIN;
CREATE SCHEMA "Shop";
CREATE TABLE "Shop".report (deal int, amount numeric, region text);
INSERT INTO "Shop".report VALUES (1, 100.00, 'EMEA'), (2, 250.50, 'EMEA'), (2, 250.50, 'EMEA'), (3, 75.25, 'APAC'), (4, NULL, 'APAC'), (5, 40, 'AMER'), (6, 10, 'AMER'), (NULL, 5, 'AMER');
CREATE TABLE "Shop".invoice (no text, total double precision, region text);
INSERT INTO "Shop".invoice VALUES ('1', 100, 'EMEA'), ('2', 250.5, 'EMEA'), ('3', 80.25, 'APAC'), ('4', 60, 'APAC'), ('5', 40, 'EMEA'), ('7', 33.33, 'EMEA');
SELECT * FROM salesops.metric_compare('"Shop".report', '"Shop".invoice', '{deal}', 'amount', '{region}', '{no}', 'total');
SELECT * FROM salesops.metric_compare_summary('"Shop".report', '"Shop".invoice', '{deal}', 'amount', '{region}', '{no}', 'total');
SAVEPOINT s;
SELECT * FROM salesops.metric_compare('"Shop".report', '"Shop".invoice', '{deal}', 'amount');
ROLLBACK TO s;
SELECT * FROM salesops.metric_compare('"Shop".report', '"Shop".invoice', '{deal,amount}', 'region', key_in_b => '{no,total}');
ROLLBACK;
