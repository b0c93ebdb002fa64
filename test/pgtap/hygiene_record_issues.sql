-- account_issues, contact_issues and lead_issues against the functions of their fields, over records of values right and wrong; what policies leave out.
\ir setup.psql

CREATE TEMP TABLE record AS SELECT i, pg_temp.pick('{Acme,asdf,"",n/a,Müller GmbH,NULL,sdfsdf}', h, 0) AS company, pg_temp.pick('{acme.com,http://www.acme,https://globex.de/x,n/a,http://,gmail.com,co.uk,NULL,ftp://a.com,ann@x.com}', h, 1) AS website,
	pg_temp.pick('{+49 30 1234567,030 123456,(115) 555-1234,415-555-0123,12,NULL,-,+999 1,tel. 0,5555555555,call me}', h, 2) AS phone, pg_temp.pick('{Main St 1,-,NULL}', h, 3) AS street, pg_temp.pick('{Berlin,unknown,NULL}', h, 4) AS city,
	pg_temp.pick('{10115,1067,SW1A 1AA,00000,NULL,x,abc}', h, 5) AS postal_code, pg_temp.pick('{DE,USA,Deutschland,Atlantis,NULL,n/a,GB,"",NA}', h, 6) AS country, pg_temp.pick('{U1,NULL,-}', h, 7) AS owner,
	pg_temp.pick('{Ann,J.,asdf,John Doe,NULL,ann@x.com,n/a,Ann2,Acme Inc}', h, 8) AS first_name, pg_temp.pick('{Smith,O''Brien,S,Reception,NULL,"",xxx,Smith?}', h, 9) AS last_name,
	pg_temp.pick('{ann@acme.com,info@acme.com,ann@gmial.com,x@mailinator.com,ann@acme,NULL,n/a,ann..b@x.com,sales@mailinator.com,Ann <a@x.com>,test@test.com}', h, 10) AS email
	FROM (SELECT i, decode(md5(i::text) || md5('r' || i), 'hex') AS h FROM generate_series(1, 3000) i) s;
CREATE TEMP TABLE policy AS SELECT p FROM unnest(array['{}', '{"require": ["name", "company", "email", "last_name", "phone", "website", "country", "postal_code", "owner", "street"]}', '{"require": ["city", "first_name"], "ignore": ["role_address", "phone_too_short", "unknown_country", "missing_city", "website_no_tld", "missing_owner"]}']) p;
-- what is missing by the policy, and what the field's own function says
CREATE FUNCTION pg_temp.field(policy jsonb, name text, value text, issue text) RETURNS text IMMUTABLE LANGUAGE sql
	RETURN CASE WHEN is_blank(value) OR issue = 'blank' THEN CASE WHEN coalesce(policy -> 'require' ? name, name = 'owner') THEN 'missing_' || name END ELSE name || '_' || issue END;
CREATE FUNCTION pg_temp.together(policy jsonb, VARIADIC codes text[]) RETURNS text IMMUTABLE LANGUAGE sql
	RETURN (SELECT string_agg(DISTINCT c COLLATE "C", ',' ORDER BY c COLLATE "C") FROM unnest(codes) c WHERE NOT coalesce(policy -> 'ignore' ? c, false));
