/*
 * scan.h
 *		Reading JSON text forms that are too large for the server's parser.  See scan.c.
 */
#ifndef SALESOPS_SCAN_H
#define SALESOPS_SCAN_H

#include "core/compat.h"

#include "core/deal_id.h"
#include "core/literal.h"
#include "lib/stringinfo.h"

typedef struct Scan
{
	const char *p;
	LiteralPlace at;
	StringInfoData text;		/* of the last string or number */
} Scan;

/* No number of ours is longer. */
#define SCAN_MAX_NUMBER 20168

extern void scan_skip_space(Scan *scan);
extern bool scan_char(Scan *scan, char c);
SALESOPS_NORETURN extern void scan_malformed(Scan *scan, const char *expected, const char *hint);
extern void scan_need(Scan *scan, char c, const char *hint);
extern bool scan_null(Scan *scan);
extern bool scan_string(Scan *scan, int most);
extern bool scan_number(Scan *scan);
extern bool scan_key(Scan *scan, const char *key);
extern void scan_version(Scan *scan, int version, const char *form);
extern bool scan_id_type(Scan *scan, DealIdType *type);
extern void scan_deal_id(Scan *scan, DealIdType *type, uint64 *key, uint32 *words, const char *form, const char *why);
extern void scan_end(Scan *scan, const char *form);

#endif							/* SALESOPS_SCAN_H */
