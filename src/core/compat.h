/*
 * compat.h
 *		What differs between the PostgreSQL versions that salesops supports (15 to 18), in one place.
 *
 * Every guard names the upstream change that makes it necessary, so that it can go when that version does.
 */
#ifndef SALESOPS_COMPAT_H
#define SALESOPS_COMPAT_H

#include "postgres.h"

#include "fmgr.h"

#if PG_VERSION_NUM < 150000
#error "salesops needs PostgreSQL 15 or later"
#endif

/* Exact sums are 128-bit integers; every 64-bit platform that PostgreSQL supports has them. */
#ifndef HAVE_INT128
#error "salesops needs a compiler with 128-bit integers (any 64-bit gcc or clang)"
#endif

/*
 * PostgreSQL 16 marks what a module exports ("Default to hidden visibility for extension libraries where
 * possible"), functions declared by PG_FUNCTION_INFO_V1 included.  On 15 PGDLLEXPORT is empty and the
 * function itself is not marked; we build with -fvisibility=hidden on all, so both are done here.
 */
#if PG_VERSION_NUM < 160000 && defined(__GNUC__) && !defined(WIN32)
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

/* Declares a SQL-callable function; use it in place of PG_FUNCTION_INFO_V1. */
#define SALESOPS_FUNCTION(name) \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name)

/*
 * PostgreSQL 16 moved the varlena macros to a header of their own ("New header varatt.h, split off from postgres.h");
 * 15 has them in postgres.h.
 */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* PostgreSQL 17 dropped the argument countincludesself of pq_sendcountedtext; it was always false in ours. */
#if PG_VERSION_NUM >= 170000
#define salesops_sendcountedtext(out, bytes, length) pq_sendcountedtext(out, bytes, length)
#else
#define salesops_sendcountedtext(out, bytes, length) pq_sendcountedtext(out, bytes, length, false)
#endif

/* PostgreSQL 18 replaced pg_attribute_noreturn(), behind a declaration, by pg_noreturn before it. */
#if PG_VERSION_NUM >= 180000
#define SALESOPS_NORETURN pg_noreturn
#else
#define SALESOPS_NORETURN pg_attribute_noreturn()
#endif

#endif							/* SALESOPS_COMPAT_H */
