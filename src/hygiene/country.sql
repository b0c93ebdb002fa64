-- Countries and postal codes.

CREATE FUNCTION country_code(name text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_country_code' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION country_code(text) IS $$The country that is meant: its two letters of ISO 3166-1.
name: its two or three letters, its three digits, or a name, short or official, in some twenty languages or its own; capitals, accents, points, commas and "the" do not matter. Both of one country are understood: Germany (DE). Congo is CG, Korea KR, Georgia the country; parts of the United Kingdom are GB. XK is Kosovo, which ISO 3166 has no code for.
NULL if the text is NULL or no country: an unknown name, a misspelt one, several countries, a continent, a town.
Source: ISO 3166-1; src/core/countries.tsv, compared with Unicode CLDR and Debian's iso-codes.
Example: salesops.country_code('Korea, Republic of') ==> KR$$;

CREATE FUNCTION postal_code_issue(code text, country text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_postal_code_issue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION postal_code_issue(text, text) IS $$What is wrong with a postal code, as the post of a country writes it: a reason, or NULL if nothing is.
code: capitals or not, with or without its blanks and hyphens, and with the country before it (D-10115); ZIP codes with four digits more or without. country: as country_code understands it.
The first that holds: blank (none or a placeholder), unknown_country, not_used (there are no codes), filler (00000), lost_zero (a code of the country but for a zero or two in front), wrong_format. Whether a code of the right form is in use is not asked.
NULL if an argument is NULL. Source: the Universal Postal Union and the posts of Canada, the United Kingdom, Ireland, the Netherlands and the United States; src/hygiene/postal_formats.tsv, compared with libaddressinput and GeoNames.
Example: salesops.postal_code_issue('1067', 'Germany') ==> lost_zero$$;
