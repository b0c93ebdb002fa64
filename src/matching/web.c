/*
 * web.c
 *		Domain names, and website_domain: the part of an address on the web that a company has registered.
 *
 * Of a URL or a host, scheme, user, port, path and what stands in front of the registered name go:
 * https://shop.acme.co.uk:8443/x → acme.co.uk.  Which names are registered directly under which suffix is data,
 * public_suffixes.tsv.  The rule is that of the Public Suffix List (publicsuffix.org): of all suffixes that a name ends
 * in, an exception counts first and else the longest; a name that ends in none has its last label as its suffix; and
 * the registrable domain has one label more.
 *
 * Where this differs: a name that is a host firm's suffix itself is that firm's domain (github.io → github.io, while
 * acme.github.io is a customer's); only a registry's suffix has no registrable domain (co.uk → NULL).
 *
 * Names in other scripts are kept in folded Unicode, and the ASCII form of such a name (RFC 3492, xn--...) is read as
 * what it stands for, so that both are one.
 *
 * Worked example: "HTTP://ann@Shop.Acme.CO.UK./x?y" folds to small letters; the scheme, ann@, /x?y and the last point go;
 * of the ends shop.acme.co.uk, acme.co.uk, co.uk and uk, co.uk is a suffix: acme.co.uk.
 */
#include "matching/contact.h"

#include <arpa/inet.h>

/* ---- what names are registered under ---- */

#define SUFFIX_REGISTRY		0x1
#define SUFFIX_HOSTING		0x2
#define SUFFIX_WILDCARD		0x4	/* every label under it makes one */
#define SUFFIX_EXCEPTION	0x8	/* except this */

/* No suffix of the file has more labels (public_suffixes.awk sees to it). */
#define SUFFIX_LABELS 4

typedef struct PublicSuffix
{
	const char *name;
	int			flags;
} PublicSuffix;

#include "matching/public_suffixes.inc"

static int
suffix_flags(Span s)
{
	int			low = 0;
	int			high = lengthof(public_suffix) - 1;

	/* few names that are none have the first letter and the length of one */
	if (!IS_HIGHBIT_SET(*s.p) && !(suffix_lengths[*s.p & 31] >> Min(s.n, 31) & 1))
		return 0;
	while (low <= high)
	{
		int			mid = (low + high) / 2;
		int			order = strncmp(s.p, public_suffix[mid].name, s.n);

		if (order == 0 && public_suffix[mid].name[s.n] != '\0')
			order = -1;
		if (order == 0)
			return public_suffix[mid].flags;
		if (order < 0)
			high = mid - 1;
		else
			low = mid + 1;
	}
	return 0;
}

/* The end of a name that has one label more than the one that begins at p; of none if there is no more. */
static Span
one_label_more(Span name, const char *p)
{
	Span		s = {NULL, 0};

	if (p > name.p)
	{
		for (s.p = p - 1; s.p > name.p && s.p[-1] != '.'; s.p--)
			;
		s.n = (int) (name.p + name.n - s.p);
	}
	return s;
}

bool
domain_registrable(Span name, Span *registrable)
{
	Span		found = {NULL, 0};
	Span		s = {name.p + name.n, 0};

	if (name.n == 0)
		return false;
	/* behind the last label a point is thought, so that each label has one behind it */
	s.p++;
	/* from the last label on, so that the longest suffix is met last */
	for (int labels = 1; labels <= SUFFIX_LABELS; labels++)
	{
		Span		longer;
		int			flags;

		s = one_label_more(name, s.p);
		if (s.p == NULL)
			break;
		flags = suffix_flags(s);
		longer = one_label_more(name, s.p);

		if (flags & SUFFIX_EXCEPTION)
		{
			found = s;
			break;
		}
		if (labels == 1 || (flags & (SUFFIX_REGISTRY | SUFFIX_HOSTING)))
			/* the whole name may be a host firm's */
			found = longer.p == NULL && (flags & SUFFIX_HOSTING) ? s : longer;
		/* a label more belongs to the suffix */
		if ((flags & SUFFIX_WILDCARD) && longer.p != NULL && !(suffix_flags(longer) & SUFFIX_EXCEPTION))
			found = one_label_more(name, longer.p);
	}
	*registrable = found;
	return found.p != NULL;
}

/* ---- names ---- */

#define PUNYCODE_BASE 36

/* How the next number of an ASCII form is written depends on the size of the last one (RFC 3492, section 6.1). */
static int
punycode_bias(int64 delta, int n, bool is_first)
{
	int			k = 0;

	delta /= is_first ? 700 : 2;
	delta += delta / n;
	for (; delta > (PUNYCODE_BASE - 1) * 26 / 2; k += PUNYCODE_BASE)
		delta /= PUNYCODE_BASE - 1;
	return (int) (k + PUNYCODE_BASE * delta / (delta + 38));
}

/*
 * The label that an ASCII form stands for, in UTF-8 (RFC 3492, section 6.2); false if s, which follows xn--, is none.
 */
