/*
 * outcome.h
 *		The outcome of a deal: open, won or lost.  See outcome.c.
 */
#ifndef SALESOPS_OUTCOME_H
#define SALESOPS_OUTCOME_H

#include "core/compat.h"

typedef enum Outcome
{
	OUTCOME_UNKNOWN = -1,
	OUTCOME_OPEN = 0,
	OUTCOME_WON,
	OUTCOME_LOST
} Outcome;

#define OUTCOMES (OUTCOME_LOST + 1)

extern const char *const outcome_names[OUTCOMES];

extern Outcome outcome_lookup(const char *label, int length);
extern Outcome outcome_require(const char *label, int length);

/* The outcome that is an argument: OUTCOME_UNKNOWN where it is NULL, an error where it is another word. */
static inline Outcome
outcome_arg(FunctionCallInfo fcinfo, int argument)
{
	text	   *label;

	if (unlikely(PG_ARGISNULL(argument)))
		return OUTCOME_UNKNOWN;
	label = PG_GETARG_TEXT_PP(argument);
	return outcome_require(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
}

#endif							/* SALESOPS_OUTCOME_H */
