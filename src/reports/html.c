/*
 * html.c
 *		A text as it stands in HTML, XML and SVG, between tags and in quotes: html_escape.
 *
 * & < > " and ' become references to characters, so that a text is never markup, neither between tags nor in an attribute.  What
 * XML cannot hold at all becomes U+FFFD, the replacement character: the controls below a blank but tab, line feed and carriage
 * return, and in databases of UTF-8 U+FFFE and U+FFFF (XML 1.0, fifth edition, 2.2); and so does what it would rather not hold:
 * DEL and, in UTF-8, the controls U+0080 to U+009F, as which a browser may read something else.  All that is written is ASCII, so
 * that it is the same in every encoding: the bytes of other characters, which no encoding of a server shares with ASCII, stay.
 *
 * Worked example: a<b & "c" -> a&lt;b &amp; &quot;c&quot;
 */
#include "core/compat.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#define REPLACEMENT "&#65533;"

SALESOPS_FUNCTION(salesops_html_escape);

/* How many bytes of what XML cannot hold, or should not, are here. */
static int
unwelcome(const unsigned char *at, const unsigned char *end, bool utf8)
{
	if (*at < ' ')
		return *at == '\t' || *at == '\n' || *at == '\r' ? 0 : 1;
	if (*at == 0x7F)
		return 1;
	if (!utf8)
		return 0;
	if (*at == 0xC2 && at + 1 < end && at[1] < 0xA0)
		return 2;
	if (*at == 0xEF && at + 2 < end && at[1] == 0xBF && at[2] >= 0xBE)
		return 3;
	return 0;
}

/* (content text) */
Datum
salesops_html_escape(PG_FUNCTION_ARGS)
{
	text	   *content = PG_GETARG_TEXT_PP(0);
	const unsigned char *at = (const unsigned char *) VARDATA_ANY(content);
	const unsigned char *end = at + VARSIZE_ANY_EXHDR(content);
	bool		utf8 = GetDatabaseEncoding() == PG_UTF8;
	StringInfoData html;

	initStringInfo(&html);
	while (at < end)
	{
		const char *reference = NULL;
		int			length = unwelcome(at, end, utf8);

		if (length > 0)
			reference = REPLACEMENT;
		else
		{
			length = 1;
			switch (*at)
			{
				case '&':
					reference = "&amp;";
					break;
				case '<':
					reference = "&lt;";
					break;
				case '>':
					reference = "&gt;";
					break;
				case '"':
					reference = "&quot;";
					break;
				case '\'':
					reference = "&#39;";
					break;
			}
		}
		if (reference != NULL)
			appendStringInfoString(&html, reference);
		else
			appendStringInfoCharMacro(&html, *at);
		at += length;
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(html.data, html.len));
}
