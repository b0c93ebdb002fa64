/*
 * website_issue.c
 *		What is wrong with the website of a company as it stands in a field: website_issue.
 *
 * The text is read as website_domain reads it (matching/web.c), which finds a name in nearly anything; here it is said what should not be
 * there, and whether the name is a company's.  In this order; the first that holds is returned:
 *
 *	blank				nothing, a placeholder, or what forms have in such a field beforehand: http://, www.
 *	wrong_scheme		another scheme than http and https (ftp:, mailto:, javascript:, file:), or these misspelt (http//, htp://)
 *	is_email			a name in front of an @; credentials, where a password is with it
 *	several				more than one address
 *	wrong_format		white space in it, no host, a port that is none
 *	ip_address
 *	no_tld, numeric_tld	one label, or a number as the last
 *	invalid_domain		characters that no name has, labels that are empty or too long
 *	public_suffix		the host is what others register under: co.uk
 *	filler, short_tld, reserved_domain, domain_typo	(domain_issue.c); no_tld, too, where www. and one label are left: www.acme
 *	free_mail			gmail.com: a mail provider's, which is right of that provider's own record alone
 *	social_profile		facebook.com/acme: a page on somebody else's site
 *	not_bare			quotes or brackets around it, a comma behind it
 *	not_trimmed			white space around it, and nothing else
 *
 * A scheme need not be there: acme.com and www.acme.com are right.  What has no issue has a website_domain.
 *
 * Source: RFC 3986, section 3; what people and forms write.
 *
 * Worked example: "www.gmial.com" -> no scheme; host www.gmial.com, registered gmial.com, which is a typing error: domain_typo.
 */
#include "hygiene/field_issue.h"

#include "core/placeholder.h"
#include "hygiene/domain_issue.h"

static inline bool
is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static inline bool
is_word(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || IS_HIGHBIT_SET(c);
}

/* Schemes without slashes behind them; a word before a colon may else be a host before a port. */
static const char *const scheme[] = {"about", "blob", "callto", "data", "file", "ftp", "javascript", "mailto", "sip", "skype", "sms", "tel", "vbscript", "view-source", "whatsapp"};

/* Takes http:// and https:// off; false if another scheme is there, or one of these is not written so. */
static bool
take_scheme(Span *s)
{
	Span		word = {s->p, 0};
	Span		rest;

	if (span_drop_prefix(s, "https://") || span_drop_prefix(s, "http://"))
	{
		/* http:///acme.com, and twice said: http://https://acme.com */
		rest = *s;
		return !span_drop_prefix(&rest, "/") && !span_drop_prefix(&rest, "\\") && !span_drop_prefix(&rest, "http:") && !span_drop_prefix(&rest, "https:");
	}
	while (word.n < s->n && (is_word(s->p[word.n]) || s->p[word.n] == '+' || s->p[word.n] == '-'))
		word.n++;
	rest.p = s->p + word.n;
	rest.n = s->n - word.n;
	if (span_equal(word, "http") || span_equal(word, "https"))
		return rest.n == 0 || (*rest.p != ':' && *rest.p != '/' && *rest.p != '\\' && *rest.p != ';');
	if (word.n == 0)
		return rest.n == 0 || (*rest.p != '/' && *rest.p != '\\' && *rest.p != ':');
	if (rest.n > 0 && *rest.p == ':')
	{
		if (rest.n > 1 && (rest.p[1] == '/' || rest.p[1] == '\\'))
			return false;
		for (int i = 0; i < (int) lengthof(scheme); i++)
			if (span_equal(word, scheme[i]))
				return false;
	}
	return true;
}

/* Is there nothing but www and signs? */
static bool
is_empty_host(Span s)
{
	span_drop_prefix(&s, "www");
	while (s.n > 0 && !is_word(*s.p))
	{
		s.p++;
		s.n--;
	}
	return s.n == 0;
}

/* Does s begin with what looks like an address: a word with a point in it that has words on both sides? */
static bool
begins_address(Span s)
{
	int			i = 0;

	while (i < s.n && (is_word(s.p[i]) || s.p[i] == '-'))
		i++;
	return i > 0 && ((i + 1 < s.n && s.p[i] == '.' && is_word(s.p[i + 1])) || (i + 2 < s.n && memcmp(s.p + i, "://", 3) == 0));
}

