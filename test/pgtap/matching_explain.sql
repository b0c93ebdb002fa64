-- explain_match of a table, and small tables: why two records are one, and that few records are enough to say so.
\ir setup.psql

-- Seven pairs of these are one: A1 to A3, N1 to N3, S1 and S2.
CREATE TEMP TABLE account (account_id text PRIMARY KEY, name text, website text, phone text, street text, city text, postal_code text, country text);
INSERT INTO account VALUES
	('A1', 'Acme Corporation', 'www.acme.com', '(415) 555-0123', '100 Market Street', 'San Francisco', '94105', 'US'), ('A2', 'ACME Corp.', 'acme.com', '415-555-0123', '100 Market St.', 'San Francisco', '94105', 'USA'),
	('A3', 'Acme', NULL, '+1 415 555 0123 ext. 4', NULL, 'San Fransisco', NULL, 'US'), ('A4', 'Acme Bakery', 'acmebakery.example', '(510) 555-0177', '12 Ninth Street', 'Berkeley', '94710', 'US'),
	('N1', 'Nordic Solar AB', 'nordicsolar.se', '08-123 45 67', 'Sveavägen 44', 'Stockholm', '111 34', 'Sweden'), ('N2', 'Nordic Solar', 'https://www.nordicsolar.se/en', NULL, 'Sveavagen 44', 'STOCKHOLM', '11134', 'SE'),
	('N3', 'Nordic Sloar AB', NULL, '+46 8 123 45 67', NULL, 'Stockholm', NULL, 'Sweden'), ('N4', 'Nordic Wind AB', 'nordicwind.se', '08-765 43 21', 'Sveavägen 9', 'Stockholm', '111 57', 'Sweden'),
	('S1', 'Müller & Söhne GmbH', 'mueller-soehne.de', '030 901820', 'Torstraße 1', 'Berlin', '10119', 'Germany'), ('S2', 'Mueller und Soehne', 'www.mueller-soehne.de', '+49 30 901820', 'Torstr. 1', 'Berlin', '10119', 'DE'),
	('Z1', 'Zenith Parts', NULL, NULL, NULL, NULL, NULL, NULL), ('Z2', 'Zenith Insurance Group', 'zenith.example', '(312) 555-0190', '1 Wacker Drive', 'Chicago', '60601', 'US');
CREATE TEMP TABLE fitted AS SELECT fit_match_model('account', 'account') AS model;

-- ---- a dozen records ----
SELECT results_eq($$SELECT string_agg(record, ' ' ORDER BY record) FROM duplicate_clusters('account', 'account') GROUP BY cluster ORDER BY cluster$$, ARRAY['A1 A2 A3', 'N1 N2 N3', 'S1 S2'], 'of a dozen records the duplicates are found');
SELECT is_empty($$SELECT * FROM duplicate_pairs('account', 'account') WHERE left(record_a, 1) <> left(record_b, 1) OR record_b IN ('A4', 'N4', 'Z2')$$, 'and no others');
SELECT cmp_ok(match_model_prior(model), '>', 0.05::float8, 'seventeen pairs do not say that one in a million is one') FROM fitted;
CREATE TEMP TABLE small (id int PRIMARY KEY, name text, phone text, city text);
INSERT INTO small VALUES (1, 'Nordic Solar AB', '+46 8 123 45 67', 'Stockholm'), (2, 'NORDIC SOLAR', '08-123 45 67', 'Stockholm'), (3, 'Nordic Sloar', NULL, 'STOCKHOLM'), (4, 'Nordic Wind AB', '08-765 43 21', 'Stockholm'),
	(5, 'Müller & Söhne GmbH', '030 901820', 'Berlin'), (6, 'Mueller und Soehne', '030 901820', 'Berlin'), (7, 'Acme', NULL, NULL), (8, 'Zenith Parts', '312-555-0177', 'Chicago');
