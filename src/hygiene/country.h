/*
 * country.h
 *		Countries by what people and systems call them.  See country.c.
 */
#ifndef SALESOPS_COUNTRY_H
#define SALESOPS_COUNTRY_H

#include "core/compat.h"

/* The two letters of a country (ISO 3166-1, and XK), given a code or a name of it in the server's encoding; NULL if it is none. */
extern const char *country_lookup(const char *bytes, Size length);

#endif							/* SALESOPS_COUNTRY_H */
