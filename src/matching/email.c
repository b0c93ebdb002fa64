/*
 * email.c
 *		Addresses of e-mail: email_key, email_domain, is_free_mail, email_similarity.
 *
 * An address is read as it stands in a mail program or a web page: Ann <ann@x.com>, "Doe, Ann" <ann@x.com>, <ann@x.com>,
 * 'ann@x.com', ann@x.com (Ann), mailto:ann@x.com?subject=Hello.  What is left is an addr-spec of RFC 5322 without comments, with a
 * domain of two labels or more, and with other scripts as in RFC 6531; anything else is no address.
 *
 * The key is that of the mailbox, so far as that is known: the text is folded (case, and also accents, which no provider
 * tells apart by registering both for two people), and what the provider ignores goes.  What providers ignore is data,
 * mail_providers.tsv: tags after a + (RFC 5233), dots (Gmail), dashes for dots (Yandex), and domains that are one.
 *
 * Worked example: "Ann Smith <Ann.Smith+News@GoogleMail.com>" → ann.smith+news, googlemail.com; Google has plus, dots and
 * same gmail.com: annsmith@gmail.com.
 *
 * The similarity is ours, there is no published one: see the comment on email_compare.
 */
#include "matching/contact.h"
#include "matching/edit_distance.h"

#include "core/name_set.h"
#include "lib/stringinfo.h"

/* ---- providers ---- */

#define MAIL_PLUS	0x1
#define MAIL_DOTS	0x2
#define MAIL_DASHES	0x4

struct MailProvider
{
	int			flags;
	const char *same;			/* the domain that stands for this one in keys, or NULL */
};

#include "matching/mail_providers.inc"

static const MailProvider *
provider_find(Span domain)
{
	uint8		number = name_set_find(&provider_set, domain.p, domain.n);

	return number == 0 ? NULL : &mail_provider[number];
}

bool
mail_provider_has(Span domain)
{
	return provider_find(domain) != NULL;
}

/* ---- reading ---- */

/* The characters of a part in front of the @, or 0 if it is none. */
static int
local_chars(Span s, bool in_quotes)
{
	const unsigned char *p = (const unsigned char *) s.p;
	const unsigned char *end = p + s.n;
	unsigned char last = '.';
	int			n = 0;

	for (; p < end; n++)
	{
		pg_wchar	c;

		if (*p < 0x80)
		{
			if (in_quotes ? strchr("\"\\<>", *p) != NULL : (*p == '.' ? last == '.' : !(contact_char[*p] & CONTACT_ATEXT)))
				return 0;
			last = *p++;
			continue;
		}
		last = *p;
		p += fold_read(p, end, &c);
		/* bytes of no known encoding are no characters */
		if (fold_is_raw_byte(c))
			return 0;
	}
	if (n > LOCAL_CHARS || (!in_quotes && last == '.'))
		return 0;
	return n;
}

static inline int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Of mailto:, what follows the address goes, and %40 is @ (RFC 6068); in place. */
static Span
read_mailto(Span s)
{
	char	   *bytes = unconstify(char *, s.p);
	int			n = 0;

	for (int i = 0; i < s.n && s.p[i] != '?'; i++)
	{
		char		c = s.p[i];

		if (c == '%' && i + 2 < s.n && hex_digit(s.p[i + 1]) >= 0 && hex_digit(s.p[i + 2]) >= 0)
		{
			int			code = hex_digit(s.p[i + 1]) * 16 + hex_digit(s.p[i + 2]);

			/* what is not ASCII is left as it is written */
			if (code > ' ' && code < 0x7F)
			{
				c = (char) pg_ascii_tolower((unsigned char) code);
				i += 2;
			}
		}
		bytes[n++] = c;
	}
	s.n = n;
	return span_trim(s);
}