SELECT results_eq($$SELECT string_agg(record, ' ' ORDER BY record) FROM duplicate_clusters('small', '[{"name": "company"}, {"phone": "phone"}, {"city": "city"}]') GROUP BY cluster ORDER BY cluster$$, ARRAY['1 2 3', '5 6'], 'nor are eight with three columns too few');
SELECT is_empty($$SELECT * FROM duplicate_pairs('small', '[{"name": "company"}, {"phone": "phone"}, {"city": "city"}]') WHERE '4' IN (record_a, record_b)$$, 'another company of the same town is another company');
-- tables without duplicates, of two records to forty: ten companies' names, each with another word, street and number
CREATE TEMP TABLE alone AS SELECT i AS id, (ARRAY['Nordic', 'Acme', 'Zenith', 'Harbor', 'Summit', 'Meridian', 'Orchard', 'Blue', 'Liberty', 'Amber'])[1 + i % 10] || ' ' || (ARRAY['Tools', 'Foods', 'Parts', 'Wind'])[1 + i / 10] AS name,
	'(415) 555-' || to_char(i * 7919 % 10000, 'FM0000') AS phone, (ARRAY['Berlin', 'Bonn', 'Paris'])[1 + i % 3] AS city FROM generate_series(0, 39) AS i;
CREATE FUNCTION pg_temp.pairs_of(n int) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	CREATE OR REPLACE TEMP VIEW some_alone AS SELECT * FROM alone;
	EXECUTE format('CREATE OR REPLACE TEMP VIEW some_alone AS SELECT * FROM alone WHERE id < %s', n);
	RETURN (SELECT count(*) FROM duplicate_pairs('some_alone', '[{"name": "company"}, {"phone": {"as": "phone", "region": "US"}}, {"city": "city"}]'));
END $$;
SELECT is(pg_temp.pairs_of(n), 0::bigint, n || ' companies are as many') FROM unnest(ARRAY[0, 1, 2, 5, 10, 20, 30, 40]) AS n;

-- ---- why ----
SELECT is_empty($$SELECT e FROM fitted, account a, account b, LATERAL (
		(SELECT * FROM explain_match('account', model, a.account_id, b.account_id) EXCEPT ALL SELECT * FROM explain_match(model, ARRAY[a.name, a.website, a.phone, a.street, a.city, a.postal_code, a.country], ARRAY[b.name, b.website, b.phone, b.street, b.city, b.postal_code, b.country]))
	) AS e$$, 'records that are read by their keys are explained as their values are');
SELECT is_empty($$SELECT p FROM fitted, duplicate_pairs('account', model) AS p WHERE abs(p.weight - (SELECT sum(e.weight + coalesce(e.frequency_weight, 0)) FROM explain_match('account', model, record_a, record_b) AS e)) > 1e-9$$, 'and the parts of a pair add up to its weight');
SELECT is((SELECT count(*) FROM explain_match('account', model, 'A1', NULL)), 0::bigint, 'a NULL has no rows') FROM fitted;
SELECT throws_ok($$SELECT explain_match('account', model, 'A1', 'X') FROM fitted$$, 'P0002', NULL, 'a key that is not there is an error');
SELECT throws_ok($$SELECT explain_match('small', model, '1', '2') FROM fitted$$, '42703', NULL, 'and so is a table without the columns');
-- names that want quotes
CREATE TEMP TABLE "Ein ""Konto""" ("Die Nr" int, "Na'me" text);
INSERT INTO "Ein ""Konto""" VALUES (1, 'Acme Ltd'), (2, 'ACME');
SELECT is((SELECT string_agg(value_b, ',') FROM explain_match('"Ein ""Konto"""', fit_match_model('"Ein ""Konto"""', '{"key": "Die Nr", "columns": [{"Na''me": "company"}]}'), '1', '2')), 'acme', 'names are quoted');

-- ---- a model gives what its rule gives ----
SELECT set_eq($$SELECT c.* FROM fitted, duplicate_clusters('account', model) AS c$$, $$SELECT * FROM duplicate_clusters('account', 'account')$$, 'clusters by a model that was fitted before are those of the rule');
SELECT set_eq($$SELECT c.* FROM fitted, duplicate_pairs('account', model) AS c$$, $$SELECT * FROM duplicate_pairs('account', 'account')$$, 'and pairs too');

SELECT * FROM finish();
ROLLBACK;
