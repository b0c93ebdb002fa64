/*
 * mailbox.c
 *		Whose mailbox an address is: is_role_address, a department's; is_disposable_address, nobody's after today.
 *
 * Both read addresses as email_key does (matching/email.c).  The names of offices are those of email_similarity (matching/office.c); domains of
 * throw-away mailboxes are data, disposable_domains.tsv, and a domain under one of them is one, since such services give these out, too.
 *
 * Worked example: x@m.mailinator.com -> m.mailinator.com is not in the list, mailinator.com is: disposable.
 */
#include "hygiene/field_issue.h"

#include "core/name_set.h"
#include "matching/contact.h"

#include "hygiene/disposable_domains.inc"

static bool
is_disposable(Span domain)
{
	for (;;)
	{
		const char *dot = memchr(domain.p, '.', domain.n);

		if (name_set_find(&disposable, domain.p, domain.n) != 0)
			return true;
		if (dot == NULL)
			return false;
		domain.n -= (int) (dot + 1 - domain.p);
		domain.p = dot + 1;
	}
}

bool
mailbox_is_role(text *address)
{
	ContactText contact;
	Email		email;

	return email_read(&email, &contact, address) && email_is_office(email.local);
}

bool
mailbox_is_disposable(text *address)
{
	ContactText contact;
	Email		email;

	return email_read(&email, &contact, address) && is_disposable(email.domain);
}

SALESOPS_FUNCTION(salesops_is_role_address);
SALESOPS_FUNCTION(salesops_is_disposable_address);

Datum
salesops_is_role_address(PG_FUNCTION_ARGS)
{
	ContactText contact;
	Email		email;

	if (!email_read(&email, &contact, PG_GETARG_TEXT_PP(0)))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(email_is_office(email.local));
}

Datum
salesops_is_disposable_address(PG_FUNCTION_ARGS)
{
	ContactText contact;
	Email		email;

	if (!email_or_domain_read(&email, &contact, PG_GETARG_TEXT_PP(0)))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(is_disposable(email.domain));
}