/* Of Ann <ann@x.com> the part in brackets; false if there are several, or something follows. */
static bool
read_brackets(Span *s)
{
	int			open = -1;
	int			close = -1;
	bool		in_quotes = false;

	for (int i = 0; i < s->n; i++)
	{
		char		c = s->p[i];

		if (c == '"' && (i == 0 || s->p[i - 1] != '\\'))
			in_quotes = !in_quotes;
		else if (in_quotes)
			continue;
		else if (c == '<')
		{
			if (open >= 0)
				return false;
			open = i;
		}
		else if (c == '>')
		{
			if (open < 0 || close >= 0)
				return false;
			close = i;
		}
	}
	if (open < 0)
		return true;
	if (close != s->n - 1)
		return false;
	s->p += open + 1;
	s->n = close - open - 1;
	*s = span_trim(*s);
	return true;
}

/* What the provider ignores goes; in place. */
static void
local_normalize(Email *email)
{
	int			flags = email->provider == NULL ? 0 : email->provider->flags;
	Span		s = email->local;
	char	   *bytes = email->local_bytes;
	char		folded[FOLD_UTF8_BOUND(LOCAL_CHARS * 4)];
	int			n = 0;

	if ((flags & MAIL_PLUS) && s.n > 0 && *s.p != '"')
	{
		const char *plus = memchr(s.p, '+', s.n);
		int			before = plus == NULL ? s.n : (int) (plus - s.p);

		while (before > 0 && s.p[before - 1] == '.')
			before--;
		/* a name that is nothing but a tag is a name */
		if (before > 0)
			s.n = before;
	}
	for (int i = 0; i < s.n; i++)
	{
		char		c = s.p[i];

		if ((flags & MAIL_DOTS) && c == '.' && *s.p != '"')
			continue;
		if ((flags & MAIL_DASHES) && c == '-' && i > 0 && i < s.n - 1 && s.p[i - 1] != '.' && s.p[i + 1] != '.' &&
			bytes[n - 1] != '.')
			c = '.';
		bytes[n++] = c;
	}
	if ((flags & MAIL_DOTS) && fold_ascii_prefix(bytes, n) < (size_t) n)
	{
		/* a letter and its mark may meet only now */
		n = (int) fold_utf8(bytes, n, folded);
		memcpy(bytes, folded, n);
	}
	email->local.p = bytes;
	email->local.n = n;
}

bool
email_read(Email *email, ContactText *contact, text *value)
{
	Span		s;
	Span		local;
	Span		domain;
	Span		content;
	int			at;

	if (!contact_read(contact, value, false))
		return false;
	s = contact->text;
	while (s.n > 0 && (s.p[s.n - 1] == ',' || s.p[s.n - 1] == ';'))
	{
		s.n--;
		s = span_trim(s);
	}
	/* quotes around it all, as some mail programs write them */
	if (s.n > 1 && (*s.p == '\'' || *s.p == '"') && s.p[s.n - 1] == *s.p)
	{
		s.p++;
		s.n -= 2;
		s = span_trim(s);
	}
	if (span_drop_prefix(&s, "mailto:"))
		s = read_mailto(s);
	/* a name behind the address (RFC 822 had it so): ann@x.com (Ann) */
	if (s.n > 0 && s.p[s.n - 1] == ')')
	{
		const char *open = memchr(s.p, '(', s.n);

		if (open == NULL)
			return false;
		s.n = (int) (open - s.p);
		s = span_trim(s);
	}
	if (!read_brackets(&s))
		return false;
	if (span_drop_prefix(&s, "mailto:"))
		s = read_mailto(s);

	for (at = s.n - 1; at >= 0 && s.p[at] != '@'; at--)
		;
	if (at <= 0)
		return false;
	local.p = s.p;
	local.n = at;
	domain.p = s.p + at + 1;
	domain.n = s.n - at - 1;

	/* quotes around a name that needs none are none (RFC 5321, section 4.1.2) */
	if (local.n > 2 && *local.p == '"' && local.p[local.n - 1] == '"')
	{
		content.p = local.p + 1;
		content.n = local.n - 2;
		if (local_chars(content, false) > 0)
			local = content;
		else if (local_chars(content, true) == 0)
			return false;
	}
	else if (local_chars(local, false) == 0)
		return false;

	if (!domain_read(&email->read, domain))
		return false;
	email->local = local;
	email->domain = email->key_domain = email->read.name;
	email->provider = provider_find(email->domain);
	if (email->provider != NULL && email->provider->same != NULL)
	{
		email->key_domain.p = email->provider->same;
		email->key_domain.n = (int) strlen(email->provider->same);
	}
	local_normalize(email);
	return true;
}

