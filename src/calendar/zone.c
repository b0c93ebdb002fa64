/*
 * zone.c
 *		Time zones by their IANA names.
 *
 * The server knows more spellings of a zone than we take: it reads "Foo3", and a misspelt "Europe/Berlin2", as a
 * rule of its own (POSIX), three or two hours west of Greenwich.  In a policy that is a mistake, not a zone.  Only
 * such spellings have digits, but for a few names of the database of zones, which are listed here; they have not
 * changed since the 1990s.
 *
 * Of the names in the database some are refused.  "localtime" and "posixrules" stand for the zone of the machine, which
 * is another one on the next, and the names below posix/ are those of other zones, on some machines.  "CET" and its
 * like are abbreviations: AT TIME ZONE takes them for a fixed offset, where the database has a zone of that name with
 * summer time; and who writes "EST" means New York, and not the zone of that name, which has none.
 */
#include "calendar/zone.h"

#include <ctype.h>

#include "mb/pg_wchar.h"

static bool
is_one_of(const char *name, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (pg_strcasecmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* Is a name with a digit one of the database's? */
static bool
is_name_with_digits(const char *name)
{
	static const char *const names[] = {"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "GMT0", "GMT+0", "GMT-0", "Etc/GMT0"};
	static const char prefix[] = "Etc/GMT";
	const char *offset = name + strlen(prefix);

	if (is_one_of(name, names, lengthof(names)))
		return true;
	if (pg_strncasecmp(name, prefix, strlen(prefix)) != 0 || (offset[0] != '+' && offset[0] != '-') ||
		strspn(offset + 1, "0123456789") != strlen(offset + 1) || strlen(offset + 1) > 2 || (offset[1] == '0' && offset[2] != '\0'))
		return false;
	return atoi(offset + 1) <= (offset[0] == '+' ? 12 : 14);
}

/* Is a name of the database one of those that mislead? */
static bool
is_refused(const char *name)
{
	static const char *const names[] = {"localtime", "posixrules", "Factory", "CET", "MET", "EET", "WET", "EST", "MST", "HST"};

	return is_one_of(name, names, lengthof(names)) || pg_strncasecmp(name, "posix/", 6) == 0;
}

/* The zone of this name, or NULL.  Capitals do not matter. */
pg_tz *
zone_find(const char *name, int length)
{
	char		copy[TZ_STRLEN_MAX + 1];
	bool		has_digit = false;
	pg_tz	   *zone;

	if (length < 1 || length > TZ_STRLEN_MAX)
		return NULL;
	for (int i = 0; i < length; i++)
	{
		unsigned char c = (unsigned char) name[i];

		if (c >= 0x80 || (!isalnum(c) && strchr("_/+-", c) == NULL))
			return NULL;
		has_digit |= c >= '0' && c <= '9';
	}
	memcpy(copy, name, length);
	copy[length] = '\0';
	if ((has_digit && !is_name_with_digits(copy)) || is_refused(copy))
		return NULL;
	zone = pg_tzset(copy);
	/* the server does not count leap seconds, and refuses zones that do */
	return zone != NULL && pg_tz_acceptable(zone) ? zone : NULL;
}

pg_tz *
zone_require(const char *name, int length)
{
	pg_tz	   *zone = zone_find(name, length);

	if (zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown time zone \"%.*s\"", pg_mbcliplen(name, length, 60), name),
				 errdetail("A time zone is named after a place, as in the IANA database."),
				 errhint("Write it as America/New_York (not EST) or UTC; SELECT name FROM pg_timezone_names lists all.")));
	return zone;
}
