/*
 * valgrind.h
 *		What PostgreSQL 16 and later include beside memcheck.h, to note which query caused an error of valgrind's: there
 *		are none to count here, since AddressSanitizer ends the process.
 */
#ifndef SALESOPS_VALGRIND_VALGRIND_H
#define SALESOPS_VALGRIND_VALGRIND_H

#define VALGRIND_COUNT_ERRORS 0
#define VALGRIND_PRINTF(...) ((void) 0)

#endif							/* SALESOPS_VALGRIND_VALGRIND_H */