SALESOPS_FUNCTION(salesops_email_key);
SALESOPS_FUNCTION(salesops_email_domain);
SALESOPS_FUNCTION(salesops_is_free_mail);

static int
email_write(const Email *email, char *out)
{
	memcpy(out, email->local.p, email->local.n);
	out[email->local.n] = '@';
	memcpy(out + email->local.n + 1, email->key_domain.p, email->key_domain.n);
	return email->local.n + 1 + email->key_domain.n;
}

Datum
salesops_email_key(PG_FUNCTION_ARGS)
{
	ContactText contact;
	Email		email;
	char		key[LOCAL_BYTES + 1 + DOMAIN_BYTES];

	if (!email_read(&email, &contact, PG_GETARG_TEXT_PP(0)))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(fold_utf8_to_text(key, email_write(&email, key)));
}

Datum
salesops_email_domain(PG_FUNCTION_ARGS)
{
	ContactText contact;
	Email		email;

	if (!email_read(&email, &contact, PG_GETARG_TEXT_PP(0)))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(fold_utf8_to_text(email.domain.p, email.domain.n));
}

bool
email_or_domain_read(Email *email, ContactText *contact, text *value)
{
	if (email_read(email, contact, value))
		return true;
	if (!contact_read(contact, value, false) || !domain_read(&email->read, contact->text))
		return false;
	email->domain = email->read.name;
	return true;
}

Datum
salesops_is_free_mail(PG_FUNCTION_ARGS)
{
	ContactText contact;
	Email		email;

	if (!email_or_domain_read(&email, &contact, PG_GETARG_TEXT_PP(0)))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(mail_provider_has(email.domain));
}

/* ---- similarity ---- */

/*
 * What counts is the name in front of the @; the domain says how much.  score = L * (0.5 + 0.5 * D), with
 *
 *	L	1		the same in both keys
 *		.98		the same but for dots, dashes, underscores and a tag: ann.smith, annsmith, ann+x
 *		.95		the same two names in the other order: smith.ann, ann.smith
 *		.9		an initial for a first name, the last name the same: a.smith, ann.smith
 *		.85		the same, written together: asmith or smitha, ann.smith
 *		else	osa_ratio without separators; 0 below .7, where their digits differ: ann1 and ann2 are two people, and where their
 *				first letters do: asmith and bsmith are two, too, and typing errors are rare there (Pollock and Zamora, 1984)
 *	D	1		the same domain in both keys
 *		.95		the same registrable domain: mail.acme.com, acme.com
 *		.9		one typing error in a name of 8 characters or more, gmial.com; but not between two known providers
 *		0		otherwise
 *
 * and 0 for the name of an office (info, sales) at two domains, which says nothing about who it is.
 */
#define LEVEL_SEPARATORS	0.98
#define LEVEL_OTHER_ORDER	0.95
#define LEVEL_INITIAL		0.9
#define LEVEL_TOGETHER		0.85
#define LEVEL_LEAST			0.7
#define LEVEL_DOMAIN_PART	0.95
#define LEVEL_DOMAIN_TYPO	0.9
#define TYPO_CHARS			8

typedef struct EmailComparison
{
	double		local;
	const char *local_why;
	double		domain;
	const char *domain_why;
	bool		is_office;		/* at two domains */
	double		score;
} EmailComparison;

/* The parts of a name, between dots, dashes and underscores; without its tag. */
#define NAME_PARTS 8

typedef struct NameParts
{
	int			n;
	Span		part[NAME_PARTS];
	char		together[LOCAL_BYTES];	/* without separators */
	int			len;
} NameParts;

