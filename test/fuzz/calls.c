/*
 * calls.c
 *		Calling the extension's functions as the server does, and making arguments of bytes.
 *
 * Texts are given as the server would give them: valid in the database's encoding, which it verifies before any
 * input function sees a byte.  So bytes that are no characters are left out here.  They lie in memory of their own
 * and exact size, so that AddressSanitizer sees a read beyond their end.
 */
#include "fuzz.h"

#include <math.h>

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"
#include "utils/uuid.h"

char	  **fuzz_words;
int			fuzz_nwords;

/* Something that must not be: libFuzzer keeps the input and ends. */
void
fuzz_finding(const char *format,...)
{
	va_list		args;

	va_start(args, format);
	fprintf(stderr, "\nFINDING (%s): ", GetDatabaseEncodingName());
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	va_end(args);
	abort();
}

/* ---- calls ---- */

static bool
is_valid_text(const char *bytes, size_t length)
{
	return pg_verify_mbstr(GetDatabaseEncoding(), bytes, (int) length, true);
}

/*
 * Errors that say what is wrong with the input are orderly.  An internal error (XX), a lack of memory or another
 * resource (53), a system error (58), and a message that is no text are not.
 */
static void
check_error(FuzzFunction *function, const ErrorData *error)
{
	const char *const parts[] = {error->message, error->detail, error->hint};
	const char *state = unpack_sql_state(error->sqlerrcode);

	if (strncmp(state, "XX", 2) == 0 || strncmp(state, "53", 2) == 0 || strncmp(state, "58", 2) == 0)
		fuzz_finding("%s: disorderly error %s: %s", function->signature, state, error->message);
	for (int i = 0; i < (int) lengthof(parts); i++)
	{
		if (parts[i] != NULL && !is_valid_text(parts[i], strlen(parts[i])))
			fuzz_finding("%s: an error's message is not valid in the database's encoding: %s", function->signature, parts[i]);
	}
}

/* Shares, which lie between 0 and 1. */
static bool
is_share(const char *name)
{
	static const char *const shares[] = {
		"compliance_rate", "compliance_low", "compliance_high", "win_rate", "win_rate_low", "win_rate_high",
		"win_rate_created", "win_rate_created_low", "win_rate_created_high", "stage_probability", "jaro", "jaro_winkler",
		"company_similarity", "person_similarity", "address_similarity", "category_win_rate", "category_win_rate_low",
		"category_win_rate_high", "chance_of_at_least", "chance_of_at_least_low", "chance_of_at_least_high", "outlook_rank",
		"brier_score", "brier_reliability", "brier_resolution", "brier_uncertainty", "calibration_error", "base_rate",
		"mean_probability", "calibrated_probability", "stage_win_rate", "stage_win_rate_raw", "stage_win_rate_low",
		"stage_win_rate_high", "stage_win_rate_prior_mean", "slip_rate", "slip_rate_low", "slip_rate_high", "km_survival",
		"km_survival_low", "km_survival_high", "km_survival_log_log_low", "km_survival_log_log_high", "km_survival_plain_low",
		"km_survival_plain_high", "survival_percentile", "cumulative_incidence", "logrank_p", "funnel_conversion",
		"funnel_conversion_low", "funnel_conversion_high", "funnel_conversion_resolved", "funnel_conversion_resolved_low",
		"funnel_conversion_resolved_high", "funnel_win_rate", "funnel_win_rate_low", "funnel_win_rate_high",
		"levenshtein_ratio", "osa_ratio", "damerau_ratio", "token_sort_ratio", "token_set_ratio", "qgram_cosine",
		"email_similarity", "phone_similarity", "signature_similarity", "query_similarity"
	};

	for (int i = 0; i < (int) lengthof(shares); i++)
	{
		if (strcmp(name, shares[i]) == 0)
			return true;
	}
	return false;
}

/* Durations, which may be from or to infinity. */
static bool
is_duration(const char *name)
{
	return strcmp(name, "business_seconds") == 0 || strcmp(name, "business_hours") == 0;
}

