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

/*
 * PostgreSQL 18 lower-cases words of full-text search and of pg_trgm as lower() does, with the database's collation, whoever
 * provides it ("Remove lowerstr()"), and asks for letters and digits together; before, both are the C library's alone.  For
 * files that, since 18, include utils/formatting.h and catalog/pg_collation_d.h.  Declared here, since tsearch/ts_locale.h has
 * the headers of ICU included, which need not be where an extension is built.
 */
#if PG_VERSION_NUM >= 180000
extern int	t_isalnum(const char *ptr);
#define salesops_is_alnum(character) t_isalnum(character)
#define salesops_lower(bytes, length) str_tolower(bytes, length, DEFAULT_COLLATION_OID)
#else
extern int	t_isalpha(const char *ptr);
extern int	t_isdigit(const char *ptr);
extern char *lowerstr_with_len(const char *str, int len);
#define salesops_is_alnum(character) (t_isalpha(character) || t_isdigit(character))
#define salesops_lower(bytes, length) lowerstr_with_len(bytes, length)
#endif

/*
 * PostgreSQL 17 put the two parts of a virtual transaction id together ("Redefine backend ID to be an index into the proc
 * array"), of which the local one tells transactions of a session apart.  For files that include storage/proc.h.
 */
#if PG_VERSION_NUM >= 170000
#define salesops_local_xid() (MyProc->vxid.lxid)
#else
#define salesops_local_xid() (MyProc->lxid)
#endif

/*
 * PostgreSQL 18 counts index searches for EXPLAIN ("Show index search count in EXPLAIN ANALYZE"), and takes the rows of a page
 * from a bitmap in a call of their own ("Delay extraction of TIDBitmap per page offsets", "Separate TBM[Shared|Private]Iterator
 * and TBMIterateResult").  For files that include access/genam.h and nodes/tidbitmap.h.  salesops_bitmap_next: the next page's
 * block and offsets; their number, -1 where only the page is known; false at the end.
 */
#if PG_VERSION_NUM >= 180000
#define salesops_beginscan_bitmap(index, snapshot, nkeys) index_beginscan_bitmap(index, snapshot, NULL, nkeys)
#define SalesopsBitmapIterator TBMPrivateIterator
#define salesops_bitmap_begin(bitmap) tbm_begin_private_iterate(bitmap)
#define salesops_bitmap_end(iterator) tbm_end_private_iterate(iterator)
#define SalesopsBitmapPage TBMIterateResult
#define salesops_bitmap_next(iterator, page, block, offsets, n) \
	(tbm_private_iterate(iterator, &(page)) ? \
	 ((block) = (page).blockno, \
	  (n) = (page).lossy ? -1 : tbm_extract_page_tuple(&(page), offsets, lengthof(offsets)), \
	  true) : false)
#else
#define salesops_beginscan_bitmap(index, snapshot, nkeys) index_beginscan_bitmap(index, snapshot, nkeys)
#define SalesopsBitmapIterator TBMIterator
#define salesops_bitmap_begin(bitmap) tbm_begin_iterate(bitmap)
#define salesops_bitmap_end(iterator) tbm_end_iterate(iterator)
typedef struct TBMIterateResult *SalesopsBitmapPage;
#define salesops_bitmap_next(iterator, page, block, offsets, n) \
	(((page) = tbm_iterate(iterator)) != NULL ? \
	 ((block) = (page)->blockno, \
	  (n) = (page)->ntuples, \
	  (n) > 0 ? memcpy(offsets, (page)->offsets, (n) * sizeof(OffsetNumber)) : NULL, \
	  true) : false)
#endif

#endif							/* SALESOPS_COMPAT_H */
