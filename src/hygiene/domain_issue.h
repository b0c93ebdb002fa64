/*
 * domain_issue.h
 *		What is wrong with a domain that is well formed, wherever it stands; and names that are filler.  See domain_issue.c.
 */
#ifndef SALESOPS_DOMAIN_ISSUE_H
#define SALESOPS_DOMAIN_ISSUE_H

#include "matching/contact.h"

/*
 * Of a domain whose labels are well formed, folded: the code of what is wrong with it, or NULL.  Filler comes first, since it is right to say so of
 * a@a.a; and `is_filler` is what is known of it before.
 */
extern const char *domain_issue(Span domain, bool is_filler);

/* Is it, or is it under, a site on which others have a page? */
extern bool domain_is_social(Span domain);

/* Is it what people write in front of an @ to get past a form, at such a domain? */
extern bool local_is_filler(Span local, Span domain);

#endif							/* SALESOPS_DOMAIN_ISSUE_H */