/* What must hold of any result of its type. */
static void
check_result(FuzzFunction *function, Datum value)
{
	Oid			type = function->result;

	if (get_typtype(type) == TYPTYPE_DOMAIN)
	{
		/* the executor does not check what a function returns as a domain */
		domain_check(value, false, type, NULL, NULL);
		type = getBaseType(type);
	}
	switch (type)
	{
		case FLOAT8OID:
			if (isnan(DatumGetFloat8(value)) || (isinf(DatumGetFloat8(value)) && !is_duration(function->name)))
				fuzz_finding("%s: the result is %f", function->signature, DatumGetFloat8(value));
			if (is_share(function->name) && (DatumGetFloat8(value) < 0 || DatumGetFloat8(value) > 1))
				fuzz_finding("%s: the share is %.17g", function->signature, DatumGetFloat8(value));
			break;
		case INT8OID:
			if (DatumGetInt64(value) < 0 && strncmp(function->name, "value_hash", 10) != 0)
				fuzz_finding("%s: the count is " INT64_FORMAT, function->signature, DatumGetInt64(value));
			break;
		case DATEOID:
			if (!IS_VALID_DATE(DatumGetDateADT(value)) && !DATE_NOT_FINITE(DatumGetDateADT(value)))
				fuzz_finding("%s: the result is no date: %d", function->signature, DatumGetDateADT(value));
			break;
		case TEXTOID:
			{
				text	   *result = DatumGetTextPP(value);

				if (!is_valid_text(VARDATA_ANY(result), VARSIZE_ANY_EXHDR(result)))
					fuzz_finding("%s: the result is not valid in the database's encoding", function->signature);
				break;
			}
		case CSTRINGOID:
			if (!is_valid_text(DatumGetCString(value), strlen(DatumGetCString(value))))
				fuzz_finding("%s: the text form is not valid in the database's encoding", function->signature);
			break;
	}
}

/* What an error said, once it is checked. */
static int
caught(FuzzFunction *function, MemoryContext caller)
{
	ErrorData  *error;

	MemoryContextSwitchTo(caller);
	error = CopyErrorData();
	FlushErrorState();
	check_error(function, error);
	return error->sqlerrcode;
}

/* Calls a function by its query, and takes back what that did: the result is the rows as a text. */
static FuzzOutcome
call_by_query(FuzzFunction *function, const NullableDatum *args)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	Datum		values[FUZZ_MAX_ARGS];
	char		nulls[FUZZ_MAX_ARGS];
	volatile Datum value = 0;
	volatile bool isnull = true;
	volatile int sqlstate = 0;

	for (int i = 0; i < function->nargs; i++)
	{
		values[i] = args[i].value;
		nulls[i] = args[i].isnull ? 'n' : ' ';
	}
	function->calls++;
	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		bool		of_row;
		Datum		of_query;

		SPI_connect();
		if (SPI_execute_plan(function->plan, values, nulls, false, 0) != SPI_OK_SELECT || SPI_processed != 1)
			elog(ERROR, "%s: its query has no row", function->signature);
		of_query = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &of_row);
		isnull = of_row;
		if (!isnull)
		{
			MemoryContextSwitchTo(caller);
			value = datumCopy(of_query, false, -1);
			check_result(function, value);
		}
		SPI_finish();
		function->results++;
	}
	PG_CATCH();
	{
		sqlstate = caught(function, caller);
		value = 0;
		isnull = true;
	}
	PG_END_TRY();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(caller);
	CurrentResourceOwner = owner;
	return (FuzzOutcome) {sqlstate, isnull, value};
}

/* Calls a function as the executor does, a context standing for an aggregate's node. */
FuzzOutcome
fuzz_call(FuzzFunction *function, const NullableDatum *args, Node *context)
{
	LOCAL_FCINFO(fcinfo, FUZZ_MAX_ARGS);
	MemoryContext caller = CurrentMemoryContext;
	volatile Datum value = 0;
	volatile bool isnull = true;
	volatile int sqlstate = 0;

	if (function->plan != NULL)
		return call_by_query(function, args);
	InitFunctionCallInfoData(*fcinfo, &function->call, function->nargs, C_COLLATION_OID, context, NULL);
	for (int i = 0; i < function->nargs; i++)
	{
		fcinfo->args[i] = args[i];
		if (args[i].isnull && function->call.fn_strict)
			return (FuzzOutcome) {0, true, 0};
	}
	function->calls++;
	PG_TRY();
	{
		value = FunctionCallInvoke(fcinfo);
		isnull = fcinfo->isnull;
		if (!isnull)
			check_result(function, value);
		function->results++;
	}
	PG_CATCH();
	{
		sqlstate = caught(function, caller);
		value = 0;
		isnull = true;
	}
	PG_END_TRY();
	return (FuzzOutcome) {sqlstate, isnull, value};
}

