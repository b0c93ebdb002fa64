/*
 * keyboard_mash.h
 *		Text that fingers wrote and no head.  See keyboard_mash.c.
 */
#ifndef SALESOPS_KEYBOARD_MASH_H
#define SALESOPS_KEYBOARD_MASH_H

#include "matching/contact.h"

extern bool keyboard_mash_folded(Span folded);

/* Of a text; longer ones are judged by how they begin. */
extern bool keyboard_mash(text *value);

#endif							/* SALESOPS_KEYBOARD_MASH_H */
