-- The keys of addresses and numbers per call, beside what one would write without them.  Nothing here is equal: what is
-- written by hand knows no providers, suffixes or numbering plans.  Net of a trivial call (the floor).

-- section: address of e-mail
-- rows: contacts
-- floor: a trivial call: octet_length
SELECT sum(octet_length(email)::float8) FROM contacts;
-- needs: salesops.email_key(text)
-- call: email_key
SELECT sum(octet_length(salesops.email_key(email))::float8) FROM contacts;
-- call: lower(substring())
SELECT sum(octet_length(lower(substring(email FROM '[^<> ]+@[^<> ]+')))::float8) FROM contacts;
-- needs: salesops.email_similarity(text, text)
-- call: email_similarity
SELECT sum(salesops.email_similarity(email, 'ann.smith@example.com')) FROM contacts;

-- section: domain of a website
-- rows: contacts
-- floor: a trivial call: octet_length
SELECT sum(octet_length(url)::float8) FROM contacts;
-- needs: salesops.website_domain(text)
-- call: website_domain
SELECT sum(octet_length(salesops.website_domain(url))::float8) FROM contacts;
-- call: lower(regexp_replace())
SELECT sum(octet_length(lower(regexp_replace(url, '^(https?://)?(www[.])?([^/:?]+).*$', '\3')))::float8) FROM contacts;

-- section: telephone number
-- rows: contacts
-- floor: a trivial call: octet_length
SELECT sum(octet_length(phone)::float8) FROM contacts;
-- needs: salesops.phone_key(text, text)
-- call: phone_key
SELECT sum(octet_length(salesops.phone_key(phone, 'US'))::float8) FROM contacts;
-- call: regexp_replace()
SELECT sum(octet_length(regexp_replace(regexp_replace(phone, 'ext.*$', ''), '[^0-9]', '', 'g'))::float8) FROM contacts;
-- needs: salesops.phone_similarity(text, text, text)
-- call: phone_similarity
SELECT sum(salesops.phone_similarity(phone, '415-555-1234', 'US')) FROM contacts;