FuzzOutcome
fuzz_call1(FuzzFunction *function, Datum a)
{
	NullableDatum args[FUZZ_MAX_ARGS] = {{a, false}, {ObjectIdGetDatum(InvalidOid), false}, {Int32GetDatum(-1), false}};

	return fuzz_call(function, args, NULL);
}

FuzzOutcome
fuzz_call2(FuzzFunction *function, Datum a, Datum b)
{
	NullableDatum args[FUZZ_MAX_ARGS] = {{a, false}, {b, false}};

	return fuzz_call(function, args, NULL);
}

/* Whether two values are the same bytes. */
bool
fuzz_same(Datum a, Datum b)
{
	/* an expanded object is what it is when it becomes flat */
	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(a)))
		a = datumCopy(a, false, -1);
	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(b)))
		b = datumCopy(b, false, -1);
	return datumIsEqual(a, b, false, -1);
}

char *
fuzz_show(FuzzType *type, Datum value)
{
	FuzzOutcome outcome = fuzz_call1(type->out, value);

	return outcome.isnull ? "(no text form)" : DatumGetCString(outcome.value);
}

/* ---- arguments ---- */

/* Memory of exactly this size, behind which nothing may be read, until the end of the execution. */
static void *
exact_copy(const void *data, size_t size)
{
	MemoryContextCallback *callback = palloc(sizeof(MemoryContextCallback));
	void	   *copy = malloc(Max(size, 1));

	if (copy == NULL)
		elog(ERROR, "out of memory");
	memcpy(copy, data, size);
	callback->func = free;
	callback->arg = copy;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
	return copy;
}

/* Bytes as they are, with the terminator that the server puts behind texts and messages. */
char *
fuzz_terminated(const char *data, size_t size)
{
	char	   *buffer = palloc(size + 1);

	memcpy(buffer, data, size);
	buffer[size] = '\0';
	return exact_copy(buffer, size + 1);
}

/*
 * The input as a text of the database's encoding, into `to`: characters of UTF-8 are converted where the encoding has
 * them, other bytes stay where they are characters of the encoding, and all else is left out.
 */
static size_t
as_server_text(const uint8 *data, size_t size, char *to)
{
	int			encoding = GetDatabaseEncoding();
	size_t		n = 0;

	for (size_t i = 0; i < size;)
	{
		int			length = data[i] == '\0' ? -1 : pg_encoding_verifymbchar(PG_UTF8, (const char *) data + i, (int) (size - i));

		if (length > 0 && (length == 1 || encoding == PG_UTF8 || encoding == PG_SQL_ASCII))
		{
			memcpy(to + n, data + i, length);
			n += length;
			i += length;
			continue;
		}
		if (length > 1)
		{
			unsigned char converted[16];
			Oid			conversion = FindDefaultConversionProc(PG_UTF8, encoding);

			/* a character that the encoding does not have gives nothing */
			if (pg_do_encoding_conversion_buf(conversion, PG_UTF8, encoding, unconstify(unsigned char *, data + i), length,
											  converted, sizeof(converted), true) == length)
			{
				memcpy(to + n, converted, strlen((char *) converted));
				n += strlen((char *) converted);
			}
			i += length;
			continue;
		}
		length = data[i] == '\0' ? -1 : pg_encoding_verifymbchar(encoding, (const char *) data + i, (int) (size - i));
		if (length > 0)
		{
			memcpy(to + n, data + i, length);
			n += length;
		}
		i += Max(length, 1);
	}
	return n;
}