CREATE FUNCTION pg_temp.person(name text) RETURNS text IMMUTABLE LANGUAGE sql RETURN nullif(person_name_issue(name), 'initial_only');
CREATE FUNCTION pg_temp.phone(phone text, country text) RETURNS text IMMUTABLE LANGUAGE sql RETURN CASE WHEN country IS NOT NULL THEN phone_issue(phone, country) ELSE nullif(phone_issue(phone, ''), 'no_region') END;
CREATE FUNCTION pg_temp.mash(name text) RETURNS text IMMUTABLE LANGUAGE sql RETURN CASE WHEN keyboard_mash(name) THEN 'filler' END;
CREATE TEMP TABLE judged AS SELECT p, r.*, account_issues(p::hygiene_policy, company, website, phone, street, city, postal_code, country, owner) AS account, contact_issues(p::hygiene_policy, first_name, last_name, email, phone, country, owner) AS contact,
		lead_issues(p::hygiene_policy, first_name, last_name, company, email, phone, country, owner) AS lead,
		pg_temp.field(j, 'phone', phone, pg_temp.phone(phone, c)) AS of_phone, pg_temp.field(j, 'owner', owner, NULL) AS of_owner, CASE WHEN c IS NOT NULL THEN NULL WHEN is_blank(country) THEN pg_temp.field(j, 'country', country, NULL) ELSE 'unknown_country' END AS of_country,
		pg_temp.field(j, 'first_name', first_name, pg_temp.person(first_name)) AS of_first, pg_temp.field(j, 'last_name', last_name, pg_temp.person(last_name)) AS of_last, pg_temp.field(j, 'email', email, email_issue(email)) AS of_email,
		CASE WHEN email_issue(email) IS NULL AND is_role_address(email) THEN 'role_address' END AS of_role, CASE WHEN email_issue(email) IS NULL AND is_disposable_address(email) THEN 'disposable_address' END AS of_disposable, c, j
	FROM policy, record r, LATERAL (SELECT country_code(country) AS c, p::jsonb AS j) d;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE account IS DISTINCT FROM pg_temp.together(j, pg_temp.field(j, 'name', company, pg_temp.mash(company)), pg_temp.field(j, 'website', website, website_issue(website)), of_phone, pg_temp.field(j, 'street', street, NULL), pg_temp.field(j, 'city', city, NULL),
	pg_temp.field(j, 'postal_code', postal_code, CASE WHEN c IS NOT NULL THEN postal_code_issue(postal_code, c) END), of_country, of_owner)) FROM judged$$, 'accounts');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE contact IS DISTINCT FROM pg_temp.together(j, of_first, of_last, of_email, of_role, of_disposable, of_phone, of_country, of_owner)) FROM judged$$, 'contacts');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE lead IS DISTINCT FROM pg_temp.together(j, of_first, of_last, pg_temp.field(j, 'company', company, pg_temp.mash(company)), of_email, of_role, of_disposable, of_phone, of_country, of_owner)) FROM judged$$, 'leads');
SELECT cmp_ok(count(DISTINCT code), '>', 35::bigint, 'of many codes') FROM judged, LATERAL string_to_table(merge_issues(account, lead), ',') code;
SELECT cmp_ok(count(*) FILTER (WHERE contact IS NULL), '>', 10::bigint, 'and some records are right') FROM judged;
-- what policies may say of these codes
SELECT is(issue_severity(format('{"severity": {"%s": "low"}}', code)::hygiene_policy, code), 'low', 'a policy knows ' || code) FROM (SELECT DISTINCT code FROM judged, LATERAL string_to_table(merge_issues(account, lead, contact), ',') code) c;
SELECT is(issue_severity('{"severity": {"email_domain_typo": "high"}}', 'email_domain_typo,role_address'), 'high', 'their severity');
SELECT is(issue_owner('{"owner": {"email_domain_typo": "operations"}, "severity": {"email_domain_typo": "high"}}', 'email_domain_typo,role_address'), 'operations', 'their owner');
SELECT is(p::hygiene_policy::text::hygiene_policy, p::hygiene_policy, p) FROM unnest(array['{"ignore": ["role_address", "stale", "email_no_tld"]}', '{"ignore": ["unknown_country"], "severity": {"unknown_country": "low"}}']) p;
SELECT is(pg_temp.outcome_of(format('SELECT %L::hygiene_policy', p)), '22P02', p) FROM unnest(array['{"ignore": ["fax_no_tld"]}', '{"ignore": ["email_no_tdl"]}', format('{"ignore": ["email_%s"]}', repeat('a', 1000)), '{"ignore": ["email_"]}', '{"ignore": ["email_No"]}', '{"ignore": ["email"]}', '{"severity": {"role": "low"}}']) p;
SELECT is(pg_temp.outcome_of(query), '22004', query) FROM unnest(array['SELECT account_issues(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)', 'SELECT contact_issues(NULL, NULL, NULL, NULL, NULL, NULL, NULL)', 'SELECT lead_issues(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)']) query;
SELECT is((account_issues('{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), contact_issues('{"require": []}', NULL, NULL, NULL, NULL, NULL, NULL)), ('missing_owner'::text, NULL::text), 'records of nothing');
SELECT is(contact_issues('{}', repeat('a', 1000000), repeat('- ', 1000000), repeat('@', 1000000), repeat('1', 1000000), repeat('x', 1000000), repeat('n/a ', 100000)), 'first_name_too_long,phone_too_long,unknown_country', 'of long texts');

SELECT * FROM finish();
ROLLBACK;
