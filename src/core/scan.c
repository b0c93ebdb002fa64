/*
 * scan.c
 *		Reading JSON text forms that are too large for the server's parser, key by key in a known order.
 *
 * The parser makes some 30 bytes of every comma and stops at 256 MB; a value of millions of deals must come back from a dump.
 * Whoever reads with this says what comes next, and takes the keys in the order in which they are written.
 */
#include "core/scan.h"

#include <ctype.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/uuid.h"

void
scan_skip_space(Scan *scan)
{
	while (*scan->p == ' ' || *scan->p == '\t' || *scan->p == '\n' || *scan->p == '\r')
	{
		if (unlikely(((uintptr_t) scan->p & 0xFFFFF) == 0xFFFFF))
			CHECK_FOR_INTERRUPTS();
		scan->p++;
	}
}

/* The next character that is no space, where it is this one. */
bool
scan_char(Scan *scan, char c)
{
	scan_skip_space(scan);
	if (*scan->p != c)
		return false;
	scan->p++;
	return true;
}

void
scan_malformed(Scan *scan, const char *expected, const char *hint)
{
	int			length = pg_mbcliplen(scan->p, (int) strnlen(scan->p, 200), 20);

	literal_error(scan->at, *scan->p == '\0' ? psprintf("It ends where %s is expected.", expected)
				  : psprintf("Expected %s, and found \"%.*s\".", expected, length, scan->p), hint);
}

void
scan_need(Scan *scan, char c, const char *hint)
{
	if (!scan_char(scan, c))
		scan_malformed(scan, psprintf("\"%c\"", c), hint);
}

bool
scan_null(Scan *scan)
{
	scan_skip_space(scan);
	if (strncmp(scan->p, "null", 4) != 0)
		return false;
	scan->p += 4;
	return true;
}

/* Four digits behind \u. */
static uint32
scan_unit(Scan *scan)
{
	uint32		unit = 0;

	for (int i = 0; i < 4; i++, scan->p++)
	{
		if (!isxdigit((unsigned char) *scan->p))
			scan_malformed(scan, "a hexadecimal digit", "Write four behind \\u.");
		unit = unit * 16 + (isdigit((unsigned char) *scan->p) ? *scan->p - '0' : (*scan->p | 0x20) - 'a' + 10);
	}
	return unit;
}

static void
scan_escape(Scan *scan)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *known;
	uint32		code;
	unsigned char bytes[MAX_UNICODE_EQUIVALENT_STRING + 1];

	known = *scan->p == '\0' ? NULL : strchr(from, *scan->p);
	if (known != NULL)
	{
		appendStringInfoCharMacro(&scan->text, to[known - from]);
		scan->p++;
		return;
	}
	if (*scan->p != 'u')
		scan_malformed(scan, "an escape", "Write a backslash as \\\\.");
	scan->p++;
	code = scan_unit(scan);
	if (is_utf16_surrogate_first(code) && scan->p[0] == '\\' && scan->p[1] == 'u')
	{
		uint32		second;

		scan->p += 2;
		second = scan_unit(scan);
		if (is_utf16_surrogate_second(second))
			code = surrogate_pair_to_codepoint(code, second);
	}
	if (code == 0 || is_utf16_surrogate_first(code) || is_utf16_surrogate_second(code))
		scan_malformed(scan, "a character", "There is no text with \\u0000 or half a surrogate pair.");
	pg_unicode_to_server(code, bytes);
	appendStringInfoString(&scan->text, (const char *) bytes);
}

/* A string, whose bytes are then in `text`. */
bool
scan_string(Scan *scan, int most)
{
	/* long enough for any, so that a hostile one ends early; what is longer is refused by whoever asked */
	int			limit = most + MAX_MULTIBYTE_CHAR_LEN;

	if (!scan_char(scan, '"'))
		return false;
	resetStringInfo(&scan->text);
	for (;;)
	{
		const char *run = scan->p;

		while (scan->text.len <= limit && scan->p - run <= limit && *scan->p != '"' && *scan->p != '\\' && (unsigned char) *scan->p >= ' ')
			scan->p++;
		appendBinaryStringInfo(&scan->text, run, (int) (scan->p - run));
		if (scan->text.len > limit)
		{
			/* no half character, which an error could not say */
			scan->text.len = pg_mbcliplen(scan->text.data, scan->text.len, scan->text.len);
			scan->text.data[scan->text.len] = '\0';
			return true;
		}
		if (*scan->p == '"')
		{
			scan->p++;
			return true;
		}
		if (*scan->p != '\\')
			scan_malformed(scan, "the end of a string", "Close it with a quotation mark; write line ends as \\n.");
		scan->p++;
		scan_escape(scan);
	}
}

