/*
 * outcome.c
 *		The outcome of a deal: open, won or lost.
 *
 * Three words, in any case.  Stage names such as "Closed Won" are not outcomes: which stage means what is the
 * sales process's to say (stage_outcome).
 */
#include "process/outcome.h"

#include "mb/pg_wchar.h"

const char *const outcome_names[OUTCOMES] = {"open", "won", "lost"};

Outcome
outcome_lookup(const char *label, int length)
{
	Outcome		outcome;

	if (length == 3)
		outcome = OUTCOME_WON;
	else if (length == 4)
		outcome = (label[0] | 0x20) == 'o' ? OUTCOME_OPEN : OUTCOME_LOST;
	else
		return OUTCOME_UNKNOWN;
	if (likely(memcmp(label, outcome_names[outcome], length) == 0))
		return outcome;
	return pg_strncasecmp(label, outcome_names[outcome], length) == 0 ? outcome : OUTCOME_UNKNOWN;
}

Outcome
outcome_require(const char *label, int length)
{
	Outcome		outcome = outcome_lookup(label, length);

	if (unlikely(outcome == OUTCOME_UNKNOWN))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown outcome: \"%.*s\"%s", pg_mbcliplen(label, length, 60), label, length > 60 ? "..." : ""),
				 errdetail("An outcome is open, won or lost."),
				 errhint("Derive it from the stage with stage_outcome(process, stage), or pass NULL where it is not known.")));
	return outcome;
}
