/*
 * country.h
 *		Countries by what people and systems call them.  See country.c.
 */
#ifndef SALESOPS_COUNTRY_H
#define SALESOPS_COUNTRY_H

#include "core/compat.h"

/* The two letters of a country (ISO 3166-1, and XK), given a code or a name of it in the server's encoding; NULL if it is none. */
extern const char *country_lookup(const char *bytes, Size length);

/* What a country is called in English, folded and in ASCII, given what country_lookup gave. */
extern const char *country_english(const char *letters);

#endif							/* SALESOPS_COUNTRY_H */