/* A number, whose digits are then in `text`. */
bool
scan_number(Scan *scan)
{
	const char *start;

	scan_skip_space(scan);
	start = scan->p;
	if (*scan->p != '-' && !isdigit((unsigned char) *scan->p))
		return false;
	while (isdigit((unsigned char) *scan->p) || strchr("+-.eE", *scan->p) != NULL)
	{
		if (*scan->p == '\0')
			break;
		if (scan->p - start > SCAN_MAX_NUMBER)
			scan_malformed(scan, "an amount", "No amount has so many digits.");
		scan->p++;
	}
	resetStringInfo(&scan->text);
	appendBinaryStringInfo(&scan->text, start, (int) (scan->p - start));
	return true;
}

/* `"key":`, where it is this key. */
bool
scan_key(Scan *scan, const char *key)
{
	const char *p = scan->p;
	size_t		length = strlen(key);

	scan_skip_space(scan);
	if (*scan->p == '"' && strncmp(scan->p + 1, key, length) == 0 && scan->p[length + 1] == '"')
	{
		scan->p += length + 2;
		if (scan_char(scan, ':'))
			return true;
	}
	scan->p = p;
	return false;
}

/* `{"type": 1`, which every form begins with; `form` is how to write it. */
void
scan_version(Scan *scan, int version, const char *form)
{
	int64		found;

	scan_need(scan, '{', form);
	if (!scan_key(scan, scan->at.type) || !scan_number(scan))
		literal_error(scan->at, psprintf("The literal lacks its version, \"%s\": %d.", scan->at.type, version), form);
	found = strspn(scan->text.data, "0123456789") == (size_t) scan->text.len && scan->text.len <= 9 ? atoi(scan->text.data) : -1;
	if (found != version)
		literal_error(scan->at, psprintf("Its form has version %.60s; this salesops reads version %d.", scan->text.data, version),
					  "Where a later salesops wrote it, install that version here too.");
}

/* `"id_type": "uuid"` where it is there, behind a comma that was read; whether another key may follow. */
bool
scan_id_type(Scan *scan, DealIdType *type)
{
	if (!scan_key(scan, "id_type"))
		return true;
	if (!scan_string(scan, 60) || strcmp(scan->text.data, deal_id_type_names[DEAL_ID_UUID]) != 0)
		literal_error(scan->at, "\"id_type\" is not \"uuid\".", "Leave it out where ids are numbers or texts.");
	*type = DEAL_ID_UUID;
	return scan_char(scan, ',');
}

/*
 * The id of a deal, whose type is that of the ids before it: a number is a bigint, a string a text, or a uuid where they were said
 * to be.  `form` is how to write a row of it, `why` what a deal without an id cannot be used for.
 */
void
scan_deal_id(Scan *scan, DealIdType *type, uint64 *key, uint32 *words, const char *form, const char *why)
{
	if (*type != DEAL_ID_UUID && scan_number(scan))
	{
		const char *digits = scan->text.data;
		char	   *end;

		if (*type == DEAL_ID_TEXT)
			literal_error(scan->at, "Its id is a number, and others are strings.", form);
		errno = 0;
		key[0] = (uint64) strtoi64(digits, &end, 10);
		if (errno != 0 || *end != '\0')
			literal_error(scan->at, psprintf("Its id is not a bigint: %.60s", digits), form);
		*words = 1;
		*type = DEAL_ID_BIGINT;
		return;
	}
	if (!scan_string(scan, DEAL_ID_MAX_BYTES))
		scan_malformed(scan, "an id", form);
	if (*type == DEAL_ID_BIGINT)
		literal_error(scan->at, "Its id is a string, and others are numbers.", form);
	if (*type == DEAL_ID_UUID)
	{
		Datum		id;

		/* not all of it was read */
		if (scan->text.len > DEAL_ID_MAX_BYTES)
			literal_error(scan->at, "Its id is not a uuid: it is too long.", form);
		id = DirectFunctionCall1(uuid_in, CStringGetDatum(scan->text.data));

		memcpy(key, DatumGetPointer(id), UUID_LEN);
		*words = UUID_LEN / sizeof(uint64);
		pfree(DatumGetPointer(id));
		return;
	}
	*words = deal_id_of_text(key, scan->text.data, scan->text.len, why);
	*type = DEAL_ID_TEXT;
}

/* The end of the form. */
void
scan_end(Scan *scan, const char *form)
{
	scan_need(scan, '}', form);
	scan_skip_space(scan);
	if (*scan->p != '\0')
		scan_malformed(scan, "the end", form);
}
