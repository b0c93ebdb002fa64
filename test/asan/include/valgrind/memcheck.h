/*
 * valgrind/memcheck.h
 *		Teaches AddressSanitizer the memory contexts of PostgreSQL: a stand-in for valgrind's header of this name.
 *
 * AddressSanitizer watches malloc(), and a memory context carves many chunks out of one malloc'd block: a write beyond
 * a palloc'd chunk, or a read of one that was freed, stays inside the block and goes unseen.  PostgreSQL's allocators
 * already say what may be accessed and what not, in the client requests of valgrind, where USE_VALGRIND is defined
 * (utils/memdebug.h).  A server compiled with USE_VALGRIND and with this folder ahead of the system's headers says
 * the same to AddressSanitizer.  Nothing of the server's source changes.
 *
 * What is found so: an access to the bytes between the requested and the rounded-up size of a chunk, to the header in
 * front of a chunk, to a chunk after pfree() or after the reset or deletion of its context, and to a page of a shared
 * buffer that is not pinned; by the server and by every extension compiled with -fsanitize=address.  What is not: a
 * byte that is accessible but was never written (AddressSanitizer does not track that; the suite under valgrind does),
 * and an overflow out of a chunk that was requested at exactly its rounded-up size, where the chunk that follows has
 * been freed (PostgreSQL keeps the headers of free chunks accessible).
 *
 * The requests that are left empty need nothing: freeing is told by wipe_mem(), resizing by the allocators themselves,
 * and a block that goes back to malloc is AddressSanitizer's own again whatever it was marked as.
 */
#ifndef SALESOPS_ASAN_MEMCHECK_H
#define SALESOPS_ASAN_MEMCHECK_H

#include <sanitizer/asan_interface.h>

#if defined(POSTGRES_H) && !defined(FRONTEND) && !defined(USE_ASSERT_CHECKING)
#error "configure with --enable-cassert: without it, pfree() does not mark what it frees"
#endif

#define VALGRIND_MAKE_MEM_NOACCESS(addr, size) ASAN_POISON_MEMORY_REGION((addr), (size))
#define VALGRIND_MAKE_MEM_UNDEFINED(addr, size) ASAN_UNPOISON_MEMORY_REGION((addr), (size))
#define VALGRIND_MAKE_MEM_DEFINED(addr, size) ASAN_UNPOISON_MEMORY_REGION((addr), (size))

#define VALGRIND_MEMPOOL_ALLOC(context, addr, size) ASAN_UNPOISON_MEMORY_REGION((addr), (size))
#define VALGRIND_MEMPOOL_FREE(context, addr) ((void) 0)
#define VALGRIND_MEMPOOL_CHANGE(context, old_addr, addr, size) ((void) 0)
#define VALGRIND_CREATE_MEMPOOL(context, redzones, zeroed) ((void) 0)
#define VALGRIND_DESTROY_MEMPOOL(context) ((void) 0)

#define VALGRIND_CHECK_MEM_IS_DEFINED(addr, size) ((void) 0)

#endif
