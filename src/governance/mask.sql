-- governance: personal data made unreadable for logs and exports.

CREATE FUNCTION mask_email(address text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_mask_email' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION mask_email(text) IS $$An address of e-mail for logs and exports: the first character of the mailbox, three stars, and the domain.
Three stars where there is no address. NULL for NULL. Equal addresses stay equal: this is no anonymization.
Example: salesops.mask_email('ann.smith@acme.com') ==> a***@acme.com$$;
CREATE FUNCTION mask_phone(phone text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_mask_phone' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION mask_phone(text) IS $$A telephone number for logs and exports: every digit but the last two, and every letter, is a star.
Of a text with fewer than seven digits all are. NULL for NULL. Signs and blanks stay.
Example: salesops.mask_phone('+49 (30) 1234-567') ==> +** (**) ****-*67$$;
CREATE FUNCTION mask_name(name text) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_mask_name' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION mask_name(text) IS $$A name for logs and exports: of each word the first character and three stars, however long it is.
NULL for NULL; an empty text where there is no word.
Example: salesops.mask_name('Ann-Marie O''Brien') ==> A*** O***$$;
