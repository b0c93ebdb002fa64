/*
 * match_rule_ready.h
 *		The ready-made rules.  See match_rule_ready.c.
 */
#ifndef SALESOPS_MATCH_RULE_READY_H
#define SALESOPS_MATCH_RULE_READY_H

#include "core/compat.h"

/* The literal of a ready-made rule, or NULL where there is none of that name. */
extern const char *match_rule_ready(const char *name, int length);
/* Their names, with commas between them. */
extern const char *match_rule_ready_names(void);

#endif							/* SALESOPS_MATCH_RULE_READY_H */
