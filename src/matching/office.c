/*
 * office.c
 *		Names in front of the @ that are an office's: info, sales, no-reply.
 *
 * Which names these are is data, office_names.tsv.  A name is one of them if it is in the list without its points, dashes and underscores and
 * without its tag; and so are several of them, and one with a number or the code of a country or region behind it or in front: sales.support,
 * info2, us-sales, vertrieb_de.  The name of a person that such a word is a part of is the person's: j.sales, info.bob.
 *
 * Worked example: "us-sales+web" -> us-sales -> "ussales" is not in the list; of its parts "us" is a country and "sales" is: an office.
 */
#include "matching/contact.h"

#include "core/name_set.h"

#include "matching/office_names.inc"

/* Codes that stand beside an office's name and are no region of phone_regions.tsv. */
static const char *const area[] = {"apac", "asia", "dach", "emea", "eu", "europe", "global", "int", "intl", "latam", "uk", "usa", "world"};

static bool
is_area(Span part)
{
	for (int i = 0; i < (int) lengthof(area); i++)
		if (span_equal(part, area[i]))
			return true;
	return phone_region_code(part.p, part.n) != NULL;
}

static inline bool
is_separator(char c)
{
	return c == '.' || c == '-' || c == '_';
}

bool
email_is_office(Span local)
{
	char		together[LOCAL_BYTES];
	int			n = 0;
	int			offices = 0;
	const char *end = local.p + local.n;
	const char *plus = local.n > 0 ? memchr(local.p + 1, '+', local.n - 1) : NULL;

	if (plus != NULL)
		end = plus;
	for (const char *p = local.p; p < end; p++)
		if (!is_separator(*p))
			together[n++] = *p;
	while (n > 1 && together[n - 1] >= '0' && together[n - 1] <= '9')
		n--;
	if (name_set_find(&office, together, n) != 0)
		return true;

	for (const char *p = local.p; p < end;)
	{
		Span		part = {p, 0};

		while (p < end && !is_separator(*p))
			p++;
		part.n = (int) (p - part.p);
		/* the number behind it */
		while (part.n > 0 && part.p[part.n - 1] >= '0' && part.p[part.n - 1] <= '9')
			part.n--;
		if (name_set_find(&office, part.p, part.n) != 0)
			offices++;
		else if (part.n > 0 && !is_area(part))
			return false;
		if (p < end)
			p++;
	}
	return offices > 0;
}