Datum
fuzz_text(const uint8 *data, size_t size, bool packed)
{
	char	   *buffer = palloc(VARHDRSZ + size * 4);
	size_t		length = as_server_text(data, size, buffer + VARHDRSZ);

	if (packed && length + VARHDRSZ_SHORT <= VARATT_SHORT_MAX)
	{
		SET_VARSIZE_SHORT(buffer + VARHDRSZ - VARHDRSZ_SHORT, length + VARHDRSZ_SHORT);
		return PointerGetDatum(exact_copy(buffer + VARHDRSZ - VARHDRSZ_SHORT, length + VARHDRSZ_SHORT));
	}
	SET_VARSIZE(buffer, length + VARHDRSZ);
	return PointerGetDatum(exact_copy(buffer, length + VARHDRSZ));
}

char *
fuzz_cstring(const uint8 *data, size_t size)
{
	char	   *buffer = palloc(size * 4);

	return fuzz_terminated(buffer, as_server_text(data, size, buffer));
}

FuzzOutcome
fuzz_receive(FuzzType *type, const char *data, size_t size)
{
	StringInfoData message;
	FuzzOutcome outcome;

	message.data = fuzz_terminated(data, size);
	message.len = (int) size;
	message.maxlen = (int) size + 1;
	message.cursor = 0;
	outcome = fuzz_call1(type->recv, PointerGetDatum(&message));
	/* the server refuses a value behind which there is more */
	if (outcome.sqlstate == 0 && message.cursor != message.len)
		return (FuzzOutcome) {ERRCODE_INVALID_BINARY_REPRESENTATION, true, 0};
	return outcome;
}

/* The next byte; zeros once the input is at its end. */
uint8
fuzz_byte(FuzzBytes *bytes)
{
	return bytes->at < bytes->end ? *bytes->at++ : 0;
}

static int64
int64_of(FuzzBytes *bytes)
{
	uint64		value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | fuzz_byte(bytes);
	return (int64) value;
}

static double
float8_of(FuzzBytes *bytes)
{
	uint8		kind = fuzz_byte(bytes);
	int64		bits;
	double		value;

	switch (kind % 8)
	{
		case 0:
			return (int8) fuzz_byte(bytes);
		case 1:
			return (int8) fuzz_byte(bytes) / 100.0;
		case 2:
			return fuzz_byte(bytes) / 256.0;
		case 3:
			return (fuzz_byte(bytes) << 8 | fuzz_byte(bytes)) / 7.0;
		case 4:
			bits = int64_of(bytes);
			memcpy(&value, &bits, sizeof(value));
			return value;
		case 5:
			return (double) int64_of(bytes) / 1e4;
		case 6:
			return pow(10, (int8) fuzz_byte(bytes));
		default:
			{
				static const double odd[] = {0.0, -0.0, NAN, INFINITY, -INFINITY, 1e6, -1e6, 1e15, 1e300, 5e-324, 1.0, 1e-12, 86400, 1e11, 3e37, 0.5};

				return odd[fuzz_byte(bytes) % lengthof(odd)];
			}
	}
}

static Datum
numeric_of(FuzzBytes *bytes)
{
	StringInfoData text;
	uint8		kind = fuzz_byte(bytes);
	int			digits;

	initStringInfo(&text);
	switch (kind % 4)
	{
		case 0:
			appendStringInfo(&text, "%d", (int8) fuzz_byte(bytes));
			break;
		case 1:
			appendStringInfo(&text, "%d.%02d", (int8) fuzz_byte(bytes), fuzz_byte(bytes) % 100);
			break;
		case 2:
			{
				static const char *const odd[] = {"NaN", "Infinity", "-Infinity", "0.0000", "1e37", "-9999999999999999999999999999999999999", "1e-37", "1e-100", "1e5000", "0.00000000000000000000000000000000001"};

				appendStringInfoString(&text, odd[fuzz_byte(bytes) % lengthof(odd)]);
				break;
			}
		default:
			digits = 1 + fuzz_byte(bytes) % 45;
			appendStringInfoString(&text, (kind & 4) != 0 ? "-" : "");
			for (int i = 0, point = fuzz_byte(bytes) % 48; i < digits; i++)
			{
				if (i == point)
					appendStringInfoString(&text, i == 0 ? "0." : ".");
				appendStringInfoChar(&text, (char) ('0' + fuzz_byte(bytes) % 10));
			}
	}
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text.data), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

