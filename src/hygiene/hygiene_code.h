/*
 * hygiene_code.h
 *		The reason codes of hygiene_issues, and the fields that a policy can require.  See hygiene_code.c.
 */
#ifndef SALESOPS_HYGIENE_CODE_H
#define SALESOPS_HYGIENE_CODE_H

#include "core/compat.h"

/* The bits of a set of codes.  Policies are stored with them: new codes come at the end. */
typedef enum HygieneCode
{
	HYGIENE_MISSING_AMOUNT,
	HYGIENE_MISSING_CATEGORY,
	HYGIENE_MISSING_CLOSE_DATE,
	HYGIENE_MISSING_NEXT_STEP,
	HYGIENE_MISSING_OWNER,
	HYGIENE_MISSING_STAGE,
	HYGIENE_UNKNOWN_STAGE,
	HYGIENE_INVALID_AMOUNT,
	HYGIENE_NEGATIVE_AMOUNT,
	HYGIENE_ZERO_AMOUNT,
	HYGIENE_OPEN_PAST_DUE,
	HYGIENE_CLOSED_IN_FUTURE,
	HYGIENE_BEFORE_CREATED,
	HYGIENE_CLOSE_DATE_TOO_FAR,
	HYGIENE_STALE,
	HYGIENE_AGED_IN_STAGE,
	HYGIENE_PUSHED_TOO_OFTEN,
	HYGIENE_UNKNOWN_CATEGORY,
	HYGIENE_WON_NOT_CLOSED,
	HYGIENE_LOST_NOT_OMITTED,
	HYGIENE_OPEN_MARKED_CLOSED,
	HYGIENE_CATEGORY_TOO_STRONG,
	HYGIENE_CATEGORY_TOO_WEAK,
	HYGIENE_PROBABILITY_OUT_OF_RANGE,
	HYGIENE_PROBABILITY_AGAINST_STAGE
} HygieneCode;

#define HYGIENE_CODES (HYGIENE_PROBABILITY_AGAINST_STAGE + 1)

typedef enum HygieneSeverity
{
	SEVERITY_DEFAULT,			/* in a policy: that of hygiene_codes */
	SEVERITY_LOW,
	SEVERITY_MEDIUM,
	SEVERITY_HIGH
} HygieneSeverity;

#define SEVERITIES (SEVERITY_HIGH + 1)

typedef struct HygieneCodeInfo
{
	const char *name;
	HygieneSeverity severity;
	const char *owner;
} HygieneCodeInfo;

/* The fields of a deal that hygiene_issues looks at and a policy can require; of each, the code is "missing_" and its name. */
#define HYGIENE_FIELDS (HYGIENE_MISSING_STAGE + 1)
#define HYGIENE_FIELD_PREFIX "missing_"

extern const HygieneCodeInfo hygiene_codes[HYGIENE_CODES];
extern const char *const hygiene_severities[SEVERITIES];

extern int	hygiene_code_find(const char *name, int length);
extern int	hygiene_field_find(const char *name, int length);

/* Is it a code of account_issues, contact_issues or lead_issues? */
extern bool hygiene_is_record_code(const char *name, int length);

/* The codes of a set by name, with a comma between each two; NULL for none. */
extern text *hygiene_codes_text(uint64 codes);

#endif							/* SALESOPS_HYGIENE_CODE_H */
