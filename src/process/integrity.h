/*
 * integrity.h
 *		What may be wrong with a deal's forecast category.  See integrity.c.
 */
#ifndef SALESOPS_INTEGRITY_H
#define SALESOPS_INTEGRITY_H

#include "process/sales_process.h"

typedef enum CategoryIssue
{
	CATEGORY_RIGHT,
	CATEGORY_MISSING,
	CATEGORY_NOT_KNOWN,
	CATEGORY_STAGE_NOT_KNOWN,
	CATEGORY_WON_NOT_CLOSED,
	CATEGORY_LOST_NOT_OMITTED,
	CATEGORY_OPEN_MARKED_CLOSED,
	CATEGORY_TOO_STRONG,
	CATEGORY_TOO_WEAK
} CategoryIssue;

/* As they are reported; NULL for CATEGORY_RIGHT. */
extern const char *const category_issue_names[];

extern CategoryIssue category_issue(const ProcessStage *stage, text *label);

#endif							/* SALESOPS_INTEGRITY_H */
