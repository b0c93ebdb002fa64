/*
 * guard.c
 *		Checks of arguments, one for each rule, so that every function refuses the same thing in the same words:
 *		errmsg with the value, errdetail with the limit, errhint with the remedy.
 */
#include "core/guard.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/float.h"
#include "utils/timestamp.h"

void
guard_finite(double value, const char *argument)
{
	if (unlikely(isnan(value) || isinf(value)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s is not a finite number: \"%s\"", argument, float8out_internal(value)),
				 errdetail("NaN and infinities have no meaning as %s.", argument),
				 errhint("Exclude such rows with a WHERE or FILTER clause, or turn them into NULL.")));
}

void
guard_not_negative(double value, const char *argument)
{
	guard_finite(value, argument);
	if (unlikely(value < 0))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s is negative: %s", argument, float8out_internal(value)),
				 errdetail("It must be zero or more."),
				 errhint("Pass NULL where it is not known.")));
}

void
guard_fraction(double value, const char *argument)
{
	guard_finite(value, argument);
	if (unlikely(value < 0 || value > 1))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s is out of range: %s", argument, float8out_internal(value)),
				 errdetail("It is a fraction between 0 and 1."),
				 value > 1 && value <= 100
				 ? errhint("If this is a percentage, divide it by 100.")
				 : errhint("Correct the value, or pass NULL where it is not known.")));
}

/* A result that left the range of float8: two arguments that were finite do not go together. */
double
guard_result(double value, const char *metric)
{
	if (unlikely(isnan(value) || isinf(value)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s is out of range", metric),
				 errdetail("The result is not a finite number."),
				 errhint("Check the arguments: one of them is far too large or too small.")));
	return value;
}

void
guard_moment(TimestampTz value, const char *argument)
{
	if (unlikely(TIMESTAMP_NOT_FINITE(value)))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s is not a finite time: \"%s\"", argument,
						TIMESTAMP_IS_NOBEGIN(value) ? "-infinity" : "infinity"),
				 errdetail("Time is counted from and to points in time."),
				 errhint("Pass a point in time, or NULL where it is not known.")));
}

/* A finite date as the messages show it. */
const char *
guard_date_text(DateADT value)
{
	char	   *result = palloc(MAXDATELEN + 1);
	struct pg_tm tm = {0};

	j2date(value + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	EncodeDateOnly(&tm, USE_ISO_DATES, result);
	return result;
}

void
guard_date(DateADT value, const char *argument)
{
	if (unlikely(DATE_NOT_FINITE(value)))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s is not a finite date: \"%s\"", argument, DATE_IS_NOBEGIN(value) ? "-infinity" : "infinity"),
				 errdetail("Days are counted from and to dates."),
				 errhint("Pass a date, or NULL where it is not known.")));
}

/* Stage names are stored in values of ours, which stay small only if the names do. */
#define MAX_STAGE_NAME 400

void
guard_stage_name(const char *name, int length)
{
	if (unlikely(length > MAX_STAGE_NAME))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("stage name is too long: \"%.*s...\"", pg_mbcliplen(name, length, 60), name),
				 errdetail("Names have at most %d bytes, and this has %d.", MAX_STAGE_NAME, length),
				 errhint("Pass the name of the stage, not its description.")));
}

/* A stored value that is not what we write.  Values are validated where they come in: this is for damaged pages. */
void
guard_damaged(const char *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("stored %s is damaged, or of a later version of salesops", type)));
	pg_unreachable();
}

/* A binary form that is not what we write. */
void
guard_binary(const char *type, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary %s", type),
			 errdetail_internal("%s", detail),
			 errhint("Send the bytes as the server wrote them, whole and of the same version of salesops.")));
	pg_unreachable();
}

/* Reads the version that a binary form begins with. */
void
guard_version(StringInfo in, int version, const char *type)
{
	int			found = pq_getmsgbyte(in);

	if (found != version)
		guard_binary(type, psprintf("Its version is %d; this salesops reads version %d.", found, version));
}

/* A value whose text or binary form is longer than what the server can hold in one piece, before it says so as "out of memory". */
void
guard_form_too_large(const char *form, const char *value, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a %s is too large for its %s form", value, form),
			 errdetail("The %s form of a value has at most 1 GB.", form),
			 errhint("%s", hint)));
	pg_unreachable();
}