/* Does another address follow, behind a space, a comma in the host, or their like? */
static bool
is_several(Span s)
{
	bool		in_host = true;

	if (!begins_address(s))
		return false;
	for (int i = 0; i < s.n; i++)
	{
		char		c = s.p[i];
		bool		parts = c == ' ' || ((c == ',' || c == ';' || c == '|') && in_host);
		Span		rest;

		in_host = in_host && c != '/' && c != '?' && c != '#';
		if (!parts)
			continue;
		while (i + 1 < s.n && strchr(" ,;|/&-", s.p[i + 1]) != NULL)
			i++;
		rest.p = s.p + i + 1;
		rest.n = s.n - i - 1;
		if (begins_address(rest))
			return true;
		/* a word between the two: and, or, und */
		while (rest.n > 0 && is_letter(*rest.p))
		{
			rest.p++;
			rest.n--;
		}
		if (rest.n > 0 && *rest.p == ' ' && begins_address((Span) {rest.p + 1, rest.n - 1}))
			return true;
	}
	return false;
}

/* The host is no name of two labels. */
static const char *
no_host_issue(Span host)
{
	const char *issue;

	while (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--;
	/* of a colon there is nothing left where a port is one */
	if (host.n <= 0 || memchr(host.p, ':', host.n) != NULL)
		return "wrong_format";
	for (int i = 0; i < host.n; i++)
		if (!(contact_char[(unsigned char) host.p[i]] & CONTACT_HOST) && host.p[i] != '.' && !IS_HIGHBIT_SET(host.p[i]))
			return "invalid_domain";
	issue = domain_issue(host, false);
	return issue != NULL && (strcmp(issue, "no_tld") == 0 || strcmp(issue, "numeric_tld") == 0) ? issue : "invalid_domain";
}

const char *
website_issue(text *value)
{
	Span		raw = {VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value)};
	Website		site;
	WebReading	reading;
	Span		s;
	Span		bare;
	Span		without_www;
	const char *issue;
	int			at = -1;
	int			colon = -1;
	int			end;

	if (placeholder_is_blank(raw.p, raw.n))
		return "blank";
	reading = website_read(&site, value);
	bare = s = web_unwrap(site.contact.text);
	if (!take_scheme(&s))
		return is_empty_host(s) ? "blank" : "wrong_scheme";
	if (is_empty_host(s))
		return "blank";

	for (end = 0; end < s.n && s.p[end] != '/' && s.p[end] != '?' && s.p[end] != '#' && s.p[end] != '\\'; end++)
	{
		if (s.p[end] == '@' && at < 0)
			at = end;
		else if (s.p[end] == ':' && colon < 0)
			colon = end;
	}
	if (at > 0)
		return colon >= 0 && colon < at ? "credentials" : "is_email";
	if (is_several(s))
		return "several";
	Assert(s.n > 0);
	if (at == 0 || memchr(s.p, ' ', s.n) != NULL)
		return "wrong_format";
	switch (reading)
	{
		case WEB_NO_PORT:
			return "wrong_format";
		case WEB_IP:
			return "ip_address";
		case WEB_NO_HOST:
			return no_host_issue(site.host);
		case WEB_SUFFIX:
			return "public_suffix";
		case WEB_DOMAIN:
			break;
	}
	if ((issue = domain_issue(site.registered, false)) != NULL)
		return issue;
	/* www.acme: of acme, without a top level */
	without_www = site.registered;
	if (span_drop_prefix(&without_www, "www.") && memchr(without_www.p, '.', without_www.n) == NULL)
		return "no_tld";
	if (mail_provider_has(site.registered))
		return "free_mail";
	/* a page, and not the site's own */
	if (end + 1 < s.n && (s.p[end] == '/' || s.p[end] == '?') && domain_is_social(site.registered))
		return "social_profile";
	if (bare.n < site.contact.text.n)
		return "not_bare";
	if (raw.n > 0 && (strchr(" \t\n\v\f\r", raw.p[0]) != NULL || strchr(" \t\n\v\f\r", raw.p[raw.n - 1]) != NULL))
		return "not_trimmed";
	return NULL;
}

FIELD_ISSUE_FUNCTION(website_issue);