static TimestampTz
moment_of(FuzzBytes *bytes)
{
	uint8		kind = fuzz_byte(bytes);
	TimestampTz moment;

	switch (kind % 4)
	{
		case 0:
			return (INT64CONST(820454400) + fuzz_byte(bytes)) * USECS_PER_SEC;	/* 2026-01-01 */
		case 1:
			return INT64CONST(820454400) * USECS_PER_SEC + (int8) fuzz_byte(bytes) * USECS_PER_DAY;
		case 2:
			{
				const TimestampTz odd[] = {DT_NOBEGIN, DT_NOEND, MIN_TIMESTAMP, END_TIMESTAMP - 1, 0, -1};

				return odd[fuzz_byte(bytes) % lengthof(odd)];
			}
		default:
			moment = int64_of(bytes);
			/* the server stores no others */
			return IS_VALID_TIMESTAMP(moment) ? moment : moment % USECS_PER_DAY;
	}
}

static DateADT
date_of(FuzzBytes *bytes)
{
	static const DateADT odd[] = {DATEVAL_NOBEGIN, DATEVAL_NOEND, -POSTGRES_EPOCH_JDATE, DATE_END_JULIAN - POSTGRES_EPOCH_JDATE - 1, 0, -730119, -730120, 2921939, 2921940};
	uint8		kind = fuzz_byte(bytes);
	DateADT		date;

	switch (kind % 4)
	{
		case 0:
			return 9496 + fuzz_byte(bytes);	/* 2026-01-01 */
		case 1:
			return 9496 + (int8) fuzz_byte(bytes) * 500;
		case 2:
			return odd[fuzz_byte(bytes) % lengthof(odd)];
		default:
			date = (DateADT) int64_of(bytes);
			/* the server stores no others */
			return IS_VALID_DATE(date) ? date : date % 100000;
	}
}

/* A word of the examples, one that stands in a value's own text between quotes, or the next bytes. */
static Datum
text_of(FuzzBytes *bytes, const char *value_text)
{
	uint8		kind = fuzz_byte(bytes);
	uint8		which = fuzz_byte(bytes);

	if (value_text != NULL && kind % 2 == 0)
	{
		const char *start = value_text;
		const char *end = NULL;

		for (int i = 0; i <= which % 32 && (start = strchr(start, '"')) != NULL; i++)
		{
			end = strchr(++start, '"');
			if (end == NULL)
				break;
			if (i == which % 32)
				return PointerGetDatum(cstring_to_text_with_len(start, (int) (end - start)));
			start = end + 1;
		}
	}
	if (kind >= 160 && kind < 224)
	{
		/* what some arguments must be to be anything: a unit of time, and a time zone */
		static const char *const needed[] = {"year", "quarter", "period", "week", "day", "UTC", "America/New_York", "Pacific/Apia"};
		const char *word = needed[which % lengthof(needed)];

		return fuzz_text((const uint8 *) word, strlen(word), which % 16 < 8);
	}
	if (kind < 224)
	{
		const char *word = fuzz_words[(kind / 32 * 256 + which) % fuzz_nwords];

		return fuzz_text((const uint8 *) word, strlen(word), which % 2 == 0);
	}
	else
	{
		size_t		length = Min(which % 32, bytes->end - bytes->at);

		bytes->at += length;
		return fuzz_text(bytes->at - length, length, kind % 2 == 0);
	}
}

/* A number that stands in a value's own text, or any. */
static double
number_of(FuzzBytes *bytes, const char *value_text)
{
	uint8		which;
	const char *at = value_text;
	char	   *end;
	double		number = 0;

	if (value_text == NULL || fuzz_byte(bytes) % 4 != 0)
		return float8_of(bytes);
	which = fuzz_byte(bytes) % 16;
	for (int i = 0; i <= which && (at = strpbrk(at, "0123456789")) != NULL; i++, at = end)
		number = strtod(at, &end);
	return number;
}

