-- hygiene: whether fields are filled, and filled with something.

CREATE FUNCTION is_blank(value text) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_is_blank' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION is_blank(text) IS $$Whether a value is none: NULL, empty, white space, without a letter or a digit ("-", "???"), or a placeholder such as n/a, none, tbd, --None--, unknown, xxx, test.
value: any text; capitals, accents and what stands around or between words do not matter. Placeholders of some forty languages: src/core/placeholders.tsv, listed in the reference. Digits are a value, 0 too.
Example: salesops.is_blank(' N/A ') ==> true$$;
CREATE FUNCTION is_blank(value text, placeholders text[]) RETURNS boolean
	AS 'MODULE_PATHNAME', 'salesops_is_blank_own' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION is_blank(text, text[]) IS $$Whether a value is none, with placeholders of your own in place of the list.
value: as for is_blank(value); without a letter or a digit it is blank whatever the list is. placeholders: compared as values are, without capitals, accents and signs; of more than 64 bytes without these an error; NULL or empty: none.
Example: salesops.is_blank('NA', ARRAY['n.n.', 'k.A.']) ==> false$$;

CREATE FUNCTION completeness(VARIADIC "values" text[]) RETURNS double precision
	AS 'MODULE_PATHNAME', 'salesops_completeness' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION completeness(text[]) IS $$Share of the values that are filled, from 0 to 1: 1 - missing_count / their number.
values: the fields of a record that ought to be filled, other types cast to text; is_blank says which are not. NULL where there are none.
Example: salesops.completeness('Acme', 'n/a', NULL, 'Berlin') ==> 0.5$$;
CREATE FUNCTION missing_count(VARIADIC "values" text[]) RETURNS integer
	AS 'MODULE_PATHNAME', 'salesops_missing_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION missing_count(text[]) IS $$How many of the values are blank, as is_blank has it.
values: the fields of a record that ought to be filled, other types cast to text. 0 where there are none.
Example: salesops.missing_count('Acme', 'n/a', NULL, 'Berlin') ==> 2$$;
CREATE FUNCTION missing_fields(names text[], "values" text[]) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_missing_fields' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION missing_fields(text[], text[]) IS $$The names of the fields that are blank, in their order, with a comma between each two; NULL where none is.
names: of the fields; a NULL, an empty name, or one with a comma is an error. values: theirs, as many; another number is an error. is_blank says which are blank.
Example: salesops.missing_fields(ARRAY['name', 'phone', 'city'], ARRAY['Acme', '-', NULL]) ==> phone,city$$;

CREATE FUNCTION field_completeness_transfn(compliance, VARIADIC "values" text[]) RETURNS compliance
	AS 'MODULE_PATHNAME', 'salesops_field_completeness_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION field_completeness_transfn(compliance, text[]) IS $$Transition function of field_completeness and completeness_rate.
Example: salesops.field_completeness_transfn(NULL, 'Acme', 'n/a', 'Berlin') ==> {"compliance": 1, "met": 2, "missed": 1}$$;
CREATE AGGREGATE field_completeness(VARIADIC "values" text[]) (
	SFUNC = field_completeness_transfn, STYPE = compliance, SSPACE = 32, COMBINEFUNC = compliance_combinefn,
	FINALFUNC = compliance_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE field_completeness(text[]) IS $$Summary of how many fields are filled (met) and blank (missed), over all records: each field of each record counts once.
values: the fields that ought to be filled, other types cast to text; is_blank says which are not. Read by compliance_rate with its limits, met and missed, and merged by merge(compliance). Fields that a record need not have are left out of its row by FILTER, a row for each kind of record.
Example: (SELECT salesops.missed(salesops.field_completeness(name, city)) FROM (VALUES ('Acme', 'Berlin'), ('Globex', 'n/a')) v(name, city)) ==> 1$$;
CREATE AGGREGATE completeness_rate(VARIADIC "values" text[]) (
	SFUNC = field_completeness_transfn, STYPE = compliance, SSPACE = 32, COMBINEFUNC = compliance_combinefn,
	FINALFUNC = compliance_rate, PARALLEL = SAFE
);
COMMENT ON AGGREGATE completeness_rate(text[]) IS $$Share of fields that are filled, over all records, from 0 to 1: filled / (records * fields). A usual target is 0.95.
values: the fields that ought to be filled, other types cast to text; is_blank says which are not. NULL over no record. The same in one step as compliance_rate(field_completeness(...)).
Example: (SELECT salesops.completeness_rate(name, city) FROM (VALUES ('Acme', 'Berlin'), ('Globex', 'n/a')) v(name, city)) ==> 0.75$$;