static void
name_split(NameParts *name, Span local)
{
	const char *plus = memchr(local.p, '+', local.n);
	bool		in_part = false;

	name->n = name->len = 0;
	if (plus != NULL && plus > local.p)
		local.n = (int) (plus - local.p);
	for (int i = 0; i < local.n; i++)
	{
		char		c = local.p[i];

		if (c == '.' || c == '-' || c == '_')
		{
			in_part = false;
			continue;
		}
		if (!in_part && name->n < NAME_PARTS)
		{
			name->part[name->n].p = local.p + i;
			name->part[name->n++].n = 0;
		}
		in_part = true;
		name->part[name->n - 1].n++;
		name->together[name->len++] = c;
	}
}

/* Is one the first letter of the other? */
static bool
is_initial(Span a, Span b)
{
	return (a.n == 1 || b.n == 1) && *a.p == *b.p;
}

/* Is the name without separators an initial and the last name of the other, in two parts, in either order? */
static bool
is_initial_together(const NameParts *together, const NameParts *parts)
{
	const Span *last = &parts->part[1];

	if (together->n != 1 || parts->n != 2 || last->n < 2 || together->len != last->n + 1)
		return false;
	return (together->together[0] == *parts->part[0].p && memcmp(together->together + 1, last->p, last->n) == 0) ||
		(together->together[last->n] == *parts->part[0].p && memcmp(together->together, last->p, last->n) == 0);
}

static bool
same_digits(const NameParts *a, const NameParts *b)
{
	int			i = 0;
	int			j = 0;

	for (;;)
	{
		while (i < a->len && !(a->together[i] >= '0' && a->together[i] <= '9'))
			i++;
		while (j < b->len && !(b->together[j] >= '0' && b->together[j] <= '9'))
			j++;
		if (i == a->len || j == b->len)
			return i == a->len && j == b->len;
		if (a->together[i++] != b->together[j++])
			return false;
	}
}

/* What two names have in common, of the longer one; 0 if that is too little, or there is nothing to compare. */
static double
edited_ratio(Span a, Span b)
{
	pg_wchar	ca[LOCAL_BYTES];
	pg_wchar	cb[LOCAL_BYTES];
	int			na = (int) fold_decode(a.p, a.n, ca);
	int			nb = (int) fold_decode(b.p, b.n, cb);
	int			longer = Max(na, nb);
	int			most = (int) ((1 - LEVEL_LEAST) * longer) + 1;	/* one more than rounding may take away */
	int			distance;

	if (longer == 0 || abs(na - nb) > most)
		return 0;
	distance = edit_distance(EDIT_OSA, ca, na, cb, nb, most);
	return distance > most ? 0 : 1.0 - (double) distance / longer;
}

static void
compare_locals(Span a, Span b, EmailComparison *c)
{
	NameParts	in_a;
	NameParts	in_b;
	Span		all_a;
	Span		all_b;

	c->local = 1;
	c->local_why = "the same";
	if (span_same(a, b))
		return;
	name_split(&in_a, a);
	name_split(&in_b, b);
	all_a.p = in_a.together;
	all_a.n = in_a.len;
	all_b.p = in_b.together;
	all_b.n = in_b.len;
	if (all_a.n > 0 && span_same(all_a, all_b))
	{
		c->local = LEVEL_SEPARATORS;
		c->local_why = "the same but for separators or a tag";
		return;
	}
	if (in_a.n == 2 && in_b.n == 2 && in_a.part[1].n > 1 && span_same(in_a.part[1], in_b.part[1]) &&
		is_initial(in_a.part[0], in_b.part[0]))
	{
		c->local = LEVEL_INITIAL;
		c->local_why = "an initial";
		return;
	}
	if (is_initial_together(&in_a, &in_b) || is_initial_together(&in_b, &in_a))
	{
		c->local = LEVEL_TOGETHER;
		c->local_why = "an initial, written together";
		return;
	}
	if (in_a.n == 2 && in_b.n == 2 && span_same(in_a.part[0], in_b.part[1]) && span_same(in_a.part[1], in_b.part[0]))
	{
		c->local = LEVEL_OTHER_ORDER;
		c->local_why = "in the other order";
		return;
	}
	c->local = edited_ratio(all_a, all_b);
	c->local_why = "by their edits";
	if (!same_digits(&in_a, &in_b))
	{
		c->local = 0;
		c->local_why = "their digits differ";
	}
	else if (c->local < LEVEL_LEAST)
	{
		c->local = 0;
		c->local_why = "different";
	}
	else if (all_a.n > 0 && all_b.n > 0 && *all_a.p != *all_b.p)
	{
		c->local = 0;
		c->local_why = "their first letters differ";
	}
}

