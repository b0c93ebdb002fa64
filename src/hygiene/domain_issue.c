/*
 * domain_issue.c
 *		What is wrong with a domain that is well formed: it cannot be anyone's, it is a typing error, or it is filler.
 *
 * Everything here is looked up, in sets made of contact_words.tsv and domain_typos.tsv; nothing is guessed from how near names are to each
 * other, since near a name there is nearly always another one that somebody has.  A domain is looked up as it is and, since mail.example.com is
 * reserved as example.com is, by its last two labels.
 *
 * Where filler repeats itself (asdf@asdf.com, a@a.a, 123@123.com), what stands in front of the @ is compared with the first label of the domain.
 *
 * Worked example: gmial.com -> in the set, as gmail with two letters in the other order: domain_typo; acme.con -> no top level is called con:
 * domain_typo; shop.example.org -> example.org, reserved by RFC 2606: reserved_domain.
 */
#include "hygiene/domain_issue.h"

#include "core/name_set.h"

#define DOMAIN_FILLER	1
#define DOMAIN_RESERVED	2
#define DOMAIN_SOCIAL	3
#define DOMAIN_TYPO		4

#define TOP_RESERVED	1
#define TOP_TYPO		2

#define FILLER_ANYWHERE	1
#define FILLER_TWICE	2

#include "hygiene/contact_names.inc"

/* The last labels of a name, so many of them, or all. */
static Span
last_labels(Span name, int labels)
{
	Span		s = {name.p + name.n, 0};

	for (; s.p > name.p; s.p--)
		if (s.p[-1] == '.' && --labels == 0)
			break;
	s.n = (int) (name.p + name.n - s.p);
	return s;
}

static uint8
domain_known(Span domain)
{
	uint8		known = name_set_find(&domain_set, domain.p, domain.n);
	Span		last = last_labels(domain, 2);

	return known != 0 || last.n == domain.n ? known : name_set_find(&domain_set, last.p, last.n);
}

const char *
domain_issue(Span domain, bool is_filler)
{
	Span		top = last_labels(domain, 1);
	uint8		known = is_filler ? DOMAIN_FILLER : domain_known(domain);
	bool		is_number = true;

	if (known == DOMAIN_FILLER)
		return "filler";
	if (top.n == domain.n)
		return "no_tld";
	for (int i = 0; i < top.n && is_number; i++)
		is_number = top.p[i] >= '0' && top.p[i] <= '9';
	if (is_number)
		return "numeric_tld";
	/* ICANN gives out none of one letter of ASCII (RFC 1591, and the root zone) */
	if (top.n == 1)
		return "short_tld";
	if (known == DOMAIN_RESERVED)
		return "reserved_domain";
	if (known == DOMAIN_TYPO)
		return "domain_typo";
	switch (name_set_find(&top_set, top.p, top.n))
	{
		case TOP_RESERVED:
			return "reserved_domain";
		case TOP_TYPO:
			return "domain_typo";
	}
	return NULL;
}

bool
domain_is_social(Span domain)
{
	return domain_known(domain) == DOMAIN_SOCIAL;
}

/* No filler is longer, with whatever parts it. */
#define FILLER_BYTES 32

bool
local_is_filler(Span local, Span domain)
{
	char		together[FILLER_BYTES];
	Span		first = {domain.p, 0};
	int			n = 0;
	bool		is_one = true;
	bool		is_number = true;
	uint8		known;

	if (local.n > FILLER_BYTES)
		return false;
	for (int i = 0; i < local.n; i++)
	{
		char		c = local.p[i];

		together[n] = c;
		n += c != '.' && c != '-' && c != '_';
	}
	known = name_set_find(&filler_set, together, n);
	if (known == FILLER_ANYWHERE)
		return true;
	while (first.n < domain.n && domain.p[first.n] != '.')
		first.n++;
	/* it is the registered name that is made up: abc@abc.co.uk */
	if (!span_same(first, local) || last_labels(domain, 3).n < domain.n)
		return false;
	for (int i = 0; i < local.n; i++)
	{
		is_one = is_one && local.p[i] == local.p[0];
		is_number = is_number && local.p[i] >= '0' && local.p[i] <= '9';
	}
	return known == FILLER_TWICE || is_one || is_number;
}
