/*
 * email_issue.c
 *		What is wrong with an address of e-mail as it stands in a field: email_issue.
 *
 * The question is not whether RFC 5322 has a grammar for it, but whether mail can be sent to what the field has, by a program that takes
 * it as it is.  So "ann smith"@x.com, ann@[192.0.2.1], (work)ann@x.com and ann@localhost, which are addresses for the RFC, have codes of their own here:
 * nearly every form, gateway and mail program refuses them, and in a CRM they are mistakes.  And so is Ann <ann@x.com>, which email_key
 * understands, but which is an address and a name in a field for an address.
 *
 * What is asked, in this order; the first that holds is returned:
 *
 *	blank							nothing, or a placeholder (core/placeholder.c); filler, where it says as much: noemail
 *	no_at							no @
 *	not_bare, several, comment		more than an address: Ann <ann@x.com>, mailto:, quotes around it, a comma behind it; one of the three
 *	no_local, no_domain				nothing in front of the @, or behind it
 *	white_space, invalid_character	in front of the @
 *	leading_dot, trailing_dot, consecutive_dots
 *	white_space, invalid_domain		behind it: an empty label, a hyphen at the end of one, a character that none has
 *	label_too_long (63), local_too_long (64), domain_too_long (253), too_long (254)
 *	quoted_local, address_literal
 *	filler							asdf@asdf.com, noemail@..., a@a.a
 *	no_tld, numeric_tld, short_tld, reserved_domain, domain_typo	(domain_issue.c)
 *	not_trimmed						white space around it, and nothing else
 *
 * An address that is ASCII, as nearly all are, is read where it stands, once; only one that has something in it that no bare address has is
 * looked at again, by issue_of().  Of others (RFC 6531) the characters are looked at in UTF-8: spaces of every kind are spaces, and
 * what cannot be seen, and full-width forms of ASCII, are characters that no address has; lengths are in bytes, as RFC 6531 has them, but for labels.  At the end
 * such an address must be one for email_key, so that whatever has no issue has a key.
 *
 * Source: RFC 5321, sections 4.1.2, 4.5.3.1; RFC 5322, section 3.4.1; RFC 3696, section 3, with its erratum 1690 (254, not 320); RFC 6531; RFC 1123, section 2.1.
 *
 * Worked example: " ann..smith@gmial.com" -> trimmed; in front of the @ there are two points together: consecutive_dots; once that is mended, gmial.com
 * is a domain_typo, and at last the space in front is not_trimmed.
 */
#include "hygiene/field_issue.h"

#include "core/placeholder.h"
#include "hygiene/domain_issue.h"

/* RFC 5321, section 4.5.3.1, in bytes; a path of 256 has < and > around the address. */
#define LOCAL_OCTETS 64
#define ADDRESS_OCTETS 254

static inline bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool
is_control(char c)
{
	return (unsigned char) c < ' ' || c == 0x7F;
}

