/*
 * issue_list.h
 *		Lists of reason codes with commas between them.  See issue_list.c.
 */
#ifndef SALESOPS_ISSUE_LIST_H
#define SALESOPS_ISSUE_LIST_H

#include "core/compat.h"

extern bool issue_list_next(const char **p, const char *end, const char **code, int *length);
extern text *issue_list_merged(const char *codes, int size);

#endif							/* SALESOPS_ISSUE_LIST_H */
