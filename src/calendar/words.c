/*
 * words.c
 *		Reading the literals of calendars.
 *
 * A policy is read by people more often than by programs, so a calendar is written as one would say it.  A literal
 * is a row of words between spaces; commas and semicolons are words of their own.  Capitals do not matter, and names
 * of months and days may be cut to three letters or more.  Every error names the word that is not understood and
 * shows the accepted form.
 */
#include "calendar/words.h"

#include "core/guard.h"
#include "core/literal.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/datetime.h"

const char *const words_months[13] = {
	NULL, "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"
};

const char *const words_weekdays[7] = {
	"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
};

#define SHOWN_LENGTH 60

void
words_error_at(const WordReader *reader, const char *word, int length, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 length > 0
			 ? errmsg("invalid %s: \"%.*s\"", reader->type, pg_mbcliplen(word, length, SHOWN_LENGTH), word)
			 : errmsg("invalid %s: it ends too early", reader->type),
			 errdetail_internal("%s", detail),
			 errhint("%s", reader->form)));
	pg_unreachable();
}

/* Refuses the current word. */
void
words_error(const WordReader *reader, const char *detail)
{
	words_error_at(reader, reader->word, reader->length, detail);
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void
words_advance(WordReader *reader)
{
	const char *at = reader->next;

	while (is_space(*at))
		at++;
	reader->word = at;
	if (*at == ',' || *at == ';')
		at++;
	else
	{
		while (*at != '\0' && *at != ',' && *at != ';' && !is_space(*at))
			at++;
	}
	reader->length = (int) (at - reader->word);
	reader->next = at;
}

/* Begins to read a literal, whose type and form the reader has, at its first word. */
void
words_start(WordReader *reader, const char *text, size_t max_length)
{
	literal_check_extent(strlen(text), "bytes", max_length, reader->type, reader->form);
	reader->next = text;
	words_advance(reader);
}

static bool
same_word(const char *word, int length, const char *name, int name_length)
{
	return length == name_length && pg_strncasecmp(word, name, length) == 0;
}

bool
words_at(const WordReader *reader, const char *word)
{
	return same_word(reader->word, reader->length, word, (int) strlen(word));
}

/* Passes over a word if it is the current one. */
bool
words_accept(WordReader *reader, const char *word)
{
	if (!words_at(reader, word))
		return false;
	words_advance(reader);
	return true;
}

void
words_expect(WordReader *reader, const char *word)
{
	if (!words_accept(reader, word))
		words_error(reader, psprintf("\"%s\" is expected here.", word));
}

/* The number that n digits make. */
static int
digits(const char *at, int n)
{
	int			number = 0;

	for (int i = 0; i < n; i++)
	{
		if (at[i] < '0' || at[i] > '9')
			return -1;
		number = number * 10 + (at[i] - '0');
	}
	return number;
}

/* Is the current word a number between these, of at most three digits? */
bool
words_number(const WordReader *reader, int least, int most, int *number)
{
	if (reader->length < 1 || reader->length > 3)
		return false;
	*number = digits(reader->word, reader->length);
	return *number >= least && *number <= most;
}

/* The date that a word is, of the form 2026-12-31. */
DateADT
words_date(const WordReader *reader, const char *word, int length)
{
	int			year;
	int			month;
	int			day;

	if (length != 10 || word[4] != '-' || word[7] != '-' ||
		(year = digits(word, 4)) < 0 || (month = digits(word + 5, 2)) < 0 || (day = digits(word + 8, 2)) < 0)
		words_error_at(reader, word, length, "This is no date of the form 2026-12-31.");
	if (year < 1 || month < 1 || month > MONTHS_PER_YEAR || day < 1 || day > day_tab[isleap(year)][month - 1])
		words_error_at(reader, word, length, "There is no such date.");
	return date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
}

static int
find_name(const char *word, int length, const char *const *names, int first, int n)
{
	if (length < 3)
		return -1;
	for (int i = first; i < n; i++)
	{
		if (length <= (int) strlen(names[i]) && pg_strncasecmp(word, names[i], length) == 0)
			return i;
	}
	return -1;
}

int
words_month(const char *word, int length)
{
	return find_name(word, length, words_months, 1, lengthof(words_months));
}

int
words_weekday(const char *word, int length)
{
	return find_name(word, length, words_weekdays, 0, lengthof(words_weekdays));
}

/* ---- binary form: so little is saved by another one that it is the text, behind a version and its length ---- */

#define WORDS_VERSION 1

char *
words_receive(StringInfo in, const char *type)
{
	uint32		length;
	const char *bytes;

	guard_version(in, WORDS_VERSION, type);
	length = pq_getmsgint(in, 4);
	if (length != (uint32) (in->len - in->cursor))
		guard_binary(type, psprintf("It has %d bytes, and says that it has %u.", in->len - in->cursor, length));
	bytes = pq_getmsgbytes(in, (int) length);
	for (uint32 i = 0; i < length; i++)
	{
		/* the text form is ASCII, the same in the encoding of every client */
		if (bytes[i] < ' ' || bytes[i] > '~')
			guard_binary(type, psprintf("Its byte %u is no character of the text form.", i + 1));
	}
	return pnstrdup(bytes, length);
}

bytea *
words_send(const char *text)
{
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, WORDS_VERSION);
	pq_sendint32(&out, (uint32) strlen(text));
	pq_sendbytes(&out, text, (int) strlen(text));
	return pq_endtypsend(&out);
}