static void
compare_domains(const Email *a, const Email *b, EmailComparison *c)
{
	Span		of_a;
	Span		of_b;

	c->domain = 1;
	c->domain_why = "the same";
	if (span_same(a->key_domain, b->key_domain))
		return;
	if (domain_registrable(a->key_domain, &of_a) && domain_registrable(b->key_domain, &of_b) && span_same(of_a, of_b))
	{
		c->domain = LEVEL_DOMAIN_PART;
		c->domain_why = "of one registered name";
		return;
	}
	if (!(a->provider != NULL && b->provider != NULL) && a->key_domain.n >= TYPO_CHARS && b->key_domain.n >= TYPO_CHARS &&
		abs(a->key_domain.n - b->key_domain.n) <= 4)
	{
		pg_wchar	ca[DOMAIN_BYTES];
		pg_wchar	cb[DOMAIN_BYTES];
		int			na = (int) fold_decode(a->key_domain.p, a->key_domain.n, ca);
		int			nb = (int) fold_decode(b->key_domain.p, b->key_domain.n, cb);

		if (na >= TYPO_CHARS && nb >= TYPO_CHARS && edit_distance(EDIT_OSA, ca, na, cb, nb, 1) == 1)
		{
			c->domain = LEVEL_DOMAIN_TYPO;
			c->domain_why = "a typing error";
			return;
		}
	}
	c->domain = 0;
	c->domain_why = "different";
}

static void
email_compare(const Email *a, const Email *b, EmailComparison *c)
{
	compare_locals(a->local, b->local, c);
	compare_domains(a, b, c);
	c->is_office = c->domain == 0 && (email_is_office(a->local) || email_is_office(b->local));
	c->score = c->is_office ? 0 : c->local * (0.5 + 0.5 * c->domain);
}

/* The two arguments.  Each is read whatever the other is, so that what is an error is one in either order. */
static bool
email_args(FunctionCallInfo fcinfo, ContactText *in, Email *a, Email *b)
{
	bool		has_a = email_read(a, &in[0], PG_GETARG_TEXT_PP(0));
	bool		has_b = email_read(b, &in[1], PG_GETARG_TEXT_PP(1));

	return has_a && has_b;
}

SALESOPS_FUNCTION(salesops_email_similarity);
SALESOPS_FUNCTION(salesops_explain_email_similarity);

Datum
salesops_email_similarity(PG_FUNCTION_ARGS)
{
	ContactText in[2];
	Email		a;
	Email		b;
	EmailComparison c;

	if (!email_args(fcinfo, in, &a, &b))
		PG_RETURN_NULL();
	email_compare(&a, &b, &c);
	PG_RETURN_FLOAT8(c.score);
}

Datum
salesops_explain_email_similarity(PG_FUNCTION_ARGS)
{
	ContactText in[2];
	Email		a;
	Email		b;
	EmailComparison c;
	StringInfoData out;

	if (!email_args(fcinfo, in, &a, &b))
		PG_RETURN_NULL();
	email_compare(&a, &b, &c);
	initStringInfo(&out);
	appendStringInfo(&out, "%.*s@%.*s, %.*s@%.*s: names %.4g (%s), domains %.4g (%s), ", a.local.n, a.local.p, a.key_domain.n,
					 a.key_domain.p, b.local.n, b.local.p, b.key_domain.n, b.key_domain.p, c.local, c.local_why, c.domain,
					 c.domain_why);
	if (c.is_office)
		appendStringInfoString(&out, "the name of an office at two domains, ");
	appendStringInfo(&out, "together %.4g", c.score);
	PG_RETURN_TEXT_P(fold_utf8_to_text(out.data, out.len));
}
