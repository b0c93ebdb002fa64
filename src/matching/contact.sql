-- Normal forms and similarities of addresses of e-mail, the web, the telephone and the post.

CREATE FUNCTION email_key(address text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_email_key' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION email_key(text) IS $$Normal form of an address of e-mail, to group, join and index by: that of the mailbox, so far as what its provider ignores is known.
Understands Ann <ann@x.com> and mailto:. Folded (case, accents); without plus-tags, and of Gmail without dots, where the provider ignores them. The key of a key is the same key.
NULL if the text is NULL or no address (or several, or longer than 1,024 bytes). Domains of other scripts are in folded Unicode.
Source: RFC 5322 and 6531; what providers ignore after their help pages, see docs/reference/matching.md.
Example: salesops.email_key('Ann <Ann.Smith+News@GoogleMail.com>') ==> annsmith@gmail.com$$;

CREATE FUNCTION email_domain(address text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_email_domain' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION email_domain(text) IS $$Domain of an address of e-mail: what follows the @, folded, without a point at the end.
Understands Ann <ann@x.com> and mailto:, as email_key does; googlemail.com stays what it is. Domains of other scripts are in folded Unicode.
NULL if the text is NULL or no address (or longer than 1,024 bytes).
Source: RFC 5322 and 5890.
Example: salesops.email_domain('mailto:Ann@Mail.Acme.COM') ==> mail.acme.com$$;

CREATE FUNCTION is_free_mail(address text) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_is_free_mail' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION is_free_mail(text) IS $$Can anyone have an address there? True for the domains of mail providers and internet access providers, so that they say nothing about a company.
Takes an address or a domain. NULL if the text is NULL or neither.
Source: src/matching/mail_providers.tsv, a list of our own of some 870 domains; see docs/reference/matching.md.
Example: salesops.is_free_mail('ann@hotmail.co.uk') ==> true$$;

CREATE FUNCTION website_domain(url text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_website_domain' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION website_domain(text) IS $$Domain that someone has registered, of a URL or the name of a host: without scheme, user, port, path and what stands in front of the registered name.
Folded; domains of other scripts are in folded Unicode. IP addresses are themselves. The domain of a domain is the same domain.
NULL if the text is NULL, or has no host of two labels, or its host is what others register under (co.uk).
Source: the rule of the Public Suffix List, publicsuffix.org, with a subset of suffixes in src/matching/public_suffixes.tsv.
Example: salesops.website_domain('https://www.shop.acme.co.uk/cart?id=1') ==> acme.co.uk$$;

CREATE FUNCTION phone_key(phone text, region text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_phone_key' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION phone_key(text, text) IS $$Normal form of a telephone number, to group, join and index by: as it is dialled from abroad (E.164), + calling code and national number.
region: two letters of ISO 3166, of the country that a number without + belongs to; without one (an empty text) only numbers with + are read. Extensions, labels, trunk prefixes go; letters are those of a keypad. The key of a key is the same key in every region.
NULL if an argument is NULL, or the text has not a possible number of digits, or all one digit or digits in order. Error for an unknown region, of a number without +.
Source: ITU-T E.164; codes, prefixes and lengths in src/matching/phone_regions.tsv.
Example: salesops.phone_key('030 / 12 34 56 ext. 7', 'DE') ==> +4930123456$$;

CREATE FUNCTION phone_extension(phone text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_phone_extension' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION phone_extension(text) IS $$The extension that stands behind a telephone number: the digits after x, ext., extension, #, ;ext=, Durchwahl, poste, ramal and the like.
NULL if the text is NULL or has none. Digits behind a mere hyphen are part of the number. At most 9 digits.
Source: RFC 3966; the words in use.
Example: salesops.phone_extension('415-555-1234 x12') ==> 12$$;

CREATE FUNCTION phone_similarity(a text, b text, region text) RETURNS float8
	AS 'MODULE_PATHNAME', 'salesops_phone_similarity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION phone_similarity(text, text, text) IS $$How much two telephone numbers have in common, 0 to 1: the sections of their keys that are equal, country .1, area (the first three digits) .5, exchange (the next three) .3, line (the rest) .1.
region: as in phone_key. Symmetric; 1 for equal keys and only for them. Extensions do not count.
NULL if an argument is NULL or no number. Error for an unknown region.
Source: Salesforce, "Matching Methods Used in Matching Rules", Fuzzy: Phone.
Example: salesops.phone_similarity('415-555-1234', '415-555-5678', 'US') ==> 0.9$$;

CREATE FUNCTION explain_phone_similarity(a text, b text, region text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_explain_phone_similarity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 30;
COMMENT ON FUNCTION explain_phone_similarity(text, text, text) IS $$Why phone_similarity is what it is: both keys, and for each section whether it is equal and what it counts of 100.
NULL and errors as phone_similarity.
Example: salesops.explain_phone_similarity('415-555-1234', '415-555-5678', 'US') ==> +14155551234, +14155555678: country 1 10 of 10, area 415 50 of 50, exchange 555 30 of 30, line 1234 <> 5678 0 of 10, together 90 of 100$$;

CREATE FUNCTION postal_key(code text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_postal_key' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION postal_key(text) IS $$Normal form of a postal code, to group, join and index by: capitals and digits, without spaces, dashes and points; of ZIP+4 the ZIP code.
Letters and digits that look alike are left as they are. The key of a key is the same key.
NULL if the text is NULL, has no digit, has less than 2 or more than 12 letters and digits, or has anything else.
Source: the codes of countries as the Universal Postal Union describes them.
Example: salesops.postal_key('sw1a 1aa') ==> SW1A1AA$$;

CREATE FUNCTION email_similarity(a text, b text) RETURNS float8
	AS 'MODULE_PATHNAME', 'salesops_email_similarity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 30;
COMMENT ON FUNCTION email_similarity(text, text) IS $$How likely two addresses of e-mail are one person's, 0 to 1: likeness of the names in front of the @ * (0.5 + 0.5 * likeness of the domains).
Sees through separators, tags, initials, a typing error; names that differ in their digits are different. Symmetric; 1 for equal keys and only for them. 0 for the name of an office (info, sales) at two domains.
NULL if an argument is NULL or no address.
Source: our own levels, see docs/reference/matching.md.
Example: salesops.email_similarity('ann.smith@acme.com', 'asmith@acme.com') ==> 0.85$$;

CREATE FUNCTION explain_email_similarity(a text, b text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_explain_email_similarity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 40;
COMMENT ON FUNCTION explain_email_similarity(text, text) IS $$Why email_similarity is what it is: both keys, and the likeness of names and of domains.
NULL as email_similarity.
Example: salesops.explain_email_similarity('ann.smith@acme.com', 'asmith@acme.com') ==> ann.smith@acme.com, asmith@acme.com: names 0.85 (an initial, written together), domains 1 (the same), together 0.85$$;