/* An array of a few values of a type. */
static Datum
array_of(FuzzBytes *bytes, Oid element, const char *value_text)
{
	Datum		elements[4];
	bool		nulls[4];
	int			n = fuzz_byte(bytes) % (lengthof(elements) + 1);
	int			from = 1;
	int16		length;
	bool		byval;
	char		align;

	get_typlenbyvalalign(element, &length, &byval, &align);
	for (int i = 0; i < n; i++)
	{
		NullableDatum value = fuzz_argument(bytes, element, value_text);

		elements[i] = value.value;
		nulls[i] = value.isnull;
	}
	return PointerGetDatum(construct_md_array(elements, nulls, n > 0 ? 1 : 0, &n, &from, element, length, byval, align));
}

/* Bytes, of which some begin as a record of match_record.h does: its version, how many columns and atoms it has. */
static Datum
record_of(FuzzBytes *bytes)
{
	bool		begins = fuzz_byte(bytes) % 4 != 0;
	uint16		head[6] = {1, fuzz_byte(bytes) % 4, fuzz_byte(bytes) % 4};
	size_t		length = (size_t) fuzz_byte(bytes) * 4;
	size_t		skipped = begins ? sizeof(head) : 0;
	bytea	   *value;

	length = Min(length, (size_t) (bytes->end - bytes->at));
	value = palloc(VARHDRSZ + skipped + length);
	SET_VARSIZE(value, VARHDRSZ + skipped + length);
	memcpy(VARDATA(value), head, skipped);
	memcpy(VARDATA(value) + skipped, bytes->at, length);
	bytes->at += length;
	return PointerGetDatum(value);
}

/* An argument of a type, NULL now and then.  value_text is the text form of the value that is read along with it. */
NullableDatum
fuzz_argument(FuzzBytes *bytes, Oid type, const char *value_text)
{
	NullableDatum argument = {0, fuzz_byte(bytes) % 16 == 15};
	FuzzType   *ours;

	if (argument.isnull)
		return argument;
	switch (type)
	{
		case TEXTOID:
			argument.value = text_of(bytes, value_text);
			break;
		case FLOAT8OID:
			argument.value = Float8GetDatum(number_of(bytes, value_text));
			break;
		case NUMERICOID:
			argument.value = numeric_of(bytes);
			break;
		case INT4OID:
			/* codes of a CRM, small numbers, and any */
			switch (fuzz_byte(bytes) % 4)
			{
				case 0:
					argument.value = Int32GetDatum((int32) int64_of(bytes));
					break;
				case 1:
					argument.value = Int32GetDatum((int32) (int64_of(bytes) >> 32) % 1000);
					break;
				default:
					argument.value = Int32GetDatum((fuzz_byte(bytes) % 2 == 0 ? 100000000 : 0) + (int32) (int64_of(bytes) >> 32) % 16);
			}
			break;
		case INT8OID:
			argument.value = Int64GetDatum(fuzz_byte(bytes) % 4 == 0 ? int64_of(bytes) : (int8) fuzz_byte(bytes));
			break;
		case BOOLOID:
			argument.value = BoolGetDatum(fuzz_byte(bytes) % 2 == 0);
			break;
		case DATEOID:
			argument.value = DateADTGetDatum(date_of(bytes));
			break;
		case TIMESTAMPTZOID:
			argument.value = TimestampTzGetDatum(moment_of(bytes));
			break;
		case BYTEAOID:
			argument.value = record_of(bytes);
			break;
		case UUIDOID:
			{
				pg_uuid_t  *uuid = palloc0(sizeof(pg_uuid_t));

				/* a few of them, so that they meet */
				uuid->data[UUID_LEN - 1] = fuzz_byte(bytes);
				argument.value = UUIDPGetDatum(uuid);
				break;
			}
		default:
			if (OidIsValid(get_element_type(type)))
			{
				argument.value = array_of(bytes, get_element_type(type), value_text);
				break;
			}
			ours = fuzz_type(type);
			if (ours == NULL)
				elog(ERROR, "calls.c cannot make a value of type %s", format_type_be(type));
			argument.value = ours->examples[fuzz_byte(bytes) % ours->nexamples];
	}
	return argument;
}
