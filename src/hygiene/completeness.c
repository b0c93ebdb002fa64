/*
 * completeness.c
 *		Whether fields are filled: is_blank, and how many of a record's fields, and of all records', are.
 *
 * What is blank is decided in core/placeholder.c.  A rate over many records counts fields, not records: a record with nine of ten fields
 * counts nine and one, so that the rate of a team is that of its fields, and the rates of teams add up by their counts (core/compliance.c).
 *
 * Worked example: ("Acme", "n/a", NULL, "Berlin") -> 2 of 4 missing, completeness 0.5; with ("Globex", "-", "x", "Bonn") 4 of 8, a rate of 0.5.
 */
#include "hygiene/completeness.h"

#include "catalog/pg_type.h"
#include "core/compliance.h"
#include "core/placeholder.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

SALESOPS_FUNCTION(salesops_is_blank);
SALESOPS_FUNCTION(salesops_is_blank_own);
SALESOPS_FUNCTION(salesops_completeness);
SALESOPS_FUNCTION(salesops_missing_count);
SALESOPS_FUNCTION(salesops_missing_fields);
SALESOPS_FUNCTION(salesops_field_completeness_transfn);

Datum
salesops_is_blank(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_ARGISNULL(0) || placeholder_datum_is_blank(PG_GETARG_DATUM(0)));
}

/* (value text, placeholders text[]) */
Datum
salesops_is_blank_own(PG_FUNCTION_ARGS)
{
	PlaceholderKey key;
	text	   *value;
	Datum	   *own;
	bool	   *nulls;
	int			n = 0;
	bool		blank;

	if (PG_ARGISNULL(0))
		PG_RETURN_BOOL(true);
	value = PG_GETARG_TEXT_PP(0);
	placeholder_key(&key, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), PLACEHOLDER_BYTES);
	blank = key.length == 0;
	if (!PG_ARGISNULL(1))
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &own, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		PlaceholderKey of_own;
		text	   *placeholder;

		if (nulls[i])
			continue;
		placeholder = DatumGetTextPP(own[i]);
		placeholder_key(&of_own, VARDATA_ANY(placeholder), VARSIZE_ANY_EXHDR(placeholder), PLACEHOLDER_BYTES);
		if (of_own.length < 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("a placeholder is too long: \"%.*s...\"", pg_mbcliplen(VARDATA_ANY(placeholder), (int) VARSIZE_ANY_EXHDR(placeholder), 60), VARDATA_ANY(placeholder)),
					 errdetail("Its letters and digits may have %d bytes.", PLACEHOLDER_BYTES),
					 errhint("Compare such values as a whole: value = ANY (list).")));
		blank |= of_own.length == key.length && memcmp(of_own.bytes, key.bytes, key.length) == 0;
	}
	PG_RETURN_BOOL(blank);
}

/* How many values of an array are blank, and how many there are. */
static int
count_blank(ArrayType *array, int *n)
{
	Datum	   *values;
	bool	   *nulls;
	int			blank = 0;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, n);
	for (int i = 0; i < *n; i++)
		blank += nulls[i] || placeholder_datum_is_blank(values[i]);
	pfree(values);
	pfree(nulls);
	return blank;
}

Datum
salesops_completeness(PG_FUNCTION_ARGS)
{
	int			n;
	int			blank = count_blank(PG_GETARG_ARRAYTYPE_P(0), &n);

	if (n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) (n - blank) / n);
}

Datum
salesops_missing_count(PG_FUNCTION_ARGS)
{
	int			n;

	PG_RETURN_INT32(count_blank(PG_GETARG_ARRAYTYPE_P(0), &n));
}

/* Values with their names, of which each must have one that can stand between commas. */
void
named_fields(NamedFields *fields, ArrayType *names, ArrayType *values)
{
	Datum	   *name;
	bool	   *no_name;
	int			nnames;

	deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &name, &no_name, &nnames);
	deconstruct_array(values, TEXTOID, -1, false, TYPALIGN_INT, &fields->values, &fields->no_value, &fields->n);
	if (nnames != fields->n)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("there are %d names and %d values", nnames, fields->n),
				 errdetail("Each value has a name."),
				 errhint("Write ARRAY['name', ...], ARRAY[name, ...] with the columns in the same order.")));
	fields->names = palloc(Max(nnames, 1) * sizeof(text *));
	for (int i = 0; i < nnames; i++)
	{
		int			length = 0;

		if (!no_name[i])
		{
			fields->names[i] = DatumGetTextPP(name[i]);
			length = (int) VARSIZE_ANY_EXHDR(fields->names[i]);
		}
		if (length == 0 || memchr(VARDATA_ANY(fields->names[i]), ',', length) != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 length == 0 ? errmsg("the name of field %d is missing", i + 1)
					 : errmsg("the name of field %d has a comma: \"%.*s\"", i + 1, pg_mbcliplen(VARDATA_ANY(fields->names[i]), length, 60), VARDATA_ANY(fields->names[i])),
					 errdetail("Names stand in the result with commas between them."),
					 errhint("Give each field a name without a comma.")));
	}
}

bool
named_field_is_blank(const NamedFields *fields, int i)
{
	return fields->no_value[i] || placeholder_datum_is_blank(fields->values[i]);
}

/* (names text[], values text[]) */
Datum
salesops_missing_fields(PG_FUNCTION_ARGS)
{
	NamedFields fields;
	StringInfoData out;

	named_fields(&fields, PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_ARRAYTYPE_P(1));
	initStringInfo(&out);
	for (int i = 0; i < fields.n; i++)
		if (named_field_is_blank(&fields, i))
		{
			if (out.len > 0)
				appendStringInfoChar(&out, ',');
			appendBinaryStringInfo(&out, VARDATA_ANY(fields.names[i]), (int) VARSIZE_ANY_EXHDR(fields.names[i]));
		}
	if (out.len == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* (state compliance, VARIADIC values text[]) */
Datum
salesops_field_completeness_transfn(PG_FUNCTION_ARGS)
{
	int			n;
	int			blank;

	/* an array in place of values that is NULL is a record without fields */
	if (PG_ARGISNULL(1))
		return compliance_add_counts(fcinfo, 0, 0);
	blank = count_blank(PG_GETARG_ARRAYTYPE_P(1), &n);
	return compliance_add_counts(fcinfo, n - blank, blank);
}