static bool
punycode_decode(Span s, char *out, int *nout)
{
	pg_wchar	label[DOMAIN_LABEL_CHARS];
	int			n = 0;
	int			in = 0;
	int			bias = 72;
	int64		code = 128;
	int64		i = 0;

	if (s.n > DOMAIN_LABEL_CHARS)
		return false;
	for (int k = s.n - 1; k > 0; k--)
		if (s.p[k] == '-')
		{
			for (n = 0; n < k; n++)
				label[n] = (unsigned char) s.p[n];
			in = k + 1;
			break;
		}

	while (in < s.n)
	{
		int64		before = i;
		int64		weight = 1;

		if (n == DOMAIN_LABEL_CHARS)
			return false;
		for (int k = PUNYCODE_BASE;; k += PUNYCODE_BASE)
		{
			int			threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
			int			digit;

			if (in >= s.n)
				return false;
			if (s.p[in] >= 'a' && s.p[in] <= 'z')
				digit = s.p[in] - 'a';
			else if (s.p[in] >= '0' && s.p[in] <= '9')
				digit = s.p[in] - '0' + 26;
			else
				return false;
			in++;
			i += digit * weight;
			/* no code point lies so far away */
			if (i > (int64) 0x110000 * (DOMAIN_LABEL_CHARS + 1))
				return false;
			if (digit < threshold)
				break;
			weight *= PUNYCODE_BASE - threshold;
			if (weight > PG_INT32_MAX)
				return false;
		}
		bias = punycode_bias(i - before, n + 1, before == 0);
		code += i / (n + 1);
		i %= n + 1;
		if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
			return false;
		memmove(label + i + 1, label + i, (n - i) * sizeof(pg_wchar));
		label[i++] = (pg_wchar) code;
		n++;
	}

	*nout = 0;
	for (int k = 0; k < n; k++)
	{
		unicode_to_utf8(label[k], (unsigned char *) out + *nout);
		*nout += pg_utf_mblen((unsigned char *) out + *nout);
	}
	return n > 0;
}

/* The characters of a label, or 0 if it is none. */
static int
label_chars(Span label)
{
	const unsigned char *p = (const unsigned char *) label.p;
	const unsigned char *end = p + label.n;
	int			n = 0;

	if (label.n == 0 || *p == '-' || end[-1] == '-')
		return 0;
	for (; p < end; n++)
	{
		pg_wchar	c;

		if (*p < 0x80)
		{
			if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-' || *p == '_'))
				return 0;
			p++;
			continue;
		}
		p += fold_read(p, end, &c);
		if (fold_is_raw_byte(c) || !fold_is_word(c))
			return 0;
	}
	return n <= DOMAIN_LABEL_CHARS ? n : 0;
}

/*
 * A label in ASCII form as what it stands for, if that is a label, in place of itself.  Encodings that do not have all
 * characters keep the ASCII form, since they may not have these.
 */
static int
label_from_ascii_form(Span *label, char *bytes)
{
	Span		form = *label;
	char		decoded[DOMAIN_LABEL_CHARS * 4];
	Span		meant = {bytes, 0};
	int			n;

	if ((GetDatabaseEncoding() != PG_UTF8 && GetDatabaseEncoding() != PG_SQL_ASCII) ||
		!span_drop_prefix(&form, "xn--") || !punycode_decode(form, decoded, &n))
		return 0;
	meant.n = (int) fold_utf8(decoded, n, bytes);
	form = meant;
	/* what would be decoded once more stays as it is */
	if (span_drop_prefix(&form, "xn--"))
		return 0;
	n = label_chars(meant);
	if (n > 0)
		*label = meant;
	return n;
}

bool
domain_read(Domain *domain, Span s)
{
	const char *end = s.p + s.n;
	char	   *out = domain->bytes;
	int			labels = 0;
	int			chars = 0;
	bool		is_number = false;
	bool		has_underscore = false;

	for (const char *p = s.p; p < end;)
	{
		Span		label = {p, 0};
		char		meant[FOLD_UTF8_BOUND(DOMAIN_LABEL_CHARS * 4)];
		int			n;

		/* a point of the CJK scripts is one (RFC 3490, section 3.1) */
		while (p < end && *p != '.' && !(end - p >= 3 && memcmp(p, "\xE3\x80\x82", 3) == 0))
			p++;
		label.n = (int) (p - label.p);
		n = label_from_ascii_form(&label, meant);
		if (n == 0)
			n = label_chars(label);
		chars += n + (labels > 0);
		if (n == 0 || chars > DOMAIN_CHARS)
			return false;
		is_number = true;
		for (int i = 0; i < label.n; i++)
			is_number = is_number && label.p[i] >= '0' && label.p[i] <= '9';
		has_underscore = memchr(label.p, '_', label.n) != NULL;
		if (labels++ > 0)
			*out++ = '.';
		memcpy(out, label.p, label.n);
		out += label.n;
		if (p < end)
			p += *p == '.' ? 1 : 3;
	}
	domain->name.p = domain->bytes;
	domain->name.n = (int) (out - domain->bytes);
	/* no top level is a number (RFC 3696, section 2) */
	return labels > 1 && !is_number && !has_underscore;
}

