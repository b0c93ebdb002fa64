/*
 * contact.c
 *		Short folded texts, and parts of them.
 */
#include "matching/contact.h"

#include "mb/pg_wchar.h"

#define BOTH (CONTACT_ATEXT | CONTACT_HOST)

const uint8 contact_char[256] = {
	['a' ... 'z'] = BOTH, ['A' ... 'Z'] = BOTH | CONTACT_CAPITAL, ['0' ... '9'] = BOTH, ['-'] = BOTH,
	['!'] = CONTACT_ATEXT, ['#'] = CONTACT_ATEXT, ['$'] = CONTACT_ATEXT, ['%'] = CONTACT_ATEXT, ['&'] = CONTACT_ATEXT,
	['\''] = CONTACT_ATEXT, ['*'] = CONTACT_ATEXT, ['+'] = CONTACT_ATEXT, ['/'] = CONTACT_ATEXT, ['='] = CONTACT_ATEXT,
	['?'] = CONTACT_ATEXT, ['^'] = CONTACT_ATEXT, ['_'] = CONTACT_ATEXT, ['`'] = CONTACT_ATEXT, ['{'] = CONTACT_ATEXT,
	['|'] = CONTACT_ATEXT, ['}'] = CONTACT_ATEXT, ['~'] = CONTACT_ATEXT,
};

static inline bool
is_ascii_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
contact_read(ContactText *contact, text *value, bool clip)
{
	Span		raw = {VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value)};
	const char *utf8;
	size_t		len;

	while (raw.n > 0 && is_ascii_space(*raw.p))
	{
		raw.p++;
		raw.n--;
	}
	while (raw.n > 0 && is_ascii_space(raw.p[raw.n - 1]))
		raw.n--;
	if (raw.n > CONTACT_BYTES)
	{
		if (!clip)
			return false;
		raw.n = pg_mbcliplen(raw.p, raw.n, CONTACT_BYTES);
	}

	utf8 = fold_server_to_utf8(raw.p, raw.n, &len);
	if (len > CONTACT_BYTES)
	{
		if (!clip)
			return false;
		/* fewer bytes in the server's encoding; what was begun is no character, and ends what it stands in */
		len = CONTACT_BYTES;
		while (len > 0 && ((unsigned char) utf8[len] & 0xC0) == 0x80)
			len--;
	}
	contact->text.p = contact->bytes;
	contact->text.n = (int) fold_utf8(utf8, len, contact->bytes);
	contact->text = span_trim(contact->text);
	if (utf8 != raw.p)
		pfree(unconstify(char *, utf8));
	return true;
}

Span
span_trim(Span s)
{
	while (s.n > 0 && *s.p == ' ')
	{
		s.p++;
		s.n--;
	}
	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

bool
span_drop_prefix(Span *s, const char *prefix)
{
	int			n = (int) strlen(prefix);

	if (s->n < n || memcmp(s->p, prefix, n) != 0)
		return false;
	s->p += n;
	s->n -= n;
	return true;
}

bool
span_equal(Span s, const char *text)
{
	return strncmp(s.p, text, s.n) == 0 && text[s.n] == '\0';
}

bool
span_same(Span a, Span b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}
