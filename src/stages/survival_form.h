/*
 * survival_form.h
 *		What the files of the type survival share of its making.  See survival.c.
 */
#ifndef SALESOPS_SURVIVAL_FORM_H
#define SALESOPS_SURVIVAL_FORM_H

#include "stages/survival.h"

#define SURVIVAL_TYPE "survival"
#define SURVIVAL_VERSION 1

extern Survival *survival_new(uint32 labels_room, uint32 steps);
extern uint32 survival_add_label(Survival **survival_ref, const char *bytes, uint32 length);
extern Survival *survival_append(Survival *survival, double days, uint32 outcome, int64 count);
extern Survival *survival_canonical(const Survival *from);

#endif							/* SALESOPS_SURVIVAL_FORM_H */
