/*
 * zone.h
 *		Time zones by their IANA names.  See zone.c.
 */
#ifndef SALESOPS_ZONE_H
#define SALESOPS_ZONE_H

#include "core/compat.h"

#include "pgtime.h"

extern pg_tz *zone_find(const char *name, int length);
extern pg_tz *zone_require(const char *name, int length);

#endif							/* SALESOPS_ZONE_H */
