/*
 * checks.c
 *		What must hold of a value that was accepted, and of any call.
 */
#include "fuzz.h"

#include "access/toast_compression.h"
#include "access/toast_internals.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "core/fold.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"

/* ---- values of our types ---- */

/* A state of the aggregate that is not finished, which policies have a text form for. */
static bool
is_draft(const char *text_form)
{
	return strncmp(text_form, "{\"draft\": true", 14) == 0 || strncmp(text_form, "draft ", 6) == 0;
}

static Datum
must_return(FuzzFunction *function, FuzzOutcome outcome, const char *text_form)
{
	if (outcome.sqlstate != 0 || outcome.isnull)
		fuzz_finding("%s: %s %s for a value that was accepted: %s", function->signature, outcome.sqlstate != 0 ? "error" : "NULL",
					 unpack_sql_state(outcome.sqlstate), text_form);
	return outcome.value;
}

/* The same value with a one-byte header, as it lies in a table, or 0 where it is too long. */
static Datum
packed_copy(Datum value)
{
	struct varlena *from = (struct varlena *) DatumGetPointer(value);
	char	   *copy;

	if (!VARATT_CAN_MAKE_SHORT(from))
		return 0;
	copy = palloc(VARATT_CONVERTED_SHORT_SIZE(from));
	SET_VARSIZE_SHORT(copy, VARATT_CONVERTED_SHORT_SIZE(from));
	memcpy(copy + VARHDRSZ_SHORT, VARDATA(from), VARSIZE(from) - VARHDRSZ);
	return PointerGetDatum(copy);
}

/*
 * Is a text the same when a client that speaks UTF-8 has got it and sent it back?  Some encodings (EUC_JP, SJIS) have two codes for one
 * character, of which the server gives back one: as text too would be another.
 */
static bool
survives_client(const char *text_form)
{
	int			length = (int) strlen(text_form);
	char	   *utf8;
	char	   *back;

	if (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII)
		return true;
	utf8 = (char *) pg_do_encoding_conversion((unsigned char *) unconstify(char *, text_form), length, GetDatabaseEncoding(), PG_UTF8);
	back = (char *) pg_do_encoding_conversion((unsigned char *) utf8, (int) strlen(utf8), PG_UTF8, GetDatabaseEncoding());
	return strcmp(back, text_form) == 0;
}

