-- hygiene: names of people, and text that is none.

CREATE FUNCTION keyboard_mash(value text) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_keyboard_mash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION keyboard_mash(text) IS $$Whether a text was hit on the keyboard and not written: a word with a run of neighbouring keys (asdf, qwer, lkjh), one letter four times on end (aaaa), a piece again and again (sdfsdf), or five consonants of the middle row (dfgsd); or digits alone that are a run (1234).
value: any text; its first 1,024 bytes are read. Keyboards QWERTY, QWERTZ, AZERTY and JCUKEN (Russian). NULL for NULL.
Source: rules of our own, in src/hygiene/keyboard_mash.c.
Example: salesops.keyboard_mash('Asdf GmbH') ==> true$$;

CREATE FUNCTION person_name_issue(name text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_person_name_issue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION person_name_issue(text) IS $$What is wrong with the name of a person, or NULL: blank, is_email, is_website, filler, is_company, is_role, has_digit, invalid_character, initial_only, too_long; the first that holds.
name: a whole name, a first or a last one. NULL for NULL, which is missing and not wrong. No list says which names are right.
Source: rules of our own, in src/hygiene/person_name.c.
Example: salesops.person_name_issue('J. R.') ==> initial_only$$;
