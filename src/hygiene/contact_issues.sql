-- hygiene: what is wrong with addresses of e-mail, websites and telephone numbers, and whose mailbox an address is.

CREATE FUNCTION email_issue(address text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_email_issue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION email_issue(text) IS $$What is wrong with an address of e-mail as it stands in a field, as a code; NULL where nothing is.
The first that holds of: blank, filler (noemail), no_at, not_bare (Ann <ann@x.com>, mailto:), several, comment, no_local, no_domain, white_space, invalid_character, leading_dot, trailing_dot, consecutive_dots, invalid_domain, label_too_long, local_too_long, domain_too_long, too_long, quoted_local, address_literal, filler (asdf@asdf.com), no_tld, numeric_tld, short_tld, reserved_domain, domain_typo, not_trimmed.
Addresses of other scripts are right. What has no issue has an email_key. Whether the mailbox exists is not asked.
NULL if the text is NULL.
Source: RFC 5321, 5322, 6531, 2606, 6761; typing errors and filler in src/hygiene/domain_typos.tsv and contact_words.tsv.
Example: salesops.email_issue('ann..smith@gmail.com') ==> consecutive_dots$$;

CREATE FUNCTION is_role_address(address text) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_is_role_address' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION is_role_address(text) IS $$Is it the address of a department or a role (info, sales, postmaster, no-reply), not of a person?
Reads addresses as email_key does; points, dashes, underscores, a tag, a number or a country beside the name do not matter: us-sales, info2.
NULL if the text is NULL or no address.
Source: RFC 2142, and the usual names in some twenty languages: src/matching/office_names.tsv.
Example: salesops.is_role_address('No-Reply@acme.com') ==> true$$;

CREATE FUNCTION is_disposable_address(address text) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_is_disposable_address' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION is_disposable_address(text) IS $$Is it a mailbox for minutes, or one that everybody can read, made to get past a form?
Takes an address or a domain, as is_free_mail does; domains under such a domain count. NULL if the text is NULL or neither.
Source: src/hygiene/disposable_domains.tsv, a list of some 780 domains; there are more, and new ones every day.
Example: salesops.is_disposable_address('x@m.mailinator.com') ==> true$$;

CREATE FUNCTION website_issue(url text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_website_issue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION website_issue(text) IS $$What is wrong with the website of a company as it stands in a field, as a code; NULL where nothing is.
The first that holds of: blank (also http:// alone), wrong_scheme, is_email, credentials, several, wrong_format, ip_address, no_tld, numeric_tld, invalid_domain, public_suffix (co.uk), filler, short_tld, reserved_domain, domain_typo, free_mail (gmail.com), social_profile (facebook.com/acme), not_bare, not_trimmed.
A scheme need not be there. What has no issue has a website_domain. NULL if the text is NULL.
Source: RFC 3986, 2606, 6761; src/hygiene/contact_words.tsv and domain_typos.tsv.
Example: salesops.website_issue('http://www.acme') ==> no_tld$$;

CREATE FUNCTION phone_issue(phone text, region text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_phone_issue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION phone_issue(text, text) IS $$What is wrong with a telephone number as it stands in a field, as a code; NULL where nothing is, which is where phone_key is not NULL.
One of: blank, no_digits, several, wrong_format, has_letters, no_region (neither + nor a region), unknown_calling_code, filler (one digit throughout, digits in order), too_short, too_long, wrong_length (in between, but no number of that country has so many), invalid_area and invalid_exchange (North America: begins with 0 or 1).
region: as in phone_key. NULL if an argument is NULL. Error for an unknown region, of a number without +.
Source: ITU-T E.164; lengths in src/matching/phone_regions.tsv.
Example: salesops.phone_issue('(115) 555-1234', 'US') ==> invalid_area$$;