/* Text and binary form give the value back. */
static const char *
check_forms(FuzzType *type, Datum value)
{
	const char *text_form = DatumGetCString(must_return(type->out, fuzz_call1(type->out, value), "(it has no text form)"));
	FuzzOutcome again = fuzz_call1(type->in, CStringGetDatum(fuzz_terminated(text_form, strlen(text_form))));
	FuzzOutcome sent;
	struct varlena *bytes;

	if (!fuzz_same(must_return(type->in, again, text_form), value))
		fuzz_finding("%s: the text form is read as another value: %s, %s", type->name, text_form, fuzz_show(type, again.value));

	/* as of text, there are characters of some encodings that no client which speaks UTF-8 can be sent */
	sent = fuzz_call1(type->send, value);
	if (sent.sqlstate == ERRCODE_UNTRANSLATABLE_CHARACTER && GetDatabaseEncoding() != PG_UTF8)
		return text_form;
	bytes = (struct varlena *) DatumGetPointer(must_return(type->send, sent, text_form));
	if (!survives_client(text_form))
		return text_form;
	again = fuzz_receive(type, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	if (!fuzz_same(must_return(type->recv, again, text_form), value))
		fuzz_finding("%s: the binary form is read as another value: %s, %s", type->name, text_form, fuzz_show(type, again.value));
	return text_form;
}

static int
compare(FuzzType *type, Datum a, Datum b)
{
	int32		result = DatumGetInt32(must_return(type->cmp, fuzz_call2(type->cmp, a, b), ""));

	return result < 0 ? -1 : result > 0;
}

/* Does an operator hold of two values in this order? */
static bool
holds(const char *name, int order)
{
	switch (name[0])
	{
		case '<':
			return name[1] == '>' ? order != 0 : name[1] == '=' ? order <= 0 : order < 0;
		case '>':
			return name[1] == '=' ? order >= 0 : order > 0;
		default:
			return order == 0;
	}
}

/* Equality, order and hash agree with each other, whatever way the value is stored. */
static void
check_order(FuzzType *type, Datum value, Datum other, const char *text_form)
{
	int			order = compare(type, value, other);
	Datum		stored[3] = {value, packed_copy(value), toast_compress_datum(value, TOAST_PGLZ_COMPRESSION)};
	Datum		hash = must_return(type->hash, fuzz_call1(type->hash, value), text_form);
	Datum		hash_extended = must_return(type->hash_extended, fuzz_call2(type->hash_extended, value, Int64GetDatum(7)), text_form);

	if (order != -compare(type, other, value))
		fuzz_finding("%s: the order of two values depends on which comes first: %s", type->name, text_form);
	if (fuzz_same(value, other) != (order == 0))
		fuzz_finding("%s: other bytes and equal, or the same and not: %s", type->name, text_form);
	for (int i = 0; i < type->noperators; i++)
	{
		if (DatumGetBool(fuzz_call2(type->operators[i], value, other).value) != holds(type->operator_names[i], order) ||
			DatumGetBool(fuzz_call2(type->operators[i], value, stored[2] != 0 ? stored[2] : stored[1] != 0 ? stored[1] : value).value) != holds(type->operator_names[i], 0))
			fuzz_finding("%s: the operator %s does not agree with the order: %s", type->name, type->operator_names[i], text_form);
	}
	for (int i = 0; i < (int) lengthof(stored); i++)
	{
		if (DatumGetPointer(stored[i]) == NULL)
			continue;
		if (compare(type, value, stored[i]) != 0)
			fuzz_finding("%s: not equal to itself as stored: %s", type->name, text_form);
		if (fuzz_call1(type->hash, stored[i]).value != hash || fuzz_call2(type->hash_extended, stored[i], Int64GetDatum(7)).value != hash_extended)
			fuzz_finding("%s: another hash as stored: %s", type->name, text_form);
		if (strcmp(fuzz_show(type, stored[i]), text_form) != 0)
			fuzz_finding("%s: another text form as stored: %s", type->name, text_form);
	}
}

/* Finishing a finished value changes nothing, and merging with nothing neither. */
static void
check_merging(FuzzType *type, Datum value, Datum other, const char *text_form)
{
	FuzzOutcome finished = fuzz_call1(type->finish, value);
	NullableDatum with_nothing[2][2] = {{{value, false}, {0, true}}, {{0, true}, {value, false}}};
	FuzzOutcome one = fuzz_call2(type->combine, value, other);
	FuzzOutcome two = fuzz_call2(type->combine, other, value);

	/* a draft may contradict itself as a whole */
	if (finished.sqlstate == 0 || !is_draft(text_form))
	{
		Datum		stored = must_return(type->finish, finished, text_form);

		if (!is_draft(text_form) && !fuzz_same(stored, value))
			fuzz_finding("%s: finished it is another value: %s, %s", type->name, text_form, fuzz_show(type, stored));
		if (!fuzz_same(must_return(type->finish, fuzz_call1(type->finish, stored), text_form), stored))
			fuzz_finding("%s: finished twice it is another value: %s", type->name, text_form);
		for (int i = 0; i < 2; i++)
		{
			FuzzOutcome merged = fuzz_call(type->combine, with_nothing[i], NULL);

			if (!fuzz_same(must_return(type->finish, fuzz_call1(type->finish, must_return(type->combine, merged, text_form)), text_form), stored))
				fuzz_finding("%s: merged with nothing it is another value: %s", type->name, text_form);
		}
	}
	if (one.sqlstate != two.sqlstate)
		fuzz_finding("%s: merging is an error in one order alone: %s, %s", type->name, text_form, fuzz_show(type, other));
	if (one.sqlstate == 0)
	{
		one = fuzz_call1(type->finish, one.value);
		two = fuzz_call1(type->finish, two.value);
		if (one.sqlstate != two.sqlstate || (one.sqlstate == 0 && !fuzz_same(one.value, two.value)))
			fuzz_finding("%s: the order of merging changes the result: %s, %s", type->name, text_form, fuzz_show(type, other));
	}
}

/* A fixed stream of bytes that depends on the value alone. */
static void
spread(uint64 seed, uint8 *to, size_t size)
{
	for (size_t i = 0; i < size; i++)
	{
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		to[i] = (uint8) (seed >> 32);
	}
}

/*
 * How often a reader is called with other arguments: one that takes texts more often, since few are ones that it knows together;
 * of a large value, which takes longer, less often; and by a query, which takes a hundred times as long, once.
 */
static int
reader_rounds(const FuzzFunction *reader, Datum value)
{
	int			most = reader->plan != NULL ? 1 : VARSIZE_ANY(DatumGetPointer(value)) > 4096 ? 8 : 64;
	int			rounds = 1;

	for (int i = 0; i < reader->nargs; i++)
	{
		if ((reader->args[i] == TEXTOID || get_element_type(reader->args[i]) == TEXTOID) && rounds < most)
			rounds *= 8;
	}
	return rounds;
}

/* A result may be an expanded object, of which the flat form counts. */
static bool
same_result(const FuzzFunction *reader, Datum a, Datum b)
{
	if (get_typlen(reader->result) == -1)
		return fuzz_same(a, b);
	return datumIsEqual(a, b, get_typbyval(reader->result), get_typlen(reader->result));
}

/* Every function that takes the type gives an answer or says what is wrong, and the same when asked again. */
static void
check_reader(FuzzType *type, FuzzFunction *reader, Datum value, const char *text_form, uint64 seed)
{
	NullableDatum args[FUZZ_MAX_ARGS];
	uint8		chance[256];
	FuzzBytes	bytes = {chance, chance + sizeof(chance)};
	FuzzOutcome outcome;
	FuzzOutcome again;

	spread(seed, chance, sizeof(chance));
	for (int i = 0; i < reader->nargs; i++)
		args[i] = reader->args[i] == type->oid ? (NullableDatum) {value, false} : fuzz_argument(&bytes, reader->args[i], text_form);
	outcome = fuzz_call(reader, args, NULL);
	again = fuzz_call(reader, args, NULL);
	if (outcome.sqlstate != again.sqlstate || outcome.isnull != again.isnull || (!outcome.isnull && !same_result(reader, outcome.value, again.value)))
		fuzz_finding("%s: another result when called again: %s", reader->signature, text_form);
	/* of a finished value alone there is nothing to refuse but a total that no type can hold */
	if (reader->nargs == 1 && outcome.sqlstate != 0 && outcome.sqlstate != ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE && !is_draft(text_form))
		fuzz_finding("%s: error %s: %s", reader->signature, unpack_sql_state(outcome.sqlstate), text_form);
}

static void
check_readers(FuzzType *type, Datum value, const char *text_form, uint64 seed)
{
	for (int i = 0; i < type->nreaders; i++)
	{
		for (int round = 0; round < reader_rounds(type->readers[i], value); round++)
			check_reader(type, type->readers[i], value, text_form, seed + i + round * UINT64CONST(0x9E3779B97F4A7C15));
	}
}

void
fuzz_check_value(FuzzType *type, Datum value)
{
	Datum		before = datumCopy(value, false, -1);
	uint64		seed = hash_bytes_extended((unsigned char *) DatumGetPointer(value), VARSIZE_ANY(DatumGetPointer(value)), 1) | 1;
	Datum		other = type->examples[seed % type->nexamples];
	const char *text_form = check_forms(type, value);

	check_order(type, value, other, text_form);
	if (type->combine != NULL && type->finish != NULL)
		check_merging(type, value, other, text_form);
	check_readers(type, value, text_form, seed);
	if (!fuzz_same(before, value))
		fuzz_finding("%s: a function changed its argument: %s", type->name, text_form);
}

/* What must hold of a call that gave a result. */
void
fuzz_check_call(FuzzFunction *function, const NullableDatum *args, FuzzOutcome outcome)
{
	FuzzOutcome again = fuzz_call(function, args, NULL);

	if (again.sqlstate != outcome.sqlstate || again.isnull != outcome.isnull ||
		(!outcome.isnull && !same_result(function, outcome.value, again.value)))
		fuzz_finding("%s: another result when called again", function->signature);

	fuzz_check_matching(function, args, outcome);
}