/* ---- addresses of the web ---- */

/* Is it four numbers up to 255, without needless zeros? */
static bool
is_ip4(Span s)
{
	int			parts = 0;
	int			digits = 0;
	int			value = 0;

	for (int i = 0; i <= s.n; i++)
	{
		if (i == s.n || s.p[i] == '.')
		{
			if (digits == 0)
				return false;
			parts++;
			digits = value = 0;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9' || (digits > 0 && value == 0))
			return false;
		value = value * 10 + (s.p[i] - '0');
		if (++digits > 3 || value > 255)
			return false;
	}
	return parts == 4;
}

static bool
is_ip6(Span s)
{
	char		copy[INET6_ADDRSTRLEN + 1];
	struct in6_addr address;

	if (s.n >= (int) sizeof(copy) || memchr(s.p, ':', s.n) == NULL)
		return false;
	memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return inet_pton(AF_INET6, copy, &address) == 1;
}

/* Drops "http://" and its like: a scheme is a word before a colon and slashes; of the two usual ones, anything near. */
static void
drop_scheme(Span *s)
{
	int			n = 0;

	while (n < s->n && ((s->p[n] >= 'a' && s->p[n] <= 'z') ||
						(n > 0 && ((s->p[n] >= '0' && s->p[n] <= '9') || s->p[n] == '+' || s->p[n] == '.' || s->p[n] == '-'))))
		n++;
	if (n > 0 && n + 2 < s->n && s->p[n] == ':' && s->p[n + 1] == '/' && s->p[n + 2] == '/')
	{
		s->p += n + 1;
		s->n -= n + 1;
	}
	else if (!span_drop_prefix(s, "https:") && !span_drop_prefix(s, "http:"))
	{
		Span		rest = *s;

		/* a colon forgotten; not a host that begins so */
		if ((span_drop_prefix(&rest, "https") || span_drop_prefix(&rest, "http")) && span_drop_prefix(&rest, "//"))
			*s = rest;
	}
	while (s->n > 0 && (*s->p == '/' || *s->p == '\\'))
	{
		s->p++;
		s->n--;
	}
}

/* Of what is left of a URL the host, without user and port; false if the port is none. */
static bool
take_host(Span *s)
{
	int			n = 0;
	int			colon;

	while (n < s->n && s->p[n] != '/' && s->p[n] != '?' && s->p[n] != '#' && s->p[n] != '\\')
		n++;
	s->n = n;
	for (int i = s->n - 1; i >= 0; i--)
		if (s->p[i] == '@')
		{
			s->p += i + 1;
			s->n -= i + 1;
			break;
		}
	if (is_ip6(*s))
		return true;
	for (colon = s->n; colon > 0 && s->p[colon - 1] >= '0' && s->p[colon - 1] <= '9'; colon--)
		;
	if (colon > 0 && s->p[colon - 1] == ':' && s->n - colon <= 5)
		s->n = colon - 1;
	if (s->n > 1 && s->p[0] == '[' && s->p[s->n - 1] == ']')
	{
		s->p++;
		s->n -= 2;
		return is_ip6(*s);
	}
	return true;
}

Span
web_unwrap(Span s)
{
	while (s.n > 1 && ((*s.p == '<' && s.p[s.n - 1] == '>') || ((*s.p == '"' || *s.p == '\'') && s.p[s.n - 1] == *s.p)))
	{
		s.p++;
		s.n -= 2;
		s = span_trim(s);
	}
	while (s.n > 0 && (s.p[s.n - 1] == ',' || s.p[s.n - 1] == ';'))
		s.n--;
	return span_trim(s);
}

WebReading
website_read(Website *site, text *value)
{
	Span		s;
	Span		without_www;

	contact_read(&site->contact, value, true);
	s = web_unwrap(site->contact.text);
	drop_scheme(&s);
	if (!take_host(&s))
		return WEB_NO_PORT;
	s = span_trim(s);
	site->host = site->registered = s;
	if (s.n > 0 && (is_ip4(s) || is_ip6(s)))
		return WEB_IP;

	if (!domain_read(&site->domain, s))
		return WEB_NO_HOST;
	if (!domain_registrable(site->domain.name, &site->registered))
		return WEB_SUFFIX;
	/* www.github.io is the firm's, and no customer's; but www.gov.uk is a name under gov.uk */
	for (without_www = site->registered; span_drop_prefix(&without_www, "www.");)
	{
		Span		firm;

		if (!domain_registrable(without_www, &firm))
			break;
		site->registered = without_www = firm;
	}
	return WEB_DOMAIN;
}

SALESOPS_FUNCTION(salesops_website_domain);

Datum
salesops_website_domain(PG_FUNCTION_ARGS)
{
	Website		site;
	WebReading	reading = website_read(&site, PG_GETARG_TEXT_PP(0));

	if (reading != WEB_DOMAIN && reading != WEB_IP)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(fold_utf8_to_text(site.registered.p, site.registered.n));
}
