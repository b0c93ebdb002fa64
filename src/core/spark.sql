-- core: numbers as pictures of text.

CREATE FUNCTION spark("values" double precision[]) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_spark' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION spark(double precision[]) IS $$A series as a line of text, one block of eight heights for each value: the least has the lowest, the greatest the highest.
values: in their order; numeric and integer arrays do, too. Heights go by floor(7 (value - least) / (greatest - least)); where all are the same it is the fifth. NULL and NaN are a space; an infinity has the block of its side. In encodings other than UTF-8 the digits 1 to 8. Empty for none, NULL for NULL. As the program spark (github.com/holman/spark).
Example: char_length(salesops.spark('{1,5,22,NULL,13,5}')) ==> 6$$;

CREATE FUNCTION bar(value double precision, max double precision, width integer DEFAULT 20) RETURNS text
	AS 'MODULE_PATHNAME', 'salesops_bar' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION bar(double precision, double precision, integer) IS $$A value as a bar of text, in eighths of a character: as long as it is of max.
max: what fills the bar. width: characters of a full one, 1 to 1000. Rounded down, but what is above zero has at least one eighth, and only what reaches max is full. Empty for zero, for what is below, and where max is not above zero; full for what is above max; NULL for NaN and NULL. In encodings other than UTF-8 of whole signs #, rounded to the nearest.
Example: char_length(salesops.bar(0.5, 1, 10)) ==> 5$$;
