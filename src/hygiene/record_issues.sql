-- hygiene: what is wrong with accounts, contacts and leads.

CREATE FUNCTION account_issues(policy hygiene_policy, name text, website text, phone text, street text, city text, postal_code text, country text, owner text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_account_issues' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION account_issues(hygiene_policy, text, text, text, text, text, text, text, text) IS $$All that is wrong with an account: the reason codes in order, with commas between them; NULL where nothing is.
missing_ and the field's name where it is blank and the policy's "require" has it; the field's name and what website_issue, phone_issue or postal_code_issue say of it; name_filler (keyboard_mash); unknown_country.
policy: NULL is an error; codes that it ignores are left out. country: by any name; of a country that is not known, telephone numbers are judged only with +, and postal codes not at all.
Example: salesops.account_issues('{"require": ["name", "city"]}', 'Acme', 'http://www.acme', '(115) 555-1234', NULL, 'n/a', '2134', 'USA', 'U7') ==> missing_city,phone_invalid_area,postal_code_lost_zero,website_no_tld$$;
CREATE FUNCTION contact_issues(policy hygiene_policy, first_name text, last_name text, email text, phone text, country text, owner text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_contact_issues' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION contact_issues(hygiene_policy, text, text, text, text, text, text) IS $$All that is wrong with a contact: the reason codes in order, with commas between them; NULL where nothing is.
missing_ and the field's name where it is blank and the policy's "require" has it; the field's name and what person_name_issue (but initial_only), email_issue or phone_issue say of it; role_address and disposable_address of an address that is right; unknown_country.
policy: NULL is an error; codes that it ignores are left out. country: by any name; where it is not known, telephone numbers are judged only with +.
Example: salesops.contact_issues('{"require": ["last_name", "email"]}', 'asdf', NULL, 'info@acme.com', '+49 30 1234567', NULL, 'U7') ==> first_name_filler,missing_last_name,role_address$$;
CREATE FUNCTION lead_issues(policy hygiene_policy, first_name text, last_name text, company text, email text, phone text, country text, owner text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_lead_issues' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION lead_issues(hygiene_policy, text, text, text, text, text, text, text) IS $$All that is wrong with a lead: as contact_issues, with the company's name; company_filler where that is a keyboard_mash.
policy: NULL is an error; codes that it ignores are left out. country: by any name; where it is not known, telephone numbers are judged only with +.
Example: salesops.lead_issues('{}', 'Ann', 'Smith', 'qwertz', 'ann@gmial.com', NULL, NULL, 'U7') ==> company_filler,email_domain_typo$$;
