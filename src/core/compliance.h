/*
 * compliance.h
 *		For aggregates of other areas that end in a share of cases which met a rule.  See compliance.c.
 */
#ifndef SALESOPS_COMPLIANCE_H
#define SALESOPS_COMPLIANCE_H

#include "core/compat.h"

typedef enum ComplianceCase
{
	COMPLIANCE_MET,
	COMPLIANCE_MISSED,
	COMPLIANCE_PENDING
} ComplianceCase;

extern Datum compliance_add(FunctionCallInfo fcinfo, ComplianceCase result);
extern Datum compliance_add_counts(FunctionCallInfo fcinfo, int64 met, int64 missed);

#endif							/* SALESOPS_COMPLIANCE_H */