static Span
trim_spaces(Span s)
{
	while (s.n > 0 && is_space(*s.p))
	{
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* ---- an address in two parts ---- */

typedef struct Parts
{
	Span		local;
	Span		domain;
	bool		is_quoted;		/* the local part, and rightly */
	bool		is_literal;		/* the domain is an address of IP or the like */
} Parts;

/* A part has characters that cannot be in it: what to say. */
static const char *
bad_character(Span s, uint8 good, const char *otherwise)
{
	for (int i = 0; i < s.n; i++)
	{
		unsigned char c = s.p[i];

		if (!(contact_char[c] & good) && c != '.' && c < 0x80)
			return is_space((char) c) ? "white_space" : otherwise;
	}
	return NULL;
}

static const char *
local_issue(Span s)
{
	if (s.p[0] == '.')
		return "leading_dot";
	if (s.p[s.n - 1] == '.')
		return "trailing_dot";
	for (int i = 1; i < s.n; i++)
		if (s.p[i] == '.' && s.p[i - 1] == '.')
			return "consecutive_dots";
	return NULL;
}

/* Are the labels what labels are, but for their length?  Gives the bytes of the longest. */
static bool
labels_are_good(Span s, int *longest)
{
	int			start = 0;

	*longest = 0;
	for (int i = 0; i <= s.n; i++)
		if (i == s.n || s.p[i] == '.')
		{
			if (i == start || s.p[start] == '-' || s.p[i - 1] == '-')
				return false;
			*longest = Max(*longest, i - start);
			start = i + 1;
		}
	return true;
}

static int
utf8_chars(Span s)
{
	int			n = 0;

	for (int i = 0; i < s.n; i++)
		n += ((unsigned char) s.p[i] & 0xC0) != 0x80;
	return n;
}

/* Labels count in characters, since of other scripts it is not the bytes of UTF-8 that go over the wire. */
static bool
has_long_label(Span domain)
{
	Span		label = {domain.p, 0};

	for (int i = 0; i <= domain.n; i++)
		if (i == domain.n || domain.p[i] == '.')
		{
			label.n = (int) (domain.p + i - label.p);
			if (utf8_chars(label) > DOMAIN_LABEL_CHARS)
				return true;
			label.p = domain.p + i + 1;
		}
	return false;
}

/* The two parts, which are there. */
static const char *
issue_of_parts(const Parts *parts)
{
	char		folded[ADDRESS_OCTETS];
	Span		local = parts->local;
	Span		domain = parts->domain;
	const char *issue;
	int			longest = 0;

	if (!parts->is_quoted && ((issue = bad_character(local, CONTACT_ATEXT, "invalid_character")) != NULL || (issue = local_issue(local)) != NULL))
		return issue;
	if (!parts->is_literal)
	{
		if ((issue = bad_character(domain, CONTACT_HOST, "invalid_domain")) != NULL)
			return issue;
		if (!labels_are_good(domain, &longest))
			return "invalid_domain";
		if (longest > DOMAIN_LABEL_CHARS && has_long_label(domain))
			return "label_too_long";
	}
	if (local.n > LOCAL_OCTETS)
		return "local_too_long";
	if (domain.n > DOMAIN_CHARS)
		return "domain_too_long";
	if (local.n + 1 + domain.n > ADDRESS_OCTETS)
		return "too_long";
	if (parts->is_quoted)
		return "quoted_local";
	if (parts->is_literal)
		return "address_literal";

	for (int i = 0; i < local.n; i++)
		folded[i] = (char) pg_ascii_tolower((unsigned char) local.p[i]);
	local.p = folded;
	for (int i = 0; i < domain.n; i++)
		folded[local.n + i] = (char) pg_ascii_tolower((unsigned char) domain.p[i]);
	domain.p = folded + local.n;
	return domain_issue(domain, local_is_filler(local, domain));
}

/*
 * Nearly every address has nothing odd about its form, which one look at each character shows; then *issue is what is wrong with the
 * names.  False for all others, issue_of() says what it is about them.
 */
static bool
is_well_formed(Span s, const char **issue)
{
	char		folded[ADDRESS_OCTETS];
	Span		local = {folded, 0};
	Span		domain;
	int			start;
	char		last = '.';
	int			i;

	if (s.n > ADDRESS_OCTETS)
		return false;
	for (i = 0; i < s.n; i++)
	{
		unsigned char c = s.p[i];
		uint8		kind = contact_char[c];

		if (!(kind & CONTACT_ATEXT) && (c != '.' || last == '.'))
			break;
		folded[i] = last = contact_lower(c, kind);
	}
	local.n = i;
	if (i == s.n || s.p[i] != '@' || last == '.' || i > LOCAL_OCTETS)
		return false;
	start = ++i;
	domain.p = folded + start;
	domain.n = s.n - start;
	if (domain.n > DOMAIN_CHARS)
		return false;
	for (last = '.'; i < s.n; i++)
	{
		unsigned char c = s.p[i];
		uint8		kind = contact_char[c];

		if (c == '.' ? last == '-' || i - start > DOMAIN_LABEL_CHARS : !(kind & CONTACT_HOST))
			return false;
		if (last == '.')
		{
			if (c == '.' || c == '-')
				return false;
			start = i;
		}
		folded[i] = last = contact_lower(c, kind);
	}
	if (last == '.' || last == '-' || s.n - start > DOMAIN_LABEL_CHARS)
		return false;
	*issue = domain_issue(domain, local_is_filler(local, domain));
	return true;
}

/* ---- what is not two parts, or not well formed ---- */

/* Behind `start`, where a quote begins, the place of the one that ends it, or -1: there is none, or in between is what may not be. */
static int
quote_end(Span s, int start)
{
	for (int i = start + 1; i < s.n; i++)
	{
		char		c = s.p[i];

		if (c == '"')
			return i;
		if (c == '\\')
			i++;
		if (i == s.n || is_control(s.p[i]))
			return -1;
	}
	return -1;
}

static bool
is_separator(char c)
{
	return is_space(c) || c == ',' || c == ';' || c == '|' || c == '/' || c == '&';
}

/* The signs that matter outside quotes and comments. */
typedef struct Marks
{
	int			nat;
	int			at;				/* the last @ */
	bool		is_list;		/* between two of them is what parts addresses */
	int			nopen;			/* < */
	int			open;
	int			close;			/* the last > */
	bool		closed_well;	/* one < and one >, at the end, with one @ in between, and no list in front */
	bool		has_comment;
	bool		is_unbalanced;	/* a quote or a comment that does not end */
} Marks;

static void
marks_read(Marks *marks, Span s)
{
	int			depth = 0;
	int			inside = 0;		/* @ between < and > */
	bool		parted = false; /* since the last @ */
	bool		is_list_before = false;

	memset(marks, 0, sizeof(*marks));
	marks->open = marks->close = -1;
	for (int i = 0; i < s.n; i++)
	{
		char		c = s.p[i];

		if (depth > 0)
		{
			if (c == '\\')
				i++;
			depth += c == '(' ? 1 : c == ')' ? -1 : 0;
			continue;
		}
		switch (c)
		{
			case '"':
				for (i++; i < s.n && s.p[i] != '"'; i++)
					if (s.p[i] == '\\')
						i++;
				if (i >= s.n)
					marks->is_unbalanced = true;
				break;
			case '(':
				depth = 1;
				marks->has_comment = true;
				break;
			case '<':
				if (marks->nopen++ == 0)
				{
					marks->open = i;
					is_list_before = marks->nat > 0 && memchr(s.p, ',', i) != NULL;
					is_list_before |= marks->nat > 0 && memchr(s.p, ';', i) != NULL;
				}
				break;
			case '>':
				marks->close = i;
				break;
			case '@':
				marks->is_list |= marks->nat > 0 && parted;
				marks->at = i;
				marks->nat++;
				inside += marks->nopen == 1 && marks->close < 0;
				parted = false;
				break;
			default:
				parted |= is_separator(c);
		}
	}
	marks->is_unbalanced |= depth > 0;
	marks->closed_well = marks->nopen == 1 && marks->close == s.n - 1 && inside == 1 && !is_list_before;
}

/* A text without white space around it, of CONTACT_BYTES at most, with an @ in it. */
static const char *
issue_of(Span s)
{
	Marks		marks;
	Parts		parts;
	char		last = s.p[s.n - 1];

	if (s.n > 2 && (s.p[0] == '"' || s.p[0] == '\'') && last == s.p[0] && memchr(s.p, '@', s.n) != NULL)
		return "not_bare";
	marks_read(&marks, s);
	if (marks.closed_well)
		return "not_bare";
	if (marks.is_list)
		return "several";
	if (s.n >= 7 && pg_strncasecmp(s.p, "mailto:", 7) == 0)
		return "not_bare";
	if (marks.nat == 1 && !marks.is_unbalanced && (last == ',' || last == ';'))
		return "not_bare";
	if (marks.nopen > 0 || marks.close >= 0 || marks.is_unbalanced)
		return "invalid_character";
	if (marks.has_comment)
		return "comment";
	if (marks.nat == 0)
		return "no_at";
	if (marks.nat > 1)
		return "invalid_character";

	parts.local.p = s.p;
	parts.local.n = marks.at;
	parts.domain.p = s.p + marks.at + 1;
	parts.domain.n = s.n - marks.at - 1;
	if (parts.local.n == 0)
		return "no_local";
	if (parts.domain.n == 0)
		return "no_domain";
	parts.is_quoted = *s.p == '"';
	if (parts.is_quoted && quote_end(parts.local, 0) != parts.local.n - 1)
		return "invalid_character";
	parts.is_literal = *parts.domain.p == '[';
	if (parts.is_literal)
	{
		/* dtext of RFC 5322 */
		for (int i = 1; i < parts.domain.n - 1; i++)
			if (strchr("[]\\", parts.domain.p[i]) != NULL || is_control(parts.domain.p[i]))
				return "invalid_domain";
		if (parts.domain.n < 2 || last != ']')
			return "invalid_domain";
	}
	return issue_of_parts(&parts);
}

/* ---- texts ---- */

/* Spaces beyond ASCII (Zs of Unicode, and the ends of lines and paragraphs). */
static bool
is_wide_space(pg_wchar c)
{
	return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* What no address has: what cannot be seen, other forms of ASCII, and bytes that are no characters. */
static bool
is_bad_wide(pg_wchar c)
{
	return fold_is_raw_byte(c) || c < 0xA0 || c == 0xAD || c == 0x180E || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
		(c >= 0x2060 && c <= 0x206F) || c == 0x3002 || c == 0xFEFF || (c >= 0xFF01 && c <= 0xFF61) || (c >= 0xFFF0 && c <= 0xFFFF) ||
		(c >= 0xE000 && c <= 0xF8FF) || c >= 0xE0000;
}

/* The same text in UTF-8, with plain spaces, and with a control character where there is what no address has; false if it is too long. */
static bool
plain_utf8(Span s, char *bytes, Span *plain)
{
	size_t		len;
	const char *utf8 = fold_server_to_utf8(s.p, s.n, &len);
	const unsigned char *p = (const unsigned char *) utf8;
	const unsigned char *end = p + len;
	int			n = 0;

	if (len <= CONTACT_BYTES)
		while (p < end)
		{
			pg_wchar	c;
			int			width = fold_read(p, end, &c);

			if (c < 0x80)
				bytes[n++] = (char) c;
			else if (is_wide_space(c))
				bytes[n++] = ' ';
			else if (is_bad_wide(c))
				bytes[n++] = '\001';
			else
			{
				memcpy(bytes + n, p, width);
				n += width;
			}
			p += width;
		}
	if (utf8 != s.p)
		pfree(unconstify(char *, utf8));
	plain->p = bytes;
	plain->n = n;
	return len <= CONTACT_BYTES;
}

static const char *
issue_of_wide(Span s, text *value)
{
	char		bytes[CONTACT_BYTES];
	Span		plain;
	Span		trimmed;
	const char *issue;
	ContactText contact;
	Email		email;

	if (!plain_utf8(s, bytes, &plain))
		return "too_long";
	trimmed = trim_spaces(plain);
	/* a space beyond ASCII is not @ */
	issue = trimmed.n <= 0 || memchr(trimmed.p, '@', trimmed.n) == NULL ? "no_at" : issue_of(trimmed);
	if (issue != NULL)
		return issue;
	/* what is folded to something else, and no letter where there should be one */
	if (!email_read(&email, &contact, value))
	{
		const char *at = contact_read(&contact, value, false) ? memchr(contact.text.p, '@', contact.text.n) : NULL;
		Span		domain = {at, 0};

		if (at == NULL)
			return "invalid_character";
		domain.p++;
		domain.n = (int) (contact.text.p + contact.text.n - domain.p);
		return domain_read(&email.read, domain) ? "invalid_character" : "invalid_domain";
	}
	return trimmed.n < plain.n ? "not_trimmed" : NULL;
}

const char *
email_issue(text *value)
{
	Span		all = {VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value)};
	Span		s = trim_spaces(all);
	const char *issue;

	if (s.n <= 0)
		return "blank";
	if (is_well_formed(s, &issue))
		return issue == NULL && s.n < all.n ? "not_trimmed" : issue;
	if (memchr(s.p, '@', s.n) == NULL)
	{
		Span		nothing = {NULL, 0};
		PlaceholderKey key;
		char	   *end;

		if (placeholder_is_blank(s.p, s.n))
			return "blank";
		/* no email */
		placeholder_key(&key, s.p, s.n, PLACEHOLDER_BYTES);
		end = key.bytes;
		for (int i = 0; i < key.length; i++)
			if (key.bytes[i] != ' ')
				*end++ = key.bytes[i];
		nothing.p = key.bytes;
		nothing.n = (int) (end - key.bytes);
		return key.length > 0 && local_is_filler(nothing, (Span) {"", 0}) ? "filler" : "no_at";
	}
	if (s.n > CONTACT_BYTES)
	{
		Marks		marks;

		/* a list shows early */
		s.n = CONTACT_BYTES;
		marks_read(&marks, s);
		return marks.is_list ? "several" : "too_long";
	}
	issue = fold_ascii_prefix(s.p, s.n) == (size_t) s.n ? issue_of(s) : issue_of_wide(s, value);
	if (issue != NULL)
		return issue;
	return s.n < all.n ? "not_trimmed" : NULL;
}

FIELD_ISSUE_FUNCTION(email_issue);
