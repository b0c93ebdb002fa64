/*
 * hygiene_policy.h
 *		The type hygiene_policy: what is asked of the records of a CRM.  See hygiene_policy.c.
 */
#ifndef SALESOPS_HYGIENE_POLICY_H
#define SALESOPS_HYGIENE_POLICY_H

#include "core/compat.h"
#include "hygiene/hygiene_code.h"
#include "process/sales_process.h"

#define POLICY_NO_LIMIT (-1.0)

/* A text in the policy. */
typedef struct PolicyText
{
	uint32		at;				/* offset from the start of the value */
	uint32		length;
} PolicyText;

/* What is asked of the deals of an outcome, or in a stage. */
typedef struct PolicySet
{
	PolicyText	stage;			/* empty for an outcome */
	double		stale_days;		/* POLICY_NO_LIMIT: as the policy has it */
	uint32		fields;			/* a bit for each field that must be filled: HYGIENE_MISSING_... */
	uint32		inherits;		/* names no fields: those of the stage's outcome hold */
	uint32		first_own;		/* fields of other names */
	uint32		nown;
} PolicySet;

/* How grave a code is, who sees to it, and whether it is left out, where the policy says so. */
typedef struct PolicyGrade
{
	PolicyText	code;
	PolicyText	owner;			/* empty: that of hygiene_codes */
	uint32		severity;		/* HygieneSeverity */
	uint32		ignored;		/* not reported */
} PolicyGrade;

/*
 * The first sets are those of the outcomes; those of the stages follow in the order of the names' bytes.  Behind them stand
 * PolicyGrade grades[ngrades], in the order of the codes' bytes, PolicyText own[nown], and the bytes of all texts.
 */
typedef struct HygienePolicy
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		unused;
	uint16		nstages;
	uint16		ngrades;
	uint16		unused2;
	uint32		nown;
	double		max_pushes;		/* these four: POLICY_NO_LIMIT where there is none */
	double		stale_days;
	double		max_close_days;
	double		probability_tolerance;
	double		due_days[SEVERITIES];	/* business days to mend what is so grave; POLICY_NO_LIMIT: none are set */
	uint64		ignored;		/* the same for hygiene_issues: a bit for each of its codes that is not reported */
	PolicySet	sets[FLEXIBLE_ARRAY_MEMBER];
} HygienePolicy;

#define POLICY_MAX_NAME 63

extern const HygienePolicy *policy_arg(FunctionCallInfo fcinfo, int argument);
extern const PolicySet *policy_stage(const HygienePolicy *policy, const char *name, int length);

/* Is a field required, in a stage, or where `stage` is NULL of open, won and lost deals alike; and is it not left out that it is missing? */
extern bool policy_requires(const HygienePolicy *policy, const ProcessStage *stage, const PolicySet *of_stage, const char *field, int length);

/* Is a code not to be reported?  For those that are not bits of a set. */
extern bool policy_ignores(const HygienePolicy *policy, const char *code, int length);

static inline const PolicyGrade *
policy_grades(const HygienePolicy *policy)
{
	return (const PolicyGrade *) &policy->sets[OUTCOMES + policy->nstages];
}

/* The names of required fields that hygiene_issues does not know. */
static inline const PolicyText *
policy_own(const HygienePolicy *policy)
{
	return (const PolicyText *) &policy_grades(policy)[policy->ngrades];
}

static inline const char *
policy_bytes(const HygienePolicy *policy, PolicyText text)
{
	return (const char *) policy + text.at;
}

#endif							/* SALESOPS_HYGIENE_POLICY_H */
